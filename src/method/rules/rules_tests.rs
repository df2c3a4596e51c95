//! What holds for every rule: read and written the same, the same bits on `f64` and [`Bounded`], errors within their
//! bound, monotone where it must be, the inverse undone by the score.

#[path = "sheet_tests.rs"]
mod sheet;

use proptest::prelude::*;

use super::*;
use crate::number::{Bounded, Exact};
use crate::{Lang, Severity};
use dashu_ratio::RBig;

/// A rule as a scheme writes it: `rule = "…"` with its parameters, one TOML line.
pub(super) fn read(text: &str) -> Rule {
    let table: toml::Table = toml::from_str(&format!("r = {{ {text} }}")).unwrap();
    table["r"].clone().try_into().unwrap_or_else(|e| panic!("{text}: {e}"))
}

pub(super) fn leaf(text: &str) -> Leaf {
    match read(text) {
        Rule::Leaf(leaf) => leaf,
        Rule::Combinator(_) => panic!("a combinator"),
    }
}

pub(super) fn up(full: f64) -> Setting {
    Setting { full, negative: false }
}

pub(super) fn down(full: f64) -> Setting {
    Setting { full, negative: true }
}

/// The binary number itself, not the decimal it is short for.
fn binary(x: f64) -> Exact {
    RBig::try_from(x).map_or(Exact::Missing, Exact::of_rational)
}

/// Points of typed decimals, exactly; `f64` and `Bounded` agree in every bit, and with the exact points within the
/// bound unless a break is within reach.
pub(super) fn points(rule: &Leaf, x: f64, anchors: &[f64], s: &Setting) -> f64 {
    let exact: Vec<Exact> = anchors.iter().map(|a| Exact::of(*a)).collect();
    let bounded: Vec<Bounded> = anchors.iter().map(|a| Bounded::of(*a)).collect();
    let fast = rule.score(&x, anchors, s);
    let with_bound = rule.score(&Bounded::of(x), &bounded, s);
    assert!(fast.to_bits() == with_bound.v.to_bits() || (fast.is_nan() && with_bound.v.is_nan()));
    let decided = rule.score(&Exact::of(x), &exact, s);
    if !decided.is_irrational() && !in_doubt(rule, x, &bounded, s) {
        assert_eq!(fast.is_nan(), decided.is_missing(), "{rule:?} at {x}");
        let error = binary(fast).sub(&decided).to_f64().abs();
        assert!(fast.is_nan() || error <= with_bound.e, "{rule:?} at {x}: {error} > {}", with_bound.e);
    }
    if decided.is_irrational() { fast } else { decided.to_f64() }
}

/// Whether a break lies within the error, as the driver asks it.
fn in_doubt(rule: &Leaf, x: f64, anchors: &[Bounded], s: &Setting) -> bool {
    let x = Bounded::of(x);
    rule.breaks(anchors, s).iter().any(|b| match b {
        Break::Kink(p) | Break::Jump(p) => (x.v - p.v).abs() <= x.e + p.e,
        Break::Lattice { origin, step } => {
            let k = x.sub(origin).div(step);
            (k.v - k.v.round()).abs() <= k.e
        }
    })
}

/// The sentences for one value, Chinese and English.
pub(super) fn said(rule: &Leaf, x: f64, anchors: &[f64], s: &Setting) -> (String, String) {
    let branch = rule.branch(&x, anchors, s);
    (branch.message(Lang::Zh), branch.message(Lang::En))
}

/// Points of several values.
pub(super) fn table(text: &str, anchors: &[f64], s: &Setting, cases: &[(f64, f64)]) {
    let rule = leaf(text);
    assert_eq!(rule.check(s), [], "{text}");
    for (x, expected) in cases {
        let got = points(&rule, *x, anchors, s);
        assert!(
            got == *expected || (got.is_nan() && expected.is_nan()),
            "{text} at {x}: {got}, not {expected}"
        );
    }
}

