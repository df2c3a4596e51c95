//! Where the rows of a panel came from: cells of a workbook, for messages.

use std::collections::HashMap;
use std::sync::Arc;

/// The cell of a row and a column of the caller's table: `Sheet1!D47`.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Names of the sheets.
    sheets: Vec<String>,
    /// Sheet and row (from 0) of each row of the table.
    rows: Vec<(u32, u32)>,
    /// Column (from 0) of each name, sheet by sheet.
    columns: HashMap<String, Vec<Option<u32>>>,
}

impl Origin {
    /// Of rows on these sheets.
    pub fn new(sheets: Vec<String>, rows: Vec<(u32, u32)>) -> Self {
        Origin { sheets, rows, columns: HashMap::new() }
    }

    /// With the place of a column on each sheet.
    #[must_use]
    pub fn column(mut self, name: impl Into<String>, places: Vec<Option<u32>>) -> Self {
        self.columns.insert(name.into(), places);
        self
    }

    /// The same for some of the rows only, in this order.
    #[must_use]
    pub fn taken(&self, rows: impl IntoIterator<Item = usize>) -> Arc<Self> {
        let rows = rows.into_iter().filter_map(|row| self.rows.get(row).copied()).collect();
        Arc::new(Origin { rows, sheets: self.sheets.clone(), columns: self.columns.clone() })
    }

    /// The cell, or the row (`Sheet1!47:47`) where the column is none of the sheet's.
    pub fn address(&self, row: usize, column: Option<&str>) -> Option<String> {
        let (sheet, row) = *self.rows.get(row)?;
        let name = self.sheets.get(sheet as usize)?;
        let place = column.and_then(|c| self.columns.get(c)?.get(sheet as usize).copied().flatten());
        Some(match place {
            Some(column) => address(name, row, column),
            None => format!("{}{}:{}", prefix(name), row + 1, row + 1),
        })
    }
}

/// `Sheet1!D47`, as a spreadsheet names a cell; row and column from 0.
pub(crate) fn address(sheet: &str, row: u32, column: u32) -> String {
    let (mut letters, mut rest) = (Vec::new(), column);
    loop {
        letters.push((b'A' + (rest % 26) as u8) as char);
        match rest / 26 {
            0 => break,
            more => rest = more - 1,
        }
    }
    letters.reverse();
    format!("{}{}{}", prefix(sheet), letters.into_iter().collect::<String>(), row + 1)
}

/// The sheet's name with its mark; in quotes where a spreadsheet wants them.
fn prefix(sheet: &str) -> String {
    let plain = sheet.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    match sheet {
        "" => String::new(),
        sheet if plain => format!("{sheet}!"),
        sheet => format!("'{}'!", sheet.replace('\'', "''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_in_a_spreadsheet() {
        for (column, name) in
            [(0, "A1"), (25, "Z1"), (26, "AA1"), (701, "ZZ1"), (702, "AAA1"), (16_383, "XFD1")]
        {
            assert_eq!(address("", 0, column), name);
        }
        assert_eq!(address("2023年", 46, 3), "2023年!D47");
        assert_eq!(address("it's (2)", 0, 0), "'it''s (2)'!A1");
        let origin = Origin::new(vec!["Sheet1".into()], vec![(0, 4), (0, 9)]).column("rd", vec![Some(3)]);
        assert_eq!(origin.address(1, Some("rd")).as_deref(), Some("Sheet1!D10"));
        assert_eq!(origin.address(0, Some("gdp")).as_deref(), Some("Sheet1!5:5"));
        assert_eq!(origin.address(2, None), None);
    }
}
