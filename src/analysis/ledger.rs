//! What moved a total, collected while both sides are compared: effects by cause and indicator.

use std::collections::BTreeMap;

use super::anchors::AnchorMove;
use super::attribute::Sum;
use super::cause::{Cause, cause};
use super::own::OwnMove;
use super::score::Player;

/// Effects by cause and indicator, and the entity's own numbers behind them.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) entries: BTreeMap<(Cause, Option<usize>), Entry>,
    pub(super) own: BTreeMap<(usize, &'static str), (Sum, OwnMove)>,
}

#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) sum: Sum,
    pub(super) indicator: Option<String>,
    pub(super) anchors: Vec<AnchorMove>,
}

impl Ledger {
    pub(super) fn add(&mut self, cause: Cause, indicator: Option<(usize, &str)>, effect: f64) {
        if effect != 0.0 {
            let entry = self.entries.entry((cause, indicator.map(|i| i.0))).or_default();
            entry.sum.add(effect);
            entry.indicator = indicator.map(|i| i.1.to_owned());
        }
    }

    /// Says what of the others' data moved, of the effects of an indicator that are there.
    pub(super) fn tell(&mut self, indicator: usize, moves: Vec<(Player, AnchorMove)>) {
        for (player, moved) in moves {
            let own = self.entries.contains_key(&(cause(player.clone(), false), Some(indicator)));
            let player = if own { player } else { Player::Others };
            if let Some(entry) = self.entries.get_mut(&(cause(player, false), Some(indicator))) {
                entry.anchors.push(moved);
            }
        }
    }

    /// Adds a share of what one of the own numbers did.
    pub(super) fn own(&mut self, indicator: usize, moved: OwnMove, share: f64) {
        let effect = share * moved.effect;
        let (sum, _) = self.own.entry((indicator, moved.measure)).or_insert_with(|| (Sum::default(), moved));
        sum.add(effect);
    }

    /// The indicators counted as `places` say.
    pub(super) fn placed(self, places: &[usize]) -> Self {
        let place = |at: usize| places.get(at).copied().unwrap_or(at);
        Ledger {
            entries: self.entries.into_iter().map(|((cause, at), e)| ((cause, at.map(place)), e)).collect(),
            own: self.own.into_iter().map(|((at, measure), own)| ((place(at), measure), own)).collect(),
        }
    }

    /// Adds a share of another's effects; of the others' data the first word holds.
    pub(super) fn merge(&mut self, other: Ledger, share: f64) {
        for ((indicator, _), (sum, moved)) in other.own {
            self.own(indicator, OwnMove { effect: sum.value(), ..moved }, share);
        }
        for (key, entry) in other.entries {
            if entry.sum.value() == 0.0 {
                continue;
            }
            let own = self.entries.entry(key).or_default();
            own.sum.add(share * entry.sum.value());
            own.indicator = entry.indicator;
            if own.anchors.is_empty() {
                own.anchors = entry.anchors;
            }
        }
    }
}
