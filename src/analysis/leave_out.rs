//! What becomes of totals and ranks when one indicator or group is left out: which of them the result hangs on.

use serde::Serialize;

use crate::assess::{Assessment, Edit};
use crate::error::DataError;
use crate::number::statistics::mean;
use crate::panel::Period;
use crate::report::{Digits, Label, Measure, Names, Report, Sentence, Table};
use crate::scheme::NodeId;
use crate::{budget, exec};

/// Totals and ranks without one indicator or group at a time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeaveOut {
    /// When.
    pub period: String,
    /// One row per indicator or group that was left out.
    pub rows: Vec<LeftOut>,
    /// One row per indicator or group that was left out and entity.
    pub entities: Vec<Shifted>,
}

/// What leaving out one indicator or group moves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeftOut {
    /// The indicator or group.
    pub node: String,
    /// By how many places ranks move, on average.
    pub mean_shift: f64,
    /// By how many at most.
    pub largest_shift: f64,
    /// How many entities have another rank.
    pub moved: usize,
    /// By how many points totals move, on average.
    pub mean_change: f64,
    /// Who gains most places; none where nobody gains any.
    pub gains: Option<String>,
    /// Who loses most places; none where nobody loses any.
    pub loses: Option<String>,
}

/// An entity where one indicator or group is left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shifted {
    /// The indicator or group.
    pub node: String,
    /// Entity.
    pub entity: String,
    /// Its total without.
    pub total: f64,
    /// The change of its total.
    pub total_change: f64,
    /// Its rank without.
    pub rank: Option<f64>,
    /// Places gained.
    pub rank_change: Option<f64>,
}

impl Assessment {
    /// Totals and ranks of a period without each of some indicators and groups, one at a time (all that have siblings, if none is named): the
    /// whole is assessed again with a weight of 0, so that the others' weights make up for it.
    ///
    /// # Errors
    /// A period that the data lack; an unknown id; one that has no siblings, so that nothing would be left.
    pub fn leave_out(&self, nodes: &[String], period: Period) -> Result<LeaveOut, DataError> {
        let at = self.period(period)?;
        let nodes = if nodes.is_empty() {
            self.with_siblings()
        } else {
            nodes.iter().map(|id| self.node(id).map(NodeId::index)).collect::<Result<_, _>>()?
        };
        let rows: Vec<usize> =
            self.panel().rows_of(at).filter(|row| self.inner.data().counts(*row)).collect();
        let without = |node: usize| {
            budget::check().map_err(DataError::new)?;
            let edit = Edit::Weight { node: self.id_of(node).to_owned(), weight: 0.0 };
            Ok((node, self.shifts(&self.edit(&[edit])?, node, &rows)))
        };
        let found: Vec<Result<(usize, Vec<Shifted>), DataError>> = exec::map(nodes, without);
        let mut left =
            LeaveOut { period: self.panel().period_text(period), rows: Vec::new(), entities: Vec::new() };
        for found in found {
            let (node, shifted) = found?;
            left.rows.push(summary(self.id_of(node), &shifted));
            left.entities.extend(shifted);
        }
        Ok(left)
    }

    /// Indicators and groups that count beside others.
    fn with_siblings(&self) -> Vec<usize> {
        let root = self.inner.scheme.plan().root();
        let mut found: Vec<usize> = (self.indicator_count()..=root)
            .map(|group| self.members_of(group))
            .filter(|members| members.len() > 1)
            .flatten()
            .collect();
        found.sort_unstable();
        found
    }

    fn shifts(&self, other: &Assessment, node: usize, rows: &[usize]) -> Vec<Shifted> {
        let one = |row: &usize| {
            let (before, after) = (self.ranks()[*row], other.ranks()[*row]);
            Shifted {
                node: self.id_of(node).to_owned(),
                entity: self.panel().name_of(*row).into_owned(),
                total: other.totals()[*row],
                total_change: other.totals()[*row] - self.totals()[*row],
                rank: super::present(after),
                rank_change: super::present(before - after),
            }
        };
        rows.iter().map(one).collect()
    }
}

