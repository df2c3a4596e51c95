//! Confidence sets for ranks: between which places an entity lies, when its estimate has an error.

use serde::{Deserialize, Deserializer, Serialize};

use super::noise::Noise;
use super::pairs::{Draws, Found, compare};
use crate::budget;
use crate::error::DataError;
use crate::finding::{Finding, Place};
use crate::number::random::normal_quantile;
use crate::number::rounding::Rounding;

/// How confidence sets are made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum How {
    /// All pairs compared at once, by steps, with drawn errors (Mogstad, Romano, Shaikh and Wilhelm 2024): the narrowest sets.
    Stepwise {
        /// Probability with which a set covers.
        level: f64,
        /// Whether all sets together cover with that probability, not each by itself.
        #[serde(default)]
        simultaneous: bool,
        /// Draws of the errors.
        #[serde(default = "many")]
        draws: usize,
        /// Which draws.
        #[serde(default)]
        seed: u64,
    },
    /// Intervals of all estimates that hold together, compared (Klein, Wright and Wieczorek 2020): needs no draws.
    Joint {
        /// Probability with which all sets together cover.
        level: f64,
        /// Decimals to which the ends of intervals are rounded before they are compared, as a publication prints them.
        #[serde(default)]
        digits: Option<i8>,
    },
}

fn many() -> usize {
    100_000
}

impl Default for How {
    fn default() -> Self {
        How::Stepwise { level: 0.95, simultaneous: false, draws: many(), seed: 0 }
    }
}

impl How {
    pub(super) fn level(&self) -> f64 {
        match self {
            How::Stepwise { level, .. } | How::Joint { level, .. } => *level,
        }
    }
}

/// An estimate with its standard error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimated {
    /// Whose.
    pub name: String,
    /// The estimate.
    #[serde(deserialize_with = "or_missing")]
    pub estimate: f64,
    /// Its standard error; 0 where it has none.
    #[serde(deserialize_with = "or_missing")]
    pub error: f64,
}

/// JSON has no NaN: null is a missing number.
fn or_missing<'de, D: Deserializer<'de>>(d: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(d)?.unwrap_or(f64::NAN))
}

/// Which end of a set another seed may move, and about how many draws would decide.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Undecided {
    /// Whether it is the best rank.
    pub low: bool,
    /// Whether it is the worst rank.
    pub high: bool,
    /// Draws that would decide, about.
    pub draws: f64,
}

/// The ranks that an entity may have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankSet {
    /// Whose.
    pub name: String,
    /// Its estimate.
    pub estimate: f64,
    /// The standard error of that.
    pub error: f64,
    /// Its rank by the estimates.
    pub rank: usize,
    /// The best rank that it may have.
    pub low: usize,
    /// The worst.
    pub high: usize,
    /// What of both is not decided by the draws.
    pub undecided: Option<Undecided>,
    /// Whether it may be among the best that were asked for.
    pub in_top: Option<bool>,
}

/// Confidence sets for the ranks of all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankSets {
    /// How they were made.
    pub how: How,
    /// Whether less is better.
    pub ascending: bool,
    /// How many are asked to be the best.
    pub top: Option<usize>,
    /// Whether errors go together.
    pub correlated: bool,
    /// The sets, in the order of the estimates.
    pub rows: Vec<RankSet>,
}

/// The largest number of draws, and of entities.
const MOST_DRAWS: usize = 100_000_000;
const MOST_ENTITIES: usize = 5_000;

