//! What a panel costs does not leap: a case costs at most so many times the work of its neighbour. Work is cells and exact
//! bits, so that the machine does not matter; run with `--release -- --nocapture` to see the time.

#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::{Budget, Labels, Panel, Period, Scheme};

/// How many times the work of its neighbour a case may cost.
const LEAP: u64 = 3;

/// A scheme of one indicator `x / y` with its points, and more if it needs it.
fn scheme(points: &str, more: &str) -> Scheme {
    let text = format!(
        "kaohe = 1\nid = \"cliff\"\nvariable = [{{ id = \"x\", unit = \"亿元\" }}, {{ id = \"y\", unit = \"亿元\" }}]\n\
         [[indicator]]\nid = \"i\"\nformula = \"x / y\"\nunit = \"%\"\npoints = {{ {points} }}\n{more}"
    );
    Scheme::from_toml(&text).unwrap()
}

/// Numbers that look like data, ratios of which have as many denominators.
fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) % 900_000 + 100_000) as f64 / 100.0
    };
    (0..n).map(|_| next()).collect()
}

fn panel_of(entities: usize, years: u16, x: Vec<f64>, y: Vec<f64>) -> Panel {
    let names: Labels = (0..years).flat_map(|_| (0..entities).map(|e| format!("e{e}"))).collect();
    let years = (0..years).flat_map(|t| vec![Period::year(2000 + i32::from(t)).unwrap(); entities]).collect();
    Panel::builder(names, years).column("x", x).column("y", y).build().unwrap()
}

fn panel(entities: usize, years: u16) -> Panel {
    let n = entities * usize::from(years);
    panel_of(entities, years, numbers(n, 7), numbers(n, 11))
}

/// What a number in exact rationals costs at least, in cells of floats.
const EXACT_CELL: u64 = 16;

/// Cells that an assessment takes, with those of exact numbers and their words of 64 bits.
fn work(name: &str, scheme: &Scheme, panel: &Panel) -> u64 {
    let (budget, clock) = (Budget::new(), std::time::Instant::now());
    budget.run(|| scheme.assess(panel)).unwrap().unwrap();
    report(name, &budget, clock.elapsed())
}

#[expect(clippy::print_stdout, reason = "the time is what one runs it for")]
fn report(name: &str, budget: &Budget, time: std::time::Duration) -> u64 {
    let work = budget.work();
    println!("{name}: {time:?}, {work:?}");
    work.cells + work.exact_cells * EXACT_CELL + work.exact_bits / 64
}

