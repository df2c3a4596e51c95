//! The next point: how much of each variable alone it takes, the cheapest first.

use serde::Serialize;

use super::goal::Goal;
use super::history::Beyond;
use super::needed::{Asked, Needed};
use super::outlook::Outlook;
use crate::assess::Assessment;
use crate::error::DataError;
use crate::exec;
use crate::finding::Finding;
use crate::number::{Exact, Number};
use crate::panel::Period;
use crate::report::{Digits, Fact, Measure, Names, Report, Sentence, Shown, Table};
use crate::scheme::Variables;
use crate::scheme::model::Variable;

/// What the next point takes of one variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NextPoint {
    /// Variable.
    pub variable: String,
    /// Its unit of measure.
    pub unit: String,
    /// Its value.
    pub value: Option<f64>,
    /// The value nearest to that at which the total is higher by what was asked; none if no value does it.
    pub needed: Option<f64>,
    /// `needed − value`, as decimals: negative where less is what helps.
    pub change: Option<f64>,
    /// `100 · change / |value|`: the effort by which the rows are sorted; none from zero.
    pub change_percent: Option<f64>,
    /// Whether this variable alone does it.
    pub reachable: bool,
    /// How many points the total gains then; where it is out of reach, the most that was found.
    pub points: Option<f64>,
    /// The total then.
    pub total: Option<f64>,
    /// The rank then.
    pub rank: Option<f64>,
    /// Whether the answer (or the best that was found) lies outside of what the data have seen.
    pub beyond_history: bool,
    /// What lies outside of what.
    pub beyond: Vec<Beyond>,
    /// The answer as a sentence; where it is out of reach, why.
    pub reason: Sentence,
}

/// What the next point takes of each variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NextPoints {
    /// Entity.
    pub entity: String,
    /// Period.
    pub period: String,
    /// How many points more were asked for.
    pub points: f64,
    /// The total now, as printed.
    pub total: Option<f64>,
    /// The rank now.
    pub rank: Option<f64>,
    /// What is assumed of everybody's data.
    pub assumption: Sentence,
    /// The least effort first, then what is out of reach.
    pub rows: Vec<NextPoint>,
    /// What must be known of the assumption.
    #[serde(skip)]
    pub(crate) notes: Vec<Sentence>,
}

impl Assessment {
    /// For each variable that can be changed (see [`Document::is_controllable`](crate::scheme::model::Document::is_controllable)) the
    /// smallest change, up or down, after which the printed total of an entity is higher by at least
    /// so many points, all else as it is: what [`needed`](Assessment::needed) finds for a total of `total + points`.
    ///
    /// Caps, steps, ranks, roundings, adjustments and floors count, since every value is found by assessing again: the answer
    /// was seen to do it and one step less was seen not to. Whole numbers where the variable counts things. The rows are
    /// sorted by the change relative to the value.
    ///
    /// # Cost
    /// Hundreds of assessments of the whole panel for each variable, the variables side by side on all threads.
    ///
    /// # Missing values
    /// A variable without value there is out of reach, and so is every variable of an entity without a total; the reason says so.
    ///
    /// # Errors
    /// An unknown entity or period; points that are not a finite number above zero.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// # use kaohe::{Panel, Period, Scheme};
    /// # let scheme = Scheme::from_toml(r#"
    /// # kaohe = 1
    /// # id = "example"
    /// # variable = [{ id = "labs", unit = "家" }, { id = "rd", unit = "亿元" }]
    /// # [[indicator]]
    /// # id = "labs"
    /// # formula = "labs"
    /// # unit = "家"
    /// # weight = 50
    /// # points = { rule = "steps", full = 100, at = [[20, 100], [10, 60]], below = 0 }
    /// # [[indicator]]
    /// # id = "rd"
    /// # formula = "rd"
    /// # unit = "亿元"
    /// # weight = 50
    /// # points = { rule = "linear", low = 0, high = 40 }
    /// # "#)?;
    /// # let year = Period::year(2023).unwrap();
    /// # let panel = Panel::builder(["甲"].into_iter().collect(), vec![year])
    /// #     .column("labs", vec![12.0]).column("rd", vec![40.0]).build().unwrap();
    /// let next = scheme.assess(&panel)?.next_points("甲", year, 1.0)?;
    /// assert_eq!(next.rows[0].needed, Some(20.0)); // the next step is at 20 labs: 20 points at once
    /// assert_eq!(next.rows[0].points, Some(20.0));
    /// assert!(!next.rows[1].reachable);            // R&D is at its cap
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_points(&self, entity: &str, period: Period, points: f64) -> Result<NextPoints, DataError> {
        self.next_points_of(entity, period, points, Variables::Controllable, &Outlook::default())
    }

