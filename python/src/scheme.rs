//! Schemes: loading, writing, comparing, checking data, assessing.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use kaohe::report::{Answer, Card, Names};
use kaohe::scheme::{ChangeKind, diff};
use kaohe::{Finding, Options, Place, Scheme, Severity};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::assessment::PyAssessment;
use crate::errors;
use crate::panel::{Input, Purpose};
use crate::references::{PyPartial, PyReferences};
use crate::table::{Table, findings_list};
use crate::threads::compute;

/// A scheme that was read and checked.
#[pyclass(frozen, name = "Scheme", module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct PyScheme(pub(crate) Scheme);

/// Columns of a result's tables beside indicators and groups.
const RESULTS: [&str; 6] = ["total", "raw", "unrounded", "rank", "rank_change", "grade"];

/// A target as Python gives it: indicator, entity, period, value.
type Target = (String, Option<String>, Option<String>, f64);

impl PyScheme {
    fn card(&self) -> Answer<Card<'_>> {
        Answer::of(Card(&self.0), Names::of(self.0.document()))
    }
}

#[pymethods]
impl PyScheme {
    #[staticmethod]
    #[pyo3(signature = (text, lang="en"))]
    fn from_toml(py: Python<'_>, text: &str, lang: &str) -> PyResult<Self> {
        py.detach(|| Scheme::from_toml(text)).map(PyScheme).map_err(|e| errors::scheme(py, &e, lang))
    }

    #[staticmethod]
    #[pyo3(signature = (text, lang="en"))]
    fn from_json(py: Python<'_>, text: &str, lang: &str) -> PyResult<Self> {
        py.detach(|| Scheme::from_json(text)).map(PyScheme).map_err(|e| errors::scheme(py, &e, lang))
    }

    #[staticmethod]
    #[pyo3(signature = (path, lang="en"))]
    fn load(py: Python<'_>, path: PathBuf, lang: &str) -> PyResult<Self> {
        py.detach(|| Scheme::load(path)).map(PyScheme).map_err(|e| errors::scheme(py, &e, lang))
    }

    /// A scheme that ships with kaohe; `None` if there is none of that name.
    #[staticmethod]
    fn builtin(name: &str) -> Option<Self> {
        Scheme::builtin(name).map(PyScheme)
    }

