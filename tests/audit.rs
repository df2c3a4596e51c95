//! Statistics, correlations, effective weights and reliability against COINr's numbers on its synthetic index.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::analysis::{Correlated, Of};
use kaohe::{Assessment, Period};

use crate::composites::{index, indicator, load, panel};
use crate::support::oracle::{self, assert_close};

/// What the other program's sums in floats may be off by, relatively.
const FLOATS: f64 = 1e-12;

/// What correlations near 0 may be off by: their sums are of products around 1.
const NEAR_ZERO: f64 = 1e-15;

fn year() -> Period {
    Period::year(2023).unwrap()
}

/// The whole index, from COINr's normalised scores, with arithmetic means.
pub(crate) fn arithmetic() -> Assessment {
    index(["arithmetic"; 3], "")
}

/// Indicators whose values are the columns of a file.
fn values(file: &str) -> Assessment {
    let (names, rows) = oracle::table(file);
    let indicators: String = names.iter().map(|id| indicator(id, "")).collect();
    load(&format!("kaohe = 1\nid = \"t\"\n{indicators}")).assess(&panel(&names, &rows)).unwrap()
}

#[test]
fn statistics_are_those_of_coinr() {
    let (columns, rows) = {
        // The flags at the end are words.
        let path =
            format!("{}/tests/data/oracle/composite/stats_denominated.csv", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let rows: Vec<Vec<String>> =
            text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        (rows[0].clone(), rows[1..].to_vec())
    };
    let found = values("composite/denominated.csv").statistics(Of::Values, &[], Some(year())).unwrap();
    assert_eq!(found.rows.len(), rows.len());
    for (own, theirs) in found.rows.iter().zip(&rows) {
        let cell = |name: &str| &theirs[columns.iter().position(|column| column == name).unwrap()];
        let number = |name: &str| cell(name).parse::<f64>().unwrap();
        assert_eq!(own.indicator, theirs[0]);
        let n = own.n as f64;
        for (name, x) in [
            ("Min", own.min),
            ("Max", own.max),
            ("Mean", own.mean),
            ("Median", own.median),
            ("Std", own.sd),
            ("Skew", own.skewness),
            ("Kurt", own.kurtosis),
            ("N.Avail", n),
            ("N.NonZero", (own.n - own.zeros) as f64),
            ("N.Unique", own.unique as f64),
            ("N.Same", own.same as f64),
            ("Frc.Avail", own.availability),
            ("Frc.NonZero", (own.n - own.zeros) as f64 / n),
            ("Frc.Unique", own.unique as f64 / n),
            ("Frc.Same", own.same as f64 / n),
        ] {
            assert_close(&format!("{} {name}", own.indicator), &[x], &[number(name)], FLOATS);
        }
        let flagged = |name: &str, word: &str| cell(name) == word;
        assert_eq!(own.outlying, flagged("Flag.SkewKurt", "OUT"), "{}", own.indicator);
        assert_eq!(
            [own.few, own.zero, own.alike],
            ["Flag.Avail", "Flag.NonZero", "Flag.Unique"].map(|name| !flagged(name, "ok"))
        );
    }
}

#[test]
fn correlations_are_those_of_coinr() {
    for (method, file) in [
        (Correlated::Pearson, "pearson"),
        (Correlated::Spearman, "spearman"),
        (Correlated::Kendall, "kendall"),
    ] {
        let (names, matrix) = oracle::table(&format!("composite/correlation_{file}.csv"));
        let found = arithmetic().correlations(Of::Scores, method, &[], Some(year())).unwrap();
        assert_eq!((found.nodes.len(), found.rows.len()), (24, 24 * 23 / 2));
        for own in &found.rows {
            let [i, j] =
                [&own.first, &own.second].map(|id| names.iter().position(|name| name == id).unwrap());
            let (x, y) = (own.correlation, matrix[i].numbers[j]);
            assert!((x - y).abs() <= FLOATS * y.abs() + NEAR_ZERO, "{file} {own:?}: {y}");
        }
    }
}

#[test]
fn reliability_is_that_of_coinr() {
    let found = arithmetic().components(Of::Scores, None, Some(year())).unwrap();
    for theirs in oracle::rows("composite/cronbach.csv") {
        let own = found.groups.iter().find(|group| group.group == theirs.name).unwrap();
        assert_close(&theirs.name, &[own.alpha], &theirs.numbers, FLOATS);
        // Components explain all that their members vary, each less than the one before.
        assert_eq!(own.components.len(), own.members.len());
        let sum: f64 = own.components.iter().map(|c| c.eigenvalue).sum();
        assert_close("sum", &[sum], &[own.members.len() as f64], FLOATS);
        assert!(own.components.windows(2).all(|two| two[0].share >= two[1].share));
        assert!((0.0..=1.0).contains(&own.kmo), "{own:?}");
    }
    // Two sub-indices: the first component has both alike, the measure of adequacy is ½.
    let total = found.groups.iter().find(|group| group.group == "total").unwrap();
    assert_close("loadings", &total.components[0].loadings, &[0.5f64.sqrt(); 2], FLOATS);
    assert_close("kmo", &[total.kmo], &[0.5], FLOATS);
}

#[test]
fn effective_weights_are_those_of_coinr() {
    let found = arithmetic().effective_weights(Some(year())).unwrap();
    for theirs in oracle::rows("composite/effective_weights.csv") {
        if let Some(own) = found.rows.iter().find(|row| row.node == theirs.name) {
            assert_close(&theirs.name, &[own.weight], &theirs.numbers[2..], FLOATS);
        }
    }
    assert_eq!(found.rows.len(), 24 + 6 + 2);
}
