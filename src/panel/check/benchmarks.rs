//! Members against the benchmark that they are parts of: what every city has cannot be ten times what the province has.
//!
//! A power of ten in a whole column shows itself by nothing else where the scheme declares no plausible values. The published
//! number of the whole does: whether it is the sum of its members or their mean, at least one of them lies below it.

use super::spread::log;
use super::{Survey, peers::Peers, units};
use crate::finding::Place;

/// Members that say something about all of them.
const ENOUGH: usize = 3;

/// By how many powers of ten the least member lies above the benchmark before it is said.
const ABOVE: f64 = 1.0;

pub(super) fn check(survey: &mut Survey<'_>) {
    let panel = survey.panel;
    let peers = Peers::of(survey.document, panel);
    let mut found = Vec::new();
    for (variable, column) in &survey.variables {
        for p in 0..panel.periods().len() {
            let logs =
                panel.rows_of(p).map(|row| (row, log(column.values()[row]))).filter(|(_, x)| !x.is_nan());
            let (wholes, members): (Vec<_>, Vec<_>) =
                logs.partition(|(row, _)| peers.is_benchmark(panel.entity_of(*row)));
            let least = members.iter().map(|(_, x)| *x).fold(f64::INFINITY, f64::min);
            let benchmark = wholes.into_iter().find(|(_, whole)| least - whole >= ABOVE);
            if let (Some((row, whole)), true) = (benchmark, members.len() >= ENOUGH) {
                found.push((*variable, row, libm::floor(least - whole) as i32));
            }
        }
    }
    survey.push_all(found, |(variable, row, power)| {
        let place = Place { row: None, cell: None, ..panel.place(row, Some(&variable.id)) };
        units::off(["power_above_benchmark_unit", "power_above_benchmark"], &variable.unit, power)
            .of_row(place)
            .fact("variable", &variable.id)
    });
}
