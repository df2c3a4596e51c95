//! Sensitivity in words and tables.

use super::{FactorSensitivity, Output, Sensitivity, SensitivityMade};
use crate::report::{Digits, Fact, Label, Measure, Names, Report, Sentence, Table};

/// Total index below which a factor hardly matters.
const IDLE: f64 = 0.01;

/// Share of interactions below which they are not worth a sentence.
const APART: f64 = 0.01;

impl Sensitivity {
    /// Who or what matters most; none where nothing varies.
    fn most(&self) -> Option<(&FactorSensitivity, f64)> {
        let known = self.rows.iter().filter_map(|row| Some((row, row.total?)));
        known.rev().max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// How much of the variance is no factor's alone; first-order indices may be below 0 where points are few.
    fn interactions(&self) -> f64 {
        1.0 - self.rows.iter().filter_map(|row| row.first).map(|first| first.max(0.0)).sum::<f64>()
    }

    fn has_shapley(&self) -> bool {
        self.rows.iter().any(|row| row.shapley.is_some())
    }

    fn title(&self, factor: &str) -> Label {
        let found = self.rows.iter().find(|row| row.factor == factor);
        found.map_or_else(|| Label::plain(factor), |row| row.title.clone())
    }
}

impl Report for Sensitivity {
    /// What matters most, what only together, what hardly.
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        let Some((most, total)) = self.most() else {
            return vec![Sentence::new("sensitivity_nothing").when("period", &self.period)];
        };
        let code = match (&self.entity, self.output) {
            (None, Output::Rank) => "sensitivity_ranks",
            (None, Output::Total) => "sensitivity_totals",
            (Some(_), Output::Rank) => "sensitivity_rank",
            (Some(_), Output::Total) => "sensitivity_total",
        };
        let share = |share: f64| Fact::Percent(share.max(0.0), Digits::AtMost(0));
        let mut said = vec![
            Sentence::new(code)
                .when("period", &self.period)
                .text("entity", self.entity.clone().unwrap_or_default())
                .points("nominal", self.nominal, 2)
                .points("mean", self.mean, 2)
                .points("deviation", self.deviation, 2)
                .fact("factor", most.title.clone())
                .fact("first", share(most.first.unwrap_or_default()))
                .fact("total", share(total)),
        ];
        if self.rows.len() > 1 && self.interactions() >= APART {
            said.push(Sentence::new("sensitivity_interactions").fact("share", share(self.interactions())));
        }
        let idle: Vec<&FactorSensitivity> =
            self.rows.iter().filter(|row| row.total.is_some_and(|total| total < IDLE)).collect();
        if !idle.is_empty() {
            let factors = Fact::list(&idle, |row| row.title.clone().into());
            said.push(Sentence::new("sensitivity_idle").fact("factors", factors).fact("share", share(IDLE)));
        }
        said
    }

    /// By factor, and by entity and factor; where all combinations were computed, the chances of ranks.
    fn tables(&self, _: Names<'_>) -> Vec<Table> {
        let index = || Measure::pure(Digits::Decimals(3));
        let rows = Table::of("sensitivity", &self.rows)
            .names("factor", "col_factor", |r| &r.factor, |id| self.title(id))
            .number("first", "col_first_order", index(), |r| r.first)
            .number("first_low", "col_first_order_low", index(), |r| r.first_low)
            .number("first_high", "col_first_order_high", index(), |r| r.first_high)
            .number("total", "col_total_index", index(), |r| r.total)
            .number("total_low", "col_total_index_low", index(), |r| r.total_low)
            .number("total_high", "col_total_index_high", index(), |r| r.total_high)
            .number("shapley", "col_shapley", index(), |r| r.shapley);
        let entities = Table::of("entities", &self.entities)
            .entities(|r| &r.entity)
            .names("factor", "col_factor", |r| &r.factor, |id| self.title(id))
            .number("first", "col_first_order", index(), |r| r.first)
            .number("total", "col_total_index", index(), |r| r.total)
            .number("shapley", "col_shapley", index(), |r| r.shapley);
        let mut tables = vec![rows.done(), entities.done().titled("table_entities").detail()];
        if !self.ranks.is_empty() {
            let ranks = Table::of("ranks", &self.ranks)
                .entities(|r| &r.entity)
                .ranks("rank", "col_rank", |r| r.rank)
                .percent("chance", "col_chance", 2, |r| r.chance);
            tables.push(ranks.done().titled("table_rank_chances").detail());
        }
        tables
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        let mut notes = vec![match &self.made {
            SensitivityMade::Exact { combinations } => {
                Sentence::new("sensitivity_exact").fact("count", *combinations)
            }
            SensitivityMade::Sampled { samples, seed, runs, .. } => Sentence::new("sensitivity_sampled")
                .fact("samples", *samples)
                .fact("runs", *runs)
                .fact("seed", seed.to_string())
                .fact("shapley", self.has_shapley().then(|| Sentence::new("sensitivity_goda"))),
        }];
        if let SensitivityMade::Sampled { samples, resamples, level, unranked, failed, .. } = &self.made {
            if *resamples > 0 {
                let note = Sentence::new("sensitivity_intervals").fact("resamples", *resamples);
                notes.push(note.fact("level", Fact::Percent(*level, Digits::AtMost(2))));
            }
            if !samples.is_power_of_two() {
                notes.push(Sentence::new("sensitivity_uneven").fact("better", samples.next_power_of_two()));
            }
            if *unranked > 0 {
                notes.push(Sentence::new("sensitivity_unranked").fact("count", *unranked));
            }
            notes.extend(failed.iter().map(|failed| {
                let why = failed.finding.clone();
                let why = Label::said(why.code, |lang| why.message(lang));
                let note = Sentence::new("sensitivity_failed_rows").fact("count", failed.count as usize);
                note.fact("row", failed.first as usize).fact("why", why)
            }));
        }
        if self.entity.is_none() {
            let of =
                if self.output == Output::Rank { "sensitivity_of_ranks" } else { "sensitivity_of_totals" };
            notes.push(Sentence::new(of));
        }
        notes
    }
}
