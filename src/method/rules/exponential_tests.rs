use super::super::solve;
use super::super::tests::{down, leaf, points, said, table, up, wrong};
use super::*;
use crate::number::Exact;

#[test]
fn the_ends_are_exact_and_the_middle_is_the_geometric_mean() {
    let text = r#"rule = "exponential""#;
    table(text, &[0.0, 10.0], &up(100.0), &[(0.0, 60.0), (10.0, 100.0), (-3.0, 60.0), (12.0, 100.0)]);
    table(text, &[10.0, 0.0], &down(100.0), &[(0.0, 100.0), (10.0, 60.0)]);
    table(text, &[7.0, 7.0], &up(100.0), &[(7.0, 100.0)]);
    // A·exp(B/2) = √(60 · 100) = 77.4597.
    let middle = points(&leaf(text), 5.0, &[0.0, 10.0], &up(100.0));
    approx::assert_relative_eq!(middle, 6000.0_f64.sqrt(), max_relative = 1e-14);
    let open = leaf(r#"rule = "exponential", low = 0, high = 10, between = [50, 100], clamp = false"#);
    approx::assert_relative_eq!(points(&open, 20.0, &[0.0, 10.0], &up(100.0)), 200.0, max_relative = 1e-14);
}

#[test]
fn the_inverse_is_the_last_float_that_reaches_the_points() {
    let s = up(100.0);
    let anchors = [Exact::of(0.0), Exact::of(10.0)];
    for text in [r#"rule = "exponential""#, r#"rule = "exponential", clamp = false"#] {
        let rule = leaf(text);
        let found = solve(&rule, &Exact::of(80.0), &anchors, &s);
        let [range] = found.as_slice() else { panic!("{found:?}") };
        let std::ops::Bound::Included(low) = &range.low else { panic!("{range:?}") };
        let low = low.to_f64();
        let reaches = |x: f64| rule.score(&Exact::of(x), &anchors, &s).is_at_least(&Exact::of(80.0));
        assert!(reaches(low) && !reaches(low.next_down()));
    }
}

#[test]
fn sentences_and_sheet() {
    let rule = leaf(r#"rule = "exponential""#);
    let s = up(100.0);
    assert_eq!(
        said(&rule, 5.0, &[0.0, 10.0], &s),
        (
            "在最低值 0 到最高值 10 的 0.5 处，按指数曲线在 60—100 分之间计分".into(),
            "0.5 of the way from the low end 0 to the high end 10: on the exponential from 60 to 100 points"
                .into()
        )
    );
    assert_eq!(said(&rule, 11.0, &[0.0, 10.0], &s).0, "已达或超过最高值 10（最低值 0），得最高的 100 分");
    assert_eq!(
        said(&rule, -1.0, &[0.0, 10.0], &s).1,
        "not beyond the low end 0 (high end 10): the least, 60 points"
    );
    assert_eq!(said(&rule, 7.0, &[7.0, 7.0], &s).0, "参照两端同为 7，各考核对象同得 100 分");
    assert_eq!(
        rule.sheet("C5", &["D5".into(), "E5".into()], &s),
        "IF(E5=D5,100,60*EXP(LN(100/60)*MAX(0,MIN(1,(C5-D5)/(E5-D5)))))"
    );
}

#[test]
fn parameters_that_cannot_be_meant() {
    let s = up(100.0);
    let found = wrong(r#"rule = "exponential", low = 1, high = 1, between = [0, 100]"#, &s);
    assert_eq!(found, [("rule_not_positive", "between[0]".into()), ("rule_same_ends", "high".into())]);
    assert_eq!(wrong(r#"rule = "exponential", between = [100, 60]"#, &s), [("rule_ends", "between".into())]);
}
