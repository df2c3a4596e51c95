//! The pipeline, one stage after the other.

use std::sync::{Arc, OnceLock};

use super::bound::Bound;
use super::cells::{Exactly, Known, LeafState, Level, Nearly, Origin, Targets};
use super::conditions::Applies;
use super::data::{Data, Seen, Tolerance};
use super::ladder::Ladders;
use super::points::{self, Hole};
use super::reuse::Reuse;
use super::targets::targets;
use super::total::Last;
use super::tree::{ExactTree, NearTree, NodeScores, Shares, Upper};
use super::values::{self, PanelSums, Values};
use super::weights::Weights;
use super::{Inner, Options, bases, conditions, overflow, rank, reference, total, tree};
use crate::budget;
use crate::exec;
use crate::finding::{Finding, listed};
use crate::formula::Program;
use crate::memory::Pages;
use crate::method::measures::Need;
use crate::method::rules::Kernel;
use crate::number::Bounded;
use crate::number::rounding::Rounding;
use crate::panel::Panel;
use crate::scheme::Scheme;
use crate::scheme::model::Document;

/// Runs the pipeline; every problem of a stage is found before it stops. What an earlier assessment of the same rows has that is not
/// touched by what is different is taken over.
pub(super) fn run(
    scheme: &Scheme,
    panel: &Panel,
    options: &Arc<Options>,
    before: Option<&Inner>,
) -> Result<Inner, Vec<Finding>> {
    run_rows(scheme, panel, options, before, false)
}

/// The same for the rows of the last period: those before lend their data, and what is missing there is nobody's fault.
pub(super) fn run_last(
    scheme: &Scheme,
    panel: &Panel,
    options: &Arc<Options>,
) -> Result<Inner, Vec<Finding>> {
    run_rows(scheme, panel, options, None, true)
}

