//! What a plan sees of the assessment at some values of some cells, and what lies between such sights at best.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::bounds::Cell;
use super::goal::Resolved;
use crate::assess::{Assessment, assess_afresh, assess_like};
use crate::budget::{self, Budget};
use crate::error::DataError;
use crate::scheme::plan::Plan;

/// What was seen at one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Seen {
    pub(crate) holds: bool,
    pub(crate) margin: f64,
    pub(crate) total: f64,
    pub(crate) rank: f64,
}

impl Seen {
    /// Data that cannot be assessed.
    const NOTHING: Seen = Seen { holds: false, margin: f64::NEG_INFINITY, total: f64::NAN, rank: f64::NAN };
}

/// What was seen at one place, with all that the goal depends on.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) seen: Seen,
    /// The total in parts that add up to it: the points of the indicators, then what adjustments, floors and the way of aggregating
    /// make of them.
    own: Vec<f64>,
    /// The same of all that the rank is among, one after the other.
    rivals: Vec<f64>,
}

/// Instead of steps: the cell keeps its present value.
pub(crate) const STAY: i64 = i64::MIN;

/// Assessments one search may cost, and the cells (rows times indicators) that all of them together may compute: a search over
/// a panel of a hundred thousand rows ends, too. At least [`LEAST_RUNS`].
const MOST_RUNS: usize = 6000;
const MOST_CELLS: usize = 50_000_000;
const LEAST_RUNS: usize = 300;
/// Bits of exact arithmetic one search may cost besides: where many scores with roots are close, a run costs a thousand times as much.
const MOST_BITS: u64 = 4_000_000_000;
/// Numbers kept of all looks: 32 MB.
const MOST_KEPT: usize = 4_000_000;

/// Asks the assessment what holds at values of some cells of one row.
pub(crate) struct Probe<'a> {
    /// As things are; assessed for this search alone, so that what it costs does not depend on what was asked before.
    base: Assessment,
    pub(crate) goal: &'a Resolved,
    pub(crate) cells: Vec<Cell>,
    looks: HashMap<Vec<i64>, (Seen, Option<Rc<Look>>)>,
    /// Assessments asked so far, and the numbers kept of them.
    asked: usize,
    kept: usize,
    now: Seen,
    /// Whether what is seen at places says something of what lies between them.
    bounded: bool,
    /// How many assessments may be asked.
    pub(crate) runs: usize,
    /// What they cost, and how many bits of exact arithmetic they may.
    meter: Budget,
    bits: u64,
}

impl<'a> Probe<'a> {
    /// # Errors
    /// The caller's budget is spent.
    pub(crate) fn new(base: &Assessment, goal: &'a Resolved, cells: Vec<Cell>) -> Result<Self, DataError> {
        let base = assess_afresh(&base.inner)?;
        let now = seen(&base, goal);
        let size = base.panel().len().saturating_mul(base.indicator_count() + 1).max(1);
        let runs = (MOST_CELLS / size).clamp(LEAST_RUNS, MOST_RUNS);
        let (looks, meter) = (HashMap::new(), Budget::new());
        let bounded = is_bounded(base.scheme().plan());
        Ok(Probe { base, goal, cells, looks, asked: 0, kept: 0, now, bounded, runs, meter, bits: MOST_BITS })
    }

    /// What holds now.
    pub(crate) fn now(&self) -> Seen {
        self.now
    }

    /// Whether nothing should be asked beyond the places that a search starts from.
    pub(crate) fn is_spent(&self) -> bool {
        self.asked >= self.runs || self.is_over()
    }

    /// Whether nothing at all may be asked, here or by the caller's budget.
    pub(crate) fn is_over(&self) -> bool {
        self.meter.work().exact_bits >= self.bits || budget::is_spent()
    }

    /// Everything that was asked.
    pub(crate) fn asked(&self) -> impl Iterator<Item = (&[i64], Seen)> {
        self.looks.iter().map(|(at, (seen, _))| (at.as_slice(), *seen))
    }

    /// The asked place where the goal was missed least; of equal ones the first.
    pub(crate) fn nearest_miss(&self) -> Option<Vec<i64>> {
        let results = self.asked().filter(|(_, seen)| !seen.total.is_nan());
        let best = results.max_by(|a, b| a.1.margin.total_cmp(&b.1.margin).then(b.0.cmp(a.0)));
        best.map(|(at, _)| at.to_vec())
    }

    /// The assessment with the cells at some values; `None` where the data cannot be assessed (a denominator of zero).
    pub(crate) fn assessed(&self, at: &[i64]) -> Option<Assessment> {
        replaced(&self.base, &self.cells, at)
    }

    /// What holds as things are.
    pub(crate) fn here(&self) -> Rc<Look> {
        Rc::new(look(&self.base, self.goal))
    }

