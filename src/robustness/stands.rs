//! Where everybody stands when what is uncertain varies: rank intervals, who is before whom, who cannot be told apart.

use serde::{Deserialize, Serialize};

use super::design::usual;
use super::runs::{Runs, more, replay, sample};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::Finding;
use crate::panel::Period;
use crate::scheme::model::Factor;

/// Which runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// How many.
    pub samples: u64,
    /// The first of them.
    pub first: u64,
    /// Which numbers are drawn.
    pub seed: u64,
}

impl Default for Sampling {
    fn default() -> Self {
        Sampling { samples: 10_000, first: 0, seed: 0 }
    }
}

/// What is said of the runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Shown {
    /// Quantiles of ranks, ascending.
    pub quantiles: Vec<f64>,
    /// Two are told apart where one is before the other in at least this share of the runs.
    pub level: f64,
    /// Whom the sentences are about; the first ones if nobody is named.
    pub entity: Option<String>,
}

/// What is said if nothing else is asked.
pub(super) const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

impl Default for Shown {
    fn default() -> Self {
        Shown { quantiles: QUANTILES.to_vec(), level: 0.9, entity: None }
    }
}

/// Where an entity stands over all runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stands {
    /// Name.
    pub name: String,
    /// Class, where the scheme has such.
    pub class: Option<String>,
    /// Its rank as assessed.
    pub rank: f64,
    /// The quantiles of its ranks that were asked for.
    pub quantiles: Vec<f64>,
    /// Its mean rank.
    pub mean: f64,
    /// That minus its rank: positive is worse.
    pub mean_shift: f64,
    /// The share of the runs in which its rank is at most the one as assessed.
    pub place: f64,
    /// The share of the runs in which it is not ranked.
    pub unranked: f64,
    /// Mean of its totals before their rounding.
    pub mean_total: f64,
    /// Those that it cannot be told apart from, the best first; none where pairs are not counted.
    pub alike: Option<Vec<String>>,
}

/// How ranks hold when what is uncertain varies.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Robustness {
    /// Everybody, the best first, class by class.
    pub rows: Vec<Stands>,
    /// Those in a row of whom nobody can be told apart from another; nobody is in a smaller group than need be.
    pub groups: Vec<Vec<String>>,
    /// Runs that came to a ranking.
    pub samples: u64,
    /// Runs that were asked for and not made: the work was ended.
    pub lacking: u64,
    /// What was asked to be said.
    pub shown: Shown,
    /// The runs.
    pub runs: Runs,
}

/// In which share of the runs everybody was among the best so many.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AtMost {
    /// The rank.
    pub rank: f64,
    /// Everybody, the best first: name, rank as assessed, share of the runs.
    pub rows: Vec<Chance>,
    /// Runs.
    pub samples: u64,
}

/// A share of the runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chance {
    /// Whose.
    pub name: String,
    /// Rank as assessed.
    pub rank: f64,
    /// The share of the runs.
    pub share: f64,
}

impl Robustness {
    /// What runs show.
    ///
    /// # Errors
    /// Quantiles or a level that are no shares; an entity that is not ranked.
    pub fn of(runs: Runs, shown: &Shown) -> Result<Self, DataError> {
        check(&runs, shown)?;
        let order = order(&runs);
        let alike = alike(&runs, shown.level, &order);
        let names = |of: &[usize]| of.iter().map(|k| runs.study.entities[*k].name.clone()).collect();
        let rows = order.iter().map(|k| stands(&runs, shown, *k, alike.as_ref().map(|all| names(&all[*k]))));
        let groups = alike.as_ref().map_or_else(Vec::new, |alike| groups(&runs, &order, alike));
        Ok(Robustness {
            rows: rows.collect(),
            groups: groups.iter().map(|group| names(group)).collect(),
            samples: runs.samples(),
            lacking: 0,
            shown: shown.clone(),
            runs,
        })
    }

    /// The share of the runs in which one entity was before another. Who is not ranked is behind everybody who is.
    ///
    /// # Errors
    /// As [`Runs::before`].
    pub fn beats(&self, entity: &str, other: &str) -> Result<f64, DataError> {
        Ok(self.runs.before(entity, other)? as f64 / self.samples as f64)
    }

