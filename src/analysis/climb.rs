//! Up the tree: how a change of the raw total comes from the changes of the scores and of the weights.
//!
//! # Formula
//! An aggregation that is a mean under a function, `f(G) = Σ e_i f(s_i)` (arithmetic: `f(s) = s`; geometric: `ln s`;
//! harmonic: `1/s`; power: `s^p`; a sum without its division), is split without regard to any order:
//! ```text
//! ΔG = K · Σ [ ē_i · Δf(s_i) + f̄_i · Δe_i ],   K = ΔG / Δf(G),   ē, f̄ means of both sides
//! ```
//! For the arithmetic mean that is Shapley's value of scores against weights; for the geometric mean it is LMDI-I. A score
//! that is zero under a geometric or harmonic mean takes the whole change, as the limits say. The minimum is split by
//! Shapley's value in closed form, an aggregation over a set as [`closeness`](super::closeness) says. Where the two sides aggregate
//! differently, both ways are averaged.

use crate::assess::cells::Origin;
use crate::assess::tree::NodeScored;
use crate::method::aggregation::{Aggregation, Compared};
use crate::number::Bounded;
use crate::scheme::plan::{NodePlan, Plan};

use super::Side;
use super::attribute::log_ratio;
use super::closeness::{self, Moved};
use super::stepwise;

/// How the change of the raw total comes about.
#[derive(Debug, Default)]
pub(super) struct Climb {
    /// Change of the raw total per point of an indicator's score; 0 where it is on one side only.
    pub(super) slope: Vec<f64>,
    /// Change through the weights: other weights, or the same ones over other indicators present.
    pub(super) weights: f64,
    /// Change through another aggregation.
    pub(super) aggregation: f64,
    /// Change through rounding on the way up.
    pub(super) rounding: f64,
    /// Change of what the scores are compared with where a group is aggregated over a set.
    pub(super) ideal: Moved,
}

/// Whether two plans have the same tree of nodes.
pub(super) fn same_tree(a: &Plan, b: &Plan) -> bool {
    a.nodes.len() == b.nodes.len()
        && a.indicators.len() == b.indicators.len()
        && a.nodes.iter().zip(&b.nodes).all(|(a, b)| a.id == b.id && a.parent == b.parent)
}

/// Splits the change of the raw total between two sides whose plans have the same tree. `mixed` has the entity's own data of the other
/// side among the others' of each, where own data may move what is fitted over a set.
pub(super) fn climb(sides: [Side<'_>; 2], mixed: [Option<Side<'_>>; 2]) -> Climb {
    let plan = sides[0].plan();
    let mut climb = Climb { slope: vec![0.0; plan.indicators.len()], ..Climb::default() };
    let mut stack = vec![(plan.root(), 1.0)];
    while let Some((node, slope)) = stack.pop() {
        let ways = sides.map(|s| Way::of(&s.plan().nodes[node]));
        let members: [Vec<Member>; 2] = [0, 1].map(|k| members(sides[k], mixed[k], node));
        let split = if ways[0] == ways[1] {
            split(ways[0], &in_force(ways[0], &members))
        } else {
            turned(ways, &members, slope, &mut climb.aggregation)
        };
        climb.weights += slope * split.weights;
        climb.ideal.own += slope * split.ideal.own;
        climb.ideal.others += slope * split.ideal.others;
        for (k, member) in plan.nodes[node].members.iter().enumerate() {
            let slope = slope * split.slope[k];
            if slope == 0.0 {
                continue;
            }
            climb.rounding += slope * (members[1][k].rounding - members[0][k].rounding);
            if *member < plan.indicators.len() {
                climb.slope[*member] = slope;
            } else {
                stack.push((*member, slope));
            }
        }
    }
    climb
}

