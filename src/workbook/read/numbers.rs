//! The numbers of a row: cleaned as declared, in the unit of the variable, or refused.

use super::{At, Reader, shown};
use crate::finding::Finding;
use crate::scheme::Cleaning;
use crate::workbook::clean::{self, Decimal, Reading, Said};
use crate::workbook::column::{Builder, Scale};
use crate::workbook::grid::{Cell, find};
use crate::workbook::layout::Layout;

impl Reader<'_> {
    pub(super) fn numbers(&mut self, at: &At<'_>, layout: &Layout) {
        let Some(document) = self.document() else { return };
        for (variable, column, scale) in &layout.variables {
            let mut builder = self.columns.remove(variable).unwrap_or_default();
            let marks = &document.variables[*variable].missing_marks;
            match Self::cell(at, *column) {
                Ok(None) => builder.missing(),
                Ok(Some(cell)) => {
                    let reading = clean::number(cell, marks, &self.names.units);
                    let taken = self.taken(at, (*variable, *column), cell, reading, scale);
                    let fits = taken.as_ref().is_some_and(|(decimal, scale)| builder.push(decimal, scale));
                    if taken.is_none() {
                        builder.missing();
                    } else if !fits {
                        self.refuse(at, (*variable, *column), cell, "number_out_of_range", |f| f);
                    }
                }
                Err(cell) => {
                    builder.missing();
                    self.refuse(at, (*variable, *column), cell, "cell_merged", |f| f);
                }
            }
            self.columns.insert(*variable, builder);
        }
        // Columns of other sheets.
        let rows = self.rows.len();
        for builder in self.columns.values_mut() {
            while builder.len() < rows {
                builder.missing();
            }
        }
    }

    /// The cell of a column; an error, where one value is merged over several rows or columns.
    fn cell<'s>(at: &At<'s>, column: u32) -> Result<Option<&'s Cell>, &'s Cell> {
        let block = if at.sheet.has_merged() { at.sheet.block(at.row, column) } else { None };
        match block.filter(|b| b.rows.1 > b.rows.0 || b.columns.1 > b.columns.0) {
            None => Ok(find(at.cells, column)),
            Some(block) => match at.sheet.get(block.rows.0, block.columns.0) {
                None => Ok(None),
                Some(cell) => Err(cell),
            },
        }
    }

    /// The number of a cell and its scale, if it may be read; logs what was cleaned, and says why it may not.
    fn taken(
        &mut self,
        at: &At<'_>,
        (variable, column): (usize, u32),
        cell: &Cell,
        reading: Reading,
        scale: &Scale,
    ) -> Option<(Decimal, Scale)> {
        let Reading { said, needs, marked } = reading;
        let place = (variable, column);
        if needs == [Cleaning::ExcelDigits] && !self.allowed.contains(&Cleaning::ExcelDigits) {
            let address = || at.sheet.address(at.row, column);
            self.computed.entry(variable).or_insert_with(|| (0, address())).0 += 1;
            let Cell::Number(x) = cell else { return None };
            return Some((Decimal::Float(*x), scale.clone()));
        }
        let allowed = needs.iter().all(|need| self.allowed.contains(need));
        let list = || needs.iter().map(|n| format!("\"{}\"", n.name())).collect::<Vec<_>>().join(", ");
        match said {
            Said::Failed(error) => {
                self.refuse(at, place, cell, "cell_failed", |f| f.fact("error", error));
                None
            }
            Said::Uncomputed => {
                self.refuse(at, place, cell, "cell_not_computed", |f| f);
                None
            }
            Said::Refused => {
                self.refuse(at, place, cell, "number_is_text", |f| f);
                None
            }
            Said::Nothing if allowed => {
                if marked || !needs.is_empty() {
                    self.log(at, column, cell.written(), String::new(), needs);
                }
                None
            }
            Said::Nothing => {
                let list = list();
                self.refuse(at, place, cell, "cell_is_mark", |f| f.fact("cleaning", list));
                None
            }
            Said::Number(decimal, unit) => {
                let scale = match unit {
                    None => scale.clone(),
                    Some(unit) => {
                        let Some(scale) = self.scale_of(variable, &unit) else {
                            let unit = if unit == "1" { "%".to_owned() } else { unit };
                            self.refuse(at, place, cell, "cell_unit", |f| f.fact("found", unit));
                            return None;
                        };
                        scale
                    }
                };
                let after = || written(&decimal, if needs.is_empty() { &Scale::Same } else { &scale });
                if !allowed {
                    let (list, would) = (list(), after());
                    self.refuse(at, place, cell, "cell_needs_cleaning", |f| {
                        f.fact("cleaning", list).fact("would", would)
                    });
                    return None;
                }
                if !needs.is_empty() {
                    let after = after();
                    self.log(at, column, cell.written(), after, needs);
                }
                Some((decimal, scale))
            }
        }
    }

    /// From a unit that a cell names to the variable's.
    fn scale_of(&mut self, variable: usize, unit: &str) -> Option<Scale> {
        let key = (variable, unit.to_owned());
        if let Some(known) = self.scales.get(&key) {
            return known.clone();
        }
        let own = self.document().and_then(|d| self.names.units.parse(&d.variables[variable].unit).ok());
        let from = self.names.units.parse(unit).ok();
        let scale = from.zip(own).and_then(|(from, own)| Scale::between(&from, &own));
        self.scales.insert(key, scale.clone());
        scale
    }

    fn refuse(
        &mut self,
        at: &At<'_>,
        (variable, column): (usize, u32),
        cell: &Cell,
        code: &'static str,
        more: impl FnOnce(Finding) -> Finding,
    ) {
        let Some(variable) = self.document().map(|d| &d.variables[variable]) else { return };
        let value = cell.written();
        let place = self.place(at, column, variable.id.clone(), Some(&value));
        self.found.push(code, || {
            let finding = Finding::error(code).placed(place).fact("column", &variable.id);
            more(finding.fact("value", shown(&value)).fact("unit", &variable.unit))
        });
    }
}

/// A decimal as it is written, in the unit that it is brought to.
pub(super) fn written(decimal: &Decimal, scale: &Scale) -> String {
    if let (Decimal::Typed(text), Scale::Same) = (decimal, scale) {
        return text.clone();
    }
    let mut builder = Builder::default();
    builder.push(decimal, scale);
    builder.done().values().first().map(ToString::to_string).unwrap_or_default()
}
