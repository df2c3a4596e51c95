//! What parts compare with in other periods: fixed base periods that are not there, rows without an earlier value.

use std::collections::{BTreeMap, HashSet};

use super::cells::{BoundedCells, Origin};
use super::chunks::Changed;
use super::data::Data;
use super::values::{self, PanelSums};
use crate::finding::{Finding, Place, listed};
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::method::missing::PartMissing;
use crate::method::part::Over;
use crate::method::rules::{Kernel, Leaf as Rule};
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

/// Parts without an earlier value to compare with: those of one indicator, measure and period that fare alike.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    indicator: usize,
    measure: &'static str,
    lag: u16,
    period: usize,
    fate: Fate,
}

/// What becomes of a part without an earlier value.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Refused,
    LeftOut,
    Filled(&'static str),
}

impl Fate {
    /// `has_data`: there could be a value.
    fn of(missing: Option<PartMissing>, has_data: bool) -> Self {
        if let Some(how) = missing.and_then(PartMissing::points_name) {
            return Fate::Filled(how);
        }
        let left_out = missing == Some(PartMissing::Redistribute) || (missing.is_none() && !has_data);
        if left_out { Fate::LeftOut } else { Fate::Refused }
    }
}

/// Parts that have no earlier value to compare with, one finding an indicator, measure and period.
pub(super) fn without(document: &Document, data: &Data<'_>) -> Vec<Finding> {
    let panel = data.panel;
    let mut rows_of: BTreeMap<Alike, Vec<usize>> = BTreeMap::new();
    for indicator in 0..data.plan.indicators.len() {
        let program = &data.plan.indicators[indicator].program;
        let by_class: Vec<_> =
            (0..data.plan.classes.len()).map(|class| looks_back(data.plan, class, indicator)).collect();
        if by_class.iter().all(Vec::is_empty) {
            continue;
        }
        let sums = PanelSums::of(data, program);
        let is_there = |row: usize| !values::near(data, program, &sums, row).is_missing();
        for row in (0..panel.len()).filter(|r| data.is_scored(indicator, *r)) {
            let period = panel.period_of(row);
            for (measure, lag, missing) in by_class[data.class(row)].iter().copied() {
                if !panel.lagged(row, lag).is_some_and(is_there) && is_there(row) {
                    let fate = Fate::of(missing, has_data(data, indicator, period, lag));
                    rows_of.entry(Alike { indicator, measure, lag, period, fate }).or_default().push(row);
                }
            }
        }
    }
    listed(rows_of, |(alike, rows)| without_base(document, data, &alike, rows))
}

/// Whether an indicator could have a value so many periods back: the panel has the periods that its formula reads there.
fn has_data(data: &Data<'_>, indicator: usize, period: usize, lag: u16) -> bool {
    let reach = data.plan.indicators[indicator].program.reach();
    data.panel.earlier(period, lag).is_some_and(|before| data.panel.earlier(before, reach).is_some())
}

/// Measures of a class' scoring that look back, how far, and what becomes of them where there is nothing.
fn looks_back(plan: &Plan, class: usize, indicator: usize) -> Vec<(&'static str, u16, Option<PartMissing>)> {
    let mut found = Vec::new();
    for leaf in leaves(plan, class, indicator) {
        let leaf = &plan.leaves[leaf];
        // A formula may ask for itself whether there is an earlier value.
        let formula = matches!(leaf.rule, Rule::ByFormula(_)).then_some(PartMissing::Redistribute);
        let missing = leaf.missing.or(formula);
        found.extend(lags(leaf).into_iter().map(|lag| (leaf.measure.name(), lag, missing)));
    }
    let mut seen = HashSet::new();
    found.retain(|look| seen.insert(*look));
    found
}

/// The leaves that a class scores an indicator by.
fn leaves(plan: &Plan, class: usize, indicator: usize) -> Vec<usize> {
    let mut found = Vec::new();
    if plan.counts(class, indicator) {
        plan.classes[class].scoring[indicator].leaves(&mut |leaf| found.push(leaf));
    }
    found
}

