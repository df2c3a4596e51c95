//! Reference sets in order, made when an analysis first asks for a rank among them, or for an anchor without one of them.

use std::sync::OnceLock;

use super::cells::Known;
use super::sets::{Level, members};
use crate::number::ExactSum;

/// Members of a reference set in ascending order of what the set compares.
#[derive(Debug)]
pub(crate) struct Ladder {
    /// Number and row.
    pub(crate) rungs: Vec<(f64, u32)>,
    sums: OnceLock<Sums>,
}

/// What a mean and a deviation are made of.
#[derive(Debug)]
pub(crate) struct Sums {
    pub(crate) sum: ExactSum,
    pub(crate) squares: ExactSum,
    /// Sum of the errors, and the largest of them.
    pub(crate) error: f64,
    pub(crate) largest: f64,
}

impl Ladder {
    fn of(known: &Known<'_>, leaf: usize, level: Level, set: usize) -> Self {
        let x = known.column(level, leaf).x;
        let rows = members(&known.data, level.scope(known.data.plan, leaf), set, x);
        let mut rungs: Vec<(f64, u32)> = rows.into_iter().map(|r| (x[r as usize], r)).collect();
        rungs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        Ladder { rungs, sums: OnceLock::new() }
    }

    /// Where a row stands, of which the number is known; none if it is no member.
    pub(crate) fn place(&self, x: f64, row: usize) -> Option<usize> {
        self.rungs.binary_search_by(|(v, r)| v.total_cmp(&x).then((*r as usize).cmp(&row))).ok()
    }

    /// Sums over all members; `error` is that of a number.
    pub(crate) fn sums(&self, error: impl Fn(f64) -> f64) -> &Sums {
        self.sums.get_or_init(|| {
            let mut sums =
                Sums { sum: ExactSum::default(), squares: ExactSum::default(), error: 0.0, largest: 0.0 };
            for (x, _) in &self.rungs {
                sums.sum.add(*x);
                sums.squares.add_square(*x);
                sums.error += error(*x);
                sums.largest = sums.largest.max(error(*x));
            }
            sums
        })
    }
}

/// Ladders by leaf, level and set: a place for each, so that nobody waits for one that is there.
#[derive(Debug, Default)]
pub(crate) struct Ladders(OnceLock<Vec<OnceLock<Box<Ladder>>>>);

impl Ladders {
    /// The ladder of a set, made once.
    pub(crate) fn get(&self, known: &Known<'_>, leaf: usize, level: Level, set: usize) -> &Ladder {
        // No leaf has more sets than one a period and class.
        let sets = known.data.panel.periods().len().max(1) * known.data.plan.classes.len().max(1);
        let places = 2 * sets * known.data.plan.leaves.len();
        let ladders = self.0.get_or_init(|| (0..places).map(|_| OnceLock::new()).collect());
        let place = (2 * leaf + usize::from(level == Level::Value)) * sets + set;
        ladders[place].get_or_init(|| Box::new(Ladder::of(known, leaf, level, set)))
    }
}
