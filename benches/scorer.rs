//! One record against references: five indicators, ten thousand others.
//!
//! `cargo bench --features toml --bench scorer`
#![allow(
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench that cannot be set up ends, and prints what it measured"
)]

use std::hint::black_box;
use std::time::Instant;

use kaohe::{Panel, Period, Scheme};

const ENTITIES: usize = 10_000;
const RECORDS: usize = 1_000_000;

fn scheme(rule: &str, total: &str) -> Scheme {
    let indicator = |i: usize| {
        let (a, b) = (format!("x{i}"), format!("x{}", (i + 1) % 6));
        format!("[[indicator]]\nid = \"i{i}\"\nformula = \"{a} / {b}\"\nunit = \"1\"\npoints = {rule}\n")
    };
    let variable = |v: usize| format!("[[variable]]\nid = \"x{v}\"\nunit = \"1\"\n");
    let variables = (0..6).map(variable).collect::<Vec<_>>().concat();
    let indicators = (0..5).map(indicator).collect::<Vec<_>>().concat();
    let text = format!("kaohe = 1\nid = \"bench\"\n{variables}{indicators}[total]\n{total}\n");
    Scheme::from_toml(&text).unwrap_or_else(|e| panic!("{e}"))
}

fn main() {
    // A generator of numbers with four digits that needs no crate.
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (1000 + (state >> 33) % 9000) as f64 / 10.0
    };
    let Some(year) = Period::year(2023) else { return };
    let names: Vec<String> = (0..ENTITIES).map(|e| format!("e{e}")).collect();
    let mut panel = Panel::builder(names.iter().collect(), vec![year; ENTITIES]);
    for v in 0..6 {
        panel = panel.column(format!("x{v}"), (0..ENTITIES).map(|_| draw()).collect::<Vec<_>>());
    }
    let Ok(panel) = panel.build() else { return };
    let cases = [
        (
            "linear, total rounded to 2 digits",
            r#"{ rule = "linear", between = [60, 100] }"#,
            "round = { digits = 2 }",
        ),
        ("zscore, total not rounded", r#"{ rule = "zscore" }"#, ""),
        (
            "rank among all, total rounded",
            r#"{ rule = "rank", percentile = true }"#,
            "round = { digits = 2 }",
        ),
    ];
    for (name, rule, total) in cases {
        let scheme = scheme(rule, total);
        let references = scheme.references(&panel).unwrap_or_else(|e| panic!("{e}"));
        let scorer = scheme.scorer(&references).unwrap_or_else(|e| panic!("{e}"));
        let mut scored = scorer.scored();
        let records: Vec<Vec<f64>> = (0..1000).map(|_| (0..6).map(|_| draw()).collect()).collect();
        let mut exactly = 0usize;
        let start = Instant::now();
        for k in 0..RECORDS {
            let done = scorer.score(black_box(&records[k % records.len()]), &mut scored);
            assert!(done.is_ok());
            exactly += usize::from(scored.is_decided_exactly());
            black_box(scored.total());
        }
        let each = start.elapsed().as_secs_f64() / RECORDS as f64;
        println!("{name}: {:.0} ns a record, {exactly} of {RECORDS} by the engine", each * 1e9);
    }
}
