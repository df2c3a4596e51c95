//! The threads that compute, while the caller's thread listens for Ctrl-C. Results are the same bytes whatever their number.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kaohe::Budget;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

use crate::progress::tell;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

/// The threads of one process: they do not survive a fork, so a child starts its own.
struct Crew {
    process: u32,
    /// `None` where the system starts no thread: the caller's own computes.
    pool: Option<Arc<ThreadPool>>,
}

static CREW: Mutex<Option<Crew>> = Mutex::new(None);

/// Threads asked for; zero for one a core.
static ASKED: AtomicUsize = AtomicUsize::new(0);

/// Threads anybody has a use for.
const MOST: usize = 1024;
/// Room for the deepest formula, as much as a main thread usually has.
const STACK: usize = 8 << 20;
/// How long Ctrl-C waits at most until it is heard.
const PATIENCE: Duration = Duration::from_millis(50);
/// Cells read under the interpreter's lock before others have a turn.
const BREATH: usize = 4096;

/// Sets the number of threads; `None` for one a core.
#[pyfunction]
#[pyo3(signature = (count=None))]
pub(crate) fn set_threads(count: Option<usize>) -> PyResult<()> {
    let asked = match count {
        None => 0,
        Some(n) if (1..=MOST).contains(&n) => n,
        Some(n) => return Err(PyValueError::new_err(format!("threads must be 1 to {MOST}, not {n}"))),
    };
    let pool = started(asked).map_err(|e| PyRuntimeError::new_err(e.to_string()))?;
    ASKED.store(asked, Ordering::Relaxed);
    hire(Some(pool));
    Ok(())
}

/// The number of threads that compute.
#[pyfunction]
pub(crate) fn get_threads() -> usize {
    pool().map_or(1, |pool| pool.current_num_threads())
}

/// Computes without the interpreter's lock, and tells the caller's listener how far it has come. On Ctrl-C, or where the
/// listener raises, the work is ended, and `KeyboardInterrupt` or what was raised returned.
pub(crate) fn compute<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    // Looked up under the interpreter's lock, which a fork needs too: no child finds the crew half changed.
    let pool = pool();
    py.detach(|| match pool {
        None => Ok(kaohe::on_one_thread(work)),
        Some(pool) => {
            let budget = Budget::new();
            let mut result = None;
            let mut interrupt = None;
            let (done, waiting) = channel::<()>();
            pool.in_place_scope(|scope| {
                let result = &mut result;
                let budget = &budget;
                scope.spawn(move |_| {
                    *result = budget.run(work).ok();
                    drop(done);
                });
                while waiting.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    let heard = |py: Python<'_>| py.check_signals().and_then(|()| tell(py, budget));
                    if interrupt.is_none()
                        && let Err(error) = Python::attach(heard)
                    {
                        budget.cancel();
                        interrupt = Some(error);
                    }
                }
            });
            match (interrupt, result) {
                (None, Some(result)) => Ok(result),
                (Some(interrupt), _) => Err(interrupt),
                // A panic of the work has left the scope as a panic, and nobody else ends it.
                (None, None) => Err(PyRuntimeError::new_err("the computation has left no result")),
            }
        }
    })
}

/// Every so many cells, lets other threads of Python have a turn, and Ctrl-C be heard.
pub(crate) fn breathe(py: Python<'_>, cells: usize) -> PyResult<()> {
    if cells % BREATH == BREATH - 1 {
        py.detach(|| ());
        py.check_signals()?;
    }
    Ok(())
}

/// The threads of this process.
fn pool() -> Option<Arc<ThreadPool>> {
    let crew = CREW.lock().unwrap_or_else(PoisonError::into_inner);
    match &*crew {
        Some(crew) if crew.process == std::process::id() => crew.pool.clone(),
        _ => {
            drop(crew);
            hire(started(ASKED.load(Ordering::Relaxed)).ok())
        }
    }
}

/// Puts threads in the place of those before.
fn hire(pool: Option<Arc<ThreadPool>>) -> Option<Arc<ThreadPool>> {
    let process = std::process::id();
    let mut crew = CREW.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(before) = crew.replace(Crew { process, pool: pool.clone() })
        && before.process != process
    {
        // The parent's threads are not here to be ended, and may have left their locks closed.
        std::mem::forget(before);
    }
    pool
}

fn started(threads: usize) -> Result<Arc<ThreadPool>, ThreadPoolBuildError> {
    let builder = ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK);
    builder.thread_name(|i| format!("kaohe-{i}")).build().map(Arc::new)
}
