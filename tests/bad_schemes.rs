//! Bad schemes: every message pinned as a person sees it, with its line, its caret and what would be right.
#![cfg(all(feature = "toml", feature = "json"))]

use kaohe::{Lang, Scheme};

/// A good scheme to spoil.
const GOOD: &str = r#"kaohe = 1
id = "test"
[[variable]]
id = "rd"
unit = "亿元"
[[variable]]
id = "gdp"
unit = "亿元"
[[group]]
id = "input"
[[indicator]]
id = "rd_intensity"
parent = "input"
formula = "rd / gdp"
unit = "%"
weight = 20
points = { rule = "linear", low = 0, high = 3 }
[total]
grades = [["优秀", 90], ["良好", 80]]
"#;

fn spoil(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    GOOD.replacen(from, to, 1)
}

fn toml(text: &str) -> String {
    Scheme::from_toml(text).expect_err(text).to_string()
}

fn toml_zh(text: &str) -> String {
    Scheme::from_toml(text).expect_err(text).render(Lang::Zh)
}

fn json(text: &str) -> String {
    Scheme::from_json(text).expect_err(text).to_string()
}

#[test]
fn the_good_one_is_good() {
    let scheme = Scheme::from_toml(GOOD).unwrap();
    assert!(scheme.warnings().is_empty());
}

#[test]
fn misspelt_key() {
    insta::assert_snapshot!(toml(&spoil("weight", "weigth")), @"");
}

#[test]
fn misspelt_key_in_chinese() {
    insta::assert_snapshot!(toml_zh(&spoil("weight", "weigth")), @"");
}

#[test]
fn key_that_is_like_no_other() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "colour = \"red\"")), @"");
}

#[test]
fn misspelt_table() {
    insta::assert_snapshot!(toml(&spoil("[[group]]", "[[groups]]")), @"");
}

#[test]
fn misspelt_parameter_of_a_rule() {
    insta::assert_snapshot!(toml(&spoil("low = 0", "lo = 0")), @"");
}

#[test]
fn number_in_quotes() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "weight = \"20\"")), @"");
}

#[test]
fn text_without_quotes_as_number() {
    insta::assert_snapshot!(toml(&spoil("id = \"test\"", "id = 2024")), @"");
}

#[test]
fn missing_key() {
    insta::assert_snapshot!(toml(&spoil("formula = \"rd / gdp\"\n", "")), @"");
}

#[test]
fn several_missing_keys() {
    insta::assert_snapshot!(toml(&spoil("formula = \"rd / gdp\"\nunit = \"%\"\n", "")), @"");
}

#[test]
fn unknown_rule() {
    insta::assert_snapshot!(toml(&spoil("\"linear\"", "\"liner\"")), @"");
}

#[test]
fn no_rule() {
    insta::assert_snapshot!(toml(&spoil("rule = \"linear\", ", "")), @"");
}

#[test]
fn unknown_measure() {
    insta::assert_snapshot!(toml(&spoil("rule =", "measure = \"grwoth\", rule =")), @"");
}

#[test]
fn measure_with_a_wrong_parameter() {
    insta::assert_snapshot!(toml(&spoil("rule =", "measure = { kind = \"change\", lags = 2 }, rule =")), @"");
}

#[test]
fn single_brackets() {
    insta::assert_snapshot!(toml("kaohe = 1\nid = \"a\"\n[indicator]\nid = \"x\"\n"), @"");
}

#[test]
fn unknown_parent() {
    insta::assert_snapshot!(toml(&spoil("parent = \"input\"", "parent = \"inputs\"")), @"");
}

#[test]
fn circle_of_groups() {
    insta::assert_snapshot!(toml(&spoil("[[indicator]]", "parent = \"b\"\n[[group]]\nid = \"b\"\nparent = \"input\"\n[[indicator]]")), @"");
}

#[test]
fn duplicate_id() {
    insta::assert_snapshot!(toml(&spoil("id = \"gdp\"", "id = \"rd\"")), @"");
}

#[test]
fn reserved_id() {
    insta::assert_snapshot!(toml(&spoil("id = \"rd_intensity\"", "id = \"total\"")), @"");
}

#[test]
fn id_with_a_blank() {
    insta::assert_snapshot!(toml(&spoil("id = \"gdp\"", "id = \"地区 生产总值\"")), @"");
}

#[test]
fn chinese_before_the_caret() {
    insta::assert_snapshot!(toml(&spoil("grades = [[\"优秀\", 90], [\"良好\", 80]]", "grades = [[\"优秀\", 80], [\"良好\", 90]]")), @"");
}

#[test]
fn negative_weight() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "weight = -20")), @"");
}

#[test]
fn all_weights_zero() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "weight = 0")), @"");
}

#[test]
fn equal_ends_of_a_line() {
    insta::assert_snapshot!(toml(&spoil("high = 3", "high = 0")), @"");
}

#[test]
fn rounding_out_of_range() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "round = { digits = 20, significant = 3 }")), @"");
}

#[test]
fn rounding_beyond_any_number() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "round = { digits = 2000 }")), @"");
}

