//! Means with roots and quotients against integer powers, which decide the same questions without a root.

use std::cmp::Ordering;

use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;
use proptest::prelude::*;

use crate::method::aggregation::{Aggregation, Compared};
use crate::number::{Bounded, Exact, Number, Rational};
use crate::{Mode, Rounding};

fn ratio(top: i64, bottom: u64) -> RBig {
    RBig::from_parts(IBig::from(top), UBig::from(bottom))
}

/// Scores in eighths.
fn members<N: Number>(scores: &[(u8, u16)]) -> Vec<(N, N)> {
    scores.iter().map(|(w, s)| (N::of(f64::from(*w)), N::of(f64::from(*s) / 8.0))).collect()
}

fn weight(scores: &[(u8, u16)]) -> u64 {
    scores.iter().map(|(w, _)| u64::from(*w)).sum()
}

/// Order of the geometric mean and of `b ≥ 0`: of `Π s^w` and `b^Σw`.
fn geometric(scores: &[(u8, u16)], b: &RBig) -> Ordering {
    let product = scores.iter().fold(RBig::ONE, |p, (w, s)| p * ratio(i64::from(*s), 8).pow(isize::from(*w)));
    product.cmp(&b.pow(weight(scores) as isize))
}

/// Order of the quadratic mean and of `b ≥ 0`.
fn quadratic(scores: &[(u8, u16)], b: &RBig) -> Ordering {
    let sum = scores.iter().fold(RBig::ZERO, |p, (w, s)| p + ratio(i64::from(*s), 8).sqr() * RBig::from(*w));
    (sum / RBig::from(weight(scores))).cmp(&b.sqr())
}

/// Order of the harmonic mean and of `b`.
fn harmonic(scores: &[(u8, u16)], b: &RBig) -> Ordering {
    if scores.iter().any(|(_, s)| *s == 0) {
        return RBig::ZERO.cmp(b);
    }
    let sum = scores.iter().fold(RBig::ZERO, |p, (w, s)| p + RBig::from(*w) * ratio(8, u64::from(*s)));
    (RBig::from(weight(scores)) / sum).cmp(b)
}

fn scores() -> impl Strategy<Value = Vec<(u8, u16)>> {
    // Many equal ones and perfect powers, so that bounds are met.
    let score =
        prop_oneof![0u16..1000, prop::sample::select(vec![0u16, 8, 16, 32, 72, 128, 200, 480, 648, 800])];
    proptest::collection::vec((1u8..6, score), 1..5)
}

/// Order of a mean of scores and of a bound.
type Order = fn(&[(u8, u16)], &RBig) -> Ordering;

proptest! {
    #[test]
    fn bounds_are_reached_as_integers_say(scores in scores(), bound in 0i64..1000, equal: bool) {
        // A bound that one of the scores is, is met by a mean of equal ones.
        let bound = ratio(if equal { i64::from(scores[0].1) } else { bound }, 8);
        let check = |way: Aggregation, wanted: Ordering| {
            let exact: Exact = way.combine(&members(&scores), &Compared::NOTHING);
            prop_assert_eq!(exact.order(&Exact::Value(Rational(bound.clone()))), Some(wanted), "{:?}", way);
            let near: Bounded = way.combine(&members(&scores), &Compared::NOTHING);
            let off = Exact::of(near.v).sub(&exact).abs().to_f64();
            prop_assert!(near.e.is_infinite() || off <= near.e + near.v.abs() * f64::EPSILON, "{:?} {:?} {}", way, near, off);
            Ok(())
        };
        check(Aggregation::Geometric, geometric(&scores, &bound))?;
        check(Aggregation::Power(2.0), quadratic(&scores, &bound))?;
        check(Aggregation::Harmonic, harmonic(&scores, &bound))?;
    }

    #[test]
    fn roundings_are_those_of_integers(scores in scores(), digits in -1i8..3, up: bool) {
        let how = Rounding { mode: if up { Mode::Ceiling } else { Mode::Truncate }, ..Rounding::digits(digits) };
        let unit = if digits < 0 { RBig::from(10) } else { RBig::ONE / RBig::from(10u32.pow(digits as u32)) };
        let ways: [(Aggregation, Order); 3] = [
            (Aggregation::Geometric, geometric),
            (Aggregation::Power(2.0), quadratic),
            (Aggregation::Harmonic, harmonic),
        ];
        for (way, order) in ways {
            let exact: Exact = way.combine(&members(&scores), &Compared::NOTHING);
            let rounded = exact.round(&how).rational().cloned().unwrap();
            let (low, high) = if up { (&rounded - &unit, rounded) } else { (rounded.clone(), rounded + &unit) };
            let (above, below) = (order(&scores, &low.max(RBig::ZERO)), order(&scores, &high));
            let inside = if up {
                (above == Ordering::Greater || high == RBig::ZERO) && below != Ordering::Greater
            } else {
                above != Ordering::Less && below == Ordering::Less
            };
            prop_assert!(inside, "{:?} {:?} {:?}", way, how, scores);
        }
    }
}

#[test]
fn equal_scores_are_their_mean() {
    for p in [-2.0, -1.5, 0.5, 2.0, 3.0] {
        for way in [Aggregation::Geometric, Aggregation::Harmonic, Aggregation::Power(p)] {
            let mean: Exact = way.combine(&members(&[(1, 480), (3, 480), (7, 480)]), &Compared::NOTHING);
            assert_eq!(mean, Exact::of(60.0), "{way:?}");
            let tens = Rounding { mode: Mode::Ceiling, ..Rounding::digits(-1) };
            let alone: Exact = way.combine(&members(&[(3, 800)]), &Compared::NOTHING);
            assert_eq!(alone.round(&tens), Exact::of(100.0), "{way:?}");
        }
    }
}

#[test]
fn zero_and_negative_scores() {
    let with = |s: f64| [(1.0, s), (2.0, 50.0)];
    let exact = |s: f64| with(s).map(|(w, s)| (Exact::of(w), Exact::of(s)));
    for way in [Aggregation::Geometric, Aggregation::Harmonic, Aggregation::Power(-0.5)] {
        assert_eq!(way.combine(&with(0.0), &Compared::NOTHING), 0.0, "{way:?}");
        assert!(way.combine(&exact(0.0), &Compared::NOTHING).is_zero(), "{way:?}");
    }
    for way in [Aggregation::Geometric, Aggregation::Harmonic, Aggregation::Power(2.0)] {
        assert!(
            way.combine(&with(-1.0), &Compared::NOTHING).is_nan()
                && way.combine(&exact(-1.0), &Compared::NOTHING).is_missing(),
            "{way:?}"
        );
        // What may be negative in truth is open.
        let near = [(Bounded::of(1.0), Bounded::new(1e-20, 1e-15)), (Bounded::of(2.0), Bounded::of(50.0))];
        assert!(way.combine(&near, &Compared::NOTHING).e.is_infinite(), "{way:?}");
    }
    // √0 counts, and does not make the mean zero.
    assert_eq!(
        Aggregation::Power(0.5).combine(&exact(0.0), &Compared::NOTHING),
        Exact::of(200.0).div(&Exact::of(9.0))
    );
}
