//! References: what rules compare with, computed once before any rule runs.

use std::sync::OnceLock;

use super::cells::{Known, Origin, pooled};
use super::chunks::{Changed, Numbers};
use super::data::{Data, Tolerance};
use super::exact::ExactCells;
use super::order::descending;
use super::sets::{LeafReference, Level, Resolved, members, rows_of, set_of};
use crate::exec;
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::method::part::Over;
use crate::method::rules::Input;
use crate::method::treatment::Method;
use crate::number::statistics::{deviation_of, mean_of, place};
use crate::number::{Bounded, ExactSum, Number};
use crate::scheme::plan::{Leaf, Scope};

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
    let mut reference = LeafReference::bare(data, scope, level);
    let (by_period, classes) = reference.layout();
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
        let now = match data.plan.indicators.get(at).and_then(|own| own.treat.as_ref()) {
            Some(treat) if matches!(anchors[..], [Anchor::Fitted(_), ..]) => set.fitted(&treat.method),
            _ => set.resolve(&anchors, || pooled(known, at, set.rows(), near)),
        };
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
    (reference.anchors, reference.sets) = (anchors, sets.into_iter().map(|(set, _)| set).collect());
    (reference, other)
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
    /// The widest error among the rows.
    widest: OnceLock<Tolerance>,
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
        let all_join = data.benchmark.is_none()
            && data.screened.is_none()
            && data.kept_out.is_none()
            && data.conditional(scope.indicator).is_none();
        let whole = class.is_none() && all_join;
        let block = period.filter(|_| whole).map(|p| data.panel.rows_of(p));
        let (rows, widest) = (OnceLock::new(), OnceLock::new());
        Set { data, scope, lower_is_better, period, absent, block, index, rows, numbers, widest }
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

    /// What a treatment fits on the set.
    fn fitted(&self, method: &Method) -> Vec<Resolved> {
        let rows = if self.absent { &[] } else { self.rows() };
        let (numbers, is_open) =
            method.fitted(rows.iter().map(|row| self.numbers.at(*row as usize)).collect());
        let one = |near: Bounded| {
            let near = if is_open { Bounded::new(near.v, f64::INFINITY) } else { near };
            Resolved::new(near)
        };
        numbers.into_iter().map(one).collect()
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
            Anchor::Mean
            | Anchor::Sd
            | Anchor::Median
            | Anchor::Quantile(_)
            | Anchor::Pooled
            | Anchor::Fitted(_) => false,
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
            // The pooled value needs the formula (see `resolve`), what is fitted the method; own anchors differ by row.
            Anchor::Pooled | Anchor::Target | Anchor::Previous | Anchor::Indicator(_) | Anchor::Fitted(_) => {
                missing()
            }
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
        best.map_or_else(
            || Resolved::new(Bounded::missing()),
            |row| Resolved { near: self.nth(row), ..self.at(row) },
        )
    }

    /// The number that stands at a place of the order, that of a row in floats. Where errors differ, another row may stand there; but
    /// a number and the largest error of its size grow together, so that it is within that error.
    fn nth(&self, row: usize) -> Bounded {
        let v = self.numbers.x[row];
        let widest =
            self.widest.get_or_init(|| self.numbers.widest_in(&rows_of(self.data, self.scope, self.index)));
        Bounded::new(v, widest.largest(v))
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
        let at = |k: usize| self.nth(sorted[k] as usize);
        let (low, high) = (at(below), at(above));
        let near = low.add(&high.sub(&low).mul(&share));
        Resolved { who: (below == above).then_some(sorted[below] as usize), ..Resolved::new(near) }
    }
}

impl LeafReference {
    /// Ranks of the measure within its set: 1 is best, equals share the best rank. A row that is no member (a benchmark, one that is kept out, or
    /// a row outside a fixed base period) gets the rank it would have among the members; one that the indicator does not
    /// apply to has none.
    pub(crate) fn rank(&self, cells: &ExactCells<'_>, leaf_index: usize) -> Vec<f64> {
        let known = cells.known();
        let (data, leaf) = (&known.data, known.leaf(leaf_index));
        if let Some(references) = data.references {
            return references.ranks(cells, leaf_index, self.level);
        }
        let numbers = known.column(self.level, leaf_index);
        let x = numbers.x;
        let (negative, equals) = (self.level.lower_is_better(leaf), self.level.equals(leaf));
        let sign = if negative { -1.0 } else { 1.0 };
        let value = |row: u32| sign * x[row as usize];
        let widest = numbers.widest();
        let errors = (|x: f64| widest.of(x).e, |row: u32| numbers.at(row as usize).e);
        let exact = |row: u32| {
            let value = cells.subject(self.level, leaf_index, row as usize);
            if negative { value.neg() } else { value }
        };
        let (mut is_member, mut ranks) = (vec![false; data.panel.len()], vec![f64::NAN; data.panel.len()]);
        let (by_period, classes) = self.layout();
        let periods = if by_period { data.panel.periods().len() } else { 1 };
        let mut sets: Vec<Vec<u32>> =
            (0..periods * classes).map(|set| members(data, leaf.scope(), set, x)).collect();
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
                let equal = group.iter().filter(|row| is_member[**row as usize]).count();
                for row in group {
                    ranks[*row as usize] = equals.rank(&(better as f64), &(equal as f64));
                }
                better += equal;
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
