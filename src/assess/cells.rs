//! One cell at a time, from the formula to the score: written once, run on errors-bounded floats and on rationals.

use std::sync::Arc;

use super::chunks::{Changed, Chunked, Numbers, Report};
use super::data::Data;
use super::sets::{LeafReference, Level, is_own};
use super::treated::Treated;
use super::values::{PanelSums, Values};
use crate::memory::Pages;
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::method::rules::{Break, Combine, Kernel};
use crate::number::{Bounded, Number};
use crate::scheme::plan::{Leaf, Scoring};

/// What is known of one leaf once its references are computed.
#[derive(Debug, Clone)]
pub(crate) struct LeafState {
    /// The measure over the panel; `None` if it is the indicator's value itself.
    pub(crate) measure: Option<(Pages<f64>, Chunked<Report>)>,
    /// What the measure compares the value with.
    pub(crate) inputs: LeafReference,
    /// What the rule compares the measure with.
    pub(crate) anchors: LeafReference,
}

/// Everything below the scores.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) data: Data<'a>,
    pub(crate) values: &'a [Arc<Values>],
    /// What is scored of the values that are treated, by indicator.
    pub(crate) treated: &'a [Option<Arc<Treated>>],
    pub(crate) sums: &'a [Arc<PanelSums>],
    pub(crate) targets: &'a Targets,
    pub(crate) leaves: &'a [Arc<LeafState>],
}

/// Targets by indicator and row.
#[derive(Debug, Default, Clone)]
pub(crate) struct Targets(pub(crate) Vec<Option<Vec<f64>>>);

impl Targets {
    /// The rows in which an indicator has other ones.
    pub(crate) fn differing(&self, other: &Targets, indicator: usize) -> Changed {
        let of = |all: &'_ Targets| all.0.get(indicator).cloned().flatten();
        match (of(self), of(other)) {
            (None, None) => Changed::NONE,
            (Some(now), Some(was)) if now.len() == was.len() => {
                let other = (0..now.len()).filter(|row| now[*row].to_bits() != was[*row].to_bits());
                Changed::ranges(other.map(|row| row..row + 1))
            }
            _ => Changed::all(),
        }
    }

    pub(crate) fn get(&self, indicator: usize, row: usize) -> f64 {
        self.0.get(indicator).and_then(Option::as_ref).map_or(f64::NAN, |t| t[row])
    }
}

impl<'a> Known<'a> {
    pub(crate) fn leaf(&self, leaf: usize) -> &'a Leaf {
        &self.data.plan.leaves[leaf]
    }

    fn carries(&self, indicator: usize) -> bool {
        self.data.plan.indicators[indicator].round.is_some_and(|r| r.carry)
    }

    /// Whether less of what is looked at is better.
    pub(crate) fn lower_is_better(&self, level: Level, at: usize) -> bool {
        // Nothing fitted on untreated values asks which of them are better.
        level != Level::Untreated && level.lower_is_better(self.leaf(at))
    }

    /// What is scored of an indicator whose values are treated.
    pub(crate) fn treated(&self, indicator: usize) -> Option<&'a Treated> {
        self.treated.get(indicator)?.as_deref()
    }

    /// The indicator's value as the formula and its rounding give it.
    pub(crate) fn untreated_column(&self, indicator: usize) -> Numbers<'a> {
        self.values[indicator].carried(self.carries(indicator))
    }

    /// The indicator's value as the measure takes it.
    pub(crate) fn value_column(&self, indicator: usize) -> Numbers<'a> {
        self.treated(indicator).map_or_else(|| self.untreated_column(indicator), Treated::numbers)
    }

    /// The column a reference looks at.
    pub(crate) fn column(&self, level: Level, at: usize) -> Numbers<'a> {
        match (level, self.leaves.get(at).and_then(|l| l.measure.as_ref())) {
            (Level::Untreated, _) => self.untreated_column(at),
            (Level::Measure, Some((measure, errors))) => Numbers::new(measure, errors),
            _ => self.value_column(self.leaf(at).indicator),
        }
    }
}

/// Where the numbers of one type come from; everything else is written once below.
pub(crate) trait Origin {
    type N: Number;

    fn known(&self) -> Known<'_>;
    /// The indicator's value as the measure takes it.
    fn value(&self, indicator: usize, row: Option<usize>) -> Self::N;
    /// The indicator's value as the formula and its rounding give it: what formulas after the scores name.
    fn untreated(&self, indicator: usize, row: Option<usize>) -> Self::N;
    /// An anchor that is the same for its whole set.
    fn common(&self, reference: &LeafReference, leaf: usize, set: usize, k: usize) -> Self::N;
    /// What a score is whose rule has a break within reach of the measure's error.
    fn in_doubt(&self, score: Self::N, x: &Self::N, a: &[Self::N], leaf: &Leaf) -> Self::N;

    /// Points that a combinator chose from those of its parts: in doubt if one of them is.
    fn combined(&self, points: Self::N, parts: &[Self::N]) -> Self::N;

