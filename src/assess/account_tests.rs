//! Printed points add up to the printed total, or the row says why not: over random schemes and data, and by hand.

use proptest::prelude::*;

use super::reuse_tests::config;
use super::{Account, Reason};
use crate::analysis::random_tests::{document, table};
use crate::explain::{Kind, Node};
use crate::{Assessment, Lang, NodeId, Panel, Period, Scheme};

/// What additions of floats may be off by, beside the largest number added.
const ADDED: f64 = 1e-9;

/// Printed points of the indicators in a row; what has none is nothing.
fn indicators(a: &Assessment, row: usize) -> Vec<f64> {
    (0..a.indicator_count()).map(|i| a.points(NodeId(i))[row]).filter(|x| !x.is_nan()).collect()
}

fn adds_up(parts: impl IntoIterator<Item = f64>, total: f64, what: &str) {
    let parts: Vec<f64> = parts.into_iter().collect();
    let size = parts.iter().fold(total.abs().max(1.0), |size, x| size.max(x.abs()));
    let sum: f64 = parts.iter().sum();
    assert!((sum - total).abs() <= ADDED * size, "{what}: {parts:?} sum to {sum}, not to {total}");
}

/// Every row of an account adds up; what is left over has a reason.
fn whole(a: &Assessment, account: &Account) {
    for row in 0..a.panel().len() {
        let total = a.totals()[row];
        let adjustments = account.adjustments.iter().map(|column| column[row]);
        let of = |column: &Option<Vec<f64>>| column.as_ref().map_or(0.0, |column| column[row]);
        let remainder = of(&account.remainder);
        if total.is_nan() {
            assert!(adjustments.clone().all(f64::is_nan), "row {row} has no total");
            continue;
        }
        let parts = indicators(a, row).into_iter().chain(adjustments).chain([of(&account.floors), remainder]);
        adds_up(parts, total, &format!("row {row}, remainder {remainder}"));
        let reasons: Vec<Reason> = account.reasons(row).collect();
        assert_eq!(reasons.is_empty(), account.why(Lang::Zh)[row].is_none());
        assert!(remainder == 0.0 || !reasons.is_empty(), "row {row}: {remainder} without a reason");
        let rounded = a.unrounded_totals()[row] != total;
        assert!(rounded || !reasons.contains(&Reason::Total), "row {row} is not rounded");
    }
}

/// The points of an explanation's indicators, adjustments, floors and remainder.
fn points(node: &Node) -> Vec<f64> {
    let mut all: Vec<f64> = node.children.iter().flat_map(points).collect();
    if matches!(node.kind, Kind::Indicator | Kind::Adjustment | Kind::Floor | Kind::Remainder) {
        all.extend(node.points);
    }
    all
}

/// The same of what is explained; a total that is rounded, and nothing else, says so itself.
fn explained(a: &Assessment) {
    for row in 0..a.panel().len() {
        let panel = a.panel();
        let (entity, period) = (panel.name_of(row), panel.periods()[panel.period_of(row)]);
        let root = a.explain(&entity, period).unwrap().root;
        let (Some(total), said) = (root.value, root.children.iter().any(|n| n.kind == Kind::Remainder))
        else {
            continue;
        };
        let total = if said { total } else { root.unrounded.unwrap_or(total) };
        adds_up(points(&root), total, &format!("{entity} {period}"));
    }
}

proptest! {
    #![proptest_config(config(std::env::var("CASES").map_or(80, |s| s.parse().unwrap())))]

    #[test]
    fn printed_points_add_up_or_the_row_says_why_not(scheme in document(), data in table()) {
        let a = data.assess(&scheme);
        whole(&a, &a.account());
        explained(&a);
    }
}

/// One year of entities with one column per name.
fn assessed(scheme: &str, names: &[&str], columns: &[(&str, &[f64])]) -> Assessment {
    let year = Period::year(2024).unwrap();
    let mut panel = Panel::builder(names.iter().copied().collect(), vec![year; names.len()]);
    for (name, column) in columns {
        panel = panel.column(*name, column.to_vec());
    }
    Scheme::from_json(scheme).unwrap().assess(&panel.build().unwrap()).unwrap()
}

