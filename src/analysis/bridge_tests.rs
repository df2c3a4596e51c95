use crate::report::{Names, Report};
use serde_json::{Value, json};

use super::super::tests_support::*;
use super::*;
use crate::analysis::{Gap, To, compare};
use crate::text::Lang;

fn plain(weight: f64) -> Assessment {
    let document = json!({
        "kaohe": 1, "id": "plain", "variable": [{"id": "x", "unit": "1"}, {"id": "z", "unit": "1"}],
        "indicator": [
            {"id": "i", "formula": "x", "unit": "1", "weight": weight, "points": {"rule": "linear"}},
            {"id": "k", "formula": "z", "unit": "1", "weight": 1, "points": {"rule": "linear", "low": 0, "high": 10}}],
        "total": {"round": {"digits": 2}},
    });
    let rows = [("p", 2021), ("q", 2021), ("r", 2021), ("p", 2022), ("q", 2022), ("r", 2022)];
    let (x, z) = ([2.0, 10.0, 0.0, 2.0, 20.0, 0.0], [5.0, 4.0, 9.0, 6.0, 8.0, 1.0]);
    assessed(&document, rows, &[("x", &x), ("z", &z)])
}

#[test]
fn standing_still_while_the_first_runs_costs_points() {
    let a = plain(1.0);
    let bridge = a.bridge("p", year(2021), year(2022)).unwrap();
    // x: 20 of 100 points become 10 as the maximum doubles; z: 50 become 60. Half of each in the total.
    assert_eq!(bridge.effect(&Cause::Others("max".into())), -5.0);
    assert_eq!(bridge.effect(&Cause::Own), 5.0);
    assert_eq!(bridge.total, 0.0);
    let walk = bridge.walk.clone().unwrap();
    // 35, 70, 45 become 35, 90, 5: p overtakes r, on z.
    assert_eq!((walk.before, walk.after), (Some(3.0), Some(2.0)));
    assert_eq!(walk.overtook.len(), 1);
    assert_eq!((walk.overtook[0].entity.as_str(), walk.overtook[0].indicator.as_deref()), ("r", Some("k")));
    let text = bridge.to_markdown(Names::of(a.scheme().document()), Lang::En);
    let expected = "\
The total of p did not move between 2021 and 2022: it is still 35, since its causes cancel out: k rose from 5 to 6 (+5 points); the maximum of i rose from 10 (q) to 20 (q) (−5 points).

p rose from rank 3 in 2021 to rank 2 in 2022 (1 up).

p overtook r (mainly on k, by 45 points).

| cause | effect in points |
| :-- | --: |
| own data | +5 |
| the others' data (maximum) | −5 |
| total | 0 |

**How its own numbers moved**

| indicator | measure | was | is | effect in points |
| :-- | :-- | :-- | :-- | --: |
| k | value | 5 | 6 | +5 |

**How the references moved**

| reference | indicator | measure | was | is | effect in points |
| :-- | :-- | :-- | :-- | :-- | --: |
| maximum | i | value | 10 (q) | 20 (q) | −5 |
";
    assert_eq!(text, expected);
}

#[test]
fn another_weight_is_the_methods_doing() {
    let (a, b) = (plain(1.0), plain(3.0));
    let row = a.row("p", year(2022)).unwrap();
    let bridge = bridge_between(&a, row, &b, row).unwrap();
    assert_eq!((bridge.before, bridge.after), (35.0, 22.5));
    assert_eq!(bridge.effect(&Cause::Weights), -12.5);
    assert_eq!(bridge.rows.len(), 1);
    // Both data and method: still the whole change.
    let both =
        bridge_between(&a, a.row("q", year(2021)).unwrap(), &b, b.row("q", year(2022)).unwrap()).unwrap();
    sums(both.rows.iter().map(|r| r.effect), both.total);
    let moves = compare(&a, &b).unwrap();
    assert_eq!((moves.rows.len(), moves.only_before.len()), (6, 0));
    let gainers = compare(&a, &b).unwrap().gainers();
    assert_eq!(gainers.gain.len() + gainers.lose.len() + gainers.same, 6);
    assert!(gainers.to_markdown(Names::none(), Lang::Zh).contains("得益"));
}

#[test]
fn one_weight_can_turn_an_order() {
    let a = plain(1.0);
    // p 10, 60; r 0, 10 never turn; q 100, 80 against p neither.
    assert_eq!(a.flips("p", "q", year(2022)).unwrap().rows, Vec::new());
    // 2021: p 20, 50; r 0, 90: level where 20 w = 40.
    let flips = a.flips("p", "r", year(2021)).unwrap().rows;
    assert_eq!(flips[0].node, "k");
    assert_eq!((flips[0].level, flips[1].level), (0.5, 2.0));
}

