//! Putting numbers in order when some are too close for `f64` to tell.

use std::cmp::Ordering;

use crate::number::{Bounded, Exact, Number};

/// Items in order, largest first, in groups of equals.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Order {
    /// The items.
    pub(crate) items: Vec<u32>,
    /// End of each group.
    pub(crate) ends: Vec<u32>,
}

impl Order {
    /// The groups.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|e| *e as usize));
        starts.zip(&self.ends).map(|(start, end)| &self.items[start..*end as usize])
    }

    /// Adds a group of equals.
    pub(crate) fn push(&mut self, group: impl IntoIterator<Item = u32>) {
        self.items.extend(group);
        self.ends.push(self.items.len() as u32);
    }

    /// Adds the groups of another order behind its own.
    pub(crate) fn append(&mut self, other: &Order) {
        let start = self.items.len() as u32;
        self.items.extend_from_slice(&other.items);
        self.ends.extend(other.ends.iter().map(|e| e + start));
    }
}

/// Items in groups of equals, largest first; equals stand in ascending order of the items, which are given ascending.
/// `value` gives an item's number, `error` the error of a number of that size, `exact` the exact number, asked only for
/// items within each other's error. Where an exact number is irrational, `f64` decides.
pub(crate) fn descending(
    items: &[u32],
    value: impl Fn(u32) -> f64,
    error: impl Fn(f64) -> f64,
    exact: impl Fn(u32) -> Exact,
) -> Order {
    let keys: Vec<u64> = items.iter().map(|i| descending_bits(value(*i))).collect();
    let sorted: Vec<(u64, u32)> =
        sorted(&keys).into_iter().map(|at| (keys[at as usize], items[at as usize])).collect();
    let bound = |key: u64| {
        let x = from_bits(key);
        Bounded::new(x, error(x))
    };
    let mut order = Order { items: Vec::with_capacity(sorted.len()), ends: Vec::with_capacity(sorted.len()) };
    let mut start = 0;
    while start < sorted.len() {
        let mut reach = bound(sorted[start].0);
        let mut certain = reach.e == 0.0;
        let mut end = start + 1;
        while end < sorted.len() {
            let next = bound(sorted[end].0);
            if (reach.v - next.v).abs() > reach.e + next.e {
                break;
            }
            reach = Bounded::new(next.v, reach.e.max(next.e));
            certain &= next.e == 0.0;
            end += 1;
        }
        if end - start == 1 {
            order.items.push(sorted[start].1);
            order.ends.push(order.items.len() as u32);
        } else if certain {
            order.push(sorted[start..end].iter().map(|(_, i)| *i));
        } else {
            settle(&sorted[start..end], &exact, &mut order);
        }
        start = end;
    }
    order
}

/// Bits whose ascending order is the descending order of the numbers; both zeros are one number.
fn descending_bits(x: f64) -> u64 {
    let bits = (x + 0.0).to_bits();
    // Negative numbers already grow with their bits downwards; positive ones are turned round below them.
    if bits >> 63 == 1 { bits } else { !bits ^ (1 << 63) }
}

/// The number of such bits.
fn from_bits(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key } else { !(key ^ (1 << 63)) })
}

/// Below this many a comparison sort is as fast.
const RADIX_FROM: usize = 1024;
/// Bits of a digit: 2048 counters stay in the first cache.
const DIGIT: u32 = 11;

/// Places of the keys in ascending order of the keys, equal keys in order of their places.
///
/// Many keys are sorted by their 32 leading bits that differ, packed with the place into one word: three passes over
/// eight bytes an item. What these bits cannot tell apart is sorted whole afterwards.
fn sorted(keys: &[u64]) -> Vec<u32> {
    if keys.len() < RADIX_FROM {
        let mut places: Vec<u32> = (0..keys.len() as u32).collect();
        places.sort_by_key(|at| keys[*at as usize]);
        return places;
    }
    let (least, most) = keys.iter().fold((u64::MAX, 0), |(a, b), k| (a.min(*k), b.max(*k)));
    let shift = (64 - (most - least).leading_zeros()).saturating_sub(32);
    let lead = |key: u64| (key - least) >> shift;
    let packed = keys.iter().enumerate().map(|(at, key)| lead(*key) << 32 | at as u64).collect();
    let mut words = by_lead(packed);
    if shift > 0 {
        for run in words.chunk_by_mut(|a, b| a >> 32 == b >> 32) {
            if run.len() > 1 {
                run.sort_by_key(|word| keys[*word as u32 as usize]);
            }
        }
    }
    words.into_iter().map(|word| word as u32).collect()
}

