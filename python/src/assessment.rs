//! Results: columns lent to numpy, rankings, flags, explanations.

use arrow_buffer::ScalarBuffer;
use kaohe::answer::Formulas;
use kaohe::{Assessment, FlagKind, NodeId, Period};
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::capsule::{FloatColumn, fill_floats, lend};
use crate::errors;
use crate::explanation::PyExplanation;
use crate::scheme::{PyScheme, period};
use crate::table::findings_list;
use crate::threads::{breathe, compute};

/// A scheme applied to a table. Columns stand in the order of the table's rows.
#[pyclass(frozen, name = "Assessment", module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct PyAssessment {
    pub(crate) assessment: Assessment,
}

impl PyAssessment {
    /// A column in the order of the table: lent as it is where that is the panel's, else gathered.
    fn column(&self, of: impl for<'a> Fn(&'a Assessment) -> &'a [f64]) -> FloatColumn {
        FloatColumn::new(match self.assessment.panel().order() {
            None => lend(self.assessment.clone(), of),
            Some(order) => gather(of(&self.assessment), order),
        })
    }

    pub(crate) fn period(&self, text: Option<&str>) -> PyResult<Period> {
        match text {
            Some(text) => period(self.assessment.scheme(), text),
            None => Ok(kaohe::Period::timeless(self.assessment.scheme().document().period)),
        }
    }

    fn node(&self, index: usize) -> PyResult<NodeId> {
        let node = self.assessment.scheme().node_ids().nth(index);
        node.ok_or_else(|| PyValueError::new_err("no such node"))
    }

    fn indicator(&self, index: usize) -> PyResult<NodeId> {
        let indicator = self.assessment.scheme().indicators().nth(index);
        indicator.ok_or_else(|| PyValueError::new_err("no such indicator"))
    }
}

#[pymethods]
impl PyAssessment {
    fn __len__(&self) -> usize {
        self.assessment.panel().len()
    }

    /// The result as the bytes of a formatted workbook; with formulas where they fit, always or never.
    #[pyo3(signature = (lang, formulas = None))]
    fn to_workbook(&self, py: Python<'_>, lang: &str, formulas: Option<bool>) -> PyResult<Vec<u8>> {
        let tag = errors::lang(lang)?;
        let formulas = match formulas {
            None => Formulas::WhereTheyFit,
            Some(true) => Formulas::Always,
            Some(false) => Formulas::Never,
        };
        compute(py, || self.assessment.to_workbook_with(tag, formulas))?
            .map_err(|e| errors::data(py, &e, lang))
    }

    /// The method, as it is after edits.
    #[getter]
    fn scheme(&self) -> PyScheme {
        PyScheme(self.assessment.scheme().clone())
    }

    /// Ids: indicators, groups, `total`.
    #[getter]
    fn nodes(&self) -> Vec<&str> {
        self.assessment.nodes().collect()
    }

    #[getter]
    fn indicator_count(&self) -> usize {
        self.assessment.indicator_count()
    }

    /// Names of the entities in order of first appearance.
    #[getter]
    fn entities(&self) -> Vec<String> {
        let panel = self.assessment.panel();
        (0..panel.entity_count()).map(|e| panel.entity_name(e).into_owned()).collect()
    }

    #[getter]
    fn entity_count(&self) -> usize {
        self.assessment.panel().entity_count()
    }

    /// The periods, ascending.
    #[getter]
    fn periods(&self) -> Vec<String> {
        self.assessment.panel().period_texts().collect()
    }

    /// A row of the table for each period.
    #[getter]
    fn period_rows(&self) -> Vec<usize> {
        let panel = self.assessment.panel();
        (0..panel.periods().len()).filter_map(|p| panel.caller_row_at(panel.rows_of(p).start)).collect()
    }

    /// A row of the table for each entity.
    #[getter]
    fn entity_rows(&self) -> Vec<usize> {
        let panel = self.assessment.panel();
        let row = |e| (0..panel.periods().len()).find_map(|p| panel.row(p, e));
        (0..panel.entity_count()).filter_map(row).filter_map(|row| panel.caller_row_at(row)).collect()
    }

    /// Values of an indicator in its unit.
    fn values(&self, indicator: usize) -> PyResult<FloatColumn> {
        let i = self.indicator(indicator)?;
        Ok(self.column(|a| a.values(i)))
    }

    /// The data of a variable.
    fn variable(&self, id: &str) -> PyResult<FloatColumn> {
        match self.assessment.panel().column(id) {
            Some(_) => Ok(self.column(|a| a.panel().column(id).map_or(&[], |column| column.values()))),
            None => Err(PyKeyError::new_err(id.to_owned())),
        }
    }

    fn unrounded_values(&self, indicator: usize) -> PyResult<FloatColumn> {
        let i = self.indicator(indicator)?;
        Ok(self.column(|a| a.unrounded_values(i)))
    }

