//! A scheme against references, made ready for records of one period and class.

use super::{Cell, Fast, LeafLine, Line, Scratch, Source};
use crate::assess::Options;
use crate::assess::data::Data;
use crate::assess::reference::input_anchors;
use crate::assess::references::References;
use crate::assess::references::record::RecordInput;
use crate::assess::sets::{LeafReference, Level, is_own};
use crate::assess::targets::targets;
use crate::assess::tree::share_among;
use crate::assess::values::PanelSums;
use crate::formula::{Load, Program};
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::method::rules::{Input, Kernel};
use crate::number::{Bounded, Number};
use crate::scheme::Scheme;
use crate::scheme::final_step::TieBreak;
use crate::scheme::plan::{IndicatorPlan, Leaf, Plan, Scoring, Slot};

/// What compiling knows.
struct Compiler<'a> {
    scheme: &'a Scheme,
    references: &'a References,
    data: &'a Data<'a>,
    inputs: &'a [RecordInput],
    cells: Vec<(usize, u16)>,
}

impl Fast {
    /// Nothing where a scheme asks for what is worked out by the engine alone.
    pub(in super::super) fn of(
        scheme: &Scheme,
        references: &References,
        data: &Data<'_>,
        inputs: &[RecordInput],
    ) -> Option<Self> {
        let plan = scheme.plan();
        let by_engine = |i: &IndicatorPlan| {
            i.treat.is_some() || i.impute.is_some() || i.points_round.is_some_and(|round| round.carry)
        };
        if scheme.document().screen.is_some() || plan.indicators.iter().any(by_engine) {
            return None;
        }
        let row = data.panel.len() - 1;
        let class = data.class(row);
        let cells = (0..plan.indicators.len()).map(|i| (i, 0)).collect();
        let mut compiler = Compiler { scheme, references, data, inputs, cells };
        let mut leaves: Vec<Option<LeafLine>> = (0..plan.leaves.len()).map(|_| None).collect();
        for indicator in 0..plan.indicators.len() {
            let mut own = Vec::new();
            plan.classes[class].scoring[indicator].leaves(&mut |leaf| own.push(leaf));
            for leaf in own {
                leaves[leaf] = Some(compiler.leaf(leaf)?);
            }
        }
        let of = |compiler: &mut Compiler<'_>, programs: &[Program]| -> Option<Vec<Line>> {
            programs.iter().map(|program| compiler.line(program, 0, false)).collect()
        };
        let adjustments = of(&mut compiler, &plan.adjustments)?;
        let floors = of(&mut compiler, &plan.floors)?;
        let conditions = plan.indicators.iter().map(|i| match &i.not_applicable {
            Some((program, _)) => compiler.line(program, 0, true).map(Some),
            None => Some(None),
        });
        let conditions = conditions.collect::<Option<Vec<_>>>()?;
        let mut made = Vec::new();
        // Values of earlier periods were asked for on the way; they ask for no others.
        for (indicator, lag) in compiler.cells.clone() {
            let line = compiler.line(&plan.indicators[indicator].program, lag, true)?;
            made.push(Cell { indicator, line });
        }
        let node = |by: &TieBreak| if let TieBreak::Node(node) = by { Some(*node) } else { None };
        let ties = plan.final_step.tie_break.iter().map(node).collect::<Option<Vec<_>>>()?;
        let uniform = |scoring: &Scoring| data.class_of.is_none() && is_uniform(plan, &leaves, scoring);
        Some(Fast {
            class,
            weights: data.weights(row).to_vec(),
            fitted: (0..plan.nodes.len()).map(|node| fitted(data, node, row)).collect(),
            uniform: plan.classes[class].scoring.iter().map(uniform).collect(),
            cells: made,
            leaves,
            conditions,
            adjustments,
            floors,
            ties,
            references: references.clone(),
        })
    }

    /// Memory enough for any record.
    pub(in super::super) fn scratch(&self) -> Scratch {
        let plan = self.references.scheme().plan();
        let programs =
            plan.indicators.iter().map(|i| &i.program).chain(&plan.adjustments).chain(&plan.floors);
        let conditions = plan.indicators.iter().filter_map(|i| i.not_applicable.as_ref()).map(|(p, _)| p);
        let depth = programs.chain(conditions).map(|p| p.ops().len()).max().unwrap_or(0);
        let lines = || self.leaves.iter().flatten();
        let zero = Bounded::exact(0.0);
        Scratch {
            values: vec![zero; self.cells.len()],
            nodes: vec![zero; plan.nodes.len()],
            carried: vec![zero; plan.nodes.len()],
            stack: Vec::with_capacity(depth),
            floats: Vec::with_capacity(depth),
            parts: Vec::with_capacity(plan.leaves.len() + plan.nodes.len()),
            inputs: Vec::with_capacity(lines().map(|l| l.inputs.len()).max().unwrap_or(0)),
            anchors: Vec::with_capacity(lines().map(|l| l.anchors.len()).max().unwrap_or(0)),
            members: Vec::with_capacity(plan.nodes.len()),
            applied: Vec::with_capacity(self.floors.len()),
        }
    }
}

/// What was fitted of the members of a group that have a weight.
fn fitted(data: &Data<'_>, node: usize, row: usize) -> Vec<Bounded> {
    let (members, weights) = (&data.plan.nodes[node].members, data.weights(row));
    let fits = members.iter().zip(data.fits.of(data, node, data.set(row)));
    fits.filter(|(member, _)| weights[**member] != 0.0).flat_map(|(_, fit)| fit.near.clone()).collect()
}