/// A group that is aggregated in another way: the way changes before its members do or after, and both are averaged. A mean
/// that cannot take the scores of a side (a logarithm of a negative one) leaves the other order only, or none.
fn turned(ways: [Way; 2], members: &[Vec<Member>; 2], slope: f64, aggregation: &mut f64) -> Split {
    let turn = |k: usize| combine(ways[1], &members[k]) - combine(ways[0], &members[k]);
    let orders: Vec<(f64, Split)> = [0, 1]
        .into_iter()
        .filter(|k| !turn(*k).is_nan())
        .map(|k| (turn(k), split(ways[1 - k], &in_force(ways[1 - k], members))))
        .collect();
    *aggregation += slope * orders.iter().map(|o| o.0).sum::<f64>() / orders.len().max(1) as f64;
    let still = Split::still(members[0].len());
    if orders.is_empty() {
        *aggregation += slope * (combine(ways[1], &members[1]) - combine(ways[0], &members[0]));
    }
    orders.into_iter().map(|o| o.1).reduce(|a, b| a.mean(&b)).unwrap_or(still)
}

/// How a group is aggregated on one side.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Way {
    aggregate: Aggregation,
    full: f64,
}

impl Way {
    fn of(plan: &NodePlan) -> Self {
        Way { aggregate: plan.aggregate, full: plan.full }
    }
}

/// One member of a group on one side.
#[derive(Debug, Clone, Default)]
pub(super) struct Member {
    /// Weight as the scheme gives it, 0 if it is not present.
    pub(super) weight: f64,
    pub(super) score: f64,
    /// What rounding added to the score.
    pub(super) rounding: f64,
    /// What an aggregation over a set fitted of it, and what it would with the entity's own data of the other side.
    pub(super) fitted: Vec<f64>,
    pub(super) mixed: Vec<f64>,
}

impl Member {
    pub(super) fn is_present(&self) -> bool {
        self.weight != 0.0
    }
}

fn members(side: Side<'_>, mixed: Option<Side<'_>>, node: usize) -> Vec<Member> {
    let (plan, near) = (side.plan(), side.inner.near());
    let data = near.known().data;
    let weights = data.weights(side.row);
    plan.nodes[node]
        .members
        .iter()
        .enumerate()
        .map(|(k, m)| {
            let (carried, score) = (near.carried(*m, side.row).v, near.score(*m, side.row).v);
            let present = !carried.is_nan();
            let weight = if present { weights[*m] } else { 0.0 };
            Member {
                weight,
                score: carried,
                rounding: if present { carried - score } else { 0.0 },
                fitted: fitted(side, node, k),
                mixed: mixed.map_or_else(Vec::new, |mixed| fitted(mixed, node, k)),
            }
        })
        .collect()
}

/// What was fitted of a member of a group over the set of a side; nothing of a mean.
fn fitted(side: Side<'_>, node: usize, k: usize) -> Vec<f64> {
    let (near, exact) = (side.inner.near(), side.inner.exact());
    let score = near.carried(side.plan().nodes[node].members[k], side.row);
    // Where floats cannot tell the own score from the best or the worst one, it is that one if it truly is.
    let number = |(i, x): (usize, &Bounded)| {
        let close = (x.v - score.v).abs() <= x.e + score.e && x.v != score.v;
        let same = || {
            let own = exact.carried(side.plan().nodes[node].members[k], side.row);
            exact.fitted(node, side.row, k).get(i).is_some_and(|x| *x == own)
        };
        if close && same() { score.v } else { x.v }
    };
    near.fitted(node, side.row, k).iter().enumerate().map(number).collect()
}

/// The weights as a way of aggregating takes them: normalised over the members present, but for a sum.
fn in_force(way: Way, members: &[Vec<Member>; 2]) -> [Vec<Member>; 2] {
    let mut members = members.clone();
    for side in members.iter_mut().filter(|_| way.aggregate != Aggregation::Sum) {
        let sum: f64 = side.iter().map(|m| m.weight).sum();
        side.iter_mut().filter(|m| m.is_present()).for_each(|m| m.weight /= sum);
    }
    members
}

