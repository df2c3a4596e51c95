//! Drivers for a whole panel: every entity at once, and the whole's change as change within entities and change of their mix.

use serde::Serialize;

use super::attribute::{change, close};
use super::drivers::{Driver, Drivers, Method, split};
use super::{Side, drivers_words, each_pair, factors, words};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::number::ExactSum;
use crate::panel::Period;
use crate::report::{Names, Report, Sentence, Table};

/// One entity's part in the change of the whole's ratio.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MixEffect {
    /// Entity.
    pub entity: String,
    /// Through its own ratio: `w̄ · Δr`.
    pub within: f64,
    /// Through its weight in the whole: `(r̄ − R̄) · Δw`.
    pub mix: f64,
}

/// Drivers of every entity and of the whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DriversPanel {
    /// Indicator.
    pub indicator: String,
    /// Period before.
    pub since: String,
    /// Period after.
    pub until: String,
    /// One an entity that is in both periods.
    pub entities: Vec<Drivers>,
    /// Value of the whole (the formula over the sums) before.
    pub before: f64,
    /// Value of the whole after.
    pub after: f64,
    /// Its change.
    pub total: f64,
    /// The whole's change by variable.
    pub whole: Vec<Driver>,
    /// The whole's change by entity, where the indicator is a ratio of two variables; they sum to it.
    pub mix: Option<Vec<MixEffect>>,
}

impl Assessment {
    /// Why an indicator moved, for every entity that has both periods, and for the whole.
    ///
    /// # Formula
    /// ```text
    /// R = Σa / Σb = Σ w r,  w = b / Σb:   ΔR = Σ w̄ Δr + Σ (r̄ − R̄) Δw
    /// ```
    /// The first sum is change within the entities, the second is change of their mix. An entity in one period only has a
    /// weight of zero in the other. Benchmarks are no part of the whole.
    ///
    /// # Errors
    /// An unknown period or indicator; too many variables, as of [`Assessment::drivers`].
    pub fn drivers_panel(
        &self,
        indicator: &str,
        since: Period,
        until: Period,
        method: Method,
    ) -> Result<DriversPanel, DataError> {
        let i = self.indicator(indicator)?;
        let periods = [self.period(since)?, self.period(until)?];
        let (panel, inner) = (self.panel(), &*self.inner);
        let pairs = self.rows_in_both(since, until)?;
        let entities = each_pair(&pairs, |rows| self.drivers_of(i, rows, method));
        let entities = entities.into_iter().collect::<Result<Vec<_>, _>>()?;
        let program = &inner.scheme.plan().indicators[i].program;
        let whole = periods.map(|p| whole(self, i, p));
        let values = [0, 1].map(|k| factors::value(program, &whole[k].sums));
        let total = change(values[0], values[1]);
        let (_, mut effects) = split(program, [&whole[0].sums, &whole[1].sums], values, method)?;
        close(&mut effects, total);
        let document = self.scheme().document();
        let row = |(j, effect): (usize, &f64)| Driver {
            driver: factors::name(document, program, program.loads()[j]),
            effect: *effect,
            share: effect / total,
            points_effect: f64::NAN,
            before: Some(whole[0].sums[j]),
            after: Some(whole[1].sums[j]),
            rank_without: None,
        };
        // What the unit makes of a plain quotient is the same factor for everyone.
        let unit = factors::value(program, &vec![1.0; program.loads().len()]);
        let mix = factors::ratio(program).map(|at| mix(self, &whole, (at, unit), values, total));
        Ok(DriversPanel {
            indicator: indicator.to_owned(),
            since: panel.period_text(since),
            until: panel.period_text(until),
            entities,
            before: values[0],
            after: values[1],
            total,
            whole: effects.iter().enumerate().map(row).collect(),
            mix,
        })
    }
}

/// One period of the whole: the inputs of every complete row, and their sums.
struct Whole {
    rows: indexmap::IndexMap<usize, Vec<f64>>,
    sums: Vec<f64>,
}

