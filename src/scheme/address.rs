//! Settings of a scheme by their address: `total.aggregate`, `indicator.rd.points.high`, `group.*.aggregate`.

use super::encode;
use super::model::{Document, Value};
use crate::finding::Finding;
use crate::tree::{Entry, Kind, Node, Read as _, Reader, Step, read_path, write_path};

/// All items of a table.
pub(crate) const ALL: &str = "*";

/// The document with values put at addresses, one after the other.
pub(crate) fn with(document: &Document, settings: &[(&str, &Value)]) -> Result<Document, Vec<Finding>> {
    let mut root = tree(document);
    let mut found = Vec::new();
    for (at, value) in settings {
        if put(&mut root, &read_path(at), &value.0) == 0 {
            found.push(Finding::error("address_unknown").at(*at).fact("address", *at));
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    root.number(&mut 0);
    let mut reader = Reader::default();
    let document = Document::read(&root, &mut reader);
    let placed =
        |(finding, id, _): (Finding, u32, bool)| finding.at(write_path(&root.find(id).unwrap_or_default()));
    let problems: Vec<Finding> = reader.problems.into_iter().map(placed).collect();
    document.filter(|_| problems.is_empty()).ok_or(problems)
}

/// Whether there is something that an address may be put into.
pub(crate) fn exists(document: &Node, at: &str) -> bool {
    put(&mut document.clone(), &read_path(at), &Node::bare(Kind::Null)) > 0
}

/// The tree of a document, for [`exists`].
pub(crate) fn tree(document: &Document) -> Node {
    encode::tree(document).unwrap_or_else(|| Node::bare(Kind::Table(Vec::new())))
}

/// The address of keys.
pub(crate) fn written(keys: &[&str]) -> String {
    write_path(&keys.iter().map(|key| Step::Key((*key).to_owned())).collect::<Vec<_>>())
}

/// Puts a value at every place of an address; how many there are. The last key need not be there before.
fn put(node: &mut Node, steps: &[Step], value: &Node) -> usize {
    let Some((step, rest)) = steps.split_first() else {
        node.kind = value.kind.clone();
        return 1;
    };
    match (&mut node.kind, step) {
        (Kind::Table(entries), Step::Key(key)) => {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.key == *key) {
                return put(&mut entry.value, rest, value);
            }
            if !rest.is_empty() {
                return 0;
            }
            entries.push(Entry { key: key.clone(), span: 0..0, value: value.clone() });
            1
        }
        // Items of a table have names.
        (Kind::List(items), Step::Key(key)) => {
            let is_named = |item: &&mut Node| key == ALL || item.get("id").and_then(Node::text) == Some(key);
            items.iter_mut().filter(is_named).map(|item| put(item, rest, value)).sum()
        }
        (Kind::List(items), Step::Index(at)) => items.get_mut(*at).map_or(0, |item| put(item, rest, value)),
        _ => 0,
    }
}
