//! The rank walk: who was overtaken, who overtook, and on which indicator mainly.

use serde::Serialize;

use super::Side;
use super::bridge::Bridge;
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
        .map(|r| (panel.name_of(r).into_owned(), r))
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
    pub(super) fn sentences(&self, of: &Bridge, names: Names<'_>) -> Vec<Sentence> {
        let two = of.since == of.until;
        let begin = |code: [&'static str; 2]| {
            let sentence = Sentence::new(code[usize::from(two)]).fact("entity", &of.entity);
            sentence.when("since", &of.since).when("until", &of.until)
        };
        let rank = |x: Option<f64>| x.unwrap_or(f64::NAN);
        let (before, after) = (rank(self.before), rank(self.after));
        let way = match (self.before, self.after) {
            (None, None) => return Vec::new(),
            (Some(_), None) => ["walk_out", "walk_two_out"],
            (None, Some(_)) => ["walk_in", "walk_two_in"],
            (Some(a), Some(b)) if a == b => ["walk_same", "walk_two_same"],
            (Some(a), Some(b)) if a > b => ["walk_up", "walk_two_up"],
            _ => ["walk_down", "walk_two_down"],
        };
        let way = begin(way).points("before", before, 1).points("after", after, 1);
        let mut said = vec![way.points("places", (before - after).abs(), 1)];
        if self.before.is_none() || self.after.is_none() {
            return said;
        }
        for (code, passed) in [("walk_overtook", &self.overtook), ("walk_overtaken", &self.overtaken_by)] {
            said.extend(others(code, &of.entity, passed, names));
        }
        for (code, entities) in [("walk_entered", &self.entered), ("walk_left", &self.left)] {
            if !entities.is_empty() {
                let sentence = Sentence::new(code).fact("entity", &of.entity);
                said.push(sentence.fact("entities", Fact::few(entities, NAMED, |e| e.as_str().into())));
            }
        }
        said
    }
}

/// Those who passed or were passed: with whom the distance moved most first, the others counted.
fn others(code: &'static str, entity: &str, passed: &[Passed], names: Names<'_>) -> Option<Sentence> {
    let mut order: Vec<&Passed> = passed.iter().collect();
    order.sort_by(|a, b| b.points.total_cmp(&a.points));
    let named = Fact::few(&order, NAMED, |p| {
        let one = |code| Sentence::new(code).fact("entity", &p.entity);
        Fact::from(match &p.indicator {
            Some(indicator) => {
                one("walk_one").fact("indicator", names.label(indicator)).points("points", p.points, 2)
            }
            None => one("walk_one_plain"),
        })
    });
    let sentence = Sentence::new(code).fact("entity", entity).fact("entities", named);
    (!passed.is_empty()).then_some(sentence)
}
