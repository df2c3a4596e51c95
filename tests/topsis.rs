//! 优劣解距离法: against two libraries of decision analysis, explained, in bridges, with references.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

use std::collections::HashMap;

use kaohe::{Assessment, Edit, Lang, Panel, Period, References, Scheme};

/// What sums of squares in floats may be off by, of a part of 1.
const FLOATS: f64 = 1e-12;

fn read(name: &str) -> Vec<Vec<String>> {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn numbers(row: &[String]) -> Vec<f64> {
    row.iter().map(|x| x.parse().unwrap()).collect()
}

#[test]
fn the_scores_are_those_of_pymcdm_and_scikit_criteria() {
    let table = read("topsis_matrix.csv");
    let criteria = &table[0][1..];
    let given: HashMap<&str, Vec<f64>> =
        table[1..5].iter().map(|row| (row[0].as_str(), numbers(&row[1..]))).collect();
    let rows = &table[5..];
    let year = Period::year(2023).unwrap();
    let mut panel = Panel::builder(rows.iter().map(|r| r[0].as_str()).collect(), vec![year; rows.len()]);
    for (k, id) in criteria.iter().enumerate() {
        panel = panel.column(id, rows.iter().map(|r| r[k + 1].parse().unwrap()).collect::<Vec<f64>>());
    }
    let panel = panel.build().unwrap();
    let scores = read("topsis_scores.csv");
    for expected in &scores[1..] {
        let vector = expected[1] == "vector";
        let way = if vector { "topsis_vector" } else { "topsis" };
        let mut text = format!("kaohe = 1\nid = \"t\"\nfull_points = 1\n[total]\naggregate = \"{way}\"\n");
        for (k, id) in criteria.iter().enumerate() {
            let less = given["type"][k] < 0.0;
            // A cost is the better the less it is: a scale that falls, or the number itself below zero.
            let points = match (vector, less) {
                (false, _) => "{ rule = \"linear\" }",
                (true, false) => "{ rule = \"formula\", formula = \"x\" }",
                (true, true) => "{ rule = \"formula\", formula = \"-x\" }",
            };
            let direction = if less { "negative" } else { "positive" };
            let weight = given[format!("weights_{}", expected[2]).as_str()][k];
            text.extend([format!(
                "[[variable]]\nid = \"{id}\"\nunit = \"1\"\n[[indicator]]\nid = \"i_{id}\"\nformula = \"{id}\"\nunit = \"1\"\n\
                 direction = \"{direction}\"\nweight = {weight}\npoints = {points}\n"
            )]);
        }
        let scheme = Scheme::from_toml(&text).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)));
        let result = scheme.assess(&panel).unwrap();
        for (row, right) in numbers(&expected[3..]).into_iter().enumerate() {
            let found = result.totals()[row];
            assert!((found - right).abs() < FLOATS, "{} {row}: {found}, {right}", expected[..3].join(" "));
        }
    }
}

