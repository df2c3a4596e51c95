//! The questions every rule answers.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::sealed::Sealed;
use crate::number::{Bounded, Number};
use crate::text::{self, Lang};
use crate::tree::read_words;

/// What a rule is used in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// Full mark of the rule's own table or scale.
    pub full: f64,
    /// Whether a lower value is better (逆向指标).
    pub negative: bool,
}

/// From points of a table with a full mark of its own to the scale of what holds it. Both full marks are kept: their
/// quotient is seldom a decimal (40 / 30), and the exact score must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    /// Full mark of what holds the table.
    pub(crate) full: f64,
    /// Full mark of the table.
    pub(crate) own: f64,
}

impl Scale {
    /// `points · full / own`
    #[inline]
    pub(crate) fn apply<N: Number>(self, points: N) -> N {
        if self.full == self.own {
            return points;
        }
        points.mul(&N::of(self.full)).div(&N::of(self.own))
    }

    /// The quotient, for showing.
    pub(crate) fn ratio(self) -> f64 {
        self.full / self.own
    }
}

/// What a rule takes as `x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The measure itself.
    Measure,
    /// The rank of the measure in its reference set, 1 best, equal values sharing the best rank.
    Rank,
}

/// A place where the slope or the value of a rule changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Break<N> {
    /// The slope changes, the value does not jump.
    Kink(N),
    /// The value jumps.
    Jump(N),
    /// The value jumps at `origin + k · step` for every `k = 0, 1, 2, …` (some of them may lie beyond a cap).
    Lattice {
        /// The first of the places.
        origin: N,
        /// Their distance; negative where the places go down.
        step: N,
    },
}

impl<N> Break<N> {
    /// The place, of a lattice the first.
    pub fn place(&self) -> &N {
        match self {
            Break::Kink(x) | Break::Jump(x) | Break::Lattice { origin: x, .. } => x,
        }
    }
}

/// What a rule is between two of its breaks; the inverse uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// A straight line: solved exactly.
    Line,
    /// `1 / points` is a straight line: solved exactly.
    Hyperbola,
    /// Another monotone curve: solved by bisection in `f64`, to the last bit.
    Curve,
    /// Nobody knows: no shape, no inverse.
    Unknown,
}

/// The side on which a rule was limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// At its lowest points: less of the measure would lose nothing.
    Low,
    /// At its highest points: more of the measure would gain nothing.
    High,
}

/// What a rule did with one value: a code of the catalogue with its facts, rendered late.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// Code of the sentence in the catalogue, `rule_linear_inside`.
    pub code: &'static str,
    /// What fills the sentence: numbers as their shortest decimals.
    pub facts: Vec<(&'static str, String)>,
    /// Whether the rule was at a limit.
    pub limit: Option<Limit>,
}

impl Branch {
    /// A branch without facts.
    pub fn new(code: &'static str) -> Self {
        Branch { code, facts: Vec::new(), limit: None }
    }
    /// With one more fact.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }
    /// At a limit.
    #[must_use]
    pub fn at(mut self, limit: Limit) -> Self {
        self.limit = Some(limit);
        self
    }
    /// The sentence.
    pub fn message(&self, lang: Lang) -> String {
        text::render(self.code, lang, &self.facts)
    }
}

/// Which of the ranks that equals share they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Equals {
    /// The best of them: 1 2 2 4.
    #[default]
    Best,
    /// Their mean: 1 2.5 2.5 4.
    Mean,
    /// The worst of them: 1 3 3 4, so that nobody counts as surpassed who is equal.
    Worst,
}

read_words!(Equals);

impl Equals {
    /// The rank of a number, given how many members of the set are better and how many are equal (itself, too, if it is one of them).
    pub(crate) fn rank<N: Number>(self, better: &N, equal: &N) -> N {
        let others = equal.sub(&N::one()).max(&N::zero());
        let rank = better.add(&N::one());
        match self {
            Equals::Best => rank,
            Equals::Mean => rank.add(&others.mul(&N::of(0.5))),
            Equals::Worst => rank.add(&others),
        }
    }
}

