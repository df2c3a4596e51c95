//! An anchor of the others' data with the entity's own number of another side among them.

use std::cmp::Ordering;

use crate::assess::cells::{Origin, pooled};
use crate::assess::ladder::Ladder;
use crate::assess::references::Ladder as Kept;
use crate::assess::sets::{LeafReference, Level, is_own};
use crate::method::anchor::Anchor;
use crate::method::part::Over;
use crate::method::rules::Equals;
use crate::number::statistics::{self, deviation_of, mean_of};
use crate::number::{Bounded, Exact, Number};
use crate::panel::Period;

use super::Side;
use super::coalition::{Reads, reference};

/// The reference set of a leaf where the entity's number in it is another.
pub(super) struct Swap<'a, O: Origin> {
    /// Whose own numbers stand in the set.
    pub(super) own: (&'a O, Side<'a>),
    /// Whose others' numbers do.
    pub(super) peers: (&'a O, Side<'a>),
    pub(super) leaf: usize,
    pub(super) level: Level,
    /// The class that the entity is compared within.
    pub(super) class: usize,
    /// What of the entity is compared.
    pub(super) x: O::N,
}

/// A set without the entity's own members, and the numbers that stand in for them.
struct Members<'a, O: Origin> {
    cells: &'a O,
    leaf: usize,
    level: Level,
    ladder: &'a Ladder,
    /// Places of the own members, ascending.
    gone: Vec<usize>,
    /// Ascending.
    come: Vec<O::N>,
}

impl<'a, O: Reads> Swap<'a, O> {
    fn reference(&self) -> &LeafReference {
        reference(self.peers.1, self.leaf, self.level)
    }

    fn set_index(&self) -> usize {
        let panel = &self.peers.1.inner.panel;
        self.reference().set_in(panel.period_of(self.peers.1.row), self.class)
    }

    /// A set of all periods, or of one for all, has not moved between two rows of one assessment.
    fn is_still(&self) -> bool {
        !self.reference().is_by_period() && std::ptr::eq(self.own.1.inner, self.peers.1.inner)
    }

    pub(super) fn anchor(&self, k: usize) -> O::N {
        let (reference, (cells, side)) = (self.reference(), self.peers);
        let data = side.inner.data();
        let anchor = &reference.anchors[k];
        let over = &data.plan.leaves[self.leaf].over;
        if data.references.is_some() {
            // Nobody's data move what references hold.
            return if is_own(anchor, &data.plan.leaves[self.leaf]) {
                cells.anchor(reference, self.leaf, k, side.row)
            } else {
                cells.common(reference, self.leaf, self.set_index(), k)
            };
        }
        if let Anchor::Entity(name) = anchor {
            return match data.panel.entity_index(name) == Some(data.panel.entity_of(side.row)) {
                true if !matches!(over, Over::Fixed(_)) => self.x.clone(),
                true => self.own.0.anchor(
                    super::coalition::reference(self.own.1, self.leaf, self.level),
                    self.leaf,
                    k,
                    self.own.1.row,
                ),
                false => cells.anchor(reference, self.leaf, k, side.row),
            };
        }
        let set = self.set_index();
        let still = || cells.common(reference, self.leaf, set, k);
        if self.is_still() || self.is_in_place() {
            return still();
        }
        let negative = self.level.lower_is_better(&data.plan.leaves[self.leaf]);
        let largest = match anchor {
            Anchor::Min => Some(false),
            Anchor::Max => Some(true),
            Anchor::First => Some(!negative),
            _ => None,
        };
        // An extreme that another holds, and that the own number does not pass: no need to look at the others.
        let another = reference.sets[set][k].who.is_some_and(|who| who != side.row);
        if let (Some(largest), true, true) = (largest, another, reference.is_by_period()) {
            let there = still();
            let passed = if largest { there.is_less(&self.x) } else { self.x.is_less(&there) };
            if !passed {
                return there;
            }
        }
        let members = self.members(set);
        if members.is_same() {
            return still();
        }
        match anchor {
            Anchor::Count => O::N::of(members.count() as f64),
            Anchor::Min => members.extreme(false),
            Anchor::Max => members.extreme(true),
            Anchor::First => members.extreme(!negative),
            Anchor::Median => members.quantile(0.5),
            Anchor::Quantile(q) => members.quantile(*q),
            Anchor::Mean => members.mean(&still()),
            Anchor::Sd => members.deviation(),
            Anchor::Pooled => self.pooled(&members),
            _ => still(),
        }
    }