    #[staticmethod]
    fn builtin_names() -> Vec<&'static str> {
        Scheme::builtin_names().collect()
    }

    #[staticmethod]
    fn builtin_text(name: &str) -> Option<&'static str> {
        Scheme::builtin_text(name)
    }

    fn to_toml(&self) -> String {
        self.0.to_toml()
    }

    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// The blank workbook that collects the data, as bytes.
    #[pyo3(signature = (entities, periods, lang="en"))]
    fn collection(
        &self,
        py: Python<'_>,
        entities: Vec<String>,
        periods: Vec<String>,
        lang: &str,
    ) -> PyResult<Vec<u8>> {
        let tag = errors::lang(lang)?;
        let names: Vec<&str> = entities.iter().map(String::as_str).collect();
        let times: Vec<&str> = periods.iter().map(String::as_str).collect();
        compute(py, || self.0.collection(&names, &times, tag))?.map_err(|e| errors::data(py, &e, lang))
    }

    #[getter]
    fn id(&self) -> &str {
        &self.0.document().id
    }

    #[getter]
    fn fingerprint(&self) -> String {
        self.0.fingerprint().to_string()
    }

    /// Ids of the variables, in the order of the scheme.
    #[getter]
    fn variables(&self) -> Vec<&str> {
        self.0.document().variables.iter().map(|v| v.id.as_str()).collect()
    }

    /// Ids of the members' variables; `None` where the scheme has no members.
    #[getter]
    fn member_variables(&self) -> Option<Vec<&str>> {
        let members = self.0.document().members.as_ref()?;
        Some(members.variables.iter().map(|v| v.id.as_str()).collect())
    }

    /// Texts that mean a missing value of a member, by variable.
    #[getter]
    fn member_marks(&self) -> HashMap<&str, Vec<&str>> {
        let variables = self.0.document().members.iter().flat_map(|m| &m.variables);
        let marked = variables.filter(|v| !v.missing_marks.is_empty());
        marked.map(|v| (v.id.as_str(), v.missing_marks.iter().map(String::as_str).collect())).collect()
    }

    /// Ids of the indicators.
    #[getter]
    fn indicators(&self) -> Vec<&str> {
        self.0.document().indicators.iter().map(|i| i.id.as_str()).collect()
    }

    /// Ids of the groups.
    #[getter]
    fn groups(&self) -> Vec<&str> {
        self.0.document().groups.iter().map(|g| g.id.as_str()).collect()
    }

    #[getter]
    fn class_column(&self) -> Option<&str> {
        self.0.document().class_column.as_deref()
    }

    /// Columns of texts: that of the classes, and those that peers are told apart by.
    #[getter]
    fn text_columns(&self) -> Vec<&str> {
        self.0.document().text_columns()
    }

    /// Texts that mean a missing value, by variable.
    #[getter]
    fn missing_marks(&self) -> HashMap<&str, Vec<&str>> {
        let variables = self.0.document().variables.iter().filter(|v| !v.missing_marks.is_empty());
        variables.map(|v| (v.id.as_str(), v.missing_marks.iter().map(String::as_str).collect())).collect()
    }

    #[pyo3(signature = (lang="en"))]
    fn title(&self, lang: &str) -> PyResult<String> {
        let title = &self.0.document().title;
        let title = title.get(errors::lang(lang)?).unwrap_or(&self.0.document().id);
        Ok(title.to_owned())
    }

    /// What the scheme says, on one page.
    #[pyo3(signature = (lang="en"))]
    fn to_html(&self, lang: &str) -> PyResult<String> {
        Ok(self.card().to_html(errors::lang(lang)?))
    }

    #[pyo3(signature = (lang="en"))]
    fn to_markdown(&self, lang: &str) -> PyResult<String> {
        Ok(self.card().to_markdown(errors::lang(lang)?))
    }

    /// What the page says before its tables.
    #[pyo3(signature = (lang="en"))]
    fn sentences(&self, lang: &str) -> PyResult<Vec<String>> {
        let lang = errors::lang(lang)?;
        Ok(self.card().sentences.iter().map(|s| s.message(lang)).collect())
    }

    /// The tables of the page, as JSON of the texts that stand in them.
    #[pyo3(signature = (lang="en"))]
    fn pages(&self, lang: &str) -> PyResult<String> {
        crate::answer::pages(&self.card(), errors::lang(lang)?)
    }

    #[pyo3(signature = (lang="en"))]
    fn warnings<'py>(&self, py: Python<'py>, lang: &str) -> PyResult<Bound<'py, PyList>> {
        findings_list(py, self.0.warnings(), lang)
    }

    /// What changed from this scheme to another, one dict per change.
    #[pyo3(signature = (other, lang="en"))]
    fn diff<'py>(&self, py: Python<'py>, other: &PyScheme, lang: &str) -> PyResult<Bound<'py, PyList>> {
        let lang = errors::lang(lang)?;
        let list = PyList::empty(py);
        for change in diff(&self.0, &other.0) {
            let row = PyDict::new(py);
            row.set_item("kind", kind(change.kind))?;
            row.set_item("table", &change.table)?;
            row.set_item("id", &change.id)?;
            row.set_item("key", &change.key)?;
            row.set_item("before", &change.before)?;
            row.set_item("after", &change.after)?;
            row.set_item("text", change.text(lang))?;
            list.append(row)?;
        }
        Ok(list)
    }

    /// Everything wrong with a table, one dict per problem; `columns` are the table's columns that were not read.
    #[pyo3(signature = (table, columns, lang="en"))]
    fn check<'py>(
        &self,
        py: Python<'py>,
        table: &Table,
        columns: Vec<String>,
        lang: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let findings = compute(py, || everything(&self.0, table, &columns))?;
        findings_list(py, &findings, lang)
    }

    /// What is wrong with the names of key columns: those that the tables of a result use for something else.
    #[pyo3(signature = (keys, lang="en"))]
    fn clashes<'py>(&self, py: Python<'py>, keys: Vec<String>, lang: &str) -> PyResult<Bound<'py, PyList>> {
        let document = self.0.document();
        let ids = document.indicators.iter().map(|i| &i.id).chain(document.groups.iter().map(|g| &g.id));
        let ids: HashSet<&str> = ids.map(String::as_str).collect();
        let taken = |key: &str| {
            let class = key == "class" && !document.classes.is_empty();
            class
                || RESULTS.contains(&key)
                || ids.contains(key.strip_suffix("_points").unwrap_or(key))
                || ids.contains(key)
        };
        let clash = |key: &String| {
            let place = Place { column: Some(key.clone()), ..Place::default() };
            Finding::error("key_like_result").placed(place).fact("column", key)
        };
        let found: Vec<Finding> = keys.iter().filter(|k| taken(k.as_str())).map(clash).collect();
        findings_list(py, &found, lang)
    }

    /// Applies the scheme to a table.
    #[pyo3(signature = (table, columns, targets=None, references=None, lang="en"))]
    fn assess(
        &self,
        py: Python<'_>,
        table: &Table,
        columns: Vec<String>,
        targets: Option<Vec<Target>>,
        references: Option<&PyReferences>,
        lang: &str,
    ) -> PyResult<PyAssessment> {
        if let Some(references) = references {
            references.0.accept(&self.0).map_err(|e| errors::data(py, &e, lang))?;
        }
        let options = Options { references: references.map(|r| r.0.clone()), ..options(targets) };
        let made = self.over(py, (table, &columns), lang, |panel| self.0.assess_with(panel, &options));
        made.map(|assessment| PyAssessment { assessment })
    }

    /// What the scheme compares with in a table.
    #[pyo3(signature = (table, columns, targets=None, lang="en"))]
    fn references(
        &self,
        py: Python<'_>,
        table: &Table,
        columns: Vec<String>,
        targets: Option<Vec<Target>>,
        lang: &str,
    ) -> PyResult<PyReferences> {
        let options = options(targets);
        self.over(py, (table, &columns), lang, |panel| self.0.references_with(panel, &options))
            .map(PyReferences)
    }

    /// What references need of some rows of a table.
    #[pyo3(signature = (table, columns, targets=None, lang="en"))]
    fn partial(
        &self,
        py: Python<'_>,
        table: &Table,
        columns: Vec<String>,
        targets: Option<Vec<Target>>,
        lang: &str,
    ) -> PyResult<PyPartial> {
        let options = options(targets);
        self.over(py, (table, &columns), lang, |panel| self.0.partial_with(panel, &options)).map(PyPartial)
    }
}

