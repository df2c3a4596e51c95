//! What people ask of an assessment.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::cells::{BoundedCells, Known};
use super::data::Data;
use super::entangled::Entangled;
use super::exact::ExactCells;
use super::order::descending;
use super::points::Filled;
use super::rank::NO_GRADE;
use super::total::FinalStep;
use super::tree::{BoundedTree, ExactTree, share_among};
use super::{Assessment, Inner};
use crate::error::DataError;
use crate::exec;
use crate::finding::Finding;
use crate::number::Exact;
use crate::number::lanes::any_missing;
use crate::panel::{Panel, Period};
use crate::scheme::{NodeId, Scheme};

/// One line of a ranking.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankRow {
    /// Row of the panel.
    pub row: usize,
    /// Entity.
    pub entity: String,
    /// Class it is ranked in.
    pub class: Option<String>,
    /// Total as printed.
    pub total: f64,
    /// Rank, `None` where it is not ranked.
    pub rank: Option<f64>,
    /// Rank of the period before minus rank now: positive is up.
    pub rank_change: Option<f64>,
    /// Grade.
    pub grade: Option<String>,
}

/// What a flag is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FlagKind {
    /// A datum was filled in.
    Imputed,
    /// An entity is screened out of a period: it has neither total nor rank.
    Screened,
    /// A value is scored as another one: outlying values are treated.
    Treated,
    /// A score was filled in, or an indicator or a part of one left out.
    Filled,
    /// A rule was at its upper limit: more would gain nothing.
    AtUpperLimit,
    /// A rule was at its lower limit: less would lose nothing.
    AtLowerLimit,
    /// A floor or veto overrode the total.
    Floor,
    /// A rank, tier or grade hinges on the last digit.
    Hinges,
}

/// Something to know about one cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flag {
    /// What it is about.
    pub kind: FlagKind,
    /// The sentence and the place, as data.
    pub finding: Finding,
}

impl Inner {
    pub(crate) fn data(&self) -> Data<'_> {
        Data {
            plan: self.scheme.plan(),
            panel: &self.panel,
            columns: &self.columns,
            class_of: self.class_of.as_ref().map(|classes| classes.as_slice()),
            benchmark: self.benchmark.as_ref().map(|benchmark| benchmark.as_slice()),
            screened: self.screened.as_ref().map(|screened| screened.rows()),
            kept_out: self.kept_out.as_ref().map(|rows| rows.as_slice()),
            applies: Some(&self.applies),
            weights: &self.weights,
            fits: &self.fits,
            references: self.options.references.as_ref(),
        }
    }

    /// Whose numbers depend on whose.
    pub(crate) fn entangled(&self) -> &Entangled {
        self.entangled.get_or_init(|| Entangled::of(&self.scheme))
    }

    pub(crate) fn known(&self) -> Known<'_> {
        Known {
            data: self.data(),
            values: &self.values,
            treated: &self.treated,
            sums: &self.sums,
            targets: &self.targets,
            leaves: &self.leaves,
        }
    }

    pub(crate) fn near(&self) -> BoundedTree<'_> {
        BoundedTree { cells: BoundedCells(self.known()), nodes: &self.nodes }
    }

    pub(crate) fn exact(&self) -> ExactTree<'_> {
        ExactTree { cells: ExactCells(self.known()), nodes: &self.nodes }
    }

    pub(crate) fn final_step(&self) -> FinalStep<'_> {
        FinalStep {
            plan: &self.scheme.plan().final_step,
            adjustments: &self.adjustment_sums,
            floors: &self.floor_sums,
        }
    }

    /// The part of the whole that a node's score makes in a row; missing where a group above it is left out.
    pub(crate) fn share(&self, node: usize, row: usize) -> f64 {
        let weights = self.weights.of(self.weights.set(&self.data(), row));
        share_among(self.scheme.plan(), weights, node, |m| !self.nodes[m].scores.score[row].is_nan())
    }

    /// The nodes on whose presence the share of a node depends: its siblings, and those of the groups above it.
    fn kin(&self, node: usize) -> Vec<usize> {
        let nodes = &self.scheme.plan().nodes;
        let above = std::iter::successors(nodes[node].parent, |parent| nodes[*parent].parent);
        above.flat_map(|parent| nodes[parent].members.iter().copied()).collect()
    }

    /// What a document prints as the score of a node.
    pub(crate) fn score(&self, node: usize) -> &[f64] {
        let state = &self.nodes[node];
        state.printed.as_deref().unwrap_or(&state.scores.score)
    }
}

