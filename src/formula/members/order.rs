//! Smallest, largest and what lies between.

use super::{Gives, MOST_SUMMED, Sample, Statistic, Takes};
use crate::number::{Bounded, Exact, Number, statistics};

pub(super) static ALL: [Statistic; 4] = [
    Statistic {
        name: "median",
        full: "members.median",
        phrase: "members_median",
        written: ["x₍n÷2₎", "x₍n÷2₎"],
        usage: "members.median(x)",
        takes: Takes::Value,
        weighted: false,
        gives: Gives::Same,
        near: |sample| median(&sorted(sample)),
        exact: |sample| median(&sorted_exactly(sample)),
        most_exact: MOST_SUMMED,
        sheet: |of| format!("MEDIAN({})", of.x),
    },
    Statistic {
        name: "min",
        full: "members.min",
        phrase: "members_min",
        written: ["min x", "min x"],
        usage: "members.min(x)",
        takes: Takes::Value,
        weighted: false,
        gives: Gives::Same,
        near: |sample| statistics::extreme(sample.x.iter().copied(), Bounded::min),
        exact: |sample| statistics::extreme(sample.x.iter().cloned(), Exact::min),
        most_exact: usize::MAX,
        sheet: |of| format!("MIN({})", of.x),
    },
    Statistic {
        name: "max",
        full: "members.max",
        phrase: "members_max",
        written: ["max x", "max x"],
        usage: "members.max(x)",
        takes: Takes::Value,
        weighted: false,
        gives: Gives::Same,
        near: |sample| statistics::extreme(sample.x.iter().copied(), Bounded::max),
        exact: |sample| statistics::extreme(sample.x.iter().cloned(), Exact::max),
        most_exact: usize::MAX,
        sheet: |of| format!("MAX({})", of.x),
    },
    Statistic {
        name: "quantile",
        full: "members.quantile",
        phrase: "members_quantile",
        written: [
            "x₍k₎ + (h − k)(x₍k+1₎ − x₍k₎), h = (n − 1) q + 1",
            "x₍k₎ + (h − k)(x₍k+1₎ − x₍k₎), h = (n − 1) q + 1",
        ],
        usage: "members.quantile(x, 0.9)",
        takes: Takes::Quantile,
        weighted: false,
        gives: Gives::Same,
        near: |sample| quantile(&sorted(sample), sample.q),
        exact: |sample| quantile(&sorted_exactly(sample), sample.q),
        most_exact: MOST_SUMMED,
        sheet: |of| format!("PERCENTILE({},{})", of.x, of.q),
    },
];

/// Ascending by their floats. The k-th smallest number is no farther from the k-th smallest float than the largest error.
pub(super) fn sorted(sample: &Sample<Bounded>) -> Vec<Bounded> {
    let error = sample.x.iter().fold(0.0, |most: f64, x| most.max(x.e));
    let mut all: Vec<Bounded> = sample.x.iter().map(|x| Bounded::new(x.v, error)).collect();
    all.sort_unstable_by(|a, b| a.v.total_cmp(&b.v));
    all
}

pub(super) fn sorted_exactly(sample: &Sample<Exact>) -> Vec<Exact> {
    let mut all = sample.x.clone();
    all.sort_by(|a, b| a.order(b).unwrap_or(std::cmp::Ordering::Equal));
    all
}

fn median<N: Number>(sorted: &[N]) -> N {
    statistics::median(sorted.len(), |k| sorted.get(k).cloned().unwrap_or_else(N::missing))
}

fn quantile<N: Number>(sorted: &[N], q: f64) -> N {
    statistics::quantile(sorted.len(), q, |k| sorted.get(k).cloned().unwrap_or_else(N::missing))
}
