//! 每增减一步加减分: points for every step above or below an anchor.

use serde::{Deserialize, Serialize};

use super::kernel::{Branch, Break, Kernel, Limit, Setting};
use super::table::{self, Bound, Entry, cell, is_default, positive, sorted, tried};
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::Number;
use crate::tree::{read_table, read_words};

/// # Formula
/// ```text
/// d = x − from                         with `relative`: (x − from) / |from|
/// n = |d| / each                       whole steps (`floor`), begun steps (`ceiling`), or parts of steps too (`linear`)
/// points = base ± min(cap, n · |points|)            with the sign of `points` of the side on which x lies
/// ```
/// then at least `least` and at most `most`. `up` holds above `from`, `down` below; the sign of `points` says whether the
/// step adds or takes away: `down = { each = 0.03, points = -1 }`. A side that is not given changes nothing. `base` is by
/// default the full mark.
///
/// `cap_by` makes a cap depend on how ambitious `from` is, measured against `against`: its lines are looked up with
/// `from / against`; `cap` holds where no line does, or where `against` is not positive. `from_negative` changes what
/// is added where `from` is below zero (a planned loss). Relative to zero there is no step: points are missing.
///
/// # Sources
/// 国资委令第 22 号 (2009), 利润总额: 基本分 30, each 3 % ±1, at most +6 (+5, +4, +3 for targets below the base by up to 20 %,
/// up to 50 %, more) and −6; negative target: 加分减半, at most +3. 武进 2011: mean of the district = 基本分, ±0.5 for each 5 %.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PerStep {
    /// Where steps are counted from.
    pub from: Anchor,
    /// Points at `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<f64>,
    /// Whether steps are shares of `from` instead of its unit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub relative: bool,
    /// Steps above `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<Step>,
    /// Steps below `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<Step>,
    /// What the ambition of `from` is measured against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Anchor>,
    /// What is added where `from` is negative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_negative: Option<FromNegative>,
    /// Fewest points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// Most points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<f64>,
}

read_table!(PerStep: from, base = _, relative = _, up = _, down = _, against = _, from_negative = _, least = _, most = _);

/// The steps of one side.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Size of a step, positive.
    pub each: f64,
    /// Points of a step; negative takes away.
    pub points: f64,
    /// Most points this side adds or takes away, a positive number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<f64>,
    /// Caps by ambition: `[from / against at least, cap]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cap_by: Vec<Entry>,
    /// Whether parts of a step count.
    #[serde(default, skip_serializing_if = "is_default")]
    pub step: Partial,
}

read_table!(Step: each, points, cap = _, cap_by = _, step = _);

/// Whether parts of a step count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Partial {
    /// Whole steps only.
    #[default]
    Floor,
    /// A step begun counts as a whole one (不足一步按一步计).
    Ceiling,
    /// Parts of steps count in proportion.
    Linear,
}

read_words!(Partial);

/// What is added where `from` is negative.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FromNegative {
    /// Factor on the points of a step that adds.
    pub factor: f64,
    /// Most points added, instead of the side's cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<f64>,
}

read_table!(FromNegative: factor, cap = _);

/// Points of a step and most points of one side, both without sign.
struct Terms<N> {
    points: N,
    cap: Option<N>,
}

impl Step {
    fn whole<N: Number>(&self, n: &N) -> N {
        match self.step {
            Partial::Linear => n.clone(),
            Partial::Floor => n.floor(),
            Partial::Ceiling => n.neg().floor().neg(),
        }
    }
    /// The cap of a side in a spreadsheet.
    fn cap_sheet(&self, a: &[String]) -> Option<String> {
        let plain = cell(self.cap?);
        match a.get(1).filter(|_| !self.cap_by.is_empty()) {
            None => Some(plain),
            Some(against) => {
                let lines = table::nested_if(&self.cap_by, Bound::AtLeast, &plain, |bound, e| {
                    format!("{}/{against}{}{}", a[0], bound.sign(), cell(e.at))
                });
                // Without what it is measured against the plain cap holds.
                Some(format!("IF(ISNUMBER({against}),IF({against}<=0,{plain},{lines}),{plain})"))
            }
        }
    }

    fn check(&self, side: &'static str, against: bool) -> Vec<Finding> {
        let mut found = Vec::new();
        let positive = [("each", Some(self.each)), ("cap", self.cap)];
        for (key, value) in positive.into_iter().filter_map(|(k, v)| v.map(|v| (k, v))) {
            if value <= 0.0 {
                let wrong = Finding::error("rule_not_positive").at(format!("{side}.{key}"));
                found.push(wrong.fact("name", key).fact("value", value));
            }
        }
        if self.points == 0.0 {
            found.push(Finding::error("rule_per_step_nothing").at(format!("{side}.points")));
        }
        if !self.cap_by.is_empty() {
            let key = if side == "up" { "up.cap_by" } else { "down.cap_by" };
            found.extend(table::check(key, &self.cap_by, Bound::AtLeast));
            if !against {
                found.push(Finding::error("rule_per_step_against").at(key));
            }
            if self.cap.is_none() {
                found.push(Finding::error("rule_per_step_cap").at(key));
            }
        }
        found
    }
}

