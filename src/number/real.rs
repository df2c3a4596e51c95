//! Roots, logarithms and exponentials, and what is made of them, in intervals as narrow as a decision needs.
//!
//! What follows from rationals by the four operations, powers, `ln` and `exp` is kept as the way to it.
//! Asked a question (a comparison, a rounding, the nearest `f64`), it is computed between two rationals, closer and closer
//! until both ends give the same answer. Where [`MOST_BITS`] bits leave it open, the number is taken for the simplest
//! rational between them: scores whose mean comes within 10⁻¹⁴⁰ of a decimal, or of another mean, without being it are
//! not written in the decimals of any table.

mod root;
mod series;

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use dashu_base::BitTest;
use dashu_int::UBig;
use dashu_ratio::RBig;

/// Bits of the first look, and of the last.
const FIRST_BITS: usize = 128;
const MOST_BITS: usize = 512;

/// Bits of the largest exponent of an exponential.
const EXPONENT_BITS: usize = 12;

/// Bits that a step of Newton's works on beyond those it finds.
const SLACK: usize = 64;

/// A number by the way to it; see [`Exact::Real`](super::Exact::Real).
#[derive(Debug, Clone)]
pub struct Real(Arc<Node>);

/// A way, and what the first look along it found.
#[derive(Debug)]
struct Node {
    way: Way,
    first: OnceLock<Interval>,
}

#[derive(Debug)]
enum Way {
    Rational(RBig),
    Add(Real, Real),
    Mul(Real, Real),
    Inverse(Real),
    /// A non-negative number to a positive rational power.
    Power(Real, u64, u64),
    /// The exponential of a number below [`Real::LARGEST_EXPONENT`] in size.
    Exp(Real),
    /// The natural logarithm of a positive number.
    Ln(Real),
    /// A sum of many.
    Sum(Vec<Real>),
}

/// Two rationals with the number between them.
#[derive(Debug, Clone)]
struct Interval {
    low: RBig,
    high: RBig,
}

impl From<&RBig> for Real {
    fn from(x: &RBig) -> Self {
        Real::by(Way::Rational(x.clone()))
    }
}

impl Real {
    /// About the bits that a look at it takes.
    pub(super) const BITS: usize = 4 * FIRST_BITS;

    /// The size of an exponent from which on its exponential is not followed: far beyond what `f64` knows.
    pub(super) const LARGEST_EXPONENT: u16 = 1 << EXPONENT_BITS;

    fn by(way: Way) -> Self {
        Real(Arc::new(Node { way, first: OnceLock::new() }))
    }

    pub(super) fn add(&self, other: &Self) -> Self {
        Real::by(Way::Add(self.clone(), other.clone()))
    }

    pub(super) fn mul(&self, other: &Self) -> Self {
        Real::by(Way::Mul(self.clone(), other.clone()))
    }

    /// One over a number that is not zero.
    pub(super) fn inverse(&self) -> Self {
        Real::by(Way::Inverse(self.clone()))
    }

    pub(super) fn neg(&self) -> Self {
        self.mul(&Real::from(&-RBig::ONE))
    }

    /// A non-negative number to the power `top / bottom`, both positive.
    pub(super) fn power(&self, top: u64, bottom: u64) -> Self {
        Real::by(Way::Power(self.clone(), top, bottom))
    }

    /// `e` to a number below [`LARGEST_EXPONENT`](Self::LARGEST_EXPONENT) in size.
    pub(super) fn exp(&self) -> Self {
        Real::by(Way::Exp(self.clone()))
    }

    /// The natural logarithm of a positive number.
    pub(super) fn ln(&self) -> Self {
        Real::by(Way::Ln(self.clone()))
    }

    /// A sum of many numbers.
    pub(crate) fn sum(terms: Vec<Real>) -> Self {
        Real::by(Way::Sum(terms))
    }

    /// Whether both are made in the same way of the same numbers: equal, then, without a look.
    fn is_same(&self, other: &Self) -> bool {
        let both = |(a, b): (&Real, &Real), (c, d): (&Real, &Real)| a.is_same(c) && b.is_same(d);
        Arc::ptr_eq(&self.0, &other.0)
            || match (&self.0.way, &other.0.way) {
                (Way::Rational(a), Way::Rational(b)) => a == b,
                (Way::Add(a, b), Way::Add(c, d)) | (Way::Mul(a, b), Way::Mul(c, d)) => both((a, b), (c, d)),
                (Way::Inverse(a), Way::Inverse(b))
                | (Way::Exp(a), Way::Exp(b))
                | (Way::Ln(a), Way::Ln(b)) => a.is_same(b),
                (Way::Power(a, m, n), Way::Power(b, k, l)) => (m, n) == (k, l) && a.is_same(b),
                _ => false,
            }
    }

    /// The answer to a question that both ends of a narrow interval answer alike. Where even the narrowest one leaves it
    /// open, the number is taken for the simplest rational within: the boundary that it lies on.
    pub(super) fn settle<T: PartialEq>(&self, question: impl Fn(&RBig) -> T) -> T {
        let mut bits = FIRST_BITS;
        loop {
            let Interval { low, high } = self.within(bits);
            let answer = question(&low);
            if answer == question(&high) {
                return answer;
            }
            if bits >= MOST_BITS {
                return question(&self.simplest(MOST_BITS));
            }
            bits *= 2;
        }
    }

