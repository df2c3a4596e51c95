//! Putting numbers in order when some are too close for `f64` to tell.

use std::cmp::Ordering;

use crate::budget;
use crate::memory::Pages;
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
/// `value` gives an item's number, `widest` an error that no number of that size exceeds, `error` the item's own, and `exact` the
/// exact number, asked only for items within each other's error. Where an exact number is irrational, `f64` decides.
pub(crate) fn descending(
    items: &[u32],
    value: impl Fn(u32) -> f64,
    (widest, error): (impl Fn(f64) -> f64, impl Fn(u32) -> f64),
    exact: impl Fn(u32) -> Exact,
) -> Order {
    budget::count_cells(items.len());
    let (words, keys) = sorted(items, &value);
    // The words are looked at one by one: as a plain slice.
    let words: &[u64] = &words;
    let item = |k: usize| words[k] as u32;
    let mut order = Order { items: Vec::with_capacity(items.len()), ends: Vec::with_capacity(items.len()) };
    let mut start = 0;
    while start < words.len() {
        let (mut end, mut reach) = (start + 1, 0.0f64);
        while end < words.len() && !keys.are_apart(words[end - 1], words[end], &mut reach, &value, &widest) {
            end += 1;
        }
        if end - start == 1 {
            order.items.push(item(start));
            order.ends.push(order.items.len() as u32);
        } else if reach == 0.0 && widest(value(item(end - 1))) == 0.0 {
            order.push((start..end).map(item));
        } else {
            let run: Vec<(f64, f64, u32)> = (start..end).map(item).map(|i| (value(i), error(i), i)).collect();
            for run in apart(&run) {
                match run {
                    [(_, _, one)] => order.push([*one]),
                    run if run.iter().all(|(_, e, _)| *e == 0.0) => order.push(run.iter().map(|(.., i)| *i)),
                    run => settle(run.iter().map(|(x, _, i)| (*x, *i, exact(*i))).collect(), &mut order),
                }
            }
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

/// The items as words, sorted by their numbers, largest first: the 32 leading bits that differ of an item's key, and the item.
///
/// Three passes over eight bytes an item sort the words; what these bits cannot tell apart is sorted whole afterwards.
fn sorted(items: &[u32], value: impl Fn(u32) -> f64) -> (Pages<u64>, Keys) {
    let (low, high) = items.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), item| {
        let x = value(*item);
        (if x < low { x } else { low }, if x > high { x } else { high })
    });
    let (least, most) = (descending_bits(high), descending_bits(low));
    let shift = (64 - most.saturating_sub(least).leading_zeros()).saturating_sub(32);
    let mut words = Pages::zeros(items.len());
    for (item, word) in items.iter().zip(words.iter_mut()) {
        *word = (descending_bits(value(*item)).saturating_sub(least) >> shift) << 32 | u64::from(*item);
    }
    if items.len() < RADIX_FROM {
        words.sort_unstable();
    } else {
        words = by_lead(words);
    }
    if shift > 0 {
        let key = |word: &u64| descending_bits(value(*word as u32));
        let alike = words.chunk_by_mut(|a, b| a >> 32 == b >> 32).filter(|run| run.len() > 1);
        alike.for_each(|run| run.sort_by_key(key));
    }
    (words, Keys { least, shift })
}

/// What the words leave out of the keys: the smallest key, and the last bits.
struct Keys {
    least: u64,
    shift: u32,
}

impl Keys {
    /// Largest and smallest number that a word may stand for.
    fn span(&self, word: u64) -> (f64, f64) {
        let first = self.least + ((word >> 32) << self.shift);
        (from_bits(first), from_bits(first.saturating_add((1 << self.shift) - 1)))
    }

    /// Whether the item of word `b`, the next after `a`, is surely smaller than that of `a` and all that are within reach of
    /// it. `reach` is the largest error among those; it grows by the error of `a`.
    #[inline]
    fn are_apart(
        &self,
        a: u64,
        b: u64,
        reach: &mut f64,
        value: impl Fn(u32) -> f64,
        error: impl Fn(f64) -> f64,
    ) -> bool {
        if (b >> 32) - (a >> 32) > 1 {
            // Most are told apart by their words, without a look at the numbers somewhere in memory.
            let ((a_high, a_low), (b_high, b_low)) = (self.span(a), self.span(b));
            let a_error = reach.max(error(a_high)).max(error(a_low));
            if a_low - b_high > a_error + error(b_high).max(error(b_low)) {
                return true;
            }
        }
        let (a, b) = (value(a as u32), value(b as u32));
        *reach = reach.max(error(a));
        a - b > *reach + error(b)
    }
}

/// Sorts by the upper 32 bits, least significant digit first, leaving out digits that are all the same.
fn by_lead(mut words: Pages<u64>) -> Pages<u64> {
    let mut other = Pages::zeros(words.len());
    for shift in [32, 32 + DIGIT, 32 + 2 * DIGIT] {
        let digit = |word: u64| ((word >> shift) & ((1 << DIGIT) - 1)) as usize;
        let mut places = [0u32; 1 << DIGIT];
        for word in words.iter() {
            places[digit(*word)] += 1;
        }
        if places.iter().any(|count| *count as usize == words.len()) {
            continue;
        }
        let mut next = 0;
        for place in &mut places {
            next += std::mem::replace(place, next);
        }
        let to: &mut [u64] = &mut other;
        for word in words.iter() {
            let place = &mut places[digit(*word)];
            to[*place as usize] = *word;
            *place += 1;
        }
        std::mem::swap(&mut words, &mut other);
    }
    words
}

/// Cuts items in descending order, each with its error, wherever all before are surely larger than all behind.
fn apart(run: &[(f64, f64, u32)]) -> Vec<&[(f64, f64, u32)]> {
    let at = |(x, e, _): &(f64, f64, u32)| Bounded::new(*x, *e);
    // The highest that an item from here on may be.
    let mut behind = vec![f64::NEG_INFINITY; run.len() + 1];
    for k in (0..run.len()).rev() {
        behind[k] = behind[k + 1].max(at(&run[k]).high());
    }
    let (mut pieces, mut start, mut least) = (Vec::new(), 0, f64::INFINITY);
    for (k, item) in run.iter().enumerate() {
        least = least.min(at(item).low());
        if k + 1 == run.len() || least > behind[k + 1] {
            pieces.push(&run[start..=k]);
            (start, least) = (k + 1, f64::INFINITY);
        }
    }
    pieces
}

/// Orders a run of items that floats cannot tell apart.
fn settle(mut run: Vec<(f64, u32, Exact)>, order: &mut Order) {
    // One irrational number leaves the whole run to f64: an order must not be decided by two different yardsticks.
    let decided = run.iter().all(|(_, _, x)| !x.is_irrational() && !x.is_missing());
    let compare = |a: &(f64, u32, Exact), b: &(f64, u32, Exact)| {
        if decided {
            b.2.order(&a.2).unwrap_or(Ordering::Equal)
        } else {
            b.0.partial_cmp(&a.0).unwrap_or(Ordering::Equal)
        }
    };
    run.sort_by(|a, b| compare(a, b).then(a.1.cmp(&b.1)));
    for group in run.chunk_by(|a, b| compare(a, b) == Ordering::Equal) {
        order.push(group.iter().map(|(_, item, _)| *item));
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
        let order = descending(
            &[0, 1, 2],
            |i| near[i as usize],
            (|_| 1e-15, |_| 1e-15),
            |i| exact[i as usize].clone(),
        );
        assert_eq!(order.groups().collect::<Vec<_>>(), [&[2][..], &[0, 1]]);
    }

    /// Of two items that are apart by themselves, a third with a large error may be above both.
    #[test]
    fn an_item_with_a_larger_error_ties_others_together() {
        let (near, error) = ([10.0, 9.0, 8.0, 2.0, 1.0], [0.1, 0.1, 5.0, 0.0, 0.0]);
        let exact = [10.0, 9.0, 12.0, 2.0, 1.0];
        let value = |i: u32| near[i as usize];
        let order = descending(&[0, 1, 2, 3, 4], value, (|_| 5.0, |i| error[i as usize]), |i| {
            assert!(i < 3, "the last two are known");
            Exact::of(exact[i as usize])
        });
        assert_eq!(order.items, [2, 0, 1, 3, 4]);
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_the_exact_numbers(
            x in proptest::collection::vec((-20i32..20, 0u8..4), 0..60),
            errors in prop::sample::select(vec![(0.0, 0.0), (0.0, 1e-9), (1e-12, 0.0)]),
            many: bool,
        ) {
            // Repeated until the radix sort takes over.
            let copies = if many { RADIX_FROM / x.len().max(1) + 1 } else { 1 };
            // Numbers apart, numbers a hair from each other, and equal ones. Where that hair is within the error, it is noise.
            let cell = |(whole, close): (i32, u8)| {
                let (exact, noise) = (f64::from(whole) / 8.0, f64::from(close) * 1e-13);
                (exact + noise, if errors.1 > 0.0 { exact } else { exact + noise })
            };
            let x: Vec<(f64, f64)> = x.iter().copied().cycle().take(x.len() * copies).map(cell).collect();
            let items: Vec<u32> = (0..x.len() as u32).collect();
            let (near, exact) = (|i: u32| x[i as usize].0, |i: u32| x[i as usize].1);
            let error = |x: f64| errors.0 * x.abs() + errors.1;
            let order = descending(&items, near, (error, |i| error(near(i))), |i| Exact::of(exact(i)));
            let mut expected = items.clone();
            expected.sort_by(|a, b| exact(*b).partial_cmp(&exact(*a)).unwrap());
            prop_assert_eq!(&order.items, &expected);
            let groups: Vec<&[u32]> = expected.chunk_by(|a, b| exact(*a) == exact(*b)).collect();
            prop_assert_eq!(order.groups().collect::<Vec<_>>(), groups);
        }
    }
}
