//! 相对损失法 (CILOS): what loses least where others are at their best weighs more.

use super::powers::high_power;
use super::{Members, SheetMembers, Takes, Weigh};
use crate::method::sheet::{CellFormula, Scratch, Title};
use crate::number::Number;

/// # Formula
/// With `a_jk` the score of member `k`, over its sum, of the entity that is best in member `j` (the mean of several):
/// ```text
/// p_jk = (a_kk − a_jk) / a_kk        Σ_k p_jk d_k = d_j Σ_i p_ij  for every j
/// ```
/// over the entities that have a score of every member. Where the losses leave the weights open (somebody is best in everything), they are
/// equal. Needs scores of 0 or more, and more is better: a cost counts by a score that falls with it, `min / x` for the form of the source.
///
/// The equations are those of a chain that goes from `k` to `j` at the rate `p_jk`, and are solved as such: sums and quotients of what is not
/// negative, so that nothing cancels (W. K. Grassmann, M. I. Taksar and D. P. Heyman 1985).
///
/// # Source
/// E. K. Zavadskas and V. Podvezko, *Integrated determination of objective criteria weights in MCDM* (2016).
#[derive(Debug)]
pub(super) struct Cilos;

impl Weigh for Cilos {
    fn takes(&self) -> Takes {
        Takes::NotNegative
    }

    fn sentence(&self) -> &'static str {
        "explain_weights_cilos"
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        balance(&of.complete())
    }

    fn sheet(&self, of: &SheetMembers<'_>, cells: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        let complete = of.complete(cells);
        Some(sheet_balance(&complete, cells)?.into_iter().map(CellFormula::plain).collect())
    }
}

/// Shares of the chain that start at different members and differ by less are the same: the chain has forgotten where it started.
const SAME: &str = "0.000001";

/// The importances as formulas, from columns of the scores of complete entities: the long-run shares of a chain that stays where it is
/// at least every other time; 0 where they are open.
pub(super) fn sheet_balance(columns: &[String], cells: &mut dyn Scratch) -> Option<Vec<String>> {
    let m = columns.len();
    let loss = |j: usize, k: usize| {
        let (at, own) = (format!("{0}=MAX({0})", columns[j]), &columns[k]);
        let there = format!("SUM(IF({at},{own},0))/SUM(IF({at},1,0))");
        CellFormula::array(format!("IF(MAX({own})>0,MAX(0,1-{there}/MAX({own})),0)"))
    };
    let mut rates = vec![vec!["0".to_owned(); m]; m];
    for (k, own) in rates.iter_mut().enumerate() {
        for (j, rate) in own.iter_mut().enumerate().filter(|(j, _)| *j != k) {
            *rate = cells.cell(Title::at("sheet_loss", &[k, j]), loss(j, k));
        }
    }
    let out = |(k, own): (usize, &Vec<String>)| {
        cells.cell(Title::of_member("sheet_losses", k), CellFormula::plain(own.join("+")))
    };
    let out: Vec<String> = rates.iter().enumerate().map(out).collect();
    let most = format!("MAX({})", out.join(","));
    for (k, own) in rates.iter_mut().enumerate() {
        for (j, rate) in own.iter_mut().enumerate() {
            let part = if j == k { format!("1-{}/{most}/2", out[k]) } else { format!("{rate}/{most}/2") };
            *rate = cells.cell(Title::at("sheet_chain", &[k, j]), CellFormula::plain(part));
        }
    }
    let shares = high_power(rates, cells)?;
    let apart = |j: usize| {
        let column: Vec<&str> = shares.iter().map(|own| own[j].as_str()).collect();
        format!("MAX({0})-MIN({0})", column.join(","))
    };
    let apart: Vec<String> = (0..m).map(apart).collect();
    let apart = cells.cell(Title::of_set("sheet_apart"), CellFormula::plain(apart.join("+")));
    Some(shares[0].iter().map(|share| format!("IF({apart}<{SAME},{share},0)")).collect())
}

