//! Scores of indicators and groups over the entities that are ranked against each other: one error for a column.

use crate::method::aggregation::Aggregation;
use crate::method::weighting::Takes;
use crate::number::lanes::range;
use crate::number::rounding::Rounding;
use crate::number::{Bounded, Exact, Number};
use crate::scheme::plan::NodePlan;

/// Unit roundoff of `f64`.
const U: f64 = f64::EPSILON * 0.5;
/// Covers the roundoff of the bounds' own arithmetic.
const SLACK: f64 = 1.0 + 1e-6;
/// More than what underflow takes away.
const LEAST: f64 = 1e-290;

/// A column of scores, missing where there is none.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    pub(super) x: Vec<f64>,
    /// No score is further from the exact one.
    pub(super) error: f64,
    /// No score is larger in size.
    pub(super) size: f64,
}

impl Column {
    pub(super) fn new(x: Vec<f64>, error: f64) -> Self {
        let (low, high) = range(&x);
        Column { size: low.abs().max(high.abs()), x, error }
    }

    fn measured(&mut self) {
        let (low, high) = range(&self.x);
        self.size = low.abs().max(high.abs());
    }
}

/// The scores of an indicator, which no weight moves.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) node: usize,
    pub(super) column: Column,
    /// Their logarithms, where all of them are above zero.
    pub(super) logs: Option<Column>,
    /// Whether every score that is zero is exactly that.
    pub(super) zeros: bool,
}

impl Leaf {
    pub(super) fn new(node: usize, column: Column, zeros: bool) -> Self {
        let logs = column.x.iter().all(|s| *s > column.error).then(|| {
            let least = column.x.iter().copied().fold(f64::INFINITY, f64::min);
            let logs = Column::new(column.x.iter().map(|s| libm::log(*s)).collect(), 0.0);
            let error = column.error / (least - column.error) + logs.size * 4.0 * U;
            Column { error: error * SLACK, ..logs }
        });
        Leaf { node, column, logs: logs.filter(|logs| logs.error.is_finite()), zeros }
    }
}

/// Where the scores of a member stand.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    Leaf(usize),
    Group(usize),
}

/// A group that counts, with the members that do.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) node: usize,
    pub(super) plan: NodePlan,
    /// Nodes, with where their scores stand.
    pub(super) members: Vec<(usize, Source)>,
    /// Who has a score of it, where not all have.
    pub(super) present: Option<Vec<bool>>,
    /// Whether everybody has a score of every member.
    pub(super) whole: bool,
}

/// What a run writes into, taken up again by the next one.
#[derive(Debug, Default)]
pub(super) struct Work {
    cells: Vec<(Bounded, Bounded)>,
    below: Vec<f64>,
}

/// What a group is made of.
#[derive(Clone, Copy)]
pub(super) struct Below<'a> {
    pub(super) leaves: &'a [Leaf],
    pub(super) groups: &'a [Column],
    /// By node.
    pub(super) weights: &'a [f64],
}

impl<'a> Below<'a> {
    fn column(&self, source: Source) -> &'a Column {
        match source {
            Source::Leaf(leaf) => &self.leaves[leaf].column,
            Source::Group(group) => &self.groups[group],
        }
    }

    /// Whether a zero of a member is exactly that.
    fn has_zeros(&self, source: Source) -> bool {
        matches!(source, Source::Leaf(leaf) if self.leaves[leaf].zeros)
    }
}

impl Group {
    pub(super) fn is_linear(&self) -> bool {
        matches!(self.plan.aggregate, Aggregation::Arithmetic | Aggregation::Sum)
    }

    /// The rounding that the group above takes.
    pub(super) fn carried(&self) -> Option<Rounding> {
        self.plan.round.filter(|round| round.carry)
    }

    /// Writes the scores; `false` where floats cannot tell whether they have a meaning, or what they are rounded to.
    pub(super) fn score(&self, below: Below<'_>, work: &mut Work, to: &mut Column) -> bool {
        let logs = self.plan.aggregate == Aggregation::Geometric && self.whole;
        let done = if self.is_linear() {
            self.linear(below, work, to);
            true
        } else {
            (logs && self.by_logs(below, to)) || self.by_row(below, work, to)
        };
        if !done {
            return false;
        }
        if let Some(present) = &self.present {
            for (x, there) in to.x.iter_mut().zip(present) {
                *x = if *there { *x } else { f64::NAN };
            }
        }
        to.size.is_finite() && self.carried().is_none_or(|how| round(&how, work, to))
    }

