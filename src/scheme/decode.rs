//! From the tree to the typed model, reporting every problem of the file at once.
//!
//! Serde stops at the first problem. So the document is decoded again and again: each time the value at fault is
//! reported, and left out from then on; a required key that is absent is reported, and answered with an empty value from
//! then on. What remains at the end is what could be understood, good enough for the checks of meaning to go on.

mod walk;

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;

use serde::de::{self, Deserialize, Expected, Unexpected};
use walk::{De, Pass};

use super::canonical;
use super::node::{Broken, Kind, Node};
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
