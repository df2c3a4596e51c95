//! What of the entity's own data moved: each of its numbers that is scored (the level, the growth), before and after.

use serde::Serialize;

use super::attribute::Sum;
use super::coalition::Coalition;
use super::mixed::Mixed;
use super::score::{Cut, Player};
use super::{Side, present};
use crate::assess::cells::Origin;
use crate::scheme::plan::Scoring;

/// A number of the entity's own that is scored, before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwnMove {
    /// Indicator.
    pub indicator: String,
    /// What of the indicator is scored: `value`, `change`, `growth` … as a scheme writes it.
    pub measure: &'static str,
    /// Unit of the two numbers; empty for shares (a growth of 0.05) and places.
    pub unit: String,
    /// What it was; none where there was none.
    pub from: Option<f64>,
    /// What it is.
    pub to: Option<f64>,
    /// Points of the total: what the entity's value and what it is compared with of its own do together.
    pub effect: f64,
    /// Whether the two numbers are shares, which people read in per cent.
    #[serde(skip)]
    pub(crate) is_share: bool,
}

/// How far apart the parts of a score and the score may lie for the parts to be believed.
const CLOSE: f64 = 1e-6;

/// The moves of an entity's own numbers behind an indicator's score between two sides of the same plan; they sum to what
/// its own value and base do to the score. One of the value as a whole where the score is no sum of its parts, or where
/// more than the own numbers moved (a target, a class).
///
/// # Formula
/// A part of the score moves by half of what the own data do before those of the others have moved, and half of what they
/// do after: `½ (s(1, 0) − s(0, 0) + s(1, 1) − s(0, 1))`, as the own data as a group do to the whole.
pub(super) fn moves(
    sides: [Side<'_>; 2],
    mixed: &Mixed,
    indicator: usize,
    players: &[(Player, f64)],
) -> Vec<OwnMove> {
    let is_own = |p: &Player| matches!(p, Player::Now | Player::Base);
    let whole = players.iter().filter(|(p, _)| is_own(p)).map(|(_, e)| *e).collect::<Sum>().value();
    let alone = !players.iter().any(|(p, _)| matches!(p, Player::Target | Player::Class));
    let cut = Cut { sides, mixed: mixed.sides(sides), indicator };
    let class = sides.map(|s| &s.plan().classes[s.class()].scoring[indicator]);
    let by_leaf = match class[1] {
        Scoring::Leaf(leaf) => Some(vec![(*leaf, whole)]),
        Scoring::Shares(parts) if alone => cut.near(|pair| {
            let mut found = Vec::new();
            let mut shares = Sum::default();
            for (share, part) in parts {
                let Scoring::Leaf(leaf) = part else { return None };
                let at = |own, others| pair.leaf(*leaf, &Coalition::corner(own, others)).v;
                let moved = ((at(1, 0) - at(0, 0)) + (at(1, 1) - at(0, 1))) / 2.0;
                shares.add(*share);
                found.push((*leaf, share * moved));
            }
            let shares = shares.value();
            for (_, effect) in &mut found {
                *effect /= shares;
            }
            let sum = found.iter().map(|(_, effect)| *effect).collect::<Sum>().value();
            ((sum - whole).abs() <= CLOSE * (1.0 + whole.abs())).then_some(found)
        }),
        _ => None,
    };
    let document = sides[1].inner.scheme.document();
    let (id, unit) = (&document.indicators[indicator].id, &document.indicators[indicator].unit);
    let as_value = |effect: f64| OwnMove {
        indicator: id.clone(),
        measure: "value",
        unit: unit.clone(),
        from: present(sides[0].inner.values[indicator].shown()[sides[0].row]),
        to: present(sides[1].inner.values[indicator].shown()[sides[1].row]),
        effect,
        is_share: false,
    };
    let Some(by_leaf) = by_leaf else { return vec![as_value(whole)] };
    let mut moves: Vec<OwnMove> = Vec::new();
    for (leaf, effect) in by_leaf {
        let plan = &sides[1].plan().leaves[leaf];
        let (measure, unit) = plan.measure.seen(false, unit);
        if let Some(known) = moves.iter_mut().find(|m| m.measure == measure) {
            known.effect += effect;
            continue;
        }
        if measure == "value" || !alone {
            moves.push(as_value(effect));
            continue;
        }
        let [from, to] = cut.near(|pair| [0, 1].map(|k| pair.cells[k].measure(leaf, sides[k].row).v));
        let (from, to, unit) = (present(from), present(to), unit.to_owned());
        let is_share = plan.measure.is_share();
        moves.push(OwnMove { indicator: id.clone(), measure, unit, from, to, effect, is_share });
    }
    moves.retain(|m| m.effect != 0.0);
    moves
}
