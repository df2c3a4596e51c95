//! A tree as one line of TOML, or as JSON.

use std::fmt::Write as _;

use super::{Kind, Node};

/// A value as one line of TOML.
pub(crate) fn inline(node: &Node) -> String {
    let mut out = String::new();
    write_value(&mut out, node);
    out
}

/// A value as one line of TOML, behind what is there.
pub(crate) fn write_value(out: &mut String, node: &Node) {
    match &node.kind {
        Kind::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                write_value(out, item);
            }
            out.push(']');
        }
        Kind::Table(entries) if entries.is_empty() => out.push_str("{}"),
        Kind::Table(entries) => {
            out.push_str("{ ");
            for (i, e) in entries.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                write_key(out, &e.key);
                out.push_str(" = ");
                write_value(out, &e.value);
            }
            out.push_str(" }");
        }
        scalar => plain(out, scalar),
    }
}

/// The canonical JSON, indented by two blanks; `None` writes it without any blank.
pub(crate) fn json(out: &mut String, node: &Node, indent: Option<usize>) {
    let (open, close, count) = match &node.kind {
        Kind::List(items) => ('[', ']', items.len()),
        Kind::Table(entries) => ('{', '}', entries.len()),
        scalar => return plain(out, scalar),
    };
    let nested = |n: &Node| matches!(n.kind, Kind::List(_) | Kind::Table(_));
    // A list of plain values reads better on one line.
    let indent = indent.filter(|_| matches!(node.kind, Kind::Table(_)) || node.items().iter().any(nested));
    let deeper = indent.filter(|_| count > 0).map(|n| n + 2);
    let new_line = |out: &mut String, indent: Option<usize>| {
        if let Some(n) = indent {
            let _ = write!(out, "\n{:n$}", "");
        }
    };
    out.push(open);
    for i in 0..count {
        out.push_str(if i > 0 { "," } else { "" });
        new_line(out, deeper);
        let value = match &node.kind {
            Kind::Table(entries) => {
                string(out, &entries[i].key);
                out.push_str(if indent.is_some() { ": " } else { ":" });
                &entries[i].value
            }
            _ => &node.items()[i],
        };
        json(out, value, deeper);
    }
    new_line(out, deeper.map(|n| n - 2));
    out.push(close);
}

/// A value that TOML and JSON write alike.
fn plain(out: &mut String, kind: &Kind) {
    match kind {
        Kind::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Kind::Integer(i) => out.push_str(&i.to_string()),
        Kind::Float(x) => out.push_str(&number(*x)),
        Kind::Text(t) | Kind::Date(t) => string(out, t),
        Kind::Null | Kind::List(_) | Kind::Table(_) => out.push_str("null"),
    }
}

/// The shortest decimal that reads back as the same number; powers of ten where the digits would not fit a line.
fn number(x: f64) -> String {
    let size = x.abs();
    if size != 0.0 && !(1e-7..1e15).contains(&size) { format!("{x:e}") } else { format!("{x}") }
}

/// A text in double quotes; the escapes are those TOML and JSON share.
fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if u32::from(c) < 0x20 || c == '\u{7f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A key of TOML, quoted where it must be.
pub(crate) fn write_key(out: &mut String, key: &str) {
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if bare { out.push_str(key) } else { string(out, key) }
}
