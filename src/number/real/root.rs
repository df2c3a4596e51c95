//! Roots and powers of positive rationals, from above or from below.

use std::cmp::Ordering;

use dashu_base::{BitTest, UnsignedAbs};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

use super::{SLACK, scale};

/// `x ^ (top / bottom)` of a positive number from above or from below.
pub(super) fn power(x: &RBig, top: u64, bottom: u64, bits: usize, up: bool) -> RBig {
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
