//! Tables as a formatted workbook: a sheet each, headings frozen, numbers with the digits that a page prints.
//!
//! rust_xlsxwriter writes it: in Rust, so that a service, the command line and Python write the same, and text is text in it,
//! whatever it begins with.

pub(crate) mod live;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::table::{Cells, Column, Kind, Shown, Table};
use crate::error::DataError;
use crate::finding::Finding;
use crate::text::Lang;

/// Characters of a cell that Excel takes.
const LONGEST: usize = 32_000;
/// Rows of a sheet.
const TALLEST: usize = 1_048_576;

/// A sheet: a line above, and tables one below the other.
pub(crate) struct Page<'a> {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) tables: Vec<(String, &'a Table)>,
}

/// A sheet of a workbook.
pub(crate) enum Part<'a> {
    /// Tables of numbers and texts.
    Page(Page<'a>),
    /// Cells that are computed.
    Live(live::Sheet),
}

/// The bytes of a workbook of these sheets.
pub(crate) fn workbook(pages: Vec<Page<'_>>, about: &str, lang: Lang) -> Result<Vec<u8>, DataError> {
    mixed(&pages.into_iter().map(Part::Page).collect::<Vec<_>>(), &[], about, lang)
}

/// The bytes of a workbook of these sheets, some of them computed; `names` are ranges that have a name.
pub(crate) fn mixed(
    parts: &[Part<'_>],
    names: &[(&str, String)],
    about: &str,
    lang: Lang,
) -> Result<Vec<u8>, DataError> {
    let pages =
        || parts.iter().filter_map(|part| if let Part::Page(page) = part { Some(page) } else { None });
    let tall = |page: &&Page<'_>| page.tables.iter().map(|(_, t)| t.rows + 3).sum::<usize>() + 3 > TALLEST;
    if let Some(page) = pages().find(tall) {
        let finding = Finding::error("workbook_too_long").fact("sheet", &page.name);
        return Err(DataError::new(vec![finding.fact("limit", TALLEST)]));
    }
    write(parts, names, about, lang)
        .map_err(|e| DataError::new(vec![Finding::error("workbook_unwritten").fact("reason", e)]))
}

fn write(
    parts: &[Part<'_>],
    names: &[(&str, String)],
    about: &str,
    lang: Lang,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same input gives the same bytes.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_comment(about).set_creation_datetime(&made));
    let styles = Styles::new();
    for part in parts {
        let sheet = book.add_worksheet();
        match part {
            Part::Page(page) => tables(sheet, page, lang, &styles)?,
            Part::Live(live) => live::write(sheet, live)?,
        }
    }
    for (name, range) in names {
        book.define_name(*name, &format!("={range}"))?;
    }
    book.save_to_buffer()
}

/// Writes a sheet of tables.
fn tables(sheet: &mut Worksheet, page: &Page<'_>, lang: Lang, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name(&page.name)?;
    sheet.write_string_with_format(0, 0, cut(&page.title), &styles.title)?;
    let mut row = 1;
    let mut widths = Vec::new();
    for (heading, table) in &page.tables {
        if !heading.is_empty() {
            sheet.write_string_with_format(row, 0, cut(heading), &styles.section)?;
            row += 1;
        }
        row = lay(sheet, table, row, lang, styles, &mut widths)? + 1;
    }
    let (above, names) = match &page.tables[..] {
        [(_, table)] => (2, names_at_the_left(table)),
        _ => (1, 0),
    };
    keep_in_sight(sheet, above, names, widths.len())?;
    for (column, width) in widths.iter().enumerate() {
        sheet.set_column_width(column as u16, width.clamp(6.0, 60.0))?;
    }
    Ok(())
}

/// Columns that are still readable across a page of A4.
const ACROSS: usize = 14;

/// Keeps headings and the names at the left in sight: on the screen, and on every page that is printed.
fn keep_in_sight(sheet: &mut Worksheet, above: u32, names: u16, columns: usize) -> Result<(), XlsxError> {
    const A4: u8 = 9;
    sheet.set_freeze_panes(above, names)?;
    sheet.set_paper_size(A4).set_landscape().set_repeat_rows(0, above - 1)?;
    if names > 0 {
        sheet.set_repeat_columns(0, names - 1)?;
    }
    if columns <= ACROSS {
        sheet.set_print_fit_to_pages(1, 0);
    }
    Ok(())
}

struct Styles {
    title: Format,
    section: Format,
    head: Format,
    text: Format,
    number: Format,
}

impl Styles {
    fn new() -> Self {
        let cell = || Format::new().set_border(FormatBorder::Hair);
        Styles {
            title: Format::new().set_bold().set_font_size(14),
            section: Format::new().set_bold(),
            head: cell()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_background_color(0x00DD_E7F3),
            text: cell(),
            number: cell().set_align(FormatAlign::Right),
        }
    }
}

/// Writes a table from a row on; returns the row below it.
fn lay(
    sheet: &mut Worksheet,
    table: &Table,
    top: u32,
    lang: Lang,
    styles: &Styles,
    widths: &mut Vec<f64>,
) -> Result<u32, XlsxError> {
    let columns: Vec<&Column> = shown(table).collect();
    for (at, column) in (0u16..).zip(&columns) {
        let head = column.head(lang);
        sheet.write_string_with_format(top, at, cut(&head), &styles.head)?;
        let mut widest = width(&head).min(16.0);
        for row in 0..table.rows {
            let to = top + 1 + row as u32;
            let (text, _) = column.cell(row, lang);
            widest = widest.max(width(&text));
            match &column.cells {
                Cells::Numbers(numbers) if numbers[row].is_nan() => {
                    sheet.write_blank(to, at, &styles.number)?;
                }
                Cells::Numbers(numbers) => {
                    let share = matches!(column.kind, Kind::Percent(_));
                    let format = styles.number.clone().set_num_format(number_format(&text, share));
                    sheet.write_number_with_format(to, at, numbers[row], &format)?;
                }
                _ => {
                    sheet.write_string_with_format(to, at, cut(&text), &styles.text)?;
                }
            }
        }
        if widths.len() <= usize::from(at) {
            widths.push(0.0);
        }
        let known = &mut widths[usize::from(at)];
        *known = known.max(widest + 2.0);
    }
    Ok(top + 1 + table.rows as u32)
}

/// How many columns from the left hold names.
fn names_at_the_left(table: &Table) -> u16 {
    let named = |c: &Column| matches!(c.kind, Kind::Entity | Kind::Period | Kind::Rank);
    shown(table).take_while(|c| named(c) || c.name == "class").count() as u16
}

/// All columns of a frame that hold something.
fn shown(table: &Table) -> impl Iterator<Item = &Column> {
    let holds = |c: &Column| table.rows == 0 || (0..table.rows).any(|row| c.has(row));
    table.columns.iter().filter(move |c| c.shown != Shown::Pages && holds(c))
}

/// The number format that shows the digits which were printed.
fn number_format(printed: &str, share: bool) -> String {
    if printed.contains(['e', 'E']) {
        return "General".to_owned();
    }
    let digits = printed
        .split_once('.')
        .map_or(0, |(_, after)| after.chars().take_while(char::is_ascii_digit).count());
    let mut format = "#,##0".to_owned();
    if digits > 0 {
        format.push('.');
        format.push_str(&"0".repeat(digits));
    }
    if share {
        format.push('%');
    }
    if printed.starts_with('+') { format!("+{format};-{format};{format}") } else { format }
}

/// The format of a column of numbers: the most decimals that any of them is printed with.
pub(crate) fn format_of(measure: &super::Measure, numbers: &[f64]) -> String {
    // A long column has the digits of its first numbers.
    let formats =
        numbers.iter().take(1000).filter(|x| !x.is_nan()).map(|x| number_format(&measure.number(*x), false));
    formats
        .filter(|format| format != "General")
        .max_by_key(String::len)
        .unwrap_or_else(|| "General".to_owned())
}

/// Width of a text in characters of Latin script.
fn width(text: &str) -> f64 {
    text.lines().map(|line| unicode_width::UnicodeWidthStr::width(line) as f64).fold(0.0, f64::max)
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_shows_the_digits_that_a_page_prints() {
        for (printed, format) in [
            ("1,234.50", "#,##0.00"),
            ("12", "#,##0"),
            ("+1.5", "+#,##0.0;-#,##0.0;#,##0.0"),
            ("1e20", "General"),
        ] {
            assert_eq!(number_format(printed, false), format);
        }
        assert_eq!(number_format("12.5 %", true), "#,##0.0%");
    }
}
