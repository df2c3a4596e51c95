//! Exponentials and logarithms of binary numbers, from above or from below: series of whole numbers, `2^-places` the unit.
//!
//! Each operation is wrong by a few units in the last place, a series of some hundred terms by some hundred, and what is
//! taken times a power of two by as much more. [`GUARD`] places are computed beyond those asked for; the result is moved
//! outward by far more than all that can add up to, and by far less than the last place asked for.

use dashu_base::BitTest;
use dashu_int::IBig;

use super::float::Float;

/// Places that are computed beyond those asked for: the errors of a series and of its multiples stay below 40 of them.
const GUARD: usize = 64;

/// Places beyond those asked for by which a result is moved outward.
const MARGIN: usize = 8;

/// Halvings of the argument of an exponential, which are squared again afterwards.
const HALVINGS: usize = 8;

/// `e^x`
pub(super) fn exp(x: &Float, bits: usize, up: bool) -> Float {
    if x.m.is_zero() {
        return Float { m: IBig::ONE, e: 0 };
    }
    let places = bits + GUARD;
    let (x, ln2) = (fixed(x, places), ln2(places));
    let twos = (&x / &ln2) - IBig::from(u8::from(x < IBig::ZERO));
    let rest = (x - &twos * ln2) >> HALVINGS;
    let one = IBig::ONE << places;
    let (mut sum, mut term, mut n) = (one.clone(), one, 1u32);
    while term != IBig::ZERO {
        term = ((term * &rest) >> places) / n;
        sum += &term;
        n += 1;
    }
    for _ in 0..HALVINGS {
        sum = (&sum * &sum) >> places;
    }
    let twos = i64::try_from(&twos).unwrap_or_default();
    outward(sum, places, bits, up, twos)
}

/// `ln x` of a positive number
pub(super) fn ln(x: &Float, bits: usize, up: bool) -> Float {
    // Only an interval that a look of the most bits does not tell from zero reaches below; its number counts as one.
    if x.sign().is_le() {
        return Float::ZERO;
    }
    // x = m · 2^twos with m = top / unit near 1, and ln m = 2 artanh((m − 1) / (m + 1)).
    let digits = x.m.bit_len();
    let above = IBig::from(3) * &x.m > IBig::from(4) << (digits - 1);
    let digits = if above { digits } else { digits - 1 };
    let (unit, twos) = (IBig::ONE << digits, x.e + digits as i64);
    let (over, under) = (&x.m - &unit, &x.m + &unit);
    if twos == 0 && over.is_zero() {
        return Float::ZERO;
    }
    // Next to 1 the logarithm is small, and as many places more are asked for.
    let small = if twos == 0 { under.bit_len() - over.bit_len() } else { 0 };
    let (bits, places) = (bits + small, bits + small + GUARD);
    let z = (over << places) / under;
    let square = (&z * &z) >> places;
    let (mut sum, mut power, mut n) = (IBig::ZERO, z, 1u32);
    while power != IBig::ZERO && power != IBig::NEG_ONE {
        sum += &power / n;
        power = (power * &square) >> places;
        n += 2;
    }
    let sum = IBig::from(2) * sum + IBig::from(twos) * if twos == 0 { IBig::ZERO } else { ln2(places) };
    outward(sum, places, bits, up, 0)
}

/// `⌊x · 2^places⌋`
fn fixed(x: &Float, places: usize) -> IBig {
    let shift = x.e + places as i64;
    let far = shift.unsigned_abs() as usize;
    if shift >= 0 { &x.m << far } else { &x.m >> far }
}

/// `ln 2`, by Machin's way: `18 artanh(1/26) − 2 artanh(1/4801) + 8 artanh(1/8749)`.
fn ln2(places: usize) -> IBig {
    let artanh = |n: u32| {
        let (mut sum, mut power, mut k) = (IBig::ZERO, (IBig::ONE << places) / n, 1u32);
        while power != IBig::ZERO {
            sum += &power / k;
            power = power / n / n;
            k += 2;
        }
        sum
    };
    IBig::from(18) * artanh(26) - IBig::from(2) * artanh(4801) + IBig::from(8) * artanh(8749)
}

/// A number of so many places, beyond its true value or below it, times a power of two.
fn outward(x: IBig, places: usize, bits: usize, up: bool, twos: i64) -> Float {
    let margin = IBig::ONE << (places - bits - MARGIN);
    let moved = if up { x + margin } else { x - margin };
    Float { m: moved, e: twos - places as i64 }.cut(bits, up)
}
