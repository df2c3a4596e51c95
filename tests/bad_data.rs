//! Every kind of bad data and what is said about it, pinned in `bad_data/`.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::sync::Arc;

use crate::support::{self, Table, csv, found, scheme, shown, small};
use kaohe::{CheckInput, Finding, Panel, check};

const N: f64 = f64::NAN;

/// A growing column of 12 cities, four years, with four digits and more.
fn cities() -> Table {
    let names =
        ["兰州", "嘉峪关", "金昌", "白银", "天水", "武威", "张掖", "平凉", "酒泉", "庆阳", "定西", "陇南"];
    let by_year: Vec<Vec<f64>> = (0..4)
        .map(|t| {
            let size = |i: usize| 310.0 + 97.0 * i as f64 + 13.5 * (i * i) as f64;
            let growth = |i: usize| 1.0 + 0.07 * f64::from(t) + 0.004 * ((i * 5 + t as usize * 3) % 7) as f64;
            (0..names.len()).map(|i| (size(i) * growth(i) * 100.0).round() / 100.0).collect()
        })
        .collect();
    let rows: Vec<&[f64]> = by_year.iter().map(Vec::as_slice).collect();
    small("gdp", &names, &rows)
}

/// A second column that follows the first one loosely.
fn with_second(mut table: Table, name: &str, share: f64) -> Table {
    let gdp = table.columns[0].1.clone();
    let second =
        gdp.iter().enumerate().map(|(i, x)| (x * share * (1.0 + 0.03 * ((i * 7) % 11) as f64)).round());
    table.columns.push((name.to_owned(), second.collect()));
    table
}

fn pinned(name: &str, findings: &[Finding]) {
    assert!(!findings.is_empty(), "{name} is not found");
    let written = serde_json::to_string(findings).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Finding>>(&written).unwrap(), findings, "{name}");
    support::pinned(&format!("bad_data/{name}.txt"), shown(findings));
}

fn built(name: &str, table: &Table) {
    pinned(name, &table.build().map(|_: Panel| ()).unwrap_err());
}

fn checked(name: &str, keys: &str, variables: &[(&str, &str, &str)], table: &Table) {
    pinned(name, &found(&scheme(keys, variables), table));
}

const GDP: (&str, &str, &str) = ("gdp", "亿元", "");

#[test]
fn the_table_that_all_others_spoil_is_clean() {
    assert_eq!(shown(&found(&scheme("", &[GDP]), &cities())), "");
    let two = with_second(cities(), "firms", 10.0);
    assert_eq!(shown(&found(&scheme("", &[GDP, ("firms", "家", "")]), &two)), "");
}

#[test]
fn refused_by_the_builder() {
    built("b01_no_rows", &Table::default());
    let mut t = cities();
    t.columns[0].1.pop();
    built("b02_column_length", &t);
    let mut t = cities();
    t.periods[3] = kaohe::Period::parse("2019Q2").unwrap();
    built("b03_mixed_periods", &t);
    let mut t = cities();
    t.entities[5] = "兰州".to_owned();
    built("b04_duplicate_row", &t);
    let mut t = cities();
    t.columns[0].1[7] = f64::INFINITY;
    t.columns[0].1[9] = f64::NEG_INFINITY;
    built("b05_infinite_value", &t);
}

#[test]
fn columns() {
    let mut t = cities();
    t.columns[0].0 = "gpd".to_owned();
    t.columns.push(("notes".to_owned(), vec![0.0; 48]));
    checked("c01_missing_column_near_and_unused_column", "", &[GDP], &t);
    checked("c02_missing_column", "", &[("人口", "万人", "")], &cities());
    let mut t = cities();
    t.columns.clear();
    t.texts.push(("gdp".to_owned(), vec![Some("1234.5".to_owned()); 48]));
    checked("c03_column_is_text", "", &[GDP], &t);
    for (row, text) in [(3, "1,234.5"), (4, "１２３"), (5, "约500"), (6, " ")] {
        t.texts[0].1[row] = Some(text.to_owned());
    }
    checked("c05_text_among_numbers", "", &[GDP], &t);
    let input = CheckInput { columns: &["备注"], used: Some(&[]), ..CheckInput::default() };
    let document = scheme("", &[GDP, ("total", "亿元", "")]);
    pinned("c04_column_of_an_unused_variable", &check(&document, &cities().panel(), &input));
}

