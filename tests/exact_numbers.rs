//! Exact numbers behind what floats show: fills, means with roots, cancellation, very large and very small numbers, order of rows.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

use kaohe::{Assessment, Exact, Lang, Number, Panel, PanelBuilder, Period, Scheme};
use proptest::prelude::*;

use crate::support::ById;

fn scheme(rest: &str) -> Scheme {
    let text = format!("kaohe = 1\nid = \"t\"\n{rest}");
    Scheme::from_toml(&text).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

/// Entities `e0`, `e1`, … of one year.
fn panel(n: usize) -> PanelBuilder {
    let names: Vec<String> = (0..n).map(|i| format!("e{i}")).collect();
    Panel::builder(names.iter().map(String::as_str).collect(), vec![Period::year(2023).unwrap(); n])
}

fn assess(scheme: &Scheme, panel: PanelBuilder) -> Assessment {
    scheme.assess(&panel.build().unwrap()).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

/// One indicator, scored with its own value.
fn own(variable: &str, indicator: &str, total: &str) -> Scheme {
    scheme(&format!(
        "[[variable]]\nid = \"x\"\nunit = \"1\"\n{variable}\n[[indicator]]\nid = \"i\"\nformula = \"x\"\nunit = \"1\"\n{indicator}\n\
         points = {{ rule = \"ratio\", to = 100 }}\n[total]\n{total}\n"
    ))
}

#[test]
fn a_score_filled_by_its_peers_is_exact() {
    let grades = "grades = [[\"A\", 0.2], [\"B\", 0]]";
    let scores = || panel(4).column("x", vec![0.1, 0.2, 0.3, f64::NAN]);
    let mean = own("", "missing = \"peer_mean\"", grades);
    assert_eq!(assess(&mean, scores()).grade(3), Some("A"));
    let cut = own("", "missing = \"peer_mean\"", "round = { digits = 1, mode = \"truncate\" }");
    assert_eq!(assess(&cut, scores()).totals(), [0.1, 0.2, 0.3, 0.2]);
    // Equal fills share their rank with equal real scores.
    let median = own("", "missing = \"peer_median\"", "");
    let a = assess(&median, panel(5).column("x", vec![1.0, 1.0, 2.0, f64::NAN, f64::NAN]));
    assert_eq!(a.ranks(), [2.0, 2.0, 1.0, 2.0, 2.0]);
    let a = assess(&median, panel(4).column("x", vec![0.1, 0.7, f64::NAN, f64::NAN]));
    assert_eq!(a.ranks(), [4.0, 1.0, 2.0, 2.0]);
}

#[test]
fn a_score_of_numbers_that_differ_in_their_last_digits_is_exact() {
    let close = vec![1_000_000_000_000_000.1, 1_000_000_000_000_000.3, 1_000_000_000_000_001.3];
    for points in [
        "{ rule = \"linear\" }",
        "[{ share = 1, rule = \"linear\" }, { share = 1, rule = \"linear\", low = \"min\" }]",
        "{ rule = \"best_of\", of = [{ rule = \"linear\" }, { rule = \"linear\" }] }",
    ] {
        let scheme = scheme(&format!(
            "variable = [{{ id = \"x\", unit = \"1\" }}]\n[[indicator]]\nid = \"i\"\nformula = \"x\"\nunit = \"1\"\npoints = {points}\n"
        ));
        // 0.2 of 1.2; the floats are 0.125 apart.
        let a = assess(&scheme, panel(3).column("x", close.clone()));
        assert_eq!(a.scores_of("i"), [0.0, 16.666_666_666_666_668, 100.0], "{points}");
        assert!(a.exact_cells() > 0);
    }
}

#[test]
fn a_variable_filled_with_a_ratio_is_exact() {
    let quotient = scheme(
        "[[variable]]\nid = \"a\"\nunit = \"1\"\n[[variable]]\nid = \"b\"\nunit = \"1\"\nmissing = \"peer_mean\"\n\
         [[indicator]]\nid = \"i\"\nformula = \"a / b\"\nunit = \"1\"\nround = { digits = 3, mode = \"ceiling\" }\n\
         points = { rule = \"ratio\", to = 1 }\n",
    );
    // b is 2/3 for the last: 0.4 / (2/3) is 0.6, and 0.601 if the ratio is cut off anywhere.
    let rows = panel(4).column("a", vec![1.0, 1.0, 1.0, 0.4]).column("b", vec![1.0, 0.5, 0.5, f64::NAN]);
    assert_eq!(assess(&quotient, rows).values_of("i")[3], 0.6);
}

/// Groups of three indicators under a mean.
fn mean(way: &str, total: &str) -> Scheme {
    let one = |id: &str| {
        format!(
            "[[variable]]\nid = \"{id}\"\nunit = \"1\"\n[[indicator]]\nid = \"i{id}\"\nformula = \"{id}\"\nunit = \"1\"\n\
             missing = \"skip\"\npoints = {{ rule = \"ratio\", to = 100 }}\n"
        )
    };
    scheme(&format!("{}{}{}[total]\naggregate = {way}\n{total}\n", one("x"), one("y"), one("z")))
}

#[test]
fn a_mean_of_equal_scores_is_that_score() {
    let grades = "grades = [[\"pass\", 60], [\"fail\", 0]]";
    for way in ["\"geometric\"", "\"harmonic\"", "{ power = 2 }", "{ power = 0.5 }", "{ power = -1.5 }"] {
        let rows = || panel(2).column("x", vec![60.0, 100.0]).column("y", vec![60.0, f64::NAN]);
        let rows = || rows().column("z", vec![60.0, f64::NAN]);
        let a = assess(&mean(way, grades), rows());
        assert_eq!((a.totals(), a.grade(0)), (&[60.0, 100.0][..], Some("pass")), "{way}");
        let tens = assess(&mean(way, "round = { digits = -1, mode = \"ceiling\" }"), rows());
        assert_eq!(tens.totals(), [60.0, 100.0], "{way}");
    }
    // √(40·90·60) is no decimal; ³√(40·90·60) is 60.
    let a = assess(
        &mean("\"geometric\"", grades),
        panel(1).column("x", vec![40.0]).column("y", vec![90.0]).column("z", vec![60.0]),
    );
    assert_eq!((a.totals(), a.grade(0)), (&[60.0][..], Some("pass")));
}

#[test]
fn a_negative_score_under_a_geometric_mean_is_refused_by_name() {
    let rows =
        || panel(2).column("x", vec![50.0, -9.0]).column("y", vec![50.0; 2]).column("z", vec![50.0; 2]);
    for way in ["\"geometric\"", "\"harmonic\"", "{ power = 2 }"] {
        let error = mean(way, "").assess(&rows().build().unwrap()).unwrap_err();
        assert_eq!(
            error.findings()[0].message(Lang::En),
            "the score of ix of e1 in 2023 is -9; the aggregation of total needs scores of 0 or more; \
             keep the rule's points from going below 0, or aggregate otherwise"
        );
    }
    assert!(mean("\"arithmetic\"", "").assess(&rows().build().unwrap()).is_ok());
}

#[test]
fn a_zero_under_a_geometric_mean_is_refused_or_counts() {
    let rows = || panel(2).column("x", vec![50.0, 0.0]).column("y", vec![50.0; 2]).column("z", vec![50.0; 2]);
    for way in ["\"geometric\"", "\"harmonic\""] {
        let error = mean(way, "").assess(&rows().build().unwrap()).unwrap_err();
        assert_eq!(
            error.findings()[0].message(Lang::En),
            "the score of ix of e1 in 2023 is 0, which makes the geometric or harmonic mean of total 0 whatever the other scores are; keep scores \
             above 0 (such as `between = [1, 100]` of the rule), aggregate otherwise, or write `zeros = \"count\"` in total to let it count"
        );
        assert!(error.findings()[0].message(Lang::Zh).contains("得分为 0"));
        assert_eq!(assess(&mean(way, "zeros = \"count\""), rows()).totals(), [50.0, 0.0], "{way}");
    }
    // Other means have something to say of a zero.
    for way in ["\"arithmetic\"", "{ power = 2 }", "{ power = -1 }", "{ waspas = 0.5 }"] {
        assert!(mean(way, "").assess(&rows().build().unwrap()).is_ok(), "{way}");
    }
}

/// One indicator of `x` with a formula, and its points.
fn formula(formula: &str, points: &str, total: &str) -> Scheme {
    scheme(&format!(
        "variable = [{{ id = \"x\", unit = \"1\" }}]\n[[indicator]]\nid = \"i\"\nformula = \"{formula}\"\nunit = \"1\"\n\
         points = {points}\n[total]\n{total}\n"
    ))
}

#[test]
fn logarithms_and_exponentials_are_decided() {
    // Each of these is 1 written another way, which floats miss by a unit in the last place for some x.
    let xs: Vec<f64> = (2..60).map(f64::from).collect();
    for text in [
        "exp(ln(x)) / x",
        "ln(x^2) / (2 * ln(x))",
        "log10(1000 * x) - log10(x) - 2",
        "ln(exp(x)) / x",
        "x^70.5 / x^70 / sqrt(x)",
    ] {
        let passed = formula(text, "{ rule = \"steps\", at = [[1, 100]], below = 0 }", "");
        let rows = panel(xs.len()).column("x", xs.clone());
        assert!(assess(&passed, rows).scores_of("i").iter().all(|score| *score == 100.0), "{text}");
    }
    // An exponential that f64 takes for 0 is above 0.
    let none = "{ rule = \"steps\", bound = \"at_most\", at = [[0, 100]], below = 0 }";
    assert_eq!(
        assess(&formula("exp(-x)", none, ""), panel(1).column("x", vec![1657.0])).scores_of("i"),
        [0.0]
    );
    // It orders as its exponent does, also rounded to some digits.
    let few = formula("exp(-x)", "{ rule = \"ratio\", to = 1 }", "round = { significant = 2 }");
    assert_eq!(assess(&few, panel(3).column("x", vec![900.0, 1000.0, 5000.0])).ranks(), [1.0, 2.0, 3.0]);
    let tiny = formula("exp(-x)", "{ rule = \"ratio\", to = \"max\" }", "rank = { on = \"exact\" }");
    assert_eq!(assess(&tiny, panel(3).column("x", vec![900.0, 1000.0, 950.0])).ranks(), [1.0, 3.0, 2.0]);
}

#[test]
fn a_total_of_roots_is_decided() {
    // √2 + √8 = √18
    let passed = formula("total(sqrt(x)) / sqrt(18)", "{ rule = \"steps\", at = [[1, 100]], below = 0 }", "");
    assert_eq!(assess(&passed, panel(2).column("x", vec![2.0, 8.0])).scores_of("i"), [100.0, 100.0]);
}

#[test]
fn a_part_left_out_in_doubt_is_decided() {
    // The growth and its median are too small for f64 beside 1; the first part has points, though floats say it has none.
    let parts = "[{ rule = \"ratio\", to = \"median\" }, { rule = \"rank\", percentile = true }]";
    let a =
        assess(&formula("(1 + exp(-x)) / 1 - 1", parts, ""), panel(3).column("x", vec![50.0, 51.0, 52.0]));
    // e, 1 and 1/e of the median, beside ranks of 100, 50 and 0.
    let e = std::f64::consts::E;
    for (score, right) in a.scores_of("i").iter().zip([(100.0 * e + 100.0) / 2.0, 75.0, 50.0 / e]) {
        approx::assert_relative_eq!(*score, right, max_relative = 1e-14);
    }
}

#[test]
fn a_number_of_more_digits_than_a_float_shows_is_handed_on_exactly() {
    // A third, rounded up to a tenth: ….7 and ….4, which are the same f64.
    let thirds = scheme(
        "variable = [{ id = \"x\", unit = \"1\" }]\n[[indicator]]\nid = \"i\"\nformula = \"x / 3\"\nunit = \"1\"\n\
         round = { digits = 1, mode = \"ceiling\", carry = true }\npoints = { rule = \"ratio\", to = 100 }\n\
         [total]\nrank = { on = \"exact\" }\n",
    );
    let close = vec![8_999_999_999_999_998.0, 8_999_999_999_999_999.0];
    let a = assess(&thirds, panel(2).column("x", close));
    assert_eq!((a.values_of("i")[0], a.ranks()), (a.values_of("i")[1], &[2.0, 1.0][..]));
    // Totals that print as one number are ranked by their digits.
    let rounded = formula("x / 3", "{ rule = \"ratio\", to = 1 }", "round = { digits = 2 }");
    let a = assess(&rounded, panel(2).column("x", vec![8_999_999_999_999_998.0, 8_999_999_999_999_999.0]));
    assert_eq!(a.ranks(), [2.0, 1.0]);
}

#[test]
fn what_a_float_shows_as_nothing_is_shown_exactly() {
    // 10¹⁶ + 1 − 10¹⁶ is 1, though 10¹⁶ + 1 is no f64.
    let scheme = scheme(
        "variable = [{ id = \"x\", unit = \"1\" }, { id = \"y\", unit = \"1\" }, { id = \"z\", unit = \"1\" }]\n\
         [[indicator]]\nid = \"i\"\nformula = \"x + y - z\"\nunit = \"1\"\npoints = { rule = \"ratio\", to = 100 }\n",
    );
    let rows = panel(2).column("x", vec![1e16, 5.0]).column("y", vec![1.0; 2]).column("z", vec![1e16, 6.0]);
    let a = assess(&scheme, rows);
    assert_eq!((a.values_of("i"), a.scores_of("i")), (&[1.0, 0.0][..], &[1.0, 0.0][..]));
}

#[test]
fn what_cancels_is_shown_exactly() {
    let difference = scheme(
        "[[variable]]\nid = \"a\"\nunit = \"1\"\n[[variable]]\nid = \"b\"\nunit = \"1\"\n\
         [[indicator]]\nid = \"i\"\nformula = \"a - b\"\nunit = \"1\"\npoints = { rule = \"ratio\", to = 100 }\n",
    );
    let a = assess(&difference, panel(1).column("a", vec![100_000_000_000_002.3]).column("b", vec![1e14]));
    assert_eq!((a.values_of("i"), a.totals()), (&[2.3][..], &[2.3][..]));
}

#[test]
fn deviations_know_every_size() {
    let z = |scale: f64| {
        let zscore = scheme(
            "[[variable]]\nid = \"x\"\nunit = \"1\"\n[[indicator]]\nid = \"i\"\nformula = \"x\"\nunit = \"1\"\npoints = { rule = \"zscore\" }\n",
        );
        assess(&zscore, panel(3).column("x", vec![scale, 2.0 * scale, 3.0 * scale])).totals().to_vec()
    };
    for scale in [1e-300, 1e-170, 1.0, 1e155, 1e300] {
        let got = z(scale);
        assert!(got.iter().zip([40.0, 50.0, 60.0]).all(|(g, w)| (g - w).abs() < 1e-9), "{scale}: {got:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    /// Means, deviations, quantiles, ratios of sums and fills give every row the same bits in any order of the rows.
    #[test]
    fn the_order_of_rows_changes_no_bit(
        cells in prop::collection::vec((1u32..100_000, 1u32..100_000), 3..60), turn in 1usize..60, which in 0usize..4
    ) {
        let rule = [
            "{ rule = \"ratio\", to = \"pooled\" }",
            "{ rule = \"zscore\" }",
            "{ rule = \"linear\", low = \"min\", high = { quantile = 0.9 } }",
            "{ measure = \"gap_to_mean\", rule = \"linear\", low = \"min\", high = \"max\" }",
        ][which];
        let text = format!(
            "[[variable]]\nid = \"a\"\nunit = \"1\"\n[[variable]]\nid = \"b\"\nunit = \"1\"\nmissing = \"peer_median\"\n\
             [[indicator]]\nid = \"i\"\nformula = \"a / b\"\nunit = \"1\"\npoints = {rule}\n"
        );
        let scheme = scheme(&text);
        let n = cells.len();
        let bits = |turn: usize| {
            let place = |i: usize| (i + turn) % n;
            let names: Vec<String> = (0..n).map(|i| format!("e{}", place(i))).collect();
            let rows = Panel::builder(names.iter().map(String::as_str).collect(), vec![Period::year(2023).unwrap(); n]);
            let a = (0..n).map(|i| f64::from(cells[place(i)].0) / 7.0).collect::<Vec<f64>>();
            let b = (0..n).map(|i| if place(i) == 1 { f64::NAN } else { f64::from(cells[place(i)].1) / 100.0 });
            let found = assess(&scheme, rows.column("a", a).column("b", b.collect::<Vec<f64>>()));
            let mut totals: Vec<(usize, u64)> = (0..n).map(|i| (place(i), found.totals()[i].to_bits())).collect();
            totals.sort_unstable();
            totals
        };
        prop_assert_eq!(bits(0), bits(turn));
    }

    /// Peer means of variables and of scores against fractions.
    #[test]
    fn fills_are_those_of_fractions(cells in prop::collection::vec(0u32..2000, 1..12), digits in 0i8..3) {
        let exact = |x: &u32| Exact::of(f64::from(*x) / 10.0);
        let sum = cells.iter().fold(Exact::zero(), |sum, x| sum.add(&exact(x)));
        let mean = sum.div(&Exact::of(cells.len() as f64));
        let how = kaohe::Rounding { mode: kaohe::Mode::Truncate, ..kaohe::Rounding::digits(digits) };
        let round = format!("round = {{ digits = {digits}, mode = \"truncate\" }}");
        let mut x: Vec<f64> = cells.iter().map(|x| f64::from(*x) / 10.0).collect();
        x.push(f64::NAN);
        for (variable, indicator) in [("missing = \"peer_mean\"", ""), ("", "missing = \"peer_mean\"")] {
            let a = assess(&own(variable, indicator, &round), panel(x.len()).column("x", x.clone()));
            prop_assert_eq!(a.totals()[cells.len()], mean.round(&how).to_f64());
        }
    }
}
