//! `f64` with a running error bound.

use std::cmp::Ordering;

use super::rounding::Rounding;
use super::{ExactSum, Number, truth};

/// Unit roundoff of `f64`, with slack for the roundoff of the bound's own arithmetic.
pub(crate) const U: f64 = f64::EPSILON * 0.5 * (1.0 + 1e-10);

/// The relative error of `libm`'s ln, exp, log10 and pow is below one unit in the last place; 4 is generous.
const LIBM_ULPS: f64 = 4.0;

/// Below this size the bound's own arithmetic may underflow; above, a unit in the last place is far from it.
const SMALL: f64 = 1e-280;

/// More than what underflow takes away from a value and from its bound.
const UNDERFLOW: f64 = f64::MIN_POSITIVE;

/// A relative error that can be seen in ten digits.
const VAGUE: f64 = 1e-9;

/// A value `v` and a bound `e` with `|v − exact| ≤ e`.
///
/// `v` is bit for bit what the same operations give on `f64`. An infinite `e` means that a discontinuity (a
/// comparison, a floor, a rounding) could not be decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounded {
    /// The value computed in `f64`.
    pub v: f64,
    /// Bound on the distance to the exact value.
    pub e: f64,
}

impl Bounded {
    /// A value known exactly.
    pub fn exact(v: f64) -> Self {
        Bounded { v, e: 0.0 }
    }

    /// A value with a bound from elsewhere.
    pub fn new(v: f64, e: f64) -> Self {
        Bounded { v, e }
    }

    /// What it is at least.
    pub(crate) fn low(&self) -> f64 {
        if self.e == 0.0 { self.v } else { (self.v - self.e).next_down() }
    }

    /// What it is at most.
    pub(crate) fn high(&self) -> f64 {
        if self.e == 0.0 { self.v } else { (self.v + self.e).next_up() }
    }

    fn rounded(v: f64, e: f64) -> Self {
        // A missing value keeps the doubt whether it is missing: infinite behind a denominator that may not be zero.
        let own = if v.is_nan() { 0.0 } else { v.abs() * U };
        Bounded { v, e: (e + own) * (1.0 + 8.0 * U) }
    }

    /// As [`rounded`](Self::rounded), of an operation that may underflow, unless it is on a `nothing`.
    #[inline]
    #[expect(clippy::needless_bitwise_bool, reason = "no branch, so that loops over it vectorise")]
    fn scaled(v: f64, e: f64, nothing: bool) -> Self {
        Self::rounded(v, if (v.abs() < SMALL) & !nothing { e + UNDERFLOW } else { e })
    }

    /// Whether this is zero and known to be.
    #[inline]
    fn is_nothing(self) -> bool {
        self.v == 0.0 && self.e == 0.0
    }

    /// Whether so much has cancelled that the value shows digits that are none.
    #[inline]
    pub(crate) fn is_vague(self) -> bool {
        self.e > self.v.abs() * VAGUE
    }

    /// The doubt whether one of two numbers is missing, of which one is: none if one of them is for certain.
    fn absence(self, other: Self) -> f64 {
        let doubt = |x: Self| if x.is_missing() { x.e } else { f64::INFINITY };
        doubt(self).min(doubt(other))
    }

    /// The doubt whether a power that is missing as a float is missing.
    fn no_power(self, exponent: Self) -> f64 {
        if self.is_missing() || exponent.is_missing() {
            return self.absence(exponent);
        }
        let known = self.is_nothing() || (self.v.abs() > self.e && exponent.e == 0.0);
        if known { 0.0 } else { f64::INFINITY }
    }

    fn within_reach(self, other: Self) -> bool {
        // Two numbers known exactly compare exactly; `<=` would put equal constants in doubt.
        let reach = self.e + other.e;
        reach > 0.0 && (self.v - other.v).abs() <= reach
    }
}

