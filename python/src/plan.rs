//! Questions about what to do: what it takes, changed data, progress, allocation, awards. Parameters come as JSON, as the
//! core's types read them; the typed functions in Python write it.

use std::collections::HashMap;

use kaohe::planning::{
    Aim, Allocation, Asked, AwardRule, Awards, Candidate, Change, Child, Counting, Decimals, Dispatch, Goal,
    Lever, LightRules, Others, Plan, Progress, RatioAllocation, RatioChild, Schedule, Split, Suggestion,
    TargetTable, allocate as split_over, allocate_ratio as core_allocate_ratio, awards as pay,
    dispatch as core_dispatch, progress as follow, suggest as core_suggest,
};
use kaohe::scheme::model::Target;
use kaohe::{Edit, Panel, Period};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde::Deserialize;

use crate::analysis::{Told, ask};
use crate::answer::{Answer, Form};
use crate::arguments::read;
use crate::assessment::PyAssessment;
use crate::errors;
use crate::panel::{Input, Shape, Wish, period as read_period};
use crate::table::Table;
use crate::threads::compute;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    entity: String,
    what: String,
    goal: Goal,
    variable: Option<String>,
    #[serde(default)]
    others: Others,
    #[serde(default)]
    own: Others,
    lower: Option<f64>,
    upper: Option<f64>,
}

/// The smallest change of one variable that reaches a goal.
#[pyfunction]
#[pyo3(signature = (assessment, period, question, lang="en"))]
pub(crate) fn needed(
    py: Python<'_>,
    assessment: &PyAssessment,
    period: Option<&str>,
    question: &str,
    lang: &str,
) -> PyResult<Answer> {
    let q: Question = read(question)?;
    let asked = Asked {
        variable: q.variable,
        others: q.others,
        own: q.own,
        lower: q.lower,
        upper: q.upper,
        ..Asked::new(q.entity, assessment.period(period)?, q.what, q.goal)
    };
    let found =
        compute(py, || assessment.assessment.needed(&asked))?.map_err(|e| errors::data(py, &e, lang))?;
    Answer::of(found, |found, form, lang| match form {
        Form::Markdown => found.to_markdown(lang),
        Form::Text => found.reason.message(lang),
    })
}

/// What the next point takes of each variable, the cheapest first.
#[pyfunction]
#[pyo3(signature = (assessment, entity, period=None, points=1.0, lang="en"))]
pub(crate) fn next_points(
    py: Python<'_>,
    assessment: &PyAssessment,
    entity: &str,
    period: Option<&str>,
    points: f64,
    lang: &str,
) -> PyResult<Answer> {
    let period = assessment.period(period)?;
    ask(py, assessment, lang, |a| a.next_points(entity, period, points), Told::told)
}

/// The assessment under changed data (entity, period, variable, value) and weights (indicator or group, weight).
#[pyfunction]
#[pyo3(signature = (assessment, changes, weights, lang="en"))]
pub(crate) fn what_if(
    py: Python<'_>,
    assessment: &PyAssessment,
    changes: Vec<(String, Option<String>, String, f64)>,
    weights: Vec<(String, f64)>,
    lang: &str,
) -> PyResult<PyAssessment> {
    let mut read = Vec::with_capacity(changes.len());
    for (entity, period, variable, value) in changes {
        let period = assessment.period(period.as_deref())?.to_string();
        read.push(Change { entity, period, variable, value });
    }
    let weights: Vec<Edit> =
        weights.into_iter().map(|(node, weight)| Edit::Weight { node, weight }).collect();
    let done = compute(py, || assessment.assessment.what_if(&read)?.edit(&weights))?;
    done.map(|assessment| PyAssessment { assessment }).map_err(|e| errors::data(py, &e, lang))
}

/// Several variables at a price.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mixing {
    entity: String,
    goal: Goal,
    levers: Vec<Lever>,
}

