//! What may be done to the text of a cell before it is read as a number or a name.

use serde::{Deserialize, Serialize};

use crate::error::DataError;
use crate::finding::Finding;
use crate::tree::read_words;

/// A kind of text that is read only where somebody has said so; every change is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cleaning {
    /// Thousands separators: `12,345.6`.
    Thousands,
    /// Per cent and per mille: `3.2%`.
    Percent,
    /// Full-width digits and signs: `１２．５`.
    FullWidth,
    /// Signs for no data: `—`, `-`, `…`, `#`, `/`.
    Dashes,
    /// Spaces and invisible characters in names and around numbers.
    Spaces,
    /// A unit of measure behind the number: `12.5亿元`.
    Units,
    /// Names and periods left blank below the first row that has them.
    FillDown,
    /// Numbers of formulas by the 15 digits that Excel shows: 0.1 + 0.2 is 0.3.
    ExcelDigits,
}

read_words!(Cleaning);

impl Cleaning {
    /// All of them.
    pub const ALL: [Cleaning; 8] = [
        Cleaning::Thousands,
        Cleaning::Percent,
        Cleaning::FullWidth,
        Cleaning::Dashes,
        Cleaning::Spaces,
        Cleaning::Units,
        Cleaning::FillDown,
        Cleaning::ExcelDigits,
    ];

    /// The one of a name.
    ///
    /// # Errors
    /// A name that is none, with the nearest.
    pub fn parse(name: &str) -> Result<Self, DataError> {
        let known = || Cleaning::ALL.iter().map(|c| c.name());
        Cleaning::ALL.into_iter().find(|c| c.name() == name).ok_or_else(|| {
            let finding = Finding::unknown(["cleaning_unknown", "cleaning_unknown_near"], name, known());
            let known = known().collect::<Vec<_>>().join(", ");
            DataError::new(vec![finding.fact("name", name).fact("known", known)])
        })
    }

    /// Its name in a scheme.
    pub fn name(self) -> &'static str {
        match self {
            Cleaning::Thousands => "thousands",
            Cleaning::Percent => "percent",
            Cleaning::FullWidth => "full_width",
            Cleaning::Dashes => "dashes",
            Cleaning::Spaces => "spaces",
            Cleaning::Units => "units",
            Cleaning::FillDown => "fill_down",
            Cleaning::ExcelDigits => "excel_digits",
        }
    }
}
