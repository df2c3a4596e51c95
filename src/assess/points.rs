//! Scores of indicators on the common scale.

use std::ops::Range;
use std::sync::Arc;

use super::cells::{BoundedCells, Known, LeafState, Origin, is_near, scored, shares};
use super::chunks::{Again, Changed, Chunked, kept};
use super::data::Tolerance;
use super::exact::ExactCells;
use super::peers::{self, Peers};
use super::sets::Level;
use super::settle::{nearest, settled};
use crate::memory::Pages;
use crate::method::missing::Missing;
use crate::method::rules::{Block, Break, Errors, Kernel};
use crate::number::lanes::{any_missing, range};
use crate::number::{Bounded, Number};
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
#[derive(Debug, Clone)]
pub(crate) struct Scores {
    /// On the common scale, NaN where the indicator is left out.
    pub(crate) score: Arc<Pages<f64>>,
    /// What is known of them.
    pub(crate) reports: Chunked<Scored>,
    /// Rows whose score is not the rule's own, ascending.
    pub(crate) filled: Vec<(u32, Filled)>,
    /// What rows filled from their peers take.
    pub(crate) peers: Peers,
}

/// What is known of a chunk of scores.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Scored {
    /// Absolute error.
    pub(crate) error: f64,
    /// Cells that needed exact arithmetic.
    pub(crate) exact_cells: usize,
    /// Whether the rule left a row without a score.
    pub(crate) missing: bool,
    /// Whether one that was asked of exact arithmetic is not just the `f64` nearest to what it said: it said nothing, or a number
    /// that `f64` takes for zero.
    pub(crate) loose: bool,
    /// The largest in size; none where one is missing.
    pub(crate) size: Option<f64>,
}

impl Scored {
    /// With what can be seen of the scores themselves.
    pub(crate) fn of(self, scores: &[f64]) -> Self {
        let (low, high) = range(scores);
        Scored { size: (!any_missing(scores)).then(|| low.abs().max(high.abs())), ..self }
    }
}

impl Scores {
    /// Scores that nothing was filled in.
    pub(crate) fn bare(score: Arc<Pages<f64>>, reports: Chunked<Scored>) -> Self {
        Scores { score, reports, filled: Vec::new(), peers: Peers::default() }
    }

    pub(crate) fn filled(&self, row: usize) -> Option<Filled> {
        let at = self.filled.binary_search_by_key(&(row as u32), |(r, _)| *r).ok()?;
        Some(self.filled[at].1)
    }

    /// The score of a row with its error.
    #[inline]
    pub(crate) fn at(&self, row: usize) -> Bounded {
        Bounded::new(self.score[row], self.reports.of(row).error)
    }

    /// An error that none exceeds.
    pub(crate) fn widest(&self) -> f64 {
        self.reports.all().map(|report| report.error).fold(0.0, f64::max)
    }
}

/// What is seen in a chunk of rows.
#[derive(Default)]
struct Sight {
    error: f64,
    /// Rows that floats cannot tell, with their errors: infinite where a break is within reach, large where digits cancelled.
    doubts: Vec<(u32, f64)>,
    missing: bool,
    /// Whether behind a float that shows 0 another number may stand.
    long: bool,
}

impl Sight {
    #[inline]
    fn is_doubtful(&self, cell: Bounded) -> bool {
        cell.e.is_infinite() || (cell.is_vague() && (self.long || cell.v != 0.0))
    }

    #[inline]
    fn note(&mut self, i: usize, cell: Bounded) {
        if self.is_doubtful(cell) {
            self.doubts.push((i as u32, cell.e));
        } else {
            // (The error of a missing cell is none: `max` leaves NaN out.)
            self.error = self.error.max(cell.e);
        }
    }

    /// Notes a block of scores that starts at `start`: in steps that vectorise, one by one only if one of them is in doubt.
    fn note_block(&mut self, start: usize, scores: &[f64], errors: &Errors) {
        let (largest, any) = match errors {
            Errors::AtMost(e) => {
                let any = scores.iter().fold(false, |any, v| any | self.is_doubtful(Bounded::new(*v, *e)));
                (*e, any)
            }
            Errors::Each(each) => {
                let cells = || scores.iter().zip(each).map(|(v, e)| Bounded::new(*v, *e));
                let any = cells().fold(false, |any, cell| any | self.is_doubtful(cell));
                (each.iter().fold(0.0f64, |a, e| if *e > a { *e } else { a }), any)
            }
        };
        if any {
            for (i, v) in scores.iter().enumerate() {
                self.note(start + i, Bounded::new(*v, errors.at(i)));
            }
        } else {
            self.error = self.error.max(largest);
        }
    }
}

