use crate::Lang;
use crate::report::{Names, Report};
use serde_json::{Value, json};

use super::super::tests_support::*;
use super::super::{Bridge, Cause, bridge_between};
use crate::assess::Assessment;

/// Of p, q and r, `x` and its points in 2020, 2021 and 2022.
fn moved(x: &[f64; 9], points: &Value) -> Assessment {
    moved_as("x", x, points)
}

fn moved_as(formula: &str, x: &[f64; 9], points: &Value) -> Assessment {
    let document = json!({
        "kaohe": 1, "id": "one", "variable": [{"id": "x", "unit": "%"}],
        "indicator": [{"id": "i", "formula": formula, "unit": "%", "title": {"zh": "强度", "en": "Intensity"}, "points": points}],
    });
    let rows = ["p", "q", "r"].into_iter().cycle().zip([2020, 2021, 2022].into_iter().flat_map(|y| [y; 3]));
    assessed(&document, rows, &[("x", x)])
}

fn bridge(a: &Assessment) -> Bridge {
    a.bridge("p", year(2021), year(2022)).unwrap()
}

/// The moves under a cause, each with who set it.
fn told(bridge: &Bridge, cause: &str) -> Vec<(f64, f64, Option<String>, Option<String>)> {
    let number = |x: Option<f64>| x.unwrap_or(f64::NAN);
    let parts = bridge.parts.iter().filter(|p| p.cause.name() == cause);
    parts
        .flat_map(|p| &p.anchors)
        .map(|m| (number(m.from), number(m.to), m.by_before.clone(), m.by_after.clone()))
        .collect()
}

const X: [f64; 9] = [3.0, 6.0, 1.0, 4.0, 9.0, 2.0, 5.0, 8.0, 12.5];

#[test]
fn an_extreme_says_who_set_it_before_and_after() {
    let a = moved(&X, &json!({"rule": "linear"}));
    let b = bridge(&a);
    let who = |name: &str| Some(name.to_owned());
    assert_eq!(told(&b, "others:max"), [(9.0, 12.5, who("q"), who("r"))]);
    // p itself holds the last place now, since the others left it: among those of 2021 it would not.
    assert_eq!(told(&b, "others:min"), [(2.0, 5.0, who("r"), who("p"))]);
    assert!(b.parts.iter().filter(|p| p.cause == Cause::Own).all(|p| p.anchors.is_empty()));
    let document = a.scheme().document();
    let [en, zh] = [Lang::En, Lang::Zh].map(|lang| b.to_markdown(Names::of(document), lang));
    assert!(en.contains("the maximum of Intensity rose from 9% (q) to 12.5% (r): −5.95"), "{en}");
    assert!(zh.contains("强度的最高值由 q的 9% 升到 r的 12.5%（−5.95 分）"), "{zh}");
    assert!(en.contains("| maximum | Intensity | value | 9% (q) | 12.5% (r) |"), "{en}");
    assert!(zh.contains("| 最低值 | 强度 | 数值 | 2%（r） | 5%（p） |"), "{zh}");
    let json = serde_json::to_value(&b).unwrap();
    let part = json["parts"].as_array().unwrap().iter().find(|p| p["cause"] == "others:max").unwrap();
    assert_eq!(
        part["anchors"],
        json!([{"name": "max", "measure": "value", "unit": "%", "from": 9.0, "to": 12.5, "by_before": "q", "by_after": "r"}])
    );
}

#[test]
fn who_holds_an_extreme_in_another_period_is_told_with_it() {
    let rule = json!({"rule": "linear", "low": 0, "high": "max", "over": "all"});
    let document = |a: &Assessment| a.scheme().document().clone();
    // Over all periods the maximum stands still: nothing of the others moved.
    let a = moved(&X, &rule);
    assert!(bridge(&a).parts.iter().all(|p| p.anchors.is_empty()));
    // Between two vintages it moves: r of 2022 is no longer the highest.
    let mut revised = X;
    (revised[8], revised[1]) = (1.0, 10.5);
    let b = moved(&revised, &rule);
    let row = a.row("p", year(2021)).unwrap();
    let found = bridge_between(&a, row, &b, row).unwrap();
    let who = |name: &str| Some(name.to_owned());
    assert_eq!(told(&found, "others:max"), [(12.5, 10.5, who("r 2022"), who("q 2020"))]);
    assert!(
        found.sentences(Names::of(&document(&a)))[0]
            .message(Lang::En)
            .contains("fell from 12.5% (r 2022) to 10.5% (q 2020)")
    );
}

