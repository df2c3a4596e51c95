//! One record at a time.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::{Panel, Period, Scheme};

const SCHEME: &str = r#"
kaohe = 1
id = "s"
variable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }]
[[indicator]]
id = "intensity"
formula = "rd / gdp"
unit = "%"
points = { rule = "linear" }
[total]
round = { digits = 2 }
"#;

#[test]
fn an_ordinary_record_is_scored_in_floats() {
    let year = Period::year(2023).unwrap();
    let panel = Panel::builder(["a", "b", "c"].into_iter().collect(), vec![year; 3])
        .column("rd", vec![1.0, 3.0, 2.0])
        .column("gdp", vec![100.0, 100.0, 100.0])
        .build()
        .unwrap();
    let scheme = Scheme::from_toml(SCHEME).unwrap();
    let references = scheme.references(&panel).unwrap();
    let scorer = scheme.scorer(&references).unwrap();
    let mut scored = scorer.scored();
    scorer.score(&[3.1, 170.0], &mut scored).unwrap();
    assert!(!scored.is_decided_exactly());
    assert_eq!((scored.total(), scored.rank_among_reference()), (41.18, Some(3)));
}
