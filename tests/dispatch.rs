//! Progress and dispatches: the July case of a real bulletin, and a synthetic year month by month.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::planning::{Counting, Dispatch, Light, Plan, Schedule, TargetTable, dispatch, progress};
use kaohe::report::{Names, Report};
use kaohe::scheme::model::Target;
use kaohe::{Lang, Panel, Period};

fn month(text: &str) -> Period {
    Period::parse(text).unwrap()
}

fn target(entity: &str, period: &str, value: f64) -> Target {
    Target { indicator: "contracts".into(), entity: Some(entity.into()), period: Some(period.into()), value }
}

/// "1-7月10项指标完成率均超60%", 11 prefectures have met the year's target, 金昌 at 155%; time elapsed 58.3%.
/// Source: the Gansu bulletin of August 2023 on the tasks of the strong-science action (the 58.3% is 7/12). The numbers of the
/// prefectures that it does not print are made up.
#[test]
fn the_july_of_2023() {
    let met = ["兰州", "嘉峪关", "白银", "天水", "武威", "张掖", "平凉", "酒泉", "庆阳", "定西"];
    let names: Vec<&str> = ["金昌"].into_iter().chain(met).chain(["陇南", "临夏", "甘南"]).collect();
    let actual: Vec<f64> =
        [155.0].into_iter().chain(met.iter().map(|_| 101.0)).chain([60.1, 58.34, 58.33]).collect();
    let panel = Panel::builder(names.iter().copied().collect(), vec![month("2023-07"); 14])
        .column("contracts", actual)
        .build()
        .unwrap();
    let plan = Plan::new(TargetTable::new(names.iter().map(|n| target(n, "2023", 100.0)), false).unwrap());
    let july = progress(&panel, &plan, month("2023-07")).unwrap();
    assert_eq!(july.rows.iter().filter(|r| r.progress >= Some(1.0)).count(), 11);
    assert_eq!(july.rows[0].progress, Some(1.55));
    let text = july.to_markdown(Names::none(), Lang::Zh);
    assert!(text.contains("| 金昌 | contracts | 155 | 100 | 155.0% | 58.3% | 绿 |"), "{text}");
    let light = |name: &str| july.rows.iter().find(|r| r.entity == name).unwrap().light;
    // 58.33% of the target is behind 7/12 by a hair; both print as 58.3%.
    assert_eq!((light("临夏"), light("甘南")), (Some(Light::Green), Some(Light::Yellow)));
    assert!(text.contains("| 甘南 | contracts | 58.33 | 100 | 58.3% | 58.3% | 黄 |"), "{text}");
    assert!(july.rows.iter().all(|r| r.elapsed == 7.0 / 12.0));
}

#[test]
fn quarters_with_given_shares() {
    let quarters = ["2023Q1", "2023Q2", "2023Q3", "2023Q4"].map(month);
    let panel = Panel::builder(["甲"; 4].into_iter().collect(), quarters.to_vec())
        .column("contracts", vec![15.0, 24.0, 26.0, 35.0])
        .build()
        .unwrap();
    let mut plan = Plan::new(TargetTable::new([target("甲", "2023", 100.0)], false).unwrap());
    plan.counting = Counting::Flow;
    plan.schedule = Schedule::Shares(vec![15.0, 25.0, 25.0, 35.0]);
    let rows: Vec<_> = quarters.iter().map(|q| progress(&panel, &plan, *q).unwrap().rows.remove(0)).collect();
    let due: Vec<f64> = rows.iter().map(|r| r.elapsed).collect();
    assert_eq!(due, [0.15, 0.4, 0.65, 1.0]);
    let lights: Vec<_> = rows.iter().map(|r| r.light.unwrap()).collect();
    assert_eq!(lights, [Light::Green, Light::Yellow, Light::Green, Light::Green]);
    assert_eq!(rows[1].pace_needed, Some(30.5));
    plan.schedule = Schedule::Shares(vec![50.0, 50.0]);
    let error = progress(&panel, &plan, quarters[0]).unwrap_err().render(Lang::Zh);
    assert_eq!(error, "各期比重 50/50 与一年 4 期不符；每期一个非负的数，至少一个为正");
}

#[test]
fn targets_by_quarter_set_their_own_schedule() {
    let months: Vec<Period> = (1..=12).map(|m| month(&format!("2023-{m:02}"))).collect();
    let panel = Panel::builder(["甲"; 12].into_iter().collect(), months.clone())
        .column("contracts", (1..=12).map(|m| f64::from(m) * 5.0).collect::<Vec<_>>())
        .build()
        .unwrap();
    let by_quarter = [("2023Q1", 12.0), ("2023Q2", 18.0), ("2023Q3", 10.0), ("2023Q4", 20.0)];
    let table = TargetTable::new(by_quarter.map(|(q, v)| target("甲", q, v)), true).unwrap();
    let plan = Plan::new(table);
    let at = |m: usize| progress(&panel, &plan, months[m - 1]).unwrap().rows.remove(0);
    assert_eq!(at(3).target, Some(60.0));
    assert_eq!((at(3).elapsed, at(6).elapsed, at(9).elapsed, at(12).elapsed), (0.2, 0.5, 40.0 / 60.0, 1.0));
    assert_eq!(at(2).elapsed, 8.0 / 60.0);
    assert_eq!((at(12).progress, at(12).light, at(12).pace_needed), (Some(1.0), Some(Light::Green), None));
}

