//! The smallest change of one cell that meets a goal.
//!
//! # Method
//! The places where the result may bend or jump ([`candidates`](super::candidates)) cut the grid of admissible values into
//! pieces. From the present value outwards, each piece is asked at its ends and in its middle, by assessing the changed
//! panel; where the margin is larger inside than at both ends, its peak is looked for. In the first piece that meets the
//! goal somewhere, bisection finds the first value that does. Every answer is a value at which the goal was seen to hold and
//! whose neighbour towards the present value was seen not to.
//!
//! Next to the present value (two hundred steps on each side, fewer on large panels) and on pieces of up to [`SHORT`] steps
//! every value is asked. Beyond, a piece on which the margin has several peaks may hide an earlier value: stairs of a rule whose
//! reference moves with the entity's own value make such pieces.

use std::collections::BTreeMap;

use super::bounds::Cell;
use super::goal::Resolved;
use super::what_if::replaced;
use crate::assess::{Assessment, run_again};

/// What was seen at one value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Seen {
    pub(crate) holds: bool,
    pub(crate) margin: f64,
    pub(crate) total: f64,
    pub(crate) rank: f64,
}

/// What a search ended with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// Steps of the answer.
    pub(crate) steps: Option<i64>,
    /// Whether every piece within the bounds (or up to the answer) was asked.
    pub(crate) complete: bool,
    /// Whether more of the same change never lost the goal again, as far as was asked.
    pub(crate) monotone: bool,
}

/// Pieces up to this length are asked value by value.
const SHORT: i64 = 6;
/// The share of the runs (one in so many) that goes to the values next to the present one, on each side.
const NEAR: usize = 30;
/// Assessments one search may cost, and the cells (rows times indicators) that all of them together may compute: a search over
/// a panel of a hundred thousand rows ends, too. At least [`LEAST_RUNS`].
const MOST_RUNS: usize = 6000;
const MOST_CELLS: usize = 50_000_000;
const LEAST_RUNS: usize = 300;

/// Asks the assessment what holds at a value.
pub(crate) struct Probe<'a> {
    base: &'a Assessment,
    goal: &'a Resolved,
    cell: Cell,
    seen: BTreeMap<i64, Seen>,
    now: Seen,
    runs: usize,
}

impl<'a> Probe<'a> {
    pub(crate) fn new(base: &'a Assessment, goal: &'a Resolved, cell: Cell) -> Self {
        let now = look(base, goal);
        let cells = base.panel().len().saturating_mul(base.indicator_count() + 1).max(1);
        let runs = (MOST_CELLS / cells).clamp(LEAST_RUNS, MOST_RUNS);
        Probe { base, goal, cell, seen: BTreeMap::new(), now, runs }
    }

    /// What holds now.
    pub(crate) fn now(&self) -> Seen {
        self.now
    }

    /// Everything that was asked.
    pub(crate) fn seen(&self) -> &BTreeMap<i64, Seen> {
        &self.seen
    }

    /// The assessment with the cell at a value; `None` where the data cannot be assessed (a denominator of zero).
    pub(crate) fn assessed(&self, steps: i64) -> Option<Assessment> {
        let id = &self.base.scheme().document().variables[self.cell.variable].id;
        let panel = replaced(self.base.panel(), id, &[(self.cell.row, self.cell.grid.value(steps))]);
        run_again(self.base, &panel).ok()
    }

    /// What holds at a value.
    pub(crate) fn at(&mut self, steps: i64) -> Seen {
        if let Some(seen) = self.seen.get(&steps) {
            return *seen;
        }
        let nothing = Seen { holds: false, margin: f64::NEG_INFINITY, total: f64::NAN, rank: f64::NAN };
        let seen = self.assessed(steps).map_or(nothing, |a| look(&a, self.goal));
        self.seen.insert(steps, seen);
        seen
    }

    /// The smallest change that meets the goal.
    pub(crate) fn search(&mut self, places: &[i64], exactly_here: bool) -> Found {
        let current = self.cell.current;
        // Off the grid, the step below the present value is the first one down.
        let first_down = if exactly_here { current - 1 } else { current };
        let up: Vec<i64> = places.iter().copied().filter(|k| *k > current).collect();
        let down: Vec<i64> = places.iter().rev().copied().filter(|k| *k <= first_down).collect();
        let (up, all_up) = thinned(up, self.runs / 6);
        let (down, all_down) = thinned(down, self.runs / 6);
        let near = i64::try_from(self.runs / NEAR).unwrap_or(1);
        let up = beside(up, (current + 1..=self.cell.high.min(current + near)).collect());
        let down = beside(down, (self.cell.low.max(first_down + 1 - near)..=first_down).rev().collect());
        // The side that looks better first: what it finds limits how far the other one is searched.
        let (above, below) = if self.looks_better_down(&up, &down, near) {
            let below = self.side(first_down + 1, &down);
            let up = within(up, current, below.map(|k| current - k), self.cell);
            (self.side(current, &up), below)
        } else {
            let above = self.side(current, &up);
            let down = within(down, current, above.map(|k| k - current), self.cell);
            (above, self.side(first_down + 1, &down))
        };
        let steps = match (above, below) {
            (Some(a), Some(b)) if current - b < a - current => Some(b),
            (None, b) => b,
            (a, _) => a,
        };
        let complete = all_up && all_down && self.seen.len() < self.runs;
        let end = steps.map(|k| if k > current { self.cell.high } else { self.cell.low });
        let monotone = match (steps, end) {
            (Some(k), Some(end)) => {
                // A value at the very end may have no result at all (nought as a denominator): one step inside has.
                let far = if self.at(end).total.is_nan() { end - (end - k).signum() } else { end };
                let (low, high) = (k.min(far), k.max(far));
                let kept = self.at(far).holds;
                kept && self.seen.range(low..=high).all(|(_, s)| s.holds || s.total.is_nan())
            }
            _ => true,
        };
        Found { steps, complete, monotone }
    }

