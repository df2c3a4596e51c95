//! Allocation (目标分解): a parent's target over its children, exactly.
//!
//! # Method
//! Every way of splitting is a line per child in one common parameter, held within the child's bounds:
//!
//! ```text
//! a_i(θ) = min(max(c_i + θ·k_i, lower_i), upper_i)            Σ a_i(θ) = total
//!
//! base          θ · base_i                        proportional to any key
//! capacity      θ · capacity_i
//! equal growth  last_i · θ                        everyone grows at the same rate
//! equal step    last_i + θ                        everyone adds the same amount
//! equal gap     last_i + θ · (capacity_i − last_i)    everyone closes the same share of its gap
//! regret        see [`By::Regret`]
//! ```
//! The sum is a broken line in `θ`; the place where it meets the total is found exactly in rationals. Then every number is cut
//! to the declared decimals and the units left over go to the largest remainders, equals by name. Bounds are first drawn in to
//! those decimals, so that no rounding leaves them. All this is in whole numbers of any size; a part must fit a float.

use dashu_int::IBig;
use dashu_ratio::RBig;
use serde::{Deserialize, Serialize};

use super::decimal::{Decimals, MOST, sum};
use crate::error::DataError;
use crate::finding::Finding;
use crate::number::{Exact, Number, Rational, shift_decimal};
use crate::report::{Label, Measure, Names, Report, Sentence, Table};

/// A child that gets a part of the target.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Child {
    /// Name.
    pub name: String,
    /// Key of [`By::Base`].
    pub base: f64,
    /// Last year's number. If none: no growth is shown, and ways of splitting that go by it take the base.
    pub last: Option<f64>,
    /// Numbers of the years before, oldest first: what growth is compared with.
    pub history: Vec<f64>,
    /// What it could reach at best; key of [`By::Capacity`], end of the gap of [`By::Gap`].
    pub capacity: Option<f64>,
    /// Least it may get.
    pub lower: Option<f64>,
    /// Most it may get.
    pub upper: Option<f64>,
}

impl Child {
    /// A child with a base and no bounds.
    pub fn new(name: impl Into<String>, base: f64) -> Self {
        Child { name: name.into(), base, ..Child::default() }
    }

    fn last(&self) -> f64 {
        self.last.unwrap_or(self.base)
    }

    /// The largest growth from one year to the next.
    fn largest_growth(&self) -> Option<f64> {
        let years: Vec<f64> = self.history.iter().copied().chain(self.last).collect();
        let pairs = years.windows(2).filter(|w| w[0] > 0.0 && w[1].is_finite());
        pairs.map(|w| w[1] / w[0] - 1.0).max_by(f64::total_cmp)
    }
}

/// How a target is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// In proportion to the base.
    #[default]
    Base,
    /// In proportion to the capacity.
    Capacity,
    /// The same growth rate over last year for everyone.
    Growth,
    /// The same amount more than last year for everyone.
    Step,
    /// The same share of everyone's gap between last year and capacity.
    Gap,
    /// The least of the greatest regrets. A child's regret is its largest distance to what the other ways (those that its data
    /// allow) would give it, relative to last year's number:
    ///
    /// ```text
    /// min max_i max_m |a_i − a_i^m| / last_i
    /// ```
    /// Found by filling up from the child with the least regret; what is left to choose follows the middle of each child's range.
    Regret,
}

/// What is split, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// The parent's target.
    pub total: f64,
    /// How it is split.
    pub by: By,
    /// Decimals of the parts: 0 for whole numbers.
    pub decimals: Decimals,
    /// Whether no child may get less than last year.
    pub not_below_last: bool,
}

/// A child's part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AllocationRow {
    /// Name.
    pub child: String,
    /// Its base.
    pub base: f64,
    /// Its part of the whole.
    pub share: Option<f64>,
    /// What it gets.
    pub allocated: f64,
    /// Growth over last year, where that was given.
    pub growth: Option<f64>,
    /// Whether that is more than any child has grown in a year.
    pub beyond_history: bool,
    /// Least it may get, in the declared decimals.
    pub lower: Option<f64>,
    /// Most it may get, in the declared decimals.
    pub upper: Option<f64>,
    /// Whether a bound decided.
    pub bound: bool,
}

