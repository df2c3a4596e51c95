//! What an assessment takes over from the one that it was made from.
//!
//! An item of a stage (the values of an indicator, the references of a part, the scores of a node) is taken over where nothing
//! that it is computed from is different: neither what the scheme says of it nor an item of an earlier stage that it reads.
//! Everything else is computed as in a fresh assessment, so every number is the same to the last bit.

use std::sync::Arc;

use super::Inner;
use super::cells::{LeafState, Targets};
use super::chunks::{Again, Changed, Numbers};
use super::imputed::Fills;
use super::points::{Scored, Scores};
use super::screen::Screened;
use super::sets::{Level, is_own};
use super::total::Totals;
use super::treated::{Before, Treated};
use super::tree::NodeScores;
use super::values::{PanelSums, Values};
use crate::formula::{Load, Program};
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::method::rules::Kernel;
use crate::panel::{Column, Panel};
use crate::scheme::Scheme;
use crate::scheme::final_step::TieBreak;
use crate::scheme::plan::{Leaf, Plan, Scoring, Slot};

/// What may be taken over, and which rows are different so far.
pub(super) struct Reuse<'a> {
    scheme: &'a Scheme,
    panel: &'a Panel,
    /// The assessment that is taken over from, where there is one with the same rows and nodes.
    before: Option<&'a Inner>,
    variables: Vec<Changed>,
    applies: Vec<bool>,
    targets: Vec<Changed>,
    values: Vec<Changed>,
    treated: Vec<Changed>,
    leaves: Vec<Changed>,
    nodes: Vec<Changed>,
    /// Weights or the ways in which groups are made of their members.
    tree: bool,
    totals: Changed,
}

/// How an item of a stage comes about.
pub(super) enum Step<'a, T> {
    /// As it was.
    Keep(Arc<T>),
    /// Written, with what was where some of it stays.
    Write(Option<&'a T>),
}