/// Confidence sets for ranks.
///
/// # Formula
/// ```text
/// rank j = 1 + #{k: θ_k > θ_j}                      set of j: [1 + #{k surely above j}, n − #{k surely below j}]
///
/// stepwise   k is surely above j where (x_k − x_j) / √(σ_k² + σ_j²) is larger than the quantile of the largest such number among the pairs
///            in question that chance makes; those found leave, and the rest is compared again
/// joint      where x_k > x_j and x_k − z σ_k ≥ x_j + z σ_j, z = Φ⁻¹((1 + level^(1/n)) / 2)
/// ```
/// The pairs in question are all pairs for `simultaneous` sets and for `top`, and those with `j` for the set of `j` alone. Errors are
/// taken to be normal and independent (see [`rank_sets_correlated`] for others). `top = k` asks who may be among the best `k`: those whose best rank, of simultaneous sets, is `k` or
/// better.
///
/// An end that may come out differently with another seed is marked, with the number of draws that would decide: an end moves when a
/// difference lies between the quantiles that 999 of 1,000 seeds give.
///
/// # Errors
/// Estimates that are missing, errors that are missing or negative, a level outside of 0 and 1, no draws or more than 10⁸, fewer than two entities or more
/// than 5,000, a `top` that is 0 or more than there are; work that its [`Budget`](crate::Budget) ended.
///
/// # Source
/// M. Mogstad, J. P. Romano, A. M. Shaikh and D. Wilhelm, *Inference for ranks with applications to mobility across neighbourhoods and academic
/// achievement across countries* (2024). M. Klein, T. Wright and J. Wieczorek, *A joint confidence region for an overall ranking of
/// populations* (2020).
///
/// ```
/// use kaohe::robustness::{Estimated, How, rank_sets};
/// let of = |name: &str, estimate, error| Estimated { name: name.into(), estimate, error };
/// let three = [of("甲", 90.0, 1.0), of("乙", 89.0, 1.0), of("丙", 60.0, 1.0)];
/// let how = How::Stepwise { level: 0.95, simultaneous: true, draws: 10_000, seed: 0 };
/// let sets = rank_sets(&three, &how, false, None)?;
/// let ends: Vec<_> = sets.rows.iter().map(|row| (row.low, row.high)).collect();
/// assert_eq!(ends, [(1, 2), (1, 2), (3, 3)]);
/// # Ok::<(), kaohe::DataError>(())
/// ```
pub fn rank_sets(
    estimates: &[Estimated],
    how: &How,
    ascending: bool,
    top: Option<usize>,
) -> Result<RankSets, DataError> {
    check(estimates, how, top)?;
    let noise = Noise::independent(estimates.iter().map(|own| own.error).collect());
    sets(estimates, &noise, how, ascending, top)
}

/// [`rank_sets`] of estimates whose errors go together: `covariance[j][k]` is that of the errors of `j` and `k`; the standard errors of the
/// estimates are the roots of its diagonal, whatever they say themselves.
///
/// # Formula
/// Differences have the standard error `√(c_jj + c_kk − 2 c_jk)`, and errors are drawn as `L z` with `L Lᵀ = c`. Joint intervals hold whatever the
/// correlations (Šidák 1967).
///
/// # Errors
/// As [`rank_sets`]; a matrix of another size, that is not symmetric, or that is no covariance.
pub fn rank_sets_correlated(
    estimates: &[Estimated],
    covariance: &[Vec<f64>],
    how: &How,
    ascending: bool,
    top: Option<usize>,
) -> Result<RankSets, DataError> {
    let noise = Noise::correlated(covariance).map_err(DataError::new)?;
    if noise.len() != estimates.len() {
        let finding = Finding::error("rank_sets_size").fact("count", estimates.len());
        return Err(DataError::new(vec![finding.fact("size", noise.len())]));
    }
    let of = |(own, error): (&Estimated, &f64)| Estimated { error: *error, ..own.clone() };
    let estimates: Vec<Estimated> = estimates.iter().zip(noise.errors()).map(of).collect();
    check(&estimates, how, top)?;
    sets(&estimates, &noise, how, ascending, top)
}

fn sets(
    estimates: &[Estimated],
    noise: &Noise,
    how: &How,
    ascending: bool,
    top: Option<usize>,
) -> Result<RankSets, DataError> {
    let sign = if ascending { -1.0 } else { 1.0 };
    let x: Vec<f64> = estimates.iter().map(|own| sign * own.estimate).collect();
    let ends = match how {
        How::Stepwise { level, simultaneous, draws, seed } => {
            let draws = Draws { seed: *seed, count: *draws, level: *level };
            let sets = stepwise(&x, noise, *simultaneous, draws);
            budget::check().map_err(DataError::new)?;
            let all = top.filter(|_| !simultaneous).map(|_| stepwise(&x, noise, true, draws));
            budget::check().map_err(DataError::new)?;
            (sets, all)
        }
        How::Joint { level, digits } => (joint(&x, noise.errors(), *level, *digits), None),
    };
    let (sets, all) = ends;
    let rank = |j: usize| 1 + x.iter().filter(|other| **other > x[j]).count();
    let row = |(j, ((low, high, undecided), own)): (usize, (Ends, &Estimated))| RankSet {
        name: own.name.clone(),
        estimate: own.estimate,
        error: own.error,
        rank: rank(j),
        low,
        high,
        undecided,
        in_top: top.map(|top| all.as_ref().map_or(low, |all| all[j].0) <= top),
    };
    let rows = sets.into_iter().zip(estimates).enumerate().map(row).collect();
    Ok(RankSets { how: how.clone(), ascending, top, correlated: noise.is_correlated(), rows })
}

