//! References: what rules compare with, computed once before any rule runs.

use std::sync::OnceLock;

use super::cells::{Exactly, Known, Level, Origin, pooled};
use super::chunks::{Changed, Numbers};
use super::data::Data;
use super::order::descending;
use super::values::EXACT_PEERS;
use crate::exec;
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::method::part::{Among, Over};
use crate::method::rules::Input;
use crate::number::statistics::{self, deviation_of, mean_of, place};
use crate::number::{Bounded, Exact, ExactSum, Number};
use crate::panel::Period;
use crate::scheme::plan::{Leaf, Scope};

/// A resolved anchor: its number, who set it, and its exact number once somebody asked.
#[derive(Debug, Clone)]
pub(crate) struct Resolved {
    pub(crate) near: Bounded,
    /// The row whose value this is.
    pub(crate) who: Option<usize>,
    /// The entity and period whose value this is, where it comes from references.
    pub(crate) by: Option<(String, Period)>,
    exact: OnceLock<Exact>,
}

impl Resolved {
    fn new(near: Bounded) -> Self {
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
    let (period, class) = set_of(data, scope, set);
    let rows: std::ops::Range<usize> = match period {
        Some(p) => data.panel.rows_of(p),
        None => 0..data.panel.len(),
    };
    rows.filter(|&r| {
        data.joins(scope.indicator, r) && class.is_none_or(|c| data.class(r) == c) && !measure[r].is_nan()
    })
    .map(|r| r as u32)
    .collect()
}

/// Members within reach of a number.
fn close_members(
    data: &Data<'_>,
    scope: Scope<'_>,
    set: usize,
    numbers: Numbers<'_>,
    near: Bounded,
) -> Vec<usize> {
    let is_close = |row: &usize| {
        let x = numbers.at(*row);
        (x.v - near.v).abs() <= x.e + near.e
    };
    let (period, class) = set_of(data, scope, set);
    let rows = period.map_or(0..data.panel.len(), |p| data.panel.rows_of(p));
    let counts =
        |row: &usize| data.joins(scope.indicator, *row) && class.is_none_or(|c| data.class(*row) == c);
    rows.filter(is_close).filter(counts).collect()
}

/// Period and class of a set.
fn set_of(data: &Data<'_>, scope: Scope<'_>, set: usize) -> (Option<usize>, Option<usize>) {
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

/// What a leaf or a treatment compared with before, the numbers that this was of, and the rows in which they are different now.
pub(crate) type Before<'a> = (&'a LeafReference, Numbers<'a>, &'a Changed);

/// Resolves the anchors of every set of a leaf, or of the treatment of an indicator, and says which rows compare with others than before. A fixed base period that the
/// panel lacks gives missing anchors.
pub(crate) fn resolve(
    known: &Known<'_>,
    at: usize,
    level: Level,
    anchors: Vec<Anchor>,
    before: Option<Before<'_>>,
) -> (LeafReference, Changed) {
    let (data, scope) = (&known.data, level.scope(known.data.plan, at));
    if let Some(references) = data.references {
        let other = Changed::all_if(before.is_none());
        return (references.reference(data, at, level, anchors), other);
    }
    let bare = LeafReference::bare(data, scope, level);
    let (by_period, classes) = bare.layout();
    let periods = if by_period { data.panel.periods().len() } else { 1 };
    let (numbers, lower) = (known.column(level, at), known.lower_is_better(level, at));
    let tasks: Vec<usize> = if anchors.is_empty() { Vec::new() } else { (0..periods * classes).collect() };
    let sets = exec::map_rows(data.panel.len(), tasks, |index| {
        let kept = before.filter(|(_, _, changed)| !changed.touches(&rows_of(data, scope, index)));
        if let Some((was, ..)) = kept {
            return (was.sets[index].clone(), false);
        }
        let set = Set::new(data, scope, index, lower, numbers);
        let near = |variable: usize, row: Option<usize>| data.near(variable, row);
        let now = set.resolve(&anchors, || pooled(known, at, set.rows(), near));
        let same =
            before.filter(|(was, old, changed)| set.is_same(&anchors, &now, &was.sets[index], *old, changed));
        match same {
            Some((was, ..)) => (was.sets[index].clone(), false),
            None => (now, true),
        }
    });
    let other =
        sets.iter().enumerate().filter(|(_, (_, other))| *other).map(|(index, _)| {
            if by_period { data.panel.rows_of(index / classes) } else { 0..data.panel.len() }
        });
    let other = if before.is_some() { Changed::ranges(other) } else { Changed::all() };
    (LeafReference { anchors, sets: sets.into_iter().map(|(set, _)| set).collect(), ..bare }, other)
}

/// The rows among which those of a set are.
fn rows_of(data: &Data<'_>, scope: Scope<'_>, set: usize) -> std::ops::Range<usize> {
    match set_of(data, scope, set).0 {
        Some(period) => data.panel.rows_of(period),
        None => 0..data.panel.len(),
    }
}

/// One reference set while its anchors are resolved.
struct Set<'a> {
    data: &'a Data<'a>,
    scope: Scope<'a>,
    lower_is_better: bool,
    period: Option<usize>,
    /// A fixed base period that is not there: nothing can be known.
    absent: bool,
    /// All rows of a period, where every row counts.
    block: Option<std::ops::Range<usize>>,
    index: usize,
    rows: OnceLock<Vec<u32>>,
    numbers: Numbers<'a>,
}

