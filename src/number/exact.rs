//! Exact numbers over typed decimals: rationals, and roots of them.

use std::cmp::Ordering;

use dashu_base::{Abs, BitTest, Sign, UnsignedAbs};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

use super::{MAX_EXACT_EXPONENT, Number, Real};

/// An exact number: a rational, read from the decimals the user typed, or what roots make of them.
#[derive(Debug, Clone)]
pub enum Exact {
    /// No value.
    Missing,
    /// The result of a function that is not followed exactly (`ln`, `log10`, `exp`, powers beyond 64): `f64` decides.
    Irrational,
    /// An exact rational.
    Value(RBig),
    /// A number with roots in it (`sqrt`, fractional powers, geometric means): decided by intervals of proven width.
    Real(Real),
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

/// Numerator and denominator of a fractional exponent up to which its power is followed exactly: weights of twelve digits.
const LARGEST_ROOT: u64 = 1_000_000_000_000;

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
        Some(Exact::Value(shift_decimal(number, scale)))
    }

    /// The value as a rational, if it is known to be one.
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
        match self {
            Exact::Value(r) => r.numerator().bit_len() + r.denominator().bit_len(),
            Exact::Real(_) => Real::BITS,
            Exact::Missing | Exact::Irrational => 0,
        }
    }

    /// The number by the way to it, if it is one.
    fn real(&self) -> Option<Real> {
        match self {
            Exact::Value(x) => Some(Real::from(x)),
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
            (Exact::Value(a), Exact::Value(b)) => Exact::Value(rational(a, b)),
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
            Some(order) => Exact::Value(RBig::from(u8::from(f(order)))),
            None if self.is_missing() || other.is_missing() => Exact::Missing,
            None => Exact::Irrational,
        }
    }

    /// A non-negative number to a positive power that is no whole number.
    fn root(&self, power: &RBig) -> Self {
        let whole = |x: &UBig| u64::try_from(x).ok().filter(|x| *x <= LARGEST_ROOT);
        let (_, top, bottom) = parts(power);
        let (Some(base), Some(top), Some(bottom)) = (self.real(), whole(&top), whole(&bottom)) else {
            return Exact::Irrational;
        };
        let root = base.power(top, bottom);
        // A perfect power has a rational root: the simplest number in the interval, if its power gives the base back.
        match (self, isize::try_from(bottom), isize::try_from(top)) {
            (Exact::Value(base), Ok(bottom), Ok(top)) if bottom.max(top) <= MAX_EXACT_EXPONENT as isize => {
                let simple = root.simple().filter(|simple| simple.pow(bottom) == base.pow(top));
                simple.map_or(Exact::Real(root), Exact::Value)
            }
            _ => Exact::Real(root),
        }
    }

    /// Missing outside the domain, irrational inside: `f64` decides. At the one number where the function is rational, it
    /// is that: `ln(1)` is 0, and `exp(0)` is 1.
    fn transcendental(&self, (at, there): (Self, Self), in_domain: impl Fn(Ordering) -> bool) -> Self {
        match self.order(&Exact::zero()) {
            Some(_) if *self == at => there,
            Some(order) if !in_domain(order) => Exact::Missing,
            None if self.is_missing() => Exact::Missing,
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
        Exact::read(&format!("{x:e}")).unwrap_or(Exact::Missing)
    }
    fn to_f64(&self) -> f64 {
        match self {
            Exact::Value(x) => super::finite(x.to_f64().value()),
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
            Exact::Value(a) => Exact::Value(-a),
            Exact::Real(a) => Exact::Real(a.neg()),
            other => other.clone(),
        }
    }
    fn abs(&self) -> Self {
        match self {
            Exact::Value(a) => Exact::Value(a.clone().abs()),
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
            Exact::Value(a) => Exact::Value(RBig::from(a.floor())),
            Exact::Real(a) => Exact::Value(RBig::from(a.settle(RBig::floor))),
            other => other.clone(),
        }
    }
    fn sqrt(&self) -> Self {
        self.pow(&Exact::Value(RBig::from_parts(IBig::ONE, UBig::from(2u8))))
    }
    fn ln(&self) -> Self {
        self.transcendental((Exact::one(), Exact::zero()), Ordering::is_gt)
    }
    fn log10(&self) -> Self {
        self.transcendental((Exact::one(), Exact::zero()), Ordering::is_gt)
    }
    fn exp(&self) -> Self {
        self.transcendental((Exact::zero(), Exact::one()), |_| true)
    }
    fn pow(&self, other: &Self) -> Self {
        let (Some(sign), Exact::Value(exponent)) = (self.order(&Exact::zero()), other) else {
            return if self.is_missing() || other.is_missing() { Exact::Missing } else { Exact::Irrational };
        };
        let size = exponent.to_f64().value();
        if sign.is_eq() && size < 0.0 || sign.is_lt() && !exponent.is_int() {
            return Exact::Missing;
        }
        if size.abs() > MAX_EXACT_EXPONENT {
            return Exact::Irrational;
        }
        let power = match self {
            _ if size == 0.0 => Exact::one(),
            Exact::Value(base) if exponent.is_int() => Exact::Value(base.pow(size.abs() as isize)),
            _ if sign.is_eq() => Exact::zero(),
            Exact::Real(base) if exponent.is_int() => {
                let n = size.abs() as u64;
                let size = Exact::Real(if sign.is_lt() { base.neg() } else { base.clone() }.power(n, 1));
                if sign.is_lt() && n % 2 == 1 { size.neg() } else { size }
            }
            _ => self.root(exponent),
        };
        if size < 0.0 { Exact::one().div(&power) } else { power }
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
    fn round(&self, how: &crate::method::rounding::Rounding) -> Self {
        match self {
            Exact::Value(a) => Exact::Value(how.exact(a)),
            Exact::Real(a) => Exact::Value(a.settle(|x| how.exact(x))),
            other => other.clone(),
        }
    }
    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Exact::Value(a), Exact::Value(b)) => Some(a.cmp(b)),
            _ => Some(self.real()?.order(&other.real()?)),
        }
    }
    /// In pairs, so that denominators grow in a balanced tree.
    fn sum(terms: &mut dyn Iterator<Item = Self>) -> Self {
        let mut terms: Vec<Exact> = terms.collect();
        while terms.len() > 1 {
            let pair = |pair: &[Exact]| pair.iter().skip(1).fold(pair[0].clone(), |a, b| a.add(b));
            terms = terms.chunks(2).map(pair).collect();
        }
        terms.pop().unwrap_or(Exact::Missing)
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
