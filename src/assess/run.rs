//! The pipeline, one stage after the other.

use std::collections::HashMap;

use super::cells::{Exactly, Known, LeafState, Level, Nearly, Origin, Targets};
use super::data::{Data, Tolerance};
use super::ladder::Ladders;
use super::points::{self, Hole};
use super::targets::targets;
use super::total::Last;
use super::tree::{ExactTree, NearTree, NodeScores, Shares, Upper};
use super::values::{self, PanelSums, Values};
use super::{Inner, Options, bases, conditions, overflow, rank, reference, total, tree};
use crate::budget;
use crate::exec;
use crate::finding::{Finding, listed};
use crate::memory::Pages;
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::method::missing::Missing;
use crate::method::rules::Kernel;
use crate::number::Bounded;
use crate::panel::{Column, Filled, Panel, impute};
use crate::scheme::Scheme;
use crate::scheme::model::Document;
use crate::scheme::plan::Plan;

/// Runs the pipeline; every problem of a stage is found before it stops.
pub(super) fn run(scheme: &Scheme, panel: &Panel, options: &Options) -> Result<Inner, Vec<Finding>> {
    let (document, plan) = (scheme.document(), scheme.plan());
    budget::stage("data", "")?;
    let mut findings = Vec::new();
    let bound = Bound::of(document, panel, &mut findings);
    let targets = targets(document, plan, panel, options, &mut findings);
    findings.extend(bases::absent(document, plan, panel));
    let (Some(bound), true) = (bound, findings.is_empty()) else { return Err(findings) };
    let applies = conditions::applies(&bound.data(plan, panel));
    let data = Data { applies: Some(&applies), ..bound.data(plan, panel) };
    findings.extend(conditions::holes(document, &data));
    let all = |programs: &mut dyn Iterator<Item = &crate::formula::Program>| -> Vec<PanelSums> {
        programs.map(|p| PanelSums::of(&data, p)).collect()
    };
    let sums = all(&mut plan.indicators.iter().map(|i| &i.program));
    let adjustment_sums = all(&mut plan.adjustments.iter());
    let floor_sums = all(&mut plan.floors.iter());
    let mut values: Vec<Values> = Vec::new();
    for (indicator, (plan, sums)) in document.indicators.iter().zip(&sums).enumerate() {
        budget::stage("values", &plan.id)?;
        values.push(values::compute(&data, indicator, sums));
        findings.extend(overflow::found(&data, &values[indicator].raw, "overflow_value", &plan.id));
    }
    if findings.iter().any(|f| f.code == "overflow_value") {
        return Err(findings);
    }
    let leaves = leaves(&data, &values, &sums, &targets)?;
    let known = Known { data, values: &values, sums: &sums, targets: &targets, leaves: &leaves };
    let mut nodes = indicator_scores(&known, document, &mut findings)?;
    if !findings.is_empty() {
        return Err(findings);
    }
    climb(&known, &mut nodes, &mut findings)?;
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
    let totals = total::compute(&near, &exact, &last);
    findings.extend(overflow::found(&data, &totals.unrounded.score, "overflow_total", "total"));
    if !findings.is_empty() {
        return Err(findings);
    }
    budget::stage("ranks", "")?;
    let ranks = rank::ranks(&near, &exact, &last, &totals);
    let grades = rank::grades(&near, &exact, &last, &totals, &ranks);
    budget::check()?;
    Ok(Inner {
        shares: Shares::of(plan),
        scheme: scheme.clone(),
        options: options.clone(),
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
        grades,
    })
}

/// The panel as the scheme takes it: a column a variable, imputed as declared; classes and benchmarks by row.
pub(super) struct Bound {
    columns: Vec<Column>,
    imputed: Vec<(usize, Filled)>,
    class_of: Option<Vec<u16>>,
    benchmark: Option<Vec<bool>>,
}

impl Bound {
    /// `None` where the data lack what the scheme needs; the findings say what.
    pub(super) fn of(document: &Document, panel: &Panel, findings: &mut Vec<Finding>) -> Option<Self> {
        let raw = bind(document, panel, findings);
        let class_of = classes(document, panel, findings);
        let benchmark = benchmarks(document, panel);
        if !findings.is_empty() {
            return None;
        }
        let (columns, imputed) =
            fill_columns(document, panel, raw, class_of.as_deref(), benchmark.as_deref());
        Some(Bound { columns, imputed, class_of, benchmark })
    }

    /// Before it is known which indicators apply to whom.
    pub(super) fn data<'a>(&'a self, plan: &'a Plan, panel: &'a Panel) -> Data<'a> {
        Data {
            plan,
            panel,
            columns: &self.columns,
            class_of: self.class_of.as_deref(),
            benchmark: self.benchmark.as_deref(),
            applies: None,
        }
    }
}

