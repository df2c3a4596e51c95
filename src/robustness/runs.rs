//! Runs of a study: what came out, kept in a form that grows no further with their number and merges bit for bit.

use std::fmt::Write as _;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::runner::Model;
use super::tally::{Counting, MOST_PAIRED, Tally};
use crate::assess::Assessment;
use crate::budget;
use crate::error::DataError;
use crate::exec;
use crate::finding::Finding;
use crate::panel::Period;
use crate::scheme::model::Factor;

/// Runs at once at most: what is kept of them does not grow, but somebody waits for them.
const MOST_RUNS: u64 = 1_000_000_000;
/// Runs are numbered up to this: the places of their numbers in a stream fit whatever varies.
const LAST_RUN: u64 = 1_000_000_000_000_000;
/// Tasks that runs are cut into: fewer where each has much to keep.
const TASKS: [u64; 2] = [64, 12];
/// Runs between two looks at the budget.
const PATIENCE: u64 = 32;

/// What was asked: of which assessment, what varied, with which numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Study {
    /// A hash of all that the runs follow from: of the method, the data, the factors and the seed.
    pub fingerprint: String,
    /// The period.
    pub period: String,
    /// Which numbers are drawn.
    pub seed: u64,
    /// What varies.
    pub factors: Vec<Factor>,
    /// Those that the assessment ranks.
    pub entities: Vec<Followed>,
}

/// An entity as the assessment has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Followed {
    /// Name.
    pub name: String,
    /// Class, where the scheme has such.
    pub class: Option<String>,
    /// Its rank.
    pub rank: f64,
    /// Its total before rounding.
    pub total: f64,
}

/// Runs that could not be made, all for the same reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: u64,
    /// What was wrong with that.
    pub finding: Finding,
}

impl Failed {
    /// A run that failed.
    pub(super) fn of(run: u64, error: &DataError) -> Self {
        let finding = error.findings().first().cloned();
        let finding = finding.unwrap_or_else(|| Finding::error("robustness_shard"));
        Failed { count: 1, first: run, finding }
    }

    /// Adds runs to those that failed for the same reason, if there are any: the first of all of them is kept.
    pub(super) fn add_to(self, all: &mut Vec<Failed>) {
        match all.iter_mut().find(|own| own.finding.code == self.finding.code) {
            Some(own) => {
                own.count = own.count.saturating_add(self.count);
                if self.first < own.first {
                    (own.first, own.finding) = (self.first, self.finding);
                }
            }
            None => all.push(self),
        }
    }
}

/// The runs of a study that were made. Two parts of a study merge to what the whole gives, bit for bit, in any order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runs {
    /// What was asked.
    pub study: Study,
    /// Which runs these are: from one to before another, ascending and apart.
    pub ranges: Vec<[u64; 2]>,
    /// Those that failed, by the code of the finding.
    pub failed: Vec<Failed>,
    /// What the entities had, in the order of the study.
    pub tallies: Vec<Tally>,
    /// How often each was before each, row by row; none where there are too many.
    pub(super) before: Option<Vec<u64>>,
}

impl Runs {
    /// Runs that were made, those that failed among them.
    pub fn made(&self) -> u64 {
        self.ranges.iter().fold(0, |sum, [from, to]| sum.saturating_add(to - from))
    }

    /// Runs that failed.
    pub fn failures(&self) -> u64 {
        self.failed.iter().fold(0, |sum, failed| sum.saturating_add(failed.count))
    }

    /// Runs that came to a ranking.
    pub fn samples(&self) -> u64 {
        self.made().saturating_sub(self.failures())
    }

    /// The place of an entity in the study.
    ///
    /// # Errors
    /// An entity that is not ranked.
    pub fn place(&self, entity: &str) -> Result<usize, DataError> {
        let names = || self.study.entities.iter().map(|own| own.name.as_str());
        names().position(|name| name == entity).ok_or_else(|| {
            let finding = Finding::unknown(["unknown_entity", "unknown_entity_near"], entity, names());
            DataError::new(vec![finding.fact("entity", entity).fact("period", &self.study.period)])
        })
    }

    /// In how many runs one entity was before another.
    ///
    /// # Errors
    /// Entities that are not ranked, or not against each other; more entities than pairs are counted of.
    pub fn before(&self, entity: &str, other: &str) -> Result<u64, DataError> {
        let (a, b) = (self.place(entity)?, self.place(other)?);
        let of = &self.study.entities;
        if of[a].class != of[b].class {
            let finding = Finding::error("robustness_classes").fact("entity", entity).fact("other", other);
            return Err(DataError::new(vec![finding]));
        }
        let before = self.before.as_ref().ok_or_else(|| {
            let finding = Finding::error("robustness_pairs").fact("count", of.len());
            DataError::new(vec![finding.fact("most", MOST_PAIRED)])
        })?;
        Ok(before[a * of.len() + b])
    }

