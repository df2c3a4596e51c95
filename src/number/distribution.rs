//! Distribution functions behind forecasts and p-values, in `libm` alone, so that every machine finds the same bits.

/// Steps of the continued fraction at most; some tens are what it takes.
const STEPS: u32 = 100_000;

/// Student's t distribution function: `P(T ≤ t)` for so many degrees of freedom.
pub(crate) fn student(t: f64, freedom: f64) -> f64 {
    let beyond = student_beyond(t, freedom) / 2.0;
    if t > 0.0 { 1.0 - beyond } else { beyond }
}

/// `P(|T| ≥ |t|)` of Student's t: the p-value of a test with two sides. Accurate also where it is small.
pub(crate) fn student_beyond(t: f64, freedom: f64) -> f64 {
    if t.is_infinite() {
        return 0.0;
    }
    // freedom / (freedom + t²), also where t² is beyond the largest number.
    let ratio = t / freedom.sqrt();
    let x = if ratio.abs() > 1e150 { 0.0 } else { 1.0 / (1.0 + ratio * ratio) };
    incomplete_beta(x, freedom / 2.0, 0.5)
}

/// The p-value with two sides of a correlation of 0 between normally distributed numbers, from the correlation of `n` pairs:
/// Student's t of `r √((n − 2) / (1 − r²))`. Missing of fewer than three pairs.
pub(crate) fn correlation_beyond(r: f64, n: usize) -> f64 {
    if n < 3 || r.is_nan() {
        return f64::NAN;
    }
    let freedom = n as f64 - 2.0;
    incomplete_beta(((1.0 - r) * (1.0 + r)).clamp(0.0, 1.0), freedom / 2.0, 0.5)
}

/// `P(|Z| ≥ |z|)` of the normal distribution.
pub(crate) fn normal_beyond(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// The regularised incomplete beta function `I_x(a, b)` where one of `a` and `b` is ½, by its continued fraction.
///
/// Source: Abramowitz and Stegun, 26.5.8, evaluated by Lentz's method.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x.is_nan() || x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    // The fraction converges fast below the mean of the distribution; above it, the other tail is taken.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = one_over_beta(a.max(b)) * libm::exp(a * libm::log(x) + b * libm::log1p(-x)) / a;
    let mut fraction = Fraction::new(1.0, 1.0 - (a + b) * x / (a + 1.0));
    for m in (1..STEPS).map(f64::from) {
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut step = 1.0;
        for term in [even, odd] {
            step = fraction.step(term, 1.0);
        }
        if (step - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    (front * fraction.value).clamp(0.0, 1.0)
}

/// A continued fraction, evaluated from the front (Lentz's method).
pub(super) struct Fraction {
    pub(super) value: f64,
    above: f64,
    below: f64,
}

impl Fraction {
    /// `1 / denominator`; `above` is what the next numerator is divided by.
    pub(super) fn new(above: f64, denominator: f64) -> Self {
        let below = 1.0 / Fraction::away(denominator);
        Fraction { value: below, above, below }
    }

    /// What is divided by is not 0.
    fn away(y: f64) -> f64 {
        if y.abs() < 1e-300 { 1e-300 } else { y }
    }

    /// Goes on by `numerator / (denominator + …)`; returns by what factor that moves the value.
    pub(super) fn step(&mut self, numerator: f64, denominator: f64) -> f64 {
        self.below = 1.0 / Fraction::away(denominator + numerator * self.below);
        self.above = Fraction::away(denominator + numerator / self.above);
        let step = self.above * self.below;
        self.value *= step;
        step
    }
}

/// `1 / B(a, ½)`, which is `Γ(a + ½) / (Γ(a) √π)`: by its series where logarithms of gamma functions would cancel.
fn one_over_beta(a: f64) -> f64 {
    const SERIES: [f64; 6] =
        [1.0, -1.0 / 8.0, 1.0 / 128.0, 5.0 / 1024.0, -21.0 / 32768.0, -399.0 / 262_144.0];
    let ratio = if a < 100.0 {
        libm::exp(libm::lgamma(a + 0.5) - libm::lgamma(a))
    } else {
        a.sqrt() * SERIES.iter().rev().fold(0.0, |sum, term| sum / a + term)
    };
    ratio * std::f64::consts::FRAC_2_SQRT_PI / 2.0
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    /// What logarithms of gamma functions and some tens of steps may be off by.
    const STEPS_OFF: f64 = 1e-12;

    #[test]
    fn the_t_of_few_degrees_of_freedom_has_a_closed_form() {
        for t in [-40.0, -3.0, -0.2, 0.0, 0.7, 2.5, 1e9] {
            let one = 0.5 + f64::atan(t) / std::f64::consts::PI;
            assert_relative_eq!(student(t, 1.0), one, max_relative = STEPS_OFF, epsilon = STEPS_OFF);
            let two = 0.5 + t / (2.0 * (2.0 + t * t).sqrt());
            assert_relative_eq!(student(t, 2.0), two, max_relative = STEPS_OFF, epsilon = STEPS_OFF);
        }
        assert_eq!((student(f64::NEG_INFINITY, 3.0), student_beyond(1e200, 3.0)), (0.0, 0.0));
    }

    /// scipy 1.17: `2 * stats.t.sf(t, df)`, `2 * stats.norm.sf(z)`.
    #[test]
    fn tails_are_those_of_scipy() {
        for (t, freedom, p) in [
            (2.0, 10.0, 0.073_388_034_770_740_37),
            (8.5, 29.0, 2.298_033_286_281_914_7e-9),
            (0.3, 38.0, 0.765_812_177_987_806_8),
            (40.0, 5.0, 1.841_196_217_177_295_4e-7),
        ] {
            assert_relative_eq!(student_beyond(t, freedom), p, max_relative = STEPS_OFF);
        }
        // A millionth power of a number near 1.
        assert_relative_eq!(student_beyond(3.0, 1e6), 0.002_699_862_541_421_8, max_relative = 1e-10);
        assert_relative_eq!(normal_beyond(-1.96), 0.049_995_790_296_440_87, max_relative = STEPS_OFF);
        assert!(correlation_beyond(0.5, 2).is_nan());
        assert_eq!((correlation_beyond(1.0, 9), correlation_beyond(0.0, 9)), (0.0, 1.0));
    }
}
