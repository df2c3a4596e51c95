//! What a point of a study makes of totals and ranks.
//!
//! The alternatives of settings and data that a point takes lead to an assessment that is made once: a base. A point that differs from its base
//! in weights only is weighed again on the base's scores (`reweigh.rs`); another one, and one whose ranks floats leave open, is an edit of the
//! base. Either way the ranks are those of [`Assessment::edit`].

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::design::Design;
use super::reweigh::{Ran, Reweigh, Scratch};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::exec::on_one_thread;
use crate::finding::Finding;
use crate::panel::Period;
use crate::scheme::model::Factor;
use crate::scheme::plan::Plan;

/// Cells of scores that all bases together may hold, about; a base that would be one too many is made again for every run.
const MOST_CELLS: usize = 30_000_000;
/// Runs that are made side by side.
const BLOCK: usize = 64;
/// Bases there may be, however small.
const MOST_BASES: usize = 4096;

/// A study: an assessment, one of its periods, and what varies.
#[derive(Debug)]
pub(crate) struct Model {
    assessment: Assessment,
    design: Design,
    period: usize,
    /// Rows of the panel that the assessment ranks.
    rows: Vec<usize>,
    nominal: Ranked,
    bases: Mutex<HashMap<Key, Slot>>,
    most_bases: usize,
}

/// The alternatives of settings and data, and the nodes that the point leaves out, by class.
type Key = (Vec<u16>, Vec<(usize, usize)>);
type Slot = Arc<OnceLock<Result<Arc<Base>, DataError>>>;

/// Totals before their rounding and ranks of the entities that are followed; missing where one is not ranked.
#[derive(Debug, Clone, Default)]
struct Ranked {
    totals: Vec<f64>,
    ranks: Vec<f64>,
}

impl Ranked {
    fn of(assessment: &Assessment, rows: &[usize]) -> Self {
        let column = |of: &[f64]| rows.iter().map(|row| of[*row]).collect();
        let mut ranked =
            Ranked { totals: column(assessment.unrounded_totals()), ranks: column(assessment.ranks()) };
        for (total, rank) in ranked.totals.iter_mut().zip(&ranked.ranks) {
            *total = if rank.is_nan() { f64::NAN } else { *total };
        }
        ranked
    }
}

#[derive(Debug)]
struct Base {
    assessment: Assessment,
    fast: Option<Reweigh>,
}

/// What came out of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome<'a> {
    /// Before their rounding.
    pub(crate) totals: &'a [f64],
    pub(crate) ranks: &'a [f64],
}

impl Model {
    /// Of the entities that are ranked in a period.
    ///
    /// # Errors
    /// A period that the data lack, or one in which nobody is ranked; everything that is wrong with the factors.
    pub(crate) fn of(assessment: &Assessment, period: Period, factors: &[Factor]) -> Result<Self, DataError> {
        let (at, panel) = (assessment.period(period)?, assessment.panel());
        let design = Design::of(assessment, factors)?;
        let rows: Vec<usize> = panel.rows_of(at).filter(|row| !assessment.ranks()[*row].is_nan()).collect();
        if rows.is_empty() {
            let finding = Finding::error("robustness_nobody").fact("period", panel.period_text(period));
            return Err(DataError::new(vec![finding]));
        }
        let cells = panel.len() * assessment.scheme().plan().nodes.len();
        Ok(Model {
            design,
            period: at,
            nominal: Ranked::of(assessment, &rows),
            rows,
            bases: Mutex::default(),
            most_bases: (MOST_CELLS / cells.max(1)).clamp(4, MOST_BASES),
            assessment: assessment.clone(),
        })
    }

    /// What varies.
    pub(crate) fn design(&self) -> &Design {
        &self.design
    }

    /// Rows of the panel of those that are followed, ascending.
    pub(crate) fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// The assessment itself.
    pub(crate) fn nominal(&self) -> Outcome<'_> {
        Outcome { totals: &self.nominal.totals, ranks: &self.nominal.ranks }
    }

    /// What runs points, on one thread.
    pub(crate) fn runner(&self) -> Runner<'_> {
        let out = Ranked { totals: vec![f64::NAN; self.rows.len()], ranks: vec![f64::NAN; self.rows.len()] };
        Runner { model: self, out, choices: Vec::new(), scratch: Scratch::default(), last: None }
    }

    /// The complete assessment of a point.
    ///
    /// # Errors
    /// What keeps it from being made.
    pub(crate) fn replay(&self, point: &[f64]) -> Result<Assessment, DataError> {
        let mut choices = Vec::new();
        self.design.choices(point, &mut choices);
        let base = self.assessment.edit(&self.design.base_edits(&self.assessment, &choices))?;
        base.edit(&self.design.edits(&base, point))
    }

    fn base(
        &self,
        key: &Key,
        make: impl FnOnce() -> Result<Assessment, DataError>,
    ) -> Result<Arc<Base>, DataError> {
        let slot = {
            let mut bases = self.bases.lock().unwrap_or_else(PoisonError::into_inner);
            if bases.len() < self.most_bases || bases.contains_key(key) {
                Arc::clone(bases.entry(key.clone()).or_default())
            } else {
                Slot::default()
            }
        };
        // On one thread: another run that this thread took up meanwhile could wait for the same base, and so for itself.
        let made = slot.get_or_init(|| {
            on_one_thread(|| {
                let assessment = make()?;
                let moves = self.design.is_reweighed();
                let fast = moves.then(|| Reweigh::of(&assessment, self.period, &self.rows)).flatten();
                Ok(Arc::new(Base { assessment, fast }))
            })
        });
        if made.is_err() && crate::budget::is_spent() {
            // Nothing is wrong with these alternatives: their base was not finished.
            self.bases.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        }
        made.clone()
    }
}

