//! From the tree to the typed model, reporting every problem of the file at once.
//!
//! Serde stops at the first problem. So the document is decoded again and again: each time the value at fault is
//! reported, and left out from then on; a required key that is absent is reported, and answered with an empty value from
//! then on. What remains at the end is what could be understood, good enough for the checks of meaning to go on.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Expected, IntoDeserializer, Unexpected, Visitor};

use super::canonical;
use super::node::{Broken, Entry, Kind, Node};
use crate::finding::{Finding, nearest};

/// Most problems reported for one file.
const MOST_PROBLEMS: usize = 100;
/// Most passes: a problem may need a few until everything that follows from it is left out.
const MOST_PASSES: usize = 10 * MOST_PROBLEMS;
/// Most values visited in all passes together, so that a file full of problems costs no more than a good one.
const MOST_VISITS: u64 = 5_000_000;

/// What was found, and what is left.
pub(crate) struct Decoded<T> {
    /// What could be understood, if anything.
    pub(crate) value: Option<T>,
    /// Problems with the node at fault; `true` if its key is at fault, not its value.
    pub(crate) problems: Vec<(Finding, u32, bool)>,
    /// Nodes that were left out.
    pub(crate) broken: Broken,
    /// Keys that were reported as missing, by the node of their table.
    pub(crate) absent: HashMap<u32, Vec<&'static str>>,
}

/// Decodes with every problem reported.
pub(crate) fn decode<T: for<'de> Deserialize<'de>>(root: &Node) -> Decoded<T> {
    let mut out =
        Decoded { value: None, problems: Vec::new(), broken: Broken::new(), absent: HashMap::new() };
    let visits = Cell::new(0);
    for _ in 0..MOST_PASSES {
        if out.problems.len() >= MOST_PROBLEMS || visits.get() > MOST_VISITS {
            break;
        }
        let pass = Pass { broken: &out.broken, absent: &out.absent, visits: &visits };
        let error = match T::deserialize(De { node: root, pass: &pass }) {
            Ok(value) => {
                out.value = Some(value);
                return out;
            }
            Err(error) => error,
        };
        let id = error.at.unwrap_or(root.id);
        match &error.problem {
            Problem::Missing(key) => {
                let known = error.shadowed || out.absent.get(&id).is_some_and(|keys| keys.contains(key));
                if !known {
                    out.problems.push((error.problem.finding(error.found.as_ref()), id, false));
                }
                let keys = out.absent.entry(id).or_default();
                if keys.contains(key) {
                    out.broken.insert(id);
                } else {
                    keys.push(key);
                }
            }
            Problem::Silent => {
                if !out.broken.insert(id) {
                    return out;
                }
            }
            problem => {
                if !error.shadowed {
                    out.problems.push((problem.finding(error.found.as_ref()), id, error.on_key));
                }
                if !out.broken.insert(id) {
                    return out;
                }
            }
        }
        if out.broken.contains(&root.id) {
            return out;
        }
    }
    out.problems.push((Finding::error("more_problems"), root.id, false));
    out
}

/// What a place wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    Number,
    Integer,
    Text,
    Bool,
    List,
    Table,
    Choice(&'static [&'static str]),
}

#[derive(Debug)]
enum Problem {
    UnknownKey(String, &'static [&'static str]),
    UnknownWord(String, &'static [&'static str]),
    Missing(&'static str),
    Want(Want),
    Inexact,
    Length(usize),
    Form(String),
    Custom(String),
    /// Follows from another problem that has been reported.
    Silent,
}

/// A problem of serde with the number of the node at fault.
#[derive(Debug)]
struct Error {
    problem: Problem,
    at: Option<u32>,
    on_key: bool,
    /// Whether something inside the node at fault has been left out, so that this may follow from it.
    shadowed: bool,
    found: Option<Node>,
}

impl Error {
    fn new(problem: Problem) -> Self {
        Error { problem, at: None, on_key: false, shadowed: false, found: None }
    }

    /// At a node, unless a place further in is known.
    fn at(mut self, node: &Node, pass: &Pass<'_>) -> Self {
        if self.at.is_some() {
            return self;
        }
        // A table's own visitor may refuse a key: then the key is at fault.
        if let Problem::UnknownKey(key, _) = &self.problem
            && let Some(child) = node.get(key)
        {
            return self.on_key(child);
        }
        let is_broken = |n: &Node| pass.broken.contains(&n.id);
        self.shadowed = match (&self.problem, &node.kind) {
            // Left out itself, or reported under the misspelt name it has in the file.
            (Problem::Missing(key), _) => node
                .entries()
                .iter()
                .filter(|e| is_broken(&e.value))
                .any(|e| e.key == *key || nearest(&e.key, [*key]).is_some()),
            (_, Kind::Table(entries)) => entries.iter().any(|e| is_broken(&e.value)),
            (_, Kind::List(items)) => items.iter().any(is_broken),
            _ => false,
        };
        self.at = Some(node.id);
        self.found = Some(node.clone());
        self
    }

