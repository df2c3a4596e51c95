//! Every kind of answer as its readers see it, on real data, in both languages; `KAOHE_PIN=1` writes the texts, to be read before
//! they are committed.
#![cfg(all(feature = "toml", feature = "schema"))]
#![allow(clippy::unwrap_used, reason = "a test says what it means")]

use std::fmt::Write as _;

use crate::support::pinned;
use kaohe::answer::{Facts, Question, answer, json_schema};
use kaohe::planning::{
    AwardRule, By, Candidate, Child, Decimals, Plan, RatioChild, Split, TargetTable, allocate,
    allocate_ratio, awards, dispatch, progress,
};
use kaohe::report::{Answer, Card, Names};
use kaohe::scheme::model::Target;
use kaohe::{Assessment, Labels, Lang, Panel, Period, Scheme};

fn provinces(gdp: &str) -> Assessment {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/python/kaohe/datasets/china-provinces.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|l| l.split(',').collect()).collect();
    let names: Labels = rows.iter().map(|r| r[0]).collect();
    let mut builder =
        Panel::builder(names, rows.iter().map(|r| Period::parse(r[1]).unwrap()).collect::<Vec<_>>());
    for (k, column) in head.iter().enumerate().skip(2) {
        let values = rows.iter().map(|r| r[k].parse().unwrap_or(f64::NAN)).collect::<Vec<f64>>();
        match *column {
            "gdp" | "gdp_first_published" if *column != gdp => {}
            "gdp_first_published" => builder = builder.column("gdp", values),
            column => builder = builder.column(column, values),
        }
    }
    Scheme::builtin("strong-science-provinces").unwrap().assess(&builder.build().unwrap()).unwrap()
}