    /// Whether the own number is that of its place among the others.
    fn is_in_place(&self) -> bool {
        let ((cells, side), own) = (self.peers, self.own.1);
        let known = cells.known();
        std::ptr::eq(own.inner, side.inner)
            && own.row == side.row
            && known.data.class(side.row) == self.class
            && known.column(self.level, self.leaf).x[side.row].to_bits() == self.x.to_f64().to_bits()
    }

    /// The row, of the others' side, whose number this is: one of the others' first.
    pub(super) fn holder(&self, x: &O::N) -> Option<usize> {
        if self.peers.0.known().data.references.is_some() {
            return None;
        }
        let x = x.to_f64();
        let ladder = self.ladder(self.peers, self.set_index());
        let entity = self.peers.1.inner.panel.entity_of(self.peers.1.row);
        let first = ladder.rungs.partition_point(|(v, _)| *v < x);
        let equal = ladder.rungs[first..].iter().take_while(|(v, _)| *v == x).map(|(_, r)| *r as usize);
        let other = equal.into_iter().find(|r| self.peers.1.inner.panel.entity_of(*r) != entity);
        other.or((self.x.to_f64() == x).then_some(self.peers.1.row))
    }

    /// The rank that the entity's number has among the others, and the entity's own other numbers where these are members
    /// too: 1 is best.
    pub(super) fn rank(&self) -> O::N {
        let ((cells, side), (own_cells, own)) = (self.peers, self.own);
        let (known, x) = (cells.known(), &self.x);
        let is_same = |cells: &O, row: usize| {
            cells.subject(self.level, self.leaf, row).order(x) == Some(Ordering::Equal)
        };
        let class = known.data.class(side.row);
        if let (Some(ranks), true) = (&self.reference().ranks, class == self.class)
            && (std::ptr::eq(own.inner, side.inner) && own.row == side.row && is_same(cells, side.row))
        {
            return O::N::of(ranks[side.row]);
        }
        let at = x.to_f64();
        if at.is_nan() {
            // Missing; or irrational, and then the rank is for floats to tell.
            return x.clone();
        }
        let negative = self.level.lower_is_better(known.leaf(self.leaf));
        let tolerance = known.column(self.level, self.leaf).widest();
        if let Some(references) = known.data.references {
            let period = known.data.panel.period_of(side.row);
            let set = references.set_in(&known.data, self.leaf, self.level, (period, self.class));
            return set
                .and_then(|set| set.ladder.as_ref())
                .map_or_else(O::N::missing, |ladder| self.rank_on(ladder, tolerance.of(at).e, negative));
        }
        let ladder = self.ladder(self.peers, self.set_index());
        let equals = self.level.equals(known.leaf(self.leaf));
        let rungs = &ladder.rungs;
        let reach = 2.0 * tolerance.of(at).e + at.abs() * 1e-12;
        let low = rungs.partition_point(|(v, _)| *v < at - reach);
        let high = rungs.partition_point(|(v, _)| *v <= at + reach);
        // Of the entity's rows none is another's: where the set has not moved, all but the one that is ranked stay.
        let still = self.is_still();
        let leave = self.rows(side).filter(|row| !still || *row == own.row);
        let gone: Vec<usize> = self.places(cells, ladder, leave).map(|(k, _)| k).collect();
        let beyond = if negative { 0..low } else { high..rungs.len() };
        let better = beyond.len() - gone.iter().filter(|k| beyond.contains(k)).count();
        let (mut close, mut equal) = (O::N::zero(), O::N::zero());
        // Too close for floats: the number type decides, or says that it cannot.
        let mut meet = |there: O::N| {
            close = close.add(&if negative { there.less(x) } else { x.less(&there) });
            if equals != Equals::Best {
                equal = equal.add(&there.equal(x));
            }
        };
        for (k, (_, row)) in rungs.iter().enumerate().take(high).skip(low) {
            if !gone.contains(&k) {
                meet(cells.subject(self.level, self.leaf, *row as usize));
            }
        }
        if !self.is_still() {
            let others = self.own_members().filter(|row| *row != own.row);
            others.for_each(|row| meet(own_cells.subject(self.level, self.leaf, row)));
        }
        // Among those that it equals it is one, if it is one of those compared.
        let equal = if self.is_member() { equal.add(&O::N::one()) } else { equal };
        equals.rank(&O::N::of(better as f64).add(&close), &equal)
    }

