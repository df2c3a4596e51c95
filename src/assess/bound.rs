//! The panel as the scheme takes it.

use std::collections::HashMap;
use std::sync::Arc;

use super::Inner;
use super::data::Data;
use super::fits::Fits;
use super::imputed::Groups;
use super::references::References;
use super::weights::Weights;
use crate::finding::{Finding, listed};
use crate::method::imputation::Impute;
use crate::method::part::Among;
use crate::panel::{Column, Filled, Imputed, Panel, impute_column, impute_from};
use crate::scheme::Scheme;
use crate::scheme::model::{Document, Variable};
use crate::scheme::plan::Plan;

/// The panel as the scheme takes it: a column a variable, imputed as declared; classes and benchmarks by row.
pub(super) struct Bound {
    pub(super) columns: Vec<Column>,
    pub(super) imputed: Vec<(usize, Filled)>,
    pub(super) class_of: Option<Arc<Vec<u16>>>,
    pub(super) benchmark: Option<Arc<Vec<bool>>>,
    /// Weights as the scheme or references give them.
    pub(super) weights: Weights,
    /// What references hold of aggregations over a set.
    pub(super) fits: Fits,
}

impl Bound {
    /// `None` where the data lack what the scheme needs; the findings say what.
    pub(super) fn of(
        scheme: &Scheme,
        panel: &Panel,
        references: Option<&References>,
        before: Option<&Inner>,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let document = scheme.document();
        let columns = bind(document, panel, findings);
        findings.extend(absent_labels(document, panel));
        let (class_of, benchmark) = match before
            .filter(|b| b.scheme == *scheme && b.panel.is_keyed_like(panel))
        {
            Some(before) => (before.class_of.clone(), before.benchmark.clone()),
            None => {
                (classes(document, panel, findings).map(Arc::new), benchmarks(document, panel).map(Arc::new))
            }
        };
        if !findings.is_empty() || columns.len() < document.variables.len() {
            return None;
        }
        let mut weights = Weights::given(scheme.plan(), panel.periods().len());
        if let Some(references) = references {
            references.weigh(scheme.plan(), panel, &mut weights);
        }
        let fits = references
            .map_or_else(|| Fits::none(scheme.plan()), |references| references.fits(scheme.plan(), panel));
        let mut bound = Bound { columns, imputed: Vec::new(), class_of, benchmark, weights, fits };
        findings.extend(bound.fill(scheme, panel, references, before));
        Some(bound)
    }

    /// Whether an assessment has the same variables, classes, benchmarks and nodes, so that its numbers stand at the same places.
    pub(super) fn is_like(&self, before: &Inner, scheme: &Scheme, panel: &Panel) -> bool {
        let ids = |scheme: &Scheme| -> Vec<String> {
            let document = scheme.document();
            let variables = document.variables.iter().map(|v| &v.id);
            let nodes = scheme.plan().nodes.iter().map(|n| &n.id);
            let classes = scheme.plan().classes.iter().map(|c| &c.id);
            variables.chain(nodes).chain(classes).cloned().collect()
        };
        panel.has_rows_of(&before.panel)
            && (self.class_of == before.class_of && self.benchmark == before.benchmark)
            && (*scheme == before.scheme || ids(scheme) == ids(&before.scheme))
    }

    /// Leaves the rows before the last period without an assessment, and what they lack unsaid.
    pub(super) fn only_last(&mut self, panel: &Panel, findings: &mut Vec<Finding>) {
        let start = panel.starts().iter().rev().nth(1).copied().unwrap_or_default();
        let is_benchmark = |row: usize| self.benchmark.as_ref().is_some_and(|benchmark| benchmark[row]);
        self.benchmark =
            Some(Arc::new((0..panel.len()).map(|row| row < start || is_benchmark(row)).collect()));
        let last = panel.periods().last().map(ToString::to_string);
        findings.retain(|finding| finding.place.period.is_none() || finding.place.period == last);
    }

    /// Imputes variables as declared; what references lack for it is found.
    fn fill(
        &mut self,
        scheme: &Scheme,
        panel: &Panel,
        references: Option<&References>,
        before: Option<&Inner>,
    ) -> Vec<Finding> {
        let document = scheme.document();
        let mut lacking = Vec::new();
        let peers = |b: &&Inner| {
            let texts = document.text_columns();
            b.class_of == self.class_of
                && b.benchmark == self.benchmark
                && texts.iter().all(|column| b.panel.text(column) == panel.text(column))
        };
        let before = before.filter(|b| panel.has_rows_of(&b.panel)).filter(peers);
        for (v, variable) in document.variables.iter().enumerate() {
            let ways = ways(variable);
            if ways.is_empty() {
                continue;
            }
            let same = before.filter(|b| {
                let like = |was: &Variable| {
                    (&was.id, &was.impute, was.missing) == (&variable.id, &variable.impute, variable.missing)
                };
                let was = b.panel.column(&variable.id);
                b.scheme.document().variables.get(v).is_some_and(like)
                    && was.is_some_and(|was| self.columns[v].equals(was))
            });
            if let Some(before) = same {
                self.columns[v] = before.columns[v].clone();
                self.imputed.extend(before.imputed.iter().filter(|(of, _)| *of == v).copied());
                continue;
            }
            let column = &self.columns[v];
            let mut all = Imputed { column: column.clone(), filled: Vec::new() };
            for (way, how) in ways {
                let data = self.data(scheme.plan(), panel, references);
                let groups = Groups::of(&data, &way);
                let group = |row: usize| groups.get(row);
                let result = match references.filter(|_| way.takes_peers()) {
                    Some(references) => {
                        let from = |period: usize, group: u32| {
                            let period = panel.periods()[period];
                            let fill = references.fill(&variable.id, how, period, groups.name(group))?;
                            Some((fill.number.exact.clone(), fill.peers))
                        };
                        let (result, lacks) = impute_from(panel, column, how, &group, &from);
                        lacking.extend(listed(lacks, |(period, group)| {
                            let by_class = way.by().is_none() && way.among() == Some(Among::Class);
                            references.lack(
                                &data,
                                &variable.id,
                                period,
                                if by_class { group as usize } else { 0 },
                            )
                        }));
                        result
                    }
                    None => impute_column(panel, column, &way, how, &group),
                };
                // Nothing is filled from what was filled itself.
                all = all.and(result);
            }
            self.columns[v] = all.column;
            self.imputed.extend(all.filled.into_iter().map(|f| (v, f)));
        }
        lacking
    }

