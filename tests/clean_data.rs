//! Real statistics raise no false alarm, and one slip in them is found, and only that one.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::{Table, csv, found, scheme, shown};
use kaohe::scheme::model::Document;
use kaohe::{Finding, Severity};

fn provinces() -> (Document, Table) {
    let variables = [
        ("gdp_as_first_published_yi", "亿元", "published_digits = 1"),
        ("gdp_revised_yi", "亿元", "missing = \"skip\""),
        ("rd_expenditure_yi", "亿元", ""),
        ("rd_intensity_pct_published", "%", ""),
        ("fiscal_sci_tech_yi", "亿元", ""),
        ("general_budget_expenditure_yi", "亿元", ""),
        ("tech_contract_outflow_yi", "亿元", ""),
        ("hitech_firms_3yr_certified_sum_proxy", "家", ""),
        ("enterprise_legal_persons", "家", "missing = \"skip\""),
    ];
    let names: Vec<&str> = variables.iter().map(|v| v.0).collect();
    (scheme("", &variables), csv("province_panel_4indicators_2020_2023.csv", &names))
}

/// Name, unit and what else the scheme says of it.
type Column = (&'static str, &'static str, &'static str);

/// Every table, with its years, that must be quiet.
fn all() -> Vec<(Document, Table)> {
    let (document, table) = provinces();
    let years = table.kept(|_, p| p.calendar_year() < 2023);
    let single = table.kept(|_, p| p.calendar_year() == 2021);
    let mut all = vec![(document.clone(), table), (document.clone(), years), (document, single)];
    let files: [(&str, &[Column]); 5] = [
        (
            "province_rd_2011_2023.csv",
            &[("rd_expenditure_yi_yuan", "亿元", ""), ("rd_intensity_pct_published", "%", "")],
        ),
        (
            "province_fiscal_2010_2023.csv",
            &[("general_public_budget_expenditure", "亿元", ""), ("sci_tech_expenditure", "亿元", "")],
        ),
        (
            "province_tech_contract_2000_2023.csv",
            &[
                ("outflow_contract_value", "万元", "missing = \"skip\""),
                ("outflow_contracts", "项", "missing = \"skip\""),
                ("inflow_contract_value", "万元", "missing = \"skip\""),
                ("inflow_contracts", "项", "missing = \"skip\""),
            ],
        ),
        ("province_hitech_certified_2018_2024.csv", &[("hitech_firms_certified_in_year", "家", "")]),
        ("province_enterprise_legal_persons_2016_2024.csv", &[("enterprise_legal_person_units", "家", "")]),
    ];
    for (file, variables) in files {
        let names: Vec<&str> = variables.iter().map(|v| v.0).collect();
        let table = csv(file, &names);
        all.push((scheme("benchmarks = [\"全国\"]", variables), table.clone()));
        let last = *table.periods.iter().max().unwrap();
        all.push((scheme("", variables), table.kept(|_, p| p == last)));
    }
    all
}

/// What looks like a slip; missing values and gaps of these tables are real.
fn alarms(document: &Document, table: &Table) -> Vec<Finding> {
    let mut list = found(document, table);
    let real = ["missing_value", "period_gap", "entity_gap", "benchmark_absent"];
    list.retain(|f| f.severity > Severity::Info && !real.contains(&f.code));
    list
}

#[test]
fn real_data_raise_no_alarm() {
    for (document, table) in all() {
        let alarms = alarms(&document, &table);
        assert!(alarms.is_empty(), "{}: {}", table.columns[0].0, shown(&alarms));
    }
}

#[test]
fn nor_does_any_run_of_years_of_them() {
    for (document, table) in all() {
        let (first, last) = (table.periods.iter().min().unwrap(), table.periods.iter().max().unwrap());
        for from in first.calendar_year()..=last.calendar_year() {
            for years in 1..5 {
                let part = table.kept(|_, p| (from..from + years).contains(&p.calendar_year()));
                if part.entities.is_empty() {
                    continue;
                }
                let alarms = alarms(&document, &part);
                assert!(alarms.is_empty(), "{} {from}+{years}: {}", table.columns[0].0, shown(&alarms));
            }
        }
    }
}

#[test]
fn a_slip_of_ten_thousand_is_found_wherever_it_is() {
    let (document, table) = provinces();
    let table = table.kept(|_, p| p.calendar_year() < 2023);
    let mut missed = Vec::new();
    for row in 0..table.entities.len() {
        for column in [0, 2, 4, 5, 6, 7, 8] {
            for factor in [1e4, 1e-4] {
                let mut slipped = table.clone();
                slipped.columns[column].1[row] *= factor;
                let alarms = alarms(&document, &slipped);
                let place = |f: &Finding| (f.place.row, f.place.column.clone());
                let right = (Some(row), Some(table.columns[column].0.clone()));
                if alarms.len() != 1 || place(&alarms[0]) != right {
                    missed.push(format!("{row} {} {factor}: {}", table.columns[column].0, shown(&alarms)));
                }
            }
        }
    }
    assert!(missed.is_empty(), "{}: {}", missed.len(), missed.join("\n"));
}

#[test]
fn in_a_single_year_the_peers_give_it_away() {
    let (document, table) = provinces();
    let table = table.kept(|_, p| p.calendar_year() == 2021);
    let (mut wrong, mut missed) = (Vec::new(), Vec::new());
    for row in 0..table.entities.len() {
        for column in [0, 2, 4, 5, 7, 8] {
            for factor in [1e4, 1e-4] {
                let mut slipped = table.clone();
                slipped.columns[column].1[row] *= factor;
                let alarms = alarms(&document, &slipped);
                let right = |f: &Finding| {
                    f.place.row == Some(row) && f.place.column.as_ref() == Some(&table.columns[column].0)
                };
                if !alarms.iter().all(right) {
                    wrong.push(format!("{row} {} {factor}: {}", table.columns[column].0, shown(&alarms)));
                } else if alarms.is_empty() {
                    missed.push(format!("{} {} {factor}", table.entities[row], table.columns[column].0));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n"));
    // A slip that brings a small province to the size of a large one shows in no comparison but that with its past.
    let slips = table.entities.len() * 12;
    assert!(missed.len() * 10 < slips, "{}: {missed:?}", missed.len());
}

/// 20,000 firms, sizes over five powers of ten, one year: the smallest and the largest are no slips.
#[test]
fn a_long_tail_raises_no_alarm() {
    let names: Vec<String> = (0..20_000).map(|i| format!("f{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let size: Vec<f64> = (0..20_000u32).map(|i| f64::from(i * 7919 % 20_011) + 1.0).collect();
    let mut table = crate::support::small("revenue", &names, &[&size]);
    let document = scheme("", &[("revenue", "万元", ""), ("staff", "人", "")]);
    assert_eq!(shown(&found(&scheme("", &[("revenue", "万元", "")]), &table)), "");
    table.columns.push(("staff".to_owned(), size.iter().map(|x| (x * 0.4).round()).collect()));
    assert_eq!(shown(&found(&document, &table)), "");
}

#[test]
fn without_any_other_variable_only_the_far_and_lonely_is_one() {
    let (_, table) = provinces();
    let mut table = table.kept(|_, p| p.calendar_year() == 2021);
    table.columns.truncate(1);
    let document = scheme("", &[("gdp_as_first_published_yi", "亿元", "")]);
    assert!(found(&document, &table).is_empty());
    table.set("江苏", "2021", "gdp_as_first_published_yi", |x| x * 1e4);
    let list = found(&document, &table);
    assert_eq!(list.len(), 1, "{}", shown(&list));
    assert_eq!((list[0].code, list[0].place.entity.as_deref()), ("power_peers_unit", Some("江苏")));
}
