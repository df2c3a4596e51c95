//! Goals, and whether an assessment meets one.

use serde::{Deserialize, Serialize};

use super::probe::Seen;
use crate::assess::cells::Origin as _;
use crate::assess::view::no_row;
use crate::assess::{Inner, rank};
use crate::error::DataError;
use crate::finding::Finding;
use crate::method::ranking::{GradeBy, RankOn, Ties};
use crate::number::{Exact, Number};

/// What shall be reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// This rank or a better one, within the entity's class where there are classes.
    Rank(u32),
    /// A total, as printed, of at least this.
    Score(f64),
    /// The value of the indicator (or the variable) that was asked about is as good as this.
    Reach(Reach),
    /// This grade or a better one.
    Grade(String),
}

/// What a value is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// The mean of the period's entities (of the class, where there are classes), the entity itself included.
    Mean,
    /// The value of an entity (a benchmark, too) in the same period.
    Entity(String),
}

/// What a [`Goal::Reach`] compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// An indicator.
    Indicator(usize),
    /// A variable, and whether less of it is better.
    Variable(usize, bool),
}

/// Whether less of an indicator is better.
pub(crate) fn is_negative(inner: &Inner, indicator: usize) -> bool {
    use crate::scheme::model::Direction;
    inner.scheme.document().indicators.get(indicator).is_some_and(|i| i.direction == Direction::Negative)
}

/// What sums of points may be off by.
fn slack(x: f64) -> f64 {
    1e-12 * (1.0 + x.abs())
}

/// The least number of different totals that lie in these ranges: equal ones share a dense rank.
fn apart(mut ranges: Vec<(f64, f64)>, above: impl Fn(f64, f64) -> bool) -> usize {
    ranges.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (mut count, mut last) = (0, f64::NEG_INFINITY);
    for (least, most) in ranges {
        if above(least, last) {
            (count, last) = (count + 1, most);
        }
    }
    count
}

/// A goal of one row, names resolved.
#[derive(Debug, Clone)]
pub(crate) struct Resolved {
    pub(crate) row: usize,
    subject: Subject,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Rank(u32),
    Score(f64),
    Mean,
    Row(usize),
    Grade(u32),
}

impl Goal {
    /// Looks names up.
    pub(crate) fn resolve(&self, inner: &Inner, row: usize, subject: Subject) -> Result<Resolved, DataError> {
        let refuse = |finding: Finding| DataError::new(vec![finding]);
        let panel = &inner.panel;
        let kind = match self {
            Goal::Rank(0) => return Err(refuse(Finding::error("plan_rank").fact("rank", 0))),
            Goal::Rank(k) => Kind::Rank(*k),
            Goal::Score(s) if s.is_finite() => Kind::Score(*s),
            Goal::Score(s) => return Err(refuse(Finding::error("plan_score").fact("score", s))),
            Goal::Reach(Reach::Mean) => Kind::Mean,
            Goal::Reach(Reach::Entity(name)) => {
                let other = panel.entity_index(name).and_then(|e| panel.row(panel.period_of(row), e));
                let period = panel.periods()[panel.period_of(row)];
                Kind::Row(other.ok_or_else(|| no_row(panel, name, period))?)
            }
            Goal::Grade(name) => {
                let table = inner.scheme.document().total.grades.as_ref().map(|g| g.table.as_slice());
                let table = table.unwrap_or_default();
                let index = table.iter().position(|(grade, _)| grade == name);
                let known: Vec<&str> = table.iter().map(|(grade, _)| grade.as_str()).collect();
                let finding = if known.is_empty() {
                    Finding::error("plan_no_grades")
                } else {
                    Finding::error("plan_grade").fact("known", known.join(", "))
                };
                Kind::Grade(index.ok_or_else(|| refuse(finding.fact("grade", name)))? as u32)
            }
        };
        Ok(Resolved { row, subject, kind })
    }
}

impl Resolved {
    /// Whether the goal is met, decided exactly.
    pub(crate) fn holds(&self, inner: &Inner) -> bool {
        let row = self.row;
        match self.kind {
            Kind::Rank(k) => inner.ranks[row] <= f64::from(k),
            Kind::Score(s) => {
                let (exact, final_step) = (inner.exact(), inner.final_step());
                !inner.totals.unrounded.score[row].is_nan()
                    && rank::reaches(&exact, &final_step, &inner.totals, row, s)
            }
            Kind::Grade(g) => inner.grades.as_ref().is_some_and(|grades| grades[row] <= g),
            Kind::Mean | Kind::Row(_) => {
                let (own, other) = (self.value(inner, row), self.reference(inner));
                if self.negative(inner) { other.is_at_least(&own) } else { own.is_at_least(&other) }
            }
        }
    }

    /// How far the goal is exceeded (negative: missed), as a smooth number to compare candidates by; decides nothing.
    pub(crate) fn margin(&self, inner: &Inner) -> f64 {
        let row = self.row;
        let total = |row: usize| inner.totals.unrounded.score[row];
        let margin = match self.kind {
            Kind::Score(s) => total(row) - s,
            Kind::Rank(k) => total(row) - self.rival(inner, k as usize),
            Kind::Grade(g) => {
                let grades = inner.scheme.document().total.grades.as_ref();
                match grades.map(|t| (t.by, t.table.get(g as usize))) {
                    Some((GradeBy::Score, Some((_, bound)))) => total(row) - bound,
                    _ => -inner.ranks[row],
                }
            }
            Kind::Mean | Kind::Row(_) => {
                let gap = self.value(inner, row).sub(&self.reference(inner)).to_f64();
                if self.negative(inner) { -gap } else { gap }
            }
        };
        if margin.is_nan() { f64::NEG_INFINITY } else { margin }
    }

