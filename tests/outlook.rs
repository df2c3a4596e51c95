//! Plans for the period after the data, and suggested targets.
#![cfg(feature = "toml")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::planning::{Aim, Asked, Change, Given, Goal, Others, Outlook, Reach, suggest};
use kaohe::report::{Names, Report};
use kaohe::{Assessment, Lang, Panel, Period, Scheme};

fn year(y: i32) -> Period {
    Period::year(y).unwrap()
}

/// 甲 and 乙 over four years: 甲's firms +10%, +20%, 0%; 乙's 0%, 0%, +50%; costs fall or rise.
fn assessment() -> Assessment {
    let toml = "kaohe = 1\nid = \"a\"\n\
        variable = [{ id = \"firms\", unit = \"家\" }, { id = \"base\", unit = \"万家\" }, { id = \"energy\", unit = \"亿元\", published_digits = 1 }]\n\
        [[indicator]]\nid = \"density\"\nformula = \"firms / base\"\nunit = \"家/万家\"\nround = { digits = 1 }\n\
        points = { rule = \"linear\", low = 0, high = 1000 }\n\
        [[indicator]]\nid = \"use\"\nformula = \"energy / base\"\nunit = \"元/家\"\ndirection = \"negative\"\n\
        points = { rule = \"linear\", low = 2000000, high = 0 }\n";
    let panel = Panel::builder(
        ["甲", "乙"].repeat(4).into_iter().collect(),
        (0..8).map(|i| year(2020 + i / 2)).collect(),
    )
    .column("firms", vec![100.0, 100.0, 110.0, 100.0, 132.0, 100.0, 132.0, 150.0])
    .column("base", vec![1.0; 8])
    .column("energy", vec![80.0, 50.0, 80.0, 50.0, 80.0, 50.0, 80.0, 50.0])
    .build()
    .unwrap();
    Scheme::from_toml(toml).unwrap().assess(&panel).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

fn ask(others: Others, period: i32, reach: &str) -> Asked {
    let outlook = Outlook { others, own: Some(Others::Fixed) };
    Asked { outlook, ..Asked::new("甲", year(period), "density", Goal::Reach(Reach::Entity(reach.into()))) }
}

#[test]
fn the_others_go_on() {
    let a = assessment();
    let value = |asked: &Asked| {
        let answer = a.needed(asked).unwrap();
        (answer.period, answer.value)
    };
    assert_eq!(value(&ask(Others::Fixed, 2023, "乙")), ("2023".into(), Some(150.0)));
    // A year on: 150 · 1.5^(1/3) = 171.7, as a whole number 172; at its best 150 · 1.5.
    assert_eq!(value(&ask(Others::Trend, 2023, "乙")), ("2024".into(), Some(172.0)));
    assert_eq!(value(&ask(Others::Best, 2023, "乙")), ("2024".into(), Some(225.0)));
    // Two years on, and a plan for a year beyond the data with everyone as they are.
    assert_eq!(value(&ask(Others::Trend, 2025, "乙")), ("2025".into(), Some(197.0)));
    assert_eq!(value(&ask(Others::Fixed, 2024, "乙")), ("2024".into(), Some(150.0)));
    // 甲's own other variables on trend too: they do not move.
    let outlook = Outlook { others: Others::Trend, own: None };
    let own = Asked { outlook, ..ask(Others::Trend, 2023, "乙") };
    assert_eq!(value(&own), ("2024".into(), Some(172.0)));
    // 150 · 1.5 as from 2022 to 2023; over two years 150 · 1.5^(1/2) = 183.7.
    assert_eq!(value(&ask(Others::Growth, 2024, "乙")), ("2024".into(), Some(225.0)));
    assert_eq!(value(&ask(Others::TrendOver(2), 2024, "乙")), ("2024".into(), Some(184.0)));
    assert!(a.needed(&ask(Others::Trend, 2044, "乙")).unwrap_err().render(Lang::En).contains("no 2044"));
}

/// What stands before the answer, and what must be known of it.
fn said(a: &Assessment, asked: &Asked, lang: Lang) -> (Vec<String>, Vec<String>) {
    let answer = a.needed(asked).unwrap();
    let names = Names::of(a.scheme().document());
    let text = |all: Vec<kaohe::report::Sentence>| all.iter().map(|s| s.message(lang)).collect();
    (text(answer.sentences(names)), text(answer.notes(names)))
}

#[test]
fn own_data_go_on_as_well() {
    let a = assessment();
    let of = |others: Others, own: Option<Others>| Asked {
        outlook: Outlook { others, own },
        ..ask(Others::Fixed, 2024, "乙")
    };
    // 甲 grew from 100 to 132 in three years: 132 · 1.32^(1/3) = 144.8; 乙 is at 172 then.
    let answer = a.needed(&of(Others::Trend, None)).unwrap();
    assert_eq!((answer.current, answer.value, answer.gain), (145.0, Some(172.0), Some(27.0)));
    assert_eq!((answer.last, answer.last_period.as_deref()), (Some(132.0), Some("2023")));
    assert_eq!(
        answer.reason.message(Lang::Zh),
        "若各考核对象（含甲）按 2020→2023 年的平均增速变化，2024 年甲的firms需比预计的 145 再增加 27 家，达到 172 家（2023 年为 132 家），届时总分 38.6，第 2 名；只到 171 家，还不够。"
    );
    // The own data alone, on the last growth: none from 2022 to 2023.
    let still = a.needed(&of(Others::Trend, Some(Others::Growth))).unwrap();
    assert_eq!(still.current, 132.0);
    assert!(still.reason.message(Lang::En).starts_with(
        "If the data of the others go on at their mean growth from 2020 to 2023 and the data of 甲 itself go on growing as from 2022 to 2023, 甲 needs 40 家 more"
    ));
    // Given numbers, theirs and one's own; what is not given stays.
    let given = |entity: Option<&str>, value| {
        Others::Given(vec![Given { entity: entity.map(str::to_owned), variable: "firms".into(), value }])
    };
    let answer = a.needed(&of(given(Some("乙"), 161.5), Some(given(None, 140.0)))).unwrap();
    assert_eq!((answer.current, answer.value), (140.0, Some(162.0)));
    let error = a.needed(&of(given(Some("甲"), 1.0), Some(given(Some("乙"), f64::NAN)))).unwrap_err();
    assert_eq!(error.findings().len(), 3, "{}", error.render(Lang::En));
    // Another whole assessment of the year ahead.
    let ahead = a.outlook(Some("甲"), year(2024), &Outlook { others: Others::Trend, own: None }).unwrap();
    assert_eq!(ahead.panel().column("firms").unwrap().values()[8..], [145.0, 172.0]);
}

#[test]
fn the_default_of_a_year_ahead_is_said() {
    let a = assessment();
    let asked = Asked::new("甲", year(2024), "density", Goal::Reach(Reach::Entity("乙".into())));
    let (sentences, notes) = said(&a, &asked, Lang::Zh);
    assert!(
        sentences[0].starts_with("若其他考核对象和甲的其余数据保持 2023 年的数值，2024 年甲的"),
        "{sentences:?}"
    );
    assert!(notes[0].starts_with("未指定各方数据如何变化，按默认都保持 2023 年的数值"), "{notes:?}");
    let (sentences, notes) = said(&a, &Asked { period: year(2023), ..asked }, Lang::En);
    assert!(
        sentences[0].starts_with("If the data of the others stay as they are, 甲 needs 18 家 more"),
        "{sentences:?}"
    );
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn what_was_never_seen_is_said_first() {
    let a = assessment();
    // The largest growth of firms: 乙 from 100 to 150, in 2023; 甲 itself 20 % in 2022.
    let asked = Asked::new("甲", year(2023), "firms", Goal::Score(50.0));
    let answer = a.needed(&asked).unwrap();
    assert_eq!((answer.value, answer.beyond_history), (Some(400.0), true));
    let beyond = &answer.beyond[0];
    assert_eq!(
        (beyond.largest, beyond.by.as_deref(), beyond.at.as_deref()),
        (Some(0.5), Some("乙"), Some("2023"))
    );
    assert!((beyond.change.unwrap() - (400.0 / 132.0 - 1.0)).abs() < 1e-12);
    assert!((beyond.own.unwrap() - 0.2).abs() < 1e-12);
    let (sentences, _) = said(&a, &asked, Lang::Zh);
    assert_eq!(
        sentences[0],
        "超出历史：firms要在一年内增长 203%，而数据中一年最多增长 50%（乙，2023 年），甲自身最多 20%；届时firms为 400 家，而数据中各考核对象都在 100 家至 150 家之间。"
    );
    // 18 more firms are 13.6 %: nothing unheard of.
    let near =
        a.needed(&Asked::new("甲", year(2023), "density", Goal::Reach(Reach::Entity("乙".into())))).unwrap();
    assert!(!near.beyond_history && near.sentences(Names::none()).len() == 1);
    let far = suggest(&a, "density", &["甲".into()], year(2023), year(2024), &Aim::Growth(3.0)).unwrap();
    assert!(far[0].beyond_history && !far[0].there);
}

#[test]
fn less_is_better_where_the_indicator_says_so() {
    let a = assessment();
    let asked = Asked::new("甲", year(2023), "use", Goal::Reach(Reach::Mean));
    let answer = a.needed(&asked).unwrap();
    // The mean of both falls with it: at 50 they are equal.
    assert_eq!((answer.variable.as_str(), answer.value, answer.gain), ("energy", Some(50.0), Some(-30.0)));
    assert_eq!(answer.short, Some(50.1));
    assert!(answer.reason.message(Lang::Zh).contains("甲的energy需减少 30 亿元（由 80 到 50 亿元）"));
    // The other variable of the formula does it as well: 80 / 1.6 = 50.
    let base = a.needed(&Asked { variable: Some("base".into()), ..asked }).unwrap();
    assert_eq!(base.value, Some(1.6));
}

#[test]
fn a_present_value_between_the_steps() {
    let a = assessment();
    let change =
        Change { entity: "甲".into(), period: "2023".into(), variable: "energy".into(), value: 50.04 };
    let a = a.what_if(&[change]).unwrap();
    let answer =
        a.needed(&Asked::new("甲", year(2023), "use", Goal::Reach(Reach::Entity("乙".into())))).unwrap();
    // One step less is no change at all.
    assert_eq!((answer.value, answer.gain, answer.short), (Some(50.0), Some(-0.04), Some(50.04)));
}

#[test]
fn what_if_names_everything_that_is_wrong() {
    let change = |entity: &str, period: &str, variable: &str, value: f64| Change {
        entity: entity.into(),
        period: period.into(),
        variable: variable.into(),
        value,
    };
    let wrong = [
        change("丙", "2023", "firms", 1.0),
        change("甲", "2031", "firms", 1.0),
        change("甲", "soon", "firms", 1.0),
        change("甲", "2023", "firm", 1.0),
        change("甲", "2023", "firms", f64::INFINITY),
    ];
    let error = assessment().what_if(&wrong).unwrap_err();
    assert_eq!(error.findings().len(), 5);
    assert!(error.render(Lang::Zh).contains("最接近的是 firms"));
    let none = assessment().what_if(&[change("甲", "2023", "base", 0.0)]).unwrap_err();
    assert!(none.render(Lang::En).contains("cannot be computed"));
}

#[test]
fn targets_are_suggested() {
    let a = assessment();
    let (from, to) = (year(2023), year(2024));
    let one =
        |indicator: &str, aim: Aim| suggest(&a, indicator, &["甲".into()], from, to, &aim).unwrap().remove(0);
    let target = |indicator: &str, aim: Aim| one(indicator, aim).target;
    // 132 · 1.075 = 141.9; of use, where less is better, 10% less, drawn to the harder side.
    assert_eq!(target("density", Aim::Growth(0.075)), Some(141.9));
    assert_eq!(target("use", Aim::Growth(0.1)), Some(720_000.0));
    assert_eq!(target("density", Aim::Gap { share: 0.5, to: Reach::Entity("乙".into()) }), Some(141.0));
    assert_eq!(target("use", Aim::Gap { share: 1.0, to: Reach::Mean }), Some(650_000.0));
    let all = suggest(&a, "density", &[], from, to, &Aim::Gap { share: 1.0, to: Reach::Entity("甲".into()) })
        .unwrap();
    assert_eq!(all[1].reason.message(Lang::Zh), "现为 150.0 家/万家，已不差于甲的 132 家/万家，不再给目标");
    // Who is there gets no target.
    assert_eq!((all[1].target, all[1].there, all[0].there), (None, true, true));
    assert_eq!(one("density", Aim::Rank(1)).target, one("density", Aim::Places(1)).target);
    let first = one("density", Aim::Rank(1));
    assert_eq!(first.as_target().unwrap().period.as_deref(), Some("2024"));
    for aim in [Aim::Rank(0), Aim::Places(0), Aim::Growth(f64::NAN), Aim::Growth(-1.0)] {
        let error = suggest(&a, "density", &["甲".into()], from, to, &aim).unwrap_err().render(Lang::En);
        assert!(error.contains("expected"), "{error}");
    }
    assert!(suggest(&a, "density", &[], from, to, &Aim::Gap { share: 1.5, to: Reach::Mean }).is_err());
    let table = all.to_markdown(Names::none(), Lang::En);
    assert_eq!(table.lines().filter(|line| line.starts_with('|')).count(), 4);
    assert!(suggest(&a, "total", &[], from, to, &Aim::Rank(1)).is_err());
    assert!(suggest(&a, "density", &["丙".into()], from, to, &Aim::Rank(1)).is_err());
}

/// A target for a rank reaches it when it is reached itself; large numbers are no reason to promise less.
#[test]
fn suggested_targets_reach_and_cover_every_size() {
    let scheme = Scheme::from_toml(
        r#"
kaohe = 1
id = "big"
variable = [{ id = "marks", unit = "分" }, { id = "gdp", unit = "元", published_digits = 6 }]
[[indicator]]
id = "marks"
formula = "marks"
unit = "分"
round = { digits = 0 }
points = { rule = "linear", low = 0, high = 100 }
[[indicator]]
id = "gdp"
formula = "gdp"
unit = "元"
round = { digits = 6 }
points = { rule = "linear", low = 0, high = 1e12 }
"#,
    )
    .unwrap();
    let panel = Panel::builder(["甲", "乙"].into_iter().collect(), vec![year(2023); 2])
        .column("marks", vec![80.2, 91.3])
        .column("gdp", vec![1e11, 1e11])
        .build()
        .unwrap();
    let a = scheme.assess(&panel).unwrap();
    let one = |indicator: &str, aim: Aim| {
        suggest(&a, indicator, &["甲".into()], year(2023), year(2024), &aim).unwrap().remove(0)
    };
    let target = one("marks", Aim::Rank(1)).target.unwrap();
    let reached = |value: f64| {
        let (entity, period, variable) = ("甲".into(), "2023".into(), "marks".into());
        a.what_if(&[Change { entity, period, variable, value }]).unwrap().ranks()[0] == 1.0
    };
    assert!(target == 92.0 && reached(target) && !reached(91.0), "{target}");
    assert_eq!(one("gdp", Aim::Growth(0.1)).target, Some(1.1e11));
    // 11.1 points, or 111 thousand million yuan, take the first place.
    let needed = a.needed(&Asked::new("甲", year(2023), "gdp", Goal::Rank(1))).unwrap();
    assert_eq!(needed.value, Some(211_000_000_000.0), "{}", needed.reason.message(Lang::En));
}
