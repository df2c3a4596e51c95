//! What it takes, over random schemes: the answer reaches the goal, one step less does not, and no smaller change does.
#![cfg(feature = "toml")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::report::{Names, Report};
use std::fmt::Write as _;

use kaohe::planning::{Asked, Change, Goal, Needed, Others, Outlook, Reach};
use kaohe::{Assessment, Lang, Panel, Period, Scheme};
use proptest::prelude::*;

const ENTITIES: [&str; 7] = ["甲", "乙", "丙", "丁", "戊", "己", "庚"];

/// Rules for an indicator whose values lie between 0 and some 60.
const RULES: [&str; 15] = [
    r#"{ rule = "linear", low = "min", high = "max" }"#,
    r#"{ rule = "linear", low = "min", high = "max", between = [60, 100] }"#,
    r#"{ rule = "linear", low = 5, high = 40 }"#,
    r#"{ rule = "ratio", to = 30, cap = 1.0 }"#,
    r#"{ rule = "ratio", to = "mean", cap = 1.2 }"#,
    r#"{ rule = "ratio", to = "first" }"#,
    r#"{ rule = "steps", full = 20, at = [[40, 20], [25, 15], [10, 10]], below = 0 }"#,
    r#"{ rule = "rank", table = [100, 95, 90, 86, 83, 81, 80] }"#,
    r#"{ rule = "zscore" }"#,
    r#"{ rule = "interval", target = [12, 25], limits = [2, 50] }"#,
    r#"[{ share = 0.6, rule = "linear", low = "min", high = "max" }, { share = 0.4, measure = "change", rule = "rank", table = [100, 90, 80, 70] }]"#,
    r#"{ rule = "curve", at = [[0, 0], [10, 50], [20, 55], [60, 100]] }"#,
    r#"{ rule = "per_step", from = "mean", base = 60, relative = true, up = { each = 0.05, points = 3, cap = 30, step = "floor" }, down = { each = 0.05, points = 3, cap = 30 } }"#,
    r#"{ rule = "exponential", low = 5, high = 45 }"#,
    r#"{ rule = "best_of", of = [{ rule = "ratio", to = 40, cap = 1.0 }, { rule = "rank", table = [100, 80, 60, 40, 20] }] }"#,
];

