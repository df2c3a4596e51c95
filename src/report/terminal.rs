//! Tables for a terminal: columns line up where Chinese characters are two columns wide.

use unicode_width::UnicodeWidthStr;

use super::cells::Page;
use super::table::{Cells, Kind, Table};
use super::{Answer, Sentence};
use crate::panel::Period;
use crate::text::Lang;

/// Sentences, the tables below them, notes last. Of a table with several periods only the rows of one are shown, if it is
/// named.
pub(super) fn page<F>(answer: &Answer<F>, period: Option<&str>, lang: Lang) -> String {
    let said = |all: &[Sentence]| all.iter().map(|s| s.message(lang)).collect::<Vec<_>>().join("\n");
    let mut blocks = vec![said(&answer.sentences)];
    for table in answer.tables.iter().filter(|t| !t.detail && t.rows > 0) {
        let page = Page::of(table, lang, |row| period.is_none_or(|p| is_of(table, row, p)));
        blocks.extend(page.title.clone());
        blocks.push(laid(&page));
    }
    blocks.push(said(&answer.notes));
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n\n")
}

/// Whether a row is of a period; a table without periods is of all.
fn is_of(table: &Table, row: usize, period: &str) -> bool {
    let same = |id: &str| {
        let known = Period::parse(id);
        known.is_some() && known == Period::parse_like(period, known.map(Period::frequency))
    };
    table.columns.iter().filter(|c| c.kind == Kind::Period).all(|c| match &c.cells {
        Cells::Labels { labels, of } => of[row].is_some_and(|i| same(&labels[i as usize].id)),
        _ => true,
    })
}

fn laid(page: &Page) -> String {
    let body = page.rows.iter().map(|row| row.iter().map(|(text, _)| text.as_str()).collect());
    let mut lines: Vec<Vec<&str>> = vec![page.heads.iter().map(String::as_str).collect()];
    lines.extend(body);
    lines.extend(page.total.iter().map(|total| total.iter().map(String::as_str).collect()));
    let width = |i: usize| lines.iter().map(|line| line[i].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..page.heads.len()).map(width).collect();
    let line = |cells: &[&str]| {
        let padded = cells.iter().enumerate().map(|(i, cell)| {
            let blanks = " ".repeat(widths[i].saturating_sub(cell.width()));
            if page.right[i] { format!("{blanks}{cell}") } else { format!("{cell}{blanks}") }
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut out: Vec<String> = lines.iter().map(|cells| line(cells)).collect();
    out.insert(1, widths.iter().map(|w| "─".repeat(*w)).collect::<Vec<_>>().join("  "));
    out.join("\n")
}
