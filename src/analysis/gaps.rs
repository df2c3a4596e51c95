//! Gaps: how far an entity is from the mean, the whole, the best, the next, a quantile or another entity.

use serde::{Deserialize, Serialize};

use super::Side;
use super::attribute::difference;
use super::pooled::Whole;
use crate::assess::cells::BoundedCells;
use crate::assess::order::descending;
use crate::assess::{Assessment, cells::Origin};
use crate::error::DataError;
use crate::exec;
use crate::finding::Finding;
use crate::number::{Number, statistics};
use crate::panel::Period;
use crate::scheme::NodeId;
use crate::scheme::model::{Direction, Document};

/// What an entity is compared with; peers are those of its period and class.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// The mean of the peers' values; in points the mean of their points.
    #[default]
    Mean,
    /// The whole: the formula over summed variables. In points, what the rules give for that value, and for its change or
    /// growth since then, against what all share; missing where a rule ranks, or compares each with something of its own.
    Pooled,
    /// The best peer of each indicator.
    Best,
    /// The entity ranked just in front.
    Next,
    /// A quantile 0 … 1 of the values (type 7), in points of the points.
    Quantile(f64),
    /// A named entity, a benchmark too.
    Entity(String),
}

/// The gap of one indicator.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gap {
    /// Indicator.
    pub indicator: String,
    /// The entity's value, in the indicator's unit.
    pub value: f64,
    /// What it is compared with.
    pub reference: f64,
    /// `value − reference`.
    pub gap: f64,
    /// Change of the gap since the earlier period.
    pub gap_change: f64,
    /// The indicator's own points, on the scale common to all indicators (0 … 100 as a rule), minus those of the reference.
    pub score_gap: f64,
    /// Weighted points of the entity minus those of the reference: what the indicator adds to the distance of the totals.
    pub points_gap: f64,
    /// Rank of the entity in this indicator among its peers, 1 best.
    pub rank: Option<f64>,
}

/// The gaps of an entity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gaps {
    /// Entity.
    pub entity: String,
    /// Period.
    pub period: String,
    /// The earlier period that `gap_change` starts from.
    pub since: Option<String>,
    /// The entity compared with, of [`To::Next`] and [`To::Entity`].
    pub other: Option<String>,
    /// Total minus that of the reference; missing where the reference has none.
    pub total: f64,
    /// One an indicator.
    pub rows: Vec<Gap>,
    /// Which indicators are better when lower.
    #[serde(skip)]
    pub(super) negative: Vec<bool>,
    #[serde(skip)]
    pub(super) code: &'static str,
    #[serde(skip)]
    pub(super) quantile: f64,
}

impl Assessment {
    /// The gaps of an entity; `since` is the period before by default.
    ///
    /// # Missing values
    /// A missing value, or a reference that does not exist, gives a missing gap. The first of a ranking has no next.
    ///
    /// # Errors
    /// An unknown entity or period, a quantile outside 0 … 1.
    pub fn gaps(
        &self,
        entity: &str,
        period: Period,
        to: &To,
        since: Option<Period>,
    ) -> Result<Gaps, DataError> {
        let row = self.row(entity, period)?;
        let earlier = self.earlier_period(period, since)?;
        self.check(to, period)?;
        let (now, then) =
            (Board::of(self, self.period(period)?, to), earlier.map(|p| Board::of(self, p, to)));
        Ok(now.gaps(row, then.as_ref()))
    }

    /// The gaps of every entity of a period.
    ///
    /// # Errors
    /// As [`Assessment::gaps`].
    pub fn gaps_panel(&self, period: Period, to: &To, since: Option<Period>) -> Result<Vec<Gaps>, DataError> {
        let at = self.period(period)?;
        let earlier = self.earlier_period(period, since)?;
        self.check(to, period)?;
        let (now, then) = (Board::of(self, at, to), earlier.map(|p| Board::of(self, p, to)));
        Ok(self.panel().rows_of(at).map(|row| now.gaps(row, then.as_ref())).collect())
    }

