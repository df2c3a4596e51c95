//! What a rule compares with.

use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number a rule compares with: typed in the scheme, or computed from the reference set before any rule runs.
///
/// Written as a number, as one of `"min" "max" "mean" "median" "pooled" "sd" "count" "first" "target" "previous"`, or as
/// `{ quantile = 0.9 }`, `{ entity = "全省" }` or `{ indicator = "base" }`.
#[derive(Debug, Clone, PartialEq)]
pub enum Anchor {
    /// A typed decimal.
    Number(f64),
    /// Smallest of the reference set.
    Min,
    /// Largest of the reference set.
    Max,
    /// Arithmetic mean of the reference set.
    Mean,
    /// Median (mean of the middle two).
    Median,
    /// The formula over summed variables: what the province as a whole has, not the mean of its cities.
    Pooled,
    /// Standard deviation with n − 1.
    Sd,
    /// How many values the reference set has.
    Count,
    /// The best value: the largest of a positive indicator, the smallest of a negative one.
    First,
    /// The target of this entity, indicator and period from the target table.
    Target,
    /// The entity's own value a period before.
    Previous,
    /// Quantile 0 … 1, linear between order statistics (type 7, as numpy and R by default).
    Quantile(f64),
    /// The value of a named entity in the same period.
    Entity(String),
    /// The entity's own value of another indicator in the same period (a base that a formula computes).
    Indicator(String),
}

/// Anchors written as a word.
pub(crate) const WORDS: [(&str, Anchor); 10] = [
    ("min", Anchor::Min),
    ("max", Anchor::Max),
    ("mean", Anchor::Mean),
    ("median", Anchor::Median),
    ("pooled", Anchor::Pooled),
    ("sd", Anchor::Sd),
    ("count", Anchor::Count),
    ("first", Anchor::First),
    ("target", Anchor::Target),
    ("previous", Anchor::Previous),
];

impl Anchor {
    /// Whether the anchor differs between entities of one reference set.
    pub fn is_own(&self) -> bool {
        matches!(self, Anchor::Target | Anchor::Previous | Anchor::Indicator(_))
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Anchor::Number(x) => write!(f, "{x}"),
            Anchor::Quantile(q) => write!(f, "quantile {q}"),
            Anchor::Entity(e) | Anchor::Indicator(e) => f.write_str(e),
            word => f.write_str(WORDS.iter().find(|(_, a)| a == word).map_or("", |(w, _)| *w)),
        }
    }
}

impl Serialize for Anchor {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        match self {
            Anchor::Number(x) => s.serialize_f64(*x),
            Anchor::Quantile(q) => {
                let mut m = s.serialize_map(Some(1))?;
                m.serialize_entry("quantile", q)?;
                m.end()
            }
            Anchor::Entity(e) => {
                let mut m = s.serialize_map(Some(1))?;
                m.serialize_entry("entity", e)?;
                m.end()
            }
            Anchor::Indicator(i) => {
                let mut m = s.serialize_map(Some(1))?;
                m.serialize_entry("indicator", i)?;
                m.end()
            }
            word => s.collect_str(word),
        }
    }
}

impl<'de> Deserialize<'de> for Anchor {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Anchor;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a number, \"min\", \"max\", \"mean\", … , { quantile = 0.9 }, { entity = \"…\" } or { indicator = \"…\" }",
                )
            }
            fn visit_f64<E: de::Error>(self, x: f64) -> Result<Anchor, E> {
                Ok(Anchor::Number(x))
            }
            fn visit_i64<E: de::Error>(self, x: i64) -> Result<Anchor, E> {
                Ok(Anchor::Number(x as f64))
            }
            fn visit_u64<E: de::Error>(self, x: u64) -> Result<Anchor, E> {
                Ok(Anchor::Number(x as f64))
            }
            fn visit_str<E: de::Error>(self, s: &str) -> Result<Anchor, E> {
                const NAMES: &[&str] =
                    &["min", "max", "mean", "median", "pooled", "sd", "count", "first", "target", "previous"];
                WORDS
                    .iter()
                    .find(|(w, _)| *w == s)
                    .map(|(_, a)| a.clone())
                    .ok_or_else(|| E::unknown_variant(s, NAMES))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut m: A) -> Result<Anchor, A::Error> {
                let key: Option<String> = m.next_key()?;
                match key.as_deref() {
                    Some("quantile") => Ok(Anchor::Quantile(m.next_value()?)),
                    Some("entity") => Ok(Anchor::Entity(m.next_value()?)),
                    Some("indicator") => Ok(Anchor::Indicator(m.next_value()?)),
                    Some(other) => Err(de::Error::unknown_field(other, &["quantile", "entity", "indicator"])),
                    None => Err(de::Error::missing_field("quantile")),
                }
            }
        }
        d.deserialize_any(V)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Anchor {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Anchor".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let words: Vec<&str> = WORDS.iter().map(|(w, _)| *w).collect();
        schemars::json_schema!({
            "description": "A number a rule compares with: typed, or computed from the reference set.",
            "anyOf": [
                { "type": "number" },
                { "enum": words },
                { "type": "object", "properties": { "quantile": { "type": "number", "minimum": 0, "maximum": 1 } },
                  "required": ["quantile"], "additionalProperties": false },
                { "type": "object", "properties": { "entity": { "type": "string" } },
                  "required": ["entity"], "additionalProperties": false },
                { "type": "object", "properties": { "indicator": { "type": "string" } },
                  "required": ["indicator"], "additionalProperties": false }
            ]
        })
    }
}