    /// Before it is known which indicators apply to whom.
    pub(super) fn data<'a>(
        &'a self,
        plan: &'a Plan,
        panel: &'a Panel,
        references: Option<&'a References>,
    ) -> Data<'a> {
        Data {
            plan,
            panel,
            columns: &self.columns,
            class_of: self.class_of.as_ref().map(|classes| classes.as_slice()),
            benchmark: self.benchmark.as_ref().map(|benchmark| benchmark.as_slice()),
            screened: None,
            kept_out: None,
            applies: None,
            weights: &self.weights,
            fits: &self.fits,
            references,
        }
    }
}

/// What fills a variable, one way after the other, each with the name that people know it by.
pub(crate) fn ways(variable: &Variable) -> Vec<(Impute, &'static str)> {
    let own = variable.impute.iter().map(|way| (way.clone(), way.name()));
    let policy = Impute::of(variable.missing).map(|way| (way, variable.missing.name()));
    own.filter(|(way, _)| !matches!(way, Impute::Nothing(_))).chain(policy).collect()
}

/// Columns that a scheme needs and the data lack.
pub(super) fn absent(document: &Document, panel: &Panel) -> Vec<Finding> {
    let mut findings = Vec::new();
    bind(document, panel, &mut findings);
    findings.extend(absent_labels(document, panel));
    if document.class_column.as_ref().is_some_and(|class| panel.text(class).is_none()) {
        findings.extend(checked(document, panel, &["missing_class_column"]));
    }
    findings
}

/// Text columns other than that of the classes that a scheme needs and the data lack.
fn absent_labels(document: &Document, panel: &Panel) -> Vec<Finding> {
    if document.text_columns().iter().all(|column| panel.text(column).is_some()) {
        return Vec::new();
    }
    checked(document, panel, &["missing_label_column"])
}

/// One column per variable; what the data lack is reported as the data checks report it.
fn bind(document: &Document, panel: &Panel, findings: &mut Vec<Finding>) -> Vec<Column> {
    let columns: Vec<Column> =
        document.variables.iter().filter_map(|v| panel.column(&v.id)).cloned().collect();
    if columns.len() < document.variables.len() {
        findings.extend(checked(
            document,
            panel,
            &[
                "missing_column",
                "missing_column_near",
                "column_is_text",
                "members_missing",
                "members_without_column",
            ],
        ));
    }
    columns
}

/// What the data checks find of some kinds.
fn checked(document: &Document, panel: &Panel, codes: &[&str]) -> Vec<Finding> {
    let all = crate::panel::check(document, panel, &crate::panel::CheckInput::default());
    all.into_iter().filter(|f| codes.contains(&f.code)).collect()
}

/// The class of every row: from the class column, or from the lists of the scheme.
fn classes(document: &Document, panel: &Panel, findings: &mut Vec<Finding>) -> Option<Vec<u16>> {
    if document.classes.is_empty() && document.class_column.is_none() {
        return None;
    }
    let texts = document.class_column.as_ref().map(|column| panel.text(column));
    let entity = |row: usize| panel.name_of(row);
    let known: HashMap<&str, u16> = match texts {
        Some(_) => (1..).zip(&document.classes).map(|(c, class)| (class.id.as_str(), c)).collect(),
        None => (1..)
            .zip(&document.classes)
            .flat_map(|(c, class)| class.entities.iter().map(move |e| (e.as_str(), c)))
            .collect(),
    };
    let of: Vec<Option<u16>> = (0..panel.len())
        .map(|row| match texts {
            Some(texts) => known.get(texts?[row].as_deref()?.trim()).copied(),
            None => known.get(entity(row).as_ref()).copied(),
        })
        .collect();
    let is_benchmark = |row: usize| document.benchmarks.iter().any(|b| *b == entity(row));
    if of.iter().enumerate().any(|(row, class)| class.is_none() && !is_benchmark(row)) {
        let kinds = [
            "missing_class_column",
            "class_empty",
            "unknown_class",
            "unknown_class_near",
            "entity_without_class",
        ];
        findings.extend(checked(document, panel, &kinds));
    }
    Some(of.into_iter().map(Option::unwrap_or_default).collect())
}

fn benchmarks(document: &Document, panel: &Panel) -> Option<Vec<bool>> {
    if document.benchmarks.is_empty() {
        return None;
    }
    let entities: Vec<bool> = (0..panel.entity_count())
        .map(|e| document.benchmarks.iter().any(|b| *b == panel.entity_name(e)))
        .collect();
    Some((0..panel.len()).map(|row| entities[panel.entity_of(row)]).collect())
}
