//! A result as a workbook that computes: every number from the data on is a formula, written from the compiled plan, and methods write
//! their own.

mod book;
mod cells;
mod compare;
mod data;
mod filled;
mod groups;
mod members;
mod program;
mod ranks;
mod references;
mod scores;
mod sets;
mod totals;
mod values;
mod weights;

use crate::assess::Assessment;
use crate::report::xlsx::live::{ABOVE, Sheet};
use crate::text::{self, Lang};

use book::Book;
use cells::Cells;

/// Formulas that a workbook may have: a spreadsheet opens and computes so many in some seconds, and the file is of some ten megabytes.
const MOST_FORMULAS: usize = 300_000;
/// Rows of a period that are ranked by comparing each with each.
const MOST_RANKED: usize = 3_000;

/// The sheets of a result, and the ranges that have a name.
pub(super) struct Live {
    pub(super) sheets: Vec<Sheet>,
    pub(super) notes: Sheet,
    pub(super) names: Vec<(&'static str, String)>,
}

/// Whether the formulas of a result are about as many as a spreadsheet takes: known before any is written.
pub(super) fn fits(assessment: &Assessment) -> bool {
    let (panel, plan) = (assessment.panel(), assessment.inner.scheme.plan());
    // Each indicator: value, rounding, set, measure, points, the group's copy, weighted points and two of each comparison.
    let columns = 12 * plan.indicators.len() + 10 * (plan.nodes.len() - plan.indicators.len()) + 12;
    let tallest = (0..panel.periods().len()).map(|p| panel.rows_of(p).len()).max().unwrap_or_default();
    // Each member: its data, and what is inside the brackets of each statistic, with its weight.
    let members = panel.members().map_or(0, |members| {
        members.len().saturating_mul(members.column_names().count() + 2 * plan.statistics.len())
    });
    let formulas = panel.len().saturating_mul(columns).saturating_add(members);
    !panel.is_empty() && formulas <= MOST_FORMULAS && tallest <= MOST_RANKED
}

/// The notes of a workbook without formulas.
pub(super) fn note(title: &str, why: &str, lang: Lang) -> Sheet {
    Sheet {
        name: text::render("sheet_notes", lang, &[]),
        title: title.to_owned(),
        said: why.to_owned(),
        ..Sheet::default()
    }
}

/// The sheets of a result.
pub(super) fn written(assessment: &Assessment, lang: Lang) -> Live {
    let mut book = Book::new(assessment, lang);
    let mut cells = Cells::default();
    data::write(&mut book, &mut cells);
    values::write(&mut book, &mut cells);
    scores::write(&mut book, &mut cells);
    groups::write(&mut book, &mut cells);
    groups::points(&mut book, &cells);
    totals::write(&mut book, &mut cells);
    compare::write(&mut book, &cells);
    let title = assessment.headline().message(lang);
    let notes = compare::notes(&book, &title);
    let names = book.names.iter().map(|(name, range)| (*name, book.spelled(None, range))).collect();
    let sheets = std::mem::take(&mut book.sheets);
    let sheets = sheets.into_iter().filter(|sheet| sheet.columns.len() > sheet.names).collect();
    Live { sheets, notes, names }
}
