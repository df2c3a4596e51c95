//! From an `iMeta` to a scheme.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::{Meta, Normalise, Steps};
use crate::error::SchemeError;
use crate::finding::{Finding, Place};
use crate::formula::{Units, is_identifier};
use crate::method::aggregation::Aggregation;
use crate::method::missing::Missing;
use crate::scheme::model::{
    Direction, Document, Frequency, Group, Indicator, Target, Title, Total, UnitOfMeasure, Variable,
};

/// What COINr calls the kinds of rows.
const TYPES: [&str; 5] = ["Indicator", "Aggregate", "Group", "Denominator", "Other"];

/// The scheme that an `iMeta` describes, with the steps of the script.
///
/// The aggregate without a parent is the total, and gives the scheme its id; several ones, or an index without aggregates, get a total above them. An
/// indicator with a denominator is a quotient of two variables. Indicators without a value are skipped, as COINr does. A unit that
/// is not known is declared. Codes that formulas cannot name (`R.D`) get `_` for the characters in the way; the column keeps its name.
///
/// # Errors
/// Every problem of the table at once, each with its row and column: a row without a code, codes used twice, unknown types, directions other
/// than 1 and −1, parents and denominators that are not there, aggregates without members, parameters of the normalisation that are not given.
///
/// ```
/// use kaohe::scheme::coinr::{Meta, Steps, document};
/// let row = |level, code: &str, parent: Option<&str>, kind: &str| Meta {
///     level: Some(level), code: Some(code.into()), parent: parent.map(Into::into), kind: Some(kind.into()), ..Meta::default()
/// };
/// let meta = [
///     row(1.0, "Goods", Some("Conn"), "Indicator"),
///     row(1.0, "Flights", Some("Conn"), "Indicator"),
///     row(2.0, "Conn", None, "Aggregate"),
/// ];
/// let scheme = kaohe::Scheme::from_document(document(&meta, &Steps::default())?)?;
/// assert_eq!(scheme.document().id, "Conn");
/// # Ok::<(), kaohe::SchemeError>(())
/// ```
pub fn document(meta: &[Meta], steps: &Steps) -> Result<Document, SchemeError> {
    let mut reading =
        Reading { meta, steps, rows: IndexMap::new(), names: HashMap::new(), found: Vec::new() };
    reading.index();
    reading.check();
    let document = reading.write();
    if reading.found.is_empty() { Ok(document) } else { Err(SchemeError::new(reading.found, None)) }
}

struct Reading<'a> {
    meta: &'a [Meta],
    steps: &'a Steps,
    /// Rows by their code.
    rows: IndexMap<&'a str, usize>,
    /// What the scheme calls a code.
    names: HashMap<&'a str, String>,
    found: Vec<Finding>,
}

impl<'a> Reading<'a> {
    fn report(&mut self, finding: Finding, row: usize, column: &str) {
        let code = self.meta[row].code.clone();
        let place =
            Place { row: Some(row), column: Some(column.to_owned()), value: code, ..Place::default() };
        self.found.push(finding.placed(place).fact("column", column));
    }

    fn index(&mut self) {
        let mut taken: HashMap<String, &str> = HashMap::new();
        let twice = |code: &str, other: &str| {
            let codes = if code == other { "coinr_twice" } else { "coinr_alike" };
            Finding::error(codes).fact("code", code).fact("other", other)
        };
        for (row, own) in self.meta.iter().enumerate() {
            let Some(code) = own.code.as_deref().filter(|code| !code.trim().is_empty()) else {
                self.report(Finding::error("coinr_no_code"), row, "iCode");
                continue;
            };
            let name = identifier(code);
            if let Some(other) = taken.insert(name.clone(), code) {
                self.report(twice(code, other), row, "iCode");
            }
            self.rows.entry(code).or_insert(row);
            self.names.insert(code, name);
        }
    }

