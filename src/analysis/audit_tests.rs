//! Checks by hand on small data, and that nothing small makes them fail.

use serde_json::json;

use super::*;
use crate::analysis::tests_support::{assessed, year};

/// Scores that are the data, in two groups of two.
fn groups(columns: [&[f64]; 4]) -> Assessment {
    let points = json!({"rule": "formula", "formula": "x"});
    let indicator = |id: &str, group: &str| json!({"id": id, "formula": format!("v_{id}"), "unit": "1", "parent": group, "missing": "skip", "points": points});
    let variable = |id: &str| json!({"id": format!("v_{id}"), "unit": "1"});
    let variables = ["a", "b", "c", "d"].map(variable);
    let document = json!({
        "kaohe": 1, "id": "audited", "variable": variables,
        "group": [{"id": "g", "weight": 3}, {"id": "h", "weight": 1}],
        "indicator": [indicator("a", "g"), indicator("b", "g"), indicator("c", "h"), indicator("d", "h")],
    });
    let names: Vec<String> = (0..columns[0].len()).map(|k| format!("e{k}")).collect();
    let columns = ["v_a", "v_b", "v_c", "v_d"].into_iter().zip(columns);
    let columns: Vec<(&str, &[f64])> = columns.collect();
    assessed(&document, names.iter().map(|name| (name.as_str(), 2022)), &columns)
}

fn audit(columns: [&[f64]; 4]) -> Audit {
    groups(columns).audit(Some(year(2022)), &Limits::default()).unwrap()
}

fn row<'a>(audit: &'a Audit, check: &str, group: Option<&str>) -> &'a Check {
    audit
        .rows
        .iter()
        .find(|row| row.check == check && (group.is_none() || row.group.as_deref() == group))
        .unwrap()
}

const A: [f64; 6] = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0];
const B: [f64; 6] = [11.0, 19.0, 32.0, 41.0, 48.0, 62.0];
const C: [f64; 6] = [50.0, 10.0, 40.0, 90.0, 20.0, 30.0];
const D: [f64; 6] = [60.0, 50.0, 40.0, 30.0, 20.0, 10.0];

#[test]
fn members_that_say_the_same_or_the_opposite_are_named() {
    let found = audit([&A, &B, &C, &D]);
    let redundant = row(&found, "redundancy", None);
    assert_eq!(
        (redundant.status, &redundant.indicators[..]),
        (Status::Warn, &["a".to_owned(), "b".to_owned()][..])
    );
    // d falls as the total rises, with its own group it goes: the group goes against the total.
    let against = row(&found, "direction", None);
    assert_eq!((against.status, &against.indicators[..]), (Status::Fail, &["h".to_owned()][..]));
    assert_eq!(row(&found, "alpha", Some("g")).status, Status::Pass);
    assert_eq!(row(&found, "alpha", Some("h")).status, Status::Warn);
    assert_eq!(row(&found, "kmo", Some("g")).status, Status::NotApplicable);
    let g = found.importances.iter().find(|own| own.member == "g").unwrap();
    assert!(g.weight == 0.75 && g.importance > 0.9, "{g:?}");
    assert_eq!(row(&found, "importance", Some("total")).indicators, ["g", "h"]);
}

#[test]
fn who_is_better_in_everything_and_behind_is_named() {
    let low = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0];
    let found = audit([&low; 4]);
    let dominance = row(&found, "dominance", None);
    assert_eq!((dominance.status, dominance.observed), (Status::Pass, 1.0));
    // Sixty is the best that the indicators give.
    let reach = row(&found, "reach", None);
    assert_eq!((reach.status, reach.observed), (Status::Warn, 0.6));
    assert_eq!(row(&found, "ends_by_one", None).entities, ["e0", "e5"]);
}

#[test]
fn a_lonely_end_is_named() {
    let far = [1.0, 2.0, 3.0, 2.5, 1.5, 90.0];
    let found = audit([&A, &B, &C, &far]);
    let ends = row(&found, "ends_apart", None);
    assert_eq!((ends.status, &ends.entities[..]), (Status::Warn, &["e5".to_owned()][..]));
    let own = found.ends.iter().find(|own| own.indicator == "d").unwrap();
    assert_eq!((own.high_by.as_deref(), own.low_by.as_deref()), (Some("e5"), Some("e0")));
    assert!((own.high_gap - 87.0 / 89.0).abs() < 1e-12);
    assert_eq!(row(&found, "outliers", None).indicators, ["d"]);
}

#[test]
fn nothing_small_makes_it_fail_and_every_row_says_why() {
    const GAP: f64 = f64::NAN;
    let cases: [[&[f64]; 4]; 5] = [
        [&[1.0], &[2.0], &[3.0], &[4.0]],
        [&[1.0, 2.0], &[2.0, 1.0], &[GAP, GAP], &[4.0, 4.0]],
        [&[7.0; 6]; 4],
        [&[GAP; 6]; 4],
        [&[0.0, 0.0, 0.0, 0.0, GAP, 5.0], &[GAP; 6], &A, &C],
    ];
    for columns in cases {
        let found = audit(columns);
        assert_eq!(
            found.rows.len(),
            9 + 4 * 3 + 6,
            "{:?}",
            found.rows.iter().map(|row| row.check).collect::<Vec<_>>()
        );
        for row in &found.rows {
            let said = [crate::Lang::Zh, crate::Lang::En].map(|lang| row.message.message(lang));
            assert!(
                said[0].ends_with('。') && said[1].ends_with('.') && !said[0].contains("audit_"),
                "{said:?}"
            );
            assert_eq!(row.status == Status::NotApplicable, row.observed.is_nan(), "{row:?}");
        }
    }
}
