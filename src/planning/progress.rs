//! Progress (调度): actual against target and against time elapsed.

use serde::Serialize;

use super::forecast::{Known, forecast};
use super::lights::{Light, Signal, lights};
use super::plan::Plan;
use super::tally::{self, Tally};
use super::targets::{Counting, Rate};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::Finding;
use crate::number::{Exact, Number};
use crate::panel::{Panel, Period};
use crate::report::{Names, Report, Sentence, Shown, Table};
use crate::scheme::NodeId;
use crate::scheme::model::Frequency;

/// One entity and indicator at a dispatch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProgressRow {
    /// Entity.
    pub entity: String,
    /// Indicator.
    pub indicator: String,
    /// What stands: accrued since the year's start, or the latest number of a stock or ratio.
    pub actual: Option<f64>,
    /// What shall stand at the year's end.
    pub target: Option<f64>,
    /// What lights judge: the completion; of a stock or ratio the increment, where `rate` says so; of a ceiling `2·due − x / t`.
    pub progress: Option<f64>,
    /// Of a stock or ratio: what stood at the end of the year before.
    pub base: Option<f64>,
    /// 完成率: `actual / target`.
    pub completion: Option<f64>,
    /// 增量完成率: `(actual − base) / (target − base)`, where the base is known and the target lies beyond it.
    pub increment: Option<f64>,
    /// Which of both is judged.
    pub rate: Rate,
    /// What is due, as a share: the time elapsed under an even schedule.
    pub elapsed: f64,
    /// The light.
    pub light: Option<Light>,
    /// The light of the dispatch before, within the year.
    pub light_before: Option<Light>,
    /// The year's end, forecast.
    pub forecast: Option<f64>,
    /// Lower end of the forecast's interval.
    pub low: Option<f64>,
    /// Upper end of the forecast's interval.
    pub high: Option<f64>,
    /// Probability to meet the target.
    pub probability: Option<f64>,
    /// What each remaining period must bring, 0 where the target is reached (of a ceiling: may use); none at the year's end.
    pub pace_needed: Option<f64>,
    /// Code of the forecast's method.
    pub method: Option<&'static str>,
    /// Whether the increment was declared and cannot be had.
    #[serde(skip)]
    pub(crate) lacks_base: bool,
    #[serde(skip)]
    pub(crate) level: bool,
    #[serde(skip)]
    pub(crate) exact: Exact,
    #[serde(skip)]
    pub(crate) due: Exact,
}

/// Progress at a dispatch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Progress {
    /// The period up to whose end the data go.
    pub period: String,
    /// One row per entity and indicator, entities as in the data.
    pub rows: Vec<ProgressRow>,
    /// Targets by entity, counted.
    pub by_entity: Vec<Tally>,
    /// Targets by indicator, counted.
    pub by_indicator: Vec<Tally>,
}

impl Assessment {
    /// A panel whose columns are the indicators' values: what [`progress()`] takes where indicators are computed.
    pub fn actuals(&self) -> Panel {
        let mut panel = self.panel().clone();
        for (i, indicator) in self.scheme().document().indicators.iter().enumerate() {
            panel = panel.put(&indicator.id, self.values(NodeId(i)).to_vec().into());
        }
        panel
    }
}

