//! The next point: the least change of each variable, verified by assessing again; what it says where none does it.
#![cfg(feature = "toml")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::planning::{Asked, Change, Goal, NextPoint, NextPoints, Outlook};
use kaohe::report::{Names, Report};
use kaohe::scheme::Variables;
use kaohe::{Assessment, Lang, Panel, Period, Scheme};
use proptest::prelude::*;

/// A capped variable, a step rule, a lower-is-better variable, a rank rule and one that nothing reads.
const SCHEME: &str = r#"
kaohe = 1
id = "lab"
variable = [
  { id = "rd", unit = "亿元", title = { zh = "研发经费", en = "R&D" } },
  { id = "labs", unit = "家", title = { zh = "实验室", en = "Laboratories" } },
  { id = "energy", unit = "吨标准煤", title = { zh = "能耗", en = "Energy" }, published_digits = 1 },
  { id = "patents", unit = "件", title = { zh = "专利", en = "Patents" } },
  { id = "idle", unit = "件", title = { zh = "未用", en = "Idle" } },
]
[[indicator]]
id = "rd"
formula = "rd"
unit = "亿元"
weight = 25
points = { rule = "ratio", to = 40, cap = 1.0 }
[[indicator]]
id = "labs"
formula = "labs"
unit = "家"
weight = 25
points = { rule = "steps", full = 100, at = [[20, 100], [10, 60]], below = 0 }
[[indicator]]
id = "energy"
formula = "energy"
unit = "吨标准煤"
direction = "negative"
weight = 25
points = { rule = "linear", low = 100, high = 0 }
[[indicator]]
id = "patents"
formula = "patents"
unit = "件"
weight = 25
points = { rule = "rank", table = [100, 80, 60] }
[total]
round = { digits = 2 }
"#;

fn year() -> Period {
    Period::year(2023).unwrap()
}

fn assess(columns: &[(&str, [f64; 3])]) -> Assessment {
    let scheme = Scheme::from_toml(SCHEME).unwrap_or_else(|e| panic!("{e}"));
    let mut builder = Panel::builder(["甲", "乙", "丙"].into_iter().collect(), vec![year(); 3]);
    for (name, values) in columns {
        builder = builder.column(*name, values.to_vec());
    }
    scheme.assess(&builder.build().unwrap()).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

fn lab() -> Assessment {
    assess(&[
        ("rd", [40.0, 20.0, 10.0]),
        ("labs", [12.0, 20.0, 3.0]),
        ("energy", [50.0, 20.0, 80.0]),
        ("patents", [7.0, 9.0, 5.0]),
        ("idle", [1.0, 1.0, 1.0]),
    ])
}

fn row<'a>(next: &'a NextPoints, variable: &str) -> &'a NextPoint {
    next.rows.iter().find(|r| r.variable == variable).unwrap()
}

#[test]
fn a_cap_a_step_a_lower_is_better_and_a_rank() {
    let next = lab().next_points("甲", year(), 1.0).unwrap();
    assert_eq!(next.total, Some(72.5));
    let order: Vec<&str> = next.rows.iter().map(|r| r.variable.as_str()).collect();
    assert_eq!(order, ["energy", "patents", "labs", "rd", "idle"]);

    // One point of the total are four of the indicator: 4 units of energy less, not more.
    let energy = row(&next, "energy");
    assert_eq!((energy.needed, energy.change, energy.change_percent), (Some(46.0), Some(-4.0), Some(-8.0)));
    assert_eq!((energy.points, energy.total, energy.rank), (Some(1.0), Some(73.5), Some(2.0)));

    // The rank rule: past the 9 of 乙, not level with them; no linear rate tells it.
    let patents = row(&next, "patents");
    assert_eq!((patents.needed, patents.points), (Some(9.0), Some(5.0)));

    // The next step is at 20 laboratories and worth ten points at once.
    let labs = row(&next, "labs");
    assert_eq!((labs.needed, labs.points, labs.reachable), (Some(20.0), Some(10.0), true));

    let rd = row(&next, "rd");
    assert_eq!((rd.reachable, rd.needed, rd.change, rd.change_percent), (false, None, None, None));
    assert_eq!(rd.reason.code, "needed_capped");
    assert_eq!(row(&next, "idle").reason.code, "needed_no_effect");
}

