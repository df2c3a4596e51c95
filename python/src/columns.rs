//! A column of pandas, or of a dict of lists, as numbers.

use kaohe::arrow::{Cells, Marks, Numbers};
use pyo3::buffer::{Element, PyBuffer};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyString};

use crate::capsule::share;
use crate::threads::breathe;

/// From what pandas or a dict of lists gives: a numpy buffer, a (buffer, mask) pair, or a list of objects.
pub(crate) fn numbers<'a>(name: &'a str, source: &Bound<'_, PyAny>, marks: Marks<'a>) -> PyResult<Numbers> {
    if let Ok(list) = source.cast::<PyList>() {
        let mut cells = Cells::new(name, list.len(), marks);
        for item in list {
            breathe(source.py(), cells.rows())?;
            object(&mut cells, &item)?;
        }
        return Ok(cells.finish());
    }
    if let Ok((values, mask)) = source.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>() {
        return from_buffer(name, &values, &items::<u8>(&mask)?);
    }
    match share::<f64>(source) {
        Some(floats) => Ok(Numbers::plain(floats)),
        None => from_buffer(name, source, &[]),
    }
}

/// Copies a numeric buffer; `mask` is empty or says with 1 where a value is missing.
fn from_buffer(name: &str, source: &Bound<'_, PyAny>, mask: &[u8]) -> PyResult<Numbers> {
    let masked = |row: usize| mask.get(row).is_some_and(|m| *m != 0);
    let mut cells = Cells::new(name, 0, Marks::None);
    if let Some(values) = copy::<f64>(source)? {
        fill(&mut cells, values, masked, Cells::float);
    } else if let Some(values) = copy::<f32>(source)? {
        fill(&mut cells, values, masked, Cells::short_float);
    } else if let Some(values) = copy::<i64>(source)? {
        fill(&mut cells, values, masked, |b, x| b.integer(x.unsigned_abs(), &x));
    } else if let Some(values) = copy::<u64>(source)? {
        fill(&mut cells, values, masked, |b, x| b.integer(x, &x));
    } else {
        let got = source.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "column {name}: expected a list, or a buffer of float64, float32, int64 or uint64, got {got}"
        )));
    }
    Ok(cells.finish())
}

/// The items of a buffer, if that is what it holds.
fn copy<T: Element>(source: &Bound<'_, PyAny>) -> PyResult<Option<Vec<T>>> {
    match PyBuffer::<T>::get(source) {
        Ok(buffer) => buffer.to_vec(source.py()).map(Some),
        Err(_) => Ok(None),
    }
}

/// The items of a buffer of this type.
pub(crate) fn items<T: Element>(source: &Bound<'_, PyAny>) -> PyResult<Vec<T>> {
    PyBuffer::<T>::get(source)?.to_vec(source.py())
}

/// Takes cells of one kind, but those that are missing.
fn fill<'a, T>(
    cells: &mut Cells<'a>,
    values: Vec<T>,
    missing: impl Fn(usize) -> bool,
    each: impl Fn(&mut Cells<'a>, T),
) {
    for (row, value) in values.into_iter().enumerate() {
        if missing(row) {
            cells.missing();
        } else {
            each(cells, value);
        }
    }
}

fn object(cells: &mut Cells<'_>, item: &Bound<'_, PyAny>) -> PyResult<()> {
    if item.is_none() {
        cells.missing();
    } else if let Ok(text) = item.cast::<PyString>() {
        written(cells, text);
    } else if item.is_instance_of::<PyBool>() {
        cells.float(if item.is_truthy()? { 1.0 } else { 0.0 });
    } else if item.is_instance_of::<PyFloat>() {
        cells.float(item.extract()?);
    } else if item.is_instance_of::<PyInt>() {
        written(cells, &item.str()?);
    } else {
        // Decimals, numpy scalars, NA, NaT and the like write themselves.
        let text = item.str()?;
        match text.to_cow().as_deref() {
            Ok("nan" | "NaN" | "NaT" | "<NA>") => cells.missing(),
            Ok("True") => cells.float(1.0),
            Ok("False") => cells.float(0.0),
            _ => written(cells, &text),
        }
    }
    Ok(())
}

/// A text of Python's, which may hold half a character (a lone surrogate).
fn written(cells: &mut Cells<'_>, text: &Bound<'_, PyString>) {
    match text.to_cow() {
        Ok(text) => cells.text(&text),
        Err(_) => cells.broken_text(&text.to_string_lossy()),
    }
}
