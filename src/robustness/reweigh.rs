//! Totals and ranks of an assessment under other weights, without making the assessment.
//!
//! No weight moves the scores of indicators. They are taken once, as columns with one error each; a run climbs the tree over them in plain
//! loops and ranks the totals. Where an error leaves a rank open, or the method has a step that is not followed here, the run says so and
//! is made as an assessment: what comes out is what [`Assessment::edit`] gives, to the last tie.

mod column;
mod ranks;

use std::sync::Arc;

use self::column::{Below, Column, Group, LANES, Leaf, Linear, Source, Work};
use self::ranks::{Ranks, Sorted};
use crate::assess::Assessment;
use crate::assess::data::Data;
use crate::assess::rank::fields;
use crate::assess::tree::{BoundedTree, ExactTree, NodeScored};
use crate::method::aggregation::Aggregation;
use crate::method::weighting::Takes;
use crate::number::Number;
use crate::scheme::plan::Plan;

/// Scores beyond this in size are left to the engine, which looks for numbers that no float shows.
const LARGEST: f64 = 1e100;

/// What of an assessment no weight moves, for the entities that are ranked in a period.
#[derive(Debug)]
pub(super) struct Reweigh {
    /// Entities that are ranked against each other: all of them, or class by class.
    fields: Vec<Field>,
}

#[derive(Debug)]
struct Field {
    /// Where its entities stand among those that are followed.
    places: Vec<Option<u32>>,
    /// Index of their class.
    class: usize,
    /// The weights by node that it was made with.
    given: Arc<[f64]>,
    leaves: Vec<Leaf>,
    /// Members before their group; the total last.
    groups: Vec<Group>,
    linear: Option<Linear>,
    ranks: Ranks,
}

/// What runs write into, taken up again by the next one.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    weights: Vec<f64>,
    shares: Vec<f64>,
    lanes: Vec<[f64; LANES]>,
    sums: Vec<[f64; LANES]>,
    columns: Vec<Column>,
    work: Work,
    sorted: Sorted,
}

impl Reweigh {
    /// None where the method has a step that is not followed here. `followed` are rows of the period, ascending.
    pub(super) fn of(assessment: &Assessment, period: usize, followed: &[usize]) -> Option<Self> {
        let inner = &*assessment.inner;
        let (data, document) = (inner.data(), inner.scheme.document());
        let plan = data.plan;
        let plain = data.references.is_none()
            && document.screen.is_none()
            && inner.final_step().is_plain()
            && plan.nodes.iter().all(|node| node.weighting.is_none() && !node.aggregate.is_over_set())
            && plan.indicators.iter().all(|own| own.points_round.is_none_or(|round| !round.carry));
        if !plain || !is_complete(assessment) {
            return None;
        }
        let ranked = |row: &u32| !inner.ranks[*row as usize].is_nan();
        let mut made = Vec::new();
        for mut rows in fields(&data, period) {
            rows.retain(ranked);
            if !rows.is_empty() {
                made.push(Field::of(assessment, &rows, followed)?);
            }
        }
        let ranked: usize = made.iter().map(|field| field.places.len()).sum();
        let counted = (0..data.panel.len()).filter(|row| data.counts(*row)).count();
        (ranked == counted || has_meaning(assessment)).then_some(Reweigh { fields: made })
    }

    /// Writes the totals and ranks of those that are followed, `weights` being asked for the weights by node of a class.
    pub(super) fn run(
        &self,
        weights: &dyn Fn(usize, &mut [f64]),
        scratch: &mut Scratch,
        (totals, ranks): (&mut [f64], &mut [f64]),
    ) -> Ran {
        totals.fill(f64::NAN);
        ranks.fill(f64::NAN);
        for field in &self.fields {
            scratch.weights.resize(field.given.len(), 0.0);
            weights(field.class, &mut scratch.weights);
            match field.is_like(&scratch.weights) {
                Ran::Done if field.run(scratch, totals, ranks) => {}
                Ran::OtherMembers => return Ran::OtherMembers,
                _ => return Ran::InDoubt,
            }
        }
        Ran::Done
    }
}

impl Reweigh {
    /// Whether runs can be made side by side: everybody is ranked against everybody by a tree of weighted sums.
    pub(super) fn is_blocked(&self) -> bool {
        let [field] = self.fields.as_slice() else { return false };
        let all = field.places.iter().enumerate().all(|(k, place)| *place == Some(k as u32));
        all && field.linear.is_some() && field.ranks.is_on_totals()
    }

