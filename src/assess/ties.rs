//! What decides between equal totals, by row: greater is better, missing is last.

use super::cells::Origin;
use super::total::{FinalStep, Totals};
use super::tree::{BoundedTree, ExactTree, NodeScored};
use crate::method::ranking::RankOn;
use crate::number::{Bounded, Exact, Number};
use crate::scheme::final_step::TieBreak;

/// Everything that a chain of tie breaks may ask of a row.
#[derive(Clone, Copy)]
pub(crate) struct Deciders<'a> {
    pub(crate) near: &'a BoundedTree<'a>,
    pub(crate) exact: &'a ExactTree<'a>,
    pub(crate) final_step: &'a FinalStep<'a>,
    pub(crate) totals: &'a Totals,
    /// Ranks of the rows in front; a row that has none yet, or none at all, decides nothing.
    pub(crate) ranks: &'a [f64],
}

impl Deciders<'_> {
    /// What decides, with its error.
    pub(crate) fn near(&self, by: TieBreak, row: usize) -> Bounded {
        let or_missing = |x: Option<Bounded>| x.unwrap_or_else(Bounded::missing);
        match by {
            TieBreak::Node(node) => self.near.carried(node, row),
            TieBreak::Variable(variable) => self.near.known().data.near(variable, Some(row)),
            TieBreak::PreviousTotal => or_missing(self.before(row).map(|row| self.total(row))),
            TieBreak::PreviousRank => or_missing(self.rank_before(row).map(|rank| Bounded::exact(-rank))),
        }
    }

    /// The exact number behind it.
    pub(crate) fn exact(&self, by: TieBreak, row: usize) -> Exact {
        match by {
            TieBreak::Node(node) => self.exact.carried(node, row),
            TieBreak::Variable(variable) => self.exact.known().data.typed(variable, Some(row)),
            TieBreak::PreviousTotal => self.before(row).map_or(Exact::Missing, |row| self.exact_total(row)),
            TieBreak::PreviousRank => self.rank_before(row).map_or(Exact::Missing, |rank| Exact::of(-rank)),
        }
    }

    /// The total that decides the rank of a row.
    pub(crate) fn total(&self, row: usize) -> Bounded {
        match &self.totals.printed {
            Some(printed) if self.on_printed() => Bounded::exact(printed[row]),
            _ => self.totals.unrounded.at(row),
        }
    }

    pub(crate) fn exact_total(&self, row: usize) -> Exact {
        let exactly = || self.final_step.exact(self.exact, row, self.totals.floors_of(row));
        match (&self.totals.printed, self.final_step.plan.total.round) {
            (Some(printed), Some(how)) if self.on_printed() => Exact::carried(printed[row], &how, &exactly),
            _ => exactly(),
        }
    }

    fn on_printed(&self) -> bool {
        self.final_step.plan.total.rank.on == RankOn::Rounded
    }

    /// The row of the same entity one period before.
    fn before(&self, row: usize) -> Option<usize> {
        self.near.known().data.panel.lagged(row, 1)
    }

    fn rank_before(&self, row: usize) -> Option<f64> {
        self.ranks.get(self.before(row)?).copied().filter(|rank| !rank.is_nan())
    }
}
