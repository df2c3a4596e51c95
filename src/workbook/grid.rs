//! Sheets of typed cells with addresses: what a workbook and a `.csv` both become.

use std::collections::HashMap;

use super::column::moved;

/// A file as cells.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Grid {
    /// Name of the file, for messages.
    pub file: String,
    /// Its sheets that can be seen, in their order.
    pub sheets: Vec<Sheet>,
    /// Whether it is text: rows of one width, digits as typed.
    pub(super) text: bool,
}

/// A sheet: the cells that hold something, by row and column.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Sheet {
    /// Its name; empty for a `.csv`.
    pub name: String,
    cells: Vec<Placed>,
    /// Rows that hold something, and where their cells begin.
    rows: Vec<(u32, usize)>,
    merged: Merged,
}

/// A cell with its column, from 0.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Placed {
    /// Column, from 0.
    pub column: u32,
    /// What it holds.
    pub cell: Cell,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Cell {
    /// A text, or a number as somebody typed it into a `.csv`.
    Text(Box<str>),
    /// A number: the decimal that the float shows.
    Number(f64),
    /// A number that the sheet shows in per cent: 0.032 where 3.2% is seen.
    Percent(f64),
    /// A date, in ISO form.
    Date(Box<str>),
    /// Yes or no.
    Flag(bool),
    /// A formula that failed: `#DIV/0!`.
    Error(&'static str),
    /// A formula that was never computed: the file holds no value of it.
    Uncomputed,
}

impl Grid {
    /// Sheets that were read in another way; `file` is their name in messages.
    ///
    /// ```
    /// use kaohe::workbook::{Cell, Grid, Options, Sheet};
    /// let cells = [(0, 0, "市州"), (0, 1, "rd"), (1, 0, "甲市")].map(|(row, column, text)| (row, column, Cell::Text(text.into())));
    /// let cells = cells.into_iter().chain([(1, 1, Cell::Number(1.5))]).collect();
    /// let grid = Grid::new("a database", vec![Sheet::new("2023".to_owned(), cells, Vec::new())]);
    /// let mut options = Options::default();
    /// options.period = Some("2023".to_owned());
    /// assert_eq!(grid.table(None, &options)?.entity.names, ["甲市"]);
    /// # Ok::<(), kaohe::DataError>(())
    /// ```
    pub fn new(file: &str, sheets: Vec<Sheet>) -> Self {
        Grid { file: file.to_owned(), sheets, text: false }
    }
}

impl Cell {
    /// The text of a cell with text.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The cell as it is written.
    pub(super) fn written(&self) -> String {
        match self {
            Cell::Text(text) | Cell::Date(text) => text.to_string(),
            Cell::Number(x) => x.to_string(),
            Cell::Percent(x) => format!("{}%", shifted(*x, 2)),
            Cell::Flag(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
            Cell::Error(error) => (*error).to_owned(),
            Cell::Uncomputed => "=".to_owned(),
        }
    }
}

/// The decimal of a float times a power of ten, as short as can be.
pub(super) fn shifted(x: f64, power: i32) -> f64 {
    moved(&format!("{x:e}"), power).and_then(|text| text.parse().ok()).unwrap_or(x)
}

/// A block of merged cells, all ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Rows.
    pub rows: (u32, u32),
    /// Columns.
    pub columns: (u32, u32),
}

/// Merged cells by column, each column from above.
#[derive(Debug, Clone, Default)]
struct Merged(HashMap<u32, Vec<Block>>);

/// Columns of a merged block that are looked at: beyond, nobody has a table.
const WIDEST: u32 = 1024;

impl Sheet {
    /// A sheet of cells with their rows and columns (from 0), given in any order, and its blocks of merged cells; of cells at
    /// one place the first counts.
    pub fn new(name: String, mut cells: Vec<(u32, u32, Cell)>, blocks: Vec<Block>) -> Self {
        if !cells.is_sorted_by_key(|(row, column, _)| (*row, *column)) {
            cells.sort_by_key(|(row, column, _)| (*row, *column));
        }
        cells.dedup_by_key(|(row, column, _)| (*row, *column));
        let mut sheet = Sheet { name, ..Sheet::default() };
        sheet.cells.reserve_exact(cells.len());
        for (row, column, cell) in cells {
            sheet.push(row, column, cell);
        }
        sheet.merge(blocks);
        sheet
    }

    /// Adds a cell behind all others.
    pub(super) fn push(&mut self, row: u32, column: u32, cell: Cell) {
        if self.rows.last().is_none_or(|(last, _)| *last != row) {
            self.rows.push((row, self.cells.len()));
        }
        self.cells.push(Placed { column, cell });
    }

    /// Whether a cell at this place comes behind all others.
    pub(super) fn is_behind(&self, row: u32, column: u32) -> bool {
        match (self.rows.last(), self.cells.last()) {
            (Some((last, _)), Some(cell)) => (*last, cell.column) < (row, column),
            _ => true,
        }
    }

    /// All cells with their rows, taken out.
    pub(super) fn into_cells(self) -> Vec<(u32, u32, Cell)> {
        let ends: Vec<usize> =
            self.rows.iter().skip(1).map(|(_, at)| *at).chain([self.cells.len()]).collect();
        let mut cells = self.cells.into_iter().enumerate().peekable();
        let mut all = Vec::with_capacity(cells.len());
        for ((row, _), end) in self.rows.into_iter().zip(ends) {
            while let Some((_, placed)) = cells.next_if(|(at, _)| *at < end) {
                all.push((row, placed.column, placed.cell));
            }
        }
        all
    }

    pub(super) fn merge(&mut self, blocks: Vec<Block>) {
        for block in blocks {
            let last = block.columns.1.min(block.columns.0.saturating_add(WIDEST));
            for column in block.columns.0..=last {
                self.merged.0.entry(column).or_default().push(block);
            }
        }
        self.merged.0.values_mut().for_each(|blocks| blocks.sort_by_key(|b| b.rows));
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Number of cells that hold something.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// The rows that hold something, from above, with their cells from the left.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = (u32, &[Placed])> + ExactSizeIterator {
        (0..self.rows.len()).map(|i| self.row_at(i))
    }

    fn row_at(&self, i: usize) -> (u32, &[Placed]) {
        let (row, start) = self.rows[i];
        let end = self.rows.get(i + 1).map_or(self.cells.len(), |(_, start)| *start);
        (row, &self.cells[start..end])
    }

    /// The cells of a row.
    pub fn row(&self, row: u32) -> &[Placed] {
        match self.rows.binary_search_by_key(&row, |(row, _)| *row) {
            Ok(i) => self.row_at(i).1,
            Err(_) => &[],
        }
    }

    /// A cell, if it holds something.
    pub fn get(&self, row: u32, column: u32) -> Option<&Cell> {
        find(self.row(row), column)
    }

    /// A cell, or what its merged block shows.
    pub fn shown(&self, row: u32, column: u32) -> Option<&Cell> {
        match self.block(row, column) {
            Some(block) => self.get(block.rows.0, block.columns.0),
            None => self.get(row, column),
        }
    }

    /// The merged block of a cell.
    pub fn block(&self, row: u32, column: u32) -> Option<&Block> {
        let blocks = self.merged.0.get(&column)?;
        let before = blocks.partition_point(|b| b.rows.0 <= row);
        blocks.get(before.checked_sub(1)?).filter(|b| b.rows.1 >= row)
    }

    /// Whether it has merged cells.
    pub(super) fn has_merged(&self) -> bool {
        !self.merged.0.is_empty()
    }

    /// `Sheet1!D47`, as a spreadsheet names a cell; row and column from 0.
    pub fn address(&self, row: u32, column: u32) -> String {
        address(&self.name, row, column)
    }
}

/// The cell of a column in a row.
pub(super) fn find(row: &[Placed], column: u32) -> Option<&Cell> {
    row.binary_search_by_key(&column, |p| p.column).ok().map(|i| &row[i].cell)
}

pub(super) use crate::panel::address;
