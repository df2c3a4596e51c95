//! Values that are filled in before they are treated and scored.
//!
//! What fills a value is an exact number, as what fills a datum is; the distribution of all indicators alone is computed in floats and its
//! number rounded to twelve significant digits. Nothing is filled from what was filled itself.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::cells::{BoundedCells, Known, Origin};
use super::data::Data;
use super::exact::ExactCells;
use super::references::Held;
use super::values::EXACT_PEERS;
use crate::finding::{Finding, Place};
use crate::method::imputation::{Impute, Of};
use crate::method::part::Among;
use crate::number::normal::{NoNormal, Normal};
use crate::number::{Bounded, Exact, Number, statistics};
use crate::panel::{Fill, Series, Source, from_own, label_groups};
use crate::scheme::plan::Plan;

/// What is filled of one indicator, by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fills(Vec<Fill>);

impl Fills {
    /// What fills the value of a row.
    pub(crate) fn of(&self, row: usize) -> Option<&Fill> {
        let at = self.0.binary_search_by_key(&row, |fill| fill.row).ok()?;
        Some(&self.0[at])
    }

    /// All of them, ascending by row.
    pub(crate) fn all(&self) -> &[Fill] {
        &self.0
    }
}

/// Groups of peers: that of each row, none of a row that is nobody's peer and has none; and their names.
pub(crate) struct Groups {
    of: Vec<Option<u32>>,
    names: Vec<String>,
}

impl Groups {
    pub(crate) fn of(data: &Data<'_>, way: &Impute) -> Self {
        let rows = 0..data.panel.len();
        let (mut of, names): (Vec<Option<u32>>, _) = match (way.by(), way.among()) {
            (Some(column), _) => label_groups(data.panel, column),
            (None, Some(Among::All)) => (vec![Some(0); data.panel.len()], vec![String::new()]),
            _ => {
                let names = data.plan.classes.iter().map(|class| class.id.clone()).collect();
                (rows.clone().map(|row| Some(data.class(row) as u32)).collect(), names)
            }
        };
        rows.filter(|row| !data.is_part(*row)).for_each(|row| of[row] = None);
        Groups { of, names }
    }

    pub(crate) fn get(&self, row: usize) -> Option<u32> {
        self.of[row]
    }

    pub(crate) fn name(&self, group: u32) -> &str {
        &self.names[group as usize]
    }
}

/// What a set gives that values are filled from: the mean or the median of its peers; the smallest and the largest value of each
/// indicator of a family; means and covariances of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Given {
    /// How many have a value.
    pub(crate) peers: usize,
    pub(crate) numbers: Vec<Held>,
}

/// The values of an indicator as a series.
struct Values<'a, 'b> {
    exact: &'a ExactCells<'b>,
    indicator: usize,
}

impl Series for Values<'_, '_> {
    fn values(&self) -> &[f64] {
        self.exact.known().untreated_column(self.indicator).x
    }
    fn exact(&self, row: usize) -> Exact {
        self.exact.untreated(self.indicator, Some(row))
    }
}

/// The indicators that are looked at together; the first is the one that references name.
pub(crate) fn family(plan: &Plan, indicator: usize, way: &Impute) -> Vec<usize> {
    let all = 0..plan.indicators.len();
    match way {
        Impute::RowMean(siblings) | Impute::RowMedian(siblings) if siblings.of == Of::Group => {
            all.filter(|other| plan.nodes[*other].parent == plan.nodes[indicator].parent).collect()
        }
        Impute::RowMean(_) | Impute::RowMedian(_) => all.collect(),
        Impute::ExpectationMaximisation(_) => {
            all.filter(|i| plan.indicators[*i].impute.as_ref() == Some(way)).collect()
        }
        _ => vec![indicator],
    }
}

/// The indicator that references name for what a set gives.
pub(crate) fn owner(plan: &Plan, indicator: usize, way: &Impute) -> usize {
    match way {
        Impute::ExpectationMaximisation(_) => family(plan, indicator, way)[0],
        _ => indicator,
    }
}

/// What is filled of every indicator; what keeps it from being filled is found.
pub(super) fn compute(known: &Known<'_>, found: &mut Vec<Finding>) -> Vec<Option<Arc<Fills>>> {
    let plan = known.data.plan;
    let mut filler = Filler { known, given: HashMap::new(), found };
    (0..plan.indicators.len())
        .map(|i| plan.indicators[i].impute.as_ref().map(|way| Arc::new(Fills(filler.fills(i, way)))))
        .collect()
}

