//! Awards (奖补): rules as data, paid to the last fen.
//!
//! # Rule
//! A rule looks at one number of every candidate: its level (those who lead), its attainment of the target (those who deliver) or
//! its progress (those who catch up). Of those not excluded, it takes the first `top` and those that reach `at_least`, and pays
//!
//! ```text
//! each      the same sum to everyone
//! table     a sum by place; equals share the sums of the places they hold
//! pool      one sum, shared equally or in proportion to what lies above `at_least`
//! ```
//! Equals at the last place share the sums of the places that are left. Shares are cut to the declared decimals and the units
//! left over go to the largest remainders, equals by name. What a cap cuts off is not paid to others: it is shown as unspent,
//! so that paid and unspent sum to the rule's budget.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::allocate::{By, Child, Split, allocate};
use super::decimal::{Decimals, sum};
use super::sentence::Sentence;
use super::table::{markdown, number};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::Finding;
use crate::number::{Exact, Number};
use crate::panel::Period;
use crate::text::Lang;

/// Who may be awarded, and the numbers rules look at; a number that is missing never qualifies.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Candidate {
    /// Entity.
    pub entity: String,
    /// Level: the total.
    pub level: Option<f64>,
    /// Attainment of the target, 1 is met.
    pub attainment: Option<f64>,
    /// Progress: the change against the period before.
    pub progress: Option<f64>,
    /// Floors and vetoes that apply to it.
    pub floors: Vec<String>,
    /// Class; a rule with `by_class` pays every class alike.
    pub class: Option<String>,
}

/// What a rule looks at; more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Those who lead.
    #[default]
    Level,
    /// Those who deliver.
    Attainment,
    /// Those who catch up.
    Progress,
}

/// What a rule pays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// This to everyone.
    Each(f64),
    /// By place, first to last; as many places as sums.
    Table(Vec<f64>),
    /// One sum, shared equally.
    Pool(f64),
    /// One sum, shared in proportion to the number that is looked at, less `at_least`.
    Proportional(f64),
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AwardRule {
    /// Name of the award.
    pub award: String,
    /// What it looks at.
    pub criterion: Criterion,
    /// How many are awarded; all who qualify if none (a table: as many as it has sums).
    pub top: Option<usize>,
    /// Least number that qualifies.
    pub at_least: Option<f64>,
    /// What it pays.
    pub amount: Amount,
    /// Floors that exclude; with `"*"` any floor does.
    pub excluded_by: Vec<String>,
    /// Earlier awards that exclude (a leader is not paid for catching up, too).
    pub not_with: Vec<String>,
    /// Whether every class has its own places and sums.
    pub by_class: bool,
}

/// One award of one entity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AwardRow {
    /// Entity.
    pub entity: String,
    /// Award.
    pub award: String,
    /// Why, and why this sum.
    pub reason: Sentence,
    /// What is paid; 0 for one that was excluded.
    pub amount: f64,
}

/// What a rule spent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Purse {
    /// Award.
    pub award: String,
    /// What the rule sets aside: the pool, the table's sums, or the sums of those awarded.
    pub budget: f64,
    /// What is paid.
    pub paid: f64,
    /// What is not: places without candidate, sums cut by the cap.
    pub unspent: f64,
}

/// All awards.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Awards {
    /// Awards, rule by rule, best first; those excluded after them with nothing.
    pub rows: Vec<AwardRow>,
    /// One line a rule.
    pub purses: Vec<Purse>,
    /// Everything that is paid.
    pub paid: f64,
}

impl Assessment {
    /// Candidates of a period: level is the total, progress its change against the period before, with the floors that apply.
    /// Attainment is for the caller to set.
    ///
    /// # Errors
    /// A period that the data lack.
    pub fn candidates(&self, period: Period) -> Result<Vec<Candidate>, DataError> {
        let inner = &self.inner;
        let p = self.period(period)?;
        let rows = inner.panel.rows_of(p).filter(|r| inner.data().counts(*r));
        let document = self.scheme().document();
        let candidate = |row: usize| {
            let total = Exact::of(self.totals()[row]);
            let before = inner.panel.lagged(row, 1).map_or(Exact::Missing, |r| Exact::of(self.totals()[r]));
            let number = |x: Exact| Some(x.to_f64()).filter(|x| x.is_finite());
            Candidate {
                entity: inner.panel.entity_name(inner.panel.entity_of(row)).into_owned(),
                progress: number(total.sub(&before)),
                level: number(total),
                attainment: None,
                floors: inner.totals.floors_of(row).map(|f| document.floors[f].id.clone()).collect(),
                class: self.class(row).map(str::to_owned),
            }
        };
        Ok(rows.map(candidate).collect())
    }
}

