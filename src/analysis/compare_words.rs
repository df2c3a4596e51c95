//! Comparisons in words and as tables.

use super::compare::{Comparison, Gainers, Move};
use super::words;
use crate::text::{self, Lang};

impl Move {
    /// How it moved and mainly why.
    pub fn sentence(&self, lang: Lang) -> String {
        let since = self.bridge.as_ref().map(|b| &b.since).filter(|since| **since != self.period);
        let code = match (self.cause.is_some(), since) {
            _ if self.total_change.is_nan() => "move_unknown",
            (true, None) => "move_sentence",
            (true, Some(_)) => "move_periods",
            (false, _) => "move_still",
        };
        let rank = |r: Option<f64>| words::number(r.unwrap_or(f64::NAN), 1);
        let ranks = [("rank_before", rank(self.rank_before)), ("rank_after", rank(self.rank_after))];
        let way = match (self.rank_before, self.rank_after) {
            (None, None) => "move_rank_none",
            (Some(_), None) => "move_rank_lost",
            (None, Some(_)) => "move_rank_won",
            (a, b) if a == b => "move_rank_same",
            _ => "move_rank",
        };
        text::render(
            code,
            lang,
            &[
                ("entity", self.entity.clone()),
                ("period", self.period.clone()),
                ("since", since.cloned().unwrap_or_default()),
                ("before", words::number(self.total_before, 4)),
                ("after", words::number(self.total_after, 4)),
                ("change", words::signed(self.total_change, 4)),
                ("rank", text::render(way, lang, &ranks)),
                ("cause", self.cause.as_ref().map_or_else(String::new, |c| c.title(lang))),
                ("effect", words::signed(self.effect, 2)),
            ],
        )
    }
}

fn table(rows: &[&Move], by_entity: bool, lang: Lang) -> String {
    let rank = |r: Option<f64>| r.map_or("–".to_owned(), |r| words::number(r, 1));
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|m| {
            vec![
                if by_entity { m.entity.clone() } else { format!("{} {}", m.entity, m.period) },
                words::number(m.total_before, 4),
                words::number(m.total_after, 4),
                words::signed(m.total_change, 4),
                rank(m.rank_before),
                rank(m.rank_after),
                m.cause.as_ref().map_or_else(String::new, |c| {
                    format!("{} {}", c.title(lang), words::signed(m.effect, 2))
                }),
            ]
        })
        .collect();
    let head = [
        "head_entity",
        "head_before",
        "head_after",
        "head_change",
        "head_rank_before",
        "head_rank_after",
        "head_cause",
    ];
    words::titled(&head, &rows, lang)
}

/// A sentence about two results, or about two periods.
fn said(
    plain: &str,
    of_periods: &str,
    periods: [&Option<String>; 2],
    facts: &[(&'static str, String)],
    lang: Lang,
) -> String {
    let [Some(since), Some(until)] = periods else { return text::render(plain, lang, facts) };
    let mut facts = facts.to_vec();
    facts.extend([("since", since.clone()), ("until", until.clone())]);
    text::render(of_periods, lang, &facts)
}

/// Who is in one of the two only; nothing where nobody is.
fn only(sides: [&[(String, String)]; 2], by_entity: bool, lang: Lang) -> String {
    const NAMED: usize = 8;
    let mut told = String::new();
    for (code, side) in ["compare_only_before", "compare_only_after"].into_iter().zip(sides) {
        if side.is_empty() {
            continue;
        }
        let name = |(entity, period): &(String, String)| {
            if by_entity { entity.clone() } else { format!("{entity} {period}") }
        };
        let names: Vec<String> = side.iter().take(NAMED).map(name).collect();
        let more = if side.len() > NAMED { " …" } else { "" };
        let names = format!("{}{more}", words::list(&names, lang));
        told.push_str(&text::render(code, lang, &[("names", names), ("count", side.len().to_string())]));
    }
    told
}

impl Comparison {
    /// Rows of the frame.
    pub fn to_rows(&self) -> &[Move] {
        &self.rows
    }

    /// How many moved, and who most.
    pub fn sentence(&self, lang: Lang) -> String {
        let moved = self.rows.iter().filter(|m| m.total_change != 0.0 && !m.total_change.is_nan());
        let ranks = self.rows.iter().filter(|m| m.rank_change.is_some_and(|c| c != 0.0)).count();
        // Of several the first, as of the gainers.
        let most = moved.clone().rev().max_by(|a, b| a.total_change.abs().total_cmp(&b.total_change.abs()));
        let facts = [
            ("count", self.rows.len().to_string()),
            ("moved", moved.count().to_string()),
            ("ranks", ranks.to_string()),
            ("most", most.map_or_else(String::new, |m| m.sentence(lang))),
        ];
        let sentence = said("compare_sentence", "compare_periods", [&self.since, &self.until], &facts, lang);
        format!(
            "{}{}",
            sentence.trim_end(),
            only([&self.only_before, &self.only_after], self.since.is_some(), lang)
        )
    }

    /// The sentence and the table.
    pub fn to_markdown(&self, lang: Lang) -> String {
        let rows: Vec<&Move> = self.rows.iter().collect();
        words::page(&[self.sentence(lang)], &table(&rows, self.since.is_some(), lang))
    }
}

impl Gainers {
    /// Who gains and loses most.
    pub fn sentence(&self, lang: Lang) -> String {
        let most = |rows: &[Move]| {
            rows.first().map_or_else(String::new, |m| {
                let who = if self.several { format!("{} {}", m.entity, m.period) } else { m.entity.clone() };
                let facts = [("who", who), ("change", words::signed(m.total_change, 4))];
                text::render("gainers_most", lang, &facts)
            })
        };
        let facts = [
            ("gain", self.gain.len().to_string()),
            ("lose", self.lose.len().to_string()),
            ("same", self.same.to_string()),
            ("winner", most(&self.gain)),
            ("loser", most(&self.lose)),
        ];
        let mut sentence =
            said("gainers_sentence", "gainers_periods", [&self.since, &self.until], &facts, lang);
        if self.unknown > 0 {
            let facts = [("unknown", self.unknown.to_string())];
            sentence.push_str(&text::render("gainers_unknown", lang, &facts));
        }
        format!(
            "{}{}",
            sentence.trim_end(),
            only([&self.only_before, &self.only_after], self.since.is_some(), lang)
        )
    }

    /// The sentence and the table, gainers first.
    pub fn to_markdown(&self, lang: Lang) -> String {
        let rows: Vec<&Move> = self.gain.iter().chain(self.lose.iter().rev()).collect();
        words::page(&[self.sentence(lang)], &table(&rows, self.since.is_some(), lang))
    }
}