fn scheme(more: &str) -> String {
    let indicator = |id: &str| {
        format!(
            r#"{{"id": "i{id}", "formula": "{id}", "unit": "1", "missing": "skip", "points": {{"rule": "linear", "low": 0, "high": 100}}}}"#
        )
    };
    format!(
        r#"{{"kaohe": 1, "id": "account", "variable": [{{"id": "a", "unit": "1"}}, {{"id": "b", "unit": "1"}}, {{"id": "n", "unit": "1"}}],
        "indicator": [{}, {}], {more}}}"#,
        indicator("a"),
        indicator("b")
    )
}

#[test]
fn every_step_has_what_it_adds_within_all_caps() {
    // Raw 60; +4 of 6 (its cap), ×1.1 of 64, +1 of 3 (the bonus cap of 5), −2; the cap of the total, then the floor.
    let adjustments = r#""adjustment": [
        {"id": "first", "formula": "6", "cap": 4}, {"id": "factor", "formula": "1.1", "factor": true},
        {"id": "second", "formula": "3"}, {"id": "fine", "formula": "-2"}],
        "floor": [{"id": "low", "when": "n > 0", "then": {"cap_total": 50}}, {"id": "set", "when": "n > 1", "then": {"set_total": 40}}],
        "total": {"bonus_cap": 5, "cap": 69}"#;
    let columns: [(&str, &[f64]); 3] = [("a", &[80.0, 80.0]), ("b", &[40.0, 40.0]), ("n", &[0.0, 2.0])];
    let a = assessed(&scheme(adjustments), &["甲", "乙"], &columns);
    let account = a.account();
    let near = |x: f64, y: f64| assert!((x - y).abs() <= ADDED, "{x} is not {y}");
    for (column, points) in account.adjustments.iter().zip([4.0, 6.4, 1.0, -2.0]) {
        for x in column {
            near(*x, points);
        }
    }
    // 69.4 is cut to 69, and then to 50 and 40.
    let floors = account.floors.as_ref().unwrap();
    near(floors[0], -0.4);
    near(floors[1], -29.4);
    assert_eq!((a.totals(), &account.remainder), (&[69.0, 40.0][..], &None));
    whole(&a, &account);
    explained(&a);
}

#[test]
fn a_mean_of_equal_scores_leaves_no_remainder() {
    let columns: [(&str, &[f64]); 3] = [("a", &[64.0, 64.0]), ("b", &[64.0, 36.0]), ("n", &[0.0, 0.0])];
    let a = assessed(&scheme(r#""total": {"aggregate": "geometric"}"#), &["甲", "乙"], &columns);
    let account = a.account();
    assert_eq!(account.remainder, Some(vec![0.0, -2.0]), "√(64 · 36) is 48, and 32 + 18 is 50");
    let reasons: Vec<Vec<Reason>> = (0..2).map(|row| account.reasons(row).collect()).collect();
    assert_eq!(reasons, [vec![], vec![Reason::Geometric]]);
    assert_eq!(account.why(Lang::Zh)[1].as_deref(), Some("几何平均不等于各项得分之和"));
}

#[test]
fn a_floor_that_gives_a_total_where_there_is_none_gives_all_of_it() {
    let more = r#""adjustment": [{"id": "bonus", "formula": "2"}],
        "floor": [{"id": "set", "when": "n > 0", "then": {"set_total": 30}}], "total": {"available": 0.6}"#;
    let nan = f64::NAN;
    let columns: [(&str, &[f64]); 3] = [("a", &[80.0, 80.0]), ("b", &[nan, nan]), ("n", &[0.0, 1.0])];
    let a = assessed(&scheme(more), &["甲", "乙"], &columns);
    let account = a.account();
    assert!(a.totals()[0].is_nan() && account.adjustments[0][0].is_nan());
    assert_eq!(
        (a.totals()[1], account.adjustments[0][1], account.floors.as_ref().unwrap()[1]),
        (30.0, 0.0, 30.0)
    );
    assert_eq!(account.reasons(1).collect::<Vec<_>>(), [Reason::TooFew], "80 points do not count");
    whole(&a, &account);
}