/// One column a variable; what the data lack is told as the data checks tell it.
fn bind(document: &Document, panel: &Panel, findings: &mut Vec<Finding>) -> Vec<Column> {
    let columns: Vec<Column> =
        document.variables.iter().filter_map(|v| panel.column(&v.id)).cloned().collect();
    if columns.len() < document.variables.len() {
        findings.extend(checked(
            document,
            panel,
            &["missing_column", "missing_column_near", "column_is_text"],
        ));
    }
    columns
}

/// What the data checks find of some kinds.
fn checked(document: &Document, panel: &Panel, codes: &[&str]) -> Vec<Finding> {
    let all = crate::panel::check(document, panel, &crate::panel::CheckInput::default());
    all.into_iter().filter(|f| codes.contains(&f.code)).collect()
}

/// The class of every row: from the class column, or from the lists of the scheme.
fn classes(document: &Document, panel: &Panel, findings: &mut Vec<Finding>) -> Option<Vec<u16>> {
    if document.classes.is_empty() && document.class_column.is_none() {
        return None;
    }
    let texts = document.class_column.as_ref().map(|column| panel.text(column));
    let entity = |row: usize| panel.entity_name(panel.entity_of(row));
    let known: HashMap<&str, u16> = match texts {
        Some(_) => (1..).zip(&document.classes).map(|(c, class)| (class.id.as_str(), c)).collect(),
        None => (1..)
            .zip(&document.classes)
            .flat_map(|(c, class)| class.entities.iter().map(move |e| (e.as_str(), c)))
            .collect(),
    };
    let of: Vec<Option<u16>> = (0..panel.len())
        .map(|row| match texts {
            Some(texts) => known.get(texts?[row].as_deref()?.trim()).copied(),
            None => known.get(entity(row).as_ref()).copied(),
        })
        .collect();
    let is_benchmark = |row: usize| document.benchmarks.iter().any(|b| *b == entity(row));
    if of.iter().enumerate().any(|(row, class)| class.is_none() && !is_benchmark(row)) {
        let kinds = [
            "missing_class_column",
            "class_empty",
            "unknown_class",
            "unknown_class_near",
            "entity_without_class",
        ];
        findings.extend(checked(document, panel, &kinds));
    }
    Some(of.into_iter().map(Option::unwrap_or_default).collect())
}

fn benchmarks(document: &Document, panel: &Panel) -> Option<Vec<bool>> {
    if document.benchmarks.is_empty() {
        return None;
    }
    let entities: Vec<bool> = (0..panel.entity_count())
        .map(|e| document.benchmarks.iter().any(|b| *b == panel.entity_name(e)))
        .collect();
    Some((0..panel.len()).map(|row| entities[panel.entity_of(row)]).collect())
}

/// Variables imputed as declared.
fn fill_columns(
    document: &Document,
    panel: &Panel,
    mut columns: Vec<Column>,
    class_of: Option<&[u16]>,
    benchmark: Option<&[bool]>,
) -> (Vec<Column>, Vec<(usize, Filled)>) {
    let mut imputed = Vec::new();
    for (v, variable) in document.variables.iter().enumerate() {
        let fills = !matches!(variable.missing, Missing::Error | Missing::Skip | Missing::Full);
        if fills {
            let group = |row: usize| match (benchmark, class_of) {
                (Some(b), _) if b[row] => None,
                (_, Some(classes)) => Some(u32::from(classes[row])),
                _ => Some(0),
            };
            if let Some(result) = impute(panel, &variable.id, variable.missing, &group) {
                columns[v] = result.column;
                imputed.extend(result.filled.into_iter().map(|f| (v, f)));
            }
        }
    }
    (columns, imputed)
}

