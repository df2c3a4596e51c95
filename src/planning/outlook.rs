//! The panel a plan is made on: as it stands, or one or more periods on, with the others developing.

use serde::{Deserialize, Serialize};

use super::decimal::Decimals;
use super::range::Range;
use crate::assess::{Assessment, assess_like};
use crate::error::DataError;
use crate::finding::Finding;
use crate::formula::Units;
use crate::number::Exact;
use crate::panel::{Panel, Period};
use crate::report::Sentence;
use crate::scheme::NodeId;
use crate::scheme::model::Document;

/// How data develop until the planned period.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Others {
    /// Every variable stays as it is.
    #[default]
    Fixed,
    /// Every variable goes on as in its last period: `x_t / x_{t−1}` where both are positive, else by the difference; without a
    /// past it stays.
    Growth,
    /// Every variable goes on as over its last three periods: by their mean growth `(x_t / x_{t−m})^{1/m}` where both ends are
    /// positive, by their mean difference else; without a past it stays.
    Trend,
    /// The same over so many periods.
    TrendOver(u16),
    /// Every entity repeats, for all its variables, the one of its last three periods in which the indicator that is asked
    /// about did best: the hardest case.
    Best,
    /// Variables have these numbers in the planned period; what is not given stays.
    Given(Vec<Given>),
}

/// A number that is given for the planned period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// Whose; of the others: everybody's, if nobody is named.
    pub entity: Option<String>,
    /// Variable.
    pub variable: String,
    /// The number, in the variable's unit.
    pub value: f64,
}

/// How everybody's data develop until the planned period: by default they stay at their last values.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outlook {
    /// The others' data.
    pub others: Others,
    /// The entity's own data. If none: as the others' where these go on by a growth or a trend, by their trend where the others
    /// repeat their best period, and as they are else.
    pub own: Option<Others>,
}

impl Outlook {
    /// How the entity's own data develop.
    pub(crate) fn own(&self) -> &Others {
        match (&self.own, &self.others) {
            (Some(own), _) => own,
            (None, Others::Best) => &Others::Trend,
            (None, Others::Given(_)) => &Others::Fixed,
            (None, others) => others,
        }
    }

    fn is_still(&self) -> bool {
        self.others == Others::Fixed && *self.own() == Others::Fixed
    }
}

/// Periods of the past that a trend looks at, and in which the best one is looked for.
pub(crate) const PAST: u16 = 3;
/// Periods ahead that a plan may lie.
const AHEAD: i32 = 20;

/// How many decimals a planned value of a variable has: none where its unit counts things, else what its source publishes,
/// else as many as its data are written with (at most six), but enough for three significant digits of the largest.
pub(crate) fn decimals(document: &Document, variable: usize, panel: &Panel) -> Decimals {
    let Some(variable) = document.variables.get(variable) else { return Decimals(0) };
    let mut units = Units::builtin();
    for unit in &document.units {
        // The scheme has loaded: its units are declared well.
        let _ = units.declare(&unit.id, unit.of.as_deref(), unit.factor, unit.count);
    }
    let values = panel.column(&variable.id).map_or(&[][..], |c| c.values());
    let largest = values.iter().filter(|x| x.is_finite()).fold(0.0f64, |a, x| a.max(x.abs()));
    let declared = if units.parse(&variable.unit).is_ok_and(|u| u.counts()) {
        Decimals(0)
    } else if let Some(digits) = variable.published_digits {
        Decimals(i16::from(digits).clamp(0, 9))
    } else {
        let fine = (0..6i16).find(|d| largest * 10f64.powi(i32::from(*d)) >= 100.0).unwrap_or(0);
        Decimals(Decimals::seen(values.iter().copied(), 6).0.max(fine))
    };
    declared.fitting(largest)
}

/// Who is projected, and how.
pub(crate) struct Projection<'a> {
    pub(crate) assessment: &'a Assessment,
    /// Whose own data there are; without one all are others.
    pub(crate) entity: Option<usize>,
    /// The indicator by which a best period is chosen.
    pub(crate) indicator: usize,
    pub(crate) outlook: &'a Outlook,
}

/// What a plan starts from.
pub(crate) struct Planned {
    pub(crate) assessment: Assessment,
    /// The last period of it, which is changed.
    pub(crate) period: Period,
    /// The planned period as it is written.
    pub(crate) shown: String,
    /// The last period of the data that it is made from, by its place in the data.
    pub(crate) base: usize,
    /// How many periods later the plan is; 0 where the data are taken as they are.
    pub(crate) steps: u16,
    /// What is assumed of the data.
    pub(crate) assumption: Sentence,
    /// That this is so because nothing was said.
    pub(crate) notes: Vec<Sentence>,
}

