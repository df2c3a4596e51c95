//! A caller's table as the core takes it: keys, numbers, texts, and everything that is wrong with them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::Schema;
use kaohe::arrow::{Index, Keys, Marks, Numbers, absent, is_numeric};
use kaohe::{Finding, Labels, Lang, Origin, Place};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::capsule::{FloatColumn, import_stream, share};
use crate::columns::{items, numbers};
use crate::keys;
use crate::long::spread;
use crate::members::PyMembers;
use crate::threads::{breathe, compute};

/// Keys, numeric columns and text columns of a caller's table, with the problems found on the way in.
#[pyclass(frozen, module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) entity: Keys,
    pub(crate) period: Option<Keys>,
    pub(crate) columns: Vec<(String, Numbers)>,
    pub(crate) texts: Vec<(String, Keys)>,
    /// Variables of a long table that nobody wants.
    pub(crate) unread: Vec<String>,
    /// The caller's row of every row here; `None` if they are the same.
    pub(crate) rows: Option<Vec<usize>>,
    /// The cells of the workbook that the rows came from.
    pub(crate) origin: Option<Arc<Origin>>,
    pub(crate) findings: Vec<Finding>,
    /// What lies below the entities, if there is a table of it.
    pub(crate) members: OnceLock<Py<PyMembers>>,
}

/// What to take from an Arrow table.
struct Wanted {
    entity: String,
    period: Option<String>,
    variables: Option<Vec<String>>,
    texts: Vec<String>,
    marks: Marked,
}

/// Texts that mean a missing value, by variable.
type Marked = HashMap<String, Vec<String>>;

/// A key column's name, and either the index of every row's key (−1 for none) and the keys, as pandas factorises it, or whole
/// numbers that are the keys themselves, and `None`.
type PythonKeys<'py> = (String, Bound<'py, PyAny>, Bound<'py, PyAny>);

#[pymethods]
impl Table {
    /// From an object with `__arrow_c_stream__`. `variables=None` takes every numeric column that is not a key; `long`
    /// names the columns of variable and value.
    #[staticmethod]
    #[pyo3(signature = (stream, entity, period=None, variables=None, texts=None, long=None, marks=None))]
    fn from_stream(
        stream: &Bound<'_, PyAny>,
        entity: String,
        period: Option<String>,
        variables: Option<Vec<String>>,
        texts: Option<Vec<String>>,
        long: Option<(String, String)>,
        marks: Option<Marked>,
    ) -> PyResult<Self> {
        let (schema, batches) = import_stream(stream)?;
        let (texts, marks) = (texts.unwrap_or_default(), marks.unwrap_or_default());
        let wanted = Wanted { entity, period, variables, texts, marks };
        compute(stream.py(), || Self::from_batches(&schema, &batches, wanted, long))?
    }

    /// From factorised keys and a dict of numpy buffers, (buffer, mask) pairs or lists.
    #[staticmethod]
    #[pyo3(signature = (entity, period, columns, texts=None, marks=None))]
    fn from_columns(
        entity: PythonKeys<'_>,
        period: Option<PythonKeys<'_>>,
        columns: &Bound<'_, PyDict>,
        texts: Option<Vec<PythonKeys<'_>>>,
        marks: Option<Marked>,
    ) -> PyResult<Self> {
        let marks = marks.unwrap_or_default();
        let mut taken = Vec::with_capacity(columns.len());
        for (name, source) in columns {
            let name: String = name.extract()?;
            let column = numbers(&name, &source, of(&marks, &name))?;
            taken.push((name, column));
        }
        let texts: PyResult<Vec<_>> =
            texts.unwrap_or_default().into_iter().map(|t| Ok((t.0.clone(), factorised(&t)?))).collect();
        Ok(Table::wide(factorised(&entity)?, period.as_ref().map(factorised).transpose()?, taken, texts?))
    }

