//! Long tables (one row per entity, period and variable) turned wide, without losing a row.

use std::collections::{HashMap, HashSet};

use kaohe::arrow::{Index, Keys, NOBODY, Numbers};
use kaohe::{Exact, Finding, Place};

/// A table turned wide.
#[derive(Debug)]
pub(crate) struct Wide {
    pub(crate) entity: Vec<u32>,
    pub(crate) period: Vec<u32>,
    pub(crate) columns: Vec<(String, Numbers)>,
    /// Variables that are not wanted.
    pub(crate) unread: Vec<String>,
    /// The caller's first row of every row here.
    pub(crate) rows: Vec<usize>,
    /// The row here of every row of the caller; `None` where it has no key.
    at: Vec<Option<usize>>,
    /// Cells given twice.
    pub(crate) findings: Vec<Finding>,
}

/// Cells that a long table may spread over without a look at how many of them are given.
const FREE_CELLS: usize = 1 << 24;
/// Cells beyond these that each row of a long table may bring along.
const CELLS_A_ROW: usize = 64;

/// Spreads `value` over one column for each of the variables `wanted`, all if `None`; rows are the pairs of entity and
/// period in order of first appearance, and what no row gives is missing. Of a cell given twice the first counts, and the
/// second is reported. Where nearly all cells would be empty, nothing is spread, and this is reported.
pub(crate) fn spread(
    entity: &Keys,
    period: &Keys,
    variable: &Keys,
    value: &Numbers,
    wanted: Option<&[String]>,
) -> Wide {
    let named: Option<HashSet<&str>> = wanted.map(|names| names.iter().map(String::as_str).collect());
    let taken: Vec<bool> =
        variable.distinct().map(|v| named.as_ref().is_none_or(|n| n.contains(v.as_ref()))).collect();
    let mut pairs: HashMap<(u32, u32), usize> = HashMap::new();
    let mut wide = Wide {
        entity: Vec::new(),
        period: Vec::new(),
        columns: Vec::new(),
        unread: Vec::new(),
        rows: Vec::new(),
        at: vec![None; value.values.len()],
        findings: Vec::new(),
    };
    let mut cells: Vec<HashMap<usize, usize>> = vec![HashMap::new(); variable.names.len()];
    for row in 0..value.values.len() {
        let keys = (entity.of.get(row), period.of.get(row), variable.of.get(row));
        let (Some(who), Some(when), Some(what)) = keys else {
            continue; // a row without a key has been reported with the key
        };
        let pair = (who, when);
        let at = *pairs.entry(pair).or_insert_with(|| {
            wide.entity.push(pair.0);
            wide.period.push(pair.1);
            wide.rows.push(row);
            wide.rows.len() - 1
        });
        wide.at[row] = Some(at);
        if !taken[what as usize] {
            continue;
        }
        let seen = &mut cells[what as usize];
        match seen.get(&at) {
            Some(first) => wide.findings.push(twice(row, *first, entity, period, variable)),
            None => drop(seen.insert(at, row)),
        }
    }
    let width = taken.iter().filter(|taken| **taken).count();
    let size = wide.rows.len().saturating_mul(width);
    if size > FREE_CELLS && size / CELLS_A_ROW > value.values.len() {
        let finding = Finding::error("long_too_sparse").fact("rows", value.values.len());
        wide.findings.push(finding.fact("wide", wide.rows.len()).fact("columns", width));
        return wide;
    }
    let decimals: HashMap<usize, &Exact> = value.decimals.iter().map(|(row, x)| (*row, x)).collect();
    for ((name, seen), taken) in variable.distinct().zip(cells).zip(taken) {
        if !taken {
            wide.unread.push(name.into_owned());
            continue;
        }
        let mut values = vec![f64::NAN; wide.rows.len()];
        let mut exact: Vec<(usize, Exact)> = Vec::new();
        for (at, row) in seen {
            values[at] = value.values[row];
            exact.extend(decimals.get(&row).map(|x| (at, (*x).clone())));
        }
        exact.sort_by_key(|(at, _)| *at);
        let column = Numbers { values: values.into(), decimals: exact, findings: Vec::new() };
        wide.columns.push((name.into_owned(), column));
    }
    wide
}

impl Wide {
    /// A text column of the caller's table (classes), one text a row here: the first that is given, and a finding for every
    /// row that gives another one.
    pub(crate) fn texts(&mut self, column: &str, texts: Keys) -> Keys {
        let mut of = vec![NOBODY; self.rows.len()];
        for (row, at) in self.at.iter().enumerate() {
            let (Some(at), Some(text)) = (*at, texts.of.get(row)) else { continue };
            if of[at] == NOBODY {
                of[at] = text;
            } else if text != of[at] {
                let place = Place { row: Some(row), column: Some(column.to_owned()), ..Place::default() };
                let name = |i: u32| texts.names.get(i as usize);
                let finding = Finding::error("long_text_differs").placed(place).fact("column", column);
                self.findings.push(finding.fact("first", name(of[at])).fact("other", name(text)));
            }
        }
        Keys::new(texts.names, Index::Each(of))
    }
}

fn twice(row: usize, first: usize, entity: &Keys, period: &Keys, variable: &Keys) -> Finding {
    let text = |keys: &Keys| keys.name(row).unwrap_or_default().into_owned();
    let place = Place {
        row: Some(row),
        entity: Some(text(entity)),
        period: Some(text(period)),
        column: Some(text(variable)),
        ..Place::default()
    };
    Finding::error("long_twice")
        .placed(place)
        .fact("entity", text(entity))
        .fact("period", text(period))
        .fact("variable", text(variable))
        .fact("first", first)
}
