//! A scheme: the method as data.
//!
//! [`Scheme`] is a document that was checked; what its tables say is in [`model`].

pub(crate) mod address;
mod builtin;
mod canonical;
pub(crate) mod check;
mod cleaning;
pub mod coinr;
mod control;
mod diff;
mod encode;
pub(crate) mod final_step;
mod fingerprint;
mod forms;
#[cfg(feature = "schema")]
mod json_schema;
#[cfg(feature = "json")]
mod json_tree;
mod load;
pub mod model;
mod node;
pub(crate) mod period;
pub(crate) mod plan;
mod robustness;
mod source;
mod statistics;
#[cfg(feature = "toml")]
mod toml_tree;

use std::sync::Arc;

pub use cleaning::Cleaning;
pub use control::Variables;
pub use diff::{ChangeKind, SchemeChange, diff};
pub use fingerprint::Fingerprint;
#[cfg(feature = "schema")]
pub use json_schema::json_schema;
pub use node::NodeId;

use crate::error::SchemeError;
use crate::finding::Finding;
use model::Document;

/// A part of a scheme as its file has it, on one line.
pub(crate) fn written<T: serde::Serialize>(value: &T) -> String {
    encode::tree(value).map_or_else(String::new, |node| crate::tree::inline(&node))
}

/// An assessment method that was read and checked: immutable, cheap to clone, comparable by its fingerprint.
///
/// ```
/// # #[cfg(feature = "toml")] {
/// use kaohe::Scheme;
/// let scheme = Scheme::from_toml(r#"
/// kaohe = 1
/// id = "example"
/// [[variable]]
/// id = "rd"
/// unit = "亿元"
/// [[variable]]
/// id = "gdp"
/// unit = "亿元"
/// [[indicator]]
/// id = "rd_intensity"
/// formula = "rd / gdp"
/// unit = "%"
/// points = { rule = "linear", low = 0, high = 3 }
/// "#)?;
/// assert_eq!(scheme.document().indicators[0].weight, 1.0);
/// assert_eq!(Scheme::from_toml(&scheme.to_toml())?.fingerprint(), scheme.fingerprint());
/// # }
/// # Ok::<(), kaohe::SchemeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Scheme(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    document: Document,
    plan: plan::Plan,
    warnings: Vec<Finding>,
    fingerprint: Fingerprint,
}

impl PartialEq for Scheme {
    fn eq(&self, other: &Self) -> bool {
        self.0.fingerprint == other.0.fingerprint
    }
}

impl Eq for Scheme {}

impl Scheme {
    fn new((document, plan, warnings): load::Loaded) -> Self {
        let fingerprint = Fingerprint::of(&document);
        Scheme(Arc::new(Inner { document, plan, warnings, fingerprint }))
    }

    /// Reads and checks TOML.
    ///
    /// # Errors
    /// Every problem of the text at once, each with line and caret. A bad scheme never loads halfway.
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, SchemeError> {
        load::load(text, None, toml_tree::parse).map(Scheme::new)
    }

    /// Reads and checks JSON of the same structure.
    ///
    /// # Errors
    /// As [`from_toml`](Scheme::from_toml); of several syntax errors the first.
    #[cfg(feature = "json")]
    pub fn from_json(text: &str) -> Result<Self, SchemeError> {
        load::load(text, None, json_tree::parse).map(Scheme::new)
    }

    /// Reads and checks a file: JSON if its name ends in `.json`, else TOML.
    ///
    /// # Errors
    /// As [`from_toml`](Scheme::from_toml); also a file that cannot be read, or is not UTF-8.
    pub fn load(path: impl AsRef<std::path::Path>) -> Result<Self, SchemeError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        let parse = load::parser_for(path)?;
        let text = load::read(path)?;
        load::load(&text, Some(file), parse).map(Scheme::new)
    }

    /// Checks a document that a program made.
    ///
    /// # Errors
    /// Every problem at once, each with its key path.
    pub fn from_document(document: Document) -> Result<Self, SchemeError> {
        load::from_document(document).map(Scheme::new)
    }

    /// A scheme that ships with the crate; `None` if there is none of that name.
    #[cfg(feature = "toml")]
    pub fn builtin(name: &str) -> Option<Self> {
        // A test loads every one of them.
        Scheme::from_toml(builtin::text(name)?).ok()
    }

    /// Names of the schemes that ship with the crate.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        builtin::names()
    }

    /// The text of a scheme that ships with the crate, with its comments.
    pub fn builtin_text(name: &str) -> Option<&'static str> {
        builtin::text(name)
    }

    /// What the scheme says.
    pub fn document(&self) -> &Document {
        &self.0.document
    }

    /// The method compiled.
    pub(crate) fn plan(&self) -> &plan::Plan {
        &self.0.plan
    }

    /// What is odd about the scheme, though it loads.
    pub fn warnings(&self) -> &[Finding] {
        &self.0.warnings
    }

    /// Which method it is: a hash of the canonical form.
    pub fn fingerprint(&self) -> Fingerprint {
        self.0.fingerprint
    }

    /// The canonical TOML: keys in the order of the model, defaults left out, numbers as short as can be.
    pub fn to_toml(&self) -> String {
        canonical::toml(&self.0.document)
    }

    /// The canonical JSON.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        crate::tree::json(&mut out, &canonical::tree(&self.0.document), Some(0));
        out.push('\n');
        out
    }
}
