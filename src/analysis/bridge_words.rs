//! Bridges in words and as tables.

use super::bridge::{Bridge, BridgeRow};
use super::cause::Cause;
use super::{name_of, words};
use crate::scheme::model::Document;
use crate::text::{self, Lang};

impl Bridge {
    /// The change and its causes in one sentence, largest first; `document` gives the titles of the indicators.
    pub fn sentence(&self, document: &Document, lang: Lang) -> String {
        let mut rows: Vec<&BridgeRow> = self.rows.iter().collect();
        rows.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
        let causes: Vec<String> = rows
            .iter()
            .take(4)
            .map(|r| {
                let facts = [
                    ("cause", r.cause.title(lang)),
                    ("effect", words::signed(r.effect, 2)),
                    ("where", self.place(&r.cause, document, lang)),
                ];
                text::render("bridge_cause", lang, &facts)
            })
            .collect();
        let facts = [
            ("entity", self.entity.clone()),
            ("since", self.since.clone()),
            ("until", self.until.clone()),
            ("before", words::number(self.before, 4)),
            ("after", words::number(self.after, 4)),
            ("change", words::signed(self.total, 4)),
            ("causes", causes.join(if lang == Lang::Zh { "；" } else { "; " })),
        ];
        // Two vintages of the data, or two schemes, of one period.
        let two = self.since == self.until;
        let code = match (rows.is_empty(), self.total == 0.0) {
            (true, _) if two => "bridge_two_still",
            (true, _) => "bridge_still",
            (false, true) if two => "bridge_two_level",
            (false, true) => "bridge_level",
            (false, false) if two => "bridge_two",
            (false, false) => "bridge_sentence",
        };
        text::render(code, lang, &facts)
    }

    /// On which indicator a cause worked mainly, in brackets, and what of the others' data moved there.
    fn place(&self, cause: &Cause, document: &Document, lang: Lang) -> String {
        let parts = self.parts.iter().filter(|p| p.cause == *cause);
        let most = parts.rev().max_by(|a, b| a.effect.abs().total_cmp(&b.effect.abs()));
        let Some((part, indicator)) = most.and_then(|p| Some((p, p.indicator.as_ref()?))) else {
            return String::new();
        };
        let indicator = ("indicator", name_of(document, indicator, lang));
        match part.anchors.first() {
            Some(moved) => {
                text::render("bridge_where_moved", lang, &[indicator, ("moved", moved.sentence(lang))])
            }
            None => text::render("bridge_where", lang, &[indicator]),
        }
    }

    /// What of the others' data moved, as a table; nothing where none did.
    fn anchors(&self, document: &Document, lang: Lang) -> Option<String> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for part in &self.parts {
            let Some(indicator) = &part.indicator else { continue };
            for (k, moved) in part.anchors.iter().enumerate() {
                let mut row = vec![moved.title(lang)];
                row.extend(moved.cells(document, indicator, lang));
                // One effect for all that a cause moved in an indicator.
                row.push(if k == 0 { words::signed(part.effect, 4) } else { String::new() });
                rows.push(row);
            }
        }
        let head = ["head_others", "head_indicator", "head_was", "head_is", "head_effect"];
        (!rows.is_empty()).then(|| words::titled(&head, &rows, lang))
    }

    /// All sentences: the total, then the rank.
    pub fn sentences(&self, document: &Document, lang: Lang) -> Vec<String> {
        let mut lines = vec![self.sentence(document, lang)];
        lines.extend(self.walk.iter().flat_map(|w| w.sentences(document, lang)));
        lines
    }

    /// The sentences, the table of the causes, and that of what moved in the others' data.
    pub fn to_markdown(&self, document: &Document, lang: Lang) -> String {
        let mut rows: Vec<Vec<String>> =
            self.rows.iter().map(|r| vec![r.cause.title(lang), words::signed(r.effect, 4)]).collect();
        rows.push(vec![text::render("head_total", lang, &[]), words::signed(self.total, 4)]);
        let table = words::titled(&["head_cause", "head_effect"], &rows, lang);
        let text = words::page(&self.sentences(document, lang), &table);
        match self.anchors(document, lang) {
            Some(anchors) => format!("{text}\n{anchors}"),
            None => text,
        }
    }
}
