//! Indicator values: formulas column by column, in blocks, with their declared rounding.

use std::sync::{Arc, OnceLock};

use super::chunks::{Again, Chunked, Numbers, Report, kept};
use super::data::{Data, Seen, Tolerance};
use super::imputed::Fills;
use super::references::Held;
use super::settle::settled;
use crate::exec::CHUNK;
use crate::formula::{BoundedScratch, Load, Program, Scratch};
use crate::memory::Pages;
use crate::number::lanes::all_finite;
use crate::number::lanes::any_beyond;
use crate::number::rounding::Rounding;
use crate::number::{Bounded, Exact, ExactSum, Number};
use crate::panel::Fill;

/// Entities up to which a sum over the panel is also kept exactly; beyond, its correctly rounded `f64` decides.
pub(crate) const EXACT_PEERS: usize = 20_000;

/// One indicator's values.
#[derive(Debug, Clone)]
pub(crate) struct Values {
    /// What the formula gives.
    pub(crate) raw: Pages<f64>,
    /// Rounded as declared.
    pub(crate) printed: Option<Pages<f64>>,
    /// Errors of `raw`, and cells that needed exact arithmetic.
    pub(crate) reports: Chunked<Report>,
    /// What was filled in where the formula gives nothing.
    pub(crate) fills: Option<Arc<Fills>>,
}

/// A sum over the panel in one period.
#[derive(Debug)]
pub(crate) struct PanelSum {
    near: Bounded,
    exact: OnceLock<Exact>,
}

/// Sums over the panel of one program, by its totals and periods.
#[derive(Debug, Default)]
pub(crate) struct PanelSums(Vec<Vec<PanelSum>>);

impl PanelSums {
    pub(crate) fn of(data: &Data<'_>, program: &Program) -> Self {
        if let Some(references) = data.references.filter(|_| !program.totals().is_empty()) {
            return references.sums(data, program);
        }
        let sum = |inner: &Program, period: usize| {
            let (mut sum, mut error, mut largest) = (ExactSum::default(), ExactSum::default(), 0usize);
            let mut unknown = false;
            for row in data.panel.rows_of(period).filter(|r| data.is_part(*r)) {
                let x = near(data, inner, &PanelSums::default(), row);
                if !x.is_missing() {
                    sum.add(x.v);
                    error.add(x.e);
                    unknown |= !x.e.is_finite();
                    largest += 1;
                }
            }
            let v = if largest == 0 { f64::NAN } else { sum.value() };
            let error = if unknown { f64::INFINITY } else { error.value() };
            PanelSum {
                near: Bounded::new(v, error * (1.0 + 1e-9) + v.abs() * f64::EPSILON),
                exact: OnceLock::new(),
            }
        };
        let periods = data.panel.periods().len();
        PanelSums(program.totals().iter().map(|t| (0..periods).map(|p| sum(t, p)).collect()).collect())
    }

    /// Sums that references hold, by total and period.
    pub(crate) fn given(numbers: Vec<Vec<Held>>) -> Self {
        let sum = |held: Held| PanelSum { near: held.near, exact: OnceLock::from(held.exact) };
        PanelSums(numbers.into_iter().map(|of| of.into_iter().map(sum).collect()).collect())
    }

    pub(crate) fn near(&self, index: usize, period: Option<usize>) -> Bounded {
        period.map_or_else(Bounded::missing, |p| self.0[index][p].near)
    }

    pub(crate) fn exact(
        &self,
        data: &Data<'_>,
        program: &Program,
        index: usize,
        period: Option<usize>,
    ) -> Exact {
        let Some(p) = period else { return Exact::Missing };
        let sum = &self.0[index][p];
        let compute = || {
            let rows = data.panel.rows_of(p);
            if rows.len() > EXACT_PEERS {
                return Exact::Irrational;
            }
            let inner = &program.totals()[index];
            let terms =
                rows.filter(|r| data.is_part(*r)).map(|r| exact(data, inner, &PanelSums::default(), r));
            Exact::sum(&mut terms.filter(|x| !x.is_missing()))
        };
        sum.exact.get_or_init(compute).clone()
    }
}

/// One cell in `f64` with its error.
pub(crate) fn near(data: &Data<'_>, program: &Program, sums: &PanelSums, row: usize) -> Bounded {
    program.eval(&mut |load| match load {
        Load::Column { slot, lag } => data.near(slot as usize, data.panel.lagged(row, lag)),
        Load::Total { index, lag } => {
            sums.near(index as usize, data.panel.earlier(data.panel.period_of(row), lag))
        }
    })
}

