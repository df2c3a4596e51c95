//! Values a power of ten off their entity's own history.
//!
//! A step is `d = log₁₀(x_t / x_before)` between an entity's neighbouring positive values. It is suspicious when it lies
//! near a whole number `k ≠ 0` and far outside of how the variable usually moves: beyond six robust standard deviations
//! (median absolute deviation), of all entities within a period (so that a whole period in another unit does not
//! hide itself) and of the entity's own steps if there are enough of them (so that a small, volatile entity is not
//! accused). A single power of ten that stays is believed more easily, since real series have it (a province's contracts
//! rose from 9 to 94 billion in a year): it must be three times as far outside. The value blamed is the one between two opposite steps, or the end of the series that stands alone.

use std::collections::HashMap;

use super::spread::{log, spread};
use super::{Hit, Survey, units};
use crate::finding::{Finding, Place};
use crate::panel::Panel;

/// Robust standard deviations that are far outside.
const FAR: f64 = 6.0;
/// How many times as far one power of ten must be that the next step does not take back.
const ONCE: f64 = 3.0;
/// Least spread of a step, 10^0.05 = 12 % from period to period: what has hardly moved may move.
const LEAST: f64 = 0.05;
/// Spread where there are too few steps to know.
const UNKNOWN: f64 = 0.1;
/// Steps that make a spread.
const ENOUGH: usize = 5;
/// How near a whole number a suspicious step must lie: one power of ten may come by itself, ten thousand does not.
const NEAR_ONE: f64 = 0.15;
const NEAR_TWO: f64 = 0.25;
/// Counts below this are too few for a factor of ten to mean anything.
const FEW: f64 = 10.0;

/// What is wrong with a cell.
#[derive(Debug, Clone, Copy)]
struct Jump {
    /// The value is about `10^power` times too large.
    power: i32,
    /// The entity's row that it is measured by.
    by: usize,
}

pub(super) fn check(survey: &mut Survey<'_>) {
    let mut hits = Vec::new();
    for (i, (variable, column)) in survey.variables.iter().enumerate() {
        let series = Series::of(survey, &variable.unit, column.values());
        let blamed = series.blamed(survey.panel);
        hits.extend(blamed.into_iter().map(|(row, fact)| Hit { variable: i, row, fact }));
    }
    let (whole, single) = by_period(survey.panel, hits);
    for (hit, count) in whole {
        let finding = whole_period(survey, &hit, count);
        survey.push(finding);
    }
    let panel = survey.panel;
    survey.push_cells(single, |cell, jump| {
        let codes = ["power_jump_unit", "power_jump"];
        cell.fill(units::off(codes, &cell.variable.unit, jump.power))
            .fact("other", cell.column.values()[jump.by])
            .fact("when", panel.period_text_of(jump.by))
    });
}

/// Logarithms of one variable and how far its steps usually go.
struct Series<'a> {
    values: &'a [f64],
    ratio: bool,
    counts: bool,
    /// Suspicious from here, by the spread of all entities.
    far: f64,
    /// Entities with a step that far.
    suspects: Vec<usize>,
}

impl<'a> Series<'a> {
    fn of(survey: &Survey<'_>, unit: &str, values: &'a [f64]) -> Self {
        let panel = survey.panel;
        let mut last = vec![f64::NAN; panel.entity_count()];
        let mut spreads = Vec::new();
        // Steps beyond the least distance of any suspicion, by entity.
        let mut large: Vec<(usize, f64)> = Vec::new();
        let mut all: Vec<f64> = Vec::new();
        for p in 0..panel.periods().len() {
            let mut steps = Vec::new();
            for row in panel.rows_of(p) {
                let (entity, now) = (panel.entity_of(row), log(values[row]));
                if now.is_nan() {
                    continue;
                }
                let step = now - last[entity];
                last[entity] = now;
                if step.is_nan() {
                    continue;
                }
                steps.push(step);
                if step.abs() >= 1.0 - NEAR_ONE {
                    large.push((entity, step));
                }
            }
            if let Some((_, s)) = spread(&mut steps).filter(|_| steps.len() >= ENOUGH) {
                spreads.push(s);
            } else {
                all.extend(steps);
            }
        }
        let usual = super::spread::median(&mut spreads);
        let pooled = || spread(&mut all).filter(|_| all.len() >= ENOUGH).map(|(_, s)| s);
        let far = FAR * usual.or_else(pooled).unwrap_or(UNKNOWN).max(LEAST);
        let mut suspects: Vec<usize> = large.iter().filter(|(_, d)| d.abs() > far).map(|(e, _)| *e).collect();
        suspects.sort_unstable();
        suspects.dedup();
        let (ratio, counts) = (units::is_ratio(unit), units::counts(survey.document, unit));
        Series { values, ratio, counts, far, suspects }
    }

