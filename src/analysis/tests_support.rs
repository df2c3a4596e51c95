//! What the tests of the analyses share.

use crate::assess::Assessment;
use crate::number::ExactSum;
use crate::panel::{Panel, Period};
use crate::scheme::Scheme;

pub(super) fn scheme(document: &serde_json::Value) -> Scheme {
    Scheme::from_json(&document.to_string()).unwrap()
}

/// Two entities in two years.
pub(super) const TWO: [(&str, i32); 4] = [("p", 2021), ("q", 2021), ("p", 2022), ("q", 2022)];

pub(super) fn year(year: i32) -> Period {
    Period::year(year).unwrap()
}

/// A scheme over rows of entities and years with these columns.
pub(super) fn assessed<'a>(
    document: &serde_json::Value,
    rows: impl IntoIterator<Item = (&'a str, i32)>,
    columns: &[(&str, &[f64])],
) -> Assessment {
    let (names, years): (Vec<&str>, Vec<Period>) = rows.into_iter().map(|(name, y)| (name, year(y))).unzip();
    let builder = Panel::builder(names.into_iter().collect(), years);
    let builder = columns.iter().fold(builder, |panel, (name, values)| panel.column(*name, values.to_vec()));
    scheme(document).assess(&builder.build().unwrap()).unwrap()
}

/// The parts sum to the total, to 10⁻¹² of it.
pub(super) fn sums(parts: impl Iterator<Item = f64>, total: f64) {
    let parts: Vec<f64> = parts.collect();
    let sum: ExactSum = parts.iter().copied().collect();
    // Where the total is zero, nothing but the last bit of the parts may be left.
    let largest = parts.iter().fold(0.0f64, |m, p| m.max(p.abs()));
    let slack = (1e-12 * total.abs()).max(largest * f64::EPSILON);
    assert!((sum.value() - total).abs() <= slack, "{parts:?} sum to {} instead of {total}", sum.value());
}
