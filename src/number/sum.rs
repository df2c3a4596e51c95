//! Sums that do not depend on the order of their terms.

use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Chunks of 32 bits that span every finite `f64`, with room for carries on top.
const CHUNKS: usize = 68;
/// Terms after which carries are passed on, so that no chunk overflows its 63 bits.
const BEFORE_CARRY: u32 = 1 << 29;
/// Exponent of the lowest bit of chunk 0.
const LOWEST: i32 = -1074;

/// An exact sum of `f64`s: the result is the correctly rounded sum, whatever the order, the batches or the threads, and
/// partial sums merge to the same bytes (a commutative monoid).
///
/// # Source
/// R. M. Neal, *Fast exact summation using small and large superaccumulators* (2015), the small one.
#[derive(Clone)]
pub(crate) struct ExactSum {
    chunks: [i64; CHUNKS],
    terms: u32,
    /// Squares beyond the range of the chunks.
    far: RBig,
}

impl Default for ExactSum {
    fn default() -> Self {
        ExactSum { chunks: [0; CHUNKS], terms: 0, far: RBig::ZERO }
    }
}

impl std::fmt::Debug for ExactSum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ExactSum({})", self.value())
    }
}

impl ExactSum {
    /// Adds a finite term; anything else is left out (missing is not a number).
    #[inline]
    pub(crate) fn add(&mut self, x: f64) {
        let bits = x.to_bits();
        let biased = ((bits >> 52) & 0x7ff) as u32;
        if biased == 0x7ff {
            return;
        }
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = if biased == 0 { (fraction, 0) } else { (fraction | 1 << 52, biased - 1) };
        let wide = u128::from(mantissa) << (exponent & 31);
        let first = (exponent >> 5) as usize;
        let low = (wide & 0xffff_ffff) as i64;
        let middle = ((wide >> 32) & 0xffff_ffff) as i64;
        let high = (wide >> 64) as i64;
        let sign = if bits >> 63 == 1 { -1 } else { 1 };
        self.chunks[first] += sign * low;
        self.chunks[first + 1] += sign * middle;
        self.chunks[first + 2] += sign * high;
        self.terms += 1;
        if self.terms == BEFORE_CARRY {
            self.carry();
        }
    }

    /// Adds `x · x` exactly.
    #[inline]
    pub(crate) fn add_square(&mut self, x: f64) {
        let high = x * x;
        if x != 0.0 && x.is_finite() && !(1e-250..1e300).contains(&high) {
            let x = RBig::try_from(x).unwrap_or(RBig::ZERO);
            self.far += x.sqr();
            return;
        }
        self.add(high);
        self.add(x.mul_add(x, -high));
    }

    /// Adds everything of another sum.
    pub(crate) fn merge(&mut self, other: &ExactSum) {
        let mut other = other.clone();
        self.carry();
        other.carry();
        for (a, b) in self.chunks.iter_mut().zip(other.chunks) {
            *a += b;
        }
        self.terms = 2;
        self.far += &other.far;
    }

    fn carry(&mut self) {
        for i in 0..CHUNKS - 1 {
            let over = self.chunks[i] >> 32;
            self.chunks[i] -= over << 32;
            self.chunks[i + 1] += over;
        }
        self.terms = 1;
    }

    /// The sum as a rational.
    pub(crate) fn exact(&self) -> RBig {
        let mut total = IBig::ZERO;
        for &chunk in self.chunks.iter().rev() {
            total = (total << 32) + IBig::from(chunk);
        }
        let near = RBig::from_parts(total, UBig::ONE << LOWEST.unsigned_abs() as usize);
        if self.far.is_zero() { near } else { near + &self.far }
    }

    /// The correctly rounded sum.
    pub(crate) fn value(&self) -> f64 {
        self.exact().to_f64().value()
    }
}

/// As the chunks that are not zero, by their places; the same sum has the same ones.
impl Serialize for ExactSum {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut carried = self.clone();
        carried.carry();
        s.collect_seq(carried.chunks.iter().enumerate().filter(|(_, chunk)| **chunk != 0))
    }
}

impl<'de> Deserialize<'de> for ExactSum {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let mut sum = ExactSum { terms: 1, ..ExactSum::default() };
        for (place, chunk) in Vec::<(usize, i64)>::deserialize(d)? {
            let room = place < CHUNKS && chunk.unsigned_abs() < 1 << 40;
            let at = sum.chunks.get_mut(place).filter(|_| room);
            *at.ok_or_else(|| serde::de::Error::custom("no part of a sum"))? = chunk;
        }
        Ok(sum)
    }
}

/// Sums that are the same number.
impl PartialEq for ExactSum {
    fn eq(&self, other: &Self) -> bool {
        self.exact() == other.exact()
    }
}

impl FromIterator<f64> for ExactSum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = ExactSum::default();
        terms.into_iter().for_each(|x| sum.add(x));
        sum
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cancellation_is_exact() {
        let sum: ExactSum = [1e308, 1.0, -1e308, 1e-320].into_iter().collect();
        assert_eq!(sum.value(), 1.0);
    }

    proptest! {
        #[test]
        fn order_and_batches_do_not_matter(mut terms in proptest::collection::vec(proptest::num::f64::NORMAL, 0..60), cut in 0usize..60) {
            let whole: ExactSum = terms.iter().copied().collect();
            let cut = cut.min(terms.len());
            let mut left: ExactSum = terms[..cut].iter().copied().collect();
            left.merge(&terms[cut..].iter().copied().collect());
            prop_assert_eq!(whole.exact(), left.exact());
            terms.reverse();
            prop_assert_eq!(whole.exact(), terms.into_iter().collect::<ExactSum>().exact());
        }

        #[test]
        fn squares_are_exact(x in prop_oneof![-1e100..1e100f64, proptest::num::f64::NORMAL, Just(0.0)]) {
            let mut sum = ExactSum::default();
            sum.add_square(x);
            let square: ExactSum = [x].into_iter().collect();
            prop_assert_eq!(sum.exact(), square.exact() * square.exact());
        }
    }
}
