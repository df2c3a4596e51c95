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

/// Covariance of two lists of the same length, with n − 1; missing of fewer than two.
pub(crate) fn covariance<N: Number>(x: &[N], y: &[N]) -> N {
    products(&centred(x), &centred(y)).div(&N::of(x.len() as f64 - 1.0))
}

/// Pearson's correlation of two lists of the same length; 0 where one of them is all alike.
pub(crate) fn correlation<N: Number>(x: &[N], y: &[N]) -> N {
    let (a, b) = (centred(x), centred(y));
    let scale = products(&a, &a).mul(&products(&b, &b)).sqrt();
    N::zero().less(&scale).select(&products(&a, &b).div(&scale), &N::zero())
}

fn centred<N: Number>(numbers: &[N]) -> Vec<N> {
    let mean = mean(numbers.iter().cloned());
    numbers.iter().map(|x| x.sub(&mean)).collect()
}

fn products<N: Number>(a: &[N], b: &[N]) -> N {
    N::sum(&mut a.iter().zip(b).map(|(a, b)| a.mul(b)))
}

/// `k! (n − k − 1)! / n!`, Shapley's weight of a set: how often one of `n` is preceded by just these `k` of the `n − 1` others.
pub(crate) fn shapley_weight(k: usize, n: usize) -> f64 {
    // n · C(n − 1, k), small whole numbers.
    let choose = (0..k).fold(1.0, |choose, i| choose * (n - 1 - i) as f64 / (i + 1) as f64);
    1.0 / (n as f64 * choose)
}

/// Skewness as Excel's SKEW and other programs' "type 2": `√(n(n − 1)) / (n − 2) · √n Σd³ / (Σd²)^(3/2)`, `d` from the mean; missing
/// of fewer than three and of numbers that are all alike.
pub(crate) fn skewness<N: Number>(numbers: &[N]) -> N {
    let n = numbers.len() as f64;
    let [squares, cubes] = moments(numbers, |d, square| [square.clone(), square.mul(d)]);
    let factor = N::of(n).mul(&N::of(n - 1.0).sqrt()).div(&N::of(n - 2.0));
    if n < 3.0 { N::missing() } else { factor.mul(&cubes).div(&squares.mul(&squares.sqrt())) }
}

/// The square of the skewness with its sign: of rationals a rational, so that limits of it are decided without a root.
pub(crate) fn signed_square_of_skewness<N: Number>(numbers: &[N]) -> N {
    let n = numbers.len() as f64;
    let [squares, cubes] = moments(numbers, |d, square| [square.clone(), square.mul(d)]);
    let factor = N::of(n * n * (n - 1.0)).div(&N::of((n - 2.0) * (n - 2.0)));
    let ratio = cubes.mul(&cubes.abs()).div(&squares.mul(&squares).mul(&squares));
    if n < 3.0 { N::missing() } else { factor.mul(&ratio) }
}

/// Excess kurtosis as Excel's KURT and other programs' "type 2": `((n + 1)(r − 3) + 6)(n − 1) / ((n − 2)(n − 3))`,
/// `r = n Σd⁴ / (Σd²)²`, `d` from the mean; missing of fewer than four and of numbers that are all alike.
pub(crate) fn kurtosis<N: Number>(numbers: &[N]) -> N {
    let n = numbers.len() as f64;
    let [squares, fourths] = moments(numbers, |_, square| [square.clone(), square.mul(square)]);
    let above = N::of(n).mul(&fourths).div(&squares.mul(&squares)).sub(&N::of(3.0));
    let factor = N::of(n - 1.0).div(&N::of((n - 2.0) * (n - 3.0)));
    if n < 4.0 { N::missing() } else { N::of(n + 1.0).mul(&above).add(&N::of(6.0)).mul(&factor) }
}

/// Two sums over what `of` makes of each distance from the mean and its square; missing of numbers that are all alike, whose distances
/// are but the rounding of the mean.
fn moments<N: Number>(numbers: &[N], of: impl Fn(&N, &N) -> [N; 2]) -> [N; 2] {
    let mean = mean(numbers.iter().cloned());
    let terms: Vec<[N; 2]> = numbers.iter().map(|x| x.sub(&mean)).map(|d| of(&d, &d.mul(&d))).collect();
    let [low, high] = [N::min, N::max].map(|pick| extreme(numbers.iter().cloned(), pick));
    let is_spread = low.less(&high);
    [0, 1].map(|k| is_spread.select(&N::sum(&mut terms.iter().map(|t| t[k].clone())), &N::missing()))
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
    /// Of a few roundings, and of those of the program whose numbers are taken here.
    const ROUNDINGS: f64 = 1e-14;

    fn near(found: f64, published: f64) -> bool {
        (found - published).abs() <= ROUNDINGS * published.abs().max(1.0)
    }

    /// Numbers published for COINr, which agree with Excel's SKEW and KURT; those of small lists from COINr 1.1.14 itself.
    #[test]
    fn skewness_and_kurtosis_are_those_of_excel() {
        let far: Vec<f64> = (1..=10).chain([30, 100]).map(f64::from).collect();
        assert!(near(skewness(&far), 3.063_241_034_239_498_5) && near(kurtosis(&far), 9.741_390_834_569_144));
        let near_by: Vec<f64> = (1..=10).chain([30, 30]).map(f64::from).collect();
        assert_eq!(format!("{:.6} {:.6}", skewness(&near_by), kurtosis(&near_by)), "1.712038 1.815781");
        let even: Vec<f64> = (1..=10).map(f64::from).collect();
        assert!(skewness(&even) == 0.0 && near(kurtosis(&even), -1.2));
    }

    #[test]
    fn skewness_and_kurtosis_of_every_number_type() {
        let x = [0.1, 0.2, 0.4, 1.1, 7.3];
        let exact = x.map(Exact::of);
        let bounded = x.map(Bounded::of);
        let within = |b: Bounded, x: f64| (b.v - x).abs() <= b.e && b.e < ROUNDINGS * 10.0;
        assert!(within(skewness(&bounded), skewness(&exact).to_f64()));
        assert!(within(kurtosis(&bounded), kurtosis(&exact).to_f64()));
        assert_eq!((skewness(&x), kurtosis(&x)), (skewness(&bounded).v, kurtosis(&bounded).v));
    }

    #[test]
    fn a_shape_needs_numbers_that_differ() {
        assert!(skewness(&[0.1; 7]).is_nan() && kurtosis(&[0.1; 7]).is_nan());
        assert!(skewness(&[Exact::of(0.1), Exact::of(0.3)]).is_missing());
        assert!(kurtosis(&[1.0, 2.0, 4.0]).is_nan() && skewness::<f64>(&[]).is_nan());
        assert!(!skewness(&[1.0, 2.0, 4.0]).is_nan());
    }
}