    /// Scores of a node on the common scale.
    fn scores(&self, node: usize) -> PyResult<FloatColumn> {
        let node = self.node(node)?;
        Ok(self.column(|a| a.scores(node)))
    }

    /// Weighted points of a node, written into a buffer of the caller's, one number per row of the table.
    fn points_into(&self, py: Python<'_>, node: usize, out: PyBuffer<f64>) -> PyResult<()> {
        let node = self.node(node)?;
        let a = &self.assessment;
        let filled = fill_floats(&out, a.panel().len(), |column| {
            compute(py, || match a.panel().order() {
                None => a.points_into(node, column),
                Some(order) => scatter(&a.points(node), order, column),
            })
        });
        filled.ok_or_else(|| PyValueError::new_err("not a writable buffer with a number a row"))?
    }

    /// Ids of the adjustments.
    #[getter]
    fn adjustments(&self) -> Vec<&str> {
        self.assessment.scheme().document().adjustments.iter().map(|a| a.id.as_str()).collect()
    }

    /// From the points of the indicators to the total, as columns: `adjustments`, `floors`, `remainder`, and, where a language is
    /// given, `reason` of that.
    #[pyo3(signature = (lang=None))]
    fn account<'py>(&self, py: Python<'py>, lang: Option<&str>) -> PyResult<Bound<'py, PyDict>> {
        let lang = lang.map(errors::lang).transpose()?;
        let account = compute(py, || self.assessment.account())?;
        let order = self.assessment.panel().order();
        let columns = PyDict::new(py);
        if let Some(lang) = lang {
            let why = account.why(lang);
            let mut reasons: Vec<Option<&str>> = vec![None; why.len()];
            for (row, why) in why.iter().enumerate() {
                if let Some(to) = self.assessment.panel().caller_row_at(row) {
                    reasons[to] = why.as_deref();
                }
            }
            columns.set_item("reason", account.remainder.is_some().then_some(reasons))?;
        }
        let column = |values: Vec<f64>| {
            let values = if let Some(order) = order { gather(&values, order) } else { values.into() };
            Bound::new(py, FloatColumn::new(values))
        };
        let adjustments: PyResult<Vec<_>> = account.adjustments.into_iter().map(column).collect();
        columns.set_item("adjustments", adjustments?)?;
        columns.set_item("floors", account.floors.map(column).transpose()?)?;
        columns.set_item("remainder", account.remainder.map(column).transpose()?)?;
        Ok(columns)
    }

    fn totals(&self) -> FloatColumn {
        self.column(Assessment::totals)
    }

    fn unrounded_totals(&self) -> FloatColumn {
        self.column(Assessment::unrounded_totals)
    }

    /// Totals before adjustments and floors.
    fn raw_totals(&self) -> FloatColumn {
        self.column(Assessment::raw_totals)
    }

    fn ranks(&self) -> FloatColumn {
        self.column(Assessment::ranks)
    }

    /// Grade, class and change of rank of every row of the table.
    fn grades(&self, py: Python<'_>) -> Vec<Option<&str>> {
        py.detach(|| self.texts(|a, row| a.grade(row)))
    }

    fn classes(&self, py: Python<'_>) -> Vec<Option<&str>> {
        py.detach(|| self.texts(|a, row| a.class(row)))
    }

    fn rank_changes(&self) -> FloatColumn {
        let a = &self.assessment;
        let mut changes = vec![f64::NAN; a.panel().len()];
        for row in 0..changes.len() {
            if let (Some(change), Some(to)) = (a.rank_change(row), a.panel().caller_row_at(row)) {
                changes[to] = change;
            }
        }
        FloatColumn::new(changes.into())
    }

    /// Whether the scheme has classes.
    #[getter]
    fn classed(&self) -> bool {
        let document = self.assessment.scheme().document();
        !document.classes.is_empty() || document.class_column.is_some()
    }

    /// The ranking of a period as columns, best first: `row` of the table, `class`, `total`, `rank`, `rank_change`, `grade`;
    /// no `class` and no `grade` where the scheme has none.
    #[pyo3(signature = (period=None, lang="en"))]
    fn ranking<'py>(
        &self,
        py: Python<'py>,
        period: Option<&str>,
        lang: &str,
    ) -> PyResult<Bound<'py, PyDict>> {
        let a = &self.assessment;
        let rows = a.ranking_order(self.period(period)?).map_err(|e| errors::data(py, &e, lang))?;
        let columns = PyDict::new(py);
        let numbers = |of: &dyn Fn(usize) -> f64| {
            let column: Vec<f64> = rows.iter().map(|row| of(*row)).collect();
            Bound::new(py, FloatColumn::new(column.into()))
        };
        let (panel, totals, ranks) = (a.panel(), a.totals(), a.ranks());
        columns.set_item("row", rows.iter().filter_map(|r| panel.caller_row_at(*r)).collect::<Vec<_>>())?;
        columns.set_item("total", numbers(&|row| totals[row])?)?;
        columns.set_item("rank", numbers(&|row| ranks[row])?)?;
        columns.set_item("rank_change", numbers(&|row| a.rank_change(row).unwrap_or(f64::NAN))?)?;
        // Texts only where there are any: a million gaps are a million objects.
        let class = || rows.iter().map(|row| a.class(*row)).collect::<Vec<_>>();
        let grade = || rows.iter().map(|row| a.grade(*row)).collect::<Vec<_>>();
        columns.set_item("class", self.classed().then(class))?;
        columns.set_item("grade", a.is_graded().then(grade))?;
        Ok(columns)
    }

    /// What was assessed, in a sentence.
    #[pyo3(signature = (lang="en"))]
    fn headline(&self, lang: &str) -> PyResult<String> {
        Ok(self.assessment.headline().message(errors::lang(lang)?))
    }

    /// One cell from the total, or from a node, down to the raw data.
    #[pyo3(signature = (entity, period=None, node=None, lang="en"))]
    fn explain(
        &self,
        py: Python<'_>,
        entity: &str,
        period: Option<&str>,
        node: Option<&str>,
        lang: &str,
    ) -> PyResult<PyExplanation> {
        let period = self.period(period)?;
        let explained = match node {
            Some(node) => self.assessment.explain_node(entity, period, node),
            None => self.assessment.explain(entity, period),
        };
        explained.map(PyExplanation).map_err(|e| errors::data(py, &e, lang))
    }

    /// What is worth knowing of every cell, one dict per flag, with its `kind`.
    #[pyo3(signature = (lang="en"))]
    fn flags<'py>(&self, py: Python<'py>, lang: &str) -> PyResult<Bound<'py, PyList>> {
        let flags = compute(py, || self.assessment.flags())?;
        let findings: Vec<_> = flags.iter().map(|f| f.finding.clone()).collect();
        let list = findings_list(py, &findings, lang)?;
        for (at, (flag, row)) in flags.iter().zip(list.iter()).enumerate() {
            breathe(py, at)?;
            row.set_item("kind", kind(flag.kind))?;
        }
        Ok(list)
    }

    /// The weights of all nodes, as columns: `node`, `period`, `class`, `weight`, `effective`, `given`.
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let weights = compute(py, || self.assessment.weights())?;
        let columns = PyDict::new(py);
        columns.set_item("node", weights.iter().map(|w| &w.node).collect::<Vec<_>>())?;
        columns.set_item("period", weights.iter().map(|w| &w.period).collect::<Vec<_>>())?;
        columns.set_item("class", weights.iter().map(|w| w.class.as_deref()).collect::<Vec<_>>())?;
        columns.set_item("weight", weights.iter().map(|w| w.weight).collect::<Vec<_>>())?;
        columns.set_item("effective", weights.iter().map(|w| w.effective).collect::<Vec<_>>())?;
        columns.set_item("given", weights.iter().map(|w| w.given).collect::<Vec<_>>())?;
        Ok(columns)
    }

    /// Cells that floats could not decide and exact arithmetic did.
    #[getter]
    fn exact_cells(&self) -> usize {
        self.assessment.exact_cells()
    }
}

