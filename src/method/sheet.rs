//! How methods write themselves into the cells of a spreadsheet.
//!
//! Formulas are written without `=`, in functions that Excel 2010, WPS and LibreOffice share, over cells and ranges that are handed over as
//! their addresses. A number that is missing is a cell with the text `""`; a formula that comes to an error is missing, too. What a formula
//! says of a range without any number is left open: who lays out the cells asks `COUNT` first.

/// A formula of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFormula {
    /// What stands behind the `=`.
    pub text: String,
    /// Whether it is to be entered as an array formula (`{=…}`): an `IF` that goes through a range is evaluated for each of its cells by
    /// no other means in the versions of Excel that have no dynamic arrays.
    pub is_array: bool,
}

impl CellFormula {
    /// One that every cell takes.
    pub fn plain(text: impl Into<String>) -> Self {
        CellFormula { text: text.into(), is_array: false }
    }

    /// One that is entered as an array formula.
    pub fn array(text: impl Into<String>) -> Self {
        CellFormula { text: text.into(), is_array: true }
    }
}

/// What stands beside a cell or above a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// A code of the catalogue.
    pub code: &'static str,
    /// Which of several it is: the places of members among those that the method was given, or of a step.
    pub places: Vec<usize>,
}

impl Title {
    /// Of a set.
    pub fn of_set(code: &'static str) -> Self {
        Title::at(code, &[])
    }

    /// Of a member.
    pub fn of_member(code: &'static str, member: usize) -> Self {
        Title::at(code, &[member])
    }

    /// Of one of several, counted in one way or more.
    pub fn at(code: &'static str, places: &[usize]) -> Self {
        Title { code, places: places.to_vec() }
    }
}

/// Where a method puts the cells that lead to its numbers.
pub trait Scratch {
    /// Puts a formula into a cell of the set under a title; gives the cell's address.
    fn cell(&mut self, title: Title, formula: CellFormula) -> String;

    /// Puts a formula beside each row of a set under a title; gives the range of those cells. `ranges` are columns of the same rows, which
    /// the method was given or has put; `of` makes the formula from the cells that a row has in them.
    fn column(&mut self, title: Title, ranges: &[String], of: &dyn Fn(&[String]) -> CellFormula) -> String;
}

/// A number inside a formula.
pub(crate) fn number(x: f64) -> String {
    if x < 0.0 { format!("({x})") } else { format!("{x}") }
}

#[cfg(test)]
#[cfg(feature = "workbook")]
#[path = "sheet_tests.rs"]
mod tests;
