//! Up the tree: from the scores of indicators to those of groups and to the raw total.

use std::sync::Arc;

use super::cells::{BoundedCells, Origin};
use super::chunks::{Again, Chunked, kept};
use super::exact::ExactCells;
use super::fits;
use super::peers;
use super::points::{Scored, Scores};
use super::settle::settled;
use super::values::PanelSums;
use super::weights::Weights;
use crate::formula::{Load, Program};
use crate::memory::Pages;
use crate::method::weighting::Takes;
use crate::number::lanes::{any_missing, range};
use crate::number::rounding::Rounding;
use crate::number::{Bounded, Exact, Number};
use crate::panel::Panel;
use crate::scheme::plan::{NodePlan, Plan, Slot};

/// Scores of a node: of an indicator as its rule gives them, of a group as its members give them.
#[derive(Debug, Clone)]
pub(crate) struct NodeScores {
    pub(crate) scores: Scores,
    /// Rounded as declared (groups).
    pub(crate) printed: Option<Rounded>,
    /// Weighted points rounded as declared (indicators).
    pub(crate) points: Option<Rounded>,
}

impl NodeScores {
    /// Scores without any rounding.
    pub(crate) fn new(scores: Scores) -> Self {
        NodeScores { scores, printed: None, points: None }
    }
}

/// A column rounded as declared.
#[derive(Debug, Clone)]
pub(crate) struct Rounded {
    pub(crate) x: Pages<f64>,
    /// Cells that needed exact arithmetic.
    pub(crate) exact_cells: Chunked<usize>,
}

impl std::ops::Deref for Rounded {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.x
    }
}

/// The part of the whole that a node's score makes where nothing is left out, by set of weights and node: the product of the normalised
/// weights above it.
#[derive(Debug, Clone)]
pub(crate) struct Shares(Vec<Vec<f64>>);

impl Shares {
    pub(crate) fn of(plan: &Plan, weights: &Weights) -> Self {
        let all = |weights: &Arc<[f64]>| {
            (0..plan.nodes.len()).map(|node| share_among::<f64>(plan, weights, node, |_| true)).collect()
        };
        Shares(weights.sets().iter().map(all).collect())
    }

    /// The share of a node in a set of weights.
    pub(crate) fn get(&self, set: usize, node: usize) -> f64 {
        self.0[set][node]
    }
}

/// The share of one node among those that are present: the weights of the others are handed on to their siblings. Under a sum
/// the weights are factors and not normalised. Missing where a group above the node is left out.
pub(crate) fn share_among<N: Number>(
    plan: &Plan,
    weights: &[f64],
    node: usize,
    is_present: impl Fn(usize) -> bool,
) -> N {
    use crate::method::aggregation::Aggregation;
    let (mut at, mut share) = (node, N::one());
    while let Some(parent) = plan.nodes[at].parent {
        if at != node && !is_present(at) {
            return N::missing();
        }
        let own = N::of(weights[at]);
        share = share.mul(&match plan.nodes[parent].aggregate {
            Aggregation::Sum => own,
            // The member that decides is the whole of its group, and one without weight is none.
            Aggregation::Maximum | Aggregation::Minimum if weights[at] > 0.0 => N::one(),
            Aggregation::Maximum | Aggregation::Minimum => N::zero(),
            _ => {
                let members = plan.nodes[parent].members.iter().filter(|m| is_present(**m));
                own.div(&members.fold(N::zero(), |sum, m| sum.add(&N::of(weights[*m]))))
            }
        });
        at = parent;
    }
    share
}

/// Members of a group as `(weight, score)`, and what an aggregation over a set fitted of them, one after the other.
pub(crate) type Members<N> = (Vec<(N, N)>, Vec<N>);

/// Cells with scores above them.
pub(crate) trait NodeScored: Origin {
    /// Score of a node before its rounding.
    fn score(&self, node: usize, row: usize) -> Self::N;
    /// The columns computed so far.
    fn nodes(&self) -> &[Arc<NodeScores>];