#[test]
fn what_is_said() {
    let a = lab();
    let document = a.scheme().document();
    let next = a.next_points("甲", year(), 1.0).unwrap();
    assert_eq!(
        next.to_text(Names::of(document), Lang::Zh),
        "最省的 1 分：若其他考核对象的数据不变，2023 年甲把能耗由 50 减至 46 吨标准煤（−8%），总分 72.5 → 73.5，位次 2 → 2。\n也可把专利由 7 增至 9 件（+28.57%），总分 72.5 → 77.5，位次 2 → 2。\n单靠研发经费、未用都做不到（封顶或不影响总分）。"
    );
    assert_eq!(
        next.to_text(Names::of(document), Lang::En),
        "If the data of the others stay as they are, the cheapest way to gain 1 in the total of 甲 in 2023 is to lower Energy from 50 to 46 吨标准煤 (−8%); total 72.5 → 73.5, \
         rank 2 → 2.\nOr raise Patents from 7 to 9 件 (+28.57%); total 72.5 → 77.5, rank 2 → 2.\n\
         Alone these cannot do it (capped, or without effect on the total): R&D, Idle."
    );
    assert_eq!(
        row(&next, "rd").reason.message(Lang::Zh),
        "封顶：若其他考核对象的数据不变，2023 年只改变研发经费（现为 40 亿元），甲最多得 72.5 分、第 2 名（届时为 40 亿元）。"
    );
    let table = next.to_markdown(Names::of(document), Lang::Zh);
    assert!(
        table.contains("| 能耗 | 50 吨标准煤 | 46 吨标准煤 | −4 吨标准煤 | −8 | 1 | 73.5 | 2 |  |"),
        "{table}"
    );
    let far = a.next_points("甲", year(), 90.0).unwrap();
    assert_eq!(
        far.sentences(Names::of(document))[0].message(Lang::Zh),
        "若其他考核对象的数据不变，2023 年甲单靠任何一个可调控的变量都增加不了 90 分。"
    );
    assert!(far.rows.iter().all(|r| !r.reachable && r.needed.is_none()));
}

#[test]
fn a_missing_value_and_a_start_from_zero() {
    let a = assess(&[
        ("rd", [0.0, 20.0, 10.0]),
        ("labs", [12.0, 20.0, 3.0]),
        ("energy", [50.0, 20.0, 80.0]),
        ("patents", [7.0, 9.0, 5.0]),
        ("idle", [f64::NAN, 1.0, 1.0]),
    ]);
    let next = a.next_points("甲", year(), 0.5).unwrap();
    let rd = row(&next, "rd");
    assert_eq!((rd.needed, rd.change_percent, rd.reachable), (Some(0.8), None, true));
    // From zero no share can be told, so it stands behind what has one.
    assert_eq!(next.rows.iter().position(|r| r.variable == "rd"), Some(3));
    assert!(
        next.to_markdown(Names::of(a.scheme().document()), Lang::Zh)
            .contains("| 0 亿元 | 0.8 亿元 | +0.8 亿元 | — |")
    );
    let idle = row(&next, "idle");
    assert_eq!((idle.value, idle.reachable, idle.reason.code), (None, false, "next_no_value"));
}

#[test]
fn what_cannot_be_asked() {
    let a = lab();
    for points in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(a.next_points("甲", year(), points).is_err_and(|e| e.findings()[0].code == "plan_points"));
    }
    let unknown = a.next_points("戊己庚", year(), 1.0).unwrap_err();
    assert_eq!(unknown.findings()[0].code, "unknown_entity");
    assert_eq!(unknown.findings()[0].message(Lang::En), "there is no entity 戊己庚 (asked for 2023)");
    // One character for another is no slip of the pen; one too many is.
    let other = a.next_points("丁", year(), 1.0).unwrap_err();
    assert_eq!(other.findings()[0].code, "unknown_entity");
    let near = a.next_points("甲市", year(), 1.0).unwrap_err();
    assert_eq!(near.findings()[0].message(Lang::Zh), "没有叫 甲市 的考核对象（2023）；最接近的是 甲");
    assert!(a.next_points("甲", Period::year(2050).unwrap(), 1.0).is_err());
}

#[test]
fn marginal_points_of_all() {
    let a = lab();
    let all = a.marginal_panel(year()).unwrap();
    assert_eq!(all.entities.len(), 3);
    for of in &all.entities {
        // Debug output tells missing numbers apart as equality of floats does not.
        assert_eq!(format!("{of:?}"), format!("{:?}", a.marginal(&of.entity, year()).unwrap()));
    }
    let document = a.scheme().document();
    assert_eq!(
        all.sentences(Names::of(document))[0].message(Lang::Zh),
        "2023 年共 3 个考核对象。每增 1% 得分最多的变量：研发经费（2 个）、没有（1 个）。"
    );
    assert!(
        all.to_markdown(Names::of(document), Lang::En)
            .contains("| 甲 | Energy | 50 吨标准煤 | −0.25 | −0.125 |")
    );
}

