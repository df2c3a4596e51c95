//! An indicator's score where the entity's own data are those of one side and the others' those of another: the engine's own
//! steps, read from both sides.

use crate::assess::cells::{BoundedCells, Known, Origin};
use crate::assess::data::Data;
use crate::assess::exact::ExactCells;
use crate::assess::sets::{LeafReference, Level, is_own};
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::number::{Bounded, Exact, Number};
use crate::scheme::plan::{Leaf, Scoring};

use super::Side;
use super::score::Player;
use super::swap::Swap;

/// Which side each player stands on. Who has no side stands on `rest`: the own data on its first side, the others' on its
/// second.
pub(super) struct Coalition<'a> {
    pub(super) members: &'a [(Player, u32)],
    pub(super) set: u32,
    /// A value on the way from one side's to the other's.
    pub(super) now: Option<f64>,
    pub(super) rest: [usize; 2],
}

impl<'a> Coalition<'a> {
    /// Players on their sides, everything else on the first.
    pub(super) fn of(members: &'a [(Player, u32)], set: u32) -> Self {
        Coalition { members, set, now: None, rest: [0, 0] }
    }

    /// The own data of one side among the others' of another.
    pub(super) fn corner(own: usize, others: usize) -> Coalition<'static> {
        Coalition { members: &[], set: 0, now: None, rest: [own, others] }
    }

    fn side(&self, is: impl Fn(&Player) -> bool) -> Option<usize> {
        let side = self.members.iter().find(|(p, _)| is(p));
        side.map(|(_, at)| usize::from(self.set & (1 << at) != 0))
    }

    fn own(&self, player: &Player) -> usize {
        self.side(|p| p == player).unwrap_or(self.rest[0])
    }

    pub(super) fn class(&self) -> usize {
        self.own(&Player::Class)
    }

    /// Where the own numbers stand that others are compared with too.
    fn member(&self) -> usize {
        self.side(|p| matches!(p, Player::Now | Player::Base | Player::Target)).unwrap_or(self.rest[0])
    }

    /// The others, by the anchor asked for; by their ranks without one.
    fn others(&self, anchor: Option<&Anchor>) -> usize {
        let is = |p: &Player| match (p, anchor) {
            (Player::Others, _) | (Player::Ranks, None) => true,
            (Player::Anchor(a), Some(b)) => a == b,
            _ => false,
        };
        // What has no side is the same on both sides with the number that the entity has there: it goes with what of the
        // others' makes that number.
        let made = || self.side(|p| p.is_within() || *p == Player::Ranks);
        self.side(is).or_else(made).unwrap_or(self.rest[1])
    }

    /// The others' part of a value that the entity has on a side.
    fn sums(&self, own: usize) -> usize {
        let side = self.side(|p| p.is_within() || *p == Player::Others);
        side.unwrap_or(if self.members.is_empty() { self.rest[1] } else { own })
    }
}

/// Two sides, one indicator.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a, O> {
    pub(super) sides: [Side<'a>; 2],
    pub(super) indicator: usize,
    pub(super) cells: [&'a O; 2],
    /// By side of the others' data: the entity's own data of the other side in their midst, assessed anew. There where the
    /// others' numbers depend on the entity's.
    pub(super) mixed: [Option<(&'a O, Side<'a>)>; 2],
}

/// What of a number type the sides are read with.
pub(super) trait Reads: Origin {
    fn datum(data: &Data<'_>, variable: usize, row: Option<usize>) -> Self::N;
    /// A number that floats make of sums, and rationals of its parts where there is one.
    fn either(near: Bounded, exact: Option<Self::N>) -> Self::N;
    /// An exact number, where exact numbers are asked for.
    fn exactly(exact: &Exact) -> Option<Self::N>;
    /// A whole number, exactly where floats cannot tell.
    fn decided(near: Self::N, exact: impl FnOnce() -> Exact) -> Self::N;
}

impl Reads for BoundedCells<'_> {
    fn datum(data: &Data<'_>, variable: usize, row: Option<usize>) -> Bounded {
        data.near(variable, row)
    }

    fn either(near: Bounded, _: Option<Bounded>) -> Bounded {
        near
    }

    fn exactly(_: &Exact) -> Option<Bounded> {
        None
    }

    fn decided(near: Bounded, exact: impl FnOnce() -> Exact) -> Bounded {
        if near.e.is_finite() {
            return near;
        }
        let decided = exact();
        if decided.is_irrational() { near } else { Bounded::exact(decided.to_f64()) }
    }
}

impl Reads for ExactCells<'_> {
    fn datum(data: &Data<'_>, variable: usize, row: Option<usize>) -> Exact {
        data.typed(variable, row)
    }

    fn either(_: Bounded, exact: Option<Exact>) -> Exact {
        exact.unwrap_or(Exact::Irrational)
    }

    fn exactly(exact: &Exact) -> Option<Exact> {
        Some(exact.clone())
    }

    fn decided(near: Exact, _: impl FnOnce() -> Exact) -> Exact {
        near
    }
}

