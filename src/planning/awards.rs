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
//! Equals at the last place share the sums of the places that are left. Equals always get the same: shares are cut to the declared
//! decimals, and units left over go to the largest remainders only where all with the same number get one (with
//! [`Rest::LargestRemainder`] to the first of equals, so that nothing is left). What a cap cuts off, what
//! cannot be shared equally and the sums of places that nobody takes are not paid to others: each is named in
//! [`Awards::unpaid`], so that paid and unpaid sum to the rule's budget. A place beyond the table is named with no sum.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::decimal::{Decimals, sum};
use super::range::Range;
use super::shares::{all_shares, equal_shares};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::Finding;
use crate::number::{Exact, Number};
use crate::panel::Period;
use crate::report::{Digits, Fact, Label, Measure, Names, Report, Sentence, Table};

/// Who may be awarded, and the numbers rules look at; a number that is missing never qualifies.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
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
    /// By place, first to last.
    Table(Vec<f64>),
    /// One sum, shared equally.
    Pool(f64),
    /// One sum, shared in proportion to the number that is looked at, less `at_least`.
    Proportional(f64),
}

/// What becomes of units that equals cannot share equally.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    /// They are not paid: equals get the same.
    #[default]
    Unpaid,
    /// They go to the largest remainders, of equal ones to the first by name: the whole sum is paid.
    LargestRemainder,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// What becomes of units that equals cannot share equally.
    #[serde(default)]
    pub rest: Rest,
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
    /// What is not: see [`Awards::unpaid`].
    pub unspent: f64,
}

/// A sum that a rule sets aside and does not pay.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unpaid {
    /// Award.
    pub award: String,
    /// Why.
    pub reason: Sentence,
    /// How much.
    pub amount: f64,
}

/// All awards.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Awards {
    /// Awards, rule by rule, best first; those excluded after them with nothing.
    pub rows: Vec<AwardRow>,
    /// One line per rule.
    pub purses: Vec<Purse>,
    /// What is not paid and why; the sums of a rule are what its purse has left.
    pub unpaid: Vec<Unpaid>,
    /// Everything that is paid.
    pub paid: f64,
    /// Which places have no amount, and who has no number to be looked at.
    #[serde(skip)]
    notes: Vec<Sentence>,
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
                entity: inner.panel.name_of(row).into_owned(),
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
/// Names twice, `not_with` of an award that does not come before, numbers that are infinite, sums that are not finite or negative, sums with more decimals than are paid, `top` of 0.
///
/// ```
/// use kaohe::planning::{Amount, AwardRule, Candidate, Criterion, Decimals, Rest, awards};
/// let candidate = |entity: &str, level| Candidate { entity: entity.into(), level: Some(level), ..Candidate::default() };
/// let rule = AwardRule {
///     award: "先进".into(), criterion: Criterion::Level, top: None, at_least: None,
///     amount: Amount::Table(vec![100.0, 50.0, 20.0]), excluded_by: vec!["*".into()], not_with: vec![], by_class: false, rest: Rest::Unpaid,
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
    let mut book = Book { cap: cap.map(Exact::of), decimals, ..Book::default() };
    for rule in rules {
        book.pay(candidates, rule);
    }
    let paid = sum(book.rows.iter().map(|r| r.amount)).to_f64();
    let mut notes = unseen(candidates, rules);
    notes.extend(book.notes);
    Ok(Awards { rows: book.rows, purses: book.purses, unpaid: book.unpaid, paid, notes })
}

/// What has been paid so far.
struct Book<'a> {
    cap: Option<Exact>,
    decimals: Decimals,
    rows: Vec<AwardRow>,
    purses: Vec<Purse>,
    unpaid: Vec<Unpaid>,
    notes: Vec<Sentence>,
    /// What everybody got.
    got: HashMap<&'a str, Exact>,
    /// Who holds an award that paid something.
    holders: HashMap<&'a str, Vec<&'a str>>,
    /// Those who compete with each other, best first, by criterion and whether every class does for itself.
    fields: HashMap<(Criterion, bool), Vec<Field<'a>>>,
}

