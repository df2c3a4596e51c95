//! 标准差法: what differs more between the entities weighs more.

use super::{Members, SheetMembers, Weigh};
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::Number;
use crate::number::statistics::deviation;

/// # Formula
/// ```text
/// d = √( Σ (s_i − s̄)² / (n − 1) )
/// ```
/// over the `n` entities that have a score; 0 for one alone.
///
/// # Source
/// D. Diakoulaki, G. Mavrotas and L. Papayannakis, *Determining objective weights in multiple criteria problems: the CRITIC
/// method* (1995), where it is the method compared with.
#[derive(Debug)]
pub(super) struct StandardDeviation;

impl Weigh for StandardDeviation {
    fn sentence(&self) -> &'static str {
        "explain_weights_standard_deviation"
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        of.each(deviation)
    }

    fn sheet(&self, of: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        Some(of.each(|s| CellFormula::plain(format!("STDEV({s})"))))
    }
}
