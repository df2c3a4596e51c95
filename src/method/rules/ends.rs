//! What rules that draw between two anchors share.

use super::kernel::{Branch, Setting};
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::Number;

/// The two anchors that a rule draws between: by default the worst and the best.
pub(super) fn anchors(low: Option<&Anchor>, high: Option<&Anchor>, s: &Setting) -> Vec<Anchor> {
    let (worst, best) = if s.negative { (Anchor::Max, Anchor::Min) } else { (Anchor::Min, Anchor::Max) };
    vec![low.cloned().unwrap_or(worst), high.cloned().unwrap_or(best)]
}

/// That two ends are one number.
pub(super) fn same(low: Option<&Anchor>, high: Option<&Anchor>) -> Option<Finding> {
    let (Some(Anchor::Number(low)), Some(Anchor::Number(high))) = (low, high) else { return None };
    (low == high).then(|| Finding::error("rule_same_ends").at("high").fact("value", low))
}

/// What happened between two ends, with these and their points.
pub(super) fn between<N: Number>(branch: Branch, ends: &[N], [from, to]: [f64; 2]) -> Branch {
    let branch = branch.fact("low", ends[0].to_f64()).fact("high", ends[1].to_f64());
    branch.fact("from", from).fact("to", to)
}
