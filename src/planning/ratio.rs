//! Allocation of a ratio: numerators and denominators split so that both add up and the parent's ratio is reached.

use serde::{Deserialize, Serialize};

use super::allocate::{AllocationRow, By, Child, Limits, Split, allocate, allocate_within};
use super::decimal::{Decimals, MOST, sum};
use crate::error::DataError;
use crate::finding::Finding;
use crate::number::{Exact, Number};
use crate::report::{Digits, Label, Measure, Names, Report, Sentence, Table};

/// A child of a ratio target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatioChild {
    /// Name.
    pub name: String,
    /// Last year's numerator.
    pub numerator: f64,
    /// Last year's denominator.
    pub denominator: f64,
    /// Numerator it could reach at best, for [`By::Capacity`] and [`By::Gap`].
    pub capacity: Option<f64>,
    /// Least ratio it may get.
    pub lower: Option<f64>,
    /// Largest ratio it may get.
    pub upper: Option<f64>,
}

/// A child's part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RatioRow {
    /// Name.
    pub child: String,
    /// Numerator it gets.
    pub numerator: f64,
    /// Denominator it gets.
    pub denominator: f64,
    /// `factor · numerator / denominator`.
    pub ratio: f64,
    /// Last year's ratio.
    pub last: Option<f64>,
}

/// A ratio target that was split; numerators and denominators sum to their totals exactly.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RatioAllocation {
    /// The target.
    pub ratio: f64,
    /// The least numerator (in the declared decimals) with which the parent reaches it.
    pub numerator: f64,
    /// The parent's planned denominator.
    pub denominator: f64,
    /// The parent's ratio then.
    pub reached: f64,
    /// One row per child.
    pub rows: Vec<RatioRow>,
}

/// Splits a ratio target: `ratio = factor · N / D` (factor 100 for a percentage of like units).
///
/// The denominators grow alike to `denominator`; the numerator is the least that reaches the target,
/// `N = ⌈ratio · D / factor⌉` in the declared decimals, split by `split.by` (whose `total` is not used). Bounds of a child's ratio
/// become bounds of its numerator over its planned denominator; with `split.not_below_last` no child's *ratio* may fall.
///
/// # Errors
/// As [`allocate`]; a factor or denominator that is not positive.
///
/// ```
/// use kaohe::planning::{By, Decimals, RatioChild, Split, allocate_ratio};
/// let child = |name: &str, rd, gdp| RatioChild {
///     name: name.into(), numerator: rd, denominator: gdp, capacity: None, lower: None, upper: None,
/// };
/// let split = Split { total: 0.0, by: By::Growth, decimals: Decimals(2), not_below_last: true };
/// let parts = allocate_ratio(&[child("甲", 2.0, 100.0), child("乙", 1.0, 100.0)], &split, 1.6, 100.0, 210.0)?;
/// assert_eq!((parts.numerator, parts.rows[0].numerator, parts.rows[1].numerator), (3.36, 2.24, 1.12));
/// assert_eq!(parts.rows[0].denominator + parts.rows[1].denominator, 210.0);
/// # Ok::<(), kaohe::DataError>(())
/// ```
pub fn allocate_ratio(
    children: &[RatioChild],
    split: &Split,
    ratio: f64,
    factor: f64,
    denominator: f64,
) -> Result<RatioAllocation, DataError> {
    let good = |x: f64| x.is_finite() && x > 0.0;
    if !good(factor) || !good(denominator) || !ratio.is_finite() {
        let finding =
            Finding::error("allocate_ratio").fact("factor", factor).fact("denominator", denominator);
        return Err(DataError::new(vec![finding.fact("ratio", ratio)]));
    }
    let below: Vec<Child> = children.iter().map(|c| Child::new(&c.name, c.denominator)).collect();
    let plain = Split { total: denominator, by: By::Base, not_below_last: false, ..split.clone() };
    let below = allocate(&below, &plain)?;
    let per = |ratio: &Exact, d: f64| ratio.mul(&Exact::of(d)).div(&Exact::of(factor));
    let wanted = per(&Exact::of(ratio), denominator);
    let steps = split.decimals.ceil(&wanted).unwrap_or(0);
    if steps.abs() >= MOST {
        let finding = Finding::error("allocate_total").fact("total", wanted.to_f64());
        return Err(DataError::new(vec![finding.fact("decimals", split.decimals.0)]));
    }
    let numerator = split.decimals.value(steps);
    let limits = |(c, below): (&RatioChild, &AllocationRow)| -> Limits {
        let least = c.lower.map(Exact::of);
        let last = split.not_below_last.then(|| last(c, factor)).filter(|l| !l.is_missing());
        let least = match (least, last) {
            (Some(a), Some(b)) => Some(a.max(&b)),
            (a, b) => a.or(b),
        };
        let of = |ratio: &Exact| per(ratio, below.allocated);
        (least.map(|r| of(&r)), c.upper.map(|r| of(&Exact::of(r))))
    };
    let limits = children.iter().zip(&below.rows).map(limits).collect();
    let above = |c: &RatioChild| Child { capacity: c.capacity, ..Child::new(&c.name, c.numerator) };
    let above: Vec<Child> = children.iter().map(above).collect();
    let plain = Split { total: numerator, not_below_last: false, ..split.clone() };
    let above = allocate_within(&above, &plain, limits)?;
    let over = |n: f64, d: f64| Exact::of(n).mul(&Exact::of(factor)).div(&Exact::of(d)).to_f64();
    let rows = children.iter().zip(above.rows.iter().zip(&below.rows)).map(|(c, (n, d))| RatioRow {
        child: c.name.clone(),
        numerator: n.allocated,
        denominator: d.allocated,
        ratio: over(n.allocated, d.allocated),
        last: Some(last(c, factor).to_f64()).filter(|x| x.is_finite()),
    });
    let reached = over(numerator, denominator);
    Ok(RatioAllocation { ratio, numerator, denominator, reached, rows: rows.collect() })
}

fn last(child: &RatioChild, factor: f64) -> Exact {
    Exact::of(child.numerator).mul(&Exact::of(factor)).div(&Exact::of(child.denominator))
}

impl RatioAllocation {
    /// Whether numerators and denominators sum exactly and the parent's ratio is reached.
    pub fn reconciles(&self) -> bool {
        let total = |of: fn(&RatioRow) -> f64| sum(self.rows.iter().map(of));
        total(|r| r.numerator) == Exact::of(self.numerator)
            && total(|r| r.denominator) == Exact::of(self.denominator)
            && self.reached >= self.ratio
    }
}

impl Report for RatioAllocation {
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        super::said::ratio(self)
    }

    /// The rows, the parent below.
    fn tables(&self, _: Names<'_>) -> Vec<Table> {
        let (typed, ratio) = (Measure::default(), Measure::pure(Digits::AtMost(4)));
        let table = Table::of("allocation", &self.rows)
            .names("child", "col_child", |r| &r.child, Label::plain)
            .number("numerator", "col_numerator", typed.clone(), |r| r.numerator)
            .total(self.numerator)
            .number("denominator", "col_denominator", typed, |r| r.denominator)
            .total(self.denominator)
            .number("ratio", "col_ratio", ratio.clone(), |r| r.ratio)
            .total(self.reached)
            .number("last", "col_last", ratio, |r| r.last);
        vec![table.done()]
    }
}

/// Decimals of a ratio's parts, for callers that only know the numbers.
impl Decimals {
    /// As many decimals as the numbers are written with, at most six.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Decimals {
        Decimals::seen(values.into_iter(), 6)
    }
}
