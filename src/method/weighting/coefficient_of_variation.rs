//! 变异系数法: what differs more in proportion to its mean weighs more.

use super::members::{sheet_variation, variation};
use super::{Members, SheetMembers, Takes, Weigh};
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::Number;

/// # Formula
/// ```text
/// d = √( Σ (s_i − s̄)² / (n − 1) ) / s̄
/// ```
/// over the `n` entities that have a score; 0 for one alone and where all scores are 0. Needs scores of 0 or more.
#[derive(Debug)]
pub(super) struct CoefficientOfVariation;

impl Weigh for CoefficientOfVariation {
    fn takes(&self) -> Takes {
        Takes::NotNegative
    }

    fn sentence(&self) -> &'static str {
        "explain_weights_coefficient_of_variation"
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        of.each(variation)
    }

    fn sheet(&self, of: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        Some(of.each(|s| CellFormula::plain(sheet_variation(s))))
    }
}
