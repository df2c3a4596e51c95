//! Questions: those asked of an assessment, as JSON, and those about two.

use kaohe::analysis::{self, Comparison};
use kaohe::answer::Facts;
use kaohe::report::Report;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;

use crate::answer::{Answer, found};
use crate::arguments::question;
use crate::assessment::PyAssessment;
use crate::errors;
use crate::threads::compute;

/// Answers a question asked of an assessment: its name, and the rest of it as JSON.
#[pyfunction]
#[pyo3(signature = (assessment, ask, parts, lang="en"))]
pub(crate) fn ask(
    py: Python<'_>,
    assessment: &PyAssessment,
    ask: &str,
    parts: &str,
    lang: &str,
) -> PyResult<Answer> {
    let question = question(ask, parts)?;
    let answer = compute(py, || assessment.assessment.ask(&question))?;
    answer.map(Answer::from).map_err(|e| errors::data(py, &e, lang))
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
    let (a, b) = (&before.assessment, &after.assessment);
    found(py, Some(b.scheme()), lang, || {
        analysis::bridge_between(a, a.row(entity, a.when(since)?)?, b, b.row(entity, b.when(until)?)?)
    })
}

/// Asks about two results, or about a period of each.
fn ask_both<F: Report + Into<Facts> + Send>(
    py: Python<'_>,
    [before, after]: [&PyAssessment; 2],
    periods: Option<(PyBackedStr, PyBackedStr)>,
    lang: &str,
    facts: fn(Comparison) -> F,
) -> PyResult<Answer> {
    let (a, b) = (&before.assessment, &after.assessment);
    found(py, Some(b.scheme()), lang, || {
        let compared = match &periods {
            Some((since, until)) => {
                analysis::compare_periods(a, a.when(Some(since))?, b, b.when(Some(until))?)
            }
            None => analysis::compare(a, b),
        };
        compared.map(facts)
    })
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
    ask_both(py, [before, after], periods, lang, |compared| compared)
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
    ask_both(py, [before, after], periods, lang, Comparison::gainers)
}
