//! 双条件矩阵: a table over two conditions.

use serde::Serialize;

use super::combine::{Combine, check_parts};
use super::kernel::{Branch, Limit, Setting};
use super::table::cell;
use super::{Leaf, Rule};
use crate::finding::Finding;
use crate::method::part::Part;
use crate::number::Number;
use crate::tree::read_table;

/// # Formula
/// ```text
/// points = table[i][j]          i, j: the levels of the first and the second part
/// ```
/// Each part is a `steps` rule whose points are the level, a whole number from 0: `at = [[1, 1]]` says 1 where the
/// condition is met, 0 where not.
///
/// # Source
/// 节能目标 (年度 × 累计): both met 60, only the cumulative one 55, only the year's 40, neither 0:
/// `table = [[0, 55], [40, 60]]`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// The two conditions.
    pub of: Vec<Part>,
    /// Points by the level of the first (row) and of the second (column).
    pub table: Vec<Vec<f64>>,
}

read_table!(Matrix: of, table);

/// A level as an index; none if it is not a whole number from 0.
fn level<N: Number>(score: Option<&N>) -> Option<usize> {
    let level = score?.to_f64();
    (level >= 0.0 && level.fract() == 0.0 && level < 1e6).then_some(level as usize)
}

impl Matrix {
    fn find<N: Number>(&self, scores: &[N]) -> Option<(usize, usize, f64)> {
        let (i, j) = (level(scores.first())?, level(scores.get(1))?);
        Some((i, j, *self.table.get(i)?.get(j)?))
    }
}

impl Combine for Matrix {
    fn parts(&self) -> &[Part] {
        &self.of
    }

    fn check(&self, _: &Setting) -> Vec<Finding> {
        let mut found = check_parts(&self.of, 2, false);
        if self.of.len() > 2 {
            found.push(
                Finding::error("rule_table_long").at("of").fact("most", 2).fact("found", self.of.len()),
            );
        }
        let columns = self.table.first().map_or(0, Vec::len);
        if let Some(i) = self.table.iter().position(|row| row.len() != columns || row.is_empty()) {
            let uneven = Finding::error("rule_matrix_uneven").at(format!("table[{i}]"));
            found.push(uneven.fact("row", self.table[i].len()).fact("first", columns));
        }
        for (i, (part, size)) in self.of.iter().zip([self.table.len(), columns]).enumerate() {
            let path = format!("of[{i}]");
            match &part.rule {
                Rule::Leaf(Leaf::Steps(steps)) if part.full.is_none() => {
                    if steps.levels().is_none_or(|most| most >= size) {
                        found.push(Finding::error("rule_matrix_level").at(path).fact("size", size));
                    }
                }
                _ => found.push(Finding::error("rule_matrix_steps").at(path)),
            }
        }
        found
    }

    fn combine<N: Number>(&self, scores: &[N]) -> N {
        self.find(scores).map_or_else(N::missing, |(_, _, points)| N::of(points))
    }

    fn branch<N: Number>(&self, scores: &[N]) -> Branch {
        let Some((i, j, points)) = self.find(scores) else { return Branch::new("rule_missing") };
        let best = self.table.iter().flatten().all(|p| *p <= points);
        let branch = Branch::new("rule_matrix").fact("row", i).fact("column", j).fact("points", points);
        if best { branch.at(Limit::High) } else { branch }
    }

    fn sheet(&self, scores: &[String]) -> String {
        let [row, column] = scores else { return "NA()".to_owned() };
        let rows: Vec<String> = self
            .table
            .iter()
            .map(|r| {
                format!("CHOOSE({column}+1,{})", r.iter().map(|p| cell(*p)).collect::<Vec<_>>().join(","))
            })
            .collect();
        format!("CHOOSE({row}+1,{})", rows.join(","))
    }
}

#[cfg(test)]
#[path = "matrix_tests.rs"]
mod tests;
