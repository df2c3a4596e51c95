//! Which of many differences are more than chance: all pairs compared at once, by steps.
//!
//! # Method
//! Estimates `x` with standard errors `σ` are compared by `t_jk = (x_j − x_k) / √(σ_j² + σ_k²)`. Of a family of pairs the largest of
//! `(σ_j z_j − σ_k z_k) / √(σ_j² + σ_k²)`, with `z` standard normal, is drawn many times; where `t` is above the quantile of these
//! largest numbers, `j` is above `k`. What is rejected leaves the family, and the rest is compared with a lower quantile, until nothing
//! more is rejected (Romano and Wolf 2005). Which pairs leave in which step is foretold by a few draws, so that one sweep over all draws mostly gives
//! every quantile (`layers.rs`).

use super::layers::{self, Layers, Pair};
use super::noise::Noise;
use crate::budget;
use crate::exec;
use crate::number::random::Philox;

/// Draws of one task, and of one pass over the pairs.
pub(super) const TASK: usize = 8192;
const PASS: usize = 256;

/// Standard deviations of sampling within which the quantile of another seed lies: 999 in 1,000.
pub(super) const SURE: f64 = 3.29;

/// How draws are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draws {
    pub(super) seed: u64,
    pub(super) count: usize,
    pub(super) level: f64,
}

/// A quantile of the largest differences, and between what it lies, whatever the seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Critical {
    pub(super) value: f64,
    pub(super) ends: [f64; 2],
}

/// Pairs `(j, k)` that are compared together: may `j` be above `k`?
pub(super) type Family = Vec<(usize, usize)>;

/// What was found of a family of pairs.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// Pairs `(above, below)` that are told apart.
    pub(super) above: Vec<(usize, usize)>,
    /// Pairs that another seed may tell apart or not, with the draws that would decide.
    pub(super) open: Vec<(usize, usize, f64)>,
}

/// The pairs of each family that are told apart. A family is a list of `(j, k)`: may `j` be above `k`?
pub(super) fn compare(x: &[f64], noise: &Noise, families: Vec<Family>, draws: Draws) -> Vec<Found> {
    compare_in(x, noise, families, draws, |families, t| layers::foretold(noise, families, t, draws))
}

/// The same with families in any layers.
fn compare_in(
    x: &[f64],
    noise: &Noise,
    families: Vec<Family>,
    draws: Draws,
    layers: impl Fn(&[Family], &dyn Fn((usize, usize)) -> f64) -> Vec<Layers>,
) -> Vec<Found> {
    let scale = |j: usize, k: usize| noise.of_difference(j, k);
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
        let families: Vec<Family> = active.iter().map(|f| left[*f].clone()).collect();
        let layered = layers(&families, &t);
        let swept = sweep(noise, &layered, draws);
        active = active
            .into_iter()
            .zip(layered.iter().zip(swept))
            .filter_map(|(f, (layers, swept))| {
                follow(layers, &swept, draws, &t, (&mut left[f], &mut found[f])).then_some(f)
            })
            .collect();
    }
    found
}

/// Steps through a family as far as its layers lead; whether it is to be swept again.
fn follow(
    layers: &Layers,
    swept: &Swept,
    draws: Draws,
    t: &impl Fn((usize, usize)) -> f64,
    (left, found): (&mut Family, &mut Found),
) -> bool {
    let mut within = vec![true; layers.of.len()];
    for step in 0.. {
        let (below, kept) = swept.largest(&within);
        // Whose ends lie below all that was kept has a sweep of its own.
        if step > 0 && lowest(below + kept.len(), draws) < below as f64 {
            return true;
        }
        let critical = critical(below, &kept, draws);
        let (rejected, stays): (Family, Family) =
            left.iter().copied().partition(|pair| t(*pair) > critical.value);
        let between = |pair: &(usize, usize)| {
            let [low, high] = critical.ends;
            (low..=high).contains(&t(*pair))
        };
        let mut open = |pairs: &[(usize, usize)]| {
            for pair in pairs.iter().filter(|pair| between(pair)) {
                found.open.push((pair.0, pair.1, needed(t(*pair), critical, draws.count)));
            }
        };
        open(&rejected);
        let goes_on = !rejected.is_empty() && !stays.is_empty();
        if !goes_on {
            open(&stays);
        }
        found.above.extend(rejected);
        *left = stays;
        if !goes_on {
            return false;
        }
        for (layer, within) in layers.of.iter().zip(&mut within).filter(|(_, within)| **within) {
            let stay = |pair: &&(usize, usize)| t(**pair) <= critical.value;
            let count = layer.family.iter().filter(stay).count();
            if count > 0 && count < layer.family.len() {
                return true;
            }
            *within = count > 0;
        }
    }
    false
}

/// About how many draws narrow the ends of a quantile so that a number lies outside.
fn needed(t: f64, critical: Critical, draws: usize) -> f64 {
    let side = critical.ends[usize::from(t > critical.value)];
    let (half, gap) = ((side - critical.value).abs(), (t - critical.value).abs());
    draws as f64 * (half / gap) * (half / gap)
}

/// The largest numbers of the layers of a family, of the draws in which one is above the threshold: all others are only counted.
#[derive(Debug, Default)]
pub(super) struct Swept {
    below: usize,
    /// Draw by draw the numbers above the threshold, each with its layer.
    numbers: Vec<f64>,
    layers: Vec<u8>,
    /// Where the numbers of each draw end.
    ends: Vec<usize>,
}