    /// The simplest rational as close to it as a look of so many bits can tell.
    fn simplest(&self, bits: usize) -> RBig {
        let Interval { low, high } = self.within(bits);
        // The ends belong to it: nothing and one are often found there.
        let inside = RBig::simplest_in(low.clone(), high.clone());
        let length = |x: &RBig| x.numerator().bit_len() + x.denominator().bit_len();
        [low, high]
            .into_iter()
            .fold(inside, |best, end| if length(&end) < length(&best) { end } else { best })
    }

    /// A rational so simple that the first look hardly hits one by chance.
    pub(super) fn simple(&self) -> Option<RBig> {
        let simplest = self.simplest(FIRST_BITS);
        (simplest.numerator().bit_len() + simplest.denominator().bit_len() < FIRST_BITS / 2)
            .then_some(simplest)
    }

    /// Order by value.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        if self.is_same(other) {
            return Ordering::Equal;
        }
        self.add(&other.neg()).settle(|difference| difference.cmp(&RBig::ZERO))
    }

    /// An interval of about so many bits.
    fn within(&self, bits: usize) -> Interval {
        match bits {
            FIRST_BITS => self.0.first.get_or_init(|| self.found(bits)).clone(),
            more => self.found(more),
        }
    }

    fn found(&self, bits: usize) -> Interval {
        match &self.0.way {
            Way::Rational(x) => Interval { low: x.clone(), high: x.clone() },
            Way::Add(a, b) => a.within(bits).plus(&b.within(bits)).outward(bits),
            Way::Mul(a, b) => a.within(bits).times(&b.within(bits)).outward(bits),
            Way::Inverse(a) => {
                let a = a.within_until(bits, |a| a.low > RBig::ZERO || a.high < RBig::ZERO);
                if a.low <= RBig::ZERO && a.high >= RBig::ZERO {
                    return Interval { low: RBig::ZERO, high: RBig::ZERO };
                }
                Interval { low: RBig::ONE / a.high, high: RBig::ONE / a.low }.outward(bits)
            }
            Way::Power(a, top, bottom) => a.within(bits).map(|x, up| match *x > RBig::ZERO {
                true => root::power(x, *top, *bottom, bits, up),
                false => RBig::ZERO,
            }),
            Way::Exp(a) => a.within(bits + EXPONENT_BITS).map(|x, up| series::exp(x, bits, up)),
            Way::Ln(a) => a.within_until(bits, |a| a.low > RBig::ZERO).map(|x, up| series::ln(x, bits, up)),
            Way::Sum(terms) => {
                let zero = Interval { low: RBig::ZERO, high: RBig::ZERO };
                terms.iter().fold(zero, |sum, term| sum.plus(&term.within(bits)).outward(bits))
            }
        }
    }

    /// An interval of at least so many bits of which something holds: a number that is not zero, say, is away from zero at
    /// some width.
    fn within_until(&self, bits: usize, holds: impl Fn(&Interval) -> bool) -> Interval {
        let (mut more, mut found) = (bits, self.within(bits));
        while !holds(&found) && more < 4 * MOST_BITS {
            more *= 2;
            found = self.within(more);
        }
        found
    }
}

impl Interval {
    fn plus(&self, other: &Self) -> Self {
        Interval { low: &self.low + &other.low, high: &self.high + &other.high }
    }

    /// Of a function that grows: from below at the lower end, from above at the upper one.
    fn map(&self, of: impl Fn(&RBig, bool) -> RBig) -> Self {
        Interval { low: of(&self.low, false), high: of(&self.high, true) }
    }

    fn times(&self, other: &Self) -> Self {
        let ends = [
            &self.low * &other.low,
            &self.low * &other.high,
            &self.high * &other.low,
            &self.high * &other.high,
        ];
        let low = ends.iter().min().cloned().unwrap_or(RBig::ZERO);
        let high = ends.iter().max().cloned().unwrap_or(RBig::ZERO);
        Interval { low, high }
    }

    fn outward(self, bits: usize) -> Self {
        Interval { low: cut(&self.low, bits, false), high: cut(&self.high, bits, true) }
    }
}

/// A number rounded to so many bits, up or down; simpler ones stay as they are.
fn cut(x: &RBig, bits: usize, up: bool) -> RBig {
    if x.numerator().bit_len() + x.denominator().bit_len() <= bits {
        return x.clone();
    }
    let shift = bits as isize - (x.numerator().bit_len() as isize - x.denominator().bit_len() as isize);
    let scaled = scale(x, shift);
    scale(&RBig::from(if up { scaled.ceil() } else { scaled.floor() }), -shift)
}

/// `x · 2^shift`
fn scale(x: &RBig, shift: isize) -> RBig {
    let factor = RBig::from(UBig::ONE << shift.unsigned_abs());
    if shift >= 0 { x * factor } else { x / factor }
}

#[cfg(test)]
#[path = "real_tests.rs"]
mod tests;
