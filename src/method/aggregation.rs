//! From the scores of siblings to the score of their group.
//!
//! A mean needs one row. An aggregation over a set measures a row by what it fitted on the scores that all the entities of a period
//! and class have of each member: the engine, or references, hand it over with the row.

mod compared_rows;
mod means;
mod ordered;
mod own_weights;
mod topsis;

use serde::{Deserialize, Serialize};

use self::compared_rows::ComparedRows;
use self::own_weights::OwnWeights;
pub use self::own_weights::Within;
use self::topsis::Topsis;
use crate::method::sheet::{CellFormula, number};
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
    /// The middle score, or the mean of the two middle ones; weights only say which members count.
    Median,
    /// 有序加权平均 (OWA): the scores from the highest down, weighted by their place. A share `r` of the weight, counted from the highest score, has
    /// `(r − from) / (to − from)` of the whole, between 0 and 1: `[0, 0.5]` is the mean of the upper half, `[0.5, 1]` of the lower one.
    Owa([f64; 2]),
    /// 加权和积法 (WASPAS): this share of the arithmetic mean and the rest of the geometric one; needs scores of 0 or more.
    Waspas(f64),
    /// `M − S² / M` with the mean `M` and the deviation `S = √ Σ w (s − M)²`: what is unbalanced loses; needs scores of 0 or more.
    MazziottaPareto,
    /// `M + S² / M`: the same where more is worse.
    MazziottaParetoPlus,
    /// 多准则妥协解 (VIKOR) with this share of the sum of regrets against the largest one.
    Vikor(f64),
    /// 弗罗茨瓦夫分类法 (Wroclaw): distance from the best scores of the period.
    Wroclaw,
    /// 偏好顺序结构评估法 (PROMETHEE II), usual criterion: the weight by which a row is ahead of the others less that by which it is behind.
    Promethee,
    /// Copeland: how many others a row beats by weight less those that beat it.
    Copeland,
    /// 效益归宜法 (benefit of the doubt): every row by the weights that are best for it.
    BenefitOfTheDoubt,
    /// The same with bounds on those weights.
    // A word is read as the one without bounds, a table by `Read`.
    #[serde(skip_deserializing, rename = "benefit_of_the_doubt")]
    #[cfg_attr(feature = "schema", schemars(!skip_deserializing))]
    BenefitOfTheDoubtWithin(Within),
    /// 优劣解距离法: how much nearer to the best scores of the period than to the worst.
    Topsis,
    /// The same of scores that are divided by their Euclidean norm over the period.
    TopsisVector,
}

