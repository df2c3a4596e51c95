//! Bad schemes: every message pinned as a person sees it, with its line, its caret and what would be right.
#![cfg(all(feature = "toml", feature = "json"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say what they mean")]

use crate::support::pinned;
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
    pinned("bad_schemes/misspelt_key.txt", toml(&spoil("weight", "weigth")));
}

#[test]
fn misspelt_key_in_chinese() {
    pinned("bad_schemes/misspelt_key_in_chinese.txt", toml_zh(&spoil("weight", "weigth")));
}

#[test]
fn key_that_is_like_no_other() {
    pinned("bad_schemes/key_that_is_like_no_other.txt", toml(&spoil("weight = 20", "colour = \"red\"")));
}

#[test]
fn misspelt_table() {
    pinned("bad_schemes/misspelt_table.txt", toml(&spoil("[[group]]", "[[groups]]")));
}

#[test]
fn misspelt_parameter_of_a_rule() {
    pinned("bad_schemes/misspelt_parameter_of_a_rule.txt", toml(&spoil("low = 0", "lo = 0")));
}

#[test]
fn number_in_quotes() {
    pinned("bad_schemes/number_in_quotes.txt", toml(&spoil("weight = 20", "weight = \"20\"")));
}

#[test]
fn text_without_quotes_as_number() {
    pinned("bad_schemes/text_without_quotes_as_number.txt", toml(&spoil("id = \"test\"", "id = 2024")));
}

#[test]
fn missing_key() {
    pinned("bad_schemes/missing_key.txt", toml(&spoil("formula = \"rd / gdp\"\n", "")));
}

#[test]
fn several_missing_keys() {
    pinned(
        "bad_schemes/several_missing_keys.txt",
        toml(&spoil("formula = \"rd / gdp\"\nunit = \"%\"\n", "")),
    );
}

#[test]
fn unknown_rule() {
    pinned("bad_schemes/unknown_rule.txt", toml(&spoil("\"linear\"", "\"liner\"")));
}

#[test]
fn no_rule() {
    pinned("bad_schemes/no_rule.txt", toml(&spoil("rule = \"linear\", ", "")));
}

#[test]
fn unknown_measure() {
    pinned("bad_schemes/unknown_measure.txt", toml(&spoil("rule =", "measure = \"grwoth\", rule =")));
}

#[test]
fn measure_with_a_wrong_parameter() {
    pinned(
        "bad_schemes/measure_with_a_wrong_parameter.txt",
        toml(&spoil("rule =", "measure = { kind = \"change\", lags = 2 }, rule =")),
    );
}

#[test]
fn single_brackets() {
    pinned("bad_schemes/single_brackets.txt", toml("kaohe = 1\nid = \"a\"\n[indicator]\nid = \"x\"\n"));
}

#[test]
fn unknown_parent() {
    pinned("bad_schemes/unknown_parent.txt", toml(&spoil("parent = \"input\"", "parent = \"inputs\"")));
}

#[test]
fn circle_of_groups() {
    pinned(
        "bad_schemes/circle_of_groups.txt",
        toml(&spoil(
            "[[indicator]]",
            "parent = \"b\"\n[[group]]\nid = \"b\"\nparent = \"input\"\n[[indicator]]",
        )),
    );
}

#[test]
fn duplicate_id() {
    pinned("bad_schemes/duplicate_id.txt", toml(&spoil("id = \"gdp\"", "id = \"rd\"")));
}

#[test]
fn reserved_id() {
    pinned("bad_schemes/reserved_id.txt", toml(&spoil("id = \"rd_intensity\"", "id = \"total\"")));
}

#[test]
fn id_with_a_blank() {
    pinned("bad_schemes/id_with_a_blank.txt", toml(&spoil("id = \"gdp\"", "id = \"地区 生产总值\"")));
}

#[test]
fn chinese_before_the_caret() {
    pinned(
        "bad_schemes/chinese_before_the_caret.txt",
        toml(&spoil(
            "grades = [[\"优秀\", 90], [\"良好\", 80]]",
            "grades = [[\"优秀\", 80], [\"良好\", 90]]",
        )),
    );
}

#[test]
fn negative_weight() {
    pinned("bad_schemes/negative_weight.txt", toml(&spoil("weight = 20", "weight = -20")));
}

#[test]
fn all_weights_zero() {
    pinned("bad_schemes/all_weights_zero.txt", toml(&spoil("weight = 20", "weight = 0")));
}

