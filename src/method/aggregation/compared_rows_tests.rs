//! Worked examples, and what floats know of them.

use proptest::prelude::*;

use crate::method::aggregation::{Aggregation, Compared};
use crate::number::{Bounded, Exact, Number};

const WAYS: [Aggregation; 4] =
    [Aggregation::Vikor(0.5), Aggregation::Wroclaw, Aggregation::Promethee, Aggregation::Copeland];

/// Points of a row among rows; each is a list of scores, a negative one is missing.
fn points<N: Number>(way: Aggregation, weights: &[f64], rows: &[Vec<f64>], row: &[f64]) -> N {
    let score = |s: f64| if s < 0.0 { N::missing() } else { N::of(s) };
    let there: Vec<usize> = (0..row.len()).filter(|k| row[*k] >= 0.0).collect();
    let column = |k: &usize| rows.iter().map(|row| score(row[*k])).collect::<Vec<N>>();
    let fitted: Vec<N> = there.iter().flat_map(|k| way.fit(&column(k))).collect();
    let members: Vec<(N, N)> = there.iter().map(|k| (N::of(weights[*k]), score(row[*k]))).collect();
    way.combine(&members, &Compared { fitted: &fitted, full: 100.0 })
}

fn all(way: Aggregation, weights: &[f64], rows: &[Vec<f64>]) -> Vec<f64> {
    rows.iter().map(|row| points::<Exact>(way, weights, rows, row).to_f64()).collect()
}

#[test]
fn a_compromise_of_opricovic_and_tzeng() {
    // Risk and height (2004): 1, 2, 5 and 3000, 3750, 4500; the first is the less the better. Q = 1, 0, 1.
    let rows = [vec![4.0, 0.0], vec![3.0, 750.0], vec![0.0, 1500.0]];
    assert_eq!(all(Aggregation::Vikor(0.5), &[1.0, 1.0], &rows), [0.0, 100.0, 0.0]);
}

#[test]
fn flows_and_votes() {
    let rows = [vec![3.0, 1.0], vec![2.0, 2.0], vec![1.0, 3.0], vec![1.0, 0.0]];
    // The first member has two thirds of the weight: 3 > 2 > 1 = 1, and 3 > 2 > 1 > 0 in the second from below.
    let flow = all(Aggregation::Promethee, &[2.0, 1.0], &rows);
    let phi = [(2.0 * 3.0 - 1.0) / 9.0, (2.0 + 1.0) / 9.0, (-4.0 + 3.0) / 9.0, (-4.0 - 3.0) / 9.0];
    for (found, phi) in flow.iter().zip(phi) {
        approx::assert_relative_eq!(*found, 50.0 * (1.0 + phi), max_relative = 1e-15);
    }
    // Votes: the first beats all; the second all but the first; the third the last, which ties in the first member.
    assert_eq!(all(Aggregation::Copeland, &[2.0, 1.0], &rows), [100.0, 200.0 / 3.0, 100.0 / 3.0, 0.0]);
}

#[test]
fn nobody_and_nothing_to_compare_with() {
    for way in WAYS {
        assert!(
            way.combine::<f64>(&[(1.0, 3.0)], &Compared { fitted: &[], full: 100.0 }).is_nan(),
            "{way:?}"
        );
        assert!(points::<Exact>(way, &[1.0], &[vec![-1.0]], &[3.0]).is_missing(), "{way:?}");
        let same = vec![vec![7.0, 7.0]; 3];
        let alike = points::<Exact>(way, &[1.0, 1.0], &same, &same[0]).to_f64();
        assert_eq!(
            alike,
            if matches!(way, Aggregation::Promethee | Aggregation::Copeland) { 50.0 } else { 100.0 }
        );
    }
}

proptest! {
    #[test]
    fn floats_know_how_far_off_they_are(
        rows in prop::collection::vec(prop::collection::vec(-4i16..40, 3), 1..7),
        weights in prop::collection::vec(1u8..5, 3),
        way in prop::sample::select(&WAYS[..]),
    ) {
        let rows: Vec<Vec<f64>> =
            rows.iter().map(|row| row.iter().map(|s| f64::from(*s) / 10.0).collect()).collect();
        let weights: Vec<f64> = weights.iter().map(|w| f64::from(*w) / 10.0).collect();
        for row in rows.iter().filter(|row| row.iter().any(|s| *s >= 0.0)) {
            let exact: Exact = points(way, &weights, &rows, row);
            let near: Bounded = points(way, &weights, &rows, row);
            prop_assert_eq!(near.v.to_bits(), points::<f64>(way, &weights, &rows, row).to_bits());
            let off = Exact::of(near.v).sub(&exact).abs().to_f64();
            prop_assert!(near.e.is_infinite() || off <= near.e + near.v.abs() * f64::EPSILON, "{:?} {:?} {}", way, near, off);
            prop_assert!(Exact::of(100.0).is_at_least(&exact), "{:?}", way);
        }
    }
}
