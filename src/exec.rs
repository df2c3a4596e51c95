//! Fixed chunks, run one after the other or on all threads: the bytes are the same.

#[cfg(feature = "rayon")]
use std::cell::Cell;

use crate::budget;
use crate::memory::Pages;

/// Rows of a chunk. Fixed, so that nothing depends on the number of threads; few in unit tests, so that small panels have several.
pub(crate) const CHUNK: usize = if cfg!(test) { 4 } else { 16 * 1024 };

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

/// Rows of one chunk, with the places where their results go.
pub(crate) struct Task<'a> {
    pub(crate) period: usize,
    /// Which chunk of the panel it is.
    pub(crate) chunk: usize,
    pub(crate) rows: std::ops::Range<usize>,
    pub(crate) out: Vec<&'a mut [f64]>,
}

/// Runs `f` on every task, which writes as many cells as the task has rows; what a spent budget leaves out is not written.
pub(crate) fn write<R: Default + Send>(
    tasks: Vec<Task<'_>>,
    f: impl Fn(Task<'_>) -> R + Sync + Send,
) -> Vec<R> {
    let rows = tasks.iter().map(|task| task.rows.len()).sum();
    map_rows(rows, tasks, |task| {
        if budget::is_spent() {
            return R::default();
        }
        budget::count_cells(task.rows.len());
        f(task)
    })
}

/// How the rows of a panel are cut into chunks: where a period ends, and at every [`CHUNK`]-th row.
#[derive(Debug)]
pub(crate) struct Chunks {
    /// Rows of period `p` are `starts[p]..starts[p + 1]`.
    starts: Vec<usize>,
    /// The first chunk of each period, and how many there are.
    first: Vec<usize>,
}

impl Chunks {
    pub(crate) fn new(starts: Vec<usize>) -> Self {
        let mut first = vec![0];
        for (period, bounds) in starts.windows(2).enumerate() {
            let chunks =
                if bounds[0] == bounds[1] { 0 } else { (bounds[1] - 1) / CHUNK - bounds[0] / CHUNK + 1 };
            first.push(first[period] + chunks);
        }
        Chunks { starts, first }
    }

    /// Rows of period `p` are `starts[p]..starts[p + 1]`.
    pub(crate) fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// Period of a row; beyond the last row none of them.
    #[inline]
    pub(crate) fn period_of(&self, row: usize) -> usize {
        self.starts.partition_point(|&start| start <= row) - 1
    }

    /// The chunk of a row.
    #[inline]
    pub(crate) fn of(&self, row: usize) -> usize {
        let period = self.period_of(row);
        self.first[period] + row / CHUNK - self.starts[period] / CHUNK
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.first.last().copied().unwrap_or_default()
    }

    /// The chunks, and with them every output column cut likewise.
    pub(crate) fn tasks<'a>(&self, columns: impl IntoIterator<Item = &'a mut Pages<f64>>) -> Vec<Task<'a>> {
        let mut tasks: Vec<Task<'a>> = Vec::with_capacity(self.len());
        for (period, bounds) in self.starts.windows(2).enumerate() {
            let mut start = bounds[0];
            while start < bounds[1] {
                let end = ((start / CHUNK + 1) * CHUNK).min(bounds[1]);
                tasks.push(Task { period, chunk: tasks.len(), rows: start..end, out: Vec::new() });
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
}

#[cfg(all(test, feature = "rayon"))]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_the_chunk_that_its_task_says() {
        let chunks = Chunks::new(vec![0, 3, 3, 8, 17, 20]);
        let tasks = chunks.tasks([]);
        assert_eq!(tasks.len(), chunks.len());
        for task in tasks {
            assert!(
                task.rows
                    .clone()
                    .all(|row| chunks.of(row) == task.chunk && chunks.period_of(row) == task.period)
            );
            assert!(task.rows.len() <= CHUNK);
        }
    }

    #[test]
    fn work_on_one_thread_stays_on_the_callers() {
        let here = std::thread::current().id();
        let on = || map((0..64).collect(), |_: usize| std::thread::current().id());
        assert!(on_one_thread(on).iter().all(|id| *id == here));
        assert!(!ALONE.get(), "the mark is taken off again");
    }
}
