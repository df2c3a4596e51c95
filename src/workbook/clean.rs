//! One cell as a number: as it stands, under a declared cleaning, or refused with what would be written.

use super::grid::Cell;
use crate::formula::Units;
use crate::number::Exact;
use crate::panel::{is_stray, tidy};
use crate::scheme::Cleaning;

/// What a cell says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    /// No data.
    Nothing,
    /// A number: a decimal in the unit of the column, or in one of its own.
    Number(Decimal, Option<String>),
    /// No number that anybody could tell.
    Refused,
    /// A formula that failed.
    Failed(&'static str),
    /// A formula that was never computed.
    Uncomputed,
}

/// A decimal as it was typed, or as a float shows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Decimal {
    Typed(String),
    Float(f64),
}

/// What a cell says, and the cleanings that it takes to say so.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    pub(super) said: Said,
    pub(super) needs: Vec<Cleaning>,
    /// Whether it is a mark that the scheme declares as missing.
    pub(super) marked: bool,
}

impl Reading {
    fn plain(said: Said) -> Self {
        Reading { said, needs: Vec::new(), marked: false }
    }
}

/// Significant digits that Excel shows.
const SHOWN: usize = 15;

/// Reads a cell. `marks` are texts that mean missing; a number that the sheet shows in per cent has the unit `%`.
pub(super) fn number(cell: &Cell, marks: &[String], units: &Units) -> Reading {
    match cell {
        Cell::Number(x) => float(*x),
        Cell::Percent(x) => Reading::plain(Said::Number(Decimal::Float(*x), Some("1".to_owned()))),
        Cell::Text(text) => typed(text, marks, units),
        Cell::Error(error) => Reading::plain(Said::Failed(error)),
        Cell::Uncomputed => Reading::plain(Said::Uncomputed),
        Cell::Date(text) => Reading::plain(match days(text) {
            Some(days) => Said::Number(Decimal::Typed(days.to_string()), Some("日".to_owned())),
            None => Said::Refused,
        }),
        Cell::Flag(_) => Reading::plain(Said::Refused),
    }
}

/// A date without a time as the days since 1899-12-30, the number that spreadsheets keep for it.
fn days(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    // Years begin in March, so that the leap day is the last one.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(before + (153 * month + 2) / 5 + day - 693_900)
}

/// A float as it stands, and, where it has more digits than Excel shows, as Excel shows it.
fn float(x: f64) -> Reading {
    let said = |x| Said::Number(Decimal::Float(x), None);
    // Most are short, and seen to be so without being written.
    let scaled = x * 1e6;
    if scaled.abs() < 9e15 && scaled.fract() == 0.0 || digits(&format!("{x:e}")) <= SHOWN {
        return Reading::plain(said(x));
    }
    let rounded: f64 = format!("{x:.*e}", SHOWN - 1).parse().unwrap_or(x);
    Reading { said: said(rounded), needs: vec![Cleaning::ExcelDigits], marked: false }
}

/// Significant digits of a decimal.
pub(super) fn digits(text: &str) -> usize {
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let bare = mantissa.bytes().filter(u8::is_ascii_digit).skip_while(|b| *b == b'0');
    bare.count()
}

fn typed(text: &str, marks: &[String], units: &Units) -> Reading {
    let text = text.trim_matches([' ', '\t']);
    if text.is_empty() {
        return Reading::plain(Said::Nothing);
    }
    if marks.iter().any(|mark| mark.trim() == text) {
        return Reading { said: Said::Nothing, needs: Vec::new(), marked: true };
    }
    if is_decimal(text) {
        return Reading::plain(Said::Number(Decimal::Typed(text.to_owned()), None));
    }
    let mut needs = Vec::new();
    let mut taken = |cleaning: Cleaning| {
        if !needs.contains(&cleaning) {
            needs.push(cleaning);
        }
    };
    let mut rest: String = text.trim_matches(is_stray).to_owned();
    if rest != text {
        taken(Cleaning::Spaces);
    }
    if is_dash(&rest) {
        taken(Cleaning::Dashes);
        return Reading { said: Said::Nothing, needs, marked: false };
    }
    let narrow: String = rest.chars().map(narrow).collect();
    if narrow != rest {
        taken(Cleaning::FullWidth);
        rest = narrow;
    }
    let mut unit = None;
    if !rest.ends_with(|c: char| c.is_ascii_digit()) {
        let end = rest.rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1);
        let behind = rest[end..].trim().to_owned();
        if let "%" | "‰" = behind.as_str() {
            taken(Cleaning::Percent);
        } else if end > 0 && units.parse(&behind).is_ok() {
            taken(Cleaning::Units);
        } else {
            return Reading::plain(Said::Refused);
        }
        rest.truncate(end);
        unit = Some(behind);
    }
    if !is_decimal(&rest) {
        match grouped(&rest) {
            Some(plain) => {
                taken(Cleaning::Thousands);
                rest = plain;
            }
            None => return Reading::plain(Said::Refused),
        }
    }
    Reading { said: Said::Number(Decimal::Typed(rest), unit), needs, marked: false }
}

/// A plain decimal of a size that can be computed with.
fn is_decimal(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
        && Exact::parse(text).is_some()
}

