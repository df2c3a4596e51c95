//! Planning that needs no assessment: awards, allocation, progress and dispatch, lights, targets.

use indexmap::IndexMap;
use kaohe::planning::{
    Amount, AwardRule, By, Candidate, Child, Counting, Criterion, Decimals, Light, LightRules, Plan,
    RatioChild, Rest, Schedule, Signal, Split, TargetTable, allocate, allocate_ratio, awards, dispatch,
    lights, progress,
};
use kaohe::report::{Names, Report};
use kaohe::scheme::model::Target;
use kaohe::{DataError, Labels, Panel, Period};

use crate::draw::Bytes;
use crate::same::{in_words, refused_data};

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// One of the questions.
pub fn planning(data: &[u8]) {
    let mut u = Bytes::of(data);
    match u.upto(4) {
        0 => award(&mut u),
        1 => split(&mut u),
        2 => ratio(&mut u),
        3 => follow(&mut u),
        _ => light(&mut u),
    }
}

fn answer<T>(result: Result<T, DataError>) -> Option<T> {
    result.map_err(|error| refused_data(&error)).ok()
}

/// Mostly a sum of money or a count, sometimes anything.
fn number(u: &mut Bytes<'_>) -> f64 {
    if u.seldom(20) { u.float() } else { u.decimal() }
}

fn maybe(u: &mut Bytes<'_>) -> Option<f64> {
    if u.yes() { Some(number(u)) } else { None }
}

fn some<T>(u: &mut Bytes<'_>, most: usize, mut of: impl FnMut(&mut Bytes<'_>) -> T) -> Vec<T> {
    (0..u.upto(most)).map(|_| of(u)).collect()
}

fn name(u: &mut Bytes<'_>) -> String {
    u.pick(&NAMES).to_owned()
}

fn decimals(u: &mut Bytes<'_>) -> Decimals {
    Decimals(if u.seldom(12) { u.upto(400) as i16 - 50 } else { u.upto(4) as i16 })
}

fn award(u: &mut Bytes<'_>) {
    let mut candidates: Vec<Candidate> = some(u, 8, |u| Candidate {
        entity: name(u),
        level: maybe(u),
        attainment: maybe(u),
        progress: maybe(u),
        floors: some(u, 1, name),
        class: if u.yes() { Some(name(u)) } else { None },
    });
    if !u.seldom(8) {
        candidates.sort_by(|a, b| a.entity.cmp(&b.entity));
        candidates.dedup_by(|a, b| a.entity == b.entity);
    }
    let rules: Vec<AwardRule> = some(u, 3, |u| AwardRule {
        award: name(u),
        criterion: u.pick(&[Criterion::Level, Criterion::Attainment, Criterion::Progress]),
        top: if u.yes() { Some(u.upto(5)) } else { None },
        at_least: maybe(u),
        amount: match u.upto(3) {
            0 => Amount::Each(number(u)),
            1 => Amount::Table(some(u, 4, number)),
            2 => Amount::Pool(number(u)),
            _ => Amount::Proportional(number(u)),
        },
        excluded_by: some(u, 2, name),
        not_with: some(u, 2, name),
        by_class: u.yes(),
        rest: u.pick(&[Rest::Unpaid, Rest::LargestRemainder]),
    });
    let (cap, decimals) = (maybe(u), decimals(u));
    if let Some(given) = answer(awards(&candidates, &rules, cap, decimals)) {
        assert!(given.reconciles(), "{given:?}");
        assert!(given.rows.iter().all(|r| r.amount >= 0.0 && r.amount.is_finite()), "{given:?}");
        in_words(|lang| given.to_markdown(Names::none(), lang));
    }
}

fn split(u: &mut Bytes<'_>) {
    let children: Vec<Child> = some(u, 7, |u| Child {
        last: maybe(u),
        capacity: maybe(u),
        lower: maybe(u),
        upper: maybe(u),
        ..Child::new(name(u), number(u))
    });
    let how = Split { total: number(u), by: by(u), decimals: decimals(u), not_below_last: u.yes() };
    if let Some(parts) = answer(allocate(&children, &how)) {
        assert!(parts.reconciles(), "{parts:?}");
        for (row, child) in parts.rows.iter().zip(&children) {
            assert!(child.lower.is_none_or(|l| row.allocated >= l), "{row:?} below {:?}", child.lower);
            assert!(child.upper.is_none_or(|h| row.allocated <= h), "{row:?} above {:?}", child.upper);
        }
        in_words(|lang| parts.to_markdown(Names::none(), lang));
    }
}