    /// An anchor of a reference, for one row.
    fn anchor(&self, reference: &LeafReference, leaf: usize, k: usize, row: usize) -> Self::N {
        let known = self.known();
        let plan = known.leaf(leaf);
        let anchor = &reference.anchors[k];
        if !is_own(anchor, plan) {
            return self.common(reference, leaf, reference.set(&known.data, row), k);
        }
        match anchor {
            Anchor::Target => Self::N::of(known.targets.get(plan.indicator, row)),
            Anchor::Indicator(id) => {
                known.data.plan.node(id).map_or_else(Self::N::missing, |i| self.value(i, Some(row)))
            }
            Anchor::Previous => self.value(plan.indicator, known.data.panel.lagged(row, 1)),
            Anchor::Entity(_) if known.data.references.is_some() => {
                let set = reference.set_of_entities(known.data.panel.period_of(row));
                self.common(reference, leaf, set, k)
            }
            Anchor::Entity(name) => {
                let panel = known.data.panel;
                let entity = panel.entity_index(name);
                let other = entity.and_then(|e| panel.row(panel.period_of(row), e));
                other.map_or_else(Self::N::missing, |o| self.subject(reference.level, leaf, o))
            }
            _ => Self::N::missing(),
        }
    }

    /// What a reference looks at, for one row.
    fn subject(&self, level: Level, at: usize, row: usize) -> Self::N {
        match level {
            Level::Untreated => self.untreated(at, Some(row)),
            Level::Value => self.value(self.known().leaf(at).indicator, Some(row)),
            Level::Measure => self.measure(at, row),
        }
    }

    /// The measure of a leaf.
    fn measure(&self, leaf: usize, row: usize) -> Self::N {
        self.computed_measure(leaf, row)
    }

    /// The measure of a leaf, from the value and what it is compared with.
    fn computed_measure(&self, leaf: usize, row: usize) -> Self::N {
        let known = self.known();
        let plan = known.leaf(leaf);
        let x = self.value(plan.indicator, Some(row));
        let need = |k: usize| self.need(leaf, k, &plan.needs[k], row);
        // Most measures ask for one number: for a column of them no list is made.
        match plan.needs.len() {
            0 => plan.measured(&x, &[]),
            1 => plan.measured(&x, &[need(0)]),
            n => plan.measured(&x, &(0..n).map(need).collect::<Vec<_>>()),
        }
    }

    fn need(&self, leaf: usize, k: usize, need: &Need, row: usize) -> Self::N {
        let known = self.known();
        let indicator = known.leaf(leaf).indicator;
        let inputs = &known.leaves[leaf].inputs;
        let rank = |row: Option<usize>| match (&inputs.ranks, row) {
            (Some(ranks), Some(row)) => Self::N::of(ranks[row]),
            _ => Self::N::missing(),
        };
        match need {
            Need::Lag(lag) => self.value(indicator, known.data.panel.lagged(row, *lag)),
            Need::Anchor(_) => self.anchor(inputs, leaf, k, row),
            Need::Rank => rank(Some(row)),
            Need::RankBefore(lag) => rank(known.data.panel.lagged(row, *lag)),
        }
    }

    /// Points of a leaf on the common scale.
    fn leaf_score(&self, leaf: usize, row: usize) -> Self::N {
        self.computed_leaf_score(leaf, row)
    }

    /// Points of a leaf from what its rule takes; where it has nothing to compare with, what the scheme says.
    fn computed_leaf_score(&self, leaf: usize, row: usize) -> Self::N {
        let (score, plan) = (self.ruled_leaf_score(leaf, row), self.known().leaf(leaf));
        match plan.filled() {
            // Where the value itself is missing, the indicator says what then.
            Some(points) if score.is_missing() && !self.value(plan.indicator, Some(row)).is_missing() => {
                Self::N::of(points)
            }
            _ => score,
        }
    }

    /// Points of a leaf by its rule.
    fn ruled_leaf_score(&self, leaf: usize, row: usize) -> Self::N {
        let known = self.known();
        let (plan, reference) = (known.leaf(leaf), &known.leaves[leaf].anchors);
        let x = match &reference.ranks {
            Some(ranks) => self.rank(ranks, leaf, row),
            None => self.measure(leaf, row),
        };
        let a: Vec<Self::N> =
            (0..reference.anchors.len()).map(|k| self.anchor(reference, leaf, k, row)).collect();
        self.rule_score(plan, &x, &a)
    }

    /// Rank of what the rule of a leaf scores.
    fn rank(&self, ranks: &[f64], _leaf: usize, row: usize) -> Self::N {
        Self::N::of(ranks[row])
    }

    /// Points for a measure and its anchors, on the common scale.
    fn rule_score(&self, leaf: &Leaf, x: &Self::N, a: &[Self::N]) -> Self::N {
        let score = leaf.rule.score(x, a, &leaf.setting);
        let score = leaf.scale.apply(score);
        self.in_doubt(score, x, a, leaf)
    }

