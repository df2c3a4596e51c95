//! Confidence in the ranks of an assessment.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::measured::{self, Measured};
use super::rank_sets::{Estimated, How, RankSets, rank_sets, rank_sets_correlated};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::{Finding, Place};
use crate::panel::Period;
use crate::scheme::model::Factor;

/// The standard errors of totals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Errors {
    /// The same for all.
    Same(f64),
    /// By entity.
    Of(BTreeMap<String, f64>),
    /// What errors of variables make of them: factors of a study that are errors of measurement. Their covariance is taken of 4,000
    /// runs through the whole method, with the seed of the sets.
    Measured(Vec<Factor>),
}

impl Assessment {
    /// Confidence sets for the ranks of a period, from standard errors of the totals: see [`rank_sets`].
    ///
    /// Errors of variables are drawn through the whole method, which gives totals a covariance ([`Errors::Measured`]).
    ///
    /// The totals are those before their rounding, of the entities that are ranked; entities of all classes are compared with each other.
    ///
    /// # Errors
    /// As [`rank_sets`]; a period without data; an entity without an error, an error of one that is not ranked.
    pub fn rank_sets(
        &self,
        period: Period,
        errors: &Errors,
        how: &How,
        top: Option<usize>,
    ) -> Result<RankSets, DataError> {
        if let Errors::Measured(factors) = errors {
            return self.measured_rank_sets(period, factors, how, top);
        }
        let (mut found, mut estimates) = (Vec::new(), Vec::new());
        let about = |code, entity: &str| {
            let place = Place { entity: Some(entity.to_owned()), ..Place::default() };
            Finding::error(code).placed(place).fact("entity", entity)
        };
        for row in self.ranking(period)?.into_iter().filter(|row| row.rank.is_some()) {
            let error = match errors {
                Errors::Same(error) => Some(*error),
                Errors::Of(errors) => errors.get(&row.entity).copied(),
                Errors::Measured(_) => None,
            };
            match error {
                Some(error) => {
                    let estimate = self.unrounded_totals()[row.row];
                    estimates.push(Estimated { name: row.entity, estimate, error });
                }
                None => found.push(about("rank_sets_no_error", &row.entity)),
            }
        }
        if let Errors::Of(errors) = errors {
            let ranked: HashSet<&str> = estimates.iter().map(|own| own.name.as_str()).collect();
            let others = errors.keys().filter(|entity| !ranked.contains(entity.as_str()));
            found.extend(others.map(|entity| about("rank_sets_not_ranked", entity)));
        }
        if found.is_empty() { rank_sets(&estimates, how, false, top) } else { Err(DataError::new(found)) }
    }

    fn measured_rank_sets(
        &self,
        period: Period,
        factors: &[Factor],
        how: &How,
        top: Option<usize>,
    ) -> Result<RankSets, DataError> {
        let seed = match how {
            How::Stepwise { seed, .. } => *seed,
            How::Joint { .. } => 0,
        };
        let Measured { rows, covariance } = measured::covariance(self, period, factors, seed)?;
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|a, b| self.ranks()[rows[*a]].total_cmp(&self.ranks()[rows[*b]]));
        let panel = self.panel();
        let estimated = |k: &usize| Estimated {
            name: panel.name_of(rows[*k]).into_owned(),
            estimate: self.unrounded_totals()[rows[*k]],
            error: f64::NAN,
        };
        let estimates: Vec<Estimated> = order.iter().map(estimated).collect();
        let ordered: Vec<Vec<f64>> =
            order.iter().map(|i| order.iter().map(|j| covariance[*i][*j]).collect()).collect();
        rank_sets_correlated(&estimates, &ordered, how, false, top)
    }
}
