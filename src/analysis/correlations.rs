//! Correlations of every two indicators, with the probability of such a one by chance.

use serde::{Deserialize, Serialize};

use super::sample::{Of, Span};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::exec;
use crate::number::coherence::paired;
use crate::number::relation::{kendall, pearson, spearman};
use crate::panel::Period;
use crate::report::{Digits, Measure, Names, Report, Sentence, Table};

/// How a correlation is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Correlated {
    /// Pearson's r: along a straight line.
    #[default]
    Pearson,
    /// Spearman's ρ: Pearson's r of the ranks.
    Spearman,
    /// Kendall's τ-b: of pairs in the same order.
    Kendall,
}

impl Correlated {
    fn sign(self) -> &'static str {
        match self {
            Correlated::Pearson => "r",
            Correlated::Spearman => "ρ",
            Correlated::Kendall => "τ",
        }
    }
}

/// Correlations of every two indicators or groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Correlations {
    /// Of which numbers.
    pub of: Of,
    /// How measured.
    pub method: Correlated,
    /// When.
    #[serde(flatten)]
    pub span: Span,
    /// The indicators and groups, in order.
    pub nodes: Vec<String>,
    /// One row for every two of them.
    pub rows: Vec<Correlation>,
}

/// The correlation of two indicators or groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Correlation {
    /// The one.
    pub first: String,
    /// The other.
    pub second: String,
    /// The correlation; NaN where one of them is all alike.
    pub correlation: f64,
    /// The probability of one so far from 0 where there is none.
    pub p: f64,
    /// Entities that have both numbers.
    pub n: usize,
}

impl Assessment {
    /// Correlations of every two of some indicators and groups (of all indicators if none is named), over the entities that have both
    /// numbers, in one period, or in all of them pooled if none is named. Benchmarks do not count.
    ///
    /// # Errors
    /// A period that the data lack, an unknown id, a group of which values are asked for.
    pub fn correlations(
        &self,
        of: Of,
        method: Correlated,
        nodes: &[String],
        period: Option<Period>,
    ) -> Result<Correlations, DataError> {
        let sample = self.sample(period)?;
        let nodes = self.sampled_nodes(of, nodes)?;
        let columns: Vec<Vec<f64>> = nodes.iter().map(|node| self.taken(of, *node, &sample.rows)).collect();
        let pairs: Vec<(usize, usize)> =
            (0..nodes.len()).flat_map(|i| (i + 1..nodes.len()).map(move |j| (i, j))).collect();
        let row = |(i, j): (usize, usize)| {
            let (x, y) = paired(&columns[i], &columns[j]);
            let related = match method {
                Correlated::Pearson => pearson(&x, &y),
                Correlated::Spearman => spearman(&x, &y),
                Correlated::Kendall => kendall(&x, &y),
            };
            let [first, second] = [i, j].map(|k| self.id_of(nodes[k]).to_owned());
            Correlation { first, second, correlation: related.r, p: related.p, n: x.len() }
        };
        let rows = exec::map(pairs, row);
        let nodes = nodes.iter().map(|node| self.id_of(*node).to_owned()).collect();
        Ok(Correlations { of, method, span: sample.span, nodes, rows })
    }
}

impl Correlations {
    /// The correlation of two of the nodes by their places; 1 of a node with itself.
    fn between(&self, i: usize, j: usize) -> f64 {
        let (i, j) = (i.min(j), i.max(j));
        if i == j {
            return 1.0;
        }
        // Rows before those of `i`, then those of `i` up to `j`.
        let place = i * self.nodes.len() - i * (i + 1) / 2 + (j - i - 1);
        self.rows.get(place).map_or(f64::NAN, |row| row.correlation)
    }
}

impl Report for Correlations {
    /// The two that go together most, and the two that go most against each other.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let known: Vec<&Correlation> = self.rows.iter().filter(|r| !r.correlation.is_nan()).collect();
        let most = known.iter().rev().max_by(|a, b| a.correlation.total_cmp(&b.correlation));
        let least = known.iter().min_by(|a, b| a.correlation.total_cmp(&b.correlation));
        let said = |code, row: &Correlation| {
            let chance = if row.p < 0.001 {
                Sentence::new("p_below")
            } else {
                Sentence::new("p_is").points("p", row.p, 3)
            };
            Sentence::new(code)
                .fact("period", self.span.fact())
                .fact("first", names.node(&row.first))
                .fact("second", names.node(&row.second))
                .text("sign", self.method.sign())
                .points("r", row.correlation, 2)
                .fact("p", chance)
        };
        let most = most.filter(|r| r.correlation > 0.0).map(|r| said("correlations_most", r));
        let least = least.filter(|r| r.correlation < 0.0).map(|r| said("correlations_least", r));
        let found: Vec<Sentence> = most.into_iter().chain(least).collect();
        if found.is_empty() {
            vec![Sentence::new("correlations_none").fact("period", self.span.fact())]
        } else {
            found
        }
    }

    /// One row for every two, and the whole matrix.
    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let measure = || Measure::pure(Digits::Decimals(3));
        let label = |id: &str| names.node(id);
        let pairs = Table::of("correlations", &self.rows)
            .names("first", "col_first", |r| &r.first, label)
            .names("second", "col_second", |r| &r.second, label)
            .number("correlation", "col_correlation", measure(), |r| r.correlation)
            .number("p", "col_p", Measure::pure(Digits::Decimals(4)), |r| r.p)
            .counts("n", "col_n", |r| r.n);
        let places: Vec<usize> = (0..self.nodes.len()).collect();
        let mut matrix =
            Table::of("matrix", &places).labels("node", "col_node", |i| Some(label(&self.nodes[*i])));
        for (j, node) in self.nodes.iter().enumerate() {
            matrix = matrix
                .of_named(names.node(node), Measure::pure(Digits::Decimals(2)), |i| self.between(*i, j));
        }
        vec![pairs.done(), matrix.done().titled("table_matrix").detail()]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        let note = match self.method {
            Correlated::Pearson => "correlations_pearson",
            Correlated::Spearman => "correlations_spearman",
            Correlated::Kendall => "correlations_kendall",
        };
        vec![Sentence::new(note).fact("of", self.of.said())]
    }
}
