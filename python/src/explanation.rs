//! Explanations, rendered as asked.

use kaohe::explain::Explanation;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::errors;

/// One cell explained.
#[pyclass(frozen, name = "Explanation", module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct PyExplanation(pub(crate) Explanation);

#[pymethods]
impl PyExplanation {
    #[getter]
    fn entity(&self) -> &str {
        &self.0.entity
    }

    #[getter]
    fn period(&self) -> &str {
        &self.0.period
    }

    /// Entity, period and scheme.
    #[pyo3(signature = (lang="en"))]
    fn heading(&self, lang: &str) -> PyResult<String> {
        Ok(self.0.heading(errors::lang(lang)?))
    }

    #[pyo3(signature = (lang="en"))]
    fn to_text(&self, lang: &str) -> PyResult<String> {
        Ok(self.0.to_text(errors::lang(lang)?))
    }

    #[pyo3(signature = (lang="en"))]
    fn to_markdown(&self, lang: &str) -> PyResult<String> {
        Ok(self.0.to_markdown(errors::lang(lang)?))
    }

    #[pyo3(signature = (lang="en"))]
    fn to_html(&self, lang: &str) -> PyResult<String> {
        Ok(self.0.to_html(errors::lang(lang)?))
    }

    /// The bytes of a workbook.
    fn to_workbook(&self, py: Python<'_>, lang: &str) -> PyResult<Vec<u8>> {
        let tag = errors::lang(lang)?;
        py.detach(|| self.0.to_workbook(tag)).map_err(|e| errors::data(py, &e, lang))
    }

    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// One dict per step.
    #[pyo3(signature = (lang="en"))]
    fn rows<'py>(&self, py: Python<'py>, lang: &str) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for step in self.0.to_rows(errors::lang(lang)?) {
            let row = PyDict::new(py);
            row.set_item("depth", step.depth)?;
            row.set_item("node", step.node)?;
            row.set_item("kind", step.kind)?;
            row.set_item("title", step.title)?;
            row.set_item("value", step.value)?;
            row.set_item("unit", step.unit)?;
            row.set_item("points", step.points)?;
            row.set_item("figure", step.figure)?;
            row.set_item("text", step.text)?;
            list.append(row)?;
        }
        Ok(list)
    }
}
