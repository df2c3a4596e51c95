//! Methods as data: parameters and kernels of everything a scheme can name.
//!
//! One folder a kind (treatments, measures, rules, aggregations, weightings), one file per method. A file holds everything about
//! its method: parameters, what it needs to know of the peers, its kernel generic over [`Number`](crate::Number), how
//! it explains a cell, how it inverts, its spreadsheet formula, its tests.

pub mod aggregation;
pub mod anchor;
pub mod imputation;
pub mod measures;
pub mod missing;
pub mod part;
pub mod ranking;
pub mod rules;
pub mod screening;
pub mod sheet;
pub mod treatment;
pub mod weighting;
