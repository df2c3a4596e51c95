//! 位次分: points for the rank.

use serde::Serialize;

use super::kernel::{Branch, Break, Equals, Input, Kernel, Limit, Setting};
use super::table::{cell, is_default};
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::Number;
use crate::tree::read_table;

/// The longest table: a spreadsheet's CHOOSE takes 254 values.
const LONGEST: usize = 254;

/// Exactly one of five forms; `r` is the rank (1 best, equals share the best rank), `n` how many are ranked.
///
/// # Formula
/// ```text
/// table = [60, 57, 54]     points of rank 1, 2, 3; after the last line `beyond`, by default the last line's points
/// by = 3                   max(least, from − (r − 1) · by)       from = full and least = 0 by default
/// percentile = true        full · (n − r) / (n − 1)              full mark where only one is ranked
/// borda = true             n − r                                 in points, whatever the full mark
/// places = true            n − r + 1                             in points, whatever the full mark
/// ```
/// With `ties = "worst"` equals have the worst of the ranks that they share, so that `n − r` is how many are worse; with `"mean"` their mean.
///
/// # Sources
/// 编制绩效: 排名 1–5 名依次 60/57/54/51/48. Borda (1781); percentile ranks of the OECD/JRC Handbook (2008), step 5.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rank {
    /// Points by rank.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub table: Vec<f64>,
    /// Points after the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond: Option<f64>,
    /// Points of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// Points lost with each rank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<f64>,
    /// Fewest points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// `full · (n − r) / (n − 1)`
    #[serde(default, skip_serializing_if = "is_default")]
    pub percentile: bool,
    /// `n − r`
    #[serde(default, skip_serializing_if = "is_default")]
    pub borda: bool,
    /// `n − r + 1`
    #[serde(default, skip_serializing_if = "is_default")]
    pub places: bool,
    /// Which rank equals have.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ties: Equals,
}

read_table!(Rank: table = _, beyond = _, from = _, by = _, least = _, percentile = _, borda = _, places = _, ties = _);

impl Rank {
    fn forms(&self) -> usize {
        [!self.table.is_empty(), self.by.is_some(), self.percentile, self.borda, self.places]
            .iter()
            .filter(|f| **f)
            .count()
    }

    fn after(&self) -> f64 {
        self.beyond.or(self.table.last().copied()).unwrap_or(f64::NAN)
    }

    /// Points of a place of the table.
    fn place(&self, r: f64) -> f64 {
        // The place is the nearest whole number; a rank is one already.
        let i = (r + 0.5).floor() - 1.0;
        if i.is_nan() {
            f64::NAN
        } else if i < 0.0 {
            self.table.first().copied().unwrap_or(f64::NAN)
        } else {
            self.table.get(i as usize).copied().unwrap_or_else(|| self.after())
        }
    }

    fn ends(&self, s: &Setting) -> (f64, f64) {
        (self.from.unwrap_or(s.full), self.least.unwrap_or(0.0))
    }
}

impl Kernel for Rank {
    fn anchors(&self, _: &Setting) -> Vec<Anchor> {
        if self.percentile || self.borda || self.places { vec![Anchor::Count] } else { Vec::new() }
    }

    fn input(&self) -> Input {
        Input::Rank
    }

    fn equals(&self) -> Equals {
        self.ties
    }

    fn check(&self, s: &Setting) -> Vec<Finding> {
        let mut found = Vec::new();
        if !self.table.is_empty() && self.ties == Equals::Mean {
            found.push(Finding::error("rule_rank_mean").at("ties"));
        }
        if self.forms() != 1 {
            found.push(Finding::error("rule_rank_form").fact("found", self.forms()));
        }
        if self.table.len() > LONGEST {
            let long = Finding::error("rule_table_long").at("table");
            found.push(long.fact("most", LONGEST).fact("found", self.table.len()));
        }
        if self.table.is_empty() && self.beyond.is_some() {
            found.push(
                Finding::error("rule_unused").at("beyond").fact("name", "beyond").fact("with", "table"),
            );
        }
        for (key, given) in [("from", self.from.is_some()), ("least", self.least.is_some())] {
            if given && self.by.is_none() {
                found.push(Finding::error("rule_unused").at(key).fact("name", key).fact("with", "by"));
            }
        }
        if let Some(by) = self.by {
            let (from, least) = self.ends(s);
            if by <= 0.0 {
                found.push(Finding::error("rule_not_positive").at("by").fact("name", "by").fact("value", by));
            }
            if least > from {
                found.push(
                    Finding::error("rule_rank_ends").at("least").fact("least", least).fact("from", from),
                );
            }
        }
        found
    }

