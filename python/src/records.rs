//! Keys of rows and rules that people write: one that is not known is named, with the nearest that is.

use kaohe::{DataError, Finding, Place, nearest};
use pyo3::prelude::*;

use crate::errors;

/// Refuses rows with keys that are not known: for each row where it is, its keys, and the known ones.
#[pyfunction]
#[pyo3(signature = (rows, lang="en"))]
pub(crate) fn known_keys(
    py: Python<'_>,
    rows: Vec<(String, Vec<String>, Vec<String>)>,
    lang: &str,
) -> PyResult<()> {
    let mut findings = Vec::new();
    for (path, keys, known) in &rows {
        for key in keys.iter().filter(|key| !known.contains(key)) {
            let finding = match nearest(key, known.iter().map(String::as_str)) {
                Some(near) => Finding::error("unknown_key_near").fact("nearest", near),
                None => Finding::error("unknown_key").fact("known", known.join(", ")),
            };
            let place = Place { path: Some(path.clone()), ..Place::default() };
            findings.push(finding.placed(place).fact("name", key));
        }
    }
    if findings.is_empty() { Ok(()) } else { Err(errors::data(py, &DataError::new(findings), lang)) }
}
