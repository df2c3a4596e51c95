use proptest::prelude::*;

use super::*;
use crate::number::Exact;

fn program<N: Number>(gains: &[f64], rows: &[Vec<f64>], limits: &[f64]) -> Program<N> {
    let of = |x: &[f64]| x.iter().map(|x| N::of(*x)).collect::<Vec<N>>();
    Program { gains: of(gains), rows: rows.iter().map(|row| of(row)).collect(), limits: of(limits) }
}

#[test]
fn a_textbook_programme() {
    // Dantzig's glass company in Hillier and Lieberman: 3x + 5y, x ≤ 4, 2y ≤ 12, 3x + 2y ≤ 18; prices 0, 3/2, 1.
    let rows = [vec![1.0, 0.0], vec![0.0, 2.0], vec![3.0, 2.0]];
    let found = program::<Exact>(&[3.0, 5.0], &rows, &[4.0, 12.0, 18.0]).optimum(&Exact::zero()).unwrap();
    assert_eq!(found.value, Exact::of(36.0));
    assert_eq!(found.x, [2.0, 6.0].map(Exact::of));
    assert_eq!(found.prices, [0.0, 1.5, 1.0].map(Exact::of));
}

#[test]
fn without_an_end_there_is_no_optimum() {
    assert!(program::<Exact>(&[1.0], &[vec![-1.0]], &[1.0]).optimum(&Exact::zero()).is_none());
    assert!(program::<f64>(&[1.0, 1.0], &[], &[]).optimum(&0.0).is_none());
}

#[test]
fn a_programme_that_goes_round_in_a_circle_ends() {
    // Beale's: by the steepest gain alone it comes back to where it started.
    let rows = [vec![0.25, -60.0, -0.04, 9.0], vec![0.5, -90.0, -0.02, 3.0], vec![0.0, 0.0, 1.0, 0.0]];
    let found = program::<Exact>(&[0.75, -150.0, 0.02, -6.0], &rows, &[0.0, 0.0, 1.0]);
    assert_eq!(found.optimum(&Exact::zero()).unwrap().value, Exact::of(0.05));
}

proptest! {
    #[test]
    fn prices_prove_the_optimum(
        gains in prop::collection::vec(-20i8..20, 4),
        rows in prop::collection::vec(prop::collection::vec(-9i8..20, 4), 1..7),
        limits in prop::collection::vec(0u8..20, 7),
    ) {
        let of = |x: &[i8]| x.iter().map(|x| f64::from(*x) / 4.0).collect::<Vec<f64>>();
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| of(row)).collect();
        let limits: Vec<f64> = limits.iter().take(rows.len()).map(|x| f64::from(*x)).collect();
        let exact = program::<Exact>(&of(&gains), &rows, &limits);
        let near = program::<f64>(&of(&gains), &rows, &limits).optimum(&1e-9);
        let Some(found) = exact.optimum(&Exact::zero()) else {
            prop_assert!(near.is_none());
            return Ok(());
        };
        let zero = Exact::zero();
        let product = |a: &[Exact], b: &[Exact]| a.iter().zip(b).fold(zero.clone(), |sum, (a, b)| sum.add(&a.mul(b)));
        prop_assert!(found.x.iter().chain(&found.prices).all(|x| x.is_at_least(&zero)));
        prop_assert!((0..rows.len()).all(|k| exact.slack(k, &found.x).is_at_least(&zero)));
        // The gap of duality is 0.
        prop_assert_eq!(&product(&exact.gains, &found.x), &found.value);
        prop_assert_eq!(&product(&exact.limits, &found.prices), &found.value);
        for j in 0..gains.len() {
            let column: Vec<Exact> = exact.rows.iter().map(|row| row[j].clone()).collect();
            prop_assert!(product(&column, &found.prices).is_at_least(&exact.gains[j]));
        }
        // Floats of sums of a few dozen quarters.
        let near = near.unwrap().value;
        prop_assert!((near - found.value.to_f64()).abs() <= 1e-9 * near.abs().max(1.0), "{} {:?}", near, found.value);
    }
}
