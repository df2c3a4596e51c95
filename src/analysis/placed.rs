//! Where a row would stand among the others if some of its scores were others: decided as the engine decides ranks, exactly where
//! floats leave it open.

use std::cmp::Ordering;
use std::sync::OnceLock;

use super::supposed::Supposed;
use crate::assess::Inner;
use crate::assess::data::Data;
use crate::assess::ties::Deciders;
use crate::assess::total::FinalStep;
use crate::assess::tree::{BoundedTree, ExactTree, NodeScored, evaluate};
use crate::method::ranking::{Group, RankOn, Ties};
use crate::number::rounding::Rounding;
use crate::number::{Bounded, Exact, Number};
use crate::scheme::final_step::TieBreak;

/// Scores that a row may be supposed to have, by indicator: near, and exact once asked.
pub(super) struct Baseline<'a> {
    inner: &'a Inner,
    /// The rows whose mean it is.
    rows: Vec<usize>,
    near: Vec<Bounded>,
    exact: Vec<OnceLock<Exact>>,
}

impl<'a> Baseline<'a> {
    /// The mean of the scores of some rows.
    pub(super) fn mean(inner: &'a Inner, rows: Vec<usize>) -> Self {
        let (tree, indicators) = (inner.near(), inner.values.len());
        let near = (0..indicators).map(|i| mean(&tree, i, &rows)).collect();
        Baseline { inner, rows, near, exact: (0..indicators).map(|_| OnceLock::new()).collect() }
    }

    pub(super) fn near(&self, indicator: usize) -> Bounded {
        self.near[indicator]
    }

    fn exact(&self, indicator: usize) -> &Exact {
        self.exact[indicator].get_or_init(|| {
            let exact = mean(&self.inner.exact(), indicator, &self.rows);
            // What is not followed exactly is the float that is shown.
            if exact.is_irrational() { Exact::of(self.near[indicator].v) } else { exact }
        })
    }
}

fn mean<U: NodeScored>(tree: &U, node: usize, rows: &[usize]) -> U::N {
    let scores: Vec<U::N> =
        rows.iter().map(|row| tree.score(node, *row)).filter(|score| !score.is_missing()).collect();
    let count = U::N::of(scores.len() as f64);
    U::N::sum(&mut scores.into_iter()).div(&count)
}

/// A row among those that it is ranked with.
pub(super) struct Field<'a> {
    pub(super) inner: &'a Inner,
    pub(super) near: &'a BoundedTree<'a>,
    pub(super) exact: &'a ExactTree<'a>,
    pub(super) final_step: &'a FinalStep<'a>,
    pub(super) row: usize,
    /// The others, best first.
    pub(super) others: Vec<usize>,
    pub(super) baseline: &'a Baseline<'a>,
    /// By node, whether an indicator that may be supposed is it or below it.
    pub(super) above: Vec<bool>,
}

/// A place among others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placing {
    /// None where the row would not be ranked.
    pub(super) rank: Option<f64>,
    /// Whether it is ahead of the rival that was asked about.
    pub(super) ahead: bool,
}

/// What decides the place of a row: its total, unless it has none that is ranked.
enum Total<N> {
    Of(N),
    Unranked,
}

