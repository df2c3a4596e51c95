//! Whom the caller's thread tells how far a computation has come.

use kaohe::Budget;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyAny, PyDict};

static LISTENER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// The variable of `contextvars` that holds the listener of a thread or a task.
pub(crate) fn listener(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    let make = || {
        let variable = py.import("contextvars")?.getattr("ContextVar")?;
        let named = PyDict::new(py);
        named.set_item("default", py.None())?;
        Ok::<_, PyErr>(variable.call(("kaohe_listener",), Some(&named))?.unbind())
    };
    Ok(LISTENER.get_or_try_init(py, make)?.bind(py))
}

/// Tells the listener, if there is one, what the work under a budget has come to.
pub(crate) fn tell(py: Python<'_>, budget: &Budget) -> PyResult<()> {
    let listener = listener(py)?.call_method0("get")?;
    if listener.is_none() {
        return Ok(());
    }
    let (work, done) = (budget.work(), PyDict::new(py));
    done.set_item("stage", budget.under_way())?;
    done.set_item("cells", work.cells)?;
    done.set_item("exact_cells", work.exact_cells)?;
    listener.call1((done,)).map(drop)
}
