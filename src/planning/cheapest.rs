//! The cheapest mix of several variables that reaches a goal.
//!
//! See [`mix`](super::mix) for how it is found. The mix is `proven` where the search ended: no cheaper one exists, or none at all.
//! Where it had to stop before, `gap` says how much more the mix costs than what every mix must cost.

use serde::{Deserialize, Serialize};

use super::bounds::Cell;
use super::candidates::{candidates, is_monotone, reads};
use super::goal::{Goal, Resolved, Subject};
use super::history::{Beyond, Step};
use super::mix::{self, Best, Lever as Priced};
use super::outlook::{Outlook, Planned};
use super::probe::{Probe, STAY};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::Finding;
use crate::number::{Exact, Number};
use crate::panel::Period;
use crate::report::{Digits, Fact, Label, Measure, Names, Report, Sentence, Shown, Table};

/// A variable that may be changed, at a price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Lever {
    /// Variable.
    pub variable: String,
    /// Cost of one unit of change, up or down.
    pub cost: f64,
    /// Least value; as in [`Asked`](super::Asked) if none.
    pub lower: Option<f64>,
    /// Largest value.
    pub upper: Option<f64>,
}

/// One variable of a mix.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheapestRow {
    /// Variable.
    pub variable: String,
    /// Its unit of measure.
    pub unit: String,
    /// Value before.
    pub current: f64,
    /// Value in the mix.
    pub value: f64,
    /// `value − current`.
    pub gain: f64,
    /// What the change costs.
    pub cost: f64,
    /// Whether the value lies outside of what the data have seen.
    pub beyond_history: bool,
    /// And of what.
    pub beyond: Option<Beyond>,
}

/// A mix.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cheapest {
    /// Who.
    pub entity: String,
    /// When.
    pub period: String,
    /// What shall be reached.
    pub goal: Goal,
    /// Whether a mix within the bounds was found; it was assessed and does reach the goal.
    pub reachable: bool,
    /// What it costs.
    pub cost: Option<f64>,
    /// Whether no cheaper mix exists; where none was found, whether none exists.
    pub proven: bool,
    /// What it costs more than every mix must cost; 0 where it is proven.
    pub gap: Option<f64>,
    /// One row per lever, also those that stay.
    pub rows: Vec<CheapestRow>,
    /// Total with the mix, or with every lever at its better bound.
    pub total: f64,
    /// Rank with it.
    pub rank: Option<f64>,
    /// What is assumed of everybody's data.
    pub assumption: Sentence,
    /// The answer as a sentence.
    pub reason: Sentence,
    /// What must be known of the assumption.
    #[serde(skip)]
    pub(crate) notes: Vec<Sentence>,
}

