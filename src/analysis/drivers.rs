//! Drivers: why an indicator moved, variable by variable.

use serde::{Deserialize, Serialize};

use super::attribute::{MOST_CAUSES, change, close, close_of, lmdi, owen, settled};
use super::cause::{Cause, cause};
use super::mixed::Mixed;
use super::score::{self, Path, Player};
use super::{Side, factors};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::Finding;
use crate::formula::Program;
use crate::panel::Period;

/// How the change of a formula is split over its variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// LMDI for products and quotients, Shapley for everything else and where LMDI has no limit for its zeros.
    #[default]
    Auto,
    /// Logarithmic mean Divisia index, additive (LMDI-I).
    Lmdi,
    /// Shapley's value, exact up to twelve variables.
    Shapley,
}

/// One driver.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Driver {
    /// The variable as the formula reads it (`gdp`, `prev(gdp)`), or what else moved the points: the names of
    /// [`Cause`], `weights`, `rounding`.
    pub driver: String,
    /// Part of the indicator's change, in its unit.
    pub effect: f64,
    /// Share of the change.
    pub share: f64,
    /// Part of the change of the indicator's weighted points.
    pub points_effect: f64,
    /// What the variable was; none for what is no variable.
    pub before: Option<f64>,
    /// What it is.
    pub after: Option<f64>,
    /// The rank the entity would have now had this not happened; none where many are split at once.
    pub rank_without: Option<f64>,
}

/// Why an indicator moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drivers {
    /// Entity.
    pub entity: String,
    /// Indicator.
    pub indicator: String,
    /// Period before.
    pub since: String,
    /// Period after.
    pub until: String,
    /// How it was split: never [`Method::Auto`].
    pub method: Method,
    /// Value before, as printed.
    pub before: f64,
    /// Value after.
    pub after: f64,
    /// The change; the effects sum to it.
    pub total: f64,
    /// Change of the weighted points; the points' effects sum to it.
    pub points: f64,
    /// Ranks before and after.
    pub ranks: [Option<f64>; 2],
    /// The variables first.
    pub rows: Vec<Driver>,
}

impl Assessment {
    /// Why an indicator of an entity moved between two periods.
    ///
    /// # Formula
    /// LMDI-I: `Δ_j = L(v⁰, v¹) · k_j · ln(x_j¹ / x_j⁰)` with the logarithmic mean `L`; Shapley: the mean over all orders in
    /// which the variables may move. The part of the points is carried through the rule: the variables share what the own
    /// value does to the score as Owen's value says (where more than twelve moved, in proportion to their effects), and what
    /// the others' data do stands beside them.
    ///
    /// # Missing values
    /// A missing value in either period gives missing effects. A zero variable takes what its limit gives it (Ang & Liu
    /// 2007); several zeros or a change of sign go to Shapley, and [`Drivers::method`] says so.
    ///
    /// # Errors
    /// An unknown entity, period or indicator; more than twelve variables that moved in a formula that is no product, or in
    /// a product whose zeros have no limit.
    pub fn drivers(
        &self,
        entity: &str,
        indicator: &str,
        since: Period,
        until: Period,
        method: Method,
    ) -> Result<Drivers, DataError> {
        let i = self.indicator(indicator)?;
        let rows = [self.row(entity, since)?, self.row(entity, until)?];
        let mut drivers = self.drivers_of(i, rows, method)?;
        let inner = &*self.inner;
        let until = rows[1];
        for row in &mut drivers.rows {
            row.rank_without = rank_with(self, until, inner.totals.shown()[until] - row.points_effect);
        }
        Ok(drivers)
    }

