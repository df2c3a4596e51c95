//! Roots against integer arithmetic: `x^(a/b)` lies between two numbers whose powers enclose that of `x`. Logarithms and
//! exponentials against published digits and against each other.

use dashu_int::{IBig, UBig};
use proptest::prelude::*;

use super::*;

fn real(top: u64, bottom: u64) -> Real {
    Real::of_rational(&RBig::from_parts(IBig::from(top), UBig::from(bottom)))
}

#[test]
fn sums_of_roots_are_recognised() {
    // √2 + √3 = √(5 + 2√6)
    let left = real(2, 1).power(1, 2).add(&real(3, 1).power(1, 2));
    let right = real(5, 1).add(&real(2, 1).mul(&real(6, 1).power(1, 2))).power(1, 2);
    assert_eq!(left.order(&right), Ordering::Equal);
    let less = left.add(&real(1, 1).neg());
    assert_eq!(less.mul(&less.inverse()).order(&real(1, 1)), Ordering::Equal);
    // √2 and its first 25 decimals.
    let decimals = real(14_142_135_623_730_950_488, 10_000_000_000_000_000_000);
    assert_eq!(real(2, 1).power(1, 2).order(&decimals), Ordering::Greater);
}

#[test]
fn products_of_roots_are_the_whole_number_they_are() {
    let third = |x: u64| real(x, 1).power(1, 3);
    assert_eq!(third(60).mul(&third(60)).mul(&third(60)).order(&real(60, 1)), Ordering::Equal);
    let long = real(81, 1).power(123_456, 1_000_000).mul(&real(81, 1).power(876_544, 1_000_000));
    assert_eq!(long.settle(|x| x.to_f64().value()), 81.0);
    assert_eq!(long.simple(), Some(RBig::from(81)));
}

#[test]
fn very_large_and_very_small_numbers_have_roots() {
    let huge = Real::of_rational(&RBig::from(UBig::from(10u8).pow(300)));
    assert_eq!(huge.power(2, 3).settle(|x| x.to_f64().value()), 1e200);
    assert_eq!(huge.inverse().power(1, 3).settle(|x| x.to_f64().value()), 1e-100);
    assert_eq!(real(0, 1).power(1, 3).settle(|x| x.to_f64().value()), 0.0);
}

/// A decimal with its last digit cut off lies below its number, and one more in the last digit above.
fn encloses(x: &Real, digits: &str) -> bool {
    let places = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i32);
    let low = digits.replace('.', "").parse::<IBig>().map(|n| (n.clone(), n + IBig::ONE));
    let (low, high) = low.unwrap_or_default();
    let between = |n: IBig| Real::of_rational(&crate::number::shift_decimal(n, -places));
    x.order(&between(low)) == Ordering::Greater && x.order(&between(high)) == Ordering::Less
}

#[test]
fn logarithms_and_exponentials_have_the_published_digits() {
    // Abramowitz and Stegun, Handbook of Mathematical Functions, tables 1.1 and 4.2; OEIS A001113, A002162, A002392.
    assert!(encloses(&real(1, 1).exp(), "2.71828182845904523536028747135266249775724709369995"));
    assert!(encloses(&real(2, 1).ln(), "0.69314718055994530941723212145817656807550013436025"));
    assert!(encloses(&real(10, 1).ln(), "2.30258509299404568401799145468436420760110148862877"));
    assert!(encloses(&real(1, 2).neg().exp(), "0.60653065971263342360379953499118045344191813548718"));
    // Large ones: e^100, and the logarithm of 10^300.
    assert!(encloses(&real(100, 1).exp(), "26881171418161354484126255515800135873611118.77374192"));
    let huge = Real::of_rational(&RBig::from(UBig::from(10u8).pow(300)));
    assert_eq!(huge.ln().order(&real(10, 1).ln().mul(&real(300, 1))), Ordering::Equal);
}

#[test]
fn an_end_of_an_interval_is_in_it() {
    // Nothing distinguishes 1 + e^-400 from 1, nor its logarithm from 0.
    let nearly = real(400, 1).neg().exp().add(&real(1, 1));
    assert_eq!(nearly.order(&real(1, 1)), Ordering::Equal);
    assert_eq!(nearly.add(&real(1, 1).neg()).settle(|x| x.to_f64().value()), 0.0);
}

/// Bits by which an interval may be wider than asked for: room for the exponents.
const ROOM: usize = 20;

