//! The curve of a rule, and where everybody stands on it.

use std::collections::HashMap;

use serde::Serialize;

use super::{Side, anchors};
use crate::assess::Assessment;
use crate::assess::cells::{BoundedCells, Origin};
use crate::error::DataError;
use crate::finding::Finding;
use crate::method::rules::{Break, Kernel as _};
use crate::number::{Bounded, Number as _};
use crate::panel::Period;
use crate::report::{Digits, Measure, Names, Report, Sentence, Table};
use crate::scheme::plan::Leaf;

/// Points of a curve between breaks, and of the places of a lattice of jumps, at most.
const FINE: usize = 100;
const MOST_JUMPS: usize = 200;
/// How much further than the data a curve goes, as a share of their range.
const BEYOND: f64 = 0.08;

/// A point of a curve: what is scored, and its score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Which curve.
    pub curve: usize,
    /// What of the indicator the rule scores, as a scheme writes it: `value`, `change`, `growth` …, or its `ranks`.
    pub part: &'static str,
    /// The number that it scores.
    pub measure: f64,
    /// The score, on the scale of the scheme.
    pub score: f64,
}

/// Where an entity stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurvePlace {
    /// Entity.
    pub entity: String,
    /// On which curve.
    pub curve: usize,
    /// What of the indicator the rule scores.
    pub part: &'static str,
    /// The number that it scores.
    pub measure: f64,
    /// The score.
    pub score: f64,
}

/// How an indicator is scored in a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// Indicator.
    pub indicator: String,
    /// Period.
    pub period: String,
    /// The curves, one for each scored part and each set of numbers that it is compared with.
    pub points: Vec<CurvePoint>,
    /// Where everybody stands.
    pub places: Vec<CurvePlace>,
}

impl Assessment {
    /// How the rule of an indicator turns what it scores into points, and where everybody stands: one curve for each scored part, and of a part that is
    /// compared with other numbers for some (classes, targets) one for each of them. The numbers that it is compared with stay as they are.
    ///
    /// # Missing values
    /// Who has nothing to score has no place.
    ///
    /// # Errors
    /// An unknown indicator, one that is a group, an unknown period.
    pub fn curve(&self, indicator: &str, period: Period) -> Result<Curve, DataError> {
        let (p, node) = (self.period(period)?, self.node(indicator)?.index());
        let inner = &*self.inner;
        let (known, plan) = (inner.known(), inner.scheme.plan());
        if node >= plan.indicators.len() {
            return Err(DataError::new(vec![Finding::error("curve_of_group").fact("node", indicator)]));
        }
        let cells = BoundedCells(known);
        let mut curves: Vec<Drawn> = Vec::new();
        let mut by: HashMap<(usize, Vec<u64>), usize> = HashMap::new();
        let mut places = Vec::new();
        for row in self.panel().rows_of(p) {
            let mut leaves = Vec::new();
            plan.classes[known.data.class(row)].scoring[node].leaves(&mut |leaf| leaves.push(leaf));
            for leaf in leaves {
                let (rule, state) = (&plan.leaves[leaf], &known.leaves[leaf].anchors);
                let x = state.ranks.as_ref().map_or_else(|| cells.measure(leaf, row).v, |r| r[row]);
                let a: Vec<f64> =
                    (0..state.anchors.len()).map(|k| cells.anchor(state, leaf, k, row).v).collect();
                if x.is_nan() || a.iter().any(|a| a.is_nan()) {
                    continue;
                }
                let part = if state.ranks.is_some() { "ranks" } else { rule.measure.name() };
                let curve = *by.entry((leaf, a.iter().map(|a| a.to_bits()).collect())).or_insert_with(|| {
                    curves.push(Drawn {
                        rule,
                        part,
                        anchors: a.iter().map(|a| Bounded::of(*a)).collect(),
                        leaf,
                    });
                    curves.len() - 1
                });
                let entity = Side { inner, row }.entity();
                places.push(CurvePlace { entity, curve, part, measure: x, score: curves[curve].score(x) });
            }
        }
        let points = curves.iter().enumerate().flat_map(|(k, curve)| {
            let scored = places.iter().filter(|place| curves[place.curve].leaf == curve.leaf);
            curve.points(k, scored.map(|place| place.measure), FINE.div_ceil(curves.len()).max(20))
        });
        let (indicator, period) = (indicator.to_owned(), self.panel().period_text(period));
        Ok(Curve { points: points.collect(), indicator, period, places })
    }
}

