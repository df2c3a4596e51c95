//! Weights from judgements: published examples, what is refused, what is said.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

use kaohe::{Assessment, Lang, Panel, Period, Scheme, SchemeError};

/// A scheme whose members, each with a variable of the same name, have the weights of a method.
fn load(members: &[&str], total: &str) -> Result<Scheme, SchemeError> {
    let own = |id: &&str| {
        format!(
            "[[variable]]\nid = \"v_{id}\"\nunit = \"1\"\n[[indicator]]\nid = \"{id}\"\nformula = \"v_{id}\"\nunit = \"1\"\n\
             points = {{ rule = \"ratio\", to = 100 }}\n"
        )
    };
    let members: String = members.iter().map(own).collect();
    Scheme::from_toml(&format!("kaohe = 1\nid = \"t\"\n{members}[total]\n{total}\n"))
}

fn scheme(members: &[&str], total: &str) -> Scheme {
    load(members, total).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

fn assess(members: &[&str], scheme: &Scheme) -> Assessment {
    let panel = Panel::builder(["甲"].into_iter().collect(), vec![Period::year(2023).unwrap()]);
    let panel = members.iter().fold(panel, |panel, id| panel.column(format!("v_{id}"), vec![50.0]));
    scheme.assess(&panel.build().unwrap()).unwrap()
}

fn weights(members: &[&str], total: &str) -> Vec<f64> {
    assess(members, &scheme(members, total)).weights().iter().map(|own| own.weight).collect()
}

fn explained(members: &[&str], total: &str, lang: Lang) -> String {
    let result = assess(members, &scheme(members, total));
    result.explain("甲", Period::year(2023).unwrap()).unwrap().to_text(lang)
}

/// The upper half of a matrix as it is printed, row by row without the diagonal.
fn pairs(members: &[&str], upper: &[&str]) -> String {
    let mut lines = Vec::new();
    for (i, row) in upper.iter().enumerate() {
        for (k, times) in row.split_whitespace().enumerate() {
            let times = if times.contains('/') { format!("\"{times}\"") } else { times.to_owned() };
            lines.push(format!("[\"{}\", \"{}\", {times}]", members[i], members[i + k + 1]));
        }
    }
    format!("pairs = [{}]", lines.join(", "))
}

const HOUSE: [&str; 8] =
    ["size", "transport", "neighborhood", "age", "yard", "facilities", "condition", "financing"];

/// Saaty, *How to make a decision* (1990): which house to buy.
fn house() -> String {
    let upper = [
        "5 3 7 6 6 1/3 1/4",
        "1/3 5 3 3 1/5 1/7",
        "6 3 4 6 1/5",
        "1/3 1/4 1/7 1/8",
        "1/2 1/5 1/6",
        "1/5 1/6",
        "1/2",
    ];
    pairs(&HOUSE, &upper)
}

#[test]
fn a_house_has_the_weights_that_saaty_printed() {
    let total = format!("weights = {{ method = \"ahp\", {} }}\nweights_round = {{ digits = 3 }}", house());
    assert_eq!(weights(&HOUSE, &total), [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333]);
    let scheme = scheme(&HOUSE, &total);
    let warned: Vec<String> = scheme.warnings().iter().map(|w| w.message(Lang::En)).collect();
    assert_eq!(warned.len(), 1);
    // The printed consistency ratio, and the judgement that is worst: the neighborhood is better than the condition by 6.
    assert!(
        warned[0].contains("the consistency ratio of the comparisons is 0.169, above 0.1"),
        "{}",
        warned[0]
    );
    assert!(
        warned[0].contains("size counts 3 times neighborhood and neighborhood 6 times condition, which gives 18, but size counts 1/3 times condition"),
        "{}",
        warned[0]
    );
    let said = explained(&HOUSE, &total, Lang::En);
    assert!(said.contains("λ = 9.6689, consistency index 0.2384, consistency ratio 0.1691"), "{said}");
    let said = explained(&HOUSE, &total, Lang::Zh);
    assert!(said.contains("一致性指标 CI = 0.2384，一致性比率 CR = 0.1691"), "{said}");
}

#[test]
fn drinks_have_the_weights_that_saaty_printed() {
    // *Decision making with the analytic hierarchy process* (2008): what Americans drink; consistency ratio 0.022.
    let drinks = ["coffee", "wine", "tea", "beer", "sodas", "milk", "water"];
    let upper = ["9 5 2 1 1 1/2", "1/3 1/9 1/9 1/9 1/9", "1/3 1/4 1/3 1/9", "1/2 1 1/3", "2 1/2", "1/3"];
    let total = format!(
        "weights = {{ method = \"ahp\", {} }}\nweights_round = {{ digits = 3 }}",
        pairs(&drinks, &upper)
    );
    let scheme = scheme(&drinks, &total);
    assert!(scheme.warnings().is_empty());
    // Printed: .177 .019 .042 .116 .190 .129 .327.
    assert_eq!(weights(&drinks, &total), [0.177, 0.019, 0.042, 0.116, 0.19, 0.129, 0.327]);
    assert!(explained(&drinks, &total, Lang::En).contains("consistency ratio 0.0223"));
}

#[test]
fn judgements_without_a_contradiction_are_fractions() {
    for by in ["eigenvector", "geometric_mean"] {
        let total = format!(
            "weights = {{ method = \"ahp\", pairs = [[\"a\", \"b\", 2], [\"c\", \"a\", \"1/2\"], [\"b\", \"c\", 1]], by = \"{by}\" }}\n\
             weights_round = {{ digits = 1, mode = \"half_even\" }}"
        );
        // 1/2, 1/4, 1/4: the rounding of a half is decided on the fraction.
        assert_eq!(weights(&["a", "b", "c"], &total), [0.5, 0.2, 0.2], "{by}");
    }
    // Of two there is no contradiction; the root of a product that is a square, too, is a fraction.
    assert_eq!(
        weights(&["a", "b"], "weights = { method = \"ahp\", pairs = [[\"b\", \"a\", 3]] }"),
        [0.25, 0.75]
    );
    let apart = "pairs = [[\"a\", \"b\", 2], [\"a\", \"c\", 4], [\"b\", \"c\", 4]]";
    let total = format!("weights = {{ method = \"ahp\", {apart}, by = \"geometric_mean\" }}");
    // 2, ∛2, 1/∛16.
    let means = [2.0, 2f64.cbrt(), 1.0 / 16f64.cbrt()];
    for (found, mean) in weights(&["a", "b", "c"], &total).iter().zip(means) {
        assert!((found - mean / means.iter().sum::<f64>()).abs() < LAST_DECIMAL, "{found}");
    }
}

/// Weights have ten decimals by default.
const LAST_DECIMAL: f64 = 1e-10;

#[test]
fn what_a_class_leaves_out_is_left_out_of_the_matrix() {
    let members = ["a", "b", "c"];
    let total =
        "weights = { method = \"ahp\", pairs = [[\"a\", \"b\", 2], [\"a\", \"c\", 9], [\"b\", \"c\", 9]] }";
    let text = scheme(&members, total).to_toml();
    let text = format!("{text}\n[[class]]\nid = \"A\"\nentities = [\"甲\"]\nweights = {{ c = 0 }}\n");
    let result = assess(&members, &Scheme::from_toml(&text).unwrap());
    let found: Vec<f64> = result.weights().iter().map(|own| own.weight).collect();
    assert_eq!(found, [0.666_666_666_7, 0.333_333_333_3, 0.0]);
    let said = result.explain("甲", Period::year(2023).unwrap()).unwrap().to_text(Lang::En);
    assert!(said.contains("consistency ratio 0"), "{said}");
}

#[test]
fn pairs_that_are_wrong_or_missing_are_named() {
    let refused = |pairs: &str| {
        let total = format!("weights = {{ method = \"ahp\", pairs = [{pairs}] }}");
        load(&["a", "b", "c"], &total).unwrap_err().render(Lang::En)
    };
    let whole = "[\"a\", \"b\", 2], [\"a\", \"c\", 4], [\"b\", \"c\", 2]";
    for (pairs, said) in [
        ("[\"a\", \"b\", 2]".to_owned(), "pairs that are not compared: a–c, b–c"),
        (
            format!("{whole}, [\"b\", \"a\", \"1/2\"]"),
            "`b` and `a` are compared above already; remove one of the lines",
        ),
        (
            format!("{whole}, [\"b\", \"a\", 3]"),
            "`b` and `a` are compared above with another result (`b` counts 0.5 times `a`); keep one of the two",
        ),
        (format!("{whole}, [\"a\", \"a\", 1]"), "`a` is compared with itself"),
        (format!("{whole}, [\"a\", \"d\", 1]"), "no member `d`; the members are `a`, `b`, `c`"),
        (format!("{whole}, [\"a\", \"b\", 0]"), "expected a number above 0, found 0"),
        (format!("{whole}, [\"a\", \"b\", \"1/0\"]"), "expected \"1/3\", found \"1/0\""),
        (format!("{whole}, [\"a\", \"b\"]"), "expected [\"a\", \"b\", 3], found [\"a\", \"b\"]"),
    ] {
        let error = refused(&pairs);
        assert!(error.contains(said), "{pairs}: {error}");
    }
    let error = load(&["a", "b", "c"], "weights = \"ahp\"").unwrap_err().render(Lang::En);
    assert!(error.contains("pairs that are not compared: a–b, a–c, b–c"), "{error}");
}

const MODES: [&str; 3] = ["flexibility", "accessibility", "cost"];

fn transport(rest: &str) -> String {
    format!("weights = {{ method = \"best_worst\", best = \"cost\", worst = \"flexibility\", {rest} }}")
}

#[test]
fn modes_of_transport_have_the_weights_of_rezaei() {
    // The example of his papers of 2015 and 2016: best to others (8, 2, 1), others to worst (1, 5, 8).
    let total = transport(
        "best_to_others = { flexibility = 8, accessibility = 2 }, others_to_worst = { accessibility = 5, cost = 8 }",
    );
    // All three differences are ξ: 1/14, 9/28, 17/28 with ξ = 1/28.
    assert_eq!(weights(&MODES, &total), [0.071_428_571_4, 0.321_428_571_4, 0.607_142_857_1]);
    // |2 · 5 − 8| / (8² − 8) of the judgements themselves.
    let said = explained(&MODES, &total, Lang::En);
    assert!(said.contains("ξ = 0.0357, consistency ratio of the comparisons 0.0357"), "{said}");
    assert!(explained(&MODES, &total, Lang::Zh).contains("最优最劣法（BWM，线性模型）"));
    // What both lists say may be said once.
    let once = transport(
        "best_to_others = { flexibility = 8, accessibility = 2 }, others_to_worst = { accessibility = 5 }",
    );
    assert_eq!(weights(&MODES, &once), weights(&MODES, &total));
}

#[test]
fn the_best_and_the_worst_that_contradict_nothing_are_fractions() {
    let total = transport(
        "best_to_others = { flexibility = 8, accessibility = 2 }, others_to_worst = { accessibility = 4, cost = 8 }",
    );
    let total = format!("{total}\nweights_round = {{ digits = 15 }}");
    for (found, part) in weights(&MODES, &total).iter().zip([1.0, 4.0, 8.0]) {
        assert_eq!(*found, (part / 13.0 * 1e15f64).round() / 1e15);
    }
    assert!(explained(&MODES, &total, Lang::En).contains("ξ = 0, consistency ratio of the comparisons 0"));
}

#[test]
fn judgements_against_the_best_and_the_worst_are_checked() {
    let lists = |best: &str, worst: &str| {
        transport(&format!("best_to_others = {{ {best} }}, others_to_worst = {{ {worst} }}"))
    };
    for (total, said) in [
        (lists("flexibility = 8", "cost = 8"), "pairs that are not compared: cost–accessibility, accessibility–flexibility"),
        (
            lists("flexibility = 8, accessibility = 2", "accessibility = 5, cost = 9"),
            "`cost` and `flexibility` are compared above with another result (`cost` counts 8 times `flexibility`)",
        ),
        (lists("flexibility = 8, cost = 1, accessibility = 2", "accessibility = 5"), "`cost` is compared with itself"),
        (lists("flexibility = 8, comfort = 2", "accessibility = 5"), "no member `comfort`"),
        (lists("flexibility = -8, accessibility = 2", "accessibility = 5"), "expected a number above 0, found -8"),
        (
            "weights = { method = \"best_worst\", best = \"cost\", worst = \"cost\", best_to_others = {}, others_to_worst = {} }"
                .to_owned(),
            "`cost` is best and worst; the two must differ",
        ),
    ] {
        let error = load(&MODES, &total).unwrap_err().render(Lang::En);
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn more_members_than_anybody_judges_are_refused_at_once() {
    let names: Vec<String> = (0..101).map(|k| format!("m{k}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for method in [
        "{ method = \"ahp\", pairs = [[\"m0\", \"m1\", 2]] }",
        "{ method = \"best_worst\", best = \"m0\", worst = \"m1\", best_to_others = { m1 = 3 }, others_to_worst = { m0 = 3 } }",
    ] {
        let error = load(&names, &format!("weights = {method}")).unwrap_err();
        assert_eq!(error.findings()[0].message(Lang::En), "101 members; at most 100 are compared in pairs");
    }
}
