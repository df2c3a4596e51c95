//! How many targets are met, on schedule or behind, by entity and by indicator.

use indexmap::IndexMap;
use serde::Serialize;

use super::progress::ProgressRow;
use crate::number::{Exact, Number};
use crate::report::{Names, Table};

/// Targets of one entity, or of one indicator, counted; each is in one of the four.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Whose, or of what.
    pub name: String,
    /// How many targets there are.
    pub targets: usize,
    /// Met already.
    pub done: usize,
    /// Not met yet, and not less done than is due.
    pub on_schedule: usize,
    /// Less done than is due.
    pub behind: usize,
    /// Without data.
    pub no_data: usize,
}

impl Tally {
    fn add(&mut self, row: &ProgressRow) {
        self.targets += 1;
        let place = if row.exact.is_missing() {
            &mut self.no_data
        } else if row.exact.is_at_least(&Exact::one()) {
            &mut self.done
        } else if row.exact.is_less(&row.due) {
            &mut self.behind
        } else {
            &mut self.on_schedule
        };
        *place += 1;
    }

    /// Everything that has a target, by a name, in the order of the rows.
    pub(crate) fn by(rows: &[ProgressRow], name: fn(&ProgressRow) -> &str) -> Vec<Tally> {
        let mut tallies: IndexMap<&str, Tally> = IndexMap::new();
        for row in rows.iter().filter(|r| r.target.is_some()) {
            let tally = tallies.entry(name(row)).or_default();
            name(row).clone_into(&mut tally.name);
            tally.add(row);
        }
        tallies.into_values().collect()
    }

    /// All of several.
    pub(crate) fn sum(tallies: &[Tally]) -> Tally {
        tallies.iter().fold(Tally::default(), |sum, t| Tally {
            name: String::new(),
            targets: sum.targets + t.targets,
            done: sum.done + t.done,
            on_schedule: sum.on_schedule + t.on_schedule,
            behind: sum.behind + t.behind,
            no_data: sum.no_data + t.no_data,
        })
    }
}

/// Both countings.
pub(super) fn tables(by_entity: &[Tally], by_indicator: &[Tally], names: Names<'_>) -> Vec<Table> {
    let entities = Table::of("by_entity", by_entity).entities(|t| &t.name);
    let indicators = Table::of("by_indicator", by_indicator);
    let indicators = indicators.names("indicator", "col_indicator", |t| &t.name, |id| names.label(id));
    let counted =
        [(entities, "table_by_entity"), (indicators, "table_by_indicator")].map(|(table, title)| {
            let table = table
                .counts("targets", "col_targets", |t| t.targets)
                .counts("done", "col_done", |t| t.done)
                .counts("on_schedule", "col_on_schedule", |t| t.on_schedule)
                .counts("behind", "col_behind", |t| t.behind)
                .counts("no_data", "col_dark", |t| t.no_data);
            table.done().titled(title)
        });
    counted.into()
}
