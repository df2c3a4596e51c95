//! Invariants over random formulas and inputs.

use proptest::prelude::*;

use super::tests::columns;
use super::*;
use crate::number::{Bounded, Exact, Number, Rational};

const PURE: &[(&str, &str)] = &[("a", "1"), ("b", "1"), ("c", "1"), ("甲", "%"), ("乙", "‰")];

/// Text of a random formula over [`PURE`]; `jumps` and `functions` say what may occur.
fn formula(rational: bool) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("a"),
        Just("b"),
        Just("c"),
        Just("甲"),
        Just("乙"),
        Just("0.1"),
        Just("3"),
        Just("1.5"),
        Just("0.007"),
        Just("5 [%]"),
        Just("7 [‰]"),
        Just("0.3 [1]")
    ]
    .prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let one = inner.clone();
        let two = (inner.clone(), inner.clone());
        let names: Vec<&'static str> = if rational {
            vec!["-", "abs", "floor", "prev", "growth", "not ", "round2", "mean", "is_missing", "square"]
        } else {
            vec!["-", "abs", "sqrt", "ln", "exp", "log10", "round2", "prev", "number"]
        };
        prop_oneof![
            3 => (two, prop::sample::select(vec!["+", "-", "*", "/", "<", "==", "and", "or", "min", "max", "<="]))
                .prop_map(|((x, y), op)| match op {
                    "min" | "max" => format!("{op}({x}, {y})"),
                    op => format!("({x} {op} {y})"),
                }),
            2 => (one, prop::sample::select(names)).prop_map(|(x, f)| match f {
                "-" | "not " => format!("({f}{x})"),
                "round2" => format!("round({x}, 2)"),
                "mean" => format!("mean({x}, 2)"),
                "square" => format!("({x}) ^ 2"),
                f => format!("{f}({x})"),
            }),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(c, x, y)| format!("if({c} > 1, {x}, {y})")),
        ]
    })
}

/// Decimals as statistics have them, missing values and zeros among them.
fn input() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (-100_000i64..100_000, 0i32..5).prop_map(|(n, d)| n as f64 / 10f64.powi(d)),
        1 => Just(f64::NAN),
        1 => Just(0.0),
    ]
}

fn program(text: &str) -> Option<Program> {
    compile(&Formula::parse(text).ok()?, &columns(PURE), Expect::Any).ok()
}

fn slot(values: &[f64], load: Load) -> f64 {
    match load {
        Load::Column { slot, lag } => values[(slot as usize + usize::from(lag) * 5) % values.len()],
        Load::Total { .. } => f64::NAN,
    }
}

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn text_and_tree_say_the_same(text in prop_oneof![formula(true), formula(false)]) {
        let formula = Formula::parse(&text).unwrap();
        let canonical = formula.to_string();
        let again = Formula::parse(&canonical).unwrap();
        prop_assert_eq!(&again, &formula, "{} {}", text, canonical);
        prop_assert_eq!(again.to_string(), canonical);
    }

    #[test]
    fn garbage_is_refused_without_panic(text in "[ -~×（，≤加a0.()^+*,-]{0,60}") {
        if let Ok(formula) = Formula::parse(&text) {
            let _ = compile(&formula, &columns(PURE), Expect::Any);
            let _ = formula.render(&mut |r| r.name.to_string());
        }
        let _ = Units::builtin().parse(&text);
    }

    #[test]
    fn bounds_hold_and_bits_agree(text in formula(true), values in prop::collection::vec(input(), 25)) {
        let Some(p) = program(&text) else { return Ok(()) };
        let plain = p.eval(&mut |l| slot(&values, l));
        let bounded = p.eval(&mut |l| Bounded::of(slot(&values, l)));
        prop_assert!(same(plain, bounded.v), "{} {} {}", text, plain, bounded.v);
        let exact = p.eval(&mut |l| Exact::of(slot(&values, l)));
        if bounded.e.is_finite() && plain.is_finite() {
            let distance = match (&exact, Exact::of_binary(plain)) {
                (Exact::Value(Rational(a)), Exact::Value(Rational(b))) => Exact::Value(Rational(a.clone() - b)).abs(),
                _ => return Err(TestCaseError::fail(format!("{text}: {plain} but {exact:?}"))),
            };
            prop_assert!(distance.to_f64() <= bounded.e * (1.0 + 1e-12), "{} {:?} {:?}", text, bounded, exact);
            if let Some(relative) = p.relative_error() {
                prop_assert!(distance.to_f64() <= relative * plain.abs() * (1.0 + 1e-12), "{}", text);
            }
        }
    }

    #[test]
    fn blocks_give_the_bits_of_single_rows(
        text in prop_oneof![formula(true), formula(false)],
        seed in prop::collection::vec(input(), 40),
        rows in prop_oneof![Just(0usize), 1usize..40, Just(BLOCK + 3)],
    ) {
        let Some(p) = program(&text) else { return Ok(()) };
        let column = |k: usize| -> Vec<f64> { (0..rows).map(|r| seed[(r * 7 + k * 3) % seed.len()]).collect() };
        let data: Vec<Vec<f64>> = (0..p.loads().len()).map(column).collect();
        let inputs: Vec<&[f64]> = data.iter().map(Vec::as_slice).collect();
        let (mut out, mut v, mut e) = (vec![0.0; rows], vec![0.0; rows], vec![0.0; rows]);
        p.eval_block(&inputs, &mut out, &mut Scratch::default());
        p.eval_block_bounded(&inputs, None, &mut v, &mut e, &mut BoundedScratch::default());
        let mut stack = Vec::new();
        for r in 0..rows {
            let index = |l: Load| p.loads().iter().position(|k| *k == l).unwrap();
            let single = p.eval(&mut |l| data[index(l)][r]);
            let bounded = p.eval_with(&mut |l| Bounded::of(data[index(l)][r]), &mut stack);
            prop_assert!(same(single, out[r]) && same(single, v[r]), "{} {} {} {}", text, single, out[r], v[r]);
            prop_assert!(same(bounded.v, v[r]) && same(bounded.e, e[r]), "{} {:?}", text, bounded);
        }
    }
}

