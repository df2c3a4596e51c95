//! Numbers as people read them, written by the one way that the core has.

use kaohe::report::{Digits, Measure};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::errors;

/// Numbers with their unit, groups of three digits, and a sign where they are changes; `—` for NaN.
///
/// `digits` is `typed`, `computed`, or with a count `decimals`, `at_most`, `significant`.
#[pyfunction]
#[pyo3(signature = (numbers, digits="typed", count=0, unit="", signed=false, lang="en"))]
pub(crate) fn shown(
    numbers: Vec<f64>,
    digits: &str,
    count: usize,
    unit: &str,
    signed: bool,
    lang: &str,
) -> PyResult<Vec<String>> {
    let digits = match digits {
        "typed" => Digits::Typed,
        "computed" => Digits::Computed,
        "decimals" => Digits::Decimals(count),
        "at_most" => Digits::AtMost(count),
        "significant" => Digits::Significant(count),
        other => return Err(PyValueError::new_err(other.to_owned())),
    };
    let (measure, lang) = (Measure { digits, unit: unit.to_owned(), signed }, errors::lang(lang)?);
    Ok(numbers.into_iter().map(|x| measure.text(x, lang)).collect())
}
