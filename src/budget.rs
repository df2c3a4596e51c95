//! What a computation may cost, and how it is stopped from outside.
//!
//! A budget is in force for the work that [`Budget::run`] does, on whatever threads that work runs. The engine looks at it
//! before every chunk of rows and every exact cell; once it is spent, what is left of the work is skipped and the result is
//! refused, so that nobody reads half of one.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::error::DataError;
use crate::finding::Finding;

/// A limit on work, and a switch that ends it. Clones share what was spent.
///
/// ```
/// # #[cfg(feature = "toml")] {
/// use kaohe::{Budget, Labels, Panel, Period, Scheme};
/// # let scheme = Scheme::from_toml(r#"
/// # kaohe = 1
/// # id = "research"
/// # variable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }]
/// # [[indicator]]
/// # id = "rd_intensity"
/// # formula = "rd / gdp"
/// # unit = "%"
/// # points = { rule = "linear" }
/// # "#)?;
/// # let panel = Panel::builder(Labels::from_iter(["甲市", "乙市"]), vec![Period::year(2022).unwrap(); 2])
/// #     .column("rd", vec![1.0, 2.0]).column("gdp", vec![30.0, 40.0]).build().unwrap();
/// let budget = Budget::new().cells(1_000_000);
/// let assessment = budget.run(|| scheme.assess(&panel))??;
/// assert!(budget.work().cells > 0);
///
/// budget.cancel(); // from any thread
/// let error = budget.run(|| assessment.next_points("甲市", Period::year(2022).unwrap(), 1.0)).unwrap_err();
/// assert_eq!(error.findings()[0].code, "budget_cancelled");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Budget {
    limits: Limits,
    meter: Arc<Meter>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Limits {
    cells: Option<u64>,
    exact_bits: Option<u64>,
    deadline: Option<Instant>,
}

/// The work done so far: the same for the same question, whatever the machine and the number of threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// Cells that a stage computed.
    pub cells: u64,
    /// Numbers worked out in exact rationals.
    pub exact_cells: u64,
    /// Bits of these rationals, numerators and denominators together, and of the intervals in which roots were looked for.
    pub exact_bits: u64,
}

#[derive(Debug, Default)]
struct Meter {
    cells: AtomicU64,
    exact_cells: AtomicU64,
    exact_bits: AtomicU64,
    over: AtomicBool,
    /// What ended the work, and in which stage.
    why: Mutex<Option<(&'static str, String)>>,
    stage: Mutex<String>,
}

impl Budget {
    /// No limit; it counts work and can be cancelled.
    pub fn new() -> Self {
        Budget::default()
    }

    /// At most so many cells.
    pub fn cells(mut self, most: u64) -> Self {
        self.limits.cells = Some(most);
        self
    }

    /// At most so many bits of exact rationals.
    pub fn exact_bits(mut self, most: u64) -> Self {
        self.limits.exact_bits = Some(most);
        self
    }

    /// Until then. The one thing in the crate that reads a clock, and only where this is asked for.
    pub fn deadline(mut self, at: Instant) -> Self {
        self.limits.deadline = Some(at);
        self
    }

    /// Ends the work under way, from any thread; what is asked of this budget afterwards is refused, too.
    pub fn cancel(&self) {
        self.meter.end("budget_cancelled");
    }

    /// What was spent so far.
    pub fn work(&self) -> Work {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let meter = &self.meter;
        Work {
            cells: of(&meter.cells),
            exact_cells: of(&meter.exact_cells),
            exact_bits: of(&meter.exact_bits),
        }
    }

    /// What is under way, or was last: a stage, and the indicator or group that it is about (`values: rd_intensity`). With
    /// [`work`](Self::work) it says how far a computation has come, to whoever asks from another thread; the work itself calls
    /// nobody.
    pub fn under_way(&self) -> String {
        self.meter.stage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does work under this budget. A budget inside another one counts for itself; the outer one ends both.
    ///
    /// # Errors
    /// The work was ended: `budget_cancelled`, `budget_deadline`, `budget_cells` or `budget_exact_bits`, with the stage.
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> Result<T, DataError> {
        let outer = Scope::current();
        let scope = Scope(Some(Arc::new(Entered { budget: self.clone(), outer })));
        scope.check().map_err(DataError::new)?;
        let result = scope.enter(work);
        scope.check().map_err(DataError::new)?;
        Ok(result)
    }
}

impl Meter {
    fn end(&self, code: &'static str) {
        let mut why = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        if why.is_none() {
            let stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner).clone();
            *why = Some((code, stage));
        }
        self.over.store(true, Ordering::Release);
    }
}

#[derive(Debug)]
struct Entered {
    budget: Budget,
    outer: Scope,
}

impl Entered {
    fn is_spent(&self) -> bool {
        let (limits, meter) = (&self.budget.limits, &self.budget.meter);
        if meter.over.load(Ordering::Acquire) {
            return true;
        }
        let beyond = |most: Option<u64>, counter: &AtomicU64| {
            most.is_some_and(|most| counter.load(Ordering::Relaxed) > most)
        };
        let code = if beyond(limits.cells, &meter.cells) {
            "budget_cells"
        } else if beyond(limits.exact_bits, &meter.exact_bits) {
            "budget_exact_bits"
        } else if limits.deadline.is_some_and(|at| Instant::now() >= at) {
            "budget_deadline"
        } else {
            return self.outer.is_spent();
        };
        meter.end(code);
        true
    }
}

/// The budget in force on a thread.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope(Option<Arc<Entered>>);

thread_local! {
    static CURRENT: RefCell<Scope> = const { RefCell::new(Scope(None)) };
}

impl Scope {
    /// That of this thread.
    pub(crate) fn current() -> Self {
        CURRENT.with_borrow(Scope::clone)
    }

