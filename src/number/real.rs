//! Roots, and what is made of them, in intervals as narrow as a decision needs.
//!
//! A root of a rational, and what follows from such roots by the four operations and powers, is kept as the way to it.
//! Asked a question (a comparison, a rounding, the nearest `f64`), it is computed between two rationals, closer and closer
//! until both ends give the same answer. Where [`MOST_BITS`] bits leave it open, the number is taken for the simplest
//! rational between them: scores whose mean comes within 10⁻¹⁴⁰ of a decimal, or of another mean, without being it are
//! not written in the decimals of any table.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use dashu_base::{BitTest, UnsignedAbs};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

/// Bits of the first look, and of the last.
const FIRST_BITS: usize = 128;
const MOST_BITS: usize = 512;

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
        RBig::simplest_in(low, high)
    }

    /// A rational so simple that the first look hardly hits one by chance.
    pub(super) fn simple(&self) -> Option<RBig> {
        let simplest = self.simplest(FIRST_BITS);
        (simplest.numerator().bit_len() + simplest.denominator().bit_len() < FIRST_BITS / 2)
            .then_some(simplest)
    }

    /// Order by value.
    pub(super) fn order(&self, other: &Self) -> Ordering {
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
            Way::Add(a, b) => {
                let (a, b) = (a.within(bits), b.within(bits));
                Interval { low: a.low + b.low, high: a.high + b.high }.outward(bits)
            }
            Way::Mul(a, b) => a.within(bits).times(&b.within(bits)).outward(bits),
            Way::Inverse(a) => {
                // The number is not zero: at some width neither is the interval.
                let mut more = bits;
                let mut a = a.within(bits);
                while a.low <= RBig::ZERO && a.high >= RBig::ZERO && more < 4 * MOST_BITS {
                    more *= 2;
                    a = self.inverted(more);
                }
                if a.low <= RBig::ZERO && a.high >= RBig::ZERO {
                    return Interval { low: RBig::ZERO, high: RBig::ZERO };
                }
                Interval { low: RBig::ONE / a.high, high: RBig::ONE / a.low }.outward(bits)
            }
            Way::Power(a, top, bottom) => {
                let a = a.within(bits);
                let low =
                    if a.low <= RBig::ZERO { RBig::ZERO } else { power(&a.low, *top, *bottom, bits, false) };
                let high =
                    if a.high <= RBig::ZERO { RBig::ZERO } else { power(&a.high, *top, *bottom, bits, true) };
                Interval { low, high }
            }
        }
    }

    /// What is inverted, at another width.
    fn inverted(&self, bits: usize) -> Interval {
        match &self.0.way {
            Way::Inverse(a) => a.within(bits),
            _ => self.within(bits),
        }
    }
}

impl Interval {
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

/// `x ^ (top / bottom)` of a positive number from above or from below.
fn power(x: &RBig, top: u64, bottom: u64, bits: usize, up: bool) -> RBig {
    // A power's error is that of its base times the exponent.
    let bits = bits + 2 * (64 - (top | bottom).leading_zeros() as usize) + 8;
    let whole = Float::of(x, bits, up).raised(top, bits, up);
    if bottom == 1 {
        return whole.rational();
    }
    whole.root(bottom, bits, up).rational()
}

/// A positive number `m · 2^e`.
#[derive(Debug, Clone)]
struct Float {
    m: UBig,
    e: i64,
}

impl Float {
    fn of(x: &RBig, bits: usize, up: bool) -> Self {
        let (top, bottom) = (x.numerator().unsigned_abs(), x.denominator());
        // As many bits as asked for are left above the point.
        let shift = (bits + bottom.bit_len()).saturating_sub(top.bit_len()) + 1;
        let top = top << shift;
        let m = &top / bottom;
        let m = if up && &m * bottom != top { m + UBig::ONE } else { m };
        Float { m, e: -(shift as i64) }.cut(bits, up)
    }

