//! The catalogue and the code agree: no code without a sentence, no sentence without a use.

use crate::Lang;
use crate::method::measures::NAMES;
use crate::method::rules::RULE_NAMES;
use crate::text::render;

const SOURCES: [&str; 25] = [
    include_str!("cell.rs"),
    include_str!("compared.rs"),
    include_str!("flags.rs"),
    include_str!("html.rs"),
    include_str!("part.rs"),
    include_str!("render.rs"),
    include_str!("total.rs"),
    include_str!("treated.rs"),
    include_str!("tree.rs"),
    include_str!("value.rs"),
    include_str!("../method/anchor.rs"),
    include_str!("../method/treatment/winsorise.rs"),
    include_str!("../method/weighting/angle.rs"),
    include_str!("../method/weighting/cilos.rs"),
    include_str!("../method/weighting/coefficient_of_variation.rs"),
    include_str!("../method/weighting/critic.rs"),
    include_str!("../method/weighting/entropy.rs"),
    include_str!("../method/weighting/equal.rs"),
    include_str!("../method/weighting/gini.rs"),
    include_str!("../method/weighting/idocriw.rs"),
    include_str!("../method/weighting/lopcow.rs"),
    include_str!("../method/weighting/merec.rs"),
    include_str!("../method/weighting/rank_order_centroid.rs"),
    include_str!("../method/weighting/standard_deviation.rs"),
    include_str!("../method/weighting/variance.rs"),
];

fn codes(text: &str) -> std::collections::BTreeSet<&str> {
    let quoted = text.split('"').skip(1).step_by(2);
    let ours = |s: &&str| {
        (s.starts_with("explain_") || s.starts_with("flag_") || s.starts_with("from_"))
            && s.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    };
    quoted.filter(ours).collect()
}

#[test]
fn every_code_has_a_sentence() {
    for code in SOURCES.iter().flat_map(|s| codes(s)) {
        for lang in [Lang::Zh, Lang::En] {
            assert!(!render(code, lang, &[]).starts_with(code), "{code} is not in the catalogue");
        }
    }
}

#[test]
fn every_sentence_is_used() {
    let used: std::collections::BTreeSet<&str> = SOURCES.iter().flat_map(|s| codes(s)).collect();
    let catalogue = include_str!("../text/explain.rs");
    let lines = catalogue.lines().filter_map(|l| l.trim().strip_prefix('"')?.split('"').next());
    // The lists of methods make the codes of their titles from the names.
    let rules = RULE_NAMES.iter().map(|name| format!("explain_rule_{name}"));
    let titles: Vec<String> = NAMES.iter().map(|name| format!("explain_{name}")).chain(rules).collect();
    for code in lines {
        assert!(used.contains(code) || titles.iter().any(|title| title == code), "{code} is never said");
    }
}
