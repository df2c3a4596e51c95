//! Target tables: every slip is an error that says which target it is, all of them at once.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::planning::{Plan, TargetTable, progress};
use kaohe::scheme::model::Target;
use kaohe::{Lang, Options, Panel, Period, Scheme};

use crate::support::ById;

const SCHEME: &str = r#"
kaohe = 1
id = "t"
variable = [{ id = "rd", unit = "亿元" }]
[[indicator]]
id = "research"
formula = "rd"
unit = "亿元"
points = { measure = "attainment", rule = "ratio", to = 1, cap = 1.5 }
"#;

fn target(indicator: &str, entity: &str, period: &str, value: f64) -> Target {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Target { indicator: indicator.into(), entity: given(entity), period: given(period), value }
}

fn panel() -> Panel {
    let years = [2022, 2022, 2023, 2023].map(|y| Period::year(y).unwrap());
    let entities = ["兰州", "天水", "兰州", "天水"].into_iter().collect();
    Panel::builder(entities, years.to_vec()).column("rd", vec![5.0, 6.0, 8.0, 9.0]).build().unwrap()
}

fn refused(scheme: &Scheme, targets: Vec<Target>, lang: Lang) -> Vec<String> {
    let error = scheme.assess_with(&panel(), &Options { targets, ..Options::default() }).unwrap_err();
    error.findings().iter().map(|f| f.message(lang)).collect()
}

#[test]
fn every_slip_in_a_target_table_is_named() {
    let scheme = Scheme::from_toml(SCHEME).unwrap();
    let targets = vec![
        target("research", "", "", 10.0),
        target("research", "兰洲", "", 10.0),
        target("research", "天水", "2019", 10.0),
        target("research", "天水", "2023", 10.0),
        target("research", "天水", "2023年", 11.0),
        target("research", "兰州", "2023Q1", 11.0),
        target("research", "兰州", "2022", f64::NAN),
        target("research", "天水", "2022", f64::INFINITY),
        target("researhc", "", "", 1.0),
    ];
    assert_eq!(
        refused(&scheme, targets.clone(), Lang::En),
        [
            "the target research / 天水 / 2023年 is given twice: 10 and 11; keep one",
            "the target research / 兰州 / 2022 is NaN, which is not a finite number",
            "the target research / 天水 / 2022 is inf, which is not a finite number",
            "the target research / 兰洲 is for 兰洲, an entity that the data lack; the nearest is 兰州",
            "the target research / 天水 / 2019 is for 2019, a period that the data (2022 to 2023) lack",
            "the target research / 兰州 / 2023Q1 is for 2023Q1, a period that the data (2022 to 2023) lack",
            "the targets name an indicator researhc that does not exist; the nearest is research",
        ]
    );
    let zh = refused(&scheme, targets, Lang::Zh);
    assert_eq!(zh[0], "目标 research / 天水 / 2023年 给了两次：10 和 11；请只留一个");
}

#[test]
fn targets_of_the_scheme_are_held_to_the_same() {
    let with = |line: &str| {
        Scheme::from_toml(&SCHEME.replace("[[indicator]]", &format!("{line}\n[[indicator]]"))).unwrap()
    };
    let scheme = with(
        "target = [{ indicator = \"research\", value = 9 }, { indicator = \"research\", value = 8, entity = \"定西\" }]",
    );
    assert_eq!(
        refused(&scheme, vec![], Lang::En),
        ["the target research / 定西 is for 定西, an entity that the data lack"]
    );
    // What is given with the data replaces what the scheme says; a target may be set ahead.
    let scheme = with("target = [{ indicator = \"research\", value = 10 }]");
    let given = vec![target("research", "", "", 20.0), target("research", "天水", "2024", 30.0)];
    let a = scheme.assess_with(&panel(), &Options { targets: given, ..Options::default() }).unwrap();
    assert_eq!(a.scores_of("research")[0], 25.0);
}

#[test]
fn progress_refuses_targets_of_nobody() {
    let table = |targets: Vec<Target>| TargetTable::new(targets, false);
    let twice = table(vec![target("rd", "", "", 1.0), target("rd", "", "", 1.0)]).unwrap_err();
    assert_eq!(twice.render(Lang::En), "the target rd is given twice: 1 and 1; keep one");
    let targets = vec![
        target("rd", "兰州", "2023", 10.0),
        target("rd", "天水市", "2023", 10.0),
        target("rd", "兰州", "2023Q1", 10.0),
    ];
    let mut plan = Plan::new(table(targets).unwrap());
    plan.confidence = 2.0;
    plan.league_cap = Some(-1.0);
    plan.lights.yellow = 1.5;
    plan.ceilings = vec!["rdd".into()];
    let error = progress(&panel(), &plan, Period::year(2023).unwrap()).unwrap_err();
    assert_eq!(
        error.render(Lang::En).lines().collect::<Vec<_>>(),
        [
            "confidence is 2; expected a number above 0 and below 1",
            "league_cap is -1; expected a number above 0",
            "lights.yellow is 1.5; expected a number from 0 to 1",
            "ceilings names the indicator rdd, which is not followed; the nearest is rd",
            "the target rd / 天水市 / 2023 is for 天水市, an entity that the data lack; the nearest is 天水",
            "the target rd / 兰州 / 2023Q1 is for 2023Q1, a period that the data (2022 to 2023) lack",
        ]
    );
}