/// Codes and places of what is wrong with the parameters.
pub(super) fn wrong(text: &str, s: &Setting) -> Vec<(&'static str, String)> {
    let found = read(text).check(s);
    for finding in &found {
        for lang in [Lang::Zh, Lang::En] {
            let message = finding.message(lang);
            assert!(!message.contains('…') && !message.starts_with(finding.code), "{message}");
        }
        assert_eq!(finding.severity, Severity::Error);
    }
    found.into_iter().map(|f| (f.code, f.place.path.unwrap_or_default())).collect()
}

/// Rules with as many anchors as they ask for, for comparing the spreadsheet with the score.
const LEAVES: &[&str] = &[
    r#"rule = "linear", between = [20, 100]"#,
    r#"rule = "linear", clamp = false, when_equal = 50"#,
    r#"rule = "linear", log = true"#,
    r#"rule = "ratio", to = "mean", cap = 1.2, least = -0.5, threshold = -0.2"#,
    r#"rule = "ratio", to = "mean", reverse = true, cap = 1.2, threshold = 0.5"#,
    r#"rule = "ratio", to = "mean", reverse = true"#,
    r#"rule = "steps", at = [[5, 10, "below"], [7.5, 5]], bound = "at_most", below = -1"#,
    r#"rule = "steps", at = [[1, 20], [0.5, 15, "above"], [-0.5, 3]], relative_to = "target""#,
    r#"rule = "per_step", from = "mean", base = 60, relative = true, up = { each = 0.05, points = 0.5, step = "ceiling" }, down = { each = 0.05, points = -0.5, cap = 3, step = "linear" }"#,
    r#"rule = "per_step", from = "target", against = "previous", up = { each = 0.25, points = 1, cap = 3, cap_by = [[1, 6], [0.5, 5, "above"]] }, down = { each = 0.5, points = 2 }, from_negative = { factor = 0.5, cap = 2.5 }, least = 0, most = 120"#,
    r#"rule = "curve", at = [[-1, 0], [1, 60], [2, 100]], outside = "extrapolate""#,
    r#"rule = "curve", at = [[-1, 0], [1, 60], [2, 100]], relative_to = "mean""#,
    r#"rule = "rank", table = [100, 97, 94], beyond = 1"#,
    r#"rule = "rank", by = 7, least = 30"#,
    r#"rule = "zscore", centre = 60, clamp = [0, 100]"#,
    r#"rule = "interval", target = [3, 6], limits = [0, 10], between = [10, 90]"#,
    r#"rule = "interval", target = [3, 6], limits = [3, 10]"#,
    r#"rule = "exponential", when_equal = 70"#,
    r#"rule = "exponential", clamp = false"#,
    r#"rule = "bands", at = [[10, 1], [8, 0.8], [5, 0.6]], below = 0.1"#,
];

const EVERY: &[&str] = &[
    r#"rule = "linear", low = 0, high = 10"#,
    r#"rule = "linear", low = "min", high = { quantile = 0.9 }, between = [20.0, 100.0], clamp = false"#,
    r#"rule = "ratio", to = 2.5, cap = 1.0"#,
    r#"rule = "ratio", to = { indicator = "base" }, reverse = true, cap = 1.2, threshold = 0.5"#,
    r#"rule = "steps", at = [[55, 10, "below"], [75, 5]], bound = "at_most", relative_to = "target""#,
    r#"rule = "per_step", from = "mean", base = 60, relative = true, up = { each = 0.05, points = 0.5 }, down = { each = 0.05, points = -0.5, cap = 3, step = "linear" }"#,
    r#"rule = "per_step", from = "target", against = "previous", up = { each = 0.03, points = 1, cap = 3, cap_by = [[1, 6], [0.8, 5]] }, from_negative = { factor = 0.5, cap = 3 }, least = 0, most = 120"#,
    r#"rule = "curve", at = [[0, 0], [1, 60], [2, 100]], outside = "extrapolate""#,
    r#"rule = "rank", table = [100, 97, 94], beyond = 0"#,
    r#"rule = "rank", percentile = true"#,
    r#"rule = "zscore", centre = 60, clamp = [0, 100]"#,
    r#"rule = "interval", target = [3, 6], limits = [0, 10]"#,
    r#"rule = "exponential", low = 0, high = 10, when_equal = 100"#,
    r#"rule = "bands", at = [[100, 1], [80, 0.8]]"#,
    r#"rule = "sum", of = [{ rule = "steps", at = [[1, 40]] }, { rule = "rank", by = 1, share = 0.5 }], cap = 49"#,
    r#"rule = "best_of", of = [{ rule = "rank", borda = true }, { rule = "ratio", to = 1, measure = { kind = "growth" }, full = 50 }]"#,
    r#"rule = "worst_of", of = [{ rule = "ratio", to = 1 }, { rule = "ratio", to = 2 }], skip_missing = true"#,
    r#"rule = "matrix", of = [{ rule = "steps", at = [[1, 1]] }, { rule = "steps", at = [[1, 1]] }], table = [[0, 55], [40, 60]]"#,
];

