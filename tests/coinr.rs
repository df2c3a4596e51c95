//! COINr's tables and schemes, there and back.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::scheme::coinr::{Contents, Meta, Normalise, Steps, document, tables};
use kaohe::{Labels, Lang, Panel, Period, Scheme};
use proptest::prelude::*;

use crate::support::oracle;

/// The rows of the `iMeta` that COINr's numbers come from.
fn structure() -> Vec<Meta> {
    let path = format!("{}/tests/data/oracle/composite/structure.csv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let row = |line: &str| {
        let cells: Vec<Option<String>> =
            line.split(',').map(|cell| Some(cell.to_owned()).filter(|cell| !cell.is_empty())).collect();
        let number = |k: usize| cells[k].as_ref().map(|cell| cell.parse().unwrap());
        Meta {
            level: number(0),
            code: cells[1].clone(),
            parent: cells[2].clone(),
            direction: number(3),
            weight: number(4),
            denominator: cells[5].clone(),
            kind: cells[6].clone(),
            ..Meta::default()
        }
    };
    text.lines().skip(1).map(row).collect()
}

fn scheme(meta: &[Meta]) -> Scheme {
    Scheme::from_document(document(meta, &Steps::default()).unwrap()).unwrap()
}

#[test]
fn the_tree_and_the_denominators_come_over() {
    let scheme = scheme(&structure());
    let (names, rows) = oracle::table("composite/data.csv");
    let entities: Labels = rows.iter().map(|row| row.name.as_str()).collect();
    let mut panel = Panel::builder(entities, vec![Period::year(2023).unwrap(); rows.len()]);
    for (k, id) in names.iter().enumerate().filter(|(_, id)| *id != "cls") {
        panel = panel.column(id, rows.iter().map(|row| row.numbers[k]).collect::<Vec<f64>>());
    }
    let result = scheme.assess(&panel.build().unwrap()).unwrap();
    let (names, rows) = oracle::table("composite/denominated.csv");
    for (k, id) in names.iter().enumerate().filter(|(_, id)| id.starts_with('x')) {
        let expected: Vec<f64> = rows.iter().map(|row| row.numbers[k]).collect();
        // One quotient of two floats: the same operation.
        oracle::assert_close(id, result.values(result.node(id).unwrap()), &expected, 1e-15);
    }
}

#[test]
fn there_and_back_is_the_same_scheme() {
    let there = scheme(&structure());
    let tables = tables(&there);
    assert_eq!(there, scheme(&tables.meta));
    let x04 = tables.meta.iter().find(|own| own.code.as_deref() == Some("x04")).unwrap();
    assert_eq!(x04.denominator.as_deref(), Some("pop"));
    assert!(tables.data.contains(&("pop".into(), Contents::Variable("pop".into()))));
    assert_eq!(tables.left[0].message(Lang::En), "iMeta has no columns for: points");
}

#[test]
fn an_indicator_that_stands_high_gets_aggregates_of_one_member() {
    let text = r#"
        kaohe = 1
        id = "i"
        variable = [{ id = "a", unit = "元" }, { id = "b", unit = "万元" }]
        group = [{ id = "g" }, { id = "h", parent = "g" }]
        [[indicator]]
        id = "deep"
        parent = "h"
        formula = "a"
        unit = "元"
        points = { rule = "linear" }
        [[indicator]]
        id = "high"
        formula = "a / b"
        unit = "%"
        weight = 3
        points = { rule = "linear" }
    "#;
    let tables = tables(&Scheme::from_toml(text).unwrap());
    let row = |code: &str| {
        let own = tables.meta.iter().find(|own| own.code.as_deref() == Some(code)).unwrap();
        (own.level.unwrap(), own.parent.as_deref(), own.weight.unwrap())
    };
    assert_eq!(row("i"), (4.0, None, 1.0));
    assert_eq!(row("high_3"), (3.0, Some("i"), 3.0));
    assert_eq!(row("high_2"), (2.0, Some("high_3"), 1.0));
    assert_eq!(row("high"), (1.0, Some("high_2"), 1.0));
    assert_eq!(row("deep"), (1.0, Some("h"), 1.0));
    // A quotient whose units are converted is no quotient of the two columns.
    assert!(tables.data.contains(&("high".into(), Contents::Values("high".into()))));
}

