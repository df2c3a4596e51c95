//! Changes as a report prints them.

use super::attribute;
use crate::report::{Digits, Fact, Measure};

/// A relative change without its sign: whole per cent from 10 % on. From zero there is none, nor over it.
pub(super) fn relative(before: f64, after: f64) -> Option<Fact> {
    let share = ((after - before) / before).abs();
    let whole = share.is_finite() && before * after >= 0.0;
    whole.then(|| Fact::Percent(share, Digits::AtMost(usize::from(share < 0.1))))
}

/// How far a number moved, without its sign: percentages by percentage points, others in per cent, or by the difference
/// where there is no relative change.
pub(super) fn moved(before: f64, after: f64, measure: &Measure) -> Fact {
    let relative = if measure.unit == "%" { None } else { relative(before, after) };
    let difference = attribute::change(before, after).abs();
    relative.unwrap_or_else(|| Fact::Quantity(difference, measure.clone().difference()))
}

/// Two numbers with as many digits as it takes to tell them apart; the unit stands behind the second, a per cent sign behind
/// both.
pub(super) fn apart(before: f64, after: f64, measure: &Measure) -> [Fact; 2] {
    let (by, measure) = &measure.said(before.abs().max(after.abs()));
    let (before, after) = (before / by, after / by);
    let digits = measure.digits.apart(before, after);
    let after = Fact::Quantity(after, Measure { digits, ..measure.clone() });
    let unit = if matches!(measure.unit.as_str(), "%" | "‰") { measure.unit.as_str() } else { "" };
    [Fact::Quantity(before, Measure::new(digits, unit)), after]
}