#[test]
fn a_mean_of_many_ratios_is_not_divided_by() {
    let scheme = scheme(r#"rule = "linear", low = "mean", between = [60, 100]"#, "");
    let followed = work("mean of 8,000", &scheme, &panel(8_000, 1));
    let floats = work("mean of 20,001", &scheme, &panel(20_001, 1));
    assert!(followed <= LEAP * floats, "{followed} against {floats}");
}

#[test]
fn a_named_entity_of_every_period_is_looked_up() {
    let entities = if cfg!(debug_assertions) { 1_000 } else { 12_000 };
    let points = r#"rule = "linear", low = 0, high = { entity = "e1" }"#;
    let data = panel(entities, 10);
    let same = work("entity, same period", &scheme(points, ""), &data);
    let all = work("entity, all periods", &scheme(&format!("{points}, over = \"all\""), ""), &data);
    assert!(all <= LEAP * same, "{all} against {same}");
}

#[test]
fn a_rank_in_a_fixed_period_is_a_place_in_one_order() {
    let entities = if cfg!(debug_assertions) { 1_000 } else { 6_000 };
    let data = panel(entities, 2);
    let same = work("rank, same period", &scheme(r#"rule = "rank", percentile = true"#, ""), &data);
    let fixed =
        work("rank, over 2000", &scheme(r#"rule = "rank", percentile = true, over = "2000""#, ""), &data);
    assert!(fixed <= LEAP * same, "{fixed} against {same}");
}

#[test]
fn a_row_that_nearly_cancels_costs_itself() {
    let n = if cfg!(debug_assertions) { 20_000 } else { 100_000 };
    let scheme = Scheme::from_toml(
        r#"
kaohe = 1
id = "cancel"
variable = [{ id = "x", unit = "亿元" }, { id = "y", unit = "亿元" }]
[[indicator]]
id = "i"
formula = "x / (x - y)"
unit = "%"
points = { rule = "rank", percentile = true }
"#,
    )
    .unwrap();
    let (x, mut y) = (numbers(n, 7), numbers(n, 11).into_iter().map(|y| y + 20_000.0).collect::<Vec<_>>());
    let plain = work("none cancels", &scheme, &panel_of(n, 1, x.clone(), y.clone()));
    y[n / 2] = x[n / 2] + 0.01;
    let one = work("one nearly cancels", &scheme, &panel_of(n, 1, x, y));
    assert!(one <= LEAP * plain, "{one} against {plain}");
}

#[test]
fn sums_of_ratios_grow_as_the_rows_do() {
    let (indicators, n) = if cfg!(debug_assertions) { (3, 2_000) } else { (100, 5_000) };
    let mut text = "kaohe = 1\nid = \"sums\"\n\
         variable = [{ id = \"x\", unit = \"家\" }, { id = \"y\", unit = \"家\" }]\n"
        .to_owned();
    for i in 0..indicators {
        text.extend([format!("[[indicator]]\nid = \"i{i}\"\nformula = \"x / y / total(x / (x + y))\"\n")]);
        text += "unit = \"%\"\npoints = { rule = \"linear\" }\n";
    }
    let scheme = Scheme::from_toml(&text).unwrap();
    let once = work("sums of ratios", &scheme, &panel(n, 1));
    let twice = work("sums of twice as many", &scheme, &panel(2 * n, 1));
    assert!(twice <= LEAP * once, "{twice} against {once}");
}

#[test]
fn a_sparse_panel_costs_its_rows() {
    // Day numbers where years should be: nearly as many periods as rows, and as many entities.
    let n = 16_384;
    let panel = |years: usize| {
        let names: Labels = (0..n).map(|e| format!("e{e}")).collect();
        let periods = (0..n).map(|row| Period::year((row * 7 % years) as i32).unwrap()).collect();
        let panel = Panel::builder(names, periods).column("x", numbers(n, 7)).column("y", numbers(n, 11));
        panel.build().unwrap()
    };
    let scheme = scheme(r#"rule = "linear", between = [60, 100]"#, "");
    let dense = work("16,384 rows of 8,192 years", &scheme, &panel(8_192));
    let sparse = work("16,384 rows of 9,999 years", &scheme, &panel(9_999));
    assert!(sparse <= LEAP * dense, "{sparse} against {dense}");
}

#[test]
fn a_target_for_every_row_is_looked_up() {
    let n = if cfg!(debug_assertions) { 2_000 } else { 12_000 };
    let targets = {
        let target = |e: usize| {
            format!(
                "[[target]]\nindicator = \"i\"\nentity = \"e{e}\"\nperiod = \"2000\"\nvalue = {}\n",
                e % 97 + 1
            )
        };
        let points = r#"measure = { kind = "attainment" }, rule = "linear", low = 0, high = 1"#;
        scheme(points, &(0..n).map(target).collect::<String>())
    };
    let data = panel(n, 1);
    let plain = work("no target", &scheme(r#"rule = "linear", low = 0, high = 1"#, ""), &data);
    let all = work("a target each", &targets, &data);
    assert!(all <= LEAP * plain, "{all} against {plain}");
}

#[test]
fn values_moved_to_an_end_cost_what_the_others_do() {
    let n = if cfg!(debug_assertions) { 20_000 } else { 100_000 };
    let data = panel(n, 1);
    let treat = r#"treat = { method = "winsorise", low = { quantile = 0.05 }, high = { quantile = 0.95 } }"#;
    for points in [
        r#"rule = "linear", between = [60, 100]"#,
        r#"rule = "ratio", to = "max""#,
        r#"rule = "rank", percentile = true"#,
    ] {
        let plain = work("as it is", &scheme(points, ""), &data);
        let moved = work("winsorised", &scheme(points, treat), &data);
        assert!(moved <= LEAP * plain, "{points}: {moved} against {plain}");
    }
}