/// Candidates that compete with each other and their numbers, best first.
type Field<'a> = Vec<(&'a Candidate, f64)>;

impl Default for Book<'_> {
    fn default() -> Self {
        Book {
            cap: None,
            decimals: Decimals(0),
            rows: Vec::new(),
            purses: Vec::new(),
            unpaid: Vec::new(),
            notes: Vec::new(),
            got: HashMap::new(),
            holders: HashMap::new(),
            fields: HashMap::new(),
        }
    }
}

impl<'a> Book<'a> {
    /// Pays one rule.
    fn pay(&mut self, candidates: &'a [Candidate], rule: &'a AwardRule) {
        let (mut budget, mut paid) = (Exact::zero(), Exact::zero());
        let mut excluded = Vec::new();
        let mut holders: Vec<&'a str> = Vec::new();
        let key = (rule.criterion, rule.by_class);
        let fields = self.fields.remove(&key).unwrap_or_else(|| fields(candidates, key));
        for field in &fields {
            let taken = self.winners(field, rule, &mut excluded);
            budget = budget.add(&taken.set_aside);
            self.notes.extend(without_amount(rule, taken.winners.len()));
            for winner in &taken.winners {
                let sum = self.within_cap(winner);
                paid = paid.add(&sum);
                if !sum.is_zero() {
                    holders.push(&winner.candidate.entity);
                }
                let amount = sum.to_f64();
                self.rows.push(AwardRow {
                    entity: winner.candidate.entity.clone(),
                    award: rule.award.clone(),
                    reason: reason(winner, rule, amount),
                    amount,
                });
                let cut = winner.sum.sub(&sum);
                if !cut.is_zero() {
                    let code = Sentence::new("award_unpaid_cap").fact("entity", &winner.candidate.entity);
                    self.leave(rule, code, &cut);
                }
            }
            for (reason, left) in taken.left {
                self.leave(rule, reason, &left);
            }
        }
        self.fields.insert(key, fields);
        self.rows.extend(excluded);
        self.holders.entry(&rule.award).or_default().extend(holders);
        self.purses.push(Purse {
            award: rule.award.clone(),
            budget: budget.to_f64(),
            paid: paid.to_f64(),
            unspent: budget.sub(&paid).to_f64(),
        });
    }

    fn leave(&mut self, rule: &AwardRule, reason: Sentence, amount: &Exact) {
        self.unpaid.push(Unpaid { award: rule.award.clone(), reason, amount: amount.to_f64() });
    }

    /// What a winner is paid under the cap.
    fn within_cap(&mut self, winner: &Winner<'a>) -> Exact {
        let before = self.got.entry(&winner.candidate.entity).or_insert_with(Exact::zero);
        let sum = match &self.cap {
            Some(cap) => winner.sum.min(&cap.sub(before)),
            None => winner.sum.clone(),
        };
        *before = before.add(&sum);
        sum
    }
}

impl AwardRule {
    fn shares(&self, total: &Exact, keys: &[Exact], decimals: Decimals) -> (Vec<Exact>, Exact) {
        match self.rest {
            Rest::Unpaid => equal_shares(total, keys, decimals),
            Rest::LargestRemainder => all_shares(total, keys, decimals),
        }
    }
}

/// The places that are taken and have no amount.
fn without_amount(rule: &AwardRule, taken: usize) -> Option<Sentence> {
    let Amount::Table(table) = &rule.amount else { return None };
    let places: Vec<usize> = (table.len() + 1..=taken.min(rule.top.unwrap_or(table.len()))).collect();
    let listed = Fact::list(&places, |place| Sentence::new("award_place").fact("place", *place).into());
    let sentence = Sentence::new("award_places_without").fact("award", &rule.award).fact("places", listed);
    (!places.is_empty()).then_some(sentence)
}

