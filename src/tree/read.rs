//! From the tree to typed values, with every problem of the file at once.
//!
//! A type says how it is read from a node ([`Read`]). What cannot be read is reported, and the reading goes on beside it: a
//! key that may be absent keeps its default, a key that must be there is given a stand-in, an item of a list is left out.
//! What comes out is good enough for the checks of meaning to go on; they know which nodes were left out.

use std::collections::HashMap;
use std::fmt;

use indexmap::IndexMap;
use serde::de::value::StrDeserializer;
use serde::de::{self, Deserialize, IntoDeserializer};

use super::{Broken, Kind, Node, inline};
use crate::finding::{Finding, nearest};

/// Most problems reported for one file.
const MOST_PROBLEMS: usize = 100;

/// How a type is read from a node.
pub(crate) trait Read: Sized {
    /// The value; `None` once it has been reported why there is none.
    fn read(node: &Node, r: &mut Reader) -> Option<Self>;

    /// What stands for a value that must be there and could not be read, so that what is beside it can be checked all the same.
    fn stand_in() -> Option<Self> {
        None
    }
}

/// What was found while reading a tree.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// Problems with the node at fault; `true` if its key is at fault, not its value.
    pub(crate) problems: Vec<(Finding, u32, bool)>,
    /// Nodes that the typed value does not contain.
    pub(crate) broken: Broken,
    /// Keys that were reported as missing, by the node of their table.
    pub(crate) absent: HashMap<u32, Vec<&'static str>>,
    /// Whether there are more problems than are reported.
    pub(crate) is_full: bool,
}

