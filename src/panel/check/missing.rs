//! Missing values, by what the scheme decided about them.

use super::{Hit, Survey, peers::Peers, some_of};
use crate::finding::{Finding, Place};
use crate::method::imputation::Impute;
use crate::method::missing::Missing;
use crate::method::part::Among;
use crate::panel::impute::{Codes, Imputed, impute_column, label_groups};

/// Filled cells of a variable that are listed one by one; more are counted.
const ONE_BY_ONE: usize = 10;

/// Of an earlier period, of two periods, of peers, of a constant, of a later period, of other indicators, of a distribution.
const CODES: Codes = [
    "filled_from_period",
    "filled_between",
    "filled_from_peers",
    "filled_with_constant",
    "filled_from_later",
    "filled_from_siblings",
    "filled_from_distribution",
    "filled_with_given",
];

pub(super) fn check(survey: &mut Survey<'_>) {
    let panel = survey.panel;
    let (mut refused, mut unfilled, mut allowed, mut filled) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut peers = None;
    for (i, (variable, column)) in survey.variables.iter().enumerate() {
        if !column.values().iter().any(|x| x.is_nan()) {
            continue;
        }
        let peers = peers.get_or_insert_with(|| Peers::of(survey.document, panel));
        let mut done = Imputed { column: (*column).clone(), filled: Vec::new() };
        if let Some(way) = &variable.impute {
            let labels = way.by().map(|column| label_groups(panel, column).0);
            let group = |row: usize| {
                let own = peers.group(panel, row)?;
                match &labels {
                    Some(labels) => labels[row],
                    None => Some(if way.among() == Some(Among::All) { 0 } else { own }),
                }
            };
            done = impute_column(panel, column, way, way.name(), &group);
            filled.push((i, way.name(), done.filled.clone()));
        }
        let is_needed = |row: &usize| {
            let cell = (variable.id.as_str(), *row);
            !matches!(variable.missing, Missing::Skip | Missing::Full)
                && survey.input.needed.is_none_or(|needed| needed.binary_search(&cell).is_ok())
        };
        let mut sort = |values: &[f64], into: &mut Vec<Hit<Missing>>| {
            let rows = (0..values.len()).filter(|row| values[*row].is_nan());
            let (needed, rest): (Vec<usize>, Vec<usize>) = rows.partition(is_needed);
            into.extend(needed.into_iter().map(|row| Hit { variable: i, row, fact: variable.missing }));
            allowed.push((i, rest));
        };
        let Some(way) = Impute::of(variable.missing) else {
            sort(done.column.values(), &mut refused);
            continue;
        };
        let how = variable.missing.name();
        let more = impute_column(panel, column, &way, how, &|row| peers.group(panel, row));
        let before = done.filled.clone();
        let all = done.and(more);
        sort(all.column.values(), &mut unfilled);
        let own = all.filled.into_iter().filter(|f| before.iter().all(|b| b.row != f.row));
        filled.push((i, how, own.collect()));
    }
    survey.push_cells(refused, |cell, _| cell.fill(Finding::error("missing_value")));
    survey.push_cells(unfilled, |cell, how| {
        cell.fill(Finding::error("unfilled_value")).fact("how", how.name())
    });
    for (i, rows) in allowed.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        let finding = counted(survey, i, "missing_allowed", &rows);
        survey.push(finding);
    }
    for (i, how, cells) in filled.into_iter().filter(|(.., cells)| !cells.is_empty()) {
        if cells.len() > ONE_BY_ONE {
            let finding =
                counted(survey, i, "missing_filled", &cells.iter().map(|f| f.row).collect::<Vec<_>>());
            survey.push(finding.fact("how", how));
            continue;
        }
        let hits =
            cells.into_iter().map(|f| Hit { variable: i, row: f.row, fact: (f.how, f.from) }).collect();
        survey.push_cells(hits, |cell, (how, from)| cell.fill(from.finding(CODES, panel)).fact("how", how));
    }
}

/// One finding for many missing values of a variable.
fn counted(survey: &Survey<'_>, variable: usize, code: &'static str, rows: &[usize]) -> Finding {
    let panel = survey.panel;
    let entities: std::collections::HashSet<usize> = rows.iter().map(|&row| panel.entity_of(row)).collect();
    let mut names: Vec<_> = entities.iter().map(|&e| panel.entity_name(e)).collect();
    names.sort_unstable();
    let id = &survey.variables[variable].0.id;
    Finding::info(code)
        .placed(Place { column: Some(id.clone()), ..Place::default() })
        .fact("variable", id)
        .fact("count", rows.len())
        .fact("entities", some_of(&names))
}
