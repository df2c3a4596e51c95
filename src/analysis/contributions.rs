//! Contributions: what each indicator adds to a total, to a distance, and to the spread of the totals.

use serde::Serialize;

use super::Side;
use super::attribute::{along, change, close_of};
use super::bridge::{by_stage, stages};
use super::cause::Cause;
use super::climb::climb;
use crate::assess::Assessment;
use crate::error::DataError;
use crate::number::ExactSum;
use crate::panel::Period;
use crate::report::{Digits, Fact, Label, Names, Report, Sentence, Table};

/// What one indicator adds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contribution {
    /// Indicator, or one of `weights`, `aggregation`, `periods`, `adjustments`, `floors`, `rounding`.
    pub item: String,
    /// Points.
    pub points: f64,
    /// Share of the whole.
    pub share: f64,
}

/// What makes up a total or a distance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contributions {
    /// Entity.
    pub entity: String,
    /// The entity that the distance is to; none for a total.
    pub other: Option<String>,
    /// Period.
    pub period: String,
    /// Printed total or distance; the points sum to it.
    pub total: f64,
    /// The entity's printed total.
    #[serde(skip)]
    pub(super) level: f64,
    /// One an indicator, then what is not an indicator's, where it is not zero.
    pub rows: Vec<Contribution>,
}

/// What each indicator adds to the variance of the totals.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spread {
    /// Period.
    pub period: String,
    /// Variance (n − 1) of the unrounded totals.
    pub variance: f64,
    /// `cov(points_i, total)` and its share of the variance; negative where an indicator evens the others out.
    pub rows: Vec<Contribution>,
}

fn contributions(
    sides: (Option<Side<'_>>, Side<'_>),
    items: Vec<(String, f64)>,
    total: f64,
) -> Contributions {
    let size =
        sides.0.iter().chain([&sides.1]).flat_map(|s| stages(*s)).fold(0.0f64, |size, x| size.max(x.abs()));
    let rows = rows(items, total, size);
    Contributions {
        entity: sides.1.entity(),
        other: sides.0.map(Side::entity),
        period: sides.1.period(),
        level: sides.1.inner.totals.shown()[sides.1.row],
        total,
        rows,
    }
}

/// The items, closed so that their points sum to a total of numbers of this size.
fn rows(items: Vec<(String, f64)>, total: f64, size: f64) -> Vec<Contribution> {
    let mut points: Vec<f64> = items.iter().map(|i| i.1).collect();
    close_of(&mut points, total, size);
    let row =
        |((item, _), points): ((String, f64), f64)| Contribution { item, points, share: points / total };
    items.into_iter().zip(points).map(row).collect()
}

fn named(cause: &Cause, effect: f64) -> Option<(String, f64)> {
    (effect != 0.0).then(|| (cause.name(), effect))
}

impl Assessment {
    /// What each indicator adds to an entity's total: its weighted points, and what the aggregation (where it is no weighted sum,
    /// or rounds on the way), other periods, adjustments, floors and rounding add.
    ///
    /// # Errors
    /// An unknown entity or period; a missing total.
    pub fn contributions(&self, entity: &str, period: Period) -> Result<Contributions, DataError> {
        let row = self.row(entity, period)?;
        let side = Side { inner: &self.inner, row };
        let total = self.has_total(row)?;
        let mut items = Vec::new();
        let mut sum = ExactSum::default();
        let end = self.unrounded_totals()[row];
        let (raw, later) = by_stage([[0.0; 4], stages(side)]).unwrap_or((None, Vec::new()));
        for (i, indicator) in self.scheme().document().indicators.iter().enumerate() {
            let score = side.score(i);
            // Where there is no raw total, what stands for it is no indicator's.
            let points = side.inner.share(i, row) * score;
            let points = if raw.is_none() || points.is_nan() { 0.0 } else { points };
            sum.add(points);
            items.push((indicator.id.clone(), points));
        }
        let off = raw.map_or(0.0, |raw| raw - sum.value());
        // What is less than the error of the sum is no effect of the aggregation.
        let off = if off.abs() <= 1e-9 * end.abs() { 0.0 } else { off };
        items.extend(named(&Cause::Aggregation, off));
        items.extend(later.into_iter().filter_map(|(cause, effect)| named(&cause, effect)));
        items.extend(named(
            &Cause::Rounding,
            if self.inner.totals.printed.is_some() { total - end } else { 0.0 },
        ));
        Ok(contributions((None, side), items, total))
    }

    /// What each indicator adds to the distance of an entity's total from another's, in one period. Under a geometric or
    /// another mean the parts are those of the climb up the tree, so they sum to the distance too.
    ///
    /// # Errors
    /// An unknown entity or period; a missing total.
    pub fn distance(&self, entity: &str, other: &str, period: Period) -> Result<Contributions, DataError> {
        let rows = [self.row(other, period)?, self.row(entity, period)?];
        let totals = [self.has_total(rows[0])?, self.has_total(rows[1])?];
        let sides = rows.map(|row| Side { inner: &self.inner, row });
        let (raw, later) = by_stage(sides.map(stages)).unwrap_or((None, Vec::new()));
        let climb = raw.map(|_| climb(sides, [None; 2])).unwrap_or_default();
        let of = |(i, indicator): (usize, &crate::scheme::model::Indicator)| {
            let slope = climb.slope.get(i).copied().unwrap_or(0.0);
            let moved = sides[1].score(i) - sides[0].score(i);
            (indicator.id.clone(), if slope == 0.0 { 0.0 } else { slope * moved })
        };
        let mut items: Vec<(String, f64)> =
            self.scheme().document().indicators.iter().enumerate().map(of).collect();
        items.extend(named(&Cause::Weights, climb.weights));
        let ideal = Cause::Others("ideal".to_owned());
        items.extend(named(&ideal, climb.ideal.own + climb.ideal.others));
        items.extend(later.into_iter().filter_map(|(cause, effect)| named(&cause, effect)));
        let ends = rows.map(|r| self.unrounded_totals()[r]);
        let rounded = if self.inner.totals.printed.is_some() {
            (totals[1] - ends[1]) - (totals[0] - ends[0])
        } else {
            0.0
        };
        items.extend(named(&Cause::Rounding, climb.rounding + rounded));
        Ok(contributions((Some(sides[0]), sides[1]), items, change(totals[0], totals[1])))
    }

