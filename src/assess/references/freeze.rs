//! From an assessment to the references that it was made with.

use std::collections::BTreeSet;

use super::held::{Held, Set, SetBy};
use super::ladder::Ladder;
use super::part::{self, OfEntity, OfSet, Part, PartSet, Side, depends, is_ranked};
use super::treated::{self, Fitted};
use super::written::{Content, Cover, Field, Fill, PeerScore, Standing, Sum, VERSION, ValueFill};
use super::{Inner as Kept, References, sets};
use crate::assess::Inner;
use crate::assess::bound::ways;
use crate::assess::cells::{Known, Origin};
use crate::assess::data::Data;
use crate::assess::exact::ExactCells;
use crate::assess::imputed::{self, Groups};
use crate::assess::peers::{self, Statistic};
use crate::assess::rank::{fields, keep_ranked};
use crate::assess::sets::{LeafReference, Level, absent, members};
use crate::assess::ties::Deciders;
use crate::assess::values::{EXACT_PEERS, PanelSums};
use crate::budget;
use crate::finding::Finding;
use crate::formula::Program;
use crate::method::anchor::Anchor;
use crate::method::missing::Missing;
use crate::method::part::Over;
use crate::number::{Bounded, Exact, Number};
use crate::panel::{Period, peer_statistics};
use crate::scheme::final_step::TieBreak;
use crate::scheme::model::NotApplicableThen;
use crate::scheme::plan::Plan;

/// The references of an assessment, every exact form resolved.
pub(super) fn freeze(of: &Inner) -> Result<References, Vec<Finding>> {
    let (scheme, plan) = (&of.scheme, of.scheme.plan());
    let freezer = Freezer { of, data: of.data(), covers: covers(of) };
    let mut parts = Vec::with_capacity(plan.leaves.len());
    for (leaf, label) in part::labels(plan).into_iter().enumerate() {
        budget::stage("references", &label.indicator)?;
        parts.push(Part {
            inputs: freezer.side(leaf, Level::Value),
            anchors: freezer.side(leaf, Level::Measure),
            indicator: label.indicator,
            path: label.part,
            class: label.class,
        });
    }
    let treatments = treated::fits(plan).map(|(indicator, _)| Fitted {
        indicator: plan.nodes[indicator].id.clone(),
        fitted: freezer.fitted(indicator),
    });
    let content = Content {
        treatments: treatments.collect(),
        references: VERSION,
        fingerprint: scheme.fingerprint().to_string(),
        scheme: scheme.document().clone(),
        parts,
        sums: freezer.sums(),
        fills: freezer.fills(),
        values: freezer.values(),
        peers: freezer.peers(),
        weights: sets::weighed(of, &freezer.covers),
        fits: sets::fitted(of, &freezer.covers),
        totals: freezer.totals(),
        covers: freezer.covers,
    };
    budget::check()?;
    Ok(References(std::sync::Arc::new(Kept { scheme: scheme.clone(), content })))
}

/// Periods and classes of the rows.
fn covers(of: &Inner) -> Vec<Cover> {
    let data = of.data();
    let mut counts = vec![0usize; data.panel.periods().len() * data.plan.classes.len()];
    for row in 0..data.panel.len() {
        counts[data.panel.period_of(row) * data.plan.classes.len() + data.class(row)] += 1;
    }
    let cover = |(k, rows): (usize, usize)| Cover {
        period: data.panel.periods()[k / data.plan.classes.len()],
        class: data.plan.classes[k % data.plan.classes.len()].id.clone(),
        rows,
    };
    counts.into_iter().enumerate().filter(|(_, rows)| *rows > 0).map(cover).collect()
}

struct Freezer<'a> {
    of: &'a Inner,
    data: Data<'a>,
    covers: Vec<Cover>,
}

