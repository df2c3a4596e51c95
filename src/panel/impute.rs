//! Missing values filled as the scheme decided, each with where its value comes from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Column, Panel, Period};
use crate::Lang;
use crate::finding::Finding;
use crate::method::imputation::{Carried, Impute, Line};
use crate::method::missing::Missing;
use crate::number::{Exact, Number, statistics};

/// One variable without the missing values that its policy can fill.
#[derive(Debug, Clone)]
pub struct Imputed {
    /// The column; the present values keep their bits. Without a missing value it is the column itself, not a copy.
    pub column: Column,
    /// What was filled, in panel order. A missing value that is not listed here is still one.
    pub filled: Vec<Filled>,
}

impl Imputed {
    /// With what another way fills beside it.
    pub(crate) fn and(self, other: Imputed) -> Imputed {
        let gap = |f: &Filled| self.column.values()[f.row].is_nan();
        let more: Vec<Filled> = other.filled.into_iter().filter(gap).collect();
        if more.is_empty() {
            return self;
        }
        let cell = |f: &Filled| (f.row, other.column.values()[f.row], other.column.long(f.row).cloned());
        let column = self.column.replaced(more.iter().map(cell));
        let mut filled = [self.filled, more].concat();
        filled.sort_by_key(|f| f.row);
        Imputed { column, filled }
    }
}

/// One cell that was filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filled {
    /// Row of the panel.
    pub row: usize,
    /// By which policy, as a scheme writes it.
    pub how: &'static str,
    /// From what.
    pub from: Source,
}

/// Where a filled value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The entity's value of this period.
    Period(Period),
    /// On the line between the entity's values of these two periods.
    Between(Period, Period),
    /// This many peers of the same period.
    Peers(usize),
    /// Nothing: the policy's constant.
    Constant,
    /// The entity's value of this period, which is a later one.
    Later(Period),
    /// This many of the entity's other indicators.
    Siblings(usize),
    /// The distribution of all indicators over this many entities.
    Distribution(usize),
    /// Nothing: a number of the scheme.
    Given,
}

/// Codes of the catalogue: of an earlier period, of two periods, of peers, of a constant, of a later period, of other indicators, of a
/// distribution.
pub(crate) type Codes = [&'static str; 8];

impl Source {
    /// In words: "carried forward from 2022", "以 30 个同类对象计".
    pub fn message(self, lang: Lang) -> String {
        let (code, facts) = self.said(Source::CODES, |period| period.to_string());
        crate::text::render(code, lang, &facts)
    }

    pub(crate) const CODES: Codes = [
        "from_period",
        "from_between",
        "from_peers",
        "from_constant",
        "from_later",
        "from_siblings",
        "from_distribution",
        "from_given",
    ];

    /// One of the codes with its facts; `text` writes periods.
    pub(crate) fn said(
        self,
        [period, between, peers, constant, later, siblings, distribution, given]: Codes,
        text: impl Fn(Period) -> String,
    ) -> (&'static str, Vec<(&'static str, String)>) {
        match self {
            Source::Period(from) => (period, vec![("from", text(from))]),
            Source::Between(from, to) => (between, vec![("from", text(from)), ("to", text(to))]),
            Source::Peers(n) => (peers, vec![("peers", n.to_string())]),
            Source::Constant => (constant, Vec::new()),
            Source::Later(from) => (later, vec![("from", text(from))]),
            Source::Siblings(n) => (siblings, vec![("siblings", n.to_string())]),
            Source::Distribution(n) => (distribution, vec![("peers", n.to_string())]),
            Source::Given => (given, Vec::new()),
        }
    }

    /// As an information of one of the codes about a cell of a panel.
    pub(crate) fn finding(self, codes: Codes, panel: &Panel) -> Finding {
        let (code, facts) = self.said(codes, |period| panel.period_text(period));
        Finding { facts, ..Finding::info(code) }
    }
}

/// What fills a missing value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fill {
    pub(crate) row: usize,
    pub(crate) value: f64,
    /// The exact number, where the float's decimal is another one.
    pub(crate) exact: Option<Exact>,
    pub(crate) from: Source,
}

impl Fill {
    /// An exact number for a missing value, if `f64` knows its size.
    pub(crate) fn exactly(row: usize, exact: Exact, from: Source) -> Option<Self> {
        let value = exact.to_f64();
        let exact = Some(exact).filter(|x| *x != Exact::of(value));
        value.is_finite().then_some(Fill { row, value, exact, from })
    }
}