    /// Score of a node as its parent takes it: the rounded one where the scheme says so.
    fn carried(&self, node: usize, row: usize) -> Self::N {
        let known = self.known();
        let plan = known.data.plan;
        let state = &self.nodes()[node];
        let points_round = plan.indicators.get(node).and_then(|i| i.points_round);
        match (&state.points, points_round, &state.printed, plan.nodes[node].round) {
            (Some(points), Some(how), ..) if how.carry && !points[row].is_nan() => {
                let share = self.share(node, row);
                if share.is_zero() {
                    // Without a weight there are no points to round.
                    return self.score(node, row);
                }
                Self::N::carried(points[row], &how, &|| self.score(node, row).mul(&share)).div(&share)
            }
            (_, _, Some(printed), Some(how)) if how.carry => {
                Self::N::carried(printed[row], &how, &|| self.score(node, row))
            }
            _ => self.score(node, row),
        }
    }

    /// Whether a node has a score.
    fn is_present(&self, node: usize, row: usize) -> bool {
        // A group that has not been climbed to yet has none there.
        let known = self.nodes().get(node).map(|state| !state.scores.score[row].is_nan());
        known.unwrap_or_else(|| self.has_members(node, row))
    }

    /// Whether a group has a score by its members: where enough of them have one, and, if it compares with others, somebody is there.
    fn has_members(&self, node: usize, row: usize) -> bool {
        let data = self.known().data;
        let (plan, weights) = (&data.plan.nodes[node], data.weights(row));
        let members: Vec<(f64, bool)> =
            plan.members.iter().map(|m| (weights[*m], self.is_present(*m, row))).collect();
        !too_few(plan, &members)
            && members.iter().any(|(weight, present)| *weight != 0.0 && *present)
            && (!plan.aggregate.is_over_set() || self.has_peers(node, row))
    }

    /// Whether somebody in the set of a row has a score of a member that the row has: an aggregation over a set needs that. A benchmark whose
    /// class nobody else is in has nobody. What references hold says it itself.
    fn has_peers(&self, node: usize, row: usize) -> bool {
        let data = self.known().data;
        let (members, weights) = (&data.plan.nodes[node].members, data.weights(row));
        let is_own = |member: usize| weights[member] != 0.0 && self.is_present(member, row);
        if data.references.is_some() {
            let is_fitted = |k: usize| self.fitted(node, row, k).iter().any(|x| !x.is_missing());
            return members.iter().enumerate().any(|(k, m)| is_own(*m) && is_fitted(k));
        }
        let own: Vec<usize> = members.iter().copied().filter(|m| is_own(*m)).collect();
        let (period, class) = data.set(row);
        data.peers(period, class).any(|peer| own.iter().any(|m| self.is_present(*m, peer)))
    }

    /// The part of the whole that a node's score makes in a row.
    fn share(&self, node: usize, row: usize) -> Self::N {
        let data = self.known().data;
        share_among(data.plan, data.weights(row), node, |m| self.is_present(m, row))
    }

    /// What an aggregation over a set fitted of the `k`-th member of a group over the set of a row.
    fn fitted(&self, node: usize, row: usize, k: usize) -> &[Self::N];

    /// The members of a group that have a weight and a score, as `(weight, score)`, and what was fitted of them; nobody where too few
    /// have one.
    fn present(&self, node: usize, row: usize) -> Members<Self::N> {
        let data = self.known().data;
        let (plan, weights) = (&data.plan.nodes[node], data.weights(row));
        let all: Vec<(f64, Self::N)> =
            plan.members.iter().map(|m| (weights[*m], self.carried(*m, row))).collect();
        if too_few(plan, &all.iter().map(|(w, s)| (*w, !s.is_missing())).collect::<Vec<_>>()) {
            return (Vec::new(), Vec::new());
        }
        let (mut members, mut fitted) = (Vec::with_capacity(all.len()), Vec::new());
        for (k, (weight, score)) in all.into_iter().enumerate() {
            if weight != 0.0 && !score.is_missing() {
                members.push((Self::N::of(weight), score));
                if plan.aggregate.is_over_set() {
                    fitted.extend_from_slice(self.fitted(node, row, k));
                }
            }
        }
        (members, fitted)
    }