/// Runs points one after the other.
#[derive(Debug)]
pub(crate) struct Runner<'a> {
    model: &'a Model,
    out: Ranked,
    choices: Vec<u16>,
    scratch: Scratch,
    /// The base of the run before.
    last: Option<(Vec<u16>, Arc<Base>)>,
}

impl Runner<'_> {
    /// Totals and ranks at a point.
    ///
    /// # Errors
    /// What keeps its assessment from being made.
    pub(crate) fn run(&mut self, point: &[f64]) -> Result<Outcome<'_>, DataError> {
        let (model, design) = (self.model, &self.model.design);
        design.choices(point, &mut self.choices);
        let base = self.base()?;
        let plan = base.assessment.scheme().plan();
        let mut went = self.reweigh(&base, plan, point);
        if went == Ran::OtherMembers {
            let key = (self.choices.clone(), left_out(design, plan, point));
            let other = model.base(&key, || base.assessment.edit(&design.edits(&base.assessment, point)))?;
            // The weights are those that the point makes of the base's, not of these.
            went = self.reweigh(&other, plan, point);
        }
        if went != Ran::Done {
            let edited = on_one_thread(|| base.assessment.edit(&design.edits(&base.assessment, point)))?;
            self.out = Ranked::of(&edited, &model.rows);
        }
        Ok(Outcome { totals: &self.out.totals, ranks: &self.out.ranks })
    }

    /// Runs of a seed one after the other, handed on in order; `false` from `each` ends them.
    pub(crate) fn sample(
        &mut self,
        seed: u64,
        runs: Range<u64>,
        each: &mut dyn FnMut(u64, Result<Outcome<'_>, DataError>) -> bool,
    ) {
        let (model, design) = (self.model, &self.model.design);
        let mut point = vec![0.0; design.dimensions()];
        let block = self.block();
        for start in runs.clone().step_by(BLOCK) {
            let count = BLOCK.min((runs.end - start) as usize);
            let Some(base) = &block else {
                for run in start..start + count as u64 {
                    design.draw(seed, run, &mut point);
                    if !each(run, self.run(&point)) {
                        return;
                    }
                }
                continue;
            };
            let (plan, mut scratch) = (base.assessment.scheme().plan(), std::mem::take(&mut self.scratch));
            let mut weights = |k: usize, to: &mut [f64]| {
                design.draw(seed, start + k as u64, &mut point);
                design.weights(plan, 0, &point, to);
            };
            let (mut goes_on, mut alone) = (true, vec![0.0; design.dimensions()]);
            if let Some(fast) = &base.fast {
                fast.block(count, &mut weights, &mut scratch, &mut |k, outcome| {
                    let run = start + k as u64;
                    if !goes_on {
                        return;
                    }
                    goes_on = if let Some((totals, ranks)) = outcome {
                        each(run, Ok(Outcome { totals, ranks }))
                    } else {
                        design.draw(seed, run, &mut alone);
                        each(run, model.runner().run(&alone))
                    };
                });
            }
            self.scratch = scratch;
            if !goes_on {
                return;
            }
        }
    }

    /// The base of all runs, where they can be made side by side.
    fn block(&mut self) -> Option<Arc<Base>> {
        let design = &self.model.design;
        design.choices(&vec![0.5; design.dimensions()], &mut self.choices);
        if !self.choices.is_empty() {
            return None;
        }
        let base = self.base().ok()?;
        let classes = base.assessment.scheme().plan().classes.len();
        (classes == 1 && base.fast.as_ref().is_some_and(Reweigh::is_blocked)).then_some(base)
    }

    fn reweigh(&mut self, base: &Base, plan: &Plan, point: &[f64]) -> Ran {
        let (Some(fast), design) = (&base.fast, &self.model.design) else { return Ran::InDoubt };
        let weights = |class: usize, to: &mut [f64]| design.weights(plan, class, point, to);
        fast.run(&weights, &mut self.scratch, (&mut self.out.totals, &mut self.out.ranks))
    }

    /// The base of the alternatives that the point at hand takes.
    fn base(&mut self) -> Result<Arc<Base>, DataError> {
        if let Some((choices, base)) = &self.last
            && *choices == self.choices
        {
            return Ok(Arc::clone(base));
        }
        let (model, choices) = (self.model, &self.choices);
        let edits = || model.design.base_edits(&model.assessment, choices);
        let base = model.base(&(choices.clone(), Vec::new()), || model.assessment.edit(&edits()))?;
        self.last = Some((choices.clone(), Arc::clone(&base)));
        Ok(base)
    }
}

/// The nodes whose weight a point takes away, by class.
fn left_out(design: &Design, plan: &Plan, point: &[f64]) -> Vec<(usize, usize)> {
    let mut weights = vec![0.0; plan.nodes.len()];
    let mut left = Vec::new();
    for (c, class) in plan.classes.iter().enumerate() {
        design.weights(plan, c, point, &mut weights);
        let nodes = (0..plan.nodes.len()).filter(|n| weights[*n] == 0.0 && class.weights[*n] != 0.0);
        left.extend(nodes.map(|node| (c, node)));
    }
    left
}

#[cfg(feature = "json")]
#[cfg(test)]
#[path = "runner_tests.rs"]
mod tests;