struct Filler<'a> {
    known: &'a Known<'a>,
    /// What sets give: by the indicator that references name, period and group.
    given: HashMap<(usize, usize, u32), Option<Given>>,
    found: &'a mut Vec<Finding>,
}

impl Filler<'_> {
    fn fills(&mut self, indicator: usize, way: &Impute) -> Vec<Fill> {
        let (data, exact) = (&self.known.data, ExactCells(*self.known));
        let x = self.known.untreated_column(indicator).x;
        let wanted = |row: &usize| {
            x[*row].is_nan()
                && data.is_scored(indicator, *row)
                && data.plan.counts(data.class(*row), indicator)
        };
        let rows: Vec<usize> = (0..x.len()).filter(wanted).collect();
        if rows.is_empty() {
            return Vec::new();
        }
        if !way.takes_peers() {
            let own = from_own(data.panel, &Values { exact: &exact, indicator }, way);
            return own.into_iter().filter(|fill| wanted(&fill.row)).collect();
        }
        let (groups, family) = (Groups::of(data, way), family(data.plan, indicator, way));
        let owner = owner(data.plan, indicator, way);
        let mut fills = Vec::new();
        for row in rows {
            let Some(group) = groups.get(row) else { continue };
            let set = (data.panel.period_of(row), group);
            let key = (owner, set.0, set.1);
            if !self.given.contains_key(&key) {
                let given = self.given(indicator, way, &groups, set);
                self.given.insert(key, given);
            }
            let Some(Some(given)) = self.given.get(&key) else { continue };
            match filled(self.known, (indicator, row), way, &family, given) {
                Ok(fill) => fills.extend(fill),
                Err(no) => self.found.push(unsolved(self.known, &family, set.0, given.peers, no)),
            }
            if matches!(way, Impute::ExpectationMaximisation(_)) && is_empty(self.known, &family, row) {
                self.found.push(empty(self.known, indicator, row));
            }
        }
        fills
    }

    /// What a set gives, from references where there are some.
    fn given(&mut self, indicator: usize, way: &Impute, groups: &Groups, set: (usize, u32)) -> Option<Given> {
        let data = &self.known.data;
        let family = family(data.plan, indicator, way);
        if let Some(references) = data.references {
            let owner = &data.plan.nodes[owner(data.plan, indicator, way)].id;
            let given = references.values(owner, data.panel.periods()[set.0], groups.name(set.1));
            if given.is_none() {
                self.found.push(references.lack(data, &data.plan.nodes[indicator].id, set.0, 0));
            }
            return given;
        }
        match given(self.known, indicator, way, groups, set) {
            Ok(given) => given,
            Err(no) => {
                let peers = rows(data, groups, set).len();
                self.found.push(unsolved(self.known, &family, set.0, peers, no));
                None
            }
        }
    }
}

/// Rows of a set that others are compared with.
fn rows(data: &Data<'_>, groups: &Groups, (period, group): (usize, u32)) -> Vec<usize> {
    let rows = data.panel.rows_of(period).filter(|row| data.is_peer(*row));
    rows.filter(|row| groups.get(*row) == Some(group)).collect()
}

/// What a set gives; nothing where nobody has a value.
pub(crate) fn given(
    known: &Known<'_>,
    indicator: usize,
    way: &Impute,
    groups: &Groups,
    set: (usize, u32),
) -> Result<Option<Given>, NoNormal> {
    let data = &known.data;
    let rows = rows(data, groups, set);
    let members = |i: usize| -> Vec<usize> {
        let x = known.untreated_column(i).x;
        rows.iter().copied().filter(|row| data.applies(i, *row) && !x[*row].is_nan()).collect()
    };
    let (near, exact) = (BoundedCells(*known), ExactCells(*known));
    let family = family(data.plan, indicator, way);
    let given = match way {
        Impute::PeerMean(_) | Impute::PeerMedian(_) => {
            let members = members(indicator);
            let held = statistic(way, &near, &exact, indicator, &members);
            Given { peers: members.len(), numbers: vec![held] }
        }
        Impute::ExpectationMaximisation(_) => {
            let mut peers: Vec<usize> =
                rows.iter().copied().filter(|row| !is_empty(known, &family, *row)).collect();
            // Sums of floats follow the order: that of the names, whatever that of the rows.
            peers.sort_by_cached_key(|row| data.panel.name_of(*row).into_owned());
            let table: Vec<Vec<f64>> = peers.iter().map(|row| values(known, &family, *row)).collect();
            if table.is_empty() {
                return Ok(None);
            }
            let normal = Normal::fit(&table)?;
            let held = |x: &f64| Held { near: Bounded::exact(*x), exact: Exact::of(*x) };
            let numbers = normal.mean.iter().chain(&normal.covariance).map(held).collect();
            Given { peers: peers.len(), numbers }
        }
        _ => {
            let ends = family.iter().flat_map(|i| {
                let members = members(*i);
                [false, true].map(|largest| extreme(&near, &exact, *i, &members, largest))
            });
            Given { peers: rows.len(), numbers: ends.collect() }
        }
    };
    Ok(Some(given).filter(|given| given.peers > 0))
}