/// One cell exactly.
pub(crate) fn exact(data: &Data<'_>, program: &Program, sums: &PanelSums, row: usize) -> Exact {
    program.eval(&mut |load| match load {
        Load::Column { slot, lag } => data.typed(slot as usize, data.panel.lagged(row, lag)),
        Load::Total { index, lag } => {
            let period = data.panel.earlier(data.panel.period_of(row), lag);
            sums.exact(data, program, index as usize, period)
        }
    })
}

/// What is seen in a chunk of rows.
#[derive(Default)]
struct Sight {
    errors: Seen,
    exact_cells: usize,
}

impl Sight {
    /// Takes the exact number of a cell that floats could not tell; where there is none, the float stays with its error.
    fn settle(&mut self, to: &mut f64, error: f64, exact: impl FnOnce() -> Exact) {
        let cell = settled(Bounded::new(*to, error), &exact());
        *to = cell.v;
        if cell.v.is_finite() {
            self.errors.note(cell.v, cell.e);
            self.exact_cells += 1;
        }
    }
}

/// The values of one indicator over the whole panel.
pub(crate) fn compute(
    data: &Data<'_>,
    indicator: usize,
    sums: &PanelSums,
    again: Again<'_, Values>,
) -> Values {
    let plan = &data.plan.indicators[indicator];
    let program = &plan.program;
    let mut raw = again.map_or_else(|| Pages::zeros(data.panel.len()), |(before, _)| before.raw.clone());
    let mut printed = match again {
        Some((before, _)) => before.printed.clone(),
        None => plan.round.map(|_| Pages::zeros(data.panel.len())),
    };
    // A sum over the panel or over members brings an error of its own, which the relative bound does not know.
    let apart = !program.totals().is_empty() || data.reads_derived(program);
    let relative = program.relative_error().filter(|_| !apart);
    let redo = again.map(|(before, changed)| (&before.reports, changed));
    let columns = std::iter::once(&mut raw).chain(printed.as_mut());
    let reports = Chunked::write(data.panel, columns, redo, |mut task| {
        let inputs = Inputs::of(data, program, sums, task.period, &task.rows);
        let mut sight = Sight::default();
        let (out, rounded) = task.out.split_at_mut(1);
        let out: &mut [f64] = out[0];
        let ordinary = || {
            let size = program.ordinary_size();
            !inputs.slices().iter().any(|x| any_beyond(x, 1.0 / size, size))
        };
        if relative.is_some() && ordinary() {
            program.eval_block(&inputs.slices(), out, &mut Scratch::default());
        } else {
            let errors = bounded(data, program, sums, &inputs, task.rows.start, out);
            let long = data.has_long(program) || program.may_hide();
            for (i, e) in errors.iter().enumerate() {
                let near = Bounded::new(out[i], *e);
                // A comparison, a floor or a rounding inside the formula was too close to call, or digits cancelled.
                if !(e.is_infinite() || (near.is_vague() && (near.v != 0.0 || long))) {
                    sight.errors.note(out[i], *e);
                    continue;
                }
                sight.settle(&mut out[i], *e, || exact(data, program, sums, task.rows.start + i));
            }
        }
        if program.is_rational() && !all_finite(out) {
            // No float, though all that is read is there: a quotient over zero, or a number too large on the way.
            let inputs = inputs.slices();
            for i in 0..out.len() {
                if !out[i].is_finite() && inputs.iter().all(|x| !x[i].is_nan()) {
                    sight.settle(&mut out[i], 0.0, || exact(data, program, sums, task.rows.start + i));
                }
            }
        }
        if let (Some(how), Some(rounded)) = (plan.round, rounded.first_mut()) {
            let bound = (relative.unwrap_or(0.0), sight.errors.abs);
            let exactly = |i: usize| {
                let row = task.rows.start + i;
                let exactly = || exact(data, program, sums, row);
                // What is rounded already is rounded to itself.
                let printed = kept(again, row).and_then(|before| before.printed.as_ref());
                printed.map_or_else(exactly, |printed| Exact::carried(printed[row], &how, &exactly))
            };
            sight.exact_cells += how.each(out, bound, rounded, exactly);
        }
        let tolerance = Tolerance::seen(relative.unwrap_or(0.0), sight.errors);
        Report { tolerance, exact_cells: sight.exact_cells }
    });
    Values { raw, printed, reports, fills: None }
}

