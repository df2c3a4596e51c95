//! From the printed points of the indicators to the printed total: what adjustments, caps and floors add or take away, and what else lies
//! between them, with its reason.
//!
//! Every amount is an amount of the engine's own steps (`FinalStep`, `NodeScored`), and whether it is none at all is decided exactly: a
//! geometric mean of equal scores leaves no remainder, and a total that rounding does not change leaves none either.

use super::total::{FinalStep, Step};
use super::tree::NodeScored;
use super::{Assessment, Inner};
use crate::exec;
use crate::method::aggregation::Aggregation;
use crate::number::rounding::Rounding;
use crate::number::{Bounded, Exact, Number};
use crate::text::{self, Lang};

/// Rows of a task.
const ROWS: usize = 4096;

/// Why printed points do not sum to the printed total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Points of indicators are printed rounded, while the total takes them unrounded.
    Points,
    /// The score of a group is rounded before it is handed on.
    Group,
    /// A geometric mean is no sum.
    Geometric,
    /// A harmonic mean is no sum.
    Harmonic,
    /// A power mean is no sum.
    Power,
    /// The lowest score alone counts.
    Minimum,
    /// The highest score alone counts.
    Maximum,
    /// A distance is no sum.
    Topsis,
    /// A group is aggregated by a method under which weighted points do not add up.
    OtherMethod,
    /// Too few members have a score, so that their points do not count.
    TooFew,
    /// Totals of several periods are blended.
    Blend,
    /// The total is rounded.
    Total,
}

impl Reason {
    const ALL: [Reason; 12] = [
        Reason::Points,
        Reason::Group,
        Reason::Geometric,
        Reason::Harmonic,
        Reason::Power,
        Reason::Minimum,
        Reason::Maximum,
        Reason::Topsis,
        Reason::OtherMethod,
        Reason::TooFew,
        Reason::Blend,
        Reason::Total,
    ];

    /// The code of its sentence.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Reason::Points => "remainder_points",
            Reason::Group => "remainder_group",
            Reason::Geometric => "remainder_geometric",
            Reason::Harmonic => "remainder_harmonic",
            Reason::Power => "remainder_power",
            Reason::Minimum => "remainder_minimum",
            Reason::Maximum => "remainder_maximum",
            Reason::Topsis => "remainder_topsis",
            Reason::OtherMethod => "remainder_other_method",
            Reason::TooFew => "remainder_too_few",
            Reason::Blend => "remainder_blend",
            Reason::Total => "remainder_total",
        }
    }

    /// Why the points of a group's members do not sum to its own.
    fn of(aggregate: Aggregation) -> Option<Self> {
        match aggregate {
            Aggregation::Arithmetic | Aggregation::Sum => None,
            Aggregation::Geometric => Some(Reason::Geometric),
            Aggregation::Harmonic => Some(Reason::Harmonic),
            Aggregation::Power(_) => Some(Reason::Power),
            Aggregation::Minimum => Some(Reason::Minimum),
            Aggregation::Maximum => Some(Reason::Maximum),
            Aggregation::Topsis | Aggregation::TopsisVector => Some(Reason::Topsis),
            _ => Some(Reason::OtherMethod),
        }
    }
}

/// Reasons, as bits in the order of [`Reason::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Reasons(u16);

impl Reasons {
    fn of(reason: Reason) -> Self {
        let mut reasons = Reasons::default();
        reasons.add(reason);
        reasons
    }

    fn add(&mut self, reason: Reason) {
        self.0 |= 1 << reason as u16;
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.into_iter().filter(move |reason| self.0 & (1 << *reason as u16) != 0)
    }
}

