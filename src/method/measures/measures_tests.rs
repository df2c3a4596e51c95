use proptest::prelude::*;

use super::*;
use crate::Lang;
use crate::number::{Bounded, Exact};
use dashu_ratio::RBig;

fn attainment(form: AttainmentForm) -> Measure {
    Measure::Attainment { target: Anchor::Target, form, base: Anchor::Previous }
}

/// The binary number itself, not the decimal it is short for.
fn binary(x: f64) -> Exact {
    RBig::try_from(x).map_or(Exact::Missing, Exact::of_rational)
}

/// Exact, and the same on `f64` in every bit of `Bounded`.
fn value(m: &Measure, x: f64, inputs: &[f64], negative: bool) -> f64 {
    let fast = m.compute(&x, inputs, negative);
    let bounded: Vec<Bounded> = inputs.iter().map(|i| Bounded::of(*i)).collect();
    let with_bound = m.compute(&Bounded::of(x), &bounded, negative);
    assert!(fast.to_bits() == with_bound.v.to_bits() || (fast.is_nan() && with_bound.v.is_nan()));
    let exact: Vec<Exact> = inputs.iter().map(|i| Exact::of(*i)).collect();
    let decided = m.compute(&Exact::of(x), &exact, negative);
    assert_eq!(decided.is_missing(), fast.is_nan(), "{m:?} {x} {inputs:?}");
    let error = binary(fast).sub(&decided).to_f64().abs();
    assert!(fast.is_nan() || error <= with_bound.e, "{m:?} {x} {inputs:?}: {error}");
    decided.to_f64()
}

#[test]
fn changes_are_differences_of_what_was_typed() {
    // 内蒙古 2001–05: 23.98, 24.39, 30.10, 30.44, 33.02 and ranks 25, 28, 19, 24, 21.
    let index = [23.98, 24.39, 30.10, 30.44, 33.02];
    let changes: Vec<f64> =
        index.windows(2).map(|w| value(&Measure::Change { lag: 1 }, w[1], &[w[0]], false)).collect();
    assert_eq!(changes, [0.41, 5.71, 0.34, 2.58]);
    let ranks = [25.0, 28.0, 19.0, 24.0, 21.0];
    let moves: Vec<f64> =
        ranks.windows(2).map(|w| value(&Measure::RankChange { lag: 1 }, 1.0, &[w[1], w[0]], false)).collect();
    assert_eq!(moves, [-3.0, 9.0, -5.0, 3.0]);
    assert!(value(&Measure::RankChange { lag: 1 }, f64::NAN, &[1.0, 2.0], false).is_nan());
}

#[test]
fn growth_needs_something_to_grow_from() {
    let growth = Measure::Growth { lag: 1 };
    assert_eq!(value(&growth, 1.05, &[1.0], false), 0.05);
    assert_eq!(value(&growth, 0.0, &[4.0], false), -1.0);
    assert!(value(&growth, 5.0, &[0.0], false).is_nan());
    assert!(value(&growth, 5.0, &[-2.0], false).is_nan());
    let symmetric = Measure::SymmetricGrowth { lag: 1 };
    assert_eq!(value(&symmetric, 3.0, &[1.0], false), 1.0);
    assert_eq!(value(&symmetric, 1.0, &[3.0], false), -1.0);
    assert_eq!(value(&symmetric, 5.0, &[0.0], false), 2.0);
    assert!(value(&symmetric, 0.0, &[0.0], false).is_nan());
    assert_eq!(value(&Measure::GapToMean, 2.54, &[2.65], false), -0.11);
    assert_eq!(value(&Measure::GapToPooled, 2.54, &[2.5], false), 0.04);
    assert_eq!(value(&Measure::Value, 2.54, &[], false), 2.54);
}

