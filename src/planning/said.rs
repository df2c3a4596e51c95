//! Planning in words: what a progress report, a dispatch, a split, a list of awards or of targets comes to.

use super::allocate::{Allocation, AllocationRow, By};
use super::awards::{AwardRow, Awards};
use super::dispatch::{Dispatch, LeagueRow, LightChange};
use super::lights::Light;
use super::progress::{Progress, ProgressRow};
use super::ratio::{RatioAllocation, RatioRow};
use super::suggest::Suggestion;
use super::tally::Tally;
use super::targets::Rate;
use crate::number::Number;
use crate::report::{Digits, Fact, Measure, Names, Sentence};

/// How many are named; the others are counted.
const NAMED: usize = 3;

/// Indicators whose counts are said; the table has all.
const INDICATORS: usize = 6;

/// What holds of some, the first few named.
pub(super) fn of_some(code: &'static str, names: &[String]) -> Sentence {
    let who = Fact::few(names, NAMED, |name| name.as_str().into());
    Sentence::new(code).fact("count", names.len()).fact("who", who)
}

/// A share in per cent.
fn share(share: f64) -> Fact {
    Fact::Percent(share, Digits::AtMost(1))
}

/// Counts of lights, those that nobody has left out.
fn lights(count: impl Fn(Option<Light>) -> usize) -> Fact {
    let lights = [
        (Some(Light::Green), "count_green"),
        (Some(Light::Blue), "count_blue"),
        (Some(Light::Yellow), "count_yellow"),
        (Some(Light::Red), "count_red"),
        (None, "count_dark"),
    ];
    let counted = lights.into_iter().map(|(light, code)| (code, count(light))).filter(|(_, n)| *n > 0);
    Fact::List(counted.map(|(code, n)| Sentence::new(code).fact("count", n).into()).collect())
}

/// How many lights of each colour, how many targets are met and behind, in all and by indicator, and who is furthest behind.
pub(super) fn progress(progress: &Progress, names: Names<'_>) -> Vec<Sentence> {
    let with: Vec<&ProgressRow> = progress.rows.iter().filter(|r| r.target.is_some()).collect();
    let begin = |code| Sentence::new(code).when("period", &progress.period);
    if with.is_empty() {
        return vec![begin("progress_none")];
    }
    let count = |light: Option<Light>| with.iter().filter(|r| r.light == light).count();
    let mut said = vec![begin("progress_lights").fact("count", with.len()).fact("lights", lights(count))];
    let whole = Tally::sum(&progress.by_entity);
    let mut counted = Sentence::new("progress_counts").fact("counts", counts(&whole));
    let good = progress.by_entity.iter().filter(|t| t.behind + t.no_data == 0).count();
    counted = counted.fact("entities", progress.by_entity.len()).fact("good", good);
    said.push(counted);
    if progress.by_indicator.len() > 1 {
        let one = |t: &Tally| {
            let of = Sentence::new("count_indicator").fact("indicator", names.label(&t.name));
            of.fact("targets", t.targets).fact("counts", counts(t))
        };
        let of = progress.by_indicator.iter().take(INDICATORS).map(one).collect();
        said.push(Sentence::new("progress_by_indicator").fact("indicators", Fact::Clauses(of)));
    }
    // Exactly: 35 of 60 in July is on schedule.
    let mut behind: Vec<&&ProgressRow> = with.iter().filter(|r| r.exact.is_less(&r.due)).collect();
    let lag = |r: &ProgressRow| r.elapsed - r.progress.unwrap_or(0.0);
    behind.sort_by(|a, b| lag(b).total_cmp(&lag(a)));
    let Some(worst) = behind.first() else {
        if count(None) == 0 {
            said.push(begin("progress_on_schedule"));
        }
        return said;
    };
    let value = |x: Option<f64>| Fact::Quantity(x.unwrap_or(f64::NAN), names.measure(&worst.indicator));
    let code = if worst.rate == Rate::Increment { "progress_behind_increment" } else { "progress_behind" };
    said.push(
        begin(code)
            .fact("count", behind.len())
            .fact("entity", &worst.entity)
            .fact("indicator", names.label(&worst.indicator))
            .fact("actual", value(worst.actual))
            .fact("base", value(worst.base))
            .fact("target", value(worst.target))
            .fact("progress", share(worst.progress.unwrap_or(f64::NAN)))
            .fact("due", share(worst.elapsed)),
    );
    said
}