    /// What each indicator adds to the variance of a period's totals, so to the ranking: the covariance of its weighted
    /// points with the total. The shares sum to one; `aggregation` holds what no indicator alone does.
    ///
    /// # Missing values
    /// Entities without a total, and benchmarks, are left out; points that are missing count as zero.
    ///
    /// # Errors
    /// An unknown period.
    pub fn variance(&self, period: Period) -> Result<Spread, DataError> {
        let p = self.period(period)?;
        let data = self.inner.data();
        let totals = self.unrounded_totals();
        let rows: Vec<usize> =
            self.panel().rows_of(p).filter(|r| data.counts(*r) && !totals[*r].is_nan()).collect();
        let covariance = |x: &dyn Fn(usize) -> f64| {
            let n = rows.len() as f64;
            let mean =
                |f: &dyn Fn(usize) -> f64| rows.iter().map(|r| f(*r)).collect::<ExactSum>().value() / n;
            let (mx, mt) = (mean(x), mean(&|r| totals[r]));
            let sum: ExactSum = rows.iter().map(|r| (x(*r) - mx) * (totals[*r] - mt)).collect();
            sum.value() / (n - 1.0)
        };
        let variance = covariance(&|r| totals[r]);
        let mut items: Vec<(String, f64)> = Vec::new();
        for (i, indicator) in self.scheme().document().indicators.iter().enumerate() {
            let points = |r: usize| {
                let points = self.inner.share(i, r) * self.inner.nodes[i].scores.score[r];
                if points.is_nan() { 0.0 } else { points }
            };
            items.push((indicator.id.clone(), covariance(&points)));
        }
        let rest = variance - items.iter().map(|i| i.1).collect::<ExactSum>().value();
        if rest.abs() > 1e-9 * variance {
            items.push((Cause::Aggregation.name(), rest));
        }
        let rows = self::rows(items, variance, 0.0);
        Ok(Spread { period: self.panel().period_text(period), variance, rows })
    }
}

/// An item: an indicator or a cause.
pub(super) fn label(item: &str, names: Names<'_>) -> Label {
    let cause = if names.is_indicator(item) { None } else { Cause::named(item) };
    cause.map_or_else(|| names.label(item), |c| c.label())
}

impl Report for Contributions {
    /// The largest part in one sentence.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let pull = |r: &Contribution| along(r.points, self.total);
        let most = self.rows.iter().rev().max_by(|a, b| pull(a).total_cmp(&pull(b)));
        let code = match (&self.other, self.total) {
            (None, _) => "contributions_sentence",
            (_, total) if total > 0.0 => "distance_ahead",
            (_, total) if total < 0.0 => "distance_sentence",
            _ => "distance_level",
        };
        let total = if self.other.is_some() { self.total.abs() } else { self.total };
        let sentence = Sentence::new(code)
            .fact("entity", &self.entity)
            .text("other", self.other.clone().unwrap_or_default())
            .when("period", &self.period)
            .points("total", total, 4)
            .points("after", self.level, 4);
        vec![match (most, &self.other) {
            (Some(m), Some(_)) => sentence.fact("item", label(&m.item, names)).change("points", m.points, 2),
            (Some(m), None) => sentence.fact("item", label(&m.item, names)).points("points", m.points, 2),
            (None, _) => sentence,
        }]
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let table = Table::of("contributions", &self.rows);
        let table = table.names("item", "col_item", |r| &r.item, |id| label(id, names));
        // The parts of a distance have signs.
        let table = match self.other {
            Some(_) => table.effects("points", "col_points", |r| r.points),
            None => table.points("points", "col_points", |r| r.points),
        };
        vec![table.total(self.total).percent("share", "col_share", 1, |r| r.share).done()]
    }
}

impl Report for Spread {
    /// The indicator that decides the ranking most.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let most = self.rows.iter().rev().max_by(|a, b| a.share.total_cmp(&b.share));
        vec![match most {
            Some(most) if self.variance > 0.0 => Sentence::new("spread_sentence")
                .when("period", &self.period)
                .fact("item", label(&most.item, names))
                .fact("share", Fact::Percent(most.share, Digits::AtMost(1))),
            _ => Sentence::new("spread_none").when("period", &self.period),
        }]
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let table = Table::of("spread", &self.rows)
            .names("item", "col_item", |r| &r.item, |id| label(id, names))
            .points("points", "col_covariance", |r| r.points)
            .total(self.variance)
            .percent("share", "col_share", 1, |r| r.share);
        vec![table.done()]
    }
}