/// A rule with the numbers that it compares with.
struct Drawn<'a> {
    rule: &'a Leaf,
    leaf: usize,
    part: &'static str,
    anchors: Vec<Bounded>,
}

impl Drawn<'_> {
    fn score(&self, x: f64) -> f64 {
        let score = self.rule.rule.score(&Bounded::of(x), &self.anchors, &self.rule.setting);
        self.rule.scale.apply(score).v
    }

    /// Points over the range of some numbers: evenly, and at breaks; a jump has one on each side.
    fn points(&self, curve: usize, scored: impl Iterator<Item = f64>, count: usize) -> Vec<CurvePoint> {
        let (low, high) = scored.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)));
        let room = if high > low { (high - low) * BEYOND } else { 1.0f64.max(low.abs() * BEYOND) };
        // Ranks stop at the first and the last.
        let (low, high) = if self.part == "ranks" { (low, high) } else { (low - room, high + room) };
        let mut at: Vec<f64> = (0..=count).map(|k| low + (high - low) * k as f64 / count as f64).collect();
        for place in self.rule.rule.breaks(&self.anchors, &self.rule.setting) {
            match place {
                Break::Kink(x) => at.push(x.v),
                Break::Jump(x) => at.extend([x.v.next_down(), x.v, x.v.next_up()]),
                Break::Lattice { origin, step } => {
                    let jumps = (0..MOST_JUMPS).map(|k| origin.v + k as f64 * step.v);
                    at.extend(jumps.flat_map(|x| [x.next_down(), x, x.next_up()]));
                }
            }
        }
        at.retain(|x| (low..=high).contains(x));
        at.sort_by(f64::total_cmp);
        at.dedup();
        at.iter().map(|x| CurvePoint { curve, part: self.part, measure: *x, score: self.score(*x) }).collect()
    }
}

impl Report for Curve {
    /// What the lowest and the highest score are, and who has them.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let by = |a: &&CurvePlace, b: &&CurvePlace| a.score.total_cmp(&b.score);
        let (low, high) = (self.places.iter().min_by(by), self.places.iter().rev().max_by(by));
        let (Some(low), Some(high)) = (low, high) else {
            let none = Sentence::new("curve_none").when("period", &self.period);
            return vec![none.fact("indicator", names.label(&self.indicator))];
        };
        let said = Sentence::new("curve_of").when("period", &self.period);
        let said = said.fact("indicator", names.label(&self.indicator)).fact("count", self.places.len());
        let said = said.text("best", &high.entity).points("high", high.score, 2);
        vec![said.text("worst", &low.entity).points("low", low.score, 2)]
    }

    fn tables(&self, _: Names<'_>) -> Vec<Table> {
        let number = || Measure::pure(Digits::Significant(6));
        let points = Table::of("curve", &self.points)
            .counts("curve", "col_curve", |r| r.curve)
            .names("part", "col_part", |r| r.part, anchors::measure_label)
            .number("measure", "col_value", number(), |r| r.measure)
            .points("score", "col_own_score", |r| r.score);
        let places = Table::of("places", &self.places)
            .entities(|r| &r.entity)
            .counts("curve", "col_curve", |r| r.curve)
            .names("part", "col_part", |r| r.part, anchors::measure_label)
            .number("measure", "col_value", number(), |r| r.measure)
            .points("score", "col_own_score", |r| r.score);
        vec![points.done().detail(), places.done().titled("table_places")]
    }
}
