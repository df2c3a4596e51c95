//! The bridge: why a total moved from one row to another.
//!
//! # Formula
//! ```text
//! printed total = raw total + other periods' share + adjustments + floors + rounding      (stage by stage, each a difference)
//! Δ raw total   = Σ worth_i · Δ score_i + weights + aggregation + rounding on the way      (the climb up the tree)
//! Δ score_i     = own value + own base + target + class + anchors of the others            (Owen's value over the rule)
//! ```
//! Between two schemes every side is assessed by the other's scheme too; method and data share the change as Shapley does,
//! and each of the two data steps is split as above.
//!
//! An anchor is a cause of the others' data even where the entity itself sets it.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::attribute::{Sum, change, close};
use super::climb::{climb, same_tree};
use super::score::{self, Player};
use super::walk::{Walk, walk};
use super::{Side, name_of, words};
use crate::assess::Assessment;
use crate::assess::tree::Upper;
use crate::error::DataError;
use crate::exec;
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::panel::Period;
use crate::scheme::model::Document;
use crate::text::{self, Lang};

/// Why a total moves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The entity's own values.
    Own,
    /// What the entity's values are compared with of its own: its earlier values.
    Base,
    /// Its targets.
    Target,
    /// What the others' data make of the named anchor (`min`, `max`, `mean` …) or of the `ranks`.
    Others(String),
    /// Values that rest on data filled in on either side.
    Imputed,
    /// Indicators that are missing or do not apply on either side.
    Missing,
    /// The scoring or the weights of another class.
    Class,
    /// Other weights.
    Weights,
    /// Other formulas, rules, parameters or indicators.
    Rules,
    /// Another way of aggregating.
    Aggregation,
    /// The share of the entity's other periods.
    Periods,
    /// Bonuses, deductions, factors and the cap of the total.
    Adjustments,
    /// Floors and vetoes.
    Floors,
    /// Rounding.
    Rounding,
}

impl Cause {
    /// Stable name, `own`, `others:max`.
    pub fn name(&self) -> String {
        match self {
            Cause::Others(anchor) => format!("others:{anchor}"),
            other => other.code().trim_start_matches("cause_").to_owned(),
        }
    }

    /// Title in a language.
    pub fn title(&self, lang: Lang) -> String {
        match self {
            Cause::Others(anchor) => {
                let word = match anchor.as_str() {
                    "min" => "anchor_word_min",
                    "max" => "anchor_word_max",
                    "mean" => "anchor_word_mean",
                    "median" => "anchor_word_median",
                    "pooled" => "anchor_word_pooled",
                    "sd" => "anchor_word_sd",
                    "count" => "anchor_word_count",
                    "first" => "anchor_word_first",
                    "ranks" => "anchor_word_ranks",
                    "all" => "anchor_word_all",
                    _ => "anchor_word_other",
                };
                let word = text::render(word, lang, &[("anchor", anchor.clone())]);
                text::render("cause_others", lang, &[("anchor", word)])
            }
            other => text::render(other.code(), lang, &[]),
        }
    }

    /// The cause of a name, as [`Cause::name`] gives it.
    pub(super) fn named(name: &str) -> Option<Cause> {
        const ALL: [Cause; 13] = [
            Cause::Own,
            Cause::Base,
            Cause::Target,
            Cause::Imputed,
            Cause::Missing,
            Cause::Class,
            Cause::Weights,
            Cause::Rules,
            Cause::Aggregation,
            Cause::Periods,
            Cause::Adjustments,
            Cause::Floors,
            Cause::Rounding,
        ];
        match name.strip_prefix("others:") {
            Some(anchor) => Some(Cause::Others(anchor.to_owned())),
            None => ALL.into_iter().find(|c| c.name() == name),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Cause::Own => "cause_own",
            Cause::Base => "cause_base",
            Cause::Target => "cause_target",
            Cause::Others(_) => "cause_others",
            Cause::Imputed => "cause_imputed",
            Cause::Missing => "cause_missing",
            Cause::Class => "cause_class",
            Cause::Weights => "cause_weights",
            Cause::Rules => "cause_rules",
            Cause::Aggregation => "cause_aggregation",
            Cause::Periods => "cause_periods",
            Cause::Adjustments => "cause_adjustments",
            Cause::Floors => "cause_floors",
            Cause::Rounding => "cause_rounding",
        }
    }
}

impl Serialize for Cause {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&self.name())
    }
}

/// One cause and its points.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BridgeRow {
    /// Why.
    pub cause: Cause,
    /// Points of the total.
    pub effect: f64,
}

/// A cause within one indicator.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BridgePart {
    /// Why.
    pub cause: Cause,
    /// Where; none for causes of the total as a whole.
    pub indicator: Option<String>,
    /// Points of the total.
    pub effect: f64,
}