    fn kind(&self, row: usize) -> &'a str {
        self.meta[row].kind.as_deref().unwrap_or("").trim()
    }

    fn of_kind(&self, kind: &str) -> Vec<(&'a str, usize)> {
        self.rows
            .iter()
            .filter(|(_, row)| self.kind(**row) == kind)
            .map(|(code, row)| (*code, *row))
            .collect()
    }

    fn check(&mut self) {
        for (code, row) in self.rows.clone() {
            let own = &self.meta[row];
            let kind = self.kind(row);
            if !TYPES.contains(&kind) {
                let finding = Finding::error("coinr_type").fact("code", code).fact("found", kind);
                self.report(finding.fact("known", TYPES.join(", ")), row, "Type");
            }
            if own.direction.is_some_and(|d| d != 1.0 && d != -1.0) {
                let found = own.direction.unwrap_or_default();
                self.report(
                    Finding::error("coinr_direction").fact("code", code).fact("found", found),
                    row,
                    "Direction",
                );
            }
            self.named(code, row, "Parent", own.parent.as_deref(), "Aggregate");
            self.named(code, row, "Denominator", own.denominator.as_deref(), "");
        }
        for (code, row) in self.of_kind("Aggregate") {
            let is_member = |own: &Meta| own.parent.as_deref() == Some(code);
            if !self.meta.iter().any(is_member) {
                self.report(Finding::error("coinr_childless").fact("code", code), row, "iCode");
            }
        }
        if self.of_kind("Indicator").is_empty() {
            self.found.push(Finding::error("coinr_no_indicator"));
        }
    }

    /// That what a row names is there, of a kind where one is needed.
    fn named(&mut self, code: &str, row: usize, column: &str, name: Option<&str>, kind: &str) {
        let Some(name) = name.filter(|name| !name.trim().is_empty()) else { return };
        let right = self.rows.get(name).is_some_and(|row| kind.is_empty() || self.kind(*row) == kind);
        if !right {
            let codes = ["coinr_not_there", "coinr_not_there_near"];
            let known: Vec<&str> = self
                .rows
                .iter()
                .filter(|(_, row)| kind.is_empty() || self.kind(**row) == kind)
                .map(|(c, _)| *c)
                .collect();
            self.report(
                Finding::unknown(codes, name, known).fact("code", code).fact("name", name),
                row,
                column,
            );
        }
    }

    /// The aggregate that is the total, if it is one alone.
    fn root(&self) -> Option<(&'a str, usize)> {
        let above = |(_, row): &(&str, usize)| self.meta[*row].parent.is_none();
        let mut top = self.of_kind("Aggregate").into_iter().filter(above);
        let root = top.next()?;
        let alone = top.next().is_none()
            && self.of_kind("Indicator").iter().all(|(_, row)| self.meta[*row].parent.is_some());
        alone.then_some(root)
    }

    /// How the members of an aggregate of a level become one.
    fn aggregate(&self, level: f64) -> Aggregation {
        let ways = &self.steps.aggregate;
        let at = (level.max(2.0) as usize - 2).min(ways.len().saturating_sub(1));
        ways.get(at).copied().unwrap_or_default()
    }

    fn write(&mut self) -> Document {
        let root = self.root();
        let mut units = Declared::default();
        let available = self.steps.dat_thresh.unwrap_or_default();
        let top = self.meta.iter().filter_map(|own| own.level).fold(1.0, f64::max);
        let level = root.map_or(top + 1.0, |(_, row)| self.meta[row].level.unwrap_or(top));
        let (mut variables, mut indicators, mut targets) = (Vec::new(), Vec::new(), Vec::new());
        for (code, row) in self.of_kind("Indicator") {
            let unit = units.of(self.meta[row].unit.as_deref());
            variables.push(self.variable(code, row, unit.clone()));
            indicators.extend(self.indicator(code, row, &unit, root, &mut units));
            let id = self.names[code].clone();
            targets.extend(self.meta[row].target.map(|value| Target {
                indicator: id,
                entity: None,
                period: None,
                value,
            }));
        }
        for (code, row) in self.denominators() {
            let unit = units.of(self.meta[row].unit.as_deref());
            variables.push(self.variable(code, row, unit));
        }
        let groups = self.of_kind("Aggregate").into_iter().filter(|own| Some(*own) != root);
        let groups = groups.map(|(code, row)| Group {
            id: self.names[code].clone(),
            title: title(&self.meta[row]),
            parent: self.parent(row, root),
            weight: self.meta[row].weight.unwrap_or(1.0),
            aggregate: self.aggregate(self.meta[row].level.unwrap_or(2.0)),
            weights: None,
            weights_round: None,
            round: None,
            available: 0.0,
            available_members: available,
            zeros: crate::scheme::model::Zeros::default(),
        });
        Document {
            kaohe: 1,
            id: root.map_or_else(|| "index".to_owned(), |(code, _)| self.names[code].clone()),
            title: root.map(|(_, row)| title(&self.meta[row])).unwrap_or_default(),
            source: None,
            period: Frequency::Year,
            full_points: self.steps.normalise.full(),
            weights_sum: None,
            class_column: None,
            benchmarks: Vec::new(),
            alias: IndexMap::new(),
            cleaning: Vec::new(),
            impute: None,
            screen: None,
            robustness: crate::scheme::model::Uncertainty::default(),
            groups: groups.collect(),
            units: units.made,
            members: None,
            variables,
            indicators,
            total: Total {
                aggregate: self.aggregate(level),
                available_members: available,
                ..Total::default()
            },
            adjustments: Vec::new(),
            floors: Vec::new(),
            classes: Vec::new(),
            targets: if self.steps.normalise == Normalise::DistanceToTarget { targets } else { Vec::new() },
        }
    }

    /// What indicators are divided by and is no indicator itself.
    fn denominators(&self) -> Vec<(&'a str, usize)> {
        let is_named = |code: &str| self.meta.iter().any(|own| own.denominator.as_deref() == Some(code));
        let other = |(code, row): &(&'a str, usize)| is_named(code) && self.kind(*row) != "Indicator";
        self.rows.iter().map(|(code, row)| (*code, *row)).filter(other).collect()
    }

    fn variable(&self, code: &str, row: usize, unit: String) -> Variable {
        let id = self.names[code].clone();
        Variable {
            column: if id == code { Vec::new() } else { vec![code.to_owned()] },
            title: title(&self.meta[row]),
            id,
            unit,
            impute: None,
            missing: Missing::default(),
            missing_marks: Vec::new(),
            plausible: None,
            total_of: Vec::new(),
            published_digits: None,
            controllable: None,
        }
    }

    fn parent(&self, row: usize, root: Option<(&str, usize)>) -> Option<String> {
        let parent =
            self.meta[row].parent.as_deref().filter(|parent| root.is_none_or(|(root, _)| root != *parent));
        parent.and_then(|parent| self.names.get(parent).cloned())
    }

    fn indicator(
        &mut self,
        code: &str,
        row: usize,
        unit: &str,
        root: Option<(&str, usize)>,
        units: &mut Declared,
    ) -> Option<Indicator> {
        let own = &self.meta[row];
        let points = match self.steps.normalise.points(own) {
            Ok(points) => points,
            Err(column) => {
                self.report(Finding::error("coinr_parameter").fact("code", code), row, column);
                return None;
            }
        };
        let id = self.names[code].clone();
        let (formula, unit) = match own.denominator.as_deref().and_then(|by| self.rows.get_key_value(by)) {
            None => (id.clone(), unit.to_owned()),
            Some((by, at)) => {
                let below = units.of(self.meta[*at].unit.as_deref());
                let by = &self.names[by];
                let formula = match own.scale_factor {
                    Some(factor) if factor != 1.0 => format!("{id} * {factor} / {by}"),
                    _ => format!("{id} / {by}"),
                };
                (formula, quotient(unit, &below))
            }
        };
        Some(Indicator {
            title: title(own),
            parent: self.parent(row, root),
            formula,
            unit,
            direction: if own.direction == Some(-1.0) { Direction::Negative } else { Direction::Positive },
            weight: own.weight.unwrap_or(1.0),
            round: None,
            impute: None,
            treat: None,
            missing: Missing::Skip,
            not_applicable: None,
            points,
            points_round: None,
            id,
        })
    }
}