impl Swept {
    /// The largest numbers of some layers together, ascending, and of how many draws none is above the threshold.
    pub(super) fn largest(&self, within: &[bool]) -> (usize, Vec<f64>) {
        let (mut from, mut kept) = (0, Vec::with_capacity(self.ends.len()));
        for end in &self.ends {
            let own = self.numbers[from..*end].iter().zip(&self.layers[from..*end]);
            let own = own.filter(|(_, layer)| within[usize::from(**layer)]);
            kept.extend(own.map(|(x, _)| *x).reduce(|most, x| if x > most { x } else { most }));
            from = *end;
        }
        kept.sort_unstable_by(f64::total_cmp);
        (self.below + self.ends.len() - kept.len(), kept)
    }

    fn add(&mut self, part: &Swept) {
        let from = self.numbers.len();
        self.below += part.below;
        self.numbers.extend(&part.numbers);
        self.layers.extend(&part.layers);
        self.ends.extend(part.ends.iter().map(|end| from + end));
    }
}

/// The largest numbers of every layer of every family, of all draws.
fn sweep(noise: &Noise, layered: &[Layers], draws: Draws) -> Vec<Swept> {
    let tasks = (0..draws.count.div_ceil(TASK)).collect();
    let mut all: Vec<Swept> = layered.iter().map(|_| Swept::default()).collect();
    for task in exec::map(tasks, |task| swept(noise, layered, draws, task)) {
        for (own, part) in all.iter_mut().zip(task) {
            own.add(&part);
        }
    }
    all
}

/// Where the lower end of a quantile lies.
fn lowest(n: usize, draws: Draws) -> f64 {
    let n = n as f64;
    (n - 1.0) * draws.level - SURE * (n * draws.level * (1.0 - draws.level)).sqrt()
}

/// The quantile of numbers of which the smallest are only counted.
pub(super) fn critical(below: usize, kept: &[f64], draws: Draws) -> Critical {
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
pub(super) fn swept(noise: &Noise, layered: &[Layers], draws: Draws, task: usize) -> Vec<Swept> {
    let (p, stream) = (noise.len(), Philox::new([draws.seed, 0]));
    let end = draws.count.min((task + 1) * TASK);
    let mut found: Vec<Swept> = layered.iter().map(|_| Swept::default()).collect();
    let (mut drawn, mut turned) = (vec![0.0; p * PASS], vec![0.0; p * PASS]);
    let most_layers = layered.iter().map(|own| own.of.len()).max().unwrap_or(0);
    let (mut by_layer, mut most) = (vec![[0.0; PASS]; most_layers], [0.0; PASS]);
    let mut from = task * TASK;
    while from < end && !budget::is_spent() {
        let rows = PASS.min(end - from);
        stream.normals((from * p) as u64, &mut drawn[..rows * p]);
        for (row, numbers) in drawn[..rows * p].chunks_exact(p).enumerate() {
            noise.turn(numbers, |i, error| turned[i * PASS + row] = error);
        }
        budget::count_cells(rows * p);
        for (layers, found) in layered.iter().zip(&mut found) {
            most.fill(f64::NEG_INFINITY);
            for (layer, own) in layers.of.iter().zip(&mut by_layer) {
                own.fill(f64::NEG_INFINITY);
                for pair in &layer.pairs {
                    raise(own, &turned, *pair);
                }
                most.iter_mut()
                    .zip(own)
                    .for_each(|(most, own)| *most = if *own > *most { *own } else { *most });
            }
            for row in 0..rows {
                if most[row] > layers.threshold {
                    for (k, own) in by_layer.iter().enumerate().take(layers.of.len()) {
                        if own[row] > layers.threshold {
                            found.numbers.push(own[row]);
                            found.layers.push(k as u8);
                        }
                    }
                    found.ends.push(found.numbers.len());
                } else {
                    found.below += 1;
                }
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// One sweep gives what a sweep a step gives, to the last bit, single families and all pairs together.
    #[test]
    fn layers_change_nothing() {
        let x: Vec<f64> = (0..6).map(|k| f64::from(k * k % 7) + 0.9 * f64::from(k)).collect();
        let errors: Vec<f64> = (0..6).map(|k| 0.5 + f64::from(k % 4) / 3.0).collect();
        let noise = Noise::independent(errors);
        let pairs = |keep: &dyn Fn(usize, usize) -> bool| -> Family {
            (0..6).flat_map(|j| (0..6).map(move |k| (j, k))).filter(|&(j, k)| j != k && keep(j, k)).collect()
        };
        let mut families = vec![pairs(&|_, _| true)];
        families.extend((0..6).map(|own| pairs(&|j, k| j == own || k == own)));
        for (seed, level) in [(0, 0.95), (1, 0.001)] {
            let draws = Draws { seed, count: 2 * TASK + 17, level };
            let found = compare(&x, &noise, families.clone(), draws);
            let plain = compare_in(&x, &noise, families.clone(), draws, |families, _| {
                families.iter().map(|family| Layers::whole(family.clone(), &noise)).collect()
            });
            assert!(level < 0.01 || found.iter().any(|own| !own.above.is_empty()));
            for (own, plain) in found.iter().zip(&plain) {
                assert_eq!((&own.above, &own.open), (&plain.above, &plain.open), "seed {seed}");
            }
        }
    }
}
