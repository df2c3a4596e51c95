//! Who is assessed: entities with too little data are left out of a period.

use serde::Serialize;

use crate::finding::Finding;
use crate::tree::read_table;

/// Entities with too few values are left out of a period: valued and shown, but without total and rank, and in nobody's reference.
///
/// # Formula
/// ```text
/// available          values / indicators            must reach it
/// available_weight   weight of the values / weight  must reach it
/// nonzero            values that are not 0 / values must reach it
/// ```
/// Indicators that do not apply, or that the class leaves out, are not counted. The values are those that formulas give, before `impute`.
///
/// # Source
/// OECD/JRC Handbook (2008), step 3; COINr's `Screen`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Screen {
    /// Share of the indicators that must have a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<f64>,
    /// Share of the weight of the indicators that must have a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_weight: Option<f64>,
    /// Share of the values that must not be zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonzero: Option<f64>,
    /// Entities that stay, whatever their data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
    /// Entities that are left out, whatever their data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leave: Vec<String>,
}

read_table!(Screen: available = _, available_weight = _, nonzero = _, keep = _, leave = _);

impl Screen {
    /// What is wrong with it, `place.path` relative to it.
    pub(crate) fn check(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let shares = [
            ("available", self.available),
            ("available_weight", self.available_weight),
            ("nonzero", self.nonzero),
        ];
        for (key, share) in shares {
            let Some(share) = share.filter(|share| !(0.0..=1.0).contains(share)) else { continue };
            found.push(
                Finding::error("out_of_range").at(key).fact("value", share).fact("low", 0).fact("high", 1),
            );
        }
        if let Some(both) = self.keep.iter().find(|name| self.leave.contains(name)) {
            found.push(Finding::error("screen_keep_and_leave").at("leave").fact("entity", both));
        }
        found
    }
}
