//! A table as the texts that stand on a page.

use serde::Serialize;

use super::number::{Measure, unit_name};
use super::table::{Cells, Column, Kind, Shown, Table};
use crate::text::{self, Lang};

/// What a cell says beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "&'static str")]
#[non_exhaustive]
pub enum Tone {
    /// Nothing.
    Plain,
    /// A gain.
    Up,
    /// A loss.
    Down,
    /// One of the first three.
    Top,
    /// A light.
    Light(&'static str),
}

impl From<Tone> for &'static str {
    fn from(tone: Tone) -> Self {
        match tone {
            Tone::Plain => "",
            Tone::Up => "up",
            Tone::Down => "down",
            Tone::Top => "top",
            Tone::Light(light) => light,
        }
    }
}

/// The texts of a table: only columns that are shown on pages and hold something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Page {
    /// Its title, where an answer has several tables.
    pub title: Option<String>,
    /// Headings, with the units of numbers.
    pub heads: Vec<String>,
    /// Whether a column is set to the right: numbers.
    pub right: Vec<bool>,
    /// Cells as they are written, each with its tone.
    pub rows: Vec<Vec<(String, Tone)>>,
    /// What stands below the rows.
    pub total: Option<Vec<String>>,
    /// How many rows more there are than a page shows, said.
    pub rest: Option<String>,
}

/// Rows of a table at most: of a hundred thousand, a page says how many more there are.
const MOST: usize = 1000;

impl Page {
    /// The tables of an answer that people read, no longer than a page shows.
    pub(super) fn all(tables: &[Table], lang: Lang) -> Vec<Self> {
        let shown = tables.iter().filter(|t| !t.detail && t.rows > 0);
        shown.map(|table| Page::of(table, lang, |_| true).cut(lang)).collect()
    }

    fn cut(mut self, lang: Lang) -> Self {
        let more = self.rows.len().saturating_sub(MOST);
        if more > 0 {
            self.rows.truncate(MOST);
            self.rest = Some(text::render("word_rows_left_out", lang, &[("count", more.to_string())]));
        }
        self
    }

    /// The rows for which `wanted` holds.
    pub(super) fn of(table: &Table, lang: Lang, wanted: impl Fn(usize) -> bool) -> Self {
        let rows: Vec<usize> = (0..table.rows).filter(|r| wanted(*r)).collect();
        let shown =
            |c: &&Column| c.shown != Shown::Frames && (rows.is_empty() || rows.iter().any(|r| c.has(*r)));
        let columns: Vec<&Column> = table.columns.iter().filter(shown).collect();
        let total = columns.iter().any(|c| c.total.is_some()).then(|| {
            let cell = |(i, c): (usize, &&Column)| match c.total {
                Some(x) => c.number(0, x, lang),
                None if i == 0 => text::render("col_total", lang, &[]),
                None => String::new(),
            };
            columns.iter().enumerate().map(cell).collect()
        });
        Page {
            title: table.title.as_ref().map(|t| t.message(lang)),
            heads: columns.iter().map(|c| c.head(lang)).collect(),
            right: columns.iter().map(|c| matches!(c.cells, Cells::Numbers(_))).collect(),
            rows: rows.iter().map(|r| columns.iter().map(|c| c.cell(*r, lang)).collect()).collect(),
            total,
            rest: None,
        }
    }
}

impl Column {
    /// The heading, with the unit of its numbers.
    pub(super) fn head(&self, lang: Lang) -> String {
        let heading = self.heading.message(lang);
        let unit = match &self.kind {
            Kind::Number(measure) => unit_name(&measure.unit, lang),
            _ => String::new(),
        };
        match (unit.as_str(), lang) {
            ("", _) => heading,
            (unit, Lang::Zh) => format!("{heading}（{unit}）"),
            (unit, Lang::En) => format!("{heading} ({unit})"),
        }
    }

    /// Whether there is something in a row.
    pub(super) fn has(&self, row: usize) -> bool {
        match &self.cells {
            Cells::Labels { of, .. } => of[row].is_some(),
            Cells::Said(said) => said[row].is_some(),
            Cells::Numbers(numbers) => !numbers[row].is_nan(),
            Cells::Flags(_) => true,
        }
    }

    pub(super) fn cell(&self, row: usize, lang: Lang) -> (String, Tone) {
        match &self.cells {
            Cells::Labels { labels, of } => {
                let label = of[row].and_then(|i| labels.get(i as usize));
                let text = label.map_or_else(String::new, |l| l.text(lang));
                let tone = match (&self.kind, label) {
                    (Kind::Light, Some(label)) => light(&label.id),
                    _ => Tone::Plain,
                };
                (text, tone)
            }
            Cells::Said(said) => {
                (said[row].as_ref().map_or_else(String::new, |s| s.message(lang)), Tone::Plain)
            }
            Cells::Numbers(numbers) => {
                let x = numbers[row];
                let signed = match &self.kind {
                    Kind::Number(m) | Kind::Points(m) | Kind::Percent(m) => m.signed,
                    Kind::Numbers { measures, of } => measures[of[row] as usize].signed,
                    Kind::Change => true,
                    _ => false,
                };
                let tone = match x {
                    x if self.kind == Kind::Rank && x <= 3.0 => Tone::Top,
                    x if signed && x > 0.0 => Tone::Up,
                    x if signed && x < 0.0 => Tone::Down,
                    _ => Tone::Plain,
                };
                (self.number(row, x, lang), tone)
            }
            Cells::Flags(flags) => {
                (text::render(if flags[row] { "word_yes" } else { "word_no" }, lang, &[]), Tone::Plain)
            }
        }
    }

    /// A number as it stands in this column.
    fn number(&self, row: usize, x: f64, lang: Lang) -> String {
        match &self.kind {
            Kind::Number(measure) | Kind::Points(measure) => measure.number(x),
            Kind::Numbers { measures, of } => match of.get(row) {
                Some(i) => measures[*i as usize].text(x, lang),
                None => String::new(),
            },
            Kind::Percent(measure) => measure.text(100.0 * x, lang),
            Kind::Change => Measure::default().signed().number(x),
            _ => Measure::default().number(x),
        }
    }
}

fn light(id: &str) -> Tone {
    let known = ["green", "blue", "yellow", "red"];
    // What came of a check has the colours of a light.
    let id = match id {
        "pass" => "green",
        "warn" => "yellow",
        "fail" => "red",
        id => id,
    };
    known.into_iter().find(|k| *k == id).map_or(Tone::Plain, Tone::Light)
}
