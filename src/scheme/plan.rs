//! The scheme compiled: formulas over slots, scoring trees over leaves, the tree in order.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::Index;
use std::sync::Arc;

use indexmap::IndexMap;

use super::final_step::FinalPlan;
use super::model::{Among, Document, NotApplicableThen, Over, Parts};
use crate::finding::Finding;
use crate::formula::{Env, Expect, Formula, Load, Program, Symbol, Unit, UnitError, Units, compile};
use crate::method::aggregation::{Aggregation, Compared};
use crate::method::measures::{Measure, Need};
use crate::method::missing::{Missing, PartMissing};
use crate::method::part::Part;
use crate::method::rules::{Combinator, Combine, Leaf as LeafRule, Rule, Scale, Setting};
use crate::method::treatment::Method;
use crate::method::weighting::Weighting;
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
    /// How the weights of the members are computed, and rounded.
    pub(crate) weighting: Option<(Weighting, Rounding)>,
    pub(crate) round: Option<Rounding>,
    pub(crate) available: f64,
    /// The common full mark of scores.
    pub(crate) full: f64,
}

impl NodePlan {
    /// Score of the group from the members present, as `(weight, score)`, and what was fitted of them over their set.
    pub(crate) fn combine<N: Number>(&self, members: &[(N, N)], fitted: &[N]) -> N {
        self.aggregate.combine(members, &Compared { fitted, full: self.full })
    }
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
    /// Hands on every leaf.
    pub(crate) fn leaves(&self, of: &mut impl FnMut(usize)) {
        match self {
            Scoring::Leaf(leaf) => of(*leaf),
            Scoring::Shares(parts) => parts.iter().for_each(|(_, part)| part.leaves(of)),
            Scoring::Combine { children, .. } => children.iter().for_each(|child| child.leaves(of)),
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

/// Most problems of formulas reported for one file: a hostile file costs no more than a good one.
const MOST_PROBLEMS: usize = 100;
/// Most unknown names for which the nearest known one is looked for.
const MOST_SEARCHES: u32 = 20;

/// The compiled scheme.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
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

    /// Compiles a document whose structure has been checked; findings carry the path of the formula and, in
    /// `place.character` and `place.length`, the characters of it that are meant. With the plan come warnings.
    pub(crate) fn compile(document: &Document) -> Result<(Plan, Vec<Finding>), Vec<Finding>> {
        let (mut findings, mut warnings) = (Vec::new(), Vec::new());
        let units = declared_units(document, &mut findings);
        let names = Names::of(document, &units, &mut findings);
        let indicators = indicators(document, &names, &units, &mut findings);
        let nodes = nodes(document);
        let index = nodes.iter().enumerate().map(|(i, n)| (n.id.as_str(), i)).collect();
        let results = Results { names: &names, nodes: &nodes, index };
        let mut adjustments = Vec::new();
        for (i, a) in document.adjustments.iter().enumerate() {
            if findings.len() >= MOST_PROBLEMS {
                break;
            }
            let path = format!("adjustment[{i}].formula");
            adjustments.extend(formula(&a.formula, &path, &results, Expect::Any, &mut findings));
        }
        let mut floors = Vec::new();
        for (i, f) in document.floors.iter().enumerate() {
            if findings.len() >= MOST_PROBLEMS {
                break;
            }
            let path = format!("floor[{i}].when");
            floors.extend(formula(&f.when, &path, &results, Expect::Condition, &mut findings));
        }
        let sums = |kind: &str, field: &str, programs: &[(Formula, Program)]| -> Vec<Finding> {
            let path = |i: usize| format!("{kind}[{i}].{field}");
            let found = |(i, (_, p)): (usize, &(Formula, Program))| {
                sums_of_results(p, names.variables.len(), &path(i))
            };
            programs.iter().enumerate().filter_map(found).collect()
        };
        findings.extend(sums("adjustment", "formula", &adjustments));
        findings.extend(sums("floor", "when", &floors));
        if !findings.is_empty() {
            return Err(findings);
        }
        let of = |path: String, program: &Program| -> Vec<Finding> {
            program.warnings().iter().map(|f| f.clone().at(path.as_str())).collect()
        };
        for (i, plan) in indicators.iter().enumerate() {
            let Some(plan) = plan else { continue };
            warnings.extend(of(format!("indicator[{i}].formula"), &plan.program));
            if let Some((program, _)) = &plan.not_applicable {
                warnings.extend(of(format!("indicator[{i}].not_applicable.when"), program));
            }
        }
        for (i, (_, program)) in adjustments.iter().enumerate() {
            warnings.extend(of(format!("adjustment[{i}].formula"), program));
        }
        for (i, (_, program)) in floors.iter().enumerate() {
            warnings.extend(of(format!("floor[{i}].when"), program));
        }
        let mut leaves = Vec::new();
        let classes = classes(document, &nodes, &mut leaves);
        let plan = Plan {
            final_step: FinalPlan::of(document, |id| nodes.iter().position(|node| node.id == id)),
            slots: names.slots(&nodes),
            indicators: indicators.into_iter().flatten().collect(),
            nodes,
            leaves,
            classes,
            adjustments: adjustments.into_iter().map(|(_, program)| program).collect(),
            floors: floors.into_iter().map(|(_, program)| program).collect(),
        };
        Ok((plan, warnings))
    }
}

/// The units of measure that a scheme's variables and headings may name.
#[cfg(feature = "workbook")]
pub(crate) fn units(document: &Document) -> Units {
    declared_units(document, &mut Vec::new())
}

fn declared_units(document: &Document, findings: &mut Vec<Finding>) -> Units {
    let mut units = Units::builtin();
    for (i, unit) in document.units.iter().enumerate() {
        if findings.len() >= MOST_PROBLEMS {
            break;
        }
        if let Err(error) = units.declare(&unit.id, unit.of.as_deref(), unit.factor, unit.count) {
            findings.push(error.finding().at(format!("unit[{i}]")));
        }
    }
    units
}

/// Parses and compiles one formula.
fn formula(
    text: &str,
    path: &str,
    env: &dyn Env,
    expect: Expect<'_>,
    findings: &mut Vec<Finding>,
) -> Option<(Formula, Program)> {
    let compiled = Formula::parse(text)
        .map_err(|e| vec![e.finding()])
        .and_then(|f| compile(&f, env, expect).map(|program| (f, program)));
    match compiled {
        Ok(both) => Some(both),
        Err(found) => {
            findings.extend(found.into_iter().map(|f| f.at(path)));
            None
        }
    }
}

fn indicators(
    document: &Document,
    names: &Names<'_>,
    units: &Units,
    findings: &mut Vec<Finding>,
) -> Vec<Option<IndicatorPlan>> {
    let mut plans = Vec::new();
    for (i, indicator) in document.indicators.iter().enumerate() {
        if findings.len() >= MOST_PROBLEMS {
            break;
        }
        let unit = match units.parse(&indicator.unit) {
            Ok(unit) => unit,
            Err(error) => {
                findings.push(error.finding().at(format!("indicator[{i}].unit")));
                plans.push(None);
                continue;
            }
        };
        let path = format!("indicator[{i}].formula");
        let compiled = formula(&indicator.formula, &path, names, Expect::Unit(&unit), findings);
        let not_applicable = indicator.not_applicable.as_ref().and_then(|na| {
            let path = format!("indicator[{i}].not_applicable.when");
            formula(&na.when, &path, names, Expect::Condition, findings)
                .map(|(_, program)| (program, na.then))
        });
        plans.push(compiled.map(|(formula, program)| IndicatorPlan {
            formula,
            program,
            round: indicator.round,
            treat: indicator.treat.as_ref().map(|treat| TreatmentPlan {
                method: treat.method.clone(),
                over: treat.over.clone(),
                among: among(document, treat.among),
            }),
            points_round: indicator.points_round,
            missing: indicator.missing,
            not_applicable,
        }));
    }
    plans
}

/// Indicators, then groups with members before their group, then the total.
fn nodes(document: &Document) -> Vec<NodePlan> {
    let bare = |id: &str| NodePlan {
        id: id.to_owned(),
        parent: None,
        members: Vec::new(),
        aggregate: Aggregation::Arithmetic,
        weighting: None,
        round: None,
        available: 0.0,
        full: document.full_points,
    };
    let mut nodes: Vec<NodePlan> = document.indicators.iter().map(|i| bare(&i.id)).collect();
    let mut parents: Vec<Option<&str>> = document.indicators.iter().map(|i| i.parent.as_deref()).collect();
    let depths = depths(document);
    let mut groups: Vec<usize> = (0..document.groups.len()).collect();
    groups.sort_by_key(|g| std::cmp::Reverse(depths[*g]));
    for group in groups.into_iter().map(|g| &document.groups[g]) {
        nodes.push(NodePlan {
            aggregate: group.aggregate,
            weighting: weighting(group.weights, group.weights_round),
            round: group.round,
            available: group.available,
            ..bare(&group.id)
        });
        parents.push(group.parent.as_deref());
    }
    let total = &document.total;
    let root = nodes.len();
    nodes.push(NodePlan {
        aggregate: total.aggregate,
        weighting: weighting(total.weights, total.weights_round),
        available: total.available,
        ..bare("total")
    });
    let index: HashMap<String, usize> = nodes.iter().enumerate().map(|(i, n)| (n.id.clone(), i)).collect();
    for (node, parent) in parents.into_iter().enumerate() {
        let parent = parent.and_then(|p| index.get(p).copied()).unwrap_or(root);
        nodes[node].parent = Some(parent);
        nodes[parent].members.push(node);
    }
    nodes
}

fn weighting(way: Option<Weighting>, round: Option<Rounding>) -> Option<(Weighting, Rounding)> {
    way.map(|way| (way, round.unwrap_or_else(Weighting::rounding)))
}

/// How many groups lie above each group. The check refuses cycles; here they only must come to an end.
fn depths(document: &Document) -> Vec<usize> {
    let index: HashMap<&str, usize> =
        document.groups.iter().enumerate().map(|(i, g)| (g.id.as_str(), i)).collect();
    let above = |g: usize| document.groups[g].parent.as_deref().and_then(|p| index.get(p).copied());
    let mut depths: Vec<Option<usize>> = vec![None; document.groups.len()];
    for start in 0..depths.len() {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(g) = at.filter(|g| depths[*g].is_none() && path.len() <= depths.len()) {
            // Marked on the way, so that a cycle ends where it began.
            depths[g] = Some(0);
            path.push(g);
            at = above(g);
        }
        let lowest = at.and_then(|g| depths[g]).map_or(0, |d| d + 1);
        for (depth, g) in (lowest..).zip(path.into_iter().rev()) {
            depths[g] = Some(depth);
        }
    }
    depths.into_iter().map(Option::unwrap_or_default).collect()
}

fn classes(document: &Document, nodes: &[NodePlan], leaves: &mut Vec<Leaf>) -> Vec<ClassPlan> {
    let index: HashMap<&str, usize> = nodes.iter().enumerate().map(|(i, n)| (n.id.as_str(), i)).collect();
    let mut weights = vec![1.0; nodes.len()];
    let given = document.indicators.iter().map(|i| (&i.id, i.weight));
    for (id, weight) in given.chain(document.groups.iter().map(|g| (&g.id, g.weight))) {
        if let Some(node) = index.get(id.as_str()) {
            weights[*node] = weight;
        }
    }
    let mut builder = Builder { document, leaves };
    let shared: Arc<[Scoring]> =
        document.indicators.iter().enumerate().map(|(i, ind)| builder.parts(i, &ind.points)).collect();
    let scoring = Scorings { shared, own: HashMap::new() };
    let mut classes = vec![ClassPlan { id: String::new(), weights: weights.into(), scoring }];
    for class in &document.classes {
        let mut own = ClassPlan { id: class.id.clone(), ..classes[0].clone() };
        if !class.weights.is_empty() {
            let mut weights = own.weights.to_vec();
            for (id, weight) in &class.weights {
                if let Some(node) = index.get(id.as_str()) {
                    weights[*node] = *weight;
                }
            }
            own.weights = weights.into();
        }
        for (id, parts) in &class.points {
            if let Some(i) = index.get(id.as_str()).filter(|i| **i < document.indicators.len()) {
                own.scoring.own.insert(*i, builder.parts(*i, parts));
            }
        }
        classes.push(own);
    }
    classes
}

/// Entities of a set, by default those of the class where there are classes.
fn among(document: &Document, given: Option<Among>) -> Among {
    let classed = document.class_column.is_some() || !document.classes.is_empty();
    given.unwrap_or(if classed { Among::Class } else { Among::All })
}

/// Turns parts into scoring trees, collecting their leaves.
struct Builder<'a> {
    document: &'a Document,
    leaves: &'a mut Vec<Leaf>,
}

impl Builder<'_> {
    fn parts(&mut self, indicator: usize, parts: &Parts) -> Scoring {
        match parts.0.as_slice() {
            [one] => self.part(indicator, one, self.document.full_points, None),
            many => Scoring::Shares(
                many.iter()
                    .map(|p| {
                        (p.share.unwrap_or(1.0), self.part(indicator, p, self.document.full_points, None))
                    })
                    .collect(),
            ),
        }
    }