    /// Whether the margin grows downwards more than upwards, next to the present value or at its nearest places beyond that.
    fn looks_better_down(&mut self, up: &[i64], down: &[i64], near: i64) -> bool {
        let beside = usize::try_from(near).unwrap_or(usize::MAX);
        let mut margin = |places: &[i64]| {
            let place = places.get(beside).or(places.last());
            place.map_or(f64::NEG_INFINITY, |k| self.at(*k).margin)
        };
        let (above, below) = (margin(up), margin(down));
        below > above
    }

    /// The first value on one side, from `start` (which does not meet the goal) outwards over `places`.
    fn side(&mut self, start: i64, places: &[i64]) -> Option<i64> {
        let (mut near, mut near_margin) = (start, self.now.margin);
        for &far in places {
            if self.seen.len() >= self.runs {
                return None;
            }
            if let Some(hit) = self.piece(near, near_margin, far) {
                return Some(self.first(near, hit));
            }
            near = far;
            near_margin = self.at(far).margin;
        }
        None
    }

    /// A value of the piece after `near` up to `far` that meets the goal.
    fn piece(&mut self, near: i64, near_margin: f64, far: i64) -> Option<i64> {
        let (length, way) = ((far - near).abs(), (far - near).signum());
        if length <= SHORT {
            return (1..=length).map(|d| near + way * d).find(|k| self.at(*k).holds);
        }
        let end = self.at(far);
        let middle = near + (far - near) / 2;
        let inside = self.at(middle);
        if inside.holds {
            return Some(middle);
        }
        if end.holds {
            return Some(far);
        }
        let best = near_margin.max(end.margin);
        // A missing margin tells nothing of the shape: the peak may still lie between.
        if inside.margin > best || (inside.margin.is_finite() && !best.is_finite()) {
            self.peak(near, far)
        } else {
            None
        }
    }

    /// Looks for the peak of the margin inside a piece by thirds; stops where the goal is met.
    fn peak(&mut self, near: i64, far: i64) -> Option<i64> {
        let (mut low, mut high) = (near.min(far), near.max(far));
        while high - low > 2 {
            let third = (high - low) / 3;
            let (a, b) = (low + third.max(1), high - third.max(1));
            let (x, y) = (self.at(a), self.at(b));
            if x.holds {
                return Some(a);
            }
            if y.holds {
                return Some(b);
            }
            if x.margin < y.margin {
                low = a;
            } else if b > a {
                high = b;
            } else {
                break;
            }
        }
        (low..=high).find(|k| self.at(*k).holds)
    }

    /// The first value after `near` up to `hit` that meets the goal: bisection, after a look at what is already known.
    fn first(&mut self, near: i64, hit: i64) -> i64 {
        let (mut no, mut yes) = (near, hit);
        while (yes - no).abs() > 1 {
            let middle = no + (yes - no) / 2;
            if self.at(middle).holds {
                yes = middle;
            } else {
                no = middle;
            }
        }
        yes
    }
}

fn look(assessment: &Assessment, goal: &Resolved) -> Seen {
    let inner = &assessment.inner;
    Seen {
        holds: goal.holds(inner),
        margin: goal.margin(inner),
        total: assessment.totals()[goal.row],
        rank: assessment.ranks()[goal.row],
    }
}

/// Places no farther from the present value than an answer on the other side, the farthest of these among them.
fn within(places: Vec<i64>, current: i64, limit: Option<i64>, cell: Cell) -> Vec<i64> {
    let (Some(limit), Some(first)) = (limit, places.first().copied()) else { return places };
    let last = if first > current { current + limit } else { current - limit };
    let mut kept: Vec<i64> = places.into_iter().filter(|k| (k - current).abs() <= limit).collect();
    if last != current && (cell.low..=cell.high).contains(&last) && kept.last() != Some(&last) {
        kept.push(last);
    }
    kept
}

/// At most so many of the places, the last one among them; and whether these are all.
fn thinned(places: Vec<i64>, most: usize) -> (Vec<i64>, bool) {
    if places.len() <= most {
        return (places, true);
    }
    let step = places.len().div_ceil(most.max(1));
    let last = places.last().copied();
    let mut kept: Vec<i64> = places.into_iter().step_by(step).collect();
    if let Some(last) = last.filter(|l| kept.last() != Some(l)) {
        kept.push(last);
    }
    (kept, false)
}

/// The values next to the present one, then the places that lie beyond them.
fn beside(places: Vec<i64>, near: Vec<i64>) -> Vec<i64> {
    let (low, high) = (near.iter().min().copied(), near.iter().max().copied());
    let inside = |k: i64| low.is_some_and(|l| l <= k) && high.is_some_and(|h| k <= h);
    let beyond: Vec<i64> = places.into_iter().filter(|k| !inside(*k)).collect();
    near.into_iter().chain(beyond).collect()
}
