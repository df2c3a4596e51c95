//! Values as they are scored: what a treatment makes of outlying ones.
//!
//! Whether a value is moved, and so what of it is scored, is decided exactly: in floats first, and where the value or the numbers
//! fitted are within reach of each other on the typed decimals.

use std::collections::BTreeMap;

use super::cells::{Known, Origin, is_near};
use super::chunks::{Changed, Chunked, Numbers, Report};
use super::data::{Seen, Tolerance};
use super::exact::ExactCells;
use super::reference::resolve;
use super::sets::{LeafReference, Level};
use super::settle::settled;
use crate::finding::{Finding, Place, listed};
use crate::memory::Pages;
use crate::method::rules::Break;
use crate::method::treatment::{Method, Moved};
use crate::number::{Bounded, Exact};
use crate::scheme::model::Document;

/// What is scored of one indicator, and what was fitted for it.
#[derive(Debug)]
pub(crate) struct Treated {
    column: Pages<f64>,
    errors: Chunked<Report>,
    pieces: Chunked<(Report, Rows)>,
    /// The fitted numbers, set by set.
    pub(crate) fitted: LeafReference,
}

/// Rows whose value is another one than before, ascending, and what became of it.
type Rows = Vec<(u32, Moved)>;

/// What was scored before, of which values, and the rows in which these are different now.
pub(super) struct Before<'a> {
    pub(super) treated: &'a Treated,
    pub(super) values: Numbers<'a>,
    pub(super) changed: &'a Changed,
}

/// Treats the values of an indicator, and says in which rows something else is scored; nothing where the scheme treats none.
pub(super) fn compute(
    known: &Known<'_>,
    indicator: usize,
    before: Option<&Before<'_>>,
) -> Option<(Treated, Changed)> {
    let data = &known.data;
    let method = &data.plan.indicators[indicator].treat.as_ref()?.method;
    let exact = ExactCells(*known);
    let again = before.map(|before| (&before.treated.fitted, before.values, before.changed));
    let (mut fitted, compared) = resolve(known, indicator, Level::Untreated, method.fits(), again);
    settle(&exact, &mut fitted, indicator);
    let sets: Vec<Vec<Bounded>> =
        fitted.sets.iter().map(|set| set.iter().map(|number| number.near).collect()).collect();
    let changed = before.map_or_else(Changed::all, |before| before.changed.clone()).and(&compared);
    let numbers = known.untreated_column(indicator);
    let mut column =
        before.map_or_else(|| Pages::zeros(data.panel.len()), |before| before.treated.column.clone());
    let again = before.map(|before| (&before.treated.pieces, &changed));
    let pieces = Chunked::write(data.panel, [&mut column], again, |mut task| {
        let (mut seen, mut rows, mut exact_cells) = (Seen::default(), Rows::new(), 0);
        for (to, row) in task.out.remove(0).iter_mut().zip(task.rows) {
            let (own, ends) = (numbers.at(row), &sets[fitted.set(data, row)]);
            *to = own.v;
            let mut moved = method.moves(&own, ends);
            // A transformation is of all values of a set or of none.
            if !matches!(moved, Some(Moved::Made(_))) && is_open(own, ends) {
                exact_cells += 1;
                moved = decided(method, &exact, &fitted, (indicator, row), moved);
            }
            if let Some(moved) = moved {
                let mut made = method.becomes(moved, &own, ends);
                if made.e.is_infinite() || made.is_vague() {
                    exact_cells += 1;
                    made = settled(made, &becomes(method, &exact, &fitted, (indicator, row), moved));
                }
                *to = made.v;
                seen.note(made.v, made.e);
                rows.push((row as u32, moved));
            }
        }
        let tolerance = numbers.chunk(task.chunk).or(Tolerance::seen(0.0, seen));
        (Report { tolerance, exact_cells }, rows)
    });
    let errors = pieces.map(|(report, _)| *report);
    let changed = match before {
        Some(before) => {
            let same = |now: &Report, was: &Report| now.tolerance == was.tolerance;
            errors.widened(changed, &before.treated.errors, same)
        }
        None => changed,
    };
    Some((Treated { column, errors, pieces, fitted }, changed))
}

/// Whether a value and the numbers fitted are too close to each other for floats to tell which is larger.
fn is_open(x: Bounded, fitted: &[Bounded]) -> bool {
    let near = |a: &Bounded, b: Bounded| is_near(&Break::Kink(*a), b);
    fitted.iter().enumerate().any(|(k, a)| near(a, x) || fitted[..k].iter().any(|b| near(a, *b)))
}

/// What becomes of a value, exactly; as floats have it where not all of the numbers fitted are followed.
fn decided(
    method: &Method,
    exact: &ExactCells<'_>,
    fitted: &LeafReference,
    (indicator, row): (usize, usize),
    near: Option<Moved>,
) -> Option<Moved> {
    let numbers = numbers(exact, fitted, indicator, row);
    let x = exact.untreated(indicator, Some(row));
    let known = !x.is_irrational() && !numbers.iter().any(Exact::is_irrational);
    if known { method.moves(&x, &numbers) } else { near }
}

