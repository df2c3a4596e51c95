//! Exact rationals over typed decimals.

use std::cmp::Ordering;

use dashu_base::{Abs, BitTest, Sign, UnsignedAbs};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

use super::{MAX_EXACT_EXPONENT, Number};

/// A rational number, read from the decimals the user typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exact {
    /// No value.
    Missing,
    /// The result of a function that is not rational (`ln`, `exp`, `sqrt`, fractional powers): `f64` decides.
    Irrational,
    /// An exact rational.
    Value(RBig),
}

impl Exact {
    /// The decimal written in `text` (`-12.50`, `1e-3`), exactly; `None` if it is not a plain decimal or has more
    /// than 1,000 digits or an exponent beyond ±400.
    ///
    /// ```
    /// use kaohe::{Exact, Number};
    /// assert_eq!(Exact::parse("28.175").unwrap().to_f64(), 28.175);
    /// assert!(Exact::parse("1,234").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
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
            || exponent.abs() > 400
            || !all.bytes().all(|b| b.is_ascii_digit())
        {
            return None;
        }
        let size = UBig::from_str_radix(&all, 10).ok()?;
        let number = IBig::from_parts(if negative { Sign::Negative } else { Sign::Positive }, size);
        let scale = exponent - i32::try_from(fraction.len()).ok()?;
        Some(Exact::Value(shift_decimal(number, scale)))
    }

    /// The value as a rational, if there is one.
    pub fn rational(&self) -> Option<&RBig> {
        match self {
            Exact::Value(r) => Some(r),
            _ => None,
        }
    }

    /// Whether `f64` has to decide.
    pub fn is_irrational(&self) -> bool {
        matches!(self, Exact::Irrational)
    }

    /// Bits of numerator and denominator: what it costs to go on with the number.
    pub(crate) fn bits(&self) -> usize {
        self.rational().map_or(0, |r| r.numerator().bit_len() + r.denominator().bit_len())
    }

    fn both(&self, other: &Self, f: impl Fn(&RBig, &RBig) -> Option<RBig>) -> Self {
        match (self, other) {
            (Exact::Value(a), Exact::Value(b)) => f(a, b).map_or(Exact::Missing, Exact::Value),
            (Exact::Missing, _) | (_, Exact::Missing) => Exact::Missing,
            _ => Exact::Irrational,
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

    fn test(&self, other: &Self, f: impl Fn(&RBig, &RBig) -> bool) -> Self {
        self.both(other, |a, b| Some(RBig::from(u8::from(f(a, b)))))
    }

    /// Missing outside the domain, irrational inside: `f64` decides.
    fn transcendental(&self, in_domain: impl Fn(&RBig) -> bool) -> Self {
        match self {
            Exact::Value(a) if !in_domain(a) => Exact::Missing,
            Exact::Missing => Exact::Missing,
            _ => Exact::Irrational,
        }
    }
}

/// `number · 10^scale`
pub(crate) fn shift_decimal(number: IBig, scale: i32) -> RBig {
    let ten = UBig::from(10u8).pow(scale.unsigned_abs() as usize);
    if scale >= 0 { RBig::from(number * ten) } else { RBig::from_parts(number, ten) }
}

impl Number for Exact {
    fn of(x: f64) -> Self {
        if !x.is_finite() {
            return Exact::Missing;
        }
        if x.fract() == 0.0 && x.abs() < 9e15 {
            return Exact::Value(RBig::from(x as i64));
        }
        // The shortest notation that reads back as `x` is the decimal its user typed.
        Exact::parse(&format!("{x:e}")).unwrap_or(Exact::Missing)
    }
    fn to_f64(&self) -> f64 {
        self.rational().map_or(f64::NAN, |r| super::finite(r.to_f64().value()))
    }
    fn missing() -> Self {
        Exact::Missing
    }
    fn is_missing(&self) -> bool {
        matches!(self, Exact::Missing)
    }
    fn add(&self, other: &Self) -> Self {
        self.both(other, |a, b| Some(a + b))
    }
    fn sub(&self, other: &Self) -> Self {
        self.both(other, |a, b| Some(a - b))
    }
    fn mul(&self, other: &Self) -> Self {
        self.both(other, |a, b| Some(a * b))
    }
    fn div(&self, other: &Self) -> Self {
        self.both(other, |a, b| if b.is_zero() { None } else { Some(a / b) })
    }
    fn neg(&self) -> Self {
        match self {
            Exact::Value(a) => Exact::Value(-a),
            other => other.clone(),
        }
    }
    fn abs(&self) -> Self {
        match self {
            Exact::Value(a) => Exact::Value(a.clone().abs()),
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
            Exact::Value(a) => Exact::Value(RBig::from(a.floor())),
            other => other.clone(),
        }
    }
    fn sqrt(&self) -> Self {
        self.transcendental(|a| *a >= RBig::ZERO)
    }
    fn ln(&self) -> Self {
        self.transcendental(|a| *a > RBig::ZERO)
    }
    fn log10(&self) -> Self {
        self.transcendental(|a| *a > RBig::ZERO)
    }
    fn exp(&self) -> Self {
        self.transcendental(|_| true)
    }
    fn pow(&self, other: &Self) -> Self {
        let (Exact::Value(base), Exact::Value(exponent)) = (self, other) else {
            return self.both(other, |_, _| None);
        };
        let size = exponent.to_f64().value();
        if base.is_zero() && size < 0.0 {
            return Exact::Missing;
        }
        if !exponent.is_int() || size.abs() > MAX_EXACT_EXPONENT {
            return if *base < RBig::ZERO && !exponent.is_int() { Exact::Missing } else { Exact::Irrational };
        }
        let power = base.pow(size.abs() as isize);
        Exact::Value(if size < 0.0 { RBig::ONE / power } else { power })
    }
    fn less(&self, other: &Self) -> Self {
        self.test(other, |a, b| a < b)
    }
    fn equal(&self, other: &Self) -> Self {
        self.test(other, |a, b| a == b)
    }
    fn select(&self, yes: &Self, no: &Self) -> Self {
        match self {
            Exact::Value(a) if a.is_zero() => no.clone(),
            Exact::Value(_) => yes.clone(),
            other => other.clone(),
        }
    }
    fn round(&self, how: &crate::method::rounding::Rounding) -> Self {
        match self {
            Exact::Value(a) => Exact::Value(how.exact(a)),
            other => other.clone(),
        }
    }
    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Exact::Value(a), Exact::Value(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// `|r|` as numerator and denominator.
pub(crate) fn parts(r: &RBig) -> (bool, UBig, UBig) {
    let (n, d) = r.clone().into_parts();
    (n.sign() == Sign::Negative, n.unsigned_abs(), d)
}