fn total(a: &Assessment, variable: &str, value: f64) -> f64 {
    let change = Change { entity: "甲".into(), period: "2023".into(), variable: variable.into(), value };
    a.what_if(&[change]).unwrap().totals()[0]
}

fn three(most: u32, digits: f64) -> impl Strategy<Value = [f64; 3]> {
    prop::collection::vec(0..most, 3)
        .prop_map(move |v| [f64::from(v[0]) / digits, f64::from(v[1]) / digits, f64::from(v[2]) / digits])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_holds_and_is_the_least(
        rd in three(500, 10.0), labs in three(25, 1.0), energy in three(1200, 10.0), patents in three(20, 1.0),
        points in 1u32..80,
    ) {
        let points = f64::from(points) / 10.0;
        let a = assess(&[
            ("rd", rd), ("labs", labs), ("energy", energy), ("patents", patents), ("idle", [1.0; 3]),
        ]);
        let next = a.next_points("甲", year(), points).unwrap();
        let reaches = |variable: &str, value: f64| total(&a, variable, value) - a.totals()[0] >= points - 1e-9;
        let mut last = 0.0;
        for row in &next.rows {
            if let (Some(needed), Some(value)) = (row.needed, row.value) {
                prop_assert!(reaches(&row.variable, needed), "{:?}", row);
                let effort = row.change_percent.map_or(f64::INFINITY, f64::abs);
                prop_assert!(effort >= last, "{:?}", next);
                last = effort;
                prop_assert_eq!(Some(total(&a, &row.variable, needed)), row.total);
                prop_assert!((row.change.unwrap() - (needed - value)).abs() < 1e-9);
            }
        }
        // Counted things, by brute force: no smaller change does.
        for (variable, now) in [("labs", labs[0]), ("patents", patents[0])] {
            let near = (1..30).flat_map(|d| [now + f64::from(d), now - f64::from(d)]);
            let least = near.into_iter().find(|x| *x >= 0.0 && reaches(variable, *x));
            prop_assert_eq!(row(&next, variable).needed, least, "{}", variable);
        }
    }
}

/// Firms per product: the product stands below the line only. What the scheme says of a variable goes before.
#[test]
fn nobody_is_advised_to_shrink_what_is_divided_by() {
    let scheme = |gdp: &str, firms: &str| {
        let text = format!(
            "kaohe = 1\nid = \"density\"\nvariable = [{{ id = \"firms\", unit = \"家\"{firms} }}, {{ id = \"gdp\", unit = \"亿元\"{gdp} }}]\n\
             [[indicator]]\nid = \"density\"\nformula = \"firms / gdp\"\nunit = \"家/亿元\"\npoints = {{ rule = \"linear\", low = 0, high = 10 }}\n"
        );
        let panel = Panel::builder(["甲"].into_iter().collect(), vec![year()]);
        let panel = panel.column("firms", vec![40.0]).column("gdp", vec![10.0]).build().unwrap();
        Scheme::from_toml(&text).unwrap_or_else(|e| panic!("{e}")).assess(&panel).unwrap()
    };
    let asked = |a: &Assessment, variables| {
        let next = a.next_points_of("甲", year(), 10.0, variables, &Outlook::default()).unwrap();
        let marginal = a.marginal_of("甲", year(), variables).unwrap();
        assert_eq!(next.rows.len(), marginal.rows.len());
        next.rows.iter().map(|r| (r.variable.clone(), r.needed)).collect::<Vec<_>>()
    };
    let (firms, gdp) = (("firms".to_owned(), Some(50.0)), ("gdp".to_owned(), Some(8.0)));
    let plain = scheme("", "");
    assert_eq!(asked(&plain, Variables::Controllable), std::slice::from_ref(&firms));
    assert_eq!(asked(&plain, Variables::All), [gdp.clone(), firms.clone()]);
    assert_eq!(asked(&scheme(", controllable = true", ""), Variables::Controllable), [gdp, firms]);
    let none = scheme("", ", controllable = false");
    let next = none.next_points("甲", year(), 10.0).unwrap();
    assert_eq!(
        next.to_text(Names::none(), Lang::Zh),
        "若其他考核对象的数据不变，2023 年甲单靠任何一个可调控的变量都增加不了 10 分。"
    );
    // What needed chooses by itself can be changed, too.
    let asked = Asked::new("甲", year(), "density", Goal::Score(50.0));
    assert_eq!(plain.needed(&asked).unwrap().variable, "firms");
    let turned = scheme(", controllable = true", ", controllable = false");
    assert_eq!(turned.needed(&asked).unwrap().variable, "gdp");
}
