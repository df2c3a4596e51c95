//! Whether an index is sound: the checks of the OECD/JRC handbook and of the audits that follow it, one row each.
//!
//! # Sources
//! OECD and JRC, *Handbook on Constructing Composite Indicators* (2008), steps 3, 4 and 8; the audits of the Global Innovation Index by
//! the JRC; P. Paruolo, M. Saisana and A. Saltelli, *Ratings and rankings: voodoo or science?* (2013) for importances.

mod added_value;
mod agreement;
mod coverage;
mod dominance;
mod ends;
mod importance;
mod one_thing;
mod reach;
mod redundancy;
mod repeats;
mod seen;
mod shape;

use serde::{Deserialize, Serialize};

use self::seen::Seen;
use super::sample::Span;
use crate::assess::Assessment;
use crate::error::DataError;
use crate::panel::Period;
use crate::report::{Digits, Label, Measure, Names, Report, Sentence, Shown, Table};
use crate::text::label;

pub use ends::Ends;
pub use importance::Importance;

/// The checks in the order of the table, one file each.
const CHECKS: [fn(&Seen<'_>) -> Vec<Check>; 11] = [
    coverage::check,
    shape::check,
    repeats::check,
    redundancy::check,
    agreement::check,
    one_thing::check,
    importance::check,
    added_value::check,
    dominance::check,
    ends::check,
    reach::check,
];

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Status {
    /// Sound.
    #[serde(rename = "pass")]
    Pass,
    /// To be looked at.
    #[serde(rename = "warn")]
    Warn,
    /// Against what an index is.
    #[serde(rename = "fail")]
    Fail,
    /// Nothing to be checked; the message says why.
    #[serde(rename = "n/a")]
    NotApplicable,
}

impl Status {
    fn id(self) -> &'static str {
        match self {
            Status::Pass => "pass",
            Status::Warn => "warn",
            Status::Fail => "fail",
            Status::NotApplicable => "n/a",
        }
    }
}

/// What the checks compare with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Least share of numbers that are there, by indicator and by entity. 0.65, the JRC's rule of thumb.
    pub coverage: f64,
    /// Numbers are outlying with a skewness beyond this one and a kurtosis above the next. 2 and 3.5, the JRC's rule of thumb.
    pub skewness: f64,
    /// See `skewness`.
    pub kurtosis: f64,
    /// Largest share of zeros, and of entities that have the commonest number. 0.5, as COINr flags it.
    pub same: f64,
    /// Largest correlation, by size, of two members of a group. 0.95; audits of the JRC take 0.92 to 0.95.
    pub redundancy: f64,
    /// Least correlation of a member with its group. 0.3: below, it says little in it.
    pub agreement: f64,
    /// Least Cronbach's α. 0.7, Nunnally's convention.
    pub alpha: f64,
    /// Least share of the first component. 0.5.
    pub first: f64,
    /// Least Kaiser–Meyer–Olkin measure. 0.6; below 0.5 is unacceptable to Kaiser.
    pub kmo: f64,
    /// Largest distance of a member's importance in its group from its weight. 0.1.
    pub importance: f64,
    /// Least share of entities that rank elsewhere by a pillar than by the index. 0.3, about what audits of the JRC call desirable.
    pub moved: f64,
    /// So many places elsewhere: 10 of a hundred entities or more, of fewer in proportion, 1 at least.
    pub places: f64,
    /// Largest part of an indicator's range that lies between the best or worst and the next; and of the best or worst numbers that one
    /// entity has. 0.5.
    pub ends: f64,
    /// Least part of the full mark that the best numbers of all indicators together give. 0.9.
    pub reach: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            coverage: 0.65,
            skewness: 2.0,
            kurtosis: 3.5,
            same: 0.5,
            redundancy: 0.95,
            agreement: 0.3,
            alpha: 0.7,
            first: 0.5,
            kmo: 0.6,
            importance: 0.1,
            moved: 0.3,
            places: 10.0,
            ends: 0.5,
            reach: 0.9,
        }
    }
}

/// The audit of an index.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    /// When.
    #[serde(flatten)]
    pub span: Span,
    /// How many rows there are.
    pub entities: usize,
    /// How many checks were passed.
    pub passed: usize,
    /// How many warn.
    pub warned: usize,
    /// How many failed.
    pub failed: usize,
    /// One row a check, or a check and group.
    pub rows: Vec<Check>,
    /// How important each member is in its group, beside its weight.
    pub importances: Vec<Importance>,
    /// Who has the lowest and the highest number of each indicator.
    pub ends: Vec<Ends>,
    /// What was compared with.
    pub limits: Limits,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// The check.
    pub check: &'static str,
    /// The group that it is about.
    pub group: Option<String>,
    /// What came of it.
    pub status: Status,
    /// The number that was found: the worst one; NaN where there is none.
    pub observed: f64,
    /// What it is compared with; NaN where there is nothing.
    pub threshold: f64,
    /// Indicators and groups that do not pass.
    pub indicators: Vec<String>,
    /// Entities that do not pass.
    pub entities: Vec<String>,
    /// What was found, in words.
    pub message: Sentence,
}

