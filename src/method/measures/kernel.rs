//! The questions every measure answers; one file per measure.

use super::{AttainmentForm, Measure, attainment, change, gap, growth};
use crate::method::anchor::Anchor;
use crate::method::rules::Branch;
use crate::number::Number;

/// What a measure needs besides the value itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Need {
    /// The entity's own value so many periods before.
    Lag(u16),
    /// An anchor, resolved as a rule's.
    Anchor(Anchor),
    /// The rank of the value in its reference set, 1 best.
    Rank,
    /// The rank of the value so many periods before, in the reference set of that period.
    RankBefore(u16),
}

impl Measure {
    /// What must be known, in the order in which [`Measure::compute`] takes it.
    pub fn needs(&self) -> Vec<Need> {
        match self {
            Measure::Value => Vec::new(),
            Measure::Change { lag } | Measure::Growth { lag } | Measure::SymmetricGrowth { lag } => {
                vec![Need::Lag(*lag)]
            }
            Measure::Attainment { target, form: AttainmentForm::Change, base } => {
                vec![Need::Anchor(target.clone()), Need::Anchor(base.clone())]
            }
            Measure::Attainment { target, .. } => vec![Need::Anchor(target.clone())],
            Measure::GapToMean => vec![Need::Anchor(Anchor::Mean)],
            Measure::GapToPooled => vec![Need::Anchor(Anchor::Pooled)],
            Measure::RankChange { lag } => vec![Need::Rank, Need::RankBefore(*lag)],
        }
    }

    /// What is scored, from the indicator's value `x` and what [`Measure::needs`] asked for. `negative` says that a lower
    /// value of the indicator is better. A missing value or input gives a missing measure.
    #[inline]
    pub fn compute<N: Number>(&self, x: &N, inputs: &[N], negative: bool) -> N {
        let missing = N::missing();
        let input = |i: usize| inputs.get(i).unwrap_or(&missing);
        match self {
            Measure::Value => x.clone(),
            Measure::Change { .. } => change::difference(x, input(0)),
            Measure::Growth { .. } => growth::plain(x, input(0)),
            Measure::SymmetricGrowth { .. } => growth::symmetric(x, input(0)),
            Measure::Attainment { form, .. } => attainment::compute(*form, x, input(0), input(1), negative),
            Measure::GapToMean | Measure::GapToPooled => gap::to(x, input(0)),
            Measure::RankChange { .. } => change::ranks(x, input(0), input(1)),
        }
    }

    /// Whether a lower measure is better, for an indicator of which a lower value is (`negative`): what a rule's setting
    /// says.
    pub fn lower_is_better(&self, negative: bool) -> bool {
        match self {
            Measure::Attainment { form, .. } => attainment::lower_is_better(*form, negative),
            Measure::RankChange { .. } => false,
            _ => negative,
        }
    }

    /// What happened at this value, for explanations.
    pub fn branch<N: Number>(&self, x: &N, inputs: &[N], negative: bool) -> Branch {
        let fact = |i: usize| inputs.get(i).map_or(f64::NAN, Number::to_f64);
        let branch = match self {
            Measure::Value => Branch::new("measure_value"),
            Measure::Change { lag } => Branch::new("measure_change").fact("lag", lag).fact("before", fact(0)),
            Measure::Growth { .. } | Measure::SymmetricGrowth { .. } if fact(0).is_nan() => {
                Branch::new("measure_no_before")
            }
            Measure::Growth { lag } => growth::branch(*lag, fact(0)),
            Measure::SymmetricGrowth { lag } => {
                Branch::new("measure_symmetric_growth").fact("lag", lag).fact("before", fact(0))
            }
            Measure::Attainment { form, .. } => {
                attainment::branch(*form, x.to_f64(), fact(0), fact(1), negative)
            }
            Measure::GapToMean => Branch::new("measure_gap_to_mean").fact("mean", fact(0)),
            Measure::GapToPooled => Branch::new("measure_gap_to_pooled").fact("pooled", fact(0)),
            Measure::RankChange { lag } => Branch::new("measure_rank_change")
                .fact("lag", lag)
                .fact("now", fact(0))
                .fact("before", fact(1)),
        };
        branch.fact("value", x.to_f64())
    }

    /// The measure as a spreadsheet formula (without `=`) over cells that hold the value and the inputs.
    pub fn sheet(&self, x: &str, inputs: &[String], negative: bool) -> String {
        let input = |i: usize| inputs.get(i).map_or("NA()", String::as_str);
        match self {
            Measure::Value => x.to_owned(),
            Measure::Change { .. } | Measure::GapToMean | Measure::GapToPooled => {
                format!("{x}-{}", input(0))
            }
            Measure::Growth { .. } => format!("IF({0}>0,{x}/{0}-1,NA())", input(0)),
            Measure::SymmetricGrowth { .. } => {
                format!("IF({x}+{0}>0,2*({x}-{0})/({x}+{0}),NA())", input(0))
            }
            Measure::Attainment { form, .. } => attainment::sheet(*form, x, input(0), input(1), negative),
            Measure::RankChange { .. } => format!("{}-{}", input(1), input(0)),
        }
    }
}

#[cfg(test)]
#[path = "measures_tests.rs"]
mod tests;
