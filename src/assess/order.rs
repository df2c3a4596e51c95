//! Putting numbers in order when some are too close for `f64` to tell.

use std::cmp::Ordering;

use crate::number::{Bounded, Exact, Number};

/// Items in groups of equals, largest first. `of` gives an item's number with its error, `exact` the exact number, asked
/// only for items within each other's error. Where the exact number is irrational, `f64` decides.
pub(crate) fn descending(
    items: impl IntoIterator<Item = u32>,
    of: impl Fn(u32) -> Bounded,
    exact: impl Fn(u32) -> Exact,
) -> Vec<Vec<u32>> {
    let mut sorted: Vec<(u32, Bounded)> = items.into_iter().map(|i| (i, of(i))).collect();
    sorted.sort_by(|a, b| b.1.v.total_cmp(&a.1.v).then(a.0.cmp(&b.0)));
    let mut groups = Vec::new();
    let mut start = 0;
    while start < sorted.len() {
        let mut end = start + 1;
        let mut reach = sorted[start].1;
        while end < sorted.len() && close(reach, sorted[end].1) {
            reach = Bounded::new(sorted[end].1.v, reach.e.max(sorted[end].1.e));
            end += 1;
        }
        let run = &sorted[start..end];
        if run.iter().all(|(_, b)| b.e == 0.0) {
            groups.push(run.iter().map(|(i, _)| *i).collect());
        } else {
            settle(run, &exact, &mut groups);
        }
        start = end;
    }
    groups
}

fn close(a: Bounded, b: Bounded) -> bool {
    (a.v - b.v).abs() <= a.e + b.e
}

fn settle(run: &[(u32, Bounded)], exact: impl Fn(u32) -> Exact, groups: &mut Vec<Vec<u32>>) {
    if run.len() == 1 {
        groups.push(vec![run[0].0]);
        return;
    }
    let mut known: Vec<(u32, f64, Exact)> = run.iter().map(|(i, b)| (*i, b.v, exact(*i))).collect();
    // One irrational number leaves the whole run to f64: an order must not be decided by two different yardsticks.
    let decided = known.iter().all(|(_, _, x)| x.rational().is_some());
    let compare = |a: &(u32, f64, Exact), b: &(u32, f64, Exact)| {
        if decided { b.2.order(&a.2).unwrap_or(Ordering::Equal) } else { b.1.total_cmp(&a.1) }
    };
    known.sort_by(|a, b| compare(a, b).then(a.0.cmp(&b.0)));
    for chunk in known.chunk_by(|a, b| compare(a, b) == Ordering::Equal) {
        groups.push(chunk.iter().map(|(i, _, _)| *i).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_numbers_are_told_apart_exactly() {
        // 0.1 + 0.2 and 0.3 differ in f64 and are equal as decimals.
        let exact = [Exact::of(0.1).add(&Exact::of(0.2)), Exact::of(0.3), Exact::of(0.300_000_000_1)];
        let near = [0.1 + 0.2, 0.3, 0.300_000_000_1].map(|v| Bounded::new(v, 1e-15));
        let groups = descending(0..3, |i| near[i as usize], |i| exact[i as usize].clone());
        assert_eq!(groups, vec![vec![2], vec![0, 1]]);
    }
}
