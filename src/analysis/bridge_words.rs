//! Bridges in words and as tables.

use super::anchors::AnchorMove;
use super::bridge::{Bridge, BridgeRow};
use super::cause::Cause;
use crate::report::{Fact, Names, Report, Sentence, Table};

impl Bridge {
    /// The change and its causes in one sentence, largest first.
    pub(super) fn sentence(&self, names: Names<'_>) -> Sentence {
        let mut rows: Vec<&BridgeRow> = self.rows.iter().collect();
        rows.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
        let cause = |r: &&BridgeRow| {
            Sentence::new("bridge_cause")
                .fact("cause", r.cause.label())
                .change("effect", r.effect, 2)
                .fact("where", self.place(&r.cause, names))
        };
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
        Sentence::new(code)
            .fact("entity", &self.entity)
            .fact("since", &self.since)
            .fact("until", &self.until)
            .points("before", self.before, 4)
            .points("after", self.after, 4)
            .change("change", self.total, 4)
            .fact("causes", Fact::Clauses(rows.iter().take(4).map(cause).collect()))
    }

    /// On which indicator a cause worked mainly, in brackets, and what of the others' data moved there.
    fn place(&self, cause: &Cause, names: Names<'_>) -> Option<Sentence> {
        let parts = self.parts.iter().filter(|p| p.cause == *cause);
        let most = parts.rev().max_by(|a, b| a.effect.abs().total_cmp(&b.effect.abs()))?;
        let indicator = names.label(most.indicator.as_ref()?);
        Some(match most.anchors.first() {
            Some(moved) => Sentence::new("bridge_where_moved")
                .fact("indicator", indicator)
                .fact("moved", moved.sentence()),
            None => Sentence::new("bridge_where").fact("indicator", indicator),
        })
    }

    /// What of the others' data moved; none where nothing did.
    fn anchors(&self, names: Names<'_>) -> Option<Table> {
        let mut rows: Vec<(&str, &AnchorMove, f64)> = Vec::new();
        for part in &self.parts {
            let indicator = part.indicator.as_deref().unwrap_or_default();
            // One effect for all that a cause moved in an indicator.
            let effect = |k: usize| if k == 0 { part.effect } else { f64::NAN };
            rows.extend(part.anchors.iter().enumerate().map(|(k, moved)| (indicator, moved, effect(k))));
        }
        let table = Table::of("anchors", &rows)
            .names("anchor", "col_anchor", |r| &r.1.name, super::anchors::label)
            .names("indicator", "col_indicator", |r| r.0, |id| names.label(id))
            .names("measure", "col_part", |r| r.1.measure, super::anchors::measure_label)
            .said("was", "col_was", |r| Some(r.1.shown(0)))
            .said("is", "col_is", |r| Some(r.1.shown(1)))
            .effects("effect", "col_effect_points", |r| r.2)
            .done();
        (!rows.is_empty()).then(|| table.titled("table_anchors"))
    }
}

impl Report for Bridge {
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let walk = self.walk.iter().flat_map(|w| w.sentences(names));
        std::iter::once(self.sentence(names)).chain(walk).collect()
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let causes = Table::of("bridge", &self.rows)
            .labels("cause", "col_cause", |r| Some(r.cause.label()))
            .effects("effect", "col_effect_points", |r| r.effect)
            .total(self.total)
            .done();
        std::iter::once(causes).chain(self.anchors(names)).collect()
    }
}

impl Report for Vec<Bridge> {
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        self.iter().map(|b| b.sentence(names)).collect()
    }

    fn tables(&self, _: Names<'_>) -> Vec<Table> {
        let rows: Vec<(&str, &BridgeRow)> =
            self.iter().flat_map(|b| b.rows.iter().map(|r| (b.entity.as_str(), r))).collect();
        let table = Table::of("bridge", &rows)
            .entities(|r| r.0)
            .labels("cause", "col_cause", |r| Some(r.1.cause.label()))
            .effects("effect", "col_effect_points", |r| r.1.effect);
        vec![table.done()]
    }
}
