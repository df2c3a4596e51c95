//! Values that have not moved: last period's number handed in again.
//!
//! A value is frozen if it equals the entity's value of the period before to all digits, has three significant digits or
//! more, and the variable usually moves: fewer than a fifth of the pairs are equal, and a usual change of this entity's
//! size is fifty units of the last digit or more, so that equal numbers are no coincidence of coarse publication. If four
//! fifths of a period equal the one before, the finding is about the period.

use super::spread::{digits, median};
use super::{Hit, Survey};
use crate::finding::{Finding, Place};

/// Units of the last digit that a usual change must span.
const STEPS: f64 = 50.0;

/// Pairs of one period with the one before.
struct Pairs {
    period: usize,
    all: usize,
    equal: Vec<usize>,
}

impl Pairs {
    /// Whether the share of equal pairs is at least `n` fifths.
    fn fifths(&self, n: usize) -> bool {
        self.equal.len() * 5 >= self.all * n
    }
}

pub(super) fn check(survey: &mut Survey<'_>) {
    let mut hits = Vec::new();
    let mut periods = Vec::new();
    for (i, (_, column)) in survey.variables.iter().enumerate() {
        let values = column.values();
        let Some((pairs, change)) = compare(survey, values) else { continue };
        let (whole, usual): (Vec<Pairs>, Vec<Pairs>) =
            pairs.into_iter().partition(|p| p.all >= 3 && p.fifths(4));
        let (all, equal) = usual.iter().fold((0, 0), |(a, e), p| (a + p.all, e + p.equal.len()));
        if all < 3 || equal * 5 >= all {
            continue;
        }
        let decimals = values.iter().map(|x| digits(*x).1).max().unwrap_or(0).min(12);
        let last_digit = libm::pow(10.0, -f64::from(decimals));
        let telling = |row: &usize| {
            let x = values[*row];
            digits(x).0 >= 3 && x.abs() * change >= STEPS * last_digit
        };
        for period in whole {
            if period.equal.iter().filter(|row| telling(row)).count() >= 3 {
                periods.push((i, period));
            }
        }
        let rows = usual.into_iter().flat_map(|p| p.equal);
        hits.extend(rows.filter(telling).map(|row| Hit { variable: i, row, fact: () }));
    }
    for (i, period) in periods {
        let finding = whole_period(survey, i, &period);
        survey.push(finding);
    }
    let panel = survey.panel;
    survey.push_cells(hits, |cell, ()| {
        let before = panel.periods()[panel.period_of(cell.row)].back(1);
        cell.fill(Finding::warning("frozen_value")).fact("before", panel.period_text(before))
    });
}

/// The pairs by period, and the median relative change of those that differ; `None` if no pair is equal.
fn compare(survey: &Survey<'_>, values: &[f64]) -> Option<(Vec<Pairs>, f64)> {
    let panel = survey.panel;
    let mut pairs = Vec::new();
    let mut changes = Vec::new();
    for period in 1..panel.periods().len() {
        let mut of = Pairs { period, all: 0, equal: Vec::new() };
        for row in panel.rows_of(period) {
            let Some(before) = survey.before(row).map(|b| values[b]) else { continue };
            let now = values[row];
            if now.is_nan() || before.is_nan() || now == 0.0 || before == 0.0 {
                continue;
            }
            of.all += 1;
            if now == before {
                of.equal.push(row);
            } else {
                changes.push((now / before - 1.0).abs());
            }
        }
        pairs.push(of);
    }
    if pairs.iter().all(|p| p.equal.is_empty()) {
        return None;
    }
    Some((pairs, median(&mut changes)?))
}

fn whole_period(survey: &Survey<'_>, variable: usize, pairs: &Pairs) -> Finding {
    let id = &survey.variables[variable].0.id;
    let period = survey.panel.periods()[pairs.period];
    let text = survey.panel.period_text(period);
    let place = Place { column: Some(id.clone()), period: Some(text.clone()), ..Place::default() };
    Finding::warning("frozen_period")
        .placed(place)
        .fact("variable", id)
        .fact("period", text)
        .fact("before", survey.panel.period_text(period.back(1)))
        .fact("count", pairs.equal.len())
        .fact("all", pairs.all)
}
