//! Who and when: a key column as pandas factorises it.

use kaohe::arrow::Keys;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyString};

/// From an index per row into `uniques` (−1 for missing), as pandas factorises a column; or the name of their type in
/// place of keys that name nothing.
pub(crate) fn factorised(column: &str, codes: &[i64], uniques: &Bound<'_, PyAny>) -> PyResult<Keys> {
    if let Ok(kind) = uniques.cast::<PyString>() {
        return Ok(Keys::unreadable(column, &kind.to_cow()?, codes.len()));
    }
    let uniques: Vec<Bound<'_, PyAny>> = uniques.try_iter()?.collect::<PyResult<_>>()?;
    if let Some(half) = uniques.iter().position(is_half) {
        let row = codes.iter().position(|code| usize::try_from(*code) == Ok(half));
        return Ok(Keys::broken_text(column, codes.len(), row, &uniques[half].str()?.to_string_lossy()));
    }
    let names: Vec<String> = uniques.iter().map(written).collect::<PyResult<_>>()?;
    // Texts have been told apart; other objects may be written alike (2022 and "2022") and name the same, as in a file.
    let are_distinct = uniques.iter().all(PyAnyMethods::is_instance_of::<PyString>);
    let fraction = |name: &Bound<'_, PyAny>| {
        name.is_instance_of::<PyFloat>()
            && name.extract::<f64>().is_ok_and(|x| x.is_finite() && x.fract() != 0.0)
    };
    let fractions = uniques.iter().any(fraction);
    let rows = codes.iter().map(|code| usize::try_from(*code).ok());
    Ok(Keys::factorised(column, rows, names, are_distinct, fractions))
}

/// A key as people write it: text as it is, 2022.0 as 2022, dates in ISO form.
fn written(object: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = object.cast::<PyString>() {
        return Ok(text.to_cow()?.into_owned());
    }
    if object.is_instance_of::<PyFloat>() {
        return Ok(object.extract::<f64>()?.to_string());
    }
    if object.hasattr("isoformat")? {
        return object.call_method0("isoformat")?.extract();
    }
    Ok(object.str()?.to_cow()?.into_owned())
}

/// Whether a text of Python's holds half a character (a lone surrogate), which no file can.
fn is_half(object: &Bound<'_, PyAny>) -> bool {
    object.cast::<PyString>().is_ok_and(|text| text.to_cow().is_err())
}
