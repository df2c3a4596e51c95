//! How sure: what of a ranking would stand if the numbers behind it were somewhat different.

mod design;
mod draw;
mod pairs;
mod rank_sets;
mod said;
mod totals;

pub use rank_sets::{Estimated, How, RankSet, RankSets, Undecided, rank_sets};
pub use totals::Errors;
