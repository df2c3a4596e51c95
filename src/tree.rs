//! A scheme file as a tree that remembers where everything stands: the common ground of TOML, JSON and typed documents.

mod read;
mod serde_tree;
mod write;

pub(crate) use read::{Read, Reader, first_word, read_table, read_words, stand_in};
pub(crate) use serde_tree::{deserialize, deserialize_by_reading};
pub(crate) use write::{inline, json, write_key, write_value};

use std::collections::HashSet;
use std::ops::Range;

/// Most bytes a scheme file may have.
pub(crate) const MAX_BYTES: usize = 1 << 20;
/// Deepest nesting.
#[cfg(any(feature = "toml", feature = "json"))]
pub(crate) const MAX_DEPTH: usize = 32;
/// Most values in one file.
#[cfg(any(feature = "toml", feature = "json"))]
pub(crate) const MAX_NODES: usize = 100_000;
/// Longest text in characters.
#[cfg(any(feature = "toml", feature = "json"))]
pub(crate) const MAX_TEXT: usize = 10_000;

/// Bytes of the file, from and to.
pub(crate) type Span = Range<usize>;

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
    /// Number of the node in its tree, by which problems are remembered.
    pub(crate) id: u32,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// TOML's date or time, as it stands in the file; no scheme wants one.
    #[cfg_attr(not(feature = "toml"), allow(dead_code, reason = "JSON has no dates"))]
    Date(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) span: Span,
    pub(crate) value: Node,
}

impl Node {
    pub(crate) fn new(kind: Kind, span: Span) -> Self {
        Node { kind, span, id: 0 }
    }

    /// A value that stands in no file.
    pub(crate) fn bare(kind: Kind) -> Self {
        Node::new(kind, 0..0)
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        if let Kind::Table(entries) = &self.kind { entries } else { &[] }
    }

    pub(crate) fn items(&self) -> &[Node] {
        if let Kind::List(items) = &self.kind { items } else { &[] }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|e| e.key == key).map(|e| &e.value)
    }

    /// Numbers every node, in the order of the file. The depth is limited by whoever made the tree.
    pub(crate) fn number(&mut self, next: &mut u32) {
        self.id = *next;
        *next = next.saturating_add(1);
        match &mut self.kind {
            Kind::List(items) => items.iter_mut().for_each(|n| n.number(next)),
            Kind::Table(entries) => entries.iter_mut().for_each(|e| e.value.number(next)),
            _ => {}
        }
    }

    /// Steps from here to the node with this number.
    pub(crate) fn find(&self, id: u32) -> Option<Vec<Step>> {
        if self.id == id {
            return Some(Vec::new());
        }
        let below = |child: &Node, step: &dyn Fn() -> Step| {
            let mut steps = child.find(id)?;
            steps.insert(0, step());
            Some(steps)
        };
        match &self.kind {
            // Numbers ascend in the order of the file, so the child that holds `id` is the last that does not exceed it.
            Kind::List(items) => {
                let at = items.partition_point(|n| n.id <= id).checked_sub(1)?;
                below(&items[at], &|| Step::Index(at))
            }
            Kind::Table(entries) => {
                let at = entries.partition_point(|e| e.value.id <= id).checked_sub(1)?;
                below(&entries[at].value, &|| Step::Key(entries[at].key.clone()))
            }
            _ => None,
        }
    }
}

/// One step of a key path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

/// `indicator[2].points."中 文"`
pub(crate) fn write_path(steps: &[Step]) -> String {
    let mut out = String::new();
    for step in steps {
        match step {
            Step::Index(i) => out.extend(["[", &i.to_string(), "]"]),
            Step::Key(key) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(&path_key(key));
            }
        }
    }
    out
}

/// A key as a path writes it: quoted where it would be read as something else.
pub(crate) fn path_key(key: &str) -> String {
    let odd = |c: char| matches!(c, '.' | '[' | ']' | '"') || c.is_whitespace();
    if key.is_empty() || key.contains(odd) {
        format!("\"{}\"", key.replace('"', "\\\""))
    } else {
        key.to_owned()
    }
}

/// Reads what [`write_path`] writes.
pub(crate) fn read_path(path: &str) -> Vec<Step> {
    let (mut steps, mut rest) = (Vec::new(), path);
    while let Some(first) = rest.chars().next() {
        if first == '.' {
            rest = &rest[1..];
        } else if let Some(inside) = rest.strip_prefix('[') {
            let (number, after) = inside.split_once(']').unwrap_or((inside, ""));
            steps.push(Step::Index(number.parse().unwrap_or(usize::MAX)));
            rest = after;
        } else if let Some(inside) = rest.strip_prefix('"') {
            let (mut key, mut escaped, mut end) = (String::new(), false, inside.len());
            for (i, c) in inside.char_indices() {
                match c {
                    '\\' if !escaped => escaped = true,
                    '"' if !escaped => {
                        end = i;
                        break;
                    }
                    c => {
                        escaped = false;
                        key.push(c);
                    }
                }
            }
            steps.push(Step::Key(key));
            rest = inside.get(end + 1..).unwrap_or("");
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            steps.push(Step::Key(rest[..end].to_owned()));
            rest = &rest[end..];
        }
    }
    steps
}

/// Numbers of nodes that a problem was reported for; typed documents do not contain them.
pub(crate) type Broken = HashSet<u32>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_written() {
        let steps = vec![
            Step::Key("class".into()),
            Step::Index(3),
            Step::Key("points".into()),
            Step::Key("a.b \"研发\"".into()),
            Step::Index(0),
        ];
        let path = write_path(&steps);
        assert_eq!(path, "class[3].points.\"a.b \\\"研发\\\"\"[0]");
        assert_eq!(read_path(&path), steps);
        for odd in ["[", "[x", "\"", "..", "a[", "é[9"] {
            let _ = read_path(odd);
        }
    }
}
