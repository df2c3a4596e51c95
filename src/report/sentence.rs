//! Sentences as data: a code of the catalogue with its facts, rendered late in Chinese or English.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::names::Label;
use super::number::{Digits, Measure, percent, show};
use crate::method::rules::Branch;
use crate::text::{self, Lang};

/// Something that fills a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// A text that is the same in every language: a name, a formula.
    Text(String),
    /// A number, as it stands in a formula.
    Number(f64, Digits),
    /// A number in its unit.
    Quantity(f64, Measure),
    /// A share 0 … 1, shown in per cent.
    Percent(f64, Digits),
    /// A period as it is written; a year alone is a year in Chinese.
    Period(String),
    /// A title, or the id where there is none.
    Name(Label),
    /// Several, in a row.
    List(Vec<Fact>),
    /// Several sentences in a row.
    Clauses(Vec<Sentence>),
    /// A sentence of its own.
    Said(Box<Sentence>),
}

/// How many names a list has at most; of more the first few stand for all.
const LISTED: usize = 8;

impl Fact {
    /// Several in a row, the first few of many.
    pub(crate) fn list<T>(all: &[T], fact: impl Fn(&T) -> Fact) -> Self {
        Fact::few(all, LISTED, fact)
    }

    /// Several in a row: so many, the others counted.
    pub(crate) fn few<T>(all: &[T], most: usize, fact: impl Fn(&T) -> Fact) -> Self {
        Fact::few_and(all, most, |count| Sentence::new("word_more").fact("count", count), fact)
    }

    /// Several in a row: so many, and what `more` says of the others.
    pub(crate) fn few_and<T>(
        all: &[T],
        most: usize,
        more: impl Fn(usize) -> Sentence,
        fact: impl Fn(&T) -> Fact,
    ) -> Self {
        let mut facts: Vec<Fact> = all.iter().take(most).map(fact).collect();
        facts.extend(all.get(most..).filter(|rest| !rest.is_empty()).map(|rest| more(rest.len()).into()));
        Fact::List(facts)
    }

    /// In a language.
    pub(crate) fn text(&self, lang: Lang) -> String {
        let joined = |texts: Vec<String>, zh, en| texts.join(if lang == Lang::Zh { zh } else { en });
        match self {
            Fact::Text(text) => text.clone(),
            Fact::Number(x, digits) => show(*x, *digits),
            Fact::Quantity(x, measure) => {
                let (by, measure) = measure.said(*x);
                measure.text(x / by, lang)
            }
            Fact::Percent(share, digits) => percent(*share, *digits),
            Fact::Period(period) if lang == Lang::Zh && is_year(period) => format!("{period} 年"),
            Fact::Period(period) => period.clone(),
            Fact::Name(label) => label.text(lang),
            Fact::List(facts) => joined(facts.iter().map(|f| f.text(lang)).collect(), "、", ", "),
            Fact::Clauses(said) => joined(said.iter().map(|s| s.message(lang)).collect(), "；", "; "),
            Fact::Said(sentence) => sentence.message(lang),
        }
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Fact::Text(text.to_owned())
    }
}

impl From<&String> for Fact {
    fn from(text: &String) -> Self {
        Fact::Text(text.clone())
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Fact::Text(text)
    }
}

impl From<usize> for Fact {
    fn from(count: usize) -> Self {
        Fact::Quantity(count as f64, Measure::default())
    }
}

impl From<Label> for Fact {
    fn from(label: Label) -> Self {
        Fact::Name(label)
    }
}

impl From<Sentence> for Fact {
    fn from(sentence: Sentence) -> Self {
        Fact::Said(Box::new(sentence))
    }
}

impl From<Option<Sentence>> for Fact {
    fn from(sentence: Option<Sentence>) -> Self {
        sentence.map_or_else(|| Fact::Text(String::new()), Fact::from)
    }
}

/// A code of the catalogue with its facts, rendered late; serialised with both renderings.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// Code in the catalogue.
    pub code: &'static str,
    /// What fills the sentence.
    pub facts: Vec<(&'static str, Fact)>,
}

impl Sentence {
    pub(crate) fn new(code: &'static str) -> Self {
        Sentence { code, facts: Vec::new() }
    }

    /// With one more fact.
    #[must_use]
    pub(crate) fn fact(mut self, name: &'static str, fact: impl Into<Fact>) -> Self {
        self.facts.push((name, fact.into()));
        self
    }

    /// A period.
    pub(crate) fn when(self, name: &'static str, period: &str) -> Self {
        self.fact(name, Fact::Period(period.to_owned()))
    }

    pub(crate) fn text(self, name: &'static str, text: impl Into<String>) -> Self {
        self.fact(name, text.into())
    }

    pub(crate) fn number(self, name: &'static str, x: f64) -> Self {
        self.fact(name, Fact::Number(x, Digits::Computed))
    }

    pub(crate) fn typed(self, name: &'static str, x: f64) -> Self {
        self.fact(name, Fact::Number(x, Digits::Typed))
    }

    /// A number in its unit.
    pub(crate) fn quantity(self, name: &'static str, x: f64, measure: Measure) -> Self {
        self.fact(name, Fact::Quantity(x, measure))
    }

    /// A number of points, or a rank, with so many decimals at most.
    pub(crate) fn points(self, name: &'static str, x: f64, decimals: usize) -> Self {
        self.quantity(name, x, Measure::pure(Digits::AtMost(decimals)))
    }

    /// A change in points, with its sign.
    pub(crate) fn change(self, name: &'static str, x: f64, decimals: usize) -> Self {
        self.quantity(name, x, Measure::pure(Digits::AtMost(decimals)).signed())
    }

    /// What a rule or a measure says it did; its computed numbers lose their binary noise.
    pub(crate) fn branch(branch: &Branch) -> Self {
        let fact = |(name, text): &(&'static str, String)| match text.parse::<f64>() {
            Ok(x) => (*name, Fact::Number(x, tidy(text))),
            Err(_) => (*name, Fact::Text(text.clone())),
        };
        Sentence { code: branch.code, facts: branch.facts.iter().map(fact).collect() }
    }

    /// The sentence in a language.
    pub fn message(&self, lang: Lang) -> String {
        let facts: Vec<(&'static str, String)> = self.facts.iter().map(|(n, f)| (*n, f.text(lang))).collect();
        text::said(self.code, lang, &facts)
    }
}

/// Whether a period is the number of a year and no more.
fn is_year(period: &str) -> bool {
    !period.is_empty() && period.bytes().all(|b| b.is_ascii_digit())
}

/// Short decimals were typed, or might have been; long ones were computed.
fn tidy(text: &str) -> Digits {
    let digits = text.trim_start_matches(['-', '0', '.']).chars().filter(char::is_ascii_digit).count();
    if digits > 9 { Digits::Computed } else { Digits::Typed }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl Serialize for Sentence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("code", self.code)?;
        map.serialize_entry("zh", &self.message(Lang::Zh))?;
        map.serialize_entry("en", &self.message(Lang::En))?;
        map.end()
    }
}
