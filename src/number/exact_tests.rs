//! What is read as a number, and powers that are exact.

use super::*;
use crate::number::Bounded;

#[test]
fn hostile_exponents_are_refused() {
    for text in [
        "1e-2147483648",
        "0e-2147483648",
        "1e2147483647",
        "1e-401",
        "0e401",
        "1e99999999999",
        "1e-400",
        "1e400",
    ] {
        assert!(Exact::parse(text).is_none(), "{text}");
    }
    assert_eq!(Exact::parse("0e-400"), Some(Exact::zero()));
    assert_eq!(Exact::parse("1e-307").unwrap().to_f64(), 1e-307);
}

proptest::proptest! {
    /// Scaling finds the decimal that printing and reading finds.
    #[test]
    fn a_float_is_its_shortest_decimal(digits in -999_999_999_999_999i64..999_999_999_999_999, places in 0u32..20, bits: u64) {
        for x in [digits as f64 / 10f64.powi(places as i32), f64::from_bits(bits), f64::from_bits(bits).fract()] {
            if x.is_finite() {
                proptest::prop_assert_eq!(Exact::of(x), Exact::read(&format!("{x:e}")).unwrap());
            }
        }
    }
}

#[test]
fn the_smallest_floats_are_numbers() {
    assert_eq!(Exact::of(5e-324).to_f64(), 5e-324);
    assert_eq!(Exact::of(f64::MAX).to_f64(), f64::MAX);
}

#[test]
fn powers_are_rational_where_they_can_be() {
    let power = |x: f64, p: f64| Exact::of(x).pow(&Exact::of(p));
    assert_eq!(power(2.25, 1.5).rational(), Exact::of(3.375).rational());
    assert_eq!(power(0.04, -0.5).rational(), Exact::of(5.0).rational());
    assert_eq!(Exact::of(1296.0).sqrt().rational(), Exact::of(36.0).rational());
    assert!(power(2.0, 0.5).rational().is_none() && !power(2.0, 0.5).is_irrational());
    assert_eq!(power(2.0, 0.5).to_f64(), std::f64::consts::SQRT_2);
    // (−√2)³ = −√8
    let root = power(2.0, 0.5);
    assert_eq!(root.neg().pow(&Exact::of(3.0)), Exact::of(8.0).sqrt().neg());
    assert!(power(-2.0, 0.5).is_missing() && power(0.0, -0.5).is_missing() && power(0.0, 0.5).is_zero());
    // Beyond 64, and with long exponents, by the logarithm.
    let large = power(2.0, 64.0).mul(&Exact::of(2.0));
    assert_eq!(power(2.0, 65.0), large);
    assert_eq!(power(4.0, 64.5), power(2.0, 64.0).mul(&large));
    assert_eq!(power(4.0, -64.5).mul(&large), power(2.0, -64.0));
    assert_eq!(power(-2.0, 65.0), large.neg());
    assert_eq!((power(10.0, 2000.0), power(10.0, -2000.0)), (Exact::Irrational, Exact::zero()));
    assert_eq!(root.pow(&root).pow(&root), Exact::of(2.0));
}

#[test]
fn logarithms_and_exponentials_are_decided() {
    let (two, root) = (Exact::of(2.0), Exact::of(2.0).sqrt());
    assert!(
        Exact::of(-1.0).ln().is_missing()
            && root.neg().ln().is_missing()
            && Exact::zero().log10().is_missing()
    );
    assert_eq!((Exact::one().ln(), Exact::one().log10()), (Exact::zero(), Exact::zero()));
    assert_eq!((Exact::zero().exp(), Exact::zero().neg().exp()), (Exact::one(), Exact::one()));
    assert_eq!(root.ln().add(&root.ln()), two.ln());
    assert_eq!(two.ln().exp(), two);
    // Powers of ten have a logarithm that is a whole number, others have none that is rational.
    assert_eq!(Exact::of(1000.0).log10().rational(), Exact::of(3.0).rational());
    assert_eq!(Exact::of(0.01).log10().rational(), Exact::of(-2.0).rational());
    assert!(Exact::of(1001.0).log10().rational().is_none());
    assert_eq!(two.ln().to_f64(), std::f64::consts::LN_2);
    assert_eq!(Exact::of(0.5).exp().round(&crate::Rounding::digits(3)), Exact::of(1.649));
    // Beyond what `f64` knows.
    assert_eq!(Exact::of(800.0).exp().ln(), Exact::of(800.0));
    assert_eq!(Exact::of(-800.0).exp().to_f64(), 0.0);
    assert!(Exact::zero().is_less(&Exact::of(-800.0).exp()));
    assert_eq!((Exact::of(1e9).exp(), Exact::of(-1e9).exp()), (Exact::Irrational, Exact::zero()));
}

