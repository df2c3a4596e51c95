//! Explanations and flags as their readers see them: real data, and a vetoed, capped, tie-broken case in both languages.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test says what it means")]

use crate::support::pinned;
use kaohe::explain::{Kind, Node};
use kaohe::{Assessment, FlagKind, Labels, Lang, Panel, Period, Scheme};

fn year(y: i32) -> Period {
    Period::year(y).unwrap()
}

/// A panel of one line per entity and year: `name year x y z`, `-` for a missing value.
fn panel(columns: &[&str], lines: &str) -> Panel {
    let rows: Vec<Vec<&str>> = lines.trim().lines().map(|l| l.split_whitespace().collect()).collect();
    let names: Labels = rows.iter().map(|r| r[0]).collect();
    let periods = rows.iter().map(|r| Period::parse(r[1]).unwrap()).collect();
    let mut builder = Panel::builder(names, periods);
    for (k, column) in columns.iter().enumerate() {
        let values: Vec<f64> = rows.iter().map(|r| r[k + 2].parse().unwrap_or(f64::NAN)).collect();
        builder = builder.column(*column, values);
    }
    builder.build().unwrap()
}

fn assess(scheme: &str, panel: &Panel) -> Assessment {
    let scheme = Scheme::from_toml(scheme).map_err(|e| e.render(Lang::En)).unwrap();
    scheme.assess(panel).map_err(|e| e.render(Lang::En)).unwrap()
}

fn provinces() -> Assessment {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/python/kaohe/datasets/china-provinces.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<&str>> = lines
        .map(|l| l.split(',').collect::<Vec<_>>())
        .filter(|r| ["2020", "2021", "2022"].contains(&r[1]))
        .collect();
    let names: Labels = rows.iter().map(|r| r[0]).collect();
    let periods = rows.iter().map(|r| Period::parse(r[1]).unwrap()).collect();
    let mut builder = Panel::builder(names, periods);
    for (k, column) in head.iter().enumerate().skip(2) {
        let values: Vec<f64> = rows.iter().map(|r| r[k].parse().unwrap_or(f64::NAN)).collect();
        builder = builder.column(*column, values);
    }
    let panel = builder.build().unwrap();
    Scheme::builtin("strong-science-provinces").unwrap().assess(&panel).unwrap()
}

const VETO: &str = r#"
kaohe = 1
id = "park"
title = { zh = "园区考核办法", en = "Assessment of parks" }
variable = [
  { id = "rd", unit = "亿元", title = { zh = "研发经费", en = "R&D expenditure" } },
  { id = "gdp", unit = "亿元", title = { zh = "生产总值", en = "Gross product" } },
  { id = "patents", unit = "件", title = { zh = "专利", en = "Patents" } },
  { id = "awards", unit = "项", title = { zh = "国家奖项", en = "National awards" }, missing = "zero" },
  { id = "visits", unit = "次", title = { zh = "现场会", en = "Site visits" } },
  { id = "accidents", unit = "起", title = { zh = "重大事故", en = "Major accidents" } },
]
[[indicator]]
id = "intensity"
title = { zh = "研发强度", en = "R&D intensity" }
formula = "rd / gdp"
unit = "%"
weight = 60
round = { digits = 2, carry = true }
points = { rule = "linear", low = 0, high = 3 }
[[indicator]]
id = "patent"
title = { zh = "专利数", en = "Patents" }
formula = "patents"
unit = "件"
weight = 40
points = { rule = "linear", low = 0, high = "max" }
[total]
round = { digits = 1 }
bonus_cap = 4
rank = { tie_break = ["intensity"] }
grades = [["优秀", 85], ["良好", 70], ["合格", 60], ["不合格", 0]]
[[adjustment]]
id = "award"
title = { zh = "获奖加分", en = "Bonus for awards" }
formula = "2 * awards"
cap = 3
[[adjustment]]
id = "visit"
title = { zh = "现场会加分", en = "Bonus for site visits" }
formula = "visits"
[[floor]]
id = "safety"
title = { zh = "安全生产一票否决", en = "Safety veto" }
when = "accidents > 0"
then = { cap_total = 60, cap_grade = "合格" }
"#;

