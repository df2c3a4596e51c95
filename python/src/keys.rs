//! Who and when: a key column of a caller's table as names, one index a row.

use std::collections::HashMap;
use std::fmt::Display;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, ArrowTemporalType, ArrowTimestampType, Date32Type, Date64Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use kaohe::{Finding, Place};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyString};

use crate::columns::texts;

/// Index of a row without a name.
pub(crate) const NOBODY: u32 = u32::MAX;

/// The distinct names of a key column in order of first appearance, and for every row the index of its name.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    pub(crate) names: Vec<String>,
    pub(crate) of: Vec<u32>,
    pub(crate) findings: Vec<Finding>,
}

impl Keys {
    /// The name of a row.
    pub(crate) fn name(&self, row: usize) -> Option<&str> {
        self.names.get(*self.of.get(row)? as usize).map(String::as_str)
    }

    /// From the chunks of an Arrow column: text of any kind, whole numbers, dates, timestamps without a zone.
    pub(crate) fn from_arrow(column: &str, chunks: &[ArrayRef]) -> Self {
        let mut reader = Reader::default();
        for chunk in chunks {
            if !reader.append(chunk.as_ref()) {
                let place = Place { column: Some(column.to_owned()), ..Place::default() };
                let finding = Finding::error("key_not_readable").placed(place);
                reader.findings.push(finding.fact("column", column).fact("type", chunk.data_type()));
                break;
            }
        }
        let keys = Keys { names: reader.names, of: reader.of, findings: reader.findings };
        keys.with_holes(column)
    }

    /// From an index per row into `uniques` (−1 for missing), as pandas factorises a column.
    pub(crate) fn from_python(column: &str, codes: &[i64], uniques: &Bound<'_, PyAny>) -> PyResult<Self> {
        // Two objects may be written alike (2022 and "2022"): they name the same, as in a file.
        let mut reader = Reader::default();
        let mut index = Vec::new();
        for unique in uniques.try_iter()? {
            index.push(reader.index(&written(&unique?)?));
        }
        let of = codes
            .iter()
            .map(|c| usize::try_from(*c).ok().and_then(|c| index.get(c)).copied().unwrap_or(NOBODY))
            .collect();
        Ok(Keys { names: reader.names, of, findings: Vec::new() }.with_holes(column))
    }

    /// From whole numbers, one a row. Numbers that come in runs (years) or in equal blocks (the same entities year after
    /// year) are told apart without looking each of them up.
    pub(crate) fn from_numbers(numbers: &[i64]) -> Self {
        let again = numbers.iter().skip(1).position(|x| Some(x) == numbers.first());
        let block = again.map_or(numbers.len(), |i| i + 1);
        let repeats = block > 1 && numbers[block..] == numbers[..numbers.len() - block];
        let head = if repeats { &numbers[..block] } else { numbers };
        let mut of: Vec<u32> = Vec::with_capacity(numbers.len());
        let mut names: Vec<String> = Vec::new();
        if head.is_sorted_by(|a, b| a < b) {
            names.extend(head.iter().map(ToString::to_string));
            of.extend(0..head.len() as u32);
        } else {
            let mut seen: HashMap<i64, u32> = HashMap::new();
            let mut last: Option<(i64, u32)> = None;
            for number in head {
                let index = match last {
                    Some((before, index)) if before == *number => index,
                    _ => *seen.entry(*number).or_insert_with(|| {
                        names.push(number.to_string());
                        (names.len() - 1) as u32
                    }),
                };
                last = Some((*number, index));
                of.push(index);
            }
        }
        while of.len() < numbers.len() {
            let more = block.min(numbers.len() - of.len());
            of.extend_from_within(..more);
        }
        Keys { names, of, findings: Vec::new() }
    }

    /// Reports the rows without a name.
    fn with_holes(mut self, column: &str) -> Self {
        let holes = self.of.iter().enumerate().filter(|(_, i)| **i == NOBODY);
        self.findings.extend(holes.take(1000).map(|(row, _)| {
            let place = Place { row: Some(row), column: Some(column.to_owned()), ..Place::default() };
            Finding::error("key_missing").placed(place).fact("column", column)
        }));
        self
    }
}

/// A key as people write it: text as it is, 2022.0 as 2022, dates in ISO form.
fn written(object: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = object.cast::<PyString>() {
        return Ok(text.to_cow()?.into_owned());
    }
    if object.is_instance_of::<PyFloat>() {
        return Ok(whole(object.extract()?));
    }
    if object.hasattr("isoformat")? {
        return object.call_method0("isoformat")?.extract();
    }
    Ok(object.str()?.to_cow()?.into_owned())
}

/// A float key: 2022.0 is 2022.
fn whole(x: f64) -> String {
    x.to_string()
}

