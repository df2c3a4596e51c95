//! Small linear programmes, by the simplex method on a dense tableau.
//!
//! The crates for linear programming count in floats; here a programme of typed decimals is solved in fractions, so that its optimum is
//! exact and its prices prove it. The same code runs on floats.

use std::cmp::Ordering;

use super::Number;

/// Maximise `gains · x` where `rows · x ≤ limits` and `x ≥ 0`; no limit is below 0, so that `x = 0` is allowed.
#[derive(Debug, Clone)]
pub(crate) struct Program<N> {
    pub(crate) gains: Vec<N>,
    pub(crate) rows: Vec<Vec<N>>,
    pub(crate) limits: Vec<N>,
}

/// The best of all that is allowed.
#[derive(Debug, Clone)]
pub(crate) struct Optimum<N> {
    /// `gains · x`, which is `limits · prices`, too.
    pub(crate) value: N,
    pub(crate) x: Vec<N>,
    /// Of each row what one more of its limit would add: 0 or more, and `prices · rows ≥ gains`, so that nothing can be better.
    #[cfg_attr(not(test), allow(dead_code, reason = "what proves the optimum is asked by the tests"))]
    pub(crate) prices: Vec<N>,
}

/// Pivots by the steepest gain before Bland's rule, which never goes round in a circle.
const STEEPEST: usize = 200;

/// Pivots of floats after which rounding alone can be what they go round in.
const MOST_PIVOTS: usize = 5000;

impl<N: Number> Program<N> {
    /// The optimum; none where there is no end to it. `nothing` is what is taken for zero: 0 of exact numbers, a rounding of floats.
    pub(crate) fn optimum(&self, nothing: &N) -> Option<Optimum<N>> {
        let mut tableau = Tableau::of(self);
        let mut pivots = 0;
        while let Some(enters) = tableau.enters(nothing, pivots >= STEEPEST) {
            let leaves = tableau.leaves(enters, nothing)?;
            tableau.pivot(leaves, enters);
            pivots += 1;
            if pivots > MOST_PIVOTS && !N::LONG {
                break;
            }
        }
        Some(tableau.optimum())
    }

    /// How much of the limit of a row is left.
    #[cfg_attr(not(test), allow(dead_code, reason = "what proves the optimum is asked by the tests"))]
    pub(crate) fn slack(&self, row: usize, x: &[N]) -> N {
        self.rows[row].iter().zip(x).fold(self.limits[row].clone(), |left, (a, x)| left.sub(&a.mul(x)))
    }
}

/// The rows solved for the variables of a basis.
struct Tableau<N> {
    /// A row for each variable of the basis, a column for each other one; the last row has the gains, the last column the values.
    cells: Vec<Vec<N>>,
    /// Which variable each row is solved for: `x` first, then what is left of each limit.
    basis: Vec<usize>,
    /// Which variable each column belongs to.
    others: Vec<usize>,
}

impl<N: Number> Tableau<N> {
    fn of(program: &Program<N>) -> Self {
        let (m, n) = (program.gains.len(), program.rows.len());
        let with = |row: &Vec<N>, end: N| row.iter().cloned().chain([end]).collect();
        let rows = program.rows.iter().zip(&program.limits).map(|(row, limit)| with(row, limit.clone()));
        let cells = rows.chain([with(&program.gains, N::zero())]).collect();
        Tableau { cells, basis: (m..m + n).collect(), others: (0..m).collect() }
    }

    /// The column whose variable adds something: the one that adds most, or the first variable of all.
    fn enters(&self, nothing: &N, first: bool) -> Option<usize> {
        let gains = &self.cells[self.basis.len()];
        let adds = (0..self.others.len()).filter(|j| nothing.is_less(&gains[*j]));
        let steepest = |best: usize, j: usize| if gains[best].is_less(&gains[j]) { j } else { best };
        if first { adds.min_by_key(|j| self.others[*j]) } else { adds.reduce(steepest) }
    }

    /// The row that ends the growth of a column's variable; of several the one of the first variable.
    fn leaves(&self, column: usize, nothing: &N) -> Option<usize> {
        let end = self.others.len();
        let mut best: Option<(usize, N)> = None;
        for i in (0..self.basis.len()).filter(|i| nothing.is_less(&self.cells[*i][column])) {
            let ratio = self.cells[i][end].div(&self.cells[i][column]);
            let is_better = |(at, least): &(usize, N)| match ratio.order(least) {
                Some(Ordering::Less) => true,
                Some(Ordering::Equal) => self.basis[i] < self.basis[*at],
                _ => false,
            };
            if best.as_ref().is_none_or(is_better) {
                best = Some((i, ratio));
            }
        }
        best.map(|(i, _)| i)
    }

    fn pivot(&mut self, r: usize, s: usize) {
        let by = self.cells[r][s].clone();
        self.cells[r][s] = N::one();
        self.cells[r].iter_mut().for_each(|x| *x = x.div(&by));
        let row = std::mem::take(&mut self.cells[r]);
        for own in self.cells.iter_mut().filter(|own| !own.is_empty()) {
            let factor = std::mem::replace(&mut own[s], N::zero());
            if !factor.is_zero() {
                own.iter_mut().zip(&row).for_each(|(x, y)| *x = x.sub(&factor.mul(y)));
            }
        }
        self.cells[r] = row;
        std::mem::swap(&mut self.basis[r], &mut self.others[s]);
    }

    fn optimum(self) -> Optimum<N> {
        let (n, m) = (self.basis.len(), self.others.len());
        let mut all = vec![N::zero(); n + m];
        for (variable, row) in self.basis.iter().zip(&self.cells) {
            all[*variable] = row[m].clone();
        }
        let mut prices = vec![N::zero(); n];
        for (variable, gain) in self.others.iter().zip(&self.cells[n]) {
            if let Some(row) = variable.checked_sub(m) {
                prices[row] = gain.neg();
            }
        }
        all.truncate(m);
        Optimum { value: self.cells[n][m].neg(), x: all, prices }
    }
}

#[cfg(test)]
#[path = "simplex_tests.rs"]
mod tests;
