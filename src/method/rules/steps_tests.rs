use super::super::tests::{down, leaf, said, table, up, wrong};
use super::super::{Shape, rewards_worse};
use super::*;

#[test]
fn completion_of_the_energy_target() {
    // 万元 GDP 能耗降低率, 40 points: the rate of completion (row 1 of the collected methods).
    let text = r#"rule = "steps", at = [[1, 40], [0.9, 36], [0.8, 32], [0.7, 28], [0.6, 24], [0.5, 20]]"#;
    let cases = [
        (1.2, 40.0),
        (1.0, 40.0),
        (0.9999, 36.0),
        (0.9, 36.0),
        (0.8999, 32.0),
        (0.5, 20.0),
        (0.4999, 0.0),
        (-1.0, 0.0),
    ];
    table(text, &[], &up(40.0), &cases);
}

#[test]
fn tiers_of_small_technology_firms_include_their_lower_bounds() {
    // 科技型中小企业评价: share of R&D staff.
    let text = r#"rule = "steps", at = [[30, 20], [25, 16], [20, 12], [15, 8], [10, 4]]"#;
    table(text, &[], &up(20.0), &[(30.0, 20.0), (29.99, 16.0), (25.0, 16.0), (10.0, 4.0), (9.99, 0.0)]);
    // The same table from the other end.
    let turned = r#"rule = "steps", at = [[10, 4], [15, 8], [20, 12], [25, 16], [30, 20]]"#;
    table(turned, &[], &up(20.0), &[(30.0, 20.0), (29.99, 16.0), (25.0, 16.0), (10.0, 4.0), (9.99, 0.0)]);
}

#[test]
fn a_line_may_have_a_bound_of_its_own() {
    // 创新型中小企业: debt ratio <55 / 55–75 / >75 gives 10 / 5 / 0.
    let text = r#"rule = "steps", at = [[55, 10, "below"], [75, 5]]"#;
    let cases = [(54.99, 10.0), (55.0, 5.0), (75.0, 5.0), (75.01, 0.0)];
    table(text, &[], &down(10.0), &cases);
    assert_eq!(rewards_worse(&leaf(text), &down(10.0)), None);
    // "> 70， 不含 70" of 高新技术企业认定.
    table(r#"rule = "steps", at = [[70, 1]], bound = "above""#, &[], &up(1.0), &[(70.0, 0.0), (70.01, 1.0)]);
}

#[test]
fn pass_or_fail_of_a_reverse_indicator_against_its_target() {
    // 年度取水总量 ≤ 目标: 10 points, else 0 (row 5).
    let text = r#"rule = "steps", at = [[1, 10]], relative_to = "target""#;
    table(text, &[3.7], &down(10.0), &[(3.7, 10.0), (3.71, 0.0), (3.6, 10.0)]);
    table(text, &[0.0], &down(10.0), &[(0.0, f64::NAN)]);
}

#[test]
fn leakage_below_the_standard_earns_more() {
    // 漏损率: 达标 6, 每再降 1 % +2, 降 2 % 以上 +4, 高于标准 0 (row 21), standard 12 %.
    let text = r#"rule = "steps", at = [[10, 10], [11, 8], [12, 6]]"#;
    table(text, &[], &down(10.0), &[(12.01, 0.0), (12.0, 6.0), (11.0, 8.0), (10.0, 10.0), (9.0, 10.0)]);
}

#[test]
fn sentences_and_sheet() {
    let rule = leaf(r#"rule = "steps", at = [[30, 20], [25, 16]]"#);
    let s = up(20.0);
    assert_eq!(
        said(&rule, 30.0, &[], &s),
        ("达到最高一档（>= 30），得 20 分".into(), "in the best step (>= 30): 20 points".into())
    );
    assert_eq!(
        said(&rule, 26.0, &[], &s),
        ("达到 >= 25 一档，得 16 分".into(), "in the step >= 25: 16 points".into())
    );
    assert_eq!(
        said(&rule, 2.0, &[], &s),
        ("未达到最低一档（>= 25），得 0 分".into(), "short of the last step (>= 25): 0 points".into())
    );
    assert_eq!(rule.sheet("C5", &[], &s), "IF(C5>=30,20,IF(C5>=25,16,0))");
    let relative =
        leaf(r#"rule = "steps", at = [[-1, -2], [1.2, 1, "below"]], relative_to = "target", below = -5"#);
    assert_eq!(
        relative.sheet("C5", &["D5".into()], &down(20.0)),
        "IF(D5>0,IF(C5<=(-1)*D5,(-2),IF(C5<1.2*D5,1,(-5))),NA())"
    );
}

#[test]
fn parameters_that_cannot_be_meant() {
    let s = up(20.0);
    assert_eq!(wrong(r#"rule = "steps", at = []"#, &s), [("rule_table_short", "at".into())]);
    assert_eq!(
        wrong(r#"rule = "steps", at = [[30, 1], [20, 1], [25, 1]]"#, &s),
        [("rule_table_order", "at[2]".into())]
    );
    assert_eq!(
        wrong(r#"rule = "steps", at = [[30, 1], [30, 2]]"#, &s),
        [("rule_table_order", "at[1]".into())]
    );
    assert_eq!(
        wrong(r#"rule = "steps", at = [[30, 1], [20, 1, "at_most"]]"#, &s),
        [("rule_table_bounds", "at".into())]
    );
    let long: Vec<String> = (0..61).map(|i| format!("[{i}, {i}]")).collect();
    let found = wrong(&format!(r#"rule = "steps", at = [{}]"#, long.join(",")), &s);
    assert_eq!(found, [("rule_table_long", "at".into())]);
}

#[test]
fn a_slip_in_the_table_rewards_a_worse_value() {
    let slip = leaf(r#"rule = "steps", at = [[30, 20], [25, 6], [20, 12]]"#);
    let found = rewards_worse(&slip, &up(20.0)).unwrap();
    assert_eq!(
        found.message(crate::Lang::En),
        "at 25 the points jump (12, 6, 6) so that a worse value gets more: check the direction or the table"
    );
    assert_eq!(
        found.message(crate::Lang::Zh),
        "在 25 处得分跳变（12、6、6），更差的数值得分更高：请检查指标方向或分数表"
    );
    let shape = Shape::of(&slip, &[], &up(20.0));
    assert_eq!((shape.pieces.len(), shape.jumps.len()), (4, 3));
    assert_eq!((shape.jumps[0].at, shape.jumps[0].before, shape.jumps[0].after), (20.0, 0.0, 12.0));
}
