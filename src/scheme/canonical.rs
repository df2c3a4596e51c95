//! One form for one meaning: keys in the order of the model, defaults left out, shortest numbers.

use std::fmt::Write as _;

use super::encode;
use super::model::Document;
use crate::tree::{Kind, Node, write_key, write_value};

/// Longest line before a list of tables is broken into one a line.
const WIDE: usize = 110;

/// The canonical tree: without empty tables and nulls.
pub(crate) fn tree(document: &Document) -> Node {
    let mut root = encode::tree(document).unwrap_or_else(|| Node::bare(Kind::Table(Vec::new())));
    if let Kind::Table(entries) = &mut root.kind {
        entries.retain(|e| !matches!(&e.value.kind, Kind::Null) && e.value.kind != Kind::Table(Vec::new()));
    }
    root
}

/// The canonical TOML.
pub(crate) fn toml(document: &Document) -> String {
    let root = tree(document);
    let mut out = String::new();
    let is_section = |key: &str, node: &Node| match &node.kind {
        Kind::Table(_) => key != "title",
        Kind::List(items) => items.first().is_some_and(|n| matches!(n.kind, Kind::Table(_))),
        _ => false,
    };
    // TOML wants plain keys before the first header.
    for e in root.entries().iter().filter(|e| !is_section(&e.key, &e.value)) {
        line(&mut out, &e.key, &e.value);
    }
    for e in root.entries().iter().filter(|e| is_section(&e.key, &e.value)) {
        match &e.value.kind {
            Kind::List(items) => {
                for item in items {
                    section(&mut out, &format!("[[{}]]", e.key), item);
                }
            }
            _ => section(&mut out, &format!("[{}]", e.key), &e.value),
        }
    }
    out
}

fn section(out: &mut String, header: &str, table: &Node) {
    let _ = writeln!(out, "\n{header}");
    for e in table.entries() {
        line(out, &e.key, &e.value);
    }
}

fn line(out: &mut String, key: &str, value: &Node) {
    let (start, mut inline) = (out.len(), String::new());
    write_key(out, key);
    out.push_str(" = ");
    write_value(&mut inline, value);
    let tables = value.items().iter().any(|n| matches!(n.kind, Kind::Table(_) | Kind::List(_)));
    if tables && out.len() - start + inline.chars().count() > WIDE {
        out.push_str("[\n");
        for item in value.items() {
            out.push_str("  ");
            write_value(out, item);
            out.push_str(",\n");
        }
        out.push(']');
    } else {
        out.push_str(&inline);
    }
    out.push('\n');
}
