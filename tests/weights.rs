//! Weights computed from the scores: worked examples, what is refused, what is shown.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

use kaohe::{Assessment, DataError, Edit, Labels, Lang, Panel, Period, References, Scheme};

use crate::support::ById;

/// Weights have ten decimals by default.
const LAST_DECIMAL: f64 = 1e-10;

fn load(rest: &str) -> Result<Scheme, kaohe::SchemeError> {
    let own = |id: &str| {
        format!(
            "[[indicator]]\nid = \"i_{id}\"\nformula = \"{id}\"\nunit = \"1\"\npoints = {{ rule = \"ratio\", to = 100 }}\n"
        )
    };
    Scheme::from_toml(&format!(
        "kaohe = 1\nid = \"t\"\nvariable = [{{ id = \"x\", unit = \"1\" }}, {{ id = \"y\", unit = \"1\" }}]\n{}{}{rest}",
        own("x"),
        own("y")
    ))
}

fn scheme(rest: &str) -> Scheme {
    load(rest).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

fn refused(rest: &str) -> String {
    load(rest).unwrap_err().render(Lang::En)
}

/// Two years of four entities.
fn panel(x: [f64; 8], y: [f64; 8]) -> Panel {
    let names: Labels = ["a", "b", "c", "d", "a", "b", "c", "d"].into_iter().collect();
    let years = (0..8).map(|i| Period::year(2022 + i / 4).unwrap()).collect();
    Panel::builder(names, years).column("x", x.to_vec()).column("y", y.to_vec()).build().unwrap()
}

fn assess(scheme: &Scheme, panel: &Panel) -> Result<Assessment, DataError> {
    scheme.assess(panel)
}

const X: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 5.0, 5.0, 5.0, 5.0];
const Y: [f64; 8] = [20.0, 25.0, 30.0, 0.0, 1.0, 2.0, 3.0, 4.0];

#[test]
fn weights_follow_from_the_scores_of_each_period() {
    let a = assess(&scheme("[total]\nweights = \"entropy\"\n"), &panel(X, Y)).unwrap();
    let found: Vec<(String, String, f64)> =
        a.weights().into_iter().map(|w| (w.node, w.period, w.weight)).collect();
    // As in src/method/weighting_tests.rs: 0.453… and 0.547…; in 2023 all have the same x.
    let expected = [
        ("i_x", "2022", 0.453_015_869_5),
        ("i_y", "2022", 0.546_984_130_5),
        ("i_x", "2023", 0.0),
        ("i_y", "2023", 1.0),
    ];
    for ((node, period, weight), (of, when, right)) in found.iter().zip(expected) {
        assert_eq!((node.as_str(), period.as_str()), (of, when));
        assert!((weight - right).abs() < LAST_DECIMAL, "{node} {period}: {weight}");
    }
    assert!(a.weights().iter().all(|w| w.given.is_none()));
    approx::assert_relative_eq!(
        a.totals()[0],
        0.453_015_869_5 + 20.0 * 0.546_984_130_5,
        max_relative = 1e-12
    );
    // What has no weight stays in sight, and adds nothing.
    assert_eq!((a.totals()[4], a.points(a.node("i_x").unwrap())[4], a.scores_of("i_x")[4]), (1.0, 0.0, 5.0));
}

#[test]
fn a_rounded_weight_is_that_decimal() {
    // 0.45 · 1 + 0.55 · 20 = 11.45: a tier is reached exactly.
    let rest = "[total]\nweights = \"entropy\"\nweights_round = { digits = 2 }\ngrades = [[\"A\", 11.45], [\"B\", 0]]\n";
    let a = assess(&scheme(rest), &panel(X, Y)).unwrap();
    assert_eq!(a.grade(0), Some("A"));
    assert_eq!(a.weights()[0].weight, 0.45);
}

#[test]
fn an_explanation_says_how_weights_came_about() {
    let a = assess(&scheme("[total]\nweights = \"standard_deviation\"\n"), &panel(X, Y)).unwrap();
    let said = a.explain("a", Period::year(2022).unwrap()).unwrap();
    assert!(
        said.to_text(Lang::En)
            .contains("the weights are computed from the scores of this period by their standard deviations")
    );
    assert!(said.to_text(Lang::Zh).contains("各项权重由标准差法按本期各对象的得分计算"));
}

