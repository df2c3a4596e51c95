//! One indicator's score between two sides: own value, own base, target, class, and the others' anchors and ranks.

use crate::assess::cells::{Level, Nearly, Origin, shares};
use crate::assess::reference::{LeafReference, is_own};
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::method::rules::Combine;
use crate::number::Number;
use crate::scheme::plan::{Leaf, Scoring};

use super::Side;
use super::attribute::{MOST_CAUSES, Sum, close, masks, owen, unions, weight};

/// What can have moved an indicator's score.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Player {
    /// The entity's value.
    Now,
    /// What the entity is compared with of its own: earlier values, another of its indicators.
    Base,
    /// Its target.
    Target,
    /// The scoring of its class.
    Class,
    /// An anchor made of the others' data.
    Anchor(Anchor),
    /// The others' values, where ranks are scored.
    Ranks,
    /// All of the others' data at once, where there is too much of them to tell apart.
    Others,
}

/// How the indicator's value comes from one side's to the other's: a sum of effects.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path<'a> {
    /// The sides' values.
    pub(super) values: [f64; 2],
    /// Effect on the value by driver.
    pub(super) effects: &'a [f64],
}

/// Parts of one score's change.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) players: Vec<(Player, f64)>,
    /// Parts of [`Player::Now`] by driver, where a path was given.
    pub(super) drivers: Vec<f64>,
}

/// Splits the change of an indicator's score between two sides under the same plan. Both scores must be there and be the
/// rule's own.
pub(super) fn split(sides: [Side<'_>; 2], indicator: usize, path: Option<Path<'_>>) -> Parts {
    let near = sides.map(|s| Nearly(s.inner.known()));
    let pair = Pair { sides, indicator, cells: [&near[0], &near[1]] };
    let total = sides[1].score(indicator) - sides[0].score(indicator);
    let mut groups = pair.players(path.is_some());
    if groups.iter().map(Vec::len).sum::<usize>() > MOST_CAUSES {
        lump(&mut groups);
    }
    let sizes: Vec<usize> = groups.iter().map(Vec::len).collect();
    let seats: Vec<(Player, u32)> = groups.into_iter().flatten().zip(0..).collect();
    let full = (1u32 << seats.len()) - 1;
    let score = |set: u32, now: Option<f64>| {
        if now.is_none() && (set == 0 || set == full) {
            return sides[usize::from(set == full && full != 0)].score(indicator);
        }
        pair.score(&Stand { seats: &seats, set, now })
    };
    let mut parts = owen(&sizes, |set| score(set, None));
    close(&mut parts, total);
    let now = seats.iter().position(|(p, _)| *p == Player::Now);
    let drivers = match (path, now) {
        (Some(path), Some(now)) => path.split(&sizes, now, parts[now], score),
        _ => Vec::new(),
    };
    Parts { players: seats.into_iter().map(|(p, _)| p).zip(parts).collect(), drivers }
}

impl Path<'_> {
    /// The part of the own value, by driver: Owen's value with the drivers inside the own value.
    ///
    /// # Formula
    /// What stands outside moves as whole groups, so that the drivers share `w(S) = Σ_Q p(|Q|) · score(S, Q)` over the sets
    /// `Q` of other groups as Shapley's value says. Beyond [`MOST_CAUSES`] drivers that moved, and where there is no score on
    /// the way, they share the part in proportion to their effects: Aumann & Shapley's value, as the value is the sum of
    /// its effects.
    ///
    /// # Sources
    /// Aumann & Shapley (1974), *Values of non-atomic games*.
    fn split(
        &self,
        sizes: &[usize],
        now: usize,
        part: f64,
        score: impl Fn(u32, Option<f64>) -> f64,
    ) -> Vec<f64> {
        let moved: Vec<usize> = (0..self.effects.len()).filter(|j| self.effects[*j] != 0.0).collect();
        // One more than the variables: rounding is an effect as theirs are.
        if moved.len() > MOST_CAUSES + 1 {
            return self.proportional(part);
        }
        let mut parts = vec![0.0; self.effects.len()];
        let others = masks(sizes).into_iter().filter(|mask| mask & (1 << now) == 0).collect::<Vec<_>>();
        let last = (1u32 << moved.len()) - 1;
        let found = owen(&[moved.len()], |set| {
            let value = if set == 0 || set == last {
                self.values[usize::from(set != 0)]
            } else {
                let there = moved.iter().enumerate().filter(|(bit, _)| set & (1 << bit) != 0);
                self.values[0] + there.map(|(_, j)| self.effects[*j]).sum::<f64>()
            };
            let worth = |chosen: u32| weight(chosen.count_ones() as usize, sizes.len());
            unions(&others).map(|(chosen, outside)| worth(chosen) * score(outside, Some(value))).sum()
        });
        moved.iter().zip(found).for_each(|(j, found)| parts[*j] = found);
        close(&mut parts, part);
        let left = parts.iter().copied().chain([-part]).collect::<Sum>().value().abs();
        // Where orders of the groups had no score on the way, the part is of the other orders only.
        let size = parts.iter().fold(part.abs(), |size, p| size.max(p.abs()));
        if left <= 1e-9 * size { parts } else { self.proportional(part) }
    }

    fn proportional(&self, part: f64) -> Vec<f64> {
        let total = self.effects.iter().copied().collect::<Sum>().value();
        let share = |effect: &f64| match total {
            _ if part == 0.0 => 0.0,
            0.0 => part / self.effects.len() as f64,
            total => part * effect / total,
        };
        let mut parts: Vec<f64> = self.effects.iter().map(share).collect();
        close(&mut parts, part);
        parts
    }
}

