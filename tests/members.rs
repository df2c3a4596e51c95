//! Entities scored by what lies below them: a table of members and the statistics over it.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use indexmap::IndexMap;
use kaohe::{
    Assessment, Column, DataError, Edit, Labels, Lang, MembersBuilder, Number, Panel, Period, Periods, Scheme,
};
use proptest::prelude::*;

const SCHEME: &str = r#"
kaohe = 1
id = "balanced-education"

[[variable]]
id = "area"
unit = "平方公里"

[members]
title = { zh = "学校", en = "schools" }
unit = "所"
variable = [
  { id = "pupils", unit = "人", title = { zh = "学生数", en = "pupils" } },
  { id = "books", unit = "册", title = { zh = "图书", en = "books" } },
]

[[indicator]]
id = "books_cv"
formula = "members.cv(books / pupils, weight = pupils)"
unit = "1"
direction = "negative"
round = { digits = 2 }
points = { rule = "linear", low = 1, high = 0 }

[[indicator]]
id = "per_pupil"
formula = "members.pooled(books / pupils)"
unit = "册/人"
round = { digits = 1 }
points = { rule = "linear", low = "min", high = "max" }

[[indicator]]
id = "density"
formula = "members.count() / area"
unit = "所/平方公里"
points = { rule = "zscore" }

[[indicator]]
id = "equipped"
formula = "members.share(books / pupils >= 10)"
unit = "%"
points = { rule = "linear", low = 0, high = 100 }
"#;

/// County, school, pupils, books.
type Row = (&'static str, &'static str, f64, f64);

const SCHOOLS: [Row; 9] = [
    ("甲县", "一小", 45.0, 279.0),
    ("甲县", "二小", 37.0, 137.0),
    ("甲县", "三小", 89.0, 935.0),
    ("甲县", "四小", 76.0, 160.0),
    ("甲县", "五小", 55.0, 402.0),
    ("乙县", "一小", 100.0, 1000.0),
    ("乙县", "二小", 100.0, 1500.0),
    ("丙县", "中心小学", 30.0, 120.0),
    ("丙县", "二小", 60.0, 600.0),
];

fn year(year: i32) -> Period {
    Period::year(year).unwrap()
}

fn counties() -> Panel {
    let names: Labels = ["甲县", "乙县", "丙县"].into_iter().collect();
    Panel::builder(names, vec![year(2023); 3]).column("area", vec![10.0, 4.0, 5.0]).build().unwrap()
}

fn with_members(panel: &Panel, rows: &[Row], batch: usize) -> Result<Panel, DataError> {
    let mut builder = MembersBuilder::new();
    for rows in rows.chunks(batch.max(1)) {
        let entities: Labels = rows.iter().map(|r| r.0).collect();
        let schools: Labels = rows.iter().map(|r| r.1).collect();
        let pupils = Column::from(rows.iter().map(|r| r.2).collect::<Vec<_>>());
        let books = Column::from(rows.iter().map(|r| r.3).collect::<Vec<_>>());
        let periods = Periods::Runs(vec![(year(2023), rows.len())]);
        builder.push(&entities, &periods, &schools, &[("pupils", &pupils), ("books", &books)]);
    }
    builder.build(panel, &IndexMap::new())
}

fn scheme() -> Scheme {
    Scheme::from_toml(SCHEME).unwrap()
}

fn assessed() -> Assessment {
    scheme().assess(&with_members(&counties(), &SCHOOLS, 100).unwrap()).unwrap()
}

fn value(assessment: &Assessment, county: &str, indicator: &str) -> f64 {
    assessment.values(assessment.node(indicator).unwrap())[assessment.row(county, year(2023)).unwrap()]
}

#[test]
fn a_county_is_scored_by_its_schools() {
    let a = assessed();
    // The official example prints 0.52.
    assert_eq!(value(&a, "甲县", "books_cv"), 0.52);
    assert_eq!(value(&a, "甲县", "per_pupil"), 6.3);
    assert_eq!(value(&a, "乙县", "density"), 0.5);
    assert_eq!(value(&a, "丙县", "equipped"), 50.0);
}