/// By what stocks and ratios are judged, and which inputs there are not: each said once.
pub(super) fn progress_notes(progress: &Progress) -> Vec<Sentence> {
    let levels = || progress.rows.iter().filter(|r| r.level && r.target.is_some());
    let by_increment = levels().filter(|r| r.rate == Rate::Increment).count();
    let by_completion = levels().count() - by_increment;
    let mut notes = Vec::new();
    for (count, code) in [(by_increment, "rate_increment"), (by_completion, "rate_completion")] {
        if count > 0 {
            notes.push(Sentence::new(code).fact("count", count));
        }
    }
    let lacking: Vec<&ProgressRow> = levels().filter(|r| r.lacks_base).collect();
    if !lacking.is_empty() {
        let who = Fact::few(&lacking, NAMED, |r| r.entity.as_str().into());
        notes.push(Sentence::new("rate_no_base").fact("count", lacking.len()).fact("who", who));
    }
    let open = |r: &&ProgressRow| r.forecast.is_some() && r.low.is_none();
    let open = progress.rows.iter().filter(open).count();
    if open > 0 {
        notes.push(Sentence::new("forecast_no_interval").fact("count", open));
    }
    notes
}

/// Counts of targets, those that there are none of left out.
fn counts(tally: &Tally) -> Fact {
    let counts = [
        ("count_done", tally.done),
        ("count_on_schedule", tally.on_schedule),
        ("count_behind", tally.behind),
        ("count_dark", tally.no_data),
    ];
    let some = counts.into_iter().filter(|(_, n)| *n > 0);
    Fact::List(some.map(|(code, n)| Sentence::new(code).fact("count", n).into()).collect())
}

/// Who leads and who comes last, who moved most, and which lights changed.
pub(super) fn dispatch(dispatch: &Dispatch, names: Names<'_>) -> Vec<Sentence> {
    let begin = |code| Sentence::new(code).when("period", &dispatch.progress.period);
    // Where a cap cut something off, both means are said.
    let mean = |row: &LeagueRow| {
        if row.progress == row.uncapped {
            return share(row.progress);
        }
        let both = Sentence::new("mean_both").fact("capped", share(row.progress));
        both.fact("uncapped", share(row.uncapped)).into()
    };
    let one = |sentence: Sentence, row: &LeagueRow| {
        sentence.fact("entity", &row.entity).fact("progress", mean(row)).fact("due", share(row.elapsed))
    };
    let mut said = Vec::new();
    if let [first, .., last] = &dispatch.league[..] {
        let sentence = one(begin("dispatch_league").fact("count", dispatch.league.len()), first);
        said.push(sentence.fact("last", &last.entity).fact("last_progress", mean(last)));
    } else if let [only] = &dispatch.league[..] {
        said.push(one(begin("dispatch_one"), only));
    }
    let by_change = |up: bool| {
        let moved = dispatch.league.iter().filter_map(|r| Some((r, r.rank_change?)));
        let sign = if up { 1.0 } else { -1.0 };
        moved.filter(|(_, c)| sign * c > 0.0).rev().max_by(|a, b| (sign * a.1).total_cmp(&(sign * b.1)))
    };
    for (code, moved) in [("dispatch_up", by_change(true)), ("dispatch_down", by_change(false))] {
        said.extend(moved.map(|(row, places)| {
            Sentence::new(code)
                .fact("entity", &row.entity)
                .points("places", places.abs(), 1)
                .points("rank", row.rank, 1)
        }));
    }
    if !dispatch.changes.is_empty() {
        let red: Vec<&LightChange> = dispatch.changes.iter().filter(|c| c.now == Light::Red).collect();
        let better = dispatch.changes.iter().filter(|c| c.before.is_some_and(|b| c.now < b)).count();
        let worse = dispatch.changes.iter().filter(|c| c.before.is_some_and(|b| c.now > b)).count();
        let code = if red.is_empty() { "dispatch_changes" } else { "dispatch_changes_red" };
        let who = Fact::few(&red, NAMED, |c| {
            let sentence = Sentence::new("whose").fact("entity", &c.entity);
            sentence.fact("indicator", names.label(&c.indicator)).into()
        });
        let sentence = Sentence::new(code).fact("count", dispatch.changes.len()).fact("red", red.len());
        said.push(sentence.fact("better", better).fact("worse", worse).fact("who", who));
    }
    said.extend(progress(&dispatch.progress, names));
    said
}