    /// A group's score from its members.
    fn combine(&self, node: usize, row: usize) -> Self::N {
        let (members, fitted) = self.present(node, row);
        self.known().data.plan.nodes[node].combine(&members, &fitted)
    }

    /// What a slot of an adjustment or a floor holds.
    fn slot(&self, slot: Slot, row: Option<usize>, total: &Self::N) -> Self::N;
    /// A sum over the panel.
    fn panel_sum(&self, sums: &PanelSums, program: &Program, index: u32, period: Option<usize>) -> Self::N;
}

/// Whether less than the declared share of the weight, or of the number of members, is present.
fn too_few(plan: &NodePlan, members: &[(f64, bool)]) -> bool {
    if plan.available_members > 0.0 {
        let counted = || members.iter().filter(|(weight, _)| *weight != 0.0);
        let present = counted().filter(|(_, present)| *present).count();
        let least = Exact::of(plan.available_members).mul(&Exact::of(counted().count() as f64));
        if Exact::of(present as f64).is_less(&least) {
            return true;
        }
    }
    if plan.available == 0.0 {
        return false;
    }
    let sum = |all: bool| {
        let terms = members.iter().filter(|(_, present)| all || *present).map(|(w, _)| Exact::of(*w));
        terms.fold(Exact::zero(), |a, b| a.add(&b))
    };
    sum(false).is_less(&Exact::of(plan.available).mul(&sum(true)))
}

/// Floats with errors, scores from the columns.
pub(crate) struct BoundedTree<'a> {
    pub(crate) cells: BoundedCells<'a>,
    pub(crate) nodes: &'a [Arc<NodeScores>],
}

/// Rationals, walked down to the typed decimals.
pub(crate) struct ExactTree<'a> {
    pub(crate) cells: ExactCells<'a>,
    pub(crate) nodes: &'a [Arc<NodeScores>],
}

macro_rules! forward_origin {
    ($tree:ident, $number:ty) => {
        impl Origin for $tree<'_> {
            type N = $number;
            fn known(&self) -> super::cells::Known<'_> {
                self.cells.known()
            }
            fn value(&self, indicator: usize, row: Option<usize>) -> Self::N {
                self.cells.value(indicator, row)
            }
            fn untreated(&self, indicator: usize, row: Option<usize>) -> Self::N {
                self.cells.untreated(indicator, row)
            }
            fn common(
                &self,
                reference: &super::sets::LeafReference,
                leaf: usize,
                set: usize,
                k: usize,
            ) -> Self::N {
                self.cells.common(reference, leaf, set, k)
            }
            fn in_doubt(
                &self,
                score: Self::N,
                x: &Self::N,
                a: &[Self::N],
                leaf: &crate::scheme::plan::Leaf,
            ) -> Self::N {
                self.cells.in_doubt(score, x, a, leaf)
            }
            fn combined(&self, points: Self::N, parts: &[Self::N]) -> Self::N {
                self.cells.combined(points, parts)
            }
            fn measure(&self, leaf: usize, row: usize) -> Self::N {
                self.cells.measure(leaf, row)
            }
            fn leaf_score(&self, leaf: usize, row: usize) -> Self::N {
                self.cells.leaf_score(leaf, row)
            }
        }
    };
}
forward_origin!(BoundedTree, Bounded);
forward_origin!(ExactTree, Exact);