impl<'a> Field<'a> {
    fn data(&self) -> Data<'a> {
        self.inner.data()
    }

    fn deciders(&self) -> Deciders<'_> {
        Deciders {
            near: self.near,
            exact: self.exact,
            final_step: self.final_step,
            totals: &self.inner.totals,
            ranks: &self.inner.ranks,
        }
    }

    /// The tree where some indicators stand at the baseline.
    pub(super) fn near_tree(&self, is_supposed: impl Fn(usize) -> bool) -> Supposed<'_, BoundedTree<'a>> {
        let score = |i: usize| is_supposed(i).then(|| self.baseline.near(i)).filter(|x| !x.is_missing());
        let scores = (0..self.inner.values.len()).map(score).collect();
        Supposed { of: self.near, row: self.row, scores, above: &self.above }
    }

    fn exact_tree(&self, is_supposed: impl Fn(usize) -> bool) -> Supposed<'_, ExactTree<'a>> {
        let score =
            |i: usize| is_supposed(i).then(|| self.baseline.exact(i).clone()).filter(|x| !x.is_missing());
        let scores = (0..self.inner.values.len()).map(score).collect();
        Supposed { of: self.exact, row: self.row, scores, above: &self.above }
    }

    /// The place of the row where some of its indicators stand at the baseline, and whether that is ahead of a rival.
    pub(super) fn place(&self, is_supposed: &dyn Fn(usize) -> bool, rival: Option<usize>) -> Placing {
        let candidate = Candidate {
            field: self,
            near: self.near_tree(is_supposed),
            exact: self.exact_tree_later(is_supposed),
            total: OnceLock::new(),
        };
        candidate.place(rival)
    }

    fn exact_tree_later<'f>(&'f self, is_supposed: &'f dyn Fn(usize) -> bool) -> Later<'f, 'a> {
        Later { field: self, is_supposed, tree: OnceLock::new() }
    }

    fn on_printed(&self) -> Option<Rounding> {
        let total = &self.final_step.plan.total;
        total.round.filter(|_| total.rank.on == RankOn::Rounded)
    }

    fn name(&self, row: usize) -> String {
        let panel = &self.inner.panel;
        panel.name_of(row).into_owned()
    }
}

/// The exact tree, made where a comparison asks for it.
struct Later<'f, 'a> {
    field: &'f Field<'a>,
    is_supposed: &'f dyn Fn(usize) -> bool,
    tree: OnceLock<Supposed<'f, ExactTree<'a>>>,
}

impl<'f, 'a> Later<'f, 'a> {
    fn get(&self) -> &Supposed<'f, ExactTree<'a>> {
        self.tree.get_or_init(|| self.field.exact_tree(self.is_supposed))
    }
}

/// The row with scores that are supposed.
struct Candidate<'f, 'a> {
    field: &'f Field<'a>,
    near: Supposed<'f, BoundedTree<'a>>,
    exact: Later<'f, 'a>,
    total: OnceLock<Option<Exact>>,
}

impl Candidate<'_, '_> {
    fn place(&self, rival: Option<usize>) -> Placing {
        let own = match self.near_total() {
            Some(Total::Of(own)) => own,
            Some(Total::Unranked) => return Placing { rank: None, ahead: false },
            // Floats leave open what the total is: its exact number is asked for at every comparison.
            None => match self.exact_total() {
                Some(exact) => Bounded::new(exact.to_f64(), f64::INFINITY),
                None => return Placing { rank: None, ahead: false },
            },
        };
        let others = &self.field.others;
        let before = others.partition_point(|other| self.compare(own, *other) == Ordering::Less);
        let behind = others[before..].partition_point(|other| self.compare(own, *other) == Ordering::Equal);
        let equals = &others[before..before + behind];
        let ties = self.field.final_step.plan.total.rank.ties;
        let ranks = &self.field.inner.ranks;
        let mut groups: Vec<u64> = others[..before].iter().map(|other| ranks[*other].to_bits()).collect();
        groups.dedup();
        let group = Group { place: groups.len(), before, size: equals.len() + 1 };
        let first = |other: usize| self.field.name(other) < self.field.name(self.field.row);
        let k = equals.iter().filter(|other| ties == Ties::Ordinal && first(**other)).count();
        let ahead = rival.is_some_and(|rival| match self.compare(own, rival) {
            Ordering::Equal => ties == Ties::Ordinal && !first(rival),
            order => order == Ordering::Greater,
        });
        Placing { rank: Some(ties.rank(group, k)), ahead }
    }

