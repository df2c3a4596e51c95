//! Who and when: a key column of a caller's table as names, one index a row.

use std::borrow::Cow;
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
use arrow_buffer::ScalarBuffer;
use arrow_schema::{DataType, TimeUnit};

use super::index::{Index, NOBODY, Seen, round, runs};
use super::numbers::texts;
use super::sound::damage;
use crate::finding::{Finding, Place};
use crate::panel::{Distinct, Labels};

/// The distinct names of a key column in order of first appearance, and for every row the index of its name.
#[derive(Debug)]
pub struct Keys {
    /// The distinct names.
    pub names: Labels,
    /// Which of them each row has.
    pub of: Index,
    /// Whether names were numbers that are not whole: 2023.1 may have been typed as 2023.10.
    pub fractions: bool,
    /// What was wrong with the column, or with rows of it.
    pub findings: Vec<Finding>,
}

/// Rows without a name that are listed one by one.
const LISTED: usize = 1000;
/// Characters of a caller's value that a message repeats.
const SHOWN: usize = 60;

impl Keys {
    /// Names, and which of them each row has.
    pub fn new(names: Labels, of: Index) -> Self {
        Keys { names, of, fractions: false, findings: Vec::new() }
    }

    /// Whether a name was a number that is not whole: a period of 2023.1 may be January or October.
    pub fn is_fraction(&self, name: &str) -> bool {
        self.fractions && name.contains('.') && name.parse::<f64>().is_ok()
    }

    /// The name of a row.
    pub fn name(&self, row: usize) -> Option<Cow<'_, str>> {
        let name = self.of.get(row)? as usize;
        (name < self.names.len()).then(|| self.names.get(name))
    }

    /// The distinct names.
    pub fn distinct(&self) -> impl Iterator<Item = Cow<'_, str>> {
        (0..self.names.len()).map(|i| self.names.get(i))
    }

    /// From the chunks of an Arrow column: text of any kind, whole numbers, dates, timestamps without a zone.
    pub fn from_arrow(column: &str, chunks: &[ArrayRef]) -> Self {
        if let Some(numbers) = whole_numbers(chunks) {
            return Keys::from_numbers(&numbers);
        }
        let rows = chunks.iter().map(Array::len).sum();
        if let Some(finding) = damage(column, chunks) {
            return Keys::nameless(rows, vec![finding]);
        }
        let mut reader = Reader::default();
        for chunk in chunks {
            if !reader.append(chunk.as_ref()) {
                return Keys::unreadable(column, chunk.data_type(), rows);
            }
        }
        reader.keys().with_gaps(column)
    }

    /// From the name that each row has (an index into `names`, or none). Names that others have told apart are taken as they are;
    /// of the others those that are written alike are one.
    pub fn factorised(
        column: &str,
        rows: impl Iterator<Item = Option<usize>>,
        names: Vec<String>,
        are_distinct: bool,
        fractions: bool,
    ) -> Self {
        let mut reader = Reader { fractions, ..Reader::default() };
        let index: Vec<u32> = if are_distinct {
            reader.distinct.names = names;
            (0..reader.distinct.names.len() as u32).collect()
        } else {
            names.iter().map(|name| reader.distinct.index(name)).collect()
        };
        reader.of = rows.map(|row| row.and_then(|row| index.get(row)).copied().unwrap_or(NOBODY)).collect();
        reader.keys().with_gaps(column)
    }

    /// From texts, one a row; missing ones are nobody's.
    pub fn of_texts(texts: &[Option<String>]) -> Self {
        let mut reader = Reader::default();
        reader.each(texts.iter().map(Option::as_deref));
        reader.keys()
    }

    /// Keys one of which is a text that is no Unicode.
    pub fn broken_text(column: &str, rows: usize, row: Option<usize>, shown: &str) -> Self {
        let value = shown.chars().take(SHOWN).collect();
        let place = Place { row, value: Some(value), ..Place::default() };
        let finding = Finding::error("text_not_unicode").placed(place).of_column(column);
        Keys::nameless(rows, vec![finding])
    }

    /// Keys of a type that names nothing. The rows stay, without a name: every column of a table is of one length.
    pub fn unreadable(column: &str, kind: impl Display, rows: usize) -> Self {
        Keys::nameless(rows, vec![Finding::error("key_not_readable").of_column(column).fact("type", kind)])
    }

    /// Rows without a name, and why.
    fn nameless(rows: usize, findings: Vec<Finding>) -> Self {
        Keys { findings, ..Keys::new(Labels::from_iter([""; 0]), Index::Each(vec![NOBODY; rows])) }
    }

    /// From whole numbers, one a row. Numbers that come in runs (years) or in equal rounds (the same entities year after
    /// year) are told apart without looking each of them up.
    pub fn from_numbers(numbers: &[i64]) -> Self {
        if let Some(size) = round(numbers) {
            let names = Labels::codes(numbers[..size].to_vec());
            return Keys::new(names, Index::Rounds { size, rows: numbers.len() });
        }
        let mut seen = Seen::of(numbers);
        let of = match runs(numbers) {
            Some(runs) => {
                Index::Runs(runs.into_iter().map(|(number, end)| (seen.index(number), end)).collect())
            }
            None => Index::Each(numbers.iter().map(|number| seen.index(*number)).collect()),
        };
        Keys::new(Labels::codes(seen.names), of)
    }

    /// Reports the rows without a name.
    fn with_gaps(mut self, column: &str) -> Self {
        if self.of.is_whole() {
            return self;
        }
        let mut missing = (0..self.of.len()).filter(|row| self.of.get(*row).is_none());
        let place = |row| Place { row: Some(row), ..Place::default() };
        let finding = |row| Finding::error("key_missing").placed(place(row)).of_column(column);
        self.findings.extend(missing.by_ref().take(LISTED).map(finding));
        let more = missing.count();
        if more > 0 {
            self.findings.push(Finding::error("column_and_more").of_column(column).fact("count", more));
        }
        self
    }
}

