//! What fills a value that is missing, before anything is scored.

use serde::Serialize;

use crate::finding::Finding;
use crate::method::missing::Missing;
use crate::method::part::Among;
use crate::tree::{Kind, Node, Read, Reader, deserialize_by_reading, read_table, read_words};

/// Those of the same period that a missing value is taken from.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Peers {
    /// A text column of the data: its peers are those with the same text. Who has none is filled by nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Those of the class (where there are classes), or all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub among: Option<Among>,
}

/// The entity's own last value.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Carried {
    /// At most so many of the periods that the data have back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<u16>,
    /// Whether what lies before the first value takes that one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ends: bool,
}

/// The line between the entity's neighbouring values.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Whether what lies outside takes the nearest value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ends: bool,
}

/// A number.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// In the unit of what is missing.
    pub value: f64,
}

/// The entity's values of other indicators.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Siblings {
    /// Those of the same group, or all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub of: Of,
    /// Whose values they are brought to one scale by: those of the class (where there are classes), or of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub among: Option<Among>,
}

/// Which indicators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// Those of the same group.
    #[default]
    Group,
    /// All.
    All,
}

/// A multivariate normal distribution of the indicators that are filled this way.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Normal {
    /// Those of the class (where there are classes), or all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub among: Option<Among>,
}

/// Nothing.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

read_words!(Of);
read_table!(Peers: by = _, among = _);
read_table!(Carried: within = _, ends = _);
read_table!(Line: ends = _);
read_table!(Constant: value);
read_table!(Siblings: of = _, among = _);
read_table!(Normal: among = _);
read_table!(Nothing:);

fn is_default<T: Default + PartialEq>(x: &T) -> bool {
    *x == T::default()
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:literal => $variant:ident($table:ident),)*) => {
        /// What fills a value that is missing: a word, or a table with `method` and its parameters.
        ///
        /// # Formula
        /// | `method` | filled with |
        /// |---|---|
        /// | `peer_mean`, `peer_median` | mean or median of the peers of the period |
        /// | `carry_forward` | the entity's last value before |
        /// | `interpolate` | `(x₀·(t₁ − t) + x₁·(t − t₀)) / (t₁ − t₀)` between the entity's neighbouring values |
        /// | `constant` | `value` |
        /// | `row_mean`, `row_median` | mean or median of the entity's other indicators, each brought to 0 … 1 by its minimum and maximum, 1 being better; brought back |
        /// | `expectation_maximisation` | its conditional mean under the multivariate normal distribution that is likeliest for all values of the set |
        ///
        /// # Missing values
        /// What a method has nothing to go by for stays missing. Nothing is filled from what was filled itself.
        ///
        /// # Source
        /// OECD/JRC Handbook (2008), step 3; COINr's `Impute`; R. J. A. Little and D. B. Rubin, *Statistical Analysis with Missing Data* (2002), ch. 11.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "method")]
        #[non_exhaustive]
        pub enum Impute {
            $($(#[$doc])* #[serde(rename = $name)] $variant($table),)*
        }

        impl Impute {
            /// The method's name, as schemes write it.
            pub fn name(&self) -> &'static str {
                match self { $(Impute::$variant(_) => $name,)* }
            }
        }

        impl Read for Impute {
            fn read(node: &Node, r: &mut Reader) -> Option<Self> {
                const NAMES: &[&str] = &[$($name),*];
                match &node.kind {
                    Kind::Text(word) => match word.as_str() {
                        $($name => {
                            // As a table without a key.
                            let bare = Node { kind: Kind::Table(Vec::new()), ..node.clone() };
                            $table::read_beside(&bare, &[], r).map(Impute::$variant)
                        })*
                        _ => r.not_among(node, NAMES),
                    },
                    Kind::Table(_) => {
                        let name = r.required_node(node, "method")?;
                        match name.text() {
                            $(Some($name) => $table::read_beside(node, &["method"], r).map(Impute::$variant),)*
                            _ => r.not_among(name, NAMES),
                        }
                    }
                    _ => r.not_among(node, NAMES),
                }
            }
        }

        deserialize_by_reading!(Impute);

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for Impute {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                "Impute".into()
            }
            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                #[derive(schemars::JsonSchema)]
                #[serde(tag = "method")]
                #[allow(dead_code, reason = "stands for what a scheme writes")]
                enum Table {
                    $($(#[$doc])* #[serde(rename = $name)] $variant($table),)*
                }
                let tables = Table::json_schema(generator);
                let words: Vec<&str> = [$($name),*].into_iter().filter(|name| *name != "constant").collect();
                schemars::json_schema!({
                    "description": "What fills a value that is missing: a method, or a method with its parameters.",
                    "anyOf": [{ "enum": words }, tables]
                })
            }
        }
    };
}

