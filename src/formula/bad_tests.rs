//! Formulas that are refused: every message in both languages, with its place.

use super::tests::{STATISTICS, columns};
use super::*;
use crate::Lang;

/// Formula, expected unit, characters (from 1, with length), message in English, message in Chinese.
const BAD: &[(&str, usize, usize, &str, &str)] = &[];

fn first(text: &str) -> crate::Finding {
    match Formula::parse(text) {
        Err(error) => error.finding(),
        Ok(formula) => {
            let env = columns(STATISTICS);
            let target = env.units.parse("%").unwrap();
            compile(&formula, &env, Expect::Unit(&target)).unwrap_err().swap_remove(0)
        }
    }
}

#[test]
fn each_says_what_is_wrong_and_where() {
    assert!(BAD.len() >= 25);
    for (text, character, length, en, zh) in BAD {
        let finding = first(text);
        assert_eq!(finding.message(Lang::En), *en, "{text}");
        assert_eq!(finding.message(Lang::Zh), *zh, "{text}");
        assert_eq!((finding.place.character, finding.place.length), (Some(*character), *length), "{text}");
    }
}

#[test]
fn several_at_once() {
    let codes = |text: &str| -> Vec<_> {
        let errors = Formula::parse_all(text).unwrap_err();
        errors.iter().map(|e| (e.finding().code, e.span.clone())).collect()
    };
    assert_eq!(
        codes("sqr(rd) + $ + lag(x) = 1"),
        [
            ("formula_function_near", 0..3),
            ("formula_character", 10..11),
            ("formula_arguments", 14..20),
            ("formula_operator", 21..22)
        ]
    );
    let env = columns(STATISTICS);
    let formula = Formula::parse("growth(rdd) + gpd / 0 + (rd + hitech)").unwrap();
    let findings = compile(&formula, &env, Expect::Any).unwrap_err();
    let codes: Vec<_> = findings.iter().map(|f| (f.code, f.place.character)).collect();
    assert_eq!(
        codes,
        [("formula_unknown_near", Some(8)), ("formula_unknown_near", Some(15)), ("formula_units", Some(31))]
    );
}

#[test]
fn limits_hold() {
    let code = |text: &str| first(text).code;
    assert_eq!(code(&"x".repeat(4001)), "formula_too_long");
    assert_eq!(code(&"(".repeat(3000)), "formula_too_deep");
    assert_eq!(code(&"-".repeat(3000)), "formula_too_deep");
    assert_eq!(code(&"abs(".repeat(900)), "formula_too_deep");
    assert_eq!(code(&format!("x{}", "^x".repeat(900))), "formula_too_deep");
    assert_eq!(code(&format!("x{}", "+x".repeat(900))), "formula_too_many");
    assert_eq!(code("mean(mean(mean(rd, 100), 100), 100)"), "formula_too_large");
    assert_eq!(code(&format!("{}x{}", "growth(".repeat(40), ")".repeat(40))), "formula_too_large");
    assert_eq!(code("lag(lag(rd, 60), 60) / gdp"), "formula_lag");
    assert_eq!(code("total(lag(rd, 60)) / lag(total(lag(rd, 60)), 60)"), "formula_lag");
    let long = format!("x{}", "+x".repeat(499));
    assert_eq!(Formula::parse(&long).unwrap().to_string().len(), 1 + 499 * 4);
    assert_eq!(code("10 ^ 64 ^ 8 * rd / gdp"), "formula_scale");
}