#[test]
fn attainment_of_positive_negative_and_zero_targets() {
    let cases = |form, negative: bool, rows: &[(f64, f64, f64)]| {
        for (x, t, expected) in rows {
            let got = value(&attainment(form), *x, &[*t], negative);
            assert!(got == *expected || (got.is_nan() && expected.is_nan()), "{form:?} {x} of {t}: {got}");
        }
    };
    let nan = f64::NAN;
    let positive = [
        (90.0, 100.0, 0.9),
        (0.0, 100.0, 0.0),
        // A planned loss of 100: halved 1.5, met 1, doubled 0.
        (-50.0, -100.0, 1.5),
        (-100.0, -100.0, 1.0),
        (-200.0, -100.0, 0.0),
        (10.0, -100.0, 2.1),
        (0.0, 0.0, 1.0),
        (3.0, 0.0, 1.0),
        (-3.0, 0.0, 0.0),
        (3.0, nan, nan),
    ];
    cases(AttainmentForm::Positive, false, &positive);
    cases(AttainmentForm::Positive, true, &[(0.0, 0.0, 1.0), (3.0, 0.0, 0.0), (3.0, 2.0, 1.5)]);
    let reverse = [
        (4.0, 5.0, 1.25),
        (5.0, 5.0, 1.0),
        (10.0, 5.0, 0.5),
        (0.0, 5.0, nan),
        (-10.0, -5.0, 2.0),
        (-2.0, -5.0, 0.4),
        (0.0, 0.0, 1.0),
        (1.0, 0.0, 0.0),
    ];
    cases(AttainmentForm::Reverse, true, &reverse);
    let two_minus = [
        (4.0, 5.0, 1.2),
        (5.0, 5.0, 1.0),
        (10.0, 5.0, 0.0),
        (0.0, 5.0, 2.0),
        (-10.0, -5.0, 2.0),
        (0.0, 0.0, 1.0),
        (1.0, 0.0, 0.0),
    ];
    cases(AttainmentForm::TwoMinus, true, &two_minus);
}

#[test]
fn attainment_of_an_irrational_value_is_left_to_floats() {
    for form in
        [AttainmentForm::Positive, AttainmentForm::Reverse, AttainmentForm::TwoMinus, AttainmentForm::Change]
    {
        for (target, negative) in [(0.0, false), (0.0, true), (2.0, false), (-2.0, true)] {
            let inputs = [Exact::of(target), Exact::of(1.0)];
            let found = attainment(form).compute(&Exact::Irrational, &inputs, negative);
            assert!(found.is_irrational(), "{form:?} {target} {negative}: {found:?}");
        }
        // A target without an order is no target of zero, nor a negative one.
        let found = attainment(form).compute(&Exact::of(1.0), &[Exact::Irrational, Exact::of(1.0)], false);
        assert!(found.is_irrational(), "{form:?}: {found:?}");
    }
}

#[test]
fn attainment_of_a_change() {
    let change = attainment(AttainmentForm::Change);
    let at = |x: f64, t: f64, base: f64, negative: bool| value(&change, x, &[t, base], negative);
    assert_eq!(
        [at(2.3, 2.5, 2.0, false), at(2.5, 2.5, 2.0, false), at(1.9, 2.5, 2.0, false)],
        [0.6, 1.0, -0.2]
    );
    // Energy use is to fall from 10 to 8.
    assert_eq!(
        [at(9.0, 8.0, 10.0, true), at(8.0, 8.0, 10.0, true), at(11.0, 8.0, 10.0, true)],
        [0.5, 1.0, -0.5]
    );
    // A planned retreat from 100 to 90: held 2, met 1, more lost less than 1.
    assert_eq!(
        [at(100.0, 90.0, 100.0, false), at(90.0, 90.0, 100.0, false), at(85.0, 90.0, 100.0, false)],
        [2.0, 1.0, 0.5]
    );
    assert_eq!([at(12.0, 12.0, 10.0, true), at(10.0, 12.0, 10.0, true)], [1.0, 2.0]);
    // Nothing is to change.
    assert_eq!(
        [at(5.0, 5.0, 5.0, false), at(4.9, 5.0, 5.0, false), at(5.1, 5.0, 5.0, false)],
        [1.0, 0.0, 1.0]
    );
    assert_eq!([at(4.9, 5.0, 5.0, true), at(5.1, 5.0, 5.0, true)], [1.0, 0.0]);
    assert!(at(5.0, 5.0, f64::NAN, false).is_nan());
}

#[test]
fn needs_stand_in_the_order_of_the_inputs() {
    assert_eq!(Measure::Value.needs(), []);
    assert_eq!(Measure::Growth { lag: 4 }.needs(), [Need::Lag(4)]);
    assert_eq!(attainment(AttainmentForm::Reverse).needs(), [Need::Anchor(Anchor::Target)]);
    let change = [Need::Anchor(Anchor::Target), Need::Anchor(Anchor::Previous)];
    assert_eq!(attainment(AttainmentForm::Change).needs(), change);
    assert_eq!(Measure::GapToPooled.needs(), [Need::Anchor(Anchor::Pooled)]);
    assert_eq!(Measure::RankChange { lag: 1 }.needs(), [Need::Rank, Need::RankBefore(1)]);
}