    /// As [`Assessment::drivers`], by row and without the ranks.
    pub(super) fn drivers_of(
        &self,
        indicator: usize,
        rows: [usize; 2],
        method: Method,
    ) -> Result<Drivers, DataError> {
        let inner = &*self.inner;
        let sides = rows.map(|row| Side { inner, row });
        let plan = self.inner.scheme.plan();
        let (program, document) = (&plan.indicators[indicator].program, self.scheme().document());
        let sums = &inner.sums[indicator];
        let inputs = sides.map(|s| factors::inputs(s, program, sums));
        // What was filled in does not follow from the variables.
        let own = |x: &[f64], row: usize| {
            if inner.values[indicator].fill(row).is_some() { f64::NAN } else { x[row] }
        };
        let raw = rows.map(|row| own(&inner.values[indicator].raw, row));
        let (method, mut effects) = split(program, [&inputs[0], &inputs[1]], raw, method)?;
        let drivers = effects.len();
        let shown = rows.map(|row| own(inner.values[indicator].shown(), row));
        let total = change(shown[0], shown[1]);
        let rounds = inner.values[indicator].printed.is_some();
        effects.extend(rounds.then(|| (shown[1] - raw[1]) - (shown[0] - raw[0])));
        close_of(&mut effects, total, raw[0].abs().max(raw[1].abs()));
        let carry = plan.indicators[indicator].round.is_some_and(|r| r.carry);
        let carried = if carry { &effects[..] } else { &effects[..drivers] };
        let parts = points(self, sides, indicator, carried, if carry { shown } else { raw });
        let share = |effect: f64| if total == 0.0 { f64::NAN } else { effect / total };
        let mut result: Vec<Driver> = Vec::new();
        for (j, effect) in effects.iter().enumerate() {
            let load = program.loads().get(j);
            let at = |k: usize| load.and(inputs[k].get(j).copied());
            result.push(Driver {
                driver: load.map_or("rounding".to_owned(), |l| factors::name(document, program, *l)),
                effect: *effect,
                share: share(*effect),
                points_effect: parts.drivers.get(j).copied().unwrap_or(0.0),
                before: at(0),
                after: at(1),
                rank_without: None,
            });
        }
        for (name, points_effect) in parts.others {
            if let Some(row) = result.iter_mut().find(|r| r.driver == name) {
                row.points_effect += points_effect;
                continue;
            }
            let (driver, effect, before, after, rank_without) = (name, 0.0, None, None, None);
            let share = share(effect);
            result.push(Driver { driver, effect, share, points_effect, before, after, rank_without });
        }
        settled(&mut result, |r| &mut r.points_effect, parts.total, parts.size);
        let mut at = 0..;
        result.retain(|r| at.next() < Some(effects.len()) || r.points_effect != 0.0);
        Ok(Drivers {
            entity: sides[1].entity(),
            indicator: document.indicators[indicator].id.clone(),
            since: sides[0].period(),
            until: sides[1].period(),
            method,
            before: shown[0],
            after: shown[1],
            total,
            points: parts.total,
            ranks: rows.map(|row| super::present(inner.ranks[row])),
            rows: result,
        })
    }
}

/// The change of a formula between two sets of inputs, split over them; the method that was used.
pub(super) fn split(
    program: &Program,
    inputs: [&[f64]; 2],
    values: [f64; 2],
    method: Method,
) -> Result<(Method, Vec<f64>), DataError> {
    let n = program.loads().len();
    if values.iter().any(|v| v.is_nan()) {
        let named = if method == Method::Auto { Method::Shapley } else { method };
        return Ok((named, vec![f64::NAN; n]));
    }
    if method != Method::Shapley
        && let Some(exponents) = factors::exponents(program)
    {
        let row: Vec<(f64, f64, f64)> = (0..n).map(|j| (exponents[j], inputs[0][j], inputs[1][j])).collect();
        if let Some(mut parts) = lmdi(&[(values[0], values[1], &row)]) {
            close(&mut parts, values[1] - values[0]);
            return Ok((Method::Lmdi, parts));
        }
    }
    // A variable that has not moved has no part: only the others count.
    let moved: Vec<usize> = (0..n).filter(|j| inputs[0][*j].to_bits() != inputs[1][*j].to_bits()).collect();
    if moved.len() > MOST_CAUSES {
        let finding = Finding::error("analysis_too_many_drivers").fact("count", moved.len());
        return Err(DataError::new(vec![finding.fact("limit", MOST_CAUSES)]));
    }
    let mut mixed = inputs[0].to_vec();
    let parts = owen(&[moved.len()], |set| {
        for (bit, j) in moved.iter().enumerate() {
            mixed[*j] = inputs[usize::from(set & (1 << bit) != 0)][*j];
        }
        factors::value(program, &mixed)
    });
    let mut all = vec![0.0; n];
    moved.iter().zip(parts).for_each(|(j, part)| all[*j] = part);
    close(&mut all, values[1] - values[0]);
    Ok((Method::Shapley, all))
}