impl PyAssessment {
    fn texts<'a>(&'a self, of: impl Fn(&'a Assessment, usize) -> Option<&'a str>) -> Vec<Option<&'a str>> {
        let panel = self.assessment.panel();
        let mut texts = vec![None; panel.len()];
        for row in 0..texts.len() {
            if let Some(to) = panel.caller_row_at(row) {
                texts[to] = of(&self.assessment, row);
            }
        }
        texts
    }
}

/// The column in the order of the table.
fn gather(values: &[f64], order: &[u32]) -> ScalarBuffer<f64> {
    let mut out = vec![f64::NAN; values.len()];
    scatter(values, order, &mut out);
    out.into()
}

/// Puts the values of the panel's rows where the table has these rows.
fn scatter(values: &[f64], order: &[u32], out: &mut [f64]) {
    for (value, &to) in values.iter().zip(order) {
        if let Some(cell) = out.get_mut(to as usize) {
            *cell = *value;
        }
    }
}

fn kind(kind: FlagKind) -> &'static str {
    match kind {
        FlagKind::Imputed => "imputed",
        FlagKind::Screened => "screened",
        FlagKind::Treated => "treated",
        FlagKind::Filled => "filled",
        FlagKind::AtUpperLimit => "at_upper_limit",
        FlagKind::AtLowerLimit => "at_lower_limit",
        FlagKind::Floor => "floor",
        FlagKind::Hinges => "hinges",
        _ => "other",
    }
}
