#![allow(clippy::unreadable_literal, reason = "numbers as the other program prints them")]

use std::f64::consts::PI;

use approx::assert_relative_eq;

use super::*;
use crate::finding::Finding;
use crate::robustness::sensitivity::indices::{Index, Resampling, indices, intervals, moments};

/// A study of a function in which each factor has one coordinate.
fn study(factors: usize, rows: usize) -> Study {
    Study {
        factors: (0..factors).map(|at| at..at + 1).collect(),
        dimensions: factors,
        outputs: 1,
        kept: 0,
        rows,
        seed: 7,
        shapley: true,
    }
}

fn run(study: &Study, y: impl Fn(&[f64]) -> f64 + Sync + Send) -> Found {
    let y = &y;
    study
        .run(|| {
            move |point: &[f64], to: &mut [f64]| {
                to[0] = y(point);
                Ok(())
            }
        })
        .unwrap()
}

/// The indices of a function, each of which must lie in an interval that misses it once in 1,000 times.
fn check(study: &Study, y: impl Fn(&[f64]) -> f64 + Sync + Send, expected: &[Index]) {
    let found = run(study, y);
    let (rows, sums) = found.of(0);
    let own = indices(rows, &sums).unwrap();
    let how = Resampling { seed: 1, count: 300, level: 0.999 };
    let ends = intervals(&found.kept, study.factors.len(), how);
    for (factor, expected) in expected.iter().enumerate() {
        for part in 0..3 {
            let [low, high] = ends[factor][part];
            let is_near = |x: f64| (low - 1e-3..=high + 1e-3).contains(&x);
            assert!(is_near(expected[part]), "{factor} {part}: {expected:?} {own:?} {low} {high}");
            assert!(is_near(own[factor][part]));
            assert!(high - low < 0.35, "{factor} {part}: the interval says something");
        }
    }
    assert_relative_eq!(own.iter().map(|own| own[2]).sum::<f64>(), 1.0, max_relative = 1e-12);
}

fn ishigami(u: &[f64]) -> f64 {
    let [x, y, z] = [u[0], u[1], u[2]].map(|u| PI * (2.0 * u - 1.0));
    libm::sin(x) + 7.0 * libm::sin(y) * libm::sin(y) + 0.1 * z.powi(4) * libm::sin(x)
}

#[test]
fn indices_of_the_ishigami_function() {
    // V₁ = ½ (1 + b π⁴ / 5)², V₂ = a² / 8, V₁₃ = b² π⁸ (1/18 − 1/50).
    let root = 1.0 + 0.1 * PI.powi(4) / 5.0;
    let [v1, v2, v13] = [0.5 * root * root, 49.0 / 8.0, 0.01 * PI.powi(8) * (1.0 / 18.0 - 1.0 / 50.0)];
    let all = v1 + v2 + v13;
    let expected = [[v1, v1 + v13, v1 + v13 / 2.0], [v2; 3], [0.0, v13, v13 / 2.0]]
        .map(|own| own.map(|part| part / all));
    check(&study(3, 1024), ishigami, &expected);
}

/// What numpy, scipy and SALib give of the same points: `tools/make_sobol.py ishigami`.
#[test]
fn indices_are_those_of_numpy_on_the_same_points() {
    let found = run(&study(3, 256), ishigami);
    let own = indices(256.0, &found.of(0).1).unwrap();
    let expected = [
        (0.3456326707987908, 0.636884770558496),
        (0.4493163100715087, 0.4501014331771232),
        (0.05046819217072927, 0.24571211381650304),
    ];
    for (own, (first, total)) in own.iter().zip(expected) {
        assert_relative_eq!(own[0], first, max_relative = 1e-10);
        assert_relative_eq!(own[1], total, max_relative = 1e-10);
    }
}

#[test]
fn indices_of_a_sum_are_shares_of_variance() {
    let weights = [5.0, 3.0, 1.0, 0.0, 2.0];
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    let y = |u: &[f64]| 1e3 + u.iter().zip(weights).map(|(u, w)| w * u).sum::<f64>();
    check(&study(5, 512), y, &weights.map(|w| [w * w / squares; 3]));
}

