//! Exact numbers over typed decimals: rationals, and roots, logarithms and exponentials of them.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use dashu_base::{Abs, BitTest, Sign, UnsignedAbs};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

use super::rounding::Rounding;
use super::{MAX_EXACT_EXPONENT, Number, Real};

/// An exact number: a rational, read from the decimals the user typed, or what roots make of them.
#[derive(Debug, Clone)]
pub enum Exact {
    /// No value.
    Missing,
    /// What is not followed exactly (a sum over too many entities, the result of a budget that is spent): `f64` decides.
    Irrational,
    /// An exact rational.
    Value(Rational),
    /// A number with roots, logarithms or exponentials in it: decided by intervals of proven width.
    Real(Real),
}

/// A fraction of whole numbers of any size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rational(pub(crate) RBig);

/// `27/10`, or `3`.
impl std::fmt::Display for Rational {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Exact::Missing, Exact::Missing) | (Exact::Irrational, Exact::Irrational) => true,
            _ => self.order(other) == Some(Ordering::Equal),
        }
    }
}

impl Eq for Exact {}

crate::error::from_str!(Exact: "a plain decimal such as 28.175");

/// Numerator and denominator of a fractional exponent up to which its power is followed exactly: weights of twelve digits.
pub(super) const LARGEST_ROOT: u64 = 1_000_000_000_000;

/// Bits of the common denominator up to which a sum is added up as a fraction; a longer one is followed by intervals. A
/// hundred counties' ratios of seven-digit numbers need some 2,500.
const MOST_SUM_BITS: usize = 1 << 14;

/// Exponents beyond this are refused before a power of ten is made of them.
const LARGEST_EXPONENT: u32 = 400;