    /// What holds at some values.
    pub(crate) fn at(&mut self, at: &[i64]) -> Rc<Look> {
        if let Some((_, Some(look))) = self.looks.get(at) {
            return Rc::clone(look);
        }
        let nothing = Look { seen: Seen::NOTHING, own: Vec::new(), rivals: Vec::new() };
        let seen = self.meter.run(|| self.assessed(at).map(|a| look(&a, self.goal)));
        let look = Rc::new(seen.ok().flatten().unwrap_or(nothing));
        self.asked += 1;
        // Of a large panel not every look is kept; one that is needed again is asked again.
        self.kept += look.own.len() + look.rivals.len();
        let kept = (self.kept <= MOST_KEPT).then(|| Rc::clone(&look));
        self.looks.insert(at.to_vec(), (look.seen, kept));
        look
    }

    /// Whether a part of a total lies between those seen at the ends of a range; if not, what is left out was not proven to miss the goal.
    pub(crate) fn is_bounded(&self) -> bool {
        self.bounded
    }

    /// Whether the goal may hold somewhere between places, where every part of every total lies between those seen there.
    pub(crate) fn may_hold<'l>(&self, looks: impl IntoIterator<Item = &'l Rc<Look>>) -> bool {
        let looks: Vec<&Rc<Look>> = looks.into_iter().collect();
        if looks.iter().any(|l| l.seen.holds) {
            return true;
        }
        let Some((first, rest)) = looks.split_first() else { return false };
        if looks.iter().any(|l| l.own.is_empty() || l.seen.total.is_nan()) {
            // No result at some of them: there may be one between.
            return looks.iter().any(|l| !l.own.is_empty() && !l.seen.total.is_nan());
        }
        let most = |of: &dyn Fn(&Look) -> &[f64], parts: Range<usize>, pick: fn(f64, f64) -> f64| -> f64 {
            parts.map(|i| rest.iter().fold(of(first)[i], |a, l| pick(a, of(l)[i]))).sum()
        };
        let parts = first.own.len();
        let own = |pick| most(&|l| &l.own, 0..parts, pick);
        let rival = |r: usize, pick| most(&|l| &l.rivals, r * parts..(r + 1) * parts, pick);
        let own = (own(f64::min), own(f64::max));
        let rivals: Vec<(f64, f64)> =
            (0..first.rivals.len() / parts).map(|r| (rival(r, f64::min), rival(r, f64::max))).collect();
        let seen: Vec<Seen> = looks.iter().map(|l| l.seen).collect();
        self.goal.may_hold(&self.base.inner, &seen, own, &rivals)
    }
}

/// Whether more points of an indicator move the points of the whole one way. Not where a group is compared with the best and the worst
/// scores of its set, or weighed by all of them: what is gained may move these, too; nor where more of one member alone may make less of
/// the group.
fn is_bounded(plan: &Plan) -> bool {
    !plan.nodes.iter().any(|node| !node.aggregate.is_monotone() || node.weighting.is_some())
}

/// Whether the goal is met with a cell at a value.
pub(crate) fn holds_at(base: &Assessment, goal: &Resolved, cell: &Cell, steps: i64) -> bool {
    replaced(base, &[*cell], &[steps]).is_some_and(|a| goal.holds(&a.inner))
}

/// The assessment with cells at some values.
fn replaced(base: &Assessment, cells: &[Cell], at: &[i64]) -> Option<Assessment> {
    let document = base.scheme().document();
    let mut panel = base.panel().clone();
    for (cell, steps) in cells.iter().zip(at).filter(|(_, steps)| **steps != STAY) {
        let id = &document.variables[cell.variable].id;
        panel = panel.replaced(id, &[(cell.row, cell.grid.value(*steps))]);
    }
    assess_like(&base.inner, &panel).ok()
}

fn seen(assessment: &Assessment, goal: &Resolved) -> Seen {
    let inner = &assessment.inner;
    Seen {
        holds: goal.holds(inner),
        margin: goal.margin(inner),
        total: assessment.totals()[goal.row],
        rank: assessment.ranks()[goal.row],
    }
}

fn look(assessment: &Assessment, goal: &Resolved) -> Look {
    let inner = &assessment.inner;
    let data = inner.data();
    let scores: Vec<&[f64]> =
        (0..assessment.indicator_count()).map(|i| inner.nodes[i].scores.score.as_ref().as_ref()).collect();
    let total: &[f64] = &inner.totals.unrounded.score;
    let add = |row: usize, all: &mut Vec<f64>| {
        let set = inner.weights.set(&data, row);
        let mut rest = total[row];
        for (i, score) in scores.iter().enumerate() {
            let score = score[row];
            let points = if score.is_nan() { 0.0 } else { inner.shares.get(set, i) * score };
            rest -= points;
            all.push(points);
        }
        all.push(rest);
    };
    let (mut own, mut rivals) = (Vec::with_capacity(scores.len() + 1), Vec::new());
    add(goal.row, &mut own);
    goal.rivals(inner).for_each(|row| add(row, &mut rivals));
    Look { seen: seen(assessment, goal), own, rivals }
}

#[cfg(feature = "toml")]
#[cfg(test)]
#[path = "probe_tests.rs"]
mod tests;
