//! Whether the index says more than each of its pillars alone: how many rank elsewhere by it.

use super::seen::{Seen, beside, percent};
use super::{Check, Status};
use crate::report::{Fact, Sentence};

pub(super) fn check(seen: &Seen<'_>) -> Vec<Check> {
    let limit = seen.limits.moved;
    let check = Check::new("added_value", limit);
    let Some((root, pillars)) = seen.groups.last().filter(|(_, pillars)| pillars.len() > 1) else {
        return vec![check.none(Sentence::new("audit_one_pillar"))];
    };
    if let Some(few) = seen.too_few() {
        return vec![check.none(few)];
    }
    // Ten places among a hundred, and no less among more.
    let most = seen.sets.iter().map(Vec::len).max().unwrap_or(0) as f64;
    let places = (seen.limits.places * (most / 100.0).min(1.0)).round().max(1.0);
    let index = seen.ranks(seen.scores(*root));
    let share = |pillar: &usize| {
        let own = seen.ranks(seen.scores(*pillar));
        let both: Vec<f64> =
            own.iter().zip(&index).map(|(a, b)| (a - b).abs()).filter(|apart| !apart.is_nan()).collect();
        (*pillar, both.iter().filter(|apart| **apart >= places).count() as f64 / both.len() as f64)
    };
    let shares: Vec<(usize, f64)> = pillars.iter().map(share).filter(|(_, share)| !share.is_nan()).collect();
    if shares.is_empty() {
        return vec![check];
    }
    let least = shares.iter().map(|(_, share)| *share).fold(f64::NAN, f64::min);
    let alike: Vec<&(usize, f64)> = shares.iter().filter(|(_, share)| *share < limit).collect();
    let (status, code) =
        if alike.is_empty() { (Status::Pass, "audit_adds") } else { (Status::Warn, "audit_adds_little") };
    let one = |(pillar, share): &&(usize, f64)| beside(seen.name(*pillar), percent(*share));
    let said = Sentence::new(code).points("places", places, 0).fact("limit", percent(limit));
    let mut check =
        check.found(status, least, said.fact("least", percent(least)).fact("names", Fact::list(&alike, one)));
    check.indicators = alike.iter().map(|(pillar, _)| seen.id(*pillar)).collect();
    vec![check]
}
