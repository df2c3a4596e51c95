//! Weights computed from the scores: what of a group the data themselves make important.
//!
//! A method sees the scores of every member of a group over the entities of a period and class, and says how much each member
//! counts among them. The engine makes weights of that which add up to 1, and rounds them: from then on a weight is that
//! decimal, as if it had been written in the scheme.

mod ahp;
mod angle;
mod balanced;
mod best_worst;
mod cilos;
mod coefficient_of_variation;
mod critic;
mod entropy;
mod equal;
mod factor;
mod gini;
mod idocriw;
mod judgement;
mod lopcow;
mod members;
mod merec;
mod pca;
mod powers;
mod rank_order_centroid;
mod standard_deviation;
mod variance;
mod written;

pub use ahp::{Ahp, By as AhpBy, Pair};
pub use balanced::{Balanced, Importance};
pub use best_worst::BestWorst;
pub use critic::Critic;
pub use factor::Factor;
pub use idocriw::Idocriw;
pub use judgement::Judgement;
pub use lopcow::Lopcow;
pub use members::{Members, SheetMembers};
pub use pca::{Loadings, Pca};
pub use rank_order_centroid::RankOrderCentroid;

use self::angle::Angle;
use self::cilos::Cilos;
use self::coefficient_of_variation::CoefficientOfVariation;
use self::entropy::Entropy;
use self::equal::Equal;
use self::gini::Gini;
use self::merec::Merec;
use self::standard_deviation::StandardDeviation;
use self::variance::Variance;
use self::written::methods;
use crate::finding::Finding;
use crate::method::sheet::{CellFormula, Scratch, Title};
use crate::number::Number;
use crate::number::rounding::Rounding;

/// What a method of computed weights is.
trait Weigh {
    /// The scores that it has a meaning for.
    fn takes(&self) -> Takes {
        Takes::Any
    }
    /// The sentence, as a code of the catalogue, that says where the weights come from.
    fn sentence(&self) -> &'static str;
    /// The numbers of the sentence, given the names of the members that count.
    fn facts(&self, _members: &[&str]) -> Vec<(&'static str, f64)> {
        Vec::new()
    }
    /// What is wrong with the parameters, given the names of the members; `place.path` relative to the method.
    fn check(&self, _members: &[&str]) -> Vec<Finding> {
        Vec::new()
    }
    /// The importances as spreadsheet formulas, after the cells that they need; `None` where no formula can say them.
    fn sheet(&self, of: &SheetMembers<'_>, cells: &mut dyn Scratch) -> Option<Vec<CellFormula>>;
    /// How much each member counts; 0 or more, on any scale.
    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N>;
}

/// Which scores a method has a meaning for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Takes {
    /// All.
    Any,
    /// Those of 0 or more.
    NotNegative,
    /// Those above 0.
    Positive,
}

/// The decimals of a computed weight where the scheme does not round it otherwise.
pub const DIGITS: i8 = 10;

methods! {
    words {
        /// 等权: the same for every member, whatever is written.
        "equal" => Equal,
        /// 熵值法
        "entropy" => Entropy,
        /// 标准差法
        "standard_deviation" => StandardDeviation,
        /// 方差法
        "variance" => Variance,
        /// 变异系数法
        "coefficient_of_variation" => CoefficientOfVariation,
        /// 基尼系数法
        "gini" => Gini,
        /// 夹角法
        "angle" => Angle,
        /// 去除效应法 (MEREC)
        "merec" => Merec,
        /// 相对损失法 (CILOS)
        "cilos" => Cilos,
    }
    tables {
        /// CRITIC 法
        "critic" => Critic,
        /// 对数变化率法 (LOPCOW)
        "lopcow" => Lopcow,
        /// 熵值法与相对损失法之积 (IDOCRIW)
        "idocriw" => Idocriw,
        /// 主成分法 (PCA)
        "pca" => Pca,
        /// 因子分析法: rotated factors, each member by its own.
        "factor" => Factor,
        /// 目标重要性法: under which members are as important as they are meant to be.
        "balanced" => Balanced,
        /// 位次重心法: from an order of importance alone.
        "rank_order_centroid" => RankOrderCentroid,
        /// 层次分析法 (AHP): from judgements of pairs.
        "ahp" => Ahp,
        /// 最优最劣法 (BWM): from judgements against the best and the worst member.
        "best_worst" => BestWorst,
    }
}

impl Weighting {
    /// The weights of the members of a group, adding up to 1; equal ones where nothing tells the members apart.
    pub fn weights<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        let importances = self.importances(of);
        let total = N::sum(&mut importances.iter().cloned());
        let equal = N::one().div(&N::of(of.scores.len() as f64));
        let weight = |d: &N| N::zero().less(&total).select(&d.div(&total), &equal);
        importances.iter().map(weight).collect()
    }

    /// The weights of the members of a group before their rounding, as addresses of spreadsheet cells that are put for them; `None` where no
    /// formula can say them (a rotation, a search, powers of a large matrix).
    pub fn sheet(&self, of: &SheetMembers<'_>, cells: &mut dyn Scratch) -> Option<Vec<String>> {
        let importances = self.sheet_importances(of, cells)?.into_iter().enumerate();
        let importances: Vec<String> = importances
            .map(|(k, formula)| cells.cell(Title::of_member("sheet_importance", k), formula))
            .collect();
        let total = format!("SUM({})", importances.join(","));
        let weight = |(k, own): (usize, &String)| {
            let formula = format!("IF({total}>0,{own}/{total},1/{})", importances.len());
            cells.cell(Title::of_member("sheet_weight", k), CellFormula::plain(formula))
        };
        Some(importances.iter().enumerate().map(weight).collect())
    }

    /// The rounding of a weight where the scheme declares none.
    pub(crate) fn rounding() -> Rounding {
        Rounding::digits(DIGITS)
    }
}

#[cfg(test)]
#[path = "weighting_tests.rs"]
pub(super) mod tests;
