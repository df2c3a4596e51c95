//! Questions about why: gaps, drivers, bridges, comparisons, contributions, and what a scheme rewards.

use kaohe::analysis::{self, Method, To};
use kaohe::planning::NextPoints;
use kaohe::scheme::model::Document;
use kaohe::{Assessment, DataError, Lang, Period, Scheme, escape_markdown};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use serde::Serialize;

use crate::answer::{Answer, Columns, Form};
use crate::assessment::PyAssessment;
use crate::errors;
use crate::many;
use crate::threads::compute;

/// An answer that is a sentence and a table.
pub(crate) trait Told {
    fn told(&self, document: &Document, form: Form, lang: Lang) -> String;
}

macro_rules! told {
    ($($answer:ty),*) => {$(
        impl Told for $answer {
            fn told(&self, document: &Document, form: Form, lang: Lang) -> String {
                match form {
                    Form::Markdown => self.to_markdown(document, lang),
                    Form::Text => self.sentence(document, lang),
                }
            }
        }
    )*};
}
told!(
    analysis::Contributions,
    analysis::Drivers,
    analysis::DriversPanel,
    analysis::MarginalPanel,
    analysis::Marginals,
    analysis::Spread,
    NextPoints
);

/// Asks the core without the interpreter's lock; the answer is written with the titles of the scheme.
pub(crate) fn ask<T: Serialize + Send + Sync + 'static>(
    py: Python<'_>,
    of: &PyAssessment,
    lang: &str,
    question: impl FnOnce(&Assessment) -> Result<T, DataError> + Send,
    write: impl Fn(&T, &Document, Form, Lang) -> String + Send + Sync + 'static,
) -> PyResult<Answer> {
    let found = compute(py, || question(&of.assessment))?.map_err(|e| errors::data(py, &e, lang))?;
    let scheme: Scheme = of.assessment.scheme().clone();
    Answer::of(found, move |found, form, lang| write(found, scheme.document(), form, lang))
}

/// As `ask`, of many entities: `columns` gives the rows.
fn ask_many<T: Serialize + Send + Sync + 'static>(
    py: Python<'_>,
    of: &PyAssessment,
    lang: &str,
    question: impl FnOnce(&Assessment) -> Result<T, DataError> + Send,
    write: impl Fn(&T, &Document, Form, Lang) -> String + Send + Sync + 'static,
    columns: impl Fn(&T, &'static str) -> Columns + Send + Sync + 'static,
) -> PyResult<Answer> {
    let found = compute(py, || question(&of.assessment))?.map_err(|e| errors::data(py, &e, lang))?;
    let scheme: Scheme = of.assessment.scheme().clone();
    let write = move |found: &T, form, lang| write(found, scheme.document(), form, lang);
    Ok(Answer::with_columns(found, write, columns))
}

/// Several texts under one another.
fn joined(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().collect::<Vec<_>>().join("\n\n")
}

fn optional(of: &PyAssessment, period: Option<&str>) -> PyResult<Option<Period>> {
    period.map(|p| of.period(Some(p))).transpose()
}

/// Two periods: the last one of the data, and the one before it, unless others are named.
fn span(of: &PyAssessment, since: Option<&str>, until: Option<&str>) -> PyResult<(Period, Period)> {
    let periods = of.assessment.panel().periods();
    let until = match optional(of, until)? {
        Some(until) => until,
        None => periods.last().copied().ok_or_else(|| PyValueError::new_err("there are no data"))?,
    };
    // Where the data hold no earlier period, the core says which they do hold.
    let earlier = || periods.iter().rev().find(|p| **p < until).copied().unwrap_or_else(|| until.back(1));
    Ok((optional(of, since)?.unwrap_or_else(earlier), until))
}

fn method(name: &str) -> PyResult<Method> {
    match name {
        "auto" => Ok(Method::Auto),
        "lmdi" => Ok(Method::Lmdi),
        "shapley" => Ok(Method::Shapley),
        other => Err(PyValueError::new_err(format!(
            "method must be \"auto\", \"lmdi\" or \"shapley\", not {other:?}"
        ))),
    }
}

