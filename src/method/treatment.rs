//! Treatments: what is done to outlying values before they are scored.
//!
//! A method fits some numbers on the values that the entities of a period and class have of an indicator, and says which of
//! them stands in for a value. The value that is shown stays what the formula gives; everything that is scored, and all that it
//! is compared with, is the treated one.

mod winsorise;

pub use winsorise::Winsorise;

use serde::Serialize;

use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::method::part::{Among, Over};
use crate::number::Number;
use crate::tree::{Kind, Node, Read, Reader, deserialize_by_reading};

/// How the outlying values of an indicator are treated.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = closed))]
pub struct Treatment {
    /// The method.
    #[serde(flatten)]
    pub method: Method,
    /// Periods of the values that it is fitted on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub over: Over,
    /// Entities of the values that it is fitted on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub among: Option<Among>,
}

/// What a method of treatment is.
trait Treat {
    /// What it takes of the set: `fitted` holds these numbers in this order. None of them differs within the set.
    fn fits(&self) -> Vec<Anchor>;
    /// What is wrong with the parameters, `place.path` relative to the treatment.
    fn check(&self) -> Vec<Finding>;
    /// Which of the fitted numbers stands in for a value; none where the value stays. One that is missing stands in for nothing.
    fn instead<N: Number>(&self, x: &N, fitted: &[N]) -> Option<usize>;
    /// Its title, as a code of the catalogue.
    fn title(&self) -> &'static str;
    /// The title of the `k`-th of the fitted numbers, as a code of the catalogue.
    fn role(&self, k: usize) -> &'static str;
    /// The sentence, as a code of the catalogue, that says that the `k`-th of the fitted numbers stands in for a value.
    fn sentence(&self, k: usize) -> &'static str;
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:literal => $variant:ident,)*) => {
        /// A method of treatment with its parameters.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(tag = "method")]
        #[non_exhaustive]
        pub enum Method {
            $($(#[$doc])* #[serde(rename = $name)] $variant($variant),)*
        }

        impl Method {
            /// The method's name, as schemes write it.
            pub fn name(&self) -> &'static str {
                match self { $(Method::$variant(_) => $name,)* }
            }

            /// The code of its title.
            pub(crate) fn title(&self) -> &'static str {
                match self { $(Method::$variant(m) => m.title(),)* }
            }

            /// The code of the title of a fitted number.
            pub(crate) fn role(&self, k: usize) -> &'static str {
                match self { $(Method::$variant(m) => m.role(k),)* }
            }

            /// What it takes of the set.
            pub(crate) fn fits(&self) -> Vec<Anchor> {
                match self { $(Method::$variant(m) => m.fits(),)* }
            }

            /// What is wrong with the parameters, `place.path` relative to the treatment.
            pub(crate) fn check(&self) -> Vec<Finding> {
                match self { $(Method::$variant(m) => m.check(),)* }
            }

            /// Which of the fitted numbers stands in for a value.
            pub(crate) fn instead<N: Number>(&self, x: &N, fitted: &[N]) -> Option<usize> {
                match self { $(Method::$variant(m) => m.instead(x, fitted),)* }
            }

            /// The code of the sentence that says so.
            pub(crate) fn sentence(&self, k: usize) -> &'static str {
                match self { $(Method::$variant(m) => m.sentence(k),)* }
            }
        }

        impl Method {
            /// The method of a table that holds the keys of something else, too.
            fn read_beside(node: &Node, beside: &[&str], r: &mut Reader) -> Option<Self> {
                let name = r.required_node(node, "method")?;
                let beside = &[beside, &["method"]].concat();
                match name.text() {
                    $(Some($name) => $variant::read_beside(node, beside, r).map(Method::$variant),)*
                    _ => r.not_among(name, &[$($name),*]),
                }
            }
        }
    };
}

methods! {
    /// 缩尾: what lies beyond an end becomes the end.
    "winsorise" => Winsorise,
}

impl Method {
    /// The value as it is scored.
    pub fn apply<N: Number>(&self, x: &N, fitted: &[N]) -> N {
        self.instead(x, fitted).and_then(|k| fitted.get(k)).unwrap_or(x).clone()
    }
}

impl Read for Method {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        Method::read_beside(node, &[], r)
    }
}

impl Read for Treatment {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        let Kind::Table(_) = node.kind else { return r.refuse(node, "want_table") };
        let method = Method::read_beside(node, &["over", "among"], r);
        Some(Treatment {
            over: r.or(node, "over", Over::default),
            among: r.optional(node, "among"),
            method: method?,
        })
    }
}

deserialize_by_reading!(Method, Treatment);

fn is_default<T: Default + PartialEq>(x: &T) -> bool {
    *x == T::default()
}

/// Closes the schema: the parameters of the method stand beside the treatment's own keys.
#[cfg(feature = "schema")]
fn closed(schema: &mut schemars::Schema) {
    schema.insert("unevaluatedProperties".to_owned(), false.into());
}

#[cfg(test)]
#[path = "treatment_tests.rs"]
mod tests;
