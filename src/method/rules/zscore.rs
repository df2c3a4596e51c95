//! 标准分: standard deviations from the mean.

use serde::Serialize;

use super::kernel::{Branch, Break, Kernel, Limit, Setting};
use super::table::{cell, sorted};
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::Number;
use crate::tree::read_table;

/// # Formula
/// ```text
/// points = centre + scale · (x − mean) / sd          minus instead of plus for a negative indicator
/// ```
/// with the standard deviation over n − 1. `clamp = [low, high]` keeps the points between two ends. Where all values are
/// equal (`sd = 0`) everyone gets `centre`.
///
/// # Source
/// T-scores (McCall 1922): centre 50, scale 10; z-scores of the OECD/JRC Handbook (2008), step 5.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ZScore {
    /// Points of the mean.
    #[serde(default = "fifty", skip_serializing_if = "is_fifty")]
    pub centre: f64,
    /// Points of one standard deviation.
    #[serde(default = "ten", skip_serializing_if = "is_ten")]
    pub scale: f64,
    /// Fewest and most points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clamp: Option<[f64; 2]>,
}

read_table!(ZScore: centre = (fifty()), scale = (ten()), clamp = _);

fn fifty() -> f64 {
    50.0
}
fn ten() -> f64 {
    10.0
}
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_fifty(x: &f64) -> bool {
    *x == 50.0
}
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_ten(x: &f64) -> bool {
    *x == 10.0
}

impl Default for ZScore {
    fn default() -> Self {
        ZScore { centre: 50.0, scale: 10.0, clamp: None }
    }
}

impl ZScore {
    fn slope(&self, s: &Setting) -> f64 {
        if s.negative { -self.scale } else { self.scale }
    }
    #[inline]
    fn free<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> N {
        let (centre, slope) = (N::of(self.centre), N::of(self.slope(s)));
        let points = centre.add(&slope.mul(&x.sub(&a[0])).div(&a[1]));
        a[1].equal(&N::zero()).select(&centre, &points)
    }
}

impl Kernel for ZScore {
    fn anchors(&self, _: &Setting) -> Vec<Anchor> {
        vec![Anchor::Mean, Anchor::Sd]
    }

    fn check(&self, _: &Setting) -> Vec<Finding> {
        let mut found = Vec::new();
        if self.scale <= 0.0 {
            found.push(
                Finding::error("rule_not_positive")
                    .at("scale")
                    .fact("name", "scale")
                    .fact("value", self.scale),
            );
        }
        if let Some([low, high]) = self.clamp
            && low >= high
        {
            found.push(Finding::error("rule_ends").at("clamp").fact("low", low).fact("high", high));
        }
        found
    }

    #[inline]
    fn score<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> N {
        if x.is_missing() || a[0].is_missing() {
            return N::missing();
        }
        let points = self.free(x, a, s);
        match self.clamp {
            Some([low, high]) => points.clamp(&N::of(low), &N::of(high)),
            None => points,
        }
    }

    fn breaks<N: Number>(&self, a: &[N], s: &Setting) -> Vec<Break<N>> {
        let (centre, slope) = (N::of(self.centre), N::of(self.slope(s)));
        let place = |p: f64| a[0].add(&N::of(p).sub(&centre).mul(&a[1]).div(&slope));
        sorted(self.clamp.iter().flatten().map(|p| Break::Kink(place(*p))).collect())
    }

    fn branch<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> Branch {
        let points = self.free(x, a, s);
        let z = x.sub(&a[0]).div(&a[1]).to_f64();
        let branch = match self.clamp {
            _ if a[1].is_zero() => Branch::new("rule_zscore_equal").fact("centre", self.centre),
            Some([low, _]) if N::of(low).is_at_least(&points) => {
                Branch::new("rule_zscore_end").at(Limit::Low).fact("points", low)
            }
            Some([_, high]) if points.is_at_least(&N::of(high)) => {
                Branch::new("rule_zscore_end").at(Limit::High).fact("points", high)
            }
            _ => Branch::new("rule_zscore"),
        };
        branch.fact("z", z).fact("mean", a[0].to_f64()).fact("sd", a[1].to_f64())
    }

    fn sheet(&self, x: &str, a: &[String], s: &Setting) -> String {
        let (mean, sd) = (&a[0], &a[1]);
        let centre = cell(self.centre);
        let line = format!("IF({sd}=0,{centre},{centre}+{}*({x}-{mean})/{sd})", cell(self.slope(s)));
        match self.clamp {
            Some([low, high]) => format!("MAX({},MIN({},{line}))", cell(low), cell(high)),
            None => line,
        }
    }
}

#[cfg(test)]
#[path = "zscore_tests.rs"]
mod tests;