/// Levers at most.
const MOST_LEVERS: usize = 12;
impl Assessment {
    /// The cheapest change of several variables of one entity that together reach a goal, all other data as they are.
    ///
    /// # Errors
    /// As [`Assessment::needed`]; also no lever, more than twelve, one twice, a cost that is negative or not finite. A goal of
    /// [`Goal::Reach`] is about the first indicator that the first lever is read by.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// use kaohe::{Panel, Period, Scheme, planning::{Goal, Lever}};
    /// # let scheme = Scheme::from_toml(r#"
    /// # kaohe = 1
    /// # id = "example"
    /// # variable = [{ id = "rd", unit = "亿元" }, { id = "firms", unit = "家" }]
    /// # [[indicator]]
    /// # id = "research"
    /// # formula = "rd"
    /// # unit = "亿元"
    /// # points = { rule = "ratio", to = 10, cap = 1.0 }
    /// # [[indicator]]
    /// # id = "number"
    /// # formula = "firms"
    /// # unit = "家"
    /// # points = { rule = "ratio", to = 50, cap = 1.0 }
    /// # "#)?;
    /// // Two indicators of like weight: rd capped at 10, firms at 50.
    /// let year = Period::year(2023).unwrap();
    /// let panel = Panel::builder(["甲"].into_iter().collect(), vec![year])
    ///     .column("rd", vec![5.0]).column("firms", vec![20.0]).build().unwrap();
    /// let lever = |variable: &str, cost| Lever { variable: variable.into(), cost, lower: None, upper: None };
    /// let mix = scheme.assess(&panel)?.cheapest("甲", year, &Goal::Score(80.0), &[lever("rd", 1.0), lever("firms", 0.3)])?;
    /// // A point costs 0.2 by rd and 0.3 by firms: rd up to its cap, then firms.
    /// assert_eq!((mix.rows[0].value, mix.rows[1].value, mix.proven), (10.0, 30.0, true));
    /// assert_eq!(mix.cost, Some(8.0));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cheapest(
        &self,
        entity: &str,
        period: Period,
        goal: &Goal,
        levers: &[Lever],
    ) -> Result<Cheapest, DataError> {
        self.cheapest_of(entity, period, goal, levers, &Outlook::default())
    }

    /// The same, with everybody's data as an outlook has them; the period may lie after the data.
    ///
    /// # Errors
    /// As [`Assessment::cheapest`].
    pub fn cheapest_of(
        &self,
        entity: &str,
        period: Period,
        goal: &Goal,
        levers: &[Lever],
        outlook: &Outlook,
    ) -> Result<Cheapest, DataError> {
        let planned = self.planned(entity, 0, period, outlook)?;
        let base = &planned.assessment;
        let row = base.row(entity, planned.period)?;
        let cells = base.cells(row, levers)?;
        let plan = base.inner.scheme.plan();
        let first = cells.first().map_or(0, |c| c.variable);
        let subject = match plan.indicators.iter().position(|i| reads(&i.program, first)) {
            Some(i) => Subject::Indicator(i),
            None => Subject::Variable(first, false),
        };
        let goal_at = goal.resolve(&base.inner, row, subject)?;
        let mut probe = Probe::new(base, &goal_at, cells.clone())?;
        let priced: Vec<Priced> =
            cells.iter().zip(levers).map(|(cell, lever)| base.priced(&goal_at, *cell, lever)).collect();
        let best = if probe.now().holds {
            Best { positions: Some(vec![0; cells.len()]), bound: 0.0, proven: true }
        } else {
            mix::cheapest(&mut probe, &priced)
        };
        Ok(self.answer(entity, &planned, goal, levers, &priced, &probe, &best))
    }

    fn cells(&self, row: usize, levers: &[Lever]) -> Result<Vec<Cell>, DataError> {
        let mut findings = Vec::new();
        let mut cells: Vec<Cell> = Vec::new();
        if levers.is_empty() || levers.len() > MOST_LEVERS {
            findings.push(Finding::error("mix_levers").fact("count", levers.len()).fact("most", MOST_LEVERS));
        }
        for lever in levers {
            if !(0.0..=1e15).contains(&lever.cost) {
                let finding = Finding::error("mix_cost").fact("variable", &lever.variable);
                findings.push(finding.fact("cost", lever.cost));
            }
            let cell = self.variable(&lever.variable);
            match cell.and_then(|v| Cell::of(self, v, row, lever.lower, lever.upper)) {
                Ok(cell) if cells.iter().any(|c| c.variable == cell.variable) => {
                    findings.push(Finding::error("mix_twice").fact("variable", &lever.variable));
                }
                Ok(cell) => cells.push(cell),
                Err(error) => findings.extend(error.findings().to_vec()),
            }
        }
        if findings.is_empty() { Ok(cells) } else { Err(DataError::new(findings)) }
    }

    /// A lever with the places where its effect may turn.
    fn priced(&self, goal: &Resolved, cell: Cell, lever: &Lever) -> Priced {
        let present = self.inner.columns[cell.variable].values()[cell.row];
        let mut priced = Priced { cell, present, cost: lever.cost, turns: Vec::new() };
        let places = candidates(&self.inner, &cell, goal.level(&self.inner));
        if !is_monotone(&self.inner, &cell, &places) {
            priced.turns = places.iter().map(|k| priced.position(*k)).collect();
        }
        priced
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "an answer is about the question, the search and what it found"
    )]
    fn answer(
        &self,
        entity: &str,
        planned: &Planned,
        goal: &Goal,
        levers: &[Lever],
        priced: &[Priced],
        probe: &Probe<'_>,
        best: &Best,
    ) -> Cheapest {
        let missed = || -> Option<Vec<i64>> {
            let at = probe.nearest_miss()?;
            let position = |(lever, k): (&Priced, i64)| if k == STAY { 0 } else { lever.position(k) };
            Some(priced.iter().zip(at).map(position).collect())
        };
        let positions = best.positions.clone().or_else(missed).unwrap_or_else(|| vec![0; priced.len()]);
        let steps: Vec<i64> = priced.iter().zip(&positions).map(|(lever, p)| lever.steps(*p)).collect();
        let then = probe.assessed(&steps).unwrap_or_else(|| planned.assessment.clone());
        let origin = self.panel().entity_index(entity).and_then(|e| self.panel().row(planned.base, e));
        let mut cost = Exact::zero();
        let mut rows = Vec::new();
        for ((price, lever), position) in priced.iter().zip(levers).zip(&positions) {
            let (current, value) = (price.present, price.value(*position));
            let gain = Exact::of(value).sub(&Exact::of(current));
            let own = gain.abs().mul(&Exact::of(lever.cost));
            cost = cost.add(&own);
            let numbers = self.inner.columns[price.cell.variable].values();
            let step = |row: usize| {
                let from = if planned.steps == 0 { current } else { numbers[row] };
                Step { row, from, to: value, steps: planned.steps }
            };
            let changed = origin.filter(|_| !gain.is_zero());
            let beyond = changed.and_then(|row| step(row).beyond(self, &lever.variable, numbers));
            rows.push(CheapestRow {
                variable: lever.variable.clone(),
                unit: self.scheme().document().variables[price.cell.variable].unit.clone(),
                current,
                value,
                gain: gain.to_f64(),
                cost: own.to_f64(),
                beyond_history: beyond.is_some(),
                beyond,
            });
        }
        let row = probe.goal.row;
        let rank = Some(then.ranks()[row]).filter(|r| !r.is_nan());
        let (total, cost) = (then.totals()[row], cost.to_f64());
        let reachable = best.positions.is_some();
        let gap = reachable.then(|| if best.proven { 0.0 } else { (cost - best.bound).max(0.0) });
        let code = match (reachable, best.proven) {
            (true, true) => "mix_proven",
            (true, false) => "mix_found",
            (false, true) => "mix_none",
            (false, false) => "mix_not_found",
        };
        let reason = Sentence::new(code)
            .fact("assumption", planned.assumption.clone())
            .fact("entity", entity)
            .when("period", &planned.shown)
            .fact("changes", changes(&rows, Names::of(self.scheme().document())))
            .points("total", total, 4)
            .points("rank", rank.unwrap_or(f64::NAN), 1);
        let reason = match gap {
            Some(_) if best.proven => reason.points("cost", cost, 9),
            Some(gap) => {
                reason.points("cost", cost, 9).quantity("gap", gap, Measure::pure(Digits::Significant(4)))
            }
            None => reason,
        };
        Cheapest {
            entity: entity.to_owned(),
            period: planned.shown.clone(),
            goal: goal.clone(),
            reachable,
            cost: reachable.then_some(cost),
            proven: best.proven,
            gap,
            rows,
            total,
            rank,
            assumption: planned.assumption.clone(),
            reason,
            notes: planned.notes.clone(),
        }
    }
}

