//! Columns the scheme wants and the data lack, and the other way round.

use super::{Survey, names};
use crate::finding::{Finding, Place, nearest};
use crate::formula::Formula;
use crate::number::Exact;
use crate::scheme::model::MemberVariable;

pub(super) fn check(survey: &mut Survey<'_>) {
    let document = survey.document;
    let class = document.class_column.as_deref();
    for column in document.text_columns() {
        if class != Some(column) && survey.panel.text(column).is_none() {
            survey.push(Finding::error("missing_label_column").of_column(column));
        }
    }
    let spare = spare(survey);
    let (mut named, mut statistics): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut patience = names::PATIENCE;
    for variable in &survey.document.variables {
        let id = variable.id.as_str();
        if survey.panel.column(id).is_some() {
            continue;
        }
        if variable.is_statistic() {
            statistics.push(id);
            continue;
        }
        let needed = survey.input.used.is_none_or(|used| used.contains(&id));
        if let Some(texts) = survey.panel.text(id) {
            text_column(survey, id, &variable.unit, texts);
            continue;
        }
        patience = patience.saturating_sub(spare.len());
        let near = if patience > 0 { nearest(id, spare.iter().copied()) } else { None };
        named.extend(near);
        let finding = match near {
            Some(near) => Finding::error("missing_column_near").fact("near", near),
            None => Finding::error("missing_column").fact("columns", super::some_of(&spare)),
        };
        let mut finding = finding.placed(at(id)).fact("variable", id).fact("unit", &variable.unit);
        if !needed {
            finding.severity = crate::finding::Severity::Warning;
        }
        survey.push(finding);
    }
    let without = without_members(survey, &statistics);
    for finding in without {
        survey.push(finding);
    }
    let unused: Vec<&str> = spare.into_iter().filter(|c| !named.contains(c)).collect();
    survey.push_all(unused, |c| Finding::info("unused_column").of_column(c));
}

/// What the table of members lacks for the statistics that are not given as columns.
fn without_members(survey: &Survey<'_>, statistics: &[&str]) -> Vec<Finding> {
    let (Some(first), Some(table)) = (statistics.first(), &survey.document.members) else {
        return Vec::new();
    };
    let Some(members) = survey.panel.members() else {
        return vec![Finding::error("members_missing").placed(at(first)).fact("statistic", first)];
    };
    let spare: Vec<&str> =
        members.column_names().filter(|c| table.variables.iter().all(|v| v.id != *c)).collect();
    let absent = table.variables.iter().filter(|v| members.column(&v.id).is_none());
    let read = absent.filter(|v| statistics.iter().any(|s| reads(s, &v.id)));
    let finding = |v: &MemberVariable| {
        let finding = Finding::error("members_without_column").placed(at(&v.id)).fact("variable", &v.id);
        finding.fact("unit", &v.unit).fact("columns", super::some_of(&spare))
    };
    read.map(finding).collect()
}

/// Whether a statistic reads a variable of the members.
fn reads(statistic: &str, variable: &str) -> bool {
    let formula = Formula::parse(statistic);
    formula.is_ok_and(|f| f.calls().any(|call| call.reads().any(|name| name == variable)))
}

/// Every cell of a text column that is no number; or the column, if all of them are.
fn text_column(survey: &mut Survey<'_>, id: &str, unit: &str, texts: &[Option<String>]) {
    let panel = survey.panel;
    let written = |row: usize| texts[row].as_deref().unwrap_or_default().trim().to_owned();
    let mut rows: Vec<usize> = (0..texts.len())
        .filter(|&row| !written(row).is_empty() && Exact::parse(&written(row)).is_none())
        .collect();
    if rows.is_empty() {
        let finding = Finding::error("column_is_text").placed(at(id));
        survey.push(finding.fact("variable", id).fact("unit", unit));
        return;
    }
    rows.sort_by_key(|&row| panel.caller_row(row));
    survey.push_all(rows, |row| {
        let (column, value) = (Some(id.to_owned()), Some(written(row)));
        let place = Place { column, value, ..panel.place(row, None) };
        let finding = match meant(&written(row)) {
            Some(number) => Finding::error("text_value_near").fact("near", number),
            None => Finding::error("text_value"),
        };
        finding.of_row(place).fact("variable", id).fact("value", written(row)).fact("unit", unit)
    });
}

/// The number behind thousands separators, spaces and full-width digits.
fn meant(text: &str) -> Option<String> {
    let plain = names::tidy(text).replace(',', "");
    Exact::parse(&plain).map(|_| plain)
}

/// Columns of the data that are none of the scheme's.
fn spare<'a>(survey: &Survey<'a>) -> Vec<&'a str> {
    let texts = survey.document.text_columns();
    let known = |c: &&str| survey.rank.contains_key(c) || texts.contains(c);
    let all = survey.panel.column_names().chain(survey.panel.text_names());
    all.chain(survey.input.columns.iter().copied()).filter(|c| !known(c)).collect()
}

fn at(column: &str) -> Place {
    Place { column: Some(column.to_owned()), ..Place::default() }
}
