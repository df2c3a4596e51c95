//! Time: the length of periods, and gaps.

use super::{Survey, some_of};
use crate::finding::{Finding, Place};
use crate::panel::Panel;
use crate::scheme::model::Document;

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
            .placed(Place { period: Some(panel.period_text(*first)), ..Place::default() })
            .fact("first", panel.period_text(*first))
            .fact("data", data.name())
            .fact("scheme", scheme.name())
    })
}

/// Periods that no entity has although earlier and later ones are there.
fn between_all(survey: &mut Survey<'_>) {
    let panel = survey.panel;
    let pairs = panel.periods().windows(2);
    let gaps: Vec<_> = pairs.filter(|w| w[1].since(w[0]).is_some_and(|n| n > 1)).collect();
    survey.push_all(gaps, |w| {
        let [from, to] = [w[0], w[1]].map(|period| panel.period_text(period));
        let missing = w[1].since(w[0]).unwrap_or(1) - 1;
        let place = Place { period: Some(to.clone()), ..Place::default() };
        let finding = Finding::warning("period_gap").placed(place).fact("from", from);
        finding.fact("to", to).fact("missing", missing)
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
        let missing: Vec<_> = p.missing.iter().map(|&m| panel.period_text(periods[m])).collect();
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
            .fact("from", panel.period_text(periods[p.first]))
            .fact("to", panel.period_text(periods[p.last]))
            .fact("times", times)
            .fact("periods", periods.len())
    });
}