/// Numbers of the rows of a panel, some of them missing.
pub(crate) trait Series {
    fn values(&self) -> &[f64];
    fn exact(&self, row: usize) -> Exact;
}

impl Series for Column {
    fn values(&self) -> &[f64] {
        Column::values(self)
    }
    fn exact(&self, row: usize) -> Exact {
        Column::exact(self, row)
    }
}

/// Fills the missing values of a variable.
///
/// | policy | filled with |
/// |---|---|
/// | `carry_forward` | the entity's last value before |
/// | `interpolate` | `(x₀·(t₁ − t) + x₁·(t − t₀)) / (t₁ − t₀)` between the entity's neighbouring values |
/// | `peer_mean` | `Σx / n` over the peers of the same period and group |
/// | `peer_median` | the middle one of them, or the mean of the two middle ones |
/// | `zero` | 0 |
///
/// What fills a missing value is the exact number, of the decimals as typed: a decimal or a ratio such as 2/3. The float that shows
/// it is the nearest one; what is decided further up is decided on the exact number.
///
/// `group` gives the peer group of a row, or `None` for a row that is nobody's peer (a benchmark): such a row is neither
/// counted nor filled by peers.
///
/// # Missing values
/// Only missing values change. A missing value stays one where its policy has nothing to go by (no earlier value, no peer), and for the
/// policies that fill no datum (`error`, `skip`, `full`). Nothing is filled
/// from a value that was filled itself.
///
/// # Errors
/// `None` if the panel has no such variable.
///
/// ```
/// use kaohe::method::missing::Missing;
/// use kaohe::{Labels, Panel, Period, impute};
/// let years = [2021, 2022, 2023].map(|y| Period::year(y).unwrap()).to_vec();
/// let rows: Labels = ["甘肃", "甘肃", "甘肃"].into_iter().collect();
/// let panel = Panel::builder(rows, years).column("rd", vec![1.1, f64::NAN, 1.3]).build().unwrap();
/// let done = impute(&panel, "rd", Missing::Interpolate, &|_| Some(0)).unwrap();
/// assert_eq!(done.column.values(), [1.1, 1.2, 1.3]);
/// assert_eq!(done.filled[0].from.message(kaohe::Lang::En), "interpolated between 2021 and 2023");
/// ```
pub fn impute(
    panel: &Panel,
    variable: &str,
    how: Missing,
    group: &dyn Fn(usize) -> Option<u32>,
) -> Option<Imputed> {
    let column = panel.column(variable)?;
    let way = Impute::of(how);
    let done = way.map(|way| impute_column(panel, column, &way, how.name(), group));
    Some(done.unwrap_or_else(|| Imputed { column: column.clone(), filled: Vec::new() }))
}

/// The same of a column, by a method that may have parameters.
pub(crate) fn impute_column(
    panel: &Panel,
    column: &Column,
    way: &Impute,
    how: &'static str,
    group: &dyn Fn(usize) -> Option<u32>,
) -> Imputed {
    if !column.values().iter().any(|x| x.is_nan()) {
        return Imputed { column: column.clone(), filled: Vec::new() };
    }
    let fills = match way {
        Impute::PeerMean(_) => from_peers(panel, column, group, mean),
        Impute::PeerMedian(_) => from_peers(panel, column, group, median),
        own => from_own(panel, column, own),
    };
    imputed(column, how, fills)
}

/// What a method fills from the entity's own numbers, or from none.
pub(crate) fn from_own<S: Series>(panel: &Panel, series: &S, way: &Impute) -> Vec<Fill> {
    match way {
        Impute::Constant(constant) => constants(series.values(), constant.value),
        Impute::CarryForward(how) => carried(panel, series, how),
        Impute::Interpolate(how) => interpolated(panel, series, how),
        _ => Vec::new(),
    }
}

fn imputed(column: &Column, how: &'static str, fills: Vec<Fill>) -> Imputed {
    if fills.is_empty() {
        return Imputed { column: column.clone(), filled: Vec::new() };
    }
    let filled = fills.iter().map(|f| Filled { row: f.row, how, from: f.from }).collect();
    let column = column.replaced(fills.into_iter().map(|f| (f.row, f.value, f.exact)));
    Imputed { column, filled }
}

