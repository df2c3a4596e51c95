//! Which factor moves ranks: exact indices against definitions worked through by hand over whole assessments, sampled ones against exact and
//! closed ones.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

use kaohe::answer::{Facts, Question};
use kaohe::method::aggregation::Aggregation;
use kaohe::robustness::{Sensitivity, SensitivityMade};
use kaohe::{Assessment, Budget, DataError, Edit, Lang, Panel, Period, Scheme};
use serde_json::{Value, json};

/// Sums of a few dozen products of floats.
const ROUNDED: f64 = 1e-12;

const SCORES: [(&str, [f64; 5]); 3] = [
    ("a", [90.0, 40.0, 60.0, 75.0, 20.0]),
    ("b", [30.0, 80.0, 61.0, 55.0, 88.0]),
    ("c", [50.0, 70.0, 62.0, 20.0, 45.0]),
];

/// Five entities, whose scores are their data.
fn assessed(total: &str) -> Assessment {
    let one = |id: &str| {
        format!(
            "[[variable]]\nid = \"v{id}\"\nunit = \"1\"\n[[indicator]]\nid = \"{id}\"\nformula = \"v{id}\"\nunit = \"1\"\n\
             weight = 2\npoints = {{ rule = \"linear\", low = 0, high = 100 }}\n"
        )
    };
    let text = format!("kaohe = 1\nid = \"t\"\n{}", SCORES.map(|(id, _)| one(id)).concat());
    let scheme = Scheme::from_toml(&format!("{text}[total]\n{total}\n")).unwrap();
    let names = ["甲", "乙", "丙", "丁", "戊"].into_iter().collect();
    let mut panel = Panel::builder(names, vec![Period::year(2023).unwrap(); 5]);
    for (id, scores) in SCORES {
        panel = panel.column(format!("v{id}"), scores.to_vec());
    }
    scheme.assess(&panel.build().unwrap()).unwrap()
}

fn ask(of: &Assessment, question: Value) -> Result<Sensitivity, DataError> {
    let question: Question = serde_json::from_value(question).unwrap();
    match of.ask(&question)?.facts {
        Facts::Sensitivity(found) => Ok(found),
        other => panic!("{other:?}"),
    }
}

fn discrete() -> Value {
    json!([
        { "id": "weights", "weights": { "among": [{ "a": 1 }, { "a": 4 }, { "b": 5, "c": 1 }] } },
        { "id": "mean", "setting": { "at": "total.aggregate", "among": ["arithmetic", "geometric"], "chances": [0.75, 0.25] } },
        { "id": "without", "leave_out": ["a", "c"] },
    ])
}

/// Ranks of every combination, made by edits: chance, alternatives, ranks.
fn by_hand(of: &Assessment) -> Vec<(f64, [usize; 3], Vec<f64>)> {
    let weight = |node: &str, weight: f64| Edit::Weight { node: node.into(), weight };
    let sets = [vec![weight("a", 1.0)], vec![weight("a", 4.0)], vec![weight("b", 5.0), weight("c", 1.0)]];
    let means = [(Aggregation::Arithmetic, 0.75), (Aggregation::Geometric, 0.25)];
    let without = [None, Some("a"), Some("c")];
    let mut all = Vec::new();
    for (s, set) in sets.iter().enumerate() {
        for (m, (mean, chance)) in means.iter().enumerate() {
            for (w, left) in without.iter().enumerate() {
                let mut edits = set.clone();
                edits.push(Edit::Aggregate { node: "total".into(), aggregate: *mean });
                edits.extend(left.map(|left| weight(left, 0.0)));
                let ranks = of.edit(&edits).unwrap().ranks().to_vec();
                all.push((chance / 9.0, [s, m, w], ranks));
            }
        }
    }
    all
}

/// The share of the variance that some factors explain.
fn explained(all: &[(f64, [usize; 3], Vec<f64>)], y: &dyn Fn(&[f64]) -> f64, given: &[usize]) -> f64 {
    let mean: f64 = all.iter().map(|(p, _, ranks)| p * y(ranks)).sum();
    let variance = |given: &[usize]| -> f64 {
        all.iter()
            .map(|(p, at, _)| {
                let same = all.iter().filter(|(_, other, _)| given.iter().all(|f| other[*f] == at[*f]));
                let (chance, sum) = same.fold((0.0, 0.0), |(c, s), (p, _, ranks)| (c + p, s + p * y(ranks)));
                p * (sum / chance - mean) * (sum / chance - mean)
            })
            .sum()
    };
    variance(given) / variance(&[0, 1, 2])
}

