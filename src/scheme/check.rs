//! Checks of meaning: what every key says fits what the others say.
//!
//! The checks know the typed document only; a finding names its key path, and the loader finds line and column.

mod anchors;
mod parts;
mod period;
mod result;
pub(crate) mod robustness;
mod sums;
mod tree;

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::encode;
use super::model::Document;
use crate::finding::Finding;
use crate::method::missing::Missing;
use crate::number::rounding::Rounding;
use crate::tree::{Kind, Node, path_key};

/// Most variables, indicators, groups, … of a scheme.
pub(crate) const MOST_ITEMS: usize = 10_000;
/// Most classes.
pub(crate) const MOST_CLASSES: usize = 1_000;
/// Most problems of one kind of check: a hostile file costs no more than a good one.
const MOST_PROBLEMS: usize = 100;
/// Words of formulas that no variable, indicator or group may be called.
const RESERVED: [&str; 8] = ["total", "score", "if", "and", "or", "not", "true", "false"];

/// A check of the whole document. Checks of formulas and units of measure join the list below.
///
/// A finding that knows the character inside a text value sets `place.character` (from 1) and `place.length`, and leaves
/// `place.line` empty; the loader turns that into line and column of the file.
type Check = fn(&Document, &Outside) -> Vec<Finding>;

const CHECKS: &[Check] = &[
    header,
    names,
    tree::check,
    parts::check,
    anchors::check,
    variables,
    members,
    indicators,
    result::total,
    result::after,
    result::classes,
    result::targets,
    robustness::check,
];

/// What the file names in parts that could not be understood: known all the same, or one problem would cause many.
#[derive(Debug, Default)]
pub(crate) struct Outside {
    pub(crate) variables: Vec<String>,
    pub(crate) indicators: Vec<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) parents: Vec<String>,
    pub(crate) grades: bool,
    pub(crate) has_indicators: bool,
}

impl Outside {
    /// Whether a name that a formula does not know stands in a part of the file that is reported already.
    pub(crate) fn explains(&self, finding: &Finding) -> bool {
        let unknown = matches!(finding.code, "formula_unknown" | "formula_unknown_near");
        let name = finding.facts.iter().find(|(n, _)| *n == "name").map(|(_, v)| v);
        // An indicator is known to adjustments and floors only: in the formula of another one it is never explained.
        let path = finding.place.path.as_deref().unwrap_or_default();
        let after = path.starts_with("adjustment") || path.starts_with("floor");
        unknown && name.is_some_and(|n| self.variables.contains(n) || (after && self.indicators.contains(n)))
    }

    /// From the tree of the file.
    pub(crate) fn of(root: &Node) -> Self {
        let texts = |table: &str, key: &str| -> Vec<String> {
            let items = root.get(table).map_or(&[][..], Node::items);
            items.iter().filter_map(|n| n.get(key)?.text()).map(str::to_owned).collect()
        };
        let mut parents = texts("indicator", "parent");
        parents.extend(texts("group", "parent"));
        Outside {
            variables: texts("variable", "id"),
            indicators: texts("indicator", "id"),
            groups: texts("group", "id"),
            parents,
            grades: root.get("total").and_then(|t| t.get("grades")).is_some(),
            has_indicators: root.get("indicator").is_some(),
        }
    }
}

/// Every check.
pub(crate) fn all(document: &Document, outside: &Outside) -> Vec<Finding> {
    let counts = [
        ("variable", document.variables.len()),
        ("indicator", document.indicators.len()),
        ("group", document.groups.len()),
        ("class", document.classes.len()),
        ("unit", document.units.len()),
        ("adjustment", document.adjustments.len()),
        ("floor", document.floors.len()),
    ];
    for (key, count) in counts {
        let most = if key == "class" { MOST_CLASSES } else { MOST_ITEMS };
        if count > most {
            return vec![Finding::error("too_many_items").at(key).fact("key", key).fact("most", most)];
        }
    }
    let mut found = not_finite(document, "");
    found.extend(CHECKS.iter().flat_map(|check| check(document, outside)));
    found
}

