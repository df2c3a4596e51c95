//! Change split over its causes: Shapley and Owen values, logarithmic means, and sums that close.
//!
//! # Sources
//! Shapley (1953), *A value for n-person games*. Owen (1977), *Values of games with a priori unions*. Ang & Liu (2001),
//! *A new energy decomposition method: perfect in decomposition and consistent in aggregation* (LMDI-I), and (2007),
//! *Handling zero values in the logarithmic mean Divisia index decomposition approach*.

use crate::number::statistics::shapley_weight;
use crate::number::{Exact, Number};

/// A sum with its own rounding errors carried along (Neumaier 1974): twice the precision of a float.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    pub(crate) fn add(&mut self, x: f64) {
        let sum = self.sum + x;
        let (large, small) = if self.sum.abs() >= x.abs() { (self.sum, x) } else { (x, self.sum) };
        self.lost += (large - sum) + small;
        self.sum = sum;
    }

    pub(crate) fn value(&self) -> f64 {
        self.sum + self.lost
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Sum::default();
        terms.into_iter().for_each(|x| sum.add(x));
        sum
    }
}

/// Most causes that are told apart exactly: 2¹² combinations.
pub(crate) const MOST_CAUSES: usize = 12;

/// Owen's value: causes in groups, each group weighed as one against the other groups and its gain split inside. With one
/// group, or groups of one, it is Shapley's value. It does not depend on any order, and its parts sum to `v(all) − v(none)`.
///
/// `v` takes the set of causes (bit `i` is the `i`-th cause, group after group) that have moved. Every value is asked
/// once at most.
///
/// # Missing values
/// A set without a value (a growth from a base that is negative there) cannot be passed through: the mean is then over the
/// orders that avoid such sets. Where every order meets one, the causes work only together and share alike. Parts are
/// missing where `v(none)` or `v(all)` is.
pub(crate) fn owen(sizes: &[usize], mut v: impl FnMut(u32) -> f64) -> Vec<f64> {
    let causes: usize = sizes.iter().sum();
    debug_assert!(causes <= MOST_CAUSES + 1);
    let mut known: Vec<Option<f64>> = vec![None; 1 << causes];
    let mut value = |set: u32| *known[set as usize].get_or_insert_with(|| v(set));
    let masks = masks(sizes);
    let mut parts = Vec::with_capacity(causes);
    for (k, (group, size)) in masks.iter().zip(sizes).enumerate() {
        let others: Vec<u32> = masks.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, m)| *m).collect();
        for cause in (0..32).filter(|i| group & (1 << i) != 0) {
            let own = 1u32 << cause;
            let mut sum = Sum::default();
            for (chosen, outside) in unions(&others) {
                let outer = shapley_weight(chosen.count_ones() as usize, sizes.len());
                for inside in subsets(group & !own) {
                    let set = outside | inside;
                    let share = outer * shapley_weight(inside.count_ones() as usize, *size);
                    sum.add(share * (value(set | own) - value(set)));
                }
            }
            parts.push(sum.value());
        }
    }
    if parts.iter().any(|p| p.is_nan()) {
        parts = passable(&masks, sizes, &mut value);
    }
    let whole = value(((1u64 << causes) - 1) as u32) - value(0);
    // A part that is zero but for the last bits of larger values on the way.
    let size = known.iter().flatten().fold(0.0f64, |size, v| size.max(v.abs()));
    close_of(&mut parts, whole, size);
    parts
}

/// The causes of every group, group after group, as bits.
pub(crate) fn masks(sizes: &[usize]) -> Vec<u32> {
    let next = |start: &mut u32, size: &usize| {
        let mask = ((1u32 << size) - 1) << *start;
        *start += *size as u32;
        Some(mask)
    };
    sizes.iter().scan(0, next).collect()
}

/// Every choice of groups as bits, with the causes that it holds.
pub(crate) fn unions(groups: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    (0..1u32 << groups.len()).map(|chosen| {
        let held = groups.iter().enumerate().filter(|(j, _)| chosen & (1 << j) != 0);
        (chosen, held.map(|(_, m)| *m).sum())
    })
}

