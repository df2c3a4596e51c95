//! What is wrong with a scheme or with data, as a table.

use serde::{Deserialize, Serialize};

use super::{Label, Names, Report, Sentence, Table};

/// A finding in the words of a language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// `error`, `warning` or `info`.
    pub severity: String,
    /// Where in the scheme.
    pub place: Option<String>,
    /// Whose.
    pub entity: Option<String>,
    /// When.
    pub period: Option<String>,
    /// In which column.
    pub column: Option<String>,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// Problems, in the order in which they are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Problems(pub Vec<Problem>);

impl Report for Problems {
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        Vec::new()
    }

    fn tables(&self, _: Names<'_>) -> Vec<Table> {
        let plain = |text: &Option<String>| text.as_deref().map(Label::plain);
        let severity = |id: &str| Label::said(id, |lang| crate::text::label("severity_", id, lang));
        let table = Table::of("problems", &self.0)
            .names("severity", "col_severity", |p| &p.severity, severity)
            .labels("place", "col_place", |p| plain(&p.place))
            .labels("entity", "col_entity", |p| plain(&p.entity))
            .labels("period", "col_period", |p| plain(&p.period))
            .labels("column", "col_column", |p| plain(&p.column))
            .labels("message", "col_message", |p| Some(Label::plain(&p.message)));
        vec![table.done()]
    }
}
