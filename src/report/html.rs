//! Sentences and tables as a self-contained piece of HTML: no script, no outside style; readable on light and dark.

use std::fmt::Write as _;

use super::Answer;
use super::cells::{Page, Tone};
use crate::text::{self, Lang};

/// Colours are variables: light, dark where the system asks for it, and as a notebook says where it has a theme of its own.
const STYLE: &str = "\
.kaohe-a{--up:#1a7f37;--down:#cf222e;--blue:#0969da;--yellow:#8a6100;font-size:14px;line-height:1.5}\
@media (prefers-color-scheme:dark){.kaohe-a{--up:#3fb950;--down:#ff7b72;--blue:#58a6ff;--yellow:#d29922}}\
[data-jp-theme-light=true] .kaohe-a,.vscode-light .kaohe-a{--up:#1a7f37;--down:#cf222e;--blue:#0969da;--yellow:#8a6100}\
[data-jp-theme-light=false] .kaohe-a,.vscode-dark .kaohe-a{--up:#3fb950;--down:#ff7b72;--blue:#58a6ff;--yellow:#d29922}\
div.kaohe-a p{margin:.3em 0}\
div.kaohe-a p.first{font-weight:600}\
div.kaohe-a .t{overflow-x:auto;margin:.6em 0;display:flex;flex-direction:column;align-items:flex-start}\
div.kaohe-a table{border-collapse:collapse;table-layout:auto;margin:0;font-size:inherit;font-variant-numeric:tabular-nums}\
div.kaohe-a caption{text-align:left;font-weight:600;padding:.2em 0;white-space:nowrap}\
div.kaohe-a th,div.kaohe-a td{padding:.2em .8em;text-align:left;vertical-align:baseline;border:0;max-width:32em;\
border-bottom:1px solid rgba(128,128,128,.25)}\
div.kaohe-a th{font-weight:600;border-bottom:1px solid rgba(128,128,128,.6);vertical-align:bottom}\
div.kaohe-a tbody tr:nth-child(n){background:none}\
div.kaohe-a tbody tr:hover:nth-child(n){background:rgba(128,128,128,.1)}\
div.kaohe-a .n{text-align:right}div.kaohe-a td.n,div.kaohe-a .w{white-space:nowrap}\
div.kaohe-a tfoot td{font-weight:600}\
div.kaohe-a .first,div.kaohe-a .green,div.kaohe-a .blue,div.kaohe-a .yellow,div.kaohe-a .red{font-weight:600}\
div.kaohe-a .up,div.kaohe-a .green{color:var(--up)}div.kaohe-a .down,div.kaohe-a .red{color:var(--down)}\
div.kaohe-a .blue{color:var(--blue)}div.kaohe-a .yellow{color:var(--yellow)}\
div.kaohe-a .more{order:1;margin:.3em .8em}div.kaohe-a summary{cursor:pointer;color:var(--blue)}\
div.kaohe-a .more:not([open])+table tbody tr:nth-child(n+11){display:none}\
div.kaohe-a .note{opacity:.75;font-size:13px}\
div.kaohe-a details{margin-left:1.2em}div.kaohe-a .leaf{margin-left:2.2em}\
div.kaohe-a .tree summary{color:inherit}div.kaohe-a .x{margin:0 .6em;color:var(--blue)}div.kaohe-a .s{opacity:.75}";

/// Rows of a table that stand open, and those that more than a few beyond are folded to.
const OPEN: usize = 10;
const FEW: usize = 3;

/// A piece of a page with its style.
pub(crate) fn styled(lang: Lang, body: &str) -> String {
    let tag = if lang == Lang::Zh { "zh" } else { "en" };
    format!("<div class=\"kaohe-a\" lang=\"{tag}\"><style>{STYLE}</style>{body}</div>")
}

/// Sentences, the tables below them, notes last; every text is escaped.
pub(super) fn page<F>(answer: &Answer<F>, lang: Lang) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    for (i, sentence) in answer.sentences.iter().enumerate() {
        let said = sentence.message(lang);
        // A title has no full stop.
        let class = if i == 0 && !said.ends_with(['.', '。']) { " class=\"first\"" } else { "" };
        let _ = write!(out, "<p{class}>{}</p>", escaped(&said));
    }
    for page in answer.pages(lang) {
        lines(&page, lang, &mut out);
    }
    for note in &answer.notes {
        let _ = write!(out, "<p class=\"note\">{}</p>", escaped(&note.message(lang)));
    }
    styled(lang, &out)
}

fn lines(page: &Page, lang: Lang, out: &mut String) {
    out.push_str("<div class=\"t\">");
    if page.rows.len() > OPEN + FEW {
        let more = text::render("word_rows_more", lang, &[("count", (page.rows.len() - OPEN).to_string())]);
        let _ = write!(out, "<details class=\"more\"><summary>{}</summary></details>", escaped(&more));
    }
    out.push_str("<table>");
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
    if let Some(rest) = &page.rest {
        let _ = write!(out, "<p class=\"note\">{}</p>", escaped(rest));
    }
}

/// Longest texts, of a heading and of a cell, that are not broken into lines.
const SHORT: [usize; 2] = [8, 12];

fn line(tag: &str, cells: &[(String, Tone)], right: &[bool], out: &mut String) {
    out.push_str("<tr>");
    for ((text, tone), right) in cells.iter().zip(right) {
        let tone = match tone {
            Tone::Top => "blue",
            tone => <&str>::from(*tone),
        };
        let short = text.chars().count() <= SHORT[usize::from(tag == "td")];
        let class = [if *right { "n" } else { "" }, if short { "w" } else { "" }, tone].join(" ");
        let class = class.split_whitespace().collect::<Vec<_>>().join(" ");
        let class = if class.is_empty() { class } else { format!(" class=\"{class}\"") };
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
