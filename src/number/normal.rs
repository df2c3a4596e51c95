//! The multivariate normal distribution that is likeliest for numbers of which some are missing: expectation–maximisation.
//!
//! Computed in `f64` in a fixed order, so that the same numbers give the same bits. No decision is followed back to the typed decimals: what is filled by
//! it is rounded to twelve significant digits, and from then on is that decimal.

/// Steps after which it is given up.
const STEPS: usize = 10_000;

/// No mean and no covariance of the standardised numbers moves by more in the last step.
const STILL: f64 = 1e-14;

/// A variance that the others leave, as a share of the own one, below which it is theirs.
const NOTHING: f64 = 1e-10;

/// Means, and the covariances row by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Normal {
    pub(crate) mean: Vec<f64>,
    pub(crate) covariance: Vec<f64>,
}

/// Why there is no such distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoNormal {
    /// The numbers of this column follow from the others, or are all alike, or too few.
    Singular(usize),
    /// It does not come to rest.
    Restless,
}

/// The numbers of some columns from those of others: what the missing ones are where the present ones are known.
struct Regression {
    present: Vec<usize>,
    missing: Vec<usize>,
    /// One row a missing column, one number a present one.
    slopes: Vec<Vec<f64>>,
}

impl Normal {
    /// The likeliest distribution of rows, which are `NaN` where a number is missing. A row without any number says nothing.
    pub(crate) fn fit(rows: &[Vec<f64>]) -> Result<Self, NoNormal> {
        let columns = rows.first().map_or(0, Vec::len);
        let (mut centre, mut scale) = (vec![0.0; columns], vec![0.0; columns]);
        for c in 0..columns {
            let x: Vec<f64> = rows.iter().map(|row| row[c]).filter(|x| !x.is_nan()).collect();
            let n = x.len() as f64;
            centre[c] = x.iter().sum::<f64>() / n;
            scale[c] = (x.iter().map(|x| (x - centre[c]) * (x - centre[c])).sum::<f64>() / n).sqrt();
            let spread = x.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
            if x.len() < 2 || scale[c] <= spread * NOTHING {
                return Err(NoNormal::Singular(c));
            }
        }
        let standard = |row: &Vec<f64>| (0..columns).map(|c| (row[c] - centre[c]) / scale[c]).collect();
        let z: Vec<Vec<f64>> =
            rows.iter().filter(|row| row.iter().any(|x| !x.is_nan())).map(standard).collect();
        let mut now = Normal { mean: vec![0.0; columns], covariance: vec![0.0; columns * columns] };
        (0..columns).for_each(|c| now.covariance[c * columns + c] = 1.0);
        for _ in 0..STEPS {
            let next = now.step(&z)?;
            let all = |of: &Normal| of.mean.iter().chain(&of.covariance).copied().collect::<Vec<f64>>();
            let moved =
                all(&now).iter().zip(all(&next)).fold(0.0, |most: f64, (a, b)| most.max((a - b).abs()));
            now = next;
            if moved <= STILL {
                now.regression(&[], &(0..columns).collect::<Vec<_>>())?;
                let mean = (0..columns).map(|c| centre[c] + scale[c] * now.mean[c]).collect();
                let covariance = (0..columns * columns)
                    .map(|k| now.covariance[k] * scale[k / columns] * scale[k % columns])
                    .collect();
                return Ok(Normal { mean, covariance });
            }
        }
        Err(NoNormal::Restless)
    }

    /// Means and covariances of the rows, each completed by what is expected of it.
    fn step(&self, rows: &[Vec<f64>]) -> Result<Self, NoNormal> {
        let columns = self.mean.len();
        let (mut sum, mut products) = (vec![0.0; columns], vec![0.0; columns * columns]);
        let mut known: Vec<(Vec<bool>, Regression)> = Vec::new();
        for row in rows {
            let gaps: Vec<bool> = row.iter().map(|x| x.is_nan()).collect();
            let at = if let Some(at) = known.iter().position(|(own, _)| *own == gaps) {
                at
            } else {
                let of = |gap: bool| (0..columns).filter(|c| gaps[*c] == gap).collect::<Vec<_>>();
                let regression = self.regression(&of(true), &of(false))?;
                known.push((gaps, regression));
                known.len() - 1
            };
            let regression = &known[at].1;
            let full = self.completed(row, regression);
            for a in 0..columns {
                sum[a] += full[a];
                for b in 0..columns {
                    products[a * columns + b] += full[a] * full[b];
                }
            }
            // What of the covariance of the missing ones the present ones leave open.
            for (i, a) in regression.missing.iter().enumerate() {
                for b in &regression.missing {
                    let told = regression.present.iter().zip(&regression.slopes[i]);
                    let told: f64 = told.map(|(p, slope)| slope * self.covariance[p * columns + b]).sum();
                    products[a * columns + b] += self.covariance[a * columns + b] - told;
                }
            }
        }
        let n = rows.len() as f64;
        let mean: Vec<f64> = sum.iter().map(|sum| sum / n).collect();
        let covariance =
            (0..columns * columns).map(|k| products[k] / n - mean[k / columns] * mean[k % columns]).collect();
        Ok(Normal { mean, covariance })
    }

