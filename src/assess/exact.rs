//! The exact reading of the plan: rationals, walked down to the typed decimals.

use super::cells::{BoundedCells, Known, Origin, pooled};
use super::sets::{LeafReference, close_members, members, range_of_nth};
use super::values::{self, EXACT_PEERS};
use crate::budget;
use crate::method::anchor::Anchor;
use crate::number::{Bounded, Exact, Number, statistics};
use crate::scheme::plan::Leaf;

/// Rationals, walked from the typed decimals.
#[derive(Debug)]
pub(crate) struct ExactCells<'a>(pub(crate) Known<'a>);

impl ExactCells<'_> {
    /// The pooled value of a set: the formula over sums.
    pub(crate) fn pooled(&self, leaf: usize, rows: &[u32]) -> Exact {
        let typed = |variable: usize, row: Option<usize>| self.0.data.typed(variable, row);
        pooled(&self.0, leaf, rows, typed)
    }

    /// What the formula of an indicator gives.
    fn unrounded_value(&self, indicator: usize, row: usize) -> Exact {
        if budget::is_spent() {
            // What is left is skipped: nobody will see the result.
            return Exact::Irrational;
        }
        let Known { data, sums, values, .. } = &self.0;
        if let Some(fill) = values[indicator].fill(row) {
            return fill.exact.clone().unwrap_or_else(|| Exact::of(fill.value));
        }
        let value = values::exact(data, &data.plan.indicators[indicator].program, &sums[indicator], row);
        budget::count_exact(value.bits());
        value
    }
}

impl Origin for ExactCells<'_> {
    type N = Exact;

    fn known(&self) -> Known<'_> {
        self.0
    }

    fn value(&self, indicator: usize, row: Option<usize>) -> Exact {
        let treated = self.0.treated(indicator).zip(row);
        let made = treated.and_then(|(treated, row)| treated.exact(self, indicator, row));
        made.unwrap_or_else(|| self.untreated(indicator, row))
    }

    fn untreated(&self, indicator: usize, row: Option<usize>) -> Exact {
        let Some(row) = row else { return Exact::Missing };
        match self.0.data.plan.indicators[indicator].round {
            Some(how) if how.carry => {
                Exact::carried(self.0.untreated_column(indicator).x[row], &how, &|| {
                    self.unrounded_value(indicator, row)
                })
            }
            _ => self.unrounded_value(indicator, row),
        }
    }

    fn common(&self, reference: &LeafReference, leaf: usize, set: usize, k: usize) -> Exact {
        reference.exact(self, leaf, set, k)
    }

    fn leaf_score(&self, leaf: usize, row: usize) -> Exact {
        // Points of a table, or of a measure that is beyond an end for certain, are what the float shows: nothing is divided.
        match BoundedCells(self.0).leaf_score(leaf, row) {
            near if near.e == 0.0 && !near.is_missing() => Exact::of(near.v),
            _ => self.computed_leaf_score(leaf, row),
        }
    }

    fn in_doubt(&self, score: Exact, x: &Exact, a: &[Exact], _: &Leaf) -> Exact {
        // A number without an order passes every threshold of a table by; the points are then for `f64` to decide.
        if x.is_irrational() || a.iter().any(Exact::is_irrational) { Exact::Irrational } else { score }
    }

    fn combined(&self, points: Exact, parts: &[Exact]) -> Exact {
        if parts.iter().any(Exact::is_irrational) { Exact::Irrational } else { points }
    }
}

impl LeafReference {
    /// The exact number of an anchor that is the same for its whole set.
    pub(crate) fn exact(&self, cells: &ExactCells<'_>, at: usize, set: usize, k: usize) -> Exact {
        let resolved = &self.sets[set][k];
        resolved.exact.get_or_init(|| self.settle(cells, at, set, k)).clone()
    }

