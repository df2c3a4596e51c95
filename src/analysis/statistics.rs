//! Statistics of every indicator: how complete, how spread, how skewed, how alike its numbers are.

use serde::Serialize;

use super::sample::{Of, Span, present};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::number::statistics::{deviation, kurtosis, mean, median, skewness};
use crate::panel::Period;
use crate::report::{Digits, Fact, Measure, Names, Report, Sentence, Table};

/// An indicator with numbers of fewer than this part of the entities has few.
pub(super) const AVAILABLE: f64 = 0.65;
/// Numbers with a skewness beyond this one, and [`KURTOSIS`], are outlying.
pub(super) const SKEWNESS: f64 = 2.0;
/// See [`SKEWNESS`].
pub(super) const KURTOSIS: f64 = 3.5;
/// More than this part of zeros, or fewer than this part of different numbers, tells few entities apart.
pub(super) const ALIKE: f64 = 0.5;

/// Statistics of every indicator, in one period or over all of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statistics {
    /// Of which numbers.
    pub of: Of,
    /// When.
    #[serde(flatten)]
    pub span: Span,
    /// How many rows there are: entities, times periods where these are pooled.
    pub entities: usize,
    /// One row per indicator.
    pub rows: Vec<Summary>,
}

/// Statistics of one indicator or group; what cannot be computed is NaN.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the table")]
pub struct Summary {
    /// Indicator or group.
    pub indicator: String,
    /// Numbers that are there.
    pub n: usize,
    /// Numbers that are missing.
    pub missing: usize,
    /// Share of those that are there.
    pub availability: f64,
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Median.
    pub median: f64,
    /// Standard deviation, with n − 1.
    pub sd: f64,
    /// Skewness, as Excel's SKEW.
    pub skewness: f64,
    /// Excess kurtosis, as Excel's KURT.
    pub kurtosis: f64,
    /// How many are zero.
    pub zeros: usize,
    /// How many different numbers there are.
    pub unique: usize,
    /// How many have the commonest number.
    pub same: usize,
    /// Whether fewer than 65 % are there.
    pub few: bool,
    /// Whether |skewness| is above 2 and kurtosis above 3.5.
    pub outlying: bool,
    /// Whether more than half are zero.
    pub zero: bool,
    /// Whether fewer than half of the numbers differ.
    pub alike: bool,
}

impl Summary {
    /// Of the numbers of an indicator, of which missing ones are NaN.
    pub(super) fn of(indicator: &str, column: &[f64]) -> Self {
        let there = present(column);
        let mut sorted = there.clone();
        sorted.sort_by(f64::total_cmp);
        let n = there.len();
        // Numbers that are all alike have no shape, and a mean and a deviation without rounding.
        let alike = sorted.first() == sorted.last();
        let runs: Vec<usize> = sorted.chunk_by(|a, b| a == b).map(<[f64]>::len).collect();
        let part = |count: usize| count as f64 / n as f64;
        let (skewness, kurtosis) = (skewness(&there), kurtosis(&there));
        let zeros = there.iter().filter(|x| **x == 0.0).count();
        let availability = n as f64 / column.len() as f64;
        Summary {
            indicator: indicator.to_owned(),
            n,
            missing: column.len() - n,
            availability,
            min: sorted.first().copied().unwrap_or(f64::NAN),
            max: sorted.last().copied().unwrap_or(f64::NAN),
            mean: if alike {
                sorted.first().copied().unwrap_or(f64::NAN)
            } else {
                mean(there.iter().copied())
            },
            median: median(n, |k| sorted[k]),
            sd: if alike && n > 1 { 0.0 } else { deviation(&there) },
            skewness,
            kurtosis,
            zeros,
            unique: runs.len(),
            same: runs.iter().copied().max().unwrap_or(0),
            few: availability < AVAILABLE,
            outlying: skewness.abs() > SKEWNESS && kurtosis > KURTOSIS,
            zero: part(zeros) > ALIKE,
            alike: part(runs.len()) < ALIKE,
        }
    }
}

