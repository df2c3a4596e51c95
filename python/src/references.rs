//! References: what a scheme compares with, kept.

use kaohe::{Anchored, PartialReferences, References};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::errors;
use crate::threads::compute;

/// References that were taken from a table, or read.
#[pyclass(frozen, name = "References", module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct PyReferences(pub(crate) References);

#[pymethods]
impl PyReferences {
    #[staticmethod]
    #[pyo3(signature = (text, lang="en"))]
    fn from_json(py: Python<'_>, text: &str, lang: &str) -> PyResult<Self> {
        let read = compute(py, || References::from_json(text))?;
        read.map(PyReferences).map_err(|e| errors::data(py, &e, lang))
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        compute(py, || self.0.to_json())
    }

    #[getter]
    fn fingerprint(&self) -> String {
        self.0.fingerprint().to_string()
    }

    /// The scheme that they were taken with.
    #[getter]
    fn scheme(&self) -> crate::scheme::PyScheme {
        crate::scheme::PyScheme(self.0.scheme().clone())
    }

    /// Periods that they were taken from.
    #[getter]
    fn periods(&self) -> Vec<String> {
        self.0.periods().iter().map(ToString::to_string).collect()
    }

    /// Every anchor, column by column.
    fn anchors<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = self.0.anchors();
        let columns = PyDict::new(py);
        let texts = |of: &dyn Fn(&Anchored) -> Option<String>| PyList::new(py, all.iter().map(of));
        columns.set_item("indicator", texts(&|a| Some(a.indicator.clone()))?)?;
        columns.set_item("part", texts(&|a| Some(a.part.clone()))?)?;
        columns.set_item("period", texts(&|a| a.period.map(|p| p.to_string()))?)?;
        columns.set_item("class", texts(&|a| a.class.clone())?)?;
        columns.set_item("anchor", texts(&|a| Some(a.anchor.clone()))?)?;
        columns.set_item("value", all.iter().map(|a| a.value.unwrap_or(f64::NAN)).collect::<Vec<_>>())?;
        columns.set_item("set_by", texts(&set_by)?)?;
        columns
            .set_item("of", texts(&|a| Some(if a.of_measure { "value" } else { "measure" }.to_owned()))?)?;
        Ok(columns)
    }

    fn __eq__(&self, other: &PyReferences) -> bool {
        self.0 == other.0
    }
}

/// What references need of some rows of a table.
#[pyclass(frozen, name = "PartialReferences", module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct PyPartial(pub(crate) PartialReferences);

#[pymethods]
impl PyPartial {
    /// Both together.
    #[pyo3(signature = (other, lang="en"))]
    fn merge(&self, py: Python<'_>, other: &PyPartial, lang: &str) -> PyResult<Self> {
        let mut both = self.0.clone();
        both.merge(other.0.clone()).map_err(|e| errors::data(py, &e, lang))?;
        Ok(PyPartial(both))
    }

    #[pyo3(signature = (lang="en"))]
    fn finish(&self, py: Python<'_>, lang: &str) -> PyResult<PyReferences> {
        let done = compute(py, || self.0.finish())?;
        done.map(PyReferences).map_err(|e| errors::data(py, &e, lang))
    }

    #[getter]
    fn rows(&self) -> usize {
        self.0.rows()
    }
}

/// Who set an anchor, with the period where that is not the set's.
fn set_by(anchor: &Anchored) -> Option<String> {
    let (entity, period) = anchor.set_by.as_ref()?;
    Some(if anchor.period == Some(*period) { entity.clone() } else { format!("{entity} {period}") })
}
