//! Decimals of a stated number of digits: the values a plan may name.

use dashu_int::IBig;
use dashu_ratio::RBig;
use serde::{Deserialize, Serialize};

use super::range::Range;
use crate::finding::Finding;
use crate::number::{Exact, Number, shift_decimal};

/// How many decimals a planned number has: 0 where it counts things; −3 for whole thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Decimals(pub i16);

/// Largest number of steps from zero: fifteen significant digits, which a float holds exactly as typed.
pub(crate) const MOST: i64 = 900_000_000_000_000;

impl Decimals {
    /// Decimals that parts and sums may have.
    const CAP: i16 = 12;
    /// Numbers with fewer digits than this one are planned with their decimals.
    const PLANNED: f64 = 1e6;

    /// What is wrong with them as the decimals of parts and sums.
    pub(crate) fn check(self) -> Option<Finding> {
        Range::Within(0.0, f64::from(Self::CAP)).refuse("decimals", f64::from(self.0))
    }

    pub(crate) fn exponent(self) -> i32 {
        i32::from(self.0)
    }

    /// As many of these decimals as numbers of a size can have, with room for ten times as much: a float holds fifteen digits.
    #[must_use]
    pub(crate) fn fitting(self, size: f64) -> Decimals {
        let mut digits = self;
        while size.is_finite() && digits.0 > -300 && size * 10f64.powi(digits.exponent()) > MOST as f64 / 10.0
        {
            digits.0 -= 1;
        }
        digits
    }

    /// Not more of them than seven significant digits of a number need, nor fewer than none: nobody plans a turnover of millions
    /// to the last thousandth, though one row of the data may be written so.
    pub(crate) fn significant(self, present: f64) -> Decimals {
        let size = present.abs();
        let enough = (0..self.0).find(|d| size * 10f64.powi(i32::from(*d)) >= Self::PLANNED);
        Decimals(enough.unwrap_or(self.0))
    }

    /// `k` steps as the nearest float: the decimal that its shortest notation shows.
    pub(crate) fn value(self, k: i64) -> f64 {
        // Both are exact and one operation rounds correctly.
        if self.0 < 0 {
            k as f64 * 10f64.powi(-self.exponent())
        } else {
            k as f64 / 10f64.powi(self.exponent())
        }
    }

    /// The nearest number with these decimals, or as many of them as it can have.
    pub(crate) fn nearest(self, x: f64) -> f64 {
        let grid = self.fitting(x.abs());
        grid.value(grid.floor_of(x + 0.5 * grid.value(1)))
    }

    /// The number in steps, exactly; it need not be whole.
    pub(crate) fn steps(self, x: &Exact) -> Option<RBig> {
        Some(x.rational()? * shift_decimal(IBig::ONE, self.exponent()))
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
        Decimals(i16::try_from(digits).unwrap_or(i16::MAX).min(i16::from(most)))
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

    #[test]
    fn the_grid_covers_every_size() {
        let fine = Decimals(6);
        assert_eq!(fine.fitting(50_000.0), fine);
        assert_eq!(fine.fitting(1e11), Decimals(2));
        assert_eq!(fine.nearest(1.1e11), 1.1e11);
        for x in [1e5, 1e11, 1.5e15, 1e18] {
            let grid = fine.fitting(x);
            assert!(grid.value(MOST) >= 10.0 * x && grid.value(1) <= x * 1e-10, "{x}: {grid:?}");
            assert_eq!(grid.value(grid.floor_of(x)), x);
        }
    }
}
