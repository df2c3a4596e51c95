//! Tables for a terminal: columns line up where Chinese characters are two columns wide.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

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

/// Widest heading over numbers, in columns of the terminal: a wider one is broken into lines.
const WIDEST: usize = 16;

fn laid(page: &Page) -> String {
    let heads: Vec<Vec<String>> = (page.heads.iter().zip(&page.right))
        .map(|(head, right)| if *right { broken(head) } else { vec![head.clone()] })
        .collect();
    let tallest = heads.iter().map(Vec::len).max().unwrap_or(0);
    // Headings end above the rule.
    let head = |at: usize| {
        let cell = |lines: &'_ Vec<String>| {
            (at + lines.len()).checked_sub(tallest).and_then(|i| lines.get(i)).cloned()
        };
        heads.iter().map(|lines| cell(lines).unwrap_or_default()).collect::<Vec<String>>()
    };
    let mut lines: Vec<Vec<String>> = (0..tallest).map(head).collect();
    lines.extend(page.rows.iter().map(|row| row.iter().map(|(text, _)| text.clone()).collect()));
    lines.extend(page.total.clone());
    let width = |i: usize| lines.iter().map(|line| line[i].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..page.heads.len()).map(width).collect();
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().enumerate().map(|(i, cell)| {
            let blanks = " ".repeat(widths[i].saturating_sub(cell.width()));
            if page.right[i] { format!("{blanks}{cell}") } else { format!("{cell}{blanks}") }
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut out: Vec<String> = lines.iter().map(line).collect();
    out.insert(tallest, widths.iter().map(|w| "─".repeat(*w)).collect::<Vec<_>>().join("  "));
    out.join("\n")
}

/// A heading in as few lines as the widest one allows, of about the same width: broken at blanks, Chinese anywhere but in a
/// bracket.
fn broken(head: &str) -> Vec<String> {
    let count = head.width().div_ceil(WIDEST).max(1);
    let mut narrow = (head.width().div_ceil(count)..WIDEST).map(|width| filled(head, width));
    narrow.find(|lines| lines.len() <= count).unwrap_or_else(|| filled(head, WIDEST))
}

/// The lines of a heading, none wider than that where a piece is not.
fn filled(head: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(head) {
        let line = lines.last().map_or(0, |line| line.width());
        if line > 0 && line + piece.trim_end().width() > width {
            lines.push(String::new());
        }
        if let Some(last) = lines.last_mut() {
            last.push_str(piece);
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// What is not broken: words, single Chinese characters, a unit in its brackets.
fn pieces(text: &str) -> Vec<&str> {
    let (mut pieces, mut start, mut inside, mut before) = (Vec::new(), 0, false, ' ');
    for (at, c) in text.char_indices() {
        let opens = matches!(c, '（' | '(');
        let may = before == ' ' || before.width() == Some(2) || c.width() == Some(2);
        if at > start && !inside && (opens || may) && c != ' ' {
            pieces.push(&text[start..at]);
            start = at;
        }
        inside = (inside || opens) && !matches!(before, '）' | ')');
        before = c;
    }
    pieces.push(&text[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_headings_are_broken_and_units_are_not() {
        assert_eq!(broken("总分"), ["总分"]);
        assert_eq!(broken("每万家企业法人中高新技术企业数（家/万家）").len(), 3);
        assert_eq!(broken("R&D经费投入强度（%）"), ["R&D经费投入", "强度（%）"]);
        assert_eq!(broken("points for one unit more"), ["points for", "one unit more"]);
        for head in ["技术合同成交额占地区生产总值比重（%）", "weight at which they are level", ""]
        {
            assert_eq!(pieces(head).concat(), head);
        }
    }
}
