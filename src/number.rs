//! The number types a formula or a rule can run on.
//!
//! Formulas and rules are written once, generic over [`Number`], and run on three types:
//!
//! - `f64`: the fast path;
//! - [`Bounded`]: an `f64` with a rigorous bound on its distance from the exact result;
//! - [`Exact`]: rationals over the decimals the user typed.
//!
//! A value is decided in `f64` unless the bound says that a rounding boundary, a tier, a veto or a tie is within
//! reach; only then the cell is computed again exactly.
//!
//! # Missing values
//! Missing is a value of every type (`NaN`, `NaN`, [`Exact::Missing`]) and propagates through arithmetic.
//! Division by zero gives missing: a ratio over nothing is not a number.

mod bounded;
pub(crate) mod coherence;
pub(crate) mod distribution;
pub(crate) mod eigen;
mod exact;
pub(crate) mod gamma;
pub(crate) mod lanes;
pub(crate) mod normal;
pub(crate) mod random;
mod real;
pub(crate) mod relation;
pub(crate) mod rounding;
pub(crate) mod simplex;
pub(crate) mod sobol;
pub(crate) mod statistics;
mod sum;
mod text;

use std::cmp::Ordering;
use std::fmt::Debug;

pub use bounded::Bounded;
pub use exact::{Exact, Rational};
pub(crate) use exact::{parts as exact_parts, shift_decimal};
pub use real::Real;
use rounding::Rounding;
pub(crate) use sum::ExactSum;

/// What only this crate implements.
pub(crate) mod sealed {
    /// Keeps a public trait from being implemented elsewhere, so that it can grow.
    pub trait Sealed {}
}

impl sealed::Sealed for f64 {}
impl sealed::Sealed for Bounded {}
impl sealed::Sealed for Exact {}

/// What formulas and rules need of a number; it is implemented for `f64`, [`Bounded`] and [`Exact`], and nowhere else.
///
/// Missing is a value of every type (`NaN`, `NaN`, [`Exact::Missing`]) and propagates through arithmetic; division by zero
/// gives missing: a ratio over nothing is not a number.
pub trait Number: Clone + Debug + sealed::Sealed {
    /// Whether a number may be long, so that a comparison costs less than the arithmetic that it saves.
    const LONG: bool = false;

    /// The decimal whose shortest notation is `x`: `of(0.1)` is one tenth, also in exact arithmetic.
    fn of(x: f64) -> Self;
    /// A number that is known exactly; `f64` and [`Bounded`] take the nearest one.
    fn from_exact(x: &Exact) -> Self {
        Self::of(x.to_f64())
    }
    /// A number of which only two ends are known: the middle of them.
    fn between(low: &Self, high: &Self) -> Self {
        low.add(high).div(&Self::of(2.0))
    }
    /// Nearest `f64`; `NaN` if missing or not representable.
    fn to_f64(&self) -> f64;
    /// The missing value.
    fn missing() -> Self;
    /// Whether this is the missing value.
    fn is_missing(&self) -> bool;
    /// `self + other`
    fn add(&self, other: &Self) -> Self;
    /// `self − other`
    fn sub(&self, other: &Self) -> Self;
    /// `self · other`
    fn mul(&self, other: &Self) -> Self;
    /// `self / other`; missing when `other` is zero.
    fn div(&self, other: &Self) -> Self;
    /// `−self`
    fn neg(&self) -> Self;
    /// `|self|`
    fn abs(&self) -> Self;
    /// The smaller of two; missing if either is.
    fn min(&self, other: &Self) -> Self;
    /// The larger of two; missing if either is.
    fn max(&self, other: &Self) -> Self;
    /// Largest integer not above.
    fn floor(&self) -> Self;
    /// Square root; missing below zero.
    fn sqrt(&self) -> Self;
    /// Natural logarithm; missing at or below zero.
    fn ln(&self) -> Self;
    /// Decimal logarithm; missing at or below zero.
    fn log10(&self) -> Self;
    /// Exponential.
    fn exp(&self) -> Self;
    /// `self` to the power `other`; missing where that is no real number.
    fn pow(&self, other: &Self) -> Self;
    /// 1 if `self < other`, 0 if not, missing if either is. A [`Bounded`] in doubt carries an infinite error.
    fn less(&self, other: &Self) -> Self;
    /// 1 if equal, 0 if not, missing if either is.
    fn equal(&self, other: &Self) -> Self;
    /// `yes` where `self` is not zero, `no` where it is zero, missing where it is missing.
    fn select(&self, yes: &Self, no: &Self) -> Self;
    /// Rounded as declared.
    fn round(&self, how: &Rounding) -> Self;
    /// A rounded number as the next stage takes it: the decimal that its `f64` shows, or where that has more digits than an
    /// `f64` shows, the rounding of the `unrounded` one.
    fn carried(shown: f64, _how: &Rounding, _unrounded: &dyn Fn() -> Self) -> Self {
        Self::of(shown)
    }
    /// Order by value, for choosing a branch; `None` if either is missing. Rules may branch on it freely: the
    /// driver has already made sure that no break of the rule is within the error of the measure.
    fn order(&self, other: &Self) -> Option<Ordering>;

    /// `min(max(self, low), high)`
    #[must_use]
    fn clamp(&self, low: &Self, high: &Self) -> Self {
        self.max(low).min(high)
    }
    /// `self < other`, false if either is missing.
    fn is_less(&self, other: &Self) -> bool {
        self.order(other) == Some(Ordering::Less)
    }
    /// `self ≥ other`, false if either is missing.
    fn is_at_least(&self, other: &Self) -> bool {
        matches!(self.order(other), Some(Ordering::Greater | Ordering::Equal))
    }
    /// The number itself beside another one that was left out as missing: in doubt where that one may not be missing.
    #[must_use]
    fn beside(&self, _missing: &Self) -> Self {
        self.clone()
    }
    /// Sum of the terms, the same in any order; missing if there is none.
    fn sum(terms: &mut dyn Iterator<Item = Self>) -> Self;

