//! Roots, logarithms and exponentials, and what is made of them, in intervals as narrow as a decision needs.
//!
//! What follows from rationals by the four operations, powers, `ln` and `exp` is kept as the way to it.
//! Asked a question (a comparison, a rounding, the nearest `f64`), it is computed between two binary numbers, closer and closer
//! until both ends give the same answer. Where [`MOST_BITS`] bits leave it open, the number is taken for the simplest
//! rational between them: scores whose mean comes within 10⁻¹⁴⁰ of a decimal, or of another mean, without being it are
//! not written in the decimals of any table.

mod float;
mod series;
mod text;

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use dashu_base::BitTest;
use dashu_ratio::RBig;

use self::float::{Float, bit_len};
use crate::budget;

/// Bits of the looks: of the first, of the last that a question is asked of, and of those that find a number apart from zero.
const LOOKS: [usize; 5] = [FIRST_BITS, 256, MOST_BITS, 1024, FARTHEST_BITS];
const FIRST_BITS: usize = 128;
const MOST_BITS: usize = 512;
const FARTHEST_BITS: usize = 2048;

/// Bits that the logarithm of a number near 1 has fewer than the number.
const NEAR_ONE_BITS: usize = 64;

/// Bits of the largest exponent of an exponential.
const EXPONENT_BITS: usize = 12;

/// A number by the way to it; see [`Exact::Real`](super::Exact::Real).
#[derive(Debug, Clone)]
pub struct Real(Arc<Node>);

/// A way, and what the looks along it found: a number that others are made of is looked at once.
#[derive(Debug)]
struct Node {
    way: Way,
    first: OnceLock<Interval>,
    wider: [OnceLock<Box<Interval>>; LOOKS.len() - 1],
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

/// Two numbers with the number between them.
#[derive(Debug, Clone)]
struct Interval {
    low: Float,
    high: Float,
}

impl Real {
    pub(crate) fn of_rational(x: &RBig) -> Self {
        Real::by(Way::Rational(x.clone()))
    }

    /// The size of an exponent from which on its exponential is not followed: far beyond what `f64` knows.
    pub(super) const LARGEST_EXPONENT: u16 = 1 << EXPONENT_BITS;

    fn by(way: Way) -> Self {
        Real(Arc::new(Node { way, first: OnceLock::new(), wider: Default::default() }))
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
        self.mul(&Real::of_rational(&-RBig::ONE))
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
        let settled = self.settled(|end| question(&end.rational()));
        settled.unwrap_or_else(|| question(&self.simplest(MOST_BITS)))
    }

    /// What both ends of an interval answer alike.
    fn settled<T: PartialEq>(&self, question: impl Fn(&Float) -> T) -> Option<T> {
        LOOKS.iter().take_while(|bits| **bits <= MOST_BITS).find_map(|bits| {
            let Interval { low, high } = self.within(*bits);
            Some(question(low)).filter(|answer| *answer == question(high))
        })
    }

    /// Order against zero, which is the simplest number of an interval that leaves it open.
    pub(super) fn sign(&self) -> Ordering {
        self.settled(Float::sign).unwrap_or(Ordering::Equal)
    }

    /// The simplest rational as close to it as a look of so many bits can tell.
    fn simplest(&self, bits: usize) -> RBig {
        let Interval { low, high } = self.within(bits);
        let (low, high) = (low.rational(), high.rational());
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
        if self.is_same(other) { Ordering::Equal } else { self.add(&other.neg()).sign() }
    }

    /// An interval of about so many bits, or more.
    fn within(&self, bits: usize) -> &Interval {
        let look = LOOKS.partition_point(|look| *look < bits).min(LOOKS.len() - 1);
        let found = || self.found(LOOKS[look]);
        match look {
            0 => self.0.first.get_or_init(found),
            wider => self.0.wider[wider - 1].get_or_init(|| Box::new(found())),
        }
    }

    fn found(&self, bits: usize) -> Interval {
        budget::count_bits(2 * bits * self.0.way.steps());
        match &self.0.way {
            Way::Rational(x) => Interval::by(|up| Float::of(x, bits, up)),
            Way::Add(a, b) => a.within(bits).plus(b.within(bits), bits),
            Way::Mul(a, b) => a.within(bits).times(b.within(bits), bits),
            Way::Inverse(a) => a.within_until(bits, |a| !a.has_zero()).inverse(bits),
            Way::Power(a, top, bottom) => a.within(bits).map(|x, up| x.power(*top, *bottom, bits, up)),
            Way::Exp(a) => a.within(bits + EXPONENT_BITS).map(|x, up| series::exp(x, bits, up)),
            Way::Ln(a) => {
                let a = a.within_until(bits + NEAR_ONE_BITS, |a| a.low.sign().is_gt());
                a.map(|x, up| series::ln(x, bits, up))
            }
            Way::Sum(terms) => {
                let zero = Interval::by(|_| Float::ZERO);
                terms.iter().fold(zero, |sum, term| sum.plus(term.within(bits), bits))
            }
        }
    }

    /// An interval of at least so many bits of which something holds: a number that is not zero, say, is away from zero at
    /// some width.
    fn within_until(&self, bits: usize, holds: impl Fn(&Interval) -> bool) -> &Interval {
        let (mut more, mut found) = (bits, self.within(bits));
        while !holds(found) && more < FARTHEST_BITS {
            more *= 2;
            found = self.within(more);
        }
        found
    }
}

impl Way {
    /// About how many operations a look takes beyond those of its parts.
    fn steps(&self) -> usize {
        /// Terms of a series.
        const TERMS: usize = 100;
        match self {
            Way::Power(_, top, bottom) => 8 * bit_len(top | bottom),
            Way::Exp(_) | Way::Ln(_) => TERMS,
            Way::Sum(terms) => terms.len(),
            Way::Rational(_) | Way::Add(..) | Way::Mul(..) | Way::Inverse(_) => 1,
        }
    }
}

impl Interval {
    /// From its ends, given whether they are rounded up.
    fn by(end: impl Fn(bool) -> Float) -> Self {
        Interval { low: end(false), high: end(true) }
    }

    fn end(&self, up: bool) -> &Float {
        if up { &self.high } else { &self.low }
    }

    fn has_zero(&self) -> bool {
        self.low.sign().is_le() && self.high.sign().is_ge()
    }

    /// Of a function that grows: from below at the lower end, from above at the upper one.
    fn map(&self, of: impl Fn(&Float, bool) -> Float) -> Self {
        Interval::by(|up| of(self.end(up), up))
    }

    fn plus(&self, other: &Self, bits: usize) -> Self {
        Interval::by(|up| self.end(up).plus(other.end(up), bits, up))
    }

    fn times(&self, other: &Self, bits: usize) -> Self {
        if self.low.sign().is_ge() && other.low.sign().is_ge() {
            return Interval::by(|up| self.end(up).times(other.end(up), bits, up));
        }
        Interval::by(|up| {
            let of = |(a, b): (bool, bool)| self.end(a).times(other.end(b), bits, up);
            let others = [(false, true), (true, false), (true, true)].map(of);
            let best = |best: Float, x: Float| if x.order(&best).is_gt() == up { x } else { best };
            others.into_iter().fold(of((false, false)), best)
        })
    }

    /// One over it; zero where no width distinguishes it from zero.
    fn inverse(&self, bits: usize) -> Self {
        if self.has_zero() {
            return Interval::by(|_| Float::ZERO);
        }
        Interval::by(|up| self.end(!up).inverse(bits, up))
    }
}

#[cfg(test)]
#[path = "real_tests.rs"]
mod tests;
