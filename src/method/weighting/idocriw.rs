//! 熵值法与相对损失法之积 (IDOCRIW): what tells entities apart and loses little where others are at their best.

use serde::Serialize;

use super::cilos::balance;
use super::entropy::divergence;
use super::{Members, SheetMembers, Takes, Weigh};
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::Number;
use crate::tree::read_table;

/// # Formula
/// ```text
/// d = d_entropy · d_cilos
/// ```
/// over the entities that have a score of every member. Where the losses leave the weights open, entropy alone decides. Needs scores above 0.
/// `undirected` takes the entropy of the reciprocals of the scores of indicators with `direction = "negative"`: where those are `min / x`, of
/// the data as they are.
///
/// # Source
/// E. K. Zavadskas and V. Podvezko, *Integrated determination of objective criteria weights in MCDM* (2016).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Idocriw {
    /// Whether the entropy of costs is that of the data, not that of their scores.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undirected: bool,
}

read_table!(Idocriw: undirected = _);

impl Weigh for Idocriw {
    fn takes(&self) -> Takes {
        Takes::Positive
    }

    fn sentence(&self) -> &'static str {
        if self.undirected { "explain_weights_idocriw_undirected" } else { "explain_weights_idocriw" }
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        let complete = of.complete();
        let complete = Members { scores: &complete, ..*of };
        let turned = complete.turned(self.undirected, |s| N::one().div(s));
        let entropy = Members { scores: &turned, ..complete }.each(divergence);
        let losses = balance(complete.scores);
        let open = losses.iter().all(N::is_zero);
        entropy.iter().zip(&losses).map(|(e, l)| if open { e.add(l) } else { e.mul(l) }).collect()
    }

    fn sheet(&self, _: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        None
    }
}
