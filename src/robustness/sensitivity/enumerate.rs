//! Exact sensitivity: every combination of the alternatives of discrete factors, each with its chance.
//!
//! # Method
//! With `E[y | u]` the mean of an output where the factors of `u` are given, `V_u = Var E[y | u]` and `V` the variance over all combinations,
//!
//! ```text
//! first_i   = V_{i} / V
//! total_i   = 1 − V_{all but i} / V
//! shapley_i = Σ over u without i of  |u|! (d − |u| − 1)! / d!  (V_{u and i} − V_u) / V       Owen (2014)
//! ```
//!
//! Nothing is drawn, so there is no sampling error.

use super::indices::Index;
use crate::budget;
use crate::error::DataError;
use crate::exec;
use crate::number::statistics::shapley_weight;

/// Combinations that one task runs.
const TASK: usize = 64;

/// Share of the mean square below which a variance is rounding.
const ROUNDING: f64 = 1e-13;

/// The combinations of some factors: the alternatives of the last factor come one after the other.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    /// The chances of the alternatives of each factor.
    factors: Vec<Vec<f64>>,
    /// The factors with two alternatives or more: the others change nothing.
    moving: Vec<usize>,
    /// Of each set of moving factors, a bit for each, the chances of what they may be together.
    chances: Vec<Vec<f64>>,
}

/// What is known of one output.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exact {
    pub(super) mean: f64,
    pub(super) variance: f64,
    /// By factor; none where nothing varies.
    pub(super) indices: Option<Vec<Index>>,
}

/// What all combinations gave.
#[derive(Debug, Clone, Default)]
pub(super) struct Visited {
    /// The outputs of a combination, one after the other.
    pub(super) values: Vec<f64>,
    /// The combinations that failed.
    pub(super) failed: Vec<(usize, DataError)>,
}

impl Grid {
    /// How many combinations there are, if a number can say it.
    pub(super) fn size(factors: &[Vec<f64>]) -> Option<usize> {
        factors.iter().try_fold(1_usize, |size, own| size.checked_mul(own.len()))
    }

    /// The combinations of factors that have these chances; at most 20,000 or so, since the means of every set of factors are held.
    pub(super) fn of(factors: Vec<Vec<f64>>) -> Grid {
        let moving: Vec<usize> = (0..factors.len()).filter(|at| factors[*at].len() > 1).collect();
        let mut grid = Grid { factors, moving, chances: Vec::new() };
        grid.chances = (0..1_usize << grid.moving.len())
            .map(|set| {
                let mut chances = vec![1.0];
                for (bit, at) in grid.moving.iter().enumerate() {
                    if set >> bit & 1 == 1 {
                        let own = &grid.factors[*at];
                        chances = chances.iter().flat_map(|all| own.iter().map(move |p| all * p)).collect();
                    }
                }
                chances
            })
            .collect();
        grid
    }

    /// How many combinations there are.
    pub(super) fn len(&self) -> usize {
        self.factors.iter().map(Vec::len).product()
    }

    /// The chance of each combination.
    pub(super) fn chances(&self) -> &[f64] {
        self.chances.last().map_or(&[], Vec::as_slice)
    }

    /// The alternative of each factor in a combination.
    pub(super) fn alternatives(&self, mut combination: usize) -> Vec<usize> {
        let mut all: Vec<usize> = Vec::with_capacity(self.factors.len());
        for own in self.factors.iter().rev() {
            all.push(combination % own.len());
            combination /= own.len();
        }
        all.reverse();
        all
    }

    /// Runs every combination. `start` makes what runs one, by its alternatives: it writes the outputs, missing where there is none.
    pub(super) fn visit<R>(&self, outputs: usize, start: impl Fn() -> R + Sync + Send) -> Visited
    where
        R: FnMut(&[usize], &mut [f64]) -> Result<(), DataError>,
    {
        let tasks = (0..self.len()).step_by(TASK).map(|from| from..(from + TASK).min(self.len()));
        let found = exec::map(tasks.collect(), |combinations: std::ops::Range<usize>| {
            let mut visited =
                Visited { values: vec![f64::NAN; combinations.len() * outputs], failed: vec![] };
            let mut run = start();
            for (combination, to) in combinations.zip(visited.values.chunks_exact_mut(outputs)) {
                if budget::is_spent() {
                    break;
                }
                if let Err(error) = run(&self.alternatives(combination), to) {
                    visited.failed.push((combination, error));
                }
            }
            visited
        });
        found.into_iter().fold(Visited::default(), |mut all, task| {
            all.values.extend(task.values);
            all.failed.extend(task.failed);
            all
        })
    }

    /// The indices of an output, of which there is a number for every combination.
    pub(super) fn indices(&self, values: &[f64]) -> Exact {
        let of_all = |numbers: &mut dyn Iterator<Item = f64>| -> f64 {
            numbers.zip(self.chances()).map(|(x, chance)| x * chance).sum()
        };
        let mean = of_all(&mut values.iter().copied());
        let centred: Vec<f64> = values.iter().map(|x| x - mean).collect();
        let square = of_all(&mut values.iter().map(|x| x * x));
        let mut variances = vec![0.0; self.chances.len()];
        let moving = self.moving.len();
        self.explained((1 << moving) - 1, &centred, 0, &mut variances);
        let variance = variances.last().copied().unwrap_or_default();
        // Where an output is missing, so are the indices.
        if variance.is_nan() || variance <= ROUNDING * square {
            return Exact { mean, variance: if variance.is_nan() { variance } else { 0.0 }, indices: None };
        }
        let mut indices = vec![[0.0; 3]; self.factors.len()];
        for (bit, at) in self.moving.iter().enumerate() {
            let own = 1 << bit;
            let all_but = variances.len() - 1 - own;
            let sets = (0..variances.len()).filter(|set| set & own == 0);
            let effects = sets.map(|set| {
                shapley_weight(set.count_ones() as usize, moving) * (variances[set | own] - variances[set])
            });
            let shapley: f64 = effects.sum();
            indices[*at] =
                [variances[own], variance - variances[all_but], shapley].map(|part: f64| part / variance);
        }
        Exact { mean, variance, indices: Some(indices) }
    }

    /// Writes the variance of the means of a set of factors, and of its subsets that lack some of the factors from `from` on.
    fn explained(&self, set: usize, means: &[f64], from: usize, to: &mut [f64]) {
        to[set] = means.iter().zip(&self.chances[set]).map(|(mean, chance)| chance * mean * mean).sum();
        let mut inner = means.len();
        for (bit, at) in self.moving.iter().enumerate() {
            if set >> bit & 1 == 0 {
                continue;
            }
            let own = &self.factors[*at];
            inner /= own.len();
            if bit >= from {
                let block = |block: &[f64]| -> Vec<f64> {
                    let mut mean = vec![0.0; inner];
                    for (part, chance) in block.chunks_exact(inner).zip(own) {
                        mean.iter_mut().zip(part).for_each(|(mean, x)| *mean += chance * x);
                    }
                    mean
                };
                let without: Vec<f64> = means.chunks_exact(inner * own.len()).flat_map(block).collect();
                self.explained(set & !(1 << bit), &without, bit + 1, to);
            }
        }
    }
}

#[cfg(test)]
#[path = "enumerate_tests.rs"]
mod tests;
