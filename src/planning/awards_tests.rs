use crate::Lang;
use crate::report::{Names, Report};
use proptest::prelude::*;

use super::*;

fn candidate(entity: &str, level: f64) -> Candidate {
    Candidate { entity: entity.into(), level: Some(level), ..Candidate::default() }
}

fn rule(award: &str, amount: Amount) -> AwardRule {
    AwardRule {
        award: award.into(),
        criterion: Criterion::Level,
        top: None,
        at_least: None,
        amount,
        excluded_by: vec!["*".into()],
        not_with: Vec::new(),
        by_class: false,
        rest: Rest::Unpaid,
    }
}

fn sums(awards: &Awards) -> Vec<(&str, f64)> {
    awards.rows.iter().map(|r| (r.entity.as_str(), r.amount)).collect()
}

#[test]
fn leaders_deliverers_and_those_who_catch_up() {
    let mut all =
        [candidate("甲", 90.0), candidate("乙", 85.0), candidate("丙", 70.0), candidate("丁", 60.0)];
    all[0].progress = Some(3.0);
    all[2].progress = Some(2.5);
    all[3].progress = Some(1.0);
    all[1].attainment = Some(1.05);
    all[2].attainment = Some(1.0);
    all[1].floors = vec!["rd_floor".into()];
    let rules = [
        rule("先进", Amount::Table(vec![100.0, 60.0])),
        AwardRule {
            criterion: Criterion::Attainment,
            at_least: Some(1.0),
            ..rule("达标", Amount::Each(30.0))
        },
        AwardRule {
            criterion: Criterion::Progress,
            top: Some(2),
            not_with: vec!["先进".into()],
            ..rule("进位", Amount::Pool(50.0))
        },
    ];
    let paid = awards(&all, &rules, Some(80.0), Decimals(2)).unwrap();
    assert!(paid.reconciles());
    assert_eq!(
        sums(&paid),
        [
            ("甲", 80.0),
            ("丙", 60.0),
            ("乙", 0.0),
            ("丙", 20.0),
            ("乙", 0.0),
            ("丁", 50.0),
            ("甲", 0.0),
            ("丙", 0.0)
        ]
    );
    let reasons: Vec<String> = paid.rows.iter().map(|r| r.reason.message(Lang::Zh)).collect();
    assert_eq!(
        reasons,
        [
            "第 1 名（90），应得 100，超过封顶的 20 不付".to_owned(),
            "第 2 名，得分 70".into(),
            "达到条件，但触及底线 rd_floor，不予奖励".into(),
            "第 1 名（100%），应得 30，超过封顶的 10 不付".into(),
            "达到条件，但触及底线 rd_floor，不予奖励".into(),
            "第 1 名，提升 1".into(),
            "达到条件，但已得“先进”奖，不重复奖励".into(),
            "达到条件，但已得“先进”奖，不重复奖励".into(),
        ]
    );
    let unspent: Vec<f64> = paid.purses.iter().map(|p| p.unspent).collect();
    assert_eq!(unspent, [20.0, 10.0, 0.0]);
}

#[test]
fn two_seconds_share_the_second_and_the_third() {
    let all = [candidate("甲", 90.0), candidate("丙", 80.0), candidate("乙", 80.0), candidate("丁", 70.0)];
    let table = || Amount::Table(vec![100.0, 60.0, 25.0]);
    let pay = |rest, decimals| {
        awards(&all, &[AwardRule { rest, ..rule("先进", table()) }], None, Decimals(decimals)).unwrap()
    };
    // 60 + 25 = 85: 42.5 each; in whole units 42 each and one left, or to the last unit.
    assert_eq!(sums(&pay(Rest::Unpaid, 1))[1..], [("丙", 42.5), ("乙", 42.5)]);
    let equal = pay(Rest::Unpaid, 0);
    assert_eq!((&sums(&equal)[1..], equal.unpaid[0].amount), (&[("丙", 42.0), ("乙", 42.0)][..], 1.0));
    let whole = pay(Rest::LargestRemainder, 0);
    assert_eq!((&sums(&whole)[1..], whole.paid), (&[("丙", 43.0), ("乙", 42.0)][..], 185.0));
    assert!(equal.reconciles() && whole.reconciles() && whole.unpaid.is_empty());
}

