//! What makes a rank: against all orders of edits of the data, and by hand.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::analysis::{RankAsked, RankAttribution};
use kaohe::{Assessment, Edit, Labels, Lang, Panel, Period, Scheme};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

pub(crate) fn year() -> Period {
    Period::year(2023).unwrap()
}

/// Indicators whose scores are their values, under a tree of this much of a scheme.
pub(crate) fn assessed(columns: &[Vec<f64>], tree: &str, parents: &[&str]) -> Assessment {
    use std::fmt::Write as _;
    let mut text = format!("kaohe = 1\nid = \"t\"\n{tree}\n");
    for k in 0..columns.len() {
        let _ = writeln!(text, "[[variable]]\nid = \"v{k}\"\nunit = \"1\"");
    }
    for (k, parent) in parents.iter().enumerate() {
        let _ = write!(
            text,
            "[[indicator]]\nid = \"i{k}\"\nformula = \"v{k}\"\nunit = \"1\"\nweight = {}\n",
            k + 1
        );
        let _ = writeln!(text, "points = {{ rule = \"formula\", formula = \"x\" }}\nmissing = \"skip\"");
        if !parent.is_empty() {
            let _ = writeln!(text, "parent = \"{parent}\"");
        }
    }
    let scheme = Scheme::from_toml(&text).unwrap();
    let n = columns[0].len();
    let names: Labels = (0..n).map(|j| format!("e{j}")).collect();
    let builder = Panel::builder(names, vec![year(); n]);
    let builder = columns.iter().enumerate().fold(builder, |b, (k, x)| b.column(format!("v{k}"), x.clone()));
    scheme.assess(&builder.build().unwrap()).unwrap()
}

fn asked() -> RankAsked {
    RankAsked { top: Some(2), before: Some("e1".into()), level: None }
}

/// The rank, whether it is among the best two, and whether it is before `e1`, where the indicators of a set have their own scores.
fn place(a: &Assessment, columns: &[Vec<f64>], set: u32) -> [f64; 3] {
    let edits: Vec<Edit> = (0..columns.len())
        .filter(|k| set & (1 << k) == 0)
        .map(|k| {
            let there: Vec<f64> = columns[k].iter().copied().filter(|x| !x.is_nan()).collect();
            let value = there.iter().sum::<f64>() / there.len() as f64;
            Edit::Cell { entity: "e0".into(), period: year(), variable: format!("v{k}"), value }
        })
        .collect();
    let ranks = a.edit(&edits).unwrap().ranks().to_vec();
    let one = |yes: bool| f64::from(u8::from(yes));
    [ranks[0], one(ranks[0] <= 2.0), one(ranks[0] < ranks[1])]
}

/// Shapley's value as it is defined: the mean over all orders.
fn by_orders(n: usize, v: impl Fn(u32) -> [f64; 3]) -> Vec<[f64; 3]> {
    fn orders(left: &[usize], before: u32, visit: &mut impl FnMut(usize, u32)) -> f64 {
        if left.is_empty() {
            return 1.0;
        }
        let mut count = 0.0;
        for k in left {
            let rest: Vec<usize> = left.iter().copied().filter(|other| other != k).collect();
            let below = orders(&rest, before | 1 << k, visit);
            (0..below as usize).for_each(|_| visit(*k, before));
            count += below;
        }
        count
    }
    let all: Vec<usize> = (0..n).collect();
    let known: Vec<[f64; 3]> = (0..1u32 << n).map(v).collect();
    let mut sums = vec![[0.0; 3]; n];
    let count = orders(&all, 0, &mut |k, before| {
        let (with, without) = (known[(before | 1 << k) as usize], known[before as usize]);
        (0..3).for_each(|of| sums[k][of] += with[of] - without[of]);
    });
    sums.iter().map(|own| own.map(|sum| sum / count)).collect()
}

/// What is left of sums of few whole numbers over a factorial.
const ROUNDING: f64 = 1e-12;

fn assert_same(found: &RankAttribution, expected: &[[f64; 3]]) {
    for row in &found.rows {
        let k: usize = row.node[1..].parse().unwrap();
        let own = [row.rank_effect, row.top_effect.unwrap(), row.ahead_effect.unwrap()];
        for (own, expected) in own.into_iter().zip(expected[k]) {
            assert!((own - expected).abs() < ROUNDING, "{}: {own}, not {expected}", row.node);
        }
    }
}

