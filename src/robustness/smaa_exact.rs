//! The space of two weights measured exactly: a line, cut where two totals cross.

use super::runner::Model;
use super::smaa::Space;
use crate::assess::Assessment;
use crate::assess::tree::NodeScored;
use crate::method::aggregation::Aggregation;
use crate::method::ranking::RankOn;
use crate::scheme::model::{Factor, Free, Vary, WeightsWay};

/// Of more entities the line would be cut into too many pieces.
const MOST_ENTITIES: usize = 200;

/// A total, or its logarithm, at every share of the first weight: `at + by · share`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Line {
    at: f64,
    by: f64,
}

/// The space, where it is that of the weights of two members of the total and nothing but these decides a rank; none else.
pub(super) fn space(
    assessment: &Assessment,
    model: &Model,
    factors: &[Factor],
    nodes: &[usize],
) -> Option<Space> {
    let [factor] = factors else { return None };
    let Vary::Weights(weights) = &factor.vary else { return None };
    let WeightsWay::Free(free) = &weights.way else { return None };
    let [first, second] = nodes else { return None };
    let (inner, plan) = (&assessment.inner, assessment.inner.scheme.plan());
    let (root, total) = (plan.root(), &plan.final_step.total);
    let alone = |members: &[usize]| {
        let class = &plan.classes[0].weights;
        members.iter().filter(|m| class[**m] != 0.0).all(|m| m == first || m == second)
    };
    let product = plan.nodes[root].aggregate == Aggregation::Geometric;
    let is_mean = product || plan.nodes[root].aggregate == Aggregation::Arithmetic;
    let rounds = total.round.is_some() && total.rank.on == RankOn::Rounded;
    let of_two = plan.nodes[*first].parent == Some(root) && plan.nodes[*second].parent == Some(root);
    let plain = inner.final_step().is_plain() && !rounds && plan.classes.len() == 1;
    let fits = model.rows().len() <= MOST_ENTITIES;
    if !(is_mean && of_two && plain && fits && alone(&plan.nodes[root].members)) {
        return None;
    }
    let near = inner.near();
    let line = |row: &usize| {
        let score = |node: usize| {
            let score = near.carried(node, *row).v;
            if product { libm::log(score) } else { score }
        };
        let (a, b) = (score(*first), score(*second));
        // Who lacks one of them has the other, whatever the weights.
        let line = match (a.is_nan(), b.is_nan()) {
            (false, false) => Line { at: b, by: a - b },
            (false, true) => Line { at: a, by: 0.0 },
            _ => Line { at: b, by: 0.0 },
        };
        (line.at.is_finite() && line.by.is_finite()).then_some(line)
    };
    let lines: Vec<Line> = model.rows().iter().map(line).collect::<Option<_>>()?;
    let equals = (0..lines.len()).any(|i| lines[..i].contains(&lines[i]));
    if equals && !total.rank.tie_break.is_empty() {
        return None;
    }
    let class = &plan.classes[0].weights;
    let ends = match free {
        Free::Any => [0.0, 1.0],
        Free::InOrder if class[*first] >= class[*second] => [0.5, 1.0],
        Free::InOrder => [0.0, 0.5],
    };
    Some(measured(&lines, ends, model.nominal().ranks, |place| total.rank.ties.ranks(place)))
}

/// Cuts the line where two totals cross; between two cuts nobody passes anybody.
fn measured(
    lines: &[Line],
    [low, high]: [f64; 2],
    nominal: &[f64],
    ranks: impl Fn(Vec<usize>) -> Vec<f64>,
) -> Space {
    let mut cuts = vec![low, high];
    for (i, a) in lines.iter().enumerate() {
        let crossing = |b: &Line| (b.at - a.at) / (a.by - b.by);
        cuts.extend(lines[..i].iter().map(crossing).filter(|cut| low < *cut && *cut < high));
    }
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    let mut space = Space::new(lines.len(), 2);
    for piece in cuts.windows(2) {
        let middle = f64::midpoint(piece[0], piece[1]);
        let at = |k: usize| lines[k].at + lines[k].by * middle;
        let mut order: Vec<usize> = (0..lines.len()).collect();
        order.sort_by(|a, b| at(*b).total_cmp(&at(*a)).then(a.cmp(b)));
        let groups: Vec<&[usize]> = order.chunk_by(|a, b| lines[*a] == lines[*b]).collect();
        let places = ranks(groups.iter().map(|group| group.len()).collect());
        let mut own = vec![f64::NAN; lines.len()];
        order.iter().zip(places).for_each(|(k, rank)| own[*k] = rank);
        let weight = (piece[1] - piece[0]) / (high - low);
        space.count(&own, nominal, weight, |_| vec![middle, 1.0 - middle]);
    }
    space
}
