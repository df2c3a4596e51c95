//! Gaps in words and as a table.

use super::gaps::{Gap, Gaps};
use super::{name_of, words};
use crate::scheme::model::Document;
use crate::text::{self, Lang};

/// How a gap came from another: how far behind now and before, neither but for noise.
fn trend(behind: f64, before: f64, noise: f64) -> Option<&'static str> {
    Some(match (behind, before) {
        (_, b) if b.is_nan() => return None,
        (0.0, 0.0) => "gap_still_level",
        (_, 0.0) => "gap_from_level",
        (0.0, b) if b > 0.0 => "gap_caught_up",
        (0.0, _) => "gap_fell_back",
        (a, b) if a.signum() != b.signum() => "gap_turned",
        (a, b) if (a.abs() - b.abs()).abs() <= noise => "gap_still",
        (a, b) if a.abs() > b.abs() => "gap_widened",
        _ => "gap_narrowed",
    })
}

impl Gaps {
    /// Rows of the frame `indicator, value, reference, gap, gap_change, points_gap, rank`.
    pub fn to_rows(&self) -> &[Gap] {
        &self.rows
    }

    /// What is compared with, in words.
    fn to(&self, lang: Lang) -> String {
        let entity = self.other.clone().unwrap_or_default();
        text::render(self.code, lang, &[("entity", entity), ("quantile", self.quantile.to_string())])
    }

    /// How far behind each indicator is (positive) in its own direction.
    fn behind(&self, i: usize) -> f64 {
        if self.negative[i] { self.rows[i].gap } else { -self.rows[i].gap }
    }

    /// One sentence an indicator: the gap, whether it widened, the rank.
    pub fn sentences(&self, document: &Document, lang: Lang) -> Vec<String> {
        let to = self.to(lang);
        let unit = |id: &str| document.indicators.iter().find(|i| i.id == id).map_or("", |i| i.unit.as_str());
        let one = |(i, row): (usize, &Gap)| {
            if row.gap.is_nan() {
                return None;
            }
            let behind = self.behind(i);
            let worse = if self.negative[i] { row.gap_change } else { -row.gap_change };
            // What the last bits of the two numbers leave over is no change.
            let noise = 1e-12 * row.value.abs().max(row.reference.abs());
            let settled = |x: f64| if x.abs() <= noise { 0.0 } else { x };
            let (behind, before) = (settled(behind), settled(behind - worse));
            let unit = unit(&row.indicator);
            let size =
                |x: f64| words::quantity(&words::value(x.abs()), words::unit_of_difference(unit), lang);
            let trend = trend(behind, before, noise).map_or(String::new(), |code| {
                let change =
                    if matches!(code, "gap_caught_up" | "gap_fell_back") { before } else { row.gap_change };
                let since = ("since", self.since.clone().unwrap_or_default());
                text::render(code, lang, &[since, ("change", size(change))])
            });
            let code = if behind > 0.0 {
                "gap_behind"
            } else if behind < 0.0 {
                "gap_ahead"
            } else {
                "gap_none"
            };
            let rank = row
                .rank
                .map_or(String::new(), |r| text::render("gap_rank", lang, &[("rank", words::number(r, 1))]));
            Some(text::render(
                code,
                lang,
                &[
                    ("entity", self.entity.clone()),
                    ("period", self.period.clone()),
                    ("indicator", name_of(document, &row.indicator, lang)),
                    ("value", words::quantity(&words::value(row.value), unit, lang)),
                    ("gap", size(row.gap)),
                    ("to", to.clone()),
                    ("trend", trend),
                    ("rank", rank),
                ],
            ))
        };
        self.rows.iter().enumerate().filter_map(one).collect()
    }

    /// The indicator that costs most points, or that nobody stands in front, and on how many the points cannot be compared.
    pub fn sentence(&self, document: &Document, lang: Lang) -> String {
        let worst = self
            .rows
            .iter()
            .filter(|r| r.points_gap < 0.0)
            .min_by(|a, b| a.points_gap.total_cmp(&b.points_gap));
        let to = self.to(lang);
        let unknown = self.rows.iter().filter(|r| r.points_gap.is_nan()).count();
        let mut facts = vec![("entity", self.entity.clone()), ("period", self.period.clone()), ("to", to)];
        match self.code {
            "to_next_none" => return text::render("gaps_first", lang, &facts),
            "to_next_unranked" => return text::render("gaps_unranked", lang, &facts),
            _ => {}
        }
        let base = match worst {
            Some(worst) => {
                facts.push(("indicator", name_of(document, &worst.indicator, lang)));
                facts.push(("points", words::number(worst.points_gap.abs(), 2)));
                text::render("gaps_most", lang, &facts)
            }
            None if unknown == self.rows.len() => return text::render("gaps_no_points", lang, &facts),
            None => text::render("gaps_none", lang, &facts),
        };
        if unknown == 0 {
            return base;
        }
        let (count, all) = (unknown.to_string(), self.rows.len().to_string());
        text::render("gaps_partly", lang, &[("base", base), ("count", count), ("all", all)])
    }

    /// The sentences and the table.
    pub fn to_markdown(&self, document: &Document, lang: Lang) -> String {
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|r| {
                vec![
                    name_of(document, &r.indicator, lang),
                    words::value(r.value),
                    words::value(r.reference),
                    words::difference(r.gap),
                    words::difference(r.gap_change),
                    words::signed(r.points_gap, 4),
                    r.rank.map_or("–".to_owned(), |r| words::number(r, 1)),
                ]
            })
            .collect();
        let head = [
            "head_indicator",
            "head_value",
            "head_reference",
            "head_gap",
            "head_gap_change",
            "head_points_gap",
            "head_rank",
        ];
        let mut lines = vec![self.sentence(document, lang)];
        lines.extend(self.sentences(document, lang));
        words::page(&lines, &words::titled(&head, &rows, lang))
    }
}
