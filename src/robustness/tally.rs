//! What of many runs is kept: counts of ranks, exact sums, counts of who is before whom.
//!
//! All of it is whole numbers or exact, so that it does not matter in which order runs are added or parts merged.

use std::cmp::Ordering;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::runner::Outcome;
use crate::number::ExactSum;

/// How often each rank was had: twice the rank, since equals may share a mean, ascending, each with its count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(Vec<(u32, u64)>);

impl Counts {
    /// Ranks, ascending, each with the number of runs in which it was had.
    pub fn iter(&self) -> impl Iterator<Item = (f64, u64)> {
        self.0.iter().map(|(twice, count)| (f64::from(*twice) / 2.0, *count))
    }

    /// Runs in which there was a rank.
    pub fn total(&self) -> u64 {
        self.0.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// Runs in which the rank was at most this.
    pub fn at_most(&self, rank: f64) -> u64 {
        self.iter().take_while(|(own, _)| *own <= rank).fold(0, |sum, (_, count)| sum.saturating_add(count))
    }

    /// The mean rank; missing where there was none.
    pub fn mean(&self) -> f64 {
        let twice: u128 = self.0.iter().map(|(twice, count)| u128::from(*twice) * u128::from(*count)).sum();
        if self.0.is_empty() { f64::NAN } else { twice as f64 / 2.0 / self.total() as f64 }
    }

    /// The number below which a share `p` of the ranks lies: of `n` ranks in order the one at `(n − 1) p`, between two of them in proportion
    /// (type 7 of Hyndman and Fan, the default of R and numpy); missing where there was none.
    pub fn quantile(&self, p: f64) -> f64 {
        let Some(last) = self.total().checked_sub(1) else { return f64::NAN };
        // In floats, unlike the quantiles of references: to the bit what numpy says of the ranks.
        let place = last as f64 * p;
        let below = place.floor();
        let at = |k: u64| {
            let mut before = 0u64;
            let found = self.iter().find(|(_, count)| {
                before = before.saturating_add(*count);
                before > k
            });
            found.map_or(f64::NAN, |(rank, _)| rank)
        };
        let low = at(below as u64);
        if place == below { low } else { low + (place - below) * (at((below as u64 + 1).min(last)) - low) }
    }

    fn merge(&mut self, other: &Counts) {
        let own = std::mem::take(&mut self.0);
        let mut merged = Vec::with_capacity(own.len() + other.0.len());
        let (mut a, mut b) = (own.as_slice(), other.0.as_slice());
        while let ([first, rest_a @ ..], [second, rest_b @ ..]) = (a, b) {
            match first.0.cmp(&second.0) {
                Ordering::Equal => {
                    merged.push((first.0, first.1.saturating_add(second.1)));
                    (a, b) = (rest_a, rest_b);
                }
                Ordering::Less => {
                    merged.push(*first);
                    a = rest_a;
                }
                Ordering::Greater => {
                    merged.push(*second);
                    b = rest_b;
                }
            }
        }
        merged.extend_from_slice(a);
        merged.extend_from_slice(b);
        self.0 = merged;
    }
}

/// As ranks with their counts.
impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let mut counts: Vec<(u32, u64)> = Vec::new();
        for (rank, count) in Vec::<(f64, u64)>::deserialize(d)? {
            let twice = rank * 2.0;
            let is_next = counts.last().is_none_or(|(last, _)| f64::from(*last) < twice);
            if !(twice >= 1.0 && twice <= f64::from(u32::MAX) && twice.fract() == 0.0 && count > 0 && is_next)
            {
                return Err(serde::de::Error::custom("no counts of ranks"));
            }
            counts.push((twice as u32, count));
        }
        Ok(Counts(counts))
    }
}

/// What is kept of an entity.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// How often it had each rank.
    pub ranks: Counts,
    /// Runs in which it was not ranked.
    pub unranked: u64,
    /// Sum of its totals before their rounding, where it was ranked; each to 40 binary digits below the largest as assessed.
    pub(super) totals: ExactSum,
}

impl Tally {
    /// Mean of its totals before their rounding; missing where it was never ranked.
    pub fn mean_total(&self) -> f64 {
        let runs = self.ranks.total();
        if runs == 0 { f64::NAN } else { self.totals.value() / runs as f64 }
    }

    pub(super) fn merge(&mut self, other: &Tally) {
        self.ranks.merge(&other.ranks);
        self.unranked = self.unranked.saturating_add(other.unranked);
        self.totals.merge(&other.totals);
    }
}

/// The largest number of entities whose pairs are counted.
pub(super) const MOST_PAIRED: usize = 256;
/// Runs whose pairs are counted at once: in steps over runs, which vectorise.
const BLOCK: usize = 64;
/// Stands for no rank: behind all.
const UNRANKED: u32 = u32::MAX;

