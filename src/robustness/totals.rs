//! Confidence in the ranks of an assessment.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::rank_sets::{Estimated, How, RankSets, rank_sets};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::{Finding, Place};
use crate::panel::Period;

/// The standard errors of totals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Errors {
    /// The same for all.
    Same(f64),
    /// By entity.
    Of(BTreeMap<String, f64>),
}

impl Assessment {
    /// Confidence sets for the ranks of a period, from standard errors of the totals: see [`rank_sets`].
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
        let (mut found, mut estimates) = (Vec::new(), Vec::new());
        let about = |code, entity: &str| {
            let place = Place { entity: Some(entity.to_owned()), ..Place::default() };
            Finding::error(code).placed(place).fact("entity", entity)
        };
        for row in self.ranking(period)?.into_iter().filter(|row| row.rank.is_some()) {
            let error = match errors {
                Errors::Same(error) => Some(*error),
                Errors::Of(errors) => errors.get(&row.entity).copied(),
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
}
