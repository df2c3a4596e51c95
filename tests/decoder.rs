//! Every problem of a file at once: each of any number of planted errors is found at its place, and nothing else is.
#![cfg(all(feature = "toml", feature = "json"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say what they mean")]

use crate::support::pinned;
use kaohe::Scheme;
use kaohe::scheme::model::{Document, Parts};
use proptest::prelude::*;

/// What is planted in an indicator: the line it takes the place of, the line itself, the code and the path below the
/// indicator at which it is found.
const ERRORS: [(&str, &str, &str, &str); 14] = [
    ("weight = 20", "weight = \"x\"", "want_number", ".weight"),
    ("weight = 20", "weight = \"20\"", "want_number_unquoted", ".weight"),
    ("weight = 20", "weigth = 20", "unknown_key_near", ".weigth"),
    ("weight = 20", "colour = 20", "unknown_key", ".colour"),
    ("unit = \"%\"", "unit = 3", "want_text", ".unit"),
    ("unit = \"%\"", "", "missing_key", ""),
    ("direction = \"positive\"", "direction = \"positiv\"", "unknown_word_near", ".direction"),
    ("round = { digits = 2 }", "round = { digits = 2.5 }", "want_integer", ".round.digits"),
    ("round = { digits = 2 }", "round = { digits = 300 }", "integer_range", ".round.digits"),
    ("low = 0", "low = [0]", "want_form", ".points[1].low"),
    ("between = [0, 100]", "between = [0]", "want_length", ".points[1].between"),
    ("rule = \"steps\"", "rule = \"step\"", "unknown_word_near", ".points[0].rule"),
    ("lag = 1", "lagg = 1", "unknown_key_near", ".points[0].measure.lagg"),
    ("[2, 50]", "[2, true]", "want_number", ".points[0].at[1][1]"),
];

/// A good indicator; every line of it stands in `ERRORS`, or is left alone.
const INDICATOR: &str = r#"
[[indicator]]
formula = "rd / gdp"
unit = "%"
weight = 20
direction = "positive"
round = { digits = 2 }
points = [
  { share = 0.5, rule = "steps", measure = { kind = "change", lag = 1 }, at = [[1, 100], [2, 50]] },
  { share = 0.5, rule = "linear", low = 0, high = 3, between = [0, 100] },
]
"#;

proptest! {
    #[test]
    fn each_planted_error_is_found(chosen in prop::collection::vec(prop::option::of(0..ERRORS.len()), 1..60)) {
        let mut text = "kaohe = 1\nid = \"t\"\n[[variable]]\nid = \"rd\"\nunit = \"亿元\"\n[[variable]]\nid = \"gdp\"\nunit = \"亿元\"\n".to_owned();
        let mut planted = Vec::new();
        for (i, error) in chosen.iter().enumerate() {
            let mut indicator = INDICATOR.replace("formula", &format!("id = \"i{i}\"\nformula"));
            if let Some(at) = error {
                let (good, bad, code, path) = ERRORS[*at];
                prop_assert!(indicator.contains(good));
                indicator = indicator.replacen(good, bad, 1);
                planted.push((code, format!("indicator[{i}]{path}")));
            }
            text += &indicator;
        }
        let found = Scheme::from_toml(&text).err().map_or_else(Vec::new, |e| e.findings().to_vec());
        let mut errors: Vec<_> = found.iter().filter(|f| f.severity == kaohe::Severity::Error).map(|f| {
            (f.code, f.place.path.clone().unwrap_or_default())
        }).collect();
        let lines: Vec<_> = found.iter().map(|f| f.place.line).collect();
        prop_assert!(lines.iter().all(Option::is_some));
        errors.sort();
        planted.sort();
        prop_assert_eq!(errors, planted);
    }
}

/// What serde writes of a built-in scheme it reads back, as a whole and in each of its parts.
#[test]
fn built_in_schemes_round_trip_through_serde() {
    fn same<T>(value: &T)
    where
        T: serde::Serialize + for<'de> serde::Deserialize<'de> + PartialEq + std::fmt::Debug,
    {
        let json = serde_json::to_string(value).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value, "{json}");
        let tree = serde_json::to_value(value).unwrap();
        assert_eq!(&serde_json::from_value::<T>(tree).unwrap(), value);
    }
    let names: Vec<_> = Scheme::builtin_names().collect();
    assert!(names.len() >= 10);
    for name in names {
        let scheme = Scheme::builtin(name).unwrap();
        let document = scheme.document();
        same(document);
        assert_eq!(&toml::from_str::<Document>(&toml::to_string(document).unwrap()).unwrap(), document);
        let points: Vec<&Parts> = document.indicators.iter().map(|i| &i.points).collect();
        for part in points.iter().flat_map(|parts| &parts.0) {
            same(part);
            same(&part.rule);
            same(&part.measure);
        }
        document.indicators.iter().for_each(same);
    }
}

/// Reading through serde says all that is wrong, too, and where.
#[test]
fn serde_says_all_that_is_wrong() {
    let error = serde_json::from_str::<Parts>(r#"[{"rule":"linear","low":[],"hihg":2},{"rule":"steps"}]"#);
    let error = error.unwrap_err().to_string().replace("; ", "\n");
    pinned("decoder/serde_says_all_that_is_wrong.txt", error);
}
