//! Ranks after a few totals have moved: everybody else passes, or is passed by, no more than these.

use std::ops::Range;

use super::chunks::Changed;
use super::data::Data;
use super::points::Scores;
use super::rank::keep_ranked;
use super::total::{FinalStep, Totals};
use crate::method::ranking::{RankOn, Ranking, Ties};
use crate::number::Bounded;
use crate::number::lanes::range;

/// More than these are put in order with all the others.
const FEW: usize = 16;

/// Totals that ranks are taken of, as they were and as they are.
pub(super) struct Moves<'a> {
    pub(super) final_step: &'a FinalStep<'a>,
    pub(super) was: &'a Totals,
    pub(super) now: &'a Totals,
    pub(super) changed: &'a Changed,
}

impl Moves<'_> {
    /// The ranks of a period in place; `false` where too many totals have moved, equals do not share the best rank, or a
    /// comparison is left to exact arithmetic: then all of them are to be written.
    pub(super) fn rank(&self, data: &Data<'_>, period: usize, out: &mut [f64]) -> bool {
        let ranking: &Ranking = &self.final_step.plan.total.rank;
        let rows = data.panel.rows_of(period);
        let moved: Vec<u32> = self.changed.within(&rows).flatten().take(FEW + 1).map(|r| r as u32).collect();
        if ranking.ties != Ties::Competition || moved.len() > FEW {
            return false;
        }
        let keys = |totals| Keys::of(self.final_step, ranking, totals, rows.clone());
        let (Some(was), Some(now)) = (keys(self.was), keys(self.now)) else { return false };
        let ranked = |totals: &Totals| {
            let mut rows = moved.clone();
            rows.retain(|row| data.counts(*row as usize));
            keep_ranked(self.final_step, totals, &mut rows);
            rows
        };
        for row in &moved {
            out[*row as usize - rows.start] = f64::NAN;
        }
        // One after the other leaves, then one after the other comes; who has no rank is not among them.
        let field = |row: u32| data.class_of.map(|class| (&class[rows.clone()], class[row as usize]));
        let leave = |row: u32, out: &mut [f64]| now.pass(was.at(row), field(row), out, -1.0);
        let come = |row: u32, out: &mut [f64]| {
            let ahead = now.pass(now.at(row), field(row), out, 1.0)?;
            out[row as usize - rows.start] = (ahead + 1) as f64;
            Some(())
        };
        ranked(self.was).into_iter().all(|row| leave(row, out).is_some())
            && ranked(self.now).into_iter().all(|row| come(row, out).is_some())
    }
}

/// What the rows of a period are ranked by.
struct Keys<'a> {
    x: &'a [f64],
    start: usize,
    /// An error that none exceeds, and the scores that know more; none where all are decimals.
    widest: f64,
    scores: Option<&'a Scores>,
    /// Whether equals share a rank, instead of being told apart by other scores.
    may_tie: bool,
}

impl<'a> Keys<'a> {
    /// None where printed totals are not the decimals that their floats show.
    fn of(
        final_step: &FinalStep<'_>,
        ranking: &Ranking,
        totals: &'a Totals,
        rows: Range<usize>,
    ) -> Option<Self> {
        let (may_tie, start) = (ranking.tie_break.is_empty(), rows.start);
        let how = final_step.plan.total.round.filter(|_| ranking.on == RankOn::Rounded);
        let (Some(printed), Some(how)) = (&totals.printed, how) else {
            let scores = &totals.unrounded;
            let widest = scores.widest();
            return Some(Keys { x: &scores.score[rows], start, widest, scores: Some(scores), may_tie });
        };
        let x = &printed[rows];
        let ((low, high), shown) = (range(x), how.shown());
        // (Behind a zero of so many significant digits a number may stand that `f64` takes for it.)
        let all_shown = shown.start == 0.0 && shown.contains(&low.abs()) && shown.contains(&high.abs());
        (low > high || all_shown).then_some(Keys { x, start, widest: 0.0, scores: None, may_tie })
    }

    fn at(&self, row: u32) -> Bounded {
        let own = || Bounded::exact(self.x[row as usize - self.start]);
        self.scores.map_or_else(own, |scores| scores.at(row as usize))
    }

    /// Moves the ranks of those behind a total, and counts those ahead of it; a class only, where there is one. None where a
    /// comparison is left to exact arithmetic, or to other scores.
    fn pass(&self, own: Bounded, class: Option<(&[u16], u16)>, ranks: &mut [f64], by: f64) -> Option<usize> {
        let reach = own.e + self.widest;
        let (mut ahead, mut close) = (0usize, 0usize);
        let is_other = |i: usize| class.is_some_and(|(of, own)| of[i] != own);
        for (i, (x, rank)) in self.x.iter().zip(ranks.iter_mut()).enumerate() {
            let apart = own.v - x;
            let counts = !rank.is_nan() && !is_other(i);
            ahead += usize::from(counts && apart < -reach);
            close += usize::from(counts && apart.abs() <= reach);
            *rank += if counts && apart > reach { by } else { 0.0 };
        }
        if close == 0 {
            return Some(ahead);
        }
        for (i, rank) in ranks.iter_mut().enumerate() {
            if rank.is_nan() || is_other(i) || (own.v - self.x[i]).abs() > reach {
                continue;
            }
            let other = self.at((self.start + i) as u32);
            let apart = own.v - other.v;
            match apart.abs() > own.e + other.e {
                true if apart > 0.0 => *rank += by,
                true => ahead += 1,
                // Decimals that are equal share a rank.
                false if self.may_tie && apart == 0.0 && own.e == 0.0 && other.e == 0.0 => {}
                false => return None,
            }
        }
        Some(ahead)
    }
}
