//! Suggested targets: from a rank, from growth, from closing a gap.

use serde::{Deserialize, Serialize};

use super::bounds::Cell;
use super::candidates;
use super::decimal::Decimals;
use super::goal::{Goal, Reach, Resolved, Subject};
use super::history::{Beyond, Step};
use super::needed::Asked;
use super::outlook::{Outlook, Planned, Projection};
use super::probe::holds_at;
use super::range::Range;
use crate::assess::Assessment;
use crate::error::DataError;
use crate::number::rounding::Rounding;
use crate::number::{Exact, Number};
use crate::panel::Period;
use crate::report::{Digits, Fact, Label, Measure, Names, Report, Sentence, Shown, Table};
use crate::scheme::NodeId;
use crate::scheme::model::Target;

/// What a target shall bring.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// This rank in the total, by this indicator alone.
    Rank(u32),
    /// So many places up in the total, by this indicator alone.
    Places(u32),
    /// The value times `1 + growth` (of an indicator where less is better, `1 − growth`).
    Growth(f64),
    /// This share of the gap to the mean, or to an entity; who is as good holds its value.
    Gap {
        /// Share of the gap, 1 for all of it.
        share: f64,
        /// What the gap is to.
        to: Reach,
    },
}

impl Aim {
    fn check(&self) -> Result<(), DataError> {
        let wrong = match self {
            Aim::Rank(rank) => Range::AtLeast(1.0).refuse("rank", f64::from(*rank)),
            Aim::Places(places) => Range::AtLeast(1.0).refuse("places", f64::from(*places)),
            Aim::Growth(growth) => Range::Above(-1.0).refuse("growth", *growth),
            Aim::Gap { share, .. } => Range::UpTo(0.0, 1.0).refuse("close", *share),
        };
        wrong.map_or(Ok(()), |finding| Err(DataError::new(vec![finding])))
    }
}

/// A suggested target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// Entity.
    pub entity: String,
    /// Indicator.
    pub indicator: String,
    /// The period it is for.
    pub period: String,
    /// Value now, as printed.
    pub current: Option<f64>,
    /// The target; `None` where no value does what is aimed at, and where the aim is reached already.
    pub target: Option<f64>,
    /// Whether the aim is reached already: there is nothing to suggest.
    pub there: bool,
    /// Whether the target lies outside of what the data have seen.
    pub beyond_history: bool,
    /// And of what.
    pub beyond: Option<Beyond>,
    /// How it comes about, or why there is none.
    pub reason: Sentence,
    /// What is assumed of everybody's data, where the target depends on it.
    pub assumption: Option<Sentence>,
    /// What must be known of the assumption.
    #[serde(skip)]
    pub(crate) notes: Vec<Sentence>,
}

impl Suggestion {
    /// The suggestion as a line of a target table.
    pub fn as_target(&self) -> Option<Target> {
        Some(Target {
            indicator: self.indicator.clone(),
            entity: Some(self.entity.clone()),
            period: Some(self.period.clone()),
            value: self.target?,
        })
    }
}

/// Targets for one indicator of some entities (of all that are ranked, if none are named), from their values in `from`, for the
/// period `to`. Targets have the decimals of the indicator's declared rounding, else two, and are never easier than the aim: a target
/// for a rank was assessed, and reaches it. Who is there already gets none. Each target is found by itself, everybody else's data as
/// they are: together they bring other ranks and means.
///
/// # Errors
/// Unknown entities, periods, indicators; a rank or a number of places of 0, growth that is not above −1, a share that is not above 0
/// and at most 1.
pub fn suggest(
    assessment: &Assessment,
    indicator: &str,
    entities: &[String],
    from: Period,
    to: Period,
    aim: &Aim,
) -> Result<Vec<Suggestion>, DataError> {
    suggest_of(assessment, indicator, entities, (from, to), aim, &Outlook::default())
}

/// As [`suggest`], for the second of two periods from the values of the first, with everybody's data as an outlook has them.
///
/// # Errors
/// As [`suggest`].
pub fn suggest_of(
    assessment: &Assessment,
    indicator: &str,
    entities: &[String],
    (from, to): (Period, Period),
    aim: &Aim,
    outlook: &Outlook,
) -> Result<Vec<Suggestion>, DataError> {
    aim.check()?;
    let inner = &assessment.inner;
    let node = assessment.node(indicator)?.index();
    let period = assessment.period(from)?;
    let rows: Vec<usize> = if entities.is_empty() {
        inner.panel.rows_of(period).filter(|r| inner.data().counts(*r)).collect()
    } else {
        entities.iter().map(|e| assessment.row(e, from)).collect::<Result<_, _>>()?
    };
    if node >= assessment.indicator_count() {
        let finding = crate::finding::Finding::error("plan_what").fact("what", indicator);
        let known: Vec<&str> = assessment.nodes().take(assessment.indicator_count()).collect();
        return Err(DataError::new(vec![finding.fact("known", known.join(", "))]));
    }
    let make = |origin: usize| {
        let entity = Some(inner.panel.entity_of(origin));
        let projection = Projection { assessment, entity, indicator: node, outlook };
        let planned = &projection.from(period, to)?;
        let name = inner.panel.name_of(origin);
        let row = planned.assessment.row(&name, planned.period)?;
        Maker { data: assessment, planned, indicator: node, id: indicator, origin, row }.make(to, aim)
    };
    rows.into_iter().map(make).collect()
}

