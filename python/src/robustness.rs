//! Questions about how sure a ranking is. Parameters come as JSON, as the core's types read them.

use kaohe::robustness::{Estimated, How, rank_sets as core_rank_sets};
use pyo3::prelude::*;

use crate::answer::{Answer, found};
use crate::arguments::read;

/// Confidence sets for ranks.
#[pyfunction]
#[pyo3(signature = (estimates, how, ascending=false, top=None, lang="en"))]
pub(crate) fn rank_sets(
    py: Python<'_>,
    estimates: &str,
    how: &str,
    ascending: bool,
    top: Option<usize>,
    lang: &str,
) -> PyResult<Answer> {
    let (estimates, how): (Vec<Estimated>, How) = (read(estimates)?, read(how)?);
    found(py, None, lang, || core_rank_sets(&estimates, &how, ascending, top))
}
