//! What errors of variables make of totals: their covariance, through the whole method.

use super::runner::Model;
use crate::assess::Assessment;
use crate::budget;
use crate::error::DataError;
use crate::exec;
use crate::finding::{Finding, Place};
use crate::panel::Period;
use crate::scheme::model::{Factor, Vary};

/// Runs that the covariance is taken of: a standard error is right to about one part in ninety.
const RUNS: u64 = 4000;
/// Runs of one task.
const TASK: u64 = 125;

/// The rows that are ranked, and the covariance of their totals.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) rows: Vec<usize>,
    pub(super) covariance: Vec<Vec<f64>>,
}

/// The covariance of the totals of a period when variables are in error: each run is an assessment of data with errors drawn, so that what
/// the references, roundings and rules make of an error is in it, and errors that entities share through references go together.
///
/// # Errors
/// What is wrong with the factors; one that is no error of measurement; a run that cannot be made, or in which somebody is not ranked.
pub(super) fn covariance(
    assessment: &Assessment,
    period: Period,
    factors: &[Factor],
    seed: u64,
) -> Result<Measured, DataError> {
    if factors.is_empty() || factors.iter().any(|factor| !matches!(factor.vary, Vary::Error(_))) {
        return Err(DataError::new(vec![Finding::error("rank_sets_factors")]));
    }
    let model = Model::of(assessment, period, factors)?;
    let starts: Vec<u64> = (0..RUNS).step_by(TASK as usize).collect();
    let made = exec::map(starts, |from| totals(assessment, &model, seed, from..RUNS.min(from + TASK)));
    budget::check().map_err(DataError::new)?;
    let mut runs: Vec<Vec<f64>> = Vec::with_capacity(RUNS as usize);
    for made in made {
        runs.extend(made?);
    }
    Ok(Measured { rows: model.rows().to_vec(), covariance: of_runs(&runs) })
}

fn totals(
    assessment: &Assessment,
    model: &Model,
    seed: u64,
    runs: std::ops::Range<u64>,
) -> Result<Vec<Vec<f64>>, DataError> {
    let (mut runner, mut point) = (model.runner(), vec![0.0; model.design().dimensions()]);
    let mut made = Vec::new();
    for run in runs.take_while(|_| !budget::is_spent()) {
        model.design().draw(seed, run, &mut point);
        budget::count_cells(model.rows().len());
        let totals = runner.run(&point)?.totals;
        if let Some(k) = totals.iter().position(|total| total.is_nan()) {
            let panel = assessment.panel();
            let entity = panel.name_of(model.rows()[k]).into_owned();
            let place = Place { entity: Some(entity.clone()), ..Place::default() };
            let finding = Finding::error("rank_sets_unranked").placed(place).fact("entity", entity);
            return Err(DataError::new(vec![finding]));
        }
        made.push(totals.to_vec());
    }
    Ok(made)
}

/// The covariance of columns of numbers.
fn of_runs(runs: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let (n, count) = (runs.first().map_or(0, Vec::len), runs.len() as f64);
    let mean: Vec<f64> = (0..n).map(|k| runs.iter().map(|run| run[k]).sum::<f64>() / count).collect();
    let centred: Vec<Vec<f64>> = (0..n).map(|k| runs.iter().map(|run| run[k] - mean[k]).collect()).collect();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / (count - 1.0);
    let lower: Vec<Vec<f64>> =
        exec::map((0..n).collect(), |i: usize| (0..=i).map(|j| product(&centred[i], &centred[j])).collect());
    (0..n).map(|i| (0..n).map(|j| lower[i.max(j)][i.min(j)]).collect()).collect()
}
