//! What groups computed from the scores of a period and a class: weights of their members, and what aggregations over a set fitted.

use serde::{Deserialize, Serialize};

use super::References;
use super::held::{Held, Set, SetBy};
use super::written::Cover;
use crate::assess::Inner;
use crate::assess::data::Data;
use crate::assess::fits::{self, Fit, Fits};
use crate::assess::weights::Weights;
use crate::number::{Bounded, Exact};
use crate::panel::{Panel, Period};
use crate::scheme::plan::Plan;

/// The computed weights of a group's members in a period and a class, in the order of the scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Weighed {
    pub(super) group: String,
    pub(super) period: Period,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) class: String,
    /// Each is the decimal that its float shows.
    pub(super) weights: Vec<f64>,
}

impl Weighed {
    /// Whether a plan computes the weights of such a group.
    pub(super) fn is_like(&self, plan: &Plan) -> bool {
        let node = plan.node(&self.group).map(|node| &plan.nodes[node]);
        node.is_some_and(|node| node.weighting.is_some() && node.members.len() == self.weights.len())
            && plan.classes.iter().any(|class| class.id == self.class)
            && self.weights.iter().all(|weight| *weight >= 0.0)
    }
}

/// What an aggregation over a set fitted of a group's members in a period and a class, in the order of the scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FittedSet {
    pub(super) group: String,
    pub(super) period: Period,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) class: String,
    /// What is kept of each member.
    pub(super) members: Vec<Vec<Set>>,
}

impl FittedSet {
    /// Whether a plan aggregates such a group over a set.
    pub(super) fn is_like(&self, plan: &Plan) -> bool {
        let node = plan.node(&self.group).map(|node| &plan.nodes[node]);
        node.is_some_and(|node| {
            node.aggregate.is_over_set()
                && node.members.len() == self.members.len()
                && node.aggregate.is_fitted(self.members.iter().map(Vec::len))
        }) && plan.classes.iter().any(|class| class.id == self.class)
    }
}

/// Indices of a period and a class in a plan and a panel that have them.
fn place(plan: &Plan, panel: &Panel, period: Period, class: &str) -> Option<(usize, usize)> {
    Some((panel.period_index(period)?, plan.classes.iter().position(|own| own.id == class)?))
}

/// The weights that an assessment computed, for every period and class of which there are rows.
pub(super) fn weighed(of: &Inner, covers: &[Cover]) -> Vec<Weighed> {
    let (plan, panel) = (of.scheme.plan(), &of.panel);
    let mut all = Vec::new();
    for group in plan.nodes.iter().filter(|node| node.weighting.is_some()) {
        for cover in covers {
            let Some((period, class)) = place(plan, panel, cover.period, &cover.class) else { continue };
            let weights = of.weights.of(of.weights.at(period, class));
            all.push(Weighed {
                group: group.id.clone(),
                period: cover.period,
                class: cover.class.clone(),
                weights: group.members.iter().map(|member| weights[*member]).collect(),
            });
        }
    }
    all
}

/// What an assessment fitted, for every period and class of which there are rows.
pub(super) fn fitted(of: &Inner, covers: &[Cover]) -> Vec<FittedSet> {
    let (plan, panel) = (of.scheme.plan(), &of.panel);
    let (near, exact, data) = (of.near(), of.exact(), of.data());
    let by = |row: usize| SetBy::of(panel, row);
    let mut all = Vec::new();
    for (node, group) in plan.nodes.iter().enumerate().filter(|(_, node)| node.aggregate.is_over_set()) {
        for cover in covers {
            let Some(set) = place(plan, panel, cover.period, &cover.class) else { continue };
            let member = |(k, fit): (usize, &Fit)| {
                let exact = fits::exact(&exact, node, set, k).iter();
                let one = |(own, exact): (&Bounded, &Exact)| Set {
                    number: Held { near: *own, exact: exact.clone() },
                    set_by: fits::holder(&near, node, set, k, *own).map(by),
                };
                fit.near.iter().zip(exact).map(one).collect()
            };
            all.push(FittedSet {
                group: group.id.clone(),
                period: cover.period,
                class: cover.class.clone(),
                members: data.fits.of(&data, node, set).iter().enumerate().map(member).collect(),
            });
        }
    }
    all
}

impl References {
    /// Puts the weights that were computed into those of a panel's periods.
    pub(crate) fn weigh(&self, plan: &Plan, panel: &Panel, weights: &mut Weights) {
        for held in &self.0.content.weights {
            let set = place(plan, panel, held.period, &held.class);
            if let (Some(group), Some(set)) = (plan.node(&held.group), set) {
                weights.put(set, &plan.nodes[group].members, &held.weights);
            }
        }
    }

    /// What was fitted of a panel's periods.
    pub(crate) fn fits(&self, plan: &Plan, panel: &Panel) -> Fits {
        let mut fits = Fits::none(plan);
        for (node, group) in plan.nodes.iter().enumerate().filter(|(_, node)| node.aggregate.is_over_set()) {
            let mut sets = vec![Vec::new(); panel.periods().len() * plan.classes.len()];
            for held in self.0.content.fits.iter().filter(|held| held.group == group.id) {
                if let Some((period, class)) = place(plan, panel, held.period, &held.class) {
                    sets[period * plan.classes.len() + class] =
                        held.members.iter().map(|member| given(member)).collect();
                }
            }
            fits.put(node, sets);
        }
        fits
    }

    /// A group of which a period and a class of a panel have nothing computed.
    pub(super) fn uncomputed(&self, data: &Data<'_>, period: usize, class: usize) -> Option<usize> {
        let (at, id) = (data.panel.periods()[period], &data.plan.classes[class].id);
        let content = &self.0.content;
        let lacks = |node: &usize| {
            let group = &data.plan.nodes[*node];
            let is = |held: (&str, Period, &str)| held == (group.id.as_str(), at, id.as_str());
            let weighed = |held: &Weighed| is((&held.group, held.period, &held.class));
            let fitted = |held: &FittedSet| is((&held.group, held.period, &held.class));
            data.plan.counts(class, *node)
                && ((group.weighting.is_some() && !content.weights.iter().any(weighed))
                    || (group.aggregate.is_over_set() && !content.fits.iter().any(fitted)))
        };
        (0..data.plan.nodes.len()).find(lacks)
    }
}

/// What references hold of one member.
fn given(member: &[Set]) -> Fit {
    let near = member.iter().map(|kept| kept.number.near).collect();
    let exact = member.iter().map(|kept| kept.number.exact.clone()).collect();
    let by = |kept: &Set| kept.set_by.as_ref().map(|by| (by.entity.clone(), by.period));
    Fit::given(near, exact, member.iter().map(by).collect())
}