#[derive(Debug, Clone)]
struct Case {
    toml: String,
    columns: Vec<(&'static str, Vec<f64>)>,
    entity: usize,
    goal: Goal,
}

fn scheme(rules: &[usize; 3], digits: i8, extras: u8, carry: bool) -> String {
    let mut toml = String::from(
        "kaohe = 1\nid = \"random\"\n\
         variable = [{ id = \"firms\", unit = \"家\" }, { id = \"base\", unit = \"万家\" }, { id = \"rd\", unit = \"亿元\" }]\n",
    );
    let indicators =
        [("density", "firms / base", "家/万家"), ("number", "firms", "家"), ("research", "rd", "亿元")];
    for ((id, formula, unit), rule) in indicators.iter().zip(rules) {
        let round = if carry { "round = { digits = 1, carry = true }\n" } else { "" };
        let weight = if *id == "density" { 50 } else { 25 };
        let _ = write!(
            toml,
            "[[indicator]]\nid = \"{id}\"\nformula = \"{formula}\"\nunit = \"{unit}\"\nweight = {weight}\n{round}points = {}\n",
            RULES[*rule]
        );
    }
    let tie = match extras % 5 {
        1 => "rank = { tie_break = [\"density\"] }\n",
        2 => "rank = { ties = \"dense\", on = \"exact\" }\n",
        3 => "rank = { ties = \"modified\" }\naggregate = \"geometric\"\nzeros = \"count\"\n",
        4 => "rank = { ties = \"average\", tie_break = [\"research\", \"number\"] }\n",
        _ => "",
    };
    let mode = if extras & 1 == 1 { ", mode = \"half_even\"" } else { "" };
    let _ = write!(toml, "[total]\nround = {{ digits = {digits}{mode} }}\n{tie}");
    toml.push_str("grades = { table = [[\"A\", 80], [\"B\", 60], [\"C\", 0]] }\n");
    if extras & 2 == 2 {
        toml.push_str("[[floor]]\nid = \"few\"\nwhen = \"density < 12\"\nthen = { cap_total = 40, cap_grade = \"C\" }\n");
    }
    if extras & 4 == 4 {
        toml.push_str("[[adjustment]]\nid = \"bonus\"\nformula = \"if(firms >= 33, 3, 0)\"\ncap = 2\n");
    }
    if extras & 8 == 8 {
        toml.push_str("[[class]]\nid = \"一类\"\nentities = [\"甲\", \"乙\", \"丙\"]\n");
        toml.push_str("[[class]]\nid = \"二类\"\nentities = [\"丁\", \"戊\", \"己\", \"庚\"]\nweights = { number = 5 }\n");
    }
    toml
}

fn cases() -> impl Strategy<Value = Case> {
    let n = ENTITIES.len() * 2;
    let rules = [0usize..RULES.len(), 0..RULES.len(), 0..RULES.len()];
    let goal = prop_oneof![
        (1u32..6).prop_map(Goal::Rank),
        (20.0f64..105.0).prop_map(|s| Goal::Score((s * 10.0).round() / 10.0)),
        Just(Goal::Reach(Reach::Mean)),
        (0..ENTITIES.len()).prop_map(|e| Goal::Reach(Reach::Entity(ENTITIES[e].to_owned()))),
        prop_oneof![Just("A"), Just("B")].prop_map(|g| Goal::Grade(g.to_owned())),
    ];
    (
        rules,
        0i8..3,
        0u8..16,
        any::<bool>(),
        prop::collection::vec(0u32..50, n),
        prop::collection::vec(5u32..25, n),
        prop::collection::vec(0u32..600, n),
        0..ENTITIES.len(),
        goal,
    )
        .prop_map(|(rules, digits, extras, carry, firms, base, rd, entity, goal)| Case {
            toml: scheme(&rules, digits, extras, carry),
            columns: vec![
                ("firms", firms.into_iter().map(f64::from).collect()),
                ("base", base.into_iter().map(|x| f64::from(x) / 10.0).collect()),
                ("rd", rd.into_iter().map(|x| f64::from(x) / 10.0).collect()),
            ],
            entity,
            goal,
        })
}

fn assess(case: &Case) -> Assessment {
    let scheme = Scheme::from_toml(&case.toml).unwrap_or_else(|e| panic!("{}\n{e}", case.toml));
    let years = [2022, 2023].map(|y| Period::year(y).unwrap());
    let entities = years.iter().flat_map(|_| ENTITIES).collect();
    let periods = years.iter().flat_map(|y| [*y; 7]).collect();
    let mut builder = Panel::builder(entities, periods);
    for (name, values) in &case.columns {
        builder = builder.column(*name, values.clone());
    }
    scheme.assess(&builder.build().unwrap()).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

fn change(case: &Case, variable: &str, value: f64) -> Change {
    Change { entity: ENTITIES[case.entity].into(), period: "2023".into(), variable: variable.into(), value }
}

/// Whether the goal holds, decided from the printed result alone.
fn holds(case: &Case, a: &Assessment, subject: &str) -> bool {
    let row = ENTITIES.len() + case.entity;
    match &case.goal {
        Goal::Rank(k) => a.ranks()[row] <= f64::from(*k),
        Goal::Score(s) => a.totals()[row] >= *s,
        Goal::Grade(g) => a.grade(row).is_some_and(|own| own <= g.as_str()),
        Goal::Reach(reach) => {
            let (column, scale): (Vec<f64>, f64) = match subject {
                "firms" => (a.panel().column("firms").unwrap().values().to_vec(), 1.0),
                _ => (a.values(a.node(subject).unwrap()).to_vec(), 1e-9),
            };
            let peers: Vec<usize> = (7..14).filter(|r| a.class(*r) == a.class(row)).collect();
            let mean = peers.iter().map(|r| column[*r]).sum::<f64>() / peers.len() as f64;
            match reach {
                // Brute force in floats: equality up to their error.
                Reach::Mean => column[row] >= mean - scale.min(1e-9) * mean.abs().max(1.0),
                Reach::Entity(other) => {
                    let other = 7 + ENTITIES.iter().position(|e| e == other).unwrap();
                    column[row] >= column[other] - 1e-12
                }
            }
        }
    }
}

const MOST: i64 = 90;

fn brute(case: &Case, a: &Assessment, subject: &str) -> Option<f64> {
    let now = case.columns[0].1[ENTITIES.len() + case.entity];
    let at = |k: i64| {
        let value = now + k as f64;
        let inside = (0.0..=MOST as f64).contains(&value);
        inside && a.what_if(&[change(case, "firms", value)]).is_ok_and(|b| holds(case, &b, subject))
    };
    (0..=MOST).flat_map(|d| [d, -d]).find(|k| at(*k)).map(|k| now + k as f64)
}

fn ask(case: &Case, a: &Assessment, what: &str) -> Needed {
    let mut asked = Asked::new(ENTITIES[case.entity], Period::year(2023).unwrap(), what, case.goal.clone());
    asked.upper = Some(MOST as f64);
    a.needed(&asked).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn the_smallest_change_is_the_one_that_brute_force_finds(case in cases()) {
        let a = assess(&case);
        for what in ["firms", "density"] {
            let answer = ask(&case, &a, what);
            prop_assert_eq!(&answer.variable, "firms");
            prop_assert_eq!(answer.value, brute(&case, &a, what), "{} {:?}", what, answer);
            prop_assert!(answer.complete);
            prop_assert_eq!(answer.reachable, answer.value.is_some());
            prop_assert!(!answer.to_markdown(Names::none(), Lang::Zh).contains('…') && !answer.to_markdown(Names::none(), Lang::En).contains('…'));
        }
    }

    #[test]
    fn the_answer_reaches_the_goal_and_one_step_less_does_not(case in cases(), wide in any::<bool>()) {
        let a = assess(&case);
        let what = "research";
        let mut asked = Asked::new(ENTITIES[case.entity], Period::year(2023).unwrap(), what, case.goal.clone());
        asked.upper = (!wide).then_some(100.0);
        let answer = a.needed(&asked).unwrap();
        if let Some(value) = answer.value {
            let b = a.what_if(&[change(&case, "rd", value)]).unwrap();
            prop_assert!(holds(&case, &b, what));
            prop_assert_eq!((value * 10.0).fract(), 0.0, "on the grid of the data");
            let row = ENTITIES.len() + case.entity;
            prop_assert_eq!(answer.total, b.totals()[row]);
            prop_assert_eq!(answer.rank, Some(b.ranks()[row]));
        }
        if let Some(short) = answer.short {
            let b = a.what_if(&[change(&case, "rd", short)]).unwrap();
            prop_assert!(!holds(&case, &b, what));
            let gain = (answer.value.unwrap() - short).abs();
            prop_assert!((gain - 0.1).abs() < 1e-9);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// On a fine grid, where most values are not asked for by the search: six hundred steps, each of them tried.
    #[test]
    fn no_smaller_change_does_on_a_fine_grid(case in cases()) {
        let a = assess(&case);
        let mut asked = Asked::new(ENTITIES[case.entity], Period::year(2023).unwrap(), "research", case.goal.clone());
        asked.upper = Some(60.0);
        let answer = a.needed(&asked).unwrap();
        let now = (case.columns[2].1[ENTITIES.len() + case.entity] * 10.0).round() as i64;
        let at = |k: i64| {
            let value = (now + k) as f64 / 10.0;
            (0..=600).contains(&(now + k))
                && a.what_if(&[change(&case, "rd", value)]).is_ok_and(|b| holds(&case, &b, "research"))
        };
        let brute = (0..=600i64).flat_map(|d| [d, -d]).find(|k| at(*k)).map(|k| (now + k) as f64 / 10.0);
        prop_assert_eq!(answer.value, brute, "{:?}", answer);
    }
}

#[test]
fn seven_more_firms() {
    let toml = "kaohe = 1\nid = \"a\"\nvariable = [{ id = \"firms\", unit = \"家\" }, { id = \"base\", unit = \"万家\" }]\n\
        [[indicator]]\nid = \"density\"\nformula = \"firms / base\"\nunit = \"家/万家\"\nround = { digits = 1, carry = true }\n\
        points = { rule = \"linear\", low = \"min\", high = \"max\", between = [60, 100] }\n[total]\nround = { digits = 2 }\n";
    let year = Period::year(2023).unwrap();
    let panel = Panel::builder(["甲", "乙", "丙"].into_iter().collect(), vec![year; 3])
        .column("firms", vec![50.0, 62.0, 90.0])
        .column("base", vec![1.0, 1.1, 1.2])
        .build()
        .unwrap();
    let a = Scheme::from_toml(toml).unwrap().assess(&panel).unwrap();
    let answer = a.needed(&Asked::new("甲", year, "density", Goal::Rank(2))).unwrap();
    // 62 / 1.1 = 56.36, printed 56.4: 57.0 overtakes, 56.0 does not.
    assert_eq!((answer.value, answer.gain, answer.short), (Some(57.0), Some(7.0), Some(56.0)));
    assert_eq!(
        answer.reason.message(Lang::Zh),
        "若其他考核对象的数据不变，2023 年甲的firms需再增加 7 家（由 50 到 57 家），届时总分 61.29，第 2 名；只到 56 家，还不够。"
    );
    let none =
        a.needed(&Asked { upper: Some(56.0), ..Asked::new("甲", year, "density", Goal::Rank(2)) }).unwrap();
    assert!(!none.reachable);
    assert_eq!(
        none.reason.message(Lang::En),
        "If the data of the others stay as they are, firms alone (now 50 家), within the given bounds, brings 甲 at most 60 points in 2023, rank 3 (at 50 家)."
    );
    // Next year, the others growing on: without a past nothing moves.
    let next = Asked {
        outlook: Outlook { others: Others::Trend, own: None },
        ..Asked::new("甲", year, "density", Goal::Rank(2))
    };
    let next = a.needed(&next).unwrap();
    assert_eq!((next.period.as_str(), next.value), ("2024", Some(57.0)));
}

#[test]
fn capped_says_how_far_it_goes() {
    let toml = "kaohe = 1\nid = \"a\"\nvariable = [{ id = \"x\", unit = \"亿元\" }, { id = \"y\", unit = \"亿元\" }]\n\
        [[indicator]]\nid = \"p\"\nformula = \"x\"\nunit = \"亿元\"\npoints = { rule = \"ratio\", to = 10, cap = 1.0 }\n\
        [[indicator]]\nid = \"q\"\nformula = \"y\"\nunit = \"亿元\"\npoints = { rule = \"ratio\", to = 10, cap = 1.0 }\n";
    let year = Period::year(2023).unwrap();
    let panel = Panel::builder(["甲", "乙"].into_iter().collect(), vec![year; 2])
        .column("x", vec![5.0, 10.0])
        .column("y", vec![8.48, 9.0])
        .build()
        .unwrap();
    let a = Scheme::from_toml(toml).unwrap().assess(&panel).unwrap();
    let none = a.needed(&Asked::new("甲", year, "p", Goal::Score(95.0))).unwrap();
    assert_eq!(
        none.reason.message(Lang::Zh),
        "封顶：若其他考核对象的数据不变，2023 年只改变x（现为 5 亿元），甲最多得 92.4 分、第 2 名（届时为 10 亿元）。"
    );
    let now = a.needed(&Asked::new("乙", year, "p", Goal::Score(95.0))).unwrap();
    assert_eq!((now.value, now.gain), (Some(10.0), Some(0.0)));
    let wrong = a.needed(&Asked::new("甲", year, "z", Goal::Rank(1))).unwrap_err();
    assert!(wrong.render(Lang::En).contains("no indicator or variable z"));
    assert!(a.needed(&Asked::new("甲", year, "p", Goal::Grade("A".into()))).is_err());
    assert!(a.needed(&Asked::new("甲", year, "p", Goal::Score(f64::NAN))).is_err());
    assert!(a.needed(&Asked::new("甲", Period::year(2050).unwrap(), "p", Goal::Rank(1))).is_err());
}

#[test]
fn a_pure_number_has_no_unit() {
    let toml = "kaohe = 1\nid = \"a\"\nvariable = [{ id = \"x\", unit = \"1\" }]\n\
        [[indicator]]\nid = \"p\"\nformula = \"x\"\nunit = \"1\"\npoints = { rule = \"ratio\", to = 10, cap = 1.0 }\n";
    let year = Period::year(2023).unwrap();
    let panel = Panel::builder(["甲", "乙"].into_iter().collect(), vec![year; 2])
        .column("x", vec![5.0, 8.0])
        .build()
        .unwrap();
    let a = Scheme::from_toml(toml).unwrap().assess(&panel).unwrap();
    let answer = a.needed(&Asked::new("甲", year, "p", Goal::Score(60.0))).unwrap();
    assert_eq!(
        answer.reason.message(Lang::Zh),
        "若其他考核对象的数据不变，2023 年甲的x需再增加 1（由 5 到 6），届时总分 60，第 2 名；只到 5.99，还不够。"
    );
    assert_eq!(
        answer.reason.message(Lang::En),
        "If the data of the others stay as they are, 甲 needs 1 more of x in 2023 (from 5 to 6): total 60, rank 2; 5.99 would not do."
    );
    assert!(answer.to_markdown(Names::none(), Lang::En).contains("| x | 5 | 6 |"));
    let wrong = a.needed(&Asked::new("甲", year, "entirely_other", Goal::Rank(1))).unwrap_err();
    assert!(wrong.render(Lang::En).contains("variable entirely_other; the indicators are p"));
    assert!(wrong.render(Lang::Zh).contains("没有叫 entirely_other 的指标或变量；指标有：p"));
}

#[test]
fn a_column_without_a_likeness_is_not_said_to_be_near() {
    use kaohe::planning::{Plan, TargetTable, progress};
    let july = Period::parse("2023-07").unwrap();
    let target = |indicator: &str| kaohe::scheme::model::Target {
        indicator: indicator.into(),
        entity: Some("甲".into()),
        period: Some("2023".into()),
        value: 100.0,
    };
    let error = |indicator: &str| {
        let panel = Panel::builder(["甲"].into_iter().collect(), vec![july])
            .column("contracts", vec![35.0])
            .build()
            .unwrap();
        let plan = Plan::new(TargetTable::new([target(indicator)], false).unwrap());
        let error = progress(&panel, &plan, july).unwrap_err();
        [error.render(Lang::En), error.render(Lang::Zh)]
    };
    let [en, zh] = error("gdp");
    assert!(en.contains("no column gdp, which has targets") && !en.contains("nearest"), "{en}");
    assert!(zh.contains("没有列 gdp，而它有目标") && !zh.contains("最接近"), "{zh}");
    let [en, zh] = error("contract");
    assert!(en.contains("the nearest column is contracts"), "{en}");
    assert!(zh.contains("；最接近的列是 contracts"), "{zh}");
}

/// Real statistics: 31 provinces, 甘肃 20th by the illustrative scheme that ships.
#[test]
fn a_province_moves_up() {
    let text = std::fs::read_to_string("python/kaohe/datasets/china-provinces.csv").unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split(',').collect()).collect();
    let (head, rows) = rows.split_first().unwrap();
    let periods = rows.iter().map(|r| Period::parse(r[1]).unwrap()).collect();
    let mut builder = Panel::builder(rows.iter().map(|r| r[0]).collect(), periods);
    for (k, name) in head.iter().enumerate().skip(2) {
        let column: Vec<f64> = rows.iter().map(|r| r[k].parse().unwrap_or(f64::NAN)).collect();
        builder = builder.column(*name, column);
    }
    let a = Scheme::builtin("strong-science-provinces").unwrap().assess(&builder.build().unwrap()).unwrap();
    let year = Period::year(2022).unwrap();
    let row = a.row("甘肃", year).unwrap();
    let better = a.ranks()[row] as u32 - 3;
    let answer = a.needed(&Asked::new("甘肃", year, "hitech_density", Goal::Rank(better))).unwrap();
    let rank_at = |value: f64| {
        let change =
            Change { entity: "甘肃".into(), period: "2022".into(), variable: "hitech".into(), value };
        a.what_if(&[change]).unwrap().ranks()[row]
    };
    let value = answer.value.unwrap();
    assert_eq!(value.fract(), 0.0, "firms come in whole numbers");
    assert!(rank_at(value) <= f64::from(better) && rank_at(value - 1.0) > f64::from(better));
    let mut asked = Asked::new("甘肃", year, "hitech_density", Goal::Rank(1));
    asked.upper = Some(3000.0);
    let capped = a.needed(&asked).unwrap();
    assert!(!capped.reachable && capped.rank < answer.rank_current);
}
