//! The least that weights must move for one sum of them to make up what it lacks: a linear programme that its structure solves.

/// A weight that may move, as a share of the whole, and what a unit of it adds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Movable {
    pub(super) share: f64,
    pub(super) gain: f64,
}

/// The shares after the smallest change.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moved {
    /// `Σ |Δ share|`.
    pub(super) change: f64,
    pub(super) shares: Vec<f64>,
}

/// The shares nearest to those given, none below 0 and with the same sum, with which `Σ share · gain` is larger by `lack`; none where
/// none are.
///
/// # Formula
/// ```text
/// minimise Σ |x_k − share_k|    where Σ x_k = Σ share_k,  x_k ≥ 0,  Σ x_k gain_k ≥ Σ share_k gain_k + lack
/// ```
/// A unit that goes from `a` to `b` costs 2, and adds `gain_b − gain_a`, whatever else has moved: so all of it goes to the largest gain,
/// and what has the smallest gain is taken first, until enough is there. The last one gives only part of what it has.
pub(super) fn nearest(weights: &[Movable], lack: f64) -> Option<Moved> {
    let mut shares: Vec<f64> = weights.iter().map(|own| own.share).collect();
    let largest = |best: usize, k: usize| if weights[k].gain > weights[best].gain { k } else { best };
    let to = (0..weights.len()).reduce(largest)?;
    let mut givers: Vec<usize> = (0..weights.len()).filter(|k| weights[*k].gain < weights[to].gain).collect();
    givers.sort_by(|a, b| weights[*a].gain.total_cmp(&weights[*b].gain));
    let (mut left, mut moved) = (lack, 0.0);
    for k in givers {
        if left <= 0.0 {
            break;
        }
        let rate = weights[to].gain - weights[k].gain;
        let all = weights[k].share * rate;
        if all >= left {
            let part = left / rate;
            shares[k] -= part;
            moved += part;
            left = 0.0;
            continue;
        }
        shares[k] = 0.0;
        moved += weights[k].share;
        left -= all;
    }
    shares[to] += moved;
    (left <= 0.0).then_some(Moved { change: 2.0 * moved, shares })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::number::simplex::Program;
    use crate::number::{Exact, Number};

    /// The same by the simplex method: what goes up and what goes down of each share, in fractions.
    fn by_simplex(weights: &[Movable], lack: f64) -> Option<f64> {
        let n = weights.len();
        let of = |x: f64| Exact::of(x);
        let gain = |k: usize| of(weights[k].gain);
        let both = |up: &dyn Fn(usize) -> Exact, down: &dyn Fn(usize) -> Exact| {
            (0..n).map(up).chain((0..n).map(down)).collect::<Vec<_>>()
        };
        // No limit may be below 0, so the lack is made up at a price above what any unit can cost.
        let dear = of(1e9);
        let mut rows = vec![
            both(&|_| of(1.0), &|_| of(-1.0)),
            both(&|_| of(-1.0), &|_| of(1.0)),
            both(&gain, &|k| gain(k).neg()),
        ];
        rows.extend((0..n).map(|k| both(&|_| of(0.0), &|j| of(f64::from(u8::from(j == k))))));
        let mut limits = vec![of(0.0), of(0.0), of(lack)];
        limits.extend(weights.iter().map(|own| of(own.share)));
        let price = |sign: f64| move |k: usize| of(weights[k].gain * sign).mul(&of(1e9)).sub(&of(1.0));
        let program = Program { gains: both(&price(1.0), &price(-1.0)), rows, limits };
        let found = program.optimum(&Exact::zero())?;
        let filled = found.x.iter().enumerate().fold(Exact::zero(), |sum, (k, x)| {
            let gain = gain(k % n);
            sum.add(&if k < n { gain.mul(x) } else { gain.neg().mul(x) })
        });
        let made_up = filled.order(&of(lack)) == Some(std::cmp::Ordering::Equal);
        made_up.then(|| dear.mul(&of(lack)).sub(&found.value).to_f64())
    }

    #[test]
    fn by_hand() {
        // 1 lacks: the first gives all of its 0.2 for 5 a unit, the second has to give nothing.
        let of = |share, gain| Movable { share, gain };
        let found = nearest(&[of(0.2, -3.0), of(0.5, 0.0), of(0.3, 2.0)], 1.0).unwrap();
        assert_eq!(found, Moved { change: 0.4, shares: vec![0.0, 0.5, 0.5] });
        assert!(nearest(&[of(0.5, 1.0), of(0.5, 2.0)], 0.6).is_none());
        assert!(nearest(&[], 0.1).is_none());
    }

    proptest! {
        #[test]
        fn it_is_the_optimum(
            weights in prop::collection::vec((0u8..20, -20i8..20), 1..6),
            lack in 1u8..80,
        ) {
            let weights: Vec<Movable> = weights
                .into_iter()
                .map(|(share, gain)| Movable { share: f64::from(share) / 8.0, gain: f64::from(gain) / 4.0 })
                .collect();
            let lack = f64::from(lack) / 8.0;
            let (own, exact) = (nearest(&weights, lack), by_simplex(&weights, lack));
            prop_assert_eq!(own.is_some(), exact.is_some());
            if let (Some(own), Some(exact)) = (own, exact) {
                // Floats of a few sums of eighths, divided once.
                prop_assert!((own.change - exact).abs() < 1e-12 * exact.max(1.0), "{} {}", own.change, exact);
                let sum = |of: &dyn Fn(usize) -> f64| (0..weights.len()).map(of).sum::<f64>();
                let gained = sum(&|k| (own.shares[k] - weights[k].share) * weights[k].gain);
                prop_assert!(gained >= lack - 1e-12 && own.shares.iter().all(|x| *x >= 0.0));
                prop_assert!(sum(&|k| own.shares[k] - weights[k].share).abs() < 1e-12);
            }
        }
    }
}
