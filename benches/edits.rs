//! Edits and searches over them: 31 provinces × 3 years with the built-in scheme, and made-up panels of a thousand to a million rows.
//!
//! `cargo bench --features toml --bench edits`
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench that cannot be set up ends, and prints what it measured"
)]

use std::hint::black_box;
use std::time::Instant;

use kaohe::planning::{Asked, Change, Goal, Lever};
use kaohe::{Budget, Edit, Panel, Period, Scheme};

/// Prints the best of several runs, and the work of one.
fn time<T>(name: &str, runs: usize, run: impl Fn() -> T) {
    let best = (0..runs).map(|_| {
        let start = Instant::now();
        black_box(run());
        start.elapsed().as_secs_f64()
    });
    let best = best.fold(f64::INFINITY, f64::min);
    let budget = Budget::new();
    budget.run(|| black_box(run())).unwrap();
    let work = budget.work();
    println!("{name:<34} {:>10.3} ms  {:>12} cells  {:>8} exact", best * 1e3, work.cells, work.exact_cells);
}

fn provinces() {
    let text = include_str!("../python/kaohe/datasets/china-provinces.csv");
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let years: Vec<Period> = rows.iter().map(|row| Period::parse(row[1]).unwrap()).collect();
    let mut panel = Panel::builder(rows.iter().map(|row| row[0]).collect(), years);
    for (k, name) in head.iter().enumerate().skip(2) {
        let column: Vec<f64> = rows.iter().map(|row| row[k].parse().unwrap_or(f64::NAN)).collect();
        panel = panel.column(*name, column);
    }
    let panel = panel.build().unwrap();
    let scheme = Scheme::builtin("strong-science-provinces").unwrap();
    let result = scheme.assess(&panel).unwrap();
    let year = Period::year(2022).unwrap();
    let change =
        Change { entity: "甘肃".into(), period: "2022".into(), variable: "hitech".into(), value: 2000.0 };
    let lever =
        |(variable, cost): (&str, f64)| Lever { variable: variable.into(), cost, lower: None, upper: None };
    let levers = [("rd", 1.0), ("hitech", 0.02)].map(lever);
    time("assess, 31 × 3", 50, || scheme.assess(&panel).unwrap());
    time("what_if, one cell", 200, || result.what_if(std::slice::from_ref(&change)).unwrap());
    time("needed, rank 18", 20, || {
        result.needed(&Asked::new("甘肃", year, "hitech_density", Goal::Rank(18))).unwrap()
    });
    time("next_points", 10, || result.next_points("甘肃", year, 1.0).unwrap());
    time("cheapest, rank 18", 10, || result.cheapest("甘肃", year, &Goal::Rank(18), &levers).unwrap());
    time("marginal_panel, 31 × 7", 10, || result.marginal_panel(year).unwrap());
}

fn scheme(indicators: usize) -> Scheme {
    let variable = |i: usize| format!("[[variable]]\nid = \"v{i}\"\nunit = \"家\"\n");
    let indicator = |i: usize| {
        let rule = "{ rule = \"linear\", between = [60, 100] }";
        format!(
            "[[indicator]]\nid = \"i{i}\"\nformula = \"v{i}\"\nunit = \"家\"\nweight = {}\npoints = {rule}\n",
            1 + i % 3
        )
    };
    let parts =
        (0..indicators).map(variable).chain((0..indicators).map(indicator)).collect::<Vec<_>>().concat();
    Scheme::from_toml(&format!("kaohe = 1\nid = \"bench\"\n{parts}[total]\nround = {{ digits = 2 }}\n"))
        .unwrap()
}

fn panel(entities: usize, variables: usize) -> Panel {
    let names: Vec<String> = (0..entities).map(|i| format!("e{i}")).collect();
    let year = Period::year(2022).unwrap();
    let mut panel = Panel::builder(names.iter().map(String::as_str).collect(), vec![year; entities]);
    let mut state = 12_345u64;
    for i in 0..variables {
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % 100_000) as f64 / 10.0
        };
        let column: Vec<f64> = (0..entities).map(|_| next()).collect();
        panel = panel.column(format!("v{i}"), column);
    }
    panel.build().unwrap()
}

fn made_up() {
    let year = Period::year(2022).unwrap();
    let weight = [Edit::Weight { node: "i3".into(), weight: 7.0 }];
    let result = scheme(20).assess(&panel(3_000, 20)).unwrap();
    time("weight edited, 3,000 × 20", 60, || result.edit(&weight).unwrap());
    let result = scheme(20).assess(&panel(1_000, 20)).unwrap();
    time("marginal_panel, 1,000 × 20", 1, || result.marginal_panel(year).unwrap());
    let result = scheme(10).assess(&panel(1_000_000, 10)).unwrap();
    let cell = [Edit::Cell { entity: "e500000".into(), period: year, variable: "v3".into(), value: 1234.5 }];
    time("one cell edited, 1,000,000 × 10", 20, || result.edit(&cell).unwrap());
}

fn main() {
    provinces();
    made_up();
}
