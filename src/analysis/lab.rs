//! The scheme lab: what a scheme rewards, where more gains nothing, where little decides much.

use serde::Serialize;

use super::{Side, anchors};
use crate::assess::Assessment;
use crate::assess::cells::{BoundedCells, Origin};
use crate::error::DataError;
use crate::exec;
use crate::method::rules::{Shape, Trend};
use crate::number::{Exact, Number};
use crate::panel::Period;
use crate::report::{Digits, Fact, Measure, Names, Report, Sentence, Table};
use crate::scheme::Variables;
use crate::scheme::plan::Scoring;

/// What one variable is worth to an entity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Marginal {
    /// Variable.
    pub variable: String,
    /// Its value.
    pub value: f64,
    /// Points of the unrounded total for one unit more.
    pub per_unit: f64,
    /// Points of the unrounded total for one per cent more.
    pub per_percent: f64,
}

/// What each variable is worth to an entity, the cheapest points first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Marginals {
    /// Entity.
    pub entity: String,
    /// Period.
    pub period: String,
    /// By points for one per cent (either way), largest first.
    pub rows: Vec<Marginal>,
}

/// What each variable is worth to every entity of a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MarginalPanel {
    /// Period.
    pub period: String,
    /// One an entity.
    pub entities: Vec<Marginals>,
}

/// Where an entity stands on a rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Zone {
    /// Entity.
    pub entity: String,
    /// Indicator.
    pub indicator: String,
    /// What of the indicator the rule scores, as a scheme writes it: `value`, `change`, `growth` …, or its `ranks`.
    pub part: &'static str,
    /// The number that it scores.
    pub measure: f64,
    /// Whether it lies on a flat stretch (capped, floored, between two steps), ends included: while it moves within that,
    /// the points stay.
    pub dead: bool,
    /// Where the flat stretch starts; none if it is open, or there is none.
    pub from: Option<f64>,
    /// Where it ends.
    pub to: Option<f64>,
    /// The nearest cliff: where the points jump.
    pub cliff: Option<f64>,
    /// How many points of the total the cliff is high.
    pub height: Option<f64>,
}

/// Where every entity of a period stands on every rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Zones {
    /// Period.
    pub period: String,
    /// One an entity, indicator and scored part that lies in a dead zone or near a cliff.
    pub rows: Vec<Zone>,
}

impl Assessment {
    /// What one unit and one per cent more of each variable that can be changed (see
    /// [`Document::is_controllable`](crate::scheme::model::Document::is_controllable)) would add to an entity's total, all else as it is. The whole
    /// assessment is run again for each, so that the entity's own weight in minima, means and ranks counts; adjustments and
    /// floors too.
    ///
    /// # Missing values
    /// A missing datum, or a total that is missing before or after, gives a missing effect.
    ///
    /// # Errors
    /// An unknown entity or period.
    pub fn marginal(&self, entity: &str, period: Period) -> Result<Marginals, DataError> {
        self.marginal_of(entity, period, Variables::Controllable)
    }

    /// As [`marginal`](Assessment::marginal), of all variables where these are asked for.
    ///
    /// # Errors
    /// As [`marginal`](Assessment::marginal).
    pub fn marginal_of(
        &self,
        entity: &str,
        period: Period,
        variables: Variables,
    ) -> Result<Marginals, DataError> {
        Ok(self.marginals(self.row(entity, period)?, period, variables))
    }

    /// [`marginal`](Assessment::marginal) for every entity of a period, benchmarks left out.
    ///
    /// # Cost
    /// Two assessments of the whole panel for each entity and variable: 31 entities × 20 variables are 1,240 runs.
    ///
    /// # Errors
    /// An unknown period.
    pub fn marginal_panel(&self, period: Period) -> Result<MarginalPanel, DataError> {
        self.marginal_panel_of(period, Variables::Controllable)
    }

    /// As [`marginal_panel`](Assessment::marginal_panel), of all variables where these are asked for.
    ///
    /// # Errors
    /// As [`marginal_panel`](Assessment::marginal_panel).
    pub fn marginal_panel_of(
        &self,
        period: Period,
        variables: Variables,
    ) -> Result<MarginalPanel, DataError> {
        let rows = self.panel().rows_of(self.period(period)?).filter(|row| self.inner.data().counts(*row));
        let entities = exec::map(rows.collect(), |row| self.marginals(row, period, variables));
        Ok(MarginalPanel { period: self.panel().period_text(period), entities })
    }

