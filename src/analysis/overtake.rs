//! How little weights would have to move for another one to overtake.

use serde::Serialize;

use super::reweigh::{Movable, Moved, nearest};
use crate::assess::tree::NodeScored;
use crate::assess::{Assessment, Edit};
use crate::budget;
use crate::error::DataError;
use crate::finding::Finding;
use crate::method::aggregation::Aggregation;
use crate::panel::Period;
use crate::report::{Digits, Fact, Measure, Names, Report, Sentence, Table};

/// The smallest change of weights that lets a rival overtake.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overtake {
    /// Who is overtaken.
    pub entity: String,
    /// Period.
    pub period: String,
    /// The group whose members' weights move; all of the tree if none.
    pub group: Option<String>,
    /// Who overtakes: the one asked about, or the nearest; none where nobody can.
    pub rival: Option<String>,
    /// By how much the shares of the whole change, all together; none where no weights do it.
    pub change: Option<f64>,
    /// The rank, and that of the rival.
    pub rank: f64,
    /// The rank of the rival.
    pub rival_rank: Option<f64>,
    /// The rank with the new weights; none where they cannot be given to the scheme.
    pub new_rank: Option<f64>,
    /// That of the rival.
    pub new_rival_rank: Option<f64>,
    /// Whether the total of the rival is level or larger with the new weights.
    pub turned: Option<bool>,
    /// One a weight that changes.
    pub rows: Vec<Reweighted>,
    /// One a rival that is behind, the nearest first.
    pub rivals: Vec<Overtaking>,
}

/// A weight that changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reweighted {
    /// Indicator or group.
    pub node: String,
    /// Its weight among its siblings.
    pub weight: f64,
    /// The new one.
    pub new_weight: f64,
    /// The part of the whole that it makes.
    pub share: f64,
    /// The new part.
    pub new_share: f64,
}

/// What it takes a rival to overtake.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overtaking {
    /// Rival.
    pub entity: String,
    /// Its rank.
    pub rank: f64,
    /// By how many points it is behind.
    pub behind: f64,
    /// By how much the shares of the whole change; none where no weights do it.
    pub change: Option<f64>,
}

/// The part of the totals that the new weights leave as a margin, so that roundings do not undo the change.
const MARGIN: f64 = 1e-12;

/// The weights that may move, as the tree has them.
struct Tree {
    /// What the weights are of: indicators, and groups that are made in another way.
    leaves: Vec<usize>,
    /// Whether logarithms of scores are added.
    product: bool,
}

impl Assessment {
    /// The smallest change of the weights with which a rival overtakes an entity, or is level with it; without a rival, of all who are
    /// behind it the one that it takes least for: how far the winner is from losing.
    ///
    /// # Formula
    /// ```text
    /// minimise Σ_k |x_k − e_k|    where Σ x_k = Σ e_k,  x_k ≥ 0,  Σ_k x_k (s_rival,k − s_entity,k) ≥ what both totals have besides
    /// ```
    /// `e_k` is the part of the whole that an indicator makes, `x_k` the new one, `s` the scores: under geometric means their
    /// logarithms. This linear programme is solved exactly. The indicators are those below weighted means of one kind; a group that is
    /// made in another way keeps the weights inside of it, and moves as one. With a `group`, only its members' weights move.
    /// Adjustments and floors stay as they are; where they do not, `turned` says what the new weights make of it.
    ///
    /// # Missing values
    /// Who lacks a score that the entity has, or has one that it lacks, is no rival: weights would be handed on.
    ///
    /// # Errors
    /// An unknown entity, period or rival; one that is not ranked; a rival of another class or with other scores missing; a total that
    /// is neither a weighted mean nor a sum; a score of 0 or less, or adjustments, under geometric means; totals that are blended over periods.
    pub fn overtake(
        &self,
        entity: &str,
        rival: Option<&str>,
        period: Period,
        group: Option<&str>,
    ) -> Result<Overtake, DataError> {
        let row = self.row(entity, period)?;
        let others = self.ranked_with(entity, row)?;
        let asked = rival.map(|rival| self.rival(entity, rival, period, &others)).transpose()?;
        let tree = self.movable(row, group)?;
        let behind = |other: &usize| self.ranks()[*other] >= self.ranks()[row];
        let candidates: Vec<usize> = match asked {
            Some(rival) => vec![rival],
            None => others.into_iter().filter(behind).collect(),
        };
        let mut found: Vec<(usize, Option<Moved>)> = Vec::with_capacity(candidates.len());
        for other in candidates {
            budget::count_cells(tree.leaves.len());
            match self.moved(&tree, row, other) {
                Ok(moved) => found.push((other, moved)),
                Err(error) if asked.is_some() => return Err(error),
                // Who lacks a score is no rival.
                Err(_) => {}
            }
        }
        budget::check().map_err(DataError::new)?;
        let size = |moved: &Option<Moved>| moved.as_ref().map_or(f64::INFINITY, |moved| moved.change);
        found.sort_by(|a, b| size(&a.1).total_cmp(&size(&b.1)));
        self.overtaken((entity, row, period), group, &tree, &found)
    }