fn parks() -> Assessment {
    let columns = ["rd", "gdp", "patents", "awards", "visits", "accidents"];
    let data = "甲 2022 24.04 1000 90 3 2 1
                乙 2022 18 1000 60 - 0 0
                丙 2022 30 1000 100 0 0 0
                丁 2022 9 1000 20 0 0 0";
    assess(VETO, &panel(&columns, data))
}

fn find<'a>(node: &'a Node, kind: Kind, id: &str) -> Option<&'a Node> {
    if node.kind == kind && node.id == id {
        return Some(node);
    }
    node.children.iter().find_map(|c| find(c, kind, id))
}

#[test]
fn gansu_2022_reads_right() {
    let x = provinces().explain("甘肃", year(2022)).unwrap();
    pinned("explain/gansu.zh.txt", x.to_text(Lang::Zh));
    pinned("explain/gansu.en.txt", x.to_text(Lang::En));
    pinned("explain/gansu.zh.md", x.to_markdown(Lang::Zh));
}

#[test]
fn a_first_year_leaves_progress_out() {
    let x = provinces().explain_node("甘肃", year(2020), "rd_intensity").unwrap();
    pinned("explain/gansu-2020.zh.txt", x.to_text(Lang::Zh));
    pinned("explain/gansu-2020.en.txt", x.to_text(Lang::En));
}

#[test]
fn a_vetoed_capped_tie_broken_case_reads_right() {
    let a = parks();
    let x = a.explain("甲", year(2022)).unwrap();
    pinned("explain/veto.zh.txt", x.to_text(Lang::Zh));
    pinned("explain/veto.en.txt", x.to_text(Lang::En));
    pinned("explain/veto.zh.md", x.to_markdown(Lang::Zh));
    pinned("explain/veto.en.md", x.to_markdown(Lang::En));
    assert_eq!((x.root.value, a.raw_totals()[0]), (Some(60.0), 84.0));
    let x = a.explain("乙", year(2022)).unwrap();
    pinned("explain/tied.zh.txt", x.to_text(Lang::Zh));
    pinned("explain/tied.en.txt", x.to_text(Lang::En));
}

#[test]
fn what_is_left_out_and_what_does_not_apply_is_said() {
    let scheme = r#"
kaohe = 1
id = "counties"
title = { zh = "县区考核", en = "Assessment of counties" }
class_column = "类别"
variable = [
  { id = "gdp", unit = "亿元", title = { zh = "生产总值", en = "Gross product" } },
  { id = "forest", unit = "万亩", title = { zh = "林地", en = "Forest" }, missing = "interpolate" },
  { id = "ports", unit = "个", title = { zh = "口岸", en = "Ports" } },
]
unit = [{ id = "万亩", of = "亩", factor = 10000 }, { id = "亩" }]
class = [{ id = "城区", weights = { green = 0 } }, { id = "山区" }]
[[group]]
id = "economy"
title = { zh = "经济", en = "Economy" }
weight = 60
aggregate = "geometric"
round = { digits = 1 }
[[indicator]]
id = "output"
parent = "economy"
title = { zh = "总量", en = "Output" }
formula = "gdp"
unit = "亿元"
points = { rule = "steps", at = [[300, 100], [200, 80], [100, 60]] }
[[indicator]]
id = "growth"
parent = "economy"
title = { zh = "增速", en = "Growth" }
formula = "growth(gdp)"
unit = "%"
missing = "peer_mean"
points = { rule = "linear", low = 0, high = { quantile = 0.75 } }
[[indicator]]
id = "green"
title = { zh = "林地占比", en = "Share of forest" }
formula = "share(forest)"
unit = "%"
weight = 20
points = { rule = "best_of", of = [{ rule = "linear" }, { rule = "ratio", to = "mean", cap = 1 }] }
[[indicator]]
id = "trade"
title = { zh = "口岸数", en = "Ports" }
formula = "ports"
unit = "个"
weight = 20
not_applicable = { when = "ports == 0", then = "redistribute" }
points = { rule = "rank", by = 10, least = 50 }
"#;
    let names: Labels = ["甲", "乙", "丙", "甲", "乙", "丙", "甲", "乙", "丙"].into_iter().collect();
    let years = (0..9).map(|i| year(2020 + i / 3)).collect();
    let classes = (0..9).map(|i| Some(if i % 3 == 0 { "城区" } else { "山区" }.to_owned())).collect();
    let panel = Panel::builder(names, years)
        .column("gdp", vec![300.0, 100.0, 120.0, 330.0, 107.0, 126.0, 350.0, 111.28, 139.0])
        .column("forest", vec![3.0, 30.0, 50.5, 3.0, f64::NAN, 50.5, 3.0, 31.0, 50.5])
        .column("ports", vec![2.0, 0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 0.0, 1.0])
        .text("类别", classes)
        .build()
        .unwrap();
    let a = assess(scheme, &panel);
    let x = a.explain("乙", year(2021)).unwrap();
    pinned("explain/left-out.zh.txt", x.to_text(Lang::Zh));
    pinned("explain/left-out.en.txt", x.to_text(Lang::En));
    let x = a.explain("甲", year(2020)).unwrap();
    pinned("explain/class.zh.txt", x.to_text(Lang::Zh));
    pinned("explain/class.en.txt", x.to_text(Lang::En));
}

