//! Exact numbers as text that is read back to the same number.

use dashu_ratio::RBig;

use super::{Exact, Real};

/// What stands for a number that `f64` decides, and for none.
const BY_FLOAT: &str = "f64";
const NONE: &str = "missing";

/// Digits of a ratio that is read: those of a sum over twenty thousand ratios, and some more.
const LONGEST_RATIO: usize = 1 << 24;

/// The ratio written in `text`, `-3` or `2/7`.
pub(super) fn read_ratio(text: &str) -> Option<RBig> {
    let plain = |b: u8| b.is_ascii_digit() || b == b'-' || b == b'/';
    let known = text.len() <= LONGEST_RATIO && text.bytes().all(plain);
    RBig::from_str_radix(text, 10).ok().filter(|_| known)
}

impl Exact {
    /// The number as text that [`Exact::from_text`] reads: `2/7`, or the way to a root; a way too long to be written leaves the
    /// number to `f64`.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Exact::Missing => NONE.to_owned(),
            Exact::Irrational => BY_FLOAT.to_owned(),
            Exact::Value(x) => x.0.to_string(),
            Exact::Real(x) => x.to_text().unwrap_or_else(|| BY_FLOAT.to_owned()),
        }
    }

    /// Reads what [`Exact::to_text`] writes.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        match text {
            NONE => Some(Exact::Missing),
            BY_FLOAT => Some(Exact::Irrational),
            way if way.contains(';') => Real::from_text(way).map(Exact::Real),
            ratio => read_ratio(ratio).map(Exact::of_rational),
        }
    }
}
