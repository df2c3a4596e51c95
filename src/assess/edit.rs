//! The same assessment with something changed, at the cost of what depends on the change.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Assessment, Options, assess};
use crate::error::DataError;
use crate::finding::{Finding, Place};
use crate::method::aggregation::Aggregation;
use crate::panel::{Column, Panel, Period};
use crate::scheme::model::{Document, Parts, Target, Value};
use crate::scheme::{Scheme, address};

/// Something that is different from an assessment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Edit {
    /// One datum, in the variable's unit; `NaN` takes it away.
    Cell {
        /// Entity.
        entity: String,
        /// Period of the data.
        period: Period,
        /// Variable.
        variable: String,
        /// The new value.
        value: f64,
    },
    /// All data of a variable, in the order of [`Assessment::panel`].
    Column {
        /// Variable.
        variable: String,
        /// The new values.
        column: Column,
    },
    /// A target besides those there are, which it replaces for the same indicator, entity and period.
    Target(Target),
    /// The weight of an indicator or a group among its siblings; 0 leaves it out, of the classes that give it a weight of their own, too.
    /// What the scheme says that weights sum to (`weights_sum`) holds no longer. A weight that is computed can only become 0, or come
    /// back from there.
    Weight {
        /// Indicator or group.
        node: String,
        /// The new weight.
        weight: f64,
    },
    /// How an indicator is scored.
    Points {
        /// Indicator.
        indicator: String,
        /// The new parts.
        points: Parts,
    },
    /// How a group, or `total`, is made of its members.
    Aggregate {
        /// Group, or `total`.
        node: String,
        /// The new way.
        aggregate: Aggregation,
    },
    /// A setting of the scheme, by its address.
    Set {
        /// `total.aggregate`, `indicator.rd.points.high`, `group.*.aggregate` (every group).
        at: String,
        /// What it is set to.
        value: Value,
    },
    /// Another edition of the whole method.
    Scheme(Scheme),
}

impl Assessment {
    /// The same assessment with something changed: to the last bit what a fresh one gives, at the cost of what depends on the
    /// change. Edits apply one after the other; a chain of calls gives the same as one call with all of them.
    ///
    /// Values, references, scores and groups that nothing changed reaches are shared with this assessment.
    ///
    /// # Errors
    /// An unknown entity, period, variable, indicator or group, a column of another length, an infinite datum, a weight that is
    /// computed: all of them at once. Then whatever keeps the changed scheme from loading or the changed data from being assessed.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// use kaohe::{Edit, Panel, Period, Scheme};
    /// # let scheme = Scheme::from_toml(r#"
    /// # kaohe = 1
    /// # id = "example"
    /// # variable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }]
    /// # [[indicator]]
    /// # id = "rd_intensity"
    /// # formula = "rd / gdp"
    /// # unit = "%"
    /// # points = { rule = "linear", low = 0, high = 4 }
    /// # [[indicator]]
    /// # id = "size"
    /// # formula = "gdp"
    /// # unit = "亿元"
    /// # points = { rule = "linear", low = 0, high = 200 }
    /// # "#)?;
    /// let year = Period::year(2023).unwrap();
    /// let panel = Panel::builder(["甲", "乙"].into_iter().collect(), vec![year; 2])
    ///     .column("rd", vec![1.0, 2.0]).column("gdp", vec![200.0, 100.0]).build().unwrap();
    /// let result = scheme.assess(&panel)?;
    /// assert_eq!(result.ranks(), [1.0, 2.0]);
    /// let heavier = result.edit(&[Edit::Weight { node: "rd_intensity".into(), weight: 9.0 }])?;
    /// assert_eq!(heavier.ranks(), [2.0, 1.0]);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn edit(&self, edits: &[Edit]) -> Result<Assessment, DataError> {
        let mut draft = Draft::of(self);
        for edit in edits {
            draft.take(edit);
        }
        draft.assess()
    }
}

/// An assessment to be.
struct Draft<'a> {
    of: &'a Assessment,
    panel: Panel,
    /// Cells of a variable that are changed one by one.
    cells: IndexMap<String, Vec<(usize, f64)>>,
    options: Arc<Options>,
    scheme: Scheme,
    /// The document of `scheme` with changes that are not compiled yet.
    document: Option<Document>,
    findings: Vec<Finding>,
}

impl<'a> Draft<'a> {
    fn of(of: &'a Assessment) -> Self {
        let inner = &of.inner;
        Draft {
            of,
            panel: inner.panel.clone(),
            cells: IndexMap::new(),
            options: Arc::clone(&inner.options),
            scheme: inner.scheme.clone(),
            document: None,
            findings: Vec::new(),
        }
    }

    fn take(&mut self, edit: &Edit) {
        match edit {
            Edit::Cell { entity, period, variable, value } => self.cell(entity, *period, variable, *value),
            Edit::Column { variable, column } => self.column(variable, column),
            Edit::Target(target) => {
                let targets = &mut Arc::make_mut(&mut self.options).targets;
                let key = |t: &Target| (t.indicator.clone(), t.entity.clone(), t.period.clone());
                targets.retain(|t| key(t) != key(target));
                targets.push(target.clone());
            }
            Edit::Weight { node, weight } => self.weight(node, *weight),
            Edit::Points { indicator, points } => self.points(indicator, points),
            Edit::Aggregate { node, aggregate } => self.aggregate(node, *aggregate),
            Edit::Set { at, value } => self.set(at, value),
            Edit::Scheme(scheme) => (self.scheme, self.document) = (scheme.clone(), None),
        }
    }