/// The cheapest change of several variables that together reach a goal.
#[pyfunction]
#[pyo3(signature = (assessment, period, question, lang="en"))]
pub(crate) fn cheapest(
    py: Python<'_>,
    assessment: &PyAssessment,
    period: Option<&str>,
    question: &str,
    lang: &str,
) -> PyResult<Answer> {
    let q: Mixing = read(question)?;
    let period = assessment.period(period)?;
    let found = compute(py, || assessment.assessment.cheapest(&q.entity, period, &q.goal, &q.levers))?;
    let found = found.map_err(|e| errors::data(py, &e, lang))?;
    Answer::of(found, |found, form, lang| match form {
        Form::Markdown => found.to_markdown(lang),
        Form::Text => found.reason.message(lang),
    })
}

/// Suggested targets for an indicator.
#[pyfunction]
#[pyo3(signature = (assessment, indicator, entities, since, until, aim, lang="en"))]
#[allow(clippy::too_many_arguments, reason = "the question has so many parts")]
pub(crate) fn suggest(
    py: Python<'_>,
    assessment: &PyAssessment,
    indicator: &str,
    entities: Vec<String>,
    since: Option<&str>,
    until: Option<&str>,
    aim: &str,
    lang: &str,
) -> PyResult<Answer> {
    let aim: Aim = read(aim)?;
    let since = assessment.period(since)?;
    let until = match until {
        Some(until) => assessment.period(Some(until))?,
        None => since.ahead(1).ok_or_else(|| PyValueError::new_err("give until="))?,
    };
    let found =
        compute(py, || core_suggest(&assessment.assessment, indicator, &entities, since, until, &aim))?;
    let found = found.map_err(|e| errors::data(py, &e, lang))?;
    Answer::table(found, |found, lang| Suggestion::to_markdown(found, lang))
}

/// What progress is measured against.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Following {
    /// Those of the scheme if none.
    targets: Option<Vec<Target>>,
    #[serde(default)]
    each: bool,
    #[serde(default)]
    indicators: Vec<String>,
    #[serde(default)]
    counting: Counting,
    #[serde(default)]
    counting_of: HashMap<String, Counting>,
    #[serde(default)]
    schedule: Schedule,
    #[serde(default)]
    schedule_of: HashMap<String, Schedule>,
    #[serde(default)]
    ceilings: Vec<String>,
    #[serde(default)]
    lights: LightRules,
    confidence: Option<f64>,
    league_cap: Option<f64>,
}

/// A panel, the plan, and the period up to whose end the data go.
fn followed(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    at: Option<&str>,
    plan: &str,
    lang: &str,
) -> PyResult<(Panel, Plan, Period)> {
    let f: Following = read(plan)?;
    let mut own = Vec::new();
    let panel = if let Ok(assessment) = source.cast::<PyAssessment>() {
        let assessment = &assessment.get().assessment;
        own.clone_from(&assessment.scheme().document().targets);
        assessment.actuals()
    } else {
        let input = Input::of(source.cast::<Table>()?.get(), Shape::default(), Wish::Sound);
        input.sound().map_err(|e| errors::data(py, &e, lang))?
    };
    let targets = TargetTable::new(f.targets.unwrap_or(own), f.each);
    let plan = Plan {
        indicators: f.indicators,
        counting: f.counting,
        counting_of: f.counting_of.into_iter().collect(),
        schedule: f.schedule,
        schedule_of: f.schedule_of.into_iter().collect(),
        ceilings: f.ceilings,
        lights: f.lights,
        confidence: f.confidence.unwrap_or(0.8),
        league_cap: f.league_cap,
        ..Plan::new(targets.map_err(|e| errors::data(py, &e, lang))?)
    };
    let last = panel.periods().last().copied();
    let at = match at {
        Some(text) => as_period(text, last)?,
        None => last.ok_or_else(|| PyValueError::new_err("there are no data to follow"))?,
    };
    Ok((panel, plan, at))
}