impl PerStep {
    fn base(&self, s: &Setting) -> f64 {
        self.base.unwrap_or(s.full)
    }

    /// Size of a step in the unit of `x`.
    fn width<N: Number>(&self, step: &Step, from: &N) -> N {
        let each = N::of(step.each);
        if self.relative { each.mul(&from.abs()) } else { each }
    }

    /// What a step of one side is worth here. Which line of `cap_by` holds and whether `from` is negative no break
    /// guards: the numbers carry the doubt.
    fn terms<N: Number>(&self, step: &Step, a: &[N]) -> Terms<N> {
        let points = N::of(step.points.abs());
        let cap = step.cap.map(|plain| {
            let plain = N::of(plain);
            let Some(against) = a.get(1).filter(|_| !step.cap_by.is_empty()) else { return plain };
            let ambition = a[0].div(&positive(against));
            if ambition.is_missing() {
                return plain;
            }
            tried(&step.cap_by, true).rev().fold(plain, |otherwise, e| {
                let bound = e.bound.unwrap_or(Bound::AtLeast);
                bound.test(&ambition, &N::of(e.at)).select(&N::of(e.points), &otherwise)
            })
        });
        let Some(rule) = self.from_negative.filter(|_| step.points > 0.0) else {
            return Terms { points, cap };
        };
        let negative = a[0].less(&N::zero());
        let less = negative.select(&points.mul(&N::of(rule.factor)), &points);
        let cap = match (rule.cap.map(N::of), cap) {
            (Some(own), Some(cap)) => Some(negative.select(&own, &cap)),
            // No cap where `from` is not negative: one that no score reaches.
            (Some(own), None) => Some(negative.select(&own, &N::of(f64::MAX))),
            (None, cap) => cap,
        };
        Terms { points: less, cap }
    }

    /// Steps and signed points of the side on which `x` lies.
    fn gain<N: Number>(&self, x: &N, a: &[N]) -> Option<(N, N, bool)> {
        let d = x.sub(&a[0]);
        let above = d.is_at_least(&N::zero());
        let step = if above { self.up.as_ref() } else { self.down.as_ref() }?;
        let n = step.whole(&d.abs().div(&self.width(step, &a[0])));
        let terms = self.terms(step, a);
        let size = n.mul(&terms.points);
        let capped = terms.cap.as_ref().is_some_and(|cap| size.is_at_least(cap));
        let size = terms.cap.map_or(size.clone(), |cap| size.min(&cap));
        Some((n, if step.points < 0.0 { size.neg() } else { size }, capped))
    }

    fn limits<N: Number>(&self, points: &N) -> N {
        let points = self.least.map_or(points.clone(), |p| points.max(&N::of(p)));
        self.most.map_or(points.clone(), |p| points.min(&N::of(p)))
    }

    /// Where one side bends: at its cap and where `least` or `most` cut it.
    fn bends<N: Number>(&self, step: &Step, up: bool, a: &[N], s: &Setting) -> Vec<Break<N>> {
        let width = self.width(step, &a[0]);
        let width = if up { width } else { width.neg() };
        if step.step != Partial::Linear {
            return vec![Break::Lattice { origin: a[0].clone(), step: width }];
        }
        let terms = self.terms(step, a);
        let base = N::of(self.base(s));
        let limit = if step.points > 0.0 { self.most } else { self.least };
        let room = limit.map(|p| N::of(p).sub(&base).abs());
        let at = |size: &N| Break::Kink(a[0].add(&width.mul(&size.div(&terms.points))));
        terms.cap.iter().chain(room.iter()).map(at).collect()
    }

    fn side_sheet(&self, step: Option<&Step>, x: &str, a: &[String], s: &Setting) -> String {
        let base = cell(self.base(s));
        let Some(step) = step else { return base };
        let from = &a[0];
        let each = cell(step.each);
        let width = if self.relative { format!("({each}*ABS({from}))") } else { each };
        // Nine decimals keep the binary fractions of a spreadsheet from losing a whole step.
        let n = match step.step {
            Partial::Linear => format!("ABS({x}-{from})/{width}"),
            Partial::Floor => format!("INT(ROUND(ABS({x}-{from})/{width},9))"),
            Partial::Ceiling => format!("-INT(-ROUND(ABS({x}-{from})/{width},9))"),
        };
        let size = |points: &str, cap: Option<&str>| {
            let size = format!("{n}*{points}");
            cap.map_or(size.clone(), |cap| format!("MIN({cap},{size})"))
        };
        let (points, cap) = (cell(step.points.abs()), step.cap_sheet(a));
        let plain = size(&points, cap.as_deref());
        let sign = if step.points < 0.0 { "-" } else { "+" };
        match self.from_negative.filter(|_| step.points > 0.0) {
            None => format!("{base}{sign}{plain}"),
            Some(rule) => {
                let own = rule.cap.map(cell).or(cap);
                let less = size(&format!("{points}*{}", cell(rule.factor)), own.as_deref());
                format!("{base}+IF({from}<0,{less},{plain})")
            }
        }
    }
}

