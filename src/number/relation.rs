//! How two columns of numbers go together: correlations of pairs, with their p-values.

use super::distribution::{correlation_beyond, normal_beyond};
use super::statistics::correlation;

/// Pairs up to which the distribution of Kendall's τ is counted out, as R's `cor.test` does, where no numbers are equal.
const COUNTED: usize = 49;

/// A correlation and the probability of one so far from 0 where there is none; missing where one of the columns is all alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Related {
    pub(crate) r: f64,
    pub(crate) p: f64,
}

/// Pearson's correlation; its p-value is that of Student's t with n − 2 degrees of freedom.
pub(crate) fn pearson(x: &[f64], y: &[f64]) -> Related {
    let r = linear(x, y);
    Related { r, p: correlation_beyond(r, x.len()) }
}

/// Pearson's correlation alone: of numbers that are all alike it is missing, whatever the rounding of their mean says.
pub(crate) fn linear(x: &[f64], y: &[f64]) -> f64 {
    let alike = |of: &[f64]| of.windows(2).all(|two| two[0] == two[1]);
    if alike(x) || alike(y) { f64::NAN } else { correlation(x, y).clamp(-1.0, 1.0) }
}

/// Spearman's correlation: Pearson's of the ranks, of which equal numbers share the mean; its p-value likewise.
pub(crate) fn spearman(x: &[f64], y: &[f64]) -> Related {
    pearson(&ranks(x), &ranks(y))
}

/// Ranks from 1 for the smallest; equal numbers share the mean of theirs.
pub(crate) fn ranks(x: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|i, j| x[*i].total_cmp(&x[*j]));
    let mut ranks = vec![0.0; x.len()];
    let mut before = 0;
    for equal in order.chunk_by(|i, j| x[*i] == x[*j]) {
        let rank = before as f64 + (equal.len() as f64 + 1.0) / 2.0;
        for i in equal {
            ranks[*i] = rank;
        }
        before += equal.len();
    }
    ranks
}

/// Kendall's τ-b: the pairs in the same order less those in the other one, over the root of the pairs that are apart in each column.
///
/// Its p-value is counted out for fewer than 50 pairs without equal numbers, else normal with the variance for ties, without a
/// correction for continuity, as R's `cor.test(exact = FALSE)` and scipy have it.
///
/// Source: M. G. Kendall, *Rank Correlation Methods* (4th ed. 1970); W. R. Knight, *A computer method for calculating Kendall's tau with
/// ungrouped data* (1966).
pub(crate) fn kendall(x: &[f64], y: &[f64]) -> Related {
    let n = x.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|i, j| x[*i].total_cmp(&x[*j]).then(y[*i].total_cmp(&y[*j])));
    let sorted: Vec<f64> = order.iter().map(|i| y[*i]).collect();
    let both = order.chunk_by(|i, j| x[*i] == x[*j] && y[*i] == y[*j]).map(<[usize]>::len);
    let both: f64 = both.map(pairs).sum();
    let (ties_x, ties_y) = (Ties::of(x), Ties::of(y));
    let all = pairs(n);
    let swapped = swaps(sorted) as f64;
    // Pairs apart in both columns, of which those in the other order are the swaps.
    let score = all - ties_x.pairs - ties_y.pairs + both - 2.0 * swapped;
    let scale = ((all - ties_x.pairs) * (all - ties_y.pairs)).sqrt();
    let r = if scale > 0.0 { score / scale } else { f64::NAN };
    let p = match () {
        () if r.is_nan() => f64::NAN,
        () if n <= COUNTED && ties_x.pairs == 0.0 && ties_y.pairs == 0.0 => counted(n, swapped as usize),
        () => normal_beyond(score / variance(n as f64, &ties_x, &ties_y).sqrt()),
    };
    Related { r, p }
}

fn pairs(n: usize) -> f64 {
    n as f64 * (n as f64 - 1.0) / 2.0
}

/// What equal numbers take away: sums over `t` equal ones.
struct Ties {
    /// `t (t − 1) / 2`
    pairs: f64,
    /// `t (t − 1) (t − 2)`
    triples: f64,
    /// `t (t − 1) (2 t + 5)`
    spread: f64,
}

impl Ties {
    fn of(x: &[f64]) -> Self {
        let mut sorted = x.to_vec();
        sorted.sort_by(f64::total_cmp);
        let mut ties = Ties { pairs: 0.0, triples: 0.0, spread: 0.0 };
        for equal in sorted.chunk_by(|a, b| a == b) {
            let t = equal.len() as f64;
            ties.pairs += pairs(equal.len());
            ties.triples += t * (t - 1.0) * (t - 2.0);
            ties.spread += t * (t - 1.0) * (2.0 * t + 5.0);
        }
        ties
    }
}

