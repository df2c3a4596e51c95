//! What a cell shows where floats leave it in doubt: the exact number; where that is not followed exactly, the float.

use crate::number::{Bounded, Exact, Number};

/// The `f64` of an exact number that is not irrational; infinite where it is beyond the largest.
pub(crate) fn nearest(x: &Exact) -> f64 {
    let near = x.to_f64();
    if near.is_nan() && !x.is_missing() { f64::INFINITY } else { near }
}

/// What a cell is off by that shows the `f64` nearest to an exact number: more than a unit in the last place, and all of a
/// number that `f64` takes for zero.
fn error(near: f64, exact: &Exact) -> f64 {
    let lost = near.abs() < f64::MIN_POSITIVE && !exact.is_zero();
    near.abs() * f64::EPSILON + if lost { f64::MIN_POSITIVE } else { 0.0 }
}

/// The number that a cell shows, and its error: the exact one, or the float with what is known of it.
pub(crate) fn settled(near: Bounded, exact: &Exact) -> Bounded {
    if exact.is_irrational() {
        let known = if near.e.is_finite() { near.e } else { 0.0 };
        return Bounded::new(near.v, known.max(error(near.v, exact)));
    }
    let v = nearest(exact);
    Bounded::new(v, error(v, exact))
}