    fn settle(&self, cells: &ExactCells<'_>, at: usize, set: usize, k: usize) -> Exact {
        let known = cells.known();
        let (data, scope) = (&known.data, self.level.scope(known.data.plan, at));
        let numbers = known.column(self.level, at);
        let x = numbers.x;
        let resolved = &self.sets[set][k];
        if resolved.near.is_missing() {
            return Exact::Missing;
        }
        let order = |q: f64| {
            let rows = members(data, scope, set, x);
            order_exact(|row| cells.subject(self.level, at, row), &rows, |row| numbers.at(row), q)
        };
        let extreme = |largest: bool| {
            let close = close_members(data, scope, set, numbers, resolved.near);
            let walked = close.into_iter().map(|row| cells.subject(self.level, at, row));
            walked
                .reduce(|best, x| match (best.is_irrational() || x.is_irrational(), largest) {
                    (true, _) => Exact::Irrational,
                    (false, true) => best.max(&x),
                    (false, false) => best.min(&x),
                })
                .unwrap_or(Exact::Missing)
        };
        match &self.anchors[k] {
            Anchor::Number(n) => Exact::of(*n),
            Anchor::Count => Exact::of(resolved.near.v),
            Anchor::Min => extreme(false),
            Anchor::Max => extreme(true),
            Anchor::First => extreme(!known.lower_is_better(self.level, at)),
            Anchor::Median => order(0.5),
            Anchor::Quantile(q) => order(*q),
            Anchor::Entity(_) => {
                resolved.who.map_or(Exact::Missing, |row| cells.subject(self.level, at, row))
            }
            Anchor::Mean | Anchor::Sd => {
                let rows = members(data, scope, set, x);
                if rows.len() > EXACT_PEERS {
                    return Exact::Irrational;
                }
                let all: Vec<Exact> =
                    rows.iter().map(|r| cells.subject(self.level, at, *r as usize)).collect();
                match self.anchors[k] {
                    Anchor::Mean => statistics::mean(all.into_iter()),
                    _ => statistics::deviation(&all),
                }
            }
            Anchor::Pooled => cells.pooled(at, &members(data, scope, set, x)),
            Anchor::Fitted(_) => {
                let rows = members(data, scope, set, x);
                let method = known.data.plan.indicators[at].treat.as_ref().map(|treat| &treat.method);
                let Some(method) = method.filter(|_| rows.len() <= EXACT_PEERS) else {
                    return Exact::Irrational;
                };
                let values = rows.iter().map(|row| cells.subject(self.level, at, *row as usize)).collect();
                let (fitted, is_open) = method.fitted(values);
                let number = |k: usize| if is_open { Exact::Irrational } else { fitted[k].clone() };
                // All of them come out at once.
                (0..fitted.len()).filter(|other| *other != k).for_each(|k| {
                    self.sets[set][k].exact.get_or_init(|| number(k));
                });
                number(k)
            }
            Anchor::Target | Anchor::Previous | Anchor::Indicator(_) => Exact::Missing,
        }
    }
}

/// An order statistic exactly: rows within reach of it are walked and sorted as rationals.
pub(crate) fn order_exact(
    exact: impl Fn(usize) -> Exact,
    rows: &[u32],
    near: impl Fn(usize) -> Bounded,
    q: f64,
) -> Exact {
    let at = |k: usize| {
        let (low, high) = range_of_nth(rows, &near, k);
        // The row is surely below the k-th, or surely above it, or walked.
        let (mut first, mut close) = (0, Vec::new());
        for row in rows {
            let x = near(*row as usize);
            if x.high() < low {
                first += 1;
            } else if x.low() <= high {
                close.push(exact(*row as usize));
            }
        }
        if close.iter().any(Exact::is_irrational) {
            return Exact::Irrational;
        }
        close.sort_by(|a, b| a.order(b).unwrap_or(std::cmp::Ordering::Equal));
        let place = k.checked_sub(first).filter(|k| *k < close.len());
        place.map_or(Exact::Irrational, |k| close.swap_remove(k))
    };
    statistics::quantile(rows.len(), q, at)
}
