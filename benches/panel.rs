//! The panel work of the bench against the peers, inside the crate: 8 raw columns, 5 ratio indicators, min–max points
//! 60–100 within the period, weighted total, competition rank.
//!
//! `cargo bench --features toml,rayon --bench panel -- [entities] [periods]`
#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::cast_possible_wrap,
    reason = "a benchmark prints what it measured, stops where it cannot, and counts far below 2^31"
)]

use std::time::Instant;

use kaohe::{Labels, Panel, Period, Scheme};

const SCHEME: &str = include_str!("panel.toml");

fn column(seed: u64, n: usize, low: f64, high: f64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..n).map(|_| ((low + (high - low) * next()) * 100.0).round() / 100.0).collect()
}

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let entities = numbers.first().copied().unwrap_or(1_000_000);
    let periods = numbers.get(1).copied().unwrap_or(10);
    let n = entities * periods;
    let names: Vec<i64> = (0..n).map(|i| (i % entities) as i64).collect();
    let years: Vec<Period> = (0..n).filter_map(|i| Period::year(2000 + (i / entities) as i32)).collect();
    let ranges = [
        (50.0, 100.0),
        (500.0, 9000.0),
        (5.0, 90.0),
        (5.0, 80.0),
        (500.0, 5000.0),
        (1e4, 9e6),
        (10.0, 900.0),
        (1e4, 9e5),
    ];
    let ids = ["st_index", "gdp", "rd", "fiscal_st", "budget", "contracts", "hitech", "enterprises"];
    let columns: Vec<Vec<f64>> =
        ranges.iter().enumerate().map(|(k, (a, b))| column(k as u64 + 1, n, *a, *b)).collect();
    let plain = SCHEME.replace("round = { digits = 2 }\n", "");
    for (name, text) in [("plain", plain.as_str()), ("rounded", SCHEME)] {
        let scheme = Scheme::from_toml(text).unwrap_or_else(|e| panic!("{e}"));
        let panel = {
            let mut builder = Panel::builder(Labels::codes(names.clone()), years.clone());
            for (id, column) in ids.iter().zip(&columns) {
                builder = builder.column(*id, column.clone());
            }
            let start = Instant::now();
            let panel = builder.build().unwrap_or_else(|e| panic!("{e:?}"));
            println!("build panel {:.3} s", start.elapsed().as_secs_f64());
            panel
        };
        for _ in 0..3 {
            let start = Instant::now();
            let result = scheme.assess(&panel).unwrap_or_else(|e| panic!("{e}"));
            let seconds = start.elapsed().as_secs_f64();
            println!("{name}: {n} rows, {seconds:.3} s, exact cells {}", result.exact_cells());
        }
    }
}
