//! 功效系数法, min–max, goalposts: a straight line between two anchors.

use serde::Serialize;

use super::ends;
use super::kernel::{Between, Branch, Break, Kernel, Limit, Setting};
use super::table::{cell, is_default, is_yes, sorted, yes};
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::{Bounded, Number};
use crate::tree::read_table;

/// # Formula
/// ```text
/// points = p0 + (p1 − p0) · (x − low) / (high − low)        clamped to [p0, p1] unless `clamp = false`
/// ```
/// with `between = [p0, p1]`, by default `[0, full]`. `low` is the value that gets `p0`, `high` the one that gets `p1`; by
/// default the worst and the best of the reference set. With `log = true` the natural logarithm of `x`, `low` and `high`
/// is taken.
///
/// When `high = low` every value gets `when_equal`, by default `p1`.
///
/// # Source
/// 功效系数法 `a + (100 − a)·(x − min)/(max − min)`: 旌德县 2022 (a = 20); min–max of the OECD/JRC Handbook (2008), step 5.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Linear {
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
    /// Whether the line is drawn over the logarithm.
    #[serde(default, skip_serializing_if = "is_default")]
    pub log: bool,
    /// Points when `high = low`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when_equal: Option<f64>,
}

read_table!(Linear: low = _, high = _, between = _, clamp = (yes()), log = _, when_equal = _);

impl Linear {
    fn ends(&self, s: &Setting) -> [f64; 2] {
        self.between.unwrap_or([0.0, s.full])
    }
    fn scale<N: Number>(&self, x: &N) -> N {
        if self.log { x.ln() } else { x.clone() }
    }

    /// The points of a number beyond an end of a line that is not flat: for them long numbers are not divided.
    #[inline]
    fn beyond<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> Option<N> {
        if !(N::LONG && self.clamp) {
            return None;
        }
        let (x, low, high) = (self.scale(x), self.scale(&a[0]), self.scale(&a[1]));
        let up = low.is_less(&high);
        if !up && !high.is_less(&low) {
            return None;
        }
        let is_beyond = |end: &N, up: bool| if up { x.is_at_least(end) } else { end.is_at_least(&x) };
        let [p0, p1] = self.ends(s);
        match (is_beyond(&high, up), is_beyond(&low, !up)) {
            (true, _) => Some(N::of(p1)),
            (_, true) => Some(N::of(p0)),
            _ => None,
        }
    }
}

/// What the line is whatever the value.
struct Line<N> {
    low: N,
    span: N,
    p0: N,
    p1: N,
    width: N,
    /// Whether the ends are equal, and the points then: no break guards this, the number carries the doubt.
    flat: N,
    equal: N,
    clamp: bool,
    log: bool,
}

impl<N: Number> Line<N> {
    #[inline]
    fn new(rule: &Linear, a: &[N], s: &Setting) -> Self {
        let [p0, p1] = rule.ends(s);
        let (p0, p1) = (N::of(p0), N::of(p1));
        let (low, high) = (rule.scale(&a[0]), rule.scale(&a[1]));
        let span = high.sub(&low);
        let equal = rule.when_equal.map_or(p1.clone(), N::of);
        let (width, flat) = (p1.sub(&p0), span.equal(&N::zero()));
        Line { low, span, p0, p1, width, flat, equal, clamp: rule.clamp, log: rule.log }
    }

    #[inline]
    fn at(&self, x: &N) -> N {
        let x = if self.log { x.ln() } else { x.clone() };
        if x.is_missing() || self.span.is_missing() {
            return N::missing();
        }
        let points = self.p0.add(&self.width.mul(&x.sub(&self.low)).div(&self.span));
        let points = if self.clamp { points.clamp(&self.p0, &self.p1) } else { points };
        self.flat.select(&self.equal, &points)
    }
}

impl Kernel for Linear {
    fn anchors(&self, s: &Setting) -> Vec<Anchor> {
        ends::anchors(self.low.as_ref(), self.high.as_ref(), s)
    }

