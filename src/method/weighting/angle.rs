//! 夹角法: what points further away from a column of equal scores weighs more.

use super::members::{sheet_variation, variation};
use super::{Members, SheetMembers, Takes, Weigh};
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::Number;

/// # Formula
/// ```text
/// d = arccos( Σ s / √(n Σ s²) ) = arctan( v √((n − 1) / n) ),  v = √( Σ (s − s̄)² / (n − 1) ) / s̄
/// ```
/// over the `n` entities that have a score: the angle between the scores and equal ones. 0 for one alone and where all scores are 0. Needs
/// scores of 0 or more.
///
/// # Source
/// D. Shuai, Z. Zongzhun, W. Yongji and L. Lei, *A new angular method to determine the objective weights* (2012).
#[derive(Debug)]
pub(super) struct Angle;

impl Weigh for Angle {
    fn takes(&self) -> Takes {
        Takes::NotNegative
    }

    fn sentence(&self) -> &'static str {
        "explain_weights_angle"
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        of.each(|scores| {
            let n = scores.len() as f64;
            arctangent(&variation(scores).mul(&N::of(n - 1.0).div(&N::of(n)).sqrt()))
        })
    }

    fn sheet(&self, of: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        Some(of.each(|s| {
            CellFormula::plain(format!("ATAN({}*SQRT((COUNT({s})-1)/COUNT({s})))", sheet_variation(s)))
        }))
    }
}

/// Halvings after which the tangent of the angle is below 1/20, whatever it was.
const HALVINGS: u32 = 5;
/// Terms of the series then, whose rest is below 10⁻¹⁹ of the angle.
const TERMS: u32 = 7;

/// `arctan t` of `t ≥ 0`: the angle is halved some times, `tan(a/2) = tan a / (1 + √(1 + tan² a))`, then `t − t³/3 + t⁵/5 − …`.
fn arctangent<N: Number>(t: &N) -> N {
    let half = |t: N| {
        let root = N::one().add(&t.mul(&t)).sqrt();
        t.div(&N::one().add(&root))
    };
    let t = (0..HALVINGS).fold(t.clone(), |t, _| half(t));
    let square = t.mul(&t).neg();
    let odd = |k: u32| N::one().div(&N::of(f64::from(2 * k + 1)));
    let series = (0..TERMS - 1).rev().fold(odd(TERMS - 1), |sum, k| odd(k).add(&square.mul(&sum)));
    t.mul(&series).mul(&N::of(2f64.powi(HALVINGS as i32)))
}
