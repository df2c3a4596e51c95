//! Fixed chunks, run one after the other or on all threads: the bytes are the same.

#[cfg(feature = "rayon")]
use std::cell::Cell;

use crate::budget;
use crate::memory::Pages;

/// Rows of a chunk. Fixed, so that nothing depends on the number of threads.
pub(crate) const CHUNK: usize = 16 * 1024;

#[cfg(feature = "rayon")]
thread_local! {
    /// Whether this thread has been asked to work alone.
    static ALONE: Cell<bool> = const { Cell::new(false) };
}

/// Does all of `work` on the calling thread, as without the feature `rayon`: for those who cannot start threads, or must not.
pub fn on_one_thread<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(feature = "rayon")]
    struct Restore(bool);
    #[cfg(feature = "rayon")]
    impl Drop for Restore {
        fn drop(&mut self) {
            ALONE.set(self.0);
        }
    }
    #[cfg(feature = "rayon")]
    let _restore = Restore(ALONE.replace(true));
    work()
}

/// Whether there are threads to share with: those of the pool that the caller is in, else the global ones, if the system
/// starts them.
#[cfg(feature = "rayon")]
fn has_company() -> bool {
    static GLOBAL: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    let start = || match rayon::ThreadPoolBuilder::new().build_global() {
        Ok(()) => true,
        // Without a source the error says that somebody has started them before.
        Err(error) => std::error::Error::source(&error).is_none(),
    };
    !ALONE.get() && (rayon::current_thread_index().is_some() || *GLOBAL.get_or_init(start))
}

/// Runs `f` on every task; results in the order of the tasks.
#[cfg(feature = "rayon")]
pub(crate) fn map<T: Send, R: Send>(tasks: Vec<T>, f: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    if tasks.len() <= 1 || !has_company() {
        return tasks.into_iter().map(f).collect();
    }
    let budget = budget::Scope::current();
    tasks.into_par_iter().map(|task| budget.enter(|| f(task))).collect()
}

/// Runs `f` on every task; results in the order of the tasks.
#[cfg(not(feature = "rayon"))]
pub(crate) fn map<T, R>(tasks: Vec<T>, f: impl Fn(T) -> R) -> Vec<R> {
    tasks.into_iter().map(f).collect()
}

/// Rows below which the work of a stage is done before another thread has woken up.
const FEW: usize = 4 * 1024;

/// As [`map`] where the tasks have many rows together; one after the other where they have few.
pub(crate) fn map_rows<T: Send, R: Send>(
    rows: usize,
    tasks: Vec<T>,
    f: impl Fn(T) -> R + Sync + Send,
) -> Vec<R> {
    if rows < FEW { tasks.into_iter().map(f).collect() } else { map(tasks, f) }
}

/// Rows `start..end` of one period, with the places where their results go.
pub(crate) struct Task<'a> {
    pub(crate) period: usize,
    pub(crate) rows: std::ops::Range<usize>,
    pub(crate) out: Vec<&'a mut [f64]>,
}

/// Runs `f` on every task, which writes as many cells as the task has rows; what a spent budget leaves out is not written.
pub(crate) fn write<R: Default + Send>(
    rows: usize,
    tasks: Vec<Task<'_>>,
    f: impl Fn(Task<'_>) -> R + Sync + Send,
) -> Vec<R> {
    map_rows(rows, tasks, |task| {
        if budget::is_spent() {
            return R::default();
        }
        budget::count_cells(task.rows.len());
        f(task)
    })
}

/// Cuts the rows of all periods into chunks that never cross a period, and every output column likewise.
pub(crate) fn tasks<'a>(
    starts: &[usize],
    columns: impl IntoIterator<Item = &'a mut Pages<f64>>,
) -> Vec<Task<'a>> {
    let mut tasks: Vec<Task<'a>> = Vec::new();
    for (period, bounds) in starts.windows(2).enumerate() {
        let mut start = bounds[0];
        while start < bounds[1] {
            let end = (start + CHUNK).min(bounds[1]);
            tasks.push(Task { period, rows: start..end, out: Vec::new() });
            start = end;
        }
    }
    for column in columns {
        let mut rest: &'a mut [f64] = column;
        for task in &mut tasks {
            let (head, tail) = rest.split_at_mut(task.rows.len());
            task.out.push(head);
            rest = tail;
        }
    }
    tasks
}

#[cfg(all(test, feature = "rayon"))]
mod tests {
    use super::*;

    #[test]
    fn work_on_one_thread_stays_on_the_callers() {
        let here = std::thread::current().id();
        let on = || map((0..64).collect(), |_: usize| std::thread::current().id());
        assert!(on_one_thread(on).iter().all(|id| *id == here));
        assert!(!ALONE.get(), "the mark is taken off again");
    }
}
