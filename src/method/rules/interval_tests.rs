use super::super::tests::{leaf, said, table, up, wrong};
use super::super::{Range, rewards_worse, solve};
use super::*;
use crate::number::Exact;
use std::ops::Bound::Included;

#[test]
fn unemployment_is_best_between_three_and_six() {
    // 全面建设小康 2008: target [3, 6]; the limits here are 1 and 10.
    let text = r#"rule = "interval", target = [3, 6], limits = [1, 10]"#;
    let cases = [
        (3.0, 100.0),
        (4.5, 100.0),
        (6.0, 100.0),
        (2.0, 50.0),
        (1.0, 0.0),
        (0.0, 0.0),
        (7.0, 75.0),
        (9.0, 25.0),
        (10.0, 0.0),
        (11.0, 0.0),
    ];
    table(text, &[], &up(100.0), &cases);
    let rule = leaf(text);
    // Neither more nor less is always better, and that is meant.
    assert_eq!(rewards_worse(&rule, &up(100.0)), None);
    let found = solve(&rule, &Exact::of(50.0), &[], &up(100.0));
    assert_eq!(found, [Range { low: Included(Exact::of(2.0)), high: Included(Exact::of(8.0)) }]);
    let only = solve(&rule, &Exact::of(100.0), &[], &up(100.0));
    assert_eq!(only, [Range { low: Included(Exact::of(3.0)), high: Included(Exact::of(6.0)) }]);
}

#[test]
fn a_side_may_be_sharp_and_the_least_points_above_zero() {
    let text = r#"rule = "interval", target = [3, 6], limits = [3, 10], between = [20, 60]"#;
    table(text, &[], &up(100.0), &[(2.99, 20.0), (3.0, 60.0), (6.0, 60.0), (8.0, 40.0), (10.0, 20.0)]);
    table(
        r#"rule = "interval", target = [5, 5], limits = [5, 5]"#,
        &[],
        &up(10.0),
        &[(5.0, 10.0), (5.01, 0.0)],
    );
}

#[test]
fn sentences_and_sheet() {
    let rule = leaf(r#"rule = "interval", target = [3, 6], limits = [1, 10]"#);
    let s = up(100.0);
    assert_eq!(
        said(&rule, 4.0, &[], &s),
        ("在目标区间 3—6 之内，得满分".into(), "inside the target interval 3 to 6: the most points".into())
    );
    assert_eq!(said(&rule, 2.0, &[], &s).0, "低于目标区间 3—6，向下限 1 按直线递减");
    assert_eq!(
        said(&rule, 7.0, &[], &s).1,
        "above the target interval 3 to 6: on the line down to the limit 10"
    );
    assert_eq!(
        said(&rule, 0.0, &[], &s).1,
        "far from the target interval 3 to 6, outside 1 to 10: the least points"
    );
    assert_eq!(
        rule.sheet("C5", &[], &s),
        "IF(AND(C5>=3,C5<=6),100,IF(OR(C5<=1,C5>=10),0,0+(100-0)*IF(C5<3,(C5-1)/(3-1),(10-C5)/(10-6))))"
    );
}

#[test]
fn parameters_that_cannot_be_meant() {
    let found =
        wrong(r#"rule = "interval", target = [6, 3], limits = [1, 10], between = [60, 20]"#, &up(100.0));
    assert_eq!(found, [("rule_interval_order", "limits".into()), ("rule_ends", "between".into())]);
}