/// What a gap is to: a word, a quantile 0 … 1, or an entity.
#[derive(FromPyObject)]
pub(crate) enum Reference {
    #[pyo3(transparent)]
    Quantile(f64),
    #[pyo3(transparent)]
    Named(String),
}

impl Reference {
    fn to(self, entities: &kaohe::Panel) -> To {
        let known = |name: &str| (0..entities.entity_count()).any(|e| entities.entity_name(e) == name);
        match self {
            Reference::Quantile(q) => To::Quantile(q),
            Reference::Named(name) if known(&name) => To::Entity(name),
            Reference::Named(name) => match name.as_str() {
                "mean" => To::Mean,
                "pooled" => To::Pooled,
                "best" => To::Best,
                "next" => To::Next,
                _ => To::Entity(name),
            },
        }
    }
}

/// Gaps of an entity, or of all entities.
#[pyfunction]
#[pyo3(signature = (assessment, entity, period, to, since=None, lang="en"))]
pub(crate) fn gaps(
    py: Python<'_>,
    assessment: &PyAssessment,
    entity: Option<&str>,
    period: Option<&str>,
    to: Reference,
    since: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let (period, since) = (assessment.period(period)?, optional(assessment, since)?);
    let to = to.to(assessment.assessment.panel());
    let Some(entity) = entity else {
        let write = |all: &Vec<analysis::Gaps>, document: &Document, form, lang| {
            joined(all.iter().map(|g| match form {
                Form::Markdown => {
                    format!("### {}\n\n{}", escape_markdown(&g.entity), g.to_markdown(document, lang))
                }
                Form::Text => g.sentence(document, lang),
            }))
        };
        return ask_many(
            py,
            assessment,
            lang,
            |a| a.gaps_panel(period, &to, since),
            write,
            |f, _| many::gaps(f),
        );
    };
    let write = |gaps: &analysis::Gaps, document: &Document, form, lang| match form {
        Form::Markdown => gaps.to_markdown(document, lang),
        Form::Text => {
            let all = std::iter::once(gaps.sentence(document, lang)).chain(gaps.sentences(document, lang));
            all.collect::<Vec<_>>().join("\n")
        }
    };
    ask(py, assessment, lang, |a| a.gaps(entity, period, &to, since), write)
}

/// Why an indicator of an entity moved.
#[pyfunction]
#[pyo3(signature = (assessment, entity, indicator, since=None, until=None, method="auto", lang="en"))]
#[allow(clippy::too_many_arguments, reason = "the question has so many parts")]
pub(crate) fn drivers(
    py: Python<'_>,
    assessment: &PyAssessment,
    entity: &str,
    indicator: &str,
    since: Option<&str>,
    until: Option<&str>,
    method: &str,
    lang: &str,
) -> PyResult<Answer> {
    let (since, until) = span(assessment, since, until)?;
    let method = self::method(method)?;
    ask(py, assessment, lang, |a| a.drivers(entity, indicator, since, until, method), Told::told)
}

/// Why an indicator of everybody, and of the whole, moved.
#[pyfunction]
#[pyo3(signature = (assessment, indicator, since=None, until=None, method="auto", lang="en"))]
pub(crate) fn drivers_panel(
    py: Python<'_>,
    assessment: &PyAssessment,
    indicator: &str,
    since: Option<&str>,
    until: Option<&str>,
    method: &str,
    lang: &str,
) -> PyResult<Answer> {
    let (since, until) = span(assessment, since, until)?;
    let method = self::method(method)?;
    let columns = |found: &analysis::DriversPanel, _| many::drivers(found);
    ask_many(py, assessment, lang, |a| a.drivers_panel(indicator, since, until, method), Told::told, columns)
}

/// Why a total moved, of one entity or of all.
#[pyfunction]
#[pyo3(signature = (assessment, entity=None, since=None, until=None, lang="en"))]
pub(crate) fn bridge(
    py: Python<'_>,
    assessment: &PyAssessment,
    entity: Option<&str>,
    since: Option<&str>,
    until: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let (since, until) = span(assessment, since, until)?;
    let Some(entity) = entity else {
        let write = |all: &Vec<analysis::Bridge>, document: &Document, form, lang| {
            joined(all.iter().map(|b| match form {
                Form::Markdown => {
                    format!("### {}\n\n{}", escape_markdown(&b.entity), b.to_markdown(document, lang))
                }
                Form::Text => b.sentence(document, lang),
            }))
        };
        return ask_many(py, assessment, lang, |a| a.bridges(since, until), write, |f, _| many::bridges(f));
    };
    ask(py, assessment, lang, |a| a.bridge(entity, since, until), whole_bridge)
}

