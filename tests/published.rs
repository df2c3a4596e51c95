//! Aggregations against printed numbers and single functions of COINr.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

use kaohe::{Lang, Panel, Period, Scheme};

use crate::support::oracle;

/// What the other program's sums in floats may be off by, relatively.
const FLOATS: f64 = 1e-12;

/// Totals of columns that are scores already.
fn totals(columns: &[Vec<f64>], weights: &[f64], total: &str) -> Vec<f64> {
    let points = "points = { rule = \"formula\", formula = \"x\" }\n";
    scored(columns, weights, total, &|_| points.to_owned())
}

fn scored(columns: &[Vec<f64>], weights: &[f64], total: &str, points: &dyn Fn(usize) -> String) -> Vec<f64> {
    let rows = columns[0].len();
    let names: Vec<String> = (0..rows).map(|row| format!("e{row:02}")).collect();
    let names = names.iter().map(String::as_str).collect();
    let mut panel = Panel::builder(names, vec![Period::year(2023).unwrap(); rows]);
    let mut text = format!("kaohe = 1\nid = \"t\"\nfull_points = 1\n[total]\n{total}\n");
    for (k, column) in columns.iter().enumerate() {
        panel = panel.column(format!("v{k}"), column.clone());
        text.extend([format!(
            "[[variable]]\nid = \"v{k}\"\nunit = \"1\"\n[[indicator]]\nid = \"i{k}\"\nformula = \"v{k}\"\nunit = \"1\"\nmissing = \"skip\"\n\
             weight = {}\n{}",
            weights[k],
            points(k)
        )]);
    }
    let scheme = Scheme::from_toml(&text).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)));
    scheme.assess(&panel.build().unwrap()).unwrap().totals().to_vec()
}

#[test]
fn topsis_and_vikor_are_those_of_opricovic_and_tzeng() {
    // Opricovic and Tzeng (2004), example 1: risk is minimised, altitude maximised; TOPSIS .500 .617 .500, VIKOR's Q 1, 0, 1.
    let mountain = [vec![1.0, 2.0, 5.0], vec![3000.0, 3750.0, 4500.0]];
    let points = |k: usize| {
        let direction = ["negative", "positive"][k];
        format!("direction = \"{direction}\"\npoints = {{ rule = \"linear\" }}\n")
    };
    let of = |way: &str| {
        scored(&mountain, &[1.0, 1.0], &format!("aggregate = {way}\nround = {{ digits = 3 }}"), &points)
    };
    assert_eq!(of("\"topsis\""), [0.5, 0.617, 0.5]);
    // The score is 1 − Q.
    assert_eq!(of("{ vikor = 0.5 }"), [0.0, 1.0, 0.0]);
}

#[test]
fn means_are_those_of_coinr() {
    let text = std::fs::read_to_string(format!(
        "{}/tests/data/oracle/unit/aggregators.csv",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap();
    let mut compared = 0;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').map(|cell| cell.trim_matches('"')).collect();
        let numbers = |cell: &str| -> Vec<f64> {
            cell.split('|').map(|x| if x == "NA" { f64::NAN } else { x.parse().unwrap() }).collect()
        };
        let (scores, weights) = (numbers(cells[2]), numbers(cells[3]));
        let way = match cells[1] {
            "a_amean" => "\"arithmetic\"",
            "a_gmean" => "\"geometric\"",
            "a_hmean" => "\"harmonic\"",
            "a_genmean2" => "{ power = 2 }",
            "a_genmean-1" => "{ power = -1 }",
            other => panic!("{other}"),
        };
        let columns: Vec<Vec<f64>> = scores.iter().map(|score| vec![*score]).collect();
        let found = totals(&columns, &weights, &format!("aggregate = {way}"))[0];
        let there: Vec<(&f64, &f64)> =
            scores.iter().zip(&weights).filter(|(score, _)| !score.is_nan()).collect();
        let expected = match cells[4] {
            "NA" if there.is_empty() => f64::NAN,
            "NA" => {
                // COINr's generalised mean of a row with a gap is NA, against its own documentation: here the weight is handed on,
                // as in all other means.
                assert!(cells[1].starts_with("a_genmean") && there.len() < scores.len());
                let p = if cells[1] == "a_genmean2" { 2.0 } else { -1.0 };
                let sum: f64 = there.iter().map(|(score, weight)| *weight * score.powf(p)).sum();
                (sum / there.iter().map(|(_, weight)| *weight).sum::<f64>()).powf(1.0 / p)
            }
            printed => printed.parse().unwrap(),
        };
        oracle::assert_close(line, &[found], &[expected], FLOATS);
        compared += 1;
    }
    assert_eq!(compared, 200);
}

#[test]
fn the_adjusted_mazziotta_pareto_index_is_that_of_compind() {
    let (_, normalised) = oracle::table("compind/ampi_norm.csv");
    let printed = oracle::rows("compind/ampi_10x3_rounded3.csv");
    let columns: Vec<Vec<f64>> =
        (0..8).map(|k| normalised.iter().map(|row| row.numbers[k]).collect()).collect();
    let of = |sign: &str| {
        totals(
            &columns,
            &[1.0; 8],
            &format!("aggregate = \"mazziotta_pareto{sign}\"\nround = {{ digits = 3 }}"),
        )
    };
    let (minus, plus) = (of(""), of("_plus"));
    // Ten units in three years, one below the other. Compind takes the penalty away, whatever is asked.
    for (unit, row) in printed.iter().enumerate() {
        for (year, index) in row.numbers.iter().enumerate() {
            let k = 10 * year + unit;
            assert_eq!(minus[k], *index, "{}, {year}: {}", row.name, plus[k]);
        }
    }
}
