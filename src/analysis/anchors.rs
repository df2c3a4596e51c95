//! What of the others' data moved: which number a rule compared with it was and is, and who set it before and after.

use serde::Serialize;

use super::coalition::{Coalition, Pair, reference};
use super::mixed::Mixed;
use super::score::{Cut, Player};
use super::{Side, present};
use crate::assess::cells::{BoundedCells, Origin};
use crate::assess::sets::{LeafReference, Level, is_own};
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::report::{Digits, Label, Measure, Sentence};
use crate::text;

/// A number of the others' that a rule compares with, before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnchorMove {
    /// Its name as a scheme writes it: `max`, `mean`, `quantile 0.9`; `ranks` where ranks are scored.
    pub name: String,
    /// What of the indicator is compared: `value`, `change`, `growth` … as a scheme writes it.
    pub measure: &'static str,
    /// Unit of the two numbers; empty for shares (a growth of 0.05), counts and ranks.
    pub unit: String,
    /// What it was; none where there was none. For `ranks` the entity's own rank.
    pub from: Option<f64>,
    /// What it is. For `ranks` the rank that the entity's number of before has now.
    pub to: Option<f64>,
    /// Who set it before, with the period where that is not the entity's own; none where no single one does (a mean).
    pub by_before: Option<String>,
    /// Who sets it now.
    pub by_after: Option<String>,
    /// Whether the two numbers are shares, which people read in per cent.
    #[serde(skip)]
    pub(crate) is_share: bool,
}

/// An anchor as a leaf looks at it.
struct Place {
    leaf: usize,
    /// Among what a measure needs, not among what its rule compares with.
    of_input: bool,
    anchor: Option<Anchor>,
    index: usize,
}

