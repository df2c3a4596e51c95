//! What an assessment takes over from the one that it was made from.
//!
//! An item of a stage (the values of an indicator, the references of a part, the scores of a node) is taken over where nothing
//! that it is computed from is different: neither what the scheme says of it nor an item of an earlier stage that it reads.
//! Everything else is computed as in a fresh assessment, so every number is the same to the last bit.

use std::sync::Arc;

use super::Inner;
use super::cells::{LeafState, Targets};
use super::total::Totals;
use super::tree::NodeScores;
use super::values::{PanelSums, Values};
use super::weights::Weights;
use crate::formula::{Load, Program};
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::method::rules::Kernel;
use crate::scheme::Scheme;
use crate::scheme::plan::{Leaf, Plan, Scoring, Slot};

/// What may be taken over, and what is different so far.
pub(super) struct Reuse<'a> {
    scheme: &'a Scheme,
    /// The assessment that is taken over from, where there is one with the same rows and nodes.
    before: Option<&'a Inner>,
    variables: Vec<bool>,
    applies: Vec<bool>,
    targets: Vec<bool>,
    values: Vec<bool>,
    leaves: Vec<bool>,
    nodes: Vec<bool>,
    /// Weights or the ways in which groups are made of their members.
    tree: bool,
    totals: bool,
}

impl<'a> Reuse<'a> {
    /// Compares what is assessed with what was: the variables as the formulas take them, and the targets.
    pub(super) fn of(
        scheme: &'a Scheme,
        before: Option<&'a Inner>,
        columns: &[crate::panel::Column],
        targets: &Targets,
    ) -> Self {
        let (variables, targets, tree) = match before {
            Some(before) => (
                columns.iter().zip(&before.columns).map(|(now, was)| !now.equals(was)).collect(),
                (0..scheme.plan().indicators.len()).map(|i| !targets.same(&before.targets, i)).collect(),
                !same_tree(scheme.plan(), before.scheme.plan()),
            ),
            None => (vec![true; columns.len()], vec![true; scheme.plan().indicators.len()], true),
        };
        Reuse {
            scheme,
            before,
            variables,
            applies: Vec::new(),
            targets,
            values: Vec::new(),
            leaves: Vec::new(),
            nodes: Vec::new(),
            tree,
            totals: true,
        }
    }

