//! Growth over an earlier period.

use crate::method::rules::Branch;
use crate::number::Number;

/// `x / x₀ − 1`; missing when `x₀ ≤ 0`: from nothing, or from a loss, there is no rate.
#[inline]
pub(super) fn plain<N: Number>(x: &N, before: &N) -> N {
    let rate = x.div(before).sub(&N::one());
    N::zero().less(before).select(&rate, &N::missing())
}

/// `2 (x − x₀) / (x + x₀)`, between −2 and 2 and the same size up and down; missing when `x + x₀ ≤ 0`.
///
/// # Source
/// The growth of composite indices (Conference Board form); 中国创新指数 chains it, `I · (200 + V) / (200 − V)`.
#[inline]
pub(super) fn symmetric<N: Number>(x: &N, before: &N) -> N {
    let sum = x.add(before);
    let rate = N::of(2.0).mul(&x.sub(before)).div(&sum);
    N::zero().less(&sum).select(&rate, &N::missing())
}

pub(super) fn branch(lag: u16, before: f64) -> Branch {
    let code = if before > 0.0 { "measure_growth" } else { "measure_growth_none" };
    Branch::new(code).fact("lag", lag).fact("before", before)
}
