//! Whether the members of a group go with it: not against it, not beside it, and not rather with another one.

use super::seen::{Seen, beside, plain};
use super::{Check, Status};
use crate::report::{Fact, Sentence};

/// A member, its correlation with its group, and the group that it goes with most.
struct Placed {
    node: usize,
    own: f64,
    other: Option<(usize, f64)>,
}

pub(super) fn check(seen: &Seen<'_>) -> Vec<Check> {
    let limit = seen.limits.agreement;
    let [against, silent, misplaced] =
        [Check::new("direction", 0.0), Check::new("silent", limit), Check::new("misplaced", f64::NAN)];
    if let Some(few) = seen.too_few() {
        return [against, silent, misplaced].map(|check| check.none(few.clone())).into();
    }
    let placed = placed(seen);
    if placed.is_empty() {
        let none = || Sentence::new("audit_no_members");
        return [against, silent, misplaced].map(|check| check.none(none())).into();
    }
    let least = placed.iter().map(|p| p.own).fold(f64::NAN, f64::min);
    let own = |p: &&Placed| beside(seen.name(p.node), plain(p.own));
    let of = |wanted: &dyn Fn(&Placed) -> bool| placed.iter().filter(|p| wanted(p)).collect::<Vec<_>>();
    let done = |check: Check,
                found: &[&Placed],
                bad: Status,
                codes: [&'static str; 2],
                one: &dyn Fn(&&Placed) -> Fact| {
        let (status, code) = if found.is_empty() { (Status::Pass, codes[0]) } else { (bad, codes[1]) };
        let said = Sentence::new(code).typed("limit", limit).fact("names", Fact::list(found, |p| one(p)));
        let mut check = check.found(status, least, said);
        check.indicators = found.iter().map(|p| seen.id(p.node)).collect();
        check
    };
    let negative = of(&|p| p.own < 0.0);
    let weak = of(&|p| (0.0..limit).contains(&p.own));
    let strays = of(&|p| p.other.is_some_and(|(_, r)| r > p.own));
    let elsewhere = |p: &&Placed| {
        let (group, r) = p.other.unwrap_or((p.node, f64::NAN));
        let said = Sentence::new("audit_elsewhere").fact("name", seen.name(p.node)).fact("own", plain(p.own));
        said.fact("group", seen.name(group)).fact("number", plain(r)).into()
    };
    let mut misplaced =
        done(misplaced, &strays, Status::Warn, ["audit_in_place", "audit_misplaced"], &elsewhere);
    misplaced.observed = strays.len() as f64;
    misplaced.threshold = 0.0;
    if placed.iter().all(|p| p.other.is_none()) {
        misplaced = Check::new("misplaced", f64::NAN).none(Sentence::new("audit_one_group"));
    }
    vec![
        done(against, &negative, Status::Fail, ["audit_agree", "audit_against"], &own),
        done(silent, &weak, Status::Warn, ["audit_loud", "audit_silent"], &own),
        misplaced,
    ]
}

/// Every member of a group of several, with the correlations that are there.
fn placed(seen: &Seen<'_>) -> Vec<Placed> {
    let mut placed = Vec::new();
    for (group, members) in seen.groups.iter().filter(|(_, members)| members.len() > 1) {
        for node in members {
            let own = seen.correlation(*node, *group);
            if own.is_nan() {
                continue;
            }
            placed.push(Placed { node: *node, own, other: other(seen, *node, *group) });
        }
    }
    placed
}

/// The group beside that of an indicator with which it goes most: one that holds indicators, too.
fn other(seen: &Seen<'_>, node: usize, own: usize) -> Option<(usize, f64)> {
    let count = seen.assessment.indicator_count();
    if node >= count {
        return None;
    }
    let beside = seen.groups.iter().filter(|(group, members)| {
        *group != own && members.iter().any(|m| *m < count) && !holds(seen, *group, own)
    });
    let of = |(group, _): &(usize, Vec<usize>)| (*group, seen.correlation(node, *group));
    beside.map(of).filter(|(_, r)| !r.is_nan()).max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Whether a group holds another one, at whatever depth.
fn holds(seen: &Seen<'_>, group: usize, other: usize) -> bool {
    let nodes = &seen.assessment.inner.scheme.plan().nodes;
    std::iter::successors(nodes[other].parent, |node| nodes[*node].parent).any(|above| above == group)
}
