//! What a record is: the numbers that a scheme reads for one row, and the rows that they make.

use std::collections::BTreeSet;
use std::fmt;

use super::scorer::Whose;
use crate::error::DataError;
use crate::finding::Finding;
use crate::formula::{Load, Program};
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::method::rules::Kernel;
use crate::panel::{Panel, Period};
use crate::scheme::Scheme;
use crate::scheme::plan::{Plan, Slot};

/// A number that a record has: a variable, of its period or of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordInput {
    /// Variable.
    pub variable: String,
    /// Periods back.
    pub lag: u16,
    pub(super) slot: usize,
}

/// As a formula has it: `rd`, `prev(rd)`, `lag(rd, 2)`.
impl fmt::Display for RecordInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.lag {
            0 => f.write_str(&self.variable),
            1 => write!(f, "prev({})", self.variable),
            lag => write!(f, "lag({}, {lag})", self.variable),
        }
    }
}

/// Rows of a record, without data.
pub(super) fn blank(scheme: &Scheme, whose: &Whose, periods: &[Period]) -> Result<Panel, Vec<Finding>> {
    /// Who is nobody in particular.
    const NOBODY: &str = "—";
    let (document, rows) = (scheme.document(), periods.len());
    let entity = whose.entity.as_deref().unwrap_or(NOBODY);
    let mut panel = Panel::builder(std::iter::repeat_n(entity, rows).collect(), periods.to_vec());
    for variable in &document.variables {
        panel = panel.column(&variable.id, vec![f64::NAN; rows]);
    }
    if let Some(column) = &document.class_column {
        panel = panel.text(column, vec![whose.class.clone(); rows]);
    }
    if let (Some(class), None) = (&whose.class, &document.class_column) {
        let known: Vec<&str> = document.classes.iter().map(|c| c.id.as_str()).collect();
        let finding = Finding::error("scorer_class").fact("class", class);
        return Err(vec![finding.fact("known", known.join(", "))]);
    }
    panel.build().map_err(DataError::into_findings)
}

/// What in a scheme takes scores of earlier periods, which a record does not have.
pub(super) fn takes_earlier_scores(scheme: &Scheme) -> Option<String> {
    let (document, plan) = (scheme.document(), scheme.plan());
    if document.total.blend.is_some() {
        return Some("total.blend".to_owned());
    }
    let earlier = |program: &Program| {
        program.loads().iter().any(|load| match load {
            Load::Column { slot, lag } => {
                *lag > 0
                    && matches!(plan.slots[*slot as usize], Slot::Score(_) | Slot::Points(_) | Slot::Total)
            }
            Load::Total { .. } => false,
        })
    };
    let adjustment = plan.adjustments.iter().position(earlier).map(|k| document.adjustments[k].id.clone());
    adjustment.or_else(|| plan.floors.iter().position(earlier).map(|k| document.floors[k].id.clone()))
}

/// The variables that a scheme reads for one row, with how many periods back: those of the row first.
pub(super) fn inputs(scheme: &Scheme) -> Vec<RecordInput> {
    let (document, plan) = (scheme.document(), scheme.plan());
    let mut found: BTreeSet<(u16, usize)> = BTreeSet::new();
    let mut values: BTreeSet<(u16, usize)> = (0..plan.indicators.len()).map(|i| (0, i)).collect();
    for leaf in &plan.leaves {
        values.extend(leaf.needs.iter().filter_map(|need| match need {
            Need::Lag(lag) | Need::RankBefore(lag) => Some((*lag, leaf.indicator)),
            Need::Anchor(anchor) => earlier(plan, anchor, leaf.indicator),
            Need::Rank => None,
        }));
        let anchors = leaf.rule.anchors(&leaf.setting);
        values.extend(anchors.iter().filter_map(|anchor| earlier(plan, anchor, leaf.indicator)));
    }
    for program in plan.adjustments.iter().chain(&plan.floors) {
        for (slot, lag) in columns(program) {
            match plan.slots[slot] {
                Slot::Variable(variable) => drop(found.insert((lag, variable))),
                Slot::Value(indicator) => drop(values.insert((lag, indicator))),
                Slot::Score(_) | Slot::Points(_) | Slot::Total => {}
            }
        }
    }
    // A rank that an indicator had before asks whether it applied then.
    let condition =
        |indicator: usize| plan.indicators[indicator].not_applicable.iter().map(|(program, _)| program);
    let now = (0..plan.indicators.len()).map(|i| (i, 0));
    let before = plan.leaves.iter().flat_map(|leaf| {
        let lag = |need| if let Need::RankBefore(lag) = need { Some((leaf.indicator, lag)) } else { None };
        leaf.needs.iter().cloned().filter_map(lag)
    });
    for (indicator, back) in now.chain(before) {
        let read = condition(indicator).flat_map(columns);
        found.extend(read.map(|(slot, lag)| (lag.saturating_add(back), slot)));
    }
    for (back, indicator) in values {
        let read = columns(&plan.indicators[indicator].program);
        found.extend(read.map(|(slot, lag)| (lag.saturating_add(back), slot)));
    }
    let input =
        |(lag, slot): (u16, usize)| RecordInput { variable: document.variables[slot].id.clone(), lag, slot };
    found.into_iter().map(input).collect()
}

/// The value that an anchor looks up for the same entity: how many periods back, and of which indicator.
fn earlier(plan: &Plan, anchor: &Anchor, indicator: usize) -> Option<(u16, usize)> {
    match anchor {
        Anchor::Previous => Some((1, indicator)),
        Anchor::Indicator(id) => plan.node(id).map(|other| (0, other)),
        _ => None,
    }
}

/// Slots that a program reads, with how many periods back.
fn columns(program: &Program) -> impl Iterator<Item = (usize, u16)> {
    program.loads().iter().filter_map(|load| match load {
        Load::Column { slot, lag } => Some((*slot as usize, *lag)),
        Load::Total { .. } => None,
    })
}

impl RecordInput {
    pub(super) fn is(&self, slot: usize, lag: u16) -> bool {
        self.slot == slot && self.lag == lag
    }
}
