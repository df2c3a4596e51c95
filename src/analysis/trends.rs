//! How indicators developed over the periods: compound growth, a line through all of them, and whether that was for the better.

use serde::Serialize;

use super::sample::Of;
use crate::assess::Assessment;
use crate::error::DataError;
use crate::number::distribution::student_beyond;
use crate::panel::Period;
use crate::report::{Digits, Fact, Label, Measure, Names, Report, Sentence, Table};
use crate::scheme::model::{Direction, Frequency};

/// How indicators developed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trends {
    /// Of which numbers.
    pub of: Of,
    /// Whose; of everybody if none.
    pub entity: Option<String>,
    /// Whether a period is a year.
    #[serde(skip)]
    yearly: bool,
    /// One row per entity and indicator.
    pub rows: Vec<Trend>,
}

/// How one number of one entity developed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    /// Entity.
    pub entity: String,
    /// Indicator or group.
    pub indicator: String,
    /// Periods that have a number.
    pub n: usize,
    /// The first of them.
    pub since: Option<String>,
    /// The last of them.
    pub until: Option<String>,
    /// Whether that is the last period that is asked for.
    pub latest: bool,
    /// The number then.
    pub first: f64,
    /// The number at the end.
    pub last: f64,
    /// `(last / first)^(1 / periods) − 1`, a share a period; NaN unless both are above zero.
    pub growth: f64,
    /// What the line through all numbers (least squares) gains a period; of two numbers their difference, a period.
    pub slope: f64,
    /// The slope as a share of where the line begins; NaN where that is zero.
    pub relative: f64,
    /// The probability of a slope so steep where there is none, by Student's t; NaN of fewer than three numbers.
    pub p: f64,
    /// Whether the line goes the way that is better; none where it is level.
    pub improving: Option<bool>,
}

impl Trend {
    /// Of the numbers of some periods, which are counted from any one on.
    fn of(numbers: &[(i32, f64)]) -> Self {
        let mut found = Trend {
            entity: String::new(),
            indicator: String::new(),
            n: numbers.len(),
            since: None,
            until: None,
            latest: false,
            first: f64::NAN,
            last: f64::NAN,
            growth: f64::NAN,
            slope: f64::NAN,
            relative: f64::NAN,
            p: f64::NAN,
            improving: None,
        };
        let (Some((start, first)), Some((end, last))) = (numbers.first(), numbers.last()) else {
            return found;
        };
        (found.first, found.last) = (*first, *last);
        if numbers.len() < 2 {
            return found;
        }
        let periods = f64::from(end - start);
        if first == last {
            found.growth = 0.0;
        } else if *first > 0.0 && *last > 0.0 {
            found.growth = libm::pow(last / first, 1.0 / periods) - 1.0;
        }
        let line = Line::through(numbers);
        found.slope = line.slope;
        found.relative = if line.start == 0.0 { f64::NAN } else { line.slope / line.start };
        found.p = line.p;
        found
    }
}

/// A line through numbers by least squares.
struct Line {
    slope: f64,
    /// Its height where the numbers begin.
    start: f64,
    p: f64,
}

impl Line {
    /// Through two numbers or more of different periods.
    fn through(numbers: &[(i32, f64)]) -> Self {
        let n = numbers.len() as f64;
        let begin = numbers.first().map_or(0, |(at, _)| *at);
        let points: Vec<(f64, f64)> = numbers.iter().map(|(at, y)| (f64::from(at - begin), *y)).collect();
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
        let (mx, my) = (mean(|p| p.0), mean(|p| p.1));
        let sum = |of: &dyn Fn(f64, f64) -> f64| points.iter().map(|(x, y)| of(x - mx, y - my)).sum::<f64>();
        let spread = sum(&|x, _| x * x);
        let level = points.windows(2).all(|two| two[0].1 == two[1].1);
        let slope = if level { 0.0 } else { sum(&|x, y| x * y) / spread };
        let rest = sum(&|x, y| (y - slope * x) * (y - slope * x));
        let freedom = n - 2.0;
        let p = match slope {
            _ if freedom < 1.0 => f64::NAN,
            0.0 => 1.0,
            slope => student_beyond(slope / (rest / freedom / spread).sqrt(), freedom),
        };
        let start = if points.len() == 2 { points[0].1 } else { my - slope * mx };
        Line { slope, start, p }
    }
}