    fn marginals(&self, row: usize, period: Period, variables: Variables) -> Marginals {
        let base = self.unrounded_totals()[row];
        let with = |variable: usize, value: f64| {
            let column = self.inner.columns[variable].replaced([(row, value, None)]);
            let id = &self.scheme().document().variables[variable].id;
            let again = crate::assess::assess_like(&self.inner, &self.panel().put(id, column));
            again.map_or(f64::NAN, |a| a.unrounded_totals()[row] - base)
        };
        let of = |(v, variable): (usize, &crate::scheme::model::Variable)| {
            let value = self.inner.columns[v].values()[row];
            let step = |by: f64| {
                if value.is_nan() { f64::NAN } else { with(v, Exact::of(value).add(&Exact::of(by)).to_f64()) }
            };
            Marginal {
                variable: variable.id.clone(),
                value,
                per_unit: step(1.0),
                per_percent: if value == 0.0 { f64::NAN } else { step(value / 100.0) },
            }
        };
        let document = self.scheme().document();
        let asked = document.variables.iter().enumerate().filter(|(_, v)| variables.include(document, &v.id));
        let mut rows: Vec<Marginal> = asked.map(of).collect();
        let size = |m: &Marginal| if m.per_percent.is_nan() { -1.0 } else { m.per_percent.abs() };
        rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
        Marginals {
            entity: Side { inner: &self.inner, row }.entity(),
            period: self.panel().period_text(period),
            rows,
        }
    }

    /// Entities whose measure lies where the rule is flat, and the cliff nearest to each.
    ///
    /// # Errors
    /// An unknown period.
    pub fn zones(&self, period: Period) -> Result<Zones, DataError> {
        let p = self.period(period)?;
        let inner = &*self.inner;
        let (known, plan) = (inner.known(), inner.scheme.plan());
        let cells = BoundedCells(known);
        let mut shapes: std::collections::HashMap<(usize, Vec<u64>), Shape> =
            std::collections::HashMap::new();
        let mut rows = Vec::new();
        for row in self.panel().rows_of(p) {
            let class = known.data.class(row);
            for (i, scoring) in plan.classes[class].scoring.iter().enumerate() {
                let mut leaves = Vec::new();
                weighed(scoring, 1.0, &mut leaves);
                for (leaf, share) in leaves {
                    let (rule, state) = (&plan.leaves[leaf], &known.leaves[leaf].anchors);
                    let x = state.ranks.as_ref().map_or_else(|| cells.measure(leaf, row).v, |r| r[row]);
                    let anchors: Vec<f64> =
                        (0..state.anchors.len()).map(|k| cells.anchor(state, leaf, k, row).v).collect();
                    if x.is_nan() || anchors.iter().any(|a| a.is_nan()) {
                        continue;
                    }
                    let key = (leaf, anchors.iter().map(|a| a.to_bits()).collect());
                    let shape = shapes.entry(key).or_insert_with(|| {
                        let exact: Vec<Exact> = anchors.iter().map(|a| Exact::of(*a)).collect();
                        Shape::of(&rule.rule, &exact, &rule.setting)
                    });
                    let weight = inner.share(i, row) * share * rule.scale.ratio();
                    if weight.is_nan() {
                        continue;
                    }
                    let part = if state.ranks.is_some() { "ranks" } else { rule.measure.name() };
                    rows.extend(zone(shape, x, weight).map(|zone| Zone {
                        entity: Side { inner, row }.entity(),
                        indicator: inner.scheme.document().indicators[i].id.clone(),
                        part,
                        ..zone
                    }));
                }
            }
        }
        Ok(Zones { period: self.panel().period_text(period), rows })
    }
}

/// Leaves of a scoring with the share of the score that each makes at most.
fn weighed(scoring: &Scoring, share: f64, found: &mut Vec<(usize, f64)>) {
    match scoring {
        Scoring::Leaf(leaf) => found.push((*leaf, share)),
        Scoring::Shares(parts) => {
            let sum: f64 = parts.iter().map(|(s, _)| s).sum();
            for (s, part) in parts {
                weighed(part, share * s / sum, found);
            }
        }
        Scoring::Combine { children, scale, .. } => {
            for child in children {
                weighed(child, share * scale.ratio(), found);
            }
        }
    }
}

fn zone(shape: &Shape, x: f64, weight: f64) -> Option<Zone> {
    let inside =
        |from: Option<f64>, to: Option<f64>| from.is_none_or(|f| x >= f) && to.is_none_or(|t| x <= t);
    let flat = shape.pieces.iter().find(|p| p.trend == Trend::Flat && inside(p.from, p.to));
    let cliff = shape.jumps.iter().min_by(|a, b| (a.at - x).abs().total_cmp(&(b.at - x).abs()));
    (flat.is_some() || cliff.is_some()).then(|| Zone {
        entity: String::new(),
        indicator: String::new(),
        part: "",
        measure: x,
        dead: flat.is_some(),
        from: flat.and_then(|p| p.from),
        to: flat.and_then(|p| p.to),
        cliff: cliff.map(|j| j.at),
        height: cliff.map(|j| weight * (j.after - j.before).abs().max((j.on - j.before).abs())),
    })
}

