//! Scoring rules: from a measure to points.
//!
//! A rule is plain data; its kernel is written once over [`Number`](crate::Number). Every question about a rule is answered in its
//! own file (see [`Kernel`]); adding a rule is that file and one line of the list below.

mod kernel;
mod linear;

pub use kernel::{Branch, Break, Input, Kernel, Limit, Setting};
pub use linear::Linear;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::Number;

/// Makes the enum of rules from one list, and forwards every question to the rule's own file.
macro_rules! rules {
    ($($(#[$doc:meta])* $name:literal => $variant:ident,)*) => {
        /// A scoring rule with its parameters.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(tag = "rule")]
        pub enum Rule {
            $($(#[$doc])* #[serde(rename = $name)] $variant($variant),)*
        }

        /// Names of the rules, as schemes write them.
        pub const RULE_NAMES: &[&str] = &[$($name),*];

        impl Rule {
            /// The rule's name, as schemes write it.
            pub fn name(&self) -> &'static str {
                match self { $(Rule::$variant(_) => $name,)* }
            }
        }

        impl Kernel for Rule {
            fn anchors(&self, s: &Setting) -> Vec<Anchor> {
                match self { $(Rule::$variant(r) => r.anchors(s),)* }
            }
            fn input(&self) -> Input {
                match self { $(Rule::$variant(r) => r.input(),)* }
            }
            fn check(&self, s: &Setting) -> Vec<Finding> {
                match self { $(Rule::$variant(r) => r.check(s),)* }
            }
            #[inline]
            fn score<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> N {
                match self { $(Rule::$variant(r) => r.score(x, a, s),)* }
            }
            fn breaks<N: Number>(&self, a: &[N], s: &Setting) -> Vec<Break<N>> {
                match self { $(Rule::$variant(r) => r.breaks(a, s),)* }
            }
            fn branch<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> Branch {
                match self { $(Rule::$variant(r) => r.branch(x, a, s),)* }
            }
            fn sheet(&self, x: &str, a: &[String], s: &Setting) -> String {
                match self { $(Rule::$variant(r) => r.sheet(x, a, s),)* }
            }
        }

        impl<'de> Deserialize<'de> for Rule {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                // The loader hands `{ rule = "x", … }` over as `{ x = { … } }`, so that serde keeps the place of every
                // parameter (an internally tagged enum would lose it).
                #[derive(Deserialize)]
                enum Normal { $(#[serde(rename = $name)] $variant($variant),)* }
                Ok(match Normal::deserialize(d)? { $(Normal::$variant(r) => Rule::$variant(r),)* })
            }
        }
    };
}

rules! {
    /// 功效系数法 / min–max: a straight line between two anchors.
    "linear" => Linear,
}
