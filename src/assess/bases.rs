//! What parts compare with in other periods: fixed base periods that are not there, rows without an earlier value.

use std::collections::BTreeMap;

use super::data::Data;
use super::values::{self, PanelSums};
use crate::finding::{Finding, Place, listed};
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::method::part::Over;
use crate::method::rules::Kernel;
use crate::number::Number;
use crate::panel::{Panel, Period};
use crate::scheme::model::Document;
use crate::scheme::plan::{Leaf, Plan};

/// Fixed periods of reference sets that the panel lacks.
pub(super) fn absent(document: &Document, plan: &Plan, panel: &Panel) -> Vec<Finding> {
    let mut missing: Vec<(usize, &str)> = Vec::new();
    let treatments = (0..plan.indicators.len()).map(|indicator| plan.fitted_on(indicator));
    for scope in plan.leaves.iter().map(Leaf::scope).chain(treatments) {
        let Over::Fixed(label) = scope.over else { continue };
        let there = Period::parse(label).and_then(|p| panel.period_index(p)).is_some();
        if !there && !missing.contains(&(scope.indicator, label)) {
            missing.push((scope.indicator, label));
        }
    }
    let known: Vec<String> = panel.period_texts().collect();
    listed(missing, |(indicator, label)| {
        let id = &document.indicators[indicator].id;
        Finding::error("no_base_period")
            .placed(Place { period: Some(label.to_owned()), column: Some(id.clone()), ..Place::default() })
            .fact("indicator", id)
            .fact("period", label)
            .fact("known", known.join(", "))
    })
}

/// How many periods back a leaf looks for the entity's own value.
fn lags(leaf: &Leaf) -> Vec<u16> {
    let mut lags = Vec::new();
    let anchors = leaf.rule.anchors(&leaf.setting);
    for need in &leaf.needs {
        match need {
            Need::Lag(lag) | Need::RankBefore(lag) => lags.push(*lag),
            Need::Anchor(Anchor::Previous) => lags.push(1),
            Need::Anchor(_) | Need::Rank => {}
        }
    }
    if anchors.contains(&Anchor::Previous) {
        lags.push(1);
    }
    lags
}

/// Parts that have no earlier value to compare with, one finding an indicator, measure and period.
pub(super) fn without(document: &Document, data: &Data<'_>) -> Vec<Finding> {
    let mut rows_of: BTreeMap<(usize, &'static str, u16, usize), Vec<usize>> = BTreeMap::new();
    for indicator in 0..data.plan.indicators.len() {
        let program = &data.plan.indicators[indicator].program;
        let by_class: Vec<Vec<(&'static str, u16)>> =
            (0..data.plan.classes.len()).map(|class| looks_back(data.plan, class, indicator)).collect();
        if by_class.iter().all(Vec::is_empty) {
            continue;
        }
        let sums = PanelSums::of(data, program);
        let is_there = |row: usize| !values::near(data, program, &sums, row).is_missing();
        for row in (0..data.panel.len()).filter(|r| data.joins(indicator, *r)) {
            for (measure, lag) in &by_class[data.class(row)] {
                if !data.panel.lagged(row, *lag).is_some_and(is_there) && is_there(row) {
                    let key = (indicator, *measure, *lag, data.panel.period_of(row));
                    rows_of.entry(key).or_default().push(row);
                }
            }
        }
    }
    listed(rows_of, |(key, rows)| without_base(document, data, key, rows))
}

/// Measures of a class' scoring that look back, and how far.
fn looks_back(plan: &Plan, class: usize, indicator: usize) -> Vec<(&'static str, u16)> {
    let mut found = Vec::new();
    if plan.counts(class, indicator) {
        plan.classes[class].scoring[indicator].leaves(&mut |leaf| {
            let leaf = &plan.leaves[leaf];
            found.extend(lags(leaf).into_iter().map(|lag| (leaf.measure.name(), lag)));
        });
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn without_base(
    document: &Document,
    data: &Data<'_>,
    (indicator, measure, lag, period): (usize, &'static str, u16, usize),
    mut rows: Vec<usize>,
) -> Finding {
    /// Entities that are named; the others are counted.
    const NAMED: usize = 5;
    let (panel, id) = (data.panel, &document.indicators[indicator].id);
    rows.sort_by_key(|row| panel.caller_row(*row));
    let mut names: Vec<String> =
        rows.iter().take(NAMED).map(|r| panel.entity_name(panel.entity_of(*r)).into_owned()).collect();
    if rows.len() > NAMED {
        names.push(format!("… ({})", rows.len()));
    }
    let now = panel.periods()[period];
    Finding::warning("part_without_base")
        .placed(Place { period: Some(now.to_string()), column: Some(id.clone()), ..Place::default() })
        .fact("indicator", id)
        .fact("measure", measure)
        .fact("period", now)
        .fact("before", now.back(lag))
        .fact("count", rows.len())
        .fact("entities", names.join(", "))
}
