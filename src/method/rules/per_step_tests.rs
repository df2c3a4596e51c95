use super::super::tests::{down, leaf, points, said, table, up, wrong};
use super::super::{Range, rewards_worse, solve};
use super::*;
use crate::number::Exact;
use std::ops::Bound::{Included, Unbounded};

#[test]
fn excess_over_the_target_is_rewarded_in_whole_steps() {
    // 每超额 10 % +3, 最多 +9 (row 1), as the second part of a sum.
    let text = r#"rule = "per_step", from = 1, base = 0, up = { each = 0.1, points = 3, cap = 9 }"#;
    let cases =
        [(0.7, 0.0), (1.0, 0.0), (1.0999, 0.0), (1.1, 3.0), (1.2, 6.0), (1.3, 9.0), (1.29, 6.0), (2.0, 9.0)];
    table(text, &[1.0], &up(40.0), &cases);
    // 超额 10 %(含)–20 % +1, 20 %(含)–30 % +2 … 最多 +5 (row 2).
    let text = r#"rule = "per_step", from = 1, base = 30, up = { each = 0.1, points = 1, cap = 5 }"#;
    table(text, &[1.0], &up(30.0), &[(1.1, 31.0), (1.2, 32.0), (1.19, 31.0), (1.5, 35.0), (1.6, 35.0)]);
}

const PROFIT: &str = r#"rule = "per_step", from = "target", relative = true, base = 30, against = { indicator = "base" },
    up = { each = 0.03, points = 1, cap = 3, cap_by = [[1, 6], [0.8, 5], [0.5, 4, "above"]] },
    down = { each = 0.03, points = -1, cap = 6 }, from_negative = { factor = 0.5, cap = 3 }"#;

#[test]
fn profit_of_state_owned_enterprises() {
    // 国资委令第 22 号: base 100 throughout; x is the profit, the target differs (row 7).
    let profit = PROFIT.replace('\n', " ");
    // An ambitious target: ±1 for every 3 %, +6 and −6 at most.
    let cases = [
        (100.0, 30.0),
        (103.0, 31.0),
        (102.99, 30.0),
        (118.0, 36.0),
        (150.0, 36.0),
        (97.0, 29.0),
        (97.01, 30.0),
        (82.0, 24.0),
        (50.0, 24.0),
    ];
    table(&profit, &[100.0, 100.0], &up(30.0), &cases);
    let rule = leaf(&profit);
    let best = |target: f64| points(&rule, 3.0 * target.abs(), &[target, 100.0], &up(30.0)) - 30.0;
    // Below the base by up to 20 %: +5; up to 50 %: +4; 50 % and more: +3.
    assert_eq!(
        [best(100.0), best(99.9), best(80.0), best(79.9), best(50.1), best(50.0), best(10.0)],
        [6.0, 5.0, 5.0, 4.0, 4.0, 3.0, 3.0]
    );
}

