//! A question about factors, compiled: runs all combinations or rows of points, and puts together what they say.

use std::ops::Range;

use super::enumerate::Grid;
use super::indices::{Index, Resampling, indices, intervals, moments, runs, width};
use super::pick_freeze::{Found, Study};
use super::{
    EntitySensitivity, FactorSensitivity, Output, RankChance, Sensitivity, SensitivityHow, SensitivityMade,
    SensitivityMethod,
};
use crate::budget;
use crate::error::DataError;
use crate::exec;
use crate::finding::Finding;
use crate::number::sobol::DIMENSIONS;
use crate::report::Label;
use crate::robustness::design::Varied;
use crate::robustness::runner::{Model, Outcome};
use crate::robustness::runs::Failed;

/// Combinations that are all computed where nothing else is asked, and at all.
const USUAL_COMBINATIONS: usize = 20_000;
const MOST_COMBINATIONS: usize = 100_000;
/// Numbers that combinations, or rows, may have together.
const MOST_CELLS: usize = 1 << 26;
const MOST_SAMPLES: usize = 1 << 20;
const MOST_RESAMPLES: usize = 100_000;

/// What is told apart: a factor of the study, or a weight of one.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) label: Label,
    pub(super) at: Range<usize>,
}

/// A question compiled.
pub(super) struct Asked<'a> {
    pub(super) model: Model,
    pub(super) parts: Vec<Part>,
    pub(super) entities: Vec<String>,
    /// Which output: 0 for all together, then the entities.
    pub(super) of: usize,
    pub(super) how: &'a SensitivityHow,
}

