//! Conditions over the data: which indicator applies to whom; and data that nothing but conditions and adjustments read.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::cells::{BoundedCells, Known, Origin};
use super::data::Data;
use super::exact::ExactCells;
use super::values::{self, PanelSums};
use crate::finding::{Finding, listed};
use crate::formula::{Load, Op, Program};
use crate::method::missing::Missing;
use crate::number::{Bounded, Exact, Number};
use crate::scheme::model::Document;
use crate::scheme::plan::{Plan, Slot};

/// By indicator and row, whether it applies; `None` where it always does.
pub(crate) type Applies = Vec<Option<Arc<Vec<bool>>>>;

/// Which indicators apply to which rows.
pub(crate) fn applies(data: &Data<'_>) -> Applies {
    let of = |(program, _): &(Program, _)| Arc::new(rows_outside(data, program));
    data.plan.indicators.iter().map(|i| i.not_applicable.as_ref().map(of)).collect()
}

/// By row, whether a condition over the data does not hold.
pub(super) fn rows_outside(data: &Data<'_>, condition: &Program) -> Vec<bool> {
    let sums = PanelSums::of(data, condition);
    (0..data.panel.len()).map(|row| !holds(data, condition, &sums, row)).collect()
}

/// The rows that floors keep out of the references of others; none where there are no such rows. `known` are the data and the values
/// of the indicators: nothing else is asked by these conditions.
pub(super) fn kept_out(known: &Known<'_>) -> Option<Arc<Vec<bool>>> {
    let data = known.data;
    let mut rows = vec![false; data.panel.len()];
    for floor in data.plan.final_step.keeping_out() {
        let Some(program) = data.plan.floors.get(floor) else { continue };
        let sums = PanelSums::of(&data, program);
        for (row, out) in rows.iter_mut().enumerate().filter(|(row, _)| data.counts(*row)) {
            *out |= holds_of_values(known, program, &sums, row);
        }
    }
    rows.contains(&true).then(|| Arc::new(rows))
}

/// Whether a condition over data and values of indicators holds.
fn holds_of_values(known: &Known<'_>, program: &Program, sums: &PanelSums, row: usize) -> bool {
    let (data, near, exact) = (known.data, BoundedCells(*known), ExactCells(*known));
    let place = |slot: u32, lag: u16| (data.plan.slots[slot as usize], data.panel.lagged(row, lag));
    let period = |lag: u16| data.panel.earlier(data.panel.period_of(row), lag);
    let cell: Bounded = program.eval(&mut |load| match load {
        Load::Column { slot, lag } => match place(slot, lag) {
            (Slot::Variable(variable), at) => data.near(variable, at),
            (Slot::Value(indicator), at) => near.untreated(indicator, at),
            _ => Bounded::missing(),
        },
        Load::Total { index, lag } => sums.near(index as usize, period(lag)),
    });
    decided(cell, || {
        program.eval(&mut |load| match load {
            Load::Column { slot, lag } => match place(slot, lag) {
                (Slot::Variable(variable), at) => data.typed(variable, at),
                (Slot::Value(indicator), at) => exact.untreated(indicator, at),
                _ => Exact::Missing,
            },
            Load::Total { index, lag } => sums.exact(&data, program, index as usize, period(lag)),
        })
    })
}

/// Whether a condition over the data holds; decided exactly where it is close. A missing one does not.
fn holds(data: &Data<'_>, program: &Program, sums: &PanelSums, row: usize) -> bool {
    decided(values::near(data, program, sums, row), || values::exact(data, program, sums, row))
}

/// What a condition says in floats where these decide, else exactly.
fn decided(near: Bounded, exact: impl FnOnce() -> Exact) -> bool {
    if near.e.is_finite() {
        return near.v != 0.0 && !near.v.is_nan();
    }
    let exact = exact();
    // (A missing one is not above zero.)
    if exact.is_irrational() { near.v.abs() > 0.0 } else { !exact.is_missing() && !exact.is_zero() }
}

