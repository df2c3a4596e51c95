//! Rank intervals in words and tables.

use super::runs::Failed;
use super::stands::{AtMost, QUANTILES, Robustness, Stands};
use super::tally::MOST_PAIRED;
use crate::report::{Digits, Fact, Label, Measure, Names, Report, Sentence, Table};

/// How many are named; the table has all.
const NAMED: usize = 5;

fn percent(share: f64) -> Fact {
    Fact::Percent(share, Digits::AtMost(1))
}

fn rank(rank: f64) -> Fact {
    Fact::Quantity(rank, Measure::pure(Digits::AtMost(1)))
}

impl Robustness {
    fn said(&self, row: &Stands) -> Sentence {
        let (low, high) = match row.quantiles.as_slice() {
            [low, .., high] => (*low, *high),
            _ => (f64::NAN, f64::NAN),
        };
        let ends = &self.shown.quantiles;
        let span = ends.last().zip(ends.first()).map_or(0.0, |(last, first)| last - first);
        // Shares of a hundred, not what their difference is in floats.
        let span = (span * 1e9).round() / 1e9;
        let code = if low == high { "robustness_stands_one" } else { "robustness_stands" };
        let mut clauses = vec![
            Sentence::new(code)
                .text("entity", &row.name)
                .fact("rank", rank(row.rank))
                .fact("share", percent(span))
                .fact("low", rank(low))
                .fact("high", rank(high)),
        ];
        let ranks =
            |name: &String| self.rows.iter().find(|other| other.name == *name).map(|other| other.rank);
        match &row.alike {
            Some(alike) if alike.is_empty() => clauses.push(Sentence::new("robustness_apart")),
            Some(alike) => {
                let others: Vec<f64> = alike.iter().filter_map(ranks).collect();
                let others = Fact::few(&others, 2 * NAMED, |other| rank(*other));
                clauses.push(Sentence::new("robustness_alike").fact("others", others));
            }
            None => {}
        }
        if row.unranked > 0.0 {
            clauses.push(Sentence::new("robustness_unranked").fact("share", percent(row.unranked)));
        }
        Sentence::new("robustness_of").fact("clauses", Fact::Clauses(clauses))
    }

    pub(super) fn failure(failed: &Failed) -> Sentence {
        let finding = failed.finding.clone();
        let message = Fact::Said(Box::new(Sentence {
            code: finding.code,
            facts: finding.facts.into_iter().map(|(name, text)| (name, Fact::Text(text))).collect(),
        }));
        let count = |count: u64| Fact::Quantity(count as f64, Measure::default());
        let sentence = Sentence::new("robustness_failed").fact("count", count(failed.count));
        sentence.fact("first", count(failed.first)).fact("message", message)
    }
}

impl Report for Robustness {
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        let asked = self.shown.entity.as_ref();
        let about = |row: &&Stands| asked.is_none_or(|entity| row.name == *entity);
        let mut said: Vec<Sentence> =
            self.rows.iter().filter(about).take(NAMED).map(|row| self.said(row)).collect();
        if asked.is_none() && self.rows.len() > NAMED {
            let more = Sentence::new("robustness_more").fact("count", self.rows.len() - NAMED);
            said.push(more);
        }
        said
    }

    fn tables(&self, _: Names<'_>) -> Vec<Table> {
        let places = || Measure::pure(Digits::AtMost(2));
        let mut table = Table::of("robustness", &self.rows).entities(|r| &r.name);
        if self.rows.iter().any(|row| row.class.is_some()) {
            let class = |r: &Stands| Some(Label::plain(r.class.as_deref().unwrap_or_default()));
            table = table.labels("class", "col_class", class);
        }
        table = table.ranks("rank", "col_rank", |r| r.rank);
        if self.shown.quantiles == QUANTILES {
            let names = ["low", "lower", "median", "upper", "high"];
            let headings = ["col_q5", "col_q25", "col_q50", "col_q75", "col_q95"];
            for (k, (name, heading)) in names.into_iter().zip(headings).enumerate() {
                table = table.number(name, heading, places(), |r| r.quantiles[k]);
            }
        } else {
            for (k, p) in self.shown.quantiles.iter().enumerate() {
                let label = Label::plain(&format!(
                    "q{}",
                    crate::report::percent(*p, Digits::Typed).trim_end_matches(['%', ' '])
                ));
                table = table.of_named(label, places(), |r| r.quantiles[k]);
            }
        }
        table = table
            .number("mean", "col_mean_rank", places(), |r| r.mean)
            .number("mean_shift", "col_rank_shift", places().signed(), |r| r.mean_shift)
            .percent("place", "col_rank_place", 1, |r| r.place)
            .said("alike", "col_not_apart", |r| {
                let alike = r.alike.as_ref().filter(|alike| !alike.is_empty())?;
                let names = Fact::list(alike, |name| name.as_str().into());
                Some(Sentence::new("robustness_names").fact("names", names))
            });
        if self.rows.len() > MOST_PAIRED {
            return vec![table.done()];
        }
        let own = self.runs.study.entities.iter().zip(&self.runs.tallies);
        let each = own.flat_map(|(own, tally)| {
            tally.ranks.iter().map(|(rank, count)| (own.name.as_str(), rank, count))
        });
        let had: Vec<(&str, f64, u64)> = each.collect();
        let distribution = Table::of("ranks", &had)
            .entities(|(name, ..)| name)
            .number("rank", "col_rank", places(), |(_, rank, _)| *rank)
            .number("runs", "col_runs", Measure::default(), |(.., count)| *count as f64)
            .percent("share", "col_share_of_runs", 2, |(.., count)| *count as f64 / self.samples as f64);
        vec![table.done(), distribution.done().titled("table_ranks").detail()]
    }

    fn notes(&self, names: Names<'_>) -> Vec<Sentence> {
        let _ = names;
        let count = |count: u64| Fact::Quantity(count as f64, Measure::default());
        let factor = |factor: &crate::scheme::model::Factor| factor.id.as_str().into();
        let varied = Fact::list(&self.runs.study.factors, factor);
        let mut notes = vec![
            Sentence::new("robustness_runs")
                .fact("count", count(self.samples))
                .text("seed", self.runs.study.seed.to_string())
                .fact("factors", varied),
            Sentence::new("robustness_level").fact("level", percent(self.shown.level)),
        ];
        if self.rows.iter().all(|row| row.alike.is_none()) {
            notes[1] = Sentence::new("robustness_no_pairs").fact("most", MOST_PAIRED);
        }
        if self.lacking > 0 {
            notes.push(Sentence::new("robustness_lacking").fact("count", count(self.lacking)));
        }
        notes.extend(self.runs.failed.iter().map(Robustness::failure));
        notes
    }
}

impl Report for AtMost {
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        let likely: Vec<_> = self.rows.iter().filter(|row| row.share > 0.0).collect();
        let who = Fact::few(&likely, 2 * NAMED, |row| {
            Sentence::new("at_most_of").text("entity", &row.name).fact("share", percent(row.share)).into()
        });
        vec![Sentence::new("at_most").fact("rank", rank(self.rank)).fact("who", who)]
    }

    fn tables(&self, _: Names<'_>) -> Vec<Table> {
        let table = Table::of("at_most", &self.rows).entities(|r| &r.name);
        let table = table.ranks("rank", "col_rank", |r| r.rank);
        vec![table.percent("share", "col_share_of_runs", 2, |r| r.share).done()]
    }
}
