//! Whose a row is, and of when.

use super::{At, Reader, SHOWN, shown};
use crate::finding::Finding;
use crate::panel::Period;
use crate::scheme::Cleaning;
use crate::scheme::model::Frequency;
use crate::workbook::clean;
use crate::workbook::grid::Cell;
use crate::workbook::layout::Layout;
use crate::workbook::when::{self, When};

impl Reader<'_> {
    pub(super) fn keys(&mut self, at: &At<'_>, layout: &Layout, fixed: Option<&str>, year: Option<i32>) {
        // The period first: what is said of the entity names it.
        let period = match (&layout.period, fixed) {
            (Some(heading), _) => self.period_of(at, heading.column, &heading.text(), year),
            (None, fixed) => fixed.map(str::to_owned),
        };
        self.period.push(period.as_deref());
        if let Some(text) = &period
            && self.cumulative.is_none()
            && self.frequency.is_some_and(|f| f != Frequency::Year)
            && Period::cumulative_months(text).is_some()
        {
            self.cumulative = Some(text.clone());
        }
        let column = layout.entity.column;
        let Some(cell) = at.sheet.shown(at.row, column) else {
            let before = self.entity.last().map(str::to_owned);
            let name = self.filled_down(at, column, &layout.entity.text(), before.as_deref());
            self.entity.push(name.as_deref());
            return;
        };
        if self.is_broken(at, column, &layout.entity.text(), cell) {
            self.entity.push(None);
            return;
        }
        let written = cell.written();
        let (plain, changed) = clean::name(&written);
        if !changed {
            self.entity.push(Some(&written));
        } else if self.allowed.contains(&Cleaning::Spaces) {
            self.log(at, column, written, plain.clone(), vec![Cleaning::Spaces]);
            self.entity.push(Some(&plain));
        } else {
            self.entity.push(Some(&written));
            let place = self.place(at, column, layout.entity.text(), Some(&written));
            self.found.push("name_needs_cleaning", || {
                Finding::error("name_needs_cleaning")
                    .placed(place)
                    .fact("value", visible(&written))
                    .fact("would", plain)
            });
        }
    }

    /// The key of the row above, where that is declared.
    fn filled_down(
        &mut self,
        at: &At<'_>,
        column: u32,
        heading: &str,
        before: Option<&str>,
    ) -> Option<String> {
        if let Some(before) = before.filter(|_| self.allowed.contains(&Cleaning::FillDown)) {
            self.log(at, column, String::new(), before.to_owned(), vec![Cleaning::FillDown]);
            return Some(before.to_owned());
        }
        let place = self.place(at, column, heading.to_owned(), None);
        self.found
            .push("key_missing", || Finding::error("key_missing").placed(place).fact("column", heading));
        None
    }

    /// Reports a key whose formula failed, or was never computed.
    fn is_broken(&mut self, at: &At<'_>, column: u32, heading: &str, cell: &Cell) -> bool {
        let (code, error) = match cell {
            Cell::Error(error) => ("cell_failed", *error),
            Cell::Uncomputed => ("cell_not_computed", "="),
            _ => return false,
        };
        let place = self.place(at, column, heading.to_owned(), Some(error));
        let finding = || Finding::error(code).placed(place).fact("column", heading).fact("error", error);
        self.found.push(code, finding);
        true
    }

    fn period_of(&mut self, at: &At<'_>, column: u32, heading: &str, year: Option<i32>) -> Option<String> {
        let cell = at.sheet.shown(at.row, column);
        if cell.is_some_and(|cell| self.is_broken(at, column, heading, cell)) {
            return None;
        }
        match when::read(cell, year, self.frequency, self.grid.text) {
            When::Text(text) => Some(text),
            When::Nothing => {
                let before = self.period.last().map(str::to_owned);
                self.filled_down(at, column, heading, before.as_deref())
            }
            When::Number(x) => {
                let place = self.place(at, column, heading.to_owned(), Some(&x.to_string()));
                self.found
                    .push("period_number", || Finding::error("period_number").placed(place).fact("value", x));
                None
            }
            When::Other(text) => {
                let place = self.place(at, column, heading.to_owned(), Some(&text));
                self.found.push("period_not_readable", || {
                    Finding::error("period_not_readable").placed(place).fact("value", shown(&text))
                });
                None
            }
        }
    }
}

/// A name with its spaces made visible.
fn visible(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars().take(SHOWN) {
        match c {
            ' ' | '\u{3000}' => text.push('␣'),
            c if crate::panel::is_stray(c) => text.extend(c.escape_unicode()),
            c => text.push(c),
        }
    }
    text
}
