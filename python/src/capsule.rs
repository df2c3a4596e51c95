//! Memory shared with Python: Arrow streams in and out, numpy buffers in and out. The only `unsafe` file of the project.
//!
//! Sharing memory across two languages means reading through a raw pointer that the other side promises to keep alive,
//! so it cannot be written in safe Rust. Each block states the promise it relies on. Nothing here interprets values.
#![allow(unsafe_code, reason = "memory shared with Python is reached through raw pointers; see each block")]

use std::ffi::{CStr, c_int, c_void};
use std::panic::{self, AssertUnwindSafe};
use std::ptr::{self, NonNull};
use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{RecordBatch, RecordBatchIterator};
use arrow_buffer::{ArrowNativeType, Buffer, ScalarBuffer};
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::buffer::{Element, PyBuffer};
use pyo3::exceptions::{PyBufferError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

/// Name that the Arrow PyCapsule interface gives a stream.
const STREAM: &CStr = c"arrow_array_stream";

/// Levels that the type of a column may nest, as in Arrow's own C++ library: reading it is recursive.
const DEEPEST: usize = 64;

/// Reads every batch of an object with `__arrow_c_stream__`; the buffers stay where they are, and what they hold has not been
/// looked at (see `sound`). The interpreter's lock is free meanwhile: the producer may need Python on another thread.
pub(crate) fn import_stream(object: &Bound<'_, PyAny>) -> PyResult<(SchemaRef, Vec<RecordBatch>)> {
    let capsule = object.call_method0("__arrow_c_stream__")?;
    let capsule = capsule
        .cast::<PyCapsule>()
        .map_err(|_| PyTypeError::new_err("__arrow_c_stream__ did not return a capsule"))?;
    let pointer = capsule.pointer_checked(Some(STREAM))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: the capsule carries the name that the interface reserves for a valid `ArrowArrayStream`, and the name was
    // checked. `from_raw` moves the stream out and leaves a released one behind, as the interface asks of a consumer.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr()) };
    // The reader asserts what the interface promises; a broken promise must not unwind into the interpreter.
    let pulled = object.py().detach(|| panic::catch_unwind(AssertUnwindSafe(|| pull(stream))));
    match pulled {
        Ok(read) => read.map_err(|e| PyValueError::new_err(e.to_string())),
        Err(_) => Err(PyValueError::new_err("the Arrow stream breaks the rules of its interface")),
    }
}

fn pull(mut stream: FFI_ArrowArrayStream) -> Result<(SchemaRef, Vec<RecordBatch>), ArrowError> {
    if depth(&mut stream) > DEEPEST {
        return Err(ArrowError::CDataInterface(format!(
            "a column nests more than {DEEPEST} levels of lists or structs"
        )));
    }
    let reader = RecordBatchStreamReader::try_new(stream)?;
    let schema = arrow_array::RecordBatchReader::schema(&reader);
    Ok((schema, reader.collect::<Result<_, _>>()?))
}

/// How deep the types of a stream nest, counted no further than one beyond [`DEEPEST`]; zero where it does not say.
fn depth(stream: &mut FFI_ArrowArrayStream) -> usize {
    let Some(get_schema) = stream.get_schema() else { return 0 };
    let mut schema = FFI_ArrowSchema::empty();
    // SAFETY: the callback is that of this stream, which is not released, and `schema` is valid for writes.
    if unsafe { get_schema(stream, &raw mut schema) } != 0 {
        return 0; // the reader asks again, and reports the producer's reason
    }
    let mut level = vec![&schema];
    for depth in 0..=DEEPEST {
        level = level.into_iter().flat_map(|s| s.children().chain(s.dictionary())).collect();
        if level.is_empty() {
            return depth;
        }
    }
    DEEPEST + 1
}

/// Lends batches to whoever reads the Arrow PyCapsule interface.
pub(crate) fn export_stream(
    py: Python<'_>,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
) -> PyResult<Bound<'_, PyCapsule>> {
    let reader = RecordBatchIterator::new(batches.into_iter().map(Ok), schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), STREAM)
}

/// A contiguous buffer of numbers (a numpy column), shared without a copy; `None` where the object has no such
/// buffer or it is not one contiguous, aligned dimension.
///
/// The buffer is held until the last reader is gone. As with every library that computes on numpy memory, a caller who
/// writes into the array from another thread while a computation runs gets numbers that nobody can vouch for.
pub(crate) fn share<T: Element + ArrowNativeType>(object: &Bound<'_, PyAny>) -> Option<ScalarBuffer<T>> {
    let buffer = PyBuffer::<T>::get(object).ok()?;
    if buffer.dimensions() != 1 {
        return None;
    }
    let slice = buffer.as_slice_ptr()?;
    let length = buffer.len_bytes();
    let pointer = slice.cast::<u8>();
    if length == 0 || !pointer.cast::<T>().is_aligned() {
        return None;
    }
    // SAFETY: `PyBuffer` holds the exporter's memory of `length` bytes in place until it is dropped, and it is dropped
    // only with the last `Buffer` that refers to it. The pointer was checked for contiguity and alignment; every bit
    // pattern is a number: `ArrowNativeType` is implemented for numbers only, and `Element` says that the buffer holds them.
    let bytes =
        unsafe { Buffer::from_custom_allocation(pointer, length, Arc::new(AssertUnwindSafe(buffer))) };
    Some(ScalarBuffer::from(bytes))
}