/// Asks about two results, or about a period of each.
#[allow(clippy::too_many_arguments, reason = "the question has so many parts")]
fn ask_both<T: Serialize + Send + Sync + 'static>(
    py: Python<'_>,
    [before, after]: [&PyAssessment; 2],
    periods: Option<(PyBackedStr, PyBackedStr)>,
    lang: &str,
    results: impl FnOnce(&Assessment, &Assessment) -> Result<T, DataError> + Send,
    spans: impl FnOnce(&Assessment, Period, &Assessment, Period) -> Result<T, DataError> + Send,
    write: impl Fn(&T, Form, Lang) -> String + Send + Sync + 'static,
    columns: impl Fn(&T, &'static str) -> Columns + Send + Sync + 'static,
) -> PyResult<Answer> {
    let periods = match periods {
        Some((since, until)) => Some((before.period(Some(&since))?, after.period(Some(&until))?)),
        None => None,
    };
    let question = |after: &Assessment| match periods {
        Some((since, until)) => spans(&before.assessment, since, after, until),
        None => results(&before.assessment, after),
    };
    ask_many(py, after, lang, question, move |found, _, form, lang| write(found, form, lang), columns)
}

/// Why the total of an entity moved from a period of one result to a period of another.
#[pyfunction]
#[pyo3(signature = (before, after, entity, since=None, until=None, lang="en"))]
pub(crate) fn bridge_between(
    py: Python<'_>,
    before: &PyAssessment,
    after: &PyAssessment,
    entity: &str,
    since: Option<&str>,
    until: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let (since, until) = (before.period(since)?, after.period(until)?);
    let question = |b: &Assessment| {
        let a = &before.assessment;
        analysis::bridge_between(a, a.row(entity, since)?, b, b.row(entity, until)?)
    };
    ask(py, after, lang, question, whole_bridge)
}

/// A bridge of one entity: the total, then the rank.
fn whole_bridge(found: &analysis::Bridge, document: &Document, form: Form, lang: Lang) -> String {
    match form {
        Form::Markdown => found.to_markdown(document, lang),
        Form::Text => found.sentences(document, lang).join("\n"),
    }
}

/// Two results compared by entity and period, or a period of each by entity.
#[pyfunction]
#[pyo3(signature = (before, after, periods=None, lang="en"))]
pub(crate) fn compare(
    py: Python<'_>,
    before: &PyAssessment,
    after: &PyAssessment,
    periods: Option<(PyBackedStr, PyBackedStr)>,
    lang: &str,
) -> PyResult<Answer> {
    let write = |found: &analysis::Comparison, form, lang| match form {
        Form::Markdown => found.to_markdown(lang),
        Form::Text => found.sentence(lang),
    };
    let spans = analysis::compare_periods;
    ask_both(py, [before, after], periods, lang, analysis::compare, spans, write, many::comparison)
}

/// Who gains and who loses by the second result, or from one period to another.
#[pyfunction]
#[pyo3(signature = (before, after, periods=None, lang="en"))]
pub(crate) fn gainers(
    py: Python<'_>,
    before: &PyAssessment,
    after: &PyAssessment,
    periods: Option<(PyBackedStr, PyBackedStr)>,
    lang: &str,
) -> PyResult<Answer> {
    let write = |found: &analysis::Gainers, form, lang| match form {
        Form::Markdown => found.to_markdown(lang),
        Form::Text => found.sentence(lang),
    };
    let spans = analysis::gainers_periods;
    ask_both(py, [before, after], periods, lang, analysis::gainers, spans, write, many::gainers)
}

