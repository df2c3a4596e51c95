//! What the tests of the analyses share.

use crate::number::ExactSum;
use crate::scheme::Scheme;

pub(super) fn scheme(document: &serde_json::Value) -> Scheme {
    Scheme::from_json(&document.to_string()).unwrap()
}

/// The parts sum to the total, to 10⁻¹² of it.
pub(super) fn sums(parts: impl Iterator<Item = f64>, total: f64) {
    let parts: Vec<f64> = parts.collect();
    let sum: ExactSum = parts.iter().copied().collect();
    // Where the total is zero, nothing but the last bit of the parts may be left.
    let largest = parts.iter().fold(0.0f64, |m, p| m.max(p.abs()));
    let slack = (1e-12 * total.abs()).max(largest * f64::EPSILON);
    assert!((sum.value() - total).abs() <= slack, "{parts:?} sum to {} instead of {total}", sum.value());
}
