//! From the raw total to the printed one: blend of periods, adjustments, floors and vetoes, rounding.

use std::ops::Range;
use std::sync::Arc;

use super::cells::Origin;
use super::chunks::{Again, Chunked};
use super::points::{Scored, Scores};
use super::settle::settled;
use super::tree::{self, BoundedTree, ExactTree, NodeScored, Rounded, evaluate};
use super::values::PanelSums;
use crate::memory::Pages;
use crate::number::{Bounded, Exact, Number};
use crate::scheme::final_step::FinalPlan;
use crate::scheme::model::Total;

/// Totals over the panel.
#[derive(Debug, Clone)]
pub(crate) struct Totals {
    /// After adjustments and floors, not rounded.
    pub(crate) unrounded: Scores,
    /// As printed; the same as `unrounded` where no rounding is declared.
    pub(crate) printed: Option<Rounded>,
    /// Floors that applied: row and index of the floor, in order.
    pub(crate) floors: Vec<Applied>,
}

/// A row and the index of a floor that applied to it.
type Applied = (u32, u16);

impl Totals {
    /// What is printed.
    pub(crate) fn shown(&self) -> &[f64] {
        self.printed.as_deref().unwrap_or(&self.unrounded.score)
    }

    /// Floors that applied to a row.
    pub(crate) fn floors_of(&self, row: usize) -> impl Iterator<Item = usize> {
        self.floors_in(row..row + 1).iter().map(|(_, f)| *f as usize)
    }

    /// Floors that applied to some rows.
    fn floors_in(&self, rows: Range<usize>) -> &[Applied] {
        let at = |row: usize| self.floors.partition_point(|(r, _)| (*r as usize) < row);
        &self.floors[at(rows.start)..at(rows.end)]
    }
}

/// A step from the raw total to the one before rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// An adjustment of the scheme.
    Adjustment(usize),
    /// The cap of the total.
    Cap,
    /// A floor of the scheme.
    Floor(usize),
}

/// What the last steps to a total need.
pub(crate) struct FinalStep<'a> {
    pub(crate) plan: &'a FinalPlan,
    pub(crate) adjustments: &'a [Arc<PanelSums>],
    pub(crate) floors: &'a [Arc<PanelSums>],
}