/// Who has no number that a rule looks at, said once a rule.
fn unseen(candidates: &[Candidate], rules: &[AwardRule]) -> Vec<Sentence> {
    let note = |rule: &AwardRule| {
        let without = candidates.iter().filter(|c| looked_at(c, rule.criterion).is_none());
        let names: Vec<String> = without.map(|c| c.entity.clone()).collect();
        let code = match rule.criterion {
            Criterion::Level => "award_no_level",
            Criterion::Attainment => "award_no_attainment",
            Criterion::Progress => "award_no_progress",
        };
        (!names.is_empty()).then(|| super::said::of_some(code, &names).fact("award", &rule.award))
    };
    rules.iter().filter_map(note).collect()
}

/// Whom a rule takes, what it sets aside, and what of it nobody gets.
struct Taken<'a> {
    winners: Vec<Winner<'a>>,
    set_aside: Exact,
    left: Vec<(Sentence, Exact)>,
}

fn check(
    candidates: &[Candidate],
    rules: &[AwardRule],
    cap: Option<f64>,
    decimals: Decimals,
) -> Result<(), DataError> {
    let mut findings = Vec::new();
    findings.extend(decimals.check());
    let mut names = HashSet::new();
    for candidate in candidates {
        if !names.insert(candidate.entity.as_str()) {
            findings.push(Finding::error("award_twice").fact("entity", &candidate.entity));
        }
        let numbers = [candidate.level, candidate.attainment, candidate.progress];
        let infinite = numbers.into_iter().flatten().filter(|x| x.is_infinite());
        findings.extend(infinite.filter_map(|x| Range::Any.refuse(&candidate.entity, x)));
    }
    let mut known: HashSet<&str> = HashSet::new();
    let whole = |x: f64| decimals.steps(&Exact::of(x)).is_some_and(|s| s.is_int());
    let mut sums: Vec<(&str, f64)> = cap.map(|c| ("cap", c)).into_iter().collect();
    for (i, rule) in rules.iter().enumerate() {
        let earlier = || rules[..i].iter().map(|r| r.award.as_str());
        for other in rule.not_with.iter().filter(|award| !known.contains(award.as_str())) {
            let finding = Finding::error("award_no_such").fact("award", &rule.award).fact("other", other);
            findings.push(finding.fact("known", earlier().collect::<Vec<_>>().join(", ")));
        }
        if !known.insert(&rule.award) {
            findings.push(Finding::error("award_name_twice").fact("award", &rule.award));
        }
        let name = |key: &str| format!("{}.{key}", rule.award);
        if rule.top == Some(0) {
            findings.extend(Range::AtLeast(1.0).refuse(&name("top"), 0.0));
        }
        findings.extend(rule.at_least.and_then(|x| Range::Any.refuse(&name("at_least"), x)));
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

/// The fields of a criterion, classes in the order in which they come.
fn fields(candidates: &[Candidate], (criterion, by_class): (Criterion, bool)) -> Vec<Field<'_>> {
    let mut fields: IndexMap<Option<&str>, Field<'_>> = IndexMap::new();
    if !by_class {
        // What a rule sets aside it sets aside without candidates, too.
        fields.insert(None, Vec::new());
    }
    for candidate in candidates {
        let field = fields.entry(candidate.class.as_deref().filter(|_| by_class)).or_default();
        field.extend(looked_at(candidate, criterion).map(|number| (candidate, number)));
    }
    for field in fields.values_mut() {
        field.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.entity.cmp(&b.0.entity)));
    }
    fields.into_values().collect()
}

fn looked_at(candidate: &Candidate, criterion: Criterion) -> Option<f64> {
    let number = match criterion {
        Criterion::Level => candidate.level,
        Criterion::Attainment => candidate.attainment,
        Criterion::Progress => candidate.progress,
    };
    number.filter(|x| x.is_finite())
}

