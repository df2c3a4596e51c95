//! The part of the whole that every indicator and group makes by its weight.

use serde::Serialize;

use crate::assess::Assessment;
use crate::error::DataError;
use crate::panel::Period;
use crate::report::{Digits, Fact, Names, Report, Sentence, Shown, Table};

/// The effective weights of all indicators and groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EffectiveWeights {
    /// One row per period, class and node.
    pub rows: Vec<EffectiveWeight>,
    /// How many of the nodes are indicators, which come first.
    #[serde(skip)]
    indicators: usize,
}

/// The part of the whole that one node makes where nothing is left out: the product of the normalised weights above it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EffectiveWeight {
    /// Indicator or group.
    pub node: String,
    /// The period.
    pub period: String,
    /// The class; none where the scheme has no classes.
    pub class: Option<String>,
    /// The group it belongs to.
    pub parent: String,
    /// Its part of the whole: those of the indicators sum to 1, as do those of every level of the tree.
    pub weight: f64,
}

impl Assessment {
    /// The part of the whole that every indicator and group makes by its weight, in one period, or in each if none is named.
    ///
    /// # Errors
    /// A period that the data lack.
    pub fn effective_weights(&self, period: Option<Period>) -> Result<EffectiveWeights, DataError> {
        let period = period.map(|p| self.period(p).map(|_| self.panel().period_text(p))).transpose()?;
        let plan = self.inner.scheme.plan();
        let parent = |id: &str| {
            let parent = plan.node(id).and_then(|node| plan.nodes[node].parent);
            parent.map_or_else(String::new, |parent| plan.nodes[parent].id.clone())
        };
        let wanted = |own: &crate::assess::NodeWeight| period.as_ref().is_none_or(|p| *p == own.period);
        let rows = self.weights().into_iter().filter(wanted).map(|own| EffectiveWeight {
            parent: parent(&own.node),
            node: own.node,
            period: own.period,
            class: own.class,
            weight: own.effective,
        });
        Ok(EffectiveWeights { rows: rows.collect(), indicators: self.indicator_count() })
    }
}

impl Report for EffectiveWeights {
    /// The indicators that make most and least of the total, of the first period and class.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let own: Vec<&EffectiveWeight> =
            self.rows.iter().take(self.indicators).filter(|r| r.weight > 0.0).collect();
        let most = own.iter().rev().max_by(|a, b| a.weight.total_cmp(&b.weight));
        let least = own.iter().min_by(|a, b| a.weight.total_cmp(&b.weight));
        let share = |x: f64| Fact::Percent(x, Digits::AtMost(1));
        match (most, least) {
            (Some(most), Some(least)) if most.weight > least.weight => vec![
                Sentence::new("effective_sentence")
                    .fact("most", names.node(&most.node))
                    .fact("share", share(most.weight))
                    .fact("least", names.node(&least.node))
                    .fact("smallest", share(least.weight)),
            ],
            (Some(most), _) => {
                let even = Sentence::new("effective_even").fact("count", own.len());
                vec![even.fact("share", share(most.weight))]
            }
            _ => vec![Sentence::new("effective_none")],
        }
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let class = self.rows.iter().any(|r| r.class.is_some());
        let table = Table::of("effective_weights", &self.rows)
            .names("node", "col_node", |r| &r.node, |id| names.node(id))
            .names("parent", "col_parent", |r| &r.parent, |id| names.node(id))
            .periods(|r| &r.period)
            .labels("class", "col_class", |r| r.class.as_deref().map(|c| names.class(c)))
            .only(if class { Shown::Everywhere } else { Shown::Pages })
            .percent("weight", "col_effective", 2, |r| r.weight);
        vec![table.done()]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        vec![Sentence::new("effective_note")]
    }
}
