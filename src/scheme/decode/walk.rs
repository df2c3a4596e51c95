//! The tree as serde sees it, without what was left out.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};

use super::{Error, Problem, Want};
use crate::scheme::node::{Entry, Kind, Node};

/// One pass over the tree.
pub(super) struct Pass<'a> {
    pub(super) broken: &'a HashSet<u32>,
    pub(super) absent: &'a HashMap<u32, Vec<&'static str>>,
    pub(super) visits: &'a Cell<u64>,
}

#[derive(Clone, Copy)]
pub(super) struct De<'a> {
    pub(super) node: &'a Node,
    pub(super) pass: &'a Pass<'a>,
}

impl<'a> De<'a> {
    fn want(self, want: Want) -> Error {
        Error::new(Problem::Want(want)).at(self.node, self.pass)
    }

    fn located<T>(self, result: Result<T, Error>) -> Result<T, Error> {
        result.map_err(|e| e.at(self.node, self.pass))
    }

    fn list<'de, V: Visitor<'de>>(self, items: &'a [Node], visitor: V) -> Result<V::Value, Error> {
        self.located(visitor.visit_seq(Items { items: items.iter(), pass: self.pass }))
    }

    fn table<'de, V: Visitor<'de>>(self, entries: &'a [Entry], visitor: V) -> Result<V::Value, Error> {
        let absent = self.pass.absent.get(&self.node.id).map_or(&[][..], Vec::as_slice);
        let access = Entries {
            left: entries.iter(),
            absent: absent.iter(),
            current: None,
            asked: "",
            owner: self.node,
            pass: self.pass,
        };
        self.located(visitor.visit_map(access))
    }

    fn integer<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.kind {
            Kind::Integer(i) => self.located(visitor.visit_i64(i)),
            // 2.0 is a way to write 2.
            Kind::Float(x) if x.fract() == 0.0 && x.abs() < 1e15 => self.located(visitor.visit_i64(x as i64)),
            _ => Err(self.want(Want::Integer)),
        }
    }

    fn string<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Text(text) => self.located(visitor.visit_str(text)),
            _ => Err(self.want(Want::Text)),
        }
    }
}

macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.integer(visitor)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for De<'_> {
    type Error = Error;

    /// People write the surface form; this is the normal form of it (see `normal`).
    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.pass.visits.set(self.pass.visits.get() + 1);
        match &self.node.kind {
            Kind::Null => self.located(visitor.visit_unit()),
            Kind::Bool(b) => self.located(visitor.visit_bool(*b)),
            Kind::Integer(i) => self.located(visitor.visit_i64(*i)),
            Kind::Float(x) => self.located(visitor.visit_f64(*x)),
            Kind::Text(t) => self.located(visitor.visit_str(t)),
            Kind::Date(_) => Err(self.want(Want::Text)),
            Kind::List(items) => self.list(items, visitor),
            Kind::Table(entries) => self.table(entries, visitor),
        }
    }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.kind {
            Kind::Float(x) => self.located(visitor.visit_f64(x)),
            Kind::Integer(i) if (i as f64) as i128 == i128::from(i) => {
                self.located(visitor.visit_f64(i as f64))
            }
            Kind::Integer(_) => Err(Error::new(Problem::Inexact).at(self.node, self.pass)),
            _ => Err(self.want(Want::Number)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.kind {
            Kind::Bool(b) => self.located(visitor.visit_bool(b)),
            _ => Err(self.want(Want::Bool)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.string(visitor)
    }
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.string(visitor)
    }
    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.string(visitor)
    }
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.kind {
            Kind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let result = visitor.visit_newtype_struct(self);
        self.located(result)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::List(items) => {
                self.pass.visits.set(self.pass.visits.get() + items.len() as u64);
                self.list(items, visitor)
            }
            _ => Err(self.want(Want::List)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::List(items) if items.len() == length => self.list(items, visitor),
            _ => Err(Error::new(Problem::Length(length)).at(self.node, self.pass)),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Table(entries) => {
                self.pass.visits.set(self.pass.visits.get() + entries.len() as u64);
                self.table(entries, visitor)
            }
            _ => Err(self.want(Want::Table)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let access = match &self.node.kind {
            Kind::Text(word) => Choice { word, content: None, of: self },
            Kind::Table(entries) => {
                let broken = |e: &&Entry| self.pass.broken.contains(&e.value.id);
                match entries.as_slice() {
                    [one] if !broken(&one) => Choice { word: &one.key, content: Some(&one.value), of: self },
                    many if many.iter().any(|e| broken(&e)) => {
                        return Err(Error::new(Problem::Silent).at(self.node, self.pass));
                    }
                    _ => return Err(self.want(Want::Choice(known))),
                }
            }
            _ => return Err(self.want(Want::Choice(known))),
        };
        let result = visitor.visit_enum(access);
        self.located(result)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }
    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

/// Items of a list, without those left out.
struct Items<'a> {
    items: std::slice::Iter<'a, Node>,
    pass: &'a Pass<'a>,
}

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(node) = self.items.find(|n| !self.pass.broken.contains(&n.id)) else { return Ok(None) };
        let de = De { node, pass: self.pass };
        de.located(seed.deserialize(de)).map(Some)
    }
}

