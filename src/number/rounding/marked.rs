//! (+) and (−) beside a rounded number (GB/T 8170, 3.3).

use std::cmp::Ordering;
use std::fmt;

use dashu_int::IBig;
use dashu_ratio::RBig;

use super::Rounding;
use crate::number::{Exact, Number, Rational, shift_decimal};

/// A rounded number that remembers on which side of it the true one lies: `16.5(+)` was more in size, `15.5(-)` less. The
/// next rounding heeds it, so that two passes give what one would: `16.5(+)` becomes 17, `15.5(-)` becomes 15.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    reported: RBig,
    /// Size of the true number against that of the reported one.
    side: Ordering,
    /// Decimals shown.
    decimals: usize,
    /// Exponent of the last digit kept.
    last: i32,
}

impl Marked {
    pub(super) fn of(how: &Rounding, x: &RBig) -> Self {
        let reported = how.exact(x);
        let size = |r: &RBig| if *r < RBig::ZERO { -r.clone() } else { r.clone() };
        let last = how.last_digit_of(x);
        Marked {
            side: size(x).cmp(&size(&reported)),
            reported,
            decimals: usize::try_from(-last).unwrap_or(0),
            last,
        }
    }

    /// The number as printed, without its mark.
    pub fn to_f64(&self) -> f64 {
        Exact::Value(Rational(self.reported.clone())).to_f64()
    }

    /// Rounded further. `None` never comes of a number; the signature is that of [`Rounding::marked`].
    pub fn round(&self, how: &Rounding) -> Option<Marked> {
        // The true number lies within one unit of the last digit; any point on its side rounds as it does.
        let nearby = shift_decimal(IBig::ONE, self.last - 6);
        let outward = if self.reported < RBig::ZERO { -nearby } else { nearby };
        let stand_in = match self.side {
            Ordering::Greater => &self.reported + outward,
            Ordering::Less => &self.reported - outward,
            Ordering::Equal => self.reported.clone(),
        };
        how.marked(&Exact::Value(Rational(stand_in)))
    }
}

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.side {
            Ordering::Greater => "(+)",
            Ordering::Less => "(-)",
            Ordering::Equal => "",
        };
        write!(f, "{:.*}{mark}", self.decimals, self.to_f64())
    }
}
