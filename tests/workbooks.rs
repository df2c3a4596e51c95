//! The corpus of messy workbooks: what should come of each stands beside it, written from the numbers that went in
//! (tools/make_workbooks.py).
#![cfg(feature = "workbook")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::path::Path;

use kaohe::scheme::Cleaning;
use kaohe::workbook::{Grid, Options, Table};
use kaohe::{Exact, Scheme, Severity};
use serde_json::Value;

const FOLDER: &str = "tests/data/workbooks";

/// The cases by name.
fn cases() -> Vec<(String, Value)> {
    let mut names: Vec<String> = std::fs::read_dir(FOLDER)
        .unwrap()
        .filter_map(|f| Some(f.unwrap().file_name().to_str()?.strip_suffix(".json")?.to_owned()))
        .collect();
    names.sort_unstable();
    let read = |name: String| {
        let text = std::fs::read_to_string(format!("{FOLDER}/{name}.json")).unwrap();
        (name, serde_json::from_str(&text).unwrap())
    };
    names.into_iter().map(read).collect()
}

fn texts(value: &Value) -> Vec<Vec<&str>> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|row| row.as_array().unwrap().iter().map(|x| x.as_str().unwrap_or_default()).collect())
        .collect()
}

fn options(case: &Value) -> Options {
    let given = &case["options"];
    let list = |key: &str| -> Vec<String> {
        let list = given[key].as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().map(|x| x.as_str().unwrap().to_owned()).collect()
    };
    let mut options = Options::default();
    options.sheets = list("sheet");
    options.cleaning = list("cleaning").iter().map(|name| Cleaning::parse(name).unwrap()).collect();
    options.rename = texts(&given["rename"]).iter().map(|r| (r[0].to_owned(), r[1].to_owned())).collect();
    options
}

fn scheme(period: &str) -> Scheme {
    let text = std::fs::read_to_string(format!("{FOLDER}/scheme.toml")).unwrap();
    Scheme::from_toml(&text.replacen("\n\n", &format!("\nperiod = \"{period}\"\n\n"), 1)).unwrap()
}

fn read(name: &str, case: &Value, options: &Options) -> Table {
    let kind = case["kind"].as_str().unwrap_or("xlsx");
    let grid = Grid::open(Path::new(FOLDER).join(format!("{name}.{kind}"))).unwrap();
    grid.table(Some(&scheme(case["period"].as_str().unwrap_or("year"))), options).unwrap()
}

/// Codes and cells of the findings, sorted.
fn found(table: &Table, wanted: impl Fn(Severity) -> bool) -> Vec<(String, String)> {
    let mut found: Vec<_> = table
        .findings
        .iter()
        .filter(|f| wanted(f.severity))
        .map(|f| (f.code.to_owned(), f.place.cell.clone().unwrap_or_default()))
        .collect();
    found.sort();
    found
}

fn pairs(value: &Value) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = texts(value).iter().map(|f| (f[0].to_owned(), f[1].to_owned())).collect();
    pairs.sort();
    pairs
}

#[test]
fn every_workbook_of_the_corpus_comes_out_as_it_went_in() {
    let all = cases();
    assert!(all.len() >= 30);
    for (name, case) in all {
        let table = read(&name, &case, &options(&case));
        let expected = pairs(&case["findings"]);
        assert_eq!(found(&table, |_| true), expected, "{name}: {:#?}", table.findings);
        let log: Vec<Vec<String>> = table
            .cleaned
            .iter()
            .map(|c| {
                let why: Vec<&str> = c.why.iter().map(|w| w.name()).collect();
                let why = if why.is_empty() { "missing_marks".to_owned() } else { why.join(", ") };
                vec![c.cell.clone(), c.before.clone(), c.after.clone(), why]
            })
            .collect();
        assert_eq!(log, texts(&case["cleaned"]), "{name}");
        let notes: Vec<&str> = table.notes.iter().map(|n| n.text.as_str()).collect();
        let expected: Vec<&str> = case["notes"]
            .as_array()
            .map(|n| n.iter().map(|x| x.as_str().unwrap()).collect())
            .unwrap_or_default();
        assert_eq!(notes, expected, "{name}");
        let Some(rows) = case["rows"].as_array() else {
            assert!(table.findings.iter().any(|f| f.severity == Severity::Error), "{name}");
            continue;
        };
        assert_eq!(table.len(), rows.len(), "{name}");
        for (i, row) in rows.iter().enumerate() {
            let key = |at: usize| row[at].as_str();
            assert_eq!(table.entity.get(i), key(0), "{name} {i}");
            assert_eq!(table.period.as_ref().unwrap().get(i), key(1), "{name} {i}");
            for (v, id) in ["rd", "gdp", "hitech", "growth"].into_iter().enumerate() {
                let (_, column) = table.columns.iter().find(|(name, _)| name == id).unwrap();
                let expected = key(2 + v).map_or(Exact::Missing, |x| Exact::parse(x).unwrap());
                assert_eq!(column.exact(i), expected, "{name}: {id} in row {i}");
            }
        }
        let scheme = scheme(case["period"].as_str().unwrap_or("year"));
        scheme.assess(&table.panel(&scheme).unwrap()).unwrap();
    }
}

#[test]
fn nothing_is_cleaned_that_was_not_declared() {
    for (name, case) in cases().into_iter().filter(|(_, case)| !case["refused"].is_null()) {
        let mut options = options(&case);
        options.cleaning.clear();
        let table = read(&name, &case, &options);
        assert!(table.cleaned.is_empty(), "{name}");
        assert_eq!(found(&table, |s| s == Severity::Error), pairs(&case["refused"]), "{name}");
    }
}