    /// `Σ w s / Σ w` of the members present, or `Σ w s`.
    fn linear(&self, below: Below<'_>, work: &mut Work, to: &mut Column) {
        let is_sum = self.plan.aggregate == Aggregation::Sum;
        let (mut weight, mut error, mut size) = (0.0, 0.0, 0.0);
        let (mut worst_error, mut worst_size) = (0.0f64, 0.0f64);
        to.x.fill(0.0);
        work.below.clear();
        work.below.resize(if self.whole || is_sum { 0 } else { to.x.len() }, 0.0);
        for (node, source) in &self.members {
            let (w, column) = (below.weights[*node], below.column(*source));
            weight += w;
            error += w * column.error;
            size += w * column.size;
            (worst_error, worst_size) = (worst_error.max(column.error), worst_size.max(column.size));
            if self.whole {
                add(&mut to.x, w, &column.x);
                continue;
            }
            for (k, (x, s)) in to.x.iter_mut().zip(&column.x).enumerate() {
                let there = !s.is_nan();
                *x += if there { w * s } else { 0.0 };
                if let Some(sum) = work.below.get_mut(k) {
                    *sum += if there { w } else { 0.0 };
                }
            }
        }
        if is_sum {
            (to.error, to.size) = (error, size);
        } else if self.whole {
            to.x.iter_mut().for_each(|x| *x /= weight);
            (to.error, to.size) = (error / weight, size / weight);
        } else {
            to.x.iter_mut().zip(&work.below).for_each(|(x, sum)| *x /= sum);
            // Of a part of the members only that it is a mean is known.
            (to.error, to.size) = (worst_error, worst_size);
        }
        let steps = 2.0 * self.members.len() as f64 + 8.0;
        to.error = (to.error + to.size * steps * U) * SLACK + LEAST;
        to.size = (to.size + to.error) * SLACK;
    }

    /// `exp(Σ w ln s / Σ w)` where every member is an indicator with scores above zero.
    fn by_logs(&self, below: Below<'_>, to: &mut Column) -> bool {
        let logs = |source: Source| match source {
            Source::Leaf(leaf) => below.leaves[leaf].logs.as_ref(),
            Source::Group(_) => None,
        };
        if self.members.iter().any(|(_, source)| logs(*source).is_none()) {
            return false;
        }
        let weight: f64 = self.members.iter().map(|(node, _)| below.weights[*node]).sum();
        let (mut error, mut size) = (0.0, 0.0);
        to.x.fill(0.0);
        for (node, source) in &self.members {
            let share = below.weights[*node] / weight;
            let Some(column) = logs(*source) else { return false };
            add(&mut to.x, share, &column.x);
            error += share * column.error;
            size += share * column.size;
        }
        to.x.iter_mut().for_each(|x| *x = libm::exp(*x));
        to.measured();
        let steps = 2.0 * self.members.len() as f64 + 8.0;
        let error = error + size * steps * U;
        to.error = (to.size * (2.0 * error + 8.0 * U)) * SLACK + LEAST;
        error < 0.25
    }

    /// Every other mean, row by row.
    fn by_row(&self, below: Below<'_>, work: &mut Work, to: &mut Column) -> bool {
        let takes = self.plan.takes();
        let mut error = 0.0f64;
        for k in 0..to.x.len() {
            if self.present.as_ref().is_some_and(|present| !present[k]) {
                to.x[k] = f64::NAN;
                continue;
            }
            work.cells.clear();
            for (node, source) in &self.members {
                let column = below.column(*source);
                let s = column.x[k];
                if s.is_nan() {
                    continue;
                }
                let zero = s == 0.0 && below.has_zeros(*source);
                let e = if zero { 0.0 } else { column.error };
                let apart = s > e || (takes == Takes::NotNegative && zero) || takes == Takes::Any;
                if !apart {
                    return false;
                }
                work.cells.push((Bounded::of(below.weights[*node]), Bounded::new(s, e)));
            }
            let cell = self.plan.combine(&work.cells, &[]);
            if cell.v.is_nan() || !cell.e.is_finite() {
                return false;
            }
            to.x[k] = cell.v;
            error = error.max(cell.e);
        }
        to.error = error;
        to.measured();
        true
    }
}

/// `to += w · x`
#[inline]
fn add(to: &mut [f64], w: f64, x: &[f64]) {
    for (to, x) in to.iter_mut().zip(x) {
        *to += w * x;
    }
}