    fn earlier_period(&self, period: Period, since: Option<Period>) -> Result<Option<usize>, DataError> {
        match since {
            Some(since) => self.period(since).map(Some),
            None => Ok(self.period(period)?.checked_sub(1)),
        }
    }

    fn check(&self, to: &To, period: Period) -> Result<(), DataError> {
        match to {
            To::Entity(name) => self.row(name, period).map(|_| ()),
            To::Quantile(q) if !(0.0..=1.0).contains(q) => {
                Err(DataError::new(vec![Finding::error("analysis_quantile").fact("quantile", q)]))
            }
            _ => Ok(()),
        }
    }
}

fn lower_is_better(document: &Document, indicator: usize) -> bool {
    document.indicators[indicator].direction == Direction::Negative
}

/// What the references of one period are.
struct Board<'a> {
    assessment: &'a Assessment,
    period: usize,
    to: &'a To,
    /// By indicator and class.
    references: Vec<Vec<Reference>>,
    /// Rank by indicator and row of the period.
    ranks: Vec<Vec<f64>>,
    points: Vec<std::borrow::Cow<'a, [f64]>>,
    totals: Vec<f64>,
    /// Row compared with, by row of the period.
    next: Vec<Option<usize>>,
}

#[derive(Debug, Clone, Copy)]
struct Reference {
    value: f64,
    /// On the common scale.
    score: f64,
    /// Weighted.
    points: f64,
}

const NO_REFERENCE: Reference = Reference { value: f64::NAN, score: f64::NAN, points: f64::NAN };

impl<'a> Board<'a> {
    fn of(assessment: &'a Assessment, period: usize, to: &'a To) -> Self {
        let inner = &*assessment.inner;
        let (data, plan) = (inner.data(), inner.scheme.plan());
        let rows = assessment.panel().rows_of(period);
        let classes = if data.class_of.is_some() { plan.classes.len() } else { 1 };
        let assessed: Vec<Vec<u32>> = (0..classes)
            .map(|c| {
                let own = rows.clone().filter(|r| data.counts(*r) && (classes == 1 || data.class(*r) == c));
                own.map(|r| r as u32).collect()
            })
            .collect();
        let of_peers = |rows: &Vec<u32>| rows.iter().copied().filter(|r| data.is_peer(*r as usize)).collect();
        let peers: Vec<Vec<u32>> = assessed.iter().map(of_peers).collect();
        let points: Vec<_> = (0..plan.indicators.len()).map(|i| assessment.points(NodeId(i))).collect();
        let found = exec::map((0..plan.indicators.len()).collect(), |i| {
            let mut ranks = vec![f64::NAN; rows.len()];
            let references: Vec<Reference> = peers
                .iter()
                .map(|peers| {
                    let board = Field { assessment, indicator: i, peers, points: &points[i] };
                    board.rank(&mut ranks, rows.start);
                    board.reference(to)
                })
                .collect();
            (references, ranks)
        });
        let (references, ranks) = found.into_iter().unzip();
        let totals = peers.iter().map(|p| total(assessment, p, to)).collect();
        let next = match to {
            To::Next => nexts(assessment, &assessed, &rows),
            To::Entity(name) => {
                let other =
                    assessment.panel().entity_index(name).and_then(|e| assessment.panel().row(period, e));
                vec![other; rows.len()]
            }
            _ => vec![None; rows.len()],
        };
        Board { assessment, period, to, references, ranks, points, totals, next }
    }

    /// Value, reference, and both in points.
    fn cell(&self, indicator: usize, row: usize) -> (f64, Reference) {
        let inner = &*self.assessment.inner;
        let value = inner.values[indicator].shown();
        let start = self.assessment.panel().rows_of(self.period).start;
        let reference = match self.to {
            To::Next | To::Entity(_) => match self.next[row - start] {
                Some(other) => Reference {
                    value: value[other],
                    score: self.assessment.scores(NodeId(indicator))[other],
                    points: self.points[indicator][other],
                },
                None => NO_REFERENCE,
            },
            _ => {
                let class = if self.references[indicator].len() > 1 { inner.data().class(row) } else { 0 };
                self.references[indicator][class]
            }
        };
        (value[row], reference)
    }

