//! Errors of the core as exceptions of Python: the only place where they are mapped.

use kaohe::{Finding, Lang, Place, Severity};
use pyo3::exceptions::PyValueError;
use pyo3::import_exception;
use pyo3::prelude::*;

use crate::table::findings_list;

import_exception!(kaohe.errors, DataError);
import_exception!(kaohe.errors, FormulaError);
import_exception!(kaohe.errors, SchemeError);

/// `zh` or `en`.
pub(crate) fn lang(tag: &str) -> PyResult<Lang> {
    Lang::parse(tag)
        .ok_or_else(|| PyValueError::new_err(format!("lang must be \"zh\" or \"en\", not {tag:?}")))
}

/// A scheme that does not load: its text shows line and caret, its findings are the same as data. Where formulas are all
/// that is wrong it is a `FormulaError`.
pub(crate) fn scheme(py: Python<'_>, error: &kaohe::SchemeError, tag: &str) -> PyErr {
    let formula = |f: &Finding| {
        let key = f.place.path.as_deref().and_then(|p| p.rsplit('.').next());
        matches!(key, Some("formula" | "when"))
    };
    let mut errors = error.findings().iter().filter(|f| f.severity == Severity::Error);
    let formulas_only = errors.all(formula);
    raise(
        py,
        error.findings(),
        tag,
        |l| error.render(l),
        |args| {
            if formulas_only { FormulaError::new_err(args) } else { SchemeError::new_err(args) }
        },
    )
}

/// Data that cannot be assessed: one line per finding.
pub(crate) fn data(py: Python<'_>, error: &kaohe::DataError, tag: &str) -> PyErr {
    raise(py, error.findings(), tag, |l| error.render(l), DataError::new_err)
}

/// A text that is no period, in the language that Python speaks now.
pub(crate) fn no_period(text: &str) -> PyErr {
    Python::attach(|py| {
        let spoken =
            py.import("kaohe.language").and_then(|m| m.call_method0("get_lang")?.extract::<String>());
        let shown: String = text.chars().take(60).collect();
        let place = Place { value: Some(shown.clone()), ..Place::default() };
        let finding = Finding::error("period_not_readable").placed(place).fact("value", shown);
        data(py, &kaohe::DataError::new(vec![finding]), spoken.as_deref().unwrap_or("en"))
    })
}

type Args = (String, Py<PyAny>);

fn raise(
    py: Python<'_>,
    findings: &[Finding],
    tag: &str,
    text: impl FnOnce(Lang) -> String,
    new: impl FnOnce(Args) -> PyErr,
) -> PyErr {
    let made = lang(tag).and_then(|l| Ok((text(l), findings_list(py, findings, tag)?.into_any().unbind())));
    match made {
        Ok(args) => new(args),
        Err(other) => other,
    }
}
