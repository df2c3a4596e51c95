//! A scheme applied to a panel.

pub(crate) mod account;
#[cfg(feature = "json")]
#[cfg(test)]
mod account_tests;
mod bases;
mod bound;
pub(crate) mod cells;
mod check;
pub(crate) mod chunks;
pub(crate) mod conditions;
pub(crate) mod data;
mod edit;
pub(crate) mod entangled;
pub(crate) mod exact;
pub(crate) mod fits;
pub(crate) mod imputed;
pub(crate) mod ladder;
pub(crate) mod members;
mod moves;
pub(crate) mod order;
mod overflow;
mod peers;
pub(crate) mod points;
pub(crate) mod rank;
pub(crate) mod reference;
pub(crate) mod references;
mod reuse;
#[cfg(feature = "json")]
#[cfg(test)]
mod reuse_tests;
mod run;
pub(crate) mod screen;
pub(crate) mod sets;
mod settle;
pub(crate) mod targets;
pub(crate) mod ties;
pub(crate) mod total;
pub(crate) mod treated;
pub(crate) mod tree;
pub(crate) mod values;
pub(crate) mod view;
mod weights;

pub use account::{Account, Reason};
#[cfg(feature = "workbook")]
pub(crate) use bound::ways;
pub use edit::Edit;
pub(crate) use edit::unknown_variable;
pub use references::{Anchored, PartialReferences, RecordInput, References, Scored, Scorer, Whose};
pub use view::{Flag, FlagKind, RankRow};
pub use weights::NodeWeight;

use std::sync::{Arc, OnceLock};

use crate::error::DataError;
use crate::panel::{Column, Filled, Panel};
use crate::scheme::Scheme;

/// What an assessment is asked for beyond scheme and panel.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Targets besides those of the scheme, which they replace for the same indicator, entity and period.
    pub targets: Vec<crate::scheme::model::Target>,
    /// What rows are measured against, instead of the panel itself.
    pub references: Option<References>,
}

/// The result: values, scores, points, totals, ranks and grades of every entity and period, and all that explains them.
///
/// Cheap to clone. Rows are those of [`Assessment::panel`]; [`Panel::order`] leads back to the caller's rows.
#[derive(Debug, Clone)]
pub struct Assessment {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) scheme: Scheme,
    pub(crate) options: Arc<Options>,
    pub(crate) panel: Panel,
    /// Variables as the formulas took them: imputed where the scheme says so.
    pub(crate) columns: Vec<Column>,
    /// Data that were filled in: variable and what was done.
    pub(crate) imputed: Vec<(usize, Filled)>,
    pub(crate) class_of: Option<Arc<Vec<u16>>>,
    pub(crate) benchmark: Option<Arc<Vec<bool>>>,
    pub(crate) screened: Option<Arc<screen::Screened>>,
    pub(crate) kept_out: Option<Arc<Vec<bool>>>,
    pub(crate) applies: conditions::Applies,
    pub(crate) targets: cells::Targets,
    /// As the formulas give them.
    pub(crate) bare: Vec<Arc<values::Values>>,
    /// With what was filled in.
    pub(crate) values: Vec<Arc<values::Values>>,
    pub(crate) treated: Vec<Option<Arc<treated::Treated>>>,
    pub(crate) sums: Vec<Arc<values::PanelSums>>,
    pub(crate) leaves: Vec<Arc<cells::LeafState>>,
    pub(crate) nodes: Vec<Arc<tree::NodeScores>>,
    /// As given and as computed.
    pub(crate) weights: weights::Weights,
    /// Of aggregations over a set.
    pub(crate) fits: fits::Fits,
    pub(crate) shares: tree::Shares,
    pub(crate) totals: Arc<total::Totals>,
    pub(crate) adjustment_sums: Vec<Arc<values::PanelSums>>,
    pub(crate) floor_sums: Vec<Arc<values::PanelSums>>,
    pub(crate) ranks: Arc<crate::memory::Pages<f64>>,
    /// Reference sets in order, made when an analysis first asks for a rank among them.
    pub(crate) ladders: ladder::Ladders,
    /// Whose numbers depend on whose, made when an analysis first asks.
    entangled: OnceLock<entangled::Entangled>,
    pub(crate) grades: Option<Arc<Vec<u32>>>,
}

impl Scheme {
    /// Applies the scheme to a panel.
    ///
    /// # Errors
    /// Everything that keeps the data from being assessed, at once: missing columns, missing values where the scheme allows none,
    /// missing targets, targets given twice or for entities or periods that the data lack, unknown classes, base periods that
    /// are not there, numbers beyond the largest `f64`.
    pub fn assess(&self, panel: &Panel) -> Result<Assessment, DataError> {
        self.assess_with(panel, &Options::default())
    }

    /// Applies the scheme to a panel with options.
    ///
    /// # Errors
    /// As [`Scheme::assess`].
    pub fn assess_with(&self, panel: &Panel, options: &Options) -> Result<Assessment, DataError> {
        assess(self, panel, &Arc::new(options.clone()), None)
    }
}

/// An assessment; what `before` has that is not touched by what is different is taken over.
fn assess(
    scheme: &Scheme,
    panel: &Panel,
    options: &Arc<Options>,
    before: Option<&Inner>,
) -> Result<Assessment, DataError> {
    let inner = run::run(scheme, panel, options, before).map_err(DataError::new)?;
    Ok(Assessment { inner: Arc::new(inner) })
}

/// The same scheme, options and data, with nothing taken over: no exact number is known yet, whatever was asked before.
pub(crate) fn assess_afresh(inner: &Inner) -> Result<Assessment, DataError> {
    assess(&inner.scheme, &inner.panel, &inner.options, None)
}

/// The same scheme and options over other data, at the cost of what is different: what planning and analysis ask.
pub(crate) fn assess_like(before: &Inner, panel: &Panel) -> Result<Assessment, DataError> {
    assess(&before.scheme, panel, &before.options, Some(before))
}