    /// Whether the number is that of one of those compared.
    fn is_member(&self) -> bool {
        let (cells, own) = self.own;
        let data = cells.known().data;
        let leaf = &data.plan.leaves[self.leaf];
        let period = data.panel.periods()[data.panel.period_of(own.row)];
        let there = match &leaf.over {
            Over::Fixed(label) => Period::parse(label) == Some(period),
            _ => true,
        };
        there && data.joins(leaf.indicator, own.row)
    }

    /// The rank of the number among members that references hold.
    fn rank_on(&self, ladder: &Kept, error: f64, negative: bool) -> O::N {
        let (at, rungs) = (self.x.to_f64(), &ladder.rungs);
        let reach = error + ladder.tolerance.of(at).e + at.abs() * 1e-12;
        let low = rungs.partition_point(|(v, _)| *v < at - reach);
        let high = rungs.partition_point(|(v, _)| *v <= at + reach);
        let better = if negative { low } else { rungs.len() - high };
        let equals = self.level.equals(&self.peers.0.known().data.plan.leaves[self.leaf]);
        let meet = |(better, equal): (O::N, O::N), (v, exact): &(f64, Exact)| {
            let there = O::either(ladder.tolerance.of(*v), O::exactly(exact));
            let ahead = if negative { there.less(&self.x) } else { self.x.less(&there) };
            let same = if equals == Equals::Best { O::N::zero() } else { there.equal(&self.x) };
            (better.add(&ahead), equal.add(&same))
        };
        let (better, equal) = rungs[low..high].iter().fold((O::N::of(better as f64), O::N::zero()), meet);
        equals.rank(&better, &equal)
    }

    fn ladder(&self, (cells, side): (&O, Side<'a>), set: usize) -> &'a Ladder {
        side.inner.ladders.get(&cells.known(), self.leaf, self.level, set)
    }

    /// Where rows stand on a ladder, of those that do.
    fn places<'s>(
        &self,
        cells: &'s O,
        ladder: &'s Ladder,
        rows: impl Iterator<Item = usize> + 's,
    ) -> impl Iterator<Item = (usize, usize)> + 's {
        let column = cells.known().column(self.level, self.leaf).x;
        rows.filter_map(move |r| Some((ladder.place(column[r], r)?, r)))
    }

    /// The entity's rows that are members on its own side.
    fn own_members(&self) -> impl Iterator<Item = usize> {
        let (cells, own) = self.own;
        let reference = reference(own, self.leaf, self.level);
        let ladder = self.ladder(self.own, reference.set(&own.inner.data(), own.row));
        self.places(cells, ladder, self.rows(own)).map(|(_, row)| row)
    }

    fn members(&self, set: usize) -> Members<'_, O> {
        let ((cells, side), (own_cells, own)) = (self.peers, self.own);
        let ladder = self.ladder(self.peers, set);
        let mut gone: Vec<usize> = self.places(cells, ladder, self.rows(side)).map(|(k, _)| k).collect();
        gone.sort_unstable();
        let subject = |row: usize| {
            if row == own.row { self.x.clone() } else { own_cells.subject(self.level, self.leaf, row) }
        };
        let mut come: Vec<O::N> = self.own_members().map(subject).filter(|x| !x.is_missing()).collect();
        come.sort_by(|a, b| a.to_f64().total_cmp(&b.to_f64()));
        Members { cells, leaf: self.leaf, level: self.level, ladder, gone, come }
    }

    /// The entity's rows that can be members of its set.
    fn rows<'s>(&self, side: Side<'s>) -> impl Iterator<Item = usize> + use<'s, O> {
        let panel = &side.inner.panel;
        let entity = panel.entity_of(side.row);
        let by_period = self.reference().is_by_period();
        let all = if by_period { 0..0 } else { 0..panel.periods().len() };
        all.filter_map(move |p| panel.row(p, entity)).chain(by_period.then_some(side.row))
    }

    /// The formula over summed variables, the entity's own ones in their place.
    fn pooled(&self, members: &Members<'_, O>) -> O::N {
        let (known, (_, own)) = (self.peers.0.known(), self.own);
        let side = self.peers.1;
        let entity = side.inner.panel.entity_of(side.row);
        let gone: Vec<u32> = members.gone.iter().map(|k| members.ladder.rungs[*k].1).collect();
        let mut rows: Vec<u32> =
            members.ladder.rungs.iter().map(|(_, r)| *r).filter(|r| !gone.contains(r)).collect();
        let own_row = |row: usize| {
            if self.reference().is_by_period() {
                return super::mixed::own_row(own, side, row);
            }
            // The members of a set of all periods, or of a fixed one, stay in their periods.
            let period = side.inner.panel.periods()[side.inner.panel.period_of(row)];
            let panel = &own.inner.panel;
            panel.row(panel.period_index(period)?, panel.entity_of(own.row))
        };
        let there: Vec<usize> = self.own_members().collect();
        let come = self.rows(side).filter(|row| own_row(*row).is_some_and(|at| there.contains(&at)));
        rows.extend(come.map(|row| row as u32));
        rows.sort_unstable();
        pooled(&known, self.leaf, &rows, |variable, row| match row {
            Some(row) if side.inner.panel.entity_of(row) == entity => {
                O::datum(&own.inner.data(), variable, own_row(row))
            }
            row => O::datum(&known.data, variable, row),
        })
    }
}