/// What every rule answers, in one file. `x` is the measure (or its rank, see [`Kernel::input`]), `a` the resolved anchors
/// in the order of [`Kernel::anchors`]; points are on the scale 0 … `s.full`.
///
/// A missing `x` or a missing anchor gives missing points.
pub trait Kernel: Sealed {
    /// What must be known of the peers.
    fn anchors(&self, s: &Setting) -> Vec<Anchor>;
    /// What `x` is.
    fn input(&self) -> Input {
        Input::Measure
    }
    /// Which rank equals have, where `x` is a rank.
    fn equals(&self) -> Equals {
        Equals::Best
    }
    /// Parameters that are not valid, each with `place.path` set to the parameter's key relative to the rule.
    fn check(&self, s: &Setting) -> Vec<Finding>;
    /// Points for one value.
    fn score<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> N;
    /// Every place where the rule bends or jumps, ascending. Between two of them it is continuous and monotone.
    fn breaks<N: Number>(&self, a: &[N], s: &Setting) -> Vec<Break<N>>;
    /// What the rule is between two breaks.
    fn between(&self) -> Between {
        Between::Line
    }
    /// Points of many values in floats; a rule may prepare once what does not depend on the value.
    fn score_each(&self, x: &[f64], a: &[f64], s: &Setting, v: &mut [f64]) {
        for (x, v) in x.iter().zip(v) {
            *v = self.score(x, a, s);
        }
    }
    /// One bound for the errors of all measures between `low` and `high`, each known to `error`, away from breaks; `None`
    /// where the bound has to be found cell by cell.
    fn block_error(&self, low: f64, high: f64, error: f64, a: &[Bounded], s: &Setting) -> Option<f64> {
        let _ = (low, high, error, a, s);
        None
    }
    /// Whether the best value lies inside (适度指标), so that neither more nor less is always better.
    fn is_moderate(&self) -> bool {
        false
    }
    /// What happened at this value, for explanations and flags.
    fn branch<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> Branch;
    /// The rule as a spreadsheet formula (without `=`) over cells that hold `x` and the anchors; functions common to
    /// Excel, WPS and LibreOffice only.
    fn sheet(&self, x: &str, a: &[String], s: &Setting) -> String;
}

/// See [`Leaf::score_block`](super::Leaf::score_block).
pub(super) fn score_block<K: Kernel>(rule: &K, block: &Block<'_>, s: &Setting, v: &mut [f64]) -> Errors {
    if let Some(bound) = rule.block_error(block.low, block.high, block.error, block.a, s) {
        let a: Vec<f64> = block.a.iter().map(|a| a.v).collect();
        rule.score_each(block.x, &a, s, v);
        return Errors::AtMost(bound);
    }
    let mut e = Vec::with_capacity(block.x.len());
    for (x, v) in block.x.iter().zip(v) {
        let points = rule.score(&block.bounded(*x), block.a, s);
        *v = points.v;
        e.push(points.e);
    }
    Errors::Each(e)
}

/// Measures to be scored against one set of anchors.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    /// The measures.
    pub(crate) x: &'a [f64],
    /// Their error is `rel · |x| + abs`.
    pub(crate) rel: f64,
    /// See `rel`.
    pub(crate) abs: f64,
    /// Smallest measure present.
    pub(crate) low: f64,
    /// Largest measure present.
    pub(crate) high: f64,
    /// Largest error of any.
    pub(crate) error: f64,
    /// Anchors.
    pub(crate) a: &'a [Bounded],
}

impl Block<'_> {
    fn bounded(&self, x: f64) -> Bounded {
        Bounded::new(x, self.rel * x.abs() + self.abs)
    }
}

/// Errors of the points of a block.
#[derive(Debug)]
pub(crate) enum Errors {
    /// None is larger.
    AtMost(f64),
    /// One each.
    Each(Vec<f64>),
}

impl Errors {
    /// That of the points at a place of the block.
    #[inline]
    pub(crate) fn at(&self, i: usize) -> f64 {
        match self {
            Errors::AtMost(error) => *error,
            Errors::Each(each) => each[i],
        }
    }
}
