//! Aggregations that compare a row with every row of its set, member by member: VIKOR, Wroclaw, PROMETHEE II, Copeland.

use super::OverSet;
use crate::number::Number;
use crate::number::statistics::{deviation, extreme, mean};

/// How a row follows from its scores and those of all rows of the set. What is fitted of a member is its scores, in the same order of the
/// entities for every member.
///
/// # Formula
/// With weights `w` that sum to 1 over the members present, `best` and `worst` the ends of a member's scores over the set, `n` entities:
/// ```text
/// VIKOR         S = Σ w (best − s) / (best − worst)      R = max of the same terms
///               part = 1 − v (S − S_min) / (S_max − S_min) − (1 − v) (R − R_min) / (R_max − R_min)
/// Wroclaw       d = √ Σ w (best − s)²                    part = 1 − d / (mean of d + 2 · standard deviation of d)
/// PROMETHEE II  φ = Σ_others Σ w sign(s − s_other) / (n − 1)                  part = (1 + φ) / 2
/// Copeland      c = Σ_others sign( Σ w sign(s − s_other) ) / (n − 1)          part = (1 + c) / 2
/// ```
/// A quotient without a denominator is 0. Of an entity that lacks a member, the others decide. The work grows with the square of the number
/// of entities.
///
/// # Source
/// S. Opricovic and G.-H. Tzeng, *Compromise solution by MCDM methods* (2004); Z. Hellwig (1968), as in OECD/JRC studies; J.-P. Brans and P. Vincke,
/// *A preference ranking organisation method* (1985), the usual criterion; A. H. Copeland (1951), as in the OECD/JRC Handbook (2008).
#[derive(Debug, Clone, Copy)]
pub(super) enum ComparedRows {
    /// With the share `v` of the sum against the largest regret.
    Vikor(f64),
    Wroclaw,
    Promethee,
    Copeland,
}

impl OverSet for ComparedRows {
    fn kept(&self) -> &'static [&'static str] {
        &["scores"]
    }

    fn keeps_rows(&self) -> bool {
        true
    }

    fn takes_extremes(&self) -> bool {
        false
    }

    fn fit<N: Number>(&self, scores: &[N]) -> Vec<N> {
        scores.to_vec()
    }

    fn combine<N: Number>(&self, members: &[(N, N)], fitted: &[N]) -> N {
        let n = fitted.len() / members.len();
        let own: Vec<N> = members.iter().map(|(_, s)| s.clone()).collect();
        let row = |i: usize| (0..members.len()).map(|k| fitted[k * n + i].clone()).collect::<Vec<N>>();
        let others: Vec<Vec<N>> =
            (0..n).map(row).filter(|row| row.iter().any(|score| !score.is_missing())).collect();
        if others.is_empty() {
            return N::missing();
        }
        let weights: Vec<N> = members.iter().map(|(w, _)| w.clone()).collect();
        match self {
            ComparedRows::Vikor(v) => vikor(&weights, &own, &others, *v),
            ComparedRows::Wroclaw => wroclaw(&weights, &own, &others),
            ComparedRows::Promethee => outranking(&weights, &own, &others, N::clone),
            ComparedRows::Copeland => outranking(&weights, &own, &others, |net| sign(net, &N::zero())),
        }
    }
}

/// 1 where a number is greater than another one, −1 where it is less.
fn sign<N: Number>(a: &N, b: &N) -> N {
    b.less(a).sub(&a.less(b))
}

fn total<N: Number>(terms: &[N]) -> N {
    if terms.is_empty() { N::zero() } else { N::sum(&mut terms.iter().cloned()) }
}

/// The largest and the smallest score of each member over the set; missing where nobody has one.
fn ends<N: Number>(others: &[Vec<N>], k: usize) -> [N; 2] {
    let there = || others.iter().map(|row| row[k].clone()).filter(|s| !s.is_missing());
    [extreme(there(), N::max), extreme(there(), N::min)]
}