    fn on_key(mut self, child: &Node) -> Self {
        if self.at.is_none() {
            (self.at, self.on_key) = (Some(child.id), true);
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.finding(self.found.as_ref()).message(crate::Lang::En))
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::new(Problem::Custom(message.to_string()))
    }
    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Error::new(Problem::Form(expected.to_string()))
    }
    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Error::new(Problem::Form(expected.to_string()))
    }
    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Error::new(Problem::Form(expected.to_string()))
    }
    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Error::new(Problem::UnknownWord(word.to_owned(), known))
    }
    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        Error::new(Problem::UnknownKey(key.to_owned(), known))
    }
    fn missing_field(key: &'static str) -> Self {
        Error::new(Problem::Missing(key))
    }
}

impl Problem {
    fn finding(&self, found: Option<&Node>) -> Finding {
        let shown = found.map(show).unwrap_or_default();
        let error = |code| Finding::error(code).fact("found", &shown);
        match self {
            Problem::UnknownKey(key, []) => Finding::error("unknown_key_none").fact("key", key),
            Problem::UnknownKey(key, known) => {
                let known = known.iter().copied();
                name("unknown_key_near", "unknown_key", key, known)
            }
            Problem::UnknownWord(word, known) => {
                name("unknown_word_near", "unknown_word", word, known.iter().copied())
            }
            Problem::Missing(key) => Finding::error("missing_key").fact("key", key),
            Problem::Want(Want::Number | Want::Integer) if found.is_some_and(is_quoted_number) => {
                error("want_number_unquoted").fact("bare", found.and_then(Node::text).unwrap_or("").trim())
            }
            Problem::Want(Want::Choice(known)) if !known.is_empty() => {
                let known: Vec<String> = known.iter().map(|k| format!("`{k}`")).collect();
                error("want_one_of").fact("known", known.join(", "))
            }
            Problem::Want(want) => error(match want {
                Want::Number => "want_number",
                Want::Integer => "want_integer",
                Want::Text => "want_text",
                Want::Bool => "want_bool",
                Want::List => "want_list",
                Want::Table => "want_table",
                Want::Choice(_) => "want_choice",
            }),
            Problem::Inexact => error("number_inexact"),
            Problem::Length(n) => error("want_length").fact("length", n),
            Problem::Form(expected) => match expected.as_str() {
                "i8" | "u8" | "u16" | "u32" | "u64" | "i64" => error("integer_range"),
                expected => error("want_form").fact("expected", expected),
            },
            Problem::Custom(message) => error("refused").fact("message", message),
            Problem::Silent => Finding::error("refused").fact("message", ""),
        }
    }
}

/// A finding about a name that is not known, with the nearest known one or all of them.
pub(crate) fn name<'a>(
    near: &'static str,
    far: &'static str,
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Finding {
    // Looking for the nearest must stay cheap even in a file made to be slow.
    let short = |k: &&str| k.len() <= 120;
    let close = if short(&name) { nearest(name, known.clone().filter(short).take(500)) } else { None };
    if let Some(nearest) = close {
        return Finding::error(near).fact("name", name).fact("nearest", nearest);
    }
    let name: String = name.chars().take(60).collect();
    let mut names: Vec<String> = known.clone().filter(short).take(30).map(|k| format!("`{k}`")).collect();
    if known.count() > names.len() {
        names.push("…".to_owned());
    }
    Finding::error(far).fact("name", name).fact("known", names.join(", "))
}

fn is_quoted_number(node: &Node) -> bool {
    node.text().is_some_and(|t| t.trim().parse::<f64>().is_ok_and(f64::is_finite))
}

/// A value as a message shows it.
fn show(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(b) => b.to_string(),
        Kind::Integer(i) => i.to_string(),
        Kind::Float(x) => x.to_string(),
        Kind::Text(t) if t.chars().count() > 40 => format!("\"{}…\"", t.chars().take(40).collect::<String>()),
        Kind::Text(t) => format!("\"{t}\""),
        Kind::Date(d) => d.clone(),
        Kind::List(_) | Kind::Table(_) => {
            let text = canonical::inline(node);
            if text.chars().nth(40).is_none() {
                text
            } else if matches!(node.kind, Kind::List(_)) {
                "[…]".to_owned()
            } else {
                "{…}".to_owned()
            }
        }
    }
}

/// One pass over the tree.
struct Pass<'a> {
    broken: &'a HashSet<u32>,
    absent: &'a HashMap<u32, Vec<&'static str>>,
    visits: &'a Cell<u64>,
}

#[derive(Clone, Copy)]
struct De<'a> {
    node: &'a Node,
    pass: &'a Pass<'a>,
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
        let key: de::value::StrDeserializer<'_, Error> = (*key).into_deserializer();
        seed.deserialize(key).map(Some).map_err(|e| e.on_key(self.owner))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        match self.current {
            Some(entry) => {
                let de = De { node: &entry.value, pass: self.pass };
                de.located(seed.deserialize(de))
            }
            None => seed
                .deserialize(Empty)
                .map_err(|_| Error { at: Some(self.owner.id), ..Error::new(Problem::Silent) }),
        }
    }
}

/// The answer to a required key that is absent and has been reported.
struct Empty;

impl<'de> de::Deserializer<'de> for Empty {
    type Error = Error;

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

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u64 f32 char str bytes byte_buf option unit unit_struct newtype_struct tuple
        tuple_struct map struct enum identifier ignored_any
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
