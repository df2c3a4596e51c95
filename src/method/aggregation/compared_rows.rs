//! Aggregations that compare a row with every row of its set, member by member: VIKOR, Wroclaw, PROMETHEE II, Copeland.

use super::{OverSet, SheetRow, Workings};
use crate::method::sheet::{CellFormula, number};
use crate::number::statistics::{deviation, extreme, mean};
use crate::number::{Exact, Number};

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
        let Some(set) = Set::of(members, fitted) else { return N::missing() };
        match self {
            ComparedRows::Vikor(v) => vikor(&set, *v),
            ComparedRows::Wroclaw => wroclaw(&set),
            ComparedRows::Promethee | ComparedRows::Copeland => {
                let half = N::of(0.5);
                half.add(&half.mul(&self.flow(&set)))
            }
        }
    }

    fn sheet_kept(&self, column: &str) -> Vec<(&'static str, CellFormula)> {
        let end = |title, function| (title, CellFormula::plain(format!("{function}({column})")));
        match self {
            ComparedRows::Vikor(_) => {
                vec![end("explain_anchor_max", "MAX"), end("explain_anchor_min", "MIN")]
            }
            ComparedRows::Wroclaw => vec![end("explain_anchor_max", "MAX")],
            ComparedRows::Promethee | ComparedRows::Copeland => Vec::new(),
        }
    }

    fn sheet_workings(&self, of: &SheetRow<'_>) -> Vec<(&'static str, CellFormula)> {
        let (w, s) = (of.weights, of.scores);
        match (self, of.kept) {
            (ComparedRows::Vikor(_), [best, worst]) => {
                let here = format!("ISNUMBER({s})*ISNUMBER({best})*({w}<>0)");
                let regret = format!("IF({best}>{worst},{w}*({best}-{s})/({best}-{worst}),0)");
                let whole = format!("SUM(IF({here},{w},0))");
                let sum = CellFormula::array(format!("SUM(IF({here},{regret},0))/{whole}"));
                let most = CellFormula::array(format!("MAX(IF({here},{regret},\"\"))/{whole}"));
                vec![("sheet_regrets", sum), ("sheet_regret", most)]
            }
            (ComparedRows::Wroclaw, [best]) => {
                let here = format!("ISNUMBER({s})*ISNUMBER({best})");
                let squares = format!("SUM(IF({here},{w}*({best}-{s})^2,0))/SUM(IF({here},{w},0))");
                vec![("sheet_from_best", CellFormula::array(format!("SQRT({squares})")))]
            }
            _ => Vec::new(),
        }
    }

    fn sheet(&self, of: &SheetRow<'_>, workings: &[[String; 2]]) -> Option<CellFormula> {
        match (self, workings) {
            // Of rows that lack a member the others are compared by the rest alone, which has no column: a largest number row by row has
            // no formula.
            (ComparedRows::Vikor(v), [sum, most]) if of.is_complete => {
                let within = |[own, set]: &[String; 2]| {
                    let (low, high) = (format!("MIN({set})"), format!("MAX({set})"));
                    format!("IF({high}>{low},({own}-{low})/({high}-{low}),0)")
                };
                let rest = number(Exact::one().sub(&Exact::of(*v)).to_f64());
                Some(CellFormula::plain(format!("1-{v}*{}-{rest}*{}", within(sum), within(most))))
            }
            (ComparedRows::Wroclaw, [[own, set]]) => {
                let all = if of.is_complete { set.clone() } else { of.distances() };
                let far = format!("(AVERAGE({all})+2*IF(COUNT({all})<2,0,STDEV({all})))");
                let part = format!("IF({far}>0,1-{own}/{far},1)");
                Some(if of.is_complete { CellFormula::plain(part) } else { CellFormula::array(part) })
            }
            (ComparedRows::Promethee, _) => Some(of.outranking("")),
            (ComparedRows::Copeland, _) => Some(of.outranking("SIGN")),
            _ => None,
        }
    }

    fn workings<N: Number>(&self, members: &[(N, N)], fitted: &[N]) -> Option<Workings<N>> {
        let set = Set::of(members, fitted)?;
        match self {
            ComparedRows::Vikor(_) => {
                let (sum, most) = Regrets::of(&set)?.letters();
                let numbers = [("sum", "least_sum", "most_sum", sum), ("regret", "least", "most", most)];
                let three = |(own, low, high, [x, least, most]): (_, _, _, [N; 3])| {
                    [(own, x), (low, least), (high, most)]
                };
                Some(("explain_regrets", numbers.into_iter().flat_map(three).collect()))
            }
            ComparedRows::Wroclaw => {
                let [own, mean, spread] = distances(&set)?;
                let numbers = vec![("distance", own), ("mean", mean), ("deviation", spread)];
                Some(("explain_distance", numbers))
            }
            ComparedRows::Promethee => Some(("explain_flow", vec![("flow", self.flow(&set))])),
            ComparedRows::Copeland => {
                let others = N::of(set.others.len() as f64 - 1.0);
                Some(("explain_wins", vec![("net", self.flow(&set).mul(&others))]))
            }
        }
    }
}

