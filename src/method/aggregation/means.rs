//! Means and their like: a row's own scores are all they need.

use super::{Aggregation, Workings, ordered};
use crate::method::sheet::{CellFormula, number};
use crate::number::{Exact, Number};

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

/// Score from a row of weights and one of scores, as a spreadsheet formula; `None` under an aggregation over a set.
pub(super) fn sheet(way: Aggregation, w: &str, s: &str) -> Option<CellFormula> {
    // Members that count. A text is greater than every number, so a comparison alone would take it for one.
    let here = format!("ISNUMBER({s})*({w}<>0)");
    let whole = format!("SUMPRODUCT({w},--ISNUMBER({s}))");
    let least = format!("MIN(IF({here},{s},\"\"))");
    let sum = |term: &str| format!("SUM(IF({here},{term},0))");
    let below = |formula: String| format!("IF(SUMPRODUCT(({w}<>0)*ISNUMBER({s})*({s}<0))>0,NA(),{formula})");
    let product = format!("PRODUCT(IF({here},{s}^({w}/{whole}),1))");
    let mean = format!("SUMPRODUCT({w},{s})/{whole}");
    Some(match way {
        Aggregation::Arithmetic => CellFormula::plain(mean),
        // Divided by whether there is a member at all: by zero where there is none.
        Aggregation::Sum => {
            CellFormula::plain(format!("SUMPRODUCT({w},{s})/(SUMPRODUCT(({w}<>0)*ISNUMBER({s}))>0)"))
        }
        Aggregation::Minimum => CellFormula::array(format!("SMALL(IF({here},{s},\"\"),1)")),
        Aggregation::Maximum => CellFormula::array(format!("LARGE(IF({here},{s},\"\"),1)")),
        Aggregation::Median => CellFormula::array(format!("MEDIAN(IF({here},{s},\"\"))")),
        Aggregation::Geometric => CellFormula::array(below(product)),
        Aggregation::Harmonic => {
            let mean = format!("{}/{}", sum(w), sum(&format!("{w}/{s}")));
            CellFormula::array(below(format!("IF({least}=0,0,{mean})")))
        }
        Aggregation::Power(p) => {
            let (p, powers) = (number(p), sum(&format!("{w}*{s}^{}", number(p))));
            let mean = format!("({powers}/{})^(1/{p})", sum(w));
            let zero = p.starts_with('(').then(|| format!("IF({least}=0,0,{mean})"));
            CellFormula::array(below(zero.unwrap_or(mean)))
        }
        Aggregation::Owa(quantifier) => CellFormula::array(ordered::sheet_owa(quantifier, w, s)),
        Aggregation::Waspas(share) => {
            let rest = number(Exact::one().sub(&Exact::of(share)).to_f64());
            CellFormula::array(below(format!("{share}*{mean}+{rest}*{product}")))
        }
        // M − S² / M = 2 M − Q / M with the mean Q of the squares, S² being Q − M².
        Aggregation::MazziottaPareto | Aggregation::MazziottaParetoPlus => {
            let squares = format!("SUMPRODUCT({w},{s},{s})/SUMPRODUCT({w},{s})");
            let balanced =
                if way == Aggregation::MazziottaPareto { format!("2*{mean}-{squares}") } else { squares };
            CellFormula::plain(below(format!("IF(SUMPRODUCT({w},{s})>0,{balanced},{mean})")))
        }
        _ => return None,
    })
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