    /// From the columns of a long table: entity, period, variable and value.
    #[staticmethod]
    #[pyo3(signature = (entity, period, variable, value, texts=None, variables=None, marks=None))]
    fn from_long(
        entity: PythonKeys<'_>,
        period: Option<PythonKeys<'_>>,
        variable: PythonKeys<'_>,
        value: (String, Bound<'_, PyAny>),
        texts: Option<Vec<PythonKeys<'_>>>,
        variables: Option<Vec<String>>,
        marks: Option<Marked>,
    ) -> PyResult<Self> {
        let marks = marks.unwrap_or_default();
        let texts: PyResult<Vec<_>> =
            texts.unwrap_or_default().into_iter().map(|t| Ok((t.0.clone(), factorised(&t)?))).collect();
        let (value_name, value) = value;
        let (py, texts) = (value.py(), texts?);
        let (entity, variable) = (factorised(&entity)?, factorised(&variable)?);
        let period = period.as_ref().map(factorised).transpose()?;
        let value = numbers(&value_name, &value, Marks::By(&variable, &marks))?;
        compute(py, || Table::long(entity, period, &variable, value, variables.as_deref(), texts))?
    }

    /// Gives the table its members; the first ones stay.
    fn give(&self, members: Py<PyMembers>) {
        let _ = self.members.set(members);
    }

    /// Number of rows.
    fn __len__(&self) -> usize {
        self.entity.of.len()
    }

    /// Names of the numeric columns.
    #[getter]
    fn variables(&self) -> Vec<&str> {
        self.columns.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Variables of a long table that were not asked for.
    #[getter]
    fn unread(&self) -> Vec<String> {
        self.unread.clone()
    }

    /// The entity of every row.
    #[getter]
    fn entities(&self) -> Vec<Option<Cow<'_, str>>> {
        (0..self.entity.of.len()).map(|row| self.entity.name(row)).collect()
    }

    /// The period of every row as written; `None` for a table without periods.
    #[getter]
    fn periods(&self) -> Option<Vec<Option<Cow<'_, str>>>> {
        self.period.as_ref().map(|p| (0..p.of.len()).map(|row| p.name(row)).collect())
    }

    /// The caller's row of every row; `None` if they are the same.
    #[getter]
    fn rows(&self) -> Option<Vec<usize>> {
        self.rows.clone()
    }

    /// A numeric column, missing as NaN, without a copy.
    fn column(&self, name: &str) -> PyResult<FloatColumn> {
        let found = self.columns.iter().find(|(n, _)| n == name);
        found
            .map(|(_, column)| FloatColumn::new(column.values.clone()))
            .ok_or_else(|| PyKeyError::new_err(name.to_owned()))
    }

    /// Rows of a column whose typed decimal a float cannot hold.
    fn exact_rows(&self, name: &str) -> Vec<usize> {
        let found = self.columns.iter().find(|(n, _)| n == name);
        found.map_or_else(Vec::new, |(_, c)| c.decimals.iter().map(|(row, _)| *row).collect())
    }

    /// The typed decimals of a column that a float cannot hold, by row: ratios of whole numbers.
    fn exact_cells(&self, name: &str) -> HashMap<usize, String> {
        let column = self.columns.iter().find(|(n, _)| n == name);
        let cells = column.iter().flat_map(|(_, c)| &c.decimals);
        let ratio = |(row, x): &(usize, kaohe::Exact)| match x {
            kaohe::Exact::Value(ratio) => Some((*row, ratio.to_string())),
            _ => None,
        };
        cells.filter_map(ratio).collect()
    }

    /// Names of the text columns.
    #[getter]
    fn texts(&self) -> Vec<&str> {
        self.texts.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// A text column, one text a row.
    fn text(&self, name: &str) -> PyResult<Vec<Option<Cow<'_, str>>>> {
        let found = self.texts.iter().find(|(n, _)| n == name);
        found
            .map(|(_, texts)| (0..texts.of.len()).map(|row| texts.name(row)).collect())
            .ok_or_else(|| PyKeyError::new_err(name.to_owned()))
    }

    /// What is wrong, one dict per problem.
    #[pyo3(signature = (lang="en"))]
    fn findings<'py>(&self, py: Python<'py>, lang: &str) -> PyResult<Bound<'py, PyList>> {
        findings_list(py, &self.findings, lang)
    }
}

impl Wanted {
    fn takes(&self, name: &str, numeric: bool) -> bool {
        if name == self.entity || Some(name) == self.period.as_deref() {
            return false;
        }
        match &self.variables {
            Some(variables) => variables.iter().any(|v| v == name),
            None => numeric && !self.texts.iter().any(|t| t == name),
        }
    }
}

