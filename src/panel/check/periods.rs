//! Time: the length of periods, and gaps.

use super::{Survey, some_of};
use crate::finding::{Finding, Place};
use crate::panel::Panel;
use crate::scheme::model::{Document, Frequency};

pub(super) fn check(survey: &mut Survey<'_>) {
    if let Some(finding) = other_frequency(survey.document, survey.panel) {
        survey.push(finding);
    }
    between_all(survey);
    if !survey.panel.is_balanced() {
        per_entity(survey);
    }
}

/// Periods of another length than the scheme's.
pub(crate) fn other_frequency(document: &Document, panel: &Panel) -> Option<Finding> {
    let first = panel.periods().first()?;
    let (data, scheme) = (first.frequency(), document.period);
    (data != scheme).then(|| {
        Finding::error("other_frequency")
            .placed(Place { period: Some(first.to_string()), ..Place::default() })
            .fact("first", first)
            .fact("data", name(data))
            .fact("scheme", name(scheme))
    })
}

/// As a scheme writes it.
fn name(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Year => "year",
        Frequency::Half => "half",
        Frequency::Quarter => "quarter",
        Frequency::Month => "month",
    }
}

/// Periods that no entity has although earlier and later ones are there.
fn between_all(survey: &mut Survey<'_>) {
    let pairs = survey.panel.periods().windows(2);
    let gaps: Vec<_> = pairs.filter(|w| w[1].since(w[0]).is_some_and(|n| n > 1)).collect();
    survey.push_all(gaps, |w| {
        let place = Place { period: Some(w[1].to_string()), ..Place::default() };
        let missing = w[1].since(w[0]).unwrap_or(1) - 1;
        Finding::warning("period_gap")
            .placed(place)
            .fact("from", w[0])
            .fact("to", w[1])
            .fact("missing", missing)
    });
}

/// One entity's presence.
struct Presence {
    entity: usize,
    first: usize,
    last: usize,
    /// Row of the first period after the first gap.
    back: usize,
    missing: Vec<usize>,
}

fn per_entity(survey: &mut Survey<'_>) {
    let panel = survey.panel;
    let periods = panel.periods();
    let (mut gaps, mut partial) = (Vec::new(), Vec::new());
    for entity in 0..panel.entity_count() {
        let rows: Vec<Option<usize>> = (0..periods.len()).map(|p| panel.row(p, entity)).collect();
        let Some(first) = rows.iter().position(Option::is_some) else { continue };
        let last = rows.iter().rposition(Option::is_some).unwrap_or(first);
        let missing: Vec<usize> = (first..=last).filter(|&p| rows[p].is_none()).collect();
        let after = missing.first().and_then(|&at| rows[at..].iter().flatten().next().copied());
        let back = after.or(rows[first]).unwrap_or(0);
        let presence = Presence { entity, first, last, back, missing };
        if !presence.missing.is_empty() {
            gaps.push(presence);
        } else if first > 0 || last + 1 < periods.len() {
            partial.push(presence);
        }
    }
    let by_row = |p: &Presence| panel.caller_row(p.back);
    gaps.sort_by_key(by_row);
    partial.sort_by_key(by_row);
    survey.push_all(gaps, |p| {
        let missing: Vec<_> = p.missing.iter().map(|&m| periods[m]).collect();
        Finding::warning("entity_gap")
            .placed(panel.place(p.back, None))
            .fact("entity", panel.entity_name(p.entity))
            .fact("missing", some_of(&missing))
    });
    survey.push_all(partial, |p| {
        let times = p.last + 1 - p.first;
        Finding::info("entity_in_some_periods")
            .placed(panel.place(p.back, None))
            .fact("entity", panel.entity_name(p.entity))
            .fact("from", periods[p.first])
            .fact("to", periods[p.last])
            .fact("times", times)
            .fact("periods", periods.len())
    });
}