#[test]
fn what_a_scheme_rewards() {
    let a = plain(1.0);
    let m = a.marginal("p", year(2022)).unwrap();
    let x = m.rows.iter().find(|m| m.variable == "x").unwrap();
    approx::assert_relative_eq!(x.per_unit, 2.5, epsilon = 1e-12);
    let zones = a.zones(year(2022)).unwrap();
    assert!(zones.rows.iter().any(|z| z.entity == "q" && z.dead), "{zones:?}");
    assert!(m.to_markdown(Names::of(a.scheme().document()), Lang::Zh).contains("得分最多"));
}

/// One indicator `formula` of a, b and c, scored by a rule.
fn ratio(formula: &str, points: &Value) -> Assessment {
    let document = json!({
        "kaohe": 1, "id": "ratio", "variable": [{"id": "x", "unit": "1"}, {"id": "z", "unit": "1"}],
        "indicator": [{"id": "i", "formula": formula, "unit": "1", "points": points}],
    });
    let rows = ["a", "b", "c"].map(|name| (name, 2022));
    assessed(&document, rows, &[("x", &[20.0, 60.0, 70.0]), ("z", &[1.0, 1.0, 1.0])])
}

#[test]
fn only_a_gain_is_said_to_gain() {
    let told = |formula: &str| {
        let a = ratio(formula, &json!({"rule": "linear", "low": 0, "high": 100}));
        let m = a.marginal("a", year(2022)).unwrap();
        [Lang::En, Lang::Zh].map(|lang| m.to_text(Names::of(a.scheme().document()), lang))
    };
    let gain = "One per cent more of x gains a most in 2022: +0.2 points (for this one per cent; at a cap, a step or \
                a rank the next one is worth something else).";
    let zh =
        "2022 年 a的x每增 1% 得分最多：+0.2 分（只就这 1% 而言；遇封顶、分档、名次，再增就不是这个数）。";
    // One per cent more of z costs a hair less than one of x brings.
    assert_eq!(told("x / z"), [gain, zh]);
    let [en, zh] = told("40 - x * z");
    assert_eq!(en, "For a in 2022 one per cent more of x costs 0.2 points.");
    assert_eq!(zh, "2022 年 a的x每增 1% 失 0.2 分。");
    // A loss larger than the best gain is named beside it.
    let [en, zh] = told("x + 40 - 40 * z");
    assert!(en.starts_with(gain) && en.ends_with("more of z costs 0.4 points."), "{en}");
    assert!(zh.ends_with("这个数）。\n2022 年 a的z每增 1% 失 0.4 分。"), "{zh}");
}

#[test]
fn points_that_cannot_be_compared_are_not_called_level() {
    let a = ratio("x / z", &json!({"rule": "rank", "table": [100, 90, 80]}));
    let g = a.gaps("c", year(2022), &To::Pooled, None).unwrap();
    assert!(g.rows[0].points_gap.is_nan() && g.rows[0].gap.is_finite());
    let document = a.scheme().document();
    assert_eq!(
        g.sentences(Names::of(document))[0].message(Lang::En),
        "The points of c in 2022 cannot be compared with the whole."
    );
    assert_eq!(g.sentences(Names::of(document))[0].message(Lang::Zh), "2022 年 c与总体水平的得分无从比较。");
    let first = a.gaps("c", year(2022), &To::Next, None).unwrap();
    let said = "Nobody stands in front of c in 2022, so there is no gap to measure.";
    assert_eq!(first.sentences(Names::of(document))[0].message(Lang::En), said);
    assert_eq!(
        first.sentences(Names::of(document))[0].message(Lang::Zh),
        "2022 年 c前面没有对象，无从比较差距。"
    );
    // One of two only.
    let mut two = a.gaps("a", year(2022), &To::Best, None).unwrap();
    let blind = Gap { points_gap: f64::NAN, ..two.rows[0].clone() };
    two.rows.push(blind);
    let said = two.to_text(Names::of(document), Lang::En);
    let en = "Against the best, a loses most in 2022 on i: 20 points.\nThis leaves out 1 of 2 indicators, whose points \
              cannot be compared.\n";
    assert!(said.starts_with(en), "{said}");
    let said = two.to_text(Names::of(document), Lang::Zh);
    assert!(said.contains("少 20 分。\n共 2 项指标，其中 1 项的得分无从比较，不在此列。\n"), "{said}");
}

