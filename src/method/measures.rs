//! Measures: what of an indicator is scored.

mod attainment;
mod change;
mod gap;
mod growth;
mod kernel;

pub use kernel::Need;

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
    /// `2 (x − x₀) / (x + x₀)`; missing when `x + x₀ ≤ 0`.
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

/// How attainment is counted. `t` is the target; what holds for targets that are zero or negative no source says, so it is
/// stated here and in every explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttainmentForm {
    /// `x / t`. For `t < 0` (a planned loss) `2 − x / t`: half the planned loss is 1.5. For `t = 0` met is 1 (`x ≥ 0`; for a
    /// negative indicator `x ≤ 0`), not met 0.
    #[default]
    Positive,
    /// `t / x`: lower is better; missing for `x ≤ 0`, where no such ratio exists. For `t < 0` `x / t`; for `t = 0` 1 if
    /// `x ≤ 0`, else 0.
    Reverse,
    /// `2 − x / t`: lower is better. For `t < 0` `x / t`; for `t = 0` 1 if `x ≤ 0`, else 0.
    TwoMinus,
    /// `(x − x₀) / (t − x₀)`. A planned retreat (`t` worse than `x₀`) counts `2 − (x − x₀) / (t − x₀)`: to hold what one had
    /// is 2. For `t = x₀` held is 1, lost 0.
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
