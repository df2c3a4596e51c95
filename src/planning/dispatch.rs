//! A dispatch (调度会): the league table, and who changed light since the last one, and why.

use indexmap::IndexMap;
use serde::Serialize;

use super::lights::Light;
use super::plan::Plan;
use super::progress::{Progress, ProgressRow, progress, same_year};
use crate::error::DataError;
use crate::method::ranking::Ties;
use crate::number::{Exact, Number};
use crate::panel::{Panel, Period};
use crate::report::{Digits, Fact, Names, Report, Sentence, Shown, Table};

/// An entity in the league table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeagueRow {
    /// Entity.
    pub entity: String,
    /// Mean progress over its targets, each at most `league_cap`; a target without data counts as nothing done.
    pub progress: f64,
    /// The same without a cap.
    pub uncapped: f64,
    /// Mean of what is due.
    pub elapsed: f64,
    /// Rank by mean progress, equals sharing the better one.
    pub rank: f64,
    /// Rank at the dispatch before.
    pub rank_before: Option<f64>,
    /// `rank_before − rank`: positive is up.
    pub rank_change: Option<f64>,
    /// Targets on green, blue, yellow and red, and without light.
    pub green: usize,
    /// See `green`.
    pub blue: usize,
    /// See `green`.
    pub yellow: usize,
    /// See `green`.
    pub red: usize,
    /// See `green`.
    pub dark: usize,
}

/// A light that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LightChange {
    /// Entity.
    pub entity: String,
    /// Indicator.
    pub indicator: String,
    /// Before; `None` if there were no data.
    pub before: Option<Light>,
    /// Now.
    pub now: Light,
    /// Why.
    pub reason: Sentence,
}

/// Everything a dispatch shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dispatch {
    /// Progress now.
    pub progress: Progress,
    /// Entities, best first.
    pub league: Vec<LeagueRow>,
    /// The same by rank change, most places up first; those without an earlier rank last.
    pub movers: Vec<String>,
    /// Lights that changed since the dispatch before, worst first.
    pub changes: Vec<LightChange>,
    /// Most that one target counts in a mean.
    pub league_cap: Option<f64>,
    /// The dispatch that it is compared with, if there is one.
    pub since: Option<String>,
}

/// The dispatch at the end of a period, compared with the one at `since` (by default the period before, within the year).
///
/// # Errors
/// As [`progress()`].
pub fn dispatch(
    panel: &Panel,
    plan: &Plan,
    at: Period,
    since: Option<Period>,
) -> Result<Dispatch, DataError> {
    let now = progress(panel, plan, at)?;
    let since = match since {
        Some(since) => Some(since),
        None => Some(at.back(1)).filter(|p| same_year(*p, at) && panel.period_index(*p).is_some()),
    };
    let before = since.map(|since| progress(panel, plan, since)).transpose()?;
    let ranks_before = before.as_ref().map(|b| ranks(&means(b, plan.league_cap)));
    let (capped, uncapped) = (means(&now, plan.league_cap), means(&now, None));
    let own = ranks(&capped);
    let mut rows_of: IndexMap<&str, Vec<&ProgressRow>> = IndexMap::new();
    for row in now.rows.iter().filter(|r| r.target.is_some()) {
        rows_of.entry(row.entity.as_str()).or_default().push(row);
    }
    let mut league: Vec<LeagueRow> = capped
        .iter()
        .map(|(entity, mean)| {
            let rank = own.get(entity).copied().unwrap_or(f64::NAN);
            let rank_before = ranks_before.as_ref().and_then(|r| r.get(entity)).copied();
            let rows = rows_of.get(entity.as_str()).map_or(&[][..], Vec::as_slice);
            let count = |light: Option<Light>| rows.iter().filter(|r| r.light == light).count();
            let due = rows.iter().fold(Exact::zero(), |a, r| a.add(&r.due));
            LeagueRow {
                entity: entity.clone(),
                progress: mean.to_f64(),
                uncapped: uncapped.get(entity).map_or(f64::NAN, Exact::to_f64),
                elapsed: due.div(&Exact::of(rows.len() as f64)).to_f64(),
                rank,
                rank_before,
                rank_change: rank_before.map(|b| b - rank),
                green: count(Some(Light::Green)),
                blue: count(Some(Light::Blue)),
                yellow: count(Some(Light::Yellow)),
                red: count(Some(Light::Red)),
                dark: count(None),
            }
        })
        .collect();
    league.sort_by(|a, b| a.rank.total_cmp(&b.rank));
    let mut movers: Vec<&LeagueRow> = league.iter().collect();
    movers.sort_by(|a, b| {
        let up = |r: &LeagueRow| r.rank_change.unwrap_or(f64::NEG_INFINITY);
        up(b).total_cmp(&up(a))
    });
    let movers = movers.into_iter().map(|r| r.entity.clone()).collect();
    let changes = changes(&now, before.as_ref());
    let since = since.map(|since| panel.period_text(since));
    Ok(Dispatch { progress: now, league, movers, changes, league_cap: plan.league_cap, since })
}

