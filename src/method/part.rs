//! A part: what of an indicator is scored, against whom, by which rule.
//!
//! An indicator has one part or several with shares; a combinator ([`Combinator`](crate::method::rules::Combinator))
//! holds parts of its own.

use serde::{Deserialize, Serialize, Serializer};

use crate::method::measures::Measure;
use crate::method::missing::PartMissing;
use crate::method::rules::Rule;
use crate::tree::{Kind, Node, Read, Reader, deserialize_by_reading, read_words};

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
    /// What it gives where it has nothing to compare with. If none, its share goes to the other parts where the data begin, and an
    /// earlier value that is missing in a period which the data have is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<PartMissing>,
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

read_words!(Among);

fn is_default<T: Default + PartialEq>(x: &T) -> bool {
    *x == T::default()
}

/// Keys of a part that are not parameters of its rule.
const KEYS: &[&str] = &["share", "measure", "over", "among", "full", "missing"];

impl Read for Part {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        let Kind::Table(_) = node.kind else { return r.expected(node, "{ rule = \"…\", … }") };
        let rule = Rule::read_beside(node, KEYS, r);
        Some(Part {
            share: r.optional(node, "share"),
            measure: r.or(node, "measure", Measure::default),
            over: r.or(node, "over", Over::default),
            among: r.optional(node, "among"),
            full: r.optional(node, "full"),
            missing: r.optional(node, "missing"),
            rule: rule?,
        })
    }
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

impl Read for Over {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        match &node.kind {
            Kind::Text(text) if text == "period" => Some(Over::Same),
            Kind::Text(text) if text == "all" => Some(Over::All),
            Kind::Text(fixed) => Some(Over::Fixed(fixed.clone())),
            Kind::Integer(year) => Some(Over::Fixed(year.to_string())),
            _ => r.expected(node, "\"period\", \"all\" or a period such as 2020"),
        }
    }
}

deserialize_by_reading!(Part, Over);

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
