//! Signs: negative counts, lone minus signs, denominators that are zero or negative.

use std::collections::HashMap;

use super::spread::{log, median};
use super::{Hit, Survey, units};
use crate::finding::Finding;

/// A lone minus sign is called a slip only if the size fits the entity's other values by this factor (log₁₀ 2).
const NEAR: f64 = 0.301;
/// Negative money is odd where it is at most one value in so many.
const FEW: usize = 10;

pub(super) fn check(survey: &mut Survey<'_>) {
    let divides: HashMap<&str, &str> =
        survey.input.denominators.iter().rev().map(|(i, v)| (*v, *i)).collect();
    let (mut negative, mut slips) = (Vec::new(), Vec::new());
    let (mut zero, mut below, mut money) = (Vec::new(), Vec::new(), Vec::new());
    for (i, (variable, column)) in survey.variables.iter().enumerate() {
        let values = column.values();
        let rows = |wanted: fn(f64) -> bool| {
            let rows = values.iter().enumerate().filter(move |(_, x)| wanted(**x));
            rows.map(move |(row, _)| Hit { variable: i, row, fact: () })
        };
        let below_zero = |x: f64| x < 0.0;
        if let Some(indicator) = divides.get(variable.id.as_str()) {
            let with = |hit: Hit<()>| Hit { variable: i, row: hit.row, fact: *indicator };
            zero.extend(rows(|x| x == 0.0).map(with));
            below.extend(rows(below_zero).map(with));
        } else if units::never_negative(survey.document, &variable.unit) {
            negative.extend(rows(below_zero));
        } else if !units::is_ratio(&variable.unit) {
            let (slip, other): (Vec<_>, Vec<_>) =
                rows(below_zero).partition(|hit| is_slip(survey, values, hit.row));
            let there = values.iter().filter(|x| !x.is_nan()).count();
            let few = (slip.len() + other.len()) * FEW <= there;
            money.extend(other.into_iter().filter(|_| few && units::magnitude(&variable.unit).1 == "元"));
            slips.extend(slip);
        }
    }
    survey.push_cells(zero, |cell, i| cell.fill(Finding::error("zero_denominator")).fact("indicator", i));
    survey.push_cells(below, |cell, i| {
        cell.fill(Finding::warning("negative_denominator")).fact("indicator", i)
    });
    survey.push_cells(negative, |cell, ()| cell.fill(Finding::warning("negative_count")));
    survey.push_cells(money, |cell, ()| cell.fill(Finding::warning("negative_money")));
    survey.push_cells(slips, |cell, ()| cell.fill(Finding::warning("lone_minus")));
}

/// Whether the entity's values are positive and of this size in all other periods. Looks at one entity, and at most at
/// as many as have a negative value.
fn is_slip(survey: &Survey<'_>, values: &[f64], row: usize) -> bool {
    let panel = survey.panel;
    let entity = panel.entity_of(row);
    let rows = (0..panel.periods().len()).filter_map(|p| panel.row(p, entity)).filter(|&other| other != row);
    let others: Vec<f64> = rows.map(|other| values[other]).filter(|x| !x.is_nan()).collect();
    if others.iter().any(|x| *x <= 0.0) {
        return false;
    }
    let mut logs: Vec<f64> = others.iter().map(|x| log(*x)).collect();
    median(&mut logs).is_some_and(|usual| (log(-values[row]) - usual).abs() < NEAR)
}