#[test]
fn indices_of_the_g_function() {
    let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0];
    let parts = a.map(|a: f64| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
    let all = parts.iter().map(|v| 1.0 + v).product::<f64>() - 1.0;
    // A product of independent factors with mean 1: each set of factors has the product of its variances to share.
    let shapley = |own: usize| -> f64 {
        let sets = (0..64_usize).filter(|set| set >> own & 1 == 1);
        let of = |set: usize| (0..6).filter(|k| set >> k & 1 == 1).map(|k| parts[k]).product::<f64>();
        sets.map(|set| of(set) / f64::from(set.count_ones())).sum()
    };
    let expected: [Index; 6] = std::array::from_fn(|k| {
        let total = parts[k] * (1.0 + all) / (1.0 + parts[k]);
        [parts[k], total, shapley(k)].map(|part| part / all)
    });
    let y = |u: &[f64]| u.iter().zip(a).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product();
    check(&study(6, 1024), y, &expected);
}

/// Of `(u₁ + u₂) u₃ + u₄` with the factors {1, 2}, {3}, {4}.
#[test]
fn a_factor_of_several_coordinates_is_exchanged_at_once() {
    let grouped = Study { factors: vec![0..2, 2..3, 3..4], dimensions: 4, ..study(3, 1024) };
    // Var E[y | u₁, u₂] = ¼ · ⅙, Var E[y | u₃] = 1/12, their product has 1/6 · 1/12 left, u₄ has 1/12.
    let [first, second, both, last] = [1.0 / 24.0, 1.0 / 12.0, 1.0 / 72.0, 1.0 / 12.0];
    let all = first + second + both + last;
    let expected =
        [[first, first + both, first + both / 2.0], [second, second + both, second + both / 2.0], [last; 3]];
    check(&grouped, |u| (u[0] + u[1]) * u[2] + u[3], &expected.map(|own| own.map(|part| part / all)));
}

#[test]
fn an_interval_covers_about_as_often_as_it_says() {
    // Of 60 seeds an interval of 80 % misses a known index about 12 times; points are more even than chance, so rather less.
    let y = |u: &[f64]| u[0] + 0.5 * u[1] * u[1];
    let [own, other] = [1.0 / 12.0, 0.25 * (0.2 - 1.0 / 9.0)];
    let missed = (0..60).filter(|seed| {
        let found = run(&Study { seed: *seed, ..study(2, 64) }, y);
        let ends = intervals(&found.kept, 2, Resampling { seed: *seed, count: 100, level: 0.8 });
        let [low, high] = ends[0][1];
        !(low..=high).contains(&(own / (own + other)))
    });
    assert!(missed.count() <= 18);
}

#[test]
fn many_outputs_are_each_as_alone_and_threads_change_nothing() {
    let many = Study { outputs: 3, kept: 1, ..study(3, 200) };
    let start = || {
        |u: &[f64], to: &mut [f64]| {
            to.copy_from_slice(&[u[0] - u[2], ishigami(u), 4.0]);
            Ok(())
        }
    };
    let found = many.run(start).unwrap();
    let alone = crate::exec::on_one_thread(|| run(&study(3, 200), ishigami));
    assert_eq!(found.of(1), alone.of(0));
    assert_eq!(found.kept, alone.kept);
    let [mean, variance] = moments(200.0, &found.of(2).1);
    assert_eq!((mean, variance), (4.0, 0.0));
    assert_eq!(indices(200.0, &found.of(2).1), None);
}

#[test]
fn rows_with_failed_or_missing_runs_are_left_out_and_kept_in_mind() {
    let found = study(2, 64)
        .run(|| {
            |u: &[f64], to: &mut [f64]| {
                to[0] = if u[0] < 0.1 { f64::NAN } else { u[1] };
                if u[1] > 0.9 { Err(DataError::new(vec![Finding::error("x")])) } else { Ok(()) }
            }
        })
        .unwrap();
    let (rows, sums) = found.of(0);
    assert!(!found.failed.is_empty() && rows > 0.0);
    assert!(rows + (found.failed.len() as f64) < 64.0, "some rows are neither whole nor failed");
    assert_eq!(found.kept.len(), rows as usize * width(2));
    let own = indices(rows, &sums).unwrap();
    assert_relative_eq!(own[1][1], 1.0, max_relative = 0.2);
    assert!(
        study(2000, 2).run(|| |_: &[f64], _: &mut [f64]| Ok(())).is_none(),
        "more dimensions than numbers"
    );
}
