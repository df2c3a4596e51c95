//! The panel as the plan sees it: slots bound to columns, classes and benchmarks per row.

use crate::formula::{Load, Program};
use crate::number::{Bounded, Exact, Number};
use crate::panel::{Column, Panel};
use crate::scheme::plan::Plan;

use super::conditions::Applies;
use super::fits::Fits;
use super::references::References;
use super::weights::Weights;

/// Error of a column: `|computed − exact| ≤ rel·|x| + abs` and `≤ share·|x|` for every cell. Where digits cancel in one row,
/// the first is as wide for all of them as for that one; the second is as wide as its own size allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tolerance {
    pub(crate) rel: f64,
    pub(crate) abs: f64,
    /// Infinite where nothing is known.
    pub(crate) share: f64,
}

impl Tolerance {
    /// A decimal stored as the nearest `f64`.
    pub(crate) const DECIMAL: Tolerance = Tolerance::new(f64::EPSILON * 0.5, 0.0);

    /// `rel·|x| + abs` alone.
    pub(crate) const fn new(rel: f64, abs: f64) -> Self {
        Tolerance { rel, abs, share: f64::INFINITY }
    }

    /// Of cells within `rel·|x|`, or else within the errors that were seen.
    pub(crate) fn seen(rel: f64, seen: Seen) -> Self {
        Tolerance { rel, abs: seen.abs, share: seen.share.max(rel) }
    }

    /// The wider of both.
    pub(crate) fn or(self, other: Tolerance) -> Self {
        Tolerance {
            rel: self.rel.max(other.rel),
            abs: self.abs.max(other.abs),
            share: self.share.max(other.share),
        }
    }

    #[inline]
    pub(crate) fn of(self, x: f64) -> Bounded {
        let (error, share) = (self.rel * x.abs() + self.abs, self.share * x.abs());
        Bounded::new(x, if share < error { share } else { error })
    }

    /// The error at a number, by a rule under which a number and its error together never fall as the number grows.
    pub(crate) fn largest(self, x: f64) -> f64 {
        let error = self.rel * x.abs() + self.abs;
        if self.share < 1.0 { error.min(self.share * x.abs()) } else { error }
    }

    /// `rel` and `abs` that hold for all numbers up to a size.
    pub(crate) fn up_to(self, size: f64) -> (f64, f64) {
        let Tolerance { rel, abs, share } = self;
        if share * size < rel * size + abs { (share, 0.0) } else { (rel, abs) }
    }
}

impl Default for Tolerance {
    /// No error.
    fn default() -> Self {
        Tolerance { rel: 0.0, abs: 0.0, share: 0.0 }
    }
}

/// The largest errors among many cells: as they are, and beside the cell's number.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Seen {
    pub(crate) abs: f64,
    share: f64,
}

impl Seen {
    /// Takes a cell and its error.
    #[inline]
    pub(crate) fn note(&mut self, x: f64, error: f64) {
        // (The error of a missing cell is none: `max` leaves NaN out.)
        self.abs = self.abs.max(error);
        if error > 0.0 {
            // Three roundings lie between this and the product that it is asked for.
            self.share = self.share.max(error / x.abs() * (1.0 + 4.0 * f64::EPSILON));
        }
    }
}

/// A plan bound to a panel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Data<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) panel: &'a Panel,
    /// One column per variable, imputed where the scheme says so.
    pub(crate) columns: &'a [Column],
    /// Class of each row, 0 for none; `None` where there are no classes.
    pub(crate) class_of: Option<&'a [u16]>,
    /// Rows of entities that only serve as reference; `None` where there are none.
    pub(crate) benchmark: Option<&'a [bool]>,
    /// Rows that are screened out; `None` where there are none, or until that is known.
    pub(crate) screened: Option<&'a [bool]>,
    /// Rows that a floor keeps out of the references of others; `None` where there are none, or until that is known.
    pub(crate) kept_out: Option<&'a [bool]>,
    /// Which indicators apply to which rows; `None` until that is known.
    pub(crate) applies: Option<&'a Applies>,
    /// The weights of the nodes.
    pub(crate) weights: &'a Weights,
    /// What aggregations over a set fitted.
    pub(crate) fits: &'a Fits,
    /// What is compared with, where that is not the panel itself.
    pub(crate) references: Option<&'a References>,
}