struct Maker<'a> {
    /// The data as they are, and the row in them.
    data: &'a Assessment,
    origin: usize,
    /// What the plan starts from, and the row in it.
    planned: &'a Planned,
    row: usize,
    indicator: usize,
    id: &'a str,
}

/// What an aim comes to.
enum Aimed {
    At(Option<f64>),
    There,
}

impl Maker<'_> {
    fn make(&self, to: Period, aim: &Aim) -> Result<Suggestion, DataError> {
        let panel = self.data.panel();
        let entity = panel.name_of(self.origin).into_owned();
        let values = self.data.values(NodeId(self.indicator));
        let last = values[self.origin];
        let (aimed, reason) = match aim {
            Aim::Rank(rank) => self.ranked(&entity, *rank)?,
            Aim::Places(places) => {
                let rank = self.data.ranks()[self.origin];
                let rank = if rank.is_nan() { 1 } else { (rank as u32).saturating_sub(*places).max(1) };
                self.ranked(&entity, rank)?
            }
            Aim::Growth(growth) => {
                let signed = if self.negative() { -growth } else { *growth };
                let grown = Exact::of(last).mul(&Exact::one().add(&Exact::of(signed)));
                let code = if signed < 0.0 { "suggest_fall" } else { "suggest_growth" };
                let reason = Sentence::new(code).quantity("current", last, self.measure());
                let reason = reason.fact("share", Fact::Percent(signed.abs(), Digits::AtMost(1)));
                (Aimed::At(self.drawn(&grown, 0)), reason)
            }
            Aim::Gap { share, to } => self.gap(*share, to)?,
        };
        let (target, there) = match aimed {
            Aimed::At(target) => (target, false),
            Aimed::There => (None, true),
        };
        let steps = to.since(panel.periods()[panel.period_of(self.origin)]).unwrap_or(1).clamp(1, 99) as u16;
        let step = |to: f64| Step { row: self.origin, from: last, to, steps };
        let beyond = target.and_then(|target| step(target).beyond(self.data, self.id, values));
        let depends = !matches!(aim, Aim::Growth(_));
        Ok(Suggestion {
            entity,
            indicator: self.id.to_owned(),
            period: panel.period_text(to),
            current: Some(last).filter(|x| !x.is_nan()),
            target,
            there,
            beyond_history: beyond.is_some(),
            beyond,
            reason,
            assumption: depends.then(|| self.planned.assumption.clone()),
            notes: if depends { self.planned.notes.clone() } else { Vec::new() },
        })
    }

    /// What the plan starts from.
    fn base(&self) -> &Assessment {
        &self.planned.assessment
    }

    fn names(&self) -> Names<'_> {
        Names::of(self.data.scheme().document())
    }

    fn measure(&self) -> Measure {
        self.names().measure(self.id)
    }

    fn negative(&self) -> bool {
        super::goal::is_negative(&self.data.inner, self.indicator)
    }

    /// In the indicator's decimals, towards the harder side, and so many units harder still.
    fn drawn(&self, x: &Exact, harder: i64) -> Option<f64> {
        let round = self.data.inner.scheme.plan().indicators[self.indicator].round;
        let digits = Decimals(round.and_then(|r| r.digits).map_or(2, i16::from).clamp(0, 9));
        let digits = digits.fitting(x.to_f64().abs());
        let k = if self.negative() { digits.floor(x)? - harder } else { digits.ceil(x)? + harder };
        Some(digits.value(k))
    }

    fn ranked(&self, entity: &str, rank: u32) -> Result<(Aimed, Sentence), DataError> {
        let asked = Asked::new(entity, self.planned.period, self.id, Goal::Rank(rank));
        let answer = self.data.needed_in(self.planned, &asked, Some(self.indicator), None)?;
        let Some(value) = answer.value else { return Ok((Aimed::At(None), answer.reason)) };
        let datum = self.names().datum(&answer.variable);
        if answer.gain == Some(0.0) {
            let reason = Sentence::new("suggest_there_rank").points("rank", f64::from(rank), 0);
            let reason = reason.points("now", answer.rank_current.unwrap_or(f64::NAN), 1);
            let current = answer.indicator_current.unwrap_or(f64::NAN);
            return Ok((Aimed::There, reason.quantity("current", current, self.measure())));
        }
        let reaching = Reaching::of(self, self.data.variable(&answer.variable)?, rank)?;
        let reason = Sentence::new("suggest_rank").points("rank", f64::from(rank), 0);
        let reason = reason.fact("variable", self.names().variable(&answer.variable));
        let reason =
            reason.quantity("current", answer.current, datum.clone()).quantity("value", value, datum);
        Ok((Aimed::At(self.harder(&reaching, value)), reason))
    }

    /// The least hard target in the indicator's decimals, not easier than the indicator is at a value of the variable, that reaches.
    fn harder(&self, reaching: &Reaching<'_>, value: f64) -> Option<f64> {
        // A float of the formula may lie a last bit beyond the decimal that is meant.
        let plain = Rounding { significant: Some(12), ..Rounding::default() };
        let there = Exact::of(plain.nearest(reaching.value(value)));
        let drawn = |more| self.drawn(&there, more);
        let reaches = |more: &i64| drawn(*more).is_some_and(|t| reaching.holds(t) != Some(false));
        drawn((0..HARDER).find(reaches).unwrap_or(0))
    }

    fn gap(&self, share: f64, to: &Reach) -> Result<(Aimed, Sentence), DataError> {
        let inner = &self.base().inner;
        let now = self.base().values(NodeId(self.indicator))[self.row];
        let goal = Goal::Reach(to.clone());
        let goal = goal.resolve(inner, self.row, Subject::Indicator(self.indicator))?;
        let reference = goal.level(inner).unwrap_or(f64::NAN);
        let facts = |code| {
            let whose = match to {
                Reach::Mean => Fact::from(Sentence::new("to_mean")),
                Reach::Entity(entity) => Fact::from(Sentence::new("to_whose").fact("entity", entity)),
            };
            let sentence = Sentence::new(code).fact("to", whose).quantity("current", now, self.measure());
            sentence.quantity("reference", reference, self.measure().finer())
        };
        if goal.holds(inner) {
            return Ok((Aimed::There, facts("suggest_there")));
        }
        let gap = Exact::of(reference).sub(&Exact::of(now)).mul(&Exact::of(share));
        let target = self.drawn(&Exact::of(now).add(&gap), 0);
        Ok((Aimed::At(target), facts("suggest_gap").fact("share", Fact::Percent(share, Digits::AtMost(1)))))
    }
}