    /// The share of the runs in which each was among the best so many.
    pub fn at_most(&self, rank: f64) -> AtMost {
        let chance = |k: usize| {
            let own = &self.runs.study.entities[k];
            let share = self.runs.tallies[k].ranks.at_most(rank) as f64 / self.samples as f64;
            Chance { name: own.name.clone(), rank: own.rank, share }
        };
        AtMost { rank, rows: order(&self.runs).into_iter().map(chance).collect(), samples: self.samples }
    }

    /// With the runs of another part of the same study.
    ///
    /// # Errors
    /// Another study; runs that both have.
    pub fn merge(self, other: &Robustness) -> Result<Self, DataError> {
        Robustness::of(self.runs.merge(&other.runs)?, &self.shown)
    }
}

fn check(runs: &Runs, shown: &Shown) -> Result<(), DataError> {
    let mut found = Vec::new();
    let is_share = |p: f64| (0.0..=1.0).contains(&p);
    if shown.quantiles.is_empty()
        || !shown.quantiles.iter().all(|p| is_share(*p))
        || !shown.quantiles.is_sorted()
    {
        let given: Vec<String> = shown.quantiles.iter().map(ToString::to_string).collect();
        found.push(Finding::error("robustness_quantiles").fact("value", given.join(", ")));
    }
    if !(shown.level > 0.5 && shown.level <= 1.0) {
        found.push(Finding::error("robustness_level_range").fact("value", shown.level));
    }
    if let Some(Err(error)) = shown.entity.as_ref().map(|entity| runs.place(entity)) {
        found.extend(error.findings().iter().cloned());
    }
    if found.is_empty() { Ok(()) } else { Err(DataError::new(found)) }
}

/// The entities from the best down, class by class in the order in which they occur.
fn order(runs: &Runs) -> Vec<usize> {
    let of = &runs.study.entities;
    let mut classes: Vec<&Option<String>> = Vec::new();
    for own in of {
        if !classes.contains(&&own.class) {
            classes.push(&own.class);
        }
    }
    let class = |k: usize| classes.iter().position(|class| **class == of[k].class);
    let mut order: Vec<usize> = (0..of.len()).collect();
    order.sort_by(|a, b| class(*a).cmp(&class(*b)).then(of[*a].rank.total_cmp(&of[*b].rank)));
    order
}

fn stands(runs: &Runs, shown: &Shown, k: usize, alike: Option<Vec<String>>) -> Stands {
    let (own, tally, samples) = (&runs.study.entities[k], &runs.tallies[k], runs.samples() as f64);
    let mean = tally.ranks.mean();
    Stands {
        name: own.name.clone(),
        class: own.class.clone(),
        rank: own.rank,
        quantiles: shown.quantiles.iter().map(|p| tally.ranks.quantile(*p)).collect(),
        mean,
        mean_shift: mean - own.rank,
        place: tally.ranks.at_most(own.rank) as f64 / samples,
        unranked: tally.unranked as f64 / samples,
        mean_total: tally.mean_total(),
        alike,
    }
}

/// For everybody those of the same class that are before or behind too seldom, the best first.
fn alike(runs: &Runs, level: f64, order: &[usize]) -> Option<Vec<Vec<usize>>> {
    let (before, of) = (runs.before.as_ref()?, &runs.study.entities);
    let (n, samples) = (of.len(), runs.samples() as f64);
    let apart = |a: usize, b: usize| {
        let often = before[a * n + b].max(before[b * n + a]);
        often as f64 >= level * samples
    };
    let like = |a: usize| {
        let other = |b: &usize| *b != a && of[*b].class == of[a].class && !apart(a, *b);
        order.iter().copied().filter(other).collect()
    };
    Some((0..n).map(like).collect())
}

/// The longest stretches of the order in which nobody can be told apart from another.
fn groups(runs: &Runs, order: &[usize], alike: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let n = runs.study.entities.len();
    let mut is_like = vec![false; n * n];
    for (a, others) in alike.iter().enumerate() {
        for b in others {
            is_like[a * n + b] = true;
        }
    }
    let (mut groups, mut reached) = (Vec::new(), 0);
    let mut start = 0;
    for end in 1..=order.len() {
        // Everybody from `start` to before `end` is alike; who comes next moves the start behind the last one that he is told apart from.
        let next = order.get(end);
        let apart = next.and_then(|b| (start..end).rev().find(|k| !is_like[order[*k] * n + b]));
        if (apart.is_some() || next.is_none()) && end - start > 1 && end > reached {
            groups.push(order[start..end].to_vec());
            reached = end;
        }
        start = apart.map_or(start, |k| k + 1);
    }
    groups
}

