//! Sheets of cells that a spreadsheet computes: formulas, each with the number it had when the file was written.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, Format, FormatAlign, FormatBorder, Formula, Worksheet,
    XlsxError,
};

use super::{cut, keep_in_sight, width};

/// Rows above the cells: a title, a line that says what the sheet holds, a heading over several columns, the heading of each.
pub(crate) const ABOVE: usize = 4;
/// Row of the line below the title, from zero.
const SAID: u32 = 1;
/// Narrowest and widest column, in characters.
const WIDTHS: (f64, f64) = (7.0, 46.0);
/// Width of a heading at most; beyond it wraps.
const HEAD: f64 = 18.0;

/// What a formula gave when the file was written; a missing number is an empty text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Number(f64),
    Text(String),
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Blank,
    /// Text that is not computed.
    Text(String),
    /// A number that people may type another one over; missing is an empty cell.
    Given(f64),
    /// A formula without `=`, and what it gave.
    Live(String, Value),
    /// A formula over arrays, which some programs must be told.
    Array(String, Value),
    /// A number that no formula stands behind.
    Fixed(f64),
}

impl Cell {
    /// A formula that gave a number.
    pub(crate) fn live(formula: String, x: f64) -> Self {
        Cell::Live(formula, Value::Number(x))
    }
}

/// A column of cells under its headings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Column {
    /// Heading over this column and its neighbours with the same one; empty for none.
    pub(crate) over: String,
    pub(crate) head: String,
    /// The format of its numbers.
    pub(crate) format: String,
    pub(crate) cells: Vec<Cell>,
    /// What people may type into it; anything without.
    pub(crate) entry: Option<Entry>,
}

/// What a cell takes from people who type.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entry {
    /// Whether numbers alone, and `marks`.
    pub(crate) number: bool,
    /// The least and the largest number that need no second thought.
    pub(crate) range: Option<[f64; 2]>,
    /// Texts that say that there is no number.
    pub(crate) marks: Vec<String>,
    /// Texts to choose from; any text if there are none.
    pub(crate) choices: Vec<String>,
    /// What the cell is called, what belongs into it, and what is said of anything else.
    pub(crate) title: String,
    pub(crate) said: String,
    pub(crate) wrong: String,
}

/// A sheet of columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) title: String,
    /// What the sheet holds.
    pub(crate) said: String,
    /// What stands at the end of that line: texts and formulas.
    pub(crate) line: Vec<Cell>,
    /// How many columns at the left are names.
    pub(crate) names: usize,
    pub(crate) columns: Vec<Column>,
}

struct Looks {
    title: Format,
    said: Format,
    over: Format,
    head: Format,
    text: Format,
    number: Format,
    given: Format,
    fixed: Format,
    line: Format,
}

impl Looks {
    fn new() -> Self {
        let cell = || Format::new().set_border(FormatBorder::Hair).set_border_color(Color::RGB(0x00B0_B0B0));
        let number = || cell().set_align(FormatAlign::Right);
        let head = || cell().set_bold().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
        Looks {
            title: Format::new().set_bold().set_font_size(14),
            said: Format::new().set_font_color(Color::RGB(0x0059_5959)),
            over: head().set_text_wrap().set_background_color(0x00C6_D9F0),
            head: head().set_text_wrap().set_background_color(0x00DD_E7F3),
            text: cell(),
            number: number(),
            // As auditors colour a model: what is typed is blue, and what is carried over from elsewhere stands on a ground of its own.
            given: number().set_font_color(Color::RGB(0x0000_00C0)).set_background_color(0x00FF_FFE5),
            fixed: number().set_background_color(0x00FC_E4D6),
            line: Format::new().set_bold().set_num_format("0.0E+00"),
        }
    }
}

/// Writes a sheet.
pub(super) fn write(to: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let looks = Looks::new();
    to.set_name(&sheet.name)?;
    // A missing number is an empty text.
    to.set_formula_result_default("");
    to.write_string_with_format(0, 0, cut(&sheet.title), &looks.title)?;
    to.write_string_with_format(SAID, 0, cut(&sheet.said), &looks.said)?;
    for (at, cell) in (6u16..).zip(&sheet.line) {
        put(to, (SAID, at), cell, &looks, &looks.line, "0.0E+00")?;
    }
    over(to, sheet, &looks)?;
    for (at, column) in (0u16..).zip(&sheet.columns) {
        to.write_string_with_format(ABOVE as u32 - 1, at, cut(&column.head), &looks.head)?;
        let number = looks.number.clone().set_num_format(&column.format);
        let mut widest = width(&column.head).min(HEAD);
        for (row, cell) in (ABOVE as u32..).zip(&column.cells) {
            put(to, (row, at), cell, &looks, &number, &column.format)?;
            widest = widest.max(shown(cell, &column.format));
        }
        if let Some(entry) = &column.entry {
            let last = (ABOVE + column.cells.len()) as u32 - 1;
            to.add_data_validation(ABOVE as u32, at, last, at, &validation(entry, at)?)?;
        }
        to.set_column_width(at, (widest + 2.0).clamp(WIDTHS.0, WIDTHS.1))?;
    }
    to.set_row_height(ABOVE as u32 - 1, 32)?;
    if sheet.columns.iter().any(|column| !column.over.is_empty()) {
        to.set_row_height(ABOVE as u32 - 2, 44)?;
    }
    keep_in_sight(to, ABOVE as u32, sheet.names as u16, sheet.columns.len())
}

