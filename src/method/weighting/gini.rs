//! 基尼系数法: what is distributed more unequally weighs more.

use std::cmp::Ordering;

use super::{Members, SheetMembers, Takes, Weigh};
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::Number;

/// # Formula
/// ```text
/// d = Σ_i Σ_j |s_i − s_j| / (2 n² s̄)
/// ```
/// over the `n` entities that have a score; 0 for one alone and where all scores are 0. Needs scores of 0 or more.
///
/// It is summed as `Σ (2 i − n − 1) s_(i) / (n Σ s)` over the scores in ascending order, which is the same number.
///
/// # Source
/// G. Li and G. Chi, *A new determining objective weights method – Gini coefficient weight* (2009).
#[derive(Debug)]
pub(super) struct Gini;

impl Weigh for Gini {
    fn takes(&self) -> Takes {
        Takes::NotNegative
    }

    fn sentence(&self) -> &'static str {
        "explain_weights_gini"
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        of.each(inequality)
    }

    fn sheet(&self, of: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        Some(of.each(|s| {
            let apart = format!("IF(ISNUMBER({s})*ISNUMBER(TRANSPOSE({s})),ABS({s}-TRANSPOSE({s})),0)");
            CellFormula::array(format!("IF(SUM({s})>0,SUM({apart})/(2*COUNT({s})*SUM({s})),0)"))
        }))
    }
}

fn inequality<N: Number>(scores: &[N]) -> N {
    let n = scores.len() as f64;
    let mut ascending = scores.to_vec();
    // Scores in the order of their floats add up to what the errors of their bounds allow for.
    ascending.sort_by(|a, b| a.order(b).unwrap_or(Ordering::Equal));
    let term = |(i, s): (usize, &N)| s.mul(&N::of(2.0 * i as f64 + 1.0 - n));
    let (total, apart) =
        (N::sum(&mut scores.iter().cloned()), N::sum(&mut ascending.iter().enumerate().map(term)));
    N::zero().less(&total).select(&apart.div(&total.mul(&N::of(n))), &N::zero())
}
