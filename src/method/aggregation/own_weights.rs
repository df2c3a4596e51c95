//! 效益归宜法 (benefit of the doubt): every row by the weights that are best for it.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{OverSet, SheetRow};
use crate::method::sheet::CellFormula;
use crate::number::Number;
use crate::number::simplex::{Optimum, Program};
use crate::tree::{Node, Read, Reader};

/// # Formula
/// For each row of its own, with the scores `s` of its members and those of every row `k` of the set:
/// ```text
/// part = max Σ_j w_j s_j     with  Σ_j w_j s_kj ≤ 1 for every k and for itself,  w ≥ 0
/// shares   low ≤ w_j s_j / Σ w s ≤ high        weights   low ≤ w_j / Σ w ≤ high
/// ```
/// A row that nobody is ahead of under some weights has the full mark. The weights written in the scheme only say which members count. Of an entity
/// that lacks a member, the others decide; bounds hold for the members that a row has, and never forbid equal parts: of three members none can be
/// kept below a third. Needs scores of 0 or more; under `shares` with a `low` above 0 a score of 0 gives 0.
///
/// The floats' optimum is what is between a set of weights that is allowed and a set of prices that proves nothing better is: their gap is its
/// error. Exact numbers solve the same programme over the rows that matter, and look at the others.
///
/// # Source
/// L. Cherchye, W. Moesen, N. Rogge and T. Van Puyenbroeck, *An introduction to 'benefit of the doubt' composite indicators* (2007); the same as
/// a data envelopment analysis of one input.
#[derive(Debug, Clone, Copy)]
pub(super) struct OwnWeights {
    pub(super) within: Option<Within>,
}

/// What the own weights of a row are kept within: `[low, high]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// The part of its score that each member makes.
    Shares([f64; 2]),
    /// Each weight, as a part of their sum.
    Weights([f64; 2]),
}

impl Read for Within {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        let (what, bounds) = r.choice(node, &["shares", "weights"])?;
        let bounds = r.value(bounds)?;
        Some(if what == "shares" { Within::Shares(bounds) } else { Within::Weights(bounds) })
    }
}

impl Within {
    /// The bounds with their key.
    pub(crate) fn bounds(self) -> (&'static str, [f64; 2]) {
        match self {
            Within::Shares(bounds) => ("shares", bounds),
            Within::Weights(bounds) => ("weights", bounds),
        }
    }
}

/// What floats take for zero in a tableau of numbers around 1.
const NOTHING: f64 = 1e-11;

/// A row with less than this left of its limit in floats is looked at exactly.
const CLOSE: f64 = 1e-7;

impl OverSet for OwnWeights {
    fn kept(&self) -> &'static [&'static str] {
        &["scores"]
    }

    fn keeps_rows(&self) -> bool {
        true
    }

    fn takes_extremes(&self) -> bool {
        false
    }

    fn fit<N: Number>(&self, scores: &[N]) -> Vec<N> {
        scores.to_vec()
    }

    fn combine<N: Number>(&self, members: &[(N, N)], fitted: &[N]) -> N {
        let unknown =
            members.iter().map(|(_, s)| s).chain(fitted).find(|s| !s.is_missing() && s.to_f64().is_nan());
        if let Some(unknown) = unknown {
            return unknown.clone();
        }
        match Task::of(self.within, members, fitted) {
            Err(part) => part,
            Ok(task) if N::LONG => task.exactly(),
            Ok(task) => task.nearly(),
        }
    }

    // A linear programme has no formula.
    fn sheet(&self, _: &SheetRow<'_>, _: &[[String; 2]]) -> Option<CellFormula> {
        None
    }
}

