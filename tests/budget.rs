//! A budget counts work the same way everywhere, ends it, and refuses what was not finished.

#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::{Budget, DataError, Labels, Lang, Panel, Period, Scheme};

const SCHEME: &str = r#"
kaohe = 1
id = "budget"
variable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }]
[[indicator]]
id = "rd_intensity"
formula = "rd / gdp"
unit = "%"
round = { digits = 2 }
points = { rule = "linear", low = "mean", between = [60, 100] }
[total]
round = { digits = 1 }
"#;

fn panel(entities: usize) -> Panel {
    let names: Labels = (0..entities).map(|i| format!("e{i}")).collect();
    Panel::builder(names, vec![Period::year(2022).unwrap(); entities])
        .column("rd", (0..entities).map(|i| 1.0 + (i % 97) as f64).collect::<Vec<f64>>())
        .column("gdp", (0..entities).map(|i| 40.0 + (i % 89) as f64).collect::<Vec<f64>>())
        .build()
        .unwrap()
}

fn code(error: &DataError) -> &str {
    error.findings()[0].code
}

#[test]
fn the_same_question_costs_the_same_work() {
    let (scheme, panel) = (Scheme::from_toml(SCHEME).unwrap(), panel(50));
    let work = || {
        let budget = Budget::new();
        budget.run(|| scheme.assess(&panel)).unwrap().unwrap();
        budget.work()
    };
    assert_eq!(work(), work());
    // Values, scores, the raw total, its rounding and the ranks: five columns of fifty cells.
    assert_eq!(work().cells, 250);
    assert!(work().exact_bits >= work().exact_cells);
}

#[test]
fn a_limit_refuses_the_result_and_says_where() {
    let (scheme, panel) = (Scheme::from_toml(SCHEME).unwrap(), panel(50));
    let error = Budget::new().cells(60).run(|| scheme.assess(&panel)).unwrap_err();
    assert_eq!(
        error.render(Lang::En),
        "stopped: more cells than the budget allows (under way: scores: rd_intensity)"
    );
    assert_eq!(error.render(Lang::Zh), "计算的单元格数超过上限，计算中止（正在进行：scores: rd_intensity）");
    let error = Budget::new().exact_bits(0).run(|| scheme.assess(&panel)).unwrap_err();
    assert_eq!(code(&error), "budget_exact_bits");
    let past = std::time::Instant::now();
    let error = Budget::new().deadline(past).run(|| scheme.assess(&panel)).unwrap_err();
    assert_eq!(code(&error), "budget_deadline");
}

#[test]
fn every_question_can_be_cancelled() {
    let (scheme, panel, year) = (Scheme::from_toml(SCHEME).unwrap(), panel(50), Period::year(2022).unwrap());
    let result = scheme.assess(&panel).unwrap();
    let budget = Budget::new();
    // Cancelled while the search is under way, by another thread of the same budget.
    let other = budget.clone();
    let error = budget
        .run(|| {
            other.cancel();
            result.next_points("e3", year, 1.0)
        })
        .unwrap_err();
    assert_eq!(code(&error), "budget_cancelled");
    assert!(budget.work().cells < 200, "{:?}", budget.work());
}
