//! 指数型功效函数: an exponential between two anchors.

use serde::Serialize;

use super::ends;
use super::kernel::{Between, Branch, Break, Kernel, Limit, Setting};
use super::table::{cell, is_yes, sorted, yes};
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::Number;
use crate::tree::read_table;

/// # Formula
/// ```text
/// t = (x − low) / (high − low)
/// points = A · exp(B · t)                 A = p0, B = ln(p1 / p0)
/// ```
/// with `between = [p0, p1]`, both above zero, by default 60 % and 100 % of the full mark: `low` gets `p0`, `high` gets
/// `p1`, and the same gain of `x` is worth more near the top. `low` and `high` are by default the worst and the best of
/// the reference set; outside them the points stay, unless `clamp = false`. Where `high = low` everyone gets
/// `when_equal`, by default `p1`.
///
/// # Source
/// The exponential efficacy function `d = A·e^(B·x)` of multi-indicator evaluation (指数型功效系数法).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Exponential {
    /// The value that gets the lower points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Anchor>,
    /// The value that gets the higher points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Anchor>,
    /// Lower and higher points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<[f64; 2]>,
    /// Whether points stay between the two ends.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub clamp: bool,
    /// Points when both anchors are equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when_equal: Option<f64>,
}

read_table!(Exponential: low = _, high = _, between = _, clamp = (yes()), when_equal = _);

impl Default for Exponential {
    fn default() -> Self {
        Exponential { low: None, high: None, between: None, clamp: true, when_equal: None }
    }
}

impl Exponential {
    fn ends(&self, s: &Setting) -> [f64; 2] {
        self.between.unwrap_or([0.6 * s.full, s.full])
    }
}

impl Kernel for Exponential {
    fn anchors(&self, s: &Setting) -> Vec<Anchor> {
        ends::anchors(self.low.as_ref(), self.high.as_ref(), s)
    }

    fn check(&self, s: &Setting) -> Vec<Finding> {
        let [p0, p1] = self.ends(s);
        let mut found = Vec::new();
        if p0 >= p1 {
            found.push(Finding::error("rule_ends").at("between").fact("low", p0).fact("high", p1));
        } else if p0 <= 0.0 {
            let finding = Finding::error("rule_not_positive").at("between[0]");
            found.push(finding.fact("name", "between").fact("value", p0));
        }
        found.extend(ends::same(self.low.as_ref(), self.high.as_ref()));
        found
    }

    #[inline]
    fn score<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> N {
        let [p0, p1] = self.ends(s).map(N::of);
        let span = a[1].sub(&a[0]);
        if x.is_missing() || span.is_missing() {
            return N::missing();
        }
        let t = x.sub(&a[0]).div(&span);
        let points = if self.clamp && N::zero().is_at_least(&t) {
            p0
        } else if self.clamp && t.is_at_least(&N::one()) {
            p1.clone()
        } else {
            let growth = p1.div(&p0).ln();
            let points = p0.mul(&growth.mul(&t).exp());
            // Rounding of `exp` must not carry a point over the end it stops at.
            if self.clamp { points.clamp(&p0, &p1) } else { points }
        };
        let equal = self.when_equal.map_or(p1, N::of);
        span.equal(&N::zero()).select(&equal, &points)
    }

    fn breaks<N: Number>(&self, a: &[N], _: &Setting) -> Vec<Break<N>> {
        if !self.clamp {
            return Vec::new();
        }
        sorted(vec![Break::Kink(a[0].clone()), Break::Kink(a[1].clone())])
    }

    fn between(&self) -> Between {
        Between::Curve
    }

    fn branch<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> Branch {
        let span = a[1].sub(&a[0]);
        let t = x.sub(&a[0]).div(&span);
        let branch = if span.is_zero() {
            let points = self.when_equal.unwrap_or(self.ends(s)[1]);
            return Branch::new("rule_equal_ends").fact("low", a[0].to_f64()).fact("points", points);
        } else if self.clamp && t.is_at_least(&N::one()) {
            Branch::new("rule_line_high").at(Limit::High)
        } else if self.clamp && N::zero().is_at_least(&t) {
            Branch::new("rule_line_low").at(Limit::Low)
        } else {
            Branch::new("rule_exponential").fact("share", t.to_f64())
        };
        ends::between(branch, a, self.ends(s))
    }

    fn sheet(&self, x: &str, a: &[String], s: &Setting) -> String {
        let [p0, p1] = self.ends(s);
        let (low, high) = (&a[0], &a[1]);
        let t = format!("({x}-{low})/({high}-{low})");
        let t = if self.clamp { format!("MAX(0,MIN(1,{t}))") } else { t };
        let equal = cell(self.when_equal.unwrap_or(p1));
        format!("IF({high}={low},{equal},{}*EXP(LN({}/{})*{t}))", cell(p0), cell(p1), cell(p0))
    }
}

#[cfg(test)]
#[path = "exponential_tests.rs"]
mod tests;
