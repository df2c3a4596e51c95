//! Rounding many numbers at once.

use super::{Mode, Rounding, power_of_ten};
use crate::number::{Exact, Number};

/// Numbers looked at together: few enough that one in doubt costs little.
const BLOCK: usize = 512;
/// Added and taken away again, it leaves the nearest whole number: beside it an `f64` has no room for a fraction.
const SHIFT: f64 = 1.5 * (1u64 << 52) as f64;
/// Below this, `SHIFT` does so for either sign.
const LARGE: f64 = (1u64 << 51) as f64;

impl Rounding {
    /// Rounds every number of `x`, each known to `rel · |x| + abs`, into `out`. What that leaves in doubt is asked of
    /// `exact` by its place; where that is irrational, `f64` decides. Returns how often it was asked.
    pub(crate) fn each(
        &self,
        x: &[f64],
        (rel, abs): (f64, f64),
        out: &mut [f64],
        mut exact: impl FnMut(usize) -> Exact,
    ) -> usize {
        let mut asked = 0;
        for (k, (x, out)) in x.chunks(BLOCK).zip(out.chunks_mut(BLOCK)).enumerate() {
            if self.all_decided(x, (rel, abs), out) {
                continue;
            }
            for (i, (x, to)) in x.iter().zip(out).enumerate() {
                *to = self.decided(*x, rel * x.abs() + abs).unwrap_or_else(|| {
                    asked += 1;
                    match exact(k * BLOCK + i).round(self) {
                        Exact::Irrational => self.nearest(*x),
                        decided => decided.to_f64(),
                    }
                });
            }
        }
        asked
    }

    /// What [`Rounding::decided`] gives for every number, in plain steps that vectorise; `false` where one of them may be in
    /// doubt, or the rounding is of a rarer kind.
    fn all_decided(&self, x: &[f64], (rel, abs): (f64, f64), out: &mut [f64]) -> bool {
        let (digits, step) = (self.digits.unwrap_or(0), self.step());
        let half = matches!(self.mode, Mode::HalfUp | Mode::HalfEven);
        let common =
            half && step == 1 && digits >= 0 && (self.digits.is_some() || self.significant.is_none());
        let Some(scale) = power_of_ten(u32::from(digits.unsigned_abs())).filter(|_| common) else {
            return false;
        };
        let mut doubt = false;
        for (x, to) in x.iter().zip(out) {
            let shifted = x * scale;
            let count = (shifted + SHIFT) - SHIFT;
            let reach = (rel * x.abs() + abs) * scale + shifted.abs() * (4.0 * f64::EPSILON);
            // A missing number compares as neither, and stays missing.
            doubt |= (0.5 - (shifted - count).abs() <= reach) | (shifted.abs() >= LARGE);
            *to = count / scale + 0.0;
        }
        !doubt
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn many_are_rounded_as_each_is(
            x in proptest::collection::vec(prop_oneof![
                -1e6..1e6f64,
                (-200_000i32..200_000).prop_map(|k| f64::from(k) / 200.0),
                prop::sample::select(vec![f64::NAN, 0.0, -0.0, -0.004, 2.3e13, -2.3e13, 3e15, 1e300, f64::MIN_POSITIVE]),
            ], 1..40),
            copies in prop::sample::select(vec![1usize, 40]),
            digits in prop::option::of(-2i8..5),
            significant in prop::option::of(1u8..4),
            interval in prop::option::of(1u8..6),
            mode in prop::sample::select(vec![Mode::HalfUp, Mode::HalfEven, Mode::Truncate, Mode::Ceiling, Mode::Floor]),
            bound in prop::sample::select(vec![(0.0, 0.0), (1e-15, 0.0), (0.0, 1e-3)]),
        ) {
            let how = Rounding { digits, significant, interval, mode, ..Rounding::default() };
            let x: Vec<f64> = x.iter().copied().cycle().take(x.len() * copies).collect();
            let mut out = vec![f64::INFINITY; x.len()];
            let mut seen = 0;
            let exact = |i: usize| { seen += 1; Exact::of(x[i]) };
            let asked = how.each(&x, bound, &mut out, exact);
            let mut expected = 0;
            for (x, out) in x.iter().zip(&out) {
                let one = how.decided(*x, bound.0 * x.abs() + bound.1);
                expected += usize::from(one.is_none());
                let one = one.unwrap_or_else(|| how.nearest(*x));
                prop_assert!(out.to_bits() == one.to_bits() || (out.is_nan() && one.is_nan()), "{how:?} {x}: {out} {one}");
            }
            prop_assert_eq!((asked, seen), (expected, expected));
        }
    }
}
