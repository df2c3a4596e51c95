//! From the raw total to the printed one: blend of periods, adjustments, floors and vetoes, rounding.

use std::sync::Arc;

use super::cells::Origin;
use super::overflow;
use super::points::Scores;
use super::tree::{ExactTree, NearTree, Upper, evaluate, round_column};
use super::values::PanelSums;
use crate::exec;
use crate::memory::Pages;
use crate::number::{Bounded, Exact, Number};
use crate::scheme::model::{Adjustment, Document, Total};

/// Totals over the panel.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    /// After adjustments and floors, not rounded.
    pub(crate) unrounded: Scores,
    /// As printed; the same as `unrounded` where no rounding is declared.
    pub(crate) printed: Option<Pages<f64>>,
    /// Floors that applied: row and index of the floor, in order.
    pub(crate) floors: Vec<(u32, u16)>,
    /// Cells that needed exact arithmetic, besides those counted in `unrounded`.
    pub(crate) exact_cells: usize,
}

impl Totals {
    /// What is printed.
    pub(crate) fn shown(&self) -> &[f64] {
        self.printed.as_deref().unwrap_or(&self.unrounded.score)
    }

    /// Floors that applied to a row.
    pub(crate) fn floors_of(&self, row: usize) -> impl Iterator<Item = usize> {
        let start = self.floors.partition_point(|(r, _)| (*r as usize) < row);
        self.floors[start..].iter().take_while(move |(r, _)| *r as usize == row).map(|(_, f)| *f as usize)
    }
}

/// What the last steps to a total need.
pub(crate) struct Last<'a> {
    pub(crate) document: &'a Document,
    pub(crate) adjustments: &'a [Arc<PanelSums>],
    pub(crate) floors: &'a [Arc<PanelSums>],
}

impl Last<'_> {
    /// Raw total of a row: of its period, or blended with the entity's other periods.
    pub(crate) fn raw<U: Upper>(&self, tree: &U, row: usize) -> U::N {
        let known = tree.known();
        let (panel, root) = (known.data.panel, known.data.plan.root());
        let own = tree.score(root, row);
        let Some(blend) = &self.document.total.blend else { return own };
        let (period, entity) = (panel.period_of(row), panel.entity_of(row));
        let mut blended = own;
        let places = blend.within_year.len();
        if places > 0 && panel.periods()[period].place_in_year() + 1 == places {
            let parts = (0..places).filter_map(|k| {
                let back = u16::try_from(places - 1 - k).ok()?;
                let earlier = panel.row(panel.earlier(period, back)?, entity)?;
                Some((U::N::of(blend.within_year[k]), tree.score(root, earlier)))
            });
            blended = mean(parts);
        }
        if let Some(share) = blend.earlier
            && period + 1 == panel.periods().len()
            && period > 0
        {
            let rows = (0..period).filter_map(|p| panel.row(p, entity));
            let before: U::N = mean(rows.map(|r| (U::N::one(), tree.score(root, r))));
            if !before.is_missing() {
                let share = U::N::of(share);
                blended = before.mul(&share).add(&blended.mul(&U::N::one().sub(&share)));
            }
        }
        blended
    }

    /// What an adjustment adds (or multiplies by), within its cap; nothing where its data are missing.
    pub(crate) fn adjustment<U: Upper>(&self, tree: &U, k: usize, row: usize, raw: &U::N) -> U::N {
        let program = &tree.known().data.plan.adjustments[k];
        self.limited(k, evaluate(tree, program, &self.adjustments[k], row, raw))
    }

    /// The points of an adjustment within its cap; nothing where they are missing.
    pub(crate) fn limited<N: Number>(&self, k: usize, points: N) -> N {
        let adjustment: &Adjustment = &self.document.adjustments[k];
        if points.is_missing() {
            return if adjustment.factor { N::one() } else { N::zero() };
        }
        match adjustment.cap {
            Some(cap) if adjustment.factor => points.min(&N::of(cap)),
            Some(cap) => points.clamp(&N::of(-cap), &N::of(cap)),
            None => points,
        }
    }

    /// The total after all adjustments.
    pub(crate) fn adjusted<U: Upper>(&self, tree: &U, row: usize) -> U::N {
        let raw = self.raw(tree, row);
        self.summed(&raw, |k| self.adjustment(tree, k, row, &raw))
    }

    /// The same where not everything is followed exactly: what is decides exactly, the rest in floats.
    fn decided(&self, near: &NearTree<'_>, exact: &ExactTree<'_>, row: usize) -> Exact {
        let or = |value: Exact, near: Bounded| if value.is_irrational() { Exact::of(near.v) } else { value };
        let (own, close) = (self.raw(exact, row), self.raw(near, row));
        let raw = or(own, close);
        self.summed(&raw, |k| or(self.adjustment(exact, k, row, &raw), self.adjustment(near, k, row, &close)))
    }

    /// The total and the points of all adjustments, in the order of the scheme: a factor multiplies what stands so far, so
    /// that a bonus before it is multiplied too and one after it is not. All bonuses together, and all deductions, stay
    /// within the caps of the total; then the cap of the total itself.
    pub(crate) fn summed<N: Number>(&self, raw: &N, mut points: impl FnMut(usize) -> N) -> N {
        let total: &Total = &self.document.total;
        let (mut bonus, mut deduction, mut sum) = (N::zero(), N::zero(), raw.clone());
        for (k, adjustment) in self.document.adjustments.iter().enumerate() {
            let points = points(k);
            if adjustment.factor {
                sum = sum.mul(&points);
                continue;
            }
            let more = bonus.add(&points.max(&N::zero()));
            let more = total.bonus_cap.map_or(more.clone(), |cap| more.min(&N::of(cap)));
            let less = deduction.add(&points.min(&N::zero()));
            let less = total.deduction_cap.map_or(less.clone(), |cap| less.max(&N::of(-cap)));
            sum = sum.add(&more.sub(&bonus)).add(&less.sub(&deduction));
            (bonus, deduction) = (more, less);
        }
        total.cap.map_or(sum.clone(), |cap| sum.min(&N::of(cap)))
    }

    /// The total after the floors that apply.
    pub(crate) fn floored<N: Number>(&self, mut total: N, floors: impl Iterator<Item = usize>) -> N {
        for f in floors {
            let then = &self.document.floors[f].then;
            total = then.cap_total.map_or(total.clone(), |cap| total.min(&N::of(cap)));
            total = then.set_total.map_or(total, N::of);
        }
        total
    }

    /// Whether a floor applies, decided exactly where it is close.
    fn applies(
        &self,
        near: &NearTree<'_>,
        exact: &ExactTree<'_>,
        f: usize,
        row: usize,
        adjusted: Bounded,
    ) -> bool {
        let program = &near.known().data.plan.floors[f];
        let cell = evaluate(near, program, &self.floors[f], row, &adjusted);
        if cell.e.is_finite() {
            return !cell.v.is_nan() && cell.v != 0.0;
        }
        let value = evaluate(exact, program, &self.floors[f], row, &self.decided(near, exact, row));
        if value.is_irrational() { cell.v.abs() > 0.0 } else { !value.is_missing() && !value.is_zero() }
    }

    /// Everything exactly, for one row whose floors are known.
    pub(crate) fn exact(
        &self,
        tree: &ExactTree<'_>,
        row: usize,
        floors: impl Iterator<Item = usize>,
    ) -> Exact {
        self.floored(self.adjusted(tree, row), floors)
    }

    /// Whether the total is the root's score and nothing else.
    pub(crate) fn is_plain(&self) -> bool {
        let total = &self.document.total;
        self.document.adjustments.is_empty()
            && self.document.floors.is_empty()
            && total.cap.is_none()
            && total.blend.is_none()
    }
}