const GROUPS: &str = "[[group]]\nid = \"g\"\naggregate = \"geometric\"\nweight = 3\n";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(14), ..ProptestConfig::with_cases(24) })]

    #[test]
    fn effects_are_the_means_over_all_orders_of_edits(
        columns in prop::collection::vec(prop::collection::vec(prop_oneof![9 => (1u8..100).prop_map(f64::from), 1 => Just(f64::NAN)], 5), 4),
        way in 0usize..4,
        grouped in any::<bool>(),
    ) {
        let way = ["arithmetic", "geometric", "median", { "{ owa = [0.0, 0.5] }" }][way];
        let way = if way.starts_with('{') { way.to_owned() } else { format!("\"{way}\"") };
        // Totals to whole points tie often; ties are told apart by an indicator.
        let tree = format!("total = {{ aggregate = {way}, round = {{ digits = 0 }}, rank = {{ tie_break = [\"i2\"] }} }}\n{}", if grouped { GROUPS } else { "" });
        let parents = if grouped { ["g", "g", "", ""] } else { [""; 4] };
        prop_assume!(columns.iter().all(|x| x.iter().any(|x| !x.is_nan())));
        let a = assessed(&columns, &tree, &parents);
        prop_assume!(!a.ranks()[0].is_nan() && !a.ranks()[1].is_nan());
        // An entity that is not ranked has no part in the means.
        prop_assume!(a.ranks().iter().all(|rank| !rank.is_nan()));
        let found = a.rank_attribution("e0", year(), &asked()).unwrap();
        assert_same(&found, &by_orders(4, |set| place(&a, &columns, set)));
        prop_assert_eq!(found.rank, a.ranks()[0]);
    }
}

#[test]
fn two_indicators_by_hand() {
    // Means 50 and 40. e0 (80, 10): 45 as it is, 60 with the mean of i1, 30 with that of i0, 45 with both; the others have 20, 50, 65.
    let columns = [vec![80.0, 0.0, 40.0, 80.0], vec![10.0, 40.0, 60.0, 50.0]];
    let tree = "total = { aggregate = \"arithmetic\" }";
    let a = assessed(&columns, tree, &["", ""]);
    // Weights are 1 and 2: 33⅓ as it is; with the mean of i1 53⅓, with that of i0 23⅓, with both 43⅓; the others 26⅔, 53⅓, 60.
    let found = a.rank_attribution("e0", year(), &RankAsked::default()).unwrap();
    assert_eq!((found.rank, found.baseline_rank), (3.0, Some(3.0)));
    // Alone i0 makes rank 2 (level with e2), i1 alone rank 4: φ(i0) = ((2 − 3) + (3 − 4)) / 2.
    let effects: Vec<(&str, f64)> =
        found.rows.iter().map(|row| (row.node.as_str(), row.rank_effect)).collect();
    assert_eq!(effects, [("i0", -1.0), ("i1", 1.0)]);
    assert_eq!((found.rows[0].score, found.rows[0].baseline), (80.0, 50.0));
}

#[test]
fn groups_of_a_level_move_together() {
    let columns: Vec<Vec<f64>> = (0..4u8)
        .map(|k| (0..5u8).map(|j| f64::from((k + 3 * j * j + 7 * k * j) % 97 + 1)).collect())
        .collect();
    let a = assessed(
        &columns,
        &format!("total = {{ aggregate = \"geometric\" }}\n{GROUPS}"),
        &["g", "g", "", ""],
    );
    let found = a.rank_attribution("e0", year(), &RankAsked { level: Some(1), ..asked() }).unwrap();
    let nodes: Vec<&str> = found.rows.iter().map(|row| row.node.as_str()).collect();
    assert_eq!(nodes.len(), 3);
    let groups = |set: u32| {
        let of = |bit: u32, indicators: u32| if set & bit == 0 { 0 } else { indicators };
        place(&a, &columns, of(1, 0b0011) | of(2, 0b0100) | of(4, 0b1000))
    };
    let expected = by_orders(3, groups);
    for row in &found.rows {
        let k = ["g", "i2", "i3"].iter().position(|node| *node == row.node).unwrap();
        assert!((row.rank_effect - expected[k][0]).abs() < ROUNDING);
    }
}

#[test]
fn what_cannot_be_split_is_said() {
    let columns = vec![vec![1.0, 2.0, 3.0]; 13];
    let parents: Vec<&str> = (0..13).map(|k| if k < 9 { "g" } else { "" }).collect();
    let a = assessed(&columns, &GROUPS.replace("geometric", "arithmetic"), &parents);
    let error = |asked: RankAsked| a.rank_attribution("e0", year(), &asked).unwrap_err().render(Lang::En);
    assert_eq!(
        error(RankAsked::default()),
        "a rank split among 13: 12 can be split exactly; ask for the groups of a level: 1 (5), with how many there are"
    );
    let level = |level| RankAsked { level: Some(level), ..RankAsked::default() };
    assert_eq!(error(level(3)), "there is no level 3; expected 1 to 2");
    assert_eq!(error(RankAsked { top: Some(4), ..level(1) }), "the top is 4; expected 1 to 3");
    assert_eq!(
        error(RankAsked { before: Some("e0".into()), ..level(1) }),
        "e0 is not ranked with e0 in 2023"
    );
    let flat = assessed(&vec![vec![1.0, 2.0]; 13], "", &[""; 13]);
    let found = flat.rank_attribution("e0", year(), &RankAsked::default()).unwrap_err().render(Lang::En);
    assert_eq!(found, "a rank split among 13: 12 can be split exactly, and every level has more groups");
}
