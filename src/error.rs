//! The public errors: everything that is wrong, as data, rendered late.

use std::fmt::Write as _;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::finding::{Finding, Severity};
use crate::text::{self, Lang};

/// Most problems one error carries; nobody reads further, and a hostile file could cause any number.
const MOST_FINDINGS: usize = 200;

/// A scheme that does not load: every problem of the file at once.
///
/// Its text shows each problem with its line and a caret:
///
/// ```
/// # #[cfg(feature = "toml")] {
/// let error = kaohe::Scheme::from_toml("kaohe = 1\nid = \"a\"\nweigth = 3").unwrap_err();
/// assert_eq!(error.findings().len(), 2);
/// assert!(error.to_string().contains("3 | weigth = 3"));
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", self.render(Lang::En))]
pub struct SchemeError {
    findings: Vec<Finding>,
    text: Option<Arc<str>>,
}

impl SchemeError {
    /// From findings, in the order of the file, and the text they point into.
    pub(crate) fn new(mut findings: Vec<Finding>, text: Option<Arc<str>>) -> Self {
        let last = |f: &Finding| (f.severity != Severity::Error, f.code == "more_problems");
        findings.sort_by_key(|f| (last(f), f.place.line, f.place.character));
        if findings.len() > MOST_FINDINGS {
            findings.truncate(MOST_FINDINGS);
            findings.retain(|f| f.code != "more_problems");
            findings.push(Finding::error("more_problems"));
        }
        SchemeError { findings, text }
    }

    /// What is wrong: errors first, each kind in the order of the file.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The whole text in a language: a message, its place, the line and a caret for each problem.
    pub fn render(&self, lang: Lang) -> String {
        let mut out = String::new();
        for finding in &self.findings {
            excerpt(&mut out, finding, self.text.as_deref(), lang);
            out.push('\n');
        }
        let errors = self.findings.iter().filter(|f| f.severity == Severity::Error).count();
        let code = if errors == 1 { "scheme_refused_one" } else { "scheme_refused" };
        out.push_str(&text::render(code, lang, &[("count", errors.to_string())]));
        out
    }
}

/// Data that cannot be assessed: every problem at once.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{}", self.render(Lang::En))]
pub struct DataError {
    findings: Vec<Finding>,
}

/// What kind of trouble a [`DataError`] is, for a program that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DataErrorKind {
    /// The data cannot be assessed: they lack something, or something in them is wrong.
    Data,
    /// What was asked cannot be answered: an unknown name, an impossible target.
    Question,
    /// References that are damaged, or made by another scheme or for other data.
    References,
    /// The work was ended by its [`Budget`](crate::Budget).
    Ended,
}

impl DataError {
    /// What kind of trouble it is, as its worst finding says.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// use kaohe::{DataErrorKind, Labels, Panel};
    /// let error = Panel::builder(Labels::from_iter(["甲市"]), vec![]).build().unwrap_err();
    /// assert_eq!(error.kind(), DataErrorKind::Data);
    /// # }
    /// ```
    pub fn kind(&self) -> DataErrorKind {
        const QUESTIONS: [&str; 22] = [
            "plan_",
            "analysis_",
            "allocate_",
            "award_",
            "suggest_",
            "mix_",
            "question_",
            "scorer_",
            "edit_",
            "unknown_node",
            "unknown_period",
            "unknown_entity",
            "entity_not_in_period",
            "range_",
            "consistent_",
            "next_",
            "rank_sets_",
            "smaa_",
            "robustness_",
            "vary_",
            "address_",
            "sensitivity_",
        ];
        let code = self.findings.first().map_or("", |worst| worst.code);
        let begins = |start: &&str| code.starts_with(start);
        match code {
            _ if code.starts_with("budget_") => DataErrorKind::Ended,
            _ if code.starts_with("references_") => DataErrorKind::References,
            _ if QUESTIONS.iter().any(begins) => DataErrorKind::Question,
            _ => DataErrorKind::Data,
        }
    }

    /// What is wrong, errors first, to keep.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// From findings, worst first.
    pub fn new(mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
        DataError { findings }
    }

    /// What is wrong, errors first.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// One line per finding.
    pub fn render(&self, lang: Lang) -> String {
        let lines: Vec<String> = self
            .findings
            .iter()
            .map(|f| {
                let place = f.place.text(lang);
                let colon = if place.is_empty() { "" } else { ": " };
                format!("{place}{colon}{}", f.message(lang))
            })
            .collect();
        lines.join("\n")
    }
}

/// A text that is not what it should be read as.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not {expected}")]
pub struct ParseError {
    text: String,
    expected: &'static str,
}

impl ParseError {
    pub(crate) fn new(text: &str, expected: &'static str) -> Self {
        ParseError { text: text.chars().take(80).collect(), expected }
    }
}

/// `FromStr` beside a `parse` that gives an `Option`.
macro_rules! from_str {
    ($($name:ty: $expected:literal),* $(,)?) => {$(
        impl std::str::FromStr for $name {
            type Err = $crate::error::ParseError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                <$name>::parse(text).ok_or_else(|| $crate::error::ParseError::new(text, $expected))
            }
        }
    )*};
}
pub(crate) use from_str;

from_str!(Lang: "zh or en");

/// A finding with its line and a caret, aligned where Chinese characters are two columns wide.
pub(crate) fn excerpt(out: &mut String, finding: &Finding, text: Option<&str>, lang: Lang) {
    let (place, at) = (&finding.place, finding.place.text(lang));
    let word = text::render(finding.severity.name(), lang, &[]);
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{word}: {}", finding.message(lang));
    let line = place.line.and_then(|n| Some((n, text?.lines().nth(n - 1)?)));
    let Some((number, line)) = line else {
        if !at.is_empty() {
            let _ = writeln!(out, "  --> {at}");
        }
        return;
    };
    let gutter = " ".repeat(number.to_string().len());
    let _ = writeln!(out, "{gutter}--> {at}");
    let from = place.character.unwrap_or(1).saturating_sub(1);
    let (shown, from, length) = window(line, from, place.length.max(1));
    let width = |text: &str| text.width();
    let before: String = shown.chars().take(from).collect();
    let marked: String = shown.chars().skip(from).take(length).collect();
    let caret = "^".repeat(width(&marked).max(1));
    let _ = writeln!(out, "{gutter} |");
    let _ = writeln!(out, "{number} | {}", shown.trim_end());
    let _ = writeln!(out, "{gutter} | {}{caret}", " ".repeat(width(&before)));
}

/// At most a screen's width of a line around the caret, tabs and control characters as blanks.
fn window(line: &str, from: usize, length: usize) -> (String, usize, usize) {
    const WIDE: usize = 110;
    let plain: Vec<char> = line.chars().map(|c| if c.width().unwrap_or(0) == 0 { ' ' } else { c }).collect();
    if plain.len() <= WIDE {
        return (plain.into_iter().collect(), from, length);
    }
    let start = from.saturating_sub(WIDE / 2).min(plain.len() - WIDE);
    let mut shown: String = plain.iter().skip(start).take(WIDE).collect();
    let mut shift = 0;
    if start > 0 {
        shown.insert_str(0, "… ");
        shift = 2;
    }
    if start + WIDE < plain.len() {
        shown.push_str(" …");
    }
    (shown, from - start + shift, length.min(WIDE))
}
