//! Whether who is at least as good in everything is also ahead, whatever the weights.

use super::seen::{Seen, percent};
use super::{Check, Status};
use crate::budget;
use crate::report::{Fact, Sentence};

/// Entities up to which all pairs are compared.
const MOST: usize = 3000;

pub(super) fn check(seen: &Seen<'_>) -> Vec<Check> {
    let check = Check::new("dominance", f64::NAN);
    let scores: Vec<&[f64]> = seen.indicators.iter().map(|i| seen.scores(*i)).collect();
    let whole = |k: &usize| scores.iter().all(|column| !column[*k].is_nan());
    let sets: Vec<Vec<usize>> =
        seen.sets.iter().map(|set| set.iter().copied().filter(whole).collect()).collect();
    if let Some(large) = sets.iter().map(Vec::len).max().filter(|n| *n > MOST) {
        return vec![check.none(Sentence::new("audit_many").fact("count", large).fact("limit", MOST))];
    }
    let total = seen.groups.last().map_or(&[][..], |(root, _)| seen.scores(*root));
    let (mut pairs, mut dominated, mut turned) = (0usize, 0usize, Vec::new());
    for set in &sets {
        for (i, a) in set.iter().enumerate() {
            if budget::is_spent() {
                return vec![check];
            }
            for b in &set[..i] {
                pairs += 1;
                let Some((better, worse)) = over(&scores, *a, *b) else { continue };
                dominated += 1;
                if total[better] < total[worse] {
                    turned.push((better, worse));
                }
            }
        }
    }
    if pairs == 0 || scores.is_empty() {
        return vec![check.none(Sentence::new("audit_no_two"))];
    }
    let share = dominated as f64 / pairs as f64;
    let one = |(better, worse): &(usize, usize)| {
        let said = Sentence::new("audit_behind").fact("first", seen.entity(*better));
        said.fact("second", seen.entity(*worse)).into()
    };
    let (status, code) = if turned.is_empty() {
        (Status::Pass, "audit_dominance")
    } else {
        (Status::Fail, "audit_dominance_turned")
    };
    let said = Sentence::new(code).fact("share", percent(share)).fact("count", turned.len());
    let mut check = check.found(status, share, said.fact("pairs", Fact::list(&turned, one)));
    check.entities = seen.entities(turned.iter().map(|(better, _)| *better));
    vec![check]
}

/// Of two the one that is at least as good in everything and better in something, then the other one.
fn over(scores: &[&[f64]], a: usize, b: usize) -> Option<(usize, usize)> {
    let (mut more, mut less) = (false, false);
    for column in scores {
        more |= column[a] > column[b];
        less |= column[a] < column[b];
        if more && less {
            return None;
        }
    }
    match (more, less) {
        (true, false) => Some((a, b)),
        (false, true) => Some((b, a)),
        _ => None,
    }
}
