//! COINr's functions of normalisation as rules.

use serde::Deserialize;

use super::Meta;
use crate::method::anchor::Anchor;
use crate::method::measures::Measure;
use crate::method::rules::{ByFormula, Equals, Leaf, Linear, Rank, Rule, ZScore};
use crate::scheme::model::{Over, Part, Parts};

/// How indicators are normalised: a function of COINr by its name, with the parameters that `iMeta` has for the indicator and
/// COINr's defaults for the rest, or points as a scheme writes them.
///
/// All are those of the values as they are: COINr turns an indicator of direction −1 first, which leaves ratios (`n_fracmax`) and targets of it
/// without a meaning. Here the best one has the most there, too.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub enum Normalise {
    /// `(x − min) / (max − min)` between `minmax_lower` (0) and `minmax_upper` (100).
    #[default]
    #[serde(rename = "n_minmax")]
    MinMax,
    /// `(x − l) / (u − l) · scale_factor` (100), `scaled_lower` and `scaled_upper`; not cut.
    #[serde(rename = "n_scaled")]
    Scaled,
    /// Standard deviations from the mean, moved to `zscore_mean` (0) and `zscore_sd` (1).
    #[serde(rename = "n_zscore")]
    ZScore,
    /// Ranks, the best has the highest number.
    #[serde(rename = "n_rank")]
    Rank,
    /// Ranks from 0.
    #[serde(rename = "n_borda")]
    Borda,
    /// Percentile ranks, 0 … 1.
    #[serde(rename = "n_prank")]
    PercentileRank,
    /// Distance to the best, 0 … 1.
    #[serde(rename = "n_dist2max")]
    DistanceToMax,
    /// Distance to the target, `dist2targ_cap_max` (no).
    #[serde(rename = "n_dist2targ")]
    DistanceToTarget,
    /// Fraction of the maximum; of the smallest value, where less is better.
    #[serde(rename = "n_fracmax")]
    FractionOfMax,
    /// From `goalpost_lower` to `goalpost_upper`, times `goalpost_scale` (1), `goalpost_trunc2posts` (yes).
    #[serde(rename = "n_goalposts")]
    Goalposts,
    /// The values, those of direction −1 with their sign turned.
    #[serde(rename = "none")]
    None,
    /// Points of the caller's own.
    #[serde(untagged)]
    Points(Parts),
}

impl Normalise {
    /// The common full mark of the scores.
    pub(super) fn full(&self) -> f64 {
        use Normalise::{DistanceToMax, DistanceToTarget, FractionOfMax, Goalposts, PercentileRank};
        match self {
            PercentileRank | DistanceToMax | DistanceToTarget | FractionOfMax | Goalposts => 1.0,
            _ => 100.0,
        }
    }

    /// The points of an indicator, or the column of `iMeta` that it lacks.
    pub(super) fn points(&self, meta: &Meta) -> Result<Parts, &'static str> {
        let p = &meta.parameters;
        let falls = meta.direction == Some(-1.0);
        let number = |x: Option<f64>, column: &'static str| x.map(Anchor::Number).ok_or(column);
        let ends = |lower: Anchor, upper: Anchor| if falls { [upper, lower] } else { [lower, upper] };
        let leaf = match self {
            Normalise::Points(parts) => return Ok(parts.clone()),
            Normalise::MinMax => {
                line(None, [p.minmax_lower.unwrap_or(0.0), p.minmax_upper.unwrap_or(100.0)], true)
            }
            Normalise::DistanceToMax => line(None, [0.0, 1.0], true),
            Normalise::Scaled => {
                let lower = number(p.scaled_lower, "scaled_lower")?;
                let ends = ends(lower, number(p.scaled_upper, "scaled_upper")?);
                line(Some(ends), [0.0, p.scale_factor.unwrap_or(100.0)], false)
            }
            Normalise::Goalposts => {
                let lower = number(p.goalpost_lower, "goalpost_lower")?;
                let ends = ends(lower, number(p.goalpost_upper, "goalpost_upper")?);
                let scale = p.goalpost_scale.unwrap_or(1.0);
                line(Some(ends), [0.0, scale], p.goalpost_trunc2posts.unwrap_or(true))
            }
            Normalise::DistanceToTarget => {
                meta.target.ok_or("Target")?;
                let worst = if falls { Anchor::Max } else { Anchor::Min };
                let ends = [worst, Anchor::Target];
                line(Some(ends), [0.0, 1.0], p.dist2targ_cap_max.unwrap_or(false))
            }
            Normalise::ZScore => Leaf::ZScore(ZScore {
                centre: p.zscore_mean.unwrap_or(0.0),
                scale: p.zscore_sd.unwrap_or(1.0),
                clamp: None,
            }),
            Normalise::FractionOfMax => formula(if falls { "min / x" } else { "x / max" }),
            Normalise::None => formula(if falls { "-x" } else { "x" }),
            Normalise::Rank | Normalise::Borda | Normalise::PercentileRank => ranks(self),
        };
        let rule = Rule::Leaf(leaf);
        let part = Part {
            share: None,
            measure: Measure::default(),
            over: Over::default(),
            among: None,
            full: None,
            missing: None,
            rule,
        };
        Ok(Parts(vec![part]))
    }
}

fn line(ends: Option<[Anchor; 2]>, between: [f64; 2], clamp: bool) -> Leaf {
    let [low, high] = ends.map_or([None, None], |ends| ends.map(Some));
    Leaf::Linear(Linear { low, high, between: Some(between), clamp, log: false, when_equal: None })
}

fn formula(text: &str) -> Leaf {
    Leaf::ByFormula(ByFormula::new(text))
}

fn ranks(way: &Normalise) -> Leaf {
    let rank = Rank { ties: Equals::Worst, ..Rank::default() };
    Leaf::Rank(match way {
        Normalise::PercentileRank => Rank { percentile: true, ..rank },
        Normalise::Borda => Rank { borda: true, ..rank },
        _ => Rank { places: true, ..rank },
    })
}
