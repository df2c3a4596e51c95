//! Questions about how sure a ranking is. Parameters come as JSON, as the core's types read them.

use std::sync::{Mutex, PoisonError};

use kaohe::DataError;
use kaohe::answer::{Question, answer};
use kaohe::report::Names;
use kaohe::robustness::{
    Estimated, How, Robustness, Runs, Sampling, Shown, rank_sets as core_rank_sets, rank_sets_correlated,
};
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError};
use pyo3::prelude::*;
use serde::Deserialize;

use crate::answer::{Answer, found};
use crate::arguments::{question, read};
use crate::assessment::PyAssessment;
use crate::errors;
use crate::threads::compute;

/// Confidence sets for ranks; with a covariance the estimates' own errors do not matter.
#[pyfunction]
#[pyo3(signature = (estimates, how, ascending=false, top=None, lang="en", covariance=None))]
pub(crate) fn rank_sets(
    py: Python<'_>,
    estimates: &str,
    how: &str,
    ascending: bool,
    top: Option<usize>,
    lang: &str,
    covariance: Option<&str>,
) -> PyResult<Answer> {
    let (estimates, how): (Vec<Estimated>, How) = (read(estimates)?, read(how)?);
    let covariance: Option<Vec<Vec<f64>>> = covariance.map(read).transpose()?;
    found(py, None, lang, || match &covariance {
        Some(covariance) => rank_sets_correlated(&estimates, covariance, &how, ascending, top),
        None => core_rank_sets(&estimates, &how, ascending, top),
    })
}

/// What of an answer the runs can be taken up again from.
#[derive(Deserialize)]
struct Kept {
    runs: Runs,
    shown: Shown,
}

impl Kept {
    fn read(facts: &str) -> PyResult<Self> {
        read(facts)
    }

    fn robustness(self) -> Result<Robustness, DataError> {
        Robustness::of(self.runs.checked()?, &self.shown)
    }
}

/// Computes; on Ctrl-C what was done until then is the answer, if it is anything.
fn sampled(
    py: Python<'_>,
    assessment: &PyAssessment,
    lang: &str,
    work: impl FnOnce() -> Result<Robustness, DataError> + Send,
) -> PyResult<Answer> {
    let kept = Mutex::new(None);
    let keep = |found: Robustness| *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
    let done = compute(py, || work().map(keep));
    let part = kept.lock().unwrap_or_else(PoisonError::into_inner).take();
    let found = match (done, part) {
        (Ok(Ok(())), Some(found)) => found,
        (Err(stopped), Some(found))
            if stopped.is_instance_of::<PyKeyboardInterrupt>(py) && found.samples > 0 =>
        {
            found
        }
        (Ok(Err(error)), _) => return Err(errors::data(py, &error, lang)),
        (Err(error), _) => return Err(error),
        (Ok(Ok(())), None) => return Err(PyRuntimeError::new_err("the computation has left no result")),
    };
    Ok(answer(found, Names::of(assessment.assessment.scheme().document())).into())
}

/// How ranks hold when what is uncertain varies: the parts of the question as JSON.
#[pyfunction]
#[pyo3(signature = (assessment, parts, lang="en"))]
pub(crate) fn robustness(
    py: Python<'_>,
    assessment: &PyAssessment,
    parts: &str,
    lang: &str,
) -> PyResult<Answer> {
    let Question::Robustness { period, samples, first, seed, factors, shown } =
        question("robustness", parts)?
    else {
        return Err(PyRuntimeError::new_err("another question was read"));
    };
    let core = &assessment.assessment;
    sampled(py, assessment, lang, || {
        let sampling = Sampling { samples, first, seed };
        core.robustness(core.when(period.as_deref())?, factors.as_deref(), sampling, &shown)
    })
}

/// The same with more runs; the facts of an answer as JSON.
#[pyfunction]
#[pyo3(signature = (assessment, facts, samples, lang="en"))]
pub(crate) fn more_runs(
    py: Python<'_>,
    assessment: &PyAssessment,
    facts: &str,
    samples: u64,
    lang: &str,
) -> PyResult<Answer> {
    let kept = Kept::read(facts)?;
    sampled(py, assessment, lang, || assessment.assessment.more_runs(kept.robustness()?, samples))
}

/// Two parts of a study as one.
#[pyfunction]
#[pyo3(signature = (facts, other, lang="en"))]
pub(crate) fn merge_runs(py: Python<'_>, facts: &str, other: &str, lang: &str) -> PyResult<Answer> {
    let (own, other) = (Kept::read(facts)?, Kept::read(other)?);
    found(py, None, lang, || own.robustness()?.merge(&other.robustness()?))
}

/// The complete assessment of a run.
#[pyfunction]
#[pyo3(signature = (assessment, facts, run, lang="en"))]
pub(crate) fn assess_run(
    py: Python<'_>,
    assessment: &PyAssessment,
    facts: &str,
    run: u64,
    lang: &str,
) -> PyResult<PyAssessment> {
    let kept = Kept::read(facts)?;
    let done = compute(py, || assessment.assessment.run(&kept.runs.checked()?, run))?;
    done.map(|assessment| PyAssessment { assessment }).map_err(|e| errors::data(py, &e, lang))
}

/// In which share of the runs one entity is before another.
#[pyfunction]
#[pyo3(signature = (facts, entity, other, lang="en"))]
pub(crate) fn beats(py: Python<'_>, facts: &str, entity: &str, other: &str, lang: &str) -> PyResult<f64> {
    let kept = Kept::read(facts)?;
    let done = compute(py, || kept.robustness()?.beats(entity, other))?;
    done.map_err(|e| errors::data(py, &e, lang))
}

/// In which share of the runs each has a rank of at most so many.
#[pyfunction]
#[pyo3(signature = (facts, rank, lang="en"))]
pub(crate) fn at_most(py: Python<'_>, facts: &str, rank: f64, lang: &str) -> PyResult<Answer> {
    let kept = Kept::read(facts)?;
    found(py, None, lang, || Ok(kept.robustness()?.at_most(rank)))
}
