//! Numbers, lists and tables as a report prints them.

use crate::method::measures::POINTS_OF_PERCENT;
use crate::number::rounding::Rounding;
use crate::number::{Exact, Number};
use crate::text::{Lang, markdown};

/// A number with at most so many decimals, half up, without trailing zeros; `–` where it is missing.
pub(super) fn number(x: f64, digits: i8) -> String {
    if x.is_nan() {
        return "–".to_owned();
    }
    let rounded = Exact::of(x).round(&Rounding::digits(digits)).to_f64();
    let text = (rounded + 0.0).to_string();
    text.replacen('-', "−", 1)
}

/// With a sign.
pub(super) fn signed(x: f64, digits: i8) -> String {
    let text = number(x, digits);
    if x > 0.0 && text != "0" { format!("+{text}") } else { text }
}

/// Four significant digits, or more where the whole part has more.
pub(super) fn value(x: f64) -> String {
    number(x, decimals(x))
}

/// Four significant digits with a sign.
pub(super) fn difference(x: f64) -> String {
    signed(x, decimals(x))
}

fn decimals(x: f64) -> i8 {
    if x == 0.0 || !x.is_finite() {
        return 0;
    }
    (3 - libm::log10(x.abs()).floor() as i64).clamp(0, 12) as i8
}

/// Two numbers with as many digits as it takes to tell them apart, four significant ones at least.
pub(super) fn apart(a: f64, b: f64) -> [String; 2] {
    let told = [a, b].into_iter().filter(|x| *x != 0.0 && x.is_finite());
    let least = told.map(decimals).min().unwrap_or(0);
    let shown = |digits: i8| [number(a, digits), number(b, digits)];
    (least..12).map(shown).find(|[a, b]| a != b).unwrap_or_else(|| shown(12))
}

/// A number, already written, with its unit behind it.
pub(super) fn quantity(number: &str, unit: &str, lang: Lang) -> String {
    match (unit, lang) {
        (_, _) if number == "–" => number.to_owned(),
        ("%" | "‰", Lang::Zh) => format!("{number}{unit}"),
        (POINTS_OF_PERCENT, Lang::Zh) => format!("{number} 个百分点"),
        (POINTS_OF_PERCENT, Lang::En) => format!("{number} percentage points"),
        _ => format!("{number}{}", crate::text::unit(unit)),
    }
}

/// The unit of a difference of numbers in a unit: percentages differ by percentage points.
pub(super) fn unit_of_difference(unit: &str) -> &str {
    if unit == "%" { POINTS_OF_PERCENT } else { unit }
}

/// A relative change in per cent, without its sign: whole from 10 % on. From nought there is none, nor over it.
pub(super) fn percent(before: f64, after: f64, lang: Lang) -> Option<String> {
    let p = 100.0 * ((after - before) / before).abs();
    let whole = p.is_finite() && before * after >= 0.0;
    whole.then(|| quantity(&number(p, i8::from(p < 10.0)), "%", lang))
}

/// How far a number in a unit moved, without its sign: percentages by percentage points, others in per cent, or by the
/// difference where there is no relative change.
pub(super) fn moved(before: f64, after: f64, unit: &str, lang: Lang) -> String {
    let relative = if unit == "%" { None } else { percent(before, after, lang) };
    let difference = super::attribute::change(before, after).abs();
    relative.unwrap_or_else(|| quantity(&value(difference), unit_of_difference(unit), lang))
}

/// A difference with its sign and the unit of a difference.
pub(super) fn quantity_of_change(x: f64, unit: &str, lang: Lang) -> String {
    quantity(&difference(x), unit_of_difference(unit), lang)
}

/// Names one after the other.
pub(super) fn list(names: &[String], lang: Lang) -> String {
    names.join(if lang == Lang::Zh { "、" } else { ", " })
}

/// A Markdown table; the first column to the left, the others to the right.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let rule: Vec<&str> = (0..head.len()).map(|i| if i == 0 { ":--" } else { "--:" }).collect();
    let head: Vec<String> = head.iter().map(|h| (*h).to_owned()).collect();
    markdown::table(&head, &rule, rows.iter().cloned())
}

/// Sentences and a table below them, in Markdown.
pub(super) fn page(sentences: &[String], table: &str) -> String {
    let lines: Vec<String> = sentences.iter().map(|s| markdown::escaped(s)).collect();
    format!("{}\n\n{table}", lines.join("\n\n"))
}

/// The head of a table in a language.
pub(super) fn head(codes: &[&str], lang: Lang) -> Vec<String> {
    codes.iter().map(|c| crate::text::render(c, lang, &[])).collect()
}

/// A table with its head from the catalogue.
pub(super) fn titled(codes: &[&str], rows: &[Vec<String>], lang: Lang) -> String {
    let head = head(codes, lang);
    table(&head.iter().map(String::as_str).collect::<Vec<_>>(), rows)
}
