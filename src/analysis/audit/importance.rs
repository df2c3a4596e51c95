//! Whether each member is as important in its group as its weight says.

use serde::Serialize;

use super::seen::{Seen, percent};
use super::{Check, Status};
use crate::method::aggregation::Aggregation;
use crate::report::{Digits, Fact, Measure, Names, Sentence, Table};

/// How important a member is in its group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Importance {
    /// The group.
    pub group: String,
    /// The member.
    pub member: String,
    /// Its weight among the members, normalised; the mean of the rows where weights differ.
    pub weight: f64,
    /// The correlation of its score with that of the group.
    pub correlation: f64,
    /// The square of the correlation, as a share of those of all members: what of the group's score follows from the member, to first
    /// order. NaN where a correlation cannot be computed.
    pub importance: f64,
}

/// The importances of the members of every group of several.
pub(super) fn importances(seen: &Seen<'_>) -> Vec<Importance> {
    seen.groups
        .iter()
        .filter(|(_, members)| members.len() > 1)
        .flat_map(|(group, members)| of(seen, *group, members))
        .collect()
}

fn of(seen: &Seen<'_>, group: usize, members: &[usize]) -> Vec<Importance> {
    let r: Vec<f64> = members.iter().map(|member| seen.correlation(*member, group)).collect();
    let whole: f64 = r.iter().map(|r| r * r).sum();
    let data = seen.assessment.inner.data();
    let mut weights = vec![0.0; members.len()];
    for row in &seen.rows {
        let own: Vec<f64> = members.iter().map(|member| data.weights(*row)[*member]).collect();
        let sum: f64 = own.iter().sum();
        weights.iter_mut().zip(own).for_each(|(to, own)| *to += own / sum);
    }
    let n = seen.rows.len() as f64;
    let one = |k: usize| Importance {
        group: seen.id(group),
        member: seen.id(members[k]),
        weight: weights[k] / n,
        correlation: r[k],
        importance: r[k] * r[k] / whole,
    };
    (0..members.len()).map(one).collect()
}

pub(super) fn check(seen: &Seen<'_>) -> Vec<Check> {
    let limit = seen.limits.importance;
    let nodes = &seen.assessment.inner.scheme.plan().nodes;
    let of = |(group, members): &(usize, Vec<usize>)| {
        let check = Check::new("importance", limit).of(&seen.id(*group));
        let not = |reason: Sentence| {
            Sentence::new("audit_group_not").fact("group", seen.name(*group)).fact("reason", reason)
        };
        if let Some(few) = seen.too_few() {
            return check.none(not(few));
        }
        if members.len() < 2 {
            return check.none(not(Sentence::new("components_one")));
        }
        if matches!(
            nodes[*group].aggregate,
            Aggregation::Minimum | Aggregation::Maximum | Aggregation::Median
        ) {
            return check.none(not(Sentence::new("audit_no_weights")));
        }
        let found = of(seen, *group, members);
        let off = |k: &usize| (found[*k].importance - found[*k].weight).abs();
        if found.iter().any(|own| own.importance.is_nan()) {
            return check.none(not(Sentence::new("audit_undefined")));
        }
        let mut order: Vec<usize> = (0..found.len()).collect();
        order.sort_by(|a, b| off(b).total_cmp(&off(a)));
        let largest = order.first().map_or(f64::NAN, off);
        let far: Vec<usize> = order.iter().copied().filter(|k| off(k) > limit).collect();
        let one = |k: &usize| {
            let said = Sentence::new("audit_weighs").fact("name", seen.name(members[*k]));
            said.fact("weight", percent(found[*k].weight))
                .fact("importance", percent(found[*k].importance))
                .into()
        };
        let (status, code) = if far.is_empty() {
            (Status::Pass, "audit_balanced")
        } else {
            (Status::Warn, "audit_unbalanced")
        };
        let limit = Fact::Number(100.0 * limit, Digits::AtMost(1));
        let said = Sentence::new(code).fact("group", seen.name(*group)).fact("limit", limit);
        let mut check = check.found(status, largest, said.fact("names", Fact::list(&far, one)));
        check.indicators = far.iter().map(|k| seen.id(members[*k])).collect();
        check
    };
    seen.groups.iter().map(of).collect()
}

/// Weights beside importances.
pub(super) fn table(rows: &[Importance], names: Names<'_>) -> Table {
    let table = Table::of("importances", rows)
        .names("group", "col_group", |r| &r.group, |id| names.node(id))
        .names("member", "col_member", |r| &r.member, |id| names.node(id))
        .percent("weight", "col_weight", 1, |r| r.weight)
        .percent("importance", "col_importance", 1, |r| r.importance)
        .number("correlation", "col_own_correlation", Measure::pure(Digits::Decimals(3)), |r| r.correlation);
    table.done().titled("table_importances")
}
