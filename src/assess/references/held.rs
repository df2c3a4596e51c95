//! Numbers as references keep them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::number::{Bounded, Exact, Number, Rational};
use crate::panel::{Panel, Period};

/// Bits of an exact number that a member of a set or a total keeps; beyond, `f64` decides between it and another.
const MOST_BITS: usize = 1 << 14;

/// A number with its error and its exact form.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) near: Bounded,
    pub(crate) exact: Exact,
}

/// The same number in every respect; two missing ones are.
impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
        same(self.near.v, other.near.v) && same(self.near.e, other.near.e) && self.exact == other.exact
    }
}

/// As it is written: no value is a missing one, no error none, no exact form the decimal that the value shows.
#[derive(Serialize, Deserialize)]
struct Form {
    value: Option<f64>,
    /// Nothing for none; −1 stands for an infinite one, −2 for that of a missing value of which none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exact: Option<String>,
}

const INFINITE: f64 = -1.0;
const UNKNOWN: f64 = -2.0;

impl Held {
    pub(crate) fn missing() -> Self {
        Held { near: Bounded::missing(), exact: Exact::Missing }
    }

    /// With the exact form only where it is not too long.
    pub(crate) fn short(near: Bounded, exact: Exact) -> Self {
        let exact = if exact.bits() > MOST_BITS { Exact::Irrational } else { exact };
        Held { near, exact }
    }
}

/// The exact form of a number, where it is not the decimal that its float shows.
pub(super) fn exact_text(value: f64, exact: &Exact) -> Option<String> {
    let plain = Exact::of(value);
    let same = match (&plain, exact) {
        (Exact::Value(Rational(a)), Exact::Value(Rational(b))) => a == b,
        (Exact::Missing, Exact::Missing) => true,
        _ => false,
    };
    (!same).then(|| exact.to_text())
}

/// Reads what [`exact_text`] writes.
pub(super) fn exact_of(value: f64, text: Option<&str>) -> Option<Exact> {
    text.map_or_else(|| Some(Exact::of(value)), Exact::from_text)
}

impl Serialize for Held {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Bounded { v, e } = self.near;
        let error = match e {
            0.0 => None,
            e if e.is_nan() => Some(UNKNOWN),
            e => Some(if e.is_finite() { e } else { INFINITE }),
        };
        let value = Some(v).filter(|v| v.is_finite());
        Form { value, error, exact: exact_text(v, &self.exact) }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Held {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Form { value, error, exact } = Form::deserialize(deserializer)?;
        let error = match error {
            Some(INFINITE) => f64::INFINITY,
            Some(UNKNOWN) => f64::NAN,
            error => error.unwrap_or_default(),
        };
        let near = Bounded::new(value.unwrap_or(f64::NAN), error);
        let exact = exact_of(near.v, exact.as_deref())
            .ok_or_else(|| serde::de::Error::custom("exact: expected a ratio such as 2/7"))?;
        Ok(Held { near, exact })
    }
}

/// A number that a statistic, or one row of the set, gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Set {
    #[serde(flatten)]
    pub(crate) number: Held,
    /// Whose number it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) set_by: Option<SetBy>,
}

/// A row of the reference by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SetBy {
    pub(crate) entity: String,
    pub(crate) period: Period,
}

impl SetBy {
    /// A row of a panel.
    pub(super) fn of(panel: &Panel, row: usize) -> Self {
        let entity = panel.name_of(row).into_owned();
        SetBy { entity, period: panel.periods()[panel.period_of(row)] }
    }
}
