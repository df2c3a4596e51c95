//! Schemes that load: built-in ones, canonical forms, fingerprints, differences, limits, mutations.
#![cfg(all(feature = "toml", feature = "json"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say what they mean")]

use crate::support::pinned;
use kaohe::method::measures::Measure;
use kaohe::method::part::Part;
use kaohe::method::rules::Rule;
use kaohe::scheme::model::Document;
use kaohe::scheme::{ChangeKind, diff};
use kaohe::{Lang, Scheme};
use proptest::prelude::*;

fn builtins() -> Vec<(&'static str, &'static str)> {
    Scheme::builtin_names().map(|name| (name, Scheme::builtin_text(name).unwrap())).collect()
}

/// The codes of what is wrong.
fn codes(text: &str) -> Vec<&'static str> {
    Scheme::from_toml(text).expect_err("loads").findings().iter().map(|f| f.code).collect()
}

#[test]
fn builtins_load_without_warnings_under_their_names() {
    for (name, text) in builtins() {
        let scheme = Scheme::from_toml(text).unwrap_or_else(|e| panic!("{name}\n{e}"));
        assert_eq!(scheme.document().id, name);
        assert_eq!(scheme.warnings(), &[]);
        assert_eq!(Scheme::builtin(name), Some(scheme));
    }
    assert_eq!(Scheme::builtin("nobody"), None);
}

#[test]
fn builtin_indicators_are_the_named_ones() {
    let ids = |name| -> Vec<String> {
        Scheme::builtin(name).unwrap().document().indicators.iter().map(|i| i.id.clone()).collect()
    };
    let five = ["st_index", "rd_intensity", "fiscal_share", "contract_share", "hitech_density"];
    assert_eq!(ids("strong-science"), five);
    assert_eq!(ids("strong-science-provinces"), five[1..]);
}

#[test]
fn canonical_forms_round_trip() {
    for (name, text) in builtins() {
        let scheme = Scheme::from_toml(text).unwrap();
        let (toml, json) = (scheme.to_toml(), scheme.to_json());
        let from_toml = Scheme::from_toml(&toml).unwrap_or_else(|e| panic!("{name}\n{e}\n{toml}"));
        let from_json = Scheme::from_json(&json).unwrap_or_else(|e| panic!("{name}\n{e}\n{json}"));
        for again in [&from_toml, &from_json] {
            assert_eq!(again.document(), scheme.document());
            assert_eq!(again.fingerprint(), scheme.fingerprint());
            assert_eq!(again.to_toml(), toml);
            assert_eq!(again.to_json(), json);
        }
        assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
        assert_eq!(Scheme::from_document(scheme.document().clone()).unwrap(), scheme);
        through_serde(&scheme);
    }
}

/// Documents go through serde in the form that people write; so do measures, rules and parts alone.
fn through_serde(scheme: &Scheme) {
    let document = scheme.document();
    let json = serde_json::to_string(document).unwrap();
    assert_eq!(&serde_json::from_str::<Document>(&json).unwrap_or_else(|e| panic!("{e}\n{json}")), document);
    assert_eq!(&serde_json::from_str::<Document>(&scheme.to_json()).unwrap(), document);
    assert_eq!(&toml::from_str::<Document>(&scheme.to_toml()).unwrap(), document);
    let parts = document.indicators.iter().map(|i| &i.points);
    for part in parts.chain(document.classes.iter().flat_map(|c| c.points.values())).flat_map(|p| &p.0) {
        let again = |text: String| serde_json::from_str::<Part>(&text).unwrap();
        assert_eq!(&again(serde_json::to_string(part).unwrap()), part);
        let rule = serde_json::to_value(&part.rule).unwrap();
        assert_eq!(serde_json::from_value::<Rule>(rule).unwrap(), part.rule);
        let measure = serde_json::to_value(&part.measure).unwrap();
        assert_eq!(serde_json::from_value::<Measure>(measure).unwrap(), part.measure);
    }
}

