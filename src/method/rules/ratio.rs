//! 完成率、标准值法、与第一名之比: the ratio to an anchor.

use serde::Serialize;

use super::kernel::{Between, Branch, Break, Kernel, Limit, Setting};
use super::table::{cell, is_default, positive, sorted, where_positive};
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::Number;
use crate::tree::read_table;

/// # Formula
/// ```text
/// r = x / to          reverse: r = to / x
/// points = full · r   r at most `cap`, at least `least`; 0 points where r < `threshold`
/// ```
/// A ratio needs something positive to compare with: where `to ≤ 0` the points are missing. With `reverse` a value at or
/// below zero is better than any ratio can say: it gets `cap`, and missing points where there is no cap.
///
/// # Sources
/// 综合科技进步水平指数 (2008): `d = x / x* × 100`, 100 at most. 黄岩亩均论英雄 (2022): `x ÷ baseline × weight`, uncapped.
/// 编制绩效: 第 2–5 名按第 1 名的比例得分 (`to = "first"`).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ratio {
    /// What `x` is compared with: a standard value, a target, the first.
    pub to: Anchor,
    /// Highest ratio that counts (1 is the full mark); none if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<f64>,
    /// Lowest ratio that counts (0 keeps points from going negative); none if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// Ratio below which there are no points at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// `to / x`: lower is better.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reverse: bool,
}

read_table!(Ratio: to, cap = _, least = _, threshold = _, reverse = _);

impl Ratio {
    /// The uncut ratio; with `reverse` and `x ≤ 0` none.
    fn ratio<N: Number>(&self, x: &N, to: &N) -> Option<N> {
        if !self.reverse {
            Some(x.div(to))
        } else if N::zero().is_less(x) || x.is_missing() {
            Some(to.div(x))
        } else {
            None
        }
    }
    /// The value of `x` at a ratio.
    fn at<N: Number>(&self, ratio: f64, to: &N) -> Option<N> {
        match self.reverse {
            false => Some(to.mul(&N::of(ratio))),
            true if ratio > 0.0 => Some(to.div(&N::of(ratio))),
            true => None,
        }
    }
}

impl Kernel for Ratio {
    fn anchors(&self, _: &Setting) -> Vec<Anchor> {
        vec![self.to.clone()]
    }

    fn check(&self, _: &Setting) -> Vec<Finding> {
        let mut found = Vec::new();
        if let Anchor::Number(to) = self.to
            && to <= 0.0
        {
            found.push(Finding::error("rule_ratio_to").at("to").fact("value", to));
        }
        let limits = [("least", self.least), ("threshold", self.threshold), ("cap", self.cap)];
        let given: Vec<(&'static str, f64)> =
            limits.iter().filter_map(|(key, v)| v.map(|v| (*key, v))).collect();
        for pair in given.windows(2) {
            if pair[0].1 > pair[1].1 {
                found.push(
                    Finding::error("rule_ratio_limits")
                        .at(pair[1].0)
                        .fact("lower", pair[0].0)
                        .fact("low", pair[0].1)
                        .fact("upper", pair[1].0)
                        .fact("high", pair[1].1),
                );
            }
        }
        if let Some(cap) = self.cap
            && cap <= 0.0
        {
            found.push(Finding::error("rule_not_positive").at("cap").fact("name", "cap").fact("value", cap));
        }
        found
    }

    #[inline]
    fn score<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> N {
        let to = positive(&a[0]);
        let full = N::of(s.full);
        let Some(mut r) = self.ratio(x, &to) else {
            // Missing when `to` is.
            let best = self.cap.map_or_else(N::missing, N::of);
            return if to.is_missing() { to } else { full.mul(&best) };
        };
        if let Some(threshold) = self.threshold
            && r.is_less(&N::of(threshold))
        {
            return N::zero();
        }
        if let Some(least) = self.least {
            r = r.max(&N::of(least));
        }
        if let Some(cap) = self.cap {
            r = r.min(&N::of(cap));
        }
        full.mul(&r)
    }

    fn breaks<N: Number>(&self, a: &[N], _: &Setting) -> Vec<Break<N>> {
        let to = positive(&a[0]);
        let mut breaks = Vec::new();
        breaks.extend(self.least.and_then(|r| self.at(r, &to)).map(Break::Kink));
        breaks.extend(self.threshold.and_then(|r| self.at(r, &to)).map(Break::Jump));
        breaks.extend(self.cap.and_then(|r| self.at(r, &to)).map(Break::Kink));
        if self.reverse {
            breaks.push(Break::Jump(N::zero()));
        }
        sorted(breaks)
    }

    fn between(&self) -> Between {
        if self.reverse { Between::Hyperbola } else { Between::Line }
    }

    fn branch<N: Number>(&self, x: &N, a: &[N], _: &Setting) -> Branch {
        let to = positive(&a[0]);
        let facts = |b: Branch, r: f64| b.fact("to", a[0].to_f64()).fact("ratio", r);
        let Some(r) = self.ratio(x, &to) else {
            let branch = Branch::new("rule_ratio_below_zero").at(Limit::High);
            return facts(branch, f64::NAN).fact("limit", self.cap.unwrap_or(f64::NAN));
        };
        let ratio = r.to_f64();
        if to.is_missing() {
            return facts(Branch::new("rule_ratio_no_base"), ratio);
        }
        if let Some(threshold) = self.threshold.filter(|t| r.is_less(&N::of(*t))) {
            let branch = Branch::new("rule_ratio_threshold").at(Limit::Low);
            return facts(branch, ratio).fact("limit", threshold);
        }
        if let Some(cap) = self.cap.filter(|c| r.is_at_least(&N::of(*c))) {
            return facts(Branch::new("rule_ratio_capped").at(Limit::High), ratio).fact("limit", cap);
        }
        if let Some(least) = self.least.filter(|l| N::of(*l).is_at_least(&r)) {
            return facts(Branch::new("rule_ratio_least").at(Limit::Low), ratio).fact("limit", least);
        }
        facts(Branch::new(if self.reverse { "rule_ratio_reverse" } else { "rule_ratio" }), ratio)
    }

    fn sheet(&self, x: &str, a: &[String], s: &Setting) -> String {
        let to = &a[0];
        let ratio = if self.reverse { format!("{to}/{x}") } else { format!("{x}/{to}") };
        let mut r = ratio.clone();
        if let Some(least) = self.least {
            r = format!("MAX({},{r})", cell(least));
        }
        if let Some(cap) = self.cap {
            r = format!("MIN({},{r})", cell(cap));
        }
        let mut points = format!("{}*{r}", cell(s.full));
        if let Some(threshold) = self.threshold {
            points = format!("IF({ratio}<{},0,{points})", cell(threshold));
        }
        if self.reverse {
            let best = self.cap.map_or_else(|| "NA()".to_owned(), |c| cell(s.full * c));
            points = format!("IF({x}<=0,{best},{points})");
        }
        where_positive(&self.to, to, points)
    }
}

#[cfg(test)]
#[path = "ratio_tests.rs"]
mod tests;
