//! Outlying values treated before they are scored: worked examples, what is refused, what is shown.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

use kaohe::explain::Kind;
use kaohe::scheme::diff;
use kaohe::{Assessment, FlagKind, Labels, Lang, Panel, Period, Scheme, SchemeError};

use crate::support::ById;

fn load(treat: &str, rest: &str) -> Result<Scheme, SchemeError> {
    Scheme::from_toml(&format!(
        "kaohe = 1\nid = \"t\"\nbenchmarks = [\"whole\"]\nvariable = [{{ id = \"x\", unit = \"亿元\" }}]\n\
         [[indicator]]\nid = \"i\"\nformula = \"x\"\nunit = \"亿元\"\ntreat = {treat}\n{rest}"
    ))
}

const LINEAR: &str = "points = { rule = \"linear\" }\n";

fn scheme(treat: &str, rest: &str) -> Scheme {
    load(treat, rest).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

fn refused(treat: &str) -> String {
    load(treat, LINEAR).unwrap_err().render(Lang::En)
}

/// One year, entities a, b, c … and the benchmark at last.
fn panel(x: &[f64]) -> Panel {
    years(&[x])
}

/// The same entities year after year from 2022 on; the last one is the benchmark.
fn years(x: &[&[f64]]) -> Panel {
    let names = |n: usize| {
        (0..n).map(move |k| if k + 1 == n { "whole".to_owned() } else { format!("e{:02}", k + 1) })
    };
    let labels: Labels = x.iter().flat_map(|year| names(year.len())).collect();
    let periods = (2022..).zip(x).flat_map(|(y, year)| vec![Period::year(y).unwrap(); year.len()]).collect();
    Panel::builder(labels, periods).column("x", x.concat()).build().unwrap()
}

fn assess(treat: &str, rest: &str, x: &[f64]) -> Assessment {
    scheme(treat, rest).assess(&panel(x)).unwrap()
}

const BOTH: &str = r#"{ method = "winsorise", low = { quantile = 0.05 }, high = { quantile = 0.95 } }"#;

#[test]
fn quantiles_are_those_of_numpy() {
    // Gross horsepower of the 32 cars of Henderson and Velleman (1981), R's mtcars; what is expected is
    // numpy.clip(hp, *numpy.quantile(hp, [0.05, 0.95])) of numpy 2.4.6: the ends are 63.65 and 253.55.
    let hp = [
        110.0, 110.0, 93.0, 110.0, 175.0, 105.0, 245.0, 62.0, 95.0, 123.0, 123.0, 180.0, 180.0, 180.0, 205.0,
        215.0, 230.0, 66.0, 52.0, 65.0, 97.0, 150.0, 150.0, 245.0, 175.0, 66.0, 91.0, 113.0, 264.0, 175.0,
        335.0, 109.0,
    ];
    let clipped = |x: f64| x.clamp(63.65, 253.55);
    let with_benchmark = [&hp[..], &[400.0]].concat();
    // A score that is the value itself, on a scale of 1000.
    let a = assess(BOTH, "points = { rule = \"ratio\", to = 100, full = 100 }\n", &with_benchmark);
    for (row, x) in hp.iter().enumerate() {
        assert_eq!(a.values_of("i")[row], *x, "what is shown is what the formula gives");
        approx::assert_relative_eq!(a.scores_of("i")[row], clipped(*x), max_relative = 1e-15);
    }
    // A benchmark is treated like anybody, and nothing is fitted on it.
    approx::assert_relative_eq!(a.scores_of("i")[32], 253.55, max_relative = 1e-15);
    let mean = assess(BOTH, "points = { rule = \"ratio\", to = \"mean\" }\n", &with_benchmark);
    // The mean of the clipped numbers is 144.23125.
    approx::assert_relative_eq!(mean.scores_of("i")[0], 100.0 * 110.0 / 144.231_25, max_relative = 1e-14);
    let moved: Vec<usize> = (0..32).filter(|row| clipped(hp[*row]) != hp[*row]).collect();
    let flagged = |a: &Assessment, row: usize| a.flags_of(row).iter().any(|f| f.kind == FlagKind::Treated);
    assert_eq!((0..32).filter(|row| flagged(&a, *row)).collect::<Vec<_>>(), moved);
    assert_eq!(moved, [7, 18, 28, 30]);
}

#[test]
fn a_treated_value_decides_exactly() {
    // 1, 2, 4, 8: the 0.9 quantile is 4 + 0.7 · 4 = 6.8, the 0.1 quantile 1.3. A tier at 6.8 is reached, and one at 1.3, too.
    let steps = "points = { rule = \"steps\", at = [[6.8, 100], [1.3, 50]], below = 0 }\n";
    let ends = r#"{ method = "winsorise", low = { quantile = 0.1 }, high = { quantile = 0.9 } }"#;
    let a = assess(ends, steps, &[1.0, 2.0, 4.0, 8.0, 0.0]);
    assert_eq!(a.scores_of("i")[..4], [50.0, 50.0, 50.0, 100.0]);
    // In tenths, where no float is the decimal: 0.1, 0.2, 0.4, 0.8 give 0.13 and 0.68.
    let steps = "points = { rule = \"steps\", at = [[0.68, 100], [0.13, 50]], below = 0 }\n";
    let a = assess(ends, steps, &[0.1, 0.2, 0.4, 0.8, 0.0]);
    assert_eq!(a.scores_of("i")[..4], [50.0, 50.0, 50.0, 100.0]);
    // A value that is the end itself is not moved: the third of five numbers is their 0.5 quantile.
    let a = assess(
        r#"{ method = "winsorise", high = { quantile = 0.5 } }"#,
        LINEAR,
        &[0.1, 0.2, 0.3, 0.4, 0.5, 0.0],
    );
    let flagged = |row: usize| a.flags_of(row).iter().any(|f| f.kind == FlagKind::Treated);
    assert_eq!([0, 1, 2, 3, 4].map(flagged), [false, false, false, true, true]);
    assert_eq!(a.ranks()[..5], [5.0, 4.0, 1.0, 1.0, 1.0]);
}

#[test]
fn an_end_may_be_given_and_the_other_left_out() {
    let direct = "points = { rule = \"ratio\", to = 10 }\n";
    let x = [1.0, 5.0, 9.0, 20.0, 0.0];
    let scores = |treat: &str| assess(treat, direct, &x).scores_of("i")[..4].to_vec();
    assert_eq!(scores(r#"{ method = "winsorise", low = 4 }"#), [40.0, 50.0, 90.0, 200.0]);
    assert_eq!(scores(r#"{ method = "winsorise", high = 8 }"#), [10.0, 50.0, 80.0, 80.0]);
    assert_eq!(scores(r#"{ method = "winsorise", low = 4, high = 8 }"#), [40.0, 50.0, 80.0, 80.0]);
    // The median of the four is 7.
    assert_eq!(
        scores(r#"{ method = "winsorise", low = 4, high = { quantile = 0.5 } }"#),
        [40.0, 50.0, 70.0, 70.0]
    );
    // Ends that cross: the high one holds.
    assert_eq!(scores(r#"{ method = "winsorise", low = 8, high = { quantile = 0.5 } }"#), [70.0; 4]);
}

#[test]
fn what_is_compared_is_treated_and_what_is_a_fact_is_not() {
    let treat = r#"{ method = "winsorise", high = 8 }"#;
    let x: [&[f64]; 2] = [&[10.0, 6.0, 1.0], &[20.0, 7.0, 1.0]];
    // From 8 to 8 nothing has changed, whatever the formula gives; the mean of the change is taken of 0 and 1.
    let change = "points = { measure = \"change\", rule = \"ratio\", to = \"mean\" }\nmissing = \"skip\"\n";
    let a = scheme(treat, change).assess(&years(&x)).unwrap();
    assert_eq!((a.scores_of("i")[3], a.scores_of("i")[4]), (0.0, 200.0));
    // A floor asks for the value, not for what is scored of it, and so does a bonus.
    let rest = "points = { rule = \"ratio\", to = 10 }\n[[floor]]\nid = \"f\"\nwhen = \"i > 15 [亿元]\"\nthen = { cap_total = 3 }\n\
                [[adjustment]]\nid = \"a\"\nformula = \"number(i)\"\n";
    let a = scheme(treat, rest).assess(&years(&x)).unwrap();
    assert_eq!((a.totals()[0], a.totals()[3], a.totals()[4]), (90.0, 3.0, 77.0));
    // The whole is not treated: 13 over two.
    let pooled = "points = { rule = \"linear\", low = 0, high = \"pooled\", clamp = false }\n";
    let a = scheme(treat, pooled).assess(&years(&x)).unwrap();
    assert_eq!(a.scores_of("i")[0], 50.0);
}

#[test]
fn a_set_is_that_of_the_period_and_class_unless_it_says_otherwise() {
    let direct = "points = { rule = \"ratio\", to = 10 }\n";
    let x: [&[f64]; 2] = [&[1.0, 2.0, 3.0, 0.0], &[4.0, 5.0, 9.0, 0.0]];
    let second = |over: &str| {
        let treat = format!("{{ method = \"winsorise\", high = {{ quantile = 0.5 }}{over} }}");
        scheme(&treat, direct).assess(&years(&x)).unwrap().scores_of("i")[4..7].to_vec()
    };
    assert_eq!(second(""), [40.0, 50.0, 50.0]);
    assert_eq!(second(", over = \"2022\""), [20.0, 20.0, 20.0]);
    assert_eq!(second(", over = \"all\""), [35.0, 35.0, 35.0]);
    let classes =
        "class = [{ id = \"A\", entities = [\"e01\", \"e02\"] }, { id = \"B\", entities = [\"e03\"] }]\n";
    let of = |among: &str| {
        let text = format!(
            "kaohe = 1\nid = \"t\"\nbenchmarks = [\"whole\"]\n{classes}variable = [{{ id = \"x\", unit = \"1\" }}]\n[[indicator]]\nid = \"i\"\nformula = \"x\"\nunit = \"1\"\n\
             treat = {{ method = \"winsorise\", high = {{ quantile = 0.5 }}{among} }}\n{direct}"
        );
        Scheme::from_toml(&text).unwrap().assess(&panel(x[0])).unwrap().scores_of("i")[..3].to_vec()
    };
    assert_eq!(of(""), [10.0, 15.0, 30.0]);
    assert_eq!(of(", among = \"all\""), [10.0, 20.0, 20.0]);
    let treat = r#"{ method = "winsorise", high = { quantile = 0.5 }, over = "2019" }"#;
    let error = scheme(treat, direct).assess(&panel(x[0])).unwrap_err().render(Lang::En);
    assert!(error.contains("2019") && error.contains("2022"), "{error}");
}

#[test]
fn an_explanation_and_a_flag_say_what_was_scored_instead() {
    let a = assess(BOTH, LINEAR, &[1.0, 2.0, 4.0, 8.0, 0.0]);
    let year = Period::year(2022).unwrap();
    // 4 + 0.85 · 4 = 7.4 of four values.
    let said = a.explain("e04", year).unwrap();
    let (en, zh) = (said.to_text(Lang::En), said.to_text(Lang::Zh));
    assert!(
        en.contains("the value 8 is above the high end (the 0.95 quantile) and is scored as 7.4"),
        "{en}"
    );
    assert!(zh.contains("数值 8 高于最高值（0.95 分位数），按 7.4 计分"), "{zh}");
    assert!(en.contains("computed from 4 values, all entities in 2022"), "{en}");
    let node = said.root.children[0].children.iter().find(|n| n.kind == Kind::Treatment).unwrap();
    assert_eq!((node.id.as_str(), node.value), ("winsorise", Some(7.4)));
    let ends: Vec<(&str, Option<f64>)> = node.children.iter().map(|n| (n.id.as_str(), n.value)).collect();
    assert_eq!(ends, [("quantile 0.05", Some(1.15)), ("quantile 0.95", Some(7.4))]);
    for page in [said.to_markdown(Lang::En), said.to_html(Lang::En)] {
        assert!(page.contains("Winsorising") && page.contains("is scored as 7.4"), "{page}");
    }
    let flags = a.flags_of(3);
    let flag = flags.iter().find(|f| f.kind == FlagKind::Treated).unwrap();
    assert_eq!(
        flag.finding.message(Lang::En),
        "the value 8 is above the high end (the 0.95 quantile) and is scored as 7.4"
    );
    assert_eq!(flag.finding.place.column.as_deref(), Some("i"));
    let en = a.explain("e02", year).unwrap().to_text(Lang::En);
    assert!(en.contains("the value is not beyond an end and is scored as it is"), "{en}");
    let a = assess(r#"{ method = "winsorise", low = 3 }"#, LINEAR, &[1.0, 2.0, 4.0, 8.0, 0.0]);
    let said = a.explain("e01", year).unwrap();
    assert!(said.to_text(Lang::En).contains("the value 1 is below the low end and is scored as 3"));
    assert!(said.to_text(Lang::Zh).contains("数值 1 低于最低值，按 3 计分"));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    for (treat, message) in [
        (r#"{ method = "winsorise" }"#, "winsorising needs `low`, `high` or both"),
        (r#"{ method = "winsorise", low = { quantile = 1.5 } }"#, "must be between 0 and 1, not 1.5"),
        (
            r#"{ method = "winsorise", low = 3, high = 3 }"#,
            "`high` must be greater than `low`: low is 3, high is 3",
        ),
        (
            r#"{ method = "winsorise", low = { quantile = 0.9 }, high = { quantile = 0.1 } }"#,
            "`high` must be greater than `low`: low is 0.9, high is 0.1",
        ),
        (
            r#"{ method = "winsorise", high = "mean" }"#,
            "expected a number in the unit of the indicator or a quantile as an end of winsorising, found mean",
        ),
        (r#"{ method = "winsorise", hihg = 3 }"#, "unknown key `hihg`; did you mean `high`?"),
        (r#"{ method = "winsorise", high = 3, ovr = "all" }"#, "unknown key `ovr`; did you mean `over`?"),
        (r#"{ method = "winsorize", high = 3 }"#, "unknown word `winsorize`; did you mean `winsorise`?"),
        ("{ high = 3 }", "the key `method` is missing"),
        (r#"{ method = "winsorise", high = 3, over = "2020Q1" }"#, "`2020Q1` is no period of this scheme"),
    ] {
        let error = refused(treat);
        assert!(error.contains(message), "{treat}: {error}");
    }
}

#[test]
fn a_treatment_is_written_as_it_is_read() {
    let text =
        r#"{ method = "winsorise", low = { quantile = 0.05 }, high = 60.5, over = "2022", among = "all" }"#;
    let (scheme, other) = (scheme(text, LINEAR), scheme(BOTH, LINEAR));
    assert!(scheme.to_toml().contains(&format!("treat = {text}\n")), "{}", scheme.to_toml());
    assert_eq!(Scheme::from_toml(&scheme.to_toml()).unwrap().fingerprint(), scheme.fingerprint());
    assert_ne!(scheme.fingerprint(), other.fingerprint());
    let said: Vec<String> = diff(&scheme, &other).iter().map(|change| change.text(Lang::En)).collect();
    assert_eq!(
        said,
        [
            "indicator i: treatment, high 60.5 → { quantile = 0.95 }",
            "indicator i: treatment, over removed (was \"2022\")",
            "indicator i: treatment, among removed (was \"all\")"
        ]
    );
}

#[test]
fn references_hold_what_was_fitted() {
    let scheme = scheme(BOTH, "points = { rule = \"ratio\", to = 10 }\n");
    let references = scheme.references(&panel(&[1.0, 2.0, 4.0, 8.0, 0.0])).unwrap();
    let fitted: Vec<(String, Option<f64>)> =
        references.anchors().into_iter().map(|a| (format!("{} {}", a.part, a.anchor), a.value)).collect();
    assert_eq!(fitted[0], ("treat quantile 0.05".to_owned(), Some(1.15)));
    assert_eq!(fitted[1].0, "treat quantile 0.95");
    // 20 and 0.1 alone would be the ends of themselves; against the references they are moved.
    let a = scheme.assess_against(&references, &panel(&[20.0, 0.1, 0.0])).unwrap();
    approx::assert_relative_eq!(a.scores_of("i")[0], 74.0, max_relative = 1e-15);
    approx::assert_relative_eq!(a.scores_of("i")[1], 11.5, max_relative = 1e-15);
    let scorer = scheme.scorer(&references).unwrap();
    let mut scored = scorer.scored();
    scorer.score(&[20.0], &mut scored).unwrap();
    assert_eq!((scored.values()[0], scored.scores()[0]), (20.0, a.scores_of("i")[0]));
    // The set of another year is not there.
    let next = Panel::builder(["e01"].into_iter().collect(), vec![Period::year(2023).unwrap()]);
    let next = next.column("x", vec![1.0]).build().unwrap();
    let error = scheme.assess_against(&references, &next).unwrap_err();
    assert_eq!(error.findings()[0].code, "references_period");
}

#[test]
fn a_check_warns_where_many_values_are_moved() {
    let found = |treat: &str| -> Vec<String> {
        let found = scheme(treat, LINEAR).check(&panel(&[1.0, 2.0, 3.0, 4.0, 50.0]), &[]);
        let ours = found.iter().filter(|f| f.code.starts_with("treatment"));
        ours.map(|f| f.message(Lang::En)).collect()
    };
    assert_eq!(
        found(r#"{ method = "winsorise", high = 3 }"#),
        Vec::<String>::new(),
        "one of four is a quarter"
    );
    assert_eq!(
        found(r#"{ method = "winsorise", low = 2, high = 3 }"#),
        ["in 2022 the treatment of indicator i moves 2 of 4 values, more than a quarter; check its ends"]
    );
}

#[test]
fn a_bridge_names_the_ends_that_others_moved() {
    use kaohe::analysis::Cause;
    use kaohe::report::{Names, Report};
    let x: [&[f64]; 2] = [&[1.0, 2.0, 9.0, 0.0], &[1.0, 4.0, 9.0, 0.0]];
    let treat = r#"{ method = "winsorise", high = { quantile = 0.5 } }"#;
    let a = scheme(treat, "points = { rule = \"ratio\", to = 10 }\n").assess(&years(&x)).unwrap();
    let [from, to] = [2022, 2023].map(|y| Period::year(y).unwrap());
    let bridge = a.bridge("e03", from, to).unwrap();
    // Its own 9 stays; the median that it is moved to goes from 2 to 4.
    assert_eq!((bridge.effect(&Cause::Others("ends".into())), bridge.effect(&Cause::Own)), (20.0, 0.0));
    let said = |lang| bridge.to_markdown(Names::none(), lang);
    assert!(
        said(Lang::En).contains("the others' data (ends of outlying values) | +20"),
        "{}",
        said(Lang::En)
    );
    assert!(said(Lang::Zh).contains("异常值界限"), "{}", said(Lang::Zh));
}
