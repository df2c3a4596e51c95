//! Drivers in words and as a table.

use super::attribute::Sum;
use super::cause::Cause;
use super::drivers::{Driver, Drivers};
use super::words;
use crate::report::{Fact, Label, Measure, Names, Report, Sentence, Table};

/// Rows `[entity,] driver, effect, share, points_effect`.
pub(super) fn table(
    rows: &[(&str, &Driver)],
    several: bool,
    indicator: &str,
    total: Option<[f64; 2]>,
    names: Names<'_>,
) -> Table {
    let change = names.measure(indicator).difference().signed();
    let table = Table::of("drivers", rows);
    let table = if several { table.entities(|r| r.0) } else { table };
    let table = table.labels("driver", "col_driver", |r| Some(r.1.label(names))).number(
        "effect",
        "col_effect",
        change,
        |r| r.1.effect,
    );
    let table = if let Some([total, _]) = total { table.total(total) } else { table };
    let table = table.percent("share", "col_share", 1, |r| r.1.share);
    let table = table.effects("points_effect", "col_effect_points", |r| r.1.points_effect);
    let table = if let Some([_, points]) = total { table.total(points) } else { table };
    table.done()
}

impl Driver {
    /// The variable, or the cause.
    fn label(&self, names: Names<'_>) -> Label {
        match (self.before, Cause::named(&self.driver)) {
            (None, Some(cause)) => cause.label(),
            _ => names.label(&self.driver),
        }
    }

    fn ends(&self) -> [f64; 2] {
        [self.before, self.after].map(|x| x.unwrap_or(f64::NAN))
    }

    fn rises(&self) -> bool {
        self.after > self.before
    }

    fn grown(&self) -> Option<Fact> {
        let [before, after] = self.ends();
        words::relative(before, after)
    }

    /// Its own change, and what it did to the indicator.
    fn sentence(&self, effect: &Measure, names: Names<'_>) -> Sentence {
        let said = |code| {
            Sentence::new(code).fact("driver", names.label(&self.driver)).quantity(
                "effect",
                self.effect,
                effect.clone(),
            )
        };
        match self.grown() {
            Some(change) if self.rises() => said("driver_rose").fact("change", change),
            Some(change) => said("driver_fell").fact("change", change),
            None => {
                let [before, after] = self.ends();
                let [before, after] = words::apart(before, after, &names.datum(&self.driver));
                said("driver_moved").fact("before", before).fact("after", after)
            }
        }
    }
}

impl Drivers {
    /// Against its own driver: the numerator grew and the ratio fell, or the other way round.
    fn although(&self, begin: impl Fn(&'static str) -> Sentence, names: Names<'_>) -> Option<Sentence> {
        let variables: Vec<&Driver> = self.rows.iter().filter(|r| r.before.is_some()).collect();
        let [first, second] = variables[..] else { return None };
        if first.rises() != second.rises() || self.before <= 0.0 || self.total == 0.0 {
            return None;
        }
        let up = self.total > 0.0;
        let ordered = (first.effect > 0.0) == up;
        let (with, against) = if ordered { (first, second) } else { (second, first) };
        let (with_change, against_change) = (with.grown()?, against.grown()?);
        if (against.effect > 0.0) == up {
            return None;
        }
        let code = match (against.rises(), up) {
            (true, false) => "drivers_fell_although",
            (true, true) => "drivers_rose_although_grew",
            (false, true) => "drivers_rose_although",
            (false, false) => "drivers_fell_although_fell",
        };
        let sentence = begin(code)
            .fact("change", words::moved(self.before, self.after, &names.measure(&self.indicator)))
            .fact("against", names.label(&against.driver))
            .fact("against_change", against_change);
        Some(sentence.fact("with", names.label(&with.driver)).fact("with_change", with_change))
    }

    /// What moved it, in one sentence: each variable with its own growth and what it did to the indicator.
    fn sentence(&self, names: Names<'_>) -> Sentence {
        let measure = names.measure(&self.indicator);
        let [before, after] = words::apart(self.before, self.after, &measure);
        let begin = |code| {
            Sentence::new(code)
                .fact("entity", &self.entity)
                .fact("indicator", names.label(&self.indicator))
                .when("since", &self.since)
                .when("until", &self.until)
                .fact("before", before.clone())
                .fact("after", after.clone())
        };
        if self.total.is_nan() {
            return begin("drivers_missing");
        }
        if let Some(sentence) = self.although(begin, names) {
            return sentence;
        }
        let effect = measure.clone().difference().signed();
        let moved = self.rows.iter().filter(|r| r.before.is_some() && r.effect != 0.0);
        let parts: Vec<Sentence> = moved.map(|r| r.sentence(&effect, names)).collect();
        let code = match self.total {
            t if t > 0.0 => "drivers_rose",
            t if t < 0.0 => "drivers_fell",
            _ if parts.is_empty() => "drivers_alone",
            _ => "drivers_still",
        };
        let by = if self.total > 0.0 { "drivers_rose_by" } else { "drivers_fell_by" };
        let by = Sentence::new(by).fact("change", words::moved(self.before, self.after, &measure));
        begin(code).fact("parts", Fact::Clauses(parts)).fact("change", by)
    }
}

impl Drivers {
    /// What that made of the points: the entity's own numbers, whatever they are compared with; the others'; the rest.
    fn points(&self, names: Names<'_>) -> Option<Sentence> {
        let mut sums = [Sum::default(), Sum::default(), Sum::default()];
        for row in &self.rows {
            let place = match (row.before, Cause::named(&row.driver)) {
                (None, Some(Cause::Others(_))) => 1,
                (None, Some(cause)) if !cause.is_own() => 2,
                _ => 0,
            };
            sums[place].add(row.points_effect);
        }
        let codes = ["drivers_own", "drivers_others", "drivers_rest"];
        let parts = codes.into_iter().zip(sums).map(|(code, sum)| (code, sum.value()));
        // What two decimals do not show is not said.
        let parts = parts.filter(|(_, effect)| effect.abs() >= 0.005);
        let parts: Vec<Sentence> =
            parts.map(|(code, effect)| Sentence::new(code).change("effect", effect, 2)).collect();
        if self.points.is_nan() || parts.is_empty() {
            return None;
        }
        let sentence = Sentence::new("drivers_points").fact("entity", &self.entity);
        let sentence = sentence.when("since", &self.since).when("until", &self.until);
        let sentence = sentence.fact("indicator", names.label(&self.indicator));
        Some(sentence.change("points", self.points, 2).fact("parts", Fact::Clauses(parts)))
    }
}

impl Report for Drivers {
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        std::iter::once(self.sentence(names)).chain(self.points(names)).collect()
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let rows: Vec<(&str, &Driver)> = self.rows.iter().map(|r| (self.entity.as_str(), r)).collect();
        vec![table(&rows, false, &self.indicator, Some([self.total, self.points]), names)]
    }
}
