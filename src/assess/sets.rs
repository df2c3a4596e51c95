//! Reference sets and what was resolved of them: whose numbers are in a set, which anchors it has, who set them.

use std::ops::Range;
use std::sync::OnceLock;

use super::chunks::Numbers;
use super::data::Data;
use crate::method::anchor::Anchor;
use crate::method::part::{Among, Over};
use crate::method::rules::{Equals, Kernel};
use crate::number::{Bounded, Exact, Number};
use crate::panel::Period;
use crate::scheme::plan::{Leaf, Plan, Scope};

/// What a reference looks at: of an indicator (which its number then names) the value as the formula gives it; of a leaf the value
/// that is scored, or the measure made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Untreated,
    Value,
    Measure,
}

impl Level {
    /// Whether less of what is looked at is better.
    pub(crate) fn lower_is_better(self, leaf: &Leaf) -> bool {
        match self {
            Level::Untreated | Level::Value => leaf.negative,
            Level::Measure => leaf.setting.negative,
        }
    }

    /// Which rank equals have, where ranks are taken of what is looked at.
    pub(crate) fn equals(self, leaf: &Leaf) -> Equals {
        if self == Level::Measure { leaf.rule.equals() } else { Equals::Best }
    }

    /// Whose numbers stand in the sets of a leaf, or of an indicator where untreated values are looked at.
    pub(crate) fn scope(self, plan: &Plan, at: usize) -> Scope<'_> {
        match self {
            Level::Untreated => plan.fitted_on(at),
            Level::Value | Level::Measure => plan.leaves[at].scope(),
        }
    }
}

/// A resolved anchor: its number, who set it, and its exact number once somebody asked.
#[derive(Debug, Clone)]
pub(crate) struct Resolved {
    pub(crate) near: Bounded,
    /// The row whose value this is.
    pub(crate) who: Option<usize>,
    /// The entity and period whose value this is, where it comes from references.
    pub(crate) by: Option<(String, Period)>,
    pub(crate) exact: OnceLock<Exact>,
}

impl Resolved {
    /// A number that nobody set alone.
    pub(crate) fn new(near: Bounded) -> Self {
        Resolved { near, who: None, by: None, exact: OnceLock::new() }
    }

    pub(crate) fn missing() -> Self {
        Resolved::new(Bounded::missing())
    }

    /// A number of the scheme.
    pub(crate) fn typed(x: f64) -> Self {
        Resolved::new(Bounded::of(x))
    }

    /// A number of references; `who` is the row of `by`, where the panel has it.
    pub(crate) fn given(
        near: Bounded,
        exact: Exact,
        who: Option<usize>,
        by: Option<(String, Period)>,
    ) -> Self {
        Resolved { near, who, by, exact: OnceLock::from(exact) }
    }
}

/// The reference sets of one leaf, or of the treatment of an indicator, and their anchors.
#[derive(Debug, Clone)]
pub(crate) struct LeafReference {
    /// What is compared.
    pub(crate) level: Level,
    pub(crate) anchors: Vec<Anchor>,
    /// Resolved anchors by set; an anchor that differs by entity is missing here.
    pub(crate) sets: Vec<Vec<Resolved>>,
    /// Rank of the measure within its set, where the rule takes ranks.
    pub(crate) ranks: Option<Vec<f64>>,
    classes: usize,
    /// Whether there is a set for every period.
    by_period: bool,
}

impl LeafReference {
    /// The layout of the sets, without any.
    pub(crate) fn bare(data: &Data<'_>, scope: Scope<'_>, level: Level) -> Self {
        let (classes, by_period) = (class_count(data, scope), *scope.over == Over::Same);
        LeafReference { level, anchors: Vec::new(), sets: Vec::new(), ranks: None, classes, by_period }
    }

    /// Whether there is a set for every period, and how many classes have one of their own.
    pub(crate) fn layout(&self) -> (bool, usize) {
        (self.by_period, self.classes)
    }

    /// Whether every class has a set of its own.
    pub(crate) fn is_by_class(&self) -> bool {
        self.classes > 1
    }

    /// Where references keep the numbers that named entities have in a period, while the sets are of all periods.
    pub(crate) fn set_of_entities(&self, period: usize) -> usize {
        self.classes + period
    }

    /// The same sets without anchors.
    pub(crate) fn empty(&self) -> Self {
        LeafReference { anchors: Vec::new(), sets: Vec::new(), ranks: None, ..*self }
    }

    /// The reference set of a row.
    pub(crate) fn set(&self, data: &Data<'_>, row: usize) -> usize {
        let period = if self.by_period { data.panel.period_of(row) } else { 0 };
        period * self.classes + if self.classes > 1 { data.class(row) } else { 0 }
    }

    /// The reference set of a period and a class.
    pub(crate) fn set_in(&self, period: usize, class: usize) -> usize {
        let period = if self.by_period { period } else { 0 };
        period * self.classes + if self.classes > 1 { class } else { 0 }
    }