/// Why a total moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bridge {
    /// Entity.
    pub entity: String,
    /// Period before.
    pub since: String,
    /// Period after.
    pub until: String,
    /// Total before, as printed.
    pub before: f64,
    /// Total after, as printed.
    pub after: f64,
    /// The change; the effects sum to it.
    pub total: f64,
    /// By cause, in the order of [`Cause`].
    pub rows: Vec<BridgeRow>,
    /// By cause and indicator; they sum to the change too.
    pub parts: Vec<BridgePart>,
    /// How the rank moved; none where many bridges are built at once.
    pub walk: Option<Walk>,
}

impl Assessment {
    /// Why the total of an entity moved between two periods.
    ///
    /// # Missing values
    /// An entity without a total in one of the periods has no bridge.
    ///
    /// # Errors
    /// An unknown entity or period; a total that is missing.
    pub fn bridge(&self, entity: &str, since: Period, until: Period) -> Result<Bridge, DataError> {
        let rows = [self.row(entity, since)?, self.row(entity, until)?];
        bridge_between(self, rows[0], self, rows[1])
    }

    /// The bridges of every entity that has a total in both periods, without their rank walks.
    ///
    /// # Errors
    /// An unknown period.
    pub fn bridges(&self, since: Period, until: Period) -> Result<Vec<Bridge>, DataError> {
        let (from, to) = (self.period(since)?, self.period(until)?);
        let panel = self.panel();
        let rows: Vec<[usize; 2]> =
            panel.rows_of(to).filter_map(|r| Some([panel.row(from, panel.entity_of(r))?, r])).collect();
        let inner = &*self.inner;
        let chunks: Vec<&[[usize; 2]]> = rows.chunks(256).collect();
        let bridges = exec::map(chunks, |chunk| {
            let sides = |rows: &[usize; 2]| rows.map(|row| Side { inner, row });
            chunk.iter().filter_map(|rows| data_bridge(sides(rows))).collect::<Vec<_>>()
        });
        Ok(bridges.into_iter().flatten().collect())
    }
}

/// Why the total moved from a row of one assessment to a row of another: the same data under two schemes, two vintages of
/// the data, two periods, or all of it at once.
///
/// # Errors
/// A row that does not exist, a missing total, or data that lack what the other side's scheme needs.
pub fn bridge_between(
    a: &Assessment,
    row_a: usize,
    b: &Assessment,
    row_b: usize,
) -> Result<Bridge, DataError> {
    for (assessment, row) in [(a, row_a), (b, row_b)] {
        if row >= assessment.panel().len() {
            let rows = assessment.panel().len();
            let finding = Finding::error("analysis_no_row").fact("row", row).fact("rows", rows);
            return Err(DataError::new(vec![finding]));
        }
    }
    let crossed = Crossed::of(a, b)?;
    let mut bridge = crossed.bridge(row_a, row_b).ok_or_else(|| {
        let side = if a.totals()[row_a].is_nan() { (a, row_a) } else { (b, row_b) };
        let place = side.0.panel().place(side.1, None);
        let finding = Finding::error("analysis_no_total")
            .fact("entity", place.entity.clone().unwrap_or_default())
            .fact("period", place.period.clone().unwrap_or_default());
        DataError::new(vec![finding.placed(place)])
    })?;
    bridge.walk = Some(walk([Side { inner: &a.inner, row: row_a }, Side { inner: &b.inner, row: row_b }]));
    Ok(bridge)
}

/// Two assessments, and each one's data under the other's scheme where the schemes differ.
pub(super) struct Crossed<'a> {
    ends: [&'a Assessment; 2],
    /// Data of the first under the scheme of the second, and the other way round.
    across: Option<[Assessment; 2]>,
}

impl<'a> Crossed<'a> {
    pub(super) fn of(a: &'a Assessment, b: &'a Assessment) -> Result<Self, DataError> {
        let same = a.scheme().document() == b.scheme().document();
        let across = if same {
            None
        } else {
            let with = |scheme: &Assessment, data: &Assessment| {
                scheme.scheme().assess_with(data.panel(), &super::options(data, scheme.scheme()))
            };
            Some([with(b, a)?, with(a, b)?])
        };
        Ok(Crossed { ends: [a, b], across })
    }

    pub(super) fn bridge(&self, row_a: usize, row_b: usize) -> Option<Bridge> {
        let side = |assessment: &'a Assessment, row: usize| Side { inner: &assessment.inner, row };
        let ends = [side(self.ends[0], row_a), side(self.ends[1], row_b)];
        let Some([first, second]) = &self.across else { return data_bridge(ends) };
        // Corners: data × method, each a change of the unrounded total.
        let (a_b, b_a) =
            (Side { inner: &first.inner, row: row_a }, Side { inner: &second.inner, row: row_b });
        let mut ledger = Ledger::default();
        for (pair, method) in
            [([ends[0], a_b], true), ([b_a, ends[1]], true), ([ends[0], b_a], false), ([a_b, ends[1]], false)]
        {
            ledger.merge(unrounded(pair, method)?, 0.5);
        }
        finish(ends, ledger)
    }
}