/// First what is unlike anything seen; then each target with how it comes about, of many the first few; who is there already; and for
/// how many there is none.
pub(super) fn suggestions(suggestions: &[Suggestion], names: Names<'_>) -> Vec<Sentence> {
    let all = |holds: fn(&Suggestion) -> bool| -> Vec<&Suggestion> {
        suggestions.iter().filter(|s| holds(s)).collect()
    };
    let targets = all(|s| s.target.is_some());
    let (there, none) = (all(|s| s.there), all(|s| s.target.is_none() && !s.there));
    let outside = all(|s| s.beyond_history);
    let who = |of: &[&Suggestion]| Fact::few(of, NAMED, |s| s.entity.as_str().into());
    let mut said = Vec::new();
    let by_change = |s: &&&Suggestion| s.beyond.as_ref().and_then(|b| b.change).map_or(0.0, f64::abs);
    let farthest = outside.iter().rev().max_by(|a, b| by_change(a).total_cmp(&by_change(b)));
    if let Some((first, beyond)) = farthest.and_then(|s| Some((s, s.beyond.as_ref()?))) {
        if suggestions.len() > 1 {
            let count = Sentence::new("suggest_beyond").fact("count", outside.len());
            said.push(count.fact("who", who(&outside)));
        }
        said.push(beyond.said(&first.entity, "", names));
    }
    let one = |(i, s): (usize, &&Suggestion)| {
        let assumption = s.assumption.clone().filter(|_| i == 0);
        let code = if assumption.is_some() { "suggest_target_if" } else { "suggest_target" };
        Sentence::new(code)
            .fact("assumption", assumption)
            .fact("entity", &s.entity)
            .when("period", &s.period)
            .fact("indicator", names.label(&s.indicator))
            .quantity("target", s.target.unwrap_or(f64::NAN), names.measure(&s.indicator))
            .fact("reason", s.reason.clone())
    };
    said.extend(targets.iter().take(NAMED).enumerate().map(one));
    if targets.len() > NAMED {
        said.push(Sentence::new("suggest_more").fact("count", targets.len() - NAMED));
    }
    for (code, of) in [("suggest_there_are", &there), ("suggest_none", &none)] {
        if !of.is_empty() {
            said.push(Sentence::new(code).fact("count", of.len()).fact("who", who(of)));
        }
    }
    said
}

