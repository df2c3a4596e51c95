//! First-order and total Sobol' indices and Shapley effects, from what a model gave at the points of a design.
//!
//! # Method
//! A row of the design is two independent points `a` and `b`. `y_a` and `y_b` are what the model gives there, `y_i` what it gives at `a` with
//! the coordinates of factor `i` taken from `b`, and `w_0 = y_a, w_1, …, w_d = y_b` what it gives while the factors are taken from `b` one after
//! the other, in a random order. With mean `μ` and variance `V` of all `y_a` and `y_b`
//!
//! ```text
//! first_i   = E[(y_b − μ)(y_i − y_a)] / V                          Saltelli et al. (2010), centred
//! total_i   = E[(y_i − y_a)²] / 2V                                 Jansen (1999)
//! shapley_i ∝ E[(w_{k−1} − w_k)(y_a − (w_{k−1} + w_k) / 2)]        k: the step that takes i; Goda (2021), and they add up to 1
//! ```
//!
//! An interval is where these numbers lie when rows are drawn again, all of a row together.

use crate::budget;
use crate::exec;
use crate::number::random::Philox;
use crate::number::statistics::quantile;

/// What is known of a factor: first-order index, total index, Shapley effect.
pub(super) type Index = [f64; 3];

/// The key of the stream that draws rows again, beside the seed.
const RESAMPLES: u64 = u64::MAX - 1;

/// Share of the mean square below which a variance is rounding.
const ROUNDING: f64 = 1e-12;

/// Draws of rows of one task.
const TASK: usize = 16;

/// How many numbers are kept of a row: sums of both points and of their squares, and four for each factor.
pub(super) fn width(factors: usize) -> usize {
    2 + 4 * factors
}

/// What a model gave at the points of one row: a number for each output, point after point: `a`, `b`, `a` with each factor from `b`,
/// and, where there is an order, the points between that exchange two or more factors, but not all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) runs: &'a [f64],
    pub(super) outputs: usize,
    pub(super) factors: usize,
    /// In which order the factors are taken from `b`; empty where Shapley effects are not asked for.
    pub(super) order: &'a [usize],
}

/// How many runs a row takes.
pub(super) fn runs(factors: usize, shapley: bool) -> usize {
    2 + factors + if shapley { factors.saturating_sub(2) } else { 0 }
}

impl Row<'_> {
    fn run(&self, k: usize) -> &[f64] {
        &self.runs[k * self.outputs..(k + 1) * self.outputs]
    }

    /// What the model gives after `k` steps of the order.
    fn step(&self, k: usize) -> &[f64] {
        match k {
            0 => self.run(0),
            1 => self.run(2 + self.order[0]),
            _ if k == self.factors => self.run(1),
            _ => self.run(self.factors + k),
        }
    }

    /// Adds what is kept of the row, of all outputs: `to` holds [`width`] columns, each with a number for every output.
    pub(super) fn add(&self, to: &mut [f64]) {
        let outputs = self.outputs;
        let (a, b) = (self.run(0), self.run(1));
        let (both, terms) = to.split_at_mut(2 * outputs);
        let (sums, squares) = both.split_at_mut(outputs);
        for (((sum, square), a), b) in sums.iter_mut().zip(squares).zip(a).zip(b) {
            *sum += a + b;
            *square += a * a + b * b;
        }
        for (i, own) in terms.chunks_exact_mut(4 * outputs).enumerate() {
            let (products, rest) = own.split_at_mut(outputs);
            let (moves, rest) = rest.split_at_mut(outputs);
            let moved = a.iter().zip(b).zip(self.run(2 + i));
            for (((product, sum), square), ((a, b), y)) in
                products.iter_mut().zip(moves).zip(&mut rest[..outputs]).zip(moved)
            {
                let by = y - a;
                *product += b * by;
                *sum += by;
                *square += by * by;
            }
        }
        for (k, i) in self.order.iter().enumerate() {
            let at = (4 * i + 3) * outputs;
            let effects = terms[at..at + outputs].iter_mut();
            for (((effect, a), before), after) in effects.zip(a).zip(self.step(k)).zip(self.step(k + 1)) {
                *effect += (before - after) * (a - 0.5 * (before + after));
            }
        }
    }
}

/// Mean and variance of an output, from what is kept of some rows.
pub(super) fn moments(rows: f64, kept: &[f64]) -> [f64; 2] {
    let (mean, square) = (kept[0] / (2.0 * rows), kept[1] / (2.0 * rows));
    let variance = square - mean * mean;
    [mean, if variance > ROUNDING * square { variance } else { 0.0 }]
}

/// The indices of each factor, from what is kept of some rows; none where nothing varies.
pub(super) fn indices(rows: f64, kept: &[f64]) -> Option<Vec<Index>> {
    let [mean, variance] = moments(rows, kept);
    // Without rows it is missing.
    if variance.is_nan() || variance <= 0.0 {
        return None;
    }
    let factors = kept[2..].chunks_exact(4);
    let all: f64 = factors.clone().map(|own| own[3]).sum();
    let of = |own: &[f64]| {
        let first = (own[0] - mean * own[1]) / rows / variance;
        [first, own[2] / (2.0 * rows) / variance, own[3] / all]
    };
    Some(factors.map(of).collect())
}

/// How rows are drawn again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resampling {
    pub(super) seed: u64,
    pub(super) count: usize,
    pub(super) level: f64,
}

/// Between which numbers the indices of each factor lie when the rows are drawn again; `kept` holds [`width`] numbers of each row.
pub(super) fn intervals(kept: &[f64], factors: usize, how: Resampling) -> Vec<[[f64; 2]; 3]> {
    let width = width(factors);
    let rows = kept.len() / width;
    let stream = Philox::new([how.seed, RESAMPLES]);
    let tasks = (0..how.count).step_by(TASK).map(|from| from..(from + TASK).min(how.count)).collect();
    let drawn: Vec<Vec<Option<Vec<Index>>>> = exec::map(tasks, |task: std::ops::Range<usize>| {
        let mut sums = vec![0.0; width];
        let one = |k: usize| {
            if budget::is_spent() {
                return None;
            }
            sums.fill(0.0);
            for place in k * rows..(k + 1) * rows {
                let row = stream.below(place as u64, rows);
                for (sum, x) in sums.iter_mut().zip(&kept[row * width..(row + 1) * width]) {
                    *sum += x;
                }
            }
            indices(rows as f64, &sums)
        };
        task.map(one).collect()
    });
    let drawn: Vec<Vec<Index>> = drawn.into_iter().flatten().flatten().collect();
    let ends = |factor: usize, of: usize| {
        let mut all: Vec<f64> = drawn.iter().map(|indices| indices[factor][of]).collect();
        all.sort_unstable_by(f64::total_cmp);
        let half = (1.0 - how.level) / 2.0;
        [half, 1.0 - half].map(|q| quantile(all.len(), q, |k| all[k]))
    };
    (0..factors).map(|factor| [0, 1, 2].map(|of| ends(factor, of))).collect()
}