    /// Makes runs side by side, `weights` being asked for the weights of each; hands on totals and ranks, or nothing where a run must be made
    /// by itself.
    pub(super) fn block(
        &self,
        runs: usize,
        weights: &mut dyn FnMut(usize, &mut [f64]),
        scratch: &mut Scratch,
        each: &mut dyn FnMut(usize, Option<Made<'_>>),
    ) {
        let Some((field, linear)) = self.fields.first().and_then(|f| Some((f, f.linear.as_ref()?))) else {
            for run in 0..runs {
                each(run, None);
            }
            return;
        };
        let Scratch { weights: own, shares, lanes, sums, columns, sorted, .. } = scratch;
        own.resize(field.given.len(), 0.0);
        shares.resize(own.len(), 0.0);
        lanes.resize(field.leaves.len(), [0.0; LANES]);
        sums.resize(linear.entities, [0.0; LANES]);
        columns.resize_with(columns.len().max(2), Column::default);
        let [totals, ranks, ..] = columns.as_mut_slice() else { return };
        totals.x.resize(linear.entities, 0.0);
        ranks.x.resize(linear.entities, 0.0);
        for start in (0..runs).step_by(LANES) {
            let count = LANES.min(runs - start);
            let mut errors = [f64::NAN; LANES];
            for lane in 0..count {
                weights(start + lane, own);
                if field.is_like(own) == Ran::Done {
                    errors[lane] = linear.shares(&field.leaves, &field.groups, own, shares);
                    for (to, leaf) in lanes.iter_mut().zip(&field.leaves) {
                        to[lane] = shares[leaf.node];
                    }
                }
            }
            linear.many(lanes, sums);
            for (lane, error) in errors.into_iter().enumerate().take(count) {
                totals.x.iter_mut().zip(sums.iter()).for_each(|(to, sums)| *to = sums[lane]);
                let done = error.is_finite()
                    && field.ranks.rank(&totals.x, error, sorted, |k, rank| ranks.x[k] = rank);
                each(start + lane, done.then_some((&totals.x, &ranks.x)));
            }
        }
    }
}

/// Totals and ranks of a run.
type Made<'a> = (&'a [f64], &'a [f64]);

/// How a run went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ran {
    /// Totals and ranks are there.
    Done,
    /// Floats leave a rank open.
    InDoubt,
    /// A weight of nothing leaves another member out: other data are missing then, other shares are handed on.
    OtherMembers,
}

impl Field {
    fn of(assessment: &Assessment, rows: &[u32], followed: &[usize]) -> Option<Self> {
        let inner = &*assessment.inner;
        let (data, near, exact) = (inner.data(), inner.near(), inner.exact());
        let plan = data.plan;
        let class = data.class(rows[0] as usize);
        let weights = &plan.classes[class].weights;
        let mut source: Vec<Option<Source>> = vec![None; plan.nodes.len()];
        let (mut leaves, mut groups) = (Vec::new(), Vec::new());
        for (node, own) in plan.nodes.iter().enumerate().filter(|(node, _)| plan.counts(class, *node)) {
            if node < plan.indicators.len() {
                let leaf = leaf(&near, &exact, node, rows)?;
                // What nobody has moves nothing.
                if leaf.column.x.iter().any(|s| !s.is_nan()) {
                    source[node] = Some(Source::Leaf(leaves.len()));
                    leaves.push(leaf);
                }
                continue;
            }
            let members = own.members.iter().filter(|member| weights[**member] != 0.0);
            let members: Vec<(usize, Source)> = members.filter_map(|m| Some((*m, source[*m]?))).collect();
            let score = |node: usize, row: &u32| inner.nodes[node].scores.score[*row as usize];
            let present: Vec<bool> = rows.iter().map(|row| !score(node, row).is_nan()).collect();
            if !present.contains(&true) {
                continue;
            }
            source[node] = Some(Source::Group(groups.len()));
            groups.push(Group {
                node,
                plan: own.clone(),
                whole: members.iter().all(|(m, _)| rows.iter().all(|row| !score(*m, row).is_nan())),
                present: present.contains(&false).then_some(present),
                members,
            });
        }
        let place = |row: &u32| followed.binary_search(&(*row as usize)).ok().map(|place| place as u32);
        (groups.last()?.node == plan.root()).then(|| Field {
            places: rows.iter().map(place).collect(),
            class,
            given: Arc::clone(weights),
            linear: Linear::of(&leaves, &groups),
            ranks: Ranks::of(assessment, rows, &leaves),
            leaves,
            groups,
        })
    }

    /// Whether weights leave out whom the base leaves out, and are of a size that floats can follow.
    fn is_like(&self, weights: &[f64]) -> Ran {
        let pairs = || weights.iter().zip(self.given.iter());
        if pairs().any(|(now, was)| (*now == 0.0) != (*was == 0.0)) {
            return Ran::OtherMembers;
        }
        if weights.iter().all(|w| *w >= 0.0 && *w < LARGEST) { Ran::Done } else { Ran::InDoubt }
    }

