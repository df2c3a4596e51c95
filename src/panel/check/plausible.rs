//! Values against what the scheme says can be right: one by one, and, where a power of ten is in every row, all at once.

use super::spread::{log, median};
use super::{Hit, Survey, units};
use crate::finding::{Finding, Place};
use crate::scheme::model::Variable;

/// Values that say something about all of them.
const ENOUGH: usize = 3;

pub(super) fn check(survey: &mut Survey<'_>) {
    let (mut outside, mut wholes) = (Vec::new(), Vec::new());
    for (i, (variable, column)) in survey.variables.iter().enumerate() {
        let Some([low, high]) = variable.plausible else { continue };
        let values = column.values();
        let there = values.iter().filter(|x| !x.is_nan()).count();
        let off: Vec<usize> =
            (0..values.len()).filter(|&row| values[row] < low || values[row] > high).collect();
        match power(values, &off, [low, high]).filter(|_| there >= ENOUGH && off.len() == there) {
            Some(power) => wholes.push(whole(variable, power, [low, high])),
            None => outside.extend(off.into_iter().map(|row| Hit { variable: i, row, fact: [low, high] })),
        }
    }
    for finding in wholes {
        survey.push(finding);
    }
    survey.push_cells(outside, |cell, [low, high]| {
        cell.fill(Finding::warning("not_plausible")).fact("low", low).fact("high", high)
    });
}

/// The power of ten that is too much, if all these values are plausible without it.
fn power(values: &[f64], off: &[usize], [low, high]: [f64; 2]) -> Option<i32> {
    let mut logs: Vec<f64> = off.iter().map(|row| log(values[*row])).filter(|x| !x.is_nan()).collect();
    let middle = (log(low.max(high * 1e-3)) + log(high)) / 2.0;
    let guess = libm::round(median(&mut logs)? - middle) as i32;
    let fits = |power: &i32| {
        let back = libm::pow(10.0, f64::from(-power));
        *power != 0 && off.iter().all(|row| (low..=high).contains(&(values[*row] * back)))
    };
    // Units differ by thousands and ten thousands more often than by tens.
    let near = [guess, guess - 1, guess + 1, guess - 2, guess + 2];
    let mut found: Vec<i32> = near.into_iter().filter(fits).collect();
    found.sort_by_key(|power| (!matches!(power.abs(), 2 | 3 | 4 | 8), power.abs()));
    found.first().copied()
}

fn whole(variable: &Variable, power: i32, [low, high]: [f64; 2]) -> Finding {
    units::off(["power_everywhere_unit", "power_everywhere"], &variable.unit, power)
        .placed(Place { column: Some(variable.id.clone()), ..Place::default() })
        .fact("variable", &variable.id)
        .fact("unit", &variable.unit)
        .fact("low", low)
        .fact("high", high)
}
