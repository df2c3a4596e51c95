//! Where a rule is flat, rises, falls and jumps, computed from its breaks; the warning that follows.

use super::kernel::{Between, Break, Input, Kernel, Setting};
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::{Exact, Number};

/// How points run over a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// More of the measure changes nothing.
    Flat,
    /// More of the measure is more points.
    Rising,
    /// More of the measure is fewer points.
    Falling,
    /// No points can be given here.
    Missing,
}

/// A stretch between two breaks, ends left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Where it starts; open to the left if none.
    pub from: Option<f64>,
    /// Where it ends; open to the right if none.
    pub to: Option<f64>,
    /// Points as `x` comes near the start (of an open end: at some value there).
    pub start: f64,
    /// Points as `x` comes near the end.
    pub end: f64,
    /// How points run.
    pub trend: Trend,
    /// Whether they run in steps, flat between them.
    pub stepped: bool,
}

/// A place where points jump.
#[derive(Debug, Clone, PartialEq)]
pub struct Jump {
    /// The place.
    pub at: f64,
    /// Points just below.
    pub before: f64,
    /// Points there.
    pub on: f64,
    /// Points just above.
    pub after: f64,
}

/// The shape of a rule at given anchors.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Pieces in ascending order; neighbours with the same trend and no jump between them are one.
    pub pieces: Vec<Piece>,
    /// Jumps in ascending order, without those of stepped pieces.
    pub jumps: Vec<Jump>,
}

/// An open stretch between two places of a rule.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    pub(super) low: Option<Exact>,
    pub(super) high: Option<Exact>,
    /// Steps inside: first place and distance.
    pub(super) lattice: Option<(Exact, Exact)>,
}

/// A rule with its anchors, ready to be asked.
pub(super) struct Probe<'a, K> {
    pub(super) rule: &'a K,
    pub(super) anchors: &'a [Exact],
    pub(super) setting: &'a Setting,
    floats: Vec<f64>,
}

impl<'a, K: Kernel> Probe<'a, K> {
    pub(super) fn new(rule: &'a K, anchors: &'a [Exact], setting: &'a Setting) -> Self {
        Probe { rule, anchors, setting, floats: anchors.iter().map(Number::to_f64).collect() }
    }

    /// Points; where they are not rational, those of `f64`.
    pub(super) fn score(&self, x: &Exact) -> Exact {
        match self.rule.score(x, self.anchors, self.setting) {
            Exact::Irrational => Exact::of(self.float(x.to_f64())),
            decided => decided,
        }
    }

    /// Points in `f64`.
    pub(super) fn float(&self, x: f64) -> f64 {
        self.rule.score(&x, &self.floats, self.setting)
    }

    /// The places where the rule bends or jumps, ascending, and the stretches around them: one more than places.
    pub(super) fn layout(&self) -> (Vec<Exact>, Vec<Stretch>) {
        let mut places: Vec<Exact> = Vec::new();
        let mut lattices: Vec<(Exact, Exact)> = Vec::new();
        for b in self.rule.breaks(self.anchors, self.setting) {
            match b {
                Break::Kink(x) | Break::Jump(x) => places.push(x),
                Break::Lattice { origin, step } => lattices.push((origin, step)),
            }
        }
        places.retain(|x| x.rational().is_some());
        lattices.retain(|(o, d)| o.rational().is_some() && d.rational().is_some() && !d.is_zero());
        places.sort_by(|a, b| a.order(b).unwrap_or(std::cmp::Ordering::Equal));
        places.dedup();
        let mut stretches = Vec::with_capacity(places.len() + 1);
        for i in 0..=places.len() {
            let low = i.checked_sub(1).map(|i| places[i].clone());
            let high = places.get(i).cloned();
            let lattice = lattices.iter().find(|(origin, step)| {
                if Exact::zero().is_less(step) {
                    low.as_ref().is_some_and(|low| low.is_at_least(origin))
                } else {
                    high.as_ref().is_some_and(|high| origin.is_at_least(high))
                }
            });
            stretches.push(Stretch { low, high, lattice: lattice.cloned() });
        }
        (places, stretches)
    }
}

