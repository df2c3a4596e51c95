//! From a caller's table to a panel of the core.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;
use kaohe::arrow::{Index, Keys};
use kaohe::{
    Column, DataError, Exact, Finding, Frequency, Panel, PanelBuilder, Period, Periods, Place, Scheme,
    Severity,
};

use crate::table::Table;

/// What is said of a column that could not be read at all.
const LOST: [&str; 3] = ["column_not_numeric", "column_damaged", "text_not_unicode"];

/// Rows without a readable period that are listed one by one.
const LISTED: usize = 1000;

/// What of a scheme matters to a panel.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Shape<'a> {
    /// Length of a period, to which dates are brought; as they are read if none.
    pub(crate) frequency: Option<Frequency>,
    /// The scheme whose columns of texts are taken over.
    pub(crate) texts: Option<&'a Scheme>,
    /// Entities that were renamed.
    pub(crate) alias: Option<&'a IndexMap<String, String>>,
}

impl<'a> From<&'a Scheme> for Shape<'a> {
    fn from(scheme: &'a Scheme) -> Self {
        let document = scheme.document();
        Shape { frequency: Some(document.period), texts: Some(scheme), alias: Some(&document.alias) }
    }
}

/// Entity, period and column: the row of a long table is another one than that of its panel.
type Cell = (String, Option<String>, String);

fn cell(finding: &Finding) -> Option<Cell> {
    let place = &finding.place;
    Some((place.entity.clone()?, place.period.clone(), place.column.clone()?))
}

/// What a panel is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be assessed: it is built only from a sound table.
    Sound,
    /// To be checked: rows that cannot be placed are left out and reported, so that the others are looked at too.
    Everything,
}

/// A panel, if there can be one, and what is wrong.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) panel: Option<Panel>,
    pub(crate) findings: Vec<Finding>,
    /// Row of the table for each row given to the panel; `None` if they are the same.
    kept: Option<Vec<usize>>,
    /// Cells that have been complained of.
    bad: HashSet<Cell>,
    /// Columns of which no cell could be read.
    unread: HashSet<String>,
}

impl Input {
    /// The table with its members, if it was given some.
    pub(crate) fn of(table: &Table, shape: Shape<'_>, purpose: Purpose) -> Self {
        let mut input = Input::alone(table, shape, purpose);
        if let (Some(panel), Some(members)) = (&input.panel, table.members.get()) {
            match members.get().below(panel) {
                Ok(panel) => input.panel = Some(panel),
                Err(found) => {
                    input.findings.extend(found);
                    if purpose == Purpose::Sound {
                        input.panel = None;
                    }
                }
            }
        }
        input
    }

    fn alone(table: &Table, shape: Shape<'_>, purpose: Purpose) -> Self {
        let caller = |row: usize| table.rows.as_ref().map_or(row, |rows| rows[row]);
        let mut findings = table.findings.clone();
        let lost = findings.iter().filter(|f| LOST.contains(&f.code)).filter_map(|f| f.place.column.clone());
        let unread = lost.collect();
        if let (Purpose::Sound, true, Some(periods)) = (purpose, findings.is_empty(), flawless(table, shape))
        {
            let mut input = Input { panel: None, findings, kept: None, bad: HashSet::new(), unread };
            match whole(table, shape, periods) {
                Ok(panel) => input.panel = Some(panel),
                Err(found) => input.refused(found, &caller),
            }
            return input;
        }
        let bad = findings.iter().filter(|f| f.severity == Severity::Error).filter_map(cell).collect();
        let (periods, unreadable) = periods(table, shape, &caller);
        findings.extend(unreadable);
        let rows = table.entity.of.len();
        let mut input = Input { panel: None, findings, kept: None, bad, unread };
        let placed = |row: usize| table.entity.of.get(row).is_some() && periods[row].is_some();
        if purpose == Purpose::Sound {
            if input.findings.iter().all(|f| f.severity != Severity::Error) && (0..rows).all(placed) {
                let periods: Vec<Period> = periods.into_iter().flatten().collect();
                match whole(table, shape, Periods::Each(periods)) {
                    Ok(panel) => input.panel = Some(panel),
                    Err(found) => input.refused(found, &caller),
                }
            }
            return input;
        }
        let mut seen: HashMap<(Option<u32>, Period), usize> = HashMap::new();
        let frequency = periods.iter().flatten().next().map(|p| p.frequency());
        let mut twice = Vec::new();
        let mut kept = Vec::with_capacity(rows);
        for row in (0..rows).filter(|&row| placed(row)) {
            let Some(period) = periods[row] else { continue };
            if seen.insert((table.entity.of.get(row), period), row).is_some() {
                twice.push(row);
            } else if Some(period.frequency()) == frequency {
                kept.push(row);
            }
        }
        // What the builder refuses is reported by the builder.
        let all: Vec<usize> = (0..rows).filter(|&r| placed(r)).collect();
        // Where no row can be placed, every one has been reported.
        let any = rows == 0 || !all.is_empty();
        if let (true, Err(found)) = (any, some(table, shape, &periods, &all, false)) {
            input.refused(found, &|row| caller(all.get(row).copied().unwrap_or(row)));
        }
        if !kept.is_empty() {
            input.panel = some(table, shape, &periods, &kept, true).ok();
        }
        input.kept = Some(kept.into_iter().map(caller).collect());
        input
    }

