//! Whose numbers depend on whose data: of a scheme, once, as analyses ask for it at every cell.

use crate::formula::{Load, Program};
use crate::method::anchor::Anchor;
use crate::method::imputation::Impute;
use crate::method::measures::Need;
use crate::method::rules::Kernel;
use crate::scheme::Scheme;
use crate::scheme::model::Document;
use crate::scheme::plan::{IndicatorPlan, Leaf, Plan, Slot};

use super::reference::takes_rank;

/// What depends on the data of several entities.
#[derive(Debug)]
pub(crate) struct Entangled {
    /// By indicator, whether its value depends on the others' data: by a sum over the panel, by what fills a gap, or by what its
    /// treatment was fitted with.
    pub(crate) values: Vec<bool>,
    /// By leaf, whether the others' numbers that the entity is compared with depend on its own data.
    pub(crate) leaves: Vec<bool>,
}

impl Entangled {
    pub(super) fn of(scheme: &Scheme) -> Self {
        let (plan, document) = (scheme.plan(), scheme.document());
        let takes = |i: &IndicatorPlan| {
            let fills = i.impute.as_ref().is_some_and(Impute::takes_peers);
            takes_peers(document, &i.program) || is_fitted(i) || fills
        };
        let values: Vec<bool> = plan.indicators.iter().map(takes).collect();
        let of_others =
            |program: &Program| takes_peers(document, program) || names_any(plan, program, &values);
        let keeps_out = plan.final_step.keeping_out().filter_map(|f| plan.floors.get(f)).any(of_others);
        let leaf = |leaf: &Leaf| {
            let applies = plan.indicators[leaf.indicator].not_applicable.as_ref();
            values[leaf.indicator]
                || applies.is_some_and(|(program, _)| takes_peers(document, program))
                || looks_at(plan, leaf, &values)
                || (measures_others(leaf) && compares(leaf))
                || (keeps_out && (measures_others(leaf) || compares(leaf)))
        };
        Entangled { leaves: plan.leaves.iter().map(leaf).collect(), values }
    }
}

/// Whether a formula takes numbers that depend on everybody's data.
fn takes_peers(document: &Document, program: &Program) -> bool {
    let takes = |load: &Load| match load {
        Load::Column { slot, .. } => document
            .variables
            .get(*slot as usize)
            .is_some_and(|v| v.missing.takes_peers() || v.impute.as_ref().is_some_and(Impute::takes_peers)),
        Load::Total { .. } => true,
    };
    program.loads().iter().any(takes)
}

/// Whether a condition names the value of an indicator of which `values` holds.
fn names_any(plan: &Plan, program: &Program, values: &[bool]) -> bool {
    program.loads().iter().any(|load| match load {
        Load::Column { slot, .. } => match plan.slots.get(*slot as usize) {
            Some(Slot::Value(indicator)) => values[*indicator],
            _ => false,
        },
        Load::Total { .. } => true,
    })
}

/// Whether the treatment of an indicator takes numbers of the others.
fn is_fitted(indicator: &IndicatorPlan) -> bool {
    indicator.treat.iter().flat_map(|treat| treat.method.fits()).any(|anchor| !is_given(&anchor))
}

/// Whether a leaf compares with another indicator of which `values` holds.
fn looks_at(plan: &Plan, leaf: &Leaf, values: &[bool]) -> bool {
    let holds = |anchor: &Anchor| match anchor {
        Anchor::Indicator(id) => plan.node(id).and_then(|i| values.get(i)).is_some_and(|holds| *holds),
        _ => false,
    };
    let needs = &leaf.needs;
    needs.iter().any(|need| matches!(need, Need::Anchor(anchor) if holds(anchor)))
        || leaf.rule.anchors(&leaf.setting).iter().any(holds)
}

/// Whether what is scored of anybody depends on the others.
fn measures_others(leaf: &Leaf) -> bool {
    leaf.needs.iter().any(|need| match need {
        Need::Anchor(anchor) => !is_given(anchor),
        Need::Rank | Need::RankBefore(_) => true,
        Need::Lag(_) => false,
    })
}

/// Whether a rule compares with the others.
fn compares(leaf: &Leaf) -> bool {
    takes_rank(leaf) || leaf.rule.anchors(&leaf.setting).iter().any(|a| !is_given(a))
}

/// Whether an anchor takes nothing of the others.
fn is_given(anchor: &Anchor) -> bool {
    matches!(anchor, Anchor::Number(_) | Anchor::Target | Anchor::Previous | Anchor::Indicator(_))
}
