//! Where the result of one cell may bend or jump: between two such places it is smooth.

use super::bounds::Cell;
use crate::assess::Inner;
use crate::assess::cells::Origin;
use crate::formula::{Load, Op, Program};
use crate::method::rules::{Break, Kernel};
use crate::number::{Bounded, Number};
use crate::scheme::plan::Scoring;

/// Peers whose values are looked at; of a larger set every n-th in order.
const PEERS: usize = 400;
/// Steps of stairs that are looked at.
const STAIRS: u32 = 40;

/// Places on the grid, ascending: the ends, the doublings from the current value, and the solutions of
///
/// ```text
/// measure(x) = measure of a peer        (minimum, maximum, rank, quantile change hands)
/// measure(x) = break of a rule          (tiers, caps, kinks)
/// value(x)   = value of a peer, or what a treatment was fitted with   (ends of winsorising)
/// value(x)   = constant of a floor, an adjustment or the formula itself
/// value(x)   = level that the goal names
/// ```
/// found by bisection in floats. They only guide the search: what holds at a place is asked of the assessment itself.
pub(crate) fn candidates(inner: &Inner, cell: &Cell, level: Option<f64>) -> Vec<i64> {
    let mut places = vec![cell.low, cell.high];
    let mut reach = 1i64;
    while reach < cell.high.saturating_sub(cell.low) {
        places.extend([cell.current.saturating_add(reach), cell.current.saturating_sub(reach)]);
        reach = reach.saturating_mul(2);
    }
    let plan = inner.scheme.plan();
    let constants = constants(inner);
    for (i, indicator) in plan.indicators.iter().enumerate() {
        if !reads(&indicator.program, cell.variable) {
            continue;
        }
        let value = |x: f64| value(inner, cell, i, x);
        let own = constants.iter().copied().chain(program_constants(&indicator.program)).chain(level);
        places.extend(own.filter_map(|c| crossing(cell, &value, c)).flat_map(|k| [k, k + 1]));
        places.extend(leaf_places(inner, cell, i));
        places.extend(treated_places(inner, cell, i));
    }
    places.retain(|k| (cell.low..=cell.high).contains(k));
    places.sort_unstable();
    places.dedup();
    places
}

/// Whether a program reads a variable of the present.
pub(crate) fn reads(program: &Program, variable: usize) -> bool {
    let direct = |load: &Load| matches!(load, Load::Column { slot, .. } if *slot as usize == variable);
    program.loads().iter().any(direct) || program.totals().iter().any(|t| reads(t, variable))
}

/// An indicator's value at the cell's row if the cell held `x`, in floats.
pub(crate) fn value(inner: &Inner, cell: &Cell, indicator: usize, x: f64) -> f64 {
    let data = inner.data();
    data.plan.indicators[indicator].program.eval(&mut |load| match load {
        Load::Column { slot, lag: 0 } if slot as usize == cell.variable => x,
        Load::Column { slot, lag } => {
            data.panel.lagged(cell.row, lag).map_or(f64::NAN, |r| data.columns[slot as usize].values()[r])
        }
        Load::Total { index, lag } => {
            let period = data.panel.earlier(data.panel.period_of(cell.row), lag);
            inner.sums[indicator].near(index as usize, period).v
        }
    })
}

/// What is scored of that value, by what is fitted as things are.
fn scored(inner: &Inner, cell: &Cell, indicator: usize, x: f64) -> Bounded {
    let value = Bounded::of(value(inner, cell, indicator, x));
    match inner.known().treated(indicator) {
        Some(treated) => treated.of(&inner.near(), indicator, cell.row, &value),
        None => value,
    }
}

/// Whether more of a variable moves the points of every indicator one way only, with everything else as it is, and nothing above the
/// points (adjustments, floors, conditions) can turn them.
pub(crate) fn is_monotone(inner: &Inner, cell: &Cell, places: &[i64]) -> bool {
    let plan = inner.scheme.plan();
    let plain = plan.adjustments.is_empty()
        && plan.floors.is_empty()
        && plan.indicators.iter().all(|i| i.not_applicable.is_none());
    let read = plan.indicators.iter().enumerate().filter(|(_, i)| reads(&i.program, cell.variable));
    plain
        && read.into_iter().all(|(i, _)| {
            let mut leaves = Vec::new();
            leaves_of(&plan.classes[inner.data().class(cell.row)].scoring[i], &mut leaves);
            leaves.into_iter().all(|leaf| one_way(inner, cell, i, leaf, places))
        })
}