/// The scores of one indicator, missing where value or measure is.
pub(crate) fn compute(
    near: &BoundedCells<'_>,
    exact: &ExactCells<'_>,
    indicator: usize,
    again: Again<'_, Scores>,
) -> Scores {
    let data = &near.0.data;
    let of_row = |row: usize| &data.plan.classes[data.class(row)].scoring[indicator];
    let common = &data.plan.classes[0].scoring[indicator];
    let uniform = data.class_of.is_none() && is_uniform(&near.0, common);
    let program = &data.plan.indicators[indicator].program;
    // What is fitted may lie between two values, and so be another number than its float.
    let treated = near.0.treated(indicator).is_some();
    let filled = near.0.values[indicator].fills.is_some();
    let long = data.has_long(program) || !program.is_rational() || treated || filled;
    let mut score =
        again.map_or_else(|| Pages::zeros(data.panel.len()), |(before, _)| Pages::clone(&before.score));
    let redo = again.map(|(before, changed)| (&before.reports, changed));
    let reports = Chunked::write(data.panel, [&mut score], redo, |mut task| {
        let out: &mut [f64] = task.out.remove(0);
        let mut sight = Sight { long, ..Sight::default() };
        if uniform {
            slice(near, common, (task.period, task.chunk), &task.rows, out, &mut sight);
        } else {
            for (i, to) in out.iter_mut().enumerate() {
                let row = task.rows.start + i;
                let cell = near.scoring(of_row(row), row);
                *to = cell.v;
                sight.note(i, cell);
            }
            sight.missing = any_missing(out);
        }
        let mut loose = false;
        for (i, error) in &sight.doubts {
            let (i, row) = (*i as usize, task.rows.start + *i as usize);
            // (A score that was filled in is not the rule's own.)
            let own = |was: &&Scores| !was.reports.chunk(task.chunk).loose && was.filled(row).is_none();
            if let Some(was) = kept(again, row).filter(own) {
                out[i] = was.score[row];
                sight.error = sight.error.max(out[i].abs() * f64::EPSILON);
                continue;
            }
            let value = exact.scoring(of_row(row), row);
            if value.is_irrational() && error.is_infinite() {
                out[i] = by_leaf(near, exact, of_row(row), row);
            }
            let cell = settled(Bounded::new(out[i], *error), &value);
            out[i] = cell.v;
            loose |= value.is_irrational() || cell.e > cell.v.abs() * f64::EPSILON;
            sight.error = sight.error.max(cell.e);
        }
        let missing = sight.missing || sight.doubts.iter().any(|(i, _)| out[*i as usize].is_nan());
        Scored { error: sight.error, exact_cells: sight.doubts.len(), missing, loose, size: None }.of(out)
    });
    let filled = again.map_or_else(Vec::new, |(before, _)| before.filled.clone());
    Scores { score: Arc::new(score), reports, filled, peers: Peers::default() }
}

