//! Two results side by side: other data, another scheme; who moved and why.

use std::collections::HashMap;

use serde::Serialize;

use super::attribute::change;
use super::bridge::{Bridge, Crossed};
use super::words;
use crate::assess::Assessment;
use crate::error::DataError;
use crate::text::{self, Lang};

/// How one entity moved in one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Move {
    /// Entity.
    pub entity: String,
    /// Period.
    pub period: String,
    /// Total in the first result, as printed.
    pub total_before: f64,
    /// Total in the second.
    pub total_after: f64,
    /// Its change.
    pub total_change: f64,
    /// Rank in the first result.
    pub rank_before: Option<f64>,
    /// Rank in the second.
    pub rank_after: Option<f64>,
    /// Places gained.
    pub rank_change: Option<f64>,
    /// What moved the total most; none where it stood still.
    pub cause: Option<super::Cause>,
    /// Points of that cause.
    pub effect: f64,
    /// All causes, and by indicator.
    #[serde(skip)]
    pub bridge: Option<Bridge>,
    /// Value and weighted points of each indicator that both schemes have.
    pub indicators: Vec<IndicatorMove>,
}

/// How one indicator of an entity moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndicatorMove {
    /// Indicator.
    pub indicator: String,
    /// Value in the first result.
    pub value_before: f64,
    /// Value in the second.
    pub value_after: f64,
    /// Weighted points in the first result.
    pub points_before: f64,
    /// Weighted points in the second.
    pub points_after: f64,
}

impl IndicatorMove {
    /// Change of the value.
    pub fn value_change(&self) -> f64 {
        change(self.value_before, self.value_after)
    }

    /// Change of the points.
    pub fn points_change(&self) -> f64 {
        change(self.points_before, self.points_after)
    }
}

/// Two results compared, entity by entity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// One an entity and period that both results have, in the order of the second.
    pub rows: Vec<Move>,
    /// Entities and periods that only the first result has.
    pub only_before: Vec<(String, String)>,
    /// Entities and periods that only the second has.
    pub only_after: Vec<(String, String)>,
}

/// Who gains and who loses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gainers {
    /// Totals up, most first.
    pub gain: Vec<Move>,
    /// Totals down, most first.
    pub lose: Vec<Move>,
    /// How many stand still.
    pub same: usize,
}

/// Compares two results by entity and period: two vintages of the data, two editions of a scheme, or both.
///
/// # Errors
/// Where the schemes differ, data that lack what the other side's scheme needs.
pub fn compare(a: &Assessment, b: &Assessment) -> Result<Comparison, DataError> {
    let crossed = Crossed::of(a, b)?;
    let key = |x: &Assessment, row: usize| {
        let panel = x.panel();
        let entity = panel.entity_name(panel.entity_of(row)).into_owned();
        (entity, panel.periods()[panel.period_of(row)].to_string())
    };
    let mut first: HashMap<(String, String), usize> = (0..a.panel().len()).map(|r| (key(a, r), r)).collect();
    let shared: Vec<(String, usize, usize)> = a
        .scheme()
        .document()
        .indicators
        .iter()
        .enumerate()
        .filter_map(|(i, ind)| Some((ind.id.clone(), i, b.indicator(&ind.id).ok()?)))
        .collect();
    let points: Vec<_> = shared.iter().map(|(_, i, j)| (a.points(*i), b.points(*j))).collect();
    let mut comparison = Comparison { rows: Vec::new(), only_before: Vec::new(), only_after: Vec::new() };
    for row in 0..b.panel().len() {
        let name = key(b, row);
        let Some(before) = first.remove(&name) else {
            comparison.only_after.push(name);
            continue;
        };
        let bridge = crossed.bridge(before, row);
        let main = bridge.as_ref().and_then(|b| b.main().cloned());
        let ranks = [super::present(a.ranks()[before]), super::present(b.ranks()[row])];
        let totals = [a.totals()[before], b.totals()[row]];
        let indicators = shared.iter().zip(&points).map(|((id, i, j), (pa, pb))| IndicatorMove {
            indicator: id.clone(),
            value_before: a.values(*i)[before],
            value_after: b.values(*j)[row],
            points_before: pa[before],
            points_after: pb[row],
        });
        comparison.rows.push(Move {
            entity: name.0,
            period: name.1,
            total_before: totals[0],
            total_after: totals[1],
            total_change: change(totals[0], totals[1]),
            rank_before: ranks[0],
            rank_after: ranks[1],
            rank_change: ranks[0].zip(ranks[1]).map(|(x, y)| x - y),
            cause: main.as_ref().map(|m| m.cause.clone()),
            effect: main.map_or(0.0, |m| m.effect),
            indicators: indicators.collect(),
            bridge,
        });
    }
    comparison.only_before = first.into_keys().collect();
    comparison.only_before.sort();
    Ok(comparison)
}

