//! How many, and what share of them.

use super::{Gives, MOST_SUMMED, Sample, Statistic, Takes};
use crate::number::Number;

pub(super) static ALL: [Statistic; 2] = [
    Statistic {
        name: "count",
        full: "members.count",
        phrase: "members_count",
        written: ["n", "n"],
        usage: "members.count(), members.count(condition)",
        takes: Takes::Optional,
        weighted: false,
        gives: Gives::Members,
        near: count,
        exact: count,
        most_exact: usize::MAX,
        sheet: |of| of.sum(),
    },
    Statistic {
        name: "share",
        full: "members.share",
        phrase: "members_share",
        written: ["Σ [c] ÷ n", "Σ w [c] ÷ Σ w"],
        usage: "members.share(condition), members.share(condition, weight = w)",
        takes: Takes::Condition,
        weighted: true,
        gives: Gives::Pure,
        near: Sample::mean,
        exact: Sample::mean,
        most_exact: MOST_SUMMED,
        sheet: |of| of.mean(),
    },
];

/// Members, or those of them for which the condition holds; none of nobody.
fn count<N: Number>(sample: &Sample<N>) -> N {
    if sample.x.is_empty() { N::zero() } else { sample.weighted(N::clone) }
}