#[test]
fn time() {
    checked("t01_other_frequency", "period = \"quarter\"", &[GDP], &cities());
    checked("t02_period_gap", "", &[GDP], &cities().kept(|_, p| p.calendar_year() != 2020));
    let t = cities().kept(|e, p| e != "白银" || p.calendar_year() != 2021);
    checked("t03_entity_gap", "", &[GDP], &t);
    let t = cities().kept(|e, p| e != "白银" || p.calendar_year() > 2020);
    checked("t04_entity_in_some_periods", "", &[GDP], &t);
}

#[test]
fn names() {
    let rename = |from: &str, to: &str, years: std::ops::Range<usize>| {
        let mut t = cities();
        for row in years.start * 12..years.end * 12 {
            if t.entities[row] == from {
                t.entities[row] = to.to_owned();
            }
        }
        t
    };
    checked("n01_trailing_space_in_one_year", "", &[GDP], &rename("天水", "天水 ", 2..3));
    checked("n02_ending_in_some_years", "", &[GDP], &rename("天水", "天水市", 2..4));
    checked("n03_full_width", "", &[GDP], &rename("天水", "天\u{3000}水", 3..4));
    checked("n04_invisible_character_throughout", "", &[GDP], &rename("天水", "天水\u{200b}", 0..4));
    checked("n05_benchmark_absent", "benchmarks = [\"全省\"]", &[GDP], &cities());
    checked("n06_benchmark_near", "benchmarks = [\"天水\"]", &[GDP], &rename("天水", "天水市", 0..4));
}

#[test]
fn classes() {
    let lists = |a: &str| format!("[[class]]\nid = \"河西\"\nentities = [\"嘉峪关\", {a}]\n");
    let with = |keys: &str, lists: &str| {
        let text =
            format!("kaohe = 1\nid = \"x\"\n{keys}\n[[variable]]\nid = \"gdp\"\nunit = \"亿元\"\n{lists}");
        toml::from_str(&text).unwrap()
    };
    let some = cities().kept(|e, _| ["嘉峪关", "金昌", "白银"].contains(&e));
    pinned("k01_class_members", &found(&with("", &lists("\"金昌市\", \"敦煌\"")), &some));
    let class = with("class_column = \"class\"", "[[class]]\nid = \"A类\"\n[[class]]\nid = \"B类\"");
    pinned("k02_missing_class_column", &found(&class, &some));
    let mut t = some;
    let ids = [Some("A类"), Some("B 类"), Some("X"), None];
    t.texts.push(("class".to_owned(), (0..12).map(|r| ids[r % 4].map(str::to_owned)).collect()));
    pinned("k03_unknown_and_empty_classes", &found(&class, &t));
}

#[test]
fn missing_values() {
    let mut t = cities();
    t.set("武威", "2019", "gdp", |_| N);
    t.set("张掖", "2020", "gdp", |_| N);
    for (name, how) in [
        ("h01_refused", "error"),
        ("h02_skip", "skip"),
        ("h03_carry_forward", "carry_forward"),
        ("h04_interpolate", "interpolate"),
        ("h05_peer_mean", "peer_mean"),
        ("h06_zero", "zero"),
    ] {
        let variables = [("gdp", "亿元", format!("missing = \"{how}\""))];
        let variables: Vec<_> = variables.iter().map(|(a, b, c)| (*a, *b, c.as_str())).collect();
        checked(name, "", &variables, &t);
    }
    t.columns[0].1[36..].fill(N);
    checked("h07_a_whole_year", "", &[("gdp", "亿元", "missing = \"carry_forward\"")], &t);
}

#[test]
fn signs() {
    let mut t = with_second(cities(), "firms", 10.0);
    t.set("平凉", "2021", "firms", |x| -x);
    let both = [GDP, ("firms", "家", "")];
    checked("s01_negative_count", "", &both, &t);
    t.set("平凉", "2021", "firms", |x| -x);
    t.set("平凉", "2021", "gdp", |x| -x);
    checked("s02_lone_minus", "", &both, &t);
    t.set("酒泉", "2022", "gdp", |_| 0.0);
    let input = CheckInput { denominators: &[("rd_intensity", "gdp")], ..CheckInput::default() };
    pinned("s03_denominators", &check(&scheme("", &both), &t.panel(), &input));
}