/// Mean progress by entity, exactly, entities in the order of the rows; only targets count.
fn means(progress: &Progress, cap: Option<f64>) -> IndexMap<String, Exact> {
    let mut sums: IndexMap<String, (Exact, f64)> = IndexMap::new();
    for row in progress.rows.iter().filter(|r| r.target.is_some()) {
        let own = match (&row.exact, cap) {
            (Exact::Missing | Exact::Irrational, _) => Exact::zero(),
            (share, Some(cap)) => share.min(&Exact::of(cap)),
            (share, None) => share.clone(),
        };
        let (sum, count) = sums.entry(row.entity.clone()).or_insert((Exact::zero(), 0.0));
        *sum = sum.add(&own);
        *count += 1.0;
    }
    sums.into_iter().map(|(entity, (sum, count))| (entity, sum.div(&Exact::of(count)))).collect()
}

/// Ranks by mean progress, decided exactly.
fn ranks(means: &IndexMap<String, Exact>) -> IndexMap<String, f64> {
    let mut means: Vec<(&String, &Exact)> = means.iter().collect();
    means.sort_by(|a, b| b.1.order(a.1).unwrap_or(std::cmp::Ordering::Equal));
    let groups: Vec<usize> = means.chunk_by(|a, b| a.1 == b.1).map(<[_]>::len).collect();
    means.into_iter().map(|(entity, _)| entity.clone()).zip(Ties::Competition.ranks(groups)).collect()
}

fn changes(now: &Progress, before: Option<&Progress>) -> Vec<LightChange> {
    let Some(before) = before else { return Vec::new() };
    let earlier: IndexMap<(&str, &str), &ProgressRow> =
        before.rows.iter().map(|r| ((r.entity.as_str(), r.indicator.as_str()), r)).collect();
    let mut changes: Vec<LightChange> = now
        .rows
        .iter()
        .filter_map(|row| {
            let old = earlier.get(&(row.entity.as_str(), row.indicator.as_str()));
            let (light, was) = (row.light?, old.and_then(|o| o.light));
            (was != Some(light)).then(|| LightChange {
                entity: row.entity.clone(),
                indicator: row.indicator.clone(),
                before: was,
                now: light,
                reason: reason(row, old.copied(), light),
            })
        })
        .collect();
    changes.sort_by_key(|c| std::cmp::Reverse(c.now));
    changes
}

/// Why a light is what it is now.
fn reason(row: &ProgressRow, old: Option<&ProgressRow>, light: Light) -> Sentence {
    let met = row.exact.is_at_least(&Exact::one());
    let was_red = old.is_some_and(|o| o.light == Some(Light::Red));
    let on_schedule = row.exact.is_at_least(&row.due);
    let code = match light {
        Light::Green if met => "light_met",
        Light::Green => "light_on_schedule",
        Light::Blue => "light_near",
        Light::Yellow if was_red && on_schedule => "light_caught_up",
        Light::Red if row.pace_needed.is_none() => "light_overdue",
        Light::Yellow | Light::Red => "light_behind",
    };
    let done = |r: Option<&ProgressRow>| share(r.and_then(|r| r.progress).unwrap_or(f64::NAN));
    let sentence = Sentence::new(code).fact("before", done(old)).fact("progress", done(Some(row)));
    sentence.fact("due", share(row.elapsed))
}

/// A share in per cent.
fn share(share: f64) -> Fact {
    Fact::Percent(share, Digits::AtMost(1))
}

impl Report for Dispatch {
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        super::said::dispatch(self, names)
    }

    /// The league table, the lights that changed, and every entity and indicator.
    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let league = Table::of("league", &self.league)
            .entities(|r| &r.entity)
            .percent(
                "progress",
                if self.league_cap.is_some() { "col_mean_capped" } else { "col_mean" },
                1,
                |r| r.progress,
            )
            .percent("uncapped", "col_mean_uncapped", 1, |r| r.uncapped)
            .only(if self.league_cap.is_some() { Shown::Everywhere } else { Shown::Frames })
            .percent("elapsed", "col_elapsed", 1, |r| r.elapsed)
            .ranks("rank", "col_rank", |r| r.rank)
            .ranks("rank_before", "col_rank_before", |r| r.rank_before)
            .places("rank_change", "col_rank_change", |r| r.rank_change)
            .counts("green", "light_green", |r| r.green)
            .counts("blue", "light_blue", |r| r.blue)
            .counts("yellow", "light_yellow", |r| r.yellow)
            .counts("red", "light_red", |r| r.red)
            .counts("dark", "col_dark", |r| r.dark);
        let changes = Table::of("changes", &self.changes)
            .entities(|r| &r.entity)
            .names("indicator", "col_indicator", |r| &r.indicator, |id| names.label(id))
            .lights("before", "col_light_before", |r| r.before.map(Light::name))
            .lights("now", "col_light_now", |r| Some(r.now.name()))
            .said("reason", "col_reason", |r| Some(r.reason.clone()));
        let all = super::progress::table(&self.progress.rows, names).titled("table_progress");
        let counted = super::tally::tables(&self.progress.by_entity, &self.progress.by_indicator, names);
        let [league, changes] =
            [league.done().titled("table_league"), changes.done().titled("table_changes")];
        [league, changes, all].into_iter().chain(counted).collect()
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        let mut notes = super::said::progress_notes(&self.progress);
        notes.extend(self.league_cap.map(|cap| Sentence::new("dispatch_capped").fact("cap", share(cap))));
        if self.since.is_none() {
            notes.push(Sentence::new("dispatch_first").when("period", &self.progress.period));
        }
        notes
    }
}
