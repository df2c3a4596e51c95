//! How a column follows from the members: the exact number of each row, walked when somebody asks.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::super::Column;
use super::Members;
use crate::formula::OverMembers;
use crate::number::{Bounded, Exact, Number};

/// A statistic over the members of each row.
#[derive(Debug)]
pub(crate) struct Derived {
    members: Arc<Members>,
    program: Arc<OverMembers>,
    /// The variable of each slot of the program.
    columns: Vec<String>,
    /// By row, whether its period has members at all: where it has none, nothing is known of anybody.
    known: Vec<bool>,
    errors: Vec<f64>,
    exact: Vec<OnceLock<Exact>>,
}

impl Derived {
    /// Of the rows of a panel: which of them are of a period that has members.
    pub(crate) fn new(
        members: &Arc<Members>,
        program: &Arc<OverMembers>,
        columns: Vec<String>,
        known: Vec<bool>,
    ) -> Self {
        let exact = std::iter::repeat_with(OnceLock::new).take(known.len()).collect();
        let (members, program) = (Arc::clone(members), Arc::clone(program));
        Derived { members, program, columns, known, errors: Vec::new(), exact }
    }

    /// With the errors of the floats.
    pub(crate) fn with_errors(self, errors: Vec<f64>) -> Self {
        Derived { errors, ..self }
    }

    /// Whether it is the same statistic of the same members.
    pub(crate) fn is_of(&self, members: &Arc<Members>, program: &OverMembers) -> bool {
        Arc::ptr_eq(&self.members, members) && *self.program == *program
    }

    /// Whether equal floats are equal numbers.
    pub(crate) fn is_like(&self, other: &Derived) -> bool {
        self.is_of(&other.members, &other.program)
    }

    pub(crate) fn error(&self, row: usize) -> f64 {
        self.errors.get(row).copied().unwrap_or(f64::INFINITY)
    }

    /// The members of a row, if something is known of them: of a period without any member nothing is, and of an entity
    /// without members their number.
    fn members_of(&self, row: usize) -> Option<Range<usize>> {
        let members = self.members.of(row);
        let counts = !members.is_empty() || self.program.of.is_none();
        (counts && self.known.get(row) == Some(&true)).then_some(members)
    }

    fn slots(&self) -> Vec<Option<&Column>> {
        self.columns.iter().map(|name| self.members.column(name)).collect()
    }

    /// The statistic of a row in floats.
    pub(crate) fn near(&self, row: usize) -> Bounded {
        let Some(members) = self.members_of(row) else { return Bounded::missing() };
        let slots = self.slots();
        let cell = |slot: usize| slots.get(slot).copied().flatten();
        let near = |slot: usize, k: usize| match cell(slot) {
            Some(column) => column.near(members.start + k),
            None => Bounded::missing(),
        };
        let exact = |slot: usize, k: usize| cell(slot).map_or(Exact::Missing, |c| c.exact(members.start + k));
        self.program.near(members.len(), &near, &exact)
    }

    /// What is computed, and of whom.
    pub(crate) fn source(&self) -> (&OverMembers, &Members) {
        (&self.program, &self.members)
    }

    /// Of each member of a row, what is inside the brackets and its weight, in floats.
    pub(crate) fn terms(&self, row: usize) -> Vec<(usize, f64, Option<f64>)> {
        let (slots, mut stack) = (self.slots(), Vec::new());
        let term = |member: usize| {
            let cell = |slot: usize| match slots.get(slot) {
                Some(Some(column)) => column.near(member),
                _ => Bounded::missing(),
            };
            let (x, w) = self.program.term(&cell, &mut stack);
            (member, x.v, w.map(|w| w.v))
        };
        self.members.of(row).map(term).collect()
    }

    /// The statistic of a row exactly.
    pub(crate) fn exact(&self, row: usize) -> &Exact {
        let walk = || {
            let Some(members) = self.members_of(row) else { return Exact::Missing };
            let slots = self.slots();
            let exact = |slot: usize, k: usize| match slots.get(slot) {
                Some(Some(column)) => column.exact(members.start + k),
                _ => Exact::Missing,
            };
            self.program.exact(members.len(), &exact)
        };
        self.exact.get(row).map_or(&Exact::Missing, |cell| cell.get_or_init(walk))
    }
}
