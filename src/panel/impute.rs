//! Missing values filled as the scheme decided, each with where its value comes from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Column, Panel, Period};
use crate::Lang;
use crate::finding::Finding;
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

/// One cell that was filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filled {
    /// Row of the panel.
    pub row: usize,
    /// By which policy.
    pub how: Missing,
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
}

impl Source {
    /// In words: "carried forward from 2022", "以 30 个同类对象计".
    pub fn message(self, lang: Lang) -> String {
        let (code, facts) = self.said(Source::CODES, |period| period.to_string());
        crate::text::render(code, lang, &facts)
    }

    /// Codes of the catalogue: of an earlier period, of two periods, of peers, of a constant.
    pub(crate) const CODES: [&str; 4] = ["from_period", "from_between", "from_peers", "from_constant"];

    /// One of four codes with its facts; `text` writes periods.
    pub(crate) fn said(
        self,
        [period, between, peers, constant]: [&'static str; 4],
        text: impl Fn(Period) -> String,
    ) -> (&'static str, Vec<(&'static str, String)>) {
        match self {
            Source::Period(from) => (period, vec![("from", text(from))]),
            Source::Between(from, to) => (between, vec![("from", text(from)), ("to", text(to))]),
            Source::Peers(n) => (peers, vec![("peers", n.to_string())]),
            Source::Constant => (constant, Vec::new()),
        }
    }

    /// As an information of one of four codes about a cell of a panel.
    pub(crate) fn finding(self, codes: [&'static str; 4], panel: &Panel) -> Finding {
        let (code, facts) = self.said(codes, |period| panel.period_text(period));
        Finding { facts, ..Finding::info(code) }
    }
}

/// What fills a missing value.
struct Fill {
    row: usize,
    value: f64,
    /// The exact number, where the float's decimal is another one.
    exact: Option<Exact>,
    from: Source,
}

impl Fill {
    /// An exact number for a missing value, if `f64` knows its size.
    fn exactly(row: usize, exact: Exact, from: Source) -> Option<Self> {
        let value = exact.to_f64();
        let exact = Some(exact).filter(|x| *x != Exact::of(value));
        value.is_finite().then_some(Fill { row, value, exact, from })
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
    let values = column.values();
    let fills = match how {
        _ if !values.iter().any(|x| x.is_nan()) => Vec::new(),
        Missing::Error | Missing::Skip | Missing::Full => Vec::new(),
        Missing::Zero => constant(values),
        Missing::CarryForward => carried(panel, column),
        Missing::Interpolate => interpolated(panel, column),
        Missing::PeerMean => from_peers(panel, column, group, mean),
        Missing::PeerMedian => from_peers(panel, column, group, median),
    };
    Some(imputed(column, how, fills))
}

fn imputed(column: &Column, how: Missing, fills: Vec<Fill>) -> Imputed {
    if fills.is_empty() {
        return Imputed { column: column.clone(), filled: Vec::new() };
    }
    let filled = fills.iter().map(|f| Filled { row: f.row, how, from: f.from }).collect();
    let column = column.replaced(fills.into_iter().map(|f| (f.row, f.value, f.exact)));
    Imputed { column, filled }
}

fn constant(values: &[f64]) -> Vec<Fill> {
    let missing = values.iter().enumerate().filter(|(_, x)| x.is_nan());
    missing.map(|(row, _)| Fill { row, value: 0.0, exact: None, from: Source::Constant }).collect()
}

/// Every missing value with the row of the entity's last value before it, ascending by row.
fn missing_with_earlier(panel: &Panel, values: &[f64]) -> Vec<(usize, Option<usize>)> {
    let mut last: Vec<Option<u32>> = vec![None; panel.entity_count()];
    let mut missing = Vec::new();
    for (row, x) in values.iter().enumerate() {
        let entity = panel.entity_of(row);
        if x.is_nan() {
            missing.push((row, last[entity].map(|r| r as usize)));
        } else {
            last[entity] = Some(row as u32);
        }
    }
    missing
}

fn period(panel: &Panel, row: usize) -> Period {
    panel.periods()[panel.period_of(row)]
}

fn carried(panel: &Panel, column: &Column) -> Vec<Fill> {
    let fill = |(row, earlier): (usize, Option<usize>)| {
        let source = earlier?;
        let exact = column.long(source).cloned();
        let from = Source::Period(period(panel, source));
        Some(Fill { row, value: column.values()[source], exact, from })
    };
    missing_with_earlier(panel, column.values()).into_iter().filter_map(fill).collect()
}

fn interpolated(panel: &Panel, column: &Column) -> Vec<Fill> {
    let mut missing = missing_with_earlier(panel, column.values());
    let mut next: Vec<Option<u32>> = vec![None; panel.entity_count()];
    let mut fills = Vec::new();
    for (row, x) in column.values().iter().enumerate().rev() {
        let entity = panel.entity_of(row);
        if !x.is_nan() {
            next[entity] = Some(row as u32);
            continue;
        }
        let Some((_, Some(before))) = missing.pop() else { continue };
        let Some(after) = next[entity] else { continue };
        fills.extend(on_the_line(panel, column, before, row, after as usize));
    }
    fills.reverse();
    fills
}

fn on_the_line(panel: &Panel, column: &Column, before: usize, row: usize, after: usize) -> Option<Fill> {
    let (t0, t, t1) = (period(panel, before), period(panel, row), period(panel, after));
    let steps = |from: Period, to: Period| to.since(from).map(|n| Exact::of(f64::from(n)));
    let (done, left, all) = (steps(t0, t)?, steps(t, t1)?, steps(t0, t1)?);
    let sum = column.exact(before).mul(&left).add(&column.exact(after).mul(&done));
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
    variable: &str,
    how: Missing,
    group: &dyn Fn(usize) -> Option<u32>,
) -> Vec<((usize, u32), Exact, usize)> {
    let Some(column) = panel.column(variable) else { return Vec::new() };
    let statistic = if how == Missing::PeerMedian { median } else { mean };
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

/// Fills the missing values of a variable with statistics of peers that are given by period and group; periods and groups of missing values for
/// which there are none stand beside.
pub(crate) fn impute_from(
    panel: &Panel,
    variable: &str,
    how: Missing,
    group: &dyn Fn(usize) -> Option<u32>,
    given: &dyn Fn(usize, u32) -> Option<(Exact, usize)>,
) -> Option<(Imputed, BTreeSet<(usize, u32)>)> {
    let column = panel.column(variable)?;
    let (mut fills, mut lacking) = (Vec::new(), BTreeSet::new());
    for (row, _) in column.values().iter().enumerate().filter(|(_, x)| x.is_nan()) {
        let Some(group) = group(row) else { continue };
        match given(panel.period_of(row), group) {
            Some((exact, peers)) => fills.extend(Fill::exactly(row, exact, Source::Peers(peers))),
            None => drop(lacking.insert((panel.period_of(row), group))),
        }
    }
    Some((imputed(column, how, fills), lacking))
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