#[test]
fn places_without_an_amount_and_numbers_that_there_are_not_are_notes() {
    let all = [candidate("甲", 90.0), candidate("丙", 80.0), candidate("乙", 80.0), candidate("丁", 70.0)];
    let top = AwardRule { top: Some(4), ..rule("先进", Amount::Table(vec![100.0, 60.0])) };
    let done = AwardRule { criterion: Criterion::Attainment, ..rule("达标", Amount::Each(5.0)) };
    let paid = awards(&all, &[top, done], None, Decimals(0)).unwrap();
    // The second place alone has an amount of the two that the equals hold.
    assert_eq!(sums(&paid), [("甲", 100.0), ("丙", 30.0), ("乙", 30.0), ("丁", 0.0)]);
    let said = paid.to_text(Names::none(), Lang::Zh);
    assert!(said.contains("先进：第 3 名、第 4 名没有列金额"), "{said}");
    assert!(
        said.contains("达标：4 个对象没有给出完成率（attainment），不参评：甲、丙、乙、另 1 个。"),
        "{said}"
    );
}

#[test]
fn equals_share_the_places_they_hold() {
    let all = [
        candidate("c", 80.0),
        candidate("b", 90.0),
        candidate("a", 90.0),
        candidate("d", 80.0),
        candidate("e", 80.0),
    ];
    let paid =
        awards(&all, &[rule("x", Amount::Table(vec![100.0, 50.01, 20.0]))], None, Decimals(2)).unwrap();
    // 150.01 over two; the last place, 20.00, over three: equals get the same, the odd fen are named and stay.
    assert_eq!(sums(&paid), [("a", 75.0), ("b", 75.0), ("c", 6.66), ("d", 6.66), ("e", 6.66)]);
    let left: Vec<(f64, String)> =
        paid.unpaid.iter().map(|u| (u.amount, u.reason.message(Lang::En))).collect();
    let unequal = |n| format!("what cannot be shared equally by {n}");
    assert_eq!(left, [(0.01, unequal(2)), (0.02, unequal(3))]);
    assert_eq!(paid.rows[2].reason.message(Lang::En), "place 3, total 80, shared by 3 equals");
    assert!(paid.reconciles() && paid.paid == 169.98);
    let each =
        awards(&all, &[AwardRule { top: Some(1), ..rule("x", Amount::Each(30.0)) }], None, Decimals(0))
            .unwrap();
    assert_eq!(sums(&each), [("a", 15.0), ("b", 15.0)]);
}

#[test]
fn places_without_an_amount_and_amounts_without_a_taker_are_named() {
    let all = [candidate("a", 90.0), candidate("b", 80.0), candidate("c", 70.0)];
    let table = AwardRule { top: Some(3), ..rule("x", Amount::Table(vec![100.0, 60.0])) };
    let paid = awards(&all, &[table], None, Decimals(0)).unwrap();
    assert_eq!(sums(&paid), [("a", 100.0), ("b", 60.0), ("c", 0.0)]);
    assert_eq!(
        paid.rows[2].reason.message(Lang::En),
        "place 3; amounts are given for 2 places, so there is none"
    );
    let more = rule("y", Amount::Table(vec![9.0, 8.0, 7.0, 6.0]));
    let paid = awards(&all, &[more, rule("z", Amount::Pool(100.0))], None, Decimals(0)).unwrap();
    assert!(paid.reconciles());
    assert_eq!(sums(&paid)[3..], [("a", 33.0), ("b", 33.0), ("c", 33.0)]);
    let left: Vec<(&str, f64, String)> =
        paid.unpaid.iter().map(|u| (u.award.as_str(), u.amount, u.reason.message(Lang::Zh))).collect();
    assert_eq!(left, [("y", 6.0, "第 4 名空缺".into()), ("z", 1.0, "3 个对象分不均的尾数".to_owned())]);
    assert!(paid.to_markdown(Names::none(), Lang::En).contains("nobody takes place 4"));
}

#[test]
fn many_candidates_and_many_rules_are_paid() {
    const MANY: usize = 20_000;
    let all: Vec<Candidate> = (0..MANY).map(|i| candidate(&format!("e{i:05}"), i as f64 / 7.0)).collect();
    let rules: Vec<AwardRule> = (0..400)
        .map(|i| AwardRule {
            top: Some(5),
            not_with: (0..i).map(|j| format!("r{j}")).collect(),
            ..rule(&format!("r{i}"), Amount::Each(1.0))
        })
        .chain([rule("all", Amount::Proportional(1e9)), rule("pool", Amount::Pool(1e9))])
        .collect();
    let paid = awards(&all, &rules, None, Decimals(2)).unwrap();
    assert_eq!(paid.rows.iter().filter(|r| r.award == "r399" && r.amount > 0.0).count(), 5);
    assert_eq!(paid.rows.iter().filter(|r| r.award == "pool").count(), MANY);
    assert!(paid.purses.iter().all(|p| p.unspent < 200.0));
}