/// Missing data of variables that no indicator reads: no indicator's policy says what they mean, so the variable's own does.
pub(super) fn missing(document: &Document, data: &Data<'_>) -> Vec<Finding> {
    let mut hits = unread_missing(data);
    hits.sort_by_key(|(variable, row)| (*variable, data.panel.caller_row(*row)));
    listed(hits, |(variable, row)| {
        let variable = &document.variables[variable];
        let place = data.panel.place(row, Some(&variable.id));
        let finding = match variable.missing {
            Missing::Error => Finding::error("missing_value"),
            how => Finding::error("unfilled_value").fact("how", how.name()),
        };
        let fact = |text: &Option<String>| text.clone().unwrap_or_default();
        let finding = finding.fact("variable", &variable.id).fact("entity", fact(&place.entity));
        finding.fact("period", fact(&place.period)).placed(place)
    })
}

/// Missing data without which something cannot be computed, as variable and row: what an indicator reads that has no value and says
/// that this is an error, and what only conditions and adjustments read.
pub(super) fn needed(known: &Known<'_>) -> BTreeSet<(usize, usize)> {
    let (data, mut cells) = (&known.data, BTreeSet::new());
    for (i, own) in data.plan.indicators.iter().enumerate().filter(|(_, own)| own.missing == Missing::Error) {
        let value = known.untreated_column(i).x;
        for row in (0..value.len()).filter(|row| value[*row].is_nan() && data.is_scored(i, *row)) {
            if data.plan.counts(data.class(row), i) {
                cells.extend(lacking(data, &own.program, row));
            }
        }
    }
    cells.extend(unread_missing(data));
    cells
}

/// Missing data of variables that no indicator reads, as variable and row; of those that are assessed.
fn unread_missing(data: &Data<'_>) -> Vec<(usize, usize)> {
    let of = |variable: usize| {
        let values = data.columns[variable].values();
        let rows = (0..values.len()).filter(|row| values[*row].is_nan() && data.counts(*row));
        rows.map(|row| (variable, row)).collect::<Vec<_>>()
    };
    unread(data.plan, data.columns.len()).into_iter().flat_map(of).collect()
}

/// The missing data that a program reads in a row; those that its sums read, if there are no others.
fn lacking(data: &Data<'_>, program: &Program, row: usize) -> Vec<(usize, usize)> {
    let panel = data.panel;
    let of = |load: &Load| -> Option<(usize, usize)> {
        let Load::Column { slot, lag } = load else { return None };
        // The first slots are the variables.
        let (column, at) = (data.columns.get(*slot as usize)?, panel.lagged(row, *lag)?);
        column.values()[at].is_nan().then_some((*slot as usize, at))
    };
    let own: Vec<(usize, usize)> = program.loads().iter().filter_map(of).collect();
    if !own.is_empty() {
        return own;
    }
    let summed = |load: &Load| {
        let Load::Total { index, lag } = load else { return Vec::new() };
        let rows = panel.earlier(panel.period_of(row), *lag).map_or(0..0, |period| panel.rows_of(period));
        rows.flat_map(|at| lacking(data, &program.totals()[*index as usize], at)).collect()
    };
    program.loads().iter().flat_map(summed).collect()
}

/// Variables that conditions and adjustments read and no indicator does. Who asks `is_missing(x)` has said what a missing `x`
/// means there.
fn unread(plan: &Plan, variables: usize) -> Vec<usize> {
    let (mut read, mut elsewhere) = (vec![false; variables], vec![false; variables]);
    plan.indicators.iter().for_each(|i| note(&i.program, &mut read));
    let conditions = plan.indicators.iter().filter_map(|i| i.not_applicable.as_ref()).map(|(p, _)| p);
    for program in conditions.chain(&plan.adjustments).chain(&plan.floors) {
        note(program, &mut elsewhere);
    }
    (0..variables).filter(|v| elsewhere[*v] && !read[*v]).collect()
}

/// Marks the variables that a program reads.
fn note(program: &Program, read: &mut [bool]) {
    for (k, op) in program.ops().iter().enumerate() {
        let Op::Load(load) = op else { continue };
        if program.ops().get(k + 1) == Some(&Op::IsMissing) {
            continue;
        }
        // The first slots are the variables.
        if let Some(Load::Column { slot, .. }) = program.loads().get(*load as usize)
            && let Some(read) = read.get_mut(*slot as usize)
        {
            *read = true;
        }
    }
    program.totals().iter().for_each(|total| note(total, read));
}
