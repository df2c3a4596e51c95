//! The tree: parents, cycles, depth, weights among siblings.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::parts::relative;
use super::{Known, MOST_PROBLEMS, Outside, sums};
use crate::finding::Finding;
use crate::scheme::final_step::TieBreak;
use crate::scheme::model::Document;
use crate::tree::path_key;

/// Deepest tree of groups; the deepest real method has five levels.
const MOST_LEVELS: usize = 64;

/// Everything that has a score: groups and indicators.
pub(super) fn scored<'a>(d: &'a Document, outside: &'a Outside) -> Known<'a> {
    let typed = d.groups.iter().map(|g| &g.id).chain(d.indicators.iter().map(|i| &i.id));
    Known::of(typed.chain(&outside.groups).chain(&outside.indicators))
}

/// What may decide between equal totals.
pub(super) fn deciding<'a>(d: &'a Document, outside: &'a Outside) -> Known<'a> {
    let variables = d.variables.iter().map(|v| &v.id).chain(&outside.variables).map(String::as_str);
    let named = scored(d, outside).names.into_iter().chain(variables);
    Known::of(named.chain(TieBreak::PREVIOUS.iter().map(|(name, _)| *name)))
}

/// A node of the tree: its table's path, id, parent and weight.
pub(super) struct Branch<'a> {
    pub(super) path: String,
    pub(super) id: &'a str,
    parent: Option<&'a str>,
    pub(super) weight: f64,
    group: bool,
}

/// Siblings by their parent; none of it is the total.
pub(super) type Families<'a> = IndexMap<Option<&'a str>, Vec<&'a Branch<'a>>>;

pub(super) fn check(d: &Document, outside: &Outside) -> Vec<Finding> {
    let groups = d.groups.iter().enumerate().map(|(i, g)| Branch {
        path: format!("group[{i}]"),
        id: &g.id,
        parent: g.parent.as_deref(),
        weight: g.weight,
        group: true,
    });
    let leaves = d.indicators.iter().enumerate().map(|(i, x)| Branch {
        path: format!("indicator[{i}]"),
        id: &x.id,
        parent: x.parent.as_deref(),
        weight: x.weight,
        group: false,
    });
    let branches: Vec<Branch<'_>> = groups.chain(leaves).collect();
    let mut found = Vec::new();
    parents(&mut found, &branches, d, outside);
    cycles(&mut found, &branches);
    let mut families = Families::new();
    for b in &branches {
        families.entry(b.parent).or_default().push(b);
    }
    weights(&mut found, &branches, &families, d);
    sums::weights(&mut found, &families, d);
    computed(&mut found, &branches, d);
    found
}

