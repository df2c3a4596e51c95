//! The bridge: why a total moved from one row to another.
//!
//! # Formula
//! ```text
//! printed total = raw total + other periods' share + adjustments + floors + rounding      (stage by stage, each a difference)
//! Δ raw total   = Σ worth_i · Δ score_i + weights + aggregation + rounding on the way      (the climb up the tree)
//! Δ score_i     = own value + own base + target + class | what the others' data move       (Owen's value over the rule)
//! ```
//! Between two schemes every side is assessed by the other's scheme too; method and data share the change as Shapley does,
//! and each of the two data steps is split as above.
//!
//! The own data and those of the others are the two sides of a score's change: each is half of what it does before the other
//! has moved and half of what it does after. An anchor that the entity sets or shares in (a maximum, a mean, a total) moves with
//! the own data as far as these move it, and with the others' for the rest.

use std::collections::BTreeMap;

use serde::Serialize;

use super::anchors::{self, AnchorMove};
use super::attribute::{Sum, along, change, settled};
use super::cause::{Cause, cause};
use super::climb::{climb, same_tree};
use super::ledger::{Entry, Ledger};
use super::mixed::Mixed;
use super::own::{self, OwnMove};
use super::score::{self, Player};
use super::walk::{Walk, walk};
use super::{Side, each_pair};
use crate::assess::tree::NodeScored;
use crate::assess::{Assessment, Options};
use crate::error::DataError;
use crate::finding::Finding;
use crate::number::{Bounded, Exact, Number};
use crate::panel::Period;
use crate::scheme::Scheme;
use crate::scheme::model::{Document, Indicator, Target};

/// One cause and its points.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BridgeRow {
    /// Why.
    pub cause: Cause,
    /// Points of the total.
    pub effect: f64,
}

/// A cause within one indicator.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BridgePart {
    /// Why.
    pub cause: Cause,
    /// Where; none for causes of the total as a whole.
    pub indicator: Option<String>,
    /// Points of the total.
    pub effect: f64,
    /// Of the others' data: what each number was and is, and who set it, the one that moved most points first. Between two
    /// schemes, as the second one sees it. Empty where many bridges are built at once.
    pub anchors: Vec<AnchorMove>,
}

/// Why a total moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bridge {
    /// Entity.
    pub entity: String,
    /// Period before.
    pub since: String,
    /// Period after.
    pub until: String,
    /// Total before, as printed.
    pub before: f64,
    /// Total after, as printed.
    pub after: f64,
    /// The change; the effects sum to it.
    pub total: f64,
    /// By cause, in the order of [`Cause`].
    pub rows: Vec<BridgeRow>,
    /// By cause and indicator; they sum to the change too.
    pub parts: Vec<BridgePart>,
    /// The entity's own numbers that moved, by indicator and what of it is scored (the level, the growth): they sum to the
    /// parts of `own`, `base` and `imputed`. Empty where many bridges are built at once.
    pub own: Vec<OwnMove>,
    /// How the rank moved; none where many bridges are built at once.
    pub walk: Option<Walk>,
}

impl Assessment {
    /// Why the total of an entity moved between two periods.
    ///
    /// # Missing values
    /// An entity without a total in one of the periods has no bridge.
    ///
    /// # Errors
    /// An unknown entity or period; a total that is missing.
    pub fn bridge(&self, entity: &str, since: Period, until: Period) -> Result<Bridge, DataError> {
        let rows = [self.row(entity, since)?, self.row(entity, until)?];
        bridge_between(self, rows[0], self, rows[1])
    }

    /// The bridges of every entity that has a total in both periods, without their rank walks and without what the others'
    /// numbers were: [`Assessment::bridge`] has these.
    ///
    /// # Errors
    /// An unknown period.
    pub fn bridge_panel(&self, since: Period, until: Period) -> Result<Vec<Bridge>, DataError> {
        let rows = self.rows_in_both(since, until)?;
        let inner = &*self.inner;
        let bridge = |rows: [usize; 2]| data_bridge(rows.map(|row| Side { inner, row }), false);
        Ok(each_pair(&rows, bridge).into_iter().flatten().collect())
    }
}