/// Weights times what `of` says of the members that a row has a score of and the set, over the sum of those weights.
fn weighed<N: Number>(weights: &[N], row: &[N], ends: &[[N; 2]], of: impl Fn(&N, &[N; 2]) -> N) -> Vec<N> {
    let there: Vec<usize> =
        (0..row.len()).filter(|k| !row[*k].is_missing() && !ends[*k][0].is_missing()).collect();
    let whole = total(&there.iter().map(|k| weights[*k].clone()).collect::<Vec<N>>());
    there.iter().map(|k| weights[*k].div(&whole).mul(&of(&row[*k], &ends[*k]))).collect()
}

/// Where a number lies between the least and the most of some; 0 where those are alike.
fn within<N: Number>(x: &N, of: &[N]) -> N {
    let (low, high) = (extreme(of.iter().cloned(), N::min), extreme(of.iter().cloned(), N::max));
    low.less(&high).select(&x.sub(&low).div(&high.sub(&low)), &N::zero())
}

fn vikor<N: Number>(weights: &[N], own: &[N], others: &[Vec<N>], v: f64) -> N {
    let ends: Vec<[N; 2]> = (0..own.len()).map(|k| ends(others, k)).collect();
    let regrets = |row: &[N]| {
        let regret = |s: &N, [best, worst]: &[N; 2]| {
            worst.less(best).select(&best.sub(s).div(&best.sub(worst)), &N::zero())
        };
        let terms = weighed(weights, row, &ends, regret);
        (!terms.is_empty()).then(|| (total(&terms), extreme(terms.into_iter(), N::max)))
    };
    let (sums, largest): (Vec<N>, Vec<N>) = others.iter().filter_map(|row| regrets(row)).unzip();
    let Some((sum, most)) = regrets(own) else { return N::missing() };
    let v = N::of(v);
    let by_sum = v.mul(&within(&sum, &sums));
    N::one().sub(&by_sum).sub(&N::one().sub(&v).mul(&within(&most, &largest)))
}

fn wroclaw<N: Number>(weights: &[N], own: &[N], others: &[Vec<N>]) -> N {
    let ends: Vec<[N; 2]> = (0..own.len()).map(|k| ends(others, k)).collect();
    let distance = |row: &[N]| {
        let square = |s: &N, [best, _]: &[N; 2]| best.sub(s).mul(&best.sub(s));
        let terms = weighed(weights, row, &ends, square);
        (!terms.is_empty()).then(|| total(&terms).sqrt())
    };
    let distances: Vec<N> = others.iter().filter_map(|row| distance(row)).collect();
    let Some(own) = distance(own) else { return N::missing() };
    let spread = if distances.len() < 2 { N::zero() } else { deviation(&distances) };
    let far = mean(distances.iter().cloned()).add(&spread.add(&spread));
    N::zero().less(&far).select(&N::one().sub(&own.div(&far)), &N::one())
}

/// The mean over the others of what `of` makes of the weight that speaks for the row less the weight that speaks against it.
fn outranking<N: Number>(weights: &[N], own: &[N], others: &[Vec<N>], of: impl Fn(&N) -> N) -> N {
    let half = N::of(0.5);
    if others.len() < 2 {
        return half;
    }
    let net = |row: &Vec<N>| {
        let there: Vec<usize> = (0..own.len()).filter(|k| !row[*k].is_missing()).collect();
        let whole = total(&there.iter().map(|k| weights[*k].clone()).collect::<Vec<N>>());
        let terms: Vec<N> = there.iter().map(|k| weights[*k].mul(&sign(&own[*k], &row[*k]))).collect();
        of(&total(&terms).div(&whole))
    };
    let nets: Vec<N> = others.iter().map(net).collect();
    let flow = total(&nets).div(&N::of(others.len() as f64 - 1.0));
    half.add(&half.mul(&flow))
}

#[cfg(test)]
#[path = "compared_rows_tests.rs"]
mod tests;
