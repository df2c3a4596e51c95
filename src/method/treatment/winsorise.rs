//! 缩尾: what lies beyond an end becomes the end.

use serde::Serialize;

use super::Treat;
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::Number;
use crate::tree::read_table;

/// # Formula
/// ```text
/// treated = min(max(x, low), high)
/// ```
/// with ends that are numbers in the unit of the indicator, or quantiles of the set (type 7, linear between order statistics). An
/// end that is not given, or that nothing can be fitted on, moves nothing.
///
/// # Source
/// W. J. Dixon, *Simplified Estimation from Censored Normal Samples* (1960); OECD/JRC Handbook (2008), step 5, on outliers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Winsorise {
    /// The lowest value that is scored: a number, or a quantile of the set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Anchor>,
    /// The highest value that is scored: a number, or a quantile of the set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Anchor>,
}

read_table!(Winsorise: low = _, high = _);

impl Winsorise {
    /// Whether the `k`-th of the fitted numbers is the high end.
    fn is_high(&self, k: usize) -> bool {
        k == 1 || self.low.is_none()
    }
}

impl Treat for Winsorise {
    fn fits(&self) -> Vec<Anchor> {
        self.low.iter().chain(&self.high).cloned().collect()
    }

    fn check(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        if self.low.is_none() && self.high.is_none() {
            found.push(Finding::error("winsorise_without_ends"));
        }
        for (key, end) in [("low", &self.low), ("high", &self.high)] {
            match end {
                Some(Anchor::Quantile(q)) if !(0.0..=1.0).contains(q) => {
                    let finding = Finding::error("out_of_range").at(key).fact("value", q);
                    found.push(finding.fact("low", 0).fact("high", 1));
                }
                None | Some(Anchor::Number(_) | Anchor::Quantile(_)) => {}
                Some(other) => found.push(Finding::error("winsorise_end").at(key).fact("found", other)),
            }
        }
        match (&self.low, &self.high) {
            (Some(Anchor::Number(low)), Some(Anchor::Number(high)))
            | (Some(Anchor::Quantile(low)), Some(Anchor::Quantile(high)))
                if low >= high =>
            {
                found.push(
                    Finding::error("ends_not_ascending").at("high").fact("low", low).fact("high", high),
                );
            }
            _ => {}
        }
        found
    }

    fn instead<N: Number>(&self, x: &N, fitted: &[N]) -> Option<usize> {
        let low = fitted.first().filter(|low| self.low.is_some() && x.is_less(low));
        let reached = low.unwrap_or(x);
        let high = fitted.last().filter(|high| self.high.is_some() && high.is_less(reached));
        match (low, high) {
            // Ends that cross: the high one holds, also for a value that is there already.
            (Some(_), Some(high)) if high.order(x) == Some(std::cmp::Ordering::Equal) => None,
            (_, Some(_)) => Some(fitted.len() - 1),
            (Some(_), None) => Some(0),
            (None, None) => None,
        }
    }

    fn title(&self) -> &'static str {
        "explain_winsorise"
    }

    fn role(&self, k: usize) -> &'static str {
        if self.is_high(k) { "explain_high" } else { "explain_low" }
    }

    fn sentence(&self, k: usize) -> &'static str {
        let end = if self.is_high(k) { &self.high } else { &self.low };
        match (self.is_high(k), end) {
            (true, Some(Anchor::Quantile(_))) => "explain_winsorised_to_high_quantile",
            (true, _) => "explain_winsorised_to_high",
            (false, Some(Anchor::Quantile(_))) => "explain_winsorised_to_low_quantile",
            (false, _) => "explain_winsorised_to_low",
        }
    }
}
