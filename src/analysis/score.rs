//! One indicator's score between two sides: own value, own base, target, class, and the others' anchors and ranks.

use crate::assess::cells::BoundedCells;
use crate::assess::exact::ExactCells;
use crate::assess::sets::Level;
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::number::statistics::shapley_weight;
use crate::number::{Bounded, Exact, Number};
use crate::scheme::plan::Scoring;

use super::Side;
use super::attribute::{MOST_CAUSES, Sum, close, masks, owen, subsets, unions};
use super::coalition::{Coalition, Pair, reference};
use super::mixed::Mixed;

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
    /// The others' data within the entity's own value: a sum over the panel.
    Sums,
    /// The others' data within the entity's own value: the ends that its treatment took of them.
    Ends,
    /// All of the others' data at once, where there is too much of them to tell apart.
    Others,
}

impl Player {
    /// Whether it stands for the others' data within the entity's own value.
    pub(super) fn is_within(&self) -> bool {
        matches!(self, Player::Sums | Player::Ends)
    }
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

/// Splits the change of an indicator's score between two sides under the same plan: the own data against the others', and
/// each part inside. Both scores must be there and be the rule's own. `mixed` has either side's own data among the others'
/// of the other, where they move these.
pub(super) fn split(sides: [Side<'_>; 2], mixed: &Mixed, indicator: usize, path: Option<Path<'_>>) -> Parts {
    let of = Cut { sides, mixed: mixed.sides(sides), indicator };
    let total = sides[1].score(indicator) - sides[0].score(indicator);
    let mut groups = of.near(|pair| pair.players(path.is_some()));
    if groups.iter().map(Vec::len).sum::<usize>() > MOST_CAUSES {
        merge_others(&mut groups);
    }
    let sizes: Vec<usize> = groups.iter().map(Vec::len).collect();
    let members: Vec<(Player, u32)> = groups.into_iter().flatten().zip(0..).collect();
    let full = (1u32 << members.len()) - 1;
    let score = |set: u32, now: Option<f64>| {
        if now.is_none() && (set == 0 || set == full) {
            return sides[usize::from(set == full && full != 0)].score(indicator);
        }
        of.score(&Coalition { now, ..Coalition::of(&members, set) })
    };
    let mut parts = owen(&sizes, |set| score(set, None));
    close(&mut parts, total);
    let now = members.iter().position(|(p, _)| *p == Player::Now);
    let drivers = match (path, now) {
        (Some(path), Some(now)) => path.split(&sizes, now, parts[now], score),
        _ => Vec::new(),
    };
    Parts { players: members.into_iter().map(|(p, _)| p).zip(parts).collect(), drivers }
}

/// One indicator between two sides, and where needed between their mixtures.
pub(super) struct Cut<'a> {
    pub(super) sides: [Side<'a>; 2],
    pub(super) mixed: [Option<Side<'a>>; 2],
    pub(super) indicator: usize,
}

impl Cut<'_> {
    /// Asks in floats with their errors.
    pub(super) fn near<T>(&self, ask: impl FnOnce(&Pair<'_, BoundedCells<'_>>) -> T) -> T {
        self.read(|s| BoundedCells(s.inner.known()), ask)
    }

    /// A number where the players stand; exactly where floats cannot tell.
    pub(super) fn decided<F>(&self, near: Bounded, exact: F) -> f64
    where
        F: FnOnce(&Pair<'_, ExactCells<'_>>) -> Exact,
    {
        if near.e.is_finite() {
            return near.v;
        }
        let decided = self.read(|s| ExactCells(s.inner.known()), exact);
        if decided.is_irrational() { near.v } else { decided.to_f64() }
    }

    fn score(&self, coalition: &Coalition<'_>) -> f64 {
        self.decided(self.near(|pair| pair.score(coalition)), |pair| pair.score(coalition))
    }

    fn read<'s, O: 's, T>(&'s self, of: impl Fn(Side<'s>) -> O, ask: impl FnOnce(&Pair<'_, O>) -> T) -> T {
        let cells = self.sides.map(&of);
        let mixed = self.mixed.map(|m| m.map(|side| (of(side), side)));
        let mixed = [0, 1].map(|k| mixed[k].as_ref().map(|(cells, side)| (cells, *side)));
        ask(&Pair { sides: self.sides, indicator: self.indicator, cells: [&cells[0], &cells[1]], mixed })
    }
}

impl Path<'_> {
    /// The part of the own value, by driver: Owen's value with the drivers inside the own value.
    ///
    /// # Formula
    /// What stands outside moves as whole groups, and what else is the entity's own with the value: the drivers share
    /// `w(S) = Σ_Q p(|Q|) Σ_I q(|I|) · score(S, I, Q)`, over the sets `Q` of other groups and `I` of the same one, as
    /// Shapley's value says. Beyond [`MOST_CAUSES`] drivers that moved, and where there is no score on
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
        let own = 1u32 << now;
        let (group, others): (Vec<u32>, Vec<u32>) = masks(sizes).into_iter().partition(|m| m & own != 0);
        let group = group[0] & !own;
        let last = (1u32 << moved.len()) - 1;
        let shapley = |chosen: u32, of: u32| shapley_weight(chosen.count_ones() as usize, of as usize);
        let found = owen(&[moved.len()], |set| {
            // At the ends the value is a side's.
            let there = moved.iter().enumerate().filter(|(bit, _)| set & (1 << bit) != 0);
            let value = (set != 0 && set != last)
                .then(|| self.values[0] + there.map(|(_, j)| self.effects[*j]).sum::<f64>());
            let now = if set == 0 { 0 } else { own };
            let mut sum = Sum::default();
            for (chosen, outside) in unions(&others) {
                let outer = shapley(chosen, sizes.len() as u32);
                for inside in subsets(group) {
                    let share = outer * shapley(inside, group.count_ones() + 1);
                    sum.add(share * score(outside | inside | now, value));
                }
            }
            sum.value()
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
pub(super) fn ends(sides: [Side<'_>; 2], mixed: &Mixed, indicator: usize) -> [f64; 2] {
    let of = Cut { sides, mixed: mixed.sides(sides), indicator };
    let members: Vec<(Player, u32)> = of.near(|p| p.players(false)).into_iter().flatten().zip(0..).collect();
    [0, (1 << members.len()) - 1].map(|set| of.score(&Coalition::of(&members, set)))
}

fn merge_others(groups: &mut Vec<Vec<Player>>) {
    let others = |p: &Player| p.is_within() || matches!(p, Player::Anchor(_) | Player::Ranks);
    groups.retain(|g| !g.iter().any(others));
    groups.push(vec![Player::Others]);
}

fn leaves_of(scoring: &Scoring, share: f64, found: &mut Vec<(usize, f64)>) {
    match scoring {
        Scoring::Leaf(leaf) => found.push((*leaf, share)),
        Scoring::Shares(parts) => parts.iter().for_each(|(s, p)| leaves_of(p, share * s, found)),
        Scoring::Combine { children, .. } => children.iter().for_each(|c| leaves_of(c, share, found)),
    }
}

/// The four worlds: the own data of either side among the others' of either.
const CORNERS: [[usize; 2]; 4] = [[0, 0], [1, 0], [0, 1], [1, 1]];

/// Whether the entity's own data and whether the others' make a difference to a number of the four worlds.
fn moved(of: impl Fn(usize, usize) -> f64) -> [bool; 2] {
    let at = CORNERS.map(|[own, others]| of(own, others));
    let differ = |a: f64, b: f64| a != b && !(a.is_nan() && b.is_nan());
    [differ(at[0], at[1]) || differ(at[2], at[3]), differ(at[0], at[2]) || differ(at[1], at[3])]
}

/// The players of a score, in groups.
#[derive(Default)]
struct Players {
    own: Vec<Player>,
    others: Vec<Player>,
}

impl Players {
    fn own(&mut self, player: Player) {
        if !self.own.contains(&player) {
            self.own.push(player);
        }
    }

    fn others(&mut self, player: Player) {
        if !self.others.contains(&player) {
            self.others.push(player);
        }
    }

    /// What of the others' data is within values moves all of these at once.
    fn within(&mut self, player: Player) {
        if !self.others.iter().any(Player::is_within) {
            self.others.push(player);
        }
    }
}

impl Pair<'_, BoundedCells<'_>> {
    /// What of the others' data is within the value of an indicator.
    fn within(&self, indicator: usize) -> Player {
        let own = &self.sides[0].plan().indicators[indicator];
        if own.treat.is_some() && own.program.totals().is_empty() { Player::Ends } else { Player::Sums }
    }

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

    /// What differs between the sides, in groups; what does not cannot have moved anything. With drivers, the panel sums in
    /// the formula are among these.
    fn players(&self, drivers: bool) -> Vec<Vec<Player>> {
        let mut players = Players::default();
        let value = |indicator: usize, lag: u16| moved(|o, e| self.value(indicator, o, e, lag).v);
        let [own, sums] = value(self.indicator, 0);
        if own || drivers {
            players.own(Player::Now);
        }
        if sums && !drivers {
            players.within(self.within(self.indicator));
        }
        for (leaf, _) in self.leaves() {
            self.players_of(leaf, drivers, &mut players);
        }
        let [before, after] = self.sides.map(|s| &s.plan().classes[s.class()].scoring[self.indicator]);
        if self.sides[0].class() != self.sides[1].class() || before != after {
            players.own(Player::Class);
        }
        let Players { own, others } = players;
        [own, others].into_iter().filter(|group| !group.is_empty()).collect()
    }

    fn players_of(&self, leaf: usize, drivers: bool, players: &mut Players) {
        let plan = &self.sides[0].plan().leaves[leaf];
        let base = |players: &mut Players, indicator: usize, [own, sums]: [bool; 2]| {
            if own || (sums && drivers) {
                players.own(Player::Base);
            }
            if sums && !drivers {
                players.within(self.within(indicator));
            }
        };
        let value = |indicator: usize, lag: u16| moved(|o, e| self.value(indicator, o, e, lag).v);
        let needs = plan.measure.needs();
        for need in &needs {
            match need {
                Need::Lag(lag) => base(players, self.indicator, value(self.indicator, *lag)),
                Need::RankBefore(lag) => {
                    base(players, self.indicator, value(self.indicator, *lag));
                    players.own(Player::Base);
                    players.others(Player::Ranks);
                }
                Need::Rank => players.others(Player::Ranks),
                Need::Anchor(_) => {}
            }
        }
        let state = &self.sides[0].inner.leaves[leaf];
        if state.anchors.ranks.is_some() {
            players.others(Player::Ranks);
        }
        for level in [Level::Value, Level::Measure] {
            for (k, anchor) in reference(self.sides[0], leaf, level).anchors.iter().enumerate() {
                let is_anchor = level == Level::Measure || matches!(needs.get(k), Some(Need::Anchor(_)));
                match anchor {
                    Anchor::Number(_) => {}
                    _ if !is_anchor => {}
                    Anchor::Target => {
                        let at = self.sides.map(|s| s.inner.targets.get(plan.indicator, s.row));
                        if moved(|o, _| at[o])[0] {
                            players.own(Player::Target);
                        }
                    }
                    Anchor::Previous => base(players, plan.indicator, value(plan.indicator, 1)),
                    Anchor::Indicator(id) => {
                        if let Some(i) = self.sides[0].plan().node(id) {
                            base(players, i, value(i, 0));
                        }
                    }
                    shared => {
                        let at = |o, e| self.anchor(leaf, level, k, &Coalition::corner(o, e)).v;
                        let [own, others] = moved(at);
                        if own && players.own.is_empty() {
                            players.own(Player::Now);
                        }
                        if others {
                            players.others(Player::Anchor(shared.clone()));
                        }
                    }
                }
            }
        }
    }
}

/// Whether an indicator's score is the rule's own on both sides, and of values that the entity has.
pub(super) fn is_scored(sides: [Side<'_>; 2], indicator: usize) -> bool {
    let own = |s: &Side<'_>| s.inner.nodes[indicator].scores.filled(s.row).is_none();
    sides.iter().all(|s| own(s) && !s.score(indicator).is_nan() && !is_filled_in(*s, indicator))
}

/// Whether one of the entity's values of an indicator was filled in: nothing of its own data moved that.
pub(super) fn is_filled_in(side: Side<'_>, indicator: usize) -> bool {
    let panel = &side.inner.panel;
    let entity = panel.entity_of(side.row);
    let fills = side.inner.values[indicator].fills.iter().flat_map(|fills| fills.all());
    fills.into_iter().any(|fill| panel.entity_of(fill.row) == entity)
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
