//! Values a scheme may write in more than one form.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::model::{Among, Over, Part, Parts, Title};
use crate::method::measures::Measure;
use crate::method::rules::Rule;

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

impl<'de> Deserialize<'de> for Title {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, rename = "Title")]
        struct Both {
            zh: Option<String>,
            en: Option<String>,
        }
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Title;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or { zh = \"…\", en = \"…\" }")
            }
            fn visit_str<E: de::Error>(self, s: &str) -> Result<Title, E> {
                Ok(Title { zh: Some(s.to_owned()), en: None })
            }
            fn visit_map<A: MapAccess<'de>>(self, m: A) -> Result<Title, A::Error> {
                let both = Both::deserialize(MapAccessDeserializer::new(m))?;
                Ok(Title { zh: both.zh, en: both.en })
            }
        }
        d.deserialize_any(V)
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        // The loader has moved the rule's own parameters into `rule` (see `Rule`).
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, rename = "Part")]
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
        let n = Normal::deserialize(d)?;
        Ok(Part {
            share: n.share,
            measure: n.measure,
            over: n.over,
            among: n.among,
            full: n.full,
            rule: n.rule,
        })
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

impl<'de> Deserialize<'de> for Parts {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Parts;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("{ rule = \"…\", … } or a list of them with shares")
            }
            fn visit_map<A: MapAccess<'de>>(self, m: A) -> Result<Parts, A::Error> {
                Ok(Parts(vec![Part::deserialize(MapAccessDeserializer::new(m))?]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut s: A) -> Result<Parts, A::Error> {
                let mut parts = Vec::new();
                while let Some(part) = s.next_element()? {
                    parts.push(part);
                }
                Ok(Parts(parts))
            }
        }
        d.deserialize_any(V)
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

/// A period: a text, or a year as a plain number.
pub(super) fn period<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    struct V;
    impl Visitor<'_> for V {
        type Value = Option<String>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a period such as 2020 or \"2020Q1\"")
        }
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_str<E: de::Error>(self, s: &str) -> Result<Self::Value, E> {
            Ok(Some(s.to_owned()))
        }
        fn visit_i64<E: de::Error>(self, year: i64) -> Result<Self::Value, E> {
            Ok(Some(year.to_string()))
        }
    }
    d.deserialize_any(V)
}

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

/// Closes the schema of a part: its rule's parameters stand beside its own keys, and only a schema that sees both can
/// refuse the others.
#[cfg(feature = "schema")]
pub(super) fn closed_part(schema: &mut schemars::Schema) {
    schema.insert("unevaluatedProperties".to_owned(), false.into());
}

#[cfg(feature = "schema")]
mod json_schema {
    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{Over, Part, Parts};

    impl JsonSchema for Parts {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "Parts".into()
        }
        fn json_schema(g: &mut SchemaGenerator) -> Schema {
            let part = g.subschema_for::<Part>();
            json_schema!({ "anyOf": [part, { "type": "array", "items": part, "minItems": 1 }] })
        }
    }

    impl JsonSchema for Over {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "Over".into()
        }
        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "description": "Periods of the reference set: the period that is scored, all of them, or a fixed one.",
                "anyOf": [{ "type": "string" }, { "type": "integer" }]
            })
        }
    }
}
