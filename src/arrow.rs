//! Tables of Arrow, read cell by cell: what Python reads, a Rust service reads.
//!
//! Numbers of every type, decimals and text are read as typed; missing stays missing. Floats without a gap are shared, not copied.
//! What is not a number, and a row that does not say whose it is, is named.
//!
//! ```
//! use std::sync::Arc;
//! use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
//!
//! let names: ArrayRef = Arc::new(StringArray::from(vec!["甲市", "乙市", "丙市"]));
//! let firms: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(3)]));
//! let batch = RecordBatch::try_from_iter([("city", names), ("firms", firms)])?;
//! let panel = kaohe::arrow::panel(&[batch], "city", None, &[])?;
//! let firms = panel.column("firms").map(|column| column.values()).unwrap_or_default();
//! assert!(firms[0] == 1.0 && firms[1].is_nan() && firms[2] == 3.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cells;
mod index;
mod keys;
mod numbers;
mod sound;

pub use cells::{Cells, Marks, Numbers};
pub use index::{Index, NOBODY};
pub use keys::Keys;
pub use numbers::{is_numeric, texts};

use arrow_array::{ArrayRef, RecordBatch};

use crate::error::DataError;
use crate::finding::{Finding, Place, Severity};
use crate::panel::{Column, Labels, MembersBuilder, Panel, Period, Periods};

impl Column {
    /// A column of Arrow, in one chunk or several; a null is missing.
    ///
    /// # Errors
    /// Cells that are no numbers, each with its row; a column of another type; damaged memory.
    pub fn from_arrow(name: &str, chunks: &[ArrayRef]) -> Result<Self, DataError> {
        let read = Numbers::from_arrow(name, chunks);
        refuse(read.findings.clone()).map(|()| read.column())
    }
}

impl Labels {
    /// The names of a column of Arrow, one a row: text, whole numbers or dates.
    ///
    /// # Errors
    /// Rows without a name; a column of another type; damaged memory.
    pub fn from_arrow(name: &str, chunks: &[ArrayRef]) -> Result<Self, DataError> {
        let read = Keys::from_arrow(name, chunks);
        refuse(read.findings.clone()).map(|()| read.labels())
    }
}

impl Keys {
    /// The name of every row.
    pub fn labels(&self) -> Labels {
        match self.of {
            Index::Rounds { size, rows } if size > 0 => Labels::repeated(self.names.clone(), rows / size),
            _ => self.labels_of(0..self.of.len()),
        }
    }

    /// The names of some rows, by the index that tells them apart: nobody hashes them again.
    pub fn labels_of(&self, rows: impl Iterator<Item = usize>) -> Labels {
        let of = rows.map(|row| self.of.get(row).unwrap_or(NOBODY)).collect();
        Labels::indexed(self.names.clone(), of)
    }
}

/// A wide table as a panel: one row per entity and period, every column of numbers a variable, `texts` as they are (classes).
/// Without a column of periods all rows are of the year 0, which stands for none.
///
/// # Errors
/// Everything that is wrong with the table, as [`Column::from_arrow`] and [`PanelBuilder::build`](crate::PanelBuilder::build) say
/// it; columns that are not there; texts that are no period.
pub fn panel(
    batches: &[RecordBatch],
    entity: &str,
    period: Option<&str>,
    texts: &[&str],
) -> Result<Panel, DataError> {
    let schema = batches.first().map(RecordBatch::schema);
    let names: Vec<&str> =
        schema.iter().flat_map(|s| s.fields()).map(|field| field.name().as_str()).collect();
    let named: Vec<&str> = [entity].into_iter().chain(period).chain(texts.iter().copied()).collect();
    refuse(absent(&named, &names))?;
    let chunks = |name: &str| -> Vec<ArrayRef> {
        batches.iter().filter_map(|batch| batch.column_by_name(name).cloned()).collect()
    };
    let entities = Keys::from_arrow(entity, &chunks(entity));
    let mut findings = entities.findings.clone();
    let periods = match period {
        Some(name) => periods(&Keys::from_arrow(name, &chunks(name)), &mut findings),
        None => Period::year(0).into_iter().cycle().take(entities.of.len()).collect(),
    };
    let mut builder = Panel::builder_with(entities.labels(), Periods::Each(periods));
    for field in schema.iter().flat_map(|s| s.fields()) {
        if named.contains(&field.name().as_str()) || !is_numeric(field.data_type()) {
            continue;
        }
        let read = Numbers::from_arrow(field.name(), &chunks(field.name()));
        builder = builder.column(field.name(), read.column());
        findings.extend(read.findings);
    }
    for name in texts {
        // A row without a class is not a row without a name.
        let read = Keys::from_arrow(name, &chunks(name));
        builder = builder.text(*name, (0..read.of.len()).map(|row| read.name(row).map(Into::into)).collect());
        findings.extend(read.findings.into_iter().filter(|f| f.code != "key_missing"));
    }
    refuse(findings)?;
    builder.build()
}