impl ComparedRows {
    fn flow<N: Number>(&self, set: &Set<N>) -> N {
        match self {
            ComparedRows::Copeland => outranking(set, |net| sign(net, &N::zero())),
            _ => outranking(set, N::clone),
        }
    }
}

impl SheetRow<'_> {
    /// Sums by row of the set, and of their weights, over the members that the row itself and those rows have a score of; as columns.
    fn sums(&self, term: &str, is_known: &str) -> [String; 2] {
        let SheetRow { weights, scores, set, .. } = self;
        let here = format!("ISNUMBER({set})*ISNUMBER({scores}){is_known}");
        let ones = format!("TRANSPOSE(COLUMN({scores})^0)");
        [&format!("{weights}*{term}"), *weights].map(|term| format!("MMULT(IF({here},{term},0),{ones})"))
    }

    /// Distances of the rows of the set from the best, by the members that the row has.
    fn distances(&self) -> String {
        let Some(best) = self.kept.first() else { return "NA()".to_owned() };
        let [squares, whole] = self.sums(&format!("({best}-{})^2", self.set), &format!("*ISNUMBER({best})"));
        format!("IF({whole}>0,SQRT({squares}/{whole}),\"\")")
    }

    /// [`outranking`] and the part that it makes. Scores that differ by less than their rounding are equal.
    fn outranking(&self, of: &str) -> CellFormula {
        let [net, whole] = self.sums(&format!("SIGN(ROUND({}-{},11))", self.scores, self.set), "");
        let net = match of {
            "" => format!("{net}/{whole}"),
            sign => format!("{sign}(ROUND({net}/{whole},11))"),
        };
        let others = format!("(SUM(IF({whole}>0,1,0))-1)");
        let flow = format!("SUM(IF({whole}>0,{net},0))/{others}");
        CellFormula::array(format!("0.5+0.5*IF({others}<1,0,{flow})"))
    }
}

/// A row among those that it is compared with.
struct Set<N> {
    weights: Vec<N>,
    own: Vec<N>,
    /// The rows of the set that have a score of some member; the row itself is one of them where it is in the set.
    others: Vec<Vec<N>>,
}

impl<N: Number> Set<N> {
    /// Nothing where nobody is in the set.
    fn of(members: &[(N, N)], fitted: &[N]) -> Option<Self> {
        let n = fitted.len() / members.len();
        let row = |i: usize| (0..members.len()).map(|k| fitted[k * n + i].clone()).collect::<Vec<N>>();
        let others: Vec<Vec<N>> =
            (0..n).map(row).filter(|row| row.iter().any(|score| !score.is_missing())).collect();
        let (weights, own) = members.iter().cloned().unzip();
        (!others.is_empty()).then_some(Set { weights, own, others })
    }

    /// The largest and the smallest score of each member over the set; missing where nobody has one.
    fn ends(&self) -> Vec<[N; 2]> {
        let of = |k: usize| {
            let there = || self.others.iter().map(|row| row[k].clone()).filter(|s| !s.is_missing());
            [extreme(there(), N::max), extreme(there(), N::min)]
        };
        (0..self.own.len()).map(of).collect()
    }
}

/// 1 where a number is greater than another one, −1 where it is less.
fn sign<N: Number>(a: &N, b: &N) -> N {
    b.less(a).sub(&a.less(b))
}

fn total<N: Number>(terms: &[N]) -> N {
    if terms.is_empty() { N::zero() } else { N::sum(&mut terms.iter().cloned()) }
}