impl Read for Aggregation {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        match &node.kind {
            Kind::Table(_) => {
                let (way, value) =
                    r.choice(node, &["power", "owa", "waspas", "vikor", "benefit_of_the_doubt"])?;
                match way {
                    "power" => r.value(value).map(Aggregation::Power),
                    "owa" => r.value(value).map(Aggregation::Owa),
                    "waspas" => r.value(value).map(Aggregation::Waspas),
                    "benefit_of_the_doubt" => r.value(value).map(Aggregation::BenefitOfTheDoubtWithin),
                    _ => r.value(value).map(Aggregation::Vikor),
                }
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

/// A row of a group in a spreadsheet, as an aggregation over a set reads it. All are addresses; weights are numbers, 0 of members that do
/// not count, and scores of those are not shown.
#[derive(Debug, Clone, Copy)]
pub struct SheetRow<'a> {
    /// The row of the members' weights.
    pub weights: &'a str,
    /// The row of the members' scores.
    pub scores: &'a str,
    /// The rows of the set, a column each member.
    pub set: &'a str,
    /// What is kept of the members (see [`Aggregation::sheet_kept`]): a row each.
    pub kept: &'a [String],
    /// Whether the row has a score of every member that counts.
    pub is_complete: bool,
}

/// What an aggregation over a set is.
trait OverSet {
    /// What is kept of a member, by name.
    fn kept(&self) -> &'static [&'static str];
    /// Whether the scores themselves are kept, of every entity of the set in the same order.
    fn keeps_rows(&self) -> bool {
        false
    }
    /// Whether the largest and the smallest scores are all that it is fitted on: the others need not be known exactly.
    fn takes_extremes(&self) -> bool;
    /// What is kept of a member, from the scores of it over the set; missing where there is none.
    fn fit<N: Number>(&self, scores: &[N]) -> Vec<N>;
    /// The part of the full mark that a row has, from its scores of the members present and what was fitted of them; missing where
    /// nothing was.
    fn combine<N: Number>(&self, members: &[(N, N)], fitted: &[N]) -> N;
    /// What is kept of a member as spreadsheet formulas of the column of its scores over the set, with their titles; nothing of the scores
    /// themselves.
    fn sheet_kept(&self, _column: &str) -> Vec<(&'static str, CellFormula)> {
        Vec::new()
    }
    /// Numbers of a row that lead to its part, with their titles.
    fn sheet_workings(&self, _of: &SheetRow<'_>) -> Vec<(&'static str, CellFormula)> {
        Vec::new()
    }
    /// The part of a row, given for each of those numbers its own cell and the column of them over the set; `None` where no formula can
    /// say it.
    fn sheet(&self, of: &SheetRow<'_>, workings: &[[String; 2]]) -> Option<CellFormula>;
    /// The numbers that lead to that part, by the letters of the formula, with the code of the sentence that says them.
    fn workings<N: Number>(&self, _members: &[(N, N)], _fitted: &[N]) -> Option<Workings<N>> {
        None
    }
}

/// A sentence, as a code of the catalogue, and its numbers.
pub(crate) type Workings<N> = (&'static str, Vec<(&'static str, N)>);

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
            Aggregation::Vikor(v) => {
                let $set = ComparedRows::Vikor(v);
                $then
            }
            Aggregation::Wroclaw => {
                let $set = ComparedRows::Wroclaw;
                $then
            }
            Aggregation::Promethee => {
                let $set = ComparedRows::Promethee;
                $then
            }
            Aggregation::Copeland => {
                let $set = ComparedRows::Copeland;
                $then
            }
            Aggregation::BenefitOfTheDoubt => {
                let $set = OwnWeights { within: None };
                $then
            }
            Aggregation::BenefitOfTheDoubtWithin(within) => {
                let $set = OwnWeights { within: Some(within) };
                $then
            }
            _ => $otherwise,
        }
    };
}

impl Aggregation {
    /// Whether weights are shares of a whole, so that what they sum to does not matter.
    pub(crate) fn has_shares(self) -> bool {
        use Aggregation::{Maximum, Median, Minimum, Sum};
        !matches!(self, Minimum | Maximum | Median | Sum)
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

    /// Score of one group as a spreadsheet formula of the row of its members' weights (numbers; 0 of those that do not count) and that of their
    /// scores; `None` under an aggregation over a set.
    pub fn sheet(self, weights: &str, scores: &str) -> Option<CellFormula> {
        means::sheet(self, weights, scores)
    }

    /// What an aggregation over a set takes of each member, as spreadsheet formulas of the column of its scores over the set, with the codes
    /// of their titles; nothing of a mean.
    pub fn sheet_kept(self, column: &str) -> Vec<(&'static str, CellFormula)> {
        over_set!(self, set => set.sheet_kept(column), Vec::new())
    }

    /// Numbers of a row that lead to its score under an aggregation over a set, with the codes of their titles.
    pub fn sheet_workings(self, of: &SheetRow<'_>) -> Vec<(&'static str, CellFormula)> {
        over_set!(self, set => set.sheet_workings(of), Vec::new())
    }

    /// Score of one group under an aggregation over a set, given for each number that leads to it the row's own cell and the column of them over
    /// the set; `None` where no formula can say it (a linear programme), and under a mean.
    pub fn sheet_over(self, of: &SheetRow<'_>, workings: &[[String; 2]], full: f64) -> Option<CellFormula> {
        let part = over_set!(self, set => set.sheet(of, workings), None)?;
        Some(CellFormula { text: format!("{}*({})", number(full), part.text), ..part })
    }

    /// Whether it compares a row with the scores of the others.
    pub fn is_over_set(self) -> bool {
        over_set!(self, _set => true, false)
    }

    /// What an aggregation over a set keeps of a member, by name; nothing of a mean.
    pub fn kept(self) -> &'static [&'static str] {
        over_set!(self, set => set.kept(), &[])
    }

    /// Whether an aggregation over a set keeps the scores themselves, of every entity in the same order, missing ones too.
    pub(crate) fn keeps_rows(self) -> bool {
        over_set!(self, set => set.keeps_rows(), false)
    }

    /// Whether what is fitted of some members is what an aggregation over a set keeps, from how many numbers there are of each.
    pub(crate) fn is_fitted(self, mut lengths: impl Iterator<Item = usize>) -> bool {
        let first = lengths.next();
        let kept = if self.keeps_rows() { first.unwrap_or_default() } else { self.kept().len() };
        first.is_none_or(|first| first == kept) && lengths.all(|length| length == kept)
    }

