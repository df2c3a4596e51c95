//! What a rule compares with.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use crate::tree::{Kind, Node, Read, Reader, deserialize_by_reading};

/// A number a rule compares with: typed in the scheme, or computed from the reference set before any rule runs.
///
/// Written as a number, as one of `"min" "max" "mean" "median" "pooled" "sd" "count" "first" "target" "previous"`, or as
/// `{ quantile = 0.9 }`, `{ entity = "全省" }` or `{ indicator = "base" }`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
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
    /// What a treatment fitted on the values of the set; no scheme writes it.
    Fitted(Fitted),
}

/// A number that a treatment fits on the values of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fitted {
    /// Which number.
    #[serde(rename = "fitted")]
    pub role: Role,
    /// Of which stage, from 1; 0 where there are none.
    #[serde(default, skip_serializing_if = "is_alone")]
    pub stage: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_alone(stage: &u8) -> bool {
    *stage == 0
}

/// What a fitted number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// The stage that the values are treated by, from 1; 0 where they need none.
    Stage,
    /// The low end, or the smallest value.
    Low,
    /// The high end, or the largest value.
    High,
    /// 1 where a logarithm is taken from the largest value down.
    Mirrored,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Role::Stage => "stage",
            Role::Low => "low",
            Role::High => "high",
            Role::Mirrored => "mirrored",
        }
    }
}

impl fmt::Display for Fitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.stage {
            0 => f.write_str(self.role.name()),
            stage => write!(f, "stage {stage} {}", self.role.name()),
        }
    }
}

/// Anchors written as a word, with the codes of their titles.
pub(crate) const WORDS: [(&str, Anchor, &str); 10] = [
    ("min", Anchor::Min, "explain_anchor_min"),
    ("max", Anchor::Max, "explain_anchor_max"),
    ("mean", Anchor::Mean, "explain_anchor_mean"),
    ("median", Anchor::Median, "explain_anchor_median"),
    ("pooled", Anchor::Pooled, "explain_anchor_pooled"),
    ("sd", Anchor::Sd, "explain_anchor_sd"),
    ("count", Anchor::Count, "explain_anchor_count"),
    ("first", Anchor::First, "explain_anchor_first"),
    ("target", Anchor::Target, "explain_anchor_target"),
    ("previous", Anchor::Previous, "explain_anchor_previous"),
];

impl Anchor {
    /// The code of its title.
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Anchor::Number(_) => "explain_anchor_number",
            Anchor::Quantile(_) => "explain_anchor_quantile",
            Anchor::Entity(_) => "explain_anchor_entity",
            Anchor::Indicator(_) => "explain_anchor_indicator",
            Anchor::Fitted(_) => "explain_anchor_fitted",
            word => WORDS.iter().find(|(_, anchor, _)| anchor == word).map_or("", |(.., title)| title),
        }
    }

    /// What is taken of a reference set, as a spreadsheet formula (see [`sheet`](crate::method::sheet)) of the range that holds its values;
    /// `None` where it is read somewhere else. `positive` says that more is better.
    pub fn sheet(&self, set: &str, positive: bool) -> Option<String> {
        let function = match self {
            Anchor::Min => "MIN",
            Anchor::Max => "MAX",
            Anchor::First => return if positive { Anchor::Max } else { Anchor::Min }.sheet(set, positive),
            Anchor::Mean => "AVERAGE",
            Anchor::Median => "MEDIAN",
            Anchor::Sd => "STDEV",
            Anchor::Count => "COUNT",
            Anchor::Quantile(q) => return Some(format!("PERCENTILE({set},{q})")),
            _ => return None,
        };
        Some(format!("{function}({set})"))
    }

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
            Anchor::Fitted(fitted) => fitted.fmt(f),
            word => f.write_str(WORDS.iter().find(|(_, a, _)| a == word).map_or("", |(w, ..)| *w)),
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
            Anchor::Fitted(fitted) => fitted.serialize(s),
            word => s.collect_str(word),
        }
    }
}

impl Read for Anchor {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        const KEYS: &[&str] = &["quantile", "entity", "indicator"];
        match &node.kind {
            Kind::Integer(_) | Kind::Float(_) => r.value(node).map(Anchor::Number),
            Kind::Text(text) => {
                let word = WORDS.iter().find(|(word, ..)| word == text);
                word.map(|(_, anchor, _)| anchor.clone()).or_else(|| r.not_among(node, &WORDS.map(|(word, ..)| word)))
            }
            Kind::Table(_) => match r.choice(node, KEYS)? {
                ("quantile", value) => r.value(value).map(Anchor::Quantile),
                ("entity", value) => r.value(value).map(Anchor::Entity),
                (_, value) => r.value(value).map(Anchor::Indicator),
            },
            _ => r.expected(
                node,
                "a number, \"min\", \"max\", \"mean\", … , { quantile = 0.9 }, { entity = \"…\" } or { indicator = \"…\" }",
            ),
        }
    }
}

deserialize_by_reading!(Anchor);

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Anchor {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Anchor".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let words: Vec<&str> = WORDS.iter().map(|(w, ..)| *w).collect();
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