/// A target that was split; the parts sum to it exactly.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Allocation {
    /// What was split.
    pub total: f64,
    /// How.
    pub by: By,
    /// One row per child, in the caller's order.
    pub rows: Vec<AllocationRow>,
    /// The largest growth of a child in a year, where histories were given, and whose it was.
    pub largest_growth: Option<(String, f64)>,
    /// Whether the way of splitting goes by last year.
    #[serde(skip)]
    goes_by_last: bool,
    /// Who has no number of last year.
    #[serde(skip)]
    pub(crate) without_last: Vec<String>,
}

/// A child's line and bounds, in whole steps of the declared decimals (the line exactly, the bounds drawn in).
pub(crate) struct Line {
    c: RBig,
    k: RBig,
    lower: Option<IBig>,
    upper: Option<IBig>,
}

impl Line {
    fn at(&self, theta: &RBig) -> RBig {
        self.held(&self.c + theta * &self.k)
    }

    fn held(&self, x: RBig) -> RBig {
        match (self.lower.clone().map(RBig::from), self.upper.clone().map(RBig::from)) {
            (Some(low), _) if x < low => low,
            (_, Some(high)) if x > high => high,
            _ => x,
        }
    }

    /// Where it leaves its lower and reaches its upper bound.
    fn breaks(&self) -> impl Iterator<Item = RBig> {
        let at = |bound: &Option<IBig>| {
            let bound = bound.clone().filter(|_| self.k != RBig::ZERO);
            bound.map(|b| (RBig::from(b) - &self.c) / &self.k)
        };
        at(&self.lower).into_iter().chain(at(&self.upper))
    }
}

/// Splits a target over children so that the parts sum to it exactly.
///
/// # Errors
/// No children, names twice, numbers that are not finite or keys that are negative, a total with more decimals than the parts may
/// have, bounds that exclude each other or cannot hold the total, a part of more than fifteen digits: all of them named.
///
/// ```
/// use kaohe::planning::{By, Child, Decimals, Split, allocate};
/// let children = [Child::new("甘州", 60.0), Child::new("临泽", 25.0), Child::new("高台", 15.0)];
/// let split = Split { total: 7.0, by: By::Base, decimals: Decimals(0), not_below_last: false };
/// let parts: Vec<f64> = allocate(&children, &split)?.rows.iter().map(|r| r.allocated).collect();
/// assert_eq!(parts, [4.0, 2.0, 1.0]);           // 4.2, 1.75, 1.05
/// # Ok::<(), kaohe::DataError>(())
/// ```
pub fn allocate(children: &[Child], split: &Split) -> Result<Allocation, DataError> {
    let limits = children.iter().map(|c| (c.lower.map(Exact::of), c.upper.map(Exact::of)));
    allocate_within(children, split, limits.collect())
}

/// Least and most that a child may get, before they are drawn in to the decimals.
pub(crate) type Limits = (Option<Exact>, Option<Exact>);