#[test]
fn powers_of_ten() {
    let mut t = cities();
    t.set("庆阳", "2021", "gdp", |x| x * 1e4);
    checked("p01_wan_for_yi", "", &[GDP], &t);
    let mut t = cities();
    t.set("庆阳", "2022", "gdp", |x| x / 10.0);
    checked("p02_decimal_point_in_the_last_year", "", &[GDP], &t);
    let mut t = cities();
    t.set("庆阳", "2019", "gdp", |x| (x * 100.0).round());
    checked("p03_first_year_no_such_unit", "", &[("gdp", "兆瓦", "")], &t);
    let mut t = cities();
    t.columns[0].1[24..36].iter_mut().for_each(|x| *x *= 1e4);
    checked("p04_a_whole_year", "", &[GDP], &t);
    let mut t =
        with_second(with_second(cities(), "firms", 10.0), "rd", 0.02).kept(|_, p| p.calendar_year() == 2021);
    t.set("庆阳", "2021", "gdp", |x| x * 1e4);
    let three = [GDP, ("firms", "家", ""), ("rd", "亿元", "")];
    checked("p05_no_history_but_peers", "", &three, &t);
    let two = t.kept(|_, _| true);
    checked(
        "p06_one_other_variable",
        "",
        &[GDP, ("firms", "家", "")],
        &Table { columns: two.columns[..2].to_vec(), ..two },
    );
}

#[test]
fn frozen() {
    let mut t = cities();
    let last = t.columns[0].1[t.row("金昌", "2021")];
    t.set("金昌", "2022", "gdp", |_| last);
    checked("f01_one_value", "", &[GDP], &t);
    let mut t = cities();
    t.columns[0].1.copy_within(24..36, 36);
    checked("f02_a_whole_year", "", &[GDP], &t);
}

#[test]
fn totals() {
    let mut t =
        csv("province_fiscal_2010_2023.csv", &["general_public_budget_expenditure", "sci_tech_expenditure"]);
    t = t.kept(|e, p| e != "全国" && p.calendar_year() >= 2020);
    let [all, tech] = [0, 1].map(|i| t.columns[i].1.clone());
    // 亿元 in all, the other part in 万元 at no decimals: rounding makes it apart, and must not be called wrong.
    let other = all.iter().zip(tech).map(|(a, b)| ((a - b) * 1e4).round()).collect();
    t.columns.push(("other".to_owned(), other));
    let variables = [
        (
            "general_public_budget_expenditure",
            "亿元",
            "total_of = [\"sci_tech_expenditure\", \"other\"]\npublished_digits = 2",
        ),
        ("sci_tech_expenditure", "亿元", "published_digits = 2"),
        ("other", "万元", ""),
    ];
    assert_eq!(shown(&found(&scheme("", &variables), &t)), "");
    t.set("甘肃", "2021", "sci_tech_expenditure", |x| x + 0.5);
    checked("a01_total_apart", "", &variables, &t);
}

