//! 熵值法: what is spread unevenly over the entities says more than what all have alike.

use super::{Members, SheetMembers, Takes, Weigh};
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::Number;

/// # Formula
/// ```text
/// p_i = s_i / Σ s        e = − Σ p_i ln p_i / ln n        d = 1 − e
/// ```
/// over the `n` entities that have a score; a score of 0 adds nothing to the sum. One entity alone, and scores that are all 0,
/// tell nothing apart: `d = 0`. Needs scores of 0 or more.
///
/// # Source
/// C. L. Hwang and K. Yoon, *Multiple Attribute Decision Making* (1981), 3.2; M. Zeleny, *Multiple Criteria Decision Making*
/// (1982).
#[derive(Debug)]
pub(super) struct Entropy;

impl Weigh for Entropy {
    fn takes(&self) -> Takes {
        Takes::NotNegative
    }

    fn sentence(&self) -> &'static str {
        "explain_weights_entropy"
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        of.each(divergence)
    }

    fn sheet(&self, of: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        Some(of.each(|s| CellFormula::array(sheet_divergence(s))))
    }
}

/// How far the shares of at least two scores are from equal ones.
pub(super) fn divergence<N: Number>(scores: &[N]) -> N {
    let (zero, total) = (N::zero(), N::sum(&mut scores.iter().cloned()));
    let part = |s: &N| {
        let p = s.div(&total);
        zero.less(&p).select(&p.mul(&p.ln()), &zero)
    };
    let most = N::of(scores.len() as f64).ln();
    let divergence = N::one().add(&N::sum(&mut scores.iter().map(part)).div(&most));
    zero.less(&total).select(&divergence.max(&zero), &zero)
}

/// [`divergence`] of a range, as an array formula of a spreadsheet.
pub(super) fn sheet_divergence(s: &str) -> String {
    let p = format!("{s}/SUM({s})");
    let terms = format!("SUM(IF(ISNUMBER({s}),IF({s}>0,{p}*LN({p}),0),0))");
    format!("IF(SUM({s})>0,MAX(0,1+{terms}/LN(COUNT({s}))),0)")
}