/// A code as a formula can name it.
fn identifier(code: &str) -> String {
    let name: String = code.trim().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    if is_identifier(&name) { name } else { format!("_{name}") }
}

fn title(meta: &Meta) -> Title {
    let name = meta.name.clone().filter(|name| !name.trim().is_empty());
    let is_chinese = |name: &String| name.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    match name {
        Some(name) if is_chinese(&name) => Title { zh: Some(name), en: None },
        en => Title { zh: None, en },
    }
}

/// Units of measure, those declared that are not known.
#[derive(Default)]
struct Declared {
    made: Vec<UnitOfMeasure>,
}

impl Declared {
    fn of(&mut self, text: Option<&str>) -> String {
        let text = text.unwrap_or("").trim();
        if Units::builtin().parse(text).is_ok() {
            return if text.is_empty() { "1".to_owned() } else { text.to_owned() };
        }
        let id = identifier(text);
        if self.made.iter().all(|unit| unit.id != id) {
            self.made.push(UnitOfMeasure { id: id.clone(), of: None, factor: 1.0, count: false });
        }
        id
    }
}

/// The unit of a quotient as it is written, so that a value in it is what dividing the two columns gives.
fn quotient(above: &str, below: &str) -> String {
    // What stands below a line below the line stands above it.
    let turned = |c: char| if c == '/' { '·' } else { '/' };
    let below: String =
        below.chars().map(|c| if matches!(c, '/' | '·' | '*') { turned(c) } else { c }).collect();
    format!("{above}/{below}")
}