/// Measures and references of every leaf.
fn leaves(
    data: &Data<'_>,
    values: &[Values],
    sums: &[PanelSums],
    targets: &Targets,
) -> Result<Vec<LeafState>, Vec<Finding>> {
    let mut states: Vec<LeafState> = Vec::new();
    for (index, leaf) in data.plan.leaves.iter().enumerate() {
        budget::stage("references", &data.plan.nodes[leaf.indicator].id)?;
        let needs = leaf.measure.needs();
        let anchors = |need: &Need| match need {
            Need::Anchor(a) => a.clone(),
            // Lagged values and ranks are looked up by row; a typed number keeps the places aligned.
            _ => Anchor::Number(0.0),
        };
        let inputs = {
            let known = Known { data: *data, values, sums, targets, leaves: &states };
            reference::resolve(&known, index, Level::Value, needs.iter().map(anchors).collect())
        };
        states.push(LeafState { measure: None, anchors: inputs.empty(), inputs });
        if needs.iter().any(|n| matches!(n, Need::Rank | Need::RankBefore(_))) {
            let ranks = {
                let known = Known { data: *data, values, sums, targets, leaves: &states };
                known.leaves[index].inputs.rank(&Exactly(known), index)
            };
            states[index].inputs.ranks = Some(ranks);
        }
        if !needs.is_empty() {
            let measure = {
                let known = Known { data: *data, values, sums, targets, leaves: &states };
                measure_column(&Nearly(known), &Exactly(known), index)
            };
            states[index].measure = Some(measure);
        }
        let anchors = {
            let known = Known { data: *data, values, sums, targets, leaves: &states };
            reference::resolve(&known, index, Level::Measure, leaf.rule.anchors(&leaf.setting))
        };
        states[index].anchors = anchors;
        if reference::takes_rank(leaf) {
            let ranks = {
                let known = Known { data: *data, values, sums, targets, leaves: &states };
                known.leaves[index].anchors.rank(&Exactly(known), index)
            };
            states[index].anchors.ranks = Some(ranks);
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
            let mut error = 0.0f64;
            for (to, row) in task.out.remove(0).iter_mut().zip(task.rows) {
                let cell: Bounded = near.computed_measure(leaf, row);
                *to = cell.v;
                if cell.e.is_infinite() || (cell.is_vague() && cell.v != 0.0) {
                    let value = exact.measure(leaf, row);
                    *to = if value.is_irrational() { cell.v } else { overflow::nearest(&value) };
                    error = error.max(to.abs() * f64::EPSILON);
                } else if cell.e.is_finite() {
                    error = error.max(cell.e);
                }
            }
            error
        });
    (column, Tolerance { rel: 0.0, abs: errors.into_iter().fold(0.0, f64::max) })
}

/// Scores of the indicators, filled as declared; holes become findings.
fn indicator_scores(
    known: &Known<'_>,
    document: &Document,
    findings: &mut Vec<Finding>,
) -> Result<Vec<NodeScores>, Vec<Finding>> {
    let (near, exact) = (Nearly(*known), Exactly(*known));
    let plan = known.data.plan;
    let mut nodes = Vec::new();
    for indicator in 0..plan.indicators.len() {
        budget::stage("scores", &plan.nodes[indicator].id)?;
        let mut scores = points::compute(&near, &exact, indicator);
        let id = &document.indicators[indicator].id;
        findings.extend(overflow::found(&known.data, &scores.score, "overflow_score", id));
        let holes = points::fill(&near, indicator, &mut scores, document.full_points);
        findings.extend(listed(&holes, |h| hole(known, document, h)));
        nodes.push(NodeScores { scores, ..NodeScores::default() });
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

/// Groups and the raw total, members first; declared roundings on the way. Scores that a mean cannot take become findings.
fn climb(
    known: &Known<'_>,
    nodes: &mut Vec<NodeScores>,
    findings: &mut Vec<Finding>,
) -> Result<(), Vec<Finding>> {
    let plan = known.data.plan;
    for node in 0..plan.nodes.len() {
        budget::stage("groups", &plan.nodes[node].id)?;
        if node >= plan.indicators.len() {
            let near = NearTree { cells: Nearly(*known), nodes };
            let exact = ExactTree { cells: Exactly(*known), nodes };
            let negative = tree::negative(&near, &exact, node);
            findings.extend(listed(negative, |(member, row)| below_zero(&near, node, member, row)));
            let scores = tree::group(&near, &exact, node);
            nodes.push(NodeScores { scores, ..NodeScores::default() });
        }
        let near = NearTree { cells: Nearly(*known), nodes };
        let exact = ExactTree { cells: Exactly(*known), nodes };
        let (printed, points) =
            match (plan.nodes[node].round, plan.indicators.get(node).and_then(|i| i.points_round)) {
                (Some(how), _) => {
                    let scores = &nodes[node].scores;
                    let column = (&scores.score[..], scores.error);
                    let starts = known.data.panel.starts();
                    (Some(tree::round_column(&how, column, |r| exact.score(node, r), starts)), None)
                }
                (None, Some(how)) => (None, Some(tree::printed_points(&near, &exact, node, &how))),
                (None, None) => continue,
            };
        let state = &mut nodes[node];
        if let Some((column, cells)) = printed {
            state.printed = Some(column);
            state.scores.exact_cells += cells;
        }
        if let Some((column, cells)) = points {
            state.points = Some(column);
            state.scores.exact_cells += cells;
        }
    }
    tree::drop_points(plan, nodes);
    Ok(())
}

/// A negative score under a mean that takes none.
fn below_zero(near: &NearTree<'_>, node: usize, member: usize, row: usize) -> Finding {
    let data = &near.known().data;
    let id = &data.plan.nodes[member].id;
    let place = data.panel.place(row, Some(id));
    let fact = |text: &Option<String>| text.clone().unwrap_or_default();
    Finding::error("score_below_zero")
        .fact("entity", fact(&place.entity))
        .fact("period", fact(&place.period))
        .fact("indicator", id)
        .fact("group", &data.plan.nodes[node].id)
        .fact("score", near.carried(member, row).v)
        .placed(place)
}
