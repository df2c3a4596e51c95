//! For which weights an entity would be where: acceptability of ranks, central weights, confidence factors.

use serde::Serialize;

use super::design::{Design, all_weights, any_sum, varied};
use super::runner::Model;
use super::runs::{Failed, check_count};
use super::smaa_exact;
use crate::assess::{Assessment, Edit};
use crate::budget;
use crate::error::DataError;
use crate::exec;
use crate::finding::Finding;
use crate::panel::Period;
use crate::scheme::address;
use crate::scheme::model::{Factor, Free, Value, Vary, WeightsWay};

/// Ranks and weights over a space of weights.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Smaa {
    /// Period.
    pub period: String,
    /// Runs that came to a ranking; none where the space was measured exactly.
    pub samples: Option<u64>,
    /// Which numbers are drawn.
    pub seed: u64,
    /// Runs that failed, and what was wrong with the first of them.
    pub failed: Option<Failed>,
    /// What varies.
    pub factors: Vec<Factor>,
    /// Share of the space in which everybody has the rank that the scheme gives.
    pub same_ranking: f64,
    /// The standard error of that; 0 where it is exact.
    pub same_ranking_error: f64,
    /// Those who are ranked, the best first.
    pub rows: Vec<Acceptable>,
    /// Central weights, by entity and indicator or group.
    pub weights: Vec<CentralWeight>,
}

/// An entity over a space of weights.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Acceptable {
    /// Entity.
    pub entity: String,
    /// Its rank.
    pub rank: f64,
    /// Share of the space in which it is first.
    pub first: f64,
    /// The rank it has in the largest part of the space.
    pub likeliest: usize,
    /// Its mean rank; missing where it is never ranked.
    pub mean: f64,
    /// Share of the runs with its central weights in which it is first; none where it is first nowhere, or weights are computed.
    pub confidence: Option<f64>,
    /// Share of the space in which it has each rank, from 1 on; between two ranks that are shared it counts for the better.
    pub acceptability: Vec<f64>,
}

/// A central weight: the mean over the part of the space in which an entity is first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CentralWeight {
    /// Entity.
    pub entity: String,
    /// Indicator or group.
    pub node: String,
    /// Its part of its group; none where the entity is first nowhere.
    pub weight: Option<f64>,
}

/// Runs of one task, tasks at once (each has a table of its own), and the most runs of all.
const TASK: u64 = 1024;
const WAVE: usize = 8;
const MOST_RUNS: u64 = 10_000_000;

/// What runs came to.
#[derive(Debug, Clone)]
pub(super) struct Space {
    /// By entity, the weight of every rank from 1 on.
    pub(super) ranks: Vec<Vec<f64>>,
    /// By entity, the sums of the shares of the nodes where it is first.
    pub(super) central: Vec<Vec<f64>>,
    /// The weight of what has the ranking of the scheme, and of everything.
    pub(super) same: f64,
    pub(super) all: f64,
    failed: Option<Failed>,
}

impl Space {
    pub(super) fn new(entities: usize, nodes: usize) -> Self {
        Space {
            ranks: vec![vec![0.0; entities]; entities],
            central: vec![vec![0.0; nodes]; entities],
            same: 0.0,
            all: 0.0,
            failed: None,
        }
    }

    fn add(mut self, other: &Space) -> Self {
        let sum = |own: &mut Vec<Vec<f64>>, other: &[Vec<f64>]| {
            let all = own.iter_mut().flatten().zip(other.iter().flatten());
            all.for_each(|(own, other)| *own += other);
        };
        sum(&mut self.ranks, &other.ranks);
        sum(&mut self.central, &other.central);
        self.same += other.same;
        self.all += other.all;
        self.failed = match (self.failed, &other.failed) {
            (Some(own), Some(other)) => Some(Failed { count: own.count + other.count, ..own }),
            (own, other) => own.or_else(|| other.clone()),
        };
        self
    }