/// Infinities and NaN, which no file can hold but a program can.
fn not_finite(value: &impl Serialize, path: &str) -> Vec<Finding> {
    fn walk(node: &Node, path: &str, found: &mut Vec<Finding>) {
        match &node.kind {
            Kind::Float(x) if !x.is_finite() => {
                found.push(Finding::error("number_not_finite").at(path).fact("value", x));
            }
            Kind::List(items) => {
                items.iter().enumerate().for_each(|(i, n)| walk(n, &format!("{path}[{i}]"), found));
            }
            Kind::Table(entries) => {
                let dot = if path.is_empty() { "" } else { "." };
                for e in entries {
                    walk(&e.value, &format!("{path}{dot}{}", path_key(&e.key)), found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Some(root) = encode::tree(value) {
        walk(&root, path, &mut found);
    }
    found
}

fn header(d: &Document, _: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    if d.kaohe != 1 {
        found.push(Finding::error("format_version").at("kaohe").fact("version", d.kaohe));
    }
    if d.id.trim().is_empty() {
        found.push(Finding::error("empty_id").at("id"));
    }
    if d.full_points <= 0.0 {
        found.push(Finding::error("not_positive").at("full_points").fact("value", d.full_points));
    }
    if let Some(sum) = d.weights_sum.filter(|sum| *sum <= 0.0) {
        found.push(Finding::error("not_positive").at("weights_sum").fact("value", sum));
    }
    for (i, unit) in d.units.iter().enumerate() {
        if unit.factor <= 0.0 {
            found.push(
                Finding::error("not_positive").at(format!("unit[{i}].factor")).fact("value", unit.factor),
            );
        } else if unit.of.is_none() && unit.factor != 1.0 {
            found.push(
                Finding::error("unit_factor_alone").at(format!("unit[{i}].factor")).fact("id", &unit.id),
            );
        }
    }
    found
}

/// Names: there, once, and usable in formulas where formulas use them.
fn names(d: &Document, _: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    // A variable and an indicator may share a name: `st_index` as published is both.
    once(&mut found, ids("variable", d.variables.iter().map(|v| &v.id)), true);
    let mut scored = ids("group", d.groups.iter().map(|g| &g.id));
    scored.extend(ids("indicator", d.indicators.iter().map(|i| &i.id)));
    once(&mut found, scored, true);
    once(&mut found, ids("unit", d.units.iter().map(|u| &u.id)), false);
    once(&mut found, ids("adjustment", d.adjustments.iter().map(|a| &a.id)), false);
    once(&mut found, ids("floor", d.floors.iter().map(|f| &f.id)), false);
    once(&mut found, ids("class", d.classes.iter().map(|c| &c.id)), false);
    found
}

/// Every id is there, once, and a name where formulas use it.
fn once(found: &mut Vec<Finding>, ids: Vec<(String, &str)>, in_formulas: bool) {
    let mut seen: HashMap<String, String> = HashMap::new();
    for (path, id) in ids {
        if id.trim().is_empty() {
            found.push(Finding::error("empty_id").at(path));
        } else if let Some(first) = seen.get(id) {
            found.push(Finding::error("duplicate_id").at(path).fact("id", id).fact("first", first));
        } else {
            if in_formulas && RESERVED.contains(&id) {
                found.push(Finding::error("reserved_id").at(&path).fact("id", id));
            } else if in_formulas && !is_name(id) {
                found.push(Finding::error("bad_id").at(&path).fact("id", id));
            }
            seen.insert(id.to_owned(), path.trim_end_matches(".id").to_owned());
        }
    }
}

fn ids<'a>(key: &str, ids: impl Iterator<Item = &'a String>) -> Vec<(String, &'a str)> {
    ids.enumerate().map(|(i, id)| (format!("{key}[{i}].id"), id.as_str())).collect()
}

/// Whether formulas can use a name: letters of any script, digits and `_`, no digit first.
fn is_name(id: &str) -> bool {
    let mut chars = id.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_')
}

fn blank(found: &mut Vec<Finding>, text: &str, path: String) {
    if text.trim().is_empty() {
        found.push(Finding::error("empty_text").at(path));
    }
}

fn variables(d: &Document, outside: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    let known = Known::of(d.variables.iter().map(|v| &v.id).chain(&outside.variables));
    for (i, v) in d.variables.iter().enumerate() {
        let path = format!("variable[{i}]");
        blank(&mut found, &v.unit, format!("{path}.unit"));
        if matches!(v.missing, Missing::Skip | Missing::Full) {
            found.push(Finding::error("missing_of_variable").at(format!("{path}.missing")));
        }
        for (k, part) in v.total_of.iter().enumerate() {
            if found.len() >= MOST_PROBLEMS {
                break;
            }
            if *part == v.id {
                found.push(
                    Finding::error("total_of_itself").at(format!("{path}.total_of[{k}]")).fact("id", part),
                );
            } else if !known.has(part) {
                found.push(known.unknown("variable", part).at(format!("{path}.total_of[{k}]")));
            }
        }
    }
    found
}

fn members(d: &Document, _: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some(members) = &d.members else { return found };
    if members.variables.len() > MOST_ITEMS {
        let finding = Finding::error("too_many_items").at("members.variable");
        return vec![finding.fact("key", "members.variable").fact("most", MOST_ITEMS)];
    }
    once(&mut found, ids("members.variable", members.variables.iter().map(|v| &v.id)), true);
    blank(&mut found, &members.unit, "members.unit".to_owned());
    for (i, v) in members.variables.iter().enumerate() {
        blank(&mut found, &v.unit, format!("members.variable[{i}].unit"));
    }
    found
}

fn indicators(d: &Document, outside: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    if d.indicators.is_empty() && !outside.has_indicators {
        found.push(Finding::error("no_indicator"));
    }
    for (i, x) in d.indicators.iter().enumerate() {
        let path = format!("indicator[{i}]");
        blank(&mut found, &x.unit, format!("{path}.unit"));
        if matches!(x.missing, Missing::CarryForward | Missing::Interpolate) {
            found.push(Finding::error("missing_of_indicator").at(format!("{path}.missing")));
        }
        rounding(&mut found, x.round.as_ref(), &format!("{path}.round"));
        rounding(&mut found, x.points_round.as_ref(), &format!("{path}.points_round"));
    }
    let total = [(&d.total.aggregate, "total".to_owned())].into_iter();
    let groups = d.groups.iter().enumerate().map(|(i, g)| (&g.aggregate, format!("group[{i}]")));
    for (way, path) in total.chain(groups) {
        if let Some((key, value, [low, high])) = way.out_of_range() {
            let finding = Finding::error("out_of_range").at(format!("{path}.aggregate.{key}"));
            found.push(finding.fact("value", value).fact("low", low).fact("high", high));
        }
    }
    for (i, g) in d.groups.iter().enumerate() {
        rounding(&mut found, g.round.as_ref(), &format!("group[{i}].round"));
        share(&mut found, g.available, &format!("group[{i}].available"));
        share(&mut found, g.available_members, &format!("group[{i}].available_members"));
    }
    found
}

fn rounding(found: &mut Vec<Finding>, round: Option<&Rounding>, path: &str) {
    let Some(round) = round else { return };
    let mut range = |key: &str, value: Option<i32>, low: i32, high: i32| {
        if let Some(value) = value.filter(|v| !(low..=high).contains(v)) {
            let finding = Finding::error("out_of_range").at(format!("{path}.{key}"));
            found.push(finding.fact("value", value).fact("low", low).fact("high", high));
        }
    };
    range("digits", round.digits.map(i32::from), -15, 15);
    range("significant", round.significant.map(i32::from), 1, 15);
    range("interval", round.interval.map(i32::from), 1, 255);
    if round.digits.is_some() && round.significant.is_some() {
        found.push(Finding::error("digits_and_significant").at(format!("{path}.significant")));
    }
}

/// A share of one.
fn share(found: &mut Vec<Finding>, value: f64, path: &str) {
    within(found, value, [0.0, 1.0], path);
}

/// A number between two others.
fn within(found: &mut Vec<Finding>, value: f64, [low, high]: [f64; 2], path: &str) {
    if !(low..=high).contains(&value) {
        let finding = Finding::error("out_of_range").at(path);
        found.push(finding.fact("value", value).fact("low", low).fact("high", high));
    }
}

fn positive(found: &mut Vec<Finding>, value: Option<f64>, path: &str) {
    if let Some(value) = value.filter(|v| *v <= 0.0) {
        found.push(Finding::error("not_positive").at(path).fact("value", value));
    }
}

/// The names that something may refer to.
struct Known<'a> {
    names: Vec<&'a str>,
    set: HashSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(names: impl Iterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>) -> Self {
        let mut set = HashSet::new();
        let names = names.map(AsRef::as_ref).filter(|id| !id.is_empty() && set.insert(*id)).collect();
        Known { names, set }
    }

    fn has(&self, id: &str) -> bool {
        self.set.contains(id)
    }

    /// A finding about a name that is none of these.
    fn unknown(&self, what: &str, id: &str) -> Finding {
        let (near, far, none) = match what {
            "variable" => ("unknown_variable_near", "unknown_variable", "unknown_variable_none"),
            "group" => ("unknown_group_near", "unknown_group", "unknown_group_none"),
            "decider" => ("unknown_decider_near", "unknown_decider", "unknown_decider"),
            "grade" => ("unknown_grade_near", "unknown_grade", "unknown_grade"),
            _ => ("unknown_indicator_near", "unknown_indicator", "unknown_indicator_none"),
        };
        if self.names.is_empty() {
            return Finding::error(none).fact("name", id);
        }
        Finding::not_among([near, far], id, &self.names)
    }
}