impl Kernel for PerStep {
    fn anchors(&self, _: &Setting) -> Vec<Anchor> {
        [Some(&self.from), self.against.as_ref()].into_iter().flatten().cloned().collect()
    }

    fn check(&self, s: &Setting) -> Vec<Finding> {
        let mut found = Vec::new();
        let against = self.against.is_some();
        for (key, step) in [("up", &self.up), ("down", &self.down)] {
            found.extend(step.iter().flat_map(|step| step.check(key, against)));
        }
        if self.up.is_none() && self.down.is_none() {
            found.push(Finding::error("rule_per_step_sides"));
        }
        if against && !self.up.iter().chain(&self.down).any(|step| !step.cap_by.is_empty()) {
            let unused = Finding::error("rule_unused").at("against");
            found.push(unused.fact("name", "against").fact("with", "cap_by"));
        }
        if self.relative && self.from == Anchor::Number(0.0) {
            found.push(Finding::error("rule_per_step_zero").at("from"));
        }
        if let Some(rule) = self.from_negative {
            for (key, value) in [("factor", Some(rule.factor)), ("cap", rule.cap)] {
                if let Some(value) = value.filter(|v| *v <= 0.0) {
                    let wrong = Finding::error("rule_not_positive").at(format!("from_negative.{key}"));
                    found.push(wrong.fact("name", key).fact("value", value));
                }
            }
        }
        let base = self.base(s);
        let (least, most) = (self.least.unwrap_or(base), self.most.unwrap_or(base));
        if least > base || base > most {
            let wrong = Finding::error("rule_per_step_range").at("base");
            found.push(wrong.fact("base", base).fact("least", least).fact("most", most));
        }
        found
    }

    #[inline]
    fn score<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> N {
        if x.is_missing() || a[0].is_missing() {
            return N::missing();
        }
        let base = N::of(self.base(s));
        let points = match self.gain(x, a) {
            Some((_, gain, _)) => self.limits(&base.add(&gain)),
            None => self.limits(&base),
        };
        // Relative to zero there is no step; in doubt where the start may be zero.
        if self.relative { a[0].equal(&N::zero()).select(&N::missing(), &points) } else { points }
    }

    fn breaks<N: Number>(&self, a: &[N], s: &Setting) -> Vec<Break<N>> {
        let begun = |step: &Option<Step>| step.as_ref().is_some_and(|step| step.step == Partial::Ceiling);
        let from = a[0].clone();
        let jumps = begun(&self.up) || begun(&self.down);
        let mut breaks = vec![if jumps { Break::Jump(from) } else { Break::Kink(from) }];
        for (step, up) in [(&self.up, true), (&self.down, false)] {
            breaks.extend(step.iter().flat_map(|step| self.bends(step, up, a, s)));
        }
        sorted(breaks)
    }

    fn branch<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> Branch {
        let base = self.base(s);
        let from = a[0].to_f64();
        let Some((n, gain, capped)) = self.gain(x, a) else {
            return Branch::new("rule_per_step_base").fact("from", from).fact("base", base);
        };
        let (n, gain) = (n.to_f64(), gain.to_f64());
        let limit = if gain < 0.0 { Limit::Low } else { Limit::High };
        let points = self.score(x, a, s).to_f64();
        let cut = self.least.is_some_and(|p| points <= p && base + gain <= p)
            || self.most.is_some_and(|p| points >= p && base + gain >= p);
        let branch = if cut {
            Branch::new("rule_per_step_limit").at(limit).fact("points", points)
        } else if capped {
            Branch::new("rule_per_step_capped").at(limit)
        } else {
            Branch::new("rule_per_step")
        };
        // `+ 0.0` turns a negative zero into zero.
        branch.fact("from", from).fact("steps", n + 0.0).fact("gain", gain + 0.0).fact("base", base)
    }

    fn sheet(&self, x: &str, a: &[String], s: &Setting) -> String {
        let up = self.side_sheet(self.up.as_ref(), x, a, s);
        let down = self.side_sheet(self.down.as_ref(), x, a, s);
        let mut points = format!("IF({x}>={},{up},{down})", a[0]);
        if let Some(least) = self.least {
            points = format!("MAX({},{points})", cell(least));
        }
        if let Some(most) = self.most {
            points = format!("MIN({},{points})", cell(most));
        }
        points
    }
}

#[cfg(test)]
#[path = "per_step_tests.rs"]
mod tests;
