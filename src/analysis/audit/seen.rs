//! What the checks look at: values and scores of the rows, and the groups with their members.

use super::Limits;
use crate::analysis::sample::{Of, Span};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::number::coherence::paired;
use crate::number::relation::linear;
use crate::panel::Period;
use crate::report::{Digits, Fact, Label, Names, Sentence};

/// Entities below which correlations say nothing.
const FEW: usize = 5;

/// The index, as far as the checks ask.
pub(super) struct Seen<'a> {
    pub(super) assessment: &'a Assessment,
    pub(super) names: Names<'a>,
    pub(super) limits: Limits,
    pub(super) span: Span,
    pub(super) rows: Vec<usize>,
    /// The places in `rows` of those who are assessed among each other: of a period and class.
    pub(super) sets: Vec<Vec<usize>>,
    /// Indicators that count, in the order of the scheme.
    pub(super) indicators: Vec<usize>,
    /// Groups that count, members before their group, the total last; each with the members that count.
    pub(super) groups: Vec<(usize, Vec<usize>)>,
    /// Values as they are scored, of every indicator.
    values: Vec<Vec<f64>>,
    /// Scores of every node; of the total before adjustments and floors.
    scores: Vec<Vec<f64>>,
}

impl<'a> Seen<'a> {
    pub(super) fn of(
        assessment: &'a Assessment,
        period: Option<Period>,
        limits: Limits,
    ) -> Result<Self, DataError> {
        let sample = assessment.sample(period)?;
        let (rows, data) = (sample.rows, assessment.inner.data());
        let mut sets: indexmap::IndexMap<(usize, usize), Vec<usize>> = indexmap::IndexMap::new();
        rows.iter().enumerate().for_each(|(k, row)| sets.entry(data.set(*row)).or_default().push(k));
        let (count, root) = (assessment.indicator_count(), assessment.inner.scheme.plan().root());
        let mut counted = vec![root];
        let mut at = 0;
        while let Some(node) = counted.get(at) {
            let members = assessment.members_of(*node);
            counted.extend(members);
            at += 1;
        }
        counted.sort_unstable();
        let own = |node: &usize| (*node, assessment.members_of(*node));
        let scores = |node| {
            if node == root {
                return rows.iter().map(|row| assessment.raw_totals()[*row]).collect();
            }
            assessment.taken(Of::Scores, node, &rows)
        };
        Ok(Seen {
            assessment,
            names: Names::of(assessment.scheme().document()),
            limits,
            span: sample.span,
            sets: sets.into_values().collect(),
            indicators: counted.iter().copied().filter(|node| *node < count).collect(),
            groups: counted.iter().filter(|node| **node >= count).map(own).collect(),
            values: (0..count).map(|i| assessment.taken(Of::Treated, i, &rows)).collect(),
            scores: (0..=root).map(scores).collect(),
            rows,
        })
    }

    pub(super) fn values(&self, indicator: usize) -> &[f64] {
        &self.values[indicator]
    }

    pub(super) fn scores(&self, node: usize) -> &[f64] {
        &self.scores[node]
    }

    pub(super) fn id(&self, node: usize) -> String {
        self.assessment.id_of(node).to_owned()
    }

    pub(super) fn name(&self, node: usize) -> Label {
        self.names.node(self.assessment.id_of(node))
    }

    /// Whose row it is, by its place.
    pub(super) fn entity(&self, k: usize) -> String {
        let panel = self.assessment.panel();
        panel.name_of(self.rows[k]).into_owned()
    }

    /// Whose rows these are, each once.
    pub(super) fn entities(&self, places: impl IntoIterator<Item = usize>) -> Vec<String> {
        let unique: indexmap::IndexSet<String> = places.into_iter().map(|k| self.entity(k)).collect();
        unique.into_iter().collect()
    }

    /// Pearson's correlation of the scores of two nodes; missing where too few entities have both.
    pub(super) fn correlation(&self, a: usize, b: usize) -> f64 {
        let (x, y) = paired(self.scores(a), self.scores(b));
        if x.len() < FEW { f64::NAN } else { linear(&x, &y) }
    }

    /// Why there are no correlations; nothing where there may be some.
    pub(super) fn too_few(&self) -> Option<Sentence> {
        (self.rows.len() < FEW).then(|| Sentence::new("audit_few").fact("count", self.rows.len()))
    }

    /// Ranks by some numbers within each set, the largest first, equals with the best of theirs; missing where the number is.
    pub(super) fn ranks(&self, numbers: &[f64]) -> Vec<f64> {
        let mut ranks = vec![f64::NAN; numbers.len()];
        for set in &self.sets {
            let mut order: Vec<usize> = set.iter().copied().filter(|k| !numbers[*k].is_nan()).collect();
            order.sort_by(|a, b| numbers[*b].total_cmp(&numbers[*a]));
            let mut before = 0;
            for equal in order.chunk_by(|a, b| numbers[*a] == numbers[*b]) {
                for k in equal {
                    ranks[*k] = before as f64 + 1.0;
                }
                before += equal.len();
            }
        }
        ranks
    }
}

/// A name with a number behind it.
pub(super) fn beside(name: Label, number: Fact) -> Fact {
    Sentence::new("audit_beside").fact("name", name).fact("number", number).into()
}

/// A share in per cent.
pub(super) fn percent(share: f64) -> Fact {
    Fact::Percent(share, Digits::AtMost(1))
}

/// A correlation or another number without a unit.
pub(super) fn plain(x: f64) -> Fact {
    Fact::Number(x, Digits::AtMost(2))
}