/// Sorts by the upper 32 bits, least significant digit first, leaving out digits that are all the same.
fn by_lead(mut words: Vec<u64>) -> Vec<u64> {
    let mut other = vec![0u64; words.len()];
    for shift in [32, 32 + DIGIT, 32 + 2 * DIGIT] {
        let digit = |word: u64| ((word >> shift) & ((1 << DIGIT) - 1)) as usize;
        let mut places = [0u32; 1 << DIGIT];
        for word in &words {
            places[digit(*word)] += 1;
        }
        if places.iter().any(|count| *count as usize == words.len()) {
            continue;
        }
        let mut next = 0;
        for place in &mut places {
            next += std::mem::replace(place, next);
        }
        for word in &words {
            let place = &mut places[digit(*word)];
            other[*place as usize] = *word;
            *place += 1;
        }
        std::mem::swap(&mut words, &mut other);
    }
    words
}

/// Orders a run of items that floats cannot tell apart.
fn settle(run: &[(u64, u32)], exact: impl Fn(u32) -> Exact, order: &mut Order) {
    let mut known: Vec<(u32, u64, Exact)> = run.iter().map(|(key, i)| (*i, *key, exact(*i))).collect();
    // One irrational number leaves the whole run to f64: an order must not be decided by two different yardsticks.
    let decided = known.iter().all(|(_, _, x)| x.rational().is_some());
    let compare = |a: &(u32, u64, Exact), b: &(u32, u64, Exact)| {
        if decided { b.2.order(&a.2).unwrap_or(Ordering::Equal) } else { a.1.cmp(&b.1) }
    };
    known.sort_by(|a, b| compare(a, b).then(a.0.cmp(&b.0)));
    for group in known.chunk_by(|a, b| compare(a, b) == Ordering::Equal) {
        order.push(group.iter().map(|(i, _, _)| *i));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn close_numbers_are_told_apart_exactly() {
        // 0.1 + 0.2 and 0.3 differ in f64 and are equal as decimals.
        let exact = [Exact::of(0.1).add(&Exact::of(0.2)), Exact::of(0.3), Exact::of(0.300_000_000_1)];
        let near = [0.1 + 0.2, 0.3, 0.300_000_000_1];
        let order = descending(&[0, 1, 2], |i| near[i as usize], |_| 1e-15, |i| exact[i as usize].clone());
        assert_eq!(order.groups().collect::<Vec<_>>(), [&[2][..], &[0, 1]]);
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_the_numbers(x in proptest::collection::vec(-1e3..1e3f64, 0..50), many in any::<bool>()) {
            // Repeated until the radix sort takes over.
            let copies = if many { RADIX_FROM / x.len().max(1) + 1 } else { 1 };
            let x: Vec<f64> = x.iter().copied().cycle().take(x.len() * copies).map(|v| (v / 10.0).round()).collect();
            let order = descending(&(0..x.len() as u32).collect::<Vec<_>>(), |i| x[i as usize], |_| 0.0, |_| Exact::Missing);
            let mut expected: Vec<u32> = (0..x.len() as u32).collect();
            expected.sort_by(|a, b| x[*b as usize].partial_cmp(&x[*a as usize]).unwrap());
            prop_assert_eq!(&order.items, &expected);
            for group in order.groups() {
                prop_assert!(group.iter().all(|i| x[*i as usize] == x[group[0] as usize]));
            }
        }
    }
}
