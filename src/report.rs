//! What people and programs read of an answer: sentences, tables of typed columns, and how numbers are written.
//!
//! A [`Sentence`] is a code with facts and a [`Table`] typed columns; both are data until somebody reads them, in Chinese or
//! English: in a terminal, as Markdown, as HTML, as JSON, or column by column as a frame. Every number that people read is
//! written by [`Digits`] and [`Measure`].

mod answer;
mod card;
mod cells;
mod html;
mod markdown;
mod names;
mod number;
mod problems;
mod sentence;
mod table;
mod terminal;
#[cfg(feature = "workbook")]
pub(crate) mod xlsx;

pub use answer::Answer;
pub use card::Card;
pub use cells::{Page, Tone};
pub use names::{Label, Names};
pub use number::{Digits, Measure};
pub use problems::{Problem, Problems};
pub use sentence::{Fact, Sentence};
pub use table::{Cells, Column, Kind, Shown, Table};

use crate::number::sealed::Sealed;
use crate::text::Lang;

pub(crate) use html::{escaped as escaped_html, styled as styled_html};
pub(crate) use number::{in_formula, percent, quantity, show};

/// What a question was answered with, for people: its facts are the value itself. Only the answers of this crate are reports.
pub trait Report: Sealed {
    /// The answer in words, the finding first.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence>;

    /// The answer as tables; the first is the answer.
    fn tables(&self, names: Names<'_>) -> Vec<Table>;

    /// What must be known to read the answer.
    fn notes(&self, names: Names<'_>) -> Vec<Sentence> {
        let _ = names;
        Vec::new()
    }

    /// The sentences and notes, one a line; the tables, where there are none.
    fn to_text(&self, names: Names<'_>, lang: Lang) -> String
    where
        Self: Sized,
    {
        Answer::of(self, names).to_text(lang)
    }

    /// Sentences and tables as Markdown.
    fn to_markdown(&self, names: Names<'_>, lang: Lang) -> String
    where
        Self: Sized,
    {
        Answer::of(self, names).to_markdown(lang)
    }
}

impl<F: Report> Sealed for &F {}

impl<F: Report> Report for &F {
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        (**self).sentences(names)
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        (**self).tables(names)
    }

    fn notes(&self, names: Names<'_>) -> Vec<Sentence> {
        (**self).notes(names)
    }
}