impl Assessment {
    /// Statistics of indicators and groups (of all indicators if none is named), in one period, or of all periods pooled if none is.
    /// Benchmarks do not count.
    ///
    /// # Errors
    /// A period that the data lack, an unknown id, a group of which values are asked for.
    pub fn statistics(
        &self,
        of: Of,
        nodes: &[String],
        period: Option<Period>,
    ) -> Result<Statistics, DataError> {
        let sample = self.sample(period)?;
        let nodes = self.sampled_nodes(of, nodes)?;
        let row = |node: &usize| Summary::of(self.id_of(*node), &self.taken(of, *node, &sample.rows));
        let rows = nodes.iter().map(row).collect();
        Ok(Statistics { of, entities: sample.rows.len(), span: sample.span, rows })
    }
}

impl Statistics {
    fn measure(&self, names: Names<'_>, id: &str) -> Measure {
        if self.of == Of::Scores { Measure::pure(Digits::AtMost(2)) } else { names.measure(id).finer() }
    }
}

impl Report for Statistics {
    /// What is missing most, what is skewed, what hardly tells entities apart.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let named = |wanted: &dyn Fn(&Summary) -> bool| {
            let rows: Vec<&Summary> = self.rows.iter().filter(|r| wanted(r)).collect();
            (rows.len(), Fact::list(&rows, |r| names.node(&r.indicator).into()))
        };
        let said = |code| Sentence::new(code).fact("period", self.span.fact());
        let least = self.rows.iter().min_by_key(|r| r.n).filter(|r| r.missing > 0);
        let mut sentences = vec![match least {
            Some(least) => said("statistics_least")
                .fact("indicator", names.node(&least.indicator))
                .fact("count", least.n)
                .fact("entities", self.span.rows(self.entities))
                .fact("share", Fact::Percent(least.availability, Digits::AtMost(1))),
            None => said("statistics_whole")
                .fact("entities", self.span.rows(self.entities))
                .fact("count", self.rows.len()),
        }];
        let (skewed, list) = named(&|r| r.outlying);
        let code = if skewed > 0 { "statistics_skewed" } else { "statistics_even" };
        sentences.push(
            said(code).fact("indicators", list).typed("skewness", SKEWNESS).typed("kurtosis", KURTOSIS),
        );
        for (code, (count, list)) in
            [("statistics_zeros", named(&|r| r.zero)), ("statistics_alike", named(&|r| r.alike))]
        {
            if count > 0 {
                sentences.push(said(code).fact("indicators", list));
            }
        }
        sentences
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let shape = || Measure::pure(Digits::AtMost(2));
        let measure = |id: &str| self.measure(names, id);
        let mut table = Table::of("statistics", &self.rows)
            .names("indicator", "col_node", |r| &r.indicator, |id| names.node(id))
            .counts("n", "col_n", |r| r.n)
            .counts("missing", "col_missing", |r| r.missing)
            .percent("availability", "col_availability", 1, |r| r.availability);
        for (name, heading, number) in [
            ("min", "col_min", (|r| r.min) as fn(&Summary) -> f64),
            ("max", "col_max", |r| r.max),
            ("mean", "col_average", |r| r.mean),
            ("median", "col_median", |r| r.median),
            ("sd", "col_sd", |r| r.sd),
        ] {
            table = table.measured(name, heading, |r| &r.indicator, measure, number);
        }
        let table = table
            .number("skewness", "col_skewness", shape(), |r| r.skewness)
            .number("kurtosis", "col_kurtosis", shape(), |r| r.kurtosis)
            .counts("zeros", "col_zeros", |r| r.zeros)
            .counts("unique", "col_unique", |r| r.unique)
            .counts("same", "col_same", |r| r.same)
            .marks("few", "col_few", |r| r.few)
            .marks("outlying", "col_outlying", |r| r.outlying)
            .marks("zero", "col_zero", |r| r.zero)
            .marks("alike", "col_alike", |r| r.alike);
        vec![table.done()]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        vec![Sentence::new("statistics_note").fact("of", self.of.said())]
    }
}