#[test]
fn gaps_say_where_and_whether_wider() {
    let a = plain(1.0);
    let g = a.gaps("p", year(2022), &To::Best, None).unwrap();
    assert_eq!((g.rows[0].gap, g.rows[0].gap_change, g.rows[0].rank), (-18.0, -10.0, Some(2.0)));
    // 10 points against 100, half of it in the total.
    assert_eq!((g.rows[0].score_gap, g.rows[0].points_gap), (-90.0, -45.0));
    for to in [To::Mean, To::Pooled, To::Best, To::Quantile(0.75), To::Entity("q".into())] {
        let gaps = a.gaps("p", year(2022), &to, None).unwrap();
        assert!(gaps.rows.iter().all(|r| r.points_gap == r.score_gap / 2.0), "{to:?}: {gaps:?}");
    }
    let quantile = a.gaps("p", year(2022), &To::Quantile(0.75), None).unwrap();
    let said = quantile.sentences(Names::of(a.scheme().document()))[0].message(Lang::Zh);
    assert!(said.contains("与 0.75 分位数相比"), "{said}");
    assert!(
        quantile.sentences(Names::of(a.scheme().document()))[0]
            .message(Lang::En)
            .contains("Against the 0.75 quantile")
    );
    let lines = g.sentences(Names::of(a.scheme().document()));
    assert_eq!(
        lines[1].message(Lang::En),
        "i of p in 2022 is 2, 18 behind the best, wider by 10 than in 2021, rank 2."
    );
    let mean = a.gaps("p", year(2022), &To::Mean, None).unwrap();
    sums(mean.rows.iter().map(|r| r.points_gap), mean.total);
    assert!(a.gaps("p", year(2022), &To::Quantile(2.0), None).is_err());
}

#[test]
fn the_rank_of_a_root_among_others_that_it_nearly_meets_is_for_floats() {
    // Both sides rank `sqrt(x)`: where the others' numbers lie within its error, exact numbers have no order.
    let document = json!({"kaohe": 1, "id": "roots", "variable": [{"id": "x", "unit": "1"}], "indicator": [
        {"id": "i", "formula": "sqrt(x)", "unit": "1", "points": {"rule": "rank", "table": [100, 80, 60]}}]});
    let rows = [("p", 2021), ("q", 2021), ("r", 2021), ("p", 2022), ("q", 2022), ("r", 2022)];
    let a = assessed(&document, rows, &[("x", &[2.0, 3.0, 1.0, 3.0, 3.0, 3.0])]);
    let b = a.bridge("p", year(2021), year(2022)).unwrap();
    assert_eq!((b.before, b.after), (80.0, 100.0));
    sums(b.rows.iter().map(|r| r.effect), b.total);
    // Own: 2 → 3 meets q of 2021 (2nd → 1st) and passes nobody of 2022 that it does not tie with.
    assert_eq!(b.effect(&Cause::Own), 30.0);
    assert_eq!(b.effect(&Cause::Others("ranks".into())), -10.0);
}

/// Three entities in one year, scored by the formula and rule; `x` by entity.
fn vintage(formula: &str, points: &Value, x: [f64; 3]) -> Assessment {
    let document = json!({
        "kaohe": 1, "id": "vintage", "variable": [{"id": "x", "unit": "1"}],
        "indicator": [{"id": "i", "formula": formula, "unit": "1", "points": points}],
    });
    assessed(&document, ["a", "b", "c"].map(|name| (name, 2022)), &[("x", &x)])
}

#[test]
fn who_sets_the_maximum_moves_it_alone() {
    // 20 of 20 … 80: a rises to 95 and sets the maximum.
    let rules = [
        json!({"rule": "linear"}),
        json!({"rule": "ratio", "to": "mean"}),
        json!({"rule": "zscore", "centre": 50, "scale": 10}),
        json!({"rule": "ratio", "to": "pooled"}),
        json!({"rule": "curve", "at": [[0, 0], [2, 100]], "relative_to": "median"}),
        json!({"rule": "rank", "percentile": true}),
        json!({"rule": "linear", "measure": "gap_to_mean"}),
    ];
    for (formula, rule) in
        ["x", "share(x)", "x / total(x)"].into_iter().flat_map(|f| rules.iter().map(move |r| (f, r)))
    {
        // (What the whole has of a share is no share.)
        if formula != "x" && rule.get("to") == Some(&json!("pooled")) {
            continue;
        }
        let before = vintage(formula, rule, [40.0, 20.0, 80.0]);
        for (x, own) in [([95.0, 20.0, 80.0], true), ([40.0, 30.0, 35.0], false)] {
            let bridge = bridge_between(&before, 0, &vintage(formula, rule, x), 0).unwrap();
            sums(bridge.rows.iter().map(|r| r.effect), bridge.total);
            assert!(!bridge.rows.is_empty(), "{formula} {rule}");
            for row in &bridge.rows {
                assert_eq!(row.cause == Cause::Own, own, "{formula} {rule}: {:?}", bridge.rows);
            }
        }
    }
}