impl Assessment {
    /// How indicators and groups (all indicators if none is named) developed up to a period, of one entity or of everybody.
    ///
    /// # Errors
    /// An unknown entity or id, a period that the data lack, a group of which values are asked for.
    pub fn trends(
        &self,
        of: Of,
        entity: Option<&str>,
        nodes: &[String],
        [since, until]: [Option<Period>; 2],
    ) -> Result<Trends, DataError> {
        let panel = self.panel();
        let nodes = self.sampled_nodes(of, nodes)?;
        let at = |period: Option<Period>, other: usize| period.map_or(Ok(other), |p| self.period(p));
        let (first, last) = (at(since, 0)?, at(until, panel.periods().len().saturating_sub(1))?);
        let entities = match entity {
            Some(name) => {
                let when = panel.periods().get(last).copied();
                // Who has no row in the last period may have one before; the error is that of an unknown entity.
                let found = panel.entity_index(name);
                match (found, when) {
                    (Some(found), _) => vec![found],
                    (None, Some(when)) => vec![panel.entity_of(self.row(name, when)?)],
                    (None, None) => Vec::new(),
                }
            }
            None => (0..panel.entity_count()).collect(),
        };
        let one = |entity: usize, node: usize| {
            let rows = (first..=last).filter_map(|p| Some((p, panel.row(p, entity)?)));
            let numbers =
                rows.map(|(p, row)| (p, self.taken(of, node, &[row])[0])).filter(|(_, x)| !x.is_nan());
            self.trend(entity, node, &numbers.collect::<Vec<_>>(), last)
        };
        let data = self.inner.data();
        let assessed = |e: &usize| {
            (first..=last).any(|p| panel.row(p, *e).is_some_and(|row| data.counts(row) || entity.is_some()))
        };
        let rows = entities.into_iter().filter(assessed);
        let rows = rows.flat_map(|entity| nodes.iter().map(move |node| (entity, *node)));
        let entity = entity.map(str::to_owned);
        let yearly = self.scheme().document().period == Frequency::Year;
        Ok(Trends { of, entity, yearly, rows: rows.map(|(entity, node)| one(entity, node)).collect() })
    }

    fn trend(&self, entity: usize, node: usize, numbers: &[(usize, f64)], last: usize) -> Trend {
        let panel = self.panel();
        let periods = panel.periods();
        let counted = |(p, x): &(usize, f64)| (periods[*p].since(periods[0]).unwrap_or(*p as i32), *x);
        let found = Trend::of(&numbers.iter().map(counted).collect::<Vec<_>>());
        let text = |at: Option<&(usize, f64)>| at.map(|(p, _)| panel.period_text(periods[*p]));
        // More of a score is better, whatever its indicator is.
        let falls = |node: usize| {
            let indicators = &self.scheme().document().indicators;
            indicators.get(node).is_some_and(|own| own.direction == Direction::Negative)
        };
        let up = super::present(found.slope).filter(|slope| *slope != 0.0).map(|slope| slope > 0.0);
        Trend {
            entity: panel.entity_name(entity).into_owned(),
            indicator: self.id_of(node).to_owned(),
            since: text(numbers.first()),
            until: text(numbers.last()),
            latest: numbers.last().is_some_and(|(p, _)| *p == last),
            improving: up.map(|up| up != falls(node)),
            ..found
        }
    }
}

impl Trends {
    fn growing<'a>(rows: &[&'a Trend]) -> Option<[&'a Trend; 2]> {
        let known = || rows.iter().filter(|row| !row.growth.is_nan());
        let most = known().rev().max_by(|a, b| a.growth.total_cmp(&b.growth))?;
        let least = known().min_by(|a, b| a.growth.total_cmp(&b.growth))?;
        Some([most, least])
    }

    /// Whether several numbers are compared, and in what they differ.
    fn said(&self, names: Names<'_>, rows: &[&Trend], of_one: bool) -> Option<Sentence> {
        let [most, least] = Trends::growing(rows)?;
        let share = |x: f64| Fact::Quantity(100.0 * x, Measure::new(Digits::AtMost(1), "%").signed());
        let code = match of_one {
            _ if most.growth == least.growth => "trends_of_entity_one",
            true => "trends_of_entity",
            false => "trends_of_indicator",
        };
        let rate = Sentence::new(if self.yearly { "trends_yearly" } else { "trends_each" });
        let sentence = Sentence::new(code)
            .when("since", most.since.as_deref().unwrap_or_default())
            .when("until", most.until.as_deref().unwrap_or_default())
            .text("entity", most.entity.clone())
            .fact("indicator", names.node(&most.indicator))
            .fact("growth", share(most.growth))
            .fact("rate", rate);
        Some(
            sentence
                .text("other", least.entity.clone())
                .fact("least", names.node(&least.indicator))
                .fact("lowest", share(least.growth)),
        )
    }
}

