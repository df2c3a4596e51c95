//! A scheme applied to a panel.

mod bases;
pub(crate) mod cells;
mod check;
pub(crate) mod conditions;
pub(crate) mod data;
pub(crate) mod ladder;
pub(crate) mod order;
pub(crate) mod overflow;
mod peers;
pub(crate) mod points;
pub(crate) mod rank;
pub(crate) mod reference;
mod run;
pub(crate) mod targets;
pub(crate) mod total;
pub(crate) mod tree;
pub(crate) mod values;
pub(crate) mod view;

pub use view::{Flag, FlagKind, RankRow};

use std::sync::Arc;

use crate::error::DataError;
use crate::panel::{Column, Filled, Panel};
use crate::scheme::Scheme;

/// What an assessment is asked for beyond scheme and panel.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Targets besides those of the scheme, which they replace for the same indicator, entity and period.
    pub targets: Vec<crate::scheme::model::Target>,
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
    pub(crate) options: Options,
    pub(crate) panel: Panel,
    /// Variables as the formulas took them: imputed where the scheme says so.
    pub(crate) columns: Vec<Column>,
    /// Data that were filled in: variable and what was done.
    pub(crate) imputed: Vec<(usize, Filled)>,
    pub(crate) class_of: Option<Vec<u16>>,
    pub(crate) benchmark: Option<Vec<bool>>,
    pub(crate) applies: conditions::Applies,
    pub(crate) targets: cells::Targets,
    pub(crate) values: Vec<values::Values>,
    pub(crate) sums: Vec<values::PanelSums>,
    pub(crate) leaves: Vec<cells::LeafState>,
    pub(crate) nodes: Vec<tree::NodeScores>,
    pub(crate) shares: tree::Shares,
    pub(crate) totals: total::Totals,
    pub(crate) adjustment_sums: Vec<values::PanelSums>,
    pub(crate) floor_sums: Vec<values::PanelSums>,
    pub(crate) ranks: crate::memory::Pages<f64>,
    /// Reference sets in order, made when an analysis first asks for a rank among them.
    pub(crate) ladders: ladder::Ladders,
    pub(crate) grades: Option<Vec<u32>>,
}

impl Scheme {
    /// Applies the scheme to a panel.
    ///
    /// # Errors
    /// Everything that keeps the data from being assessed, at once: missing columns, holes where the scheme allows none,
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
        run::run(self, panel, options)
            .map(|inner| Assessment { inner: Arc::new(inner) })
            .map_err(DataError::new)
    }
}

/// The same scheme and options over another panel: what planning asks.
pub(crate) fn run_again(assessment: &Assessment, panel: &Panel) -> Result<Assessment, DataError> {
    let inner = &assessment.inner;
    inner.scheme.assess_with(panel, &inner.options)
}
