//! What becomes of scores: order, ties, grades, vetoes, indicators that do not apply, caps and their order.
#![cfg(feature = "toml")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a test that cannot be set up fails"
)]

use kaohe::{Assessment, Labels, Lang, Panel, Period, Scheme};
use proptest::prelude::*;

use crate::support::ById;

fn scheme(rest: &str) -> Scheme {
    let text = format!("kaohe = 1\nid = \"t\"\n{rest}");
    Scheme::from_toml(&text).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

fn two(more: &str, total: &str) -> String {
    format!(
        "[[variable]]\nid = \"x\"\nunit = \"分\"\n[[variable]]\nid = \"y\"\nunit = \"分\"\n\
         [[indicator]]\nid = \"a\"\nformula = \"x\"\nunit = \"分\"\nweight = 30\n\
         points = {{ rule = \"ratio\", to = 100 }}\n\
         [[indicator]]\nid = \"b\"\nformula = \"y\"\nunit = \"分\"\nweight = 70\n{more}\
         points = {{ rule = \"ratio\", to = 100 }}\n{total}"
    )
}

fn panel(rows: &[(String, f64, f64)]) -> Panel {
    let names: Labels = rows.iter().map(|r| r.0.as_str()).collect();
    Panel::builder(names, vec![Period::year(2023).unwrap(); rows.len()])
        .column("x", rows.iter().map(|r| r.1).collect::<Vec<f64>>())
        .column("y", rows.iter().map(|r| r.2).collect::<Vec<f64>>())
        .build()
        .unwrap()
}

fn assess(scheme: &Scheme, rows: &[(f64, f64)]) -> Assessment {
    let rows: Vec<(String, f64, f64)> =
        rows.iter().enumerate().map(|(i, (x, y))| (i.to_string(), *x, *y)).collect();
    scheme.assess(&panel(&rows)).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

#[test]
fn an_indicator_without_a_value_says_whose_when_and_why() {
    let told = |formula: &str, x: f64, lang: Lang| {
        let text = two("", "").replace("formula = \"x\"", &format!("formula = \"{formula}\""));
        let error = scheme(&text).assess(&panel(&[("甲".to_owned(), x, 1.0)])).unwrap_err();
        error.findings()[0].message(lang)
    };
    let en = "indicator a of 甲 in 2023 cannot be computed: ";
    let supply = "supply it, or say in the scheme how to treat it (missing = …)";
    assert_eq!(told("x", f64::NAN, Lang::En), format!("{en}x is missing; {supply}"));
    assert_eq!(told("prev(x)", 1.0, Lang::En), format!("{en}it takes x of 2022, which is missing; {supply}"));
    let zh = "甲 2023 的指标 a 算不出来：要用 2022 的 x，但没有；请补数据，或在方案里写明 missing 的处理";
    assert_eq!(told("prev(x)", 1.0, Lang::Zh), zh);
    assert!(told("x * y / x", 0.0, Lang::En).starts_with(&format!("{en}x * y / x has no result here")));
}

/// Below zero, though the float that shows it is −0.
#[test]
fn a_score_that_is_too_small_for_a_float_is_refused_as_negative() {
    let text = two("", "[total]\naggregate = \"geometric\"\n");
    let text = text.replace("rule = \"ratio\", to = 100", "rule = \"ratio\", to = \"first\"");
    let rows = [("0".to_owned(), 1.389e109, 0.0), ("1".to_owned(), -1.887e-308, 0.0)];
    let error = scheme(&text).assess(&panel(&rows)).unwrap_err();
    assert_eq!(error.findings()[0].code, "score_below_zero", "{error}");
}

#[test]
fn an_indicator_that_does_not_apply() {
    let rows = [(50.0, 100.0), (50.0, 0.0), (80.0, 60.0)];
    for (then, total) in [("redistribute", 50.0), ("full", 85.0), ("zero", 15.0), ("peer_mean", 71.0)] {
        let more = format!("not_applicable = {{ when = \"y == 0\", then = \"{then}\" }}\n");
        let a = assess(&scheme(&two(&more, "")), &rows);
        assert_eq!(a.totals(), [85.0, total, 66.0], "{then}");
    }
}

#[test]
fn adjustments_keep_their_order_and_their_caps() {
    let adjust = |one: &str, two: &str| {
        format!("[[adjustment]]\nid = \"p\"\n{one}\n[[adjustment]]\nid = \"q\"\n{two}\n")
    };
    let (bonus, factor) = ("formula = \"x / 10\"\ncap = 4", "formula = \"1.1\"\nfactor = true");
    let total = |text: &str| assess(&scheme(&two("", text)), &[(100.0, 0.0), (20.0, 20.0)]).totals().to_vec();
    // Raw totals are 30 and 20.
    let near = |got: Vec<f64>, wanted: [f64; 2]| {
        assert!(got.iter().zip(wanted).all(|(g, w)| (g - w).abs() < 1e-12), "{got:?}, not {wanted:?}");
    };
    near(total(&adjust(bonus, factor)), [37.4, 24.2]);
    near(total(&adjust(factor, bonus)), [37.0, 24.0]);
    near(total(&format!("[total]\nbonus_cap = 5\n{}", adjust(bonus, "formula = \"3\""))), [35.0, 25.0]);
    near(total(&format!("[total]\ndeduction_cap = 2\n{}", adjust(bonus, "formula = \"-3\""))), [32.0, 20.0]);
    near(total(&format!("[total]\ncap = 31\n{}", adjust(bonus, factor))), [31.0, 24.2]);
}

#[test]
fn floors_keep_the_raw_total_and_the_first_fifth_is_counted_down() {
    let grades = "[total]\ngrades = { by = \"proportion\", table = [[\"A\", 0.2], [\"B\", 1]] }\n\
                  [[floor]]\nid = \"f\"\nwhen = \"a < 10\"\nthen = { cap_total = 40, cap_grade = \"B\" }\n";
    let rows: Vec<(f64, f64)> =
        (0..9).map(|i| (if i == 8 { 9.9 } else { 10.0 }, 10.0 * f64::from(i))).collect();
    let a = assess(&scheme(&two("", grades)), &rows);
    // 20 % of 9 is 1.8: one entity. The highest raw total is capped to 40 and falls behind.
    assert!((a.raw_totals()[8] - 58.97).abs() < 1e-9);
    assert_eq!((a.totals()[8], a.ranks()[8]), (40.0, 3.0));
    let graded: Vec<usize> = (0..9).filter(|r| a.grade(*r) == Some("A")).collect();
    assert_eq!(graded, [7]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// Ranks of small decimals as integers rank them, ties and the tie-break too; and whatever the order of the rows.
    #[test]
    fn ranks_are_those_of_exact_totals(
        cells in prop::collection::vec((0i64..40, 0i64..40), 1..30), turn in 0usize..30, rounded in any::<bool>()
    ) {
        let round = if rounded { "round = { digits = 0 }\n" } else { "" };
        let s = scheme(&two("", &format!("[total]\n{round}rank = {{ tie_break = [\"a\"] }}\ngrades = [[\"in\", 1.6], [\"out\", 0]]\n")));
        let mut rows: Vec<(String, f64, f64)> = cells
            .iter()
            .enumerate()
            .map(|(i, (x, y))| (format!("e{i}"), *x as f64 / 10.0, *y as f64 / 10.0))
            .collect();
        // Totals in thousandths: 0.3 x + 0.7 y.
        let exact: Vec<i64> = cells.iter().map(|(x, y)| 30 * x + 70 * y).collect();
        let printed = |t: i64| if rounded { (t + 500) / 1000 * 1000 } else { t };
        let key = |i: usize| (printed(exact[i]), cells[i].0);
        let n = rows.len();
        rows.rotate_left(turn % n);
        let a = s.assess(&panel(&rows)).unwrap();
        for (i, total) in exact.iter().enumerate() {
            let row = a.row(&format!("e{i}"), Period::year(2023).unwrap()).unwrap();
            let better = (0..n).filter(|j| key(*j) > key(i)).count();
            prop_assert_eq!(a.ranks()[row], (better + 1) as f64);
            prop_assert_eq!(a.grade(row), Some(if printed(*total) >= 1600 { "in" } else { "out" }));
        }
    }

    /// A veto at a boundary is decided on the typed decimals.
    #[test]
    fn a_veto_at_its_boundary(x in 0i64..400, bound in 1i64..40) {
        let floor = format!("[[floor]]\nid = \"f\"\nwhen = \"0.3 * x < {}\"\nthen = {{ set_total = 0 }}\n", bound as f64 * 0.3);
        let typed: f64 = format!("{}", bound as f64 * 0.3).parse().unwrap();
        prop_assume!((typed * 1e6).round() / 1e6 == typed);
        let a = assess(&scheme(&two("", &floor)), &[(x as f64 / 10.0, 50.0)]);
        prop_assert_eq!(a.totals()[0] == 0.0, x < 10 * bound);
    }

    /// Whatever numbers stand in the rule and in the data, nothing panics and no infinity comes out.
    #[test]
    fn nothing_panics(
        rule in prop::sample::select(vec![
            "rule = \"linear\"", "rule = \"linear\", low = \"mean\", high = \"max\", clamp = false", "rule = \"linear\", log = true",
            "rule = \"ratio\", to = \"first\"", "rule = \"ratio\", to = \"mean\", reverse = true, cap = 1", "rule = \"zscore\"",
            "rule = \"rank\", percentile = true", "rule = \"exponential\"", "rule = \"per_step\", from = \"median\", relative = true, up = { each = 0.05, points = 1 }",
            "rule = \"curve\", at = [[0, 0], [1, 100]], relative_to = \"mean\"", "measure = \"growth\", rule = \"ratio\", to = 1", "measure = \"rank_change\", rule = \"linear\"",
        ]),
        aggregate in prop::sample::select(vec!["arithmetic", "geometric", "harmonic", "minimum", "maximum", "sum"]),
        cells in prop::collection::vec((any::<f64>(), -1e3f64..1e3), 1..12),
    ) {
        let text = two("missing = \"skip\"\n", &format!("[total]\naggregate = \"{aggregate}\"\nround = {{ significant = 4 }}\n"));
        let text = text.replace("rule = \"ratio\", to = 100", rule).replace("weight = 30\n", "weight = 30\nmissing = \"peer_mean\"\n");
        let cells: Vec<(f64, f64)> =
            cells.into_iter().map(|(x, y)| (if x.is_finite() { x } else { f64::NAN }, y)).collect();
        let rows: Vec<(String, f64, f64)> =
            cells.iter().enumerate().map(|(i, (x, y))| (i.to_string(), *x, *y)).collect();
        match scheme(&text).assess(&panel(&rows)) {
            Ok(a) => prop_assert!(a.totals().iter().all(|t| !t.is_infinite()), "{:?}", a.totals()),
            // A geometric or harmonic mean takes no negative scores and no zeros, and no score is beyond the largest number.
            Err(error) => {
                let own = ["score_below_zero", "score_zero"];
                let known = |code: &str| own.contains(&code) || code.starts_with("overflow_");
                prop_assert!(error.findings().iter().all(|f| known(f.code)), "{error}");
            }
        }
    }
}

/// Sentences of docs/results.md about who is left aside and what a floor sees.
#[cfg(feature = "json")]
#[test]
fn benchmarks_floors_and_unranked_entities_are_as_the_docs_say() {
    let text = r#"{"kaohe": 1, "id": "aside", "benchmarks": ["whole"],
        "variable": [{"id": "x", "unit": "1"}],
        "indicator": [{"id": "i", "formula": "x", "unit": "1", "missing": "peer_mean", "round": {"digits": 0},
                       "points": {"rule": "linear", "low": 0, "high": 100}}],
        "floor": [{"id": "low", "when": "total < 60", "then": {"set_total": 90}},
                  {"id": "out", "when": "total < 60", "then": {"unranked": true}},
                  {"id": "digits", "when": "i > 70.4", "then": {"cap_total": 65}}],
        "total": {"grades": [["A", 80], ["B", 60], ["C", 0]]}}"#;
    let names: kaohe::Labels = ["a", "b", "c", "d", "whole"].into_iter().collect();
    let years = vec![kaohe::Period::year(2022).unwrap(); 5];
    let panel = kaohe::Panel::builder(names, years).column("x", vec![50.0, 70.45, 90.0, f64::NAN, f64::NAN]);
    let a = kaohe::Scheme::from_json(text).unwrap().assess(&panel.build().unwrap()).unwrap();
    let totals: Vec<f64> = a.totals().to_vec();
    // Both floors of a see its 50 points, though the first sets 90; that of b sees 70.45, not the printed 70.
    assert_eq!(&totals[..3], [90.0, 65.0, 65.0]);
    assert_eq!((a.values_of("i")[1], a.ranks()[0].is_nan(), a.grade(0)), (70.0, true, Some("A")));
    // d is filled by its peers, the benchmark is not, and it has neither rank nor grade.
    assert!((totals[3] - (50.0 + 70.45 + 90.0) / 3.0).abs() < 1e-12);
    assert_eq!((totals[4].is_nan(), a.ranks()[4].is_nan(), a.grade(4)), (true, true, None));
}

/// Equal totals in the order of a raw variable, the total or the rank of the period before; who has none of it is last.
#[test]
fn ties_are_broken_by_raw_variables_and_by_the_period_before() {
    let scheme = |tie_break: &str| {
        Scheme::from_toml(&format!(
            "kaohe = 1\nid = \"t\"\nvariable = [{{ id = \"x\", unit = \"家\" }}, {{ id = \"n\", unit = \"家\" }}]\n\
             indicator = [{{ id = \"x\", formula = \"x\", unit = \"家\", points = {{ rule = \"linear\", low = 0, high = 10 }} }}]\n\
             [total]\nrank = {{ tie_break = [{tie_break}] }}\n"
        ))
        .unwrap()
    };
    let (before, now) = (Period::year(2022).unwrap(), Period::year(2023).unwrap());
    // 丁 is new, so there is nothing before it.
    let panel = Panel::builder(
        ["甲", "乙", "丙", "甲", "乙", "丙", "丁"].into_iter().collect(),
        [vec![before; 3], vec![now; 4]].concat(),
    )
    .column("x", vec![4.0, 6.0, 5.0, 8.0, 8.0, 8.0, 8.0])
    .column("n", vec![0.0, 0.0, 0.0, 3.0, f64::NAN, 9.0, 3.0])
    .build()
    .unwrap();
    let ranks = |tie_break: &str| {
        let result = scheme(tie_break).assess(&panel).unwrap();
        result.ranks()[3..].to_vec()
    };
    assert_eq!(ranks(""), [1.0, 1.0, 1.0, 1.0]);
    assert_eq!(ranks("\"n\""), [2.0, 4.0, 1.0, 2.0]);
    assert_eq!(ranks("\"previous_total\""), [3.0, 1.0, 2.0, 4.0]);
    assert_eq!(ranks("\"n\", \"previous_rank\""), [2.0, 4.0, 1.0, 3.0]);
    let result = scheme("\"n\", \"previous_rank\"").assess(&panel).unwrap();
    let (zh, en) = (
        result.explain("甲", now).unwrap().to_text(Lang::Zh),
        result.explain("甲", now).unwrap().to_text(Lang::En),
    );
    for said in [
        "总分与乙同为 80；按“n”定先后：3，优于乙（缺失），排在其前",
        "总分与丙同为 80；按“n”定先后：3，不及丙的 9，排在其后",
        "总分与丁同为 80；按上期位次定先后：3，优于丁（缺失），排在其前",
    ] {
        assert!(zh.contains(said), "{zh}");
    }
    assert!(en.contains("the rank of the period before decides: 3 against 丁 (missing), so ahead"), "{en}");
}
