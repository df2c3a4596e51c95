//! 目标重要性法: weights under which the members are as important for their group as they are meant to be.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::members::{Correlated, unknown_member};
use super::{Members, SheetMembers, Weigh};
use crate::finding::Finding;
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::Number;
use crate::tree::{read_table, read_words};

/// # Formula
/// With the importances `t` over their sum and `y = Σ w s` over the entities that have a score of every member:
/// ```text
/// min Σ_j (t_j − r_j / Σ r)²    with  w ≥ 0,  Σ w = 1
/// pearson       r_j = correlation of s_j and y (Pearson)
/// first_order   r_j = the part of the variance of y that a cubic polynomial of s_j explains (least squares)
/// ```
/// The importance of a member is what it does to the group, not what is written beside it: of correlated members one may matter with a
/// weight of 0. `pearson` has one solution, `D⁻¹ R⁻¹ t` of correlations `R` and deviations `D` where none of it is negative, else that of a quadratic
/// programme. `first_order` is searched from there by damped least squares, to a point from which no step comes nearer. Both are floats, the weights are taken to thirteen
/// decimals. The mean of the scores is what is balanced, whatever `aggregate` says. A member that is all alike has 0.
///
/// # Source
/// P. Paruolo, M. Saisana and A. Saltelli, *Ratings and rankings: voodoo or science?* (2013); W. Becker, M. Saisana, P. Paruolo and I. Vandecasteele, *Weights and
/// importance in composite indicators* (2017).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Balanced {
    /// How important each member is meant to be.
    pub importances: IndexMap<String, f64>,
    /// What importance is.
    #[serde(default, skip_serializing_if = "super::members::is_default")]
    pub by: Importance,
}

read_table!(Balanced: importances, by = _);

/// What the importance of a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Importance {
    /// Its correlation with the group.
    #[default]
    Pearson,
    /// The part of the group's variance that it explains by itself.
    FirstOrder,
}

read_words!(Importance);

impl Weigh for Balanced {
    fn sentence(&self) -> &'static str {
        match self.by {
            Importance::Pearson => "explain_weights_balanced",
            Importance::FirstOrder => "explain_weights_balanced_first_order",
        }
    }

    fn check(&self, members: &[&str]) -> Vec<Finding> {
        let mut found = Vec::new();
        for (name, importance) in &self.importances {
            let at = format!("importances.{name}");
            found.extend(unknown_member(&at, name, members));
            if *importance <= 0.0 {
                found.push(Finding::error("weights_pair_positive").at(at).fact("value", importance));
            }
        }
        let lacks: Vec<String> = members
            .iter()
            .filter(|member| !self.importances.contains_key(**member))
            .map(|member| format!("`{member}`"))
            .collect();
        if !lacks.is_empty() && found.is_empty() {
            found.push(
                Finding::error("weights_member_lacks").at("importances").fact("members", lacks.join(", ")),
            );
        }
        found
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        let correlated = Correlated::of(of);
        let meant =
            correlated.live.iter().map(|k| self.importances.get(of.names[*k]).copied().unwrap_or(0.0));
        let meant: Vec<f64> = meant.collect();
        let whole: f64 = meant.iter().sum();
        let shares: Vec<f64> = meant.iter().map(|t| t / whole).collect();
        // Of scores divided by their deviations.
        let weights = match self.by {
            Importance::Pearson => by_correlation(&correlated.matrix, &shares),
            Importance::FirstOrder => by_variance(&correlated.columns, &correlated.matrix, &shares),
        };
        correlated.importances(|k| weights[k] / correlated.deviations[k])
    }

    fn sheet(&self, _: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        // A search has no formula.
        None
    }
}

/// Weights `u ≥ 0` for which the parts of `R u` are nearest to shares.
fn by_correlation(matrix: &[Vec<f64>], shares: &[f64]) -> Vec<f64> {
    let plain = solved(matrix.to_vec(), shares.to_vec()).filter(|u| u.iter().all(|u| *u >= 0.0));
    plain.unwrap_or_else(|| nearest(matrix, shares))
}

/// Added to the squares, so that of members that are alike each has its part.
const RIDGE: f64 = 1e-10;

/// What is negative by more than rounding.
const BELOW: f64 = 1e-12;

