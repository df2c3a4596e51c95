//! What aggregations over a set fitted on the scores of each period and class.

use std::sync::{Arc, OnceLock};

use super::cells::Origin;
use super::data::Data;
use super::tree::{BoundedTree, ExactTree, NodeScored};
use super::values::EXACT_PEERS;
use crate::exec;
use crate::number::{Bounded, Exact, Number};
use crate::panel::Period;
use crate::scheme::plan::Plan;

/// By node; nothing of indicators, and of groups that are a mean.
#[derive(Debug, Clone)]
pub(crate) struct Fits(Vec<Arc<[Vec<Fit>]>>);

/// What was fitted of one member over one set.
#[derive(Debug, Clone)]
pub(crate) struct Fit {
    pub(crate) near: Vec<Bounded>,
    /// Once somebody asked.
    exact: OnceLock<Vec<Exact>>,
    /// Whose numbers they are, where they come from references.
    pub(crate) by: Vec<Option<(String, Period)>>,
}

impl Fit {
    /// What references hold.
    pub(crate) fn given(near: Vec<Bounded>, exact: Vec<Exact>, by: Vec<Option<(String, Period)>>) -> Self {
        Fit { near, exact: OnceLock::from(exact), by }
    }
}

impl Fits {
    /// Nothing fitted so far.
    pub(crate) fn none(plan: &Plan) -> Self {
        Fits(plan.nodes.iter().map(|_| Arc::default()).collect())
    }

    /// Puts what was fitted of a group, by period and class and by member.
    pub(crate) fn put(&mut self, node: usize, sets: Vec<Vec<Fit>>) {
        self.0[node] = sets.into();
    }

    /// Takes over what was fitted of a group.
    pub(crate) fn take(&mut self, other: &Fits, node: usize) {
        self.0[node] = Arc::clone(&other.0[node]);
    }

    /// What was fitted of the members of a group over the set of a period and class; nothing of a mean.
    pub(crate) fn of(&self, data: &Data<'_>, node: usize, (period, class): (usize, usize)) -> &[Fit] {
        self.0[node].get(period * data.plan.classes.len() + class).map_or(&[], Vec::as_slice)
    }
}

/// Fits the aggregation of a group, set by set and member by member; nothing of a mean, and where references hold it.
pub(crate) fn fit(near: &BoundedTree<'_>, node: usize) -> Option<Vec<Vec<Fit>>> {
    let data = near.known().data;
    let plan = &data.plan.nodes[node];
    if !plan.aggregate.is_over_set() || data.references.is_some() {
        return None;
    }
    let sets = data.panel.periods().len() * data.plan.classes.len();
    let tasks: Vec<usize> = (0..sets).collect();
    let one = |set: usize| {
        let rows = rows(&data, set);
        let of = |member: &usize| {
            let scores: Vec<Bounded> = if plan.aggregate.keeps_rows() {
                rows.iter().map(|row| near.carried(*member, *row)).collect()
            } else {
                present(near, *member, &rows).map(|(_, score)| score).collect()
            };
            Fit { near: plan.aggregate.fit(&scores), exact: OnceLock::new(), by: Vec::new() }
        };
        plan.members.iter().map(of).collect()
    };
    Some(exec::map_rows(data.panel.len(), tasks, one))
}

/// Rows of a set: those of a period and class that others are compared with.
fn rows(data: &Data<'_>, set: usize) -> Vec<usize> {
    let classes = data.plan.classes.len();
    data.peers(set / classes, set % classes).collect()
}

/// The scores that the group takes of a member, and whose they are; missing ones are left out.
fn present<'a>(
    near: &'a BoundedTree<'_>,
    member: usize,
    rows: &'a [usize],
) -> impl Iterator<Item = (usize, Bounded)> + 'a {
    let scores = rows.iter().map(move |row| (*row, near.carried(member, *row)));
    scores.filter(|(_, score)| !score.is_missing())
}

/// What was fitted of a group's member over a set, exactly.
pub(crate) fn exact<'a>(tree: &'a ExactTree<'_>, node: usize, of: (usize, usize), k: usize) -> &'a [Exact] {
    let data = tree.known().data;
    let Some(fit) = data.fits.of(&data, node, of).get(k) else { return &[] };
    fit.exact.get_or_init(|| settle(tree, node, of, k, &fit.near))
}

/// Walks the scores that the fit depends on: those within reach of the largest or the smallest, or all.
fn settle(
    tree: &ExactTree<'_>,
    node: usize,
    (period, class): (usize, usize),
    k: usize,
    fitted: &[Bounded],
) -> Vec<Exact> {
    let data = tree.known().data;
    let (way, member) = (data.plan.nodes[node].aggregate, data.plan.nodes[node].members[k]);
    let near = BoundedTree { cells: super::cells::BoundedCells(tree.known()), nodes: tree.nodes };
    let rows = rows(&data, period * data.plan.classes.len() + class);
    let is_close = |x: &Bounded| fitted.iter().any(|end| (x.v - end.v).abs() <= x.e + end.e);
    let all = !way.takes_extremes();
    if all && rows.len() > EXACT_PEERS {
        return vec![Exact::Irrational; fitted.len()];
    }
    if way.keeps_rows() {
        let scores: Vec<Exact> = rows.iter().map(|row| tree.carried(member, *row)).collect();
        return way.fit(&scores);
    }
    let walked = present(&near, member, &rows).filter(|(_, score)| all || is_close(score));
    let scores: Vec<Exact> = walked.map(|(row, _)| tree.carried(member, row)).collect();
    way.fit(&scores)
}

/// The row of a set whose score of a member is nearest to a number that was fitted: who set it, if somebody did.
pub(crate) fn holder(
    near: &BoundedTree<'_>,
    node: usize,
    (period, class): (usize, usize),
    k: usize,
    of: Bounded,
) -> Option<usize> {
    let data = near.known().data;
    let member = data.plan.nodes[node].members[k];
    let rows = rows(&data, period * data.plan.classes.len() + class);
    let found = present(near, member, &rows).find(|(_, score)| score.v == of.v);
    found.map(|(row, _)| row)
}