#[test]
fn ceilings_and_levels() {
    let months: Vec<Period> = ["2022-12", "2023-06"].map(month).to_vec();
    let panel = Panel::builder(["甲"; 2].into_iter().collect(), months.clone())
        .column("contracts", vec![50.0, 55.0])
        .build()
        .unwrap();
    let mut plan = Plan::new(TargetTable::new([target("甲", "2023", 60.0)], false).unwrap());
    plan.counting = Counting::Level;
    // A stock: five of the ten that are to be added.
    assert_eq!(progress(&panel, &plan, months[1]).unwrap().rows[0].progress, Some(0.5));
    plan.counting = Counting::Cumulative;
    plan.ceilings = vec!["contracts".into()];
    // A ceiling: more than half of it used by June.
    let row = progress(&panel, &plan, months[1]).unwrap().rows.remove(0);
    assert_eq!((row.light, row.pace_needed), (Some(Light::Red), Some(5.0 / 6.0)));
}

fn lines(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(format!("tests/data/{name}")).unwrap();
    text.lines().skip(1).map(|l| l.split(',').map(str::to_owned).collect()).collect()
}

fn year() -> (Panel, Plan) {
    let rows = lines("dispatch-synthetic.csv");
    let number = |k: usize| rows.iter().map(|r| r[k].parse().unwrap()).collect::<Vec<f64>>();
    let panel = Panel::builder(
        rows.iter().map(|r| r[0].as_str()).collect(),
        rows.iter().map(|r| month(&r[1])).collect(),
    )
    .column("contracts", number(2))
    .column("firms", number(3))
    .build()
    .unwrap();
    let targets = lines("dispatch-synthetic-targets.csv")
        .into_iter()
        .map(|r| Target { indicator: r[2].clone(), ..target(&r[0], &r[1], r[3].parse().unwrap()) });
    let mut plan = Plan::new(TargetTable::new(targets, false).unwrap());
    plan.schedule = Schedule::Learnt;
    plan.lights.blue_within = 1;
    (panel, plan)
}

#[test]
fn a_year_of_dispatches() {
    let (panel, plan) = year();
    let all: Vec<Dispatch> =
        (1..=12).map(|m| dispatch(&panel, &plan, month(&format!("2023-{m:02}")), None).unwrap()).collect();
    for (m, shown) in all.iter().enumerate() {
        assert_eq!((shown.progress.rows.len(), shown.league.len()), (42, 21));
        assert_eq!(shown.league[0].rank, 1.0);
        let lights = |d: &Dispatch| d.progress.rows.iter().map(|r| r.light).collect::<Vec<_>>();
        let now = lights(shown);
        let before = if m == 0 { vec![None; 42] } else { lights(&all[m - 1]) };
        let legal = |(b, n): (&Option<Light>, &Option<Light>)| {
            // Red goes to yellow, or stays, or the target is met.
            *b != Some(Light::Red) || *n != Some(Light::Blue)
        };
        assert!(before.iter().zip(&now).all(legal));
        let changed = before.iter().zip(&now).filter(|(b, n)| b != n).count();
        assert_eq!(shown.changes.len(), if m == 0 { 0 } else { changed });
        let due = shown.progress.rows.iter().map(|r| r.elapsed).fold(0.0, f64::max);
        assert!(due <= 1.0 && (m < 11 || due == 1.0));
        for row in &shown.progress.rows {
            assert!(row.probability.is_none_or(|p| (0.0..=1.0).contains(&p)));
            assert!(row.low.is_none_or(|low| low <= row.forecast.unwrap()));
            assert!(row.high.is_none_or(|high| high >= row.forecast.unwrap()));
        }
        for lang in [Lang::Zh, Lang::En] {
            assert!(!shown.to_markdown(Names::none(), lang).contains('…'));
        }
    }
    // At the end a light is green or red, and the forecast is what stands.
    for row in &all[11].progress.rows {
        assert_eq!(row.light == Some(Light::Green), row.actual >= row.target, "{row:?}");
        assert_eq!(row.forecast, row.actual);
    }
    // A forecast with its seasonal share is worth something by autumn: most ends lie within a tenth.
    let close = all[8].progress.rows.iter().zip(&all[11].progress.rows);
    let close =
        close.filter(|(f, end)| (f.forecast.unwrap() / end.actual.unwrap() - 1.0).abs() < 0.1).count();
    assert!(close * 2 > 42, "{close} of 42");
}