/// A candidate a rule takes, its number, and the sum.
struct Winner<'a> {
    candidate: &'a Candidate,
    number: f64,
    place: usize,
    equals: usize,
    sum: Exact,
}

/// Pays awards by rules; `cap` is the most one entity may get in all.
///
/// # Errors
/// Names twice, sums that are not finite or negative, sums with more decimals than are paid.
///
/// ```
/// use kaohe::planning::{Amount, AwardRule, Candidate, Criterion, Decimals, awards};
/// let candidate = |entity: &str, level| Candidate { entity: entity.into(), level: Some(level), ..Candidate::default() };
/// let rule = AwardRule {
///     award: "先进".into(), criterion: Criterion::Level, top: None, at_least: None,
///     amount: Amount::Table(vec![100.0, 50.0, 20.0]), excluded_by: vec!["*".into()], not_with: vec![], by_class: false,
/// };
/// let paid = awards(&[candidate("甲", 90.0), candidate("乙", 88.0), candidate("丙", 88.0)], &[rule], None, Decimals(2))?;
/// let sums: Vec<f64> = paid.rows.iter().map(|r| r.amount).collect();
/// assert_eq!(sums, [100.0, 35.0, 35.0]);        // 2nd and 3rd place are shared
/// # Ok::<(), kaohe::DataError>(())
/// ```
pub fn awards(
    candidates: &[Candidate],
    rules: &[AwardRule],
    cap: Option<f64>,
    decimals: Decimals,
) -> Result<Awards, DataError> {
    check(candidates, rules, cap, decimals)?;
    let mut rows: Vec<AwardRow> = Vec::new();
    let mut purses = Vec::new();
    let mut got: IndexMap<&str, Exact> = IndexMap::new();
    for rule in rules {
        let (mut budget, mut paid) = (Exact::zero(), Exact::zero());
        let mut excluded = Vec::new();
        for field in fields(candidates, rule.by_class) {
            let (winners, set_aside) = winners(&field, rule, &rows, decimals, &mut excluded)?;
            budget = budget.add(&set_aside);
            for winner in winners {
                let before = got.entry(winner.candidate.entity.as_str()).or_insert_with(Exact::zero);
                let room = cap.map(|cap| Exact::of(cap).sub(before));
                let sum = room.map_or(winner.sum.clone(), |room| winner.sum.min(&room));
                *before = before.add(&sum);
                paid = paid.add(&sum);
                let amount = sum.to_f64();
                let reason = reason(&winner, rule, amount);
                rows.push(AwardRow {
                    entity: winner.candidate.entity.clone(),
                    award: rule.award.clone(),
                    reason,
                    amount,
                });
            }
        }
        rows.extend(excluded);
        let unspent = budget.sub(&paid).to_f64();
        purses.push(Purse {
            award: rule.award.clone(),
            budget: budget.to_f64(),
            paid: paid.to_f64(),
            unspent,
        });
    }
    let paid = sum(rows.iter().map(|r| r.amount)).to_f64();
    Ok(Awards { rows, purses, paid })
}

fn check(
    candidates: &[Candidate],
    rules: &[AwardRule],
    cap: Option<f64>,
    decimals: Decimals,
) -> Result<(), DataError> {
    let mut findings = Vec::new();
    let mut names = std::collections::HashSet::new();
    for candidate in candidates {
        if !names.insert(candidate.entity.as_str()) {
            findings.push(Finding::error("award_twice").fact("entity", &candidate.entity));
        }
    }
    let whole = |x: f64| decimals.steps(&Exact::of(x)).is_some_and(|s| s.is_int());
    let mut sums: Vec<(&str, f64)> = cap.map(|c| ("cap", c)).into_iter().collect();
    for rule in rules {
        match &rule.amount {
            Amount::Each(x) | Amount::Pool(x) | Amount::Proportional(x) => sums.push((&rule.award, *x)),
            Amount::Table(table) => sums.extend(table.iter().map(|x| (rule.award.as_str(), *x))),
        }
    }
    for (award, x) in sums {
        if !(0.0..=1e12).contains(&x) || !whole(x) {
            let finding = Finding::error("award_sum").fact("award", award).fact("value", x);
            findings.push(finding.fact("decimals", decimals.0));
        }
    }
    if findings.is_empty() { Ok(()) } else { Err(DataError::new(findings)) }
}

