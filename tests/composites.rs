//! Aggregations against Compind and COINr on data whose normalised scores are given.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

use kaohe::{Assessment, Labels, Lang, Panel, Period, Scheme};

use crate::support::oracle::{self, Row, assert_close};

/// What the other programs' sums in floats may be off by, relatively.
const FLOATS: f64 = 1e-12;

/// An indicator whose points are a column of the data.
pub(crate) fn indicator(id: &str, more: &str) -> String {
    format!(
        "[[variable]]\nid = \"v_{id}\"\nunit = \"1\"\n[[indicator]]\nid = \"{id}\"\nformula = \"v_{id}\"\nunit = \"1\"\nmissing = \"skip\"\n{more}\
         points = {{ rule = \"formula\", formula = \"x\" }}\n"
    )
}

pub(crate) fn load(text: &str) -> Scheme {
    Scheme::from_toml(text).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

pub(crate) fn panel(names: &[String], rows: &[Row]) -> Panel {
    let entities: Labels = rows.iter().map(|row| row.name.as_str()).collect();
    let mut panel = Panel::builder(entities, vec![Period::year(2023).unwrap(); rows.len()]);
    for (k, id) in names.iter().enumerate() {
        panel = panel.column(format!("v_{id}"), rows.iter().map(|row| row.numbers[k]).collect::<Vec<f64>>());
    }
    panel.build().unwrap()
}

/// Totals of equally weighted columns of a file, on a scale of `full`, scored by `s = from + by · x`.
fn totals(file: &str, aggregate: &str, full: f64, [from, by]: [f64; 2]) -> Vec<f64> {
    let (names, mut rows) = oracle::table(file);
    rows.iter_mut().flat_map(|row| &mut row.numbers).for_each(|x| *x = from + by * *x);
    let indicators: String = names.iter().map(|id| indicator(id, "")).collect();
    let text = format!(
        "kaohe = 1\nid = \"t\"\nfull_points = {full}\n{indicators}[total]\naggregate = {aggregate}\n"
    );
    load(&text).assess(&panel(&names, &rows)).unwrap().totals().to_vec()
}

/// A column of Compind's composites.
fn composite(name: &str) -> Vec<f64> {
    let (names, rows) = oracle::table("compind/composites.csv");
    let k = names.iter().position(|own| own == name).unwrap();
    rows.iter().map(|row| row.numbers[k]).collect()
}

const AS_IS: [f64; 2] = [0.0, 1.0];
/// Compind's data were scored from 1 to 100.
const FROM_ONE: [f64; 2] = [1.0, 99.0];

#[test]
fn averages_and_distances_are_those_of_compind() {
    let file = "compind/norm_minmax01.csv";
    assert_close(
        "geometric",
        &totals(file, "\"geometric\"", 100.0, FROM_ONE),
        &composite("geom_equal"),
        FLOATS,
    );
    // At least three of the eight: the three best, the three worst.
    assert_close(
        "owa_p",
        &totals(file, "{ owa = [0, 0.375] }", 100.0, FROM_ONE),
        &composite("owa_p"),
        FLOATS,
    );
    assert_close(
        "owa_n",
        &totals(file, "{ owa = [0.625, 1] }", 100.0, FROM_ONE),
        &composite("owa_n"),
        FLOATS,
    );
    let far: Vec<f64> = totals(file, "\"wroclaw\"", 1.0, AS_IS).iter().map(|part| 1.0 - part).collect();
    assert_close("wroclaw", &far, &composite("wroclaw"), FLOATS);
}

/// What the tables of floats of a linear programme, ours and theirs, may be off by.
const PROGRAMME: f64 = 1e-12;

#[test]
fn the_benefit_of_the_doubt_is_that_of_compind() {
    let file = "compind/norm_minmax01.csv";
    for (aggregate, name) in [
        ("\"benefit_of_the_doubt\"", "bod_free"),
        ("{ benefit_of_the_doubt = { shares = [0.05, 0.4] } }", "bod_5_40"),
    ] {
        assert_close(name, &totals(file, aggregate, 1.0, FROM_ONE), &composite(name), PROGRAMME);
    }
}

#[test]
fn an_explanation_says_what_its_own_weights_make_of_a_score() {
    let (names, mut rows) = oracle::table("compind/norm_minmax01.csv");
    rows.iter_mut().flat_map(|row| &mut row.numbers).for_each(|x| *x = 1.0 + 99.0 * *x);
    let indicators: String = names.iter().map(|id| indicator(id, "")).collect();
    let text = format!(
        "kaohe = 1\nid = \"t\"\n{indicators}[total]\naggregate = {{ benefit_of_the_doubt = {{ shares = [0.05, 0.4] }} }}\n"
    );
    let result = load(&text).assess(&panel(&names, &rows)).unwrap();
    // Six digits of a share are shown. Where the optimum is not one point (whoever has the full mark), theirs is another one.
    let shares = oracle::rows("compind/bod_5_40_pieshares.csv");
    for (row, Row { name, numbers }) in
        shares.iter().enumerate().filter(|(row, _)| result.totals()[*row] < 100.0)
    {
        let said = result.explain(name, Period::year(2023).unwrap()).unwrap().to_text(Lang::En);
        let line = said.lines().find(|line| line.contains("by its own weights")).unwrap();
        for (id, share) in names.iter().zip(numbers) {
            let shown = line.split(&format!("{id} ")).nth(1).unwrap().split('%').next().unwrap().trim();
            let shown: f64 = shown.parse().unwrap();
            assert!((shown - 100.0 * share).abs() < 1e-4, "{row} {id}: {line}");
        }
    }
}

#[test]
fn mazziotta_and_pareto_have_the_deviation_of_their_paper() {
    // The adjusted index of Compind has it, too: M, then its penalty S² / M of ten entities in three years.
    let file = "compind/ampi_norm.csv";
    let (minus, plus) = (
        totals(file, "\"mazziotta_pareto\"", 100.0, AS_IS),
        totals(file, "\"mazziotta_pareto_plus\"", 100.0, AS_IS),
    );
    let mean = totals(file, "\"arithmetic\"", 100.0, AS_IS);
    for (unit, Row { numbers, .. }) in oracle::rows("compind/ampi_penalty.csv").iter().enumerate() {
        for (year, penalty) in numbers.iter().enumerate() {
            let row = 10 * year + unit;
            let found = [mean[row] - minus[row], plus[row] - mean[row]];
            // A difference of numbers around 100.
            assert!(found.iter().all(|x| (x - penalty).abs() < 1e-12), "{unit} {year}: {found:?}, {penalty}");
        }
    }
    // Its plain index divides by m − 1 of m = 8 members, against the paper (2016): 8/7 of the penalty.
    let file = "compind/norm_z100_10.csv";
    let mean = totals(file, "\"arithmetic\"", 100.0, AS_IS);
    for (way, name) in [("mazziotta_pareto", "mpi_pos"), ("mazziotta_pareto_plus", "mpi_neg")] {
        let own = totals(file, &format!("\"{way}\""), 100.0, AS_IS);
        let theirs: Vec<f64> =
            mean.iter().zip(&own).map(|(mean, own)| mean + (own - mean) * 8.0 / 7.0).collect();
        assert_close(name, &theirs, &composite(name), FLOATS);
    }
}

/// COINr's synthetic index, from scores that are given, with aggregations from the pillars up.
pub(crate) fn index(ways: [&str; 3], group: &str) -> Assessment {
    let (names, rows) = oracle::table("composite/normalised_minmax_1_100.csv");
    let path = format!("{}/tests/data/oracle/composite/structure.csv", env!("CARGO_MANIFEST_DIR"));
    let structure = std::fs::read_to_string(path).unwrap();
    let mut text = "kaohe = 1\nid = \"t\"\n".to_owned();
    for line in structure.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (id, parent, weight) = (cells[1], cells[2], cells[4]);
        match cells[0] {
            "1" => text += &indicator(id, &format!("parent = \"{parent}\"\nweight = {weight}\n")),
            "2" => {
                text.extend([format!(
                    "[[group]]\nid = \"{id}\"\nparent = \"{parent}\"\nweight = {weight}\naggregate = \"{}\"\n{group}",
                    ways[0]
                )]);
            }
            "3" => {
                text.extend([format!(
                    "[[group]]\nid = \"{id}\"\nweight = {weight}\naggregate = \"{}\"\n{group}",
                    ways[1]
                )]);
            }
            _ => {}
        }
    }
    text.extend([format!("[total]\naggregate = \"{}\"\n{group}", ways[2])]);
    load(&text).assess(&panel(&names, &rows)).unwrap()
}

