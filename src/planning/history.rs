//! Whether a planned number lies outside of what has been seen.
//!
//! A change is measured as growth a period where both numbers are positive, else as a difference, and compared with the largest
//! one in the same direction that anybody's data show between two successive periods. Where the data hold no two periods, a
//! number lies outside that is farther from everybody's than the least and the largest of these are from each other.

use serde::Serialize;

use crate::assess::Assessment;
use crate::report::{Digits, Fact, Names, Sentence};
use crate::scheme::NodeId;
use crate::scheme::model::Frequency;

/// A planned number outside of what has been seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Beyond {
    /// The variable or indicator.
    pub of: String,
    /// The number that is planned.
    pub value: f64,
    /// Its growth a period, or (where a number is not positive) its change a period; none where the data hold one period only.
    pub change: Option<f64>,
    /// The largest such change in the data, in the same direction; 0 where there is none.
    pub largest: Option<f64>,
    /// Whose that was.
    pub by: Option<String>,
    /// And when.
    pub at: Option<String>,
    /// The entity's own largest.
    pub own: Option<f64>,
    /// The least number that anybody has had.
    pub low: f64,
    /// The largest number that anybody has had.
    pub high: f64,
    /// Whether changes are shares: growth.
    pub growth: bool,
    /// How long a change takes: by number of periods, and whether these are years.
    #[serde(skip)]
    span: (u16, bool),
}

/// A number that is planned for a row of the data, so many periods on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) row: usize,
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) steps: u16,
}

impl Step {
    /// What a change to the planned number is compared with, if it lies outside of it: `id` names the numbers of the data's rows.
    pub(crate) fn beyond(self, assessment: &Assessment, id: &str, numbers: &[f64]) -> Option<Beyond> {
        let panel = assessment.panel();
        let Step { row, from, to, steps } = self;
        if !(from.is_finite() && to.is_finite()) || from == to {
            return None;
        }
        let growth = from > 0.0 && to > 0.0;
        let change = |from: f64, to: f64| match growth {
            true if from > 0.0 && to > 0.0 => to / from - 1.0,
            true => f64::NAN,
            false => to - from,
        };
        let steps = f64::from(steps.max(1));
        let planned = if growth { libm::pow(to / from, 1.0 / steps) - 1.0 } else { (to - from) / steps };
        let sign = if planned < 0.0 { -1.0 } else { 1.0 };
        let seen = (0..panel.len()).filter_map(|r| {
            let change = change(numbers[panel.lagged(r, 1)?], numbers[r]);
            change.is_finite().then_some((r, change))
        });
        let (mut most, mut own): (Option<(usize, f64)>, Option<f64>) = (None, None);
        let mine = panel.entity_of(row);
        for (r, change) in seen {
            if most.is_none_or(|(_, best)| sign * change > sign * best) {
                most = Some((r, change));
            }
            if panel.entity_of(r) == mine && own.is_none_or(|best| sign * change > sign * best) {
                own = Some(change);
            }
        }
        let known = numbers.iter().filter(|x| x.is_finite());
        let (low, high) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
        // A last bit is no change.
        let outside = match most {
            Some((_, largest)) => sign * planned > (sign * largest).max(0.0) + 1e-9,
            None => high > low && (low - to).max(to - high) > high - low,
        };
        let towards = |x: f64| if sign * x > 0.0 { x } else { 0.0 };
        let there = most.filter(|(_, largest)| sign * largest > 0.0);
        outside.then(|| Beyond {
            of: id.to_owned(),
            value: to,
            change: most.map(|_| planned),
            largest: most.map(|(_, largest)| towards(largest)),
            by: there.map(|(r, _)| panel.name_of(r).into_owned()),
            at: there.map(|(r, _)| panel.period_text(panel.periods()[panel.period_of(r)])),
            own: own.map(towards),
            low,
            high,
            growth,
            span: (self.steps, panel.periods().first().is_some_and(|p| p.frequency() == Frequency::Year)),
        })
    }
}

impl Beyond {
    /// A planned number of a variable, and that of an indicator with it, which is named where it leaves the range of all.
    pub(crate) fn of(
        assessment: &Assessment,
        variable: (usize, Step),
        indicator: Option<(usize, Step)>,
    ) -> Vec<Beyond> {
        let document = assessment.scheme().document();
        let (v, step) = variable;
        let mut all = Vec::new();
        all.extend(step.beyond(assessment, &document.variables[v].id, assessment.inner.columns[v].values()));
        let with = indicator.and_then(|(i, step)| {
            step.beyond(assessment, &document.indicators[i].id, assessment.values(NodeId(i)))
        });
        all.extend(with.filter(Beyond::is_outside_range));
        all
    }

    /// Whether nobody has had such a number.
    pub(crate) fn is_outside_range(&self) -> bool {
        self.value < self.low || self.value > self.high
    }

    /// That it lies outside, and of what: the variable that a plan changes, or else an indicator.
    pub(crate) fn said(&self, entity: &str, variable: &str, names: Names<'_>) -> Sentence {
        let (label, measure) = if self.of == variable {
            (names.variable(variable), names.datum(variable))
        } else {
            (names.label(&self.of), names.measure(&self.of))
        };
        let number = |x: f64| Fact::Quantity(x, measure.clone());
        let size = |x: f64| {
            if self.growth {
                Fact::Percent(x.abs(), Digits::AtMost(1))
            } else {
                Fact::Quantity(x.abs(), measure.clone().size())
            }
        };
        let begin = |code| Sentence::new(code).fact("entity", entity).fact("name", label.clone());
        let range = begin("beyond_range").fact("value", number(self.value));
        let range = range.fact("low", number(self.low)).fact("high", number(self.high));
        let (Some(change), Some(largest)) = (self.change, self.largest) else {
            return begin("beyond").fact("what", range);
        };
        let code = match (change > 0.0, &self.by) {
            (true, Some(_)) => "beyond_rise",
            (false, Some(_)) => "beyond_fall",
            (true, None) => "beyond_never_rose",
            (false, None) => "beyond_never_fell",
        };
        let own = self.own.filter(|_| self.by.as_deref() != Some(entity));
        let own = own.map(|own| begin("beyond_own").fact("own", size(own)));
        let what = begin(code).fact("change", size(change)).fact("largest", size(largest)).fact("own", own);
        let (over, one) = match self.span {
            (0..=1, true) => ("over_year", "one_year"),
            (0..=1, false) => ("over_period", "one_period"),
            (_, true) => ("each_year", "one_year"),
            (_, false) => ("each_period", "one_period"),
        };
        let what = what.fact("over", Sentence::new(over)).fact("one", Sentence::new(one));
        let what = what.fact("who", self.by.clone().unwrap_or_default());
        let what = what.when("at", self.at.as_deref().unwrap_or_default());
        let range = self.is_outside_range().then_some(range);
        begin("beyond").fact(
            "what",
            match range {
                Some(range) => Fact::Clauses(vec![what, range]),
                None => what.into(),
            },
        )
    }
}