/// The `u ≥ 0` with `Σ R u = 1` and the least `|R u − t|²`, by an active set (C. L. Lawson and R. J. Hanson, *Solving Least Squares Problems*, 23).
fn nearest(matrix: &[Vec<f64>], shares: &[f64]) -> Vec<f64> {
    let m = shares.len();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let whole: Vec<f64> = matrix.iter().map(|row| row.iter().sum()).collect();
    let square = |i: usize, j: usize| product(&matrix[i], &matrix[j]) + if i == j { RIDGE } else { 0.0 };
    let mut free: Vec<usize> =
        (0..m).reduce(|best, k| if whole[k] > whole[best] { k } else { best }).into_iter().collect();
    let mut u = vec![0.0; m];
    for k in &free {
        u[*k] = 1.0 / whole[*k];
    }
    // Every set is met at most once; far fewer are.
    for _ in 0..100 * m {
        // The least with the others at 0, and the price of the sum.
        let row = |i: &usize| free.iter().map(|j| square(*i, *j)).chain([whole[*i]]).collect::<Vec<f64>>();
        let last = free.iter().map(|j| whole[*j]).chain([0.0]).collect();
        let system = free.iter().map(row).chain([last]).collect();
        let right = free.iter().map(|i| product(&matrix[*i], shares)).chain([1.0]).collect();
        let Some(mut found) = solved(system, right) else { break };
        let price = found.pop().unwrap_or_default();
        if found.iter().all(|x| *x >= 0.0) {
            u = vec![0.0; m];
            free.iter().zip(&found).for_each(|(k, x)| u[*k] = *x);
            let image: Vec<f64> = matrix.iter().zip(shares).map(|(row, t)| product(row, &u) - t).collect();
            let slope = |k: &usize| product(&matrix[*k], &image) + price * whole[*k];
            let falls = (0..m).filter(|k| !free.contains(k) && slope(k) < -BELOW);
            let Some(enters) = falls.min_by(|a, b| slope(a).total_cmp(&slope(b))) else { break };
            free.push(enters);
            continue;
        }
        // As far that way as nobody goes below 0.
        let ends = free.iter().zip(&found).filter(|(_, x)| **x < 0.0).map(|(k, x)| (u[*k] / (u[*k] - x), *k));
        let Some((step, leaves)) = ends.min_by(|a, b| a.0.total_cmp(&b.0)) else { break };
        free.iter().zip(&found).for_each(|(k, x)| u[*k] += step * (x - u[*k]));
        u[leaves] = 0.0;
        free.retain(|k| *k != leaves);
    }
    u
}

/// The solution of a system of linear equations, by elimination with the largest pivot; none where it has none or many.
fn solved(mut rows: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    /// A pivot of correlations that is none.
    const SINGULAR: f64 = 1e-11;
    let n = rows.len();
    for k in 0..n {
        let pivot = (k..n).reduce(|best, i| if rows[i][k].abs() > rows[best][k].abs() { i } else { best })?;
        rows.swap(k, pivot);
        right.swap(k, pivot);
        if rows[k][k].abs() < SINGULAR {
            return None;
        }
        let own = rows[k].clone();
        for i in k + 1..n {
            let factor = rows[i][k] / own[k];
            rows[i].iter_mut().zip(&own).for_each(|(x, y)| *x -= factor * y);
            right[i] -= factor * right[k];
        }
    }
    for k in (0..n).rev() {
        let known: f64 = (k + 1..n).map(|j| rows[k][j] * right[j]).sum();
        right[k] = (right[k] - known) / rows[k][k];
    }
    Some(right)
}

/// Weights `u ≥ 0` for which the parts of the variance that each member's cubic explains are nearest to shares.
fn by_variance(columns: &[Vec<f64>], matrix: &[Vec<f64>], shares: &[f64]) -> Vec<f64> {
    let scaled: Vec<Vec<f64>> = columns.iter().map(|own| standard(own)).collect();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    // How far each direction that a member's cubics have runs along each column.
    let along: Vec<Vec<Vec<f64>>> = scaled
        .iter()
        .map(|own| {
            cubics(own).iter().map(|q| scaled.iter().map(|column| product(q, column)).collect()).collect()
        })
        .collect();
    let start = by_correlation(matrix, shares);
    let whole: f64 = start.iter().sum();
    // Nobody starts from nothing, where there is no slope. Squares are not negative.
    let least = 0.01 / shares.len() as f64;
    let mut v: Vec<f64> = start.iter().map(|u| f64::max(u / whole, least).sqrt()).collect();
    let (mut apart, mut damping) = (f64::INFINITY, 1e-3);
    let mut fit = Fit::of(&along, shares, &v);
    for _ in 0..STEPS {
        let before = std::mem::replace(&mut apart, fit.square());
        if apart >= before * (1.0 - ENDED) && damping <= LEAST_DAMPING || apart == 0.0 {
            break;
        }
        // The first damping under which the step comes nearer.
        let nearer =
            std::iter::successors(Some(damping), |d| (*d < 1e6).then_some(d * 4.0)).find_map(|damping| {
                let next: Vec<f64> = v.iter().zip(fit.step(damping)?).map(|(v, step)| v - step).collect();
                let length = next.iter().map(|v| v * v).sum::<f64>().sqrt();
                let next: Vec<f64> = next.iter().map(|v| v / length).collect();
                let fit = Fit::of(&along, shares, &next);
                (fit.square() < apart).then_some((damping, next, fit))
            });
        let Some((found, next, next_fit)) = nearer else { break };
        (damping, v, fit) = (f64::max(found / 8.0, LEAST_DAMPING), next, next_fit);
    }
    v.iter().map(|v| v * v).collect()
}