/// Index of the first smallest or largest number, missing ones left out. The extreme is found first, in steps that
/// vectorise, then its place.
fn extreme_of(x: &[f64], largest: bool) -> Option<usize> {
    let sign = if largest { -1.0 } else { 1.0 };
    let mut lanes = [f64::INFINITY; 8];
    let (chunks, rest) = x.as_chunks::<8>();
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            let x = x * sign;
            *lane = if x < *lane { x } else { *lane };
        }
    }
    let least =
        rest.iter().map(|x| x * sign).chain(lanes).fold(f64::INFINITY, |a, x| if x < a { x } else { a });
    x.iter().position(|x| x * sign == least)
}

impl<'a> Set<'a> {
    fn new(
        data: &'a Data<'a>,
        scope: Scope<'a>,
        index: usize,
        lower_is_better: bool,
        numbers: Numbers<'a>,
    ) -> Self {
        let (period, class) = set_of(data, scope, index);
        let absent = period.is_none() && *scope.over != Over::All;
        let all_join = data.benchmark.is_none() && data.conditional(scope.indicator).is_none();
        let whole = class.is_none() && all_join;
        let block = period.filter(|_| whole).map(|p| data.panel.rows_of(p));
        Set { data, scope, lower_is_better, period, absent, block, index, rows: OnceLock::new(), numbers }
    }

    /// The members; asked for only by what needs them one by one.
    fn rows(&self) -> &[u32] {
        self.rows.get_or_init(|| {
            if self.absent { Vec::new() } else { members(self.data, self.scope, self.index, self.numbers.x) }
        })
    }

    fn resolve(&self, anchors: &[Anchor], pooled: impl Fn() -> Bounded) -> Vec<Resolved> {
        let needs_order = anchors.iter().any(|a| matches!(a, Anchor::Median | Anchor::Quantile(_)));
        let sorted = if needs_order { self.sorted() } else { Vec::new() };
        let one = |anchor: &Anchor| match anchor {
            Anchor::Pooled if !self.absent => Resolved::new(pooled()),
            _ => self.one(anchor, &sorted),
        };
        anchors.iter().map(one).collect()
    }

    /// Whether the anchors are those of before for certain, exact numbers and all, so that these need not be worked out again.
    fn is_same(
        &self,
        anchors: &[Anchor],
        now: &[Resolved],
        was: &[Resolved],
        old: Numbers<'_>,
        changed: &Changed,
    ) -> bool {
        let rows = rows_of(self.data, self.scope, self.index);
        let bits = |x: &Resolved| (x.near.v.to_bits(), x.near.e.to_bits(), x.who);
        anchors.iter().zip(now).zip(was).all(|((anchor, now), was)| match anchor {
            Anchor::Number(_) | Anchor::Count => bits(now) == bits(was),
            // Nothing that moved is, or was, within reach of the extreme.
            Anchor::Min | Anchor::Max | Anchor::First => {
                let clear = |x: Bounded| x.is_missing() || (x.v - now.near.v).abs() > x.e + now.near.e;
                let mut moved = changed.within(&rows).flatten();
                bits(now) == bits(was) && moved.all(|row| clear(self.numbers.at(row)) && clear(old.at(row)))
            }
            // Rows have these of their own, but for an entity of the set's period.
            Anchor::Target | Anchor::Previous | Anchor::Indicator(_) => true,
            Anchor::Entity(_) => {
                bits(now) == bits(was) && now.who.is_none_or(|row| !changed.touches(&(row..row + 1)))
            }
            Anchor::Mean | Anchor::Sd | Anchor::Median | Anchor::Quantile(_) | Anchor::Pooled => false,
        })
    }