#[test]
fn anchors_say_who_set_them() {
    let x = provinces().explain_node("甘肃", year(2022), "hitech_density").unwrap();
    let low = find(&x.root, Kind::Anchor, "min").unwrap();
    assert_eq!(low.sentences[0].message(Lang::En), "青海 2022 (of 31 values, all entities in 2022)");
    assert_eq!(low.unit.as_deref(), Some("家/万家"));
    let value = find(&x.root, Kind::Value, "hitech_density").unwrap();
    assert_eq!((value.value, value.unrounded), (Some(60.0), Some(1731.0 / 288_360.0 * 10_000.0)));
    let datum = find(&x.root, Kind::Datum, "hitech").unwrap();
    assert_eq!(datum.value, Some(1731.0));
}

fn shown(flags: &[kaohe::Flag]) -> String {
    let line = |f: &kaohe::Flag| {
        let place = &f.finding.place;
        let or = |x: &Option<String>| x.clone().unwrap_or_else(|| "-".to_owned());
        let at = format!("{} {} {}", or(&place.entity), or(&place.period), or(&place.column));
        format!("{:?} [{at}]\n  {}\n  {}\n", f.kind, f.finding.message(Lang::Zh), f.finding.message(Lang::En))
    };
    flags.iter().map(line).collect()
}

#[test]
fn flags_read_right() {
    pinned("explain/flags-parks.txt", shown(&parks().flags()));
    let close: Vec<kaohe::Flag> =
        provinces().flags().into_iter().filter(|f| f.kind == FlagKind::Hinges).collect();
    pinned("explain/flags-provinces.txt", shown(&close));
}

#[test]
fn tiers_and_vetoes_on_the_last_digit_are_flagged() {
    let scheme = r#"
kaohe = 1
id = "digits"
variable = [{ id = "a", unit = "亿元" }, { id = "b", unit = "亿元" }]
[[indicator]]
id = "ratio"
formula = "a / b"
unit = "%"
round = { digits = 2, carry = true }
points = { rule = "steps", at = [[2, 100], [1, 50]] }
[total]
round = { digits = 1 }
grades = [["A", 100], ["B", 0]]
[[floor]]
id = "least"
when = "ratio < 2"
then = { cap_total = 99.98 }
"#;
    let a = assess(scheme, &panel(&["a", "b"], "x 2022 19.96 1000\ny 2022 50 1000\nz 2022 10 1000"));
    pinned("explain/flags-digits.txt", shown(&a.flags()));
}

#[test]
fn hostile_names_stay_text() {
    let a = assess(
        VETO,
        &panel(
            &["rd", "gdp", "patents", "awards", "visits", "accidents"],
            "<script>*_|&'\" 2022 1 100 1 1 1 1",
        ),
    );
    let x = a.explain("<script>*_|&'\"", year(2022)).unwrap();
    let html = x.to_html(Lang::Zh);
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;*_|&amp;&#39;&quot;"));
    assert_eq!(html.matches("<details").count(), html.matches("</details>").count());
    let markdown = x.to_markdown(Lang::En);
    assert!(markdown.starts_with("### &lt;script&gt;\\*\\_\\|&amp;'\", 2022: Assessment of parks\n"));
}

