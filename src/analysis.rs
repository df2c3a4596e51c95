//! Why a result is what it is: gaps, drivers, bridges, comparisons, contributions, and what a scheme rewards.
//!
//! | question | call |
//! |---|---|
//! | who stands where? | [`Assessment::ranking_with_values`] |
//! | how far behind, in which indicator, and is it widening? | [`Assessment::gaps`], [`Assessment::gaps_panel`] |
//! | why did a ratio move? | [`Assessment::drivers`], [`Assessment::drivers_panel`] |
//! | why did the total and the rank move? | [`Assessment::bridge`], [`Assessment::bridge_panel`], [`bridge_between`] |
//! | what do other data, another scheme, another period change? | [`compare`], [`compare_periods`], [`Comparison::gainers`] |
//! | what makes up a total, a distance, a ranking? | [`Assessment::contributions`], [`Assessment::distance`], [`Assessment::variance`] |
//! | what does the scheme reward? | [`Assessment::marginal`], [`Assessment::marginal_panel`], [`Assessment::zones`], [`Assessment::flips`] |
//! | does a published value fit its inputs? | [`consistent`] |
//! | how complete, spread, skewed, alike are the numbers? | [`Assessment::statistics`] |
//! | what goes together, what measures one thing? | [`Assessment::correlations`], [`Assessment::components`] |
//! | is the index sound? | [`Assessment::audit`] |
//! | what becomes of the ranks without an indicator? | [`Assessment::leave_out`] |
//! | what makes a rank, how little would turn it? | [`Assessment::rank_attribution`], [`Assessment::overtake`] |
//! | how did it develop, what is strong and weak, where does one stand? | [`Assessment::trends`], [`Assessment::strengths`], [`Assessment::profile`] |
//! | what makes which part of the whole? | [`Assessment::effective_weights`] |
//!
//! Every split of a change is independent of any order and its parts sum to the change. Where causes come in groups (data
//! against method, own data against those of the others, the variables within the own data), each group is weighed as one
//! and its part is split inside: Owen's value, which is Shapley's where groups do not matter.

mod anchors;
mod attribute;
mod audit;
mod bridge;
mod bridge_words;
mod cause;
mod climb;
mod closeness;
mod coalition;
mod compare;
mod compare_words;
mod components;
mod consistent;
mod contributions;
mod correlations;
mod curve;
mod drivers;
mod drivers_words;
mod effective;
mod factors;
mod flip;
mod gaps;
mod gaps_words;
mod lab;
mod leave_out;
mod ledger;
mod mix;
mod mixed;
mod overtake;
mod own;
mod placed;
mod pooled;
mod profile;
#[cfg(feature = "json")]
#[cfg(test)]
pub(crate) mod property_tests;
#[cfg(feature = "json")]
#[cfg(test)]
pub(crate) mod random_tests;
mod range;
mod rank_shapley;
mod ranking;
mod reasons;
mod reweigh;
mod sample;
mod score;
#[cfg(feature = "json")]
#[cfg(test)]
mod sentence_tests;
mod statistics;
mod stepwise;
mod strengths;
mod supposed;
mod swap;
#[cfg(feature = "json")]
#[cfg(test)]
mod tests_support;
mod trends;
mod walk;
#[cfg(feature = "json")]
#[cfg(test)]
mod whole_tests;
mod words;

