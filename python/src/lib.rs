//! The bindings of kaohe: tables in, tables out, no arithmetic. One file per subject; `capsule` alone is `unsafe`.
#![allow(clippy::needless_pass_by_value, reason = "pyo3 hands over arguments by value")]
#![allow(
    clippy::unnecessary_wraps,
    reason = "slots and constructors of Python classes have fixed signatures"
)]

mod analysis;
mod answer;
mod arguments;
mod assessment;
mod batches;
mod capsule;
mod coinr;
mod columns;
mod errors;
mod explanation;
mod keys;
mod long;
mod members;
mod panel;
mod plan;
mod progress;
mod records;
mod references;
mod robustness;
mod scheme;
mod scorer;
mod shown;
mod table;
mod threads;
mod workbook;

/// Tables, schemes and results.
#[pyo3::pymodule(gil_used = false)]
mod _kaohe {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::analysis::{ask, bridge_between, compare, gainers};
    #[pymodule_export]
    use crate::answer::{Answer, problems};
    #[pymodule_export]
    use crate::assessment::PyAssessment;
    #[pymodule_export]
    use crate::batches::Batches;
    #[pymodule_export]
    use crate::capsule::FloatColumn;
    #[pymodule_export]
    use crate::coinr::{from_coinr, to_coinr};
    #[pymodule_export]
    use crate::explanation::PyExplanation;
    #[pymodule_export]
    use crate::members::PyMembers;
    #[pymodule_export]
    use crate::plan::{allocate, allocate_ratio, awards, candidates, dispatch, progress, what_if};
    #[pymodule_export]
    use crate::records::known_keys;
    #[pymodule_export]
    use crate::references::{PyPartial, PyReferences};
    #[pymodule_export]
    use crate::robustness::{assess_run, at_most, beats, merge_runs, more_runs, rank_sets, robustness};
    #[pymodule_export]
    use crate::scheme::{PyScheme, json_schema};
    #[pymodule_export]
    use crate::scorer::PyScorer;
    #[pymodule_export]
    use crate::shown::shown;
    #[pymodule_export]
    use crate::table::{Table, missing_columns};
    #[pymodule_export]
    use crate::threads::{get_threads, set_threads};
    #[pymodule_export]
    use crate::workbook::{Grid, Sheets};

    /// Adds the version, and the variable that holds who hears how far a call has come.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("listener", crate::progress::listener(module.py())?)
    }
}