#[test]
fn every_rule_is_read_checked_and_written_without_its_defaults() {
    for text in EVERY {
        let rule = read(text);
        assert_eq!(rule.check(&up(100.0)), [], "{text}");
        let written = toml::to_string(&rule).unwrap();
        assert!(written.starts_with(&format!("rule = {:?}", rule.name())), "{written}");
        assert!(RULE_NAMES.contains(&rule.name()));
        // As many keys as the text has: nothing added, nothing lost.
        let count = |t: &str| toml::from_str::<toml::Table>(t).unwrap().len();
        assert_eq!(
            count(&written),
            toml::from_str::<toml::Table>(&format!("r = {{ {text} }}")).unwrap()["r"]
                .as_table()
                .unwrap()
                .len(),
            "{written}"
        );
    }
}

#[test]
fn an_unknown_parameter_is_refused() {
    for name in RULE_NAMES {
        let refused = toml::from_str::<Rule>(&format!("rule = \"{name}\"\nnonsense = 1"));
        assert!(refused.is_err_and(|e| e.to_string().contains("nonsense")), "{name}");
    }
}

#[cfg(feature = "schema")]
#[test]
fn the_schema_names_every_rule() {
    let schema = serde_json::to_string(&schemars::schema_for!(Part)).unwrap();
    for name in RULE_NAMES {
        assert!(schema.contains(&format!("\"const\":\"{name}\"")), "{name}");
    }
}

/// A parameter with few decimals, so that values meet thresholds often.
fn decimal(range: std::ops::Range<i32>) -> impl Strategy<Value = f64> {
    range.prop_map(|n| f64::from(n) / 20.0)
}

#[test]
fn combinators_write_what_they_compute() {
    for text in EVERY {
        let Rule::Combinator(rule) = read(text) else { continue };
        for scores in [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]] {
            let written = rule.sheet(&["A1".into(), "B1".into()]);
            let got = sheet::evaluate(&written, &|name| scores[usize::from(name == "B1")]);
            assert_eq!(got, rule.combine(&scores), "{text}: {written}");
        }
    }
}

