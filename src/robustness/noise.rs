//! The errors of estimates: independent, or with a covariance.

use crate::finding::Finding;

/// Errors of estimates.
#[derive(Debug, Clone)]
pub(super) struct Noise {
    /// Standard errors.
    errors: Vec<f64>,
    together: Option<Together>,
}

/// A covariance, and the lower triangle whose product with its transpose it is.
#[derive(Debug, Clone)]
struct Together {
    covariance: Vec<Vec<f64>>,
    triangle: Vec<Vec<f64>>,
}

/// The part of a variance below which rounding may have made what is left of it.
const ROUNDING: f64 = 1e-12;

/// The part of a variance by which a matrix that somebody printed may fail to be a covariance.
const PRINTED: f64 = 1e-6;

impl Noise {
    /// Independent errors.
    pub(super) fn independent(errors: Vec<f64>) -> Self {
        Noise { errors, together: None }
    }

    /// Errors with a covariance: a symmetric matrix with no direction of negative variance.
    ///
    /// # Errors
    /// A matrix that is none.
    pub(super) fn correlated(covariance: &[Vec<f64>]) -> Result<Self, Vec<Finding>> {
        let n = covariance.len();
        let refuse = |code| Err(vec![Finding::error(code)]);
        if covariance.iter().any(|row| row.len() != n) {
            return refuse("rank_sets_square");
        }
        if covariance.iter().flatten().any(|x| !x.is_finite()) {
            return refuse("rank_sets_finite");
        }
        let alike = |a: f64, b: f64| (a - b).abs() <= PRINTED * a.abs().max(b.abs());
        if (0..n).any(|i| (0..i).any(|j| !alike(covariance[i][j], covariance[j][i]))) {
            return refuse("rank_sets_symmetric");
        }
        let Some(triangle) = triangle(covariance) else { return refuse("rank_sets_covariance") };
        let errors = (0..n).map(|i| libm::sqrt(covariance[i][i])).collect();
        let covariance = covariance.to_vec();
        Ok(Noise { errors, together: Some(Together { covariance, triangle }) })
    }

    pub(super) fn len(&self) -> usize {
        self.errors.len()
    }

    /// Standard errors.
    pub(super) fn errors(&self) -> &[f64] {
        &self.errors
    }

    pub(super) fn is_correlated(&self) -> bool {
        self.together.is_some()
    }

    /// The standard error of a difference; 0 where it is known.
    pub(super) fn of_difference(&self, j: usize, k: usize) -> f64 {
        let Some(Together { covariance: of, .. }) = &self.together else {
            return libm::hypot(self.errors[j], self.errors[k]);
        };
        let both = of[j][j] + of[k][k];
        let variance = both - (of[j][k] + of[k][j]);
        if variance <= ROUNDING * both { 0.0 } else { libm::sqrt(variance) }
    }

    /// Hands on the error of each estimate, from standard normal numbers.
    pub(super) fn turn(&self, normal: &[f64], mut error: impl FnMut(usize, f64)) {
        match &self.together {
            None => normal.iter().zip(&self.errors).enumerate().for_each(|(i, (z, own))| error(i, z * own)),
            Some(Together { triangle, .. }) => {
                for (i, row) in triangle.iter().enumerate() {
                    error(i, row.iter().zip(normal).map(|(a, z)| a * z).sum());
                }
            }
        }
    }
}

/// The lower triangle of Cholesky; a direction without variance has a column of zeros. None where a variance is negative.
fn triangle(covariance: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(covariance.len());
    for (i, given) in covariance.iter().enumerate() {
        let mut own = Vec::with_capacity(i + 1);
        for (j, before) in rows.iter().enumerate() {
            let known: f64 = own.iter().zip(before).map(|(a, b)| a * b).sum();
            let (left, pivot) = (given[j] - known, before[j]);
            // What is left of a direction without variance is rounding, or the matrix is no covariance.
            if pivot == 0.0 && left.abs() > PRINTED * libm::sqrt(given[i] * covariance[j][j]) {
                return None;
            }
            own.push(if pivot == 0.0 { 0.0 } else { left / pivot });
        }
        let rest = given[i] - own.iter().map(|a: &f64| a * a).sum::<f64>();
        if given[i] < 0.0 || rest < -PRINTED * given[i] {
            return None;
        }
        own.push(if rest <= ROUNDING * given[i] { 0.0 } else { libm::sqrt(rest) });
        rows.push(own);
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triangle_by_hand() {
        let of = |rows: &[[f64; 3]; 3]| triangle(&rows.map(|row| row.to_vec()));
        // (2, 0, 0), (6, 1, 0), (−8, 5, 3).
        let known = of(&[[4.0, 12.0, -16.0], [12.0, 37.0, -43.0], [-16.0, -43.0, 98.0]]).unwrap();
        assert_eq!(known, [vec![2.0], vec![6.0, 1.0], vec![-8.0, 5.0, 3.0]]);
        assert!(of(&[[1.0, 2.0, 0.0], [2.0, 1.0, 0.0], [0.0, 0.0, 1.0]]).is_none());
        let shared = of(&[[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]).unwrap();
        assert_eq!(shared, [vec![1.0], vec![1.0, 0.0], vec![0.0, 0.0, 0.0]]);
    }
}
