//! The second table: what lies below the entities, read batch by batch.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use kaohe::{Column, Finding, Labels, MembersBuilder, Panel, Period, Periods};
use pyo3::prelude::*;

use crate::panel::{Shape, periods};
use crate::scheme::PyScheme;
use crate::table::Table;
use crate::threads::compute;

/// Members that are still being collected; a table that they are given to takes them when it becomes a panel.
#[pyclass(frozen, name = "Members", module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct PyMembers {
    scheme: kaohe::Scheme,
    builder: Mutex<Option<MembersBuilder>>,
}

#[pymethods]
impl PyMembers {
    #[new]
    fn new(scheme: &PyScheme) -> Self {
        PyMembers { scheme: scheme.0.clone(), builder: Mutex::new(Some(MembersBuilder::new())) }
    }

    /// Takes a batch of rows; its text column `member` names the members.
    fn push(&self, py: Python<'_>, table: &Table, member: &str) -> PyResult<()> {
        compute(py, || self.take(table, member))
    }
}

impl PyMembers {
    fn take(&self, table: &Table, member: &str) {
        let mut builder = self.builder.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(builder) = builder.as_mut() else { return };
        let shape = Shape::from(&self.scheme);
        let rows = table.entity.of.len();
        let (when, mut findings) = periods(table, shape, &|row| row);
        findings.extend(table.findings.iter().cloned());
        let named = table.texts.iter().find(|(name, _)| name == member).map(|(_, keys)| keys);
        let Some(named) = named else { return };
        let key_missing = |row: &usize| named.of.get(*row).is_none();
        let nameless = (0..rows).filter(key_missing).take(1000).map(|row| {
            let mut finding = Finding::error("key_missing").fact("column", member);
            finding.place.row = Some(row);
            finding.place.column = Some(member.to_owned());
            finding
        });
        if findings.iter().chain(&named.findings).all(|f| f.place.column.as_deref() != Some(member)) {
            findings.extend(nameless);
        }
        findings.extend(named.findings.iter().cloned());
        let placed = |row: usize| when[row].is_some() && table.entity.of.get(row).is_some();
        if !(0..rows).all(|row| placed(row) && named.of.get(row).is_some()) {
            return builder.refuse(findings, rows);
        }
        builder.refuse(findings, 0);
        let columns: Vec<(&str, Column)> =
            table.columns.iter().map(|(name, column)| (name.as_str(), column.column())).collect();
        let columns: Vec<(&str, &Column)> = columns.iter().map(|(name, column)| (*name, column)).collect();
        let when: Vec<Period> = when.into_iter().flatten().collect();
        let names: Labels =
            (0..rows).map(|row| named.name(row).map_or(Cow::Borrowed(""), |name| name)).collect();
        builder.push(&table.entity.labels(), &Periods::Each(when), &names, &columns);
    }

    /// The panel with these members, once; what is wrong with them otherwise.
    pub(crate) fn below(&self, panel: &Panel) -> Result<Panel, Vec<Finding>> {
        let builder = self.builder.lock().unwrap_or_else(PoisonError::into_inner).take();
        match builder {
            Some(builder) => {
                builder.build(panel, &self.scheme.document().alias).map_err(kaohe::DataError::into_findings)
            }
            None => Ok(panel.clone()),
        }
    }
}