/// Options with targets.
fn options(targets: Option<Vec<Target>>) -> Options {
    let target = |(indicator, entity, period, value)| kaohe::scheme::model::Target {
        indicator,
        entity,
        period,
        value,
    };
    let targets = targets.unwrap_or_default().into_iter().map(target).collect();
    Options { targets, ..Options::default() }
}

impl PyScheme {
    /// What is made of a sound table, without the interpreter's lock; of one that is not, everything that is wrong.
    fn over<T: Send>(
        &self,
        py: Python<'_>,
        (table, columns): (&Table, &[String]),
        lang: &str,
        make: impl FnOnce(&kaohe::Panel) -> Result<T, kaohe::DataError> + Send,
    ) -> PyResult<T> {
        compute(py, || self.made(table, columns, make))?.map_err(|e| errors::data(py, &e, lang))
    }

    fn made<T>(
        &self,
        table: &Table,
        columns: &[String],
        make: impl FnOnce(&kaohe::Panel) -> Result<T, kaohe::DataError>,
    ) -> Result<T, kaohe::DataError> {
        let input = Input::of(table, (&self.0).into(), Purpose::Sound);
        let panel = input.sound().map_err(|error| {
            // What the border refuses is not all that is wrong: everything is reported at once.
            let mut found = everything(&self.0, table, columns);
            found.retain(|f| f.severity == Severity::Error);
            if found.is_empty() { error } else { kaohe::DataError::new(found) }
        })?;
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let absent = self.0.document().variables.iter().any(|v| panel.column(&v.id).is_none());
        make(&panel).map_err(|error| {
            // The core knows only the columns it was handed; the nearest name may be among the others.
            let found = if absent { missing(&self.0, &panel, &columns) } else { Vec::new() };
            if found.is_empty() { error } else { kaohe::DataError::new(found) }
        })
    }
}

/// Everything that is wrong or odd about a table.
fn everything(scheme: &Scheme, table: &Table, columns: &[String]) -> Vec<Finding> {
    if table.findings.iter().any(|f| f.code == "long_too_sparse") {
        return table.findings.clone(); // not spread, so that nothing else is known
    }
    let mut input = Input::of(table, scheme.into(), Purpose::Everything);
    if let Some(panel) = &input.panel {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut found = scheme.check(panel, &columns);
        if table.members.get().is_some() && panel.members().is_none() {
            // What is wrong with the members has been said.
            found.retain(|f| f.code != "members_missing");
        }
        if input.findings.iter().chain(&found).all(|f| f.severity != Severity::Error) {
            // What only shows when it is computed: a period before the first one, the logarithm of nothing. Targets may
            // still come with the question.
            let refused = scheme.assess(panel).err().map(|e| e.findings().to_vec()).unwrap_or_default();
            found.extend(refused.into_iter().filter(|f| f.code != "no_target"));
        }
        input.add(found);
    }
    input.findings
}

fn missing(scheme: &Scheme, panel: &kaohe::Panel, columns: &[&str]) -> Vec<Finding> {
    let mut found = scheme.check(panel, columns);
    let lacks = |code: &str| code.starts_with("missing_column") || code.starts_with("members_");
    found.retain(|f| lacks(f.code) || f.code == "column_is_text");
    // The engine wants every variable the scheme declares, whether or not a formula reads it.
    for finding in &mut found {
        finding.severity = kaohe::Severity::Error;
    }
    found
}

fn kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
        ChangeKind::Moved => "moved",
    }
}

/// Reads a period as people write it, of the length the scheme works with.
pub(crate) fn period(scheme: &Scheme, text: &str) -> PyResult<kaohe::Period> {
    crate::panel::period(scheme.into(), text).ok_or_else(|| errors::no_period(text))
}

/// The JSON Schema of scheme files, or of questions, made from the types of the core.
#[pyfunction]
#[pyo3(signature = (of="scheme"))]
pub(crate) fn json_schema(of: &str) -> PyResult<String> {
    match of {
        "scheme" => Ok(kaohe::scheme::json_schema()),
        "question" => Ok(kaohe::answer::json_schema()),
        _ => Err(PyValueError::new_err(format!("expected \"scheme\" or \"question\", found {of:?}"))),
    }
}
