//! From the scores of siblings to the score of their group.
//!
//! A mean needs one row. An aggregation over a set measures a row by what it fitted on the scores that all the entities of a period
//! and class have of each member: the engine, or references, hand it over with the row.

mod means;
mod topsis;

use serde::{Deserialize, Serialize};

use self::topsis::Topsis;
use crate::number::Number;
use crate::tree::{Kind, Node, Read, Reader};

/// How a group's score follows from its members' scores `s` and weights `w` (normalised over the members present).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
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
    /// 优劣解距离法: how much nearer to the best scores of the period than to the worst.
    Topsis,
    /// The same of scores that are divided by their Euclidean norm over the period.
    TopsisVector,
}

impl Read for Aggregation {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        match &node.kind {
            Kind::Table(_) => {
                let (_, power) = r.choice(node, &["power"])?;
                r.value(power).map(Aggregation::Power)
            }
            _ => r.word(node),
        }
    }
}

/// What a row is compared with by an aggregation over a set; a mean takes nothing of it.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a, N> {
    /// What was fitted of each member present, one after the other.
    pub fitted: &'a [N],
    /// The full mark of the scale that the score is on.
    pub full: f64,
}

impl<N> Compared<'_, N> {
    /// For a mean.
    pub const NOTHING: Self = Compared { fitted: &[], full: 0.0 };
}

/// What an aggregation over a set is.
trait OverSet {
    /// What is kept of a member, by name.
    fn kept(&self) -> &'static [&'static str];
    /// Whether the largest and the smallest scores are all that it is fitted on: the others need not be known exactly.
    fn takes_extremes(&self) -> bool;
    /// What is kept of a member, from the scores of it over the set; missing where there is none.
    fn fit<N: Number>(&self, scores: &[N]) -> Vec<N>;
    /// The part of the full mark that a row has, from its scores of the members present and what was fitted of them; missing where
    /// nothing was.
    fn combine<N: Number>(&self, members: &[(N, N)], fitted: &[N]) -> N;
}

/// What to do with the aggregation over a set that a way is, or with a mean.
macro_rules! over_set {
    ($way:expr, $set:ident => $then:expr, $otherwise:expr) => {
        match $way {
            Aggregation::Topsis => {
                let $set = Topsis { by_norm: false };
                $then
            }
            Aggregation::TopsisVector => {
                let $set = Topsis { by_norm: true };
                $then
            }
            _ => $otherwise,
        }
    };
}

impl Aggregation {
    /// Whether weights are shares of a whole, so that what they sum to does not matter.
    pub(crate) fn has_shares(self) -> bool {
        !matches!(self, Aggregation::Minimum | Aggregation::Maximum | Aggregation::Sum)
    }

    /// Score of one group from the members present, as `(weight, score)`; missing if there is none.
    pub fn combine<N: Number>(self, members: &[(N, N)], with: &Compared<'_, N>) -> N {
        if members.is_empty() {
            return N::missing();
        }
        let part =
            over_set!(self, set => set.combine(members, with.fitted), return means::combine(self, members));
        part.mul(&N::of(with.full))
    }

    /// Whether it compares a row with the scores of the others.
    pub fn is_over_set(self) -> bool {
        over_set!(self, _set => true, false)
    }

    /// What an aggregation over a set keeps of a member, by name; nothing of a mean.
    pub fn kept(self) -> &'static [&'static str] {
        over_set!(self, set => set.kept(), &[])
    }

    /// What an aggregation over a set keeps of a member, from the scores of it over the set.
    pub fn fit<N: Number>(self, scores: &[N]) -> Vec<N> {
        over_set!(self, set => set.fit(scores), Vec::new())
    }

    /// Whether the largest and the smallest scores are all that an aggregation over a set is fitted on.
    pub(crate) fn takes_extremes(self) -> bool {
        over_set!(self, set => set.takes_extremes(), false)
    }

    /// Distances of a row from the best and from the worst scores of its set, where that is what it is scored by.
    pub(crate) fn distances<N: Number>(self, members: &[(N, N)], fitted: &[N]) -> Option<[N; 2]> {
        over_set!(self, set => set.squares(members, fitted).map(|squares| squares.map(|x| x.sqrt())), None)
    }

    /// Whether the mean has no meaning for negative scores.
    pub(crate) fn is_above_zero(self) -> bool {
        matches!(self, Aggregation::Geometric | Aggregation::Harmonic | Aggregation::Power(_))
    }

    /// Whether roots are drawn, so that a float is seldom the decimal that the score is.
    pub(crate) fn has_roots(self) -> bool {
        matches!(self, Aggregation::Geometric | Aggregation::Power(_)) || self.is_over_set()
    }
}
