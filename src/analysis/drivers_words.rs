//! Drivers in words and as a table.

use super::cause::Cause;
use super::drivers::{Driver, Drivers};
use super::{name_of, words};
use crate::scheme::model::Document;
use crate::text::{self, Lang};

impl Driver {
    /// Title of the variable or of the cause.
    fn name(&self, document: &Document, lang: Lang) -> String {
        match (self.before, Cause::named(&self.driver)) {
            (None, Some(cause)) => cause.title(lang),
            _ => name_of(document, &self.driver, lang),
        }
    }
}

impl Drivers {
    /// Rows of the frame `driver, effect, share, points_effect`.
    pub fn to_rows(&self) -> &[Driver] {
        &self.rows
    }

    /// What moved it, in one sentence: each variable with its own growth and what it did to the indicator.
    pub fn sentence(&self, document: &Document, lang: Lang) -> String {
        let found = document.indicators.iter().find(|i| i.id == self.indicator);
        let unit = found.map_or("", |i| i.unit.as_str());
        let variables: Vec<&Driver> = self.rows.iter().filter(|r| r.before.is_some()).collect();
        let name = |r: &Driver| name_of(document, &r.driver, lang);
        let ends = |r: &Driver| [r.before, r.after].map(|x| x.unwrap_or(f64::NAN));
        let grown = |r: &Driver| words::percent(ends(r)[0], ends(r)[1], lang);
        let [before, after] = words::apart(self.before, self.after);
        let mut facts = vec![
            ("entity", self.entity.clone()),
            ("indicator", name_of(document, &self.indicator, lang)),
            ("since", self.since.clone()),
            ("until", self.until.clone()),
            ("before", before),
            ("after", words::quantity(&after, unit, lang)),
        ];
        if self.total.is_nan() {
            return text::render("drivers_missing", lang, &facts);
        }
        let change = ("change", words::moved(self.before, self.after, unit, lang));
        let rises = |r: &Driver| r.after > r.before;
        // Against its own driver: the numerator grew and the ratio fell, or the other way round.
        if let [first, second] = variables[..]
            && rises(first) == rises(second)
            && self.before > 0.0
            && self.total != 0.0
            && let (Some(one), Some(two)) = (grown(first), grown(second))
        {
            let up = self.total > 0.0;
            let ordered = (first.effect > 0.0) == up;
            let (with, against) = if ordered { (first, second) } else { (second, first) };
            let (with_change, against_change) = if ordered { (one, two) } else { (two, one) };
            if (against.effect > 0.0) != up {
                let code = match (rises(against), up) {
                    (true, false) => "drivers_fell_although",
                    (true, true) => "drivers_rose_although_grew",
                    (false, true) => "drivers_rose_although",
                    (false, false) => "drivers_fell_although_fell",
                };
                facts.extend([
                    change,
                    ("against", name(against)),
                    ("against_change", against_change),
                    ("with", name(with)),
                    ("with_change", with_change),
                ]);
                return text::render(code, lang, &facts);
            }
        }
        let told = |r: &Driver| {
            let [before, after] = ends(r);
            let mut facts =
                vec![("driver", name(r)), ("effect", words::quantity_of_change(r.effect, unit, lang))];
            let code = if let Some(change) = grown(r) {
                facts.push(("change", change));
                if rises(r) { "driver_rose" } else { "driver_fell" }
            } else {
                let [before, after] = words::apart(before, after);
                facts.extend([("before", before), ("after", after)]);
                "driver_moved"
            };
            text::render(code, lang, &facts)
        };
        let parts: Vec<String> = variables.iter().copied().filter(|r| r.effect != 0.0).map(told).collect();
        let code = match self.total {
            t if t > 0.0 => "drivers_rose",
            t if t < 0.0 => "drivers_fell",
            _ if parts.is_empty() => "drivers_alone",
            _ => "drivers_still",
        };
        facts.push(("parts", parts.join(if lang == Lang::Zh { "；" } else { "; " })));
        let by = if self.total > 0.0 { "drivers_rose_by" } else { "drivers_fell_by" };
        facts.push(("change", text::render(by, lang, &[change])));
        text::render(code, lang, &facts)
    }

    /// The sentence and the table.
    pub fn to_markdown(&self, document: &Document, lang: Lang) -> String {
        let mut rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|r| {
                let share = if r.share.is_nan() {
                    "–".to_owned()
                } else {
                    words::quantity(&words::number(100.0 * r.share, 1), "%", lang)
                };
                vec![
                    r.name(document, lang),
                    words::difference(r.effect),
                    share,
                    words::signed(r.points_effect, 4),
                ]
            })
            .collect();
        rows.push(vec![
            text::render("head_total", lang, &[]),
            words::difference(self.total),
            String::new(),
            words::signed(self.points, 4),
        ]);
        let table =
            words::titled(&["head_driver", "head_effect", "head_share", "head_points_effect"], &rows, lang);
        words::page(&[self.sentence(document, lang)], &table)
    }
}
