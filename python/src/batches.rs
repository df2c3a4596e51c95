//! Arrow batches held for Python: read once from any stream, lent out as often as asked.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::capsule::{export_stream, import_stream};

/// A table in Arrow memory. Reading a stream consumes it; this keeps what was read.
#[pyclass(frozen, module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct Batches {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

#[pymethods]
impl Batches {
    /// Reads an object with `__arrow_c_stream__`.
    #[new]
    fn new(stream: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (schema, batches) = import_stream(stream)?;
        Ok(Batches { schema, batches })
    }

    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Names of the columns.
    #[getter]
    fn columns(&self) -> Vec<&str> {
        self.schema.fields().iter().map(|f| f.name().as_str()).collect()
    }

    /// Lends the batches; the schema that a consumer asks for is a purpose, and is not followed.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        export_stream(py, self.schema.clone(), self.batches.clone())
    }
}