#[test]
fn equal_ends_of_a_line() {
    pinned("bad_schemes/equal_ends_of_a_line.txt", toml(&spoil("high = 3", "high = 0")));
}

#[test]
fn rounding_out_of_range() {
    pinned(
        "bad_schemes/rounding_out_of_range.txt",
        toml(&spoil("weight = 20", "round = { digits = 20, significant = 3 }")),
    );
}

#[test]
fn rounding_beyond_any_number() {
    pinned(
        "bad_schemes/rounding_beyond_any_number.txt",
        toml(&spoil("weight = 20", "round = { digits = 2000 }")),
    );
}

#[test]
fn unknown_mode_of_rounding() {
    pinned(
        "bad_schemes/unknown_mode_of_rounding.txt",
        toml(&spoil("weight = 20", "round = { digits = 2, mode = \"half_down\" }")),
    );
}

#[test]
fn policy_that_belongs_to_the_indicator() {
    pinned(
        "bad_schemes/policy_that_belongs_to_the_indicator.txt",
        toml(&spoil("unit = \"亿元\"", "unit = \"亿元\"\nmissing = \"skip\"")),
    );
}

#[test]
fn policy_that_belongs_to_the_variable() {
    pinned(
        "bad_schemes/policy_that_belongs_to_the_variable.txt",
        toml(&spoil("weight = 20", "missing = \"carry_forward\"")),
    );
}

#[test]
fn floor_with_an_unknown_grade() {
    pinned(
        "bad_schemes/floor_with_an_unknown_grade.txt",
        toml(&spoil(
            "[total]",
            "[[floor]]\nid = \"f\"\nwhen = \"total < 1\"\nthen = { cap_grade = \"优\" }\n[total]",
        )),
    );
}

/// 不合格 and its like: only a floor gives them.
#[test]
fn a_floor_may_give_a_grade_of_its_own() {
    let floor = "[[floor]]\nid = \"f\"\nwhen = \"total < 1\"\nthen = { grade = \"不合格\" }\n[total]";
    let scheme = Scheme::from_toml(&spoil("[total]", floor)).unwrap();
    let [finding] = scheme.warnings() else { panic!("{:?}", scheme.warnings()) };
    assert_eq!(finding.message(Lang::Zh), "等次 `不合格` 不在 grades 表中，只由这条底线给出");
}

/// Sums that a method writes are quiet; others say what they become, or are refused.
#[test]
fn weights_and_shares_say_what_they_become() {
    let scheme = |head: &str, weights: [f64; 2], shares: [f64; 2]| {
        let [a, b] = weights;
        let [p, q] = shares;
        format!(
            "kaohe = 1\nid = \"s\"\n{head}\nvariable = [{{ id = \"x\", unit = \"1\" }}]\n\
             [[indicator]]\nid = \"a\"\nformula = \"x\"\nunit = \"1\"\nweight = {a}\npoints = {{ rule = \"linear\" }}\n\
             [[indicator]]\nid = \"b\"\nformula = \"x\"\nunit = \"1\"\nweight = {b}\n\
             points = [{{ share = {p}, rule = \"linear\" }}, {{ share = {q}, rule = \"rank\", percentile = true }}]\n"
        )
    };
    let said = |head: &str, weights, shares| -> Vec<String> {
        match Scheme::from_toml(&scheme(head, weights, shares)) {
            Ok(scheme) => scheme.warnings().iter().map(|f| f.message(Lang::En)).collect(),
            Err(e) => e.findings().iter().map(|f| f.message(Lang::En)).collect(),
        }
    };
    for weights in [[60.0, 40.0], [0.6, 0.4], [1.0, 1.0]] {
        assert_eq!(said("", weights, [0.7, 0.3]), [""; 0]);
    }
    assert_eq!(
        said("", [3.0, 2.0], [0.7, 0.2]),
        [
            "the weights under `total` sum to 5, not to 1 or 100; they are normalised: a 3 → 60%, b 2 → 40%",
            "the shares of the parts sum to 0.9, not to 1; they are normalised: 0.7 → 77.7778%, 0.2 → 22.2222%",
        ]
    );
    assert_eq!(
        said("weights_sum = 100", [60.0, 30.0], [1.0, 1.0]),
        ["the weights under `total` sum to 90, expected 100 (`weights_sum`): a 60, b 30"]
    );
    assert_eq!(said("weights_sum = 100", [60.0, 40.0], [1.0, 1.0]), [""; 0]);
}