#[test]
fn serde_refuses_what_no_rule_or_measure_knows() {
    for wrong in [
        r#"{"rule":"linear","lo":0}"#,
        r#"{"rule":"linear","measure":"chagne"}"#,
        r#"{"rule":"linear","measure":{"kind":"change","lags":1}}"#,
        r#"{"rule":"lineal"}"#,
        r#"{"low":0}"#,
        r#"{"rule":"sum","of":[{"rule":"rank","x":1}]}"#,
    ] {
        assert!(serde_json::from_str::<Part>(wrong).is_err(), "{wrong}");
    }
    let part: Part = serde_json::from_str(
        r#"{"low":1,"rule":"linear","measure":{"lag":2,"kind":"change"},"over":2020,"share":2}"#,
    )
    .unwrap();
    assert_eq!((&part.measure, part.share), (&Measure::Change { lag: 2 }, Some(2.0)));
}

const CHINESE: &str = r#"
kaohe = 1
id = "研发"
[[variable]]
id = "研发经费"
unit = "万元"
[[variable]]
id = "地区生产总值"
unit = "亿元"
[[group]]
id = "投入"
aggregate = { power = 2 }
[[indicator]]
id = "研发强度"
parent = "投入"
formula = "研发经费 / 地区生产总值"
unit = "%"
title = "强度 \"R&D\""
points = [{ measure = { kind = "growth", lag = 2 }, over = 2020, rule = "linear", low = { quantile = 0.1 }, high = "max" }]
[total]
grades = { by = "proportion", table = [["优秀", 0.2], ["其他", 1]] }
[[class]]
id = "一类 县"
points."研发强度" = { rule = "linear", between = [1e-9, 1e21] }
[[target]]
indicator = "研发强度"
period = 2022
value = 2.5
"#;

#[test]
fn chinese_names_and_every_form_come_out_canonical() {
    let scheme = Scheme::from_toml(CHINESE).unwrap();
    pinned("schemes/chinese_names_and_every_form_come_out_canonical.txt", scheme.to_toml());
    pinned(
        "schemes/chinese_names_and_every_form_come_out_canonical-2.txt",
        scheme.to_json().lines().take(12).collect::<Vec<_>>().join("\n"),
    );
    assert_eq!(Scheme::from_toml(&scheme.to_toml()).unwrap().document(), scheme.document());
    assert_eq!(Scheme::from_json(&scheme.to_json()).unwrap().document(), scheme.document());
}

#[test]
fn fingerprint_is_of_the_method_not_of_the_file() {
    let text = Scheme::builtin_text("hdi").unwrap();
    let scheme = Scheme::from_toml(text).unwrap();
    let same = |text: &str| Scheme::from_toml(text).unwrap().fingerprint() == scheme.fingerprint();
    assert!(same(&format!("\u{feff}{}", text.replace('\n', "\r\n"))), "BOM and CRLF");
    assert!(same(&text.replace("low = 20, high = 85", "high = 85.0, low = 2e1")), "order and notation");
    assert!(same(&text.replace("[total]", "[total]\nbonus_cap = 1").replace("bonus_cap = 1\n", "")));
    assert!(!same(&text.replace("high = 85", "high = 83")));
    let printed = scheme.fingerprint().to_string();
    assert!(printed.len() == 32 && printed.bytes().all(|b| b.is_ascii_hexdigit()));
    // SHA-256 of the canonical JSON without blanks.
    assert_eq!(scheme.fingerprint().bytes().len(), 32);
}

#[test]
fn differences_in_words() {
    let before = Scheme::builtin_text("strong-science").unwrap();
    let after = before
        .replacen("weight = 20", "weight = 25", 1)
        .replace("{ digits = 1 }", "{ digits = 2 }")
        .replace("formula = \"rd / gdp\"", "formula = \"rd / gdp * 1\"")
        .replace(
            "share = 0.6, rule = \"linear\", between = [60, 100] },\n  { share = 0.4, measure = \"change\"",
            "share = 0.7, rule = \"linear\", between = [60, 100] },\n  { share = 0.3, measure = \"growth\"",
        )
        .replace("[[\"优秀\", 90]", "[[\"优秀\", 95]")
        .replace(
            "[[indicator]]\nid = \"fiscal_share\"",
            "[[adjustment]]\nid = \"award\"\nformula = \"2\"\ncap = 4\n[[indicator]]\nid = \"fiscal_share\"",
        )
        .replace("title = { zh = \"R&D经费投入强度\", en = \"R&D intensity\" }\n", "");
    let (a, b) = (Scheme::from_toml(before).unwrap(), Scheme::from_toml(&after).unwrap());
    let say = |lang, a, b| diff(a, b).iter().map(|c| c.text(lang)).collect::<Vec<_>>().join("\n");
    pinned("schemes/differences_in_words.txt", say(Lang::Zh, &a, &b));
    pinned("schemes/differences_in_words-2.txt", say(Lang::En, &b, &a));
    assert_eq!(diff(&a, &a), []);
    let provinces = Scheme::builtin("strong-science-provinces").unwrap();
    let changes = diff(&a, &provinces);
    assert!(changes.iter().any(|c| c.kind == ChangeKind::Removed && c.id.as_deref() == Some("st_index")));
}