/// Progress of every entity up to the end of a period.
///
/// The panel has one column per indicator, in periods of months, quarters or half-years; the target table says what shall stand
/// at the end of the year. Comparisons with what is due are decided exactly: 35 of 60 in July is on schedule to the digit.
///
/// ```text
/// progress    = actual / target
/// pace_needed = max(target − actual, 0) / periods left
/// ```
/// Forecasts: see the table of methods in the source of `forecast` (seasonal share of earlier years, else damped trend, else the
/// pace so far).
///
/// # Errors
/// A period that the data lack, indicators without column, shares that do not fit the periods of a year, targets of entities or
/// for times that the data lack, numbers out of range: all of them at once.
///
/// ```
/// use kaohe::planning::{Light, Plan, TargetTable, progress};
/// use kaohe::{Panel, Period};
/// let july = Period::parse("2023-07").unwrap();
/// let panel = Panel::builder(["金昌", "武威"].into_iter().collect(), vec![july; 2])
///     .column("contracts", vec![155.0, 35.0]).build().unwrap();
/// let target = |entity: &str, value| kaohe::scheme::model::Target {
///     indicator: "contracts".into(), entity: Some(entity.into()), period: Some("2023".into()), value,
/// };
/// let plan = Plan::new(TargetTable::new([target("金昌", 100.0), target("武威", 60.0)], false)?);
/// let july = progress(&panel, &plan, july)?;
/// assert_eq!(july.rows[0].progress, Some(1.55));
/// assert_eq!((july.rows[1].progress, july.rows[1].light), (Some(7.0 / 12.0), Some(Light::Green)));
/// assert_eq!(july.rows[1].pace_needed, Some(5.0));
/// # Ok::<(), kaohe::DataError>(())
/// ```
pub fn progress(panel: &Panel, plan: &Plan, at: Period) -> Result<Progress, DataError> {
    let Some(period) = panel.period_index(at) else {
        let known: Vec<String> = panel.period_texts().collect();
        let finding = Finding::error("unknown_period").fact("period", panel.period_text(at));
        return Err(DataError::new(vec![finding.fact("known", known.join(", "))]));
    };
    let indicators = plan.followed();
    plan.check(panel, &indicators, at)?;
    let mut series: Vec<Series<'_>> = Vec::new();
    for id in &indicators {
        series.push(Series::of(panel, plan, id, at));
    }
    let mut rows = Vec::new();
    for row in panel.rows_of(period) {
        let entity = panel.entity_of(row);
        rows.extend(series.iter().filter_map(|s| s.row(entity)));
    }
    let by_entity = Tally::by(&rows, |r| &r.entity);
    let by_indicator = Tally::by(&rows, |r| &r.indicator);
    Ok(Progress { period: panel.period_text(at), rows, by_entity, by_indicator })
}

/// One indicator in the year of a dispatch.
struct Series<'a> {
    panel: &'a Panel,
    plan: &'a Plan,
    id: &'a str,
    counting: Counting,
    rate: Option<Rate>,
    ceiling: bool,
    at: Period,
    /// What the schedule has due at every place of the year up to now.
    due: Vec<Exact>,
}

impl<'a> Series<'a> {
    fn of(panel: &'a Panel, plan: &'a Plan, id: &'a str, at: Period) -> Self {
        let counting = plan.counting_of.get(id).copied().unwrap_or(plan.counting);
        let ceiling = plan.ceilings.iter().any(|c| c == id);
        let rate = plan.rate_of.get(id).copied().or(plan.rate);
        let mut series = Series { panel, plan, id, counting, rate, ceiling, at, due: Vec::new() };
        let schedule = plan.schedule_of.get(id).unwrap_or(&plan.schedule);
        let n = at.frequency().per_year() as usize;
        series.due = (0..=at.place_in_year()).map(|p| schedule.due(p, n, || series.learnt(p))).collect();
        series
    }

    fn place(&self, place: usize) -> Period {
        self.at.back((self.at.place_in_year() - place.min(self.at.place_in_year())) as u16)
    }

    /// What stood at the end of a period.
    fn stands(&self, entity: usize, period: Period) -> Exact {
        let value = |period: Period| {
            let row = self.panel.period_index(period).and_then(|p| self.panel.row(p, entity));
            match (self.panel.column(self.id), row) {
                (Some(column), Some(row)) => column.exact(row),
                _ => Exact::Missing,
            }
        };
        if self.counting != Counting::Flow {
            return value(period);
        }
        let place = period.place_in_year() as u16;
        (0..=place).fold(Exact::zero(), |sum, back| sum.add(&value(period.back(back))))
    }

    /// What stood at a place of earlier complete years, and at their end, of one entity.
    fn years(&self, entity: usize, place: usize) -> Vec<(Exact, Exact)> {
        let n = self.at.frequency().per_year() as usize;
        let now = self.at.place_in_year();
        let first = self.panel.periods().first().copied().unwrap_or(self.at);
        let mut years = Vec::new();
        let mut back = now + n - place.min(n - 1);
        while let Some(back_to) = u16::try_from(back).ok().map(|b| self.at.back(b)).filter(|p| *p >= first) {
            let end = back_to.ahead((n - 1 - place) as u16);
            let pair = (self.stands(entity, back_to), end.map_or(Exact::Missing, |e| self.stands(entity, e)));
            if !pair.0.is_missing() && !pair.1.is_missing() {
                years.push(pair);
            }
            back += n;
        }
        years
    }