#[test]
fn numbers_out_of_range_are_named_all_at_once() {
    let odd = AwardRule {
        top: Some(0),
        at_least: Some(f64::NAN),
        not_with: vec!["先近".into()],
        ..rule("进步", Amount::Each(-1.0))
    };
    let people = [Candidate { progress: Some(f64::INFINITY), ..candidate("a", 1.0) }];
    let error = awards(&people, &[rule("先进", Amount::Each(1.0)), odd], None, Decimals(13)).unwrap_err();
    assert_eq!(
        error.render(Lang::En).lines().collect::<Vec<_>>(),
        [
            "decimals is 13; expected a number from 0 to 12",
            "a is inf; expected a finite number",
            "not_with of 进步 names 先近, and no award of that name comes before it; before it come 先进",
            "进步.top is 0; expected 1 or more",
            "进步.at_least is NaN; expected a finite number",
            "进步: the sum -1 cannot be paid; give one between 0 and 10¹² with at most 13 decimals",
        ]
    );
}

#[test]
fn every_class_has_its_own_places() {
    let classed = |entity: &str, level, class: &str| Candidate {
        class: Some(class.into()),
        ..candidate(entity, level)
    };
    let all = [classed("a", 90.0, "一类"), classed("b", 80.0, "一类"), classed("c", 70.0, "二类")];
    let rule = AwardRule { by_class: true, ..rule("x", Amount::Table(vec![10.0])) };
    let paid = awards(&all, &[rule], None, Decimals(0)).unwrap();
    assert_eq!(sums(&paid), [("a", 10.0), ("c", 10.0)]);
    assert!(paid.reconciles());
}

#[test]
fn sums_that_cannot_be_paid_are_refused() {
    let error = awards(
        &[candidate("a", 1.0), candidate("a", 2.0)],
        &[rule("x", Amount::Pool(0.005)), rule("x", Amount::Pool(1.0))],
        Some(-1.0),
        Decimals(2),
    );
    let text = error.unwrap_err().render(Lang::En);
    assert!(text.contains("a appears twice") && text.contains("0.005") && text.contains("-1"), "{text}");
    assert!(text.contains("award x is given twice"), "{text}");
    let none = awards(&[], &[rule("x", Amount::Pool(5.0))], None, Decimals(2)).unwrap();
    assert!(none.rows.is_empty() && none.reconciles() && none.purses[0].unspent == 5.0);
}

proptest! {
    #[test]
    fn every_fen_reconciles(
        levels in prop::collection::vec((0u32..12, any::<bool>()), 0..15),
        table in prop::collection::vec(0u32..1_000_000, 0..6),
        pool in 0u32..10_000_000, top in prop::option::of(1usize..8), cap in prop::option::of(0u32..3_000_000),
        by_class in any::<bool>(), least in 0u32..12,
    ) {
        let fen = |x: u32| f64::from(x) / 100.0;
        let all: Vec<Candidate> = levels.iter().enumerate().map(|(i, (level, barred))| Candidate {
            floors: if *barred { vec!["f".into()] } else { Vec::new() },
            class: Some(format!("{}", i % 2)),
            progress: Some(f64::from(*level)),
            ..candidate(&format!("e{i}"), f64::from(*level))
        }).collect();
        let rules = [
            AwardRule { top, by_class, ..rule("t", Amount::Table(table.into_iter().map(fen).collect())) },
            AwardRule { top, by_class, at_least: Some(f64::from(least)), ..rule("p", Amount::Proportional(fen(pool))) },
            AwardRule { criterion: Criterion::Progress, not_with: vec!["t".into()], ..rule("q", Amount::Pool(fen(pool))) },
            AwardRule { top, ..rule("e", Amount::Each(fen(pool))) },
        ];
        let paid = awards(&all, &rules, cap.map(fen), Decimals(2)).unwrap();
        prop_assert!(paid.reconciles());
        for (a, b) in paid.rows.iter().zip(paid.rows.iter().skip(1)) {
            let equal = a.award == b.award && a.award != "q" && cap.is_none() && !by_class && a.amount > 0.0 && b.amount > 0.0;
            let level = |r: &AwardRow| all.iter().find(|c| c.entity == r.entity).and_then(|c| c.level);
            prop_assert!(!equal || level(a) != level(b) || a.amount == b.amount);
        }
        for c in &all {
            let own: f64 = paid.rows.iter().filter(|r| r.entity == c.entity).map(|r| r.amount).sum();
            prop_assert!(cap.is_none_or(|cap| own <= fen(cap) + 1e-6));
            prop_assert!(c.floors.is_empty() || own == 0.0);
        }
    }
}
