//! The numbers that statistics are taken of: of some indicators or groups, in one period or in all of them pooled.

use serde::{Deserialize, Serialize};

use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::Finding;
use crate::panel::Period;
use crate::report::{Fact, Sentence};
use crate::scheme::NodeId;

/// Which numbers are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Of {
    /// Values of indicators, in their units.
    Values,
    /// Values of indicators as they are scored: where the scheme treats outlying ones, after that.
    Treated,
    /// Scores, of groups and the total too: more is better.
    #[default]
    Scores,
}

impl Of {
    /// As a word in a sentence.
    pub(super) fn said(self) -> Sentence {
        Sentence::new(match self {
            Of::Values => "of_values",
            Of::Treated => "of_treated",
            Of::Scores => "of_scores",
        })
    }
}

/// When numbers were taken: in one period, or from one to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first period.
    pub since: String,
    /// The last one: the same unless periods are pooled.
    pub until: String,
}

impl Span {
    /// How many rows there are, in words.
    pub(super) fn rows(&self, count: usize) -> Sentence {
        let one = self.since == self.until;
        Sentence::new(if one { "rows_entities" } else { "rows_pooled" }).fact("count", count)
    }

    /// As a fact of a sentence.
    pub(super) fn fact(&self) -> Fact {
        if self.since == self.until {
            return Fact::Period(self.until.clone());
        }
        let pooled = Sentence::new("span_pooled").when("since", &self.since).when("until", &self.until);
        pooled.into()
    }
}

/// Rows that numbers are taken of, in the order of the data: everybody who is assessed.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) rows: Vec<usize>,
    pub(super) span: Span,
}

impl Assessment {
    /// The rows of a period that are assessed, or those of all periods pooled.
    ///
    /// # Errors
    /// A period that the data lack.
    pub(super) fn sample(&self, period: Option<Period>) -> Result<Sample, DataError> {
        let panel = self.panel();
        let (rows, ends) = match period {
            Some(period) => (panel.rows_of(self.period(period)?), [Some(period); 2]),
            None => {
                (0..panel.len(), [panel.periods().first(), panel.periods().last()].map(Option::<&_>::copied))
            }
        };
        let data = self.inner.data();
        let [since, until] = ends.map(|p| p.map(|p| panel.period_text(p)).unwrap_or_default());
        Ok(Sample { rows: rows.filter(|row| data.counts(*row)).collect(), span: Span { since, until } })
    }

    /// The nodes that are asked for by their ids; the indicators if nothing is asked for.
    ///
    /// # Errors
    /// An unknown id, with the nearest known one; a group, where values are asked for.
    pub(super) fn sampled_nodes(&self, of: Of, ids: &[String]) -> Result<Vec<usize>, DataError> {
        let indicators = self.indicator_count();
        if ids.is_empty() {
            return Ok((0..indicators).collect());
        }
        let node = |id: &String| {
            let NodeId(node) = self.node(id)?;
            if of != Of::Scores && node >= indicators {
                return Err(DataError::new(vec![Finding::error("sample_no_value").fact("node", id)]));
            }
            Ok(node)
        };
        ids.iter().map(node).collect()
    }

    /// The numbers of a node in some rows; missing is NaN.
    pub(super) fn taken(&self, of: Of, node: usize, rows: &[usize]) -> Vec<f64> {
        let column = match of {
            Of::Values => self.values(NodeId(node)),
            Of::Treated => self.inner.known().value_column(node).x,
            Of::Scores => self.scores(NodeId(node)),
        };
        rows.iter().map(|row| column[*row]).collect()
    }

    /// The id of a node.
    pub(super) fn id_of(&self, node: usize) -> &str {
        &self.inner.scheme.plan().nodes[node].id
    }
}

/// The numbers that are there.
pub(super) fn present(column: &[f64]) -> Vec<f64> {
    column.iter().copied().filter(|x| !x.is_nan()).collect()
}
