//! Workbooks as grids, by calamine: `.xlsx` and `.xlsm` cell by cell, `.xls`, `.et` and `.ods` sheet by sheet.
//!
//! calamine is the well-kept reader of both families of Excel files in Rust: it keeps merged ranges, cell addresses and number
//! formats, and reads a sheet as a stream, so that a lone cell in the last corner costs nothing.

use std::collections::HashSet;
use std::io::Cursor;

use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Ods, Range, Reader, Sheet as About, SheetType, SheetVisible,
    Style, Xls, Xlsx, XlsxError,
};

use super::grid::{Block, Cell, Grid, Sheet};
use crate::finding::Finding;

/// Bytes that a workbook may unpack to: beyond it, and packed more than a hundredfold, nobody has typed it.
const UNPACKED: u64 = 256 << 20;
const PACKED: u64 = 100;

/// Reads a workbook by what it is, whatever its name: new files of WPS are of one of Excel's two families.
pub(super) fn read(file: &str, bytes: Vec<u8>) -> Result<Grid, Box<Finding>> {
    let zipped = bytes.starts_with(b"PK");
    if zipped {
        unpacks_small(&bytes)?;
    }
    let spreadsheet = zipped && !contains(&bytes, b"application/vnd.oasis.opendocument");
    let sheets = match (zipped, spreadsheet) {
        (true, true) => new_family(bytes)?,
        (true, false) => by_range(Ods::new(Cursor::new(bytes)).map_err(unreadable)?, |_, _| Vec::new())?,
        (false, _) => by_range(Xls::new(Cursor::new(bytes)).map_err(unreadable)?, |book, name| {
            book.merge_cells_by_sheet_name(name).unwrap_or_default()
        })?,
    };
    Ok(Grid::new(file, sheets))
}

fn unreadable(error: impl std::fmt::Display) -> Box<Finding> {
    Box::new(Finding::error("workbook_unreadable").fact("reason", error))
}

/// Whether bytes stand near the beginning of a file.
fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.iter().take(256).copied().collect::<Vec<u8>>().windows(part.len()).any(|w| w == part)
}

/// Refuses a workbook that is small on the disk and fills the memory.
fn unpacks_small(bytes: &[u8]) -> Result<(), Box<Finding>> {
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut size = 0u64;
    for i in 0..parts.len() {
        size = size.saturating_add(parts.by_index_raw(i).map_err(unreadable)?.size());
    }
    if size > UNPACKED && size > PACKED * bytes.len() as u64 {
        let finding = Finding::error("workbook_unpacks").fact("size", size >> 20);
        return Err(Box::new(finding.fact("limit", UNPACKED >> 20)));
    }
    Ok(())
}

fn visible(sheets: &[About]) -> Vec<String> {
    let seen = |s: &&About| s.visible == SheetVisible::Visible && s.typ == SheetType::WorkSheet;
    sheets.iter().filter(seen).map(|s| s.name.clone()).collect()
}

fn new_family(bytes: Vec<u8>) -> Result<Vec<Sheet>, Box<Finding>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut sheets = Vec::new();
    for name in visible(book.sheets_metadata()) {
        let cells = streamed(&mut book, &name).map_err(unreadable)?;
        let merged = book.merge_cells_by_sheet_name(&name).map_err(unreadable)?;
        sheets.push(cells.done(merged));
    }
    Ok(sheets)
}