/// The change of weighted points by driver and by what else moved them.
struct Points {
    total: f64,
    /// How large the points are.
    size: f64,
    drivers: Vec<f64>,
    others: Vec<(String, f64)>,
}

fn points(
    assessment: &Assessment,
    sides: [Side<'_>; 2],
    indicator: usize,
    effects: &[f64],
    values: [f64; 2],
) -> Points {
    let inner = &*assessment.inner;
    let ends = sides.map(|s| match &inner.nodes[indicator].points {
        Some(points) => points[s.row],
        None => inner.share(indicator, s.row) * inner.score(indicator)[s.row],
    });
    let total = change(ends[0], ends[1]);
    let share = sides.map(|s| inner.share(indicator, s.row));
    // Below a group that is left out a score makes no points.
    let scores = [0, 1].map(|k| if share[k].is_nan() { f64::NAN } else { sides[k].score(indicator) });
    let mut others: Vec<(String, f64)> = Vec::new();
    let mean = (share[0] + share[1]) / 2.0;
    let mut add = |name: String, effect: f64| {
        if effect != 0.0 {
            others.push((name, effect));
        }
    };
    let mut drivers = vec![0.0; effects.len()];
    if score::is_scored(sides, indicator) && scores.iter().all(|s| !s.is_nan()) {
        // A value that its variables do not explain (a formula without a result between the sides) moves points as a whole.
        let known = effects.iter().all(|e| !e.is_nan()) && !effects.is_empty();
        let mixed = Mixed::of(sides, std::iter::once(indicator));
        let parts = score::split(sides, &mixed, indicator, known.then_some(Path { values, effects }));
        for (player, effect) in parts.players {
            if player == Player::Now && !parts.drivers.is_empty() {
                drivers = parts.drivers.iter().map(|d| mean * d).collect();
            } else {
                add(cause(player, false).name(), mean * effect);
            }
        }
    } else if scores.iter().all(|s| !s.is_nan()) {
        add(Cause::Missing.name(), mean * (scores[1] - scores[0]));
    }
    if scores.iter().all(|s| !s.is_nan()) {
        add(Cause::Weights.name(), (share[1] - share[0]) * (scores[0] + scores[1]) / 2.0);
        let off = [0, 1].map(|k| ends[k] - share[k] * scores[k]);
        if inner.nodes[indicator].points.is_some() || inner.nodes[indicator].printed.is_some() {
            add(Cause::Rounding.name(), off[1] - off[0]);
        }
    }
    let size = [0, 1].map(|k| ends[k].abs().max((share[k] * scores[k]).abs()));
    Points { total, size: size[0].max(size[1]), drivers, others }
}

/// The rank that a row would have among the others with another total: 1 is best.
pub(super) fn rank_with(assessment: &Assessment, row: usize, total: f64) -> Option<f64> {
    let (inner, panel) = (&*assessment.inner, assessment.panel());
    if total.is_nan() || inner.ranks[row].is_nan() {
        return None;
    }
    let data = inner.data();
    let totals = inner.totals.shown();
    let own = if totals[row] == total { totals[row] } else { total };
    let peers =
        panel.rows_of(panel.period_of(row)).filter(|r| *r != row && data.class(*r) == data.class(row));
    Some(1.0 + peers.filter(|r| !inner.ranks[*r].is_nan() && totals[*r] > own).count() as f64)
}

#[cfg(feature = "json")]
#[cfg(test)]
#[path = "drivers_tests.rs"]
mod tests;
