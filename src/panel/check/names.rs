//! Names of entities: stray spaces, look-alikes, benchmarks that are not there.

use std::collections::HashMap;

use super::Survey;
use crate::finding::{Finding, nearest};
use crate::panel::Panel;

/// Comparisons of names that one check may spend on finding the nearest one.
pub(super) const PATIENCE: usize = 100_000;

pub(super) fn check(survey: &mut Survey<'_>) {
    if survey.panel.shape.entities.are_texts() {
        look_alikes(survey);
    }
    benchmarks(survey);
    screened(survey);
}

/// The name without spaces and invisible characters, full-width letters and digits as half-width, in lower case.
pub(crate) fn tidy(name: &str) -> String {
    let visible = name.chars().filter(|c| !is_stray(*c));
    let narrow = visible.map(|c| match c {
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    });
    narrow.flat_map(char::to_lowercase).collect()
}

/// Whether a character is a space or cannot be seen.
pub(crate) fn is_stray(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Endings of Chinese administrative names, longer ones first.
const ENDINGS: &[&str] =
    &["维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "自治州", "地区", "省", "市", "县"];

/// 甘肃省 → 甘肃; `None` if there is no ending, or too little before it to be a name.
fn bare(tidy: &str) -> Option<&str> {
    let short = ENDINGS.iter().find_map(|ending| tidy.strip_suffix(ending))?;
    (short.chars().count() >= 2).then_some(short)
}

/// Pairs of entities (the odd one, the one it looks like), each odd one once; and names with stray edges.
fn look_alikes(survey: &mut Survey<'_>) {
    let panel = survey.panel;
    let tidied: Vec<String> = (0..panel.entity_count()).map(|e| tidy(&panel.entity_name(e))).collect();
    // Of names alike the cleanest counts as the right one, so that the order of rows does not matter.
    let rank = |e: usize| (panel.entity_name(e) != tidied[e].as_str(), panel.entity_name(e));
    let mut first: HashMap<&str, usize> = HashMap::with_capacity(tidied.len());
    for (entity, key) in tidied.iter().enumerate() {
        let plain = first.entry(key).or_insert(entity);
        if *plain != entity && rank(entity) < rank(*plain) {
            *plain = entity;
        }
    }
    let (mut twins, mut stray) = (Vec::new(), Vec::new());
    for (entity, key) in tidied.iter().enumerate() {
        let name = panel.entity_name(entity);
        match first.get(key.as_str()) {
            Some(&plain) if plain != entity => twins.push((entity, plain)),
            _ if name.starts_with(is_stray) || name.ends_with(is_stray) => stray.push(entity),
            _ => {}
        }
    }
    let longer = (0..tidied.len()).filter_map(|e| Some((e, *first.get(bare(&tidied[e])?)?)));
    twins.extend(longer);
    let row = |entity: usize| first_row(panel, entity);
    twins.sort_by_key(|&(odd, _)| panel.caller_row(row(odd)));
    stray.sort_by_key(|&odd| panel.caller_row(row(odd)));
    survey.push_all(twins, |(odd, plain)| {
        Finding::warning("entity_look_alike")
            .placed(panel.place(row(odd), None))
            .fact("entity", shown(&panel.entity_name(odd)))
            .fact("other", shown(&panel.entity_name(plain)))
    });
    survey.push_all(stray, |odd| {
        Finding::warning("entity_spaces")
            .placed(panel.place(row(odd), None))
            .fact("entity", shown(&panel.entity_name(odd)))
    });
}

/// Quoted, with what cannot be seen written out.
pub(super) fn shown(name: &str) -> String {
    let mut text = String::from("“");
    for c in name.chars() {
        match c {
            ' ' => text.push('␣'),
            c if is_stray(c) => text.extend(c.escape_unicode()),
            c => text.push(c),
        }
    }
    text.push('”');
    text
}

/// The first row of an entity.
pub(super) fn first_row(panel: &Panel, entity: usize) -> usize {
    (0..panel.periods().len()).find_map(|p| panel.row(p, entity)).unwrap_or(0)
}

/// Entities that the screening of the scheme names and the data lack.
fn screened(survey: &mut Survey<'_>) {
    let Some(screen) = &survey.document.screen else { return };
    let known = index(survey.panel);
    let named = screen.keep.iter().chain(&screen.leave);
    let absent: Vec<&String> = named.filter(|name| !known.contains_key(name.as_str())).collect();
    survey.push_all(absent, |name| Finding::warning("screen_absent").fact("entity", name));
}

fn benchmarks(survey: &mut Survey<'_>) {
    let panel = survey.panel;
    if survey.document.benchmarks.is_empty() {
        return;
    }
    let known = index(panel);
    let absent: Vec<&String> =
        survey.document.benchmarks.iter().filter(|b| !known.contains_key(b.as_str())).collect();
    let mut patience = PATIENCE;
    survey.push_all(absent, |name| {
        let finding = match nearest_entity(panel, name, &mut patience) {
            Some(near) => Finding::warning("benchmark_near").fact("near", shown(&near)),
            None => Finding::warning("benchmark_absent"),
        };
        finding.fact("entity", name)
    });
}

/// Entities by name.
pub(super) fn index(panel: &Panel) -> HashMap<String, usize> {
    (0..panel.entity_count()).map(|e| (panel.entity_name(e).into_owned(), e)).collect()
}

/// The entity with the nearest name, as long as patience lasts.
pub(super) fn nearest_entity(panel: &Panel, name: &str, patience: &mut usize) -> Option<String> {
    *patience = patience.checked_sub(panel.entity_count())?;
    let mut names: Vec<_> = (0..panel.entity_count()).map(|e| panel.entity_name(e)).collect();
    names.sort_unstable();
    let same = names.iter().find(|n| tidy(n) == tidy(name));
    same.map(ToString::to_string)
        .or_else(|| nearest(name, names.iter().map(AsRef::as_ref)).map(str::to_owned))
}
