//! From the rows of sheets to a table: keys, numbers, the log of what was cleaned, and what is wrong with single cells.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::clean::{self, Decimal, Reading, Said};
use super::column::{Builder, Scale};
use super::grid::{Cell, Placed, Sheet, find};
use super::layout::Layout;
use super::names::Names;
use super::rows::{self, Row};
use super::table::{Cleaned, Key, Note, Table};
use super::when::{self, When};
use super::{Grid, Options};
use crate::finding::{Finding, Place, Severity};
use crate::panel::{Origin, Period};
use crate::scheme::Cleaning;
use crate::scheme::model::{Document, Frequency};

/// Findings of one kind that are listed; the rest is counted.
const LISTED: usize = 1000;
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
    names: Vec<String>,
    places: HashMap<String, u32>,
    of: Vec<u32>,
}

impl Keys {
    fn push(&mut self, name: Option<&str>) {
        let of = name.map_or(u32::MAX, |name| {
            if let Some(place) = self.places.get(name) {
                return *place;
            }
            let place = self.names.len() as u32;
            self.names.push(name.to_owned());
            self.places.insert(name.to_owned(), place);
            place
        });
        self.of.push(of);
    }

    fn last(&self) -> Option<&str> {
        self.of.last().and_then(|of| self.names.get(*of as usize)).map(String::as_str)
    }

    fn key(self, name: String) -> Key {
        Key { name, names: self.names, of: self.of }
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
    class: Vec<Option<String>>,
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
            class: Vec::new(),
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
            if let Some(column) = layout.class {
                self.class.resize(self.rows.len() - 1, None);
                self.class.push(find(at.cells, column).map(|cell| cell.written().trim().to_owned()));
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

    fn keys(&mut self, at: &At<'_>, layout: &Layout, fixed: Option<&str>, year: Option<i32>) {
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

    fn period_of(&mut self, at: &At<'_>, column: u32, heading: &str, year: Option<i32>) -> Option<String> {
        match when::read(at.sheet.shown(at.row, column), year, self.frequency, self.grid.text) {
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

    fn numbers(&mut self, at: &At<'_>, layout: &Layout) {
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

    fn place(&self, at: &At<'_>, column: u32, name: String, value: Option<&str>) -> Place {
        let row = self.rows.len().saturating_sub(1);
        let key = |keys: &Keys| {
            let of = keys.of.get(row).and_then(|of| keys.names.get(*of as usize));
            of.cloned()
        };
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
                let after = written(&decimal, &Scale::Same);
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
            let of = |of: &u32| keys.names.get(*of as usize).cloned();
            texts.push((name.clone(), keys.of.iter().map(of).collect()));
        }
        if let Some(name) = document.and_then(|d| d.class_column.clone()).filter(|_| !self.class.is_empty()) {
            self.class.resize(rows, None);
            origin = origin.column(name.clone(), places(&|l| l.class));
            texts.push((name, self.class));
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

/// A decimal as it is written, in the unit that it is brought to.
fn written(decimal: &Decimal, scale: &Scale) -> String {
    if let (Decimal::Typed(text), Scale::Same) = (decimal, scale) {
        return text.clone();
    }
    let mut builder = Builder::default();
    builder.push(decimal, scale);
    builder.done().values().first().map(ToString::to_string).unwrap_or_default()
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

/// A name with its spaces made visible.
fn visible(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars().take(SHOWN) {
        match c {
            ' ' | '\u{3000}' => text.push('␣'),
            c if clean::is_stray(c) => text.extend(c.escape_unicode()),
            c => text.push(c),
        }
    }
    text
}