/// The variance of the score where nothing goes together.
fn variance(n: f64, x: &Ties, y: &Ties) -> f64 {
    let all = n * (n - 1.0);
    let plain = (all * (2.0 * n + 5.0) - x.spread - y.spread) / 18.0;
    let triples = if n > 2.0 { x.triples * y.triples / (9.0 * all * (n - 2.0)) } else { 0.0 };
    plain + 2.0 * x.pairs * y.pairs / all + triples
}

/// The p-value with two sides of so many pairs in the other order, among all orders of `n` numbers that differ.
fn counted(n: usize, swapped: usize) -> f64 {
    // Shares of the orders by their swaps: each number more adds 0 … its place.
    let mut shares = vec![1.0];
    for place in 1..n {
        let mut next = vec![0.0; shares.len() + place];
        for (k, share) in shares.iter().enumerate() {
            next[k..=k + place].iter_mut().for_each(|to| *to += share / (place as f64 + 1.0));
        }
        shares = next;
    }
    let fewer: f64 = shares[..=swapped].iter().sum();
    let more: f64 = shares[swapped..].iter().sum();
    (2.0 * fewer.min(more)).min(1.0)
}

/// How many neighbours a sort swaps: pairs of which the larger one stands first. By merging (Knight).
fn swaps(mut x: Vec<f64>) -> u64 {
    let mut count = 0;
    let mut merged = Vec::with_capacity(x.len());
    let mut width = 1;
    while width < x.len() {
        merged.clear();
        for part in x.chunks(2 * width) {
            let (left, right) = part.split_at(width.min(part.len()));
            let (mut i, mut j) = (0, 0);
            while i < left.len() || j < right.len() {
                if j == right.len() || (i < left.len() && left[i] <= right[j]) {
                    merged.push(left[i]);
                    i += 1;
                } else {
                    count += (left.len() - i) as u64;
                    merged.push(right[j]);
                    j += 1;
                }
            }
        }
        std::mem::swap(&mut x, &mut merged);
        width *= 2;
    }
    count
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    use super::*;

    const ROUNDINGS: f64 = 1e-12;

    fn near(found: Related, r: f64, p: f64) {
        assert_relative_eq!(found.r, r, max_relative = ROUNDINGS);
        assert_relative_eq!(found.p, p, max_relative = ROUNDINGS);
    }

    /// scipy 1.17: `pearsonr`, `spearmanr`, `kendalltau`.
    #[test]
    fn correlations_and_p_values_are_those_of_scipy() {
        let (x, y) = ([1.2, 3.4, 2.2, 5.0, 4.1, 4.1, 0.3, 2.2], [2.0, 3.0, 1.0, 6.0, 5.5, 3.0, 0.1, 2.5]);
        near(pearson(&x, &y), 0.884_884_789_693_092_1, 0.003_491_952_020_009_902);
        near(spearman(&x, &y), 0.939_411_192_283_173_6, 0.000_531_092_521_135_775_4);
        near(kendall(&x, &y), 0.868_079_059_510_856_7, 0.003_596_811_092_890_666_6);
        let (x, y) = ([1.2, 3.4, 2.2, 5.0, 4.1, 4.4, 0.3, 2.9], [2.0, 3.0, 1.0, 6.0, 5.5, 3.1, 0.1, 2.5]);
        near(pearson(&x, &y), 0.871_553_504_272_398_7, 0.004_800_672_123_645_327);
        near(spearman(&x, &y), 0.952_380_952_380_952_4, 0.000_260_400_024_387_251);
        near(kendall(&x, &y), 0.857_142_857_142_857_1, 0.001_736_111_111_111_111);
    }

    #[test]
    fn what_is_all_alike_goes_with_nothing() {
        for of in [pearson, spearman, kendall] {
            let found = of(&[0.1; 5], &[1.0, 2.0, 3.0, 4.0, 5.0]);
            assert!(found.r.is_nan() && found.p.is_nan());
            assert!(of(&[], &[]).r.is_nan());
            assert_relative_eq!(of(&[1.0, 2.0], &[3.0, 1.0]).r, -1.0, max_relative = ROUNDINGS);
        }
    }

    proptest! {
        #[test]
        fn kendall_counts_pairs(both in prop::collection::vec((0u8..9, 0u8..9), 2..30)) {
            let (x, y): (Vec<f64>, Vec<f64>) = both.iter().map(|(a, b)| (f64::from(*a), f64::from(*b))).unzip();
            let sign = |a: f64, b: f64| if a == b { 0.0 } else { (a - b).signum() };
            let (mut score, mut apart) = (0.0, [0.0; 2]);
            for i in 0..x.len() {
                for j in 0..i {
                    score += sign(x[i], x[j]) * sign(y[i], y[j]);
                    apart[0] += sign(x[i], x[j]).abs();
                    apart[1] += sign(y[i], y[j]).abs();
                }
            }
            let expected = score / (apart[0] * apart[1]).sqrt();
            let found = kendall(&x, &y).r;
            prop_assert!(found == expected || (found.is_nan() && expected.is_nan()), "{found} {expected}");
        }
    }
}