/// Rounds a column where no number is in doubt; what is rounded is the decimal that its float shows.
fn round(how: &Rounding, work: &mut Work, to: &mut Column) -> bool {
    work.below.clear();
    work.below.resize(to.x.len(), 0.0);
    if !rounded(how, &to.x, to.error, &mut work.below) {
        return false;
    }
    std::mem::swap(&mut work.below, &mut to.x);
    to.measured();
    to.error = to.size * U * SLACK + f64::MIN_POSITIVE;
    true
}

/// Rounds numbers, each known to within `error`; `false` where one of them is in doubt, or no decimal that a float shows.
pub(super) fn rounded(how: &Rounding, x: &[f64], error: f64, to: &mut [f64]) -> bool {
    let mut doubt = false;
    how.each(x, (0.0, error), to, |_| {
        doubt = true;
        Exact::Missing
    });
    let shown = how.shown();
    !doubt && to.iter().all(|x| x.is_nan() || *x == 0.0 || shown.contains(&x.abs()))
}

/// Runs that are added up side by side, in registers.
pub(super) const LANES: usize = 8;

/// A tree of weighted sums: one weight for every indicator.
#[derive(Debug)]
pub(super) struct Linear {
    /// Scores, indicator by indicator.
    pub(super) x: Vec<f64>,
    pub(super) entities: usize,
    /// Steps that a product of shares and the sum go through.
    steps: f64,
}

impl Linear {
    /// None where a group is another mean, or somebody lacks a score.
    pub(super) fn of(leaves: &[Leaf], groups: &[Group]) -> Option<Self> {
        let plain = |group: &Group| group.is_linear() && group.whole && group.carried().is_none();
        if !groups.iter().all(plain) {
            return None;
        }
        // Every group is on the way to some indicator; of all together the way is no longer.
        let way: usize = groups.iter().map(|group| group.members.len() + 6).sum();
        let x: Vec<f64> = leaves.iter().flat_map(|leaf| leaf.column.x.iter().copied()).collect();
        let entities = leaves.first()?.column.x.len();
        Some(Linear { x, entities, steps: 2.0 * (way + leaves.len() + 8) as f64 })
    }

    /// Writes the share of every node in the total; returns the error of totals.
    pub(super) fn shares(&self, leaves: &[Leaf], groups: &[Group], weights: &[f64], to: &mut [f64]) -> f64 {
        if let Some(last) = to.last_mut() {
            *last = 1.0;
        }
        for group in groups.iter().rev() {
            let whole: f64 = match group.plan.aggregate {
                Aggregation::Sum => 1.0,
                _ => group.members.iter().map(|(node, _)| weights[*node]).sum(),
            };
            let own = to[group.node] / whole;
            for (node, _) in &group.members {
                to[*node] = own * weights[*node];
            }
        }
        let error = leaves.iter().fold(0.0, |sum, leaf| {
            let column = &leaf.column;
            sum + to[leaf.node] * (column.error + column.size * self.steps * U)
        });
        error * SLACK + LEAST
    }

    /// The totals of some runs side by side, `shares` and `to` with the runs of each indicator and entity in a row: to the bit those of
    /// [`totals`](Self::totals).
    pub(super) fn many(&self, shares: &[[f64; LANES]], to: &mut [[f64; LANES]]) {
        for (entity, to) in to.iter_mut().enumerate() {
            let column = self.x.iter().skip(entity).step_by(self.entities);
            let mut sums = [0.0; LANES];
            for (s, shares) in column.zip(shares) {
                for (sum, share) in sums.iter_mut().zip(shares) {
                    *sum += share * s;
                }
            }
            *to = sums;
        }
    }

    /// The totals, four indicators at a time.
    pub(super) fn totals(&self, leaves: &[Leaf], shares: &[f64], to: &mut [f64]) {
        let n = self.entities;
        let column = |leaf: usize| &self.x[leaf * n..(leaf + 1) * n];
        let share = |leaf: usize| shares[leaves[leaf].node];
        to.fill(0.0);
        let fours = leaves.len() / 4 * 4;
        for leaf in (0..fours).step_by(4) {
            let (a, b, c, d) = (column(leaf), column(leaf + 1), column(leaf + 2), column(leaf + 3));
            let w = [share(leaf), share(leaf + 1), share(leaf + 2), share(leaf + 3)];
            for ((((to, a), b), c), d) in to.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                *to = (((*to + w[0] * a) + w[1] * b) + w[2] * c) + w[3] * d;
            }
        }
        for leaf in fours..leaves.len() {
            add(to, share(leaf), column(leaf));
        }
    }
}