/// The cells of a sheet, one after the other, with what their number formats say.
fn streamed(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Result<Cells, XlsxError> {
    let mut reader = book.worksheet_cells_reader(name)?;
    let percent = |style: &Style| style.number_format.as_ref().is_some_and(|f| is_percent(&f.format_code));
    let percent: Vec<bool> = reader.styles().iter().map(percent).collect();
    let mut cells = Cells::new(name.to_owned());
    let mut empty = HashSet::new();
    while let Some((cell, style)) = reader.next_cell_with_style_id()? {
        let (row, column) = cell.get_position();
        let shown_in_percent = percent.get(style).copied().unwrap_or(false);
        match new_cell(cell.get_value(), shown_in_percent) {
            Some(cell) => cells.push(row, column, cell),
            None => drop(empty.insert((row, column))),
        }
    }
    drop(reader);
    if !empty.is_empty() {
        uncomputed(book, name, &empty, &mut cells)?;
    }
    Ok(cells)
}

/// Adds the formulas among the cells that are written without a value: whoever wrote the file did not compute them.
fn uncomputed(
    book: &mut Xlsx<Cursor<Vec<u8>>>,
    name: &str,
    empty: &HashSet<(u32, u32)>,
    cells: &mut Cells,
) -> Result<(), XlsxError> {
    let mut formulas = book.worksheet_cells_reader(name)?;
    while let Some(formula) = formulas.next_formula()? {
        let (row, column) = formula.get_position();
        if !formula.get_value().is_empty() && empty.contains(&(row, column)) {
            cells.push(row, column, Cell::Uncomputed);
        }
    }
    Ok(())
}

/// Whether a number format shows per cent; what stands in quotes or behind a backslash is text.
fn is_percent(code: &str) -> bool {
    let (mut quoted, mut skip) = (false, false);
    code.chars().any(|c| {
        if std::mem::take(&mut skip) {
            return false;
        }
        match c {
            '"' => quoted = !quoted,
            '\\' => skip = true,
            '%' => return !quoted,
            _ => {}
        }
        false
    })
}

fn new_cell(value: &DataRef<'_>, percent: bool) -> Option<Cell> {
    match value {
        DataRef::Float(x) => number(*x, percent),
        DataRef::Int(i) => number(*i as f64, percent),
        DataRef::SharedString(text) => written(text),
        DataRef::String(text) => written(text),
        DataRef::Bool(flag) => Some(Cell::Flag(*flag)),
        DataRef::DateTime(date) => Some(date_of(date)),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Some(Cell::Date(text.as_str().into())),
        DataRef::Error(error) => Some(Cell::Error(failed(error))),
        DataRef::Empty => None,
    }
}

fn by_range<B: Reader<Cursor<Vec<u8>>, Error: std::fmt::Display>>(
    mut book: B,
    merged: impl Fn(&B, &str) -> Vec<Dimensions>,
) -> Result<Vec<Sheet>, Box<Finding>> {
    let mut sheets = Vec::new();
    for name in visible(book.sheets_metadata()) {
        let range: Range<Data> = book.worksheet_range(&name).map_err(unreadable)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut cells = Cells::new(name.clone());
        for (row, column, value) in range.used_cells() {
            if let Some(cell) = old_cell(value) {
                cells.push(top + row as u32, left + column as u32, cell);
            }
        }
        let merged = merged(&book, &name);
        sheets.push(cells.done(merged));
    }
    Ok(sheets)
}

fn old_cell(value: &Data) -> Option<Cell> {
    match value {
        Data::Float(x) => number(*x, false),
        Data::Int(i) => number(*i as f64, false),
        Data::String(text) => written(text),
        Data::Bool(flag) => Some(Cell::Flag(*flag)),
        Data::DateTime(date) => Some(date_of(date)),
        Data::DateTimeIso(text) | Data::DurationIso(text) => Some(Cell::Date(text.as_str().into())),
        Data::Error(error) => Some(Cell::Error(failed(error))),
        Data::Empty => None,
    }
}

fn number(x: f64, percent: bool) -> Option<Cell> {
    x.is_finite().then_some(if percent { Cell::Percent(x) } else { Cell::Number(x) })
}

fn written(text: &str) -> Option<Cell> {
    (!text.trim().is_empty()).then(|| Cell::Text(text.into()))
}

fn date_of(date: &ExcelDateTime) -> Cell {
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let text = if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    };
    Cell::Date(text.into())
}

fn failed(error: &calamine::CellErrorType) -> &'static str {
    use calamine::CellErrorType as E;
    match error {
        E::Div0 => "#DIV/0!",
        E::NA => "#N/A",
        E::Name => "#NAME?",
        E::Null => "#NULL!",
        E::Num => "#NUM!",
        E::Ref => "#REF!",
        E::Value => "#VALUE!",
        E::GettingData => "#GETTING_DATA",
    }
}

/// Cells as they come: in order as a rule, then nothing is sorted.
struct Cells {
    sheet: Sheet,
    stray: Vec<(u32, u32, Cell)>,
}

impl Cells {
    fn new(name: String) -> Self {
        let mut sheet = Sheet::default();
        sheet.name = name;
        Cells { sheet, stray: Vec::new() }
    }

    fn push(&mut self, row: u32, column: u32, cell: Cell) {
        if self.sheet.is_behind(row, column) {
            self.sheet.push(row, column, cell);
        } else {
            self.stray.push((row, column, cell));
        }
    }

    fn done(self, merged: Vec<Dimensions>) -> Sheet {
        let block = |d: Dimensions| Block { rows: (d.start.0, d.end.0), columns: (d.start.1, d.end.1) };
        let blocks = merged.into_iter().map(block).collect();
        if self.stray.is_empty() {
            let mut sheet = self.sheet;
            sheet.merge(blocks);
            return sheet;
        }
        let name = self.sheet.name.clone();
        let mut cells = self.sheet.into_cells();
        cells.extend(self.stray);
        Sheet::new(name, cells, blocks)
    }
}
