//! 适度指标: best inside an interval.

use serde::Serialize;

use super::kernel::{Branch, Break, Kernel, Limit, Setting};
use super::table::cell;
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::Number;
use crate::tree::read_table;

/// # Formula
/// ```text
/// u = 1                        a ≤ x ≤ b          target = [a, b]
///     (x − m) / (a − m)        m < x < a          limits = [m, M]
///     (M − x) / (M − b)        b < x < M
///     0                        x ≤ m or x ≥ M
/// points = p0 + (p1 − p0) · u                     between = [p0, p1], by default [0, full]
/// ```
/// A limit that equals its end of the target makes that side sharp: outside the target `u = 0` at once.
///
/// # Source
/// 全面建设小康社会统计监测 (2008): six interval indicators with a target interval and lower and upper limits (失业率).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// The interval that gets the higher points.
    pub target: [f64; 2],
    /// The values from which outwards there are the lower points.
    pub limits: [f64; 2],
    /// Lower and higher points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<[f64; 2]>,
}

read_table!(Interval: target, limits, between = _);

impl Interval {
    fn ends(&self, s: &Setting) -> [f64; 2] {
        self.between.unwrap_or([0.0, s.full])
    }
}

impl Kernel for Interval {
    fn anchors(&self, _: &Setting) -> Vec<Anchor> {
        Vec::new()
    }

    fn check(&self, s: &Setting) -> Vec<Finding> {
        let mut found = Vec::new();
        let ([a, b], [m, limit], [p0, p1]) = (self.target, self.limits, self.ends(s));
        if !(m <= a && a <= b && b <= limit) {
            found.push(
                Finding::error("rule_interval_order")
                    .at("limits")
                    .fact("m", m)
                    .fact("a", a)
                    .fact("b", b)
                    .fact("limit", limit),
            );
        }
        if p0 >= p1 {
            found.push(Finding::error("rule_ends").at("between").fact("low", p0).fact("high", p1));
        }
        found
    }

    #[inline]
    fn score<N: Number>(&self, x: &N, _: &[N], s: &Setting) -> N {
        let ([a, b], [m, limit]) = (self.target.map(N::of), self.limits.map(N::of));
        let [p0, p1] = self.ends(s).map(N::of);
        if x.is_missing() {
            return N::missing();
        }
        if x.is_at_least(&a) && b.is_at_least(x) {
            return p1;
        }
        if m.is_at_least(x) || x.is_at_least(&limit) {
            return p0;
        }
        let u = if x.is_less(&a) { x.sub(&m).div(&a.sub(&m)) } else { limit.sub(x).div(&limit.sub(&b)) };
        p0.add(&p1.sub(&p0).mul(&u))
    }

    fn breaks<N: Number>(&self, _: &[N], _: &Setting) -> Vec<Break<N>> {
        let ([a, b], [m, limit]) = (self.target, self.limits);
        let side = |outer: f64, inner: f64| {
            if outer == inner {
                vec![Break::Jump(N::of(inner))]
            } else {
                vec![Break::Kink(N::of(outer)), Break::Kink(N::of(inner))]
            }
        };
        let mut right = side(limit, b);
        right.reverse();
        side(m, a).into_iter().chain(right).collect()
    }

    fn is_moderate(&self) -> bool {
        true
    }

    fn branch<N: Number>(&self, x: &N, _: &[N], _: &Setting) -> Branch {
        let ([a, b], [m, limit]) = (self.target, self.limits);
        let branch = if x.is_at_least(&N::of(a)) && N::of(b).is_at_least(x) {
            Branch::new("rule_interval_inside").at(Limit::High)
        } else if N::of(m).is_at_least(x) || x.is_at_least(&N::of(limit)) {
            Branch::new("rule_interval_beyond").at(Limit::Low).fact("m", m).fact("limit", limit)
        } else if x.is_less(&N::of(a)) {
            Branch::new("rule_interval_under").fact("limit", m)
        } else {
            Branch::new("rule_interval_over").fact("limit", limit)
        };
        branch.fact("a", a).fact("b", b)
    }

    fn sheet(&self, x: &str, _: &[String], s: &Setting) -> String {
        let ([a, b], [m, limit]) = (self.target.map(cell), self.limits.map(cell));
        let [p0, p1] = self.ends(s).map(cell);
        format!(
            "IF(AND({x}>={a},{x}<={b}),{p1},IF(OR({x}<={m},{x}>={limit}),{p0},{p0}+({p1}-{p0})*IF({x}<{a},({x}-{m})/({a}-{m}),({limit}-{x})/({limit}-{b}))))"
        )
    }
}

#[cfg(test)]
#[path = "interval_tests.rs"]
mod tests;
