//! The rank walk: who was overtaken, who overtook, and on which indicator mainly.

use serde::Serialize;

use super::Side;
use crate::report::{Fact, Names, Sentence};

/// An entity that was passed or that passed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Passed {
    /// The other entity.
    pub entity: String,
    /// The indicator on which the distance in points moved most the way it did.
    pub indicator: Option<String>,
    /// How many points the distance moved on it, in favour of the one who passed.
    pub points: f64,
}

/// How a rank came from another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Walk {
    /// Rank before.
    pub before: Option<f64>,
    /// Rank after.
    pub after: Option<f64>,
    /// Whom it overtook.
    pub overtook: Vec<Passed>,
    /// Who overtook it.
    pub overtaken_by: Vec<Passed>,
    /// Who is ranked now and was not before, and stands in front.
    pub entered: Vec<String>,
    /// Who was ranked in front and is not ranked any more.
    pub left: Vec<String>,
    /// Who was in front or behind and is now equal, or the other way round.
    pub tied: Vec<String>,
}

/// Walks from one side to the other among the entities ranked with it.
pub(super) fn walk(sides: [Side<'_>; 2]) -> Walk {
    let rank = |s: Side<'_>, row: usize| s.inner.ranks[row];
    let own = sides.map(|s| rank(s, s.row));
    let mut walk = Walk {
        before: super::present(own[0]),
        after: super::present(own[1]),
        overtook: Vec::new(),
        overtaken_by: Vec::new(),
        entered: Vec::new(),
        left: Vec::new(),
        tied: Vec::new(),
    };
    let fields = sides.map(field);
    for (name, row) in &fields[1] {
        let now = rank(sides[1], *row);
        let Some(before) = fields[0].get(name).copied() else {
            if now < own[1] {
                walk.entered.push(name.clone());
            }
            continue;
        };
        let then = rank(sides[0], before);
        let rows = [before, *row];
        match (then.partial_cmp(&own[0]), now.partial_cmp(&own[1])) {
            (Some(a), Some(b)) if a == b => {}
            (Some(std::cmp::Ordering::Less), Some(std::cmp::Ordering::Greater)) => {
                walk.overtook.push(passed(sides, rows, name, 1.0));
            }
            (Some(std::cmp::Ordering::Greater), Some(std::cmp::Ordering::Less)) => {
                walk.overtaken_by.push(passed(sides, rows, name, -1.0));
            }
            (Some(_), Some(_)) => walk.tied.push(name.clone()),
            (None, Some(std::cmp::Ordering::Less)) => walk.entered.push(name.clone()),
            (Some(std::cmp::Ordering::Less), None) => walk.left.push(name.clone()),
            _ => {}
        }
    }
    let gone = fields[0]
        .iter()
        .filter(|(name, row)| !fields[1].contains_key(*name) && rank(sides[0], **row) < own[0]);
    walk.left.extend(gone.map(|(name, _)| name.clone()));
    walk
}

/// Rows ranked against a side's row, itself left out.
fn field(side: Side<'_>) -> indexmap::IndexMap<String, usize> {
    let (data, panel) = (side.inner.data(), &side.inner.panel);
    panel
        .rows_of(panel.period_of(side.row))
        .filter(|r| *r != side.row && data.counts(*r) && data.class(*r) == data.class(side.row))
        .map(|r| (panel.entity_name(panel.entity_of(r)).into_owned(), r))
        .collect()
}

/// The indicator on which the distance to another entity moved most in the direction it did.
fn passed(sides: [Side<'_>; 2], others: [usize; 2], name: &str, sign: f64) -> Passed {
    let points = |k: usize, indicator: usize| -> [f64; 2] {
        let side = sides[k];
        [side.row, others[k]].map(|row| {
            let points = side.inner.share(indicator, row) * side.inner.nodes[indicator].scores.score[row];
            if points.is_nan() { 0.0 } else { points }
        })
    };
    let indicators = &sides[1].inner.scheme.document().indicators;
    let mut best: (Option<usize>, f64) = (None, 0.0);
    for (indicator, own) in indicators.iter().enumerate() {
        let Some(before) = sides[0].plan().node(&own.id) else { continue };
        let (a, b) = (points(0, before), points(1, indicator));
        let moved = sign * ((b[0] - b[1]) - (a[0] - a[1]));
        if moved > best.1 {
            best = (Some(indicator), moved);
        }
    }
    Passed { entity: name.to_owned(), indicator: best.0.map(|i| indicators[i].id.clone()), points: best.1 }
}

/// How many of those who passed are named; the others are counted.
const NAMED: usize = 3;

impl Walk {
    /// The walk in words, one sentence per line.
    pub(super) fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let (before, after) = match (self.before, self.after) {
            (Some(before), Some(after)) => (before, after),
            (Some(before), None) => return vec![Sentence::new("walk_out").points("before", before, 1)],
            (None, Some(after)) => return vec![Sentence::new("walk_in").points("after", after, 1)],
            (None, None) => return Vec::new(),
        };
        let code = match after - before {
            0.0 => "walk_same",
            places if places < 0.0 => "walk_up",
            _ => "walk_down",
        };
        let way = Sentence::new(code).points("before", before, 1).points("after", after, 1);
        let mut said = vec![way.points("places", (before - after).abs(), 1)];
        let ways = [
            ("walk_overtook", "walk_overtook_more", &self.overtook),
            ("walk_overtaken", "walk_overtaken_more", &self.overtaken_by),
        ];
        for (one, more, passed) in ways {
            // Those first with whom the distance moved most.
            let mut told: Vec<(&Passed, &String)> =
                passed.iter().filter_map(|p| Some((p, p.indicator.as_ref()?))).collect();
            told.sort_by(|a, b| b.0.points.total_cmp(&a.0.points));
            told.truncate(NAMED);
            let sentence = |(p, indicator): &(&Passed, &String)| {
                let indicator = names.label(indicator);
                let sentence = Sentence::new(one).fact("entity", &p.entity).fact("indicator", indicator);
                sentence.points("points", p.points, 2)
            };
            said.extend(told.iter().map(sentence));
            if passed.len() > told.len() {
                said.push(Sentence::new(more).fact("count", passed.len() - told.len()));
            }
        }
        for (code, entities) in [("walk_entered", &self.entered), ("walk_left", &self.left)] {
            if !entities.is_empty() {
                said.push(Sentence::new(code).fact("entities", Fact::list(entities)));
            }
        }
        said
    }
}
