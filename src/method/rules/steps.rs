//! 分档计分: a table of thresholds.

use serde::Serialize;

use super::kernel::{Branch, Break, Kernel, Limit, Setting};
use super::table::{self, Bound, Entry, cell, is_default, positive, sorted, tried};
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::Number;
use crate::tree::read_table;

/// # Formula
/// ```text
/// points = p_i of the best line [t_i, p_i] whose threshold x reaches; `below` if it reaches none
/// ```
/// "Reaches" is `x ≥ t` (`bound = "at_least"`, the default), `x > t` (`above`), `x ≤ t` (`at_most`, the default of a
/// negative indicator) or `x < t` (`below`). A line whose bound differs names its own: `[55, 10, "below"]`. The table is
/// written from either end; both ends are open. With `relative_to` the thresholds are multiples of an anchor, and points
/// are missing where that anchor is not positive.
///
/// # Sources
/// 万元 GDP 能耗降低率 (2007–): 完成 40, 90 % → 36 … 50 % → 20, below 0. 科技型中小企业评价: 研发人员占比 ≥30/25/20/15/10 % →
/// 20/16/12/8/4/0 (下限含). 创新型中小企业: 资产负债率 <55 / 55–75 / >75 → 10/5/0.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// `[threshold, points]`, at most 60 lines.
    pub at: Vec<Entry>,
    /// Points where no threshold is reached.
    #[serde(default, skip_serializing_if = "is_default")]
    pub below: f64,
    /// Whether a threshold is a lower or an upper bound, and itself in or out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// What the thresholds are multiples of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative_to: Option<Anchor>,
}

read_table!(Steps: at, below = _, bound = _, relative_to = _);

impl Steps {
    fn bound(&self, s: &Setting) -> Bound {
        self.bound.unwrap_or(Bound::natural(s.negative))
    }

    fn threshold<N: Number>(&self, e: &Entry, a: &[N]) -> N {
        if self.relative_to.is_some() { positive(&a[0]).mul(&N::of(e.at)) } else { N::of(e.at) }
    }

    /// The line that `x` gets, and how many better ones there are.
    #[inline]
    fn line<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> Option<(usize, &Entry)> {
        let default = self.bound(s);
        tried(&self.at, default.is_lower())
            .enumerate()
            .find(|(_, e)| e.bound.unwrap_or(default).holds(x, &self.threshold(e, a)))
    }

    /// The best points of the table that are whole numbers 0 … n, if all of them are: levels of a matrix.
    pub(super) fn levels(&self) -> Option<usize> {
        let all = self.at.iter().map(|e| e.points).chain([self.below]);
        all.map(|p| (p >= 0.0 && p.fract() == 0.0 && p < 1e6).then_some(p as usize))
            .try_fold(0, |most, p| Some(most.max(p?)))
    }
}

impl Kernel for Steps {
    fn anchors(&self, _: &Setting) -> Vec<Anchor> {
        self.relative_to.iter().cloned().collect()
    }

    fn check(&self, s: &Setting) -> Vec<Finding> {
        table::check("at", &self.at, self.bound(s))
    }

    #[inline]
    fn score<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> N {
        if x.is_missing() || (self.relative_to.is_some() && positive(&a[0]).is_missing()) {
            return N::missing();
        }
        N::of(self.line(x, a, s).map_or(self.below, |(_, e)| e.points))
    }

    fn breaks<N: Number>(&self, a: &[N], _: &Setting) -> Vec<Break<N>> {
        sorted(self.at.iter().map(|e| Break::Jump(self.threshold(e, a))).collect())
    }

    fn branch<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> Branch {
        let default = self.bound(s);
        let last = tried(&self.at, default.is_lower()).next_back();
        let (branch, e, points) = match self.line(x, a, s) {
            Some((0, e)) => (Branch::new("rule_steps_best").at(Limit::High), Some(e), e.points),
            Some((_, e)) => (Branch::new("rule_steps"), Some(e), e.points),
            None => (Branch::new("rule_steps_none").at(Limit::Low), last, self.below),
        };
        let sign = e.map_or(default, |e| e.bound.unwrap_or(default)).sign();
        let threshold = e.map_or(f64::NAN, |e| self.threshold(e, a).to_f64());
        branch.fact("bound", sign).fact("at", threshold).fact("points", points)
    }

    fn sheet(&self, x: &str, a: &[String], s: &Setting) -> String {
        let lines =
            table::nested_if(&self.at, self.bound(s), &cell(self.below), |bound, e| match a.first() {
                Some(base) => format!("{x}{}{}*{base}", bound.sign(), cell(e.at)),
                None => format!("{x}{}{}", bound.sign(), cell(e.at)),
            });
        match (&self.relative_to, a.first()) {
            (Some(anchor), Some(base)) => table::where_positive(anchor, base, lines),
            _ => lines,
        }
    }
}

#[cfg(test)]
#[path = "steps_tests.rs"]
mod tests;
