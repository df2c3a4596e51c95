//! What is asked of many floats at once, in steps that vectorise: a plain fold of floats is a chain that does not.

/// Whether any number is missing.
pub(crate) fn any_missing(x: &[f64]) -> bool {
    x.iter().fold(false, |any, x| any | x.is_nan())
}

/// Whether every number is there and finite.
pub(crate) fn all_finite(x: &[f64]) -> bool {
    x.iter().fold(true, |all, x| all & x.is_finite())
}

/// Whether any number but zero is beyond `low … high` in size.
#[expect(clippy::needless_bitwise_bool, reason = "no branch, so that the loop vectorises")]
pub(crate) fn any_beyond(x: &[f64], low: f64, high: f64) -> bool {
    x.iter().fold(false, |any, x| any | (x.abs() > high) | ((x.abs() < low) & (*x != 0.0)))
}

/// Smallest and largest number present.
pub(crate) fn range(x: &[f64]) -> (f64, f64) {
    let (mut low, mut high) = ([f64::INFINITY; 4], [f64::NEG_INFINITY; 4]);
    let (chunks, rest) = x.as_chunks::<4>();
    for chunk in chunks {
        for ((low, high), x) in low.iter_mut().zip(&mut high).zip(chunk) {
            *low = if *x < *low { *x } else { *low };
            *high = if *x > *high { *x } else { *high };
        }
    }
    (
        low.iter().chain(rest).fold(f64::INFINITY, |a, x| a.min(*x)),
        high.iter().chain(rest).fold(f64::NEG_INFINITY, |a, x| a.max(*x)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_numbers_have_no_size() {
        let x = [f64::NAN, 3.0, -2.0, f64::NAN, 7.0, 1.0, -9.0];
        assert_eq!((range(&x), range(&[])), ((-9.0, 7.0), (f64::INFINITY, f64::NEG_INFINITY)));
        assert!(any_missing(&x) && !any_missing(&x[1..3]));
    }
}