impl Exact {
    /// The decimal written in `text` (`-12.50`, `1e-3`), exactly; `None` if it is not a plain decimal, has more than
    /// 1,000 digits, or is beyond the range of `f64` in size: 10⁻³⁰⁷ … 10³⁰⁸, and zero. A number that `f64` takes for
    /// zero or for infinity would be another number where `f64` decides.
    ///
    /// ```
    /// use kaohe::{Exact, Number};
    /// assert_eq!(Exact::parse("28.175").unwrap().to_f64(), 28.175);
    /// assert!(Exact::parse("1,234").is_none());
    /// assert!(Exact::parse("1e-400").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text).filter(|x| x.is_zero() || x.to_f64().is_normal())
    }

    /// The decimal written in `text`, of any size that `f64` knows and somewhat beyond.
    fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((m, e)) => (m, e.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = [whole, fraction].concat();
        if all.is_empty()
            || all.len() > 1000
            || exponent.unsigned_abs() > LARGEST_EXPONENT
            || !all.bytes().all(|b| b.is_ascii_digit())
        {
            return None;
        }
        let size = UBig::from_str_radix(&all, 10).ok()?;
        let number = IBig::from_parts(if negative { Sign::Negative } else { Sign::Positive }, size);
        let scale = exponent - i32::try_from(fraction.len()).ok()?;
        Some(Exact::Value(Rational(shift_decimal(number, scale))))
    }

    pub(crate) fn of_rational(x: RBig) -> Self {
        Exact::Value(Rational(x))
    }

    /// The value as a rational, if it is known to be one.
    pub(crate) fn rational(&self) -> Option<&RBig> {
        match self {
            Exact::Value(Rational(r)) => Some(r),
            _ => None,
        }
    }

    /// Whether `f64` has to decide.
    pub fn is_irrational(&self) -> bool {
        matches!(self, Exact::Irrational)
    }

    /// Bits of numerator and denominator: what it costs to go on with the number.
    pub(crate) fn bits(&self) -> usize {
        match self {
            Exact::Value(Rational(r)) => r.numerator().bit_len() + r.denominator().bit_len(),
            // Counted by the looks at it.
            Exact::Real(_) | Exact::Missing | Exact::Irrational => 0,
        }
    }

    /// The number by the way to it, if it is one.
    fn real(&self) -> Option<Real> {
        match self {
            Exact::Value(Rational(x)) => Some(Real::of_rational(x)),
            Exact::Real(x) => Some(x.clone()),
            Exact::Missing | Exact::Irrational => None,
        }
    }

    /// An operation on two numbers: on rationals, or on the ways to them.
    fn both(
        &self,
        other: &Self,
        rational: impl Fn(&RBig, &RBig) -> RBig,
        real: impl Fn(&Real, &Real) -> Real,
    ) -> Self {
        match (self, other) {
            (Exact::Value(Rational(a)), Exact::Value(Rational(b))) => Exact::Value(Rational(rational(a, b))),
            (Exact::Missing, _) | (_, Exact::Missing) => Exact::Missing,
            _ => match (self.real(), other.real()) {
                (Some(a), Some(b)) => Exact::Real(real(&a, &b)),
                _ => Exact::Irrational,
            },
        }
    }

    fn one_of(&self, other: &Self, order: Ordering) -> Self {
        match self.order(other) {
            Some(o) if o == order => self.clone(),
            Some(_) => other.clone(),
            None if self.is_missing() || other.is_missing() => Exact::Missing,
            None => Exact::Irrational,
        }
    }

    fn test(&self, other: &Self, f: impl Fn(Ordering) -> bool) -> Self {
        match self.order(other) {
            Some(order) => Exact::Value(Rational(RBig::from(u8::from(f(order))))),
            None if self.is_missing() || other.is_missing() => Exact::Missing,
            None => Exact::Irrational,
        }
    }

    /// A positive number to a power of at most 64 in size that is not zero.
    fn near_power(&self, exponent: &RBig) -> Self {
        let whole = |x: &UBig| u64::try_from(x).ok().filter(|x| *x <= LARGEST_ROOT);
        let (negative, top, bottom) = parts(exponent);
        let power = match (self, whole(&top), whole(&bottom)) {
            (Exact::Value(Rational(base)), Some(top), Some(1)) => {
                Exact::Value(Rational(base.pow(top as isize)))
            }
            (_, Some(top), Some(bottom)) => self.root(top, bottom),
            _ => return self.by_logarithm(&Exact::Value(Rational(exponent.clone()))),
        };
        if negative { Exact::one().div(&power) } else { power }
    }

    /// A positive number to the power `top / bottom`.
    fn root(&self, top: u64, bottom: u64) -> Self {
        let Some(base) = self.real() else { return self.clone() };
        let root = base.power(top, bottom);
        // A perfect power has a rational root: the simplest number in the interval, if its power gives the base back.
        match self {
            Exact::Value(Rational(base)) if bottom.max(top) <= MAX_EXACT_EXPONENT as u64 => {
                let (top, bottom) = (top as isize, bottom as isize);
                let simple = root.simple().filter(|simple| simple.pow(bottom) == base.pow(top));
                simple.map_or(Exact::Real(root), Exact::of_rational)
            }
            _ => Exact::Real(root),
        }
    }

    /// A positive number to any power: `e^(exponent · ln base)`.
    fn by_logarithm(&self, exponent: &Self) -> Self {
        exponent.mul(&self.ln()).exp()
    }
}

/// The decimal of at most fifteen digits and places that `x` is the nearest `f64` to: there is no other of as few digits.
fn short_decimal(x: f64) -> Option<Exact> {
    const TENS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    TENS.iter().find_map(|ten| {
        let digits = (x * ten).round();
        // Both are whole numbers that `f64` holds, so the quotient is the nearest one to the decimal.
        let found = digits.abs() < 1e15 && digits / ten == x;
        found.then(|| {
            Exact::Value(Rational(RBig::from_parts(IBig::from(digits as i64), UBig::from(*ten as u64))))
        })
    })
}

/// `number · 10^scale`
pub(crate) fn shift_decimal(number: IBig, scale: i32) -> RBig {
    let ten = UBig::from(10u8).pow(scale.unsigned_abs() as usize);
    if scale >= 0 { RBig::from(number * ten) } else { RBig::from_parts(number, ten) }
}

impl Number for Exact {
    const LONG: bool = true;

