//! What can be wrong with the text of a formula.

use std::ops::Range;

use super::{MAX_DEPTH, MAX_LENGTH, MAX_NODES};
use crate::finding::Finding;

/// One thing that is wrong, and where: `span` counts characters from the formula's start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.finding().message(crate::Lang::En))]
pub struct FormulaError {
    /// What is wrong.
    pub kind: Kind,
    /// The characters concerned; empty at the end of the text.
    pub span: Range<usize>,
}

/// What is wrong with the text of a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Nothing but blanks.
    Empty,
    /// More than [`MAX_LENGTH`] characters.
    TooLong,
    /// More than [`MAX_DEPTH`] levels.
    TooDeep,
    /// More than [`MAX_NODES`] nodes.
    TooMany,
    /// A character formulas have no use for.
    Character(char),
    /// An operator of another language.
    Operator {
        /// As written.
        found: String,
        /// As formulas write it.
        write: &'static str,
    },
    /// A number that cannot be read (`1.2.3`) or has more than 15 significant digits.
    Number(String),
    /// The text ends where a value was due.
    End,
    /// Something stands where a value was due.
    Value(String),
    /// Something stands where an operator was due (`2 x`).
    Missing(String),
    /// `[` after a number is never closed.
    UnitOpen,
    /// `[]` names no unit of measure.
    NoUnit,
    /// A unit of measure stands behind something that is no number (`gdp [亿元]`).
    UnitPlace(String),
    /// A parenthesis is never closed.
    Unclosed,
    /// A parenthesis closes nothing.
    Unopened,
    /// `a < b < c`
    Chain,
    /// No such function.
    Function {
        /// As written.
        name: String,
        /// Known one that is near.
        near: Option<String>,
    },
    /// Wrong number of arguments.
    Arguments {
        /// Function.
        name: &'static str,
        /// How it is written.
        usage: &'static str,
        /// How many there are.
        found: usize,
    },
    /// An argument that must be a whole number written out (`lag(x, n)`).
    Whole {
        /// Function.
        name: &'static str,
        /// Least.
        low: i32,
        /// Most.
        high: i32,
    },
    /// `score(…)` takes a bare name.
    Name(&'static str),
    /// An argument that must be a number from 0 to 1 written out.
    Share(&'static str),
}

impl FormulaError {
    pub(crate) fn new(kind: Kind, span: Range<usize>) -> Self {
        FormulaError { kind, span }
    }

    /// The error as a finding; its place has the character within the formula, from 1.
    pub fn finding(&self) -> Finding {
        let e = Finding::error;
        let finding = match &self.kind {
            Kind::Empty => e("formula_empty"),
            Kind::TooLong => e("formula_too_long").fact("most", MAX_LENGTH),
            Kind::TooDeep => e("formula_too_deep").fact("most", MAX_DEPTH),
            Kind::TooMany => e("formula_too_many").fact("most", MAX_NODES),
            Kind::Character('%') => e("formula_percent"),
            Kind::Character(c) => e("formula_character").fact("found", c.escape_debug()),
            Kind::Operator { found, write } => {
                e("formula_operator").fact("found", found).fact("write", write)
            }
            Kind::Number(text) => e("formula_number").fact("found", text),
            Kind::End => e("formula_end"),
            Kind::Value(found) => e("formula_value").fact("found", found),
            Kind::Missing(found) => e("formula_missing_operator").fact("found", found),
            Kind::UnitOpen => e("formula_unit_open"),
            Kind::NoUnit => e("formula_no_unit"),
            Kind::UnitPlace(found) => e("formula_unit_place").fact("found", found),
            Kind::Unclosed => e("formula_unclosed"),
            Kind::Unopened => e("formula_unopened"),
            Kind::Chain => e("formula_chain"),
            Kind::Function { name, near: Some(near) } => {
                e("formula_function_near").fact("name", name).fact("near", near)
            }
            Kind::Function { name, near: None } => e("formula_function")
                .fact("name", name)
                .fact("known", super::parse::function_names().join(" ")),
            Kind::Arguments { name, usage, found } => {
                e("formula_arguments").fact("name", name).fact("usage", usage).fact("found", found)
            }
            Kind::Whole { name, low, high } => {
                e("formula_whole").fact("name", name).fact("low", low).fact("high", high)
            }
            Kind::Name(name) => e("formula_name").fact("name", name),
            Kind::Share(name) => e("formula_share").fact("name", name),
        };
        at(finding, &self.span)
    }
}

impl From<&FormulaError> for Finding {
    fn from(error: &FormulaError) -> Finding {
        error.finding()
    }
}

/// A finding at characters of the formula.
pub(crate) fn at(mut finding: Finding, span: &Range<usize>) -> Finding {
    finding.place.character = Some(span.start + 1);
    finding.place.length = span.len();
    finding
}
