//! The smallest change of one cell that meets a goal.
//!
//! # Method
//! The places where the result may bend or jump ([`candidates`](super::candidates)) cut the grid of admissible values into
//! pieces. From the present value outwards, each piece is halved until it cannot hold the goal or is a single step; what it may hold is
//! read from its ends: between two places each indicator's points, the own and the rivals', lie between those seen at the ends, so the
//! own total is at most the sum of the larger ones and a rival's at least that of the smaller ones. Long pieces are looked at in the
//! middle, too, before they are given up. Where a group is aggregated over a set, or its weights are computed, points may turn anywhere:
//! a piece that is given up is then not settled. Every answer is a value at which the goal was seen to hold and whose neighbour towards the
//! present value was seen not to; no nearer value that was not asked could hold it.

use std::rc::Rc;

use super::probe::{Look, Probe};

/// What a search ended with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// Steps of the answer.
    pub(crate) steps: Option<i64>,
    /// Whether every piece within the bounds (or up to the answer) was settled.
    pub(crate) complete: bool,
    /// Whether more of the same change never lost the goal again, as far as was asked.
    pub(crate) monotone: bool,
}

/// Pieces longer than this are looked at in the middle before they are given up.
const LONG: i64 = 8;

/// The search over the first cell of a probe.
pub(crate) struct Search<'a, 'p> {
    probe: &'p mut Probe<'a>,
    complete: bool,
}

impl<'a, 'p> Search<'a, 'p> {
    /// The smallest change that meets the goal; `exactly_here` says whether the present value lies on the grid.
    pub(crate) fn run(probe: &'p mut Probe<'a>, places: &[i64], exactly_here: bool) -> Found {
        let Some(cell) = probe.cells.first().copied() else {
            return Found { steps: None, complete: true, monotone: true };
        };
        let mut search = Search { probe, complete: true };
        let current = cell.current;
        // Off the grid, the step below the present value is the first one down.
        let down_from = if exactly_here { current } else { current + 1 };
        let most = search.probe.runs / 4;
        let up = search.thinned(places.iter().copied().filter(|k| *k > current).collect(), most);
        let down = search.thinned(places.iter().rev().copied().filter(|k| *k < down_from).collect(), most);
        // The side that looks better first: what it finds limits how far the other one is searched.
        let (above, below) = if search.looks_better_down(&up, &down) {
            let below = search.side(down_from, &down);
            let up = within(up, current, below.map(|k| current - k), (cell.low, cell.high));
            (search.side(current, &up), below)
        } else {
            let above = search.side(current, &up);
            let down = within(down, current, above.map(|k| k - current), (cell.low, cell.high));
            (above, search.side(down_from, &down))
        };
        let steps = match (above, below) {
            (Some(a), Some(b)) if current - b < a - current => Some(b),
            (None, b) => b,
            (a, _) => a,
        };
        let monotone = steps.is_none_or(|k| search.keeps(k, if k > current { cell.high } else { cell.low }));
        Found { steps, complete: search.complete, monotone }
    }

    fn at(&mut self, steps: i64) -> Rc<Look> {
        self.probe.at(&[steps])
    }

    /// Whether the goal holds from an answer to the end of its side, wherever that was asked.
    fn keeps(&mut self, k: i64, end: i64) -> bool {
        // A value at the very end may have no result at all (zero as a denominator): one step inside has.
        let far = if self.at(end).seen.total.is_nan() { end - (end - k).signum() } else { end };
        let range = k.min(far)..=k.max(far);
        self.at(far).seen.holds
            && self.probe.asked().all(|(at, s)| !range.contains(&at[0]) || s.holds || s.total.is_nan())
    }

    /// Whether the margin grows downwards more than upwards, at the middle places of the two sides.
    fn looks_better_down(&mut self, up: &[i64], down: &[i64]) -> bool {
        let mut margin = |places: &[i64]| {
            let place = places.get(places.len() / 2).or(places.last());
            place.map_or(f64::NEG_INFINITY, |k| self.at(*k).seen.margin)
        };
        let (above, below) = (margin(up), margin(down));
        below > above
    }

    /// The first value on one side, after `start` (as things are: the goal is not met) outwards over `places`.
    fn side(&mut self, start: i64, places: &[i64]) -> Option<i64> {
        let mut near = (start, self.probe.here());
        for &far in places {
            if self.probe.is_over() {
                self.complete = false;
                return None;
            }
            let end = (far, self.at(far));
            if let Some(hit) = self.first(near, end.clone()) {
                return Some(hit);
            }
            near = end;
        }
        None
    }

    /// The first value after `near` (which does not meet the goal) up to `far` that does.
    fn first(&mut self, near: (i64, Rc<Look>), far: (i64, Rc<Look>)) -> Option<i64> {
        let length = (far.0 - near.0).abs();
        if length <= 1 {
            return far.1.seen.holds.then_some(far.0);
        }
        let may = self.probe.may_hold([&near.1, &far.1]);
        if !may && length <= LONG {
            return self.give_up();
        }
        if self.probe.is_spent() {
            self.complete = false;
            return far.1.seen.holds.then_some(far.0);
        }
        let middle = near.0 + (far.0 - near.0) / 2;
        let between = (middle, self.at(middle));
        if !may && !self.probe.may_hold([&near.1, &between.1, &far.1]) {
            return self.give_up();
        }
        self.first(near, between.clone()).or_else(|| self.first(between, far))
    }

    /// Nothing in a piece, for all that is known.
    fn give_up(&mut self) -> Option<i64> {
        self.complete &= self.probe.is_bounded();
        None
    }

    /// At most so many of the places, the last one among them.
    fn thinned(&mut self, places: Vec<i64>, most: usize) -> Vec<i64> {
        if places.len() <= most {
            return places;
        }
        self.complete = false;
        let step = places.len().div_ceil(most.max(1));
        let last = places.last().copied();
        let mut kept: Vec<i64> = places.into_iter().step_by(step).collect();
        if let Some(last) = last.filter(|l| kept.last() != Some(l)) {
            kept.push(last);
        }
        kept
    }
}

/// Places no farther from the present value than an answer on the other side, the farthest of these among them.
fn within(places: Vec<i64>, current: i64, limit: Option<i64>, (low, high): (i64, i64)) -> Vec<i64> {
    let (Some(limit), Some(first)) = (limit, places.first().copied()) else { return places };
    let last = if first > current { current + limit } else { current - limit };
    let mut kept: Vec<i64> = places.into_iter().filter(|k| (k - current).abs() <= limit).collect();
    if last != current && (low..=high).contains(&last) && kept.last() != Some(&last) {
        kept.push(last);
    }
    kept
}
