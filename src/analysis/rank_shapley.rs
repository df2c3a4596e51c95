//! What makes a rank: Shapley's value of the indicators, or of groups of them, for a rank, for being among the best, and for standing
//! before a rival.

use serde::Serialize;

use super::attribute::{MOST_CAUSES, owen};
use super::placed::{Baseline, Field, Placing};
use crate::assess::tree::NodeScored;
use crate::assess::{Assessment, Inner};
use crate::error::DataError;
use crate::finding::Finding;
use crate::panel::Period;
use crate::report::{Digits, Measure, Names, Report, Sentence, Table};
use crate::{budget, exec};

/// What is asked of a rank besides the rank itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RankAsked {
    /// How many are the best among whom the entity may be.
    pub top: Option<usize>,
    /// Before whom it may stand.
    pub before: Option<String>,
    /// The groups so many levels below the total share the rank, and indicators that stand higher; all indicators if none.
    pub level: Option<usize>,
}

/// What makes the rank of an entity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankAttribution {
    /// Entity.
    pub entity: String,
    /// Period.
    pub period: String,
    /// How many are ranked together, the entity among them.
    pub n: usize,
    /// The rank.
    pub rank: f64,
    /// The rank that mean scores in everything would have; none where they would not be ranked.
    pub baseline_rank: Option<f64>,
    /// How many were asked to be the best.
    pub top: Option<usize>,
    /// Whether the entity is among them.
    pub in_top: Option<bool>,
    /// Whether mean scores would be.
    pub baseline_in_top: Option<bool>,
    /// The rival that was asked about.
    pub rival: Option<String>,
    /// Whether the entity stands before it.
    pub ahead: Option<bool>,
    /// Whether mean scores would.
    pub baseline_ahead: Option<bool>,
    /// One an indicator or group, what lifts the rank most first.
    pub rows: Vec<RankPart>,
}

/// What one indicator or group makes of a rank.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankPart {
    /// Indicator or group.
    pub node: String,
    /// Its score.
    pub score: f64,
    /// The score that it has without being itself.
    pub baseline: f64,
    /// By how many places it moves the rank: below 0 it lifts.
    pub rank_effect: f64,
    /// What it adds to being among the best: 1 is all of it.
    pub top_effect: Option<f64>,
    /// What it adds to standing before the rival.
    pub ahead_effect: Option<f64>,
}

/// The indicators and groups among whom a rank is split.
struct Players {
    nodes: Vec<usize>,
    /// The indicators of each.
    indicators: Vec<Vec<usize>>,
}

impl Assessment {
    /// What makes the rank of an entity: Shapley's value of each indicator (or group of a level) for its rank, for being among the
    /// best, and for standing before a rival.
    ///
    /// # Formula
    /// ```text
    /// φ_i = Σ over sets S without i of  |S|! (n − |S| − 1)! / n! · (v(S ∪ i) − v(S))
    /// ```
    /// `v(S)` is the rank of the entity (or 1 where it is among the best, or before the rival, else 0) if the indicators of `S` have its
    /// own scores and every other one the mean of the scores of all who are ranked with it. The others keep their totals. The values
    /// sum to the rank less the rank of mean scores in everything. All sets are visited, and each rank is decided as the scheme decides
    /// ranks: weights of missing scores, roundings, adjustments, floors and tie breaks as well.
    ///
    /// # Missing values
    /// An indicator without a score of the entity is missing in a set that it belongs to, and at the mean in any other. One that nobody
    /// has a score of takes no part. Where a floor leaves mean scores without a rank, the mean is over the orders that avoid this.
    ///
    /// # Errors
    /// An unknown entity, period or rival; one that is not ranked; a rival of another class; more than twelve indicators or groups; a
    /// level that there is not; a `top` that is 0 or more than there are.
    ///
    /// # Source
    /// L. S. Shapley, *A value for n-person games* (1953).
    pub fn rank_attribution(
        &self,
        entity: &str,
        period: Period,
        asked: &RankAsked,
    ) -> Result<RankAttribution, DataError> {
        let row = self.row(entity, period)?;
        let others = self.ranked_with(entity, row)?;
        let before = asked.before.as_deref();
        let rival = before.map(|rival| self.rival(entity, rival, period, &others)).transpose()?;
        let n = others.len() + 1;
        let inner: &Inner = &self.inner;
        let baseline = Baseline::mean(inner, others.iter().copied().chain([row]).collect());
        let players = self.players(asked, row, &baseline)?;
        if let Some(top) = asked.top.filter(|top| !(1..=n).contains(top)) {
            let finding = Finding::error("analysis_top").fact("value", top).fact("count", n);
            return Err(DataError::new(vec![finding]));
        }
        let (near, exact, final_step) = (inner.near(), inner.exact(), inner.final_step());
        let above = above(inner, &players);
        let field = Field {
            inner,
            near: &near,
            exact: &exact,
            final_step: &final_step,
            row,
            others,
            baseline: &baseline,
            above,
        };
        let sets = placings(&field, &players, rival);
        budget::check().map_err(DataError::new)?;
        let (first, last) = (sets[0], sets[sets.len() - 1]);
        let is_top = |placing| asked.top.map(|top| is_top(placing, top));
        let is_ahead = |placing: Placing| asked.before.as_ref().map(|_| placing.ahead);
        Ok(RankAttribution {
            entity: entity.to_owned(),
            period: self.panel().period_text(period),
            n,
            rank: last.rank.unwrap_or(f64::NAN),
            baseline_rank: first.rank,
            top: asked.top,
            in_top: is_top(last),
            baseline_in_top: is_top(first),
            rival: asked.before.clone(),
            ahead: is_ahead(last),
            baseline_ahead: is_ahead(first),
            rows: self.rank_parts(&field, &players, asked, &sets),
        })
    }

