//! Which of the uncertain factors of a method and its data moves ranks, and how much of that is the factor's alone.

mod asked;
mod enumerate;
mod indices;
mod pick_freeze;
mod said;

use serde::{Deserialize, Serialize};

use self::asked::{Asked, Part};
use super::design::{Varied, usual};
use super::runner::Model;
use super::runs::Failed;
use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::Finding;
use crate::panel::Period;
use crate::report::{Label, Names};
use crate::scheme::model::Factor;

/// How sensitivity is found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SensitivityHow {
    /// What is looked at.
    pub output: Output,
    /// Whether all combinations are computed or points are drawn; all of them if nothing is said, where that can be done.
    pub method: Option<SensitivityMethod>,
    /// Rows of points, if they are drawn; best a power of 2.
    pub samples: usize,
    /// Which points.
    pub seed: u64,
    /// How often rows are drawn again for the intervals; without intervals if 0.
    pub resamples: usize,
    /// Probability that an interval stands for.
    pub level: f64,
    /// Whether Shapley effects are asked for, which take about twice the runs if points are drawn.
    pub shapley: bool,
    /// Whether every weight that varies counts as a factor of its own; if nothing is said, where no factors are named.
    pub split: Option<bool>,
}

impl Default for SensitivityHow {
    fn default() -> Self {
        SensitivityHow {
            output: Output::Rank,
            method: None,
            samples: 1024,
            seed: 0,
            resamples: 1000,
            level: 0.95,
            shapley: true,
            split: None,
        }
    }
}

/// What factors move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// Ranks.
    #[default]
    Rank,
    /// Totals, before their rounding.
    Total,
}

/// Whether all combinations are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SensitivityMethod {
    /// Every combination of alternatives, with its chance: no sampling error.
    Exact,
    /// Sobol' points.
    Sampled,
}

/// How sensitive ranks or totals are to each factor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensitivity {
    /// When.
    pub period: String,
    /// Whose rank or total; none for all together: how far those of all are from the nominal ones, on average.
    pub entity: Option<String>,
    /// What is looked at.
    pub output: Output,
    /// How it was found.
    pub made: SensitivityMade,
    /// The rank or total without any uncertainty; 0 for all together.
    pub nominal: f64,
    /// Its mean over the factors.
    pub mean: f64,
    /// Its standard deviation.
    pub deviation: f64,
    /// One row a factor.
    pub rows: Vec<FactorSensitivity>,
    /// One row an entity and factor.
    pub entities: Vec<EntitySensitivity>,
    /// The chance of every rank of every entity, where all combinations were computed.
    pub ranks: Vec<RankChance>,
}

/// How it was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum SensitivityMade {
    /// Every combination was computed.
    Exact {
        /// How many there are.
        combinations: usize,
    },
    /// Points were drawn.
    Sampled {
        /// Rows of points.
        samples: usize,
        /// Which.
        seed: u64,
        /// Runs of all rows.
        runs: usize,
        /// How often rows were drawn again for the intervals.
        resamples: usize,
        /// Probability that an interval stands for.
        level: f64,
        /// Rows that are left out because the entity, or all of them, had no rank in one of their runs.
        unranked: usize,
        /// Rows that are left out because a run failed, by the reason.
        failed: Vec<Failed>,
    },
}

/// How sensitive it is to a factor: missing where nothing varies.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FactorSensitivity {
    /// The factor.
    pub factor: String,
    /// Its title.
    pub title: Label,
    /// First-order index: the share of the variance that the factor makes by itself.
    pub first: Option<f64>,
    /// Lower end of its interval.
    pub first_low: Option<f64>,
    /// Upper end.
    pub first_high: Option<f64>,
    /// Total index: the share that it has a part in, that would be gone if it were known.
    pub total: Option<f64>,
    /// Lower end of its interval.
    pub total_low: Option<f64>,
    /// Upper end.
    pub total_high: Option<f64>,
    /// Shapley effect: its own share with a fair part of what several make together; all of them add up to 1.
    pub shapley: Option<f64>,
}

/// How sensitive an entity is to a factor: missing where nothing varies.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntitySensitivity {
    /// Entity.
    pub entity: String,
    /// The factor.
    pub factor: String,
    /// First-order index.
    pub first: Option<f64>,
    /// Total index.
    pub total: Option<f64>,
    /// Shapley effect.
    pub shapley: Option<f64>,
}

/// The chance of a rank.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankChance {
    /// Entity.
    pub entity: String,
    /// A rank that it has; missing where it is not ranked.
    pub rank: Option<f64>,
    /// The chance of that.
    pub chance: f64,
}

