//! The data: entities × periods × variables.

mod build;
mod check;
mod column;
mod impute;
mod labels;
mod members;
mod origin;
mod periods;
mod spelling;

use std::borrow::Cow;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::error::DataError;
use crate::exec::Chunks;
use crate::finding::Finding;

pub use crate::scheme::period::Period;
pub use build::PanelBuilder;
use build::Shape;
pub(crate) use check::other_frequency;
pub use check::{CheckInput, check};
#[cfg(feature = "workbook")]
pub(crate) use check::{is_stray, tidy};
pub use column::Column;
pub(crate) use impute::{
    Codes, Fill, Series, from_own, impute_column, impute_from, label_groups, peer_statistics,
};
pub use impute::{Filled, Imputed, Source, impute};
#[cfg(any(feature = "arrow", feature = "workbook"))]
pub(crate) use labels::Distinct;
pub use labels::Labels;
use labels::Places;
pub(crate) use members::Derived;
pub use members::{Members, MembersBuilder};
pub use origin::Origin;
#[cfg(feature = "workbook")]
pub(crate) use origin::address;
pub use periods::Periods;

/// What was measured: one row per entity and period, columns contiguous by period, entities in order of first appearance
/// within a period. May be unbalanced.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Where every row stands; shared by all panels that differ in their columns only.
    shape: Arc<Shape>,
    columns: IndexMap<String, Column>,
    texts: IndexMap<String, Arc<[Option<String>]>>,
    /// The cells of the workbook that the rows came from, in the caller's order.
    origin: Option<Arc<Origin>>,
    members: Option<Arc<Members>>,
}

/// No row.
const NONE: u32 = u32::MAX;

impl Panel {
    /// Starts a panel from one entity key and one period a row.
    pub fn builder(entities: Labels, periods: Vec<Period>) -> PanelBuilder {
        Panel::builder_with(entities, Periods::Each(periods))
    }

    /// As [`Panel::builder`], with periods that may come in runs: a table sorted by period needs none a row.
    pub fn builder_with(entities: Labels, periods: Periods) -> PanelBuilder {
        PanelBuilder::new(entities, periods)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.shape.chunks.starts().last().copied().unwrap_or(0)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of entities.
    pub fn entity_count(&self) -> usize {
        self.shape.entities.len()
    }

    /// Name of an entity.
    pub fn entity_name(&self, entity: usize) -> Cow<'_, str> {
        self.shape.entities.get(entity)
    }

    /// Index of an entity.
    pub fn entity_index(&self, name: &str) -> Option<usize> {
        let Shape { entities, places, .. } = &*self.shape;
        places.get_or_init(|| Places::of(entities)).find(entities, name)
    }

    /// Periods, ascending.
    pub fn periods(&self) -> &[Period] {
        &self.shape.periods
    }

    /// How a period is written: as the caller's data write it, or in their style where they do not hold it.
    pub fn period_text(&self, period: Period) -> String {
        self.shape.spelling.text(period)
    }

    /// How the period of a row is written; nothing beyond the last row.
    pub(crate) fn period_text_of(&self, row: usize) -> String {
        self.period_at(row).map_or_else(String::new, |period| self.period_text(period))
    }

    /// How the periods are written, ascending.
    pub fn period_texts(&self) -> impl Iterator<Item = String> {
        self.shape.periods.iter().map(|p| self.period_text(*p))
    }

    /// Index of a period.
    pub fn period_index(&self, period: Period) -> Option<usize> {
        self.shape.periods.binary_search(&period).ok()
    }

    /// Rows of a period; none beyond the last one.
    pub fn rows_of(&self, period: usize) -> std::ops::Range<usize> {
        let starts = self.shape.chunks.starts();
        let start = starts.get(period).copied().unwrap_or(self.len());
        start..starts.get(period.saturating_add(1)).copied().unwrap_or(start)
    }

    /// Bounds of the periods: rows of period `p` are `starts[p]..starts[p + 1]`.
    pub(crate) fn starts(&self) -> &[usize] {
        self.shape.chunks.starts()
    }

