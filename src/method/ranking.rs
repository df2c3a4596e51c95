//! Ranks and grades.

use serde::{Deserialize, Serialize};

/// Ranks of equal totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// 1 2 2 4
    #[default]
    Competition,
    /// 1 2 2 3
    Dense,
    /// 1 3 3 4
    Modified,
    /// 1 2.5 2.5 4
    Average,
    /// 1 2 3 4, equal totals in the caller's order of entities.
    Ordinal,
}

/// Which total decides the rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RankOn {
    /// The total as printed.
    #[default]
    Rounded,
    /// The total before rounding.
    Exact,
}

/// How totals become ranks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Ranking {
    /// Ranks of equal totals.
    pub ties: Ties,
    /// Which total decides.
    pub on: RankOn,
    /// Indicators or groups whose score decides between equal totals, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tie_break: Vec<String>,
}

impl Ties {
    /// Ranks from groups of equals in order, best first: `sizes` gives how many share each place.
    pub fn ranks(self, sizes: impl IntoIterator<Item = usize>) -> Vec<f64> {
        let (mut ranks, mut before) = (Vec::new(), 0usize);
        for (place, size) in sizes.into_iter().enumerate() {
            for k in 0..size {
                ranks.push(match self {
                    Ties::Competition => (before + 1) as f64,
                    Ties::Dense => (place + 1) as f64,
                    Ties::Modified => (before + size) as f64,
                    Ties::Average => before as f64 + (size as f64 + 1.0) / 2.0,
                    Ties::Ordinal => (before + k + 1) as f64,
                });
            }
            before += size;
        }
        ranks
    }
}

/// How totals become grades.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Grades {
    /// What the table's numbers are.
    #[serde(default)]
    pub by: GradeBy,
    /// `[name, bound]` from the best down: the lowest total, the last rank, or the share of entities (cumulated) that
    /// still gets the grade.
    pub table: Vec<(String, f64)>,
}

/// What the numbers of a grade table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GradeBy {
    /// Total at least the bound.
    #[default]
    Score,
    /// Rank at most the bound.
    Rank,
    /// Rank at most the bound times the number ranked, rounded down (前 20 %).
    Proportion,
}
