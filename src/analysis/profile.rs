//! An entity on one page: its score and rank at every level, beside the mean, the median and the best of those it is compared with.

use serde::Serialize;

use super::sample::present;
use crate::assess::Assessment;
use crate::error::DataError;
use crate::number::statistics::{mean, median};
use crate::panel::Period;
use crate::report::{Digits, Fact, Label, Measure, Names, Report, Sentence, Table};
use crate::scheme::NodeId;

/// An entity in one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    /// Entity.
    pub entity: String,
    /// When.
    pub period: String,
    /// The class it is assessed in.
    pub class: Option<String>,
    /// Its total, as printed.
    pub total: f64,
    /// Its rank; none where it is not ranked.
    pub rank: Option<f64>,
    /// How many it is compared with, itself among them.
    pub n: usize,
    /// One row per node: the total first, each group before its members.
    pub rows: Vec<ProfileRow>,
}

/// An entity in one indicator or group, or the total.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileRow {
    /// The node.
    pub node: String,
    /// How many groups it is below the total.
    pub level: usize,
    /// Its value; NaN of a group.
    pub value: f64,
    /// Its score.
    pub score: f64,
    /// The rank of the score, 1 best; none where there is no score.
    pub rank: Option<f64>,
    /// How many have a score.
    pub n: usize,
    /// The mean of their scores.
    pub mean: f64,
    /// The median.
    pub median: f64,
    /// The best.
    pub best: f64,
    /// Whose that is, the first of several.
    pub best_by: Option<String>,
}

impl Assessment {
    /// The score and rank of an entity at every level, beside those of its period and class.
    ///
    /// # Errors
    /// An unknown entity or period.
    pub fn profile(&self, entity: &str, period: Period) -> Result<Profile, DataError> {
        let row = self.row(entity, period)?;
        let (plan, data) = (self.inner.scheme.plan(), self.inner.data());
        let (at, class) = data.set(row);
        let peers: Vec<usize> = data.peers(at, class).collect();
        let mut rows = Vec::new();
        // Depth first, each group before its members.
        let mut next = vec![(plan.root(), 0)];
        while let Some((node, level)) = next.pop() {
            rows.push(self.profile_row(node, level, row, &peers));
            let members = self.members_of(node);
            next.extend(members.into_iter().rev().map(|member| (member, level + 1)));
        }
        Ok(Profile {
            entity: entity.to_owned(),
            period: self.panel().period_text(period),
            class: self.class(row).map(str::to_owned),
            total: self.totals()[row],
            rank: super::present(self.ranks()[row]),
            n: peers.len(),
            rows,
        })
    }

    fn profile_row(&self, node: usize, level: usize, row: usize, peers: &[usize]) -> ProfileRow {
        let scores = self.scores(NodeId(node));
        let mut there = present(&peers.iter().map(|peer| scores[*peer]).collect::<Vec<f64>>());
        let mean = mean(there.iter().copied());
        there.sort_by(f64::total_cmp);
        let best = there.last().copied().unwrap_or(f64::NAN);
        let by = peers.iter().find(|peer| scores[**peer] == best);
        let rank = if node == self.inner.scheme.plan().root() {
            super::present(self.ranks()[row])
        } else {
            let better = there.iter().filter(|score| **score > scores[row]).count();
            super::present(scores[row]).map(|_| better as f64 + 1.0)
        };
        ProfileRow {
            node: self.id_of(node).to_owned(),
            level,
            value: self.values(NodeId(node)).get(row).copied().unwrap_or(f64::NAN),
            score: scores[row],
            rank,
            n: there.len(),
            mean,
            median: median(there.len(), |k| there[k]),
            best,
            best_by: by.map(|peer| self.panel().name_of(*peer).into_owned()),
        }
    }
}

impl Report for Profile {
    /// Where it stands; what is most above the mean, and what most below.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let head = |code| {
            let said = Sentence::new(code).when("period", &self.period).text("entity", self.entity.clone());
            said.points("total", self.total, 2).fact("count", self.n)
        };
        let mut said = vec![match (self.rank, self.total.is_nan()) {
            (Some(rank), _) => head("profile_ranked").points("rank", rank, 1),
            (None, false) => head("profile_not_ranked"),
            (None, true) => head("profile_no_total"),
        }];
        let off = |row: &&ProfileRow| row.score - row.mean;
        let own = || self.rows.iter().skip(1).filter(|row| !off(row).is_nan());
        let most = own().rev().max_by(|a, b| off(a).total_cmp(&off(b)));
        let least = own().min_by(|a, b| off(a).total_cmp(&off(b)));
        let one = |code, row: &ProfileRow| {
            let said = Sentence::new(code).fact("node", names.node(&row.node));
            let said = said.points("score", row.score, 2).points("off", off(&row).abs(), 2);
            said.points("rank", row.rank.unwrap_or(f64::NAN), 1)
        };
        let most = most.filter(|row| off(row) > 0.0).map(|row| one("profile_above", row));
        let least = least.filter(|row| off(row) < 0.0).map(|row| one("profile_below", row));
        said.extend(most.into_iter().chain(least));
        said
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let number = || Measure::pure(Digits::AtMost(2));
        let table = Table::of("profile", &self.rows)
            .names("node", "col_node", |r| &r.node, |id| names.node(id))
            .counts("level", "col_level", |r| r.level)
            .measured("value", "col_value", |r| &r.node, |id| names.measure(id), |r| r.value)
            .number("score", "col_own_score", number(), |r| r.score)
            .ranks("rank", "col_rank", |r| r.rank)
            .counts("n", "col_n", |r| r.n)
            .number("mean", "col_average", number(), |r| r.mean)
            .number("median", "col_median", number(), |r| r.median)
            .number("best", "col_best", number(), |r| r.best)
            .labels("best_by", "col_best_by", |r| r.best_by.as_deref().map(Label::plain));
        vec![table.done()]
    }

    fn notes(&self, names: Names<'_>) -> Vec<Sentence> {
        let class = self.class.as_deref().map(|class| names.class(class));
        let note = match class {
            Some(class) => Sentence::new("profile_note_class").fact("class", class),
            None => Sentence::new("profile_note"),
        };
        vec![note.fact("count", Fact::Quantity(self.n as f64, Measure::default()))]
    }
}
