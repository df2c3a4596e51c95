//! Decimals of a stated number of digits: the values a plan may name.

use dashu_int::IBig;
use dashu_ratio::RBig;
use serde::{Deserialize, Serialize};

use crate::number::{Exact, Number, shift_decimal};

/// How many decimals a planned number has: 0 where it counts things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Decimals(pub u8);

/// Largest number of steps from zero: fifteen significant digits, which a float holds exactly as typed.
pub(crate) const MOST: i64 = 900_000_000_000_000;

impl Decimals {
    /// Decimals kept at most.
    pub(crate) const CAP: u8 = 12;

    fn digits(self) -> u8 {
        self.0.min(Self::CAP)
    }

    /// `k` steps as the nearest float: the decimal that its shortest notation shows.
    pub(crate) fn value(self, k: i64) -> f64 {
        // Both are exact and the division rounds correctly.
        k as f64 / 10f64.powi(i32::from(self.digits()))
    }

    /// The number in steps, exactly; it need not be whole.
    pub(crate) fn steps(self, x: &Exact) -> Option<RBig> {
        Some(x.rational()? * shift_decimal(IBig::ONE, i32::from(self.digits())))
    }

    /// Largest number of steps not above `x`, within ±[`MOST`].
    pub(crate) fn floor(self, x: &Exact) -> Option<i64> {
        Some(clamp(&self.steps(x)?.floor()))
    }

    /// Smallest number of steps not below `x`, within ±[`MOST`].
    pub(crate) fn ceil(self, x: &Exact) -> Option<i64> {
        Some(clamp(&self.steps(x)?.ceil()))
    }

    /// As [`floor`](Decimals::floor) for a float; missing is zero.
    pub(crate) fn floor_of(self, x: f64) -> i64 {
        self.floor(&Exact::of(x)).unwrap_or(0)
    }

    /// How many decimals the numbers are written with, at most `most`.
    pub(crate) fn seen(values: impl Iterator<Item = f64>, most: u8) -> Decimals {
        let written = |x: f64| {
            let text = x.to_string();
            text.split_once('.').map_or(0, |(_, f)| f.len())
        };
        let digits = values.filter(|x| x.is_finite()).map(written).max().unwrap_or(0);
        Decimals(digits.min(usize::from(most)) as u8)
    }
}

fn clamp(k: &IBig) -> i64 {
    let k = i64::try_from(k.clone()).ok().unwrap_or(if *k < IBig::ZERO { -MOST } else { MOST });
    k.clamp(-MOST, MOST)
}

/// The sum of decimals, exactly.
pub(crate) fn sum(values: impl IntoIterator<Item = f64>) -> Exact {
    values.into_iter().fold(Exact::zero(), |a, x| a.add(&Exact::of(x)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_decimals() {
        let tenths = Decimals(1);
        assert_eq!(tenths.value(3), 0.3);
        assert_eq!(tenths.floor_of(0.3), 3);
        assert_eq!(tenths.floor(&Exact::of(-0.25)), Some(-3));
        assert_eq!(tenths.ceil(&Exact::of(0.25)), Some(3));
        assert_eq!(Decimals::seen([1.5, 2.25, 3.0].into_iter(), 6), Decimals(2));
        assert_eq!(sum([0.1, 0.2]), Exact::of(0.3));
    }
}
