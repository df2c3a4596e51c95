//! Ranks and grades from totals.

use super::cells::Origin;
use super::chunks::Again;
use super::moves::Moves;
use super::order::{Order, descending};
use super::ties::Deciders;
use super::total::{FinalStep, Totals};
use super::tree::{BoundedTree, ExactTree};
use crate::exec;
use crate::memory::Pages;
use crate::method::ranking::{GradeBy, Grades, Group, RankOn, Ranking, Ties};
use crate::number::{Exact, Number};
use crate::scheme::final_step::TieBreak;

/// Ranks by row, NaN where a row is not ranked; `was` are the totals that the ranks before were taken of.
pub(crate) fn ranks(
    near: &BoundedTree<'_>,
    exact: &ExactTree<'_>,
    final_step: &FinalStep<'_>,
    (was, totals): (Option<&Totals>, &Totals),
    again: Again<'_, Pages<f64>>,
) -> Pages<f64> {
    let data = near.known().data;
    let mut ranks = again.map_or_else(|| Pages::zeros(data.panel.len()), |(before, _)| before.clone());
    let deciders = Deciders { near, exact, final_step, totals, ranks: &[] };
    let write = |deciders: Deciders<'_>, period: usize, out: &mut [f64]| {
        if let (Some(was), Some((_, changed))) = (was, again)
            && (Moves { final_step, was, now: totals, changed }).rank(&data, period, out)
        {
            return;
        }
        rank_period(deciders, period, out);
    };
    if final_step.plan.tie_break.contains(&TieBreak::PreviousRank) {
        // One period after the other: each asks for the ranks of the one before.
        for period in 0..data.panel.periods().len() {
            let rows = data.panel.rows_of(period);
            let (earlier, rest) = ranks.split_at_mut(rows.start);
            write(Deciders { ranks: earlier, ..deciders }, period, &mut rest[..rows.len()]);
        }
        return ranks;
    }
    let mut periods = Vec::new();
    let mut rest: &mut [f64] = &mut ranks;
    for period in 0..data.panel.periods().len() {
        let (head, tail) = rest.split_at_mut(data.panel.rows_of(period).len());
        if again.is_none_or(|(_, changed)| changed.touches(&data.panel.rows_of(period))) {
            periods.push((period, head));
        }
        rest = tail;
    }
    exec::map_rows(data.panel.len(), periods, |(period, out)| write(deciders, period, out));
    ranks
}

/// The ranks of a period, each class by itself.
fn rank_period(deciders: Deciders<'_>, period: usize, out: &mut [f64]) {
    let data = deciders.near.known().data;
    let ranking: &Ranking = &deciders.final_step.plan.total.rank;
    let start = data.panel.rows_of(period).start;
    out.fill(f64::NAN);
    for mut rows in fields(&data, period) {
        keep_ranked(deciders.final_step, deciders.totals, &mut rows);
        let groups = by_name(&data, ranking, break_ties(deciders, by_total(deciders, &rows)));
        let mut before = 0;
        for (place, members) in groups.groups().enumerate() {
            let group = Group { place, before, size: members.len() };
            for (k, row) in members.iter().enumerate() {
                out[*row as usize - start] = ranking.ties.rank(group, k);
            }
            before += members.len();
        }
    }
}

/// Rows of a period that are ranked against each other: all of them, or class by class.
pub(crate) fn fields(data: &super::data::Data<'_>, period: usize) -> Vec<Vec<u32>> {
    let rows = data.panel.rows_of(period).filter(|r| data.counts(*r));
    if data.class_of.is_none() {
        return vec![rows.map(|r| r as u32).collect()];
    }
    let mut by_class = vec![Vec::new(); data.plan.classes.len()];
    rows.for_each(|r| by_class[data.class(r)].push(r as u32));
    by_class.retain(|rows| !rows.is_empty());
    by_class
}

/// Leaves out rows without a total, or without one that can be printed, and those that a floor keeps from being ranked.
pub(crate) fn keep_ranked(final_step: &FinalStep<'_>, totals: &Totals, rows: &mut Vec<u32>) {
    for score in [&totals.unrounded.score[..], totals.shown()] {
        if rows.iter().fold(false, |any, r| any | score[*r as usize].is_nan()) {
            rows.retain(|r| !score[*r as usize].is_nan());
        }
    }
    if !totals.floors.is_empty() {
        let unranked = |f: usize| final_step.plan.floors[f].unranked;
        rows.retain(|r| !totals.floors_of(*r as usize).any(unranked));
    }
}