/// As [`allocate`], within limits that need not be floats; those of the children are not read.
pub(crate) fn allocate_within(
    children: &[Child],
    split: &Split,
    limits: Vec<Limits>,
) -> Result<Allocation, DataError> {
    let mut findings = check(children, split);
    let grid = split.decimals;
    let total = grid.steps(&Exact::of(split.total)).filter(RBig::is_int);
    let total = total.and_then(|t| i64::try_from(t.floor()).ok()).filter(|t| t.abs() <= MOST);
    if total.is_none() && findings.is_empty() {
        let finding = Finding::error("allocate_total").fact("total", split.total);
        findings.push(finding.fact("decimals", grid.0));
    }
    let Some(total) = total.filter(|_| findings.is_empty()) else { return Err(DataError::new(findings)) };
    let bounds = bounds(children, split, limits)?;
    let parts = match split.by {
        By::Regret => regret(children, split, &bounds, total)?,
        by => meet(&lines(children, by, grid, &bounds), total, children, grid)?,
    };
    let steps = fitting(&largest_remainders(&parts, total, children), children, grid)?;
    let grown = children.iter().filter_map(|c| Some((c.name.clone(), c.largest_growth()?)));
    let largest_growth = grown.max_by(|a, b| a.1.total_cmp(&b.1));
    let rows = children.iter().zip(steps).zip(&bounds).map(|((child, k), (lower, upper))| {
        let allocated = grid.value(k);
        let part = |of: f64| Exact::of(allocated).div(&Exact::of(of));
        let growth = child.last.map(|last| part(last).sub(&Exact::one()).to_f64()).filter(|g| g.is_finite());
        AllocationRow {
            child: child.name.clone(),
            base: child.base,
            share: Some(part(split.total).to_f64()).filter(|s| s.is_finite()),
            allocated,
            growth,
            // A last bit is no growth.
            beyond_history: growth
                .zip(largest_growth.as_ref())
                .is_some_and(|(g, most)| g > most.1.max(0.0) + 1e-9),
            lower: lower.as_ref().map(|b| size(b, grid)),
            upper: upper.as_ref().map(|b| size(b, grid)),
            bound: [lower, upper].into_iter().flatten().any(|b| *b == IBig::from(k)),
        }
    });
    let rows = rows.collect();
    let goes_by_last = split.not_below_last || !matches!(split.by, By::Base | By::Capacity);
    let without_last = children.iter().filter(|c| c.last.is_none()).map(|c| c.name.clone()).collect();
    Ok(Allocation { total: split.total, by: split.by, rows, largest_growth, goes_by_last, without_last })
}

/// Numbers and names that are not valid.
fn check(children: &[Child], split: &Split) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(split.decimals.check());
    if children.is_empty() {
        findings.push(Finding::error("allocate_none"));
    }
    if !split.total.is_finite() {
        findings.push(Finding::error("allocate_number").fact("child", "-").fact("value", split.total));
    }
    let mut names = std::collections::HashSet::new();
    for child in children {
        if !names.insert(child.name.as_str()) {
            findings.push(Finding::error("allocate_twice").fact("child", &child.name));
        }
        let numbers = [Some(child.base), child.last, child.capacity, child.lower, child.upper];
        let numbers = numbers.into_iter().flatten().chain(child.history.iter().copied());
        if let Some(bad) = numbers.into_iter().find(|x| !x.is_finite() || x.abs() > 1e15) {
            findings.push(Finding::error("allocate_number").fact("child", &child.name).fact("value", bad));
        }
        let key = match split.by {
            By::Base => Some(child.base),
            By::Capacity => child.capacity,
            By::Growth | By::Regret => Some(child.last()),
            By::Step => Some(0.0),
            By::Gap => child.capacity.map(|_| 0.0),
        };
        match key {
            None => findings.push(Finding::error("allocate_capacity").fact("child", &child.name)),
            Some(key) if key < 0.0 => {
                findings
                    .push(Finding::error("allocate_negative").fact("child", &child.name).fact("value", key));
            }
            Some(_) => {}
        }
    }
    findings
}

type Bounds = Vec<(Option<IBig>, Option<IBig>)>;