#[test]
fn roots_are_rounded_and_compared() {
    let root = Exact::of(2.0).sqrt();
    let places = crate::Rounding::digits(3);
    assert_eq!(root.round(&places), Exact::of(1.414));
    assert_eq!(root.floor(), Exact::one());
    assert_eq!(root.mul(&root), Exact::of(2.0));
    assert_eq!(root.sub(&root), Exact::zero());
    assert!(Exact::one().div(&root.sub(&root)).is_missing());
    assert_eq!(root.neg().abs(), root);
    assert_eq!(root.min(&Exact::of(1.5)), root);
}

#[test]
fn a_bound_knows_what_is_too_large_and_what_may_be_missing() {
    let square = Bounded::of(1e200).pow(&Bounded::of(2.0));
    assert!(square.v == f64::INFINITY && square.e.is_infinite(), "{square:?}");
    // A comparison with it is as open as it is itself; with a number that is missing for certain it is missing.
    for compared in [square.less(&Bounded::of(1.0)), Bounded::of(1.0).equal(&square)] {
        assert!(compared.e.is_infinite(), "{compared:?}");
    }
    let missing = square.less(&Bounded::missing());
    assert!(missing.v.is_nan() && missing.e == 0.0, "{missing:?}");
    let far = Bounded::of(1e300).mul(&Bounded::of(1e300)).floor();
    assert!(far.e.is_infinite(), "{far:?}");
    // A power too large for `f64` is open, and a whole power of a negative number with an exponent that may be whole.
    let large = Bounded::of(800.0).exp();
    assert!(large.v == f64::INFINITY && large.e.is_infinite(), "{large:?}");
    let whole = Bounded::of(-8.0).pow(&Bounded::new(2.0, 1e-15));
    assert!(whole.e.is_infinite(), "{whole:?}");
    let nothing = Bounded::of(0.0).pow(&Bounded::of(-1.0));
    assert!(nothing.v.is_nan() && nothing.e == 0.0, "{nothing:?}");
}

#[test]
fn a_minimum_beside_what_is_too_large_is_in_doubt() {
    let one = Bounded::of(1.0);
    let huge = Bounded::of(1e300).pow(&Bounded::of(3.0));
    for clamped in [huge.min(&one), one.min(&huge), huge.max(&one), huge.max(&one).min(&one)] {
        assert!(!clamped.is_missing() || clamped.e.is_infinite(), "{clamped:?}");
    }
    // What is missing for certain stays so.
    let none = Bounded::missing();
    assert!([none.min(&one), one.max(&none)].iter().all(|x| x.is_missing() && x.e == 0.0));
}

#[test]
fn a_sum_is_exact_up_to_a_bound_of_its_length() {
    let ratio = |n: u32, d: u32| Exact::of(f64::from(n)).div(&Exact::of(f64::from(d)));
    let sum = |terms: Vec<Exact>| Exact::sum(&mut terms.into_iter());
    let few: Vec<Exact> = (1..=300).map(|d| ratio(1, d)).collect();
    let folded = few.iter().fold(Exact::zero(), |a, x| a.add(x));
    assert_eq!(sum(few), folded);
    let decimals = (0..50_000).map(|i| Exact::of(f64::from(i) / 100.0));
    assert_eq!(sum(decimals.collect()), Exact::of(12_499_750.0));
    assert_eq!(sum(Vec::new()), Exact::Missing);
    for terms in [[Exact::Missing, Exact::Irrational], [Exact::Irrational, Exact::Missing]] {
        assert_eq!(sum(terms.to_vec()), Exact::Missing);
    }
    // Denominators that have nothing in common: the n-th harmonic number, about ln n + γ + 1 / 2n.
    let many = sum((1..=10_000).map(|d| ratio(1, d)).collect());
    assert!(matches!(many, Exact::Real(_)));
    assert_eq!(many.to_f64(), 9.787_606_036_044_382);
    assert!(Exact::parse("9.7876060360443822").is_some_and(|below| below.is_less(&many)));
    assert_eq!(sum([2.0, 8.0].map(|x| Exact::of(x).sqrt()).to_vec()), Exact::of(18.0).sqrt());
}
