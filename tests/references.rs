//! References: frozen, written, read, and used for other data.
#![cfg(all(feature = "toml", feature = "json"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::{DataError, Labels, Lang, Panel, Period, References, Scheme};

use crate::support::ById;

const SCHEME: &str = r#"
kaohe = 1
id = "kept"
class_column = "class"
[[class]]
id = "A"
[[class]]
id = "B"
[[variable]]
id = "rd"
unit = "亿元"
missing = "peer_mean"
[[variable]]
id = "gdp"
unit = "亿元"
[[indicator]]
id = "intensity"
formula = "rd / gdp"
unit = "%"
points = [{ share = 0.5, rule = "linear" }, { share = 0.5, rule = "rank", by = 10 }]
[[indicator]]
id = "share"
formula = "share(gdp)"
unit = "%"
points = { rule = "ratio", to = "mean", cap = 1.5, among = "all" }
[[indicator]]
id = "growth"
formula = "gdp"
unit = "亿元"
points = { rule = "linear", low = 0, high = "max", over = "2021" }
[total]
round = { digits = 2 }
"#;

type Row = (&'static str, i32, &'static str, f64, f64);

const ROWS: [Row; 8] = [
    ("a", 2021, "A", 1.0, 100.0),
    ("b", 2021, "A", 2.0, 120.0),
    ("c", 2021, "B", 3.0, 150.0),
    ("d", 2021, "B", 1.5, 90.0),
    ("a", 2022, "A", 1.3, 110.0),
    ("b", 2022, "A", 2.2, 130.0),
    ("c", 2022, "B", 3.6, 160.0),
    ("d", 2022, "B", f64::NAN, 95.0),
];

fn panel(rows: &[Row]) -> Panel {
    let names: Labels = rows.iter().map(|r| r.0).collect();
    Panel::builder(names, rows.iter().map(|r| Period::year(r.1).unwrap()).collect())
        .text("class", rows.iter().map(|r| Some(r.2.to_owned())).collect())
        .column("rd", rows.iter().map(|r| r.3).collect::<Vec<_>>())
        .column("gdp", rows.iter().map(|r| r.4).collect::<Vec<_>>())
        .build()
        .unwrap()
}

fn scheme() -> Scheme {
    Scheme::from_toml(SCHEME).unwrap()
}

fn said(error: &DataError) -> [String; 2] {
    [Lang::En, Lang::Zh].map(|lang| error.render(lang))
}

#[test]
fn others_are_measured_against_what_was_kept() {
    let (scheme, kept) = (scheme(), scheme().references(&panel(&ROWS)).unwrap());
    // A newcomer beyond both ends: neither moves, and its rank is that among those who were there.
    let new = panel(&[("z", 2022, "A", 6.5, 130.0), ("y", 2022, "B", f64::NAN, 160.0)]);
    let result = scheme.assess_against(&kept, &new).unwrap();
    assert_eq!(result.values_of("intensity"), [5.0, 2.25]); // the missing value takes the mean of c and d: 3.6
    assert_eq!(result.scores_of("intensity")[0], 100.0);
    // The share of the total that was: 130 / 495.
    let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
    assert!(close(result.values_of("share")[0], 13000.0 / 495.0), "{:?}", result.values_of("share"));
    // Both lead their class among the rows at hand.
    assert_eq!(result.ranks(), [1.0, 1.0]);
}

#[test]
fn another_scheme_is_refused_with_what_differs() {
    let kept = scheme().references(&panel(&ROWS)).unwrap();
    let other = Scheme::from_toml(&SCHEME.replace("by = 10", "by = 12")).unwrap();
    let error = other.assess_against(&kept, &panel(&ROWS)).unwrap_err();
    assert_eq!(error.findings()[0].code, "references_scheme");
    let [en, zh] = said(&error);
    assert!(en.contains("indicator intensity points[1].by: 10 → 12"), "{en}");
    assert!(zh.contains("10 → 12"), "{zh}");
    assert!(kept.accept(&other).is_err() && kept.accept(&scheme()).is_ok());
}

