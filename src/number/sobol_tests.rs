#![allow(clippy::unreadable_literal, reason = "numbers as the other program prints them")]

use super::*;

/// Points and sums that `tools/make_sobol.py points` prints, which takes them from scipy 1.17.1: coordinates 1, 2, 3, 10, 100, 1111 and 2048
/// of point 5, and the sum of the first 256 points' digits, each times one more than its place, modulo 2⁶⁴.
#[test]
fn the_points_are_those_of_scipy() {
    let of = |key: Option<[u64; 2]>| match key {
        None => Sobol::plain(DIMENSIONS).unwrap(),
        Some(key) => Sobol::scrambled(DIMENSIONS, key).unwrap(),
    };
    for (key, fifth, sum) in [
        (
            None,
            [939524096, 939524096, 134217728, 134217728, 402653184, 402653184, 671088640],
            18443084349256499200,
        ),
        (
            Some([0, 1]),
            [874646482, 159937808, 175230521, 673946695, 261109112, 530068802, 1046303697],
            377810419900928,
        ),
        (
            Some([u64::MAX, 7]),
            [159547085, 1057600923, 1058111096, 392901900, 1897892, 1057556178, 68661919],
            18445613380126961664_u64,
        ),
    ] {
        let points = of(key);
        assert_eq!([0, 1, 2, 9, 99, 1110, 2047].map(|at| digits(&points, 5)[at]), fifth);
        let all = (0..256).flat_map(|k| digits(&points, k)).zip(1_u64..);
        let found = all.fold(0_u64, |sum, (x, place)| sum.wrapping_add(x.wrapping_mul(place)));
        assert_eq!(found, sum, "{key:?}");
    }
    let far = digits(&Sobol::scrambled(3, [42, 0]).unwrap(), 1_000_003);
    assert_eq!(far, [662505544, 725245020, 288492064]);
}

fn digits(points: &Sobol, k: u64) -> Vec<u64> {
    let mut point = vec![0.0; points.shift.len()];
    points.point(k, &mut point);
    point.iter().map(|x| (x * POINTS as f64 - 0.5) as u64).collect()
}

#[test]
fn every_dimension_visits_every_part_once() {
    let points = Sobol::scrambled(DIMENSIONS, [3, 4]).unwrap();
    let (mut point, mut seen) = (vec![0.0; DIMENSIONS], vec![0_u64; DIMENSIONS]);
    for k in 64..128 {
        points.point(k, &mut point);
        for (x, seen) in point.iter().zip(&mut seen) {
            assert!(*x > 0.0 && *x < 1.0);
            *seen |= 1 << (x * 64.0) as u64;
        }
    }
    assert!(seen.iter().all(|parts| *parts == u64::MAX));
}

#[test]
fn there_are_as_many_dimensions_as_numbers() {
    assert!(Sobol::plain(0).is_some());
    assert!(Sobol::plain(DIMENSIONS + 1).is_none());
}
