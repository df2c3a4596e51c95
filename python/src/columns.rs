//! A column of a caller's table as numbers: floats with missing as NaN, the decimals a float cannot hold, and what was
//! wrong with single cells. No cell is dropped or guessed: what is not a number is named with its row.

use std::fmt::Display;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_buffer::ScalarBuffer;
use arrow_schema::DataType;
use kaohe::{Exact, Finding, Number, Place};
use pyo3::buffer::{Element, PyBuffer};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyString};

use crate::capsule::share;
use crate::sound::damage;
use crate::threads::breathe;

/// Significant digits that a float always gives back as they were typed.
const SAFE_DIGITS: usize = 15;
/// Largest magnitude below which every integer is a float.
const SAFE_INTEGER: u64 = 1 << 53;
/// Findings of one kind in one column that are listed; the rest is counted.
const LISTED: usize = 1000;
/// Characters of a caller's value that a message repeats.
const SHOWN: usize = 60;

/// A column, ready for the panel.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) values: ScalarBuffer<f64>,
    /// Rows whose typed decimal is not the shortest notation of the float.
    pub(crate) decimals: Vec<(usize, Exact)>,
    pub(crate) findings: Vec<Finding>,
}

impl Column {
    /// A column whose floats are all there is to know.
    fn plain(values: ScalarBuffer<f64>) -> Self {
        Column { values, decimals: Vec::new(), findings: Vec::new() }
    }

    /// From the chunks of an Arrow column; one chunk of floats without gaps is taken as it is.
    pub(crate) fn from_arrow(name: &str, chunks: &[ArrayRef]) -> Self {
        if let [one] = chunks
            && one.null_count() == 0
            && let Some(floats) = one.as_primitive_opt::<Float64Type>()
        {
            return Column::plain(floats.values().clone());
        }
        let rows = chunks.iter().map(arrow_array::Array::len).sum();
        if let Some(finding) = damage(name, chunks) {
            let values = vec![f64::NAN; rows].into();
            return Column { values, decimals: Vec::new(), findings: vec![finding] };
        }
        let mut builder = Builder::new(name, rows);
        for chunk in chunks {
            builder.append(chunk.as_ref());
        }
        builder.finish()
    }

    /// From what pandas or a dict of lists gives: a numpy buffer, a (buffer, mask) pair, or a list of objects.
    pub(crate) fn from_python(name: &str, source: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(list) = source.cast::<PyList>() {
            let mut builder = Builder::new(name, list.len());
            for item in list {
                breathe(source.py(), builder.values.len())?;
                builder.object(&item)?;
            }
            return Ok(builder.finish());
        }
        if let Ok((values, mask)) = source.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>() {
            return Self::from_buffer(name, &values, &items::<u8>(&mask)?);
        }
        match share::<f64>(source) {
            Some(floats) => Ok(Column::plain(floats)),
            None => Self::from_buffer(name, source, &[]),
        }
    }

    /// Copies a numeric buffer; `mask` is empty or says with 1 where a value is missing.
    fn from_buffer(name: &str, source: &Bound<'_, PyAny>, mask: &[u8]) -> PyResult<Self> {
        let masked = |row: usize| mask.get(row).is_some_and(|m| *m != 0);
        let mut builder = Builder::new(name, 0);
        if let Some(values) = copy::<f64>(source)? {
            builder.fill(values.into_iter(), masked, Builder::float);
        } else if let Some(values) = copy::<f32>(source)? {
            builder.fill(values.into_iter(), masked, Builder::short_float);
        } else if let Some(values) = copy::<i64>(source)? {
            builder.fill(values.into_iter(), masked, |b, x| b.integer(x.unsigned_abs(), &x));
        } else if let Some(values) = copy::<u64>(source)? {
            builder.fill(values.into_iter(), masked, |b, x| b.integer(x, &x));
        } else {
            let got = source.get_type().name()?;
            return Err(PyTypeError::new_err(format!(
                "column {name}: expected a list, or a buffer of float64, float32, int64 or uint64, got {got}"
            )));
        }
        Ok(builder.finish())
    }
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

/// Takes cells one after the other.
struct Builder<'a> {
    name: &'a str,
    values: Vec<f64>,
    decimals: Vec<(usize, Exact)>,
    findings: Vec<Finding>,
    /// Findings beyond [`LISTED`].
    more: usize,
    /// Whether the type of the column has been complained of.
    wrong_type: bool,
}

impl<'a> Builder<'a> {
    fn new(name: &'a str, rows: usize) -> Self {
        Builder {
            name,
            values: Vec::with_capacity(rows),
            decimals: Vec::new(),
            findings: Vec::new(),
            more: 0,
            wrong_type: false,
        }
    }

    fn finish(mut self) -> Column {
        if self.more > 0 {
            let rest = Finding::error("column_and_more").fact("column", self.name).fact("count", self.more);
            self.findings.push(rest.placed(Place { column: Some(self.name.to_owned()), ..Place::default() }));
        }
        Column { values: self.values.into(), decimals: self.decimals, findings: self.findings }
    }

