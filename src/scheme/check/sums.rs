//! What weights and shares sum to: 1, 100 or what is above them; anything else is normalised, and said.

use std::collections::HashMap;

use super::MOST_PROBLEMS;
use super::tree::{Branch, Families};
use crate::finding::Finding;
use crate::scheme::model::{Document, Group, Part};

/// Members that are named with what their weight becomes.
const NAMED: usize = 5;

/// Sums of decimals that are typed differ from their number by rounding alone.
const ROUNDING: f64 = 1e-9;

/// The weights of siblings, in the scheme and in every class that has some of its own.
pub(super) fn weights(found: &mut Vec<Finding>, families: &Families<'_>, d: &Document) {
    let groups: HashMap<&str, &Group> = d.groups.iter().map(|g| (g.id.as_str(), g)).collect();
    for (parent, members) in families {
        let above = parent.and_then(|id| groups.get(id));
        let (aggregate, computed) = match above {
            Some(group) => (&group.aggregate, group.weights.is_some()),
            None => (&d.total.aggregate, d.total.weights.is_some()),
        };
        // Computed weights sum to 1 by themselves; factors of a sum are not shares of anything.
        if computed || !aggregate.has_shares() {
            continue;
        }
        let written: Vec<f64> = members.iter().map(|m| m.weight).collect();
        let path = format!("{}.weight", members[0].path);
        found.extend(family(d, *parent, above.map(|g| g.weight), members, &written, path));
        for (i, class) in d.classes.iter().enumerate() {
            if found.len() >= MOST_PROBLEMS {
                return;
            }
            if members.iter().any(|m| class.weights.contains_key(m.id)) {
                let of = |id: &str, written: f64| class.weights.get(id).copied().unwrap_or(written);
                let own: Vec<f64> = members.iter().map(|m| of(m.id, m.weight)).collect();
                let above = above.map(|g| of(&g.id, g.weight));
                found.extend(family(d, *parent, above, members, &own, format!("class[{i}].weights")));
            }
        }
    }
}

/// A finding where the weights of one family sum to nothing that a method writes.
fn family(
    d: &Document,
    parent: Option<&str>,
    above: Option<f64>,
    members: &[&Branch<'_>],
    weights: &[f64],
    path: String,
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
    Some(
        finding
            .at(path)
            .fact("of", parent.unwrap_or("total"))
            .fact("sum", rounded(sum))
            .fact("weights", format!("{}{more}", named.join(", "))),
    )
}

/// The shares of an indicator's parts.
pub(super) fn shares(parts: &[Part], path: &str) -> Option<Finding> {
    let shares: Option<Vec<f64>> = parts.iter().map(|part| part.share).collect();
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