/// One row: printed points of the indicators + adjustments + floors + remainder = printed total.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Entry {
    /// What each adjustment adds or takes away, within all caps.
    pub(crate) adjustments: Vec<f64>,
    /// What the cap of the total adds: a number below zero where it takes away.
    pub(crate) cap: f64,
    /// What each floor of the scheme adds or takes away.
    pub(crate) floors: Vec<f64>,
    /// What is left.
    pub(crate) remainder: f64,
    /// Why.
    pub(crate) reasons: Reasons,
}

/// The account of every row of the panel. Rows without a total have no numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// By adjustment of the scheme: the points that it adds or takes away in each row, within its own cap and those of the total. Of a
    /// factor: what multiplying adds or takes away.
    pub adjustments: Vec<Vec<f64>>,
    /// What the cap of the total and the floors add or take away; none where the scheme has nothing that changes a total so.
    pub floors: Option<Vec<f64>>,
    /// The printed total less all the others; none where the scheme has nothing that could leave a remainder.
    pub remainder: Option<Vec<f64>>,
    reasons: Vec<Reasons>,
}

impl Account {
    /// Why there is a remainder in a row, one reason after the other; none where there is no remainder.
    pub fn reasons(&self, row: usize) -> impl Iterator<Item = Reason> {
        self.reasons.get(row).copied().unwrap_or_default().iter()
    }

    /// The same in words, in the order of the rows; few different ones.
    pub fn why(&self, lang: Lang) -> Vec<Option<std::sync::Arc<str>>> {
        let mut known = std::collections::HashMap::new();
        let mut said = |reasons: Reasons| -> Option<std::sync::Arc<str>> {
            let words = || {
                let all: Vec<String> = reasons.iter().map(|r| text::render(r.code(), lang, &[])).collect();
                all.join(if lang == Lang::Zh { "；" } else { "; " }).into()
            };
            (reasons != Reasons::default())
                .then(|| std::sync::Arc::clone(known.entry(reasons).or_insert_with(words)))
        };
        self.reasons.iter().map(|reasons| said(*reasons)).collect()
    }
}

impl Assessment {
    /// From the printed points of the indicators ([`Assessment::points`]) to the printed total, row by row of the panel: points of the
    /// indicators + adjustments + floors + remainder = total, and where there is a remainder its reasons.
    pub fn account(&self) -> Account {
        let inner = &*self.inner;
        let rows = inner.panel.len();
        let (floors, remainder) = (inner.moves_total(), inner.leaves_remainder());
        let adjustments = inner.scheme.plan().adjustments.len();
        let mut account = Account {
            adjustments: vec![Vec::with_capacity(rows); adjustments],
            floors: floors.then(|| Vec::with_capacity(rows)),
            remainder: remainder.then(|| Vec::with_capacity(rows)),
            reasons: if remainder { Vec::with_capacity(rows) } else { vec![Reasons::default(); rows] },
        };
        if adjustments == 0 && !floors && !remainder {
            return account;
        }
        let tasks: Vec<usize> = (0..rows).step_by(ROWS).collect();
        if let Some(how) = inner.only_rounding() {
            let parts = exec::map_rows(rows, tasks, |start| {
                let rows = start..(start + ROWS).min(rows);
                rows.map(|row| inner.rounded_by(row, &how)).unzip::<f64, Reasons, Vec<_>, Vec<_>>()
            });
            for (amounts, reasons) in parts {
                account.remainder.get_or_insert_default().extend(amounts);
                account.reasons.extend(reasons);
            }
            return account;
        }
        let entries = exec::map_rows(rows, tasks, |start| {
            (start..(start + ROWS).min(rows)).map(|row| inner.entry(row)).collect::<Vec<_>>()
        });
        for entry in entries.into_iter().flatten() {
            account.adjustments.iter_mut().zip(&entry.adjustments).for_each(|(column, x)| column.push(*x));
            if let Some(column) = &mut account.floors {
                column.push(entry.cap + entry.floors.iter().sum::<f64>());
            }
            if let Some(column) = &mut account.remainder {
                column.push(entry.remainder);
                account.reasons.push(entry.reasons);
            }
        }
        account
    }
}

