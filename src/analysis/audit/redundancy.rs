//! Whether two members of a group say the same.

use super::seen::{Seen, plain};
use super::{Check, Status};
use crate::report::{Fact, Sentence};

pub(super) fn check(seen: &Seen<'_>) -> Vec<Check> {
    let limit = seen.limits.redundancy;
    let check = Check::new("redundancy", limit);
    if let Some(few) = seen.too_few() {
        return vec![check.none(few)];
    }
    let pairs = seen.groups.iter().flat_map(|(_, members)| {
        let pair = move |i: usize| (0..i).map(move |j| (members[j], members[i]));
        (0..members.len()).flat_map(pair)
    });
    let pairs: Vec<(usize, usize, f64)> =
        pairs.map(|(a, b)| (a, b, seen.correlation(a, b))).filter(|(_, _, r)| !r.is_nan()).collect();
    if pairs.is_empty() {
        return vec![check.none(Sentence::new("audit_no_pairs"))];
    }
    let largest = pairs.iter().map(|(_, _, r)| r.abs()).fold(f64::NAN, f64::max);
    let found: Vec<&(usize, usize, f64)> = pairs.iter().filter(|(_, _, r)| r.abs() > limit).collect();
    let one = |(a, b, r): &&(usize, usize, f64)| {
        let pair = Sentence::new("audit_pair").fact("first", seen.name(*a)).fact("second", seen.name(*b));
        pair.fact("number", plain(*r)).into()
    };
    let (status, code) =
        if found.is_empty() { (Status::Pass, "audit_apart") } else { (Status::Warn, "audit_redundant") };
    let said = Sentence::new(code).typed("limit", limit).fact("pairs", Fact::list(&found, one));
    let mut check = check.found(status, largest, said);
    let ends: indexmap::IndexSet<usize> = found.iter().flat_map(|(a, b, _)| [*a, *b]).collect();
    check.indicators = ends.into_iter().map(|node| seen.id(node)).collect();
    vec![check]
}