methods! {
    /// Mean of the peers of the period.
    "peer_mean" => PeerMean(Peers),
    /// Median of the peers of the period.
    "peer_median" => PeerMedian(Peers),
    /// The entity's last value before.
    "carry_forward" => CarryForward(Carried),
    /// Linear in time between the entity's neighbouring values.
    "interpolate" => Interpolate(Line),
    /// A number.
    "constant" => Constant(Constant),
    /// Mean of the entity's other indicators on a common scale (indicators only).
    "row_mean" => RowMean(Siblings),
    /// Median of the entity's other indicators on a common scale (indicators only).
    "row_median" => RowMedian(Siblings),
    /// Conditional mean under a multivariate normal distribution (indicators only).
    "expectation_maximisation" => ExpectationMaximisation(Normal),
    /// Nothing, where there is a default.
    "none" => Nothing(Nothing),
}

impl Impute {
    /// What `missing` of a variable says, if it fills anything.
    pub(crate) fn of(missing: Missing) -> Option<Self> {
        match missing {
            Missing::Error | Missing::Skip | Missing::Full => None,
            Missing::Zero => Some(Impute::Constant(Constant { value: 0.0 })),
            Missing::CarryForward => Some(Impute::CarryForward(Carried::default())),
            Missing::Interpolate => Some(Impute::Interpolate(Line::default())),
            Missing::PeerMean => Some(Impute::PeerMean(Peers::default())),
            Missing::PeerMedian => Some(Impute::PeerMedian(Peers::default())),
        }
    }

    /// The text column that peers are told apart by.
    pub(crate) fn by(&self) -> Option<&str> {
        match self {
            Impute::PeerMean(peers) | Impute::PeerMedian(peers) => peers.by.as_deref(),
            _ => None,
        }
    }

    /// Whose numbers it takes, where it takes those of others.
    pub(crate) fn among(&self) -> Option<Among> {
        match self {
            Impute::PeerMean(peers) | Impute::PeerMedian(peers) => Some(peers.among.unwrap_or(Among::Class)),
            Impute::RowMean(siblings) | Impute::RowMedian(siblings) => {
                Some(siblings.among.unwrap_or(Among::Class))
            }
            Impute::ExpectationMaximisation(normal) => Some(normal.among.unwrap_or(Among::Class)),
            _ => None,
        }
    }

    /// Whether it takes the numbers of others.
    pub(crate) fn takes_peers(&self) -> bool {
        self.among().is_some()
    }

    /// Whether it looks at several indicators, which a variable has not.
    pub(crate) fn takes_indicators(&self) -> bool {
        matches!(self, Impute::RowMean(_) | Impute::RowMedian(_) | Impute::ExpectationMaximisation(_))
    }

    /// What is wrong with it, `place.path` relative to it.
    pub(crate) fn check(&self) -> Vec<Finding> {
        match self {
            Impute::PeerMean(peers) | Impute::PeerMedian(peers)
                if peers.by.is_some() && peers.among.is_some() =>
            {
                vec![Finding::error("impute_by_and_among").at("among")]
            }
            Impute::CarryForward(Carried { within: Some(0), .. }) => {
                vec![Finding::error("not_positive").at("within").fact("value", 0)]
            }
            _ => Vec::new(),
        }
    }
}
