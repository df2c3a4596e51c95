//! Treatments: what is done to outlying values before they are scored.
//!
//! A method fits some numbers on the values that the entities of a period and class have of an indicator, and says what they make of a
//! value: one of them stands in for it, or it is transformed. No treatment turns the order of two values round. The value that is shown stays
//! what the formula gives; everything that is scored, and all that it is compared with, is the treated one.

mod box_cox;
mod fit;
mod logarithm;
mod stages;
mod winsorise;

pub use box_cox::BoxCox;
pub(crate) use fit::{Fit, Follow};
pub use logarithm::{Log, LogGii, LogPlus, LogShift};
pub use stages::Stages;
pub use winsorise::Winsorise;

use serde::Serialize;

use crate::finding::Finding;
use crate::method::anchor::{Anchor, Fitted, Role};
use crate::method::part::{Among, Over};
use crate::method::sheet::{Scratch, Title};
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

/// What becomes of a value that is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moved {
    /// The `k`-th of the fitted numbers stands in for it.
    End(usize),
    /// It is transformed; the number says how, where a method has several ways.
    Made(usize),
}

/// What a method of treatment is.
pub(crate) trait Treat {
    /// What it fits on the set, in this order.
    fn roles(&self) -> Vec<Fitted>;
    /// The numbers that it fits on the values of a set, which are ascending and at least one.
    fn fit<N: Follow>(&self, ascending: &[N], fit: &mut Fit) -> Vec<N>;
    /// The fitted numbers as anchors of the set, where they are that.
    fn anchors(&self) -> Option<Vec<Anchor>> {
        None
    }
    /// What is wrong with the parameters, `place.path` relative to the treatment.
    fn check(&self) -> Vec<Finding>;
    /// What becomes of a value; none where it stays. A number that is missing does nothing.
    fn moved<N: Number>(&self, x: &N, fitted: &[N]) -> Option<Moved>;
    /// What a transformation makes of a value that it says is transformed.
    fn made<N: Number>(&self, x: &N, _fitted: &[N]) -> N {
        x.clone()
    }
    /// Its title, as a code of the catalogue.
    fn title(&self) -> &'static str;
    /// The title of the `k`-th of the fitted numbers, as a code of the catalogue.
    fn role(&self, k: usize) -> &'static str;
    /// The sentence, as a code of the catalogue, that says what became of a value.
    fn sentence(&self, moved: Moved) -> &'static str;
    /// The fitted numbers in the order of [`Method::fits`], as addresses of cells that are put for them, from the range that holds the values
    /// of the set.
    fn sheet_fit(&self, set: &str, cells: &mut dyn Scratch) -> Vec<String>;
    /// The same with a cell for every one of the roles, empty where the scheme gives nothing for it.
    fn sheet_roles(&self, set: &str, cells: &mut dyn Scratch) -> Vec<String> {
        self.sheet_fit(set, cells)
    }
    /// The value as it is scored, as a spreadsheet formula of its cell and of those of the fitted numbers.
    fn sheet(&self, x: &str, fitted: &[String]) -> String;
    /// The sentence that says why a value stays as it is.
    fn stays(&self) -> &'static str {
        "explain_not_treated"
    }
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
        }

        impl Treat for Method {
            fn roles(&self) -> Vec<Fitted> {
                match self { $(Method::$variant(m) => m.roles(),)* }
            }
            fn fit<N: Follow>(&self, ascending: &[N], fit: &mut Fit) -> Vec<N> {
                match self { $(Method::$variant(m) => m.fit(ascending, fit),)* }
            }
            fn anchors(&self) -> Option<Vec<Anchor>> {
                match self { $(Method::$variant(m) => m.anchors(),)* }
            }
            fn check(&self) -> Vec<Finding> {
                match self { $(Method::$variant(m) => m.check(),)* }
            }
            fn moved<N: Number>(&self, x: &N, fitted: &[N]) -> Option<Moved> {
                match self { $(Method::$variant(m) => m.moved(x, fitted),)* }
            }
            fn made<N: Number>(&self, x: &N, fitted: &[N]) -> N {
                match self { $(Method::$variant(m) => m.made(x, fitted),)* }
            }
            fn title(&self) -> &'static str {
                match self { $(Method::$variant(m) => m.title(),)* }
            }
            fn role(&self, k: usize) -> &'static str {
                match self { $(Method::$variant(m) => m.role(k),)* }
            }
            fn sentence(&self, moved: Moved) -> &'static str {
                match self { $(Method::$variant(m) => m.sentence(moved),)* }
            }
            fn sheet_roles(&self, set: &str, cells: &mut dyn Scratch) -> Vec<String> {
                match self { $(Method::$variant(m) => m.sheet_roles(set, cells),)* }
            }
            fn sheet_fit(&self, set: &str, cells: &mut dyn Scratch) -> Vec<String> {
                match self { $(Method::$variant(m) => m.sheet_fit(set, cells),)* }
            }
            fn sheet(&self, x: &str, fitted: &[String]) -> String {
                match self { $(Method::$variant(m) => m.sheet(x, fitted),)* }
            }
            fn stays(&self) -> &'static str {
                match self { $(Method::$variant(m) => m.stays(),)* }
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
    /// 缩尾: what lies beyond an end becomes the end; ends that are given, or found by skewness and kurtosis.
    "winsorise" => Winsorise,
    /// 对数: `ln(x − min + 0.01 · (max − min))`.
    "log" => Log,
    /// 对数, from the largest value down where the values are skewed to the left.
    "log_plus" => LogPlus,
    /// 对数: `ln(x − min + 1)`.
    "log_shift" => LogShift,
    /// 对数: `ln((max − 1) · (x − min) / (max − min) + 1)`.
    "log_gii" => LogGii,
    /// Box–Cox 变换 of `x − min + 1`.
    "box_cox" => BoxCox,
    /// The first of several methods after which skewness and kurtosis are within limits.
    "stages" => Stages,
}