#[test]
fn an_index_in_levels_is_that_of_coinr() {
    let plain = |way| [way; 3];
    for (file, ways, group) in [
        ("aggregated_a_amean", plain("arithmetic"), ""),
        ("aggregated_a_gmean", plain("geometric"), ""),
        ("aggregated_a_hmean", plain("harmonic"), ""),
        ("aggregated_mixed_am_gm_am", ["arithmetic", "geometric", "arithmetic"], ""),
        ("aggregated_a_amean_threshold_0.9", plain("arithmetic"), "available_members = 0.9\n"),
    ] {
        let (names, rows) = oracle::table(&format!("composite/{file}.csv"));
        let result = index(ways, group);
        for (k, id) in names.iter().enumerate() {
            let expected: Vec<f64> = rows.iter().map(|row| row.numbers[k]).collect();
            let found = if id == "Index" { result.totals() } else { result.scores(result.node(id).unwrap()) };
            assert_close(&format!("{file} {id}"), found, &expected, FLOATS);
        }
    }
}

#[test]
fn ranks_and_effective_weights_are_those_of_coinr() {
    let result = index(["arithmetic"; 3], "");
    let (names, rows) = oracle::table("composite/ranks_a_amean.csv");
    let k = names.iter().position(|id| id == "Index").unwrap();
    assert_eq!(result.ranks(), rows.iter().map(|row| row.numbers[k]).collect::<Vec<f64>>());
    let weights = result.weights();
    for Row { name, numbers } in oracle::rows("composite/effective_weights.csv") {
        if name == "Index" {
            continue;
        }
        let own = weights.iter().find(|own| own.node == name).unwrap();
        assert_close(&name, &[own.effective], &numbers[2..], FLOATS);
    }
}