/// Lends a caller's buffer to `fill`; `None` if it is not one writable dimension of `rows` floats.
///
/// As with `share`, a caller who reads or writes the array from another thread meanwhile gets what he gets.
pub(crate) fn fill_floats<R>(
    buffer: &PyBuffer<f64>,
    rows: usize,
    fill: impl FnOnce(&mut [f64]) -> R,
) -> Option<R> {
    let pointer = buffer.buf_ptr().cast::<f64>();
    let fits = buffer.dimensions() == 1 && buffer.item_count() == rows && buffer.is_c_contiguous();
    if buffer.readonly() || !fits || rows == 0 || !pointer.is_aligned() {
        return None;
    }
    // SAFETY: `buffer` holds the exporter's memory in place; it was checked to be writable, aligned and contiguous with `rows`
    // items, every bit pattern is an `f64`, and the package hands over arrays that nobody else knows yet.
    Some(fill(unsafe { std::slice::from_raw_parts_mut(pointer, rows) }))
}

/// A column that `owner` holds, lent for as long as anybody reads it; the owner is kept alive, nothing is copied.
pub(crate) fn lend<T: Send + Sync + 'static>(
    owner: T,
    of: impl for<'a> Fn(&'a T) -> &'a [f64],
) -> ScalarBuffer<f64> {
    let owner = Arc::new(AssertUnwindSafe(owner));
    let slice = of(&owner.0);
    let Some(pointer) = NonNull::new(slice.as_ptr().cast_mut()).filter(|_| !slice.is_empty()) else {
        return ScalarBuffer::from(Vec::new());
    };
    let length = size_of_val(slice);
    // SAFETY: the slice borrows from `owner`, which stands at a fixed address behind the `Arc` and is never written to
    // again; the buffer holds that `Arc` until its last reader is gone, and only ever reads.
    let bytes = unsafe { Buffer::from_custom_allocation(pointer.cast::<u8>(), length, owner) };
    ScalarBuffer::from(bytes)
}

/// A column of floats that numpy reads in place: `numpy.asarray(column)` makes no copy, and is read-only.
#[pyclass(frozen, module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct FloatColumn {
    values: ScalarBuffer<f64>,
    /// What the buffer protocol wants to point at, for as long as the object lives.
    shape: [ffi::Py_ssize_t; 1],
}

/// Bytes between two values.
static STRIDE: [ffi::Py_ssize_t; 1] = [size_of::<f64>().cast_signed()];

impl FloatColumn {
    pub(crate) fn new(values: ScalarBuffer<f64>) -> Self {
        let length = ffi::Py_ssize_t::try_from(values.len()).unwrap_or(ffi::Py_ssize_t::MAX);
        FloatColumn { values, shape: [length] }
    }
}

#[pymethods]
impl FloatColumn {
    fn __len__(&self) -> usize {
        self.values.len()
    }

    /// The values as Python numbers, missing as NaN.
    fn to_list(&self) -> Vec<f64> {
        self.values.to_vec()
    }

    /// Lends the values, read-only.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let Some(mut view) = NonNull::new(view) else {
            return Err(PyBufferError::new_err("no view to fill"));
        };
        // SAFETY: CPython calls this slot with a view to be filled, valid for writes until the slot returns.
        let view = unsafe { view.as_mut() };
        view.obj = ptr::null_mut();
        if flags & ffi::PyBUF_WRITABLE == ffi::PyBUF_WRITABLE {
            return Err(PyBufferError::new_err("results are read-only; copy them first"));
        }
        let column = slf.get();
        let asked = |flag: c_int| flags & flag == flag;
        view.buf = column.values.inner().as_ptr().cast_mut().cast::<c_void>();
        view.len = column.shape[0] * STRIDE[0];
        view.readonly = 1;
        view.itemsize = STRIDE[0];
        view.ndim = 1;
        view.format = if asked(ffi::PyBUF_FORMAT) { c"d".as_ptr().cast_mut() } else { ptr::null_mut() };
        // The three pointers lead into this object, which `obj` keeps alive, and into a static.
        view.shape = if asked(ffi::PyBUF_ND) { column.shape.as_ptr().cast_mut() } else { ptr::null_mut() };
        view.strides = if asked(ffi::PyBUF_STRIDES) { STRIDE.as_ptr().cast_mut() } else { ptr::null_mut() };
        view.suboffsets = ptr::null_mut();
        view.internal = ptr::null_mut();
        view.obj = slf.into_any().into_ptr();
        Ok(())
    }
}
