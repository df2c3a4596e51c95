//! Which change of one weight would turn the order of two entities.

use serde::Serialize;

use super::Side;
use crate::assess::Assessment;
use crate::assess::cells::Origin;
use crate::assess::tree::NodeScored;
use crate::error::DataError;
use crate::finding::Finding;
use crate::method::aggregation::Aggregation;
use crate::panel::Period;
use crate::report::{Digits, Measure, Names, Report, Sentence, Table};

/// The weight at which two entities are level.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flip {
    /// Indicator or group.
    pub node: String,
    /// Its weight.
    pub weight: f64,
    /// The weight at which the two are level; beyond it the order turns.
    pub level: f64,
    /// `level / weight − 1`.
    pub relative: f64,
}

/// Which weights alone could turn the order of two entities.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flips {
    /// Entity.
    pub entity: String,
    /// The other one.
    pub other: String,
    /// Period.
    pub period: String,
    /// Whether the two have the same total already.
    pub level: bool,
    /// One a weight, the smallest relative change first.
    pub rows: Vec<Flip>,
}

impl Assessment {
    /// Every weight that alone could turn the order of two entities in a period, the smallest relative change first. Other
    /// weights keep their numbers, so that under a mean their shares shrink as one grows; adjustments and floors stay as
    /// they are.
    ///
    /// # Formula
    /// With `d` the distance in the scores below a group of share `m`, `R` the distance outside it, `W` the sum of the
    /// other weights present and `A = Σ w d` over them, the two are level at
    /// ```text
    /// w = −(m A + R W) / (m d + R)        under a mean,        w = −(m A + R) / (m d)        under a sum
    /// ```
    ///
    /// # Missing values
    /// A weight whose group has not the same members present for both has no entry. Two that are level already have none at
    /// all.
    ///
    /// # Errors
    /// An unknown entity or period; entities of two classes; a tree that is not arithmetic throughout.
    pub fn flips(&self, entity: &str, other: &str, period: Period) -> Result<Flips, DataError> {
        let rows = [self.row(entity, period)?, self.row(other, period)?];
        let sides = rows.map(|row| Side { inner: &self.inner, row });
        let plan = sides[0].plan();
        let straight = |a: Aggregation| matches!(a, Aggregation::Arithmetic | Aggregation::Sum);
        let groups = &plan.nodes[plan.indicators.len()..];
        if let Some(bent) = groups.iter().find(|n| !straight(n.aggregate)) {
            return Err(DataError::new(vec![
                Finding::error("analysis_not_arithmetic").fact("group", &bent.id),
            ]));
        }
        if sides[0].class() != sides[1].class() {
            let finding = Finding::error("analysis_two_classes").fact("entity", entity).fact("other", other);
            return Err(DataError::new(vec![finding]));
        }
        let near = self.inner.near();
        let data = near.known().data;
        let weights = data.weights(rows[0]);
        let distance = |node: usize| near.carried(node, rows[0]).v - near.carried(node, rows[1]).v;
        let total = self.unrounded_totals()[rows[0]] - self.unrounded_totals()[rows[1]];
        let mut flips = Vec::new();
        let found = |rows| Flips {
            entity: sides[0].entity(),
            other: sides[1].entity(),
            period: sides[0].period(),
            level: total == 0.0,
            rows,
        };
        if total == 0.0 {
            return Ok(found(flips));
        }
        for (group, node) in plan.nodes.iter().enumerate().skip(plan.indicators.len()) {
            let present: Vec<usize> =
                node.members.iter().copied().filter(|m| !near.carried(*m, rows[0]).v.is_nan()).collect();
            let same = node
                .members
                .iter()
                .all(|m| near.carried(*m, rows[0]).v.is_nan() == near.carried(*m, rows[1]).v.is_nan());
            if !same || total.is_nan() {
                continue;
            }
            let mean = node.aggregate == Aggregation::Arithmetic;
            let sum: f64 = present.iter().map(|m| weights[*m]).sum();
            let inside: f64 =
                present.iter().filter(|m| weights[**m] != 0.0).map(|m| weights[*m] * distance(*m)).sum();
            let own = if mean { inside / sum } else { inside };
            let share = self.inner.shares.get(data.weights.set(&data, rows[0]), group);
            let outside = total - share * own;
            for member in present {
                let (w, d) = (weights[member], distance(member));
                let (rest, others) = (inside - w * d, sum - w);
                let level = if mean {
                    -(share * rest + outside * others) / (share * d + outside)
                } else {
                    -(share * rest + outside) / (share * d)
                };
                // A weight of its own only: alone in its group it is the whole whatever it weighs.
                let counts = w > 0.0 && level.is_finite() && level >= 0.0 && (!mean || others > 0.0);
                if counts {
                    let id = plan.nodes[member].id.clone();
                    flips.push(Flip { node: id, weight: w, level, relative: level / w - 1.0 });
                }
            }
        }
        flips.sort_by(|a, b| a.relative.abs().total_cmp(&b.relative.abs()));
        Ok(found(flips))
    }
}

impl Report for Flips {
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let begin = |code| {
            let sentence = Sentence::new(code).fact("entity", &self.entity).fact("other", &self.other);
            sentence.when("period", &self.period)
        };
        let one = |flip: &Flip| {
            begin("flip_sentence")
                .fact("node", names.label(&flip.node))
                .points("weight", flip.weight, 4)
                .points("level", flip.level, 4)
                .quantity("relative", 100.0 * flip.relative, Measure::new(Digits::AtMost(1), "%").signed())
        };
        match (self.level, self.rows.first()) {
            (true, _) => vec![begin("flip_level")],
            (false, None) => vec![begin("flip_none")],
            (false, Some(first)) => vec![one(first)],
        }
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let table = Table::of("flips", &self.rows)
            .names("node", "col_node", |f| &f.node, |id| names.label(id))
            .points("weight", "col_weight", |f| f.weight)
            .points("level", "col_weight_level", |f| f.level)
            .changes("relative", "col_relative", |f| f.relative);
        vec![table.done()]
    }
}
