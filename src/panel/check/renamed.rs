//! Entities that were renamed: one ends where another begins, and their values fit together.

use super::Survey;
use super::names::{first_row, shown};
use super::spread::log;
use crate::finding::Finding;

/// Most pairs that are compared.
const PATIENCE: usize = 10_000;
/// A value fits the one before within this factor (log10 of 1.5).
const NEAR: f64 = 0.176;

/// An entity that the data have only up to a period, or only from one on.
struct Half {
    entity: usize,
    /// Its period at the seam.
    period: usize,
    row: usize,
}

pub(super) fn check(survey: &mut Survey<'_>) {
    let panel = survey.panel;
    let periods = panel.periods().len();
    if panel.is_balanced() || periods < 2 {
        return;
    }
    let (mut ending, mut beginning) = (Vec::new(), Vec::new());
    for entity in 0..panel.entity_count() {
        let here: Vec<usize> = (0..periods).filter(|&p| panel.row(p, entity).is_some()).collect();
        let (Some(&first), Some(&last)) = (here.first(), here.last()) else { continue };
        let half = |period: usize| Some(Half { entity, period, row: panel.row(period, entity)? });
        ending.extend(half(last).filter(|_| first == 0 && last + 1 < periods));
        beginning.extend(half(first).filter(|_| first > 0 && last + 1 == periods));
    }
    if ending.len().saturating_mul(beginning.len()) > PATIENCE {
        return;
    }
    let fits = |old: &Half, new: &Half| old.period + 1 == new.period && values_fit(survey, old.row, new.row);
    let mut pairs = Vec::new();
    for old in &ending {
        let mut matching = beginning.iter().filter(|new| fits(old, new));
        // Where two fit, nobody can tell.
        if let (Some(new), None) = (matching.next(), matching.next())
            && ending.iter().filter(|other| fits(other, new)).count() == 1
        {
            pairs.push((old.entity, old.period, new.entity, new.period));
        }
    }
    survey.push_all(pairs, |(old, last, new, first)| {
        Finding::warning("entity_renamed")
            .placed(panel.place(first_row(panel, new), None))
            .fact("old", shown(&panel.entity_name(old)))
            .fact("new", shown(&panel.entity_name(new)))
            .fact("last", panel.period_text(panel.periods()[last]))
            .fact("first", panel.period_text(panel.periods()[first]))
    });
}

/// Whether all values that both rows have are near each other, and there are at least two of them.
fn values_fit(survey: &Survey<'_>, old: usize, new: usize) -> bool {
    let pairs = survey.variables.iter().map(|(_, column)| (column.values()[old], column.values()[new]));
    let both: Vec<f64> = pairs.map(|(a, b)| log(b) - log(a)).filter(|d| !d.is_nan()).collect();
    both.len() >= 2 && both.iter().all(|d| d.abs() < NEAR)
}
