//! 熵值法与相对损失法之积 (IDOCRIW): what tells entities apart and loses little where others are at their best.

use serde::Serialize;

use super::cilos::{balance, sheet_balance};
use super::entropy::{divergence, sheet_divergence};
use super::{Members, SheetMembers, Takes, Weigh};
use crate::method::sheet::{CellFormula, Scratch, Title};
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

    fn sheet(&self, of: &SheetMembers<'_>, cells: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        let complete = of.complete(cells);
        let mut turned = complete.clone();
        for (k, column) in turned.iter_mut().enumerate().filter(|(k, _)| self.undirected && of.falls[*k]) {
            *column = cells.column(Title::of_member("sheet_reciprocal", k), &complete[k..=k], &|row| {
                CellFormula::plain(format!("IF(ISNUMBER({0}),1/{0},\"\")", row[0]))
            });
        }
        let entropy =
            SheetMembers { scores: &turned, ..*of }.each(|s| CellFormula::array(sheet_divergence(s)));
        let losses: Vec<String> = sheet_balance(&complete, cells)?
            .into_iter()
            .enumerate()
            .map(|(k, loss)| cells.cell(Title::of_member("sheet_balanced", k), CellFormula::plain(loss)))
            .collect();
        let whole = format!("SUM({})", losses.join(","));
        let own = |(entropy, loss): (CellFormula, &String)| CellFormula {
            text: format!("IF({whole}>0,{loss},1)*{}", entropy.text),
            ..entropy
        };
        Some(entropy.into_iter().zip(&losses).map(own).collect())
    }
}