    /// The weights that may move: those below means of one kind from the total down, or the members of a group that only such means
    /// stand above.
    fn movable(&self, row: usize, group: Option<&str>) -> Result<Tree, DataError> {
        use Aggregation::{Arithmetic, Geometric, Sum};
        let (plan, data) = (self.inner.scheme.plan(), self.inner.data());
        let weights = data.weights(row);
        let refuse = |code, node: usize| {
            DataError::new(vec![Finding::error(code).fact("group", self.id_of(node).to_owned())])
        };
        let root = plan.root();
        let total = plan.nodes[root].aggregate;
        let kind = match total {
            Sum => Arithmetic,
            way => way,
        };
        if !matches!(kind, Arithmetic | Geometric) {
            return Err(refuse("analysis_not_weighted", root));
        }
        if plan.final_step.total.blend.is_some() {
            return Err(DataError::new(vec![Finding::error("analysis_blended")]));
        }
        let product = kind == Geometric;
        if product && !self.inner.final_step().is_plain() {
            return Err(DataError::new(vec![Finding::error("analysis_adjusted_product")]));
        }
        let present = |members: &[usize]| -> Vec<usize> {
            let near = self.inner.near();
            let counts = |m: &usize| weights[*m] > 0.0 && near.is_present(*m, row);
            members.iter().copied().filter(counts).collect()
        };
        if let Some(id) = group {
            let node = if id == "total" { root } else { self.node(id)?.0 };
            let path = std::iter::successors(Some(node), |node| plan.nodes[*node].parent);
            let bent = path.take_while(|node| *node != root).find(|node| plan.nodes[*node].aggregate != kind);
            if let Some(bent) = bent {
                return Err(refuse("analysis_not_weighted", bent));
            }
            return Ok(Tree { leaves: present(&plan.nodes[node].members), product });
        }
        let (mut leaves, mut next) = (Vec::new(), present(&plan.nodes[root].members));
        next.reverse();
        while let Some(node) = next.pop() {
            let own = &plan.nodes[node];
            if own.members.is_empty() || own.aggregate != kind || own.round.is_some_and(|how| how.carry) {
                leaves.push(node);
            } else {
                next.extend(present(&own.members).into_iter().rev());
            }
        }
        Ok(Tree { leaves, product })
    }