/// Whether the points of a leaf rise throughout, or fall: over the places of the cell, and over all places where its rule bends, which
/// other cells may bring within reach.
fn one_way(inner: &Inner, cell: &Cell, indicator: usize, leaf: usize, places: &[i64]) -> bool {
    let own = &inner.scheme.plan().leaves[leaf];
    let (inputs, anchors) = surroundings(inner, cell, leaf);
    let points = |k: &i64| {
        let measure = own.measured(&scored(inner, cell, indicator, cell.grid.value(*k)), &inputs);
        own.rule.score(&measure, &anchors, &own.setting).v
    };
    let over_bends = bends(&own.rule.breaks(&anchors, &own.setting))
        .into_iter()
        .map(|x| own.rule.score(&Bounded::of(x), &anchors, &own.setting).v);
    goes_one_way(places.iter().map(points)) && goes_one_way(over_bends) && !own.rule.is_moderate()
}

/// Whether numbers rise throughout, or fall; missing ones are left out.
fn goes_one_way(numbers: impl Iterator<Item = f64>) -> bool {
    let numbers: Vec<f64> = numbers.filter(|x| !x.is_nan()).collect();
    let slack = |w: &[f64]| 1e-9 * (1.0 + w[0].abs());
    numbers.windows(2).all(|w| w[1] >= w[0] - slack(w)) || numbers.windows(2).all(|w| w[1] <= w[0] + slack(w))
}

/// Measures at the bends of a rule, between them and beyond the outer ones, ascending.
fn bends(breaks: &[Break<Bounded>]) -> Vec<f64> {
    let mut at: Vec<f64> = breaks.iter().flat_map(places_of).filter(|x| x.is_finite()).collect();
    at.sort_by(f64::total_cmp);
    let (Some(first), Some(last)) = (at.first().copied(), at.last().copied()) else { return Vec::new() };
    let between: Vec<f64> = at.windows(2).map(|w| (w[0] + w[1]) / 2.0).collect();
    at.extend(between);
    at.extend([first - first.abs() - 1.0, last + last.abs() + 1.0]);
    at.sort_by(f64::total_cmp);
    at
}

/// What the measure of a leaf is compared with at the cell's row, and what its rule is.
fn surroundings(inner: &Inner, cell: &Cell, leaf: usize) -> (Vec<Bounded>, Vec<Bounded>) {
    let (near, state) = (inner.near(), &inner.leaves[leaf]);
    let needs = inner.scheme.plan().leaves[leaf].measure.needs();
    let inputs = needs.iter().enumerate().map(|(k, need)| near.need(leaf, k, need, cell.row)).collect();
    let anchors = 0..state.anchors.anchors.len();
    (inputs, anchors.map(|k| near.anchor(&state.anchors, leaf, k, cell.row)).collect())
}