/// Why the total moved from a row of one assessment to a row of another: the same data under two schemes, two vintages of
/// the data, two periods, or all of it at once.
///
/// # Errors
/// A row that does not exist, a missing total, or data that lack what the other side's scheme needs.
pub fn bridge_between(
    a: &Assessment,
    row_a: usize,
    b: &Assessment,
    row_b: usize,
) -> Result<Bridge, DataError> {
    for (assessment, row) in [(a, row_a), (b, row_b)] {
        if row >= assessment.panel().len() {
            let rows = assessment.panel().len();
            let finding = Finding::error("analysis_no_row").fact("row", row).fact("rows", rows);
            return Err(DataError::new(vec![finding]));
        }
    }
    let crossed = Crossed::of(a, b)?;
    let lacking = || if a.totals()[row_a].is_nan() { a.no_total(row_a) } else { b.no_total(row_b) };
    let mut bridge = crossed.bridge(row_a, row_b, true).ok_or_else(lacking)?;
    bridge.walk = Some(walk([Side { inner: &a.inner, row: row_a }, Side { inner: &b.inner, row: row_b }]));
    Ok(bridge)
}

/// Two assessments, and each one's data under the other's scheme where the schemes differ.
pub(super) struct Crossed<'a> {
    ends: [&'a Assessment; 2],
    /// Data of the first under the scheme of the second, and the other way round.
    across: Option<[Assessment; 2]>,
    /// Where each indicator of the first scheme stands in the second; behind all of its own where it is not there.
    places: Vec<usize>,
}

impl<'a> Crossed<'a> {
    pub(super) fn of(a: &'a Assessment, b: &'a Assessment) -> Result<Self, DataError> {
        let across = if is_one_method(a.scheme().document(), b.scheme().document()) {
            None
        } else {
            Some([assess_under(b.scheme(), a)?, assess_under(a.scheme(), b)?])
        };
        let [first, second] = [a, b].map(|x| &x.scheme().document().indicators);
        let place = |(i, own): (usize, &Indicator)| {
            second.iter().position(|other| other.id == own.id).unwrap_or(second.len() + i)
        };
        Ok(Crossed { ends: [a, b], across, places: first.iter().enumerate().map(place).collect() })
    }

    /// The bridge between two rows; `detailed` says what the others' numbers were.
    pub(super) fn bridge(&self, row_a: usize, row_b: usize, detailed: bool) -> Option<Bridge> {
        let side = |assessment: &'a Assessment, row: usize| Side { inner: &assessment.inner, row };
        let ends = [side(self.ends[0], row_a), side(self.ends[1], row_b)];
        let Some([first, second]) = &self.across else { return data_bridge(ends, detailed) };
        // Corners: data × method. A corner without a total is on no way from one end to the other.
        let (a_b, b_a) =
            (Side { inner: &first.inner, row: row_a }, Side { inner: &second.inner, row: row_b });
        // The way over the second scheme is the first, so that it says what the others' numbers were.
        let method_first = || {
            let mut ledger = unrounded([ends[0], a_b], true, detailed)?;
            ledger.merge(unrounded([a_b, ends[1]], false, detailed)?, 1.0);
            Some(ledger)
        };
        let data_first = || {
            let mut ledger = unrounded([ends[0], b_a], false, detailed)?.placed(&self.places);
            ledger.merge(unrounded([b_a, ends[1]], true, detailed)?, 1.0);
            Some(ledger)
        };
        let ways: Vec<Ledger> = [method_first(), data_first()].into_iter().flatten().collect();
        let share = 1.0 / ways.len() as f64;
        let mut ledger = Ledger::default();
        if ways.is_empty() {
            let totals = ends.map(|s| s.inner.totals.unrounded.score[s.row]);
            ledger.add(Cause::Missing, None, totals[1] - totals[0]);
        }
        for way in ways {
            ledger.merge(way, share);
        }
        finish(ends, ledger)
    }
}