/// The moves of the others' numbers behind an indicator's score between two sides of the same plan, each with the player
/// that it belongs to. Of one player's, the first is what moved the score most.
pub(super) fn moves(sides: [Side<'_>; 2], mixed: &Mixed, indicator: usize) -> Vec<(Player, AnchorMove)> {
    Cut { sides, mixed: mixed.sides(sides), indicator }.near(moves_of)
}

fn moves_of(pair: &Pair<'_, BoundedCells<'_>>) -> Vec<(Player, AnchorMove)> {
    let mut found: Vec<Found> = Vec::new();
    for (leaf, share) in pair.leaves() {
        for place in places(pair, leaf) {
            let Some(moved) = pair.moved(&place) else { continue };
            let player = place.anchor.map_or(Player::Ranks, Player::Anchor);
            if !found.iter().any(|f| f.player == player && f.moved == moved) {
                found.push(Found { player, moved, leaf, share });
            }
        }
    }
    // Only where one player moved several numbers does it matter which of them did most.
    if found.iter().enumerate().any(|(i, f)| found[..i].iter().any(|g| g.player == f.player)) {
        found.sort_by_cached_key(|f| {
            std::cmp::Reverse((f.share.abs() * pair.pull(f.leaf, &f.player)).to_bits())
        });
    }
    found.into_iter().map(|f| (f.player, f.moved)).collect()
}

/// A move and where it was found.
struct Found {
    player: Player,
    moved: AnchorMove,
    leaf: usize,
    share: f64,
}

impl Place {
    fn level(&self) -> Level {
        if self.of_input { Level::Value } else { Level::Measure }
    }
}

fn places(pair: &Pair<'_, BoundedCells<'_>>, leaf: usize) -> Vec<Place> {
    let state = &pair.cells[0].known().leaves[leaf];
    let needs = pair.cells[0].known().leaf(leaf).measure.needs();
    let mut places = Vec::new();
    let others = |anchor: &Anchor| {
        !matches!(anchor, Anchor::Number(_) | Anchor::Target | Anchor::Previous | Anchor::Indicator(_))
    };
    for (index, anchor) in state.anchors.anchors.iter().enumerate().filter(|(_, a)| others(a)) {
        places.push(Place { leaf, of_input: false, anchor: Some(anchor.clone()), index });
    }
    for (index, need) in needs.iter().enumerate() {
        match need {
            Need::Anchor(anchor) if others(anchor) => {
                places.push(Place { leaf, of_input: true, anchor: Some(anchor.clone()), index });
            }
            Need::Rank => places.push(Place { leaf, of_input: true, anchor: None, index }),
            _ => {}
        }
    }
    if state.anchors.ranks.is_some() {
        places.push(Place { leaf, of_input: false, anchor: None, index: 0 });
    }
    places
}

impl Pair<'_, BoundedCells<'_>> {
    fn reference(&self, place: &Place, side: usize) -> &LeafReference {
        reference(self.sides[side], place.leaf, place.level())
    }

    /// How an anchor or the rank moved; none where it did not.
    fn moved(&self, place: &Place) -> Option<AnchorMove> {
        let plan = &self.sides[0].plan().leaves[place.leaf];
        let unit = &self.sides[1].inner.scheme.document().indicators[plan.indicator].unit;
        let level = self.reference(place, 0).level;
        let (measure, unit) = plan.measure.seen(level == Level::Value, unit);
        let Some(anchor) = &place.anchor else {
            let [from, to] = self.ranks(place);
            let unit = String::new();
            return (from != to && !from.is_nan()).then(|| AnchorMove {
                name: "ranks".to_owned(),
                measure,
                unit,
                from: present(from),
                to: present(to),
                by_before: None,
                by_after: None,
                is_share: false,
            });
        };
        let is_count = *anchor == Anchor::Count;
        let unit = if is_count { "" } else { unit };
        let is_share = level == Level::Measure && plan.measure.is_share() && !is_count;
        let by = [0, 1].map(|s| self.setter_of(place, anchor, s, s));
        let own = self.sides[0].entity();
        // What the entity itself sets is not the others': theirs is what they make of it while it stands still.
        let ways: &[[usize; 2]] = if by.contains(&Some(own)) { &[[1, 1], [0, 0]] } else { &[[0, 1]] };
        ways.iter().find_map(|[before, after]| {
            let corners = [Coalition::corner(*before, 0), Coalition::corner(*after, 1)];
            let at = corners.each_ref().map(|c| self.anchor(place.leaf, place.level(), place.index, c).v);
            let [from, to] = at.map(present);
            (from != to).then(|| AnchorMove {
                name: anchor.to_string(),
                measure,
                unit: unit.to_owned(),
                from,
                to,
                by_before: self.setter_of(place, anchor, *before, 0),
                by_after: self.setter_of(place, anchor, *after, 1),
                is_share,
            })
        })
    }

    /// Whose number an anchor is, with the own data of one side among the others' of another.
    fn setter_of(&self, place: &Place, anchor: &Anchor, own: usize, others: usize) -> Option<String> {
        let Side { inner, row } = self.sides[others];
        if let Anchor::Entity(name) = anchor {
            return Some(name.clone());
        }
        let reference = self.reference(place, others);
        let resolved = reference.sets.get(reference.set(&inner.data(), row))?.get(place.index)?;
        if let Some((entity, period)) = &resolved.by {
            let same = *period == inner.panel.periods()[inner.panel.period_of(row)];
            return Some(if same {
                entity.clone()
            } else {
                format!("{entity} {}", inner.panel.period_text(*period))
            });
        }
        // A mean is set by no one alone, whoever stands where.
        let who = resolved.who.filter(|_| !is_own(anchor, &inner.scheme.plan().leaves[place.leaf]))?;
        let who = if own == others {
            Side { inner, row: who }
        } else {
            self.setter(place.leaf, place.level(), place.index, &Coalition::corner(own, others))?
        };
        let same = who.inner.panel.period_of(who.row) == inner.panel.period_of(row);
        Some(if same { who.entity() } else { format!("{} {}", who.entity(), who.period()) })
    }

    /// The rank on the first side, and the one that the same number has among the others of the second.
    fn ranks(&self, place: &Place) -> [f64; 2] {
        let before = self.reference(place, 0).ranks.as_ref().map_or(f64::NAN, |r| r[self.sides[0].row]);
        let members = [(Player::Ranks, 0)];
        let coalition = Coalition::of(&members, 1);
        let near = self.rank(place.leaf, place.level(), &coalition);
        let cut = Cut { sides: self.sides, mixed: [None, None], indicator: self.indicator };
        [before, cut.decided(near, |pair| pair.rank(place.leaf, place.level(), &coalition))]
    }

    /// How many points of a leaf one of the others' numbers moves by itself.
    fn pull(&self, leaf: usize, player: &Player) -> f64 {
        let members = [(player.clone(), 0)];
        let [from, to] = [0, 1].map(|set| self.leaf(leaf, &Coalition::of(&members, set)).v);
        let pull = (to - from).abs();
        if pull.is_nan() { 0.0 } else { pull }
    }
}

/// The word for an anchor of this name.
pub(super) fn label(anchor: &str) -> Label {
    match anchor.strip_prefix("quantile ") {
        Some(quantile) => {
            let sentence = Sentence::new("anchor_word_quantile").text("quantile", quantile);
            Label::said(anchor, |lang| sentence.message(lang))
        }
        None => Label::said(anchor, |lang| text::label("anchor_word_", anchor, lang)),
    }
}

/// The word for what of an indicator is compared: its value, its change.
pub(super) fn measure_label(measure: &str) -> Label {
    Label::said(measure, |lang| text::label("measure_word_", measure, lang))
}

impl AnchorMove {
    /// Both numbers as they are shown, shares in per cent; and how.
    pub(super) fn numbers(&self) -> ([f64; 2], Measure) {
        let (factor, unit) = if self.is_share { (100.0, "%") } else { (1.0, self.unit.as_str()) };
        let [from, to] = [self.from, self.to].map(|x| factor * x.unwrap_or(f64::NAN));
        ([from, to], Measure::new(Digits::Significant(4).apart(from, to), unit))
    }

    /// One of the two numbers, with who set it.
    pub(super) fn shown(&self, side: usize) -> Sentence {
        let (numbers, measure) = self.numbers();
        match [&self.by_before, &self.by_after][side] {
            Some(by) => Sentence::new("anchor_by").quantity("value", numbers[side], measure).fact("by", by),
            None => Sentence::new("anchor_alone").quantity("value", numbers[side], measure),
        }
    }
}

#[cfg(feature = "json")]
#[cfg(test)]
#[path = "anchors_tests.rs"]
mod tests;