/// Characters that Excel takes in the title and in the text of a message, and in a list.
const TITLE: usize = 32;
const MESSAGE: usize = 255;

/// What a spreadsheet checks as people type into a column.
fn validation(entry: &Entry, at: u16) -> Result<DataValidation, XlsxError> {
    let first = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let check = DataValidation::new()
        .set_input_title(first(&entry.title, TITLE))?
        .set_input_message(first(&entry.said, MESSAGE))?
        .set_error_message(first(&entry.wrong, MESSAGE))?;
    if !entry.number {
        let length: usize = entry.choices.iter().map(|choice| choice.chars().count() + 1).sum();
        // A list parts its texts by commas.
        let listed = length <= MESSAGE && !entry.choices.iter().any(|choice| choice.contains(','));
        return if entry.choices.is_empty() || !listed {
            Ok(check.allow_any_value())
        } else {
            check.allow_list_strings(&entry.choices)
        };
    }
    let cell = rust_xlsxwriter::utility::row_col_to_cell(ABOVE as u32, at);
    let number = match entry.range {
        None => format!("ISNUMBER({cell})"),
        Some([low, high]) => format!("AND(ISNUMBER({cell}),{cell}>={low:?},{cell}<={high:?})"),
    };
    let marks = entry.marks.iter().map(|mark| format!("{cell}=\"{}\"", mark.replace('"', "\"\"")));
    let rule = std::iter::once(number).chain(marks).collect::<Vec<_>>().join(",");
    // What is implausible may be right; what is no number cannot be.
    let style = if entry.range.is_some() {
        DataValidationErrorStyle::Warning
    } else {
        DataValidationErrorStyle::Stop
    };
    Ok(check.allow_custom(Formula::new(format!("OR({rule})"))).set_error_style(style))
}

/// Headings over several columns.
fn over(to: &mut Worksheet, sheet: &Sheet, looks: &Looks) -> Result<(), XlsxError> {
    let row = ABOVE as u32 - 2;
    let mut at = 0usize;
    for run in sheet.columns.chunk_by(|a, b| a.over == b.over) {
        let (first, last) = (at as u16, (at + run.len() - 1) as u16);
        at += run.len();
        if run[0].over.is_empty() {
            continue;
        }
        let text = cut(&run[0].over);
        if first == last {
            to.write_string_with_format(row, first, text, &looks.over)?;
        } else {
            to.merge_range(row, first, row, last, text, &looks.over)?;
        }
    }
    Ok(())
}

fn put(
    to: &mut Worksheet,
    (row, at): (u32, u16),
    cell: &Cell,
    looks: &Looks,
    number: &Format,
    format: &str,
) -> Result<(), XlsxError> {
    let of = |look: &Format| look.clone().set_num_format(format);
    match cell {
        Cell::Blank => to.write_blank(row, at, &looks.text)?,
        Cell::Text(text) => to.write_string_with_format(row, at, cut(text), &looks.text)?,
        Cell::Given(x) if x.is_nan() => to.write_blank(row, at, &of(&looks.given))?,
        Cell::Given(x) => to.write_number_with_format(row, at, *x, &of(&looks.given))?,
        Cell::Fixed(x) if x.is_nan() => to.write_blank(row, at, &of(&looks.fixed))?,
        Cell::Fixed(x) => to.write_number_with_format(row, at, *x, &of(&looks.fixed))?,
        Cell::Live(formula, value) => to.write_formula_with_format(row, at, held(formula, value), number)?,
        Cell::Array(formula, value) => {
            to.write_array_formula_with_format(row, at, row, at, held(formula, value), number)?
        }
    };
    Ok(())
}

/// A formula with what it gave.
fn held(formula: &str, value: &Value) -> Formula {
    let formula = Formula::new(formula);
    match value {
        Value::Number(x) if x.is_nan() => formula.set_result(""),
        // All the digits of a float.
        Value::Number(x) => formula.set_result(format!("{x:?}")),
        Value::Text(text) => formula.set_result(cut(text)),
    }
}

/// About how wide a cell is.
fn shown(cell: &Cell, format: &str) -> f64 {
    let number = |x: &f64| {
        let decimals = format
            .split_once('.')
            .map_or(0, |(_, after)| after.chars().take_while(|c| matches!(c, '0' | '#')).count());
        let whole = x.abs().max(1.0).log10().floor();
        if x.is_nan() { 0.0 } else { whole + 2.0 + (whole / 3.0).floor() + decimals as f64 }
    };
    match cell {
        Cell::Blank => 0.0,
        Cell::Text(text) | Cell::Live(_, Value::Text(text)) | Cell::Array(_, Value::Text(text)) => {
            width(text)
        }
        Cell::Given(x)
        | Cell::Fixed(x)
        | Cell::Live(_, Value::Number(x))
        | Cell::Array(_, Value::Number(x)) => number(x),
    }
}
