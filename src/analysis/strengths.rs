//! In which indicators an entity is among the best, and in which among the last.

use serde::Serialize;

use super::gaps::To;
use super::sample::present;
use super::statistics::Summary;
use crate::assess::Assessment;
use crate::error::DataError;
use crate::panel::Period;
use crate::report::{Digits, Fact, Label, Measure, Names, Report, Sentence, Table};
use crate::scheme::NodeId;
use crate::scheme::model::Direction;

/// The best and the worst ranked indicators of an entity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Strengths {
    /// Entity.
    pub entity: String,
    /// When.
    pub period: String,
    /// The strengths, the best rank first; then the weaknesses, the worst rank first.
    pub rows: Vec<Strength>,
}

/// A strength or a weakness.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Strength {
    /// Whether it is a strength.
    pub strength: bool,
    /// The indicator.
    pub indicator: String,
    /// The value.
    pub value: f64,
    /// Its rank among those of its period and class, 1 best.
    pub rank: f64,
    /// How many have a value.
    pub n: usize,
    /// The mean of their values.
    pub mean: f64,
    /// Its score.
    pub score: f64,
}

/// Which indicators are no strengths or weaknesses, whatever their rank.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Discard {
    /// Indicators of which less than this share of the values differ; none if it is 0.
    pub unique: f64,
    /// Whether strengths may be worst values that so many have that their rank is good: they are left out otherwise.
    pub keep_worst: bool,
}

impl Discard {
    /// Indicators of which less than this share of the values differ.
    #[must_use]
    pub fn unique(mut self, share: f64) -> Self {
        self.unique = share;
        self
    }

    /// Strengths may be worst values.
    #[must_use]
    pub fn keep_worst(mut self) -> Self {
        self.keep_worst = true;
        self
    }
}

impl Assessment {
    /// The indicators in which an entity has the best and the worst ranks among those of its period and class, `top` of each. A strength
    /// lies in the better half and a weakness in the other one, so that none is both.
    ///
    /// # Errors
    /// An unknown entity or period.
    pub fn strengths(
        &self,
        entity: &str,
        period: Period,
        top: usize,
        discard: Discard,
    ) -> Result<Strengths, DataError> {
        let row = self.row(entity, period)?;
        let gaps = self.gaps(entity, period, &To::Mean, None)?;
        let (inner, document) = (&self.inner, self.scheme().document());
        let (data, of) = (inner.data(), inner.data().set(row));
        let mut found = Vec::new();
        for (i, gap) in gaps.rows.iter().enumerate() {
            let values = self.values(NodeId(i));
            let peers = data.peers(of.0, of.1).filter(|r| data.joins(i, *r)).map(|r| values[r]);
            let peers = present(&peers.collect::<Vec<f64>>());
            let summary = Summary::of("", &peers);
            let worst = match document.indicators[i].direction {
                Direction::Negative => summary.max,
                Direction::Positive => summary.min,
            };
            let (Some(rank), n) = (gap.rank, peers.len()) else { continue };
            let few = (summary.unique as f64) < discard.unique * n as f64;
            let strength = rank - 1.0 < (n as f64 - 1.0) / 2.0;
            if few || n < 2 || (strength && gap.value == worst && !discard.keep_worst) {
                continue;
            }
            let (mean, score) = (summary.mean, self.scores(NodeId(i))[row]);
            found.push(Strength {
                strength,
                indicator: gap.indicator.clone(),
                value: gap.value,
                rank,
                n,
                mean,
                score,
            });
        }
        let place = |own: &Strength| own.rank / own.n as f64;
        let (mut strong, mut weak): (Vec<Strength>, Vec<Strength>) =
            found.into_iter().partition(|own| own.strength);
        strong.sort_by(|a, b| place(a).total_cmp(&place(b)));
        weak.sort_by(|a, b| place(b).total_cmp(&place(a)));
        strong.truncate(top);
        weak.truncate(top);
        strong.append(&mut weak);
        Ok(Strengths { entity: gaps.entity, period: gaps.period, rows: strong })
    }
}

impl Report for Strengths {
    /// What is strong, and what is weak.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let of = |strength: bool, codes: [&'static str; 2]| {
            let rows: Vec<&Strength> = self.rows.iter().filter(|row| row.strength == strength).collect();
            let one = |row: &&Strength| {
                let said = Sentence::new("strengths_one").fact("indicator", names.node(&row.indicator));
                said.points("rank", row.rank, 1).fact("count", row.n).into()
            };
            Sentence::new(codes[usize::from(rows.is_empty())])
                .when("period", &self.period)
                .text("entity", self.entity.clone())
                .fact("indicators", Fact::list(&rows, one))
        };
        vec![
            of(true, ["strengths_strong", "strengths_none_strong"]),
            of(false, ["strengths_weak", "strengths_none_weak"]),
        ]
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let kind = |r: &Strength| {
            if r.strength {
                return Label::word("strength", "strengths_kind_strength");
            }
            Label::word("weakness", "strengths_kind_weakness")
        };
        let measure = |id: &str| names.measure(id);
        let table = Table::of("strengths", &self.rows)
            .labels("kind", "col_kind", |r| Some(kind(r)))
            .names("indicator", "col_indicator", |r| &r.indicator, |id| names.node(id))
            .measured("value", "col_value", |r| &r.indicator, measure, |r| r.value)
            .ranks("rank", "col_rank", |r| r.rank)
            .counts("n", "col_n", |r| r.n)
            .measured("mean", "col_average", |r| &r.indicator, |id| measure(id).finer(), |r| r.mean)
            .number("score", "col_own_score", Measure::pure(Digits::AtMost(2)), |r| r.score);
        vec![table.done()]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        vec![Sentence::new("strengths_note")]
    }
}
