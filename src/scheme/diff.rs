//! What changed between two schemes, in words.

use std::collections::HashMap;

use super::Scheme;
use super::canonical;
use crate::text::{self, Lang};
use crate::tree::{Kind, Node};

/// One difference between two schemes.
///
/// ```
/// # #[cfg(feature = "toml")] {
/// use kaohe::{Lang, Scheme, scheme::diff};
/// let before = Scheme::builtin_text("hdi").unwrap_or_default();
/// let after = before.replace("high = 85", "high = 83.5");
/// let changes = diff(&Scheme::from_toml(before)?, &Scheme::from_toml(&after)?);
/// assert_eq!(changes.len(), 1);
/// assert_eq!(changes[0].text(Lang::Zh), "指标 health（健康）：计分规则的 high 85 → 83.5");
/// # }
/// # Ok::<(), kaohe::SchemeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeChange {
    /// `added`, `removed`, `changed` or `moved`.
    pub kind: ChangeKind,
    /// Table of the scheme, `indicator`; empty for keys of the file itself.
    pub table: String,
    /// Which item of the table, by its `id`.
    pub id: Option<String>,
    /// Title of the item.
    title: Option<[String; 2]>,
    /// Key inside the item, `points.low`; empty if the item itself was added or removed.
    pub key: String,
    /// What it was, as TOML writes it.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// How something differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// Only the second scheme has it.
    Added,
    /// Only the first scheme has it.
    Removed,
    /// Both have it, with other values.
    Changed,
    /// Same items in another order.
    Moved,
}

impl SchemeChange {
    /// The change in the words of the file, for a message in any language: `indicator x points[1].by: 10 → 12`.
    pub(crate) fn terse(&self) -> String {
        let words = [self.table.as_str(), self.id.as_deref().unwrap_or_default(), self.key.as_str()];
        let item = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        match (self.kind, &self.before, &self.after) {
            (ChangeKind::Changed, Some(before), Some(after)) => format!("{item}: {before} → {after}"),
            (ChangeKind::Added, _, Some(after)) => format!("+ {item}: {after}"),
            (ChangeKind::Added, ..) => format!("+ {item}"),
            (ChangeKind::Removed, ..) => format!("- {item}"),
            _ => format!("~ {item}"),
        }
    }

    /// The change as a sentence.
    pub fn text(&self, lang: Lang) -> String {
        let code = match (self.kind, self.key.is_empty()) {
            (ChangeKind::Moved, _) => "change_moved",
            (ChangeKind::Added, true) => "change_item_added",
            (ChangeKind::Removed, true) => "change_item_removed",
            (ChangeKind::Added, false) => "change_added",
            (ChangeKind::Removed, false) => "change_removed",
            (ChangeKind::Changed, _) => "change_changed",
        };
        let table = text::label("scheme_table_", &self.table, lang);
        let mut item = match &self.id {
            Some(id) if table.is_empty() => id.clone(),
            Some(id) => format!("{table} {id}"),
            None => table,
        };
        if let Some([zh, en]) = &self.title {
            match lang {
                Lang::Zh => item.extend(["（", zh, "）"]),
                Lang::En => item.extend([" (", en, ")"]),
            }
        }
        if !item.is_empty() && !self.key.is_empty() {
            item.push_str(if lang == Lang::Zh { "：" } else { ": " });
        }
        let value = |v: &Option<String>| v.clone().unwrap_or_default();
        let facts = [
            ("item", item),
            ("key", key_label(&self.key, lang)),
            ("before", value(&self.before)),
            ("after", value(&self.after)),
        ];
        text::render(code, lang, &facts)
    }
}

/// `points.low` as people say it: the known first words by name, what a rule calls its parameters as it stands.
fn key_label(key: &str, lang: Lang) -> String {
    let cut = key.find(['.', '[']).unwrap_or(key.len());
    let (first, rest) = key.split_at(cut);
    let label = text::label("scheme_key_", first, lang);
    // People count parts from 1.
    let part = rest.strip_prefix('[').and_then(|r| r.split_once(']'));
    let part = part.and_then(|(i, rest)| Some((i.parse::<usize>().ok()? + 1, rest)));
    let (label, rest) = match (part, lang) {
        (Some((n, rest)), Lang::Zh) => (format!("{label}第 {n} 部分"), rest),
        (Some((n, rest)), Lang::En) => (format!("{label}, part {n}"), rest),
        (None, _) => (label, rest),
    };
    match (rest.trim_start_matches('.'), lang) {
        ("", _) => label,
        (rest, Lang::Zh) => format!("{label}的 {rest}"),
        (rest, Lang::En) => format!("{label}, {rest}"),
    }
}

/// What changed from one scheme to another, in the order of the format: keys of the file, then table by table, item by item.
///
/// Items are the same if they have the same `id` (targets: the same indicator, entity and period).
pub fn diff(before: &Scheme, after: &Scheme) -> Vec<SchemeChange> {
    let (a, b) = (canonical::tree(before.document()), canonical::tree(after.document()));
    let mut out = Vec::new();
    for key in keys(&a, &b) {
        let (x, y) = (a.get(key), b.get(key));
        let is_items =
            |n: Option<&Node>| n.is_some_and(|n| n.items().iter().any(|n| !n.entries().is_empty()));
        if is_items(x) || is_items(y) {
            items(&mut out, key, x, y);
        } else if key == "total" {
            fields(&mut out, &Item { table: key, id: None, title: None }, "", x, y);
        } else {
            fields(&mut out, &Item { table: "", id: None, title: None }, key, x, y);
        }
    }
    out
}