#[test]
fn both_sides_share_the_change_as_shapley_says() {
    // Linear from 0: a 40 of 80 is 50; with its own 100 it is the maximum, 100; with c at 50 it is 80; with both 100.
    let rule = json!({"rule": "linear", "low": 0});
    let bridge = bridge_between(
        &vintage("x", &rule, [40.0, 20.0, 80.0]),
        0,
        &vintage("x", &rule, [100.0, 20.0, 50.0]),
        0,
    )
    .unwrap();
    // Own: half of (100 − 50) and of (100 − 80); the others: half of (80 − 50) and of nothing.
    assert_eq!(bridge.effect(&Cause::Own), 35.0);
    assert_eq!(bridge.effect(&Cause::Others("max".into())), 15.0);
}

#[test]
fn another_target_is_a_target() {
    let with = |targets: Value, weight: f64| {
        let document = json!({
            "kaohe": 1, "id": "targets", "variable": [{"id": "x", "unit": "1"}], "target": targets,
            "indicator": [
                {"id": "i", "formula": "x", "unit": "1", "points": {"measure": "attainment", "rule": "ratio", "to": 1}},
                {"id": "k", "formula": "x", "unit": "1", "weight": weight, "points": {"rule": "linear", "low": 0, "high": 100}}],
        });
        assessed(&document, [("a", 2022), ("b", 2022)], &[("x", &[40.0, 20.0])])
    };
    let causes = |a: &Assessment, b: &Assessment| {
        let bridge = bridge_between(a, 0, b, 0).unwrap();
        sums(bridge.rows.iter().map(|r| r.effect), bridge.total);
        bridge.rows.into_iter().map(|r| (r.cause, r.effect)).collect::<Vec<_>>()
    };
    let before = with(json!([{"indicator": "i", "value": 50}]), 1.0);
    let after = json!([{"indicator": "i", "value": 80}, {"indicator": "i", "entity": "b", "value": 10}]);
    // 40 of 50 is 80, of 80 it is 50; half of it counts.
    assert_eq!(causes(&before, &with(after.clone(), 1.0)), [(Cause::Target, -15.0)]);
    // With another weight (a third instead of a half): of 30 points less, five twelfths; of 80, 40 and of 50, 40 the rest.
    let both = causes(&before, &with(after, 2.0));
    let [(Cause::Target, target), (Cause::Weights, weights)] = both[..] else { panic!("{both:?}") };
    approx::assert_relative_eq!(target, -12.5, epsilon = 1e-12);
    approx::assert_relative_eq!(weights, -(40.0 + 10.0) / 12.0, epsilon = 1e-12);
}

#[test]
fn large_adjustments_that_cancel_leave_nothing() {
    let document = json!({
        "kaohe": 1, "id": "large", "variable": [{"id": "x", "unit": "1"}],
        "indicator": [{"id": "i", "formula": "x", "unit": "1", "points": {"rule": "linear", "low": 0, "high": 100}}],
        "adjustment": [
            {"id": "more", "formula": "1000000007.3 * number(x)"},
            {"id": "less", "formula": "-1000000007.3 * number(x)"}],
    });
    let a = assessed(&document, [("a", 2021), ("a", 2022)], &[("x", &[33.3, 41.7])]);
    let bridge = a.bridge("a", year(2021), year(2022)).unwrap();
    sums(bridge.rows.iter().map(|r| r.effect), bridge.total);
    approx::assert_relative_eq!(bridge.effect(&Cause::Own), 8.4, epsilon = 1e-12);
    assert_eq!(bridge.effect(&Cause::Adjustments), 0.0);
}

/// 0.3 / 0.1 is 3, of which floats fall short; the score, a distance in deviations, has no exact number to say so.
#[test]
fn a_tie_that_floats_miss_is_no_move_of_the_others() {
    let document = json!({
        "kaohe": 1, "id": "tie", "variable": [{"id": "x", "unit": "1"}, {"id": "y", "unit": "1"}],
        "indicator": [{"id": "i", "formula": "x / y", "unit": "1",
            "points": {"measure": "rank_change", "rule": "zscore"}}],
    });
    let rows = [("a", 2021), ("b", 2021), ("c", 2021), ("a", 2022), ("b", 2022), ("c", 2022)];
    let y = [0.1, 1.0, 1.0, 1.0, 1.0, 1.0];
    let of = |x: f64| assessed(&document, rows, &[("x", &[0.3, 3.0, 1.0, x, 3.0, 2.0]), ("y", &y)]);
    let [a, b] = [of(1.0), of(5.0)];
    let row = a.row("a", year(2022)).unwrap();
    let bridge = bridge_between(&a, row, &b, row).unwrap();
    assert_ne!(bridge.total, 0.0);
    assert!(!bridge.parts.iter().any(|p| matches!(p.cause, Cause::Others(_))), "{:?}", bridge.parts);
}
