//! Numbers beyond the largest `f64`: an infinity marks them, and they are refused by name.

use std::ops::Range;

use super::chunks::Changed;
use super::data::Data;
use crate::exec;
use crate::finding::{Finding, listed};
use crate::number::lanes::range;

/// The cells of a column that are beyond the largest number, as findings of a kind about a node or an indicator; only rows that are
/// other ones than before are looked at.
pub(super) fn found(
    data: &Data<'_>,
    column: &[f64],
    changed: &Changed,
    code: &'static str,
    id: &str,
) -> Vec<Finding> {
    let chunks: Vec<Range<usize>> = changed.chunks(column.len());
    let rows = chunks.iter().map(ExactSizeIterator::len).sum();
    let any = exec::map_rows(rows, chunks, |rows| {
        let (low, high) = range(&column[rows]);
        low == f64::NEG_INFINITY || high == f64::INFINITY
    });
    if !any.contains(&true) {
        return Vec::new();
    }
    let mut rows: Vec<usize> = (0..column.len()).filter(|r| column[*r].is_infinite()).collect();
    rows.sort_by_key(|row| data.panel.caller_row(*row));
    listed(rows, |row| {
        let place = data.panel.place(row, Some(id));
        let fact = |text: &Option<String>| text.clone().unwrap_or_default();
        let finding = Finding::error(code).fact("node", id).fact("entity", fact(&place.entity));
        finding.fact("period", fact(&place.period)).placed(place)
    })
}