/// A score whose parts are not all followed exactly: those that are decide exactly, the others in floats.
fn by_leaf(near: &BoundedCells<'_>, exact: &ExactCells<'_>, scoring: &Scoring, row: usize) -> f64 {
    let leaf = |leaf: usize| match exact.leaf_score(leaf, row) {
        score if score.is_irrational() => near.leaf_score(leaf, row).v,
        score => nearest(&score),
    };
    scored(scoring, &leaf, &|points, _| points)
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

/// Rows that are scored at a time: measures, points and errors stay in the first cache.
const BLOCK: usize = 1024;

/// Scores of a chunk whose anchors are the same for all rows: the path for large panels.
fn slice(
    near: &BoundedCells<'_>,
    scoring: &Scoring,
    place: (usize, usize),
    rows: &Range<usize>,
    out: &mut [f64],
    sight: &mut Sight,
) {
    let parts: Vec<(f64, ScoreBlock<'_>)> = match scoring {
        Scoring::Leaf(leaf) => vec![(1.0, ScoreBlock::new(near, *leaf, place))],
        Scoring::Shares(parts) => {
            let leaf = |part: &Scoring| if let Scoring::Leaf(leaf) = part { Some(*leaf) } else { None };
            parts
                .iter()
                .filter_map(|(share, p)| Some((*share, ScoreBlock::new(near, leaf(p)?, place))))
                .collect()
        }
        Scoring::Combine { .. } => return,
    };
    let mut blocks = vec![[0.0; BLOCK]; parts.len()];
    for (k, out) in out.chunks_mut(BLOCK).enumerate() {
        let (first, start) = (k * BLOCK, rows.start + k * BLOCK);
        let rows = start..start + out.len();
        if let ([(_, sheet)], Scoring::Leaf(_)) = (parts.as_slice(), scoring) {
            let errors = sheet.score(rows, out);
            sight.note_block(first, out, &errors);
            sight.missing |= any_missing(out);
            continue;
        }
        let errors: Vec<Errors> = parts
            .iter()
            .zip(&mut blocks)
            .map(|((_, s), b)| s.score(rows.clone(), &mut b[..out.len()]))
            .collect();
        for (i, to) in out.iter_mut().enumerate() {
            let cell = |k: usize| (parts[k].0, Bounded::new(blocks[k][i], errors[k].at(i)));
            let cell = shares((0..parts.len()).map(cell));
            *to = cell.v;
            sight.note(first + i, cell);
        }
        sight.missing |= any_missing(out);
    }
}

/// One leaf against the anchors of one period.
struct ScoreBlock<'a> {
    leaf: &'a Leaf,
    x: &'a [f64],
    /// The indicator's value.
    value: &'a [f64],
    tolerance: Tolerance,
    a: Vec<Bounded>,
    breaks: Vec<Break<Bounded>>,
}

impl<'a> ScoreBlock<'a> {
    fn new(near: &'a BoundedCells<'_>, leaf: usize, (period, chunk): (usize, usize)) -> Self {
        let known = &near.0;
        let (reference, plan) = (&known.leaves[leaf].anchors, known.leaf(leaf));
        let set = reference.set_of_period(period);
        let a: Vec<Bounded> =
            (0..reference.anchors.len()).map(|k| near.common(reference, leaf, set, k)).collect();
        let numbers = known.column(Level::Measure, leaf);
        let (x, tolerance) = (numbers.x, numbers.chunk(chunk));
        let value = known.value_column(plan.indicator).x;
        ScoreBlock { leaf: plan, x, value, tolerance, breaks: plan.rule.breaks(&a, &plan.setting), a }
    }

    /// Scores a block of rows into `v`; reports its errors, infinite where a break is within reach.
    fn score(&self, rows: Range<usize>, v: &mut [f64]) -> Errors {
        let x = &self.x[rows.clone()];
        let (low, high) = range(x);
        let size = low.abs().max(high.abs());
        let (error, (rel, abs)) = (self.tolerance.of(size).e, self.tolerance.up_to(size));
        let block = Block { x, rel, abs, low, high, error, a: &self.a };
        let errors = self.leaf.rule.score_block(&block, &self.leaf.setting, v);
        let mut errors = self.scaled(errors, v);
        self.fill(&self.value[rows], v);
        for at in &self.breaks {
            let near = |x: f64| is_near(at, self.tolerance.of(x));
            let outside = |b: &Bounded| b.v + b.e + error < low || b.v - b.e - error > high;
            if matches!(at, Break::Kink(b) | Break::Jump(b) if outside(b)) {
                continue;
            }
            for (i, x) in x.iter().enumerate().filter(|(_, x)| near(**x)) {
                debug_assert!(!x.is_nan());
                let mut each = match errors {
                    Errors::AtMost(bound) => vec![bound; v.len()],
                    Errors::Each(each) => each,
                };
                each[i] = f64::INFINITY;
                errors = Errors::Each(each);
            }
        }
        errors
    }
}

impl ScoreBlock<'_> {
    /// What a part gives that has a value and nothing to compare it with.
    fn fill(&self, values: &[f64], v: &mut [f64]) {
        let Some(points) = self.leaf.filled() else { return };
        for (v, _) in v.iter_mut().zip(values).filter(|(v, x)| v.is_nan() && !x.is_nan()) {
            *v = points;
        }
    }

    /// Brings points to the common scale.
    fn scaled(&self, errors: Errors, v: &mut [f64]) -> Errors {
        let scale = &self.leaf.scale;
        if scale.full == scale.own {
            return errors;
        }
        let errors = match errors {
            Errors::AtMost(bound) => {
                let size = v.iter().fold(0.0f64, |a, x| a.max(x.abs()));
                Errors::AtMost(scale.apply(Bounded::new(size, bound)).e)
            }
            Errors::Each(each) => {
                Errors::Each(v.iter().zip(each).map(|(v, e)| scale.apply(Bounded::new(*v, e)).e).collect())
            }
        };
        for x in v {
            *x = scale.apply(*x);
        }
        errors
    }
}

