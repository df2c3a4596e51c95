//! Missing is a decision.

use crate::tree::read_words;
use serde::{Deserialize, Serialize};

/// What a missing value in the data means.
///
/// On a variable it fills the datum (`carry_forward`, `peer_mean`, `peer_median`, `interpolate`, `zero`); on an indicator
/// it fills the score (`zero`, `full`, `peer_mean`, `peer_median`) or leaves the indicator out (`skip`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Missing {
    /// Refuse to assess; the message lists every missing value.
    #[default]
    Error,
    /// Left out; the weights of the siblings rescale.
    Skip,
    /// Zero.
    Zero,
    /// The full mark (indicators only).
    Full,
    /// The entity's last value before (variables only).
    CarryForward,
    /// Mean of the entity's peers in the same period.
    PeerMean,
    /// Median of the entity's peers in the same period.
    PeerMedian,
    /// Linear in time between the entity's neighbouring values, none outside (variables only).
    Interpolate,
}

/// What becomes of a part of a score that has nothing to compare with (no earlier value, no target), though the indicator has
/// a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PartMissing {
    /// Refuse to assess.
    Error,
    /// No points.
    Zero,
    /// The full mark.
    Full,
    /// Left out; its share goes to the other parts.
    Redistribute,
}

read_words!(Missing, PartMissing);

impl PartMissing {
    /// As a scheme writes it, if the part gives points.
    pub(crate) fn points_name(self) -> Option<&'static str> {
        match self {
            PartMissing::Zero => Some("zero"),
            PartMissing::Full => Some("full"),
            PartMissing::Error | PartMissing::Redistribute => None,
        }
    }
}

impl Missing {
    /// Whether it takes the numbers of others.
    pub(crate) fn takes_peers(self) -> bool {
        matches!(self, Missing::PeerMean | Missing::PeerMedian)
    }

    /// As a scheme writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Missing::Error => "error",
            Missing::Skip => "skip",
            Missing::Zero => "zero",
            Missing::Full => "full",
            Missing::CarryForward => "carry_forward",
            Missing::PeerMean => "peer_mean",
            Missing::PeerMedian => "peer_median",
            Missing::Interpolate => "interpolate",
        }
    }
}