impl Stretch {
    /// Two values inside, ascending.
    pub(super) fn inside(&self) -> (Exact, Exact) {
        let third = |low: &Exact, high: &Exact, n: f64| {
            low.add(&high.sub(low).mul(&Exact::of(n)).div(&Exact::of(3.0)))
        };
        // A stretch open to one side is looked at from afar: far enough to see where it goes.
        let far = |x: &Exact| x.abs().max(&Exact::one());
        match (&self.low, &self.high) {
            (Some(low), Some(high)) => (third(low, high, 1.0), third(low, high, 2.0)),
            (Some(low), None) => (low.add(&far(low)), low.add(&far(low)).add(&far(low))),
            (None, Some(high)) => (high.sub(&far(high)).sub(&far(high)), high.sub(&far(high))),
            (None, None) => (Exact::one(), Exact::of(2.0)),
        }
    }

    /// How many steps the stretch has room for: up to its far end, or `limit`.
    pub(super) fn cells(&self, origin: &Exact, step: &Exact, limit: i64) -> i64 {
        let far = if Exact::zero().is_less(step) { &self.high } else { &self.low };
        let room = far.as_ref().map(|far| far.sub(origin).div(step).neg().floor().neg().to_f64());
        room.map_or(limit, |room| if room < limit as f64 { room as i64 } else { limit }).max(1)
    }

    /// The middle of the `k`-th cell of a lattice, cut at the ends of the stretch.
    pub(super) fn cell(&self, origin: &Exact, step: &Exact, k: i64) -> Exact {
        let place = |k: i64| {
            let x = origin.add(&step.mul(&Exact::of(k as f64)));
            let x = self.low.as_ref().map_or(x.clone(), |low| x.max(low));
            self.high.as_ref().map_or(x.clone(), |high| x.min(high))
        };
        place(k).add(&place(k + 1)).div(&Exact::of(2.0))
    }
}

/// Points near both ends of a stretch.
fn ends<K: Kernel>(p: &Probe<'_, K>, stretch: &Stretch) -> (Exact, Exact) {
    if let Some((origin, step)) = &stretch.lattice {
        let last = stretch.cells(origin, step, 8) - 1;
        let near = p.score(&stretch.cell(origin, step, 0));
        let far = p.score(&stretch.cell(origin, step, last));
        return if Exact::zero().is_less(step) { (near, far) } else { (far, near) };
    }
    let (u, v) = stretch.inside();
    let (at_u, at_v) = (p.score(&u), p.score(&v));
    if p.rule.between() == Between::Line {
        let slope = at_v.sub(&at_u).div(&v.sub(&u));
        let line = |x: &Exact| at_u.add(&slope.mul(&x.sub(&u)));
        return (
            stretch.low.as_ref().map_or(at_u.clone(), line),
            stretch.high.as_ref().map_or(at_v.clone(), line),
        );
    }
    // Where there are no finite points near an end, those farther inside must do.
    let near = |x: &Option<Exact>, step: fn(f64) -> f64, inside: Exact| {
        let limit = x.as_ref().map(|x| p.float(step(x.to_f64()))).filter(|y| y.is_finite());
        limit.map_or(inside, Exact::of)
    };
    (near(&stretch.low, f64::next_up, at_u), near(&stretch.high, f64::next_down, at_v))
}

/// Two values of a curve differ only if they differ by more than its rounding.
fn compare(a: f64, b: f64) -> Trend {
    if a.is_nan() || b.is_nan() {
        Trend::Missing
    } else if (b - a).abs() <= 1e-12 * a.abs().max(b.abs()) {
        Trend::Flat
    } else if a < b {
        Trend::Rising
    } else {
        Trend::Falling
    }
}

impl Shape {
    /// The shape of a rule at these anchors.
    pub fn of<K: Kernel>(rule: &K, anchors: &[Exact], s: &Setting) -> Shape {
        let mut shape = Shape { pieces: Vec::new(), jumps: Vec::new() };
        if rule.between() == Between::Unknown {
            return shape;
        }
        let p = Probe::new(rule, anchors, s);
        let (places, stretches) = p.layout();
        let mut place = places.iter();
        for stretch in &stretches {
            let (start, end) = ends(&p, stretch);
            let (start, end) = (start.to_f64(), end.to_f64());
            let piece = Piece {
                from: stretch.low.as_ref().map(Number::to_f64),
                to: stretch.high.as_ref().map(Number::to_f64),
                start,
                end,
                trend: compare(start, end),
                stepped: stretch.lattice.is_some() && start != end,
            };
            let at = stretch.low.as_ref().and_then(|_| place.next());
            shape.push(piece, at.map(|x| (x.to_f64(), p.score(x).to_f64())));
        }
        shape
    }

