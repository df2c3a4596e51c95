//! Bad schemes: every message pinned as a person sees it, with its line, its caret and what would be right.
#![cfg(all(feature = "toml", feature = "json"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say what they mean")]

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
    insta::assert_snapshot!(toml(&spoil("weight", "weigth")), @r#"
error: unknown key `weigth`; did you mean `weight`?
  --> scheme:16:1 indicator[0].weigth
   |
16 | weigth = 20
   | ^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn misspelt_key_in_chinese() {
    insta::assert_snapshot!(toml_zh(&spoil("weight", "weigth")), @r#"
错误: 没有 `weigth` 这个键；是不是 `weight`？
  --> scheme:16:1 indicator[0].weigth
   |
16 | weigth = 20
   | ^^^^^^

共 1 处错误，方案未载入
"#);
}

#[test]
fn key_that_is_like_no_other() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "colour = \"red\"")), @r#"
error: unknown key `colour`; known here are `id`, `title`, `parent`, `formula`, `unit`, `direction`, `weight`, `round`, `treat`, `missing`, `not_applicable`, `points`, `points_round`
  --> scheme:16:1 indicator[0].colour
   |
16 | colour = "red"
   | ^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn misspelt_table() {
    insta::assert_snapshot!(toml(&spoil("[[group]]", "[[groups]]")), @r#"
error: unknown key `groups`; did you mean `group`?
 --> scheme:9:3 groups
  |
9 | [[groups]]
  |   ^^^^^^

error: no group is called `input`; declare it with [[group]], or leave `parent` out
  --> scheme:13:10 indicator[0].parent
   |
13 | parent = "input"
   |          ^^^^^^^

2 errors; the scheme was not loaded
"#);
}

#[test]
fn misspelt_parameter_of_a_rule() {
    insta::assert_snapshot!(toml(&spoil("low = 0", "lo = 0")), @r#"
error: unknown key `lo`; did you mean `low`?
  --> scheme:17:29 indicator[0].points.lo
   |
17 | points = { rule = "linear", lo = 0, high = 3 }
   |                             ^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn number_in_quotes() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "weight = \"20\"")), @r#"
error: expected a number: drop the quotes of "20" and write 20
  --> scheme:16:10 indicator[0].weight
   |
16 | weight = "20"
   |          ^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn text_without_quotes_as_number() {
    insta::assert_snapshot!(toml(&spoil("id = \"test\"", "id = 2024")), @r#"
error: expected a text in quotes, found 2024
 --> scheme:2:6 id
  |
2 | id = 2024
  |      ^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn missing_key() {
    insta::assert_snapshot!(toml(&spoil("formula = \"rd / gdp\"\n", "")), @r#"
error: the key `formula` is missing
  --> scheme:11:1 indicator[0]
   |
11 | [[indicator]]
   | ^^^^^^^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn several_missing_keys() {
    insta::assert_snapshot!(toml(&spoil("formula = \"rd / gdp\"\nunit = \"%\"\n", "")), @r#"
error: the key `formula` is missing
  --> scheme:11:1 indicator[0]
   |
11 | [[indicator]]
   | ^^^^^^^^^^^^^

error: the key `unit` is missing
  --> scheme:11:1 indicator[0]
   |
11 | [[indicator]]
   | ^^^^^^^^^^^^^

2 errors; the scheme was not loaded
"#);
}

#[test]
fn unknown_rule() {
    insta::assert_snapshot!(toml(&spoil("\"linear\"", "\"liner\"")), @r#"
error: unknown word `liner`; did you mean `linear`?
  --> scheme:17:19 indicator[0].points.rule
   |
17 | points = { rule = "liner", low = 0, high = 3 }
   |                   ^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn no_rule() {
    insta::assert_snapshot!(toml(&spoil("rule = \"linear\", ", "")), @r#"
error: the key `rule` is missing
  --> scheme:17:10 indicator[0].points
   |
17 | points = { low = 0, high = 3 }
   |          ^^^^^^^^^^^^^^^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn unknown_measure() {
    insta::assert_snapshot!(toml(&spoil("rule =", "measure = \"grwoth\", rule =")), @r#"
error: unknown word `grwoth`; did you mean `growth`?
  --> scheme:17:22 indicator[0].points.measure
   |
17 | points = { measure = "grwoth", rule = "linear", low = 0, high = 3 }
   |                      ^^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn measure_with_a_wrong_parameter() {
    insta::assert_snapshot!(toml(&spoil("rule =", "measure = { kind = \"change\", lags = 2 }, rule =")), @r#"
error: unknown key `lags`; did you mean `lag`?
  --> scheme:17:41 indicator[0].points.measure.lags
   |
17 | points = { measure = { kind = "change", lags = 2 }, rule = "linear", low = 0, high = 3 }
   |                                         ^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn single_brackets() {
    insta::assert_snapshot!(toml("kaohe = 1\nid = \"a\"\n[indicator]\nid = \"x\"\n"), @r#"
error: expected a list […], found { id = "x" }; the header of each item is written [[…]]
 --> scheme:3:1 indicator
  |
3 | [indicator]
  | ^^^^^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn unknown_parent() {
    insta::assert_snapshot!(toml(&spoil("parent = \"input\"", "parent = \"inputs\"")), @r#"
error: no group is called `inputs`; did you mean `input`?
  --> scheme:13:10 indicator[0].parent
   |
13 | parent = "inputs"
   |          ^^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn circle_of_groups() {
    insta::assert_snapshot!(toml(&spoil("[[indicator]]", "parent = \"b\"\n[[group]]\nid = \"b\"\nparent = \"input\"\n[[indicator]]")), @r#"
error: the groups go round in a circle: input → b → input
  --> scheme:11:10 group[0].parent
   |
11 | parent = "b"
   |          ^^^

warning: the weights under `input` sum to 21, not to 1 or 100; they are normalised: b 1 → 4.7619%, rd_intensity 20 → 95.2381%
  --> scheme:12:1 group[1]
   |
12 | [[group]]
   | ^^^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn duplicate_id() {
    insta::assert_snapshot!(toml(&spoil("id = \"gdp\"", "id = \"rd\"")), @r#"
error: the id `rd` is taken by variable[0]; give it another one
 --> scheme:7:6 variable[1].id
  |
7 | id = "rd"
  |      ^^^^

error: there is no variable or indicator named gdp
  --> scheme:14:17 indicator[0].formula
   |
14 | formula = "rd / gdp"
   |                 ^^^

2 errors; the scheme was not loaded
"#);
}

#[test]
fn reserved_id() {
    insta::assert_snapshot!(toml(&spoil("id = \"rd_intensity\"", "id = \"total\"")), @r#"
error: `total` is a word of formulas and cannot be an id
  --> scheme:12:6 indicator[0].id
   |
12 | id = "total"
   |      ^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn id_with_a_blank() {
    insta::assert_snapshot!(toml(&spoil("id = \"gdp\"", "id = \"地区 生产总值\"")), @r#"
error: the id `地区 生产总值` cannot stand in formulas; use letters of any script, digits and `_`, no digit first
 --> scheme:7:6 variable[1].id
  |
7 | id = "地区 生产总值"
  |      ^^^^^^^^^^^^^^^

error: there is no variable or indicator named gdp
  --> scheme:14:17 indicator[0].formula
   |
14 | formula = "rd / gdp"
   |                 ^^^

2 errors; the scheme was not loaded
"#);
}

#[test]
fn chinese_before_the_caret() {
    insta::assert_snapshot!(toml(&spoil("grades = [[\"优秀\", 90], [\"良好\", 80]]", "grades = [[\"优秀\", 80], [\"良好\", 90]]")), @r#"
error: grades go from the best down: 90 is not below 80 before it
  --> scheme:19:30 total.grades[1][1]
   |
19 | grades = [["优秀", 80], ["良好", 90]]
   |                                  ^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn negative_weight() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "weight = -20")), @r#"
error: a weight must not be negative
  --> scheme:16:10 indicator[0].weight
   |
16 | weight = -20
   |          ^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn all_weights_zero() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "weight = 0")), @r#"
error: the weights under `input` are all 0; at least one must be greater
  --> scheme:16:10 indicator[0].weight
   |
16 | weight = 0
   |          ^

1 error; the scheme was not loaded
"#);
}

#[test]
fn equal_ends_of_a_line() {
    insta::assert_snapshot!(toml(&spoil("high = 3", "high = 0")), @r#"
error: low and high are both 0: the two ends must differ
  --> scheme:17:45 indicator[0].points.high
   |
17 | points = { rule = "linear", low = 0, high = 0 }
   |                                             ^

1 error; the scheme was not loaded
"#);
}

#[test]
fn rounding_out_of_range() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "round = { digits = 20, significant = 3 }")), @r#"
error: must be between -15 and 15, not 20
  --> scheme:16:20 indicator[0].round.digits
   |
16 | round = { digits = 20, significant = 3 }
   |                    ^^

error: give `digits` or `significant`, not both
  --> scheme:16:38 indicator[0].round.significant
   |
16 | round = { digits = 20, significant = 3 }
   |                                      ^

2 errors; the scheme was not loaded
"#);
}

#[test]
fn rounding_beyond_any_number() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "round = { digits = 2000 }")), @r#"
error: the whole number 2000 is out of range here
  --> scheme:16:20 indicator[0].round.digits
   |
16 | round = { digits = 2000 }
   |                    ^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn unknown_mode_of_rounding() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "round = { digits = 2, mode = \"half_down\" }")), @r#"
error: unknown word `half_down`; did you mean `half_even`?
  --> scheme:16:30 indicator[0].round.mode
   |
16 | round = { digits = 2, mode = "half_down" }
   |                              ^^^^^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn policy_that_belongs_to_the_indicator() {
    insta::assert_snapshot!(toml(&spoil("unit = \"亿元\"", "unit = \"亿元\"\nmissing = \"skip\"")), @r#"
error: a missing value in a variable can be error, zero, carry_forward, peer_mean, peer_median or interpolate; skip and full belong to an indicator
 --> scheme:6:11 variable[0].missing
  |
6 | missing = "skip"
  |           ^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn policy_that_belongs_to_the_variable() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "missing = \"carry_forward\"")), @r#"
error: a missing indicator can be error, skip, zero, full, peer_mean or peer_median; carry_forward and interpolate belong to a variable
  --> scheme:16:11 indicator[0].missing
   |
16 | missing = "carry_forward"
   |           ^^^^^^^^^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn floor_with_an_unknown_grade() {
    insta::assert_snapshot!(toml(&spoil("[total]", "[[floor]]\nid = \"f\"\nwhen = \"total < 1\"\nthen = { cap_grade = \"优\" }\n[total]")), @r#"
error: no grade is called `优`; did you mean `优秀`?
  --> scheme:21:22 floor[0].then.cap_grade
   |
21 | then = { cap_grade = "优" }
   |                      ^^^^

1 error; the scheme was not loaded
"#);
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
    insta::assert_snapshot!(toml(&spoil("[total]", "[[floor]]\nid = \"f\"\nwhen = \"total < 1\"\nthen = {}\n[total]")), @r#"
error: `then` has no effect; it takes cap_total, set_total, grade, cap_grade or unranked
  --> scheme:21:8 floor[0].then
   |
21 | then = {}
   |        ^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn tie_break_by_nobody() {
    insta::assert_snapshot!(toml(&spoil("[total]", "[total]\nrank = { tie_break = [\"gdpp\"] }")), @r#"
error: there is no indicator, group or variable `gdpp` to break ties by; did you mean `gdp`?
  --> scheme:19:23 total.rank.tie_break[0]
   |
19 | rank = { tie_break = ["gdpp"] }
   |                       ^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn period_of_another_frequency() {
    insta::assert_snapshot!(toml(&spoil("rule =", "over = \"2020Q1\", rule =")), @r#"
error: `2020Q1` is no period of this scheme; write one as "2020"
  --> scheme:17:19 indicator[0].points.over
   |
17 | points = { over = "2020Q1", rule = "linear", low = 0, high = 3 }
   |                   ^^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn shares_for_some_parts() {
    insta::assert_snapshot!(toml(&spoil("{ rule = \"linear\", low = 0, high = 3 }", "[{ share = 1, rule = \"linear\" }, { rule = \"linear\" }]")), @r#"
error: some parts have a `share` and some have none; give all of them, or none for equal shares
  --> scheme:17:10 indicator[0].points
   |
17 | points = [{ share = 1, rule = "linear" }, { rule = "linear" }]
   |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn class_weights_of_nobody() {
    insta::assert_snapshot!(toml(&spoil("[total]", "[[class]]\nid = \"一类\"\nweights = { rd_intensitty = 3 }\n[total]")), @r#"
error: no indicator or group is called `rd_intensitty`; did you mean `rd_intensity`?
  --> scheme:20:29 class[0].weights.rd_intensitty
   |
20 | weights = { rd_intensitty = 3 }
   |                             ^

1 error; the scheme was not loaded
"#);
}

#[test]
fn target_of_nobody() {
    insta::assert_snapshot!(toml(&spoil("[total]", "[[target]]\nindicator = \"研发强度\"\nvalue = 3\n[total]")), @r#"
error: no indicator or group is called `研发强度`; there are `rd_intensity`
  --> scheme:19:13 target[0].indicator
   |
19 | indicator = "研发强度"
   |             ^^^^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn quarters_of_a_year() {
    insta::assert_snapshot!(toml(&spoil("[total]", "[total]\nblend = { within_year = [15, 25, 25, 35] }")), @r#"
error: `within_year` has 4 weights, but a year has 1 periods
  --> scheme:19:25 total.blend.within_year
   |
19 | blend = { within_year = [15, 25, 25, 35] }
   |                         ^^^^^^^^^^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn format_of_the_future() {
    insta::assert_snapshot!(toml(&spoil("kaohe = 1", "kaohe = 2")), @r#"
error: this program knows format version 1; the file says 2
 --> scheme:1:9 kaohe
  |
1 | kaohe = 2
  |         ^

1 error; the scheme was not loaded
"#);
}

#[test]
fn no_indicator() {
    insta::assert_snapshot!(toml("kaohe = 1\nid = \"a\"\n"), @r#"
error: a scheme has at least one [[indicator]]
 --> scheme:1:1
  |
1 | kaohe = 1
  | ^

1 error; the scheme was not loaded
"#);
}

#[test]
fn nothing_at_all() {
    insta::assert_snapshot!(toml(""), @r#"
error: the key `kaohe` is missing
  --> scheme:1:1

error: the key `id` is missing
  --> scheme:1:1

error: a scheme has at least one [[indicator]]
  --> scheme:1:1

3 errors; the scheme was not loaded
"#);
}

#[test]
fn bare_chinese_key() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "权重 = 20")), @r#"
error: TOML wants quotes around a key that is not plain ASCII: "权重"
  --> scheme:16:1
   |
16 | 权重 = 20
   | ^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn open_quote() {
    insta::assert_snapshot!(toml(&spoil("\"rd / gdp\"", "\"rd / gdp")), @r#"
error: the text has no closing quote
  --> scheme:14:20
   |
14 | formula = "rd / gdp
   |                    ^

1 error; the scheme was not loaded
"#);
}

#[test]
fn open_bracket() {
    insta::assert_snapshot!(toml(&spoil("[[\"优秀\", 90], [\"良好\", 80]]", "[[\"优秀\", 90], [\"良好\", 80]")), @r#"
error: a closing bracket is missing
  --> scheme:19:33
   |
19 | grades = [["优秀", 90], ["良好", 80]
   |                                     ^

1 error; the scheme was not loaded
"#);
}

#[test]
fn word_without_quotes() {
    insta::assert_snapshot!(toml(&spoil("unit = \"%\"", "unit = 家")), @r#"
error: a text needs quotes: "家"
  --> scheme:15:8
   |
15 | unit = 家
   |        ^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn no_value() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "weight =")), @r#"
error: a key is followed by `=` and its value
  --> scheme:16:9
   |
16 | weight =
   |         ^

1 error; the scheme was not loaded
"#);
}

#[test]
fn key_twice() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "weight = 20\nweight = 30")), @r#"
error: the key `weight` appears twice; remove one of them
  --> scheme:17:1
   |
17 | weight = 30
   | ^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn not_a_number() {
    insta::assert_snapshot!(toml(&spoil("weight = 20", "weight = nan")), @r#"
error: nan is not a finite number; write an ordinary number
  --> scheme:16:10
   |
16 | weight = nan
   |          ^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn date_as_period() {
    insta::assert_snapshot!(toml(&spoil("id = \"test\"", "id = \"test\"\nperiod = 2020-01-01")), @r#"
error: expected one of `year`, `half`, `quarter`, `month`, found 2020-01-01
 --> scheme:3:10 period
  |
3 | period = 2020-01-01
  |          ^^^^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn everything_at_once() {
    insta::assert_snapshot!(toml(&GOOD.replace("weight = 20", "weight = \"20\"").replace("unit = \"%\"\n", "").replace("low = 0", "lo = 0").replace("id = \"gdp\"", "id = \"rd\"").replace("[[group]]\nid = \"input\"", "[[group]]\nid = \"inputs\"").replace("[\"良好\", 80]", "[\"良好\", \"80\"]")), @r#"
error: the id `rd` is taken by variable[0]; give it another one
 --> scheme:7:6 variable[1].id
  |
7 | id = "rd"
  |      ^^^^

error: the key `unit` is missing
  --> scheme:11:1 indicator[0]
   |
11 | [[indicator]]
   | ^^^^^^^^^^^^^

error: no group is called `input`; did you mean `inputs`?
  --> scheme:13:10 indicator[0].parent
   |
13 | parent = "input"
   |          ^^^^^^^

error: there is no variable or indicator named gdp
  --> scheme:14:17 indicator[0].formula
   |
14 | formula = "rd / gdp"
   |                 ^^^

error: expected a number: drop the quotes of "20" and write 20
  --> scheme:15:10 indicator[0].weight
   |
15 | weight = "20"
   |          ^^^^

error: unknown key `lo`; did you mean `low`?
  --> scheme:16:29 indicator[0].points.lo
   |
16 | points = { rule = "linear", lo = 0, high = 3 }
   |                             ^^

error: expected a number: drop the quotes of "80" and write 80
  --> scheme:18:30 total.grades[1][1]
   |
18 | grades = [["优秀", 90], ["良好", "80"]]
   |                                  ^^^^

7 errors; the scheme was not loaded
"#);
}

#[test]
fn json_misspelt_key() {
    insta::assert_snapshot!(json("{\n  \"kaohe\": 1, \"id\": \"a\",\n  \"indicators\": []\n}"), @r#"
error: a scheme has at least one [[indicator]]
 --> scheme:1:1
  |
1 | {
  | ^

error: unknown key `indicators`; did you mean `indicator`?
 --> scheme:3:3 indicators
  |
3 |   "indicators": []
  |   ^^^^^^^^^^^^

2 errors; the scheme was not loaded
"#);
}

#[test]
fn json_extra_comma() {
    insta::assert_snapshot!(json("{\n  \"kaohe\": 1,\n}"), @r#"
error: there is a comma too many before `}`
 --> scheme:3:1
  |
3 | }
  | ^

1 error; the scheme was not loaded
"#);
}

#[test]
fn json_open_end() {
    insta::assert_snapshot!(json("{ \"kaohe\": 1, \"indicator\": [{ \"id\": \"研发\""), @r#"
error: the JSON ends too early: a closing bracket or a value is missing
 --> scheme:1:41
  |
1 | { "kaohe": 1, "indicator": [{ "id": "研发"
  |                                           ^

1 error; the scheme was not loaded
"#);
}

#[test]
fn json_duplicate_key() {
    insta::assert_snapshot!(json("{ \"kaohe\": 1, \"kaohe\": 1 }"), @r#"
error: the key `kaohe` appears twice; remove one of them
 --> scheme:1:15
  |
1 | { "kaohe": 1, "kaohe": 1 }
  |               ^^^^^^^

1 error; the scheme was not loaded
"#);
}

#[test]
fn json_wrong_kinds() {
    insta::assert_snapshot!(json("{ \"kaohe\": 1, \"id\": \"a\", \"indicator\": [\n  { \"id\": \"研发\", \"title\": 3, \"formula\": true, \"unit\": \"%\", \"points\": 3 },\n  { \"id\": \"专利\", \"formula\": \"x\", \"unit\": \"件\", \"points\": { \"rule\": \"linear\", \"low\": {\"quantil\": 0.1}, \"between\": [1] } } ] }"), @r#"
error: expected a text or { zh = "…", en = "…" }, found 3
 --> scheme:2:26 indicator[0].title
  |
2 |   { "id": "研发", "title": 3, "formula": true, "unit": "%", "points": 3 },
  |                            ^

error: expected a text in quotes, found true
 --> scheme:2:40 indicator[0].formula
  |
2 |   { "id": "研发", "title": 3, "formula": true, "unit": "%", "points": 3 },
  |                                          ^^^^

error: expected { rule = "…", … } or a list of them with shares, found 3
 --> scheme:2:69 indicator[0].points
  |
2 |   { "id": "研发", "title": 3, "formula": true, "unit": "%", "points": 3 },
  |                                                                       ^

error: there is no variable or indicator named x
 --> scheme:3:29 indicator[1].formula
  |
3 |   { "id": "专利", "formula": "x", "unit": "件", "points": { "rule": "linear", "low": {"quantil": 0.1}, "between": …
  |                               ^

error: unknown key `quantil`; did you mean `quantile`?
 --> scheme:3:84 indicator[1].points.low.quantil
  |
3 | … 利", "formula": "x", "unit": "件", "points": { "rule": "linear", "low": {"quantil": 0.1}, "between": [1] } } ] }
  |                                                                            ^^^^^^^^^

error: expected a list of 2, found [1]
 --> scheme:3:112 indicator[1].points.between
  |
3 | … 利", "formula": "x", "unit": "件", "points": { "rule": "linear", "low": {"quantil": 0.1}, "between": [1] } } ] }
  |                                                                                                        ^^^

6 errors; the scheme was not loaded
"#);
}

#[test]
fn json_single_quotes() {
    insta::assert_snapshot!(json("{ 'kaohe': 1 }"), @r#"
error: expected a key in double quotes, found `'`
 --> scheme:1:3
  |
1 | { 'kaohe': 1 }
  |   ^

1 error; the scheme was not loaded
"#);
}

#[test]
fn a_table_beyond_reading_does_not_hide_or_shift_the_others() {
    let text = "kaohe = 1\nid = \"a\"\n[[indicator]]\nid = 7\nformula = \"x\"\nunit = \"%\"\n\
        [[indicator]]\nid = \"b\"\nparent = \"nobody\"\nformula = \"x\"\nunit = \"%\"\n\
        points = { rule = \"linear\" }\n[[class]]\nid = \"c\"\nweights = { b = -1 }\n";
    insta::assert_snapshot!(toml(text), @r#"
error: the key `points` is missing
 --> scheme:3:1 indicator[0]
  |
3 | [[indicator]]
  | ^^^^^^^^^^^^^

error: expected a text in quotes, found 7
 --> scheme:4:6 indicator[0].id
  |
4 | id = 7
  |      ^

error: there is no variable or indicator named x
 --> scheme:5:12 indicator[0].formula
  |
5 | formula = "x"
  |            ^

error: no group is called `nobody`; declare it with [[group]], or leave `parent` out
 --> scheme:9:10 indicator[1].parent
  |
9 | parent = "nobody"
  |          ^^^^^^^^

error: there is no variable or indicator named x
  --> scheme:10:12 indicator[1].formula
   |
10 | formula = "x"
   |            ^

error: a weight must not be negative
  --> scheme:15:17 class[0].weights.b
   |
15 | weights = { b = -1 }
   |                 ^^

6 errors; the scheme was not loaded
"#);
}

#[test]
fn a_rule_beside_its_own_problems() {
    let parts =
        "[{ share = \"1\", rule = \"rnak\", lo = 3 }, { shares = 1, rule = \"linear\", high = \"maximum\" }]";
    insta::assert_snapshot!(toml(&spoil("{ rule = \"linear\", low = 0, high = 3 }", parts)), @r#"
error: expected a number: drop the quotes of "1" and write 1
  --> scheme:17:21 indicator[0].points[0].share
   |
17 | points = [{ share = "1", rule = "rnak", lo = 3 }, { shares = 1, rule = "linear", high = "maximum" }]
   |                     ^^^

error: unknown word `rnak`; did you mean `rank`?
  --> scheme:17:33 indicator[0].points[0].rule
   |
17 | points = [{ share = "1", rule = "rnak", lo = 3 }, { shares = 1, rule = "linear", high = "maximum" }]
   |                                 ^^^^^^

error: unknown key `shares`; did you mean `share`?
  --> scheme:17:53 indicator[0].points[1].shares
   |
17 | points = [{ share = "1", rule = "rnak", lo = 3 }, { shares = 1, rule = "linear", high = "maximum" }]
   |                                                     ^^^^^^

error: unknown word `maximum`; known are `min`, `max`, `mean`, `median`, `pooled`, `sd`, `count`, `first`, `target`, `previous`
  --> scheme:17:89 indicator[0].points[1].high
   |
17 | points = [{ share = "1", rule = "rnak", lo = 3 }, { shares = 1, rule = "linear", high = "maximum" }]
   |                                                                                         ^^^^^^^^^

4 errors; the scheme was not loaded
"#);
}

#[test]
fn warnings_do_not_keep_a_scheme_from_loading() {
    let text = spoil("[total]", "[total]\nblend = { within_year = [15, 25, 25, 36] }");
    let scheme =
        Scheme::from_toml(&text.replace("id = \"test\"", "id = \"test\"\nperiod = \"quarter\"")).unwrap();
    let texts: Vec<String> = scheme.warnings().iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(texts.join("\n"), @r#"
scheme:20:25 total.blend.within_year: the weights of `within_year` sum to 101, not to 1 or 100; they will be normalised
"#);
}

#[test]
fn a_bare_number_beside_a_percentage_is_warned_of() {
    let floor = "[[floor]]\nid = \"low\"\nwhen = \"rd_intensity < 1.0\"\nthen = { unranked = true }\n[total]";
    let warned = |text: &str| -> Vec<String> {
        Scheme::from_toml(text).unwrap().warnings().iter().map(ToString::to_string).collect()
    };
    insta::assert_snapshot!(warned(&spoil("[total]", floor)).join("\n"), @"scheme:20:24 floor[0].when: 1.0 is read in % here, the unit of rd_intensity; write the unit: 1.0 [%], or 1.0 [1] for a pure number");
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
    insta::assert_snapshot!(toml_zh(&text), @r#"
错误: id 不能是空的
  --> scheme:10:6 group[0].id
   |
10 | id = ""
   |      ^^

错误: 没有指标组 `input`；请用 [[group]] 声明，或删去 parent
  --> scheme:13:10 indicator[0].parent
   |
13 | parent = "input"
   |          ^^^^^^^

错误: 公式是空的；应写一个表达式，如 rd / gdp
  --> scheme:14:11 indicator[0].formula
   |
14 | formula = ""
   |           ^

错误: 此处应为数；请去掉 "20" 的引号，写成 20
  --> scheme:16:10 indicator[0].weight
   |
16 | weight = "20"
   |          ^^^^

共 4 处错误，方案未载入
"#);
}

/// A formula is looked at in the same round as what else is wrong with its indicator, whatever that is.
#[test]
fn a_formula_beside_a_misspelt_rule() {
    let spoilt = spoil("linear", "linaer").replace("rd / gdp", "rd / gdq");
    insta::assert_snapshot!(toml(&spoilt), @r#"
error: there is no variable or indicator named gdq; did you mean gdp?
  --> scheme:14:17 indicator[0].formula
   |
14 | formula = "rd / gdq"
   |                 ^^^

error: unknown word `linaer`; did you mean `linear`?
  --> scheme:17:19 indicator[0].points.rule
   |
17 | points = { rule = "linaer", low = 0, high = 3 }
   |                   ^^^^^^^^

2 errors; the scheme was not loaded
"#);
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
    insta::assert_snapshot!(toml(&format!("{GOOD}{floor}")), @r#"
error: there is no variable or indicator named gdq; did you mean gdp?
  --> scheme:22:14 floor[0].when
   |
22 | when = "rd < gdq"
   |              ^^^

error: expected a table in braces, found 5
  --> scheme:23:8 floor[0].then
   |
23 | then = 5
   |        ^

2 errors; the scheme was not loaded
"#);
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
    insta::assert_snapshot!(toml(&spoil("[total]", other)), @r#"
error: rd_intensity is an indicator, and the formula of an indicator takes variables only; write its formula out here
  --> scheme:20:12 indicator[1].formula
   |
20 | formula = "rd_intensity * 2"
   |            ^^^^^^^^^^^^

1 error; the scheme was not loaded
"#);
    // Round in a circle.
    assert!(toml(&spoil("rd / gdp", "rd_intensity + rd")).contains("takes variables only"));
}

#[test]
fn anchor_in_another_unit() {
    let text = "kaohe = 1\nid = \"t\"\nvariable = [{ id = \"x\", unit = \"万元\" }]\n\
                [[indicator]]\nid = \"plan\"\nformula = \"x\"\nunit = \"亿元\"\npoints = { rule = \"linear\" }\n\
                [[indicator]]\nid = \"done\"\nformula = \"x\"\nunit = \"万元\"\n\
                points = [{ rule = \"ratio\", to = { indicator = \"plan\" } }, { rule = \"linear\", high = { indicator = \"plain\" } }]\n";
    insta::assert_snapshot!(toml(text), @r#"
error: the indicator `plan` that this is compared with is in 亿元, expected 万元: its values are compared as they are, without conversion
  --> scheme:13:11 indicator[1].points[0]
   |
13 | points = [{ rule = "ratio", to = { indicator = "plan" } }, { rule = "linear", high = { indicator = "plain" } } …
   |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error: no indicator or group is called `plain`; did you mean `plan`?
  --> scheme:13:60 indicator[1].points[1]
   |
13 | … oints = [{ rule = "ratio", to = { indicator = "plan" } }, { rule = "linear", high = { indicator = "plain" } }]
   |                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

2 errors; the scheme was not loaded
"#);
    insta::assert_snapshot!(toml_zh(text), @r#"
错误: 参照指标 `plan` 的计量单位是 亿元，应为 万元：参照值按其自身单位比较，不作换算
  --> scheme:13:11 indicator[1].points[0]
   |
13 | points = [{ rule = "ratio", to = { indicator = "plan" } }, { rule = "linear", high = { indicator = "plain" } } …
   |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

错误: 没有指标或指标组 `plain`；是不是 `plan`？
  --> scheme:13:60 indicator[1].points[1]
   |
13 | … oints = [{ rule = "ratio", to = { indicator = "plan" } }, { rule = "linear", high = { indicator = "plain" } }]
   |                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

共 2 处错误，方案未载入
"#);
}