#[test]
fn exact_indices_are_what_all_combinations_give() {
    let nominal = assessed("aggregate = \"arithmetic\"");
    let all = by_hand(&nominal);
    let ranks = nominal.ranks().to_vec();
    let shift = |now: &[f64]| now.iter().zip(&ranks).map(|(a, b)| (a - b).abs()).sum::<f64>() / 5.0;
    let of_one = |now: &[f64]| now[2];
    for (entity, y) in [(None, &shift as &dyn Fn(&[f64]) -> f64), (Some("丙"), &of_one)] {
        let found =
            ask(&nominal, json!({ "ask": "sensitivity", "entity": entity, "factors": discrete() })).unwrap();
        assert_eq!(found.made, SensitivityMade::Exact { combinations: 18 });
        let mean: f64 = all.iter().map(|(p, _, ranks)| p * y(ranks)).sum();
        assert!((found.mean - mean).abs() < ROUNDED, "{} {mean}", found.mean);
        for (k, row) in found.rows.iter().enumerate() {
            let others: Vec<usize> = (0..3).filter(|other| *other != k).collect();
            let of = |given: &[usize]| explained(&all, y, given);
            let (first, total) = (of(&[k]), 1.0 - of(&others));
            let [i, j] = [others[0], others[1]];
            let shapley = (2.0 * first + of(&[k, i]) - of(&[i]) + of(&[k, j]) - of(&[j]) + 2.0 * total) / 6.0;
            for (own, expected) in [(row.first, first), (row.total, total), (row.shapley, shapley)] {
                assert!((own.unwrap() - expected).abs() < 1e-10, "{row:?} {first} {total} {shapley}");
            }
            assert_eq!((row.first_low, row.total_high), (row.first, row.total), "nothing is sampled");
        }
        for own in &found.ranks {
            let at = ["甲", "乙", "丙", "丁", "戊"].iter().position(|name| *name == own.entity).unwrap();
            let chance: f64 = all.iter().filter(|(.., r)| Some(r[at]) == own.rank).map(|(p, ..)| p).sum();
            assert!((own.chance - chance).abs() < ROUNDED, "{own:?} {chance}");
        }
        let whole: f64 = found.ranks.iter().map(|own| own.chance).sum();
        assert!((whole - 5.0).abs() < ROUNDED);
    }
}

#[test]
fn sampled_indices_are_near_exact_ones() {
    let nominal = assessed("aggregate = \"arithmetic\"");
    let exact = ask(&nominal, json!({ "ask": "sensitivity", "factors": discrete() })).unwrap();
    let how = json!({ "method": "sampled", "samples": 256, "seed": 3, "level": 0.999, "resamples": 200 });
    let sampled = ask(&nominal, json!({ "ask": "sensitivity", "factors": discrete(), "how": how })).unwrap();
    for (own, exact) in sampled.rows.iter().zip(&exact.rows) {
        let is_in = |x: Option<f64>, low: Option<f64>, high: Option<f64>| x >= low && x <= high;
        assert!(is_in(exact.first, own.first_low, own.first_high), "{own:?} {exact:?}");
        assert!(is_in(exact.total, own.total_low, own.total_high), "{own:?} {exact:?}");
        // The interval of a total index is about as wide.
        assert!((own.shapley.unwrap() - exact.shapley.unwrap()).abs() < 0.1, "{own:?} {exact:?}");
    }
    assert!((sampled.mean - exact.mean).abs() < 0.05 * exact.deviation);
    assert!((sampled.deviation - exact.deviation).abs() < 0.05 * exact.deviation);
}

#[test]
fn a_seed_gives_the_same_bytes_whatever_the_threads() {
    let nominal = assessed("aggregate = \"arithmetic\"");
    let of = |seed: u64| {
        let how = json!({ "method": "sampled", "samples": 64, "resamples": 50, "seed": seed });
        ask(&nominal, json!({ "ask": "sensitivity", "factors": discrete(), "how": how })).unwrap()
    };
    let first = of(0);
    assert_eq!(first, kaohe::on_one_thread(|| of(0)));
    assert_ne!(first.rows, of(1).rows);
}

