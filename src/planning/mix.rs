//! The search for the cheapest mix: boxes of changes, the cheapest first.
//!
//! # Method
//! A box holds a range of steps for every lever. It costs at least what its nearest corner costs; the goal can hold in it only if it can
//! with every part of every total between those seen at its corners (see [`Probe::may_hold`]). The box with the least cost is taken
//! first: if the goal holds at its nearest corner, no cheaper mix exists; if the goal cannot hold in it, it is dropped; else it is cut in
//! two. The bound asks that an indicator's points rise or fall throughout the box. Where one lever alone moves them both ways (an
//! interval, a curve with a peak, an adjustment), its box is cut at the places where they can turn before the bound is believed. With
//! several levers these places move with the other levers: then no box is dropped, and what is proven was asked value by value. Where
//! a group is aggregated over a set, or its weights are computed, a box is dropped, too, and nothing is proven of it.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;

use super::bounds::Cell;
use super::probe::{Look, Probe, STAY};

/// Levers whose boxes are asked at all their corners. Of more levers only the corners that two levers at most have of their own are,
/// and nothing is proven.
const MOST_CORNERS: usize = 5;

/// A lever: a cell, its price, and where its effect may turn.
pub(super) struct Lever {
    pub(super) cell: Cell,
    /// The present value.
    pub(super) present: f64,
    /// Cost of one unit.
    pub(super) cost: f64,
    /// Positions at which the points may turn, ascending; none where they rise or fall throughout.
    pub(super) turns: Vec<i64>,
}

impl Lever {
    fn off_grid(&self) -> i64 {
        i64::from(!self.cell.is_on_grid(self.present))
    }

    /// Positions: 0 is the present value, others are steps of the grid above and below it.
    pub(super) fn range(&self) -> (i64, i64) {
        (self.position(self.cell.low).min(0), self.position(self.cell.high).max(0))
    }

    pub(super) fn position(&self, steps: i64) -> i64 {
        let away = steps - self.cell.current;
        if away > 0 { away } else { away - self.off_grid() }
    }

    pub(super) fn steps(&self, position: i64) -> i64 {
        match position.cmp(&0) {
            Ordering::Equal => STAY,
            Ordering::Greater => self.cell.current + position,
            Ordering::Less => self.cell.current + position + self.off_grid(),
        }
    }

    pub(super) fn value(&self, position: i64) -> f64 {
        if position == 0 { self.present } else { self.cell.grid.value(self.steps(position)) }
    }

    fn price(&self, position: i64) -> f64 {
        (self.value(position) - self.present).abs() * self.cost
    }
}

/// What was found.
pub(super) struct Best {
    /// Positions of the cheapest mix found.
    pub(super) positions: Option<Vec<i64>>,
    /// No mix costs less than this.
    pub(super) bound: f64,
    /// Whether none is cheaper (or, without a mix, none exists).
    pub(super) proven: bool,
}

struct Range {
    ends: Vec<(i64, i64)>,
    least: f64,
}

impl PartialEq for Range {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Range {}
impl PartialOrd for Range {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Range {
    /// The cheapest first out of a heap; of equals the one whose ends come first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.least.total_cmp(&self.least).then_with(|| other.ends.cmp(&self.ends))
    }
}

/// The cheapest mix of levers.
pub(super) fn cheapest(probe: &mut Probe<'_>, levers: &[Lever]) -> Best {
    let mut search = Mixing { probe, levers, best: None, heap: BinaryHeap::new(), unproven: f64::INFINITY };
    let ends: Vec<(i64, i64)> = levers.iter().map(Lever::range).collect();
    search.push(ends);
    let best = search.run();
    Best { proven: best.proven && levers.len() <= MOST_CORNERS, ..best }
}

struct Mixing<'a, 'p> {
    probe: &'p mut Probe<'a>,
    levers: &'p [Lever],
    /// The cheapest mix seen so far and what it costs.
    best: Option<(f64, Vec<i64>)>,
    heap: BinaryHeap<Range>,
    /// Least cost of the boxes that were dropped without a proof.
    unproven: f64,
}

impl Mixing<'_, '_> {
    fn run(mut self) -> Best {
        let mut bound = 0.0;
        while let Some(range) = self.heap.pop() {
            bound = range.least;
            if self.best.as_ref().is_some_and(|(cost, _)| *cost <= bound) {
                break;
            }
            if self.probe.is_spent() {
                let positions = self.best.map(|(_, at)| at);
                return Best { positions, bound: bound.min(self.unproven), proven: false };
            }
            let corners = self.corners(&range.ends);
            // The nearest corner is the cheapest of the box: if it holds, the box is done.
            if self.best.as_ref().is_some_and(|(cost, _)| *cost <= range.least) {
                break;
            }
            let entangled = self.is_entangled();
            if let Some((j, cut)) = self.turn(&range.ends).filter(|_| !entangled) {
                self.cut(&range.ends, j, cut);
            } else if let Some((j, cut)) = self.halves(&range.ends) {
                if entangled || self.probe.may_hold(&corners) {
                    self.cut(&range.ends, j, cut);
                } else if !self.probe.is_bounded() {
                    self.unproven = self.unproven.min(range.least);
                }
            }
        }
        let bound = self.best.as_ref().map_or(bound, |(cost, _)| *cost);
        let proven = self.unproven >= bound;
        Best { positions: self.best.map(|(_, at)| at), bound: bound.min(self.unproven), proven }
    }

