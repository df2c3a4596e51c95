//! What treatments were fitted on, set by set.

use serde::{Deserialize, Serialize};

use super::part::{Side, depends};
use crate::method::anchor::Anchor;
use crate::scheme::plan::Plan;

/// The fitted numbers of the treatment of one indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fitted {
    pub(crate) indicator: String,
    pub(crate) fitted: Side,
}

/// Indicators whose treatment takes numbers of a set, each with these.
pub(super) fn fits(plan: &Plan) -> impl Iterator<Item = (usize, Vec<Anchor>)> {
    (0..plan.indicators.len()).map(|i| (i, fits_of(plan, i))).filter(|(_, anchors)| !anchors.is_empty())
}

/// The numbers of a set that the treatment of an indicator takes.
pub(super) fn fits_of(plan: &Plan, indicator: usize) -> Vec<Anchor> {
    let over = plan.fitted_on(indicator).over;
    let fits = plan.indicators[indicator].treat.iter().flat_map(|treat| treat.method.fits());
    fits.filter(|anchor| depends(anchor, over)).collect()
}

/// Whether the sets are those of the plan's treatments.
pub(super) fn is_like(treatments: &[Fitted], plan: &Plan) -> bool {
    let class = |id: &str| plan.classes.iter().any(|class| class.id == id);
    let alike = |(own, (indicator, anchors)): (&Fitted, (usize, Vec<Anchor>))| {
        own.indicator == plan.nodes[indicator].id
            && own.fitted.is_like(&anchors)
            && own.fitted.classes().all(class)
    };
    treatments.len() == fits(plan).count() && treatments.iter().zip(fits(plan)).all(alike)
}