impl NodeScored for BoundedTree<'_> {
    fn score(&self, node: usize, row: usize) -> Bounded {
        self.nodes[node].scores.at(row)
    }

    fn nodes(&self) -> &[Arc<NodeScores>] {
        self.nodes
    }

    fn fitted(&self, node: usize, row: usize, k: usize) -> &[Bounded] {
        let data = self.cells.0.data;
        data.fits.of(&data, node, data.set(row)).get(k).map_or(&[], |fit| fit.near.as_slice())
    }

    fn panel_sum(&self, sums: &PanelSums, _: &Program, index: u32, period: Option<usize>) -> Bounded {
        sums.near(index as usize, period)
    }

    fn slot(&self, slot: Slot, row: Option<usize>, total: &Bounded) -> Bounded {
        let known = self.known();
        match (slot, row) {
            (Slot::Variable(v), row) => known.data.near(v, row),
            (Slot::Value(i), row) => self.untreated(i, row),
            (Slot::Total, _) => *total,
            (_, None) => Bounded::missing(),
            (Slot::Score(node), Some(row)) => self.carried(node, row),
            (Slot::Points(node), Some(row)) => self.carried(node, row).mul(&self.share(node, row)),
        }
    }
}

impl NodeScored for ExactTree<'_> {
    fn score(&self, node: usize, row: usize) -> Exact {
        let known = self.known();
        let plan = known.data.plan;
        if node >= plan.indicators.len() {
            return self.combine(node, row);
        }
        let scores = &self.nodes[node].scores;
        match scores.filled(row).map(peers::statistic) {
            None => self.scoring(&plan.classes[known.data.class(row)].scoring[node], row),
            Some(Some(statistic)) => peers::exact(self, node, row, statistic),
            // A score that the scheme filled with a constant is the number it shows.
            Some(None) => Exact::of(scores.score[row]),
        }
    }

    fn nodes(&self) -> &[Arc<NodeScores>] {
        self.nodes
    }

    fn fitted(&self, node: usize, row: usize, k: usize) -> &[Exact] {
        fits::exact(self, node, self.cells.0.data.set(row), k)
    }

    fn panel_sum(&self, sums: &PanelSums, program: &Program, index: u32, period: Option<usize>) -> Exact {
        sums.exact(&self.known().data, program, index as usize, period)
    }

    fn slot(&self, slot: Slot, row: Option<usize>, total: &Exact) -> Exact {
        let known = self.known();
        match (slot, row) {
            (Slot::Variable(v), row) => known.data.typed(v, row),
            (Slot::Value(i), row) => self.untreated(i, row),
            (Slot::Total, _) => total.clone(),
            (_, None) => Exact::Missing,
            (Slot::Score(node), Some(row)) => self.carried(node, row),
            (Slot::Points(node), Some(row)) => self.carried(node, row).mul(&self.share(node, row)),
        }
    }
}

/// Rounds scores: in floats where they can tell, exactly where not.
pub(crate) fn rounded(
    how: &Rounding,
    scores: &Scores,
    exact: impl Fn(usize) -> Exact + Sync,
    panel: &Panel,
    again: Again<'_, Rounded>,
) -> Rounded {
    let mut x = again.map_or_else(|| Pages::zeros(panel.len()), |(before, _)| before.x.clone());
    let redo = again.map(|(before, changed)| (&before.exact_cells, changed));
    let exact_cells = Chunked::write(panel, [&mut x], redo, |mut task| {
        let (start, error) = (task.rows.start, scores.reports.chunk(task.chunk).error);
        // What is rounded already is rounded to itself.
        let exactly = |row: usize| {
            kept(again, row)
                .map_or_else(|| exact(row), |before| Exact::carried(before.x[row], how, &|| exact(row)))
        };
        how.each(&scores.score[task.rows], (0.0, error), task.out.remove(0), |i| exactly(start + i))
    });
    Rounded { x, exact_cells }
}