fn by(u: &mut Bytes<'_>) -> By {
    u.pick(&[By::Base, By::Capacity, By::Growth, By::Step, By::Gap, By::Regret])
}

fn ratio(u: &mut Bytes<'_>) {
    let children: Vec<RatioChild> = some(u, 6, |u| RatioChild {
        name: name(u),
        numerator: number(u),
        denominator: number(u),
        capacity: maybe(u),
        lower: maybe(u),
        upper: maybe(u),
    });
    let how = Split { total: 0.0, by: by(u), decimals: decimals(u), not_below_last: u.yes() };
    let (target, factor) = (number(u), u.pick(&[1.0, 100.0, 10_000.0]));
    let denominator = number(u);
    if let Some(parts) = answer(allocate_ratio(&children, &how, target, factor, denominator)) {
        assert!(parts.reconciles(), "{parts:?}");
        in_words(|lang| parts.to_markdown(Names::none(), lang));
    }
}

fn month(u: &mut Bytes<'_>) -> Period {
    Period::parse(&format!("2023-{:02}", 1 + u.upto(11))).expect("a month")
}

fn follow(u: &mut Bytes<'_>) {
    let months = 1 + u.upto(11);
    let (mut entities, mut periods, mut values) = (Vec::new(), Vec::new(), [Vec::new(), Vec::new()]);
    for m in 1..=months {
        for entity in &NAMES[..3] {
            entities.push(*entity);
            periods.push(Period::parse(&format!("2023-{m:02}")).expect("a month"));
            values.iter_mut().for_each(|v| v.push(u.cell()));
        }
    }
    let [p, q] = values;
    let panel = Panel::builder(Labels::from_iter(entities), periods).column("p", p).column("q", q).build();
    let panel = panel.unwrap_or_else(|f| panic!("{f}"));
    let targets: Vec<Target> = some(u, 5, |u| Target {
        indicator: u.pick(&["p", "q", "p", "q", "r"]).to_owned(),
        entity: if u.yes() { Some(name(u)) } else { None },
        period: if u.yes() { Some(u.pick(&["2023", "2023-12", "2022", "x"]).to_owned()) } else { None },
        value: number(u),
    });
    let Some(targets) = answer(TargetTable::new(targets, u.yes())) else { return };
    let mut plan = Plan::new(targets);
    let counting = [Counting::Cumulative, Counting::Flow, Counting::Level];
    plan.counting = u.pick(&counting);
    plan.counting_of =
        IndexMap::from_iter(some(u, 1, |u| (u.pick(&["p", "q"]).to_owned(), u.pick(&counting))));
    plan.schedule = match u.upto(2) {
        0 => Schedule::Even,
        1 => Schedule::Learnt,
        _ => Schedule::Shares(some(u, 12, number)),
    };
    plan.ceilings = some(u, 1, |u| u.pick(&["p", "q", "r"]).to_owned());
    if u.seldom(4) {
        plan.confidence = number(u);
        plan.league_cap = maybe(u);
        plan.lights = rules(u);
    }
    let (at, since) = (month(u), if u.yes() { Some(month(u)) } else { None });
    if let Some(p) = answer(progress(&panel, &plan, at)) {
        in_words(|lang| p.to_markdown(Names::none(), lang));
        for row in &p.rows {
            let numbers = [row.actual, row.target, row.progress];
            assert!(numbers.into_iter().flatten().all(f64::is_finite), "{row:?}");
        }
    }
    if let Some(d) = answer(dispatch(&panel, &plan, at, since)) {
        in_words(|lang| d.to_markdown(Names::none(), lang));
    }
}

fn rules(u: &mut Bytes<'_>) -> LightRules {
    LightRules { green: number(u), yellow: number(u), blue_within: u.upto(12) as u16, met_is_green: u.yes() }
}

/// Nothing jumps from red to green: it clears to yellow first.
fn light(u: &mut Bytes<'_>) {
    let signals: Vec<Signal> =
        some(u, 12, |u| Signal::of(u.cell() / 100.0, u.cell() / 100.0, u.upto(12) as u16));
    let rules = if u.yes() { LightRules::default() } else { rules(u) };
    let shown = lights(&signals, &rules);
    assert_eq!(shown.len(), signals.len());
    if !rules.met_is_green {
        assert!(shown.windows(2).all(|w| w != [Some(Light::Red), Some(Light::Green)]), "{shown:?}");
    }
}