#[derive(Default)]
struct Reader {
    names: Vec<String>,
    seen: HashMap<String, u32>,
    of: Vec<u32>,
    findings: Vec<Finding>,
}

impl Reader {
    fn index(&mut self, name: &str) -> u32 {
        if let Some(index) = self.seen.get(name) {
            return *index;
        }
        let next = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.seen.insert(name.to_owned(), next);
        next
    }

    fn push(&mut self, name: Option<&str>) {
        let index = name.map_or(NOBODY, |n| self.index(n));
        self.of.push(index);
    }

    /// Reads a chunk; `false` if its type names nothing.
    fn append(&mut self, array: &dyn Array) -> bool {
        match array.data_type() {
            DataType::Int8 => self.numbers::<Int8Type>(array),
            DataType::Int16 => self.numbers::<Int16Type>(array),
            DataType::Int32 => self.numbers::<Int32Type>(array),
            DataType::Int64 => self.numbers::<Int64Type>(array),
            DataType::UInt8 => self.numbers::<UInt8Type>(array),
            DataType::UInt16 => self.numbers::<UInt16Type>(array),
            DataType::UInt32 => self.numbers::<UInt32Type>(array),
            DataType::UInt64 => self.numbers::<UInt64Type>(array),
            DataType::Float32 => {
                self.each(
                    array.as_primitive::<Float32Type>().iter(),
                    |x| x.is_nan(),
                    std::string::ToString::to_string,
                );
            }
            DataType::Float64 => {
                self.each(array.as_primitive::<Float64Type>().iter(), |x| x.is_nan(), |x| whole(*x));
            }
            DataType::Date32 => self.dates::<Date32Type>(array),
            DataType::Date64 => self.dates::<Date64Type>(array),
            DataType::Timestamp(unit, None) => match unit {
                TimeUnit::Second => self.times::<TimestampSecondType>(array),
                TimeUnit::Millisecond => self.times::<TimestampMillisecondType>(array),
                TimeUnit::Microsecond => self.times::<TimestampMicrosecondType>(array),
                TimeUnit::Nanosecond => self.times::<TimestampNanosecondType>(array),
            },
            DataType::Null => self.of.extend(std::iter::repeat_n(NOBODY, array.len())),
            DataType::Dictionary(..) => return self.dictionary(array),
            _ => match texts(array) {
                Some(texts) => texts.for_each(|t| self.push(t)),
                None => return false,
            },
        }
        true
    }

    fn each<T>(
        &mut self,
        items: impl Iterator<Item = Option<T>>,
        missing: impl Fn(&T) -> bool,
        write: impl Fn(&T) -> String,
    ) {
        for item in items {
            let name = item.filter(|x| !missing(x)).map(|x| write(&x));
            self.push(name.as_deref());
        }
    }

    /// Whole numbers are written out once each, not once a row.
    fn numbers<T: ArrowPrimitiveType<Native: Display + Eq + std::hash::Hash>>(&mut self, array: &dyn Array) {
        let mut seen: HashMap<T::Native, u32> = HashMap::new();
        for x in array.as_primitive::<T>() {
            let index = match x {
                Some(x) => *seen.entry(x).or_insert_with(|| self.index(&x.to_string())),
                None => NOBODY,
            };
            self.of.push(index);
        }
    }

    fn dates<T: ArrowTemporalType>(&mut self, array: &dyn Array)
    where
        i64: From<T::Native>,
    {
        let array = array.as_primitive::<T>();
        for row in 0..array.len() {
            let date =
                (!array.is_null(row)).then(|| array.value_as_date(row)).flatten().map(|d| d.to_string());
            self.push(date.as_deref());
        }
    }

    fn times<T: ArrowTimestampType>(&mut self, array: &dyn Array) {
        let array = array.as_primitive::<T>();
        for row in 0..array.len() {
            let time = (!array.is_null(row)).then(|| array.value_as_datetime(row)).flatten();
            let text = time.map(|t| t.format("%Y-%m-%dT%H:%M:%S").to_string());
            self.push(text.as_deref());
        }
    }

    fn dictionary(&mut self, array: &dyn Array) -> bool {
        let Some(dictionary) = array.as_any_dictionary_opt() else { return false };
        let mut names = Reader::default();
        if !names.append(dictionary.values().as_ref()) {
            return false;
        }
        if dictionary.values().is_empty() {
            self.of.extend(std::iter::repeat_n(NOBODY, array.len()));
            return true;
        }
        for (row, key) in dictionary.normalized_keys().into_iter().enumerate() {
            let index = if dictionary.keys().is_null(row) { NOBODY } else { names.of[key] };
            self.push(names.names.get(index as usize).map(String::as_str));
        }
        true
    }
}