    fn gaps(&self, row: usize, then: Option<&Board<'_>>) -> Gaps {
        let (assessment, inner) = (self.assessment, &*self.assessment.inner);
        let panel = assessment.panel();
        let start = panel.rows_of(self.period).start;
        let before = then.and_then(|b| Some((b, panel.row(b.period, panel.entity_of(row))?)));
        let document = assessment.scheme().document();
        let rows = document.indicators.iter().enumerate().map(|(i, indicator)| {
            let (value, reference) = self.cell(i, row);
            let gap = difference(reference.value, value);
            let earlier = before.map_or(f64::NAN, |(b, r)| {
                let (value, reference) = b.cell(i, r);
                difference(reference.value, value)
            });
            Gap {
                indicator: indicator.id.clone(),
                value,
                reference: reference.value,
                gap,
                gap_change: difference(earlier, gap),
                score_gap: assessment.scores(NodeId(i))[row] - reference.score,
                points_gap: self.points[i][row] - reference.points,
                rank: super::present(self.ranks[i][row - start]),
            }
        });
        let other = self.next[row - start];
        let class = if self.totals.len() > 1 { inner.data().class(row) } else { 0 };
        let reference = match self.to {
            To::Next | To::Entity(_) => other.map_or(f64::NAN, |o| inner.totals.shown()[o]),
            _ => self.totals[class],
        };
        Gaps {
            entity: Side { inner, row }.entity(),
            period: panel.period_text(panel.periods()[self.period]),
            since: then.map(|b| panel.period_text(panel.periods()[b.period])),
            other: other.map(|row| Side { inner, row }.entity()),
            total: inner.totals.shown()[row] - reference,
            rows: rows.collect(),
            negative: (0..document.indicators.len()).map(|i| lower_is_better(document, i)).collect(),
            code: match self.to {
                To::Mean => "to_mean",
                To::Pooled => "to_pooled",
                To::Best => "to_best",
                To::Next if other.is_none() && inner.ranks[row].is_nan() => "to_next_unranked",
                To::Next if other.is_none() => "to_next_none",
                To::Next | To::Entity(_) => "to_entity",
                To::Quantile(_) => "to_quantile",
            },
            quantile: if let To::Quantile(q) = self.to { *q } else { f64::NAN },
        }
    }
}

/// The peers of one indicator and class.
struct Field<'a> {
    assessment: &'a Assessment,
    indicator: usize,
    peers: &'a [u32],
    points: &'a [f64],
}