/// Scores of a group (or the raw total) over the panel.
pub(crate) fn group(
    near: &BoundedTree<'_>,
    exact: &ExactTree<'_>,
    node: usize,
    again: Again<'_, Scores>,
) -> Scores {
    let data = near.known().data;
    let roots = data.plan.nodes[node].aggregate.has_roots();
    let mut score =
        again.map_or_else(|| Pages::zeros(data.panel.len()), |(before, _)| Pages::clone(&before.score));
    let again = again.map(|(before, changed)| (&before.reports, changed));
    let reports = Chunked::write(data.panel, [&mut score], again, |mut task| {
        let out: &mut [f64] = task.out.remove(0);
        if let Some(error) = weighted_mean(near, node, (task.period, task.chunk), &task.rows, out) {
            return Scored { error, ..Scored::default() }.of(out);
        }
        let (mut error, mut exact_cells) = (0.0f64, 0);
        for (to, row) in out.iter_mut().zip(task.rows) {
            let cell = near.combine(node, row);
            *to = cell.v;
            if !(cell.e.is_infinite() || (roots && may_be_short(cell))) {
                error = error.max(if cell.e.is_nan() { 0.0 } else { cell.e });
                continue;
            }
            exact_cells += 1;
            let cell = settled(cell, &exact.combine(node, row));
            *to = cell.v;
            error = error.max(cell.e);
        }
        Scored { error, exact_cells, ..Scored::default() }.of(out)
    });
    Scores::bare(Arc::new(score), reports)
}

/// Whether a number may be a decimal of at most eight places: a mean with roots is then shown as that, not beside it.
pub(crate) fn may_be_short(x: Bounded) -> bool {
    const PLACES: f64 = 1e8;
    let scaled = x.v * PLACES;
    let reach = x.e * PLACES + scaled.abs() * f64::EPSILON;
    // Where a float has no room for more places, nothing stands beside.
    scaled.abs() < 1e15 && (scaled - scaled.round()).abs() <= reach
}

/// Members of a group whose mean or whose computed weights have no meaning for some scores, with the rows where they have such a score.
pub(crate) fn meaningless(near: &BoundedTree<'_>, exact: &ExactTree<'_>, node: usize) -> Vec<(usize, usize)> {
    let data = near.known().data;
    let plan = &data.plan.nodes[node];
    let by_weights = plan.weighting.as_ref().map_or(Takes::Any, |weighting| weighting.way.takes());
    let by_mean = plan.takes();
    if by_weights.max(by_mean) == Takes::Any {
        return Vec::new();
    }
    // No weight is computed from the scores of who is kept out.
    let weighs = |row: usize| by_weights != Takes::Any && data.is_peer(row);
    let is_meaningless = |member: usize, row: usize| {
        let takes = if weighs(row) { by_weights.max(by_mean) } else { by_mean };
        if takes == Takes::Any {
            return false;
        }
        let score = near.carried(member, row);
        if score.v.abs() <= score.e {
            let (score, zero) = (exact.carried(member, row), Exact::zero());
            if takes == Takes::Positive { zero.is_at_least(&score) } else { score.is_less(&zero) }
        } else {
            score.v < 0.0
        }
    };
    // Where a class or too few scores leave the group out, no mean is taken; weights are computed from every score.
    let counts = |member: usize, row: usize| {
        let counts = data.counts(row) && data.plan.counts(data.class(row), member);
        counts && (weighs(row) || (data.weights(row)[member] != 0.0 && near.is_present(node, row)))
    };
    let mut found = Vec::new();
    for member in &plan.members {
        let scores = &near.nodes[*member].scores;
        if range(&scores.score).0 > scores.widest() {
            continue;
        }
        let rows = (0..data.panel.len()).filter(|row| counts(*member, *row) && is_meaningless(*member, *row));
        found.extend(rows.map(|row| (*member, row)));
    }
    found
}