    /// As [`next_points`](Assessment::next_points), of all variables where these are asked for, and for a period after the data with
    /// everybody's data as an outlook has them.
    ///
    /// # Errors
    /// As [`next_points`](Assessment::next_points).
    pub fn next_points_of(
        &self,
        entity: &str,
        period: Period,
        points: f64,
        variables: Variables,
        outlook: &Outlook,
    ) -> Result<NextPoints, DataError> {
        if !(points.is_finite() && points > 0.0) {
            return Err(DataError::new(vec![Finding::error("plan_points").fact("points", points)]));
        }
        let planned = self.planned(entity, 0, period, outlook)?;
        let base = &planned.assessment;
        let row = base.row(entity, planned.period)?;
        let there = |x: f64| (!x.is_nan()).then_some(x);
        let total = there(base.totals()[row]);
        let name = base.panel().name_of(row).into_owned();
        let goal = Goal::Score(plus(total.unwrap_or_default(), points));
        let of = |(v, variable): (usize, &Variable)| {
            let value = there(base.inner.columns[v].values()[row]);
            let nothing = |code: &'static str| NextPoint {
                variable: variable.id.clone(),
                unit: variable.unit.clone(),
                value,
                needed: None,
                change: None,
                change_percent: None,
                reachable: false,
                points: None,
                total,
                rank: there(base.ranks()[row]),
                beyond_history: false,
                beyond: Vec::new(),
                reason: Sentence::new(code)
                    .fact("entity", &name)
                    .fact("variable", Names::of(self.scheme().document()).variable(&variable.id)),
            };
            if value.is_none() {
                return Ok(nothing("next_no_value"));
            }
            if total.is_none() {
                return Ok(nothing("next_no_total"));
            }
            let mut asked = Asked::new(entity, period, &variable.id, goal.clone());
            asked.variable = Some(variable.id.clone());
            let (indicator, variable) = self.meant(&asked)?;
            self.needed_in(&planned, &asked, indicator, variable).map(NextPoint::of)
        };
        // Each variable is searched for by itself.
        let document = self.scheme().document();
        let asked = document.variables.iter().enumerate().filter(|(_, v)| variables.include(document, &v.id));
        let found: Result<Vec<NextPoint>, DataError> = exec::map(asked.collect(), of).into_iter().collect();
        let mut rows = found?;
        // Stable: what is out of reach keeps the order of the scheme.
        let effort = |r: &NextPoint| (!r.reachable, r.change_percent.map_or(f64::INFINITY, f64::abs));
        rows.sort_by(|a, b| {
            let (a, b) = (effort(a), effort(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        Ok(NextPoints {
            entity: name,
            period: planned.shown,
            points,
            total,
            rank: there(base.ranks()[row]),
            assumption: planned.assumption,
            rows,
            notes: planned.notes,
        })
    }
}

/// The sum as decimals.
fn plus(a: f64, b: f64) -> f64 {
    Exact::of(a).add(&Exact::of(b)).to_f64()
}

impl NextPoint {
    fn of(found: Needed) -> Self {
        let percent = |gain: f64| (found.current != 0.0).then(|| 100.0 * gain / found.current.abs());
        let total = (!found.total.is_nan()).then_some(found.total);
        NextPoint {
            value: Some(found.current),
            needed: found.value,
            change: found.gain,
            change_percent: found.gain.and_then(percent),
            reachable: found.reachable,
            points: total.map(|t| plus(t, -found.total_current)),
            total,
            rank: found.rank,
            variable: found.variable,
            unit: found.unit,
            beyond_history: found.beyond_history,
            beyond: found.beyond,
            reason: found.reason,
        }
    }
}

impl NextPoints {
    fn begin(&self, code: &'static str) -> Sentence {
        let sentence = Sentence::new(code).fact("entity", &self.entity).when("period", &self.period);
        let sentence = sentence.fact("assumption", self.assumption.clone());
        sentence.points("points", self.points, 9)
    }

    /// One variable: how much of it, and what total and rank it brings.
    fn of_variable(&self, first: bool, row: &NextPoint, names: Names<'_>) -> Sentence {
        let rank = |rank: Option<f64>| match rank {
            Some(rank) => Fact::Quantity(rank, Measure::default()),
            None => Fact::from(Sentence::new("rank_none")),
        };
        let code = match (first, row.rises()) {
            (true, true) => "next_first_more",
            (true, false) => "next_first_less",
            (false, true) => "next_then_more",
            (false, false) => "next_then_less",
        };
        let percent = match row.change_percent {
            Some(percent) => Fact::Quantity(percent, Measure::new(Digits::AtMost(2), "%").signed()),
            None => Fact::from(Sentence::new("next_from_zero")),
        };
        let known = |x: Option<f64>| x.unwrap_or(f64::NAN);
        let (value, needed) = (known(row.value), known(row.needed));
        let (by, datum) = names.datum(&row.variable).said(value.abs().max(needed.abs()));
        self.begin(code)
            .fact("variable", names.variable(&row.variable))
            .quantity("value", value / by, Measure { unit: String::new(), ..datum.clone() })
            .quantity("needed", needed / by, datum)
            .fact("percent", percent)
            .points("before", known(self.total), 4)
            .points("total", known(row.total), 4)
            .fact("rank_before", rank(self.rank))
            .fact("rank", rank(row.rank))
    }
}

impl NextPoint {
    fn rises(&self) -> bool {
        self.change.is_some_and(|c| c > 0.0)
    }

    /// What of the answer has not been seen.
    fn outside(&self, entity: &str, names: Names<'_>) -> Option<Sentence> {
        Some(self.beyond.first()?.said(entity, &self.variable, names))
    }
}

impl Report for NextPoints {
    /// The cheapest variable and the one after it, and those that cannot do it.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let (can, cannot): (Vec<_>, Vec<_>) = self.rows.iter().partition(|r| r.reachable);
        let mut said: Vec<Sentence> =
            can.iter().take(2).filter_map(|row| row.outside(&self.entity, names)).collect();
        said.extend(can.iter().take(2).enumerate().map(|(i, row)| self.of_variable(i == 0, row, names)));
        // Where the least effort is to have less of something, the least one of having more is said, too.
        if can.iter().take(2).all(|row| !row.rises()) {
            said.extend(can.iter().find(|row| row.rises()).map(|row| self.of_variable(false, row, names)));
        }
        if can.is_empty() {
            said.push(self.begin("next_none"));
        } else if !cannot.is_empty() {
            let cannot = cannot.iter().map(|r| Fact::from(names.variable(&r.variable))).collect();
            said.push(Sentence::new("next_out_of_reach").fact("variables", Fact::List(cannot)));
        }
        said
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let datum = |id: &str| names.datum(id);
        let table = Table::of("next_points", &self.rows)
            .names("variable", "col_variable", |r| &r.variable, |id| names.variable(id))
            .measured("value", "col_current", |r| &r.variable, datum, |r| r.value)
            .measured("needed", "col_needed", |r| &r.variable, datum, |r| r.needed)
            .measured("change", "col_change", |r| &r.variable, |id| names.datum(id).change(), |r| r.change)
            .number(
                "change_percent",
                "col_change_percent",
                Measure::new(Digits::AtMost(2), "%").signed(),
                |r| r.change_percent,
            )
            .flags("reachable", "col_reachable", |r| r.reachable)
            .only(Shown::Frames)
            .points("points", "col_points_gained", |r| r.points)
            .points("total", "col_total_then", |r| r.total)
            .only(Shown::Pages)
            .ranks("rank", "col_rank_then", |r| r.rank)
            .marks("beyond_history", "col_beyond", |r| r.beyond_history)
            .said("reason", "col_reason", |r| Some(r.reason.clone()))
            .only(Shown::Frames)
            .said("obstacle", "col_reason", |r| (!r.reachable).then(|| r.reason.clone()))
            .only(Shown::Pages);
        vec![table.done()]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        self.notes.clone()
    }
}
