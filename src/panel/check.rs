//! Plausibility checks: everything about the data that is wrong, or looks it, at once and with its place.

mod benchmarks;
mod classes;
mod columns;
mod frozen;
mod jumps;
mod missing;
mod names;
mod peers;
mod periods;
mod plausible;
mod renamed;
mod signs;
mod size;
mod spread;
mod totals;
mod units;

#[cfg(feature = "workbook")]
pub(crate) use names::{is_stray, tidy};
pub(crate) use periods::other_frequency;

use std::cmp::Reverse;
use std::collections::HashMap;

use super::{Column, Panel};
use crate::finding::{Finding, Severity, listed};
use crate::scheme::model::{Document, Variable};

/// What the checks want to know beyond the scheme and the panel.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckInput<'a> {
    /// Indicator and variable, wherever a formula of the indicator divides by the variable.
    pub denominators: &'a [(&'a str, &'a str)],
    /// Columns of the caller's data that did not become columns of the panel (the keys of row and period not among
    /// them).
    pub columns: &'a [&'a str],
    /// Variables that the scheme's formulas read; all, if not given. A missing column of the others is a warning.
    pub used: Option<&'a [&'a str]>,
    /// Missing values without which something cannot be computed, as variable and row of the panel in ascending order; all, if not
    /// given. What indicators say becomes of the others (`missing`, `impute`).
    pub needed: Option<&'a [(&'a str, usize)]>,
}

/// Checks a panel against its scheme. Lists every problem and refuses nothing; an empty list is a clean bill.
///
/// | severity | what |
/// |---|---|
/// | error | no such column (the nearest name is given), a missing value that the scheme does not allow, a zero that a formula divides by, a class that the scheme does not know, periods of another length than the scheme's |
/// | warning | negative counts and denominators, a lone minus sign, values ×10ⁿ off their entity's history, their peers or their benchmark, values that have not moved, totals unlike their parts, gaps in time, names that look like another entity, benchmarks and class members that are not there |
/// | info | columns and missing values without consequence |
///
/// Worst first, then in the order of the scheme's variables, then by the caller's row. Of each kind 1,000 are listed and
/// the others counted. Time is linear in rows.
///
/// # Missing values
/// A missing value takes part in no check but that of missing values; infinities and duplicates have been refused by the builder.
///
/// ```
/// # #[cfg(feature = "toml")] {
/// use kaohe::{CheckInput, Labels, Lang, Panel, Period, check};
/// let scheme = toml::from_str("kaohe = 1\nid = \"x\"\n[[variable]]\nid = \"firms\"\nunit = \"家\"").unwrap();
/// let year = Period::year(2023).unwrap();
/// let rows: Labels = ["兰州", "白银"].into_iter().collect();
/// let panel = Panel::builder(rows, vec![year, year]).column("firms", vec![731.0, -68.0]).build().unwrap();
/// let found = check(&scheme, &panel, &CheckInput::default());
/// assert_eq!(found[0].message(Lang::En), "firms of 白银 in 2023 is -68; a number of 家 cannot be negative");
/// # }
/// ```
pub fn check(document: &Document, panel: &Panel, input: &CheckInput<'_>) -> Vec<Finding> {
    let mut survey = Survey::new(document, panel, input);
    columns::check(&mut survey);
    periods::check(&mut survey);
    names::check(&mut survey);
    classes::check(&mut survey);
    missing::check(&mut survey);
    signs::check(&mut survey);
    jumps::check(&mut survey);
    size::check(&mut survey);
    plausible::check(&mut survey);
    benchmarks::check(&mut survey);
    renamed::check(&mut survey);
    frozen::check(&mut survey);
    totals::check(&mut survey);
    survey.sorted()
}

/// What all checks look at, and what they have found so far.
struct Survey<'a> {
    document: &'a Document,
    panel: &'a Panel,
    input: &'a CheckInput<'a>,
    /// The scheme's variables that the panel has, in the scheme's order.
    variables: Vec<(&'a Variable, &'a Column)>,
    /// Place of a variable in the scheme.
    rank: HashMap<&'a str, usize>,
    found: Vec<(Key, Finding)>,
}

/// Severity, column, row: the order of the list.
type Key = (Reverse<Severity>, usize, Option<usize>);

/// A cell that a check has something to say about.
#[derive(Debug, Clone, Copy)]
struct Hit<T> {
    /// Index into [`Survey::variables`].
    variable: usize,
    row: usize,
    fact: T,
}

impl<'a> Survey<'a> {
    fn new(document: &'a Document, panel: &'a Panel, input: &'a CheckInput<'a>) -> Self {
        let present = |v: &'a Variable| Some((v, panel.column(&v.id)?));
        Survey {
            document,
            panel,
            input,
            variables: document.variables.iter().filter_map(present).collect(),
            rank: document.variables.iter().enumerate().map(|(i, v)| (v.id.as_str(), i + 1)).collect(),
            found: Vec::new(),
        }
    }

    fn key(&self, finding: &Finding) -> Key {
        let column = finding.place.column.as_deref();
        let rank = column.map_or(0, |c| self.rank.get(c).copied().unwrap_or(usize::MAX));
        (Reverse(finding.severity), rank, finding.place.row)
    }

    /// Adds one finding.
    fn push(&mut self, finding: Finding) {
        self.found.push((self.key(&finding), finding));
    }

    /// Adds the findings of one kind; those beyond the limit are counted right behind the last one listed.
    fn push_all<T>(&mut self, hits: impl IntoIterator<Item = T>, make: impl FnMut(T) -> Finding) {
        let list = listed(hits, make);
        for finding in list {
            let key = match (finding.code, self.found.last()) {
                ("and_more", Some((last, _))) => *last,
                _ => self.key(&finding),
            };
            self.found.push((key, finding));
        }
    }

    /// Adds the findings of one kind about cells, in the scheme's order and then the caller's.
    fn push_cells<T>(&mut self, mut hits: Vec<Hit<T>>, mut make: impl FnMut(&Cell<'_>, &T) -> Finding) {
        let panel = self.panel;
        hits.sort_by_key(|h| (h.variable, panel.caller_row(h.row)));
        let variables = self.variables.clone();
        self.push_all(hits, |hit| {
            let (variable, column) = variables[hit.variable];
            let cell = Cell { panel, variable, column, value: column.values()[hit.row], row: hit.row };
            make(&cell, &hit.fact)
        });
    }

    fn sorted(mut self) -> Vec<Finding> {
        self.found.sort_by_key(|(key, _)| *key);
        self.found.into_iter().map(|(_, finding)| finding).collect()
    }

    /// The row of the same entity one period before.
    fn before(&self, row: usize) -> Option<usize> {
        self.panel.lagged(row, 1)
    }
}

/// One cell, for its message.
struct Cell<'a> {
    panel: &'a Panel,
    variable: &'a Variable,
    column: &'a Column,
    value: f64,
    row: usize,
}

impl Cell<'_> {
    /// The finding with its place and the facts that every message about a cell may name.
    fn fill(&self, finding: Finding) -> Finding {
        finding
            .of_row(self.panel.place(self.row, Some(&self.variable.id)))
            .fact("variable", &self.variable.id)
            .fact("value", self.value)
            .fact("unit", &self.variable.unit)
    }
}

/// Up to five names, and how many there are beyond.
fn some_of<T: std::fmt::Display>(names: &[T]) -> String {
    let mut text: Vec<String> = names.iter().take(5).map(ToString::to_string).collect();
    if names.len() > 5 {
        text.push(format!("… ({})", names.len()));
    }
    text.join(", ")
}