/// Candidates that compete with each other.
fn fields(candidates: &[Candidate], by_class: bool) -> Vec<Vec<&Candidate>> {
    if !by_class {
        return vec![candidates.iter().collect()];
    }
    let mut classes: IndexMap<Option<&str>, Vec<&Candidate>> = IndexMap::new();
    for candidate in candidates {
        classes.entry(candidate.class.as_deref()).or_default().push(candidate);
    }
    classes.into_values().collect()
}

fn looked_at(candidate: &Candidate, criterion: Criterion) -> Option<f64> {
    let number = match criterion {
        Criterion::Level => candidate.level,
        Criterion::Attainment => candidate.attainment,
        Criterion::Progress => candidate.progress,
    };
    number.filter(|x| x.is_finite())
}

/// Who is awarded, with what; and what the rule sets aside.
fn winners<'a>(
    field: &[&'a Candidate],
    rule: &AwardRule,
    earlier: &[AwardRow],
    decimals: Decimals,
    excluded: &mut Vec<AwardRow>,
) -> Result<(Vec<Winner<'a>>, Exact), DataError> {
    let mut ranked: Vec<(&Candidate, f64)> =
        field.iter().filter_map(|c| Some((*c, looked_at(c, rule.criterion)?))).collect();
    ranked.retain(|(_, x)| rule.at_least.is_none_or(|least| *x >= least));
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.entity.cmp(&b.0.entity)));
    let places = match (&rule.amount, rule.top) {
        (Amount::Table(table), top) => top.map_or(table.len(), |t| t.min(table.len())),
        (_, top) => top.unwrap_or(usize::MAX),
    };
    let mut able: Vec<(&Candidate, f64)> = Vec::new();
    for (candidate, number) in ranked {
        match obstacle(candidate, rule, earlier) {
            None => able.push((candidate, number)),
            // Those who would not have been reached anyway are not listed.
            Some(reason) if able.len() < places => excluded.push(AwardRow {
                entity: candidate.entity.clone(),
                award: rule.award.clone(),
                reason,
                amount: 0.0,
            }),
            Some(_) => {}
        }
    }
    let mut taken: Vec<Winner<'a>> = Vec::new();
    for group in able.chunk_by(|a, b| a.1 == b.1) {
        let place = taken.len();
        if place >= places {
            break;
        }
        let blank = |(candidate, number): &(&'a Candidate, f64)| Winner {
            candidate,
            number: *number,
            place: place + 1,
            equals: group.len(),
            sum: Exact::zero(),
        };
        taken.extend(group.iter().map(blank));
    }
    let set_aside = pay(&mut taken, rule, places, decimals)?;
    Ok((taken, set_aside))
}

/// Why a candidate that qualifies is not awarded.
fn obstacle(candidate: &Candidate, rule: &AwardRule, earlier: &[AwardRow]) -> Option<Sentence> {
    let bars = |floor: &&String| rule.excluded_by.iter().any(|e| e == "*" || e == *floor);
    if let Some(floor) = candidate.floors.iter().find(bars) {
        return Some(Sentence::new("award_floor").fact("floor", floor));
    }
    let has = |award: &&String| {
        earlier.iter().any(|r| r.entity == candidate.entity && r.award == **award && r.amount > 0.0)
    };
    rule.not_with.iter().find(has).map(|award| Sentence::new("award_not_with").fact("award", award))
}