    /// The values of all players, from the places in every set.
    fn rank_parts(
        &self,
        field: &Field<'_>,
        players: &Players,
        asked: &RankAsked,
        sets: &[Placing],
    ) -> Vec<RankPart> {
        let one = |yes: bool| f64::from(u8::from(yes));
        let shares = |v: &dyn Fn(Placing) -> f64| owen(&[players.nodes.len()], |set| v(sets[set as usize]));
        let ranks = shares(&|placing| placing.rank.unwrap_or(f64::NAN));
        let tops = asked.top.map(|top| shares(&|placing| one(is_top(placing, top))));
        let aheads = asked.before.as_ref().map(|_| shares(&|placing| one(placing.ahead)));
        let baseline = field.near_tree(|_| true);
        let part = |(k, node): (usize, &usize)| RankPart {
            node: self.id_of(*node).to_owned(),
            score: field.near.score(*node, field.row).v,
            baseline: baseline.score(*node, field.row).v,
            rank_effect: ranks[k],
            top_effect: tops.as_ref().map(|tops| tops[k]),
            ahead_effect: aheads.as_ref().map(|aheads| aheads[k]),
        };
        let mut rows: Vec<RankPart> = players.nodes.iter().enumerate().map(part).collect();
        rows.sort_by(|a, b| a.rank_effect.total_cmp(&b.rank_effect));
        rows
    }

    /// The rows that are ranked with a row, best first.
    pub(super) fn ranked_with(&self, entity: &str, row: usize) -> Result<Vec<usize>, DataError> {
        let inner = &self.inner;
        if inner.ranks[row].is_nan() {
            let finding = Finding::error("analysis_no_rank").fact("entity", entity);
            return Err(DataError::new(vec![finding.fact("period", inner.panel.period_text_of(row))]));
        }
        let data = inner.data();
        let period = inner.panel.periods()[inner.panel.period_of(row)];
        let is_other = |other: &usize| {
            *other != row && data.class(*other) == data.class(row) && !inner.ranks[*other].is_nan()
        };
        Ok(self.ranking_order(period)?.into_iter().filter(is_other).collect())
    }

    /// The row of a rival among those that an entity is ranked with.
    pub(super) fn rival(
        &self,
        entity: &str,
        rival: &str,
        period: Period,
        others: &[usize],
    ) -> Result<usize, DataError> {
        let row = self.row(rival, period)?;
        if others.contains(&row) {
            return Ok(row);
        }
        let finding = Finding::error("analysis_no_rival").fact("entity", entity).fact("other", rival);
        Err(DataError::new(vec![finding.fact("period", self.panel().period_text(period))]))
    }