impl<'a> Book<'a> {
    /// Who is awarded, with what.
    fn winners(
        &self,
        field: &[(&'a Candidate, f64)],
        rule: &AwardRule,
        excluded: &mut Vec<AwardRow>,
    ) -> Taken<'a> {
        let places = rule.top.unwrap_or(match &rule.amount {
            Amount::Table(table) => table.len(),
            _ => usize::MAX,
        });
        let barred = self.barred(rule);
        let mut able: Vec<(&Candidate, f64)> = Vec::new();
        let reach = |number: f64| rule.at_least.is_none_or(|least| number >= least);
        for (candidate, number) in field.iter().copied().take_while(|(_, number)| reach(*number)) {
            // Those who would not be reached anyway are not listed; equals of the last one are.
            let full = able.len() >= places;
            if full && able.last().is_none_or(|last| last.1 != number) {
                break;
            }
            match obstacle(candidate, rule, &barred) {
                None => able.push((candidate, number)),
                Some(reason) if !full => excluded.push(AwardRow {
                    entity: candidate.entity.clone(),
                    award: rule.award.clone(),
                    reason,
                    amount: 0.0,
                }),
                Some(_) => {}
            }
        }
        let mut winners: Vec<Winner<'a>> = Vec::new();
        for group in able.chunk_by(|a, b| a.1 == b.1) {
            let place = winners.len();
            if place >= places {
                break;
            }
            winners.extend(group.iter().map(|(candidate, number)| Winner {
                candidate,
                number: *number,
                place: place + 1,
                equals: group.len(),
                sum: Exact::zero(),
            }));
        }
        pay(winners, rule, places, self.decimals)
    }

    /// Who has one of the awards that exclude, and the first of them.
    fn barred<'r>(&self, rule: &'r AwardRule) -> HashMap<&'a str, &'r str> {
        let mut barred = HashMap::new();
        for award in &rule.not_with {
            for holder in self.holders.get(award.as_str()).into_iter().flatten() {
                barred.entry(*holder).or_insert(award.as_str());
            }
        }
        barred
    }
}

/// Why a candidate that qualifies is not awarded.
fn obstacle(candidate: &Candidate, rule: &AwardRule, barred: &HashMap<&str, &str>) -> Option<Sentence> {
    let bars = |floor: &&String| rule.excluded_by.iter().any(|e| e == "*" || e == *floor);
    if let Some(floor) = candidate.floors.iter().find(bars) {
        return Some(Sentence::new("award_floor").fact("floor", floor));
    }
    let award = barred.get(candidate.entity.as_str())?;
    Some(Sentence::new("award_not_with").fact("award", *award))
}

/// Sums for those taken, and what is left of what the rule sets aside.
fn pay<'a>(mut winners: Vec<Winner<'a>>, rule: &AwardRule, places: usize, decimals: Decimals) -> Taken<'a> {
    let mut left = Vec::new();
    let set_aside = match &rule.amount {
        Amount::Each(_) | Amount::Table(_) => by_place(&mut winners, rule, places, decimals, &mut left),
        Amount::Pool(x) | Amount::Proportional(x) => {
            let total = Exact::of(*x);
            let least = Exact::of(rule.at_least.unwrap_or(0.0));
            let above = |w: &Winner<'_>| Exact::of(w.number).sub(&least).max(&Exact::zero());
            let mut keys = vec![Exact::one(); winners.len()];
            if matches!(rule.amount, Amount::Proportional(_)) {
                let own: Vec<Exact> = winners.iter().map(above).collect();
                // Where nobody lies above, everybody gets the same.
                keys = if own.iter().all(Exact::is_zero) { keys } else { own };
            }
            let (shares, rest) = rule.shares(&total, &keys, decimals);
            winners.iter_mut().zip(shares).for_each(|(w, share)| w.sum = share);
            let reason = match winners.len() {
                0 => Sentence::new("award_unpaid_nobody"),
                n => Sentence::new("award_unpaid_unequal").fact("equals", n),
            };
            left.push((reason, rest));
            total
        }
    };
    left.retain(|(_, sum)| !sum.is_zero());
    Taken { winners, set_aside, left }
}