/// Missing where the way needs a fit that the side does not have.
fn combine(way: Way, members: &[Member]) -> f64 {
    let present: Vec<&Member> = members.iter().filter(|m| m.is_present()).collect();
    if !way.aggregate.is_fitted(present.iter().map(|m| m.fitted.len())) && way.aggregate.is_over_set() {
        return f64::NAN;
    }
    let scores: Vec<(f64, f64)> = present.iter().map(|m| (m.weight, m.score)).collect();
    let fitted: Vec<f64> = present.iter().flat_map(|m| m.fitted.iter().copied()).collect();
    way.aggregate.combine(&scores, &Compared { fitted: &fitted, full: way.full })
}

/// How the change of one group comes about.
pub(super) struct Split {
    pub(super) slope: Vec<f64>,
    pub(super) weights: f64,
    pub(super) ideal: Moved,
}

impl Split {
    fn mean(self, other: &Split) -> Split {
        let slope = self.slope.iter().zip(&other.slope).map(|(a, b)| (a + b) / 2.0).collect();
        let mean = |of: fn(&Split) -> f64| (of(&self) + of(other)) / 2.0;
        let ideal = Moved { own: mean(|s| s.ideal.own), others: mean(|s| s.ideal.others) };
        Split { slope, weights: mean(|s| s.weights), ideal }
    }

    /// Of so many members of which nothing moves.
    pub(super) fn still(members: usize) -> Split {
        Split { slope: vec![0.0; members], weights: 0.0, ideal: Moved::default() }
    }
}

/// Full marks beyond which a score on the way is none: what it is compared with is all alike there but for rounding.
const FAR: f64 = 1e6;

fn split(way: Way, members: &[Vec<Member>; 2]) -> Split {
    let ends = [combine(way, &members[0]), combine(way, &members[1])];
    if way.aggregate.is_split_by_steps() {
        let near = |score: f64| if score.abs() <= FAR * way.full { score } else { f64::NAN };
        return stepwise::split(members, |members| near(combine(way, members)));
    }
    if way.aggregate.is_over_set() {
        return closeness::split(members, way.full, ends[1] - ends[0]);
    }
    let way = way.aggregate;
    if way == Aggregation::Minimum {
        return lowest(members, ends[1] - ends[0]);
    }
    if way == Aggregation::Maximum {
        // The highest is the lowest seen upside down: what a score is worth stays, the total changes its sign.
        let turned = |side: &[Member]| side.iter().map(|m| Member { score: -m.score, ..m.clone() }).collect();
        let split = lowest(&[turned(&members[0]), turned(&members[1])], ends[0] - ends[1]);
        return Split { weights: -split.weights, ..split };
    }
    let zero = match way {
        Aggregation::Geometric | Aggregation::Harmonic => ends.contains(&0.0),
        Aggregation::Power(p) if p < 0.0 => ends.contains(&0.0),
        Aggregation::Power(_) => ends == [0.0, 0.0],
        _ => false,
    };
    if zero {
        return vanishing(members, ends);
    }
    let k = 1.0 / slope(way, ends[0], ends[1]);
    let mut split = Split { slope: Vec::with_capacity(members[0].len()), ..Split::still(0) };
    for (a, b) in members[0].iter().zip(&members[1]) {
        let slope = if a.is_present() && b.is_present() {
            split.weights += k * (b.weight - a.weight) * (under(way, a.score) + under(way, b.score)) / 2.0;
            let slope = slope(way, a.score, b.score);
            // A root is infinitely steep at zero; a score that stays there moves nothing.
            if slope.is_finite() { k * (a.weight + b.weight) / 2.0 * slope } else { 0.0 }
        } else if a.is_present() {
            split.weights -= k * a.weight * under(way, a.score);
            0.0
        } else {
            split.weights += if b.is_present() { k * b.weight * under(way, b.score) } else { 0.0 };
            0.0
        };
        split.slope.push(slope);
    }
    split
}

/// `f(s)` of a mean under a function.
fn under(way: Aggregation, s: f64) -> f64 {
    match way {
        Aggregation::Geometric => libm::log(s),
        Aggregation::Harmonic => 1.0 / s,
        Aggregation::Power(p) => libm::pow(s, p),
        _ => s,
    }
}

