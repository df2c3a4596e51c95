//! Treatments: what is scored of a value, and who or what set the ends.

use super::cell::{Cell, settled};
use super::part::both;
use super::{Digits, Kind, Node, Sentence, titled};
use crate::assess::Flag;
use crate::assess::FlagKind;
use crate::assess::cells::Origin;
use crate::assess::treated::Treated;
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::method::treatment::Method;
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
        node = node.number(after, Digits::Computed).in_unit(unit);
        match treated.moved(self.row) {
            _ if after.is_nan() => node.say(Sentence::new("explain_absent")),
            Some(k) => {
                let sentence = Sentence::new(method.sentence(k));
                let sentence = sentence.number("before", self.before(indicator)).number("after", after);
                node.say(match &treated.fitted.anchors[k] {
                    Anchor::Quantile(q) => sentence.typed("quantile", *q),
                    _ => sentence,
                });
            }
            None => node.say(Sentence::new("explain_not_moved")),
        }
        node.children = (0..treated.fitted.anchors.len())
            .map(|k| {
                let anchor = &treated.fitted.anchors[k];
                let set = treated.fitted.set(&self.data, self.row);
                let (value, _) = settled(self.near.common(&treated.fitted, indicator, set, k), || {
                    treated.fitted.exact(&self.exact.cells, indicator, set, k)
                });
                let title = both(method.role(k), &[("anchor", &titled(anchor.title()))]);
                let typed = matches!(anchor, Anchor::Number(_));
                let mut node = Node::new(Kind::Anchor, &anchor.to_string(), title);
                node = node.number(value, if typed { Digits::Typed } else { Digits::Computed }).in_unit(unit);
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
        let Some(k) = treated.moved(self.row) else { return };
        let after = self.near.value(indicator, Some(self.row)).v;
        let finding = Finding::info(method.sentence(k))
            .fact("before", show(self.before(indicator), Digits::Computed))
            .fact("after", show(after, Digits::Computed));
        let finding = match &treated.fitted.anchors[k] {
            Anchor::Quantile(q) => finding.fact("quantile", q),
            _ => finding,
        };
        flags.push(self.flag(FlagKind::Treated, finding, Some(indicator)));
    }
}