#[test]
fn unknown_mode_of_rounding() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "round = { digits = 2, mode = \"half_down\" }")), @"");
}

#[test]
fn policy_that_belongs_to_the_indicator() {
    insta::assert_snapshot!(toml(&spoil("unit = \"亿元\"", "unit = \"亿元\"\nmissing = \"skip\"")), @"");
}

#[test]
fn policy_that_belongs_to_the_variable() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "missing = \"carry_forward\"")), @"");
}

#[test]
fn floor_with_an_unknown_grade() {
    insta::assert_snapshot!(toml(&spoil("[total]", "[[floor]]\nid = \"f\"\nwhen = \"total < 1\"\nthen = { grade = \"优\" }\n[total]")), @"");
}

#[test]
fn floor_without_effect() {
    insta::assert_snapshot!(toml(&spoil("[total]", "[[floor]]\nid = \"f\"\nwhen = \"total < 1\"\nthen = {}\n[total]")), @"");
}

#[test]
fn tie_break_by_nobody() {
    insta::assert_snapshot!(toml(&spoil("[total]", "[total]\nrank = { tie_break = [\"gdp\"] }")), @"");
}

#[test]
fn period_of_another_frequency() {
    insta::assert_snapshot!(toml(&spoil("rule =", "over = \"2020Q1\", rule =")), @"");
}

#[test]
fn shares_for_some_parts() {
    insta::assert_snapshot!(toml(&spoil("{ rule = \"linear\", low = 0, high = 3 }", "[{ share = 1, rule = \"linear\" }, { rule = \"linear\" }]")), @"");
}

#[test]
fn class_weights_of_nobody() {
    insta::assert_snapshot!(toml(&spoil("[total]", "[[class]]\nid = \"一类\"\nweights = { rd_intensitty = 3 }\n[total]")), @"");
}

#[test]
fn target_of_nobody() {
    insta::assert_snapshot!(toml(&spoil("[total]", "[[target]]\nindicator = \"研发强度\"\nvalue = 3\n[total]")), @"");
}

#[test]
fn quarters_of_a_year() {
    insta::assert_snapshot!(toml(&spoil("[total]", "[total]\nblend = { within_year = [15, 25, 25, 35] }")), @"");
}

#[test]
fn format_of_the_future() {
    insta::assert_snapshot!(toml(&spoil("kaohe = 1", "kaohe = 2")), @"");
}

#[test]
fn no_indicator() {
    insta::assert_snapshot!(toml("kaohe = 1\nid = \"a\"\n"), @"");
}

#[test]
fn nothing_at_all() {
    insta::assert_snapshot!(toml(""), @"");
}

#[test]
fn bare_chinese_key() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "权重 = 20")), @"");
}

#[test]
fn open_quote() {
    insta::assert_snapshot!(toml(&spoil("\"rd / gdp\"", "\"rd / gdp")), @"");
}

#[test]
fn key_twice() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "weight = 20\nweight = 30")), @"");
}

#[test]
fn not_a_number() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "weight = nan")), @"");
}

#[test]
fn date_as_period() {
    insta::assert_snapshot!(toml(&spoil("id = \"test\"", "id = \"test\"\nperiod = 2020-01-01")), @"");
}

#[test]
fn everything_at_once() {
    insta::assert_snapshot!(toml(&GOOD.replace("weight = 20", "weight = \"20\"").replace("unit = \"%\"\n", "").replace("low = 0", "lo = 0").replace("id = \"gdp\"", "id = \"rd\"").replace("[[group]]\nid = \"input\"", "[[group]]\nid = \"inputs\"").replace("[\"良好\", 80]", "[\"良好\", \"80\"]")), @"");
}

#[test]
fn json_misspelt_key() {
    insta::assert_snapshot!(json("{\n  \"kaohe\": 1, \"id\": \"a\",\n  \"indicators\": []\n}"), @"");
}

#[test]
fn json_extra_comma() {
    insta::assert_snapshot!(json("{\n  \"kaohe\": 1,\n}"), @"");
}

#[test]
fn json_open_end() {
    insta::assert_snapshot!(json("{ \"kaohe\": 1, \"indicator\": [{ \"id\": \"研发\""), @"");
}

#[test]
fn json_duplicate_key() {
    insta::assert_snapshot!(json("{ \"kaohe\": 1, \"kaohe\": 1 }"), @"");
}

#[test]
fn json_wrong_kinds() {
    insta::assert_snapshot!(json("{ \"kaohe\": 1, \"id\": \"a\", \"indicator\": [\n  { \"id\": \"研发\", \"title\": 3, \"formula\": true, \"unit\": \"%\", \"points\": 3 },\n  { \"id\": \"专利\", \"formula\": \"x\", \"unit\": \"件\", \"points\": { \"rule\": \"linear\", \"low\": {\"quantil\": 0.1}, \"between\": [1] } } ] }"), @"");
}

#[test]
fn json_single_quotes() {
    insta::assert_snapshot!(json("{ 'kaohe': 1 }"), @"");
}