/// Takes a batch of a table of members: the rows of one entity, period and member each, every other column of numbers a variable.
/// Without a column of periods all rows are of the year 0, as in [`panel`]. What is wrong is said when the builder builds.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
///
/// let text = |texts: &[&str]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
/// let pupils: ArrayRef = Arc::new(Int64Array::from(vec![45, 37]));
/// let county = RecordBatch::try_from_iter([("county", text(&["甲县"]))])?;
/// let batch = RecordBatch::try_from_iter([("county", text(&["甲县", "甲县"])), ("school", text(&["一小", "二小"])), ("pupils", pupils)])?;
/// let panel = kaohe::arrow::panel(&[county], "county", None, &[])?;
/// let mut members = kaohe::MembersBuilder::new();
/// kaohe::arrow::push_members(&mut members, &batch, "county", None, "school");
/// let panel = members.build(&panel, &Default::default())?;
/// assert_eq!(panel.members().map(kaohe::Members::len), Some(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn push_members(
    builder: &mut MembersBuilder,
    batch: &RecordBatch,
    entity: &str,
    period: Option<&str>,
    member: &str,
) {
    let (schema, rows) = (batch.schema(), batch.num_rows());
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let keys: Vec<&str> = [entity, member].into_iter().chain(period).collect();
    let mut findings = absent(&keys, &names);
    let chunks = |name: &str| -> Vec<ArrayRef> { batch.column_by_name(name).cloned().into_iter().collect() };
    if !findings.is_empty() {
        return builder.refuse(findings, rows);
    }
    let (entities, members) =
        (Keys::from_arrow(entity, &chunks(entity)), Keys::from_arrow(member, &chunks(member)));
    findings.extend(entities.findings.iter().chain(&members.findings).cloned());
    let periods = match period {
        Some(name) => periods(&Keys::from_arrow(name, &chunks(name)), &mut findings),
        None => Period::year(0).into_iter().cycle().take(rows).collect(),
    };
    let numeric = schema.fields().iter().filter(|field| is_numeric(field.data_type()));
    let numeric = numeric.map(|field| field.name().as_str()).filter(|name| !keys.contains(name));
    let mut columns = Vec::new();
    for name in numeric {
        let read = Numbers::from_arrow(name, &chunks(name));
        columns.push((name, read.column()));
        findings.extend(read.findings);
    }
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return builder.refuse(findings, rows);
    }
    let columns: Vec<(&str, &Column)> = columns.iter().map(|(name, column)| (*name, column)).collect();
    builder.push(&entities.labels(), &Periods::Each(periods), &members.labels(), &columns);
}

/// The period of every row; those that are none are reported.
fn periods(keys: &Keys, findings: &mut Vec<Finding>) -> Vec<Period> {
    findings.extend(keys.findings.iter().cloned());
    let period = |name: &str| Period::parse(name).filter(|_| !keys.is_fraction(name));
    let read: Vec<Option<Period>> = keys.distinct().map(|name| period(&name)).collect();
    for (name, _) in keys.distinct().zip(&read).filter(|(_, period)| period.is_none()) {
        let text: String = name.chars().take(60).collect();
        let place = Place { period: Some(text.clone()), value: Some(text.clone()), ..Place::default() };
        let code = if keys.is_fraction(&text) { "period_number" } else { "period_not_readable" };
        findings.push(Finding::error(code).placed(place).fact("value", text));
    }
    (0..keys.of.len()).filter_map(|row| *read.get(keys.of.get(row)? as usize)?).collect()
}

/// A finding for every named column that is not there.
pub fn absent(names: &[&str], present: &[&str]) -> Vec<Finding> {
    let missing = names.iter().filter(|name| !present.contains(name));
    missing.map(|name| Finding::absent_column(name, present)).collect()
}

fn refuse(findings: Vec<Finding>) -> Result<(), DataError> {
    let is_error = |finding: &Finding| finding.severity == Severity::Error;
    if findings.iter().any(is_error) { Err(DataError::new(findings)) } else { Ok(()) }
}
