//! A part: what of an indicator is scored, against whom, by which rule.
//!
//! An indicator has one part or several with shares; a combinator ([`Combinator`](crate::method::rules::Combinator))
//! holds parts of its own.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::method::measures::Measure;
use crate::method::rules::Rule;

/// One way of scoring an indicator.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = closed_part))]
pub struct Part {
    /// Share of the indicator's score, normalised over the parts; inside a `sum` the factor of the part, 1 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// What is scored.
    #[serde(default, skip_serializing_if = "is_default")]
    pub measure: Measure,
    /// Periods of the reference set.
    #[serde(default, skip_serializing_if = "is_default")]
    pub over: Over,
    /// Entities of the reference set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub among: Option<Among>,
    /// Full mark of the rule's own table; if none the scheme's, inside a combinator the combinator's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full: Option<f64>,
    /// The rule.
    #[serde(flatten)]
    pub rule: Rule,
}

/// Periods of a reference set: `"period"` (the same), `"all"`, or a fixed one such as `"2020"`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Over {
    /// The period that is scored.
    #[default]
    Same,
    /// All periods of the data.
    All,
    /// A fixed base period.
    Fixed(String),
}

/// Entities of a reference set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Among {
    /// The entity's class (the default where there are classes).
    Class,
    /// All entities.
    All,
}

fn is_default<T: Default + PartialEq>(x: &T) -> bool {
    *x == T::default()
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let surface = d.is_human_readable();
        Part::read(d, surface)
    }
}

impl Part {
    /// Reads the surface form, which people write and `Serialize` gives, or the normal form of the loader: there the rule's
    /// parameters stand in a table of their own under `rule`, so that serde keeps the place of each.
    pub(crate) fn read<'de, D: Deserializer<'de>>(d: D, surface: bool) -> Result<Self, D::Error> {
        if surface { Surface::deserialize(d) } else { Normal::deserialize(d) }
    }
}

#[derive(Deserialize)]
#[serde(remote = "Part", deny_unknown_fields)]
struct Normal {
    share: Option<f64>,
    #[serde(default)]
    measure: Measure,
    #[serde(default)]
    over: Over,
    among: Option<Among>,
    full: Option<f64>,
    rule: Rule,
}

/// The rule refuses the keys that neither it nor the part knows.
#[derive(Deserialize)]
#[serde(remote = "Part")]
struct Surface {
    #[serde(default)]
    share: Option<f64>,
    #[serde(default)]
    measure: Measure,
    #[serde(default)]
    over: Over,
    #[serde(default)]
    among: Option<Among>,
    #[serde(default)]
    full: Option<f64>,
    #[serde(flatten)]
    rule: Rule,
}

impl Serialize for Over {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(match self {
            Over::Same => "period",
            Over::All => "all",
            Over::Fixed(period) => period,
        })
    }
}

impl<'de> Deserialize<'de> for Over {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct V;
        impl Visitor<'_> for V {
            type Value = Over;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"period\", \"all\" or a period such as 2020")
            }
            fn visit_str<E: de::Error>(self, s: &str) -> Result<Over, E> {
                Ok(match s {
                    "period" => Over::Same,
                    "all" => Over::All,
                    fixed => Over::Fixed(fixed.to_owned()),
                })
            }
            fn visit_i64<E: de::Error>(self, year: i64) -> Result<Over, E> {
                Ok(Over::Fixed(year.to_string()))
            }
            fn visit_u64<E: de::Error>(self, year: u64) -> Result<Over, E> {
                Ok(Over::Fixed(year.to_string()))
            }
        }
        d.deserialize_any(V)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Over {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Over".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Periods of the reference set: the period that is scored, all of them, or a fixed one.",
            "anyOf": [{ "type": "string" }, { "type": "integer" }]
        })
    }
}

/// Closes the schema of a part: its rule's parameters stand beside its own keys, and only a schema that sees both can
/// refuse the others.
#[cfg(feature = "schema")]
fn closed_part(schema: &mut schemars::Schema) {
    schema.insert("unevaluatedProperties".to_owned(), false.into());
}