    fn sorted(&self) -> Vec<u32> {
        let mut rows = self.rows().to_vec();
        rows.sort_by(|a, b| {
            self.numbers.x[*a as usize].total_cmp(&self.numbers.x[*b as usize]).then(a.cmp(b))
        });
        rows
    }

    fn one(&self, anchor: &Anchor, sorted: &[u32]) -> Resolved {
        let missing = || Resolved::new(Bounded::missing());
        if self.absent && !matches!(anchor, Anchor::Number(_)) {
            return missing();
        }
        match anchor {
            Anchor::Number(x) => Resolved::new(Bounded::of(*x)),
            Anchor::Count => Resolved::new(Bounded::exact(self.rows().len() as f64)),
            Anchor::Min => self.extreme(false),
            Anchor::Max => self.extreme(true),
            Anchor::First => self.extreme(!self.lower_is_better),
            Anchor::Mean => Resolved::new(self.mean()),
            Anchor::Sd => Resolved::new(self.deviation()),
            Anchor::Median => self.quantile(0.5, sorted),
            Anchor::Quantile(q) => self.quantile(*q, sorted),
            Anchor::Entity(name) => match (self.period, self.data.panel.entity_index(name)) {
                (Some(p), Some(e)) => self.data.panel.row(p, e).map_or_else(missing, |row| self.at(row)),
                _ => missing(),
            },
            // The pooled value needs the formula (see `resolve`); own anchors differ by row.
            Anchor::Pooled | Anchor::Target | Anchor::Previous | Anchor::Indicator(_) => missing(),
        }
    }

    fn at(&self, row: usize) -> Resolved {
        Resolved { who: Some(row), ..Resolved::new(self.numbers.at(row)) }
    }

    fn extreme(&self, largest: bool) -> Resolved {
        let better = |a: usize, b: usize| {
            let (a, b) = (self.numbers.x[a], self.numbers.x[b]);
            if largest { a > b } else { a < b }
        };
        let first = |best: Option<usize>, row: usize| match best {
            Some(best) if !better(row, best) => Some(best),
            _ => Some(row),
        };
        let best = match &self.block {
            Some(block) => extreme_of(&self.numbers.x[block.clone()], largest).map(|i| block.start + i),
            None => self.rows().iter().map(|r| *r as usize).fold(None, first),
        };
        let Some(row) = best else { return Resolved::new(Bounded::missing()) };
        let own = self.at(row);
        if self.numbers.is_even() {
            return own;
        }
        // Where errors differ, another row may be farther out.
        let out = |row: &u32| {
            if largest {
                self.numbers.at(*row as usize).high()
            } else {
                -self.numbers.at(*row as usize).low()
            }
        };
        let farthest = self.rows().iter().map(out).fold(f64::NEG_INFINITY, f64::max);
        let error = (farthest - if largest { own.near.v } else { -own.near.v }).next_up();
        Resolved { near: Bounded::new(own.near.v, own.near.e.max(error)), ..own }
    }

    /// An exact sum over the members; partial sums merge, so neither order nor threads matter.
    fn sum(&self, add: impl Fn(&mut ExactSum, usize) + Sync) -> ExactSum {
        let chunks: Vec<&[u32]> = self.rows().chunks(exec::CHUNK).collect();
        let parts = exec::map_rows(self.rows().len(), chunks, |rows| {
            let mut sum = ExactSum::default();
            for row in rows {
                add(&mut sum, *row as usize);
            }
            sum
        });
        parts.iter().fold(ExactSum::default(), |mut all, part| {
            all.merge(part);
            all
        })
    }