/// Limits drawn in to the declared decimals. Without a lower one a part of a target that is not negative is not negative.
fn bounds(children: &[Child], split: &Split, limits: Vec<Limits>) -> Result<Bounds, DataError> {
    let grid = split.decimals;
    let mut findings = Vec::new();
    let mut all = Vec::new();
    for (child, (lower, upper)) in children.iter().zip(limits) {
        let mut lower = lower.or_else(|| (split.total >= 0.0).then(Exact::zero));
        if split.not_below_last {
            let last = Exact::of(child.last());
            lower = Some(lower.map_or(last.clone(), |l| l.max(&last)));
        }
        let lower = lower.and_then(|l| Some(grid.steps(&l)?.ceil()));
        let upper = upper.and_then(|u| Some(grid.steps(&u)?.floor()));
        if let (Some(l), Some(u)) = (&lower, &upper)
            && l > u
        {
            let finding = Finding::error("allocate_bounds").fact("child", &child.name);
            findings.push(finding.fact("lower", size(l, grid)).fact("upper", size(u, grid)));
        }
        all.push((lower, upper));
    }
    if findings.is_empty() { Ok(all) } else { Err(DataError::new(findings)) }
}

/// So many steps as the nearest float.
fn size(steps: &IBig, grid: Decimals) -> f64 {
    Exact::Value(Rational(shift_decimal(steps.clone(), -grid.exponent()))).to_f64()
}

/// The parts in steps that a float holds as decimals; refused where there are larger ones.
fn fitting(parts: &[IBig], children: &[Child], grid: Decimals) -> Result<Vec<i64>, DataError> {
    let fits = |part: &IBig| i64::try_from(part).ok().filter(|k| k.abs() <= MOST);
    if let Some(all) = parts.iter().map(fits).collect() {
        return Ok(all);
    }
    let large = children.iter().zip(parts).filter(|(_, part)| fits(part).is_none());
    let findings = large.map(|(child, part)| {
        let finding =
            Finding::error("allocate_part").fact("child", &child.name).fact("value", size(part, grid));
        finding.fact("decimals", grid.0).fact("most", grid.value(MOST))
    });
    Err(DataError::new(findings.collect()))
}

/// The lines of a way of splitting, in steps.
fn lines(children: &[Child], by: By, grid: Decimals, bounds: &Bounds) -> Vec<Line> {
    let steps = |x: f64| grid.steps(&Exact::of(x)).unwrap_or(RBig::ZERO);
    let line = |child: &Child| match by {
        By::Base => (RBig::ZERO, steps(child.base)),
        By::Capacity => (RBig::ZERO, steps(child.capacity.unwrap_or(0.0))),
        By::Growth | By::Regret => (RBig::ZERO, steps(child.last())),
        By::Step => (steps(child.last()), RBig::ONE),
        By::Gap => {
            let gap = steps(child.capacity.unwrap_or(0.0)) - steps(child.last());
            (steps(child.last()), if gap > RBig::ZERO { gap } else { RBig::ZERO })
        }
    };
    let held = children.iter().zip(bounds);
    held.map(|(child, (lower, upper))| {
        let (c, k) = line(child);
        Line { c, k, lower: lower.clone(), upper: upper.clone() }
    })
    .collect()
}

/// The parts where the sum of the lines meets the total.
fn meet(lines: &[Line], total: i64, children: &[Child], grid: Decimals) -> Result<Vec<RBig>, DataError> {
    let total = RBig::from(total);
    let sum = |theta: &RBig| lines.iter().fold(RBig::ZERO, |s, l| s + l.at(theta));
    let mut breaks: Vec<RBig> = lines.iter().flat_map(Line::breaks).collect();
    breaks.sort();
    breaks.dedup();
    if breaks.is_empty() {
        breaks.push(RBig::ZERO);
    }
    // Between two breaks the sum is straight; beyond the last ones it goes on with the lines that have no bound there.
    let after = breaks.partition_point(|b| sum(b) < total);
    let (from, to) = match (after.checked_sub(1).and_then(|i| breaks.get(i)), breaks.get(after)) {
        (Some(a), Some(b)) => (a.clone(), b.clone()),
        (None, Some(b)) => (b - RBig::ONE, b.clone()),
        (Some(a), None) => (a.clone(), a + RBig::ONE),
        (None, None) => (RBig::ZERO, RBig::ONE),
    };
    let (low, high) = (sum(&from), sum(&to));
    let theta = if high == total {
        to
    } else if high == low {
        // All lines have met their bounds there.
        let ends: Vec<RBig> = lines.iter().map(|l| l.at(&from)).collect();
        return Err(unmet(&ends, &total, children, grid));
    } else {
        &from + (&total - &low) / (&high - &low) * (&to - &from)
    };
    Ok(lines.iter().map(|l| l.at(&theta)).collect())
}

