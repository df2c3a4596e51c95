//! How sure: what of a ranking would stand if the numbers behind it were somewhat different.

mod design;
mod draw;
mod layers;
mod measured;
mod noise;
mod pairs;
mod rank_sets;
mod reweigh;
mod runner;
mod runs;
mod said;
mod sensitivity;
mod smaa;
mod smaa_exact;
mod smaa_said;
mod stands;
mod stands_said;
mod tally;
mod totals;

pub use rank_sets::{Estimated, How, RankSet, RankSets, Undecided, rank_sets, rank_sets_correlated};
pub use runs::{Failed, Followed, Runs, Study};
pub use sensitivity::{
    EntitySensitivity, FactorSensitivity, Output, RankChance, Sensitivity, SensitivityHow, SensitivityMade,
    SensitivityMethod,
};
pub use smaa::{Acceptable, CentralWeight, Smaa};
pub use stands::{AtMost, Chance, Robustness, Sampling, Shown, Stands};
pub use tally::{Counts, Tally};
pub use totals::Errors;
