//! A tree from any self-describing format of serde, so that the types of a scheme are read in one way wherever they come from.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Entry, Kind, Node, Read, Reader, write_path};
use crate::text::Lang;

/// Reads a value; its problems are one error.
pub(crate) fn deserialize<'de, T: Read, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    let mut root = Node::deserialize(d)?;
    root.number(&mut 0);
    let mut reader = Reader::default();
    let value = T::read(&root, &mut reader);
    match value {
        Some(value) if reader.problems.is_empty() => Ok(value),
        _ => {
            let line = |(finding, id, _): &(crate::finding::Finding, u32, bool)| {
                let path = write_path(&root.find(*id).unwrap_or_default());
                let colon = if path.is_empty() { "" } else { ": " };
                format!("{path}{colon}{}", finding.message(Lang::En))
            };
            let lines: Vec<String> = reader.problems.iter().map(line).collect();
            Err(de::Error::custom(lines.join("; ")))
        }
    }
}

/// Gives serde what [`Read`] reads.
macro_rules! deserialize_by_reading {
    ($($name:ty),* $(,)?) => {$(
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                $crate::tree::deserialize(d)
            }
        }
    )*};
}
pub(crate) use deserialize_by_reading;

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(ToNode)
    }
}

struct ToNode;

impl<'de> Visitor<'de> for ToNode {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that a scheme file can hold")
    }
    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::bare(Kind::Null))
    }
    fn visit_none<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::bare(Kind::Null))
    }
    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Node, D::Error> {
        Node::deserialize(d)
    }
    fn visit_bool<E: de::Error>(self, v: bool) -> Result<Node, E> {
        Ok(Node::bare(Kind::Bool(v)))
    }
    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Node, E> {
        Ok(Node::bare(Kind::Integer(v)))
    }
    fn visit_u64<E: de::Error>(self, v: u64) -> Result<Node, E> {
        let too_large = |_| E::invalid_value(de::Unexpected::Unsigned(v), &self);
        i64::try_from(v).map(|v| Node::bare(Kind::Integer(v))).map_err(too_large)
    }
    fn visit_f64<E: de::Error>(self, v: f64) -> Result<Node, E> {
        Ok(Node::bare(Kind::Float(v)))
    }
    fn visit_str<E: de::Error>(self, v: &str) -> Result<Node, E> {
        Ok(Node::bare(Kind::Text(v.to_owned())))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::bare(Kind::List(items)))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries: Vec<Entry> = Vec::new();
        while let Some((key, value)) = map.next_entry()? {
            entries.push(Entry { key, span: 0..0, value });
        }
        Ok(Node::bare(Kind::Table(entries)))
    }
}
