//! Cells of a caller's column, one after the other, as numbers: floats with missing as NaN, the decimals a float cannot hold,
//! and what was wrong with single cells. No cell is dropped or guessed: what is not a number is named with its row.

use std::collections::HashMap;
use std::fmt::Display;

use arrow_buffer::ScalarBuffer;

use super::keys::Keys;
use crate::finding::{Finding, Place};
use crate::number::{Exact, Number};
use crate::panel::Column;

/// Significant digits that a float always gives back as they were typed.
const SAFE_DIGITS: usize = 15;
/// Largest magnitude below which every integer is a float.
const SAFE_INTEGER: u64 = 1 << 53;
/// Findings of one kind in one column that are listed; the rest is counted.
const LISTED: usize = 1000;
/// Characters of a caller's value that a message repeats.
const SHOWN: usize = 60;

/// A column of numbers as it was read.
#[derive(Debug)]
pub struct Numbers {
    /// Floats, missing as NaN.
    pub values: ScalarBuffer<f64>,
    /// Rows whose typed decimal is not the shortest notation of the float.
    pub decimals: Vec<(usize, Exact)>,
    /// What was wrong with the column, or with cells of it; those are missing.
    pub findings: Vec<Finding>,
}

impl Numbers {
    /// A column whose floats are all there is to know.
    pub fn plain(values: ScalarBuffer<f64>) -> Self {
        Numbers { values, decimals: Vec::new(), findings: Vec::new() }
    }

    /// The column of a panel; it shares the floats.
    pub fn column(&self) -> Column {
        Column::shared(std::sync::Arc::new(self.values.clone())).with_decimals(self.decimals.iter().cloned())
    }
}

/// Texts that mean a missing value in a column.
#[derive(Debug, Clone, Copy, Default)]
pub enum Marks<'a> {
    /// None does.
    #[default]
    None,
    /// The same in all rows.
    Of(&'a [String]),
    /// In a long table: those of the variable that a row is about.
    By(&'a Keys, &'a HashMap<String, Vec<String>>),
}

impl Marks<'_> {
    fn has(&self, row: usize, text: &str) -> bool {
        let marks = match self {
            Marks::None => None,
            Marks::Of(marks) => Some(*marks),
            Marks::By(variable, of) => {
                variable.name(row).and_then(|name| of.get(name.as_ref())).map(Vec::as_slice)
            }
        };
        marks.is_some_and(|marks| marks.iter().any(|mark| mark == text))
    }
}

/// Takes cells one after the other.
#[derive(Debug)]
pub struct Cells<'a> {
    name: &'a str,
    marks: Marks<'a>,
    values: Vec<f64>,
    decimals: Vec<(usize, Exact)>,
    findings: Vec<Finding>,
    /// Findings beyond [`LISTED`].
    more: usize,
    /// Whether the type of the column has been complained of.
    wrong_type: bool,
}

impl<'a> Cells<'a> {
    /// For a column of this name, with room for so many rows, and with what means a missing value in each.
    pub fn new(name: &'a str, rows: usize, marks: Marks<'a>) -> Self {
        Cells {
            name,
            marks,
            values: Vec::with_capacity(rows),
            decimals: Vec::new(),
            findings: Vec::new(),
            more: 0,
            wrong_type: false,
        }
    }

    /// How many cells there are so far.
    pub fn rows(&self) -> usize {
        self.values.len()
    }

    /// The column.
    pub fn finish(mut self) -> Numbers {
        if self.more > 0 {
            let rest = Finding::error("column_and_more").of_column(self.name);
            self.findings.push(rest.fact("count", self.more));
        }
        Numbers { values: self.values.into(), decimals: self.decimals, findings: self.findings }
    }

    /// So many missing cells.
    pub(super) fn gap(&mut self, rows: usize) {
        self.values.extend(std::iter::repeat_n(f64::NAN, rows));
    }

    /// A missing cell.
    pub fn missing(&mut self) {
        self.values.push(f64::NAN);
    }

    /// A float.
    pub fn float(&mut self, x: f64) {
        self.values.push(x);
    }

