//! Where no rational number can decide, `f64` does.

use serde_json::{Value, json};

use crate::{Panel, Period, Scheme};

/// Scores of `a` and `b` under a rule over `sqrt(x)`.
fn scores(points: &Value) -> Vec<f64> {
    let document = json!({"kaohe": 1, "id": "root", "variable": [{"id": "x", "unit": "1"}],
        "indicator": [{"id": "i", "formula": "sqrt(x)", "unit": "1", "points": points}]});
    let panel = Panel::builder(["a", "b"].into_iter().collect(), vec![Period::year(2022).unwrap(); 2]);
    let panel = panel.column("x", vec![1296.0, 100.0]).build().unwrap();
    Scheme::from_json(&document.to_string()).unwrap().assess(&panel).unwrap().totals().to_vec()
}

#[test]
fn a_root_at_a_threshold_is_decided_in_floats() {
    let steps = json!({"rule": "steps", "at": [[36, 100], [9, 40]]});
    assert_eq!(scores(&steps), [100.0, 40.0]);
    // So are the other parts of an indicator one of whose parts is in doubt.
    let both =
        json!({"rule": "worst_of", "of": [steps, {"rule": "steps", "at": [[0.1, 80]], "relative_to": "sd"}]});
    assert_eq!(scores(&both), [80.0, 40.0]);
    let matrix = json!({"rule": "matrix", "of": [{"rule": "steps", "at": [[36, 1]]}, {"rule": "steps", "at": [[9, 1]]}],
        "table": [[0, 50], [60, 100]]});
    assert_eq!(scores(&matrix), [100.0, 50.0]);
}
