use super::super::goal::{Goal, Subject};
use super::super::search::Search;
use super::*;
use crate::panel::{Labels, Panel, Period};
use crate::scheme::Scheme;

/// Two dozen entities, so many different ones, whose scores have roots in them twice.
fn entities(different: i32) -> Assessment {
    let year = Period::year(2023).unwrap();
    let indicator = |id: &str| {
        format!(
            "[[indicator]]\nid = \"i{id}\"\nformula = \"{id}\"\nunit = \"1\"\npoints = {{ rule = \"zscore\", centre = 60 }}\n"
        )
    };
    let text = format!(
        "kaohe = 1\nid = \"roots\"\nvariable = [{{ id = \"x\", unit = \"1\" }}, {{ id = \"y\", unit = \"1\" }}]\n{}{}[total]\naggregate = \"geometric\"\n",
        indicator("x"),
        indicator("y")
    );
    let names: Labels = (0..24).map(|i| format!("e{i}")).collect();
    let panel = Panel::builder(names, vec![year; 24])
        .column("x", (0..24).map(|i| 1.0 + f64::from(i % different)).collect::<Vec<f64>>())
        .column("y", (0..24).map(|i| 4.0 + f64::from(i % 2)).collect::<Vec<f64>>());
    Scheme::from_toml(&text).unwrap().assess(&panel.build().unwrap()).unwrap()
}

/// Searches for rank 1 within so many bits; the work it took, and whether all was settled.
fn search(assessment: &Assessment, bits: u64) -> (u64, bool) {
    let goal = Goal::Rank(1).resolve(&assessment.inner, 0, Subject::Indicator(0)).unwrap();
    let cell = Cell::of(assessment, 0, 0, None, None).unwrap();
    let mut probe = Probe::new(assessment, &goal, vec![cell]).unwrap();
    probe.bits = bits;
    let places = super::super::candidates::candidates(&assessment.inner, &cell, None);
    let found = Search::run(&mut probe, &places, true);
    (probe.meter.work().exact_bits, found.complete)
}

#[test]
fn a_search_over_ties_of_roots_takes_no_more_work_than_it_may() {
    let assessment = entities(3);
    let (whole, complete) = search(&assessment, MOST_BITS);
    assert!(complete && whole > 1_000_000, "{whole}");
    let look = whole / 20;
    let (half, complete) = search(&assessment, whole / 2);
    assert!(!complete && half < whole / 2 + look, "{half} of {whole}");
    let (least, complete) = search(&assessment, 1);
    assert!(!complete && least < 4 * look, "{least} of {whole}");
}

/// Exact numbers are kept once they are known; what a search takes must not depend on that.
#[test]
fn a_search_takes_the_same_work_whatever_was_asked_before() {
    let assessment = entities(24);
    let first = search(&assessment, MOST_BITS);
    assert!(first.0 > 0);
    assert_eq!(search(&assessment, MOST_BITS), first);
}