/// The importances from the scores of complete entities; all 0 where they are open.
pub(super) fn balance<N: Number>(columns: &[Vec<N>]) -> Vec<N> {
    let (m, zero) = (columns.len(), N::zero());
    if columns.first().is_none_or(Vec::is_empty) {
        return vec![zero; m];
    }
    let best: Vec<(Vec<usize>, N)> = columns.iter().map(|scores| at_best(scores)).collect();
    // How much member k loses, in parts of its best, where member j is at its best; in doubt where it is open who that is.
    let loss = |j: usize, k: usize| {
        let (rows, doubt) = &best[j];
        let most = &columns[k][best[k].0[0]];
        let own = N::sum(&mut rows.iter().map(|row| columns[k][*row].clone())).div(&N::of(rows.len() as f64));
        let part = most.sub(&own).div(most);
        zero.less(most).select(&part, &zero).max(&zero).add(doubt)
    };
    let rates: Vec<Vec<N>> =
        (0..m).map(|k| (0..m).map(|j| if j == k { zero.clone() } else { loss(j, k) }).collect()).collect();
    // Whether a rate that is not 0 is one may be in doubt, and with it whether the shares are open.
    let doubt = rates.iter().flatten().fold(N::zero(), |sum, rate| sum.add(&rate.sub(rate)));
    stationary(rates).unwrap_or_else(|| vec![doubt; m])
}

/// The entities with the best score, and zero: in doubt where another one may be as good or better.
fn at_best<N: Number>(scores: &[N]) -> (Vec<usize>, N) {
    let mut first = 0;
    for (row, s) in scores.iter().enumerate() {
        if scores[first].is_less(s) {
            first = row;
        }
    }
    let (mut rows, mut doubt) = (Vec::new(), N::zero());
    for (row, s) in scores.iter().enumerate() {
        if s.is_at_least(&scores[first]) {
            rows.push(row);
        }
        if row != first {
            let behind = s.less(&scores[first]);
            doubt = doubt.add(&behind.sub(&behind));
        }
    }
    (rows, doubt)
}

/// The long-run shares of a chain with the rates `rates[from][to]`; none where they depend on where it starts.
fn stationary<N: Number>(mut rates: Vec<Vec<N>>) -> Option<Vec<N>> {
    let m = rates.len();
    // The shares are those of the members that everybody comes to: one of them is gone to last.
    let last = (0..m).find(|to| all_come_to(*to, &rates))?;
    let order: Vec<usize> = std::iter::once(last).chain((0..m).filter(|k| *k != last)).collect();
    for n in (1..m).rev() {
        let out = (0..n).fold(N::zero(), |sum, j| sum.add(&rates[order[n]][order[j]]));
        for i in 0..n {
            let part = rates[order[i]][order[n]].div(&out);
            for j in (0..n).filter(|j| *j != i) {
                let through = part.mul(&rates[order[n]][order[j]]);
                rates[order[i]][order[j]] = rates[order[i]][order[j]].add(&through);
            }
            rates[order[i]][order[n]] = part;
        }
    }
    let mut shares = vec![N::zero(); m];
    shares[last] = N::one();
    for n in 1..m {
        let terms = (0..n).map(|i| shares[order[i]].mul(&rates[order[i]][order[n]]));
        shares[order[n]] = terms.fold(N::zero(), |sum, term| sum.add(&term));
    }
    Some(shares)
}

/// Whether the chain comes to a member from wherever it starts.
fn all_come_to<N: Number>(to: usize, rates: &[Vec<N>]) -> bool {
    let (mut comes, mut open) = (vec![false; rates.len()], vec![to]);
    comes[to] = true;
    while let Some(at) = open.pop() {
        for from in 0..rates.len() {
            if !comes[from] && N::zero().is_less(&rates[from][at]) {
                comes[from] = true;
                open.push(from);
            }
        }
    }
    comes.iter().all(|comes| *comes)
}