/// Sums for those taken; returns what the rule sets aside.
fn pay(
    taken: &mut [Winner<'_>],
    rule: &AwardRule,
    places: usize,
    decimals: Decimals,
) -> Result<Exact, DataError> {
    let by_place = |place: usize| match &rule.amount {
        Amount::Each(x) => Exact::of(*x),
        Amount::Table(table) => Exact::of(table.get(place - 1).copied().unwrap_or(0.0)),
        _ => Exact::zero(),
    };
    match &rule.amount {
        Amount::Each(_) | Amount::Table(_) => {
            let mut start = 0;
            while start < taken.len() {
                let end = start + taken[start].equals;
                let sums = (start..end.min(places)).fold(Exact::zero(), |s, i| s.add(&by_place(i + 1)));
                share(&mut taken[start..end], &sums, |_| Exact::one(), decimals)?;
                start = end;
            }
            let held = match &rule.amount {
                Amount::Table(table) => table.len().min(places),
                _ => taken.len().min(places),
            };
            Ok((0..held).fold(Exact::zero(), |s, i| s.add(&by_place(i + 1))))
        }
        Amount::Pool(x) => {
            share(taken, &Exact::of(*x), |_| Exact::one(), decimals)?;
            Ok(Exact::of(*x))
        }
        Amount::Proportional(x) => {
            let least = Exact::of(rule.at_least.unwrap_or(0.0));
            let above = |w: &Winner<'_>| Exact::of(w.number).sub(&least).max(&Exact::zero());
            let any = taken.iter().any(|w| !above(w).is_zero());
            share(taken, &Exact::of(*x), |w| if any { above(w) } else { Exact::one() }, decimals)?;
            Ok(Exact::of(*x))
        }
    }
}

/// Shares a sum in proportion to a key, to the last unit.
fn share(
    winners: &mut [Winner<'_>],
    total: &Exact,
    key: impl Fn(&Winner<'_>) -> Exact,
    decimals: Decimals,
) -> Result<(), DataError> {
    if winners.is_empty() {
        return Ok(());
    }
    let children: Vec<Child> =
        winners.iter().map(|w| Child::new(&w.candidate.entity, key(w).to_f64())).collect();
    let split = Split { total: total.to_f64(), by: By::Base, decimals, not_below_last: false };
    let parts = allocate(&children, &split)?;
    for (winner, part) in winners.iter_mut().zip(parts.rows) {
        winner.sum = Exact::of(part.allocated);
    }
    Ok(())
}

fn reason(winner: &Winner<'_>, rule: &AwardRule, amount: f64) -> Sentence {
    let cut = winner.sum.sub(&Exact::of(amount));
    let code = match (rule.criterion, cut.is_zero(), winner.equals > 1) {
        (_, false, _) => "award_capped",
        (Criterion::Level, _, false) => "award_level",
        (Criterion::Attainment, _, false) => "award_attainment",
        (Criterion::Progress, _, false) => "award_progress",
        (Criterion::Level, _, true) => "award_level_equal",
        (Criterion::Attainment, _, true) => "award_attainment_equal",
        (Criterion::Progress, _, true) => "award_progress_equal",
    };
    let sentence = Sentence::new(code).fact("place", winner.place).fact("number", winner.number);
    let sentence =
        if winner.equals > 1 && cut.is_zero() { sentence.fact("equals", winner.equals) } else { sentence };
    if cut.is_zero() { sentence } else { sentence.fact("sum", winner.sum.to_f64()).fact("cut", cut.to_f64()) }
}

impl Awards {
    /// Whether paid and unspent sum to the budget in every rule, and the rows to what is paid.
    pub fn reconciles(&self) -> bool {
        let purse = |p: &Purse| {
            let own = sum(self.rows.iter().filter(|r| r.award == p.award).map(|r| r.amount));
            sum([p.paid, p.unspent]) == Exact::of(p.budget) && own == Exact::of(p.paid)
        };
        self.purses.iter().all(purse) && sum(self.rows.iter().map(|r| r.amount)) == Exact::of(self.paid)
    }

    /// The rows as a table, then the purses.
    pub fn to_markdown(&self, lang: Lang) -> String {
        let headings = ["plan_col_entity", "plan_col_award", "plan_col_amount", "plan_col_reason"];
        let rows = self
            .rows
            .iter()
            .map(|r| vec![r.entity.clone(), r.award.clone(), number(Some(r.amount)), r.reason.message(lang)]);
        let mut out = markdown(lang, &headings, rows);
        out.push('\n');
        let headings = ["plan_col_award", "plan_col_budget", "plan_col_paid", "plan_col_unspent"];
        let rows = self.purses.iter().map(|p| {
            vec![p.award.clone(), number(Some(p.budget)), number(Some(p.paid)), number(Some(p.unspent))]
        });
        out.push_str(&markdown(lang, &headings, rows));
        out
    }
}

#[cfg(test)]
#[path = "awards_tests.rs"]
mod tests;