    /// The next piece, after the break `(place, points)` that starts it.
    fn push(&mut self, piece: Piece, at: Option<(f64, f64)>) {
        let (Some(last), Some((at, on))) = (self.pieces.last_mut(), at) else {
            self.pieces.push(piece);
            return;
        };
        let before = last.end;
        let smooth = |a: f64, b: f64| compare(a, b) == Trend::Flat || (a.is_nan() && b.is_nan());
        if !(smooth(before, on) && smooth(on, piece.start)) {
            self.jumps.push(Jump { at, before, on, after: piece.start });
        } else if last.trend == piece.trend && last.stepped == piece.stepped {
            last.to = piece.to;
            last.end = piece.end;
            return;
        }
        self.pieces.push(piece);
    }

    /// Stretches where more of the measure changes nothing (dead zones).
    pub fn dead_zones(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(|p| p.trend == Trend::Flat)
    }

    /// The first place where a better value gets fewer points.
    fn worse(&self, lower_is_better: bool) -> Option<Finding> {
        let wrong = if lower_is_better { Trend::Rising } else { Trend::Falling };
        let piece = self.pieces.iter().find(|p| p.trend == wrong).map(|p| {
            // An open end is named by the far side of what was looked at.
            let end = |x: Option<f64>| x.map_or_else(|| "…".to_owned(), |x| x.to_string());
            Finding::warning("rule_rewards_worse")
                .fact("from", end(p.from))
                .fact("to", end(p.to))
                .fact("start", p.start)
                .fact("end", p.end)
        });
        piece.or_else(|| {
            let steps = |j: &&Jump| [compare(j.before, j.on), compare(j.on, j.after)].contains(&wrong);
            self.jumps.iter().find(steps).map(|j| {
                Finding::warning("rule_rewards_worse_jump")
                    .fact("at", j.at)
                    .fact("before", j.before)
                    .fact("on", j.on)
                    .fact("after", j.after)
            })
        })
    }
}

/// The warning that a rule rewards a worse value, if it does whatever the data are.
///
/// Anchors that are not numbers are tried at several places with what is certain of their order
/// (`min ≤ median ≤ max`, the target above last period's value and below it); the rule is warned about only if it rewards a
/// worse value at all of them. A rule for a moderate indicator is not.
pub fn rewards_worse<K: Kernel>(rule: &K, s: &Setting) -> Option<Finding> {
    if rule.is_moderate() || !rule.check(s).is_empty() {
        return None;
    }
    let lower = s.negative || rule.input() == Input::Rank;
    let anchors = rule.anchors(s);
    let numbers = anchors.iter().filter_map(|a| if let Anchor::Number(x) = a { Some(*x) } else { None });
    let size = numbers.fold(1.0, |most: f64, x| if x.abs() > most { x.abs() } else { most });
    let own = anchors.iter().any(|a| !matches!(a, Anchor::Number(_)));
    let mut first = None;
    // Where the data lie: around the numbers of the rule, above them, far below their size.
    let worlds = [(0.0, 2.0), (1.5, 3.0), (0.001, 0.01)];
    for (low, high) in worlds.into_iter().take(if own { 3 } else { 1 }) {
        for target in [0.8, 0.3] {
            let (low, high) = (low * size, high * size);
            let at = |share: f64| Exact::of(low + (high - low) * share);
            let values: Vec<Exact> = anchors.iter().map(|a| instance(a, s, target, &at)).collect();
            let found = Shape::of(rule, &values, s).worse(lower)?;
            first.get_or_insert(found);
        }
    }
    first
}

/// An anchor in a world of data.
fn instance(anchor: &Anchor, s: &Setting, target: f64, at: &dyn Fn(f64) -> Exact) -> Exact {
    match anchor {
        Anchor::Number(x) => Exact::of(*x),
        Anchor::Min => at(0.05),
        Anchor::Max => at(1.0),
        Anchor::First => at(if s.negative { 0.05 } else { 1.0 }),
        Anchor::Quantile(q) => at(0.05 + 0.95 * (*q).clamp(0.0, 1.0)),
        Anchor::Mean | Anchor::Median | Anchor::Pooled | Anchor::Entity(_) => at(0.5),
        Anchor::Sd => at(0.9).sub(&at(0.6)),
        Anchor::Count => Exact::of(14.0),
        Anchor::Target | Anchor::Indicator(_) => at(target),
        Anchor::Fitted(_) => Exact::Missing,
        Anchor::Previous => at(0.6),
    }
}

#[cfg(test)]
#[path = "shape_tests.rs"]
mod tests;
