//! Scores filled from peers: the mean or the median of those that the rule scored itself.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::cells::Origin;
use super::data::Data;
use super::exact::order_exact;
use super::points::{Filled, Scores};
use super::tree::ExactTree;
use super::values::EXACT_PEERS;
use crate::method::missing::Missing;
use crate::number::{Exact, statistics};
use crate::scheme::model::NotApplicableThen;

/// What is taken of the peers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Statistic {
    Mean,
    Median,
}

/// Statistics of the peers by period, class and kind, exactly once somebody asks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Peers(HashMap<(usize, usize, Statistic), OnceLock<Exact>>);

impl Peers {
    /// Whether nothing was taken of them.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Statistic {
    /// The policy that takes it.
    pub(crate) fn policy(self) -> Missing {
        match self {
            Statistic::Mean => Missing::PeerMean,
            Statistic::Median => Missing::PeerMedian,
        }
    }
}

/// What a filled score takes of the peers, if it takes anything of them.
pub(crate) fn statistic(why: Filled) -> Option<Statistic> {
    match why {
        Filled::Missing(Missing::PeerMean) | Filled::NotApplicable(NotApplicableThen::PeerMean) => {
            Some(Statistic::Mean)
        }
        Filled::Missing(Missing::PeerMedian) => Some(Statistic::Median),
        _ => None,
    }
}

/// Fills the rows that take a statistic of their peers, in floats.
pub(super) fn fill(data: &Data<'_>, indicator: usize, scores: &mut Scores) {
    let wanted: Vec<(u32, Statistic)> =
        scores.filled.iter().filter_map(|(row, why)| Some((*row, statistic(*why)?))).collect();
    if wanted.is_empty() {
        return;
    }
    let given = |(period, class, statistic): (usize, usize, Statistic)| {
        let (id, class) = (&data.plan.nodes[indicator].id, &data.plan.classes[class].id);
        data.references?.peer(id, statistic, data.panel.periods()[period], class)
    };
    let mut known: HashMap<(usize, usize, Statistic), f64> = HashMap::new();
    for (row, statistic) in wanted {
        let key = (data.panel.period_of(row as usize), data.class(row as usize), statistic);
        let value = *known.entry(key).or_insert_with(|| match data.references {
            Some(_) => given(key).map_or(f64::NAN, |held| held.near.v),
            None => value(data, scores, key),
        });
        Arc::make_mut(&mut scores.score)[row as usize] = value;
    }
    // A mean is rounded once more than the scores it is of.
    let largest = known.values().fold(0.0f64, |a, x| a.max(x.abs()));
    scores.reports.all_mut().for_each(|report| report.error += largest * f64::EPSILON);
    let exact = |key| given(key).map_or_else(OnceLock::new, |held| OnceLock::from(held.exact.clone()));
    scores.peers = Peers(known.into_keys().map(|key| (key, exact(key))).collect());
}

/// A statistic of the peers in floats.
fn value(data: &Data<'_>, scores: &Scores, (period, class, statistic): (usize, usize, Statistic)) -> f64 {
    let rows = rows(data, scores, period, class);
    let mut own: Vec<f64> = rows.into_iter().map(|r| scores.score[r as usize]).collect();
    own.sort_by(f64::total_cmp);
    match statistic {
        Statistic::Mean => statistics::mean(own.into_iter()),
        Statistic::Median => statistics::median(own.len(), |k| own[k]),
    }
}

/// A statistic of the peers of a period and a class, in floats and exactly.
pub(super) fn both(tree: &ExactTree<'_>, indicator: usize, key: (usize, usize, Statistic)) -> (f64, Exact) {
    let scores = &tree.nodes[indicator].scores;
    (value(&tree.known().data, scores, key), exact_of(tree, indicator, key))
}

/// Rows of the same period and class whose score is the rule's own.
fn rows(data: &Data<'_>, scores: &Scores, period: usize, class: usize) -> Vec<u32> {
    let rows = data.peers(period, class);
    rows.filter(|r| scores.filled(*r).is_none() && !scores.score[*r].is_nan()).map(|r| r as u32).collect()
}

/// The exact score of a row that takes a statistic of its peers: of their exact scores.
pub(super) fn exact(tree: &ExactTree<'_>, indicator: usize, row: usize, statistic: Statistic) -> Exact {
    let (data, scores) = (&tree.known().data, &tree.nodes[indicator].scores);
    let key = (data.panel.period_of(row), data.class(row), statistic);
    let compute = || exact_of(tree, indicator, key);
    match scores.peers.0.get(&key) {
        Some(known) => known.get_or_init(compute).clone(),
        None => compute(),
    }
}

/// A statistic of the exact scores of the peers of a period and a class.
fn exact_of(
    tree: &ExactTree<'_>,
    indicator: usize,
    (period, class, statistic): (usize, usize, Statistic),
) -> Exact {
    let (data, scores) = (&tree.known().data, &tree.nodes[indicator].scores);
    let rows = rows(data, scores, period, class);
    if rows.is_empty() {
        return Exact::Missing;
    }
    if rows.len() > EXACT_PEERS {
        return Exact::Irrational;
    }
    let scoring = &data.plan.classes[class].scoring[indicator];
    let own = |row: usize| tree.scoring(scoring, row);
    match statistic {
        Statistic::Mean => statistics::mean(rows.iter().map(|r| own(*r as usize))),
        Statistic::Median => order_exact(own, &rows, |row| scores.at(row), 0.5),
    }
}