impl Check {
    /// Of nothing yet.
    fn new(check: &'static str, threshold: f64) -> Self {
        Check {
            check,
            group: None,
            status: Status::NotApplicable,
            observed: f64::NAN,
            threshold,
            indicators: Vec::new(),
            entities: Vec::new(),
            message: Sentence::new("audit_nobody"),
        }
    }

    fn of(mut self, group: &str) -> Self {
        self.group = Some(group.to_owned());
        self
    }

    /// Not to be checked, and why.
    fn none(mut self, why: Sentence) -> Self {
        self.message = why;
        self
    }

    fn found(mut self, status: Status, observed: f64, message: Sentence) -> Self {
        (self.status, self.observed, self.message) = (status, observed, message);
        self
    }
}

impl Assessment {
    /// Checks whether the index is sound, in one period, or over all of them pooled if none is named. Benchmarks do not count.
    ///
    /// # Errors
    /// A period that the data lack.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// use kaohe::{Lang, Panel, Period, Scheme, analysis::Limits};
    /// # let scheme = Scheme::from_toml(r#"
    /// # kaohe = 1
    /// # id = "example"
    /// # variable = [{ id = "labs", unit = "家" }]
    /// # indicator = [{ id = "labs", formula = "labs", unit = "家", points = { rule = "linear", low = 0, high = 9 }, missing = "skip" }]
    /// # "#).unwrap();
    /// let year = Period::year(2023).unwrap();
    /// let panel = Panel::builder(["甲", "乙"].into_iter().collect(), vec![year; 2]).column("labs", vec![3.0, f64::NAN]).build().unwrap();
    /// let audit = scheme.assess(&panel).unwrap().audit(Some(year), &Limits::default())?;
    /// let coverage = &audit.rows[0];
    /// assert_eq!((coverage.check, coverage.observed, coverage.threshold), ("coverage_of_indicators", 0.5, 0.65));
    /// assert_eq!(coverage.message.message(Lang::En), "Less than 65% of the entities have a number of: labs (50%).");
    /// # }
    /// # Ok::<(), kaohe::DataError>(())
    /// ```
    pub fn audit(&self, period: Option<Period>, limits: &Limits) -> Result<Audit, DataError> {
        let seen = Seen::of(self, period, *limits)?;
        let rows: Vec<Check> = CHECKS.iter().flat_map(|check| check(&seen)).collect();
        let count = |status| rows.iter().filter(|row| row.status == status).count();
        Ok(Audit {
            entities: seen.rows.len(),
            passed: count(Status::Pass),
            warned: count(Status::Warn),
            failed: count(Status::Fail),
            importances: importance::importances(&seen),
            ends: ends::ends(&seen),
            span: seen.span,
            rows,
            limits: *limits,
        })
    }
}

impl Report for Audit {
    /// How many checks came out how, then what failed and what warns.
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        let not = self.rows.len() - self.passed - self.warned - self.failed;
        let not = (not > 0).then(|| Sentence::new("audit_not").fact("count", not));
        let head = Sentence::new("audit_head")
            .fact("period", self.span.fact())
            .fact("rows", self.span.rows(self.entities))
            .fact("count", self.rows.len())
            .fact("passed", self.passed)
            .fact("warned", self.warned)
            .fact("failed", self.failed)
            .fact("not", not);
        let of =
            |status| self.rows.iter().filter(move |row| row.status == status).map(|row| row.message.clone());
        std::iter::once(head).chain(of(Status::Fail)).chain(of(Status::Warn)).collect()
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let number = || Measure::pure(Digits::AtMost(3));
        let title = |id: &str| Label::said(id, |lang| label("audit_check_", id, lang));
        let joined = |ids: &[String], name: &dyn Fn(&str) -> Label| {
            let list = |ids: &[String]| crate::report::Fact::list(ids, |id| name(id).into());
            (!ids.is_empty()).then(|| Sentence::new("audit_list").fact("names", list(ids)))
        };
        let group = self.rows.iter().any(|row| row.group.as_deref().is_some_and(|id| id != "total"));
        let rows = Table::of("audit", &self.rows)
            .names("check", "col_check", |r| r.check, title)
            .labels("group", "col_group", |r| r.group.as_deref().map(|id| names.node(id)))
            .only(if group { Shown::Everywhere } else { Shown::Frames })
            .lights("status", "col_status", |r| Some(r.status.id()))
            .number("observed", "col_observed", number(), |r| r.observed)
            .number("threshold", "col_threshold", number(), |r| r.threshold)
            .said("indicators", "col_concerned", |r| joined(&r.indicators, &|id| names.node(id)))
            .said("entities", "col_entities_concerned", |r| joined(&r.entities, &Label::plain))
            .said("message", "col_message", |r| Some(r.message.clone()))
            .only(Shown::Frames);
        vec![rows.done(), importance::table(&self.importances, names), ends::table(&self.ends, names)]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        vec![Sentence::new("audit_note")]
    }
}

#[cfg(feature = "json")]
#[cfg(test)]
#[path = "audit_tests.rs"]
mod tests;
