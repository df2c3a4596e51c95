//! kaohe (考核, "assessment"): an assessment method as data, run over statistics.
#![forbid(unsafe_code)]

pub mod analysis;
mod assess;
mod error;
pub mod explain;
pub mod finding;
pub mod formula;
pub mod method;
mod number;
pub mod panel;
pub mod planning;
pub mod scheme;
mod text;

pub use assess::{Assessment, Flag, FlagKind, Options, RankRow};
pub use error::{DataError, SchemeError};
pub use explain::Explanation;
pub use finding::{Finding, Place, Severity};
pub use method::rounding::{Mode, Rounding};
pub use number::{Bounded, Exact, Number};
pub use panel::{
    CheckInput, Column, Filled, Imputed, Labels, Panel, PanelBuilder, Period, Source, check, impute,
};
pub use scheme::model::Frequency;
pub use scheme::{Fingerprint, Scheme};
pub use text::Lang;

/// The examples of the README are tests.
#[cfg(all(doctest, feature = "toml"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// 中文说明中的示例也是测试。
#[cfg(all(doctest, feature = "toml"))]
#[doc = include_str!("../README.zh-CN.md")]
struct ReadmeInChinese;