#[test]
fn every_problem_is_named_with_its_row() {
    let mut meta = structure();
    meta[0].parent = Some("Pi".into());
    meta[1].direction = Some(2.0);
    meta[3].denominator = Some("pop_".into());
    meta[5].code = Some("x05".into());
    meta[7].kind = Some("Indikator".into());
    meta[8].code = None;
    let steps = Steps { normalise: Normalise::Goalposts, ..Steps::default() };
    let error = document(&meta, &steps).unwrap_err();
    let said: Vec<String> = error
        .findings()
        .iter()
        .filter(|finding| finding.code != "coinr_parameter")
        .map(|finding| format!("{}: {}", finding.place.row.unwrap(), finding.message(Lang::En)))
        .collect();
    assert_eq!(
        said,
        [
            "5: the code `x05` has two rows; every code has one",
            "8: this row of iMeta has no iCode; every row needs a code",
            "0: the Parent of `x01` is `Pi`, which has no row; is it `P1`?",
            "1: the Direction of `x02` is 2; expected 1 or −1",
            "3: the Denominator of `x04` is `pop_`, which has no row; is it `pop`?",
            "7: the Type of `x08` is `Indikator`; expected one of Indicator, Aggregate, Group, Denominator, Other",
        ]
    );
    let lacking = error.findings().iter().find(|finding| finding.code == "coinr_parameter").unwrap();
    assert_eq!(lacking.message(Lang::En), "`x01` has no goalpost_lower, which this normalisation needs");
}

#[test]
fn codes_that_formulas_cannot_name_keep_their_column() {
    let mut meta = structure();
    meta[0].code = Some("R.D".into());
    let scheme = scheme(&meta);
    let first = &scheme.document().variables[0];
    assert_eq!((first.id.as_str(), first.column.as_slice()), ("R_D", &["R.D".to_owned()][..]));
    meta[1].code = Some("R_D".into());
    let error = document(&meta, &Steps::default()).unwrap_err();
    assert_eq!(error.findings()[0].message(Lang::En), "formulas cannot tell the code `R_D` from `R.D`");
}

#[test]
fn a_flat_index_needs_no_aggregate() {
    let meta: Vec<Meta> = ["a", "b"]
        .map(|code| Meta { code: Some(code.into()), kind: Some("Indicator".into()), ..Meta::default() })
        .to_vec();
    let scheme = scheme(&meta);
    assert_eq!(scheme.document().id, "index");
    assert!(scheme.document().groups.is_empty());
}

proptest! {
    /// Whatever stands in the cells: a scheme, or problems with their places; and back again the same.
    #[test]
    fn any_table_is_read_or_refused(
        cells in prop::collection::vec((0..4_u8, 0..8_u8, 0..9_u8, -1..3_i8, 0..6_usize), 1..8),
    ) {
        let code = |k: u8| format!("c{k}");
        let kinds = ["Indicator", "Indicator", "Aggregate", "Denominator", "Group", "?"];
        let meta: Vec<Meta> = cells
            .iter()
            .map(|(level, own, parent, direction, kind)| Meta {
                level: Some(f64::from(*level)),
                code: Some(code(*own)),
                parent: (*parent < 8).then(|| code(*parent)),
                direction: Some(f64::from(*direction)),
                kind: Some(kinds[*kind].to_owned()),
                ..Meta::default()
            })
            .collect();
        match document(&meta, &Steps::default()).and_then(Scheme::from_document) {
            Ok(scheme) => prop_assert_eq!(&scheme, &self::scheme(&tables(&scheme).meta)),
            Err(error) => prop_assert!(!error.findings().is_empty()),
        }
    }
}
