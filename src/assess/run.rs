//! The pipeline, one stage after the other.

use std::sync::{Arc, OnceLock};

use super::bound::Bound;
use super::cells::{BoundedCells, Known, LeafState, Origin};
use super::chunks::{Again, Chunked, Report};
use super::conditions::Applies;
use super::data::{Data, Seen, Tolerance};
use super::exact::ExactCells;
use super::fits::{self, Fits};
use super::ladder::Ladders;
use super::points::{self, Incomplete};
use super::reuse::{Reuse, Step};
use super::sets::Level;
use super::settle::settled;
use super::targets::targets;
use super::total::FinalStep;
use super::treated::{self, Treated};
use super::tree::{BoundedTree, ExactTree, NodeScored, NodeScores, Shares};
use super::values::{self, PanelSums, Values};
use super::weights::Weights;
use super::{
    Inner, Options, bases, conditions, imputed, members, overflow, rank, reference, screen, total, tree,
};
use crate::budget;
use crate::finding::{Finding, listed};
use crate::formula::Program;
use crate::memory::Pages;
use crate::method::measures::Need;
use crate::method::rules::Kernel;
use crate::method::weighting::Takes;
use crate::number::rounding::Rounding;
use crate::number::{Bounded, Exact, Number};
use crate::panel::{Panel, other_frequency};
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
    let panel = &members::completed(scheme, panel);
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
    findings.extend(other_frequency(document, panel));
    let targets = targets(document, plan, panel, options, &mut findings);
    match (references, &bound) {
        (Some(references), Some(bound)) => {
            findings.extend(references.lacking(&bound.data(plan, panel, Some(references))));
        }
        (Some(_), None) => {}
        (None, _) => findings.extend(bases::absent(document, plan, panel)),
    }
    let (Some(bound), true) = (bound, findings.is_empty()) else { return Err(findings) };
    let before = before.filter(|before| bound.is_like(before, scheme, panel));
    let mut reuse = Reuse::of(scheme, panel, before, &bound.columns, &targets);
    let data = bound.data(plan, panel, references);
    let indicators = 0..plan.indicators.len();
    let outside = |condition: &Program| conditions::rows_outside(&data, condition);
    let applies: Applies = indicators.clone().map(|i| reuse.applies(i, outside)).collect();
    let data = Data { applies: Some(&applies), ..data };
    let sum = |program: &Program| PanelSums::of(&data, program);
    let sums: Vec<Arc<PanelSums>> = indicators.clone().map(|i| reuse.sums(i, sum)).collect();
    let adjustment_sums = reuse.sums_after(|plan| &plan.adjustments, |before| &before.adjustment_sums, sum);
    let floor_sums = reuse.sums_after(|plan| &plan.floors, |before| &before.floor_sums, sum);
    let mut values: Vec<Arc<Values>> = Vec::new();
    for (indicator, (plan, sums)) in document.indicators.iter().zip(&sums).enumerate() {
        budget::stage("values", &plan.id)?;
        values.push(reuse.values(indicator, |again| values::compute(&data, indicator, sums, again)));
        let (raw, changed) = (&values[indicator].raw, reuse.other_values(indicator));
        findings.extend(overflow::found(&data, raw, changed, "overflow_value", &plan.id));
    }
    if findings.iter().any(|f| f.code == "overflow_value") {
        return Err(findings);
    }
    let valued = Known { data, values: &values, treated: &[], sums: &sums, targets: &targets, leaves: &[] };
    let screened = screen::screened(document.screen.as_ref(), &valued);
    let data = Data { screened: screened.as_ref().map(|screened| screened.rows()), ..data };
    findings.extend(conditions::missing(document, &data));
    let kept_out = conditions::kept_out(&Known { data, ..valued });
    let before = reuse.keeping_out(screened.as_ref(), kept_out.as_ref());
    let data = Data { kept_out: kept_out.as_ref().map(|rows| rows.as_slice()), ..data };
    let fills = imputed::compute(&Known { data, ..valued }, &mut findings);
    if !findings.is_empty() {
        return Err(findings);
    }
    let filled = fills.into_iter().enumerate().map(|(i, fills)| {
        let round = plan.indicators[i].round.as_ref();
        reuse.filled(i, &values[i], fills, |bare, fills| bare.with(fills, round))
    });
    let filled: Vec<Arc<Values>> = filled.collect();
    let untreated = Known { data, values: &filled, ..valued };
    let mut treated: Vec<Option<Arc<Treated>>> = Vec::new();
    for indicator in indicators {
        budget::stage("values", &document.indicators[indicator].id)?;
        treated.push(reuse.treated(indicator, |again| treated::compute(&untreated, indicator, again)));
    }
    let treated_values = Known { treated: &treated, ..untreated };
    let leaves = leaves(&treated_values, &mut reuse)?;
    let known = Known { leaves: &leaves, ..treated_values };
    let mut nodes = indicator_scores(&known, document, &mut reuse, &mut findings)?;
    if !findings.is_empty() {
        return Err(findings);
    }
    let (weights, fits) = climb(&known, &mut nodes, &mut reuse, &mut findings)?;
    let known = Known { data: Data { weights: &weights, fits: &fits, ..data }, ..known };
    for (k, (node, state)) in plan.nodes.iter().zip(&nodes).enumerate().skip(plan.indicators.len()) {
        let changed = reuse.other_nodes(k);
        findings.extend(overflow::found(&data, &state.scores.score, changed, "overflow_score", &node.id));
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let near = BoundedTree { cells: BoundedCells(known), nodes: &nodes };
    let exact = ExactTree { cells: ExactCells(known), nodes: &nodes };
    let final_step = FinalStep { plan: &plan.final_step, adjustments: &adjustment_sums, floors: &floor_sums };
    budget::stage("totals", "")?;
    let totals = reuse.totals(|again| total::compute(&near, &exact, &final_step, again));
    let (unrounded, changed) = (&totals.unrounded.score, reuse.other_totals());
    findings.extend(overflow::found(&data, unrounded, changed, "overflow_total", "total"));
    if !findings.is_empty() {
        return Err(findings);
    }
    budget::stage("ranks", "")?;
    let was = before.map(|before| &*before.totals);
    let rank = |again: Again<'_, Pages<f64>>| rank::ranks(&near, &exact, &final_step, (was, &totals), again);
    let ranks = reuse.ranked(|before| Some(&before.ranks), rank);
    let grades = plan.final_step.total.grades.as_ref().map(|grades| {
        let grade = |again: Again<'_, Vec<u32>>| {
            rank::grades(&near, &exact, &final_step, grades, &totals, &ranks, again)
        };
        reuse.ranked(|before| before.grades.as_ref(), grade)
    });
    budget::check()?;
    Ok(Inner {
        shares: Shares::of(plan, &weights),
        weights,
        fits,
        scheme: scheme.clone(),
        options: Arc::clone(options),
        panel: panel.clone(),
        columns: bound.columns,
        imputed: bound.imputed,
        class_of: bound.class_of,
        benchmark: bound.benchmark,
        screened,
        kept_out,
        applies,
        targets,
        bare: values,
        values: filled,
        treated,
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
fn leaves(below: &Known<'_>, reuse: &mut Reuse<'_>) -> Result<Vec<Arc<LeafState>>, Vec<Finding>> {
    let plan = below.data.plan;
    let mut states: Vec<Arc<LeafState>> = Vec::new();
    for (index, leaf) in plan.leaves.iter().enumerate() {
        let before = match reuse.leaf(index) {
            Step::Keep(same) => {
                states.push(same);
                continue;
            }
            Step::Write(before) => before,
        };
        budget::stage("references", &plan.nodes[leaf.indicator].id)?;
        let needs = &leaf.needs;
        let changed = reuse.other_treated(leaf.indicator);
        let (inputs, compared) = {
            let known = Known { leaves: &states, ..*below };
            let again = before.map(|before| (&before.inputs, reuse.values_before(leaf.indicator), changed));
            reference::resolve(&known, index, Level::Value, reference::input_anchors(leaf), again)
        };
        let changed = reuse.other_measures(index, &compared);
        states.push(Arc::new(LeafState { measure: None, anchors: inputs.empty(), inputs }));
        if needs.iter().any(|n| matches!(n, Need::Rank | Need::RankBefore(_))) {
            let ranks = {
                let known = Known { leaves: &states, ..*below };
                known.leaves[index].inputs.rank(&ExactCells(known), index)
            };
            Arc::make_mut(&mut states[index]).inputs.ranks = Some(ranks);
        }
        let mut changed = changed;
        if !needs.is_empty() {
            let known = Known { leaves: &states, ..*below };
            let was = before.and_then(|before| before.measure.as_ref());
            let measure = measure_column(
                &BoundedCells(known),
                &ExactCells(known),
                index,
                was.map(|was| (was, &changed)),
            );
            if let Some((_, was)) = was {
                changed = measure.1.widened(changed, was, |now, was| now.tolerance == was.tolerance);
            }
            Arc::make_mut(&mut states[index]).measure = Some(measure);
        }
        let (anchors, compared) = {
            let known = Known { leaves: &states, ..*below };
            let again = before.map(|before| (&before.anchors, reuse.measures_before(index), &changed));
            reference::resolve(&known, index, Level::Measure, leaf.rule.anchors(&leaf.setting), again)
        };
        reuse.score_again(index, &changed, &compared);
        Arc::make_mut(&mut states[index]).anchors = anchors;
        if reference::takes_rank(leaf) {
            let ranks = {
                let known = Known { leaves: &states, ..*below };
                known.leaves[index].anchors.rank(&ExactCells(known), index)
            };
            Arc::make_mut(&mut states[index]).anchors.ranks = Some(ranks);
        }
    }
    Ok(states)
}

/// A measure other than the value itself, over the panel.
fn measure_column(
    near: &BoundedCells<'_>,
    exact: &ExactCells<'_>,
    leaf: usize,
    again: Again<'_, (Pages<f64>, Chunked<Report>)>,
) -> (Pages<f64>, Chunked<Report>) {
    let data = near.0.data;
    let mut column = again.map_or_else(|| Pages::zeros(data.panel.len()), |(before, _)| before.0.clone());
    let again = again.map(|(before, changed)| (&before.1, changed));
    let reports = Chunked::write(data.panel, [&mut column], again, |mut task| {
        let mut errors = Seen::default();
        for (to, row) in task.out.remove(0).iter_mut().zip(task.rows) {
            let mut cell: Bounded = near.computed_measure(leaf, row);
            if cell.e.is_infinite() || (cell.is_vague() && cell.v != 0.0) {
                cell = settled(cell, &exact.measure(leaf, row));
            }
            *to = cell.v;
            errors.note(cell.v, cell.e);
        }
        Report { tolerance: Tolerance::seen(0.0, errors), exact_cells: 0 }
    });
    (column, reports)
}

/// Scores of the indicators, filled as declared; what is missing and not allowed becomes findings.
fn indicator_scores(
    known: &Known<'_>,
    document: &Document,
    reuse: &mut Reuse<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Arc<NodeScores>>, Vec<Finding>> {
    let (near, exact) = (BoundedCells(*known), ExactCells(*known));
    let plan = known.data.plan;
    let mut nodes = Vec::new();
    for indicator in 0..plan.indicators.len() {
        let before = match reuse.indicator(indicator) {
            Step::Keep(same) => {
                nodes.push(same);
                continue;
            }
            Step::Write(before) => before,
        };
        budget::stage("scores", &plan.nodes[indicator].id)?;
        let changed = reuse.other_nodes(indicator);
        let again = before.map(|before| (&before.scores, changed));
        let mut scores = points::compute(&near, &exact, indicator, again);
        let id = &document.indicators[indicator].id;
        findings.extend(overflow::found(&known.data, &scores.score, changed, "overflow_score", id));
        let incomplete = points::fill(&near, indicator, &mut scores, plan.final_step.full_points, changed);
        findings.extend(listed(&incomplete, |h| incomplete_cell(known, document, h)));
        findings.extend(bases::refused(&near, document, indicator, changed));
        if let Some(references) = known.data.references {
            findings.extend(references.lacking_peers(&known.data, indicator, &scores));
        }
        reuse.wrote(indicator, &scores);
        nodes.push(Arc::new(NodeScores::new(scores)));
    }
    Ok(nodes)
}

fn incomplete_cell(known: &Known<'_>, document: &Document, cell: &Incomplete) -> Finding {
    let (data, indicator) = (&known.data, &document.indicators[cell.indicator]);
    let panel = data.panel;
    // Name the data behind it: the variable that is missing and when, or the denominator that is zero.
    let program = &data.plan.indicators[cell.indicator].program;
    let behind = program.loads().iter().find_map(|load| match *load {
        crate::formula::Load::Column { slot, lag } => {
            let row = panel.lagged(cell.row, lag);
            let absent = row.is_none_or(|r| data.columns[slot as usize].values()[r].is_nan());
            absent.then(|| (&document.variables[slot as usize].id, lag))
        }
        crate::formula::Load::Total { .. } => None,
    });
    let finding = match behind {
        _ if cell.target => Finding::error("no_target"),
        Some((variable, 0)) => Finding::error("missing_input").fact("variable", variable),
        Some((variable, lag)) => {
            let before = panel.periods()[panel.period_of(cell.row)].back(lag);
            Finding::error("missing_input_before").fact("variable", variable).fact("before", before)
        }
        None => Finding::error("not_a_number").fact("formula", &indicator.formula),
    };
    let place = panel.place(cell.row, Some(&indicator.id));
    let fact =
        |finding: Finding, name, of: &Option<String>| finding.fact(name, of.clone().unwrap_or_default());
    let finding = fact(fact(finding, "entity", &place.entity), "period", &place.period);
    finding.fact("indicator", &indicator.id).placed(place)
}

/// Groups and the raw total, members first; weights that are computed, fits of sets and declared roundings on the way. Scores that a mean cannot
/// take become findings.
fn climb(
    known: &Known<'_>,
    nodes: &mut Vec<Arc<NodeScores>>,
    reuse: &mut Reuse<'_>,
    findings: &mut Vec<Finding>,
) -> Result<(Weights, Fits), Vec<Finding>> {
    let plan = known.data.plan;
    let (mut weights, mut fits) = (known.data.weights.clone(), known.data.fits.clone());
    // Points of the whole that a group takes follow from weights that are given; others are rounded once all weights are there.
    let first = |how: Option<Rounding>| how.filter(|how| how.carry);
    let last = |how: Option<Rounding>| how.filter(|how| !how.carry);
    for (node, own) in plan.nodes.iter().enumerate() {
        budget::stage("groups", &own.id)?;
        if let Some(indicator) = plan.indicators.get(node) {
            print_points(known, &weights, nodes, reuse, (node, first(indicator.points_round)));
            continue;
        }
        let before = match reuse.group(node) {
            Step::Keep(same) => {
                nodes.push(same);
                if let Some(before) = reuse.before() {
                    weights.take(&before.weights, &own.members);
                    fits.take(&before.fits, node);
                }
                continue;
            }
            Step::Write(before) => before,
        };
        let known = &Known { data: Data { weights: &weights, fits: &fits, ..known.data }, ..*known };
        let near = BoundedTree { cells: BoundedCells(*known), nodes };
        let exact = ExactTree { cells: ExactCells(*known), nodes };
        let mut computed = weights.clone();
        computed.compute(&near, &exact, node);
        let mut fitted = fits.clone();
        if let Some(sets) = fits::fit(&near, node) {
            fitted.put(node, sets);
        }
        let known = &Known { data: Data { weights: &computed, fits: &fitted, ..known.data }, ..*known };
        let near = BoundedTree { cells: BoundedCells(*known), nodes };
        let exact = ExactTree { cells: ExactCells(*known), nodes };
        let meaningless = tree::meaningless(&near, &exact, node);
        findings
            .extend(listed(meaningless, |(member, row)| refused_score((&near, &exact), node, member, row)));
        let again = before.map(|before| (&before.scores, reuse.other_nodes(node)));
        let scores = tree::group(&near, &exact, node, again);
        reuse.wrote(node, &scores);
        nodes.push(Arc::new(NodeScores::new(scores)));
        if let Some(how) = own.round {
            let exact = ExactTree { cells: ExactCells(*known), nodes };
            let again = before.and_then(|before| Some((before.printed.as_ref()?, reuse.other_nodes(node))));
            let exactly = |row: usize| exact.score(node, row);
            let printed = tree::rounded(&how, &nodes[node].scores, exactly, known.data.panel, again);
            Arc::make_mut(&mut nodes[node]).printed = Some(printed);
        }
        (weights, fits) = (computed, fitted);
    }
    for (node, indicator) in plan.indicators.iter().enumerate() {
        print_points(known, &weights, nodes, reuse, (node, last(indicator.points_round)));
    }
    tree::drop_points(plan, nodes);
    Ok((weights, fits))
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
    let near = BoundedTree { cells: BoundedCells(known), nodes };
    let exact = ExactTree { cells: ExactCells(known), nodes };
    let points = tree::rounded_points(&near, &exact, node, &how);
    Arc::make_mut(&mut nodes[node]).points = Some(points);
}

/// A score that the mean of its group, or the method of the weights there, does not take.
fn refused_score(
    (near, exact): (&BoundedTree<'_>, &ExactTree<'_>),
    node: usize,
    member: usize,
    row: usize,
) -> Finding {
    let data = &near.known().data;
    let id = &data.plan.nodes[member].id;
    let place = data.panel.place(row, Some(id));
    let fact = |text: &Option<String>| text.clone().unwrap_or_default();
    let group = &data.plan.nodes[node];
    let score = near.carried(member, row).v;
    let by_weights = group.weighting.as_ref().map_or(Takes::Any, |weighting| weighting.way.takes());
    // Of a score that is too small for a float the exact one is left.
    let is_negative = score < 0.0 || exact.carried(member, row).is_less(&Exact::zero());
    let code = match by_weights {
        _ if group.aggregate.is_above_zero() && is_negative => "score_below_zero",
        Takes::Positive => "score_not_positive_weights",
        _ if group.takes() == Takes::Positive => "score_zero",
        _ => "score_below_zero_weights",
    };
    let method = group.weighting.as_ref().map(|weighting| weighting.way.name()).unwrap_or_default();
    Finding::error(code)
        .fact("method", method)
        .fact("entity", fact(&place.entity))
        .fact("period", fact(&place.period))
        .fact("indicator", id)
        .fact("group", &data.plan.nodes[node].id)
        .fact("score", score)
        .placed(place)
}
