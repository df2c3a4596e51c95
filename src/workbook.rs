//! Workbooks as offices have them: title rows, merged headers, notes, subtotals, units in the heading, numbers as text.
//!
//! [`Grid::open`] reads a file into cells with addresses; [`Grid::table`] finds the table in them, under a scheme. Nothing is
//! guessed in silence: what is left out is named with its cell, text that is no plain number is read under a declared
//! [`Cleaning`] only and every change logged, and everything else is refused with what would be right.
//!
//! ```
//! # #[cfg(feature = "toml")] {
//! use kaohe::Scheme;
//! use kaohe::workbook::{Grid, Options};
//!
//! let scheme = Scheme::from_toml(r#"
//! kaohe = 1
//! id = "research"
//! cleaning = ["thousands"]
//! variable = [{ id = "rd", unit = "亿元", title = "研发经费" }]
//! indicator = [{ id = "i", formula = "rd", unit = "亿元", points = { rule = "linear" } }]
//! "#)?;
//! let text = "市州,年份,研发经费（万元）\n甲市,2023年,\"12,345.6\"\n乙市,2023年,9000\n合计,2023年,\"21,345.6\"\n";
//! let table = Grid::from_bytes("rd.csv", text.into())?.table(Some(&scheme), &Options::default())?;
//! assert_eq!(table.columns[0].1.values(), [1.23456, 0.9]);
//! assert_eq!((table.cleaned[0].cell.as_str(), table.cleaned[0].after.as_str()), ("C2", "1.23456"));
//! let result = scheme.assess(&table.panel(&scheme)?)?;
//! assert_eq!(result.ranks(), [1.0, 2.0]);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod clean;
mod column;
mod csv;
mod excel;
mod grid;
mod header;
mod layout;
mod names;
mod read;
mod rows;
mod table;
mod when;

use std::path::Path;

pub use grid::{Block, Cell, Grid, Placed, Sheet};
pub use table::{Cleaned, Key, Note, Table};

use crate::error::DataError;
use crate::finding::{Finding, Place};
use crate::formula::Units;
use crate::scheme::{Cleaning, Scheme};
pub(crate) use clean::compared;
use header::Heading;
use layout::Layout;
use names::Names;

/// The variable that each of some headings means to a scheme.
pub(crate) fn meant<'a>(scheme: &'a Scheme, headings: &[String]) -> Vec<Option<&'a str>> {
    let document = scheme.document();
    let names = Names::new(Some(document), crate::scheme::plan::units(document), &[]);
    let one = |heading: &String| match names.resolve(std::slice::from_ref(heading)) {
        Some((names::Role::Variable(i), names::Named::Unit(..) | names::Named::Nothing)) => {
            document.variables.get(i).map(|variable| variable.id.as_str())
        }
        _ => None,
    };
    headings.iter().map(one).collect()
}

/// How a table is found in a file, where it is not found by itself.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// Sheets to read, one below the other; `*` for all of them. Without any: all where each is named by a period, else the
    /// first.
    pub sheets: Vec<String>,
    /// First and last row of the header, as the spreadsheet numbers them.
    pub header: Option<(u32, u32)>,
    /// Headings and what they are called in the scheme.
    pub rename: Vec<(String, String)>,
    /// Cleanings besides the scheme's.
    pub cleaning: Vec<Cleaning>,
    /// Heading of the column that says whose a row is.
    pub entity: Option<String>,
    /// Heading of the column that says when; or the period of all rows.
    pub period: Option<String>,
}