    fn fill<T>(
        &mut self,
        values: impl Iterator<Item = T>,
        missing: impl Fn(usize) -> bool,
        each: impl Fn(&mut Self, T),
    ) {
        for (row, value) in values.enumerate() {
            if missing(row) {
                self.missing();
            } else {
                each(self, value);
            }
        }
    }

    fn missing(&mut self) {
        self.values.push(f64::NAN);
    }

    fn float(&mut self, x: f64) {
        self.values.push(x);
    }

    /// A 32-bit 0.1 was typed as 0.1, not as 0.10000000149.
    fn short_float(&mut self, x: f32) {
        self.values.push(x.to_string().parse().unwrap_or(f64::NAN));
    }

    /// An integer by its magnitude and its notation.
    fn integer(&mut self, magnitude: u64, x: &dyn Display) {
        let text = x.to_string();
        if magnitude <= SAFE_INTEGER {
            self.values.push(text.parse().unwrap_or(f64::NAN));
        } else {
            self.decimal(&text);
        }
    }

    /// A plain decimal as typed. Returns whether it was one.
    fn decimal(&mut self, text: &str) -> bool {
        let Some(exact) = Exact::parse(text) else { return false };
        let Ok(value) = text.parse::<f64>() else { return false };
        let row = self.values.len();
        self.values.push(value);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits > SAFE_DIGITS && value.is_finite() && Exact::of(value) != exact {
            if text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
                self.report(row, text, |f| f, "number_is_rounded", Finding::warning);
            }
            self.decimals.push((row, exact));
        }
        true
    }

    /// A cell that holds text: empty is missing, a plain decimal is read as typed, the rest is reported.
    fn text(&mut self, text: &str) {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return self.missing();
        }
        if self.decimal(trimmed) {
            return;
        }
        let row = self.values.len();
        match plain(trimmed) {
            Some(would) => {
                self.report(row, text, |f| f.fact("would", &would), "number_is_text_near", Finding::error);
            }
            None if is_out_of_range(trimmed) => {
                self.report(row, text, |f| f, "number_out_of_range", Finding::error);
            }
            None => self.report(row, text, |f| f, "number_is_text", Finding::error),
        }
        self.missing();
    }

    fn report(
        &mut self,
        row: usize,
        value: &str,
        facts: impl FnOnce(Finding) -> Finding,
        code: &'static str,
        make: fn(&'static str) -> Finding,
    ) {
        if self.findings.len() >= LISTED {
            self.more += 1;
            return;
        }
        let shown: String = value.chars().take(SHOWN).collect();
        let place = Place {
            row: Some(row),
            column: Some(self.name.to_owned()),
            value: Some(shown.clone()),
            ..Place::default()
        };
        self.findings.push(facts(make(code).placed(place).fact("column", self.name).fact("value", shown)));
    }

    /// A whole column that is not of numbers: said once.
    fn not_numeric(&mut self, rows: usize, kind: &dyn Display) {
        if !self.wrong_type {
            self.wrong_type = true;
            let place = Place { column: Some(self.name.to_owned()), ..Place::default() };
            let finding = Finding::error("column_not_numeric").placed(place);
            self.findings.push(finding.fact("column", self.name).fact("type", kind));
        }
        self.values.extend(std::iter::repeat_n(f64::NAN, rows));
    }

    fn object(&mut self, item: &Bound<'_, PyAny>) -> PyResult<()> {
        if item.is_none() {
            self.missing();
        } else if let Ok(text) = item.cast::<PyString>() {
            self.written(text);
        } else if item.is_instance_of::<PyBool>() {
            self.float(if item.is_truthy()? { 1.0 } else { 0.0 });
        } else if item.is_instance_of::<PyFloat>() {
            self.float(item.extract()?);
        } else if item.is_instance_of::<PyInt>() {
            self.written(&item.str()?);
        } else {
            // Decimals, numpy scalars, NA, NaT and the like write themselves.
            let text = item.str()?;
            match text.to_cow().as_deref() {
                Ok("nan" | "NaN" | "NaT" | "<NA>") => self.missing(),
                Ok("True") => self.float(1.0),
                Ok("False") => self.float(0.0),
                _ => self.written(&text),
            }
        }
        Ok(())
    }

    /// A text of Python's, which may hold half a character (a lone surrogate).
    fn written(&mut self, text: &Bound<'_, PyString>) {
        if let Ok(text) = text.to_cow() {
            return self.text(&text);
        }
        self.report(self.values.len(), &text.to_string_lossy(), |f| f, "text_not_unicode", Finding::error);
        self.missing();
    }

    /// One chunk of an Arrow column.
    fn append(&mut self, array: &dyn Array) {
        match array.data_type() {
            DataType::Float64 => self.primitive::<Float64Type>(array, Builder::float),
            DataType::Float32 => self.primitive::<Float32Type>(array, Builder::short_float),
            DataType::Float16 => self.primitive::<Float16Type>(array, |b, x| b.short_float(x.to_f32())),
            DataType::Int8 => self.primitive::<Int8Type>(array, |b, x| b.float(x.into())),
            DataType::Int16 => self.primitive::<Int16Type>(array, |b, x| b.float(x.into())),
            DataType::Int32 => self.primitive::<Int32Type>(array, |b, x| b.float(x.into())),
            DataType::Int64 => self.primitive::<Int64Type>(array, |b, x| b.integer(x.unsigned_abs(), &x)),
            DataType::UInt8 => self.primitive::<UInt8Type>(array, |b, x| b.float(x.into())),
            DataType::UInt16 => self.primitive::<UInt16Type>(array, |b, x| b.float(x.into())),
            DataType::UInt32 => self.primitive::<UInt32Type>(array, |b, x| b.float(x.into())),
            DataType::UInt64 => self.primitive::<UInt64Type>(array, |b, x| b.integer(x, &x)),
            DataType::Decimal32(..) => self.decimals::<Decimal32Type>(array),
            DataType::Decimal64(..) => self.decimals::<Decimal64Type>(array),
            DataType::Decimal128(..) => self.decimals::<Decimal128Type>(array),
            DataType::Decimal256(..) => self.decimals::<Decimal256Type>(array),
            DataType::Boolean => {
                for x in array.as_boolean() {
                    self.float(x.map_or(f64::NAN, f64::from));
                }
            }
            DataType::Null => self.values.extend(std::iter::repeat_n(f64::NAN, array.len())),
            DataType::Dictionary(..) => self.dictionary(array),
            _ => match texts(array) {
                Some(texts) => texts.for_each(|t| match t {
                    Some(t) => self.text(t),
                    None => self.missing(),
                }),
                None => self.not_numeric(array.len(), array.data_type()),
            },
        }
    }

    fn primitive<T: ArrowPrimitiveType>(&mut self, array: &dyn Array, each: impl Fn(&mut Self, T::Native)) {
        for x in array.as_primitive::<T>() {
            match x {
                Some(x) => each(self, x),
                None => self.missing(),
            }
        }
    }

    fn decimals<T: DecimalType>(&mut self, array: &dyn Array) {
        let array = array.as_primitive::<T>();
        for row in 0..array.len() {
            if array.is_null(row) {
                self.missing();
            } else {
                self.text(&array.value_as_string(row));
            }
        }
    }

    fn dictionary(&mut self, array: &dyn Array) {
        let Some(dictionary) = array.as_any_dictionary_opt() else {
            return self.not_numeric(array.len(), array.data_type());
        };
        if dictionary.values().is_empty() {
            return self.values.extend(std::iter::repeat_n(f64::NAN, array.len()));
        }
        for (row, key) in dictionary.normalized_keys().into_iter().enumerate() {
            if dictionary.keys().is_null(row) {
                self.missing();
            } else {
                self.append(dictionary.values().slice(key, 1).as_ref());
            }
        }
    }
}