/// Counts of some runs, one after the other.
#[derive(Debug)]
pub(super) struct Counting {
    bands: Vec<Band>,
    totals: Vec<Sum>,
    unit: Unit,
    /// How often each is before each, row by row.
    before: Option<Vec<u64>>,
    /// Twice the ranks of runs that are not counted yet, entity by entity: what is counted of one stands together.
    ranks: Vec<[u32; BLOCK]>,
    filled: usize,
}

/// Totals as whole multiples of a unit, so that their sum is exact in any order and costs an addition.
#[derive(Debug, Clone, Copy)]
struct Unit {
    size: f64,
    per: f64,
}

/// Added to a number below 2⁵¹ in size, it leaves in the last bits the nearest whole number.
const SHIFT: f64 = 1.5 * (1u64 << 52) as f64;
/// Binary digits of a total below the largest one.
const DIGITS: i32 = 40;

impl Unit {
    /// By the largest of some totals; numbers of an odd size are added as they are.
    fn of(totals: &[f64]) -> Self {
        let largest = totals.iter().fold(0.0f64, |largest, x| largest.max(x.abs()));
        let (_, exponent) = libm::frexp(largest);
        let power = |exponent| libm::ldexp(1.0, exponent);
        if (1e-200..1e200).contains(&largest) {
            Unit { size: power(exponent - DIGITS), per: power(DIGITS - exponent) }
        } else {
            Unit { size: 0.0, per: f64::INFINITY }
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Sum {
    units: i128,
    /// Numbers that are too large for the unit.
    far: ExactSum,
}

impl Sum {
    #[inline]
    fn add(&mut self, x: f64, unit: Unit) {
        let count = x * unit.per;
        if count.abs() < (1u64 << 51) as f64 {
            self.units += i128::from((count + SHIFT).to_bits() as i64 - SHIFT.to_bits() as i64);
        } else {
            self.far.add(x);
        }
    }

    fn exact(self, unit: Unit) -> ExactSum {
        const HALF: u32 = 50;
        let (mut sum, low) = (self.far, self.units & ((1 << HALF) - 1));
        sum.add(low as f64 * unit.size);
        sum.add((self.units >> HALF) as f64 * unit.size * (1u64 << HALF) as f64);
        sum
    }
}

/// Counts of consecutive ranks, by twice the rank.
#[derive(Debug, Clone, Default)]
struct Band {
    from: usize,
    counts: Vec<u64>,
    unranked: u64,
}

impl Band {
    #[inline]
    fn add(&mut self, twice: usize) {
        match self.counts.get_mut(twice.wrapping_sub(self.from)) {
            Some(count) => *count += 1,
            None => self.grow(twice),
        }
    }

    /// Makes room for a rank that was never had, and for as many more on that side as there are.
    #[cold]
    fn grow(&mut self, twice: usize) {
        const FEWEST: usize = 8;
        let more = self.counts.len().max(FEWEST);
        if self.counts.is_empty() {
            self.from = twice.saturating_sub(FEWEST);
        } else if twice < self.from {
            let from = twice.saturating_sub(more);
            self.counts.splice(0..0, std::iter::repeat_n(0, self.from - from));
            self.from = from;
        }
        if twice - self.from >= self.counts.len() {
            self.counts.resize(twice - self.from + more, 0);
        }
        self.counts[twice - self.from] += 1;
    }
}

impl Counting {
    /// Of entities with these totals as assessed.
    pub(super) fn new(totals: &[f64]) -> Self {
        let entities = totals.len();
        Counting {
            bands: vec![Band::default(); entities],
            totals: vec![Sum::default(); entities],
            unit: Unit::of(totals),
            before: (entities <= MOST_PAIRED).then(|| vec![0; entities * entities]),
            ranks: vec![[UNRANKED; BLOCK]; entities],
            filled: 0,
        }
    }

    /// Adds a run.
    pub(super) fn add(&mut self, outcome: Outcome<'_>) {
        let own = self.ranks.iter_mut().zip(&mut self.totals);
        for ((ranks, sum), (rank, total)) in own.zip(outcome.ranks.iter().zip(outcome.totals)) {
            let is_ranked = !rank.is_nan();
            ranks[self.filled] = if is_ranked { (rank * 2.0) as u32 } else { UNRANKED };
            if is_ranked {
                sum.add(*total, self.unit);
            }
        }
        self.filled += 1;
        if self.filled == BLOCK {
            self.count();
        }
    }

    /// What was counted: every entity's, and how often each is before each.
    pub(super) fn done(mut self) -> (Vec<Tally>, Option<Vec<u64>>) {
        self.count();
        let unit = self.unit;
        let tally = |(band, totals): (Band, Sum)| {
            let counted = || band.counts.iter().enumerate().filter(|(_, count)| **count > 0);
            let mut ranks = Vec::with_capacity(counted().count());
            ranks.extend(counted().map(|(k, count)| ((band.from + k) as u32, *count)));
            let ranks = Counts(ranks);
            Tally { ranks, unranked: band.unranked, totals: totals.exact(unit) }
        };
        let tallies = self.bands.into_iter().zip(self.totals).map(tally).collect();
        (tallies, self.before)
    }

    fn count(&mut self) {
        let n = self.ranks.len();
        for (band, ranks) in self.bands.iter_mut().zip(&mut self.ranks) {
            for twice in &ranks[..self.filled] {
                if *twice == UNRANKED {
                    band.unranked += 1;
                } else {
                    band.add(*twice as usize);
                }
            }
            // What is not filled is a run in which nobody is ranked: nobody is before anybody.
            ranks[self.filled..].fill(UNRANKED);
        }
        self.filled = 0;
        let Some(before) = &mut self.before else { return };
        // Short numbers, of which a comparison takes eight at a time.
        let short = |own: &[u32; BLOCK]| own.map(|twice| i16::try_from(twice).unwrap_or(i16::MAX));
        let ranks: Vec<[i16; BLOCK]> = self.ranks.iter().map(short).collect();
        for i in 0..n {
            for j in i + 1..n {
                let (mut ahead, mut behind) = (0i16, 0i16);
                for (a, b) in ranks[i].iter().zip(&ranks[j]) {
                    ahead += i16::from(a < b);
                    behind += i16::from(b < a);
                }
                before[i * n + j] += ahead as u64;
                before[j * n + i] += behind as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counted(runs: &[Vec<f64>], entities: usize) -> (Vec<Tally>, Option<Vec<u64>>) {
        let mut counting = Counting::new(&vec![0.1; entities]);
        for ranks in runs {
            counting.add(Outcome { totals: &vec![0.1; entities], ranks });
        }
        counting.done()
    }

    #[test]
    fn totals_of_any_size_are_added() {
        for totals in [vec![3.7, -12.25, 0.1], vec![1e250, -3.0, 1e-300], vec![f64::MIN_POSITIVE, 0.0, 1e9]] {
            let mut counting = Counting::new(&totals[..1]);
            for x in &totals {
                counting.add(Outcome { totals: &[*x], ranks: &[1.0] });
            }
            let (sum, exact) = (counting.done().0[0].totals.value(), totals.iter().sum::<f64>());
            assert!(
                (sum - exact).abs() <= 4.0 * exact.abs().max(totals[0].abs()) * libm::exp2(-40.0),
                "{sum} {exact}"
            );
        }
    }

    proptest! {
        #[test]
        fn quantiles_are_those_of_the_sorted_ranks(ranks in prop::collection::vec(2u32..20, 1..40), p in 0.0..1.0f64) {
            let runs: Vec<Vec<f64>> = ranks.iter().map(|twice| vec![f64::from(*twice) / 2.0]).collect();
            let (tallies, _) = counted(&runs, 1);
            let mut sorted: Vec<f64> = runs.concat();
            sorted.sort_by(f64::total_cmp);
            let place = (sorted.len() - 1) as f64 * p;
            let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
            let expected = low + (place - place.floor()) * (high - low);
            prop_assert!((tallies[0].ranks.quantile(p) - expected).abs() < 1e-12);
            let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
            prop_assert!((tallies[0].ranks.mean() - mean).abs() < 1e-12);
            prop_assert_eq!(tallies[0].ranks.at_most(low), sorted.iter().filter(|r| **r <= low).count() as u64);
        }

        #[test]
        fn pairs_are_counted_run_by_run(
            runs in prop::collection::vec(prop::collection::vec(prop_oneof![(2u32..9).prop_map(|r| f64::from(r) / 2.0), Just(f64::NAN)], 4), 0..150),
        ) {
            let (tallies, before) = counted(&runs, 4);
            let before = before.unwrap();
            for i in 0..4 {
                let unranked = runs.iter().filter(|run| run[i].is_nan()).count();
                prop_assert_eq!((tallies[i].unranked, tallies[i].ranks.total()), (unranked as u64, (runs.len() - unranked) as u64));
                for j in 0..4 {
                    let ahead = runs.iter().filter(|run| run[i] < run[j] || (run[j].is_nan() && !run[i].is_nan()));
                    prop_assert_eq!(before[i * 4 + j], ahead.count() as u64);
                }
            }
        }
    }
}