fn data_bridge(sides: [Side<'_>; 2]) -> Option<Bridge> {
    finish(sides, unrounded(sides, false)?)
}

/// Effects by cause and indicator.
#[derive(Debug, Default)]
struct Ledger(BTreeMap<(Cause, Option<usize>), (Sum, Option<String>)>);

impl Ledger {
    fn add(&mut self, cause: Cause, indicator: Option<(usize, &str)>, effect: f64) {
        if effect != 0.0 {
            let entry = self.0.entry((cause, indicator.map(|i| i.0))).or_default();
            entry.0.add(effect);
            entry.1 = indicator.map(|i| i.1.to_owned());
        }
    }

    fn merge(&mut self, other: Ledger, share: f64) {
        for ((cause, at), (sum, id)) in other.0 {
            let id = id.unwrap_or_default();
            self.add(cause, at.map(|i| (i, id.as_str())), share * sum.value());
        }
    }
}

/// The stages of one side's total: raw, blended, adjusted, after floors.
fn stages(side: Side<'_>) -> [f64; 4] {
    let (near, last) = (side.inner.near(), side.inner.last());
    let root = near.score(side.plan().root(), side.row).v;
    let end = side.inner.totals.unrounded.score[side.row];
    let document = side.inner.scheme.document();
    if document.total.blend.is_none() && document.adjustments.is_empty() && document.total.cap.is_none() {
        return [root, root, root, end];
    }
    [root, last.raw(&near, side.row).v, last.adjusted(&near, side.row).v, end]
}

/// The change of the unrounded total; the method's where the two sides have the same data.
fn unrounded(sides: [Side<'_>; 2], method: bool) -> Option<Ledger> {
    let ends = sides.map(stages);
    if ends.iter().flatten().any(|x| x.is_nan()) {
        return None;
    }
    let mut ledger = Ledger::default();
    for (k, cause) in [Cause::Periods, Cause::Adjustments, Cause::Floors].into_iter().enumerate() {
        ledger.add(cause, None, (ends[1][k + 1] - ends[1][k]) - (ends[0][k + 1] - ends[0][k]));
    }
    let raw = ends[1][0] - ends[0][0];
    if method && !same_tree(sides[0].plan(), sides[1].plan()) {
        ledger.add(Cause::Rules, None, raw);
        return Some(ledger);
    }
    let climb = climb(sides);
    let weights = match (method, sides[0].class() == sides[1].class()) {
        (true, _) => Cause::Weights,
        (false, false) => Cause::Class,
        (false, true) => Cause::Missing,
    };
    ledger.add(weights, None, climb.weights);
    ledger.add(Cause::Aggregation, None, climb.aggregation);
    ledger.add(Cause::Rounding, None, climb.rounding);
    let document = sides[1].inner.scheme.document();
    for (i, worth) in climb.worth.iter().enumerate().filter(|(_, w)| **w != 0.0) {
        let at = Some((i, document.indicators[i].id.as_str()));
        let moved = sides[1].score(i) - sides[0].score(i);
        if method {
            ledger.add(Cause::Rules, at, worth * moved);
        } else if !score::is_scored(sides, i) {
            ledger.add(Cause::Missing, at, worth * moved);
        } else {
            let imputed = sides.iter().any(|s| score::is_imputed(*s, i));
            for (player, effect) in score::split(sides, i, None).players {
                ledger.add(cause(player, imputed), at, worth * effect);
            }
        }
    }
    Some(ledger)
}

pub(super) fn cause(player: Player, imputed: bool) -> Cause {
    match player {
        Player::Now if imputed => Cause::Imputed,
        Player::Now => Cause::Own,
        Player::Base => Cause::Base,
        Player::Target => Cause::Target,
        Player::Class => Cause::Class,
        Player::Anchor(anchor) => Cause::Others(anchor_name(&anchor)),
        Player::Ranks => Cause::Others("ranks".to_owned()),
        Player::Others => Cause::Others("all".to_owned()),
    }
}

fn anchor_name(anchor: &Anchor) -> String {
    anchor.to_string()
}

/// Rounds the total off: the effects of the unrounded total and the rounding, summing to the printed change.
fn finish(sides: [Side<'_>; 2], mut ledger: Ledger) -> Option<Bridge> {
    let printed = sides.map(|s| s.inner.totals.shown()[s.row]);
    let rounded = sides.map(|s| s.inner.totals.printed.is_some());
    let total = change(printed[0], printed[1]);
    if total.is_nan() {
        return None;
    }
    if rounded.contains(&true) {
        let off = sides.map(|s| s.inner.totals.shown()[s.row] - s.inner.totals.unrounded.score[s.row]);
        ledger.add(Cause::Rounding, None, off[1] - off[0]);
    }
    let mut parts: Vec<BridgePart> = ledger
        .0
        .into_iter()
        .map(|((cause, _), (sum, indicator))| BridgePart { cause, indicator, effect: sum.value() })
        .collect();
    let mut effects: Vec<f64> = parts.iter().map(|p| p.effect).collect();
    close(&mut effects, total);
    parts.iter_mut().zip(effects).for_each(|(p, e)| p.effect = e);
    let mut rows: Vec<BridgeRow> = Vec::new();
    for chunk in parts.chunk_by(|a, b| a.cause == b.cause) {
        let sum: Sum = chunk.iter().map(|p| p.effect).collect();
        rows.push(BridgeRow { cause: chunk[0].cause.clone(), effect: sum.value() });
    }
    let mut effects: Vec<f64> = rows.iter().map(|r| r.effect).collect();
    close(&mut effects, total);
    rows.iter_mut().zip(effects).for_each(|(r, e)| r.effect = e);
    Some(Bridge {
        entity: sides[1].entity(),
        since: sides[0].period(),
        until: sides[1].period(),
        before: printed[0],
        after: printed[1],
        total,
        rows,
        parts,
        walk: None,
    })
}

impl Bridge {
    /// Rows of the frame `cause, effect`.
    pub fn to_rows(&self) -> &[BridgeRow] {
        &self.rows
    }

    /// Effect of one cause, 0 where it had none.
    pub fn effect(&self, cause: &Cause) -> f64 {
        self.rows.iter().find(|r| r.cause == *cause).map_or(0.0, |r| r.effect)
    }

    /// The cause that moved the total most.
    pub fn main(&self) -> Option<&BridgeRow> {
        self.rows.iter().max_by(|a, b| a.effect.abs().total_cmp(&b.effect.abs()))
    }

    /// The change and its causes in one sentence, largest first; `document` gives the titles of the indicators.
    pub fn sentence(&self, document: &Document, lang: Lang) -> String {
        let mut rows: Vec<&BridgeRow> = self.rows.iter().collect();
        rows.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
        let causes: Vec<String> = rows
            .iter()
            .take(4)
            .map(|r| {
                let facts = [
                    ("cause", r.cause.title(lang)),
                    ("effect", words::signed(r.effect, 2)),
                    ("where", self.place(&r.cause, document, lang)),
                ];
                text::render("bridge_cause", lang, &facts)
            })
            .collect();
        let facts = [
            ("entity", self.entity.clone()),
            ("since", self.since.clone()),
            ("until", self.until.clone()),
            ("before", words::number(self.before, 4)),
            ("after", words::number(self.after, 4)),
            ("change", words::signed(self.total, 4)),
            ("causes", causes.join(if lang == Lang::Zh { "；" } else { "; " })),
        ];
        text::render(if rows.is_empty() { "bridge_still" } else { "bridge_sentence" }, lang, &facts)
    }

    /// On which indicator a cause worked mainly, in brackets.
    fn place(&self, cause: &Cause, document: &Document, lang: Lang) -> String {
        let parts = self.parts.iter().filter(|p| p.cause == *cause);
        let most = parts.max_by(|a, b| a.effect.abs().total_cmp(&b.effect.abs()));
        let Some(indicator) = most.and_then(|p| p.indicator.as_ref()) else { return String::new() };
        text::render("bridge_where", lang, &[("indicator", name_of(document, indicator, lang))])
    }

    /// All sentences: the total, then the rank.
    pub fn sentences(&self, document: &Document, lang: Lang) -> Vec<String> {
        let mut lines = vec![self.sentence(document, lang)];
        lines.extend(self.walk.iter().flat_map(|w| w.sentences(document, lang)));
        lines
    }

    /// The sentences and the table.
    pub fn to_markdown(&self, document: &Document, lang: Lang) -> String {
        let mut rows: Vec<Vec<String>> =
            self.rows.iter().map(|r| vec![r.cause.title(lang), words::signed(r.effect, 4)]).collect();
        rows.push(vec![text::render("head_total", lang, &[]), words::signed(self.total, 4)]);
        let table = words::titled(&["head_cause", "head_effect"], &rows, lang);
        format!("{}\n\n{table}", self.sentences(document, lang).join("\n\n"))
    }
}

#[cfg(feature = "json")]
#[cfg(test)]
#[path = "bridge_tests.rs"]
mod tests;
