//! The statistics over members that a scheme reads, as columns of the panel.

use crate::budget;
use crate::exec::{self, CHUNK};
use crate::number::Bounded;
use crate::panel::{Column, Derived, Panel};
use crate::scheme::Scheme;

use super::settle::settled;

/// The panel with a column for each statistic that its members give and the scheme reads; one that stands there already, because
/// the caller gave it or it was computed before, stays.
pub(crate) fn completed(scheme: &Scheme, panel: &Panel) -> Panel {
    let mut panel = panel.clone();
    let (Some(table), Some(members)) = (&scheme.document().members, panel.shared_members()) else {
        return panel;
    };
    let names: Vec<String> = table.variables.iter().map(|v| v.id.clone()).collect();
    let known: Vec<bool> = (0..panel.periods().len())
        .flat_map(|period| {
            let rows = panel.rows_of(period);
            std::iter::repeat_n(members.any(rows.clone()), rows.len())
        })
        .collect();
    for statistic in &scheme.plan().statistics {
        let id = &scheme.document().variables[statistic.variable].id;
        let stands = panel.column(id).is_some_and(|column| {
            column.derived().is_none_or(|derived| derived.is_of(&members, &statistic.program))
        });
        let read = statistic.program.slots();
        if stands
            || read.iter().any(|slot| names.get(*slot).is_none_or(|name| members.column(name).is_none()))
        {
            continue;
        }
        let derived = Derived::new(&members, &statistic.program, names.clone(), known.clone());
        panel = panel.put(id, column(derived, panel.len(), members.len()));
    }
    panel
}

/// All rows of a statistic.
fn column(derived: Derived, rows: usize, members: usize) -> Column {
    budget::count_cells(members);
    let cell = |row: usize| {
        let near = derived.near(row);
        if near.e.is_infinite() || near.is_vague() { settled(near, derived.exact(row)) } else { near }
    };
    let starts: Vec<usize> = (0..rows).step_by(CHUNK.min(rows.div_ceil(64).max(1))).collect();
    let ends = starts.iter().skip(1).copied().chain([rows]);
    let chunks: Vec<_> = starts.iter().copied().zip(ends).collect();
    let cells =
        exec::map_rows(members, chunks, |(start, end)| (start..end).map(cell).collect::<Vec<Bounded>>());
    let cells: Vec<Bounded> = cells.into_iter().flatten().collect();
    let errors = cells.iter().map(|cell| cell.e).collect();
    Column::derived_from(cells.iter().map(|cell| cell.v).collect(), derived.with_errors(errors))
}