    /// Does work under this budget on this thread: what a thread of a pool does for the one that asked.
    pub(crate) fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        /// Puts the budget before back, whatever happens.
        struct Back(Scope);
        impl Drop for Back {
            fn drop(&mut self) {
                CURRENT.set(std::mem::take(&mut self.0));
            }
        }
        let _back = Back(CURRENT.replace(self.clone()));
        work()
    }

    fn is_spent(&self) -> bool {
        self.0.as_ref().is_some_and(|entered| entered.is_spent())
    }

    fn each(&self, f: &mut dyn FnMut(&Meter)) {
        if let Some(entered) = &self.0 {
            f(&entered.budget.meter);
            entered.outer.each(f);
        }
    }

    /// Why the work was ended.
    fn finding(&self) -> Option<Finding> {
        let entered = self.0.as_ref()?;
        let why = entered.budget.meter.why.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match why {
            Some((code, stage)) => Some(Finding::error(code).fact("stage", stage)),
            None => entered.outer.finding(),
        }
    }

    fn check(&self) -> Result<(), Vec<Finding>> {
        if self.is_spent() { Err(self.finding().into_iter().collect()) } else { Ok(()) }
    }
}

/// Whether the budget of this thread is spent: long work asks between its steps.
pub(crate) fn is_spent() -> bool {
    CURRENT.with_borrow(Scope::is_spent)
}

/// That the budget of this thread is not spent; what a stage asks before it begins.
pub(crate) fn check() -> Result<(), Vec<Finding>> {
    Scope::current().check()
}

/// A stage begins: refused if the budget is spent, and named by the message of one that is spent in it.
pub(crate) fn stage(name: &'static str, id: &str) -> Result<(), Vec<Finding>> {
    check()?;
    CURRENT.with_borrow(|scope| {
        scope.each(&mut |meter| {
            let mut stage = meter.stage.lock().unwrap_or_else(PoisonError::into_inner);
            stage.clear();
            stage.push_str(name);
            if !id.is_empty() {
                stage.push_str(": ");
                stage.push_str(id);
            }
        });
    });
    Ok(())
}

/// Counts computed cells.
pub(crate) fn count_cells(cells: usize) {
    CURRENT.with_borrow(|scope| {
        scope.each(&mut |meter| {
            meter.cells.fetch_add(cells as u64, Ordering::Relaxed);
        });
    });
}

/// Counts one exact number by its bits.
pub(crate) fn count_exact(bits: usize) {
    CURRENT.with_borrow(|scope| {
        scope.each(&mut |meter| {
            meter.exact_cells.fetch_add(1, Ordering::Relaxed);
        });
    });
    count_bits(bits);
}

/// Counts bits of exact arithmetic.
pub(crate) fn count_bits(bits: usize) {
    CURRENT.with_borrow(|scope| {
        scope.each(&mut |meter| {
            meter.exact_bits.fetch_add(bits as u64, Ordering::Relaxed);
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_stays() {
        let budget = Budget::new().cells(10);
        let error = budget.run(|| {
            stage("values", "x").unwrap();
            count_cells(11);
            is_spent()
        });
        budget.cancel();
        let again = budget.run(|| ()).unwrap_err();
        assert_eq!(error.unwrap_err(), again);
        assert_eq!(again.findings()[0].code, "budget_cells");
        assert!(again.to_string().contains("values: x"), "{again}");
        assert_eq!((budget.under_way().as_str(), budget.work().cells), ("values: x", 11));
    }

    #[test]
    fn an_outer_budget_ends_the_inner_work_and_counts_it() {
        let (outer, inner) = (Budget::new(), Budget::new());
        let ended = outer.run(|| {
            inner.run(|| {
                count_exact(64);
                outer.cancel();
                is_spent()
            })
        });
        assert_eq!(ended.unwrap_err().findings()[0].code, "budget_cancelled");
        assert_eq!((outer.work(), inner.work().exact_bits), (inner.work(), 64));
        // The inner budget itself was not spent.
        assert!(inner.run(|| ()).is_ok());
        assert!(!is_spent());
    }
}
