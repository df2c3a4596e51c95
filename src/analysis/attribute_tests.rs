use approx::assert_relative_eq;
use proptest::prelude::*;

use super::*;

#[test]
fn a_ratio_splits_into_numerator_and_denominator() {
    // 150/100 → 200/175, both numbers known from the formulas by hand.
    let v = (1.5, 200.0 / 175.0);
    let parts = lmdi(&[(v.0, v.1, &[(1.0, 150.0, 200.0), (-1.0, 100.0, 175.0)])]).unwrap();
    assert_relative_eq!(parts[0], 0.377_826, epsilon = 5e-7);
    assert_relative_eq!(parts[1], -0.734_969, epsilon = 5e-7);
    let ratio = |set: u32| {
        let a = if set & 1 == 0 { 150.0 } else { 200.0 };
        a / if set & 2 == 0 { 100.0 } else { 175.0 }
    };
    let parts = owen(&[2], ratio);
    assert_relative_eq!(parts[0], 0.392_857, epsilon = 5e-7);
    assert_relative_eq!(parts[1], -0.75, epsilon = 1e-15);
}

#[test]
fn lmdi_is_that_of_lmdir() {
    // The example of the R package LMDIR, with its printed digits.
    let years: [[[f64; 3]; 2]; 4] = [
        [[1.0, 10.0, 2.0], [4.0, 5.0, 3.0]],
        [[4.0, 5.0, 3.0], [5.0, 6.0, 4.0]],
        [[8.0, 2.0, 4.0], [5.0, 7.0, 5.0]],
        [[10.0, 1.0, 5.0], [6.0, 8.0, 6.0]],
    ];
    let expected = [
        [69.790_065_98, -9.455_125_793, 39.665_059_81],
        [42.960_214_67, -34.319_026_56, 50.358_811_9],
        [54.010_642_34, -9.021_284_671, 54.010_642_34],
    ];
    for (pair, expected) in years.windows(2).zip(expected) {
        let rows: Vec<_> = (0..2)
            .map(|i| {
                let factors: Vec<_> = (0..3).map(|j| (1.0, pair[0][i][j], pair[1][i][j])).collect();
                (pair[0][i].iter().product::<f64>(), pair[1][i].iter().product::<f64>(), factors)
            })
            .collect();
        let rows: Vec<_> = rows.iter().map(|(a, b, f)| (*a, *b, f.as_slice())).collect();
        for (part, expected) in lmdi(&rows).unwrap().iter().zip(expected) {
            assert_relative_eq!(*part, expected, max_relative = 1e-9);
        }
    }
}

#[test]
fn zeros_follow_their_limits() {
    let grown = lmdi(&[(0.0, 2.0, &[(1.0, 0.0, 4.0), (-1.0, 3.0, 2.0)])]).unwrap();
    assert_eq!(grown, [2.0, 0.0]);
    let still = lmdi(&[(0.0, 0.0, &[(1.0, 0.0, 0.0), (-1.0, 3.0, 2.0)])]).unwrap();
    assert_eq!(still, [0.0, 0.0]);
    // The limit is that of ever smaller numbers.
    let small = lmdi(&[(1e-300 / 3.0, 2.0, &[(1.0, 1e-300, 4.0), (-1.0, 3.0, 2.0)])]).unwrap();
    assert!((small[0] - 2.0).abs() < 0.01 && small[1].abs() < 0.01);
    assert_eq!(lmdi(&[(-1.0, 1.0, &[(1.0, -1.0, 1.0)])]), None);
    assert_eq!(lmdi(&[(0.0, 1.0, &[(1.0, 0.0, 1.0), (1.0, 0.0, 1.0)])]), None);
}

#[test]
fn a_missing_set_is_passed_by() {
    // The first cause alone has no value: the second moves first.
    let one = |set: u32| [1.0, f64::NAN, 3.0, 4.0][set as usize];
    assert_eq!(owen(&[2], one), [1.0, 2.0]);
    // Neither has one alone: they work only together.
    let none = |set: u32| [1.0, f64::NAN, f64::NAN, 4.0][set as usize];
    assert_eq!(owen(&[2], none), [1.5, 1.5]);
    assert!(owen(&[2], |set| if set == 3 { f64::NAN } else { 1.0 }).iter().all(|p| p.is_nan()));
    // A group that has begun is finished first, so that {0, 2} is never asked; {0} is missing.
    let grouped = |set: u32| [0.0, f64::NAN, 2.0, 6.0, 10.0, f64::NAN, 12.0, 16.0][set as usize];
    assert_eq!(owen(&[2, 1], grouped), [4.0, 2.0, 10.0]);
}