    /// The panel, or everything that is wrong with the table.
    pub(crate) fn sound(self) -> Result<Panel, DataError> {
        match self.panel {
            Some(panel) => Ok(panel),
            None => Err(DataError::new(self.findings)),
        }
    }

    fn refused(&mut self, found: Vec<Finding>, caller: &dyn Fn(usize) -> usize) {
        self.findings.extend(found.into_iter().map(|mut f| {
            f.place.row = f.place.row.map(caller);
            f
        }));
        self.bad.extend(self.findings.iter().filter_map(cell));
    }

    /// Adds what the checks found in the panel, at the rows of the caller; a cell that was complained of already is not
    /// also called missing.
    pub(crate) fn add(&mut self, found: Vec<Finding>) {
        for mut finding in found {
            if let (Some(row), Some(kept)) = (finding.place.row, &self.kept) {
                finding.place.row = kept.get(row).copied();
            }
            // A column whose heading looks like it has been named already.
            let near = |f: &Finding| f.code == "heading_near" && f.place.column == finding.place.column;
            if finding.code.starts_with("missing_column") && self.findings.iter().any(near) {
                continue;
            }
            let is_missing = matches!(finding.code, "missing_value" | "unfilled_value");
            if !(is_missing
                && cell(&finding)
                    .is_some_and(|cell| self.unread.contains(&cell.2) || self.bad.contains(&cell)))
            {
                self.findings.push(finding);
            }
        }
        self.findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    }
}

/// Reads a period; a date is brought to the length that the scheme works with.
pub(crate) fn period(shape: Shape<'_>, text: &str) -> Option<Period> {
    Period::parse_like(text, shape.frequency)
}

/// The periods of a key column by name.
fn distinct<'a>(shape: Shape<'a>, keys: &'a Keys) -> impl Iterator<Item = (Option<Period>, Cow<'a, str>)> {
    keys.distinct().map(move |name| (period(shape, &name).filter(|_| !keys.is_fraction(&name)), name))
}

/// The period of every row of a table in which nothing is amiss: every row has an entity, every period is one.
fn flawless(table: &Table, shape: Shape<'_>) -> Option<Periods> {
    let keys = table.period.as_ref()?;
    if !table.entity.of.is_whole() || !keys.of.is_whole() {
        return None;
    }
    let read: Vec<Period> = distinct(shape, keys).map(|(period, _)| period).collect::<Option<_>>()?;
    Some(match &keys.of {
        Index::Runs(runs) => {
            let starts = std::iter::once(0).chain(runs.iter().map(|(_, end)| *end));
            let run = |(start, (of, end)): (usize, &(u32, usize))| (read[*of as usize], end - start);
            Periods::Runs(starts.zip(runs).map(run).collect())
        }
        of => Periods::Each((0..of.len()).filter_map(|row| Some(read[of.get(row)? as usize])).collect()),
    })
}