    fn run(&self, scratch: &mut Scratch, totals: &mut [f64], ranks: &mut [f64]) -> bool {
        let Scratch { weights: own, shares, columns, work, sorted, .. } = scratch;
        columns.resize_with(self.groups.len().max(columns.len()), Column::default);
        columns.iter_mut().take(self.groups.len()).for_each(|c| c.x.resize(self.places.len(), 0.0));
        let last = self.groups.len() - 1;
        if let Some(linear) = &self.linear {
            shares.resize(own.len(), 0.0);
            let to = &mut columns[last];
            to.error = linear.shares(&self.leaves, &self.groups, own, shares);
            linear.totals(&self.leaves, shares, &mut to.x);
        } else {
            for (k, group) in self.groups.iter().enumerate() {
                let (groups, to) = columns.split_at_mut(k);
                let below = Below { leaves: &self.leaves, groups, weights: own };
                if !group.score(below, work, &mut to[0]) {
                    return false;
                }
            }
        }
        let of = &columns[last];
        if !of.error.is_finite() {
            return false;
        }
        for (place, total) in self.places.iter().zip(&of.x) {
            if let Some(place) = place {
                totals[*place as usize] = *total;
            }
        }
        self.ranks.rank(&of.x, of.error, sorted, |k, rank| {
            if let Some(place) = self.places[k] {
                ranks[place as usize] = rank;
            }
        })
    }
}

/// The scores of an indicator as its group takes them; none where a number is too large, or not known.
fn leaf(near: &BoundedTree<'_>, exact: &ExactTree<'_>, node: usize, rows: &[u32]) -> Option<Leaf> {
    let cells: Vec<_> = rows.iter().map(|row| near.carried(node, *row as usize)).collect();
    let known = |cell: &crate::number::Bounded| {
        cell.v.is_nan() || (cell.v.abs() < LARGEST && cell.e.is_finite() && cell.e < LARGEST)
    };
    if !cells.iter().all(known) {
        return None;
    }
    let error = cells.iter().filter(|cell| !cell.v.is_nan()).fold(0.0f64, |error, cell| error.max(cell.e));
    let mut zero = rows.iter().zip(&cells).filter(|(_, cell)| cell.v == 0.0);
    let zeros = error == 0.0 || zero.all(|(row, _)| exact.carried(node, *row as usize).is_zero());
    Some(Leaf::new(node, Column::new(cells.iter().map(|cell| cell.v).collect(), error), zeros))
}

/// Whether who has a score of a group does not hang on the weights: where a share of the weight must be present, everything is.
fn is_complete(assessment: &Assessment) -> bool {
    let inner = &*assessment.inner;
    let (plan, panel) = (inner.scheme.plan(), &inner.panel);
    let counted = |row: &usize| inner.data().counts(*row);
    let is_whole =
        |node: usize| (0..panel.len()).filter(counted).all(|r| !inner.nodes[node].scores.score[r].is_nan());
    plan.nodes
        .iter()
        .filter(|node| node.available > 0.0)
        .all(|node| node.members.iter().all(|m| is_whole(*m)))
}

/// Whether every mean that takes no negative scores has none under any weights, in all rows: only indicators with scores above zero are
/// below it, and nothing that could make a negative number of them.
fn has_meaning(assessment: &Assessment) -> bool {
    let inner = &*assessment.inner;
    let data: Data<'_> = inner.data();
    let plan: &Plan = data.plan;
    let rows = || (0..data.panel.len()).filter(|row| data.counts(*row));
    // Members come before their group.
    let mut above = Vec::with_capacity(plan.nodes.len());
    for (node, own) in plan.nodes.iter().enumerate() {
        above.push(if node < plan.indicators.len() {
            let scores = &inner.nodes[node].scores;
            rows().all(|row| scores.score[row].is_nan() || scores.score[row] > scores.at(row).e)
        } else {
            let balanced =
                matches!(own.aggregate, Aggregation::MazziottaPareto | Aggregation::MazziottaParetoPlus);
            !balanced && own.members.iter().all(|m| above[*m])
        });
    }
    let indicator = |m: &usize| *m < plan.indicators.len();
    let is_safe = |own: &crate::scheme::plan::NodePlan| {
        own.takes() == Takes::Any || own.members.iter().all(|m| indicator(m) || above[*m])
    };
    plan.nodes[plan.indicators.len()..].iter().all(is_safe)
}

#[cfg(feature = "json")]
#[cfg(test)]
#[path = "reweigh_tests.rs"]
mod tests;
