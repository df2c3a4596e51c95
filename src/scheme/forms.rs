//! Values a scheme may write in more than one form.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::model::{Part, Parts, Title};

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
        struct V(bool);
        impl<'de> Visitor<'de> for V {
            type Value = Parts;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("{ rule = \"…\", … } or a list of them with shares")
            }
            fn visit_map<A: MapAccess<'de>>(self, m: A) -> Result<Parts, A::Error> {
                Ok(Parts(vec![Part::read(MapAccessDeserializer::new(m), self.0)?]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut s: A) -> Result<Parts, A::Error> {
                let mut parts = Vec::new();
                while let Some(part) = s.next_element()? {
                    parts.push(part);
                }
                Ok(Parts(parts))
            }
        }
        let surface = d.is_human_readable();
        d.deserialize_any(V(surface))
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
        fn visit_u64<E: de::Error>(self, year: u64) -> Result<Self::Value, E> {
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