/// Keys of both tables: the first's, then what only the second has.
fn keys<'a>(a: &'a Node, b: &'a Node) -> Vec<&'a str> {
    let mut keys: Vec<&str> = a.entries().iter().map(|e| e.key.as_str()).collect();
    keys.extend(b.entries().iter().map(|e| e.key.as_str()).filter(|k| a.get(k).is_none()));
    keys
}

struct Item<'a> {
    table: &'a str,
    id: Option<&'a str>,
    title: Option<[String; 2]>,
}

impl Item<'_> {
    fn change(
        &self,
        kind: ChangeKind,
        key: &str,
        before: Option<&Node>,
        after: Option<&Node>,
    ) -> SchemeChange {
        let show = |n: Option<&Node>| n.map(crate::tree::inline);
        SchemeChange {
            kind,
            table: self.table.to_owned(),
            id: self.id.map(str::to_owned),
            title: self.title.clone(),
            key: key.to_owned(),
            before: show(before),
            after: show(after),
        }
    }
}

fn identity(node: &Node) -> String {
    let text = |key: &str| node.get(key).and_then(Node::text);
    match text("id") {
        Some(id) => id.to_owned(),
        None => {
            ["indicator", "entity", "period"].iter().filter_map(|k| text(k)).collect::<Vec<_>>().join(" ")
        }
    }
}

fn title(node: &Node) -> Option<[String; 2]> {
    let title = node.get("title")?;
    let get = |key: &str| title.get(key).and_then(Node::text).map(str::to_owned);
    let (zh, en) = (get("zh"), get("en"));
    Some([zh.clone().or(en.clone())?, en.or(zh)?])
}

fn items(out: &mut Vec<SchemeChange>, table: &str, a: Option<&Node>, b: Option<&Node>) {
    fn list(n: Option<&Node>) -> Vec<(String, &Node)> {
        n.map_or(&[][..], Node::items).iter().map(|n| (identity(n), n)).collect()
    }
    let (a, b) = (list(a), list(b));
    let in_a: HashMap<&str, &Node> = a.iter().map(|(id, n)| (id.as_str(), *n)).collect();
    let in_b: HashMap<&str, &Node> = b.iter().map(|(id, n)| (id.as_str(), *n)).collect();
    for (id, node) in &a {
        let other = in_b.get(id.as_str()).copied();
        let item = Item { table, id: Some(id), title: title(other.unwrap_or(node)) };
        match other {
            Some(other) => fields(out, &item, "", Some(node), Some(other)),
            None => out.push(item.change(ChangeKind::Removed, "", None, None)),
        }
    }
    for (id, node) in b.iter().filter(|(id, _)| !in_a.contains_key(id.as_str())) {
        let item = Item { table, id: Some(id), title: title(node) };
        out.push(item.change(ChangeKind::Added, "", None, None));
    }
    let kept = |list: &[(String, &Node)], other: &HashMap<&str, &Node>| -> Vec<String> {
        list.iter().filter(|(id, _)| other.contains_key(id.as_str())).map(|(id, _)| id.clone()).collect()
    };
    if kept(&a, &in_b) != kept(&b, &in_a) {
        out.push(Item { table, id: None, title: None }.change(ChangeKind::Moved, "", None, None));
    }
}

/// Differences inside an item, table by table down to values.
fn fields(out: &mut Vec<SchemeChange>, item: &Item<'_>, key: &str, a: Option<&Node>, b: Option<&Node>) {
    let table = |n: &Node| matches!(n.kind, Kind::Table(_));
    let kind = match (a, b) {
        (None, None) => return,
        (Some(a), Some(b)) if a.kind == b.kind => return,
        // Another rule, measure or method is one change, not one for each parameter.
        (Some(a), Some(b))
            if table(a)
                && table(b)
                && ["rule", "kind", "method"].iter().all(|tag| a.get(tag) == b.get(tag)) =>
        {
            for inner in keys(a, b) {
                let dot = if key.is_empty() { "" } else { "." };
                fields(out, item, &format!("{key}{dot}{inner}"), a.get(inner), b.get(inner));
            }
            return;
        }
        (Some(a), Some(b)) if part_by_part(key, a, b) => {
            for (i, (a, b)) in a.items().iter().zip(b.items()).enumerate() {
                fields(out, item, &format!("{key}[{i}]"), Some(a), Some(b));
            }
            return;
        }
        (Some(_), Some(_)) => ChangeKind::Changed,
        (None, Some(b)) if key.is_empty() && table(b) => {
            for e in b.entries() {
                fields(out, item, &e.key, None, Some(&e.value));
            }
            return;
        }
        (Some(a), None) if key.is_empty() && table(a) => {
            for e in a.entries() {
                fields(out, item, &e.key, Some(&e.value), None);
            }
            return;
        }
        (None, Some(_)) => ChangeKind::Added,
        (Some(_), None) => ChangeKind::Removed,
    };
    out.push(item.change(kind, key, a, b));
}

/// Whether two lists are the same parts with other parameters.
fn part_by_part(key: &str, a: &Node, b: &Node) -> bool {
    let rules = |n: &Node| -> Vec<Option<Kind>> {
        n.items().iter().map(|n| n.get("rule").map(|r| r.kind.clone())).collect()
    };
    key.starts_with("points")
        && !a.items().is_empty()
        && rules(a) == rules(b)
        && rules(a).iter().all(Option::is_some)
}