#[test]
fn more_than_a_thousand_of_a_kind_are_counted() {
    let names: Vec<String> = (0..1500).map(|i| format!("e{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let values: Vec<f64> = (0..1500).map(|i| -f64::from(i) - 1.0).collect();
    let list = found(&scheme("", &[("firms", "家", "")]), &small("firms", &names, &[&values]));
    assert_eq!(list.len(), 1001);
    assert_eq!(list[1000].message(kaohe::Lang::En), "… and 500 more of the same");
    assert_eq!(list[1000].severity, list[0].severity);
    assert!(list[..1000].windows(2).all(|w| w[0].place.row < w[1].place.row));
}

#[test]
fn the_worst_comes_first_then_the_schemes_order_then_the_rows() {
    let mut t = with_second(cities(), "firms", 10.0);
    t.columns.swap(0, 1);
    t.columns.push(("notes".to_owned(), vec![1.0; 48]));
    for (entity, year, column) in
        [("定西", "2020", "firms"), ("兰州", "2021", "gdp"), ("兰州", "2019", "firms")]
    {
        t.set(entity, year, column, |_| N);
    }
    t.set("陇南", "2019", "firms", |x| -x);
    let list = found(&scheme("", &[GDP, ("firms", "家", "")]), &t);
    let order: Vec<_> = list.iter().map(|f| (f.code, f.place.row)).collect();
    let (missing, negative) = ("missing_value", "negative_count");
    let expected = [
        (missing, Some(24)),
        (missing, Some(0)),
        (missing, Some(22)),
        (negative, Some(11)),
        ("unused_column", None),
    ];
    assert_eq!(order, expected);
}

#[test]
fn values_shared_with_another_owner_are_checked_like_any_other() {
    let values: Arc<Vec<f64>> = Arc::new(cities().columns[0].1.iter().map(|x| -x).collect());
    let panel = cities().panel().with_column("gdp", kaohe::Column::shared(values)).unwrap();
    assert_eq!(check(&scheme("", &[("gdp", "家", "")]), &panel, &CheckInput::default()).len(), 48);
}

/// Months of data that write them as 2023年1月 are written so in every message, in the ranking and in explanations.
#[test]
fn messages_write_periods_as_the_data_do() {
    let scheme = kaohe::Scheme::from_toml(
        r#"
        kaohe = 1
        id = "months"
        period = "month"
        variable = [{ id = "gdp", unit = "亿元", missing = "carry_forward" }]
        [[indicator]]
        id = "gdp"
        formula = "gdp"
        unit = "亿元"
        points = { rule = "linear", low = 0, high = 1000 }
        "#,
    )
    .unwrap();
    let months = [1, 2, 3, 5, 6].map(|month| format!("2023年{month}月"));
    let names = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"];
    // A gap in time, one missing in the middle, one that begins late, a slip of ten thousand, and one that has not moved.
    let rows: Vec<(&str, &str, f64)> = (0..months.len())
        .flat_map(|m| (0..names.len()).map(move |e| (m, e)))
        .filter(|(m, e)| !matches!((e, m), (0, 1) | (1, 0)))
        .map(|(m, e)| {
            let value = 311.0 + 97.3 * e as f64 + 17.7 * m as f64 + ((e * 5 + m * 3) % 7) as f64;
            let value = match (e, m) {
                (2, 2) => value * 1e4,
                (3, 3) => N,
                (4, 2) => 311.0 + 97.3 * 4.0 + 17.7 + 2.0,
                _ => value,
            };
            (names[e], months[m].as_str(), value)
        })
        .collect();
    let period = |text: &str| kaohe::Period::parse(text).unwrap();
    let entities = rows.iter().map(|row| row.0).collect();
    let periods = rows.iter().map(|row| period(row.1)).collect();
    let values: Vec<f64> = rows.iter().map(|row| row.2).collect();
    let builder = Panel::builder(entities, periods).column("gdp", values);
    let panel =
        months.iter().fold(builder, |builder, text| builder.spelled(period(text), text)).build().unwrap();
    let result = scheme.assess(&panel).unwrap();
    let ranking = result.ranking_with_values(period("2023-05")).unwrap();
    let names = kaohe::report::Names::of(scheme.document());
    let mut texts = vec![kaohe::report::Report::to_markdown(&ranking, names, kaohe::Lang::Zh)];
    texts.push(result.explain("丁", period("2023-05")).unwrap().to_text(kaohe::Lang::Zh));
    texts.push(result.headline().message(kaohe::Lang::Zh));
    let findings = check(scheme.document(), &panel, &CheckInput::default());
    let codes = [
        "period_gap",
        "entity_gap",
        "entity_in_some_periods",
        "filled_from_period",
        "power_jump",
        "frozen_value",
    ];
    for code in codes {
        assert!(findings.iter().any(|f| f.code.starts_with(code)), "{code}: {}", shown(&findings));
    }
    let flags = result.flags();
    assert!(flags.iter().any(|f| f.finding.code == "flag_imputed_period"));
    texts.extend(findings.iter().chain(flags.iter().map(|f| &f.finding)).map(|f| f.message(kaohe::Lang::Zh)));
    for text in texts {
        assert!(!text.contains("2023-0"), "{text}");
    }
}
