//! Every question of one form, every answer of one form: what a service, a command line and a notebook are made of.
//!
//! A [`Question`] is data (`{"ask": "gaps", "entity": "甘肃", "to": "mean"}`); [`Assessment::ask`](crate::Assessment::ask)
//! answers it with [`Facts`] for programs, sentences and tables for people. What is asked of two assessments, or of no
//! assessment at all, is answered in the same form by [`answer`].

#[cfg(feature = "workbook")]
mod audit_book;
#[cfg(feature = "workbook")]
mod collection;
mod question;
#[cfg(feature = "workbook")]
mod workbook;

#[cfg(feature = "schema")]
pub use question::json_schema;
pub use question::{Facts, Question, answer};
#[cfg(feature = "workbook")]
pub use workbook::Formulas;