    /// How missing columns follow from present ones. The present ones are brought to unit variance and eliminated one after the other.
    fn regression(&self, missing: &[usize], present: &[usize]) -> Result<Regression, NoNormal> {
        let columns = self.mean.len();
        let cov = |a: usize, b: usize| self.covariance[a * columns + b];
        let deviation: Vec<f64> = (0..columns).map(|c| cov(c, c).sqrt()).collect();
        let (n, m) = (present.len(), missing.len());
        // Correlations of the present ones, and beside them those with the missing ones.
        let mut lines: Vec<Vec<f64>> = present
            .iter()
            .map(|a| {
                let all = present.iter().chain(missing);
                all.map(|b| cov(*a, *b) / (deviation[*a] * deviation[*b])).collect()
            })
            .collect();
        for k in 0..n {
            let pivot = lines[k][k];
            if pivot.is_nan() || pivot < NOTHING {
                return Err(NoNormal::Singular(present[k]));
            }
            let own = lines[k].clone();
            for line in lines.iter_mut().skip(k + 1) {
                let share = line[k] / pivot;
                (k..n + m).for_each(|j| line[j] -= share * own[j]);
            }
        }
        let mut slopes = vec![vec![0.0; n]; m];
        for (i, slopes) in slopes.iter_mut().enumerate() {
            for k in (0..n).rev() {
                let rest: f64 = (k + 1..n).map(|j| lines[k][j] * slopes[j]).sum();
                slopes[k] = (lines[k][n + i] - rest) / lines[k][k];
            }
            for k in 0..n {
                slopes[k] *= deviation[missing[i]] / deviation[present[k]];
            }
        }
        Ok(Regression { present: present.to_vec(), missing: missing.to_vec(), slopes })
    }

    /// A row with the expected numbers where there are none.
    fn completed(&self, row: &[f64], regression: &Regression) -> Vec<f64> {
        let mut full = row.to_vec();
        for (i, c) in regression.missing.iter().enumerate() {
            let terms = regression.present.iter().zip(&regression.slopes[i]);
            full[*c] = self.mean[*c] + terms.map(|(p, slope)| slope * (row[*p] - self.mean[*p])).sum::<f64>();
        }
        full
    }

    /// A row with the expected numbers, to twelve significant digits, where there are none.
    pub(crate) fn expected(&self, row: &[f64]) -> Result<Vec<f64>, NoNormal> {
        let of = |gap: bool| (0..row.len()).filter(|c| row[*c].is_nan() == gap).collect::<Vec<_>>();
        let full = self.completed(row, &self.regression(&of(true), &of(false))?);
        let short = |x: f64| format!("{x:.11e}").parse().unwrap_or(x);
        Ok(full.iter().zip(row).map(|(full, own)| if own.is_nan() { short(*full) } else { *own }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: f64 = f64::NAN;

    #[test]
    fn a_monotone_pattern_has_the_regression_of_the_complete_rows() {
        // T. W. Anderson (1957): with x complete and y missing in some rows the likeliest slope is that of the complete rows.
        let rows =
            [vec![1.0, 3.0], vec![2.0, 5.0], vec![4.0, 8.0], vec![5.0, 12.0], vec![6.0, N], vec![9.0, N]];
        let normal = Normal::fit(&rows).unwrap();
        let (x, y) = ([1.0, 2.0, 4.0, 5.0], [3.0, 5.0, 8.0, 12.0]);
        let (mx, my) = (3.0, 7.0);
        let slope = x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>()
            / x.iter().map(|x| (x - mx) * (x - mx)).sum::<f64>();
        let expected = my + slope * (6.0 - mx);
        let found = normal.expected(&rows[4]).unwrap()[1];
        assert!((found - expected).abs() < 1e-10, "{found} {expected}");
        assert!((normal.mean[0] - 4.5).abs() < 1e-12);
        assert_eq!(found, format!("{found:.11e}").parse::<f64>().unwrap());
    }

    #[test]
    fn what_follows_from_others_or_is_alike_is_refused() {
        let twice = [vec![1.0, 2.0], vec![2.0, 4.0], vec![5.0, 10.0], vec![3.0, N]];
        assert_eq!(Normal::fit(&twice), Err(NoNormal::Singular(1)));
        let alike = [vec![1.0, 2.0], vec![2.0, 2.0], vec![N, 2.0]];
        assert_eq!(Normal::fit(&alike), Err(NoNormal::Singular(1)));
    }
}