/// `(f(b) − f(a)) / (b − a)` without cancellation; `f'` where they are equal.
fn slope(way: Aggregation, a: f64, b: f64) -> f64 {
    match way {
        Aggregation::Geometric if a == b => 1.0 / a,
        Aggregation::Geometric => log_ratio(a, b) / (b - a),
        Aggregation::Harmonic => -1.0 / (a * b),
        Aggregation::Power(p) if a == b => p * libm::pow(a, p - 1.0),
        Aggregation::Power(p) if a > 0.0 && b > 0.0 => {
            libm::pow(a, p) * libm::expm1(p * log_ratio(a, b)) / (b - a)
        }
        Aggregation::Power(p) => (libm::pow(b, p) - libm::pow(a, p)) / (b - a),
        _ => 1.0,
    }
}

/// A geometric or harmonic mean that is zero on a side (a mean of positive powers: on both): the members that are zero there take the change, by weight.
fn vanishing(members: &[Vec<Member>; 2], ends: [f64; 2]) -> Split {
    let total = ends[1] - ends[0];
    let side = usize::from(ends[1] == 0.0);
    let zero = |k: usize| {
        let m = &members[side][k];
        if m.is_present() && m.score == 0.0 { m.weight } else { 0.0 }
    };
    let all: f64 = (0..members[0].len()).map(zero).sum();
    let mut split = Split::still(members[0].len());
    for k in (0..members[0].len()).filter(|k| total != 0.0 && zero(*k) > 0.0) {
        let part = total * zero(k) / all;
        let moved = members[1][k].score - members[0][k].score;
        if members[1 - side][k].is_present() && moved != 0.0 {
            split.slope[k] = part / moved;
        } else {
            split.weights += part;
        }
    }
    split
}

/// Shapley's value of a minimum, for any number of members: between two neighbouring scores the minimum passes a threshold
/// for just those sets that hold all members that rise over it and none that fall below it.
fn lowest(members: &[Vec<Member>; 2], total: f64) -> Split {
    let n = members[0].len();
    let mut split = Split::still(n);
    let same = (0..n).all(|k| members[0][k].is_present() == members[1][k].is_present());
    if !same {
        // Who is asked has changed: that is no score's doing.
        split.weights = total;
        return split;
    }
    let present: Vec<usize> = (0..n).filter(|k| members[0][*k].is_present()).collect();
    let mut levels: Vec<f64> =
        present.iter().flat_map(|k| [members[0][*k].score, members[1][*k].score]).collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    let mut parts = vec![0.0; n];
    for pair in levels.windows(2) {
        let over = |side: usize, k: usize| members[side][k].score >= pair[1];
        if present.iter().any(|k| !over(0, *k) && !over(1, *k)) {
            break;
        }
        let up: Vec<usize> = present.iter().copied().filter(|k| !over(0, *k)).collect();
        let down: Vec<usize> = present.iter().copied().filter(|k| !over(1, *k)).collect();
        let (u, d) = (up.len(), down.len());
        let height = pair[1] - pair[0];
        for k in &up {
            parts[*k] += height * ordered(u, d);
        }
        for k in &down {
            parts[*k] -= height * ordered(d, u);
        }
    }
    for k in present {
        let moved = members[1][k].score - members[0][k].score;
        if moved != 0.0 {
            split.slope[k] = parts[k] / moved;
        }
    }
    split
}

/// `(u − 1)! d! / (u + d)!`
fn ordered(u: usize, d: usize) -> f64 {
    let choose = (1..=d).fold(1.0, |c, i| c * (u - 1 + i) as f64 / i as f64);
    1.0 / (choose * (u + d) as f64)
}

#[cfg(test)]
mod tests {
    use super::super::attribute::owen;
    use super::*;

    fn way(aggregate: Aggregation) -> Way {
        Way { aggregate, full: 100.0 }
    }

    fn group(scores: &[f64], weights: &[f64]) -> Vec<Member> {
        let sum: f64 = weights.iter().sum();
        scores
            .iter()
            .zip(weights)
            .map(|(s, w)| Member { weight: w / sum, score: *s, ..Member::default() })
            .collect()
    }

