//! Scores of indicators on the common scale.

use std::ops::Range;

use super::cells::{Exactly, Known, Level, Nearly, Origin, is_near, shares};
use super::data::{Data, Tolerance};
use super::exec;
use super::reference::LeafReference;
use super::values::{self, PanelSums};
use crate::method::missing::Missing;
use crate::method::rules::{Break, Kernel};
use crate::number::{Bounded, ExactSum, Number};
use crate::scheme::model::NotApplicableThen;
use crate::scheme::plan::{Leaf, Scoring};

/// Why a score is not the rule's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filled {
    /// The value is missing and the scheme says what then.
    Missing(Missing),
    /// The indicator does not apply and the scheme says what then.
    NotApplicable(NotApplicableThen),
    /// No part has what it compares with (no earlier period): left out.
    NoBase,
}

/// One indicator's scores.
#[derive(Debug, Default)]
pub(crate) struct Scores {
    /// On the common scale, NaN where the indicator is left out.
    pub(crate) score: Vec<f64>,
    /// Absolute error.
    pub(crate) error: f64,
    /// Rows whose score is not the rule's own, ascending.
    pub(crate) filled: Vec<(u32, Filled)>,
    /// Cells that needed exact arithmetic.
    pub(crate) exact_cells: usize,
}

impl Scores {
    pub(crate) fn filled(&self, row: usize) -> Option<Filled> {
        let at = self.filled.binary_search_by_key(&(row as u32), |(r, _)| *r).ok()?;
        Some(self.filled[at].1)
    }
}

/// What a chunk of rows reports back.
#[derive(Default)]
struct Report {
    error: f64,
    doubts: Vec<u32>,
}

impl Report {
    #[inline]
    fn note(&mut self, i: usize, error: f64) {
        if error.is_finite() {
            self.error = self.error.max(error);
        } else {
            self.doubts.push(i as u32);
        }
    }
}

/// The scores of one indicator, with holes where value or measure is missing.
pub(crate) fn compute(near: &Nearly<'_>, exact: &Exactly<'_>, indicator: usize) -> Scores {
    let data = &near.0.data;
    let of_row = |row: usize| &data.plan.classes[data.class(row)].scoring[indicator];
    let common = &data.plan.classes[0].scoring[indicator];
    let uniform = data.class_of.is_none() && is_uniform(&near.0, common);
    let mut score = vec![0.0; data.panel.len()];
    let tasks = exec::tasks(data.panel.starts(), [&mut score]);
    let reports = exec::map(tasks, |mut task| {
        let out: &mut [f64] = task.out.remove(0);
        let mut report = Report::default();
        if uniform {
            slice(near, common, task.period, &task.rows, out, &mut report);
        } else {
            for (i, to) in out.iter_mut().enumerate() {
                let row = task.rows.start + i;
                let cell = near.scoring(of_row(row), row);
                *to = cell.v;
                report.note(i, cell.e);
            }
        }
        for i in &report.doubts {
            let (i, row) = (*i as usize, task.rows.start + *i as usize);
            let value = exact.scoring(of_row(row), row);
            if !value.is_irrational() {
                out[i] = value.to_f64();
            }
            report.error = report.error.max(out[i].abs() * f64::EPSILON);
        }
        report
    });
    Scores {
        score,
        error: reports.iter().map(|r| r.error).fold(0.0, f64::max),
        exact_cells: reports.iter().map(|r| r.doubts.len()).sum(),
        filled: Vec::new(),
    }
}

/// Whether a whole period can be scored against the same anchors.
fn is_uniform(known: &Known<'_>, scoring: &Scoring) -> bool {
    match scoring {
        Scoring::Leaf(leaf) => known.leaves[*leaf].anchors.is_uniform(known.leaf(*leaf)),
        Scoring::Shares(parts) => {
            parts.iter().all(|(_, part)| matches!(part, Scoring::Leaf(_)) && is_uniform(known, part))
        }
        Scoring::Combine { .. } => false,
    }
}