impl Assessment {
    /// The scheme.
    pub fn scheme(&self) -> &Scheme {
        &self.inner.scheme
    }

    /// The data.
    pub fn panel(&self) -> &Panel {
        &self.inner.panel
    }

    /// Ids of the nodes, as [`Scheme::nodes`] has them.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &str> {
        self.scheme().nodes()
    }

    /// Number of indicators.
    pub fn indicator_count(&self) -> usize {
        self.inner.values.len()
    }

    /// The node of an id, as [`Scheme::node`] finds it.
    ///
    /// # Errors
    /// An unknown id, with the nearest known one.
    pub fn node(&self, id: &str) -> Result<NodeId, DataError> {
        self.scheme().node(id)
    }

    /// The row of an entity in a period.
    ///
    /// # Errors
    /// An unknown entity (with the nearest known one) or period (with those there are).
    pub fn row(&self, entity: &str, period: Period) -> Result<usize, DataError> {
        let panel = &self.inner.panel;
        let p = self.period(period)?;
        panel.entity_index(entity).and_then(|e| panel.row(p, e)).ok_or_else(|| no_row(panel, entity, period))
    }

    /// Index of a period.
    ///
    /// # Errors
    /// A period that the data lack, with those there are.
    pub fn period(&self, period: Period) -> Result<usize, DataError> {
        let panel = &self.inner.panel;
        panel.period_index(period).ok_or_else(|| {
            let known: Vec<String> = panel.period_texts().collect();
            let finding = Finding::error("unknown_period")
                .fact("period", panel.period_text(period))
                .fact("known", known.join(", "));
            DataError::new(vec![finding])
        })
    }

    /// Values of an indicator in its unit, rounded where the scheme says so; NaN is missing. A group has none: no row.
    pub fn values(&self, indicator: NodeId) -> &[f64] {
        self.inner.values.get(indicator.0).map_or(&[], |values| values.shown())
    }

    /// Values of an indicator before rounding; no row of a group.
    pub fn unrounded_values(&self, indicator: NodeId) -> &[f64] {
        self.inner.values.get(indicator.0).map_or(&[], |values| &values.raw)
    }

    /// Index of a node; none of a node that only another scheme has.
    fn own(&self, node: NodeId) -> Option<usize> {
        Some(node.0).filter(|node| *node < self.inner.scheme.plan().nodes.len())
    }

    /// Scores of a node on the common scale; of the total, as printed.
    pub fn scores(&self, node: NodeId) -> &[f64] {
        match self.own(node) {
            Some(node) if node == self.inner.scheme.plan().root() => self.totals(),
            Some(node) => self.inner.score(node),
            None => &[],
        }
    }

    /// Weighted points of a node, as a document prints them: score × share of the whole. Where nodes are left out, the shares
    /// are those of the weights that remain; below a group that is left out there are none. Under an arithmetic tree the points
    /// sum to the total before adjustments and floors, up to declared roundings.
    pub fn points(&self, node: NodeId) -> Cow<'_, [f64]> {
        let Some(own) = self.own(node) else { return Cow::Borrowed(&[]) };
        if let Some(points) = self.printed_points(own) {
            return Cow::Borrowed(points);
        }
        let mut points = vec![0.0; self.inner.panel.len()];
        self.points_into(node, &mut points);
        Cow::Owned(points)
    }

    /// Writes the points of every row, in the order of the panel, into a column of the caller's; rows beyond its end are left
    /// out.
    pub fn points_into(&self, node: NodeId, out: &mut [f64]) {
        let Some(node) = self.own(node) else { return };
        let (inner, data) = (&*self.inner, self.inner.data());
        let printed = self.printed_points(node);
        let scores = printed.unwrap_or_else(|| inner.score(node));
        let kin = inner.kin(node);
        let is_whole = |rows: std::ops::Range<usize>| {
            kin.iter().all(|m| !any_missing(&inner.nodes[*m].scores.score[rows.clone()]))
        };
        let chunks = out.chunks_mut(exec::CHUNK).zip(scores.chunks(exec::CHUNK)).enumerate().collect();
        exec::map_rows(scores.len(), chunks, |(k, (out, scores)): (usize, (&mut [f64], &[f64]))| {
            match (printed, data.class_of) {
                (Some(_), _) => out.iter_mut().zip(scores).for_each(|(to, points)| *to = *points),
                (None, _)
                    if inner.weights.is_by_period()
                        || !is_whole(k * exec::CHUNK..k * exec::CHUNK + scores.len()) =>
                {
                    for (i, (to, score)) in out.iter_mut().zip(scores).enumerate() {
                        *to = score * inner.share(node, k * exec::CHUNK + i);
                    }
                }
                (None, None) => {
                    let share = inner.shares.get(0, node);
                    out.iter_mut().zip(scores).for_each(|(to, score)| *to = score * share);
                }
                (None, Some(classes)) => {
                    let classes = &classes[k * exec::CHUNK..];
                    for ((to, score), class) in out.iter_mut().zip(scores).zip(classes) {
                        *to = score * inner.shares.get(usize::from(*class), node);
                    }
                }
            }
        });
    }

    /// Points that are a column already: those of the total, and those that the scheme rounds.
    fn printed_points(&self, node: usize) -> Option<&[f64]> {
        if node == self.inner.scheme.plan().root() {
            return Some(self.totals());
        }
        self.inner.nodes[node].points.as_deref()
    }

    /// Totals as printed.
    pub fn totals(&self) -> &[f64] {
        self.inner.totals.shown()
    }

    /// Totals after adjustments and floors, before rounding.
    pub fn unrounded_totals(&self) -> &[f64] {
        &self.inner.totals.unrounded.score
    }

    /// Totals as the tree gives them, before adjustments and floors: they stay visible beside a vetoed one.
    pub fn raw_totals(&self) -> &[f64] {
        &self.inner.nodes[self.inner.scheme.plan().root()].scores.score
    }

    /// Ranks, NaN where a row is not ranked.
    pub fn ranks(&self) -> &[f64] {
        &self.inner.ranks
    }

    /// Whether the scheme gives grades.
    pub fn is_graded(&self) -> bool {
        self.inner.grades.is_some()
    }

    /// Grade of a row.
    pub fn grade(&self, row: usize) -> Option<&str> {
        let grade = *self.inner.grades.as_ref()?.get(row)?;
        if grade == NO_GRADE {
            return None;
        }
        self.inner.scheme.plan().final_step.grades.get(grade as usize).map(String::as_str)
    }

    /// Class of a row.
    pub fn class(&self, row: usize) -> Option<&str> {
        let class = *self.inner.class_of.as_ref()?.get(row)?;
        Some(self.inner.scheme.plan().classes.get(class as usize)?.id.as_str()).filter(|id| !id.is_empty())
    }

    /// Rank of the period before minus rank now: positive is up.
    pub fn rank_change(&self, row: usize) -> Option<f64> {
        let earlier = self.inner.panel.lagged(row, 1)?;
        let change = self.inner.ranks[earlier] - self.inner.ranks[row];
        (!change.is_nan()).then_some(change)
    }

    /// The ranking of a period, best first; entities that are not ranked (benchmarks, vetoed ones) at the end. With classes,
    /// each class in turn.
    ///
    /// # Errors
    /// A period that the data lack.
    pub fn ranking(&self, period: Period) -> Result<Vec<RankRow>, DataError> {
        Ok(self.ranking_order(period)?.into_iter().map(|row| self.rank_row(row)).collect())
    }

    /// Rows of the panel in the order of [`Assessment::ranking`].
    ///
    /// # Errors
    /// A period that the data lack.
    pub fn ranking_order(&self, period: Period) -> Result<Vec<usize>, DataError> {
        let p = self.period(period)?;
        let (data, ranks): (_, &[f64]) = (self.inner.data(), &self.inner.ranks);
        let mut by_class = vec![Vec::new(); data.plan.classes.len()];
        self.inner.panel.rows_of(p).for_each(|r| by_class[data.class(r)].push(r as u32));
        let mut order = Vec::with_capacity(self.inner.panel.rows_of(p).len());
        for rows in by_class {
            let (ranked, unranked): (Vec<u32>, Vec<u32>) =
                rows.iter().partition(|r| !ranks[**r as usize].is_nan());
            // Ranks are whole numbers or halves: equal floats are equal ranks.
            let sorted = descending(&ranked, |r| -ranks[r as usize], (|_| 0.0, |_| 0.0), |_| Exact::Missing);
            order.extend(sorted.items.into_iter().chain(unranked).map(|r| r as usize));
        }
        Ok(order)
    }

    fn rank_row(&self, row: usize) -> RankRow {
        let panel = &self.inner.panel;
        RankRow {
            row,
            entity: panel.name_of(row).into_owned(),
            class: self.class(row).map(str::to_owned),
            total: self.totals()[row],
            rank: Some(self.inner.ranks[row]).filter(|r| !r.is_nan()),
            rank_change: self.rank_change(row),
            grade: self.grade(row).map(str::to_owned),
        }
    }

    /// Cells that floats could not decide and exact arithmetic did.
    pub fn exact_cells(&self) -> usize {
        let inner = &*self.inner;
        let scored =
            |scores: &super::points::Scores| scores.reports.all().map(|own| own.exact_cells).sum::<usize>();
        let rounded = |column: &Option<super::tree::Rounded>| {
            column.iter().flat_map(|column| column.exact_cells.all()).sum::<usize>()
        };
        let values = inner.values.iter().flat_map(|values| values.reports.all()).map(|own| own.exact_cells);
        let treated = inner.treated.iter().flatten().map(|treated| treated.exact_cells());
        let nodes = inner.nodes.iter().map(|n| scored(&n.scores) + rounded(&n.printed) + rounded(&n.points));
        let totals = scored(&inner.totals.unrounded) + rounded(&inner.totals.printed);
        values.sum::<usize>() + treated.sum::<usize>() + nodes.sum::<usize>() + totals
    }

    /// Why a score is not the rule's own, as a code of the catalogue.
    pub(crate) fn filled(&self, node: usize, row: usize) -> Option<Filled> {
        self.inner.nodes[node].scores.filled(row)
    }
}

/// That a panel has no row of an entity in a period: the entity is not known, or has none there.
pub(crate) fn no_row(panel: &Panel, entity: &str, period: Period) -> DataError {
    let finding = if let Some(e) = panel.entity_index(entity) {
        let has = (0..panel.periods().len()).filter(|p| panel.row(*p, e).is_some());
        let known: Vec<String> = has.map(|p| panel.period_text(panel.periods()[p])).collect();
        Finding::error("entity_not_in_period").fact("known", known.join(", "))
    } else {
        let names: Vec<Cow<'_, str>> =
            (0..panel.entity_count().min(5000)).map(|i| panel.entity_name(i)).collect();
        Finding::unknown(["unknown_entity", "unknown_entity_near"], entity, names.iter().map(AsRef::as_ref))
    };
    DataError::new(vec![finding.fact("entity", entity).fact("period", panel.period_text(period))])
}
