//! Ranks after a few totals have moved: everybody else passes, or is passed by, no more than these.

use std::ops::Range;

use super::chunks::Changed;
use super::data::Data;
use super::points::Scores;
use super::rank::{fields, keep_ranked};
use super::total::{Last, Totals};
use crate::method::ranking::{RankOn, Ranking, Ties};
use crate::number::Bounded;
use crate::number::lanes::range;

/// More than these are put in order with all the others.
const FEW: usize = 16;

/// Totals that ranks are taken of, as they were and as they are.
pub(super) struct Moves<'a> {
    pub(super) last: &'a Last<'a>,
    pub(super) was: &'a Totals,
    pub(super) now: &'a Totals,
    pub(super) changed: &'a Changed,
}

impl Moves<'_> {
    /// The ranks of a period in place; `false` where too many totals have moved, equals do not share the best rank, or a
    /// comparison is left to exact arithmetic: then all of them are to be written.
    pub(super) fn rank(&self, data: &Data<'_>, period: usize, out: &mut [f64]) -> bool {
        let ranking: &Ranking = &self.last.document.total.rank;
        let range = data.panel.rows_of(period);
        let moved: Vec<u32> = self.changed.within(&range).flatten().take(FEW + 1).map(|r| r as u32).collect();
        if ranking.ties != Ties::Competition || moved.len() > FEW {
            return false;
        }
        let keys = |totals| Keys::of(self.last, ranking, totals, &range);
        let (Some(was), Some(now)) = (keys(self.was), keys(self.now)) else { return false };
        fields(data, period).into_iter().all(|rows| {
            let moved: Vec<u32> =
                moved.iter().copied().filter(|row| rows.binary_search(row).is_ok()).collect();
            moved.is_empty() || self.field((&was, &now), rows, &moved, (range.start, &mut *out)).is_some()
        })
    }

    /// The new ranks of those who are ranked against each other.
    fn field(
        &self,
        (was, now): (&Keys<'_>, &Keys<'_>),
        mut rows: Vec<u32>,
        moved: &[u32],
        (start, out): (usize, &mut [f64]),
    ) -> Option<()> {
        let ranked = |totals: &Totals| {
            let mut rows = moved.to_vec();
            keep_ranked(self.last, totals, &mut rows);
            rows
        };
        let gone: Vec<Bounded> = ranked(self.was).into_iter().map(|row| was.at(row)).collect();
        let mut come: Vec<(u32, Bounded, usize)> =
            ranked(self.now).into_iter().map(|row| (row, now.at(row), 0)).collect();
        keep_ranked(self.last, self.now, &mut rows);
        for row in rows.into_iter().filter(|row| !moved.contains(row)) {
            let rank = &mut out[row as usize - start];
            for other in &gone {
                *rank -= f64::from(u8::from(now.is_behind(row, *other)?));
            }
            for (_, other, ahead) in &mut come {
                let behind = now.is_behind(row, *other)?;
                *rank += f64::from(u8::from(behind));
                *ahead += usize::from(!behind && now.x[row as usize] > other.v);
            }
        }
        for row in moved {
            out[*row as usize - start] = f64::NAN;
        }
        for (row, own, ahead) in &come {
            let mut rank = ahead + 1;
            for (_, other, _) in come.iter().filter(|(other, ..)| other != row) {
                rank += usize::from(now.is_larger(*other, *own)?);
            }
            out[*row as usize - start] = rank as f64;
        }
        Some(())
    }
}

/// What the rows of a period are ranked by.
struct Keys<'a> {
    x: &'a [f64],
    /// An error that none exceeds, and the scores that know more; none where all are decimals.
    widest: f64,
    scores: Option<&'a Scores>,
    /// Whether equals share a rank, instead of being told apart by other scores.
    may_tie: bool,
}

impl<'a> Keys<'a> {
    /// None where printed totals are not the decimals that their floats show.
    fn of(last: &Last<'_>, ranking: &Ranking, totals: &'a Totals, rows: &Range<usize>) -> Option<Self> {
        let may_tie = ranking.tie_break.is_empty();
        let how = last.document.total.round.filter(|_| ranking.on == RankOn::Rounded);
        let (Some(printed), Some(how)) = (&totals.printed, how) else {
            let scores = &totals.unrounded;
            return Some(Keys { x: &scores.score, widest: scores.widest(), scores: Some(scores), may_tie });
        };
        let ((low, high), shown) = (range(&printed[rows.clone()]), how.shown());
        // (Behind a zero of so many significant digits a number may stand that `f64` takes for it.)
        let all_shown = shown.start == 0.0 && shown.contains(&low.abs()) && shown.contains(&high.abs());
        let decimals = low > high || all_shown;
        decimals.then_some(Keys { x: printed, widest: 0.0, scores: None, may_tie })
    }

    fn at(&self, row: u32) -> Bounded {
        self.scores.map_or_else(|| Bounded::exact(self.x[row as usize]), |scores| scores.at(row as usize))
    }

    /// Whether a row has less than another total; none where that is left to exact arithmetic, or to other scores.
    #[inline]
    fn is_behind(&self, row: u32, other: Bounded) -> Option<bool> {
        let apart = other.v - self.x[row as usize];
        if apart.abs() > other.e + self.widest {
            Some(apart > 0.0)
        } else {
            self.is_larger(other, self.at(row))
        }
    }

    /// Whether one total is larger than another.
    fn is_larger(&self, a: Bounded, b: Bounded) -> Option<bool> {
        let apart = a.v - b.v;
        if apart == 0.0 && a.e == 0.0 && b.e == 0.0 {
            return self.may_tie.then_some(false);
        }
        (apart.abs() > a.e + b.e).then_some(apart > 0.0)
    }
}
