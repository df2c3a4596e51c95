//! Scheme and table from bytes: assessed, permuted, explained.

use kaohe::{Assessment, CheckInput, Labels, Panel, Period, Scheme, check};

use crate::draw::{Bytes, Row, VARIABLES};
use crate::same::{LANGUAGES, in_words, refused, refused_data, refused_scheme, same_bits, sound};

/// What holds of every result.
pub fn panel(data: &[u8]) {
    let mut bytes = Bytes::of(data);
    let Some((scheme, rows, result)) = assessed(&mut bytes) else { return };
    sane(&result);
    order_does_not_matter(&scheme, &rows, &result, &mut bytes);
    ranks_follow_totals(&result);
    explains(&result, &mut bytes);
}

/// A drawn scheme over drawn rows; nothing where scheme or data are refused, with reasons. With KAOHE_FUZZ_SHOW set both
/// are printed, which is what one wants of an input that failed.
pub fn assessed(bytes: &mut Bytes<'_>) -> Option<(Scheme, Vec<Row>, Assessment)> {
    let halves = bytes.yes();
    let text = bytes.scheme(halves);
    let show = std::env::var_os("KAOHE_FUZZ_SHOW").is_some();
    if show {
        eprintln!("{text}");
    }
    let scheme = match Scheme::from_json(&text) {
        Ok(scheme) => scheme,
        Err(error) => {
            refused_scheme(&error);
            return None;
        }
    };
    let rows = bytes.rows(halves);
    if show {
        rows.iter().for_each(|row| eprintln!("{row:?}"));
    }
    if rows.is_empty() {
        return None;
    }
    let panel = build(&rows);
    let findings = check(scheme.document(), &panel, &CheckInput::default());
    if !findings.is_empty() {
        refused(&findings);
    }
    match scheme.assess(&panel) {
        Ok(result) => Some((scheme, rows, result)),
        Err(error) => {
            refused_data(&error);
            None
        }
    }
}

fn build(rows: &[Row]) -> Panel {
    let names: Labels = rows.iter().map(|r| r.entity).collect();
    let periods = rows.iter().map(|r| Period::parse(r.period).expect("a period")).collect();
    let builder = VARIABLES.iter().enumerate().fold(Panel::builder(names, periods), |builder, (k, name)| {
        builder.column(*name, rows.iter().map(|r| r.values[k]).collect::<Vec<_>>())
    });
    builder.build().unwrap_or_else(|error| panic!("{error}"))
}

/// Finite or missing, and as many numbers as rows.
pub fn sane(result: &Assessment) {
    let rows = result.panel().len();
    for node in result.scheme().node_ids() {
        assert_eq!(result.scores(node).len(), rows);
        sound("score", result.scores(node));
        sound("points", &result.points(node));
        let mut into = vec![0.0; rows];
        result.points_into(node, &mut into);
        assert!(into.iter().zip(result.points(node).iter()).all(|(a, b)| same_bits(*a, *b)));
    }
    for i in result.scheme().indicators() {
        sound("value", result.values(i));
        sound("unrounded value", result.unrounded_values(i));
    }
    sound("total", result.totals());
    sound("unrounded total", result.unrounded_totals());
    sound("raw total", result.raw_totals());
    sound("rank", result.ranks());
    for row in 0..rows {
        let _ = (result.grade(row), result.class(row), result.rank_change(row));
    }
}

/// A permutation of the rows changes nothing but their order.
fn order_does_not_matter(scheme: &Scheme, rows: &[Row], result: &Assessment, bytes: &mut Bytes<'_>) {
    let mut shuffled = rows.to_vec();
    match bytes.upto(2) {
        0 => shuffled.reverse(),
        1 => shuffled.rotate_left(bytes.upto(rows.len() - 1)),
        _ => (1..shuffled.len()).for_each(|i| shuffled.swap(i, bytes.upto(i))),
    }
    let other = scheme.assess(&build(&shuffled)).unwrap_or_else(|e| panic!("refused when permuted: {e}"));
    for (k, row) in rows.iter().enumerate() {
        let period = Period::parse(row.period).expect("a period");
        let at = |a: &Assessment| a.row(row.entity, period).unwrap_or_else(|e| panic!("row {k}: {e}"));
        let (here, there) = (at(result), at(&other));
        let same = |what: &str, a: &[f64], b: &[f64]| {
            assert!(same_bits(a[here], b[there]), "{what} of {row:?}: {} or {}", a[here], b[there]);
        };
        for node in result.scheme().node_ids() {
            same("score", result.scores(node), other.scores(node));
            same("points", &result.points(node), &other.points(node));
        }
        for i in result.scheme().indicators() {
            same("value", result.values(i), other.values(i));
        }
        same("total", result.totals(), other.totals());
        assert_eq!(result.class(here), other.class(there));
        same("rank", result.ranks(), other.ranks());
        assert_eq!(result.grade(here), other.grade(there), "{row:?}");
    }
}

/// Who has the larger total stands in front.
fn ranks_follow_totals(result: &Assessment) {
    let (totals, ranks, panel) = (result.totals(), result.ranks(), result.panel());
    for a in 0..panel.len() {
        for b in 0..panel.len() {
            let peers = panel.period_at(a) == panel.period_at(b) && result.class(a) == result.class(b);
            if peers && !ranks[a].is_nan() && !ranks[b].is_nan() && totals[a] > totals[b] {
                assert!(ranks[a] < ranks[b], "{} ranks {}, {} {}", totals[a], ranks[a], totals[b], ranks[b]);
            }
        }
    }
    for period in panel.periods() {
        let listed = result.ranking(*period).unwrap_or_else(|e| panic!("{e}"));
        assert!(listed.windows(2).all(|w| w[0].class != w[1].class
            || w[0].rank.is_none()
            || w[1].rank.is_none_or(|r| Some(r) >= w[0].rank)));
    }
}

/// A total is explained in both languages, and the explanation says the same number.
fn explains(result: &Assessment, bytes: &mut Bytes<'_>) {
    let panel = result.panel();
    for row in [0, bytes.upto(panel.len() - 1)] {
        let (Some(entity), Some(period)) = (panel.entity_at(row), panel.period_at(row)) else { continue };
        let explanation = result.explain(&entity, period).unwrap_or_else(|e| panic!("{e}"));
        let total = result.totals()[row];
        assert_eq!(explanation.root.value, Some(total).filter(|t| !t.is_nan()), "{entity} {period}");
        for lang in LANGUAGES {
            assert!(!explanation.to_text(lang).is_empty());
            assert!(!explanation.to_markdown(lang).is_empty());
            assert!(!explanation.to_html(lang).is_empty());
            assert!(!explanation.to_rows(lang).is_empty());
        }
        assert!(!explanation.to_json().is_empty());
        for flag in result.flags_of(row) {
            refused(&[flag.finding]);
        }
    }
    let nodes: Vec<&str> = result.nodes().collect();
    let (node, row) = (bytes.pick(&nodes), bytes.upto(panel.len() - 1));
    let (Some(entity), Some(period)) = (panel.entity_at(row), panel.period_at(row)) else { return };
    let one = result.explain_node(&entity, period, node).unwrap_or_else(|e| panic!("{e}"));
    in_words(|lang| one.to_text(lang));
    let _ = result.flags();
}