impl Inner {
    /// Whether the scheme has a cap or a floor that changes totals.
    fn moves_total(&self) -> bool {
        let final_step = &self.scheme.plan().final_step;
        let moves = |f: &crate::scheme::final_step::Flooring| f.cap_total.is_some() || f.set_total.is_some();
        final_step.total.cap.is_some() || final_step.floors.iter().any(moves)
    }

    /// The rounding of the total, where nothing else lies between the points of the indicators and the total.
    fn only_rounding(&self) -> Option<Rounding> {
        let plan = &self.scheme.plan().final_step;
        let more = !plan.adjustments.is_empty() || self.moves_total() || self.leaves_more_than_rounding();
        plan.total.round.filter(|_| !more)
    }

    /// What the rounding of the total adds where nothing else does: the column of totals tells it as the tree would, unless the last digit
    /// decides.
    fn rounded_by(&self, row: usize, how: &Rounding) -> (f64, Reasons) {
        let total = self.totals.unrounded.at(row);
        let amount = total.round(how).sub(&total);
        if amount.v.abs() > amount.e {
            return (amount.v, Reasons::of(Reason::Total));
        }
        let entry = self.entry(row);
        (entry.remainder, entry.reasons)
    }

    /// Whether the scheme has something that may lie between the points of its indicators and the total, besides adjustments and floors.
    fn leaves_remainder(&self) -> bool {
        self.scheme.plan().final_step.total.round.is_some() || self.leaves_more_than_rounding()
    }

    fn leaves_more_than_rounding(&self) -> bool {
        let plan = self.scheme.plan();
        plan.final_step.total.blend.is_some()
            || plan.nodes[plan.root()].available > 0.0
            || plan.nodes[plan.root()].available_members > 0.0
            || plan.indicators.iter().any(|i| i.points_round.is_some_and(|how| !how.carry))
            || plan
                .nodes
                .iter()
                .any(|n| n.round.is_some_and(|how| how.carry) || Reason::of(n.aggregate).is_some())
    }

    /// The account of one row.
    pub(crate) fn entry(&self, row: usize) -> Entry {
        let plan = &self.scheme.plan().final_step;
        let mut entry = Entry {
            adjustments: vec![0.0; plan.adjustments.len()],
            floors: vec![0.0; plan.floors.len()],
            ..Entry::default()
        };
        if self.totals.shown()[row].is_nan() {
            entry.adjustments.fill(f64::NAN);
            entry.floors.fill(f64::NAN);
            (entry.cap, entry.remainder) = (f64::NAN, f64::NAN);
            return entry;
        }
        let (near, exact, final_step) = (self.near(), self.exact(), self.final_step());
        let floors: Vec<usize> = self.totals.floors_of(row).collect();
        let close = Amounts::of(&near, &final_step, row, &floors);
        let all = std::cell::OnceCell::new();
        let exactly = || all.get_or_init(|| Amounts::of(&exact, &final_step, row, &floors));
        for (k, (item, amount)) in close.0.iter().enumerate() {
            let x = decided(*amount, || exactly().0.get(k).map_or(Exact::Irrational, |(_, x)| x.clone()));
            match *item {
                Item::Step(Step::Adjustment(k)) => entry.adjustments[k] = x,
                Item::Step(Step::Cap) => entry.cap = x,
                Item::Step(Step::Floor(f)) => entry.floors[f] = x,
                Item::Rest(_) if x == 0.0 => {}
                Item::Rest(reason) => {
                    entry.remainder += x;
                    entry.reasons.add(reason);
                }
            }
        }
        entry
    }
}