    /// Those among whom the rank is split: what counts in the class of the row, and of which somebody has a score.
    fn players(&self, asked: &RankAsked, row: usize, baseline: &Baseline<'_>) -> Result<Players, DataError> {
        let (plan, data) = (self.inner.scheme.plan(), self.inner.data());
        let class = data.class(row);
        let weights = data.weights(row);
        let is_in = |i: &usize| {
            let path = std::iter::successors(Some(*i), |node| plan.nodes[*node].parent);
            let weighs = path.take_while(|node| *node != plan.root()).all(|node| weights[node] != 0.0);
            plan.counts(class, *i) && weighs && !baseline.near(*i).v.is_nan()
        };
        let indicators: Vec<usize> = (0..self.indicator_count()).filter(is_in).collect();
        let at = |level: Option<usize>| -> Vec<(usize, Vec<usize>)> {
            let mut found: Vec<(usize, Vec<usize>)> = Vec::new();
            for i in &indicators {
                let node = ancestor(self, *i, level);
                match found.iter_mut().find(|(own, _)| *own == node) {
                    Some((_, members)) => members.push(*i),
                    None => found.push((node, vec![*i])),
                }
            }
            found
        };
        let depth = indicators.iter().map(|i| depth(self, *i)).max().unwrap_or(0);
        if let Some(level) = asked.level.filter(|level| !(1..=depth).contains(level)) {
            let finding = Finding::error("analysis_no_level").fact("level", level).fact("most", depth);
            return Err(DataError::new(vec![finding]));
        }
        let players = at(asked.level);
        if players.len() > MOST_CAUSES {
            let fits = (1..=depth).map(|level| (level, at(Some(level)).len()));
            let fits: Vec<String> = fits
                .filter(|(_, count)| *count <= MOST_CAUSES)
                .map(|(level, count)| format!("{level} ({count})"))
                .collect();
            let code =
                if fits.is_empty() { "analysis_too_many_parts" } else { "analysis_too_many_parts_level" };
            let finding = Finding::error(code).fact("count", players.len()).fact("limit", MOST_CAUSES);
            return Err(DataError::new(vec![finding.fact("levels", fits.join(", "))]));
        }
        let (nodes, indicators) = players.into_iter().unzip();
        Ok(Players { nodes, indicators })
    }
}

/// How many groups a node is below the total.
fn depth(assessment: &Assessment, node: usize) -> usize {
    let nodes = &assessment.inner.scheme.plan().nodes;
    std::iter::successors(nodes[node].parent, |parent| nodes[*parent].parent).count()
}

/// The node so many levels below the total that is an indicator or has it below itself; the indicator where it stands higher.
fn ancestor(assessment: &Assessment, indicator: usize, level: Option<usize>) -> usize {
    let nodes = &assessment.inner.scheme.plan().nodes;
    let up = level.map_or(0, |level| depth(assessment, indicator).saturating_sub(level));
    std::iter::successors(Some(indicator), |node| nodes[*node].parent).nth(up).unwrap_or(indicator)
}

/// By node, whether it is one of the players' indicators or has one below it.
fn above(inner: &Inner, players: &Players) -> Vec<bool> {
    let nodes = &inner.scheme.plan().nodes;
    let mut above = vec![false; nodes.len()];
    for indicator in players.indicators.iter().flatten() {
        std::iter::successors(Some(*indicator), |node| nodes[*node].parent)
            .for_each(|node| above[node] = true);
    }
    above
}

/// Sets of one task.
const TASK: usize = 64;

/// The place in every set: bit `i` says that the `i`-th player is itself.
fn placings(field: &Field<'_>, players: &Players, rival: Option<usize>) -> Vec<Placing> {
    let mut of = vec![None; field.inner.values.len()];
    for (player, indicators) in players.indicators.iter().enumerate() {
        for i in indicators {
            of[*i] = Some(player);
        }
    }
    let place = |set: u32| {
        let is_supposed = |i: usize| of[i].is_some_and(|player| set & (1 << player) == 0);
        budget::count_cells(of.len());
        field.place(&is_supposed, rival)
    };
    let sets: Vec<u32> = (0..1u32 << players.nodes.len()).collect();
    let tasks: Vec<&[u32]> = sets.chunks(TASK).collect();
    let placed = exec::map(tasks, |sets| {
        let going_on = sets.iter().take_while(|_| !budget::is_spent());
        going_on.map(|set| place(*set)).collect::<Vec<_>>()
    });
    placed.into_iter().flatten().collect()
}

/// Whether a place is among so many best; who is not ranked is not.
fn is_top(placing: Placing, top: usize) -> bool {
    placing.rank.is_some_and(|rank| rank <= top as f64)
}