/// The number without the commas or spaces between its groups of three digits.
fn grouped(text: &str) -> Option<String> {
    let (sign, size) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (&text[..1], rest),
        None => ("", text),
    };
    let (whole, fraction) = size.split_once('.').map_or((size, None), |(w, f)| (w, Some(f)));
    let separator = whole.chars().find(|c| !c.is_ascii_digit()).filter(|c| *c == ',' || is_stray(*c))?;
    let mut groups = whole.split(separator);
    let numeric = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next().filter(|g| (1..=3).contains(&g.len()) && numeric(g))?;
    let mut plain = format!("{sign}{first}");
    for group in groups {
        if group.len() != 3 || !numeric(group) {
            return None;
        }
        plain.push_str(group);
    }
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    is_decimal(&plain).then_some(plain)
}

/// Signs that offices print where there is no number.
fn is_dash(text: &str) -> bool {
    let dash = |c: char| matches!(c, '-' | '－' | '—' | '–' | '―' | '─' | '−' | '﹣' | '…' | '.');
    match text {
        "#" | "＃" | "/" | "／" | "..." => true,
        text => text.chars().count() <= 6 && text.chars().all(dash) && text.chars().any(|c| c != '.'),
    }
}

fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '−' | '﹣' => '-',
        '。' => '.',
        '、' => ',',
        c => c,
    }
}

/// A name, and what it is without stray spaces: at its ends, and between Chinese characters.
pub(super) fn name(text: &str) -> (String, bool) {
    let trimmed = text.trim_matches(is_stray);
    let chars: Vec<char> = trimmed.chars().collect();
    let chinese = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii() && c.is_alphabetic());
    let mut out = String::with_capacity(trimmed.len());
    for (i, c) in chars.iter().enumerate() {
        let invisible = is_stray(*c) && !c.is_whitespace();
        // The nearest characters that are no spaces on both sides.
        let between = is_stray(*c)
            && chinese(chars[..i].iter().rev().find(|c| !is_stray(**c)))
            && chinese(chars[i + 1..].iter().find(|c| !is_stray(**c)));
        if !(invisible || between) {
            out.push(*c);
        }
    }
    let changed = out != text;
    (out, changed)
}

/// A heading as names are compared: without spaces and case, in half width.
pub(crate) fn compared(text: &str) -> String {
    tidy(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, Vec<&'static str>) {
        let reading = number(&Cell::Text(text.into()), &["缺".to_owned()], &Units::builtin());
        let said = match reading.said {
            Said::Nothing => "nothing".to_owned(),
            Said::Number(Decimal::Typed(t), None) => t,
            Said::Number(Decimal::Typed(t), Some(unit)) => format!("{t} {unit}"),
            Said::Number(Decimal::Float(x), _) => x.to_string(),
            Said::Refused => "refused".to_owned(),
            Said::Failed(error) => error.to_owned(),
            Said::Uncomputed => "uncomputed".to_owned(),
        };
        (said, reading.needs.into_iter().map(Cleaning::name).collect())
    }

    #[test]
    fn a_date_is_the_number_that_spreadsheets_keep_for_it() {
        for (text, serial) in [
            ("1899-12-30", Some(0)),
            ("1970-01-01", Some(25_569)),
            ("2000-02-29", Some(36_585)),
            ("2000-03-01", Some(36_586)),
            ("2024-01-01", Some(45_292)),
            ("2024-01-01T08:30:00", None),
        ] {
            assert_eq!(days(text), serial, "{text}");
        }
    }

    #[test]
    fn each_kind_of_text_names_the_cleanings_that_it_needs() {
        for (text, said, needs) in [
            ("12.50", "12.50", &[][..]),
            (" 12 ", "12", &[]),
            ("12,345.6", "12345.6", &["thousands"]),
            ("-1,234", "-1234", &["thousands"]),
            ("1 234 567", "1234567", &["thousands"]),
            ("1,23", "refused", &[]),
            ("12,3456", "refused", &[]),
            ("3.2%", "3.2 %", &["percent"]),
            ("４．５‰", "4.5 ‰", &["full_width", "percent"]),
            ("１２，３４５．６", "12345.6", &["full_width", "thousands"]),
            ("−7", "-7", &["full_width"]),
            ("—", "nothing", &["dashes"]),
            ("……", "nothing", &["dashes"]),
            ("#", "nothing", &["dashes"]),
            ("-", "nothing", &["dashes"]),
            ("\u{3000}5\u{a0}", "5", &["spaces"]),
            ("12.5亿元", "12.5 亿元", &["units"]),
            ("缺", "nothing", &[]),
            ("约30", "refused", &[]),
            ("30左右", "refused", &[]),
            ("甲市", "refused", &[]),
            ("1e400", "refused", &[]),
        ] {
            assert_eq!(read(text), (said.to_owned(), needs.to_vec()), "{text}");
        }
    }

    #[test]
    fn a_float_with_more_digits_than_excel_shows_says_so() {
        let reading = |x| number(&Cell::Number(x), &[], &Units::builtin());
        assert_eq!(reading(0.1 + 0.2).needs, [Cleaning::ExcelDigits]);
        assert_eq!(reading(0.1 + 0.2).said, Said::Number(Decimal::Float(0.3), None));
        for x in [0.3, 1234.5678, 1e15, 123_456_789_012_345.0, -0.1, 1e-9] {
            assert_eq!(reading(x), Reading::plain(Said::Number(Decimal::Float(x), None)), "{x}");
        }
    }

    #[test]
    fn names_lose_the_spaces_that_nobody_sees() {
        for (text, plain) in [
            ("金 河 市", "金河市"),
            ("\u{3000}甲市 ", "甲市"),
            ("New York", "New York"),
            ("甲\u{200b}市", "甲市"),
        ] {
            assert_eq!(name(text), (plain.to_owned(), plain != text));
        }
    }
}
