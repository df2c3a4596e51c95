//! Whether some numbers of an indicator lie far from the others.

use super::seen::{Seen, beside, plain};
use super::{Check, Status};
use crate::analysis::sample::present;
use crate::number::statistics::{kurtosis, skewness};
use crate::report::{Fact, Sentence};

pub(super) fn check(seen: &Seen<'_>) -> Vec<Check> {
    let limits = &seen.limits;
    let check = Check::new("outliers", limits.skewness);
    let shape = |i: &usize| {
        let there = present(seen.values(*i));
        (*i, skewness(&there), kurtosis(&there))
    };
    let shapes: Vec<(usize, f64, f64)> =
        seen.indicators.iter().map(shape).filter(|(_, skewness, _)| !skewness.is_nan()).collect();
    let most = |of: &mut dyn Iterator<Item = &(usize, f64, f64)>| {
        of.map(|(_, s, _)| s.abs()).fold(f64::NAN, f64::max)
    };
    if shapes.is_empty() {
        return vec![check.none(Sentence::new("audit_no_shape"))];
    }
    let outlying = |(_, s, k): &&(usize, f64, f64)| s.abs() > limits.skewness && *k > limits.kurtosis;
    let found: Vec<&(usize, f64, f64)> = shapes.iter().filter(outlying).collect();
    let said = |code| {
        let one = |(i, s, _): &&(usize, f64, f64)| beside(seen.name(*i), plain(*s));
        Sentence::new(code)
            .fact("names", Fact::list(&found, one))
            .fact("count", found.len())
            .typed("skewness", limits.skewness)
            .typed("kurtosis", limits.kurtosis)
    };
    let mut check = if found.is_empty() {
        check.found(Status::Pass, most(&mut shapes.iter()), said("audit_even"))
    } else {
        check.found(Status::Warn, most(&mut found.iter().copied()), said("audit_outliers"))
    };
    check.indicators = found.iter().map(|(i, ..)| seen.id(*i)).collect();
    vec![check]
}
