//! The gamma distribution.

use super::distribution::Fraction;

/// Terms of a series or a continued fraction that are always enough.
const MOST: usize = 10_000;

/// The probability that a gamma variable of this shape (and scale 1) is at most `x`: the regularised lower incomplete gamma function.
///
/// # Source
/// The series and Legendre's continued fraction by Lentz's method; W. H. Press et al., *Numerical Recipes* (2007), §6.2.
fn at_most(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let factor = libm::exp(shape * libm::log(x) - x - libm::lgamma(shape));
    if x < shape + 1.0 {
        let (mut term, mut sum) = (1.0 / shape, 1.0 / shape);
        for k in 1..MOST {
            term *= x / (shape + k as f64);
            sum += term;
            if term < sum * f64::EPSILON {
                break;
            }
        }
        return (sum * factor).min(1.0);
    }
    let mut b = x + 1.0 - shape;
    let mut fraction = Fraction::new(f64::INFINITY, b);
    for k in (1..MOST).map(|k| k as f64) {
        b += 2.0;
        let step = fraction.step(-k * (k - shape), b);
        if (step - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    (1.0 - fraction.value * factor).max(0.0)
}

/// The number that a gamma variable of this shape (and scale 1) is below with probability `p`, by bisection on its logarithm: to the last
/// bits the same on every machine.
pub(crate) fn gamma_quantile(p: f64, shape: f64) -> f64 {
    if shape == 1.0 {
        return -libm::log1p(-p);
    }
    let at_most = |log: f64| at_most(shape, libm::exp(log));
    // Below it the power x^shape / Γ(shape + 1) is the whole of the probability.
    let (mut low, mut high) = ((libm::log(p) + libm::lgamma(shape + 1.0)) / shape, 0.0f64);
    while at_most(high) < p && high < 700.0 {
        low = low.max(high);
        high = 2.0 * high + 1.0;
    }
    if low >= high {
        return libm::exp(low);
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if at_most(middle) < p { low = middle } else { high = middle }
    }
    libm::exp(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative: the distribution function is good to about 10⁻¹⁴.
    const CLOSE: f64 = 1e-11;

    #[test]
    fn quantiles_are_those_of_scipy() {
        // scipy.stats.gamma.ppf(p, shape)
        let known = [
            (0.5, 1.0, 0.693_147_180_559_945_5),
            (0.5, 2.5, 2.175_730_095_547_763),
            (0.01, 0.3, 1.502_222_655_236_040_7e-7),
            (0.999, 0.05, 2.736_458_598_728_674_5),
            (0.975, 40.0, 53.314_283_865_832_84),
            (0.2, 300.0, 285.334_000_562_622),
        ];
        for (p, shape, quantile) in known {
            let own = gamma_quantile(p, shape);
            assert!((own / quantile - 1.0).abs() < CLOSE, "{p} {shape}: {own} instead of {quantile}");
        }
    }
}
