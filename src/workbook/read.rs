//! From the rows of sheets to a table: keys, numbers, the log of what was cleaned, and what is wrong with single cells.

mod keys;
mod numbers;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::clean::{self, Said};
use super::column::{Builder, Scale};
use super::grid::{Cell, Placed, Sheet, find};
use super::layout::Layout;
use super::names::Names;
use super::rows::{self, Row};
use super::table::{Cleaned, Key, Note, Table};
use super::when;
use super::{Grid, Options};
use crate::finding::{Finding, LISTED, Place, Severity};
use crate::panel::{Distinct, Origin, Period};
use crate::scheme::Cleaning;
use crate::scheme::model::{Document, Frequency};

/// Characters of a cell that a message repeats.
const SHOWN: usize = 60;

/// Reads the rows of these sheets.
pub(super) fn table(
    grid: &Grid,
    sheets: &[(&Sheet, Layout)],
    names: &Names<'_>,
    options: &Options,
    findings: Vec<Finding>,
) -> Result<Table, Vec<Finding>> {
    let mut reader = Reader::new(grid, names, options);
    reader.found.all = findings;
    for (at, (sheet, layout)) in sheets.iter().enumerate() {
        reader.sheet(at, sheet, layout)?;
    }
    Ok(reader.done(sheets))
}

/// Keys in the making.
#[derive(Default)]
struct Keys {
    distinct: Distinct,
    of: Vec<u32>,
}

impl Keys {
    fn push(&mut self, name: Option<&str>) {
        self.of.push(name.map_or(u32::MAX, |name| self.distinct.index(name)));
    }

    fn last(&self) -> Option<&str> {
        self.get(self.of.len().checked_sub(1)?)
    }

    /// The name of a row.
    fn get(&self, row: usize) -> Option<&str> {
        self.distinct.names.get(*self.of.get(row)? as usize).map(String::as_str)
    }

    fn key(self, name: String) -> Key {
        Key { name, names: self.distinct.names, of: self.of }
    }
}

/// What was found, the first thousand of each kind.
#[derive(Default)]
struct Found {
    all: Vec<Finding>,
    counts: HashMap<&'static str, usize>,
}

impl Found {
    fn push(&mut self, code: &'static str, make: impl FnOnce() -> Finding) {
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count <= LISTED {
            self.all.push(make());
        }
    }

    fn done(mut self) -> Vec<Finding> {
        let mut more: Vec<_> = self.counts.into_iter().filter(|(_, count)| *count > LISTED).collect();
        more.sort_unstable();
        let severity =
            |code: &str| self.all.iter().find(|f| f.code == code).map_or(Severity::Error, |f| f.severity);
        let rest: Vec<Finding> = more
            .into_iter()
            .map(|(code, count)| {
                let finding = Finding::error("and_more").fact("count", count - LISTED);
                Finding { severity: severity(code), ..finding }
            })
            .collect();
        self.all.extend(rest);
        self.all
    }
}

/// A row that is being read.
struct At<'a> {
    sheet: &'a Sheet,
    row: u32,
    cells: &'a [Placed],
}

struct Reader<'a> {
    grid: &'a Grid,
    names: &'a Names<'a>,
    options: &'a Options,
    allowed: HashSet<Cleaning>,
    frequency: Option<Frequency>,
    entity: Keys,
    period: Keys,
    /// Texts of the rows, by the place among the scheme's columns of texts.
    labels: BTreeMap<usize, Vec<Option<String>>>,
    columns: BTreeMap<usize, Builder>,
    texts: Vec<(String, Vec<Option<String>>)>,
    rows: Vec<(u32, u32)>,
    cleaned: Vec<Cleaned>,
    notes: Vec<Note>,
    found: Found,
    /// Cells of formulas with more digits than Excel shows, by variable.
    computed: BTreeMap<usize, (usize, String)>,
    scales: HashMap<(usize, String), Option<Scale>>,
    cumulative: Option<String>,
    has_period: bool,
}

