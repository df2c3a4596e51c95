//! The scheme compiled: formulas over slots, scoring trees over leaves, the tree in order.

mod compile;
mod names;

use std::collections::HashMap;
use std::ops::Index;
use std::sync::Arc;

pub(crate) use compile::units;
pub(in crate::scheme) use names::Names;

use super::final_step::FinalPlan;
use super::model::{Among, NotApplicableThen, Over, Zeros};
use crate::formula::{Formula, OverMembers, Program};
use crate::method::aggregation::{Aggregation, Compared};
use crate::method::imputation::Impute;
use crate::method::measures::{Measure, Need};
use crate::method::missing::{Missing, PartMissing};
use crate::method::rules::{Combinator, Leaf as LeafRule, Scale, Setting};
use crate::method::treatment::Method;
use crate::method::weighting::{Takes, Weighting};
use crate::number::Number;
use crate::number::rounding::Rounding;

/// What a slot of a program holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// A variable of the data.
    Variable(usize),
    /// An indicator's value, in its unit.
    Value(usize),
    /// A node's score on the common scale.
    Score(usize),
    /// A node's weighted points.
    Points(usize),
    /// The total before adjustments (in an adjustment) or after them (in a floor).
    Total,
}

/// An indicator, compiled.
#[derive(Debug, Clone)]
pub(crate) struct IndicatorPlan {
    pub(crate) formula: Formula,
    pub(crate) program: Program,
    pub(crate) round: Option<Rounding>,
    /// Whether less is better.
    pub(crate) negative: bool,
    pub(crate) impute: Option<Impute>,
    pub(crate) treat: Option<TreatmentPlan>,
    pub(crate) points_round: Option<Rounding>,
    pub(crate) missing: Missing,
    pub(crate) not_applicable: Option<(Program, NotApplicableThen)>,
}

/// How the outlying values of an indicator are treated, and on which set that is fitted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TreatmentPlan {
    pub(crate) method: Method,
    pub(crate) over: Over,
    pub(crate) among: Among,
}

/// Whose numbers stand in a set, of an indicator's values or of what is made of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) indicator: usize,
    pub(crate) over: &'a Over,
    pub(crate) among: Among,
}

/// A node of the tree: the indicators, then the groups (members before their group), the total last.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NodePlan {
    pub(crate) id: String,
    pub(crate) parent: Option<usize>,
    pub(crate) members: Vec<usize>,
    pub(crate) aggregate: Aggregation,
    /// How the weights of the members are computed.
    pub(crate) weighting: Option<WeightingPlan>,
    pub(crate) round: Option<Rounding>,
    pub(crate) available: f64,
    pub(crate) available_members: f64,
    pub(crate) zeros: Zeros,
    /// The common full mark of scores.
    pub(crate) full: f64,
}

impl NodePlan {
    /// Score of the group from the members present, as `(weight, score)`, and what was fitted of them over their set.
    pub(crate) fn combine<N: Number>(&self, members: &[(N, N)], fitted: &[N]) -> N {
        self.aggregate.combine(members, &Compared { fitted, full: self.full })
    }

    /// The scores that the aggregation takes.
    pub(crate) fn takes(&self) -> Takes {
        let product = matches!(self.aggregate, Aggregation::Geometric | Aggregation::Harmonic);
        match self.zeros {
            Zeros::Refuse if product => Takes::Positive,
            _ if self.aggregate.is_above_zero() => Takes::NotNegative,
            _ => Takes::Any,
        }
    }
}

/// How the weights of a group's members are computed and rounded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WeightingPlan {
    pub(crate) way: Weighting,
    pub(crate) round: Rounding,
    /// Of which members less of the value is better.
    pub(crate) falls: Vec<bool>,
}

/// One measure scored by one rule against one reference set.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Leaf {
    pub(crate) indicator: usize,
    pub(crate) measure: Measure,
    /// What the measure asks for.
    pub(crate) needs: Vec<Need>,
    /// Whether a lower value of the indicator is better; of the measure, `setting` says it.
    pub(crate) negative: bool,
    pub(crate) over: Over,
    pub(crate) among: Among,
    pub(crate) rule: LeafRule,
    pub(crate) setting: Setting,
    /// From the rule's own scale to the common one.
    pub(crate) scale: Scale,
    /// What it gives where it has nothing to compare with.
    pub(crate) missing: Option<PartMissing>,
}