/// How many units harder a target is tried that does not reach by itself.
const HARDER: i64 = 20;

/// What holds if the indicator has a value, by one of its variables.
struct Reaching<'a> {
    maker: &'a Maker<'a>,
    cell: Cell,
    goal: Resolved,
}

impl<'a> Reaching<'a> {
    fn of(maker: &'a Maker<'a>, variable: usize, rank: u32) -> Result<Self, DataError> {
        let cell = Cell::of(maker.base(), variable, maker.row, None, None)?;
        let subject = Subject::Indicator(maker.indicator);
        let goal = Goal::Rank(rank).resolve(&maker.base().inner, maker.row, subject)?;
        Ok(Reaching { maker, cell, goal })
    }

    /// The indicator's value, not rounded, at a value of the variable.
    fn value(&self, x: f64) -> f64 {
        candidates::value(&self.maker.base().inner, &self.cell, self.maker.indicator, x)
    }

    /// Whether the goal holds at the first value of the variable at which the indicator is as good as a target; none if there is none.
    fn holds(&self, target: f64) -> Option<bool> {
        let value = |x: f64| self.value(x);
        let negative = self.maker.negative();
        // The value is compared with floats: a last bit must not make the target unreached.
        let slack = 1e-12 * (1.0 + target.abs());
        let level = if negative { target + slack } else { target - slack };
        let before = candidates::crossing(&self.cell, &value, level)?;
        let good = |k: &i64| {
            let y = value(self.cell.grid.value(*k));
            if negative { y <= level } else { y >= level }
        };
        let k = [before, before + 1].into_iter().find(good)?;
        Some(holds_at(self.maker.base(), &self.goal, &self.cell, k))
    }
}

impl Report for Vec<Suggestion> {
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        super::said::suggestions(self, names)
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let value = |id: &str| names.measure(id);
        let table = Table::of("suggestions", self)
            .entities(|s| &s.entity)
            .names("indicator", "col_indicator", |s| &s.indicator, |id| names.label(id))
            .names("period", "col_period", |s| &s.period, Label::plain)
            .measured("current", "col_current", |s| &s.indicator, value, |s| s.current)
            .measured("target", "col_target", |s| &s.indicator, value, |s| s.target)
            .flags("there", "col_there", |s| s.there)
            .only(Shown::Frames)
            .marks("beyond_history", "col_beyond", |s| s.beyond_history)
            .said("reason", "col_reason", |s| Some(s.reason.clone()));
        vec![table.done()]
    }

    /// That targets are found one by one, and what is assumed.
    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        let many = self.iter().filter(|s| s.target.is_some()).count() > 1;
        let mut notes: Vec<Sentence> =
            many.then(|| Sentence::new("suggest_individual")).into_iter().collect();
        notes.extend(self.first().map(|s| s.notes.clone()).unwrap_or_default());
        notes
    }
}