/// Who gains and who loses in points by the second result: by another edition of the scheme, by a revision of the data.
///
/// # Errors
/// As [`compare`].
pub fn gainers(a: &Assessment, b: &Assessment) -> Result<Gainers, DataError> {
    let rows = compare(a, b)?.rows;
    let mut gainers = Gainers { gain: Vec::new(), lose: Vec::new(), same: 0 };
    for row in rows {
        match row.total_change {
            c if c > 0.0 => gainers.gain.push(row),
            c if c < 0.0 => gainers.lose.push(row),
            _ => gainers.same += 1,
        }
    }
    gainers.gain.sort_by(|x, y| y.total_change.total_cmp(&x.total_change));
    gainers.lose.sort_by(|x, y| x.total_change.total_cmp(&y.total_change));
    Ok(gainers)
}

impl Move {
    /// How it moved and mainly why.
    pub fn sentence(&self, lang: Lang) -> String {
        let rank = |r: Option<f64>| r.map_or("–".to_owned(), |r| words::number(r, 1));
        let code = if self.cause.is_some() { "move_sentence" } else { "move_still" };
        text::render(
            code,
            lang,
            &[
                ("entity", self.entity.clone()),
                ("period", self.period.clone()),
                ("before", words::number(self.total_before, 4)),
                ("after", words::number(self.total_after, 4)),
                ("change", words::signed(self.total_change, 4)),
                ("rank_before", rank(self.rank_before)),
                ("rank_after", rank(self.rank_after)),
                ("cause", self.cause.as_ref().map_or_else(String::new, |c| c.title(lang))),
                ("effect", words::signed(self.effect, 2)),
            ],
        )
    }
}

fn table(rows: &[&Move], lang: Lang) -> String {
    let rank = |r: Option<f64>| r.map_or("–".to_owned(), |r| words::number(r, 1));
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|m| {
            vec![
                format!("{} {}", m.entity, m.period),
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

impl Comparison {
    /// Rows of the frame.
    pub fn to_rows(&self) -> &[Move] {
        &self.rows
    }

    /// How many moved, and who most.
    pub fn sentence(&self, lang: Lang) -> String {
        let moved = self.rows.iter().filter(|m| m.total_change != 0.0 && !m.total_change.is_nan());
        let ranks = self.rows.iter().filter(|m| m.rank_change.is_some_and(|c| c != 0.0)).count();
        let most = moved.clone().max_by(|a, b| a.total_change.abs().total_cmp(&b.total_change.abs()));
        let facts = [
            ("count", self.rows.len().to_string()),
            ("moved", moved.count().to_string()),
            ("ranks", ranks.to_string()),
            ("most", most.map_or_else(String::new, |m| m.sentence(lang))),
        ];
        text::render("compare_sentence", lang, &facts)
    }

    /// The sentence and the table.
    pub fn to_markdown(&self, lang: Lang) -> String {
        format!("{}\n\n{}", self.sentence(lang), table(&self.rows.iter().collect::<Vec<_>>(), lang))
    }
}

impl Gainers {
    /// Who gains and loses most.
    pub fn sentence(&self, lang: Lang) -> String {
        let most = |rows: &[Move]| {
            rows.first().map_or_else(
                || "–".to_owned(),
                |m| format!("{} {}", m.entity, words::signed(m.total_change, 4)),
            )
        };
        text::render(
            "gainers_sentence",
            lang,
            &[
                ("gain", self.gain.len().to_string()),
                ("lose", self.lose.len().to_string()),
                ("same", self.same.to_string()),
                ("winner", most(&self.gain)),
                ("loser", most(&self.lose)),
            ],
        )
    }

    /// The sentence and the table, gainers first.
    pub fn to_markdown(&self, lang: Lang) -> String {
        let rows: Vec<&Move> = self.gain.iter().chain(self.lose.iter().rev()).collect();
        format!("{}\n\n{}", self.sentence(lang), table(&rows, lang))
    }
}