/// Scores of a chunk whose anchors are the same for all rows: the path for large panels.
fn slice(
    near: &Nearly<'_>,
    scoring: &Scoring,
    period: usize,
    rows: &Range<usize>,
    out: &mut [f64],
    report: &mut Report,
) {
    match scoring {
        Scoring::Leaf(leaf) => leaf_slice(near, *leaf, period, rows, |i, b| {
            out[i] = b.v;
            report.note(i, b.e);
        }),
        Scoring::Shares(parts) => {
            let mut columns = vec![vec![Bounded::missing(); rows.len()]; parts.len()];
            for ((_, part), column) in parts.iter().zip(&mut columns) {
                if let Scoring::Leaf(leaf) = part {
                    leaf_slice(near, *leaf, period, rows, |i, b| column[i] = b);
                }
            }
            for (i, to) in out.iter_mut().enumerate() {
                let cell = shares(parts.iter().zip(&columns).map(|((share, _), column)| (*share, column[i])));
                *to = cell.v;
                report.note(i, cell.e);
            }
        }
        Scoring::Combine { .. } => {}
    }
}

fn leaf_slice(
    near: &Nearly<'_>,
    leaf: usize,
    period: usize,
    rows: &Range<usize>,
    put: impl FnMut(usize, Bounded),
) {
    let known = &near.0;
    let reference: &LeafReference = &known.leaves[leaf].anchors;
    let plan = known.leaf(leaf);
    let set = reference.set_of_period(period);
    let a: Vec<Bounded> =
        (0..reference.anchors.len()).map(|k| near.common(reference, leaf, set, k)).collect();
    let (x, tolerance) = known.column(Level::Measure, leaf);
    let breaks = plan.rule.breaks(&a, &plan.setting);
    let chunk = Chunk { x: &x[rows.clone()], tolerance, a: &a, breaks: &breaks, leaf: plan };
    chunk.score(put);
}

/// A slice of measures against one set of anchors.
struct Chunk<'a> {
    x: &'a [f64],
    tolerance: Tolerance,
    a: &'a [Bounded],
    breaks: &'a [Break<Bounded>],
    leaf: &'a Leaf,
}

impl Chunk<'_> {
    fn score(&self, mut put: impl FnMut(usize, Bounded)) {
        for (i, x) in self.x.iter().enumerate() {
            let x = self.tolerance.of(*x);
            let mut cell = self.leaf.scale.apply(self.leaf.rule.score(&x, self.a, &self.leaf.setting));
            if self.breaks.iter().any(|b| is_near(b, x)) {
                cell.e = f64::INFINITY;
            }
            put(i, cell);
        }
    }
}

/// A hole that the scheme does not allow.
pub(crate) struct Hole {
    pub(crate) indicator: usize,
    pub(crate) row: usize,
    /// A target is missing rather than the value.
    pub(crate) target: bool,
}

/// Fills what is missing or does not apply as the scheme says; what it does not allow is returned.
pub(crate) fn fill(
    near: &Nearly<'_>,
    conditions: &[PanelSums],
    indicator: usize,
    scores: &mut Scores,
    full: f64,
) -> Vec<Hole> {
    let data = &near.0.data;
    let plan = &data.plan.indicators[indicator];
    let (value, _) = near.0.value_column(indicator);
    // Benchmarks are not assessed, and a class may leave the indicator out: their holes are nobody's fault.
    let matters = |row| data.counts(row) && data.plan.classes[data.class(row)].weights[indicator] != 0.0;
    let mut holes = Vec::new();
    for row in 0..scores.score.len() {
        let applies = plan
            .not_applicable
            .as_ref()
            .is_none_or(|(program, _)| !holds(data, program, &conditions[indicator], row));
        let why = match &plan.not_applicable {
            Some((_, then)) if !applies => Filled::NotApplicable(*then),
            _ if !scores.score[row].is_nan() => continue,
            _ if value[row].is_nan() && plan.missing == Missing::Error && matters(row) => {
                holes.push(Hole { indicator, row, target: false });
                continue;
            }
            _ if value[row].is_nan() => {
                Filled::Missing(if matters(row) { plan.missing } else { Missing::Skip })
            }
            _ if lacks_target(&near.0, indicator, row) && matters(row) && plan.missing == Missing::Error => {
                holes.push(Hole { indicator, row, target: true });
                continue;
            }
            _ => Filled::NoBase,
        };
        scores.score[row] = constant(why, full);
        scores.filled.push((row as u32, why));
    }
    peers(data, scores);
    holes
}