    fn check(&self, s: &Setting) -> Vec<Finding> {
        let [p0, p1] = self.ends(s);
        let mut found = Vec::new();
        if p0 >= p1 {
            found.push(Finding::error("linear_between").at("between").fact("low", p0).fact("high", p1));
        }
        found.extend(ends::same(self.low.as_ref(), self.high.as_ref()));
        if let (Some(Anchor::Number(low)), Some(Anchor::Number(high))) = (&self.low, &self.high)
            && self.log
            && (*low <= 0.0 || *high <= 0.0)
        {
            found.push(Finding::error("linear_log_ends").at("log").fact("low", low).fact("high", high));
        }
        found
    }

    #[inline]
    fn score<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> N {
        self.beyond(x, a, s).unwrap_or_else(|| Line::new(self, a, s).at(x))
    }

    fn score_each(&self, x: &[f64], a: &[f64], s: &Setting, v: &mut [f64]) {
        let line = Line::new(self, a, s);
        for (x, v) in x.iter().zip(v) {
            *v = line.at(x);
        }
    }

    fn block_error(&self, low: f64, high: f64, error: f64, a: &[Bounded], s: &Setting) -> Option<f64> {
        // Every step of the line (minus, times, by, plus) has an error that grows with the distance from `low`; so the ends
        // of the block bound what lies between. Clamping only takes away. A logarithm or anchors too close to each other
        // are left to the cell by cell path.
        let line = Linear { clamp: false, log: false, ..self.clone() };
        let at = |x: f64| line.score(&Bounded::new(x, error), a, s).e;
        let bound = at(low).max(at(high));
        (!self.log && bound.is_finite()).then_some(bound)
    }

    fn breaks<N: Number>(&self, a: &[N], _: &Setting) -> Vec<Break<N>> {
        let mut breaks = Vec::new();
        if self.clamp {
            breaks.extend([Break::Kink(a[0].clone()), Break::Kink(a[1].clone())]);
        }
        if self.log {
            breaks.push(Break::Jump(N::zero()));
        }
        sorted(breaks)
    }

    fn between(&self) -> Between {
        if self.log { Between::Curve } else { Between::Line }
    }

    fn branch<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> Branch {
        let falling = a[1].is_less(&a[0]);
        let beyond = |end: &N, up: bool| if up == falling { end.is_at_least(x) } else { x.is_at_least(end) };
        let branch = if a[0].order(&a[1]) == Some(std::cmp::Ordering::Equal) {
            Branch::new("rule_linear_equal")
        } else if self.clamp && beyond(&a[1], true) {
            Branch::new("rule_linear_high").at(Limit::High)
        } else if self.clamp && beyond(&a[0], false) {
            Branch::new("rule_linear_low").at(Limit::Low)
        } else {
            Branch::new("rule_linear_inside")
        };
        ends::between(branch, a, self.ends(s))
    }

    fn sheet(&self, x: &str, a: &[String], s: &Setting) -> String {
        let [p0, p1] = self.ends(s);
        let plain = x;
        let (x, low, high) = if self.log {
            (format!("LN({x})"), format!("LN({})", a[0]), format!("LN({})", a[1]))
        } else {
            (x.to_owned(), a[0].clone(), a[1].clone())
        };
        let line = format!("{}+{}*({x}-{low})/({high}-{low})", cell(p0), cell(p1 - p0));
        let line = if self.clamp { format!("MAX({},MIN({},{line}))", cell(p0), cell(p1)) } else { line };
        let points = format!("IF({high}={low},{},{line})", cell(self.when_equal.unwrap_or(p1)));
        // Nothing at or below zero has a logarithm, even where the ends are equal.
        if self.log { format!("IF({plain}>0,{points},NA())") } else { points }
    }
}

#[cfg(test)]
#[path = "linear_tests.rs"]
mod tests;