impl Grid {
    /// Usual names of the column that says whose a row is, and of the one that says when, in lower case, the likelier first.
    pub fn usual_names() -> [&'static [&'static str]; 2] {
        [names::ENTITIES, names::PERIODS]
    }

    /// Reads a file: `.xlsx`, `.xlsm`, `.xls`, `.et`, `.ods`, or text with commas or tabs.
    ///
    /// # Errors
    /// A file that cannot be read, with the reason.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, DataError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => Grid::from_bytes(&file, bytes),
            Err(error) => Err(refused(&file, Finding::error("workbook_unreadable").fact("reason", error))),
        }
    }

    /// Reads the content of a file of this name.
    ///
    /// # Errors
    /// As [`open`](Grid::open).
    pub fn from_bytes(file: &str, bytes: Vec<u8>) -> Result<Self, DataError> {
        let ending = file.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
        let grid = match ending.as_str() {
            "csv" | "tsv" | "txt" => csv::read(file, &bytes),
            "xlsx" | "xlsm" | "xls" | "et" | "ods" => excel::read(file, bytes),
            _ => Err(Box::new(Finding::error("workbook_kind"))),
        };
        grid.map_err(|finding| refused(file, *finding))
    }

    /// The table in the file, under a scheme: its variables are found, everything else is left out. Without one every column
    /// is taken as text.
    ///
    /// # Errors
    /// No such sheet, no header, no column of entities, headings that the caller names and nobody has. What is wrong with
    /// single cells is listed in [`Table::findings`].
    pub fn table(&self, scheme: Option<&Scheme>, options: &Options) -> Result<Table, DataError> {
        let document = scheme.map(Scheme::document);
        let units = document.map_or_else(Units::builtin, crate::scheme::plan::units);
        let names = Names::new(document, units, &options.rename);
        let mut found = names.check_renames(&options.rename);
        let sheets = self.chosen(options, &mut found)?;
        let mut layouts = Vec::new();
        for sheet in sheets {
            match Layout::of(sheet, &names, options) {
                Ok(layout) => layouts.push((sheet, layout)),
                Err(findings) => return Err(DataError::new(findings)),
            }
        }
        found.extend(unused_renames(&layouts, &names, options));
        for (_, layout) in &mut layouts {
            found.append(&mut layout.findings);
        }
        found.extend(absent(&layouts, &names));
        read::table(self, &layouts, &names, options, found).map_err(DataError::new)
    }

    /// The sheets that are read.
    fn chosen(&self, options: &Options, found: &mut Vec<Finding>) -> Result<Vec<&Sheet>, DataError> {
        let full: Vec<&Sheet> = self.sheets.iter().filter(|s| !s.is_empty()).collect();
        if full.is_empty() {
            return Err(refused(&self.file, Finding::error("workbook_empty")));
        }
        if options.sheets.iter().any(|name| name == "*") {
            return Ok(full);
        }
        if self.text && !options.sheets.is_empty() {
            return Err(refused(&self.file, Finding::error("sheet_of_text")));
        }
        if !options.sheets.is_empty() {
            let named = |name: &String| {
                full.iter().copied().find(|s| compared(&s.name) == compared(name)).ok_or_else(|| {
                    let known = full.iter().map(|s| s.name.as_str());
                    let finding =
                        Finding::unknown(["sheet_unknown", "sheet_unknown_near"], name, known.clone());
                    let list = known.collect::<Vec<_>>().join(", ");
                    refused(&self.file, finding.fact("name", name).fact("known", list))
                })
            };
            return options.sheets.iter().map(named).collect();
        }
        if full.iter().all(|s| when::find(&s.name).is_some()) {
            return Ok(full);
        }
        if let [first, rest @ ..] = full.as_slice()
            && !rest.is_empty()
        {
            let others: Vec<&str> = rest.iter().map(|s| s.name.as_str()).collect();
            let finding = Finding::info("sheets_not_read").fact("sheet", &first.name);
            found.push(finding.fact("others", others.join(", ")));
        }
        Ok(full.into_iter().take(1).collect())
    }
}

/// That a file cannot be read.
fn refused(file: &str, finding: Finding) -> DataError {
    let place = Place { file: Some(file.to_owned()), ..Place::default() };
    DataError::new(vec![finding.placed(place)])
}

/// Names that the caller gives to headings that are not there.
fn unused_renames(layouts: &[(&Sheet, Layout)], names: &Names<'_>, options: &Options) -> Vec<Finding> {
    let headings = || layouts.iter().flat_map(|(_, l)| &l.header.columns);
    let known: Vec<String> = headings().flat_map(|h| layout::readings(h, names)).collect();
    let texts: Vec<String> = headings().map(Heading::text).collect();
    let stray = options.rename.iter().filter(|(from, _)| !known.contains(&compared(from)));
    stray
        .map(|(from, _)| {
            let present = texts.iter().map(String::as_str);
            Finding::unknown(["rename_unknown", "rename_unknown_near"], from, present)
                .fact("name", from)
                .fact("present", texts.join(", "))
        })
        .collect()
}

/// Variables that no sheet has, with the heading that is near; the others are for the checks of the data to say.
fn absent(layouts: &[(&Sheet, Layout)], names: &Names<'_>) -> Vec<Finding> {
    let Some(document) = names.document else { return Vec::new() };
    let here = |v: usize| layouts.iter().any(|(_, l)| l.variables.iter().any(|(found, ..)| *found == v));
    let mut free: Vec<usize> = (0..document.variables.len()).filter(|v| !here(*v)).collect();
    let mut found = Vec::new();
    for (sheet, layout) in layouts {
        for heading in &layout.others {
            let Some(variable) = names.near(&heading.path, &free) else { continue };
            free.retain(|v| *v != variable);
            let variable = &document.variables[variable];
            let cell = sheet.address(layout.header.rows.1, heading.column);
            let place = Place { cell: Some(cell), column: Some(variable.id.clone()), ..Place::default() };
            let finding = Finding::error("heading_near").placed(place).fact("heading", heading.text());
            found.push(finding.fact("variable", &variable.id));
        }
    }
    found
}
