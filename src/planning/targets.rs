//! Target tables: annual, cumulative within the year, or amounts period by period.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::assess::targets::{entities, parsed, within};
use crate::error::DataError;
use crate::finding::Finding;
use crate::number::{Exact, Number};
use crate::panel::{Panel, Period};
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
    /// A stock or a ratio: the latest number counts. See [`Rate`].
    Level,
}

/// How much of a target of a stock or ratio is done; `x₀` is what stood at the end of the year before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// `x / t`: 完成率.
    Completion,
    /// `(x − x₀) / (t − x₀)`: 增量完成率.
    Increment,
}

/// Targets of entities, as the scheme's target table holds them.
///
/// A target for a year (or without period) is what shall stand at its end. Targets for shorter periods say what shall stand at
/// the end of each (`each = false`), or what each alone shall bring (`each = true`); the expected progress between them is a
/// straight line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetTable {
    targets: Vec<Target>,
    /// In the order of the table.
    by_indicator: IndexMap<String, OfIndicator>,
    each: bool,
}

/// Targets of one entity (or of all) by period.
type ByPeriod = HashMap<Option<Period>, f64>;

#[derive(Debug, Clone, PartialEq, Default)]
struct OfIndicator {
    of: HashMap<String, ByPeriod>,
    common: ByPeriod,
}

impl TargetTable {
    /// A table; of several targets that fit a cell the more special one counts.
    ///
    /// # Errors
    /// Periods that cannot be read, values that are not finite, targets given twice.
    pub fn new(targets: impl IntoIterator<Item = Target>, each: bool) -> Result<Self, DataError> {
        let targets: Vec<Target> = targets.into_iter().collect();
        let mut findings = Vec::new();
        let mut by_indicator: IndexMap<String, OfIndicator> = IndexMap::new();
        for (target, period) in parsed(&targets, &mut findings) {
            let own = by_indicator.entry(target.indicator.clone()).or_default();
            let cells = match &target.entity {
                Some(entity) => own.of.entry(entity.clone()).or_default(),
                None => &mut own.common,
            };
            cells.insert(period, target.value);
        }
        if findings.is_empty() {
            Ok(TargetTable { targets, by_indicator, each })
        } else {
            Err(DataError::new(findings))
        }
    }

    /// Ids of the indicators, in the order of the table.
    pub fn indicators(&self) -> Vec<String> {
        self.by_indicator.keys().cloned().collect()
    }

    /// Targets of entities and for times that a panel lacks; a target for a longer period than the panel's is due at its end.
    pub(crate) fn strangers(&self, panel: &Panel) -> Vec<Finding> {
        let mut findings = Vec::new();
        let read = parsed(&self.targets, &mut findings);
        let shortest = panel.periods().first().map_or(0, |p| p.frequency().per_year());
        within(read, panel, &entities(panel), &|f| f.per_year() <= shortest, &mut findings);
        findings
    }

    /// The target for exactly this period, else (for a year) the one without period.
    fn find(&self, indicator: &str, entity: &str, period: Period) -> Option<Exact> {
        let of = self.by_indicator.get(indicator)?;
        let year = period.frequency() == Frequency::Year;
        let at = |cells: &ByPeriod| {
            cells.get(&Some(period)).or_else(|| cells.get(&None).filter(|_| year)).copied()
        };
        of.of.get(entity).and_then(at).or_else(|| at(&of.common)).map(Exact::of)
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
