//! Scoring rules: from a measure to points.
//!
//! A rule is plain data. A **leaf** turns one measure into points; its kernel is written once over
//! [`Number`] and answers every question about it in its own file (see [`Kernel`]). A **combinator** holds
//! parts of its own and turns their points into one. Adding a rule is its file and one line of the lists below.
//!
//! What holds for all leaves: [`Shape`] (where it is flat, rises, falls, jumps), [`rewards_worse`] (the load-time
//! warning) and [`solve`] (which measures reach given points).

mod bands;
mod combine;
mod curve;
mod ends;
mod exponential;
mod formula;
mod interval;
mod invert;
mod kernel;
mod linear;
mod matrix;
mod per_step;
mod rank;
mod ratio;
mod shape;
mod steps;
mod table;
mod zscore;

pub use bands::Bands;
pub use combine::{BestOf, Combine, Sum, WorstOf};
pub use curve::{Curve, Outside};
pub use exponential::Exponential;
pub use formula::ByFormula;
pub use interval::Interval;
pub use invert::{Range, solve};
pub(crate) use kernel::Scale;
pub use kernel::{Between, Branch, Break, Equals, Input, Kernel, Limit, Setting};
pub use linear::Linear;
pub use matrix::Matrix;
pub use per_step::{FromNegative, Partial, PerStep, Step};
pub use rank::Rank;
pub use ratio::Ratio;
pub use shape::{Jump, Piece, Shape, Trend, rewards_worse};
pub use steps::Steps;
pub use table::{Bound, Entry};
pub use zscore::ZScore;

use serde::Serialize;

use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::method::part::Part;
use crate::number::sealed::Sealed;
use crate::number::{Bounded, Number};
use crate::tree::{Node, Read, Reader, deserialize_by_reading};
pub(crate) use kernel::{Block, Errors};

