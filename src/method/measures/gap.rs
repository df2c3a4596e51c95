//! Gaps to what the peers have.

use crate::number::Number;

/// `x − reference`: positive is above, whichever side is better.
#[inline]
pub(super) fn to<N: Number>(x: &N, reference: &N) -> N {
    x.sub(reference)
}