fn statistic(
    way: &Impute,
    near: &BoundedCells<'_>,
    exact: &ExactCells<'_>,
    indicator: usize,
    members: &[usize],
) -> Held {
    fn of<N: Number>(way: &Impute, mut x: Vec<N>) -> N {
        match way {
            Impute::PeerMedian(_) => {
                x.sort_by(|a, b| a.order(b).unwrap_or(std::cmp::Ordering::Equal));
                statistics::median(x.len(), |k| x[k].clone())
            }
            _ => statistics::mean(x.into_iter()),
        }
    }
    let floats = of(way, members.iter().map(|row| near.untreated(indicator, Some(*row))).collect());
    if members.len() > EXACT_PEERS {
        return Held { near: floats, exact: Exact::Irrational };
    }
    let all: Vec<Exact> = members.iter().map(|row| exact.untreated(indicator, Some(*row))).collect();
    let known = !all.iter().any(Exact::is_irrational);
    Held { near: floats, exact: if known { of(way, all) } else { Exact::Irrational } }
}

/// The smallest or the largest value of some rows.
fn extreme(
    near: &BoundedCells<'_>,
    exact: &ExactCells<'_>,
    indicator: usize,
    members: &[usize],
    largest: bool,
) -> Held {
    let pick = if largest { Bounded::max } else { Bounded::min };
    let of = |row: &usize| near.untreated(indicator, Some(*row));
    let end = statistics::extreme(members.iter().map(of), pick);
    let close = members.iter().filter(|row| (of(row).v - end.v).abs() <= of(row).e + end.e);
    let walked: Vec<Exact> = close.map(|row| exact.untreated(indicator, Some(*row))).collect();
    let known = !walked.iter().any(Exact::is_irrational);
    let pick = if largest { Exact::max } else { Exact::min };
    let exact = if known { statistics::extreme(walked.into_iter(), pick) } else { Exact::Irrational };
    Held { near: end, exact }
}

/// The values of a family in a row; one that does not apply is missing.
fn values(known: &Known<'_>, family: &[usize], row: usize) -> Vec<f64> {
    let of = |i: &usize| {
        if known.data.applies(*i, row) { known.untreated_column(*i).x[row] } else { f64::NAN }
    };
    family.iter().map(of).collect()
}

fn is_empty(known: &Known<'_>, family: &[usize], row: usize) -> bool {
    values(known, family, row).iter().all(|x| x.is_nan())
}

/// What fills a value, from what its set gives.
fn filled(
    known: &Known<'_>,
    (indicator, row): (usize, usize),
    way: &Impute,
    family: &[usize],
    given: &Given,
) -> Result<Option<Fill>, NoNormal> {
    let own = family.iter().position(|i| *i == indicator).unwrap_or_default();
    match way {
        Impute::RowMean(_) | Impute::RowMedian(_) => {
            let median = matches!(way, Impute::RowMedian(_));
            let negative = |i: usize| known.data.plan.indicators[i].negative;
            let there = |i: usize| known.data.applies(i, row);
            let (near, exact) = (BoundedCells(*known), ExactCells(*known));
            let floats = |k: usize| Standing {
                x: if there(family[k]) { near.untreated(family[k], Some(row)) } else { Bounded::missing() },
                low: given.numbers[2 * k].near,
                high: given.numbers[2 * k + 1].near,
                negative: negative(family[k]),
            };
            let exactly = |k: usize| Standing {
                x: if there(family[k]) { exact.untreated(family[k], Some(row)) } else { Exact::Missing },
                low: given.numbers[2 * k].exact.clone(),
                high: given.numbers[2 * k + 1].exact.clone(),
                negative: negative(family[k]),
            };
            let places: Vec<Standing<Bounded>> = (0..family.len()).map(floats).collect();
            let siblings = (0..family.len()).filter(|k| *k != own && places[*k].share().is_some()).count();
            let near = from_siblings(&places, own, median);
            let exact = from_siblings(&(0..family.len()).map(exactly).collect::<Vec<_>>(), own, median);
            Ok(fill(row, near.v, exact, Source::Siblings(siblings)))
        }
        Impute::ExpectationMaximisation(_) => {
            let number = |held: &Held| held.near.v;
            let (mean, covariance) = given.numbers.split_at(family.len());
            let normal = Normal {
                mean: mean.iter().map(number).collect(),
                covariance: covariance.iter().map(number).collect(),
            };
            let own_values = values(known, family, row);
            if own_values.iter().all(|x| x.is_nan()) {
                return Ok(None);
            }
            let x = normal.expected(&own_values)?[own];
            Ok(fill(row, x, Exact::of(x), Source::Distribution(given.peers)))
        }
        _ => {
            let held = &given.numbers[0];
            Ok(fill(row, held.near.v, held.exact.clone(), Source::Peers(given.peers)))
        }
    }
}

