//! Sentences as an editor reads them: units, signs, nothing that is said of zero.

use crate::Lang;
use crate::report::{Names, Report};
use serde_json::json;

use super::tests_support::*;
use super::*;

/// A share in per cent and a size in 亿元, both linear over the peers, of (entity, year, a, b).
fn scored(rows: &[(&str, i32, f64, f64)]) -> Assessment {
    let points = json!({"rule": "linear", "between": [60, 100]});
    let document = json!({
        "kaohe": 1, "id": "said", "variable": [{"id": "a", "unit": "亿元"}, {"id": "b", "unit": "亿元"}],
        "indicator": [
            {"id": "share", "formula": "a / b", "unit": "%", "weight": 60, "points": points},
            {"id": "size", "formula": "a", "unit": "亿元", "weight": 40, "points": points}],
        "total": {"round": {"digits": 2}},
    });
    let (a, b): (Vec<f64>, Vec<f64>) = rows.iter().map(|r| (r.2, r.3)).unzip();
    assessed(&document, rows.iter().map(|r| (r.0, r.1)), &[("a", &a), ("b", &b)])
}

const BOTH: [Lang; 2] = [Lang::En, Lang::Zh];

#[test]
fn percentages_differ_by_percentage_points() {
    let a =
        scored(&[("p", 2021, 1.0, 5.0), ("q", 2021, 2.0, 5.0), ("p", 2022, 1.5, 5.0), ("q", 2022, 3.0, 5.0)]);
    let gaps = a.gaps("p", year(2022), &To::Best, None).unwrap();
    let said = BOTH.map(|lang| gaps.sentences(Names::of(a.scheme().document()))[1].message(lang));
    let en = "share of p in 2022 is 30%, 30 percentage points behind the best, wider by 10 percentage points than in \
              2021, rank 2.";
    let zh = "2022 年 p的share为 30%，落后最好水平 30 个百分点，比 2021 年扩大 10 个百分点，居第 2 位。";
    assert_eq!(said, [en, zh]);
    let drivers = a.drivers("p", "share", year(2021), year(2022), Method::Auto).unwrap();
    let said = BOTH.map(|lang| drivers.sentences(Names::of(a.scheme().document()))[0].message(lang));
    let en = "share of p rose from 20% to 30% (10 percentage points up) between 2021 and 2022: a grew by 50%, effect \
              +10 percentage points.";
    let zh = "2021 年至 2022 年，p的share由 20% 升到 30%，上升 10 个百分点：a增长 50%，影响 +10 个百分点。";
    assert_eq!(said, [en, zh]);
}

#[test]
fn from_zero_and_over_zero_there_is_no_growth() {
    let a = scored(&[
        ("p", 2021, 0.0, 5.0),
        ("q", 2021, 2.0, 5.0),
        ("p", 2022, 1.5, 5.0),
        ("q", 2022, -1.0, 5.0),
    ]);
    let said = |entity: &str, lang| {
        let drivers = a.drivers(entity, "size", year(2021), year(2022), Method::Auto).unwrap();
        drivers.sentences(Names::of(a.scheme().document()))[0].message(lang)
    };
    assert_eq!(
        said("p", Lang::Zh),
        "2021 年至 2022 年，p的size由 0 升到 1.5 亿元，上升 1.5 亿元：a由 0 变为 1.5 亿元，影响 +1.5 亿元。"
    );
    assert_eq!(
        said("q", Lang::En),
        "size of q fell from 2 to −1 亿元 (3 亿元 down) between 2021 and 2022: a went from 2 to −1 亿元, effect −3 亿元."
    );
}