    /// Score of an indicator from its parts; parts whose measure is missing leave their share to the others.
    fn scoring(&self, scoring: &Scoring, row: usize) -> Self::N {
        scored(scoring, &|leaf| self.leaf_score(leaf, row), &|points, parts| self.combined(points, parts))
    }
}

/// A score from those of its leaves; `combined` sees the points that a combinator made of its parts.
pub(crate) fn scored<N: Number>(
    scoring: &Scoring,
    leaf: &impl Fn(usize) -> N,
    combined: &impl Fn(N, &[N]) -> N,
) -> N {
    match scoring {
        Scoring::Leaf(at) => leaf(*at),
        Scoring::Combine { rule, children, scale } => {
            let scores: Vec<N> = children.iter().map(|c| scored(c, leaf, combined)).collect();
            scale.apply(combined(rule.combine(&scores), &scores))
        }
        Scoring::Shares(parts) => {
            shares(parts.iter().map(|(share, part)| (*share, scored(part, leaf, combined))))
        }
    }
}

/// `Σ share · score / Σ share` over the parts present.
pub(crate) fn shares<N: Number>(scores: impl Iterator<Item = (f64, N)>) -> N {
    let (mut sum, mut left_out) = (None::<(N, N)>, N::missing());
    for (share, score) in scores {
        if score.is_missing() {
            left_out = left_out.beside(&score);
            continue;
        }
        let share = N::of(share);
        let term = share.mul(&score);
        sum = Some(match sum {
            None => (share, term),
            Some((weight, total)) => (weight.add(&share), total.add(&term)),
        });
    }
    sum.map_or_else(N::missing, |(weight, total)| total.div(&weight)).beside(&left_out)
}

/// Floats with their errors, read from the computed columns.
#[derive(Debug)]
pub(crate) struct BoundedCells<'a>(pub(crate) Known<'a>);

impl Origin for BoundedCells<'_> {
    type N = Bounded;

    fn known(&self) -> Known<'_> {
        self.0
    }

    fn value(&self, indicator: usize, row: Option<usize>) -> Bounded {
        row.map_or_else(Bounded::missing, |row| self.0.value_column(indicator).at(row))
    }

    fn untreated(&self, indicator: usize, row: Option<usize>) -> Bounded {
        row.map_or_else(Bounded::missing, |row| self.0.untreated_column(indicator).at(row))
    }

    fn common(&self, reference: &LeafReference, _: usize, set: usize, k: usize) -> Bounded {
        reference.sets[set][k].near
    }

    fn measure(&self, leaf: usize, row: usize) -> Bounded {
        self.0.column(Level::Measure, leaf).at(row)
    }

    fn in_doubt(&self, score: Bounded, x: &Bounded, a: &[Bounded], leaf: &Leaf) -> Bounded {
        let near = leaf.rule.breaks(a, &leaf.setting).iter().any(|b| is_near(b, *x));
        if near { Bounded::new(score.v, f64::INFINITY) } else { score }
    }

    fn combined(&self, points: Bounded, parts: &[Bounded]) -> Bounded {
        if parts.iter().any(|p| p.e.is_infinite()) { Bounded::new(points.v, f64::INFINITY) } else { points }
    }
}

/// Whether a break lies within the error of `x`.
#[inline]
pub(crate) fn is_near(at: &Break<Bounded>, x: Bounded) -> bool {
    match at {
        Break::Kink(b) | Break::Jump(b) => {
            let reach = x.e + b.e;
            // Two numbers known exactly are not in doubt; a break that may be missing is near wherever it is.
            reach > 0.0 && (reach.is_infinite() || (x.v - b.v).abs() <= reach)
        }
        Break::Lattice { origin, step } => {
            let k = x.sub(origin).div(step);
            let nearest = k.v.round();
            nearest > -0.5 && k.e > 0.0 && (k.v - nearest).abs() <= k.e
        }
    }
}

/// The formula of a leaf's indicator over the sums of its variables, over the rows where all of them are present.
pub(crate) fn pooled<N: Number>(
    known: &Known<'_>,
    leaf: usize,
    rows: &[u32],
    of: impl Fn(usize, Option<usize>) -> N,
) -> N {
    use crate::formula::Load;
    let data = known.data;
    let program = &data.plan.indicators[known.leaf(leaf).indicator].program;
    let cell = |load: &Load, row: u32| match *load {
        Load::Column { slot, lag } => of(slot as usize, data.panel.lagged(row as usize, lag)),
        Load::Total { .. } => N::missing(),
    };
    let complete: Vec<u32> =
        rows.iter().copied().filter(|r| program.loads().iter().all(|l| !cell(l, *r).is_missing())).collect();
    if complete.is_empty() {
        return N::missing();
    }
    program.eval(&mut |load| N::sum(&mut complete.iter().map(|r| cell(&load, *r))))
}

#[cfg(feature = "json")]
#[cfg(test)]
#[path = "cells_tests.rs"]
mod tests;
