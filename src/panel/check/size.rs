//! Values a power of ten off their peers, where the entity has no history to judge by.
//!
//! Entities differ in size, so what decides is the ratio to other variables of the entity (R&D to output, output to
//! people): `d = log₁₀(x / proxy) − median of the peers'`. Off is beyond 10^2.5 and beyond six robust standard deviations.
//! If the proxy is the one that is wrong it will be off against its own proxies too, so a value is blamed only if it is off
//! against every ratio that is narrow enough to tell; with a single one, if it is farther from its peers by itself than
//! the other is; with none, if it is off by itself
//! and a power of ten from everybody else.

use super::spread::{log, spread};
use super::{Hit, Survey, peers::Peers, units};
use crate::panel::Column;

const FAR: f64 = 6.0;
/// Least distance, in powers of ten.
const LEAST: f64 = 2.5;
/// Least distance without a proxy.
const SHOWS: f64 = 1.5;
/// A ratio that differs more than this between peers tells nothing.
const TELLING: f64 = 3.7;
/// Least distance from everybody else, where there is no proxy.
const GAP: f64 = 1.0;
/// Peers that make a median worth comparing with.
const ENOUGH: usize = 8;
/// Other variables a value is compared with: the scheme's first ones, so that many variables cost no square.
const PROXIES: usize = 6;

#[derive(Debug, Clone, Copy)]
struct Off {
    power: i32,
    /// Distance from the peers' median without any proxy.
    plain: f64,
    /// Proxies against which it is off, of how many.
    against: (usize, usize),
}

pub(super) fn check(survey: &mut Survey<'_>) {
    let panel = survey.panel;
    let sizes: Vec<usize> =
        (0..survey.variables.len()).filter(|&i| !units::is_ratio(&survey.variables[i].0.unit)).collect();
    let mut hits: Vec<Hit<Off>> = Vec::new();
    let peers = Peers::of(survey.document, panel);
    for &i in &sizes {
        let column = survey.variables[i].1;
        let alone = alone(survey, column);
        for p in 0..panel.periods().len() {
            let rows: Vec<usize> =
                panel.rows_of(p).filter(|&r| !peers.is_benchmark(panel.entity_of(r))).collect();
            let suspects: Vec<usize> = rows.iter().copied().filter(|&r| alone[panel.entity_of(r)]).collect();
            if suspects.is_empty() || rows.len() < ENOUGH {
                continue;
            }
            let others = sizes.iter().filter(|&&j| j != i).take(PROXIES).map(|&j| survey.variables[j].1);
            let proxies: Vec<&Column> = others.collect();
            hits.extend(off(column, &proxies, &rows, &suspects).into_iter().map(|(row, fact)| Hit {
                variable: i,
                row,
                fact,
            }));
        }
    }
    report(survey, hits);
}

/// Entities with exactly one positive value of a variable: they have no history.
fn alone(survey: &Survey<'_>, column: &Column) -> Vec<bool> {
    let mut count = vec![0u8; survey.panel.entity_count()];
    for (row, x) in column.values().iter().enumerate() {
        if *x > 0.0 {
            let n = &mut count[survey.panel.entity_of(row)];
            *n = n.saturating_add(1);
        }
    }
    count.into_iter().map(|n| n == 1).collect()
}

/// Suspects that are off both by themselves and against at least one proxy, if there is one.
fn off(column: &Column, proxies: &[&Column], rows: &[usize], suspects: &[usize]) -> Vec<(usize, Off)> {
    let Some(plain) = Usual::of(column, None, rows) else { return Vec::new() };
    let usual: Vec<Usual<'_>> =
        proxies.iter().filter_map(|p| Usual::of(column, Some(p), rows)).filter(Usual::tells).collect();
    let mut found = Vec::new();
    let mut sorted: Option<Vec<f64>> = None;
    for &row in suspects {
        let Some(distance) = plain.distance(row).filter(|d| d.abs() >= SHOWS) else { continue };
        let distances: Vec<(f64, bool)> =
            usual.iter().filter_map(|u| u.distance(row).map(|d| (d, u.is_far(d)))).collect();
        let mut far: Vec<f64> = distances.iter().filter(|(_, far)| *far).map(|(d, _)| *d).collect();
        if distances.is_empty() && plain.is_far(distance) {
            let all = sorted.get_or_insert_with(|| plain.sorted(rows));
            if is_alone(all, distance) {
                far.push(distance);
            }
        }
        if far.is_empty() {
            continue;
        }
        far.sort_unstable_by(f64::total_cmp);
        let power = libm::round(far[far.len() / 2]) as i32;
        let against = (far.len(), distances.len().max(1));
        found.push((row, Off { power, plain: distance, against }));
    }
    found
}

/// How a variable, or its ratio to another, is distributed over the peers.
struct Usual<'a> {
    column: &'a Column,
    proxy: Option<&'a Column>,
    middle: f64,
    far: f64,
}

impl<'a> Usual<'a> {
    fn of(column: &'a Column, proxy: Option<&'a Column>, rows: &[usize]) -> Option<Self> {
        let mut usual = Usual { column, proxy, middle: 0.0, far: LEAST };
        let mut logs: Vec<f64> = rows.iter().filter_map(|&row| usual.distance(row)).collect();
        if logs.len() < ENOUGH {
            return None;
        }
        let (middle, s) = spread(&mut logs)?;
        usual.middle = middle;
        usual.far = LEAST.max(FAR * s);
        Some(usual)
    }

    fn distance(&self, row: usize) -> Option<f64> {
        let of = self.proxy.map_or(0.0, |p| log(p.values()[row]));
        let d = log(self.column.values()[row]) - of - self.middle;
        (!d.is_nan()).then_some(d)
    }

    /// All distances, ascending.
    fn sorted(&self, rows: &[usize]) -> Vec<f64> {
        let mut all: Vec<f64> = rows.iter().filter_map(|&row| self.distance(row)).collect();
        all.sort_unstable_by(f64::total_cmp);
        all
    }

    /// Whether a slip of ten thousand would be far.
    fn tells(&self) -> bool {
        self.far < TELLING
    }

    fn is_far(&self, distance: f64) -> bool {
        distance.abs() > self.far
    }
}

/// Whether no other distance comes near this one: sizes of firms have long tails, and the end of a tail is no slip.
fn is_alone(sorted: &[f64], distance: f64) -> bool {
    let at = sorted.partition_point(|d| *d < distance);
    let below = at.checked_sub(1).and_then(|i| sorted.get(i)).is_none_or(|d| distance - d >= GAP);
    below && sorted.get(at + 1).is_none_or(|d| d - distance >= GAP)
}

fn report(survey: &mut Survey<'_>, hits: Vec<Hit<Off>>) {
    // The farthest of each row, for the case that no majority decides.
    let mut farthest: std::collections::HashMap<usize, f64> = std::collections::HashMap::new();
    for hit in &hits {
        let best = farthest.entry(hit.row).or_insert(0.0);
        *best = best.max(hit.fact.plain.abs());
    }
    let blamed = |hit: &Hit<Off>| {
        let (far, all) = hit.fact.against;
        let every = far == all && all > 1;
        let itself = all == 1 && far == 1 && farthest.get(&hit.row) == Some(&hit.fact.plain.abs());
        every || itself
    };
    let hits: Vec<Hit<Off>> = hits.into_iter().filter(blamed).collect();
    survey.push_cells(hits, |cell, off| {
        cell.fill(units::off(["power_peers_unit", "power_peers"], &cell.variable.unit, off.power))
    });
}