/// A total that is a sum of weights times scores has first-order indices in proportion to (weight · score)².
#[test]
fn weights_of_a_sum_matter_as_their_points() {
    let nominal = assessed("aggregate = \"sum\"");
    let how = json!({ "output": "total", "samples": 256, "level": 0.999, "resamples": 400 });
    // Without factors, every weight is one.
    let found = ask(&nominal, json!({ "ask": "sensitivity", "entity": "丁", "how": how })).unwrap();
    let squares = SCORES.map(|(_, scores)| scores[3] * scores[3]);
    assert_eq!(found.rows.iter().map(|row| row.factor.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    for (row, square) in found.rows.iter().zip(squares) {
        let expected = square / squares.iter().sum::<f64>();
        assert!(row.first_low <= Some(expected) && Some(expected) <= row.first_high, "{row:?} {expected}");
        assert!(row.total_low <= Some(expected) && Some(expected) <= row.total_high, "{row:?} {expected}");
        assert!((row.shapley.unwrap() - expected).abs() < 0.03, "{row:?} {expected}");
    }
    // Each weight 2 ± 25 % is uniform: variance (2 · 0.5)² / 12 · score².
    let deviation = (squares.iter().sum::<f64>() / 12.0).sqrt();
    assert!((found.deviation / deviation - 1.0).abs() < 0.01, "{} {deviation}", found.deviation);
    assert!((found.nominal - 300.0).abs() < ROUNDED && (found.mean - 300.0).abs() < 0.02 * deviation);
    // One factor of all weights has no others to interact with.
    let how = json!({ "output": "total", "samples": 64, "split": false });
    let whole = ask(&nominal, json!({ "ask": "sensitivity", "entity": "丁", "how": how })).unwrap();
    let [row] = &whole.rows[..] else { panic!("{whole:?}") };
    assert_eq!((row.factor.as_str(), row.shapley), ("weights", Some(1.0)));
}

#[test]
fn what_changes_nothing_has_no_indices() {
    let nominal = assessed("aggregate = \"arithmetic\"");
    let factors = json!([{ "id": "same", "weights": { "among": [{ "a": 2 }, { "a": 2 }] } }]);
    let question: Question =
        serde_json::from_value(json!({ "ask": "sensitivity", "factors": factors })).unwrap();
    let answer = nominal.ask(&question).unwrap();
    let Facts::Sensitivity(found) = &answer.facts else { panic!("{answer:?}") };
    assert_eq!((found.rows[0].first, found.rows[0].total_low, found.deviation), (None, None, 0.0));
    assert!(answer.to_text(Lang::En).starts_with("These factors change nothing in 2023."));
}

#[test]
fn a_run_that_fails_is_named() {
    let nominal = assessed("aggregate = \"arithmetic\"");
    // With its scores from 45 on, an entity has a score below 0, of which there is no geometric mean.
    let factors = json!([
        { "id": "low", "setting": { "at": "indicator.c.points.low", "among": [0, 45] } },
        { "id": "mean", "setting": { "at": "total.aggregate", "among": ["arithmetic", "geometric"] } },
    ]);
    let error = ask(&nominal, json!({ "ask": "sensitivity", "factors": factors })).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains(
            "1 of 4 combinations cannot be computed; the first takes the alternatives low 2, mean 2"
        ),
        "{text}"
    );
    let how = json!({ "method": "sampled", "samples": 64, "seed": 1 });
    let found = ask(&nominal, json!({ "ask": "sensitivity", "factors": factors, "how": how })).unwrap();
    let SensitivityMade::Sampled { failed, samples: 64, .. } = &found.made else {
        panic!("{:?}", found.made)
    };
    let [failed] = &failed[..] else { panic!("{failed:?}") };
    assert!(failed.count > 20 && failed.count < 64);
    assert_eq!(failed.finding.code, error.findings()[1].code);
}

#[test]
fn bad_questions_are_refused_with_everything_wrong() {
    let nominal = assessed("aggregate = \"arithmetic\"");
    let messages = |question: Value| -> Vec<String> {
        let error = ask(&nominal, question).unwrap_err();
        error.findings().iter().map(|finding| finding.message(Lang::En)).collect()
    };
    let how = json!({ "samples": 1, "level": 1.0, "resamples": 1, "method": "exact" });
    assert_eq!(
        messages(json!({ "ask": "sensitivity", "how": how })),
        [
            "1 rows; expected 2 to 1048576",
            "the level is 1; expected a number between 0 and 1",
            "1 resamples; expected 0 (no intervals) or 2 to 100000",
            "factor weights varies continuously, so that not all combinations can be computed; use sampled",
        ]
    );
    let among: Vec<Value> = (1..60).map(|w| json!({ "a": w })).collect();
    let sets = |id: &str| json!({ "id": id, "weights": { "among": among } });
    let factors = json!([sets("x"), { "id": "y", "leave_out": ["*"] }]);
    let found = ask(&nominal, json!({ "ask": "sensitivity", "factors": factors })).unwrap();
    assert_eq!(found.made, SensitivityMade::Exact { combinations: 59 * 4 });
    assert_eq!(messages(json!({ "ask": "sensitivity", "entity": "己" })).len(), 1);
    let bad = json!([{ "id": "x", "leave_out": ["nobody"] }]);
    assert_eq!(messages(json!({ "ask": "sensitivity", "factors": bad })).len(), 1);
}

#[test]
fn a_limit_ends_the_runs() {
    let nominal = assessed("aggregate = \"arithmetic\"");
    for method in ["exact", "sampled"] {
        let how = json!({ "method": method, "samples": 1 << 16 });
        let question = json!({ "ask": "sensitivity", "factors": discrete(), "how": how });
        let ended = Budget::new().cells(60).run(|| ask(&nominal, question)).unwrap_err();
        assert_eq!(ended.findings()[0].code, "budget_cells");
    }
}