/// Whether the engine scores a block of rows at a time: no combinator, nothing of a row's own, no ranks.
fn is_uniform(plan: &Plan, leaves: &[Option<LeafLine>], scoring: &Scoring) -> bool {
    match scoring {
        Scoring::Leaf(leaf) => {
            let own = &plan.leaves[*leaf];
            let ranked = leaves[*leaf].as_ref().is_some_and(|line| line.ranked.is_some());
            !ranked && !own.rule.anchors(&own.setting).iter().any(|a| is_own(a, own))
        }
        Scoring::Shares(parts) => {
            parts.iter().all(|(_, part)| matches!(part, Scoring::Leaf(_)) && is_uniform(plan, leaves, part))
        }
        Scoring::Combine { .. } => false,
    }
}

impl Compiler<'_> {
    fn plan(&self) -> &Plan {
        self.scheme.plan()
    }

    fn input(&self, slot: usize, lag: u16) -> Option<Source> {
        self.inputs.iter().position(|input| input.is(slot, lag)).map(Source::Input)
    }

    fn value(&mut self, indicator: usize, lag: u16) -> Source {
        let known = self.cells.iter().position(|cell| *cell == (indicator, lag));
        Source::Value(known.unwrap_or_else(|| {
            self.cells.push((indicator, lag));
            self.cells.len() - 1
        }))
    }

    /// A program `back` periods before the record; of variables alone where it is one of an indicator.
    fn line(&mut self, program: &Program, back: u16, of_data: bool) -> Option<Line> {
        let row = self.data.panel.len() - 1;
        let period = self.data.panel.period_of(row);
        let sums = PanelSums::of(self.data, program);
        let source = |load: &Load| match *load {
            Load::Total { index, lag } => {
                let then = self.data.panel.earlier(period, lag.checked_add(back)?);
                Some(Source::Given(sums.near(index as usize, then)))
            }
            Load::Column { slot, lag } => {
                let (slot, lag) = (slot as usize, lag.checked_add(back)?);
                let slot = if of_data { Slot::Variable(slot) } else { self.plan().slots[slot] };
                match slot {
                    Slot::Variable(variable) => self.input(variable, lag),
                    Slot::Value(indicator) if lag == 0 => Some(Source::Value(indicator)),
                    Slot::Score(node) if lag == 0 => Some(Source::Score(node)),
                    Slot::Points(node) if lag == 0 => {
                        let weights = self.data.weights(row);
                        Some(Source::Points(node, share_among(self.plan(), weights, node, |_| true)))
                    }
                    Slot::Total => Some(Source::Total),
                    Slot::Value(_) | Slot::Score(_) | Slot::Points(_) => None,
                }
            }
        };
        let sources = program.loads().iter().map(source).collect::<Option<Vec<_>>>()?;
        let relative = program.relative_error().filter(|_| program.totals().is_empty());
        Some(Line { sources, relative: relative.map(|error| (error, program.ordinary_size())) })
    }

    fn leaf(&mut self, leaf: usize) -> Option<LeafLine> {
        let scheme = self.scheme;
        let own = &scheme.plan().leaves[leaf];
        let needs = own.measure.needs();
        let reference =
            |level: Level, anchors: Vec<Anchor>| self.references.reference(self.data, leaf, level, anchors);
        let inputs = reference(Level::Value, input_anchors(own));
        let anchors = reference(Level::Measure, own.rule.anchors(&own.setting));
        let row = self.data.panel.len() - 1;
        let ranked = match own.rule.input() {
            Input::Measure => None,
            Input::Rank => {
                let sets = &self.references.side(scheme.plan(), Level::Measure, leaf)?.sets;
                let set = self.references.set(self.data, leaf, Level::Measure, row)?;
                Some(sets.iter().position(|other| std::ptr::eq(other, set))?)
            }
        };
        let input = |(k, need): (usize, &Need)| match need {
            Need::Lag(lag) => Some(self.value(own.indicator, *lag)),
            Need::Anchor(_) => self.anchor(own, &inputs, k),
            Need::Rank | Need::RankBefore(_) => None,
        };
        let inputs = needs.iter().enumerate().map(input).collect::<Option<Vec<_>>>()?;
        let sources =
            (0..anchors.anchors.len()).map(|k| self.anchor(own, &anchors, k)).collect::<Option<Vec<_>>>()?;
        let given: Option<Vec<Bounded>> =
            sources.iter().map(|s| if let Source::Given(x) = s { Some(*x) } else { None }).collect();
        let given = given.map(|a| (a.iter().map(|x| x.v).collect(), own.rule.breaks(&a, &own.setting)));
        Some(LeafLine { inputs, anchors: sources, given, ranked })
    }

    fn anchor(&mut self, leaf: &Leaf, reference: &LeafReference, k: usize) -> Option<Source> {
        let (panel, row) = (self.data.panel, self.data.panel.len() - 1);
        let anchor = &reference.anchors[k];
        let common = |set: usize| Some(Source::Given(reference.sets[set][k].near));
        if !is_own(anchor, leaf) {
            return common(reference.set(self.data, row));
        }
        match anchor {
            Anchor::Target => {
                let options = Options { references: Some(self.references.clone()), ..Options::default() };
                let all = targets(self.scheme.document(), self.plan(), panel, &options, &mut Vec::new());
                Some(Source::Given(Bounded::of(all.get(leaf.indicator, row))))
            }
            Anchor::Indicator(id) => Some(Source::Value(self.plan().node(id)?)),
            Anchor::Previous => Some(self.value(leaf.indicator, 1)),
            Anchor::Entity(_) => common(reference.set_of_entities(panel.period_of(row))),
            _ => None,
        }
    }
}
