//! Time elapsed (序时进度): which share of the year's work is due at the end of a period.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::number::{Exact, Number};

/// How the year's work is spread over its periods.
///
/// ```text
/// even     (p + 1) / n                          July: 7/12 = 58.3 %
/// shares   Σ_{q ≤ p} s_q / Σ s_q                15/25/25/35: 15, 40, 65, 100 %
/// learnt   Σ cumulative at p / Σ year's end     over all entities and complete earlier years of the data
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// Every period alike.
    #[default]
    Even,
    /// Shares of the periods of a year, first to last; normalised.
    Shares(Vec<f64>),
    /// As in earlier years; even where the data hold no complete one.
    Learnt,
}

impl Schedule {
    /// What is wrong with the shares: another number than the periods of a year, a negative one, or none that is positive.
    pub(crate) fn check(&self, periods: usize) -> Option<Finding> {
        let Schedule::Shares(shares) = self else { return None };
        let good = shares.iter().all(|s| s.is_finite() && *s >= 0.0) && shares.iter().any(|s| *s > 0.0);
        if good && shares.len() == periods {
            return None;
        }
        let listed: Vec<String> = shares.iter().map(ToString::to_string).collect();
        Some(Finding::error("plan_shares").fact("periods", periods).fact("shares", listed.join("/")))
    }

    /// The share due at the end of place `p` of `n`; `learnt` gives the earlier years' sums at `p` and at the end.
    pub(crate) fn due(&self, p: usize, n: usize, learnt: impl FnOnce() -> Option<(Exact, Exact)>) -> Exact {
        let even = || Exact::of((p + 1) as f64).div(&Exact::of(n as f64));
        match self {
            Schedule::Even => even(),
            Schedule::Shares(shares) => {
                let sum = |shares: &[f64]| super::decimal::sum(shares.iter().copied());
                sum(shares.get(..=p).unwrap_or(shares)).div(&sum(shares))
            }
            Schedule::Learnt => match learnt().map(|(at, end)| at.div(&end)) {
                Some(share) if !share.is_missing() => share,
                _ => even(),
            },
        }
    }
}
