//! Comparisons in words and as tables.

use super::compare::{Comparison, Gainers, IndicatorMove, Move};
use crate::report::{Fact, Names, Report, Sentence, Table};

impl Move {
    /// How it moved and mainly why.
    pub(super) fn sentence(&self, names: Names<'_>) -> Sentence {
        let since = self.bridge.as_ref().map(|b| &b.since).filter(|since| **since != self.period);
        let main = self.bridge.as_ref().and_then(|b| b.main_reason(names));
        let code = match (main.is_some(), since) {
            _ if self.total_change.is_nan() => "move_unknown",
            (true, None) => "move_sentence",
            (true, Some(_)) => "move_periods",
            (false, _) => "move_still",
        };
        let rank = match (self.rank_before, self.rank_after) {
            (None, None) => "move_rank_none",
            (Some(_), None) => "move_rank_lost",
            (None, Some(_)) => "move_rank_won",
            (a, b) if a == b => "move_rank_same",
            _ => "move_rank",
        };
        let rank = Sentence::new(rank).points("rank_before", self.rank_before.unwrap_or(f64::NAN), 1).points(
            "rank_after",
            self.rank_after.unwrap_or(f64::NAN),
            1,
        );
        let sentence = Sentence::new(code)
            .fact("entity", &self.entity)
            .when("period", &self.period)
            .when("since", since.map_or("", String::as_str))
            .points("before", self.total_before, 4)
            .points("after", self.total_after, 4)
            .change("change", self.total_change, 4)
            .fact("rank", rank);
        match main {
            Some(main) => sentence.fact("cause", main.sentence()),
            None => sentence,
        }
    }
}

/// The moves, and those of their indicators; of two periods by entity alone.
fn tables(rows: &[&Move], by_entity: bool, names: Names<'_>) -> Vec<Table> {
    let moves = Table::of("moves", rows).entities(|m| &m.entity);
    let moves = if by_entity { moves } else { moves.periods(|m| &m.period) };
    let moves = moves
        .points("total_before", "col_total_before", |m| m.total_before)
        .points("total_after", "col_total_after", |m| m.total_after)
        .effects("total_change", "col_total_change", |m| m.total_change)
        .ranks("rank_before", "col_rank_before", |m| m.rank_before)
        .ranks("rank_after", "col_rank_after", |m| m.rank_after)
        .places("rank_change", "col_rank_change", |m| m.rank_change)
        .labels("cause", "col_cause", |m| m.cause.as_ref().map(super::Cause::label))
        .effects("effect", "col_effect_points", |m| m.effect);

    let of: Vec<(&Move, &IndicatorMove)> =
        rows.iter().flat_map(|m| m.indicators.iter().map(|r| (*m, r))).collect();
    let value = |id: &str| names.measure(id);
    let indicators = Table::of("indicators", &of).entities(|r| &r.0.entity);
    let indicators = if by_entity { indicators } else { indicators.periods(|r| &r.0.period) };
    let indicators = indicators
        .names("indicator", "col_indicator", |r| &r.1.indicator, |id| names.label(id))
        .measured("value_before", "col_value_before", |r| &r.1.indicator, value, |r| r.1.value_before)
        .measured("value_after", "col_value_after", |r| &r.1.indicator, value, |r| r.1.value_after)
        .points("points_before", "col_points_before", |r| r.1.points_before)
        .points("points_after", "col_points_after", |r| r.1.points_after);
    vec![moves.done(), indicators.done().detail()]
}

/// A sentence about two results, or about two periods.
fn begin(plain: &'static str, of_periods: &'static str, periods: [&Option<String>; 2]) -> Sentence {
    let [Some(since), Some(until)] = periods else { return Sentence::new(plain) };
    if since == until {
        return Sentence::new(plain);
    }
    Sentence::new(of_periods).when("since", since).when("until", until)
}

/// Who, and when, where that is not plain.
fn who(entity: &str, period: Option<&String>) -> Fact {
    match period {
        Some(period) => Sentence::new("entity_when").fact("entity", entity).when("period", period).into(),
        None => entity.into(),
    }
}

/// Who is in one of the two only; nothing where nobody is.
fn only(sides: [&[(String, String)]; 2], by_entity: bool) -> Vec<Sentence> {
    let sides = ["compare_only_before", "compare_only_after"].into_iter().zip(sides);
    let said = sides.filter(|(_, side)| !side.is_empty()).map(|(code, side)| {
        let name = |(entity, period): &(String, String)| who(entity, (!by_entity).then_some(period));
        Sentence::new(code).fact("names", Fact::list(side, name)).fact("count", side.len())
    });
    said.collect()
}

impl Report for Comparison {
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let moved = self.rows.iter().filter(|m| m.total_change != 0.0 && !m.total_change.is_nan());
        let ranks = self.rows.iter().filter(|m| m.rank_change.is_some_and(|c| c != 0.0)).count();
        // Of several the first, as of the gainers.
        let most = moved.clone().rev().max_by(|a, b| a.total_change.abs().total_cmp(&b.total_change.abs()));
        let first = begin("compare_sentence", "compare_periods", [&self.since, &self.until])
            .fact("count", self.rows.len())
            .fact("moved", moved.count())
            .fact("ranks", ranks);
        let only = only([&self.only_before, &self.only_after], self.since.is_some());
        std::iter::once(first).chain(most.map(|m| m.sentence(names))).chain(only).collect()
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let rows: Vec<&Move> = self.rows.iter().collect();
        tables(&rows, self.since.is_some(), names)
    }
}

impl Report for Gainers {
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        let most = |rows: &[Move]| {
            rows.first().map(|m| {
                let who = who(&m.entity, self.several.then_some(&m.period));
                Sentence::new("gainers_most").fact("who", who).change("change", m.total_change, 4)
            })
        };
        let first = begin("gainers_sentence", "gainers_periods", [&self.since, &self.until])
            .fact("gain", self.gain.len())
            .fact("lose", self.lose.len())
            .fact("same", self.same)
            .fact("winner", most(&self.gain))
            .fact("loser", most(&self.lose));
        let unknown =
            (self.unknown > 0).then(|| Sentence::new("gainers_unknown").fact("unknown", self.unknown));
        let only = only([&self.only_before, &self.only_after], self.since.is_some());
        std::iter::once(first).chain(unknown).chain(only).collect()
    }

    /// Who gains most first, who loses most last.
    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let rows: Vec<&Move> = self.gain.iter().chain(self.lose.iter().rev()).collect();
        tables(&rows, self.since.is_some(), names)
    }
}
