//! Normalisation as COINr 1.1.14 and Compind 3.4 do it, each function as the points of an indicator; where ours differs, and why.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]
#![allow(clippy::format_push_string, reason = "schemes are put together line by line")]

use kaohe::{Assessment, Labels, Lang, Panel, Period, Scheme};

use crate::support::ById;
use crate::support::oracle::{self, Vector};

/// What the other programs' sums in floats may be off by, relatively.
const FLOATS: f64 = 1e-12;
/// Where the other program subtracts numbers that are near to each other, its result is off by so much of the scale.
const CANCELLED: f64 = 1e-13;

fn load(text: &str) -> Scheme {
    Scheme::from_toml(text).unwrap_or_else(|e| panic!("{}\n{text}", e.render(Lang::En)))
}

/// Scores of columns by one rule; `falls` says of which less is better.
fn assess(columns: &[(String, Vec<f64>)], points: &str, falls: impl Fn(&str) -> bool) -> Assessment {
    let mut text = "kaohe = 1\nid = \"t\"\nfull_points = 1\n".to_owned();
    for (id, _) in columns {
        let direction = if falls(id) { "negative" } else { "positive" };
        text.push_str(&format!(
            "[[variable]]\nid = \"v_{id}\"\nunit = \"1\"\n[[indicator]]\nid = \"{id}\"\nformula = \"v_{id}\"\nunit = \"1\"\nmissing = \"skip\"\n\
             direction = \"{direction}\"\npoints = {points}\n"
        ));
    }
    let names: Vec<String> = (0..columns[0].1.len()).map(|k| format!("e{k:02}")).collect();
    let labels: Labels = names.iter().map(String::as_str).collect();
    let mut panel = Panel::builder(labels, vec![Period::year(2023).unwrap(); names.len()]);
    for (id, x) in columns {
        panel = panel.column(format!("v_{id}"), x.clone());
    }
    load(&text).assess(&panel.build().unwrap()).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

/// The columns of a file of numbers.
fn columns(file: &str) -> Vec<(String, Vec<f64>)> {
    let (names, rows) = oracle::table(file);
    let column =
        |(k, name): (usize, &String)| (name.clone(), rows.iter().map(|row| row.numbers[k]).collect());
    names.iter().enumerate().map(column).collect()
}

/// Equal but for the rounding of floats, also of those that are near zero.
fn assert_near(what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected.iter().filter(|x| x.is_finite()).fold(0.0, |most: f64, x| most.max(x.abs()));
    for (k, (a, b)) in found.iter().zip(expected).enumerate() {
        let same = (a.is_nan() && b.is_nan()) || (a - b).abs() <= FLOATS * b.abs() + CANCELLED * scale;
        assert!(same, "{what} {k}: {a}, expected {b}");
    }
}

#[test]
fn an_index_is_normalised_as_coinr_normalises_it() {
    let structure = oracle::cells("composite/structure.csv");
    let falls = |id: &str| structure.iter().any(|row| row[1] == id && row[3] == "-1");
    let treated = columns("composite/treated.csv");
    for (file, points) in [
        ("normalised_minmax_0_100", r#"{ rule = "linear", between = [0, 100] }"#),
        ("normalised_minmax_1_100", r#"{ rule = "linear", between = [1, 100] }"#),
        ("normalised_minmax_60_100", r#"{ rule = "linear", between = [60, 100] }"#),
        ("normalised_zscore", r#"{ rule = "zscore", centre = 0, scale = 1 }"#),
        ("normalised_rank", r#"{ rule = "rank", places = true, ties = "worst" }"#),
        ("normalised_borda", r#"{ rule = "rank", borda = true, ties = "worst" }"#),
        ("normalised_percentile_rank", r#"{ rule = "rank", percentile = true, ties = "worst" }"#),
    ] {
        let a = assess(&treated, points, falls);
        for (id, expected) in columns(&format!("composite/{file}.csv")) {
            assert_near(&format!("{file} {id}"), a.scores_of(&id), &expected);
        }
    }
}

/// COINr's functions with the parameters of the file, the points that are the same, and whether less is better.
const FUNCTIONS: [(&str, &str, bool); 16] = [
    ("n_minmax", r#"{ rule = "linear", between = [0, 100] }"#, false),
    ("n_zscore", r#"{ rule = "zscore", centre = 0, scale = 1 }"#, false),
    ("n_rank_min", r#"{ rule = "rank", places = true, ties = "worst" }"#, false),
    ("n_rank_average", r#"{ rule = "rank", places = true, ties = "mean" }"#, false),
    ("n_prank", r#"{ rule = "rank", percentile = true, ties = "worst" }"#, false),
    ("n_borda", r#"{ rule = "rank", borda = true, ties = "worst" }"#, false),
    ("n_dist2max", r#"{ rule = "linear" }"#, false),
    ("n_dist2ref3", r#"{ rule = "linear", low = "min", high = { entity = "e02" }, clamp = false }"#, false),
    ("n_dist2ref3_cap", r#"{ rule = "linear", low = "min", high = { entity = "e02" } }"#, false),
    ("n_dist2targ_med", r#"{ rule = "linear", low = "min", high = "median", clamp = false }"#, false),
    ("n_dist2targ_med_neg_cap", r#"{ rule = "linear", low = "max", high = "median" }"#, true),
    ("n_fracmax", r#"{ rule = "formula", formula = "x / max" }"#, false),
    ("n_goal", r#"{ rule = "linear", low = 1, high = 6, between = [0, 100] }"#, false),
    ("n_goal_neg", r#"{ rule = "linear", low = 6, high = 1, between = [0, 100] }"#, true),
    ("n_goal_notrunc", r#"{ rule = "linear", low = 1, high = 6, between = [0, 100], clamp = false }"#, false),
    ("n_scaled", r#"{ rule = "linear", low = 1, high = 6, between = [0, 10], clamp = false }"#, false),
];

#[test]
fn every_function_of_coinr_has_its_points() {
    let mut compared = 0;
    for Vector { name, function, x, y } in oracle::vectors("unit/vectors.csv") {
        let Some((_, points, falls)) = FUNCTIONS.iter().find(|(coinr, ..)| *coinr == function) else {
            continue;
        };
        // Of equal ends COINr makes NaN or an infinite number; here `when_equal` decides.
        if x.iter().zip(&y).any(|(x, y)| !x.is_nan() && !y.is_finite()) {
            continue;
        }
        let a = assess(&[("i".to_owned(), x)], points, |_| *falls);
        assert_near(&format!("{name} {function}"), a.scores_of("i"), &y);
        compared += 1;
    }
    assert_eq!(compared, 227);
}

#[test]
fn columns_are_those_of_compind() {
    let matrix: Vec<(String, Vec<f64>)> = columns("mcdm/matrix.csv");
    let types = oracle::rows("mcdm/types.csv");
    let falls = |id: &str| types.iter().any(|row| row.name == id && row.numbers[0] < 0.0);
    for (file, points) in [
        ("norm_minmax01", r#"{ rule = "linear" }"#),
        ("norm_z100_10", r#"{ rule = "zscore", centre = 100, scale = 10 }"#),
        ("norm_rank_average", r#"{ rule = "rank", places = true, ties = "mean" }"#),
    ] {
        let a = assess(&matrix, points, falls);
        for (id, expected) in columns(&format!("compind/{file}.csv")) {
            assert_near(&format!("{file} {id}"), a.scores_of(&id), &expected);
        }
    }
}

#[test]
fn what_less_is_better_of_is_normalised_on_its_own_scale() {
    let x = vec![1.0, 2.0, 4.0];
    let scores =
        |points: &str| assess(&[("i".to_owned(), x.clone())], points, |_| true).scores_of("i").to_vec();
    // COINr turns the sign first: −x / max(−x) is 1, 2, 4, so that the worst has four times as much as the best. Here the best has the most.
    assert_eq!(scores(r#"{ rule = "ratio", to = "min", reverse = true }"#), [1.0, 0.5, 0.25]);
    // A target of 2: reached from the largest value down, and exceeded by 1.
    let to_target = r#"{ rule = "linear", low = "max", high = 2, clamp = false }"#;
    assert_eq!(scores(to_target), [1.5, 1.0, 0.0]);
    // Ends swap by themselves, as COINr's do by the turned sign.
    assert_eq!(scores(r#"{ rule = "linear" }"#), [1.0, 2.0 / 3.0, 0.0]);
}

#[test]
fn equal_values_have_points() {
    // COINr makes NaN of a column without a range, and drops it from every mean above; an index where all are equally good is not missing.
    let scores =
        |points: &str| assess(&[("i".to_owned(), vec![4.0; 3])], points, |_| false).scores_of("i").to_vec();
    assert_eq!(scores(r#"{ rule = "linear" }"#), [1.0; 3]);
    assert_eq!(scores(r#"{ rule = "zscore", centre = 0.5, scale = 0.1 }"#), [0.5; 3]);
}

#[test]
fn periods_are_normalised_alone_together_or_as_frozen() {
    let text = |over: &str| {
        format!(
            "kaohe = 1\nid = \"t\"\nfull_points = 1\nvariable = [{{ id = \"x\", unit = \"1\" }}]\n[[indicator]]\nid = \"i\"\nformula = \"x\"\nunit = \"1\"\n\
             points = {{ rule = \"linear\"{over}, clamp = false }}\n"
        )
    };
    let panel = |years: &[i32], x: &[f64]| {
        let labels: Labels = years.iter().flat_map(|_| ["a", "b"]).collect();
        let periods = years.iter().flat_map(|y| [Period::year(*y).unwrap(); 2]).collect();
        Panel::builder(labels, periods).column("x", x.to_vec()).build().unwrap()
    };
    let both = panel(&[2022, 2023], &[0.0, 4.0, 2.0, 8.0]);
    let of = |over: &str| load(&text(over)).assess(&both).unwrap().scores_of("i").to_vec();
    assert_eq!(of(""), [0.0, 1.0, 0.0, 1.0]);
    assert_eq!(of(", over = \"all\""), [0.0, 0.5, 0.25, 1.0]);
    assert_eq!(of(", over = \"2022\""), [0.0, 1.0, 0.5, 2.0]);
    // Of all periods, frozen: a year that comes later is measured by the same ends.
    let scheme = load(&text(", over = \"all\""));
    let references = scheme.references(&both).unwrap();
    let later = scheme.assess_against(&references, &panel(&[2023], &[16.0, 4.0])).unwrap();
    assert_eq!(later.scores_of("i"), [2.0, 0.5]);
}
