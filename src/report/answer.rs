//! An answer: facts for programs, sentences and tables for people.

use serde::Serialize;

use super::{Names, Report, Sentence, Table, html, markdown, terminal};
use crate::text::Lang;

/// What a question was answered with.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Answer<F> {
    /// The answer in words, the finding first.
    pub sentences: Vec<Sentence>,
    /// The answer as tables; the first is the answer.
    pub tables: Vec<Table>,
    /// What must be known to read it.
    pub notes: Vec<Sentence>,
    /// Everything that was found, for programs.
    pub facts: F,
}

impl<F: Report> Answer<F> {
    /// Says and lays out what was found, with the names of a scheme.
    pub fn of(facts: F, names: Names<'_>) -> Self {
        Answer {
            sentences: facts.sentences(names),
            tables: facts.tables(names),
            notes: facts.notes(names),
            facts,
        }
    }
}

impl<F> Answer<F> {
    /// The same answer with its facts in another type.
    pub fn map<G>(self, make: impl FnOnce(F) -> G) -> Answer<G> {
        Answer { sentences: self.sentences, tables: self.tables, notes: self.notes, facts: make(self.facts) }
    }

    /// The sentences and notes, one a line; the tables, where there are none.
    pub fn to_text(&self, lang: Lang) -> String {
        let all: Vec<String> = self.sentences.iter().chain(&self.notes).map(|s| s.message(lang)).collect();
        if all.is_empty() { self.to_terminal(lang, None) } else { all.join("\n") }
    }

    /// Sentences and tables, laid out for a terminal in which Chinese characters are two columns wide. Of tables with
    /// several periods only the rows of one are shown, if it is named.
    pub fn to_terminal(&self, lang: Lang, period: Option<&str>) -> String {
        terminal::page(self, period, lang)
    }

    /// Sentences and tables as Markdown.
    pub fn to_markdown(&self, lang: Lang) -> String {
        markdown::page(self, lang)
    }

    /// Sentences and tables as HTML that stands for itself: a notebook shows it as it is, light or dark.
    pub fn to_html(&self, lang: Lang) -> String {
        html::page(self, lang)
    }
}
