//! What the engine takes from references instead of its own rows.

use std::collections::{BTreeMap, HashMap};

use super::References;
use super::freeze::programs;
use super::held::Held;
use super::part::{PartSet, Side, depends, is_ranked};
use super::treated::fits_of;
use super::written::Fill;
use crate::assess::cells::Origin;
use crate::assess::data::Data;
use crate::assess::exact::ExactCells;
use crate::assess::imputed::Given;
use crate::assess::peers::{self, Statistic};
use crate::assess::points::Scores;
use crate::assess::sets::{LeafReference, Level, Resolved};
use crate::assess::targets::entities;
use crate::assess::values::PanelSums;
use crate::finding::{Finding, Place, listed};
use crate::formula::{Load, Program};
use crate::method::anchor::Anchor;
use crate::method::part::Over;
use crate::panel::Period;
use crate::scheme::plan::{Plan, Scope};

/// Sets of one level of a part by period and class.
type Sets<'a> = HashMap<(Option<Period>, &'a str), &'a PartSet>;

impl References {
    /// What a leaf compares with at a level, or a treatment was fitted with; none where nothing of a set is taken.
    pub(crate) fn side(&self, plan: &Plan, level: Level, at: usize) -> Option<&Side> {
        let content = &self.0.content;
        match level {
            Level::Untreated => {
                let mut treatments = content.treatments.iter();
                treatments.find(|own| own.indicator == plan.nodes[at].id).map(|own| &own.fitted)
            }
            Level::Value => Some(&content.parts[at].inputs),
            Level::Measure => Some(&content.parts[at].anchors),
        }
    }

