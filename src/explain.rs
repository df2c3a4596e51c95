//! One cell from the total down to the raw data, as data; and what is worth knowing of every cell.
//!
//! ```text
//! total → groups → indicators → parts (measure, rule, anchors) and value (formula, raw data)
//! ```
//! A [`Node`] carries full `f64` numbers that are the assessment's own (nothing is computed again) and [`Sentence`]s,
//! codes with facts that are rendered late, in Chinese or English. Renderings: [`Explanation::to_text`],
//! [`Explanation::to_markdown`], [`Explanation::to_html`], [`Explanation::to_rows`], and `serde`.
//!
//! # Numbers
//! Typed data show all their digits, computed numbers six significant ones, rounded ones their declared decimals. Where
//! six digits would not show on which side of a rounding boundary a number lay, more are shown.

mod cell;
mod compared;
mod flags;
mod html;
mod members;
mod part;
mod render;
mod ties;
mod total;
mod treated;
mod tree;
mod value;

use serde::Serialize;

pub use render::Row;

use crate::assess::Assessment;
use crate::error::DataError;
use crate::panel::Period;
use crate::report::{Digits, Fact, Sentence};
use crate::scheme::model::Title;
use crate::text::Lang;

/// What a node of an explanation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// The total of an entity in a period.
    Total,
    /// The total of one period that is blended into another.
    Blend,
    /// A group of indicators.
    Group,
    /// An indicator.
    Indicator,
    /// A combinator over parts.
    Combination,
    /// A rule applied to a measure.
    Part,
    /// What of the value is scored.
    Measure,
    /// What the measure compares the value with.
    Input,
    /// What the rule compares the measure with.
    Anchor,
    /// What is scored of the value where outlying values are treated.
    Treatment,
    /// The indicator's value.
    Value,
    /// A raw datum, or a sum of data over the panel.
    Datum,
    /// A bonus, a deduction or a factor.
    Adjustment,
    /// A floor or veto that applied, or the cap of the total.
    Floor,
    /// What else lies between the points of the indicators and the total.
    Remainder,
}

impl Kind {
    /// `total`, `group`, … as in the serialised form.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Total => "total",
            Kind::Blend => "blend",
            Kind::Group => "group",
            Kind::Indicator => "indicator",
            Kind::Combination => "combination",
            Kind::Part => "part",
            Kind::Measure => "measure",
            Kind::Input => "input",
            Kind::Anchor => "anchor",
            Kind::Treatment => "treatment",
            Kind::Value => "value",
            Kind::Datum => "datum",
            Kind::Adjustment => "adjustment",
            Kind::Floor => "floor",
            Kind::Remainder => "remainder",
        }
    }
}

/// One step of an explanation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Id in the scheme: of the node, the rule, the anchor, the variable.
    pub id: String,
    /// Title in both languages.
    pub title: Title,
    /// Its number as printed: a total, a score on the common scale, a value in its unit. `None` is missing.
    pub value: Option<f64>,
    /// The number before its declared rounding, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unrounded: Option<f64>,
    /// Weighted points (nodes of the tree); what is added to the total or taken away (adjustments, floors, the remainder).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<f64>,
    /// Weight as the scheme writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// Share of the whole (nodes of the tree) or of the indicator (parts).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Unit of measure of the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether the number is a share, which people read in per cent: a growth of 0.05.
    #[serde(skip)]
    pub is_share: bool,
    /// Whether the number multiplies the total.
    #[serde(skip)]
    pub is_factor: bool,
    /// How many digits of the number are shown.
    #[serde(skip)]
    pub digits: Digits,
    /// What happened, one sentence per step.
    pub sentences: Vec<Sentence>,
    /// What it comes from.
    pub children: Vec<Node>,
}

impl Node {
    pub(crate) fn new(kind: Kind, id: &str, title: Title) -> Self {
        Node {
            kind,
            id: id.to_owned(),
            title,
            value: None,
            unrounded: None,
            points: None,
            weight: None,
            share: None,
            unit: None,
            is_share: false,
            is_factor: false,
            digits: Digits::Computed,
            sentences: Vec::new(),
            children: Vec::new(),
        }
    }

    pub(crate) fn number(mut self, x: f64, digits: Digits) -> Self {
        self.value = present(x);
        self.digits = digits;
        self
    }

    pub(crate) fn in_unit(mut self, unit: &str) -> Self {
        self.unit = Some(unit.to_owned()).filter(|u| !u.is_empty() && u != "1");
        self
    }

    pub(crate) fn say(&mut self, sentence: Sentence) {
        self.sentences.push(sentence);
    }
}

pub(crate) fn present(x: f64) -> Option<f64> {
    Some(x).filter(|x| !x.is_nan())
}

/// A title that the catalogue holds.
pub(crate) fn titled(code: &'static str) -> Title {
    let text = |lang| Some(crate::text::render(code, lang, &[]));
    Title { zh: text(Lang::Zh), en: text(Lang::En) }
}

/// One cell explained.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// Entity.
    pub entity: String,
    /// Period.
    pub period: String,
    /// Id of the scheme.
    pub scheme: String,
    /// Title of the scheme.
    pub title: Title,
    /// Class of the entity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The tree.
    pub root: Node,
}

impl Assessment {
    /// Explains the total of an entity in a period, down to the raw data.
    ///
    /// # Missing values
    /// A number that is missing is `None` in its node, and a sentence says why.
    ///
    /// # Errors
    /// An unknown entity (with the nearest known one) or period (with those there are).
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// use kaohe::{Lang, Panel, Period, Scheme};
    /// let scheme = Scheme::from_toml(r#"
    /// kaohe = 1
    /// id = "rd"
    /// variable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }]
    /// [[indicator]]
    /// id = "intensity"
    /// formula = "rd / gdp"
    /// unit = "%"
    /// points = { rule = "linear", low = 0, high = 3 }
    /// "#).unwrap();
    /// let year = Period::year(2022).unwrap();
    /// let panel = Panel::builder(["甘肃"].into_iter().collect(), vec![year])
    ///     .column("rd", vec![144.1])
    ///     .column("gdp", vec![11553.6])
    ///     .build()
    ///     .unwrap();
    /// let explanation = scheme.assess(&panel).unwrap().explain("甘肃", year).unwrap();
    /// let text = explanation.to_text(Lang::En);
    /// assert!(text.contains("rd / gdp = 144.1 亿元 / 11553.6 亿元"));
    /// assert!(text.contains("0 + (100 − 0) × (1.24723 − 0) ÷ (3 − 0) = 41.5743"));
    /// # }
    /// ```
    pub fn explain(&self, entity: &str, period: Period) -> Result<Explanation, DataError> {
        let row = self.row(entity, period)?;
        Ok(self.explained(row, self.inner.scheme.plan().root()))
    }

    /// Explains one indicator or group of an entity in a period.
    ///
    /// # Errors
    /// As [`Assessment::explain`], and an unknown id (with the nearest known one).
    pub fn explain_node(&self, entity: &str, period: Period, id: &str) -> Result<Explanation, DataError> {
        let (row, node) = (self.row(entity, period)?, self.node(id)?.index());
        Ok(self.explained(row, node))
    }

    fn explained(&self, row: usize, node: usize) -> Explanation {
        let document = self.inner.scheme.document();
        let panel = self.panel();
        Explanation {
            entity: panel.name_of(row).into_owned(),
            period: panel.period_text_of(row),
            scheme: document.id.clone(),
            title: document.title.clone(),
            class: self.class(row).map(str::to_owned),
            root: cell::Cell::new(self, row).node(node),
        }
    }
}
