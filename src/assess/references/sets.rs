//! What groups computed from the scores of a period and a class: the weights of their members.

use serde::{Deserialize, Serialize};

use super::References;
use super::written::Cover;
use crate::assess::Inner;
use crate::assess::data::Data;
use crate::assess::weights::Weights;
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

/// The weights that an assessment computed, for every period and class of which there are rows.
pub(super) fn weighed(of: &Inner, covers: &[Cover]) -> Vec<Weighed> {
    let (plan, panel) = (of.scheme.plan(), &of.panel);
    let mut all = Vec::new();
    for group in plan.nodes.iter().filter(|node| node.weighting.is_some()) {
        for cover in covers {
            let (Some(period), Some(class)) = (panel.period_index(cover.period), class(plan, &cover.class))
            else {
                continue;
            };
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

fn class(plan: &Plan, id: &str) -> Option<usize> {
    plan.classes.iter().position(|class| class.id == id)
}

impl References {
    /// Puts the weights that were computed into those of a panel's periods.
    pub(crate) fn weigh(&self, plan: &Plan, panel: &Panel, weights: &mut Weights) {
        for held in &self.0.content.weights {
            let group = plan.node(&held.group);
            if let (Some(group), Some(period), Some(class)) =
                (group, panel.period_index(held.period), class(plan, &held.class))
            {
                weights.put((period, class), &plan.nodes[group].members, &held.weights);
            }
        }
    }

    /// A group of which a period and a class of a panel have nothing computed.
    pub(super) fn unweighed(&self, data: &Data<'_>, period: usize, class: usize) -> Option<usize> {
        let (at, id) = (data.panel.periods()[period], &data.plan.classes[class].id);
        let is_held = |group: &str| {
            let mut held = self.0.content.weights.iter();
            held.any(|held| held.group == group && held.period == at && held.class == *id)
        };
        let lacks = |node: &usize| {
            let group = &data.plan.nodes[*node];
            group.weighting.is_some() && data.plan.counts(class, *node) && !is_held(&group.id)
        };
        (0..data.plan.nodes.len()).find(lacks)
    }
}