impl Field<'_> {
    fn present(&self) -> impl Iterator<Item = u32> + '_ {
        let value = self.assessment.values(NodeId(self.indicator));
        let data = self.assessment.inner.data();
        let joins = move |r: &u32| data.joins(self.indicator, *r as usize);
        self.peers.iter().copied().filter(move |r| joins(r) && !value[*r as usize].is_nan())
    }

    fn rank(&self, ranks: &mut [f64], start: usize) {
        let inner = &*self.assessment.inner;
        let negative = lower_is_better(inner.scheme.document(), self.indicator);
        let known = inner.known();
        let numbers = known.untreated_column(self.indicator);
        let (column, widest) = (numbers.x, numbers.widest());
        let exact = inner.exact();
        let value = |r: u32| if negative { -column[r as usize] } else { column[r as usize] };
        let settled = |r: u32| {
            let x = exact.untreated(self.indicator, Some(r as usize));
            if negative { x.neg() } else { x }
        };
        let mut better = 0;
        let rows: Vec<u32> = self.present().collect();
        let errors = (|x: f64| widest.of(x).e, |row: u32| numbers.at(row as usize).e);
        for group in descending(&rows, value, errors, settled).groups() {
            for r in group {
                ranks[*r as usize - start] = (better + 1) as f64;
            }
            better += group.len();
        }
    }

    fn reference(&self, to: &To) -> Reference {
        let (value, score) =
            (self.assessment.values(NodeId(self.indicator)), self.assessment.scores(NodeId(self.indicator)));
        match to {
            To::Mean => Reference {
                value: mean(value, self.present()),
                score: mean(score, self.peers.iter().copied()),
                points: mean(self.points, self.peers.iter().copied()),
            },
            To::Quantile(q) => Reference {
                value: quantile(value, &self.present().collect::<Vec<_>>(), *q),
                score: quantile(score, self.peers, *q),
                points: quantile(self.points, self.peers, *q),
            },
            To::Best => {
                let negative = lower_is_better(self.assessment.scheme().document(), self.indicator);
                let better = |a: u32, b: u32| {
                    let (x, y) = (value[a as usize], value[b as usize]);
                    if (negative && y < x) || (!negative && y > x) { b } else { a }
                };
                let best = self.present().reduce(better).map(|r| r as usize);
                best.map_or(NO_REFERENCE, |r| Reference {
                    value: value[r],
                    score: score[r],
                    points: self.points[r],
                })
            }
            To::Pooled => self.pooled(),
            To::Next | To::Entity(_) => NO_REFERENCE,
        }
    }

    /// The whole's value, and what the rules give for it.
    fn pooled(&self) -> Reference {
        let inner = &*self.assessment.inner;
        let known = inner.known();
        let plan = inner.scheme.plan();
        let (Some(leaf), Some(first)) =
            (plan.leaves.iter().position(|l| l.indicator == self.indicator), self.peers.first())
        else {
            return NO_REFERENCE;
        };
        let class = known.data.class(*first as usize);
        let peers: Vec<u32> =
            self.peers.iter().copied().filter(|r| known.data.joins(self.indicator, *r as usize)).collect();
        let whole = Whole { cells: BoundedCells(known), peers: &peers, leaf, row: *first as usize };
        let value = whole.value(&peers);
        let score = whole.scoring(&plan.classes[class].scoring[self.indicator], &value).v;
        Reference { value: value.v, score, points: inner.shares.get(class, self.indicator) * score }
    }
}

fn mean(x: &[f64], rows: impl Iterator<Item = u32>) -> f64 {
    statistics::mean(rows.map(|r| x[r as usize]).filter(|v| !v.is_nan()))
}

fn quantile(x: &[f64], rows: &[u32], q: f64) -> f64 {
    let mut sorted: Vec<f64> = rows.iter().map(|r| x[*r as usize]).filter(|v| !v.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    statistics::quantile(sorted.len(), q, |k| sorted[k])
}

/// The total that a class compares with.
fn total(assessment: &Assessment, peers: &[u32], to: &To) -> f64 {
    let totals = assessment.totals();
    match to {
        To::Mean => mean(totals, peers.iter().copied()),
        To::Quantile(q) => quantile(totals, peers, *q),
        To::Best => quantile(totals, peers, 1.0),
        To::Pooled | To::Next | To::Entity(_) => f64::NAN,
    }
}

/// The row ranked just in front of each row.
fn nexts(assessment: &Assessment, peers: &[Vec<u32>], rows: &std::ops::Range<usize>) -> Vec<Option<usize>> {
    let ranks = assessment.ranks();
    let mut next = vec![None; rows.len()];
    for peers in peers {
        let mut order: Vec<usize> =
            peers.iter().map(|r| *r as usize).filter(|r| !ranks[*r].is_nan()).collect();
        order.sort_by(|a, b| ranks[*a].total_cmp(&ranks[*b]).then(a.cmp(b)));
        let mut front: Option<usize> = None;
        for group in order.chunk_by(|a, b| ranks[*a] == ranks[*b]) {
            for r in group {
                next[*r - rows.start] = front;
            }
            front = group.last().copied();
        }
    }
    next
}