impl<O: Reads> Members<'_, O> {
    fn count(&self) -> usize {
        self.ladder.rungs.len() - self.gone.len() + self.come.len()
    }

    /// Whether the own numbers are those that went.
    fn is_same(&self) -> bool {
        let gone = self.gone.iter().map(|k| self.ladder.rungs[*k].0.to_bits());
        gone.eq(self.come.iter().map(|x| x.to_f64().to_bits()))
    }

    /// The `k`-th smallest member.
    fn at(&self, mut k: usize) -> O::N {
        for (before, x) in self.come.iter().enumerate() {
            let rungs = &self.ladder.rungs;
            let below = rungs.partition_point(|(v, _)| *v <= x.to_f64());
            let below = below - self.gone.iter().filter(|g| **g < below).count();
            match k.cmp(&(below + before)) {
                Ordering::Less => return self.other(k - before),
                Ordering::Equal => return x.clone(),
                Ordering::Greater => {}
            }
        }
        k -= self.come.len();
        self.other(k)
    }

    /// The `k`-th smallest of the others.
    fn other(&self, mut k: usize) -> O::N {
        self.gone.iter().for_each(|gone| k += usize::from(k >= *gone));
        let rung = self.ladder.rungs.get(k);
        rung.map_or_else(O::N::missing, |(_, row)| self.cells.subject(self.level, self.leaf, *row as usize))
    }

    fn extreme(&self, largest: bool) -> O::N {
        match self.count() {
            0 => O::N::missing(),
            n => self.at(if largest { n - 1 } else { 0 }),
        }
    }

    fn quantile(&self, q: f64) -> O::N {
        statistics::quantile(self.count(), q, |k| self.at(k))
    }

    fn error(&self, x: f64) -> f64 {
        self.cells.known().column(self.level, self.leaf).widest().of(x).e
    }

    fn mean(&self, still: &O::N) -> O::N {
        let n = self.count();
        if n == 0 {
            return O::N::missing();
        }
        let sums = self.ladder.sums(|x| self.error(x));
        let (mut sum, mut error) = (sums.sum.clone(), sums.error);
        let held = self.ladder.rungs.len();
        let mut exact = if held == 0 { O::N::zero() } else { still.mul(&O::N::of(held as f64)) };
        for k in &self.gone {
            let (x, row) = self.ladder.rungs[*k];
            sum.add(-x);
            exact = exact.sub(&self.cells.subject(self.level, self.leaf, row as usize));
        }
        for x in &self.come {
            sum.add(x.to_f64());
            error += self.error(x.to_f64());
            exact = exact.add(x);
        }
        O::either(mean_of(&sum, error, n), Some(exact.div(&O::N::of(n as f64))))
    }

    fn deviation(&self) -> O::N {
        let sums = self.ladder.sums(|x| self.error(x));
        let (mut sum, mut squares, mut error) = (sums.sum.exact(), sums.squares.exact(), sums.largest);
        let rational = |x: f64| dashu_ratio::RBig::try_from(x).unwrap_or_default();
        for k in &self.gone {
            let x = rational(self.ladder.rungs[*k].0);
            sum -= &x;
            squares -= &x * &x;
        }
        for x in &self.come {
            error = error.max(self.error(x.to_f64()));
            let x = rational(x.to_f64());
            sum += &x;
            squares += &x * &x;
        }
        let near: Bounded = deviation_of(&sum, squares, error, self.count());
        if near.is_missing() { O::N::missing() } else { O::either(near, None) }
    }
}