/// Text of a random ratio of money: no bare numbers, whose meaning depends on the units.
fn ratio() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec!["m", "n", "k"]).prop_map(str::to_owned);
    let money = leaf.prop_recursive(3, 12, 2, |inner| {
        let names = vec!["+", "-", "min", "max", "share", "growth", "mean", "if"];
        (inner.clone(), inner, prop::sample::select(names)).prop_map(|(x, y, f)| match f {
            "min" | "max" => format!("{f}({x}, {y})"),
            "share" => format!("({x}) * p"),
            "growth" => format!("growth({x}) * ({y})"),
            "mean" => format!("mean({x}, 2) * (({y}) / ({x})) ^ 2"),
            "if" => format!("if({x} < {y}, {x}, abs({y}))"),
            op => format!("({x} {op} {y})"),
        })
    });
    (money.clone(), money).prop_map(|(x, y)| format!("({x}) / ({y}) + p"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn results_do_not_depend_on_the_units_of_the_columns(
        text in ratio(),
        values in prop::collection::vec(1i64..1_000_000, 40),
    ) {
        // The same amounts, once in 元 and as a share, once in other units.
        let base = columns(&[("m", "元"), ("n", "元"), ("k", "元"), ("p", "1")]);
        let mixed = columns(&[("m", "万元"), ("n", "亿元"), ("k", "千元"), ("p", "‰")]);
        let scales = [1e4, 1e8, 1e3, 1e-3];
        let percent = base.units.parse("%").unwrap();
        let run = |env: &super::tests::Columns, scaled: bool| {
            let p = compile(&Formula::parse(&text).unwrap(), env, Expect::Unit(&percent)).unwrap();
            p.eval(&mut |load| match load {
                Load::Column { slot, lag } => {
                    let value = Exact::of(values[(slot as usize * 9 + usize::from(lag)) % values.len()] as f64);
                    if scaled { value } else { value.mul(&Exact::of(scales[slot as usize])) }
                }
                Load::Total { .. } => Exact::Missing,
            })
        };
        prop_assert_eq!(run(&base, false), run(&mixed, true), "{}", text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn sums_comparisons_and_extremes_do_not_depend_on_the_order(
        (x, y) in (formula(true), formula(true)),
        op in prop::sample::select(vec![("+", "+"), ("<", ">"), ("<=", ">="), ("==", "=="), ("!=", "!="), ("min", "min"), ("max", "max")]),
        bare in prop::sample::select(vec!["2", "0.5", "-3"]),
        values in prop::collection::vec(input(), 25),
    ) {
        let write = |op: &str, a: &str, b: &str| match op {
            "min" | "max" => format!("{op}({a}, {b}) < {bare}"),
            "+" => format!("({a} + {b}) < {bare}"),
            op => format!("{a} {op} {b}"),
        };
        let (one, other) = (write(op.0, &x, &y), write(op.1, &y, &x));
        let (Some(p), Some(q)) = (program(&one), program(&other)) else { return Ok(()) };
        let exact = |p: &Program| p.eval(&mut |l| Exact::of(slot(&values, l)));
        prop_assert_eq!(exact(&p), exact(&q), "{} {}", one, other);
    }
}

impl Exact {
    /// The binary value of `x` itself, not the decimal it stands for.
    fn of_binary(x: f64) -> Exact {
        dashu_ratio::RBig::try_from(x).map_or(Exact::Missing, Exact::of_rational)
    }
}
