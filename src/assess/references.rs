//! References as data: what rules compare with, without the panel that it was taken from.
//!
//! A set is named by its period and class, never by rows, and whatever was computed over it (an extreme, a mean, an ordered
//! list, a sum over the panel, what fills a gap) stands there as a number with its error and its exact form. An assessment
//! against references reads these numbers where it would otherwise look at its own rows; everything else is the same engine.

mod fast;
mod freeze;
mod given;
mod held;
mod ladder;
mod part;
mod partial;
mod ranked;
mod record;
mod scorer;
#[cfg(feature = "json")]
#[cfg(test)]
mod scorer_tests;
mod sets;
#[cfg(feature = "json")]
#[cfg(test)]
mod tests;
mod treated;
mod written;

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use held::Held;
pub(crate) use ladder::Ladder;
pub use part::Anchored;
pub use partial::PartialReferences;
pub use record::RecordInput;
pub use scorer::{Scored, Scorer, Whose};
use written::Content;

use super::{Assessment, Options};
use crate::error::DataError;
use crate::finding::Finding;
use crate::panel::{Panel, Period};
use crate::scheme::{Fingerprint, Scheme, SchemeChange, diff};
use crate::text::Lang;

/// What a scheme compares with, taken from a panel and then kept: anchors, ordered sets, sums over the panel, what fills gaps,
/// weights that were computed, and the totals that a record is ranked among. Cheap to clone; serde writes and reads it, exactly.
///
/// ```
/// # #[cfg(all(feature = "toml", feature = "json"))] {
/// use kaohe::{Labels, Panel, Period, References, Scheme};
/// # let scheme = Scheme::from_toml(r#"
/// # kaohe = 1
/// # id = "example"
/// # variable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }]
/// # [[indicator]]
/// # id = "rd_intensity"
/// # formula = "rd / gdp"
/// # unit = "%"
/// # points = { rule = "linear" }
/// # "#)?;
/// let year = Period::year(2023).unwrap();
/// let panel = |names: &[&str], rd: &[f64], gdp: &[f64]| {
///     Panel::builder(names.iter().copied().collect(), vec![year; names.len()])
///         .column("rd", rd.to_vec()).column("gdp", gdp.to_vec()).build().unwrap()
/// };
/// let references = scheme.references(&panel(&["甲", "乙"], &[1.0, 3.0], &[100.0, 100.0]))?;
/// // Half-way between 1 % and 3 %, whoever stands beside it.
/// let later = scheme.assess_against(&references, &panel(&["丙"], &[4.0], &[200.0]))?;
/// assert_eq!(later.totals(), [50.0]);
/// assert_eq!(References::from_json(&references.to_json())?.fingerprint(), scheme.fingerprint());
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct References(Arc<Inner>);

struct Inner {
    scheme: Scheme,
    content: Content,
}

impl std::fmt::Debug for References {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "References({}, {} parts)", self.fingerprint(), self.0.content.parts.len())
    }
}

impl PartialEq for References {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.content == other.0.content
    }
}

impl Serialize for References {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.content.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for References {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let content = Content::deserialize(deserializer)?;
        References::of(content).map_err(|e| serde::de::Error::custom(e.render(Lang::En)))
    }
}

impl References {
    /// References whose parts are those of the scheme that stands with them.
    fn of(content: Content) -> Result<Self, DataError> {
        let damaged =
            |what: &str| DataError::new(vec![Finding::error("references_damaged").fact("what", what)]);
        if content.references != written::VERSION {
            let version = Finding::error("references_version").fact("version", content.references);
            return Err(DataError::new(vec![version]));
        }
        let scheme = Scheme::from_document(content.scheme.clone())
            .map_err(|e| damaged(e.findings().first().map_or("scheme", |f| f.code)))?;
        if scheme.fingerprint().to_string() != content.fingerprint {
            return Err(damaged("fingerprint"));
        }
        if let Some(what) = content.unlike(&scheme) {
            return Err(damaged(&what));
        }
        Ok(References(Arc::new(Inner { scheme, content })))
    }

