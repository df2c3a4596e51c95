//! Completion and increment of stocks, caps in means, and targets counted; numbers by hand.
#![allow(clippy::unwrap_used, reason = "a test says what it means")]

use kaohe::planning::{Counting, Dispatch, Light, Plan, Rate, TargetTable, dispatch, progress};
use kaohe::report::{Names, Report};
use kaohe::scheme::model::Target;
use kaohe::{Lang, Panel, Period};

const CITIES: [&str; 3] = ["金昌", "武威", "张掖"];

fn month(text: &str) -> Period {
    Period::parse(text).unwrap()
}

/// Firms stand at 200, 100 and 50 at the end of 2022, and at 225, 150 and 60 in July; contracts accrue.
fn panel(with_base: bool) -> Panel {
    let months = ["2022-12", "2023-06", "2023-07"].map(month);
    let first = if with_base { 0 } else { 3 };
    let periods: Vec<Period> = months.iter().flat_map(|m| [*m; 3]).skip(first).collect();
    let firms = [200.0, 100.0, 50.0, 220.0, 125.0, 62.0, 225.0, 150.0, 60.0];
    let contracts = [50.0, 40.0, 30.0, 120.0, 33.0, 21.0, 155.0, 35.0, 22.5];
    Panel::builder(CITIES.into_iter().cycle().take(periods.len()).collect(), periods)
        .column("firms", firms[first..].to_vec())
        .column("contracts", contracts[first..].to_vec())
        .build()
        .unwrap()
}

fn plan(rate: Option<Rate>) -> Plan {
    let target = |indicator: &str, entity: &str, value| Target {
        indicator: indicator.into(),
        entity: Some(entity.into()),
        period: None,
        value,
    };
    let of = |id, values: [f64; 3]| CITIES.iter().zip(values).map(move |(city, x)| target(id, city, x));
    let targets = of("firms", [250.0, 150.0, 80.0]).chain(of("contracts", [100.0, 60.0, 80.0]));
    let mut plan = Plan::new(TargetTable::new(targets, false).unwrap());
    plan.counting_of.insert("firms".into(), Counting::Level);
    plan.rate = rate;
    plan
}

#[test]
fn a_stock_has_two_rates_and_the_declared_one_is_judged() {
    let panel = panel(true);
    let july = month("2023-07");
    let by = |rate| progress(&panel, &plan(rate), july).unwrap();
    let firms = by(None).rows[0].clone();
    // 225 of 250; 25 of the 50 that are to be added.
    assert_eq!((firms.base, firms.completion, firms.increment), (Some(200.0), Some(0.9), Some(0.5)));
    assert_eq!((firms.progress, firms.rate, firms.light), (Some(0.5), Rate::Increment, Some(Light::Yellow)));
    let firms = by(Some(Rate::Completion)).rows[0].clone();
    assert_eq!((firms.progress, firms.increment, firms.light), (Some(0.9), Some(0.5), Some(Light::Green)));
    let contracts = by(None).rows[1].clone();
    assert_eq!((contracts.base, contracts.completion, contracts.increment), (None, Some(1.55), None));
    let said = by(Some(Rate::Increment)).to_text(Names::none(), Lang::Zh);
    assert!(said.contains("3 项时点指标按增量完成率判断"), "{said}");
}

#[test]
fn an_increment_without_a_base_is_said_once() {
    let july = progress(&panel(false), &plan(Some(Rate::Increment)), month("2023-07")).unwrap();
    assert_eq!((july.rows[0].progress, july.rows[0].rate), (Some(0.9), Rate::Completion));
    let said = july.to_text(Names::none(), Lang::Zh);
    let note = "3 项指定按增量完成率判断，但没有上年末的数（或目标不优于它），改按完成率：金昌、武威、张掖。";
    assert_eq!(said.matches(note).count(), 1, "{said}");
}

#[test]
fn targets_are_counted_by_entity_and_by_indicator() {
    let july = progress(&panel(true), &plan(None), month("2023-07")).unwrap();
    let counts = |of: &[kaohe::planning::Tally]| -> Vec<(String, [usize; 5])> {
        of.iter().map(|t| (t.name.clone(), [t.targets, t.done, t.on_schedule, t.behind, t.no_data])).collect()
    };
    // 35 of 60 is on schedule in July to the digit; 150 firms of 150 are done.
    assert_eq!(
        counts(&july.by_entity),
        [
            ("金昌".to_owned(), [2, 1, 0, 1, 0]),
            ("武威".to_owned(), [2, 1, 1, 0, 0]),
            ("张掖".to_owned(), [2, 0, 0, 2, 0])
        ]
    );
    assert_eq!(
        counts(&july.by_indicator),
        [("firms".to_owned(), [3, 1, 0, 2, 0]), ("contracts".to_owned(), [3, 1, 1, 1, 0])]
    );
    let said = july.to_text(Names::none(), Lang::Zh);
    assert!(said.contains("其中已完成 2 项、达到序时进度 1 项、落后 3 项"), "{said}");
}

#[test]
fn more_than_all_of_one_does_not_hide_another() {
    let shown = |cap: Option<f64>| -> Dispatch {
        let plan = Plan { league_cap: cap, ..plan(None) };
        dispatch(&panel(true), &plan, month("2023-07"), None).unwrap()
    };
    let league = |d: &Dispatch| -> Vec<(String, f64, f64)> {
        d.league.iter().map(|r| (r.entity.clone(), r.progress, r.uncapped)).collect()
    };
    // 金昌: 50 % of the firms, 155 % of the contracts: 102.5 %, and 75 % where the contracts count 100 %. 武威: 100 % and 58.3 %.
    let capped = shown(plan(None).league_cap);
    assert_eq!(league(&capped)[1], ("金昌".into(), 0.75, 1.025));
    assert_eq!(league(&capped)[0].0, "武威");
    let said = capped.to_text(Names::none(), Lang::Zh);
    assert!(said.contains("每项目标最多计 100%"), "{said}");
    let open = shown(None);
    assert_eq!(league(&open)[0], ("金昌".into(), 1.025, 1.025));
    let led = shown(Some(1.2)).to_text(Names::none(), Lang::Zh);
    assert!(led.contains("金昌居首，平均完成率 85%、不封顶 102.5%（序时应达 58.3%）"), "{led}");
}
