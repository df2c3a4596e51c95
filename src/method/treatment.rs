//! Treatments: what is done to outlying values before they are scored.
//!
//! A method fits some numbers on the values that the entities of a period and class have of an indicator, and says which of
//! them stands in for a value. The value that is shown stays what the formula gives; everything that is scored, and all that it
//! is compared with, is the treated one.

mod winsorise;

pub use winsorise::Winsorise;

use serde::{Deserialize, Deserializer, Serialize};

use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::method::part::{Among, Over};
use crate::number::Number;

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

        impl<'de> Deserialize<'de> for Method {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                // The loader hands the normal form over, `{ x = { … } }`, so that serde keeps the place of every parameter.
                #[derive(Deserialize)]
                enum Normal {
                    $(#[serde(rename = $name)] $variant($variant),)*
                }
                #[derive(Deserialize)]
                #[serde(tag = "method")]
                enum Surface {
                    $(#[serde(rename = $name)] $variant($variant),)*
                }
                Ok(if d.is_human_readable() {
                    match Surface::deserialize(d)? { $(Surface::$variant(m) => Method::$variant(m),)* }
                } else {
                    match Normal::deserialize(d)? { $(Normal::$variant(m) => Method::$variant(m),)* }
                })
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

impl<'de> Deserialize<'de> for Treatment {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() { Surface::deserialize(d) } else { Normal::deserialize(d) }
    }
}

#[derive(Deserialize)]
#[serde(remote = "Treatment", deny_unknown_fields)]
struct Normal {
    method: Method,
    #[serde(default)]
    over: Over,
    among: Option<Among>,
}

/// The method refuses the keys that neither it nor the treatment knows.
#[derive(Deserialize)]
#[serde(remote = "Treatment")]
struct Surface {
    #[serde(flatten)]
    method: Method,
    #[serde(default)]
    over: Over,
    #[serde(default)]
    among: Option<Among>,
}

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
