//! A table of typed columns, from which every surface is made.

use std::borrow::Cow;
use std::collections::HashMap;

use indexmap::IndexMap;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::names::Label;
use super::number::{Digits, Measure};
use super::sentence::Sentence;
use crate::scheme::model::Title;
use crate::text::Lang;

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Table {
    /// Its name, for programs.
    pub id: &'static str,
    /// Its title, where an answer has several.
    pub title: Option<Sentence>,
    /// Number of rows.
    pub rows: usize,
    /// Columns, all of the same length.
    pub columns: Vec<Column>,
    /// Whether it is for programs only: too long for a page.
    pub detail: bool,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Column {
    /// Its name in a frame.
    pub name: Cow<'static, str>,
    /// Its heading on a page.
    pub heading: Sentence,
    /// What stands in it.
    pub kind: Kind,
    /// Its cells.
    pub cells: Cells,
    /// What stands below it on a page: the sum, or the whole.
    pub total: Option<f64>,
    /// Where it is shown.
    pub shown: Shown,
}

/// As its fields; names that have a title come with it in both languages, by their ids (`labels`).
impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let titles = self.titles();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("heading", &self.heading)?;
        map.serialize_entry("kind", &self.kind)?;
        map.serialize_entry("cells", &self.cells)?;
        if !titles.is_empty() {
            map.serialize_entry("labels", &titles)?;
        }
        map.serialize_entry("total", &self.total)?;
        map.serialize_entry("shown", &self.shown)?;
        map.end()
    }
}

impl Column {
    /// The titles of the names that have one.
    fn titles(&self) -> IndexMap<&str, Both> {
        let Cells::Labels { labels, .. } = &self.cells else { return IndexMap::new() };
        let titled = labels.iter().filter(|label| label.title != Title::default());
        let both = |label: &Label| Both { zh: label.text(Lang::Zh), en: label.text(Lang::En) };
        titled.map(|label| (label.id.as_str(), both(label))).collect()
    }
}

/// A name in both languages.
#[derive(Serialize)]
struct Both {
    zh: String,
    en: String,
}

/// What stands in a column, and so how it is written.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// Names, texts, sentences.
    Text,
    /// Names of entities.
    Entity,
    /// Periods.
    Period,
    /// Numbers in one unit, which the heading shows.
    Number(Measure),
    /// Numbers each in its own unit, which stands behind it.
    Numbers {
        /// The units and digits that occur.
        measures: Vec<Measure>,
        /// Which of them each row has.
        of: Vec<u32>,
    },
    /// Shares 0 … 1, shown in per cent.
    Percent(Measure),
    /// Points.
    Points(Measure),
    /// Ranks.
    Rank,
    /// Places gained.
    Change,
    /// Whole numbers.
    Count,
    /// Lights.
    Light,
    /// Yes or no.
    Flag,
}

impl Kind {
    /// `text`, `entity`, … as in the serialised form.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Entity => "entity",
            Kind::Period => "period",
            Kind::Number(_) | Kind::Numbers { .. } => "number",
            Kind::Percent(_) => "percent",
            Kind::Points(_) => "points",
            Kind::Rank => "rank",
            Kind::Change => "change",
            Kind::Count => "count",
            Kind::Light => "light",
            Kind::Flag => "flag",
        }
    }
}

/// Cells of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// Names: each row has one of the labels, or none.
    Labels {
        /// The labels that occur.
        labels: Vec<Label>,
        /// Which of them each row has.
        of: Vec<Option<u32>>,
    },
    /// Sentences.
    Said(Vec<Option<Sentence>>),
    /// Numbers; missing is NaN.
    Numbers(Vec<f64>),
    /// Yes or no.
    Flags(Vec<bool>),
}

/// Numbers as they are, missing as null; names by their ids; sentences in both languages.
impl Serialize for Cells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cells::Labels { labels, of } => {
                serializer.collect_seq(of.iter().map(|i| i.and_then(|i| Some(&labels.get(i as usize)?.id))))
            }
            Cells::Said(said) => serializer.collect_seq(said),
            Cells::Numbers(numbers) => serializer.collect_seq(numbers.iter().map(|x| known(*x))),
            Cells::Flags(flags) => serializer.collect_seq(flags),
        }
    }
}

/// Where a column is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// In frames and on pages.
    #[default]
    Everywhere,
    /// In frames only: a page says it in another way.
    Frames,
    /// On pages only.
    Pages,
}

/// A number that is there.
fn known(x: f64) -> Option<f64> {
    (!x.is_nan()).then_some(x)
}

