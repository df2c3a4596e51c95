//! Printed digits against `fractions.Fraction` of Python: zero differences. The committed cells are a sample; the whole is
//! made by `tools/exactness_oracle.py` and read from the file that `KAOHE_EXACTNESS` names.
#![cfg(feature = "toml")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a test that cannot be set up fails"
)]

use std::collections::BTreeMap;

use kaohe::{Exact, Labels, Lang, Mode, Number, Panel, Period, Rounding, Scheme};

const NAMES: [&str; 6] = ["a", "b", "x", "lo", "hi", "u"];

fn scheme(round: &str, mode: &str) -> Scheme {
    let round = format!("{{ {}, mode = \"{mode}\" }}", round.replace(';', ","));
    let variable = |n: &&str| format!("[[variable]]\nid = \"{n}\"\nunit = \"元\"");
    let variables: Vec<String> = NAMES.iter().map(variable).collect();
    let variables = variables.join("\n");
    let text = format!(
        r#"
kaohe = 1
id = "exactness"
{variables}
[[indicator]]
id = "ratio"
formula = "a / b"
unit = "%"
weight = 0
round = {round}
points = {{ rule = "ratio", to = 1 }}
[[indicator]]
id = "low"
formula = "lo"
unit = "元"
weight = 0
points = {{ rule = "ratio", to = 1 }}
[[indicator]]
id = "high"
formula = "hi"
unit = "元"
weight = 0
points = {{ rule = "ratio", to = 1 }}
[[indicator]]
id = "first"
formula = "x"
unit = "元"
weight = 30
points = {{ rule = "linear", low = {{ indicator = "low" }}, high = {{ indicator = "high" }}, between = [60, 100] }}
points_round = {round}
[[indicator]]
id = "second"
formula = "u"
unit = "元"
weight = 37.5
points = {{ rule = "linear", low = 0, high = 7, clamp = false }}
[total]
round = {round}
"#
    );
    Scheme::from_toml(&text).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

#[test]
fn every_printed_digit_is_that_of_exact_arithmetic() {
    let path = std::env::var("KAOHE_EXACTNESS")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/exactness.csv").to_owned());
    let text = std::fs::read_to_string(path).unwrap();
    let mut by_spec: BTreeMap<(String, String), Vec<Vec<f64>>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let (round, mode) = (cells.next().unwrap().trim_matches('"'), cells.next().unwrap());
        let numbers = cells.map(|c| c.parse().unwrap()).collect();
        by_spec.entry((round.to_owned(), mode.to_owned())).or_default().push(numbers);
    }
    let (mut cells, mut exact, mut wrong) = (0, 0, Vec::new());
    for ((round, mode), rows) in &by_spec {
        let names: Labels = (0..rows.len()).map(|i| i.to_string()).collect();
        let mut builder = Panel::builder(names, vec![Period::year(2023).unwrap(); rows.len()]);
        for (k, name) in NAMES.iter().enumerate() {
            builder = builder.column(*name, rows.iter().map(|r| r[k]).collect::<Vec<f64>>());
        }
        let panel = builder.build().unwrap();
        let a = scheme(round, mode).assess(&panel).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)));
        let (ratio, first) = (a.node("ratio").unwrap(), a.node("first").unwrap());
        let points = a.points(first);
        for (i, row) in rows.iter().enumerate() {
            for (got, wanted) in [a.values(ratio)[i], points[i], a.totals()[i]].into_iter().zip(&row[6..]) {
                cells += 1;
                if got != *wanted {
                    wrong.push(format!("{round} {mode} {row:?}: {got}, not {wanted}"));
                }
            }
        }
        exact += a.exact_cells();
    }
    println!("{cells} cells, {exact} on the exact path, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} of {cells}:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert!(cells > 6_000 && exact > 0);
}