/// Pays by place, equals sharing the sums of the places they hold; returns what all places have together.
fn by_place(
    winners: &mut [Winner<'_>],
    rule: &AwardRule,
    places: usize,
    decimals: Decimals,
    left: &mut Vec<(Sentence, Exact)>,
) -> Exact {
    let of = |place: usize| match &rule.amount {
        Amount::Each(x) => Exact::of(*x),
        Amount::Table(table) => table.get(place).copied().map_or_else(Exact::zero, Exact::of),
        _ => Exact::zero(),
    };
    let mut all = Exact::zero();
    for group in winners.chunk_by_mut(|a, b| a.place == b.place) {
        let start = group[0].place - 1;
        let sums = (start..(start + group.len()).min(places)).fold(Exact::zero(), |s, p| s.add(&of(p)));
        let (shares, rest) = rule.shares(&sums, &vec![Exact::one(); group.len()], decimals);
        let reason = Sentence::new("award_unpaid_unequal").fact("equals", group.len());
        left.push((reason, rest));
        group.iter_mut().zip(shares).for_each(|(w, share)| w.sum = share);
        all = all.add(&sums);
    }
    if let Amount::Table(table) = &rule.amount {
        for place in winners.len()..table.len().min(places) {
            left.push((Sentence::new("award_unpaid_place").fact("place", place + 1), of(place)));
            all = all.add(&of(place));
        }
    }
    all
}

fn reason(winner: &Winner<'_>, rule: &AwardRule, amount: f64) -> Sentence {
    if let Amount::Table(table) = &rule.amount
        && winner.place > table.len()
    {
        return Sentence::new("award_no_amount").fact("place", winner.place).fact("places", table.len());
    }
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
    let sentence = Sentence::new(code).fact("place", winner.place);
    let sentence = match rule.criterion {
        Criterion::Attainment => sentence.fact("number", Fact::Percent(winner.number, Digits::AtMost(2))),
        Criterion::Level | Criterion::Progress => sentence.points("number", winner.number, 4),
    };
    let sentence =
        if winner.equals > 1 && cut.is_zero() { sentence.fact("equals", winner.equals) } else { sentence };
    if cut.is_zero() {
        sentence
    } else {
        sentence.points("sum", winner.sum.to_f64(), 9).points("cut", cut.to_f64(), 9)
    }
}

impl Awards {
    /// Whether paid and unspent sum to the budget in every rule, the rows to what is paid, and what is named to what is not.
    pub fn reconciles(&self) -> bool {
        let purse = |p: &Purse| {
            let own = sum(self.rows.iter().filter(|r| r.award == p.award).map(|r| r.amount));
            let left = sum(self.unpaid.iter().filter(|u| u.award == p.award).map(|u| u.amount));
            sum([p.paid, p.unspent]) == Exact::of(p.budget)
                && own == Exact::of(p.paid)
                && left == Exact::of(p.unspent)
        };
        self.purses.iter().all(purse) && sum(self.rows.iter().map(|r| r.amount)) == Exact::of(self.paid)
    }
}

impl Report for Awards {
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        super::said::awards(self)
    }

    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        self.notes.clone()
    }

    /// The awards, what each purse holds, and what is not paid.
    fn tables(&self, _: Names<'_>) -> Vec<Table> {
        let typed = || Measure::default();
        let awards = Table::of("awards", &self.rows)
            .entities(|r| &r.entity)
            .names("award", "col_award", |r| &r.award, Label::plain)
            .said("reason", "col_reason", |r| Some(r.reason.clone()))
            .number("amount", "col_amount", typed(), |r| r.amount)
            .total(self.paid);
        let purses = Table::of("purses", &self.purses)
            .names("award", "col_award", |p| &p.award, Label::plain)
            .number("budget", "col_budget", typed(), |p| p.budget)
            .number("paid", "col_paid", typed(), |p| p.paid)
            .number("unspent", "col_unspent", typed(), |p| p.unspent);
        let unpaid = Table::of("unpaid", &self.unpaid)
            .names("award", "col_award", |u| &u.award, Label::plain)
            .number("amount", "col_amount", typed(), |u| u.amount)
            .said("reason", "col_reason", |u| Some(u.reason.clone()));
        vec![awards.done(), purses.done().titled("table_purses"), unpaid.done().titled("table_unpaid")]
    }
}

#[cfg(test)]
#[path = "awards_tests.rs"]
mod tests;