/// The error of numbers of which nothing is known but the float.
fn last_places(x: &[f64]) -> Vec<f64> {
    x.iter().map(|x| x.abs() * f64::EPSILON).collect()
}

/// A chunk in floats with errors.
fn bounded(
    data: &Data<'_>,
    program: &Program,
    sums: &PanelSums,
    inputs: &Inputs<'_>,
    start: usize,
    out: &mut [f64],
) -> Vec<f64> {
    let mut errors = vec![0.0; out.len()];
    if program.totals().is_empty() && !data.reads_derived(program) {
        let long = data.has_long(program);
        let own: Vec<Vec<f64>> = inputs.slices().iter().filter(|_| long).map(|x| last_places(x)).collect();
        let own: Vec<&[f64]> = own.iter().map(Vec::as_slice).collect();
        let own = long.then_some(own.as_slice());
        program.eval_block_bounded(&inputs.slices(), own, out, &mut errors, &mut BoundedScratch::default());
        return errors;
    }
    for (i, (v, e)) in out.iter_mut().zip(&mut errors).enumerate() {
        let cell = near(data, program, sums, start + i);
        (*v, *e) = (cell.v, cell.e);
    }
    errors
}

impl Values {
    /// With what is filled in, rounded as declared.
    pub(crate) fn with(&self, fills: Arc<Fills>, round: Option<&Rounding>) -> Self {
        let (mut raw, mut printed) = (self.raw.clone(), self.printed.clone());
        for fill in fills.all() {
            raw[fill.row] = fill.value;
            if let (Some(how), Some(printed)) = (round, printed.as_mut()) {
                let exact = fill.exact.clone().unwrap_or_else(|| Exact::of(fill.value));
                let rounded = exact.round(how);
                printed[fill.row] =
                    if rounded.is_irrational() { how.nearest(fill.value) } else { rounded.to_f64() };
            }
        }
        // A number that fills stands for the nearest float, or for one that is not followed.
        let filled = Tolerance::new(2.0 * f64::EPSILON, 0.0);
        let reports = if fills.all().is_empty() {
            self.reports.clone()
        } else {
            self.reports.map(|own| Report { tolerance: own.tolerance.or(filled), ..*own })
        };
        Values { raw, printed, reports, fills: Some(fills) }
    }

    /// What fills the value of a row.
    pub(crate) fn fill(&self, row: usize) -> Option<&Fill> {
        self.fills.as_ref()?.of(row)
    }

    /// What the next stage starts from.
    pub(crate) fn carried(&self, carry: bool) -> Numbers<'_> {
        match &self.printed {
            Some(printed) if carry => Numbers::decimals(printed),
            _ => Numbers::new(&self.raw, &self.reports),
        }
    }

    /// What a document prints.
    pub(crate) fn shown(&self) -> &[f64] {
        self.printed.as_deref().unwrap_or(&self.raw)
    }
}

/// The loads of a program over a chunk of rows, lent where the panel has them contiguous.
pub(crate) struct Inputs<'a>(Vec<std::borrow::Cow<'a, [f64]>>);

impl<'a> Inputs<'a> {
    pub(crate) fn of(
        data: &'a Data<'_>,
        program: &Program,
        sums: &PanelSums,
        period: usize,
        rows: &std::ops::Range<usize>,
    ) -> Self {
        debug_assert!(rows.len() <= CHUNK);
        let load = |load: &Load| match *load {
            Load::Total { index, lag } => {
                let total = sums.near(index as usize, data.panel.earlier(period, lag)).v;
                std::borrow::Cow::Owned(vec![total; rows.len()])
            }
            Load::Column { slot, lag } => {
                let values = data.columns[slot as usize].values();
                match (lag, data.panel.earlier(period, lag)) {
                    (0, _) => std::borrow::Cow::Borrowed(&values[rows.clone()]),
                    (_, Some(earlier)) if data.panel.is_balanced() => {
                        let (from, to) =
                            (data.panel.rows_of(earlier).start, data.panel.rows_of(period).start);
                        std::borrow::Cow::Borrowed(&values[rows.start - to + from..rows.end - to + from])
                    }
                    _ => std::borrow::Cow::Owned(
                        rows.clone()
                            .map(|r| data.panel.lagged(r, lag).map_or(f64::NAN, |l| values[l]))
                            .collect(),
                    ),
                }
            }
        };
        Inputs(program.loads().iter().map(load).collect())
    }

    pub(crate) fn slices(&self) -> Vec<&[f64]> {
        self.0.iter().map(AsRef::as_ref).collect()
    }
}
