//! What it takes: the value of one variable that reaches a goal.

use serde::Serialize;

use super::bounds::Cell;
use super::candidates::{candidates, reads};
use super::goal::{Goal, Subject, is_negative};
use super::history::{Beyond, Step};
use super::outlook::{Outlook, Planned, Projection};
use super::probe::{Probe, Seen};
use super::search::{Found, Search};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::Finding;
use crate::formula::Load;
use crate::number::{Exact, Number};
use crate::panel::Period;
use crate::report::{Label, Measure, Names, Report, Sentence, Shown, Table};
use crate::scheme::NodeId;

/// A question of the form "what does it take".
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Who.
    pub entity: String,
    /// When: a period of the data, or one after them.
    pub period: Period,
    /// An indicator, or a variable.
    pub what: String,
    /// What shall be reached.
    pub goal: Goal,
    /// Which variable of the indicator changes; by default the first one of the formula that can be changed and whose increase
    /// raises the indicator (the numerator), or the first that moves it at all.
    pub variable: Option<String>,
    /// How everybody's data develop.
    pub outlook: Outlook,
    /// Least value; by default 0, or far below for a variable that has negative values.
    pub lower: Option<f64>,
    /// Largest value; by default a thousand times the largest value in the data.
    pub upper: Option<f64>,
}

impl Asked {
    /// A question with everything else as by default: all data as they are.
    pub fn new(entity: impl Into<String>, period: Period, what: impl Into<String>, goal: Goal) -> Self {
        Asked {
            entity: entity.into(),
            period,
            what: what.into(),
            goal,
            variable: None,
            outlook: Outlook::default(),
            lower: None,
            upper: None,
        }
    }
}

/// What it takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Needed {
    /// Who.
    pub entity: String,
    /// The planned period.
    pub period: String,
    /// What shall be reached.
    pub goal: Goal,
    /// Whether a value within the bounds reaches it.
    pub reachable: bool,
    /// The value with the smallest change that does, in the variable's unit; a whole number where that counts things.
    pub value: Option<f64>,
    /// The variable.
    pub variable: String,
    /// Its unit of measure.
    pub unit: String,
    /// Its value before; where the planned period lies ahead and the entity's own data develop, what is forecast.
    pub current: f64,
    /// Its last value, where the planned period lies ahead.
    pub last: Option<f64>,
    /// When that was.
    pub last_period: Option<String>,
    /// `value − current`, as decimals.
    pub gain: Option<f64>,
    /// The last value on the way that does not reach the goal yet: one step less.
    pub short: Option<f64>,
    /// The indicator that was asked about (the first that reads the variable, where a variable was).
    pub indicator: Option<String>,
    /// Its value before, as printed.
    pub indicator_current: Option<f64>,
    /// Its value then; where nothing reaches the goal, at the best that was found.
    pub indicator_value: Option<f64>,
    /// Total before.
    pub total_current: f64,
    /// Total then; where nothing reaches the goal, the best that was found.
    pub total: f64,
    /// Rank before.
    pub rank_current: Option<f64>,
    /// Rank then, or the best that was found.
    pub rank: Option<f64>,
    /// Whether even larger changes kept the goal, wherever that was asked.
    pub monotone: bool,
    /// Whether every piece between the places where something can change was settled: always, but for very large panels and for
    /// many close scores with roots in them. Where not, a smaller change may do, or a value reach the goal that was not tried.
    pub complete: bool,
    /// What is assumed of everybody's data.
    pub assumption: Sentence,
    /// Whether the answer (or the best that was found) lies outside of what the data have seen.
    pub beyond_history: bool,
    /// What lies outside of what.
    pub beyond: Vec<Beyond>,
    /// The answer as a sentence: what is needed, or why no value reaches the goal.
    pub reason: Sentence,
    /// What must be known of the assumption.
    #[serde(skip)]
    pub(crate) notes: Vec<Sentence>,
}

