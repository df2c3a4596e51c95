//! The period of a row: from its cell, with the year from the sheet, the title or the caller.

use super::grid::{Cell, Sheet};
use crate::panel::Period;
use crate::scheme::model::Frequency;

/// What a cell says of its period.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum When {
    /// A text that is a period, as it is shown.
    Text(String),
    Nothing,
    /// A number that is no whole one: 2023.1 may be January or October.
    Number(f64),
    /// A text that is none; whoever takes the table says so.
    Other(String),
}

/// Reads a cell; `year` is put before a text without one.
pub(super) fn read(
    cell: Option<&Cell>,
    year: Option<i32>,
    frequency: Option<Frequency>,
    typed: bool,
) -> When {
    let text = match cell {
        None => return When::Nothing,
        Some(Cell::Number(x) | Cell::Percent(x)) if *x == x.trunc() => x.to_string(),
        Some(Cell::Number(x) | Cell::Percent(x)) => return When::Number(*x),
        Some(cell) => cell.written().trim().to_owned(),
    };
    // Typed into a .csv, or left there by a spreadsheet that had dropped the zero.
    if typed
        && let Some((year, "1")) = text.split_once('.')
        && year.len() == 4
        && let Ok(x) = text.parse()
    {
        return When::Number(x);
    }
    if Period::parse_like(&text, frequency).is_some() {
        return When::Text(text);
    }
    if let Some(year) = year {
        let whole = format!("{year}年{text}");
        if Period::parse_like(&whole, frequency).is_some() {
            return When::Text(whole);
        }
    }
    When::Other(text)
}

/// A period that is named within a text (the name of a sheet, a title), and its year.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) year: i32,
    /// The period in the text's own words; the year alone where it says no more.
    pub(super) text: String,
}

/// Finds `2023年1—9月` in 甘肃省2023年1—9月主要指标.
pub(super) fn find(text: &str) -> Option<Found> {
    let chars: Vec<char> = text.chars().map(narrow).filter(|c| !c.is_whitespace()).collect();
    let starts = (0..chars.len()).filter(|&i| i == 0 || !chars[i - 1].is_ascii_digit());
    for at in starts {
        let digits: String = chars[at..].iter().take_while(|c| c.is_ascii_digit()).collect();
        let Some(year) = digits.parse().ok().filter(|y| digits.len() == 4 && (1900..2100).contains(y)) else {
            continue;
        };
        let rest: String = chars[at + 4..].iter().collect();
        let whole = |tail: &str| Found { year, text: format!("{digits}{tail}") };
        if rest.is_empty() {
            return Some(whole(""));
        }
        let Some(tail) = rest.strip_prefix('年') else { continue };
        // The longest beginning of what follows that goes with the year.
        let ends = (0..=tail.chars().count().min(10)).rev();
        let tails = ends.map(|n| tail.chars().take(n).collect::<String>());
        let fits = |tail: &String| Period::parse_like(&format!("{digits}年{tail}"), None).is_some();
        return tails.into_iter().find(fits).map(|tail| whole(&format!("年{tail}")));
    }
    None
}

fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
        c => c,
    }
}

/// The period in the titles above a table.
pub(super) fn in_titles(sheet: &Sheet, header: u32) -> Option<(Found, u32, u32)> {
    sheet
        .rows()
        .take_while(|(row, _)| *row < header)
        .find_map(|(row, cells)| cells.iter().find_map(|p| Some((find(p.cell.text()?)?, row, p.column))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_found_in_a_title() {
        for (title, found) in [
            ("甘肃省2023年1—9月主要指标", Some("2023年1—9月")),
            ("2023年度科技投入情况表", Some("2023年度")),
            ("２０２２年", Some("2022年")),
            ("2022", Some("2022")),
            ("附表1：2023年前三季度", Some("2023年前三季度")),
            ("国发〔2023〕15号", None),
            ("主要指标", None),
            ("12023年", None),
        ] {
            assert_eq!(find(title).map(|f| f.text).as_deref(), found, "{title}");
        }
    }

    #[test]
    fn a_number_that_is_no_whole_one_is_no_period() {
        let read = |cell: Cell| read(Some(&cell), Some(2023), Some(Frequency::Quarter), false);
        assert_eq!(read(Cell::Number(2023.1)), When::Number(2023.1));
        assert_eq!(read(Cell::Number(2023.0)), When::Text("2023".into()));
        assert_eq!(read(Cell::Text("1—9月".into())), When::Text("2023年1—9月".into()));
        assert_eq!(read(Cell::Text("前三季度".into())), When::Text("2023年前三季度".into()));
        assert_eq!(read(Cell::Text("全省".into())), When::Other("全省".into()));
    }
}
