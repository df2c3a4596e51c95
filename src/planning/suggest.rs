//! Suggested targets: from a rank, from growth, from closing a gap.

use serde::{Deserialize, Serialize};

use super::decimal::Decimals;
use super::goal::{Goal, Reach};
use super::needed::Asked;
use super::outlook::Others;
use super::sentence::Sentence;
use super::table::{markdown, number, percent};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::number::{Exact, Number};
use crate::panel::Period;
use crate::scheme::model::Target;
use crate::text::Lang;

/// What a target shall bring.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// The target; `None` where no value does what is aimed at.
    pub target: Option<f64>,
    /// How it comes about, or why there is none.
    pub reason: Sentence,
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
/// period `to`. Targets have the decimals of the indicator's declared rounding, else two, and are never easier than the aim.
///
/// # Errors
/// Unknown entities, periods, indicators.
pub fn suggest(
    assessment: &Assessment,
    indicator: &str,
    entities: &[String],
    from: Period,
    to: Period,
    aim: &Aim,
) -> Result<Vec<Suggestion>, DataError> {
    let inner = &assessment.inner;
    let node = assessment.node(indicator)?;
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
    let make = |row: usize| Maker { assessment, indicator: node, id: indicator, row, from }.make(to, aim);
    rows.into_iter().map(make).collect()
}

struct Maker<'a> {
    assessment: &'a Assessment,
    indicator: usize,
    id: &'a str,
    row: usize,
    from: Period,
}

impl Maker<'_> {
    fn make(&self, to: Period, aim: &Aim) -> Result<Suggestion, DataError> {
        let panel = self.assessment.panel();
        let entity = panel.entity_name(panel.entity_of(self.row)).into_owned();
        let now = self.assessment.values(self.indicator)[self.row];
        let current = Some(now).filter(|x| !x.is_nan());
        let (target, reason) = match aim {
            Aim::Rank(rank) => self.ranked(&entity, *rank)?,
            Aim::Places(places) => {
                let rank = self.assessment.ranks()[self.row];
                let rank = if rank.is_nan() { 1 } else { (rank as u32).saturating_sub(*places).max(1) };
                self.ranked(&entity, rank)?
            }
            Aim::Growth(growth) => {
                let signed = if self.negative() { -growth } else { *growth };
                let grown = Exact::of(now).mul(&Exact::one().add(&Exact::of(signed)));
                let reason = Sentence::new("suggest_growth").fact("current", number(current));
                (self.drawn(&grown), reason.fact("share", percent(Some(signed))))
            }
            Aim::Gap { share, to } => self.gap(now, *share, to)?,
        };
        let period = to.to_string();
        Ok(Suggestion { entity, indicator: self.id.to_owned(), period, current, target, reason })
    }

    fn negative(&self) -> bool {
        super::goal::is_negative(&self.assessment.inner, self.indicator)
    }

    /// In the indicator's decimals, towards the harder side.
    fn drawn(&self, x: &Exact) -> Option<f64> {
        let round = self.assessment.inner.scheme.plan().indicators[self.indicator].round;
        let digits = Decimals(round.and_then(|r| r.digits).unwrap_or(2).clamp(0, 9) as u8);
        let k = if self.negative() { digits.floor(x) } else { digits.ceil(x) };
        k.map(|k| digits.value(k))
    }

    fn ranked(&self, entity: &str, rank: u32) -> Result<(Option<f64>, Sentence), DataError> {
        let asked =
            Asked { others: Others::Fixed, ..Asked::new(entity, self.from, self.id, Goal::Rank(rank)) };
        let answer = self.assessment.needed(&asked)?;
        Ok(match (answer.value, answer.gain) {
            (Some(_), Some(0.0)) => {
                let reason = Sentence::new("suggest_stay").fact("rank", rank);
                (answer.indicator_current, reason.fact("current", number(answer.indicator_current)))
            }
            (Some(value), _) => {
                let reason =
                    Sentence::new("suggest_rank").fact("rank", rank).fact("variable", &answer.variable);
                (answer.indicator_value, reason.fact("current", answer.current).fact("value", value))
            }
            (None, _) => (None, answer.reason),
        })
    }

    fn gap(&self, now: f64, share: f64, to: &Reach) -> Result<(Option<f64>, Sentence), DataError> {
        let inner = &self.assessment.inner;
        let goal = Goal::Reach(to.clone());
        let goal = goal.resolve(inner, self.row, super::goal::Subject::Indicator(self.indicator))?;
        let reference = goal.level(inner).unwrap_or(f64::NAN);
        let rounded = crate::method::rounding::Rounding::digits(4).nearest(reference);
        let facts = |code| Sentence::new(code).fact("current", now).fact("reference", rounded);
        if goal.holds(inner) {
            return Ok((Some(now), facts("suggest_hold")));
        }
        let gap = Exact::of(reference).sub(&Exact::of(now)).mul(&Exact::of(share));
        let target = self.drawn(&Exact::of(now).add(&gap));
        Ok((target, facts("suggest_gap").fact("share", percent(Some(share)))))
    }
}

impl Suggestion {
    /// Suggestions as a table.
    pub fn to_markdown(suggestions: &[Suggestion], lang: Lang) -> String {
        let headings = [
            "plan_col_entity",
            "plan_col_indicator",
            "plan_col_current",
            "plan_col_target",
            "plan_col_reason",
        ];
        let rows = suggestions.iter().map(|s| {
            vec![
                s.entity.clone(),
                s.indicator.clone(),
                number(s.current),
                number(s.target),
                s.reason.message(lang),
            ]
        });
        markdown(lang, &headings, rows)
    }
}
