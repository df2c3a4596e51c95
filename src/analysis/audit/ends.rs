//! Who has the lowest and the highest number of each indicator, and how far from the next: what all others are measured by where a rule
//! takes minimum and maximum.

use serde::Serialize;

use super::seen::{Seen, beside, percent};
use super::{Check, Status};
use crate::report::{Fact, Label, Names, Sentence, Table};

/// The lowest and the highest number of an indicator.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ends {
    /// Indicator.
    pub indicator: String,
    /// The lowest number.
    pub low: f64,
    /// Whose it is; none where several have it.
    pub low_by: Option<String>,
    /// The part of the range up to the next number.
    pub low_gap: f64,
    /// The highest number.
    pub high: f64,
    /// Whose it is; none where several have it.
    pub high_by: Option<String>,
    /// The part of the range down to the next number.
    pub high_gap: f64,
}

/// The ends of every indicator that has numbers.
pub(super) fn ends(seen: &Seen<'_>) -> Vec<Ends> {
    seen.indicators.iter().filter_map(|i| of(seen, *i)).collect()
}

fn of(seen: &Seen<'_>, indicator: usize) -> Option<Ends> {
    let x = seen.values(indicator);
    let mut order: Vec<usize> = (0..x.len()).filter(|k| !x[*k].is_nan()).collect();
    order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
    let (low, high) = (x[*order.first()?], x[*order.last()?]);
    let alone = |mut of: Box<dyn Iterator<Item = &usize> + '_>| {
        let end = *of.next()?;
        let next = of.next().map_or(f64::NAN, |k| x[*k]);
        Some((seen.entity(end), (x[end] - next).abs())).filter(|(_, gap)| *gap != 0.0)
    };
    let (low_by, low_gap) = alone(Box::new(order.iter())).unzip();
    let (high_by, high_gap) = alone(Box::new(order.iter().rev())).unzip();
    let part = |gap: Option<f64>| gap.unwrap_or(0.0) / (high - low);
    Some(Ends {
        indicator: seen.id(indicator),
        low,
        low_by,
        low_gap: part(low_gap),
        high,
        high_by,
        high_gap: part(high_gap),
    })
}

pub(super) fn check(seen: &Seen<'_>) -> Vec<Check> {
    let found = ends(seen);
    vec![apart(seen, &found), one(seen, &found)]
}

/// Whether an end lies far from all others.
fn apart(seen: &Seen<'_>, found: &[Ends]) -> Check {
    let limit = seen.limits.ends;
    let check = Check::new("ends_apart", limit);
    let each =
        found.iter().flat_map(|own| [(own, &own.low_by, own.low_gap), (own, &own.high_by, own.high_gap)]);
    // Of two numbers each is as far from the other as the range is.
    let each: Vec<(&Ends, &Option<String>, f64)> =
        each.filter(|(_, _, gap)| !gap.is_nan() && seen.rows.len() > 2).collect();
    if each.is_empty() {
        return check.none(Sentence::new("audit_no_ends"));
    }
    let largest = each.iter().map(|(_, _, gap)| *gap).fold(f64::NAN, f64::max);
    let far: Vec<&(&Ends, &Option<String>, f64)> = each.iter().filter(|(_, _, gap)| *gap > limit).collect();
    let say = |(own, by, gap): &&(&Ends, &Option<String>, f64)| {
        let said = Sentence::new("audit_end").fact("name", seen.names.node(&own.indicator));
        said.text("by", by.as_deref().unwrap_or_default()).fact("share", percent(*gap)).into()
    };
    let (status, code) =
        if far.is_empty() { (Status::Pass, "audit_ends_near") } else { (Status::Warn, "audit_ends_apart") };
    let said = Sentence::new(code).fact("limit", percent(limit)).fact("names", Fact::list(&far, say));
    let mut check = check.found(status, largest, said);
    check.indicators = far.iter().map(|(own, ..)| own.indicator.clone()).collect();
    let by: indexmap::IndexSet<String> = far.iter().filter_map(|(_, by, _)| (*by).clone()).collect();
    check.entities = by.into_iter().collect();
    check
}

/// Whether one entity has the lowest, or the highest, number of most indicators.
fn one(seen: &Seen<'_>, found: &[Ends]) -> Check {
    let limit = seen.limits.ends;
    let check = Check::new("ends_by_one", limit);
    if found.len() < 2 {
        return check.none(Sentence::new("audit_one_indicator"));
    }
    let mut counts: indexmap::IndexMap<(bool, &str), usize> = indexmap::IndexMap::new();
    for own in found {
        for (high, by) in [(false, &own.low_by), (true, &own.high_by)] {
            if let Some(by) = by {
                *counts.entry((high, by)).or_default() += 1;
            }
        }
    }
    let share = |count: &usize| *count as f64 / found.len() as f64;
    let most = counts.values().map(share).fold(0.0, f64::max);
    let many: Vec<((bool, &str), usize)> =
        counts.iter().filter(|(_, count)| share(count) > limit).map(|(key, count)| (*key, *count)).collect();
    let say = |((high, by), count): &((bool, &str), usize)| {
        let code = if *high { "audit_highest" } else { "audit_lowest" };
        beside(Label::plain(by), Sentence::new(code).fact("count", *count).into())
    };
    let (status, code) = if many.is_empty() {
        (Status::Pass, "audit_ends_shared")
    } else {
        (Status::Warn, "audit_ends_by_one")
    };
    let said = Sentence::new(code).fact("limit", percent(limit)).fact("count", found.len());
    let mut check = check.found(status, most, said.fact("names", Fact::list(&many, say)));
    let by: indexmap::IndexSet<String> = many.iter().map(|((_, by), _)| (*by).to_owned()).collect();
    check.entities = by.into_iter().collect();
    check
}

/// Who sets which end.
pub(super) fn table(rows: &[Ends], names: Names<'_>) -> Table {
    let by = |by: &Option<String>| by.as_deref().map(Label::plain);
    let measure = |id: &str| names.measure(id);
    let table = Table::of("ends", rows)
        .names("indicator", "col_indicator", |r| &r.indicator, |id| names.node(id))
        .measured("low", "col_min", |r| &r.indicator, measure, |r| r.low)
        .labels("low_by", "col_low_by", |r| by(&r.low_by))
        .percent("low_gap", "col_low_gap", 1, |r| r.low_gap)
        .measured("high", "col_max", |r| &r.indicator, measure, |r| r.high)
        .labels("high_by", "col_high_by", |r| by(&r.high_by))
        .percent("high_gap", "col_high_gap", 1, |r| r.high_gap);
    table.done().titled("table_ends")
}
