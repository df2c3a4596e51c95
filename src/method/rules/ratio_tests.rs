use super::super::tests::{leaf, points, said, table, up, wrong};
use super::super::{Shape, rewards_worse};
use super::*;
use crate::number::Exact;

#[test]
fn standard_values_cap_at_one() {
    // 综合科技进步水平指数: R&D/GDP against the standard 2.5 %, never above 100.
    table(
        r#"rule = "ratio", to = 2.5, cap = 1"#,
        &[2.5],
        &up(100.0),
        &[(0.0, 0.0), (1.34, 53.6), (2.49, 99.6), (2.5, 100.0), (2.51, 100.0), (-1.0, -40.0)],
    );
}

#[test]
fn a_firm_at_the_baselines_of_huangyan_scores_100_and_above_them_more() {
    // 黄岩 2022: weights 30, 20, 20, 10, 10, 10 over the baselines; no cap.
    let baselines =
        [(24.097, 30.0), (136.16, 20.0), (2.694, 20.0), (4929.81, 10.0), (18.14, 10.0), (0.0302, 10.0)];
    let rule = leaf(r#"rule = "ratio", to = 24.097"#);
    let total: f64 = baselines.iter().map(|(b, w)| points(&rule, *b, &[*b], &up(*w))).sum();
    assert_eq!(total, 100.0);
    assert_eq!(points(&rule, 48.194, &[24.097], &up(30.0)), 60.0);
}

#[test]
fn the_first_gets_the_full_mark_and_the_others_their_share_of_it() {
    // 第 1 名得 6 分, 其余按第 1 名的比例得分.
    table(r#"rule = "ratio", to = "first""#, &[80.0], &up(6.0), &[(80.0, 6.0), (60.0, 4.5), (20.0, 1.5)]);
}

#[test]
fn reverse_ratios_and_what_no_ratio_can_say() {
    let text = r#"rule = "ratio", to = 0.5, reverse = true, cap = 1.25, threshold = 0.5"#;
    let cases = [
        (0.5, 100.0),
        (0.4, 125.0),
        (0.3, 125.0),
        (0.0, 125.0),
        (-1.0, 125.0),
        (1.0, 50.0),
        (1.01, 0.0),
        (0.625, 80.0),
    ];
    table(text, &[0.5], &up(100.0), &cases);
    table(r#"rule = "ratio", to = 0.5, reverse = true"#, &[0.5], &up(10.0), &[(0.0, f64::NAN), (0.25, 20.0)]);
    // A base that is nothing or a loss is no base.
    table(r#"rule = "ratio", to = "mean""#, &[0.0], &up(100.0), &[(1.0, f64::NAN)]);
    table(r#"rule = "ratio", to = "mean""#, &[-5.0], &up(100.0), &[(-5.0, f64::NAN)]);
}

#[test]
fn thresholds_and_least() {
    let text = r#"rule = "ratio", to = 10, least = 0, threshold = 0.6, cap = 1"#;
    table(text, &[10.0], &up(20.0), &[(6.0, 12.0), (5.99, 0.0), (10.0, 20.0), (-3.0, 0.0)]);
    table(r#"rule = "ratio", to = 10, least = 0"#, &[10.0], &up(20.0), &[(-3.0, 0.0), (15.0, 30.0)]);
}

#[test]
fn sentences_and_sheet() {
    let rule = leaf(r#"rule = "ratio", to = 2.5, cap = 1"#);
    let s = up(100.0);
    let (zh, en) = said(&rule, 3.0, &[2.5], &s);
    assert_eq!(zh, "与 2.5 之比为 1.2，已达上限 1，按上限计分");
    assert_eq!(en, "the ratio to 2.5 is 1.2, at the cap 1: points of the cap");
    assert_eq!(said(&rule, 2.0, &[2.5], &s).1, "0.8 of 2.5: points in proportion");
    assert_eq!(rule.branch(&3.0, &[2.5], &s).limit, Some(Limit::High));
    assert_eq!(said(&rule, 2.0, &[0.0], &s).0, "比较基数为 0，不大于零，没有比值，不计分");
    assert_eq!(rule.sheet("C5", &["D5".into()], &s), "100*MIN(1,C5/D5)");
    let reverse =
        leaf(r#"rule = "ratio", to = 0.5, reverse = true, cap = 1.25, threshold = 0.5, least = -1"#);
    assert_eq!(
        said(&reverse, 0.0, &[0.5], &s).1,
        "not above zero, better than any ratio to 0.5: points of the cap 1.25"
    );
    assert_eq!(said(&reverse, 2.0, &[0.5], &s).0, "与 0.5 之比为 0.25，低于起分线 0.5，得 0 分");
    assert_eq!(said(&reverse, 0.8, &[0.5], &s).1, "0.5 over the value is 0.625: points in proportion");
    let sheet = "IF(C5<=0,125,IF(D5/C5<0.5,0,100*MIN(1.25,MAX((-1),D5/C5))))";
    assert_eq!(reverse.sheet("C5", &["D5".into()], &s), sheet);
}

#[test]
fn parameters_that_cannot_be_meant() {
    assert_eq!(wrong(r#"rule = "ratio", to = 0"#, &up(100.0)), [("rule_ratio_to", "to".into())]);
    let text = r#"rule = "ratio", to = 1, cap = 0.5, threshold = 0.6"#;
    assert_eq!(wrong(text, &up(100.0)), [("rule_ratio_limits", "cap".into())]);
    assert_eq!(
        wrong(r#"rule = "ratio", to = 1, cap = 0"#, &up(100.0)),
        [("rule_not_positive", "cap".into())]
    );
}

#[test]
fn a_forgotten_reverse_is_warned_about() {
    let s = Setting { full: 100.0, negative: true };
    let found = rewards_worse(&leaf(r#"rule = "ratio", to = "mean", cap = 1"#), &s);
    assert_eq!(found.map(|f| f.code), Some("rule_rewards_worse"));
    let reverse = leaf(r#"rule = "ratio", to = "mean", cap = 1, reverse = true"#);
    assert_eq!(rewards_worse(&reverse, &s), None);
    let shape = Shape::of(&reverse, &[Exact::of(2.0)], &s);
    assert_eq!(shape.dead_zones().map(|p| (p.from, p.to)).collect::<Vec<_>>(), [(None, Some(2.0))]);
}
