//! Weights computed from the scores: what of a group the data themselves make important.
//!
//! A method sees the scores of every member of a group over the entities of a period and class, and says how much each member
//! tells the entities apart. The engine makes weights of that which add up to 1, and rounds them: from then on a weight is that
//! decimal, as if it had been written in the scheme.

mod entropy;
mod standard_deviation;

use serde::{Deserialize, Serialize};

use self::entropy::Entropy;
use self::standard_deviation::StandardDeviation;
use crate::number::Number;
use crate::number::rounding::Rounding;
use crate::tree::read_words;

/// How the weights of a group's members are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Weighting {
    /// 熵值法
    Entropy,
    /// 标准差法
    StandardDeviation,
}

read_words!(Weighting);

/// What a method of computed weights is.
trait Weigh {
    /// Whether it has no meaning for negative scores.
    fn is_above_zero(&self) -> bool {
        false
    }
    /// The sentence, as a code of the catalogue, that says where the weights come from.
    fn sentence(&self) -> &'static str;
    /// How much a member tells at least two entities apart, from their scores of it; 0 or more.
    fn importance<N: Number>(&self, scores: &[N]) -> N;
}

/// The decimals of a computed weight where the scheme does not round it otherwise.
pub const DIGITS: i8 = 10;

macro_rules! methods {
    ($($name:ident),* $(,)?) => {
        impl Weighting {
            /// Whether it has no meaning for negative scores.
            pub(crate) fn is_above_zero(self) -> bool {
                match self {
                    $(Weighting::$name => $name.is_above_zero(),)*
                }
            }

            /// The sentence, as a code of the catalogue, that says where the weights come from.
            pub(crate) fn sentence(self) -> &'static str {
                match self {
                    $(Weighting::$name => $name.sentence(),)*
                }
            }

            fn importance<N: Number>(self, scores: &[N]) -> N {
                match self {
                    $(Weighting::$name => $name.importance(scores),)*
                }
            }
        }
    };
}
methods!(Entropy, StandardDeviation);

impl Weighting {
    /// The weights of the members of a group, adding up to 1, from the scores that the entities have of each; equal ones where
    /// nothing tells the entities apart.
    pub fn weights<N: Number>(self, members: &[Vec<N>]) -> Vec<N> {
        let importance = |scores: &Vec<N>| if scores.len() < 2 { N::zero() } else { self.importance(scores) };
        let importances: Vec<N> = members.iter().map(importance).collect();
        let total = N::sum(&mut importances.iter().cloned());
        let equal = N::one().div(&N::of(members.len() as f64));
        let weight = |d: &N| N::zero().less(&total).select(&d.div(&total), &equal);
        importances.iter().map(weight).collect()
    }

    /// The rounding of a weight where the scheme declares none.
    pub(crate) fn rounding() -> Rounding {
        Rounding::digits(DIGITS)
    }
}

#[cfg(test)]
#[path = "weighting_tests.rs"]
mod tests;