#[test]
fn hostile_files_are_refused() {
    assert_eq!(codes(&"#".repeat((1 << 20) + 1)), ["file_too_large"]);
    let deep = |n: usize| format!("kaohe = {}1{}", "[".repeat(n), "]".repeat(n));
    assert_eq!(codes(&deep(60)), ["too_deep"]);
    assert!(!codes(&deep(100_000)).is_empty());
    assert!(!codes(&format!("{}x=1", "a.".repeat(200_000))).is_empty());
    assert_eq!(codes(&format!("kaohe = [{}]", "1,".repeat(200_000))), ["too_many_values"]);
    assert_eq!(codes(&format!("id = \"{}\"", "长".repeat(20_000))), ["text_too_long"]);
    let many = |n: usize| {
        format!("kaohe = 1\nid = \"a\"\n{}", "[[variable]]\nid = \"x\"\nunit = \"家\"\n".repeat(n))
    };
    assert_eq!(codes(&many(10_001)), ["too_many_items"]);
    let unknown: String = (0..50_000).flat_map(|i| [format!("k{i}"), "=1\n".to_owned()]).collect();
    assert_eq!(codes(&unknown).len(), 101);
    assert_eq!(codes(&unknown).last(), Some(&"more_problems"));
    for text in ["[".repeat(1_000_000), "{\"a\":".repeat(200_000), format!("[{}", "1,".repeat(500_000))] {
        assert_eq!(Scheme::from_json(&text).unwrap_err().findings().len(), 1);
    }
}

/// Files within every limit, made so that naive checks would take minutes.
#[test]
fn files_made_to_be_slow_are_not() {
    let head = "kaohe = 1\nid = \"a\"\n";
    let list = |n: usize, item: &dyn Fn(usize) -> String| (0..n).map(item).collect::<Vec<_>>();
    let long = |i: usize| format!("\"{}{i:05}\"", "很长的名字".repeat(3));
    let parts = list(16_000, &long).join(",");
    let sum = format!("{head}[[variable]]\nid = \"x\"\nunit = \"家\"\ntotal_of = [{parts}]\n");
    assert!(codes(&sum).contains(&"unknown_variable"));
    let orphans = list(7_000, &|i| {
        format!(
            "[[indicator]]\nid=\"i{i}\"\nparent=\"group{i}\"\nformula=\"x\"\nunit=\"\"\npoints={{rule=\"linear\"}}\n"
        )
    });
    assert!(codes(&format!("{head}{}", orphans.concat())).len() >= 100);
    let chain = list(9_000, &|i| format!("[[group]]\nid=\"g{i}\"\nparent=\"g{}\"\n", i + 1));
    assert!(codes(&format!("{head}{}", chain.concat())).contains(&"tree_too_deep"));
    let wrong = list(9_000, &|i| format!("[[group]]\nid={i}\nweight=\"{i}\"\nshare=1\n"));
    assert_eq!(
        codes(&format!("{head}{}", wrong.concat())).iter().filter(|c| **c == "more_problems").count(),
        1
    );
    // Formulas full of names that nobody knows; the first ones are told the nearest.
    let known = list(4_000, &|i| format!("[[variable]]\nid=\"名称很长的变量{i}\"\nunit=\"1\"\n"));
    let unknown = list(7_000, &|i| {
        format!(
            "[[indicator]]\nid=\"i{i}\"\nformula=\"名称很长的变数{i}\"\nunit=\"1\"\npoints={{rule=\"linear\"}}\n"
        )
    });
    let found = codes(&format!("{head}{}{}", known.concat(), unknown.concat()));
    assert_eq!(found.iter().filter(|c| **c == "formula_unknown_near").count(), 20);
    assert_eq!(found.len(), 100);
    let ties = list(30_000, &|i| format!("\"{i}\"")).join(",");
    assert!(codes(&format!("{head}[total]\nrank = {{ tie_break = [{ties}] }}\n")).len() >= 100);
}

