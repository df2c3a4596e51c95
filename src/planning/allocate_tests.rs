use crate::Lang;
use crate::report::{Names, Report};
use proptest::prelude::*;

use super::*;
use crate::planning::{RatioChild, allocate_ratio};

const WAYS: [By; 6] = [By::Base, By::Capacity, By::Growth, By::Step, By::Gap, By::Regret];

fn child(name: &str, base: f64, lower: Option<f64>, upper: Option<f64>) -> Child {
    Child { lower, upper, ..Child::new(name, base) }
}

fn split(total: f64, by: By, decimals: i16) -> Split {
    Split { total, by, decimals: Decimals(decimals), not_below_last: false }
}

fn parts(children: &[Child], split: &Split) -> Vec<f64> {
    allocate(children, split).unwrap().rows.iter().map(|r| r.allocated).collect()
}

fn refusal(children: &[Child], split: &Split) -> String {
    allocate(children, split).unwrap_err().render(Lang::En)
}

/// Sentences and notes in Chinese.
fn said(parts: &Allocation) -> String {
    parts.to_text(crate::report::Names::none(), crate::Lang::Zh)
}

#[test]
fn growth_stands_only_where_last_year_was_given() {
    let split = |by| Split { total: 130.0, by, decimals: Decimals(0), not_below_last: false };
    let of = |children: &[Child], by| allocate(children, &split(by)).unwrap();
    let plain = [Child::new("甲", 60.0), Child::new("乙", 40.0)];
    let parts = of(&plain, By::Base);
    assert_eq!(parts.rows.iter().map(|r| r.growth).collect::<Vec<_>>(), [None, None]);
    assert_eq!(said(&parts).matches("没有给出上年数（last 列），不列增速。").count(), 1);
    let some = [Child { last: Some(60.0), ..plain[0].clone() }, plain[1].clone()];
    let parts = of(&some, By::Base);
    // 78 over 60.
    assert_eq!((parts.rows[0].growth, parts.rows[1].growth), (Some(0.3), None));
    assert!(said(&parts).contains("1 个下级没有上年数（last 列），不列其增速：乙。"), "{}", said(&parts));
    assert!(said(&of(&some, By::Growth)).contains("分解时以基数（base）代替"));
}

#[test]
fn growth_that_was_never_seen_is_said_first() {
    let child = |name: &str, history: Vec<f64>, last: f64| Child {
        last: Some(last),
        history,
        ..Child::new(name, last)
    };
    // The largest growth in a year is 甲's 25 %, from 40 to 50; 乙 is to grow by 30 %.
    let children = [child("甲", vec![40.0, 50.0], 60.0), child("乙", vec![36.0, 38.0], 40.0)];
    let parts = |total, by| {
        allocate(&children, &Split { total, by, decimals: Decimals(0), not_below_last: false }).unwrap()
    };
    let far = parts(130.0, By::Growth);
    assert!(far.rows.iter().all(|r| r.beyond_history && r.growth == Some(0.3)));
    assert_eq!(far.largest_growth, Some(("甲".to_owned(), 0.25)));
    assert!(
        said(&far).starts_with("超出历史：2 个下级的增速高于历年一年最多的 25%（甲）：甲 30%、乙 30%。"),
        "{}",
        said(&far)
    );
    let near = parts(110.0, By::Growth);
    assert!(near.rows.iter().all(|r| !r.beyond_history) && !said(&near).contains("超出历史"));
}

#[test]
fn equal_remainders_go_by_name() {
    let children = [child("丙", 1.0, None, None), child("a", 1.0, None, None), child("b", 1.0, None, None)];
    assert_eq!(parts(&children, &split(10.0, By::Base, 0)), [3.0, 4.0, 3.0]);
    assert_eq!(parts(&children, &split(1.0, By::Base, 2)), [0.33, 0.34, 0.33]);
}

#[test]
fn bounds_hold_and_the_others_take_the_rest() {
    let children = [
        child("a", 50.0, None, Some(40.0)),
        child("b", 30.0, None, None),
        child("c", 20.0, Some(25.0), None),
    ];
    // 40 and 25 are bound; b takes what is left.
    assert_eq!(parts(&children, &split(100.0, By::Base, 0)), [40.0, 35.0, 25.0]);
    let last = Split { not_below_last: true, ..split(103.0, By::Step, 0) };
    assert_eq!(parts(&[child("a", 50.0, None, None), child("b", 51.0, None, None)], &last), [51.0, 52.0]);
}

