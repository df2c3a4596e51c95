//! The cell a plan changes, and the values it may take.

use super::decimal::{Decimals, MOST};
use super::outlook::decimals;
use super::range::Range;
use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::Finding;
use crate::number::{Exact, Number};

/// One variable of one entity in the planned period: whole steps between `low` and `high`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) variable: usize,
    pub(crate) row: usize,
    pub(crate) grid: Decimals,
    /// Steps of the present value, rounded down.
    pub(crate) current: i64,
    pub(crate) low: i64,
    pub(crate) high: i64,
}

/// How many times the largest value of the panel a plan may be where the caller sets no bound.
const FAR: f64 = 1000.0;

impl Cell {
    /// The cell with its bounds: the caller's, else from zero (from minus a thousand times the largest value where the
    /// variable has negative values) up to a thousand times the largest value in the data.
    pub(crate) fn of(
        assessment: &Assessment,
        variable: usize,
        row: usize,
        lower: Option<f64>,
        upper: Option<f64>,
    ) -> Result<Cell, DataError> {
        let document = assessment.scheme().document();
        let panel = assessment.panel();
        let id = document.variables[variable].id.as_str();
        let values = assessment.inner.columns[variable].values();
        let present = values[row];
        let refuse = |finding: Finding| Err(DataError::new(vec![finding.fact("variable", id)]));
        if present.is_nan() {
            let finding = Finding::error("plan_no_value").placed(panel.place(row, Some(id)));
            return refuse(finding);
        }
        let wrong: Vec<Finding> = [("lower", lower), ("upper", upper)]
            .into_iter()
            .filter_map(|(name, bound)| Range::Any.refuse(&format!("{id}.{name}"), bound?))
            .collect();
        if !wrong.is_empty() {
            return Err(DataError::new(wrong));
        }
        let farthest = lower.into_iter().chain(upper).fold(0.0f64, |a, b| a.max(b.abs()));
        let grid = decimals(document, variable, panel);
        let grid = match document.variables[variable].published_digits {
            Some(_) => grid,
            None => grid.significant(present),
        };
        let grid = grid.fitting(farthest);
        let largest = values.iter().filter(|x| !x.is_nan()).fold(1.0f64, |a, x| a.max(x.abs()));
        let far = grid.floor_of(largest * FAR).clamp(1, MOST);
        let negative = values.iter().any(|x| *x < 0.0);
        let steps = |bound: Option<f64>, up: bool, otherwise: i64| match bound {
            Some(b) if up => grid.floor(&Exact::of(b)).unwrap_or(otherwise),
            Some(b) => grid.ceil(&Exact::of(b)).unwrap_or(otherwise),
            None => otherwise,
        };
        let low = steps(lower, false, if negative { -far } else { 0 });
        let high = steps(upper, true, far);
        if low > high {
            let finding = Finding::error("plan_bounds").fact("lower", grid.value(low));
            return refuse(finding.fact("upper", grid.value(high)));
        }
        Ok(Cell { variable, row, grid, current: grid.floor_of(present), low, high })
    }

    /// Whether the present value lies on the grid.
    pub(crate) fn is_on_grid(&self, present: f64) -> bool {
        self.grid.value(self.current) == present
    }
}