    /// The others that a rank is among; nobody where the goal is no rank.
    pub(crate) fn rivals(&self, inner: &Inner) -> impl Iterator<Item = usize> {
        let (data, row, ranked) = (inner.data(), self.row, matches!(self.kind, Kind::Rank(_)));
        let peers = data.panel.rows_of(data.panel.period_of(row)).filter(move |_| ranked);
        peers.filter(move |r| *r != row && data.counts(*r) && data.class(*r) == data.class(row))
    }

    /// Whether the goal may be met between places where it is not: `seen` there, the own total between the two given, each rival's
    /// between its two. A place between which all is printed alike is no other.
    pub(crate) fn may_hold(
        &self,
        inner: &Inner,
        seen: &[Seen],
        own: (f64, f64),
        rivals: &[(f64, f64)],
    ) -> bool {
        let total = &inner.scheme.document().total;
        let printed = |x: f64| total.round.map_or(x, |round| round.nearest(x));
        // Sums of floats: what is equal but for their error may be equal.
        let (low, high) = (own.0 - slack(own.0), own.1 + slack(own.1));
        let margin = seen.iter().map(|s| s.margin).fold(f64::NEG_INFINITY, f64::max);
        match &self.kind {
            Kind::Score(s) => high.max(printed(high)) >= *s,
            Kind::Rank(k) => {
                let exact = total.rank.on == RankOn::Exact;
                let surely = |a: f64, b: f64| a > b && (exact || printed(a) > printed(b));
                let rivals = rivals.iter().filter(|r| !r.0.is_nan());
                let rivals: Vec<(f64, f64)> = rivals.map(|(a, b)| (a - slack(*a), b + slack(*b))).collect();
                let ahead: Vec<(f64, f64)> = rivals.iter().copied().filter(|r| surely(r.0, high)).collect();
                let ahead = match total.rank.ties {
                    Ties::Dense => apart(ahead, surely),
                    _ => ahead.len(),
                };
                let wide = |(a, b): (f64, f64)| exact || printed(a) != printed(b);
                let moves = wide((low, high)) || rivals.into_iter().any(wide);
                let alike = seen.windows(2).all(|w| w[0].rank.total_cmp(&w[1].rank).is_eq());
                ahead < *k as usize && (moves || !alike)
            }
            Kind::Grade(g) => {
                let grades = total.grades.as_ref();
                match grades.map(|t| (t.by, t.table.get(*g as usize))) {
                    Some((GradeBy::Score, Some((_, bound)))) => high.max(printed(high)) >= *bound,
                    _ => seen.windows(2).any(|w| w[0].rank.total_cmp(&w[1].rank).is_ne()),
                }
            }
            Kind::Mean | Kind::Row(_) => margin >= -slack(margin),
        }
    }

    /// The total of the `k`-th best of the others.
    fn rival(&self, inner: &Inner, k: usize) -> f64 {
        let mut totals: Vec<f64> =
            self.rivals(inner).map(|r| inner.totals.unrounded.score[r]).filter(|t| !t.is_nan()).collect();
        totals.sort_by(|a, b| b.total_cmp(a));
        totals.get(k.saturating_sub(1)).copied().unwrap_or(f64::MIN)
    }

    fn negative(&self, inner: &Inner) -> bool {
        match self.subject {
            Subject::Indicator(i) => is_negative(inner, i),
            Subject::Variable(_, negative) => negative,
        }
    }

    /// The value that is compared: of an indicator as it is printed, exactly.
    pub(crate) fn value(&self, inner: &Inner, row: usize) -> Exact {
        match self.subject {
            Subject::Variable(v, _) => inner.data().typed(v, Some(row)),
            Subject::Indicator(i) => match &inner.values[i].printed {
                Some(printed) => Exact::of(printed[row]),
                None => match inner.exact().untreated(i, Some(row)) {
                    Exact::Irrational => Exact::of(inner.values[i].raw[row]),
                    value => value,
                },
            },
        }
    }

    fn reference(&self, inner: &Inner) -> Exact {
        if let Kind::Row(other) = self.kind {
            return self.value(inner, other);
        }
        let (data, row) = (inner.data(), self.row);
        let peers = data.panel.rows_of(data.panel.period_of(row));
        let joins = |r: usize| match self.subject {
            Subject::Indicator(i) => data.joins(i, r),
            Subject::Variable(..) => data.is_peer(r),
        };
        let peers = peers.filter(|r| joins(*r) && data.class(*r) == data.class(row));
        let values: Vec<Exact> = peers.map(|r| self.value(inner, r)).filter(|x| !x.is_missing()).collect();
        let sum = values.iter().fold(Exact::zero(), |a, x| a.add(x));
        sum.div(&Exact::of(values.len() as f64))
    }

    /// The number the value of an indicator is compared with, where there is one.
    pub(crate) fn level(&self, inner: &Inner) -> Option<f64> {
        matches!(self.kind, Kind::Mean | Kind::Row(_)).then(|| self.reference(inner).to_f64())
    }
}