    fn of(x: f64) -> Self {
        if !x.is_finite() {
            return Exact::Missing;
        }
        if x.fract() == 0.0 && x.abs() < 9e15 {
            return Exact::Value(Rational(RBig::from(x as i64)));
        }
        // The shortest notation that reads back as `x` is the decimal its user typed.
        short_decimal(x).or_else(|| Exact::read(&format!("{x:e}"))).unwrap_or(Exact::Missing)
    }
    fn from_exact(x: &Exact) -> Self {
        x.clone()
    }
    fn to_f64(&self) -> f64 {
        match self {
            Exact::Value(Rational(x)) => super::finite(x.to_f64().value()),
            Exact::Real(x) => super::finite(x.settle(|x| x.to_f64().value())),
            Exact::Missing | Exact::Irrational => f64::NAN,
        }
    }
    fn missing() -> Self {
        Exact::Missing
    }
    fn is_missing(&self) -> bool {
        matches!(self, Exact::Missing)
    }
    fn add(&self, other: &Self) -> Self {
        self.both(other, |a, b| a + b, Real::add)
    }
    fn sub(&self, other: &Self) -> Self {
        self.both(other, |a, b| a - b, |a, b| a.add(&b.neg()))
    }
    fn mul(&self, other: &Self) -> Self {
        self.both(other, |a, b| a * b, Real::mul)
    }
    fn div(&self, other: &Self) -> Self {
        if other.is_zero() && !self.is_irrational() {
            return Exact::Missing;
        }
        self.both(other, |a, b| a / b, |a, b| a.mul(&b.inverse()))
    }
    fn neg(&self) -> Self {
        match self {
            Exact::Value(Rational(a)) => Exact::Value(Rational(-a)),
            Exact::Real(a) => Exact::Real(a.neg()),
            other => other.clone(),
        }
    }
    fn abs(&self) -> Self {
        match self {
            Exact::Value(Rational(a)) => Exact::Value(Rational(a.clone().abs())),
            Exact::Real(a) if self.is_less(&Exact::zero()) => Exact::Real(a.neg()),
            other => other.clone(),
        }
    }
    fn min(&self, other: &Self) -> Self {
        self.one_of(other, Ordering::Less)
    }
    fn max(&self, other: &Self) -> Self {
        self.one_of(other, Ordering::Greater)
    }
    fn floor(&self) -> Self {
        match self {
            Exact::Value(Rational(a)) => Exact::Value(Rational(RBig::from(a.floor()))),
            Exact::Real(a) => Exact::Value(Rational(RBig::from(a.settle(RBig::floor)))),
            other => other.clone(),
        }
    }
    fn sqrt(&self) -> Self {
        self.pow(&Exact::Value(Rational(RBig::from_parts(IBig::ONE, UBig::from(2u8)))))
    }
    fn ln(&self) -> Self {
        match (self.order(&Exact::zero()), self.real()) {
            (Some(Ordering::Greater), _) if *self == Exact::one() => Exact::zero(),
            (Some(Ordering::Greater), Some(x)) => Exact::Real(x.ln()),
            (None, _) => self.clone(),
            _ => Exact::Missing,
        }
    }
    fn log10(&self) -> Self {
        let ten = Real::of_rational(&RBig::from(10)).ln();
        match self.ln() {
            Exact::Real(ln) => {
                let log = ln.mul(&ten.inverse());
                // Only the powers of ten have a rational logarithm.
                let power = |k: &RBig| i32::try_from(k.numerator()).ok().map(|k| shift_decimal(IBig::ONE, k));
                let whole = log.simple().filter(|k| k.is_int() && power(k).as_ref() == self.rational());
                whole.map_or(Exact::Real(log), Exact::of_rational)
            }
            other => other,
        }
    }
    fn exp(&self) -> Self {
        let size = Exact::of(f64::from(Real::LARGEST_EXPONENT));
        match (self.order(&Exact::zero()), self.real()) {
            (Some(Ordering::Equal), _) => Exact::one(),
            // Beyond what `f64` knows by far: too large for it, as `f64` says itself, or so small as to be nothing.
            (Some(Ordering::Greater), _) if self.is_at_least(&size) => Exact::Irrational,
            (Some(Ordering::Less), _) if size.neg().is_at_least(self) => Exact::zero(),
            (Some(_), Some(x)) => Exact::Real(x.exp()),
            _ => self.clone(),
        }
    }
    fn pow(&self, other: &Self) -> Self {
        let (Some(sign), Some(direction)) = (self.order(&Exact::zero()), other.order(&Exact::zero())) else {
            return if self.is_missing() || other.is_missing() { Exact::Missing } else { Exact::Irrational };
        };
        let whole = other.rational().filter(|n| n.is_int());
        if sign.is_eq() && direction.is_lt() || sign.is_lt() && whole.is_none() {
            return Exact::Missing;
        }
        let near = |n: &&RBig| n.to_f64().value().abs() <= MAX_EXACT_EXPONENT;
        let power = match other.rational().filter(near) {
            _ if direction.is_eq() => Exact::one(),
            _ if sign.is_eq() => Exact::zero(),
            Some(exponent) => self.abs().near_power(exponent),
            None => self.abs().by_logarithm(other),
        };
        let odd = whole.is_some_and(|n| n.numerator().bit(0));
        if sign.is_lt() && odd { power.neg() } else { power }
    }
    fn less(&self, other: &Self) -> Self {
        self.test(other, Ordering::is_lt)
    }
    fn equal(&self, other: &Self) -> Self {
        self.test(other, Ordering::is_eq)
    }
    fn select(&self, yes: &Self, no: &Self) -> Self {
        match self {
            Exact::Value(_) | Exact::Real(_) => {
                if self.is_zero() {
                    no.clone()
                } else {
                    yes.clone()
                }
            }
            other => other.clone(),
        }
    }
    fn round(&self, how: &Rounding) -> Self {
        match self {
            Exact::Value(Rational(a)) => Exact::Value(Rational(how.exact(a))),
            Exact::Real(a) => Exact::Value(Rational(a.settle(|x| how.exact(x)))),
            other => other.clone(),
        }
    }
    fn carried(shown: f64, how: &Rounding, unrounded: &dyn Fn() -> Self) -> Self {
        if how.shown().contains(&shown.abs()) {
            return Exact::of(shown);
        }
        match unrounded().round(how) {
            Exact::Irrational => Exact::of(shown),
            rounded => rounded,
        }
    }
    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Exact::Value(Rational(a)), Exact::Value(Rational(b))) => Some(a.cmp(b)),
            (Exact::Real(a), Exact::Value(Rational(b))) if b.is_zero() => Some(a.sign()),
            _ => Some(self.real()?.order(&other.real()?)),
        }
    }
    /// Terms of one denominator are added up first: a thousand decimals have a few, a thousand ratios a thousand, and the
    /// product of those is what the sum is over.
    fn sum(terms: &mut dyn Iterator<Item = Self>) -> Self {
        let mut sums: BTreeMap<UBig, IBig> = BTreeMap::new();
        let (mut bits, mut others, mut unknown) = (0, Vec::new(), None);
        for term in terms {
            match term {
                Exact::Missing => unknown = Some(Exact::Missing),
                Exact::Irrational => unknown = unknown.or(Some(Exact::Irrational)),
                Exact::Real(term) => others.push(term),
                Exact::Value(Rational(value)) if bits > MOST_SUM_BITS => {
                    others.push(Real::of_rational(&value));
                }
                Exact::Value(Rational(value)) => {
                    let (numerator, denominator) = value.into_parts();
                    let size = denominator.bit_len();
                    *sums.entry(denominator).or_insert_with(|| {
                        bits += size;
                        IBig::ZERO
                    }) += numerator;
                }
            }
        }
        if let Some(unknown) = unknown {
            return unknown;
        }
        // In pairs, so that long numbers meet long ones.
        let mut sums: Vec<RBig> = sums.into_iter().map(|(d, n)| RBig::from_parts(n, d)).collect();
        while sums.len() > 1 {
            sums = sums.chunks(2).map(|pair| pair.iter().fold(RBig::ZERO, |sum, x| sum + x)).collect();
        }
        let sum = sums.pop();
        if others.is_empty() {
            return sum.map_or(Exact::Missing, Exact::of_rational);
        }
        others.extend(sum.as_ref().map(Real::of_rational));
        Exact::Real(Real::sum(others))
    }
}

/// `|r|` as numerator and denominator.
pub(crate) fn parts(r: &RBig) -> (bool, UBig, UBig) {
    let (n, d) = r.clone().into_parts();
    (n.sign() == Sign::Negative, n.unsigned_abs(), d)
}

#[cfg(test)]
#[path = "exact_tests.rs"]
mod tests;
