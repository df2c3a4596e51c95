//! Declared rounding, exact.
//!
//! # Formula
//! ```text
//! round(x) = sign(x) · N(|x| / s) · s          with interval s = k · 10^-digits
//! ```
//! where `N` is the nearest integer under the mode. Modes act on `|x|` (GB/T 8170, clause 3.3) except `ceiling` and
//! `floor`, which act on `x`.
//!
//! # Sources
//! GB/T 8170—2008 数值修约规则与极限数值的表示和判定: `half_even`, intervals, one pass only. 四舍五入 of statistical
//! bulletins: `half_up`, away from zero at the tie.

mod each;
mod marked;
mod sheet;

pub use marked::Marked;

use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;
use serde::{Deserialize, Serialize};

use crate::number::{Exact, Number, Rational, exact_parts, shift_decimal};
use crate::tree::{read_table, read_words};

/// How a tie, or any remainder, is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 四舍五入: to the nearest, a tie away from zero.
    #[default]
    HalfUp,
    /// GB/T 8170 修约: to the nearest, a tie to the even digit.
    HalfEven,
    /// Towards zero (只舍不入).
    Truncate,
    /// Towards positive infinity (只入不舍).
    Ceiling,
    /// Towards negative infinity.
    Floor,
}

read_words!(Mode);

/// A declared rounding stage.
///
/// ```
/// use kaohe::{Exact, Mode, Number, Rounding};
/// let gb = Rounding { digits: Some(2), mode: Mode::HalfEven, ..Rounding::default() };
/// // 28.165 is not a binary fraction; the decimal that was typed decides.
/// assert_eq!(Exact::of(28.165).round(&gb).to_f64(), 28.16);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// Decimals kept, −15 … 15 (−3 rounds to thousands); 0 if neither this nor `significant` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digits: Option<i8>,
    /// Significant digits kept, 1 … 15, instead of `digits`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub significant: Option<u8>,
    /// Rounding interval in units of the last digit, 1 by default: `digits = 1, interval = 5` rounds to 0.5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<u8>,
    /// What happens to the remainder.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mode: Mode,
    /// Whether the next stage takes the rounded number (by default it takes the unrounded one: one pass only).
    #[serde(default, skip_serializing_if = "is_default")]
    pub carry: bool,
    /// Whether a rounded number shows (+) or (−) when the true value lies above or below it (GB/T 8170, 3.3).
    #[serde(default, skip_serializing_if = "is_default")]
    pub marks: bool,
}

read_table!(Rounding: digits = _, significant = _, interval = _, mode = _, carry = _, marks = _);

fn is_default<T: Default + PartialEq>(x: &T) -> bool {
    *x == T::default()
}

impl Rounding {
    /// To a number of decimals, half up.
    pub fn digits(digits: i8) -> Self {
        Rounding { digits: Some(digits), ..Rounding::default() }
    }

    /// The exponent of ten of the last digit kept, for a value of this size.
    fn last_digit(&self, decimal_exponent: impl Fn() -> i32) -> i32 {
        match (self.digits, self.significant) {
            (Some(d), _) => -i32::from(d),
            (None, Some(s)) => decimal_exponent() - i32::from(s) + 1,
            (None, None) => 0,
        }
    }

    fn step(&self) -> u8 {
        self.interval.unwrap_or(1).max(1)
    }

    /// The rounded rational.
    pub(crate) fn exact(&self, x: &RBig) -> RBig {
        let (negative, n, d) = exact_parts(x);
        if n == UBig::ZERO {
            return RBig::ZERO;
        }
        let exponent = self.last_digit(|| decimal_exponent(&n, &d));
        let unit = shift_decimal(IBig::from(self.step()), exponent);
        let (_, un, ud) = exact_parts(&unit);
        // |x| / unit = (n·ud) / (d·un)
        let (top, bottom) = (n * ud, d * un);
        let whole = &top / &bottom;
        let rest = top - &whole * &bottom;
        let up = match self.mode {
            Mode::Truncate => false,
            Mode::Ceiling => !negative && rest != UBig::ZERO,
            Mode::Floor => negative && rest != UBig::ZERO,
            Mode::HalfUp => &rest + &rest >= bottom,
            Mode::HalfEven => {
                let twice = &rest + &rest;
                twice > bottom || (twice == bottom && &whole % 2u8 == 1)
            }
        };
        let count = IBig::from(if up { whole + UBig::ONE } else { whole });
        RBig::from(if negative { -count } else { count }) * unit
    }

    /// The sizes of numbers rounded so that are the decimals their `f64` shows: fifteen digits are, and none that `f64` takes
    /// for zero.
    pub(crate) fn shown(&self) -> std::ops::Range<f64> {
        match (self.digits, self.significant) {
            (None, Some(_)) => f64::MIN_POSITIVE..f64::INFINITY,
            (digits, _) => 0.0..libm::exp10(15.0 - f64::from(digits.unwrap_or(0))),
        }
    }

