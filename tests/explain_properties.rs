//! Over random small schemes and data with missing values: every number of an explanation is the assessment's own, every sentence
//! is filled, nothing panics.
#![cfg(feature = "toml")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::format_push_string,
    reason = "a test says what it means"
)]

use kaohe::explain::{Kind, Node};
use kaohe::{Assessment, Explanation, Labels, Lang, Panel, Period, Scheme};
use proptest::prelude::*;

const RULES: [&str; 15] = [
    r#"{ rule = "per_step", from = "mean", base = 60, up = { each = 0.5, points = 3, cap = 40 }, down = { each = 1, points = -3 } }"#,
    r#"{ rule = "exponential", low = 1, high = 9 }"#,
    r#"{ rule = "matrix", of = [{ rule = "steps", at = [[1, 1]] }, { rule = "steps", at = [[2, 1]] }], table = [[0, 55], [40, 60]] }"#,
    r#"{ rule = "linear" }"#,
    r#"{ rule = "linear", low = "mean", high = { quantile = 0.9 }, between = [20, 100] }"#,
    r#"{ rule = "ratio", to = "first", cap = 1.2 }"#,
    r#"{ rule = "rank", by = 5, least = 10 }"#,
    r#"{ rule = "zscore" }"#,
    r#"{ rule = "steps", at = [[6, 100], [4, 70], [2, 30]] }"#,
    r#"{ rule = "curve", at = [[0, 0], [5, 60], [10, 100]] }"#,
    r#"{ rule = "linear", measure = "change" }"#,
    r#"{ rule = "linear", measure = { kind = "rank_change" }, low = -5, high = 5 }"#,
    r#"[{ share = 0.6, rule = "linear" }, { share = 0.4, measure = "growth", rule = "linear" }]"#,
    r#"{ rule = "best_of", skip_missing = true, of = [{ rule = "linear" }, { rule = "linear", measure = "gap_to_mean" }] }"#,
    r#"{ rule = "linear", measure = { kind = "attainment", target = 4 }, low = 0, high = 1 }"#,
];
const FORMULAS: [&str; 4] = ["a", "a / b", "share(a)", "mean(a, 2) + prev(b)"];
const MISSING: [&str; 5] = ["skip", "zero", "full", "peer_mean", "peer_median"];
const ROUND: [&str; 4] = [
    "",
    "round = { digits = 1 }",
    "round = { digits = 2, carry = true, mode = \"half_even\", marks = true }",
    "round = { significant = 2 }",
];
const AGGREGATE: [&str; 4] =
    ["", "aggregate = \"geometric\"\nzeros = \"count\"", r#"aggregate = "minimum""#, r#"aggregate = "sum""#];
const FILL: [&str; 4] = ["error", "carry_forward", "peer_mean", "zero"];
const TOTAL: [&str; 4] = [
    "",
    "round = { digits = 0 }\nrank = { tie_break = [\"i0\"] }\ngrades = [[\"A\", 60], [\"B\", 0]]",
    "round = { digits = 1 }\nbonus_cap = 2\ncap = 100\nrank = { ties = \"ordinal\", on = \"exact\" }",
    "blend = { earlier = 0.5 }\ngrades = { by = \"proportion\", table = [[\"A\", 0.4], [\"B\", 1]] }",
];

#[derive(Debug, Clone)]
struct Case {
    rules: Vec<(usize, usize, usize, usize)>,
    total: usize,
    aggregate: usize,
    fill: usize,
    extras: bool,
    data: Vec<[Option<u8>; 2]>,
}

fn cases() -> impl Strategy<Value = Case> {
    let rule = (0..RULES.len(), 0..FORMULAS.len(), 0..MISSING.len(), 0..ROUND.len());
    let datum = || prop_oneof![4 => (0u8..100).prop_map(Some), 1 => Just(None)];
    let row = (datum(), datum()).prop_map(|(a, b)| [a, b]);
    (
        prop::collection::vec(rule, 1..4),
        0..TOTAL.len(),
        0..AGGREGATE.len(),
        0..FILL.len(),
        any::<bool>(),
        prop::collection::vec(row, 12),
    )
        .prop_map(|(rules, total, aggregate, fill, extras, data)| Case {
            rules,
            total,
            aggregate,
            fill,
            extras,
            data,
        })
}

fn scheme(case: &Case) -> String {
    let fill = FILL[case.fill];
    let mut text =
        format!("kaohe = 1\nid = \"t\"\n[[variable]]\nid = \"a\"\nunit = \"1\"\nmissing = \"{fill}\"\n");
    text += "[[variable]]\nid = \"b\"\nunit = \"1\"\nmissing = \"error\"\n";
    text += &format!("[[group]]\nid = \"g\"\n{}\n", AGGREGATE[case.aggregate]);
    for (i, (rule, formula, missing, round)) in case.rules.iter().enumerate() {
        let parent = if i > 0 { "parent = \"g\"\n" } else { "" };
        text += &format!(
            "[[indicator]]\nid = \"i{i}\"\n{parent}unit = \"1\"\nformula = \"{}\"\nmissing = \"{}\"\n{}\nweight = {}\npoints = {}\n",
            FORMULAS[*formula],
            MISSING[*missing],
            ROUND[*round],
            i + 1,
            RULES[*rule],
        );
    }
    if case.rules.len() == 1 {
        text = text.replace(&format!("[[group]]\nid = \"g\"\n{}\n", AGGREGATE[case.aggregate]), "");
    }
    text += &format!("[total]\n{}\n", TOTAL[case.total]);
    if case.extras {
        text += "[[adjustment]]\nid = \"bonus\"\nformula = \"a / 20\"\ncap = 3\n";
        text += "[[adjustment]]\nid = \"hard\"\nformula = \"1 + b / 1000\"\nfactor = true\n";
        text += "[[floor]]\nid = \"veto\"\nwhen = \"b < 10 or i0 < 0\"\nthen = { cap_total = 50 }\n";
        text += "[[floor]]\nid = \"out\"\nwhen = \"total < 20\"\nthen = { unranked = true }\n";
    }
    text
}

fn assessed(case: &Case) -> Option<Assessment> {
    let text = scheme(case);
    let scheme = Scheme::from_toml(&text).map_err(|e| panic!("{}\n{text}", e.render(Lang::En))).unwrap();
    let names: Labels = (0..12).map(|i| ["甲", "乙", "丙", "丁"][i % 4]).collect();
    let periods = (0..12).map(|i| Period::year(2020 + i / 4).unwrap()).collect();
    let column = |k: usize| {
        case.data.iter().map(|d| d[k].map_or(f64::NAN, |x| f64::from(x) / 10.0)).collect::<Vec<_>>()
    };
    let panel = Panel::builder(names, periods).column("a", column(0)).column("b", column(1)).build().unwrap();
    scheme.assess(&panel).ok()
}

fn same(a: Option<f64>, b: f64) -> bool {
    a.map_or(b.is_nan(), |a| a.to_bits() == b.to_bits())
}

fn check(a: &Assessment, row: usize, node: &Node) {
    let index = |id: &str| a.node(id).unwrap();
    match node.kind {
        Kind::Total => {
            assert!(same(node.value, a.totals()[row]));
            if node.unrounded.is_some() {
                assert!(same(node.unrounded, a.unrounded_totals()[row]));
            }
        }
        Kind::Group | Kind::Indicator => {
            assert!(same(node.value, a.scores(index(&node.id))[row]));
            assert!(same(node.points, a.points(index(&node.id))[row]));
        }
        Kind::Value => {
            assert!(same(node.value, a.values(index(&node.id))[row]));
            if node.unrounded.is_some() {
                assert!(same(node.unrounded, a.unrounded_values(index(&node.id))[row]));
            }
        }
        _ => {}
    }
    // A single part is the indicator's score, unless the scheme filled that in.
    let parts: Vec<&Node> =
        node.children.iter().filter(|c| matches!(c.kind, Kind::Part | Kind::Combination)).collect();
    if let (Kind::Indicator, [one], Some(_)) = (node.kind, &parts[..], parts.first().and_then(|p| p.value)) {
        assert!(same(one.value, a.scores(index(&node.id))[row]), "{node:?}");
    }
    node.children.iter().for_each(|c| check(a, row, c));
}

fn reads(x: &Explanation) {
    for lang in [Lang::Zh, Lang::En] {
        for text in [x.to_text(lang), x.to_markdown(lang), x.to_html(lang)] {
            let said = text.split("</style>").last().unwrap_or_default();
            for noise in ["explain_", "flag_", "rule_", "measure_", "NaN", "inf", "{", "}}", "…"] {
                assert!(!said.contains(noise), "{noise} in\n{said}");
            }
            assert!(text.contains(&x.entity));
        }
        // A number beside its rounding shows as many digits as tell on which side it lay; nothing else is that long.
        let plain = |line: &&str| !line.contains("修约前") && !line.contains("before it was");
        for line in x.to_text(lang).lines().filter(plain) {
            assert!(!line.contains("00000000") && !line.contains("99999999"), "{line}");
        }
        assert!(!x.to_rows(lang).is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn explanations_are_the_assessment_in_words(case in cases()) {
        let Some(a) = assessed(&case) else { return Ok(()) };
        for row in 0..a.panel().len() {
            let panel = a.panel();
            let x = a.explain(&panel.entity_at(row).unwrap(), panel.period_at(row).unwrap()).unwrap();
            check(&a, row, &x.root);
            reads(&x);
        }
        let all = a.flags();
        let by_row: Vec<_> = (0..a.panel().len()).flat_map(|r| a.flags_of(r)).collect();
        prop_assert_eq!(&all, &by_row);
        for flag in &all {
            for lang in [Lang::Zh, Lang::En] {
                let text = flag.finding.message(lang);
                prop_assert!(!text.contains("_tie") && !text.contains('…') && !text.contains("NaN"), "{}", text);
            }
        }
    }
}

#[test]
fn nothing_at_all_is_explained_too() {
    let case = Case {
        rules: vec![(0, 1, 0, 1), (4, 0, 3, 0), (9, 3, 0, 2)],
        total: 1,
        aggregate: 0,
        fill: 0,
        extras: true,
        data: vec![[None, None]; 12],
    };
    let a = assessed(&case).unwrap();
    for row in 0..12 {
        let x = a.explain(&a.panel().entity_at(row).unwrap(), a.panel().period_at(row).unwrap()).unwrap();
        assert_eq!(x.root.value, None);
        reads(&x);
    }
    assert!(!a.flags().is_empty());
    assert!(a.flags_of(99).is_empty());
}
