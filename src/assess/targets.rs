//! The target table: what is wrong with it, and the target of every row.
//!
//! A target belongs to an indicator, an entity and a period; without entity or period it is for all of them, and the more special
//! one counts. Targets are set ahead, so a period may lie after the data; an entity, and a year before or between the data's years,
//! that the data lack is a slip of the pen.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::Options;
use super::cells::Targets;
use crate::finding::{Finding, nearest};
use crate::panel::{Panel, Period};
use crate::scheme::model::{Document, Frequency, Target};
use crate::scheme::plan::Plan;

/// Years after the data for which a target may be set.
const AHEAD: i32 = 20;
/// Problems after which no nearest name is looked for any more.
const LOOKED_UP: usize = 40;

/// A target with its period as read.
pub(crate) type Timed<'a> = (&'a Target, Option<Period>);

/// Targets by row: those given with the data replace those of the scheme.
pub(super) fn targets(
    document: &Document,
    plan: &Plan,
    panel: &Panel,
    options: &Options,
    findings: &mut Vec<Finding>,
) -> Targets {
    let known: Vec<&str> = document.indicators.iter().map(|i| i.id.as_str()).collect();
    let index = |id: &str| plan.node(id).filter(|n| *n < known.len());
    if document.targets.is_empty() && options.targets.is_empty() {
        return Targets(vec![None; known.len()]);
    }
    let length = panel.periods().first().map(|p| p.frequency());
    let entities = entities(panel);
    let mut all = Vec::new();
    // Whom the scheme's own targets are for was looked at when references were taken; the rows that are measured against them
    // may be anybody's.
    let looked_at = options.references.is_some();
    for (list, looked_at) in [(&document.targets, looked_at), (&options.targets, false)] {
        let read = parsed(list, findings);
        let mut elsewhere = Vec::new();
        let absent = if looked_at { &mut elsewhere } else { &mut *findings };
        all.extend(within(read, panel, &entities, &|f| Some(f) == length, absent));
    }
    // Stable: of equally special ones the later counts.
    all.sort_by_key(|(t, period)| u8::from(t.entity.is_some()) + u8::from(period.is_some()));
    let mut by_indicator: Vec<Option<Vec<f64>>> = vec![None; known.len()];
    for (target, period) in all {
        let Some(indicator) = index(&target.indicator) else {
            findings.push(unknown_indicator(target, &known));
            continue;
        };
        let column = by_indicator[indicator].get_or_insert_with(|| vec![f64::NAN; panel.len()]);
        let entity = target.entity.as_deref().and_then(|e| entities.get(e).copied());
        let periods = match period {
            Some(period) => panel.period_index(period).map_or(0..0, |p| p..p + 1),
            None => 0..panel.periods().len(),
        };
        for p in periods {
            match entity {
                Some(entity) => panel.row(p, entity).into_iter().for_each(|row| column[row] = target.value),
                None => column[panel.rows_of(p)].fill(target.value),
            }
        }
    }
    Targets(by_indicator)
}

fn unknown_indicator(target: &Target, known: &[&str]) -> Finding {
    let finding = Finding::unknown(
        ["target_indicator", "target_indicator_near"],
        &target.indicator,
        known.iter().copied(),
    );
    finding.fact("indicator", &target.indicator)
}

/// Indices of the entities by name: a table may have a target for each of them.
pub(crate) fn entities(panel: &Panel) -> HashMap<Cow<'_, str>, usize> {
    (0..panel.entity_count()).map(|e| (panel.entity_name(e), e)).collect()
}

/// The targets of entities and periods that the data have or may yet have; what is wrong with the others goes to the findings.
/// `fits` says which lengths of periods a target may have.
pub(crate) fn within<'a>(
    targets: Vec<Timed<'a>>,
    panel: &Panel,
    entities: &HashMap<Cow<'_, str>, usize>,
    fits: &dyn Fn(Frequency) -> bool,
    findings: &mut Vec<Finding>,
) -> Vec<Timed<'a>> {
    let years: HashSet<i32> = panel.periods().iter().map(|p| p.calendar_year()).collect();
    let last = panel.periods().last().map_or(0, |p| p.calendar_year());
    let mut sound = Vec::with_capacity(targets.len());
    for (target, period) in targets {
        let there = period.is_none_or(|p| {
            let year = p.calendar_year();
            fits(p.frequency()) && (years.contains(&year) || (last..=last + AHEAD).contains(&year))
        });
        let before = findings.len();
        if !there {
            findings.push(absent_period(target, panel));
        }
        if let Some(entity) = target.entity.as_deref().filter(|e| !entities.contains_key(*e)) {
            findings.push(unknown_entity(target, entity, panel, before < LOOKED_UP));
        }
        if findings.len() == before {
            sound.push((target, period));
        }
    }
    sound
}

/// Targets whose period reads, whose value is finite, and which stand once.
pub(crate) fn parsed<'a>(targets: &'a [Target], findings: &mut Vec<Finding>) -> Vec<Timed<'a>> {
    let mut seen: HashMap<(&str, Option<&str>, Option<Period>), f64> = HashMap::new();
    let mut sound = Vec::with_capacity(targets.len());
    for target in targets {
        let period = target.period.as_deref().map(Period::parse);
        let text = target.period.as_deref().unwrap_or_default();
        if period == Some(None) {
            let finding = Finding::error("target_period").fact("indicator", &target.indicator);
            findings.push(finding.fact("period", text));
            continue;
        }
        let period = period.flatten();
        if !target.value.is_finite() {
            findings.push(named("target_value", target).fact("value", target.value));
            continue;
        }
        match seen.insert((&target.indicator, target.entity.as_deref(), period), target.value) {
            Some(first) => {
                findings.push(named("target_again", target).fact("first", first).fact("value", target.value));
            }
            None => sound.push((target, period)),
        }
    }
    sound
}

/// A finding about a target, with the words that tell which.
fn named(code: &'static str, target: &Target) -> Finding {
    let words = [Some(&target.indicator), target.entity.as_ref(), target.period.as_ref()];
    let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
    Finding::error(code).fact("target", words.join(" / "))
}

/// A target for a time that the data do not reach.
fn absent_period(target: &Target, panel: &Panel) -> Finding {
    let end = |p: Option<&Period>| p.map_or_else(String::new, ToString::to_string);
    named("target_absent_period", target)
        .fact("period", target.period.as_deref().unwrap_or_default())
        .fact("from", end(panel.periods().first()))
        .fact("to", end(panel.periods().last()))
}

/// A target of somebody whom the data lack.
fn unknown_entity(target: &Target, entity: &str, panel: &Panel, look: bool) -> Finding {
    let names: Vec<_> =
        if look { (0..panel.entity_count()).map(|e| panel.entity_name(e)).collect() } else { Vec::new() };
    let finding = match nearest(entity, names.iter().map(AsRef::as_ref)) {
        Some(near) => named("target_entity_near", target).fact("nearest", near),
        None => named("target_entity", target),
    };
    finding.fact("entity", entity)
}
