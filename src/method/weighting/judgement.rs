//! How many times as much one member counts as another one: a number, or a fraction as a text.

use serde::{Serialize, Serializer};

use crate::finding::Finding;
use crate::number::{Exact, Number};
use crate::tree::{Kind, Node, Read, Reader, deserialize_by_reading};

/// Most members that are judged: more than anybody compares in pairs, and few enough that a file costs nothing before it is refused.
const MOST_MEMBERS: usize = 100;

/// That there are more members than can be judged.
pub(super) fn too_many(members: &[&str]) -> Option<Finding> {
    let finding =
        || Finding::error("weights_judged_most").fact("count", members.len()).fact("most", MOST_MEMBERS);
    (members.len() > MOST_MEMBERS).then(finding)
}

/// A positive number, or a fraction of two: `3`, `"1/3"`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// The number, or what stands above the line.
    pub top: f64,
    /// What stands below it; 1 of a number.
    pub bottom: f64,
}

impl Judgement {
    /// The number of any type.
    pub(super) fn number<N: Number>(self) -> N {
        N::of(self.top).div(&N::of(self.bottom))
    }

    /// The fraction itself.
    pub(super) fn exact(self) -> Exact {
        self.number()
    }

    /// Whether it can say how many times something counts.
    pub(super) fn is_positive(self) -> bool {
        self.top > 0.0 && self.bottom > 0.0
    }
}

impl std::fmt::Display for Judgement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.bottom == 1.0 { write!(f, "{}", self.top) } else { write!(f, "{}/{}", self.top, self.bottom) }
    }
}

impl Serialize for Judgement {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.bottom == 1.0 { s.serialize_f64(self.top) } else { s.collect_str(self) }
    }
}

impl Read for Judgement {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        if let Kind::Text(text) = &node.kind
            && let Some((top, bottom)) = text.split_once('/')
        {
            let number = |text: &str| text.trim().parse::<f64>().ok().filter(|x| x.is_normal());
            let (Some(top), Some(bottom)) = (number(top), number(bottom)) else {
                return r.expected(node, "\"1/3\"");
            };
            return Some(Judgement { top, bottom });
        }
        f64::read(node, r).map(|top| Judgement { top, bottom: 1.0 })
    }
    fn stand_in() -> Option<Self> {
        Some(Judgement { top: 1.0, bottom: 1.0 })
    }
}

deserialize_by_reading!(Judgement);

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Judgement {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Judgement".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "How many times as much one member counts as another one: a positive number, or a fraction such as \"1/3\".",
            "anyOf": [{ "type": "number", "exclusiveMinimum": 0 }, { "type": "string", "pattern": "^[0-9.]+/[0-9.]+$" }]
        })
    }
}
