//! 对数变化率法 (LOPCOW): what lies high within its range and varies little weighs more.

use serde::Serialize;

use super::members::{min_max, spread};
use super::{Members, SheetMembers, Weigh};
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::Number;
use crate::number::statistics::{deviation, mean};
use crate::tree::read_table;

/// # Formula
/// ```text
/// r_i = (s_i − min) / (max − min)        d = | ln( √(Σ r_i² / n) / √(Σ (r_i − r̄)² / (n − 1)) ) |
/// ```
/// over the `n` entities that have a score; 0 for one alone and where all are alike. `undirected` turns the scores of indicators with
/// `direction = "negative"` back.
///
/// # Source
/// F. Ecer and D. Pamucar, *A novel LOPCOW-DOBI multi-criteria sustainability performance assessment methodology* (2022).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Lopcow {
    /// Whether costs are measured as they are, not turned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undirected: bool,
}

read_table!(Lopcow: undirected = _);

impl Weigh for Lopcow {
    fn sentence(&self) -> &'static str {
        if self.undirected { "explain_weights_lopcow_undirected" } else { "explain_weights_lopcow" }
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        let turned = of.turned(self.undirected, N::neg);
        let change = |scores: &[N]| {
            let within = min_max(scores);
            let level = mean(within.iter().map(|r| r.mul(r))).sqrt();
            level.div(&deviation(&within)).ln().abs()
        };
        Members { scores: &turned, ..*of }.each(|scores| spread(scores, change))
    }

    fn sheet(&self, of: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        // Rounded, so that two entities, of whom nobody varies less than lies high, have 0 and not what the floats leave of it.
        // Σ r² / n, times the square of the range that cancels, is the mean square of the distance from the end that counts as 0.
        let change = |(s, falls): (&String, &bool)| {
            let from_end = if self.undirected && *falls {
                format!("(MAX({s})-AVERAGE({s}))")
            } else {
                format!("(AVERAGE({s})-MIN({s}))")
            };
            let level = format!("(DEVSQ({s})/COUNT({s})+{from_end}^2)");
            CellFormula::plain(format!("IF(MAX({s})>MIN({s}),ABS(ROUND(LN({level}/VAR({s})),13))/2,0)"))
        };
        Some(of.scores.iter().zip(of.falls).map(change).collect())
    }
}