/// What is changed from what to what.
fn changes(rows: &[CheapestRow], names: Names<'_>) -> Fact {
    let changed: Vec<&CheapestRow> = rows.iter().filter(|r| r.gain != 0.0).collect();
    if changed.is_empty() {
        return Sentence::new("mix_still").into();
    }
    let one = |row: &&CheapestRow| {
        let (by, datum) = names.datum(&row.variable).said(row.current.abs().max(row.value.abs()));
        let code = if row.gain > 0.0 { "mix_more" } else { "mix_less" };
        Sentence::new(code)
            .fact("variable", names.variable(&row.variable))
            .quantity("current", row.current / by, Measure { unit: String::new(), ..datum.clone() })
            .quantity("value", row.value / by, datum)
            .into()
    };
    Fact::List(changed.iter().map(one).collect())
}

impl Report for Cheapest {
    /// First what of the mix is unlike anything seen.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let outside = self.rows.iter().filter_map(|row| {
            let beyond = row.beyond.as_ref()?;
            Some(beyond.said(&self.entity, &row.variable, names))
        });
        outside.chain([self.reason.clone()]).collect()
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let datum = |id: &str| names.datum(id);
        let table = Table::of("mix", &self.rows)
            .names("variable", "col_variable", |r| &r.variable, |id| names.variable(id))
            .names("unit", "col_unit", |r| &r.unit, Label::plain)
            .only(Shown::Frames)
            .measured("current", "col_current", |r| &r.variable, datum, |r| r.current)
            .measured("value", "col_needed", |r| &r.variable, datum, |r| r.value)
            .measured("gain", "col_change", |r| &r.variable, |id| names.datum(id).change(), |r| r.gain)
            .number("cost", "col_cost", Measure::default(), |r| r.cost);
        let table = if let Some(cost) = self.cost { table.total(cost) } else { table };
        vec![table.marks("beyond_history", "col_beyond", |r| r.beyond_history).done()]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        self.notes.clone()
    }
}