/// A part that has a value and must have something to compare it with.
struct Must {
    leaf: usize,
    /// Refused wherever it has no score, not only where the panel has the period that it looks back to.
    always: bool,
    lags: Vec<u16>,
}

/// Rows of an indicator with a part that may not be without an earlier value: the panel has that period, or the part says so.
pub(super) fn refused(
    near: &BoundedCells<'_>,
    document: &Document,
    indicator: usize,
    written: &Changed,
) -> Vec<Finding> {
    let data = &near.0.data;
    let (plan, panel) = (data.plan, data.panel);
    let must = |leaf: usize| {
        let own = &plan.leaves[leaf];
        let always = own.missing == Some(PartMissing::Error);
        let lags = if own.missing.is_none() { lags(own) } else { Vec::new() };
        (always || !lags.is_empty()).then_some(Must { leaf, always, lags })
    };
    let of_class = |class: usize| leaves(plan, class, indicator).into_iter().filter_map(must).collect();
    let by_class: Vec<Vec<Must>> = (0..plan.classes.len()).map(of_class).collect();
    if by_class.iter().all(Vec::is_empty) {
        return Vec::new();
    }
    let value = near.0.value_column(indicator).x;
    let lacks = |row: usize, lag: u16| {
        has_data(data, indicator, panel.period_of(row), lag)
            && panel.lagged(row, lag).is_none_or(|before| value[before].is_nan())
    };
    let mut found = Vec::new();
    for row in written.within(&(0..panel.len())).flatten() {
        if value[row].is_nan() || by_class[data.class(row)].is_empty() || !data.is_scored(indicator, row) {
            continue;
        }
        for Must { leaf, always, lags } in &by_class[data.class(row)] {
            let lag = lags.iter().find(|lag| lacks(row, **lag));
            // (A rule may give points all the same: a formula that asks `is_missing(previous)`.)
            if (lag.is_some() || *always) && near.leaf_score(*leaf, row).is_missing() {
                found.push((row, *leaf, lag.copied()));
                break;
            }
        }
    }
    listed(found, |(row, leaf, lag)| {
        let now = panel.periods()[panel.period_of(row)];
        let finding = match lag {
            Some(lag) => Finding::error("no_earlier_value").fact("before", now.back(lag)),
            None => Finding::error("part_not_scored"),
        };
        let id = &document.indicators[indicator].id;
        finding
            .placed(panel.place(row, Some(id)))
            .fact("entity", panel.name_of(row))
            .fact("period", now)
            .fact("indicator", id)
            .fact("measure", plan.leaves[leaf].measure.name())
    })
}

fn without_base(document: &Document, data: &Data<'_>, alike: &Alike, mut rows: Vec<usize>) -> Finding {
    /// Entities that are named; the others are counted.
    const NAMED: usize = 5;
    let (panel, id) = (data.panel, &document.indicators[alike.indicator].id);
    rows.sort_by_key(|row| panel.caller_row(*row));
    let mut names: Vec<String> = rows.iter().take(NAMED).map(|r| panel.name_of(*r).into_owned()).collect();
    if rows.len() > NAMED {
        names.push(format!("… ({})", rows.len()));
    }
    let now = panel.periods()[alike.period];
    let finding = match alike.fate {
        Fate::Refused => Finding::error("part_base_missing"),
        Fate::LeftOut => Finding::warning("part_without_base"),
        Fate::Filled(how) => Finding::warning("part_base_filled").fact("how", how),
    };
    finding
        .placed(Place { period: Some(now.to_string()), column: Some(id.clone()), ..Place::default() })
        .fact("indicator", id)
        .fact("measure", alike.measure)
        .fact("period", now)
        .fact("before", now.back(alike.lag))
        .fact("count", rows.len())
        .fact("entities", names.join(", "))
}