    /// With the runs of another part of the same study.
    ///
    /// # Errors
    /// Another study; runs that both have.
    pub fn merge(mut self, other: &Runs) -> Result<Self, DataError> {
        let refuse = |finding: Finding| Err(DataError::new(vec![finding]));
        if self.study != other.study {
            return refuse(Finding::error("robustness_other_study"));
        }
        let both = |[from, to]: &[u64; 2]| other.ranges.iter().find(|[a, b]| a < to && from < b);
        if let Some(([from, to], [a, b])) = self.ranges.iter().find_map(|own| Some((own, both(own)?))) {
            let finding = Finding::error("robustness_same_runs").fact("from", from.max(a));
            return refuse(finding.fact("to", to.min(b) - 1));
        }
        for (own, other) in self.tallies.iter_mut().zip(&other.tallies) {
            own.merge(other);
        }
        for (own, other) in self.before.iter_mut().flatten().zip(other.before.iter().flatten()) {
            *own = own.saturating_add(*other);
        }
        other.failed.iter().for_each(|failed| self.fail(failed.clone()));
        self.ranges = joined(self.ranges.into_iter().chain(other.ranges.iter().copied()));
        Ok(self)
    }

    fn fail(&mut self, failed: Failed) {
        failed.add_to(&mut self.failed);
        self.failed.sort_by_key(|own| own.finding.code);
    }

    /// Runs read from elsewhere, once what can be is checked.
    ///
    /// # Errors
    /// Counts that do not belong together.
    pub fn checked(self) -> Result<Self, DataError> {
        let n = self.study.entities.len();
        let ranges =
            self.ranges.iter().all(|[from, to]| from < to) && self.ranges.is_sorted_by(|a, b| a[1] < b[0]);
        let all = ranges.then(|| self.samples());
        let counts = |tally: &Tally| Some(tally.ranks.total().saturating_add(tally.unranked)) == all;
        let pairs = self.before.as_ref().map_or(n > MOST_PAIRED, |before| before.len() == n * n);
        let sound = n > 0 && self.tallies.len() == n && self.tallies.iter().all(counts) && pairs;
        if sound && self.failures() <= self.made() {
            Ok(self)
        } else {
            Err(DataError::new(vec![Finding::error("robustness_shard")]))
        }
    }

    /// The first runs that are not there, so many of them.
    fn absent(&self, mut samples: u64) -> Vec<Range<u64>> {
        let (mut absent, mut at) = (Vec::new(), 0);
        let ends = self.ranges.iter().copied().chain([[u64::MAX, u64::MAX]]);
        for [from, to] in ends {
            let count = samples.min(from - at);
            if count > 0 {
                absent.push(at..at + count);
                samples -= count;
            }
            at = to;
        }
        absent
    }
}

/// Ranges, those that touch as one.
fn joined(ranges: impl Iterator<Item = [u64; 2]>) -> Vec<[u64; 2]> {
    let mut ranges: Vec<[u64; 2]> = ranges.filter(|[from, to]| from < to).collect();
    ranges.sort_unstable();
    let mut joined: Vec<[u64; 2]> = Vec::with_capacity(ranges.len());
    for [from, to] in ranges {
        match joined.last_mut() {
            Some(last) if last[1] == from => last[1] = to,
            _ => joined.push([from, to]),
        }
    }
    joined
}

/// Makes runs of a study; where the budget ends before, those that were finished.
///
/// # Errors
/// As [`Model::of`]; no runs, or too many; a budget that ended before the first run was finished.
pub(super) fn sample(
    assessment: &Assessment,
    (period, factors): (Period, &[Factor]),
    seed: u64,
    range: Range<u64>,
) -> Result<Runs, DataError> {
    check_count(range.end.saturating_sub(range.start), MOST_RUNS)?;
    check_run(range.end)?;
    let model = Model::of(assessment, period, factors)?;
    let empty = Runs {
        study: study(assessment, &model, (period, factors), seed),
        ranges: Vec::new(),
        failed: Vec::new(),
        tallies: vec![Tally::default(); model.rows().len()],
        before: Counting::new(model.nominal().totals).done().1,
    };
    let runs = made(&model, empty, vec![range])?;
    if runs.ranges.is_empty() {
        budget::check().map_err(DataError::new)?;
    }
    Ok(runs)
}

/// The same with more runs: the first ones that are not there.
///
/// # Errors
/// Runs of another assessment; as [`sample`].
pub(super) fn more(assessment: &Assessment, runs: Runs, samples: u64) -> Result<Runs, DataError> {
    check_count(samples, MOST_RUNS)?;
    let model = model_of(assessment, &runs.study)?;
    let absent = runs.absent(samples);
    absent.last().map_or(Ok(()), |last| check_run(last.end))?;
    made(&model, runs, absent)
}

/// The complete assessment of a run.
///
/// # Errors
/// Runs of another assessment; what kept the run from being made.
pub(super) fn replay(assessment: &Assessment, study: &Study, run: u64) -> Result<Assessment, DataError> {
    check_run(run)?;
    let model = model_of(assessment, study)?;
    let mut point = vec![0.0; model.design().dimensions()];
    model.design().draw(study.seed, run, &mut point);
    model.replay(&point)
}

