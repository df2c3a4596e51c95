//! From a document whose structure has been checked to its plan.

use std::collections::HashMap;
use std::sync::Arc;

use super::names::{Names, Results};
use super::{
    ClassPlan, IndicatorPlan, Leaf, NodePlan, Plan, Scoring, Scorings, StatisticPlan, TreatmentPlan,
    WeightingPlan,
};
use crate::finding::Finding;
use crate::formula::{Env, Expect, Formula, Load, OverMembers, Program, Units, compile};
use crate::method::aggregation::Aggregation;
use crate::method::imputation::Impute;
use crate::method::missing::PartMissing;
use crate::method::part::Part;
use crate::method::rules::{Combine, Rule, Scale, Setting};
use crate::method::weighting::Weighting;
use crate::number::rounding::Rounding;
use crate::scheme::final_step::FinalPlan;
use crate::scheme::model::{Among, Direction, Document, Indicator, Parts, Zeros};

/// Most problems of formulas reported for one file: a hostile file costs no more than a good one.
pub(super) const MOST_PROBLEMS: usize = 100;

impl Plan {
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
        let known = names.variables.len() + indicators.len();
        if floors.len() == document.floors.len() {
            for (i, (floor, (_, program))) in document.floors.iter().zip(&floors).enumerate() {
                if !floor.then.references && reads_beyond(program.loads(), known) {
                    findings.push(Finding::error("floor_references_scores").at(format!("floor[{i}].when")));
                }
            }
        }
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
            statistics: statistics(document, &names),
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

/// The statistics over members, compiled from the texts that they are known by.
fn statistics(document: &Document, names: &Names<'_>) -> Vec<StatisticPlan> {
    let compiled = |(variable, text): (usize, &str)| {
        let formula = Formula::parse(text).ok()?;
        let program = OverMembers::compile(formula.calls().next()?, names, &(0..0)).ok()?;
        Some(StatisticPlan { variable, formula, program: Arc::new(program) })
    };
    let variables = document.variables.iter().enumerate().filter(|(_, v)| v.is_statistic());
    variables.filter_map(|(i, v)| compiled((i, &v.id))).collect()
}

/// The units of measure that a scheme's variables and headings may name.
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
            negative: indicator.direction == Direction::Negative,
            impute: imputation(document, indicator),
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
        available_members: 0.0,
        zeros: Zeros::default(),
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
            weighting: weighting(group.weights.as_ref(), group.weights_round),
            round: group.round,
            available: group.available,
            available_members: group.available_members,
            zeros: group.zeros,
            ..bare(&group.id)
        });
        parents.push(group.parent.as_deref());
    }
    let total = &document.total;
    let root = nodes.len();
    nodes.push(NodePlan {
        aggregate: total.aggregate,
        weighting: weighting(total.weights.as_ref(), total.weights_round),
        available: total.available,
        available_members: total.available_members,
        zeros: total.zeros,
        ..bare("total")
    });
    let index: HashMap<String, usize> = nodes.iter().enumerate().map(|(i, n)| (n.id.clone(), i)).collect();
    for (node, parent) in parents.into_iter().enumerate() {
        let parent = parent.and_then(|p| index.get(p).copied()).unwrap_or(root);
        nodes[node].parent = Some(parent);
        nodes[parent].members.push(node);
    }
    let falls =
        |node: &usize| document.indicators.get(*node).is_some_and(|i| i.direction == Direction::Negative);
    for node in &mut nodes {
        if let Some(weighting) = &mut node.weighting {
            weighting.falls = node.members.iter().map(falls).collect();
        }
    }
    nodes
}

/// Before its members are known.
fn weighting(way: Option<&Weighting>, round: Option<Rounding>) -> Option<WeightingPlan> {
    let round = round.unwrap_or_else(Weighting::rounding);
    way.map(|way| WeightingPlan { way: way.clone(), round, falls: Vec::new() })
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
/// What fills the values of an indicator: what it says itself, or the default.
fn imputation(document: &Document, indicator: &Indicator) -> Option<Impute> {
    let own = indicator.impute.as_ref().or(document.impute.as_ref());
    own.filter(|way| !matches!(way, Impute::Nothing(_))).cloned()
}

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
                let negative = self.document.indicators[indicator].direction == Direction::Negative;
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

/// Whether a formula reads a slot behind the first `known` ones.
fn reads_beyond(loads: &[Load], known: usize) -> bool {
    loads.iter().any(|load| matches!(load, Load::Column { slot, .. } if *slot as usize >= known))
}

/// A sum over the panel can only be taken of data: results are not there yet when sums are made.
fn sums_of_results(program: &Program, variables: usize, path: &str) -> Option<Finding> {
    let any = program.totals().iter().any(|total| reads_beyond(total.loads(), variables));
    any.then(|| Finding::error("formula_total_of_results").at(path))
}
