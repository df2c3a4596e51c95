//! The weights of every node: as the scheme gives them, or as they were computed for a period and class.

use std::sync::Arc;

use super::Assessment;
use super::cells::Origin;
use super::data::Data;
use super::tree::{BoundedTree, ExactTree, NodeScored};
use crate::method::weighting::{Members, Weighting};
use crate::number::{Bounded, Number};
use crate::scheme::plan::{ClassPlan, Plan};

/// Weights by set: one a class, or one a period and class where some are computed.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    sets: Vec<Arc<[f64]>>,
    classes: usize,
    by_period: bool,
}

impl Weights {
    /// As the scheme gives them; those to be computed, or to be had from references, still have the number that is written there.
    pub(crate) fn given(plan: &Plan, periods: usize) -> Self {
        let by_period = plan.nodes.iter().any(|node| node.weighting.is_some());
        let classes = plan.classes.iter().map(|class| Arc::clone(&class.weights));
        let sets = (0..if by_period { periods } else { 1 }).flat_map(|_| classes.clone()).collect();
        Weights { sets, classes: plan.classes.len(), by_period }
    }

    /// The set of a row.
    pub(crate) fn set(&self, data: &Data<'_>, row: usize) -> usize {
        // Where one set serves all periods, the period of the row need not be looked up.
        self.at(if self.by_period { data.panel.period_of(row) } else { 0 }, data.class(row))
    }

    /// The set of a period and class.
    pub(crate) fn at(&self, period: usize, class: usize) -> usize {
        if self.by_period { period * self.classes + class } else { class }
    }

    /// The weights of a set, by node.
    pub(crate) fn of(&self, set: usize) -> &[f64] {
        &self.sets[set]
    }

    /// Weights by set.
    pub(crate) fn sets(&self) -> &[Arc<[f64]>] {
        &self.sets
    }

    /// Whether they differ between periods.
    pub(crate) fn is_by_period(&self) -> bool {
        self.by_period
    }

    /// Takes over the weights of a group's members.
    pub(crate) fn take(&mut self, other: &Weights, members: &[usize]) {
        for (own, other) in self.sets.iter_mut().zip(&other.sets) {
            for member in members {
                Arc::make_mut(own)[*member] = other[*member];
            }
        }
    }

    /// Puts the weights of a group's members in a period and class.
    pub(crate) fn put(&mut self, (period, class): (usize, usize), members: &[usize], weights: &[f64]) {
        let set = self.at(period, class);
        let own = Arc::make_mut(&mut self.sets[set]);
        members.iter().zip(weights).for_each(|(member, weight)| own[*member] = *weight);
    }

    /// Computes the weights of a group's members from their scores, set by set. A member that the class leaves out has none, and
    /// those that references hold stay.
    pub(crate) fn compute(&mut self, near: &BoundedTree<'_>, exact: &ExactTree<'_>, node: usize) {
        let data = near.known().data;
        let plan = &data.plan.nodes[node];
        let Some(weighting) = plan.weighting.as_ref().filter(|_| data.references.is_none()) else { return };
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); self.sets.len()];
        (0..data.panel.len())
            .filter(|row| data.is_peer(*row))
            .for_each(|row| rows[self.set(&data, row)].push(row));
        for (set, rows) in self.sets.iter_mut().zip(rows) {
            let counted = plan.members.iter().zip(&weighting.falls).filter(|(m, _)| set[**m] != 0.0);
            let (members, falls): (Vec<usize>, Vec<bool>) = counted.unzip();
            let names: Vec<&str> = members.iter().map(|m| data.plan.nodes[*m].id.as_str()).collect();
            let of = Named { names: &names, falls: &falls, nodes: &members, rows: &rows };
            let how = &weighting.round;
            let bounded = of.weights(near, &weighting.way);
            let rounded: Option<Vec<f64>> = bounded.iter().map(|w: &Bounded| how.decided(w.v, w.e)).collect();
            let weights = rounded.unwrap_or_else(|| {
                let exact = of.weights(exact, &weighting.way);
                // A score that is not followed exactly leaves the float.
                let near = bounded.iter().map(|w| how.nearest(w.v));
                let rounded = exact.iter().map(|w| w.round(how).to_f64());
                rounded.zip(near).map(|(exact, near)| if exact.is_nan() { near } else { exact }).collect()
            });
            let own = Arc::make_mut(set);
            members.iter().zip(weights).for_each(|(member, weight)| own[*member] = weight);
        }
    }
}

/// The weight of a node among its siblings, in one period and class.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeWeight {
    /// The indicator or group.
    pub node: String,
    /// The period.
    pub period: String,
    /// The class; none where the scheme has no classes.
    pub class: Option<String>,
    /// The weight.
    pub weight: f64,
    /// The part of the whole that it makes where nothing is left out: the product of the normalised weights above it (the effective weight).
    pub effective: f64,
    /// What the scheme gives; none where the weight was computed.
    pub given: Option<f64>,
}

impl Assessment {
    /// The weights of all indicators and groups among their siblings, period by period and class by class: as the scheme gives them,
    /// or as they were computed from the scores.
    pub fn weights(&self) -> Vec<NodeWeight> {
        let (inner, plan) = (&self.inner, self.inner.scheme.plan());
        let periods = inner.panel.period_texts().enumerate();
        let classed = plan.classes.len() > 1;
        let classes = plan.classes.iter().enumerate().skip(usize::from(classed));
        let sets: Vec<_> =
            periods.flat_map(|period| classes.clone().map(move |class| (period.clone(), class))).collect();
        let one = |((p, period), (c, class)): &((usize, String), (usize, &ClassPlan)), node: usize| {
            let own = &plan.nodes[node];
            let computed = own.parent.is_some_and(|parent| plan.nodes[parent].weighting.is_some());
            NodeWeight {
                node: own.id.clone(),
                period: period.clone(),
                class: classed.then(|| class.id.clone()),
                weight: inner.weights.of(inner.weights.at(*p, *c))[node],
                effective: inner.shares.get(inner.weights.at(*p, *c), node),
                given: (!computed || class.weights[node] == 0.0).then(|| class.weights[node]),
            }
        };
        sets.iter().flat_map(|set| (0..plan.root()).map(move |node| one(set, node))).collect()
    }
}

/// The members of a group that a class assesses, over some rows.
struct Named<'a> {
    names: &'a [&'a str],
    falls: &'a [bool],
    nodes: &'a [usize],
    rows: &'a [usize],
}

impl Named<'_> {
    /// Their weights, from the scores that the group takes of them.
    fn weights<U: NodeScored>(&self, tree: &U, way: &Weighting) -> Vec<U::N> {
        let scores = |node: &usize| self.rows.iter().map(|row| tree.carried(*node, *row)).collect();
        let scores: Vec<Vec<U::N>> = self.nodes.iter().map(scores).collect();
        way.weights(&Members { names: self.names, falls: self.falls, scores: &scores })
    }
}