impl Assessment {
    /// The smallest change of one variable of one entity that reaches a goal, everything else computed again: references,
    /// the others' scores, roundings, ties, caps, floors, grades.
    ///
    /// The answer is a value of the variable's own grid: whole numbers where its unit counts things, else the decimals
    /// its source publishes (`published_digits`), else those its data are written with (enough for three significant digits).
    /// It was verified: the goal holds at the answer, and does not hold one step less.
    ///
    /// It is found so: the places where the result may bend or jump (peers overtaken, breaks of rules, constants of floors)
    /// cut the grid into pieces; from the present value outwards each piece is halved, by assessing the changed panel, until the
    /// points seen at its ends rule the goal out or it is a single step. No nearer value is left open;
    /// [`Needed::monotone`] and [`Needed::complete`] say where this could not tell everything.
    ///
    /// # Errors
    /// Unknown entity, period, indicator, variable or grade; a variable without value there; bounds that exclude each other.
    /// That no value reaches the goal is an answer, not an error.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// use kaohe::{Panel, Period, Scheme, planning::{Asked, Goal}};
    /// let scheme = Scheme::from_toml(r#"
    /// kaohe = 1
    /// id = "example"
    /// variable = [{ id = "hitech", unit = "家" }, { id = "enterprises", unit = "万家" }]
    /// [[indicator]]
    /// id = "density"
    /// formula = "hitech / enterprises"
    /// unit = "家/万家"
    /// round = { digits = 1 }
    /// points = { rule = "linear", low = 0, high = 100 }
    /// "#)?;
    /// let year = Period::year(2023).unwrap();
    /// let panel = Panel::builder(["甲", "乙"].into_iter().collect(), vec![year; 2])
    ///     .column("hitech", vec![50.0, 61.0]).column("enterprises", vec![1.0, 1.1]).build().unwrap();
    /// let answer = scheme.assess(&panel)?.needed(&Asked::new("甲", year, "density", Goal::Rank(1)))?;
    /// assert_eq!(answer.value, Some(56.0));     // 61 / 1.1 = 55.45: the 56th firm overtakes
    /// assert_eq!(answer.gain, Some(6.0));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn needed(&self, asked: &Asked) -> Result<Needed, DataError> {
        let (indicator, variable) = self.meant(asked)?;
        let planned = self.planned(&asked.entity, indicator.unwrap_or(0), asked.period, &asked.outlook)?;
        self.needed_in(&planned, asked, indicator, variable)
    }

    /// What a plan of an entity for a period starts from.
    pub(crate) fn planned(
        &self,
        entity: &str,
        indicator: usize,
        period: Period,
        outlook: &Outlook,
    ) -> Result<Planned, DataError> {
        let entity = Some(self.inner.panel.entity_index(entity).unwrap_or(usize::MAX));
        Projection { assessment: self, entity, indicator, outlook }.at(period)
    }

    /// The answer from what a plan starts from.
    pub(crate) fn needed_in(
        &self,
        planned: &Planned,
        asked: &Asked,
        indicator: Option<usize>,
        variable: Option<usize>,
    ) -> Result<Needed, DataError> {
        let (base, period) = (&planned.assessment, planned.period);
        let row = base.row(&asked.entity, period)?;
        let asks_indicator = base.is_indicator(&asked.what);
        let variable = match variable {
            Some(variable) => variable,
            None => base.numerator(indicator.unwrap_or(0), row)?,
        };
        let subject = match (asks_indicator, indicator) {
            (true, Some(i)) => Subject::Indicator(i),
            (_, i) => Subject::Variable(variable, i.is_some_and(|i| is_negative(&base.inner, i))),
        };
        let goal = asked.goal.resolve(&base.inner, row, subject)?;
        let cell = Cell::of(base, variable, row, asked.lower, asked.upper)?;
        let present = base.inner.columns[variable].values()[row];
        let mut probe = Probe::new(base, &goal, vec![cell])?;
        let found = if probe.now().holds {
            Found { steps: None, complete: true, monotone: true }
        } else {
            let places = candidates(&base.inner, &cell, goal.level(&base.inner));
            Search::run(&mut probe, &places, cell.is_on_grid(present))
        };
        Ok(Answer { data: self, planned, asked, base, indicator, cell, present, probe: &probe, found }
            .write())
    }

    /// The indicator and the variable a question is about.
    pub(crate) fn meant(&self, asked: &Asked) -> Result<(Option<usize>, Option<usize>), DataError> {
        let (document, plan) = (self.scheme().document(), self.inner.scheme.plan());
        let named = asked.variable.as_deref().map(|v| self.variable(v)).transpose()?;
        if let Some(i) = document.indicators.iter().position(|i| i.id == asked.what) {
            return Ok((Some(i), named));
        }
        if let Ok(variable) = self.variable(&asked.what) {
            return Ok((plan.indicators.iter().position(|i| reads(&i.program, variable)), Some(variable)));
        }
        let known: Vec<&str> = document.indicators.iter().map(|i| i.id.as_str()).collect();
        let all = document.indicators.iter().map(|i| &i.id).chain(document.variables.iter().map(|v| &v.id));
        let finding = Finding::unknown(["plan_what", "plan_what_near"], &asked.what, all.map(String::as_str));
        Err(DataError::new(vec![finding.fact("what", &asked.what).fact("known", known.join(", "))]))
    }

    fn is_indicator(&self, id: &str) -> bool {
        self.scheme().document().indicators.iter().any(|i| i.id == id)
    }

    /// The first variable of an indicator's formula that can be changed and whose increase raises its value; else the first such
    /// that moves it; else the first of all in the same order.
    pub(crate) fn numerator(&self, indicator: usize, row: usize) -> Result<usize, DataError> {
        let inner = &self.inner;
        let plan = &inner.scheme.plan().indicators[indicator];
        let mut variables: Vec<usize> = Vec::new();
        for load in plan.program.loads() {
            if let Load::Column { slot, .. } = load
                && !variables.contains(&(*slot as usize))
            {
                variables.push(*slot as usize);
            }
        }
        let slope = |variable: usize| {
            let x = inner.columns[variable].values()[row];
            let cell = Cell { variable, row, grid: super::Decimals(0), current: 0, low: 0, high: 0 };
            let at = |x: f64| super::candidates::value(inner, &cell, indicator, x);
            at(x + x.abs().max(1.0) * 0.01) - at(x)
        };
        let document = self.scheme().document();
        // Stable: those that can be changed first.
        variables.sort_by_key(|v| !document.is_controllable(&document.variables[*v].id));
        let can = variables.partition_point(|v| document.is_controllable(&document.variables[*v].id));
        let first = |of: &[usize]| {
            of.iter().find(|v| slope(**v) > 0.0).or(of.iter().find(|v| slope(**v) < 0.0)).copied()
        };
        let best = first(&variables[..can]).or_else(|| first(&variables));
        best.or(variables.first().copied()).ok_or_else(|| {
            let id = &document.indicators[indicator].id;
            DataError::new(vec![Finding::error("plan_no_variable").fact("indicator", id)])
        })
    }
}

