use super::*;
use crate::number::{Bounded, Exact};

/// Columns of numbers, as each number type takes them.
fn columns<N: Number>(table: &[[f64; 3]]) -> Vec<Vec<N>> {
    (0..3).map(|j| table.iter().map(|row| N::of(row[j])).collect()).collect()
}

#[test]
fn entropy_and_deviation_of_a_table() {
    // Computed with 50 digits: p ln p and the sample deviation of the columns.
    let table = [[1.0, 20.0, 5.0], [2.0, 25.0, 5.0], [4.0, 30.0, 5.0], [8.0, 0.0, 5.0]];
    for (way, expected) in [
        (Weighting::Entropy, [0.453_015_869_479_625_16, 0.546_984_130_520_374_9, 0.0]),
        (Weighting::StandardDeviation, [0.190_557_438_402_091_33, 0.809_442_561_597_908_6, 0.0]),
    ] {
        let (exact, near) =
            (way.weights(&columns::<Exact>(&table)), way.weights(&columns::<Bounded>(&table)));
        let plain = way.weights(&columns::<f64>(&table));
        for k in 0..3 {
            approx::assert_relative_eq!(exact[k].to_f64(), expected[k], epsilon = 1e-15);
            assert!(
                (near[k].v - exact[k].to_f64()).abs() <= near[k].e + f64::EPSILON,
                "{way:?} {k}: {near:?}"
            );
            assert_eq!(near[k].v.to_bits(), plain[k].to_bits());
        }
    }
}

#[test]
fn what_tells_nobody_apart_weighs_nothing() {
    for way in [Weighting::Entropy, Weighting::StandardDeviation] {
        let same = vec![vec![Exact::of(3.0); 4], vec![Exact::of(0.0); 4]];
        assert_eq!(way.weights(&same), vec![Exact::of(0.5); 2], "{way:?}");
        let alone = vec![vec![Exact::of(3.0)], vec![Exact::of(1.0), Exact::of(2.0)]];
        assert_eq!(way.weights(&alone), vec![Exact::zero(), Exact::one()], "{way:?}");
    }
}