#[derive(Default)]
struct Reader {
    distinct: Distinct,
    of: Vec<u32>,
    fractions: bool,
}

/// 64-bit whole numbers without gaps, as they lie where they lie in one piece.
fn whole_numbers(chunks: &[ArrayRef]) -> Option<ScalarBuffer<i64>> {
    let values = |chunk: &ArrayRef| {
        let numbers = chunk.as_primitive_opt::<Int64Type>()?;
        (chunk.null_count() == 0).then(|| numbers.values().clone())
    };
    let mut pieces: Vec<ScalarBuffer<i64>> = chunks.iter().map(values).collect::<Option<_>>()?;
    if pieces.len() == 1 {
        return pieces.pop();
    }
    Some(pieces.iter().flat_map(|piece| piece.iter().copied()).collect())
}

impl Reader {
    fn keys(self) -> Keys {
        let names = self.distinct.names.iter().collect();
        Keys { fractions: self.fractions, ..Keys::new(names, Index::Each(self.of)) }
    }

    fn push(&mut self, name: Option<&str>) {
        let index = name.map_or(NOBODY, |name| self.distinct.index(name));
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
            DataType::Float32 => self.floats::<Float32Type>(array),
            DataType::Float64 => self.floats::<Float64Type>(array),
            DataType::Date32 => self.dates::<Date32Type>(array),
            DataType::Date64 => self.dates::<Date64Type>(array),
            DataType::Timestamp(unit, None) => match unit {
                TimeUnit::Second => self.times::<TimestampSecondType>(array),
                TimeUnit::Millisecond => self.times::<TimestampMillisecondType>(array),
                TimeUnit::Microsecond => self.times::<TimestampMicrosecondType>(array),
                TimeUnit::Nanosecond => self.times::<TimestampNanosecondType>(array),
            },
            DataType::Boolean => {
                // As Python and pandas write them.
                let written = |x: bool| if x { "True" } else { "False" };
                self.each(array.as_boolean().iter().map(|x| x.map(written)));
            }
            DataType::Null => self.of.extend(std::iter::repeat_n(NOBODY, array.len())),
            DataType::Dictionary(..) => return self.dictionary(array),
            _ => match texts(array) {
                Some(texts) => self.each(texts),
                None => return false,
            },
        }
        true
    }

    fn each<S: AsRef<str>>(&mut self, names: impl Iterator<Item = Option<S>>) {
        names.for_each(|name| self.push(name.as_ref().map(AsRef::as_ref)));
    }

    /// Whole numbers are written out once each, not once a row.
    fn numbers<T: ArrowPrimitiveType<Native: Display + Eq + std::hash::Hash>>(&mut self, array: &dyn Array) {
        let mut seen: HashMap<T::Native, u32> = HashMap::new();
        for x in array.as_primitive::<T>() {
            let index = match x {
                Some(x) => *seen.entry(x).or_insert_with(|| self.distinct.index(&x.to_string())),
                None => NOBODY,
            };
            self.of.push(index);
        }
    }

    /// 2022.0 is 2022.
    fn floats<T: ArrowPrimitiveType<Native: Display + Into<f64>>>(&mut self, array: &dyn Array) {
        let floats = || array.as_primitive::<T>().iter();
        let is_fraction = |x: T::Native| x.into().is_finite() && x.into().fract() != 0.0;
        self.fractions |= floats().flatten().any(is_fraction);
        self.each(floats().map(|x| x.filter(|x| !(*x).into().is_nan()).map(|x| x.to_string())));
    }

    fn dates<T: ArrowTemporalType>(&mut self, array: &dyn Array)
    where
        i64: From<T::Native>,
    {
        let array = array.as_primitive::<T>();
        let there = (0..array.len()).map(|row| Some(row).filter(|row| !array.is_null(*row)));
        self.each(there.map(|row| array.value_as_date(row?).map(|date| date.to_string())));
    }

    fn times<T: ArrowTimestampType>(&mut self, array: &dyn Array) {
        let array = array.as_primitive::<T>();
        let there = (0..array.len()).map(|row| Some(row).filter(|row| !array.is_null(*row)));
        let time = |row| Some(array.value_as_datetime(row)?.format("%Y-%m-%dT%H:%M:%S").to_string());
        self.each(there.map(|row| time(row?)));
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
            self.push(names.distinct.names.get(index as usize).map(String::as_str));
        }
        true
    }
}
