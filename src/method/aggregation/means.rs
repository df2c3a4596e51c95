//! Means and their like: a row's own scores are all they need.

use super::{Aggregation, Workings, ordered};
use crate::number::Number;

/// Score from at least one member, as `(weight, score)`; missing under an aggregation over a set.
pub(super) fn combine<N: Number>(way: Aggregation, members: &[(N, N)]) -> N {
    let sum = |f: &dyn Fn(&N, &N) -> N| {
        let mut terms = members.iter().map(|(w, s)| f(w, s));
        let first = terms.next().unwrap_or_else(N::zero);
        terms.fold(first, |acc, t| acc.add(&t))
    };
    let weight = || sum(&|w, _| w.clone());
    match way {
        Aggregation::Sum => sum(&|w, s| w.mul(s)),
        Aggregation::Arithmetic => sum(&|w, s| w.mul(s)).div(&weight()),
        Aggregation::Minimum => members.iter().skip(1).fold(members[0].1.clone(), |acc, (_, s)| acc.min(s)),
        Aggregation::Maximum => members.iter().skip(1).fold(members[0].1.clone(), |acc, (_, s)| acc.max(s)),
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
            let power = N::of(p);
            let mean = sum(&|w, s| w.mul(&s.pow(&power))).div(&weight()).pow(&N::one().div(&power));
            not_below_zero(if p < 0.0 { zero_with_zero(mean, members) } else { mean }, members)
        }
        Aggregation::Median => ordered::median(members),
        Aggregation::Owa(quantifier) => ordered::owa(quantifier, members),
        Aggregation::Waspas(share) => {
            let share = N::of(share);
            let of = |way: Aggregation| combine(way, members);
            let sums = share.mul(&of(Aggregation::Arithmetic));
            sums.add(&N::one().sub(&share).mul(&of(Aggregation::Geometric)))
        }
        Aggregation::MazziottaPareto | Aggregation::MazziottaParetoPlus => {
            let mean = combine(Aggregation::Arithmetic, members);
            let square = |w: &N, s: &N| {
                let apart = s.sub(&mean);
                w.mul(&apart.mul(&apart))
            };
            let penalty = sum(&square).div(&weight()).div(&mean);
            let balanced =
                if way == Aggregation::MazziottaPareto { mean.sub(&penalty) } else { mean.add(&penalty) };
            // Nothing at all is balanced.
            not_below_zero(N::zero().less(&mean).select(&balanced, &mean), members)
        }
        Aggregation::Topsis
        | Aggregation::TopsisVector
        | Aggregation::Vikor(_)
        | Aggregation::Wroclaw
        | Aggregation::Promethee
        | Aggregation::Copeland
        | Aggregation::BenefitOfTheDoubt
        | Aggregation::BenefitOfTheDoubtWithin(_) => N::missing(),
    }
}

/// The numbers that lead to a score that is more than one mean.
pub(super) fn workings<N: Number>(way: Aggregation, members: &[(N, N)]) -> Option<Workings<N>> {
    let of = |way: Aggregation| combine(way, members);
    match way {
        Aggregation::Waspas(_) => {
            let means = vec![("sum", of(Aggregation::Arithmetic)), ("product", of(Aggregation::Geometric))];
            Some(("explain_waspas_means", means))
        }
        Aggregation::MazziottaPareto | Aggregation::MazziottaParetoPlus => {
            let mean = of(Aggregation::Arithmetic);
            let penalty = mean.sub(&of(Aggregation::MazziottaPareto));
            let deviation = penalty.mul(&mean).sqrt();
            Some(("explain_mazziotta_pareto_parts", vec![("mean", mean), ("deviation", deviation)]))
        }
        _ => None,
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
#[path = "means_tests.rs"]
mod tests;
