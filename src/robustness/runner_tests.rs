//! A runner gives what the complete assessment of a point gives, whatever varies.

use proptest::prelude::*;
use serde_json::json;

use super::Model;
use crate::analysis::random_tests::{document, table};
use crate::scheme::model::Factor;

/// Sets of factors, of which one is drawn.
fn factors(which: usize) -> Vec<Factor> {
    let weights = json!({"id": "weights", "weights": {"within": 0.5}});
    let left = json!({"id": "left", "leave_out": ["*"]});
    let way = json!({"id": "way", "setting": {"at": "total.aggregate", "among": ["arithmetic", "minimum"], "keep": true}});
    let ties = json!({"id": "ties", "setting": {"at": "total.rank.ties", "among": ["average", "dense"]}});
    let error = json!({"id": "error", "error": {"variables": ["x0"], "uniform": 0.05, "relative": true}});
    let free = json!({"id": "free", "weights": {"free": "any"}});
    let all = [json!([weights]), json!([left, weights, way]), json!([free, ties]), json!([error, weights])];
    serde_json::from_value(all[which].clone()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]
    #[test]
    fn runs_are_whole_assessments(document in document(), table in table(), which in 0usize..4, seed: u64, plain: bool) {
        let document = document.given();
        let assessment = table.assess(&if plain { document.usual().bare() } else { document });
        for period in table.periods() {
            // Alternatives that this scheme does not go with are refused; so is a period in which nobody is ranked.
            let Ok(model) = Model::of(&assessment, period, &factors(which)) else { continue };
            let mut runner = model.runner();
            let mut sampled = Vec::new();
            model.runner().sample(seed, 0..4, &mut |run, outcome| {
                sampled.push((run, outcome.map(|own| [own.totals.to_vec(), own.ranks.to_vec()])));
                true
            });
            prop_assert_eq!(sampled.len(), 4);
            let mut point = vec![0.0; model.design().dimensions()];
            for run in 0..4 {
                model.design().draw(seed, run, &mut point);
                // Side by side or alone, to the bit.
                let bits = |numbers: &[f64]| -> Vec<u64> { numbers.iter().map(|x| x.to_bits()).collect() };
                let alone = runner.run(&point).map(|own| [bits(own.totals), bits(own.ranks)]);
                let many = sampled[run as usize].1.as_ref().map(|own| own.each_ref().map(|x| bits(x)));
                let many = many.as_ref().map_err(|error| *error);
                prop_assert_eq!(many, alone.as_ref(), "{}", sampled[run as usize].0);
                match (runner.run(&point), model.replay(&point)) {
                    (Ok(outcome), Ok(whole)) => {
                        for (k, row) in model.rows().iter().enumerate() {
                            let (rank, total) = (whole.ranks()[*row], whole.unrounded_totals()[*row]);
                            prop_assert!(outcome.ranks[k] == rank || (outcome.ranks[k].is_nan() && rank.is_nan()), "{} {rank}", outcome.ranks[k]);
                            let near = (outcome.totals[k] - total).abs() <= 1e-12 * total.abs().max(1.0);
                            prop_assert!(near || rank.is_nan(), "{} {total}", outcome.totals[k]);
                        }
                    }
                    (Err(own), Err(whole)) => prop_assert_eq!(own, whole),
                    (own, whole) => prop_assert!(false, "{:?} {:?}", own.err(), whole.err()),
                }
            }
        }
    }
}
