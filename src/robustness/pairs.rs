//! Which of many differences are more than chance: all pairs compared at once, by steps.
//!
//! # Method
//! Estimates `x` with standard errors `σ` are compared by `t_jk = (x_j − x_k) / √(σ_j² + σ_k²)`. Of a family of pairs the largest of
//! `(σ_j z_j − σ_k z_k) / √(σ_j² + σ_k²)`, with `z` standard normal, is drawn many times; where `t` is above the quantile of these
//! largest numbers, `j` is above `k`. What is rejected leaves the family, and the rest is compared with a lower quantile, until nothing
//! more is rejected (Romano and Wolf 2005).

use crate::budget;
use crate::exec;
use crate::number::random::Philox;

/// Draws of one task, and of one pass over the pairs.
const TASK: usize = 8192;
const PASS: usize = 256;

/// Standard deviations of sampling within which the quantile of another seed lies: 999 in 1,000.
const SURE: f64 = 3.29;

/// How draws are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draws {
    pub(super) seed: u64,
    pub(super) count: usize,
    pub(super) level: f64,
}

/// A quantile of the largest differences, and between what it lies, whatever the seed.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Critical {
    value: f64,
    ends: [f64; 2],
}

/// A pair that is compared: whether the first may be above the second, and the second above the first.
#[derive(Debug, Clone, Copy)]
struct Pair {
    j: usize,
    k: usize,
    scale: f64,
    both: bool,
}

/// What was found of a family of pairs.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// Pairs `(above, below)` that are told apart.
    pub(super) above: Vec<(usize, usize)>,
    /// Pairs that another seed may tell apart or not, with the draws that would decide.
    pub(super) open: Vec<(usize, usize, f64)>,
}

/// The pairs of each family that are told apart. A family is a list of `(j, k)`: may `j` be above `k`?
pub(super) fn compare(
    x: &[f64],
    errors: &[f64],
    families: Vec<Vec<(usize, usize)>>,
    draws: Draws,
) -> Vec<Found> {
    let scale = |j: usize, k: usize| libm::hypot(errors[j], errors[k]);
    let t = |(j, k): (usize, usize)| (x[j] - x[k]) / scale(j, k);
    let mut found = vec![Found::default(); families.len()];
    let mut left = families;
    // What is known without an error needs no draw.
    for (found, family) in found.iter_mut().zip(&mut left) {
        family.retain(|&(j, k)| {
            let known = scale(j, k) == 0.0;
            if known && x[j] > x[k] {
                found.above.push((j, k));
            }
            !known
        });
    }
    let mut active: Vec<usize> = (0..left.len()).filter(|f| !left[*f].is_empty()).collect();
    while !active.is_empty() && !budget::is_spent() {
        let pairs: Vec<Vec<Pair>> = active.iter().map(|f| paired(&left[*f], scale)).collect();
        let critical = quantiles(errors, &pairs, draws);
        active = active
            .into_iter()
            .zip(critical)
            .filter_map(|(f, critical)| {
                let (rejected, kept): (Vec<_>, Vec<_>) =
                    left[f].iter().copied().partition(|pair| t(*pair) > critical.value);
                let between = |pair: &(usize, usize)| {
                    let [low, high] = critical.ends;
                    (low..=high).contains(&t(*pair))
                };
                for pair in rejected.iter().filter(|pair| between(pair)) {
                    found[f].open.push((pair.0, pair.1, needed(t(*pair), critical, draws.count)));
                }
                let goes_on = !rejected.is_empty() && !kept.is_empty();
                if !goes_on {
                    for pair in kept.iter().filter(|pair| between(pair)) {
                        found[f].open.push((pair.0, pair.1, needed(t(*pair), critical, draws.count)));
                    }
                }
                found[f].above.extend(rejected);
                left[f] = kept;
                goes_on.then_some(f)
            })
            .collect();
    }
    found
}

/// About how many draws narrow the ends of a quantile so that a number lies outside.
fn needed(t: f64, critical: Critical, draws: usize) -> f64 {
    let side = critical.ends[usize::from(t > critical.value)];
    let (half, gap) = ((side - critical.value).abs(), (t - critical.value).abs());
    draws as f64 * (half / gap) * (half / gap)
}

/// A family with both directions of a pair in one.
fn paired(family: &[(usize, usize)], scale: impl Fn(usize, usize) -> f64) -> Vec<Pair> {
    let mut directed: Vec<(usize, usize, bool)> =
        family.iter().map(|&(j, k)| (j.min(k), j.max(k), j < k)).collect();
    directed.sort_unstable();
    let mut pairs: Vec<Pair> = Vec::with_capacity(directed.len());
    for (low, high, forward) in directed {
        match pairs.last_mut() {
            Some(last) if (last.j.min(last.k), last.j.max(last.k)) == (low, high) => last.both = true,
            _ => {
                let (j, k) = if forward { (low, high) } else { (high, low) };
                pairs.push(Pair { j, k, scale: 1.0 / scale(j, k), both: false });
            }
        }
    }
    pairs
}