/// A score that is missing where the scheme does not allow it.
pub(crate) struct Incomplete {
    pub(crate) indicator: usize,
    pub(crate) row: usize,
    /// A target is missing rather than the value.
    pub(crate) target: bool,
}

/// Fills what is missing or does not apply as the scheme says, where scores were written; what it does not allow is returned.
pub(crate) fn fill(
    near: &BoundedCells<'_>,
    indicator: usize,
    scores: &mut Scores,
    full: f64,
    written: &Changed,
) -> Vec<Incomplete> {
    let data = &near.0.data;
    let plan = &data.plan.indicators[indicator];
    let value = near.0.value_column(indicator).x;
    // Benchmarks are not assessed, and a class may leave the indicator or a group above it out: what is missing there is not asked for.
    let matters = |row| data.counts(row) && data.plan.counts(data.class(row), indicator);
    let mut incomplete = Vec::new();
    let chunks: Vec<(Range<usize>, Scored)> = scores
        .reports
        .chunks()
        .filter(|(rows, _)| written.touches(rows))
        .map(|(rows, own)| (rows, *own))
        .collect();
    let is_written = |row: usize| {
        let at = chunks.partition_point(|(rows, _)| rows.end <= row);
        chunks.get(at).is_some_and(|(rows, _)| rows.contains(&row))
    };
    scores.filled.retain(|(row, _)| !is_written(*row as usize));
    let may_fill = |(_, report): &&(Range<usize>, Scored)| plan.not_applicable.is_some() || report.missing;
    for row in chunks.iter().filter(may_fill).flat_map(|(rows, _)| rows.clone()) {
        let why = match &plan.not_applicable {
            Some((_, then)) if !data.applies(indicator, row) => Filled::NotApplicable(*then),
            _ if !scores.score[row].is_nan() => continue,
            _ if value[row].is_nan() && plan.missing == Missing::Error && matters(row) => {
                incomplete.push(Incomplete { indicator, row, target: false });
                continue;
            }
            _ if value[row].is_nan() => {
                Filled::Missing(if matters(row) { plan.missing } else { Missing::Skip })
            }
            _ if lacks_target(&near.0, indicator, row) && matters(row) && plan.missing == Missing::Error => {
                incomplete.push(Incomplete { indicator, row, target: true });
                continue;
            }
            _ => Filled::NoBase,
        };
        Arc::make_mut(&mut scores.score)[row] = constant(why, full);
        scores.filled.push((row as u32, why));
    }
    scores.filled.sort_unstable_by_key(|(row, _)| *row);
    peers::fill(data, indicator, scores);
    let (score, filled) = (&scores.score, &scores.filled);
    for (rows, report) in scores.reports.chunks_mut() {
        let first = filled.partition_point(|(row, _)| (*row as usize) < rows.start);
        if filled.get(first).is_some_and(|(row, _)| rows.contains(&(*row as usize))) {
            *report = report.of(&score[rows]);
        }
    }
    incomplete
}

/// Whether a row has no score because no target is given for it: one that the scoring of its class compares with.
fn lacks_target(known: &Known<'_>, indicator: usize, row: usize) -> bool {
    use crate::method::anchor::Anchor;
    if !known.targets.get(indicator, row).is_nan() {
        return false;
    }
    let mut needs = false;
    known.data.plan.classes[known.data.class(row)].scoring[indicator].leaves(&mut |leaf| {
        let LeafState { anchors, inputs, .. } = &*known.leaves[leaf];
        needs |= anchors.anchors.iter().chain(&inputs.anchors).any(|a| *a == Anchor::Target);
    });
    needs
}

fn constant(why: Filled, full: f64) -> f64 {
    match why {
        Filled::Missing(Missing::Zero) | Filled::NotApplicable(NotApplicableThen::Zero) => 0.0,
        Filled::Missing(Missing::Full) | Filled::NotApplicable(NotApplicableThen::Full) => full,
        _ => f64::NAN,
    }
}