#[test]
fn a_gap_that_opens_closes_or_only_seems_to_move() {
    // 1.1 − 1.4 and 1.2 − 1.5 are two floats, but the same gap.
    let rows = |a: [f64; 4]| {
        let keys = [("p", 2021), ("q", 2021), ("p", 2022), ("q", 2022)];
        let rows: Vec<_> = keys.iter().zip(a).map(|((e, y), x)| (*e, *y, x, 5.0)).collect();
        let a = scored(&rows);
        let gaps = a.gaps("p", year(2022), &To::Entity("q".into()), None).unwrap();
        (gaps.sentences(Names::of(a.scheme().document()))[2].message(Lang::Zh), gaps.rows[1].gap_change)
    };
    let still = rows([1.1, 1.4, 1.2, 1.5]);
    assert_eq!(
        still,
        ("2022 年 p的size为 1.2 亿元，落后q 0.3 亿元，差距与 2021 年相同，居第 2 位。".to_owned(), 0.0)
    );
    let opened = rows([1.0, 1.0, 2.0, 3.0]).0;
    assert_eq!(opened, "2022 年 p的size为 2 亿元，落后q 1 亿元，2021 年曾持平，居第 2 位。");
    let closed = rows([1.0, 2.0, 3.0, 3.0]).0;
    assert_eq!(closed, "2022 年 p的size为 3 亿元，与q持平，2021 年落后 1 亿元，居第 1 位。");
    assert_eq!(rows([1.0, 1.0, 3.0, 3.0]).0, "2022 年 p的size为 3 亿元，与q持平，2021 年也持平，居第 1 位。");
    assert_eq!(
        rows([2.0, 1.0, 3.0, 3.0]).0,
        "2022 年 p的size为 3 亿元，与q持平，2021 年领先 1 亿元，居第 1 位。"
    );
}

#[test]
fn nothing_is_said_of_zero() {
    let a =
        scored(&[("p", 2021, 1.0, 2.0), ("q", 2021, 1.0, 2.0), ("p", 2022, 2.0, 4.0), ("q", 2022, 2.0, 4.0)]);
    let document = a.scheme().document();
    let bridge = a.bridge("p", year(2021), year(2022)).unwrap();
    // Each moved, and undid what the other had done; who held the maximum itself is not one of the others.
    let said = "2021 年至 2022 年，p的总分没有变动，仍为 100，各项原因相互抵消：size由 1 升到 2 亿元，影响 +8 分；size的最高值由自身的 1 \
                升到 q的 2 亿元，影响 −8 分。";
    assert_eq!(bridge.sentences(Names::of(document))[0].message(Lang::Zh), said);
    let still = a.bridge("p", year(2022), year(2022)).unwrap();
    assert_eq!(still.rows, Vec::new());
    assert_eq!(
        bridge.sentences(Names::of(document))[1].message(Lang::En),
        "The rank of p did not move between 2021 and 2022: it is still 1."
    );
    let spread = a.variance(year(2022)).unwrap();
    let said = BOTH.map(|lang| spread.sentences(Names::of(document))[0].message(lang));
    assert_eq!(
        said,
        [
            "The totals in 2022 do not differ, so there is nothing to split.",
            "2022 年的总分没有差异，无从分解。"
        ]
    );
    let distance = a.distance("p", "q", year(2022)).unwrap();
    let said = BOTH.map(|lang| distance.sentences(Names::of(document))[0].message(lang));
    assert_eq!(said, ["p and q have the same total in 2022: 100.", "2022 年 p与q总分相同，都是 100 分。"]);
    let flips = a.flips("p", "q", year(2022)).unwrap();
    assert_eq!(flips.to_text(Names::none(), Lang::Zh), "2022 年 p与q总分相同，已经持平。");
    let gainers = compare_periods(&a, year(2021), &a, year(2022)).unwrap().gainers();
    assert_eq!(
        gainers.to_text(Names::none(), Lang::Zh),
        "2022 年与 2021 年相比，0 个得分上升，0 个下降，2 个不变。"
    );
    let moves = compare(&a, &a).unwrap();
    assert_eq!(
        moves.rows[0].sentence(Names::none()).message(Lang::En),
        "p in 2021: the total is still 100, rank still 1."
    );
    let drivers = a.drivers("p", "share", year(2021), year(2022), Method::Auto).unwrap();
    assert_eq!(
        drivers.sentences(Names::of(document))[0].message(Lang::Zh),
        "2021 年至 2022 年，p的share没有变动，仍为 50%：a增长 100%，影响 +34.66 个百分点；b增长 100%，影响 −34.66 个百分点。"
    );
}