/// The step of the grid after which `f` passes `level`.
pub(crate) fn crossing(cell: &Cell, f: &dyn Fn(f64) -> f64, level: f64) -> Option<i64> {
    let above = |k: i64| {
        let y = f(cell.grid.value(k));
        (!y.is_nan()).then_some(y >= level)
    };
    // At an end the formula may have no value (a denominator of zero): one step inside it has.
    let end = |k: i64, inside: i64| above(k).or_else(|| above(inside));
    let (mut low, mut high) = (cell.low, cell.high);
    let at_low = end(low, low + 1)?;
    if high <= low || end(high, high - 1)? == at_low {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if above(middle).unwrap_or(at_low) == at_low {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(low)
}

/// Numbers that floors, adjustments and conditions compare with.
fn constants(inner: &Inner) -> Vec<f64> {
    let plan = inner.scheme.plan();
    let conditions = plan.indicators.iter().filter_map(|i| i.not_applicable.as_ref().map(|(p, _)| p));
    plan.floors.iter().chain(&plan.adjustments).chain(conditions).flat_map(program_constants).collect()
}

fn program_constants(program: &Program) -> Vec<f64> {
    let constant = |op: &Op| match op {
        Op::Const(c) => Some(*c),
        _ => None,
    };
    program.ops().iter().filter_map(constant).collect()
}

/// Leaves of a scoring tree.
pub(crate) fn leaves_of(scoring: &Scoring, out: &mut Vec<usize>) {
    match scoring {
        Scoring::Leaf(leaf) => out.push(*leaf),
        Scoring::Shares(parts) => parts.iter().for_each(|(_, part)| leaves_of(part, out)),
        Scoring::Combine { children, .. } => children.iter().for_each(|c| leaves_of(c, out)),
    }
}

/// Where the measures of an indicator meet those of peers and the breaks of their rules.
fn leaf_places(inner: &Inner, cell: &Cell, indicator: usize) -> Vec<i64> {
    let (near, data) = (inner.near(), inner.data());
    let plan = data.plan;
    let mut leaves = Vec::new();
    leaves_of(&plan.classes[data.class(cell.row)].scoring[indicator], &mut leaves);
    let mut places = Vec::new();
    for leaf in leaves {
        let (own, state) = (&plan.leaves[leaf], &inner.leaves[leaf]);
        let needs = own.measure.needs();
        let inputs: Vec<Bounded> =
            needs.iter().enumerate().map(|(k, need)| near.need(leaf, k, need, cell.row)).collect();
        let measure = |x: f64| own.measured(&scored(inner, cell, indicator, x), &inputs).v;
        let anchors: Vec<Bounded> = (0..state.anchors.anchors.len())
            .map(|k| near.anchor(&state.anchors, leaf, k, cell.row))
            .collect();
        let breaks = own.rule.breaks(&anchors, &own.setting);
        let mut levels: Vec<f64> = breaks.iter().flat_map(places_of).collect();
        levels.extend(peers(inner, cell, |row| near.measure(leaf, row)));
        levels.extend(inner.leaves[leaf].inputs.sets.iter().flatten().map(|r| r.near.v));
        levels.retain(|x| x.is_finite());
        levels.sort_by(f64::total_cmp);
        levels.dedup();
        places
            .extend(levels.into_iter().filter_map(|l| crossing(cell, &measure, l)).flat_map(|k| [k, k + 1]));
    }
    places
}

/// Where the value of an indicator meets what its treatment was fitted with, and those that it was fitted on.
fn treated_places(inner: &Inner, cell: &Cell, indicator: usize) -> Vec<i64> {
    let (near, known) = (inner.near(), inner.known());
    let Some(treated) = known.treated(indicator) else { return Vec::new() };
    let mut levels = peers(inner, cell, |row| near.untreated(indicator, Some(row)));
    levels.extend(treated.fitted.sets.iter().flatten().map(|r| r.near.v).filter(|x| x.is_finite()));
    let value = |x: f64| value(inner, cell, indicator, x);
    levels.into_iter().filter_map(|l| crossing(cell, &value, l)).flat_map(|k| [k, k + 1]).collect()
}

/// Places of one break; of stairs the first [`STAIRS`].
fn places_of(b: &Break<Bounded>) -> Vec<f64> {
    match b {
        Break::Kink(x) | Break::Jump(x) => vec![x.v],
        Break::Lattice { origin, step } => (0..STAIRS).map(|k| origin.v + f64::from(k) * step.v).collect(),
    }
}

/// Numbers of the peers of the period.
fn peers(inner: &Inner, cell: &Cell, of: impl Fn(usize) -> Bounded) -> Vec<f64> {
    let data = inner.data();
    let rows =
        data.panel.rows_of(data.panel.period_of(cell.row)).filter(|r| *r != cell.row && data.counts(*r));
    let mut numbers: Vec<f64> = rows.map(|r| of(r).v).filter(|x| x.is_finite()).collect();
    numbers.sort_by(f64::total_cmp);
    let step = numbers.len().div_ceil(PEERS).max(1);
    numbers.into_iter().step_by(step).collect()
}
