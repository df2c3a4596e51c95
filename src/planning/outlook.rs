//! The panel a plan is made on: as it stands, or one or more periods on, with the others developing.

use serde::{Deserialize, Serialize};

use super::decimal::Decimals;
use crate::assess::{Assessment, assess_like};
use crate::error::DataError;
use crate::finding::Finding;
use crate::formula::Units;
use crate::number::Exact;
use crate::panel::{Panel, Period};
use crate::scheme::NodeId;
use crate::scheme::model::Document;

/// How entities develop until the planned period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Others {
    /// Every variable stays as it is.
    #[default]
    Fixed,
    /// Every variable goes on as over its last three periods: by their mean growth `(x_t / x_{t−m})^{1/m}` where all are
    /// positive, by their mean difference else; without a past it stays.
    Trend,
    /// Every entity repeats, for all its variables, the one of its last three periods in which the indicator that is asked
    /// about did best: the hardest case.
    Best,
}

/// Periods of the past that a trend looks at.
const PAST: u16 = 3;
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
pub(crate) struct Outlook<'a> {
    pub(crate) assessment: &'a Assessment,
    pub(crate) entity: usize,
    /// The indicator by which a best period is chosen.
    pub(crate) indicator: usize,
    pub(crate) own: Others,
    pub(crate) others: Others,
}

impl Outlook<'_> {
    /// The assessment a plan for `period` starts from, and the period it plans.
    ///
    /// A period of the data with nobody developing is taken as it stands. With development the plan is for the period after
    /// it; a period beyond the data is reached step by step from the last one.
    pub(crate) fn at(&self, period: Period) -> Result<(Assessment, Period), DataError> {
        let panel = self.assessment.panel();
        let still = self.own == Others::Fixed && self.others == Others::Fixed;
        let inside = panel.period_index(period);
        if inside.is_some() && still {
            return Ok((self.assessment.clone(), period));
        }
        let last = panel.periods().len().saturating_sub(1);
        let base = inside.unwrap_or(last);
        let steps = match inside {
            Some(_) => 1,
            None => period.since(panel.periods()[last]).filter(|n| (1..=AHEAD).contains(n)).unwrap_or(0),
        };
        if steps == 0 {
            self.assessment.period(period)?;
        }
        let longer = self.longer(base, steps as u16)?;
        let planned = longer.periods().last().copied().unwrap_or(period);
        Ok((assess_like(&self.assessment.inner, &longer)?, planned))
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
        let entities =
            order.iter().map(|r| panel.entity_name(panel.entity_of(*r as usize)).into_owned()).collect();
        let mut builder = Panel::builder(entities, periods).spelled_like(panel);
        for name in panel.column_names() {
            let Some(column) = panel.column(name) else { continue };
            let mut longer = column.gather(&order);
            if let Some(variable) = document.variables.iter().position(|v| v.id == name) {
                let digits = decimals(document, variable, panel);
                let cells = (1..=steps).flat_map(|step| {
                    let first = kept + usize::from(step - 1) * rows.len();
                    rows.iter().enumerate().filter_map(move |(i, row)| {
                        let value = self.projected(column.values(), *row, step)?;
                        Some((first + i, digits.nearest(value), None::<Exact>))
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

    /// The value of a variable `steps` periods after `row`; `None` if it stays.
    fn projected(&self, column: &[f64], row: usize, steps: u16) -> Option<f64> {
        let panel = self.assessment.panel();
        let how = if panel.entity_of(row) == self.entity { self.own } else { self.others };
        let (from, to) = match how {
            Others::Fixed => return None,
            Others::Trend => (self.earliest(column, row)?, row),
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

    /// The earliest of the last three periods in which the variable has a value.
    fn earliest(&self, column: &[f64], row: usize) -> Option<usize> {
        let past = (1..=PAST).rev().filter_map(|lag| self.assessment.panel().lagged(row, lag));
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
