//! How the closeness of a row to the best scores of its set (优劣解距离法) comes from another one.
//!
//! # Formula
//! With `p = e (s − worst)` and `q = e (best − s)` of each member, `e` its weight (over its norm), `a² = Σ p²`, `b² = Σ q²` and `T = a + b`:
//! ```text
//! Δ(a / T) = (Δa b̄ − Δb ā) / (T₀ T₁)      Δa = Σ (p₀ + p₁) Δp / (a₀ + a₁)      Δp = ē (Δs − Δworst) + (s̄ − worst‾) Δe
//! ```
//! and the same of `b`. Every step is even in both sides, so the parts follow from no order, and they sum to the change.

use super::climb::{Member, Split};

/// What of a change of the ideal the entity's own data make, and what those of the others.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Moved {
    pub(super) own: f64,
    pub(super) others: f64,
}

/// The numbers that one member is measured by on one side.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Frame {
    best: f64,
    worst: f64,
    /// One over the norm; 1 where there is none.
    scale: f64,
}

impl Frame {
    /// From what was fitted; nothing where nothing was.
    fn of(fitted: &[f64]) -> Option<Frame> {
        let [best, worst, rest @ ..] = fitted else { return None };
        let scale = match rest {
            [] => 1.0,
            [0.0, ..] => 0.0,
            [squares, ..] => 1.0 / squares.sqrt(),
        };
        (!best.is_nan()).then_some(Frame { best: *best, worst: *worst, scale })
    }

    fn change(from: Frame, to: Frame) -> [f64; 3] {
        [to.best - from.best, to.worst - from.worst, to.scale - from.scale]
    }
}

/// A member on one side: its weight in force, its score, what it is measured by, and how far it is from both ends.
#[derive(Debug, Clone, Copy)]
struct Placed {
    weight: f64,
    score: f64,
    frame: Frame,
    above: f64,
    below: f64,
}

impl Placed {
    fn of(member: &Member) -> Option<Placed> {
        let frame = Frame::of(&member.fitted).filter(|_| member.is_present())?;
        let weight = member.weight * frame.scale;
        let (above, below) = (weight * (member.score - frame.worst), weight * (frame.best - member.score));
        Some(Placed { weight: member.weight, score: member.score, frame, above, below })
    }
}

/// What a member is measured by with the own data of the second side among the others' of the first, and the other way round.
fn mixed(members: &[Vec<Member>; 2], k: usize) -> [Option<Frame>; 2] {
    [0, 1].map(|side| Frame::of(&members[side][k].mixed))
}

/// Where all of the set are alike on a side, what makes the difference is who is asked, or else the set: whose data moved it, where it
/// is one's alone, and both alike where it is not.
fn alike(members: &[Vec<Member>; 2], placed: &[Vec<Option<Placed>>; 2], total: f64) -> Split {
    let mut split = Split::still(members[0].len());
    let (mut moved, mut by_own, mut by_others) = (false, true, true);
    for (k, pair) in placed[0].iter().zip(&placed[1]).enumerate() {
        let (Some(from), Some(to)) = pair else { continue };
        let (from, to) = (from.frame, to.frame);
        moved |= from != to;
        match mixed(members, k) {
            [Some(first), Some(second)] => {
                by_own &= first == to && second == from;
                by_others &= first == from && second == to;
            }
            _ => by_own = false,
        }
    }
    match (moved, by_own, by_others) {
        (false, ..) => split.weights = total,
        (_, true, _) => split.ideal.own = total,
        (_, _, true) => split.ideal.others = total,
        _ => split.ideal = Moved { own: total / 2.0, others: total / 2.0 },
    }
    split
}

/// The part of the full mark by which scores that are alike differ in floats.
const ROUNDING: f64 = 1e-13;

/// Splits the change of a closeness, `total` points on a scale of `full`.
pub(super) fn split(members: &[Vec<Member>; 2], full: f64, total: f64) -> Split {
    let placed = members.each_ref().map(|side| side.iter().map(Placed::of).collect::<Vec<_>>());
    let norm = |side: usize, of: fn(&Placed) -> f64| {
        placed[side].iter().flatten().map(|m| of(m) * of(m)).sum::<f64>().sqrt()
    };
    let a = [0, 1].map(|side| norm(side, |m| m.above));
    let b = [0, 1].map(|side| norm(side, |m| m.below));
    let whole = (a[0] + b[0]) * (a[1] + b[1]);
    let mut split = Split::still(members[0].len());
    if [0, 1].iter().any(|side| a[*side] + b[*side] <= ROUNDING * full) {
        return alike(members, &placed, total);
    }
    let rate = |own: [f64; 2], other: [f64; 2]| {
        let sum = own[0] + own[1];
        if sum == 0.0 { 0.0 } else { full * (other[0] + other[1]) / 2.0 / (whole * sum) }
    };
    let (of_above, of_below) = (rate(a, b), rate(b, a));
    for (k, pair) in placed[0].iter().zip(&placed[1]).enumerate() {
        let side = |of: fn(&Placed) -> f64| [pair.0, pair.1].map(|m| m.as_ref().map_or(0.0, of));
        let (above, below) = (side(|m| m.above), side(|m| m.below));
        let (p, q) = (of_above * (above[0] + above[1]), of_below * (below[0] + below[1]));
        let (Some(from), Some(to)) = pair else {
            split.weights += p * (above[1] - above[0]) - q * (below[1] - below[0]);
            continue;
        };
        let mean = |of: fn(&Placed) -> f64| (of(from) + of(to)) / 2.0;
        let weight = mean(|m| m.weight * m.frame.scale);
        // What a change of the weight in force does to both distances.
        let turn = p * mean(|m| m.score - m.frame.worst) - q * mean(|m| m.frame.best - m.score);
        split.slope[k] = weight * (p + q);
        split.weights += turn * mean(|m| m.frame.scale) * (to.weight - from.weight);
        let effect = |[best, worst, scale]: [f64; 3]| {
            turn * mean(|m| m.weight) * scale - weight * (p * worst + q * best)
        };
        let all = Frame::change(from.frame, to.frame);
        let own = match mixed(members, k) {
            [Some(first), Some(second)] => {
                let (early, late) = (Frame::change(from.frame, first), Frame::change(second, to.frame));
                [0, 1, 2].map(|i| (early[i] + late[i]) / 2.0)
            }
            _ => [0.0; 3],
        };
        split.ideal.own += effect(own);
        split.ideal.others += effect([0, 1, 2].map(|i| all[i] - own[i]));
    }
    split
}