    fn mean(&self) -> Bounded {
        if self.rows().is_empty() {
            return Bounded::missing();
        }
        let error = self.sum(|sum, row| sum.add(self.numbers.at(row).e)).value();
        mean_of(&self.sum(|sum, row| sum.add(self.numbers.x[row])), error, self.rows().len())
    }

    /// Standard deviation with n − 1, from exact sums of values and squares.
    fn deviation(&self) -> Bounded {
        let error = self.rows().iter().map(|r| self.numbers.at(*r as usize).e).fold(0.0, f64::max);
        let x = self.numbers.x;
        let sum = self.sum(|sum, row| sum.add(x[row])).exact();
        let squares = self.sum(|sum, row| sum.add_square(x[row])).exact();
        deviation_of(&sum, squares, error, self.rows().len())
    }

    /// Type 7: linear between order statistics at `(n − 1) q`.
    fn quantile(&self, q: f64, sorted: &[u32]) -> Resolved {
        let Some((below, above, share)) = place(sorted.len(), q) else {
            return Resolved::new(Bounded::missing());
        };
        let at = |k: usize| {
            let own = self.numbers.at(sorted[k] as usize);
            if self.numbers.is_even() {
                return own;
            }
            // Where errors differ, another row may be the k-th.
            let (low, high) = range_of_nth(sorted, |row| self.numbers.at(row), k);
            Bounded::new(own.v, (own.v - low).max(high - own.v).next_up())
        };
        let (low, high) = (at(below), at(above));
        let near = low.add(&high.sub(&low).mul(&share));
        Resolved { who: (below == above).then_some(sorted[below] as usize), ..Resolved::new(near) }
    }
}

impl LeafReference {
    /// The exact number of an anchor that is the same for its whole set.
    pub(crate) fn exact(&self, cells: &Exactly<'_>, at: usize, set: usize, k: usize) -> Exact {
        let resolved = &self.sets[set][k];
        resolved.exact.get_or_init(|| self.settle(cells, at, set, k)).clone()
    }

    fn settle(&self, cells: &Exactly<'_>, at: usize, set: usize, k: usize) -> Exact {
        let known = cells.known();
        let (data, scope) = (&known.data, self.level.scope(known.data.plan, at));
        let numbers = known.column(self.level, at);
        let x = numbers.x;
        let resolved = &self.sets[set][k];
        if resolved.near.is_missing() {
            return Exact::Missing;
        }
        let order = |q: f64| {
            let rows = members(data, scope, set, x);
            order_exact(|row| cells.subject(self.level, at, row), &rows, |row| numbers.at(row), q)
        };
        let extreme = |largest: bool| {
            let close = close_members(data, scope, set, numbers, resolved.near);
            let walked = close.into_iter().map(|row| cells.subject(self.level, at, row));
            walked
                .reduce(|best, x| match (best.is_irrational() || x.is_irrational(), largest) {
                    (true, _) => Exact::Irrational,
                    (false, true) => best.max(&x),
                    (false, false) => best.min(&x),
                })
                .unwrap_or(Exact::Missing)
        };
        match &self.anchors[k] {
            Anchor::Number(n) => Exact::of(*n),
            Anchor::Count => Exact::of(resolved.near.v),
            Anchor::Min => extreme(false),
            Anchor::Max => extreme(true),
            Anchor::First => extreme(!known.lower_is_better(self.level, at)),
            Anchor::Median => order(0.5),
            Anchor::Quantile(q) => order(*q),
            Anchor::Entity(_) => {
                resolved.who.map_or(Exact::Missing, |row| cells.subject(self.level, at, row))
            }
            Anchor::Mean | Anchor::Sd => {
                let rows = members(data, scope, set, x);
                if rows.len() > EXACT_PEERS {
                    return Exact::Irrational;
                }
                let all: Vec<Exact> =
                    rows.iter().map(|r| cells.subject(self.level, at, *r as usize)).collect();
                match self.anchors[k] {
                    Anchor::Mean => statistics::mean(all.into_iter()),
                    _ => statistics::deviation(&all),
                }
            }
            Anchor::Pooled => cells.pooled(at, &members(data, scope, set, x)),
            Anchor::Target | Anchor::Previous | Anchor::Indicator(_) => Exact::Missing,
        }
    }

