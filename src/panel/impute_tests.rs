use proptest::prelude::*;

use super::*;
use crate::Labels;

const N: f64 = f64::NAN;

/// `entities × periods` in period order: entity names a, b, c …; years from 2020.
fn panel(entities: usize, values: Vec<f64>) -> Panel {
    let rows = 0..values.len();
    let names: Labels = rows.clone().map(|r| format!("e{}", r % entities)).collect();
    let years = rows.map(|r| year(r / entities)).collect();
    Panel::builder(names, years).column("x", values).build().unwrap()
}

/// The `n`th year from 2020.
fn year(n: usize) -> Period {
    Period::year(2020 + i32::try_from(n).unwrap()).unwrap()
}

fn fill(panel: &Panel, how: Missing) -> Imputed {
    impute(panel, "x", how, &|_| Some(0)).unwrap()
}

fn same(a: &[f64], b: &[f64]) {
    assert_eq!(a.len(), b.len());
    assert!(a.iter().zip(b).all(|(x, y)| x == y || x.is_nan() && y.is_nan()), "{a:?} {b:?}");
}

#[test]
fn carry_forward_takes_the_last_value_and_says_from_when() {
    let p = panel(2, vec![N, 1.0, 5.0, N, N, N]);
    let done = fill(&p, Missing::CarryForward);
    same(done.column.values(), &[N, 1.0, 5.0, 1.0, 5.0, 1.0]);
    let y = |y| Source::Period(Period::year(y).unwrap());
    let from: Vec<_> = done.filled.iter().map(|f| (f.row, f.from)).collect();
    assert_eq!(from, [(3, y(2020)), (4, y(2021)), (5, y(2020))]);
    assert_eq!(done.filled[0].from.message(Lang::Zh), "沿用 2020 的值");
}

#[test]
fn a_carried_decimal_keeps_all_its_digits() {
    let long = Exact::parse("0.12345678901234567890").unwrap();
    let column = Column::from(vec![0.123_456_789_012_345_68, N]).with_decimals([(0, long.clone())]);
    let done = fill(&panel(1, vec![0.0, 0.0]).put("x", column), Missing::CarryForward);
    assert_eq!(done.column.exact(1), long);
}

#[test]
fn interpolation_is_linear_in_time_and_never_outside() {
    let p = panel(1, vec![N, 1.1, N, N, 1.4, N]);
    let done = fill(&p, Missing::Interpolate);
    same(done.column.values(), &[N, 1.1, 1.2, 1.3, 1.4, N]);
    assert_eq!(done.filled.len(), 2);
}

#[test]
fn interpolation_counts_the_time_that_passed_not_the_rows() {
    let years: Vec<_> = [2020, 2021, 2024].map(|y| Period::year(y).unwrap()).to_vec();
    let names: Labels = ["a"; 3].into_iter().collect();
    let p = Panel::builder(names, years).column("x", vec![0.0, N, 8.0]).build().unwrap();
    same(fill(&p, Missing::Interpolate).column.values(), &[0.0, 2.0, 8.0]);
}

#[test]
fn peers_are_those_of_the_period_and_group_and_no_benchmark() {
    let p = panel(5, vec![1.0, 2.0, N, N, 100.0]);
    let group = |row: usize| (row != 4).then_some(u32::from(row == 3));
    let done = impute(&p, "x", Missing::PeerMean, &group).unwrap();
    same(done.column.values(), &[1.0, 2.0, 1.5, N, 100.0]);
    assert_eq!(done.filled, [Filled { row: 2, how: "peer_mean", from: Source::Peers(2) }]);
    let p = panel(5, vec![9.0, 1.0, N, 4.0, 2.0]);
    same(fill(&p, Missing::PeerMedian).column.values(), &[9.0, 1.0, 3.0, 4.0, 2.0]);
}

/// Added up in floats from the left, the mean of these would be 0.
#[test]
fn the_mean_is_exact_before_it_is_rounded() {
    let p = panel(4, vec![1e16, 1.0, -1e16, N]);
    assert_eq!(fill(&p, Missing::PeerMean).column.values()[3], 1.0 / 3.0);
    let p = panel(3, vec![f64::MAX, f64::MAX, N]);
    assert_eq!(fill(&p, Missing::PeerMean).column.values()[2], f64::MAX);
    assert_eq!(fill(&p, Missing::PeerMedian).column.values()[2], f64::MAX);
}

#[test]
fn nothing_missing_is_no_copy_and_no_variable_is_none() {
    let p = panel(2, vec![1.0, 2.0]);
    let done = fill(&p, Missing::PeerMean);
    assert!(std::ptr::eq(done.column.values(), p.column("x").unwrap().values()));
    assert!(impute(&p, "y", Missing::Zero, &|_| None).is_none());
}

const POLICIES: [Missing; 8] = [
    Missing::Error,
    Missing::Skip,
    Missing::Zero,
    Missing::Full,
    Missing::CarryForward,
    Missing::PeerMean,
    Missing::PeerMedian,
    Missing::Interpolate,
];

fn anything() -> impl Strategy<Value = f64> {
    prop_oneof![2 => Just(N), 3 => proptest::num::f64::NORMAL, 1 => proptest::num::f64::SUBNORMAL, 1 => Just(0.0)]
}

proptest! {
    #[test]
    fn present_values_keep_their_bits(values in proptest::collection::vec(anything(), 1..8), how in 0usize..8) {
        let p = panel(1, values.clone());
        let done = fill(&p, POLICIES[how]);
        let new = done.column.values();
        for (row, x) in values.iter().enumerate() {
            prop_assert!(x.is_nan() || x.to_bits() == new[row].to_bits());
            let listed = done.filled.iter().any(|f| f.row == row);
            prop_assert_eq!(listed, x.is_nan() && !new[row].is_nan());
            prop_assert!(!listed || new[row].is_finite());
        }
    }

    #[test]
    fn the_order_of_rows_changes_no_bit(values in proptest::collection::vec(anything(), 12), how in 0usize..8, seed in any::<u64>()) {
        let p = panel(4, values.clone());
        let done = fill(&p, POLICIES[how]);
        let mut order: Vec<usize> = (0..12).collect();
        order.sort_by_key(|&i| (i as u64 + 1).wrapping_mul(seed | 1).rotate_left(17));
        let names: Labels = order.iter().map(|r| format!("e{}", r % 4)).collect();
        let years = order.iter().map(|r| year(r / 4)).collect();
        let moved = Panel::builder(names, years).column("x", order.iter().map(|&r| values[r]).collect::<Vec<_>>());
        let moved = moved.build().unwrap();
        let again = fill(&moved, POLICIES[how]);
        for row in 0..12 {
            let original = order[moved.caller_row(row)];
            prop_assert_eq!(again.column.values()[row].to_bits(), done.column.values()[original].to_bits());
        }
    }
}