#[test]
fn each_way_is_what_it_says() {
    let c =
        |name: &str, last: f64, capacity: f64| Child { capacity: Some(capacity), ..Child::new(name, last) };
    let children = [c("a", 10.0, 30.0), c("b", 30.0, 40.0)];
    assert_eq!(parts(&children, &split(48.0, By::Growth, 1)), [12.0, 36.0]);
    assert_eq!(parts(&children, &split(48.0, By::Step, 1)), [14.0, 34.0]);
    assert_eq!(parts(&children, &split(49.0, By::Gap, 1)), [16.0, 33.0]);
    assert_eq!(parts(&children, &split(49.0, By::Capacity, 1)), [21.0, 28.0]);
    // Ways for 48: growth and base 12/36, step 14/34, capacity 20.57/27.43, gap 15.33/32.67. Of equal size in yuan, the
    // child with the smaller base regrets three times as much: it gets the middle of its range.
    let regret = parts(&children, &split(48.0, By::Regret, 2));
    assert_eq!(regret, [16.29, 31.71]);
}

#[test]
fn what_cannot_be_is_named() {
    let tight = [child("a", 1.0, Some(6.0), None), child("b", 1.0, Some(5.0), None)];
    assert_eq!(
        refusal(&tight, &split(10.0, By::Base, 0)),
        "the lower bounds sum to 11, more than the 10 to be split: a 6, b 5"
    );
    let low = [child("a", 1.0, None, Some(3.0)), child("b", 0.0, None, None)];
    assert_eq!(
        refusal(&low, &split(10.0, By::Base, 0)),
        "the children can take 3 in this way, less than the 10 to be split: a 3, b 0"
    );
    let crossed = [child("a", 1.0, Some(3.2), Some(3.7))];
    assert_eq!(
        refusal(&crossed, &split(3.0, By::Base, 0)),
        "a: the lower bound 4 is above the upper bound 3"
    );
    assert!(refusal(&crossed, &split(3.5, By::Base, 0)).contains("3.5"));
    assert!(refusal(&[], &split(1.0, By::Base, 0)).contains("no children"));
    let twice = [child("a", 1.0, None, None), child("a", -1.0, None, None)];
    let text = refusal(&twice, &split(1.0, By::Base, 0));
    assert!(text.contains("twice") && text.contains("-1"), "{text}");
    assert!(refusal(&[child("a", 1.0, None, None)], &split(1.0, By::Gap, 0)).contains("capacity"));
    assert!(allocate(&[child("a", f64::NAN, None, None)], &split(f64::INFINITY, By::Base, 0)).is_err());
}

/// A bound beyond what fifteen digits leave room for is as binding as any other.
#[test]
fn bounds_of_any_size_hold() {
    let far = 2.2e12;
    let grants = [child("a", 1.0, Some(far), None), child("b", 1.0, None, None)];
    assert_eq!(
        refusal(&grants, &split(10.0, By::Base, 8)),
        "the lower bounds sum to 2200000000000, more than the 10 to be split: a 2200000000000, b 0"
    );
    let open = [child("a", 1.0, Some(far), None), child("b", 1.0, Some(-1e13), None)];
    assert_eq!(parts(&open, &split(10.0, By::Base, 2)), [far, 10.0 - far]);
    let error = allocate(&open, &split(10.0, By::Base, 8)).unwrap_err();
    let codes: Vec<&str> = error.findings().iter().map(|f| f.code).collect();
    assert_eq!(codes, ["allocate_part"; 2]);
    let text = error.render(Lang::En);
    assert!(text.contains("a would get 2200000000000; with 8 decimals a part is at most 9000000"), "{text}");
    for by in WAYS {
        let c = |x: &Child| Child { capacity: Some(5.0), last: Some(1.0), ..x.clone() };
        let error = allocate(&[c(&grants[0]), c(&grants[1])], &split(10.0, by, 8)).unwrap_err();
        assert_eq!(error.findings()[0].code, "allocate_lower", "{by:?}");
    }
    let wide = [child("a", 1.0, None, Some(1e15)), child("b", 3.0, None, None)];
    assert_eq!(parts(&wide, &split(1.0, By::Base, 12)), [0.25, 0.75]);
    let rows = allocate(&wide, &split(1.0, By::Base, 12)).unwrap().rows;
    assert_eq!((rows[0].upper, rows[0].bound), (Some(1e15), false));
}

/// A ratio no child can reach in the decimals is refused, not lowered.
#[test]
fn bounds_of_ratios_of_any_size_hold() {
    let child = |name: &str, lower| RatioChild {
        name: name.into(),
        numerator: 3.0,
        denominator: 100.0,
        capacity: None,
        lower,
        upper: None,
    };
    let children = [child("a", Some(1e13)), child("b", None)];
    let error = allocate_ratio(&children, &split(0.0, By::Base, 8), 2.0, 1.0, 200.0).unwrap_err();
    assert_eq!(error.findings()[0].code, "allocate_lower");
    assert!(error.render(Lang::En).contains("1000000000000000"), "{error}");
}

