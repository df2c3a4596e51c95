//! Numbers `m · 2^e`, rounded down or up to so many bits: the ends of the intervals around roots.

use std::cmp::Ordering;

use dashu_base::{BitTest, Sign, Signed as _};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

/// Bits that a step of Newton's works on beyond those it finds.
const SLACK: usize = 64;

/// Numbers beyond 2 to this in size are taken for it, those below its inverse for nothing or for that: the 64th power of a 64th power
/// of any `f64` is within, and what is not is nobody's decimal.
const FARTHEST: i64 = 1 << 22;

/// The number `m · 2^e`.
#[derive(Debug, Clone)]
pub(super) struct Float {
    pub(super) m: IBig,
    pub(super) e: i64,
}

impl Float {
    pub(super) const ZERO: Float = Float { m: IBig::ZERO, e: 0 };

    /// A rational, exactly where it has no more bits than that.
    pub(super) fn of(x: &RBig, bits: usize, up: bool) -> Self {
        let (top, bottom) = (x.numerator(), x.denominator());
        // At least as many bits as asked for are left above the point.
        let shift = (bits + bottom.bit_len()).saturating_sub(top.bit_len()) + 1;
        let m = divided(top << shift, &IBig::from(bottom.clone()), up);
        Float { m, e: -(shift as i64) }.cut(bits, up).in_reach(up)
    }

    /// Rounded to so many bits.
    pub(super) fn cut(self, bits: usize, up: bool) -> Self {
        let spare = self.m.bit_len().saturating_sub(bits);
        if spare == 0 {
            return self;
        }
        Float { m: shifted_down(&self.m, spare, up), e: self.e + spare as i64 }
    }

    /// Itself, or what stands for a number that is too large or too small.
    fn in_reach(self, up: bool) -> Self {
        if self.m.is_zero() {
            return Float::ZERO;
        }
        let lead = self.lead();
        if lead.abs() <= FARTHEST {
            return self;
        }
        let away = up == self.m.is_positive();
        if lead < 0 && !away {
            return Float::ZERO;
        }
        Float { m: self.m.signum(), e: if lead > 0 { FARTHEST } else { -FARTHEST } }
    }

    pub(super) fn sign(&self) -> Ordering {
        self.m.cmp(&IBig::ZERO)
    }

    /// Order by value.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let least = self.e.min(other.e);
        let at = |x: &Float| &x.m << (x.e - least) as usize;
        at(self).cmp(&at(other))
    }

    pub(super) fn plus(&self, other: &Self, bits: usize, up: bool) -> Self {
        let (large, small) = if self.lead() >= other.lead() { (self, other) } else { (other, self) };
        if small.m.is_zero() {
            return large.clone().cut(bits, up);
        }
        // What is far below the last bit only says to which side the sum is rounded.
        let reach = 2 * bits as i64 + SLACK as i64;
        if large.lead() - small.lead() > reach {
            let hint = Float { m: small.m.signum(), e: large.lead() - reach };
            return large.plus(&hint, bits, up);
        }
        let least = large.e.min(small.e);
        let at = |x: &Float| &x.m << (x.e - least) as usize;
        Float { m: at(large) + at(small), e: least }.cut(bits, up).in_reach(up)
    }

    pub(super) fn times(&self, other: &Self, bits: usize, up: bool) -> Self {
        self.product(other, bits, up).in_reach(up)
    }

    fn product(&self, other: &Self, bits: usize, up: bool) -> Self {
        Float { m: &self.m * &other.m, e: self.e + other.e }.cut(bits, up)
    }

    /// One over a number that is not zero.
    pub(super) fn inverse(&self, bits: usize, up: bool) -> Self {
        let shift = bits + self.m.bit_len() + 1;
        Float { m: divided(IBig::ONE << shift, &self.m, up), e: -self.e - shift as i64 }
            .cut(bits, up)
            .in_reach(up)
    }

    /// A number that is not negative to the power `top / bottom`.
    pub(super) fn power(&self, top: u64, bottom: u64, bits: usize, up: bool) -> Self {
        if self.sign().is_le() {
            return Float::ZERO;
        }
        // A power's error is that of its base times the exponent.
        let bits = bits + 2 * bit_len(top | bottom) + 8;
        let whole = self.raised(top, bits, up);
        let power = if bottom == 1 { whole } else { whole.root(bottom, bits, up) };
        power.in_reach(up)
    }

    fn raised(&self, mut n: u64, bits: usize, up: bool) -> Self {
        let (mut result, mut square) = (Float { m: IBig::ONE, e: 0 }, self.clone());
        while n > 0 {
            if n & 1 == 1 {
                result = result.product(&square, bits, up);
            }
            n >>= 1;
            if n > 0 {
                square = square.product(&square, bits, up);
            }
        }
        result
    }

    /// The `n`-th root of a positive number: Newton's steps from an `f64`, then proven from the side asked for.
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
            let unit = IBig::ONE << step;
            let m = if up { &root.m + unit } else { (&root.m - unit).max(IBig::ZERO) };
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
        let off = ratio - (IBig::ONE << bits);
        // All have the same number of bits, so that a unit in the last place means the same.
        let short = bits.saturating_sub(self.m.bit_len());
        let m = &self.m << short;
        let step = &m * off / (IBig::from(n) << bits);
        Float { m: m + step, e: self.e - short as i64 }
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
        Float { m: IBig::from(m), e: whole as i64 - 52 }
    }

    /// The exponent of the leading bit; of zero the least one.
    fn lead(&self) -> i64 {
        if self.m.is_zero() { i64::MIN / 2 } else { self.e + self.m.bit_len() as i64 }
    }

    pub(super) fn rational(&self) -> RBig {
        let factor = UBig::ONE << self.e.unsigned_abs() as usize;
        if self.e >= 0 {
            return RBig::from(&self.m * IBig::from(factor));
        }
        RBig::from_parts(self.m.clone(), factor)
    }
}

/// Bits of a number.
pub(super) fn bit_len(n: u64) -> usize {
    64 - n.leading_zeros() as usize
}

/// The quotient, rounded down or up.
fn divided(top: IBig, bottom: &IBig, up: bool) -> IBig {
    let quotient = &top / bottom;
    let rest = top - &quotient * bottom;
    if rest.is_zero() {
        return quotient;
    }
    let below = (rest.sign() == Sign::Positive) != (bottom.sign() == Sign::Positive);
    // What division leaves off is cut towards zero.
    match (up, below) {
        (true, false) => quotient + IBig::ONE,
        (false, true) => quotient - IBig::ONE,
        _ => quotient,
    }
}

/// Without the last bits, rounded down or up.
fn shifted_down(m: &IBig, bits: usize, up: bool) -> IBig {
    if up { -(-m >> bits) } else { m >> bits }
}