/// Weights times what `of` says of the members that a row has a score of and the set, over the sum of those weights.
fn weighed<N: Number>(weights: &[N], row: &[N], ends: &[[N; 2]], of: impl Fn(&N, &[N; 2]) -> N) -> Vec<N> {
    let there: Vec<usize> =
        (0..row.len()).filter(|k| !row[*k].is_missing() && !ends[*k][0].is_missing()).collect();
    let whole = total(&there.iter().map(|k| weights[*k].clone()).collect::<Vec<N>>());
    there.iter().map(|k| weights[*k].div(&whole).mul(&of(&row[*k], &ends[*k]))).collect()
}

/// The sums and the largest of the regrets: of a row, and of all rows of its set.
struct Regrets<N> {
    own: (N, N),
    sums: Vec<N>,
    largest: Vec<N>,
}

impl<N: Number> Regrets<N> {
    fn of(set: &Set<N>) -> Option<Self> {
        let ends = set.ends();
        let regrets = |row: &[N]| {
            let regret = |s: &N, [best, worst]: &[N; 2]| {
                worst.less(best).select(&best.sub(s).div(&best.sub(worst)), &N::zero())
            };
            let terms = weighed(&set.weights, row, &ends, regret);
            (!terms.is_empty()).then(|| (total(&terms), extreme(terms.into_iter(), N::max)))
        };
        let (sums, largest) = set.others.iter().filter_map(|row| regrets(row)).unzip();
        Some(Regrets { own: regrets(&set.own)?, sums, largest })
    }

    /// `S` and `R`, each with its least and its most over the set.
    fn letters(self) -> ([N; 3], [N; 3]) {
        let with = |own: N, of: &[N]| {
            let [least, most] = [N::min, N::max].map(|pick| extreme(of.iter().cloned(), pick));
            [own, least, most]
        };
        let (sum, most) = self.own;
        (with(sum, &self.sums), with(most, &self.largest))
    }
}

/// Where a number lies between the least and the most; 0 where those are alike.
fn within<N: Number>([x, low, high]: &[N; 3]) -> N {
    low.less(high).select(&x.sub(low).div(&high.sub(low)), &N::zero())
}

fn vikor<N: Number>(set: &Set<N>, v: f64) -> N {
    let Some(regrets) = Regrets::of(set) else { return N::missing() };
    let (sum, most) = regrets.letters();
    let v = N::of(v);
    let by_sum = v.mul(&within(&sum));
    N::one().sub(&by_sum).sub(&N::one().sub(&v).mul(&within(&most)))
}

/// The distance of a row from the best, and the mean and the standard deviation of those of the set.
fn distances<N: Number>(set: &Set<N>) -> Option<[N; 3]> {
    let ends = set.ends();
    let distance = |row: &[N]| {
        let square = |s: &N, [best, _]: &[N; 2]| best.sub(s).mul(&best.sub(s));
        let terms = weighed(&set.weights, row, &ends, square);
        (!terms.is_empty()).then(|| total(&terms).sqrt())
    };
    let all: Vec<N> = set.others.iter().filter_map(|row| distance(row)).collect();
    let spread = if all.len() < 2 { N::zero() } else { deviation(&all) };
    Some([distance(&set.own)?, mean(all.iter().cloned()), spread])
}

fn wroclaw<N: Number>(set: &Set<N>) -> N {
    let Some([own, mean, spread]) = distances(set) else { return N::missing() };
    let far = mean.add(&spread.add(&spread));
    N::zero().less(&far).select(&N::one().sub(&own.div(&far)), &N::one())
}

/// The mean over the others of what `of` makes of the weight that speaks for the row less the weight that speaks against it; 0 without
/// others.
fn outranking<N: Number>(Set { weights, own, others }: &Set<N>, of: impl Fn(&N) -> N) -> N {
    if others.len() < 2 {
        return N::zero();
    }
    let net = |row: &Vec<N>| {
        let there: Vec<usize> = (0..own.len()).filter(|k| !row[*k].is_missing()).collect();
        let whole = total(&there.iter().map(|k| weights[*k].clone()).collect::<Vec<N>>());
        let terms: Vec<N> = there.iter().map(|k| weights[*k].mul(&sign(&own[*k], &row[*k]))).collect();
        of(&total(&terms).div(&whole))
    };
    let nets: Vec<N> = others.iter().map(net).collect();
    total(&nets).div(&N::of(others.len() as f64 - 1.0))
}

#[cfg(test)]
#[path = "compared_rows_tests.rs"]
mod tests;
