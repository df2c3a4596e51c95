//! Equal totals: what decided between them, and totals that only look equal.

use std::cmp::Ordering;

use super::cell::Cell;
use super::{Digits, Fact, Sentence};
use crate::assess::ties::Deciders;
use crate::method::ranking::{RankOn, Ties};
use crate::number::{Exact, Number};
use crate::report::Label;
use crate::scheme::final_step::TieBreak;

/// Rivals of a tie that are named.
const NAMED: usize = 5;

impl Cell<'_> {
    /// Whether the total that decides the rank is the same, and what then decided.
    pub(super) fn ties(&self, field: &[usize], printed: f64, digits: Digits) -> Vec<Sentence> {
        let mut rivals: Vec<usize> = field.iter().copied().filter(|r| self.is_level(*r)).collect();
        let mut said = Vec::new();
        let total = Fact::Number(printed, digits);
        let ranking = &self.document.total.rank;
        for by in &self.final_step.plan.tie_break {
            if rivals.is_empty() {
                return said;
            }
            let of = |order: Ordering| -> Vec<usize> {
                rivals.iter().copied().filter(|r| self.compare(*by, *r) == order).collect()
            };
            let (behind, ahead, level) = (of(Ordering::Greater), of(Ordering::Less), of(Ordering::Equal));
            for (code, rows) in [("explain_tie_ahead", behind), ("explain_tie_behind", ahead)] {
                if !rows.is_empty() {
                    let sentence = Sentence::new(code)
                        .fact("total", total.clone())
                        .fact("names", self.rivals(&rows, None))
                        .fact("by", self.decider(*by))
                        .fact("own", self.decided_by(*by, self.row));
                    said.push(sentence.fact("others", self.rivals(&rows, Some(*by))));
                }
            }
            rivals = level;
        }
        if !rivals.is_empty() {
            let code =
                if ranking.ties == Ties::Ordinal { "explain_tie_by_name" } else { "explain_tie_shared" };
            said.push(Sentence::new(code).fact("total", total).fact("others", self.rivals(&rivals, None)));
        }
        said
    }

    /// Whether another row has the same total, as far as ranking is concerned.
    pub(super) fn is_level(&self, other: usize) -> bool {
        if other == self.row || self.assessment.ranks()[other].is_nan() {
            return false;
        }
        let totals = &self.assessment.inner.totals;
        if let (Some(printed), RankOn::Rounded) = (&totals.printed, self.document.total.rank.on) {
            return printed[other] == printed[self.row];
        }
        let (own, theirs) = (totals.unrounded.at(self.row), totals.unrounded.at(other));
        if (own.v - theirs.v).abs() > own.e + theirs.e {
            return false;
        }
        let exact = |row: usize| self.final_step.exact(&self.exact, row, totals.floors_of(row));
        exact(self.row).order(&exact(other)).unwrap_or_else(|| own.v.total_cmp(&theirs.v)) == Ordering::Equal
    }

    fn deciders(&self) -> Deciders<'_> {
        let inner = &self.assessment.inner;
        let (near, exact, final_step) = (&self.near, &self.exact, &self.final_step);
        Deciders { near, exact, final_step, totals: &inner.totals, ranks: &inner.ranks }
    }

    /// What decides between equal totals of this row and another's: greater is ahead.
    fn compare(&self, by: TieBreak, other: usize) -> Ordering {
        let deciders = self.deciders();
        let (own, theirs) = (deciders.near(by, self.row), deciders.near(by, other));
        match (own.is_missing(), theirs.is_missing()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            (false, false) => {}
        }
        if (own.v - theirs.v).abs() > own.e + theirs.e {
            return own.v.total_cmp(&theirs.v);
        }
        let (a, b) = (deciders.exact(by, self.row), deciders.exact(by, other));
        a.order(&b).unwrap_or_else(|| own.v.total_cmp(&theirs.v))
    }

    /// What decides, by name.
    fn decider(&self, by: TieBreak) -> Fact {
        Fact::from(match by {
            TieBreak::Node(node) => Sentence::new("explain_tie_score").fact("node", self.named(node)),
            TieBreak::Variable(variable) => {
                let variable = &self.document.variables[variable];
                let label = Label::new(&variable.id, &variable.title);
                Sentence::new("explain_tie_variable").fact("variable", label)
            }
            TieBreak::PreviousTotal => Sentence::new("explain_tie_previous_total"),
            TieBreak::PreviousRank => Sentence::new("explain_tie_previous_rank"),
        })
    }

    /// What decides, of one row.
    fn decided_by(&self, by: TieBreak, row: usize) -> Fact {
        let x = self.deciders().near(by, row).v;
        let shown = if by == TieBreak::PreviousRank { -x } else { x };
        if x.is_nan() {
            Sentence::new("explain_tie_missing").into()
        } else {
            Fact::Number(shown, Digits::Computed)
        }
    }

    fn rivals(&self, rows: &[usize], by: Option<TieBreak>) -> Fact {
        let name = |row: &usize| match by {
            Some(by) => {
                let missing = self.deciders().near(by, *row).is_missing();
                let code = if missing { "explain_rival_missing" } else { "explain_rival" };
                let sentence = Sentence::new(code).text("entity", self.entity(*row));
                sentence.fact("score", self.decided_by(by, *row)).into()
            }
            None => self.entity(*row).into(),
        };
        let more = |count| Sentence::new("explain_more_entities").typed("count", count as f64);
        Fact::few_and(rows, NAMED, more, name)
    }
}

/// Whether two rows of a field have totals that differ although they print alike; decided exactly where it is close.
pub(super) fn differ(cell: &Cell<'_>, a: usize, b: usize) -> Option<f64> {
    let totals = &cell.assessment.inner.totals;
    let (a_near, b_near) = (totals.unrounded.at(a), totals.unrounded.at(b));
    let difference = a_near.v - b_near.v;
    if difference.abs() > a_near.e + b_near.e {
        return Some(difference.abs());
    }
    let exact = |row: usize| cell.final_step.exact(&cell.exact, row, totals.floors_of(row));
    let difference = exact(a).sub(&exact(b)).abs();
    match &difference {
        Exact::Value(_) | Exact::Real(_) if !difference.is_zero() => Some(difference.to_f64()),
        _ => None,
    }
}