impl Projection<'_> {
    /// The assessment a plan for `period` starts from, and the period it plans.
    ///
    /// A period of the data with nobody developing is taken as it stands. With development the plan is for the period after
    /// it; a period beyond the data is reached step by step from the last one.
    pub(crate) fn at(&self, period: Period) -> Result<Planned, DataError> {
        let panel = self.assessment.panel();
        let last = panel.periods().len().saturating_sub(1);
        match panel.period_index(period) {
            Some(base) if self.outlook.is_still() => self.planned(base, 0, 0),
            Some(base) => self.planned(base, 1, 1),
            None => {
                let steps = self.steps(last, period)?;
                self.planned(last, steps, steps)
            }
        }
    }

    /// The same for a period after one of the data; where nobody develops, as things are in that.
    pub(crate) fn from(&self, base: usize, period: Period) -> Result<Planned, DataError> {
        if self.outlook.is_still() {
            let ahead = self.assessment.panel().periods().get(base).and_then(|last| period.since(*last));
            return self.planned(base, 0, ahead.and_then(|n| u16::try_from(n).ok()).unwrap_or(0));
        }
        let steps = self.steps(base, period)?;
        self.planned(base, steps, steps)
    }

    /// How many periods after one of the data a period is.
    fn steps(&self, base: usize, period: Period) -> Result<u16, DataError> {
        let after = self.assessment.panel().periods().get(base).and_then(|last| period.since(*last));
        match after.filter(|n| (1..=AHEAD).contains(n)) {
            Some(steps) => Ok(steps as u16),
            None => self.assessment.period(period).map(|_| 0),
        }
    }

    /// The plan on a panel that is so many periods longer, for one so many periods ahead.
    fn planned(&self, base: usize, steps: u16, ahead: u16) -> Result<Planned, DataError> {
        self.check()?;
        let (assumption, notes) = self.assumed(base, ahead);
        let panel = self.assessment.panel();
        let (assessment, period) = if steps == 0 {
            (self.assessment.clone(), panel.periods()[base])
        } else {
            let longer = self.longer(base, steps)?;
            let planned = longer.periods().last().copied().unwrap_or(panel.periods()[base]);
            (assess_like(&self.assessment.inner, &longer)?, planned)
        };
        let planned = panel.periods().get(base).and_then(|p| p.ahead(ahead)).unwrap_or(period);
        Ok(Planned { assessment, period, shown: panel.period_text(planned), base, steps, assumption, notes })
    }

    /// Everything that is wrong with what is given, at once.
    fn check(&self) -> Result<(), DataError> {
        let mut findings = self.wrong(&self.outlook.others, false);
        findings.extend(self.wrong(self.outlook.own(), true));
        findings.dedup();
        if findings.is_empty() { Ok(()) } else { Err(DataError::new(findings)) }
    }

    /// What is wrong with how data develop: the entity's own, or the others'.
    fn wrong(&self, how: &Others, own: bool) -> Vec<Finding> {
        match how {
            Others::TrendOver(n) => {
                Range::AtLeast(1.0).refuse("trend_over", f64::from(*n)).into_iter().collect()
            }
            Others::Given(given) => given.iter().flat_map(|one| self.wrong_given(one, own)).collect(),
            _ => Vec::new(),
        }
    }

    fn wrong_given(&self, given: &Given, own: bool) -> Vec<Finding> {
        let panel = self.assessment.panel();
        let unknown = self.assessment.variable(&given.variable).err();
        let mut findings = unknown.map_or_else(Vec::new, DataError::into_findings);
        findings.extend(Range::Any.refuse(&given.variable, given.value));
        let entity = self.entity.map(|e| panel.entity_name(e).into_owned());
        let fits =
            |name: &String| panel.entity_index(name).is_some() && (entity.as_ref() == Some(name)) == own;
        if let Some(name) = given.entity.as_ref().filter(|name| !fits(name)) {
            let code = if own { "outlook_not_own" } else { "outlook_not_others" };
            let entity = entity.as_deref().unwrap_or("-");
            findings.push(Finding::error(code).fact("name", name).fact("entity", entity));
        }
        findings
    }

    /// The panel up to the base period, and `steps` periods more.
    fn longer(&self, base: usize, steps: u16) -> Result<Panel, DataError> {
        let panel = self.assessment.panel();
        let document = self.assessment.scheme().document();
        let rows: Vec<usize> = panel.rows_of(base).collect();
        let kept = rows.last().map_or(0, |r| r + 1);
        let mut order: Vec<u32> = (0..kept as u32).collect();
        let mut periods: Vec<Period> = (0..kept).map(|r| panel.periods()[panel.period_of(r)]).collect();
        for step in 1..=steps {
            let next = panel.periods()[base].ahead(step).ok_or_else(|| {
                let finding = Finding::error("unknown_period").fact("period", "> 9999");
                DataError::new(vec![finding.fact("known", panel.periods()[base])])
            })?;
            order.extend(rows.iter().map(|r| *r as u32));
            periods.extend(rows.iter().map(|_| next));
        }
        let entities = order.iter().map(|r| panel.name_of(*r as usize).into_owned()).collect();
        let mut builder = Panel::builder(entities, periods).spelled_like(panel);
        for name in panel.column_names() {
            let Some(column) = panel.column(name) else { continue };
            let mut longer = column.gather(&order);
            if let Some(variable) = document.variables.iter().position(|v| v.id == name) {
                let digits = decimals(document, variable, panel);
                let cells = (1..=steps).flat_map(|step| {
                    let first = kept + usize::from(step - 1) * rows.len();
                    rows.iter().enumerate().filter_map(move |(i, row)| {
                        let value = match self.given(name, column.values(), *row, (step, steps)) {
                            Some(given) => given,
                            None => digits.nearest(self.projected(column.values(), *row, step)?),
                        };
                        Some((first + i, value, None::<Exact>))
                    })
                });
                longer = longer.replaced(cells.collect::<Vec<_>>());
            }
            builder = builder.column(name, longer);
        }
        for name in panel.text_names() {
            let texts = panel.text(name).unwrap_or_default();
            builder = builder.text(name, order.iter().map(|r| texts[*r as usize].clone()).collect());
        }
        builder.build()
    }

    /// How the data of a row develop.
    fn how(&self, row: usize) -> &Others {
        let own = Some(self.assessment.panel().entity_of(row)) == self.entity;
        if own { self.outlook.own() } else { &self.outlook.others }
    }

    /// The number that is given for a variable of a row, or what lies on the straight way to it.
    fn given(&self, variable: &str, column: &[f64], row: usize, (step, steps): (u16, u16)) -> Option<f64> {
        let Others::Given(given) = self.how(row) else { return None };
        let panel = self.assessment.panel();
        let name = panel.name_of(row);
        let mine = |g: &&Given| g.variable == variable && g.entity.as_deref().is_none_or(|e| e == name);
        // What names the entity counts before what is everybody's.
        let found = given.iter().filter(mine).max_by_key(|g| g.entity.is_some())?;
        let (now, share) = (column[row], f64::from(step) / f64::from(steps));
        Some(if step == steps || now.is_nan() { found.value } else { now + (found.value - now) * share })
    }

    /// The value of a variable `steps` periods after `row`; `None` if it stays.
    fn projected(&self, column: &[f64], row: usize, steps: u16) -> Option<f64> {
        let panel = self.assessment.panel();
        let (from, to) = match self.how(row) {
            Others::Fixed | Others::Given(_) => return None,
            Others::Growth => (self.earliest(column, row, 1)?, row),
            Others::Trend => (self.earliest(column, row, PAST)?, row),
            Others::TrendOver(periods) => (self.earliest(column, row, *periods)?, row),
            Others::Best => self.best(row)?,
        };
        let m =
            f64::from(panel.periods()[panel.period_of(to)].since(panel.periods()[panel.period_of(from)])?);
        let (x, first, last, steps) = (column[row], column[from], column[to], f64::from(steps));
        let next = if first > 0.0 && last > 0.0 {
            x * libm::pow(last / first, steps / m)
        } else {
            x + (last - first) / m * steps
        };
        next.is_finite().then_some(next)
    }

    /// The earliest of the last periods in which the variable has a value.
    fn earliest(&self, column: &[f64], row: usize, periods: u16) -> Option<usize> {
        let past = (1..=periods).rev().filter_map(|lag| self.assessment.panel().lagged(row, lag));
        past.into_iter().find(|r| !column[*r].is_nan())
    }

    /// The period of the last three in which the indicator grew best, as its first and last row.
    fn best(&self, row: usize) -> Option<(usize, usize)> {
        let panel = self.assessment.panel();
        let values = self.assessment.values(NodeId(self.indicator));
        let negative = super::goal::is_negative(&self.assessment.inner, self.indicator);
        let growth = |from: usize, to: usize| {
            let change =
                if values[from] > 0.0 { values[to] / values[from] } else { values[to] - values[from] };
            if negative { -change } else { change }
        };
        let steps = (0..PAST).filter_map(|lag| Some((panel.lagged(row, lag + 1)?, panel.lagged(row, lag)?)));
        steps
            .filter(|(a, b)| growth(*a, *b).is_finite())
            .max_by(|a, b| growth(a.0, a.1).total_cmp(&growth(b.0, b.1)))
    }
}

impl Assessment {
    /// The assessment of a period after the data, with everybody's data as an outlook has them. `entity` is whose own data there are.
    ///
    /// A period of the data with nobody developing is assessed as it is; with development, the one after it.
    ///
    /// # Errors
    /// Unknown entity or period, more than twenty periods ahead, given numbers of variables or entities that there are not, and
    /// whatever keeps such data from being assessed.
    pub fn outlook(
        &self,
        entity: Option<&str>,
        period: Period,
        outlook: &Outlook,
    ) -> Result<Assessment, DataError> {
        let last = self.panel().periods().last().copied().unwrap_or(period);
        let entity = entity.map(|e| self.row(e, last)).transpose()?.map(|row| self.panel().entity_of(row));
        let projection = Projection { assessment: self, entity, indicator: 0, outlook };
        Ok(projection.at(period)?.assessment)
    }
}