    fn cut(self, bits: usize, up: bool) -> Self {
        let spare = self.m.bit_len().saturating_sub(bits);
        if spare == 0 {
            return self;
        }
        let m = &self.m >> spare;
        let m = if up && (&m << spare) != self.m { m + UBig::ONE } else { m };
        Float { m, e: self.e + spare as i64 }
    }

    fn times(&self, other: &Self, bits: usize, up: bool) -> Self {
        Float { m: &self.m * &other.m, e: self.e + other.e }.cut(bits, up)
    }

    fn raised(&self, mut n: u64, bits: usize, up: bool) -> Self {
        let (mut result, mut square) = (Float { m: UBig::ONE, e: 0 }, self.clone());
        while n > 0 {
            if n & 1 == 1 {
                result = result.times(&square, bits, up);
            }
            n >>= 1;
            if n > 0 {
                square = square.times(&square, bits, up);
            }
        }
        result
    }

    /// The `n`-th root: Newton's steps from an `f64`, then proven from the side asked for.
    fn root(&self, n: u64, bits: usize, up: bool) -> Self {
        let mut root = Float::two_to(self.log2() / n as f64);
        let mut known = 40;
        while known < bits {
            known *= 2;
            root = root.nearer_root(self, n, bits.min(known + SLACK));
        }
        root = root.lengthened(bits);
        // A few units in the last place to the side, and further until the power proves it.
        let mut step = 4usize;
        loop {
            let unit = UBig::ONE << step;
            let m = if up { &root.m + unit } else { &root.m - unit.min(root.m.clone()) };
            let candidate = Float { m, e: root.e };
            let proof = candidate.raised(n, bits, !up);
            let order = proof.order(self);
            if (up && order != Ordering::Less) || (!up && order != Ordering::Greater) {
                return candidate;
            }
            step += 2;
        }
    }

    /// One step: `g · (1 + (x / gⁿ − 1) / n)`, to so many bits.
    fn nearer_root(&self, x: &Float, n: u64, bits: usize) -> Float {
        let own = self.raised(n, bits, false);
        // The exponents are large where `n` is, their difference is not.
        let shift = bits as i64 + x.e - own.e;
        let far = shift.unsigned_abs() as usize;
        let ratio = if shift >= 0 { (&x.m << far) / &own.m } else { &x.m / (&own.m << far) };
        let off = IBig::from(ratio) - (IBig::ONE << bits);
        // All have the same number of bits, so that a unit in the last place means the same.
        let short = bits.saturating_sub(self.m.bit_len());
        let m = &self.m << short;
        let step = IBig::from(m.clone()) * off / (IBig::from(n) << bits);
        Float { m: (IBig::from(m) + step).unsigned_abs(), e: self.e - short as i64 }
    }

    /// With zeros behind, to at least so many bits.
    fn lengthened(self, bits: usize) -> Float {
        let short = bits.saturating_sub(self.m.bit_len());
        Float { m: self.m << short, e: self.e - short as i64 }
    }

    fn log2(&self) -> f64 {
        let spare = self.m.bit_len().saturating_sub(60);
        let lead = (&self.m >> spare).to_f64().value();
        lead.log2() + spare as f64 + self.e as f64
    }

    fn two_to(x: f64) -> Self {
        let whole = x.floor();
        let m = ((x - whole).exp2() * (1u64 << 52) as f64) as u64;
        Float { m: UBig::from(m), e: whole as i64 - 52 }
    }

    fn order(&self, other: &Self) -> Ordering {
        let least = self.e.min(other.e);
        let at = |x: &Float| &x.m << (x.e - least) as usize;
        at(self).cmp(&at(other))
    }

    fn rational(&self) -> RBig {
        scale(&RBig::from(self.m.clone()), self.e as isize)
    }
}

#[cfg(test)]
#[path = "real_tests.rs"]
mod tests;
