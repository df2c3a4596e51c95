//! What one part of an indicator compares with, set by set.

use serde::{Deserialize, Deserializer, Serialize};

use super::held::{Held, Set};
use super::ladder::Ladder;
use super::written::Content;
use crate::assess::reference::{input_anchors, takes_rank};
use crate::assess::sets::{Level, differs};
use crate::method::anchor::{Anchor, Fitted};
use crate::method::measures::Need;
use crate::method::part::Over;
use crate::method::rules::Kernel;
use crate::panel::Period;
use crate::scheme::plan::{Leaf, Plan, Scoring};

/// The references of one part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub(crate) indicator: String,
    /// Which of the indicator's parts, from 1: `2`, or `2.1` inside a combinator.
    #[serde(rename = "part")]
    pub(crate) path: String,
    /// The class whose own points it belongs to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) class: String,
    /// What the measure compares the value with.
    #[serde(default, skip_serializing_if = "Side::is_empty")]
    pub(crate) inputs: Side,
    /// What the rule compares the measure with.
    #[serde(default, skip_serializing_if = "Side::is_empty")]
    pub(crate) anchors: Side,
}

/// The sets of one level of a part.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Side {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sets: Vec<PartSet>,
    /// Numbers of named entities in each period, where the sets are of all periods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) entities: Vec<OfEntity>,
}

/// One reference set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartSet {
    /// None where one set is for all periods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) period: Option<Period>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) class: String,
    /// Members.
    pub(crate) size: usize,
    /// Entities that would be members if the indicator applied to them.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) left_out: usize,
    /// Entities that would be members if no floor kept them out.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) kept_out: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) anchors: Vec<OfSet>,
    /// The members in order, where ranks are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ladder: Option<Ladder>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

/// An anchor of a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct OfSet {
    #[serde(deserialize_with = "anchor")]
    pub(crate) anchor: Anchor,
    #[serde(flatten)]
    pub(crate) set: Set,
}

/// An anchor as a scheme writes it, or what a treatment fitted.
fn anchor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Anchor, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        Fitted(Fitted),
        Anchor(Anchor),
    }
    Ok(match Form::deserialize(deserializer)? {
        Form::Fitted(fitted) => Anchor::Fitted(fitted),
        Form::Anchor(anchor) => anchor,
    })
}

/// An entity's number in a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct OfEntity {
    pub(crate) entity: String,
    pub(crate) period: Period,
    #[serde(flatten)]
    pub(crate) number: Held,
}

impl Side {
    fn is_empty(&self) -> bool {
        self.sets.is_empty() && self.entities.is_empty()
    }

    /// Whether every set has these anchors.
    pub(super) fn is_like(&self, anchors: &[Anchor]) -> bool {
        self.sets.iter().all(|set| set.anchors.iter().map(|a| &a.anchor).eq(anchors))
    }

    pub(super) fn classes(&self) -> impl Iterator<Item = &str> {
        self.sets.iter().map(|set| set.class.as_str())
    }
}

/// Whether an anchor is a number of its set.
pub(super) fn depends(anchor: &Anchor, over: &Over) -> bool {
    !differs(anchor, over) && !matches!(anchor, Anchor::Number(_))
}

/// The anchors of both levels of a leaf that are numbers of a set.
pub(super) fn dependents(leaf: &Leaf) -> (Vec<Anchor>, Vec<Anchor>) {
    let of = |anchors: Vec<Anchor>| anchors.into_iter().filter(|a| depends(a, &leaf.over)).collect();
    (of(input_anchors(leaf)), of(leaf.rule.anchors(&leaf.setting)))
}

/// Whether a leaf takes ranks at a level.
pub(super) fn is_ranked(leaf: &Leaf, level: Level) -> bool {
    match level {
        Level::Untreated => false,
        Level::Value => leaf.needs.iter().any(|n| matches!(n, Need::Rank | Need::RankBefore(_))),
        Level::Measure => takes_rank(leaf),
    }
}

/// How people find a leaf in the scheme.
#[derive(Debug, Clone, Default)]
pub(super) struct Label {
    pub(super) indicator: String,
    pub(super) part: String,
    pub(super) class: String,
}

