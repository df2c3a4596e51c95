//! Computed weights and aggregations over a set, against pymcdm, scikit-criteria and pyrepo-mcda on the same matrix.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]
#![allow(clippy::format_push_string, reason = "schemes are put together line by line")]

use std::collections::HashMap;

use kaohe::{Assessment, Labels, Lang, Panel, Period, Scheme};

use crate::support::oracle::{self, Row};

/// What the other programs' sums in floats may be off by, relatively.
const FLOATS: f64 = 1e-12;

/// How a criterion is scored, more is better or as it is; `COST` is what a cost is scored by.
const AS_IS: &str = "x";
const TURNED: &str = "-x";
const RECIPROCAL: &str = "1 / x";

/// A scheme over the criteria of the matrix, benefits scored as they are and costs by a formula.
fn scheme(cost: &str, total: &str, weights: &HashMap<String, f64>) -> Scheme {
    let mut text = format!("kaohe = 1\nid = \"t\"\nfull_points = 1\n[total]\n{total}\n");
    for Row { name, numbers } in oracle::rows("mcdm/types.csv") {
        let (direction, formula) = if numbers[0] < 0.0 { ("negative", cost) } else { ("positive", AS_IS) };
        let weight = weights.get(&name).copied().unwrap_or(1.0);
        text.extend([format!(
            "[[variable]]\nid = \"{name}\"\nunit = \"1\"\n[[indicator]]\nid = \"i_{name}\"\nformula = \"{name}\"\nunit = \"1\"\n\
             direction = \"{direction}\"\nweight = {weight}\npoints = {{ rule = \"formula\", formula = \"{formula}\" }}\n"
        )]);
    }
    Scheme::from_toml(&text).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

fn panel() -> Panel {
    let (criteria, rows) = oracle::table("mcdm/matrix.csv");
    let names: Labels = rows.iter().map(|row| row.name.as_str()).collect();
    let mut panel = Panel::builder(names, vec![Period::year(2023).unwrap(); rows.len()]);
    for (k, id) in criteria.iter().enumerate() {
        panel = panel.column(id, rows.iter().map(|row| row.numbers[k]).collect::<Vec<f64>>());
    }
    panel.build().unwrap()
}

fn assess(cost: &str, total: &str) -> Assessment {
    scheme(cost, total, &HashMap::new()).assess(&panel()).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

/// Weights to more digits than a float of them has that were summed in another order.
fn weights(cost: &str, method: &str) -> Vec<f64> {
    let total = format!("weights = {method}\nweights_round = {{ digits = 15 }}");
    assess(cost, &total).weights().iter().map(|own| own.weight).collect()
}

#[test]
fn the_weights_are_those_of_three_libraries() {
    let critic = r#"{ method = "critic", undirected = true }"#;
    let idocriw = r#"{ method = "idocriw", undirected = true }"#;
    let plain = |name: &'static str| (AS_IS, format!("\"{name}\""));
    let of = |name: &str| match name.split_once('.').unwrap() {
        (_, "equal") => plain("equal"),
        (_, "entropy") => plain("entropy"),
        (_, "standard_deviation" | "std") => plain("standard_deviation"),
        (_, "variance" | "stat_var") => plain("variance"),
        (_, "gini") => plain("gini"),
        (_, "coeff_var") => plain("coefficient_of_variation"),
        (_, "merec") => (RECIPROCAL, "\"merec\"".to_owned()),
        (_, "cilos") => (RECIPROCAL, "\"cilos\"".to_owned()),
        (_, "idocriw") => (RECIPROCAL, idocriw.to_owned()),
        (_, "lopcow") => (TURNED, "\"lopcow\"".to_owned()),
        // Of pymcdm and pyrepo-mcda the columns are compared as they are; scikit-criteria turns costs, as is right.
        (_, "critic") => (TURNED, critic.to_owned()),
        ("skc", "critic_pearson_scaled") => (TURNED, "\"critic\"".to_owned()),
        // pyrepo-mcda turns costs.
        ("pymcdm", "angle") => plain("angle"),
        ("pyrepo", "angle") => (RECIPROCAL, "\"angle\"".to_owned()),
        // Correlations of ranks: not offered.
        ("skc", "critic_spearman_scaled") => (AS_IS, String::new()),
        _ => panic!("{name} is compared with nothing"),
    };
    let mut compared = 0;
    for Row { name, numbers } in oracle::rows("mcdm/weights.csv") {
        let (cost, method) = of(&name);
        if method.is_empty() {
            continue;
        }
        oracle::assert_close(&name, &weights(cost, &method), &numbers, FLOATS);
        compared += 1;
    }
    assert_eq!(compared, 28);
}

#[test]
fn components_and_factors_are_those_of_numpy() {
    // numpy.linalg.eigh of numpy.corrcoef of the matrix; varimax by singular values, another algorithm than ours.
    const ROTATED: f64 = 1e-10;
    for (method, expected, tolerance) in [
        (
            r#""pca""#,
            [
                0.034_502_362_580_656,
                0.009_001_765_107_4,
                0.225_903_731_967_918,
                0.000_009_793_177_288,
                0.061_481_049_624_086,
                0.266_813_468_471_341,
                0.000_018_665_984_239,
                0.402_269_163_087_073,
            ],
            SMALL_LOADINGS,
        ),
        (
            r#"{ method = "pca", by = "absolute" }"#,
            [
                0.085_910_598_841_468,
                0.043_881_975_136_617,
                0.219_828_517_815_629,
                0.001_447_385_232_491,
                0.114_681_394_586_089,
                0.238_905_530_327_366,
                0.001_998_240_589_102,
                0.293_346_357_471_238,
            ],
            SMALL_LOADINGS,
        ),
        // Four eigenvalues are above 1.
        (
            r#""factor""#,
            [
                0.131_501_515_407_712,
                0.140_884_597_334_317,
                0.121_791_881_660_543,
                0.131_435_783_751_683,
                0.099_883_739_962_739,
                0.112_304_226_899_033,
                0.117_110_426_040_302,
                0.145_087_828_943_67,
            ],
            ROTATED,
        ),
        (
            r#"{ method = "factor", factors = 2 }"#,
            [
                0.137_258_456_554_759,
                0.081_445_871_792_694,
                0.116_834_298_541_471,
                0.061_882_190_785_894,
                0.037_094_543_077_452,
                0.177_697_639_567_432,
                0.151_169_881_916_299,
                0.236_617_117_763_998,
            ],
            ROTATED,
        ),
    ] {
        for (k, (found, right)) in weights(AS_IS, method).iter().zip(expected).enumerate() {
            assert!((found - right).abs() <= tolerance, "{method} {k}: {found}, {right}");
        }
    }
}

/// Correlation of two lists.
fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let centred = |x: &[f64]| {
        let mean = x.iter().sum::<f64>() / n;
        x.iter().map(|x| x - mean).collect::<Vec<f64>>()
    };
    let product = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let (x, y) = (centred(x), centred(y));
    product(&x, &y) / (product(&x, &x) * product(&y, &y)).sqrt()
}

/// The matrix by criterion, and its mean under some weights.
fn columns_and_mean(weights: &[f64]) -> (Vec<Vec<f64>>, Vec<f64>) {
    let (_, rows) = oracle::table("mcdm/matrix.csv");
    let columns = (0..8).map(|k| rows.iter().map(|row| row.numbers[k]).collect()).collect();
    let mean = rows.iter().map(|row| row.numbers.iter().zip(weights).map(|(x, w)| x * w).sum()).collect();
    (columns, mean)
}

/// Weights balanced for importances of eight criteria.
fn balanced(by: &str, meant: &[f64; 8]) -> Vec<f64> {
    let meant: Vec<String> = meant.iter().enumerate().map(|(k, t)| format!("i_C{} = {t}", k + 1)).collect();
    weights(
        AS_IS,
        &format!("{{ method = \"balanced\", by = \"{by}\", importances = {{ {} }} }}", meant.join(", ")),
    )
}

fn shares(parts: &[f64]) -> Vec<f64> {
    let whole: f64 = parts.iter().sum();
    parts.iter().map(|part| part / whole).collect()
}

/// Importances that are reached: correlations, or the variance explained, over their sum.
fn reached(by: &str, weights: &[f64]) -> Vec<f64> {
    let (columns, mean) = columns_and_mean(weights);
    let of = |column: &Vec<f64>| {
        if by == "pearson" { correlation(column, &mean) } else { explained(column, &mean) }
    };
    shares(&columns.iter().map(of).collect::<Vec<f64>>())
}

#[test]
fn members_are_as_important_as_they_are_meant_to_be() {
    // Thirteen decimals of a weight, by criteria of which one is thousands of times the other.
    const REACHED: f64 = 1e-8;
    // What some weights reach can be reached.
    let spread = weights(AS_IS, r#""standard_deviation""#);
    let inverse: Vec<f64> = spread.iter().map(|s| 1.0 / s).collect();
    for (by, meant) in [
        ("pearson", [10.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 10.0]),
        ("pearson", [2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]),
        ("first_order", reached("first_order", &inverse).try_into().unwrap()),
    ] {
        let found = balanced(by, &meant);
        assert!(found.iter().all(|w| *w > 0.0), "{by} {found:?}");
        for (k, (reached, meant)) in reached(by, &found).iter().zip(shares(&meant)).enumerate() {
            assert!((reached - meant).abs() < REACHED, "{by} {k}: {reached}, {meant}");
        }
    }
}

#[test]
fn what_cannot_be_as_important_has_the_nearest_weights() {
    // One criterion is as important as the others already without a weight; no other weights are nearer.
    for by in ["pearson", "first_order"] {
        let meant = [1.0; 8];
        let found = balanced(by, &meant);
        assert!(found.contains(&0.0) && found.iter().all(|w| *w >= 0.0), "{by} {found:?}");
        let apart = |weights: &[f64]| {
            reached(by, weights).iter().zip(shares(&meant)).map(|(r, t)| (r - t) * (r - t)).sum::<f64>()
        };
        let least = apart(&found);
        for k in 0..8 {
            for step in [0.01, 0.001, -0.01] {
                let mut other = found.clone();
                other[k] = (other[k] + step * other[k].max(1e-3)).max(0.0);
                // What the search for the second kind leaves.
                assert!(apart(&other) >= least - 1e-9, "{by} {k} {step}");
            }
        }
    }
}

/// The part of the variance of `y` that a cubic polynomial of `x` explains, by its normal equations.
fn explained(x: &[f64], y: &[f64]) -> f64 {
    let [middle, size] =
        [x.iter().sum::<f64>() / x.len() as f64, x.iter().fold(0.0, |m: f64, x| m.max(x.abs()))];
    let powers = |x: f64| [1.0, x, x * x, x * x * x];
    let rows: Vec<[f64; 4]> = x.iter().map(|x| powers((x - middle) / size)).collect();
    let mut system = [[0.0; 5]; 4];
    for (row, y) in rows.iter().zip(y) {
        for i in 0..4 {
            (0..4).for_each(|j| system[i][j] += row[i] * row[j]);
            system[i][4] += row[i] * y;
        }
    }
    for k in 0..4 {
        let own = system[k].map(|x| x / system[k][k]);
        system[k] = own;
        for i in (0..4).filter(|i| *i != k) {
            let factor = system[i][k];
            (0..5).for_each(|j| system[i][j] -= factor * own[j]);
        }
    }
    let fitted: Vec<f64> = rows.iter().map(|row| (0..4).map(|k| system[k][4] * row[k]).sum()).collect();
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let variance = |of: &[f64]| of.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>();
    variance(&fitted) / variance(y)
}

/// Thirteen decimals, and what two eigensolvers differ by.
const SMALL_LOADINGS: f64 = 1e-12;

#[test]
fn critic_of_five_phones_directed_and_not() {
    // A textbook's five phones: price (less is better), memory, camera, looks. What agreement of price and quality is worth is the difference.
    let phones = [
        [250.0, 16.0, 12.0, 5.0],
        [200.0, 16.0, 8.0, 3.0],
        [300.0, 32.0, 16.0, 4.0],
        [275.0, 32.0, 8.0, 4.0],
        [225.0, 16.0, 16.0, 2.0],
    ];
    let year = Period::year(2023).unwrap();
    let mut panel = Panel::builder(["a", "b", "c", "d", "e"].into_iter().collect(), vec![year; 5]);
    for k in 0..4 {
        panel = panel.column(format!("v{k}"), phones.map(|row| row[k]).to_vec());
    }
    let panel = panel.build().unwrap();
    for (method, expected) in [
        (r#"{ method = "critic", undirected = true }"#, [0.1302, 0.2590, 0.3785, 0.2323]),
        (r#""critic""#, [0.2716, 0.2817, 0.2564, 0.1904]),
    ] {
        let mut text =
            format!("kaohe = 1\nid = \"t\"\n[total]\nweights = {method}\nweights_round = {{ digits = 4 }}\n");
        for k in 0..4 {
            let direction = if k == 0 { "negative" } else { "positive" };
            text.extend([format!(
                "[[variable]]\nid = \"v{k}\"\nunit = \"1\"\n[[indicator]]\nid = \"i{k}\"\nformula = \"v{k}\"\nunit = \"1\"\n\
                 direction = \"{direction}\"\npoints = {{ rule = \"linear\" }}\n"
            )]);
        }
        let result = Scheme::from_toml(&text).unwrap().assess(&panel).unwrap();
        let found: Vec<f64> = result.weights().iter().map(|own| own.weight).collect();
        assert_eq!(found, expected, "{method}");
    }
}

/// The weights of a set by criterion.
fn weight_set(name: &str) -> HashMap<String, f64> {
    let (criteria, rows) = oracle::table("mcdm/weight_sets.csv");
    let set = rows.into_iter().find(|row| row.name == name).unwrap();
    criteria.into_iter().zip(set.numbers).collect()
}

/// What is compared of a method, and what the other program's number is of our part of the full mark.
type Compared = (&'static str, &'static str, fn(f64) -> f64);

/// Of VIKOR less is better.
const REST: fn(f64) -> f64 = |part| 1.0 - part;
/// Flows go from −1 to 1.
const FLOW: fn(f64) -> f64 = |part| 2.0 * part - 1.0;

fn method(name: &str) -> Option<Compared> {
    Some(match name {
        "VIKOR_v0.5" | "VIKOR.q_k" | "VIKOR_compromise.q_k" => (TURNED, "{ vikor = 0.5 }", REST),
        "VIKOR_v0.25" | "VIKOR.25.q_k" => (TURNED, "{ vikor = 0.25 }", REST),
        "PROMETHEE_II_usual" => (TURNED, "\"promethee\"", FLOW),
        _ => return None,
    })
}

#[test]
fn the_scores_are_those_of_pymcdm_and_scikit_criteria() {
    // Flows are sums of weights that cancel.
    const CANCELLED: f64 = 1e-14;
    let mut compared = 0;
    for file in ["mcdm/pymcdm_scores.csv", "mcdm/skcriteria_scores.csv"] {
        for Row { name, numbers } in oracle::rows(file) {
            let (way, set) = name.split_once('|').unwrap();
            let Some((cost, aggregate, of)) = method(way) else { continue };
            let result =
                scheme(cost, &format!("aggregate = {aggregate}"), &weight_set(set)).assess(&panel()).unwrap();
            for (row, (part, right)) in result.totals().iter().zip(&numbers).enumerate() {
                let found = of(*part);
                assert!(
                    (found - right).abs() <= FLOATS * right.abs() + CANCELLED,
                    "{name} {row}: {found}, {right}"
                );
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 18);
    for Row { name, numbers } in oracle::rows("mcdm/pymcdm_ranks.csv") {
        let (way, set) = name.split_once('|').unwrap();
        let Some((cost, aggregate, _)) = method(way) else { continue };
        let total = format!("aggregate = {aggregate}\nrank = {{ ties = \"average\", on = \"exact\" }}");
        let result = scheme(cost, &total, &weight_set(set)).assess(&panel()).unwrap();
        // Decimal weights that cancel are a tie here; in floats one of two may be ahead by the last bit.
        let split = if way == "PROMETHEE_II_usual" { 0.5 } else { 0.0 };
        for (row, (found, right)) in result.ranks().iter().zip(&numbers).enumerate() {
            assert!((found - right).abs() <= split, "{name} {row}: {found}, {right}");
        }
    }
}

#[test]
fn waspas_is_that_of_pymcdm() {
    // Over the largest of a benefit, the smallest over a cost: rules that make these scores stand in the panel.
    let (criteria, rows) = oracle::table("mcdm/matrix.csv");
    let types = oracle::rows("mcdm/types.csv");
    let names: Labels = rows.iter().map(|row| row.name.as_str()).collect();
    let mut panel = Panel::builder(names, vec![Period::year(2023).unwrap(); rows.len()]);
    for (k, id) in criteria.iter().enumerate() {
        let column: Vec<f64> = rows.iter().map(|row| row.numbers[k]).collect();
        let (low, high) = (
            column.iter().copied().fold(f64::INFINITY, f64::min),
            column.iter().copied().fold(0.0, f64::max),
        );
        let scored = column.iter().map(|x| if types[k].numbers[0] < 0.0 { low / x } else { x / high });
        panel = panel.column(id, scored.collect::<Vec<f64>>());
    }
    let panel = panel.build().unwrap();
    let mut compared = 0;
    for Row { name, numbers } in oracle::rows("mcdm/pymcdm_scores.csv") {
        let Some(("WASPAS", set)) = name.split_once('|') else { continue };
        let result = scheme(AS_IS, "aggregate = { waspas = 0.5 }", &weight_set(set)).assess(&panel).unwrap();
        oracle::assert_close(&name, result.totals(), &numbers, FLOATS);
        compared += 1;
    }
    assert_eq!(compared, 3);
}