impl Asked<'_> {
    /// Whether all combinations are computed.
    pub(super) fn check(&self) -> Result<bool, DataError> {
        let how = self.how;
        let mut found = Vec::new();
        let most = MOST_SAMPLES.min(MOST_CELLS / width(self.parts.len()));
        if !(2..=most).contains(&how.samples) {
            found.push(Finding::error("sensitivity_samples").fact("value", how.samples).fact("most", most));
        }
        if !(how.level > 0.0 && how.level < 1.0) {
            found.push(Finding::error("sensitivity_level").fact("value", how.level));
        }
        if how.resamples == 1 || how.resamples > MOST_RESAMPLES {
            let finding = Finding::error("sensitivity_resamples").fact("value", how.resamples);
            found.push(finding.fact("most", MOST_RESAMPLES));
        }
        let factors = self.model.design().factors();
        let chances: Option<Vec<Vec<f64>>> =
            factors.iter().map(|factor| factor.chances().map(<[f64]>::to_vec)).collect();
        let combinations = chances.as_deref().map(|chances| Grid::size(chances).unwrap_or(usize::MAX));
        let most = MOST_COMBINATIONS.min(MOST_CELLS / self.outputs());
        let exact = match how.method {
            Some(SensitivityMethod::Sampled) => false,
            Some(SensitivityMethod::Exact) => {
                let continuous = factors.iter().filter(|factor| factor.chances().is_none());
                found.extend(
                    continuous
                        .map(|factor| Finding::error("sensitivity_not_discrete").fact("factor", &factor.id)),
                );
                if let Some(count) = combinations.filter(|count| *count > most) {
                    let finding = Finding::error("sensitivity_combinations").fact("count", count);
                    found.push(finding.fact("most", most));
                }
                true
            }
            None => combinations.is_some_and(|count| count <= USUAL_COMBINATIONS.min(most)),
        };
        let dimensions = self.model.design().dimensions();
        if !exact && 2 * dimensions > DIMENSIONS {
            let finding = Finding::error("sensitivity_dimensions").fact("count", dimensions);
            found.push(finding.fact("most", DIMENSIONS / 2));
        }
        if found.is_empty() { Ok(exact) } else { Err(DataError::new(found)) }
    }

    /// Numbers of a run: how far all are from the nominal ones, and how far each is.
    fn outputs(&self) -> usize {
        1 + self.entities.len()
    }

    /// What runs points.
    fn start(&self) -> impl FnMut(&[f64], &mut [f64]) -> Result<(), DataError> {
        let mut runner = self.model.runner();
        let nominal = self.numbers(self.model.nominal());
        let output = self.how.output;
        move |point: &[f64], to: &mut [f64]| {
            let outcome = runner.run(point)?;
            let now = if output == Output::Rank { outcome.ranks } else { outcome.totals };
            budget::count_cells(now.len());
            let (mut sum, mut count) = (0.0, 0.0);
            for ((to, now), nominal) in to[1..].iter_mut().zip(now).zip(nominal) {
                *to = now - nominal;
                if to.is_finite() {
                    sum += to.abs();
                    count += 1.0;
                }
            }
            // Without anybody it is missing.
            to[0] = sum / count;
            Ok(())
        }
    }

    fn numbers<'o>(&self, outcome: Outcome<'o>) -> &'o [f64] {
        if self.how.output == Output::Rank { outcome.ranks } else { outcome.totals }
    }

    /// The nominal number of what is looked at.
    fn nominal(&self) -> f64 {
        self.of.checked_sub(1).map_or(0.0, |entity| self.numbers(self.model.nominal())[entity])
    }

    pub(super) fn exact(&self) -> Result<Sensitivity, DataError> {
        let factors = self.model.design().factors();
        let grid = Grid::of(factors.iter().filter_map(|factor| Some(factor.chances()?.to_vec())).collect());
        let visited = grid.visit(self.outputs(), || {
            let mut run = self.start();
            move |at: &[usize], to: &mut [f64]| {
                let middle = |(factor, at): (&Varied, &usize)| factor.middle(*at);
                run(&factors.iter().zip(at).map(middle).collect::<Vec<f64>>(), to)
            }
        });
        budget::check().map_err(DataError::new)?;
        if let Some((combination, error)) = visited.failed.first() {
            let taken = grid.alternatives(*combination);
            let taken = factors.iter().zip(taken).map(|(own, at)| format!("{} {}", own.id, at + 1));
            let finding = Finding::error("sensitivity_failed").fact("failed", visited.failed.len());
            let finding = finding.fact("count", grid.len());
            let finding = finding.fact("combination", taken.collect::<Vec<_>>().join(", "));
            let why = error.findings().iter().cloned();
            return Err(DataError::new(std::iter::once(finding).chain(why).collect()));
        }
        let column = |output: usize| -> Vec<f64> {
            visited.values.iter().skip(output).step_by(self.outputs()).copied().collect()
        };
        let found = exec::map((0..self.outputs()).collect(), |output| {
            budget::count_cells(grid.len());
            (!budget::is_spent()).then(|| grid.indices(&column(output)))
        });
        budget::check().map_err(DataError::new)?;
        let found: Vec<_> = found.into_iter().flatten().collect();
        let own = &found[self.of];
        let none = vec![None; self.parts.len()];
        let known = |indices: &Option<Vec<Index>>| -> Vec<Option<Index>> {
            indices.as_ref().map_or_else(|| none.clone(), |all| all.iter().copied().map(Some).collect())
        };
        let rows = self.parts.iter().zip(known(&own.indices));
        let rows = rows.map(|(part, index)| row(part, index, index.map(|index| index.map(|x| [x; 2]))));
        Ok(Sensitivity {
            period: String::new(),
            entity: self.entity(),
            output: self.how.output,
            made: SensitivityMade::Exact { combinations: grid.len() },
            nominal: self.nominal(),
            mean: self.nominal() + own.mean,
            deviation: own.variance.sqrt(),
            rows: rows.collect(),
            entities: self.by_entity(|entity| known(&found[1 + entity].indices)),
            ranks: self.chances(&grid, column),
        })
    }

    /// The chance of every rank, where ranks are looked at.
    fn chances(&self, grid: &Grid, column: impl Fn(usize) -> Vec<f64>) -> Vec<RankChance> {
        if self.how.output != Output::Rank {
            return Vec::new();
        }
        let nominal = self.model.nominal().ranks;
        let one = |(at, entity): (usize, &String)| -> Vec<RankChance> {
            let mut all: Vec<(f64, f64)> = column(1 + at)
                .into_iter()
                .map(|shift| nominal[at] + shift)
                .zip(grid.chances().iter().copied())
                .collect();
            all.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut chances: Vec<RankChance> = Vec::new();
            for (rank, chance) in all {
                let rank = (!rank.is_nan()).then_some(rank);
                match chances.last_mut() {
                    Some(last) if last.rank == rank => last.chance += chance,
                    _ => chances.push(RankChance { entity: entity.clone(), rank, chance }),
                }
            }
            chances
        };
        self.entities.iter().enumerate().flat_map(one).collect()
    }

    pub(super) fn sampled(&self) -> Result<Sensitivity, DataError> {
        let how = self.how;
        let study = Study {
            factors: self.parts.iter().map(|part| part.at.clone()).collect(),
            dimensions: self.model.design().dimensions(),
            outputs: self.outputs(),
            kept: self.of,
            rows: how.samples,
            seed: how.seed,
            shapley: how.shapley,
        };
        let found: Found = study.run(|| self.start()).unwrap_or_default();
        budget::check().map_err(DataError::new)?;
        if found.failed.len() == how.samples {
            return Err(found
                .failed
                .into_iter()
                .next()
                .map_or_else(|| DataError::new(vec![]), |(_, why)| why));
        }
        let known = |output: usize| -> Vec<Option<Index>> {
            let (rows, sums) = found.of(output);
            match indices(rows, &sums) {
                Some(all) => all.into_iter().map(Some).collect(),
                None => vec![None; self.parts.len()],
            }
        };
        let (count, sums) = found.of(self.of);
        let again = Resampling { seed: how.seed, count: how.resamples, level: how.level };
        let ends =
            if how.resamples > 0 { intervals(&found.kept, self.parts.len(), again) } else { Vec::new() };
        budget::check().map_err(DataError::new)?;
        let rows = self.parts.iter().zip(known(self.of)).enumerate();
        let rows = rows.map(|(k, (part, index))| row(part, index, ends.get(k).copied()));
        let [mean, variance] = moments(count, &sums);
        Ok(Sensitivity {
            period: String::new(),
            entity: self.entity(),
            output: how.output,
            made: SensitivityMade::Sampled {
                samples: how.samples,
                seed: how.seed,
                runs: how.samples * runs(self.parts.len(), how.shapley),
                resamples: how.resamples,
                level: how.level,
                unranked: how.samples - found.failed.len() - count as usize,
                failed: reasons(&found.failed),
            },
            nominal: self.nominal(),
            mean: self.nominal() + mean,
            deviation: variance.sqrt(),
            rows: rows.collect(),
            entities: self.by_entity(|entity| known(1 + entity)),
            ranks: Vec::new(),
        })
    }

    fn entity(&self) -> Option<String> {
        Some(self.entities[self.of.checked_sub(1)?].clone())
    }

    fn by_entity(&self, known: impl Fn(usize) -> Vec<Option<Index>>) -> Vec<EntitySensitivity> {
        let one = |(at, entity): (usize, &String)| -> Vec<EntitySensitivity> {
            let all = self.parts.iter().zip(known(at));
            all.map(|(part, index)| EntitySensitivity {
                entity: entity.clone(),
                factor: part.label.id.clone(),
                first: of(index, 0),
                total: of(index, 1),
                shapley: of(index, 2),
            })
            .collect()
        };
        self.entities.iter().enumerate().flat_map(one).collect()
    }
}

/// The rows that failed, by the code of what was wrong.
fn reasons(rows: &[(usize, DataError)]) -> Vec<Failed> {
    let mut reasons = Vec::new();
    for (row, error) in rows {
        Failed::of(*row as u64, error).add_to(&mut reasons);
    }
    reasons
}

/// A part of an index; missing where it is not known.
fn of(index: Option<Index>, part: usize) -> Option<f64> {
    index.map(|index| index[part]).filter(|x| x.is_finite())
}

fn row(part: &Part, index: Option<Index>, ends: Option<[[f64; 2]; 3]>) -> FactorSensitivity {
    let end = |part: usize, side: usize| ends.map(|ends| ends[part][side]).filter(|x| x.is_finite());
    FactorSensitivity {
        factor: part.label.id.clone(),
        title: part.label.clone(),
        first: of(index, 0),
        first_low: end(0, 0),
        first_high: end(0, 1),
        total: of(index, 1),
        total_low: end(1, 0),
        total_high: end(1, 1),
        shapley: of(index, 2),
    }
}
