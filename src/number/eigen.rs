//! Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations.

/// Rotations go over all pairs at most so often; some ten times is what it takes.
const SWEEPS: usize = 60;

/// Loadings within this part of the largest one are as large: what one of them has more is rounding.
const AS_LARGE: f64 = 1e-9;

/// Eigenvalues from the largest down, each with its vector.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Eigen {
    /// From the largest down.
    pub(crate) values: Vec<f64>,
    /// Of length 1, in the order of the values; the largest element by size (the first of several) is positive.
    pub(crate) vectors: Vec<Vec<f64>>,
}

impl Eigen {
    /// Of a symmetric matrix of finite numbers, of which the upper half is read.
    ///
    /// A cyclic Jacobi iteration of sums, products, quotients and square roots in a fixed order, so that every machine finds the same bits.
    /// Eigenvalues are off by some units in the last place of the largest one.
    pub(crate) fn of_symmetric(matrix: &[Vec<f64>]) -> Self {
        let n = matrix.len();
        let at = |i: usize, j: usize| matrix[i.min(j)][i.max(j)];
        let mut a: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| at(i, j)).collect()).collect();
        let mut turned: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        for _ in 0..SWEEPS {
            let mut settled = true;
            for p in 0..n {
                for q in p + 1..n {
                    // Nothing that adding it to either end would show.
                    if a[p][p].abs() + a[p][q].abs() == a[p][p].abs()
                        && a[q][q].abs() + a[p][q].abs() == a[q][q].abs()
                    {
                        continue;
                    }
                    settled = false;
                    rotate(&mut a, &mut turned, p, q);
                }
            }
            if settled {
                break;
            }
        }
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|i, j| a[*j][*j].total_cmp(&a[*i][*i]));
        let vector = |k: &usize| upright(turned.iter().map(|row| row[*k]).collect());
        Eigen {
            values: order.iter().map(|k| a[*k][*k]).collect(),
            vectors: order.iter().map(vector).collect(),
        }
    }
}

/// One rotation, after which `a[p][q]` is 0 (Golub and Van Loan, *Matrix Computations*, 8.5.2).
fn rotate(a: &mut [Vec<f64>], turned: &mut [Vec<f64>], p: usize, q: usize) {
    let tau = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    // Of the two angles the smaller one; beyond the largest square it is 1 / (2 tau).
    let tangent =
        if tau.abs() > 1e150 { 0.5 / tau } else { tau.signum() / (tau.abs() + (1.0 + tau * tau).sqrt()) };
    let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
    let sine = tangent * cosine;
    let pair = |x: f64, y: f64| (cosine * x - sine * y, sine * x + cosine * y);
    let shift = tangent * a[p][q];
    a[p][p] -= shift;
    a[q][q] += shift;
    (a[p][q], a[q][p]) = (0.0, 0.0);
    for k in (0..a.len()).filter(|k| *k != p && *k != q) {
        let (x, y) = pair(a[k][p], a[k][q]);
        (a[k][p], a[p][k], a[k][q], a[q][k]) = (x, x, y, y);
    }
    for row in turned {
        (row[p], row[q]) = pair(row[p], row[q]);
    }
}

/// The vector with its largest element by size positive.
fn upright(vector: Vec<f64>) -> Vec<f64> {
    let most = vector.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    let first = vector.iter().find(|x| x.abs() >= most * (1.0 - AS_LARGE));
    if first.is_some_and(|x| *x < 0.0) { vector.into_iter().map(|x| -x).collect() } else { vector }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a few dozen rotations of numbers of this size may be off by.
    const ROTATIONS: f64 = 1e-12;

    #[test]
    fn the_second_difference_has_known_eigenvalues() {
        let entry = |i: usize, j: usize| [2.0, -1.0, 0.0, 0.0, 0.0][i.abs_diff(j)];
        let matrix: Vec<Vec<f64>> = (0..5).map(|i| (0..5).map(|j| entry(i, j)).collect()).collect();
        let found = Eigen::of_symmetric(&matrix);
        for (k, value) in found.values.iter().enumerate() {
            // 2 − 2 cos(kπ / 6), from the largest down.
            let angle = (5 - k) as f64 * std::f64::consts::PI / 6.0;
            approx::assert_relative_eq!(*value, 2.0 - 2.0 * angle.cos(), max_relative = ROTATIONS);
        }
    }

    #[test]
    fn the_first_of_the_largest_loadings_is_positive() {
        let found = Eigen::of_symmetric(&[vec![1.0, -0.5], vec![-0.5, 1.0]]);
        assert_eq!(found.values, [1.5, 0.5]);
        let half = 0.5f64.sqrt();
        for (vector, signs) in found.vectors.iter().zip([[1.0, -1.0], [1.0, 1.0]]) {
            approx::assert_relative_eq!(vector[0], signs[0] * half, max_relative = ROTATIONS);
            approx::assert_relative_eq!(vector[1], signs[1] * half, max_relative = ROTATIONS);
        }
        assert!(Eigen::of_symmetric(&[]).values.is_empty());
        assert_eq!(Eigen::of_symmetric(&[vec![3.0]]), Eigen { values: vec![3.0], vectors: vec![vec![1.0]] });
    }

    proptest! {
        #[test]
        fn vectors_are_orthogonal_and_give_the_matrix_back(upper in prop::collection::vec(-100i16..100, 21)) {
            let place = |i: usize, j: usize| 6 * i - i * (i + 1) / 2 + j;
            let entry = |i: usize, j: usize| f64::from(upper[place(i.min(j), i.max(j))]) / 8.0;
            let matrix: Vec<Vec<f64>> = (0..6).map(|i| (0..6).map(|j| entry(i, j)).collect()).collect();
            let Eigen { values, vectors } = Eigen::of_symmetric(&matrix);
            prop_assert!(values.windows(2).all(|pair| pair[0] >= pair[1]));
            let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            for i in 0..6 {
                for j in 0..6 {
                    let apart = product(&vectors[i], &vectors[j]) - f64::from(u8::from(i == j));
                    prop_assert!(apart.abs() < ROTATIONS, "{} {}: {}", i, j, apart);
                    let back: f64 = (0..6).map(|k| values[k] * vectors[k][i] * vectors[k][j]).sum();
                    prop_assert!((back - matrix[i][j]).abs() < 100.0 * ROTATIONS, "{} {}: {}", i, j, back);
                }
            }
        }
    }
}