/// Rows `[entity,] variable, value, per_unit, per_percent`.
fn table(rows: &[(&str, &Marginal)], several: bool, names: Names<'_>) -> Table {
    let rate = Measure::pure(Digits::Significant(4)).signed();
    let table = Table::of("marginal", rows);
    let table = if several { table.entities(|r| r.0) } else { table };
    table
        .names("variable", "col_variable", |r| &r.1.variable, |id| names.variable(id))
        .measured("value", "col_value", |r| &r.1.variable, |id| names.datum(id), |r| r.1.value)
        .number("per_unit", "col_per_unit", rate.clone(), |r| r.1.per_unit)
        .number("per_percent", "col_per_percent", rate, |r| r.1.per_percent)
        .done()
}

impl Report for Marginals {
    /// The variable of which one per cent more gains most, and the one that costs more than that gains. What the next
    /// point takes is another question: [`Assessment::next_points`].
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let begin = |code| Sentence::new(code).fact("entity", &self.entity).when("period", &self.period);
        let one = |code, m: &Marginal| begin(code).fact("variable", names.variable(&m.variable));
        let best = self.rows.iter().find(|m| m.per_percent > 0.0);
        // The rows stand by size: a loss in front of the best gain is the larger one.
        let worse = self.rows.first().filter(|m| m.per_percent < 0.0);
        let best = best.map(|m| one("marginal_best", m).change("points", m.per_percent, 3));
        let worse = worse.map(|m| one("marginal_lower", m).points("points", m.per_percent.abs(), 3));
        let said: Vec<Sentence> = best.into_iter().chain(worse).collect();
        if said.is_empty() { vec![begin("marginal_none")] } else { said }
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let rows: Vec<(&str, &Marginal)> = self.rows.iter().map(|r| (self.entity.as_str(), r)).collect();
        vec![table(&rows, false, names)]
    }
}

impl Report for MarginalPanel {
    /// Which variable is worth most to how many.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let best = |m: &Marginals| m.rows.iter().find(|r| r.per_percent > 0.0).map(|r| r.variable.clone());
        let mut counts: Vec<(Option<String>, usize)> = Vec::new();
        for variable in self.entities.iter().map(best) {
            match counts.iter_mut().find(|(known, _)| *known == variable) {
                Some((_, count)) => *count += 1,
                None => counts.push((variable, 1)),
            }
        }
        // Stable: equals stand as the entities do; those to whom nothing is worth anything come last.
        counts.sort_by_key(|(variable, count)| (variable.is_none(), std::cmp::Reverse(*count)));
        let one = |(variable, count): &(Option<String>, usize)| {
            Fact::from(match variable {
                Some(id) => Sentence::new("marginal_panel_one")
                    .fact("variable", names.variable(id))
                    .fact("count", *count),
                None => Sentence::new("marginal_panel_no").fact("count", *count),
            })
        };
        let sentence = Sentence::new("marginal_panel").when("period", &self.period);
        let sentence = sentence.fact("entities", self.entities.len());
        vec![sentence.fact("variables", Fact::List(counts.iter().map(one).collect()))]
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let rows: Vec<(&str, &Marginal)> =
            self.entities.iter().flat_map(|m| m.rows.iter().map(|r| (m.entity.as_str(), r))).collect();
        vec![table(&rows, true, names)]
    }
}

impl Report for Zones {
    /// How many stand where more gains nothing.
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        let dead = self.rows.iter().filter(|z| z.dead);
        let entities: std::collections::BTreeSet<&String> = dead.clone().map(|z| &z.entity).collect();
        let sentence = Sentence::new("zones_sentence").when("period", &self.period);
        vec![sentence.fact("places", dead.count()).fact("entities", entities.len())]
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let number = || Measure::pure(Digits::Significant(4));
        let table = Table::of("zones", &self.rows)
            .entities(|z| &z.entity)
            .names("indicator", "col_indicator", |z| &z.indicator, |id| names.label(id))
            .names("part", "col_part", |z| z.part, anchors::measure_label)
            .number("measure", "col_value", number(), |z| z.measure)
            .flags("dead", "col_dead", |z| z.dead)
            .number("from", "col_flat_from", number(), |z| z.from)
            .number("to", "col_flat_to", number(), |z| z.to)
            .number("cliff", "col_cliff", number(), |z| z.cliff)
            .points("height", "col_height", |z| z.height);
        vec![table.done()]
    }
}
