//! Target tables: annual, cumulative within the year, or amounts period by period.

use serde::{Deserialize, Serialize};

use crate::error::DataError;
use crate::finding::Finding;
use crate::number::{Exact, Number};
use crate::panel::Period;
use crate::scheme::model::{Frequency, Target};

/// What the number of a period says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// What has accrued since the year's start (1–7月).
    #[default]
    Cumulative,
    /// What accrued in the period alone; the year is the sum.
    Flow,
    /// A stock or a ratio: the latest number counts. Progress is `x / t`, or `(x − x₀) / (t − x₀)` where the end of the year
    /// before is in the data.
    Level,
}

/// Targets of entities, as the scheme's target table holds them.
///
/// A target for a year (or without period) is what shall stand at its end. Targets for shorter periods say what shall stand at
/// the end of each (`each = false`), or what each alone shall bring (`each = true`); the expected progress between them is a
/// straight line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetTable {
    targets: Vec<(Target, Option<Period>)>,
    each: bool,
}

impl TargetTable {
    /// A table; of several targets for the same cell the more special one counts, then the later one.
    ///
    /// # Errors
    /// Periods that cannot be read, values that are not finite.
    pub fn new(targets: impl IntoIterator<Item = Target>, each: bool) -> Result<Self, DataError> {
        let (mut read, mut findings) = (Vec::new(), Vec::new());
        for target in targets {
            let period = target.period.as_deref().map(Period::parse);
            let text = target.period.clone().unwrap_or_default();
            let finding = |code| Finding::error(code).fact("indicator", &target.indicator);
            if period == Some(None) {
                findings.push(finding("target_period").fact("period", text));
            } else if !target.value.is_finite() {
                findings.push(finding("plan_target").fact("value", target.value));
            } else {
                read.push((target, period.flatten()));
            }
        }
        if findings.is_empty() {
            Ok(TargetTable { targets: read, each })
        } else {
            Err(DataError::new(findings))
        }
    }

    /// Ids of the indicators, in the order of the table.
    pub fn indicators(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for (target, _) in &self.targets {
            if !ids.contains(&target.indicator) {
                ids.push(target.indicator.clone());
            }
        }
        ids
    }

    /// The target for exactly this period, else (for a year) the one without period.
    fn find(&self, indicator: &str, entity: &str, period: Period) -> Option<Exact> {
        let fits = |(target, own): &&(Target, Option<Period>)| {
            target.indicator == indicator
                && target.entity.as_deref().is_none_or(|e| e == entity)
                && own.map_or(period.frequency() == Frequency::Year, |p| p == period)
        };
        let special = |(target, own): &(Target, Option<Period>)| (target.entity.is_some(), own.is_some());
        let best = self.targets.iter().filter(fits).max_by_key(|t| special(t))?;
        Some(Exact::of(best.0.value))
    }

    /// What shall stand at the end of the year of a period.
    pub(crate) fn annual(&self, indicator: &str, entity: &str, period: Period) -> Option<Exact> {
        self.find(indicator, entity, period.within(Frequency::Year)).or_else(|| {
            let n = period.frequency().per_year() as usize;
            let stands = self.stands(indicator, entity, period);
            stands.last().filter(|(place, _)| place + 1 == n).map(|(_, value)| value.clone())
        })
    }

    /// What shall stand at the end of the periods of a year that have targets of their own, by place in the year.
    fn stands(&self, indicator: &str, entity: &str, period: Period) -> Vec<(usize, Exact)> {
        let n = period.frequency().per_year() as u16;
        let mut stands = Vec::new();
        let mut sum = Exact::zero();
        let first = period.back(period.place_in_year() as u16);
        for place in 0..n {
            let own = first.ahead(place);
            // A target for a quarter stands at its last month.
            let target = own.and_then(|own| {
                [own.frequency(), Frequency::Quarter, Frequency::Half].into_iter().find_map(|f| {
                    let longer = own.within(f);
                    let at_end = longer == own || own.ahead(1).is_none_or(|next| next.within(f) != longer);
                    if f == Frequency::Year || !at_end { None } else { self.find(indicator, entity, longer) }
                })
            });
            let Some(target) = target else { continue };
            sum = if self.each { sum.add(&target) } else { target };
            stands.push((usize::from(place), sum.clone()));
        }
        stands
    }

    /// The share of the year's target that shall stand at the end of a period by targets of shorter periods.
    pub(crate) fn expected(&self, indicator: &str, entity: &str, period: Period) -> Option<Exact> {
        let stands = self.stands(indicator, entity, period);
        if stands.is_empty() || period.frequency() == Frequency::Year {
            return None;
        }
        let annual = self.annual(indicator, entity, period)?;
        let n = period.frequency().per_year() as usize;
        let place = period.place_in_year();
        let at = |place: usize| Exact::of((place + 1) as f64);
        let start = (Exact::zero(), Exact::zero());
        let before = stands.iter().rev().find(|(p, _)| *p <= place).map(|(p, v)| (at(*p), v.clone()));
        let after = stands.iter().find(|(p, _)| *p >= place).map(|(p, v)| (at(*p), v.clone()));
        let (x0, y0) = before.unwrap_or(start);
        let (x1, y1) = after.unwrap_or((at(n - 1), annual.clone()));
        let along = if x0 == x1 { Exact::zero() } else { at(place).sub(&x0).div(&x1.sub(&x0)) };
        let stand = y0.add(&along.mul(&y1.sub(&y0)));
        Some(stand.div(&annual)).filter(|share| !share.is_missing())
    }
}
