//! Ranks from totals in floats, where these decide.

use std::collections::HashMap;

use super::column::{Leaf, rounded};
use crate::assess::Assessment;
use crate::assess::order::descending;
use crate::assess::ties::Deciders;
use crate::assess::tree::NodeScored as _;
use crate::method::ranking::{Group, RankOn, Ties};
use crate::number::Number;
use crate::number::lanes::range;
use crate::number::rounding::Rounding;
use crate::scheme::final_step::TieBreak;

/// Up to this many are sorted by comparing words.
const FEW: usize = 1024;
/// Bits of a digit of a radix sort, and how many digits there are.
const DIGIT: u32 = 11;
const DIGITS: u32 = 3;

/// How the entities of a field are ranked; they are named by their places in it.
#[derive(Debug)]
pub(super) struct Ranks {
    ties: Ties,
    /// The rounding of the totals that decide.
    round: Option<Rounding>,
    /// The first entity with the same scores of every indicator: equal under all weights.
    alike: Vec<u32>,
    /// What decides between equals: larger is ahead. None where that moves with the weights.
    breaks: Vec<Option<Vec<u32>>>,
    /// Places in the order of names.
    names: Vec<u32>,
    /// From the best down as the scheme has it: ranks hardly move between runs.
    order: Vec<u32>,
}

/// What a run writes into.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    order: Vec<u32>,
    keys: Vec<f64>,
    words: Vec<u64>,
    other: Vec<u64>,
}

impl Ranks {
    /// Of rows of the panel that are ranked against each other.
    pub(super) fn of(assessment: &Assessment, rows: &[u32], leaves: &[Leaf]) -> Self {
        let inner = &*assessment.inner;
        let total = &inner.scheme.plan().final_step.total;
        let ranks = &inner.ranks;
        let mut order: Vec<u32> = (0..rows.len() as u32).collect();
        let by_rank = |a: &u32, b: &u32| {
            let of = |k: u32| ranks[rows[k as usize] as usize];
            of(*a).total_cmp(&of(*b)).then(a.cmp(b))
        };
        order.sort_by(by_rank);
        Ranks {
            ties: total.rank.ties,
            round: total.round.filter(|_| total.rank.on == RankOn::Rounded),
            alike: alike(assessment, rows, leaves),
            breaks: breaks(assessment, rows),
            names: names(assessment, rows),
            order,
        }
    }

    /// Whether totals decide as they are.
    pub(super) fn is_on_totals(&self) -> bool {
        self.round.is_none()
    }

    /// Hands on the rank of every entity, from totals that are known to within `error`; `false` where that leaves one open.
    pub(super) fn rank(
        &self,
        totals: &[f64],
        error: f64,
        work: &mut Sorted,
        mut to: impl FnMut(usize, f64),
    ) -> bool {
        let Sorted { order, keys, words, other } = work;
        let on_rounded = match &self.round {
            Some(how) => {
                keys.clear();
                keys.resize(totals.len(), 0.0);
                if !rounded(how, totals, error, keys) {
                    return false;
                }
                true
            }
            None => false,
        };
        let keys: &[f64] = if on_rounded { keys } else { totals };
        if self.order.len() > FEW {
            order.clone_from(&self.order);
            by_digits(order, keys, (words, other));
        } else {
            by_words(order, keys, words);
        }
        by_insertion(order, keys);
        let key = |k: usize| keys[order[k] as usize];
        let reach = if on_rounded { 0.0 } else { 2.0 * error * (1.0 + 1e-9) };
        let mut before = f64::INFINITY;
        let all_apart = order.iter().all(|k| {
            let gap = std::mem::replace(&mut before, keys[*k as usize]) - before;
            gap > reach
        });
        if all_apart {
            order.iter().enumerate().for_each(|(k, own)| to(*own as usize, (k + 1) as f64));
            return true;
        }
        let is_tie = |a: u32, b: u32| {
            if on_rounded {
                keys[a as usize] == keys[b as usize]
            } else {
                self.alike[a as usize] == self.alike[b as usize]
            }
        };
        let n = order.len();
        let (mut start, mut place) = (0, 0);
        while start < n {
            let mut end = start + 1;
            while end < n && is_tie(order[end - 1], order[end]) {
                end += 1;
            }
            // (A total that is no number is no number behind either.)
            let is_apart = end == n || key(end - 1) - key(end) > reach;
            if !is_apart {
                return false;
            }
            if end - start == 1 {
                let group = Group { place, before: start, size: 1 };
                to(order[start] as usize, self.ties.rank(group, 0));
                place += 1;
            } else if let Some(groups) = self.split(&order[start..end]) {
                let mut before = start;
                for group in groups {
                    for (k, own) in group.iter().enumerate() {
                        let among = Group { place, before, size: group.len() };
                        to(*own as usize, self.ties.rank(among, k));
                    }
                    before += group.len();
                    place += 1;
                }
            } else {
                return false;
            }
            start = end;
        }
        true
    }

    /// Equals by what decides between them; none where that moves with the weights.
    fn split(&self, equals: &[u32]) -> Option<Vec<Vec<u32>>> {
        let mut groups = vec![equals.to_vec()];
        for by in &self.breaks {
            if groups.iter().all(|group| group.len() == 1) {
                break;
            }
            let by = by.as_ref()?;
            let level = |k: &u32| std::cmp::Reverse(by[*k as usize]);
            let halves = groups.into_iter().flat_map(|mut group| {
                group.sort_by_key(level);
                let parts = group.chunk_by(|a, b| level(a) == level(b));
                parts.map(<[u32]>::to_vec).collect::<Vec<_>>()
            });
            groups = halves.collect();
        }
        if self.ties == Ties::Ordinal {
            for group in &mut groups {
                group.sort_by_key(|k| self.names[*k as usize]);
            }
        }
        Some(groups)
    }
}