/// What an answer is written from.
struct Answer<'a> {
    /// The data as they are, without what is projected.
    data: &'a Assessment,
    planned: &'a Planned,
    asked: &'a Asked,
    base: &'a Assessment,
    indicator: Option<usize>,
    cell: Cell,
    present: f64,
    probe: &'a Probe<'a>,
    found: Found,
}

impl Answer<'_> {
    fn write(&self) -> Needed {
        let variable = &self.base.scheme().document().variables[self.cell.variable];
        let now = self.probe.now();
        let value = match self.found.steps {
            Some(k) => Some(self.cell.grid.value(k)),
            None => now.holds.then_some(self.present),
        };
        let at = self.found.steps.or_else(|| if now.holds { None } else { self.best() });
        let then = at.and_then(|k| self.probe.assessed(&[k])).unwrap_or_else(|| self.base.clone());
        let row = self.cell.row;
        let shown = |a: &Assessment| self.indicator.map(|i| a.values(NodeId(i))[row]).filter(|x| !x.is_nan());
        let rank = |a: &Assessment| Some(a.ranks()[row]).filter(|r| !r.is_nan());
        let gain = value.map(|v| Exact::of(v).sub(&Exact::of(self.present)).to_f64());
        let short = self.found.steps.map(|k| self.short(k));
        let last = self.last();
        let beyond = at.map_or_else(Vec::new, |k| self.beyond(self.cell.grid.value(k), &then));
        Needed {
            entity: self.asked.entity.clone(),
            period: self.planned.shown.clone(),
            goal: self.asked.goal.clone(),
            reachable: value.is_some(),
            value,
            variable: variable.id.clone(),
            unit: variable.unit.clone(),
            current: self.present,
            last,
            last_period: last.map(|_| self.base_text()),
            gain,
            short,
            indicator: self.indicator.map(|i| self.base.scheme().document().indicators[i].id.clone()),
            indicator_current: shown(self.base),
            indicator_value: shown(&then),
            total_current: self.base.totals()[row],
            total: then.totals()[row],
            rank_current: rank(self.base),
            rank: rank(&then),
            monotone: self.found.monotone,
            complete: self.found.complete,
            assumption: self.planned.assumption.clone(),
            beyond_history: !beyond.is_empty(),
            beyond,
            reason: self.reason(&then, value, gain, short),
            notes: self.planned.notes.clone(),
        }
    }

    /// The row of the data that the plan is made from.
    fn origin(&self) -> Option<usize> {
        let panel = self.data.panel();
        panel.row(self.planned.base, panel.entity_index(&self.asked.entity)?)
    }

    /// The last value of the variable, where the planned period lies ahead.
    fn last(&self) -> Option<f64> {
        let row = self.origin().filter(|_| self.planned.steps > 0)?;
        Some(self.data.inner.columns[self.cell.variable].values()[row]).filter(|x| !x.is_nan())
    }

    fn base_text(&self) -> String {
        let panel = self.data.panel();
        panel.periods().get(self.planned.base).map(|p| panel.period_text(*p)).unwrap_or_default()
    }

    /// What of a value of the variable, and of the indicator then, has not been seen.
    fn beyond(&self, value: f64, then: &Assessment) -> Vec<Beyond> {
        let Some(row) = self.origin() else { return Vec::new() };
        let steps = self.planned.steps;
        let from = self.last().unwrap_or(self.present);
        let step = Step { row, from, to: value, steps };
        let indicator = self.indicator.map(|i| {
            let (from, to) = (self.data.values(NodeId(i))[row], then.values(NodeId(i))[self.cell.row]);
            (i, Step { row, from, to, steps })
        });
        Beyond::of(self.data, (self.cell.variable, step), indicator)
    }

    /// The neighbour of an answer towards the present value.
    fn short(&self, k: i64) -> f64 {
        let less = if k > self.cell.current { k - 1 } else { k + 1 };
        let passes = (less <= self.cell.current) == (k > self.cell.current);
        // The present value itself may lie between the two.
        if passes && !self.cell.is_on_grid(self.present) { self.present } else { self.cell.grid.value(less) }
    }

    /// Where the goal was missed least.
    fn best(&self) -> Option<i64> {
        let better = |a: &Seen, b: &Seen| a.margin.total_cmp(&b.margin).then(b.rank.total_cmp(&a.rank));
        let near = |k: i64| (k - self.cell.current).abs();
        let seen = || self.probe.asked().map(|(at, s)| (at[0], s)).filter(|(_, s)| !s.total.is_nan());
        let best =
            seen().max_by(|a, b| better(&a.1, &b.1).then(near(b.0).cmp(&near(a.0))).then(a.0.cmp(&b.0)))?;
        if better(&best.1, &self.probe.now()) != std::cmp::Ordering::Greater {
            return None;
        }
        // What is printed the same is reached nearer, where a limit is only approached.
        let same = |s: &Seen| s.total == best.1.total && s.rank.total_cmp(&best.1.rank).is_eq();
        if same(&self.probe.now()) {
            return None;
        }
        let beside = |k: i64| (k > self.cell.current) == (best.0 > self.cell.current);
        seen().filter(|(k, s)| beside(*k) && same(s)).map(|(k, _)| k).min_by_key(|k| near(*k))
    }

    fn names(&self) -> Names<'_> {
        Names::of(self.base.scheme().document())
    }

    fn variable_id(&self) -> &str {
        &self.base.scheme().document().variables[self.cell.variable].id
    }

    fn reason(
        &self,
        then: &Assessment,
        value: Option<f64>,
        gain: Option<f64>,
        short: Option<f64>,
    ) -> Sentence {
        let row = self.cell.row;
        let (names, id) = (self.names(), self.variable_id());
        let facts = |code: &'static str| {
            Sentence::new(code)
                .fact("assumption", self.planned.assumption.clone())
                .fact("entity", &self.asked.entity)
                .when("period", &self.planned.shown)
                .fact("variable", names.variable(id))
                .quantity("current", self.present, names.datum(id))
                .points("total", then.totals()[row], 4)
                .points("rank", then.ranks()[row], 1)
        };
        // What is forecast is said to be so.
        let last = self.last().filter(|last| *last != self.present);
        match (value, gain) {
            (Some(_), _) if self.found.steps.is_none() => {
                facts(if last.is_some() { "needed_by_itself" } else { "needed_already" })
            }
            (Some(value), Some(gain)) => {
                let code = match (gain > 0.0, last) {
                    (true, None) => "needed_more",
                    (false, None) => "needed_less",
                    (true, Some(_)) => "needed_more_than_forecast",
                    (false, Some(_)) => "needed_less_than_forecast",
                };
                let (by, datum) = names.datum(id).said(value.abs().max(self.present.abs()));
                facts(code)
                    .quantity("from", self.present / by, Measure { unit: String::new(), ..datum.clone() })
                    .quantity("value", value / by, datum)
                    .quantity("gain", gain.abs(), names.datum(id).size())
                    .quantity("short", short.unwrap_or(f64::NAN), names.datum(id))
                    .quantity("last", last.unwrap_or(f64::NAN), names.datum(id))
                    .when("base", &self.base_text())
            }
            _ => self.refusal(then, facts),
        }
    }

    /// Why no value reaches the goal, or none was found.
    fn refusal(&self, then: &Assessment, facts: impl Fn(&'static str) -> Sentence) -> Sentence {
        if !self.found.complete {
            return facts("needed_open");
        }
        let now = self.probe.now();
        let same =
            |s: &Seen| s.total.is_nan() || (s.margin == now.margin && s.rank.total_cmp(&now.rank).is_eq());
        if self.probe.asked().all(|(_, s)| same(&s)) {
            return facts("needed_no_effect");
        }
        let floor = then.inner.totals.floors_of(self.cell.row).last();
        if let Some(floor) = floor.and_then(|f| self.base.scheme().document().floors.get(f)) {
            return facts("needed_floor").fact("floor", &floor.id);
        }
        let bounded = self.asked.lower.is_some() || self.asked.upper.is_some();
        let limit = self.best().map_or(self.present, |k| self.cell.grid.value(k));
        facts(if bounded { "needed_bounded" } else { "needed_capped" }).quantity(
            "value",
            limit,
            self.names().datum(self.variable_id()),
        )
    }
}