    /// The order of the row against another one: greater is ahead.
    fn compare(&self, own: Bounded, other: usize) -> Ordering {
        let deciders = self.field.deciders();
        let exactly = || {
            let own = self.exact_total();
            own.and_then(|own| own.order(&deciders.exact_total(other)))
        };
        let mut order = decided(own, deciders.total(other), exactly);
        for by in &self.field.final_step.plan.tie_break {
            if order != Ordering::Equal {
                break;
            }
            order = self.broken(*by, other, &deciders);
        }
        order
    }

    /// What one tie break says; what is missing counts as the lowest.
    fn broken(&self, by: TieBreak, other: usize, deciders: &Deciders<'_>) -> Ordering {
        let row = self.field.row;
        let own = match by {
            TieBreak::Node(node) => self.near.carried(node, row),
            _ => deciders.near(by, row),
        };
        let theirs = deciders.near(by, other);
        match (own.is_missing(), theirs.is_missing()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => decided(own, theirs, || {
                let own = match by {
                    TieBreak::Node(node) => self.exact.get().carried(node, row),
                    _ => deciders.exact(by, row),
                };
                own.order(&deciders.exact(by, other))
            }),
        }
    }

    /// The total that decides the rank; none where floats leave it open.
    fn near_total(&self) -> Option<Total<Bounded>> {
        let field = self.field;
        let total = self.total(&self.near, |value| (value.e.is_finite()).then_some(value.v))?;
        let Total::Of(total) = total else { return Some(Total::Unranked) };
        if total.e.is_infinite() {
            return None;
        }
        match field.on_printed() {
            Some(how) => how.decided(total.v, total.e).map(|x| {
                // Equal floats are equal decimals, but for numbers that no float shows.
                let is_shown = how.shown().contains(&x.abs());
                let error = if is_shown { 0.0 } else { x.abs() * f64::EPSILON + f64::MIN_POSITIVE };
                Total::Of(Bounded::new(x, error))
            }),
            None => Some(Total::Of(total)),
        }
    }

    /// The same exactly; none where the row is not ranked.
    fn exact_total(&self) -> Option<&Exact> {
        let total = self.total.get_or_init(|| {
            let value = |value: Exact| Some(if value.is_irrational() { 0.0 } else { value.to_f64() });
            let Some(Total::Of(total)) = self.total(self.exact.get(), value) else { return None };
            Some(match self.field.on_printed() {
                Some(how) => total.round(&how),
                None => total,
            })
        });
        total.as_ref()
    }

    /// The total after adjustments and floors, before its rounding; `value` is what a condition came out as, none in doubt.
    fn total<U: NodeScored>(&self, tree: &U, value: impl Fn(U::N) -> Option<f64>) -> Option<Total<U::N>> {
        let (final_step, row) = (self.field.final_step, self.field.row);
        let adjusted = final_step.adjusted(tree, row);
        let mut floors = Vec::new();
        for (f, program) in self.field.data().plan.floors.iter().enumerate() {
            let holds = value(evaluate(tree, program, &final_step.floors[f], row, &adjusted))?;
            if !holds.is_nan() && holds != 0.0 {
                floors.push(f);
            }
        }
        let unranked = floors.iter().any(|f| final_step.plan.floors[*f].unranked);
        let total = final_step.floored(adjusted, floors.into_iter());
        Some(if unranked || total.is_missing() { Total::Unranked } else { Total::Of(total) })
    }
}

/// The order of two numbers: by floats where their errors leave no doubt, else exactly; by floats again where neither is followed
/// exactly.
fn decided(a: Bounded, b: Bounded, exactly: impl FnOnce() -> Option<Ordering>) -> Ordering {
    let near = a.v.total_cmp(&b.v);
    let (apart, reach) = ((a.v - b.v).abs(), a.e + b.e);
    if apart > reach {
        return near;
    }
    if apart == 0.0 && reach == 0.0 {
        return Ordering::Equal;
    }
    exactly().unwrap_or(near)
}