    /// Whether the places where points turn with one lever depend on the others.
    fn is_entangled(&self) -> bool {
        self.levers.len() > 1 && self.levers.iter().any(|lever| !lever.turns.is_empty())
    }

    fn price(&self, at: &[i64]) -> f64 {
        self.levers.iter().zip(at).map(|(lever, p)| lever.price(*p)).sum()
    }

    fn push(&mut self, ends: Vec<(i64, i64)>) {
        let nearest: Vec<i64> = ends.iter().map(|(a, b)| 0i64.clamp(*a, *b)).collect();
        let least = self.price(&nearest);
        if self.best.as_ref().is_none_or(|(cost, _)| least < *cost) {
            self.heap.push(Range { ends, least });
        }
    }

    /// What is seen at the corners of a box, its nearest place among them; those that hold may be the best so far.
    fn corners(&mut self, ends: &[(i64, i64)]) -> Vec<Rc<Look>> {
        let mut places: Vec<Vec<i64>> = vec![ends.iter().map(|(a, b)| 0i64.clamp(*a, *b)).collect()];
        let few = |mask: usize| mask.count_ones().min(ends.len() as u32 - mask.count_ones()) <= 2;
        for mask in (0..1usize << ends.len()).filter(|m| ends.len() <= MOST_CORNERS || few(*m)) {
            let end = |(j, (a, b)): (usize, &(i64, i64))| if mask >> j & 1 == 1 { *b } else { *a };
            places.push(ends.iter().enumerate().map(end).collect());
        }
        places.dedup();
        places.into_iter().map(|at| self.look(&at)).collect()
    }

    fn look(&mut self, at: &[i64]) -> Rc<Look> {
        let steps: Vec<i64> = self.levers.iter().zip(at).map(|(lever, p)| lever.steps(*p)).collect();
        let look = self.probe.at(&steps);
        let cost = self.price(at);
        if look.seen.holds && self.best.as_ref().is_none_or(|(least, _)| cost < *least) {
            self.best = Some((cost, at.to_vec()));
        }
        look
    }

    /// The lever whose points may turn inside a box, and where to cut: at the middle one of those places.
    fn turn(&self, ends: &[(i64, i64)]) -> Option<(usize, i64)> {
        self.levers.iter().zip(ends).enumerate().find_map(|(j, (lever, (a, b)))| {
            let from = lever.turns.partition_point(|t| t <= a);
            let to = lever.turns.partition_point(|t| t < b);
            (from < to).then(|| (j, lever.turns[from + (to - from) / 2]))
        })
    }

    /// The lever whose range costs most, and its middle; a box that crosses the present value is cut there first.
    fn halves(&self, ends: &[(i64, i64)]) -> Option<(usize, i64)> {
        if let Some(j) = ends.iter().position(|(a, b)| *a < 0 && *b > 0) {
            return Some((j, 0));
        }
        let width = |j: usize| {
            self.levers[j].price(ends[j].0).max(self.levers[j].price(ends[j].1))
                - self.levers[j].price(0i64.clamp(ends[j].0, ends[j].1))
        };
        let wide = (0..ends.len()).filter(|j| ends[*j].0 < ends[*j].1);
        let widest = wide.max_by(|a, b| {
            let steps = |j: usize| ends[j].1 - ends[j].0;
            width(*a).total_cmp(&width(*b)).then(steps(*a).cmp(&steps(*b)))
        });
        widest.map(|j| (j, ends[j].0 + (ends[j].1 - ends[j].0) / 2))
    }

    /// Cuts a box at a position of a lever, which goes to the part nearer to the present value.
    fn cut(&mut self, ends: &[(i64, i64)], j: usize, at: i64) {
        let (a, b) = ends[j];
        let (below, above) = if at >= b || (at < 0 && at > a) { (at - 1, at) } else { (at, at + 1) };
        for (from, to) in [(a, below), (above, b)] {
            if from <= to {
                let mut part = ends.to_vec();
                part[j] = (from, to);
                self.push(part);
            }
        }
    }
}
