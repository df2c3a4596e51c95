//! TOML to the tree.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::finding::Finding;
use crate::tree::{Entry, Kind, MAX_DEPTH, MAX_NODES, MAX_TEXT, Node, Span};

/// Syntax errors shown: what follows the first few is mostly their echo.
const MOST_ERRORS: usize = 10;

/// The tree, or every syntax error with its span.
pub(crate) fn parse(text: &str) -> Result<Node, Vec<(Finding, Span)>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let mut found: Vec<_> = errors.iter().map(|e| syntax(text, e)).collect();
        found.sort_by_key(|(_, span)| span.start);
        found.dedup_by_key(|(_, span)| span.start);
        found.truncate(MOST_ERRORS);
        return Err(found);
    }
    let mut walk = Walk { nodes: 0, found: Vec::new() };
    let root = walk.table(table.get_ref(), table.span(), 1);
    if walk.found.is_empty() { Ok(root) } else { Err(walk.found) }
}

fn syntax(text: &str, error: &toml::de::Error) -> (Finding, Span) {
    let span = error.span().unwrap_or(text.len()..text.len());
    let message = error.message();
    // The mistake people make most, by far: a Chinese key without quotes.
    let line = text.get(..span.start).and_then(|t| t.rsplit('\n').next()).unwrap_or("");
    let found = text.get(span.clone()).unwrap_or("");
    let bare = !line.contains('=') && !found.is_ascii() && found.chars().any(char::is_alphanumeric);
    let finding = if bare && message.contains("key") {
        Finding::error("toml_bare_key").fact("key", found.trim())
    } else if message.starts_with("duplicate key") {
        Finding::error("duplicate_key").fact("key", found.trim_matches(['[', ']', ' ', '"']))
    } else {
        let begins = |starts: &[&str]| starts.iter().any(|s| message.starts_with(s));
        match message {
            _ if begins(&["invalid basic string", "invalid literal string"]) => Finding::error("open_text"),
            _ if begins(&["unclosed", "missing closing"]) => Finding::error("toml_unclosed"),
            _ if begins(&["string values must be quoted"]) && !found.trim().is_empty() => {
                Finding::error("toml_unquoted").fact("text", found.trim())
            }
            _ if begins(&[
                "missing value",
                "key with no value",
                "missing assignment",
                "string values must",
            ]) =>
            {
                Finding::error("toml_no_value")
            }
            _ if begins(&["missing comma"]) => Finding::error("toml_no_comma"),
            _ => Finding::error("toml_syntax").fact("problem", message),
        }
    };
    (finding, span)
}

struct Walk {
    nodes: usize,
    found: Vec<(Finding, Span)>,
}

impl Walk {
    fn table(&mut self, table: &DeTable<'_>, span: Span, depth: usize) -> Node {
        let mut entries: Vec<Entry> = Vec::with_capacity(table.len());
        for (key, value) in table {
            if !self.room(key.span(), depth) {
                break;
            }
            let value = self.value(value.get_ref(), value.span(), depth + 1);
            entries.push(Entry { key: key.get_ref().to_string(), span: key.span(), value });
        }
        // The parser sorts by name; people read from top to bottom.
        entries.sort_by_key(|e| e.span.start);
        Node::new(Kind::Table(entries), span)
    }

    fn value(&mut self, value: &DeValue<'_>, span: Range<usize>, depth: usize) -> Node {
        let kind = match value {
            DeValue::String(s) => {
                if s.chars().nth(MAX_TEXT).is_some() {
                    self.found.push((Finding::error("text_too_long").fact("most", MAX_TEXT), span.clone()));
                }
                Kind::Text(s.to_string())
            }
            DeValue::Integer(i) => {
                if let Ok(i) = i64::from_str_radix(i.as_str(), i.radix()) {
                    Kind::Integer(i)
                } else {
                    self.found.push((Finding::error("number_too_large").fact("value", i), span.clone()));
                    Kind::Null
                }
            }
            DeValue::Float(f) => crate::number::read_float(f.as_str()).map_or_else(
                || {
                    let code = crate::number::refused(f.as_str());
                    self.found.push((Finding::error(code).fact("value", f), span.clone()));
                    Kind::Null
                },
                Kind::Float,
            ),
            DeValue::Boolean(b) => Kind::Bool(*b),
            DeValue::Datetime(d) => Kind::Date(d.to_string()),
            DeValue::Array(items) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    if !self.room(item.span(), depth) {
                        break;
                    }
                    list.push(self.value(item.get_ref(), item.span(), depth + 1));
                }
                Kind::List(list)
            }
            DeValue::Table(table) => return self.table(table, span, depth),
        };
        Node::new(kind, span)
    }

    /// Whether one more value may stand here; says so once if not.
    fn room(&mut self, span: Span, depth: usize) -> bool {
        self.nodes += 1;
        let finding = if self.nodes > MAX_NODES {
            Finding::error("too_many_values").fact("most", MAX_NODES)
        } else if depth >= MAX_DEPTH {
            Finding::error("too_deep").fact("most", MAX_DEPTH)
        } else {
            return true;
        };
        if !self.found.iter().any(|(f, _)| f.code == finding.code) {
            self.found.push((finding, span));
        }
        false
    }
}