/// The texts of a string column of any kind.
pub(crate) fn texts(array: &dyn Array) -> Option<Box<dyn Iterator<Item = Option<&str>> + '_>> {
    match array.data_type() {
        DataType::Utf8 => Some(Box::new(array.as_string::<i32>().iter())),
        DataType::LargeUtf8 => Some(Box::new(array.as_string::<i64>().iter())),
        DataType::Utf8View => Some(Box::new(array.as_string_view().iter())),
        _ => None,
    }
}

/// Whether a column of this type is taken for a variable when the caller names none.
pub(crate) fn is_numeric(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_numeric(values),
        DataType::Boolean => true,
        other => other.is_numeric(),
    }
}

/// Whether a text is a number, but one that `f64` takes for zero or for infinity.
fn is_out_of_range(text: &str) -> bool {
    text.parse::<f64>().is_ok() && text.bytes().any(|b| b.is_ascii_digit())
}

/// The plain decimal that someone meant who typed full-width digits or thousands separators.
fn plain(text: &str) -> Option<String> {
    let half: String = text
        .chars()
        .map(|c| match c {
            '０'..='９' | '．' | '－' | '＋' | '，' => {
                char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) // the full-width block lies this far above ASCII
            }
            '−' => '-',
            other => other,
        })
        .collect();
    let bare: String = half.chars().filter(|c| !matches!(c, ',' | '\'' | ' ' | '\u{a0}')).collect();
    let whole = half.split('.').next().unwrap_or_default();
    let groups: Vec<&str> = whole.trim_start_matches(['-', '+']).split([',', '\'', ' ', '\u{a0}']).collect();
    let grouped = groups.len() == 1 || groups.iter().skip(1).all(|g| g.len() == 3);
    (grouped && Exact::parse(&bare).is_some()).then_some(bare)
}
