//! 位次重心法: weights from an order of importance alone.

use serde::Serialize;

use super::{Members, SheetMembers, Weigh};
use crate::finding::Finding;
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::Number;
use crate::tree::read_table;

/// # Formula
/// ```text
/// w of the k-th of m = (1/k + 1/(k + 1) + … + 1/m) / m
/// ```
/// the centre of all weights that are in this order. Members that a class leaves out are left out of the order.
///
/// # Source
/// F. H. Barron and B. E. Barrett, *Decision quality using ranked attribute weights* (1996).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RankOrderCentroid {
    /// All members, the most important one first.
    pub order: Vec<String>,
}

read_table!(RankOrderCentroid: order);

impl Weigh for RankOrderCentroid {
    fn sentence(&self) -> &'static str {
        "explain_weights_rank_order_centroid"
    }

    fn check(&self, members: &[&str]) -> Vec<Finding> {
        super::members::each_once("order", self.order.iter().map(String::as_str), members)
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        let place = |name: &&str| self.order.iter().position(|own| own == name);
        let named: Vec<Option<usize>> = of.names.iter().map(place).collect();
        let mut there: Vec<usize> = named.iter().flatten().copied().collect();
        there.sort_unstable();
        let places = named.iter().map(|own| own.and_then(|own| there.iter().position(|at| *at == own)));
        let m = there.len();
        let from =
            |k: usize| (k..m).rev().fold(N::zero(), |sum, i| sum.add(&N::one().div(&N::of(i as f64 + 1.0))));
        places.map(|place| place.map_or_else(N::zero, from)).collect()
    }

    fn sheet(&self, of: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        Some(of.judged(|of| self.importances(of)))
    }
}