    #[inline]
    fn score<N: Number>(&self, r: &N, a: &[N], s: &Setting) -> N {
        if r.is_missing() {
            return N::missing();
        }
        if let Some(by) = self.by {
            let (from, least) = self.ends(s);
            return N::of(from).sub(&r.sub(&N::one()).mul(&N::of(by))).max(&N::of(least));
        }
        if !(self.percentile || self.borda || self.places) {
            let points = self.place(r.to_f64());
            return if points.is_nan() { N::missing() } else { N::of(points) };
        }
        let below = a[0].sub(r);
        if self.borda {
            return below;
        }
        if self.places {
            return below.add(&N::one());
        }
        let others = a[0].sub(&N::one());
        let full = N::of(s.full);
        if others.is_zero() { full } else { full.mul(&below.div(&others)) }
    }

    fn breaks<N: Number>(&self, _: &[N], s: &Setting) -> Vec<Break<N>> {
        if let Some(by) = self.by {
            let (from, least) = self.ends(s);
            let place = N::of(from).sub(&N::of(least)).div(&N::of(by)).add(&N::one());
            return vec![Break::Kink(place)];
        }
        // Half-way between two ranks, where no rank ever is.
        (1..=self.table.len()).map(|r| Break::Jump(N::of(r as f64 + 0.5))).collect()
    }

    fn branch<N: Number>(&self, r: &N, a: &[N], s: &Setting) -> Branch {
        let rank = r.to_f64();
        let count = a.first().map_or(f64::NAN, Number::to_f64);
        let branch = if let Some(by) = self.by {
            let (from, least) = self.ends(s);
            if N::of(least).is_at_least(&self.score(r, a, s)) {
                Branch::new("rule_rank_least").at(Limit::Low).fact("least", least).fact("from", from)
            } else {
                Branch::new("rule_rank_by").fact("from", from).fact("by", by)
            }
        } else if self.percentile {
            Branch::new("rule_rank_percentile").fact("count", count)
        } else if self.borda {
            Branch::new("rule_rank_borda").fact("count", count)
        } else if self.places {
            Branch::new("rule_rank_places").fact("count", count)
        } else if rank > self.table.len() as f64 {
            let branch = Branch::new("rule_rank_beyond").at(Limit::Low);
            branch.fact("last", self.table.len()).fact("points", self.after())
        } else {
            Branch::new("rule_rank_table").fact("points", self.place(rank))
        };
        branch.fact("rank", rank)
    }

    fn sheet(&self, r: &str, a: &[String], s: &Setting) -> String {
        if let Some(by) = self.by {
            let (from, least) = self.ends(s);
            return format!("MAX({},{}-({r}-1)*{})", cell(least), cell(from), cell(by));
        }
        match a.first() {
            Some(n) if self.borda => format!("{n}-{r}"),
            Some(n) if self.places => format!("{n}-{r}+1"),
            Some(n) => format!("IF({n}=1,{full},{full}*({n}-{r})/({n}-1))", full = cell(s.full)),
            None => {
                let points: Vec<String> = self.table.iter().map(|p| cell(*p)).collect();
                let n = points.len();
                format!("IF({r}>{n},{},CHOOSE(MIN({r},{n}),{}))", cell(self.after()), points.join(","))
            }
        }
    }
}

#[cfg(test)]
#[path = "rank_tests.rs"]
mod tests;