    /// A part whose points shall be on the scale 0 … `full`; `missing` is what it gives by default without anything to compare with.
    fn part(&mut self, indicator: usize, part: &Part, full: f64, missing: Option<PartMissing>) -> Scoring {
        let missing = part.missing.or(missing);
        let own = part.full.unwrap_or(full);
        let scale = Scale { full, own };
        match &part.rule {
            Rule::Leaf(rule) => {
                let negative =
                    self.document.indicators[indicator].direction == super::model::Direction::Negative;
                self.leaves.push(Leaf {
                    indicator,
                    measure: part.measure.clone(),
                    needs: part.measure.needs(),
                    negative,
                    over: part.over.clone(),
                    among: among(self.document, part.among),
                    rule: rule.clone(),
                    setting: Setting { full: own, negative: part.measure.lower_is_better(negative) },
                    scale,
                    missing,
                });
                Scoring::Leaf(self.leaves.len() - 1)
            }
            Rule::Combinator(rule) => {
                let skipped = rule.skips_missing().then_some(PartMissing::Redistribute);
                Scoring::Combine {
                    children: rule.parts().iter().map(|p| self.part(indicator, p, own, skipped)).collect(),
                    rule: rule.clone(),
                    scale,
                }
            }
        }
    }
}

/// What formulas may name.
struct Names<'a> {
    units: &'a Units,
    variables: IndexMap<String, Unit>,
    indicators: IndexMap<String, Unit>,
    /// How often the nearest name was looked for.
    searches: Cell<u32>,
}