/// Whether a condition over the data holds; decided exactly where it is close.
fn holds(data: &Data<'_>, program: &crate::formula::Program, sums: &PanelSums, row: usize) -> bool {
    let near = values::near(data, program, sums, row);
    if near.e.is_finite() {
        return near.v != 0.0 && !near.v.is_nan();
    }
    let exact = values::exact(data, program, sums, row);
    if exact.is_irrational() { near.v != 0.0 } else { !exact.is_missing() && !exact.is_zero() }
}

/// Whether a row has no score because no target is given for it.
fn lacks_target(known: &Known<'_>, indicator: usize, row: usize) -> bool {
    use crate::method::anchor::Anchor;
    let needs = known.data.plan.leaves.iter().zip(known.leaves).any(|(plan, state)| {
        plan.indicator == indicator
            && state.anchors.anchors.iter().chain(&state.inputs.anchors).any(|a| *a == Anchor::Target)
    });
    needs && known.targets.get(indicator, row).is_nan()
}

fn constant(why: Filled, full: f64) -> f64 {
    match why {
        Filled::Missing(Missing::Zero) | Filled::NotApplicable(NotApplicableThen::Zero) => 0.0,
        Filled::Missing(Missing::Full) | Filled::NotApplicable(NotApplicableThen::Full) => full,
        _ => f64::NAN,
    }
}

fn takes_peers(why: Filled) -> Option<bool> {
    match why {
        Filled::Missing(Missing::PeerMean) | Filled::NotApplicable(NotApplicableThen::PeerMean) => {
            Some(false)
        }
        Filled::Missing(Missing::PeerMedian) => Some(true),
        _ => None,
    }
}

/// Mean or median score of the peers (same period, same class, scored by the rule itself) for the rows that take it.
fn peers(data: &Data<'_>, scores: &mut Scores) {
    let wanted: Vec<(u32, bool)> =
        scores.filled.iter().filter_map(|(row, why)| Some((*row, takes_peers(*why)?))).collect();
    let mut known: std::collections::HashMap<(usize, usize, bool), f64> = std::collections::HashMap::new();
    for (row, median) in wanted {
        let key = (data.panel.period_of(row as usize), data.class(row as usize), median);
        let value = *known.entry(key).or_insert_with(|| {
            let rows = data.panel.rows_of(key.0).filter(|r| data.counts(*r) && data.class(*r) == key.1);
            let own: Vec<f64> = rows
                .filter(|r| scores.filled(*r).is_none())
                .map(|r| scores.score[r])
                .filter(|s| !s.is_nan())
                .collect();
            if median { middle(own) } else { mean(&own) }
        });
        scores.score[row as usize] = value;
    }
}

fn mean(x: &[f64]) -> f64 {
    let sum: ExactSum = x.iter().copied().collect();
    if x.is_empty() { f64::NAN } else { sum.value() / x.len() as f64 }
}

fn middle(mut x: Vec<f64>) -> f64 {
    x.sort_by(f64::total_cmp);
    match x.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => x[n / 2],
        n => (x[n / 2 - 1] + x[n / 2]) / 2.0,
    }
}