impl FinalStep<'_> {
    /// Raw total of a row: of its period, or blended with the entity's other periods.
    pub(crate) fn raw<U: NodeScored>(&self, tree: &U, row: usize) -> U::N {
        let known = tree.known();
        let (panel, root) = (known.data.panel, known.data.plan.root());
        // Who is screened out of a period has no total there.
        let score = |row: usize| {
            if known.data.is_screened(row) { U::N::missing() } else { tree.score(root, row) }
        };
        let own = score(row);
        if known.data.is_screened(row) {
            return own;
        }
        let Some(blend) = &self.plan.total.blend else { return own };
        let (period, entity) = (panel.period_of(row), panel.entity_of(row));
        let mut blended = own;
        let places = blend.within_year.len();
        if places > 0 && panel.periods()[period].place_in_year() + 1 == places {
            let parts = (0..places).filter_map(|k| {
                let back = u16::try_from(places - 1 - k).ok()?;
                let earlier = panel.row(panel.earlier(period, back)?, entity)?;
                Some((U::N::of(blend.within_year[k]), score(earlier)))
            });
            blended = mean(parts);
        }
        if let Some(share) = blend.earlier
            && period + 1 == panel.periods().len()
            && period > 0
        {
            let rows = (0..period).filter_map(|p| panel.row(p, entity));
            let before: U::N = mean(rows.map(|r| (U::N::one(), score(r))));
            if !before.is_missing() {
                let share = U::N::of(share);
                blended = before.mul(&share).add(&blended.mul(&U::N::one().sub(&share)));
            }
        }
        blended
    }

    /// What an adjustment adds (or multiplies by), within its cap; nothing where its data are missing.
    pub(crate) fn adjustment<U: NodeScored>(&self, tree: &U, k: usize, row: usize, raw: &U::N) -> U::N {
        let program = &tree.known().data.plan.adjustments[k];
        self.limited(k, evaluate(tree, program, &self.adjustments[k], row, raw))
    }

    /// The points of an adjustment within its cap; nothing where they are missing.
    pub(crate) fn limited<N: Number>(&self, k: usize, points: N) -> N {
        let adjustment = &self.plan.adjustments[k];
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
    pub(crate) fn adjusted<U: NodeScored>(&self, tree: &U, row: usize) -> U::N {
        let raw = self.raw(tree, row);
        self.summed(&raw, |k| self.adjustment(tree, k, row, &raw))
    }

    /// The same where not everything is followed exactly: what is decides exactly, the rest in floats.
    fn decided(&self, near: &BoundedTree<'_>, exact: &ExactTree<'_>, row: usize) -> Exact {
        let or = |value: Exact, near: Bounded| if value.is_irrational() { Exact::of(near.v) } else { value };
        let (own, close) = (self.raw(exact, row), self.raw(near, row));
        let raw = or(own, close);
        self.summed(&raw, |k| or(self.adjustment(exact, k, row, &raw), self.adjustment(near, k, row, &close)))
    }

    /// The total and the points of all adjustments, in the order of the scheme: a factor multiplies what stands so far, so
    /// that a bonus before it is multiplied too and one after it is not. All bonuses together, and all deductions, stay
    /// within the caps of the total; then the cap of the total itself.
    pub(crate) fn summed<N: Number>(&self, raw: &N, points: impl FnMut(usize) -> N) -> N {
        self.summed_by(raw, points, |_, _| {})
    }

    /// The same; `step` takes what each step adds.
    pub(crate) fn summed_by<N: Number>(
        &self,
        raw: &N,
        mut points: impl FnMut(usize) -> N,
        mut step: impl FnMut(Step, N),
    ) -> N {
        let total: &Total = &self.plan.total;
        let (mut bonus, mut deduction, mut sum) = (N::zero(), N::zero(), raw.clone());
        for (k, adjustment) in self.plan.adjustments.iter().enumerate() {
            let points = points(k);
            if adjustment.factor {
                let product = sum.mul(&points);
                step(Step::Adjustment(k), product.sub(&sum));
                sum = product;
                continue;
            }
            let more = bonus.add(&points.max(&N::zero()));
            let more = total.bonus_cap.map_or(more.clone(), |cap| more.min(&N::of(cap)));
            let less = deduction.add(&points.min(&N::zero()));
            let less = total.deduction_cap.map_or(less.clone(), |cap| less.max(&N::of(-cap)));
            let (up, down) = (more.sub(&bonus), less.sub(&deduction));
            sum = sum.add(&up).add(&down);
            step(Step::Adjustment(k), up.add(&down));
            (bonus, deduction) = (more, less);
        }
        let Some(cap) = total.cap else { return sum };
        let capped = sum.min(&N::of(cap));
        step(Step::Cap, capped.sub(&sum));
        capped
    }

    /// The total after the floors that apply.
    pub(crate) fn floored<N: Number>(&self, total: N, floors: impl Iterator<Item = usize>) -> N {
        self.floored_by(total, floors, |_, _| {})
    }

    /// The same; `step` takes what each floor adds, where there was no total all that it gives.
    pub(crate) fn floored_by<N: Number>(
        &self,
        mut total: N,
        floors: impl Iterator<Item = usize>,
        mut step: impl FnMut(Step, N),
    ) -> N {
        for f in floors {
            let (then, before) = (&self.plan.floors[f], total.clone());
            total = then.cap_total.map_or(total.clone(), |cap| total.min(&N::of(cap)));
            total = then.set_total.map_or(total, N::of);
            step(Step::Floor(f), if before.is_missing() { total.clone() } else { total.sub(&before) });
        }
        total
    }

    /// Whether a floor applies, decided exactly where it is close.
    fn applies(
        &self,
        near: &BoundedTree<'_>,
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
        let total = &self.plan.total;
        self.plan.adjustments.is_empty()
            && self.plan.floors.is_empty()
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
pub(crate) fn compute(
    near: &BoundedTree<'_>,
    exact: &ExactTree<'_>,
    final_step: &FinalStep<'_>,
    again: Again<'_, Totals>,
) -> Totals {
    let data = near.known().data;
    let root = &near.nodes[data.plan.root()].scores;
    let (unrounded, floors) = if final_step.is_plain() && data.screened.is_none() {
        // What the root's scores cost is counted there.
        let reports = root.reports.map(|own| Scored { error: own.error, ..Scored::default() });
        (Scores::bare(Arc::clone(&root.score), reports), Vec::new())
    } else {
        floored(near, exact, final_step, again)
    };
    let mut totals = Totals { unrounded, printed: None, floors };
    if let Some(how) = &final_step.plan.total.round {
        let exactly = |row: usize| final_step.exact(exact, row, totals.floors_of(row));
        let again = again.and_then(|(before, changed)| Some((before.printed.as_ref()?, changed)));
        totals.printed = Some(tree::rounded(how, &totals.unrounded, exactly, data.panel, again));
    }
    totals
}

/// The totals after adjustments and floors, and the floors that applied.
fn floored(
    near: &BoundedTree<'_>,
    exact: &ExactTree<'_>,
    final_step: &FinalStep<'_>,
    again: Again<'_, Totals>,
) -> (Scores, Vec<Applied>) {
    let data = near.known().data;
    let panel = data.panel;
    let mut score = match again {
        Some((before, _)) => Pages::clone(&before.unrounded.score),
        None => Pages::zeros(panel.len()),
    };
    let kept = again.map(|(before, _)| before.unrounded.reports.map(|own| (*own, None)));
    let again_in = kept.as_ref().zip(again).map(|(kept, (_, changed))| (kept, changed));
    let all = Chunked::write(panel, [&mut score], again_in, |mut task| {
        let (mut scored, mut floors) = (Scored::default(), Vec::new());
        for (to, row) in task.out.remove(0).iter_mut().zip(task.rows) {
            let adjusted = final_step.adjusted(near, row);
            let floors_there = if data.is_screened(row) { 0 } else { final_step.plan.floors.len() };
            let own: Vec<usize> =
                (0..floors_there).filter(|f| final_step.applies(near, exact, *f, row, adjusted)).collect();
            let mut total = final_step.floored(adjusted, own.iter().copied());
            if total.e.is_infinite() {
                scored.exact_cells += 1;
                let value = final_step.floored(final_step.decided(near, exact, row), own.iter().copied());
                total = settled(total, &value);
            }
            *to = total.v;
            // (The error of a missing total is none: `max` leaves NaN out.)
            scored.error = scored.error.max(total.e);
            floors.extend(own.into_iter().map(|f| (row as u32, f as u16)));
        }
        (scored, Some(floors))
    });
    let mut floors = Vec::new();
    for (rows, (_, written)) in all.chunks() {
        match (written, again) {
            (Some(written), _) => floors.extend(written),
            (None, Some((before, _))) => floors.extend(before.floors_in(rows)),
            (None, None) => {}
        }
    }
    (Scores::bare(Arc::new(score), all.map(|(scored, _)| *scored)), floors)
}
