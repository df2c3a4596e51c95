//! Bridges in words and as tables.

use super::anchors::AnchorMove;
use super::bridge::{Bridge, BridgeRow};
use super::own::OwnMove;
use crate::report::{Names, Report, Sentence, Table};

impl Bridge {
    /// The change and what moved it in one sentence.
    pub(super) fn sentence(&self, names: Names<'_>) -> Sentence {
        // Two vintages of the data, or two schemes, of one period.
        let two = self.since == self.until;
        let still = self.rows.is_empty();
        let code = match self.total {
            _ if still && two => "bridge_two_still",
            _ if still => "bridge_still",
            0.0 if two => "bridge_two_level",
            0.0 => "bridge_level",
            up if two && up > 0.0 => "bridge_two_rose",
            _ if two => "bridge_two_fell",
            up if up > 0.0 => "bridge_rose",
            _ => "bridge_fell",
        };
        Sentence::new(code)
            .fact("entity", &self.entity)
            .when("since", &self.since)
            .when("until", &self.until)
            .points("before", self.before, 4)
            .points("after", self.after, 4)
            .change("change", self.total, 4)
            .fact("causes", self.causes(names))
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

impl Bridge {
    /// The entity's own numbers; none where nothing of them moved.
    fn own(&self, names: Names<'_>) -> Option<Table> {
        let [was, is] = [0, 1].map(|side| {
            move |m: &OwnMove| Some(Sentence::new("anchor_alone").fact("value", m.ends(names)[side].clone()))
        });
        let table = Table::of("own", &self.own)
            .names("indicator", "col_indicator", |m| &m.indicator, |id| names.label(id))
            .names("measure", "col_part", |m| m.measure, super::anchors::measure_label)
            .said("was", "col_was", was)
            .said("is", "col_is", is)
            .effects("effect", "col_effect_points", |m| m.effect)
            .done();
        (!self.own.is_empty()).then(|| table.titled("table_own"))
    }
}

impl Report for Bridge {
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let walk = self.walk.iter().flat_map(|w| w.sentences(self, names));
        std::iter::once(self.sentence(names)).chain(walk).collect()
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let causes = Table::of("bridge", &self.rows)
            .labels("cause", "col_cause", |r| Some(r.cause.label()))
            .effects("effect", "col_effect_points", |r| r.effect)
            .total(self.total)
            .done();
        std::iter::once(causes).chain(self.own(names)).chain(self.anchors(names)).collect()
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