    fn blamed(&self, panel: &Panel) -> Vec<(usize, Jump)> {
        let mut blamed = Vec::new();
        for &entity in &self.suspects {
            let rows = (0..panel.periods().len()).filter_map(|p| panel.row(p, entity));
            let seen: Vec<(usize, f64)> =
                rows.map(|row| (row, log(self.values[row]))).filter(|(_, l)| !l.is_nan()).collect();
            self.walk(&seen, &mut blamed);
        }
        blamed
    }

    /// Blames the values of one entity, given its rows and logarithms in time.
    fn walk(&self, seen: &[(usize, f64)], blamed: &mut Vec<(usize, Jump)>) {
        let steps: Vec<f64> = seen.windows(2).map(|w| w[1].1 - w[0].1).collect();
        let own = spread(&mut steps.clone()).filter(|_| steps.len() >= ENOUGH).map_or(0.0, |(_, s)| FAR * s);
        let far = self.far.max(own);
        let least = |a: usize, b: usize| self.values[seen[a].0].min(self.values[seen[b].0]);
        let mut i = 0;
        while let Some(&step) = steps.get(i) {
            if let Some(size) = taken_back(&steps, i)
                && let Some(power) = self.suspicious(size, far, least(i, i + 1))
            {
                blamed.push((seen[i + 1].0, Jump { power, by: seen[i].0 }));
                i += 2;
                continue;
            }
            if let Some(power) = self.suspicious(step, far, least(i, i + 1)).filter(|k| stays(*k, step, far))
            {
                let first_is_odd = i == 0 && steps.get(1).is_some_and(|next| next.abs() < 0.5 * step.abs());
                let (odd, by, power) = if first_is_odd { (0, 1, -power) } else { (i + 1, i, power) };
                blamed.push((seen[odd].0, Jump { power, by: seen[by].0 }));
            }
            i += 1;
        }
    }

    /// The power of ten that a step far outside is taken for.
    fn suspicious(&self, step: f64, far: f64, least: f64) -> Option<i32> {
        let k = libm::round(step);
        let near = match k.abs() {
            1.0 => NEAR_ONE,
            2.0 => NEAR_TWO,
            _ => 0.5,
        };
        let by_itself = k.abs() < 2.0 && (self.ratio || self.counts && least < FEW);
        (k != 0.0 && (step - k).abs() <= near && step.abs() > far && !by_itself).then_some(k as i32)
    }
}

/// The size of a step that the next one takes back, at least by half: of both, so that what really happened in between
/// blurs it less.
fn taken_back(steps: &[f64], i: usize) -> Option<f64> {
    let (step, next) = (*steps.get(i)?, *steps.get(i + 1)?);
    ((step + next).abs() <= 0.5 * step.abs()).then_some((step - next) / 2.0)
}

/// Whether a step that nothing takes back is still too large to be real.
fn stays(power: i32, step: f64, far: f64) -> bool {
    power.abs() > 1 || step.abs() > ONCE * far
}

/// Hits that concern four fifths of a period by the same power are one finding about the period.
type Whole = Vec<(Hit<Jump>, usize)>;

fn by_period(panel: &Panel, hits: Vec<Hit<Jump>>) -> (Whole, Vec<Hit<Jump>>) {
    let key = |hit: &Hit<Jump>| (hit.variable, panel.period_of(hit.row), hit.fact.power);
    let mut counts: HashMap<(usize, usize, i32), (Hit<Jump>, usize)> = HashMap::new();
    for hit in &hits {
        let (shown, count) = counts.entry(key(hit)).or_insert((*hit, 0));
        // The earliest of the periods they are measured by, so that the order of rows does not matter.
        shown.fact.by = shown.fact.by.min(hit.fact.by);
        *count += 1;
    }
    counts.retain(|(_, p, _), (_, n)| *n >= 3 && *n * 5 >= panel.rows_of(*p).len() * 4);
    let single = hits.into_iter().filter(|hit| !counts.contains_key(&key(hit))).collect();
    let mut whole: Vec<_> = counts.into_iter().collect();
    whole.sort_by_key(|(key, _)| *key);
    (whole.into_iter().map(|(_, hit)| hit).collect(), single)
}

fn whole_period(survey: &Survey<'_>, hit: &Hit<Jump>, count: usize) -> Finding {
    let panel = survey.panel;
    let (variable, _) = survey.variables[hit.variable];
    let period = |row: usize| panel.period_text_of(row);
    let place =
        Place { column: Some(variable.id.clone()), period: Some(period(hit.row)), ..Place::default() };
    units::off(["power_period_unit", "power_period"], &variable.unit, hit.fact.power)
        .placed(place)
        .fact("variable", &variable.id)
        .fact("unit", &variable.unit)
        .fact("period", period(hit.row))
        .fact("count", count)
        .fact("when", period(hit.fact.by))
}