    fn sets(&self, plan: &Plan, level: Level, at: usize) -> Sets<'_> {
        let sets = self.side(plan, level, at).into_iter().flat_map(|side| &side.sets);
        sets.map(|set| ((set.period, set.class.as_str()), set)).collect()
    }

    /// The set that a row is compared with.
    pub(crate) fn set(&self, data: &Data<'_>, leaf: usize, level: Level, row: usize) -> Option<&PartSet> {
        self.set_in(data, leaf, level, (data.panel.period_of(row), data.class(row)))
    }

    /// The set that rows of a period and a class are compared with.
    pub(crate) fn set_in(
        &self,
        data: &Data<'_>,
        leaf: usize,
        level: Level,
        (period, class): (usize, usize),
    ) -> Option<&PartSet> {
        let (period, class) = key(data, level.scope(data.plan, leaf), period, class);
        let mut sets = self.side(data.plan, level, leaf)?.sets.iter();
        sets.find(|set| set.period == period && set.class == class)
    }

    /// The references of a leaf at one level, or of the treatment of an indicator, set by set of a panel.
    pub(crate) fn reference(
        &self,
        data: &Data<'_>,
        at: usize,
        level: Level,
        anchors: Vec<Anchor>,
    ) -> LeafReference {
        let scope = level.scope(data.plan, at);
        let mut reference = LeafReference::bare(data, scope, level);
        if anchors.is_empty() {
            return reference;
        }
        let (known, names) = (self.sets(data.plan, level, at), entities(data.panel));
        let row = |entity: &str, period: Period| {
            data.panel.row(data.panel.period_index(period)?, *names.get(entity)?)
        };
        let resolved = |set: Option<&&PartSet>| -> Vec<Resolved> {
            let mut own = set.iter().flat_map(|set| &set.anchors);
            let one = |anchor: &Anchor| match anchor {
                Anchor::Number(x) => Resolved::typed(*x),
                anchor if depends(anchor, scope.over) => match own.next() {
                    Some(of) => {
                        let by = of.set.set_by.as_ref();
                        let who = by.and_then(|by| row(&by.entity, by.period));
                        let by = by.map(|by| (by.entity.clone(), by.period));
                        Resolved::given(of.set.number.near, of.set.number.exact.clone(), who, by)
                    }
                    None => Resolved::missing(),
                },
                _ => Resolved::missing(),
            };
            anchors.iter().map(one).collect()
        };
        let (by_period, classes) = reference.layout();
        let periods = if by_period { data.panel.periods().len() } else { 1 };
        let place = |set: usize| key(data, scope, set / classes, set % classes);
        reference.sets = (0..periods * classes).map(|set| resolved(known.get(&place(set)))).collect();
        if *scope.over == Over::All {
            reference.sets.extend(self.of_entities(data, at, level, &anchors));
        }
        reference.anchors = anchors;
        reference
    }

    /// The numbers of named entities, a set a period of the panel.
    fn of_entities(
        &self,
        data: &Data<'_>,
        at: usize,
        level: Level,
        anchors: &[Anchor],
    ) -> Vec<Vec<Resolved>> {
        let known: HashMap<(&str, Period), &Held> = {
            let all = self.side(data.plan, level, at).into_iter().flat_map(|side| &side.entities);
            all.map(|of| ((of.entity.as_str(), of.period), &of.number)).collect()
        };
        let in_period = |period: &Period| {
            let one = |anchor: &Anchor| match anchor {
                Anchor::Entity(name) => {
                    known.get(&(name.as_str(), *period)).map_or_else(Resolved::missing, |held| {
                        Resolved::given(held.near, held.exact.clone(), None, Some((name.clone(), *period)))
                    })
                }
                _ => Resolved::missing(),
            };
            anchors.iter().map(one).collect()
        };
        data.panel.periods().iter().map(in_period).collect()
    }

    /// The rank of every row among the members of its set, whether it is one of them or not.
    pub(crate) fn ranks(&self, cells: &ExactCells<'_>, leaf: usize, level: Level) -> Vec<f64> {
        let known = cells.known();
        let (data, plan) = (&known.data, known.leaf(leaf));
        let numbers = known.column(level, leaf);
        let x = numbers.x;
        let how = (level.lower_is_better(plan), level.equals(plan));
        let sets = self.sets(data.plan, level, leaf);
        let mut ranks = vec![f64::NAN; data.panel.len()];
        for period in 0..data.panel.periods().len() {
            for row in
                data.panel.rows_of(period).filter(|r| !x[*r].is_nan() && data.applies(plan.indicator, *r))
            {
                let set = sets.get(&key(data, plan.scope(), period, data.class(row)));
                if let Some(ladder) = set.and_then(|set| set.ladder.as_ref()) {
                    let exact = || cells.subject(level, leaf, row);
                    ranks[row] = ladder.rank(numbers.at(row), exact, how);
                }
            }
        }
        ranks
    }

    /// The sums over the panel of a program of the scheme.
    pub(crate) fn sums(&self, data: &Data<'_>, program: &Program) -> PanelSums {
        let of = programs(data.plan).find(|(_, known)| *known == program).map(|(of, _)| of);
        let known: HashMap<(usize, Period), &Held> = {
            let all = self.0.content.sums.iter().filter(|sum| Some(&sum.of) == of.as_ref());
            all.map(|sum| ((sum.index, sum.period), &sum.number)).collect()
        };
        let number = |index: usize, period: &Period| {
            known.get(&(index, *period)).map_or_else(Held::missing, |held| (*held).clone())
        };
        let periods = data.panel.periods();
        let sums =
            (0..program.totals().len()).map(|index| periods.iter().map(|p| number(index, p)).collect());
        PanelSums::given(sums.collect())
    }

    /// What fills a variable in a period and class.
    pub(crate) fn fill(&self, variable: &str, how: &str, period: Period, group: &str) -> Option<&Fill> {
        let mut fills = self.0.content.fills.iter();
        fills.find(|fill| {
            (fill.variable.as_str(), fill.how.as_str(), fill.period, fill.class.as_str())
                == (variable, how, period, group)
        })
    }

    /// What the values of an indicator are filled from in a period and group.
    pub(crate) fn values(&self, indicator: &str, period: Period, group: &str) -> Option<Given> {
        let mut values = self.0.content.values.iter();
        let own =
            values.find(|own| own.indicator == indicator && own.period == period && own.group == group)?;
        Some(Given { peers: own.peers, numbers: own.numbers.clone() })
    }

    /// What fills an indicator's score.
    pub(crate) fn peer(
        &self,
        indicator: &str,
        statistic: Statistic,
        period: Period,
        class: &str,
    ) -> Option<&Held> {
        let is = |p: &&super::written::PeerScore| {
            p.indicator == indicator
                && p.statistic == statistic.policy()
                && p.period == period
                && p.class == class
        };
        self.0.content.peers.iter().find(is).map(|p| &p.number)
    }

    /// What a panel's rows compare with and references lack: one finding a period and class.
    pub(crate) fn lacking(&self, data: &Data<'_>) -> Vec<Finding> {
        let mut places: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for row in (0..data.panel.len()).filter(|row| data.counts(*row)) {
            places.entry((data.panel.period_of(row), data.class(row))).or_insert(row);
        }
        let mut found = Vec::new();
        for (period, class) in places.into_keys() {
            let lacks = |indicator: &usize| self.lacks(data, *indicator, period, class);
            let counted = (0..data.plan.indicators.len()).filter(|i| data.plan.counts(class, *i));
            let lacking = counted.into_iter().find(lacks).or_else(|| self.uncomputed(data, period, class));
            found.extend(lacking.map(|node| self.lack(data, &data.plan.nodes[node].id, period, class)));
        }
        found.extend(self.lacking_sums(data));
        listed(found, |finding| finding)
    }

    /// Whether an indicator is compared with a set that is not there.
    fn lacks(&self, data: &Data<'_>, indicator: usize, period: usize, class: usize) -> bool {
        let absent = |level: Level, at: usize| {
            let place = key(data, level.scope(data.plan, at), period, class);
            !self.sets(data.plan, level, at).contains_key(&place)
        };
        let mut lacks = !fits_of(data.plan, indicator).is_empty() && absent(Level::Untreated, indicator);
        data.plan.classes[class].scoring[indicator].leaves(&mut |leaf| {
            let plan = &data.plan.leaves[leaf];
            let (inputs, anchors) = super::part::dependents(plan);
            for (level, anchors) in [(Level::Value, inputs), (Level::Measure, anchors)] {
                let needs = !anchors.is_empty() || is_ranked(plan, level);
                lacks |= needs && absent(level, leaf);
            }
        });
        lacks
    }

    /// That references have nothing for an indicator (or a formula) in a period, or nothing for a class.
    pub(crate) fn lack(&self, data: &Data<'_>, what: &str, period: usize, class: usize) -> Finding {
        let (period, class) = (data.panel.periods()[period], &data.plan.classes[class].id);
        let covers = &self.0.content.covers;
        let mut known: Vec<String> = if covers.iter().any(|cover| cover.period == period) {
            covers.iter().filter(|cover| cover.period == period).map(|cover| cover.class.clone()).collect()
        } else {
            self.periods().iter().map(ToString::to_string).collect()
        };
        known.dedup();
        let code =
            if covers.iter().any(|c| c.period == period) { "references_class" } else { "references_period" };
        let place =
            Place { period: Some(period.to_string()), column: Some(what.to_owned()), ..Place::default() };
        let finding = Finding::error(code).placed(place).fact("what", what).fact("period", period);
        finding.fact("class", class).fact("known", known.join(", "))
    }

    /// Sums over the panel in periods that references lack.
    fn lacking_sums(&self, data: &Data<'_>) -> Vec<Finding> {
        let periods = self.periods();
        let absent: Vec<usize> = (0..data.panel.periods().len())
            .filter(|p| !periods.contains(&data.panel.periods()[*p]))
            .filter(|p| data.panel.rows_of(*p).any(|row| data.counts(row)))
            .collect();
        let now = |program: &Program| program.loads().iter().any(|l| matches!(l, Load::Total { lag: 0, .. }));
        let takers = programs(data.plan).filter(|(_, program)| now(program)).map(|(of, _)| of);
        takers
            .flat_map(|of| absent.iter().map(move |p| (of.clone(), *p)))
            .map(|(of, p)| self.lack(data, &of, p, 0))
            .collect()
    }

    /// What scores of an indicator are filled with and references lack.
    pub(crate) fn lacking_peers(&self, data: &Data<'_>, indicator: usize, scores: &Scores) -> Vec<Finding> {
        let id = &data.plan.nodes[indicator].id;
        let mut places: Vec<(usize, usize)> = Vec::new();
        for (row, why) in &scores.filled {
            let (p, class) = (data.panel.period_of(*row as usize), data.class(*row as usize));
            let Some(statistic) = peers::statistic(*why) else { continue };
            let there = self.peer(id, statistic, data.panel.periods()[p], &data.plan.classes[class].id);
            if there.is_none() && data.counts(*row as usize) && !places.contains(&(p, class)) {
                places.push((p, class));
            }
        }
        listed(places, |(period, class)| self.lack(data, id, period, class))
    }
}

/// Period and class of the set that rows of a period and a class are compared with.
fn key<'a>(data: &Data<'a>, scope: Scope<'_>, period: usize, class: usize) -> (Option<Period>, &'a str) {
    let period = match scope.over {
        Over::Same => data.panel.periods().get(period).copied(),
        Over::All => None,
        Over::Fixed(label) => Period::parse(label),
    };
    let by_class = crate::assess::sets::class_count(data, scope) > 1;
    (period, if by_class { data.plan.classes[class].id.as_str() } else { "" })
}