proptest! {
    #[test]
    fn intervals_enclose_the_root(top in 1u64..100_000, bottom in 1u64..1000, a in 1u64..20, b in 1u64..20) {
        let x = RBig::from_parts(IBig::from(top), UBig::from(bottom));
        let root = Real::of_rational(&x).power(a, b);
        let Interval { low, high } = root.within(FIRST_BITS);
        let (low, high) = (low.rational(), high.rational());
        let power = x.pow(a as isize);
        prop_assert!(low.pow(b as isize) <= power && high.pow(b as isize) >= power);
        let width = (&high - &low) / &high;
        prop_assert!(width <= RBig::from_parts(IBig::ONE, UBig::ONE << (FIRST_BITS - ROOM)));
    }

    #[test]
    fn order_is_that_of_the_powers(x in 1u64..5000, y in 1u64..5000, b in 2u64..7) {
        // x^(1/b) against y^(1/2): x² against y^b.
        let order = real(x, 1).power(1, b).order(&real(y, 1).power(1, 2));
        prop_assert_eq!(order, UBig::from(x).pow(2).cmp(&UBig::from(y).pow(b as usize)));
    }

    #[test]
    fn a_narrower_look_lies_within_a_wider_one(top in 1u64..1_000_000, bottom in 1u64..1_000_000) {
        for x in [real(top, bottom).ln(), real(top, bottom).neg().exp(), real(top % 4000, bottom % 7 + 1).exp()] {
            let (wide, narrow) = (x.within(FIRST_BITS), x.within(2 * MOST_BITS));
            let ends = |x: &Interval| (x.low.rational(), x.high.rational());
            let ((low, high), (narrow_low, narrow_high)) = (ends(wide), ends(narrow));
            prop_assert!(low <= narrow_low && narrow_low <= narrow_high && narrow_high <= high);
            let width = (&high - &low).to_f64().value();
            prop_assert!(width <= high.to_f64().value().abs() * 2f64.powi(-(FIRST_BITS as i32 - 8)));
        }
    }

    #[test]
    fn logarithms_add_up_and_come_back(a in 1u64..100_000, b in 1u64..100_000, c in 1u64..1000) {
        let (a, b) = (real(a, c), real(b, 1));
        prop_assert_eq!(a.ln().add(&b.ln()).order(&a.mul(&b).ln()), Ordering::Equal);
        prop_assert_eq!(a.ln().exp().order(&a), Ordering::Equal);
        prop_assert_eq!(a.ln().order(&b.ln()), a.order(&b));
    }
}

proptest! {
    /// Sums, products, quotients and powers of rationals of any sign and size lie within every look.
    #[test]
    fn intervals_enclose_what_rationals_make(
        steps in prop::collection::vec((0..4u8, -999i64..1000, 1u64..50, -40i32..40), 1..12),
    ) {
        let mut exact = RBig::from(1);
        let mut real = Real::of_rational(&exact);
        for (op, top, bottom, scale) in steps {
            let x = RBig::from_parts(IBig::from(top), UBig::from(bottom));
            let power = RBig::from(UBig::from(10u8).pow(scale.unsigned_abs() as usize));
            let x = if scale < 0 { x / power } else { x * power };
            let other = Real::of_rational(&x);
            let short = exact.numerator().bit_len() + exact.denominator().bit_len() < 2000;
            (exact, real) = match op {
                0 => (exact + &x, real.add(&other)),
                1 => (exact * &x, real.mul(&other)),
                2 if !x.is_zero() => (exact / &x, real.mul(&other.inverse())),
                3 if exact >= RBig::ZERO && short => (exact.pow(3), real.power(3, 1)),
                _ => (-exact, real.neg()),
            };
            for bits in LOOKS {
                let Interval { low, high } = real.within(bits);
                prop_assert!(low.rational() <= exact && exact <= high.rational(), "{low:?} {high:?} {exact}");
            }
            prop_assert_eq!(real.sign(), exact.cmp(&RBig::ZERO));
            prop_assert_eq!(real.order(&Real::of_rational(&exact)), Ordering::Equal);
        }
    }
}

#[test]
fn numbers_beyond_all_floats_stay_small() {
    let mut far = real(10, 1);
    for _ in 0..12 {
        far = far.power(64, 1);
    }
    assert_eq!(far.sign(), Ordering::Greater);
    assert_eq!(far.settle(|x| x.to_f64().value()), f64::INFINITY);
    assert_eq!(far.inverse().settle(|x| x.to_f64().value()), 0.0);
    // Within them nothing is lost: the largest float, up and down again.
    let most = Real::of_rational(&RBig::from(UBig::from(10u8).pow(308)));
    assert_eq!(most.power(64, 1).power(64, 1).power(1, 64).power(1, 64).order(&most), Ordering::Equal);
}