/// What is printed of an optional number: missing is NaN.
fn or_missing(x: impl Into<Option<f64>>) -> f64 {
    x.into().unwrap_or(f64::NAN)
}

/// A table in the making, column by column, from rows.
pub(crate) struct Rows<'a, R> {
    rows: &'a [R],
    table: Table,
}

impl Table {
    /// Begins a table of these rows.
    pub(crate) fn of<'a, R>(id: &'static str, rows: &'a [R]) -> Rows<'a, R> {
        let table = Table { id, title: None, rows: rows.len(), columns: Vec::new(), detail: false };
        Rows { rows, table }
    }

    /// With a title.
    pub(crate) fn titled(self, code: &'static str) -> Self {
        self.headed(Sentence::new(code))
    }

    /// With a title that has facts.
    pub(crate) fn headed(mut self, title: Sentence) -> Self {
        self.title = Some(title);
        self
    }

    /// For programs only.
    pub(crate) fn detail(mut self) -> Self {
        self.detail = true;
        self
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }
}

/// Columns of numbers that are all of one kind.
macro_rules! numbers_of {
    ($($(#[$doc:meta])* $column:ident: $kind:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $column<X: Into<Option<f64>>>(
            self,
            name: &'static str,
            heading: &'static str,
            number: impl Fn(&R) -> X,
        ) -> Self {
            self.numbers(name, heading, $kind, number)
        }
    )*};
}

