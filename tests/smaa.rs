//! Spaces of weights: by geometry, by symmetry, and the same whatever the threads.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::robustness::{Acceptable, Smaa};
use kaohe::scheme::model::Factor;
use kaohe::{Assessment, Lang};

use crate::rank_attribution::{assessed, year};

const RUNS: u64 = 4000;

/// Standard errors of shares of the runs within which they lie, 4 of a share of a half.
fn near(share: f64, expected: f64) -> bool {
    (share - expected).abs() < 4.0 * 0.5 / (RUNS as f64).sqrt()
}

fn ask(a: &Assessment, factors: Option<&str>) -> Smaa {
    let factors = factors.map(|text| serde_json::from_str::<Vec<Factor>>(text).unwrap());
    a.smaa(year(), factors.as_deref(), RUNS, 7).unwrap()
}

fn row<'a>(found: &'a Smaa, entity: &str) -> &'a Acceptable {
    found.rows.iter().find(|row| row.entity == entity).unwrap()
}

fn central(found: &Smaa, entity: &str) -> Vec<f64> {
    let own = found.weights.iter().filter(|weight| weight.entity == entity);
    own.map(|weight| weight.weight.unwrap_or(f64::NAN)).collect()
}

/// Rounding of a few sums and quotients of numbers below 1.
const FLOATS: f64 = 1e-12;

#[test]
fn two_criteria_are_their_geometry() {
    // With x the part of the first (⅓ in the scheme): 100 x, 100 (1 − x), 60; they cross at 0.4, 0.5 and 0.6.
    let columns = [vec![100.0, 0.0, 60.0], vec![0.0, 100.0, 60.0]];
    let found = ask(&assessed(&columns, "", &["", ""]), None);
    assert_eq!(found.samples, None);
    let same = |own: &[f64], expected: &[f64]| {
        assert!(own.iter().zip(expected).all(|(a, b)| (a - b).abs() < FLOATS), "{own:?}, not {expected:?}");
    };
    same(&row(&found, "e0").acceptability, &[0.4, 0.1, 0.5]);
    same(&row(&found, "e1").acceptability, &[0.4, 0.1, 0.5]);
    same(&row(&found, "e2").acceptability, &[0.2, 0.8, 0.0]);
    same(&central(&found, "e0"), &[0.8, 0.2]);
    same(&central(&found, "e1"), &[0.2, 0.8]);
    same(&central(&found, "e2"), &[0.5, 0.5]);
    same(&[found.same_ranking, found.same_ranking_error], &[0.4, 0.0]);
    assert!(found.rows.iter().all(|row| row.confidence == Some(1.0)));
    // In the scheme's order the second weighs more: x is at most ½.
    let ordered =
        ask(&assessed(&columns, "", &["", ""]), Some(r#"[{"id": "w", "weights": {"free": "in_order"}}]"#));
    same(&row(&ordered, "e1").acceptability, &[0.8, 0.2, 0.0]);
    same(&central(&ordered, "e1"), &[0.2, 0.8]);
    assert_eq!((row(&ordered, "e0").first, row(&ordered, "e0").confidence), (0.0, None));
}

#[test]
fn draws_come_to_the_same() {
    let columns = [vec![90.0, 30.0, 60.0, 71.0, 55.0], vec![20.0, 95.0, 66.0, 50.0, 52.0]];
    for way in ["arithmetic", "geometric"] {
        let of = |round: &str| {
            let tree = format!("total = {{ aggregate = \"{way}\"{round} }}");
            ask(&assessed(&columns, &tree, &["", ""]), None)
        };
        // A rounding that decides nothing is still one that geometry does not know.
        let (exact, drawn) = (of(""), of(", round = { digits = 9 }"));
        assert_eq!((exact.samples, drawn.samples), (None, Some(RUNS)));
        for (a, b) in exact.rows.iter().zip(&drawn.rows) {
            assert!(a.acceptability.iter().zip(&b.acceptability).all(|(a, b)| near(*a, *b)), "{a:?} {b:?}");
            assert!((a.acceptability.iter().sum::<f64>() - 1.0).abs() < FLOATS);
        }
        assert!(near(exact.same_ranking, drawn.same_ranking));
    }
}

#[test]
fn three_alike_share_the_space() {
    let columns = [vec![100.0, 0.0, 0.0], vec![0.0, 100.0, 0.0], vec![0.0, 0.0, 100.0]];
    let a = assessed(&columns, "", &["", "", ""]);
    let found = ask(&a, None);
    for entity in ["e0", "e1", "e2"] {
        assert!(near(row(&found, entity).first, 1.0 / 3.0));
    }
    // The largest of three uniform weights is 11/18 on average, the others 7/36 each.
    let own = central(&found, "e1");
    assert!(near(own[1], 11.0 / 18.0) && near(own[0], 7.0 / 36.0) && near(own[2], 7.0 / 36.0));
    // The weights 1, 2, 3 give one of six orders.
    assert!(near(found.same_ranking, 1.0 / 6.0));
    let ordered = ask(&a, Some(r#"[{"id": "w", "weights": {"free": "in_order"}}]"#));
    assert_eq!((ordered.same_ranking, row(&ordered, "e2").first), (1.0, 1.0));
    let within = ask(&a, Some(r#"[{"id": "w", "weights": {"within": 0.1}}]"#));
    assert_eq!(within.same_ranking, 1.0);
    let alone = kaohe::on_one_thread(|| ask(&a, None));
    assert_eq!(alone, found);
}

#[test]
fn errors_make_confidence() {
    let columns = [vec![61.0, 60.0, 10.0], vec![60.0, 61.0, 10.0]];
    let a = assessed(&columns, "", &["", ""]);
    let factors = r#"[{"id": "w", "weights": {"free": "any"}}, {"id": "e", "error": {"variables": ["v0", "v1"], "normal": 1.0}}]"#;
    let factors = serde_json::from_str::<Vec<Factor>>(factors).unwrap();
    let found = a.smaa(year(), Some(&factors), 200, 7).unwrap();
    let confidence = row(&found, "e0").confidence.unwrap();
    assert!(confidence > 0.5 && confidence < 0.9, "{confidence}");
    assert_eq!(row(&found, "e2").confidence, None);
    let error =
        |factors: &[Factor], samples| a.smaa(year(), Some(factors), samples, 0).unwrap_err().render(Lang::En);
    assert_eq!(error(&factors[1..], 10), "no factor varies weights");
    assert!(error(&factors, 0).contains("expected 1 to"));
}
