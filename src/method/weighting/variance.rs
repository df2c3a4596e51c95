//! 方差法: what is spread more widely within its own range weighs more.

use super::members::min_max;
use super::{Members, SheetMembers, Weigh};
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::Number;
use crate::number::statistics::deviation;

/// # Formula
/// ```text
/// r_i = (s_i − min) / (max − min)        d = Σ (r_i − r̄)² / (n − 1)
/// ```
/// over the `n` entities that have a score; 0 for one alone and where all are alike.
///
/// # Source
/// D. S. Rao and B. K. Patel, *A subjective and objective integrated multiple attribute decision making method for material
/// selection* (2010).
#[derive(Debug)]
pub(super) struct Variance;

impl Weigh for Variance {
    fn sentence(&self) -> &'static str {
        "explain_weights_variance"
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        of.each(|scores| {
            let deviation = deviation(&min_max(scores));
            deviation.mul(&deviation)
        })
    }

    fn sheet(&self, of: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        Some(
            of.each(|s| {
                CellFormula::plain(format!("IF(MAX({s})>MIN({s}),VAR({s})/(MAX({s})-MIN({s}))^2,0)"))
            }),
        )
    }
}