fn model_of(assessment: &Assessment, known: &Study) -> Result<Model, DataError> {
    let asked = (assessment.when(Some(&known.period))?, known.factors.as_slice());
    let model = Model::of(assessment, asked.0, asked.1)?;
    if study(assessment, &model, asked, known.seed) == *known {
        Ok(model)
    } else {
        Err(DataError::new(vec![Finding::error("robustness_other_study")]))
    }
}

pub(super) fn check_count(samples: u64, most: u64) -> Result<(), DataError> {
    if (1..=most).contains(&samples) {
        return Ok(());
    }
    let finding = Finding::error("robustness_samples").fact("value", samples).fact("most", most);
    Err(DataError::new(vec![finding]))
}

fn check_run(run: u64) -> Result<(), DataError> {
    if run <= LAST_RUN {
        return Ok(());
    }
    let finding = Finding::error("robustness_run").fact("value", run).fact("most", LAST_RUN);
    Err(DataError::new(vec![finding]))
}

fn made(model: &Model, mut runs: Runs, ranges: Vec<Range<u64>>) -> Result<Runs, DataError> {
    budget::stage("runs", "").map_err(DataError::new)?;
    let all: u64 = ranges.iter().map(|range| range.end - range.start).sum();
    let tasks = TASKS[usize::from(model.rows().len() > MOST_PAIRED)];
    let size = all.div_ceil(tasks).max(1);
    let pieces = ranges.into_iter().flat_map(|range| {
        let starts = range.clone().step_by(usize::try_from(size).unwrap_or(usize::MAX));
        starts.map(move |start| start..range.end.min(start.saturating_add(size)))
    });
    let seed = runs.study.seed;
    let study = runs.study.clone();
    for part in exec::map(pieces.collect(), |piece| task(model, &study, seed, piece)) {
        runs = runs.merge(&part)?;
    }
    Ok(runs)
}

/// Runs one after the other, on one thread; where the budget ends, those until then.
fn task(model: &Model, study: &Study, seed: u64, range: Range<u64>) -> Runs {
    let entities = model.rows().len();
    let mut counting = Counting::new(model.nominal().totals);
    let mut failures: Vec<Failed> = Vec::new();
    let mut at = range.start;
    model.runner().sample(seed, range.clone(), &mut |run, outcome| {
        match outcome {
            Ok(outcome) => counting.add(outcome),
            // What was not finished has not failed.
            Err(_) if budget::is_spent() => return false,
            Err(error) => Failed::of(run, &error).add_to(&mut failures),
        }
        at = run + 1;
        let looks = (at - range.start).is_multiple_of(PATIENCE);
        if looks {
            budget::count_cells(entities * PATIENCE as usize);
        }
        !looks || !budget::is_spent()
    });
    budget::count_cells(entities * ((at - range.start) % PATIENCE) as usize);
    let (tallies, before) = counting.done();
    let ranges = joined(std::iter::once([range.start, at]));
    let mut runs = Runs { study: study.clone(), ranges, failed: Vec::new(), tallies, before };
    for failed in failures {
        runs.fail(failed);
    }
    runs
}

fn study(assessment: &Assessment, model: &Model, (period, factors): (Period, &[Factor]), seed: u64) -> Study {
    let panel = assessment.panel();
    let nominal = model.nominal();
    let followed = |(k, row): (usize, &usize)| Followed {
        name: panel.name_of(*row).into_owned(),
        class: assessment.class(*row).map(str::to_owned),
        rank: nominal.ranks[k],
        total: nominal.totals[k],
    };
    Study {
        fingerprint: fingerprint(assessment, period, factors, seed),
        period: panel.period_text(period),
        seed,
        factors: factors.to_vec(),
        entities: model.rows().iter().enumerate().map(followed).collect(),
    }
}

/// A hash of all that runs follow from.
fn fingerprint(assessment: &Assessment, period: Period, factors: &[Factor], seed: u64) -> String {
    let mut hash = Sha256::new();
    let mut text = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    text(env!("CARGO_PKG_VERSION"));
    text(&assessment.scheme().fingerprint().to_string());
    text(&format!("{period:?} {seed} {factors:?} {:?}", assessment.inner.options.targets));
    let panel = assessment.panel();
    for row in 0..panel.len() {
        text(&panel.name_of(row));
        text(assessment.class(row).unwrap_or_default());
    }
    panel.period_texts().for_each(|period| text(&period));
    for name in panel.column_names() {
        text(name);
        let column = panel.column(name).filter(|column| column.has_long());
        if let Some(column) = column {
            (0..panel.len()).for_each(|row| text(&format!("{:?}", column.exact(row))));
        }
    }
    let mut numbers = |numbers: &[f64]| numbers.iter().for_each(|x| hash.update(x.to_bits().to_le_bytes()));
    panel.column_names().filter_map(|name| panel.column(name)).for_each(|column| numbers(column.values()));
    numbers(assessment.unrounded_totals());
    numbers(assessment.ranks());
    hash.finalize()[..16].iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
