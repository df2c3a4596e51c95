//! 分段线性: a line through given points.

use serde::{Deserialize, Serialize};

use super::kernel::{Branch, Break, Kernel, Limit, Setting};
use super::table::{cell, check_order, is_default, positive, where_positive};
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::Number;
use crate::tree::{read_table, read_words};

/// # Formula
/// ```text
/// points = p_i + (p_{i+1} − p_i) · (x − x_i) / (x_{i+1} − x_i)       x_i ≤ x ≤ x_{i+1}
/// ```
/// Outside the first and the last point the points stay (`outside = "flat"`), or the outer lines go on
/// (`"extrapolate"`). With `relative_to` the `x_i` are multiples of an anchor, and points are missing where that anchor
/// is not positive.
///
/// # Source
/// Piecewise linear value functions; 序时进度 curves of supervision rules.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Curve {
    /// `[x, points]`, strictly ascending in `x`, 2 … 60 of them.
    pub at: Vec<[f64; 2]>,
    /// What holds outside.
    #[serde(default, skip_serializing_if = "is_default")]
    pub outside: Outside,
    /// What the `x` of the points are multiples of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative_to: Option<Anchor>,
}

read_table!(Curve: at, outside = _, relative_to = _);

/// What holds outside the points of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    /// The points of the nearest end.
    #[default]
    Flat,
    /// The outer lines go on.
    Extrapolate,
}

read_words!(Outside);

/// The share of the way from `x0` to `x1`, and the points there.
#[inline]
pub(super) fn along<N: Number>(x: &N, [x0, p0]: [f64; 2], [x1, p1]: [f64; 2]) -> (N, N) {
    let (start, points) = (N::of(x0), N::of(p0));
    let share = x.sub(&start).div(&N::of(x1).sub(&start));
    (share.clone(), points.add(&N::of(p1).sub(&points).mul(&share)))
}

/// The line of a spreadsheet between two points.
pub(super) fn along_sheet(x: &str, [x0, p0]: [f64; 2], [x1, p1]: [f64; 2]) -> String {
    format!("{}+({}-{})*({x}-{})/({}-{})", cell(p0), cell(p1), cell(p0), cell(x0), cell(x1), cell(x0))
}

impl Curve {
    /// `x` in units of the curve.
    #[inline]
    fn scaled<N: Number>(&self, x: &N, a: &[N]) -> N {
        if self.relative_to.is_some() { x.div(&positive(&a[0])) } else { x.clone() }
    }

    /// The piece that holds `x`: its two points.
    #[inline]
    fn piece<N: Number>(&self, x: &N) -> Option<([f64; 2], [f64; 2])> {
        let last = self.at.len().checked_sub(2)?;
        let i = self.at[1..=last].partition_point(|p| x.is_at_least(&N::of(p[0])));
        Some((self.at[i], self.at[i + 1]))
    }
}

impl Kernel for Curve {
    fn anchors(&self, _: &Setting) -> Vec<Anchor> {
        self.relative_to.iter().cloned().collect()
    }

    fn check(&self, _: &Setting) -> Vec<Finding> {
        let xs: Vec<f64> = self.at.iter().map(|p| p[0]).collect();
        let mut found = check_order("at", &xs, 2);
        if matches!((xs.first(), xs.last()), (Some(f), Some(l)) if f > l) {
            found.push(Finding::error("rule_curve_falling").at("at"));
        }
        found
    }

    #[inline]
    fn score<N: Number>(&self, x: &N, a: &[N], _: &Setting) -> N {
        let x = self.scaled(x, a);
        let Some((left, right)) = self.piece(&x) else { return N::missing() };
        if x.is_missing() {
            return x;
        }
        if self.outside == Outside::Flat {
            if N::of(left[0]).is_at_least(&x) {
                return N::of(left[1]);
            }
            if x.is_at_least(&N::of(right[0])) {
                return N::of(right[1]);
            }
        }
        along(&x, left, right).1
    }

    fn breaks<N: Number>(&self, a: &[N], _: &Setting) -> Vec<Break<N>> {
        let place = |x: f64| {
            let x = N::of(x);
            if self.relative_to.is_some() { x.mul(&positive(&a[0])) } else { x }
        };
        let outer = usize::from(self.outside == Outside::Extrapolate);
        let inner = outer..self.at.len().saturating_sub(outer).max(outer);
        self.at[inner].iter().map(|p| Break::Kink(place(p[0]))).collect()
    }

    fn branch<N: Number>(&self, x: &N, a: &[N], _: &Setting) -> Branch {
        let x = self.scaled(x, a);
        let Some((left, right)) = self.piece(&x) else { return Branch::new("rule_missing") };
        let outside = N::of(left[0]).is_at_least(&x) || x.is_at_least(&N::of(right[0]));
        let branch = if outside && self.outside == Outside::Flat {
            // The side with the higher points is the one where more gains nothing.
            let here = if x.is_at_least(&N::of(right[0])) { right[1] } else { left[1] };
            let best = self.at.iter().map(|p| p[1]).fold(f64::NEG_INFINITY, f64::max);
            let limit = if here == best { Limit::High } else { Limit::Low };
            Branch::new("rule_curve_end").at(limit).fact("points", here)
        } else {
            Branch::new("rule_curve")
        };
        branch.fact("low", left[0]).fact("high", right[0]).fact("from", left[1]).fact("to", right[1])
    }

    fn sheet(&self, x: &str, a: &[String], _: &Setting) -> String {
        let x = a.first().map_or_else(|| x.to_owned(), |anchor| format!("({x}/{anchor})"));
        let (Some(first), Some(last)) = (self.at.first(), self.at.last()) else { return "NA()".to_owned() };
        let flat = self.outside == Outside::Flat;
        let pieces: Vec<_> = self.at.windows(2).collect();
        let tail = match pieces.last() {
            Some(p) if !flat => along_sheet(&x, p[0], p[1]),
            _ => cell(last[1]),
        };
        let inner = if flat { pieces.len() } else { pieces.len().saturating_sub(1) };
        let body = pieces[..inner].iter().rev().fold(tail, |rest, p| {
            format!("IF({x}<{},{},{rest})", cell(p[1][0]), along_sheet(&x, p[0], p[1]))
        });
        let curve =
            if flat { format!("IF({x}<={},{},{body})", cell(first[0]), cell(first[1])) } else { body };
        match (&self.relative_to, a.first()) {
            (Some(anchor), Some(base)) => where_positive(anchor, base, curve),
            _ => curve,
        }
    }
}

#[cfg(test)]
#[path = "curve_tests.rs"]
mod tests;