impl Method {
    /// What it takes of the set: `fitted` holds these numbers in this order. None of them differs within the set.
    pub(crate) fn fits(&self) -> Vec<Anchor> {
        self.anchors().unwrap_or_else(|| self.roles().into_iter().map(Anchor::Fitted).collect())
    }

    /// The numbers of the set that are no anchors of it, from its values in any order, and whether they are in doubt; missing ones where
    /// there is no value.
    pub(crate) fn fitted<N: Follow>(&self, mut values: Vec<N>) -> (Vec<N>, bool) {
        if values.is_empty() {
            return (self.roles().iter().map(|_| N::missing()).collect(), false);
        }
        values.sort_by(|a, b| a.order(b).unwrap_or(std::cmp::Ordering::Equal));
        let mut fit = Fit::default();
        let numbers = self.fit(&values, &mut fit);
        (numbers, fit.is_open)
    }

    /// What becomes of a value.
    pub(crate) fn moves<N: Number>(&self, x: &N, fitted: &[N]) -> Option<Moved> {
        if x.is_missing() { None } else { self.moved(x, fitted) }
    }

    /// A value that becomes another one.
    pub(crate) fn becomes<N: Number>(&self, moved: Moved, x: &N, fitted: &[N]) -> N {
        match moved {
            Moved::End(k) => fitted.get(k).unwrap_or(x).clone(),
            Moved::Made(_) => self.made(x, fitted),
        }
    }

    /// The value as it is scored.
    pub fn apply<N: Number>(&self, x: &N, fitted: &[N]) -> N {
        self.moves(x, fitted).map_or_else(|| x.clone(), |moved| self.becomes(moved, x, fitted))
    }

    /// The fitted numbers in the order in which they are fitted, as addresses of spreadsheet cells that are put for them, from the range that
    /// holds the values of the set (see [`sheet`](crate::method::sheet)).
    pub fn sheet_fit(&self, set: &str, cells: &mut dyn Scratch) -> Vec<String> {
        Treat::sheet_fit(self, set, cells)
    }

    /// The value as it is scored, as a spreadsheet formula of its cell and of those of the fitted numbers.
    pub fn sheet(&self, x: &str, fitted: &[String]) -> String {
        Treat::sheet(self, x, fitted)
    }

    /// The code of the sentence that says what became of a value, or why it stays.
    pub(crate) fn said(&self, moved: Option<Moved>) -> &'static str {
        moved.map_or_else(|| self.stays(), |moved| self.sentence(moved))
    }
}

/// What stands beside the cell of a fitted number, whose title may name the anchor that an end is.
fn sheet_title(role: &'static str) -> Title {
    Title::of_set(match role {
        "explain_low" => "sheet_low",
        "explain_high" => "sheet_high",
        other => other,
    })
}

/// The fitted numbers of a method without stages.
fn alone(roles: &[Role]) -> Vec<Fitted> {
    roles.iter().map(|role| Fitted { role: *role, stage: 0 }).collect()
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
