//! Roots against integer arithmetic: `x^(a/b)` lies between two numbers whose powers enclose that of `x`.

use proptest::prelude::*;

use super::*;

fn real(top: u64, bottom: u64) -> Real {
    Real::from(&RBig::from_parts(IBig::from(top), UBig::from(bottom)))
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
    let huge = Real::from(&RBig::from(UBig::from(10u8).pow(300)));
    assert_eq!(huge.power(2, 3).settle(|x| x.to_f64().value()), 1e200);
    assert_eq!(huge.inverse().power(1, 3).settle(|x| x.to_f64().value()), 1e-100);
    assert_eq!(real(0, 1).power(1, 3).settle(|x| x.to_f64().value()), 0.0);
}

/// Bits by which an interval may be wider than asked for: room for the exponents.
const ROOM: usize = 20;

proptest! {
    #[test]
    fn intervals_enclose_the_root(top in 1u64..100_000, bottom in 1u64..1000, a in 1u64..20, b in 1u64..20) {
        let x = RBig::from_parts(IBig::from(top), UBig::from(bottom));
        let Interval { low, high } = Real::from(&x).power(a, b).within(FIRST_BITS);
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
}
