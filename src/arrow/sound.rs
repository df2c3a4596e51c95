//! Whether the memory that an Arrow column hands over holds what its type promises: nothing of it is read before.

use std::panic;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};

use crate::finding::{Finding, Place};

/// What is wrong with the memory of a column, if anything: text that is not UTF-8, offsets or keys that lead out of it.
pub(super) fn damage(column: &str, chunks: &[ArrayRef]) -> Option<Finding> {
    let mut start = 0;
    for chunk in chunks {
        if let Err(error) = checked(chunk.as_ref()) {
            let row = bad_row(chunk.as_ref()).map(|row| start + row);
            let place = Place { row, ..Place::default() };
            let finding = if error.contains("UTF") || error.contains("utf") {
                Finding::error("text_not_unicode")
            } else {
                Finding::error("column_damaged").fact("error", error)
            };
            return Some(finding.placed(place).of_column(column));
        }
        start += chunk.len();
    }
    None
}

/// Compares an array with its type in full.
fn checked(array: &dyn Array) -> Result<(), String> {
    let full = panic::catch_unwind(panic::AssertUnwindSafe(|| array.to_data().validate_full()));
    match full {
        Ok(valid) => valid.map_err(|error| {
            let text = error.to_string();
            text.strip_prefix("Invalid argument error: ").map(str::to_owned).unwrap_or(text)
        }),
        Err(_) => Err("buffers too short".to_owned()),
    }
}

/// The first row that is not as it should be, alone or by the value its key leads to.
fn bad_row(array: &dyn Array) -> Option<usize> {
    let bad = |array: &dyn Array, row| checked(array.slice(row, 1).as_ref()).is_err();
    let Some(dictionary) = array.as_any_dictionary_opt() else {
        return (0..array.len()).find(|&row| bad(array, row));
    };
    let values = dictionary.values();
    let value = (0..values.len()).find(|&value| bad(values.as_ref(), value))?;
    dictionary.normalized_keys().into_iter().position(|key| key == value)
}
