//! Statistics of many numbers: each is written here and nowhere else.

use dashu_int::UBig;
use dashu_ratio::RBig;

use super::{Bounded, Exact, ExactSum, Number};

/// Arithmetic mean; missing if there is nothing.
pub(crate) fn mean<N: Number>(numbers: impl Iterator<Item = N>) -> N {
    let mut n = 0usize;
    let sum = N::sum(&mut numbers.inspect(|_| n += 1));
    sum.div(&N::of(n as f64))
}

/// The largest or the smallest of some numbers, as `pick` says of two; missing if there is nothing.
pub(crate) fn extreme<N: Number>(numbers: impl Iterator<Item = N>, pick: fn(&N, &N) -> N) -> N {
    numbers.reduce(|a, b| pick(&a, &b)).unwrap_or_else(N::missing)
}

/// The middle one of `n` numbers of which `at` gives the `k`-th smallest, or the mean of the two middle ones.
pub(crate) fn median<N: Number>(n: usize, at: impl Fn(usize) -> N) -> N {
    match n {
        0 => N::missing(),
        n if n % 2 == 1 => at(n / 2),
        n => at(n / 2 - 1).add(&at(n / 2)).div(&N::of(2.0)),
    }
}

/// Type 7: linear between order statistics at `(n − 1) q`; `at` gives the `k`-th smallest of `n` numbers.
pub(crate) fn quantile<N: Number>(n: usize, q: f64, at: impl Fn(usize) -> N) -> N {
    let Some((below, above, share)) = place::<N>(n, q) else { return N::missing() };
    let low = at(below);
    if above == below { low } else { low.add(&at(above).sub(&low).mul(&share)) }
}

/// The order statistics around a quantile and the share of the upper one.
pub(crate) fn place<N: Number>(n: usize, q: f64) -> Option<(usize, usize, N)> {
    if n == 0 {
        return None;
    }
    let position = Exact::of((n - 1) as f64).mul(&Exact::of(q.clamp(0.0, 1.0)));
    let below = position.floor();
    let share = N::of(position.sub(&below).to_f64());
    let below = (below.to_f64() as usize).min(n - 1);
    Some((below, if share.is_zero() { below } else { (below + 1).min(n - 1) }, share))
}

/// Standard deviation with n − 1; missing of fewer than two.
pub(crate) fn deviation<N: Number>(numbers: &[N]) -> N {
    let mean = mean(numbers.iter().cloned());
    let mut squares = numbers.iter().map(|x| x.sub(&mean)).map(|x| x.mul(&x));
    N::sum(&mut squares).div(&N::of(numbers.len() as f64 - 1.0)).sqrt()
}

/// Mean of `n` numbers, from their exact sum and the sum of their errors.
pub(crate) fn mean_of(sum: &ExactSum, error: f64, n: usize) -> Bounded {
    // The sum of finite numbers may be beyond f64; their mean is not.
    let whole = Some(sum.value()).filter(|s| s.is_finite()).map(|s| s / n as f64);
    let v = whole.unwrap_or_else(|| (sum.exact() / RBig::from(n)).to_f64().value());
    Bounded::new(v, error / n as f64 * (1.0 + 1e-9) + v.abs() * f64::EPSILON)
}

/// Standard deviation with n − 1, from the exact sums of numbers and squares and the largest of their errors.
pub(crate) fn deviation_of(sum: &RBig, squares: RBig, error: f64, n: usize) -> Bounded {
    if n < 2 {
        return Bounded::missing();
    }
    let n = RBig::from(n);
    let variance = (squares - sum * sum / &n) / (n - RBig::ONE);
    let v = root(&variance);
    // Moving every value by e moves the deviation by at most e·√(n/(n−1)) ≤ 1.5 e.
    Bounded::new(v, 1.5 * error + v.abs() * 2.0 * f64::EPSILON)
}

/// Square root of a number that may itself be beyond the range of `f64`.
fn root(x: &RBig) -> f64 {
    let near = x.to_f64().value();
    if x.is_zero() || (near.is_normal() && near.is_finite()) {
        return near.sqrt();
    }
    let far = RBig::from(UBig::ONE << 1000);
    if near > 1.0 {
        (x / far).to_f64().value().sqrt() * 2f64.powi(500)
    } else {
        (x * far).to_f64().value().sqrt() * 2f64.powi(-500)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_statistic_of_every_number_type() {
        let x = [0.1, 0.2, 0.4, 1.1];
        let (exact, near) = (|k: usize| Exact::of(x[k]), |k: usize| x[k]);
        assert_eq!(mean((0..4).map(exact)), Exact::of(0.45));
        assert_eq!(median(4, exact), Exact::of(0.3));
        assert_eq!(median(3, near), 0.2);
        assert_eq!(quantile(4, 0.9, exact), Exact::of(0.89));
        assert_eq!((quantile(4, 0.0, near), quantile(4, 1.0, near)), (0.1, 1.1));
        assert_eq!(deviation(&[Exact::of(0.1), Exact::of(0.3)]), Exact::of(0.02).sqrt());
        assert!(mean(std::iter::empty::<f64>()).is_nan() && median(0, near).is_nan());
        assert!(quantile(0, 0.5, near).is_nan() && deviation(&[Exact::one()]).is_missing());
    }
}
