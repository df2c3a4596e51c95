use super::super::tests::{leaf, said, table, up, wrong};
use super::super::{Range, rewards_worse, solve};
use super::*;
use crate::number::Exact;
use std::ops::Bound::{Included, Unbounded};

const PROGRESS: &str = r#"rule = "curve", at = [[0, 0], [0.6, 60], [1, 80], [1.5, 100]]"#;

#[test]
fn points_lie_on_the_line_between_their_neighbours() {
    let cases = [
        (-1.0, 0.0),
        (0.0, 0.0),
        (0.3, 30.0),
        (0.6, 60.0),
        (0.8, 70.0),
        (1.0, 80.0),
        (1.25, 90.0),
        (1.5, 100.0),
        (9.0, 100.0),
    ];
    table(PROGRESS, &[], &up(100.0), &cases);
}

#[test]
fn outer_lines_may_go_on_and_the_scale_may_be_an_anchor() {
    let text = r#"rule = "curve", at = [[0.5, 40], [1, 80], [2, 100]], outside = "extrapolate", relative_to = "mean""#;
    let cases = [(0.0, 0.0), (25.0, 20.0), (50.0, 40.0), (100.0, 80.0), (200.0, 100.0), (250.0, 110.0)];
    table(text, &[100.0], &up(100.0), &cases);
    table(text, &[0.0], &up(100.0), &[(1.0, f64::NAN)]);
    table(
        r#"rule = "curve", at = [[0, 0], [10, 5]], outside = "extrapolate""#,
        &[],
        &up(10.0),
        &[(-2.0, -1.0), (12.0, 6.0)],
    );
}

#[test]
fn the_inverse_is_exact() {
    let rule = leaf(PROGRESS);
    let at = |p: f64| solve(&rule, &Exact::of(p), &[], &up(100.0));
    assert_eq!(at(70.0), [Range { low: Included(Exact::of(0.8)), high: Unbounded }]);
    assert_eq!(at(100.0), [Range { low: Included(Exact::of(1.5)), high: Unbounded }]);
    assert_eq!(at(100.1), []);
    // A curve that goes up and down again: two ranges touch nowhere.
    let hill = leaf(r#"rule = "curve", at = [[0, 50], [1, 0], [2, 50]]"#);
    let at = solve(&hill, &Exact::of(25.0), &[], &up(100.0));
    assert_eq!(
        at,
        [
            Range { low: Unbounded, high: Included(Exact::of(0.5)) },
            Range { low: Included(Exact::of(1.5)), high: Unbounded }
        ]
    );
    assert_eq!(
        rewards_worse(&hill, &up(100.0)).map(|f| f.message(crate::Lang::En)).unwrap(),
        "from 0 to 1 the points go from 50 to 0, against the direction of the indicator: check the direction or the table"
    );
}

#[test]
fn sentences_and_sheet() {
    let rule = leaf(r#"rule = "curve", at = [[0, 0], [1, 80], [2, 100]]"#);
    let s = up(100.0);
    assert_eq!(
        said(&rule, 0.5, &[], &s),
        (
            "在 0（0 分）与 1（80 分）所在的线段上".into(),
            "on the line through 0 (0 points) and 1 (80 points)".into()
        )
    );
    assert_eq!(said(&rule, 5.0, &[], &s).0, "在曲线之外，按最近一端得 100 分");
    assert_eq!(rule.branch(&5.0, &[], &s).limit, Some(Limit::High));
    assert_eq!(rule.branch(&-5.0, &[], &s).limit, Some(Limit::Low));
    assert_eq!(
        rule.sheet("C5", &[], &s),
        "IF(C5<=0,0,IF(C5<1,0+(80-0)*(C5-0)/(1-0),IF(C5<2,80+(100-80)*(C5-1)/(2-1),100)))"
    );
    let open = leaf(
        r#"rule = "curve", at = [[0, 0], [1, 80], [2, 100]], outside = "extrapolate", relative_to = "mean""#,
    );
    assert_eq!(
        open.sheet("C5", &["D5".into()], &s),
        "IF(D5>0,IF((C5/D5)<1,0+(80-0)*((C5/D5)-0)/(1-0),80+(100-80)*((C5/D5)-1)/(2-1)),NA())"
    );
}

#[test]
fn parameters_that_cannot_be_meant() {
    let s = up(100.0);
    assert_eq!(wrong(r#"rule = "curve", at = [[0, 0]]"#, &s), [("rule_table_short", "at".into())]);
    assert_eq!(wrong(r#"rule = "curve", at = [[1, 0], [0, 5]]"#, &s), [("rule_curve_falling", "at".into())]);
    assert_eq!(
        wrong(r#"rule = "curve", at = [[0, 0], [2, 5], [1, 6]]"#, &s),
        [("rule_table_order", "at[2]".into())]
    );
}
