//! The form in which references are kept and written.

use serde::{Deserialize, Serialize};

use super::held::Held;
use super::part::{Part, dependents, labels};
use super::sets::{FittedSet, Weighed};
use super::treated::{self, Fitted};
use crate::method::missing::Missing;
use crate::panel::Period;
use crate::scheme::Scheme;
use crate::scheme::model::Document;

/// Version of the form.
pub(super) const VERSION: u32 = 1;

/// Everything that references hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Content {
    /// Version of the form.
    pub(super) references: u32,
    pub(super) fingerprint: String,
    pub(super) scheme: Document,
    /// Of which rows they were taken.
    pub(crate) covers: Vec<Cover>,
    /// One for each leaf of the plan, in its order.
    pub(crate) parts: Vec<Part>,
    /// One for each indicator whose treatment takes numbers of a set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) treatments: Vec<Fitted>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sums: Vec<Sum>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) fills: Vec<Fill>,
    /// What values of indicators are filled from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) values: Vec<ValueFill>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) peers: Vec<PeerScore>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) weights: Vec<Weighed>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) fits: Vec<FittedSet>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) totals: Vec<Field>,
}

/// That there were rows of a class in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cover {
    pub(crate) period: Period,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) class: String,
    pub(crate) rows: usize,
}

/// A sum over the panel in a period: the `index`-th of a formula of the scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sum {
    /// `indicator[0].formula`
    pub(crate) of: String,
    pub(crate) index: usize,
    pub(crate) period: Period,
    #[serde(flatten)]
    pub(crate) number: Held,
}

/// What the peers of a period and a class give a variable that is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fill {
    pub(crate) variable: String,
    /// `peer_mean` or `peer_median`.
    pub(crate) how: String,
    pub(crate) period: Period,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) class: String,
    /// How many have a value.
    pub(crate) peers: usize,
    #[serde(flatten)]
    pub(crate) number: Held,
}

/// What the peers of a period and a group give an indicator without a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValueFill {
    pub(crate) indicator: String,
    pub(crate) period: Period,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) group: String,
    /// How many have a value.
    pub(crate) peers: usize,
    pub(crate) numbers: Vec<Held>,
}

/// What the peers of a period and a class give an indicator without a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PeerScore {
    pub(crate) indicator: String,
    /// `peer_mean` or `peer_median`.
    pub(crate) statistic: Missing,
    pub(crate) period: Period,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) class: String,
    #[serde(flatten)]
    pub(crate) number: Held,
}

/// The totals of those that are ranked against each other, best first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) period: Period,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) class: String,
    pub(crate) members: Vec<Standing>,
}

/// A total, and the scores that decide between equals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Standing {
    #[serde(flatten)]
    pub(crate) total: Held,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) ties: Vec<Held>,
}

impl Content {
    /// What in them is not as the scheme has it, if anything is not.
    pub(super) fn unlike(&self, scheme: &Scheme) -> Option<String> {
        let plan = scheme.plan();
        let labels = labels(plan);
        if labels.len() != self.parts.len() {
            return Some(format!("parts: {} ({})", self.parts.len(), labels.len()));
        }
        let class = |id: &str| plan.classes.iter().any(|c| c.id == id);
        for (k, (part, label)) in self.parts.iter().zip(&labels).enumerate() {
            let named =
                part.indicator == label.indicator && part.path == label.part && part.class == label.class;
            let (inputs, anchors) = dependents(&plan.leaves[k]);
            let sides = [(&part.inputs, inputs), (&part.anchors, anchors)];
            let sound =
                sides.iter().all(|(side, anchors)| side.is_like(anchors) && side.classes().all(class));
            if !named || !sound {
                return Some(format!("parts[{k}]"));
            }
        }
        if let Some(k) = self.weights.iter().position(|weighed| !weighed.is_like(plan)) {
            return Some(format!("weights[{k}]"));
        }
        if let Some(k) = self.fits.iter().position(|fitted| !fitted.is_like(plan)) {
            return Some(format!("fits[{k}]"));
        }
        if !treated::is_like(&self.treatments, plan) {
            return Some("treatments".to_owned());
        }
        let ties = scheme.document().total.rank.tie_break.len();
        let members = self.totals.iter().flat_map(|field| &field.members);
        (!members.into_iter().all(|m| m.ties.len() == ties)).then(|| "totals".to_owned())
    }
}