    /// Sums over all entities and earlier years: at a place, and at the end.
    fn learnt(&self, place: usize) -> Option<(Exact, Exact)> {
        if self.counting == Counting::Level {
            return None;
        }
        let all = (0..self.panel.entity_count()).flat_map(|e| self.years(e, place));
        let (at, end) = all.fold((Exact::zero(), Exact::zero()), |(a, b), (x, y)| (a.add(&x), b.add(&y)));
        (!end.is_zero()).then_some((at, end))
    }

    fn progress(&self, stands: &Exact, start: &Exact, target: &Exact, due: &Exact) -> Exact {
        let share = stands.div(target);
        if self.counting == Counting::Level {
            return match (self.judged(start, target), self.ceiling) {
                (Rate::Increment, _) => stands.sub(start).div(&target.sub(start)),
                (Rate::Completion, true) => Exact::of(2.0).sub(&share),
                (Rate::Completion, false) => share,
            };
        }
        if self.ceiling { due.add(due).sub(&share) } else { share }
    }

    /// Whether a target lies beyond what stood at the end of the year before, and that is known.
    fn has_increment(&self, start: &Exact, target: &Exact) -> bool {
        let better = if self.ceiling { target.is_less(start) } else { start.is_less(target) };
        self.counting == Counting::Level && better
    }

    /// What lights judge.
    fn judged(&self, start: &Exact, target: &Exact) -> Rate {
        match self.rate {
            Some(Rate::Completion) => Rate::Completion,
            _ if self.has_increment(start, target) => Rate::Increment,
            _ => Rate::Completion,
        }
    }

    /// The row of an entity; `None` without a target and without data.
    fn row(&self, entity: usize) -> Option<ProgressRow> {
        let name = self.panel.entity_name(entity);
        let target = self.plan.targets.annual(self.id, &name, self.at).unwrap_or(Exact::Missing);
        let stands = self.stands(entity, self.at);
        if target.is_missing() && stands.is_missing() {
            return None;
        }
        let start = self.stands(entity, self.at.back(self.at.place_in_year() as u16 + 1));
        let n = self.at.frequency().per_year() as usize;
        let signals: Vec<Signal> = (0..=self.at.place_in_year())
            .map(|place| {
                let period = self.place(place);
                let expected = self.plan.targets.expected(self.id, &name, period);
                let due = expected.unwrap_or_else(|| self.due[place].clone());
                let progress = self.progress(&self.stands(entity, period), &start, &target, &due);
                Signal { progress, due, left: (n - 1 - place) as u16 }
            })
            .collect();
        let shown = lights(&signals, &self.plan.lights);
        let now = signals.last()?.clone();
        Some(self.filled(entity, (&start, &stands, &target), &now, &shown))
    }

    fn filled(
        &self,
        entity: usize,
        (start, stands, target): (&Exact, &Exact, &Exact),
        now: &Signal,
        shown: &[Option<Light>],
    ) -> ProgressRow {
        let number = |x: &Exact| Some(x.to_f64()).filter(|x| x.is_finite());
        let place = self.at.place_in_year();
        let years: Vec<(f64, f64)> =
            self.years(entity, place).iter().map(|(a, b)| (a.to_f64(), b.to_f64())).collect();
        let forecast = forecast(&Known {
            stands: stands.to_f64(),
            years: &years,
            periods: &self.periods(entity),
            left: now.left,
            due: now.due.to_f64(),
            counting: self.counting,
        });
        let interval = forecast.and_then(|f| f.interval(self.plan.confidence));
        let met = !self.ceiling && self.counting != Counting::Level && stands.is_at_least(target);
        let reaches = || {
            let (forecast, target) = (forecast?, number(target)?);
            if self.ceiling { forecast.keeps_below(target) } else { forecast.reaches(target) }
        };
        let left = Exact::of(f64::from(now.left));
        let level = self.counting == Counting::Level;
        let rate = self.judged(start, target);
        let increment = stands.sub(start).div(&target.sub(start));
        ProgressRow {
            entity: self.panel.entity_name(entity).into_owned(),
            indicator: self.id.to_owned(),
            actual: number(stands),
            target: number(target),
            progress: number(&now.progress),
            base: number(start).filter(|_| level),
            completion: number(&stands.div(target)),
            increment: number(&increment).filter(|_| self.has_increment(start, target)),
            rate,
            lacks_base: level && self.rate == Some(Rate::Increment) && rate != Rate::Increment,
            level,
            elapsed: now.due.to_f64(),
            light: shown.last().copied().flatten(),
            light_before: shown.len().checked_sub(2).and_then(|i| shown[i]),
            forecast: forecast.map(|f| f.value),
            low: interval.map(|i| i.0),
            high: interval.map(|i| i.1),
            probability: if met { Some(1.0) } else { reaches() },
            pace_needed: number(&self.pace(target.sub(stands)).div(&left)),
            method: forecast.map(|f| f.method),
            exact: now.progress.clone(),
            due: now.due.clone(),
        }
    }