/// The path for large panels: an arithmetic mean without missing values, column by column; the same operations in the same order as
/// the cell by cell path, so the same bits. `None` where it does not apply.
fn weighted_mean(
    near: &BoundedTree<'_>,
    node: usize,
    (period, chunk): (usize, usize),
    rows: &std::ops::Range<usize>,
    out: &mut [f64],
) -> Option<f64> {
    use crate::method::aggregation::Aggregation;
    let data = near.known().data;
    let plan = &data.plan.nodes[node];
    let weights = data.weights.of(data.weights.at(period, 0));
    let members: Vec<usize> = plan.members.iter().copied().filter(|m| weights[*m] != 0.0).collect();
    let carries = |m: &usize| {
        data.plan.nodes[*m].round.is_some_and(|r| r.carry)
            || data.plan.indicators.get(*m).is_some_and(|i| i.points_round.is_some_and(|r| r.carry))
    };
    let plain = plan.aggregate == Aggregation::Arithmetic
        && plan.available == 0.0
        && plan.available_members == 0.0
        && data.class_of.is_none();
    if !plain || members.is_empty() || members.iter().any(carries) {
        return None;
    }
    let report = |m: &usize| near.nodes[*m].scores.reports.chunk(chunk);
    let sizes: Vec<f64> = members.iter().map(|m| report(m).size).collect::<Option<_>>()?;
    let columns: Vec<&[f64]> = members.iter().map(|m| &near.nodes[*m].scores.score[rows.clone()]).collect();
    let mut weight = weights[members[0]];
    for (to, s) in out.iter_mut().zip(columns[0]) {
        *to = weight * s;
    }
    for (m, column) in members.iter().zip(&columns).skip(1) {
        weight += weights[*m];
        for (to, s) in out.iter_mut().zip(*column) {
            *to += weights[*m] * s;
        }
    }
    for to in out.iter_mut() {
        *to /= weight;
    }
    // One bound for the chunk: the largest score of each member with its error, through the same operations.
    let worst: Vec<(Bounded, Bounded)> = members
        .iter()
        .zip(sizes)
        .map(|(m, size)| (Bounded::of(weights[*m]), Bounded::new(size, report(m).error)))
        .collect();
    Some(plan.combine(&worst, &[]).e)
}

/// Weighted points of an indicator, rounded as declared.
pub(crate) fn rounded_points(
    near: &BoundedTree<'_>,
    exact: &ExactTree<'_>,
    node: usize,
    how: &Rounding,
) -> Rounded {
    let panel = near.known().data.panel;
    let mut score = Pages::zeros(panel.len());
    let reports = Chunked::write(panel, [&mut score], None, |mut task| {
        let mut error = 0.0f64;
        for (to, row) in task.out.remove(0).iter_mut().zip(task.rows) {
            let cell = near.score(node, row).mul(&near.share(node, row));
            *to = cell.v;
            error = error.max(cell.e);
        }
        Scored { error, ..Scored::default() }
    });
    let exactly = |row: usize| exact.score(node, row).mul(&exact.share(node, row));
    rounded(how, &Scores::bare(Arc::new(score), reports), exactly, panel, None)
}

/// Takes away the rounded points of indicators below a group that turned out to have no score.
pub(crate) fn drop_points(plan: &Plan, nodes: &mut [Arc<NodeScores>]) {
    for indicator in (0..plan.indicators.len()).filter(|i| plan.indicators[*i].points_round.is_some()) {
        let groups = std::iter::successors(plan.nodes[indicator].parent, |group| plan.nodes[*group].parent);
        for group in groups.filter(|group| *group != plan.root()) {
            let scores = nodes[group].scores.score.clone();
            if any_missing(&scores)
                && let Some(points) = &mut Arc::make_mut(&mut nodes[indicator]).points
            {
                let below = points.x.iter_mut().zip(scores.iter()).filter(|(_, score)| score.is_nan());
                below.for_each(|(points, _)| *points = f64::NAN);
            }
        }
    }
}

/// One program over slots, for one row.
pub(crate) fn evaluate<U: NodeScored>(
    tree: &U,
    program: &Program,
    sums: &PanelSums,
    row: usize,
    total: &U::N,
) -> U::N {
    let data = tree.known().data;
    program.eval(&mut |load| match load {
        Load::Column { slot, lag } => {
            tree.slot(data.plan.slots[slot as usize], data.panel.lagged(row, lag), total)
        }
        Load::Total { index, lag } => {
            tree.panel_sum(sums, program, index, data.panel.earlier(data.panel.period_of(row), lag))
        }
    })
}
