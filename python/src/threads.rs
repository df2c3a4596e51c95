//! How many threads compute. Results are the same bytes whatever the number.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The pool asked for; `None` for one thread a core.
static POOL: Mutex<Option<Arc<ThreadPool>>> = Mutex::new(None);

/// Threads anybody has a use for.
const MOST: usize = 1024;

/// Sets the number of threads; `None` for one a core.
#[pyfunction]
#[pyo3(signature = (count=None))]
pub(crate) fn set_threads(count: Option<usize>) -> PyResult<()> {
    let pool = match count {
        None => None,
        Some(n) if (1..=MOST).contains(&n) => {
            let built = ThreadPoolBuilder::new().num_threads(n).build();
            Some(Arc::new(built.map_err(|e| PyRuntimeError::new_err(e.to_string()))?))
        }
        Some(n) => return Err(PyValueError::new_err(format!("threads must be 1 to {MOST}, not {n}"))),
    };
    *POOL.lock().unwrap_or_else(PoisonError::into_inner) = pool;
    Ok(())
}

/// The number of threads that compute.
#[pyfunction]
pub(crate) fn get_threads() -> usize {
    let pool = POOL.lock().unwrap_or_else(PoisonError::into_inner).clone();
    pool.map_or_else(rayon::current_num_threads, |p| p.current_num_threads())
}

/// Computes without the interpreter's lock, on the threads asked for.
pub(crate) fn compute<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> T {
    py.detach(|| {
        let pool = POOL.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    })
}
