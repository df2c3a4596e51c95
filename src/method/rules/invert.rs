//! The inverse: which measures reach given points.

use std::cmp::Ordering;
use std::ops::Bound;

use super::kernel::{Between, Kernel, Setting};
use super::shape::{Probe, Stretch};
use crate::number::{Exact, Number};

/// Measures from `low` to `high`.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// Smallest.
    pub low: Bound<Exact>,
    /// Largest.
    pub high: Bound<Exact>,
}

impl Range {
    /// Whether `x` lies inside.
    pub fn contains(&self, x: &Exact) -> bool {
        let above = match &self.low {
            Bound::Included(low) => x.is_at_least(low),
            Bound::Excluded(low) => low.is_less(x),
            Bound::Unbounded => true,
        };
        above
            && match &self.high {
                Bound::Included(high) => high.is_at_least(x),
                Bound::Excluded(high) => x.is_less(high),
                Bound::Unbounded => true,
            }
    }
}

/// Stairs without an end are searched up to here, about 10¹².
const MOST_STEPS: i64 = 1 << 40;

/// Relative distance of two numbers of points from which on `f64` tells which is more.
const CLOSE: f64 = 1e-9;

/// All `x` whose points are at least `points`, as ascending ranges that do not touch; none if it is impossible.
///
/// Exact for rules that are piecewise linear or hyperbolic. Where a rule is another curve between two breaks (see
/// [`Between`]) the end of the range is the last `f64` that still reaches the points. Anchors that are not rational (a
/// standard deviation) must come as the decimals of their `f64`. For a rule that takes ranks the ranges are of ranks.
pub fn solve<K: Kernel>(rule: &K, points: &Exact, anchors: &[Exact], s: &Setting) -> Vec<Range> {
    if rule.between() == Between::Unknown {
        return Vec::new();
    }
    let p = Probe::new(rule, anchors, s);
    let (places, stretches) = p.layout();
    let mut found: Vec<Range> = Vec::new();
    for (i, stretch) in stretches.iter().enumerate() {
        if let Some(range) = inside(&p, stretch, points) {
            push(&mut found, range);
        }
        if let Some(place) = places.get(i).filter(|x| p.score(x).is_at_least(points)) {
            push(
                &mut found,
                Range { low: Bound::Included(place.clone()), high: Bound::Included(place.clone()) },
            );
        }
    }
    found
}

/// Adds a range that starts at or after the end of the last one.
fn push(found: &mut Vec<Range>, range: Range) {
    if let Some(last) = found.last_mut() {
        let touch = match (&last.high, &range.low) {
            (Bound::Included(a), Bound::Included(b) | Bound::Excluded(b))
            | (Bound::Excluded(a), Bound::Included(b)) => a.order(b) == Some(Ordering::Equal),
            _ => false,
        };
        if touch {
            last.high = range.high;
            return;
        }
    }
    found.push(range);
}

fn open(end: Option<&Exact>) -> Bound<Exact> {
    end.map_or(Bound::Unbounded, |x| Bound::Excluded(x.clone()))
}

/// The part of an open stretch that reaches the points: one range, as the rule is monotone there.
fn inside<K: Kernel>(p: &Probe<'_, K>, stretch: &Stretch, points: &Exact) -> Option<Range> {
    if let Some((origin, step)) = &stretch.lattice {
        return stairs(p, stretch, origin, step, points);
    }
    let (u, v) = stretch.inside();
    let (at_u, at_v) = (p.score(&u), p.score(&v));
    if at_u.order(&at_v)? == Ordering::Equal {
        return at_u.is_at_least(points).then(|| whole(stretch));
    }
    match p.rule.between() {
        Between::Line => line(stretch, (&u, &at_u), (&v, &at_v), points),
        Between::Hyperbola if Exact::zero().is_at_least(points) => Some(whole(stretch)),
        Between::Hyperbola => {
            // −1 / points is a line, and grows with the points.
            let turned = |y: &Exact| Exact::one().div(y).neg();
            line(stretch, (&u, &turned(&at_u)), (&v, &turned(&at_v)), &turned(points))
        }
        Between::Curve => curve(p, stretch, at_u.is_less(&at_v), points),
        Between::Unknown => None,
    }
}