impl<'a> Reuse<'a> {
    /// Compares what is assessed with what was: the variables as the formulas take them, and the targets.
    pub(super) fn of(
        scheme: &'a Scheme,
        panel: &'a Panel,
        before: Option<&'a Inner>,
        columns: &[Column],
        targets: &Targets,
    ) -> Self {
        let indicators = 0..scheme.plan().indicators.len();
        let (variables, targets, tree) = match before {
            Some(before) => (
                columns.iter().zip(&before.columns).map(|(now, was)| other_cells(now, was)).collect(),
                indicators.map(|i| targets.differing(&before.targets, i)).collect(),
                !same_tree(scheme.plan(), before.scheme.plan()),
            ),
            None => (vec![Changed::all(); columns.len()], vec![Changed::all(); indicators.len()], true),
        };
        let nothing = || Vec::with_capacity(scheme.plan().nodes.len());
        Reuse {
            scheme,
            panel,
            before,
            variables,
            applies: Vec::new(),
            targets,
            values: nothing(),
            treated: nothing(),
            leaves: nothing(),
            nodes: nothing(),
            tree,
            totals: Changed::all(),
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

    /// What was where nothing is different; else made again, with what was and the rows that are different, unless all are.
    fn renew<T>(
        &self,
        changed: &Changed,
        was: impl Fn(&'a Inner) -> Option<&'a Arc<T>>,
        make: impl FnOnce(Again<'_, T>) -> T,
    ) -> Arc<T>
    where
        T: 'a,
    {
        match self.before.and_then(was) {
            Some(before) if changed.is_none() => Arc::clone(before),
            Some(before) if !changed.is_all() => Arc::new(make(Some((before, changed)))),
            _ => Arc::new(make(None)),
        }
    }

    /// The rows in which a program over data gives another number: another program, or other data that it reads.
    fn program(&self, now: &Program, was: Option<&Program>) -> Changed {
        if was == Some(now) { self.reads(now, &|slot| self.variables[slot].clone()) } else { Changed::all() }
    }

    /// The same of a program over data and results. What it says of `points` follows every node: weights are handed on where
    /// something is left out.
    fn result_program(&self, now: &Program, was: Option<&Program>) -> Changed {
        let slot = |slot: usize| match self.plan().slots[slot] {
            Slot::Variable(v) => self.variables[v].clone(),
            Slot::Value(i) => self.values[i].clone(),
            Slot::Score(n) => self.nodes[n].clone(),
            Slot::Points(_) => self.nodes.iter().fold(Changed::all_if(self.tree), Changed::and),
            Slot::Total => self.nodes[self.plan().root()].clone(),
        };
        if was == Some(now) { self.reads(now, &slot) } else { Changed::all() }
    }

    /// The rows for which a program reads something different. A sum over the panel is read by all.
    fn reads(&self, program: &Program, of: &dyn Fn(usize) -> Changed) -> Changed {
        program.loads().iter().fold(Changed::NONE, |all, load| match load {
            Load::Column { slot, lag } => all.and(&of(*slot as usize).later(*lag, self.panel)),
            Load::Total { index, .. } => {
                let inner = self.reads(&program.totals()[*index as usize], of);
                all.and(&Changed::all_if(!inner.is_none()))
            }
        })
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
        let changed = match now {
            Some(now) => !self.program(now, was).is_none(),
            None => was.is_some() || self.before.is_none(),
        };
        self.applies.push(changed);
        now.map(|now| self.keep(changed, |before| before.applies[indicator].as_ref(), || make(now)))
    }

    /// Sums over the panel of an indicator's formula.
    pub(super) fn sums(&self, indicator: usize, make: impl FnOnce(&Program) -> PanelSums) -> Arc<PanelSums> {
        let now = &self.plan().indicators[indicator].program;
        let changed = self.has_other_sums(now, self.was().map(|was| &was.indicators[indicator].program));
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
            let changed = self.has_other_sums(now, self.was().and_then(|plan| of(plan).get(k)));
            self.keep(changed, |before| was(before).get(k), || make(now))
        };
        of(self.plan()).iter().enumerate().map(one).collect()
    }

    /// Whether a sum in a program is another one. Sums are over data only: what else the program reads does not matter to them.
    fn has_other_sums(&self, now: &Program, was: Option<&Program>) -> bool {
        let data = |slot: usize| self.variables[slot].clone();
        was != Some(now) || now.totals().iter().any(|total| !self.reads(total, &data).is_none())
    }

    /// Values of an indicator.
    pub(super) fn values(
        &mut self,
        indicator: usize,
        make: impl FnOnce(Again<'_, Values>) -> Values,
    ) -> Arc<Values> {
        let now = &self.plan().indicators[indicator];
        let was = self.was().map(|was| &was.indicators[indicator]);
        let other_rounding = was.is_none_or(|was| was.round != now.round);
        let changed =
            self.program(&now.program, was.map(|was| &was.program)).and(&Changed::all_if(other_rounding));
        let values = self.renew(&changed, |before| before.bare.get(indicator), make);
        let changed = match self.before {
            Some(before) if !changed.is_none() => {
                let was = &before.bare[indicator].reports;
                values.reports.widened(changed, was, |now, was| now.tolerance == was.tolerance)
            }
            _ => changed,
        };
        self.values.push(changed);
        values
    }

    /// Values of an indicator with what is filled in. Where another thing is filled in than before, all of them count as different.
    pub(super) fn filled(
        &mut self,
        indicator: usize,
        bare: &Arc<Values>,
        fills: Option<Arc<Fills>>,
        make: impl FnOnce(&Values, Arc<Fills>) -> Values,
    ) -> Arc<Values> {
        let was = self.before.and_then(|before| before.values.get(indicator));
        let same = was.is_some_and(|was| was.fills == fills);
        match (fills, was) {
            (Some(_), Some(was)) if same && self.values[indicator].is_none() => Arc::clone(was),
            (fills, _) => {
                if fills.is_some() || !same {
                    self.values[indicator] = Changed::all();
                }
                fills.map_or_else(|| Arc::clone(bare), |fills| Arc::new(make(bare, fills)))
            }
        }
    }

    /// The rows in which an indicator's values are different.
    pub(super) fn other_values(&self, indicator: usize) -> &Changed {
        &self.values[indicator]
    }

    /// Takes who is screened out and who is kept out of the references of others, and says what may be taken over from here on: nothing where these are others.
    pub(super) fn keeping_out(
        &mut self,
        screened: Option<&Arc<Screened>>,
        rows: Option<&Arc<Vec<bool>>>,
    ) -> Option<&'a Inner> {
        let is_other =
            |before: &Inner| before.screened.as_ref() != screened || before.kept_out.as_ref() != rows;
        if self.before.is_some_and(is_other) {
            (self.before, self.tree) = (None, true);
        }
        self.before
    }

    /// What is scored of the values of an indicator; `make` says with it in which rows that is different.
    pub(super) fn treated(
        &mut self,
        indicator: usize,
        make: impl FnOnce(Option<&Before<'_>>) -> Option<(Treated, Changed)>,
    ) -> Option<Arc<Treated>> {
        let of = |plan: &'a Plan| plan.indicators[indicator].treat.as_ref();
        let values = &self.values[indicator];
        let (now, was) = (of(self.plan()), self.was().and_then(of));
        if now.is_none() {
            let changed = Changed::all_if(was.is_some()).and(values);
            self.treated.push(changed);
            return None;
        }
        // To whom the indicator applies says on whose values a treatment is fitted.
        let like = self.before.filter(|_| now == was && !self.applies[indicator]);
        let before = like.and_then(|before| Some((before, before.treated[indicator].as_ref()?)));
        let made = match before {
            Some((_, before)) if values.is_none() => Some((Arc::clone(before), Changed::NONE)),
            Some((inner, before)) => {
                let before = Before {
                    treated: before,
                    values: inner.known().untreated_column(indicator),
                    changed: values,
                };
                make(Some(&before)).map(|(treated, changed)| (Arc::new(treated), changed))
            }
            None => make(None).map(|(treated, _)| (Arc::new(treated), Changed::all())),
        };
        let (treated, changed) = made.unzip();
        self.treated.push(changed.unwrap_or_else(Changed::all));
        treated
    }

    /// The rows in which something else is scored of an indicator's values.
    pub(super) fn other_treated(&self, indicator: usize) -> &Changed {
        &self.treated[indicator]
    }

    /// An indicator's values as a measure took them.
    pub(super) fn values_before(&self, indicator: usize) -> Numbers<'a> {
        self.before.map_or(Numbers::decimals(&[]), |was| was.known().value_column(indicator))
    }

    /// The measures of a part as they were.
    pub(super) fn measures_before(&self, leaf: usize) -> Numbers<'a> {
        self.before.map_or(Numbers::decimals(&[]), |was| was.known().column(Level::Measure, leaf))
    }

    /// Measure and references of a part. A rank moves with every other one, so ranks are written as a whole.
    pub(super) fn leaf(&mut self, index: usize) -> Step<'a, LeafState> {
        let now = &self.plan().leaves[index];
        let is_like = |was: &&Inner| was.scheme.plan().leaves.get(index) == Some(now);
        let before = self.before.filter(is_like).filter(|_| !self.applies[now.indicator]);
        let Some(before) = before.map(|was| &was.leaves[index]) else {
            self.leaves.push(Changed::all());
            return Step::Write(None);
        };
        let values = &self.treated[now.indicator];
        let own = anchors(now).iter().fold(Changed::NONE, |all, a| all.and(&self.own_anchor(now, a, values)));
        if values.is_none() && own.is_none() {
            self.leaves.push(own);
            return Step::Keep(Arc::clone(before));
        }
        let ranked = before.inputs.ranks.is_some() || before.anchors.ranks.is_some();
        self.leaves.push(if ranked { Changed::all() } else { own });
        Step::Write((!ranked).then_some(before))
    }

    /// The rows in which an anchor is different that every row has of its own; `subject` are those in which what is compared is.
    fn own_anchor(&self, leaf: &Leaf, anchor: &Anchor, subject: &Changed) -> Changed {
        match anchor {
            Anchor::Target => self.targets[leaf.indicator].clone(),
            Anchor::Indicator(id) => {
                let other = self.plan().node(id).and_then(|i| self.treated.get(i));
                other.cloned().unwrap_or_else(Changed::all)
            }
            Anchor::Previous => self.treated[leaf.indicator].later(1, self.panel),
            Anchor::Entity(name) if is_own(anchor, leaf) => {
                let entity = self.panel.entity_index(name);
                let moved = |p: &usize| {
                    let row = entity.and_then(|entity| self.panel.row(*p, entity));
                    row.is_some_and(|row| subject.touches(&(row..row + 1)))
                };
                let periods = (0..self.panel.periods().len()).filter(moved);
                Changed::ranges(periods.map(|p| self.panel.rows_of(p)))
            }
            _ => Changed::NONE,
        }
    }

    /// The rows in which the measure of a part is different, where `compared` are those that compare with other references.
    pub(super) fn other_measures(&self, index: usize, compared: &Changed) -> Changed {
        let leaf = &self.plan().leaves[index];
        let values = &self.treated[leaf.indicator];
        let need = |need: &Need| match need {
            Need::Lag(lag) => values.later(*lag, self.panel),
            Need::Anchor(anchor) => self.own_anchor(leaf, anchor, values),
            // Ranks are written as a whole.
            Need::Rank | Need::RankBefore(_) => Changed::NONE,
        };
        let own = values.clone().and(compared);
        leaf.needs.iter().fold(own, |all, of| all.and(&need(of)))
    }

    /// Takes the rows that a part scores differently: those in which the measure is different, and those that compare with other
    /// references.
    pub(super) fn score_again(&mut self, index: usize, measures: &Changed, compared: &Changed) {
        let leaf = &self.plan().leaves[index];
        let anchors = leaf.rule.anchors(&leaf.setting);
        let own = anchors.iter().fold(Changed::NONE, |all, a| all.and(&self.own_anchor(leaf, a, measures)));
        let all = std::mem::take(&mut self.leaves[index]);
        self.leaves[index] = all.and(measures).and(compared).and(&own);
    }

    /// Scores of an indicator.
    pub(super) fn indicator(&mut self, indicator: usize) -> Step<'a, NodeScores> {
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
        let full = self.before.is_none_or(|before| {
            before.scheme.plan().final_step.full_points != self.plan().final_step.full_points
        });
        let scorings = self.plan().classes.iter().map(|class| &class.scoring[indicator]);
        let changed = Changed::all_if(!same || full || self.applies[indicator])
            .and(&self.treated[indicator])
            .and(&self.targets[indicator]);
        let changed = scorings.fold(changed, |all, scoring| all.and(&self.other_scoring(scoring)));
        // Scores that were taken of all the others move with each of them.
        let of_peers = |before: &Inner| !before.nodes[indicator].scores.peers.is_empty();
        let changed = match self.before {
            Some(before) if !changed.is_none() && of_peers(before) => Changed::all(),
            _ => changed,
        };
        self.node(indicator, changed)
    }