impl Assessment {
    /// How sensitive ranks (or totals) are to each factor: first-order and total Sobol' indices, Shapley effects; of one entity, or of all
    /// together, where the number looked at is `mean over entities of |rank − nominal rank|`.
    ///
    /// Without factors those of the scheme's section `[robustness]` are taken, else every weight is one and varies by a quarter. Where all
    /// factors are discrete and have 20,000 combinations at most, every combination is computed with its chance, and the indices have no sampling
    /// error; else rows of Sobol' points are run (see [`SensitivityHow`]), and intervals come from drawing rows again.
    ///
    /// ```text
    /// first_i = Var E[y | i] / Var y        total_i = 1 − Var E[y | all but i] / Var y        shapley_i: Owen (2014)
    /// ```
    ///
    /// # Missing values
    /// An entity without a rank in a run has no part in the mean of that run. Rows in which the number looked at is missing are left out and
    /// counted, and so are rows with a run that fails. Where all combinations are computed, one that fails is an error.
    ///
    /// # Errors
    /// A period that the data lack; an entity that is not ranked in it; everything that is wrong with the factors; counts, a level out of
    /// range; a study that is too large, or not discrete where all combinations are asked for; a combination, or every row, that fails.
    ///
    /// # Source
    /// A. Saltelli et al., *Variance based sensitivity analysis of model output* (2010); M. J. W. Jansen (1999); A. B. Owen, *Sobol' indices and
    /// Shapley value* (2014); T. Goda, *A simple algorithm for global sensitivity analysis with Shapley effects* (2021).
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// use kaohe::{Panel, Period, Scheme, robustness::SensitivityHow};
    /// let scheme = Scheme::from_toml(r#"
    /// kaohe = 1
    /// id = "example"
    /// variable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }]
    /// [[indicator]]
    /// id = "rd"
    /// formula = "rd"
    /// unit = "亿元"
    /// points = { rule = "linear", low = 0, high = 4 }
    /// [[indicator]]
    /// id = "size"
    /// formula = "gdp"
    /// unit = "亿元"
    /// points = { rule = "linear", low = 0, high = 200 }
    /// [[robustness.factor]]
    /// id = "weights"
    /// weights = { among = [{ rd = 1 }, { rd = 5 }] }
    /// [[robustness.factor]]
    /// id = "mean"
    /// setting = { at = "total.aggregate", among = ["arithmetic", "geometric"] }
    /// "#)?;
    /// let year = Period::year(2023).unwrap();
    /// let panel = Panel::builder(["甲", "乙"].into_iter().collect(), vec![year; 2])
    ///     .column("rd", vec![1.0, 2.0]).column("gdp", vec![190.0, 100.0]).build().unwrap();
    /// let found = scheme.assess(&panel)?.sensitivity(year, None, None, &SensitivityHow::default())?;
    /// let shares: Vec<f64> = found.rows.iter().filter_map(|row| row.shapley).collect();
    /// assert_eq!(found.ranks.len(), 4);
    /// assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sensitivity(
        &self,
        period: Period,
        factors: Option<&[Factor]>,
        entity: Option<&str>,
        how: &SensitivityHow,
    ) -> Result<Sensitivity, DataError> {
        let document = self.scheme().document();
        let given = factors.map_or_else(|| usual(document), <[Factor]>::to_vec);
        let says_nothing = factors.is_none() && document.robustness.factors.is_empty();
        let model = Model::of(self, period, &given)?;
        let split = how.split.unwrap_or(says_nothing);
        let parts = model.design().factors().iter().flat_map(|varied| self.parts(varied, split)).collect();
        let name = |row: &usize| self.panel().name_of(*row).into_owned();
        let entities: Vec<String> = model.rows().iter().map(name).collect();
        let of = match entity {
            None => 0,
            Some(entity) => {
                let row = self.row(entity, period)?;
                let at = model.rows().iter().position(|own| *own == row);
                1 + at.ok_or_else(|| {
                    DataError::new(vec![Finding::error("sensitivity_not_ranked").fact("entity", entity)])
                })?
            }
        };
        let asked = Asked { model, parts, entities, of, how };
        let exact = asked.check()?;
        let mut found = if exact { asked.exact()? } else { asked.sampled()? };
        found.period = self.panel().period_text(period);
        Ok(found)
    }

    /// A factor, or each weight that it varies.
    fn parts(&self, varied: &Varied, split: bool) -> Vec<Part> {
        let nodes = if split { varied.nodes() } else { Vec::new() };
        if nodes.is_empty() {
            return vec![Part { label: Label::new(&varied.id, &varied.title), at: varied.at.clone() }];
        }
        let (names, plan) = (Names::of(self.scheme().document()), self.scheme().plan());
        let one =
            |(at, node): (usize, usize)| Part { label: names.node(&plan.nodes[node].id), at: at..at + 1 };
        varied.at.clone().zip(nodes).map(one).collect()
    }
}
