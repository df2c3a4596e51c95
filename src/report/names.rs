//! What a scheme calls its variables, indicators and groups, and how their numbers are written.

use serde::Serialize;

use super::number::{Digits, Measure};
use crate::scheme::model::{Document, Title};
use crate::text::{self, Lang};

/// A name: what programs call it, and its title for people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Label {
    /// Id, or a name that needs no title.
    pub id: String,
    /// Title; empty where the id is the name.
    pub title: Title,
}

impl Label {
    /// A name with its title.
    pub(crate) fn new(id: &str, title: &Title) -> Self {
        Label { id: id.to_owned(), title: title.clone() }
    }

    /// A name without a title.
    pub(crate) fn plain(id: &str) -> Self {
        Label { id: id.to_owned(), title: Title::default() }
    }

    /// A word of the catalogue.
    pub(crate) fn word(id: &str, code: &str) -> Self {
        Label::said(id, |lang| text::render(code, lang, &[]))
    }

    /// A name that is said in each language.
    pub(crate) fn said(id: &str, text: impl Fn(Lang) -> String) -> Self {
        let title = Title { zh: Some(text(Lang::Zh)), en: Some(text(Lang::En)) };
        Label { id: id.to_owned(), title }
    }

    /// The title in a language, or in the other one, or the id.
    pub fn text(&self, lang: Lang) -> String {
        self.title.get(lang).unwrap_or(&self.id).to_owned()
    }
}

/// The names of a scheme, or none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a>(Option<&'a Document>);

impl<'a> Names<'a> {
    /// Those of a scheme.
    pub fn of(document: &'a Document) -> Self {
        Names(Some(document))
    }

    /// None: everything is called by its id.
    pub fn none() -> Self {
        Names(None)
    }

    /// An indicator, group or variable.
    pub(crate) fn label(self, id: &str) -> Label {
        let Some(document) = self.0 else { return Label::plain(id) };
        let indicator = document.indicators.iter().find(|i| i.id == id).map(|i| &i.title);
        let group = || document.groups.iter().find(|g| g.id == id).map(|g| &g.title);
        let variable = || document.variables.iter().find(|v| v.id == id).map(|v| &v.title);
        let title = indicator.or_else(group).or_else(variable).cloned().unwrap_or_default();
        Label { id: id.to_owned(), title }
    }

    /// An indicator or group, or the total, whose id is a word.
    pub(crate) fn node(self, id: &str) -> Label {
        let found = self.label(id);
        if id == "total" && found == Label::plain(id) { Label::word(id, "card_total") } else { found }
    }

    /// The scheme, where there is one.
    pub(crate) fn document(self) -> Option<&'a Document> {
        self.0
    }

    /// A class.
    pub(crate) fn class(self, id: &str) -> Label {
        let found = self.0.and_then(|d| d.classes.iter().find(|c| c.id == id));
        Label { id: id.to_owned(), title: found.map(|c| c.title.clone()).unwrap_or_default() }
    }

    /// A variable: an indicator of the same id may have a title of its own.
    pub(crate) fn variable(self, id: &str) -> Label {
        let variables = self.0.map_or(&[][..], |d| &d.variables);
        let title = variables.iter().find(|v| v.id == id).map(|v| v.title.clone());
        Label { id: id.to_owned(), title: title.unwrap_or_default() }
    }

    /// Whether there is an indicator of this id.
    pub(crate) fn is_indicator(self, id: &str) -> bool {
        self.0.is_some_and(|d| d.indicators.iter().any(|i| i.id == id))
    }

    /// How a value of an indicator is written: rounded as declared, else with four significant digits.
    pub(crate) fn measure(self, indicator: &str) -> Measure {
        let found = self.0.and_then(|d| d.indicators.iter().find(|i| i.id == indicator));
        let Some(found) = found else { return Measure::default() };
        let digits = match &found.round {
            Some(how) => Digits::of(Some(how)),
            None => Digits::Significant(4),
        };
        Measure::new(digits, &found.unit)
    }

    /// How a number of a variable is written: as it was typed.
    pub(crate) fn datum(self, variable: &str) -> Measure {
        let found = self.0.and_then(|d| d.variables.iter().find(|v| v.id == variable));
        Measure::new(Digits::Typed, found.map_or("", |v| &v.unit))
    }
}
