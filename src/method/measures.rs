//! Measures: what of an indicator is scored.

mod attainment;
mod change;
mod gap;
mod growth;
mod kernel;

pub use kernel::Need;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::method::anchor::Anchor;
use crate::tree::{Kind, Node, Read, Reader, deserialize_by_reading, read_words};

/// Makes the enum, and the two forms it is read in, from one list. A parameter stands with the function that gives its
/// default.
macro_rules! measures {
    (
        $(#[doc = $first_doc:expr])* $first_name:literal => $first:ident,
        $($(#[doc = $doc:expr])* $name:literal => $variant:ident $({
            $($(#[doc = $about:expr])* $field:ident: $type:ty = $path:literal $default:expr,)*
        })?,)*
    ) => {
        /// What of an indicator is scored (计分口径). Written as a word (`"change"`) or as a table with `kind` and parameters.
        #[derive(Debug, Clone, PartialEq, Default)]
        #[cfg_attr(
            feature = "schema",
            derive(schemars::JsonSchema),
            schemars(tag = "kind", transform = word_or_table),
            serde(rename_all = "snake_case", deny_unknown_fields)
        )]
        #[non_exhaustive]
        pub enum Measure {
            $(#[doc = $first_doc])*
            #[default]
            $first,
            $($(#[doc = $doc])* $variant $({
                $($(#[doc = $about])* #[cfg_attr(feature = "schema", serde(default = $path))] $field: $type,)*
            })?,)*
        }

        /// Names of the measures, as schemes write them.
        pub(crate) const NAMES: &[&str] = &[$first_name, $($name),*];

        impl Measure {
            /// The measure's name, as schemes write it.
            pub fn name(&self) -> &'static str {
                match self {
                    Measure::$first => $first_name,
                    $(Measure::$variant { .. } => $name,)*
                }
            }

            /// The code of its title.
            pub(crate) fn title(&self) -> &'static str {
                match self {
                    Measure::$first => concat!("explain_", $first_name),
                    $(Measure::$variant { .. } => concat!("explain_", $name),)*
                }
            }

            /// A measure of this name from a table that holds its name under `kind`, or from the name alone.
            fn read_as(name: &str, node: &Node, r: &mut Reader) -> Option<Self> {
                let keys: &[&str] = match name {
                    $($name => &[$($(stringify!($field)),*)?],)*
                    _ => &[],
                };
                if let Kind::Table(_) = node.kind {
                    r.table(node, keys, &["kind"])?;
                }
                match name {
                    $first_name => Some(Measure::$first),
                    $($name => Some(Measure::$variant $({
                        $($field: r.or(node, stringify!($field), || $default),)*
                    })?),)*
                    _ => None,
                }
            }
        }

        /// The surface form: a word where every parameter has its default, else a table with `kind` and the others.
        impl Serialize for Measure {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                match self {
                    Measure::$first => s.serialize_str($first_name),
                    $(Measure::$variant $({ $($field),* })? => {
                        let own = 0 $($(+ usize::from(*$field != $default))*)?;
                        if own == 0 {
                            return s.serialize_str($name);
                        }
                        let mut map = s.serialize_map(Some(own + 1))?;
                        map.serialize_entry("kind", $name)?;
                        $($(if *$field != $default {
                            map.serialize_entry(stringify!($field), $field)?;
                        })*)?
                        map.end()
                    })*
                }
            }
        }
    };
}

measures! {
    /// The value itself.
    "value" => Value,
    /// Difference to an earlier period, in the indicator's unit (percentage points for a percentage).
    "change" => Change {
        /// Periods back, 1 by default.
        lag: u16 = "one" 1,
    },
    /// `x / x₀ − 1`, a share (0.05 is 5 %); missing when `x₀ ≤ 0`.
    "growth" => Growth {
        /// Periods back.
        lag: u16 = "one" 1,
    },
    /// `2 (x − x₀) / (x + x₀)`; missing when `x + x₀ ≤ 0`.
    "symmetric_growth" => SymmetricGrowth {
        /// Periods back.
        lag: u16 = "one" 1,
    },
    /// How far a target is reached; 1 is met.
    "attainment" => Attainment {
        /// The target, by default from the target table.
        target: Anchor = "target" Anchor::Target,
        /// How it is counted.
        form: AttainmentForm = "AttainmentForm::default" AttainmentForm::Positive,
        /// Base of the change form, by default last period's value.
        base: Anchor = "previous" Anchor::Previous,
    },
    /// Difference to the mean of the reference set.
    "gap_to_mean" => GapToMean,
    /// Difference to the pooled value of the reference set.
    "gap_to_pooled" => GapToPooled,
    /// Rank a period before minus rank now: positive is up.
    "rank_change" => RankChange {
        /// Periods back.
        lag: u16 = "one" 1,
    },
}