impl Leaf {
    /// The score where there is nothing to compare with, if it is a number.
    pub(crate) fn filled(&self) -> Option<f64> {
        match self.missing {
            Some(PartMissing::Zero) => Some(0.0),
            Some(PartMissing::Full) => Some(self.scale.full),
            _ => None,
        }
    }

    /// Whose numbers the reference set holds.
    pub(crate) fn scope(&self) -> Scope<'_> {
        Scope { indicator: self.indicator, over: &self.over, among: self.among }
    }

    /// What is scored, from the indicator's value and what the measure asked for.
    #[inline]
    pub(crate) fn measured<N: Number>(&self, x: &N, inputs: &[N]) -> N {
        self.measure.compute(x, inputs, self.negative)
    }
}

/// How an indicator's score comes from its leaves.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scoring {
    /// One leaf.
    Leaf(usize),
    /// Parts with shares.
    Shares(Vec<(f64, Scoring)>),
    /// A combinator over parts.
    Combine { rule: Combinator, children: Vec<Scoring>, scale: Scale },
}

impl Scoring {
    /// What it is made of; nothing of a leaf.
    pub(crate) fn children(&self) -> impl Iterator<Item = &Scoring> {
        let (parts, children): (&[(f64, Scoring)], &[Scoring]) = match self {
            Scoring::Leaf(_) => (&[], &[]),
            Scoring::Shares(parts) => (parts, &[]),
            Scoring::Combine { children, .. } => (&[], children),
        };
        parts.iter().map(|(_, part)| part).chain(children)
    }

    /// Hands on every leaf.
    pub(crate) fn leaves(&self, of: &mut dyn FnMut(usize)) {
        match self {
            Scoring::Leaf(leaf) => of(*leaf),
            _ => self.children().for_each(|part| part.leaves(of)),
        }
    }
}

/// What a class has of its own.
#[derive(Debug, Clone)]
pub(crate) struct ClassPlan {
    pub(crate) id: String,
    /// Weight of every node among its siblings.
    pub(crate) weights: Arc<[f64]>,
    /// Scoring of every indicator.
    pub(crate) scoring: Scorings,
}

/// The scorings of a class by indicator: those of its own, and for the rest the scheme's, which all classes share.
#[derive(Debug, Clone)]
pub(crate) struct Scorings {
    shared: Arc<[Scoring]>,
    own: HashMap<usize, Scoring>,
}

impl Scorings {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Scoring> {
        (0..self.shared.len()).map(|i| &self[i])
    }
}

impl Index<usize> for Scorings {
    type Output = Scoring;

    fn index(&self, indicator: usize) -> &Scoring {
        let own = if self.own.is_empty() { None } else { self.own.get(&indicator) };
        own.unwrap_or_else(|| &self.shared[indicator])
    }
}

/// A statistic over members; its slots are the members' variables in the order of the scheme.
#[derive(Debug, Clone)]
pub(crate) struct StatisticPlan {
    pub(crate) variable: usize,
    pub(crate) formula: Formula,
    pub(crate) program: Arc<OverMembers>,
}

/// The compiled scheme.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The variables that are statistics over members.
    pub(crate) statistics: Vec<StatisticPlan>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) indicators: Vec<IndicatorPlan>,
    pub(crate) nodes: Vec<NodePlan>,
    pub(crate) leaves: Vec<Leaf>,
    /// The scheme's own weights and scoring first, then one entry per declared class.
    pub(crate) classes: Vec<ClassPlan>,
    pub(crate) adjustments: Vec<Program>,
    pub(crate) floors: Vec<Program>,
    /// From the raw total to rank and grade.
    pub(crate) final_step: FinalPlan,
}

impl Plan {
    /// Index of the total among the nodes.
    pub(crate) fn root(&self) -> usize {
        self.nodes.len() - 1
    }

    /// Whose values the treatment of an indicator is fitted on.
    pub(crate) fn fitted_on(&self, indicator: usize) -> Scope<'_> {
        let treat = self.indicators[indicator].treat.as_ref();
        let (over, among) = treat.map_or((&Over::Same, Among::All), |treat| (&treat.over, treat.among));
        Scope { indicator, over, among }
    }

    /// Index of a node.
    pub(crate) fn node(&self, id: &str) -> Option<usize> {
        self.nodes.iter().position(|n| n.id == id)
    }

    /// Whether a class gives a node a weight, and every group above it: a weight of 0 leaves out all that is below.
    pub(crate) fn counts(&self, class: usize, node: usize) -> bool {
        let weights = &self.classes[class].weights;
        std::iter::successors(Some(node), |n| self.nodes[*n].parent).all(|n| weights[n] != 0.0)
    }
}