#[test]
fn who_is_behind_is_said_to_be_behind() {
    let a = scored(&[("p", 2022, 1.0, 2.0), ("q", 2022, 2.0, 2.0)]);
    let document = a.scheme().document();
    let said = |one: &str, other: &str, lang| {
        a.distance(one, other, year(2022)).unwrap().sentences(Names::of(document))[0].message(lang)
    };
    assert_eq!(said("p", "q", Lang::Zh), "2022 年 p比q低 40 分，主要在share（−24 分）。");
    assert_eq!(said("q", "p", Lang::En), "q is 40 points ahead of p in 2022, mainly on share (+24).");
    let total = a.contributions("p", year(2022)).unwrap();
    assert_eq!(
        total.sentences(Names::of(document))[0].message(Lang::Zh),
        "2022 年 p的总分 60 中，share最多（36 分）。"
    );
    // Where several periods are compared, the winner has one.
    let b =
        scored(&[("p", 2021, 1.0, 2.0), ("q", 2021, 3.0, 2.0), ("p", 2022, 1.0, 2.0), ("q", 2022, 2.0, 2.0)]);
    let c =
        scored(&[("p", 2021, 2.0, 2.0), ("q", 2021, 3.0, 2.0), ("p", 2022, 3.0, 2.0), ("q", 2022, 2.0, 2.0)]);
    let said = compare(&b, &c).unwrap().gainers().to_text(Names::none(), Lang::Zh);
    assert_eq!(
        said,
        "1 个得益（最多的是p（2022 年），+40 分），1 个受损（最多的是q（2022 年），−40 分），2 个不变。"
    );
    let moved = compare(&b, &c).unwrap();
    assert_eq!(
        moved.rows[3].sentence(Names::none()).message(Lang::Zh),
        "2022 年 q的总分由 100 变为 60（−40 分），位次由 1 变为 2；主要是share的最高值变动，影响 −18 分。"
    );
}

#[test]
fn zones_say_which_part_of_an_indicator_they_are_of() {
    let a = scored(&[("p", 2022, 1.0, 2.0), ("q", 2022, 2.0, 2.0)]);
    let zones = a.zones(year(2022)).unwrap();
    assert!(zones.rows.iter().all(|z| z.part == "value"));
    assert_eq!(
        zones.to_text(Names::none(), Lang::Zh),
        "2022 年有 2 个考核对象处在平段（封顶、保底或两档之间），共 4 处：在平段以内变动，得分不变。"
    );
    let ranked = json!({"kaohe": 1, "id": "parts", "variable": [{"id": "x", "unit": "1"}], "indicator": [
        {"id": "i", "formula": "x", "unit": "%", "points": [
            {"share": 0.5, "rule": "linear", "measure": "change"}, {"share": 0.5, "rule": "rank", "table": [100, 50]}]}]});
    let a = assessed(&ranked, TWO, &[("x", &[1.0, 2.0, 3.0, 5.0])]);
    let zones = a.zones(year(2022)).unwrap();
    let parts: Vec<_> = zones.rows.iter().map(|z| (z.entity.as_str(), z.part)).collect();
    assert_eq!(parts, [("p", "change"), ("p", "ranks"), ("q", "change"), ("q", "ranks")]);
    assert!(zones.to_markdown(Names::of(a.scheme().document()), Lang::Zh).contains("| p | i | 增减量 |"));
}

#[test]
fn the_whole_has_points_for_its_change_too() {
    let document = json!({"kaohe": 1, "id": "whole", "variable": [{"id": "x", "unit": "1"}, {"id": "z", "unit": "1"}],
        "indicator": [{"id": "i", "formula": "x / z", "unit": "1", "points": [
            {"share": 0.5, "rule": "linear", "low": 0, "high": 10},
            {"share": 0.5, "rule": "linear", "low": 0, "high": 4, "measure": "change"}]}]});
    let a = assessed(&document, TWO, &[("x", &[1.0, 9.0, 4.0, 16.0]), ("z", &[1.0, 3.0, 1.0, 3.0])]);
    let gaps = a.gaps("p", year(2022), &To::Pooled, None).unwrap();
    // The whole: 20 / 4 = 5 after 10 / 4 = 2.5, so 50 and 62.5 points; p: 4 after 1, so 40 and 75.
    assert_eq!((gaps.rows[0].reference, gaps.rows[0].points_gap), (5.0, 57.5 - 56.25));
    // In the first period nobody has a change.
    assert!(a.gaps("p", year(2021), &To::Pooled, None).unwrap().rows[0].points_gap.is_nan());
}