    /// Zero.
    fn zero() -> Self {
        Self::of(0.0)
    }
    /// One.
    fn one() -> Self {
        Self::of(1.0)
    }
    /// Whether this is a present zero.
    fn is_zero(&self) -> bool {
        self.order(&Self::zero()) == Some(Ordering::Equal)
    }
}

/// 1.0 or 0.0.
fn truth(b: bool) -> f64 {
    f64::from(u8::from(b))
}

impl Number for f64 {
    #[inline]
    fn of(x: f64) -> Self {
        x
    }
    #[inline]
    fn to_f64(&self) -> f64 {
        *self
    }
    #[inline]
    fn missing() -> Self {
        f64::NAN
    }
    #[inline]
    fn is_missing(&self) -> bool {
        self.is_nan()
    }
    #[inline]
    fn add(&self, other: &Self) -> Self {
        self + other
    }
    #[inline]
    fn sub(&self, other: &Self) -> Self {
        self - other
    }
    #[inline]
    fn mul(&self, other: &Self) -> Self {
        self * other
    }
    #[inline]
    fn div(&self, other: &Self) -> Self {
        if *other == 0.0 { f64::NAN } else { self / other }
    }
    #[inline]
    fn neg(&self) -> Self {
        -self
    }
    #[inline]
    fn abs(&self) -> Self {
        f64::abs(*self)
    }
    #[inline]
    fn min(&self, other: &Self) -> Self {
        if self.is_nan() || self < other { *self } else { *other }
    }
    #[inline]
    fn max(&self, other: &Self) -> Self {
        if self.is_nan() || self > other { *self } else { *other }
    }
    #[inline]
    fn floor(&self) -> Self {
        f64::floor(*self)
    }
    #[inline]
    fn sqrt(&self) -> Self {
        f64::sqrt(*self)
    }
    #[inline]
    fn ln(&self) -> Self {
        if *self > 0.0 { libm::log(*self) } else { f64::NAN }
    }
    #[inline]
    fn log10(&self) -> Self {
        if *self > 0.0 { libm::log10(*self) } else { f64::NAN }
    }
    #[inline]
    fn exp(&self) -> Self {
        libm::exp(*self)
    }
    #[inline]
    fn pow(&self, other: &Self) -> Self {
        power(*self, *other)
    }
    #[inline]
    fn less(&self, other: &Self) -> Self {
        if self.is_nan() || other.is_nan() { f64::NAN } else { truth(self < other) }
    }
    #[inline]
    fn equal(&self, other: &Self) -> Self {
        if self.is_nan() || other.is_nan() { f64::NAN } else { truth(self == other) }
    }
    #[inline]
    fn select(&self, yes: &Self, no: &Self) -> Self {
        if self.is_nan() {
            f64::NAN
        } else if *self == 0.0 {
            *no
        } else {
            *yes
        }
    }
    #[inline]
    fn round(&self, how: &Rounding) -> Self {
        // Exact arithmetic only within reach of a boundary; both ways give the same bits.
        how.decided(*self, 0.0).unwrap_or_else(|| how.nearest(*self))
    }
    #[inline]
    fn order(&self, other: &Self) -> Option<Ordering> {
        self.partial_cmp(other)
    }
    fn sum(terms: &mut dyn Iterator<Item = Self>) -> Self {
        let mut terms = terms.peekable();
        if terms.peek().is_some() { terms.collect::<ExactSum>().value() } else { f64::NAN }
    }
}

/// `base ^ exponent` by repeated squaring for small integer exponents (the same bits on every platform), `libm`
/// otherwise; missing where it is not a real number, infinite where it is too large, as a product is.
fn power(base: f64, exponent: f64) -> f64 {
    if base.is_nan() || exponent.is_nan() || (base == 0.0 && exponent <= 0.0 && exponent != 0.0) {
        return f64::NAN;
    }
    if exponent.fract() == 0.0 && exponent.abs() <= MAX_EXACT_EXPONENT {
        let p = integer_power(base, exponent.abs() as u32);
        return if exponent < 0.0 { 1.0 / p } else { p };
    }
    libm::pow(base, exponent)
}

/// Integer powers up to here are exact in rationals; a hostile scheme cannot make them explode.
const MAX_EXACT_EXPONENT: f64 = 64.0;

fn integer_power(base: f64, mut n: u32) -> f64 {
    let (mut result, mut square) = (1.0, base);
    while n > 0 {
        if n & 1 == 1 {
            result *= square;
        }
        square *= square;
        n >>= 1;
    }
    result
}

/// The number written in `text`, if `f64` can hold it: neither infinite nor so small that it would read as zero.
#[cfg(any(feature = "toml", feature = "json"))]
pub(crate) fn read_float(text: &str) -> Option<f64> {
    let x = text.parse::<f64>().ok()?;
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let zero = !mantissa.bytes().any(|b| (b'1'..=b'9').contains(&b));
    (x.is_normal() || (x == 0.0 && zero)).then_some(x)
}

/// The code of the finding about a number that [`read_float`] refuses.
#[cfg(any(feature = "toml", feature = "json"))]
pub(crate) fn refused(text: &str) -> &'static str {
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() => "number_too_small",
        _ => "number_not_finite",
    }
}

/// Infinity is missing: it never enters a result.
fn finite(x: f64) -> f64 {
    if x.is_finite() { x } else { f64::NAN }
}