impl Assessment {
    /// How the ranks of a period hold when what is uncertain varies: the factors that are given, or those of the scheme, or else all its weights
    /// by a quarter up and down.
    ///
    /// # Formula
    /// ```text
    /// run r         the assessment with every factor f at its numbers number r of the stream Philox(seed, f), uniform between 0 and 1
    /// quantile p    of the n ranks of an entity in order, the one at (n − 1) p, counted from 0
    /// mean shift    mean rank − rank as assessed
    /// place         share of the runs with a rank at most the one as assessed
    /// alike         neither of two is before the other in `level` of the runs
    /// ```
    /// Runs are whole assessments: references, imputation and all that follows from them are made again where a factor touches them. The same seed gives
    /// the same runs, whatever the machine, the threads and the parts that they are made in; two parts merge to what the whole gives.
    /// In a run in which an entity is not ranked it has no rank, and is behind everybody who has one. A run that fails is counted and named. A
    /// budget that ends leaves what was done until then, and [`Robustness::lacking`] says what is not there.
    ///
    /// # Errors
    /// A period that the data lack or in which nobody is ranked; everything that is wrong with the factors, the quantiles and the level; no samples.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// # use kaohe::{Panel, Period, Scheme, robustness::{Sampling, Shown}};
    /// # let scheme = Scheme::from_toml(r#"
    /// # kaohe = 1
    /// # id = "two"
    /// # variable = [{ id = "rd", unit = "1" }, { id = "firms", unit = "1" }]
    /// # [[indicator]]
    /// # id = "rd"
    /// # formula = "rd"
    /// # unit = "1"
    /// # points = { rule = "linear", low = 0, high = 100 }
    /// # [[indicator]]
    /// # id = "firms"
    /// # formula = "firms"
    /// # unit = "1"
    /// # points = { rule = "linear", low = 0, high = 100 }
    /// # "#)?;
    /// let year = Period::year(2023).unwrap();
    /// let panel = Panel::builder(["甲", "乙", "丙"].into_iter().collect(), vec![year; 3])
    ///     .column("rd", vec![80.0, 58.0, 20.0]).column("firms", vec![40.0, 60.0, 20.0]).build().unwrap();
    /// let found = scheme.assess(&panel)?.robustness(year, None, Sampling::default(), &Shown::default())?;
    /// assert_eq!(found.beats("甲", "丙")?, 1.0);
    /// assert!(found.beats("甲", "乙")? > 0.5 && found.beats("乙", "甲")? > 0.1);
    /// assert_eq!(found.rows[2].quantiles, [3.0; 5]);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn robustness(
        &self,
        period: Period,
        factors: Option<&[Factor]>,
        sampling: Sampling,
        shown: &Shown,
    ) -> Result<Robustness, DataError> {
        let usual = usual(self.scheme().document());
        let factors = factors.unwrap_or(&usual);
        let Sampling { samples, first, seed } = sampling;
        let runs = sample(self, (period, factors), seed, first..first.saturating_add(samples))?;
        let lacking = samples.saturating_sub(runs.made());
        Ok(Robustness { lacking, ..Robustness::of(runs, shown)? })
    }

    /// The same with more runs: the first ones that are not there.
    ///
    /// # Errors
    /// Runs of another assessment; no samples.
    pub fn more_runs(&self, of: Robustness, samples: u64) -> Result<Robustness, DataError> {
        let (made, shown) = (of.runs.made(), of.shown);
        let runs = more(self, of.runs, samples)?;
        let lacking = samples.saturating_sub(runs.made() - made);
        Ok(Robustness { lacking, ..Robustness::of(runs, &shown)? })
    }

    /// The complete assessment of one run: its scheme, its data, and all that came out.
    ///
    /// # Errors
    /// Runs of another assessment; what kept the run from being made.
    pub fn run(&self, of: &Runs, run: u64) -> Result<Assessment, DataError> {
        replay(self, &of.study, run)
    }
}