fn mean<N: Number>(parts: impl Iterator<Item = (N, N)>) -> N {
    let mut sum: Option<(N, N)> = None;
    for (weight, score) in parts.filter(|(_, s)| !s.is_missing()) {
        let term = weight.mul(&score);
        sum = Some(match sum {
            None => (weight, term),
            Some((w, t)) => (w.add(&weight), t.add(&term)),
        });
    }
    sum.map_or_else(N::missing, |(weight, total)| total.div(&weight))
}

/// The totals of every row.
pub(crate) fn compute(near: &NearTree<'_>, exact: &ExactTree<'_>, last: &Last<'_>) -> Totals {
    let data = near.known().data;
    let starts = data.panel.starts();
    let root = &near.nodes[data.plan.root()].scores;
    let mut totals = Totals::default();
    if last.is_plain() {
        totals.unrounded = Scores { score: root.score.clone(), error: root.error, ..Scores::default() };
    } else {
        let mut score = Pages::zeros(data.panel.len());
        let reports = exec::write(data.panel.len(), exec::tasks(starts, [&mut score]), |mut task| {
            let (mut error, mut floors, mut doubts) = (0.0f64, Vec::new(), 0usize);
            for (to, row) in task.out.remove(0).iter_mut().zip(task.rows) {
                let adjusted = last.adjusted(near, row);
                let own: Vec<usize> = (0..last.document.floors.len())
                    .filter(|f| last.applies(near, exact, *f, row, adjusted))
                    .collect();
                let total = last.floored(adjusted, own.iter().copied());
                *to = total.v;
                if total.e.is_infinite() {
                    doubts += 1;
                    let value = last.floored(last.decided(near, exact, row), own.iter().copied());
                    *to = overflow::nearest(&value);
                    error = error.max(overflow::error(*to, &value));
                } else if total.e.is_finite() {
                    error = error.max(total.e);
                }
                floors.extend(own.into_iter().map(|f| (row as u32, f as u16)));
            }
            (error, floors, doubts)
        });
        totals.unrounded = Scores { score: std::sync::Arc::new(score), ..Scores::default() };
        for (error, floors, doubts) in reports {
            totals.unrounded.error = totals.unrounded.error.max(error);
            totals.unrounded.exact_cells += doubts;
            totals.floors.extend(floors);
        }
    }
    if let Some(how) = &last.document.total.round {
        let exactly = |row: usize| last.exact(exact, row, totals.floors_of(row));
        let (printed, cells) =
            round_column(how, (&totals.unrounded.score, totals.unrounded.error), exactly, starts);
        totals.printed = Some(printed);
        totals.exact_cells = cells;
    }
    totals
}
