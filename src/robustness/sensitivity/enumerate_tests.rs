use approx::assert_relative_eq;

use super::*;
use crate::error::DataError;

/// Means of conditional means are sums of a handful of products: a few units in the last place.
const ROUNDED: f64 = 1e-12;

fn of(chances: &[&[f64]], y: impl Fn(&[usize]) -> f64) -> (Grid, Vec<f64>) {
    let grid = Grid::of(chances.iter().map(|own| own.to_vec()).collect());
    let values = (0..grid.len()).map(|at| y(&grid.alternatives(at))).collect();
    (grid, values)
}

#[test]
fn what_only_an_interaction_makes_has_no_first_order() {
    let half: &[f64] = &[0.5, 0.5];
    let (grid, values) = of(&[half, half], |at| (at[0] ^ at[1]) as f64);
    let found = grid.indices(&values);
    assert_eq!((found.mean, found.variance), (0.5, 0.25));
    assert_eq!(found.indices.unwrap(), [[0.0, 1.0, 0.5]; 2]);
}

#[test]
fn sums_of_independent_parts_are_worth_their_variances() {
    let (grid, values) =
        of(&[&[0.2, 0.8], &[1.0], &[0.25, 0.5, 0.25]], |at| 3.0 * at[0] as f64 + 2.0 * at[2] as f64);
    // Variances 9 · 0.16 and 4 · 0.5.
    let (first, last) = (1.44 / 3.44, 2.0 / 3.44);
    let found = grid.indices(&values);
    assert_relative_eq!(found.mean, 4.4, max_relative = ROUNDED);
    assert_relative_eq!(found.variance, 3.44, max_relative = ROUNDED);
    for (own, expected) in found.indices.unwrap().iter().zip([first, 0.0, last]) {
        for part in own {
            assert_relative_eq!(*part, expected, max_relative = ROUNDED, epsilon = ROUNDED);
        }
    }
}

/// Every definition by itself: conditional means by going through all combinations, Shapley values over all orders.
#[test]
fn indices_are_what_going_through_all_combinations_gives() {
    let chances: [&[f64]; 4] = [&[0.1, 0.3, 0.6], &[0.5, 0.5], &[0.7, 0.1, 0.1, 0.1], &[0.4, 0.6]];
    let (grid, values) = of(&chances, |at| {
        let [a, b, c, d] = [at[0], at[1], at[2], at[3]].map(|x| x as f64);
        a * b + (c - 1.5) * (c - 1.5) * d - 2.0 * a + if at[1] == at[3] { 5.0 } else { 0.0 }
    });
    let all: Vec<Vec<usize>> = (0..grid.len()).map(|at| grid.alternatives(at)).collect();
    let chance = |at: &[usize]| -> f64 { at.iter().zip(chances).map(|(k, own)| own[*k]).product() };
    let mean: f64 = all.iter().zip(&values).map(|(at, y)| chance(at) * y).sum();
    let explained = |set: &[usize]| -> f64 {
        let given = |at: &[usize]| {
            let same = |other: &&Vec<usize>| set.iter().all(|f| other[*f] == at[*f]);
            let of = |other: &Vec<usize>| chance(other);
            let total: f64 = all.iter().filter(same).map(of).sum();
            let sum: f64 = all.iter().zip(&values).filter(|(o, _)| same(o)).map(|(o, y)| of(o) * y).sum();
            sum / total
        };
        all.iter().map(|at| chance(at) * (given(at) - mean) * (given(at) - mean)).sum()
    };
    let variance = explained(&[0, 1, 2, 3]);
    let mut orders = vec![vec![]];
    for factor in 0..4 {
        orders = orders
            .iter()
            .flat_map(|order: &Vec<usize>| {
                (0..=order.len()).map(move |at| {
                    let mut longer = order.clone();
                    longer.insert(at, factor);
                    longer
                })
            })
            .collect();
    }
    let found = grid.indices(&values);
    assert_relative_eq!(found.variance, variance, max_relative = ROUNDED);
    for (factor, own) in found.indices.unwrap().iter().enumerate() {
        let others: Vec<usize> = (0..4).filter(|other| *other != factor).collect();
        let gains = orders.iter().map(|order| {
            let before = order.iter().position(|f| *f == factor).unwrap();
            explained(&order[..=before]) - explained(&order[..before])
        });
        let shapley = gains.sum::<f64>() / 24.0;
        let expected = [explained(&[factor]), variance - explained(&others), shapley];
        for (part, expected) in own.iter().zip(expected) {
            assert_relative_eq!(*part, expected / variance, max_relative = 1e-10, epsilon = ROUNDED);
        }
    }
}

#[test]
fn what_does_not_vary_or_is_missing_has_no_indices() {
    let (grid, mut values) = of(&[&[0.5, 0.5], &[0.3, 0.7]], |_| 0.1);
    assert_eq!(grid.indices(&values).indices, None);
    values[2] = f64::NAN;
    let found = grid.indices(&values);
    assert!(found.indices.is_none() && found.variance.is_nan());
}

#[test]
fn every_combination_is_run_once_in_order() {
    let grid = Grid::of(vec![vec![0.25, 0.75], vec![0.5, 0.25, 0.25]]);
    let visited = grid.visit(1, || {
        |at: &[usize], to: &mut [f64]| {
            to[0] = (10 * at[0] + at[1]) as f64;
            if at[1] == 2 { Err(DataError::new(vec![])) } else { Ok(()) }
        }
    });
    assert_eq!(visited.values[..2], [0.0, 1.0]);
    assert_eq!(visited.values[3..5], [10.0, 11.0]);
    assert_eq!(visited.failed.iter().map(|failed| failed.0).collect::<Vec<_>>(), [2, 5]);
    assert_eq!(grid.chances(), [0.125, 0.0625, 0.0625, 0.375, 0.1875, 0.1875]);
}