/// 数值修约规则 (GB/T 8170), the examples of the standard and of its commentaries.
#[test]
fn examples_of_gbt_8170() {
    let even = |digits: i8| Rounding { digits: Some(digits), mode: Mode::HalfEven, ..Rounding::default() };
    let significant = |n: u8| Rounding { significant: Some(n), mode: Mode::HalfEven, ..Rounding::default() };
    let cases = [
        ("12.1498", even(0), 12.0),
        ("12.1498", even(1), 12.1),
        ("10.5002", even(0), 11.0),
        ("1.050", even(1), 1.0),
        ("0.35", even(1), 0.4),
        ("2500", even(-3), 2000.0),
        ("3500", even(-3), 4000.0),
        ("-0.0365", even(3), -0.036),
        ("28.175", even(2), 28.18),
        ("28.165", even(2), 28.16),
        ("28.2645", even(1), 28.3),
        ("28.350", even(1), 28.4),
        ("28.250", even(1), 28.2),
        ("28.050", even(1), 28.0),
        ("28.2501", even(1), 28.3),
        ("15.4546", even(0), 15.0),
        ("8.53459", significant(3), 8.53),
        // 0.5 and 0.2 units: 60.25 → 60.0, 60.38 → 60.5, −60.75 → −61.0
        ("60.25", Rounding { digits: Some(1), interval: Some(5), ..even(1) }, 60.0),
        ("60.38", Rounding { digits: Some(1), interval: Some(5), ..even(1) }, 60.5),
        ("-60.75", Rounding { digits: Some(1), interval: Some(5), ..even(1) }, -61.0),
        ("830", Rounding { digits: Some(-1), interval: Some(2), ..even(-1) }, 840.0),
        ("842", Rounding { digits: Some(-1), interval: Some(2), ..even(-1) }, 840.0),
        ("-930", Rounding { digits: Some(-1), interval: Some(2), ..even(-1) }, -920.0),
    ];
    for (typed, how, wanted) in cases {
        assert_eq!(Exact::parse(typed).unwrap().round(&how).to_f64(), wanted, "{typed}");
        assert_eq!(Number::round(&typed.parse::<f64>().unwrap(), &how), wanted, "{typed}");
    }
}

/// (+) and (−): the reported number is below or above the true one; the next rounding heeds the mark.
#[test]
fn marks_keep_the_side_of_the_true_value() {
    let even = |digits: i8| Rounding { digits: Some(digits), mode: Mode::HalfEven, ..Rounding::default() };
    let marked = |typed: &str, digits: i8| even(digits).marked(&Exact::parse(typed).unwrap());
    // The standard's table: measured, reported, rounded to whole numbers.
    for (measured, reported, whole) in [
        ("15.4546", "15.5(-)", "15"),
        ("-15.4546", "-15.5(-)", "-15"),
        ("16.5203", "16.5(+)", "17"),
        ("-16.5203", "-16.5(+)", "-17"),
        ("17.5000", "17.5", "18"),
    ] {
        let report = marked(measured, 1).unwrap();
        assert_eq!(report.to_string(), reported);
        assert_eq!(report.round(&even(0)).unwrap().to_f64().to_string(), whole, "{measured}");
    }
    assert!(marked("1", 0).is_some() && even(0).marked(&Exact::Missing).is_none());
}

/// The system's mathematics differs between platforms in the last bit, the crate's own does not.
#[test]
fn elementary_functions_have_the_same_bits_everywhere() {
    for (x, bits) in [
        (Number::ln(&3.0), 0x3ff1_93ea_7aad_030a_u64),
        (Number::log10(&3.0), 0x3fde_8927_964f_d5fd),
        (Number::exp(&0.3), 0x3ff5_9905_8c8c_1a96),
        (Number::pow(&3.0, &0.7), 0x4001_42e8_1c88_9914),
        (Number::pow(&1.1, &7.0), 0x3fff_2df1_fb5a_7ed7),
    ] {
        assert_eq!(f64::to_bits(x), bits, "{x}");
    }
}

/// A float holds the number of steps, and not always what they come to: 357,029 in steps of 129 · 10⁻¹¹.
#[test]
fn steps_of_a_large_number_are_counted_exactly() {
    let how = Rounding { interval: Some(129), mode: Mode::Ceiling, ..Rounding::digits(11) };
    let exact = Exact::parse("357029").unwrap().round(&how).to_f64();
    assert_eq!(Number::round(&357_029.0, &how).to_bits(), exact.to_bits());
}
