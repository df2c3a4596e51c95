//! Confidence in words and tables.

use super::rank_sets::{How, RankSet, RankSets};
use crate::report::{Digits, Fact, Measure, Names, Report, Sentence, Table};

/// How many are named with their sets; the table has all.
const NAMED: usize = 5;

impl Report for RankSets {
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        let percent = |share: f64| Fact::Percent(share, Digits::AtMost(2));
        let code = match &self.how {
            How::Stepwise { simultaneous: false, .. } => "rank_sets_each",
            _ => "rank_sets_all",
        };
        let mut best: Vec<&RankSet> = self.rows.iter().collect();
        best.sort_by_key(|row| row.rank);
        let set = |row: &&RankSet| {
            let code = if row.low == row.high { "rank_set_one" } else { "rank_set_of" };
            let sentence = Sentence::new(code).text("entity", &row.name);
            sentence.fact("low", row.low).fact("high", row.high).into()
        };
        let level = percent(self.how.level());
        let mut said =
            vec![Sentence::new(code).fact("level", level).fact("sets", Fact::few(&best, NAMED, set))];
        if let Some(top) = self.top {
            let among: Vec<&&RankSet> = best.iter().filter(|row| row.in_top == Some(true)).collect();
            let who = Fact::few(&among, among.len(), |row| row.name.as_str().into());
            let sentence =
                Sentence::new("rank_sets_top_of").fact("top", top).fact("level", percent(self.how.level()));
            said.push(sentence.fact("count", among.len()).fact("who", who));
        }
        said
    }

    fn tables(&self, _: Names<'_>) -> Vec<Table> {
        let typed = Measure::default;
        let mut table = Table::of("rank_sets", &self.rows)
            .entities(|r| &r.name)
            .number("estimate", "col_estimate", typed(), |r| r.estimate)
            .number("error", "col_standard_error", typed(), |r| r.error)
            .ranks("rank", "col_rank", |r| r.rank as f64)
            .ranks("low", "col_best_rank", |r| r.low as f64)
            .ranks("high", "col_worst_rank", |r| r.high as f64)
            .said("undecided", "col_undecided", |r| {
                let code = match r.undecided.map(|open| (open.low, open.high))? {
                    (true, true) => "undecided_both",
                    (true, false) => "undecided_low",
                    _ => "undecided_high",
                };
                Some(Sentence::new(code))
            })
            .number("draws", "col_draws_needed", Measure::pure(Digits::Decimals(0)), |r| {
                r.undecided.map(|open| open.draws.ceil())
            });
        if self.top.is_some() {
            table = table.flags("in_top", "col_in_top", |r| r.in_top == Some(true));
        }
        vec![table.done()]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        let mut notes = vec![match &self.how {
            How::Stepwise { draws, seed, .. } => {
                Sentence::new("rank_sets_stepwise").fact("draws", *draws).fact("seed", seed.to_string())
            }
            How::Joint { .. } => Sentence::new("rank_sets_joint"),
        }];
        if self.correlated {
            notes.push(Sentence::new("rank_sets_together"));
        }
        let open: Vec<&RankSet> = self.rows.iter().filter(|row| row.undecided.is_some()).collect();
        if !open.is_empty() {
            let who = Fact::few(&open, NAMED, |row| row.name.as_str().into());
            notes.push(Sentence::new("rank_sets_undecided").fact("count", open.len()).fact("who", who));
        }
        notes
    }
}