impl OwnWeights {
    /// The part of its score that a row has of each member, by the weights that are best for it; nothing where it has none.
    pub(super) fn shares<N: Number>(self, members: &[(N, N)], fitted: &[N]) -> Vec<f64> {
        let float = |x: &N| x.to_f64();
        let members: Vec<(f64, f64)> = members.iter().map(|(w, s)| (float(w), float(s))).collect();
        let fitted: Vec<f64> = fitted.iter().map(float).collect();
        let Ok(task) = Task::of(self.within, &members, &fitted) else { return Vec::new() };
        let Some(optimum) = task.program.optimum(&NOTHING) else { return Vec::new() };
        let mut shares = vec![0.0; members.len()];
        for (own, k) in task.members.iter().enumerate() {
            shares[*k] = optimum.x[own] * task.program.gains[own];
        }
        let whole: f64 = shares.iter().sum();
        shares.iter().map(|share| share / whole).collect()
    }
}

/// The programme of a row.
struct Task<N> {
    /// Its variables are weights times what is bounded of each member.
    program: Program<N>,
    /// Rows of the programme that hold bounds; those before them hold the rows of the set, the row itself first.
    bounds: std::ops::Range<usize>,
    /// Places of the members that have a variable.
    members: Vec<usize>,
}

impl<N: Number> Task<N> {
    /// The programme, or the part where there is nothing to choose.
    fn of(within: Option<Within>, members: &[(N, N)], fitted: &[N]) -> Result<Self, N> {
        let zero = N::zero();
        if members.is_empty() || members.iter().any(|(_, s)| s.is_less(&zero)) {
            return Err(N::missing());
        }
        let n = fitted.len() / members.len();
        let row = |i: usize| (0..members.len()).map(|k| fitted[k * n + i].clone()).collect::<Vec<N>>();
        let others: Vec<Vec<N>> =
            (0..n).map(row).filter(|row| row.iter().any(|score| !score.is_missing())).collect();
        if others.is_empty() {
            return Err(N::missing());
        }
        let [low, high] = within.map_or([0.0, 1.0], |within| within.bounds().1);
        let by_weight = matches!(within, Some(Within::Weights(_)));
        // Equal parts are always allowed.
        let equal = N::one().div(&N::of(members.len() as f64));
        let (low, high) = (N::of(low).min(&equal), N::of(high).max(&equal));
        let counts: Vec<usize> =
            (0..members.len()).filter(|k| by_weight || zero.is_less(&members[*k].1)).collect();
        let is_short = !by_weight && zero.is_less(&low) && counts.len() < members.len();
        if is_short || members.iter().all(|(_, s)| s.is_zero()) {
            return Err(zero);
        }
        // What is bounded of a member, so that a variable is its weight times that.
        let measure = |k: &usize| if by_weight { N::one() } else { members[*k].1.clone() };
        let measured =
            |row: &dyn Fn(usize) -> N| counts.iter().map(|k| row(*k).div(&measure(k))).collect::<Vec<N>>();
        let gains = measured(&|k| members[k].1.clone());
        let other =
            |row: &Vec<N>| measured(&|k| if row[k].is_missing() { N::zero() } else { row[k].clone() });
        let mut rows: Vec<Vec<N>> = [gains.clone()].into_iter().chain(others.iter().map(other)).collect();
        let first = rows.len();
        for k in 0..counts.len() {
            let only = |own: N, all: N| -> Vec<N> {
                (0..counts.len()).map(|j| if j == k { own.add(&all) } else { all.clone() }).collect()
            };
            if zero.is_less(&low) {
                rows.push(only(N::one().neg(), low.clone()));
            }
            if high.is_less(&N::one()) {
                rows.push(only(N::one(), high.neg()));
            }
        }
        let bounds = first..rows.len();
        let limit = |k: usize| if k < first { N::one() } else { N::zero() };
        let limits = (0..rows.len()).map(limit).collect();
        Ok(Task { program: Program { gains, rows, limits }, bounds, members: counts })
    }