    /// The smallest change with which another row is level with a row; none where no weights do it.
    fn moved(&self, tree: &Tree, row: usize, other: usize) -> Result<Option<Moved>, DataError> {
        let near = self.inner.near();
        let score = |node: usize, row: usize| {
            let score = near.carried(node, row).v;
            if tree.product { libm::log(score) } else { score }
        };
        let mut weights = Vec::with_capacity(tree.leaves.len());
        for leaf in &tree.leaves {
            let gain = score(*leaf, other) - score(*leaf, row);
            // Where others of the scores are missing, weights are handed on in another way.
            let lacks = near.share(*leaf, row).v != near.share(*leaf, other).v;
            if lacks || !gain.is_finite() {
                let code = if lacks || near.carried(*leaf, other).v.is_nan() {
                    "analysis_rival_lacks"
                } else {
                    "analysis_no_logarithm"
                };
                let panel = self.panel();
                let name = |row: usize| panel.name_of(row).into_owned();
                let finding = Finding::error(code).fact("entity", name(row)).fact("other", name(other));
                return Err(DataError::new(vec![finding.fact("node", self.id_of(*leaf).to_owned())]));
            }
            weights.push(Movable { share: near.share(*leaf, row).v, gain });
        }
        let total = |row: usize| {
            let total = self.unrounded_totals()[row];
            if tree.product { libm::log(total) } else { total }
        };
        let lack = total(row) - total(other);
        if lack <= 0.0 {
            return Ok(nearest(&weights, 0.0));
        }
        let margin = MARGIN * total(row).abs().max(total(other).abs()).max(1.0);
        Ok(nearest(&weights, lack + margin).or_else(|| nearest(&weights, lack)))
    }

    /// The answer, from what it takes each rival, the nearest first.
    fn overtaken(
        &self,
        (entity, row, period): (&str, usize, Period),
        group: Option<&str>,
        tree: &Tree,
        found: &[(usize, Option<Moved>)],
    ) -> Result<Overtake, DataError> {
        let panel = self.panel();
        let name = |row: usize| panel.name_of(row).into_owned();
        let first = found.first().and_then(|(other, moved)| Some((*other, moved.as_ref()?)));
        let rows = first.map_or_else(Vec::new, |(_, moved)| self.reweighted(tree, row, &moved.shares));
        let after = match first {
            Some((other, _)) => self.reweighed(&rows, row)?.map(|now| (now, other)),
            None => None,
        };
        let total = self.unrounded_totals();
        let rivals = found.iter().map(|(other, moved)| Overtaking {
            entity: name(*other),
            rank: self.ranks()[*other],
            behind: total[row] - total[*other],
            change: moved.as_ref().map(|moved| moved.change),
        });
        Ok(Overtake {
            entity: entity.to_owned(),
            period: panel.period_text(period),
            group: group.map(str::to_owned),
            // The only one who was asked about is named, even where no weights do it.
            rival: first.map(|(other, _)| other).or_else(|| Some(found.first()?.0)).map(name),
            change: first.map(|(_, moved)| moved.change),
            rank: self.ranks()[row],
            rival_rank: found.first().map(|(other, _)| self.ranks()[*other]),
            new_rank: after.as_ref().map(|(now, _)| now.ranks()[row]),
            new_rival_rank: after.as_ref().map(|(now, other)| now.ranks()[*other]),
            turned: after.as_ref().map(|(now, other)| now.totals()[*other] >= now.totals()[row]),
            rows,
            rivals: rivals.collect(),
        })
    }

    /// The weights that change: the members of a group share what it had among themselves.
    fn reweighted(&self, tree: &Tree, row: usize, shares: &[f64]) -> Vec<Reweighted> {
        let (plan, data, near) = (self.inner.scheme.plan(), self.inner.data(), self.inner.near());
        let weights = data.weights(row);
        let (mut old, mut new) = (vec![0.0; plan.nodes.len()], vec![0.0; plan.nodes.len()]);
        let mut is_in = vec![false; plan.nodes.len()];
        for (leaf, share) in tree.leaves.iter().zip(shares) {
            let own = near.share(*leaf, row).v;
            for node in std::iter::successors(Some(*leaf), |node| plan.nodes[*node].parent) {
                (old[node], new[node], is_in[node]) = (old[node] + own, new[node] + share, true);
            }
        }
        let mut rows = Vec::new();
        for (k, node) in plan.nodes.iter().enumerate().filter(|(k, _)| is_in[*k]) {
            let Some(parent) = node.parent else { continue };
            // A group that is left with nothing keeps the weights inside of it, and so does one whose share has not moved within.
            if new[parent] == 0.0 || old[k] == new[k] && old[parent] == new[parent] {
                continue;
            }
            let members = plan.nodes[parent].members.iter().filter(|m| is_in[**m]);
            let whole: f64 = members.map(|m| weights[*m]).sum();
            let new_weight = whole * (new[k] / new[parent]);
            // Shares that move with their group leave the weight as it was, but for the last bits.
            let moves = (new_weight - weights[k]).abs() > 4.0 * f64::EPSILON * whole;
            if moves {
                rows.push(Reweighted {
                    node: node.id.clone(),
                    weight: weights[k],
                    new_weight,
                    share: old[k],
                    new_share: new[k],
                });
            }
        }
        rows
    }

