use super::super::tests::{read, up, wrong};
use super::*;
use crate::Lang;

const TWO: &str =
    r#"rule = "matrix", of = [{ rule = "steps", at = [[1, 1]] }, { rule = "steps", at = [[1, 1]] }]"#;

fn annual_by_cumulative() -> Matrix {
    match read(&format!("{TWO}, table = [[0, 55], [40, 60]]")) {
        Rule::Combinator(super::super::Combinator::Matrix(m)) => m,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_year_and_the_cumulative_schedule() {
    // Row 4: both met 60; only the cumulative target 55; only the year's 40; neither 0.
    let m = annual_by_cumulative();
    assert_eq!(m.check(&up(60.0)), []);
    let points = |annual: f64, cumulative: f64| m.combine(&[annual, cumulative]);
    assert_eq!(
        [points(1.0, 1.0), points(0.0, 1.0), points(1.0, 0.0), points(0.0, 0.0)],
        [60.0, 55.0, 40.0, 0.0]
    );
    assert!(points(f64::NAN, 1.0).is_nan());
    assert!(points(2.0, 1.0).is_nan());
}

#[test]
fn sentences_and_sheet() {
    let m = annual_by_cumulative();
    let branch = m.branch(&[0.0, 1.0]);
    assert_eq!(branch.message(Lang::Zh), "两个条件分别为 0 级与 1 级，得 55 分");
    assert_eq!(branch.message(Lang::En), "the two conditions are at levels 0 and 1: 55 points");
    assert_eq!(m.branch(&[1.0, 1.0]).limit, Some(Limit::High));
    assert_eq!(m.branch(&[f64::NAN, 1.0]).message(Lang::Zh), "没有可用的数值，不计分");
    assert_eq!(m.sheet(&["A1".into(), "B1".into()]), "CHOOSE(A1+1,CHOOSE(B1+1,0,55),CHOOSE(B1+1,40,60))");
}

#[test]
fn parameters_that_cannot_be_meant() {
    let s = up(60.0);
    let uneven = wrong(&format!("{TWO}, table = [[0, 55], [40]]"), &s);
    assert_eq!(uneven, [("rule_matrix_uneven", "table[1]".into())]);
    let small = wrong(&format!("{TWO}, table = [[0, 55]]"), &s);
    assert_eq!(small, [("rule_matrix_level", "of[0]".into())]);
    let text = r#"rule = "matrix", of = [{ rule = "steps", at = [[1, 0.5]] }, { rule = "rank", by = 1 }], table = [[0, 55], [40, 60]]"#;
    assert_eq!(
        wrong(text, &s),
        [("rule_matrix_level", "of[0]".into()), ("rule_matrix_steps", "of[1]".into())]
    );
    let text = r#"rule = "matrix", of = [{ rule = "steps", at = [[1, 1]] }], table = [[0], [40]]"#;
    assert_eq!(wrong(text, &s), [("rule_table_short", "of".into())]);
}
