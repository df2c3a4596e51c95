//! Answers of the core, lent to Python: facts as JSON, tables as columns, and as people read them.

use std::sync::OnceLock;

use kaohe::answer::{Facts, answer};
use kaohe::report::{Cells, Names, Problems, Report, Shown, Table};
use kaohe::{DataError, Lang, Scheme};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::arguments::read;
use crate::capsule::FloatColumn;
use crate::errors;
use crate::threads::compute;

/// What the core answered.
#[pyclass(frozen, module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct Answer {
    answer: kaohe::report::Answer<Facts>,
    json: OnceLock<Result<String, String>>,
}

impl From<kaohe::report::Answer<Facts>> for Answer {
    fn from(answer: kaohe::report::Answer<Facts>) -> Self {
        Answer { answer, json: OnceLock::new() }
    }
}

/// Computes without the interpreter's lock, and says what was found with the names of a scheme.
pub(crate) fn found<F: Report + Into<Facts> + Send>(
    py: Python<'_>,
    scheme: Option<&Scheme>,
    lang: &str,
    work: impl FnOnce() -> Result<F, DataError> + Send,
) -> PyResult<Answer> {
    let names = scheme.map_or_else(Names::none, |s| Names::of(s.document()));
    let done = compute(py, || work().map(|facts| answer(facts, names)))?;
    done.map(Answer::from).map_err(|e| errors::data(py, &e, lang))
}

impl Answer {
    fn table(&self, id: Option<&str>) -> PyResult<&Table> {
        let mut tables = self.answer.tables.iter();
        let table = match id {
            Some(id) => tables.find(|t| t.id == id),
            None => tables.next(),
        };
        table.ok_or_else(|| PyKeyError::new_err(id.unwrap_or_default().to_owned()))
    }
}

/// The tables of an answer that people read, as JSON.
pub(crate) fn pages<F>(answer: &kaohe::report::Answer<F>, lang: Lang) -> PyResult<String> {
    serde_json::to_string(&answer.pages(lang)).map_err(|e| PyValueError::new_err(e.to_string()))
}

#[pymethods]
impl Answer {
    /// The facts as JSON.
    fn to_json(&self, py: Python<'_>) -> PyResult<&str> {
        let write = || serde_json::to_string(&self.answer.facts).map_err(|e| e.to_string());
        let json = py.detach(|| self.json.get_or_init(write).as_deref().map_err(String::as_str));
        json.map_err(|e| PyValueError::new_err(e.to_owned()))
    }

    /// Everything as JSON: facts, sentences, tables, notes.
    fn whole_json(&self, py: Python<'_>) -> PyResult<String> {
        let json = py.detach(|| serde_json::to_string(&self.answer));
        json.map_err(|e| PyValueError::new_err(e.to_string()))
    }

    /// Names of the tables; the first is the answer.
    fn tables(&self) -> Vec<&str> {
        self.answer.tables.iter().map(|t| t.id).collect()
    }

    /// A table, the first if none is named, as columns of a frame: name, kind, and cells as a list or a buffer of floats.
    #[pyo3(signature = (table=None, lang="en"))]
    fn columns<'py>(
        &self,
        py: Python<'py>,
        table: Option<&str>,
        lang: &str,
    ) -> PyResult<Vec<(&str, &str, Bound<'py, PyAny>)>> {
        let lang = errors::lang(lang)?;
        let columns = self.table(table)?.columns.iter().filter(|c| c.shown != Shown::Pages);
        let made = columns.map(|c| {
            let cells = match &c.cells {
                Cells::Labels { labels, of } => {
                    let names: Vec<Bound<'py, PyString>> =
                        labels.iter().map(|l| PyString::new(py, &l.id)).collect();
                    let cell = |i: &Option<u32>| i.and_then(|i| names.get(i as usize));
                    PyList::new(py, of.iter().map(cell))?.into_any()
                }
                Cells::Said(said) => {
                    PyList::new(py, said.iter().map(|s| s.as_ref().map(|s| s.message(lang))))?.into_any()
                }
                Cells::Numbers(numbers) => {
                    Bound::new(py, FloatColumn::new(numbers.clone().into()))?.into_any()
                }
                Cells::Flags(flags) => PyList::new(py, flags)?.into_any(),
            };
            Ok((c.name.as_ref(), c.kind.name(), cells))
        });
        made.collect()
    }

    /// The sentences.
    #[pyo3(signature = (lang="en"))]
    fn sentences(&self, lang: &str) -> PyResult<Vec<String>> {
        let lang = errors::lang(lang)?;
        Ok(self.answer.sentences.iter().map(|s| s.message(lang)).collect())
    }

    /// What must be known to read the answer.
    #[pyo3(signature = (lang="en"))]
    fn notes(&self, lang: &str) -> PyResult<Vec<String>> {
        let lang = errors::lang(lang)?;
        Ok(self.answer.notes.iter().map(|s| s.message(lang)).collect())
    }

    /// The tables that people read, as JSON of the texts that stand on a page.
    #[pyo3(signature = (lang="en"))]
    fn pages(&self, py: Python<'_>, lang: &str) -> PyResult<String> {
        let lang = errors::lang(lang)?;
        py.detach(|| pages(&self.answer, lang))
    }

    #[pyo3(signature = (lang="en"))]
    fn to_text(&self, py: Python<'_>, lang: &str) -> PyResult<String> {
        let lang = errors::lang(lang)?;
        Ok(py.detach(|| self.answer.to_text(lang)))
    }

    #[pyo3(signature = (lang="en"))]
    fn to_markdown(&self, py: Python<'_>, lang: &str) -> PyResult<String> {
        let lang = errors::lang(lang)?;
        Ok(py.detach(|| self.answer.to_markdown(lang)))
    }

    #[pyo3(signature = (lang="en"))]
    fn to_html(&self, py: Python<'_>, lang: &str) -> PyResult<String> {
        let lang = errors::lang(lang)?;
        Ok(py.detach(|| self.answer.to_html(lang)))
    }

    /// The bytes of a workbook: a sheet for each table, and one for the sentences.
    fn to_workbook(&self, py: Python<'_>, lang: &str) -> PyResult<Vec<u8>> {
        let tag = errors::lang(lang)?;
        compute(py, || self.answer.to_workbook(tag))?.map_err(|e| errors::data(py, &e, lang))
    }

    /// Sentences and tables for a terminal; of tables with several periods the rows of one, if it is named.
    #[pyo3(signature = (lang="en", period=None))]
    fn to_terminal(&self, py: Python<'_>, lang: &str, period: Option<&str>) -> PyResult<String> {
        let lang = errors::lang(lang)?;
        Ok(py.detach(|| self.answer.to_terminal(lang, period)))
    }
}

/// Problems that were found, as JSON, for people.
#[pyfunction]
pub(crate) fn problems(found: &str) -> PyResult<Answer> {
    Ok(answer(read::<Problems>(found)?, Names::none()).into())
}