#[test]
fn sentences() {
    let said = |m: &Measure, x: f64, inputs: &[f64], negative: bool| {
        let branch = m.branch(&x, inputs, negative);
        (branch.message(Lang::Zh), branch.message(Lang::En))
    };
    let positive = attainment(AttainmentForm::Positive);
    assert_eq!(said(&positive, 90.0, &[100.0], false).0, "目标 100，完成 90，完成率为两者之比");
    assert_eq!(
        said(&positive, -50.0, &[-100.0], false).1,
        "target -100, actual -50: 2 minus the value over the target"
    );
    assert_eq!(said(&positive, 1.0, &[0.0], false).1, "the target is zero, actual 1: 1 if met, 0 if not");
    let reverse = attainment(AttainmentForm::Reverse);
    assert_eq!(said(&reverse, 0.0, &[5.0], true).0, "目标 5，实际 0 不大于零，没有目标与实际之比");
    assert_eq!(said(&reverse, 4.0, &[5.0], true).0, "目标 5，实际 4，越低越好，完成率为目标与实际之比");
    let change = attainment(AttainmentForm::Change);
    assert_eq!(
        said(&change, 9.0, &[8.0, 10.0], true).1,
        "the share of the way from 10 to the target 8 that 9 has gone"
    );
    assert_eq!(
        said(&change, 95.0, &[90.0, 100.0], false).0,
        "目标 90 不如基数 100（计划退步），实际 95，完成率为 2 减走过的比例"
    );
    assert_eq!(said(&change, 5.0, &[5.0, 5.0], false).0, "目标 5 等于基数 5，实际 5：保持为 1，退步为 0");
    let growth = Measure::Growth { lag: 1 };
    assert_eq!(said(&growth, 3.0, &[2.0], false).0, "比 1 期前的 2 增长的比例，现为 3");
    assert_eq!(
        said(&growth, 3.0, &[-2.0], false).1,
        "1 period(s) before it was -2, not above zero: there is no rate of growth; now 3"
    );
    assert_eq!(said(&growth, 3.0, &[f64::NAN], false).0, "没有前期数值，没有增长率；现为 3");
    assert_eq!(
        said(&Measure::RankChange { lag: 1 }, 30.1, &[19.0, 28.0], false).0,
        "1 期前第 28 名，现第 19 名（数值 30.1）"
    );
}

#[test]
fn sheets() {
    let sheet = |m: &Measure, negative: bool| m.sheet("C5", &["D5".into(), "E5".into()], negative);
    assert_eq!(sheet(&Measure::Value, false), "C5");
    assert_eq!(sheet(&Measure::Change { lag: 1 }, false), "C5-D5");
    assert_eq!(sheet(&Measure::Growth { lag: 1 }, false), "IF(D5>0,C5/D5-1,NA())");
    assert_eq!(sheet(&Measure::SymmetricGrowth { lag: 1 }, false), "IF(C5+D5>0,2*(C5-D5)/(C5+D5),NA())");
    assert_eq!(sheet(&Measure::RankChange { lag: 1 }, false), "E5-D5");
    assert_eq!(
        sheet(&attainment(AttainmentForm::Positive), false),
        "IF(D5=0,IF(C5>=0,1,0),IF(D5>0,C5/D5,2-C5/D5))"
    );
    assert_eq!(
        sheet(&attainment(AttainmentForm::Reverse), true),
        "IF(D5=0,IF(C5<=0,1,0),IF(D5<0,C5/D5,IF(C5>0,D5/C5,NA())))"
    );
    assert_eq!(
        sheet(&attainment(AttainmentForm::Change), false),
        "IF(D5=E5,IF(C5>=D5,1,0),IF(D5<E5,2-(C5-E5)/(D5-E5),(C5-E5)/(D5-E5)))"
    );
}

proptest! {
    /// A better value never attains less, whatever the sign of the target.
    #[test]
    fn attainment_follows_the_direction(
        x in -400..400i32, more in 0..400i32, t in -200..200i32, base in -200..200i32, negative in any::<bool>()
    ) {
        let [x, y, t, base] = [x, x + more, t, base].map(|n| f64::from(n) / 10.0);
        let forms: &[AttainmentForm] = if negative {
            &[AttainmentForm::Reverse, AttainmentForm::TwoMinus, AttainmentForm::Change]
        } else {
            &[AttainmentForm::Positive, AttainmentForm::Change]
        };
        for form in forms {
            let m = attainment(*form);
            prop_assert!(!m.lower_is_better(negative));
            let (worse, better) = if negative { (y, x) } else { (x, y) };
            let (w, b) = (value(&m, worse, &[t, base], negative), value(&m, better, &[t, base], negative));
            prop_assert!(w.is_nan() || b.is_nan() || w <= b, "{:?}: {} at {}, {} at {}", form, w, worse, b, better);
        }
    }
}
