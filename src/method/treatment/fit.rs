//! What treatments ask of the values of a set: whether skewness and kurtosis are within limits, which way they are skewed.

use crate::method::sheet::number;
use crate::number::{Bounded, Exact, Number, statistics};

/// A number of which it is known whether a comparison is open.
pub(crate) trait Follow: Number {
    /// Whether it cannot be told which of two numbers is the larger one, or whether they are equal.
    fn is_close(&self, other: &Self) -> bool;
    /// The number, known no better than another one.
    #[must_use]
    fn as_wide_as(&self, other: &Self) -> Self;
}

impl Follow for Bounded {
    fn is_close(&self, other: &Self) -> bool {
        let reach = self.e + other.e;
        reach > 0.0 && (reach.is_infinite() || (self.v - other.v).abs() <= reach)
    }
    fn as_wide_as(&self, other: &Self) -> Self {
        Bounded::new(self.v, self.e.max(other.e))
    }
}

impl Follow for Exact {
    fn is_close(&self, other: &Self) -> bool {
        // Sums of powers of numbers with roots or logarithms are not worth following: floats decide them.
        let is_followed = |x: &Exact| x.is_missing() || x.rational().is_some();
        !(is_followed(self) && is_followed(other))
    }
    fn as_wide_as(&self, _: &Self) -> Self {
        self.clone()
    }
}

/// Decisions that are made while numbers are fitted.
#[derive(Debug, Default)]
pub(crate) struct Fit {
    /// Whether one of them is open.
    pub(crate) is_open: bool,
}

impl Fit {
    pub(super) fn is_less<N: Follow>(&mut self, a: &N, b: &N) -> bool {
        self.is_open |= a.is_close(b);
        a.is_less(b)
    }

    /// Whether a number is missing; one that may be is in doubt.
    pub(super) fn is_missing<N: Follow>(&mut self, x: &N) -> bool {
        self.is_open |= x.is_missing() && x.is_close(&N::zero());
        x.is_missing()
    }

    pub(super) fn is_equal<N: Follow>(&mut self, a: &N, b: &N) -> bool {
        self.is_open |= a.is_close(b);
        a.order(b) == Some(std::cmp::Ordering::Equal)
    }
}

/// Limits of skewness and kurtosis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) skewness: f64,
    pub(super) kurtosis: f64,
}

impl Limits {
    /// Whether values hold outliers: |skewness| and kurtosis both reach their limits. What has neither (three values, equal ones) holds none.
    pub(super) fn are_reached<N: Follow>(self, values: &[N], fit: &mut Fit) -> bool {
        let (skew, limit) = (statistics::signed_square_of_skewness(values).abs(), N::of(self.skewness));
        if fit.is_missing(&skew) || fit.is_less(&skew, &limit.mul(&limit)) {
            return false;
        }
        let kurtosis = statistics::kurtosis(values);
        !fit.is_missing(&kurtosis) && !fit.is_less(&kurtosis, &N::of(self.kurtosis))
    }
}

impl Limits {
    /// 1 where both are reached, else 0, as a spreadsheet writes it; SKEW and KURT are those of type 2.
    pub(super) fn sheet(self, values: &str) -> String {
        let (skewness, kurtosis) = (number(self.skewness), number(self.kurtosis));
        format!("IFERROR(IF(AND(ABS(SKEW({values}))>={skewness},KURT({values})>={kurtosis}),1,0),0)")
    }
}

/// Whether the skewness of values is below zero.
pub(super) fn is_skewed_down<N: Follow>(values: &[N], fit: &mut Fit) -> bool {
    fit.is_less(&statistics::signed_square_of_skewness(values), &N::zero())
}

/// The number at a place of the order: another one may stand there that is within reach of it.
pub(super) fn at<N: Follow>(ascending: &[N], place: usize) -> N {
    let own = &ascending[place];
    let (before, after) = (ascending[..place].iter().rev(), ascending[place + 1..].iter());
    let close = before.take_while(|x| x.is_close(own)).chain(after.take_while(|x| x.is_close(own)));
    close.fold(own.clone(), |own, other| own.as_wide_as(other))
}