impl Table {
    /// From Arrow memory.
    fn from_batches(
        schema: &Schema,
        batches: &[RecordBatch],
        wanted: Wanted,
        long: Option<(String, String)>,
    ) -> PyResult<Self> {
        let Wanted { entity, period, .. } = &wanted;
        let present: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        let mut keys: Vec<&str> = vec![entity];
        keys.extend(period.as_deref());
        keys.extend(long.iter().flat_map(|(a, b)| [a.as_str(), b.as_str()]));
        if let Some(absent) = keys.iter().find(|key| !present.contains(key)) {
            return Err(PyKeyError::new_err((*absent).to_owned()));
        }
        let chunks = |name: &str| chunks(batches, name);
        let when = period.as_deref().map(|p| Keys::from_arrow(p, &chunks(p)));
        let who = Keys::from_arrow(entity, &chunks(entity));
        let texts = wanted.texts.iter().filter(|t| present.contains(&t.as_str()));
        let texts = texts.map(|t| (t.clone(), Keys::from_arrow(t, &chunks(t)))).collect();
        if let Some((variable, value)) = &long {
            let which = Keys::from_arrow(variable, &chunks(variable));
            let marks = Marks::By(&which, &wanted.marks);
            let value = Numbers::from_marked(value, &chunks(value), marks);
            return Table::long(who, when, &which, value, wanted.variables.as_deref(), texts);
        }
        let names = schema.fields().iter().filter(|f| wanted.takes(f.name(), is_numeric(f.data_type())));
        let read = |name: &str| Numbers::from_marked(name, &chunks(name), of(&wanted.marks, name));
        let columns = names.map(|f| (f.name().clone(), read(f.name()))).collect();
        Ok(Table::wide(who, when, columns, texts))
    }

    fn wide(
        mut entity: Keys,
        mut period: Option<Keys>,
        mut columns: Vec<(String, Numbers)>,
        texts: Vec<(String, Keys)>,
    ) -> Self {
        let mut findings = std::mem::take(&mut entity.findings);
        findings.extend(period.iter_mut().flat_map(|p| std::mem::take(&mut p.findings)));
        findings.extend(columns.iter_mut().flat_map(|(_, c)| std::mem::take(&mut c.findings)));
        for finding in &mut findings {
            locate(&mut finding.place, &entity, period.as_ref());
        }
        Table {
            entity,
            period,
            columns,
            texts,
            unread: Vec::new(),
            rows: None,
            origin: None,
            findings,
            members: OnceLock::new(),
        }
    }

    fn long(
        entity: Keys,
        period: Option<Keys>,
        variable: &Keys,
        value: Numbers,
        wanted: Option<&[String]>,
        texts: Vec<(String, Keys)>,
    ) -> PyResult<Self> {
        let rows = entity.of.len();
        let same = |n: usize| n == rows;
        if !same(variable.of.len())
            || !same(value.values.len())
            || !period.as_ref().is_none_or(|p| same(p.of.len()))
        {
            return Err(PyValueError::new_err("the columns of a long table must be of one length"));
        }
        // A table without periods has one, without a name.
        let always = Keys::new(Labels::from_iter([""]), Index::Runs(vec![(0, rows)]));
        let mut wide = spread(&entity, period.as_ref().unwrap_or(&always), variable, &value, wanted);
        let spread_texts = |(name, keys): (String, Keys)| {
            let keys = wide.texts(&name, keys);
            (name, keys)
        };
        let texts = texts.into_iter().map(spread_texts).collect();
        wide.findings.iter_mut().for_each(|f| locate(&mut f.place, &entity, period.as_ref()));
        let mut findings = variable.findings.clone();
        findings.iter_mut().filter(|f| f.code == "key_missing").for_each(|f| f.code = "variable_missing");
        findings.extend(value.findings);
        for finding in &mut findings {
            locate(&mut finding.place, &entity, period.as_ref());
            if let (Some(row), Some(column)) = (finding.place.row, &mut finding.place.column)
                && let Some(name) = variable.name(row)
            {
                *column = name.into_owned();
            }
        }
        findings
            .splice(0..0, entity.findings.into_iter().chain(period.iter().flat_map(|p| p.findings.clone())));
        findings.extend(wide.findings);
        Ok(Table {
            entity: Keys::new(entity.names, Index::Each(wide.entity)),
            period: period
                .map(|p| Keys { fractions: p.fractions, ..Keys::new(p.names, Index::Each(wide.period)) }),
            columns: wide.columns,
            texts,
            unread: wide.unread,
            rows: Some(wide.rows),
            origin: None,
            findings,
            members: OnceLock::new(),
        })
    }
}

