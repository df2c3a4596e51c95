//! The surface form a person writes, put into the form the typed model decodes.
//!
//! People write the rule's name beside its parameters (`{ rule = "linear", low = 0 }`) and a measure as a word or a table
//! with `kind`. Serde would lose every place inside such internally tagged tables; so the tag becomes the key of a table
//! around the parameters (`{ rule = { linear = { low = 0 } } }`). Nodes keep their numbers, so that a problem found here is
//! a problem of the file.

use super::node::{Entry, Kind, Node};
use crate::finding::{Finding, nearest};

/// Keys of a part that are not parameters of its rule.
const OF_PART: [&str; 6] = ["share", "measure", "over", "among", "full", "rule"];
/// Parameter of combinators that holds parts itself.
const NESTED: &str = "of";
/// Keys of a treatment that are not parameters of its method.
const OF_TREATMENT: [&str; 3] = ["over", "among", "method"];

/// The whole document in normal form.
pub(crate) fn document(mut root: Node) -> Node {
    for indicator in tables(&mut root, "indicator") {
        if let Some(points) = child(indicator, "points") {
            parts(points);
        }
        if let Some(treat) = child(indicator, "treat") {
            beside(treat, &OF_TREATMENT, "method");
        }
    }
    for class in tables(&mut root, "class") {
        if let Some(Kind::Table(points)) = child(class, "points").map(|p| &mut p.kind) {
            for e in points {
                parts(&mut e.value);
            }
        }
    }
    root
}

/// An unknown key beside a rule may as well be meant for the part, and one beside a method for the treatment: rule and method know
/// only their own parameters.
pub(crate) fn key_of_both(finding: &Finding, is_treatment: bool) -> Finding {
    let fact = |name: &str| finding.facts.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v.as_str());
    let own: &[&str] = if is_treatment { &OF_TREATMENT } else { &OF_PART };
    if let Some(near) = nearest(fact("name"), own.iter().copied()) {
        return Finding::error("unknown_key_near").fact("name", fact("name")).fact("nearest", near);
    }
    let own = own.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
    let known = format!("{}, {own}", fact("known"));
    Finding::error("unknown_key").fact("name", fact("name")).fact("known", known)
}

fn child<'a>(node: &'a mut Node, key: &str) -> Option<&'a mut Node> {
    let Kind::Table(entries) = &mut node.kind else { return None };
    entries.iter_mut().find(|e| e.key == key).map(|e| &mut e.value)
}

fn tables<'a>(root: &'a mut Node, key: &str) -> &'a mut [Node] {
    match child(root, key).map(|n| &mut n.kind) {
        Some(Kind::List(items)) => items,
        _ => &mut [],
    }
}

/// One part, or a list of them.
fn parts(node: &mut Node) {
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(part),
        _ => part(node),
    }
}

fn part(node: &mut Node) {
    let Kind::Table(entries) = &mut node.kind else { return };
    for e in entries.iter_mut() {
        match e.key.as_str() {
            "measure" => tagged(&mut e.value, "kind"),
            NESTED => parts(&mut e.value),
            _ => {}
        }
    }
    beside(node, &OF_PART, "rule");
}

/// `{ tag = "name", … }` becomes `{ tag = { name = { … } } }`, but for the keys beside it that are not parameters of what is named.
fn beside(node: &mut Node, own: &[&str], tag: &str) {
    let (span, id) = (node.span.clone(), node.id);
    let Kind::Table(entries) = &mut node.kind else { return };
    let (mut own, params): (Vec<Entry>, Vec<Entry>) =
        std::mem::take(entries).into_iter().partition(|e| own.contains(&e.key.as_str()));
    // Without a name the parameters would be reported as unknown keys, each of them beside the point.
    if let Some(at) = own.iter().position(|e| e.key == tag) {
        let mut named = own.remove(at);
        if let Kind::Text(name) = &named.value.kind {
            let value = Node { kind: Kind::Table(params), span: span.clone(), id: named.value.id };
            let name = Entry { key: name.clone(), span: named.value.span.clone(), value };
            named.value = Node { kind: Kind::Table(vec![name]), span, id };
        }
        own.push(named);
    }
    *entries = own;
}

/// `"word"` becomes `{ word = {} }`, `{ kind = "word", … }` becomes `{ word = { … } }`.
fn tagged(node: &mut Node, tag: &str) {
    let (span, id) = (node.span.clone(), node.id);
    match &mut node.kind {
        Kind::Text(word) => {
            let value = Node { kind: Kind::Table(Vec::new()), span: span.clone(), id };
            let entry = Entry { key: std::mem::take(word), span, value };
            node.kind = Kind::Table(vec![entry]);
        }
        Kind::Table(entries) => {
            let Some(at) = entries.iter().position(|e| e.key == tag) else { return };
            let Kind::Text(word) = entries[at].value.kind.clone() else { return };
            let name = entries.remove(at);
            let value = Node { kind: Kind::Table(std::mem::take(entries)), span, id: name.value.id };
            node.kind = Kind::Table(vec![Entry { key: word, span: name.value.span, value }]);
        }
        _ => {}
    }
}

#[cfg(test)]
#[cfg(feature = "json")]
mod tests {
    use super::*;
    use crate::scheme::{canonical, json_tree};

    fn normal(points: &str) -> String {
        let text = format!("{{\"indicator\":[{{\"points\":{points}}}]}}");
        let mut out = String::new();
        canonical::json(&mut out, &document(json_tree::parse(&text).unwrap()), None);
        out["{\"indicator\":[{\"points\":".len()..out.len() - "}]}".len()].to_owned()
    }

    #[test]
    fn tags_become_keys_at_every_depth() {
        assert_eq!(
            normal(r#"{"low":1,"rule":"linear","share":2,"measure":"change"}"#),
            r#"{"share":2,"measure":{"change":{}},"rule":{"linear":{"low":1}}}"#
        );
        assert_eq!(
            normal(r#"[{"rule":"sum","cap":9,"of":[{"rule":"rank","measure":{"lag":2,"kind":"growth"}}]}]"#),
            r#"[{"rule":{"sum":{"cap":9,"of":[{"measure":{"growth":{"lag":2}},"rule":{"rank":{}}}]}}}]"#
        );
        // What is not understood is left for the decoder to refuse.
        for odd in ["3", "{}", "[]", r#"{"rule":3}"#, r#"{"measure":{"kind":3}}"#] {
            normal(odd);
        }
    }
}
