//! Whether several columns measure one thing: Cronbach's α, principal components, the Kaiser–Meyer–Olkin measure.

use super::eigen::Eigen;
use super::relation::linear;
use super::statistics::covariance;

/// An eigenvalue of a correlation matrix below this part of the largest one is 0 but for rounding: some columns follow from others.
const SINGULAR: f64 = 1e-12;

/// Both numbers of the rows in which two columns have one.
pub(crate) fn paired(x: &[f64], y: &[f64]) -> (Vec<f64>, Vec<f64>) {
    x.iter().zip(y).filter(|(x, y)| !x.is_nan() && !y.is_nan()).map(|(x, y)| (*x, *y)).unzip()
}

/// The rows in which every column has a number.
pub(crate) fn complete(columns: &[&[f64]]) -> Vec<Vec<f64>> {
    let n = columns.first().map_or(0, |column| column.len());
    let rows: Vec<usize> = (0..n).filter(|row| columns.iter().all(|column| !column[*row].is_nan())).collect();
    columns.iter().map(|column| rows.iter().map(|row| column[*row]).collect()).collect()
}

/// Cronbach's α: `k / (k − 1) (1 − Σ variances / variance of the sum)`, from the covariances of the rows in which each two columns have a
/// number. Missing of fewer than two columns, and where nothing varies.
///
/// Source: L. J. Cronbach, *Coefficient alpha and the internal structure of tests* (1951); as in COINr, `k² c̄ / Σ C`.
pub(crate) fn alpha(columns: &[&[f64]]) -> f64 {
    let k = columns.len();
    let (mut own, mut shared) = (0.0, 0.0);
    for i in 0..k {
        for j in 0..=i {
            let (x, y) = paired(columns[i], columns[j]);
            let c = covariance(&x, &y);
            if i == j { own += c } else { shared += 2.0 * c }
        }
    }
    let k = k as f64;
    if k < 2.0 || own + shared == 0.0 { f64::NAN } else { k / (k - 1.0) * shared / (own + shared) }
}

/// The correlations of columns without missing numbers.
pub(crate) fn correlations(columns: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let k = columns.len();
    let mut matrix = vec![vec![1.0; k]; k];
    for i in 0..k {
        for j in 0..i {
            let r = linear(&columns[i], &columns[j]);
            (matrix[i][j], matrix[j][i]) = (r, r);
        }
    }
    matrix
}

/// The Kaiser–Meyer–Olkin measure of sampling adequacy: `Σ r² / (Σ r² + Σ q²)` over the pairs, `q` the partial correlations given all other
/// columns. Missing of fewer than two columns, and where some follow from the others.
///
/// Source: H. F. Kaiser, *A second generation little jiffy* (1970).
pub(crate) fn sampling_adequacy(correlations: &[Vec<f64>], eigen: &Eigen) -> f64 {
    let k = correlations.len();
    let (Some(largest), Some(smallest)) = (eigen.values.first(), eigen.values.last()) else {
        return f64::NAN;
    };
    if k < 2 || smallest.is_nan() || *smallest <= largest * SINGULAR {
        return f64::NAN;
    }
    let inverse = |i: usize, j: usize| -> f64 {
        eigen.values.iter().zip(&eigen.vectors).map(|(value, vector)| vector[i] * vector[j] / value).sum()
    };
    let diagonal: Vec<f64> = (0..k).map(|i| inverse(i, i)).collect();
    let (mut whole, mut partial) = (0.0, 0.0);
    for i in 0..k {
        for j in 0..i {
            whole += correlations[i][j] * correlations[i][j];
            let q = inverse(i, j);
            partial += q * q / (diagonal[i] * diagonal[j]);
        }
    }
    if whole + partial == 0.0 { f64::NAN } else { whole / (whole + partial) }
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    const ROUNDINGS: f64 = 1e-12;

    #[test]
    fn alpha_of_two_columns_is_that_of_halves() {
        // 2 (1 − (1 + 4) / 9) = 8/9 of x and 2x.
        let (x, twice) = ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]);
        assert_relative_eq!(alpha(&[&x, &twice]), 8.0 / 9.0, max_relative = ROUNDINGS);
        assert!(alpha(&[&x]).is_nan() && alpha(&[]).is_nan() && alpha(&[&[1.0; 3], &[2.0; 3]]).is_nan());
    }

    #[test]
    fn adequacy_of_three_columns_by_hand() {
        // All correlations ½: the partial ones are (½ − ¼) / (1 − ¼) = ⅓.
        let matrix = vec![vec![1.0, 0.5, 0.5], vec![0.5, 1.0, 0.5], vec![0.5, 0.5, 1.0]];
        let eigen = Eigen::of_symmetric(&matrix);
        let quarter_and_ninth = 0.25 / (0.25 + 1.0 / 9.0);
        assert_relative_eq!(sampling_adequacy(&matrix, &eigen), quarter_and_ninth, max_relative = ROUNDINGS);
        // Two columns have nothing else given, so that it is ½; a third one that is the sum of both leaves none.
        let two = vec![vec![1.0, 0.6], vec![0.6, 1.0]];
        assert_relative_eq!(
            sampling_adequacy(&two, &Eigen::of_symmetric(&two)),
            0.5,
            max_relative = ROUNDINGS
        );
        let sum =
            correlations(&[vec![1.0, 2.0, 4.0, 7.0], vec![3.0, 1.0, 2.0, 9.0], vec![4.0, 3.0, 6.0, 16.0]]);
        assert!(sampling_adequacy(&sum, &Eigen::of_symmetric(&sum)).is_nan());
    }

    #[test]
    fn rows_with_a_gap_are_left_out() {
        let (x, y) = ([1.0, f64::NAN, 3.0], [4.0, 5.0, f64::NAN]);
        assert_eq!(complete(&[&x, &y]), [vec![1.0], vec![4.0]]);
        assert_eq!(paired(&x, &y), (vec![1.0], vec![4.0]));
        assert!(complete(&[]).is_empty());
    }
}
