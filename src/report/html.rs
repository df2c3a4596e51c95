//! Sentences and tables as a self-contained piece of HTML: no script, no outside style; readable on light and dark.

use std::fmt::Write as _;

use super::Answer;
use super::cells::{Page, Tone};
use crate::text::Lang;

const STYLE: &str = "\
.kaohe-a{font-size:14px;line-height:1.5}\
.kaohe-a p{margin:.3em 0}\
.kaohe-a .t{max-height:32em;overflow:auto;margin:.6em 0}\
.kaohe-a table{border-collapse:collapse;font-variant-numeric:tabular-nums}\
.kaohe-a caption{text-align:left;font-weight:600;padding:.2em 0}\
.kaohe-a th,.kaohe-a td{padding:.2em .8em;text-align:left;border:0;border-bottom:1px solid rgba(128,128,128,.25)}\
.kaohe-a th{font-weight:600;border-bottom:1px solid rgba(128,128,128,.6)}\
.kaohe-a .n{text-align:right;white-space:nowrap}\
.kaohe-a tfoot td{font-weight:600}\
.kaohe-a .up{color:#2c9c4b}.kaohe-a .down{color:#d6453d}\
.kaohe-a .green,.kaohe-a .blue,.kaohe-a .yellow,.kaohe-a .red{font-weight:600}\
.kaohe-a .green{color:#2c9c4b}.kaohe-a .blue{color:#2f7fd1}.kaohe-a .yellow{color:#b98900}.kaohe-a .red{color:#d6453d}\
.kaohe-a .note{opacity:.75;font-size:13px}";

/// Sentences, the tables below them, notes last; every text is escaped.
pub(super) fn page<F>(answer: &Answer<F>, lang: Lang) -> String {
    let tag = if lang == Lang::Zh { "zh" } else { "en" };
    let mut out = format!("<div class=\"kaohe-a\" lang=\"{tag}\"><style>{STYLE}</style>");
    // Writing to a String cannot fail.
    for sentence in &answer.sentences {
        let _ = write!(out, "<p>{}</p>", escaped(&sentence.message(lang)));
    }
    for table in answer.tables.iter().filter(|t| !t.detail && t.rows > 0) {
        lines(&Page::of(table, lang, |_| true), &mut out);
    }
    for note in &answer.notes {
        let _ = write!(out, "<p class=\"note\">{}</p>", escaped(&note.message(lang)));
    }
    out.push_str("</div>");
    out
}

fn lines(page: &Page, out: &mut String) {
    out.push_str("<div class=\"t\"><table>");
    if let Some(title) = &page.title {
        let _ = write!(out, "<caption>{}</caption>", escaped(title));
    }
    let plain = |texts: &[String]| texts.iter().map(|text| (text.clone(), Tone::Plain)).collect::<Vec<_>>();
    out.push_str("<thead>");
    line("th", &plain(&page.heads), &page.right, out);
    out.push_str("</thead><tbody>");
    for row in &page.rows {
        line("td", row, &page.right, out);
    }
    out.push_str("</tbody>");
    if let Some(total) = &page.total {
        out.push_str("<tfoot>");
        line("td", &plain(total), &page.right, out);
        out.push_str("</tfoot>");
    }
    out.push_str("</table></div>");
}

fn line(tag: &str, cells: &[(String, Tone)], right: &[bool], out: &mut String) {
    out.push_str("<tr>");
    for ((text, tone), right) in cells.iter().zip(right) {
        let tone = match tone {
            Tone::Plain => "",
            Tone::Up => "up",
            Tone::Down => "down",
            Tone::Light(light) => light,
        };
        let class = [if *right { "n" } else { "" }, tone].join(" ");
        let class = match class.trim() {
            "" => String::new(),
            class => format!(" class=\"{class}\""),
        };
        let _ = write!(out, "<{tag}{class}>{}</{tag}>", escaped(text));
    }
    out.push_str("</tr>");
}

/// Text that HTML takes literally.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