    /// Ranks of the measure within its set: 1 is best, equals share the best rank. A row that is no member (a benchmark, or
    /// a row outside a fixed base period) gets the rank it would have among the members; one that the indicator does not
    /// apply to has none.
    pub(crate) fn rank(&self, cells: &Exactly<'_>, leaf_index: usize) -> Vec<f64> {
        let known = cells.known();
        let (data, leaf) = (&known.data, known.leaf(leaf_index));
        if let Some(references) = data.references {
            return references.ranks(cells, leaf_index, self.level);
        }
        let numbers = known.column(self.level, leaf_index);
        let x = numbers.x;
        let negative = self.level.lower_is_better(leaf);
        let sign = if negative { -1.0 } else { 1.0 };
        let value = |row: u32| sign * x[row as usize];
        let widest = numbers.widest();
        let errors = (|x: f64| widest.of(x).e, |row: u32| numbers.at(row as usize).e);
        let exact = |row: u32| {
            let value = cells.subject(self.level, leaf_index, row as usize);
            if negative { value.neg() } else { value }
        };
        let (mut is_member, mut ranks) = (vec![false; data.panel.len()], vec![f64::NAN; data.panel.len()]);
        let periods = if self.by_period { data.panel.periods().len() } else { 1 };
        let mut sets: Vec<Vec<u32>> =
            (0..periods * self.classes).map(|set| members(data, leaf.scope(), set, x)).collect();
        sets.iter().flatten().for_each(|row| is_member[*row as usize] = true);
        // Those who are no members stand in the order of the members, and are counted by nobody.
        for row in (0..data.panel.len()).filter(|r| !x[*r].is_nan() && data.applies(leaf.indicator, *r)) {
            if !is_member[row] {
                sets[self.set(data, row)].push(row as u32);
            }
        }
        for mut rows in sets {
            rows.sort_unstable();
            let mut better = 0usize;
            for group in descending(&rows, value, (&errors.0, &errors.1), exact).groups() {
                for row in group {
                    ranks[*row as usize] = (better + 1) as f64;
                }
                better += group.iter().filter(|row| is_member[**row as usize]).count();
            }
        }
        ranks
    }
}

/// What the measure of a leaf compares with, one for each of its needs: lagged values and ranks
/// are looked up by row, and a typed number keeps the places aligned.
pub(crate) fn input_anchors(leaf: &Leaf) -> Vec<Anchor> {
    let anchor = |need: &Need| match need {
        Need::Anchor(anchor) => anchor.clone(),
        _ => Anchor::Number(0.0),
    };
    leaf.needs.iter().map(anchor).collect()
}

/// Which anchors and inputs a leaf's rule takes.
pub(crate) fn takes_rank(leaf: &Leaf) -> bool {
    use crate::method::rules::Kernel;
    leaf.rule.input() == Input::Rank
}

/// An order statistic exactly: rows within reach of it are walked and sorted as rationals.
pub(crate) fn order_exact(
    exact: impl Fn(usize) -> Exact,
    rows: &[u32],
    near: impl Fn(usize) -> Bounded,
    q: f64,
) -> Exact {
    let at = |k: usize| {
        let (low, high) = range_of_nth(rows, &near, k);
        // The row is surely below the k-th, or surely above it, or walked.
        let (mut first, mut close) = (0, Vec::new());
        for row in rows {
            let x = near(*row as usize);
            if x.high() < low {
                first += 1;
            } else if x.low() <= high {
                close.push(exact(*row as usize));
            }
        }
        if close.iter().any(Exact::is_irrational) {
            return Exact::Irrational;
        }
        close.sort_by(|a, b| a.order(b).unwrap_or(std::cmp::Ordering::Equal));
        let place = k.checked_sub(first).filter(|k| *k < close.len());
        place.map_or(Exact::Irrational, |k| close.swap_remove(k))
    };
    statistics::quantile(rows.len(), q, at)
}

/// Between which numbers the `k`-th smallest lies: the `k`-th smallest of all that the rows may be at least, and at most.
fn range_of_nth(rows: &[u32], near: impl Fn(usize) -> Bounded, k: usize) -> (f64, f64) {
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
