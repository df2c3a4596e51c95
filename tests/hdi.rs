//! The Human Development Index 2022: all 204 published rows, to the last printed digit.
#![cfg(feature = "toml")]

use kaohe::{Exact, Number, Period, Scheme};

const INPUTS: [&str; 4] =
    ["life_expectancy", "expected_years_schooling", "mean_years_schooling", "gni_per_capita_ppp2017"];

#[test]
fn every_published_value_is_reproduced_at_three_decimals() {
    let mut columns = INPUTS.to_vec();
    columns.push("hdi_published");
    let table = crate::support::csv_of("hdi_2022_inputs_and_published.csv", &columns, "country", "year");
    let published = table.columns[4].1.clone();
    let result = Scheme::builtin("hdi").unwrap().assess(&table.panel()).unwrap();
    assert_eq!(published.len(), 204);
    for (row, total) in result.totals().iter().enumerate() {
        let at = result.panel().caller_row_at(row).unwrap();
        assert_eq!(*total, published[at], "{}", table.entities[at]);
        assert_eq!(Exact::of(*total).to_f64(), *total);
    }
    let ranking = result.ranking(Period::year(2022).unwrap()).unwrap();
    assert_eq!((ranking[0].entity.as_str(), ranking[0].rank), ("Switzerland", Some(1.0)));
}