    fn other_scoring(&self, scoring: &Scoring) -> Changed {
        let all = |parts: &mut dyn Iterator<Item = &Scoring>| {
            parts.fold(Changed::NONE, |all, part| all.and(&self.other_scoring(part)))
        };
        match scoring {
            Scoring::Leaf(leaf) => self.leaves[*leaf].clone(),
            Scoring::Shares(parts) => all(&mut parts.iter().map(|(_, part)| part)),
            Scoring::Combine { children, .. } => all(&mut children.iter()),
        }
    }

    /// Whether the rounded points of an indicator follow from other scores or weights than before; if so, what reads the node
    /// reads another one.
    pub(super) fn has_other_points(&mut self, indicator: usize) -> bool {
        let indicators = &self.nodes[..self.plan().indicators.len()];
        let changed = self.tree || indicators.iter().any(|node| !node.is_none());
        if changed {
            self.nodes[indicator] = Changed::all();
        }
        changed
    }

    /// Scores of a group.
    pub(super) fn group(&mut self, node: usize) -> Step<'a, NodeScores> {
        let now = &self.plan().nodes[node];
        let members = now.members.iter().fold(Changed::NONE, |all, member| all.and(&self.nodes[*member]));
        // Computed weights, and what is fitted over a set, move with every score.
        let over_all = now.weighting.is_some() || now.aggregate.is_over_set();
        let all = self.tree || (over_all && !members.is_none());
        let changed = members.and(&Changed::all_if(all));
        self.node(node, changed)
    }

    /// The assessment that has the weights of a kept group's members, and what was fitted on their scores.
    pub(super) fn before(&self) -> Option<&'a Inner> {
        self.before
    }

    fn node(&mut self, node: usize, changed: Changed) -> Step<'a, NodeScores> {
        let before = self.before.map(|before| &before.nodes[node]);
        let step = match before {
            Some(before) if changed.is_none() => Step::Keep(Arc::clone(before)),
            Some(before) if !changed.is_all() => Step::Write(Some(&**before)),
            _ => Step::Write(None),
        };
        self.nodes.push(changed);
        step
    }

    /// The rows in which a node's scores are different.
    pub(super) fn other_nodes(&self, node: usize) -> &Changed {
        &self.nodes[node]
    }

    /// Takes the scores of a node as they are now: where more or less is known of their errors, what reads them may be different.
    pub(super) fn wrote(&mut self, node: usize, now: &Scores) {
        if let Some(before) = self.before {
            let own = std::mem::take(&mut self.nodes[node]);
            self.nodes[node] = widened(own, now, &before.nodes[node].scores);
        }
    }

    /// Totals.
    pub(super) fn totals(&mut self, make: impl FnOnce(Again<'_, Totals>) -> Totals) -> Arc<Totals> {
        let plan = self.plan();
        let programs = |of: fn(&Plan) -> &Vec<Program>| {
            let (now, was) = (of(plan), self.was().map(of));
            let same = was.is_some_and(|was| was.len() == now.len());
            let all = Changed::all_if(!same);
            now.iter()
                .enumerate()
                .fold(all, |all, (k, now)| all.and(&self.result_program(now, was.and_then(|was| was.get(k)))))
        };
        let root = &self.nodes[plan.root()];
        let other = self.was().is_none_or(|was| was.final_step != plan.final_step);
        // A blend reads the other periods.
        let changed = Changed::all_if(other || (plan.final_step.total.blend.is_some() && !root.is_none()))
            .and(root)
            .and(&programs(|plan| &plan.adjustments))
            .and(&programs(|plan| &plan.floors));
        let totals = self.renew(&changed, |before| Some(&before.totals), make);
        self.totals = match self.before {
            Some(before) => widened(changed, &totals.unrounded, &before.totals.unrounded),
            None => changed,
        };
        totals
    }

    /// The rows in which totals are different.
    pub(super) fn other_totals(&self) -> &Changed {
        &self.totals
    }

    /// Ranks or grades: what follows from the totals and the scores that decide ties.
    pub(super) fn ranked<T>(
        &self,
        was: impl Fn(&'a Inner) -> Option<&'a Arc<T>>,
        make: impl FnOnce(Again<'_, T>) -> T,
    ) -> Arc<T>
    where
        T: 'a,
    {
        let ties = &self.plan().final_step.tie_break;
        let own = ties.iter().fold(self.totals.clone(), |all, by| match by {
            TieBreak::Node(node) => all.and(&self.nodes[*node]),
            TieBreak::Variable(variable) => all.and(&self.variables[*variable]),
            TieBreak::PreviousTotal | TieBreak::PreviousRank => all,
        });
        // A period asks for the one before, and that one for the one before it.
        let all = Changed::all_if(!own.is_none() && ties.iter().any(|by| by.is_previous()));
        let changed = own.and(&all);
        self.renew(&changed, was, make)
    }
}

/// The rows of scores that are different, and those of which another error is known.
fn widened(changed: Changed, now: &Scores, was: &Scores) -> Changed {
    if changed.is_none() {
        return changed;
    }
    now.reports.widened(changed, &was.reports, |now: &Scored, was| now.error == was.error)
}

/// The rows in which a variable is different. What is known of a float hangs on whether there are others with more digits.
fn other_cells(now: &Column, was: &Column) -> Changed {
    if now.has_long() != was.has_long() {
        return Changed::all();
    }
    Changed::ranges(now.differing(was).into_iter().map(|row| row..row + 1))
}

/// Everything that a part compares with.
fn anchors(leaf: &Leaf) -> Vec<Anchor> {
    let needs = leaf.needs.iter().cloned();
    let inputs =
        needs.filter_map(|need| if let Need::Anchor(anchor) = need { Some(anchor.clone()) } else { None });
    inputs.chain(leaf.rule.anchors(&leaf.setting)).collect()
}

/// Whether groups are made of the same members in the same way.
fn same_tree(a: &Plan, b: &Plan) -> bool {
    a.nodes == b.nodes && a.classes.iter().zip(&b.classes).all(|(a, b)| a.weights == b.weights)
}