/// Reads a period; a date is brought to the length of the data's periods.
fn as_period(text: &str, like: Option<Period>) -> PyResult<Period> {
    let shape = Shape { frequency: like.map(Period::frequency), class: None };
    read_period(shape, text).ok_or_else(|| errors::no_period(text))
}

/// Progress of every entity: of a table whose columns are the indicators, or of an assessment's values.
#[pyfunction]
#[pyo3(signature = (source, at, plan, lang="en"))]
pub(crate) fn progress(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    at: Option<&str>,
    plan: &str,
    lang: &str,
) -> PyResult<Answer> {
    let (panel, plan, at) = followed(py, source, at, plan, lang)?;
    let found = compute(py, || follow(&panel, &plan, at))?.map_err(|e| errors::data(py, &e, lang))?;
    Answer::table(found, Progress::to_markdown)
}

/// Everything a dispatch shows: progress, the league, who moved, which lights changed and why.
#[pyfunction]
#[pyo3(signature = (source, at, plan, since=None, lang="en"))]
pub(crate) fn dispatch(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    at: Option<&str>,
    plan: &str,
    since: Option<&str>,
    lang: &str,
) -> PyResult<Answer> {
    let (panel, plan, at) = followed(py, source, at, plan, lang)?;
    let since = since.map(|text| as_period(text, Some(at))).transpose()?;
    let found = compute(py, || core_dispatch(&panel, &plan, at, since))?;
    let found = found.map_err(|e| errors::data(py, &e, lang))?;
    Answer::table(found, Dispatch::to_markdown)
}

/// A ratio target split over children: numerators and denominators both add up.
#[pyfunction]
#[pyo3(signature = (children, split, ratio, factor, denominator, lang="en"))]
pub(crate) fn allocate_ratio(
    py: Python<'_>,
    children: &str,
    split: &str,
    ratio: f64,
    factor: f64,
    denominator: f64,
    lang: &str,
) -> PyResult<Answer> {
    let (children, split): (Vec<RatioChild>, Split) = (read(children)?, read(split)?);
    let found = compute(py, || core_allocate_ratio(&children, &split, ratio, factor, denominator))?;
    let found = found.map_err(|e| errors::data(py, &e, lang))?;
    Answer::table(found, RatioAllocation::to_markdown)
}

/// A target split over children.
#[pyfunction]
#[pyo3(signature = (children, split, lang="en"))]
pub(crate) fn allocate(py: Python<'_>, children: &str, split: &str, lang: &str) -> PyResult<Answer> {
    let (children, split): (Vec<Child>, Split) = (read(children)?, read(split)?);
    let found = compute(py, || split_over(&children, &split))?.map_err(|e| errors::data(py, &e, lang))?;
    Answer::table(found, Allocation::to_markdown)
}

/// Awards by rules.
#[pyfunction]
#[pyo3(signature = (candidates, rules, cap=None, decimals=0, lang="en"))]
pub(crate) fn awards(
    py: Python<'_>,
    candidates: &str,
    rules: &str,
    cap: Option<f64>,
    decimals: i16,
    lang: &str,
) -> PyResult<Answer> {
    let (candidates, rules): (Vec<Candidate>, Vec<AwardRule>) = (read(candidates)?, read(rules)?);
    let paid = compute(py, || pay(&candidates, &rules, cap, Decimals(decimals)))?;
    let paid = paid.map_err(|e| errors::data(py, &e, lang))?;
    Answer::table(paid, Awards::to_markdown)
}

/// Who may be awarded in a period, as JSON.
#[pyfunction]
#[pyo3(signature = (assessment, period=None, lang="en"))]
pub(crate) fn candidates(
    py: Python<'_>,
    assessment: &PyAssessment,
    period: Option<&str>,
    lang: &str,
) -> PyResult<String> {
    let period = assessment.period(period)?;
    let found = assessment.assessment.candidates(period).map_err(|e| errors::data(py, &e, lang))?;
    serde_json::to_string(&found).map_err(|e| PyValueError::new_err(e.to_string()))
}
