//! Ranks after a few totals have moved: everybody else passes, or is passed by, no more than these.

use super::chunks::Changed;
use super::data::Data;
use super::rank::{fields, keep_ranked};
use super::total::{Last, Totals};
use crate::method::ranking::{RankOn, Ranking, Ties};
use crate::number::Bounded;

/// More than these are put in order with all the others.
const FEW: usize = 16;

/// Totals that ranks are taken of, as they were and as they are.
pub(super) struct Moves<'a> {
    pub(super) last: &'a Last<'a>,
    pub(super) was: &'a Totals,
    pub(super) now: &'a Totals,
    pub(super) ranks: &'a [f64],
    pub(super) changed: &'a Changed,
}

impl Moves<'_> {
    /// The ranks of a period in place; `false`, and nothing is written, where too many totals have moved, equals do not share the
    /// best rank, or a comparison is left to exact arithmetic.
    pub(super) fn rank(&self, data: &Data<'_>, period: usize, out: &mut [f64]) -> bool {
        let ranking: &Ranking = &self.last.document.total.rank;
        let range = data.panel.rows_of(period);
        let moved: Vec<u32> = self.changed.within(&range).flatten().take(FEW + 1).map(|r| r as u32).collect();
        if ranking.ties != Ties::Competition || moved.len() > FEW {
            return false;
        }
        let mut written = Vec::new();
        for rows in fields(data, period) {
            let moved: Vec<u32> =
                moved.iter().copied().filter(|row| rows.binary_search(row).is_ok()).collect();
            if !moved.is_empty() {
                match self.field(ranking, rows, &moved) {
                    Some(ranks) => written.extend(ranks),
                    None => return false,
                }
            }
        }
        written.into_iter().for_each(|(row, rank)| out[row as usize - range.start] = rank);
        true
    }

    /// The new ranks of those who are ranked against each other.
    fn field(&self, ranking: &Ranking, mut rows: Vec<u32>, moved: &[u32]) -> Option<Vec<(u32, f64)>> {
        let ranked = |totals: &Totals| {
            let mut rows = moved.to_vec();
            keep_ranked(self.last, totals, &mut rows);
            rows
        };
        // Equal totals are told apart by other scores, where the scheme says so.
        let may_tie = ranking.tie_break.is_empty();
        let of = |totals: &Totals, row: u32| key(self.last, ranking, totals, row as usize);
        let gone: Vec<Bounded> = ranked(self.was).into_iter().map(|row| of(self.was, row)).collect();
        let come: Vec<(u32, Bounded)> =
            ranked(self.now).into_iter().map(|row| (row, of(self.now, row))).collect();
        let mut ahead = vec![1.0; come.len()];
        // Who is not ranked any more has no rank; the others get theirs below.
        let mut ranks: Vec<(u32, f64)> = moved.iter().map(|row| (*row, f64::NAN)).collect();
        keep_ranked(self.last, self.now, &mut rows);
        for row in rows.into_iter().filter(|row| !moved.contains(row)) {
            let own = of(self.now, row);
            let before = self.ranks[row as usize];
            let mut rank = before;
            for other in &gone {
                rank -= f64::from(u8::from(is_better(*other, own, may_tie)?));
            }
            for ((_, other), ahead) in come.iter().zip(&mut ahead) {
                let better = is_better(*other, own, may_tie)?;
                rank += f64::from(u8::from(better));
                *ahead += f64::from(u8::from(!better && other.v != own.v));
            }
            if rank != before {
                ranks.push((row, rank));
            }
        }
        for (k, (row, own)) in come.iter().enumerate() {
            for (j, (_, other)) in come.iter().enumerate() {
                ahead[k] += f64::from(u8::from(j != k && is_better(*other, *own, may_tie)?));
            }
            ranks.push((*row, ahead[k]));
        }
        Some(ranks)
    }
}

/// What a row is ranked by.
fn key(last: &Last<'_>, ranking: &Ranking, totals: &Totals, row: usize) -> Bounded {
    let how = last.document.total.round.filter(|_| ranking.on == RankOn::Rounded);
    match (&totals.printed, how) {
        // Equal floats are equal decimals, but for numbers that no float shows.
        (Some(printed), Some(how)) if how.shown().contains(&printed[row].abs()) => {
            Bounded::exact(printed[row])
        }
        (Some(_), Some(_)) => Bounded::new(totals.unrounded.score[row], f64::INFINITY),
        _ => totals.unrounded.at(row),
    }
}

/// Whether one total is larger than another; none where that is left to exact arithmetic, or to the scores that decide ties.
fn is_better(a: Bounded, b: Bounded, may_tie: bool) -> Option<bool> {
    let apart = a.v - b.v;
    if apart == 0.0 && a.e == 0.0 && b.e == 0.0 {
        return may_tie.then_some(false);
    }
    (apart.abs() > a.e + b.e).then_some(apart > 0.0)
}
