//! Statistics, correlations, effective weights and reliability against COINr's numbers on its synthetic index.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::analysis::{Correlated, Of};
use kaohe::{Assessment, Edit, Panel, Period};

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

#[test]
fn ranks_without_a_pillar_are_those_of_coinr() {
    let pillars: Vec<String> = (1..=6).map(|k| format!("P{k}")).collect();
    let nominal = arithmetic();
    let found = nominal.leave_out(&pillars, year()).unwrap();
    let means = oracle::rows("composite/leave_one_pillar_out.csv");
    for (own, theirs) in found.rows.iter().zip(&means[1..]) {
        assert_eq!(own.node, theirs.name);
        assert_close(&own.node, &[own.mean_shift], &theirs.numbers, FLOATS);
    }
    let (columns, ranks) = oracle::table("composite/leave_one_pillar_out_ranks.csv");
    assert_eq!(found.entities.len(), 6 * ranks.len());
    for own in &found.entities {
        let column = columns.iter().position(|column| *column == own.node).unwrap();
        let theirs = ranks.iter().find(|row| row.name == own.entity).unwrap();
        assert_eq!(own.rank, Some(theirs.numbers[column]), "{own:?}");
        assert_eq!(own.rank_change, Some(theirs.numbers[0] - theirs.numbers[column]));
    }
    // By default everything that has siblings: 24 indicators, 6 pillars, 2 sub-indices.
    assert_eq!(nominal.leave_out(&[], year()).unwrap().rows.len(), 32);
    assert!(nominal.leave_out(&["total".to_owned()], year()).is_err());
}

#[test]
fn the_audit_of_a_whole_index() {
    use kaohe::analysis::{Limits, Status};
    let found = arithmetic().audit(Some(year()), &Limits::default()).unwrap();
    let of = |check: &str| found.rows.iter().filter(move |row| row.check == check).collect::<Vec<_>>();
    assert_eq!((of("alpha").len(), of("kmo").len(), of("importance").len()), (9, 9, 9));
    // α of the pillars as COINr has it: only the first one is above 0.7.
    let alpha = of("alpha");
    for theirs in oracle::rows("composite/cronbach.csv") {
        let own = alpha.iter().find(|row| row.group.as_deref() == Some(&theirs.name)).unwrap();
        assert_close(&theirs.name, &[own.observed], &theirs.numbers, FLOATS);
        assert_eq!(own.status, if theirs.numbers[0] < 0.7 { Status::Warn } else { Status::Pass });
    }
    assert_eq!(found.importances.len(), 24 + 6 + 2);
    let sum: f64 = found.importances.iter().filter(|own| own.group == "P1").map(|own| own.importance).sum();
    assert_close("importances", &[sum], &[1.0], FLOATS);
    // Nobody is at least as good in all of 24 indicators.
    assert_eq!((of("dominance")[0].status, of("dominance")[0].observed), (Status::Pass, 0.0));
}

#[test]
fn what_is_left_out_is_left_out_of_every_class_and_of_declared_sums() {
    let text = |sum: &str, a: u8, b: u8, own: &str| {
        format!(
            "kaohe = 1\nid = \"t\"\n{sum}variable = [{{ id = \"x\", unit = \"1\" }}, {{ id = \"y\", unit = \"1\" }}]\n\
             class = [{{ id = \"A\", entities = [\"a\", \"b\"] }}, {{ id = \"B\", entities = [\"c\", \"d\"], weights = {own} }}]\n\
             [[indicator]]\nid = \"i\"\nformula = \"x\"\nunit = \"1\"\nweight = {a}\npoints = {{ rule = \"formula\", formula = \"x\" }}\n\
             [[indicator]]\nid = \"j\"\nformula = \"y\"\nunit = \"1\"\nweight = {b}\npoints = {{ rule = \"formula\", formula = \"x\" }}\n"
        )
    };
    let panel = Panel::builder(["a", "b", "c", "d"].into_iter().collect(), vec![year(); 4])
        .column("x", vec![9.0, 2.0, 3.0, 8.0])
        .column("y", vec![1.0, 5.0, 6.0, 4.0])
        .build()
        .unwrap();
    let nominal = load(&text("weights_sum = 100\n", 60, 40, "{ i = 80, j = 20 }")).assess(&panel).unwrap();
    let without = load(&text("", 0, 40, "{ i = 0, j = 20 }")).assess(&panel).unwrap();
    let found = nominal.leave_out(&["i".to_owned()], year()).unwrap();
    for own in &found.entities {
        let row = without.row(&own.entity, year()).unwrap();
        assert_eq!((own.total, own.rank), (without.totals()[row], Some(without.ranks()[row])), "{own:?}");
    }
    // A weight that is tried need not sum to what weights are declared to sum to.
    let heavier = nominal.edit(&[Edit::Weight { node: "i".to_owned(), weight: 90.0 }]).unwrap();
    let same = load(&text("", 90, 40, "{ i = 80, j = 20 }")).assess(&panel).unwrap();
    assert_eq!(heavier.totals().to_vec(), same.totals().to_vec());
}
