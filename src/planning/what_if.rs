//! The whole result under changed data.

use serde::{Deserialize, Serialize};

use crate::assess::{Assessment, assess_like, unknown_variable};
use crate::error::DataError;
use crate::finding::Finding;
use crate::panel::Period;

/// One datum that is different.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Entity.
    pub entity: String,
    /// Period, as in the data: `2023`, `2023Q1`.
    pub period: String,
    /// Variable.
    pub variable: String,
    /// The new value, in the variable's unit.
    pub value: f64,
}

impl Assessment {
    /// The assessment that the same scheme and targets give under changed data. Everything is computed again, the
    /// others' scores and ranks included.
    ///
    /// # Errors
    /// Unknown entities, periods and variables, values that are not finite, a datum changed twice, and whatever keeps the changed data from
    /// being assessed.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// use kaohe::{Panel, Period, Scheme, planning::Change};
    /// # let scheme = Scheme::from_toml(r#"
    /// # kaohe = 1
    /// # id = "example"
    /// # variable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }]
    /// # [[indicator]]
    /// # id = "rd_intensity"
    /// # formula = "rd / gdp"
    /// # unit = "%"
    /// # points = { rule = "linear", low = 0, high = 4 }
    /// # "#)?;
    /// let year = Period::year(2023).unwrap();
    /// let panel = Panel::builder(["甲", "乙"].into_iter().collect(), vec![year; 2])
    ///     .column("rd", vec![1.0, 2.0]).column("gdp", vec![100.0, 100.0]).build().unwrap();
    /// let result = scheme.assess(&panel)?;
    /// let more = Change { entity: "甲".into(), period: "2023".into(), variable: "rd".into(), value: 3.0 };
    /// assert_eq!(result.ranks(), [2.0, 1.0]);
    /// assert_eq!(result.what_if(&[more])?.ranks(), [1.0, 2.0]);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn what_if(&self, changes: &[Change]) -> Result<Assessment, DataError> {
        let mut findings = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let mut cells: indexmap::IndexMap<usize, Vec<(usize, f64)>> = indexmap::IndexMap::new();
        for change in changes {
            match self.cell(change) {
                Ok(cell) if !seen.insert(cell) => {
                    let finding = Finding::error("plan_changed_twice").fact("entity", &change.entity);
                    let finding = finding.fact("period", &change.period);
                    findings.push(finding.fact("variable", &change.variable).fact("value", change.value));
                }
                Ok((variable, row)) => cells.entry(variable).or_default().push((row, change.value)),
                Err(error) => findings.extend(error.findings().to_vec()),
            }
        }
        if !findings.is_empty() {
            return Err(DataError::new(findings));
        }
        let mut panel = self.inner.panel.clone();
        for (variable, cells) in cells {
            panel = panel.replaced(&self.inner.scheme.document().variables[variable].id, &cells);
        }
        assess_like(&self.inner, &panel)
    }

    fn cell(&self, change: &Change) -> Result<(usize, usize), DataError> {
        let Some(period) = Period::parse(&change.period) else {
            let known: Vec<String> = self.inner.panel.period_texts().collect();
            let finding = Finding::error("unknown_period").fact("period", &change.period);
            return Err(DataError::new(vec![finding.fact("known", known.join(", "))]));
        };
        let row = self.row(&change.entity, period)?;
        let variable = self.variable(&change.variable)?;
        if !change.value.is_finite() {
            let finding = Finding::error("plan_value").fact("variable", &change.variable);
            return Err(DataError::new(vec![finding.fact("value", change.value)]));
        }
        Ok((variable, row))
    }

    /// Index of a variable.
    pub(crate) fn variable(&self, id: &str) -> Result<usize, DataError> {
        let variables = &self.inner.scheme.document().variables;
        variables.iter().position(|v| v.id == id).ok_or_else(|| {
            let known: Vec<&str> = variables.iter().map(|v| v.id.as_str()).collect();
            DataError::new(vec![unknown_variable(id, &known)])
        })
    }
}