fn children() -> impl Strategy<Value = Vec<Child>> {
    let one = (0u32..2000, 0u32..3000, prop::option::of(0u32..500), prop::option::of(0u32..4000));
    prop::collection::vec(one, 1..12).prop_map(|all| {
        let tenth = |x: u32| f64::from(x) / 10.0;
        let child = |(i, (base, more, lower, upper)): (usize, (u32, u32, Option<u32>, Option<u32>))| Child {
            name: format!("c{i}"),
            base: tenth(base),
            last: None,
            history: Vec::new(),
            capacity: Some(tenth(base + more)),
            lower: lower.map(tenth),
            upper: upper.map(|u| tenth(u + lower.unwrap_or(0))),
        };
        all.into_iter().enumerate().map(child).collect()
    })
}

#[test]
fn a_ratio_that_no_number_reaches_is_refused() {
    let child = RatioChild {
        name: "a".into(),
        numerator: 3.0,
        denominator: 100.0,
        capacity: None,
        lower: None,
        upper: None,
    };
    let error = allocate_ratio(&[child], &split(0.0, By::Base, 4), 1e19, 1.0, 453.15).unwrap_err();
    assert_eq!(error.findings()[0].code, "allocate_total");
}

proptest! {
    #[test]
    fn sums_are_exact_and_bounds_hold(
        children in children(), total in 0u32..20_000, decimals in 0i16..4, way in 0..WAYS.len(), last in any::<bool>(),
    ) {
        let total = f64::from(total) / if decimals == 0 { 1.0 } else { 10.0 };
        let split = Split { not_below_last: last, ..split(total, WAYS[way], decimals) };
        let Ok(parts) = allocate(&children, &split) else { return Ok(()) };
        prop_assert!(parts.reconciles());
        for (row, child) in parts.rows.iter().zip(&children) {
            prop_assert!(child.lower.is_none_or(|l| row.allocated >= l));
            prop_assert!(child.upper.is_none_or(|u| row.allocated <= u));
            prop_assert!(!last || row.allocated >= child.base);
            prop_assert!(row.allocated >= 0.0);
            prop_assert_eq!(Decimals::of([row.allocated]).0.max(decimals), decimals);
        }
        let text = parts.to_markdown(Names::none(), Lang::Zh);
        prop_assert_eq!(text.lines().filter(|line| line.starts_with('|')).count(), children.len() + 3);
    }

    /// Without bounds every way that can be done at all is done.
    #[test]
    fn free_children_take_anything(bases in prop::collection::vec(1u32..999, 1..9), total in 0u32..99_999, way in 0..WAYS.len()) {
        let children: Vec<Child> = bases.iter().enumerate()
            .map(|(i, b)| Child { capacity: Some(f64::from(*b) + 1.0), ..Child::new(format!("c{i}"), f64::from(*b)) })
            .collect();
        let parts = allocate(&children, &split(f64::from(total), WAYS[way], 0)).unwrap();
        prop_assert!(parts.reconciles());
    }

    /// No other allocation in whole numbers has a smaller greatest regret, but for the rounding to whole steps.
    #[test]
    fn regret_is_least(a in 5u32..40, b in 5u32..40, more in 0u32..30, ca in 1u32..40, cb in 1u32..40) {
        let c = |name: &str, last: u32, gap: u32| Child { capacity: Some(f64::from(last + gap)), ..Child::new(name, f64::from(last)) };
        let children = [c("a", a, ca), c("b", b, cb)];
        let total = f64::from(a + b + more);
        let ways: Vec<Vec<f64>> = WAYS[..5].iter().map(|w| parts(&children, &split(total, *w, 6))).collect();
        let regret = |x: f64| ways.iter().map(|w| ((x - w[0]).abs() / f64::from(a)).max((total - x - w[1]).abs() / f64::from(b))).fold(0.0, f64::max);
        let own = regret(parts(&children, &split(total, By::Regret, 6))[0]);
        for k in 0..=200 {
            prop_assert!(own <= regret(total * f64::from(k) / 200.0) + 1e-5);
        }
    }

    #[test]
    fn ratios_reconcile(
        numbers in prop::collection::vec((1u32..500, 100u32..9000), 1..9), ratio in 10u32..900, way in 0..WAYS.len(), keep in any::<bool>(),
    ) {
        let children: Vec<RatioChild> = numbers.iter().enumerate().map(|(i, (n, d))| RatioChild {
            name: format!("c{i}"), numerator: f64::from(*n) / 10.0, denominator: f64::from(*d) / 10.0,
            capacity: Some(f64::from(*n)), lower: None, upper: None,
        }).collect();
        let denominator = numbers.iter().map(|(_, d)| f64::from(*d)).sum::<f64>();
        let split = Split { not_below_last: keep, ..split(0.0, WAYS[way], 2) };
        let Ok(parts) = allocate_ratio(&children, &split, f64::from(ratio) / 100.0, 100.0, denominator) else { return Ok(()) };
        prop_assert!(parts.reconciles());
        for row in &parts.rows {
            prop_assert!(!keep || row.ratio >= row.last.unwrap());
        }
    }
}
