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
    /// `Π s^w`; needs scores of 0 or more.
    Geometric,
    /// `1 / Σ (w / s)`; needs scores of 0 or more, and zero gives zero.
    Harmonic,
    /// `(Σ w s^p)^(1/p)`; needs scores of 0 or more, and with a negative `p` zero gives zero.
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
            Aggregation::Geometric => {
                let weight = weight();
                let mut factors = members.iter().map(|(w, s)| s.pow(&w.div(&weight)));
                let first = factors.next().unwrap_or_else(N::one);
                not_below_zero(factors.fold(first, |product, x| product.mul(&x)), members)
            }
            Aggregation::Harmonic => {
                let mean = weight().div(&sum(&|w, s| w.div(s)));
                not_below_zero(zero_with_zero(mean, members), members)
            }
            Aggregation::Power(p) => {
                let power = N::of(*p);
                let mean = sum(&|w, s| w.mul(&s.pow(&power))).div(&weight()).pow(&N::one().div(&power));
                not_below_zero(if *p < 0.0 { zero_with_zero(mean, members) } else { mean }, members)
            }
        }
    }

    /// Whether the mean has no meaning for negative scores.
    pub(crate) fn is_above_zero(self) -> bool {
        matches!(self, Aggregation::Geometric | Aggregation::Harmonic | Aggregation::Power(_))
    }

    /// Whether roots are drawn, so that a float is seldom the decimal that the mean is.
    pub(crate) fn has_roots(self) -> bool {
        matches!(self, Aggregation::Geometric | Aggregation::Power(_))
    }
}

/// The mean, or zero if one of the scores is.
fn zero_with_zero<N: Number>(mean: N, members: &[(N, N)]) -> N {
    members.iter().fold(mean, |mean, (_, s)| s.select(&mean, &N::zero()))
}

/// The mean, or missing if one of the scores is negative.
fn not_below_zero<N: Number>(mean: N, members: &[(N, N)]) -> N {
    members.iter().fold(mean, |mean, (_, s)| s.less(&N::zero()).select(&N::missing(), &mean))
}

#[cfg(test)]
#[path = "aggregation_tests.rs"]
mod tests;
