//! A sentence of the catalogue with its facts: data until somebody reads it.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::text::{self, Lang};

/// A sentence as a code and facts, rendered late; serialised with both renderings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Stable code.
    pub code: &'static str,
    /// What fills the sentence.
    pub facts: Vec<(&'static str, String)>,
}

impl Sentence {
    /// A sentence without facts yet.
    pub(crate) fn new(code: &'static str) -> Self {
        Sentence { code, facts: Vec::new() }
    }

    /// With one more fact.
    #[must_use]
    pub(crate) fn fact(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }

    /// The sentence in a language.
    pub fn message(&self, lang: Lang) -> String {
        text::render(self.code, lang, &self.facts)
    }
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
