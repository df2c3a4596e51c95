use super::super::tests::{down, leaf, points, said, table, up, wrong};
use super::super::{Range, rewards_worse, solve};
use super::*;
use crate::number::{Bounded, Exact};
use std::ops::Bound::{Included, Unbounded};

#[test]
fn efficacy_with_a_floor_of_twenty() {
    // 旌德县 2022: 权重 × [20 + 80·(x − min)/(max − min)] / 100.
    let text = r#"rule = "linear", between = [20, 100]"#;
    let cases = [(50.0, 20.0), (60.0, 36.0), (75.0, 60.0), (100.0, 100.0), (40.0, 20.0), (110.0, 100.0)];
    table(text, &[50.0, 100.0], &up(100.0), &cases);
    // A negative indicator takes the ends the other way round.
    assert_eq!(leaf(text).anchors(&down(100.0)), [Anchor::Max, Anchor::Min]);
    table(text, &[100.0, 50.0], &down(100.0), &[(50.0, 100.0), (60.0, 84.0), (100.0, 20.0), (110.0, 20.0)]);
    assert_eq!(rewards_worse(&leaf(text), &down(100.0)), None);
}

#[test]
fn equal_ends_are_a_decision() {
    table(r#"rule = "linear""#, &[7.0, 7.0], &up(100.0), &[(7.0, 100.0)]);
    table(r#"rule = "linear", when_equal = 60"#, &[7.0, 7.0], &up(100.0), &[(7.0, 60.0), (8.0, 60.0)]);
    // Two ends that may be equal leave the points in doubt.
    let rule = leaf(r#"rule = "linear""#);
    let end = Bounded::new(7.0, 1e-9);
    assert_eq!(rule.score(&Bounded::exact(7.0), &[end, end], &up(100.0)).e, f64::INFINITY);
}

#[test]
fn unclamped_lines_go_on() {
    let text = r#"rule = "linear", low = 0, high = 10, clamp = false"#;
    table(text, &[0.0, 10.0], &up(100.0), &[(-1.0, -10.0), (12.0, 120.0)]);
    let rule = leaf(text);
    let anchors = [Exact::of(0.0), Exact::of(10.0)];
    let found = solve(&rule, &Exact::of(120.0), &anchors, &up(100.0));
    assert_eq!(found, [Range { low: Included(Exact::of(12.0)), high: Unbounded }]);
    let falling = solve(&rule, &Exact::of(120.0), &[anchors[1].clone(), anchors[0].clone()], &down(100.0));
    assert_eq!(falling, [Range { low: Unbounded, high: Included(Exact::of(-2.0)) }]);
}

#[test]
fn income_on_the_logarithm() {
    // HDI, technical notes 2020: GNI per head 3,829 between 100 and 75,000 gives 0.5506.
    let text = r#"rule = "linear", low = 100, high = 75000, log = true"#;
    let rule = leaf(text);
    let index = |x: f64| points(&rule, x, &[100.0, 75000.0], &up(1.0));
    assert_eq!((index(3829.0) * 1e4).round() / 1e4, 0.5506);
    assert_eq!((index(75000.0), index(100.0), index(50.0)), (1.0, 0.0, 0.0));
    assert!(index(0.0).is_nan());
    // The inverse, to the last bit.
    let anchors = [Exact::of(100.0), Exact::of(75000.0)];
    let found = solve(&rule, &Exact::of(0.5), &anchors, &up(1.0));
    let Included(low) = &found[0].low else { panic!("{found:?}") };
    let low = low.to_f64();
    let reaches = |x: f64| rule.score(&Exact::of(x), &anchors, &up(1.0)).is_at_least(&Exact::of(0.5));
    assert!(reaches(low) && !reaches(low.next_down()));
    approx::assert_relative_eq!(low, 7_500_000.0_f64.sqrt(), max_relative = 1e-12);
    assert_eq!(rewards_worse(&rule, &up(1.0)), None);
}

#[test]
fn sentences_and_sheet() {
    let rule = leaf(r#"rule = "linear", between = [20, 100]"#);
    let (s, a) = (up(100.0), [50.0, 100.0]);
    assert_eq!(
        said(&rule, 60.0, &a, &s),
        (
            "在最低值 50 与最高值 100 之间，按直线在 20—100 分之间计分".into(),
            "between the low end 50 and the high end 100: on the straight line from 20 to 100 points".into()
        )
    );
    assert_eq!(
        said(&rule, 100.0, &a, &s).1,
        "at or beyond the high end 100 (low end 50): the most, 100 points"
    );
    assert_eq!(said(&rule, 50.0, &a, &s).0, "未超过最低值 50（最高值 100），得最低的 20 分");
    assert_eq!(
        said(&rule, 7.0, &[7.0, 7.0], &s).1,
        "both ends of the reference are 7: everyone gets the same"
    );
    let cells = ["D5".to_owned(), "E5".to_owned()];
    assert_eq!(rule.sheet("C5", &cells, &s), "IF(E5=D5,100,MAX(20,MIN(100,20+80*(C5-D5)/(E5-D5))))");
    let log = leaf(r#"rule = "linear", log = true, clamp = false, when_equal = 50"#);
    assert_eq!(
        log.sheet("C5", &cells, &s),
        "IF(C5>0,IF(LN(E5)=LN(D5),50,0+100*(LN(C5)-LN(D5))/(LN(E5)-LN(D5))),NA())"
    );
}

#[test]
fn parameters_that_cannot_be_meant() {
    let found = wrong(r#"rule = "linear", low = 0, high = 0, log = true, between = [80, 20]"#, &up(100.0));
    let codes = ["linear_between", "rule_same_ends", "linear_log_ends"];
    assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), codes);
}