impl<'a> Reader<'a> {
    fn new(grid: &'a Grid, names: &'a Names<'a>, options: &'a Options) -> Self {
        let declared = names.document.map(|d| d.cleaning.as_slice()).unwrap_or_default();
        Reader {
            grid,
            names,
            options,
            allowed: declared.iter().chain(&options.cleaning).copied().collect(),
            frequency: names.document.map(|d| d.period),
            entity: Keys::default(),
            period: Keys::default(),
            labels: BTreeMap::new(),
            columns: BTreeMap::new(),
            texts: Vec::new(),
            rows: Vec::new(),
            cleaned: Vec::new(),
            notes: Vec::new(),
            found: Found::default(),
            computed: BTreeMap::new(),
            scales: HashMap::new(),
            cumulative: None,
            has_period: false,
        }
    }

    fn document(&self) -> Option<&'a Document> {
        self.names.document
    }

    fn sheet(&mut self, index: usize, sheet: &Sheet, layout: &Layout) -> Result<(), Vec<Finding>> {
        self.titles(sheet, layout);
        let (fixed, year) = self.fixed_period(sheet, layout);
        self.has_period |= layout.period.is_some() || fixed.is_some();
        // Columns that other sheets had are missing on the rows of this one, and the other way round.
        for (variable, ..) in &layout.variables {
            let rows = self.rows.len();
            self.columns.entry(*variable).or_insert_with(|| filled(rows));
        }
        self.open_texts(layout);
        let data: Vec<u32> = match self.document() {
            Some(_) => layout.variables.iter().map(|(_, column, _)| *column).collect(),
            None => layout.others.iter().map(|h| h.column).collect(),
        };
        let kept = self.document().map(|d| d.benchmarks.as_slice()).unwrap_or_default();
        let kinds = rows::kinds(sheet, &layout.header, self.names, layout.entity.column, &data, kept);
        let last = layout.header.columns.iter().map(|h| h.column).max().unwrap_or_default();
        for (row, kind) in kinds {
            let at = At { sheet, row, cells: sheet.row(row) };
            if kind != Row::Data {
                self.left_out(&at, kind, layout);
                continue;
            }
            if let Some(beyond) = at.cells.iter().find(|p| p.column > last) {
                self.beyond(&at, beyond)?;
            }
            self.rows.push((index as u32, row));
            self.keys(&at, layout, fixed.as_deref(), year);
            for (k, column) in &layout.labels {
                let texts = self.labels.entry(*k).or_default();
                texts.resize(self.rows.len() - 1, None);
                texts.push(find(at.cells, *column).map(|cell| cell.written().trim().to_owned()));
            }
            self.numbers(&at, layout);
            self.other_texts(&at, layout);
        }
        Ok(())
    }

    /// What stands above the table.
    fn titles(&mut self, sheet: &Sheet, layout: &Layout) {
        let above = sheet.rows().take_while(|(row, _)| *row < layout.header.rows.0);
        for (row, cells) in above {
            let texts = cells.iter().filter_map(|p| Some((p.column, p.cell.text()?)));
            self.notes.extend(texts.map(|(column, text)| note(sheet, row, column, text)));
        }
    }

    /// The period of a sheet without a column of periods, and the year for cells without one.
    fn fixed_period(&mut self, sheet: &Sheet, layout: &Layout) -> (Option<String>, Option<i32>) {
        let given = self.options.period.as_deref().filter(|_| layout.period.is_none());
        if let Some(given) = given {
            let year = Period::parse_like(given, self.frequency).map(Period::calendar_year);
            return (Some(given.to_owned()), year);
        }
        let named = when::find(&sheet.name).map(|found| (found, "period_from_sheet", sheet.name.clone()));
        let titled = || {
            let (found, row, column) = when::in_titles(sheet, layout.header.rows.0)?;
            Some((found, "period_from_title", sheet.address(row, column)))
        };
        let Some((found, code, cell)) = named.or_else(titled) else { return (None, None) };
        if layout.period.is_some() || self.document().is_none() && self.grid.sheets.len() < 2 {
            return (None, Some(found.year));
        }
        let place = Place { cell: Some(cell), period: Some(found.text.clone()), ..Place::default() };
        self.found.push(code, || Finding::info(code).placed(place).fact("period", &found.text));
        (Some(found.text), Some(found.year))
    }

    fn left_out(&mut self, at: &At<'_>, kind: Row, layout: &Layout) {
        let first = at.cells.first().map(|p| (p.column, p.cell.written())).unwrap_or_default();
        let code = match kind {
            Row::Note | Row::Data => {
                let texts = at.cells.iter().filter_map(|p| Some((p.column, p.cell.text()?)));
                self.notes.extend(texts.map(|(column, text)| note(at.sheet, at.row, column, text)));
                return;
            }
            Row::Subtotal => "row_subtotal",
            Row::Section => "row_section",
            Row::Numbering => "row_numbering",
            Row::Repeated => "row_repeated",
        };
        let (column, text) = match (kind, at.sheet.shown(at.row, layout.entity.column)) {
            (Row::Subtotal, Some(cell)) => (layout.entity.column, cell.written()),
            _ => first,
        };
        let cell = at.sheet.address(at.row, column);
        let place = Place { cell: Some(cell), value: Some(shown(&text)), ..Place::default() };
        self.found.push(code, || Finding::info(code).placed(place).fact("text", shown(text.trim())));
    }

    /// A cell to the right of the header: in text a comma too many, in a workbook a remark.
    fn beyond(&mut self, at: &At<'_>, cell: &Placed) -> Result<(), Vec<Finding>> {
        let address = at.sheet.address(at.row, cell.column);
        let place =
            Place { cell: Some(address), value: Some(shown(&cell.cell.written())), ..Place::default() };
        if self.grid.text {
            return Err(vec![Finding::error("row_too_long").placed(place).fact("line", at.row + 1)]);
        }
        self.found.push("column_without_heading", || {
            Finding::info("column_without_heading").placed(place).fact("text", shown(&cell.cell.written()))
        });
        Ok(())
    }

    fn place(&self, at: &At<'_>, column: u32, name: String, value: Option<&str>) -> Place {
        let row = self.rows.len().saturating_sub(1);
        let key = |keys: &Keys| keys.get(row).map(str::to_owned);
        Place {
            row: Some(row),
            cell: Some(at.sheet.address(at.row, column)),
            entity: key(&self.entity),
            period: key(&self.period),
            column: Some(name),
            value: value.map(shown),
            ..Place::default()
        }
    }

    fn log(&mut self, at: &At<'_>, column: u32, before: String, after: String, why: Vec<Cleaning>) {
        let cell = at.sheet.address(at.row, column);
        self.cleaned.push(Cleaned { cell, before, after, why });
    }

    /// Without a scheme every column is a text.
    fn open_texts(&mut self, layout: &Layout) {
        if self.document().is_some() {
            return;
        }
        let rows = self.rows.len();
        for heading in &layout.others {
            let name = heading.text();
            if self.texts.iter().all(|(known, _)| *known != name) {
                self.texts.push((name, vec![None; rows]));
            }
        }
    }

    fn other_texts(&mut self, at: &At<'_>, layout: &Layout) {
        if self.document().is_some() {
            return;
        }
        for heading in &layout.others {
            let name = heading.text();
            let text = at.sheet.shown(at.row, heading.column).map(|cell| self.text(at, heading.column, cell));
            if let Some((_, texts)) = self.texts.iter_mut().find(|(known, _)| *known == name) {
                texts.push(text.flatten());
            }
        }
        let rows = self.rows.len();
        self.texts.iter_mut().for_each(|(_, texts)| texts.resize(rows, None));
    }

    /// A cell of a column that no scheme knows: cleaned where that is declared, else as it stands.
    fn text(&mut self, at: &At<'_>, column: u32, cell: &Cell) -> Option<String> {
        let reading = clean::number(cell, &[], &self.names.units);
        let allowed = !reading.needs.is_empty() && reading.needs.iter().all(|n| self.allowed.contains(n));
        match reading.said {
            Said::Nothing if allowed => {
                self.log(at, column, cell.written(), String::new(), reading.needs);
                None
            }
            Said::Number(decimal, None) if allowed => {
                let after = numbers::written(&decimal, &Scale::Same);
                self.log(at, column, cell.written(), after.clone(), reading.needs);
                Some(after)
            }
            _ => Some(cell.written()),
        }
    }

    fn done(mut self, sheets: &[(&Sheet, Layout)]) -> Table {
        let rows = self.rows.len();
        let document = self.document();
        let first = sheets.first().map(|(_, layout)| layout);
        let entity = first.map(|l| l.entity.text()).unwrap_or_default();
        let written =
            sheets.iter().find_map(|(_, layout)| layout.period.as_ref()).map(super::header::Heading::text);
        let spoken = if entity.is_ascii() { "period" } else { "时期" };
        let period = self.has_period.then(|| written.unwrap_or_else(|| spoken.to_owned()));
        for (variable, (count, cell)) in std::mem::take(&mut self.computed) {
            let Some(variable) = document.map(|d| &d.variables[variable]) else { continue };
            let place = Place { cell: Some(cell), column: Some(variable.id.clone()), ..Place::default() };
            self.found.all.push(
                Finding::info("digits_computed")
                    .placed(place)
                    .fact("variable", &variable.id)
                    .fact("count", count),
            );
        }
        if let Some(text) = &self.cumulative {
            let place = Place { period: Some(text.clone()), ..Place::default() };
            self.found.all.push(Finding::info("periods_cumulative").placed(place).fact("period", text));
        }
        let mut origin =
            Origin::new(sheets.iter().map(|(s, _)| s.name.clone()).collect(), std::mem::take(&mut self.rows));
        let places =
            |of: &dyn Fn(&Layout) -> Option<u32>| sheets.iter().map(|(_, l)| of(l)).collect::<Vec<_>>();
        origin = origin.column(entity.clone(), places(&|l| Some(l.entity.column)));
        if let Some(name) = &period {
            origin = origin.column(name.clone(), places(&|l| l.period.as_ref().map(|h| h.column)));
        }
        let mut columns = Vec::new();
        for (variable, builder) in self.columns {
            let Some(id) = document.map(|d| d.variables[variable].id.clone()) else { continue };
            let of = |l: &Layout| l.variables.iter().find(|(v, ..)| *v == variable).map(|(_, c, _)| *c);
            origin = origin.column(id.clone(), places(&of));
            columns.push((id, builder.done()));
        }
        let mut texts = self.texts;
        if let (None, Some(name)) =
            (document, period.as_ref().filter(|name| texts.iter().all(|(t, _)| t != *name)))
        {
            let keys = &self.period;
            let text = |row| keys.get(row).map(str::to_owned);
            texts.push((name.clone(), (0..keys.of.len()).map(text).collect()));
        }
        let names = document.map(|d| d.text_columns()).unwrap_or_default();
        for (k, mut own) in self.labels {
            let Some(name) = names.get(k).map(|name| (*name).to_owned()) else { continue };
            own.resize(rows, None);
            let at = |l: &Layout| l.labels.iter().find(|(own, _)| *own == k).map(|(_, column)| *column);
            origin = origin.column(name.clone(), places(&at));
            texts.push((name, own));
        }
        let mut unread: Vec<String> = Vec::new();
        for heading in sheets.iter().flat_map(|(_, l)| &l.others).map(super::header::Heading::text) {
            if document.is_some() && !unread.contains(&heading) {
                unread.push(heading);
            }
        }
        Table {
            entity: self.entity.key(entity),
            period: period.map(|name| self.period.key(name)),
            columns,
            texts,
            unread,
            origin: origin.into(),
            cleaned: self.cleaned,
            notes: self.notes,
            findings: self.found.done(),
            sheets: sheets.iter().map(|(s, _)| s.name.clone()).collect(),
            cumulative: self.cumulative.is_some(),
        }
    }
}

fn filled(rows: usize) -> Builder {
    let mut builder = Builder::default();
    (0..rows).for_each(|_| builder.missing());
    builder
}

fn note(sheet: &Sheet, row: u32, column: u32, text: &str) -> Note {
    Note { cell: sheet.address(row, column), text: text.trim().to_owned() }
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}
