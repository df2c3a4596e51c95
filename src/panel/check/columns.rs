//! Columns the scheme wants and the data lack, and the other way round.

use super::Survey;
use crate::finding::{Finding, Place, nearest};

pub(super) fn check(survey: &mut Survey<'_>) {
    let spare = spare(survey);
    let mut named: Vec<&str> = Vec::new();
    for variable in &survey.document.variables {
        let id = variable.id.as_str();
        if survey.panel.column(id).is_some() {
            continue;
        }
        let needed = survey.input.used.is_none_or(|used| used.contains(&id));
        let near = nearest(id, spare.iter().copied());
        named.extend(near);
        let finding = match (survey.panel.text(id), near) {
            (Some(_), _) => Finding::error("column_is_text"),
            (None, Some(near)) => Finding::error("missing_column_near").fact("near", near),
            (None, None) => Finding::error("missing_column").fact("columns", super::some_of(&spare)),
        };
        let mut finding = finding.placed(at(id)).fact("variable", id).fact("unit", &variable.unit);
        if !needed {
            finding.severity = crate::finding::Severity::Warning;
        }
        survey.push(finding);
    }
    let unused: Vec<&str> = spare.into_iter().filter(|c| !named.contains(c)).collect();
    survey.push_all(unused, |c| Finding::info("unused_column").placed(at(c)).fact("column", c));
}

/// Columns of the data that are none of the scheme's.
fn spare<'a>(survey: &Survey<'a>) -> Vec<&'a str> {
    let class = survey.document.class_column.as_deref();
    let known = |c: &&str| survey.rank.contains_key(c) || class == Some(*c);
    let all = survey.panel.column_names().chain(survey.panel.text_names());
    all.chain(survey.input.columns.iter().copied()).filter(|c| !known(c)).collect()
}

fn at(column: &str) -> Place {
    Place { column: Some(column.to_owned()), ..Place::default() }
}
