//! 去除效应法 (MEREC): what an assessment would miss most if it were left out weighs most.

use super::{Members, SheetMembers, Takes, Weigh};
use crate::method::sheet::{CellFormula, Scratch, Title};
use crate::number::Number;

/// # Formula
/// ```text
/// a_ij = ln(s_ij / min_i s_ij) / m        S_i = ln(1 + Σ_j a_ij)        d_j = Σ_i (S_i − ln(1 + Σ_{k≠j} a_ik))
/// ```
/// over the entities that have a score of all `m` members. Needs scores above 0, and more is better: a cost counts by a score that falls
/// with it, `min / x` for the form of the source.
///
/// # Source
/// M. Keshavarz-Ghorabaee, M. Amiri, E. K. Zavadskas, Z. Turskis and J. Antucheviciene, *Determination of objective weights using a new
/// method based on the removal effects of criteria (MEREC)* (2021).
#[derive(Debug)]
pub(super) struct Merec;

impl Weigh for Merec {
    fn takes(&self) -> Takes {
        Takes::Positive
    }

    fn sentence(&self) -> &'static str {
        "explain_weights_merec"
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        let m = N::of(of.scores.len() as f64);
        let above = |scores: &Vec<N>| {
            let least = scores.iter().cloned().reduce(|a, b| a.min(&b)).unwrap_or_else(N::one);
            scores.iter().map(|s| s.div(&least).ln().div(&m)).collect::<Vec<N>>()
        };
        let parts: Vec<Vec<N>> = of.complete().iter().map(above).collect();
        let rows = parts.first().map_or(0, Vec::len);
        let whole: Vec<N> = (0..rows).map(|i| N::sum(&mut parts.iter().map(|own| own[i].clone()))).collect();
        // ln(1 + a) − ln(1 + a − b) as one logarithm: nothing cancels.
        let effect = |(all, own): (&N, &N)| {
            let all = N::one().add(all);
            all.div(&all.sub(own)).ln()
        };
        let total = |own: &Vec<N>| {
            if own.is_empty() { N::zero() } else { N::sum(&mut whole.iter().zip(own).map(effect)) }
        };
        parts.iter().map(total).collect()
    }

    fn sheet(&self, of: &SheetMembers<'_>, cells: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        let complete = of.complete(cells);
        let m = complete.len();
        let above = |own: &str, set: &str| format!("LN({own}/MIN({set}))/{m}");
        let whole = cells.column(Title::of_set("sheet_performance"), &complete, &|row| {
            let terms: Vec<String> = row.iter().zip(&complete).map(|(own, set)| above(own, set)).collect();
            CellFormula::plain(format!("IF(ISNUMBER({}),1+{},\"\")", row[0], terms.join("+")))
        });
        let effect = |own: &String| {
            let effect = format!("LN({whole}/({whole}-{}))", above(own, own));
            CellFormula::array(format!("SUM(IF(ISNUMBER({own}),{effect},0))"))
        };
        Some(complete.iter().map(effect).collect())
    }
}