#[test]
fn a_period_and_a_class_that_are_not_there_are_named() {
    let kept = scheme().references(&panel(&ROWS[..7])).unwrap();
    let refused = |rows: &[Row]| scheme().assess_against(&kept, &panel(rows)).unwrap_err();
    let error = refused(&[("a", 2023, "A", 1.0, 100.0)]);
    assert_eq!(
        said(&error)[0].lines().next(),
        Some("the references have nothing for 2023, which intensity is compared with; they have 2021, 2022")
    );
    let kept = scheme().references(&panel(&ROWS[4..6])).err().map(|e| said(&e)[0].clone());
    assert!(kept.is_some_and(|said| said.contains("2021")), "the fixed period is not in the data");
    let of_a = [&ROWS[..2], &ROWS[4..6]].concat();
    let kept = scheme().references(&panel(&of_a)).unwrap();
    let error = scheme().assess_against(&kept, &panel(&[("c", 2022, "B", 1.0, 100.0)])).unwrap_err();
    assert_eq!(
        said(&error)[0],
        "the references have nothing for class B in 2022, which intensity is compared with; they have A"
    );
    assert_eq!(said(&error)[1], "参照在 2022 没有类别 B 的数据，而 intensity 要在该类别内比较；参照有：A");
}

#[test]
fn what_is_compared_with_a_fixed_period_goes_on_in_later_ones() {
    let text = SCHEME.split("[[indicator]]").collect::<Vec<_>>();
    let text = format!("{}[[indicator]]{}", text[0], text[3]);
    let scheme = Scheme::from_toml(&text).unwrap();
    let kept = scheme.references(&panel(&ROWS)).unwrap();
    let result = scheme.assess_against(&kept, &panel(&[("a", 2030, "A", 1.0, 60.0)])).unwrap();
    assert_eq!(result.totals(), [50.0]); // 60 of b's 120 in 2021
}

#[test]
fn damaged_text_is_refused_and_does_not_panic() {
    let json = scheme().references(&panel(&ROWS)).unwrap().to_json();
    let code = |text: &str| References::from_json(text).unwrap_err().findings()[0].code;
    assert_eq!(code("{}"), "references_json");
    assert_eq!(code(&json[..json.len() / 2]), "references_json");
    assert_eq!(code(&json.replace(r#""references":1"#, r#""references":9"#)), "references_version");
    assert_eq!(code(&json.replace(r#""part":"2""#, r#""part":"7""#)), "references_damaged");
    assert_eq!(code(&json.replace(r#""anchor":"max""#, r#""anchor":"min""#)), "references_damaged");
    assert_eq!(code(&json.replace("\"by\":10", "\"by\":11")), "references_damaged");
    // Whatever is cut out, nothing panics.
    for k in (0..json.len()).step_by(37).filter(|k| json.is_char_boundary(*k) && json.is_char_boundary(k + 1))
    {
        let text = format!("{}{}", &json[..k], &json[k + 1..]);
        if let Ok(kept) = References::from_json(&text) {
            let _ = kept.scheme().assess_against(&kept, &panel(&ROWS));
        }
    }
}

#[test]
fn anchors_are_listed_with_who_set_them() {
    let kept = scheme().references(&panel(&ROWS)).unwrap();
    let year = Period::year(2022);
    let is = |a: &&kaohe::Anchored| a.period == year && a.class.as_deref() == Some("B");
    let found: Vec<_> = kept.anchors().into_iter().filter(|a| is(&a) && a.anchor == "min").collect();
    assert_eq!(found.len(), 1);
    // d's own 3.6 (filled) over 95 is the larger one.
    assert_eq!(found[0].set_by, Some(("c".to_owned(), year.unwrap())));
    assert_eq!(found[0].value, Some(2.25));
    assert_eq!(kept.periods(), [2021, 2022].map(|y| Period::year(y).unwrap()));
}