/// That the parts do not meet the total even where all have met their bounds.
fn unmet(ends: &[RBig], total: &RBig, children: &[Child], grid: Decimals) -> DataError {
    let reached = ends.iter().fold(RBig::ZERO, |a, b| a + b);
    let unit = shift_decimal(IBig::ONE, -grid.exponent());
    let size = |steps: &RBig| Exact::Value(Rational(steps * &unit)).to_f64();
    let listed: Vec<String> =
        children.iter().zip(ends).map(|(c, e)| format!("{} {}", c.name, size(e))).collect();
    let finding = Finding::error(if reached < *total { "allocate_upper" } else { "allocate_lower" });
    DataError::new(vec![
        finding.fact("sum", size(&reached)).fact("total", size(total)).fact("children", listed.join(", ")),
    ])
}

/// The allocation whose greatest regret is least.
fn regret(children: &[Child], split: &Split, bounds: &Bounds, total: i64) -> Result<Vec<RBig>, DataError> {
    let grid = split.decimals;
    let capacity = children.iter().all(|c| c.capacity.is_some());
    let mut ways = vec![By::Base, By::Growth, By::Step];
    ways.extend(capacity.then_some([By::Capacity, By::Gap]).into_iter().flatten());
    // A way that its bounds or data do not allow is no alternative; the bounds themselves must hold the total.
    let mut others: Vec<Vec<RBig>> = Vec::new();
    for by in ways {
        let negative = by == By::Base && children.iter().any(|c| c.base < 0.0);
        let negative =
            negative || (by == By::Capacity && children.iter().any(|c| c.capacity.is_some_and(|x| x < 0.0)));
        if !negative {
            others.extend(meet(&lines(children, by, grid, bounds), total, children, grid).ok());
        }
    }
    if others.is_empty() {
        return meet(&lines(children, By::Step, grid, bounds), total, children, grid);
    }
    let two = RBig::from(2);
    let weight = |child: &Child| {
        let steps = grid.steps(&Exact::of(child.last())).unwrap_or(RBig::ONE);
        if steps > RBig::ZERO { steps } else { RBig::ONE }
    };
    let range = |i: usize| {
        let own = || others.iter().map(|o| o[i].clone());
        let least = own().min().unwrap_or(RBig::ZERO);
        let most = own().max().unwrap_or(RBig::ZERO);
        (least, most)
    };
    let ranges: Vec<(RBig, RBig)> = (0..children.len()).map(range).collect();
    let middles: Vec<RBig> = ranges.iter().map(|(a, b)| (a + b) / &two).collect();
    let up = middles.iter().fold(RBig::ZERO, |s, m| s + m) <= RBig::from(total);
    // From the middle of its range a child's regret rises as it moves away: the least regret moves first.
    let lines: Vec<Line> = (0..children.len())
        .map(|i| {
            let (w, half) = (weight(&children[i]), (&ranges[i].1 - &ranges[i].0) / &two);
            let c = if up { &middles[i] - &half } else { &middles[i] + &half };
            Line { c, k: w, lower: bounds[i].0.clone(), upper: bounds[i].1.clone() }
        })
        .collect();
    Ok(filled(&lines, &middles, up, total))
}

