//! 等权: what the data say does not matter.

use super::{Members, SheetMembers, Weigh};
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::Number;

/// # Formula
/// ```text
/// w = 1 / m
/// ```
/// of the `m` members that the class assesses, whatever weights are written beside them.
#[derive(Debug)]
pub(super) struct Equal;

impl Weigh for Equal {
    fn sentence(&self) -> &'static str {
        "explain_weights_equal"
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        vec![N::one(); of.scores.len()]
    }

    fn sheet(&self, of: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        Some(vec![CellFormula::plain("1"); of.scores.len()])
    }
}