/// Classes share what they do not change: the file is near the limits, and loads.
#[test]
fn many_classes_of_many_indicators_load() {
    let mut text = vec!["kaohe=1\nid=\"a\"\n[[variable]]\nid=\"x\"\nunit=\"1\"\n".to_owned()];
    let line = r#"points={rule="linear",low=0,high=9}"#;
    for i in 0..8_000 {
        text.push(format!("[[indicator]]\nid=\"i{i}\"\nformula=\"x\"\nunit=\"1\"\n{line}\n"));
    }
    for i in 0..1_000 {
        let points = format!("{{i{i}={{rule=\"rank\",borda=true}}}}");
        text.push(format!("[[class]]\nid=\"c{i}\"\nweights={{i{i}=2}}\npoints={points}\n"));
    }
    let loaded = Scheme::from_toml(&text.concat()).map(|s| s.document().classes.len());
    assert_eq!(loaded.map_err(|e| e.findings()[0].clone()), Ok(1_000));
}

#[test]
fn no_family_of_siblings_weighs_nothing_in_a_class() {
    let text = |class: &str| {
        format!(
            "kaohe=1\nid=\"a\"\nvariable=[{{id=\"x\",unit=\"1\"}}]\ngroup=[{{id=\"g\"}},{{id=\"h\"}}]\n\
             indicator=[{{id=\"a\",parent=\"g\",formula=\"x\",unit=\"1\",points={{rule=\"linear\"}}}},\
             {{id=\"b\",parent=\"g\",formula=\"x\",unit=\"1\",points={{rule=\"linear\"}}}},\
             {{id=\"c\",parent=\"h\",formula=\"x\",unit=\"1\",points={{rule=\"linear\"}}}}]\n\
             class=[{{id=\"k\",weights={{{class}}}}}]\n"
        )
    };
    for right in ["a=0", "g=0", "a=0,b=0,g=0", "a=0,b=2", "h=0,c=0"] {
        assert!(Scheme::from_toml(&text(right)).is_ok(), "{right}");
    }
    for wrong in ["a=0,b=0", "c=0", "g=0,h=0"] {
        assert_eq!(codes(&text(wrong)), ["weights_all_zero"], "{wrong}");
    }
}