/// The best and the worst rank, and what of both is open.
type Ends = (usize, usize, Option<Undecided>);

fn stepwise(x: &[f64], noise: &Noise, simultaneous: bool, draws: Draws) -> Vec<Ends> {
    let n = x.len();
    let pairs = |keep: &dyn Fn(usize, usize) -> bool| -> Vec<(usize, usize)> {
        let all = (0..n).flat_map(|j| (0..n).map(move |k| (j, k)));
        all.filter(|&(j, k)| j != k && keep(j, k)).collect()
    };
    let families = if simultaneous {
        vec![pairs(&|_, _| true)]
    } else {
        (0..n).map(|own| pairs(&|j, k| j == own || k == own)).collect()
    };
    let found = compare(x, noise, families, draws);
    let of = |own: usize| ends(&found[if simultaneous { 0 } else { own }], own, n);
    (0..n).map(of).collect()
}

fn ends(found: &Found, own: usize, n: usize) -> Ends {
    let above = found.above.iter().filter(|(_, below)| *below == own).count();
    let below = found.above.iter().filter(|(above, _)| *above == own).count();
    let open = found.open.iter().filter(|(j, k, _)| *j == own || *k == own);
    let undecided = open.fold(None, |so_far: Option<Undecided>, (j, _, draws)| {
        let so_far = so_far.unwrap_or(Undecided { low: false, high: false, draws: 0.0 });
        Some(Undecided {
            low: so_far.low || *j != own,
            high: so_far.high || *j == own,
            draws: so_far.draws.max(*draws),
        })
    });
    (1 + above, n - below, undecided)
}

fn joint(x: &[f64], errors: &[f64], level: f64, digits: Option<i8>) -> Vec<Ends> {
    let z = normal_quantile(f64::midpoint(1.0, libm::pow(level, 1.0 / x.len() as f64)));
    let rounded = |end: f64| digits.map_or(end, |digits| Rounding::digits(digits).nearest(end));
    let ends = |sign: f64| -> Vec<f64> {
        x.iter().zip(errors).map(|(x, error)| rounded(x + sign * z * error)).collect()
    };
    let (low, high) = (ends(-1.0), ends(1.0));
    let of = |j: usize| {
        let count = |apart: &dyn Fn(usize) -> bool| (0..x.len()).filter(|k| apart(*k)).count();
        let above = count(&|k| x[k] > x[j] && low[k] >= high[j]);
        let below = count(&|k| x[k] < x[j] && high[k] <= low[j]);
        (1 + above, x.len() - below, None)
    };
    (0..x.len()).map(of).collect()
}

fn check(estimates: &[Estimated], how: &How, top: Option<usize>) -> Result<(), DataError> {
    let mut found = Vec::new();
    let n = estimates.len();
    if !(2..=MOST_ENTITIES).contains(&n) {
        found.push(Finding::error("rank_sets_entities").fact("count", n).fact("most", MOST_ENTITIES));
    }
    for own in estimates {
        let place = |column: &str| Place {
            entity: Some(own.name.clone()),
            column: Some(column.to_owned()),
            ..Place::default()
        };
        if !own.estimate.is_finite() {
            found.push(
                Finding::error("rank_sets_estimate").placed(place("estimate")).fact("entity", &own.name),
            );
        }
        if !(own.error.is_finite() && own.error >= 0.0) {
            let finding = Finding::error("rank_sets_error").placed(place("error"));
            found.push(finding.fact("entity", &own.name).fact("value", own.error));
        }
    }
    let level = how.level();
    if !(level > 0.0 && level < 1.0) {
        found.push(Finding::error("rank_sets_level").fact("value", level));
    }
    if let How::Stepwise { draws, .. } = how
        && !(2..=MOST_DRAWS).contains(draws)
    {
        found.push(Finding::error("rank_sets_draws").fact("value", draws).fact("most", MOST_DRAWS));
    }
    if let Some(top) = top.filter(|top| !(1..=n).contains(top)) {
        found.push(Finding::error("rank_sets_top").fact("value", top).fact("count", n));
    }
    if found.is_empty() { Ok(()) } else { Err(DataError::new(found)) }
}
