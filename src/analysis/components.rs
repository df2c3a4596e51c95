//! Principal components of each group, with Cronbach's α and the Kaiser–Meyer–Olkin measure: whether its members measure one thing.

use serde::Serialize;

use super::sample::{Of, Span};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::Finding;
use crate::number::coherence::{alpha, complete, correlations, sampling_adequacy};
use crate::number::eigen::Eigen;
use crate::panel::Period;
use crate::report::{Digits, Fact, Measure, Names, Report, Sentence, Shown, Table};
use crate::scheme::NodeId;

/// Rows that have numbers of all members, at least.
const ROWS: usize = 3;

/// Principal components of groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Components {
    /// Of which numbers.
    pub of: Of,
    /// When.
    #[serde(flatten)]
    pub span: Span,
    /// One a group.
    pub groups: Vec<GroupComponents>,
}

/// Principal components of the members of one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupComponents {
    /// The group.
    pub group: String,
    /// Its members that count.
    pub members: Vec<String>,
    /// Entities that have numbers of all members.
    pub n: usize,
    /// Cronbach's α, from all pairs of numbers that are there; NaN where it cannot be computed.
    pub alpha: f64,
    /// The Kaiser–Meyer–Olkin measure; NaN where it cannot be computed.
    pub kmo: f64,
    /// The components, the largest first; none where they cannot be computed.
    pub components: Vec<Component>,
    /// Why there are no components.
    pub reason: Option<Sentence>,
}

/// A principal component.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Component {
    /// Its number, from 1.
    pub component: usize,
    /// Its eigenvalue: how many of the standardised members it is worth.
    pub eigenvalue: f64,
    /// The share of the variance that it explains.
    pub share: f64,
    /// The share of it and those before it.
    pub cumulative: f64,
    /// The weight of each member in it: a vector of length 1 whose largest element is positive.
    pub loadings: Vec<f64>,
}

/// One component of one group, with one loading of it.
struct Row<'a> {
    group: &'a GroupComponents,
    component: &'a Component,
    member: usize,
}

impl GroupComponents {
    /// The share of the first component; NaN where there is none.
    pub(super) fn first(&self) -> f64 {
        self.components.first().map_or(f64::NAN, |c| c.share)
    }

    /// Every component with every loading.
    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.components.iter().flat_map(move |component| {
            (0..self.members.len()).map(move |member| Row { group: self, component, member })
        })
    }

    /// Of the columns of some members.
    pub(super) fn of(group: &str, members: Vec<String>, columns: &[Vec<f64>], names: Names<'_>) -> Self {
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let whole = complete(&columns);
        let n = whole.first().map_or(0, Vec::len);
        let alike = whole.iter().position(|column| column.windows(2).all(|two| two[0] == two[1]));
        let reason = match alike {
            _ if members.len() < 2 => Some(Sentence::new("components_one")),
            _ if n < ROWS => Some(Sentence::new("components_few").fact("count", n)),
            Some(alike) => {
                Some(Sentence::new("components_alike").fact("member", names.node(&members[alike])))
            }
            None => None,
        };
        let mut found = GroupComponents {
            group: group.to_owned(),
            alpha: alpha(&columns),
            kmo: f64::NAN,
            components: Vec::new(),
            members,
            n,
            reason,
        };
        if found.reason.is_none() {
            let matrix = correlations(&whole);
            let eigen = Eigen::of_symmetric(&matrix);
            found.kmo = sampling_adequacy(&matrix, &eigen);
            found.components = ordered(&eigen);
        }
        found
    }
}

fn ordered(eigen: &Eigen) -> Vec<Component> {
    let whole = eigen.values.len() as f64;
    let mut cumulative = 0.0;
    let component = |(k, (value, vector)): (usize, (&f64, &Vec<f64>))| {
        // Rounding alone makes an eigenvalue of correlations negative.
        let eigenvalue = value.max(0.0);
        cumulative += eigenvalue / whole;
        let share = eigenvalue / whole;
        Component {
            component: k + 1,
            eigenvalue,
            share,
            cumulative: cumulative.min(1.0),
            loadings: vector.clone(),
        }
    };
    eigen.values.iter().zip(&eigen.vectors).enumerate().map(component).collect()
}