/// Steps of the search for a least square at most, the part of it below which a step is none, and what keeps a step from having no direction.
const STEPS: usize = 1000;
const ENDED: f64 = 1e-12;
const LEAST_DAMPING: f64 = 1e-9;

/// How far the parts of the variance are from shares under weights `v²`, and how that changes with `v`.
struct Fit {
    apart: Vec<f64>,
    slopes: Vec<Vec<f64>>,
}

impl Fit {
    fn of(along: &[Vec<Vec<f64>>], shares: &[f64], v: &[f64]) -> Self {
        let explained = |own: &Vec<Vec<f64>>| {
            let reach = |c: &Vec<f64>| c.iter().zip(v).map(|(c, v)| c * v * v).sum::<f64>();
            let part: f64 = own.iter().map(|c| reach(c) * reach(c)).sum();
            let slope = |k: usize| own.iter().map(|c| 4.0 * reach(c) * c[k] * v[k]).sum::<f64>();
            (part, (0..v.len()).map(slope).collect::<Vec<f64>>())
        };
        let parts: Vec<(f64, Vec<f64>)> = along.iter().map(explained).collect();
        let whole: f64 = parts.iter().map(|(part, _)| part).sum();
        let all = |k: usize| parts.iter().map(|(_, slope)| slope[k]).sum::<f64>();
        let all: Vec<f64> = (0..v.len()).map(all).collect();
        let slopes = parts.iter().map(|(part, slope)| {
            slope.iter().zip(&all).map(|(own, all)| (own - part / whole * all) / whole).collect()
        });
        let apart = parts.iter().zip(shares).map(|((part, _), t)| part / whole - t);
        Fit { apart: apart.collect(), slopes: slopes.collect() }
    }

    fn square(&self) -> f64 {
        self.apart.iter().map(|x| x * x).sum()
    }

    /// The damped step of least squares (D. Marquardt 1963).
    fn step(&self, damping: f64) -> Option<Vec<f64>> {
        let m = self.apart.len();
        let product =
            |a: &dyn Fn(usize) -> f64, b: &dyn Fn(usize) -> f64| (0..m).map(|j| a(j) * b(j)).sum::<f64>();
        let entry = |i: usize, k: usize| {
            product(&|j| self.slopes[j][i], &|j| self.slopes[j][k]) + if i == k { damping } else { 0.0 }
        };
        let system = (0..m).map(|i| (0..m).map(|k| entry(i, k)).collect()).collect();
        solved(system, (0..m).map(|i| product(&|j| self.slopes[j][i], &|j| self.apart[j])).collect())
    }
}

/// A column from its mean, over its length.
fn standard(column: &[f64]) -> Vec<f64> {
    let mean = column.iter().sum::<f64>() / column.len() as f64;
    let apart: Vec<f64> = column.iter().map(|x| x - mean).collect();
    let length = apart.iter().map(|x| x * x).sum::<f64>().sqrt();
    apart.iter().map(|x| x / length).collect()
}

/// Orthogonal directions of length 1 that the first, second and third powers of a standard column have, from their means; fewer where it has too few
/// different numbers.
fn cubics(column: &[f64]) -> Vec<Vec<f64>> {
    /// The length of what is left of a power that the others make.
    const LEFT: f64 = 1e-9;
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut found: Vec<Vec<f64>> = Vec::new();
    for power in [|x: f64| x, |x: f64| x * x, |x: f64| x * x * x] {
        let mut own = standard(&column.iter().map(|x| power(*x)).collect::<Vec<f64>>());
        // Twice, since once leaves what rounding does.
        for _ in 0..2 {
            for q in &found {
                let part = product(q, &own);
                own.iter_mut().zip(q).for_each(|(x, y)| *x -= part * y);
            }
        }
        let length = product(&own, &own).sqrt();
        if length > LEFT {
            found.push(own.iter().map(|x| x / length).collect());
        }
    }
    found
}