    /// The programme in floats, with its optimum.
    fn near(&self) -> Option<(Program<f64>, Optimum<f64>)> {
        let floats = |row: &Vec<N>| row.iter().map(N::to_f64).collect::<Vec<f64>>();
        let Program { gains, rows, limits } = &self.program;
        let near =
            Program { gains: floats(gains), rows: rows.iter().map(floats).collect(), limits: floats(limits) };
        let optimum = near.optimum(&NOTHING)?;
        Some((near, optimum))
    }

    /// The optimum of the rows that matter, once no other row forbids it.
    fn exactly(&self) -> N {
        let Some((near, optimum)) = self.near() else { return N::missing() };
        let is_close = |k: usize, x: &[f64], reach: f64| near.slack(k, x) <= reach;
        let mut matters: Vec<bool> = (0..near.rows.len())
            .map(|k| k == 0 || self.bounds.contains(&k) || is_close(k, &optimum.x, CLOSE))
            .collect();
        loop {
            let taken: Vec<usize> = (0..matters.len()).filter(|k| matters[*k]).collect();
            let some = Program {
                gains: self.program.gains.clone(),
                rows: taken.iter().map(|k| self.program.rows[*k].clone()).collect(),
                limits: taken.iter().map(|k| self.program.limits[*k].clone()).collect(),
            };
            let Some(found) = some.optimum(&N::zero()) else { return N::missing() };
            let x: Vec<f64> = found.x.iter().map(N::to_f64).collect();
            let is_broken = |k: &usize| {
                let looked_at = !matters[*k] && is_close(*k, &x, CLOSE);
                looked_at && self.program.slack(*k, &found.x).order(&N::zero()) == Some(Ordering::Less)
            };
            let broken: Vec<usize> = (0..matters.len()).filter(is_broken).collect();
            if broken.is_empty() {
                return found.value;
            }
            for k in broken {
                matters[k] = true;
            }
        }
    }

    /// What lies between weights that are allowed and prices that prove how much is possible.
    fn nearly(&self) -> N {
        let Some((_, optimum)) = self.near() else { return N::missing() };
        let numbers = |x: &[f64]| x.iter().map(|x| N::of(f64::max(*x, 0.0))).collect::<Vec<N>>();
        let product = |a: &[N], b: &[N]| N::sum(&mut a.iter().zip(b).map(|(a, b)| a.mul(b)));
        let Program { gains, rows, limits } = &self.program;
        let (x, prices) = (numbers(&self.inside(optimum.x)), numbers(&optimum.prices));
        let load = |row: &Vec<N>| product(row, &x);
        let most = rows[..self.bounds.start].iter().map(load).reduce(|a, b| a.max(&b)).unwrap_or_else(N::one);
        // Weights that break a bound, or may, prove nothing: the doubt is infinite then.
        let sound = self
            .bounds
            .clone()
            .fold(N::one(), |sound, k| N::zero().less(&load(&rows[k])).select(&N::zero(), &sound));
        let low = sound.select(&product(gains, &x).div(&most), &N::zero());
        let worth = |j: usize| {
            let paid = N::sum(&mut rows.iter().zip(&prices).map(|(row, price)| row[j].mul(price)));
            gains[j].div(&paid)
        };
        let dearest = (0..gains.len()).map(worth).reduce(|a, b| a.max(&b)).unwrap_or_else(N::one);
        N::between(&low, &product(limits, &prices).mul(&dearest))
    }

    /// Weights moved off their bounds by what rounding may have moved them over.
    fn inside(&self, x: Vec<f64>) -> Vec<f64> {
        /// More than rounding, less than what is read of a score.
        const STEP: f64 = 1e-13;
        if self.bounds.is_empty() {
            return x;
        }
        let equal = x.iter().sum::<f64>() / x.len() as f64;
        x.iter().map(|x| x * (1.0 - STEP) + equal * STEP).collect()
    }
}

#[cfg(test)]
#[path = "own_weights_tests.rs"]
mod tests;