    /// Name of the entity of a row of the panel; none beyond the last row.
    pub fn entity_at(&self, row: usize) -> Option<Cow<'_, str>> {
        (row < self.len()).then(|| self.name_of(row))
    }

    /// Period of a row of the panel; none beyond the last row.
    pub fn period_at(&self, row: usize) -> Option<Period> {
        self.shape.periods.get(self.period_of(row)).copied()
    }

    /// The name of the entity of a row.
    pub(crate) fn name_of(&self, row: usize) -> Cow<'_, str> {
        self.entity_name(self.entity_of(row))
    }

    /// Index of the entity of a row of the panel; beyond the last row that of nobody.
    #[inline]
    pub(crate) fn entity_of(&self, row: usize) -> usize {
        match &self.shape.entity_of {
            Some(of) => of.get(row).map_or(NONE, |entity| *entity) as usize,
            None if row < self.len() => row % self.shape.entities.len(),
            None => NONE as usize,
        }
    }

    /// How the rows are cut into chunks.
    pub(crate) fn chunks(&self) -> &Arc<Chunks> {
        &self.shape.chunks
    }

    /// Index of the period of a row of the panel; beyond the last row that of none.
    pub(crate) fn period_of(&self, row: usize) -> usize {
        self.shape.chunks.period_of(row)
    }

    /// Row of an entity in a period.
    #[inline]
    pub fn row(&self, period: usize, entity: usize) -> Option<usize> {
        if entity >= self.shape.entities.len() || period >= self.shape.periods.len() {
            return None;
        }
        let starts = self.shape.chunks.starts();
        let start = starts[period];
        let Some(of) = &self.shape.entity_of else { return Some(start + entity) };
        // The entities of a period ascend, so that the k-th of them is k or a later one: few are missing in most panels, and
        // the place is found in a few steps downwards from there.
        let of = &of[start..starts[period + 1]];
        let (mut high, mut step) = (of.len().min(entity + 1), 1);
        while high > step && of[high - step] as usize > entity {
            high -= step;
            step *= 2;
        }
        let low = high.saturating_sub(step);
        of[low..high].binary_search(&(entity as u32)).ok().map(|at| start + low + at)
    }

    /// Whether both have the same rows and text columns because one was made from the other.
    pub(crate) fn is_keyed_like(&self, other: &Panel) -> bool {
        let same = |(name, texts): (&String, &Arc<[Option<String>]>)| {
            other.texts.get(name).is_some_and(|others| Arc::ptr_eq(texts, others))
        };
        self.has_rows_of(other) && self.texts.len() == other.texts.len() && self.texts.iter().all(same)
    }

    /// Whether both have the same rows because one was made from the other.
    pub(crate) fn has_rows_of(&self, other: &Panel) -> bool {
        Arc::ptr_eq(&self.shape, &other.shape)
    }

    /// Whether every period has every entity.
    pub fn is_balanced(&self) -> bool {
        self.shape.entity_of.is_none()
    }

    /// Index of the period `lag` periods before period `period`, if the panel has it.
    pub fn earlier(&self, period: usize, lag: u16) -> Option<usize> {
        self.period_index(self.shape.periods.get(period)?.back(lag))
    }

    /// Row of the same entity `lag` periods earlier.
    pub fn lagged(&self, row: usize, lag: u16) -> Option<usize> {
        if lag == 0 {
            return Some(row).filter(|row| *row < self.len());
        }
        self.row(self.earlier(self.period_of(row), lag)?, self.entity_of(row))
    }

    /// The caller's row of each row here; `None` if they are the same.
    pub fn order(&self) -> Option<&[u32]> {
        self.shape.order.as_deref()
    }

    /// The row that a row of the panel has in the caller's table; none beyond the last row.
    pub fn caller_row_at(&self, row: usize) -> Option<usize> {
        (row < self.len()).then(|| self.caller_row(row))
    }

    /// The caller's row of a row that the panel has.
    pub(crate) fn caller_row(&self, row: usize) -> usize {
        self.shape.order.as_ref().and_then(|order| order.get(row)).map_or(row, |caller| *caller as usize)
    }

    /// A variable.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.get(name)
    }

    /// Names of the variables.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// A text column (a class).
    pub fn text(&self, name: &str) -> Option<&[Option<String>]> {
        self.texts.get(name).map(AsRef::as_ref)
    }

    /// Names of the text columns.
    pub fn text_names(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// The same panel with one variable replaced or added, in panel order.
    ///
    /// # Errors
    /// A column that has not as many rows as the panel.
    pub fn with_column(&self, name: &str, column: Column) -> Result<Self, DataError> {
        let found = self.length(name, &column);
        if found.is_empty() { Ok(self.put(name, column)) } else { Err(DataError::new(found)) }
    }

    /// That a column has as many rows as the panel.
    pub(crate) fn length(&self, name: &str, column: &Column) -> Vec<Finding> {
        let (rows, expected) = (column.values().len(), self.len());
        let finding = || Finding::error("column_length").fact("column", name).fact("rows", rows);
        (rows != expected).then(|| finding().fact("expected", expected)).into_iter().collect()
    }

    /// As [`with_column`](Panel::with_column), of a column made for this panel.
    pub(crate) fn put(&self, name: &str, column: Column) -> Self {
        debug_assert_eq!(column.values().len(), self.len());
        let mut panel = self.clone();
        panel.columns.insert(name.to_owned(), column);
        panel
    }

    /// The same panel with some cells of a variable replaced; the decimals are the ones the floats show.
    pub(crate) fn replaced(&self, name: &str, cells: &[(usize, f64)]) -> Self {
        let Some(column) = self.column(name) else { return self.clone() };
        self.put(name, column.replaced(cells.iter().map(|(row, value)| (*row, *value, None))))
    }

    /// Place of a cell, for messages.
    pub(crate) fn place(&self, row: usize, column: Option<&str>) -> crate::finding::Place {
        crate::finding::Place {
            row: Some(self.caller_row(row)),
            cell: self.origin.as_ref().and_then(|origin| origin.address(self.caller_row(row), column)),
            entity: Some(self.name_of(row).into_owned()),
            period: Some(self.period_text_of(row)),
            column: column.map(str::to_owned),
            value: column
                .and_then(|c| self.column(c))
                .map(|c| c.values()[row].to_string())
                .filter(|v| v != "NaN"),
            ..crate::finding::Place::default()
        }
    }
}