/// Owen's value over the orders in which no set on the way is missing.
fn passable(masks: &[u32], sizes: &[usize], mut value: impl FnMut(u32) -> f64) -> Vec<f64> {
    let all: u32 = masks.iter().sum();
    let whole = value(all) - value(0);
    // A group that has begun is finished before another begins.
    let next = |set: u32| {
        let open = masks.iter().copied().find(|m| set & m != 0 && set & m != *m).unwrap_or(all);
        (0..32).map(|i| 1u32 << i).filter(move |own| open & !set & own != 0)
    };
    // How many orders lead to a set, and on from it.
    let mut to = vec![0.0; all as usize + 1];
    to[0] = 1.0;
    for set in 0..=all {
        if to[set as usize] > 0.0 && value(set).is_nan() {
            to[set as usize] = 0.0;
        }
        let orders = to[set as usize];
        next(set).filter(|_| orders > 0.0).for_each(|own| to[(set | own) as usize] += orders);
    }
    let orders = to[all as usize];
    if orders == 0.0 || whole.is_nan() {
        let share = |size: &usize| vec![whole / (sizes.len() * size) as f64; *size];
        return sizes.iter().flat_map(share).collect();
    }
    let mut on = vec![0.0; all as usize + 1];
    on[all as usize] = 1.0;
    let mut parts: Vec<Sum> = (0..all.count_ones()).map(|_| Sum::default()).collect();
    for set in (0..all).rev().filter(|s| to[*s as usize] > 0.0) {
        for own in next(set) {
            let ahead = on[(set | own) as usize];
            if ahead == 0.0 {
                continue;
            }
            on[set as usize] += ahead;
            let share = to[set as usize] * ahead / orders;
            parts[own.trailing_zeros() as usize].add(share * (value(set | own) - value(set)));
        }
    }
    parts.iter().map(Sum::value).collect()
}

/// All subsets of a set.
pub(crate) fn subsets(set: u32) -> impl Iterator<Item = u32> {
    let mut next = Some(set);
    std::iter::from_fn(move || {
        let subset = next?;
        next = (subset != 0).then(|| (subset - 1) & set);
        Some(subset)
    })
}

/// The logarithmic mean `(b − a) / ln(b / a)` of two numbers of the same sign; `a` where they are equal.
pub(crate) fn log_mean(a: f64, b: f64) -> f64 {
    if a == b { a } else { (b - a) / log_ratio(a, b) }
}

/// `ln(b / a)` of two numbers of the same sign, without cancellation where they are close; where they are far apart
/// `(b − a) / a` would have lost the smaller one.
pub(crate) fn log_ratio(a: f64, b: f64) -> f64 {
    let ratio = b / a;
    if (0.5..=2.0).contains(&ratio) { libm::log1p((b - a) / a) } else { libm::log(ratio) }
}

/// A product on both sides and its factors: exponent, before, after.
pub(crate) type Product<'a> = (f64, f64, &'a [(f64, f64, f64)]);

/// Whether two numbers are of the same sign, and neither is zero.
fn alike(a: f64, b: f64) -> bool {
    b / a > 0.0
}