/// What means a missing value of a variable.
fn of<'a>(marks: &'a Marked, variable: &str) -> Marks<'a> {
    marks.get(variable).map_or(Marks::None, |marks| Marks::Of(marks))
}

/// Adds whose row it is.
fn locate(place: &mut Place, entity: &Keys, period: Option<&Keys>) {
    let Some(row) = place.row else { return };
    place.entity = entity.name(row).map(Cow::into_owned);
    place.period = period.and_then(|p| p.name(row)).map(Cow::into_owned);
}

fn factorised(keys: &PythonKeys<'_>) -> PyResult<Keys> {
    let numbers = match share::<i64>(&keys.1) {
        Some(shared) => shared,
        None => items::<i64>(&keys.1)?.into(),
    };
    if keys.2.is_none() {
        return Ok(Keys::from_numbers(&numbers));
    }
    keys::factorised(&keys.0, &numbers, &keys.2)
}

fn chunks(batches: &[RecordBatch], name: &str) -> Vec<ArrayRef> {
    batches.iter().filter_map(|batch| batch.column_by_name(name).cloned()).collect()
}

/// Findings as dicts, with the columns of `Scheme.check` and the row.
pub(crate) fn findings_list<'py>(
    py: Python<'py>,
    findings: &[Finding],
    lang: &str,
) -> PyResult<Bound<'py, PyList>> {
    let lang = Lang::parse(lang)
        .ok_or_else(|| PyValueError::new_err(format!("lang must be zh or en, not {lang}")))?;
    let messages: Vec<String> = py.detach(|| findings.iter().map(|f| f.message(lang)).collect());
    let list = PyList::empty(py);
    for (at, (finding, message)) in findings.iter().zip(messages).enumerate() {
        breathe(py, at)?;
        let place = &finding.place;
        let row = PyDict::new(py);
        row.set_item("severity", finding.severity.name())?;
        row.set_item("code", finding.code)?;
        row.set_item("place", place.text(lang))?;
        row.set_item("entity", &place.entity)?;
        row.set_item("period", &place.period)?;
        row.set_item("column", &place.column)?;
        row.set_item("value", &place.value)?;
        row.set_item("message", message)?;
        row.set_item("row", place.row)?;
        let facts: HashMap<&str, &str> = finding.facts.iter().map(|(n, v)| (*n, v.as_str())).collect();
        row.set_item("facts", facts)?;
        list.append(row)?;
    }
    Ok(list)
}

/// What is wrong with the columns of a table: `names` that are not there, and any of them that is asked for or there twice.
#[pyfunction]
#[pyo3(signature = (names, present, lang="en"))]
pub(crate) fn missing_columns<'py>(
    py: Python<'py>,
    names: Vec<String>,
    present: Vec<String>,
    lang: &str,
) -> PyResult<Bound<'py, PyList>> {
    let present: Vec<&str> = present.iter().map(String::as_str).collect();
    let mut findings = Vec::new();
    let mut wanted: Vec<&str> = Vec::new();
    for name in &names {
        if wanted.contains(&name.as_str()) {
            let place = Place { column: Some(name.clone()), ..Place::default() };
            findings.push(Finding::error("column_two_roles").placed(place).fact("column", name));
        } else {
            wanted.push(name);
        }
    }
    let names = wanted;
    findings.extend(absent(&names, &present));
    let twice = |name: &&&str| present.iter().filter(|p| p == name).count() > 1;
    findings.extend(names.iter().filter(twice).map(|name| {
        let place = Place { column: Some((*name).to_owned()), ..Place::default() };
        Finding::error("column_twice").placed(place).fact("column", name)
    }));
    findings_list(py, &findings, lang)
}