    /// Whether there is a set for every period, so that a row is compared with its own period.
    pub(crate) fn is_by_period(&self) -> bool {
        self.by_period
    }

    /// The reference set of a period where classes do not matter.
    pub(crate) fn set_of_period(&self, period: usize) -> usize {
        if self.by_period { period * self.classes } else { 0 }
    }

    /// Whether every anchor is the same for all rows of a set.
    pub(crate) fn is_uniform(&self, leaf: &Leaf) -> bool {
        self.classes == 1 && self.ranks.is_none() && !self.anchors.iter().any(|a| is_own(a, leaf))
    }
}

/// Whether an anchor differs between the rows of a set.
pub(crate) fn is_own(anchor: &Anchor, leaf: &Leaf) -> bool {
    differs(anchor, &leaf.over)
}

/// Whether an anchor differs between the rows of a set over some periods.
pub(crate) fn differs(anchor: &Anchor, over: &Over) -> bool {
    anchor.is_own() || (matches!(anchor, Anchor::Entity(_)) && *over == Over::All)
}

/// Rows of a reference set, in row order, missing measures left out.
pub(crate) fn members(data: &Data<'_>, scope: Scope<'_>, set: usize, measure: &[f64]) -> Vec<u32> {
    let (_, class) = set_of(data, scope, set);
    rows_of(data, scope, set)
        .filter(|&r| {
            data.joins(scope.indicator, r) && class.is_none_or(|c| data.class(r) == c) && !measure[r].is_nan()
        })
        .map(|r| r as u32)
        .collect()
}

/// How many rows would be members too: those that the indicator does not apply to, and those that a floor keeps out.
pub(crate) fn absent(data: &Data<'_>, scope: Scope<'_>, set: usize, measure: &[f64]) -> (usize, usize) {
    if data.conditional(scope.indicator).is_none() && data.kept_out.is_none() {
        return (0, 0);
    }
    let count = |data: &Data<'_>| members(data, scope, set, measure).len();
    let applying = Data { kept_out: None, ..*data };
    let all = Data { applies: None, ..applying };
    (count(&all) - count(&applying), count(&applying) - count(data))
}

/// Members within reach of a number.
pub(crate) fn close_members(
    data: &Data<'_>,
    scope: Scope<'_>,
    set: usize,
    numbers: Numbers<'_>,
    near: Bounded,
) -> Vec<usize> {
    let (rows, (_, class)) = (rows_of(data, scope, set), set_of(data, scope, set));
    // In plain steps first: few are within the widest error of the set.
    let widest = numbers.widest_in(&rows);
    let may_be = |x: f64| (x - near.v).abs() <= widest.largest(x) + near.e;
    let close =
        numbers.x[rows.clone()].iter().enumerate().filter(|(_, x)| may_be(**x)).map(|(i, _)| rows.start + i);
    let is_close = |row: &usize| {
        let x = numbers.at(*row);
        (x.v - near.v).abs() <= x.e + near.e
    };
    let counts =
        |row: &usize| data.joins(scope.indicator, *row) && class.is_none_or(|c| data.class(*row) == c);
    close.filter(is_close).filter(counts).collect()
}

/// Period and class of a set.
pub(crate) fn set_of(data: &Data<'_>, scope: Scope<'_>, set: usize) -> (Option<usize>, Option<usize>) {
    let classes = class_count(data, scope);
    let class = (classes > 1).then_some(set % classes);
    let period = match scope.over {
        Over::Same => Some(set / classes),
        Over::All => None,
        Over::Fixed(label) => crate::panel::Period::parse(label).and_then(|p| data.panel.period_index(p)),
    };
    (period, class)
}

/// How many classes have a set of their own.
pub(crate) fn class_count(data: &Data<'_>, scope: Scope<'_>) -> usize {
    match (scope.among, data.class_of) {
        (Among::Class, Some(_)) => data.plan.classes.len(),
        _ => 1,
    }
}

/// The rows among which those of a set are.
pub(crate) fn rows_of(data: &Data<'_>, scope: Scope<'_>, set: usize) -> Range<usize> {
    match set_of(data, scope, set).0 {
        Some(period) => data.panel.rows_of(period),
        None => 0..data.panel.len(),
    }
}

/// Between which numbers the `k`-th smallest lies: the `k`-th smallest of all that the rows may be at least, and at most.
pub(crate) fn range_of_nth(rows: &[u32], near: impl Fn(usize) -> Bounded, k: usize) -> (f64, f64) {
    let nth = |of: fn(&Bounded) -> f64| {
        let values = rows.iter().map(|row| of(&near(*row as usize)));
        match k {
            0 => values.fold(f64::INFINITY, f64::min),
            k if k + 1 == rows.len() => values.fold(f64::NEG_INFINITY, f64::max),
            k => *values.collect::<Vec<f64>>().select_nth_unstable_by(k, f64::total_cmp).1,
        }
    };
    (nth(Bounded::low), nth(Bounded::high))
}
