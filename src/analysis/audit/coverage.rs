//! Whether enough numbers are there, of every indicator and of every entity.

use super::seen::{Seen, beside, percent};
use super::{Check, Status};
use crate::report::{Fact, Label, Sentence};

pub(super) fn check(seen: &Seen<'_>) -> Vec<Check> {
    let (n, count) = (seen.rows.len(), seen.indicators.len());
    let there = |i: &usize, k: usize| !seen.values(*i)[k].is_nan();
    let by_indicator: Vec<f64> =
        seen.indicators.iter().map(|i| (0..n).filter(|k| there(i, *k)).count() as f64 / n as f64).collect();
    let by_entity: Vec<f64> = (0..n)
        .map(|k| seen.indicators.iter().filter(|i| there(i, k)).count() as f64 / count as f64)
        .collect();
    let names = |k: usize| seen.name(seen.indicators[k]);
    let mut indicators = of(
        seen,
        "coverage_of_indicators",
        &by_indicator,
        &names,
        ["audit_indicators_whole", "audit_indicators_covered", "audit_indicators_gaps"],
    );
    let mut entities = of(
        seen,
        "coverage_of_entities",
        &by_entity,
        &|k| Label::plain(&seen.entity(k)),
        ["audit_entities_whole", "audit_entities_covered", "audit_entities_gaps"],
    );
    let below = |shares: &[f64]| -> Vec<usize> {
        (0..shares.len()).filter(|k| shares[*k] < seen.limits.coverage).collect()
    };
    indicators.indicators = below(&by_indicator).into_iter().map(|k| seen.id(seen.indicators[k])).collect();
    entities.entities = seen.entities(below(&by_entity));
    vec![indicators, entities]
}

/// The check of some shares; the sentences are of none missing, of few missing, and of too many.
fn of(
    seen: &Seen<'_>,
    check: &'static str,
    shares: &[f64],
    name: &dyn Fn(usize) -> Label,
    [whole, covered, gaps]: [&'static str; 3],
) -> Check {
    let limit = seen.limits.coverage;
    let check = Check::new(check, limit);
    let Some(least) = (0..shares.len()).min_by(|a, b| shares[*a].total_cmp(&shares[*b])) else {
        return check;
    };
    if shares[least].is_nan() {
        return check;
    }
    let mut below: Vec<usize> = (0..shares.len()).filter(|k| shares[*k] < limit).collect();
    below.sort_by(|a, b| shares[*a].total_cmp(&shares[*b]));
    let one = |k: &usize| beside(name(*k), percent(shares[*k]));
    let (status, code) = match shares[least] {
        share if share < limit => (Status::Fail, gaps),
        1.0 => (Status::Pass, whole),
        _ => (Status::Pass, covered),
    };
    let said = Sentence::new(code).fact("limit", percent(limit)).fact("names", Fact::list(&below, one));
    check.found(status, shares[least], said.fact("least", one(&least)).fact("count", below.len()))
}
