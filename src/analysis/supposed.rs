//! The tree of one row where some of its indicators have other scores than those they have.

use std::sync::Arc;

use crate::assess::cells::{Known, Origin};
use crate::assess::sets::LeafReference;
use crate::assess::tree::{NodeScored, NodeScores};
use crate::assess::values::PanelSums;
use crate::formula::Program;
use crate::number::Number;
use crate::scheme::plan::{Leaf, Slot};

/// A tree in which one row has the scores that are supposed; all other rows, and what is fitted on them, stay as they are.
pub(super) struct Supposed<'a, U: NodeScored> {
    pub(super) of: &'a U,
    pub(super) row: usize,
    /// By indicator, where another score is supposed.
    pub(super) scores: Vec<Option<U::N>>,
    /// By node, whether something below it may be supposed.
    pub(super) above: &'a [bool],
}

impl<U: NodeScored> Supposed<'_, U> {
    fn is_own(&self, node: usize, row: usize) -> bool {
        row == self.row && self.above[node]
    }
}

impl<U: NodeScored> Origin for Supposed<'_, U> {
    type N = U::N;

    fn known(&self) -> Known<'_> {
        self.of.known()
    }

    fn value(&self, indicator: usize, row: Option<usize>) -> U::N {
        self.of.value(indicator, row)
    }

    fn untreated(&self, indicator: usize, row: Option<usize>) -> U::N {
        self.of.untreated(indicator, row)
    }

    fn common(&self, reference: &LeafReference, leaf: usize, set: usize, k: usize) -> U::N {
        self.of.common(reference, leaf, set, k)
    }

    fn in_doubt(&self, score: U::N, x: &U::N, a: &[U::N], leaf: &Leaf) -> U::N {
        self.of.in_doubt(score, x, a, leaf)
    }

    fn combined(&self, points: U::N, parts: &[U::N]) -> U::N {
        self.of.combined(points, parts)
    }
}

impl<U: NodeScored> NodeScored for Supposed<'_, U> {
    fn score(&self, node: usize, row: usize) -> U::N {
        if !self.is_own(node, row) {
            return self.of.score(node, row);
        }
        match self.scores.get(node) {
            Some(Some(supposed)) => supposed.clone(),
            Some(None) => self.of.score(node, row),
            None => self.combine(node, row),
        }
    }

    fn nodes(&self) -> &[Arc<NodeScores>] {
        self.of.nodes()
    }

    fn carried(&self, node: usize, row: usize) -> U::N {
        let known = self.known();
        let plan = known.data.plan;
        let points = plan.indicators.get(node).and_then(|i| i.points_round).filter(|how| how.carry);
        if row == self.row
            && let Some(how) = points
        {
            // The share may be another one: a score that is supposed may be missing else.
            let (score, share) = (self.score(node, row), self.share(node, row));
            let is_none = share.is_zero() || score.is_missing();
            return if is_none { score } else { score.mul(&share).round(&how).div(&share) };
        }
        if !self.is_own(node, row) {
            return self.of.carried(node, row);
        }
        let score = self.score(node, row);
        match plan.nodes[node].round.filter(|how| how.carry) {
            Some(how) => score.round(&how),
            None => score,
        }
    }

    fn is_present(&self, node: usize, row: usize) -> bool {
        if !self.is_own(node, row) {
            return self.of.is_present(node, row);
        }
        match self.scores.get(node) {
            Some(Some(_)) => true,
            Some(None) => self.of.is_present(node, row),
            None => self.has_members(node, row),
        }
    }

    fn fitted(&self, node: usize, row: usize, k: usize) -> &[U::N] {
        self.of.fitted(node, row, k)
    }

    fn slot(&self, slot: Slot, row: Option<usize>, total: &U::N) -> U::N {
        match (slot, row) {
            (Slot::Score(node), Some(row)) => self.carried(node, row),
            (Slot::Points(node), Some(row)) => self.carried(node, row).mul(&self.share(node, row)),
            _ => self.of.slot(slot, row, total),
        }
    }

    fn panel_sum(&self, sums: &PanelSums, program: &Program, index: u32, period: Option<usize>) -> U::N {
        self.of.panel_sum(sums, program, index, period)
    }
}