/// The period of every row, each distinct text read once; and the rows whose text is no period.
pub(crate) fn periods(
    table: &Table,
    shape: Shape<'_>,
    caller: &dyn Fn(usize) -> usize,
) -> (Vec<Option<Period>>, Vec<Finding>) {
    let Some(keys) = &table.period else {
        return (
            vec![Some(Period::timeless(shape.frequency.unwrap_or_default())); table.entity.of.len()],
            Vec::new(),
        );
    };
    let read: Vec<Option<Period>> = distinct(shape, keys).map(|(period, _)| period).collect();
    let at = |row: usize| read.get(keys.of.get(row)? as usize).copied().flatten();
    let all: Vec<Option<Period>> = (0..keys.of.len()).map(at).collect();
    if read.iter().all(Option::is_some) {
        return (all, Vec::new());
    }
    let unread = (0..all.len()).filter(|&row| all[row].is_none() && keys.of.get(row).is_some());
    let findings = unread.take(LISTED).map(|row| {
        let text: String = keys.name(row).unwrap_or_default().chars().take(60).collect();
        let place = Place {
            row: Some(caller(row)),
            entity: table.entity.name(row).map(Cow::into_owned),
            period: Some(text.clone()),
            value: Some(text.clone()),
            ..Place::default()
        };
        let code = if keys.is_fraction(&text) { "period_number" } else { "period_not_readable" };
        Finding::error(code).placed(place).fact("value", text)
    });
    let findings = findings.collect();
    (all, findings)
}

/// The whole table, its columns as they lie.
fn whole(table: &Table, shape: Shape<'_>, periods: Periods) -> Result<Panel, Vec<Finding>> {
    let mut builder = spelled(Panel::builder_with(table.entity.labels(), periods), table, shape);
    for (name, column) in &table.columns {
        builder = builder.column(name, column.column());
    }
    for (name, keys) in texts(table, shape) {
        let texts = (0..keys.of.len()).map(|row| keys.name(row).map(Cow::into_owned)).collect();
        builder = builder.text(name, texts);
    }
    if let Some(origin) = &table.origin {
        builder = builder.origin(Arc::clone(origin));
    }
    builder.build().map_err(kaohe::DataError::into_findings)
}

/// With the periods as the table writes them, and the entities by the names that count.
fn spelled(builder: PanelBuilder, table: &Table, shape: Shape<'_>) -> PanelBuilder {
    let builder = match shape.alias {
        Some(alias) => builder.alias(alias),
        None => builder,
    };
    let names = table.period.iter().flat_map(|keys| distinct(shape, keys));
    names.fold(builder, |builder, (period, name)| match period {
        Some(period) => builder.spelled(period, &name),
        None => builder,
    })
}

/// Some rows of the table; `finite` makes infinities missing.
fn some(
    table: &Table,
    shape: Shape<'_>,
    periods: &[Option<Period>],
    rows: &[usize],
    finite: bool,
) -> Result<Panel, Vec<Finding>> {
    let taken: Vec<Period> = rows.iter().filter_map(|&row| periods[row]).collect();
    let mut builder =
        spelled(Panel::builder(table.entity.labels_of(rows.iter().copied()), taken), table, shape);
    for (name, column) in &table.columns {
        let cell =
            |&row: &usize| Some(column.values[row]).filter(|x| !finite || x.is_finite()).unwrap_or(f64::NAN);
        let values: Vec<f64> = rows.iter().map(cell).collect();
        let long: HashMap<usize, &Exact> = column.decimals.iter().map(|(row, x)| (*row, x)).collect();
        let long = rows.iter().enumerate().filter_map(|(i, row)| Some((i, (*long.get(row)?).clone())));
        builder = builder.column(name, Column::from(values).with_decimals(long));
    }
    for (name, keys) in texts(table, shape) {
        let texts = rows.iter().map(|&row| keys.name(row).map(Cow::into_owned)).collect();
        builder = builder.text(name, texts);
    }
    if let Some(origin) = &table.origin {
        builder = builder.origin(origin.taken(rows.iter().copied()));
    }
    builder.build().map_err(kaohe::DataError::into_findings)
}

/// The columns of texts that both scheme and table have.
fn texts<'a>(table: &'a Table, shape: Shape<'a>) -> impl Iterator<Item = (&'a str, &'a Keys)> {
    let wanted = shape.texts.map(|scheme| scheme.document().text_columns()).unwrap_or_default();
    let own = table.texts.iter().filter(move |(name, _)| wanted.contains(&name.as_str()));
    own.map(|(name, keys)| (name.as_str(), keys))
}
