//! The members of a set in order, without the rows behind them, and the rank that a number has among them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::held::{exact_of, exact_text};
use crate::assess::data::Tolerance;
use crate::method::rules::Equals;
use crate::number::{Bounded, Exact, Number};

/// Numbers in ascending order with their exact forms, and the error that they have.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ladder {
    pub(crate) rungs: Vec<(f64, Exact)>,
    pub(crate) tolerance: Tolerance,
}

/// As it is written; the exact forms are left out where all numbers are the decimals that their floats show.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    values: Vec<f64>,
    relative: f64,
    absolute: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    exact: Vec<Option<String>>,
}

impl Serialize for Ladder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let exact: Vec<Option<String>> = self.rungs.iter().map(|(v, x)| exact_text(*v, x)).collect();
        Form {
            values: self.rungs.iter().map(|(v, _)| *v).collect(),
            relative: self.tolerance.rel,
            absolute: self.tolerance.abs,
            share: Some(self.tolerance.share).filter(|share| share.is_finite()),
            exact: if exact.iter().all(Option::is_none) { Vec::new() } else { exact },
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Ladder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Form { values, relative, absolute, share, exact } = Form::deserialize(deserializer)?;
        let wrong = |what: &str| serde::de::Error::custom(what);
        if !values.is_sorted() || !values.iter().all(|v| v.is_finite()) {
            return Err(wrong("values: expected finite numbers in ascending order"));
        }
        if !exact.is_empty() && exact.len() != values.len() {
            return Err(wrong("exact: expected one for each value"));
        }
        let rung = |(k, v): (usize, f64)| {
            let text = exact.get(k).and_then(Option::as_deref);
            exact_of(v, text).map(|x| (v, x)).ok_or_else(|| wrong("exact: expected ratios such as 2/7"))
        };
        let rungs = values.into_iter().enumerate().map(rung).collect::<Result<_, _>>()?;
        let share = share.unwrap_or(f64::INFINITY);
        Ok(Ladder { rungs, tolerance: Tolerance { share, ..Tolerance::new(relative, absolute) } })
    }
}

impl Ladder {
    fn error(&self, x: f64) -> f64 {
        self.tolerance.of(x).e
    }

    /// 1 + how many of the members are better than a number, which need not be one of them. It is decided as an order of all
    /// of them decides it (`order::descending`): those that floats cannot tell apart exactly, or all of them by their floats
    /// where one has no exact number.
    pub(crate) fn rank(
        &self,
        own: Bounded,
        exact: impl FnOnce() -> Exact,
        (lower_is_better, equals): (bool, Equals),
    ) -> f64 {
        let placed = self.placed(own, || Some(exact()), lower_is_better);
        placed.map_or(0.0, |(better, equal)| equals.rank(&(better as f64), &(equal as f64)))
    }

    /// The same where floats can tell.
    pub(crate) fn rank_near(&self, own: Bounded, (lower_is_better, equals): (bool, Equals)) -> Option<f64> {
        let (better, equal) = self.placed(own, || None, lower_is_better)?;
        Some(equals.rank(&(better as f64), &(equal as f64)))
    }

    /// How many of the members are better than a number, and how many equal it.
    fn placed(
        &self,
        own: Bounded,
        exact: impl FnOnce() -> Option<Exact>,
        lower_is_better: bool,
    ) -> Option<(usize, usize)> {
        let sign = if lower_is_better { -1.0 } else { 1.0 };
        let n = self.rungs.len();
        // Best first.
        let rung = |k: usize| &self.rungs[if lower_is_better { k } else { n - 1 - k }];
        let value = |k: usize| sign * rung(k).0;
        let x = sign * own.v;
        let at = partition(n, |k| value(k) > x);
        // No run of numbers within reach of each other goes beyond two that are farther apart than any error allows.
        let ends = [self.rungs.first(), self.rungs.last()].into_iter().flatten();
        let most = ends.map(|(v, _)| self.error(*v)).fold(own.e, f64::max);
        let mut start = at;
        let before = |k: usize, next: f64| value(k) - next <= most + most;
        while start > 0 && before(start - 1, if start == at { x } else { value(start) }) {
            start -= 1;
        }
        // From there on as the order of all goes: runs of those within the largest error so far.
        let item = |k: usize| match k.cmp(&at) {
            std::cmp::Ordering::Less => (value(k), self.error(value(k))),
            std::cmp::Ordering::Equal => (x, own.e),
            std::cmp::Ordering::Greater => (value(k - 1), self.error(value(k - 1))),
        };
        let (mut first, mut k, mut reach) = (start, start, item(start).1);
        let end = loop {
            if k == n {
                break n + 1;
            }
            let ((a, _), (b, error)) = (item(k), item(k + 1));
            k += 1;
            if a - b > reach + error {
                if k > at {
                    break k;
                }
                (first, reach) = (k, error);
            } else {
                reach = reach.max(error);
            }
        };
        // Members of the run: those from `first`, without the number itself.
        let run = first..end - 1;
        if run.is_empty() {
            return Some((first, 0));
        }
        if reach == 0.0 {
            return Some((at, run.filter(|k| value(*k) == x).count()));
        }
        let exact = exact()?;
        let exact = if lower_is_better { exact.neg() } else { exact };
        let of = |k: usize| if lower_is_better { rung(k).1.neg() } else { rung(k).1.clone() };
        let decided = |x: &Exact| !x.is_irrational() && !x.is_missing();
        let (better, equal) = if decided(&exact) && run.clone().all(|k| decided(&rung(k).1)) {
            let orders = || run.clone().filter_map(|k| exact.order(&of(k)));
            (orders().filter(|o| o.is_lt()).count(), orders().filter(|o| o.is_eq()).count())
        } else {
            (run.clone().filter(|k| value(*k) > x).count(), run.clone().filter(|k| value(*k) == x).count())
        };
        Some((first + better, equal))
    }
}

/// How many of `0..n` come first, those of which `is` holds.
fn partition(n: usize, is: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if is(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