fn data_bridge(sides: [Side<'_>; 2], detailed: bool) -> Option<Bridge> {
    finish(sides, unrounded(sides, false, detailed)?)
}

/// Whether two schemes differ in their targets at most: these belong to the data.
fn is_one_method(a: &Document, b: &Document) -> bool {
    let bare = |document: &Document| Document { targets: Vec::new(), ..document.clone() };
    a == b || bare(a) == bare(b)
}

/// The data of an assessment under another scheme. Their targets go with them, of every indicator that has any.
fn assess_under(scheme: &Scheme, data: &Assessment) -> Result<Assessment, DataError> {
    let document = scheme.document();
    let mut options = Options::clone(&data.inner.options);
    options.targets.retain(|t| document.indicators.iter().any(|i| i.id == t.indicator));
    let own = &data.scheme().document().targets;
    let is_own = |t: &Target| own.iter().chain(&options.targets).any(|o| o.indicator == t.indicator);
    // Of the scheme's own ones those of the entities that the data have.
    let known = |t: &&Target| t.entity.as_ref().is_none_or(|e| data.panel().entity_index(e).is_some());
    let others = document.targets.iter().filter(|t| !is_own(t)).filter(known);
    let mut targets: Vec<Target> = others.cloned().collect();
    targets.extend(own.iter().filter(|t| document.indicators.iter().any(|i| i.id == t.indicator)).cloned());
    if targets == document.targets {
        return scheme.assess_with(data.panel(), &options);
    }
    let targeted = Scheme::from_document(Document { targets, ..document.clone() });
    targeted.as_ref().unwrap_or(scheme).assess_with(data.panel(), &options)
}

/// The stages of one side's total: raw, blended, adjusted, after floors.
pub(super) fn stages(side: Side<'_>) -> [f64; 4] {
    let (near, final_step) = (side.inner.near(), side.inner.final_step());
    let exact = side.inner.exact();
    let settled = |near: Bounded, exactly: &dyn Fn() -> Exact| {
        // Large numbers that cancel: what is left of their errors is no one's doing.
        if near.e <= 1e-10 {
            return near.v;
        }
        let decided = exactly();
        if decided.is_irrational() { near.v } else { decided.to_f64() }
    };
    let root = near.score(side.plan().root(), side.row).v;
    let end = side.inner.totals.unrounded.score[side.row];
    let document = side.inner.scheme.document();
    if document.total.blend.is_none() && document.adjustments.is_empty() && document.total.cap.is_none() {
        return [root, root, root, end];
    }
    let raw = settled(final_step.raw(&near, side.row), &|| final_step.raw(&exact, side.row));
    [root, raw, settled(final_step.adjusted(&near, side.row), &|| final_step.adjusted(&exact, side.row)), end]
}

/// The change of the raw total, where both sides have one, and what the later stages add to it.
pub(super) type Stages = (Option<f64>, Vec<(Cause, f64)>);

/// The change of the raw total and what the later stages add to it. A stage that is missing on a side (a raw total that the
/// entity's other periods or a floor stand in for) has no change of its own: the first stage that both sides have takes it.
///
/// # Missing values
/// None where a side has no total.
pub(super) fn by_stage(ends: [[f64; 4]; 2]) -> Option<Stages> {
    let present = |k: usize| ends.iter().all(|e| e[k..].iter().all(|x| !x.is_nan()));
    let first = (0..4).find(|k| present(*k))?;
    let moved = |k: usize| ends[1][k] - ends[0][k];
    let later = [Cause::Periods, Cause::Adjustments, Cause::Floors].into_iter().zip(1..);
    let effect = |k: usize| {
        if k == first { moved(k) } else { (ends[1][k] - ends[1][k - 1]) - (ends[0][k] - ends[0][k - 1]) }
    };
    let later = later.filter(|(_, k)| *k >= first).map(|(cause, k)| (cause, effect(k))).collect();
    Some(((first == 0).then(|| moved(0)), later))
}

/// The change of the unrounded total; the method's where the two sides have the same data. `detailed` says what the others'
/// numbers were, which costs as much again.
fn unrounded(sides: [Side<'_>; 2], method: bool, detailed: bool) -> Option<Ledger> {
    let (raw, later) = by_stage(sides.map(stages))?;
    let mut ledger = Ledger::default();
    for (cause, effect) in later {
        ledger.add(cause, None, effect);
    }
    let Some(raw) = raw else { return Some(ledger) };
    if method && !same_tree(sides[0].plan(), sides[1].plan()) {
        ledger.add(Cause::Rules, None, raw);
        return Some(ledger);
    }
    // What is fitted over a set moves with the own data, too.
    let sets = !method && sides[0].is_over_sets();
    let mut mixed = if sets { Mixed::both(sides) } else { Mixed::default() };
    let climb = climb(sides, mixed.sides(sides));
    let weights = match (method, sides[0].class() == sides[1].class()) {
        (true, _) => Cause::Weights,
        (false, false) => Cause::Class,
        (false, true) => Cause::Missing,
    };
    let (own, others) = match weights {
        Cause::Weights => (Cause::Rules, Cause::Rules),
        Cause::Class => (Cause::Class, Cause::Class),
        _ => (Cause::Own, Cause::Others("ideal".to_owned())),
    };
    ledger.add(weights, None, climb.weights);
    ledger.add(own, None, climb.ideal.own);
    ledger.add(others, None, climb.ideal.others);
    ledger.add(Cause::Aggregation, None, climb.aggregation);
    ledger.add(Cause::Rounding, None, climb.rounding);
    let document = sides[1].inner.scheme.document();
    let scored = |i: &usize| climb.slope[*i] != 0.0 && score::is_scored(sides, *i);
    if !method && !sets {
        mixed = Mixed::of(sides, (0..climb.slope.len()).filter(scored));
    }
    for (i, slope) in climb.slope.iter().enumerate().filter(|(_, w)| **w != 0.0) {
        let at = Some((i, document.indicators[i].id.as_str()));
        let moved = sides[1].score(i) - sides[0].score(i);
        if method {
            ledger.add(Cause::Rules, at, slope * moved);
        } else if !score::is_scored(sides, i) {
            ledger.add(Cause::Missing, at, slope * moved);
        } else {
            let imputed = sides.iter().any(|s| score::is_imputed(*s, i));
            let players = score::split(sides, &mixed, i, None).players;
            let others =
                |p: &Player| p.is_within() || matches!(p, Player::Anchor(_) | Player::Ranks | Player::Others);
            let moved = detailed && players.iter().any(|(player, effect)| others(player) && *effect != 0.0);
            if detailed {
                for moved in own::moves(sides, &mixed, i, &players) {
                    ledger.own(i, moved, *slope);
                }
            }
            for (player, effect) in players {
                ledger.add(cause(player, imputed), at, slope * effect);
            }
            if moved {
                ledger.tell(i, anchors::moves(sides, &mixed, i));
            }
        }
    }
    Some(ledger)
}

/// Rounds the total off: the effects of the unrounded total and the rounding, summing to the printed change.
fn finish(sides: [Side<'_>; 2], mut ledger: Ledger) -> Option<Bridge> {
    let printed = sides.map(|s| s.inner.totals.shown()[s.row]);
    let rounded = sides.map(|s| s.inner.totals.printed.is_some());
    let total = change(printed[0], printed[1]);
    if total.is_nan() {
        return None;
    }
    if rounded.contains(&true) {
        let off = sides.map(|s| s.inner.totals.shown()[s.row] - s.inner.totals.unrounded.score[s.row]);
        ledger.add(Cause::Rounding, None, off[1] - off[0]);
    }
    let own = std::mem::take(&mut ledger.own);
    let part = |((cause, _), Entry { sum, indicator, anchors }): ((Cause, _), Entry)| BridgePart {
        cause,
        indicator,
        effect: sum.value(),
        anchors,
    };
    let mut parts: Vec<BridgePart> = ledger.entries.into_iter().map(part).collect();
    let size = sides.iter().flat_map(|s| stages(*s)).fold(0.0f64, |size, x| size.max(x.abs()));
    settled(&mut parts, |p| &mut p.effect, total, size);
    parts.retain(|p| p.effect != 0.0);
    let mut rows: Vec<BridgeRow> = Vec::new();
    for chunk in parts.chunk_by(|a, b| a.cause == b.cause) {
        let sum: Sum = chunk.iter().map(|p| p.effect).collect();
        rows.push(BridgeRow { cause: chunk[0].cause.clone(), effect: sum.value() });
    }
    settled(&mut rows, |r| &mut r.effect, total, size);
    rows.retain(|r| r.effect != 0.0);
    Some(Bridge {
        entity: sides[1].entity(),
        since: sides[0].period(),
        until: sides[1].period(),
        before: printed[0],
        after: printed[1],
        total,
        own: own_moves(own, &parts, size),
        rows,
        parts,
        walk: None,
    })
}

/// The own numbers that moved, each indicator's summing to its parts.
fn own_moves(
    own: BTreeMap<(usize, &'static str), (Sum, OwnMove)>,
    parts: &[BridgePart],
    size: f64,
) -> Vec<OwnMove> {
    let moves = own.into_values().map(|(sum, moved)| OwnMove { effect: sum.value(), ..moved });
    let mut moves: Vec<OwnMove> = moves.collect();
    for of_one in moves.chunk_by_mut(|a, b| a.indicator == b.indicator) {
        let own = parts.iter().filter(|p| {
            p.cause.is_own() && p.indicator.as_deref() == of_one.first().map(|m| m.indicator.as_str())
        });
        let own = own.map(|p| p.effect).collect::<Sum>().value();
        settled(of_one, |m| &mut m.effect, own, size);
    }
    moves.retain(|m| m.effect != 0.0);
    moves
}

impl Bridge {
    /// Effect of one cause, 0 where it had none.
    pub fn effect(&self, cause: &Cause) -> f64 {
        self.rows.iter().find(|r| r.cause == *cause).map_or(0.0, |r| r.effect)
    }

    /// The cause that moved the total most the way it moved, or either way where it stood still; of several the first.
    pub fn main(&self) -> Option<&BridgeRow> {
        let pull = |r: &BridgeRow| along(r.effect, self.total);
        self.rows.iter().rev().max_by(|a, b| pull(a).total_cmp(&pull(b)))
    }
}

#[cfg(feature = "json")]
#[cfg(test)]
#[path = "bridge_tests.rs"]
mod tests;
