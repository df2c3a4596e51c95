//! Changes whose parts were not whole once: totals that stand without a raw score, corners without a total, indicators that
//! stand elsewhere in the other scheme, denominators of zero.

use serde_json::{Value, json};

use super::tests_support::{scheme, sums};
use super::*;
use crate::panel::{Panel, Period};

const NAN: f64 = f64::NAN;

fn indicator(id: &str, formula: &str) -> Value {
    json!({"id": id, "formula": formula, "unit": "1", "missing": "skip", "points": {"rule": "linear", "low": 0, "high": 100}})
}

/// One entity `p` over the periods, its variables `x` and `z`; `extra` keys join the scheme.
fn assessed(indicators: &[Value], extra: Value, periods: &[&str], x: &[f64], z: &[f64]) -> Assessment {
    let mut document = json!({"kaohe": 1, "id": "whole", "indicator": indicators,
        "variable": [{"id": "x", "unit": "1"}, {"id": "z", "unit": "1"}]});
    if let (Value::Object(document), Value::Object(extra)) = (&mut document, extra) {
        document.extend(extra);
    }
    let rows = periods.iter().map(|p| Period::parse(p).unwrap()).collect();
    let panel = Panel::builder(periods.iter().map(|_| "p").collect(), rows);
    let panel = panel.column("x", x.to_vec()).column("z", z.to_vec()).build().unwrap();
    scheme(&document).assess(&panel).unwrap()
}

fn told(bridge: &Bridge) -> Vec<(String, Option<&str>, f64)> {
    bridge.parts.iter().map(|p| (p.cause.name(), p.indicator.as_deref(), p.effect)).collect()
}

fn items(c: &Contributions) -> Vec<(&str, f64)> {
    c.rows.iter().map(|r| (r.item.as_str(), r.points)).collect()
}

#[test]
fn a_total_that_a_floor_sets_is_the_floors() {
    let veto = json!({"floor": [{"id": "veto", "when": "z > 0", "then": {"set_total": 30}}]});
    let a = assessed(&[indicator("i", "x")], veto, &["2021", "2022"], &[NAN, 60.0], &[1.0, 0.0]);
    let [from, to] = [2021, 2022].map(|y| Period::year(y).unwrap());
    assert_eq!(told(&a.bridge("p", from, to).unwrap()), [("floors".to_owned(), None, 30.0)]);
    assert_eq!(a.bridge_panel(from, to).unwrap().len(), 1);
    assert_eq!(items(&a.contributions("p", from).unwrap()), [("i", 0.0), ("floors", 30.0)]);
    assert_eq!(items(&a.contributions("p", to).unwrap()), [("i", 60.0)]);
}

#[test]
fn a_total_of_other_periods_is_theirs() {
    let blend = json!({"period": "half", "total": {"blend": {"within_year": [40, 60]}}});
    let periods = ["2021H1", "2021H2", "2022H1"];
    let a = assessed(&[indicator("i", "x")], blend, &periods, &[50.0, NAN, 80.0], &[0.0; 3]);
    let [_, from, to] = periods.map(|p| Period::parse(p).unwrap());
    assert_eq!(told(&a.bridge("p", from, to).unwrap()), [("periods".to_owned(), None, 30.0)]);
    assert_eq!(items(&a.contributions("p", from).unwrap()), [("i", 0.0), ("periods", 50.0)]);
}

#[test]
fn only_the_corners_that_have_a_total_are_passed() {
    let of = |formula: &str, x: f64, z: f64| {
        assessed(&[indicator("i", formula)], json!({}), &["2022"], &[x], &[z])
    };
    let between = |a: &Assessment, b: &Assessment| {
        let bridge = bridge_between(a, 0, b, 0).unwrap();
        told(&bridge).into_iter().map(|(cause, _, effect)| (cause, effect)).collect::<Vec<_>>()
    };
    // x says nothing of the second edition of the data: the scheme changes first.
    let (a, b) = (of("x", 50.0, 60.0), of("z", NAN, 70.0));
    assert_eq!(between(&a, &b), [("own".to_owned(), 10.0), ("rules".to_owned(), 10.0)]);
    // Nor does z of the first: nothing tells data and scheme apart.
    assert_eq!(between(&of("x", 50.0, NAN), &b), [("missing".to_owned(), 20.0)]);
}

#[test]
fn an_indicator_is_known_by_its_name_in_both_schemes() {
    let both = [indicator("i", "x"), indicator("k", "z")];
    let a = assessed(&both, json!({}), &["2022"], &[50.0], &[10.0]);
    let b = assessed(&both[1..], json!({}), &["2022"], &[70.0], &[30.0]);
    let bridge = bridge_between(&a, 0, &b, 0).unwrap();
    sums(bridge.parts.iter().map(|p| p.effect), bridge.total);
    // Data first: half of 20 each; scheme first: all of k's 20.
    let own: Vec<_> = bridge.parts.iter().filter(|p| p.cause == Cause::Own).collect();
    let own: Vec<_> = own.iter().map(|p| (p.indicator.as_deref(), p.effect)).collect();
    assert_eq!(own, [(Some("k"), 15.0), (Some("i"), 5.0)]);
}

#[test]
fn a_denominator_of_zero_has_no_ratio_but_its_part_of_the_whole() {
    let document = json!({"kaohe": 1, "id": "mix", "indicator": [indicator("i", "x / z")],
        "variable": [{"id": "x", "unit": "1"}, {"id": "z", "unit": "1"}]});
    let of = |x: [f64; 4], z: [f64; 4]| {
        let years = [2021, 2021, 2022, 2022].map(|y| Period::year(y).unwrap()).to_vec();
        let panel = Panel::builder(["p", "q", "p", "q"].into_iter().collect(), years);
        let a =
            scheme(&document).assess(&panel.column("x", x.to_vec()).column("z", z.to_vec()).build().unwrap());
        let [from, to] = [2021, 2022].map(|y| Period::year(y).unwrap());
        let panel = a.unwrap().drivers_panel("i", from, to, Method::Auto).unwrap();
        let mix = panel.mix.unwrap();
        (panel.total, mix.iter().map(|m| (m.within, m.mix)).collect::<Vec<_>>())
    };
    // 20/10 → 20/20: p's numerator was in the whole without a weight.
    assert_eq!(of([10.0; 4], [0.0, 10.0, 10.0, 10.0]), (-1.0, vec![(0.0, -1.25), (0.0, 0.25)]));
    // A whole that falls to zero.
    assert_eq!(of([10.0, 10.0, 0.0, 0.0], [10.0; 4]), (-1.0, vec![(-0.5, 0.0), (-0.5, 0.0)]));
}
