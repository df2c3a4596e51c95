//! From the scores of siblings to the score of their group.

use serde::{Deserialize, Serialize};

use crate::number::Number;

/// How a group's score follows from its members' scores `s` and weights `w` (normalised over the members present).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Aggregation {
    /// `Σ w s`
    #[default]
    Arithmetic,
    /// `Π s^w`; needs positive scores, zero gives zero.
    Geometric,
    /// `1 / Σ (w / s)`; zero gives zero.
    Harmonic,
    /// `(Σ w s^p)^(1/p)`
    Power(f64),
    /// The smallest score.
    Minimum,
    /// The largest score: one of several indicators counts (二者择其一).
    Maximum,
    /// Weighted sum without normalising the weights: weights are factors, as in 得分 = Σ 比值 × 权数.
    Sum,
}

impl Aggregation {
    /// Score of one group from the members present, as `(weight, score)`; missing if there is none.
    pub fn combine<N: Number>(&self, members: &[(N, N)]) -> N {
        if members.is_empty() {
            return N::missing();
        }
        let sum = |f: &dyn Fn(&N, &N) -> N| {
            let mut terms = members.iter().map(|(w, s)| f(w, s));
            let first = terms.next().unwrap_or_else(N::zero);
            terms.fold(first, |acc, t| acc.add(&t))
        };
        let weight = || sum(&|w, _| w.clone());
        match self {
            Aggregation::Sum => sum(&|w, s| w.mul(s)),
            Aggregation::Arithmetic => sum(&|w, s| w.mul(s)).div(&weight()),
            Aggregation::Minimum => {
                members.iter().skip(1).fold(members[0].1.clone(), |acc, (_, s)| acc.min(s))
            }
            Aggregation::Maximum => {
                members.iter().skip(1).fold(members[0].1.clone(), |acc, (_, s)| acc.max(s))
            }
            Aggregation::Geometric if members.iter().any(|(_, s)| s.is_zero()) => N::zero(),
            Aggregation::Geometric => sum(&|w, s| w.mul(&s.ln())).div(&weight()).exp(),
            Aggregation::Harmonic if members.iter().any(|(_, s)| s.is_zero()) => N::zero(),
            Aggregation::Harmonic => weight().div(&sum(&|w, s| w.div(s))),
            Aggregation::Power(p) => {
                let p = N::of(*p);
                sum(&|w, s| w.mul(&s.pow(&p))).div(&weight()).pow(&N::one().div(&p))
            }
        }
    }
}
