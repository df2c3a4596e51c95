//! What lies below the entities: a second table, a row per entity, period and member.

mod build;
mod derived;
mod names;

use std::ops::Range;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Column, Panel};

pub use build::MembersBuilder;
pub(crate) use derived::Derived;
use names::Names;

/// The members of the entities of a panel (the schools of a county, the firms of a city): those of a row of the panel stand side
/// by side, in the caller's order. Columns of floats, one name a member; nothing is kept twice.
#[derive(Debug, Clone)]
pub struct Members {
    /// The members of each row of the panel.
    spans: Vec<Range<usize>>,
    who: Arc<Who>,
    columns: IndexMap<String, Column>,
}

/// Who the members are.
#[derive(Debug)]
struct Who {
    name_of: Vec<u32>,
    names: Names,
    /// The caller's row of each member; `None` if they are the same.
    order: Option<Vec<u32>>,
}

impl Members {
    /// How many rows of members there are.
    pub fn len(&self) -> usize {
        self.who.name_of.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.who.name_of.is_empty()
    }

    /// The members of a row of the panel; none beyond its last row.
    pub fn of(&self, row: usize) -> Range<usize> {
        self.spans.get(row).cloned().unwrap_or_default()
    }

    /// Whether any row of a stretch of the panel has a member.
    pub(crate) fn any(&self, rows: Range<usize>) -> bool {
        self.spans.get(rows).is_some_and(|spans| spans.iter().any(|span| !span.is_empty()))
    }

    /// What a member is called.
    pub fn name(&self, member: usize) -> &str {
        self.who.name_of.get(member).map_or("", |name| self.who.names.get(*name))
    }

    /// The member of a row of the panel that has this name.
    pub fn find(&self, row: usize, name: &str) -> Option<usize> {
        self.of(row).find(|member| self.name(*member) == name)
    }

    /// A variable of the members.
    pub fn column(&self, variable: &str) -> Option<&Column> {
        self.columns.get(variable)
    }

    /// Names of the variables.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// The row that a member has in the caller's table.
    pub fn caller_row(&self, member: usize) -> usize {
        self.who.order.as_ref().and_then(|order| order.get(member)).map_or(member, |row| *row as usize)
    }
}

impl Members {
    /// Of the same rows of a panel in another order.
    pub(super) fn gather(&self, order: &[u32]) -> Self {
        Members { spans: order.iter().map(|row| self.of(*row as usize)).collect(), ..self.clone() }
    }
}

impl Panel {
    /// The members of the entities, where there is a table of them.
    pub fn members(&self) -> Option<&Members> {
        self.members.as_deref()
    }

    pub(crate) fn shared_members(&self) -> Option<Arc<Members>> {
        self.members.clone()
    }

    /// The same panel with other members; what was computed of those before is dropped.
    fn with_members(&self, members: Members) -> Self {
        let mut panel = self.clone();
        panel.columns.retain(|_, column| column.derived().is_none());
        panel.members = Some(Arc::new(members));
        panel
    }
}

#[cfg(test)]
mod tests;