fn by_total(deciders: Deciders<'_>, rows: &[u32]) -> Order {
    let (totals, plan) = (deciders.totals, deciders.final_step.plan);
    let exactly = |r: u32| deciders.exact_total(r as usize);
    let round = plan.total.round.filter(|_| plan.total.rank.on == RankOn::Rounded);
    if let (Some(printed), Some(how)) = (totals.printed.as_deref(), round) {
        // Equal floats are equal decimals, but for numbers that no float shows: of too many digits, or too small.
        let sizes = how.shown();
        let error = |x: f64| {
            if sizes.contains(&x.abs()) { 0.0 } else { x.abs() * f64::EPSILON + f64::MIN_POSITIVE }
        };
        return descending(rows, |r| printed[r as usize], (error, |r| error(printed[r as usize])), exactly);
    }
    let unrounded = &totals.unrounded;
    let widest = unrounded.widest();
    let errors = (|_| widest, |r: u32| unrounded.at(r as usize).e);
    descending(rows, |r| unrounded.score[r as usize], errors, exactly)
}

/// Splits groups of equal totals by the declared chain.
fn break_ties(deciders: Deciders<'_>, mut order: Order) -> Order {
    for by in &deciders.final_step.plan.tie_break {
        let near = |row: u32| deciders.near(*by, row as usize);
        let mut split = Order::default();
        for group in order.groups() {
            if group.len() == 1 {
                split.push(group.iter().copied());
                continue;
            }
            // What is missing decides nothing: it counts as the lowest.
            let (present, absent): (Vec<u32>, Vec<u32>) = group.iter().partition(|r| !near(**r).is_missing());
            let widest = present.iter().map(|r| near(*r).e).fold(0.0, f64::max);
            let exactly = |r: u32| deciders.exact(*by, r as usize);
            split.append(&descending(&present, |r| near(r).v, (|_| widest, |r| near(r).e), exactly));
            if !absent.is_empty() {
                split.push(absent);
            }
        }
        order = split;
    }
    order
}

/// Equals in a stated order where each gets a rank of its own: by name, so that the caller's order of rows does not
/// matter.
fn by_name(data: &super::data::Data<'_>, ranking: &Ranking, order: Order) -> Order {
    if ranking.ties != Ties::Ordinal {
        return order;
    }
    let mut named = Order::default();
    for group in order.groups() {
        let mut rows = group.to_vec();
        rows.sort_by_cached_key(|r| data.panel.name_of(*r as usize).into_owned());
        named.push(rows);
    }
    named
}

/// Index of a row's grade by row, `NO_GRADE` where there is none.
pub(crate) fn grades(
    near: &BoundedTree<'_>,
    exact: &ExactTree<'_>,
    final_step: &FinalStep<'_>,
    grades: &Grades,
    totals: &Totals,
    ranks: &[f64],
    again: Again<'_, Vec<u32>>,
) -> Vec<u32> {
    let data = near.known().data;
    let mut of_row = again.map_or_else(|| vec![NO_GRADE; data.panel.len()], |(before, _)| before.clone());
    let is_other = |p: &usize| again.is_none_or(|(_, changed)| changed.touches(&data.panel.rows_of(*p)));
    for rows in (0..data.panel.periods().len()).filter(is_other).flat_map(|p| fields(&data, p)) {
        for row in &rows {
            of_row[*row as usize] = NO_GRADE;
        }
        let ranked = rows.iter().filter(|r| !ranks[**r as usize].is_nan()).count();
        for row in rows.into_iter().map(|r| r as usize).filter(|r| !totals.unrounded.score[*r].is_nan()) {
            let own = grades.table.iter().position(|(_, bound)| {
                let bound = *bound;
                match grades.by {
                    GradeBy::Score => reaches(exact, final_step, totals, row, bound),
                    GradeBy::Rank => ranks[row] <= bound,
                    GradeBy::Proportion => {
                        let most = Exact::of(bound).mul(&Exact::of(ranked as f64)).floor().to_f64();
                        ranks[row] <= most
                    }
                }
            });
            of_row[row] = overridden(final_step, totals, row, own).map_or(NO_GRADE, |g| g as u32);
        }
    }
    of_row
}

/// No grade.
pub(crate) const NO_GRADE: u32 = u32::MAX;

/// Whether a total reaches a bound: the printed one, or the unrounded one exactly.
pub(crate) fn reaches(
    exact: &ExactTree<'_>,
    final_step: &FinalStep<'_>,
    totals: &Totals,
    row: usize,
    bound: f64,
) -> bool {
    if let Some(printed) = &totals.printed {
        return printed[row] >= bound;
    }
    let near = totals.unrounded.at(row);
    if (near.v - bound).abs() > near.e + bound.abs() * f64::EPSILON {
        return near.v >= bound;
    }
    match final_step.exact(exact, row, totals.floors_of(row)) {
        Exact::Irrational => near.v >= bound,
        total => total.is_at_least(&Exact::of(bound)),
    }
}

/// The grade after the floors that apply.
fn overridden(final_step: &FinalStep<'_>, totals: &Totals, row: usize, own: Option<usize>) -> Option<usize> {
    totals.floors_of(row).fold(own, |grade, f| {
        let floor = &final_step.plan.floors[f];
        let capped = match (floor.cap_grade, grade) {
            (Some(cap), Some(g)) => Some(g.max(cap)),
            (_, g) => g,
        };
        floor.grade.or(capped)
    })
}
