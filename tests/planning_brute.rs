//! What it takes and the cheapest mix against every value there is: totals that rise and fall with one variable, mixes of two.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::planning::{Asked, Change, Goal, Lever};
use kaohe::{Assessment, Lang, Panel, Period, Scheme};
use proptest::prelude::*;

const ENTITIES: [&str; 5] = ["甲", "乙", "丙", "丁", "戊"];

/// Rules for values from 0 to 12: stairs both ways, ranks, moving and fixed references, a peak.
const RULES: [&str; 13] = [
    r#"{ rule = "per_step", from = 0, base = 20, up = { each = 1.3, points = 9, cap = 80, step = "floor" } }"#,
    r#"{ rule = "per_step", from = 12, base = 20, down = { each = 0.7, points = -3, cap = 20, step = "ceiling" }, up = { each = 1, points = 1, cap = 5 } }"#,
    r#"{ rule = "per_step", from = "mean", base = 60, up = { each = 0.9, points = 6, cap = 30, step = "floor" }, down = { each = 0.9, points = -6, cap = 30, step = "floor" } }"#,
    r#"{ rule = "steps", at = [[9.5, 100], [7, 80], [4.2, 50], [2, 30]], below = 0 }"#,
    r#"{ rule = "rank", table = [100, 20] }"#,
    r#"{ rule = "rank", table = [100, 90, 70, 40, 10] }"#,
    r#"{ rule = "linear", low = "min", high = "max" }"#,
    r#"{ rule = "linear", low = 1, high = 11 }"#,
    r#"{ rule = "ratio", to = "mean", cap = 1.2 }"#,
    r#"{ rule = "ratio", to = "max" }"#,
    r#"{ rule = "interval", target = [4, 6], limits = [1, 10] }"#,
    r#"{ rule = "curve", at = [[0, 0], [3, 70], [5, 30], [12, 100]] }"#,
    r#"{ rule = "zscore" }"#,
];

/// Treatments of values from 0 to 12.
const TREATMENTS: [&str; 6] = [
    "",
    "",
    "",
    r#"treat = { method = "winsorise", low = { quantile = 0.1 }, high = { quantile = 0.9 } }"#,
    r#"treat = { method = "winsorise", high = { quantile = 0.6 } }"#,
    r#"treat = { method = "winsorise", low = 3.2, high = 8 }"#,
];

/// An indicator: which formula, which rule, whether less is better, its weight, which treatment.
type Part = (usize, usize, bool, u32, usize);

const FORMULAS: [&str; 4] = ["x", "z", "z / (x + 1)", "x + z"];

fn scheme(parts: &[Part], digits: Option<i8>, ties: usize) -> Scheme {
    made(parts, digits, ties, "")
}

/// What moves every member's part when one score moves.
const OVER_ALL: [&str; 3] =
    ["aggregate = \"topsis\"\n", "aggregate = \"topsis_vector\"\n", "weights = \"standard_deviation\"\n"];

fn made(parts: &[Part], digits: Option<i8>, ties: usize, total: &str) -> Scheme {
    let mut toml = String::from(
        "kaohe = 1\nid = \"random\"\nvariable = [{ id = \"x\", unit = \"1\", published_digits = 1 }, { id = \"z\", unit = \"1\", published_digits = 0 }]\n",
    );
    if let Some(digits) = digits {
        toml.extend(["[total]\nround = { digits = ", &digits.to_string(), " }\n"]);
    } else {
        toml.push_str("[total]\n");
    }
    toml.push_str(total);
    toml.push_str(
        [
            "",
            "rank = { ties = \"dense\" }\n",
            "rank = { on = \"exact\" }\n",
            "rank = { tie_break = [\"i0\"] }\n",
        ][ties],
    );
    for (i, (formula, rule, negative, weight, treatment)) in parts.iter().enumerate() {
        let direction =
            if *negative && !RULES[*rule].contains("interval") { "direction = \"negative\"\n" } else { "" };
        toml.extend([format!(
            "[[indicator]]\nid = \"i{i}\"\nformula = \"{}\"\nunit = \"1\"\nweight = {weight}\n{direction}{}\npoints = {}\n",
            FORMULAS[*formula], TREATMENTS[*treatment], RULES[*rule]
        )]);
    }
    Scheme::from_toml(&toml).unwrap_or_else(|e| unreachable!("{toml}\n{e}"))
}

fn assess(scheme: &Scheme, x: &[u32], z: &[u32]) -> Assessment {
    let tenth = |x: &[u32]| x.iter().map(|x| f64::from(*x) / 10.0).collect::<Vec<f64>>();
    let whole = z.iter().map(|z| f64::from(*z)).collect::<Vec<f64>>();
    let panel = Panel::builder(ENTITIES.into_iter().collect(), vec![Period::year(2023).unwrap(); 5])
        .column("x", tenth(x))
        .column("z", whole)
        .build()
        .unwrap();
    scheme.assess(&panel).unwrap_or_else(|e| unreachable!("{}", e.render(Lang::En)))
}

