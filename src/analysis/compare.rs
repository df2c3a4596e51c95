//! Two results side by side: other data, another scheme, another period; who moved and why.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use indexmap::IndexMap;
use serde::Serialize;

use super::attribute::change;
use super::bridge::{Bridge, Crossed};
use super::{Side, each_pair};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::panel::Period;
use crate::scheme::NodeId;
use crate::scheme::model::Indicator;

/// How one entity moved in one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Move {
    /// Entity.
    pub entity: String,
    /// Period; of two periods the second.
    pub period: String,
    /// Total in the first result, as printed.
    pub total_before: f64,
    /// Total in the second.
    pub total_after: f64,
    /// Its change.
    pub total_change: f64,
    /// Rank in the first result.
    pub rank_before: Option<f64>,
    /// Rank in the second.
    pub rank_after: Option<f64>,
    /// Places gained.
    pub rank_change: Option<f64>,
    /// What moved the total most the way it moved; none where nothing did.
    pub cause: Option<super::Cause>,
    /// Points of that cause.
    pub effect: f64,
    /// All causes, and by indicator; what the others' numbers were, and the way of the rank, says
    /// [`bridge_between`](super::bridge_between).
    pub bridge: Option<Bridge>,
    /// Value and weighted points of each indicator that both schemes have.
    pub indicators: Vec<IndicatorMove>,
}

/// How one indicator of an entity moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndicatorMove {
    /// Indicator.
    pub indicator: String,
    /// Value in the first result.
    pub value_before: f64,
    /// Value in the second.
    pub value_after: f64,
    /// Weighted points in the first result.
    pub points_before: f64,
    /// Weighted points in the second.
    pub points_after: f64,
}

impl IndicatorMove {
    /// Change of the value.
    pub fn value_change(&self) -> f64 {
        change(self.value_before, self.value_after)
    }

    /// Change of the points.
    pub fn points_change(&self) -> f64 {
        change(self.points_before, self.points_after)
    }
}

/// Two results compared, entity by entity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The period before, where one period is compared with another.
    pub since: Option<String>,
    /// The period after.
    pub until: Option<String>,
    /// One an entity and period that both results have, in the order of the second.
    pub rows: Vec<Move>,
    /// Entities and periods that only the first result has.
    pub only_before: Vec<(String, String)>,
    /// Entities and periods that only the second has.
    pub only_after: Vec<(String, String)>,
}

/// Who gains and who loses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gainers {
    /// The period before, where one period is compared with another.
    pub since: Option<String>,
    /// The period after.
    pub until: Option<String>,
    /// Totals up, most first.
    pub gain: Vec<Move>,
    /// Totals down, most first.
    pub lose: Vec<Move>,
    /// How many stand still.
    pub same: usize,
    /// How many have no total on one side.
    pub unknown: usize,
    /// Whether rows of several periods are compared, so that an entity alone does not say which.
    #[serde(skip)]
    pub(super) several: bool,
    /// Entities and periods that only the first result has.
    pub only_before: Vec<(String, String)>,
    /// Entities and periods that only the second has.
    pub only_after: Vec<(String, String)>,
}

/// Compares two results by entity and period: two vintages of the data, two editions of a scheme, or both.
///
/// # Errors
/// Where the schemes differ, data that lack what the other side's scheme needs.
pub fn compare(a: &Assessment, b: &Assessment) -> Result<Comparison, DataError> {
    let rows = [a, b].map(|x| 0..x.panel().len());
    Compared { ends: [a, b], periods: None }.rows(rows)
}

/// Compares a period of one result with a period of another, or of the same, by entity.
///
/// # Errors
/// An unknown period; otherwise as [`compare`].
pub fn compare_periods(
    a: &Assessment,
    since: Period,
    b: &Assessment,
    until: Period,
) -> Result<Comparison, DataError> {
    let rows = [a.panel().rows_of(a.period(since)?), b.panel().rows_of(b.period(until)?)];
    Compared { ends: [a, b], periods: Some([a.panel().period_text(since), b.panel().period_text(until)]) }
        .rows(rows)
}

/// Two results to compare; two periods are matched by entity alone.
struct Compared<'a> {
    ends: [&'a Assessment; 2],
    periods: Option<[String; 2]>,
}