fn whole(stretch: &Stretch) -> Range {
    Range { low: open(stretch.low.as_ref()), high: open(stretch.high.as_ref()) }
}

/// Where the line through `u` and `v` reaches `points`.
fn line(stretch: &Stretch, u: (&Exact, &Exact), v: (&Exact, &Exact), points: &Exact) -> Option<Range> {
    let slope = v.1.sub(u.1).div(&v.0.sub(u.0));
    let x = u.0.add(&points.sub(u.1).div(&slope));
    cut(stretch, &x, Exact::zero().is_less(&slope))
}

/// The stretch from `x` up (or down), `x` included.
fn cut(stretch: &Stretch, x: &Exact, up: bool) -> Option<Range> {
    let below = stretch.low.as_ref().is_some_and(|low| low.is_at_least(x));
    let above = stretch.high.as_ref().is_some_and(|high| x.is_at_least(high));
    let all = whole(stretch);
    match (up, below, above) {
        (true, true, _) | (false, _, true) => Some(all),
        (true, _, true) | (false, true, _) => None,
        (true, ..) => Some(Range { low: Bound::Included(x.clone()), ..all }),
        (false, ..) => Some(Range { high: Bound::Included(x.clone()), ..all }),
    }
}

/// Stairs: which cells reach the points, by bisection over the number of the cell.
fn stairs<K: Kernel>(
    p: &Probe<'_, K>,
    stretch: &Stretch,
    origin: &Exact,
    step: &Exact,
    points: &Exact,
) -> Option<Range> {
    let reaches = |k: i64| p.score(&stretch.cell(origin, step, k)).is_at_least(points);
    let (mut low, mut high) = (0, stretch.cells(origin, step, MOST_STEPS) - 1);
    let near = reaches(low);
    if near == reaches(high) {
        return near.then(|| whole(stretch));
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if reaches(middle) == near {
            low = middle;
        } else {
            high = middle;
        }
    }
    let edge = origin.add(&step.mul(&Exact::of(high as f64)));
    let on = p.score(&edge).is_at_least(points);
    let end = if on { Bound::Included(edge) } else { Bound::Excluded(edge) };
    // Cells count away from the origin; they reach the points near it or far from it.
    let all = whole(stretch);
    Some(if near == Exact::zero().is_less(step) {
        Range { high: end, ..all }
    } else {
        Range { low: end, ..all }
    })
}

/// A number whose order as an integer is the order of the `f64`.
fn key(x: f64) -> i64 {
    let bits = x.to_bits().cast_signed();
    if bits < 0 { i64::MIN - bits } else { bits }
}

fn value(key: i64) -> f64 {
    f64::from_bits(if key < 0 { i64::MIN - key } else { key }.cast_unsigned())
}

/// A curve: bisection over all `f64` of the stretch.
fn curve<K: Kernel>(p: &Probe<'_, K>, stretch: &Stretch, rising: bool, points: &Exact) -> Option<Range> {
    let wanted = points.to_f64();
    let first = stretch.low.as_ref().map_or(f64::MIN, |x| x.to_f64().next_up());
    let last = stretch.high.as_ref().map_or(f64::MAX, |x| x.to_f64().next_down());
    let (inner, _) = stretch.inside();
    let inner = inner.to_f64();
    let reaches = |x: f64| {
        let y = p.float(x);
        if !y.is_finite() {
            // Beyond what an `f64` can hold the points are without limit on the rising side.
            rising == (x > inner)
        } else if (y - wanted).abs() > CLOSE * y.abs().max(wanted.abs()) {
            y > wanted
        } else {
            p.score(&Exact::of(x)).is_at_least(points)
        }
    };
    let (mut low, mut high) = (key(first), key(last));
    let at_low = reaches(first);
    if at_low == reaches(last) {
        return at_low.then(|| whole(stretch));
    }
    while high.saturating_sub(low) > 1 {
        let middle = ((i128::from(high) + i128::from(low)).div_euclid(2)) as i64;
        if reaches(value(middle)) == at_low {
            low = middle;
        } else {
            high = middle;
        }
    }
    let end = if at_low { low } else { high };
    cut(stretch, &Exact::of(value(end)), rising)
}

#[cfg(test)]
#[path = "invert_tests.rs"]
mod tests;