fn changed(a: &Assessment, values: &[(&str, f64)]) -> Option<Assessment> {
    let change = |(id, value): &(&str, f64)| Change {
        entity: "甲".into(),
        period: "2023".into(),
        variable: (*id).into(),
        value: *value,
    };
    a.what_if(&values.iter().map(change).collect::<Vec<_>>()).ok()
}

/// Last places of a float total: where it shows 30.999999999999993, exactly 31 is what the goal is asked of.
const LAST_PLACES: f64 = 1e-12;

fn holds(a: &Assessment, goal: &Goal) -> bool {
    match goal {
        Goal::Rank(k) => a.ranks()[0] <= f64::from(*k),
        Goal::Score(s) => a.totals()[0] >= *s * (1.0 - LAST_PLACES),
        _ => unreachable!(),
    }
}

fn goals() -> impl Strategy<Value = Goal> {
    prop_oneof![(1u32..4).prop_map(Goal::Rank), (20u32..100).prop_map(|s| Goal::Score(f64::from(s)))]
}

/// Cases of a run: those of the environment (PROPTEST_CASES) where it says so.
fn cases(otherwise: u32) -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    ProptestConfig { cases: if asked { default.cases } else { otherwise }, ..default }
}

/// Steps of 0.1 up to 12.
const STEPS: i64 = 120;
/// Largest whole number of the mixes.
const MOST: i64 = 9;

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn needed_is_the_nearest_of_all_values(
        parts in prop::collection::vec((prop_oneof![3 => Just(0usize), 1 => Just(2), 1 => Just(3)], 0..RULES.len(), any::<bool>(), 1u32..5, 0..TREATMENTS.len()), 2..4),
        digits in prop::option::of(0i8..3), ties in 0usize..4,
        x in prop::collection::vec(0u32..=120, 5), z in prop::collection::vec(1u32..12, 5), goal in goals(),
    ) {
        let a = assess(&scheme(&parts, digits, ties), &x, &z);
        let mut asked = Asked::new("甲", Period::year(2023).unwrap(), "x", goal.clone());
        asked.upper = Some(STEPS as f64 / 10.0);
        let answer = a.needed(&asked).unwrap();
        let now = i64::from(x[0]);
        let at = |k: &i64| (0..=STEPS).contains(k)
            && changed(&a, &[("x", *k as f64 / 10.0)]).is_some_and(|b| holds(&b, &goal));
        let brute = (0..=STEPS).flat_map(|d| [now + d, now - d]).find(at).map(|k| k as f64 / 10.0);
        prop_assert_eq!(answer.value, brute, "{:?}", answer);
        prop_assert!(answer.complete);
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn no_mix_of_all_is_cheaper(
        parts in prop::collection::vec((0..FORMULAS.len(), 0..RULES.len(), any::<bool>(), 1u32..5, 0..TREATMENTS.len()), 1..4),
        digits in prop::option::of(0i8..3), ties in 0usize..4,
        x in prop::collection::vec(0u32..=9, 5), z in prop::collection::vec(1u32..=9, 5),
        costs in (1u32..9, 1u32..9), goal in goals(),
    ) {
        let tens: Vec<u32> = x.iter().map(|x| 10 * x).collect();
        let a = assess(&scheme(&parts, digits, ties), &tens, &z);
        let lever = |variable: &str, cost: u32, upper: f64| Lever {
            variable: variable.into(), cost: f64::from(cost), lower: Some(0.0), upper: Some(upper),
        };
        // Tenths of x up to 1.5 around it, whole z: a hundred and sixty mixes.
        let (low, high) = ((i64::from(tens[0]) - 8).max(0), i64::from(tens[0]) + 8);
        let mut levers = [lever("x", costs.0, high as f64 / 10.0), lever("z", costs.1, MOST as f64)];
        levers[0].lower = Some(low as f64 / 10.0);
        let mix = a.cheapest("甲", Period::year(2023).unwrap(), &goal, &levers).unwrap();
        let mut best: Option<i64> = None;
        for k in low..=high { for v in 0..=MOST {
            let cost = (k - i64::from(tens[0])).abs() * i64::from(costs.0) + 10 * (v - i64::from(z[0])).abs() * i64::from(costs.1);
            let better = best.is_none_or(|b| cost < b);
            if better && changed(&a, &[("x", k as f64 / 10.0), ("z", v as f64)]).is_some_and(|b| holds(&b, &goal)) {
                best = Some(cost);
            }
        }}
        prop_assert!(mix.proven, "{:?}", mix);
        prop_assert_eq!(mix.cost, best.map(|b| b as f64 / 10.0), "{:?}", mix);
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn nothing_is_claimed_where_the_set_moves(
        parts in prop::collection::vec((0..FORMULAS.len(), 0..RULES.len(), any::<bool>(), 1u32..5, 0..TREATMENTS.len()), 2..4),
        ties in 0usize..4, way in 0..OVER_ALL.len(),
        x in prop::collection::vec(0u32..=9, 5), z in prop::collection::vec(1u32..=9, 5), goal in goals(),
    ) {
        let tens: Vec<u32> = x.iter().map(|x| 10 * x).collect();
        let a = assess(&made(&parts, Some(2), ties, OVER_ALL[way]), &tens, &z);
        let year = Period::year(2023).unwrap();
        let lever = |variable: &str, upper: f64| Lever { variable: variable.into(), cost: 1.0, lower: Some(0.0), upper: Some(upper) };
        let mix = a.cheapest("甲", year, &goal, &[lever("z", MOST as f64)]).unwrap();
        let asked = Asked { lower: Some(0.0), upper: Some(MOST as f64), ..Asked::new("甲", year, "z", goal.clone()) };
        let answer = a.needed(&asked).unwrap();
        let now = i64::from(z[0]);
        let at = |k: &i64| (0..=MOST).contains(k) && changed(&a, &[("z", *k as f64)]).is_some_and(|b| holds(&b, &goal));
        let brute = (0..=MOST).flat_map(|d| [now + d, now - d]).find(at);
        let cost = brute.map(|k| (k - now).abs() as f64);
        // What is found holds; what is said to be the nearest is.
        prop_assert!(answer.value.is_none_or(|v| at(&(v as i64))), "{:?}", answer);
        prop_assert!(!answer.complete || answer.value == brute.map(|k| k as f64), "{:?}: {:?}", answer, brute);
        prop_assert!(mix.cost.is_none_or(|c| cost.is_some_and(|least| least <= c)), "{:?}", mix);
        prop_assert!(!mix.proven || mix.cost == cost, "{:?}: {:?}", mix, cost);
    }
}

/// The peak of a curve over z / (x + 1) lies at another x for every z: the cheap mix is on neither axis.
#[test]
fn a_peak_that_moves_with_the_other_lever_is_found() {
    let parts = [(1, 9, false, 1, 0), (2, 11, false, 2, 0)];
    let a = assess(&scheme(&parts, None, 0), &[10, 0, 0, 0, 0], &[1, 1, 1, 1, 5]);
    let lever = |variable: &str, lower, upper| Lever {
        variable: variable.into(),
        cost: 1.0,
        lower: Some(lower),
        upper: Some(upper),
    };
    let levers = [lever("x", 0.2, 1.8), lever("z", 0.0, 9.0)];
    let mix = a.cheapest("甲", Period::year(2023).unwrap(), &Goal::Score(69.0), &levers).unwrap();
    assert_eq!((mix.cost, mix.proven), (Some(3.6), true), "{mix:?}");
    let parts = [(1, 5, false, 4, 0), (2, 11, false, 1, 0)];
    let a = assess(&scheme(&parts, None, 0), &[20, 0, 0, 0, 70], &[1, 8, 1, 1, 9]);
    let levers = [lever("x", 1.2, 2.8), lever("z", 0.0, 9.0)];
    let mix = a.cheapest("甲", Period::year(2023).unwrap(), &Goal::Rank(1), &levers).unwrap();
    assert_eq!((mix.cost, mix.proven), (Some(7.2), true), "{mix:?}");
}

/// More of z or less of x: the rank of z / x has a cheap way that neither variable alone shows.
#[test]
fn a_ratio_has_a_cheaper_mix_than_either_way_alone() {
    let scheme = Scheme::from_toml(
        r#"
kaohe = 1
id = "ratio"
variable = [{ id = "x", unit = "家" }, { id = "z", unit = "家" }]
[[indicator]]
id = "r"
formula = "z / x"
unit = "1"
points = { rule = "rank", table = [100, 20] }
"#,
    )
    .unwrap();
    let panel = Panel::builder(["A", "B"].into_iter().collect(), vec![Period::year(2023).unwrap(); 2])
        .column("x", vec![20.0, 8.0])
        .column("z", vec![29.0, 17.0])
        .build()
        .unwrap();
    let a = scheme.assess(&panel).unwrap();
    let lever = |variable: &str, cost| Lever { variable: variable.into(), cost, lower: None, upper: None };
    let levers = [lever("x", 3.0), lever("z", 2.0)];
    let mix = a.cheapest("A", Period::year(2023).unwrap(), &Goal::Rank(1), &levers).unwrap();
    assert_eq!((mix.rows[0].value, mix.rows[1].value), (14.0, 30.0));
    assert_eq!((mix.cost, mix.proven, mix.gap), (Some(20.0), true, Some(0.0)));
}

/// Two rivals with the same total are one step of a dense rank: the third place is behind them both.
#[test]
fn rivals_that_share_a_dense_rank_count_once() {
    let parts = [(0, 3, false, 2, 0), (2, 6, false, 2, 0)];
    let a = assess(&scheme(&parts, None, 1), &[50, 70, 20, 50, 50], &[5, 8, 4, 8, 8]);
    let lever = |variable: &str, lower, upper| Lever {
        variable: variable.into(),
        cost: 1.0,
        lower: Some(lower),
        upper: Some(upper),
    };
    let levers = [lever("x", 4.2, 5.8), lever("z", 0.0, 9.0)];
    let mix = a.cheapest("甲", Period::year(2023).unwrap(), &Goal::Rank(3), &levers).unwrap();
    assert_eq!((mix.cost, mix.proven), (Some(1.0), true), "{mix:?}");
}