/// What is asked, and how much of a long page is pinned.
const ASKED: [(&str, &str); 35] = [
    ("ranking", r#"{"ask": "ranking", "period": "2022"}"#),
    ("gaps", r#"{"ask": "gaps", "entity": "甘肃", "period": "2022"}"#),
    ("gaps-panel", r#"{"ask": "gaps", "period": "2022", "to": "best"}"#),
    (
        "drivers",
        r#"{"ask": "drivers", "entity": "甘肃", "indicator": "hitech_density", "since": "2020", "until": "2022"}"#,
    ),
    ("drivers-panel", r#"{"ask": "drivers", "indicator": "rd_intensity", "until": "2022"}"#),
    ("bridge", r#"{"ask": "bridge", "entity": "甘肃", "since": "2021", "until": "2022"}"#),
    ("contributions", r#"{"ask": "contributions", "entity": "甘肃", "period": "2022", "to": "北京"}"#),
    ("spread", r#"{"ask": "contributions", "period": "2022"}"#),
    ("marginal", r#"{"ask": "marginal", "entity": "甘肃", "period": "2022"}"#),
    ("zones", r#"{"ask": "zones", "period": "2022"}"#),
    ("curve", r#"{"ask": "curve", "indicator": "rd_intensity", "period": "2022"}"#),
    ("flips", r#"{"ask": "flips", "entity": "甘肃", "other": "江西", "period": "2022"}"#),
    ("robustness", r#"{"ask": "robustness", "period": "2022", "samples": 200}"#),
    ("sensitivity", r#"{"ask": "sensitivity", "period": "2022", "how": {"samples": 128, "resamples": 100}}"#),
    (
        "sensitivity-exact",
        r#"{"ask": "sensitivity", "period": "2022", "entity": "甘肃", "factors": [
            {"id": "mean", "title": {"zh": "合成方法", "en": "the mean"}, "setting": {"at": "total.aggregate", "among": ["arithmetic", "geometric"]}},
            {"id": "left_out", "title": {"zh": "去掉的指标", "en": "what is left out"}, "leave_out": ["*"]}]}"#,
    ),
    (
        "rank-attribution",
        r#"{"ask": "rank_attribution", "entity": "甘肃", "period": "2022", "top": 10, "before": "江西"}"#,
    ),
    ("smaa", r#"{"ask": "smaa", "period": "2022", "samples": 500}"#),
    ("overtake", r#"{"ask": "overtake", "entity": "江西", "period": "2022"}"#),
    (
        "consistent",
        r#"{"ask": "consistent", "entity": "甘肃", "period": "2022", "indicator": "rd_intensity", "published": 1.29, "digits": 2}"#,
    ),
    (
        "needed",
        r#"{"ask": "needed", "entity": "甘肃", "period": "2022", "what": "hitech_density", "goal": {"rank": 18}}"#,
    ),
    ("next-points", r#"{"ask": "next_points", "entity": "甘肃", "period": "2022", "points": 1}"#),
    ("bridges", r#"{"ask": "bridge", "since": "2021", "until": "2022"}"#),
    ("marginal-panel", r#"{"ask": "marginal", "period": "2022"}"#),
    (
        "needed-contracts",
        r#"{"ask": "needed", "entity": "甘肃", "period": "2022", "what": "contracts", "goal": {"rank": 18}}"#,
    ),
    (
        "cheapest",
        r#"{"ask": "cheapest", "entity": "甘肃", "period": "2022", "goal": {"rank": 18}, "levers": [{"variable": "rd", "cost": 1, "lower": null, "upper": 160}, {"variable": "hitech", "cost": 0.02, "lower": null, "upper": 2100}]}"#,
    ),
    ("audit", r#"{"ask": "audit", "period": "2022"}"#),
    ("leave-out", r#"{"ask": "leave_out", "period": "2022"}"#),
    ("trends", r#"{"ask": "trends", "entity": "甘肃"}"#),
    ("strengths", r#"{"ask": "strengths", "entity": "甘肃", "period": "2022", "top": 2}"#),
    ("profile", r#"{"ask": "profile", "entity": "甘肃", "period": "2022"}"#),
    ("statistics", r#"{"ask": "statistics", "of": "values", "period": "2022"}"#),
    ("correlations", r#"{"ask": "correlations", "method": "kendall", "pooled": true}"#),
    ("components", r#"{"ask": "components", "period": "2022"}"#),
    ("effective-weights", r#"{"ask": "effective_weights", "period": "2022"}"#),
    (
        "suggest",
        r#"{"ask": "suggest", "indicator": "rd_intensity", "entities": ["甘肃"], "since": "2022", "aim": {"gap": {"share": 0.5, "to": "mean"}}}"#,
    ),
];

/// The beginning of a text, to so many lines.
fn beginning(text: &str) -> String {
    const LINES: usize = 24;
    let mut out = String::new();
    for line in text.lines().take(LINES) {
        let _ = writeln!(out, "{line}");
    }
    if text.lines().count() > LINES { out + "…\n" } else { out }
}

/// HTML a tag a line, without its style.
fn laid(html: &str) -> String {
    let (head, rest) = html.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>").unwrap();
    format!("{head}{body}")
        .replace("><", ">\n<")
        .replace("</td>\n<td", "</td><td")
        .replace("</th>\n<th", "</th><th")
}

/// Planning of cities of 甘肃: contracts by month against the year's targets.
fn planned() -> Vec<(&'static str, Answer<Facts>)> {
    let months = ["2023年6月", "2023年7月"];
    let cities = ["金昌", "武威", "张掖", "酒泉"];
    let periods: Vec<Period> =
        months.iter().flat_map(|m| std::iter::repeat_n(Period::parse(m).unwrap(), cities.len())).collect();
    let mut builder = Panel::builder((0..8).map(|i| cities[i % 4]).collect(), periods)
        .column("contracts", vec![120.0, 33.0, 21.0, 60.0, 155.0, 35.0, 22.5, f64::NAN])
        .column("patents", vec![300.0, 210.0, 180.0, 90.0, 340.0, 260.0, 230.0, 150.0]);
    for month in months {
        builder = builder.spelled(Period::parse(month).unwrap(), month);
    }
    let panel = builder.build().unwrap();
    let target = |indicator: &str, entity: &str, value: f64| Target {
        indicator: indicator.into(),
        entity: Some(entity.into()),
        period: Some("2023".into()),
        value,
    };
    let targets = [("contracts", [100.0, 60.0, 80.0, 120.0]), ("patents", [500.0, 420.0, 400.0, 300.0])];
    let targets =
        targets.into_iter().flat_map(|(id, of)| cities.iter().zip(of).map(move |(c, x)| target(id, c, x)));
    let plan = Plan::new(TargetTable::new(targets, false).unwrap());
    let july = Period::parse("2023-07").unwrap();
    let read = |children: &str| serde_json::from_str::<Vec<Child>>(children).unwrap();
    let children = read(
        r#"[{"name": "甘州", "base": 60}, {"name": "临泽", "base": 25, "lower": 30}, {"name": "高台", "base": 15, "upper": 150}]"#,
    );
    let split: Split =
        serde_json::from_str(r#"{"total": 1300, "by": "base", "decimals": 0, "not_below_last": false}"#)
            .unwrap();
    let child = |name: &str, numerator, denominator| RatioChild {
        name: name.into(),
        numerator,
        denominator,
        capacity: None,
        lower: None,
        upper: None,
    };
    let ratio_children = [child("甘州", 2.4, 300.0), child("临泽", 0.9, 90.0), child("高台", 0.3, 60.0)];
    let ratio_split = Split { total: 0.0, by: By::Growth, decimals: Decimals(2), not_below_last: true };
    let candidate = |entity: &str, level, floors: &[&str]| Candidate {
        entity: entity.into(),
        level: Some(level),
        floors: floors.iter().map(|f| (*f).to_owned()).collect(),
        ..Candidate::default()
    };
    let candidates = [
        candidate("金昌", 92.0, &[]),
        candidate("武威", 88.0, &[]),
        candidate("张掖", 88.0, &[]),
        candidate("酒泉", 90.0, &["accident"]),
    ];
    let rules: Vec<AwardRule> = serde_json::from_str(
        r#"[{"award": "先进奖", "criterion": "level", "top": null, "at_least": null, "amount": {"table": [100, 50, 30]},
             "excluded_by": ["*"], "not_with": [], "by_class": false}]"#,
    )
    .unwrap();
    let none = Names::none();
    vec![
        ("progress", answer(progress(&panel, &plan, july).unwrap(), none)),
        ("dispatch", answer(dispatch(&panel, &plan, july, None).unwrap(), none)),
        ("allocation", answer(allocate(&children, &split).unwrap(), none)),
        (
            "ratio-allocation",
            answer(allocate_ratio(&ratio_children, &ratio_split, 0.85, 100.0, 480.0).unwrap(), none),
        ),
        ("awards", answer(awards(&candidates, &rules, None, Decimals(2)).unwrap(), none)),
    ]
}

#[test]
fn every_kind_of_answer_reads_right() {
    let (a, first) = (provinces("gdp"), provinces("gdp_first_published"));
    let mut all: Vec<_> = ASKED
        .iter()
        .map(|(name, question)| {
            let question: Question = serde_json::from_str(question).unwrap();
            // A question is what is written of it, and names itself from outside as well.
            let written = serde_json::to_string(&question).unwrap();
            assert_eq!(serde_json::from_str::<Question>(&written).unwrap(), question);
            (*name, a.ask(&question).unwrap())
        })
        .collect();
    let names = Names::of(a.scheme().document());
    let gainers = kaohe::analysis::compare_periods(&first, year(2022), &a, year(2022)).unwrap().gainers();
    all.push(("gainers", answer(gainers, names)));
    let compared = kaohe::analysis::compare_periods(&a, year(2021), &a, year(2022)).unwrap();
    all.push(("comparison", answer(compared, names)));
    let sampling = kaohe::robustness::Sampling { samples: 200, ..Default::default() };
    let held = a.robustness(year(2022), None, sampling, &kaohe::robustness::Shown::default()).unwrap();
    all.push(("at-most", answer(held.at_most(5.0), names)));
    all.extend(planned());
    for (name, answer) in &all {
        for (lang, tag) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
            pinned(&format!("answers/{name}.{tag}.txt"), beginning(&answer.to_terminal(lang, None)));
            pinned(&format!("answers/{name}.{tag}.md"), beginning(&answer.to_markdown(lang)));
            let html = answer.to_html(lang);
            pinned(&format!("answers/{name}.{tag}.html"), beginning(&laid(&html)));
            assert!(html.starts_with("<div class=\"kaohe-a\"") && html.ends_with("</div>"), "{html}");
            for text in [answer.to_text(lang), answer.to_markdown(lang), html] {
                assert!(!text.contains("NaN") && !text.contains("col_"), "{text}");
            }
            for sentence in answer.sentences.iter().chain(&answer.notes) {
                let said = sentence.message(lang);
                assert!(said.ends_with(if lang == Lang::Zh { '。' } else { '.' }), "{said}");
            }
        }
    }
    let html = all[1].1.to_html(Lang::Zh);
    assert!(
        html.contains("<th class=\"n w\">差距</th>") && html.contains("<td class=\"n w down\">"),
        "{html}"
    );
    assert!(all[1].1.to_markdown(Lang::Zh).contains("| 指标 | 数值 |"));
}

fn year(y: i32) -> Period {
    Period::year(y).unwrap()
}

#[test]
fn the_schema_of_a_question_names_every_one() {
    let schema: serde_json::Value = serde_json::from_str(&json_schema()).unwrap();
    let names: Vec<&str> = schema["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|q| q["properties"]["ask"]["const"].as_str().unwrap())
        .collect();
    for asked in ["gaps", "drivers", "bridge", "needed", "next_points", "suggest"] {
        assert!(names.contains(&asked), "{names:?}");
    }
}

/// Schemes as a page: one with parts and grades, one with groups, floors and adjustments.
#[test]
fn every_scheme_fits_a_page() {
    for name in Scheme::builtin_names() {
        let scheme = Scheme::builtin(name).unwrap();
        let page = Answer::of(Card(&scheme), Names::of(scheme.document()));
        for lang in [Lang::Zh, Lang::En] {
            let text = page.to_markdown(lang);
            assert!(!text.contains("col_") && !text.contains("card_") && !text.contains("table_"), "{text}");
            for indicator in &scheme.document().indicators {
                assert!(page.tables[0].rows == scheme.document().indicators.len(), "{}", indicator.id);
            }
        }
    }
    for (name, tag, lang) in [("strong-science", "zh", Lang::Zh), ("hitech-growth", "en", Lang::En)] {
        let scheme = Scheme::builtin(name).unwrap();
        let page = Answer::of(Card(&scheme), Names::of(scheme.document()));
        pinned(&format!("answers/card-{name}.{tag}.txt"), page.to_markdown(lang));
    }
}

/// Each line of a scheme's page has the rule and the rounding of its own indicator.
#[test]
fn a_page_of_a_scheme_tells_rules_apart() {
    let text = r#"
        kaohe = 1
        id = "two"
        variable = [{ id = "x", unit = "%" }, { id = "y", unit = "%" }]
        [[indicator]]
        id = "a"
        formula = "x"
        unit = "%"
        round = { digits = 2 }
        points = { rule = "linear", between = [60, 100] }
        [[indicator]]
        id = "b"
        formula = "y"
        unit = "%"
        round = { digits = 3 }
        points = { rule = "rank", by = 5 }
    "#;
    let scheme = Scheme::from_toml(text).unwrap();
    let page = Answer::of(Card(&scheme), Names::of(scheme.document())).to_markdown(Lang::En);
    let lines: Vec<&str> =
        page.lines().filter(|line| line.starts_with("| a |") || line.starts_with("| b |")).collect();
    assert_eq!(
        lines,
        [
            "| a | x | % | more is better | 1 | value: linear (between = \\[60, 100\\]) | 2 decimals |",
            "| b | y | % | more is better | 1 | value: rank (by = 5) | 3 decimals |",
        ]
    );
}

/// Whatever a scheme or a table holds, a page shows it as text.
#[test]
fn pages_show_markup_as_text() {
    let bad = "<script>alert(1)</script>&\"'";
    let mut document = Scheme::builtin("strong-science-provinces").unwrap().document().clone();
    document.title.zh = Some(bad.to_owned());
    document.source = Some(bad.to_owned());
    document.indicators[0].title.zh = Some(bad.to_owned());
    let scheme = Scheme::from_document(document).unwrap();
    let html = Answer::of(Card(&scheme), Names::of(scheme.document())).to_html(Lang::Zh);
    assert!(!html.contains("<script") && html.matches("&lt;script&gt;").count() == 3, "{html}");
}

/// Ten rows stand open, the rest are behind a line that opens; a few more are not worth it.
#[test]
fn long_tables_are_folded() {
    let question: Question = serde_json::from_str(r#"{"ask": "ranking", "period": "2022"}"#).unwrap();
    let html = provinces("gdp").ask(&question).unwrap().to_html(Lang::Zh);
    assert!(html.contains("<summary>其余 21 行</summary>") && html.matches("<tr>").count() == 32, "{html}");
    let question: Question =
        serde_json::from_str(r#"{"ask": "gaps", "entity": "甘肃", "period": "2022"}"#).unwrap();
    assert!(!provinces("gdp").ask(&question).unwrap().to_html(Lang::Zh).contains("<summary>"));
}

#[test]
fn a_page_has_a_thousand_rows_at_most() {
    let problem = kaohe::report::Problem { severity: "error".to_owned(), ..Default::default() };
    let found = kaohe::report::Problems(vec![problem; 1500]);
    let html = answer(found, Names::none()).to_html(Lang::Zh);
    assert!(html.contains("另有 500 行未列出。") && html.matches("<tr>").count() == 1001);
}

/// A ranking by classes has a table for each, with its title; a frame has all in one.
#[test]
fn classes_are_ranked_in_tables_of_their_own() {
    let scheme = Scheme::from_toml(
        r#"
        kaohe = 1
        id = "classes"
        class_column = "kind"
        variable = [{ id = "sales", unit = "万元" }]
        indicator = [{ id = "sales", formula = "sales", unit = "万元", points = { rule = "linear", low = 0, high = 9 } }]
        class = [{ id = "A", title = { zh = "重点开发区" } }, { id = "B" }]
        "#,
    )
    .unwrap();
    let names: Labels = ["甲", "乙", "丙"].into_iter().collect();
    let panel = Panel::builder(names, vec![year(2023); 3]).column("sales", vec![3.0, 6.0, 1.0]);
    let panel = panel.text("kind", ["A", "A", "B"].map(|c| Some(c.to_owned())).to_vec()).build().unwrap();
    let question: Question = serde_json::from_str(r#"{"ask": "ranking"}"#).unwrap();
    let answer = scheme.assess(&panel).unwrap().ask(&question).unwrap();
    let page = answer.to_markdown(Lang::Zh);
    assert!(page.contains("**2023 排名：重点开发区**") && page.contains("**2023 排名：B**"), "{page}");
    assert_eq!(answer.tables.iter().map(|t| t.rows).collect::<Vec<_>>(), [3, 2, 1]);
}