    fn plan(&self) -> &'a Plan {
        self.scheme.plan()
    }

    /// The plan that was, if anything can be taken over.
    fn was(&self) -> Option<&'a Plan> {
        self.before.map(|before| before.scheme.plan())
    }

    /// What was, unless it is different now.
    fn keep<T>(
        &self,
        changed: bool,
        was: impl Fn(&Inner) -> Option<&Arc<T>>,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let before = self.before.filter(|_| !changed).and_then(was);
        before.map_or_else(|| Arc::new(make()), Arc::clone)
    }

    /// Whether a program over data is another one, or reads other data.
    fn is_other(&self, now: &Program, was: Option<&Program>) -> bool {
        was != Some(now) || reads(now, &|slot| self.variables[slot])
    }

    /// Whether a program over data and results is another one, or reads others. What it says of `points` follows every node:
    /// weights are handed on where something is left out.
    fn is_other_result(&self, now: &Program, was: Option<&Program>) -> bool {
        let any = self.tree || self.nodes.contains(&true);
        let slot = |slot: usize| match self.plan().slots[slot] {
            Slot::Variable(v) => self.variables[v],
            Slot::Value(i) => self.values[i],
            Slot::Score(n) => self.nodes[n],
            Slot::Points(_) => any,
            Slot::Total => self.nodes[self.plan().root()],
        };
        was != Some(now) || reads(now, &slot)
    }

    /// To whom an indicator applies.
    pub(super) fn applies(
        &mut self,
        indicator: usize,
        make: impl FnOnce(&Program) -> Vec<bool>,
    ) -> Option<Arc<Vec<bool>>> {
        let of =
            |plan: &'a Plan| plan.indicators[indicator].not_applicable.as_ref().map(|(program, _)| program);
        let (now, was) = (of(self.plan()), self.was().and_then(of));
        let changed = now.map_or(was.is_some() || self.before.is_none(), |now| self.is_other(now, was));
        self.applies.push(changed);
        now.map(|now| self.keep(changed, |before| before.applies[indicator].as_ref(), || make(now)))
    }

    /// Sums over the panel of an indicator's formula.
    pub(super) fn sums(&self, indicator: usize, make: impl FnOnce(&Program) -> PanelSums) -> Arc<PanelSums> {
        let now = &self.plan().indicators[indicator].program;
        let changed = self.is_other(now, self.was().map(|was| &was.indicators[indicator].program));
        self.keep(changed, |before| before.sums.get(indicator), || make(now))
    }

    /// Sums over the panel of an adjustment or a floor.
    pub(super) fn sums_after(
        &self,
        of: impl Fn(&Plan) -> &Vec<Program>,
        was: impl Fn(&Inner) -> &Vec<Arc<PanelSums>>,
        make: impl Fn(&Program) -> PanelSums,
    ) -> Vec<Arc<PanelSums>> {
        let one = |(k, now): (usize, &Program)| {
            // Sums are over data only: what else the program reads does not matter to them.
            let totals =
                |program: &Program| program.totals().iter().any(|t| reads(t, &|slot| self.variables[slot]));
            let changed = self.was().and_then(|plan| of(plan).get(k)) != Some(now) || totals(now);
            self.keep(changed, |before| was(before).get(k), || make(now))
        };
        of(self.plan()).iter().enumerate().map(one).collect()
    }

    /// Values of an indicator.
    pub(super) fn values(&mut self, indicator: usize, make: impl FnOnce() -> Values) -> Arc<Values> {
        let now = &self.plan().indicators[indicator];
        let was = self.was().map(|was| &was.indicators[indicator]);
        let changed = self.is_other(&now.program, was.map(|was| &was.program))
            || was.is_none_or(|was| was.round != now.round);
        self.values.push(changed);
        self.keep(changed, |before| before.values.get(indicator), make)
    }

    /// Measure and references of a part.
    pub(super) fn leaf(&mut self, leaf: usize) -> Option<Arc<LeafState>> {
        let now = &self.plan().leaves[leaf];
        let changed = self.was().and_then(|was| was.leaves.get(leaf)) != Some(now)
            || self.values[now.indicator]
            || self.applies[now.indicator]
            || anchors(now).iter().any(|anchor| self.is_other_anchor(now, anchor));
        self.leaves.push(changed);
        self.before.filter(|_| !changed).map(|before| Arc::clone(&before.leaves[leaf]))
    }

    fn is_other_anchor(&self, leaf: &Leaf, anchor: &Anchor) -> bool {
        match anchor {
            Anchor::Target => self.targets[leaf.indicator],
            Anchor::Indicator(id) => {
                self.plan().node(id).is_none_or(|i| self.values.get(i).is_none_or(|changed| *changed))
            }
            _ => false,
        }
    }

    /// Scores of an indicator.
    pub(super) fn indicator(&mut self, indicator: usize) -> Option<Arc<NodeScores>> {
        let same = self.was().is_some_and(|was| {
            let (a, b) = (&self.plan().indicators[indicator], &was.indicators[indicator]);
            let policies = a.missing == b.missing
                && a.not_applicable.as_ref().map(|(_, then)| then)
                    == b.not_applicable.as_ref().map(|(_, then)| then)
                && a.points_round == b.points_round;
            // Where a class leaves an indicator out, nobody minds a missing value.
            let classes = self.plan().classes.iter().zip(&was.classes).all(|(a, b)| {
                let left_out = (a.weights[indicator] == 0.0) == (b.weights[indicator] == 0.0);
                left_out && a.scoring[indicator] == b.scoring[indicator]
            });
            policies && classes
        });
        let full = self
            .before
            .is_none_or(|before| before.scheme.document().full_points != self.scheme.document().full_points);
        let scorings = self.plan().classes.iter().map(|class| &class.scoring[indicator]);
        let changed = !same
            || full
            || self.applies[indicator]
            || self.values[indicator]
            || self.targets[indicator]
            || scorings.into_iter().any(|scoring| self.has_other_leaf(scoring));
        self.nodes.push(changed);
        self.before.filter(|_| !changed).map(|before| Arc::clone(&before.nodes[indicator]))
    }

    fn has_other_leaf(&self, scoring: &Scoring) -> bool {
        match scoring {
            Scoring::Leaf(leaf) => self.leaves[*leaf],
            Scoring::Shares(parts) => parts.iter().any(|(_, part)| self.has_other_leaf(part)),
            Scoring::Combine { children, .. } => children.iter().any(|child| self.has_other_leaf(child)),
        }
    }

    /// Whether the rounded points of an indicator follow from other scores or weights than before; if so, what reads the node
    /// reads another one.
    pub(super) fn has_other_points(&mut self, indicator: usize) -> bool {
        let indicators = &self.nodes[..self.plan().indicators.len()];
        let changed = self.tree || indicators.contains(&true);
        self.nodes[indicator] |= changed;
        changed
    }

    /// Scores of a group, as they were, and the weights that its members had.
    pub(super) fn group(&mut self, node: usize) -> Option<(Arc<NodeScores>, &'a Weights)> {
        let now = &self.plan().nodes[node];
        let changed = self.tree || now.members.iter().any(|member| self.nodes[*member]);
        self.nodes.push(changed);
        self.before.filter(|_| !changed).map(|before| (Arc::clone(&before.nodes[node]), &before.weights))
    }

    /// Totals.
    pub(super) fn totals(&mut self, make: impl FnOnce() -> Totals) -> Arc<Totals> {
        let (plan, document) = (self.plan(), self.scheme.document());
        let programs = |of: fn(&Plan) -> &Vec<Program>| {
            let (now, was) = (of(plan), self.was().map(of));
            was.is_none_or(|was| was.len() != now.len())
                || now.iter().enumerate().any(|(k, now)| self.is_other_result(now, was.map(|was| &was[k])))
        };
        let changed = self.nodes[plan.root()]
            || programs(|plan| &plan.adjustments)
            || programs(|plan| &plan.floors)
            || self.before.is_none_or(|before| {
                let was = before.scheme.document();
                (&was.total, &was.adjustments, &was.floors)
                    != (&document.total, &document.adjustments, &document.floors)
            });
        self.totals = changed;
        self.keep(changed, |before| Some(&before.totals), make)
    }

    /// Ranks or grades: what follows from the totals and the scores that decide ties.
    pub(super) fn ranked<T>(
        &self,
        was: impl Fn(&Inner) -> Option<&Arc<T>>,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let ties = &self.scheme.document().total.rank.tie_break;
        let changed =
            self.totals || ties.iter().filter_map(|id| self.plan().node(id)).any(|node| self.nodes[node]);
        self.keep(changed, was, make)
    }
}

/// Whether a program reads a slot of which `of` holds.
fn reads(program: &Program, of: &dyn Fn(usize) -> bool) -> bool {
    program.loads().iter().any(|load| match load {
        Load::Column { slot, .. } => of(*slot as usize),
        Load::Total { index, .. } => reads(&program.totals()[*index as usize], of),
    })
}

/// Everything that a part compares with.
fn anchors(leaf: &Leaf) -> Vec<Anchor> {
    let needs = leaf.measure.needs().into_iter();
    let inputs =
        needs.filter_map(|need| if let Need::Anchor(anchor) = need { Some(anchor.clone()) } else { None });
    inputs.chain(leaf.rule.anchors(&leaf.setting)).collect()
}

/// Whether groups are made of the same members in the same way.
fn same_tree(a: &Plan, b: &Plan) -> bool {
    a.nodes == b.nodes && a.classes.iter().zip(&b.classes).all(|(a, b)| a.weights == b.weights)
}