impl<'a> Names<'a> {
    fn of(document: &Document, units: &'a Units, findings: &mut Vec<Finding>) -> Self {
        let mut variables = IndexMap::new();
        for (i, variable) in document.variables.iter().enumerate() {
            if findings.len() >= MOST_PROBLEMS {
                break;
            }
            match units.parse(&variable.unit) {
                Ok(unit) => {
                    variables.insert(variable.id.clone(), unit);
                }
                Err(error) => findings.push(error.finding().at(format!("variable[{i}].unit"))),
            }
        }
        let unit = |i: &super::model::Indicator| Some((i.id.clone(), units.parse(&i.unit).ok()?));
        let indicators = document.indicators.iter().filter_map(unit).collect();
        Names { units, variables, indicators, searches: Cell::new(0) }
    }

    /// Whether the nearest name is to be looked for: not any more in a file full of unknown names.
    fn searched(&self) -> bool {
        self.searches.set(self.searches.get() + 1);
        self.searches.get() <= MOST_SEARCHES
    }

    fn slots(&self, nodes: &[NodePlan]) -> Vec<Slot> {
        let variables = (0..self.variables.len()).map(Slot::Variable);
        let values = (0..self.indicators.len()).map(Slot::Value);
        let scores = (0..nodes.len()).map(Slot::Score);
        let points = (0..nodes.len()).map(Slot::Points);
        variables.chain(values).chain(scores).chain(points).chain([Slot::Total]).collect()
    }
}