impl Compared<'_> {
    fn rows(self, [before, after]: [Range<usize>; 2]) -> Result<Comparison, DataError> {
        let [a, b] = self.ends;
        let crossed = Crossed::of(a, b)?;
        let key = |(entity, period): &(String, String)| match self.periods {
            Some(_) => (entity.clone(), String::new()),
            None => (entity.clone(), period.clone()),
        };
        let mut first: IndexMap<(String, String), ((String, String), usize)> = IndexMap::new();
        for row in before {
            let name = name(a, row);
            first.insert(key(&name), (name, row));
        }
        let (mut pairs, mut only_after) = (Vec::new(), Vec::new());
        for row in after {
            let name = name(b, row);
            match first.get(&key(&name)) {
                Some((_, before)) => pairs.push([*before, row]),
                None => only_after.push(name),
            }
        }
        let met: HashSet<usize> = pairs.iter().map(|[before, _]| *before).collect();
        let mut only_before: Vec<(String, String)> =
            first.into_values().filter(|(_, row)| !met.contains(row)).map(|(name, _)| name).collect();
        only_before.sort();
        let shared = Shared::of(a, b);
        let rows = each_pair(&pairs, |rows| shared.row(&crossed, rows));
        let (since, until) = self.periods.map(|[since, until]| (since, until)).unzip();
        Ok(Comparison { since, until, rows, only_before, only_after })
    }
}

/// Entity and period of a row.
fn name(of: &Assessment, row: usize) -> (String, String) {
    let side = Side { inner: &of.inner, row };
    (side.entity(), side.period())
}

/// What both results have.
struct Shared<'a> {
    ends: [&'a Assessment; 2],
    indicators: Vec<Common<'a>>,
}

/// An indicator of both: its index and its points on either side.
struct Common<'a> {
    id: &'a str,
    index: [usize; 2],
    points: [Cow<'a, [f64]>; 2],
}

impl<'a> Shared<'a> {
    fn of(a: &'a Assessment, b: &'a Assessment) -> Self {
        let declared = a.scheme().document().indicators.iter().enumerate();
        let both = |(i, own): (usize, &'a Indicator)| {
            let j = b.indicator(&own.id).ok()?;
            Some(Common { id: &own.id, index: [i, j], points: [a.points(NodeId(i)), b.points(NodeId(j))] })
        };
        Shared { ends: [a, b], indicators: declared.filter_map(both).collect() }
    }

    fn row(&self, crossed: &Crossed<'_>, rows: [usize; 2]) -> Move {
        let [a, b] = self.ends;
        let bridge = crossed.bridge(rows[0], rows[1], false);
        let main = bridge.as_ref().and_then(|b| b.main().cloned());
        let ranks = [super::present(a.ranks()[rows[0]]), super::present(b.ranks()[rows[1]])];
        let totals = [a.totals()[rows[0]], b.totals()[rows[1]]];
        let indicators = self.indicators.iter().map(|Common { id, index, points }| IndicatorMove {
            indicator: (*id).to_owned(),
            value_before: a.values(NodeId(index[0]))[rows[0]],
            value_after: b.values(NodeId(index[1]))[rows[1]],
            points_before: points[0][rows[0]],
            points_after: points[1][rows[1]],
        });
        let (entity, period) = name(b, rows[1]);
        Move {
            entity,
            period,
            total_before: totals[0],
            total_after: totals[1],
            total_change: change(totals[0], totals[1]),
            rank_before: ranks[0],
            rank_after: ranks[1],
            rank_change: ranks[0].zip(ranks[1]).map(|(x, y)| x - y),
            cause: main.as_ref().map(|m| m.cause.clone()),
            effect: main.map_or(0.0, |m| m.effect),
            indicators: indicators.collect(),
            bridge,
        }
    }
}

impl Comparison {
    /// Who gains and who loses in points by the second result: by another edition of the scheme, by a revision of the data,
    /// from one period to another.
    pub fn gainers(self) -> Gainers {
        let Comparison { since, until, rows, only_before, only_after } = self;
        let (gain, lose) = (Vec::new(), Vec::new());
        let several = since.is_none() && rows.windows(2).any(|two| two[0].period != two[1].period);
        let mut gainers =
            Gainers { since, until, gain, lose, same: 0, unknown: 0, several, only_before, only_after };
        for row in rows {
            match row.total_change {
                c if c > 0.0 => gainers.gain.push(row),
                c if c < 0.0 => gainers.lose.push(row),
                c if c.is_nan() => gainers.unknown += 1,
                _ => gainers.same += 1,
            }
        }
        gainers.gain.sort_by(|x, y| y.total_change.total_cmp(&x.total_change));
        gainers.lose.sort_by(|x, y| x.total_change.total_cmp(&y.total_change));
        gainers
    }
}

#[cfg(feature = "json")]
#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
