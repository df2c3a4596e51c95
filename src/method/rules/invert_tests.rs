use proptest::prelude::*;

use super::super::tests::{leaf, up};
use super::*;

fn at(text: &str, points: f64, anchors: &[f64]) -> Vec<Range> {
    let anchors: Vec<Exact> = anchors.iter().map(|a| Exact::of(*a)).collect();
    solve(&leaf(text), &Exact::of(points), &anchors, &up(100.0))
}

fn from(low: f64) -> Vec<Range> {
    vec![Range { low: Bound::Included(Exact::of(low)), high: Bound::Unbounded }]
}

#[test]
fn lines_and_hyperbolas_are_solved_exactly() {
    assert_eq!(at(r#"rule = "ratio", to = 2.5, cap = 1"#, 80.0, &[2.5]), from(2.0));
    assert_eq!(at(r#"rule = "ratio", to = 2.5, cap = 1"#, 100.0, &[2.5]), from(2.5));
    assert_eq!(at(r#"rule = "ratio", to = 2.5, cap = 1"#, 100.1, &[2.5]), []);
    // A third is a third.
    let found = at(r#"rule = "linear", low = 0, high = 3"#, 100.0 / 4.0, &[0.0, 3.0]);
    assert_eq!(found, from(0.75));
    let reverse = at(r#"rule = "ratio", to = 0.5, reverse = true, cap = 1.25"#, 80.0, &[0.5]);
    assert_eq!(reverse, [Range { low: Bound::Unbounded, high: Bound::Included(Exact::of(0.625)) }]);
    let open = at(r#"rule = "ratio", to = 0.5, reverse = true"#, 80.0, &[0.5]);
    let expected = Range { low: Bound::Excluded(Exact::zero()), high: Bound::Included(Exact::of(0.625)) };
    assert_eq!(open, [expected]);
}

#[test]
fn ends_of_steps_are_open_or_closed_as_the_bound_says() {
    assert_eq!(at(r#"rule = "steps", at = [[30, 20], [25, 16]]"#, 16.0, &[]), from(25.0));
    let above = at(r#"rule = "steps", at = [[30, 20], [25, 16]], bound = "above""#, 16.0, &[]);
    assert_eq!(above, [Range { low: Bound::Excluded(Exact::of(25.0)), high: Bound::Unbounded }]);
    let all = at(r#"rule = "steps", at = [[30, 20], [25, 16]]"#, 0.0, &[]);
    assert_eq!(all, [Range { low: Bound::Unbounded, high: Bound::Unbounded }]);
    assert_eq!(at(r#"rule = "steps", at = [[30, 20], [25, 16]]"#, 20.1, &[]), []);
    // A dip in the table leaves two ranges.
    let dip = at(r#"rule = "steps", at = [[10, 5], [20, 1], [30, 5]]"#, 5.0, &[]);
    assert_eq!(dip.len(), 2);
    assert!(dip[0].contains(&Exact::of(10.0)) && !dip[0].contains(&Exact::of(20.0)));
}

#[test]
fn keys_order_floats() {
    for pair in [f64::MIN, -1.5, -f64::MIN_POSITIVE, 0.0, 5e-324, 1.0, f64::MAX].windows(2) {
        assert!(key(pair[0]) < key(pair[1]));
        assert_eq!(value(key(pair[0])), pair[0]);
    }
}

proptest! {
    /// `score(invert(points)) = points` for every rule that can be inverted.
    #[test]
    fn the_score_of_the_inverse_is_the_points(low in -500..500i32, span in 1..900i32, points in 2001..9999i32) {
        let wanted = Exact::of(f64::from(points) / 100.0);
        let ends = [f64::from(low) / 8.0, f64::from(low + span) / 8.0];
        let exact = ends.map(Exact::of);
        let s = up(100.0);
        let rules = [
            leaf(r#"rule = "linear", between = [20, 100]"#),
            leaf(r#"rule = "linear", clamp = false"#),
            leaf(r#"rule = "curve", at = [[-1, 20], [0, 30], [5, 80], [7, 100]]"#),
            leaf(r#"rule = "bands", at = [[12, 1], [8, 0.8], [5, 0.6], [2, 0.4], [-1, 0.2]]"#),
            leaf(r#"rule = "interval", target = [3, 6], limits = [1, 10]"#),
            leaf(r#"rule = "per_step", from = 50, base = 60, up = { each = 3, points = 2, step = "linear" }, down = { each = 2, points = -5, step = "linear" }"#),
        ];
        for rule in &rules {
            let found = solve(rule, &wanted, &exact, &s);
            let Some(Range { low: Bound::Included(x), .. }) = found.first() else {
                return Err(TestCaseError::fail(format!("{rule:?}: {found:?}")));
            };
            prop_assert_eq!(rule.score(x, &exact, &s), wanted.clone(), "{:?}", rule);
        }
    }
}