fn constants(values: &[f64], value: f64) -> Vec<Fill> {
    let missing = values.iter().enumerate().filter(|(_, x)| x.is_nan());
    let from = if value == 0.0 { Source::Constant } else { Source::Given };
    missing.map(|(row, _)| Fill { row, value, exact: None, from }).collect()
}

/// A row without a value between the entity's rows that have one: the last before, and the first after it.
struct Gap {
    row: usize,
    before: Option<usize>,
    after: Option<usize>,
}

/// Every missing value, ascending by row.
fn gaps(panel: &Panel, values: &[f64]) -> Vec<Gap> {
    let mut last: Vec<Option<u32>> = vec![None; panel.entity_count()];
    let mut gaps = Vec::new();
    for (row, x) in values.iter().enumerate() {
        let entity = panel.entity_of(row);
        if x.is_nan() {
            gaps.push(Gap { row, before: last[entity].map(|r| r as usize), after: None });
        } else {
            last[entity] = Some(row as u32);
        }
    }
    let mut next: Vec<Option<u32>> = vec![None; panel.entity_count()];
    let mut open = gaps.iter_mut().rev().peekable();
    for (row, x) in values.iter().enumerate().rev() {
        let entity = panel.entity_of(row);
        if !x.is_nan() {
            next[entity] = Some(row as u32);
        } else if let Some(gap) = open.next_if(|gap| gap.row == row) {
            gap.after = next[entity].map(|r| r as usize);
        }
    }
    gaps
}

fn period(panel: &Panel, row: usize) -> Period {
    panel.periods()[panel.period_of(row)]
}

/// The number of another row.
fn taken<S: Series>(series: &S, row: usize, source: usize, from: Source) -> Fill {
    let value = series.values()[source];
    let exact = Some(series.exact(source)).filter(|x| *x != Exact::of(value));
    Fill { row, value, exact, from }
}

fn carried<S: Series>(panel: &Panel, series: &S, how: &Carried) -> Vec<Fill> {
    let fill = |gap: Gap| match (gap.before, gap.after) {
        (Some(source), _) => {
            let back = panel.period_of(gap.row) - panel.period_of(source);
            let near = how.within.is_none_or(|within| back <= usize::from(within));
            near.then(|| taken(series, gap.row, source, Source::Period(period(panel, source))))
        }
        (None, Some(source)) if how.ends => {
            Some(taken(series, gap.row, source, Source::Later(period(panel, source))))
        }
        _ => None,
    };
    gaps(panel, series.values()).into_iter().filter_map(fill).collect()
}

fn interpolated<S: Series>(panel: &Panel, series: &S, how: &Line) -> Vec<Fill> {
    let fill = |gap: Gap| match (gap.before, gap.after) {
        (Some(before), Some(after)) => on_the_line(panel, series, before, gap.row, after),
        (Some(source), None) if how.ends => {
            Some(taken(series, gap.row, source, Source::Period(period(panel, source))))
        }
        (None, Some(source)) if how.ends => {
            Some(taken(series, gap.row, source, Source::Later(period(panel, source))))
        }
        _ => None,
    };
    gaps(panel, series.values()).into_iter().filter_map(fill).collect()
}

fn on_the_line<S: Series>(
    panel: &Panel,
    series: &S,
    before: usize,
    row: usize,
    after: usize,
) -> Option<Fill> {
    let (t0, t, t1) = (period(panel, before), period(panel, row), period(panel, after));
    let steps = |from: Period, to: Period| to.since(from).map(|n| Exact::of(f64::from(n)));
    let (done, left, all) = (steps(t0, t)?, steps(t, t1)?, steps(t0, t1)?);
    let sum = series.exact(before).mul(&left).add(&series.exact(after).mul(&done));
    Fill::exactly(row, sum.div(&all), Source::Between(t0, t1))
}