#[test]
fn files_by_extension() {
    let dir = std::env::temp_dir().join(format!("kaohe-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let scheme = Scheme::builtin("hdi").unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    assert_eq!(Scheme::load(write("a.toml", scheme.to_toml().as_bytes())), Ok(scheme.clone()));
    assert_eq!(Scheme::load(write("a.JSON", scheme.to_json().as_bytes())), Ok(scheme));
    let error = |path| Scheme::load(path).unwrap_err();
    let gbk = error(write("gbk.toml", b"kaohe = 1\nid = \"\xbf\xc6\xbc\xbc\""));
    assert_eq!(gbk.findings()[0].code, "file_not_utf8");
    assert!(gbk.to_string().contains("line 2"));
    assert_eq!(error(dir.join("nobody.toml")).findings()[0].code, "file_unreadable");
    assert_eq!(error(write("big.toml", &vec![b'#'; 2 << 20])).findings()[0].code, "file_too_large");
    let bad = error(write("bad.toml", b"kaohe = 1\nid = \"a\"\nweigth = 3\n"));
    assert!(bad.to_string().contains("bad.toml:3:1"), "{bad}");
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn documents_made_by_programs_are_checked_too() {
    let mut document = Scheme::builtin("hdi").unwrap().document().clone();
    document.indicators[1].parent = Some("educatoin".to_owned());
    document.full_points = f64::NAN;
    let error = Scheme::from_document(document).unwrap_err();
    pinned("schemes/documents_made_by_programs_are_checked_too.txt", error.to_string());
}

/// Pieces a careless or a hostile hand would put into a file.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "",
        "\"",
        "[",
        "]",
        "{",
        "}",
        "=",
        "\n",
        "0",
        "-1",
        "1e400",
        "nan",
        "[[indicator]]\n",
        "[total]\n",
        "rule",
        "权重",
        "\u{0}",
        "\u{feff}",
        "\\",
        "\"\"\"",
        "parent = \"education\"\n",
        ",",
        ".",
        "null",
        "true",
    ];
    prop_oneof![
        prop::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        any::<char>().prop_map(String::from)
    ]
}

fn mutate(text: &str, edits: &[(prop::sample::Index, usize, String)]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (at, remove, insert) in edits {
        let at = at.index(chars.len() + 1);
        let end = (at + remove).min(chars.len());
        chars.splice(at..end, insert.chars());
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_spoilt_file_is_refused_or_whole(
        which in 0..3usize,
        json in any::<bool>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..12usize, piece()), 1..4),
    ) {
        let (name, text) = builtins()[which];
        let text = if json { Scheme::builtin(name).unwrap().to_json() } else { text.to_owned() };
        let text = mutate(&text, &edits);
        match if json { Scheme::from_json(&text) } else { Scheme::from_toml(&text) } {
            Ok(scheme) => {
                let again = Scheme::from_toml(&scheme.to_toml()).unwrap();
                prop_assert_eq!(again.document(), scheme.document());
                prop_assert_eq!(Scheme::from_json(&scheme.to_json()).unwrap(), scheme.clone());
                through_serde(&scheme);
            }
            Err(error) => {
                prop_assert!(!error.findings().is_empty());
                prop_assert!(!error.render(Lang::Zh).is_empty());
            }
        }
    }

    #[test]
    fn any_text_is_refused_or_whole(text in "\\PC{0,200}") {
        let _ = Scheme::from_toml(&text);
        let _ = Scheme::from_json(&text);
    }

    #[test]
    fn any_change_of_numbers_round_trips(
        weights in prop::collection::vec(0.001f64..1e6, 5),
        low in -1e300f64..1e300,
        title in "\\PC{0,20}",
    ) {
        let mut document = Scheme::builtin("strong-science").unwrap().document().clone();
        for (indicator, weight) in document.indicators.iter_mut().zip(&weights) {
            indicator.weight = *weight;
            indicator.title.zh = Some(title.clone());
        }
        document.targets.push(kaohe::scheme::model::Target {
            indicator: "st_index".to_owned(), entity: Some(title), period: None, value: low,
        });
        let scheme = Scheme::from_document(document).unwrap();
        for again in [Scheme::from_toml(&scheme.to_toml()).unwrap(), Scheme::from_json(&scheme.to_json()).unwrap()] {
            prop_assert_eq!(again.document(), scheme.document());
        }
    }
}

#[test]
fn measures_read_as_words_and_as_tables() {
    let with = |measure: &str| {
        let points = format!("points = {{ measure = {measure}, rule = \"linear\", low = 0, high = 100 }}");
        let text = Scheme::builtin_text("strong-science").unwrap();
        Scheme::from_toml(&text.replace("points = { rule = \"ratio\", to = 100, cap = 1.0 }", &points))
            .unwrap()
    };
    for word in [
        "value",
        "change",
        "growth",
        "symmetric_growth",
        "attainment",
        "gap_to_mean",
        "gap_to_pooled",
        "rank_change",
    ] {
        assert_eq!(with(&format!("\"{word}\"")), with(&format!("{{ kind = \"{word}\" }}")), "{word}");
    }
    let table = with("{ kind = \"attainment\", form = \"change\", base = { entity = \"全省\" } }");
    assert!(
        table
            .to_toml()
            .contains(r#"measure = { kind = "attainment", form = "change", base = { entity = "全省" } }"#)
    );
    assert_eq!(Scheme::from_toml(&table.to_toml()), Ok(table));
}
