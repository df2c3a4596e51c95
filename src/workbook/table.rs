//! A table as it was read: keys, numbers, texts, and everything that was done to it or is wrong with it.

use std::sync::Arc;

use crate::error::DataError;
use crate::finding::{Finding, Severity};
use crate::panel::{Column, Labels, Origin, Panel, Period};
use crate::scheme::{Cleaning, Scheme};

/// A table that was read from a workbook or a `.csv`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Table {
    /// Whose every row is.
    pub entity: Key,
    /// When, in the file's own spelling; `None` for a table without periods.
    pub period: Option<Key>,
    /// The scheme's variables that were found, in its order.
    pub columns: Vec<(String, Column)>,
    /// The class column; without a scheme every column that is no key.
    pub texts: Vec<(String, Vec<Option<String>>)>,
    /// Columns that are none of the scheme's.
    pub unread: Vec<String>,
    /// The cells that the rows came from.
    pub origin: Arc<Origin>,
    /// Every cell that was changed.
    pub cleaned: Vec<Cleaned>,
    /// Titles above the table and notes below it.
    pub notes: Vec<Note>,
    /// What is wrong, or worth knowing.
    pub findings: Vec<Finding>,
    /// The sheets that were read.
    pub sheets: Vec<String>,
    /// Whether periods shorter than a year were written as the months from January on.
    pub cumulative: bool,
}

/// A key column: the distinct names, and which of them each row has (`u32::MAX` for none).
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Key {
    /// Its heading.
    pub name: String,
    /// The distinct names, in order of first appearance.
    pub names: Vec<String>,
    /// Which of them each row has.
    pub of: Vec<u32>,
}

impl Key {
    /// The name of a row.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.names.get(*self.of.get(row)? as usize).map(String::as_str)
    }
}

/// A cell that was changed before it was read.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Cleaned {
    /// Which, `Sheet1!D47`.
    pub cell: String,
    /// What stands there.
    pub before: String,
    /// What was read; empty for no data.
    pub after: String,
    /// Under which cleanings; none where the scheme declares the mark.
    pub why: Vec<Cleaning>,
}

/// A line above or below the table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Note {
    /// Where it stands.
    pub cell: String,
    /// Its text.
    pub text: String,
}

impl Table {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.entity.of.len()
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The panel that the scheme assesses.
    ///
    /// # Errors
    /// Every cell that cannot be read, and what [`PanelBuilder::build`](crate::PanelBuilder::build) refuses.
    pub fn panel(&self, scheme: &Scheme) -> Result<Panel, DataError> {
        let wrong: Vec<Finding> =
            self.findings.iter().filter(|f| f.severity == Severity::Error).cloned().collect();
        if !wrong.is_empty() {
            return Err(DataError::new(wrong));
        }
        let frequency = scheme.document().period;
        let read = |name: &String| Period::parse_like(name, Some(frequency));
        let periods: Option<Vec<Period>> = match &self.period {
            Some(key) => {
                let read: Vec<Option<Period>> = key.names.iter().map(read).collect();
                key.of.iter().map(|of| read.get(*of as usize).copied().flatten()).collect()
            }
            None => Some(vec![Period::timeless(frequency); self.len()]),
        };
        let missing = || DataError::new(vec![Finding::error("key_missing").fact("column", "period")]);
        let periods = periods.ok_or_else(missing)?;
        let names: Labels = self.entity.names.iter().map(String::as_str).collect();
        let mut builder = Panel::builder(Labels::indexed(names, self.entity.of.clone()), periods)
            .origin(Arc::clone(&self.origin))
            .alias(&scheme.document().alias);
        for name in self.period.iter().flat_map(|key| &key.names) {
            if let Some(period) = read(name) {
                builder = builder.spelled(period, name);
            }
        }
        for (name, column) in &self.columns {
            builder = builder.column(name.clone(), column.clone());
        }
        for (name, texts) in &self.texts {
            builder = builder.text(name.clone(), texts.clone());
        }
        builder.build()
    }
}
