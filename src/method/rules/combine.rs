//! 合计、取高、取低: from the points of parts to the points of one.

use serde::Serialize;

use super::kernel::{Branch, Limit, Setting};
use super::table::{cell, is_default};
use crate::finding::Finding;
use crate::method::part::Part;
use crate::number::Number;
use crate::number::sealed::Sealed;
use crate::tree::read_table;

/// What every combinator answers. The driver scores the parts (each with its own measure and reference set) and hands
/// their points over in the order of [`Combine::parts`].
///
/// A part without a `full` of its own inherits the combinator's: its points are on the same scale. A part with another
/// full mark is rescaled to it first, as a top-level part is rescaled to the scheme's.
pub trait Combine: Sealed {
    /// The parts.
    fn parts(&self) -> &[Part];
    /// Whether a missing part is left out, rather than making the whole missing.
    fn skips_missing(&self) -> bool {
        false
    }
    /// Parameters that are not valid, without those of the parts.
    fn check(&self, s: &Setting) -> Vec<Finding>;
    /// Points from the parts' points.
    fn combine<N: Number>(&self, scores: &[N]) -> N;
    /// What happened, for explanations and flags.
    fn branch<N: Number>(&self, scores: &[N]) -> Branch;
    /// As a spreadsheet formula over cells that hold the parts' points.
    fn sheet(&self, scores: &[String]) -> String;
}

/// # Formula
/// ```text
/// points = Σ share_i · points_i          share 1 by default; at most `cap`, at least `least`
/// ```
/// A missing part makes the sum missing, unless `skip_missing` leaves it out.
///
/// # Source
/// 完成得基本分 + 超额加分, 最多加 9 分 (万元 GDP 能耗降低率): the parts are `steps` and `per_step`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// The parts.
    pub of: Vec<Part>,
    /// Most points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<f64>,
    /// Fewest points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// Whether missing parts are left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub skip_missing: bool,
}

read_table!(Sum: of, cap = _, least = _, skip_missing = _);

/// The most points that any part gives (二者择其一). A missing part makes it missing, unless `skip_missing`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BestOf {
    /// The parts.
    pub of: Vec<Part>,
    /// Whether missing parts are left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub skip_missing: bool,
}

read_table!(BestOf: of, skip_missing = _);

/// The fewest points that any part gives (就低). A missing part makes it missing, unless `skip_missing`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WorstOf {
    /// The parts.
    pub of: Vec<Part>,
    /// Whether missing parts are left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub skip_missing: bool,
}

read_table!(WorstOf: of, skip_missing = _);

/// At least two parts, and no shares where shares mean nothing.
pub(super) fn check_parts(parts: &[Part], least: usize, shares: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    if parts.len() < least {
        found.push(
            Finding::error("rule_table_short").at("of").fact("least", least).fact("found", parts.len()),
        );
    }
    for (i, part) in parts.iter().enumerate().filter(|(_, p)| !shares && p.share.is_some()) {
        found.push(
            Finding::error("rule_share")
                .at(format!("of[{i}].share"))
                .fact("share", part.share.unwrap_or(1.0)),
        );
    }
    found
}

/// The scores that count; missing if one is missing and none may be left out, or if all are.
fn fold<N: Number>(scores: impl Iterator<Item = N>, skip: bool, f: impl Fn(N, N) -> N) -> N {
    let rest = scores.filter(|p| !(skip && p.is_missing()));
    rest.reduce(f).unwrap_or_else(N::missing)
}

/// The number of the part that decided, from 1.
fn which<N: Number>(scores: &[N], chosen: &N) -> usize {
    scores.iter().position(|p| p.order(chosen) == Some(std::cmp::Ordering::Equal)).map_or(0, |i| i + 1)
}

impl Sum {
    fn plain<N: Number>(&self, scores: &[N]) -> N {
        let share = |i: usize| self.of.get(i).and_then(|p| p.share).unwrap_or(1.0);
        let weighted = scores
            .iter()
            .enumerate()
            .map(|(i, p)| if share(i) == 1.0 { p.clone() } else { N::of(share(i)).mul(p) });
        fold(weighted, self.skip_missing, |sum, p| sum.add(&p))
    }
}

impl Combine for Sum {
    fn parts(&self) -> &[Part] {
        &self.of
    }
    fn skips_missing(&self) -> bool {
        self.skip_missing
    }
    fn check(&self, _: &Setting) -> Vec<Finding> {
        let mut found = check_parts(&self.of, 1, true);
        if let (Some(least), Some(cap)) = (self.least, self.cap)
            && least >= cap
        {
            found.push(Finding::error("rule_ends").at("cap").fact("low", least).fact("high", cap));
        }
        found
    }
    fn combine<N: Number>(&self, scores: &[N]) -> N {
        let sum = self.plain(scores);
        let sum = self.least.map_or(sum.clone(), |p| sum.max(&N::of(p)));
        self.cap.map_or(sum.clone(), |p| sum.min(&N::of(p)))
    }
    fn branch<N: Number>(&self, scores: &[N]) -> Branch {
        let sum = self.plain(scores);
        let branch = if self.cap.is_some_and(|p| sum.is_at_least(&N::of(p))) {
            Branch::new("rule_sum_capped").at(Limit::High).fact("limit", self.cap.unwrap_or(f64::NAN))
        } else if self.least.is_some_and(|p| N::of(p).is_at_least(&sum)) {
            Branch::new("rule_sum_least").at(Limit::Low).fact("limit", self.least.unwrap_or(f64::NAN))
        } else {
            Branch::new("rule_sum")
        };
        branch.fact("sum", sum.to_f64()).fact("parts", scores.len())
    }
    fn sheet(&self, scores: &[String]) -> String {
        let weighted = |(i, c): (usize, &String)| match self.of.get(i).and_then(|p| p.share) {
            Some(share) => format!("{}*{c}", cell(share)),
            None => c.clone(),
        };
        let terms: Vec<String> = scores.iter().enumerate().map(weighted).collect();
        let mut sum = terms.join("+");
        if let Some(least) = self.least {
            sum = format!("MAX({},{sum})", cell(least));
        }
        if let Some(cap) = self.cap {
            sum = format!("MIN({},{sum})", cell(cap));
        }
        sum
    }
}

/// `best_of` and `worst_of` differ in one word.
macro_rules! extreme {
    ($name:ident, $pick:ident, $code:literal, $sheet:literal) => {
        impl Combine for $name {
            fn parts(&self) -> &[Part] {
                &self.of
            }
            fn skips_missing(&self) -> bool {
                self.skip_missing
            }
            fn check(&self, _: &Setting) -> Vec<Finding> {
                check_parts(&self.of, 2, false)
            }
            fn combine<N: Number>(&self, scores: &[N]) -> N {
                fold(scores.iter().cloned(), self.skip_missing, |a, b| a.$pick(&b))
            }
            fn branch<N: Number>(&self, scores: &[N]) -> Branch {
                let chosen = self.combine(scores);
                Branch::new($code)
                    .fact("which", which(scores, &chosen))
                    .fact("parts", scores.len())
                    .fact("points", chosen.to_f64())
            }
            fn sheet(&self, scores: &[String]) -> String {
                format!("{}({})", $sheet, scores.join(","))
            }
        }
    };
}
extreme!(BestOf, max, "rule_best_of", "MAX");
extreme!(WorstOf, min, "rule_worst_of", "MIN");

#[cfg(test)]
#[path = "combine_tests.rs"]
mod tests;
