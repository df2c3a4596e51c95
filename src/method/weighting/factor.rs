//! 因子分析法: what each member shares with the factor that it belongs to.

use serde::Serialize;

use super::members::Correlated;
use super::{Members, SheetMembers, Weigh};
use crate::finding::Finding;
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::Number;
use crate::tree::read_table;

/// # Formula
/// With the loadings `l_jk = v_jk √λ_k` of the factors that are kept, eigenvalues and eigenvectors of the correlations (Pearson) of the members'
/// scores, rotated by varimax (Kaiser's normalisation):
/// ```text
/// d_j = max_k l_jk²
/// ```
/// which is the square over the sum of squares of its factor, times the part of the variance that the factor explains. Factors with an
/// eigenvalue above 1 are kept, or so many as `factors` says. Over the entities that have a score of every member; a member that is
/// all alike has 0. Loadings are floats; the weights that they give are taken to thirteen decimals.
///
/// # Source
/// G. Nicoletti, S. Scarpetta and O. Boylaud, *Summary indicators of product market regulation* (2000), as in the OECD and JRC *Handbook on
/// Constructing Composite Indicators* (2008), step 6; H. F. Kaiser, *The varimax criterion* (1958).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// How many factors are kept; without it those with an eigenvalue above 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factors: Option<u32>,
}

read_table!(Factor: factors = _);

/// What an eigenvalue is above 1 by, at least: less is rounding.
const ABOVE_ONE: f64 = 1e-9;

/// Rotations go over all pairs of factors at most so often.
const SWEEPS: usize = 200;

/// The sine of an angle that turns nothing.
const STILL: f64 = 1e-15;

impl Weigh for Factor {
    fn sentence(&self) -> &'static str {
        "explain_weights_factor"
    }

    fn check(&self, members: &[&str]) -> Vec<Finding> {
        let is_bad = |factors: &u32| *factors == 0 || *factors as usize > members.len();
        let finding = |factors: u32| {
            let most = members.len();
            Finding::error("out_of_range")
                .at("factors")
                .fact("value", factors)
                .fact("low", 1)
                .fact("high", most)
        };
        self.factors.filter(is_bad).map(finding).into_iter().collect()
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        let correlated = Correlated::of(of);
        let eigen = correlated.eigen();
        let above = eigen.values.iter().take_while(|value| **value > 1.0 + ABOVE_ONE).count();
        let kept = self.factors.map_or(above, |factors| eigen.values.len().min(factors as usize));
        if kept == 0 {
            // No two members have anything in common.
            return correlated.importances(|_| 1.0);
        }
        let loading = |j: usize, k: usize| eigen.vectors[k][j] * eigen.values[k].max(0.0).sqrt();
        let mut loadings: Vec<Vec<f64>> =
            (0..eigen.values.len()).map(|j| (0..kept).map(|k| loading(j, k)).collect()).collect();
        varimax(&mut loadings);
        let most = |j: usize| loadings[j].iter().map(|l| l * l).fold(0.0, f64::max);
        correlated.importances(most)
    }

    fn sheet(&self, _: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        // Eigenvectors have no formula.
        None
    }
}

/// Rotates loadings, `[member][factor]`, so that the squares of each factor vary most, each member at length 1.
fn varimax(loadings: &mut [Vec<f64>]) {
    let lengths: Vec<f64> =
        loadings.iter().map(|row| row.iter().map(|l| l * l).sum::<f64>().sqrt()).collect();
    let scale = |loadings: &mut [Vec<f64>], by: fn(f64, f64) -> f64| {
        for (row, length) in loadings.iter_mut().zip(&lengths).filter(|(_, length)| **length > 0.0) {
            for l in row {
                *l = by(*l, *length);
            }
        }
    };
    scale(loadings, |l, length| l / length);
    let factors = loadings.first().map_or(0, Vec::len);
    for _ in 0..SWEEPS {
        let mut still = true;
        for p in 0..factors {
            for q in p + 1..factors {
                let (cosine, sine) = angle(loadings, p, q);
                still &= sine.abs() <= STILL;
                for row in &mut *loadings {
                    (row[p], row[q]) = (cosine * row[p] + sine * row[q], cosine * row[q] - sine * row[p]);
                }
            }
        }
        if still {
            break;
        }
    }
    scale(loadings, |l, length| l * length);
}

/// Cosine and sine of the angle by which two factors are turned: Kaiser's, of which four are known, halved twice.
fn angle(loadings: &[Vec<f64>], p: usize, q: usize) -> (f64, f64) {
    let n = loadings.len() as f64;
    let sum = |of: fn(f64, f64) -> f64| {
        let term = |row: &Vec<f64>| of(row[p] * row[p] - row[q] * row[q], 2.0 * row[p] * row[q]);
        loadings.iter().map(term).sum::<f64>()
    };
    let (a, b) = (sum(|u, _| u), sum(|_, v| v));
    let above = 2.0 * sum(|u, v| u * v) - 2.0 * a * b / n;
    let below = sum(|u, v| u * u - v * v) - (a * a - b * b) / n;
    let size = (above * above + below * below).sqrt();
    // Rounding of sums of squares of at most 1 has no direction.
    if size <= n * f64::EPSILON {
        return (1.0, 0.0);
    }
    halved(halved((below / size, above / size)))
}

/// Cosine and sine of half an angle between −π and π.
fn halved((cosine, sine): (f64, f64)) -> (f64, f64) {
    let half = |x: f64| (x.max(0.0) / 2.0).sqrt();
    if cosine >= 0.0 {
        let own = half(1.0 + cosine);
        (own, sine / (2.0 * own))
    } else {
        let own = half(1.0 - cosine);
        (sine.abs() / (2.0 * own), if sine < 0.0 { -own } else { own })
    }
}
