//! Closeness to the best scores: worked examples, what is exact, and what floats know of it.

use proptest::prelude::*;

use super::*;
use crate::method::aggregation::{Aggregation, Compared};
use crate::number::{Bounded, Exact};

const FULL: f64 = 100.0;

/// Points of a row among rows; each is a list of scores.
fn points<N: Number>(way: Aggregation, weights: &[f64], rows: &[Vec<f64>], row: &[f64]) -> N {
    let column = |k: usize| rows.iter().map(|row| N::of(row[k])).collect::<Vec<N>>();
    let fitted: Vec<N> = (0..weights.len()).flat_map(|k| way.fit(&column(k))).collect();
    let members: Vec<(N, N)> = weights.iter().zip(row).map(|(w, s)| (N::of(*w), N::of(*s))).collect();
    way.combine(&members, &Compared { fitted: &fitted, full: FULL })
}

#[test]
fn distances_from_the_best_and_the_worst() {
    let rows = [vec![0.0, 40.0], vec![30.0, 0.0], vec![100.0, 100.0]];
    let of = |row: &[f64]| points::<Exact>(Aggregation::Topsis, &[1.0, 3.0], &rows, row);
    assert_eq!((of(&rows[2]), of(&[0.0, 0.0])), (Exact::of(100.0), Exact::of(0.0)));
    // d⁺ = √(70² + 300²), d⁻ = 30
    let right = 100.0 * 30.0 / (30.0 + (70.0f64 * 70.0 + 300.0 * 300.0).sqrt());
    assert_eq!(of(&rows[1]).to_f64(), right);
    // As far from both, and beyond the best of all.
    assert_eq!(of(&[50.0, 50.0]), Exact::of(50.0));
    approx::assert_relative_eq!(of(&[100.0, 200.0]).to_f64(), 100.0 * 37f64.sqrt() / (37f64.sqrt() + 3.0));
}

#[test]
fn one_member_is_linear_between_its_ends() {
    let rows = [vec![10.0], vec![20.0], vec![40.0]];
    for way in [Aggregation::Topsis, Aggregation::TopsisVector] {
        assert_eq!(
            points::<Exact>(way, &[7.0], &rows, &[20.0]).mul(&Exact::of(3.0)),
            Exact::of(100.0),
            "{way:?}"
        );
    }
}

#[test]
fn where_all_are_alike_everybody_has_half() {
    let rows = vec![vec![60.0, 0.0]; 3];
    for way in [Aggregation::Topsis, Aggregation::TopsisVector] {
        assert_eq!(points::<Exact>(way, &[1.0, 1.0], &rows, &rows[0]), Exact::of(50.0), "{way:?}");
        assert_eq!(points::<f64>(way, &[1.0, 1.0], &rows, &rows[0]), 50.0, "{way:?}");
    }
    // Somebody outside is as far from the best as from the worst; scores that are all 0 have no norm.
    assert_eq!(points::<Exact>(Aggregation::Topsis, &[1.0, 1.0], &rows, &[70.0, 5.0]), Exact::of(50.0));
    assert_eq!(points::<Exact>(Aggregation::TopsisVector, &[0.0, 1.0], &rows, &[60.0, 5.0]), Exact::of(50.0));
}

#[test]
fn a_member_that_nobody_has_is_left_out() {
    let way = Aggregation::Topsis;
    let fitted: Vec<f64> = [way.fit(&[0.0, 10.0]), way.fit::<f64>(&[])].concat();
    let with = Compared { fitted: &fitted, full: FULL };
    assert_eq!(way.combine(&[(1.0, 4.0), (1.0, 80.0)], &with), 40.0);
    assert!(way.combine(&[(1.0, 80.0)], &Compared { fitted: &way.fit(&[]), full: FULL }).is_nan());
}

proptest! {
    #[test]
    fn floats_know_how_far_off_they_are(
        rows in prop::collection::vec(prop::collection::vec(0u16..2000, 3), 1..6),
        weights in prop::collection::vec(0u8..5, 3),
        vector: bool,
    ) {
        let way = if vector { Aggregation::TopsisVector } else { Aggregation::Topsis };
        let rows: Vec<Vec<f64>> =
            rows.iter().map(|row| row.iter().map(|s| f64::from(*s) / 20.0).collect()).collect();
        let weights: Vec<f64> = weights.iter().map(|w| f64::from(*w) / 10.0).collect();
        let mut all = Vec::new();
        for row in &rows {
            let exact: Exact = points(way, &weights, &rows, row);
            let near: Bounded = points(way, &weights, &rows, row);
            prop_assert_eq!(near.v.to_bits(), points::<f64>(way, &weights, &rows, row).to_bits());
            let off = Exact::of(near.v).sub(&exact).abs().to_f64();
            prop_assert!(near.e.is_infinite() || off <= near.e + near.v.abs() * f64::EPSILON, "{:?} {}", near, off);
            prop_assert!(exact.is_at_least(&Exact::zero()) && Exact::of(FULL).is_at_least(&exact));
            all.push((row, exact));
        }
        // Who is nowhere worse is not behind.
        for (a, of_a) in &all {
            for (b, of_b) in &all {
                if a.iter().zip(b.iter()).all(|(a, b)| a >= b) {
                    prop_assert!(of_a.is_at_least(of_b));
                }
            }
        }
    }
}