#[test]
fn floor_without_effect() {
    pinned(
        "bad_schemes/floor_without_effect.txt",
        toml(&spoil("[total]", "[[floor]]\nid = \"f\"\nwhen = \"total < 1\"\nthen = {}\n[total]")),
    );
}

/// Who is kept out of the references has to be known before anything is scored.
#[test]
fn a_floor_that_keeps_out_by_scores() {
    let floor = |when: &str| {
        format!("[[floor]]\nid = \"f\"\nwhen = \"{when}\"\nthen = {{ references = false }}\n[total]")
    };
    for when in ["total < 1", "score(rd_intensity) < 1", "rd > 1 [亿元] and points(rd_intensity) < 1"] {
        let error = Scheme::from_toml(&spoil("[total]", &floor(when))).unwrap_err();
        let found: Vec<&str> = error.findings().iter().map(|f| f.code).collect();
        assert_eq!(found, ["floor_references_scores"], "{error}");
    }
    pinned("bad_schemes/a_floor_that_keeps_out_by_scores.txt", toml(&spoil("[total]", &floor("total < 1"))));
    for when in ["rd_intensity < 1 [%]", "rd > 1 [亿元]"] {
        Scheme::from_toml(&spoil("[total]", &floor(when))).unwrap();
    }
}

#[test]
fn tie_break_by_nobody() {
    pinned(
        "bad_schemes/tie_break_by_nobody.txt",
        toml(&spoil("[total]", "[total]\nrank = { tie_break = [\"gdpp\"] }")),
    );
}

#[test]
fn period_of_another_frequency() {
    pinned(
        "bad_schemes/period_of_another_frequency.txt",
        toml(&spoil("rule =", "over = \"2020Q1\", rule =")),
    );
}

#[test]
fn shares_for_some_parts() {
    pinned(
        "bad_schemes/shares_for_some_parts.txt",
        toml(&spoil(
            "{ rule = \"linear\", low = 0, high = 3 }",
            "[{ share = 1, rule = \"linear\" }, { rule = \"linear\" }]",
        )),
    );
}

#[test]
fn class_weights_of_nobody() {
    pinned(
        "bad_schemes/class_weights_of_nobody.txt",
        toml(&spoil("[total]", "[[class]]\nid = \"一类\"\nweights = { rd_intensitty = 3 }\n[total]")),
    );
}

#[test]
fn target_of_nobody() {
    pinned(
        "bad_schemes/target_of_nobody.txt",
        toml(&spoil("[total]", "[[target]]\nindicator = \"研发强度\"\nvalue = 3\n[total]")),
    );
}

#[test]
fn quarters_of_a_year() {
    pinned(
        "bad_schemes/quarters_of_a_year.txt",
        toml(&spoil("[total]", "[total]\nblend = { within_year = [15, 25, 25, 35] }")),
    );
}

#[test]
fn format_of_the_future() {
    pinned("bad_schemes/format_of_the_future.txt", toml(&spoil("kaohe = 1", "kaohe = 2")));
}

#[test]
fn no_indicator() {
    pinned("bad_schemes/no_indicator.txt", toml("kaohe = 1\nid = \"a\"\n"));
}

#[test]
fn nothing_at_all() {
    pinned("bad_schemes/nothing_at_all.txt", toml(""));
}

#[test]
fn bare_chinese_key() {
    pinned("bad_schemes/bare_chinese_key.txt", toml(&spoil("weight = 20", "权重 = 20")));
}

#[test]
fn open_quote() {
    pinned("bad_schemes/open_quote.txt", toml(&spoil("\"rd / gdp\"", "\"rd / gdp")));
}

#[test]
fn open_bracket() {
    pinned(
        "bad_schemes/open_bracket.txt",
        toml(&spoil("[[\"优秀\", 90], [\"良好\", 80]]", "[[\"优秀\", 90], [\"良好\", 80]")),
    );
}

#[test]
fn word_without_quotes() {
    pinned("bad_schemes/word_without_quotes.txt", toml(&spoil("unit = \"%\"", "unit = 家")));
}

#[test]
fn no_value() {
    pinned("bad_schemes/no_value.txt", toml(&spoil("weight = 20", "weight =")));
}

#[test]
fn key_twice() {
    pinned("bad_schemes/key_twice.txt", toml(&spoil("weight = 20", "weight = 20\nweight = 30")));
}

#[test]
fn not_a_number() {
    pinned("bad_schemes/not_a_number.txt", toml(&spoil("weight = 20", "weight = nan")));
}