    /// What is still to be done: nothing where the target is exceeded; nothing may still be used of a ceiling that is. A stock or
    /// ratio above its ceiling has to fall.
    fn pace(&self, open: Exact) -> Exact {
        let falls = self.ceiling && self.counting == Counting::Level;
        if falls { open } else { open.max(&Exact::zero()) }
    }

    /// Numbers of the year's periods so far: amounts, or levels of a stock or ratio.
    fn periods(&self, entity: usize) -> Vec<f64> {
        let stands: Vec<Exact> =
            (0..=self.at.place_in_year()).map(|p| self.stands(entity, self.place(p))).collect();
        if self.counting == Counting::Level {
            return stands.iter().map(Exact::to_f64).collect();
        }
        let mut before = Exact::zero();
        let amount = |x: &Exact| {
            let amount = x.sub(&before).to_f64();
            before = x.clone();
            amount
        };
        stands.iter().map(amount).collect()
    }
}

/// Every entity and indicator.
pub(super) fn table(rows: &[ProgressRow], names: Names<'_>) -> Table {
    let (value, finer) = (|id: &str| names.measure(id), |id: &str| names.measure(id).finer());
    let both = if rows.iter().any(|r| r.increment.is_some()) { Shown::Everywhere } else { Shown::Frames };
    let judged = if both == Shown::Frames { "col_progress" } else { "col_judged" };
    Table::of("progress", rows)
        .entities(|r| &r.entity)
        .names("indicator", "col_indicator", |r| &r.indicator, |id| names.label(id))
        .measured("actual", "col_actual", |r| &r.indicator, value, |r| r.actual)
        .measured("target", "col_target", |r| &r.indicator, value, |r| r.target)
        .percent("progress", judged, 1, |r| r.progress)
        .percent("elapsed", "col_elapsed", 1, |r| r.elapsed)
        .measured("base", "col_base_year", |r| &r.indicator, value, |r| r.base)
        .percent("completion", "col_progress", 1, |r| r.completion)
        .only(both)
        .percent("increment", "col_increment", 1, |r| r.increment)
        .only(both)
        .lights("light", "col_light", |r| r.light.map(Light::name))
        .measured("forecast", "col_forecast", |r| &r.indicator, finer, |r| r.forecast)
        .measured("low", "col_low", |r| &r.indicator, finer, |r| r.low)
        .measured("high", "col_high", |r| &r.indicator, finer, |r| r.high)
        .percent("probability", "col_probability", 1, |r| r.probability)
        .measured("pace_needed", "col_pace", |r| &r.indicator, finer, |r| r.pace_needed)
        .done()
}

impl Report for Progress {
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        super::said::progress(self, names)
    }

    /// Every entity and indicator; both countings.
    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let counted = tally::tables(&self.by_entity, &self.by_indicator, names);
        [table(&self.rows, names)].into_iter().chain(counted).collect()
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        super::said::progress_notes(self)
    }
}

/// Whether two periods lie in the same year.
pub(crate) fn same_year(a: Period, b: Period) -> bool {
    a.within(Frequency::Year) == b.within(Frequency::Year)
}
