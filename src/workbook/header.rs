//! Where the header of a table is: one, two or three rows, merged or not, below its titles.

use super::clean::{self, Said};
use super::grid::{Cell, Placed, Sheet};
use super::names::{Named, Names};

/// Rows from the top that are looked at.
const LOOKED_AT: usize = 40;
/// Rows of a header.
const TALLEST: usize = 3;

/// The header of a table: its rows, ends included, and what stands over every column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    pub(super) rows: (u32, u32),
    pub(super) columns: Vec<Heading>,
}

/// A column with its texts, the outermost first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Heading {
    pub(super) column: u32,
    pub(super) path: Vec<String>,
}

impl Heading {
    /// The heading in one text.
    pub(super) fn text(&self) -> String {
        self.path.join("/")
    }
}

/// The header: the rows the caller gives, else those with most names that are known, else those above the first numbers.
pub(super) fn find(sheet: &Sheet, names: &Names<'_>, given: Option<(u32, u32)>) -> Option<Header> {
    if let Some((first, last)) = given {
        let rows = (first.saturating_sub(1), last.saturating_sub(1));
        return Some(flattened(sheet, rows)).filter(|header| !header.columns.is_empty());
    }
    let rows: Vec<u32> = sheet.rows().take(LOOKED_AT).map(|(row, _)| row).collect();
    let core = by_names(sheet, names, &rows).or_else(|| above_numbers(sheet, names, &rows))?;
    Some(flattened(sheet, extended(sheet, names, core)))
}

/// The rows with most names that are known; of equals the fewest and the first.
fn by_names(sheet: &Sheet, names: &Names<'_>, rows: &[u32]) -> Option<(u32, u32)> {
    let mut best: Option<(usize, (u32, u32))> = None;
    for height in 1..=TALLEST {
        for block in rows.windows(height).filter(|w| is_block(w)) {
            let span = (block[0], block[height - 1]);
            if sheet.row(span.0).iter().chain(sheet.row(span.1)).any(|p| is_number(&p.cell, names)) {
                continue;
            }
            let known = |h: &Heading| {
                names.resolve(&h.path).is_some_and(|(_, unit)| !matches!(unit, Named::Unknown(_)))
            };
            let found = flattened(sheet, span).columns.iter().filter(|h| known(h)).count();
            if found > best.map_or(0, |(most, _)| most) {
                best = Some((found, span));
            }
        }
    }
    // One name may stand anywhere: in a title, in a note.
    best.filter(|(found, span)| *found >= 2 || sheet.row(span.1).len() <= 2).map(|(_, span)| span)
}

/// Whether rows follow each other without an empty one between them.
fn is_block(rows: &[u32]) -> bool {
    rows.windows(2).all(|w| w[1] == w[0] + 1)
}

/// The row above the first numbers; where there is none, the first row.
fn above_numbers(sheet: &Sheet, names: &Names<'_>, rows: &[u32]) -> Option<(u32, u32)> {
    let numbers = |row: u32| sheet.row(row).iter().filter(|p| is_number(&p.cell, names)).count();
    let texts = |row: u32| sheet.row(row).iter().filter(|p| p.cell.text().is_some()).count();
    let first = rows.windows(2).find(|w| numbers(w[1]) > 0 && numbers(w[0]) == 0 && texts(w[0]) >= 2);
    let row = match first {
        Some(pair) => pair[0],
        None => rows.iter().copied().find(|row| sheet.row(*row).len() >= 2).or(rows.first().copied())?,
    };
    Some((row, row))
}

/// With the rows that belong to it: units and merged cells below, groups of columns above.
fn extended(sheet: &Sheet, names: &Names<'_>, (mut first, mut last): (u32, u32)) -> (u32, u32) {
    let height = |first: u32, last: u32| (last - first + 1) as usize;
    while height(first, last) < TALLEST && belongs_below(sheet, names, last) {
        last += 1;
    }
    while height(first, last) < TALLEST && first > 0 && belongs_above(sheet, names, first, last) {
        first -= 1;
    }
    (first, last)
}

/// Whether the row below goes on with the header: cells merged into it from above, or nothing but units.
fn belongs_below(sheet: &Sheet, names: &Names<'_>, last: u32) -> bool {
    let next = sheet.row(last + 1);
    if next.is_empty() || next.iter().any(|p| is_number(&p.cell, names)) {
        return false;
    }
    let reaches = |column: u32| sheet.block(last, column).is_some_and(|b| b.rows.1 > last);
    let merged = sheet.row(last).iter().any(|p| reaches(p.column));
    let unit = |p: &Placed| p.cell.text().is_some_and(|text| names.whole_unit(text).is_some());
    merged || (next.iter().filter(|p| unit(p)).count() * 2 > next.len() && next.iter().skip(1).all(unit))
}

/// Whether the row above groups columns: a block over some but not all of them, or one that reaches down.
fn belongs_above(sheet: &Sheet, names: &Names<'_>, first: u32, last: u32) -> bool {
    let above = sheet.row(first - 1);
    if above.iter().any(|p| is_number(&p.cell, names)) {
        return false;
    }
    let width = sheet.row(last).len().max(sheet.row(first).len());
    let block = |p: &Placed| sheet.block(first - 1, p.column);
    let wide = |p: &Placed| block(p).map_or(1, |b| (b.columns.1 - b.columns.0 + 1) as usize);
    let deep = above.iter().any(|p| block(p).is_some_and(|b| b.rows.1 >= first));
    let grouped = above.len() >= 2 && above.iter().any(|p| (2..width).contains(&wide(p)));
    deep || grouped
}

/// The texts over every column; merged cells count for all of them.
fn flattened(sheet: &Sheet, rows: (u32, u32)) -> Header {
    let mut columns: Vec<u32> = (rows.0..=rows.1)
        .flat_map(|row| sheet.row(row).iter().flat_map(move |p| covered(sheet, row, p.column)))
        .collect();
    columns.sort_unstable();
    columns.dedup();
    let heading = |column: u32| {
        let mut path: Vec<String> = Vec::new();
        for row in rows.0..=rows.1 {
            let text = sheet.shown(row, column).map(|cell| flat(&cell.written())).filter(|t| !t.is_empty());
            if let Some(text) = text.filter(|t| path.last() != Some(t)) {
                path.push(text);
            }
        }
        Heading { column, path }
    };
    let columns = columns.into_iter().map(heading).filter(|h| !h.path.is_empty()).collect();
    Header { rows, columns }
}

/// The columns that a cell of the header stands over.
fn covered(sheet: &Sheet, row: u32, column: u32) -> std::ops::RangeInclusive<u32> {
    const WIDEST: u32 = 256;
    match sheet.block(row, column) {
        Some(b) => b.columns.0..=b.columns.1.min(b.columns.0 + WIDEST),
        None => column..=column,
    }
}

/// A heading without line ends; of spaces only those between words are left.
fn flat(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let mut out = String::new();
    for word in words {
        if ascii(out.chars().last()) && ascii(word.chars().next()) {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Whether a cell holds a number, however it is written.
pub(super) fn is_number(cell: &Cell, names: &Names<'_>) -> bool {
    match cell {
        Cell::Number(_) | Cell::Percent(_) => true,
        Cell::Text(_) => matches!(clean::number(cell, &[], &names.units).said, Said::Number(..)),
        _ => false,
    }
}