#[test]
fn a_start_that_may_be_zero_is_left_in_doubt() {
    use crate::number::Bounded;
    let rule =
        leaf(r#"rule = "per_step", from = "mean", relative = true, down = { each = 0.1, points = -1 }"#);
    let at = |from: Bounded| rule.score(&Bounded::exact(1.0), &[from], &up(30.0));
    // The mean of distances from the mean is 0, whatever floats make of it: relative to it there is no step.
    assert_eq!(at(Bounded::new(1e-17, 1e-16)).e, f64::INFINITY);
    assert_eq!(at(Bounded::new(0.0, 1e-16)).e, f64::INFINITY);
    assert!(at(Bounded::exact(0.0)).v.is_nan() && at(Bounded::exact(0.5)).v == 30.0);
}

#[test]
fn a_cap_that_hinges_on_a_computed_anchor_is_left_in_doubt() {
    use crate::number::Bounded;
    let rule = leaf(&PROFIT.replace('\n', " "));
    let at = |target: f64| {
        let a = [Bounded::new(target, 1e-12), Bounded::exact(100.0)];
        rule.score(&Bounded::exact(300.0), &a, &up(30.0)).e
    };
    // 80 of 100 is the line between +5 and +4; 81 is not.
    assert_eq!(at(80.0), f64::INFINITY);
    assert!(at(81.0) < 1e-9);
}

#[test]
fn a_planned_loss_earns_half_and_at_most_three() {
    let profit = PROFIT.replace('\n', " ");
    let cases = [
        (-100.0, 30.0),
        (-94.0, 31.0),
        (-91.0, 31.5),
        (-82.0, 33.0),
        (0.0, 33.0),
        (50.0, 33.0),
        (-103.0, 29.0),
        (-118.0, 24.0),
    ];
    table(&profit, &[-100.0, -120.0], &up(30.0), &cases);
    // Relative to nothing there is no step.
    table(&profit, &[0.0, 100.0], &up(30.0), &[(10.0, f64::NAN)]);
}

#[test]
fn half_a_point_for_every_five_percent_around_the_mean() {
    // 武进 2011 (row 8); whether parts of a step count the text does not say.
    let side = |step: &str| {
        format!(
            r#"rule = "per_step", from = "mean", base = 8, relative = true, up = {{ each = 0.05, points = 0.5, step = "{step}" }}, down = {{ each = 0.05, points = -0.5, step = "{step}" }}"#
        )
    };
    table(
        &side("floor"),
        &[200.0],
        &up(10.0),
        &[(200.0, 8.0), (209.9, 8.0), (210.0, 8.5), (190.0, 7.5), (190.1, 8.0)],
    );
    table(&side("linear"), &[200.0], &up(10.0), &[(205.0, 8.25), (190.0, 7.5), (260.0, 11.0)]);
    table(
        &side("ceiling"),
        &[200.0],
        &up(10.0),
        &[(200.0, 8.0), (200.1, 8.5), (210.0, 8.5), (210.1, 9.0), (199.9, 7.5)],
    );
}

#[test]
fn every_percent_short_costs_a_tenth_and_water_reuse() {
    // "每低 1 % 扣 0.1 分" (row 12), never below zero; 工业用水重复利用率 ≥75 %: 每低 5 % 扣 1 分 (row 21).
    let text = r#"rule = "per_step", from = 100, base = 2, down = { each = 1, points = -0.1 }, least = 0"#;
    table(
        text,
        &[100.0],
        &up(2.0),
        &[(100.0, 2.0), (99.5, 2.0), (99.0, 1.9), (97.0, 1.7), (80.0, 0.0), (10.0, 0.0), (120.0, 2.0)],
    );
    let text = r#"rule = "per_step", from = 75, base = 5, down = { each = 5, points = -1, cap = 5 }"#;
    table(text, &[75.0], &up(5.0), &[(75.0, 5.0), (70.01, 5.0), (70.0, 4.0), (50.0, 0.0), (0.0, 0.0)]);
    // 保值增值率 −1 per 0.4 points, at most −8.
    let text = r#"rule = "per_step", from = 100, base = 20, down = { each = 0.4, points = -1, cap = 8 }"#;
    table(
        text,
        &[100.0],
        &up(20.0),
        &[(99.6, 19.0), (99.61, 20.0), (98.8, 17.0), (96.8, 12.0), (90.0, 12.0)],
    );
}

#[test]
fn a_lower_value_can_be_the_better_one() {
    let text = r#"rule = "per_step", from = 12, base = 6, up = { each = 1, points = -6, cap = 6, step = "ceiling" }, down = { each = 1, points = 2, cap = 4 }"#;
    table(
        text,
        &[12.0],
        &down(10.0),
        &[(12.0, 6.0), (12.01, 0.0), (11.0, 8.0), (10.0, 10.0), (5.0, 10.0), (11.5, 6.0)],
    );
    assert_eq!(rewards_worse(&leaf(text), &down(10.0)), None);
    assert_eq!(rewards_worse(&leaf(text), &up(10.0)).map(|f| f.code), Some("rule_rewards_worse"));
}

#[test]
fn the_inverse_finds_the_step() {
    let rule = leaf(r#"rule = "per_step", from = 1, base = 0, up = { each = 0.1, points = 3, cap = 9 }"#);
    let at = |p: f64| solve(&rule, &Exact::of(p), &[Exact::of(1.0)], &up(40.0));
    assert_eq!(at(3.0), [Range { low: Included(Exact::of(1.1)), high: Unbounded }]);
    assert_eq!(at(4.0), [Range { low: Included(Exact::of(1.2)), high: Unbounded }]);
    assert_eq!(at(9.1), []);
    assert_eq!(at(0.0), [Range { low: Unbounded, high: Unbounded }]);
    // Without a cap a step far away is found as well; below the anchor too.
    let rule = leaf(
        r#"rule = "per_step", from = 1, base = 0, up = { each = 0.1, points = 3 }, down = { each = 0.1, points = -1 }"#,
    );
    let at = |p: f64| solve(&rule, &Exact::of(p), &[Exact::of(1.0)], &up(40.0));
    assert_eq!(at(3_000_000.0), [Range { low: Included(Exact::of(100_001.0)), high: Unbounded }]);
    let found = at(-2.0);
    assert_eq!(found, [Range { low: std::ops::Bound::Excluded(Exact::of(0.7)), high: Unbounded }]);
}

#[test]
fn sentences_and_sheet() {
    let rule = leaf(&PROFIT.replace('\n', " "));
    let s = up(30.0);
    let a = [100.0, 100.0];
    assert_eq!(
        said(&rule, 110.0, &a, &s),
        (
            "比 100 相差 3 步，基本分 30，加减 3 分".into(),
            "3 steps from 100: 3 on the basic 30 points".into()
        )
    );
    assert_eq!(said(&rule, 150.0, &a, &s).0, "比 100 相差 16 步，加减分已到上限 6，基本分 30");
    assert_eq!(said(&rule, 50.0, &a, &s).1, "16 steps from 100: capped at -6 on the basic 30 points");
    assert_eq!(rule.branch(&50.0, &a, &s).limit, Some(Limit::Low));
    assert_eq!(said(&rule, 100.0, &a, &s).1, "0 steps from 100: 0 on the basic 30 points");
    let one = leaf(r#"rule = "per_step", from = 100, down = { each = 1, points = -0.1 }, least = 1.5"#);
    assert_eq!(said(&one, 101.0, &[100.0], &up(2.0)).0, "在 100 的这一侧不加减分，得基本分 2");
    assert_eq!(
        said(&one, 50.0, &[100.0], &up(2.0)).1,
        "50 steps from 100: -5 on the basic 2 points, limited to 1.5"
    );
    let sheet = one.sheet("C5", &["D5".into()], &up(2.0));
    assert_eq!(sheet, "MAX(1.5,IF(C5>=D5,2,2-INT(ROUND(ABS(C5-D5)/1,9))*0.1))");
    let sheet = rule.sheet("C5", &["D5".into(), "E5".into()], &s);
    let n = "INT(ROUND(ABS(C5-D5)/(0.03*ABS(D5)),9))";
    let cap = "IF(ISNUMBER(E5),IF(E5<=0,3,IF(D5/E5>=1,6,IF(D5/E5>=0.8,5,IF(D5/E5>0.5,4,3)))),3)";
    assert_eq!(sheet, format!("IF(C5>=D5,30+IF(D5<0,MIN(3,{n}*1*0.5),MIN({cap},{n}*1)),30-MIN(6,{n}*1))"));
}

#[test]
fn parameters_that_cannot_be_meant() {
    let s = up(10.0);
    assert_eq!(wrong(r#"rule = "per_step", from = 1"#, &s), [("rule_per_step_sides", String::new())]);
    let text = r#"rule = "per_step", from = 1, up = { each = 0, points = 0, cap = -1 }"#;
    let codes = ["rule_not_positive", "rule_not_positive", "rule_per_step_nothing"];
    assert_eq!(wrong(text, &s).iter().map(|f| f.0).collect::<Vec<_>>(), codes);
    let text = r#"rule = "per_step", from = 1, up = { each = 1, points = 1, cap_by = [[1, 6]] }"#;
    assert_eq!(
        wrong(text, &s).iter().map(|f| f.0).collect::<Vec<_>>(),
        ["rule_per_step_against", "rule_per_step_cap"]
    );
    let text = r#"rule = "per_step", from = 0, relative = true, against = "mean", base = 5, least = 6, up = { each = 1, points = 1 }"#;
    assert_eq!(
        wrong(text, &s).iter().map(|f| f.0).collect::<Vec<_>>(),
        ["rule_unused", "rule_per_step_zero", "rule_per_step_range"]
    );
}
