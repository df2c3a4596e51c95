//! What must hold of the checks whatever the data are.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::{Table, found, scheme, shown, small};
use kaohe::scheme::model::Document;
use kaohe::{CheckInput, Finding, Lang, check};
use proptest::prelude::*;

fn document() -> Document {
    scheme(
        "benchmarks = [\"e0\", \"全省\"]",
        &[
            ("a", "亿元", "total_of = [\"b\", \"c\"]\npublished_digits = 1"),
            ("b", "万元", "missing = \"peer_median\""),
            ("c", "家", "missing = \"interpolate\""),
            ("d", "%", "missing = \"skip\""),
        ],
    )
}

/// Four columns of `entities × periods` values, some rows dropped.
fn table(entities: usize, values: &[[f64; 4]], dropped: &[bool]) -> Table {
    let names: Vec<String> = (0..entities).map(|e| format!("e{e}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let column = |c: usize| values.iter().map(|v| v[c]).collect::<Vec<f64>>();
    let first = column(0);
    let by_year: Vec<&[f64]> = first.chunks(entities).collect();
    let mut table = small("a", &names, &by_year);
    for (c, name) in ["b", "c", "d"].iter().enumerate() {
        table.columns.push(((*name).to_owned(), column(c + 1)));
    }
    let kept: Vec<usize> = (0..table.entities.len()).filter(|r| !dropped[r % dropped.len()]).collect();
    table.rearranged(&kept)
}

fn input() -> CheckInput<'static> {
    CheckInput { denominators: &[("x", "a"), ("y", "d")], ..CheckInput::default() }
}

/// Everything but the row.
fn without_row(findings: &[Finding]) -> Vec<String> {
    let mut lines: Vec<String> = findings
        .iter()
        .map(|f| {
            let mut f = f.clone();
            f.place.row = None;
            shown(&[f])
        })
        .collect();
    lines.sort();
    lines
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        2 => Just(f64::NAN),
        2 => Just(0.0),
        4 => (1u32..100_000).prop_map(|n| f64::from(n) / 10.0),
        2 => (-6i32..12, 1u32..999).prop_map(|(e, n)| f64::from(n) * 10f64.powi(e)),
        2 => -1e3..1e3f64,
        1 => proptest::num::f64::NORMAL,
        1 => proptest::num::f64::SUBNORMAL,
        1 => Just(f64::MAX),
        1 => Just(f64::MIN),
        1 => Just(-0.0),
    ]
}

fn values() -> impl Strategy<Value = Vec<[f64; 4]>> {
    proptest::collection::vec([value(), value(), value(), value()], 48)
}

proptest! {
    #[test]
    fn no_float_makes_it_panic_and_every_message_is_whole(values in values(), odd in proptest::collection::vec(proptest::num::f64::ANY, 1..48), dropped in proptest::collection::vec(proptest::bool::weighted(0.1), 48)) {
        prop_assume!(dropped.iter().any(|d| !d));
        let panel = table(12, &values, &dropped).panel();
        // A column put in afterwards has not been through the builder.
        let odd = odd.iter().copied().cycle().take(panel.len()).collect::<Vec<f64>>();
        let panel = panel.with_column("c", odd.clone().into()).unwrap().with_column("b", odd.into()).unwrap();
        let list = check(&document(), &panel, &input());
        for finding in &list {
            for lang in [Lang::Zh, Lang::En] {
                let message = finding.message(lang);
                prop_assert!(!message.contains('{') && !message.contains(finding.code), "{}", message);
            }
        }
        prop_assert!(list.windows(2).all(|w| w[0].severity >= w[1].severity));
    }

    #[test]
    fn the_order_of_rows_changes_nothing_but_row_numbers(values in values(), dropped in proptest::collection::vec(proptest::bool::weighted(0.1), 48), seed in any::<u64>()) {
        prop_assume!(dropped.iter().any(|d| !d));
        let plain = table(12, &values, &dropped);
        let mut order: Vec<usize> = (0..plain.entities.len()).collect();
        order.sort_by_key(|&i| (i as u64 + 1).wrapping_mul(seed | 1).rotate_left(23));
        let moved = plain.rearranged(&order);
        let list = |t: &Table| check(&document(), &t.panel(), &input());
        prop_assert_eq!(without_row(&list(&plain)), without_row(&list(&moved)));
    }

    #[test]
    fn a_clean_period_more_adds_nothing(growth in proptest::collection::vec(1.02..1.12f64, 60), years in 1usize..5) {
        let names: Vec<String> = (0..12).map(|e| format!("e{e}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut level: Vec<f64> = (0..12).map(|e| 1234.5 * 1.3f64.powi(e)).collect();
        let mut rows = vec![level.clone()];
        for year in growth.chunks(12).take(years) {
            level = level.iter().zip(year).map(|(x, g)| (x * g * 100.0).round() / 100.0).collect();
            rows.push(level.clone());
        }
        let document = scheme("", &[("gdp", "亿元", "published_digits = 2")]);
        for n in 1..=rows.len() {
            let by_year: Vec<&[f64]> = rows[..n].iter().map(Vec::as_slice).collect();
            let list = found(&document, &small("gdp", &names, &by_year));
            prop_assert!(list.is_empty(), "{}", shown(&list));
        }
    }
}