impl Number for Bounded {
    #[inline]
    fn of(x: f64) -> Self {
        // An integer below 2^53 is itself; any other decimal lies within half a unit of its f64.
        // (A cast, not `fract`: that is a call on baseline x86-64, and this runs per cell.)
        let whole = x as i64 as f64 == x && x.abs() < 9e15;
        let least = if x.abs() < SMALL { UNDERFLOW } else { 0.0 };
        Bounded { v: x, e: if whole { 0.0 } else { x.abs() * U + least } }
    }
    fn between(low: &Self, high: &Self) -> Self {
        let middle = low.add(high).div(&Self::of(2.0));
        let gap = (high.v - low.v).abs() + high.e + low.e;
        Self::rounded(middle.v, middle.e + if gap.is_nan() { f64::INFINITY } else { gap })
    }
    #[inline]
    fn to_f64(&self) -> f64 {
        self.v
    }
    #[inline]
    fn missing() -> Self {
        Bounded { v: f64::NAN, e: 0.0 }
    }
    #[inline]
    fn is_missing(&self) -> bool {
        self.v.is_nan()
    }
    #[inline]
    fn add(&self, other: &Self) -> Self {
        Self::rounded(self.v + other.v, self.e + other.e)
    }
    #[inline]
    fn sub(&self, other: &Self) -> Self {
        Self::rounded(self.v - other.v, self.e + other.e)
    }
    #[inline]
    fn mul(&self, other: &Self) -> Self {
        let v = self.v * other.v;
        let e = if v.is_nan() {
            self.e + other.e
        } else {
            self.v.abs() * other.e + other.v.abs() * self.e + self.e * other.e
        };
        // An infinite error times a zero is no number: the doubt stays.
        let e = if e.is_nan() { f64::INFINITY } else { e };
        Self::scaled(v, e, self.is_nothing() | other.is_nothing())
    }
    #[inline]
    fn div(&self, other: &Self) -> Self {
        let v = self.v.div(&other.v);
        let room = other.v.abs() - other.e;
        // A denominator that may be zero leaves everything open, also whether the result is missing.
        let e = if other.e == 0.0 && other.v == 0.0 {
            0.0
        } else if room > 0.0 {
            (self.e + if v.is_nan() { 0.0 } else { v.abs() * other.e }) / room
        } else {
            f64::INFINITY
        };
        Self::scaled(v, e, self.is_nothing())
    }
    #[inline]
    fn neg(&self) -> Self {
        Bounded { v: -self.v, e: self.e }
    }
    #[inline]
    fn abs(&self) -> Self {
        Bounded { v: self.v.abs(), e: self.e }
    }
    #[inline]
    fn min(&self, other: &Self) -> Self {
        let v = Number::min(&self.v, &other.v);
        Bounded { v, e: pick(self, other, v) }
    }
    #[inline]
    fn max(&self, other: &Self) -> Self {
        let v = Number::max(&self.v, &other.v);
        Bounded { v, e: pick(self, other, v) }
    }
    #[inline]
    fn floor(&self) -> Self {
        // Of a number beyond the largest nothing is known.
        let near = self.v.is_infinite() || (self.e > 0.0 && (self.v - self.v.round()).abs() <= self.e);
        Bounded { v: self.v.floor(), e: if near { f64::INFINITY } else { 0.0 } }
    }
    fn sqrt(&self) -> Self {
        let v = self.v.sqrt();
        // |√a − √b| ≤ |a − b| / √a; at zero only √e is left.
        let e = if v > 0.0 { self.e / v } else { self.e.sqrt() };
        Self::rounded(v, e)
    }
    fn ln(&self) -> Self {
        let v = Number::ln(&self.v);
        let room = self.v - self.e;
        let e = if room > 0.0 { self.e / room } else { f64::INFINITY };
        Self::rounded(v, e + v.abs() * U * LIBM_ULPS)
    }
    fn log10(&self) -> Self {
        let v = Number::log10(&self.v);
        let room = self.v - self.e;
        let e = if room > 0.0 { self.e / room } else { f64::INFINITY };
        Self::rounded(v, e + v.abs() * U * LIBM_ULPS)
    }
    fn exp(&self) -> Self {
        let v = Number::exp(&self.v);
        if !v.is_finite() {
            return Bounded { v, e: if self.is_missing() { self.e } else { f64::INFINITY } };
        }
        let e = if self.e < 1.0 { v * self.e * 2.0 } else { f64::INFINITY };
        Self::scaled(v, e + v.abs() * U * LIBM_ULPS, false)
    }
    fn pow(&self, other: &Self) -> Self {
        let v = Number::pow(&self.v, &other.v);
        if self.is_nothing() && other.v.abs() > other.e {
            return Bounded { v, e: 0.0 };
        }
        if v.is_nan() {
            return Bounded { v, e: self.no_power(*other) };
        }
        if v.is_infinite() || (self.v < self.e && other.e > 0.0) {
            // Of a negative number only the whole powers are there.
            return Bounded { v, e: f64::INFINITY };
        }
        let relative = if self.v == 0.0 { 0.0 } else { self.e / self.v.abs() };
        let size = other.v.abs();
        // d ln(x^p) = p·dx/x + ln x·dp, first order; the factor 2 covers the rest while the sum stays small.
        let first =
            size * relative + if other.e > 0.0 { libm::log(self.v.abs()).abs() * other.e } else { 0.0 };
        let e =
            if self.v == 0.0 && self.e > 0.0 || first > 0.5 { f64::INFINITY } else { 2.0 * first * v.abs() };
        let own = v.abs() * U * (LIBM_ULPS + 2.0 * size.min(super::MAX_EXACT_EXPONENT));
        Self::scaled(v, e + own, false)
    }
    #[inline]
    fn less(&self, other: &Self) -> Self {
        if self.is_missing() || other.is_missing() {
            return Bounded { v: f64::NAN, e: self.absence(*other) };
        }
        let e = if self.within_reach(*other) { f64::INFINITY } else { 0.0 };
        Bounded { v: truth(self.v < other.v), e }
    }
    #[inline]
    fn equal(&self, other: &Self) -> Self {
        if self.is_missing() || other.is_missing() {
            return Bounded { v: f64::NAN, e: self.absence(*other) };
        }
        let e = if self.within_reach(*other) { f64::INFINITY } else { 0.0 };
        Bounded { v: truth(self.v == other.v), e }
    }
    #[inline]
    fn select(&self, yes: &Self, no: &Self) -> Self {
        let chosen = if self.v == 0.0 { no } else { yes };
        let undecided = self.e > 0.0 && self.v.abs() <= self.e;
        Bounded { v: self.v.select(&yes.v, &no.v), e: if undecided { f64::INFINITY } else { chosen.e } }
    }
    fn round(&self, how: &Rounding) -> Self {
        match how.decided(self.v, self.e) {
            Some(v) => Self::of(v),
            None => Bounded { v: how.nearest(self.v), e: f64::INFINITY },
        }
    }
    #[inline]
    fn order(&self, other: &Self) -> Option<Ordering> {
        self.v.partial_cmp(&other.v)
    }
    #[inline]
    fn beside(&self, missing: &Self) -> Self {
        Bounded { v: self.v, e: if missing.e.is_infinite() { f64::INFINITY } else { self.e } }
    }
    fn sum(terms: &mut dyn Iterator<Item = Self>) -> Self {
        let (mut sum, mut error) = (ExactSum::default(), ExactSum::default());
        let (mut any, mut open) = (false, false);
        for term in terms {
            open |= term.e.is_infinite();
            sum.add(term.v);
            if !open {
                error.add(term.e);
            }
            any = true;
        }
        let v = sum.value();
        if open {
            return Bounded { v, e: f64::INFINITY };
        }
        if any { Self::rounded(v, error.value()) } else { Self::missing() }
    }
}

/// The error of a minimum or maximum: the chosen one's, both when they are too close to say, or the doubt whether it is missing.
#[inline]
fn pick(a: &Bounded, b: &Bounded, v: f64) -> f64 {
    if v.is_nan() {
        a.absence(*b)
    } else if (a.v - b.v).abs() <= a.e + b.e {
        a.e.max(b.e)
    } else if v == a.v {
        a.e
    } else {
        b.e
    }
}
