//! Problems as data: what is wrong, how badly, where, with which facts. Rendered late, in Chinese or English.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::text::{self, Lang};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably a mistake; the result is computed all the same.
    Warning,
    /// Nothing is computed until this is fixed.
    Error,
}

impl Severity {
    /// `info`, `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Where a finding is. In a scheme file: line, column and key path; in data: entity, period, column and row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// File name as given by the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub character: Option<usize>,
    /// Length in characters of what is wrong.
    #[serde(skip_serializing_if = "is_default")]
    pub length: usize,
    /// Key path in the scheme, `indicator[2].formula`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Row of the caller's frame, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// Cell of the caller's workbook, `Sheet1!D47`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// Entity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// Period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Column of the data: a variable or an indicator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The value that was found, as it stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

fn is_default<T: Default + PartialEq>(x: &T) -> bool {
    *x == T::default()
}

impl Place {
    /// The place in words: file and line, key path, cell or row; empty where none of them is known.
    pub fn text(&self, lang: Lang) -> String {
        let mut parts: Vec<String> = Vec::new();
        if let (Some(line), Some(character)) = (self.line, self.character) {
            parts.push(format!("{}:{line}:{character}", self.file.as_deref().unwrap_or("scheme")));
        } else if let Some(file) = &self.file {
            parts.push(file.clone());
        }
        parts.extend(self.path.clone());
        let row = |row: usize| text::render("place_row", lang, &[("row", row.to_string())]);
        parts.extend(self.cell.clone().or_else(|| self.row.map(row)));
        parts.join(" ")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

/// One problem. Its text stands in the catalogue under `code`; `facts` fill the template's `{names}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable code, `unknown_key`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// What fills the template.
    #[serde(serialize_with = "as_map")]
    pub facts: Vec<(&'static str, String)>,
}

/// Facts by their names, in their order.
fn as_map<S: serde::Serializer>(facts: &[(&'static str, String)], s: S) -> Result<S::Ok, S::Error> {
    s.collect_map(facts.iter().map(|(name, value)| (name, value)))
}

impl<'de> Deserialize<'de> for Finding {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Written {
            code: String,
            severity: Severity,
            place: Place,
            facts: indexmap::IndexMap<String, String>,
        }
        let unknown = |what: &str| D::Error::custom(format!("no message has `{what}`"));
        let Written { code, severity, place, facts } = Written::deserialize(d)?;
        let code = text::code(&code).ok_or_else(|| unknown(&code))?;
        let fact = |(name, value): (String, String)| match text::fact(&name) {
            Some(name) => Ok((name, value)),
            None => Err(unknown(&name)),
        };
        let facts = facts.into_iter().map(fact).collect::<Result<_, _>>()?;
        Ok(Finding { code, severity, place, facts })
    }
}

impl Finding {
    /// An error at no place yet.
    pub fn error(code: &'static str) -> Self {
        Finding { code, severity: Severity::Error, place: Place::default(), facts: Vec::new() }
    }

    /// An error about a name that is not known: of the first code, or of the second with the `nearest` known name where one is near.
    pub(crate) fn unknown<'a>(
        [plain, near]: [&'static str; 2],
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        match nearest(name, known) {
            Some(nearest) => Finding::error(near).fact("nearest", nearest),
            None => Finding::error(plain),
        }
    }

    /// An error about a name that is not one of `known`: of the first code with the nearest one, or of the second with all of them.
    pub(crate) fn not_among([near, far]: [&'static str; 2], name: &str, known: &[&str]) -> Self {
        // Looking for the nearest must stay cheap even in a file made to be slow.
        let short = |k: &&str| k.len() <= 120;
        let close = || nearest(name, known.iter().copied().filter(short).take(500));
        if let Some(nearest) = Some(name).filter(short).and_then(|_| close()) {
            return Finding::error(near).fact("name", name).fact("nearest", nearest);
        }
        let name: String = name.chars().take(60).collect();
        let mut names: Vec<String> =
            known.iter().filter(|k| short(k)).take(30).map(|k| format!("`{k}`")).collect();
        if known.len() > names.len() {
            names.push("…".to_owned());
        }
        Finding::error(far).fact("name", name).fact("known", names.join(", "))
    }

    /// An error about a column that a caller names and the data lack, with the nearest one or all of them.
    #[cfg(any(feature = "arrow", feature = "workbook"))]
    pub(crate) fn absent_column(name: &str, present: &[&str]) -> Self {
        let finding = match nearest(name, present.iter().copied()) {
            Some(near) => Finding::error("column_missing_near").fact("near", near),
            None if present.is_empty() => Finding::error("no_columns"),
            None => Finding::error("column_missing").fact("present", present.join(", ")),
        };
        finding.of_column(name)
    }

    /// A warning at no place yet.
    pub fn warning(code: &'static str) -> Self {
        Finding { severity: Severity::Warning, ..Finding::error(code) }
    }

    /// An information at no place yet.
    pub fn info(code: &'static str) -> Self {
        Finding { severity: Severity::Info, ..Finding::error(code) }
    }

    /// With one more fact.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }

    /// At a key path of the scheme.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.place.path = Some(path.into());
        self
    }

    /// At a place.
    #[must_use]
    pub fn placed(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// About a column of the data, which it names.
    #[must_use]
    pub(crate) fn of_column(mut self, column: &str) -> Self {
        self.place.column = Some(column.to_owned());
        self.fact("column", column)
    }

    /// About the entity and period of a place, which it names.
    #[must_use]
    pub(crate) fn of_row(self, place: Place) -> Self {
        let (entity, period) = (place.entity.clone(), place.period.clone());
        let finding = self.placed(place).fact("entity", entity.unwrap_or_default());
        finding.fact("period", period.unwrap_or_default())
    }

    /// The sentence, without the place.
    pub fn message(&self, lang: Lang) -> String {
        text::render(self.code, lang, &self.facts)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place.to_string();
        if !place.is_empty() {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message(Lang::En))
    }
}

/// Findings of one kind that are listed one by one; the rest is counted.
pub(crate) const LISTED: usize = 1000;

/// The first [`LISTED`] hits as findings, and the count of the others: those are never written out.
pub(crate) fn listed<T>(
    hits: impl IntoIterator<Item = T>,
    mut make: impl FnMut(T) -> Finding,
) -> Vec<Finding> {
    let mut hits = hits.into_iter();
    let mut list: Vec<Finding> = hits.by_ref().take(LISTED).map(&mut make).collect();
    let more = hits.count();
    if more > 0 {
        let severity = list.last().map_or(Severity::Error, |last| last.severity);
        list.push(Finding { severity, ..Finding::error("and_more").fact("count", more) });
    }
    list
}

/// The known name nearest to `name`, if one is near enough to be a slip of the pen.
///
/// Distance is Damerau–Levenshtein with adjacent transpositions over characters; near enough is a third of the length, or one
/// character of a shorter name that has another in common.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = |text: &str| -> Vec<char> { text.to_lowercase().chars().take(LONGEST).collect() };
    let (length, own) = (name.chars().count(), letters(name));
    let mut best: Option<(usize, &str)> = None;
    for k in known {
        let other = k.chars().count();
        let longer = length.max(other);
        // The distance is at least the difference of the lengths.
        let most = (longer.max(3) / 3).min(longer.saturating_sub(1)).min(best.map_or(usize::MAX, |b| b.0));
        if length.abs_diff(other) > most || best.is_some_and(|b| b.0 == 0) {
            continue;
        }
        let d = distance(&own, &letters(k));
        if d <= most && best.is_none_or(|b| d < b.0) {
            best = Some((d, k));
        }
    }
    best.map(|(_, k)| k)
}

/// Characters of a name that are compared.
const LONGEST: usize = 200;

/// Damerau–Levenshtein with adjacent transpositions.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect::<Vec<_>>(), vec![0; b.len() + 1]];
    for i in 1..=a.len() {
        let [before, above, row] = &mut rows;
        row[0] = i;
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row[j] = best;
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}