    /// The scheme that they were taken with.
    pub fn scheme(&self) -> &Scheme {
        &self.0.scheme
    }

    /// The fingerprint of that scheme.
    pub fn fingerprint(&self) -> Fingerprint {
        self.0.scheme.fingerprint()
    }

    /// The periods that they were taken from, ascending.
    pub fn periods(&self) -> Vec<Period> {
        let mut periods: Vec<Period> = self.0.content.covers.iter().map(|cover| cover.period).collect();
        periods.sort_unstable();
        periods.dedup();
        periods
    }

    /// Every anchor: part by part, set by set.
    pub fn anchors(&self) -> Vec<Anchored> {
        part::anchored(&self.0.content)
    }

    /// The JSON; [`References::from_json`] reads it to the same references, bit by bit.
    #[cfg(feature = "json")]
    pub fn to_json(&self) -> String {
        // Only what cannot be written to a string fails, and all of this can.
        serde_json::to_string(&self.0.content).unwrap_or_default()
    }

    /// Reads what [`References::to_json`] writes.
    ///
    /// # Errors
    /// Text that is no JSON of references, of another version, or whose parts are not those of its scheme.
    #[cfg(feature = "json")]
    pub fn from_json(text: &str) -> Result<Self, DataError> {
        let content = serde_json::from_str(text)
            .map_err(|e| DataError::new(vec![Finding::error("references_json").fact("what", e)]))?;
        References::of(content)
    }

    /// Whether a scheme can be used with them: theirs and no other.
    ///
    /// # Errors
    /// What the other scheme has different.
    pub fn accept(&self, scheme: &Scheme) -> Result<(), DataError> {
        self.refusal(scheme).map_or(Ok(()), |refused| Err(DataError::new(vec![refused])))
    }

    /// Why a scheme cannot be used with them, if it is another one than theirs.
    pub(crate) fn refusal(&self, scheme: &Scheme) -> Option<Finding> {
        refusal(&self.0.scheme, scheme)
    }
}

/// What another scheme has different, if it is another one.
fn refusal(theirs: &Scheme, scheme: &Scheme) -> Option<Finding> {
    /// Differences that are named; the others are counted.
    const NAMED: usize = 5;
    if scheme == theirs {
        return None;
    }
    let changes = diff(theirs, scheme);
    let mut texts: Vec<String> = changes.iter().take(NAMED).map(SchemeChange::terse).collect();
    if changes.len() > NAMED {
        texts.push(format!("… (+{})", changes.len() - NAMED));
    }
    let finding = Finding::error("references_scheme")
        .fact("references", theirs.fingerprint())
        .fact("scheme", scheme.fingerprint());
    Some(finding.fact("changes", texts.join("; ")))
}

impl Scheme {
    /// What the scheme compares with in a panel, to be kept: see [`References`].
    ///
    /// The rows are taken in the order of periods and names, so that neither the order of the table nor the batches that it
    /// came in ([`Scheme::partial`]) leave a trace.
    ///
    /// # Errors
    /// As [`Scheme::assess`].
    pub fn references(&self, panel: &Panel) -> Result<References, DataError> {
        self.references_with(panel, &Options::default())
    }

    /// As [`Scheme::references`], with options: targets take part in what is measured.
    ///
    /// # Errors
    /// As [`Scheme::assess`].
    pub fn references_with(&self, panel: &Panel, options: &Options) -> Result<References, DataError> {
        let assessment = self.assess_with(&panel.by_name(), options)?;
        freeze::freeze(&assessment.inner).map_err(DataError::new)
    }

    /// Applies the scheme to a panel whose rows are measured against references instead of their own set; ranks are those
    /// among the rows of the panel. Against the references of the same panel it gives what [`Scheme::assess`] gives.
    ///
    /// # Errors
    /// References of another scheme, with what differs; a period or a class that they lack; else as [`Scheme::assess`].
    pub fn assess_against(&self, references: &References, panel: &Panel) -> Result<Assessment, DataError> {
        let options = Options { references: Some(references.clone()), ..Options::default() };
        self.assess_with(panel, &options)
    }
}