impl Report for RankAttribution {
    /// The rank beside that of mean scores, and what moves it most; whether it is among the best, and before the rival.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let head =
            |code| Sentence::new(code).when("period", &self.period).text("entity", self.entity.clone());
        let own = head("rank_attribution_rank").points("rank", self.rank, 1).fact("count", self.n);
        let mut said = vec![match self.baseline_rank {
            Some(rank) => own.fact("else", Sentence::new("rank_attribution_else").points("rank", rank, 1)),
            None => own.fact("else", Sentence::new("rank_attribution_unranked")),
        }];
        let places = |code, row: &RankPart| {
            let said = Sentence::new(code).fact("node", names.node(&row.node));
            said.points("places", row.rank_effect.abs(), 2)
        };
        let lifts = self.rows.first().filter(|row| row.rank_effect < 0.0);
        let lowers = self.rows.last().filter(|row| row.rank_effect > 0.0);
        said.extend(lifts.map(|row| places("rank_attribution_lifts", row)));
        said.extend(lowers.map(|row| places("rank_attribution_lowers", row)));
        let most = |effect: fn(&RankPart) -> Option<f64>, yes: bool| {
            let sign = if yes { 1.0 } else { -1.0 };
            let along = |row: &&RankPart| sign * effect(row).unwrap_or(f64::NAN);
            let best = self.rows.iter().rev().max_by(|a, b| along(a).total_cmp(&along(b)));
            best.filter(|row| along(row) > 0.0).map(|row| {
                let said = Sentence::new("rank_attribution_by").fact("node", names.node(&row.node));
                said.change("effect", effect(row).unwrap_or(f64::NAN), 2)
            })
        };
        if let (Some(top), Some(yes)) = (self.top, self.in_top) {
            let code = if yes { "rank_attribution_in_top" } else { "rank_attribution_not_in_top" };
            said.push(head(code).fact("top", top).fact("by", most(|row| row.top_effect, yes)));
        }
        if let (Some(rival), Some(yes)) = (&self.rival, self.ahead) {
            let code = if yes { "rank_attribution_ahead" } else { "rank_attribution_behind" };
            said.push(head(code).text("other", rival.clone()).fact("by", most(|row| row.ahead_effect, yes)));
        }
        said
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let effect = || Measure::pure(Digits::AtMost(4)).signed();
        let score = || Measure::pure(Digits::AtMost(2));
        let mut table = Table::of("rank_attribution", &self.rows)
            .names("node", "col_node", |r| &r.node, |id| names.node(id))
            .number("score", "col_own_score", score(), |r| r.score)
            .number("baseline", "col_mean_score", score(), |r| r.baseline)
            .number("rank_effect", "col_rank_effect", effect(), |r| r.rank_effect);
        if let Some(baseline) = self.baseline_rank {
            table = table.total(self.rank - baseline);
        }
        if self.top.is_some() {
            table = table.number("top_effect", "col_top_effect", effect(), |r| r.top_effect);
        }
        if self.rival.is_some() {
            table = table.number("ahead_effect", "col_ahead_effect", effect(), |r| r.ahead_effect);
        }
        vec![table.done()]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        vec![Sentence::new("rank_attribution_note").fact("count", self.n)]
    }
}

#[cfg(feature = "json")]
#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::property_tests::config;
    use super::super::random_tests::{document, table};
    use super::super::tests_support::sums;
    use super::RankAsked;

    proptest! {
        #![proptest_config(config(40))]

        /// Over random schemes: with all scores its own an entity has its rank, and the effects sum to what is between.
        #[test]
        fn effects_sum_to_the_rank(document in document(), data in table()) {
            let a = data.assess(&document);
            let panel = a.panel();
            for row in 0..panel.len() {
                let entity = panel.name_of(row).into_owned();
                let period = panel.periods()[panel.period_of(row)];
                let asked = RankAsked { top: Some(1), ..RankAsked::default() };
                let Ok(found) = a.rank_attribution(&entity, period, &asked) else {
                    prop_assert!(a.ranks()[row].is_nan());
                    continue;
                };
                prop_assert_eq!(found.rank, a.ranks()[row]);
                if let Some(baseline) = found.baseline_rank {
                    sums(found.rows.iter().map(|row| row.rank_effect), found.rank - baseline);
                }
                let one = |yes: Option<bool>| f64::from(u8::from(yes.unwrap()));
                let between = one(found.in_top) - one(found.baseline_in_top);
                sums(found.rows.iter().map(|row| row.top_effect.unwrap()), between);
            }
        }
    }
}