/// Sorts from the largest down but for numbers that a few last bits tell apart, without a branch on a number.
fn by_words(order: &mut Vec<u32>, keys: &[f64], words: &mut Vec<u64>) {
    let places = (keys.len().next_power_of_two() - 1) as u64;
    let word = |(k, x): (usize, &f64)| {
        let bits = (x + 0.0).to_bits();
        // Ascending words are descending numbers: negative ones grow downwards by themselves.
        let falling = if bits >> 63 == 1 { bits } else { !bits ^ (1 << 63) };
        (falling & !places) | k as u64
    };
    words.clear();
    words.extend(keys.iter().enumerate().map(word));
    words.sort_unstable();
    order.clear();
    order.extend(words.iter().map(|word| (word & places) as u32));
}

/// Sorts from the largest down what is nearly in order.
fn by_insertion(order: &mut [u32], keys: &[f64]) {
    let key = |k: u32| keys[k as usize];
    for i in 1..order.len() {
        let (own, mut at) = (order[i], i);
        let x = key(own);
        while at > 0 && key(order[at - 1]) < x {
            order[at] = order[at - 1];
            at -= 1;
        }
        order[at] = own;
    }
}

/// Sorts from the largest down but for numbers that are a hair apart: by where they lie between the largest and the smallest.
fn by_digits(order: &mut [u32], keys: &[f64], (words, other): (&mut Vec<u64>, &mut Vec<u64>)) {
    let (low, high) = range(keys);
    let scale = f64::from(u32::MAX) / (high - low);
    if !scale.is_finite() {
        return;
    }
    words.clear();
    words.extend(order.iter().map(|k| (((high - keys[*k as usize]) * scale) as u64) << 32 | u64::from(*k)));
    other.resize(words.len(), 0);
    for digit in 0..DIGITS {
        let shift = 32 + digit * DIGIT;
        let of = |word: u64| ((word >> shift) & ((1 << DIGIT) - 1)) as usize;
        let mut places = [0u32; 1 << DIGIT];
        for word in words.iter() {
            places[of(*word)] += 1;
        }
        let mut next = 0;
        for place in &mut places {
            next += std::mem::replace(place, next);
        }
        for word in words.iter() {
            let place = &mut places[of(*word)];
            other[*place as usize] = *word;
            *place += 1;
        }
        std::mem::swap(words, other);
    }
    order.iter_mut().zip(words.iter()).for_each(|(k, word)| *k = *word as u32);
}

/// For every row the first one with the same scores.
fn alike(assessment: &Assessment, rows: &[u32], leaves: &[Leaf]) -> Vec<u32> {
    let exact = assessment.inner.exact();
    let same = |a: usize, b: usize| {
        let of = |leaf: &Leaf, k: usize| exact.carried(leaf.node, rows[k] as usize);
        leaves.iter().all(|leaf| of(leaf, a) == of(leaf, b))
    };
    let mut first: HashMap<Vec<u64>, Vec<usize>> = HashMap::new();
    let mut alike = Vec::with_capacity(rows.len());
    for k in 0..rows.len() {
        // A missing score is one number, whatever its bits; both zeros are one, too.
        let bits = |leaf: &Leaf| {
            let x = leaf.column.x[k];
            if x.is_nan() { f64::NAN.to_bits() } else { (x + 0.0).to_bits() }
        };
        let known = first.entry(leaves.iter().map(bits).collect()).or_default();
        let like = known.iter().copied().find(|other| same(*other, k));
        if like.is_none() {
            known.push(k);
        }
        alike.push(like.unwrap_or(k) as u32);
    }
    alike
}

/// The chain of what decides between equals, as levels: 0 is missing, larger is ahead.
fn breaks(assessment: &Assessment, rows: &[u32]) -> Vec<Option<Vec<u32>>> {
    let inner = &*assessment.inner;
    let plan = inner.scheme.plan();
    let (near, exact, final_step) = (inner.near(), inner.exact(), inner.final_step());
    let deciders = Deciders {
        near: &near,
        exact: &exact,
        final_step: &final_step,
        totals: &inner.totals,
        ranks: &inner.ranks,
    };
    let levels = |by: TieBreak| {
        let moves = match by {
            TieBreak::Node(node) => node >= plan.indicators.len(),
            TieBreak::Variable(_) => false,
            TieBreak::PreviousTotal | TieBreak::PreviousRank => true,
        };
        if moves {
            return None;
        }
        let of = |k: u32| deciders.near(by, rows[k as usize] as usize);
        let present: Vec<u32> = (0..rows.len() as u32).filter(|k| !of(*k).is_missing()).collect();
        let widest = present.iter().map(|k| of(*k).e).fold(0.0, f64::max);
        let exactly = |k: u32| deciders.exact(by, rows[k as usize] as usize);
        let order = descending(&present, |k| of(k).v, (|_| widest, |k| of(k).e), exactly);
        let (mut levels, count) = (vec![0; rows.len()], order.ends.len() as u32);
        for (place, group) in order.groups().enumerate() {
            for k in group {
                levels[*k as usize] = count - place as u32;
            }
        }
        Some(levels)
    };
    plan.final_step.tie_break.iter().map(|by| levels(*by)).collect()
}

/// The place of every row in the order of names.
fn names(assessment: &Assessment, rows: &[u32]) -> Vec<u32> {
    let panel = &assessment.inner.panel;
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_cached_key(|k| panel.name_of(rows[*k] as usize).into_owned());
    let mut places = vec![0; rows.len()];
    order.into_iter().enumerate().for_each(|(place, k)| places[k] = place as u32);
    places
}
