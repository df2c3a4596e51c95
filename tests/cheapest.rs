//! The cheapest mix of several variables, against every mix there is.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::planning::{Change, Goal, Lever};
use kaohe::report::{Names, Report};
use kaohe::{Assessment, Lang, Panel, Period, Scheme};
use proptest::prelude::*;

const ENTITIES: [&str; 5] = ["甲", "乙", "丙", "丁", "戊"];

const RULES: [&str; 5] = [
    r#"{ rule = "ratio", to = 12, cap = 1.0 }"#,
    r#"{ rule = "linear", low = 2, high = 10 }"#,
    r#"{ rule = "curve", at = [[0, 0], [4, 60], [15, 100]] }"#,
    r#"{ rule = "steps", at = [[10, 100], [6, 70], [3, 40]], below = 0 }"#,
    r#"{ rule = "linear", low = "min", high = "max" }"#,
];

fn assess(rules: [usize; 3], digits: i8, data: &[u32]) -> Assessment {
    let mut toml = String::from("kaohe = 1\nid = \"random\"\n");
    for (id, rule) in ["a", "b", "c"].iter().zip(rules) {
        toml.extend([format!(
            "[[variable]]\nid = \"{id}\"\nunit = \"家\"\n[[indicator]]\nid = \"i{id}\"\nformula = \"{id}\"\nunit = \"家\"\npoints = {}\n",
            RULES[rule]
        )]);
    }
    toml.extend([format!("[total]\nround = {{ digits = {digits} }}\n")]);
    let column = |k: usize| data[k * 5..k * 5 + 5].iter().map(|x| f64::from(*x)).collect::<Vec<f64>>();
    let panel = Panel::builder(ENTITIES.into_iter().collect(), vec![Period::year(2023).unwrap(); 5])
        .column("a", column(0))
        .column("b", column(1))
        .column("c", column(2))
        .build()
        .unwrap();
    Scheme::from_toml(&toml).unwrap().assess(&panel).unwrap()
}

const MOST: u32 = 9;

fn holds(a: &Assessment, goal: &Goal) -> bool {
    match goal {
        Goal::Rank(k) => a.ranks()[0] <= f64::from(*k),
        Goal::Score(s) => a.totals()[0] >= *s,
        _ => unreachable!(),
    }
}

fn changed(a: &Assessment, values: [f64; 3]) -> Assessment {
    let change = |(id, value): (&str, f64)| Change {
        entity: "甲".into(),
        period: "2023".into(),
        variable: id.into(),
        value,
    };
    a.what_if(&["a", "b", "c"].into_iter().zip(values).map(change).collect::<Vec<_>>()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn no_mix_is_cheaper_than_a_proven_one(
        rules in [0usize..5, 0..5, 0..5], digits in 0i8..2,
        data in prop::collection::vec(0u32..=MOST, 15), costs in [1u32..9, 1..9, 1..9],
        goal in prop_oneof![(1u32..4).prop_map(Goal::Rank), (30u32..100).prop_map(|s| Goal::Score(f64::from(s)))],
    ) {
        let a = assess(rules, digits, &data);
        let now = [data[0], data[5], data[10]];
        let lever = |(id, cost): (&str, &u32)| Lever {
            variable: id.into(), cost: f64::from(*cost), lower: Some(0.0), upper: Some(f64::from(MOST)),
        };
        let levers: Vec<Lever> = ["a", "b", "c"].into_iter().zip(&costs).map(lever).collect();
        let mix = a.cheapest("甲", Period::year(2023).unwrap(), &goal, &levers).unwrap();
        let mut best: Option<u32> = None;
        for x in 0..=MOST { for y in 0..=MOST { for z in 0..=MOST {
            let cost: u32 = [x, y, z].iter().zip(now).zip(&costs).map(|((v, n), c)| v.abs_diff(n) * c).sum();
            if best.is_none_or(|b| cost < b) && holds(&changed(&a, [x, y, z].map(f64::from)), &goal) {
                best = Some(cost);
            }
        }}}
        let values = [0, 1, 2].map(|k| mix.rows[k].value);
        if mix.reachable {
            prop_assert!(holds(&changed(&a, values), &goal));
            prop_assert!(mix.cost >= best.map(f64::from));
        }
        prop_assert_eq!(mix.reachable, best.is_some(), "{:?}", mix);
        if mix.proven {
            prop_assert_eq!(mix.cost, best.map(f64::from), "{:?}", mix);
        }
        prop_assert!(!mix.to_markdown(Names::none(), Lang::Zh).contains('…') && !mix.to_markdown(Names::none(), Lang::En).contains('…'));
    }
}

#[test]
fn what_cannot_be_asked() {
    let a = assess([0, 0, 0], 0, &[1; 15]);
    let year = Period::year(2023).unwrap();
    let lever = |variable: &str, cost| Lever { variable: variable.into(), cost, lower: None, upper: None };
    let goal = Goal::Rank(1);
    let error = a.cheapest("甲", year, &goal, &[lever("a", -1.0), lever("x", 1.0), lever("a", 1.0)]);
    let text = error.unwrap_err().render(Lang::En);
    assert!(
        text.contains("unit cost -1 of a") && text.contains("no variable x") && text.contains("twice"),
        "{text}"
    );
    assert!(a.cheapest("甲", year, &goal, &[]).is_err());
}