#[test]
fn what_nobody_sets_alone_has_its_values() {
    let points = json!([
        {"share": 0.2, "rule": "zscore"},
        {"share": 0.7, "rule": "linear", "low": 0, "high": {"quantile": 0.75}},
        {"share": 0.1, "measure": "growth", "rule": "linear", "low": 0, "high": "max"},
    ]);
    let a = moved(&X, &points);
    let b = bridge(&a);
    assert_eq!(told(&b, "others:mean"), [(5.0, 8.5, None, None)]);
    assert_eq!(told(&b, "others:quantile 0.75"), [(6.5, 10.25, None, None)]);
    let who = |name: &str| Some(name.to_owned());
    // Growth of r: 2 from 1, 12.5 from 2.
    assert_eq!(told(&b, "others:max"), [(1.0, 5.25, who("r"), who("r"))]);
    let document = a.scheme().document();
    let [en, zh] = [Lang::En, Lang::Zh].map(|lang| b.to_markdown(Names::of(document), lang));
    assert!(en.contains("the 0.75 quantile of Intensity rose from 6.5% to 10.25%"), "{en}");
    assert!(zh.contains("强度的 0.75 分位数由 6.5% 升到 10.25%"), "{zh}");
    assert!(en.contains("| maximum | Intensity | growth | 100% (r) | 525% (r) |"), "{en}");
    assert!(zh.contains("强度 | 增长率 | 100%（r） | 525%（r） |"), "{zh}");
}

#[test]
fn a_rank_says_where_the_same_number_would_stand() {
    // 4 was second of 4, 9, 2; among 5's rivals 8 and 12.5 it is third, as is 5.
    let a = moved(&X, &json!({"rule": "rank", "table": [100, 80, 50]}));
    let b = bridge(&a);
    assert_eq!(told(&b, "others:ranks"), [(2.0, 3.0, None, None)]);
    let document = a.scheme().document();
    assert!(
        b.sentences(Names::of(document))[0]
            .message(Lang::En)
            .contains("as before, Intensity would rank 3 instead of 2")
    );
    assert!(
        b.sentences(Names::of(document))[0].message(Lang::Zh).contains("强度同样的水平由第 2 位变为第 3 位")
    );
}

#[test]
fn between_two_schemes_the_second_says_what_moved() {
    let a = moved(&X, &json!({"rule": "linear"}));
    let mut revised = X;
    revised[4] = 11.0;
    let b = moved_as("2 * x", &revised, &json!({"rule": "linear", "between": [60, 100]}));
    let row = a.row("p", year(2021)).unwrap();
    let found = bridge_between(&a, row, &b, row).unwrap();
    sums(found.parts.iter().map(|p| p.effect), found.total);
    let who = |name: &str| Some(name.to_owned());
    assert_eq!(told(&found, "others:max"), [(18.0, 22.0, who("q"), who("q"))]);
    assert!(
        found.sentences(Names::of(b.scheme().document()))[0]
            .message(Lang::Zh)
            .contains("强度的最高值由 q的 18% 升到 q的 22%")
    );
}

#[test]
fn where_there_is_too_much_to_tell_apart_every_number_is_still_told() {
    let part = |i: usize| {
        let [low, high] = [i as f64 / 40.0, 0.5 + i as f64 / 40.0];
        json!({"share": 0.125, "rule": "linear", "low": {"quantile": low}, "high": {"quantile": high}})
    };
    let a = moved(&X, &(0..8).map(part).collect());
    let b = bridge(&a);
    sums(b.parts.iter().map(|p| p.effect), b.total);
    let told = told(&b, "others:all");
    assert_eq!(told.len(), 16, "{b:?}");
    let text = b.to_markdown(Names::of(a.scheme().document()), Lang::En);
    assert!(
        text.contains("the others' data (all of it)") && text.contains("| 0.5 quantile | Intensity |"),
        "{text}"
    );
}