#[test]
fn rows_are_flat() {
    let rows = parks().explain("甲", year(2022)).unwrap().to_rows(Lang::En);
    let head: Vec<_> = rows.iter().take(3).map(|r| (r.depth, r.node.as_str(), r.kind, r.points)).collect();
    assert_eq!(
        head,
        [
            (0, "total", "total", Some(60.0)),
            (1, "intensity", "indicator", Some(48.0)),
            (2, "linear", "part", None)
        ]
    );
}

#[cfg(feature = "json")]
#[test]
fn json_holds_full_numbers_and_both_languages() {
    let x = provinces().explain("甘肃", year(2022)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&x.to_json()).unwrap();
    assert_eq!(json["entity"], "甘肃");
    assert_eq!(json["root"]["unrounded"].as_f64(), x.root.unrounded);
    assert_eq!(json["root"]["sentences"][0]["zh"], "31 个考核对象中排第 20 名");
    assert_eq!(json["root"]["sentences"][0]["en"], "rank 20 of 31");
}

#[test]
fn unknown_names_are_refused() {
    let a = parks();
    assert!(a.explain("戊", year(2022)).is_err());
    assert!(a.explain("甲", year(1999)).is_err());
    let error = a.explain_node("甲", year(2022), "patnt").unwrap_err();
    assert!(error.render(Lang::En).contains("patent"), "{}", error.render(Lang::En));
}

#[test]
fn quarters_blended_factors_and_caps_read_right() {
    let scheme = r#"
kaohe = 1
id = "quarters"
title = { zh = "季度考核", en = "Assessment by quarter" }
period = "quarter"
variable = [{ id = "done", unit = "%" }, { id = "hard", unit = "1" }, { id = "late", unit = "次" }]
[[indicator]]
id = "progress"
title = { zh = "完成进度", en = "Progress" }
formula = "done"
unit = "%"
points = { rule = "ratio", to = "target", cap = 1.1, measure = "value" }
[[target]]
indicator = "progress"
value = 90
[total]
blend = { within_year = [15, 25, 25, 35] }
deduction_cap = 2
cap = 100
round = { digits = 1, mode = "half_even" }
[[adjustment]]
id = "delay"
title = { zh = "逾期扣分", en = "Late reports" }
formula = "-late"
[[adjustment]]
id = "difficulty"
title = { zh = "难度系数", en = "Difficulty" }
formula = "1 + hard / 100"
factor = true
"#;
    let data = "甲 2023Q1 45 8 0
                甲 2023Q2 81 8 0
                甲 2023Q3 90 8 0
                甲 2023Q4 99 8 5
                乙 2023Q4 88 0 1";
    let a = assess(scheme, &panel(&["done", "hard", "late"], data));
    let x = a.explain("甲", Period::parse("2023Q4").unwrap()).unwrap();
    pinned("explain/quarters.zh.txt", x.to_text(Lang::Zh));
    pinned("explain/quarters.en.txt", x.to_text(Lang::En));
}

/// A formula that is written on several lines is read on one.
#[test]
fn a_formula_on_several_lines_is_explained_on_one() {
    let text = "kaohe = 1\nid = \"t\"\nvariable = [{ id = \"x\", unit = \"家\" }, { id = \"y\", unit = \"家\" }]\n\
                [[indicator]]\nid = \"a\"\nformula = \"\"\"x\n  + y\"\"\"\nunit = \"家\"\npoints = { rule = \"linear\", low = 0, high = 9 }\n";
    let said =
        assess(text, &panel(&["x", "y"], "甲 2022 2 3")).explain("甲", Period::year(2022).unwrap()).unwrap();
    assert!(said.to_text(Lang::En).contains("x + y = 2 家 + 3 家\n"), "{}", said.to_text(Lang::En));
}