pub use anchors::AnchorMove;
pub use audit::{Audit, Check, Ends, Importance, Limits, Status};
pub use bridge::{Bridge, BridgePart, BridgeRow, bridge_between};
pub use cause::Cause;
pub use compare::{Comparison, Gainers, IndicatorMove, Move, compare, compare_periods};
pub use components::{Component, Components, GroupComponents};
pub use consistent::{Consistency, consistent};
pub use contributions::{Contribution, Contributions, Spread};
pub use correlations::{Correlated, Correlation, Correlations};
pub use curve::{Curve, CurvePlace, CurvePoint};
pub use drivers::{Driver, Drivers, Method};
pub use effective::{EffectiveWeight, EffectiveWeights};
pub use flip::{Flip, Flips};
pub use gaps::{Gap, Gaps, To};
pub use lab::{Marginal, MarginalPanel, Marginals, Zone, Zones};
pub use leave_out::{LeaveOut, LeftOut, Shifted};
pub use mix::{DriversPanel, MixEffect};
pub use overtake::{Overtake, Overtaking, Reweighted};
pub use own::OwnMove;
pub use profile::{Profile, ProfileRow};
pub use rank_shapley::{RankAsked, RankAttribution, RankPart};
pub use ranking::{RankedEntity, Ranking};
pub use sample::{Of, Span};
pub use statistics::{Statistics, Summary};
pub use strengths::{Discard, Strength, Strengths};
pub use trends::{Trend, Trends};
pub use walk::{Passed, Walk};

use crate::assess::{Assessment, Inner};
use crate::error::DataError;
use crate::finding::Finding;
use crate::panel::Period;
use crate::scheme::plan::Plan;
use crate::{budget, exec};

/// One row of one assessment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) row: usize,
}

impl<'a> Side<'a> {
    fn plan(self) -> &'a Plan {
        self.inner.scheme.plan()
    }

    /// The entity so many periods before.
    fn before(self, lag: u16) -> Option<Self> {
        Some(Side { row: self.inner.panel.lagged(self.row, lag)?, ..self })
    }

    fn class(self) -> usize {
        self.inner.data().class(self.row)
    }

    /// Score of a node before its rounding.
    fn score(self, node: usize) -> f64 {
        self.inner.nodes[node].scores.score[self.row]
    }

    fn entity(self) -> String {
        self.inner.panel.name_of(self.row).into_owned()
    }

    fn period(self) -> String {
        self.inner.panel.period_text_of(self.row)
    }
}

impl Assessment {
    /// The printed total of a row.
    ///
    /// # Errors
    /// A total that is missing.
    fn has_total(&self, row: usize) -> Result<f64, DataError> {
        let total = self.totals()[row];
        if total.is_nan() { Err(self.no_total(row)) } else { Ok(total) }
    }

    fn no_total(&self, row: usize) -> DataError {
        DataError::new(vec![Finding::error("analysis_no_total").of_row(self.panel().place(row, None))])
    }

    /// The rows of every entity that is in both periods.
    ///
    /// # Errors
    /// An unknown period.
    fn rows_in_both(&self, since: Period, until: Period) -> Result<Vec<[usize; 2]>, DataError> {
        let (from, to) = (self.period(since)?, self.period(until)?);
        let panel = self.panel();
        let both = |row: usize| Some([panel.row(from, panel.entity_of(row))?, row]);
        Ok(panel.rows_of(to).filter_map(both).collect())
    }

    /// Index of an indicator.
    ///
    /// # Errors
    /// An unknown id, with the nearest known one.
    pub(crate) fn indicator(&self, id: &str) -> Result<usize, DataError> {
        let document = self.scheme().document();
        document.indicators.iter().position(|i| i.id == id).ok_or_else(|| {
            let known: Vec<&str> = document.indicators.iter().map(|i| i.id.as_str()).collect();
            let finding = Finding::unknown(
                ["analysis_unknown_indicator", "analysis_unknown_indicator_near"],
                id,
                known.iter().copied(),
            );
            DataError::new(vec![finding.fact("indicator", id).fact("known", known.join(", "))])
        })
    }
}

/// What is made of each of many pairs of rows, on all threads, until the budget is spent.
fn each_pair<T: Send>(pairs: &[[usize; 2]], make: impl Fn([usize; 2]) -> T + Sync + Send) -> Vec<T> {
    let made = exec::map(pairs.chunks(256).collect(), |chunk: &[[usize; 2]]| {
        let going_on = chunk.iter().take_while(|_| !budget::is_spent());
        going_on.map(|rows| make(*rows)).collect::<Vec<T>>()
    });
    made.into_iter().flatten().collect()
}

/// A number as an option: none where it is missing.
fn present(x: f64) -> Option<f64> {
    (!x.is_nan()).then_some(x)
}