    /// Adds a part of the space, of this weight.
    pub(super) fn count(
        &mut self,
        ranks: &[f64],
        nominal: &[f64],
        weight: f64,
        shares: impl Fn(usize) -> Vec<f64>,
    ) {
        for (k, rank) in ranks.iter().enumerate().filter(|(_, rank)| !rank.is_nan()) {
            let at = (*rank as usize).clamp(1, ranks.len()) - 1;
            self.ranks[k][at] += weight;
            if at == 0 {
                let own = self.central[k].iter_mut().zip(shares(k));
                own.for_each(|(sum, share)| *sum += weight * share);
            }
        }
        let is_same = ranks.iter().zip(nominal).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()));
        self.same += if is_same { weight } else { 0.0 };
        self.all += weight;
    }
}

/// All weights, whatever the scheme says, where nothing else is said of them.
pub(super) fn any_weights() -> Vec<Factor> {
    all_weights(WeightsWay::Free(Free::Any))
}

impl Assessment {
    /// For which weights an entity would be where: how acceptable each rank is, the weights that speak for the entity, and how sure it
    /// would be first with these; and in which share of the space of weights the ranking is that of the scheme.
    ///
    /// # Formula
    /// ```text
    /// b_i^r = share of the space of weights in which i has rank r        w_i = mean of the weights with which i is first
    /// p_i   = share of the runs with weights w_i in which i is first
    /// ```
    /// The space is that of the factors: weights uniform on the simplex of every group if none are given, in the order of the scheme's, or
    /// within bounds; other factors (errors of measurement, settings) vary beside them. Run `r` is that of [`Assessment::robustness`].
    /// Where the total is a weighted (or geometric) mean of just two, whose weights alone vary, its line is cut at every crossing of two
    /// totals, and nothing is drawn.
    ///
    /// # Errors
    /// As [`Assessment::robustness`]; factors without weights, or more than 10⁷ runs. A run that fails is counted and named.
    ///
    /// # Source
    /// R. Lahdelma and P. Salminen, *SMAA-2: stochastic multicriteria acceptability analysis for group decision making* (2001).
    pub fn smaa(
        &self,
        period: Period,
        factors: Option<&[Factor]>,
        samples: u64,
        seed: u64,
    ) -> Result<Smaa, DataError> {
        check_count(samples, MOST_RUNS)?;
        let usual = any_weights();
        let factors = factors.unwrap_or(&usual);
        let model = Model::of(self, period, factors)?;
        let nodes = self.varied(factors);
        if nodes.is_empty() {
            return Err(DataError::new(vec![Finding::error("smaa_no_weights")]));
        }
        let exact = smaa_exact::space(self, &model, factors, &nodes);
        let space = match &exact {
            Some(space) => space.clone(),
            None => self.sampled(&model, &nodes, samples, seed)?,
        };
        let sizes = if exact.is_some() {
            None
        } else {
            Some(samples - space.failed.as_ref().map_or(0, |failed| failed.count))
        };
        let confidence = self.confidence(period, factors, &model, (&nodes, &space), (samples, seed))?;
        Ok(self.described((period, factors, seed), &model, &nodes, (space, sizes), &confidence))
    }