#[test]
fn what_does_not_go_with_computed_weights_is_refused() {
    let total = "[total]\nweights = \"entropy\"\n";
    let class = "class = [{ id = \"A\", entities = [\"a\"], weights = { i_x = 2 } }, { id = \"B\", entities = [\"b\", \"c\", \"d\"] }]\n";
    let text = format!(
        "kaohe = 1\nid = \"t\"\n{class}variable = [{{ id = \"x\", unit = \"1\" }}]\n[[indicator]]\nid = \"i_x\"\nformula = \"x\"\nunit = \"1\"\npoints = {{ rule = \"linear\" }}\n{total}"
    );
    let error = Scheme::from_toml(&text).unwrap_err().render(Lang::En);
    assert!(
        error.contains(
            "the weight of `i_x` is computed in total; a class can give it no weight of its own but 0"
        ),
        "{error}"
    );
    let error = refused("points_round = { digits = 1, carry = true }\n[total]\nweights = \"entropy\"\n");
    assert!(
        error.contains("the weights in total are computed, so points below it cannot be rounded with carry"),
        "{error}"
    );
    let error = refused("[total]\nweights = { method = \"factor\", factors = 3 }\n");
    assert!(error.contains("must be between 1 and 2, not 3"), "{error}");
    for (importances, said) in [
        ("i_x = 1", "members that are missing: `i_y`"),
        ("i_x = 1, i_y = 0", "expected a number above 0, found 0"),
        ("i_x = 1, i_z = 1", "no member `i_z`"),
    ] {
        let error = refused(&format!(
            "[total]\nweights = {{ method = \"balanced\", importances = {{ {importances} }} }}\n"
        ));
        assert!(error.contains(said), "{error}");
    }
    let error = refused("[total]\nweights_round = { digits = 1 }\n");
    assert!(error.contains("weights_round without weights"), "{error}");
    let error = assess(&scheme(total), &panel(X, Y.map(|y| y - 10.0))).unwrap_err().render(Lang::En);
    assert!(
        error.contains("the score of i_y of d in 2022 is -10; total computes weights by entropy"),
        "{error}"
    );
}

#[test]
fn references_keep_computed_weights() {
    let scheme = scheme("[total]\nweights = \"entropy\"\n");
    let (whole, references) = (panel(X, Y), scheme.references(&panel(X, Y)).unwrap());
    let plain = assess(&scheme, &whole).unwrap();
    let references = References::from_json(&references.to_json()).unwrap();
    assert_eq!(scheme.assess_against(&references, &whole).unwrap().totals(), plain.totals());
    // One entity alone, of whom nothing could be computed.
    let year = Period::year(2022).unwrap();
    let alone = Panel::builder(["e"].into_iter().collect(), vec![year]);
    let alone = alone.column("x", vec![1.0]).column("y", vec![20.0]).build().unwrap();
    let alone = scheme.assess_against(&references, &alone).unwrap();
    assert_eq!((alone.totals()[0], alone.weights()[0].weight), (plain.totals()[0], 0.453_015_869_5));
    assert_eq!(alone.weights()[0].given, None);
    let scorer =
        scheme.scorer_of(&references, &kaohe::Whose { period: Some(year), ..Default::default() }).unwrap();
    let mut scored = scorer.scored();
    scorer.score(&[1.0, 20.0], &mut scored).unwrap();
    assert_eq!(scored.total(), plain.totals()[0]);
    // Away from every total of the references, floats do.
    scorer.score(&[2.0, 20.0], &mut scored).unwrap();
    assert!(!scored.is_decided_exactly());
    approx::assert_relative_eq!(scored.total(), plain.totals()[0] + 0.453_015_869_5, max_relative = 1e-14);
}

#[test]
fn references_without_the_weights_of_a_period_are_refused() {
    let scheme = scheme("[total]\nweights = \"entropy\"\n");
    let references = scheme.references(&panel(X, Y)).unwrap();
    let later = Panel::builder(["a"].into_iter().collect(), vec![Period::year(2030).unwrap()]);
    let later = later.column("x", vec![1.0]).column("y", vec![20.0]).build().unwrap();
    let error = scheme.assess_against(&references, &later).unwrap_err().render(Lang::En);
    assert_eq!(
        error,
        "the references have nothing for 2030, which total is compared with; they have 2022, 2023"
    );
    let damaged = references.to_json().replace(r#""group":"total""#, r#""group":"i_x""#);
    let error = References::from_json(&damaged).unwrap_err().render(Lang::En);
    assert_eq!(error, "the references do not go with the scheme that they hold: weights[0]; take them again");
}

#[test]
fn a_computed_weight_cannot_be_edited() {
    let given = scheme("");
    let computed = scheme("[total]\nweights = \"entropy\"\n");
    let edit = |weight: f64| Edit::Weight { node: "i_x".to_owned(), weight };
    let a = assess(&computed, &panel(X, Y)).unwrap();
    let error = a.edit(&[edit(3.0)]).unwrap_err();
    assert_eq!(
        error.render(Lang::En),
        "the weight of i_x is computed in total from the scores, so changing it has no effect; set it to 0 to leave i_x out, or remove weights from total to give it"
    );
    assert_eq!(
        error.render(Lang::Zh),
        "i_x 的权重由 total 按得分计算，改动不起作用；如不考核 i_x，可改为 0；如要给定权重，请去掉 total 的 weights"
    );
    // Left out and back again; and after an edition that gives the weights.
    let out = a.edit(&[edit(0.0)]).unwrap();
    assert_eq!(out.totals()[0], 20.0);
    assert_eq!(out.edit(&[edit(1.0)]).unwrap().totals(), a.totals());
    assert!(a.edit(&[Edit::Scheme(given), edit(3.0)]).is_ok());
}
