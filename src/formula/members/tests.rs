//! What statistics over members mean: numbers with a source, missing values, units, and that floats and fractions agree.

use proptest::prelude::*;

use super::*;
use crate::formula::tests::{Columns, columns};
use crate::formula::{Formula, Symbol, Unit};

/// A scheme whose members have pupils, books and points.
struct Counties {
    own: Columns,
    members: Columns,
    statistic: Option<(&'static str, Unit)>,
}

impl Env for Counties {
    fn variable(&self, name: &str) -> Option<Symbol> {
        let (known, unit) = self.statistic.as_ref()?;
        (*known == name).then(|| Symbol { slot: 7, unit: unit.clone() }).or_else(|| self.own.variable(name))
    }
    fn members(&self) -> Option<(&dyn Env, Unit)> {
        Some((&self.members, self.own.units.parse("所").ok()?))
    }
    fn names(&self) -> Vec<String> {
        self.own.names()
    }
}

fn counties(statistic: Option<(&'static str, &str)>) -> Counties {
    let own = columns(&[("gdp", "亿元")]);
    let unit = statistic.map(|(text, unit)| (text, own.units.parse(unit).unwrap()));
    Counties { members: columns(&[("pupils", "人"), ("books", "册"), ("x", "1")]), own, statistic: unit }
}

fn over(text: &str) -> OverMembers {
    let formula = Formula::parse(text).unwrap();
    let call = formula.calls().next().unwrap();
    OverMembers::compile(call, &counties(None), &(0..1)).unwrap_or_else(|f| panic!("{text}: {}", f[0]))
}

/// The statistic over columns pupils, books, x: in floats, and exactly.
fn both(text: &str, table: &[&[f64]]) -> (Bounded, Exact) {
    let program = over(text);
    let cell = |slot: usize, member: usize| table[slot][member];
    let near = |slot: usize, member: usize| Bounded::of(cell(slot, member));
    let exact = |slot: usize, member: usize| Exact::of(cell(slot, member));
    (program.near(table[0].len(), &near, &exact), program.exact(table[0].len(), &exact))
}

fn value(text: &str, table: &[&[f64]]) -> f64 {
    let (near, exact) = both(text, table);
    let distance = (near.v - exact.to_f64()).abs();
    let agree = distance <= near.e + near.v.abs() * f64::EPSILON || near.v.is_nan() && exact.is_missing();
    assert!(agree, "{text}: {near:?} {exact:?}");
    near.v
}

fn of_x(text: &str, x: &[f64]) -> f64 {
    let nothing = vec![f64::NAN; x.len()];
    value(text, &[&nothing, &nothing, x])
}

const PUPILS: [f64; 5] = [45.0, 37.0, 89.0, 76.0, 55.0];
const BOOKS: [f64; 5] = [279.0, 137.0, 935.0, 160.0, 402.0];

/// The official example of the 差异系数 of books per pupil: printed as 0.52.
#[test]
fn the_official_coefficient_of_variation_is_weighted_by_pupils() {
    let cv = value("members.cv(books / pupils, weight = pupils)", &[&PUPILS, &BOOKS, &PUPILS]);
    assert_eq!((cv * 1e4).round() / 1e4, 0.5153);
}

/// A published table of a prefecture: coefficients of eight items by county, and their means to three digits.
#[test]
fn published_means_of_eight_coefficients() {
    let printed = [
        (0.592, [0.881, 1.299, 0.977, 0.379, 0.170, 0.334, 0.286, 0.408]),
        (0.314, [0.353, 0.784, 0.146, 0.491, 0.037, 0.226, 0.223, 0.253]),
        (0.417, [0.711, 0.649, 0.472, 0.338, 0.235, 0.274, 0.260, 0.396]),
        (0.493, [0.505, 0.484, 0.325, 0.275, 0.199, 0.715, 0.421, 1.021]),
    ];
    for (mean, of) in printed {
        assert_eq!((of_x("members.mean(x)", &of) * 1e3).round() / 1e3, mean);
    }
}

#[test]
fn statistics_by_hand() {
    let x = [1.0, 2.0, 4.0, 9.0];
    let close = |text: &str, expected: f64| {
        let found = of_x(text, &x);
        assert!((found - expected).abs() < 1e-12, "{text}: {found}, expected {expected}");
    };
    close("members.count()", 4.0);
    close("members.count(x >= 2)", 3.0);
    close("members.share(x > 2)", 0.5);
    close("members.share(x > 2, weight = x)", 13.0 / 16.0);
    close("members.sum(x)", 16.0);
    close("members.mean(x, weight = x)", 102.0 / 16.0);
    close("members.min(x)", 1.0);
    close("members.max(2 * x)", 18.0);
    close("members.median(x)", 3.0);
    // Type 7: 0.9 · 3 = 2.7, seven tenths of the way from the third to the fourth.
    close("members.quantile(x, 0.9)", 7.5);
    close("members.sd(x)", 9.5f64.sqrt());
    close("members.cv(x)", 9.5f64.sqrt() / 4.0);
    // Pairs differ by 1, 3, 8, 2, 7, 5: twice their sum over 2 · 16 · 4.
    close("members.gini(x)", 52.0 / 128.0);
    let theil: f64 = x.iter().map(|x| x / 4.0 * (x / 4.0f64).ln()).sum::<f64>() / 4.0;
    close("members.theil(x)", theil);
    // A weight is as many members.
    let weighted = value("members.gini(x, weight = pupils)", &[&[1.0, 2.0], &[1.0, 2.0], &[3.0, 5.0]]);
    assert!((weighted - of_x("members.gini(x)", &[3.0, 5.0, 5.0])).abs() < 1e-12);
    let pooled = value("members.pooled(books / pupils)", &[&PUPILS, &BOOKS, &PUPILS]);
    assert!((pooled - 1913.0 / 302.0).abs() < 1e-12);
}

#[test]
fn a_member_without_a_value_takes_no_part() {
    let (nan, x) = (f64::NAN, [1.0, f64::NAN, 5.0]);
    assert_eq!(of_x("members.mean(x)", &x), 3.0);
    assert_eq!(of_x("members.count()", &x), 3.0);
    assert_eq!(of_x("members.count(x > 2)", &x), 1.0);
    assert_eq!(of_x("members.share(x > 2)", &x), 0.5);
    assert!(of_x("members.mean(x)", &[nan]).is_nan() && of_x("members.sum(x)", &[]).is_nan());
    assert_eq!((of_x("members.count()", &[]), of_x("members.count(x > 2)", &[nan])), (0.0, 0.0));
    // Neither one without a weight, or with a negative one; and sums are of those that have both.
    let weights = [1.0, nan, -1.0, 3.0];
    assert_eq!(value("members.mean(x, weight = pupils)", &[&weights, &weights, &[4.0, 1.0, 1.0, 8.0]]), 7.0);
    assert_eq!(value("members.pooled(books / pupils)", &[&[1.0, nan], &[3.0, 9.0], &[0.0, 0.0]]), 3.0);
    assert!(of_x("members.theil(x)", &[-1.0, 3.0]).is_nan() && of_x("members.theil(x)", &[0.0]).is_nan());
}

#[test]
fn units_are_those_of_what_is_inside() {
    let unit = |text: &str| over(text).unit.to_string();
    assert_eq!(unit("members.mean(books / pupils)"), "册/人");
    assert_eq!(unit("members.count()"), "所");
    assert_eq!(unit("members.cv(books)"), "1");
    let compiled = |text: &str, statistic| {
        compile(&Formula::parse(text).unwrap(), &counties(Some(statistic)), Expect::Any)
            .map_err(|f| f[0].code)
    };
    let program =
        compiled("prev(members.mean(books / pupils)) * 2", ("members.mean(books / pupils)", "册/人"));
    let program = program.unwrap();
    assert_eq!(program.loads(), [Load::Column { slot: 7, lag: 1 }]);
    assert_eq!(program.unit().to_string(), "册/人");
    let refused = |text: &str| compiled(text, ("members.count()", "所")).unwrap_err();
    assert_eq!(refused("members.mean(books + pupils)"), "formula_units");
    assert_eq!(refused("members.mean(gdp)"), "formula_unknown");
    assert_eq!(refused("members.share(books)"), "formula_condition");
    assert_eq!(refused("members.mean(prev(books))"), "formula_members_inside");
    assert_eq!(refused("members.mean(members.mean(books))"), "formula_no_members");
}

#[test]
fn what_is_written_wrongly_is_said() {
    let kind = |text: &str| Formula::parse(text).unwrap_err().finding();
    assert_eq!(kind("members.maen(x)").code, "formula_function_near");
    assert_eq!(kind("members.mean()").code, "formula_arguments");
    assert_eq!(kind("members.median(x, weight = w)").code, "formula_arguments");
    assert_eq!(kind("members.quantile(x, 9)").code, "formula_share");
    assert_eq!(kind("if(weight = 3, 1, 2)").code, "formula_operator");
    for text in ["members.quantile(x, 0.9)", "members.cv(x / y, weight = y)", "members / 2", "weight == 3"] {
        assert_eq!(Formula::parse(text).unwrap().to_string(), text);
    }
    let once = |text: &str| Formula::parse(text).unwrap().to_string();
    assert_eq!(once("members.quantile(x，0.90)"), "members.quantile(x, 0.9)");
}

const STATISTICS: [&str; 13] = [
    "members.count(x > 3)",
    "members.share(x > 3, weight = pupils)",
    "members.sum(x * books)",
    "members.mean(x / books, weight = pupils)",
    "members.pooled(books / pupils)",
    "members.sd(x)",
    "members.cv(x, weight = pupils)",
    "members.median(x / books)",
    "members.quantile(x / 3, 0.3)",
    "members.gini(x / books)",
    "members.gini(x, weight = pupils)",
    "members.theil(x, weight = pupils)",
    "members.max(x / 7)",
];

fn member() -> impl Strategy<Value = [f64; 3]> {
    let number = || prop_oneof![6 => (1i32..2000, 0i32..3).prop_map(|(n, d)| f64::from(n) / 10f64.powi(d)), 1 => Just(f64::NAN), 1 => Just(0.0)];
    [number(), number(), number()]
}

#[test]
fn equal_members_of_different_weight_stand_in_any_order() {
    let (pupils, x) = ([145.8, 1.0, 24.8, 708.0], [0.0, 14.9, 0.0, 0.0]);
    let turned = |of: [f64; 4]| [of[3], of[0], of[2], of[1]];
    let (books, other) = ([1.0; 4], [1.0; 4]);
    let (near, _) = both("members.gini(x, weight = pupils)", &[&pupils, &books, &x]);
    let (again, _) = both("members.gini(x, weight = pupils)", &[&turned(pupils), &other, &turned(x)]);
    assert_eq!(near.v.to_bits(), again.v.to_bits());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 50, ..ProptestConfig::default() })]

    /// The float lies within its error of the exact number, and the order of the members changes neither.
    #[test]
    fn floats_and_fractions_agree_in_any_order(members in prop::collection::vec(member(), 0..12), by in 0usize..12) {
        let column = |of: &[[f64; 3]], k: usize| of.iter().map(|m| m[k]).collect::<Vec<_>>();
        let mut other = members.clone();
        other.rotate_left(by.min(members.len()));
        other.reverse();
        for text in STATISTICS {
            let read = |of: &[[f64; 3]]| both(text, &[&column(of, 0), &column(of, 1), &column(of, 2)]);
            let ((near, exact), (near_too, exact_too)) = (read(&members), read(&other));
            prop_assert_eq!(near.v.to_bits(), near_too.v.to_bits(), "{} {:?} {:?}", text, near, near_too);
            prop_assert!(exact == exact_too, "{} {:?} {:?}", text, exact, exact_too);
            if near.e.is_finite() {
                prop_assert_eq!(near.v.is_nan(), exact.is_missing(), "{} {:?} {:?}", text, near, exact);
                let distance = (near.v - exact.to_f64()).abs();
                let room = near.e + near.v.abs() * f64::EPSILON;
                prop_assert!(near.v.is_nan() || distance <= room, "{} {:?} {:?}", text, near, exact.to_f64());
            }
        }
    }
}
