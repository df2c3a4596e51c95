//! Explanations and flags as their readers see them: real data, and a vetoed, capped, tie-broken case in both languages.
#![cfg(feature = "toml")]

use kaohe::explain::{Kind, Node};
use kaohe::{Assessment, FlagKind, Labels, Lang, Panel, Period, Scheme};

fn year(y: i32) -> Period {
    Period::year(y).unwrap()
}

/// A panel of one line an entity and year: `name year x y z`, `-` for a hole.
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

#[test]
fn look() {
    let a = provinces();
    let x = a.explain("甘肃", year(2022)).unwrap();
    println!("{}\n{}", x.to_text(Lang::Zh), x.to_text(Lang::En));
    let a = parks();
    for e in ["甲", "乙"] {
        let x = a.explain(e, year(2022)).unwrap();
        println!("{}\n{}\n{}", x.to_text(Lang::Zh), x.to_text(Lang::En), x.to_markdown(Lang::Zh));
    }
    for f in a.flags() {
        println!(
            "{:?} {:?} {:?} {} {}",
            f.kind,
            f.finding.place.entity,
            f.finding.place.column,
            f.finding.message(Lang::Zh),
            f.finding.message(Lang::En)
        );
    }
    for f in provinces()
        .flags()
        .iter()
        .filter(|f| f.kind == FlagKind::Hinges || f.kind == FlagKind::Filled)
        .take(8)
    {
        println!(
            "{:?} {:?} {:?} {:?} {} {}",
            f.kind,
            f.finding.place.period,
            f.finding.place.entity,
            f.finding.place.column,
            f.finding.message(Lang::Zh),
            f.finding.message(Lang::En)
        );
    }
}
