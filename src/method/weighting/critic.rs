//! CRITIC 法: what differs more and agrees less with the others weighs more.

use serde::Serialize;

use super::members::min_max;
use super::{Members, SheetMembers, Weigh};
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::Number;
use crate::number::statistics::{correlation, deviation};
use crate::tree::read_table;

/// # Formula
/// ```text
/// r_i = (s_i − min) / (max − min)        d_j = √( Σ (r_ij − r̄_j)² / (n − 1) ) · Σ_k (1 − ρ_jk)
/// ```
/// over the `n` entities that have a score of every member, `ρ` the correlation (Pearson) of two members' scores; a member that is all
/// alike has `d = 0` and adds nothing to the others.
///
/// Scores say that more is better, so a cost that runs along with its benefit counts as agreement. `undirected` turns the scores of
/// indicators with `direction = "negative"` back: two columns of data are then compared as they are, whatever they are good for.
///
/// # Source
/// D. Diakoulaki, G. Mavrotas and L. Papayannakis, *Determining objective weights in multiple criteria problems: the CRITIC method* (1995).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Critic {
    /// Whether costs are compared as they are, not turned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undirected: bool,
}

read_table!(Critic: undirected = _);

impl Weigh for Critic {
    fn sentence(&self) -> &'static str {
        if self.undirected { "explain_weights_critic_undirected" } else { "explain_weights_critic" }
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        let turned = of.turned(self.undirected, N::neg);
        let complete = Members { scores: &turned, ..*of }.complete();
        let spread: Vec<Vec<N>> = complete.iter().map(|scores| min_max(scores)).collect();
        if spread.first().is_none_or(|scores| scores.len() < 2) {
            return vec![N::zero(); spread.len()];
        }
        let deviations: Vec<N> = spread.iter().map(|own| deviation(own)).collect();
        let zero = N::zero();
        let conflict = |j: usize, k: usize| {
            let apart = N::one().sub(&correlation(&spread[j], &spread[k]));
            zero.less(&deviations[k]).select(&apart, &zero)
        };
        let own = |j: usize| {
            let others = (0..spread.len()).filter(|k| *k != j);
            let sum = others.fold(zero.clone(), |sum, k| sum.add(&conflict(j, k)));
            deviations[j].mul(&sum)
        };
        (0..spread.len()).map(own).collect()
    }

    fn sheet(&self, of: &SheetMembers<'_>, cells: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        let complete = of.complete(cells);
        let is_turned = |k: usize| self.undirected && of.falls[k];
        let conflict = |j: usize, k: usize| {
            let (own, other) = (&complete[j], &complete[k]);
            let sign = if is_turned(j) == is_turned(k) { "-" } else { "+" };
            format!("IF(MAX({other})>MIN({other}),1{sign}CORREL({own},{other}),0)")
        };
        let own = |j: usize| {
            let s = &complete[j];
            let conflicts: Vec<String> =
                (0..complete.len()).filter(|k| *k != j).map(|k| conflict(j, k)).collect();
            let sum = if conflicts.is_empty() { "0".to_owned() } else { conflicts.join("+") };
            CellFormula::plain(format!("IF(MAX({s})>MIN({s}),STDEV({s})/(MAX({s})-MIN({s}))*({sum}),0)"))
        };
        Some((0..complete.len()).map(own).collect())
    }
}
