//! Values a scheme may write in more than one form.

use serde::{Serialize, Serializer};

use super::model::{Over, Part, Parts, Target, Title};
use crate::method::anchor::Anchor;
use crate::method::measures::Measure;
use crate::method::rules::Linear;
use crate::tree::{Kind, Node, Read, Reader, deserialize_by_reading};

impl Title {
    /// The text in a language, or in the other one.
    pub fn get(&self, lang: crate::Lang) -> Option<&str> {
        let (first, second) = match lang {
            crate::Lang::Zh => (&self.zh, &self.en),
            crate::Lang::En => (&self.en, &self.zh),
        };
        first.as_deref().or(second.as_deref())
    }
}

impl Read for Title {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        match &node.kind {
            Kind::Text(zh) => Some(Title { zh: Some(zh.clone()), en: None }),
            Kind::Table(_) => {
                r.table(node, &["zh", "en"], &[])?;
                Some(Title { zh: r.optional(node, "zh"), en: r.optional(node, "en") })
            }
            _ => r.expected(node, "a text or { zh = \"…\", en = \"…\" }"),
        }
    }
}

impl Serialize for Parts {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(s),
            many => many.serialize(s),
        }
    }
}

impl Read for Parts {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        match &node.kind {
            Kind::Table(_) => r.value(node).map(|part| Parts(vec![part])),
            Kind::List(items) => {
                let parts = r.items(items);
                // An indicator has at least one, so that a list of which nothing was understood is not understood either.
                if parts.is_empty() && !items.is_empty() { None } else { Some(Parts(parts)) }
            }
            _ => r.expected(node, "{ rule = \"…\", … } or a list of them with shares"),
        }
    }

    /// Any points do, so that the indicator's formula is looked at all the same.
    fn stand_in() -> Option<Self> {
        let [low, high] = [0.0, 1.0].map(|end| Some(Anchor::Number(end)));
        let linear = Linear { low, high, between: None, clamp: true, log: false, when_equal: None };
        let (measure, over) = (Measure::Value, Over::Same);
        Some(Parts(vec![Part {
            share: None,
            measure,
            over,
            among: None,
            full: None,
            missing: None,
            rule: linear.into(),
        }]))
    }
}

impl Read for Target {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        r.table(node, &["indicator", "entity", "period", "value"], &[])?;
        let period = match node.get("period").map(|period| &period.kind) {
            // A year as a plain number.
            Some(Kind::Integer(year)) => Some(year.to_string()),
            Some(Kind::Text(period)) => Some(period.clone()),
            None | Some(Kind::Null) => None,
            Some(_) => node
                .get("period")
                .and_then(|period| r.expected(period, "a period such as 2020 or \"2020Q1\"")),
        };
        let (indicator, value) = (r.required(node, "indicator"), r.required(node, "value"));
        Some(Target { indicator: indicator?, entity: r.optional(node, "entity"), period, value: value? })
    }
}

deserialize_by_reading!(Title, Parts, Target);

/// The schema of a period's two forms.
#[cfg(feature = "schema")]
pub(super) fn period_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["string", "integer", "null"] })
}

/// The schema of a title's two forms.
#[cfg(feature = "schema")]
pub(super) fn text_or_table(schema: &mut schemars::Schema) {
    let description = schema.remove("description");
    let table = std::mem::take(schema);
    *schema = schemars::json_schema!({ "description": description, "anyOf": [{ "type": "string" }, table] });
}

#[cfg(feature = "schema")]
mod json_schema {
    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{Part, Parts};

    impl JsonSchema for Parts {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "Parts".into()
        }
        fn json_schema(g: &mut SchemaGenerator) -> Schema {
            let part = g.subschema_for::<Part>();
            json_schema!({ "anyOf": [part, { "type": "array", "items": part, "minItems": 1 }] })
        }
    }
}