#[test]
fn the_scheme_is_written_as_it_was_read() {
    let scheme = scheme();
    let again = Scheme::from_toml(&scheme.to_toml()).unwrap();
    assert_eq!((again.fingerprint(), again.to_toml()), (scheme.fingerprint(), scheme.to_toml()));
    // A statistic is a variable of the entities that no file declares, also once the document is handed on.
    let ids: Vec<&str> = scheme.document().variables.iter().map(|v| v.id.as_str()).collect();
    assert_eq!(ids[1], "members.cv(books / pupils, weight = pupils)");
    assert_eq!(ids.len(), 5);
    assert!(!scheme.to_toml().contains("id = \"members."));
    assert_eq!(Scheme::from_document(scheme.document().clone()).unwrap(), scheme);
    let title = &scheme.document().variables[1].title;
    assert_eq!(title.zh.as_deref(), Some("各学校 图书 / 学生数 的差异系数（以 学生数 加权）"));
    assert_eq!(
        title.en.as_deref(),
        Some("coefficient of variation of books / pupils over the schools, weighted by pupils")
    );
}

#[test]
fn a_rounding_at_a_tie_is_decided_by_the_typed_numbers() {
    let text = r#"
kaohe = 1
id = "tie"
members = { variable = [{ id = "x", unit = "1" }] }
[[indicator]]
id = "i"
formula = "members.mean(x)"
unit = "1"
round = { digits = 2 }
points = { rule = "linear", low = 0, high = 1 }
"#;
    let scheme = Scheme::from_toml(text).unwrap();
    let names: Labels = ["甲", "乙"].into_iter().collect();
    let panel = Panel::builder(names, vec![year(2023); 2]).build().unwrap();
    let mut builder = MembersBuilder::new();
    let who: Labels = ["甲", "甲", "甲", "乙", "乙", "乙"].into_iter().collect();
    let members: Labels = (0..6).map(|i| i.to_string()).collect();
    // Means of 1.005 and of 2.675, which as floats lie below the halves.
    let x = Column::from(vec![1.004, 1.005, 1.006, 2.674, 2.675, 2.676]);
    builder.push(&who, &Periods::Runs(vec![(year(2023), 6)]), &members, &[("x", &x)]);
    let a = scheme.assess(&builder.build(&panel, &IndexMap::new()).unwrap()).unwrap();
    assert_eq!(a.values(a.node("i").unwrap()), [1.01, 2.68]);
}

#[test]
fn an_edit_of_a_statistic_or_of_a_datum_is_a_fresh_assessment() {
    let a = assessed();
    let statistic = "members.pooled(books / pupils)";
    let cell = |variable: &str, value: f64| Edit::Cell {
        entity: "乙县".into(),
        period: year(2023),
        variable: variable.into(),
        value,
    };
    let edited = a.edit(&[cell(statistic, 6.0), cell("area", 8.0)]).unwrap();
    assert_eq!(value(&edited, "乙县", "per_pupil"), 6.0);
    assert_eq!(value(&edited, "乙县", "density"), 0.25);
    assert_eq!(value(&edited, "甲县", "per_pupil"), 6.3);
    // A column of that name stands for the table where only the statistic is published.
    let mut panel = counties();
    for id in
        scheme().document().variables.iter().map(|v| v.id.clone()).filter(|id| id.starts_with("members."))
    {
        let values = a.panel().column(&id).unwrap().values().to_vec();
        panel = panel.with_column(&id, Column::from(values)).unwrap();
    }
    assert_eq!(scheme().assess(&panel).unwrap().totals(), a.totals());
}

#[test]
fn references_partials_and_scorers_take_the_statistics() {
    let panel = with_members(&counties(), &SCHOOLS, 100).unwrap();
    let (scheme, a) = (scheme(), assessed());
    let references = scheme.references(&panel).unwrap();
    let again = scheme.assess_against(&references, &panel).unwrap();
    assert_eq!(again.totals(), a.totals());
    let one = |county: &'static str, area: f64| {
        let panel =
            Panel::builder([county].into_iter().collect(), vec![year(2023)]).column("area", vec![area]);
        let rows: Vec<Row> = SCHOOLS.iter().copied().filter(|r| r.0 == county).collect();
        scheme.partial(&with_members(&panel.build().unwrap(), &rows, 2).unwrap()).unwrap()
    };
    let mut partial = one("丙县", 5.0);
    partial.merge(one("甲县", 10.0)).unwrap();
    partial.merge(one("乙县", 4.0)).unwrap();
    assert_eq!(partial.finish().unwrap(), references);
    let scorer = scheme.scorer(&references).unwrap();
    let inputs: Vec<String> = scorer.inputs().iter().map(ToString::to_string).collect();
    assert!(inputs.contains(&"members.count()".to_owned()), "{inputs:?}");
}

