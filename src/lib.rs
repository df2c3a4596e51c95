//! kaohe (考核, "assessment"): an assessment method as data, run over statistics.
#![forbid(unsafe_code)]

mod error;
pub mod finding;
pub mod method;
mod number;
pub mod scheme;
mod text;

pub use error::{DataError, SchemeError};
pub use finding::{Finding, Place, Severity};
pub use method::rounding::{Mode, Rounding};
pub use number::{Bounded, Exact, Number};
pub use scheme::{Fingerprint, Scheme};
pub use text::Lang;
