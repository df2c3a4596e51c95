//! Whether an indicator has many zeros, or the same number for many.

use super::seen::{Seen, beside, percent};
use super::{Check, Status};
use crate::analysis::sample::present;
use crate::analysis::statistics::Summary;
use crate::report::{Fact, Sentence};

pub(super) fn check(seen: &Seen<'_>) -> Vec<Check> {
    let share = |count: fn(&Summary) -> usize| -> Vec<(usize, f64)> {
        let one = |i: &usize| {
            let found = Summary::of("", &present(seen.values(*i)));
            (found.n > 0).then(|| (*i, count(&found) as f64 / found.n as f64))
        };
        seen.indicators.iter().filter_map(one).collect()
    };
    vec![
        of(seen, "zeros", &share(|found| found.zeros), ["audit_zeros_few", "audit_zeros_many"]),
        of(seen, "duplicates", &share(|found| found.same), ["audit_same_few", "audit_same_many"]),
    ]
}

fn of(
    seen: &Seen<'_>,
    check: &'static str,
    shares: &[(usize, f64)],
    [few, many]: [&'static str; 2],
) -> Check {
    let limit = seen.limits.same;
    let check = Check::new(check, limit);
    if shares.is_empty() {
        return check;
    }
    let largest = shares.iter().map(|(_, share)| *share).fold(f64::NAN, f64::max);
    let found: Vec<&(usize, f64)> = shares.iter().filter(|(_, share)| *share > limit).collect();
    let (status, code) = if found.is_empty() { (Status::Pass, few) } else { (Status::Warn, many) };
    let one = |(i, share): &&(usize, f64)| beside(seen.name(*i), percent(*share));
    let said = Sentence::new(code).fact("limit", percent(limit)).fact("names", Fact::list(&found, one));
    let mut check = check.found(status, largest, said);
    check.indicators = found.iter().map(|(i, _)| seen.id(*i)).collect();
    check
}