impl Read for Measure {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        let name = match &node.kind {
            Kind::Text(_) => node,
            Kind::Table(_) => r.required_node(node, "kind")?,
            _ => return r.expected(node, "the name of a measure, or { kind = \"…\", … }"),
        };
        match name.text() {
            Some(word) if NAMES.contains(&word) => Measure::read_as(word, node, r),
            _ => r.not_among(name, NAMES),
        }
    }
}

deserialize_by_reading!(Measure);

/// How attainment is counted. `t` is the target; what holds for targets that are zero or negative no source says, so it is
/// stated here and in every explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttainmentForm {
    /// `x / t`. For `t < 0` (a planned loss) `2 − x / t`: half the planned loss is 1.5. For `t = 0` met is 1 (`x ≥ 0`; for a
    /// negative indicator `x ≤ 0`), not met 0.
    #[default]
    Positive,
    /// `t / x`: lower is better; missing for `x ≤ 0`, where no such ratio exists. For `t < 0` `x / t`; for `t = 0` 1 if
    /// `x ≤ 0`, else 0.
    Reverse,
    /// `2 − x / t`: lower is better. For `t < 0` `x / t`; for `t = 0` 1 if `x ≤ 0`, else 0.
    TwoMinus,
    /// `(x − x₀) / (t − x₀)`. A planned retreat (`t` worse than `x₀`) counts `2 − (x − x₀) / (t − x₀)`: to hold what one had
    /// is 2. For `t = x₀` held is 1, lost 0.
    Change,
}

read_words!(AttainmentForm);

impl Measure {
    /// Whether it is a share, which people read in per cent.
    pub(crate) fn is_share(&self) -> bool {
        matches!(self, Measure::Growth { .. } | Measure::SymmetricGrowth { .. } | Measure::Attainment { .. })
    }

    /// Whether it is in the unit of the indicator, as a value or a difference of values is; the others are pure numbers.
    pub(crate) fn is_in_unit(&self) -> bool {
        matches!(self, Measure::Value | Measure::Change { .. } | Measure::GapToMean | Measure::GapToPooled)
    }

    /// Name and unit of what a reference sees: the value itself, of an indicator in `unit`, or what the measure makes of it.
    /// A difference of percentages is in percentage points; a share has no unit.
    pub(crate) fn seen<'a>(&self, value: bool, unit: &'a str) -> (&'static str, &'a str) {
        match self {
            _ if value => (Measure::Value.name(), unit),
            Measure::Change { .. } | Measure::GapToMean | Measure::GapToPooled if unit == "%" => {
                (self.name(), POINTS_OF_PERCENT)
            }
            _ if self.is_in_unit() => (self.name(), unit),
            _ => (self.name(), ""),
        }
    }
}

/// Unit of a difference between percentages.
pub(crate) const POINTS_OF_PERCENT: &str = "百分点";

/// The schema of the surface form: any measure may be written as its name alone.
#[cfg(feature = "schema")]
fn word_or_table(schema: &mut schemars::Schema) {
    let words: Vec<serde_json::Value> = schema
        .get("oneOf")
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|kind| kind.pointer("/properties/kind/const").cloned())
        .collect();
    let description = schema.remove("description");
    let table = std::mem::take(schema);
    *schema = schemars::json_schema!({ "description": description, "anyOf": [{ "enum": words }, table] });
}

/// Defaults by the names that the schema needs.
#[cfg(feature = "schema")]
fn one() -> u16 {
    1
}
#[cfg(feature = "schema")]
fn target() -> Anchor {
    Anchor::Target
}
#[cfg(feature = "schema")]
fn previous() -> Anchor {
    Anchor::Previous
}

#[cfg(test)]
#[cfg(feature = "json")]
mod tests {
    use super::*;

    #[test]
    fn a_measure_is_a_word_where_a_word_says_it_all() {
        let written = |m: &Measure| serde_json::to_string(m).unwrap();
        assert_eq!(written(&Measure::Value), r#""value""#);
        assert_eq!(written(&Measure::Growth { lag: 1 }), r#""growth""#);
        assert_eq!(written(&Measure::Growth { lag: 4 }), r#"{"kind":"growth","lag":4}"#);
        let attainment = |form, base| Measure::Attainment { target: Anchor::Target, form, base };
        assert_eq!(written(&attainment(AttainmentForm::Positive, Anchor::Previous)), r#""attainment""#);
        assert_eq!(
            written(&attainment(AttainmentForm::Change, Anchor::Number(2.5))),
            r#"{"kind":"attainment","form":"change","base":2.5}"#
        );
    }
}
