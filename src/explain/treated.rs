//! Treatments: what is scored of a value, and who or what set the ends.

use super::cell::{Cell, settled};
use super::part::both;
use super::{Digits, Kind, Node, Sentence, titled};
use crate::assess::Flag;
use crate::assess::FlagKind;
use crate::assess::cells::Origin;
use crate::assess::treated::Treated;
use crate::finding::Finding;
use crate::method::anchor::{Anchor, Fitted, Role};
use crate::method::treatment::{Method, Moved, Treat as _};
use crate::report::show;
use crate::scheme::plan::Plan;

/// How an indicator is treated, and with what.
fn treatment<'a>(
    plan: &'a Plan,
    treated: &'a [Option<std::sync::Arc<Treated>>],
    indicator: usize,
) -> Option<(&'a Method, &'a Treated)> {
    let method = &plan.indicators.get(indicator)?.treat.as_ref()?.method;
    Some((method, treated.get(indicator)?.as_deref()?))
}

/// Whether a fitted number is in the unit of the indicator for certain: later stages may start from what a transformation made.
fn is_in_unit(anchor: &Anchor) -> bool {
    match anchor {
        Anchor::Fitted(Fitted { role: Role::Low | Role::High, stage }) => *stage <= 1,
        Anchor::Fitted(_) => false,
        _ => true,
    }
}

/// The end that stands in for a value.
fn end(treated: &Treated, moved: Moved) -> Option<&Anchor> {
    match moved {
        Moved::End(k) => treated.fitted.anchors.get(k),
        Moved::Made(_) => None,
    }
}

impl Cell<'_> {
    /// What is scored of an indicator's value, where outlying values are treated.
    pub(super) fn treatment(&self, indicator: usize) -> Option<Node> {
        let inner = &self.assessment.inner;
        let (method, treated) = treatment(self.plan, &inner.treated, indicator)?;
        let unit = &self.document.indicators[indicator].unit;
        let (after, _) = settled(self.near.value(indicator, Some(self.row)), || {
            self.exact.value(indicator, Some(self.row))
        });
        let mut node = Node::new(Kind::Treatment, method.name(), titled(method.title()));
        let moved = treated.moved(self.row);
        node = node.number(after, Digits::Computed);
        if !matches!(moved, Some(Moved::Made(_))) {
            node = node.in_unit(unit);
        }
        match moved {
            _ if after.is_nan() => node.say(Sentence::new("explain_absent")),
            Some(moved) => {
                let sentence = Sentence::new(method.said(Some(moved)));
                let sentence = sentence.number("before", self.before(indicator)).number("after", after);
                node.say(match end(treated, moved) {
                    Some(Anchor::Quantile(q)) => sentence.typed("quantile", *q),
                    _ => sentence,
                });
            }
            None => node.say(Sentence::new(method.said(None))),
        }
        // Stages that were not tried have no numbers.
        let is_tried = |k: &usize| {
            let set = treated.fitted.set(&self.data, self.row);
            let of_stage = matches!(treated.fitted.anchors[*k], Anchor::Fitted(fitted) if fitted.stage > 0);
            !(of_stage && treated.fitted.sets[set][*k].near.v.is_nan())
        };
        node.children = (0..treated.fitted.anchors.len())
            .filter(is_tried)
            .map(|k| {
                let anchor = &treated.fitted.anchors[k];
                let set = treated.fitted.set(&self.data, self.row);
                let (value, _) = settled(self.near.common(&treated.fitted, indicator, set, k), || {
                    treated.fitted.exact(&self.exact.cells, indicator, set, k)
                });
                let title = both(method.role(k), &[("anchor", &titled(anchor.title()))]);
                let typed = matches!(anchor, Anchor::Number(_));
                let mut node = Node::new(Kind::Anchor, &anchor.to_string(), title);
                node = node.number(value, if typed { Digits::Typed } else { Digits::Computed });
                if is_in_unit(anchor) {
                    node = node.in_unit(unit);
                }
                node.say(self.origin(anchor, &treated.fitted, indicator, k));
                node.sentences.extend(self.not_counted(anchor, &treated.fitted, indicator));
                if node.value.is_none() {
                    node.say(Sentence::new("explain_absent"));
                }
                node
            })
            .collect();
        Some(node)
    }

    /// The value before it is treated.
    fn before(&self, indicator: usize) -> f64 {
        settled(self.near.untreated(indicator, Some(self.row)), || {
            self.exact.untreated(indicator, Some(self.row))
        })
        .0
    }

    /// That another number stands in for the value.
    pub(super) fn moved(&self, indicator: usize, flags: &mut Vec<Flag>) {
        let inner = &self.assessment.inner;
        let Some((method, treated)) = treatment(self.plan, &inner.treated, indicator) else { return };
        let Some(moved) = treated.moved(self.row) else { return };
        let after = self.near.value(indicator, Some(self.row)).v;
        let finding = Finding::info(method.said(Some(moved)))
            .fact("before", show(self.before(indicator), Digits::Computed))
            .fact("after", show(after, Digits::Computed));
        let finding = match end(treated, moved) {
            Some(Anchor::Quantile(q)) => finding.fact("quantile", q),
            _ => finding,
        };
        flags.push(self.flag(FlagKind::Treated, finding, Some(indicator)));
    }
}
