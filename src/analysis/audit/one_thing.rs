//! Whether the members of each group measure one thing: Cronbach's α, the first component, the Kaiser–Meyer–Olkin measure.

use super::seen::{Seen, percent, plain};
use super::{Check, Status};
use crate::analysis::components::GroupComponents;
use crate::report::{Fact, Sentence};

/// A Kaiser–Meyer–Olkin measure that Kaiser calls unacceptable.
const UNACCEPTABLE: f64 = 0.5;

pub(super) fn check(seen: &Seen<'_>) -> Vec<Check> {
    let of = |(group, members): &(usize, Vec<usize>)| {
        let columns: Vec<Vec<f64>> = members.iter().map(|member| seen.scores(*member).to_vec()).collect();
        let ids = members.iter().map(|member| seen.id(*member)).collect();
        (*group, GroupComponents::of(&seen.id(*group), ids, &columns, seen.names))
    };
    let groups: Vec<(usize, GroupComponents)> = seen.groups.iter().map(of).collect();
    let limits = &seen.limits;
    let worst = |x: f64, limit: f64| if x < limit { Status::Warn } else { Status::Pass };
    let kmo = |x: f64| if x < UNACCEPTABLE { Status::Fail } else { worst(x, limits.kmo) };
    let each = |check: &dyn Fn(usize, &GroupComponents) -> Check| -> Vec<Check> {
        groups.iter().map(|(group, found)| check(*group, found)).collect()
    };
    let said = |group,
                found: &GroupComponents,
                check: Check,
                x: f64,
                status: Status,
                codes: [&'static str; 2],
                shown: [Fact; 2]| {
        let why = seen
            .too_few()
            .or_else(|| found.reason.clone())
            .or_else(|| x.is_nan().then(|| Sentence::new("audit_undefined")));
        let check = check.of(&found.group);
        if let Some(why) = why {
            let why = Sentence::new("audit_group_not").fact("group", seen.name(group)).fact("reason", why);
            return check.none(why);
        }
        let [number, limit] = shown;
        let code = codes[usize::from(status != Status::Pass)];
        let said = Sentence::new(code).fact("group", seen.name(group)).fact("number", number);
        check.found(status, x, said.fact("limit", limit))
    };
    let alpha = |group, found: &GroupComponents| {
        let (x, limit) = (found.alpha, limits.alpha);
        let codes = ["audit_alpha_high", "audit_alpha_low"];
        said(group, found, Check::new("alpha", limit), x, worst(x, limit), codes, [x, limit].map(plain))
    };
    let first = |group, found: &GroupComponents| {
        let (x, limit) = (found.first(), limits.first);
        let codes = ["audit_first_high", "audit_first_low"];
        let check = Check::new("first_component", limit);
        said(group, found, check, x, worst(x, limit), codes, [x, limit].map(percent))
    };
    let kmo = |group, found: &GroupComponents| {
        let (x, limit) = (found.kmo, limits.kmo);
        let check = Check::new("kmo", limit);
        if found.members.len() == 2 {
            // Of two members it is ½, whatever they are.
            let why = Sentence::new("audit_group_not").fact("group", seen.name(group));
            return check.of(&found.group).none(why.fact("reason", Sentence::new("audit_kmo_of_two")));
        }
        said(group, found, check, x, kmo(x), ["audit_kmo_high", "audit_kmo_low"], [x, limit].map(plain))
    };
    [each(&alpha), each(&first), each(&kmo)].concat()
}