#[test]
fn a_small_number_beside_a_large_one_keeps_its_logarithm() {
    assert_relative_eq!(log_ratio(1e20, 60.0), 60.0f64.ln() - 1e20f64.ln(), max_relative = 1e-15);
    let parts = lmdi(&[(1e20, 60.0, &[(1.0, 1e20, 30.0), (-1.0, 1.0, 0.5)])]).unwrap();
    assert_relative_eq!(parts[0] + parts[1], 60.0 - 1e20, max_relative = 1e-15);
}

#[test]
fn last_bits_are_no_part() {
    let mut parts = [-7e-15, 0.0];
    close_of(&mut parts, 0.0, 60.0);
    assert_eq!(parts, [0.0, 0.0]);
    let mut remainder = [-7e-10, 0.0];
    close_of(&mut remainder, 0.0, 60.0);
    assert_eq!(remainder, [-7e-10, 0.0]);
}

#[test]
fn differences_are_those_of_the_decimals() {
    assert_eq!(change(60.1, 60.3), 0.2);
    assert_eq!(change(2.54, 2.56), 0.02);
    assert!(change(f64::NAN, 1.0).is_nan());
}

proptest! {
    #[test]
    fn parts_sum_to_the_change_and_a_dummy_gets_nothing(
        v in prop::collection::vec(-100.0..100.0f64, 32),
        sizes in prop::sample::select(vec![vec![5], vec![1, 4], vec![2, 1, 2], vec![1, 1, 1, 1, 1], vec![3, 2]]),
    ) {
        let mut parts = owen(&sizes, |set| v[set as usize]);
        let total = v[31] - v[0];
        prop_assert!((parts.iter().sum::<f64>() - total).abs() < 1e-10);
        close(&mut parts, total);
        let sum: crate::number::ExactSum = parts.iter().copied().collect();
        prop_assert!((sum.value() - total).abs() <= 1e-12 * total.abs());
        // Cause 0 without effect.
        let parts = owen(&sizes, |set| v[(set & !1) as usize]);
        prop_assert_eq!(parts[0], 0.0);
    }

    /// As the points of many variables are split: what stands outside a group moves as whole groups.
    #[test]
    fn a_group_shares_its_part_in_a_second_step(
        v in prop::collection::vec(-100.0..100.0f64, 64),
        sizes in prop::sample::select(vec![vec![3, 1, 2], vec![4, 2], vec![6], vec![2, 1, 1, 2]]),
    ) {
        let whole = owen(&sizes, |set| v[set as usize]);
        let others = &masks(&sizes)[1..];
        let inside = owen(&sizes[..1], |set| {
            unions(others).map(|(k, out)| shapley_weight(k.count_ones() as usize, sizes.len()) * v[(set | out) as usize]).sum()
        });
        for (a, b) in whole.iter().zip(&inside) {
            prop_assert!((a - b).abs() < 1e-10, "{whole:?} {inside:?}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn a_change_of_few_decimals_is_that_of_the_decimals(a in -1_000_000i64..1_000_000, b in -1_000_000i64..1_000_000, d in 0u8..7) {
        let scale = 10f64.powi(i32::from(d));
        let (a, b) = (a as f64 / scale, b as f64 / scale);
        let exact = Exact::of(b).sub(&Exact::of(a)).to_f64();
        proptest::prop_assert_eq!(change(a, b).to_bits(), if a == b { 0 } else { exact.to_bits() });
        proptest::prop_assert_eq!(change(a, a + b / 3.0), if b == 0.0 { 0.0 } else { Exact::of(a + b / 3.0).sub(&Exact::of(a)).to_f64() });
    }
}

#[test]
fn what_the_last_bits_made_is_no_effect() {
    let mut parts = [0.3, 1.4e-15, -0.1, -7e-15];
    settle(&mut parts, 0.2, 90.0);
    assert_eq!((parts[1], parts[3]), (0.0, 0.0));
    assert_eq!(parts.into_iter().collect::<Sum>().value(), 0.2);
    // Two totals that differ in their last bits only still have parts that sum to that.
    let mut parts = [3e-15, 1e-15];
    settle(&mut parts, 4e-15, 90.0);
    assert_eq!(parts, [4e-15, 0.0]);
    let mut parts = [3e-15, -3e-15];
    settle(&mut parts, 0.0, 90.0);
    assert_eq!(parts, [0.0, 0.0]);
    // A small effect of small numbers is one.
    let mut parts = [3e-15, 1e-15];
    settle(&mut parts, 4e-15, 1e-10);
    assert_eq!(parts[1], 1e-15);
}