    fn cell(&mut self, entity: &str, period: Period, variable: &str, value: f64) {
        let row = self.of.row(entity, period).map_err(|error| error.findings().to_vec());
        match row {
            Ok(_) if value.is_infinite() => {
                let place = Place { column: Some(variable.to_owned()), ..Place::default() };
                self.findings.push(Finding::error("infinite_value").placed(place).fact("column", variable));
            }
            Ok(row) if self.panel.column(variable).is_some() => {
                self.cells.entry(variable.to_owned()).or_default().push((row, value));
            }
            Ok(_) => self.no_variable(variable),
            Err(found) => self.findings.extend(found),
        }
    }

    fn column(&mut self, variable: &str, column: &Column) {
        let length = self.panel.length(variable, column);
        if !length.is_empty() {
            self.findings.extend(length);
        } else if self.panel.column(variable).is_none() {
            self.no_variable(variable);
        } else if column.values().iter().any(|x| x.is_infinite()) {
            self.findings.push(Finding::error("infinite_value").fact("column", variable));
        } else {
            self.cells.shift_remove(variable);
            self.panel = self.panel.put(variable, column.clone());
        }
    }

    fn no_variable(&mut self, variable: &str) {
        self.findings.push(unknown_variable(variable, &self.panel.column_names().collect::<Vec<_>>()));
    }

    fn document(&mut self) -> &mut Document {
        self.document.get_or_insert_with(|| self.scheme.document().clone())
    }

    fn weight(&mut self, node: &str, weight: f64) {
        let document = self.document();
        let (total, weighing) = (document.total.weights.is_some(), &document.groups);
        let weighing: Vec<String> =
            weighing.iter().filter(|g| g.weights.is_some()).map(|g| g.id.clone()).collect();
        let computes =
            |group: Option<&str>| group.map_or(total, |group| weighing.iter().any(|id| id == group));
        let indicators = document.indicators.iter_mut().map(|i| (&i.id, &mut i.weight, &i.parent));
        let groups = document.groups.iter_mut().map(|g| (&g.id, &mut g.weight, &g.parent));
        match indicators.chain(groups).find(|(id, ..)| *id == node) {
            // A computed weight follows from the scores; only whether there is one is given.
            Some((_, own, parent)) if weight != 0.0 && *own != 0.0 && computes(parent.as_deref()) => {
                let group = parent.clone().unwrap_or_else(|| "total".to_owned());
                let finding = Finding::error("edit_weight").fact("node", node).fact("group", group);
                self.findings.push(finding);
            }
            Some((_, own, _)) => {
                *own = weight;
                document.weights_sum = None;
                let of_class = document.classes.iter_mut().filter_map(|class| class.weights.get_mut(node));
                of_class.filter(|_| weight == 0.0).for_each(|own| *own = 0.0);
            }
            None => self.no_node(node),
        }
    }

    fn points(&mut self, indicator: &str, points: &Parts) {
        match self.document().indicators.iter_mut().find(|i| i.id == indicator) {
            Some(own) => own.points = points.clone(),
            None => self.no_node(indicator),
        }
    }

    fn aggregate(&mut self, node: &str, aggregate: Aggregation) {
        let document = self.document();
        if node == "total" {
            document.total.aggregate = aggregate;
            return;
        }
        match document.groups.iter_mut().find(|g| g.id == node) {
            Some(own) => own.aggregate = aggregate,
            None => self.no_node(node),
        }
    }

    fn set(&mut self, at: &str, value: &Value) {
        match address::with(self.document(), &[(at, value)]) {
            Ok(document) => *self.document() = document,
            Err(found) => self.findings.extend(found),
        }
    }

    fn no_node(&mut self, node: &str) {
        self.findings.extend(self.of.node(node).err().map_or_else(
            || vec![Finding::error("edit_kind").fact("node", node)],
            |error| error.findings().to_vec(),
        ));
    }

    fn assess(mut self) -> Result<Assessment, DataError> {
        if !self.findings.is_empty() {
            return Err(DataError::new(self.findings));
        }
        for (variable, cells) in &self.cells {
            self.panel = self.panel.replaced(variable, cells);
        }
        let scheme = match self.document {
            Some(document) => {
                Scheme::from_document(document).map_err(|e| DataError::new(e.findings().to_vec()))?
            }
            None => self.scheme,
        };
        assess(&scheme, &self.panel, &self.options, Some(&self.of.inner))
    }
}

/// A variable that is not among those known.
pub(crate) fn unknown_variable(id: &str, known: &[&str]) -> Finding {
    let finding = Finding::unknown(["plan_variable", "plan_variable_near"], id, known.iter().copied());
    finding.fact("variable", id).fact("known", known.join(", "))
}
