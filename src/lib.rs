//! kaohe (考核, "assessment") turns an assessment method into data, runs it over statistics and answers what people ask of
//! the result.
//!
//! A [`Scheme`] says how. A [`Panel`] holds what was measured. An [`Assessment`] is the scheme applied to the panel.
//! Everything else is a question asked of an assessment.
//!
//! ```
//! # #[cfg(feature = "toml")] {
//! use kaohe::{Labels, Lang, Panel, Period, Scheme};
//!
//! let scheme = Scheme::from_toml(r#"
//! kaohe = 1
//! id = "research"
//! [[variable]]
//! id = "rd"
//! unit = "亿元"
//! [[variable]]
//! id = "gdp"
//! unit = "亿元"
//! [[indicator]]
//! id = "rd_intensity"
//! formula = "rd / gdp"
//! unit = "%"
//! round = { digits = 2 }
//! points = { rule = "linear", between = [60, 100] }
//! [total]
//! round = { digits = 2 }
//! "#)?;
//! let year = Period::year(2022).unwrap();
//! let panel = Panel::builder(Labels::from_iter(["甲市", "乙市", "丙市"]), vec![year; 3])
//!     .column("rd", vec![144.1, 75.3, 99.0])
//!     .column("gdp", vec![11_201.6, 6_528.1, 8_000.0])
//!     .build()?;
//! let result = scheme.assess(&panel)?;
//! assert_eq!(result.values(result.node("rd_intensity")?), [1.29, 1.15, 1.24]);
//! assert_eq!(result.ranks(), [1.0, 3.0, 2.0]);
//! println!("{}", result.explain("乙市", year)?.to_text(Lang::Zh));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The tour
//!
//! | you want to | look at |
//! |---|---|
//! | read, check, write, compare schemes | [`Scheme`], [`scheme`] |
//! | know what a rule, a measure, an aggregation does | [`method`] |
//! | use the expression language with its units of measure | [`formula`] |
//! | bring data in, check it, fill gaps | [`Panel`], [`check`](check()), [`impute`](impute()) |
//! | have values, points, totals, ranks, grades | [`Scheme::assess`], [`Assessment`] |
//! | prove a number | [`Assessment::explain`], [`explain`] |
//! | know why | [`analysis`] |
//! | plan | [`planning`] |
//! | know how sure a ranking is | [`robustness`] |
//!
//! # Names of the field
//!
//! | OECD/JRC Handbook, COINr | here |
//! |---|---|
//! | `iData`, `iMeta` | [`Panel`], [`Scheme`] |
//! | `Denominate` | a formula: `rd / gdp`, units converted |
//! | `Impute` (`i_mean`, `i_median`, `impute_panel`) | `missing = "peer_mean"`, `"peer_median"`, `"carry_forward"`, `"interpolate"` |
//! | `n_minmax`, `n_goalposts`, `n_zscore`, `n_rank`, `n_borda`, `n_prank`, `n_dist2targ`, `n_fracmax` | rules `linear`, `zscore`, `rank`, `ratio` |
//! | `a_amean`, `a_gmean`, `a_hmean`, `a_genmean` | `aggregate = "arithmetic"`, `"geometric"`, `"harmonic"`, `{ power = p }` |
//! | `get_unit_summary`, `get_str_weak` | [`Assessment::profile`], [`Assessment::strengths`], [`Assessment::explain`] |
//! | `get_stats`, `get_corr`, `get_cronbach`, `get_PCA`, `get_eff_weights` | [`Assessment::statistics`], [`Assessment::correlations`], [`Assessment::components`], [`Assessment::effective_weights`] |
//! | `get_sensitivity` | [`Assessment::robustness`], [`Assessment::sensitivity`] |
//! | `remove_elements`, `get_trends`, `compare_coins` | [`Assessment::leave_out`], [`Assessment::trends`], [`analysis::compare`] |
//!
//! # Features
//!
//! `toml`, which is the default, and `json` read scheme files (`toml` brings the built-in ones); without them a service makes its
//! schemes from a [`scheme::model::Document`]. `schema` generates their JSON Schema, `arrow` reads tables of Arrow, `workbook` reads and writes Excel files, `rayon` uses all threads and `huge-pages` asks Linux for them, with the same bytes
//! out.
//!
//! # Numbers
//!
//! Columns are `f64`, missing is `NaN`. A declared rounding, a tier, a tie, a veto is what exact arithmetic on the typed
//! decimals gives; see [`Exact`], [`Bounded`] and [`Rounding`].
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod analysis;
pub mod answer;
#[cfg(feature = "arrow")]
pub mod arrow;
mod assess;
mod budget;
mod error;
mod exec;
pub mod explain;
pub mod finding;
pub mod formula;
mod memory;
pub mod method;
mod number;
pub mod panel;
pub mod planning;
pub mod report;
pub mod robustness;
pub mod scheme;
mod text;
mod tree;
#[cfg(feature = "workbook")]
pub mod workbook;

pub use assess::{
    Account, Anchored, Assessment, Edit, Flag, FlagKind, NodeWeight, Options, PartialReferences, RankRow,
    Reason, RecordInput, References, Scored, Scorer, Whose,
};
pub use budget::{Budget, Work};
pub use error::{DataError, DataErrorKind, ParseError, SchemeError};
pub use exec::on_one_thread;
pub use explain::Explanation;
pub use finding::{Finding, Place, Severity, nearest};
pub use number::rounding::{Marked, Mode, Rounding};
pub use number::{Bounded, Exact, Number, Rational, Real};
pub use panel::{
    CheckInput, Column, Filled, Imputed, Labels, Members, MembersBuilder, Origin, Panel, PanelBuilder,
    Period, Periods, Source, check, impute,
};
pub use scheme::model::Frequency;
pub use scheme::{Fingerprint, NodeId, Scheme};
pub use text::Lang;
pub use text::markdown::escaped as escape_markdown;

/// The examples of the README are tests.
#[cfg(all(doctest, feature = "toml"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// 中文说明中的示例也是测试。
#[cfg(all(doctest, feature = "toml"))]
#[doc = include_str!("../README.zh-CN.md")]
struct ReadmeInChinese;

/// So are those of the page on services.
#[cfg(all(doctest, feature = "toml"))]
#[doc = include_str!("../docs/rust.md")]
struct InService;

/// 中文页面也一样。
#[cfg(all(doctest, feature = "toml"))]
#[doc = include_str!("../docs/zh/rust.md")]
struct InServiceInChinese;
