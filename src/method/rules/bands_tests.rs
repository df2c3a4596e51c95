use super::super::tests::{down, leaf, said, table, up, wrong};
use super::super::{Shape, rewards_worse};
use super::*;

const FIVE: &str = r#"rule = "bands", at = [[12, 1], [8, 0.8], [5, 0.6], [2, 0.4], [-1, 0.2]]"#;

#[test]
fn the_examination_example() {
    // 实际 90 %, 上档 100 %, 本档 80 % ⇒ 功效系数 0.5; weight 20: 16 + 0.5 · (20 − 16).
    let rule = leaf(r#"rule = "bands", at = [[100, 1], [80, 0.8]]"#);
    let branch = rule.branch(&90.0, &[], &up(20.0));
    assert!(branch.facts.contains(&("share", "0.5".into())), "{branch:?}");
    table(
        r#"rule = "bands", at = [[100, 1], [80, 0.8]]"#,
        &[],
        &up(20.0),
        &[(90.0, 18.0), (100.0, 20.0), (80.0, 16.0)],
    );
}

#[test]
fn five_bands_and_both_open_ends() {
    // Best ≥ 优秀值 ⇒ full weight, < 较差值 ⇒ 0.
    let cases = [
        (15.0, 10.0),
        (12.0, 10.0),
        (10.0, 9.0),
        (8.0, 8.0),
        (6.5, 7.0),
        (5.0, 6.0),
        (2.0, 4.0),
        (-1.0, 2.0),
        (-1.01, 0.0),
        (0.5, 3.0),
    ];
    table(FIVE, &[], &up(10.0), &cases);
    assert_eq!(rewards_worse(&leaf(FIVE), &up(10.0)), None);
    let shape = Shape::of(&leaf(FIVE), &[], &up(10.0));
    assert_eq!(shape.jumps.iter().map(|j| (j.at, j.before, j.on)).collect::<Vec<_>>(), [(-1.0, 0.0, 2.0)]);
}

#[test]
fn standards_of_a_negative_indicator_rise() {
    let text = r#"rule = "bands", at = [[50, 1], [60, 0.8], [75, 0.6]], below = 0.1"#;
    table(
        text,
        &[],
        &down(100.0),
        &[(40.0, 100.0), (50.0, 100.0), (55.0, 90.0), (60.0, 80.0), (75.0, 60.0), (75.1, 10.0)],
    );
    assert_eq!(rewards_worse(&leaf(text), &down(100.0)), None);
    assert_eq!(rewards_worse(&leaf(text), &up(100.0)).map(|f| f.code), Some("rule_rewards_worse"));
}

#[test]
fn sentences_and_sheet() {
    let rule = leaf(FIVE);
    let s = up(10.0);
    assert_eq!(
        said(&rule, 10.0, &[], &s),
        (
            "本档标准 8、系数 0.8，上档标准 12，功效系数 0.5".into(),
            "in the band of standard 8 (coefficient 0.8), 0.5 of the way to the next standard 12".into()
        )
    );
    assert_eq!(said(&rule, 12.0, &[], &s).0, "达到最高一档标准 12，系数 1");
    assert_eq!(said(&rule, -2.0, &[], &s).1, "short of the last standard -1: coefficient 0");
    let two = leaf(r#"rule = "bands", at = [[100, 1], [80, 0.8]]"#);
    assert_eq!(two.sheet("C5", &[], &up(20.0)), "IF(C5>=100,20,IF(C5>=80,16+(20-16)*(C5-80)/(100-80),0))");
}

#[test]
fn parameters_that_cannot_be_meant() {
    let s = up(10.0);
    assert_eq!(
        wrong(r#"rule = "bands", at = [[8, 0.8], [5, 0.9]]"#, &s),
        [("rule_bands_order", "at[1]".into())]
    );
    assert_eq!(
        wrong(r#"rule = "bands", at = [[8, 0.8]], below = 0.9"#, &s),
        [("rule_bands_order", "below".into())]
    );
    assert_eq!(wrong(r#"rule = "bands", at = []"#, &s), [("rule_table_short", "at".into())]);
}