/// Additive LMDI-I of a product of powers `c · Π x_j^k_j`, or of a sum of such products.
///
/// # Formula
/// ```text
/// ΔV = Σ_j Δ_j,   Δ_j = Σ_i L(v_i⁰, v_i¹) · k_j · ln(x_ij¹ / x_ij⁰),   L(a, b) = (b − a) / (ln b − ln a)
/// ```
/// `rows` holds one product a row as `(v⁰, v¹, factors)`, each factor as `(exponent, x⁰, x¹)`.
///
/// # Missing values and zeros
/// A product that is zero on one side because one factor is zero there gives its whole change to that factor, and one that
/// is zero on both sides for the same factor gives nothing to any (the limits of Ang & Liu 2007). `None` where no limit
/// says: several factors zero, or a factor that changes its sign.
pub(crate) fn lmdi(rows: &[Product<'_>]) -> Option<Vec<f64>> {
    let factors = rows.first()?.2.len();
    let mut sums: Vec<Sum> = (0..factors).map(|_| Sum::default()).collect();
    for (before, after, row) in rows {
        let zeros: Vec<usize> = (0..factors).filter(|j| row[*j].1 == 0.0 || row[*j].2 == 0.0).collect();
        match zeros[..] {
            [] => {
                if row.iter().any(|(_, a, b)| !alike(*a, *b)) || !alike(*before, *after) {
                    return None;
                }
                let mean = log_mean(*before, *after);
                for (sum, (k, a, b)) in sums.iter_mut().zip(*row) {
                    sum.add(mean * k * log_ratio(*a, *b));
                }
            }
            [one] => {
                let others = row.iter().enumerate().filter(|(j, _)| *j != one);
                if others.into_iter().any(|(_, (_, a, b))| !alike(*a, *b)) {
                    return None;
                }
                sums[one].add(after - before);
            }
            _ => return None,
        }
    }
    Some(sums.iter().map(Sum::value).collect())
}

/// `after − before` of the decimals that the two floats show, rounded once: 60.3 − 60.1 is 0.2.
pub(crate) fn change(before: f64, after: f64) -> f64 {
    few_decimals(before, after).unwrap_or_else(|| Exact::of(after).sub(&Exact::of(before)).to_f64())
}

/// As [`change`] of two numbers of few decimals, as what is printed has; of others the difference of the floats, which costs
/// a hundredth.
pub(crate) fn difference(before: f64, after: f64) -> f64 {
    few_decimals(before, after).unwrap_or(after - before)
}

/// `after − before` of two numbers of up to four decimals: both as whole numbers, whose difference is exact, so that only the
/// division rounds.
fn few_decimals(before: f64, after: f64) -> Option<f64> {
    if before == after {
        return Some(0.0);
    }
    [1.0, 1e2, 1e4].iter().find_map(|scale| Some((whole(after, *scale)? - whole(before, *scale)?) / scale))
}

/// `x · scale` where that is the whole number which the float's decimals show.
fn whole(x: f64, scale: f64) -> Option<f64> {
    let n = (x * scale).round();
    (n.abs() < 1e15 && n / scale == x).then_some(n)
}

/// Puts what rounding left over of `total` on the parts, the largest first, so that they sum to it.
pub(crate) fn close(parts: &mut [f64], total: f64) {
    close_of(parts, total, 0.0);
}

/// As [`close`], of the difference of numbers of this size: what their last bits leave over is no remainder either, even
/// where every part is as small (two equal totals of other scores).
pub(crate) fn close_of(parts: &mut [f64], total: f64, size: f64) {
    if total.is_nan() || parts.iter().any(|p| p.is_nan()) {
        return;
    }
    let noise = if size.is_finite() { 1e-12 * size } else { 0.0 };
    let mut order: Vec<usize> = (0..parts.len()).filter(|i| parts[*i] != 0.0).collect();
    order.sort_by(|a, b| parts[*b].abs().total_cmp(&parts[*a].abs()).then(a.cmp(b)));
    for i in order {
        let sum: Sum = parts.iter().copied().chain([-total]).collect();
        let left = sum.value();
        // Only what arithmetic lost: a true remainder must stay visible.
        if left == 0.0 || left.abs() > noise.max(1e-6 * parts[i].abs()) {
            return;
        }
        parts[i] -= left;
    }
}

/// How far an effect goes the way of the whole; of a whole of zero how far either way.
pub(crate) fn along(effect: f64, total: f64) -> f64 {
    if total == 0.0 { effect.abs() } else { effect * total.signum() }
}

/// As [`close_of`], and what is no more than the last bits of numbers of this size goes to the largest part: an effect that
/// arithmetic alone made is none.
pub(crate) fn settle(parts: &mut [f64], total: f64, size: f64) {
    let largest = parts.iter().fold(0.0f64, |most, p| most.max(p.abs()));
    let bits = if size.is_finite() { 16.0 * f64::EPSILON * size } else { 0.0 };
    for part in parts.iter_mut().filter(|p| p.abs() <= bits) {
        // Unless there is nothing else to hold the total.
        if part.abs() < largest || total == 0.0 {
            *part = 0.0;
        }
    }
    close_of(parts, total, size);
}

/// [`settle`]s one number of each row.
pub(crate) fn settled<R>(rows: &mut [R], part: impl Fn(&mut R) -> &mut f64, total: f64, size: f64) {
    let mut parts: Vec<f64> = rows.iter_mut().map(|row| *part(row)).collect();
    settle(&mut parts, total, size);
    rows.iter_mut().zip(parts).for_each(|(row, settled)| *part(row) = settled);
}

#[cfg(test)]
#[path = "attribute_tests.rs"]
mod tests;
