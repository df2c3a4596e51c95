use super::super::tests::{down, leaf, said, table, up, wrong};
use super::*;

#[test]
fn t_scores() {
    let cases = [(100.0, 50.0), (115.0, 60.0), (85.0, 40.0), (130.0, 70.0), (107.5, 55.0)];
    table(r#"rule = "zscore""#, &[100.0, 15.0], &up(100.0), &cases);
    table(r#"rule = "zscore""#, &[100.0, 15.0], &down(100.0), &[(115.0, 40.0), (85.0, 60.0)]);
    let text = r#"rule = "zscore", centre = 60, scale = 20, clamp = [20, 100]"#;
    table(
        text,
        &[0.0, 1.0],
        &up(100.0),
        &[(2.0, 100.0), (2.5, 100.0), (-2.0, 20.0), (-9.0, 20.0), (1.0, 80.0)],
    );
    // All equal: the centre.
    table(r#"rule = "zscore""#, &[7.0, 0.0], &up(100.0), &[(7.0, 50.0)]);
}

#[test]
fn sentences_and_sheet() {
    let s = up(100.0);
    let rule = leaf(r#"rule = "zscore", clamp = [0, 70]"#);
    assert_eq!(
        said(&rule, 115.0, &[100.0, 15.0], &s),
        ("距均值 100 有 1 个标准差（15）".into(), "1 standard deviations (15) from the mean 100".into())
    );
    assert_eq!(said(&rule, 160.0, &[100.0, 15.0], &s).0, "距均值 100 有 4 个标准差（15），得分以 70 为限");
    assert_eq!(said(&rule, 7.0, &[7.0, 0.0], &s).1, "all are 7: 50 points");
    let cells = ["D5".to_owned(), "E5".to_owned()];
    assert_eq!(rule.sheet("C5", &cells, &s), "MAX(0,MIN(70,IF(E5=0,50,50+10*(C5-D5)/E5)))");
    assert_eq!(leaf(r#"rule = "zscore""#).sheet("C5", &cells, &down(9.0)), "IF(E5=0,50,50+(-10)*(C5-D5)/E5)");
}

#[test]
fn parameters_that_cannot_be_meant() {
    let found = wrong(r#"rule = "zscore", scale = 0, clamp = [70, 20]"#, &up(100.0));
    assert_eq!(found, [("rule_not_positive", "scale".into()), ("rule_ends", "clamp".into())]);
}
