//! Differences to an earlier period.

use crate::number::Number;

/// `x − x₀`; of a percentage in percentage points.
#[inline]
pub(super) fn difference<N: Number>(x: &N, before: &N) -> N {
    x.sub(before)
}

/// Rank before minus rank now: positive is up. Missing where the value is.
#[inline]
pub(super) fn ranks<N: Number>(x: &N, now: &N, before: &N) -> N {
    if x.is_missing() { N::missing() } else { before.sub(now) }
}