/// A rule that must be monotone in the direction of its setting, with anchors.
fn monotone() -> impl Strategy<Value = (Leaf, Vec<f64>, Setting)> {
    let steps = prop::collection::btree_set(-40..400i32, 1..6);
    let linear = (decimal(-40..200), decimal(1..200), any::<bool>()).prop_map(|(low, span, clamp)| {
        let rule = Linear {
            low: None,
            high: None,
            between: Some([20.0, 100.0]),
            clamp,
            log: false,
            when_equal: None,
        };
        (Leaf::Linear(rule), vec![low, low + span])
    });
    let ratio = (decimal(1..200), prop::option::of(decimal(20..40)), any::<bool>()).prop_map(
        |(to, cap, threshold)| {
            let threshold = threshold.then_some(0.5);
            (Leaf::Ratio(Ratio { to: Anchor::Mean, cap, least: None, threshold, reverse: false }), vec![to])
        },
    );
    let table = steps.clone().prop_map(|at| {
        let at = at.iter().enumerate();
        let at = at
            .map(|(i, t)| Entry { at: f64::from(*t) / 20.0, points: i as f64 + 1.0, bound: None })
            .collect();
        (Leaf::Steps(Steps { at, below: 0.0, bound: None, relative_to: None }), vec![])
    });
    let curve = steps.prop_filter("two", |at| at.len() > 1).prop_map(|at| {
        let at = at.iter().enumerate().map(|(i, t)| [f64::from(*t) / 20.0, 7.0 * i as f64]).collect();
        (Leaf::Curve(Curve { at, outside: Outside::Flat, relative_to: None }), vec![])
    });
    let partial = prop_oneof![Just(Partial::Floor), Just(Partial::Ceiling), Just(Partial::Linear)];
    let per_step =
        (decimal(1..200), decimal(1..20), partial, prop::option::of(decimal(20..200)), any::<bool>())
            .prop_map(|(from, each, step, cap, relative)| {
                let side = |points| Some(Step { each, points, cap, cap_by: vec![], step });
                let rule = PerStep {
                    from: Anchor::Mean,
                    base: Some(50.0),
                    relative,
                    up: side(1.0),
                    down: side(-2.0),
                    against: None,
                    from_negative: None,
                    least: Some(0.0),
                    most: None,
                };
                (Leaf::PerStep(rule), vec![from])
            });
    let bands = decimal(20..100).prop_map(|best| {
        let at =
            [1.0, 0.8, 0.6, 0.4, 0.2].iter().enumerate().map(|(i, c)| [best - i as f64 * 0.45, *c]).collect();
        (Leaf::Bands(Bands { at, below: 0.0 }), vec![])
    });
    let zscore = (decimal(0..200), decimal(1..100)).prop_map(|(mean, sd)| {
        (Leaf::ZScore(ZScore { clamp: Some([20.0, 95.0]), ..ZScore::default() }), vec![mean, sd])
    });
    let exponential = (decimal(-40..200), decimal(1..200))
        .prop_map(|(low, span)| (Leaf::Exponential(Exponential::default()), vec![low, low + span]));
    prop_oneof![linear, ratio, table, curve, per_step, bands, zscore, exponential]
        .prop_map(|(rule, anchors)| (rule, anchors, up(100.0)))
}

