//! Questions about what to do: what it takes, changed data, progress, allocation, awards. Parameters come as JSON, as the
//! core's types read them; the typed functions in Python write it.

use kaohe::planning::{
    Asked, AwardRule, Candidate, Change, Child, Counting, Decimals, Goal, LightRules, Others, Plan, Schedule,
    Split, TargetTable, allocate as split_over, awards as pay, progress as follow,
};
use kaohe::scheme::model::Target;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::answer::{Answer, Form};
use crate::assessment::PyAssessment;
use crate::errors;
use crate::panel::{Input, Shape, Wish, period as read_period};
use crate::table::Table;
use crate::threads::compute;

fn read<T: DeserializeOwned>(json: &str) -> PyResult<T> {
    serde_json::from_str(json).map_err(|e| PyValueError::new_err(e.to_string()))
}

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
        compute(py, || assessment.assessment.needed(&asked)).map_err(|e| errors::data(py, &e, lang))?;
    Answer::of(found, |found, form, lang| match form {
        Form::Markdown => found.to_markdown(lang),
        Form::Text => found.reason.message(lang),
    })
}

/// The assessment under changed data: entity, period, variable, value.
#[pyfunction]
#[pyo3(signature = (assessment, changes, lang="en"))]
pub(crate) fn what_if(
    py: Python<'_>,
    assessment: &PyAssessment,
    changes: Vec<(String, Option<String>, String, f64)>,
    lang: &str,
) -> PyResult<PyAssessment> {
    let mut read = Vec::with_capacity(changes.len());
    for (entity, period, variable, value) in changes {
        let period = assessment.period(period.as_deref())?.to_string();
        read.push(Change { entity, period, variable, value });
    }
    let done = compute(py, || assessment.assessment.what_if(&read));
    done.map(|assessment| PyAssessment { assessment }).map_err(|e| errors::data(py, &e, lang))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Following {
    targets: Vec<Target>,
    #[serde(default)]
    each: bool,
    #[serde(default)]
    indicators: Vec<String>,
    #[serde(default)]
    counting: Counting,
    #[serde(default)]
    schedule: Schedule,
    #[serde(default)]
    ceilings: Vec<String>,
    #[serde(default)]
    lights: LightRules,
    confidence: Option<f64>,
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
    let f: Following = read(plan)?;
    let targets = TargetTable::new(f.targets, f.each).map_err(|e| errors::data(py, &e, lang))?;
    let plan = Plan {
        indicators: f.indicators,
        counting: f.counting,
        schedule: f.schedule,
        ceilings: f.ceilings,
        lights: f.lights,
        confidence: f.confidence.unwrap_or(0.8),
        ..Plan::new(targets)
    };
    let panel = if let Ok(assessment) = source.cast::<PyAssessment>() {
        assessment.get().assessment.actuals()
    } else {
        let table = source.cast::<Table>()?.get();
        let input = Input::of(table, Shape::default(), Wish::Sound);
        input.sound().map_err(|e| errors::data(py, &e, lang))?
    };
    let last = panel.periods().last().copied();
    let at = match at {
        Some(text) => {
            read_period(Shape::default(), text).map(|p| last.map_or(p, |l| p.within(l.frequency())))
        }
        None => last,
    };
    let at = at.ok_or_else(|| PyValueError::new_err("at must be a period such as 2023-07 or 2023Q3"))?;
    let found = compute(py, || follow(&panel, &plan, at)).map_err(|e| errors::data(py, &e, lang))?;
    Answer::table(found, kaohe::planning::Progress::to_markdown)
}

/// A target split over children.
#[pyfunction]
#[pyo3(signature = (children, split, lang="en"))]
pub(crate) fn allocate(py: Python<'_>, children: &str, split: &str, lang: &str) -> PyResult<Answer> {
    let (children, split): (Vec<Child>, Split) = (read(children)?, read(split)?);
    let found = compute(py, || split_over(&children, &split)).map_err(|e| errors::data(py, &e, lang))?;
    Answer::table(found, kaohe::planning::Allocation::to_markdown)
}

/// Awards by rules.
#[pyfunction]
#[pyo3(signature = (candidates, rules, cap=None, decimals=0, lang="en"))]
pub(crate) fn awards(
    py: Python<'_>,
    candidates: &str,
    rules: &str,
    cap: Option<f64>,
    decimals: u8,
    lang: &str,
) -> PyResult<Answer> {
    let (candidates, rules): (Vec<Candidate>, Vec<AwardRule>) = (read(candidates)?, read(rules)?);
    let paid = compute(py, || pay(&candidates, &rules, cap, Decimals(decimals)));
    let paid = paid.map_err(|e| errors::data(py, &e, lang))?;
    Answer::table(paid, kaohe::planning::Awards::to_markdown)
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
