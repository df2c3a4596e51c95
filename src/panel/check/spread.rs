//! Robust middle and spread.

/// The standard deviation of a normal distribution over its median absolute deviation.
const NORMAL: f64 = 1.482_602_218_505_602;

/// The (lower) median; `None` of nothing. Linear time; the order of the values does not matter.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len().checked_sub(1)? / 2;
    Some(*values.select_nth_unstable_by(middle, f64::total_cmp).1)
}

/// Median, and standard deviation as the median absolute deviation gives it: half of the values may be wrong.
pub(super) fn spread(values: &mut [f64]) -> Option<(f64, f64)> {
    let middle = median(values)?;
    let mut distances: Vec<f64> = values.iter().map(|x| (x - middle).abs()).collect();
    Some((middle, NORMAL * median(&mut distances)?))
}

/// log₁₀ of a positive finite value, `NaN` of anything else.
pub(super) fn log(x: f64) -> f64 {
    if x > 0.0 && x.is_finite() { libm::log10(x) } else { f64::NAN }
}

/// The digits of the shortest notation of `x`: (significant ones, decimals).
pub(super) fn digits(x: f64) -> (usize, i32) {
    if !x.is_finite() || x == 0.0 {
        return (0, 0);
    }
    let text = format!("{x:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let significant = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let after_first = i32::try_from(significant).unwrap_or(i32::MAX).saturating_sub(1);
    (significant, (after_first - exponent).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_somebody_typed() {
        for (x, seen) in
            [(0.0, (0, 0)), (1200.0, (2, 0)), (-12.50, (3, 1)), (0.004, (1, 3)), (f64::NAN, (0, 0))]
        {
            assert_eq!(digits(x), seen, "{x}");
        }
        assert_eq!(digits(5e-324), (1, 324));
    }

    #[test]
    fn one_wrong_value_does_not_widen_the_spread() {
        let (middle, s) = spread(&mut [1.0, 2.0, 3.0, 4.0, 1e9]).unwrap();
        assert_eq!((middle, s), (3.0, NORMAL));
        assert!(spread(&mut []).is_none());
    }
}
