//! One row of an assessment, with everything that can be asked about it.

use crate::assess::Assessment;
use crate::assess::data::Data;
use crate::assess::total::FinalStep;
use crate::assess::tree::{BoundedTree, ExactTree};
use crate::explain::{Fact, Node, Sentence};
use crate::method::part::{Among, Over};
use crate::number::{Bounded, Exact, Number};
use crate::report::Label;
use crate::scheme::model::{Document, Title};
use crate::scheme::plan::{Plan, Scope};
use crate::text::is_timeless;

pub(super) struct Cell<'a> {
    pub(super) assessment: &'a Assessment,
    pub(super) document: &'a Document,
    pub(super) plan: &'a Plan,
    pub(super) data: Data<'a>,
    pub(super) near: BoundedTree<'a>,
    pub(super) exact: ExactTree<'a>,
    pub(super) final_step: FinalStep<'a>,
    pub(super) row: usize,
}

impl<'a> Cell<'a> {
    pub(super) fn new(assessment: &'a Assessment, row: usize) -> Self {
        let inner = &*assessment.inner;
        Cell {
            assessment,
            document: inner.scheme.document(),
            plan: inner.scheme.plan(),
            data: inner.data(),
            near: inner.near(),
            exact: inner.exact(),
            final_step: inner.final_step(),
            row,
        }
    }

    /// The node of the tree as an explanation.
    pub(super) fn node(&self, node: usize) -> Node {
        if node == self.plan.root() {
            self.total()
        } else if node < self.plan.indicators.len() {
            self.indicator(node)
        } else {
            self.group(node)
        }
    }

    /// Title of a node of the tree.
    pub(super) fn title(&self, node: usize) -> Title {
        if let Some(indicator) = self.document.indicators.get(node) {
            return indicator.title.clone();
        }
        let id = &self.plan.nodes[node].id;
        self.document.groups.iter().find(|g| g.id == *id).map(|g| g.title.clone()).unwrap_or_default()
    }

    pub(super) fn named(&self, node: usize) -> Fact {
        Label { id: self.plan.nodes[node].id.clone(), title: self.title(node) }.into()
    }

    pub(super) fn entity(&self, row: usize) -> String {
        self.data.panel.name_of(row).into_owned()
    }

    pub(super) fn period(&self, row: usize) -> String {
        self.data.panel.period_text_of(row)
    }

    /// Entity and period of a row.
    pub(super) fn who(&self, row: usize) -> Fact {
        named(self.entity(row), &self.period(row))
    }

    /// Whose datum the entity's own one of so many periods before is; that there is none where there is no such period.
    pub(super) fn whose(&self, lag: u16) -> Sentence {
        match self.data.panel.lagged(self.row, lag) {
            Some(row) => Sentence::new("explain_datum").fact("who", self.who(row)),
            None => Sentence::new("explain_no_period")
                .text("entity", self.entity(self.row))
                .typed("lag", f64::from(lag)),
        }
    }

    /// Periods and entities of a leaf's reference set, in words.
    pub(super) fn set(&self, scope: Scope<'_>) -> Fact {
        let class = match scope.among {
            Among::Class => self.assessment.class(self.row),
            Among::All => None,
        };
        let period = match scope.over {
            Over::Same => Some(self.period(self.row)),
            Over::Fixed(period) => Some(period.clone()),
            Over::All => None,
        };
        Fact::from(match (period, class) {
            (Some(p), Some(c)) => Sentence::new("explain_set_class").text("period", p).text("class", c),
            (Some(p), None) => Sentence::new("explain_set").text("period", p),
            (None, Some(c)) => Sentence::new("explain_set_class_all_periods").text("class", c),
            (None, None) => Sentence::new("explain_set_all_periods"),
        })
    }
}

/// The number that the assessment took: the float's, or the exact one where floats could not tell.
pub(super) fn settled(near: Bounded, exact: impl FnOnce() -> Exact) -> (f64, bool) {
    if !near.e.is_infinite() {
        return (near.v, false);
    }
    match exact() {
        Exact::Irrational => (near.v, false),
        value => (value.to_f64(), true),
    }
}

/// An entity in a period; without periods the entity alone.
pub(super) fn named(entity: String, period: &str) -> Fact {
    Fact::Text(if is_timeless(period) { entity } else { format!("{entity} {period}") })
}
