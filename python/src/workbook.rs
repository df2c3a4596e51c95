//! Workbooks and `.csv` files: cells, and the table in them.

use std::path::PathBuf;
use std::sync::Arc;

use kaohe::DataError;
use kaohe::arrow::{Index, Keys, Numbers};
use kaohe::scheme::Cleaning;
use kaohe::workbook::{Grid as Cells, Key, Options, Table as Found};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::errors;
use crate::scheme::PyScheme;
use crate::table::{Table, findings_list};
use crate::threads::compute;

/// A file as cells.
#[pyclass(frozen, module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct Grid(Arc<Cells>);

/// A table that was found in the cells of a file.
#[pyclass(frozen, module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct Sheets(Found);

#[pymethods]
impl Grid {
    #[staticmethod]
    #[pyo3(signature = (path, lang="en"))]
    fn open(py: Python<'_>, path: PathBuf, lang: &str) -> PyResult<Self> {
        let read = compute(py, || Cells::open(&path))?;
        read.map(|cells| Grid(Arc::new(cells))).map_err(|e| errors::data(py, &e, lang))
    }

    /// Usual names of the columns of entities and of periods.
    #[staticmethod]
    fn usual_names() -> [Vec<&'static str>; 2] {
        Cells::usual_names().map(<[_]>::to_vec)
    }

    /// Names of the sheets.
    #[getter]
    fn sheets(&self) -> Vec<&str> {
        self.0.sheets.iter().map(|s| s.name.as_str()).collect()
    }

    /// The table, under a scheme or as texts.
    #[pyo3(signature = (scheme, sheets, header, rename, cleaning, entity, period, lang="en"))]
    #[allow(clippy::too_many_arguments, reason = "one argument for each of Python's")]
    fn table(
        &self,
        py: Python<'_>,
        scheme: Option<&PyScheme>,
        sheets: Vec<String>,
        header: Option<(u32, u32)>,
        rename: Vec<(String, String)>,
        cleaning: Vec<String>,
        entity: Option<String>,
        period: Option<String>,
        lang: &str,
    ) -> PyResult<Sheets> {
        let parsed: Result<Vec<Cleaning>, DataError> =
            cleaning.iter().map(|name| Cleaning::parse(name)).collect();
        let cleaning = parsed.map_err(|e| errors::data(py, &e, lang))?;
        let mut options = Options::default();
        (options.sheets, options.header, options.rename) = (sheets, header, rename);
        (options.cleaning, options.entity, options.period) = (cleaning, entity, period);
        let found = compute(py, || self.0.table(scheme.map(|s| &s.0), &options))?;
        found.map(Sheets).map_err(|e| errors::data(py, &e, lang))
    }
}

#[pymethods]
impl Sheets {
    #[getter]
    fn entity(&self) -> &str {
        &self.0.entity.name
    }

    #[getter]
    fn period(&self) -> Option<&str> {
        self.0.period.as_ref().map(|key| key.name.as_str())
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// Names of the sheets that were read.
    #[getter]
    fn sheets(&self) -> Vec<&str> {
        self.0.sheets.iter().map(String::as_str).collect()
    }

    /// Columns that are none of the scheme's.
    #[getter]
    fn unread(&self) -> Vec<&str> {
        self.0.unread.iter().map(String::as_str).collect()
    }

    #[getter]
    fn cumulative(&self) -> bool {
        self.0.cumulative
    }

    /// Every change: cell, before, after, why.
    #[getter]
    fn cleaned(&self) -> Vec<(&str, &str, &str, String)> {
        let why = |c: &[Cleaning]| match c {
            [] => "missing_marks".to_owned(),
            some => some.iter().map(|c| c.name()).collect::<Vec<_>>().join(", "),
        };
        self.0
            .cleaned
            .iter()
            .map(|c| (c.cell.as_str(), c.before.as_str(), c.after.as_str(), why(&c.why)))
            .collect()
    }

    /// Lines above and below the table: cell and text.
    #[getter]
    fn notes(&self) -> Vec<(&str, &str)> {
        self.0.notes.iter().map(|note| (note.cell.as_str(), note.text.as_str())).collect()
    }

    #[pyo3(signature = (lang="en"))]
    fn findings<'py>(&self, py: Python<'py>, lang: &str) -> PyResult<Bound<'py, PyList>> {
        findings_list(py, &self.0.findings, lang)
    }

    /// The text columns by name; without a scheme all of them.
    fn texts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        for (name, texts) in &self.0.texts {
            columns.set_item(name, texts)?;
        }
        Ok(columns)
    }

    /// The table as the engine takes it.
    fn table(&self, py: Python<'_>) -> PyResult<Table> {
        compute(py, || Table {
            entity: keys(&self.0.entity),
            period: self.0.period.as_ref().map(keys),
            columns: self.0.columns.iter().map(|(name, column)| (name.clone(), numbers(column))).collect(),
            texts: self.0.texts.iter().map(|(name, texts)| (name.clone(), Keys::of_texts(texts))).collect(),
            unread: Vec::new(),
            rows: None,
            origin: Some(Arc::clone(&self.0.origin)),
            findings: self.0.findings.clone(),
            members: std::sync::OnceLock::new(),
        })
    }
}

fn keys(key: &Key) -> Keys {
    Keys::new(key.names.iter().collect(), Index::Each(key.of.clone()))
}

fn numbers(column: &kaohe::Column) -> Numbers {
    let rows = 0..column.values().len();
    let decimals = rows.filter_map(|row| Some((row, column.long(row)?.clone()))).collect();
    Numbers { values: column.values().to_vec().into(), decimals, findings: Vec::new() }
}