/// What each indicator adds to a total, or to the distance from another entity.
#[pyfunction]
#[pyo3(signature = (assessment, entity, period=None, to=None, lang="en"))]
pub(crate) fn contributions(
    py: Python<'_>,
    assessment: &PyAssessment,
    entity: &str,
    period: Option<&str>,
    to: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let period = assessment.period(period)?;
    let question = |a: &Assessment| match to {
        Some(other) => a.distance(entity, other, period),
        None => a.contributions(entity, period),
    };
    ask(py, assessment, lang, question, Told::told)
}

/// What each indicator adds to the variance of the totals of a period.
#[pyfunction]
#[pyo3(signature = (assessment, period=None, lang="en"))]
pub(crate) fn variance(
    py: Python<'_>,
    assessment: &PyAssessment,
    period: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let period = assessment.period(period)?;
    ask(py, assessment, lang, |a| a.variance(period), Told::told)
}

/// What one unit, and one per cent, of each variable is worth to an entity.
#[pyfunction]
#[pyo3(signature = (assessment, entity, period=None, lang="en"))]
pub(crate) fn marginal(
    py: Python<'_>,
    assessment: &PyAssessment,
    entity: &str,
    period: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let period = assessment.period(period)?;
    ask(py, assessment, lang, |a| a.marginal(entity, period), Told::told)
}

/// What one unit, and one per cent, of each variable is worth to everybody.
#[pyfunction]
#[pyo3(signature = (assessment, period=None, lang="en"))]
pub(crate) fn marginal_panel(
    py: Python<'_>,
    assessment: &PyAssessment,
    period: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let period = assessment.period(period)?;
    ask_many(py, assessment, lang, |a| a.marginal_panel(period), Told::told, |f, _| many::marginals(f))
}

/// Who stands where the rules are flat, and near cliffs.
#[pyfunction]
#[pyo3(signature = (assessment, period=None, lang="en"))]
pub(crate) fn zones(
    py: Python<'_>,
    assessment: &PyAssessment,
    period: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let period = assessment.period(period)?;
    let write = |found: &analysis::Zones, document: &Document, form, lang| match form {
        Form::Markdown => found.to_markdown(document, lang),
        Form::Text => found.sentence(lang),
    };
    ask(py, assessment, lang, |a| a.zones(period), write)
}

/// Weights that alone could turn the order of two entities.
#[pyfunction]
#[pyo3(signature = (assessment, entity, other, period=None, lang="en"))]
pub(crate) fn flips(
    py: Python<'_>,
    assessment: &PyAssessment,
    entity: &str,
    other: &str,
    period: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let period = assessment.period(period)?;
    let of = &assessment.assessment;
    let total = |entity: &str| of.row(entity, period).map(|row| of.unrounded_totals()[row]).ok();
    let level = total(entity).is_some() && total(entity) == total(other);
    let write = move |found: &Vec<analysis::Flip>, document: &Document, form, lang| {
        let line = |flip: &analysis::Flip| match form {
            Form::Markdown => format!("- {}", escape_markdown(&flip.sentence(document, lang))),
            Form::Text => flip.sentence(document, lang),
        };
        if found.is_empty() {
            return analysis::Flip::none(level, lang);
        }
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    ask(py, assessment, lang, |a| a.flips(entity, other, period), write)
}

/// Whether a published value of an indicator fits the data; `None` where a datum is missing.
#[pyfunction]
#[pyo3(signature = (assessment, entity, period, indicator, published, digits, lang="en"))]
#[allow(clippy::too_many_arguments, reason = "the question has so many parts")]
pub(crate) fn consistent(
    py: Python<'_>,
    assessment: &PyAssessment,
    entity: &str,
    period: Option<&str>,
    indicator: &str,
    published: f64,
    digits: i8,
    lang: &str,
) -> PyResult<Option<Answer>> {
    let period = assessment.period(period)?;
    let asked = || assessment.assessment.consistent(entity, period, indicator, published, digits);
    let found = compute(py, asked)?.map_err(|e| errors::data(py, &e, lang))?;
    let write = |found: &analysis::Consistency, form, lang| match form {
        Form::Markdown => found.to_markdown(lang),
        Form::Text => found.sentence(lang),
    };
    found.map(|found| Answer::of(found, write)).transpose()
}
