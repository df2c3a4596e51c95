#![allow(clippy::unreadable_literal, reason = "numbers as the other program prints them")]

use super::*;

#[test]
fn the_numbers_are_those_of_numpy() {
    // numpy.random.Philox(key=[1, 2]).random_raw(6), and of [0, 0].
    for (key, expected) in [
        (
            [1, 2],
            [
                5_705_853_004_827_290_377,
                6_584_680_345_644_299_050,
                680_768_428_710_196_683,
                17_743_966_978_540_583_234,
                350_372_593_450_749_763,
                7_894_911_970_127_314_984,
            ],
        ),
        (
            [0, 0],
            [
                213_000_021_201_967_259,
                4_455_796_210_202_625_458,
                2_055_444_239_878_205_049,
                10_411_612_076_246_414_556,
                9_267_267_987_884_836_803,
                5_120_919_030_223_861_725_u64,
            ],
        ),
    ] {
        let stream = Philox::new(key);
        let drawn: Vec<u64> = (0..2).flat_map(|block| stream.block(block)).take(6).collect();
        assert_eq!(drawn, expected);
    }
}

#[test]
fn quantiles_are_those_of_scipy() {
    // scipy.special.ndtri; both are good to about one part in 10¹⁶.
    for (p, expected) in [
        (1e-300, -37.0470962993612),
        (1e-20, -9.262340089798409),
        (1e-7, -5.1993375821928165),
        (0.001, -3.090232306167813),
        (0.02425, -1.972961051311885),
        (0.075, -1.4395314709384563),
        (0.3, -0.5244005127080409),
        (0.9, 1.2815515655446004),
        (0.975, 1.959963984540054),
        (0.999999, 4.753424308817087),
    ] {
        approx::assert_relative_eq!(normal_quantile(p), expected, max_relative = 4e-15);
    }
    assert_eq!(normal_quantile(0.5), 0.0);
    assert_eq!([0.0, 1.0].map(normal_quantile), [f64::NEG_INFINITY, f64::INFINITY]);
}

#[test]
fn a_draw_depends_on_its_place_alone() {
    let stream = Philox::new([7, 0]);
    let mut whole = [0.0; 23];
    stream.normals(0, &mut whole);
    for (from, length) in [(0, 5), (3, 9), (22, 1)] {
        let mut part = vec![0.0; length];
        stream.normals(from as u64, &mut part);
        assert_eq!(part, whole[from..from + length]);
    }
}
