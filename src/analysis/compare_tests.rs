use crate::report::{Names, Report};
use serde_json::json;

use super::super::tests_support::*;
use super::*;
use crate::text::Lang;

/// One indicator `x`, in per cent of its scale, of the cells given.
fn scored(cells: &[(&str, i32, f64)], high: f64) -> Assessment {
    let document = json!({
        "kaohe": 1, "id": "plain", "variable": [{"id": "x", "unit": "1"}],
        "indicator": [{"id": "i", "formula": "x", "unit": "1", "missing": "skip",
            "points": {"rule": "linear", "low": 0, "high": high}}],
    });
    let x: Vec<f64> = cells.iter().map(|c| c.2).collect();
    assessed(&document, cells.iter().map(|c| (c.0, c.1)), &[("x", &x)])
}

const CELLS: [(&str, i32, f64); 8] = [
    ("p", 2021, 20.0),
    ("q", 2021, 50.0),
    ("gone", 2021, 10.0),
    ("still", 2021, 40.0),
    ("p", 2022, 60.0),
    ("q", 2022, 30.0),
    ("new", 2022, 80.0),
    ("still", 2022, 40.0),
];

#[test]
fn two_periods_of_one_result_are_matched_by_entity() {
    let a = scored(&CELLS, 100.0);
    let c = compare_periods(&a, year(2021), &a, year(2022)).unwrap();
    let rows: Vec<_> = c.rows.iter().map(|m| (m.entity.as_str(), m.total_change, m.rank_change)).collect();
    assert_eq!(rows, [("p", 40.0, Some(1.0)), ("q", -20.0, Some(-3.0)), ("still", 0.0, Some(-1.0))]);
    assert_eq!((c.since.as_deref(), c.until.as_deref()), (Some("2021"), Some("2022")));
    assert_eq!(c.only_before, [("gone".to_owned(), "2021".to_owned())]);
    assert_eq!(c.only_after, [("new".to_owned(), "2022".to_owned())]);
    // What a bridge says, in every row, and in the JSON.
    for row in &c.rows {
        let mut single = a.bridge(&row.entity, year(2021), year(2022)).unwrap();
        single.walk = None;
        single.own.clear();
        assert_eq!(row.bridge.as_ref(), Some(&single));
    }
    let json = serde_json::to_value(&c).unwrap();
    assert_eq!(json["rows"][0]["bridge"]["parts"][0]["cause"], "own");
    assert_eq!(json["rows"][0]["bridge"]["parts"][0]["effect"], 40.0);
    assert_eq!(
        c.to_text(Names::none(), Lang::En),
        "2022 against 2021: of 3 entities 2 totals and 3 ranks moved.\np went from 20 in 2021 to 60 in 2022 (+40), rank 3 \
         to 2; mainly, its i moved (+40 points).\nOnly in the first (1): gone.\nOnly in the second (1): new."
    );
    assert_eq!(
        c.to_text(Names::none(), Lang::Zh),
        "2022 年与 2021 年相比，3 个考核对象中 2 个总分变动，3 个位次变动。\n2021 年至 2022 年，p的总分由 20 变为 60（+40 \
         分），位次由 3 变为 2；主要是i的变化，影响 +40 分。\n只在前者中有 1 个：gone。\n只在后者中有 1 个：new。"
    );
    assert!(
        c.to_markdown(Names::none(), Lang::En)
            .contains("\n| p | 20 | 60 | +40 | 3 | 2 | +1 | own data | +40 |\n")
    );
}

#[test]
fn two_periods_of_two_results_may_differ_in_scheme() {
    let (a, b) = (scored(&CELLS, 100.0), scored(&CELLS, 200.0));
    let c = compare_periods(&a, year(2021), &b, year(2022)).unwrap();
    for row in &c.rows {
        sums(row.bridge.iter().flat_map(|b| &b.rows).map(|r| r.effect), row.total_change);
    }
    // p: 20 of 100 and 60 of 200; the data's share of +10 is the mean of +40 and +20.
    assert_eq!(c.rows[0].total_change, 10.0);
    assert_eq!(c.rows[0].bridge.as_ref().unwrap().effect(&super::super::Cause::Own), 30.0);
    let error = compare_periods(&a, year(2021), &b, year(2030)).unwrap_err();
    assert!(error.to_string().contains("2030"), "{error}");
}

#[test]
fn gainers_of_two_periods_and_of_two_results() {
    let a = scored(&CELLS, 100.0);
    let g = compare_periods(&a, year(2021), &a, year(2022)).unwrap().gainers();
    assert_eq!((g.gain.len(), g.lose.len(), g.same, g.unknown), (1, 1, 1, 0));
    let en = "2022 against 2021: 1 gain (most: p +40), 1 lose (most: q −20), 1 stand still.";
    assert!(g.to_text(Names::none(), Lang::En).starts_with(en), "{}", g.to_text(Names::none(), Lang::En));
    assert!(
        g.to_text(Names::none(), Lang::Zh)
            .starts_with("2022 年与 2021 年相比，1 个得分上升（最多的是p，+40 分）")
    );
    assert!(g.to_text(Names::none(), Lang::Zh).ends_with("只在后者中有 1 个：new。"));
    // A total that is missing on one side is neither gain nor loss, nor standing still.
    let mut holed = CELLS;
    holed[4].2 = f64::NAN;
    let b = scored(&holed, 100.0);
    let g = compare(&a, &b).unwrap().gainers();
    assert_eq!((g.gain.len(), g.lose.len(), g.same, g.unknown), (0, 0, 7, 1));
    assert!(g.to_text(Names::none(), Lang::En).ends_with("\n1 cannot be compared."));
    assert!(g.to_text(Names::none(), Lang::Zh).ends_with("另有 1 个无从比较。"));
    // Rows of one of two results only, each with its period.
    let c = compare(&a, &scored(&CELLS[1..], 100.0)).unwrap();
    assert_eq!(c.rows.len(), 7);
    assert!(
        c.to_text(Names::none(), Lang::En).ends_with("\nOnly in the first (1): p in 2021."),
        "{}",
        c.to_text(Names::none(), Lang::En)
    );
}
