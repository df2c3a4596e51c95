//! What weights and shares sum to: 1, 100 or what is above them; anything else is normalised, and said.

use indexmap::IndexMap;

use super::{MOST_PROBLEMS, Outside};
use crate::finding::Finding;
use crate::scheme::model::{Document, Parts};
use crate::tree::path_key;

/// Members that are named with what their weight becomes.
const NAMED: usize = 5;

/// Sums of decimals that are typed differ from their number by rounding alone.
const ROUNDING: f64 = 1e-9;

pub(super) fn check(d: &Document, _: &Outside) -> Vec<Finding> {
    let mut found = weights(d);
    for (i, x) in d.indicators.iter().enumerate() {
        found.extend(shares(&x.points, format!("indicator[{i}].points")));
    }
    for (i, class) in d.classes.iter().enumerate() {
        let own = class.points.iter();
        found.extend(own.filter_map(|(id, p)| shares(p, format!("class[{i}].points.{}", path_key(id)))));
    }
    found.truncate(MOST_PROBLEMS);
    found
}

/// A member of the tree: where it stands, its id and its weight.
struct Member<'a> {
    path: String,
    id: &'a str,
    weight: f64,
}

/// The weights of siblings, in the scheme and in every class that has some of its own.
fn weights(d: &Document) -> Vec<Finding> {
    let groups = d.groups.iter().enumerate();
    let groups = groups.map(|(i, g)| (g.parent.as_deref(), format!("group[{i}]"), g.id.as_str(), g.weight));
    let leaves = d.indicators.iter().enumerate();
    let leaves =
        leaves.map(|(i, x)| (x.parent.as_deref(), format!("indicator[{i}]"), x.id.as_str(), x.weight));
    let mut families: IndexMap<Option<&str>, Vec<Member<'_>>> = IndexMap::new();
    for (parent, path, id, weight) in groups.chain(leaves) {
        families.entry(parent).or_default().push(Member { path, id, weight });
    }
    let mut found = Vec::new();
    for (parent, members) in &families {
        let above = parent.and_then(|id| d.groups.iter().find(|g| g.id == id));
        let (aggregate, computed) = match above {
            Some(group) => (&group.aggregate, group.weights.is_some()),
            None => (&d.total.aggregate, d.total.weights.is_some()),
        };
        // Computed weights sum to 1 by themselves; factors of a sum are not shares of anything.
        if computed || !aggregate.has_shares() {
            continue;
        }
        let own = |over: &dyn Fn(&Member<'_>) -> f64| -> Vec<f64> { members.iter().map(over).collect() };
        let written = own(&|m| m.weight);
        found.extend(family(d, *parent, above.map(|g| g.weight), members, &written, &members[0].path));
        for (i, class) in d.classes.iter().enumerate() {
            if members.iter().any(|m| class.weights.contains_key(m.id)) {
                let of = |id: &str, written: f64| class.weights.get(id).copied().unwrap_or(written);
                let own = own(&|m| of(m.id, m.weight));
                let above = above.map(|g| of(&g.id, g.weight));
                found.extend(family(d, *parent, above, members, &own, &format!("class[{i}].weights")));
            }
        }
    }
    found
}

/// A finding where the weights of one family sum to nothing that a method writes.
fn family(
    d: &Document,
    parent: Option<&str>,
    above: Option<f64>,
    members: &[Member<'_>],
    weights: &[f64],
    path: &str,
) -> Option<Finding> {
    let sum: f64 = weights.iter().sum();
    let is = |expected: f64| (sum - expected).abs() <= ROUNDING * expected.abs().max(1.0);
    let given = above.is_some_and(is);
    let sound = match d.weights_sum {
        Some(expected) => given || is(expected),
        // Equal weights are equal, whatever is written.
        None => {
            given || is(1.0) || is(100.0) || is(d.full_points) || weights.windows(2).all(|w| w[0] == w[1])
        }
    };
    if sound || sum <= 0.0 || weights.iter().any(|w| *w < 0.0) {
        return None;
    }
    let all = members.iter().zip(weights).filter(|(_, w)| **w != 0.0);
    let named: Vec<String> = all
        .take(NAMED)
        .map(|(m, w)| match d.weights_sum {
            Some(_) => format!("{} {w}", m.id),
            None => format!("{} {w} → {}%", m.id, rounded(100.0 * w / sum)),
        })
        .collect();
    let more = if weights.len() > NAMED { ", …" } else { "" };
    let finding = match d.weights_sum {
        Some(expected) => Finding::error("weights_sum_not").fact("expected", expected),
        None => Finding::warning("weights_sum"),
    };
    let path = if path.starts_with("class") { path.to_owned() } else { format!("{path}.weight") };
    Some(
        finding
            .at(path)
            .fact("of", parent.unwrap_or("total"))
            .fact("sum", rounded(sum))
            .fact("weights", format!("{}{more}", named.join(", "))),
    )
}

/// The shares of an indicator's parts.
fn shares(parts: &Parts, path: String) -> Option<Finding> {
    let shares: Option<Vec<f64>> = parts.0.iter().map(|part| part.share).collect();
    let shares = shares.filter(|shares| shares.len() > 1 && shares.iter().all(|s| *s >= 0.0))?;
    let sum: f64 = shares.iter().sum();
    let is = |expected: f64| (sum - expected).abs() <= ROUNDING * expected;
    if sum <= 0.0 || is(1.0) || is(100.0) || shares.windows(2).all(|s| s[0] == s[1]) {
        return None;
    }
    let becomes: Vec<String> =
        shares.iter().map(|s| format!("{s} → {}%", rounded(100.0 * s / sum))).collect();
    let finding = Finding::warning("shares_sum").at(path).fact("sum", rounded(sum));
    Some(finding.fact("shares", becomes.join(", ")))
}

/// With at most four decimals: what people compare, not compute with.
fn rounded(x: f64) -> f64 {
    (x * 1e4).round() / 1e4
}