/// The numbers that are fitted for a row, exactly.
fn numbers(exact: &ExactCells<'_>, fitted: &LeafReference, indicator: usize, row: usize) -> Vec<Exact> {
    let set = fitted.set(&exact.known().data, row);
    (0..fitted.anchors.len()).map(|k| fitted.exact(exact, indicator, set, k)).collect()
}

/// What a value becomes, exactly.
fn becomes(
    method: &Method,
    exact: &ExactCells<'_>,
    fitted: &LeafReference,
    (indicator, row): (usize, usize),
    moved: Moved,
) -> Exact {
    match moved {
        Moved::End(k) => fitted.exact(exact, indicator, fitted.set(&exact.known().data, row), k),
        Moved::Made(_) => {
            let numbers = numbers(exact, fitted, indicator, row);
            if numbers.iter().any(Exact::is_irrational) {
                return Exact::Irrational;
            }
            method.becomes(moved, &exact.untreated(indicator, Some(row)), &numbers)
        }
    }
}

/// Shows fitted numbers of which digits cancelled as the exact ones.
fn settle(exact: &ExactCells<'_>, fitted: &mut LeafReference, indicator: usize) {
    for set in 0..fitted.sets.len() {
        for k in 0..fitted.anchors.len() {
            let near = fitted.sets[set][k].near;
            if near.e.is_infinite() || near.is_vague() {
                let value = fitted.exact(exact, indicator, set, k);
                if !value.is_irrational() {
                    fitted.sets[set][k].near = settled(near, &value);
                }
            }
        }
    }
}

impl Treated {
    /// What is scored, with its errors.
    pub(crate) fn numbers(&self) -> Numbers<'_> {
        Numbers::new(&self.column, &self.errors)
    }

    /// What became of the value of a row.
    pub(crate) fn moved(&self, row: usize) -> Option<Moved> {
        let (_, moved) = self.pieces.of(row);
        let at = moved.binary_search_by_key(&(row as u32), |(row, _)| *row).ok()?;
        Some(moved[at].1)
    }

    /// Cells that needed exact arithmetic.
    pub(crate) fn exact_cells(&self) -> usize {
        self.errors.all().map(|report| report.exact_cells).sum()
    }

    /// The exact number that the value of a row became.
    pub(crate) fn exact(&self, exact: &ExactCells<'_>, indicator: usize, row: usize) -> Option<Exact> {
        let moved = self.moved(row)?;
        let treat = exact.known().data.plan.indicators[indicator].treat.as_ref()?;
        Some(becomes(&treat.method, exact, &self.fitted, (indicator, row), moved))
    }

    /// What is made of a value that a row might have, by the numbers that are fitted for the row.
    pub(crate) fn of<O: Origin>(&self, cells: &O, indicator: usize, row: usize, x: &O::N) -> O::N {
        let data = &cells.known().data;
        let Some(treat) = &data.plan.indicators[indicator].treat else { return x.clone() };
        let set = self.fitted.set(data, row);
        let numbers: Vec<O::N> =
            (0..self.fitted.anchors.len()).map(|k| cells.common(&self.fitted, indicator, set, k)).collect();
        treat.method.apply(x, &numbers)
    }
}

/// A treatment that moves more than one in so many values of a period and class says more of the treatment than of outliers.
const FEW: usize = 4;

/// Periods and classes in which a treatment moves many of the values.
pub(super) fn check(document: &Document, known: &Known<'_>) -> Vec<Finding> {
    let data = &known.data;
    let mut found = Vec::new();
    for indicator in 0..data.plan.indicators.len() {
        let Some((treated, _)) = compute(known, indicator, None) else { continue };
        // Moved and all, by period and class.
        let mut counts: BTreeMap<(usize, usize), (usize, usize)> = BTreeMap::new();
        let there = |row: &usize| data.joins(indicator, *row) && !treated.column[*row].is_nan();
        for row in (0..data.panel.len()).filter(there) {
            let (moved, all) = counts.entry((data.panel.period_of(row), data.class(row))).or_default();
            *moved += usize::from(matches!(treated.moved(row), Some(Moved::End(_))));
            *all += 1;
        }
        counts.retain(|_, (moved, all)| *moved * FEW > *all);
        found.extend(listed(counts, |((period, class), (moved, all))| {
            let (period, id) = (data.panel.periods()[period], &document.indicators[indicator].id);
            let place =
                Place { period: Some(period.to_string()), column: Some(id.clone()), ..Place::default() };
            let class = &data.plan.classes[class].id;
            let code =
                if class.is_empty() { "treatment_moves_many" } else { "treatment_moves_many_of_class" };
            let finding = Finding::warning(code).placed(place).fact("indicator", id).fact("period", period);
            finding.fact("class", class).fact("count", moved).fact("all", all)
        }));
    }
    found
}
