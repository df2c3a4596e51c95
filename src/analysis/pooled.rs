//! The whole as an entity of its own: the formula over summed variables, and what the rules give for it.

use crate::assess::cells::{BoundedCells, Origin, pooled, shares};
use crate::assess::sets::{LeafReference, is_own};
use crate::method::measures::Need;
use crate::method::rules::Combine;
use crate::number::{Bounded, Number};
use crate::scheme::plan::Scoring;

/// All peers of one indicator taken as one.
pub(super) struct Whole<'a> {
    pub(super) cells: BoundedCells<'a>,
    pub(super) peers: &'a [u32],
    /// Any leaf of the indicator.
    pub(super) leaf: usize,
    /// Any row of the peers.
    pub(super) row: usize,
}

impl Whole<'_> {
    pub(super) fn value(&self, rows: &[u32]) -> Bounded {
        let data = self.cells.0.data;
        pooled(&self.cells.0, self.leaf, rows, |v, row| data.near(v, row))
    }

    /// What is scored of a value of the whole: what the treatment makes of it that the peers' values have.
    fn scored(&self, value: Bounded, row: Option<usize>) -> Bounded {
        let known = &self.cells.0;
        let indicator = known.leaf(self.leaf).indicator;
        match known.treated(indicator).zip(row) {
            Some((treated, row)) => treated.of(&self.cells, indicator, row, &value),
            None => value,
        }
    }

    /// The score of the whole; missing where a rule compares each with something of its own, or ranks.
    pub(super) fn scoring(&self, scoring: &Scoring, value: &Bounded) -> Bounded {
        match scoring {
            Scoring::Leaf(leaf) => self.leaf(*leaf, value),
            Scoring::Shares(parts) => {
                let found: Vec<(f64, Bounded)> =
                    parts.iter().map(|(share, part)| (*share, self.scoring(part, value))).collect();
                let there = found.iter().all(|(_, score)| !score.is_missing());
                if there { shares(found.into_iter()) } else { Bounded::missing() }
            }
            Scoring::Combine { rule, children, scale } => {
                let scores: Vec<Bounded> = children.iter().map(|c| self.scoring(c, value)).collect();
                if scores.iter().any(Number::is_missing) {
                    return Bounded::missing();
                }
                scale.apply(self.cells.combined(rule.combine(&scores), &scores))
            }
        }
    }

    fn leaf(&self, leaf: usize, value: &Bounded) -> Bounded {
        let known = &self.cells.0;
        let (rule, state) = (known.leaf(leaf), &known.leaves[leaf]);
        // Peers are of one period and class: what is no entity's own is the same for all of them.
        let same = |reference: &LeafReference| !reference.anchors.iter().any(|a| is_own(a, rule));
        if !same(&state.anchors) || state.anchors.ranks.is_some() {
            return Bounded::missing();
        }
        let need = |(k, need): (usize, &Need)| match need {
            Need::Lag(lag) => {
                let panel = known.data.panel;
                let then = self.peers.iter().filter_map(|r| panel.lagged(*r as usize, *lag));
                let then: Vec<u32> = then.map(|r| r as u32).collect();
                self.scored(self.value(&then), then.first().map(|r| *r as usize))
            }
            Need::Anchor(_) if same(&state.inputs) => self.cells.anchor(&state.inputs, leaf, k, self.row),
            _ => Bounded::missing(),
        };
        let inputs: Vec<Bounded> = rule.measure.needs().iter().enumerate().map(need).collect();
        let measure = rule.measured(&self.scored(*value, Some(self.row)), &inputs);
        let anchors: Vec<Bounded> = (0..state.anchors.anchors.len())
            .map(|k| self.cells.anchor(&state.anchors, leaf, k, self.row))
            .collect();
        self.cells.rule_score(rule, &measure, &anchors)
    }
}