#[test]
fn what_is_wrong_with_members_is_said_at_once() {
    let rows: [Row; 5] = [
        ("甲县", "一小", 45.0, 279.0),
        ("甲县", "一小", 46.0, 279.0),
        ("丁县", "一小", 45.0, 279.0),
        ("丁县", "二小", 45.0, 279.0),
        ("乙县", "一小", f64::INFINITY, 279.0),
    ];
    let found = |rows: &[Row]| -> Vec<(&'static str, Option<usize>)> {
        let error = with_members(&counties(), rows, 2).unwrap_err();
        error.findings().iter().map(|f| (f.code, f.place.row)).collect()
    };
    assert_eq!(found(&rows), [("member_of_nobody", Some(2))]);
    assert_eq!(found(&[rows[0], rows[4], rows[1]]), [("member_twice", Some(2)), ("infinite_value", Some(1))]);
    let lacking = scheme().assess(&counties()).unwrap_err();
    assert_eq!(lacking.findings()[0].code, "members_missing");
    let mut builder = MembersBuilder::new();
    let (county, school): (Labels, Labels) = (["甲县"].into_iter().collect(), ["一小"].into_iter().collect());
    let pupils = Column::from(vec![3.0]);
    builder.push(
        &county,
        &Periods::Each(vec![year(2023)]),
        &school,
        &[("pupils", &pupils), ("teachers", &pupils)],
    );
    let lacking = scheme().assess(&builder.build(&counties(), &IndexMap::new()).unwrap()).unwrap_err();
    assert_eq!(
        lacking.findings()[0].message(Lang::En),
        "the members' table has no column books, which the scheme reads (in 册); columns without use: teachers"
    );
}

#[test]
fn an_entity_without_members_has_their_number_and_nothing_else() {
    let rows: Vec<Row> = SCHOOLS.iter().copied().filter(|r| r.0 != "丙县").collect();
    let error = scheme().assess(&with_members(&counties(), &rows, 100).unwrap()).unwrap_err();
    let said: Vec<String> = error.findings().iter().map(|f| f.message(Lang::En)).collect();
    assert!(
        said.iter().any(|s| s.contains("丙县") && s.contains("members.pooled(books / pupils)")),
        "{said:?}"
    );
    assert!(!said.iter().any(|s| s.contains("members.count()")), "{said:?}");
}

/// Everything that a member can be: decimals, zeros, missing values.
fn school() -> impl Strategy<Value = Row> {
    let number = || prop_oneof![6 => (1i32..900, 0i32..2).prop_map(|(n, d)| f64::from(n) / 10f64.powi(d)), 1 => Just(f64::NAN)];
    (prop::sample::select(vec!["甲县", "乙县", "丙县"]), number(), number())
        .prop_map(|(c, p, b)| (c, "", p, b))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 50, ..ProptestConfig::default() })]

    /// Neither the order of the rows nor the batches that they come in change a bit; and what floats show is the exact number.
    #[test]
    fn order_and_batches_change_nothing(mut schools in prop::collection::vec(school(), 6..40), batch in 1usize..9, by in 0usize..40) {
        const NAMES: [&str; 40] = [
            "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
            "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39",
        ];
        for (school, name) in schools.iter_mut().zip(NAMES) {
            school.1 = name;
        }
        schools.extend(["甲县", "乙县", "丙县"].map(|county| (county, "last", 20.0, 30.0)));
        let text = SCHEME.replace("points = ", "missing = \"skip\"\npoints = ");
        let scheme = Scheme::from_toml(&text).unwrap();
        let a = scheme.assess(&with_members(&counties(), &schools, 1000).unwrap()).unwrap();
        let columns: Vec<&str> = a.panel().column_names().filter(|c| c.starts_with("members.")).collect();
        for column in columns {
            let column = a.panel().column(column).unwrap();
            for (row, x) in column.values().iter().enumerate() {
                let exact = column.exact(row).to_f64();
                // The errors of the float are a few units in the last place.
                prop_assert!((x - exact).abs() <= x.abs() * 1e-13 || (x.is_nan() && exact.is_nan()), "{x} {exact}");
            }
        }
        let bits = |a: &Assessment| -> Vec<u64> { a.totals().iter().map(|x| x.to_bits()).collect() };
        let batched = scheme.assess(&with_members(&counties(), &schools, batch).unwrap()).unwrap();
        prop_assert_eq!(bits(&a), bits(&batched));
        let by = by.min(schools.len());
        schools.rotate_left(by);
        let turned = scheme.assess(&with_members(&counties(), &schools, batch).unwrap()).unwrap();
        prop_assert_eq!(bits(&a), bits(&turned));
    }
}
