//! Causes: what can move a total, by name and in words.

use serde::{Serialize, Serializer};

use super::anchors;
use super::score::Player;
use crate::report::{Label, Sentence};

/// Why a total moves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The entity's own values.
    Own,
    /// What the entity's values are compared with of its own: its earlier values.
    Base,
    /// Its targets.
    Target,
    /// What the others' data make of the named anchor (`min`, `max`, `mean` …), of the `ranks`, or of the `ideal` of an aggregation over a set.
    Others(String),
    /// Values that rest on data filled in on either side.
    Imputed,
    /// Indicators that are missing or do not apply on either side.
    Missing,
    /// The scoring or the weights of another class.
    Class,
    /// Other weights.
    Weights,
    /// Other formulas, rules, parameters or indicators.
    Rules,
    /// Another way of aggregating.
    Aggregation,
    /// The share of the entity's other periods.
    Periods,
    /// Bonuses, deductions, factors and the cap of the total.
    Adjustments,
    /// Floors and vetoes.
    Floors,
    /// Rounding.
    Rounding,
}

impl Cause {
    /// Stable name, `own`, `others:max`.
    pub fn name(&self) -> String {
        match self {
            Cause::Others(anchor) => format!("others:{anchor}"),
            other => other.code().trim_start_matches("cause_").to_owned(),
        }
    }

    /// Its name and title.
    pub(crate) fn label(&self) -> Label {
        let id = self.name();
        match self {
            Cause::Others(anchor) => {
                let sentence = Sentence::new("cause_others").fact("anchor", anchors::label(anchor));
                Label::said(&id, |lang| sentence.message(lang))
            }
            other => Label::word(&id, other.code()),
        }
    }

    /// The cause of a name, as [`Cause::name`] gives it.
    pub(super) fn named(name: &str) -> Option<Cause> {
        const ALL: [Cause; 13] = [
            Cause::Own,
            Cause::Base,
            Cause::Target,
            Cause::Imputed,
            Cause::Missing,
            Cause::Class,
            Cause::Weights,
            Cause::Rules,
            Cause::Aggregation,
            Cause::Periods,
            Cause::Adjustments,
            Cause::Floors,
            Cause::Rounding,
        ];
        match name.strip_prefix("others:") {
            Some(anchor) => Some(Cause::Others(anchor.to_owned())),
            None => ALL.into_iter().find(|c| c.name() == name),
        }
    }

    /// Whether it is what the entity's own numbers do.
    pub(super) fn is_own(&self) -> bool {
        matches!(self, Cause::Own | Cause::Base | Cause::Imputed)
    }

    fn code(&self) -> &'static str {
        match self {
            Cause::Own => "cause_own",
            Cause::Base => "cause_base",
            Cause::Target => "cause_target",
            Cause::Others(_) => "cause_others",
            Cause::Imputed => "cause_imputed",
            Cause::Missing => "cause_missing",
            Cause::Class => "cause_class",
            Cause::Weights => "cause_weights",
            Cause::Rules => "cause_rules",
            Cause::Aggregation => "cause_aggregation",
            Cause::Periods => "cause_periods",
            Cause::Adjustments => "cause_adjustments",
            Cause::Floors => "cause_floors",
            Cause::Rounding => "cause_rounding",
        }
    }
}

impl Serialize for Cause {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&self.name())
    }
}

/// The cause that a player of a score stands for.
pub(super) fn cause(player: Player, imputed: bool) -> Cause {
    match player {
        Player::Now if imputed => Cause::Imputed,
        Player::Now => Cause::Own,
        Player::Base => Cause::Base,
        Player::Target => Cause::Target,
        Player::Class => Cause::Class,
        Player::Anchor(anchor) => Cause::Others(anchor.to_string()),
        Player::Ranks => Cause::Others("ranks".to_owned()),
        Player::Sums => Cause::Others("total".to_owned()),
        Player::Ends => Cause::Others("ends".to_owned()),
        Player::Others => Cause::Others("all".to_owned()),
    }
}