/// An amount, 0 only where it is exactly that.
fn decided(near: Bounded, exact: impl FnOnce() -> Exact) -> f64 {
    if near.is_missing() || (near.v == 0.0 && near.e == 0.0) {
        return 0.0;
    }
    if near.v.abs() > near.e {
        return near.v;
    }
    match exact() {
        // What exact arithmetic does not follow counts as nothing where floats cannot tell it from nothing.
        exact if exact.is_irrational() => {
            if near.e.is_finite() {
                0.0
            } else {
                near.v
            }
        }
        exact if exact.is_missing() => 0.0,
        exact => exact.to_f64(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Item {
    Step(Step),
    Rest(Reason),
}

/// Everything between the printed points of the indicators and the printed total of a row, one after the other.
struct Amounts<N>(Vec<(Item, N)>);

impl<N: Number> Amounts<N> {
    fn of<U: NodeScored<N = N>>(tree: &U, final_step: &FinalStep<'_>, row: usize, floors: &[usize]) -> Self {
        let mut all = Amounts(Vec::new());
        let plan = tree.known().data.plan;
        let own = tree.score(plan.root(), row);
        if own.is_missing() {
            all.rest(Reason::TooFew, Self::below(tree, row).neg());
        } else {
            for node in 0..plan.nodes.len() {
                all.node(tree, node, row);
            }
        }
        let raw = final_step.raw(tree, row);
        let zero_if_missing = |x: &N| if x.is_missing() { N::zero() } else { x.clone() };
        if final_step.plan.total.blend.is_some() {
            all.rest(Reason::Blend, zero_if_missing(&raw).sub(&zero_if_missing(&own)));
        }
        let points = |k| final_step.adjustment(tree, k, row, &raw);
        let adjusted = final_step.summed_by(&raw, points, |step, amount| {
            // Nothing is added to a total that is not there, whatever a floor then sets.
            if !raw.is_missing() {
                all.0.push((Item::Step(step), amount));
            }
        });
        let floored = final_step.floored_by(adjusted, floors.iter().copied(), |step, amount| {
            all.0.push((Item::Step(step), amount));
        });
        if let Some(how) = &final_step.plan.total.round {
            all.rest(Reason::Total, floored.round(how).sub(&floored));
        }
        all
    }

    fn rest(&mut self, reason: Reason, amount: N) {
        self.0.push((Item::Rest(reason), amount));
    }

    /// What lies between the printed points below a node and what the group above takes of it.
    fn node<U: NodeScored<N = N>>(&mut self, tree: &U, node: usize, row: usize) {
        let plan = tree.known().data.plan;
        let share = tree.share(node, row);
        let score = tree.score(node, row);
        if share.is_missing() || share.is_zero() || score.is_missing() {
            return;
        }
        let own = &plan.nodes[node];
        if let Some(indicator) = plan.indicators.get(node) {
            if let Some(how) = indicator.points_round.filter(|how| !how.carry) {
                let points = score.mul(&share);
                self.rest(Reason::Points, points.sub(&points.round(&how)));
            }
            return;
        }
        if own.round.is_some_and(|how| how.carry) {
            self.rest(Reason::Group, tree.carried(node, row).sub(&score).mul(&share));
        }
        if let Some(reason) = Reason::of(own.aggregate) {
            let parts = own.members.iter().map(|m| tree.carried(*m, row).mul(&tree.share(*m, row)));
            let sum = parts.filter(|x| !x.is_missing()).fold(N::zero(), |sum, x| sum.add(&x));
            self.rest(reason, score.mul(&share).sub(&sum));
        }
    }

    /// The printed points of all indicators.
    fn below<U: NodeScored<N = N>>(tree: &U, row: usize) -> N {
        let plan = tree.known().data.plan;
        let printed = |indicator: usize| {
            let points = tree.score(indicator, row).mul(&tree.share(indicator, row));
            plan.indicators[indicator].points_round.map_or(points.clone(), |how| points.round(&how))
        };
        let all = (0..plan.indicators.len()).map(printed).filter(|x| !x.is_missing());
        all.fold(N::zero(), |sum, x| sum.add(&x))
    }
}
