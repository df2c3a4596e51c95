//! What progress is measured against, and what is wrong with it.

use indexmap::IndexMap;

use super::lights::LightRules;
use super::range::Range;
use super::schedule::Schedule;
use super::targets::{Counting, Rate, TargetTable};
use crate::error::DataError;
use crate::finding::{Finding, nearest};
use crate::panel::{Panel, Period};

/// What progress is measured against.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The targets.
    pub targets: TargetTable,
    /// Indicators, in this order; every one of the target table if empty.
    pub indicators: Vec<String>,
    /// What the numbers of a period say.
    pub counting: Counting,
    /// Indicators that count otherwise.
    pub counting_of: IndexMap<String, Counting>,
    /// By what lights judge a stock or ratio; if none by the increment where the end of the year before is in the data, else by the
    /// completion.
    pub rate: Option<Rate>,
    /// Indicators that are judged otherwise.
    pub rate_of: IndexMap<String, Rate>,
    /// How the year's work is spread.
    pub schedule: Schedule,
    /// Indicators with a schedule of their own.
    pub schedule_of: IndexMap<String, Schedule>,
    /// Indicators whose target is a ceiling: less is better.
    pub ceilings: Vec<String>,
    /// Thresholds of the lights.
    pub lights: LightRules,
    /// Probability that a forecast's interval holds, above 0 and below 1; 0.8 by default.
    pub confidence: f64,
    /// Most that one indicator counts in an entity's mean progress, above 0: 1 by default, so that more than all of one does not hide
    /// what another one lacks; no limit if none.
    pub league_cap: Option<f64>,
}

impl Plan {
    /// Cumulative numbers, an even schedule, lights as by default.
    pub fn new(targets: TargetTable) -> Self {
        Plan {
            targets,
            indicators: Vec::new(),
            counting: Counting::Cumulative,
            counting_of: IndexMap::new(),
            rate: None,
            rate_of: IndexMap::new(),
            schedule: Schedule::Even,
            schedule_of: IndexMap::new(),
            ceilings: Vec::new(),
            lights: LightRules::default(),
            confidence: 0.8,
            league_cap: Some(1.0),
        }
    }

    /// The indicators that are followed.
    pub(crate) fn followed(&self) -> Vec<String> {
        if self.indicators.is_empty() { self.targets.indicators() } else { self.indicators.clone() }
    }

    /// Everything that keeps the plan from being followed over a panel, at once.
    pub(crate) fn check(&self, panel: &Panel, followed: &[String], at: Period) -> Result<(), DataError> {
        let n = at.frequency().per_year() as usize;
        let mut findings: Vec<Finding> = self.numbers();
        findings.extend(self.schedule_of.values().chain([&self.schedule]).filter_map(|s| s.check(n)));
        findings.extend(followed.iter().filter(|id| panel.column(id).is_none()).map(|id| {
            let finding =
                Finding::unknown(["plan_no_column", "plan_no_column_near"], id, panel.column_names());
            finding.of_column(id)
        }));
        findings.extend(self.unfollowed(followed));
        findings.extend(self.targets.strangers(panel));
        if findings.is_empty() { Ok(()) } else { Err(DataError::new(findings)) }
    }

    fn numbers(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        findings.extend(Range::Between(0.0, 1.0).refuse("confidence", self.confidence));
        findings.extend(self.league_cap.and_then(|cap| Range::Above(0.0).refuse("league_cap", cap)));
        findings.extend(Range::Above(0.0).refuse("lights.green", self.lights.green));
        findings.extend(Range::Within(0.0, self.lights.green).refuse("lights.yellow", self.lights.yellow));
        findings
    }

    /// Indicators that something is said of and that are not followed.
    fn unfollowed(&self, followed: &[String]) -> impl Iterator<Item = Finding> {
        let said = [
            ("counting", self.counting_of.keys().collect::<Vec<_>>()),
            ("rate", self.rate_of.keys().collect()),
            ("schedule", self.schedule_of.keys().collect()),
            ("ceilings", self.ceilings.iter().collect()),
        ];
        said.into_iter().flat_map(move |(key, ids)| {
            let strange = ids.into_iter().filter(|id| !followed.contains(id));
            strange.map(move |id| {
                let finding = match nearest(id, followed.iter().map(String::as_str)) {
                    Some(near) => Finding::error("plan_not_followed_near").fact("nearest", near),
                    None => Finding::error("plan_not_followed").fact("known", followed.join(", ")),
                };
                finding.fact("key", key).fact("indicator", id)
            })
        })
    }
}