/// Entries of a table, without those left out, then the missing ones as empty values.
struct Entries<'a> {
    left: std::slice::Iter<'a, Entry>,
    absent: std::slice::Iter<'a, &'static str>,
    current: Option<&'a Entry>,
    /// The absent key that is answered next.
    asked: &'static str,
    owner: &'a Node,
    pass: &'a Pass<'a>,
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        self.current = self.left.find(|e| !self.pass.broken.contains(&e.value.id));
        if let Some(entry) = self.current {
            let key: de::value::StrDeserializer<'_, Error> = entry.key.as_str().into_deserializer();
            return seed.deserialize(key).map(Some).map_err(|e| e.on_key(&entry.value));
        }
        let Some(key) = self.absent.next() else { return Ok(None) };
        self.asked = key;
        let key: de::value::StrDeserializer<'_, Error> = (*key).into_deserializer();
        seed.deserialize(key).map(Some).map_err(|e| e.on_key(self.owner))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        match self.current {
            Some(entry) => {
                let de = De { node: &entry.value, pass: self.pass };
                de.located(seed.deserialize(de))
            }
            None if self.asked == "points" => {
                let (points, pass) = (any_points(), self.pass);
                self.silent(seed.deserialize(De { node: &points, pass }))
            }
            None => self.silent(seed.deserialize(Empty)),
        }
    }
}

impl Entries<'_> {
    /// That a key could not be answered follows from what was reported.
    fn silent<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        result.map_err(|_| Error { at: Some(self.owner.id), ..Error::new(Problem::Silent) })
    }
}

/// Points that stand for those that were not understood, so that the indicator's formula is looked at all the same.
fn any_points() -> Node {
    // No node of a file has this number: nothing is known to be absent or broken in it.
    let bare = |kind| Node { id: u32::MAX, ..Node::bare(kind) };
    let table = |entries: Vec<(&str, Node)>| {
        let entry = |(key, value): (&str, Node)| Entry { key: key.to_owned(), span: 0..0, value };
        bare(Kind::Table(entries.into_iter().map(entry).collect()))
    };
    let ends = vec![("low", bare(Kind::Float(0.0))), ("high", bare(Kind::Float(1.0)))];
    table(vec![("rule", table(vec![("linear", table(ends))]))])
}

/// The answer to a required key that is absent and has been reported.
struct Empty;

impl<'de> de::Deserializer<'de> for Empty {
    type Error = Error;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::new(Problem::Silent))
    }
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(0.0)
    }
    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u32(0)
    }
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str("")
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(de::value::SeqDeserializer::<_, Error>::new(std::iter::empty::<u8>()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(de::value::MapDeserializer::<_, Error>::new(std::iter::empty::<(u8, u8)>()))
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let first = known.first().ok_or_else(|| Error::new(Problem::Silent))?;
        let word: de::value::StrDeserializer<'_, Error> = (*first).into_deserializer();
        visitor.visit_enum(word)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u64 f32 char str bytes byte_buf option unit unit_struct newtype_struct tuple
        tuple_struct map identifier ignored_any
    }
}

/// A word, or a table of one key.
struct Choice<'a> {
    word: &'a str,
    content: Option<&'a Node>,
    of: De<'a>,
}

impl<'de> de::EnumAccess<'de> for Choice<'_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Error> {
        let key: de::value::StrDeserializer<'_, Error> = self.word.into_deserializer();
        let variant = seed.deserialize(key).map_err(|e| match self.content {
            Some(content) => e.on_key(content),
            None => e.at(self.of.node, self.of.pass),
        })?;
        Ok((variant, self))
    }
}

impl<'de> de::VariantAccess<'de> for Choice<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        let Some(content) = self.content else { return Ok(()) };
        match content.entries().iter().find(|e| !self.of.pass.broken.contains(&e.value.id)) {
            None if matches!(content.kind, Kind::Table(_)) => Ok(()),
            None => Err(self.of.want(Want::Choice(&[]))),
            Some(entry) => Err(Error::new(Problem::UnknownKey(entry.key.clone(), &[])).on_key(&entry.value)),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        match self.content {
            Some(node) => {
                let de = De { node, pass: self.of.pass };
                de.located(seed.deserialize(de))
            }
            None => {
                Err(Error::new(Problem::Form(format!("{{ {} = … }}", self.word)))
                    .at(self.of.node, self.of.pass))
            }
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        match self.content {
            Some(node) => {
                de::Deserializer::deserialize_tuple(De { node, pass: self.of.pass }, length, visitor)
            }
            None => Err(self.of.want(Want::Choice(&[]))),
        }
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.content {
            Some(node) => de::Deserializer::deserialize_map(De { node, pass: self.of.pass }, visitor),
            None => Err(self.of.want(Want::Choice(&[]))),
        }
    }
}
