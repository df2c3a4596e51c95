//! Markdown tables with headings from the catalogue.

use crate::text::{self, Lang};

/// A table: headings are codes of the catalogue, cells are texts.
pub(crate) fn markdown(lang: Lang, headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let head: Vec<String> = headings.iter().map(|code| text::render(code, lang, &[])).collect();
    text::markdown::table(&head, &vec!["---"; headings.len()], rows)
}

/// A name with its unit in brackets; a pure number has none.
pub(crate) fn labelled(name: &str, unit: &str) -> String {
    match text::unit(unit).trim_start() {
        "" => name.to_owned(),
        unit => format!("{name} ({unit})"),
    }
}

/// A number as its shortest decimal, nothing where there is none.
pub(crate) fn number(x: Option<f64>) -> String {
    x.filter(|x| x.is_finite()).map_or_else(String::new, |x| x.to_string())
}

/// A total in words: four decimals at most, as a scheme that rounds nothing has many.
pub(crate) fn points(x: Option<f64>) -> String {
    number(x.map(|x| crate::number::rounding::Rounding::digits(4).nearest(x)))
}

/// A share as a percentage with one decimal.
pub(crate) fn percent(x: Option<f64>) -> String {
    use crate::number::rounding::Rounding;
    x.filter(|x| x.is_finite())
        .map_or_else(String::new, |x| format!("{}%", Rounding::digits(1).nearest(x * 100.0)))
}