impl Reader {
    fn report(&mut self, id: u32, on_key: bool, finding: impl FnOnce() -> Finding) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push((finding(), id, on_key));
        } else {
            self.is_full = true;
        }
    }

    /// Says that something else was expected at a node.
    pub(crate) fn refuse<T>(&mut self, node: &Node, code: &'static str) -> Option<T> {
        self.report(node.id, false, || Finding::error(code).fact("found", show(node)));
        None
    }

    /// Says what form was expected at a node.
    pub(crate) fn expected<T>(&mut self, node: &Node, form: &str) -> Option<T> {
        let finding = || Finding::error("want_form").fact("found", show(node)).fact("expected", form);
        self.report(node.id, false, finding);
        None
    }

    /// Says that one of some words was expected at a node: another word if it is a text.
    pub(crate) fn not_among<T>(&mut self, node: &Node, known: &[&str]) -> Option<T> {
        self.report(node.id, false, || {
            if let Some(word) = node.text() {
                return Finding::not_among(["unknown_word_near", "unknown_word"], word, known);
            }
            let known: Vec<String> = known.iter().map(|k| format!("`{k}`")).collect();
            Finding::error("want_one_of").fact("found", show(node)).fact("known", known.join(", "))
        });
        None
    }

    /// Says that there is no such key.
    pub(crate) fn unknown_key(&mut self, table: &Node, at: usize, known: &[&str]) {
        let Some(entry) = table.entries().get(at) else { return };
        self.report(entry.value.id, true, || match known {
            [] => Finding::error("unknown_key_none").fact("key", &entry.key),
            known => Finding::not_among(["unknown_key_near", "unknown_key"], &entry.key, known),
        });
        self.broken.insert(entry.value.id);
    }

    /// Looks at the keys of a table: those of what is read from it, and those of what is `beside` it in the same table.
    pub(crate) fn table(&mut self, node: &Node, keys: &[&str], beside: &[&str]) -> Option<()> {
        let Kind::Table(entries) = &node.kind else { return self.refuse(node, "want_table") };
        let known = |key: &str| keys.contains(&key) || beside.contains(&key);
        for at in (0..entries.len()).filter(|at| !known(&entries[*at].key)) {
            self.unknown_key(node, at, &[keys, beside].concat());
        }
        Some(())
    }

    /// A value, or that its node is left out.
    pub(crate) fn value<T: Read>(&mut self, node: &Node) -> Option<T> {
        let value = T::read(node, self);
        if value.is_none() {
            self.broken.insert(node.id);
        }
        value
    }

    /// The value of a key that may be absent.
    pub(crate) fn optional<T: Read>(&mut self, table: &Node, key: &str) -> Option<T> {
        self.value::<Option<T>>(table.get(key)?).flatten()
    }

    /// The value of a key that may be absent, or else the default.
    pub(crate) fn or<T: Read>(&mut self, table: &Node, key: &str, default: impl FnOnce() -> T) -> T {
        table.get(key).and_then(|node| self.value(node)).unwrap_or_else(default)
    }

    /// The node of a key that must be there.
    pub(crate) fn required_node<'a>(&mut self, table: &'a Node, key: &'static str) -> Option<&'a Node> {
        let node = table.get(key);
        if node.is_none() {
            // Reported already under the misspelt name it has in the file.
            let is_misspelt = |key_in_file: &str| nearest(key_in_file, [key]).is_some();
            let mut left_out = table.entries().iter().filter(|e| self.broken.contains(&e.value.id));
            if !left_out.any(|e| is_misspelt(&e.key)) {
                self.report(table.id, false, || Finding::error("missing_key").fact("key", key));
            }
            self.absent.entry(table.id).or_default().push(key);
        }
        node
    }

    /// The value of a key that must be there.
    pub(crate) fn required<T: Read>(&mut self, table: &Node, key: &'static str) -> Option<T> {
        self.required_node(table, key).and_then(|node| self.value(node)).or_else(T::stand_in)
    }

    /// One of the words of an enum.
    pub(crate) fn word<T: for<'de> Deserialize<'de>>(&mut self, node: &Node) -> Option<T> {
        let word = node.text().unwrap_or_default();
        match from_word(word) {
            Ok(value) => Some(value),
            Err(NoWord::Unknown(known)) => self.not_among(node, known),
            Err(NoWord::Alone) => self.expected(node, &format!("{{ {word} = … }}")),
        }
    }

    /// The key and the value of a table of one key.
    pub(crate) fn choice<'a>(&mut self, node: &'a Node, known: &[&str]) -> Option<(&'a str, &'a Node)> {
        match node.entries() {
            [one] if known.contains(&one.key.as_str()) => Some((&one.key, &one.value)),
            [] => self.not_among(node, known),
            entries => {
                let is_strange = |at: &usize| !known.contains(&entries[*at].key.as_str());
                let strange: Vec<usize> = (0..entries.len()).filter(is_strange).collect();
                for at in &strange {
                    self.unknown_key(node, *at, known);
                }
                if strange.is_empty() { self.refuse(node, "want_choice") } else { None }
            }
        }
    }

    /// Says that exactly one of some keys was expected in a table.
    pub(crate) fn one_key<T>(&mut self, table: &Node, keys: &[&str]) -> Option<T> {
        let known: Vec<String> = keys.iter().map(|k| format!("`{k}`")).collect();
        self.report(table.id, false, || Finding::error("want_one_key").fact("known", known.join(", ")));
        None
    }

    /// Every item of a list that could be read.
    pub(crate) fn items<T: Read>(&mut self, items: &[Node]) -> Vec<T> {
        items.iter().filter_map(|item| self.value(item)).collect()
    }

    fn number(&mut self, node: &Node, code: &'static str) -> Option<f64> {
        match &node.kind {
            Kind::Float(x) => Some(*x),
            Kind::Integer(i) if (*i as f64) as i128 == i128::from(*i) => Some(*i as f64),
            Kind::Integer(_) => self.refuse(node, "number_inexact"),
            Kind::Text(text) if text.trim().parse::<f64>().is_ok_and(f64::is_finite) => {
                let finding = Finding::error("want_number_unquoted").fact("found", show(node));
                self.report(node.id, false, || finding.fact("bare", text.trim()));
                None
            }
            _ => self.refuse(node, code),
        }
    }
}

/// Why a text is no word of an enum.
#[derive(Debug)]
enum NoWord {
    Unknown(&'static [&'static str]),
    /// It is one, but not by itself.
    Alone,
}

impl fmt::Display for NoWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
impl std::error::Error for NoWord {}
impl de::Error for NoWord {
    fn custom<T: fmt::Display>(_: T) -> Self {
        NoWord::Alone
    }
    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Self {
        NoWord::Unknown(known)
    }
}

fn from_word<T: for<'de> Deserialize<'de>>(word: &str) -> Result<T, NoWord> {
    let word: StrDeserializer<'_, NoWord> = word.into_deserializer();
    T::deserialize(word)
}

/// The first of the words of an enum.
pub(crate) fn first_word<T: for<'de> Deserialize<'de>>() -> Option<T> {
    match from_word("") {
        Err(NoWord::Unknown(known)) => known.first().and_then(|word| from_word(word).ok()),
        other => other.ok(),
    }
}

impl Read for f64 {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        r.number(node, "want_number")
    }
    fn stand_in() -> Option<Self> {
        Some(0.0)
    }
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl Read for $type {
            fn read(node: &Node, r: &mut Reader) -> Option<Self> {
                let whole = match node.kind {
                    Kind::Integer(i) => i,
                    // 2.0 is a way to write 2.
                    Kind::Float(x) if x.fract() == 0.0 && x.abs() < 1e15 => x as i64,
                    Kind::Float(_) => return r.refuse(node, "want_integer"),
                    _ => {
                        r.number(node, "want_integer")?;
                        return None;
                    }
                };
                whole.try_into().ok().or_else(|| r.refuse(node, "integer_range"))
            }
            fn stand_in() -> Option<Self> {
                Some(0)
            }
        }
    )*};
}
integers! { i8 u8 u16 u32 }