/// Largest numbers of the draws of a task, by family: how many are not above a threshold, and the others.
type Largest = Vec<(usize, Vec<f64>)>;

/// The quantile of the largest difference of each family.
fn quantiles(errors: &[f64], families: &[Vec<Pair>], draws: Draws) -> Vec<Critical> {
    let tasks = draws.count.div_ceil(TASK);
    let nothing = vec![f64::NEG_INFINITY; families.len()];
    let first = largest(errors, families, draws, 0, &nothing);
    // Of many draws only those near the quantile and above are kept: where it lies, the first of them say.
    let (few, level) = (draws.count.min(TASK) as f64, draws.level);
    let at = level - 8.0 * (level * (1.0 - level) / few).sqrt();
    let threshold = |(_, drawn): &(usize, Vec<f64>)| {
        let mut drawn = drawn.clone();
        drawn.sort_unstable_by(f64::total_cmp);
        if tasks > 1 && at > 0.0 { drawn[(at * few) as usize] } else { f64::NEG_INFINITY }
    };
    let thresholds: Vec<f64> = first.iter().map(threshold).collect();
    let rest = exec::map((1..tasks).collect(), |task| largest(errors, families, draws, task, &thresholds));
    (0..families.len())
        .map(|f| {
            let all = std::iter::once(&first).chain(&rest).map(|task| &task[f]);
            let below: usize = all.clone().map(|(below, _)| below).sum();
            let mut kept: Vec<f64> = all.flat_map(|(_, kept)| kept).copied().collect();
            kept.sort_unstable_by(f64::total_cmp);
            critical(below, &kept, draws)
        })
        .collect()
}

/// The quantile of numbers of which the smallest are only counted.
fn critical(below: usize, kept: &[f64], draws: Draws) -> Critical {
    let n = (below + kept.len()) as f64;
    let place = (n - 1.0) * draws.level;
    let spread = SURE * (n * draws.level * (1.0 - draws.level)).sqrt();
    let at = |place: f64| {
        let place = place.clamp(0.0, n - 1.0);
        let from = place.floor();
        let number = |place: f64| kept[(place as usize).saturating_sub(below).min(kept.len() - 1)];
        number(from) + (place - from) * (number(place.ceil()) - number(from))
    };
    if kept.is_empty() {
        return Critical { value: f64::NAN, ends: [f64::NAN; 2] };
    }
    Critical { value: at(place), ends: [at(place - spread), at(place + spread)] }
}

/// The largest differences of the draws of a task.
fn largest(errors: &[f64], families: &[Vec<Pair>], draws: Draws, task: usize, above: &[f64]) -> Largest {
    let (p, stream) = (errors.len(), Philox::new([draws.seed, 0]));
    let end = draws.count.min((task + 1) * TASK);
    let mut found: Largest = vec![(0, Vec::new()); families.len()];
    let (mut drawn, mut turned) = (vec![0.0; p * PASS], vec![0.0; p * PASS]);
    let mut most = [0.0; PASS];
    let mut from = task * TASK;
    while from < end && !budget::is_spent() {
        let rows = PASS.min(end - from);
        stream.normals((from * p) as u64, &mut drawn[..rows * p]);
        for (row, numbers) in drawn[..rows * p].chunks_exact(p).enumerate() {
            for (i, (z, error)) in numbers.iter().zip(errors).enumerate() {
                turned[i * PASS + row] = z * error;
            }
        }
        budget::count_cells(rows * p);
        for ((family, above), (below, kept)) in families.iter().zip(above).zip(&mut found) {
            most.fill(f64::NEG_INFINITY);
            for pair in family {
                raise(&mut most, &turned, *pair);
            }
            let is_kept = |x: &&f64| **x > *above;
            *below += rows - most[..rows].iter().filter(is_kept).count();
            kept.extend(most[..rows].iter().filter(is_kept));
        }
        from += rows;
    }
    found
}

/// Raises the largest differences of some draws to those of a pair.
fn raise(most: &mut [f64; PASS], drawn: &[f64], pair: Pair) {
    let of = |i: usize| &drawn[i * PASS..(i + 1) * PASS];
    let rows = most.iter_mut().zip(of(pair.j)).zip(of(pair.k));
    if pair.both {
        for ((most, a), b) in rows {
            let size = ((a - b) * pair.scale).abs();
            *most = if size > *most { size } else { *most };
        }
    } else {
        for ((most, a), b) in rows {
            let size = (a - b) * pair.scale;
            *most = if size > *most { size } else { *most };
        }
    }
}
