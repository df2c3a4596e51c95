//! All analyses over 3,000 entities and 20 indicators in one pass; run with `--release -- --nocapture` to see the time.

use kaohe::analysis::{Method, To};
use kaohe::{Labels, Panel, Period, Scheme};

#[cfg(feature = "json")]
#[test]
#[expect(clippy::print_stdout, reason = "the time is what one runs it for")]
fn everything_over_a_large_panel() {
    let n = if cfg!(debug_assertions) { 100 } else { 3_000 };
    let variables: Vec<String> = (0..20)
        .map(|i| format!(r#"{{"id": "x{i}", "unit": "家"}}"#))
        .chain(["{\"id\": \"y\", \"unit\": \"家\"}".to_owned()])
        .collect();
    let indicators: Vec<String> = (0..20)
        .map(|i| {
            let points = match i % 5 {
                0 => r#"{"rule": "rank", "percentile": true}"#,
                1 => r#"{"rule": "ratio", "to": "mean", "cap": 1.5}"#,
                _ => r#"{"rule": "linear", "between": [60, 100]}"#,
            };
            format!(r#"{{"id": "i{i}", "formula": "x{i} / y", "unit": "家/万家", "points": {points}}}"#)
        })
        .collect();
    let text = format!(
        r#"{{"kaohe": 1, "id": "large", "variable": [{}], "indicator": [{}]}}"#,
        variables.join(","),
        indicators.join(",")
    );
    let scheme = Scheme::from_json(&text).unwrap();
    let names: Labels = (0..2).flat_map(|_| (0..n).map(|e| format!("e{e}"))).collect();
    let years = [2021, 2022].map(|y| Period::year(y).unwrap());
    let mut panel = Panel::builder(names, years.iter().flat_map(|y| vec![*y; n]).collect());
    // A fixed sequence that looks like data.
    let mut state = 7u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) % 9_000 + 1_000) as f64
    };
    for i in 0..20 {
        panel = panel.column(format!("x{i}"), (0..2 * n).map(|_| next()).collect::<Vec<_>>());
    }
    let panel = panel.column("y", (0..2 * n).map(|_| 100.0 * next()).collect::<Vec<_>>()).build().unwrap();
    let a = scheme.assess(&panel).unwrap();
    let clock = std::time::Instant::now();
    let gaps = a.gaps_panel(years[1], &To::Mean, None).unwrap();
    let gaps_done = clock.elapsed();
    let drivers = a.drivers_panel("i3", years[0], years[1], Method::Auto).unwrap();
    let drivers_done = clock.elapsed();
    let bridges = a.bridge_panel(years[0], years[1]).unwrap();
    println!("gaps {gaps_done:?}, then drivers {drivers_done:?}, then bridges {:?}", clock.elapsed());
    assert_eq!((gaps.len(), drivers.entities.len(), bridges.len()), (n, n, n));
    for bridge in &bridges {
        let sum: f64 = bridge.rows.iter().map(|r| r.effect).sum();
        assert!((sum - bridge.total).abs() < 1e-10);
    }
}
