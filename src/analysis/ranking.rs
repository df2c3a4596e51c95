//! The ranking of a period, with the values behind it.

use serde::Serialize;

use crate::assess::Assessment;
use crate::error::DataError;
use crate::panel::Period;
use crate::report::{Digits, Label, Measure, Names, Report, Sentence, Shown, Table};
use crate::scheme::model::Document;

/// Columns of values on a page; frames have all of them.
const SHOWN: usize = 6;

/// The ranking of a period, best first; by classes, in their order, where there are some.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranking {
    /// The period.
    pub period: String,
    /// All periods of the data, ascending.
    pub periods: Vec<String>,
    /// How many entities the data have.
    pub entities: usize,
    /// The indicators whose values each row has.
    pub indicators: Vec<String>,
    /// One row per entity; who is not ranked stands at the end of its class.
    pub rows: Vec<RankedEntity>,
}

/// An entity in a ranking.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankedEntity {
    /// Who.
    pub entity: String,
    /// The class it is ranked in.
    pub class: Option<String>,
    /// Its total; missing is NaN.
    pub total: f64,
    /// Its rank; none where it is not ranked.
    pub rank: Option<f64>,
    /// Places gained since the period before.
    pub rank_change: Option<f64>,
    /// Its grade.
    pub grade: Option<String>,
    /// Its values of the indicators; missing is NaN.
    pub values: Vec<f64>,
}

impl Assessment {
    /// The ranking of a period with the values of all indicators, for people; [`Assessment::ranking`] has the ranks alone.
    ///
    /// # Errors
    /// A period that the data lack.
    pub fn ranking_with_values(&self, period: Period) -> Result<Ranking, DataError> {
        let row = |r: crate::assess::RankRow| RankedEntity {
            values: self.scheme().indicators().map(|i| self.values(i)[r.row]).collect(),
            entity: r.entity,
            class: r.class,
            total: r.total,
            rank: r.rank,
            rank_change: r.rank_change,
            grade: r.grade,
        };
        Ok(Ranking {
            period: self.panel().period_text(period),
            periods: self.panel().period_texts().collect(),
            entities: self.panel().entity_count(),
            indicators: self.nodes().take(self.indicator_count()).map(str::to_owned).collect(),
            rows: self.ranking(period)?.into_iter().map(row).collect(),
        })
    }
}

impl Assessment {
    /// What was assessed: the method, how many entities, which periods.
    pub fn headline(&self) -> Sentence {
        let periods: Vec<String> = self.panel().period_texts().collect();
        headline(Names::of(self.scheme().document()), self.panel().entity_count(), &periods)
    }
}

fn headline(names: Names<'_>, entities: usize, periods: &[String]) -> Sentence {
    let title = names.document().map(|d| Label::new(&d.id, &d.title));
    let span = match periods {
        [first, .., last] => {
            let span = Sentence::new("ranking_periods").fact("count", periods.len());
            Some(span.text("first", first).text("last", last))
        }
        _ => None,
    };
    let head = Sentence::new("ranking_head").fact("title", title.unwrap_or_default());
    head.fact("count", entities).fact("periods", span)
}

impl Report for Ranking {
    /// What was assessed.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        vec![headline(names, self.entities, &self.periods)]
    }

    /// One table; on pages one per class.
    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let of_all = Sentence::new("ranking_of").text("period", &self.period);
        let mut all = self.table("ranking", &self.rows, names).headed(of_all);
        let classes: Vec<&[RankedEntity]> = self.rows.chunk_by(|a, b| a.class == b.class).collect();
        if self.rows.iter().all(|r| r.class.is_none()) {
            return vec![all];
        }
        all = all.detail();
        let of_class = |rows: &&[RankedEntity]| {
            let class =
                rows.first().and_then(|r| r.class.as_deref()).map_or_else(Label::default, |c| names.class(c));
            let title = Sentence::new("ranking_of_class").text("period", &self.period).fact("class", class);
            self.table("class", rows, names).headed(title)
        };
        std::iter::once(all).chain(classes.iter().map(of_class)).collect()
    }
}

impl Ranking {
    fn table(&self, id: &'static str, rows: &[RankedEntity], names: Names<'_>) -> Table {
        let total =
            Measure::pure(Digits::of(names.document().and_then(|d: &Document| d.total.round.as_ref())));
        let mut table = Table::of(id, rows)
            .labels("class", "col_class", |r| r.class.as_deref().map(|c| names.class(c)))
            .only(Shown::Frames)
            .ranks("rank", "col_rank", |r| r.rank)
            .entities(|r| &r.entity)
            .number("total", "col_total_score", total, |r| r.total)
            .places("rank_change", "col_rank_change", |r| r.rank_change)
            .labels("grade", "col_grade", |r| r.grade.as_deref().map(Label::plain));
        for (i, indicator) in self.indicators.iter().enumerate() {
            table = table.of_named(names.label(indicator), names.measure(indicator), |r| r.values[i]);
            if i >= SHOWN {
                table = table.only(Shown::Frames);
            }
        }
        table.done()
    }
}
