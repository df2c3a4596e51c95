//! Questions about why: gaps, drivers, bridges, comparisons, contributions, what a scheme rewards.

use kaohe::analysis::{Method, To, compare as side_by_side, gainers as gained};
use kaohe::{DataError, Lang};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::answer::Answer;
use crate::assessment::PyAssessment;
use crate::errors;
use crate::threads::compute;

/// What an entity is compared with, as Python says it.
#[derive(FromPyObject)]
pub(crate) enum Whom {
    Quantile(f64),
    Named(String),
}

impl Whom {
    fn to(self) -> To {
        match self {
            Whom::Quantile(q) => To::Quantile(q),
            Whom::Named(name) => match name.as_str() {
                "mean" => To::Mean,
                "pooled" => To::Pooled,
                "best" => To::Best,
                "next" => To::Next,
                _ => To::Entity(name),
            },
        }
    }
}

/// How far behind, in which indicator, and whether it widens.
#[pyfunction]
#[pyo3(signature = (assessment, entity, period, to, since=None, lang="en"))]
pub(crate) fn gaps(
    py: Python<'_>,
    assessment: &PyAssessment,
    entity: &str,
    period: Option<&str>,
    to: Whom,
    since: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let at = assessment.period(period)?;
    let since = since.map(|s| assessment.period(Some(s))).transpose()?;
    let (a, to) = (&assessment.assessment, to.to());
    let found = asked(py, lang, || a.gaps(entity, at, &to, since))?;
    let document = a.scheme().document();
    let said = |l: Lang| {
        let mut lines = vec![found.sentence(document, l)];
        lines.extend(found.sentences(document, l));
        lines.join("\n")
    };
    Answer::new(&found, |l| found.to_markdown(document, l), said)
}

/// Why an indicator moved.
#[expect(clippy::too_many_arguments, reason = "keyword arguments of Python; the typed method names them")]
#[pyfunction]
#[pyo3(signature = (assessment, entity, indicator, since, until, method="auto", lang="en"))]
pub(crate) fn drivers(
    py: Python<'_>,
    assessment: &PyAssessment,
    entity: &str,
    indicator: &str,
    since: &str,
    until: Option<&str>,
    method: &str,
    lang: &str,
) -> PyResult<Answer> {
    let (from, to) = (assessment.period(Some(since))?, assessment.period(until)?);
    let method = match method {
        "auto" => Method::Auto,
        "lmdi" => Method::Lmdi,
        "shapley" => Method::Shapley,
        other => {
            let text = format!("method must be \"auto\", \"lmdi\" or \"shapley\", not {other:?}");
            return Err(PyValueError::new_err(text));
        }
    };
    let a = &assessment.assessment;
    let found = asked(py, lang, || a.drivers(entity, indicator, from, to, method))?;
    let document = a.scheme().document();
    Answer::new(&found, |l| found.to_markdown(document, l), |l| found.sentence(document, l))
}

/// Why a total moved.
#[pyfunction]
#[pyo3(signature = (assessment, entity, since, until, lang="en"))]
pub(crate) fn bridge(
    py: Python<'_>,
    assessment: &PyAssessment,
    entity: &str,
    since: &str,
    until: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let (from, to) = (assessment.period(Some(since))?, assessment.period(until)?);
    let a = &assessment.assessment;
    let found = asked(py, lang, || a.bridge(entity, from, to))?;
    let document = a.scheme().document();
    let said = |l: Lang| found.sentences(document, l).join("\n");
    Answer::new(&found, |l| found.to_markdown(document, l), said)
}

/// Two results side by side.
#[pyfunction]
#[pyo3(signature = (a, b, lang="en"))]
pub(crate) fn compare(py: Python<'_>, a: &PyAssessment, b: &PyAssessment, lang: &str) -> PyResult<Answer> {
    let found = asked(py, lang, || side_by_side(&a.assessment, &b.assessment))?;
    Answer::new(&found, |l| found.to_markdown(l), |l| found.sentence(l))
}

/// Who gains and who loses between two results.
#[pyfunction]
#[pyo3(signature = (a, b, lang="en"))]
pub(crate) fn gainers(py: Python<'_>, a: &PyAssessment, b: &PyAssessment, lang: &str) -> PyResult<Answer> {
    let found = asked(py, lang, || gained(&a.assessment, &b.assessment))?;
    Answer::new(&found, |l| found.to_markdown(l), |l| found.sentence(l))
}

/// What each indicator adds to a total; to the distance from another entity; to the variance of all totals.
#[pyfunction]
#[pyo3(signature = (assessment, period, entity=None, other=None, lang="en"))]
pub(crate) fn contributions(
    py: Python<'_>,
    assessment: &PyAssessment,
    period: Option<&str>,
    entity: Option<&str>,
    other: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let at = assessment.period(period)?;
    let a = &assessment.assessment;
    let document = a.scheme().document();
    let Some(entity) = entity else {
        let found = asked(py, lang, || a.variance(at))?;
        return Answer::new(&found, |l| found.to_markdown(document, l), |l| found.sentence(document, l));
    };
    let found = asked(py, lang, || match other {
        Some(other) => a.distance(entity, other, at),
        None => a.contributions(entity, at),
    })?;
    Answer::new(&found, |l| found.to_markdown(document, l), |l| found.sentence(document, l))
}

/// What one unit and one per cent of each variable is worth to an entity.
#[pyfunction]
#[pyo3(signature = (assessment, entity, period=None, lang="en"))]
pub(crate) fn marginal(
    py: Python<'_>,
    assessment: &PyAssessment,
    entity: &str,
    period: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let at = assessment.period(period)?;
    let a = &assessment.assessment;
    let found = asked(py, lang, || a.marginal(entity, at))?;
    let document = a.scheme().document();
    Answer::new(&found, |l| found.to_markdown(document, l), |l| found.sentence(document, l))
}

/// Where rules are flat or jump, for every entity of a period.
#[pyfunction]
#[pyo3(signature = (assessment, period=None, lang="en"))]
pub(crate) fn zones(
    py: Python<'_>,
    assessment: &PyAssessment,
    period: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let at = assessment.period(period)?;
    let a = &assessment.assessment;
    let found = asked(py, lang, || a.zones(at))?;
    let document = a.scheme().document();
    Answer::new(&found, |l| found.to_markdown(document, l), |l| found.sentence(l))
}

fn asked<T: Send>(
    py: Python<'_>,
    lang: &str,
    question: impl FnOnce() -> Result<T, DataError> + Send,
) -> PyResult<T> {
    compute(py, question).map_err(|e| errors::data(py, &e, lang))
}