impl Read for bool {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        match node.kind {
            Kind::Bool(is) => Some(is),
            _ => r.refuse(node, "want_bool"),
        }
    }
}

impl Read for String {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        node.text().map(str::to_owned).or_else(|| r.refuse(node, "want_text"))
    }
    fn stand_in() -> Option<Self> {
        Some(String::new())
    }
}

/// JSON's null is another way to leave a key out.
impl<T: Read> Read for Option<T> {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        if node.kind == Kind::Null { Some(None) } else { T::read(node, r).map(Some) }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        match &node.kind {
            Kind::List(items) => Some(r.items(items)),
            _ => r.refuse(node, "want_list"),
        }
    }
    fn stand_in() -> Option<Self> {
        Some(Vec::new())
    }
}

impl<T: Read> Read for IndexMap<String, T> {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        let Kind::Table(entries) = &node.kind else { return r.refuse(node, "want_table") };
        Some(entries.iter().filter_map(|e| Some((e.key.clone(), r.value(&e.value)?))).collect())
    }
}

/// The items of a list of a known length.
fn exactly<'a, const N: usize>(node: &'a Node, r: &mut Reader) -> Option<&'a [Node; N]> {
    let items = node.items().try_into().ok();
    if items.is_none() {
        let finding = || Finding::error("want_length").fact("found", show(node)).fact("length", N);
        r.report(node.id, false, finding);
    }
    items
}

impl<T: Read> Read for [T; 2] {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        let [a, b] = exactly(node, r)?;
        let (a, b) = (r.value(a), r.value(b));
        Some([a?, b?])
    }
    fn stand_in() -> Option<Self> {
        Some([T::stand_in()?, T::stand_in()?])
    }
}

impl<A: Read, B: Read> Read for (A, B) {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        let [a, b] = exactly(node, r)?;
        let (a, b) = (r.value(a), r.value(b));
        Some((a?, b?))
    }
}

/// Reads enums of words, as serde names them.
macro_rules! read_words {
    ($($name:ty),* $(,)?) => {$(
        impl $crate::tree::Read for $name {
            fn read(node: &$crate::tree::Node, r: &mut $crate::tree::Reader) -> Option<Self> {
                r.word(node)
            }
            fn stand_in() -> Option<Self> {
                $crate::tree::first_word()
            }
        }
    )*};
}
pub(crate) use read_words;

/// Reads a struct from a table with these keys: one that must be there stands alone, one that need not with its default
/// (`_` is the default of its type). One whose key is not the name of the field stands `as` that key.
macro_rules! read_table {
    ($name:ident: $($field:ident $(as $key:literal)? $(= $default:tt)?),* $(,)?) => {
        impl $name {
            /// The keys of its table.
            pub(crate) const KEYS: &'static [&'static str] =
                &[$($crate::tree::read_table!(@key $field $($key)?)),*];

            /// The value from a table that holds the keys of something else, too.
            pub(crate) fn read_beside(
                node: &$crate::tree::Node,
                beside: &[&str],
                r: &mut $crate::tree::Reader,
            ) -> Option<Self> {
                r.table(node, Self::KEYS, beside)?;
                $(let $field = $crate::tree::read_table!(
                    @read r, node, $crate::tree::read_table!(@key $field $($key)?) $(, $default)?
                );)*
                Some($name { $($field: $crate::tree::read_table!(@value $field $(, $default)?)),* })
            }
        }

        impl $crate::tree::Read for $name {
            fn read(node: &$crate::tree::Node, r: &mut $crate::tree::Reader) -> Option<Self> {
                $name::read_beside(node, &[], r)
            }
            fn stand_in() -> Option<Self> {
                $crate::tree::stand_in()
            }
        }

        $crate::tree::deserialize_by_reading!($name);
    };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
    (@read $r:ident, $node:ident, $key:expr) => { $r.required($node, $key) };
    (@read $r:ident, $node:ident, $key:expr, _) => { $r.or($node, $key, Default::default) };
    (@read $r:ident, $node:ident, $key:expr, $default:tt) => { $r.or($node, $key, || $default) };
    (@value $field:ident) => { $field? };
    (@value $field:ident, $default:tt) => { $field };
}
pub(crate) use read_table;

/// What is read from a table without any key.
pub(crate) fn stand_in<T: Read>() -> Option<T> {
    T::read(&Node::bare(Kind::Table(Vec::new())), &mut Reader::default())
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
            let text = inline(node);
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
