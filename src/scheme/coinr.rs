//! COINr's tables: an index that is described by its `iMeta` becomes a scheme, and a scheme an `iMeta`.
//!
//! [`document`] reads an `iMeta`, [`tables`] writes one and says what stands in the columns of `iData`. The data need no reading of
//! their own: `iData` is a table with the entities in `uCode`, the periods in `Time` and one column per code.

mod normalise;
mod read;
mod write;

use serde::{Deserialize, Serialize};

pub use normalise::Normalise;
pub use read::document;
pub use write::{Contents, Tables, tables};

use crate::method::aggregation::Aggregation;

/// A row of `iMeta`. Columns that are not listed here are not read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Meta {
    /// Level of the framework: 1 for indicators.
    #[serde(rename = "Level")]
    pub level: Option<f64>,
    /// Code: the column of `iData`, or the name of an aggregate.
    #[serde(rename = "iCode")]
    pub code: Option<String>,
    /// Aggregate it belongs to; none for the index itself.
    #[serde(rename = "Parent")]
    pub parent: Option<String>,
    /// 1 where more is better, −1 where less is.
    #[serde(rename = "Direction")]
    pub direction: Option<f64>,
    /// Weight among its siblings.
    #[serde(rename = "Weight")]
    pub weight: Option<f64>,
    /// `Indicator`, `Aggregate`, `Denominator`, `Group` or `Other`.
    #[serde(rename = "Type")]
    pub kind: Option<String>,
    /// Title.
    #[serde(rename = "iName")]
    pub name: Option<String>,
    /// Unit of measure, in any words.
    #[serde(rename = "Unit")]
    pub unit: Option<String>,
    /// Target, in the unit of the indicator.
    #[serde(rename = "Target")]
    pub target: Option<f64>,
    /// Code of what the indicator is divided by (`Denominate`).
    #[serde(rename = "Denominator")]
    pub denominator: Option<String>,
    /// What the indicator is multiplied by when it is divided.
    #[serde(rename = "ScaleFactor")]
    pub scale_factor: Option<f64>,
    /// Parameters of normalisation, for `use_iMeta`.
    #[serde(flatten)]
    pub parameters: Parameters,
}

/// What `iMeta` says of the normalisation of an indicator.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "COINr's own names")]
pub struct Parameters {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minmax_lower: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minmax_upper: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaled_lower: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaled_upper: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_factor: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zscore_mean: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zscore_sd: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goalpost_lower: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goalpost_upper: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goalpost_scale: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goalpost_trunc2posts: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dist2targ_cap_max: Option<bool>,
}

/// The steps of a COINr script that `iMeta` does not hold.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Steps {
    /// `Normalise(f_n = …)`.
    pub normalise: Normalise,
    /// `Aggregate(f_ag = …)`: one way for all levels, or one per level from the lowest aggregates up. Nothing is the arithmetic mean.
    pub aggregate: Vec<Aggregation>,
    /// `Aggregate(dat_thresh = …)`: least share of the members of a group that must be there.
    pub dat_thresh: Option<f64>,
}