impl Report for Trends {
    /// Of one entity what grew most and least; of everybody who did, indicator by indicator.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let all: Vec<&Trend> = self.rows.iter().collect();
        let said: Vec<Sentence> = if self.entity.is_some() {
            self.said(names, &all, true).into_iter().collect()
        } else {
            let nodes: indexmap::IndexSet<&str> =
                self.rows.iter().map(|row| row.indicator.as_str()).collect();
            let of = |node: &&str| {
                let rows: Vec<&Trend> = all.iter().copied().filter(|row| row.indicator == **node).collect();
                self.said(names, &rows, false)
            };
            nodes.iter().filter_map(of).collect()
        };
        if said.is_empty() { vec![Sentence::new("trends_none")] } else { said }
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let score = self.of == Of::Scores;
        let measure = |id: &str| if score { Measure::pure(Digits::AtMost(2)) } else { names.measure(id) };
        let slope = |id: &str| {
            let measure = measure(id).finer();
            if score { measure.signed() } else { measure.change() }
        };
        let table = Table::of("trends", &self.rows)
            .entities(|r| &r.entity)
            .names("indicator", "col_node", |r| &r.indicator, |id| names.node(id))
            .counts("n", "col_periods", |r| r.n)
            .labels("since", "col_since", |r| r.since.as_deref().map(Label::plain))
            .labels("until", "col_until", |r| r.until.as_deref().map(Label::plain))
            .measured("first", "col_first_number", |r| &r.indicator, measure, |r| r.first)
            .measured("last", "col_last_number", |r| &r.indicator, measure, |r| r.last)
            .changes("growth", "col_compound", |r| r.growth)
            .measured("slope", "col_slope", |r| &r.indicator, slope, |r| r.slope)
            .changes("relative", "col_relative_slope", |r| r.relative)
            .number("p", "col_p", Measure::pure(Digits::Decimals(4)), |r| r.p)
            .labels("improving", "col_improving", |r| r.improving.map(better))
            .flags("latest", "col_latest", |r| r.latest);
        vec![table.done()]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        vec![Sentence::new("trends_note")]
    }
}

fn better(improving: bool) -> Label {
    let (id, code) = if improving { ("yes", "word_yes") } else { ("no", "word_no") };
    Label::word(id, code)
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    const ROUNDINGS: f64 = 1e-12;

    #[test]
    fn compound_growth_and_slopes_are_those_of_coinr() {
        // COINr: CAGR (121 / 100)^(1/2) − 1; prc_change of two points 100 (y₂ − y₁) / y₁ / Δt.
        let two = Trend::of(&[(2020, 100.0), (2022, 121.0)]);
        assert_relative_eq!(two.growth, 0.1, max_relative = ROUNDINGS);
        assert_relative_eq!(two.relative, 0.105, max_relative = ROUNDINGS);
        assert_relative_eq!(two.slope, 10.5, max_relative = ROUNDINGS);
        assert!(two.p.is_nan());
        // R: lm(c(1, 2, 4) ~ 0:2): slope 1.5, intercept 5/6, p 0.1210.
        let three = Trend::of(&[(2020, 1.0), (2021, 2.0), (2022, 4.0)]);
        assert_relative_eq!(three.slope, 1.5, max_relative = ROUNDINGS);
        assert_relative_eq!(three.relative, 1.5 / (5.0 / 6.0), max_relative = ROUNDINGS);
        assert_relative_eq!(three.p, 0.121_037_718_323_677_05, max_relative = ROUNDINGS);
        // A gap is a distance.
        assert_relative_eq!(Trend::of(&[(1, 1.0), (4, 8.0)]).growth, 1.0, max_relative = ROUNDINGS);
    }

    #[test]
    fn what_does_not_move_or_has_no_growth() {
        let level = Trend::of(&[(1, 0.1), (2, 0.1), (3, 0.1)]);
        assert_eq!((level.growth, level.slope, level.relative, level.p), (0.0, 0.0, 0.0, 1.0));
        let below = Trend::of(&[(1, -2.0), (2, -4.0)]);
        assert!(below.growth.is_nan() && below.slope == -2.0);
        let zero = Trend::of(&[(1, 0.0), (2, 4.0)]);
        assert!(zero.growth.is_nan() && zero.relative.is_nan() && zero.slope == 4.0);
        let one = Trend::of(&[(1, 3.0)]);
        assert!(one.last == 3.0 && one.slope.is_nan() && Trend::of(&[]).first.is_nan());
        assert_eq!(Trend::of(&[(1, 1.0), (2, 2.0), (3, 3.0)]).p, 0.0);
    }
}
