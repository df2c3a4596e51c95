//! Who is screened out: rows with too few values, and those that the scheme names.

use std::sync::Arc;

use super::cells::{BoundedCells, Known, Origin};
use super::data::Data;
use super::exact::ExactCells;
use super::tree::share_among;
use crate::finding::{Finding, listed};
use crate::method::screening::Screen;
use crate::number::{Exact, Number};

/// The rows that are screened out, ascending, and why.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Screened {
    rows: Vec<bool>,
    why: Vec<(usize, Why)>,
}

/// Why a row is screened out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Why {
    /// The scheme says so.
    Named,
    /// So many of so many indicators have a value; the share that was asked for.
    Available { present: usize, all: usize, least: f64 },
    /// The indicators that have a value make this share of the weight.
    Weight { share: f64, least: f64 },
    /// So many of so many values are not zero.
    Nonzero { nonzero: usize, all: usize, least: f64 },
}

impl Screened {
    /// By row.
    pub(crate) fn rows(&self) -> &[bool] {
        &self.rows
    }

    /// Why a row is left out.
    pub(crate) fn why(&self, row: usize) -> Option<&Why> {
        let at = self.why.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        Some(&self.why[at].1)
    }
}

impl Why {
    /// As a finding: a warning.
    pub(crate) fn finding(&self) -> Finding {
        // To a tenth of a per cent.
        let percent = |share: f64| (share * 1000.0).round() / 10.0;
        match self {
            Why::Named => Finding::warning("screened_named"),
            Why::Available { present, all, least } => Finding::warning("screened_available")
                .fact("present", present)
                .fact("all", all)
                .fact("share", percent(*present as f64 / *all as f64))
                .fact("least", percent(*least)),
            Why::Weight { share, least } => Finding::warning("screened_weight")
                .fact("share", percent(*share))
                .fact("least", percent(*least)),
            Why::Nonzero { nonzero, all, least } => Finding::warning("screened_nonzero")
                .fact("nonzero", nonzero)
                .fact("all", all)
                .fact("share", percent(*nonzero as f64 / *all as f64))
                .fact("least", percent(*least)),
        }
    }
}

/// The rows that are screened out; none where there are no such rows. `known` are the data and the values of the indicators.
pub(super) fn screened(screen: Option<&Screen>, known: &Known<'_>) -> Option<Arc<Screened>> {
    let (screen, data) = (screen?, known.data);
    let weights: Vec<Vec<Exact>> = (0..data.plan.classes.len()).map(|class| weights(&data, class)).collect();
    let mut why = Vec::new();
    for row in (0..data.panel.len()).filter(|row| data.counts(*row)) {
        let name = data.panel.name_of(row);
        let is_in = |names: &[String]| names.iter().any(|own| *own == name);
        let found = match (is_in(&screen.leave), is_in(&screen.keep)) {
            (true, _) => Some(Why::Named),
            (_, true) => None,
            _ => reason(screen, known, row, &weights[data.class(row)]),
        };
        why.extend(found.map(|why| (row, why)));
    }
    let mut rows = vec![false; data.panel.len()];
    for (row, _) in &why {
        rows[*row] = true;
    }
    (!why.is_empty()).then(|| Arc::new(Screened { rows, why }))
}

/// The share of the whole that each indicator has in a class.
fn weights(data: &Data<'_>, class: usize) -> Vec<Exact> {
    let given = &data.plan.classes[class].weights;
    (0..data.plan.indicators.len()).map(|i| share_among::<Exact>(data.plan, given, i, |_| true)).collect()
}

fn reason(screen: &Screen, known: &Known<'_>, row: usize, weights: &[Exact]) -> Option<Why> {
    let data = known.data;
    let class = data.class(row);
    let counted: Vec<usize> = (0..data.plan.indicators.len())
        .filter(|i| data.plan.counts(class, *i) && data.applies(*i, row))
        .collect();
    let near = BoundedCells(*known);
    let present: Vec<usize> =
        counted.iter().copied().filter(|i| !near.untreated(*i, Some(row)).is_missing()).collect();
    let count = |n: usize| Exact::of(n as f64);
    let falls_short = |part: &Exact, all: &Exact, least: f64| part.is_less(&all.mul(&Exact::of(least)));
    if let Some(least) = screen.available
        && falls_short(&count(present.len()), &count(counted.len()), least)
    {
        return Some(Why::Available { present: present.len(), all: counted.len(), least });
    }
    if let Some(least) = screen.available_weight {
        let sum = |of: &[usize]| of.iter().fold(Exact::zero(), |sum, i| sum.add(&weights[*i]));
        let (part, all) = (sum(&present), sum(&counted));
        if falls_short(&part, &all, least) {
            return Some(Why::Weight { share: part.div(&all).to_f64(), least });
        }
    }
    let least = screen.nonzero?;
    let is_zero = |i: &usize| {
        let cell = near.untreated(*i, Some(row));
        cell.v.abs() <= cell.e && ExactCells(*known).untreated(*i, Some(row)).is_zero()
    };
    let nonzero = present.iter().filter(|i| !is_zero(i)).count();
    let few = falls_short(&count(nonzero), &count(present.len()), least);
    few.then_some(Why::Nonzero { nonzero, all: present.len(), least })
}

/// Each row that is screened out.
pub(super) fn check(screened: &Screened, data: &Data<'_>) -> Vec<Finding> {
    listed(screened.why.iter(), |(row, why)| {
        let place = data.panel.place(*row, None);
        let fact = |text: &Option<String>| text.clone().unwrap_or_default();
        let (entity, period) = (fact(&place.entity), fact(&place.period));
        why.finding().placed(place).fact("entity", entity).fact("period", period)
    })
}