/// Makes the enums of rules from one list, and forwards every question to the rule's own file.
macro_rules! rules {
    (
        leaves { $($(#[$doc:meta])* $name:literal => $variant:ident,)* }
        combinators { $($(#[$cdoc:meta])* $cname:literal => $cvariant:ident,)* }
    ) => {
        /// A rule that scores one measure.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(tag = "rule")]
        #[non_exhaustive]
        pub enum Leaf {
            $($(#[$doc])* #[serde(rename = $name)] $variant($variant),)*
        }

        /// A rule that combines the points of its parts.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(tag = "rule")]
        #[non_exhaustive]
        pub enum Combinator {
            $($(#[$cdoc])* #[serde(rename = $cname)] $cvariant($cvariant),)*
        }

        /// Names of the rules, as schemes write them.
        pub const RULE_NAMES: &[&str] = &[$($name,)* $($cname,)*];

        impl Rule {
            /// The rule's name, as schemes write it.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Rule::Leaf(Leaf::$variant(_)) => $name,)*
                    $(Rule::Combinator(Combinator::$cvariant(_)) => $cname,)*
                }
            }

            /// The code of its title.
            pub(crate) fn title(&self) -> &'static str {
                match self {
                    $(Rule::Leaf(Leaf::$variant(_)) => concat!("explain_rule_", $name),)*
                    $(Rule::Combinator(Combinator::$cvariant(_)) => concat!("explain_rule_", $cname),)*
                }
            }
        }

        impl Leaf {
            /// The rule's name, as schemes write it.
            pub fn name(&self) -> &'static str {
                match self { $(Leaf::$variant(_) => $name,)* }
            }
        }

        impl Kernel for Leaf {
            fn anchors(&self, s: &Setting) -> Vec<Anchor> {
                match self { $(Leaf::$variant(r) => r.anchors(s),)* }
            }
            fn input(&self) -> Input {
                match self { $(Leaf::$variant(r) => r.input(),)* }
            }
            fn equals(&self) -> Equals {
                match self { $(Leaf::$variant(r) => r.equals(),)* }
            }
            fn check(&self, s: &Setting) -> Vec<Finding> {
                match self { $(Leaf::$variant(r) => r.check(s),)* }
            }
            #[inline]
            fn score<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> N {
                match self { $(Leaf::$variant(r) => r.score(x, a, s),)* }
            }
            fn breaks<N: Number>(&self, a: &[N], s: &Setting) -> Vec<Break<N>> {
                match self { $(Leaf::$variant(r) => r.breaks(a, s),)* }
            }
            fn between(&self) -> Between {
                match self { $(Leaf::$variant(r) => r.between(),)* }
            }
            fn block_error(&self, low: f64, high: f64, error: f64, a: &[Bounded], s: &Setting) -> Option<f64> {
                match self { $(Leaf::$variant(r) => r.block_error(low, high, error, a, s),)* }
            }
            fn is_moderate(&self) -> bool {
                match self { $(Leaf::$variant(r) => r.is_moderate(),)* }
            }
            fn branch<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> Branch {
                match self { $(Leaf::$variant(r) => r.branch(x, a, s),)* }
            }
            fn sheet(&self, x: &str, a: &[String], s: &Setting) -> String {
                match self { $(Leaf::$variant(r) => r.sheet(x, a, s),)* }
            }
        }

        impl Leaf {
            /// Scores a block of measures against one set of anchors into `v`. The rule is looked up once a block, so that
            /// the compiler sees a plain loop.
            pub(crate) fn score_block(&self, block: &Block<'_>, s: &Setting, v: &mut [f64]) -> Errors {
                match self { $(Leaf::$variant(r) => kernel::score_block(r, block, s, v),)* }
            }
        }

        impl Combine for Combinator {
            fn parts(&self) -> &[Part] {
                match self { $(Combinator::$cvariant(r) => r.parts(),)* }
            }
            fn skips_missing(&self) -> bool {
                match self { $(Combinator::$cvariant(r) => r.skips_missing(),)* }
            }
            fn check(&self, s: &Setting) -> Vec<Finding> {
                match self { $(Combinator::$cvariant(r) => r.check(s),)* }
            }
            fn combine<N: Number>(&self, scores: &[N]) -> N {
                match self { $(Combinator::$cvariant(r) => r.combine(scores),)* }
            }
            fn branch<N: Number>(&self, scores: &[N]) -> Branch {
                match self { $(Combinator::$cvariant(r) => r.branch(scores),)* }
            }
            fn sheet(&self, scores: &[String]) -> String {
                match self { $(Combinator::$cvariant(r) => r.sheet(scores),)* }
            }
        }

        impl Sealed for Leaf {}
        impl Sealed for Combinator {}
        $(impl Sealed for $variant {})*
        $(impl Sealed for $cvariant {})*

        $(impl From<$variant> for Rule {
            fn from(r: $variant) -> Rule { Rule::Leaf(Leaf::$variant(r)) }
        })*
        $(impl From<$cvariant> for Rule {
            fn from(r: $cvariant) -> Rule { Rule::Combinator(Combinator::$cvariant(r)) }
        })*

        impl Rule {
            /// The rule of a table that holds the keys of something else, too.
            pub(crate) fn read_beside(node: &Node, beside: &[&str], r: &mut Reader) -> Option<Self> {
                let name = r.required_node(node, "rule")?;
                let beside = &[beside, &["rule"]].concat();
                match name.text() {
                    $(Some($name) => $variant::read_beside(node, beside, r).map(Rule::from),)*
                    $(Some($cname) => $cvariant::read_beside(node, beside, r).map(Rule::from),)*
                    _ => r.not_among(name, RULE_NAMES),
                }
            }
        }
    };
}

/// A scoring rule with its parameters.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[allow(clippy::large_enum_variant, reason = "a scheme holds some dozens of rules; none is moved in a loop")]
pub enum Rule {
    /// Scores one measure.
    Leaf(Leaf),
    /// Combines the points of its parts.
    Combinator(Combinator),
}

impl Read for Rule {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        Rule::read_beside(node, &[], r)
    }
}

deserialize_by_reading!(Rule);

impl Rule {
    /// The parts of a combinator, none of a leaf.
    pub fn parts(&self) -> &[Part] {
        match self {
            Rule::Leaf(_) => &[],
            Rule::Combinator(c) => c.parts(),
        }
    }

    /// The kernel of a leaf.
    pub fn leaf(&self) -> Option<&Leaf> {
        match self {
            Rule::Leaf(leaf) => Some(leaf),
            Rule::Combinator(_) => None,
        }
    }

    /// Parameters that are not valid, `place.path` relative to the rule; of a combinator without its parts, which the
    /// caller walks (each has a setting of its own).
    pub fn check(&self, s: &Setting) -> Vec<Finding> {
        match self {
            Rule::Leaf(leaf) => leaf.check(s),
            Rule::Combinator(c) => c.check(s),
        }
    }
}

rules! {
    leaves {
        /// 功效系数法 / min–max: a straight line between two anchors.
        "linear" => Linear,
        /// 完成率、标准值法: the ratio to an anchor.
        "ratio" => Ratio,
        /// 分档计分: a table of thresholds.
        "steps" => Steps,
        /// 每增减一步加减分: points for every step above or below an anchor.
        "per_step" => PerStep,
        /// 分段线性: a line through given points.
        "curve" => Curve,
        /// 位次分: points for the rank.
        "rank" => Rank,
        /// 标准分: standard deviations from the mean.
        "zscore" => ZScore,
        /// 适度指标: best inside an interval.
        "interval" => Interval,
        /// 指数型功效函数: an exponential between two anchors.
        "exponential" => Exponential,
        /// 企业绩效评价分档功效系数: standard values with coefficients.
        "bands" => Bands,
        /// 公式计分: an expression over the measure and its anchors.
        "formula" => ByFormula,
    }
    combinators {
        /// 合计: the sum of the parts.
        "sum" => Sum,
        /// 取高: the best of the parts.
        "best_of" => BestOf,
        /// 取低: the worst of the parts.
        "worst_of" => WorstOf,
        /// 双条件矩阵: a table over two conditions.
        "matrix" => Matrix,
    }
}

#[cfg(test)]
#[path = "rules/rules_tests.rs"]
mod tests;
