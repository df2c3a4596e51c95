//! One variable of a panel: shared floats, and the decimals that a float cannot hold.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::members::Derived;
use crate::memory::Pages;
use crate::number::{Bounded, Exact, Number};

/// Values in panel order, missing as `NaN`. Cheap to clone; may borrow a buffer that lives elsewhere (Arrow, numpy).
#[derive(Clone)]
pub struct Column {
    values: Arc<dyn AsRef<[f64]> + Send + Sync>,
    /// Exact numbers whose float shows another decimal, by row: those with more digits than a float keeps, and ratios
    /// that filled a missing value.
    long: Arc<BTreeMap<usize, Exact>>,
    /// How the numbers follow from others, for rows that are not `long`.
    derived: Option<Arc<Derived>>,
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.values().iter().take(8)).finish()
    }
}

impl From<Vec<f64>> for Column {
    fn from(values: Vec<f64>) -> Self {
        Column { values: Arc::new(values), long: Arc::default(), derived: None }
    }
}

impl Column {
    /// A column over a buffer that lives elsewhere. The buffer alone says nothing of a validity mask beside it (Arrow): what
    /// is missing must be `NaN`, or be named by [`Column::with_missing`].
    pub fn shared(values: Arc<dyn AsRef<[f64]> + Send + Sync>) -> Self {
        Column { values, long: Arc::default(), derived: None }
    }

    /// A column of numbers that follow from others.
    pub(crate) fn derived_from(values: Vec<f64>, from: Derived) -> Self {
        Column { derived: Some(Arc::new(from)), ..Column::from(values) }
    }

    /// How its numbers follow from others, if they do.
    pub(crate) fn derived(&self) -> Option<&Derived> {
        self.derived.as_deref()
    }

    /// With the exact decimals of the rows where a float does not hold them (more than 15 significant digits).
    #[must_use]
    pub fn with_decimals(mut self, decimals: impl IntoIterator<Item = (usize, Exact)>) -> Self {
        self.long = Arc::new(decimals.into_iter().collect());
        self
    }

    /// With the values of some rows missing; rows beyond the end are passed over. Copies the column if there is one.
    #[must_use]
    pub fn with_missing(self, rows: impl IntoIterator<Item = usize>) -> Self {
        let rows: Vec<usize> = rows.into_iter().filter(|row| *row < self.values().len()).collect();
        if rows.is_empty() { self } else { self.replaced(rows.into_iter().map(|row| (row, f64::NAN, None))) }
    }

    /// The values.
    #[inline]
    pub fn values(&self) -> &[f64] {
        (*self.values).as_ref()
    }

    /// Whether it holds the same numbers, to the last bit and decimal.
    pub(crate) fn equals(&self, other: &Column) -> bool {
        self.values().len() == other.values().len() && self.differing(other).is_empty()
    }

    /// The rows in which it does not hold the same numbers as a column of the same length, ascending.
    pub(crate) fn differing(&self, other: &Column) -> Vec<usize> {
        let mut rows = Vec::new();
        let alike = match (&self.derived, &other.derived) {
            (None, None) => true,
            (Some(a), Some(b)) => a.is_like(b),
            _ => false,
        };
        if !alike {
            // Equal floats may stand for other numbers.
            return (0..self.values().len()).collect();
        }
        if !std::ptr::addr_eq(Arc::as_ptr(&self.values), Arc::as_ptr(&other.values)) {
            const BLOCK: usize = 512;
            let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits();
            let blocks = self.values().chunks(BLOCK).zip(other.values().chunks(BLOCK)).enumerate();
            for (k, (a, b)) in blocks {
                // Blocks that are the same are most, and are passed over in steps that vectorise.
                if !a.iter().zip(b).fold(true, |all, pair| all & same(pair)) {
                    let differ = a.iter().zip(b).enumerate().filter(|(_, pair)| !same(*pair));
                    rows.extend(differ.map(|(i, _)| k * BLOCK + i));
                }
            }
        }
        if !Arc::ptr_eq(&self.long, &other.long) {
            let all = self.long.keys().chain(other.long.keys());
            rows.extend(all.filter(|row| self.long.get(row) != other.long.get(row)));
            rows.sort_unstable();
            rows.dedup();
        }
        rows
    }