/// Fills missing values with a statistic of the present values of the same period and group.
fn from_peers(
    panel: &Panel,
    column: &Column,
    group: &dyn Fn(usize) -> Option<u32>,
    statistic: fn(&Column, &mut [usize]) -> Exact,
) -> Vec<Fill> {
    let values = column.values();
    let mut fills = Vec::new();
    for p in 0..panel.periods().len() {
        let rows = panel.rows_of(p);
        // Only groups with a missing value are collected, so a panel with few missing values costs one look at each value.
        let mut peers: HashMap<u32, Vec<usize>> = HashMap::new();
        for row in rows.clone().filter(|&row| values[row].is_nan()) {
            if let Some(g) = group(row) {
                peers.entry(g).or_default();
            }
        }
        if peers.is_empty() {
            continue;
        }
        for row in rows.clone().filter(|&row| values[row].is_finite()) {
            if let Some(present) = group(row).and_then(|g| peers.get_mut(&g)) {
                present.push(row);
            }
        }
        let known: HashMap<u32, (Exact, usize)> = peers
            .into_iter()
            .map(|(g, mut present)| (g, (statistic(column, &mut present), present.len())))
            .collect();
        for row in rows.filter(|&row| values[row].is_nan()) {
            if let Some((exact, n)) = group(row).and_then(|g| known.get(&g)) {
                fills.extend(Fill::exactly(row, exact.clone(), Source::Peers(*n)));
            }
        }
    }
    fills
}

/// The statistic of the peers of every period and group that has rows, and how many of them have a value.
pub(crate) fn peer_statistics(
    panel: &Panel,
    column: &Column,
    way: &Impute,
    group: &dyn Fn(usize) -> Option<u32>,
) -> Vec<((usize, u32), Exact, usize)> {
    let statistic = if matches!(way, Impute::PeerMedian(_)) { median } else { mean };
    let mut peers: BTreeMap<(usize, u32), Vec<usize>> = BTreeMap::new();
    for (row, x) in column.values().iter().enumerate() {
        if let Some(group) = group(row) {
            let present = peers.entry((panel.period_of(row), group)).or_default();
            present.extend(x.is_finite().then_some(row));
        }
    }
    let number = |(key, mut present): ((usize, u32), Vec<usize>)| {
        (key, statistic(column, &mut present), present.len())
    };
    peers.into_iter().map(number).collect()
}

/// Fills the missing values of a column with statistics of peers that are given by period and group; periods and groups of missing values for
/// which there are none stand beside.
pub(crate) fn impute_from(
    panel: &Panel,
    column: &Column,
    how: &'static str,
    group: &dyn Fn(usize) -> Option<u32>,
    given: &dyn Fn(usize, u32) -> Option<(Exact, usize)>,
) -> (Imputed, BTreeSet<(usize, u32)>) {
    let (mut fills, mut lacking) = (Vec::new(), BTreeSet::new());
    for (row, _) in column.values().iter().enumerate().filter(|(_, x)| x.is_nan()) {
        let Some(group) = group(row) else { continue };
        match given(panel.period_of(row), group) {
            Some((exact, peers)) => fills.extend(Fill::exactly(row, exact, Source::Peers(peers))),
            None => drop(lacking.insert((panel.period_of(row), group))),
        }
    }
    (imputed(column, how, fills), lacking)
}

/// Groups of rows by the texts of a column, and their names; a row without a text is in none.
pub(crate) fn label_groups(panel: &Panel, column: &str) -> (Vec<Option<u32>>, Vec<String>) {
    let Some(texts) = panel.text(column) else { return (vec![None; panel.len()], Vec::new()) };
    let (mut known, mut names): (HashMap<&str, u32>, Vec<String>) = (HashMap::new(), Vec::new());
    let mut group = |text| {
        *known.entry(text).or_insert_with(|| {
            names.push(text.to_owned());
            names.len() as u32 - 1
        })
    };
    let of = texts.iter().map(|text| text.as_deref().map(str::trim).filter(|name| !name.is_empty()));
    let of = of.map(|text| text.map(&mut group)).collect();
    (of, names)
}

/// Mean of the numbers of some rows; missing if there are none.
fn mean(column: &Column, rows: &mut [usize]) -> Exact {
    statistics::mean(rows.iter().map(|row| column.exact(*row)))
}

/// The middle number of some rows, or the mean of the two middle ones.
fn median(column: &Column, rows: &mut [usize]) -> Exact {
    let values = column.values();
    let exact = |row: usize| column.exact(row);
    // Floats in order are decimals in order; only equal floats may stand for different decimals.
    rows.sort_by(|a, b| {
        let ties = || exact(*a).order(&exact(*b)).unwrap_or(std::cmp::Ordering::Equal);
        let order = values[*a].total_cmp(&values[*b]);
        if order.is_eq() && column.has_long() { ties() } else { order }
    });
    statistics::median(rows.len(), |k| exact(rows[k]))
}

#[cfg(test)]
#[path = "impute_tests.rs"]
mod tests;