#[test]
fn date_as_period() {
    pinned(
        "bad_schemes/date_as_period.txt",
        toml(&spoil("id = \"test\"", "id = \"test\"\nperiod = 2020-01-01")),
    );
}

#[test]
fn everything_at_once() {
    pinned(
        "bad_schemes/everything_at_once.txt",
        toml(
            &GOOD
                .replace("weight = 20", "weight = \"20\"")
                .replace("unit = \"%\"\n", "")
                .replace("low = 0", "lo = 0")
                .replace("id = \"gdp\"", "id = \"rd\"")
                .replace("[[group]]\nid = \"input\"", "[[group]]\nid = \"inputs\"")
                .replace("[\"良好\", 80]", "[\"良好\", \"80\"]"),
        ),
    );
}

#[test]
fn json_misspelt_key() {
    pinned(
        "bad_schemes/json_misspelt_key.txt",
        json("{\n  \"kaohe\": 1, \"id\": \"a\",\n  \"indicators\": []\n}"),
    );
}

#[test]
fn json_extra_comma() {
    pinned("bad_schemes/json_extra_comma.txt", json("{\n  \"kaohe\": 1,\n}"));
}

#[test]
fn json_open_end() {
    pinned("bad_schemes/json_open_end.txt", json("{ \"kaohe\": 1, \"indicator\": [{ \"id\": \"研发\""));
}

#[test]
fn json_duplicate_key() {
    pinned("bad_schemes/json_duplicate_key.txt", json("{ \"kaohe\": 1, \"kaohe\": 1 }"));
}

#[test]
fn json_wrong_kinds() {
    pinned(
        "bad_schemes/json_wrong_kinds.txt",
        json(
            "{ \"kaohe\": 1, \"id\": \"a\", \"indicator\": [\n  { \"id\": \"研发\", \"title\": 3, \"formula\": true, \"unit\": \"%\", \"points\": 3 },\n  { \"id\": \"专利\", \"formula\": \"x\", \"unit\": \"件\", \"points\": { \"rule\": \"linear\", \"low\": {\"quantil\": 0.1}, \"between\": [1] } } ] }",
        ),
    );
}

#[test]
fn json_single_quotes() {
    pinned("bad_schemes/json_single_quotes.txt", json("{ 'kaohe': 1 }"));
}

#[test]
fn a_table_beyond_reading_does_not_hide_or_shift_the_others() {
    let text = "kaohe = 1\nid = \"a\"\n[[indicator]]\nid = 7\nformula = \"x\"\nunit = \"%\"\n\
        [[indicator]]\nid = \"b\"\nparent = \"nobody\"\nformula = \"x\"\nunit = \"%\"\n\
        points = { rule = \"linear\" }\n[[class]]\nid = \"c\"\nweights = { b = -1 }\n";
    pinned("bad_schemes/a_table_beyond_reading_does_not_hide_or_shift_the_others.txt", toml(text));
}

#[test]
fn a_rule_beside_its_own_problems() {
    let parts =
        "[{ share = \"1\", rule = \"rnak\", lo = 3 }, { shares = 1, rule = \"linear\", high = \"maximum\" }]";
    pinned(
        "bad_schemes/a_rule_beside_its_own_problems.txt",
        toml(&spoil("{ rule = \"linear\", low = 0, high = 3 }", parts)),
    );
}

#[test]
fn warnings_do_not_keep_a_scheme_from_loading() {
    let text = spoil("[total]", "[total]\nblend = { within_year = [15, 25, 25, 36] }");
    let scheme =
        Scheme::from_toml(&text.replace("id = \"test\"", "id = \"test\"\nperiod = \"quarter\"")).unwrap();
    let texts: Vec<String> = scheme.warnings().iter().map(ToString::to_string).collect();
    pinned("bad_schemes/warnings_do_not_keep_a_scheme_from_loading.txt", texts.join("\n"));
}

#[test]
fn a_bare_number_beside_a_percentage_is_warned_of() {
    let floor = "[[floor]]\nid = \"low\"\nwhen = \"rd_intensity < 1.0\"\nthen = { unranked = true }\n[total]";
    let warned = |text: &str| -> Vec<String> {
        Scheme::from_toml(text).unwrap().warnings().iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        warned(&spoil("[total]", floor)).join("\n"),
        "scheme:20:24 floor[0].when: 1.0 is read in % here, the unit of rd_intensity; write the unit: 1.0 [%], or 1.0 [1] for a pure number"
    );
    assert!(warned(&spoil("[total]", &floor.replace("1.0", "1.0 [%]"))).is_empty());
    // From a document a program made, too.
    let document = Scheme::from_toml(&spoil("[total]", floor)).unwrap().document().clone();
    assert_eq!(Scheme::from_document(document).unwrap().warnings()[0].code, "formula_bare_ratio");
}

