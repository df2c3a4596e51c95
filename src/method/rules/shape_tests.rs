use super::super::tests::{down, leaf, up};
use super::*;

fn shape(text: &str, anchors: &[f64]) -> Shape {
    let anchors: Vec<Exact> = anchors.iter().map(|a| Exact::of(*a)).collect();
    Shape::of(&leaf(text), &anchors, &up(100.0))
}

fn trends(shape: &Shape) -> Vec<(Option<f64>, Option<f64>, Trend)> {
    shape.pieces.iter().map(|p| (p.from, p.to, p.trend)).collect()
}

#[test]
fn a_clamped_line_has_two_dead_zones() {
    let line = shape(r#"rule = "linear""#, &[10.0, 20.0]);
    let expected = [
        (None, Some(10.0), Trend::Flat),
        (Some(10.0), Some(20.0), Trend::Rising),
        (Some(20.0), None, Trend::Flat),
    ];
    assert_eq!(trends(&line), expected);
    assert_eq!(line.jumps, []);
    assert_eq!(line.dead_zones().count(), 2);
}

#[test]
fn a_threshold_is_a_cliff() {
    let ratio = shape(r#"rule = "ratio", to = 10, cap = 1, threshold = 0.6"#, &[10.0]);
    assert_eq!(ratio.jumps, [Jump { at: 6.0, before: 0.0, on: 60.0, after: 60.0 }]);
    // A "first" that is the best: rises to it, and nobody is beyond.
    let hyperbola = shape(r#"rule = "ratio", to = 10, reverse = true"#, &[10.0]);
    assert_eq!(trends(&hyperbola), [(None, Some(0.0), Trend::Missing), (Some(0.0), None, Trend::Falling)]);
}

#[test]
fn steps_of_a_side_are_one_stepped_piece() {
    let text = r#"rule = "per_step", from = 1, base = 50, up = { each = 0.1, points = 3, cap = 9 }"#;
    let stairs = shape(text, &[1.0]);
    assert_eq!(trends(&stairs), [(None, Some(1.0), Trend::Flat), (Some(1.0), None, Trend::Rising)]);
    assert!(stairs.pieces[1].stepped && !stairs.pieces[0].stepped);
}

#[test]
fn pieces_with_one_trend_are_one() {
    let curve = shape(r#"rule = "curve", at = [[0, 0], [1, 50], [2, 60], [3, 60], [4, 20]]"#, &[]);
    let expected = [
        (None, Some(0.0), Trend::Flat),
        (Some(0.0), Some(2.0), Trend::Rising),
        (Some(2.0), Some(3.0), Trend::Flat),
        (Some(3.0), Some(4.0), Trend::Falling),
        (Some(4.0), None, Trend::Flat),
    ];
    assert_eq!(trends(&curve), expected);
}

#[test]
fn only_what_is_certain_whatever_the_data_is_warned_about() {
    // Whether the smallest value lies above 100 nobody knows.
    assert_eq!(rewards_worse(&leaf(r#"rule = "linear", low = "min", high = 100"#), &up(100.0)), None);
    // The ends the wrong way round, whatever the data.
    let found = rewards_worse(&leaf(r#"rule = "linear", low = "max", high = "min""#), &up(100.0));
    assert_eq!(found.map(|f| (f.code, f.severity)), Some(("rule_rewards_worse", crate::Severity::Warning)));
    let fixed = rewards_worse(&leaf(r#"rule = "linear", low = 6, high = 2"#), &up(100.0)).unwrap();
    assert_eq!(
        fixed.message(crate::Lang::Zh),
        "数值从 2 到 6 更好时，得分反而从 100 变为 0：请检查指标方向或分数表"
    );
    assert_eq!(rewards_worse(&leaf(r#"rule = "linear", low = 6, high = 2"#), &down(100.0)), None);
    // Steps that take away for more.
    let text = r#"rule = "per_step", from = "mean", relative = true, up = { each = 0.05, points = -0.5 }"#;
    assert!(rewards_worse(&leaf(text), &up(100.0)).is_some());
    assert_eq!(rewards_worse(&leaf(text), &down(100.0)), None);
}
