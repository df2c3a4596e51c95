//! An answer: facts for programs, sentences and tables for people.

use serde::Serialize;

#[cfg(feature = "workbook")]
use super::xlsx::{self, workbook};
use super::{Names, Page, Report, Sentence, Table, html, markdown, terminal};
#[cfg(feature = "workbook")]
use crate::error::DataError;
use crate::text::Lang;
#[cfg(feature = "workbook")]
use crate::text::render;

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

    /// The tables that people read, as the texts that stand on a page: what other renderers lay out.
    pub fn pages(&self, lang: Lang) -> Vec<Page> {
        Page::all(&self.tables, lang)
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

#[cfg(feature = "workbook")]
impl<F> Answer<F> {
    /// The answer as an `.xlsx` file: a sheet with the sentences and notes, and one for each table.
    ///
    /// # Errors
    /// More rows than a sheet has.
    pub fn to_workbook(&self, lang: Lang) -> Result<Vec<u8>, DataError> {
        let said: Vec<&Sentence> = self.sentences.iter().chain(&self.notes).collect();
        let said = Table::of("said", &said).said("text", "col_message", |s| Some((*s).clone())).done();
        let mut pages = Vec::new();
        let title = self.sentences.first().map(|s| s.message(lang)).unwrap_or_default();
        for (i, table) in self.tables.iter().filter(|t| !t.detail).enumerate() {
            let own = table.title.as_ref().map(|t| t.message(lang));
            let name = own.clone().unwrap_or_else(|| render("sheet_answer", lang, &[]));
            let title = own.unwrap_or_else(|| title.clone());
            pages.push(xlsx::Page {
                name: sheet_name(&name, i),
                title,
                tables: vec![(String::new(), table)],
            });
        }
        let name = render("sheet_said", lang, &[]);
        pages.push(xlsx::Page { title: name.clone(), name, tables: vec![(String::new(), &said)] });
        workbook(pages, "", lang)
    }
}

/// A name that Excel takes, and no other sheet of the answer has.
#[cfg(feature = "workbook")]
fn sheet_name(title: &str, place: usize) -> String {
    const LONGEST: usize = 24;
    let name: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(LONGEST).collect();
    if place == 0 { name } else { format!("{} {name}", place + 1) }
}