fn exact(anchors: &[f64]) -> Vec<Exact> {
    anchors.iter().map(|a| Exact::of(*a)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn monotone_rules_are_monotone((rule, a, s) in monotone(), x in decimal(-100..600), more in decimal(0..300)) {
        prop_assert_eq!(rule.check(&s), []);
        prop_assert!(points(&rule, x, &a, &s) <= points(&rule, x + more, &a, &s));
        prop_assert!(Shape::of(&rule, &exact(&a), &s).pieces.iter().all(|p| p.trend != Trend::Falling));
        prop_assert_eq!(rewards_worse(&rule, &s), None);
    }

    /// Whatever points a value gets, that value solves for them, and what lies outside the solution falls short.
    #[test]
    fn the_inverse_holds_exactly_what_reaches_the_points(
        (rule, a, s) in monotone(), x in decimal(-100..600), other in decimal(-100..600)
    ) {
        let anchors = exact(&a);
        let probe = |x: f64| {
            let y = rule.score(&Exact::of(x), &anchors, &s);
            if y.is_irrational() { Exact::of(rule.score(&x, &a, &s)) } else { y }
        };
        let wanted = probe(x);
        prop_assume!(!wanted.is_missing());
        let ranges = solve(&rule, &wanted, &anchors, &s);
        prop_assert!(ranges.iter().any(|r| r.contains(&Exact::of(x))));
        let reaches = probe(other).is_at_least(&wanted);
        prop_assert_eq!(ranges.iter().any(|r| r.contains(&Exact::of(other))), reaches);
        for range in &ranges {
            if let std::ops::Bound::Included(low) = &range.low
                && !probe(low.to_f64()).is_missing()
                && rule.between() != Between::Curve
            {
                let at = rule.score(low, &anchors, &s);
                prop_assert!(at.is_at_least(&wanted));
                // One part in 10⁹ less no longer does.
                let less = low.sub(&Exact::parse("1e-9").unwrap());
                prop_assert!(rule.score(&less, &anchors, &s).is_less(&wanted));
            }
        }
    }

    #[test]
    fn a_missing_value_or_anchor_gives_missing_points((rule, a, s) in monotone(), x in decimal(-100..600)) {
        prop_assert!(points(&rule, f64::NAN, &a, &s).is_nan());
        for i in 0..a.len() {
            let mut holed = a.clone();
            holed[i] = f64::NAN;
            prop_assert!(rule.score(&x, &holed, &s).is_nan());
        }
    }

    /// The spreadsheet computes what the rule does, on typed decimals and at thresholds too.
    #[test]
    fn the_spreadsheet_agrees_with_the_score(x in decimal(-100..300), a in decimal(-40..300), b in decimal(-40..300), negative in any::<bool>()) {
        let s = Setting { full: 100.0, negative };
        for text in LEAVES {
            let rule = leaf(text);
            let takes_rank = rule.input() == Input::Rank;
            // A rank is a whole number, a standard deviation no loss.
            let x = if takes_rank { x.abs().floor() + 1.0 } else { x };
            let b = if text.contains("zscore") { b.abs() } else { b };
            let anchors = &[a, b][..rule.anchors(&s).len()];
            let cells: Vec<String> = ["A1", "B1"][..anchors.len()].iter().map(|c| (*c).to_owned()).collect();
            let written = rule.sheet("X1", &cells, &s);
            let got = sheet::evaluate(&written, &|name| match name { "X1" => x, "A1" => a, _ => b });
            let decided = rule.score(&Exact::of(x), &exact(anchors), &s);
            let fast = rule.score(&x, anchors, &s);
            let wanted = if decided.is_irrational() { fast } else { decided.to_f64() };
            let near = (got - wanted).abs() <= 1e-9 * wanted.abs().max(1.0) || (got - fast).abs() <= 1e-9 * fast.abs().max(1.0);
            prop_assert!(near || (got.is_nan() && wanted.is_nan()), "{text} at {x} with {anchors:?}: {got}, not {wanted}: {written}");
        }
    }

    /// Parameters nobody checked must not crash anything.
    #[test]
    fn unchecked_parameters_never_panic(
        at in prop::collection::vec((any::<f64>(), any::<f64>()), 0..5), x in any::<f64>(), a in any::<f64>(), negative in any::<bool>()
    ) {
        let entries: Vec<Entry> = at.iter().map(|(t, p)| Entry { at: *t, points: *p, bound: None }).collect();
        let pairs: Vec<[f64; 2]> = at.iter().map(|(t, p)| [*t, *p]).collect();
        let first = pairs.first().copied().unwrap_or([a, x]);
        let side = Step { each: first[0], points: first[1], cap: Some(a), cap_by: entries.clone(), step: Partial::Floor };
        let rules: [Leaf; 8] = [
            Leaf::Steps(Steps { at: entries, below: 0.0, bound: None, relative_to: Some(Anchor::Mean) }),
            Leaf::Curve(Curve { at: pairs.clone(), outside: Outside::Flat, relative_to: None }),
            Leaf::Bands(Bands { at: pairs.clone(), below: a }),
            Leaf::Interval(Interval { target: first, limits: [a, x], between: None }),
            Leaf::Rank(Rank { table: at.iter().map(|p| p.1).collect(), ..Rank::default() }),
            Leaf::Exponential(Exponential { between: Some(first), ..Exponential::default() }),
            Leaf::ZScore(ZScore { scale: first[0], clamp: Some(first), ..ZScore::default() }),
            Leaf::PerStep(PerStep {
                from: Anchor::Mean, base: None, relative: true, up: Some(side.clone()), down: Some(side),
                against: Some(Anchor::Max), from_negative: Some(FromNegative { factor: a, cap: None }),
                least: Some(x), most: None,
            }),
        ];
        let s = Setting { full: 100.0, negative };
        for rule in &rules {
            rule.check(&s);
            rule.score(&x, &[a, x], &s);
            rule.score(&Bounded::of(x), &[Bounded::of(a), Bounded::of(x)], &s);
            rule.branch(&x, &[a, x], &s);
            rule.sheet("A1", &["B1".into(), "C1".into()], &s);
            let anchors = [Exact::of(a), Exact::of(x)];
            Shape::of(rule, &anchors, &s);
            solve(rule, &Exact::of(a), &anchors, &s);
        }
    }
}

#[test]
fn every_rule_has_a_title() {
    for name in RULE_NAMES {
        let code = format!("explain_rule_{name}");
        assert!(!crate::text::render(&code, crate::Lang::Zh, &[]).starts_with(&code));
    }
}
