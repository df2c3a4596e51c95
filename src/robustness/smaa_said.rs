//! A space of weights in words and tables.

use super::smaa::{Acceptable, Smaa};
use super::stands::Robustness;
use crate::report::{Digits, Fact, Measure, Names, Report, Sentence, Table};

/// How many are named; the table has all.
const NAMED: usize = 5;

/// An entity at one rank.
struct AtRank<'a> {
    row: &'a Acceptable,
    rank: usize,
    share: f64,
}

impl Report for Smaa {
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        let percent = |share: f64| Fact::Percent(share, Digits::AtMost(1));
        let head = Sentence::new("smaa_same").when("period", &self.period);
        let mut said = vec![head.fact("share", percent(self.same_ranking))];
        let mut firsts: Vec<&Acceptable> = self.rows.iter().filter(|row| row.first > 0.0).collect();
        firsts.sort_by(|a, b| b.first.total_cmp(&a.first));
        let one = |row: &&Acceptable| {
            let said = Sentence::new("smaa_first_of").text("entity", row.entity.clone());
            said.fact("share", percent(row.first)).into()
        };
        if !firsts.is_empty() {
            let sentence = Sentence::new("smaa_first").fact("count", firsts.len());
            said.push(sentence.fact("who", Fact::few(&firsts, NAMED, one)));
        }
        said
    }

    /// Every entity; every rank of it that there is; its central weights.
    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let rows = Table::of("smaa", &self.rows)
            .entities(|r| &r.entity)
            .ranks("rank", "col_rank", |r| r.rank)
            .percent("first", "col_first_in", 2, |r| r.first)
            .counts("likeliest", "col_likeliest", |r| r.likeliest)
            .number("mean", "col_mean_rank", Measure::pure(Digits::Decimals(2)), |r| r.mean)
            .percent("confidence", "col_confidence", 1, |r| r.confidence);
        let ranks = |row| {
            let own: &Acceptable = row;
            let all = own.acceptability.iter().enumerate().filter(|(_, share)| **share > 0.0);
            all.map(move |(k, share)| AtRank { row: own, rank: k + 1, share: *share })
        };
        let ranks: Vec<AtRank<'_>> = self.rows.iter().flat_map(ranks).collect();
        let ranks = Table::of("acceptability", &ranks)
            .entities(|r| &r.row.entity)
            .counts("rank", "col_rank", |r| r.rank)
            .percent("share", "col_acceptability", 2, |r| r.share);
        let weights = Table::of("weights", &self.weights)
            .entities(|r| &r.entity)
            .names("node", "col_node", |r| &r.node, |id| names.node(id))
            .percent("weight", "col_central_weight", 2, |r| r.weight);
        vec![
            rows.done(),
            ranks.done().titled("table_acceptability").detail(),
            weights.done().titled("table_central_weights").detail(),
        ]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        let mut notes = vec![match self.samples {
            Some(samples) => {
                let note = Sentence::new("smaa_drawn").fact("samples", samples.to_string());
                let note = note.fact("seed", self.seed.to_string());
                note.fact("error", Fact::Percent(self.same_ranking_error, Digits::Significant(2)))
            }
            None => Sentence::new("smaa_exact"),
        }];
        notes.extend(self.failed.iter().map(Robustness::failure));
        notes
    }
}