impl Report for Needed {
    /// First that the answer is unlike anything seen, if it is.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let mut said = self.outside(names);
        said.push(self.reason.clone());
        said
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let datum = |id: &str| names.datum(id);
        let table = Table::of("needed", std::slice::from_ref(self))
            .flags("reachable", "col_reachable", |n| n.reachable)
            .only(Shown::Frames)
            .names("variable", "col_variable", |n| &n.variable, |id| names.variable(id))
            .names("unit", "col_unit", |n| &n.unit, Label::plain)
            .only(Shown::Frames)
            .measured("current", "col_current", |n| &n.variable, datum, |n| n.current)
            .measured("value", "col_needed", |n| &n.variable, datum, |n| n.value)
            .measured("gain", "col_change", |n| &n.variable, |id| names.datum(id).change(), |n| n.gain)
            .points("total_current", "col_total_now", |n| n.total_current)
            .only(Shown::Pages)
            .points("total", "col_total_then", |n| n.total)
            .ranks("rank_current", "col_rank_now", |n| n.rank_current)
            .only(Shown::Pages)
            .ranks("rank", "col_rank_then", |n| n.rank)
            .marks("beyond_history", "col_beyond", |n| n.beyond_history)
            .said("reason", "col_reason", |n| Some(n.reason.clone()))
            .only(Shown::Frames);
        vec![table.done()]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        let notes = [(self.monotone, "needed_not_monotone"), (self.complete, "needed_not_complete")];
        let open = notes.into_iter().filter(|(holds, _)| !holds).map(|(_, code)| Sentence::new(code));
        open.chain(self.notes.iter().cloned()).collect()
    }
}

impl Needed {
    /// What of the answer has not been seen.
    pub(crate) fn outside(&self, names: Names<'_>) -> Vec<Sentence> {
        self.beyond.iter().map(|beyond| beyond.said(&self.entity, &self.variable, names)).collect()
    }
}