/// What was split how, who has most and least, and who is held by a bound.
pub(super) fn allocation(allocation: &Allocation) -> Vec<Sentence> {
    let number = |x: f64| Fact::Quantity(x, Measure::default());
    let part = |row: &AllocationRow| {
        Fact::from(Sentence::new("part_of").fact("child", &row.child).fact("part", number(row.allocated)))
    };
    let rows = &allocation.rows;
    let by = Sentence::new(match allocation.by {
        By::Base => "allocate_by_base",
        By::Capacity => "allocate_by_capacity",
        By::Growth => "allocate_by_growth",
        By::Step => "allocate_by_step",
        By::Gap => "allocate_by_gap",
        By::Regret => "allocate_by_regret",
    });
    let order = |a: &&AllocationRow, b: &&AllocationRow| a.allocated.total_cmp(&b.allocated);
    let ends = rows.iter().rev().max_by(order).zip(rows.iter().min_by(order));
    let Some((most, least)) = ends else { return Vec::new() };
    let code = if rows.len() == 1 { "allocate_one" } else { "allocate_said" };
    let sentence = Sentence::new(code).fact("total", number(allocation.total)).fact("count", rows.len());
    let mut said = Vec::new();
    let outside: Vec<&AllocationRow> = rows.iter().filter(|r| r.beyond_history).collect();
    if let (Some((whose, largest)), false) = (&allocation.largest_growth, outside.is_empty()) {
        let who = Fact::few(&outside, NAMED, |r| {
            let sentence = Sentence::new("part_of").fact("child", &r.child);
            sentence.fact("part", share(r.growth.unwrap_or(f64::NAN))).into()
        });
        let sentence = Sentence::new("allocate_beyond").fact("count", outside.len()).fact("who", who);
        said.push(sentence.fact("largest", share(*largest)).fact("whose", whose));
    }
    said.push(sentence.fact("by", by).fact("most", part(most)).fact("least", part(least)));
    let bound: Vec<&AllocationRow> = rows.iter().filter(|r| r.bound).collect();
    if !bound.is_empty() {
        let who = Fact::few(&bound, NAMED, |r| part(r));
        said.push(Sentence::new("allocate_bound").fact("count", bound.len()).fact("who", who));
    }
    said
}

/// What the parent needs and reaches, and between which ratios the children lie.
pub(super) fn ratio(allocation: &RatioAllocation) -> Vec<Sentence> {
    let number = |x: f64| Fact::Quantity(x, Measure::default());
    let ratio = |x: f64| Fact::Quantity(x, Measure::pure(Digits::AtMost(4)));
    let order = |a: &&RatioRow, b: &&RatioRow| a.ratio.total_cmp(&b.ratio);
    let rows = &allocation.rows;
    let ends = rows.iter().rev().max_by(order).zip(rows.iter().min_by(order));
    let Some((most, least)) = ends else { return Vec::new() };
    let part = |row: &RatioRow| {
        Fact::from(Sentence::new("part_of").fact("child", &row.child).fact("part", ratio(row.ratio)))
    };
    let whole = Sentence::new("ratio_whole")
        .fact("ratio", ratio(allocation.ratio))
        .fact("denominator", number(allocation.denominator))
        .fact("numerator", number(allocation.numerator))
        .fact("reached", ratio(allocation.reached));
    let parts = Sentence::new("ratio_parts").fact("count", rows.len());
    vec![whole, parts.fact("most", part(most)).fact("least", part(least))]
}

/// Who gets what, award by award; what is not paid; who was excluded.
pub(super) fn awards(awards: &Awards) -> Vec<Sentence> {
    let number = |x: f64| Fact::Quantity(x, Measure::default());
    let excluded = |r: &AwardRow| matches!(r.reason.code, "award_floor" | "award_not_with");
    let mut said = Vec::new();
    for purse in &awards.purses {
        let rows: Vec<&AwardRow> =
            awards.rows.iter().filter(|r| r.award == purse.award && !excluded(r)).collect();
        let code = match (rows.is_empty(), purse.unspent == 0.0) {
            (true, _) => "awards_nobody",
            (false, true) => "awards_paid",
            (false, false) => "awards_paid_part",
        };
        let who = Fact::few(&rows, NAMED, |r| {
            Sentence::new("part_of").fact("child", &r.entity).fact("part", number(r.amount)).into()
        });
        let sentence = Sentence::new(code).fact("award", &purse.award).fact("count", rows.len());
        let sentence = sentence.fact("who", who).fact("paid", number(purse.paid));
        said.push(sentence.fact("unspent", number(purse.unspent)).fact("budget", number(purse.budget)));
    }
    if awards.purses.len() > 1 {
        said.push(Sentence::new("awards_all").fact("paid", number(awards.paid)));
    }
    let out: Vec<&AwardRow> = awards.rows.iter().filter(|r| excluded(r)).collect();
    if !out.is_empty() {
        let who = Fact::few(&out, NAMED, |r| {
            Sentence::new("award_out").fact("entity", &r.entity).fact("award", &r.award).into()
        });
        said.push(Sentence::new("awards_excluded").fact("count", out.len()).fact("who", who));
    }
    said
}