fn scheme(total: &str) -> Scheme {
    let own = |id: &str| {
        format!(
            "[[indicator]]\nid = \"i_{id}\"\nformula = \"{id}\"\nunit = \"1\"\nmissing = \"skip\"\n\
             points = {{ rule = \"ratio\", to = 100 }}\n"
        )
    };
    let text = format!(
        "kaohe = 1\nid = \"t\"\nbenchmarks = [\"whole\"]\nvariable = [{{ id = \"x\", unit = \"1\" }}, {{ id = \"y\", unit = \"1\" }}]\n\
         {}{}[total]\n{total}\n",
        own("x"),
        own("y")
    );
    Scheme::from_toml(&text).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

/// One year of some entities.
fn panel(names: &[&str], x: &[f64], y: &[f64]) -> Panel {
    let year = Period::year(2023).unwrap();
    let panel = Panel::builder(names.iter().copied().collect(), vec![year; names.len()]);
    panel.column("x", x.to_vec()).column("y", y.to_vec()).build().unwrap()
}

fn assess(total: &str, x: &[f64], y: &[f64]) -> Assessment {
    scheme(total).assess(&panel(&["a", "b", "c", "whole"], x, y)).unwrap()
}

const TOPSIS: &str = "aggregate = \"topsis\"";

#[test]
fn worked_examples() {
    // a is worst in x and best in y, c the other way round: half each; b has neither.
    let a = assess(TOPSIS, &[0.0, 20.0, 80.0, 40.0], &[60.0, 20.0, 0.0, 30.0]);
    let b = 100.0 * 800f64.sqrt() / (800f64.sqrt() + 5200f64.sqrt());
    assert_eq!(a.totals()[0], 100.0 * 0.6 / (0.6 + 0.8));
    approx::assert_relative_eq!(a.totals()[1], b, max_relative = 1e-15);
    // A benchmark lies half-way and sets nothing.
    assert_eq!((a.totals()[3], a.ranks()[3].is_nan()), (50.0, true));
    // Where a score is missing, the rest decides: y alone from 0 to 60.
    let a = assess(TOPSIS, &[f64::NAN, 20.0, 80.0, 90.0], &[60.0, 20.0, 0.0, 60.0]);
    assert_eq!(a.totals()[0], 100.0);
    // Where all are alike, nobody is nearer to one than to the other.
    assert_eq!(assess(TOPSIS, &[7.0; 4], &[9.0; 4]).totals(), [50.0; 4]);
}

#[test]
fn a_tie_is_a_tie_whatever_the_roots() {
    // 1 / (1 + √2.5) twice, from scores of 0.1 and 0.3 one way and the other.
    let a = assess(
        "aggregate = \"topsis\"\nrank = { on = \"exact\" }",
        &[0.1, 0.3, 0.4, 0.1],
        &[0.3, 0.1, 0.4, 0.1],
    );
    assert_eq!((a.ranks()[0], a.ranks()[1], a.ranks()[2]), (2.0, 2.0, 1.0));
    assert_eq!(a.totals()[0], 100.0 / (1.0 + 2.5f64.sqrt()));
}

#[test]
fn an_explanation_names_the_ends_and_the_distances() {
    let year = Period::year(2023).unwrap();
    let a = assess(TOPSIS, &[0.0, 30.0, 80.0, 40.0], &[60.0, 20.0, 0.0, 30.0]);
    let said = a.explain("b", year).unwrap();
    let has = |lang: Lang, part: &str| {
        let text = said.to_text(lang);
        assert!(text.contains(part), "{text}");
    };
    has(
        Lang::En,
        "by TOPSIS: the full mark × distance from the worst ÷ (distance from the best + distance from the worst)",
    );
    has(Lang::En, "distance from the best 32.0156, from the worst 18.0278: closeness 0.360243");
    has(Lang::En, "i_x: best 80 (c 2023), worst 0 (a 2023)");
    has(Lang::Zh, "到最优的距离 32.0156，到最差的距离 18.0278，相对接近度 0.360243");
    has(Lang::Zh, "i_y：最优 60（a 2023），最差 0（c 2023）");
    let vector = assess("aggregate = \"topsis_vector\"", &[0.0, 30.0, 80.0, 40.0], &[60.0, 20.0, 0.0, 30.0]);
    let said = vector.explain("b", year).unwrap().to_text(Lang::En);
    assert!(said.contains("over the root of the sum of their squares in this period"), "{said}");
}

#[test]
fn a_rival_that_moves_the_best_score_is_named_in_the_bridge() {
    let before = assess(TOPSIS, &[0.0, 30.0, 60.0, 40.0], &[60.0, 20.0, 0.0, 30.0]);
    let after = assess(TOPSIS, &[0.0, 30.0, 90.0, 40.0], &[60.0, 20.0, 0.0, 30.0]);
    let bridge = kaohe::analysis::bridge_between(&before, 1, &after, 1).unwrap();
    let rows: Vec<(String, f64)> = bridge.rows.iter().map(|r| (r.cause.name(), r.effect)).collect();
    assert_eq!(rows, [("others:ideal".to_owned(), bridge.total)]);
    assert!(bridge.total < 0.0);
    let own = kaohe::analysis::bridge_between(&before, 2, &after, 2).unwrap();
    assert!(own.rows.iter().all(|r| r.cause.name() == "own"), "{:?}", own.rows);
}

#[test]
fn references_keep_the_best_and_the_worst() {
    for total in [TOPSIS, "aggregate = \"topsis_vector\"", "aggregate = \"topsis\"\nweights = \"entropy\""] {
        let (scheme, whole) =
            (scheme(total), panel(&["a", "b", "c"], &[0.0, 30.0, 80.0], &[60.0, 20.0, 0.0]));
        let plain = scheme.assess(&whole).unwrap();
        let references = References::from_json(&scheme.references(&whole).unwrap().to_json()).unwrap();
        assert_eq!(scheme.assess_against(&references, &whole).unwrap().totals(), plain.totals(), "{total}");
        let alone = scheme.assess_against(&references, &panel(&["d"], &[30.0], &[20.0])).unwrap();
        assert_eq!(alone.totals()[0], plain.totals()[1], "{total}");
        let said = alone.explain("d", Period::year(2023).unwrap()).unwrap().to_text(Lang::En);
        assert!(said.contains("best 80 (c 2023)"), "{said}");
        let scorer = scheme.scorer(&references).unwrap();
        let mut scored = scorer.scored();
        scorer.score(&[31.0, 20.0], &mut scored).unwrap();
        let row = scheme.assess_against(&references, &panel(&["d"], &[31.0], &[20.0])).unwrap();
        assert_eq!((scored.total(), scored.is_decided_exactly()), (row.totals()[0], false), "{total}");
    }
}

#[test]
fn an_edit_of_another_row_moves_everybody() {
    let whole = panel(&["a", "b", "c"], &[0.0, 30.0, 80.0], &[60.0, 20.0, 0.0]);
    let a = scheme(TOPSIS).assess(&whole).unwrap();
    let (entity, period, variable) = ("c".to_owned(), Period::year(2023).unwrap(), "x".to_owned());
    let edited = a.edit(&[Edit::Cell { entity, period, variable, value: 100.0 }]).unwrap();
    let fresh =
        scheme(TOPSIS).assess(&panel(&["a", "b", "c"], &[0.0, 30.0, 100.0], &[60.0, 20.0, 0.0])).unwrap();
    assert_eq!(edited.totals(), fresh.totals());
    assert!(edited.totals()[1] < a.totals()[1]);
}