    /// The decimal that was typed.
    pub fn exact(&self, row: usize) -> Exact {
        match (self.long.get(&row), &self.derived) {
            (Some(decimal), _) => decimal.clone(),
            (None, Some(derived)) => derived.exact(row).clone(),
            (None, None) => self.values().get(row).map_or(Exact::Missing, |x| Exact::of(*x)),
        }
    }

    /// The float of a row with its error. Behind the float of a whole number an exact one with more digits may stand.
    pub(crate) fn near(&self, row: usize) -> Bounded {
        let x = self.values()[row];
        if let Some(derived) = self.derived().filter(|_| !self.long.contains_key(&row)) {
            return Bounded::new(x, derived.error(row));
        }
        if self.long.is_empty() { Bounded::of(x) } else { Bounded::new(x, x.abs() * f64::EPSILON) }
    }

    /// The float of a row and the exact number behind it, where that is another one than the float shows: enough to put both
    /// into another column.
    pub(crate) fn taken(&self, row: usize) -> (f64, Option<Exact>) {
        match self.exact(row) {
            exact if self.derived.is_some() && !exact.is_irrational() => (exact.to_f64(), Some(exact)),
            _ => (self.values().get(row).copied().unwrap_or(f64::NAN), self.long(row).cloned()),
        }
    }

    /// The decimal of a row that a float does not hold, if it was given one.
    pub fn long(&self, row: usize) -> Option<&Exact> {
        self.long.get(&row)
    }

    /// Whether some cell is not the decimal that its float shows.
    pub(crate) fn has_long(&self) -> bool {
        !self.long.is_empty() || self.derived.is_some()
    }

    /// The column with some cells replaced; the others keep their bits. Every row must be one of the column's.
    pub(crate) fn replaced(&self, cells: impl IntoIterator<Item = (usize, f64, Option<Exact>)>) -> Self {
        let mut values = self.values().to_vec();
        let mut long = BTreeMap::clone(&self.long);
        for (row, value, decimal) in cells {
            values[row] = value;
            match decimal {
                Some(decimal) => long.insert(row, decimal),
                // What is given does not follow from others any more.
                None if self.derived.is_some() => long.insert(row, Exact::of(value)),
                None => long.remove(&row),
            };
        }
        Column { values: Arc::new(values), long: Arc::new(long), derived: self.derived.clone() }
    }

    /// The column with its rows rearranged: row `i` of the result is row `order[i]`.
    pub(crate) fn gather(&self, order: &[u32]) -> Self {
        if self.derived.is_some() {
            let taken: Vec<_> = order.iter().map(|row| self.taken(*row as usize)).collect();
            let column = Column::from(taken.iter().map(|(x, _)| *x).collect::<Vec<_>>());
            let exact = taken.into_iter().enumerate().filter_map(|(to, (_, exact))| Some((to, exact?)));
            return column.with_decimals(exact);
        }
        let values = self.values();
        let mut gathered = Pages::zeros(order.len());
        gathered.iter_mut().zip(order).for_each(|(to, &row)| *to = values[row as usize]);
        let gathered = Column::shared(Arc::new(gathered));
        if self.long.is_empty() {
            return gathered;
        }
        let place: BTreeMap<u32, usize> = order.iter().enumerate().map(|(to, &from)| (from, to)).collect();
        let long = self
            .long
            .iter()
            .filter_map(|(row, x)| Some((*place.get(&u32::try_from(*row).ok()?)?, x.clone())));
        gathered.with_decimals(long)
    }
}