impl Env for Names<'_> {
    fn unit(&self, text: &str) -> Result<Unit, UnitError> {
        self.units.parse(text)
    }

    fn variable(&self, name: &str) -> Option<Symbol> {
        let (slot, _, unit) = self.variables.get_full(name)?;
        Some(Symbol { slot: slot as u32, unit: unit.clone() })
    }

    fn names(&self) -> Vec<String> {
        if self.searched() { self.variables.keys().cloned().collect() } else { Vec::new() }
    }

    fn out_of_place(&self, name: &str) -> Option<Finding> {
        self.indicators.contains_key(name).then(|| Finding::error("formula_indicator"))
    }
}

/// What adjustments and floors may name besides variables: indicators, `score(id)`, `points(id)`, `total`.
struct Results<'a> {
    names: &'a Names<'a>,
    nodes: &'a [NodePlan],
    index: HashMap<&'a str, usize>,
}

impl Results<'_> {
    /// First slots of values, scores, points and the total.
    fn starts(&self) -> [usize; 4] {
        let values = self.names.variables.len();
        let scores = values + self.names.indicators.len();
        [values, scores, scores + self.nodes.len(), scores + 2 * self.nodes.len()]
    }

    fn symbol(slot: usize, unit: Unit) -> Symbol {
        Symbol { slot: slot as u32, unit }
    }
}