/// The score where no player has moved and where all have: those of the sides, if nothing else can have moved it.
#[cfg(test)]
pub(super) fn ends(sides: [Side<'_>; 2], indicator: usize) -> [f64; 2] {
    let near = sides.map(|s| Nearly(s.inner.known()));
    let pair = Pair { sides, indicator, cells: [&near[0], &near[1]] };
    let seats: Vec<(Player, u32)> = pair.players(false).into_iter().flatten().zip(0..).collect();
    [0, (1 << seats.len()) - 1].map(|set| pair.score(&Stand { seats: &seats, set, now: None }))
}

fn lump(groups: &mut Vec<Vec<Player>>) {
    let others = |p: &Player| matches!(p, Player::Anchor(_) | Player::Ranks);
    groups.retain(|g| !g.iter().any(others));
    groups.push(vec![Player::Others]);
}

/// Which side each player stands on.
pub(super) struct Stand<'a> {
    pub(super) seats: &'a [(Player, u32)],
    pub(super) set: u32,
    pub(super) now: Option<f64>,
}

impl Stand<'_> {
    fn side(&self, is: impl Fn(&Player) -> bool) -> usize {
        let seat = self.seats.iter().find(|(p, _)| is(p));
        seat.map_or(0, |(_, at)| usize::from(self.set & (1 << at) != 0))
    }

    /// The others, by the anchor asked for.
    fn others(&self, anchor: Option<&Anchor>) -> usize {
        self.side(|p| match (p, anchor) {
            (Player::Others, _) | (Player::Ranks, None) => true,
            (Player::Anchor(a), Some(b)) => a == b,
            _ => false,
        })
    }
}