fn summary(node: &str, shifted: &[Shifted]) -> LeftOut {
    let places: Vec<(f64, &str)> =
        shifted.iter().filter_map(|own| Some((own.rank_change?, own.entity.as_str()))).collect();
    let most = |sign: f64| {
        let gaining = places.iter().filter(|(change, _)| sign * change > 0.0);
        gaining
            .rev()
            .max_by(|a, b| (sign * a.0).total_cmp(&(sign * b.0)))
            .map(|(_, entity)| (*entity).to_owned())
    };
    let changes = shifted.iter().map(|own| own.total_change.abs()).filter(|change| !change.is_nan());
    LeftOut {
        node: node.to_owned(),
        mean_shift: mean(places.iter().map(|(change, _)| change.abs())),
        largest_shift: places.iter().map(|(change, _)| change.abs()).fold(f64::NAN, f64::max),
        moved: places.iter().filter(|(change, _)| *change != 0.0).count(),
        mean_change: mean(changes),
        gains: most(1.0),
        loses: most(-1.0),
    }
}

impl Report for LeaveOut {
    /// What the ranks hang on most, and what least.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let known: Vec<&LeftOut> = self.rows.iter().filter(|row| !row.mean_shift.is_nan()).collect();
        let most = known.iter().rev().max_by(|a, b| a.mean_shift.total_cmp(&b.mean_shift));
        let least = known.iter().min_by(|a, b| a.mean_shift.total_cmp(&b.mean_shift));
        let (Some(most), Some(least)) = (most, least) else {
            return vec![Sentence::new("leave_out_none").when("period", &self.period)];
        };
        let who = |code, entity: &Option<String>| {
            entity.as_ref().map(|entity| Sentence::new(code).text("entity", entity.clone()))
        };
        let mut said = vec![
            Sentence::new("leave_out_most")
                .when("period", &self.period)
                .fact("node", names.node(&most.node))
                .points("shift", most.mean_shift, 1)
                .points("largest", most.largest_shift, 0)
                .fact("moved", most.moved)
                .fact("gains", who("leave_out_gains", &most.gains))
                .fact("loses", who("leave_out_loses", &most.loses)),
        ];
        if least.node != most.node {
            let sentence = Sentence::new("leave_out_least").when("period", &self.period);
            said.push(sentence.fact("node", names.node(&least.node)).points("shift", least.mean_shift, 1));
        }
        said
    }

    /// By what is left out, and every entity.
    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let places = || Measure::pure(Digits::AtMost(2));
        let by = |entity: &Option<String>| entity.as_deref().map(Label::plain);
        let rows = Table::of("leave_out", &self.rows)
            .names("node", "col_left_out", |r| &r.node, |id| names.node(id))
            .number("mean_shift", "col_mean_shift", places(), |r| r.mean_shift)
            .number("largest_shift", "col_largest_shift", places(), |r| r.largest_shift)
            .counts("moved", "col_moved", |r| r.moved)
            .number("mean_change", "col_mean_change", places(), |r| r.mean_change)
            .labels("gains", "col_gains", |r| by(&r.gains))
            .labels("loses", "col_loses", |r| by(&r.loses));
        let entities = Table::of("entities", &self.entities)
            .entities(|r| &r.entity)
            .names("node", "col_left_out", |r| &r.node, |id| names.node(id))
            .points("total", "col_total_score", |r| r.total)
            .effects("total_change", "col_total_change", |r| r.total_change)
            .ranks("rank", "col_rank", |r| r.rank)
            .places("rank_change", "col_rank_change", |r| r.rank_change);
        vec![rows.done(), entities.done().titled("table_entities").detail()]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        vec![Sentence::new("leave_out_note")]
    }
}