    #[test]
    fn the_minimum_is_split_as_shapley_does() {
        let (before, after) = ([60.0, 80.0, 70.0, 55.0], [75.0, 50.0, 90.0, 95.0]);
        let sides = [group(&before, &[1.0; 4]), group(&after, &[1.0; 4])];
        let split = split(way(Aggregation::Minimum), &sides);
        let shapley = owen(&[4], |set| {
            (0..4).map(|i| if set & (1 << i) == 0 { before[i] } else { after[i] }).fold(f64::MAX, f64::min)
        });
        for i in 0..4 {
            let part = split.slope[i] * (after[i] - before[i]);
            approx::assert_relative_eq!(part, shapley[i], epsilon = 1e-12);
        }
    }

    #[test]
    fn a_zero_takes_the_whole_change_of_a_geometric_mean() {
        let sides = [group(&[0.0, 50.0], &[1.0, 1.0]), group(&[64.0, 25.0], &[1.0, 1.0])];
        let split = split(way(Aggregation::Geometric), &sides);
        approx::assert_relative_eq!(split.slope[0] * 64.0, 40.0, max_relative = 1e-14);
        assert_eq!(split.slope[1], 0.0);
    }

    /// Parts of the scores, and what the weights do.
    fn whole(split: &Split, sides: &[Vec<Member>; 2]) -> f64 {
        let parts = split.slope.iter().enumerate().map(|(k, w)| w * (sides[1][k].score - sides[0][k].score));
        parts.sum::<f64>() + split.weights
    }

    #[test]
    fn a_mean_of_powers_is_split_where_it_is_steep_or_flat() {
        let even = |a: [f64; 2], b: [f64; 2]| [group(&a, &[1.0, 1.0]), group(&b, &[1.0, 1.0])];
        for (p, sides) in [
            (0.5, even([0.0, 25.0], [0.0, 81.0])),
            (0.5, even([0.0, 0.0], [0.0, 0.0])),
            (2.0, even([0.0, 0.0], [0.0, 0.0])),
            (-1.5, even([0.0, 50.0], [60.0, 50.0])),
            (-1.5, even([1e20, 50.0], [60.0, 50.0])),
        ] {
            let way = way(Aggregation::Power(p));
            let total = combine(way, &sides[1]) - combine(way, &sides[0]);
            approx::assert_relative_eq!(whole(&split(way, &sides), &sides), total, max_relative = 1e-12);
        }
    }

    #[test]
    fn another_way_is_turned_to_where_it_can_be() {
        let [sum, mean, product] =
            [Aggregation::Sum, Aggregation::Arithmetic, Aggregation::Geometric].map(way);
        let raw = |scores: [f64; 2]| {
            scores.map(|score| Member { weight: 1.5, score, ..Member::default() }).to_vec()
        };
        // 1.5 · 100 becomes 50: the way alone.
        let sides = [raw([50.0, 50.0]), raw([50.0, 50.0])];
        let mut aggregation = 0.0;
        let split = turned([sum, mean], &sides, 1.0, &mut aggregation);
        assert_eq!((aggregation, whole(&split, &sides)), (-100.0, 0.0));
        // A geometric mean cannot take −10: the scores move first, under the arithmetic mean (10 → 65), then the way (60).
        let sides = [raw([-10.0, 30.0]), raw([40.0, 90.0])];
        let mut aggregation = 0.0;
        let split = turned([mean, product], &sides, 1.0, &mut aggregation);
        approx::assert_relative_eq!(aggregation, -5.0, epsilon = 1e-12);
        assert_eq!(whole(&split, &sides), 55.0);
    }

    #[test]
    fn a_geometric_mean_is_split_as_lmdi_does() {
        // √(40·90) = 60 → √(160·90) = 120: the first score alone.
        let sides = [group(&[40.0, 90.0], &[1.0, 1.0]), group(&[160.0, 90.0], &[1.0, 1.0])];
        let split = split(way(Aggregation::Geometric), &sides);
        approx::assert_relative_eq!(split.slope[0] * 120.0, 60.0, epsilon = 1e-12);
    }
}