/// Weights that are computed are not given beside, and nothing is rounded by them before they are there.
fn computed(found: &mut Vec<Finding>, branches: &[Branch<'_>], d: &Document) {
    let total = [(None, "total".to_owned(), &d.total.weights, d.total.weights_round)].into_iter();
    let groups = d.groups.iter().enumerate();
    let groups =
        groups.map(|(i, g)| (Some(g.id.as_str()), format!("group[{i}]"), &g.weights, g.weights_round));
    for (group, path, way, round) in total.chain(groups) {
        let Some(way) = way else {
            if round.is_some() {
                found.push(Finding::error("weights_round_alone").at(format!("{path}.weights_round")));
            }
            continue;
        };
        let members: Vec<&str> = branches.iter().filter(|b| b.parent == group).map(|b| b.id).collect();
        relative(found, way.check(&members), &format!("{path}.weights"));
    }
    let by_id: HashMap<&str, &Branch<'_>> = branches.iter().map(|b| (b.id, b)).collect();
    let weighs: HashSet<Option<&str>> = d
        .groups
        .iter()
        .filter(|g| g.weights.is_some())
        .map(|g| Some(g.id.as_str()))
        .chain(d.total.weights.as_ref().map(|_| None))
        .collect();
    if weighs.is_empty() {
        return;
    }
    for (i, class) in d.classes.iter().enumerate() {
        for (id, _) in class.weights.iter().filter(|(_, weight)| **weight != 0.0) {
            let parent = by_id.get(id.as_str()).map(|b| b.parent).filter(|parent| weighs.contains(parent));
            if let Some(parent) = parent {
                let path = format!("class[{i}].weights.{}", path_key(id));
                let finding = Finding::error("weights_of_class").at(path).fact("name", id);
                found.push(finding.fact("of", parent.unwrap_or("total")));
            }
        }
    }
    for (i, x) in d.indicators.iter().enumerate().filter(|(_, x)| x.points_round.is_some_and(|r| r.carry)) {
        let above = |id: &&str| by_id.get(*id).and_then(|b| b.parent);
        let above = std::iter::successors(x.parent.as_deref(), above).take(MOST_LEVELS).map(Some);
        if let Some(of) = above.chain([None]).find(|group| weighs.contains(group)) {
            let finding = Finding::error("weights_carry").at(format!("indicator[{i}].points_round.carry"));
            found.push(finding.fact("of", of.unwrap_or("total")));
        }
    }
}

fn parents(found: &mut Vec<Finding>, branches: &[Branch<'_>], d: &Document, outside: &Outside) {
    let known = Known::of(d.groups.iter().map(|g| &g.id).chain(&outside.groups));
    let leaves: HashSet<&str> = branches.iter().filter(|b| !b.group).map(|b| b.id).collect();
    for b in branches {
        let Some(parent) = b.parent.filter(|p| !known.has(p)) else { continue };
        let path = format!("{}.parent", b.path);
        if found.len() >= MOST_PROBLEMS {
            break;
        }
        if leaves.contains(parent) {
            found.push(Finding::error("parent_is_indicator").at(path).fact("name", parent));
        } else if parent == "total" {
            found.push(Finding::error("parent_is_total").at(path));
        } else {
            found.push(known.unknown("group", parent).at(path));
        }
    }
    let mut used: HashSet<&str> = branches.iter().filter_map(|b| b.parent).collect();
    used.extend(outside.parents.iter().map(String::as_str));
    // A misspelt parent leaves its group empty; that goes away with it.
    if !found.is_empty() {
        return;
    }
    for b in branches.iter().filter(|b| b.group && !used.contains(b.id)) {
        found.push(Finding::error("empty_group").at(&b.path).fact("id", b.id));
    }
}

/// Groups that are their own ancestors, each circle once; and trees deeper than any method.
fn cycles(found: &mut Vec<Finding>, branches: &[Branch<'_>]) {
    let parent: HashMap<&str, &str> =
        branches.iter().filter(|b| b.group).filter_map(|b| Some((b.id, b.parent?))).collect();
    // How many levels are above a group; groups on the way share the answer, so that a long chain is walked once.
    let mut levels: HashMap<&str, usize> = HashMap::new();
    let mut told = false;
    for b in branches.iter().filter(|b| b.group) {
        let (mut way, mut on_way, mut at) = (Vec::new(), HashSet::new(), b.id);
        let above = loop {
            if let Some(known) = levels.get(at) {
                break *known;
            }
            if !on_way.insert(at) {
                let start = way.iter().position(|id| *id == at).unwrap_or(0);
                let mut circle: Vec<&str> = way[start..].to_vec();
                circle.truncate(20);
                circle.push(at);
                let path = branches.iter().find(|b| b.group && b.id == at).map_or("", |b| b.path.as_str());
                let finding = Finding::error("cycle").at(format!("{path}.parent"));
                found.push(finding.fact("circle", circle.join(" → ")));
                break 0;
            }
            way.push(at);
            match parent.get(at) {
                Some(next) => at = next,
                None => break 0,
            }
        };
        for (k, id) in way.iter().rev().enumerate() {
            levels.insert(id, above + k + 1);
        }
        if !told && levels.get(b.id).is_some_and(|l| *l > MOST_LEVELS) {
            told = true;
            found.push(Finding::error("tree_too_deep").at(&b.path).fact("most", MOST_LEVELS));
        }
    }
}

/// Weights are not negative, and no family of siblings weighs nothing, in the scheme and in every class.
fn weights(found: &mut Vec<Finding>, branches: &[Branch<'_>], families: &Families<'_>, d: &Document) {
    for b in branches.iter().filter(|b| b.weight < 0.0) {
        found.push(Finding::error("negative_weight").at(format!("{}.weight", b.path)));
    }
    let name = |parent: Option<&str>| parent.unwrap_or("total").to_owned();
    for (parent, family) in families {
        if family.iter().all(|b| b.weight == 0.0) {
            let path = format!("{}.weight", family[0].path);
            found.push(Finding::error("weights_all_zero").at(path).fact("of", name(*parent)));
        }
    }
    let weighty = |family: &[&Branch<'_>]| family.iter().filter(|b| b.weight != 0.0).count();
    let counts: HashMap<Option<&str>, usize> = families.iter().map(|(p, f)| (*p, weighty(f))).collect();
    let by_id: HashMap<&str, &Branch<'_>> = branches.iter().map(|b| (b.id, b)).collect();
    for (i, class) in d.classes.iter().enumerate() {
        // Members with a weight, in the families that the class touches.
        let mut left: IndexMap<Option<&str>, usize> = IndexMap::new();
        for (id, weight) in &class.weights {
            let Some(b) = by_id.get(id.as_str()) else { continue };
            let known = counts.get(&b.parent).copied().unwrap_or(0);
            let left = left.entry(b.parent).or_insert(known);
            *left = (*left + usize::from(*weight != 0.0)).saturating_sub(usize::from(b.weight != 0.0));
        }
        for (parent, _) in left.iter().filter(|(_, left)| **left == 0) {
            // A group of weight zero may well have members of weight zero.
            let group = parent.and_then(|p| by_id.get(p)).filter(|b| b.group);
            let unused = group.is_some_and(|g| class.weights.get(g.id).copied().unwrap_or(g.weight) == 0.0);
            if !unused {
                let path = format!("class[{i}].weights");
                found.push(Finding::error("weights_all_zero").at(path).fact("of", name(*parent)));
            }
        }
    }
}