/// What fills a value: an exact number, or the float where that is not followed.
fn fill(row: usize, near: f64, exact: Exact, from: Source) -> Option<Fill> {
    if exact.is_irrational() {
        return near.is_finite().then_some(Fill { row, value: near, exact: Some(exact), from });
    }
    Fill::exactly(row, exact, from)
}

/// A value between the smallest and the largest of its indicator.
struct Standing<N> {
    x: N,
    low: N,
    high: N,
    negative: bool,
}

impl<N: Number> Standing<N> {
    /// How far it lies from the worst to the best; nothing where all are equal.
    fn share(&self) -> Option<N> {
        let range = self.high.sub(&self.low);
        if self.x.is_missing() || range.is_missing() || range.is_zero() {
            return None;
        }
        let above = if self.negative { self.high.sub(&self.x) } else { self.x.sub(&self.low) };
        Some(above.div(&range))
    }

    /// The value that lies so far from the worst to the best.
    fn at(&self, share: &N) -> N {
        let way = share.mul(&self.high.sub(&self.low));
        if self.negative { self.high.sub(&way) } else { self.low.add(&way) }
    }
}

/// The value at the mean or the median place of the others.
fn from_siblings<N: Number>(places: &[Standing<N>], own: usize, median: bool) -> N {
    let others = places.iter().enumerate().filter(|(k, _)| *k != own);
    let mut shares: Vec<N> = others.filter_map(|(_, place)| place.share()).collect();
    if shares.is_empty() {
        return N::missing();
    }
    let share = if median {
        shares.sort_by(|a, b| a.order(b).unwrap_or(std::cmp::Ordering::Equal));
        statistics::median(shares.len(), |k| shares[k].clone())
    } else {
        statistics::mean(shares.into_iter())
    };
    places[own].at(&share)
}

/// That there is no distribution.
fn unsolved(known: &Known<'_>, family: &[usize], period: usize, peers: usize, no: NoNormal) -> Finding {
    let data = &known.data;
    let period = data.panel.periods()[period];
    let (code, id) = match no {
        NoNormal::Singular(k) => ("em_singular", Some(data.plan.nodes[family[k]].id.clone())),
        NoNormal::Restless => ("em_restless", None),
    };
    let place = Place { period: Some(period.to_string()), column: id.clone(), ..Place::default() };
    let finding = Finding::error(code).placed(place).fact("period", period).fact("count", peers);
    finding.fact("indicator", id.unwrap_or_default()).fact("indicators", family.len())
}

/// That a row has no value that another one could follow from.
fn empty(known: &Known<'_>, indicator: usize, row: usize) -> Finding {
    let data = &known.data;
    let place = data.panel.place(row, Some(&data.plan.nodes[indicator].id));
    let fact = |text: &Option<String>| text.clone().unwrap_or_default();
    let (entity, period) = (fact(&place.entity), fact(&place.period));
    Finding::error("em_row_empty").placed(place).fact("entity", entity).fact("period", period)
}

/// What was filled, cell by cell, for the checks.
pub(super) fn check(known: &Known<'_>, fills: &[Option<Arc<Fills>>]) -> Vec<Finding> {
    let data = &known.data;
    let all = fills.iter().enumerate().filter_map(|(i, fills)| Some((i, fills.as_ref()?)));
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    all.for_each(|(i, fills)| *counts.entry(i).or_default() += fills.all().len());
    counts.retain(|_, count| *count > 0);
    let finding = |(i, count): (usize, usize)| {
        let id = &data.plan.nodes[i].id;
        let how = data.plan.indicators[i].impute.as_ref().map(Impute::name).unwrap_or_default();
        Finding::info("values_filled")
            .placed(Place { column: Some(id.clone()), ..Place::default() })
            .fact("indicator", id)
            .fact("count", count)
            .fact("how", how)
    };
    counts.into_iter().map(finding).collect()
}
