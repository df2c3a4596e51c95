//! Classes of the data against those of the scheme.

use std::collections::{HashMap, HashSet};

use super::{Survey, names, peers::Peers, some_of};
use crate::finding::{Finding, Place, nearest};

pub(super) fn check(survey: &mut Survey<'_>) {
    members(survey);
    match survey.document.class_column.as_deref() {
        Some(column) => by_column(survey, column),
        None => without_class(survey),
    }
}

/// Entities that a class lists and the data lack.
fn members(survey: &mut Survey<'_>) {
    let panel = survey.panel;
    let classes = &survey.document.classes;
    if classes.iter().all(|c| c.entities.is_empty()) {
        return;
    }
    let known = names::index(panel);
    let listed = classes.iter().flat_map(|c| c.entities.iter().map(move |e| (c, e)));
    let absent: Vec<_> = listed.filter(|(_, e)| !known.contains_key(e.as_str())).collect();
    let mut patience = names::PATIENCE;
    survey.push_all(absent, |(class, entity)| {
        let finding = match names::nearest_entity(panel, entity, &mut patience) {
            Some(near) => Finding::warning("class_member_near").fact("near", near),
            None => Finding::warning("class_member_absent"),
        };
        finding.fact("class", &class.id).fact("entity", entity)
    });
}

fn by_column(survey: &mut Survey<'_>, column: &str) {
    let panel = survey.panel;
    let Some(texts) = panel.text(column) else {
        survey.push(Finding::error("missing_class_column").of_column(column));
        return;
    };
    let peers = Peers::of(survey.document, panel);
    let counted = |row: &usize| !peers.is_benchmark(panel.entity_of(*row));
    let mut empty: Vec<usize> = (0..texts.len()).filter(|&r| texts[r].is_none()).filter(counted).collect();
    empty.sort_by_key(|&row| panel.caller_row(row));
    survey.push_all(empty, |row| {
        Finding::error("class_empty").of_row(panel.place(row, None)).of_column(column)
    });
    let ids: Vec<&str> = survey.document.classes.iter().map(|c| c.id.as_str()).collect();
    if ids.is_empty() {
        return;
    }
    let known: HashSet<&str> = ids.iter().copied().collect();
    // One finding a class, at its first row, with the number of rows: a misspelt class rarely stands alone.
    let mut unknown: HashMap<&str, (usize, usize)> = HashMap::new();
    for (row, text) in texts.iter().enumerate().filter(|(row, _)| counted(row)) {
        if let Some(id) = text.as_deref().filter(|id| !known.contains(id)) {
            let caller = panel.caller_row(row);
            let seen = unknown.entry(id).or_insert((row, 0));
            if caller < panel.caller_row(seen.0) {
                seen.0 = row;
            }
            seen.1 += 1;
        }
    }
    let mut unknown: Vec<_> = unknown.into_iter().collect();
    unknown.sort_by_key(|(_, (row, _))| panel.caller_row(*row));
    survey.push_all(unknown, |(id, (row, rows))| {
        let at =
            Place { column: Some(column.to_owned()), value: Some(id.to_owned()), ..panel.place(row, None) };
        let finding = match nearest(id, ids.iter().copied()) {
            Some(near) => Finding::error("unknown_class_near").fact("near", near),
            None => Finding::error("unknown_class").fact("classes", some_of(&ids)),
        };
        finding.placed(at).fact("class", id).fact("rows", rows)
    });
}

/// Entities in no class although the classes list theirs.
fn without_class(survey: &mut Survey<'_>) {
    let panel = survey.panel;
    let classes = &survey.document.classes;
    if classes.iter().all(|c| c.entities.is_empty()) {
        return;
    }
    let listed: HashSet<&str> = classes.iter().flat_map(|c| c.entities.iter().map(String::as_str)).collect();
    let peers = Peers::of(survey.document, panel);
    let mut lost: Vec<usize> = (0..panel.entity_count())
        .filter(|&e| !peers.is_benchmark(e) && !listed.contains(panel.entity_name(e).as_ref()))
        .map(|e| names::first_row(panel, e))
        .collect();
    lost.sort_by_key(|&row| panel.caller_row(row));
    survey.push_all(lost, |row| Finding::warning("entity_without_class").of_row(panel.place(row, None)));
}
