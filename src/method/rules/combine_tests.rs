use super::super::tests::{read, up, wrong};
use super::super::{Combinator, Rule};
use super::*;
use crate::Lang;
use crate::number::Exact;

fn combinator(text: &str) -> Combinator {
    match read(text) {
        Rule::Combinator(c) => c,
        Rule::Leaf(_) => panic!("a leaf"),
    }
}

const ENERGY: &str = r#"rule = "sum", cap = 49, of = [{ rule = "steps", at = [[1, 40], [0.9, 36]] }, { rule = "per_step", from = 1, base = 0, up = { each = 0.1, points = 3, cap = 9 } }]"#;

#[test]
fn basic_points_and_bonus_add_up() {
    let sum = combinator(ENERGY);
    assert_eq!(sum.check(&up(40.0)), []);
    assert_eq!(sum.parts().len(), 2);
    let s = up(40.0);
    // The whole of row 1, part by part.
    let total = |x: f64| {
        let scores: Vec<Exact> = sum
            .parts()
            .iter()
            .map(|p| {
                super::super::Kernel::score(p.rule.leaf().unwrap(), &Exact::of(x), &[Exact::of(1.0)], &s)
            })
            .collect();
        sum.combine(&scores).to_f64()
    };
    assert_eq!(
        [total(0.8), total(0.9), total(1.0), total(1.1), total(1.25), total(1.3), total(2.0)],
        [0.0, 36.0, 40.0, 43.0, 46.0, 49.0, 49.0]
    );
}

#[test]
fn shares_limits_and_missing_parts() {
    let sum = combinator(
        r#"rule = "sum", least = 0, of = [{ rule = "rank", by = 1, share = 0.6 }, { rule = "rank", by = 1, share = -0.4 }]"#,
    );
    assert_eq!(sum.combine(&[10.0, 5.0]), 4.0);
    assert_eq!(sum.combine(&[1.0, 5.0]), 0.0);
    assert!(sum.combine(&[1.0, f64::NAN]).is_nan());
    assert_eq!(sum.sheet(&["A1".into(), "B1".into()]), "MAX(0,0.6*A1+(-0.4)*B1)");
    let two = |word: &str, skip: bool| {
        combinator(&format!(
            r#"rule = "{word}", of = [{{ rule = "rank", by = 1 }}, {{ rule = "rank", by = 2 }}], skip_missing = {skip}"#
        ))
    };
    assert_eq!(two("best_of", false).combine(&[3.0, 7.0]), 7.0);
    assert_eq!(two("worst_of", false).combine(&[3.0, 7.0]), 3.0);
    assert!(two("best_of", false).combine(&[3.0, f64::NAN]).is_nan());
    assert_eq!(two("best_of", true).combine(&[3.0, f64::NAN]), 3.0);
    assert_eq!(two("worst_of", true).combine(&[f64::NAN, 7.0]), 7.0);
    assert!(two("best_of", true).combine(&[f64::NAN, f64::NAN]).is_nan());
}

#[test]
fn sentences_and_sheets() {
    let sum = combinator(ENERGY);
    let branch = sum.branch(&[40.0, 9.0]);
    assert_eq!(branch.message(Lang::Zh), "2 部分合计 49 分，以 49 分为上限");
    assert_eq!(sum.branch(&[36.0, 0.0]).message(Lang::En), "the 2 parts add up to 36 points");
    assert_eq!(sum.sheet(&["A1".into(), "B1".into()]), "MIN(49,A1+B1)");
    let best = combinator(r#"rule = "best_of", of = [{ rule = "rank", by = 1 }, { rule = "rank", by = 2 }]"#);
    assert_eq!(best.branch(&[3.0, 7.0]).message(Lang::Zh), "2 部分中取最高的第 2 部分，7 分");
    assert_eq!(best.sheet(&["A1".into(), "B1".into()]), "MAX(A1,B1)");
    let worst =
        combinator(r#"rule = "worst_of", of = [{ rule = "rank", by = 1 }, { rule = "rank", by = 2 }]"#);
    assert_eq!(worst.branch(&[3.0, 7.0]).message(Lang::En), "the worst of 2 parts, number 1: 3 points");
}

#[test]
fn parameters_that_cannot_be_meant() {
    let s = up(10.0);
    assert_eq!(wrong(r#"rule = "sum", of = []"#, &s), [("rule_table_short", "of".into())]);
    let text = r#"rule = "sum", of = [{ rule = "rank", by = 1 }], cap = 0, least = 5"#;
    assert_eq!(wrong(text, &s), [("rule_ends", "cap".into())]);
    let text = r#"rule = "best_of", of = [{ rule = "rank", by = 1, share = 0.5 }]"#;
    assert_eq!(wrong(text, &s), [("rule_table_short", "of".into()), ("rule_share", "of[0].share".into())]);
}