impl Env for Results<'_> {
    fn unit(&self, text: &str) -> Result<Unit, UnitError> {
        self.names.unit(text)
    }

    fn variable(&self, name: &str) -> Option<Symbol> {
        let [values, .., total] = self.starts();
        if name == "total" {
            return Some(Self::symbol(total, Unit::pure()));
        }
        let indicator = || {
            let (i, _, unit) = self.names.indicators.get_full(name)?;
            Some(Self::symbol(values + i, unit.clone()))
        };
        self.names.variable(name).or_else(indicator)
    }

    fn of(&self, function: &str, name: &str) -> Option<Symbol> {
        let [_, scores, points, _] = self.starts();
        let first = match function {
            "score" => scores,
            "points" => points,
            _ => return None,
        };
        let node = self.index.get(name)?;
        Some(Self::symbol(first + node, Unit::pure()))
    }

    fn names(&self) -> Vec<String> {
        if !self.names.searched() {
            return Vec::new();
        }
        let known = self.names.variables.keys().chain(self.names.indicators.keys()).cloned();
        known.chain(["total".to_owned()]).collect()
    }

    fn names_of(&self, function: &str) -> Vec<String> {
        match function {
            "score" | "points" if self.names.searched() => self.nodes.iter().map(|n| n.id.clone()).collect(),
            // Not none: the function is there.
            "score" | "points" => vec![String::new()],
            _ => Vec::new(),
        }
    }
}

/// A sum over the panel can only be taken of data: results are not there yet when sums are made.
fn sums_of_results(program: &Program, variables: usize, path: &str) -> Option<Finding> {
    let beyond = |l: &Load| matches!(l, Load::Column { slot, .. } if *slot as usize >= variables);
    let any = program.totals().iter().any(|t| t.loads().iter().any(beyond));
    any.then(|| Finding::error("formula_total_of_results").at(path))
}