impl Data<'_> {
    pub(crate) fn class(&self, row: usize) -> usize {
        self.class_of.map_or(0, |c| c[row] as usize)
    }

    /// Period and class of a row: who it is assessed among.
    pub(crate) fn set(&self, row: usize) -> (usize, usize) {
        (self.panel.period_of(row), self.class(row))
    }

    /// The weights of the nodes in a row.
    pub(crate) fn weights(&self, row: usize) -> &[f64] {
        self.weights.of(self.weights.set(self, row))
    }

    /// Whether an indicator applies to a row.
    pub(crate) fn applies(&self, indicator: usize, row: usize) -> bool {
        self.conditional(indicator).is_none_or(|applies| applies[row])
    }

    /// By row, where an indicator does not apply to everybody.
    pub(crate) fn conditional(&self, indicator: usize) -> Option<&[bool]> {
        self.applies?.get(indicator)?.as_ref().map(|rows| rows.as_slice())
    }

    /// Whether the row takes part in the indicator's minimum, mean and rank.
    pub(crate) fn joins(&self, indicator: usize, row: usize) -> bool {
        self.is_peer(row) && self.applies(indicator, row)
    }

    /// Whether the row has a score of the indicator, if there is anything to score.
    pub(crate) fn is_scored(&self, indicator: usize, row: usize) -> bool {
        self.counts(row) && self.applies(indicator, row)
    }

    /// Rows of a period and class that others are compared with.
    pub(crate) fn peers(&self, period: usize, class: usize) -> impl Iterator<Item = usize> {
        self.panel.rows_of(period).filter(move |row| self.is_peer(*row) && self.class(*row) == class)
    }

    /// Whether others are compared with the row: it is assessed, and no floor keeps it out.
    pub(crate) fn is_peer(&self, row: usize) -> bool {
        self.counts(row) && !self.kept_out.is_some_and(|out| out[row])
    }

    /// Whether the row is assessed: no benchmark, and not screened out.
    pub(crate) fn counts(&self, row: usize) -> bool {
        self.is_part(row) && !self.is_screened(row)
    }

    /// Whether the row is one of those that make the whole, assessed or not: no benchmark.
    pub(crate) fn is_part(&self, row: usize) -> bool {
        !self.benchmark.is_some_and(|b| b[row])
    }

    /// Whether the row is screened out.
    pub(crate) fn is_screened(&self, row: usize) -> bool {
        self.screened.is_some_and(|out| out[row])
    }

    /// Whether some number that a program reads is not the decimal that its float shows.
    pub(crate) fn has_long(&self, program: &Program) -> bool {
        let loads = program.loads().iter().chain(program.totals().iter().flat_map(Program::loads));
        loads.into_iter().any(|load| match load {
            Load::Column { slot, .. } => self.columns[*slot as usize].has_long(),
            Load::Total { .. } => false,
        })
    }

    /// Whether a program reads numbers that follow from others, with errors of their own.
    pub(crate) fn reads_derived(&self, program: &Program) -> bool {
        let loads = program.loads().iter().chain(program.totals().iter().flat_map(Program::loads));
        loads.into_iter().any(|load| match load {
            Load::Column { slot, .. } => self.columns[*slot as usize].derived().is_some(),
            Load::Total { .. } => false,
        })
    }

    pub(crate) fn typed(&self, variable: usize, row: Option<usize>) -> Exact {
        row.map_or(Exact::Missing, |r| self.columns[variable].exact(r))
    }

    pub(crate) fn near(&self, variable: usize, row: Option<usize>) -> Bounded {
        row.map_or_else(Bounded::missing, |r| self.columns[variable].near(r))
    }
}
