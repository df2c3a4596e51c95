//! What the fuzz targets do with their bytes. Each target is a function of bytes that returns, or fails an assertion.
//!
//! Texts (schemes, formulas, numbers, units, periods) are taken as they come, so that a dictionary helps; schemes with
//! their data, and the arguments of questions, are drawn from the bytes ([`draw`]).

mod draw;
mod formula;
mod number;
mod panel;
mod planning;
mod questions;
mod same;
mod scheme;
mod words;

pub use formula::formula;
pub use number::number;
pub use panel::panel;
pub use planning::planning;
pub use questions::questions;
pub use scheme::{scheme_json, scheme_toml};
pub use words::{period, unit};
