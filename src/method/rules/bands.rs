//! 企业绩效评价分档功效系数: standard values with coefficients.

use serde::Serialize;

use super::curve::{along, along_sheet};
use super::kernel::{Branch, Break, Kernel, Limit, Setting};
use super::table::{cell, check_order, is_default};
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::Number;
use crate::tree::read_table;

/// # Formula
/// ```text
/// 档基础分 = full · coefficient
/// 功效系数 = (x − 本档标准) / (上档标准 − 本档标准)
/// points  = 本档基础分 + 功效系数 · (上档基础分 − 本档基础分)
/// ```
/// `at = [[standard, coefficient], …]` from the best band down. At or beyond the best standard: its full base points;
/// worse than the last standard: `full · below`. Standards fall for an indicator where more is better and rise where less
/// is.
///
/// # Source
/// 国资委《企业综合绩效评价实施细则》(2006): 优秀、良好、平均、较低、较差 with coefficients 1, 0.8, 0.6, 0.4, 0.2; examination
/// example: 实际 90 %, 上档 100 %, 本档 80 % ⇒ 功效系数 0.5.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bands {
    /// `[standard value, coefficient]` from the best band down, 1 … 60 of them.
    pub at: Vec<[f64; 2]>,
    /// Coefficient of a value worse than the last standard.
    #[serde(default, skip_serializing_if = "is_default")]
    pub below: f64,
}

read_table!(Bands: at, below = _);

/// Where a value lies among the bands.
enum Found {
    /// At or beyond the best standard.
    Best,
    /// In the band that starts at line `i`, under line `i − 1`.
    Band(usize),
    /// Worse than the last standard.
    Below,
}

impl Bands {
    /// Whether lower is better, as the standards themselves say; one standard alone asks the indicator.
    fn falls(&self, s: &Setting) -> bool {
        match (self.at.first(), self.at.last()) {
            (Some(f), Some(l)) if f[0] != l[0] => f[0] < l[0],
            _ => s.negative,
        }
    }

    fn find<N: Number>(&self, x: &N, s: &Setting) -> Found {
        let falls = self.falls(s);
        let reached = |i: &usize| {
            let standard = N::of(self.at[*i][0]);
            if falls { standard.is_at_least(x) } else { x.is_at_least(&standard) }
        };
        match (0..self.at.len()).find(reached) {
            Some(0) => Found::Best,
            Some(i) => Found::Band(i),
            None => Found::Below,
        }
    }

    /// A line as standard and base points.
    fn line(&self, i: usize, s: &Setting) -> [f64; 2] {
        [self.at[i][0], self.at[i][1] * s.full]
    }

    fn points<N: Number>(coefficient: f64, s: &Setting) -> N {
        N::of(s.full).mul(&N::of(coefficient))
    }
}

impl Kernel for Bands {
    fn anchors(&self, _: &Setting) -> Vec<Anchor> {
        Vec::new()
    }

    fn check(&self, _: &Setting) -> Vec<Finding> {
        let standards: Vec<f64> = self.at.iter().map(|p| p[0]).collect();
        let mut found = check_order("at", &standards, 1);
        let coefficients: Vec<f64> = self.at.iter().map(|p| p[1]).chain([self.below]).collect();
        if let Some(i) = coefficients.windows(2).position(|w| w[0] < w[1]) {
            let path = if i + 1 < self.at.len() { format!("at[{}]", i + 1) } else { "below".to_owned() };
            found.push(
                Finding::error("rule_bands_order")
                    .at(path)
                    .fact("before", coefficients[i])
                    .fact("value", coefficients[i + 1]),
            );
        }
        found
    }

    #[inline]
    fn score<N: Number>(&self, x: &N, _: &[N], s: &Setting) -> N {
        if x.is_missing() {
            return N::missing();
        }
        match self.find(x, s) {
            Found::Best => Self::points(self.at[0][1], s),
            Found::Below => Self::points(self.below, s),
            Found::Band(i) => {
                let (own, upper) = (self.at[i], self.at[i - 1]);
                N::of(s.full).mul(&along(x, own, upper).1)
            }
        }
    }

    fn breaks<N: Number>(&self, _: &[N], _: &Setting) -> Vec<Break<N>> {
        let last = self.at.len().saturating_sub(1);
        let place = |(i, p): (usize, &[f64; 2])| {
            if i == last { Break::Jump(N::of(p[0])) } else { Break::Kink(N::of(p[0])) }
        };
        super::table::sorted(self.at.iter().enumerate().map(place).collect())
    }

    fn branch<N: Number>(&self, x: &N, _: &[N], s: &Setting) -> Branch {
        match self.find(x, s) {
            Found::Best => Branch::new("rule_bands_best")
                .at(Limit::High)
                .fact("standard", self.at[0][0])
                .fact("coefficient", self.at[0][1]),
            Found::Below => Branch::new("rule_bands_below")
                .at(Limit::Low)
                .fact("standard", self.at.last().map_or(f64::NAN, |p| p[0]))
                .fact("coefficient", self.below),
            Found::Band(i) => {
                let (share, _) = along(x, self.at[i], self.at[i - 1]);
                Branch::new("rule_bands")
                    .fact("standard", self.at[i][0])
                    .fact("upper", self.at[i - 1][0])
                    .fact("coefficient", self.at[i][1])
                    .fact("share", share.to_f64())
            }
        }
    }

    fn sheet(&self, x: &str, _: &[String], s: &Setting) -> String {
        let reached = if self.falls(s) { "<=" } else { ">=" };
        let below = cell(self.below * s.full);
        (0..self.at.len()).rev().fold(below, |rest, i| {
            let own = self.line(i, s);
            let points = if i == 0 { cell(own[1]) } else { along_sheet(x, own, self.line(i - 1, s)) };
            format!("IF({x}{reached}{},{points},{rest})", cell(own[0]))
        })
    }
}

#[cfg(test)]
#[path = "bands_tests.rs"]
mod tests;