#[test]
fn every_message_is_said_in_chinese_too() {
    let text = GOOD
        .replace("rd / gdp", "")
        .replace("weight = 20", "weight = \"20\"")
        .replace("\"input\"\n[[ind", "\"\"\n[[ind");
    pinned("bad_schemes/every_message_is_said_in_chinese_too.txt", toml_zh(&text));
}

/// A formula is looked at in the same round as what else is wrong with its indicator, whatever that is.
#[test]
fn a_formula_beside_a_misspelt_rule() {
    let spoilt = spoil("linear", "linaer").replace("rd / gdp", "rd / gdq");
    pinned("bad_schemes/a_formula_beside_a_misspelt_rule.txt", toml(&spoilt));
}

#[test]
fn a_formula_beside_anything_else() {
    let points = "points = { rule = \"linear\", low = 0, high = 3 }";
    for (from, to) in [
        (points, ""),
        (points, "points = 3"),
        (points, "points = { low = 0, high = 3 }"),
        (points, "points = [{ rule = \"linaer\" }, { rule = 3 }]"),
        (points, "pionts = { rule = \"linear\", low = 0, high = 3 }"),
        ("id = \"rd_intensity\"", ""),
        ("unit = \"%\"", "unit = 5"),
        ("weight = 20", "weight = \"x\""),
        ("weight = 20", "not_applicable = { when = \"rd < gdp\" }"),
        ("weight = 20", "not_applicable = { when = \"rd < gdp\", then = \"zer\" }"),
    ] {
        let text = toml(&spoil(from, to).replace("formula = \"rd / gdp\"", "formula = \"rd / gdq\""));
        assert!(text.contains("indicator[0].formula") && text.contains("did you mean gdp?"), "{to}: {text}");
        assert!(!text.contains("1 error;"), "{to}: {text}");
        // What stands for the points that were not understood is never spoken of.
        assert!(!text.contains("low") || to.contains("low") || from != points, "{to}: {text}");
    }
}

#[test]
fn the_condition_of_a_floor_whose_effect_was_not_understood() {
    let floor = "[[floor]]\nid = \"a\"\nwhen = \"rd < gdq\"\nthen = 5\n";
    pinned(
        "bad_schemes/the_condition_of_a_floor_whose_effect_was_not_understood.txt",
        toml(&format!("{GOOD}{floor}")),
    );
}

#[test]
fn an_indicator_left_out_does_not_shift_the_others() {
    let text = "kaohe = 1\nid = \"a\"\nindicator = [7, { id = \"b\", formula = \"x\", unit = \"%\", \
        points = { rule = \"linear\" } }]\n";
    let said = toml(text);
    assert!(said.contains("indicator[0]\n") && said.contains("indicator[1].formula"), "{said}");
}

#[test]
fn an_indicator_in_the_formula_of_an_indicator() {
    let other = "[[indicator]]\nid = \"other\"\nformula = \"rd_intensity * 2\"\nunit = \"%\"\n\
        points = { rule = \"linear\", low = 0, high = 3 }\n[total]";
    pinned("bad_schemes/an_indicator_in_the_formula_of_an_indicator.txt", toml(&spoil("[total]", other)));
    // Round in a circle.
    assert!(toml(&spoil("rd / gdp", "rd_intensity + rd")).contains("takes variables only"));
}

#[test]
fn anchor_in_another_unit() {
    let text = "kaohe = 1\nid = \"t\"\nvariable = [{ id = \"x\", unit = \"万元\" }]\n\
                [[indicator]]\nid = \"plan\"\nformula = \"x\"\nunit = \"亿元\"\npoints = { rule = \"linear\" }\n\
                [[indicator]]\nid = \"done\"\nformula = \"x\"\nunit = \"万元\"\n\
                points = [{ rule = \"ratio\", to = { indicator = \"plan\" } }, { rule = \"linear\", high = { indicator = \"plain\" } }]\n";
    pinned("bad_schemes/anchor_in_another_unit.txt", toml(text));
    pinned("bad_schemes/anchor_in_another_unit-2.txt", toml_zh(text));
}
