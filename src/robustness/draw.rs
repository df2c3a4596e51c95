//! From numbers between 0 and 1 to alternatives, weights and errors.

use std::borrow::Cow;

use crate::assess::Edit;
use crate::finding::{Finding, Place};
use crate::number::distribution::normal_beyond;
use crate::number::gamma::gamma_quantile;
use crate::number::random::Philox;
use crate::panel::{Column, Panel};
use crate::scheme::model::{ErrorSize, Free, VaryError};

/// One of some things, each with its chance.
#[derive(Debug)]
pub(super) struct Alternatives<T> {
    things: Vec<T>,
    chances: Vec<f64>,
    /// Chances summed up, but for the last.
    steps: Vec<f64>,
}

impl<T> Alternatives<T> {
    /// Without chances, each is as probable.
    pub(super) fn new(things: Vec<T>, chances: &[f64]) -> Self {
        let equal = 1.0 / things.len().max(1) as f64;
        let chances = if chances.is_empty() { vec![equal; things.len()] } else { chances.to_vec() };
        let n = things.len();
        let steps = if chances.iter().all(|chance| *chance == equal) {
            (1..n).map(|k| k as f64 / n as f64).collect()
        } else {
            let sums = chances.iter().scan(0.0, |sum, chance| {
                *sum += chance;
                Some(*sum)
            });
            sums.take(n.saturating_sub(1)).collect()
        };
        Alternatives { things, chances, steps }
    }

    pub(super) fn equal(things: Vec<T>) -> Self {
        Alternatives::new(things, &[])
    }

    pub(super) fn chances(&self) -> &[f64] {
        &self.chances
    }

    /// Which one a number between 0 and 1 takes.
    pub(super) fn at(&self, u: f64) -> usize {
        self.steps.iter().take_while(|step| u >= **step).count()
    }

    pub(super) fn get(&self, at: impl Into<usize>) -> Option<&T> {
        self.things.get(at.into())
    }
}

/// How the weights of a group's members are drawn.
#[derive(Debug, Clone, Copy)]
pub(super) enum WeightDraw {
    Within(f64),
    Dirichlet(f64),
    Free(Free),
}

impl WeightDraw {
    /// Weights of members from a number each; a member without a weight has none.
    pub(super) fn weights(self, members: &[usize], given: &[f64], u: &[f64], to: &mut [f64]) {
        if let WeightDraw::Within(share) = self {
            for (member, u) in members.iter().zip(u) {
                to[*member] = given[*member] * (1.0 + share * (2.0 * u - 1.0));
            }
            return;
        }
        let sum: f64 = members.iter().map(|member| given[*member]).sum();
        for (member, u) in members.iter().zip(u).filter(|(member, _)| given[**member] != 0.0) {
            let shape = match self {
                WeightDraw::Dirichlet(size) => size * given[*member] / sum,
                _ => 1.0,
            };
            to[*member] = gamma_quantile(*u, shape);
        }
        if let WeightDraw::Free(Free::InOrder) = self {
            let mut places: Vec<usize> = members.iter().copied().filter(|m| given[*m] != 0.0).collect();
            let mut drawn: Vec<f64> = places.iter().map(|member| to[*member]).collect();
            drawn.sort_by(|a, b| b.total_cmp(a));
            places.sort_by(|a, b| given[*b].total_cmp(&given[*a]));
            places.into_iter().zip(drawn).for_each(|(member, weight)| to[member] = weight);
        }
        let drawn: f64 = members.iter().map(|member| to[*member]).sum();
        for member in members {
            to[*member] *= sum / drawn;
        }
    }
}

/// Errors of measurement of some variables, all of them from one number: its bits name a stream.
#[derive(Debug)]
pub(super) struct Field {
    error: VaryError,
    /// Second word of the keys of its streams; no factor's own draws have it.
    stream: u64,
}

impl Field {
    pub(super) fn new(error: &VaryError, factor: usize) -> Self {
        Field { error: error.clone(), stream: 1 << 63 | (factor as u64 + 1) }
    }

    /// Values without a standard error.
    pub(super) fn absent(error: &VaryError, panel: &Panel, path: &str) -> Vec<Finding> {
        let ErrorSize::Column(errors) = &error.size else { return Vec::new() };
        let Some(sizes) = panel.column(errors) else { return Vec::new() };
        let mut found = Vec::new();
        for variable in &error.variables {
            let Some(column) = panel.column(variable) else { continue };
            let cells = column.values().iter().zip(sizes.values()).enumerate();
            for (row, (_, size)) in
                cells.filter(|(_, (x, size))| !x.is_nan() && (size.is_nan() || **size < 0.0))
            {
                let place = Place {
                    path: Some(format!("{path}.error.column")),
                    entity: panel.entity_at(row).map(Cow::into_owned),
                    period: Some(panel.periods()[panel.period_of(row)].to_string()),
                    column: Some(errors.clone()),
                    ..Place::default()
                };
                let finding = Finding::error("vary_no_error").placed(place);
                found.push(finding.fact("variable", variable).fact("column", errors).fact("value", size));
            }
        }
        found
    }

    /// The columns with their errors.
    pub(super) fn edits(&self, panel: &Panel, u: f64) -> Vec<Edit> {
        let columns: Vec<(&String, &Column)> =
            self.error.variables.iter().filter_map(|id| Some((id, panel.column(id)?))).collect();
        // Of each row one number for what its errors share, and one a variable.
        let width = columns.len() + 1;
        let mut drawn = vec![0.0; panel.len() * width];
        Philox::new([(u * 9_007_199_254_740_992.0) as u64, self.stream]).normals(0, &mut drawn);
        let (common, own) = (self.error.correlation.sqrt(), (1.0 - self.error.correlation).sqrt());
        let one = |(k, (variable, column)): (usize, &(&String, &Column))| {
            let row = |(row, x): (usize, &f64)| {
                let z = common * drawn[row * width] + own * drawn[row * width + 1 + k];
                self.erred(panel, row, *x, z)
            };
            let values: Vec<f64> = column.values().iter().enumerate().map(row).collect();
            Edit::Column { variable: (*variable).clone(), column: values.into() }
        };
        columns.iter().enumerate().map(one).collect()
    }

    /// A value with an error, from a standard normal number.
    fn erred(&self, panel: &Panel, row: usize, x: f64, z: f64) -> f64 {
        let scale = if self.error.relative { x.abs() } else { 1.0 };
        let uniform = || {
            let beyond = normal_beyond(z);
            if z < 0.0 { beyond - 1.0 } else { 1.0 - beyond }
        };
        match &self.error.size {
            ErrorSize::Normal(size) => x + z * size * scale,
            ErrorSize::Uniform(size) => x + uniform() * size * scale,
            ErrorSize::Digits(digits) => x + uniform() * 0.5 * libm::exp10(-f64::from(*digits)),
            ErrorSize::Column(errors) => {
                x + panel.column(errors).map_or(0.0, |sizes| z * sizes.values()[row])
            }
        }
    }
}
