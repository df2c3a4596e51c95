//! COINr's tables: schemes from an `iMeta`, and back.

use kaohe::Scheme;
use kaohe::scheme::coinr::{Contents, Meta, Steps, document, tables};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::errors;
use crate::scheme::PyScheme;

/// A column of iData: its code, whether it is a `variable`, `values` or `classes`, and of what.
type Column = (String, &'static str, Option<String>);

fn refused(error: &serde_json::Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// The scheme of the rows of an `iMeta` and the steps of a script, both as JSON.
#[pyfunction]
#[pyo3(signature = (meta, steps, lang="en"))]
pub(crate) fn from_coinr(py: Python<'_>, meta: &str, steps: &str, lang: &str) -> PyResult<PyScheme> {
    let meta: Vec<Meta> = serde_json::from_str(meta).map_err(|e| refused(&e))?;
    let steps: Steps = serde_json::from_str(steps).map_err(|e| refused(&e))?;
    let made = py.detach(|| document(&meta, &steps).and_then(Scheme::from_document));
    made.map(PyScheme).map_err(|e| errors::scheme(py, &e, lang))
}

/// The rows of the `iMeta` of a scheme as JSON, the columns of its `iData`, and what neither says.
#[pyfunction]
#[pyo3(signature = (scheme, lang="en"))]
pub(crate) fn to_coinr(scheme: &PyScheme, lang: &str) -> PyResult<(String, Vec<Column>, Vec<String>)> {
    let lang = errors::lang(lang)?;
    let tables = tables(&scheme.0);
    let meta = serde_json::to_string(&tables.meta).map_err(|e| refused(&e))?;
    let column = |(code, contents): (String, Contents)| match contents {
        Contents::Variable(id) => (code, "variable", Some(id)),
        Contents::Values(id) => (code, "values", Some(id)),
        Contents::Classes => (code, "classes", None),
    };
    let left = tables.left.iter().map(|finding| finding.message(lang)).collect();
    Ok((meta, tables.data.into_iter().map(column).collect(), left))
}