impl Freezer<'_> {
    fn known(&self) -> Known<'_> {
        self.of.known()
    }

    fn class(&self, id: &str) -> usize {
        self.data.plan.classes.iter().position(|c| c.id == id).unwrap_or_default()
    }

    /// The sets of a leaf at one level.
    fn side(&self, leaf: usize, level: Level) -> Side {
        let plan = &self.data.plan.leaves[leaf];
        let state = &self.of.leaves[leaf];
        let reference = if level == Level::Value { &state.inputs } else { &state.anchors };
        let ranked = is_ranked(plan, level);
        let mut side = self.side_of(leaf, reference, ranked);
        if plan.over == Over::All {
            let of_entity =
                |anchor: &Anchor| if let Anchor::Entity(name) = anchor { Some(name.clone()) } else { None };
            side.entities = reference
                .anchors
                .iter()
                .filter_map(of_entity)
                .flat_map(|name| self.entity(leaf, reference, &name))
                .collect();
        }
        side
    }

    /// The sets that the treatment of an indicator was fitted on.
    fn fitted(&self, indicator: usize) -> Side {
        let treated = self.of.treated[indicator].as_ref();
        treated.map_or_else(Side::default, |treated| self.side_of(indicator, &treated.fitted, false))
    }

    /// The numbers of every set.
    fn side_of(&self, at: usize, reference: &LeafReference, ranked: bool) -> Side {
        let over = reference.level.scope(self.data.plan, at).over;
        let anchors: Vec<usize> =
            (0..reference.anchors.len()).filter(|k| depends(&reference.anchors[*k], over)).collect();
        let mut side = Side::default();
        if !anchors.is_empty() || ranked {
            let sets = self.sets(at, reference).into_iter();
            side.sets = sets.map(|set| self.set(at, reference, &anchors, set, ranked)).collect();
        }
        side
    }

    /// Period, class and index of every set: by period those of which there are rows, else one a class.
    fn sets(&self, at: usize, reference: &LeafReference) -> Vec<(Option<Period>, String, usize)> {
        let panel = self.data.panel;
        let by_class = reference.is_by_class();
        let of = |class: &str| if by_class { class.to_owned() } else { String::new() };
        let fixed = match reference.level.scope(self.data.plan, at).over {
            Over::Fixed(label) => Period::parse(label),
            _ => None,
        };
        let keys: BTreeSet<(Option<Period>, String)> = self
            .covers
            .iter()
            .map(|cover| {
                (if reference.is_by_period() { Some(cover.period) } else { fixed }, of(&cover.class))
            })
            .collect();
        let index = |(period, class): (Option<Period>, String)| {
            let p = period.and_then(|p| panel.period_index(p)).unwrap_or_default();
            let set = reference.set_in(p, self.class(&class));
            (period, class, set)
        };
        keys.into_iter().map(index).collect()
    }

    fn set(
        &self,
        at: usize,
        reference: &LeafReference,
        anchors: &[usize],
        (period, class, index): (Option<Period>, String, usize),
        ranked: bool,
    ) -> PartSet {
        let known = self.known();
        let scope = reference.level.scope(self.data.plan, at);
        let numbers = known.column(reference.level, at);
        let x = numbers.x;
        let rows = members(&self.data, scope, index, x);
        let (left_out, kept_out) = absent(&self.data, scope, index, x);
        let cells = ExactCells(known);
        let anchor = |k: &usize| {
            let resolved = &reference.sets[index][*k];
            let set_by = resolved.who.map(|row| SetBy::of(self.data.panel, row));
            let number = Held { near: resolved.near, exact: reference.exact(&cells, at, index, *k) };
            OfSet { anchor: reference.anchors[*k].clone(), set: Set { number, set_by } }
        };
        let ladder = ranked.then(|| {
            let mut rungs: Vec<(f64, Exact)> = rows
                .iter()
                .map(|r| (x[*r as usize], cells.subject(reference.level, at, *r as usize)))
                .map(|(v, exact)| (v, Held::short(Bounded::exact(v), exact).exact))
                .collect();
            // Equal floats in the order of their exact forms, so that the order of the rows leaves no trace.
            rungs.sort_by(|a, b| {
                a.0.total_cmp(&b.0).then_with(|| a.1.order(&b.1).unwrap_or(std::cmp::Ordering::Equal))
            });
            Ladder { rungs, tolerance: numbers.widest() }
        });
        PartSet {
            period,
            class,
            size: rows.len(),
            left_out,
            kept_out,
            anchors: anchors.iter().map(anchor).collect(),
            ladder,
        }
    }

    /// An entity's numbers, period by period.
    fn entity(&self, leaf: usize, reference: &LeafReference, name: &str) -> Vec<OfEntity> {
        let (panel, known) = (self.data.panel, self.known());
        let numbers = known.column(reference.level, leaf);
        let Some(entity) = panel.entity_index(name) else { return Vec::new() };
        let cells = ExactCells(known);
        let number = |(p, period): (usize, &Period)| {
            let row = panel.row(p, entity)?;
            let number = Held { near: numbers.at(row), exact: cells.subject(reference.level, leaf, row) };
            Some(OfEntity { entity: name.to_owned(), period: *period, number })
        };
        panel.periods().iter().enumerate().filter_map(number).collect()
    }

    /// The sums over the panel of every formula.
    fn sums(&self) -> Vec<Sum> {
        let mut all = Vec::new();
        for (of, program) in programs(self.data.plan) {
            if program.totals().is_empty() {
                continue;
            }
            let sums = PanelSums::of(&self.data, program);
            for index in 0..program.totals().len() {
                for (p, period) in self.data.panel.periods().iter().enumerate() {
                    let exact = sums.exact(&self.data, program, index, Some(p));
                    let number = Held { near: sums.near(index, Some(p)), exact };
                    all.push(Sum { of: of.clone(), index, period: *period, number });
                }
            }
        }
        all
    }

    /// What fills the variables that take a statistic of their peers.
    fn fills(&self) -> Vec<Fill> {
        let panel = self.data.panel;
        let mut all = Vec::new();
        for variable in &self.of.scheme.document().variables {
            let Some(column) = panel.column(&variable.id) else { continue };
            for (way, how) in ways(variable).into_iter().filter(|(way, _)| way.takes_peers()) {
                let groups = Groups::of(&self.data, &way);
                let group = |row: usize| groups.get(row);
                for ((p, group), exact, peers) in peer_statistics(panel, column, &way, &group) {
                    all.push(Fill {
                        variable: variable.id.clone(),
                        how: how.to_owned(),
                        period: panel.periods()[p],
                        class: groups.name(group).to_owned(),
                        peers,
                        number: Held { near: Bounded::exact(exact.to_f64()), exact },
                    });
                }
            }
        }
        all
    }

    /// What values of indicators are filled from.
    fn values(&self) -> Vec<ValueFill> {
        let (plan, panel) = (self.data.plan, self.data.panel);
        let known = Known { values: &self.of.bare, ..self.known() };
        let mut all = Vec::new();
        for (indicator, own) in plan.indicators.iter().enumerate() {
            let Some(way) = own.impute.as_ref().filter(|way| way.takes_peers()) else { continue };
            if imputed::owner(plan, indicator, way) != indicator {
                continue;
            }
            let groups = Groups::of(&self.data, way);
            let sets: BTreeSet<(usize, u32)> =
                (0..panel.len()).filter_map(|row| Some((panel.period_of(row), groups.get(row)?))).collect();
            for set in sets {
                // Where there is none, nobody was filled.
                let Ok(Some(given)) = imputed::given(&known, indicator, way, &groups, set) else { continue };
                all.push(ValueFill {
                    indicator: plan.nodes[indicator].id.clone(),
                    period: panel.periods()[set.0],
                    group: groups.name(set.1).to_owned(),
                    peers: given.peers,
                    numbers: given.numbers,
                });
            }
        }
        all
    }

    /// What scores the peers of every period and class give.
    fn peers(&self) -> Vec<PeerScore> {
        let (plan, exact) = (self.data.plan, self.of.exact());
        let mut all = Vec::new();
        for (indicator, own) in plan.indicators.iter().enumerate() {
            for statistic in statistics(own.missing, own.not_applicable.as_ref().map(|(_, then)| *then)) {
                for cover in &self.covers {
                    let Some(p) = self.data.panel.period_index(cover.period) else { continue };
                    let (value, exact) =
                        peers::both(&exact, indicator, (p, self.class(&cover.class), statistic));
                    all.push(PeerScore {
                        indicator: plan.nodes[indicator].id.clone(),
                        statistic: statistic.policy(),
                        period: cover.period,
                        class: cover.class.clone(),
                        number: Held { near: Bounded::exact(value), exact },
                    });
                }
            }
        }
        all
    }

    /// The totals of those who are ranked.
    fn totals(&self) -> Vec<Field> {
        let of = self.of;
        let (near, exact, final_step) = (of.near(), of.exact(), of.final_step());
        let long = self.data.panel.len() > EXACT_PEERS;
        let deciders = Deciders {
            near: &near,
            exact: &exact,
            final_step: &final_step,
            totals: &of.totals,
            ranks: &of.ranks,
        };
        let exactly = |known: &dyn Fn() -> Exact| if long { Exact::Irrational } else { known() };
        let total = |row: usize| match deciders.total(row) {
            printed if printed.e == 0.0 => Held { near: printed, exact: Exact::of(printed.v) },
            total => Held::short(total, exactly(&|| deciders.exact_total(row))),
        };
        let ties = &final_step.plan.tie_break;
        let tie = |row: usize, by: TieBreak| match deciders.near(by, row) {
            score if score.is_missing() => Held::missing(),
            score => Held::short(score, exactly(&|| deciders.exact(by, row))),
        };
        let mut all = Vec::new();
        for (p, period) in self.data.panel.periods().iter().enumerate() {
            for mut rows in fields(&self.data, p) {
                let class = rows.first().map_or(0, |r| self.data.class(*r as usize));
                keep_ranked(&final_step, &of.totals, &mut rows);
                let standing = |row: &u32| {
                    let row = *row as usize;
                    Standing { total: total(row), ties: ties.iter().map(|by| tie(row, *by)).collect() }
                };
                let mut members: Vec<Standing> = rows.iter().map(standing).collect();
                members.sort_by(|a, b| b.total.near.v.total_cmp(&a.total.near.v).then_with(|| by_ties(a, b)));
                let class = self.data.plan.classes[class].id.clone();
                all.push(Field { period: *period, class, members });
            }
        }
        all
    }
}

