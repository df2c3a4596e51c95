//! Gaps in words and as a table.

use super::gaps::{Gap, Gaps};
use super::{name_of, words};
use crate::scheme::model::Document;
use crate::text::{self, Lang};

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
            let before = behind - worse;
            let trend = match before {
                b if b.is_nan() => None,
                b if behind.signum() == b.signum() && behind.abs() > b.abs() => Some("gap_widened"),
                b if behind.abs() == b.abs() => Some("gap_still"),
                b if behind.signum() == b.signum() => Some("gap_narrowed"),
                _ => Some("gap_turned"),
            };
            let trend = trend.map_or(String::new(), |code| {
                text::render(
                    code,
                    lang,
                    &[
                        ("since", self.since.clone().unwrap_or_default()),
                        ("change", words::value(row.gap_change.abs())),
                    ],
                )
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
                    ("value", words::value(row.value)),
                    ("unit", text::unit(unit(&row.indicator))),
                    ("gap", words::value(row.gap.abs())),
                    ("to", to.clone()),
                    ("trend", trend),
                    ("rank", rank),
                ],
            ))
        };
        self.rows.iter().enumerate().filter_map(one).collect()
    }

    /// The indicator that costs most points, and on how many the points cannot be compared.
    pub fn sentence(&self, document: &Document, lang: Lang) -> String {
        let worst = self
            .rows
            .iter()
            .filter(|r| r.points_gap < 0.0)
            .min_by(|a, b| a.points_gap.total_cmp(&b.points_gap));
        let to = self.to(lang);
        let unknown = self.rows.iter().filter(|r| r.points_gap.is_nan()).count();
        let mut facts = vec![("entity", self.entity.clone()), ("period", self.period.clone()), ("to", to)];
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
        format!("{}\n\n{}", lines.join("\n\n"), words::titled(&head, &rows, lang))
    }
}
