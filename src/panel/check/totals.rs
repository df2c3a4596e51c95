//! Totals against the sum of their parts.
//!
//! `|total − Σ parts| ≤ (n + 1) · ½ · 10^−d`, the most that rounding `n` parts and the total to `d` decimals can make of
//! it; `d` is what the source publishes (`published_digits`), or else what is seen, of the coarsest of the columns.

use super::spread::digits;
use super::{Hit, Survey, units};
use crate::finding::Finding;
use crate::panel::Column;
use crate::scheme::model::Variable;

/// Slack for the roundoff of totals that were computed rather than published.
const ROUNDOFF: f64 = 1e-9;

/// Decimals of a column beyond which nothing is published.
const MOST_DECIMALS: i32 = 12;

#[derive(Debug, Clone, Copy)]
struct Apart {
    sum: f64,
    allowed: f64,
}

/// A part: its column and what brings it to the total's unit.
type Part<'a> = (&'a Column, f64);

pub(super) fn check(survey: &mut Survey<'_>) {
    let mut hits = Vec::new();
    for (i, (total, column)) in survey.variables.iter().enumerate() {
        if total.total_of.is_empty() {
            continue;
        }
        let Some(parts) = parts(survey, total) else { continue };
        let allowed = allowed(survey, total, column, &parts);
        for (row, &value) in column.values().iter().enumerate() {
            let terms = || parts.iter().map(|(part, factor)| part.values()[row] * factor);
            if value.is_nan() || terms().any(f64::is_nan) {
                continue;
            }
            let sum: f64 = terms().sum();
            if (value - sum).abs() > allowed * (1.0 + ROUNDOFF) + ROUNDOFF * value.abs().max(sum.abs()) {
                hits.push(Hit { variable: i, row, fact: Apart { sum, allowed } });
            }
        }
    }
    survey.push_cells(hits, |cell, apart| {
        cell.fill(Finding::warning("total_apart"))
            .fact("parts", cell.variable.total_of.join(" + "))
            .fact("sum", shortened(apart.sum))
            .fact("difference", shortened(cell.value - apart.sum))
            .fact("allowed", shortened(apart.allowed))
    });
}

/// Twelve significant digits: a difference of floats has no more to say.
fn shortened(x: f64) -> f64 {
    format!("{x:.11e}").parse().unwrap_or(x)
}

/// The parts in the total's unit; `None` if one is not there or its unit is no power of ten of the total's (that is for
/// the check of the scheme to say).
fn parts<'a>(survey: &Survey<'a>, total: &Variable) -> Option<Vec<Part<'a>>> {
    let (to, base) = units::magnitude(&total.unit);
    let part = |id: &String| {
        let (variable, column) = survey.variables.iter().find(|(v, _)| v.id == *id)?;
        let (from, of) = units::magnitude(&variable.unit);
        (of == base).then(|| (*column, libm::pow(10.0, f64::from(from - to))))
    };
    total.total_of.iter().map(part).collect()
}

fn allowed(survey: &Survey<'_>, total: &Variable, column: &Column, parts: &[Part<'_>]) -> f64 {
    let (to, _) = units::magnitude(&total.unit);
    let seen = |c: &Column| c.values().iter().map(|x| digits(*x).1).max().unwrap_or(0).min(MOST_DECIMALS);
    let half = |id: &str, c: &Column, power: i32| {
        let variable = survey.document.variables.iter().find(|v| v.id == id);
        let decimals = variable.and_then(|v| v.published_digits).map_or_else(|| seen(c), i32::from);
        0.5 * libm::pow(10.0, f64::from(power - decimals))
    };
    let powers = total.total_of.iter().map(|id| {
        let unit = survey.document.variables.iter().find(|v| v.id == *id).map_or("", |v| v.unit.as_str());
        units::magnitude(unit).0 - to
    });
    let halves = total.total_of.iter().zip(parts).zip(powers).map(|((id, (c, _)), power)| half(id, c, power));
    let coarsest = halves.fold(half(&total.id, column, 0), f64::max);
    coarsest * (parts.len() + 1) as f64
}
