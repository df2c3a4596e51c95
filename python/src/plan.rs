//! Questions about what to do: what it takes, changed data, progress, allocation, awards. Parameters come as JSON, as the
//! core's types read them; the typed functions in Python write it.

use std::collections::HashMap;

use kaohe::planning::{
    AwardRule, Candidate, Change, Child, Counting, Decimals, LightRules, Plan, Rate, RatioChild, Schedule,
    Split, TargetTable, allocate as split_over, allocate_ratio as core_allocate_ratio, awards as pay,
    dispatch as core_dispatch, progress as follow,
};
use kaohe::scheme::model::Target;
use kaohe::{Edit, Panel, Period, Scheme};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde::Deserialize;

use crate::answer::{Answer, found};
use crate::arguments::read;
use crate::assessment::PyAssessment;
use crate::errors;
use crate::panel::{Input, Purpose, Shape};
use crate::table::Table;
use crate::threads::compute;

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
    rate: Option<Rate>,
    #[serde(default)]
    rate_of: HashMap<String, Rate>,
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
        let input = Input::of(source.cast::<Table>()?.get(), Shape::default(), Purpose::Sound);
        input.sound().map_err(|e| errors::data(py, &e, lang))?
    };
    let targets = TargetTable::new(f.targets.unwrap_or(own), f.each);
    let plan = Plan {
        indicators: f.indicators,
        counting: f.counting,
        counting_of: f.counting_of.into_iter().collect(),
        rate: f.rate,
        rate_of: f.rate_of.into_iter().collect(),
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
    Period::parse_like(text, like.map(Period::frequency)).ok_or_else(|| errors::no_period(text))
}

/// The scheme of what is followed, if it is a result.
fn scheme<'a>(source: &'a Bound<'_, PyAny>) -> Option<&'a Scheme> {
    source.cast::<PyAssessment>().ok().map(|a| a.get().assessment.scheme())
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
    found(py, scheme(source), lang, || follow(&panel, &plan, at))
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
    found(py, scheme(source), lang, || core_dispatch(&panel, &plan, at, since))
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
    found(py, None, lang, || core_allocate_ratio(&children, &split, ratio, factor, denominator))
}

/// A target split over children.
#[pyfunction]
#[pyo3(signature = (children, split, lang="en"))]
pub(crate) fn allocate(py: Python<'_>, children: &str, split: &str, lang: &str) -> PyResult<Answer> {
    let (children, split): (Vec<Child>, Split) = (read(children)?, read(split)?);
    found(py, None, lang, || split_over(&children, &split))
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
    found(py, None, lang, || pay(&candidates, &rules, cap, Decimals(decimals)))
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