fn whole(assessment: &Assessment, indicator: usize, period: usize) -> Whole {
    let inner = &*assessment.inner;
    let (data, panel) = (inner.data(), assessment.panel());
    let program = &inner.scheme.plan().indicators[indicator].program;
    let mut whole = Whole { rows: indexmap::IndexMap::new(), sums: Vec::new() };
    let mut sums: Vec<ExactSum> = program.loads().iter().map(|_| ExactSum::default()).collect();
    for row in panel.rows_of(period).filter(|r| data.counts(*r)) {
        let inputs = factors::inputs(Side { inner, row }, program, &inner.sums[indicator]);
        if inputs.iter().all(|x| !x.is_nan()) {
            sums.iter_mut().zip(&inputs).for_each(|(s, x)| s.add(*x));
            whole.rows.insert(panel.entity_of(row), inputs);
        }
    }
    let none = whole.rows.is_empty();
    whole.sums = sums.iter().map(|s| if none { f64::NAN } else { s.value() }).collect();
    whole
}

fn mix(
    assessment: &Assessment,
    whole: &[Whole; 2],
    ((top, bottom), unit): ((usize, usize), f64),
    values: [f64; 2],
    total: f64,
) -> Vec<MixEffect> {
    let middle = (values[0] + values[1]) / 2.0;
    // Weight in the whole, and what of the whole's ratio is the entity's: weight times own ratio.
    let of = |k: usize, entity: usize| -> (f64, f64) {
        let sum = whole[k].sums[bottom];
        whole[k].rows.get(&entity).map_or((0.0, 0.0), |x| (x[bottom] / sum, unit * x[top] / sum))
    };
    let mut entities: Vec<usize> = whole.iter().flat_map(|w| w.rows.keys().copied()).collect();
    entities.sort_unstable();
    entities.dedup();
    let mut rows: Vec<MixEffect> = entities
        .into_iter()
        .map(|entity| {
            let ((w0, c0), (w1, c1)) = (of(0, entity), of(1, entity));
            let (within, mix) = if w0 == 0.0 || w1 == 0.0 {
                // No ratio of its own on a side: it came into the whole, or went.
                (0.0, (c1 - c0) - middle * (w1 - w0))
            } else {
                let (r0, r1) = (c0 / w0, c1 / w1);
                ((w0 + w1) / 2.0 * (r1 - r0), ((r0 + r1) / 2.0 - middle) * (w1 - w0))
            };
            MixEffect { entity: assessment.panel().entity_name(entity).into_owned(), within, mix }
        })
        .collect();
    let mut parts: Vec<f64> = rows.iter().flat_map(|r| [r.within, r.mix]).collect();
    close(&mut parts, total);
    rows.iter_mut().zip(parts.chunks(2)).for_each(|(r, p)| (r.within, r.mix) = (p[0], p[1]));
    rows
}

impl DriversPanel {
    /// The whole's change within entities and through their mix.
    pub fn parts(&self) -> Option<(f64, f64)> {
        let sum =
            |of: fn(&MixEffect) -> f64| Some(self.mix.as_ref()?.iter().map(of).collect::<ExactSum>().value());
        Some((sum(|m| m.within)?, sum(|m| m.mix)?))
    }
}

impl Report for DriversPanel {
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let measure = names.measure(&self.indicator);
        let change = measure.clone().difference().signed();
        let [before, after] = words::apart(self.before, self.after, &measure);
        let begin = |code| {
            Sentence::new(code)
                .fact("indicator", names.label(&self.indicator))
                .when("since", &self.since)
                .when("until", &self.until)
                .fact("before", before.clone())
                .fact("after", after.clone())
        };
        vec![match self.parts() {
            Some((within, mix)) => {
                begin("panel_mix").quantity("within", within, change.clone()).quantity("mix", mix, change)
            }
            None => begin("panel_whole"),
        }]
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let rows: Vec<(&str, &Driver)> =
            self.entities.iter().flat_map(|d| d.rows.iter().map(|r| (d.entity.as_str(), r))).collect();
        vec![drivers_words::table(&rows, true, &self.indicator, None, names)]
    }
}
