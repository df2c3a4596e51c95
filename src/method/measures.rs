//! Measures: what of an indicator is scored.

mod attainment;
mod change;
mod gap;
mod growth;
mod kernel;

pub use kernel::Need;

use std::fmt;

use serde::de::value::{MapAccessDeserializer, MapDeserializer};
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::method::anchor::Anchor;

/// Makes the enum, and the two forms it is read in, from one list. A parameter stands with the function that gives its
/// default.
macro_rules! measures {
    ($(#[doc = $first_doc:expr])* $first:ident, $($(#[doc = $doc:expr])* $name:ident $({ $($(#[doc = $about:expr])* $field:ident: $type:ty = $default:literal,)* })?,)*) => {
        /// What of an indicator is scored (计分口径). Written as a word (`"change"`) or as a table with `kind` and parameters.
        #[derive(Debug, Clone, PartialEq, Default)]
        #[cfg_attr(
            feature = "schema",
            derive(schemars::JsonSchema),
            schemars(tag = "kind", transform = word_or_table),
            serde(rename_all = "snake_case", deny_unknown_fields)
        )]
        pub enum Measure {
            $(#[doc = $first_doc])*
            #[default]
            $first,
            $($(#[doc = $doc])* $name $({
                $($(#[doc = $about])* #[cfg_attr(feature = "schema", serde(default = $default))] $field: $type,)*
            })?,)*
        }

        /// As the loader hands it over, `{ change = { lag = 1 } }`, so that serde keeps the place of every parameter.
        #[derive(Deserialize)]
        #[serde(remote = "Measure", rename_all = "snake_case", deny_unknown_fields)]
        enum Normal {
            $first,
            $($name $({ $(#[serde(default = $default)] $field: $type,)* })?,)*
        }

        /// As a table that people write.
        #[derive(Deserialize)]
        #[serde(remote = "Measure", tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
        enum Table {
            $first,
            $($name $({ $(#[serde(default = $default)] $field: $type,)* })?,)*
        }
    };
}

measures! {
    /// The value itself.
    Value,
    /// Difference to an earlier period, in the indicator's unit (percentage points for a percentage).
    Change {
        /// Periods back, 1 by default.
        lag: u16 = "one",
    },
    /// `x / x₀ − 1`, a share (0.05 is 5 %); missing when `x₀ ≤ 0`.
    Growth {
        /// Periods back.
        lag: u16 = "one",
    },
    /// `2 (x − x₀) / (x + x₀)`; missing when `x + x₀ ≤ 0`.
    SymmetricGrowth {
        /// Periods back.
        lag: u16 = "one",
    },
    /// How far a target is reached; 1 is met.
    Attainment {
        /// The target, by default from the target table.
        target: Anchor = "target",
        /// How it is counted.
        form: AttainmentForm = "AttainmentForm::default",
        /// Base of the change form, by default last period's value.
        base: Anchor = "previous",
    },
    /// Difference to the mean of the reference set.
    GapToMean,
    /// Difference to the pooled value of the reference set.
    GapToPooled,
    /// Rank a period before minus rank now: positive is up.
    RankChange {
        /// Periods back.
        lag: u16 = "one",
    },
}

impl<'de> Deserialize<'de> for Measure {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Measure;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a measure, or { kind = \"…\", … }")
            }
            fn visit_str<E: de::Error>(self, word: &str) -> Result<Measure, E> {
                Table::deserialize(MapDeserializer::new(std::iter::once(("kind", word))))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Measure, A::Error> {
                Table::deserialize(MapAccessDeserializer::new(map))
            }
        }
        if d.is_human_readable() { d.deserialize_any(V) } else { Normal::deserialize(d) }
    }
}

/// How attainment is counted. `t` is the target; what holds for targets that are zero or negative no source says, so it is
/// stated here and in every explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttainmentForm {
    /// `x / t`. For `t < 0` (a planned loss) `2 − x / t`: half the planned loss is 1.5. For `t = 0` met is 1 (`x ≥ 0`; for a
    /// negative indicator `x ≤ 0`), not met 0.
    #[default]
    Positive,
    /// `t / x`: lower is better; missing for `x ≤ 0`, where no such ratio exists. For `t < 0` `x / t`; for `t = 0` 1 if
    /// `x ≤ 0`, else 0.
    Reverse,
    /// `2 − x / t`: lower is better. For `t < 0` `x / t`; for `t = 0` 1 if `x ≤ 0`, else 0.
    TwoMinus,
    /// `(x − x₀) / (t − x₀)`. A planned retreat (`t` worse than `x₀`) counts `2 − (x − x₀) / (t − x₀)`: to hold what one had
    /// is 2. For `t = x₀` held is 1, lost 0.
    Change,
}

impl Measure {
    /// The measure's name, as schemes write it.
    pub fn name(&self) -> &'static str {
        match self {
            Measure::Value => "value",
            Measure::Change { .. } => "change",
            Measure::Growth { .. } => "growth",
            Measure::SymmetricGrowth { .. } => "symmetric_growth",
            Measure::Attainment { .. } => "attainment",
            Measure::GapToMean => "gap_to_mean",
            Measure::GapToPooled => "gap_to_pooled",
            Measure::RankChange { .. } => "rank_change",
        }
    }

    /// Whether it is in the unit of the indicator, as a value or a difference of values is; the others are pure numbers.
    pub(crate) fn is_in_unit(&self) -> bool {
        matches!(self, Measure::Value | Measure::Change { .. } | Measure::GapToMean | Measure::GapToPooled)
    }

    /// Name and unit of what a reference sees: the value itself, of an indicator in `unit`, or what the measure makes of it.
    /// A difference of percentages is in percentage points; a share has no unit.
    pub(crate) fn seen<'a>(&self, value: bool, unit: &'a str) -> (&'static str, &'a str) {
        match self {
            _ if value => (Measure::Value.name(), unit),
            Measure::Change { .. } | Measure::GapToMean | Measure::GapToPooled if unit == "%" => {
                (self.name(), POINTS_OF_PERCENT)
            }
            _ if self.is_in_unit() => (self.name(), unit),
            _ => (self.name(), ""),
        }
    }
}

/// Unit of a difference between percentages.
pub(crate) const POINTS_OF_PERCENT: &str = "百分点";

/// The surface form: a word where every parameter has its default, else a table with `kind` and the others.
impl Serialize for Measure {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Measure::Change { lag }
            | Measure::Growth { lag }
            | Measure::SymmetricGrowth { lag }
            | Measure::RankChange { lag }
                if *lag != one() =>
            {
                let mut map = s.serialize_map(Some(2))?;
                map.serialize_entry("kind", self.name())?;
                map.serialize_entry("lag", lag)?;
                map.end()
            }
            Measure::Attainment { target: t, form, base } => {
                let defaults = (*t == target(), *form == AttainmentForm::default(), *base == previous());
                if defaults == (true, true, true) {
                    return s.serialize_str(self.name());
                }
                let mut map = s.serialize_map(None)?;
                map.serialize_entry("kind", self.name())?;
                if !defaults.0 {
                    map.serialize_entry("target", t)?;
                }
                if !defaults.1 {
                    map.serialize_entry("form", form)?;
                }
                if !defaults.2 {
                    map.serialize_entry("base", base)?;
                }
                map.end()
            }
            word => s.serialize_str(word.name()),
        }
    }
}

/// The schema of the surface form: any measure may be written as its name alone.
#[cfg(feature = "schema")]
fn word_or_table(schema: &mut schemars::Schema) {
    let words: Vec<serde_json::Value> = schema
        .get("oneOf")
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|kind| kind.pointer("/properties/kind/const").cloned())
        .collect();
    let description = schema.remove("description");
    let table = std::mem::take(schema);
    *schema = schemars::json_schema!({ "description": description, "anyOf": [{ "enum": words }, table] });
}

fn one() -> u16 {
    1
}
fn target() -> Anchor {
    Anchor::Target
}
fn previous() -> Anchor {
    Anchor::Previous
}

#[cfg(test)]
#[cfg(feature = "json")]
mod tests {
    use super::*;

    #[test]
    fn a_measure_is_a_word_where_a_word_says_it_all() {
        let written = |m: &Measure| serde_json::to_string(m).unwrap();
        assert_eq!(written(&Measure::Value), r#""value""#);
        assert_eq!(written(&Measure::Growth { lag: 1 }), r#""growth""#);
        assert_eq!(written(&Measure::Growth { lag: 4 }), r#"{"kind":"growth","lag":4}"#);
        let attainment = |form, base| Measure::Attainment { target: Anchor::Target, form, base };
        assert_eq!(written(&attainment(AttainmentForm::Positive, Anchor::Previous)), r#""attainment""#);
        assert_eq!(
            written(&attainment(AttainmentForm::Change, Anchor::Number(2.5))),
            r#"{"kind":"attainment","form":"change","base":2.5}"#
        );
    }
}