/// A leaf's reference: what its rule compares the measure with, or what its measure compares the value with.
pub(super) fn reference(side: Side<'_>, leaf: usize, level: Level) -> &LeafReference {
    let state = &side.inner.leaves[leaf];
    if level == Level::Value { &state.inputs } else { &state.anchors }
}

impl<'a, O: Reads> Pair<'a, O> {
    /// The score where the players coalition.
    pub(super) fn score(&self, coalition: &Coalition<'_>) -> O::N {
        let side = self.sides[coalition.class()];
        let scoring: &Scoring = &side.plan().classes[side.class()].scoring[self.indicator];
        CoalitionCell { pair: self, coalition }.scoring(scoring, self.sides[0].row)
    }

    /// The score of one leaf.
    pub(super) fn leaf(&self, leaf: usize, coalition: &Coalition<'_>) -> O::N {
        CoalitionCell { pair: self, coalition }.leaf_score(leaf, self.sides[0].row)
    }

    /// An anchor of a leaf.
    pub(super) fn anchor(&self, leaf: usize, level: Level, k: usize, coalition: &Coalition<'_>) -> O::N {
        CoalitionCell { pair: self, coalition }.anchor(
            reference(self.sides[0], leaf, level),
            leaf,
            k,
            self.sides[0].row,
        )
    }

    /// Who sets an anchor, if one alone does.
    pub(super) fn setter(
        &self,
        leaf: usize,
        level: Level,
        k: usize,
        coalition: &Coalition<'_>,
    ) -> Option<Side<'a>> {
        let stood = CoalitionCell { pair: self, coalition };
        let anchor = &reference(self.sides[0], leaf, level).anchors[k];
        let (member, others) = (coalition.member(), coalition.others(Some(anchor)));
        let set = stood.set(leaf, level, others, member, 0)?;
        let mixture = self.mixture(leaf, level, member, others);
        let side = mixture.map_or(self.sides[others], |(_, side)| side);
        set.holder(&set.anchor(k)).map(|row| Side { row, ..side })
    }

    /// Rank of what the rule scores, or of the value that a measure ranks.
    pub(super) fn rank(&self, leaf: usize, level: Level, coalition: &Coalition<'_>) -> O::N {
        CoalitionCell { pair: self, coalition }.rank_of(leaf, level)
    }

    /// An indicator's value `lag` periods before: with the entity's own data of one side and panel sums of another.
    pub(super) fn value(&self, indicator: usize, own: usize, others: usize, lag: u16) -> O::N {
        let (cells, side) = match self.mixed[others] {
            Some(mixed) if own != others && self.sides[0].leaks(indicator) => mixed,
            _ => (self.cells[own], self.sides[own]),
        };
        cells.value(indicator, side.inner.panel.lagged(side.row, lag))
    }

    /// What is scored of a value that the entity might have on a side.
    fn treated(&self, indicator: usize, own: usize, value: O::N) -> O::N {
        let (cells, row) = (self.cells[own], self.sides[own].row);
        match cells.known().treated(indicator) {
            Some(treated) => treated.of(cells, indicator, row, &value),
            None => value,
        }
    }

    /// The own data of one side among the others' of another, where a leaf is compared with numbers that depend on both. A
    /// set of all periods, or of one for all, is the same for two rows of one assessment.
    fn mixture(&self, leaf: usize, level: Level, own: usize, others: usize) -> Option<(&'a O, Side<'a>)> {
        let mixed = self.mixed[others].filter(|_| own != others && self.sides[0].is_entangled(leaf));
        mixed.filter(|_| !self.is_one() || reference(self.sides[0], leaf, level).is_by_period())
    }

    /// Asks in rationals.
    fn exactly<T>(&self, ask: impl FnOnce(&Pair<'_, ExactCells<'_>>) -> T) -> T {
        let cells = self.sides.map(|s| ExactCells(s.inner.known()));
        let mixed = self.mixed.map(|m| m.map(|(_, side)| (ExactCells(side.inner.known()), side)));
        let mixed = mixed.each_ref().map(|m| m.as_ref().map(|(cells, side)| (cells, *side)));
        ask(&Pair { sides: self.sides, indicator: self.indicator, cells: [&cells[0], &cells[1]], mixed })
    }

    /// Whether both sides are rows of one assessment.
    fn is_one(&self) -> bool {
        std::ptr::eq(self.sides[0].inner, self.sides[1].inner)
    }
}

/// A cell whose numbers stand on either side. Its row is that of the first side and stands for the entity on both.
struct CoalitionCell<'s, 'a, O> {
    pair: &'s Pair<'a, O>,
    coalition: &'s Coalition<'s>,
}