impl Assessment {
    /// Principal components of the members of a group, or of every group if none is named: of their correlations over the entities that
    /// have numbers of all of them, in one period, or in all of them pooled if none is named. Benchmarks do not count.
    ///
    /// # Errors
    /// A period that the data lack; an unknown group, an indicator; a group of groups, where values are asked for.
    pub fn components(
        &self,
        of: Of,
        group: Option<&str>,
        period: Option<Period>,
    ) -> Result<Components, DataError> {
        let sample = self.sample(period)?;
        let plan = self.inner.scheme.plan();
        let groups = match group {
            Some(id) => {
                let NodeId(node) = self.node(id)?;
                if plan.nodes[node].members.is_empty() {
                    return Err(DataError::new(vec![Finding::error("components_no_group").fact("node", id)]));
                }
                vec![node]
            }
            // Of groups of groups there are no values.
            None => (self.indicator_count()..plan.nodes.len())
                .filter(|node| of == Of::Scores || self.has_values(*node))
                .collect(),
        };
        let names = Names::of(self.scheme().document());
        let found = groups.iter().map(|group| {
            let members = self.members_of(*group);
            let ids: Vec<String> = members.iter().map(|member| self.id_of(*member).to_owned()).collect();
            self.sampled_nodes(of, &ids)?;
            let columns: Vec<Vec<f64>> =
                members.iter().map(|member| self.taken(of, *member, &sample.rows)).collect();
            Ok(GroupComponents::of(self.id_of(*group), ids, &columns, names))
        });
        let groups = found.collect::<Result<Vec<_>, DataError>>()?;
        Ok(Components { of, span: sample.span, groups })
    }

    /// The members of a group that some class gives a weight.
    pub(super) fn members_of(&self, group: usize) -> Vec<usize> {
        let plan = self.inner.scheme.plan();
        let counts =
            |member: &usize| (0..plan.classes.len()).any(|class| plan.classes[class].weights[*member] != 0.0);
        plan.nodes[group].members.iter().copied().filter(counts).collect()
    }

    fn has_values(&self, group: usize) -> bool {
        self.members_of(group).iter().all(|member| *member < self.indicator_count())
    }
}

impl Report for Components {
    /// What the first component of each group explains.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let one = |group: &GroupComponents| {
            let Some(first) = group.components.first() else {
                let none = Sentence::new("components_none").fact("group", names.node(&group.group));
                return none.fact("reason", group.reason.clone());
            };
            Sentence::new("components_first")
                .fact("period", self.span.fact())
                .fact("group", names.node(&group.group))
                .fact("share", Fact::Percent(first.share, Digits::AtMost(1)))
                .fact("alpha", Fact::Number(group.alpha, Digits::AtMost(2)))
                .fact("kmo", Fact::Number(group.kmo, Digits::AtMost(2)))
        };
        self.groups.iter().map(one).collect()
    }

    /// The components, the loadings, and the groups.
    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let number = |digits| Measure::pure(Digits::Decimals(digits));
        let label = |id: &str| names.node(id);
        let loadings: Vec<Row<'_>> = self.groups.iter().flat_map(GroupComponents::rows).collect();
        let components: Vec<&Row<'_>> = loadings.iter().filter(|row| row.member == 0).collect();
        let components = Table::of("components", &components)
            .names("group", "col_group", |r| &r.group.group, label)
            .counts("component", "col_component", |r| r.component.component)
            .number("eigenvalue", "col_eigenvalue", number(3), |r| r.component.eigenvalue)
            .percent("share", "col_explained", 1, |r| r.component.share)
            .percent("cumulative", "col_cumulative", 1, |r| r.component.cumulative);
        let loadings = Table::of("loadings", &loadings)
            .names("group", "col_group", |r| &r.group.group, label)
            .counts("component", "col_component", |r| r.component.component)
            .names("member", "col_member", |r| &r.group.members[r.member], |id| names.node(id))
            .number("loading", "col_loading", number(3), |r| r.component.loadings[r.member]);
        let groups = Table::of("groups", &self.groups)
            .names("group", "col_group", |g| &g.group, label)
            .counts("members", "col_members", |g| g.members.len())
            .counts("n", "col_n", |g| g.n)
            .number("alpha", "col_alpha", number(3), |g| g.alpha)
            .number("kmo", "col_kmo", number(3), |g| g.kmo)
            .percent("first", "col_first_share", 1, GroupComponents::first)
            .said("reason", "col_reason", |g| g.reason.clone())
            .only(if self.groups.iter().any(|g| g.reason.is_some()) {
                Shown::Everywhere
            } else {
                Shown::Frames
            });
        vec![
            components.done(),
            loadings.done().titled("table_loadings"),
            groups.done().titled("table_component_groups"),
        ]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        vec![Sentence::new("components_note").fact("of", self.of.said())]
    }
}
