//! Numbers a question takes, and what is said of one that lies outside.

use crate::finding::Finding;

/// Where a number must lie; nothing that is not finite lies anywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Range {
    /// Anywhere.
    Any,
    /// Above this.
    Above(f64),
    /// From this on.
    AtLeast(f64),
    /// Between these, neither of them included.
    Between(f64, f64),
    /// Between these, both included.
    Within(f64, f64),
    /// Above the first, up to the second.
    UpTo(f64, f64),
}

impl Range {
    fn holds(self, x: f64) -> bool {
        x.is_finite()
            && match self {
                Range::Any => true,
                Range::Above(a) => x > a,
                Range::AtLeast(a) => x >= a,
                Range::Between(a, b) => a < x && x < b,
                Range::Within(a, b) => (a..=b).contains(&x),
                Range::UpTo(a, b) => a < x && x <= b,
            }
    }

    /// A finding if the number lies outside; `name` is what the caller calls it.
    pub(crate) fn refuse(self, name: &str, x: f64) -> Option<Finding> {
        if self.holds(x) {
            return None;
        }
        let finding = match self {
            Range::Any => Finding::error("range_any"),
            Range::Above(a) => Finding::error("range_above").fact("from", a),
            Range::AtLeast(a) => Finding::error("range_at_least").fact("from", a),
            Range::Between(a, b) => Finding::error("range_between").fact("from", a).fact("to", b),
            Range::Within(a, b) => Finding::error("range_within").fact("from", a).fact("to", b),
            Range::UpTo(a, b) => Finding::error("range_up_to").fact("from", a).fact("to", b),
        };
        Some(finding.fact("name", name).fact("value", x))
    }
}