    /// The assessment with other weights; none where the scheme computes them, or gives the class of the row its own.
    fn reweighed(&self, rows: &[Reweighted], row: usize) -> Result<Option<Assessment>, DataError> {
        let plan = self.inner.scheme.plan();
        let computed = |own: &Reweighted| {
            let parent = plan.node(&own.node).and_then(|node| plan.nodes[node].parent);
            parent.is_some_and(|group| plan.nodes[group].weighting.is_some())
        };
        let (document, class) = (self.scheme().document(), self.class(row));
        let of_class = |own: &Reweighted| class.is_some_and(|class| document.is_weighed_by(class, &own.node));
        if rows.iter().any(|own| computed(own) || of_class(own)) {
            return Ok(None);
        }
        let edit = |own: &Reweighted| Edit::Weight { node: own.node.clone(), weight: own.new_weight };
        let edits: Vec<Edit> = rows.iter().map(edit).collect();
        self.edit(&edits).map(Some)
    }
}

impl Report for Overtake {
    /// Who overtakes, by how much of the weights, and which they are.
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let head =
            |code| Sentence::new(code).when("period", &self.period).text("entity", self.entity.clone());
        let (Some(rival), Some(change)) = (&self.rival, self.change) else {
            return vec![match &self.rival {
                Some(rival) if self.rivals.len() == 1 => head("overtake_never").text("other", rival.clone()),
                _ => head("overtake_nobody"),
            }];
        };
        if change == 0.0 {
            return vec![head("overtake_ahead").text("other", rival.clone())];
        }
        let one = |row: &Reweighted| {
            let said = Sentence::new("overtake_weight").fact("node", names.node(&row.node));
            said.points("weight", row.weight, 4).points("new", row.new_weight, 4).into()
        };
        let said = head("overtake_by").text("other", rival.clone());
        let said = said.fact("change", Fact::Percent(change / 2.0, Digits::Significant(3)));
        let mut all = vec![said.fact("weights", Fact::list(&self.rows, one))];
        if let (Some(own), Some(other), Some(turned)) = (self.new_rank, self.new_rival_rank, self.turned) {
            let code = match (other <= own, turned) {
                (true, _) => "overtake_ranks",
                (false, true) => "overtake_level",
                (false, false) => "overtake_not_turned",
            };
            let said = Sentence::new(code).text("entity", self.entity.clone()).text("other", rival.clone());
            all.push(said.points("rank", own, 1).points("rival_rank", other, 1));
        }
        all
    }

    /// The weights that change, and every rival.
    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let weight = || Measure::pure(Digits::AtMost(4));
        let weights = Table::of("overtake", &self.rows)
            .names("node", "col_node", |r| &r.node, |id| names.node(id))
            .number("weight", "col_weight", weight(), |r| r.weight)
            .number("new_weight", "col_new_weight", weight(), |r| r.new_weight)
            .percent("share", "col_effective", 2, |r| r.share)
            .percent("new_share", "col_new_share", 2, |r| r.new_share);
        let rivals = Table::of("rivals", &self.rivals)
            .entities(|r| &r.entity)
            .ranks("rank", "col_rank", |r| r.rank)
            .points("behind", "col_points_behind", |r| r.behind)
            .percent("change", "col_weight_change", 2, |r| r.change);
        vec![weights.done().titled("table_new_weights"), rivals.done().titled("table_rivals")]
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        vec![Sentence::new("overtake_note")]
    }
}