    /// A 32-bit 0.1 was typed as 0.1, not as 0.10000000149.
    pub fn short_float(&mut self, x: f32) {
        self.values.push(x.to_string().parse().unwrap_or(f64::NAN));
    }

    /// An integer by its magnitude and its notation.
    pub fn integer(&mut self, magnitude: u64, x: &dyn Display) {
        let text = x.to_string();
        if magnitude <= SAFE_INTEGER {
            self.values.push(text.parse().unwrap_or(f64::NAN));
        } else {
            self.decimal(&text);
        }
    }

    /// A plain decimal as typed. Returns whether it was one.
    fn decimal(&mut self, text: &str) -> bool {
        let Some(exact) = Exact::parse(text) else { return false };
        let Ok(value) = text.parse::<f64>() else { return false };
        let row = self.values.len();
        self.values.push(value);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits > SAFE_DIGITS && value.is_finite() && Exact::of(value) != exact {
            if text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
                self.report(row, text, |f| f, "number_is_rounded", Finding::warning);
            }
            self.decimals.push((row, exact));
        }
        true
    }

    /// A cell that holds text: empty is missing, a plain decimal is read as typed, the rest is reported.
    pub fn text(&mut self, text: &str) {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return self.missing();
        }
        let row = self.values.len();
        if self.marks.has(row, trimmed) {
            return self.missing();
        }
        if self.decimal(trimmed) {
            return;
        }
        match plain(trimmed) {
            Some(would) => {
                self.report(row, text, |f| f.fact("would", &would), "number_is_text_near", Finding::error);
            }
            None if is_out_of_range(trimmed) => {
                self.report(row, text, |f| f, "number_out_of_range", Finding::error);
            }
            None => self.report(row, text, |f| f, "number_is_text", Finding::error),
        }
        self.missing();
    }

    /// A cell whose text is no Unicode: half a character of Python's.
    pub fn broken_text(&mut self, shown: &str) {
        self.report(self.values.len(), shown, |f| f, "text_not_unicode", Finding::error);
        self.missing();
    }

    fn report(
        &mut self,
        row: usize,
        value: &str,
        facts: impl FnOnce(Finding) -> Finding,
        code: &'static str,
        make: fn(&'static str) -> Finding,
    ) {
        if self.findings.len() >= LISTED {
            self.more += 1;
            return;
        }
        let shown: String = value.chars().take(SHOWN).collect();
        let place = Place { row: Some(row), value: Some(shown.clone()), ..Place::default() };
        self.findings.push(facts(make(code).placed(place).of_column(self.name).fact("value", shown)));
    }

    /// A whole column that is not of numbers: said once.
    pub(super) fn not_numeric(&mut self, rows: usize, kind: &dyn Display) {
        if !self.wrong_type {
            self.wrong_type = true;
            let finding = Finding::error("column_not_numeric").of_column(self.name);
            self.findings.push(finding.fact("type", kind));
        }
        self.values.extend(std::iter::repeat_n(f64::NAN, rows));
    }
}

/// Whether a text is a number, but one that `f64` takes for zero or for infinity.
fn is_out_of_range(text: &str) -> bool {
    text.parse::<f64>().is_ok() && text.bytes().any(|b| b.is_ascii_digit())
}

/// The plain decimal that someone meant who typed full-width digits or thousands separators.
fn plain(text: &str) -> Option<String> {
    let half: String = text
        .chars()
        .map(|c| match c {
            '０'..='９' | '．' | '－' | '＋' | '，' => {
                char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) // the full-width block lies this far above ASCII
            }
            '−' => '-',
            other => other,
        })
        .collect();
    let bare: String = half.chars().filter(|c| !matches!(c, ',' | '\'' | ' ' | '\u{a0}')).collect();
    let whole = half.split('.').next().unwrap_or_default();
    let groups: Vec<&str> = whole.trim_start_matches(['-', '+']).split([',', '\'', ' ', '\u{a0}']).collect();
    let grouped = groups.len() == 1 || groups.iter().skip(1).all(|g| g.len() == 3);
    (grouped && Exact::parse(&bare).is_some()).then_some(bare)
}
