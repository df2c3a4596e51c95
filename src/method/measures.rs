//! Measures: what of an indicator is scored.

use serde::{Deserialize, Serialize};

use crate::method::anchor::Anchor;

/// What of an indicator is scored (计分口径). Written as a word (`"change"`) or as a table with `kind` and parameters.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Measure {
    /// The value itself.
    #[default]
    Value,
    /// Difference to an earlier period, in the indicator's unit (percentage points for a percentage).
    Change {
        /// Periods back, 1 by default.
        #[serde(default = "one")]
        lag: u16,
    },
    /// `x / x₀ − 1`, a share (0.05 is 5 %); missing when `x₀ ≤ 0`.
    Growth {
        /// Periods back.
        #[serde(default = "one")]
        lag: u16,
    },
    /// `2 (x − x₀) / (x + x₀)`
    SymmetricGrowth {
        /// Periods back.
        #[serde(default = "one")]
        lag: u16,
    },
    /// How far a target is reached; 1 is met.
    Attainment {
        /// The target, by default from the target table.
        #[serde(default = "target")]
        target: Anchor,
        /// How it is counted.
        #[serde(default)]
        form: AttainmentForm,
        /// Base of the change form, by default last period's value.
        #[serde(default = "previous")]
        base: Anchor,
    },
    /// Difference to the mean of the reference set.
    GapToMean,
    /// Difference to the pooled value of the reference set.
    GapToPooled,
    /// Rank a period before minus rank now: positive is up.
    RankChange {
        /// Periods back.
        #[serde(default = "one")]
        lag: u16,
    },
}

/// How attainment is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttainmentForm {
    /// `x / t`; for a negative target `2 − x / t` (a smaller loss is better).
    #[default]
    Positive,
    /// `t / x`: lower is better.
    Reverse,
    /// `2 − x / t`: lower is better.
    TwoMinus,
    /// `(x − x₀) / (t − x₀)`
    Change,
}

fn one() -> u16 {
    1
}
fn target() -> Anchor {
    Anchor::Target
}
fn previous() -> Anchor {
    Anchor::Previous
}
