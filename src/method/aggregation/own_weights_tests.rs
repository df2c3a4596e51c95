//! The gap of duality, what floats know of it, bounds.

use proptest::prelude::*;

use super::*;
use crate::method::aggregation::{Aggregation, Compared};
use crate::number::{Bounded, Exact};

/// The part of a row among rows; each is a list of scores.
fn part<N: Number>(within: Option<Within>, rows: &[Vec<f64>], row: &[f64]) -> N {
    let way = within.map_or(Aggregation::BenefitOfTheDoubt, Aggregation::BenefitOfTheDoubtWithin);
    let fitted: Vec<N> = (0..row.len()).flat_map(|k| rows.iter().map(move |row| N::of(row[k]))).collect();
    let members: Vec<(N, N)> = row.iter().map(|s| (N::one(), N::of(*s))).collect();
    way.combine(&members, &Compared { fitted: &fitted, full: 1.0 })
}

#[test]
fn whoever_is_ahead_under_some_weights_has_the_full_mark() {
    let rows = [vec![1.0, 4.0], vec![4.0, 1.0], vec![2.0, 2.0], vec![0.0, 0.0]];
    let of = |row: &[f64]| part::<Exact>(None, &rows, row);
    assert_eq!((of(&rows[0]), of(&rows[1])), (Exact::one(), Exact::one()));
    // Weights of 1/5 each: 2/5 + 2/5.
    assert_eq!(of(&rows[2]), Exact::of(0.8));
    assert_eq!(of(&rows[3]), Exact::zero());
    // Somebody outside the set is not beyond the full mark.
    assert_eq!(of(&[9.0, 9.0]), Exact::one());
}

#[test]
fn bounds_keep_the_weights_together() {
    let rows = [vec![1.0, 4.0], vec![4.0, 1.0], vec![2.0, 2.0]];
    // Half of the score each: weights 1/2 : 1/8 over s, of which the second has 4/2 + 1/8.
    let halves = Some(Within::Shares([0.5, 0.5]));
    assert_eq!(part::<Exact>(halves, &rows, &rows[0]), Exact::of(1.0).div(&Exact::of(2.125)));
    assert_eq!(part::<Exact>(halves, &rows, &[0.0, 4.0]), Exact::zero());
    // Equal weights: everybody against the largest sum.
    let equal = Some(Within::Weights([0.5, 0.5]));
    assert_eq!(part::<Exact>(equal, &rows, &rows[2]), Exact::of(0.8));
    // Two members cannot have at most two fifths each: they have halves.
    let fifths = Some(Within::Shares([0.0, 0.4]));
    assert_eq!(part::<Exact>(fifths, &rows, &rows[0]), part::<Exact>(halves, &rows, &rows[0]));
    let own = OwnWeights { within: Some(Within::Shares([0.2, 1.0])) };
    let members = [(1.0, 2.0), (1.0, 2.0)];
    let shares = own.shares(&members, &[1.0, 4.0, 2.0, 4.0, 1.0, 2.0]);
    approx::assert_relative_eq!(shares.iter().sum::<f64>(), 1.0, max_relative = 1e-12);
}

#[test]
fn a_score_that_others_lack_is_compared_with_the_rest() {
    let way = Aggregation::BenefitOfTheDoubt;
    let gap = f64::NAN;
    let fitted = [2.0, 4.0, gap, 8.0, gap, 6.0].map(Exact::of);
    let members = [2.0, 3.0].map(|s| (Exact::one(), Exact::of(s)));
    let found = way.combine(&members, &Compared { fitted: &fitted, full: 1.0 });
    // Rows (2, 8), (4, –), (–, 6): 4 w1 ≤ 1 and 2 w1 + 8 w2 ≤ 1.
    assert_eq!(found, Exact::of(0.6875));
}

fn within() -> impl Strategy<Value = Option<Within>> {
    prop::sample::select(vec![
        None,
        Some(Within::Shares([0.1, 0.5])),
        Some(Within::Shares([0.0, 0.4])),
        Some(Within::Weights([0.2, 0.6])),
        Some(Within::Weights([0.3, 1.0])),
    ])
}

proptest! {
    #[test]
    fn prices_prove_that_nothing_better_is_possible(
        rows in prop::collection::vec(prop::collection::vec(0u8..40, 3), 1..7),
        within in within(),
    ) {
        let rows: Vec<Vec<f64>> =
            rows.iter().map(|row| row.iter().map(|s| f64::from(*s) / 4.0).collect()).collect();
        for row in &rows {
            let members: Vec<(Exact, Exact)> = row.iter().map(|s| (Exact::one(), Exact::of(*s))).collect();
            let fitted: Vec<Exact> = (0..3).flat_map(|k| rows.iter().map(move |row| Exact::of(row[k]))).collect();
            let exact: Exact = part(within, &rows, row);
            if let Ok(task) = Task::of(within, &members, &fitted) {
                // The gap of duality is 0, over all rows.
                let optimum = task.program.optimum(&Exact::zero()).unwrap();
                let worth = optimum.prices[..task.bounds.start].iter().fold(Exact::zero(), |sum, price| sum.add(price));
                prop_assert_eq!(&worth, &optimum.value);
                prop_assert_eq!(&exact, &optimum.value);
                let [gap] = task.near().map(|(near, found)| {
                    let dual: f64 = near.limits.iter().zip(&found.prices).map(|(limit, price)| limit * price).sum();
                    [(dual - found.value).abs()]
                }).unwrap();
                // Some dozen operations on numbers of at most 40.
                prop_assert!(gap <= 1e-12, "{}", gap);
            }
            let near: Bounded = part(within, &rows, row);
            let off = Exact::of(near.v).sub(&exact).abs().to_f64();
            prop_assert!(near.e.is_infinite() || off <= near.e + f64::EPSILON, "{:?} {}", near, exact.to_f64());
            prop_assert!(near.e.is_infinite() || near.e < 1e-9, "{:?}", near);
            prop_assert_eq!(near.v.to_bits(), part::<f64>(within, &rows, row).to_bits());
            prop_assert!(exact.is_at_least(&Exact::zero()) && Exact::one().is_at_least(&exact));
        }
    }
}