/// Labels of the leaves of a plan.
pub(super) fn labels(plan: &Plan) -> Vec<Label> {
    let mut labels: Vec<Option<Label>> = vec![None; plan.leaves.len()];
    for class in &plan.classes {
        for indicator in 0..plan.indicators.len() {
            let mut named = |leaf: usize, part: &str| {
                labels[leaf].get_or_insert_with(|| Label {
                    indicator: plan.nodes[indicator].id.clone(),
                    part: part.to_owned(),
                    class: class.id.clone(),
                });
            };
            match &class.scoring[indicator] {
                Scoring::Shares(parts) => parts
                    .iter()
                    .enumerate()
                    .for_each(|(k, (_, part))| walk(part, &(k + 1).to_string(), &mut named)),
                one => walk(one, "1", &mut named),
            }
        }
    }
    labels.into_iter().map(Option::unwrap_or_default).collect()
}

fn walk(scoring: &Scoring, path: &str, named: &mut impl FnMut(usize, &str)) {
    match scoring {
        Scoring::Leaf(leaf) => named(*leaf, path),
        Scoring::Shares(parts) => {
            parts
                .iter()
                .enumerate()
                .for_each(|(k, (_, part))| walk(part, &format!("{path}.{}", k + 1), named));
        }
        Scoring::Combine { children, .. } => {
            children.iter().enumerate().for_each(|(k, part)| walk(part, &format!("{path}.{}", k + 1), named));
        }
    }
}

/// One anchor of references, as a table shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchored {
    /// Indicator.
    pub indicator: String,
    /// Which of its parts, from 1: `2`, or `2.1` inside a combinator; `treat` where its treatment was fitted with the anchor.
    pub part: String,
    /// Period of the set; none where the set is of all periods.
    pub period: Option<Period>,
    /// Class of the set.
    pub class: Option<String>,
    /// What of the set it is: `max`, `quantile 0.9`.
    pub anchor: String,
    /// Whether the measure takes it (the mean of `gap_to_mean`), and not the rule.
    pub of_measure: bool,
    /// Its number; none where it is missing.
    pub value: Option<f64>,
    /// Whose number it is, with the period, where one entity set it.
    pub set_by: Option<(String, Period)>,
}

/// Every anchor of a content.
pub(super) fn anchored(content: &Content) -> Vec<Anchored> {
    let mut all = Vec::new();
    for part in &content.parts {
        let class =
            |own: &str| [own, part.class.as_str()].into_iter().find(|c| !c.is_empty()).map(str::to_owned);
        let bare =
            |of_measure: bool, period: Option<Period>, own: &str, anchor: String, held: &Held| Anchored {
                indicator: part.indicator.clone(),
                part: part.path.clone(),
                period,
                class: class(own),
                anchor,
                of_measure,
                value: Some(held.near.v).filter(|v| !v.is_nan()),
                set_by: None,
            };
        for (of_measure, side) in [(true, &part.inputs), (false, &part.anchors)] {
            for set in &side.sets {
                all.extend(set.anchors.iter().map(|OfSet { anchor, set: of }| Anchored {
                    set_by: of.set_by.as_ref().map(|by| (by.entity.clone(), by.period)),
                    ..bare(of_measure, set.period, &set.class, anchor.to_string(), &of.number)
                }));
            }
            all.extend(side.entities.iter().map(|of| Anchored {
                set_by: Some((of.entity.clone(), of.period)),
                ..bare(of_measure, Some(of.period), "", of.entity.clone(), &of.number)
            }));
        }
    }
    for own in &content.treatments {
        for set in &own.fitted.sets {
            all.extend(set.anchors.iter().map(|OfSet { anchor, set: of }| Anchored {
                indicator: own.indicator.clone(),
                part: TREATMENT.to_owned(),
                period: set.period,
                class: Some(set.class.clone()).filter(|class| !class.is_empty()),
                anchor: anchor.to_string(),
                of_measure: false,
                value: Some(of.number.near.v).filter(|v| !v.is_nan()),
                set_by: of.set_by.as_ref().map(|by| (by.entity.clone(), by.period)),
            }));
        }
    }
    all
}

/// Stands for a part where an anchor is a number that a treatment was fitted with.
const TREATMENT: &str = "treat";
