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
            "第 1 名（1），应得 30，超过封顶的 10 不付".into(),
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
    // 150.01 over two; the last place, 20.00, over three: the odd fen go by name.
    assert_eq!(sums(&paid), [("a", 75.01), ("b", 75.0), ("c", 6.67), ("d", 6.67), ("e", 6.66)]);
    assert_eq!(paid.rows[2].reason.message(Lang::En), "place 3, total 80, shared by 3 equals");
    assert!(paid.reconciles() && paid.paid == 170.01);
    let each =
        awards(&all, &[AwardRule { top: Some(1), ..rule("x", Amount::Each(30.0)) }], None, Decimals(0))
            .unwrap();
    assert_eq!(sums(&each), [("a", 15.0), ("b", 15.0)]);
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
        &[rule("x", Amount::Pool(0.005))],
        Some(-1.0),
        Decimals(2),
    );
    let text = error.unwrap_err().render(Lang::En);
    assert!(text.contains("a stands twice") && text.contains("0.005") && text.contains("-1"), "{text}");
    let none = awards(&[], &[rule("x", Amount::Pool(5.0))], None, Decimals(2)).unwrap();
    assert!(none.rows.is_empty() && none.reconciles() && none.purses[0].unspent == 5.0);
}

proptest! {
    #[test]
    fn every_fen_reconciles(
        levels in prop::collection::vec((0u32..12, any::<bool>()), 0..15),
        table in prop::collection::vec(0u32..1_000_000, 0..6),
        pool in 0u32..10_000_000, top in prop::option::of(0usize..8), cap in prop::option::of(0u32..3_000_000),
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
        for c in &all {
            let own: f64 = paid.rows.iter().filter(|r| r.entity == c.entity).map(|r| r.amount).sum();
            prop_assert!(cap.is_none_or(|cap| own <= fen(cap) + 1e-6));
            prop_assert!(c.floors.is_empty() || own == 0.0);
        }
    }
}
