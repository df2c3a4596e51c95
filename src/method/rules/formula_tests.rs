use proptest::prelude::*;

use super::*;
use crate::Lang;
use crate::method::rules::{Leaf, Shape, rewards_worse, solve};
use crate::number::{Bounded, Exact};

const S: Setting = Setting { full: 100.0, negative: false };

#[test]
fn it_reads_the_measure_the_full_mark_and_the_anchors_it_names() {
    let rule = ByFormula::new("clamp(60 + 40 * (x - min) / (max - min), 0, full)");
    assert_eq!(rule.anchors(&S), [Anchor::Min, Anchor::Max]);
    assert_eq!(rule.score(&3.0, &[1.0, 5.0], &S), 80.0);
    assert_eq!(
        rule.score(&Exact::of(0.1), &[Exact::of(0.0), Exact::of(0.3)], &S).to_f64(),
        60.0 + 40.0 / 3.0
    );
    assert_eq!(rule.score(&50.0, &[1.0, 5.0], &S), 100.0);
    assert!(rule.score(&f64::NAN, &[1.0, 5.0], &S).is_nan());
    assert_eq!(
        rule.sheet("X1", &["A1".into(), "B1".into()], &S),
        "MIN(100,MAX(0,(60+((40*(X1-A1))/(B1-A1)))))"
    );
}

#[test]
fn a_comparison_in_doubt_is_no_number_yet() {
    let rule = ByFormula::new("if(x >= 0.9, full, 0)");
    let near = rule.score(&Bounded::new(0.9, 1e-17), &[], &S);
    assert!(near.e.is_infinite());
    assert_eq!(rule.score(&Exact::of(0.9), &[], &S).to_f64(), 100.0);
}

#[test]
fn nothing_is_assumed_of_its_shape() {
    let rule = ByFormula::new("full - abs(x - mean)");
    assert!(rewards_worse(&rule, &S).is_none());
    assert!(solve(&rule, &Exact::of(50.0), &[Exact::of(1.0)], &S).is_empty());
    assert!(Shape::of(&rule, &[Exact::of(1.0)], &S).pieces.is_empty());
}

#[test]
fn what_is_wrong_is_said_in_both_languages() {
    let said = |text: &str| {
        let found = ByFormula::new(text).check(&S);
        assert_eq!(found[0].place.path.as_deref(), Some("formula"));
        (found[0].message(Lang::Zh), found[0].message(Lang::En))
    };
    let (zh, en) = said("x / maen");
    assert!(zh.contains("mean") && en.contains("mean"), "{zh} / {en}");
    let (zh, en) = said("x - prev(x)");
    assert_eq!(
        zh,
        "计分公式只能用计分口径和参照值，不能用其他时期或全体合计；请改用 measure，或写进指标公式"
    );
    assert_eq!(
        en,
        "a scoring formula reads the measure and its anchors, not other periods or sums over the panel: use a measure, or the indicator's formula"
    );
    assert!(!said("60 +").1.is_empty());
}

#[test]
fn the_branch_shows_the_formula_and_its_numbers() {
    let branch = ByFormula::new("50 + 10 * (x - mean) / sd").branch(&3.0, &[2.0, 0.5], &S);
    assert_eq!(branch.message(Lang::Zh), "按公式 50 + 10 * (x - mean) / sd 计分：50 + 10 * (3 - 2) / 0.5");
    assert_eq!(branch.message(Lang::En), "by the formula 50 + 10 * (x - mean) / sd: 50 + 10 * (3 - 2) / 0.5");
}

#[test]
fn it_is_written_as_it_was_read() {
    let rule = Leaf::ByFormula(ByFormula::new("x"));
    assert_eq!(serde_json::to_string(&rule).unwrap(), r#"{"rule":"formula","formula":"x"}"#);
}

proptest! {
    #[test]
    fn floats_with_errors_have_the_bits_of_floats(x in -1e3..1e3f64, a in -1e3..1e3f64) {
        let rule = ByFormula::new("min(full, max(0, 60 + (x - mean) * 3 / (1 + abs(mean))))");
        let near = rule.score(&Bounded::of(x), &[Bounded::of(a)], &S);
        prop_assert_eq!(near.v.to_bits(), rule.score(&x, &[a], &S).to_bits());
        let exact = rule.score(&Exact::of(x), &[Exact::of(a)], &S).to_f64();
        prop_assert!((near.v - exact).abs() <= near.e * 2.0 + 1e-300);
    }
}