    /// The nodes whose weights the factors vary.
    fn varied(&self, factors: &[Factor]) -> Vec<usize> {
        let mut nodes: Vec<usize> = Vec::new();
        for factor in factors {
            if let Vary::Weights(weights) = &factor.vary {
                nodes.extend(varied(self.inner.scheme.plan(), weights).concat());
            }
        }
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    fn class_of_row(&self, row: usize) -> usize {
        self.inner.data().class(row)
    }

    fn sampled(&self, model: &Model, nodes: &[usize], samples: u64, seed: u64) -> Result<Space, DataError> {
        budget::stage("runs", "").map_err(DataError::new)?;
        let starts: Vec<u64> = (0..samples).step_by(TASK as usize).collect();
        let mut space = Space::new(model.rows().len(), nodes.len());
        for wave in starts.chunks(WAVE) {
            let task = |from: u64| self.task(model, nodes, seed, from..samples.min(from + TASK));
            // In the order of the runs, so that sums do not depend on the threads.
            space = exec::map(wave.to_vec(), task).iter().fold(space, Space::add);
            budget::check().map_err(DataError::new)?;
        }
        Ok(space)
    }

    fn task(&self, model: &Model, nodes: &[usize], seed: u64, runs: std::ops::Range<u64>) -> Space {
        let (plan, design) = (self.inner.scheme.plan(), model.design());
        let mut space = Space::new(model.rows().len(), nodes.len());
        let (mut runner, mut point) = (model.runner(), vec![0.0; design.dimensions()]);
        let mut shares: Vec<Vec<f64>> = vec![Vec::new(); plan.classes.len()];
        for run in runs.take_while(|_| !budget::is_spent()) {
            design.draw(seed, run, &mut point);
            budget::count_cells(model.rows().len());
            match runner.run(&point) {
                Ok(outcome) => {
                    for (class, shares) in shares.iter_mut().enumerate() {
                        *shares = drawn(self, design, nodes, class, &point);
                    }
                    let of = |k: usize| shares[self.class_of_row(model.rows()[k])].clone();
                    space.count(outcome.ranks, model.nominal().ranks, 1.0, of);
                }
                Err(_) if budget::is_spent() => break,
                Err(error) => {
                    let failed = Failed::of(run, &error);
                    let all = space.failed.get_or_insert(Failed { count: 0, ..failed });
                    all.count += 1;
                }
            }
        }
        space
    }

    /// Share of the runs with its central weights in which each is first.
    fn confidence(
        &self,
        period: Period,
        factors: &[Factor],
        model: &Model,
        (nodes, space): (&[usize], &Space),
        (samples, seed): (u64, u64),
    ) -> Result<Vec<Option<f64>>, DataError> {
        let others: Vec<Factor> =
            factors.iter().filter(|factor| !matches!(factor.vary, Vary::Weights(_))).cloned().collect();
        let first = |k: usize| -> Result<Option<f64>, DataError> {
            let Some(central) = central(space, k) else { return Ok(None) };
            budget::check().map_err(DataError::new)?;
            let row = model.rows()[k];
            let edited = self.edit(&self.central_edits(nodes, &central, row))?;
            if others.is_empty() {
                return Ok(Some(f64::from(u8::from(edited.ranks()[row] == 1.0))));
            }
            let model = Model::of(&edited, period, &others)?;
            let Some(at) = model.rows().iter().position(|own| *own == row) else { return Ok(Some(0.0)) };
            let (mut runner, mut point) = (model.runner(), vec![0.0; model.design().dimensions()]);
            let (mut firsts, mut all) = (0u64, 0u64);
            for run in (0..samples).take_while(|_| !budget::is_spent()) {
                model.design().draw(seed, run, &mut point);
                // What fails with the weights that vary is counted there.
                if let Ok(outcome) = runner.run(&point) {
                    all += 1;
                    firsts += u64::from(outcome.ranks[at] == 1.0);
                }
            }
            Ok((all > 0).then(|| firsts as f64 / all as f64))
        };
        exec::map((0..model.rows().len()).collect(), first).into_iter().collect()
    }

    /// The weights as edits: the members of each group share what they had.
    fn central_edits(&self, nodes: &[usize], central: &[f64], row: usize) -> Vec<Edit> {
        let (plan, document) = (self.inner.scheme.plan(), self.scheme().document());
        let class = &plan.classes[self.class_of_row(row)];
        let mut edits = Vec::from_iter(any_sum(document));
        for (node, share) in nodes.iter().zip(central).filter(|(node, _)| class.weights[**node] != 0.0) {
            let own = &plan.nodes[*node];
            let sum = own.parent.map_or(1.0, |group| sum(nodes, plan, group, &class.weights));
            let weight = share * sum;
            if document.is_weighed_by(&class.id, &own.id) {
                let at = address::written(&["class", &class.id, "weights", &own.id]);
                edits.push(Edit::Set { at, value: Value::from(weight) });
            } else {
                edits.push(Edit::Weight { node: own.id.clone(), weight });
            }
        }
        edits
    }

    fn described(
        &self,
        (period, factors, seed): (Period, &[Factor], u64),
        model: &Model,
        nodes: &[usize],
        (space, samples): (Space, Option<u64>),
        confidence: &[Option<f64>],
    ) -> Smaa {
        let panel = self.panel();
        let name = |row: usize| panel.name_of(row).into_owned();
        let nominal = model.nominal().ranks;
        let mut order: Vec<usize> = (0..model.rows().len()).collect();
        order.sort_by(|a, b| nominal[*a].total_cmp(&nominal[*b]));
        let all = space.all.max(f64::MIN_POSITIVE);
        let row = |k: &usize| {
            let acceptability: Vec<f64> = space.ranks[*k].iter().map(|own| own / all).collect();
            let more = |best: usize, r: usize| if acceptability[r] > acceptability[best] { r } else { best };
            let ranked: f64 = acceptability.iter().sum();
            let places = acceptability.iter().enumerate().map(|(r, share)| (r + 1) as f64 * share);
            Acceptable {
                entity: name(model.rows()[*k]),
                rank: nominal[*k],
                first: acceptability[0],
                likeliest: 1 + (0..acceptability.len()).reduce(more).unwrap_or(0),
                mean: places.sum::<f64>() / ranked,
                confidence: confidence[*k],
                acceptability,
            }
        };
        let weight = |k: &usize| {
            let central = central(&space, *k);
            let entity = name(model.rows()[*k]);
            let of = |(at, node): (usize, &usize)| CentralWeight {
                entity: entity.clone(),
                node: self.inner.scheme.plan().nodes[*node].id.clone(),
                weight: central.as_ref().map(|central| central[at]),
            };
            nodes.iter().enumerate().map(of).collect::<Vec<_>>()
        };
        let same = space.same / all;
        let error = samples.map_or(0.0, |n| libm::sqrt(same * (1.0 - same) / (n.max(1) as f64)));
        Smaa {
            period: panel.period_text(period),
            samples,
            seed,
            failed: space.failed.clone(),
            factors: factors.to_vec(),
            same_ranking: same,
            same_ranking_error: error,
            rows: order.iter().map(row).collect(),
            weights: order.iter().flat_map(weight).collect(),
        }
    }
}

/// The mean weights where an entity is first; none where it is nowhere.
fn central(space: &Space, k: usize) -> Option<Vec<f64>> {
    let first = space.ranks[k][0];
    (first > 0.0).then(|| space.central[k].iter().map(|sum| sum / first).collect())
}

/// The weights that a point gives the nodes of a class, as parts of their groups.
fn drawn(assessment: &Assessment, design: &Design, nodes: &[usize], class: usize, point: &[f64]) -> Vec<f64> {
    let plan = assessment.inner.scheme.plan();
    let mut weights = vec![0.0; plan.nodes.len()];
    design.weights(plan, class, point, &mut weights);
    let share = |node: &usize| {
        let group = plan.nodes[*node].parent.map_or(1.0, |group| sum(nodes, plan, group, &weights));
        weights[*node] / group
    };
    nodes.iter().map(share).collect()
}

/// The sum of the weights of the members of a group that vary.
fn sum(nodes: &[usize], plan: &crate::scheme::plan::Plan, group: usize, weights: &[f64]) -> f64 {
    nodes.iter().filter(|node| plan.nodes[**node].parent == Some(group)).map(|node| weights[*node]).sum()
}
