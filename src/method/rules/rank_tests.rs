use super::super::tests::{leaf, said, table, up, wrong};
use super::super::{rewards_worse, solve};
use super::*;
use crate::number::Exact;

#[test]
fn points_by_place() {
    // 编制绩效: 60/57/54/51/48 and 20/19/18/17/16 for the first five (row 12).
    let cases = [(1.0, 60.0), (2.0, 57.0), (5.0, 48.0), (6.0, 48.0), (86.0, 48.0)];
    table(r#"rule = "rank", table = [60, 57, 54, 51, 48]"#, &[], &up(60.0), &cases);
    table(
        r#"rule = "rank", table = [20, 19, 18, 17, 16], beyond = 0"#,
        &[],
        &up(20.0),
        &[(5.0, 16.0), (6.0, 0.0)],
    );
    // The same as arithmetic: W − (r − 1)·d.
    let cases = [(1.0, 60.0), (2.0, 57.0), (5.0, 48.0), (6.0, 48.0), (86.0, 48.0)];
    table(r#"rule = "rank", by = 3, least = 48"#, &[], &up(60.0), &cases);
    table(r#"rule = "rank", from = 20, by = 0.5"#, &[], &up(100.0), &[(2.0, 19.5), (41.0, 0.0), (50.0, 0.0)]);
}

#[test]
fn percentile_and_borda() {
    table(r#"rule = "rank", percentile = true"#, &[14.0], &up(100.0), &[(1.0, 100.0), (14.0, 0.0)]);
    table(r#"rule = "rank", percentile = true"#, &[5.0], &up(100.0), &[(2.0, 75.0), (2.5, 62.5)]);
    table(r#"rule = "rank", percentile = true"#, &[1.0], &up(100.0), &[(1.0, 100.0)]);
    table(r#"rule = "rank", borda = true"#, &[14.0], &up(13.0), &[(1.0, 13.0), (14.0, 0.0)]);
}

#[test]
fn the_inverse_is_of_ranks() {
    let rule = leaf(r#"rule = "rank", table = [60, 57, 54]"#);
    let found = solve(&rule, &Exact::of(57.0), &[], &up(60.0));
    assert_eq!(found.len(), 1);
    assert!(
        found[0].contains(&Exact::of(1.0))
            && found[0].contains(&Exact::of(2.0))
            && !found[0].contains(&Exact::of(3.0))
    );
}

#[test]
fn sentences_and_sheet() {
    let s = up(60.0);
    let rule = leaf(r#"rule = "rank", table = [60, 57], beyond = 0"#);
    assert_eq!(said(&rule, 2.0, &[], &s), ("第 2 名，得 57 分".into(), "rank 2: 57 points".into()));
    assert_eq!(
        said(&rule, 3.0, &[], &s),
        ("第 3 名，在前 2 名之外，得 0 分".into(), "rank 3, after the first 2: 0 points".into())
    );
    assert_eq!(rule.sheet("C5", &[], &s), "IF(C5>2,0,CHOOSE(MIN(C5,2),60,57))");
    let rule = leaf(r#"rule = "rank", by = 3, least = 48"#);
    assert_eq!(said(&rule, 2.0, &[], &s).0, "第 2 名，从 60 分起每退一名减 3 分");
    assert_eq!(said(&rule, 7.0, &[], &s).1, "rank 7: down from 60 points to the least, 48");
    assert_eq!(rule.sheet("C5", &[], &s), "MAX(48,60-(C5-1)*3)");
    let rule = leaf(r#"rule = "rank", percentile = true"#);
    assert_eq!(said(&rule, 2.0, &[14.0], &s).0, "14 个考核对象中第 2 名，按超过的考核对象所占比例计分");
    assert_eq!(rule.sheet("C5", &["D5".into()], &s), "IF(D5=1,60,60*(D5-C5)/(D5-1))");
    let rule = leaf(r#"rule = "rank", borda = true"#);
    assert_eq!(said(&rule, 2.0, &[14.0], &s).1, "rank 2 of 14: one point for each that is surpassed");
    assert_eq!(rule.sheet("C5", &["D5".into()], &s), "D5-C5");
}

#[test]
fn parameters_that_cannot_be_meant() {
    let s = up(60.0);
    assert_eq!(wrong(r#"rule = "rank""#, &s), [("rule_rank_form", String::new())]);
    assert_eq!(
        wrong(r#"rule = "rank", borda = true, percentile = true"#, &s),
        [("rule_rank_form", String::new())]
    );
    let text = r#"rule = "rank", borda = true, beyond = 3, from = 4"#;
    assert_eq!(wrong(text, &s), [("rule_unused", "beyond".into()), ("rule_unused", "from".into())]);
    let text = r#"rule = "rank", by = -1, least = 70"#;
    assert_eq!(wrong(text, &s), [("rule_not_positive", "by".into()), ("rule_rank_ends", "least".into())]);
}

#[test]
fn a_table_that_grows_rewards_a_worse_rank_whatever_the_direction() {
    let slip = leaf(r#"rule = "rank", table = [60, 57, 58]"#);
    for negative in [false, true] {
        let found = rewards_worse(&slip, &Setting { full: 60.0, negative });
        assert_eq!(found.map(|f| f.code), Some("rule_rewards_worse_jump"));
        assert_eq!(rewards_worse(&leaf(r#"rule = "rank", by = 3"#), &Setting { full: 60.0, negative }), None);
    }
}
