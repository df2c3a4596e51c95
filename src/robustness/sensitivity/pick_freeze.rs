//! The design of sampled sensitivity: rows of two Sobol' points and of those between them, run in fixed tasks.

use std::ops::Range;

use super::indices::{Row, runs, width};
use crate::budget;
use crate::error::DataError;
use crate::exec;
use crate::number::random::Philox;
use crate::number::sobol::Sobol;

/// The keys of the streams that scramble points and draw orders, beside the seed.
const POINTS: u64 = u64::MAX;
const ORDERS: u64 = u64::MAX - 2;

/// Tasks, whatever the number of threads: each has sums of all outputs.
const TASKS: usize = 32;

/// A study of a model on a cube.
#[derive(Debug, Clone)]
pub(super) struct Study {
    /// The coordinates of each factor.
    pub(super) factors: Vec<Range<usize>>,
    /// The coordinates of a point.
    pub(super) dimensions: usize,
    /// How many numbers a run gives.
    pub(super) outputs: usize,
    /// Of which of them every row is kept.
    pub(super) kept: usize,
    pub(super) rows: usize,
    pub(super) seed: u64,
    /// Whether Shapley effects are asked for.
    pub(super) shapley: bool,
}

/// What the runs gave.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// Of every output, one after the other, in how many rows all runs gave it.
    pub(super) rows: Vec<f64>,
    /// Of every output what is kept, summed over its rows: [`width`] columns.
    pub(super) sums: Vec<f64>,
    /// [`width`] numbers of each row of the one output of which rows are kept.
    pub(super) kept: Vec<f64>,
    /// The runs that failed, with the row.
    pub(super) failed: Vec<(usize, DataError)>,
}

impl Found {
    /// What is kept of an output.
    pub(super) fn of(&self, output: usize) -> (f64, Vec<f64>) {
        let outputs = self.rows.len();
        (self.rows[output], self.sums.iter().skip(output).step_by(outputs).copied().collect())
    }
}

impl Study {
    /// Runs the design. `start` makes what runs a point: it writes the outputs, missing where there is none.
    ///
    /// A row of which a run fails is left out, and the failure kept. Outputs are best taken relative to a nominal number, which
    /// spares digits.
    pub(super) fn run<R>(&self, start: impl Fn() -> R + Sync + Send) -> Option<Found>
    where
        R: FnMut(&[f64], &mut [f64]) -> Result<(), DataError>,
    {
        let points = Sobol::scrambled(2 * self.dimensions, [self.seed, POINTS])?;
        let length = self.rows.div_ceil(TASKS).max(1);
        let tasks = (0..self.rows).step_by(length).map(|from| from..(from + length).min(self.rows));
        let found = exec::map(tasks.collect(), |rows| self.task(rows, &points, start()));
        let zeros = |columns: usize| vec![0.0; columns * self.outputs];
        let nothing = Found { rows: zeros(1), sums: zeros(width(self.factors.len())), ..Found::default() };
        Some(found.into_iter().fold(nothing, |mut all, task| {
            all.rows.iter_mut().zip(&task.rows).for_each(|(all, own)| *all += own);
            all.sums.iter_mut().zip(&task.sums).for_each(|(all, own)| *all += own);
            all.kept.extend(task.kept);
            all.failed.extend(task.failed);
            all
        }))
    }

    fn task(
        &self,
        rows: Range<usize>,
        points: &Sobol,
        mut run: impl FnMut(&[f64], &mut [f64]) -> Result<(), DataError>,
    ) -> Found {
        let (factors, outputs) = (self.factors.len(), self.outputs);
        let mut found =
            Found { rows: vec![0.0; outputs], sums: vec![0.0; width(factors) * outputs], ..Found::default() };
        let mut both = vec![0.0; 2 * self.dimensions];
        let mut values = vec![0.0; runs(factors, self.shapley) * outputs];
        for at in rows {
            if budget::is_spent() {
                break;
            }
            points.point(at as u64, &mut both);
            let order = if self.shapley { self.order(at) } else { Vec::new() };
            let (a, b) = both.split_at(self.dimensions);
            match self.row([a, b], &order, &mut values, &mut run) {
                Ok(()) => self.add(&mut values, &order, &mut found),
                Err(error) => found.failed.push((at, error)),
            }
        }
        found
    }

    /// The runs of one row.
    fn row(
        &self,
        [a, b]: [&[f64]; 2],
        order: &[usize],
        values: &mut [f64],
        run: &mut impl FnMut(&[f64], &mut [f64]) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let mut to = values.chunks_exact_mut(self.outputs);
        let mut next = |point: &[f64]| to.next().map_or(Ok(()), |to| run(point, to));
        next(a)?;
        next(b)?;
        let mut point = a.to_vec();
        for own in &self.factors {
            point[own.clone()].copy_from_slice(&b[own.clone()]);
            next(&point)?;
            point[own.clone()].copy_from_slice(&a[own.clone()]);
        }
        for (k, factor) in order.iter().enumerate().take(order.len().saturating_sub(1)) {
            let own = self.factors[*factor].clone();
            point[own.clone()].copy_from_slice(&b[own]);
            if k > 0 {
                next(&point)?;
            }
        }
        Ok(())
    }

    fn add(&self, values: &mut [f64], order: &[usize], found: &mut Found) {
        let (outputs, factors) = (self.outputs, self.factors.len());
        for (output, rows) in found.rows.iter_mut().enumerate() {
            let own = || (output..values.len()).step_by(outputs);
            if own().all(|at| values[at].is_finite()) {
                *rows += 1.0;
                if output == self.kept {
                    let kept: Vec<f64> = own().map(|at| values[at]).collect();
                    let start = found.kept.len();
                    found.kept.resize(start + width(factors), 0.0);
                    Row { runs: &kept, outputs: 1, factors, order }.add(&mut found.kept[start..]);
                }
            } else {
                own().for_each(|at| values[at] = 0.0);
            }
        }
        Row { runs: values, outputs, factors, order }.add(&mut found.sums);
    }

    /// In which order the factors of a row are exchanged: each order is as likely as any other.
    fn order(&self, row: usize) -> Vec<usize> {
        let count = self.factors.len();
        let stream = Philox::new([self.seed, ORDERS]);
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            order.swap(last, stream.below((row * count + last) as u64, last + 1));
        }
        order
    }
}

#[cfg(test)]
#[path = "pick_freeze_tests.rs"]
mod tests;