    /// What an aggregation over a set keeps of a member, from the scores of it over the set.
    pub fn fit<N: Number>(self, scores: &[N]) -> Vec<N> {
        over_set!(self, set => set.fit(scores), Vec::new())
    }

    /// Whether the largest and the smallest scores are all that an aggregation over a set is fitted on.
    pub(crate) fn takes_extremes(self) -> bool {
        over_set!(self, set => set.takes_extremes(), false)
    }

    /// Whether the best and the worst score of each member are what it is fitted on.
    pub(crate) fn has_ends(self) -> bool {
        matches!(self, Aggregation::Topsis | Aggregation::TopsisVector)
    }

    /// The numbers that lead from the members present to the score, where the method has such.
    pub(crate) fn workings<N: Number>(self, members: &[(N, N)], fitted: &[N]) -> Option<Workings<N>> {
        if members.is_empty() {
            return None;
        }
        over_set!(self, set => set.workings(members, fitted), means::workings(self, members))
    }

    /// The part of its score that a row has of each member, where it is scored by weights of its own.
    pub(crate) fn own_shares<N: Number>(self, members: &[(N, N)], fitted: &[N]) -> Option<Vec<f64>> {
        let within = match self {
            Aggregation::BenefitOfTheDoubt => None,
            Aggregation::BenefitOfTheDoubtWithin(within) => Some(within),
            _ => return None,
        };
        Some(OwnWeights { within }.shares(members, fitted))
    }

    /// Whether the mean has no meaning for negative scores.
    pub(crate) fn is_above_zero(self) -> bool {
        use Aggregation::{BenefitOfTheDoubt, BenefitOfTheDoubtWithin, Geometric, Harmonic};
        use Aggregation::{MazziottaPareto, MazziottaParetoPlus, Power, Waspas};
        matches!(self, Geometric | Harmonic | Power(_) | Waspas(_) | MazziottaPareto | MazziottaParetoPlus)
            || matches!(self, BenefitOfTheDoubt | BenefitOfTheDoubtWithin(_))
    }

    /// Whether more of a member never makes less of the group.
    pub(crate) fn is_monotone(self) -> bool {
        !self.is_over_set()
            && !matches!(self, Aggregation::MazziottaPareto | Aggregation::MazziottaParetoPlus)
    }

    /// Whether a change of the group is split by changing one thing after the other: it is no mean under a function.
    pub(crate) fn is_split_by_steps(self) -> bool {
        use Aggregation::{MazziottaPareto, MazziottaParetoPlus, Median, Owa, Waspas};
        matches!(self, Median | Owa(_) | Waspas(_) | MazziottaPareto | MazziottaParetoPlus)
            || self.keeps_rows()
    }

    /// What is wrong with the parameters: the key, the number and its bounds.
    pub(crate) fn out_of_range(self) -> Option<(&'static str, f64, [f64; 2])> {
        let outside = |x: f64| !(0.0..=1.0).contains(&x);
        match self {
            Aggregation::Waspas(x) if outside(x) => Some(("waspas", x, [0.0, 1.0])),
            Aggregation::Vikor(x) if outside(x) => Some(("vikor", x, [0.0, 1.0])),
            Aggregation::Owa([from, _]) if outside(from) => Some(("owa[0]", from, [0.0, 1.0])),
            Aggregation::Owa([from, to]) if outside(to) || to <= from => Some(("owa[1]", to, [from, 1.0])),
            Aggregation::BenefitOfTheDoubtWithin(within) => {
                let (low, high) = match within.bounds() {
                    ("shares", _) => ("benefit_of_the_doubt.shares[0]", "benefit_of_the_doubt.shares[1]"),
                    _ => ("benefit_of_the_doubt.weights[0]", "benefit_of_the_doubt.weights[1]"),
                };
                let [from, to] = within.bounds().1;
                if outside(from) {
                    Some((low, from, [0.0, 1.0]))
                } else {
                    (outside(to) || to < from).then_some((high, to, [from, 1.0]))
                }
            }
            _ => None,
        }
    }

    /// Whether roots are drawn, so that a float is seldom the decimal that the score is.
    pub(crate) fn has_roots(self) -> bool {
        matches!(self, Aggregation::Geometric | Aggregation::Power(_) | Aggregation::Waspas(_))
            || self.is_over_set()
    }
}
