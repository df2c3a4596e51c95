//! 优劣解距离法 (TOPSIS): how much nearer to the best scores of the set than to the worst.

use super::{OverSet, SheetRow, Workings};
use crate::method::sheet::CellFormula;
use crate::number::Number;
use crate::number::statistics::extreme;

/// # Formula
/// ```text
/// d⁺ = √ Σ (w (best − s))²      d⁻ = √ Σ (w (s − worst))²      points = full · d⁻ / (d⁺ + d⁻)
/// ```
/// with the largest and the smallest score of each member over the set, the ideal and the anti-ideal. Which factor the weights are
/// normalised by does not matter, so what a missing member leaves is handed on by leaving it out of both sums. `by_norm` divides the
/// scores of a member by `√ Σ s²` over the set first; where that is zero, the member tells nothing apart.
///
/// A row that is as far from both (`d⁺ = d⁻`) has half the full mark, also where all of the set are alike and both are 0. A row outside
/// the set may lie beyond an ideal; the distances are what they are.
///
/// It is computed as `1 / (1 + √(d⁺² / d⁻²))`, so that one root decides, of a rational number where the scores are rational.
///
/// # Source
/// C. L. Hwang and K. Yoon, *Multiple Attribute Decision Making* (1981), 3.2.
#[derive(Debug)]
pub(super) struct Topsis {
    pub(super) by_norm: bool,
}

/// Places of what is kept.
const BEST: usize = 0;
const WORST: usize = 1;
const SQUARES: usize = 2;

impl Topsis {
    /// Squares of the distances from the best and the worst; none where nothing was fitted.
    pub(super) fn squares<N: Number>(&self, members: &[(N, N)], fitted: &[N]) -> Option<[N; 2]> {
        let (zero, mut sums) = (N::zero(), None::<[N; 2]>);
        for ((w, s), own) in members.iter().zip(fitted.chunks_exact(self.kept().len())) {
            if own[BEST].is_missing() {
                continue;
            }
            let square = |from: &N| {
                let apart = w.mul(&s.sub(from));
                let square = apart.mul(&apart);
                if self.by_norm {
                    zero.less(&own[SQUARES]).select(&square.div(&own[SQUARES]), &zero)
                } else {
                    square
                }
            };
            let squares = [square(&own[BEST]), square(&own[WORST])];
            sums = Some(match sums {
                None => squares,
                Some([best, worst]) => [squares[0].add(&best), squares[1].add(&worst)],
            });
        }
        sums
    }
}

impl OverSet for Topsis {
    fn kept(&self) -> &'static [&'static str] {
        if self.by_norm { &["best", "worst", "squares"] } else { &["best", "worst"] }
    }

    fn takes_extremes(&self) -> bool {
        !self.by_norm
    }

    fn fit<N: Number>(&self, scores: &[N]) -> Vec<N> {
        let end = |pick| extreme(scores.iter().cloned(), pick);
        let mut kept = vec![end(N::max), end(N::min)];
        if self.by_norm {
            kept.push(N::sum(&mut scores.iter().map(|s| s.mul(s))));
        }
        kept
    }

    fn combine<N: Number>(&self, members: &[(N, N)], fitted: &[N]) -> N {
        let Some([best, worst]) = self.squares(members, fitted) else { return N::missing() };
        let (zero, one) = (N::zero(), N::one());
        let part = one.div(&one.add(&best.div(&worst).sqrt()));
        let nowhere = zero.less(&best).select(&zero, &N::of(0.5));
        zero.less(&worst).select(&part, &nowhere)
    }

    fn sheet_kept(&self, column: &str) -> Vec<(&'static str, CellFormula)> {
        let mut kept = vec![
            ("explain_anchor_max", CellFormula::plain(format!("MAX({column})"))),
            ("explain_anchor_min", CellFormula::plain(format!("MIN({column})"))),
        ];
        if self.by_norm {
            kept.push(("sheet_squares", CellFormula::plain(format!("SUMSQ({column})"))));
        }
        kept
    }

    fn sheet_workings(&self, of: &SheetRow<'_>) -> Vec<(&'static str, CellFormula)> {
        let (w, s) = (of.weights, of.scores);
        let distance = |from: &String| {
            let here = format!("ISNUMBER({s})*ISNUMBER({from})");
            let mut square = format!("({w}*({s}-{from}))^2");
            if self.by_norm {
                let norm = &of.kept[SQUARES];
                square = format!("IF({norm}>0,{square}/{norm},0)");
            }
            CellFormula::array(format!("SQRT(SUM(IF({here},{square},0)))/SUM(IF({here},{w},0))"))
        };
        vec![("sheet_from_best", distance(&of.kept[BEST])), ("sheet_from_worst", distance(&of.kept[WORST]))]
    }

    fn sheet(&self, _: &SheetRow<'_>, workings: &[[String; 2]]) -> Option<CellFormula> {
        let [[best, _], [worst, _]] = workings else { return None };
        Some(CellFormula::plain(format!("IF({best}+{worst}>0,{worst}/({best}+{worst}),0.5)")))
    }

    fn workings<N: Number>(&self, members: &[(N, N)], fitted: &[N]) -> Option<Workings<N>> {
        let whole = N::sum(&mut members.iter().map(|(w, _)| w.clone()));
        let [best, worst] = self.squares(members, fitted)?.map(|square| square.sqrt().div(&whole));
        let part = self.combine(members, fitted);
        Some(("explain_distances", vec![("best", best), ("worst", worst), ("part", part)]))
    }
}

#[cfg(test)]
#[path = "topsis_tests.rs"]
mod tests;