#[test]
fn who_is_not_ranked_is_said_not_to_be() {
    let document = json!({"kaohe": 1, "id": "veto", "variable": [{"id": "x", "unit": "1"}],
        "indicator": [{"id": "i", "formula": "x", "unit": "1", "points": {"rule": "linear", "low": 0, "high": 10}}],
        "floor": [{"id": "low", "when": "i < 2", "then": {"unranked": true}}]});
    let a = assessed(&document, TWO, &[("x", &[4.0, 1.0, 1.0, 5.0])]);
    let document = a.scheme().document();
    let said = |entity: &str, lang| {
        a.bridge(entity, year(2021), year(2022)).unwrap().sentences(Names::of(document))[1]
            .message(lang)
            .clone()
    };
    assert_eq!(said("p", Lang::Zh), "p 2021 年居第 1 位，2022 年不参加排名。");
    assert_eq!(said("q", Lang::En), "q was not ranked in 2021 and ranks 1 in 2022.");
    let next = a.gaps("p", year(2022), &To::Next, None).unwrap();
    assert_eq!(
        next.sentences(Names::of(document))[0].message(Lang::Zh),
        "2022 年 p不参加排名，没有前一名可比。"
    );
    let moved = compare_periods(&a, year(2021), &a, year(2022)).unwrap();
    assert_eq!(
        moved.rows[0].sentence(Names::none()).message(Lang::Zh),
        "2021 年至 2022 年，p的总分由 40 变为 10（−30 分），原居第 1 位，现不参加排名；主要是i的变化，影响 −30 分。"
    );
}

#[test]
fn two_results_of_one_period_are_not_two_periods() {
    let a = scored(&[("p", 2022, 1.0, 2.0), ("q", 2022, 2.0, 2.0), ("r", 2022, 3.0, 2.0)]);
    let b = scored(&[("p", 2022, 1.0, 2.0), ("q", 2022, 2.5, 2.0), ("r", 2022, 3.0, 2.0)]);
    let said = |entity: &str, lang| {
        let row = a.row(entity, year(2022)).unwrap();
        bridge_between(&a, row, &b, row).unwrap().sentences(Names::of(a.scheme().document()))[0].message(lang)
    };
    assert_eq!(
        said("q", Lang::Zh),
        "两个结果相比，2022 年 q的总分由 80 升到 90（+10 分）：自身变化影响 +10 分，其中share由 100% 升到 125%（+6 分）、size由 2 升到 2.5 \
         亿元（+4 分）。"
    );
    assert_eq!(
        said("p", Lang::En),
        "Between the two results the total of p in 2022 did not move: it is still 60."
    );
}

#[test]
fn the_main_cause_goes_the_way_of_the_whole() {
    // p gains 30 points on its own, and loses 40 to the new maximum.
    let document = json!({"kaohe": 1, "id": "way", "variable": [{"id": "x", "unit": "1"}, {"id": "z", "unit": "1"}],
        "indicator": [
            {"id": "i", "formula": "x", "unit": "1", "points": {"rule": "linear", "low": 0}},
            {"id": "k", "formula": "z", "unit": "1", "points": {"rule": "linear", "low": 0, "high": 10}},
            {"id": "l", "formula": "z / 2 + 0 * x", "unit": "1", "points": {"rule": "linear", "low": 0, "high": 5}}]});
    let a = assessed(&document, TWO, &[("x", &[8.0, 10.0, 8.0, 40.0]), ("z", &[1.0, 10.0, 3.0, 10.0])]);
    let (bridge, total) = (a.bridge("p", year(2021), year(2022)).unwrap(), |r: &BridgeRow| r.effect * 3.0);
    let rows: Vec<(String, f64)> = bridge.rows.iter().map(|r| (r.cause.name(), total(r).round())).collect();
    assert_eq!(rows, [("own".to_owned(), 40.0), ("others:max".to_owned(), -60.0)]);
    assert_eq!(bridge.main().unwrap().cause.name(), "others:max");
    let distance = a.distance("p", "q", year(2022)).unwrap();
    assert!(
        distance.sentences(Names::of(a.scheme().document()))[0]
            .message(Lang::En)
            .ends_with("mainly on i (−26.67).")
    );
    let back = compare_periods(&a, year(2022), &a, year(2021)).unwrap();
    assert_eq!(back.rows[0].cause.as_ref().map(Cause::name).as_deref(), Some("others:max"));
    // A gain with a larger loss within: the gain has the name.
    let up = Bridge { total: 1.0, ..bridge };
    assert_eq!(up.main().unwrap().cause.name(), "own");
}