/// Moves every child from its middle along its line, those first whose line starts nearest; the sum meets the total because
/// every way that was compared does.
fn filled(lines: &[Line], middles: &[RBig], up: bool, total: i64) -> Vec<RBig> {
    let total = RBig::from(total);
    let part = |i: usize, level: &RBig| {
        let (line, middle) = (&lines[i], &middles[i]);
        let moved = if up { &line.c + level * &line.k } else { &line.c - level * &line.k };
        let beyond = if up { moved > *middle } else { moved < *middle };
        line.held(if beyond { moved } else { middle.clone() })
    };
    let sum = |level: &RBig| (0..lines.len()).fold(RBig::ZERO, |s, i| s + part(i, level));
    // Levels at which a child starts to move, or meets its bound.
    let mut levels: Vec<RBig> = vec![RBig::ZERO];
    for (line, middle) in lines.iter().zip(middles) {
        let at = |x: RBig| if up { (x - &line.c) / &line.k } else { (&line.c - x) / &line.k };
        levels.push(at(middle.clone()));
        let bound = if up { &line.upper } else { &line.lower };
        levels.extend(bound.clone().map(|b| at(RBig::from(b))));
    }
    levels.sort();
    levels.dedup();
    let reached = |level: &RBig| if up { sum(level) >= total } else { sum(level) <= total };
    let after = levels.partition_point(|l| !reached(l));
    let from = after.checked_sub(1).map_or(RBig::ZERO, |i| levels[i].clone());
    let to = levels.get(after).cloned().unwrap_or_else(|| &from + RBig::ONE);
    let (a, b) = (sum(&from), sum(&to));
    let level = if a == b { to } else { &from + (&total - &a) / (&b - &a) * (&to - &from) };
    (0..lines.len()).map(|i| part(i, &level)).collect()
}

/// Cuts the parts to whole steps and gives the steps left over to the largest remainders, equals by name.
fn largest_remainders(parts: &[RBig], total: i64, children: &[Child]) -> Vec<IBig> {
    let mut steps: Vec<IBig> = parts.iter().map(RBig::floor).collect();
    let rests: Vec<RBig> = parts.iter().zip(&steps).map(|(p, k)| p - RBig::from(k.clone())).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| rests[*b].cmp(&rests[*a]).then_with(|| children[*a].name.cmp(&children[*b].name)));
    let left = steps.iter().fold(IBig::from(total), |left, k| left - k);
    for i in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        steps[i] += IBig::ONE;
    }
    steps
}

impl Allocation {
    /// Whether the parts sum to the total exactly, as decimals.
    pub fn reconciles(&self) -> bool {
        sum(self.rows.iter().map(|r| r.allocated)) == Exact::of(self.total)
    }
}

impl Report for Allocation {
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        super::said::allocation(self)
    }

    /// The rows, the sum below.
    fn tables(&self, _: Names<'_>) -> Vec<Table> {
        let typed = || Measure::default();
        let table = Table::of("allocation", &self.rows)
            .names("child", "col_child", |r| &r.child, Label::plain)
            .number("base", "col_base", typed(), |r| r.base)
            .percent("share", "col_share", 1, |r| r.share)
            .number("allocated", "col_allocated", typed(), |r| r.allocated)
            .total(self.total)
            .number("lower", "col_lower", typed(), |r| r.lower)
            .number("upper", "col_upper", typed(), |r| r.upper)
            .changes("growth", "col_growth", |r| r.growth)
            .marks("beyond_history", "col_beyond", |r| r.beyond_history);
        vec![table.done()]
    }

    /// Which columns lack what they need.
    fn notes(&self, _: Names<'_>) -> Vec<Sentence> {
        let mut notes = Vec::new();
        let without = &self.without_last;
        if !without.is_empty() {
            let code = match (self.goes_by_last, without.len() == self.rows.len()) {
                (true, _) => "allocate_last_is_base",
                (false, true) => "allocate_no_last",
                (false, false) => "allocate_some_no_last",
            };
            notes.push(super::said::of_some(code, without));
        }
        if without.len() < self.rows.len() && self.largest_growth.is_none() {
            notes.push(Sentence::new("allocate_no_history"));
        }
        notes
    }
}

#[cfg(test)]
#[path = "allocate_tests.rs"]
mod tests;