    /// The rounded number with its mark: (+) where the true one is larger in size, (−) where it is smaller; `None` where
    /// there is no rational number to round.
    ///
    /// ```
    /// use kaohe::{Exact, Mode, Rounding};
    /// let one = Rounding { mode: Mode::HalfEven, ..Rounding::digits(1) };
    /// let reported = one.marked(&Exact::parse("15.4546").unwrap()).unwrap();
    /// assert_eq!(reported.to_string(), "15.5(-)");
    /// // Rounded again as the true number would be, not to 16.
    /// assert_eq!(reported.round(&Rounding { digits: Some(0), ..one }).unwrap().to_f64(), 15.0);
    /// ```
    pub fn marked(&self, x: &Exact) -> Option<Marked> {
        x.rational().map(|x| Marked::of(self, x))
    }

    /// The exponent of the last digit kept of a number.
    fn last_digit_of(&self, x: &RBig) -> i32 {
        let (_, n, d) = exact_parts(x);
        self.last_digit(|| if n == UBig::ZERO { 0 } else { decimal_exponent(&n, &d) })
    }

    /// The rounded value of the decimal nearest to `x`: what the rounding gives if `x` itself is taken at its word.
    pub fn nearest(&self, x: f64) -> f64 {
        let exactly = || match Exact::of(x) {
            Exact::Value(Rational(r)) => Exact::Value(Rational(self.exact(&r))).to_f64(),
            _ => f64::NAN,
        };
        self.decided(x, 0.0).unwrap_or_else(exactly)
    }

    /// The rounded value if every number within `error` of `x` rounds to it, `None` if that is in doubt.
    ///
    /// This is the fast path: a few floating-point operations for an ordinary cell.
    #[inline]
    pub fn decided(&self, x: f64, error: f64) -> Option<f64> {
        if x.is_nan() {
            return Some(x);
        }
        let digits = match (self.digits, self.significant) {
            (Some(d), _) => i32::from(d),
            (None, None) => 0,
            (None, Some(s)) => i32::from(s) - 1 - approximate_exponent(x, error)?,
        };
        let scale = power_of_ten(digits.unsigned_abs())?;
        // Interval 1 to so many decimals is what nearly every scheme declares: no division to get there.
        let (shifted, reach) = match (digits >= 0, self.step()) {
            (true, 1) => (x * scale, error * scale),
            (true, step) => (x * scale / f64::from(step), error * scale / f64::from(step)),
            (false, step) => (x / scale / f64::from(step), error / scale / f64::from(step)),
        };
        // Below 2^52 an f64 still has a fraction; above, the rounded number could not be told apart. Its steps are counted in
        // units of the last digit in the end, which shall be as exact.
        if shifted.abs() * f64::from(self.step()) >= 4e15 {
            return None;
        }
        // Two roundings of the shift itself, on top of the caller's bound carried over.
        let reach = reach + shifted.abs() * (4.0 * f64::EPSILON);
        let whole = floor(shifted);
        let fraction = shifted - whole;
        let count = match self.mode {
            Mode::HalfUp | Mode::HalfEven => {
                if (fraction - 0.5).abs() <= reach {
                    return None;
                }
                whole + f64::from(u8::from(fraction > 0.5))
            }
            Mode::Truncate | Mode::Ceiling | Mode::Floor => {
                if fraction <= reach || 1.0 - fraction <= reach {
                    return None;
                }
                let up = self.mode == Mode::Ceiling || (self.mode == Mode::Truncate && x < 0.0);
                whole + f64::from(u8::from(up))
            }
        };
        // count · step and scale are exact (both below 2^53), so one correctly rounded operation gives the f64
        // nearest to the decimal; adding zero turns −0 into 0.
        let units = count * f64::from(self.step());
        Some(if digits >= 0 { units / scale } else { units * scale } + 0.0)
    }
}

/// The floor of a number below 2^53, by a cast: `f64::floor` is a call on baseline x86-64.
#[inline]
fn floor(x: f64) -> f64 {
    let whole = x as i64 as f64;
    if whole > x { whole - 1.0 } else { whole }
}

/// The exponent of the leading digit, unless `x` is so close to a power of ten that the error could move it.
fn approximate_exponent(x: f64, error: f64) -> Option<i32> {
    let size = x.abs();
    if size <= error || size == 0.0 {
        return None;
    }
    let log = libm::log10(size);
    let slack = (error / size) + 1e-12;
    if (log - log.round()).abs() <= slack { None } else { Some(log.floor() as i32) }
}

/// The largest `e` with `10^e ≤ n/d`.
fn decimal_exponent(n: &UBig, d: &UBig) -> i32 {
    let digits = |x: &UBig| i32::try_from(x.in_radix(10).to_string().len()).unwrap_or(i32::MAX);
    let guess = digits(n) - digits(d);
    // n/d lies in (10^(guess−1), 10^(guess+1)); one comparison settles it.
    let power = UBig::from(10u8).pow(guess.unsigned_abs() as usize);
    let reaches = if guess >= 0 { *n >= d * power } else { n * power >= *d };
    if reaches { guess } else { guess - 1 }
}

/// Powers of ten that are exact in `f64`.
fn power_of_ten(n: u32) -> Option<f64> {
    const POWERS: [f64; 23] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18, 1e19, 1e20, 1e21, 1e22,
    ];
    POWERS.get(n as usize).copied()
}