impl<R> Rows<'_, R> {
    fn add(self, name: &'static str, heading: &'static str, kind: Kind, cells: Cells) -> Self {
        self.column(name.into(), Sentence::new(heading), kind, cells)
    }

    fn column(mut self, name: Cow<'static, str>, heading: Sentence, kind: Kind, cells: Cells) -> Self {
        self.table.columns.push(Column { name, heading, kind, cells, total: None, shown: Shown::Everywhere });
        self
    }

    /// Numbers of what a scheme names: a column an indicator.
    pub(crate) fn of_named(self, label: Label, measure: Measure, number: impl Fn(&R) -> f64) -> Self {
        let cells = Cells::Numbers(self.rows.iter().map(number).collect());
        let name = label.id.clone().into();
        self.column(name, Sentence::new("col_named").fact("name", label), Kind::Number(measure), cells)
    }

    fn numbers<X: Into<Option<f64>>>(
        self,
        name: &'static str,
        heading: &'static str,
        kind: Kind,
        number: impl Fn(&R) -> X,
    ) -> Self {
        let cells = self.rows.iter().map(|r| or_missing(number(r))).collect();
        self.add(name, heading, kind, Cells::Numbers(cells))
    }

    fn keyed(
        self,
        name: &'static str,
        heading: &'static str,
        kind: Kind,
        key: impl Fn(&R) -> Option<&str>,
        label: impl Fn(&str) -> Label,
    ) -> Self {
        let (labels, of) = distinct(self.rows, key, label);
        self.add(name, heading, kind, Cells::Labels { labels, of })
    }

    /// Names, with a label for each that occurs.
    pub(crate) fn names<'k>(
        self,
        name: &'static str,
        heading: &'static str,
        key: impl Fn(&R) -> &str,
        label: impl Fn(&str) -> Label + 'k,
    ) -> Self {
        self.keyed(name, heading, Kind::Text, |r| Some(key(r)), label)
    }

    /// Names that have no text to look them up by.
    pub(crate) fn labels(
        self,
        name: &'static str,
        heading: &'static str,
        label: impl Fn(&R) -> Option<Label>,
    ) -> Self {
        let (mut labels, mut places): (Vec<Label>, HashMap<String, u32>) = (Vec::new(), HashMap::new());
        let mut place = |label: Label| {
            *places.entry(label.id.clone()).or_insert_with(|| {
                labels.push(label);
                (labels.len() - 1) as u32
            })
        };
        let of = self.rows.iter().map(|r| label(r).map(&mut place)).collect();
        self.add(name, heading, Kind::Text, Cells::Labels { labels, of })
    }

    pub(crate) fn entities(self, key: impl Fn(&R) -> &str) -> Self {
        self.keyed("entity", "col_entity", Kind::Entity, |r| Some(key(r)), Label::plain)
    }

    pub(crate) fn periods(self, key: impl Fn(&R) -> &str) -> Self {
        self.keyed("period", "col_period", Kind::Period, |r| Some(key(r)), Label::plain)
    }

    pub(crate) fn lights(
        self,
        name: &'static str,
        heading: &'static str,
        light: impl Fn(&R) -> Option<&str>,
    ) -> Self {
        self.keyed(name, heading, Kind::Light, light, |id| {
            Label::said(id, |lang| crate::text::label("light_", id, lang))
        })
    }

    /// Sentences.
    pub(crate) fn said(
        self,
        name: &'static str,
        heading: &'static str,
        sentence: impl Fn(&R) -> Option<Sentence>,
    ) -> Self {
        let cells = self.rows.iter().map(sentence).collect();
        self.add(name, heading, Kind::Text, Cells::Said(cells))
    }

    /// Numbers in one unit.
    pub(crate) fn number<X: Into<Option<f64>>>(
        self,
        name: &'static str,
        heading: &'static str,
        measure: Measure,
        number: impl Fn(&R) -> X,
    ) -> Self {
        self.numbers(name, heading, Kind::Number(measure), number)
    }

    /// Numbers in the unit of what each row is about.
    pub(crate) fn measured<X: Into<Option<f64>>>(
        self,
        name: &'static str,
        heading: &'static str,
        key: impl Fn(&R) -> &str,
        measure: impl Fn(&str) -> Measure,
        number: impl Fn(&R) -> X,
    ) -> Self {
        let (measures, of) = distinct(self.rows, |r| Some(key(r)), measure);
        let kind = Kind::Numbers { measures, of: of.into_iter().map(Option::unwrap_or_default).collect() };
        self.numbers(name, heading, kind, number)
    }

    /// Shares 0 … 1.
    pub(crate) fn percent<X: Into<Option<f64>>>(
        self,
        name: &'static str,
        heading: &'static str,
        decimals: usize,
        share: impl Fn(&R) -> X,
    ) -> Self {
        let measure = Measure::new(Digits::Decimals(decimals), "%");
        self.numbers(name, heading, Kind::Percent(measure), share)
    }

    numbers_of! {
        /// Relative changes, 0.05 for five per cent, with their signs.
        changes: Kind::Percent(Measure::new(Digits::AtMost(2), "%").signed());
        /// Points, four decimals at most: a scheme that rounds nothing has many.
        points: Kind::Points(Measure::pure(Digits::AtMost(4)));
        /// Changes in points, with their signs.
        effects: Kind::Points(Measure::pure(Digits::AtMost(4)).signed());
        ranks: Kind::Rank;
        /// Places gained.
        places: Kind::Change;
    }

    pub(crate) fn counts(
        self,
        name: &'static str,
        heading: &'static str,
        count: impl Fn(&R) -> usize,
    ) -> Self {
        self.numbers(name, heading, Kind::Count, |r| count(r) as f64)
    }

    pub(crate) fn flags(self, name: &'static str, heading: &'static str, flag: impl Fn(&R) -> bool) -> Self {
        let cells = self.rows.iter().map(flag).collect();
        self.add(name, heading, Kind::Flag, Cells::Flags(cells))
    }

    /// Yes or no, on pages only where somebody has a yes.
    pub(crate) fn marks(self, name: &'static str, heading: &'static str, flag: impl Fn(&R) -> bool) -> Self {
        let shown = if self.rows.iter().any(&flag) { Shown::Everywhere } else { Shown::Frames };
        self.flags(name, heading, flag).only(shown)
    }

    /// What stands below the last column.
    pub(crate) fn total(mut self, x: f64) -> Self {
        if let Some(column) = self.table.columns.last_mut() {
            column.total = Some(x);
        }
        self
    }

    /// Where the last column is shown.
    pub(crate) fn only(mut self, shown: Shown) -> Self {
        if let Some(column) = self.table.columns.last_mut() {
            column.shown = shown;
        }
        self
    }

    pub(crate) fn done(self) -> Table {
        self.table
    }
}

/// What each row's key stands for, made once for each key that occurs.
fn distinct<R, T>(
    rows: &[R],
    key: impl Fn(&R) -> Option<&str>,
    make: impl Fn(&str) -> T,
) -> (Vec<T>, Vec<Option<u32>>) {
    let (mut made, mut places) = (Vec::new(), HashMap::new());
    let mut last: Option<(&str, u32)> = None;
    let mut of = Vec::with_capacity(rows.len());
    for row in rows {
        let place = key(row).map(|key| match last {
            // Rows of one entity stand together.
            Some((known, place)) if known == key => place,
            _ => *places.entry(key).or_insert_with(|| {
                made.push(make(key));
                (made.len() - 1) as u32
            }),
        });
        last = key(row).zip(place);
        of.push(place);
    }
    (made, of)
}