/// Two sides, one indicator.
pub(super) struct Pair<'a, O> {
    pub(super) sides: [Side<'a>; 2],
    pub(super) indicator: usize,
    pub(super) cells: [&'a O; 2],
}

fn leaves_of(scoring: &Scoring, share: f64, found: &mut Vec<(usize, f64)>) {
    match scoring {
        Scoring::Leaf(leaf) => found.push((*leaf, share)),
        Scoring::Shares(parts) => parts.iter().for_each(|(s, p)| leaves_of(p, share * s, found)),
        Scoring::Combine { children, .. } => children.iter().for_each(|c| leaves_of(c, share, found)),
    }
}

impl Pair<'_, Nearly<'_>> {
    /// The leaves that either side's scoring takes, each with its share.
    pub(super) fn leaves(&self) -> Vec<(usize, f64)> {
        let mut leaves = Vec::new();
        for side in self.sides {
            leaves_of(&side.plan().classes[side.class()].scoring[self.indicator], 1.0, &mut leaves);
        }
        leaves.sort_by_key(|(leaf, _)| *leaf);
        leaves.dedup_by_key(|(leaf, _)| *leaf);
        leaves
    }

    /// What differs between the sides, in groups; what does not cannot have moved anything.
    fn players(&self, drivers: bool) -> Vec<Vec<Player>> {
        let classes = self.sides.map(Side::class);
        let plan = self.sides[0].plan();
        let (mut own, mut others): (Vec<Player>, Vec<Player>) = (Vec::new(), Vec::new());
        let add = |list: &mut Vec<Player>, player: Player| {
            if !list.contains(&player) {
                list.push(player);
            }
        };
        for (leaf, _) in self.leaves() {
            let states = self.cells.map(|c| &c.known().leaves[leaf]);
            let plan = &plan.leaves[leaf];
            let needs = plan.measure.needs();
            if needs.iter().any(|n| matches!(n, Need::Lag(_) | Need::RankBefore(_))) {
                add(&mut own, Player::Base);
            }
            if states[0].anchors.ranks.is_some() || needs.contains(&Need::Rank) {
                add(&mut others, Player::Ranks);
            }
            let input = |k: usize| matches!(needs.get(k), Some(Need::Anchor(_)));
            let anchors = states[0].anchors.anchors.iter().enumerate().map(|(k, a)| (k, a, false));
            let inputs = states[0].inputs.anchors.iter().enumerate().filter(|(k, _)| input(*k));
            for (k, anchor, of_input) in anchors.chain(inputs.map(|(k, a)| (k, a, true))) {
                let numbers = [0, 1].map(|s| {
                    let state = states[s];
                    let reference = if of_input { &state.inputs } else { &state.anchors };
                    self.cells[s].anchor(reference, leaf, k, self.sides[s].row).v
                });
                match anchor {
                    Anchor::Number(_) => {}
                    _ if numbers[0] == numbers[1] => {}
                    Anchor::Target => add(&mut own, Player::Target),
                    Anchor::Previous | Anchor::Indicator(_) => add(&mut own, Player::Base),
                    other => add(&mut others, Player::Anchor(other.clone())),
                }
            }
        }
        let values = [0, 1].map(|s| self.cells[s].value(self.indicator, Some(self.sides[s].row)).v);
        let mut groups: Vec<Vec<Player>> = Vec::new();
        if values[0] != values[1] || drivers {
            groups.push(vec![Player::Now]);
        }
        groups.extend(own.into_iter().map(|p| vec![p]));
        if plan.classes[classes[0]].scoring[self.indicator]
            != plan.classes[classes[1]].scoring[self.indicator]
        {
            groups.push(vec![Player::Class]);
        }
        if !others.is_empty() {
            groups.push(others);
        }
        groups
    }

    /// The score where the players stand; exactly where floats cannot tell.
    fn score(&self, stand: &Stand<'_>) -> f64 {
        let score = self.scoring(stand);
        if score.e.is_finite() {
            return score.v;
        }
        let exact = self.sides.map(|s| s.inner.exact());
        let pair =
            Pair { sides: self.sides, indicator: self.indicator, cells: [&exact[0].cells, &exact[1].cells] };
        let decided = pair.scoring(stand);
        if decided.is_irrational() { score.v } else { decided.to_f64() }
    }
}

impl<O: Origin> Pair<'_, O> {
    fn scoring(&self, stand: &Stand<'_>) -> O::N {
        let class = self.sides[stand.side(|p| *p == Player::Class)].class();
        self.part(&self.sides[0].plan().classes[class].scoring[self.indicator], stand)
    }

    fn part(&self, scoring: &Scoring, stand: &Stand<'_>) -> O::N {
        match scoring {
            Scoring::Leaf(leaf) => self.leaf(*leaf, stand),
            Scoring::Shares(parts) => shares(parts.iter().map(|(share, p)| (*share, self.part(p, stand)))),
            Scoring::Combine { rule, children, scale } => {
                let scores: Vec<O::N> = children.iter().map(|c| self.part(c, stand)).collect();
                let points = self.cells[0].combined(rule.combine(&scores), &scores);
                scale.apply(points)
            }
        }
    }

    fn now(&self, stand: &Stand<'_>) -> O::N {
        if let Some(value) = stand.now {
            return O::N::of(value);
        }
        let side = stand.side(|p| *p == Player::Now);
        self.cells[side].value(self.indicator, Some(self.sides[side].row))
    }

    pub(super) fn leaf(&self, leaf: usize, stand: &Stand<'_>) -> O::N {
        let plan = &self.sides[0].plan().leaves[leaf];
        let references = self.cells.map(|c| &c.known().leaves[leaf].anchors);
        let x = if references[0].ranks.is_some() {
            self.rank_at(leaf, false, stand)
        } else {
            self.measure(leaf, stand)
        };
        let anchors: Vec<O::N> =
            (0..references[0].anchors.len()).map(|k| self.anchor(references, plan, leaf, k, stand)).collect();
        self.cells[0].rule_score(plan, &x, &anchors)
    }

    /// Rank of what the rule scores, or, of the inputs, of the value that a measure ranks.
    pub(super) fn rank_at(&self, leaf: usize, of_input: bool, stand: &Stand<'_>) -> O::N {
        let states = self.cells.map(|c| &c.known().leaves[leaf]);
        if of_input {
            self.rank(states.map(|s| &s.inputs), leaf, &self.now(stand), stand)
        } else {
            self.rank(states.map(|s| &s.anchors), leaf, &self.measure(leaf, stand), stand)
        }
    }

    fn measure(&self, leaf: usize, stand: &Stand<'_>) -> O::N {
        let plan = &self.sides[0].plan().leaves[leaf];
        let value = self.now(stand);
        let inputs: Vec<O::N> = plan
            .measure
            .needs()
            .iter()
            .enumerate()
            .map(|(k, need)| self.need(plan, leaf, k, need, &value, stand))
            .collect();
        if inputs.is_empty() { value } else { plan.measure.compute(&value, &inputs, plan.setting.negative) }
    }

    fn need(&self, plan: &Leaf, leaf: usize, k: usize, need: &Need, value: &O::N, stand: &Stand<'_>) -> O::N {
        let references = self.cells.map(|c| &c.known().leaves[leaf].inputs);
        let base = stand.side(|p| *p == Player::Base);
        let earlier = |lag: u16| self.sides[base].inner.panel.lagged(self.sides[base].row, lag);
        match need {
            Need::Lag(lag) => self.cells[base].value(self.indicator, earlier(*lag)),
            Need::Anchor(_) => self.anchor(references, plan, leaf, k, stand),
            Need::Rank => self.rank(references, leaf, value, stand),
            Need::RankBefore(lag) => match (&references[base].ranks, earlier(*lag)) {
                (Some(ranks), Some(row)) => O::N::of(ranks[row]),
                _ => O::N::missing(),
            },
        }
    }

    fn anchor(
        &self,
        references: [&LeafReference; 2],
        plan: &Leaf,
        leaf: usize,
        k: usize,
        stand: &Stand<'_>,
    ) -> O::N {
        let anchor = &references[0].anchors[k];
        let side = match anchor {
            Anchor::Target => stand.side(|p| *p == Player::Target),
            Anchor::Previous | Anchor::Indicator(_) => stand.side(|p| *p == Player::Base),
            _ => stand.others(Some(anchor)),
        };
        debug_assert!(is_own(anchor, plan) || !matches!(anchor, Anchor::Target));
        self.cells[side].anchor(references[side], leaf, k, self.sides[side].row)
    }

    /// The rank that a measure would have among the others of a side: 1 is best.
    fn rank(&self, references: [&LeafReference; 2], leaf: usize, x: &O::N, stand: &Stand<'_>) -> O::N {
        let side = stand.others(None);
        let (own, row) = (self.sides[side], self.sides[side].row);
        let cells = self.cells[side];
        let known = cells.known();
        let (reference, plan) = (references[side], known.leaf(leaf));
        let (column, tolerance) = known.column(reference.level, leaf);
        let still = if reference.level == Level::Value {
            cells.value(plan.indicator, Some(row))
        } else {
            cells.measure(leaf, row)
        };
        if let (Some(ranks), true) = (&reference.ranks, still.order(x) == Some(std::cmp::Ordering::Equal)) {
            return O::N::of(ranks[row]);
        }
        let at = x.to_f64();
        if at.is_nan() {
            // Missing; or irrational, and then the rank is for floats to tell.
            return x.clone();
        }
        let set = reference.set(&known.data, row);
        let ladder = own.inner.ladders.get(&known, leaf, reference.level, set);
        let reach = 2.0 * tolerance.of(at).e + at.abs() * 1e-12;
        let low = ladder.partition_point(|(v, _)| *v < at - reach);
        let high = ladder.partition_point(|(v, _)| *v <= at + reach);
        // The row itself is none of the others.
        let is_own = |r: u32| r as usize == row;
        let beyond = if plan.setting.negative { &ladder[..low] } else { &ladder[high..] };
        let own_at = ladder.binary_search_by(|(v, r)| v.total_cmp(&column[row]).then(r.cmp(&(row as u32))));
        let counted = own_at.is_ok_and(|k| if plan.setting.negative { k < low } else { k >= high });
        let better = beyond.len() - usize::from(counted);
        let mut close = O::N::zero();
        for (_, other) in ladder[low..high].iter().filter(|(_, r)| !is_own(*r)) {
            // Too close for floats: the number type decides, or says that it cannot.
            let there = cells.subject(reference.level, leaf, *other as usize);
            close = close.add(&if plan.setting.negative { there.less(x) } else { x.less(&there) });
        }
        O::N::of((better + 1) as f64).add(&close)
    }
}

/// Whether an indicator's score is the rule's own on both sides.
pub(super) fn is_scored(sides: [Side<'_>; 2], indicator: usize) -> bool {
    sides
        .iter()
        .all(|s| s.inner.nodes[indicator].scores.filled(s.row).is_none() && !s.score(indicator).is_nan())
}

/// Whether a datum behind an indicator's value was filled in.
pub(super) fn is_imputed(side: Side<'_>, indicator: usize) -> bool {
    use crate::formula::Load;
    let loads = side.plan().indicators[indicator].program.loads();
    !side.inner.imputed.is_empty()
        && loads.iter().any(|load| match *load {
            Load::Column { slot, lag } => side.inner.panel.lagged(side.row, lag).is_some_and(|row| {
                side.inner.imputed.iter().any(|(v, f)| *v == slot as usize && f.row == row)
            }),
            Load::Total { .. } => false,
        })
}