fn run_rows(
    scheme: &Scheme,
    panel: &Panel,
    options: &Arc<Options>,
    before: Option<&Inner>,
    only_last: bool,
) -> Result<Inner, Vec<Finding>> {
    let (document, plan) = (scheme.document(), scheme.plan());
    budget::stage("data", "")?;
    let references = options.references.as_ref();
    if let Some(refused) = references.and_then(|references| references.refusal(scheme)) {
        return Err(vec![refused]);
    }
    let before = before.filter(|before| before.options.references.as_ref() == references);
    let mut findings = Vec::new();
    let mut bound = Bound::of(scheme, panel, references, before, &mut findings);
    if let (true, Some(bound)) = (only_last, &mut bound) {
        bound.only_last(panel, &mut findings);
    }
    let targets = targets(document, plan, panel, options, &mut findings);
    match (references, &bound) {
        (Some(references), Some(bound)) => {
            findings.extend(references.lacking(&bound.data(plan, panel, Some(references))));
        }
        (Some(_), None) => {}
        (None, _) => findings.extend(bases::absent(document, plan, panel)),
    }
    let (Some(bound), true) = (bound, findings.is_empty()) else { return Err(findings) };
    let mut reuse =
        Reuse::of(scheme, before.filter(|b| bound.is_like(b, scheme, panel)), &bound.columns, &targets);
    let data = bound.data(plan, panel, references);
    let indicators = 0..plan.indicators.len();
    let outside = |condition: &Program| conditions::rows_outside(&data, condition);
    let applies: Applies = indicators.clone().map(|i| reuse.applies(i, outside)).collect();
    let data = Data { applies: Some(&applies), ..data };
    findings.extend(conditions::holes(document, &data));
    let sum = |program: &Program| PanelSums::of(&data, program);
    let sums: Vec<Arc<PanelSums>> = indicators.clone().map(|i| reuse.sums(i, sum)).collect();
    let adjustment_sums = reuse.sums_after(|plan| &plan.adjustments, |before| &before.adjustment_sums, sum);
    let floor_sums = reuse.sums_after(|plan| &plan.floors, |before| &before.floor_sums, sum);
    let mut values: Vec<Arc<Values>> = Vec::new();
    for (indicator, (plan, sums)) in document.indicators.iter().zip(&sums).enumerate() {
        budget::stage("values", &plan.id)?;
        values.push(reuse.values(indicator, || values::compute(&data, indicator, sums)));
        findings.extend(overflow::found(&data, &values[indicator].raw, "overflow_value", &plan.id));
    }
    if findings.iter().any(|f| f.code == "overflow_value") {
        return Err(findings);
    }
    let leaves = leaves(&data, &values, &sums, &targets, &mut reuse)?;
    let known = Known { data, values: &values, sums: &sums, targets: &targets, leaves: &leaves };
    let mut nodes = indicator_scores(&known, document, &mut reuse, &mut findings)?;
    if !findings.is_empty() {
        return Err(findings);
    }
    let weights = climb(&known, &mut nodes, &mut reuse, &mut findings)?;
    let known = Known { data: Data { weights: &weights, ..data }, ..known };
    for (node, state) in plan.nodes.iter().zip(&nodes).skip(plan.indicators.len()) {
        findings.extend(overflow::found(&data, &state.scores.score, "overflow_score", &node.id));
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let near = NearTree { cells: Nearly(known), nodes: &nodes };
    let exact = ExactTree { cells: Exactly(known), nodes: &nodes };
    let last = Last { document, adjustments: &adjustment_sums, floors: &floor_sums };
    budget::stage("totals", "")?;
    let totals = reuse.totals(|| total::compute(&near, &exact, &last));
    findings.extend(overflow::found(&data, &totals.unrounded.score, "overflow_total", "total"));
    if !findings.is_empty() {
        return Err(findings);
    }
    budget::stage("ranks", "")?;
    let ranks = reuse.ranked(|before| Some(&before.ranks), || rank::ranks(&near, &exact, &last, &totals));
    let grades = document.total.grades.as_ref().map(|grades| {
        let grade = || rank::grades(&near, &exact, &last, grades, &totals, &ranks);
        reuse.ranked(|before| before.grades.as_ref(), grade)
    });
    budget::check()?;
    Ok(Inner {
        shares: Shares::of(plan, &weights),
        weights,
        scheme: scheme.clone(),
        options: Arc::clone(options),
        panel: panel.clone(),
        columns: bound.columns,
        imputed: bound.imputed,
        class_of: bound.class_of,
        benchmark: bound.benchmark,
        applies,
        targets,
        values,
        sums,
        leaves,
        nodes,
        totals,
        adjustment_sums,
        floor_sums,
        ranks,
        ladders: Ladders::default(),
        entangled: OnceLock::new(),
        grades,
    })
}

/// Measures and references of every leaf.
fn leaves(
    data: &Data<'_>,
    values: &[Arc<Values>],
    sums: &[Arc<PanelSums>],
    targets: &Targets,
    reuse: &mut Reuse<'_>,
) -> Result<Vec<Arc<LeafState>>, Vec<Finding>> {
    let mut states: Vec<Arc<LeafState>> = Vec::new();
    for (index, leaf) in data.plan.leaves.iter().enumerate() {
        if let Some(same) = reuse.leaf(index) {
            states.push(same);
            continue;
        }
        budget::stage("references", &data.plan.nodes[leaf.indicator].id)?;
        let needs = leaf.measure.needs();
        let inputs = {
            let known = Known { data: *data, values, sums, targets, leaves: &states };
            reference::resolve(&known, index, Level::Value, reference::input_anchors(leaf))
        };
        states.push(Arc::new(LeafState { measure: None, anchors: inputs.empty(), inputs }));
        if needs.iter().any(|n| matches!(n, Need::Rank | Need::RankBefore(_))) {
            let ranks = {
                let known = Known { data: *data, values, sums, targets, leaves: &states };
                known.leaves[index].inputs.rank(&Exactly(known), index)
            };
            Arc::make_mut(&mut states[index]).inputs.ranks = Some(ranks);
        }
        if !needs.is_empty() {
            let measure = {
                let known = Known { data: *data, values, sums, targets, leaves: &states };
                measure_column(&Nearly(known), &Exactly(known), index)
            };
            Arc::make_mut(&mut states[index]).measure = Some(measure);
        }
        let anchors = {
            let known = Known { data: *data, values, sums, targets, leaves: &states };
            reference::resolve(&known, index, Level::Measure, leaf.rule.anchors(&leaf.setting))
        };
        Arc::make_mut(&mut states[index]).anchors = anchors;
        if reference::takes_rank(leaf) {
            let ranks = {
                let known = Known { data: *data, values, sums, targets, leaves: &states };
                known.leaves[index].anchors.rank(&Exactly(known), index)
            };
            Arc::make_mut(&mut states[index]).anchors.ranks = Some(ranks);
        }
    }
    Ok(states)
}

/// A measure other than the value itself, over the panel.
fn measure_column(near: &Nearly<'_>, exact: &Exactly<'_>, leaf: usize) -> (Pages<f64>, Tolerance) {
    let data = near.0.data;
    let mut column = Pages::zeros(data.panel.len());
    let errors =
        exec::write(data.panel.len(), exec::tasks(data.panel.starts(), [&mut column]), |mut task| {
            let mut errors = Seen::default();
            for (to, row) in task.out.remove(0).iter_mut().zip(task.rows) {
                let cell: Bounded = near.computed_measure(leaf, row);
                *to = cell.v;
                if cell.e.is_infinite() || (cell.is_vague() && cell.v != 0.0) {
                    let value = exact.measure(leaf, row);
                    *to = if value.is_irrational() { cell.v } else { overflow::nearest(&value) };
                    errors.note(*to, overflow::error(*to, &value));
                } else if cell.e.is_finite() {
                    errors.note(cell.v, cell.e);
                }
            }
            errors
        });
    (column, Tolerance::seen(0.0, errors))
}

/// Scores of the indicators, filled as declared; holes become findings.
fn indicator_scores(
    known: &Known<'_>,
    document: &Document,
    reuse: &mut Reuse<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Arc<NodeScores>>, Vec<Finding>> {
    let (near, exact) = (Nearly(*known), Exactly(*known));
    let plan = known.data.plan;
    let mut nodes = Vec::new();
    for indicator in 0..plan.indicators.len() {
        if let Some(same) = reuse.indicator(indicator) {
            nodes.push(same);
            continue;
        }
        budget::stage("scores", &plan.nodes[indicator].id)?;
        let mut scores = points::compute(&near, &exact, indicator);
        let id = &document.indicators[indicator].id;
        findings.extend(overflow::found(&known.data, &scores.score, "overflow_score", id));
        let holes = points::fill(&near, indicator, &mut scores, document.full_points);
        findings.extend(listed(&holes, |h| hole(known, document, h)));
        if let Some(references) = known.data.references {
            findings.extend(references.lacking_peers(&known.data, indicator, &scores));
        }
        nodes.push(Arc::new(NodeScores { scores, ..NodeScores::default() }));
    }
    Ok(nodes)
}

fn hole(known: &Known<'_>, document: &Document, hole: &Hole) -> Finding {
    let (data, indicator) = (&known.data, &document.indicators[hole.indicator]);
    let panel = data.panel;
    // Name the data behind the hole: the variable that is missing and when, or the denominator that is zero.
    let program = &data.plan.indicators[hole.indicator].program;
    let behind = program.loads().iter().find_map(|load| match *load {
        crate::formula::Load::Column { slot, lag } => {
            let row = panel.lagged(hole.row, lag);
            let absent = row.is_none_or(|r| data.columns[slot as usize].values()[r].is_nan());
            absent.then(|| (&document.variables[slot as usize].id, lag))
        }
        crate::formula::Load::Total { .. } => None,
    });
    let finding = match behind {
        _ if hole.target => Finding::error("no_target"),
        Some((variable, 0)) => Finding::error("hole").fact("variable", variable),
        Some((variable, lag)) => {
            let before = panel.periods()[panel.period_of(hole.row)].back(lag);
            Finding::error("hole_before").fact("variable", variable).fact("before", before)
        }
        None => Finding::error("not_a_number").fact("formula", &indicator.formula),
    };
    let place = panel.place(hole.row, Some(&indicator.id));
    let fact =
        |finding: Finding, name, of: &Option<String>| finding.fact(name, of.clone().unwrap_or_default());
    let finding = fact(fact(finding, "entity", &place.entity), "period", &place.period);
    finding.fact("indicator", &indicator.id).placed(place)
}

/// Groups and the raw total, members first; weights that are computed and declared roundings on the way. Scores that a mean cannot
/// take become findings.
fn climb(
    known: &Known<'_>,
    nodes: &mut Vec<Arc<NodeScores>>,
    reuse: &mut Reuse<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Weights, Vec<Finding>> {
    let plan = known.data.plan;
    let mut weights = known.data.weights.clone();
    // Points of the whole that a group takes follow from weights that are given; others are rounded once all weights are there.
    let first = |how: Option<Rounding>| how.filter(|how| how.carry);
    let last = |how: Option<Rounding>| how.filter(|how| !how.carry);
    for (node, own) in plan.nodes.iter().enumerate() {
        budget::stage("groups", &own.id)?;
        if let Some(indicator) = plan.indicators.get(node) {
            print_points(known, &weights, nodes, reuse, (node, first(indicator.points_round)));
            continue;
        }
        if let Some((same, weighed)) = reuse.group(node) {
            nodes.push(same);
            weights.take(weighed, &own.members);
            continue;
        }
        let known = &Known { data: Data { weights: &weights, ..known.data }, ..*known };
        let near = NearTree { cells: Nearly(*known), nodes };
        let exact = ExactTree { cells: Exactly(*known), nodes };
        let mut computed = weights.clone();
        computed.compute(&near, &exact, node);
        let known = &Known { data: Data { weights: &computed, ..known.data }, ..*known };
        let near = NearTree { cells: Nearly(*known), nodes };
        let exact = ExactTree { cells: Exactly(*known), nodes };
        let negative = tree::negative(&near, &exact, node);
        findings.extend(listed(negative, |(member, row)| below_zero(&near, node, member, row)));
        let scores = tree::group(&near, &exact, node);
        nodes.push(Arc::new(NodeScores { scores, ..NodeScores::default() }));
        if let Some(how) = own.round {
            let exact = ExactTree { cells: Exactly(*known), nodes };
            let scores = &nodes[node].scores;
            let starts = known.data.panel.starts();
            let column = (&scores.score[..], scores.error);
            let (printed, cells) = tree::round_column(&how, column, |row| exact.score(node, row), starts);
            let state = Arc::make_mut(&mut nodes[node]);
            state.printed = Some(printed);
            state.scores.exact_cells += cells;
        }
        weights = computed;
    }
    for (node, indicator) in plan.indicators.iter().enumerate() {
        print_points(known, &weights, nodes, reuse, (node, last(indicator.points_round)));
    }
    tree::drop_points(plan, nodes);
    Ok(weights)
}

/// Rounds the weighted points of an indicator.
fn print_points(
    known: &Known<'_>,
    weights: &Weights,
    nodes: &mut [Arc<NodeScores>],
    reuse: &mut Reuse<'_>,
    (node, how): (usize, Option<Rounding>),
) {
    let Some(how) = how.filter(|_| reuse.has_other_points(node)) else { return };
    let known = Known { data: Data { weights, ..known.data }, ..*known };
    let near = NearTree { cells: Nearly(known), nodes };
    let exact = ExactTree { cells: Exactly(known), nodes };
    let (points, cells) = tree::printed_points(&near, &exact, node, &how);
    let state = Arc::make_mut(&mut nodes[node]);
    state.points = Some(points);
    state.points_cells = cells;
}

/// A negative score under a mean that takes none.
fn below_zero(near: &NearTree<'_>, node: usize, member: usize, row: usize) -> Finding {
    let data = &near.known().data;
    let id = &data.plan.nodes[member].id;
    let place = data.panel.place(row, Some(id));
    let fact = |text: &Option<String>| text.clone().unwrap_or_default();
    let mean = data.plan.nodes[node].aggregate.is_above_zero();
    Finding::error(if mean { "score_below_zero" } else { "score_below_zero_weights" })
        .fact("entity", fact(&place.entity))
        .fact("period", fact(&place.period))
        .fact("indicator", id)
        .fact("group", &data.plan.nodes[node].id)
        .fact("score", near.carried(member, row).v)
        .placed(place)
}