impl<O: Reads> CoalitionCell<'_, '_, O> {
    /// The reference set of a leaf with the entity's number of the coalition in it, `lag` periods before.
    fn set(&self, leaf: usize, level: Level, others: usize, member: usize, lag: u16) -> Option<Swap<'_, O>> {
        let (x, class) = if lag == 0 {
            (
                self.subject(level, leaf, self.pair.sides[0].row),
                self.pair.sides[self.coalition.class()].class(),
            )
        } else {
            let x = self.pair.value(self.pair.indicator, member, self.coalition.sums(member), lag);
            (x, self.pair.sides[member].before(lag).map_or(0, Side::class))
        };
        let pair = self.pair;
        let mixture = pair.mixture(leaf, level, member, others);
        let (cells, side) = mixture.unwrap_or((pair.cells[others], pair.sides[others]));
        let peers = (cells, side.before(lag)?);
        // A mixture holds the own numbers already.
        let own = pair.sides[member].before(lag).filter(|_| mixture.is_none());
        let own = own.map_or(peers, |own| (pair.cells[member], own));
        Some(Swap { own, peers, leaf, level, class, x })
    }

    fn rank_of(&self, leaf: usize, level: Level) -> O::N {
        self.ranked(leaf, level, self.coalition.member(), 0)
    }

    /// The rank of the value so many periods before.
    fn rank_before(&self, leaf: usize, lag: u16) -> O::N {
        self.ranked(leaf, Level::Value, self.coalition.own(&Player::Base), lag)
    }

    /// A rank, decided by itself as an assessment decides it: what is made of it (a distance in deviations) may have no
    /// exact number that would.
    fn ranked(&self, leaf: usize, level: Level, member: usize, lag: u16) -> O::N {
        let near = self.placed(leaf, level, member, lag);
        O::decided(near, || {
            self.pair.exactly(|pair| {
                CoalitionCell { pair, coalition: self.coalition }.placed(leaf, level, member, lag)
            })
        })
    }

    fn placed(&self, leaf: usize, level: Level, member: usize, lag: u16) -> O::N {
        let set = self.set(leaf, level, self.coalition.others(None), member, lag);
        set.map_or_else(O::N::missing, |set| set.rank())
    }

    /// An anchor made of the others' data, and of the entity's own where it is one of those compared.
    fn shared(&self, reference: &LeafReference, leaf: usize, k: usize) -> O::N {
        let others = self.coalition.others(Some(&reference.anchors[k]));
        let set = self.set(leaf, reference.level, others, self.coalition.member(), 0);
        set.map_or_else(O::N::missing, |set| set.anchor(k))
    }
}

impl<O: Reads> Origin for CoalitionCell<'_, '_, O> {
    type N = O::N;

    fn known(&self) -> Known<'_> {
        self.pair.cells[0].known()
    }

    fn value(&self, indicator: usize, _: Option<usize>) -> O::N {
        let own = self.coalition.own(&Player::Now);
        match self.coalition.now {
            Some(value) => self.pair.treated(indicator, own, O::N::of(value)),
            None => self.pair.value(indicator, own, self.coalition.sums(own), 0),
        }
    }

    fn untreated(&self, indicator: usize, _: Option<usize>) -> O::N {
        let own = self.coalition.own(&Player::Now);
        self.pair.cells[own].untreated(indicator, Some(self.pair.sides[own].row))
    }

    fn common(&self, reference: &LeafReference, leaf: usize, set: usize, k: usize) -> O::N {
        self.pair.cells[0].common(reference, leaf, set, k)
    }

    fn in_doubt(&self, score: O::N, x: &O::N, a: &[O::N], leaf: &Leaf) -> O::N {
        self.pair.cells[0].in_doubt(score, x, a, leaf)
    }

    fn combined(&self, points: O::N, parts: &[O::N]) -> O::N {
        self.pair.cells[0].combined(points, parts)
    }

    fn anchor(&self, reference: &LeafReference, leaf: usize, k: usize, _: usize) -> O::N {
        let plan = self.pair.sides[0].plan();
        let base = self.coalition.own(&Player::Base);
        let value =
            |indicator: usize, lag: u16| self.pair.value(indicator, base, self.coalition.sums(base), lag);
        match &reference.anchors[k] {
            Anchor::Number(x) => O::N::of(*x),
            Anchor::Target => O::N::of({
                let side = self.pair.sides[self.coalition.own(&Player::Target)];
                side.inner.targets.get(plan.leaves[leaf].indicator, side.row)
            }),
            Anchor::Previous => value(plan.leaves[leaf].indicator, 1),
            Anchor::Indicator(id) => plan.node(id).map_or_else(O::N::missing, |i| value(i, 0)),
            anchor => {
                debug_assert!(!is_own(anchor, &plan.leaves[leaf]) || matches!(anchor, Anchor::Entity(_)));
                self.shared(reference, leaf, k)
            }
        }
    }

    fn need(&self, leaf: usize, k: usize, need: &Need, row: usize) -> O::N {
        let base = self.coalition.own(&Player::Base);
        match need {
            Need::Lag(lag) => self.pair.value(self.pair.indicator, base, self.coalition.sums(base), *lag),
            Need::Anchor(_) => self.anchor(reference(self.pair.sides[0], leaf, Level::Value), leaf, k, row),
            Need::Rank => self.rank_of(leaf, Level::Value),
            Need::RankBefore(lag) => self.rank_before(leaf, *lag),
        }
    }

    fn rank(&self, _: &[f64], leaf: usize, _: usize) -> O::N {
        self.rank_of(leaf, Level::Measure)
    }
}