/// Equal totals by the floats of the scores that decide, so that the order of the rows leaves no trace.
fn by_ties(a: &Standing, b: &Standing) -> std::cmp::Ordering {
    let scores = |s: &Standing| s.ties.iter().map(|t| t.near.v).collect::<Vec<_>>();
    let (a, b) = (scores(a), scores(b));
    let orders = a.iter().zip(&b).map(|(a, b)| b.total_cmp(a));
    orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
}

/// The statistics of peers that an indicator may take.
pub(super) fn statistics(missing: Missing, then: Option<NotApplicableThen>) -> Vec<Statistic> {
    let mean = missing == Missing::PeerMean || then == Some(NotApplicableThen::PeerMean);
    let median = missing == Missing::PeerMedian;
    [(mean, Statistic::Mean), (median, Statistic::Median)]
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, s)| s)
        .collect()
}

/// Every formula over data and results, with its place in the scheme.
pub(super) fn programs(plan: &Plan) -> impl Iterator<Item = (String, &Program)> {
    let indicators = plan.indicators.iter().enumerate();
    let formulas = indicators.clone().map(|(i, own)| (format!("indicator[{i}].formula"), &own.program));
    let conditions = indicators.filter_map(|(i, own)| {
        own.not_applicable
            .as_ref()
            .map(|(program, _)| (format!("indicator[{i}].not_applicable.when"), program))
    });
    let adjustments = plan.adjustments.iter().enumerate();
    let adjustments = adjustments.map(|(k, program)| (format!("adjustment[{k}].formula"), program));
    let floors = plan.floors.iter().enumerate().map(|(k, program)| (format!("floor[{k}].when"), program));
    formulas.chain(conditions).chain(adjustments).chain(floors)
}
