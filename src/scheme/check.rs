//! Checks of meaning: what every key says fits what the others say.
//!
//! The checks know the typed document only; a finding names its key path, and the loader finds line and column.

mod parts;
mod period;
mod tree;

use std::collections::{HashMap, HashSet};

use super::decode::name;
use super::encode;
use super::model::{Blend, Document, Frequency, Override, Total};
use super::node::{Kind, Node, path_key};
use crate::finding::Finding;
use crate::method::missing::Missing;
use crate::method::ranking::{GradeBy, Grades};
use crate::method::rounding::Rounding;

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

const CHECKS: &[Check] =
    &[header, names, tree::check, parts::check, variables, indicators, total, after, classes, targets];

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
        unknown && name.is_some_and(|n| self.variables.contains(n) || self.indicators.contains(n))
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
    let mut found = not_finite(document);
    found.extend(CHECKS.iter().flat_map(|check| check(document, outside)));
    found
}

/// Infinities and NaN, which no file can hold but a program can.
fn not_finite(document: &Document) -> Vec<Finding> {
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
    if let Some(root) = encode::tree(document) {
        walk(&root, "", &mut found);
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
    let once = |found: &mut Vec<Finding>, ids: Vec<(String, &str)>, in_formulas: bool| {
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
    };
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

fn indicators(d: &Document, outside: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    if d.indicators.is_empty() && !outside.has_indicators {
        found.push(Finding::error("no_indicator"));
    }
    for (i, x) in d.indicators.iter().enumerate() {
        let path = format!("indicator[{i}]");
        blank(&mut found, &x.unit, format!("{path}.unit"));
        blank(&mut found, &x.formula, format!("{path}.formula"));
        if matches!(x.missing, Missing::CarryForward | Missing::Interpolate) {
            found.push(Finding::error("missing_of_indicator").at(format!("{path}.missing")));
        }
        if let Some(n) = &x.not_applicable {
            blank(&mut found, &n.when, format!("{path}.not_applicable.when"));
        }
        rounding(&mut found, x.round.as_ref(), &format!("{path}.round"));
        rounding(&mut found, x.points_round.as_ref(), &format!("{path}.points_round"));
    }
    for (i, g) in d.groups.iter().enumerate() {
        rounding(&mut found, g.round.as_ref(), &format!("group[{i}].round"));
        share(&mut found, g.available, &format!("group[{i}].available"));
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
    if !(0.0..=1.0).contains(&value) {
        let finding = Finding::error("out_of_range").at(path);
        found.push(finding.fact("value", value).fact("low", 0).fact("high", 1));
    }
}

fn positive(found: &mut Vec<Finding>, value: Option<f64>, path: &str) {
    if let Some(value) = value.filter(|v| *v <= 0.0) {
        found.push(Finding::error("not_positive").at(path).fact("value", value));
    }
}

fn total(d: &Document, outside: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    let Total { round, rank, grades, available, bonus_cap, deduction_cap, cap, blend, .. } = &d.total;
    rounding(&mut found, round.as_ref(), "total.round");
    share(&mut found, *available, "total.available");
    positive(&mut found, *bonus_cap, "total.bonus_cap");
    positive(&mut found, *deduction_cap, "total.deduction_cap");
    positive(&mut found, *cap, "total.cap");
    let (known, mut seen) = (tree::scored(d, outside), HashSet::new());
    for (i, id) in rank.tie_break.iter().enumerate() {
        let path = format!("total.rank.tie_break[{i}]");
        if found.len() >= MOST_PROBLEMS {
            break;
        }
        if !known.has(id) {
            found.push(known.unknown("indicator", id).at(path));
        } else if !seen.insert(id) {
            found.push(Finding::error("named_twice").at(path).fact("id", id));
        }
    }
    if let Some(grades) = grades {
        grade_table(&mut found, grades);
    }
    if let Some(blend) = blend {
        blending(&mut found, blend, d.period);
    }
    found
}

fn grade_table(found: &mut Vec<Finding>, grades: &Grades) {
    let path = |i: usize, k: usize| format!("total.grades[{i}][{k}]");
    if grades.table.is_empty() {
        found.push(Finding::error("empty_list").at("total.grades"));
    }
    let mut seen = HashSet::new();
    for (i, (grade, bound)) in grades.table.iter().enumerate() {
        blank(found, grade, path(i, 0));
        if !seen.insert(grade) {
            found.push(Finding::error("named_twice").at(path(i, 0)).fact("id", grade));
        }
        let Some((_, before)) = i.checked_sub(1).and_then(|i| grades.table.get(i)) else { continue };
        let (ordered, code) = match grades.by {
            GradeBy::Score => (bound < before, "grades_not_descending"),
            GradeBy::Rank | GradeBy::Proportion => (bound > before, "grades_not_ascending"),
        };
        if !ordered {
            found.push(Finding::error(code).at(path(i, 1)).fact("value", bound).fact("before", before));
        }
    }
    let (low, high) = match grades.by {
        GradeBy::Score => return,
        GradeBy::Rank => (1.0, f64::MAX),
        GradeBy::Proportion => (0.0, 1.0),
    };
    for (i, (_, bound)) in grades.table.iter().enumerate() {
        if !(low..=high).contains(bound) {
            let code = if grades.by == GradeBy::Rank { "grade_rank" } else { "grade_proportion" };
            found.push(Finding::error(code).at(path(i, 1)).fact("value", bound));
        }
    }
}

fn blending(found: &mut Vec<Finding>, blend: &Blend, period: Frequency) {
    let (path, weights) = ("total.blend.within_year", &blend.within_year);
    let periods = match period {
        Frequency::Year => 1,
        Frequency::Half => 2,
        Frequency::Quarter => 4,
        Frequency::Month => 12,
    };
    if !weights.is_empty() && weights.len() != periods {
        found.push(
            Finding::error("blend_length").at(path).fact("count", weights.len()).fact("periods", periods),
        );
    } else if weights.iter().any(|w| *w < 0.0) {
        found.push(Finding::error("negative_weight").at(path));
    } else if !weights.is_empty() {
        let sum: f64 = weights.iter().sum();
        if sum <= 0.0 {
            found.push(Finding::error("weights_all_zero").at(path).fact("of", "total.blend"));
        } else if (sum - 1.0).abs() > 1e-9 && (sum - 100.0).abs() > 1e-9 {
            found.push(Finding::warning("blend_sum").at(path).fact("sum", sum));
        }
    }
    if let Some(earlier) = blend.earlier {
        share(found, earlier, "total.blend.earlier");
    }
}

/// Adjustments and floors.
fn after(d: &Document, outside: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    for (i, a) in d.adjustments.iter().enumerate() {
        blank(&mut found, &a.formula, format!("adjustment[{i}].formula"));
        positive(&mut found, a.cap, &format!("adjustment[{i}].cap"));
    }
    let grades = Known::of(d.total.grades.iter().flat_map(|g| g.table.iter()).map(|(name, _)| name));
    for (i, floor) in d.floors.iter().enumerate() {
        let path = format!("floor[{i}]");
        blank(&mut found, &floor.when, format!("{path}.when"));
        let Override { cap_total, set_total, grade, cap_grade, .. } = &floor.then;
        if floor.then == Override::default() {
            found.push(Finding::error("floor_without_effect").at(format!("{path}.then")));
        }
        if cap_total.is_some() && set_total.is_some() {
            found.push(
                Finding::error("floor_conflict")
                    .at(format!("{path}.then"))
                    .fact("a", "cap_total")
                    .fact("b", "set_total"),
            );
        }
        if grade.is_some() && cap_grade.is_some() {
            found.push(
                Finding::error("floor_conflict")
                    .at(format!("{path}.then"))
                    .fact("a", "grade")
                    .fact("b", "cap_grade"),
            );
        }
        for (key, grade) in [("grade", grade), ("cap_grade", cap_grade)] {
            let Some(grade) = grade.as_deref().filter(|g| !grades.has(g)) else { continue };
            let path = format!("{path}.then.{key}");
            if found.len() >= MOST_PROBLEMS {
                break;
            }
            if !grades.names.is_empty() {
                found.push(grades.unknown("grade", grade).at(path));
            } else if !outside.grades {
                found.push(Finding::error("no_grades").at(path).fact("grade", grade));
            }
        }
    }
    found
}

fn classes(d: &Document, outside: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    let scored = tree::scored(d, outside);
    let leaves = Known::of(d.indicators.iter().map(|i| &i.id).chain(&outside.indicators));
    let mut owner: HashMap<&str, &str> = HashMap::new();
    for (i, class) in d.classes.iter().enumerate() {
        if found.len() >= MOST_PROBLEMS {
            break;
        }
        for (id, weight) in &class.weights {
            let path = format!("class[{i}].weights.{}", path_key(id));
            if found.len() >= MOST_PROBLEMS {
                break;
            }
            if !scored.has(id) {
                found.push(scored.unknown("indicator", id).at(path));
            } else if *weight < 0.0 {
                found.push(Finding::error("negative_weight").at(path));
            }
        }
        for id in class.points.keys().filter(|id| !leaves.has(id)).take(MOST_PROBLEMS) {
            found.push(leaves.unknown("indicator", id).at(format!("class[{i}].points.{}", path_key(id))));
        }
        for (k, entity) in class.entities.iter().enumerate() {
            let path = format!("class[{i}].entities[{k}]");
            if let Some(first) = owner.insert(entity, &class.id) {
                let finding = Finding::error("entity_in_two_classes").at(path);
                found.push(finding.fact("entity", entity).fact("class", first));
            }
        }
        if d.class_column.is_some() && !class.entities.is_empty() {
            found.push(Finding::error("class_named_twice").at(format!("class[{i}].entities")));
        }
    }
    found
}

fn targets(d: &Document, outside: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    let leaves = Known::of(d.indicators.iter().map(|i| &i.id).chain(&outside.indicators));
    let mut seen = HashMap::new();
    for (i, target) in d.targets.iter().enumerate() {
        if found.len() >= MOST_PROBLEMS {
            break;
        }
        if !leaves.has(&target.indicator) {
            found.push(leaves.unknown("indicator", &target.indicator).at(format!("target[{i}].indicator")));
        }
        if let Some(period) = &target.period {
            period::check(&mut found, period, d.period, format!("target[{i}].period"));
        }
        if let Some(first) = seen.insert((&target.indicator, &target.entity, &target.period), i) {
            found.push(
                Finding::error("target_twice")
                    .at(format!("target[{i}]"))
                    .fact("first", format!("target[{first}]")),
            );
        }
    }
    found
}

/// The names that something may refer to.
struct Known<'a> {
    names: Vec<&'a str>,
    set: HashSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(names: impl Iterator<Item = &'a String>) -> Self {
        let mut set = HashSet::new();
        let names = names.map(String::as_str).filter(|id| !id.is_empty() && set.insert(*id)).collect();
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
            "grade" => ("unknown_grade_near", "unknown_grade", "unknown_grade"),
            _ => ("unknown_indicator_near", "unknown_indicator", "unknown_indicator_none"),
        };
        if self.names.is_empty() {
            return Finding::error(none).fact("name", id);
        }
        name(near, far, id, self.names.iter().copied())
    }
}
